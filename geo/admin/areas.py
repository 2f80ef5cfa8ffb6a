"""The table of administrative areas, and the joining of points to them."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.schema import CRS

AREA_COLUMNS = ("pcode", "name", "name_ar", "level", "parent", "country", "approximate", "source", "geometry")
_TEXT = ("pcode", "name", "name_ar", "parent", "country", "source")


def areas_table(table: Any) -> gpd.GeoDataFrame:
    """A table of areas with the columns of AREAS, typed and in order of level and code."""
    table = pd.DataFrame(table).reindex(columns=list(AREA_COLUMNS))
    typed = table.astype(dict.fromkeys(_TEXT, "string") | {"level": "int64", "approximate": "bool"})
    typed = typed.sort_values(["level", "pcode"], kind="stable").reset_index(drop=True)
    shapes = gpd.GeoSeries(typed["geometry"].to_list(), index=typed.index, crs=CRS)
    return gpd.GeoDataFrame(typed.drop(columns="geometry"), geometry=shapes, crs=CRS)[list(AREA_COLUMNS)]


def mended(shapes: Any) -> Any:
    """Valid polygons; a bow-tie becomes its two halves, slivers without area go."""
    bad = ~shapely.is_valid(shapes)
    if bad.any():
        shapes = shapes.copy()
        shapes[bad] = shapely.make_valid(shapes[bad], method="structure", keep_collapsed=False)
    return shapely.force_2d(shapes)


class Units:
    """The units of one level, ready to be asked which of them holds a point."""

    def __init__(self, areas: gpd.GeoDataFrame, level: int) -> None:
        units = areas[areas["level"] == level]
        self._codes = units["pcode"].to_numpy(dtype=object)
        self._shapes = units.geometry.to_numpy()
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)

    def at(self, longitude: Any, latitude: Any) -> np.ndarray:
        """P-code of the unit that holds each point, None where none does; on a border the first by code."""
        codes = np.full(len(longitude), None, dtype=object)
        points = shapely.points(np.asarray(longitude, dtype=float), np.asarray(latitude, dtype=float))
        point, unit = self._tree.query(points)
        held = shapely.intersects(self._shapes[unit], points[point])
        point, unit = point[held], unit[held]
        last_first = np.argsort(-unit, kind="stable")
        codes[point[last_first]] = self._codes[unit[last_first]]
        return codes


def assign_pcodes(table: pd.DataFrame, areas: gpd.GeoDataFrame, *, longitude: str, latitude: str) -> pd.DataFrame:
    """The table with admin1_pcode to admin3_pcode of the units its points lie in; rows without a point stay empty."""
    located = table[longitude].notna() & table[latitude].notna()
    codes = {}
    for level in (1, 2, 3):
        column = np.full(len(table), None, dtype=object)
        column[located.to_numpy()] = Units(areas, level).at(table.loc[located, longitude], table.loc[located, latitude])
        codes[f"admin{level}_pcode"] = pd.array(column, dtype="string")
    return table.assign(**codes)


def parents(areas: gpd.GeoDataFrame) -> dict[str, dict[int, str]]:
    """For every unit its own code and those above it, by level."""
    above = dict(zip(areas["pcode"], areas["parent"], strict=True))
    level = dict(zip(areas["pcode"], areas["level"], strict=True))
    chains: dict[str, dict[int, str]] = {}
    for code in above:
        chain, at = {}, code
        while isinstance(at, str) and at in level and int(level[at]) not in chain:
            chain[int(level[at])] = at
            at = above[at]
        chains[code] = chain
    return chains
