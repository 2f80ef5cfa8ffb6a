"""Groups of rows to one row each, with what each source said; and back to the rows."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator, Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa

from geo.codes import Precision
from geo.schema import EVENTS, concat

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
LINKS = ("same_as", "toll_shared_with")
# What each source said, as ``merged_from`` and the page's card tell it.
SAID = (
    "event_id", "source", "date_start", "date_end", "source_id", "source_url", "event_type", "event_subtype", "actor1",
    "actor2", *DEATHS, "injured", "toponym", "geo_precision", "attributed_to", "quote", "source_file", "source_row",
)  # fmt: skip
LONGEST_QUOTE = 400
_AT_ONCE = 2_000
_BEST_FIRST = {p.value: i for i, p in enumerate(Precision)}


def trust_rank(sources: pd.Series, trust: Sequence[str]) -> np.ndarray:
    """Place of each row's source in the order of trust; sources that it does not name come after, by name.

    A name stands for all sources that begin with it: "OCHA" for "OCHA IDP movements" too, unless that is named itself.
    """
    names = sorted(set(sources.dropna()))
    ranks = {name: _trust_of(name, trust) for name in names}
    others = [name for name, rank in ranks.items() if rank is None]
    place = {**ranks, **{name: len(trust) + i for i, name in enumerate(others)}}
    return sources.map(place).fillna(len(place)).to_numpy(dtype=np.int64)


def _trust_of(source: str, trust: Sequence[str]) -> int | None:
    begins = (name for name in trust if source.startswith(name) and not source[len(name) : len(name) + 1].isalnum())
    best = max(begins, key=len, default=None)
    return None if best is None else list(trust).index(best)


def join_groups(
    events: gpd.GeoDataFrame, groups: np.ndarray, trust: Sequence[str], shared: np.ndarray, whys: Sequence[str | None]
) -> tuple[gpd.GeoDataFrame, dict[str, str]]:
    """One row for each group, and for each row of the groups of several the row that it went into, by their ids.

    The first source of ``trust`` gives the row its id and all that it says; what it leaves out comes from the next.
    The place is the best known one, the time the shortest; deaths are an envelope, never a sum: the lowest of the
    lowest, the highest of the highest, the best of the first that has one. Where ``shared`` says that a count is a
    share of a toll told over several rows, only such counts go into the envelope: the rest of the toll stands in the
    other rows. ``whys`` are the reasons of each row's being there, for ``merged_from``.
    """
    many = np.bincount(groups, minlength=len(events))[groups] > 1
    at, lead, number = in_order(events, np.flatnonzero(many), groups, trust, EVENTS.key)
    parts = events.iloc[at, [events.columns.get_loc(n) for n in ("geo_precision", *TIME, *DEATHS)]]
    first, place, time = first_by(number, np.zeros(len(at))), _place_of(parts, number), _time_of(parts, number)
    told = told_of(events, SAID, at, number, whys, {"all else": first, "place": place, "date": time})
    rows = {**dict.fromkeys(EVIDENCE, at[first]), **dict.fromkeys(PLACE, at[place]), **dict.fromkeys(TIME, at[time])}
    joined = _filled(events, at, number) | _envelope(parts, number, shared[at])
    owner = dict(zip(events["event_id"].iloc[at].tolist(), map(sys.intern, lead.tolist()), strict=True))
    return _beside(events, np.flatnonzero(~many), rows, joined, told), owner


def in_order(
    rows: pd.DataFrame, at: np.ndarray, groups: np.ndarray, trust: Sequence[str], key: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of groups of several, the most trusted of each first and groups in order of its id; that id; a number."""
    ids = rows[key].iloc[at].to_numpy(dtype=str)
    by_trust = np.lexsort((ids, trust_rank(rows["source"].iloc[at], trust), groups[at]))
    at, ids = at[by_trust], ids[by_trust]
    begins = np.flatnonzero(np.diff(groups[at], prepend=-1))
    lead = np.repeat(ids[begins], np.diff(begins, append=len(at)))
    by_id = np.argsort(lead, kind="stable")
    return at[by_id], lead[by_id], pd.factorize(lead[by_id])[0]


def _beside(
    events: gpd.GeoDataFrame,
    alone: np.ndarray,
    rows: Mapping[str, np.ndarray],
    joined: dict[str, pd.Series],
    told: Iterator[str],
) -> gpd.GeoDataFrame:
    """Rows that stay alone and joined rows in one table, in order of their ids; column by column, to hold it once.

    A column of a joined row is that of the row that ``rows`` says, or stands in ``joined``.
    """
    ids = events["event_id"].to_numpy(dtype=str)
    alone = alone[np.argsort(ids[alone], kind="stable")]
    order = np.argsort(ids[np.concatenate([alone, rows["event_id"]])], kind="stable")
    del ids
    # By far the largest column first, while the others do not take room yet.
    own = told_alone(events, EVENTS.key, alone)
    columns = {"merged_from": _alternating(order >= len(alone), told, own)}
    for name in EVENTS.names:
        if name in columns or (name not in joined and events[name].isna().all()):
            continue
        if name in rows:
            column = events[name].iloc[np.concatenate([alone, rows[name]])[order]]
        else:
            column = pd.concat([events[name].iloc[alone], joined.pop(name)], ignore_index=True).iloc[order]
        columns[name] = column.reset_index(drop=True)
    return concat([pd.DataFrame(columns)], EVENTS)


def told_alone(rows: pd.DataFrame, key: str, at: np.ndarray) -> Iterator[str]:
    """``merged_from`` of rows that stay alone: their own id, or what was told before."""
    for own, before in rows[[key, "merged_from"]].iloc[at].itertuples(index=False, name=None):
        yield json.dumps([{key: own}], ensure_ascii=False) if pd.isna(before) else before


def _alternating(which: np.ndarray, yes: Iterator[str], no: Iterator[str]) -> pd.Series:
    """Texts of two streams as one column, by turns as ``which`` says; written in pieces, to hold each once."""
    pieces = np.split(which, range(_AT_ONCE, len(which), _AT_ONCE))
    cells = [pa.array([next(yes if one else no) for one in piece], pa.large_string()) for piece in pieces]
    return pd.Series(pd.array(pa.chunked_array(cells, pa.large_string()), dtype="string"))


def _filled(events: gpd.GeoDataFrame, at: np.ndarray, number: np.ndarray) -> dict[str, pd.Series]:
    """What the joined rows say beside place, date, evidence and deaths: each the first that is known."""
    elsewhere = {*PLACE, *TIME, *EVIDENCE, *DEATHS, "merged_from", *LINKS}
    names = [n for n in EVENTS.names if n not in elsewhere and not events[n].isna().all()]
    return {name: events[name].iloc[at].groupby(number).first().reset_index(drop=True) for name in names}


def _place_of(parts: pd.DataFrame, number: np.ndarray) -> np.ndarray:
    """Position of the row of each group that knows the place best."""
    unknown = len(_BEST_FIRST)
    return first_by(number, parts["geo_precision"].map(_BEST_FIRST).fillna(unknown).to_numpy(dtype=float))


def _time_of(parts: pd.DataFrame, number: np.ndarray) -> np.ndarray:
    """Position of the row of each group with the shortest span."""
    days = (parts["date_end"] - parts["date_start"]).dt.days
    return first_by(number, days.fillna(np.inf).to_numpy(dtype=float))


def first_by(number: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Position of the row of each group with the least value; the first of equals."""
    order = np.lexsort((np.arange(len(number)), value, number))
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = number[order][1:] != number[order][:-1]
    return order[fresh]


def _envelope(parts: pd.DataFrame, number: np.ndarray, share: np.ndarray) -> dict[str, pd.Series]:
    """Deaths of each group: lowest, best of the first that has one, highest; of shares alone where one has a number."""
    share = share & parts[list(DEATHS)].notna().any(axis=1).to_numpy()
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


def told_of(
    rows: pd.DataFrame,
    columns: Sequence[str],
    at: np.ndarray,
    number: np.ndarray,
    whys: Sequence[str | None],
    chosen: Mapping[str, np.ndarray],
) -> Iterator[str]:
    """``merged_from`` of each group: what each row said in these columns, and which fields of the result it gives."""
    gives = {what: np.isin(np.arange(len(at)), rows) for what, rows in chosen.items()}
    spoken = pd.DataFrame(rows)[list(columns)]
    edges = [*np.flatnonzero(np.diff(number, prepend=-1)).tolist(), len(at)]
    # Some groups at a time: what rows say takes far more room as values than as text.
    for first in range(0, len(edges) - 1, _AT_ONCE):
        some = edges[first : first + _AT_ONCE + 1]
        told = said(spoken.iloc[at[some[0] : some[-1]]])
        for k, row in enumerate(told, start=some[0]):
            row["gives"] = [what for what, given in gives.items() if given[k]]
            if why := whys[at[k]]:
                row["why"] = why
        for begin, end in itertools.pairwise(some):
            yield json.dumps(told[begin - some[0] : end - some[0]], ensure_ascii=False)


def said(rows: pd.DataFrame) -> list[dict[str, object]]:
    """What each row says, in short: a dictionary for each, without what it leaves out."""
    columns = []
    for name in rows:
        values = rows[name].dt.strftime("%Y-%m-%d") if rows[name].dtype.kind == "M" else rows[name]
        cells = values.astype(object).where(rows[name].notna(), None).tolist()
        if name == "quote":
            cells = [c if c is None or len(c) <= LONGEST_QUOTE else c[: LONGEST_QUOTE - 1] + "…" for c in cells]
        columns.append(cells)
    return [
        {n: v for n, v in zip(rows.columns, row, strict=True) if v is not None} for row in zip(*columns, strict=True)
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
    return [i for i in map(id_of, told) if isinstance(i, str)]


def id_of(told: object) -> object:
    """Id of the row that an entry of ``merged_from`` or of a link tells of."""
    return told.get("event_id", told.get("record_id")) if isinstance(told, dict) else told
