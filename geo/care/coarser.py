"""From a point to the unit or cell that stands in its place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import shapely

from geo.admin import Units, parents
from geo.care.hiding import name_column, precision_column, stems, without_place
from geo.codes import AREA_PRECISIONS, POINT_PRECISIONS, Precision
from geo.errors import InputError
from geo.names import fold
from geo.schema import CRS

LEVELS = ("admin3", "admin2", "admin1")
# A finer cell is smaller than a village and hides nothing.
_COARSEST_CELL, _FINEST_CELL = 0, 7
_CELL = re.compile(r"h3:(\d{1,2})")
_UNIT_PRECISION = {1: Precision.FIRST_DIVISION, 2: Precision.DISTRICT, 3: Precision.DISTRICT}


def check_coarsening(text: str) -> None:
    """Make sure that a coarsening is one we know.

    Raises
    ------
    InputError
        It is not.
    """
    cell = _CELL.fullmatch(text)
    if text in LEVELS or (cell and _COARSEST_CELL <= int(cell[1]) <= _FINEST_CELL):
        return
    raise InputError(
        f"'{text}' is no way to coarsen; wanted admin3, admin2, admin1 or h3:RES with RES from {_COARSEST_CELL} "
        f"(cells some 2,200 km across) to {_FINEST_CELL} (some 2.5 km); a finer cell would hide nothing"
    )


@dataclass(frozen=True, slots=True)
class Area:
    """What stands in place of a point: a unit with its names and the codes above it, or a cell."""

    shape: Any
    precision: Precision
    name: str
    name_ar: str | None = None
    code: str | None = None
    codes: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Coarsened:
    """A table made coarser; masks of its rows that were finer before, and of those that lie in no area."""

    table: gpd.GeoDataFrame
    finer: np.ndarray
    outside: np.ndarray


class Coarser:
    """Areas of the kind asked for, for points and for what is known to an area only.

    A district stays a district and a governorate a governorate where that is no finer than what is asked; they are
    drawn as the unit itself, never as the disc around a village that stood for it.
    """

    def __init__(self, how: str, areas: gpd.GeoDataFrame) -> None:
        check_coarsening(how)
        self.how, self.areas = how, areas
        self.level = int(how[-1]) if how in LEVELS else 0
        self.resolution = 0 if self.level else int(how.partition(":")[2])
        if self.level and not (areas["level"] == self.level).any():
            raise InputError(f"coarsening to {how} wants polygons of that level; give them with --admin FILE")
        self._parents = parents(areas)
        self._units = {u.pcode: u for u in areas.itertuples(index=False) if u.level > 0}

    def table(self, table: gpd.GeoDataFrame) -> Coarsened:
        """A table of events or displacement, each row no finer than asked, without any text that may be."""
        finer, outside = np.zeros(len(table), dtype=bool), np.zeros(len(table), dtype=bool)
        ends: dict[str, list[Area | None]] = {}
        for stem in stems(table):
            found, was_finer = self._end(table, stem)
            located = table[precision_column(stem)].isin([*POINT_PRECISIONS, *AREA_PRECISIONS])
            outside |= located.fillna(value=False).to_numpy(dtype=bool) & np.array([a is None for a in found])
            finer |= was_finer
            ends[stem] = found
        allowed = [{n for found in ends.values() if (a := found[i]) for n in _names(a)} for i in range(len(table))]
        every = np.ones(len(table), dtype=bool)
        bare = without_place(table, every, finer_than=self.level or 0, allowed=allowed)
        filled = bare.assign(**self._columns(table, ends))
        drawn = [next((a.shape for a in reversed(row) if a), None) for row in zip(*ends.values(), strict=True)]
        filled = filled.set_geometry(gpd.GeoSeries(drawn, index=table.index, crs=CRS))
        return Coarsened(filled, finer & ~outside, outside)

    def _columns(self, table: gpd.GeoDataFrame, ends: Mapping[str, Sequence[Area | None]]) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        for stem, found in ends.items():
            column = precision_column(stem)
            changes[column] = [a.precision.value if a else p for a, p in zip(found, table[column], strict=True)]
            changes[name_column(stem)] = [a.name if a else None for a in found]
            if stem:
                inside = [a.shape.representative_point() if a else None for a in found]
                changes[f"{stem}pcode"] = [a.code if a else None for a in found]
                changes[f"{stem}longitude"] = np.array([p.x if p else np.nan for p in inside], dtype=float)
                changes[f"{stem}latitude"] = np.array([p.y if p else np.nan for p in inside], dtype=float)
            else:
                changes["place_name_ar"] = [a.name_ar if a else None for a in found]
                changes |= {f"admin{n}_pcode": [a.codes.get(n) if a else None for a in found] for n in (1, 2, 3)}
        changes["geo_reason"] = [f"no finer than {self.how} for publication"] * len(table)
        return {
            c: v if isinstance(v, np.ndarray) else pd.Series(v, index=table.index, dtype="string")
            for c, v in changes.items()
        }

    def _end(self, table: gpd.GeoDataFrame, stem: str) -> tuple[list[Area | None], np.ndarray]:
        """The area of one end of each row, and a mask of those that were finer."""
        precision = table[precision_column(stem)].fillna("").to_numpy(dtype=object)
        x, y = points(table, stem)
        stated = _stated_units(table, stem, self._units)
        wanted = [self._level(p, stated[i]) for i, p in enumerate(precision)]
        by_level = {n: self._at(x, y, n, [w == n for w in wanted]) for n in sorted({w for w in wanted if w >= 0})}
        found: list[Area | None] = [by_level[w][i] if w >= 0 else None for i, w in enumerate(wanted)]
        lines = shapely.get_dimensions(table.geometry.to_numpy()) == 1 if not stem else np.zeros(len(table), dtype=bool)
        for i in np.flatnonzero(lines & (precision == Precision.LINE)):
            found[i] = self._along(table.geometry.iloc[i])
        loose = precision == Precision.LINE
        found = [a and _with_precision(a, Precision.LINE) if f else a for a, f in zip(found, loose, strict=True)]
        fine = np.isin(precision, [*POINT_PRECISIONS, Precision.LINE])
        lifted = [own is not None and 0 <= shown < own for own, shown in zip(stated, wanted, strict=True)]
        return found, fine | ((precision == Precision.DISTRICT) & np.array(lifted, dtype=bool))

    def _level(self, precision: str, stated: int | None) -> int:
        """Level of the unit to show: 0 for a cell, -1 for none."""
        if precision in POINT_PRECISIONS or precision == Precision.LINE:
            return self.level
        if precision == Precision.FIRST_DIVISION:
            return 1
        if precision == Precision.DISTRICT:
            return min(stated or 2, self.level or 3)
        return -1

    def _at(self, x: np.ndarray, y: np.ndarray, level: int, chosen: Sequence[bool]) -> list[Area | None]:
        """The unit of a level, or the cell, that holds each chosen point."""
        found: list[Area | None] = [None] * len(x)
        at = np.flatnonzero(np.array(chosen, dtype=bool) & ~(np.isnan(x) | np.isnan(y)))
        codes = Units(self.areas, level).at(x[at], y[at]) if level else [None] * len(at)
        cells: dict[str, Area] = {}
        for i, code in zip(at.tolist(), codes, strict=True):
            unit = self._unit(code) if code is not None else None
            if not self.level and (unit is None or self._is_small(unit, x[i], y[i])):
                key = h3.latlng_to_cell(float(y[i]), float(x[i]), self.resolution)
                unit = cells.setdefault(key, _cell(key))
            found[i] = unit
        return found

    def _unit(self, code: str) -> Area:
        unit = self._units[code]
        name_ar = unit.name_ar if isinstance(unit.name_ar, str) else None
        above = {n: c for n, c in self._parents.get(code, {}).items() if 0 < n < unit.level}
        return Area(
            unit.geometry, _UNIT_PRECISION[unit.level], unit.name, name_ar, code, {**above, int(unit.level): code}
        )

    def _is_small(self, unit: Area, x: float, y: float) -> bool:
        """Whether a unit is finer than the cell around a point of it."""
        return bool(unit.shape.area < _cell(h3.latlng_to_cell(float(y), float(x), self.resolution)).shape.area)

    def _along(self, line: Any) -> Area | None:
        """All units or cells that a line runs through, as one area."""
        if self.level:
            units = self.areas.loc[self.areas["level"] == self.level]
            crossed = units.loc[units.geometry.intersects(line)].sort_values("pcode")
            shapes, names = list(crossed.geometry), crossed["name"].tolist()
        else:
            step = h3.average_hexagon_edge_length(self.resolution, unit="km") / 222  # half an edge in degrees
            stops = shapely.get_coordinates(shapely.segmentize(line, step))
            keys = sorted({h3.latlng_to_cell(y, x, self.resolution) for x, y in stops.tolist()})
            shapes, names = [_cell(key).shape for key in keys], [f"h3 {key}" for key in keys]
        if not shapes:
            return None
        return Area(shapely.union_all(shapes), Precision.LINE, ", ".join(names))


def points(table: gpd.GeoDataFrame, stem: str) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of one end of each row: its point, or a point inside its area; NaN where none is."""
    if stem:
        x, y = (table[f"{stem}{axis}"].to_numpy(dtype=float, na_value=np.nan) for axis in ("longitude", "latitude"))
        return x, y
    shapes = table.geometry.to_numpy()
    inside = np.where(shapely.is_empty(shapes) | shapely.is_missing(shapes), None, shapely.point_on_surface(shapes))
    return shapely.get_x(inside), shapely.get_y(inside)


def _stated_units(table: gpd.GeoDataFrame, stem: str, units: Mapping[str, Any]) -> list[int | None]:
    """Level of the finest unit that the codes of a row name; None if they name none."""
    if stem:
        levels = {code: int(unit.level) for code, unit in units.items()}
        return [levels.get(code) if isinstance(code, str) else None for code in table[f"{stem}pcode"].tolist()]
    named = [table[f"admin{n}_pcode"].notna().to_numpy(dtype=bool) for n in (3, 2, 1)]
    return [next((n for n, has in zip((3, 2, 1), row, strict=True) if has), None) for row in zip(*named, strict=True)]


def _cell(key: str) -> Area:
    corners = [(longitude, latitude) for latitude, longitude in h3.cell_to_boundary(key)]
    return Area(_unwrapped(corners), Precision.LINE, f"h3 {key}")


def _unwrapped(corners: Sequence[tuple[float, float]]) -> Any:
    """The polygon of a cell; one across the 180th meridian in two parts."""
    x = [c[0] for c in corners]
    if max(x) - min(x) <= 180:
        return shapely.Polygon(corners)
    around = shapely.Polygon([(a % 360, b) for a, b in corners])
    east = shapely.intersection(around, shapely.box(0, -90, 180, 90))
    west = shapely.intersection(around, shapely.box(180, -90, 360, 90))
    return shapely.union_all([east, shapely.transform(west, lambda at: at - [360, 0])])


def _with_precision(area: Area, precision: Precision) -> Area:
    return Area(area.shape, precision, area.name, area.name_ar, area.code, area.codes)


def _names(area: Area) -> set[str]:
    return {fold(n) for n in (area.name, area.name_ar, area.code, *area.codes.values()) if n}
