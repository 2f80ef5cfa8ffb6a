"""The page's background: outlines, divisions and areas as rings, already projected, quantised, cut to the theatre."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import box

from geo.clipping import clipped
from geo.outlines import Outlines, Rings
from geo.schema import CRS
from maps.layers import MapSpec, has_shape
from maps.payload import Columns

QUANTUM = 2**25  # the whole world is so many units wide: 1.2 m at the equator
HIGHEST_LATITUDE = 85.0511
Box = tuple[float, float, float, float]
KINDS = ("country", "admin1", "admin2", "admin3", "area", "road", "unit")
# Detail kept, in parts of the frame's width: less than a pixel when the frame is first seen.
FINENESS = {"country": 1 / 6000, "admin1": 1 / 6000, "admin2": 1 / 5000, "admin3": 1 / 4000}
FINENESS |= dict.fromkeys(("area", "unit"), 1 / 5000)


@dataclass(frozen=True, slots=True)
class Frame:
    """What the reader sees at first, and the wider box that the base map fills. West, south, east, north."""

    view: Box
    filled: Box


def frame(spec: MapSpec) -> Frame:
    """The frame of a map: its bounds, and around them all that may scroll into view."""
    west, south, east, north = spec.bounds
    drawn = [t.total_bounds for t in (layer.table for layer in spec.layers if layer.kind != "places") if len(t)]
    corners = np.array([spec.bounds, *drawn])
    corners = corners[np.isfinite(corners).all(axis=1)]
    low, high = corners[:, :2].min(axis=0), corners[:, 2:].max(axis=0)
    margin = max(2.0, 1.0 * max(east - west, north - south))
    filled = (
        max(-180.0, float(low[0]) - margin),
        max(-HIGHEST_LATITUDE, float(low[1]) - margin),
        min(180.0, float(high[0]) + margin),
        min(HIGHEST_LATITUDE, float(high[1]) + margin),
    )
    return Frame(spec.bounds, filled)


def add_shapes(
    columns: Columns, spec: MapSpec, where: Frame, rated: gpd.GeoDataFrame | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Put all rings and lines into the payload; return the features of each kind: names and where labels stand.

    ``rated``: the units that rates are told of; those of approximate outline are of the kind "unit", all others are
    divisions already.
    """
    parts = _Parts(columns)
    tables = {"country": _countries(spec, where)} | {f"admin{n}": _divisions(spec, n, where) for n in (1, 2, 3)}
    tables["area"] = _simpler(spec.layer("event_areas"), "area", where)
    context = spec.layer("context")
    lines = context.loc[context.geometry.geom_type == "LineString"] if len(context) else context
    tables["road"] = lines.reset_index(drop=True)
    if rated is not None:
        tables["unit"] = _simpler(rated.loc[rated["approximate"].astype(bool)], "unit", where)
    features = {kind: parts.add(kind, tables[kind]) for kind in KINDS if kind in tables}
    parts.finish()
    return features


def project(longitudes: Any, latitudes: Any) -> tuple[np.ndarray, np.ndarray]:
    """Web Mercator in units of the world's width / `QUANTUM`, from the north-west corner."""
    lat = np.radians(np.clip(np.asarray(latitudes, dtype=float), -HIGHEST_LATITUDE, HIGHEST_LATITUDE))
    x = (np.asarray(longitudes, dtype=float) + 180.0) / 360.0
    y = 0.5 - np.log(np.tan(np.pi / 4 + lat / 2)) / (2 * np.pi)
    return np.rint(x * QUANTUM).astype(np.int64), np.rint(y * QUANTUM).astype(np.int64)


class _Parts:
    """Rings of all kinds, gathered in order."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.points: list[np.ndarray] = []
        self.rings: list[tuple[int, int, int]] = []

    def add(self, kind: str, table: gpd.GeoDataFrame) -> list[dict[str, Any]]:
        features = []
        for number, row in enumerate(table.itertuples(index=False)):
            for line in _lines(row.geometry):
                self.points.append(line)
                self.rings.append((KINDS.index(kind), number, len(line)))
            features.append(_feature(row))
        return features

    def finish(self) -> None:
        rings = np.array(self.rings, dtype=np.int64).reshape(-1, 3)
        for position, name in enumerate(("kind", "feature", "points")):
            self.columns.add("rings", name, rings[:, position])
        points = np.concatenate(self.points) if self.points else np.empty((0, 2))
        x, y = project(points[:, 0], points[:, 1])
        self.columns.add("points", "x", x, signed=True, delta=True)
        self.columns.add("points", "y", y, signed=True, delta=True)


def _lines(shape: Any) -> Iterable[np.ndarray]:
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            yield from (shapely.get_coordinates(ring) for ring in (part.exterior, *part.interiors) if len(ring.coords))
        elif part.geom_type in ("LineString", "LinearRing"):
            yield shapely.get_coordinates(part)
        elif part.geom_type.startswith("Multi") or part.geom_type == "GeometryCollection":
            yield from _lines(part)


def _feature(row: Any) -> dict[str, Any]:
    point = row.geometry.representative_point()
    described = {"name": row.name, "x": round(point.x, 5), "y": round(point.y, 5)}
    for key in ("name_ar", "country", "pcode", "label", "precision", "approximate", "area_id"):
        value = getattr(row, key, None)
        if value is not None and not pd.isna(value):
            described[key] = bool(value) if key == "approximate" else str(value)
    return described


def country_table(spec: MapSpec) -> gpd.GeoDataFrame:
    """Land of the countries around a map, valid polygons: ``country`` (ISO 3166-1 alpha-2), ``name``, ``name_ar``."""
    table = _countries(spec, frame(spec))
    shapes = shapely.make_valid(table.geometry.to_numpy())
    land = [shapely.union_all([p for p in shapely.get_parts(s) if shapely.get_dimensions(p) == 2]) for s in shapes]
    return table.set_geometry(gpd.GeoSeries(land, index=table.index, crs=CRS))


def _countries(spec: MapSpec, where: Frame) -> gpd.GeoDataFrame:
    width = where.view[2] - where.view[0]
    outlines = outlines_within(where.filled, finest=width * FINENESS["country"])
    areas = spec.admin
    arabic = {}
    if len(areas):
        top = areas.loc[areas["level"] == 0]
        arabic = dict(zip(top["country"], top["name_ar"], strict=True))
    outlines = outlines.assign(name_ar=outlines["country"].map(arabic))
    return _simpler(outlines, "country", where)


def _divisions(spec: MapSpec, level: int, where: Frame) -> gpd.GeoDataFrame:
    """Divisions whose lines are known; derived ones are areas at best, never lines of the base map."""
    if not len(spec.admin):
        return spec.admin
    known = (spec.admin["level"] == level) & ~spec.admin["approximate"].astype(bool)
    return _simpler(spec.admin.loc[known], f"admin{level}", where)


def _simpler(table: gpd.GeoDataFrame, kind: str, where: Frame) -> gpd.GeoDataFrame:
    """Shapes that touch the filled box, cut to it, with neighbours still sharing their line."""
    if not len(table):
        return table
    west, _, east, _ = where.view
    cut = box(*where.filled)
    shapes = table.geometry.to_numpy()
    # Bounding boxes are enough here, and shapes as published need not be valid.
    near = has_shape(table.geometry) & shapely.intersects(shapely.box(*shapely.bounds(shapes).T), cut)
    table, shapes = table.loc[near].reset_index(drop=True), shapes[near]
    if not len(table):
        return table
    tolerance = (east - west) * FINENESS[kind]
    # Not made valid: that takes seconds for the world, and filling by parity draws a crossed ring well enough.
    cut_out = clipped(shapes, where.filled)
    inside = ~shapely.is_empty(cut_out)
    table, cut_out = table.loc[inside].reset_index(drop=True), cut_out[inside]
    thin = _simplify(cut_out, tolerance) if kind != "area" else shapely.simplify(cut_out, tolerance)
    return table.set_geometry(gpd.GeoSeries(thin, index=table.index, crs=CRS))


def _simplify(shapes: np.ndarray, tolerance: float) -> np.ndarray:
    """Fewer vertices, the same on both sides of a shared line; else parted by less than a pixel."""
    if hasattr(shapely, "coverage_simplify"):  # since Shapely 2.1
        try:
            return shapely.coverage_simplify(shapes, tolerance)
        except (shapely.errors.GEOSException, TypeError):  # overlaps, or lines left over by the cut
            pass
    return shapely.simplify(shapes, tolerance)


def outlines_within(around: Box, *, finest: float) -> gpd.GeoDataFrame:
    """Land of every country as far as it touches a box; Natural Earth 1:10m, with ISO 3166-1 alpha-2 codes.

    Islands and lakes smaller than ``finest`` degrees are left out. Unlike ``geo.outlines.country_outlines`` it keeps
    land without a code, or the map would show sea there, and rings need not be valid.

    Raises
    ------
    InputError
        The outlines were not put beside the package.
    """
    outlines = Outlines()
    polygons = [(number, rings) for number, land in enumerate(outlines.lands) for rings in land.polygons]
    boxes = outlines.boxes([rings[0] for _, rings in polygons])
    parts: dict[int, list[Any]] = {}
    for k in np.flatnonzero(_touch(boxes, around) & (_spans(boxes) >= finest)):
        number, rings = polygons[k]
        parts.setdefault(number, []).extend(_parts_within(rings, boxes[k], outlines, around, finest))
    lands = [(outlines.lands[n], shapely.MultiPolygon(found)) for n, found in parts.items() if found]
    table = pd.DataFrame([(a.country, a.name, shape) for a, shape in lands], columns=["country", "name", "geometry"])
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)


def _parts_within(rings: Rings, box: np.ndarray, outlines: Outlines, around: Box, finest: float) -> list[Any]:
    """One polygon as far as it touches a box; its holes finer than `finest` are left out."""
    outer, *holes = rings
    seen = [hole for hole, wide in zip(holes, _spans(outlines.boxes(holes)) >= finest, strict=True) if wide]
    if box[2] - box[0] <= 180:
        return [shapely.Polygon(outlines.ring(outer), [outlines.ring(hole) for hole in seen])]
    # Across the antimeridian, or so wide that it is worth a look.
    whole = shapely.get_parts(outlines.shape(((outer, *seen),)))
    return whole[_touch(shapely.bounds(whole), around)].tolist()


def _spans(boxes: np.ndarray) -> np.ndarray:
    """The longer side of each box, in degrees."""
    return np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])


def _touch(boxes: np.ndarray, around: Box) -> np.ndarray:
    west, south, east, north = boxes.T
    return (west <= around[2]) & (east >= around[0]) & (south <= around[3]) & (north >= around[1])
