"""Admin units with the people who live in them, and the units of each row: what the page makes rates of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.displacement import SIDES, persons, unit_of
from geo.links import FIGHTING
from geo.population import denominators
from maps import style
from maps.layers import MapSpec
from maps.payload import Columns
from maps.records import figures_told

LEVELS = (1, 2, 3)
_OF_EVENTS = ["event_type", "date_start", "fatalities_best", *(f"admin{level}_pcode" for level in LEVELS)]


@dataclass(frozen=True, slots=True)
class Rated:
    """The units that rates are told of, and for each year of the map the counts of their people (`geo.population`)."""

    areas: gpd.GeoDataFrame
    counts: Mapping[int, pd.DataFrame]


def rated_units(spec: MapSpec) -> Rated | None:
    """The units of each level and country of which at least one is counted; None where none is."""
    if not len(spec.population) or not len(spec.admin) or spec.span is None:
        return None
    first, last = spec.span
    years = range(first.year, last.year + 1)
    counts = {year: denominators(spec.population, spec.admin, year=year) for year in years}
    units = spec.admin.loc[spec.admin["level"].isin(LEVELS)].drop_duplicates("pcode")
    counted = units["pcode"].isin(set().union(*(table.index for table in counts.values())))
    some = counted.groupby([units["level"], units["country"].fillna("")]).transform("any")
    return Rated(units.loc[some], counts) if some.any() else None


def add_inhabitants(
    columns: Columns,
    spec: MapSpec,
    rated: Rated,
    features: Mapping[str, Sequence[Mapping[str, Any]]],
    orders: tuple[np.ndarray, np.ndarray],
) -> dict[str, Any] | None:
    """Pack the units of each event and record, in these orders; return the units with their people, or None.

    A unit is told of if it has a shape among the features. Columns: ``unit_sets`` has a row for each set of units that
    a row of the tables lies in, ``admin1`` to ``admin3`` number of the unit, from 1, or 0; ``events.unit``,
    ``records.origin_unit`` and ``records.destination_unit`` are numbers of such sets. None, and nothing is packed,
    where there is nothing to make a rate of.
    """
    shapes = {f["pcode"]: [kind, k] for kind, found in features.items() for k, f in enumerate(found) if _is_unit(kind)}
    areas = rated.areas.loc[rated.areas["pcode"].isin(shapes)]
    number = {code: k + 1 for k, code in enumerate(areas["pcode"])}
    events = pd.DataFrame(spec.events)[_OF_EVENTS].take(orders[0])  # no more: the whole table would be a second table
    records = figures_told(spec, orders[1])
    units = {"events": _units_of_events(events, number)}
    units |= {side: _units_of_ends(records, side, spec.admin, number) for side in SIDES}
    measures = _measures(events, records, units)
    if not measures:
        return None
    sets, numbers = _distinct(list(units.values()))
    for k, level in enumerate(LEVELS):
        columns.add("unit_sets", f"admin{level}", sets[:, k])
    columns.add("events", "unit", numbers[0])
    for side, found in zip(SIDES, numbers[1:], strict=True):
        columns.add("records", f"{side}_unit", found)
    sources: dict[str, int] = {}
    return {
        "measures": measures,
        "fighting": list(FIGHTING),
        "small": style.SMALL_POPULATION,
        "colours": {"classes": style.RATE_CLASSES, "zero": style.RATE_ZERO},
        "units": [_unit(row, shapes, rated.counts, sources) for row in areas.itertuples(index=False)],
        "sources": list(sources),
    }


def _is_unit(kind: str) -> bool:
    return kind == "unit" or kind in {f"admin{level}" for level in LEVELS}


def _unit(
    row: Any, shapes: Mapping[str, list[Any]], counts: Mapping[int, pd.DataFrame], sources: dict[str, int]
) -> dict[str, Any]:
    """A unit: names, level, its shape (kind and number of the feature), and its people.

    People: the first year that a count is used for, the count or None, its own year and the number of its source.
    """
    told: list[list[Any]] = []
    for year, table in counts.items():
        found: list[Any] = [None]
        if row.pcode in table.index:
            count = table.loc[row.pcode]
            source = sources.setdefault(str(count["source"]), len(sources))
            found = [float(count["population"]), int(count["year"]), source]
        if not told or told[-1][1:] != found:
            told.append([year, *found])
    unit = {"pcode": row.pcode, "level": int(row.level), "name": row.name, "shape": shapes[row.pcode], "people": told}
    return unit | ({} if pd.isna(row.name_ar) else {"name_ar": str(row.name_ar)})


def _units_of_events(events: pd.DataFrame, number: Mapping[str, int]) -> np.ndarray:
    """Numbers of the units of each event, a column a level; 0 where none. An event counts by its first day alone."""
    codes = (events[f"admin{level}_pcode"].where(events["date_start"].notna()) for level in LEVELS)
    return np.column_stack([_numbers(column, number) for column in codes])


def _units_of_ends(records: pd.DataFrame, side: str, areas: gpd.GeoDataFrame, number: Mapping[str, int]) -> np.ndarray:
    return np.column_stack([_numbers(unit_of(records, side, areas, level), number) for level in LEVELS])


def _numbers(codes: pd.Series, number: Mapping[str, int]) -> np.ndarray:
    return codes.astype(object).map(number).fillna(0).to_numpy(dtype=np.int64)


def _measures(events: pd.DataFrame, records: pd.DataFrame, units: Mapping[str, np.ndarray]) -> list[str]:
    """What a rate can be told of: some row of it lies in a unit. The words are those of maps/js/src/rates.js."""
    fights = events["event_type"].isin(FIGHTING).to_numpy(dtype=bool) & units["events"].any(axis=1)
    dead = fights & events["fatalities_best"].notna().to_numpy(dtype=bool)
    told = persons(records).notna().to_numpy(dtype=bool)
    told = told & (records["movement"] == "displacement").fillna(value=False).to_numpy(dtype=bool)
    stock = (records["measure"] == "stock").fillna(value=False).to_numpy(dtype=bool)
    found = {
        "events": fights,
        "deaths": dead,
        "present": told & stock & units["destination"].any(axis=1),
        "from": told & ~stock & units["origin"].any(axis=1),
    }
    return [name for name, rows in found.items() if rows.any()]


def _distinct(units: list[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
    """The distinct rows of several arrays, that of no unit first, and for each array the numbers of its rows."""
    wide = 1 + max(int(rows.max(initial=0)) for rows in units)
    weights = np.array([wide * wide, wide, 1], dtype=np.int64)
    keys = np.concatenate([[0], *(rows @ weights for rows in units)]).astype(np.int64)
    number, found = pd.factorize(keys, sort=True)
    sets = np.column_stack([found // (wide * wide), found // wide % wide, found % wide])
    return sets, np.split(number[1:], np.cumsum([len(rows) for rows in units])[:-1])
