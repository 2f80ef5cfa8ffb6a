"""Approximate areas where no file gives any: from the places of a gazetteer, and from a map of the world."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.admin.areas import areas_table, mended
from geo.gazetteer import Gazetteer
from geo.outlines import division_areas
from geo.schema import CRS


def derived_areas(gazetteer: Gazetteer, outlines: gpd.GeoDataFrame, *, home: str, metric_crs: str) -> gpd.GeoDataFrame:
    """Units of a country from its populated places: their Voronoi cells, dissolved by code, cut to the land.

    Levels 2 and 3 are made where nearly all places have their codes. Every place lies in the area of its own unit;
    one just outside the outline brings a disc of 1 km with it.
    """
    places = gazetteer.places
    land = outlines[outlines["country"] == home]
    populated = places[(places["country"] == home) & (places["feature_class"] == "P") & places["radius_km"].isna()]
    populated = populated.drop_duplicates(["longitude", "latitude"]).reset_index(drop=True)
    if len(populated) < 3 or land.empty:
        return areas_table([])
    points = gpd.GeoSeries.from_xy(populated["longitude"], populated["latitude"], crs=CRS).to_crs(metric_crs)
    outline = land.to_crs(metric_crs).geometry.iloc[0]
    cells = _cells(points, outline)
    tables = []
    for level in (1, 2, 3):
        codes = populated[f"admin{level}"]
        if codes.nunique() < 2 or codes.notna().mean() < 0.8:
            break
        shapes = {
            code: shapely.union_all(cells[(codes == code).to_numpy(dtype=bool, na_value=False)])
            for code in sorted(codes.dropna().unique())
        }
        areas = gpd.GeoSeries(list(shapes.values()), crs=metric_crs).to_crs(CRS)
        parent = pd.Series(home, index=codes.index) if level == 1 else populated[f"admin{level - 1}"]
        above = dict(zip(codes, parent, strict=True))
        table = _unit_names(places, list(shapes), level).assign(parent=[above[c] for c in shapes], level=level)
        tables.append(gpd.GeoDataFrame(table, geometry=mended(areas.to_numpy()), crs=CRS))
    if not tables:
        return areas_table([])
    joined = pd.concat([pd.DataFrame(t) for t in tables])
    return areas_table(joined.assign(country=home, approximate=True, source="derived from gazetteer places"))


def official_areas(gazetteer: Gazetteer, outlines: gpd.GeoDataFrame, *, cut: bool) -> gpd.GeoDataFrame:
    """First divisions of the countries of these outlines: generalised official areas, if asked cut to the outlines.

    A division without one, as many made in the last years are, gets the land that is nearer to its towns than to
    others: taken from the divisions that its towns lie in on the older map, not from the rest.
    """
    shapes = division_areas(outlines["country"].tolist()).set_index("code").geometry
    tables = []
    for country, land in zip(outlines["country"], outlines.geometry, strict=True):
        rows = [r for r in gazetteer.where("country", country) if gazetteer.column("feature_code")[r] == "ADM1"]
        known = {row: shapes.get(_first_code(gazetteer, row)) for row in rows}
        known = {row: shapely.intersection(s, land) if cut else s for row, s in known.items() if s is not None}
        codes = {gazetteer.column("admin1")[r]: r for r in rows if r not in known and gazetteer.column("admin1")[r]}
        if codes:
            known = _parted(known, codes, _around_towns(gazetteer, country, land, codes))
        tables.append(pd.DataFrame([_official(gazetteer, r, s) for r, s in known.items() if not s.is_empty]))
    joined = pd.concat([t for t in tables if len(t)]) if any(map(len, tables)) else []
    return areas_table(joined)


def _first_code(gazetteer: Gazetteer, row: int) -> str:
    """GeoNames' code of a first division: in its id, or among its ids elsewhere."""
    ids = (gazetteer.column("place_id")[row], *(gazetteer.column("other_ids")[row] or "").split(";"))
    return next((i.removeprefix("geonames:") for i in ids if _FIRST.fullmatch(i)), "")


_FIRST = re.compile(r"geonames:[A-Z]{2}\.\w+")


def _official(gazetteer: Gazetteer, row: int, shape: Any) -> dict[str, Any]:
    place = gazetteer.at(row)
    return {
        "pcode": place.admin1 or place.place_id,
        "name": place.name,
        "name_ar": place.name_ar or None,
        "level": 1,
        "parent": place.country,
        "country": place.country,
        "approximate": True,
        "source": "Natural Earth, generalised",
        "geometry": shape,
    }


def _around_towns(
    gazetteer: Gazetteer, country: str, land: Any, codes: Collection[str]
) -> dict[str, tuple[Any, np.ndarray]]:
    """For each of these divisions of a country the land nearer to its towns than to others, and its towns as points."""
    own = gazetteer.column("admin1")
    towns = [r for r in gazetteer.where("country", country) if gazetteer.column("feature_class")[r] == "P" and own[r]]
    spots = {(gazetteer.longitude[r], gazetteer.latitude[r]): own[r] for r in towns}
    if len(set(spots.values())) < 2:
        return {}
    points = shapely.points(list(spots))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=land))
    point, cell = shapely.STRtree(cells).query(points, predicate="intersects")
    holding = np.zeros(len(points), dtype=int)
    holding[point] = cell
    division = np.array(list(spots.values()), dtype=object)
    found = {}
    for code in codes:
        mine = division == code
        if mine.any():
            shape = shapely.intersection(shapely.union_all(cells[holding[mine]]), land)
            found[code] = (shape, points[mine])
    return found


def _parted(known: dict[int, Any], codes: dict[str, int], around: dict[str, tuple[Any, np.ndarray]]) -> dict[int, Any]:
    """The areas with those of further divisions, by row: what these take, the divisions that held their towns lose."""
    parted = dict(known)
    for code, (shape, towns) in around.items():
        rows = list(parted)
        near = shapely.STRtree([parted[r] for r in rows]).query(shape, predicate="intersects")
        held = [rows[n] for n in near if shapely.intersects(parted[rows[n]], towns).any()]
        others = [parted[rows[n]] for n in near if rows[n] not in held]
        left = shapely.difference(shape, shapely.union_all(others))
        for row in held:
            parted[row] = shapely.difference(parted[row], left)
        parted[codes[code]] = left
    return parted


def _cells(points: gpd.GeoSeries, outline: Any) -> np.ndarray:
    """The Voronoi cell of each point, cut to the land; a point outside the land has a disc of 1 km around it too."""
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points.to_list()), extend_to=outline))
    point, cell = shapely.STRtree(cells).query(points.to_numpy(), predicate="intersects")
    own = np.zeros(len(points), dtype=int)
    own[point] = cell
    cut = shapely.intersection(cells[own], outline)
    outside = ~shapely.covers(outline, points.to_numpy())
    cut[outside] = shapely.union(cut[outside], shapely.buffer(points.to_numpy()[outside], 1_000))
    return np.asarray(cut)


def _unit_names(places: pd.DataFrame, codes: Iterable[str], level: int) -> pd.DataFrame:
    """Names of units by code: of the unit itself, else of its seat, else of its most populous place."""
    seats = ["PPLC", "PPLA", "PPLA2", "PPLA3"][: level + 1]
    ranked = places.assign(unit=places["feature_code"] == f"ADM{level}", seat=places["feature_code"].isin(seats))
    ranked = ranked.sort_values(["unit", "seat", "population"], ascending=False, kind="stable", na_position="last")
    first = ranked.dropna(subset=[f"admin{level}"]).drop_duplicates(f"admin{level}").set_index(f"admin{level}")
    named = first.loc[list(codes), ["name", "name_ar"]]
    return named.rename_axis("pcode").reset_index()
