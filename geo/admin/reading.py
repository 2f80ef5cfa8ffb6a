"""Reading administrative polygons: OCHA's common datasets and geoBoundaries."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from geo.admin.areas import areas_table, mended
from geo.errors import InputError
from geo.gazetteer import country_code
from geo.names import scripts
from geo.schema import CRS

_COD_CODE = re.compile(r"^adm(?:in)?([0-4])_?pcode$", re.IGNORECASE)


def read_admin(path: Path) -> gpd.GeoDataFrame:
    """Read administrative polygons into an AREAS table; invalid shapes are mended, other CRS brought to EPSG:4326.

    Knows OCHA's common datasets (ADMn_EN, ADMn_AR, ADMn_PCODE; the levels above are made by dissolving) and
    geoBoundaries (shapeName, shapeISO, shapeType), as shapefile, GeoPackage or GeoJSON, also zipped. Of several layers
    the deepest one of level 0 to 3 is read.

    Raises
    ------
    InputError
        The file cannot be read, holds no polygons, or has none of these columns; the message lists those it has.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file; give the path of a polygon file")
    try:
        source, layer = _deepest(_layers(path))
        shapes = gpd.read_file(source, layer=layer)
    except (OSError, ValueError, RuntimeError, zipfile.BadZipFile) as error:
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


def _layers(path: Path) -> list[tuple[str, str | None]]:
    """Source and name of every layer of a file. GDAL lists no GeoJSON inside an archive, so its members are named."""
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            members = [n for n in archive.namelist() if n.lower().endswith(".geojson")]
        if members:
            return [(f"/vsizip/{{{path.resolve()}}}/{name}", None) for name in members]
    return [(str(path), str(name)) for name, _ in pyogrio.list_layers(path)]


def _deepest(layers: list[tuple[str, str | None]]) -> tuple[str, str | None]:
    """Of several layers the one of polygons with the deepest codes of level 0 to 3, else the first."""
    if len(layers) < 2:
        return layers[0]
    ranked = []
    for source, layer in layers:
        info = pyogrio.read_info(source, layer=layer)
        level = max((int(m[1]) for m in (_COD_CODE.match(str(f)) for f in info["fields"]) if m), default=-1)
        is_area = any(kind in str(info["geometry_type"]) for kind in ("Polygon", "Unknown"))
        ranked.append(level if is_area and level <= 3 else -1)
    return layers[ranked.index(max(ranked))]


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
    return shapes.assign(geometry=mended(shapes.geometry.to_numpy())).reset_index(drop=True)


def _from_cod(shapes: gpd.GeoDataFrame, columns: dict[str, Any], levels: list[int], name: str) -> gpd.GeoDataFrame:
    tables = []
    for level in levels:
        if level > 3:
            continue
        named = {w: _cod_column(columns, level, w) for w in ("pcode", "en", "ar")}
        named["ar"] = named["ar"] or _arabic_column(shapes, columns, level)
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


def _arabic_column(shapes: gpd.GeoDataFrame, columns: dict[str, Any], level: int) -> Any:
    """The column of Arabic names where OCHA only numbers the languages (adm1_name, adm1_name1, ...)."""
    numbered = (columns.get(f"adm{level}_name{n}") for n in (1, 2, 3))
    return next((c for c in numbered if c is not None and _is_arabic(shapes[c])), None)


def _is_arabic(names: pd.Series) -> bool:
    return "ARABIC" in scripts(" ".join(names.dropna().astype(str)[:3]))


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
