"""The polygons of a run, and what is drawn where there is none: units by code, discs, strips along a route."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Geod

from geo.admin import Units, parents
from geo.schema import CRS

_GEOD = Geod(ellps="WGS84")
_WEB_MERCATOR = "EPSG:3857"

Point = tuple[float, float]


class Ground:
    """An AREAS table by code: shapes, levels, names, the units above each; ``rough`` ones were derived."""

    def __init__(self, areas: gpd.GeoDataFrame, metric_crs: str) -> None:
        self.areas, self.metric_crs = areas, metric_crs
        self.shapes = dict(zip(areas["pcode"], areas.geometry, strict=True))
        self.level = dict(zip(areas["pcode"], areas["level"], strict=True))
        self.rough = dict(zip(areas["pcode"], areas["approximate"], strict=True))
        self.names = {code: str(name) for code, name in zip(areas["pcode"], areas["name"], strict=True)}
        self.above = parents(areas)
        self._units: dict[int, Units] = {}
        self._boxes: dict[str, tuple[float, float, float, float]] = {}
        self._flattened: dict[str, tuple[Any, float]] = {}
        self._widened: dict[tuple[str, float], Any] = {}

    def holding(self, longitude: Any, latitude: Any, level: int) -> np.ndarray:
        """Code of the unit of one level that holds each point, None where none does."""
        if level not in self._units:
            self._units[level] = Units(self.areas, level)
        return self._units[level].at(longitude, latitude)

    def holder(self, point: Point, level: int) -> str | None:
        """Code of the unit of one level that holds a point."""
        code: str | None = self.holding([point[0]], [point[1]], level)[0]
        return code

    def inside(self, code: str) -> Point:
        """A point inside a unit, for drawing."""
        point = self.shapes[code].representative_point()
        return point.x, point.y

    def covers(self, code: str, point: Point) -> bool:
        """Whether a unit holds a point."""
        if code not in self._boxes:
            self._boxes[code] = self.shapes[code].bounds
            shapely.prepare(self.shapes[code])
        west, south, east, north = self._boxes[code]
        if not (west <= point[0] <= east and south <= point[1] <= north):
            return False
        return bool(self.shapes[code].covers(shapely.Point(point)))

    def kilometres_to(self, code: str, points: Any) -> np.ndarray:
        """Distance from points to a unit; the nearest spot is sought with longitudes shrunk to the unit's latitude."""
        flat, shrink = self._flat(code)
        points = np.asarray(points, dtype=float).reshape(-1, 2)
        here = shapely.points(points * [shrink, 1.0])
        near = shapely.get_point(shapely.shortest_line(here, flat), -1)
        _, _, metres = _GEOD.inv(points[:, 0], points[:, 1], shapely.get_x(near) / shrink, shapely.get_y(near))
        return np.where(shapely.covers(flat, here), 0.0, metres / 1_000)

    def _flat(self, code: str) -> tuple[Any, float]:
        if code not in self._flattened:
            _, south, _, north = self.shapes[code].bounds
            shrink = max(float(np.cos(np.radians((south + north) / 2))), 1e-3)
            flat = shapely.transform(self.shapes[code], lambda c: c * [shrink, 1.0])
            shapely.prepare(flat)
            self._flattened[code] = flat, shrink
        return self._flattened[code]

    def within_km(self, code: str, points: Any, kilometres: float) -> np.ndarray:
        """Whether points lie in a unit or within so many kilometres of it, give or take a few in a hundred."""
        if (code, kilometres) not in self._widened:
            flat, _ = self._flat(code)
            # A simpler outline, drawn wider by what it may have cut off, is as good here and much faster.
            wide = flat.simplify(0.05).buffer(kilometres / 111.2, quad_segs=8).union(flat)
            shapely.prepare(wide)
            self._widened[code, kilometres] = wide
        points = np.asarray(points, dtype=float).reshape(-1, 2)
        return np.asarray(
            shapely.covers(self._widened[code, kilometres], shapely.points(points * [self._flat(code)[1], 1.0]))
        )

    def strip(self, line: Any, width_km: float) -> Any:
        """What lies within so many kilometres of a line."""
        lines = gpd.GeoSeries([line], crs=CRS)
        metric = self.metric_crs if self.metric_crs != _WEB_MERCATOR else lines.estimate_utm_crs()
        return lines.to_crs(metric).buffer(width_km * 1_000).to_crs(CRS).iloc[0]


def disc(longitude: float, latitude: float, radius_km: float) -> shapely.Polygon:
    """Circle on the ellipsoid of so many kilometres around a point."""
    bearings = np.arange(0.0, 360.0, 7.5)
    many = np.ones_like(bearings)
    lon, lat, _ = _GEOD.fwd(many * longitude, many * latitude, bearings, many * radius_km * 1_000)
    return shapely.Polygon(np.column_stack([lon, lat]))
