"""Events that several sources tell of, made one; the rows kept, so that it can be undone."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import InputError
from geo.merge.alike import Alike, find_alike
from geo.merge.facts import read_facts
from geo.merge.joining import LINKS, join_groups, parts_of
from geo.merge.linking import same_as, toll_links
from geo.merge.matching import group_rows
from geo.merge.scoring import MERGED, SUGGESTED
from geo.schema import EVENTS, concat, taken
from geo.theatre import Theatre

Mode = Literal["off", "suggest", "on"]
MODES: tuple[Mode, ...] = ("off", "suggest", "on")
_CONTENT = (
    "source", "date_start", "date_end", "event_type", "event_subtype", "actor1", "actor2", "fatalities_low",
    "fatalities_best", "fatalities_high", "injured", "toponym", "source_longitude", "source_latitude", "quote", "notes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged EVENTS table, the rows that went into rows of several, and an account.

    ``owner`` is, for each row in ``parts``, the id of the row of ``events`` that it went into.
    """

    events: gpd.GeoDataFrame
    parts: gpd.GeoDataFrame
    account: Mapping[str, object]
    owner: Mapping[str, str] = field(default_factory=dict)


def merge_events(
    events: gpd.GeoDataFrame,
    *,
    theatre: Theatre,
    mode: Mode = "on",
    parts: gpd.GeoDataFrame | None = None,
    apart: np.ndarray | None = None,
) -> Merged:
    """Merge the rows of a located EVENTS table that tell of one happening.

    Every row of the result has ``merged_from``, the ids of the rows it was made from; ``same_as`` names rows that are
    perhaps the same and were left alone ("suggest": all that "on" would merge too), ``toll_shared_with`` rows of the
    same source that share one toll. The result depends on no order of rows, and on no row but those near in place and
    time. A table that was merged before is taken apart first if its ``parts`` are given, else its merged rows stay as
    they are. Rows of the mask ``apart`` are left alone.
    """
    if mode == "off":
        return Merged(events, events.iloc[:0], {"mode": mode})
    table = unmerge_events(events, parts) if parts is not None and len(parts) else events.reset_index(drop=True)
    before = _several(table["merged_from"])
    merged = table["merged_from"].loc[before]
    if len(table) and table["merged_from"].notna().all():
        return Merged(table, table.iloc[:0], _account(table, mode, merged))
    table = _unlinked(table)  # links of an earlier run are found anew
    found = _find(table, theatre, before if apart is None else before | apart)
    if mode == "suggest":
        linked = _linked(table, found, {})
        return Merged(linked, table.iloc[:0], _account(linked, mode, merged))
    # What was merged before stays told as it was.
    kept = table.assign(merged_from=table["merged_from"].where(before))
    joined, owner = join_groups(kept, found.groups, theatre.merge.trust, found.toll >= 0, _whys(found))
    result = _linked(joined, found, owner)
    went = np.flatnonzero(table["event_id"].isin(owner))
    rows = taken(kept, went[np.argsort(found.ids[went], kind="stable")], EVENTS)
    return Merged(result, rows, _account(result, mode, merged, owner), owner)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found in a table: shares of one toll, pairs, groups of exact duplicates (``own``), groups to merge."""

    ids: np.ndarray
    toll: np.ndarray
    alike: Alike
    own: np.ndarray
    groups: np.ndarray


def _find(table: gpd.GeoDataFrame, theatre: Theatre, left_alone: np.ndarray) -> _Found:
    facts = read_facts(table, theatre)
    alike = find_alike(facts, theatre.merge, left_alone, least=SUGGESTED)
    ids = table["event_id"].to_numpy(dtype=str)
    own = _duplicates(table, left_alone)
    groups = group_rows(own, facts.source, (alike.left, alike.right, alike.chance), ids, least=MERGED)
    return _Found(ids, facts.toll, alike, own, groups)


def _linked(table: gpd.GeoDataFrame, found: _Found, owner: Mapping[str, str]) -> gpd.GeoDataFrame:
    """A table with the links between its rows; ``owner`` is the row of it that each row merged went into."""
    names = np.array([owner.get(own, own) for own in found.ids.tolist()])
    same, toll = same_as(names, found.alike, found.groups), toll_links(names, found.toll)
    links = {"same_as": same, "toll_shared_with": toll}
    return table.assign(**{n: table["event_id"].map(cells).astype("string") for n, cells in links.items()})


def unmerge_events(events: gpd.GeoDataFrame, parts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The rows that a merged table was made from, in order of their ids; links that merging made are gone.

    Raises
    ------
    InputError
        A merged row names a row that ``parts`` lacks.
    """
    several = _several(events["merged_from"])
    wanted = [i for cell in events["merged_from"][several].tolist() for i in parts_of(cell)]
    missing = sorted(set(wanted) - set(parts["event_id"]))
    if missing:
        raise InputError(
            f"{len(missing)} rows were merged and cannot be given back, the first {missing[0]}: they are not in the "
            "file of parts, NAME-parts.parquet, that was written beside the merged NAME.parquet; put it there again"
        )
    rows = [events.loc[~several], parts.loc[parts["event_id"].isin(wanted)]]
    table = concat(rows, EVENTS).sort_values("event_id", kind="stable", ignore_index=True)
    return _unlinked(table.assign(merged_from=pd.array([None] * len(table), dtype="string")))


def _unlinked(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return table.assign(**{name: pd.array([None] * len(table), dtype="string") for name in LINKS})


def _duplicates(table: pd.DataFrame, left_alone: np.ndarray) -> np.ndarray:
    """Number of a group for each row; rows of one source that say the same in all, in words too, share it."""
    worded = (table["quote"].notna() | table["notes"].notna()).to_numpy(dtype=bool) & ~left_alone
    numbers = np.arange(len(table))
    at = np.flatnonzero(worded & table.duplicated(list(_CONTENT), keep=False).to_numpy(dtype=bool))
    if len(at):
        same = table.iloc[at].groupby(list(_CONTENT), dropna=False, sort=False).ngroup().to_numpy()
        first = np.full(same.max() + 1, len(table))
        np.minimum.at(first, same, at)
        numbers[at] = first[same]
    return numbers


def _whys(found: _Found) -> list[str | None]:
    """For each row the probability and the reasons of its best pair within its group."""
    alike, whys = found.alike, [None] * len(found.ids)  # type: tuple[Alike, list[str | None]]
    inside = np.flatnonzero(found.groups[alike.left] == found.groups[alike.right])
    for k in inside[np.argsort(alike.chance[inside], kind="stable")].tolist():
        for row in (int(alike.left[k]), int(alike.right[k])):
            whys[row] = sys.intern(f"{alike.chance[k]:.2f}: {alike.why[k]}")
    return whys


def _several(told: pd.Series) -> np.ndarray:
    """Mask of rows that were made from several."""
    mask = np.zeros(len(told), dtype=bool)
    # Most cells name their own row alone and need no reading.
    at = np.flatnonzero(told.str.count('"event_id"').fillna(0).to_numpy(dtype=int) > 1)
    mask[at] = [len(parts_of(cell)) > 1 for cell in told.iloc[at]]
    return mask


def _account(
    table: pd.DataFrame, mode: str, before: pd.Series, owner: Mapping[str, str] = MappingProxyType({})
) -> dict[str, object]:
    """Rows in and out; ``before`` tells of rows merged before, ``owner`` is the row that each row went into now."""
    merged = len(before) + len(set(owner.values()))
    within = sum(len(parts_of(cell)) for cell in before) + len(owner)
    return {
        "mode": mode,
        "rows_in": len(table) + within - merged,
        "rows_out": len(table),
        "merged_rows": merged,
        "rows_in_them": within,
        "perhaps_the_same": int(table["same_as"].notna().sum()),
        "tolls_shared": int(table["toll_shared_with"].notna().sum()),
    }
