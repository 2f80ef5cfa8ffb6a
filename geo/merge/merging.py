"""Rows that several sources tell of, made one; the rows kept, so that it can be undone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.displacement import with_standing
from geo.errors import InputError
from geo.merge.alike import Alike, find_alike
from geo.merge.facts import read_facts
from geo.merge.joining import LINKS, join_groups, parts_of
from geo.merge.linking import same_as, toll_links
from geo.merge.matching import group_rows
from geo.merge.people import find_alike_people
from geo.merge.people_joining import join_people
from geo.merge.scoring import MERGED, SUGGESTED
from geo.schema import DISPLACEMENT, EVENTS, TableSpec, concat, taken
from geo.theatre import Theatre

Mode = Literal["off", "suggest", "on"]
MODES: tuple[Mode, ...] = ("off", "suggest", "on")
_CONTENT = (
    "source", "date_start", "date_end", "event_type", "event_subtype", "actor1", "actor2", "fatalities_low",
    "fatalities_best", "fatalities_high", "injured", "toponym", "source_longitude", "source_latitude", "quote", "notes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged table of EVENTS or DISPLACEMENT, the rows that went into rows of several, and an account.

    ``owner`` is, for each row in ``parts``, the id of the row of ``table`` that it went into.
    """

    table: gpd.GeoDataFrame
    parts: gpd.GeoDataFrame
    account: Mapping[str, object]
    owner: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found in a table: ids, sources, shares of one toll, pairs, groups to merge."""

    ids: np.ndarray
    sources: np.ndarray
    toll: np.ndarray
    alike: Alike
    groups: np.ndarray


_Whys = list[str | None]


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of table that is merged: what its rows must say first, how alikes are found, how groups are joined."""

    spec: TableSpec
    prepared: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]
    find: Callable[[gpd.GeoDataFrame, Theatre, np.ndarray], _Found]
    join: Callable[[gpd.GeoDataFrame, _Found, Theatre, _Whys], tuple[gpd.GeoDataFrame, dict[str, str]]]


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
    return _merge(events, _EVENTS, theatre, mode, parts, apart)


def merge_displacement(
    displacement: gpd.GeoDataFrame,
    *,
    theatre: Theatre,
    mode: Mode = "on",
    parts: gpd.GeoDataFrame | None = None,
    apart: np.ndarray | None = None,
) -> Merged:
    """Merge the rows of a located DISPLACEMENT table in which two sources tell one figure, as ``merge_events`` does.

    Only rows of one measure and one kind of movement are ever merged, and never two of one source. The figure is that
    of the most trusted source; lowest and highest are an envelope. What each source said counts on in its own series
    (``geo.displacement.tellings``).
    """
    return _merge(displacement, _PEOPLE, theatre, mode, parts, apart)


def _merge(
    rows: gpd.GeoDataFrame,
    kind: _Kind,
    theatre: Theatre,
    mode: Mode,
    parts: gpd.GeoDataFrame | None,
    apart: np.ndarray | None,
) -> Merged:
    if mode == "off":
        return Merged(rows, rows.iloc[:0], {"mode": mode})
    spec = kind.spec
    table = _unmerge(rows, parts, spec) if parts is not None and len(parts) else rows.reset_index(drop=True)
    table = kind.prepared(table)
    before = _several(table["merged_from"], spec.key)
    merged = table["merged_from"].loc[before]
    if len(table) and table["merged_from"].notna().all():
        return Merged(table, table.iloc[:0], _account(table, mode, merged))
    table = _unlinked(table)  # links of an earlier run are found anew
    found = kind.find(table, theatre, before if apart is None else before | apart)
    if mode == "suggest":
        linked = _linked(table, found, {}, spec)
        return Merged(linked, table.iloc[:0], _account(linked, mode, merged))
    # What was merged before stays told as it was.
    kept = table.assign(merged_from=table["merged_from"].where(before))
    joined, owner = kind.join(kept, found, theatre, _whys(found))
    result = _linked(joined, found, owner, spec)
    went = np.flatnonzero(table[spec.key].isin(owner))
    gone = taken(kept, went[np.argsort(found.ids[went], kind="stable")], spec)
    return Merged(result, gone, _account(result, mode, merged, owner), owner)


def _find_events(table: gpd.GeoDataFrame, theatre: Theatre, left_alone: np.ndarray) -> _Found:
    facts = read_facts(table, theatre)
    alike = find_alike(facts, theatre.merge, left_alone, least=SUGGESTED)
    ids = table["event_id"].to_numpy(dtype=str)
    own = _duplicates(table, left_alone)
    groups = group_rows(own, facts.source, (alike.left, alike.right, alike.chance), ids, least=MERGED)
    return _Found(ids, table["source"].to_numpy(dtype=object), facts.toll, alike, groups)


def _find_people(table: gpd.GeoDataFrame, theatre: Theatre, left_alone: np.ndarray) -> _Found:
    alike, sources = find_alike_people(table, theatre.merge, left_alone, least=SUGGESTED)
    ids = table["record_id"].to_numpy(dtype=str)
    alone = np.arange(len(table))
    groups = group_rows(alone, sources, (alike.left, alike.right, alike.chance), ids, least=MERGED)
    return _Found(ids, table["source"].to_numpy(dtype=object), np.full(len(table), -1), alike, groups)


_EVENTS = _Kind(
    EVENTS,
    lambda table: table,
    _find_events,
    lambda table, found, theatre, whys: join_groups(table, found.groups, theatre.merge.trust, found.toll >= 0, whys),
)
_PEOPLE = _Kind(
    DISPLACEMENT,
    # For which days a figure stands, its own series says: told before rows of it go into rows of others.
    lambda table: gpd.GeoDataFrame(with_standing(table)),
    _find_people,
    lambda table, found, theatre, whys: join_people(table, found.groups, theatre.merge.trust, whys),
)


def _linked(table: gpd.GeoDataFrame, found: _Found, owner: Mapping[str, str], spec: TableSpec) -> gpd.GeoDataFrame:
    """A table with the links between its rows; ``owner`` is the row of it that each row merged went into."""
    names = np.array([owner.get(own, own) for own in found.ids.tolist()])
    links = {
        "same_as": same_as(names, found.alike, found.groups, key=spec.key, ids=found.ids, sources=found.sources),
        "toll_shared_with": toll_links(names, found.toll),
    }
    told = {n: table[spec.key].map(cells).astype("string") for n, cells in links.items() if n in spec.names}
    return table.assign(**told)


def unmerge_events(events: gpd.GeoDataFrame, parts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The rows that a merged table was made from, in order of their ids; links that merging made are gone.

    Raises
    ------
    InputError
        A merged row names a row that ``parts`` lacks.
    """
    return _unmerge(events, parts, EVENTS)


def unmerge_displacement(displacement: gpd.GeoDataFrame, parts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """As ``unmerge_events``, of records of displacement.

    Raises
    ------
    InputError
        A merged row names a row that ``parts`` lacks.
    """
    return _unmerge(displacement, parts, DISPLACEMENT)


def _unmerge(merged: gpd.GeoDataFrame, parts: gpd.GeoDataFrame, spec: TableSpec) -> gpd.GeoDataFrame:
    several = _several(merged["merged_from"], spec.key)
    wanted = [i for cell in merged["merged_from"][several].tolist() for i in parts_of(cell)]
    missing = sorted(set(wanted) - set(parts[spec.key]))
    if missing:
        raise InputError(
            f"{len(missing)} rows were merged and cannot be given back, the first {missing[0]}: they are not in the "
            "file of parts, NAME-parts.parquet, that was written beside the merged NAME.parquet; put it there again"
        )
    rows = [merged.loc[~several], parts.loc[parts[spec.key].isin(wanted)]]
    table = concat(rows, spec).sort_values(spec.key, kind="stable", ignore_index=True)
    return _unlinked(table.assign(merged_from=pd.array([None] * len(table), dtype="string")))


def _unlinked(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    nothing = pd.array([None] * len(table), dtype="string")
    return table.assign(**{name: nothing.copy() for name in LINKS if name in table})


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


def _whys(found: _Found) -> _Whys:
    """For each row the probability and the reasons of its best pair within its group."""
    alike, whys = found.alike, [None] * len(found.ids)  # type: tuple[Alike, list[str | None]]
    inside = np.flatnonzero(found.groups[alike.left] == found.groups[alike.right])
    rank = np.argsort(np.argsort(found.ids, kind="stable"), kind="stable")
    ends = np.sort([rank[alike.left[inside]], rank[alike.right[inside]]], axis=0)
    best_last = np.lexsort((-ends[1], -ends[0], alike.chance[inside]))  # of equals, the first by the ids of both rows
    for k in inside[best_last].tolist():
        for row in (int(alike.left[k]), int(alike.right[k])):
            whys[row] = sys.intern(f"{alike.chance[k]:.2f}: {alike.why[k]}")
    return whys


def _several(told: pd.Series, key: str) -> np.ndarray:
    """Mask of rows that were made from several."""
    mask = np.zeros(len(told), dtype=bool)
    # Most cells name their own row alone and need no reading.
    at = np.flatnonzero(told.str.count(f'"{key}"').fillna(0).to_numpy(dtype=int) > 1)
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
        **({"tolls_shared": int(table["toll_shared_with"].notna().sum())} if "toll_shared_with" in table else {}),
    }
