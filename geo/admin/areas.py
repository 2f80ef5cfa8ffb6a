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


def units_at(areas: gpd.GeoDataFrame, longitude: Any, latitude: Any, level: int) -> np.ndarray:
    """P-code of the unit of one level that holds each point, None where none does; on a border the first by code."""
    codes = np.full(len(longitude), None, dtype=object)
    units = areas[areas["level"] == level]
    if units.empty or not len(codes):
        return codes
    points = shapely.points(np.asarray(longitude, dtype=float), np.asarray(latitude, dtype=float))
    # The few polygons are prepared, not the many points.
    unit, at = shapely.STRtree(points).query(units.geometry.to_numpy(), predicate="intersects")
    known = units["pcode"].tolist()
    for point, row in sorted(zip(at.tolist(), unit.tolist(), strict=True), reverse=True):
        codes[point] = known[row]
    return codes


def assign_pcodes(table: pd.DataFrame, areas: gpd.GeoDataFrame, *, longitude: str, latitude: str) -> pd.DataFrame:
    """The table with admin1_pcode to admin3_pcode of the units its points lie in; rows without a point stay empty."""
    located = table[longitude].notna() & table[latitude].notna()
    codes = {}
    for level in (1, 2, 3):
        column = np.full(len(table), None, dtype=object)
        column[located.to_numpy()] = units_at(
            areas, table.loc[located, longitude].to_numpy(), table.loc[located, latitude].to_numpy(), level
        )
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
