"""What care does to a run: tables as they may be published, with an account of what was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.care.coarser import Coarser, check_coarsening
from geo.care.few import few_at_spot, small_figures
from geo.care.hiding import PERSONS, Names, names_in, silent, withheld
from geo.care.sensitive import careful_theatre, refusal, sensitive_places, sensitive_rows
from geo.care.withholding import Listed, Withhold, find_listed
from geo.errors import InputError, Problem
from geo.gazetteer import Gazetteer
from geo.theatre import Theatre

RELEASES = ("sensitive",)
_SHORTEST_NAME = 4  # letters of a withheld name that is looked for in the texts of other rows
_KEYS = {"events": "event_id", "displacement": "record_id"}
_WITHHELD = "withheld for publication"


@dataclass(frozen=True, slots=True)
class Care:
    """What a publication may show. ``coarsen``: "", "admin1" to "admin3", or "h3:RES"; ``min_count``: rows at a spot.

    ``release`` names classes of places that may stand as they are: "sensitive".
    """

    coarsen: str = ""
    min_count: int = 0
    withhold: Withhold = field(default_factory=Withhold)
    release: frozenset[str] = frozenset()

    @property
    def asked(self) -> bool:
        """Whether anything is to be done."""
        return bool(self.coarsen or self.min_count > 1 or self.withhold.entries)


@dataclass(frozen=True, slots=True)
class Cared:
    """Both tables as they may be published, and how many rows of each were changed, by what was done.

    ``theatre`` lacks the context features that may not be shown; ``problems`` warns of entries that name nothing.
    ``hidden`` (folded names of places) and ``rows`` (file and line) are what must not be told elsewhere: never write
    them out.
    """

    events: gpd.GeoDataFrame
    displacement: gpd.GeoDataFrame
    account: Mapping[str, Mapping[str, int]]
    care: Care = field(default_factory=Care)
    theatre: Theatre | None = None
    problems: tuple[Problem, ...] = ()
    hidden: frozenset[str] = field(default=frozenset(), repr=False)
    rows: frozenset[tuple[str, int]] = field(default=frozenset(), repr=False)

    @property
    def manifest(self) -> dict[str, object]:
        """What was asked and what was done, by number; never a value of the list, not even its hash."""
        asked: dict[str, object] = {
            "coarsen": self.care.coarsen or None,
            "min_count": self.care.min_count if self.care.min_count > 1 else None,
            "withhold_entries": len(self.care.withhold.entries) or None,
            "release": sorted(self.care.release) or None,
        }
        done = {what: dict(counts) for what, counts in self.account.items() if counts}
        return {name: value for name, value in asked.items() if value is not None} | done


def check_release(names: Iterable[str]) -> frozenset[str]:
    """Classes of places that are released.

    Raises
    ------
    InputError
        One of them is not known.
    """
    chosen = frozenset(names)
    unknown = sorted(chosen - set(RELEASES))
    if unknown:
        raise InputError(f"'{unknown[0]}' cannot be released; wanted one of: {', '.join(RELEASES)}")
    return chosen


def publishable(
    events: gpd.GeoDataFrame,
    displacement: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    gazetteer: Gazetteer,
    theatre: Theatre,
    care: Care,
) -> Cared:
    """Located tables and theatre as they may be published.

    Raises
    ------
    InputError
        Displacement stands as points on sensitive places and was neither made coarser nor released; or see
        ``take_care``.
    """
    cared = take_care(events, displacement, areas, care, gazetteer)
    released = "sensitive" in care.release
    places = sensitive_places(gazetteer, theatre.sensitive) if not released else {}
    if places:
        # Where people shelter now is what harms; where something happened its source has published.
        found = sensitive_rows(cared.displacement, _KEYS["displacement"], places, gazetteer)
        if len(found):
            raise InputError(refusal(found))
    shown, left_out = careful_theatre(theatre, gazetteer, care.withhold, released=released)
    account = {**cared.account, **({"context": {"left out": left_out}} if left_out else {})}
    return replace(cared, theatre=shown, account=account)


def take_care(
    events: gpd.GeoDataFrame,
    displacement: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    care: Care,
    gazetteer: Gazetteer | None = None,
) -> Cared:
    """Located tables as they may be published: as many rows, in the same order, with the same ids.

    First what is listed, then what is too fine, then what is too few. With ``gazetteer`` a listed place is found by
    all of its names and codes.

    Raises
    ------
    InputError
        The coarsening is unknown, or wants polygons of units that are not there.
    """
    if care.coarsen:
        check_coarsening(care.coarsen)
    if not care.asked:
        return Cared(events, displacement, {}, care)
    tables = (events.reset_index(drop=True), displacement.reset_index(drop=True))
    listed = find_listed(tables, care.withhold, areas, gazetteer)
    names = Names({n for n in listed.hidden if len(n) >= _SHORTEST_NAME})
    coarser = Coarser(care.coarsen, areas) if care.coarsen else None
    done = [
        _careful(table, mask, coarser, care.min_count, names) for table, mask in zip(tables, listed.masks, strict=True)
    ]
    touched = [one.touched for one in done]
    told = zip(_KEYS, done, strict=True)
    return Cared(
        done[0].table,
        done[1].table,
        {name: {what: n for what, n in one.counts.items() if n} for name, one in told},
        care,
        problems=tuple(care.withhold.unknown(e) for e in listed.unused),
        hidden=_hidden(tables, touched, listed),
        rows=frozenset().union(*(_lines(n, t, m) for n, t, m in zip(_KEYS, tables, touched, strict=True))),
    )


@dataclass(frozen=True, slots=True)
class _Done:
    table: gpd.GeoDataFrame
    counts: Mapping[str, int]
    touched: np.ndarray


def _careful(table: gpd.GeoDataFrame, listed: np.ndarray, coarser: Coarser | None, least: int, names: Names) -> _Done:
    counts: dict[str, int] = {}
    touched = listed.copy()
    result = table
    outside = np.zeros(len(table), dtype=bool)
    if coarser is not None and len(table):
        coarse = coarser.table(result)
        result, outside = coarse.table, coarse.outside & ~listed
        counts["coarsened"] = int((coarse.finer & ~listed).sum())
        counts["texts left out"] = int((~coarse.finer & ~outside & ~listed).sum())
        touched[:] = True
    result = withheld(withheld(result, listed, _WITHHELD), outside, _WITHHELD)
    result, silenced = silent(result, names)
    if coarser is None:
        counts["texts left out"] = int((silenced & ~listed).sum())
    small, few = np.zeros(len(table), dtype=bool), np.zeros(len(table), dtype=bool)
    if least > 1:
        small = small_figures(result, least)
        result = withheld(result, small, _WITHHELD)
        result = result.assign(**{c: result[c].mask(small) for c in PERSONS if c in result})
        few = few_at_spot(result, least)
        result = withheld(result, few, _WITHHELD)
    counts["withheld by list"] = int(listed.sum())
    counts["withheld as outside every area"] = int(outside.sum())
    counts["withheld as too small a figure"] = int((small & ~listed & ~outside).sum())
    counts["withheld as too few"] = int((few & ~small).sum())
    return _Done(result, counts, touched | silenced | small | few)


def _hidden(tables: Sequence[gpd.GeoDataFrame], touched: Sequence[np.ndarray], listed: Listed) -> frozenset[str]:
    return listed.hidden.union(*(names_in(table, mask) for table, mask in zip(tables, touched, strict=True)))


def _lines(name: str, table: pd.DataFrame, mask: np.ndarray) -> frozenset[tuple[str, int]]:
    """File and line of rows, as problems name them; a row without a file is known by its table and number."""
    files, lines = table["source_file"].tolist(), table["source_row"].tolist()
    found = set()
    for i in np.flatnonzero(mask).tolist():
        file = name if pd.isna(files[i]) else str(files[i])
        found.add((file, i + 1 if pd.isna(lines[i]) else int(lines[i])))
    return frozenset(found)
