"""Groups of rows to one row each, with what each source said; and back to the rows."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa

from geo.codes import Precision
from geo.schema import EVENTS, concat, taken

# Columns that are taken together from one row: where, when, and the words it was read from.
PLACE = (
    "toponym", "place_id", "place_name", "place_name_ar", "stated_country", "stated_admin1", "stated_admin2",
    "stated_admin3", "admin1_pcode", "admin2_pcode", "admin3_pcode", "geo_precision", "geo_radius_km",
    "source_geo_precision", "source_longitude", "source_latitude", "geo_method", "geo_score", "geo_reason", "geometry",
)  # fmt: skip
TIME = ("date_start", "date_end", "date_precision")
EVIDENCE = (
    "event_id", "source", "source_id", "source_url", "report_date", "attributed_to", "claim", "quote", "span_start",
    "span_end", "evidence", "rule", "notes", "source_file", "source_row",
)  # fmt: skip
DEATHS = ("fatalities_low", "fatalities_best", "fatalities_high")
LINKS = ("merged_from", "same_as", "toll_shared_with")
# What each source said, as ``merged_from`` and the page's card tell it.
SAID = (
    "source_id", "source_url", "event_type", "event_subtype", "actor1", "actor2", *DEATHS, "injured", "toponym",
    "geo_precision", "attributed_to", "quote", "source_file", "source_row",
)  # fmt: skip
LONGEST_QUOTE = 400
_AT_ONCE = 2_000
_BEST_FIRST = {p.value: i for i, p in enumerate(Precision)}


def trust_rank(sources: pd.Series, trust: Sequence[str]) -> np.ndarray:
    """Place of each row's source in the order of trust; sources that it does not name come after, by name."""
    others = sorted(set(sources.dropna()) - set(trust))
    place = {name: i for i, name in enumerate((*trust, *others))}
    return sources.map(place).fillna(len(place)).to_numpy(dtype=np.int64)


def join_groups(
    events: gpd.GeoDataFrame, groups: np.ndarray, trust: Sequence[str], shared: np.ndarray, whys: Sequence[str | None]
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, dict[str, str]]:
    """One row for each group, the rows of the groups of several as they were, and which of these went into which row.

    The first source of ``trust`` gives the row its id and all that it says; what it leaves out comes from the next.
    The place is the best known one, the time the shortest; deaths are an envelope, never a sum: the lowest of the
    lowest, the highest of the highest, the best of the first that has one. Where ``shared`` says that a count is a
    share of a toll told over several rows, only such counts go into the envelope: the rest of the toll stands in the
    other rows. ``whys`` are the reasons of each row's being there, for ``merged_from``.
    """
    many = np.bincount(groups, minlength=len(events))[groups] > 1
    at = np.flatnonzero(many)
    rank = trust_rank(events["source"].iloc[at], trust)
    at = at[np.lexsort((events["event_id"].iloc[at].to_numpy(dtype=str), rank, groups[at]))]
    parts = taken(events, at, EVENTS)
    number = pd.factorize(groups[at])[0]
    ids = parts["event_id"].to_numpy(dtype=object)
    owner = dict(zip(ids.tolist(), ids[_first_by(number, np.zeros(len(parts)))][number].tolist(), strict=True))
    joined = _joined(parts, number, shared[at], [whys[row] for row in at.tolist()])
    return _beside(events, np.flatnonzero(~many), joined), parts, owner


def _beside(events: gpd.GeoDataFrame, alone: np.ndarray, joined: dict[str, pd.Series]) -> gpd.GeoDataFrame:
    """Rows that stay alone and joined rows in one table, in order of their ids; column by column, to hold it once."""
    ids = pd.concat([events["event_id"].iloc[alone], joined["event_id"]], ignore_index=True)
    order = np.argsort(ids.to_numpy(dtype=str), kind="stable")
    columns: dict[str, pd.Series] = {}
    # By far the largest column first, while the others do not take room yet.
    for name in sorted(EVENTS.names, key=lambda n: n != "merged_from"):
        if name not in joined and events[name].isna().all():
            continue
        own, others = events[name].iloc[alone], joined.pop(name, None)
        if name == "merged_from":
            told = [json.dumps([{"event_id": i}], ensure_ascii=False) for i in ids.iloc[: len(alone)].tolist()]
            own = own.where(own.notna(), pd.Series(pd.array(told, dtype="string"), index=own.index))
        if others is None:
            others = pd.Series([None] * (len(order) - len(alone)), dtype=own.dtype)
        columns[name] = pd.concat([own, others], ignore_index=True).iloc[order].reset_index(drop=True)
    return concat([pd.DataFrame(columns)], EVENTS)


def _joined(
    parts: gpd.GeoDataFrame, number: np.ndarray, share: np.ndarray, why: Sequence[str | None]
) -> dict[str, pd.Series]:
    """The columns of the joined rows, those of which something is known."""
    place = _first_by(number, parts["geo_precision"].map(_BEST_FIRST).fillna(len(_BEST_FIRST)).to_numpy(dtype=float))
    days = (parts["date_end"] - parts["date_start"]).dt.days.fillna(10_000).to_numpy(dtype=float)
    time = _first_by(number, days)
    first = _first_by(number, np.zeros(len(parts)))
    columns: dict[str, pd.Series] = {}
    for name in EVENTS.names:
        if parts[name].isna().all() and name != "event_id":
            continue
        if name == "geometry" or name in (*PLACE, *TIME, *EVIDENCE):
            chosen = place if name in PLACE else time if name in TIME else first
            columns[name] = parts[name].iloc[chosen].reset_index(drop=True)
        elif name not in (*DEATHS, *LINKS):
            columns[name] = parts[name].groupby(number).first().reset_index(drop=True)
    columns |= _envelope(parts, number, share)
    columns["merged_from"] = _told(parts, number, why, place, time)
    return columns


def _first_by(number: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Position of the row of each group with the least value; the first of equals."""
    order = np.lexsort((np.arange(len(number)), value, number))
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = number[order][1:] != number[order][:-1]
    return order[fresh]


def _envelope(parts: pd.DataFrame, number: np.ndarray, share: np.ndarray) -> dict[str, pd.Series]:
    """Deaths of each group: lowest, best of the first that has one, highest; of shares alone where there are any."""
    in_group = np.zeros(number.max(initial=-1) + 1, dtype=bool)
    in_group[number[share]] = True
    counted = pd.Series(~in_group[number] | share, index=parts.index)
    low, best, high = (parts[name].astype("Int64").where(counted) for name in DEATHS)
    lowest, highest = low.fillna(best).fillna(high), high.fillna(best).fillna(low)
    return {
        "fatalities_low": lowest.groupby(number).min().reset_index(drop=True),
        "fatalities_best": best.groupby(number).first().reset_index(drop=True),
        "fatalities_high": highest.groupby(number).max().reset_index(drop=True),
    }


def _told(
    parts: gpd.GeoDataFrame, number: np.ndarray, why: Sequence[str | None], place: np.ndarray, time: np.ndarray
) -> pd.Series:
    """``merged_from`` of each group: what each row said, and which fields of the merged row are its own."""
    gives: list[list[str]] = [[] for _ in range(len(parts))]
    for what, chosen in (("all else", _first_by(number, np.zeros(len(parts)))), ("place", place), ("date", time)):
        for at in chosen.tolist():
            gives[at].append(what)
    start = np.flatnonzero(np.diff(number, prepend=-1))
    cells: list[pa.Array] = []
    # Some groups at a time: what rows say takes far more room as values than as text.
    for first in range(0, len(start), _AT_ONCE):
        begin, *inner = start[first : first + _AT_ONCE].tolist()
        end = int(start[first + _AT_ONCE]) if first + _AT_ONCE < len(start) else len(parts)
        rows = said(parts.iloc[begin:end])
        for row, given, reason in zip(rows, gives[begin:end], why[begin:end], strict=True):
            row["gives"] = given
            if reason:
                row["why"] = reason
        edges = [begin, *inner, end]
        groups = (rows[a - begin : b - begin] for a, b in itertools.pairwise(edges))
        cells.append(pa.array([json.dumps(group, ensure_ascii=False) for group in groups], pa.large_string()))
    return pd.Series(pd.array(pa.chunked_array(cells, pa.large_string()), dtype="string"))


def said(rows: pd.DataFrame) -> list[dict[str, object]]:
    """What each row says, in short: a dictionary for each, without what it leaves out."""
    days = [rows[c].dt.strftime("%Y-%m-%d").to_numpy(dtype=object) for c in ("date_start", "date_end")]
    columns: list[tuple[str, list[object]]] = [
        ("event_id", rows["event_id"].tolist()),
        ("source", rows["source"].tolist()),
        ("date_start", [None if d != d else d for d in days[0]]),  # noqa: PLR0124 - NaN
        ("date_end", [None if d != d else d for d in days[1]]),  # noqa: PLR0124 - NaN
    ]
    for name in SAID:
        values = rows[name].astype(object).where(rows[name].notna(), None).tolist()
        if name == "quote":
            values = [v if v is None or len(v) <= LONGEST_QUOTE else v[: LONGEST_QUOTE - 1] + "…" for v in values]
        columns.append((name, values))
    names = [name for name, _ in columns]
    return [
        {n: v for n, v in zip(names, row, strict=True) if v is not None}
        for row in zip(*(values for _, values in columns), strict=True)
    ]


def parts_of(merged_from: object) -> list[str]:
    """Ids of the rows that a cell of ``merged_from`` names; none where it cannot be read."""
    if not isinstance(merged_from, str):
        return []
    try:
        told = json.loads(merged_from)
    except ValueError:
        return []
    if not isinstance(told, list):
        return []
    ids = (t.get("event_id") if isinstance(t, dict) else t for t in told)
    return [i for i in ids if isinstance(i, str)]
