"""Administrative areas: reading polygons, deriving approximate ones from gazetteer points, and joining points to them.

AREAS is a GeoDataFrame in EPSG:4326 with the columns of ``AREA_COLUMNS``. Level 0 is the country, 1 its first
division. An area made from points instead of surveyed lines is marked ``approximate``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import InputError
from geo.gazetteer import Gazetteer, country_code
from geo.outlines import country_outlines
from geo.schema import CRS
from geo.theatre import Theatre

__all__ = ["AREA_COLUMNS", "assign_pcodes", "country_outlines", "load_areas", "parents", "read_admin", "units_at"]

AREA_COLUMNS = ("pcode", "name", "name_ar", "level", "parent", "country", "approximate", "source", "geometry")
_TEXT = ("pcode", "name", "name_ar", "parent", "country", "source")

_COD_CODE = re.compile(r"^adm(?:in)?([0-4])_?pcode$", re.IGNORECASE)


def read_admin(path: Path) -> gpd.GeoDataFrame:
    """Read administrative polygons into an AREAS table; invalid shapes are mended, other CRS brought to EPSG:4326.

    Knows OCHA's common datasets (ADMn_EN, ADMn_AR, ADMn_PCODE; the levels above are made by dissolving) and
    geoBoundaries (shapeName, shapeISO, shapeType), as shapefile (also zipped), GeoPackage or GeoJSON.

    Raises
    ------
    InputError
        The file cannot be read, holds no polygons, or has none of these columns; the message lists those it has.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file; give the path of a polygon file")
    try:
        shapes = gpd.read_file(path)
    except (OSError, ValueError, RuntimeError) as error:
        reason = (str(error).splitlines() or ["unknown format"])[0]
        raise InputError(f"{path.name}: cannot be read as polygons: {reason}") from None
    if not isinstance(shapes, gpd.GeoDataFrame) or shapes.empty:
        raise InputError(f"{path.name}: holds no polygons")
    shapes = _located(shapes, path.name)
    columns = {str(c).casefold(): c for c in shapes.columns}
    levels = sorted({int(m[1]) for m in map(_COD_CODE.match, columns) if m})
    if levels:
        return _from_cod(shapes, columns, levels, path.name)
    if "shapename" in columns:
        return _from_geoboundaries(shapes, columns, path.name)
    has = ", ".join(str(c) for c in shapes.columns if c != "geometry")
    raise InputError(
        f"{path.name}: has no column of unit names that is known; wanted ADMn_EN and ADMn_PCODE (OCHA) or shapeName "
        f"and shapeISO (geoBoundaries); it has: {has}"
    )


def _located(shapes: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Polygons only, valid, in EPSG:4326. A file without a CRS is taken for degrees if its numbers can be degrees."""
    shapes = shapes[shapes.geometry.notna() & ~shapes.geometry.is_empty]
    shapes = shapes[shapes.geom_type.isin(["Polygon", "MultiPolygon", "GeometryCollection"])]
    if shapes.empty:
        raise InputError(f"{name}: holds no polygons")
    if shapes.crs is None:
        west, south, east, north = shapes.total_bounds
        if west < -181 or east > 181 or south < -91 or north > 91:
            raise InputError(f"{name}: names no coordinate system and is not in degrees; add its .prj file")
        shapes = shapes.set_crs(CRS)
    shapes = shapes.to_crs(CRS)
    return shapes.assign(geometry=_mended(shapes.geometry.to_numpy())).reset_index(drop=True)


def _mended(shapes: Any) -> Any:
    """Valid polygons; a bow-tie becomes its two halves, slivers without area go."""
    bad = ~shapely.is_valid(shapes)
    if bad.any():
        shapes = shapes.copy()
        shapes[bad] = shapely.make_valid(shapes[bad], method="structure", keep_collapsed=False)
    return shapely.force_2d(shapes)


def _from_cod(shapes: gpd.GeoDataFrame, columns: dict[str, Any], levels: list[int], name: str) -> gpd.GeoDataFrame:
    tables = []
    for level in levels:
        if level > 3:
            continue
        named = {w: _cod_column(columns, level, w) for w in ("pcode", "en", "ar")}
        unit = pd.DataFrame({w: shapes[c].astype("string") if c is not None else pd.NA for w, c in named.items()})
        above = _cod_column(columns, level - 1, "pcode") if level else None
        unit = unit.assign(parent=pd.NA if above is None else shapes[above].astype("string"))
        unit = gpd.GeoDataFrame(unit, geometry=shapes.geometry, crs=CRS)
        unit = unit[unit["pcode"].notna()]
        if unit["pcode"].duplicated().any():
            unit = unit.dissolve("pcode", aggfunc="first", as_index=False)
            unit = unit.assign(geometry=_without_slits(unit.geometry))
        country = unit["pcode"].str.extract(r"^([A-Za-z]{2})", expand=False).str.upper()
        tables.append(
            unit.assign(name=unit["en"].fillna(unit["pcode"]), name_ar=unit["ar"], level=level, country=country)
        )
    if not tables:
        raise InputError(f"{name}: holds level 4 only; wanted polygons of levels 0 to 3")
    return areas_table(pd.concat(tables).assign(approximate=False, source=name))


def _cod_column(columns: dict[str, Any], level: int, what: str) -> Any:
    """A column of OCHA's, in the older (ADM1_EN) and newer (adm1_name) manner; the language may be another."""
    wanted = {"pcode": ("pcode",), "en": ("en", "name_en", "name", "name1", "fr", "uk"), "ar": ("ar", "name_ar")}[what]
    found = (columns.get(f"{stem}{level}{sep}{w}") for w in wanted for stem in ("adm", "admin") for sep in ("_", ""))
    return next((c for c in found if c is not None), None)


def _without_slits(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Neighbours drawn apart by a hair leave slits when dissolved: holes under a square kilometre are filled."""
    return gpd.GeoSeries([_filled(s) for s in shapes], index=shapes.index, crs=shapes.crs)


def _filled(shape: Any) -> Any:
    parts = [
        shapely.Polygon(p.exterior, [r for r in p.interiors if shapely.Polygon(r).area > 1e-4])
        for p in shapely.get_parts(shape)
        if p.geom_type == "Polygon"
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _from_geoboundaries(shapes: gpd.GeoDataFrame, columns: dict[str, Any], name: str) -> gpd.GeoDataFrame:
    def column(key: str) -> pd.Series:
        return shapes[columns[key]].astype("string") if key in columns else pd.Series(pd.NA, shapes.index, "string")

    group = column("shapegroup")
    countries = {g: country_code(g) for g in group.dropna().unique()}
    level = column("shapetype").str.extract(r"(\d)", expand=False)
    if level.isna().any():
        raise InputError(f"{name}: the column shapeType must say ADM0 to ADM3 in every row")
    code = column("shapeiso").mask(lambda c: c.fillna("").str.len() < 2)
    table = shapes[["geometry"]].assign(
        pcode=code.fillna(column("shapeid")).fillna(column("shapename")),
        name=column("shapename"),
        name_ar=pd.NA,
        level=level.astype(int),
        country=group.map(countries),
        approximate=False,
        source=name,
    )
    return areas_table(table.assign(parent=table["country"].where(table["level"] == 1)))


def areas_table(table: Any) -> gpd.GeoDataFrame:
    """A table of areas with the columns of AREAS, typed and in order of level and code."""
    table = pd.DataFrame(table).reindex(columns=list(AREA_COLUMNS))
    typed = table.astype(dict.fromkeys(_TEXT, "string") | {"level": "int64", "approximate": "bool"})
    typed = typed.sort_values(["level", "pcode"], kind="stable").reset_index(drop=True)
    shapes = gpd.GeoSeries(typed["geometry"].to_list(), index=typed.index, crs=CRS)
    return gpd.GeoDataFrame(typed.drop(columns="geometry"), geometry=shapes, crs=CRS)[list(AREA_COLUMNS)]


def load_areas(theatre: Theatre, gazetteer: Gazetteer, files: Sequence[Path] = ()) -> gpd.GeoDataFrame:
    """The areas of a theatre: countries from outlines; units from the given files, else the theatre's, else derived.

    Units of level 1 that no file gives are derived from the populated places of the home country and marked
    approximate.

    Raises
    ------
    InputError
        A file cannot be read as polygons, or the outlines are missing from the package.
    """
    given = [read_admin(p) for p in (files or theatre.admin)]
    outlines = country_outlines(theatre.countries)
    countries = outlines.assign(pcode=outlines["country"], level=0, approximate=False, source="Natural Earth")
    tables = [countries, *(g[g["level"] > 0] for g in given)]
    covered = {c for g in given for c in g.loc[g["level"] == 1, "country"].dropna()}
    if theatre.home and theatre.home not in covered:
        tables.append(derived_areas(gazetteer, outlines, home=theatre.home, metric_crs=theatre.metric_crs))
    filled = [pd.DataFrame(t) for t in tables if len(t)]
    joined = areas_table(pd.concat(filled, ignore_index=True) if filled else [])
    # Given files come best first.
    return joined.drop_duplicates("pcode").reset_index(drop=True)


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
        tables.append(gpd.GeoDataFrame(table, geometry=_mended(areas.to_numpy()), crs=CRS))
    if not tables:
        return areas_table([])
    joined = pd.concat([pd.DataFrame(t) for t in tables])
    return areas_table(joined.assign(country=home, approximate=True, source="derived from gazetteer places"))


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


def units_at(areas: gpd.GeoDataFrame, longitude: Any, latitude: Any, level: int) -> np.ndarray:
    """P-code of the unit of one level that holds each point, None where none does; on a border the first by code."""
    codes = np.full(len(longitude), None, dtype=object)
    units = areas[areas["level"] == level]
    if units.empty or not len(codes):
        return codes
    points = shapely.points(np.asarray(longitude, dtype=float), np.asarray(latitude, dtype=float))
    at, unit = shapely.STRtree(units.geometry.to_numpy()).query(points, predicate="intersects")
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
