"""The frame of a printed map: which projection, what it shows, where things fall on the paper in millimetres."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
import pyproj

from geo.clipping import clipped

Bounds = tuple[float, float, float, float]

STEPS = (1 / 60, 2 / 60, 5 / 60, 10 / 60, 15 / 60, 20 / 60, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0)
WHOLE_GLOBE = (-180.0, -90.0, 180.0, 90.0)
GEOID = pyproj.Geod(ellps="WGS84")
WEB_MERCATOR = "EPSG:3857"  # no distance on it is true
EQUAL_EARTH = "EPSG:8857"
_UTM_WIDTH = 9.0  # degrees that a UTM zone may be stretched to: scale 1.002 at the edge
_REGION_WIDTH = 100.0
_SMALLEST_SIDE = 4_000.0  # metres: one point makes a map of a village, not of a doorstep


@dataclass(frozen=True, slots=True)
class Box:
    """A box on the paper, in millimetres from the lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    def inset(self, by: float) -> Box:
        return Box(self.left + by, self.bottom + by, self.right - by, self.top - by)

    def touches(self, other: Box) -> bool:
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.top <= other.bottom or other.top <= self.bottom)

    def holds(self, other: Box) -> bool:
        inside = self.left <= other.left and other.right <= self.right
        return inside and self.bottom <= other.bottom and other.top <= self.top

    def has(self, points: np.ndarray) -> np.ndarray:
        """Mask of points (n, 2) inside."""
        x, y = points[:, 0], points[:, 1]
        return (x >= self.left) & (x <= self.right) & (y >= self.bottom) & (y <= self.top)


class View:
    """A projected box of the ground that fills a box of the paper exactly.

    ``ground`` is west, south, east, north in degrees around all that is seen.
    """

    def __init__(self, bounds: Bounds, paper: Box, crs: str) -> None:
        self.paper = paper
        self.crs = fitting_crs(bounds, crs)
        self._to = pyproj.Transformer.from_crs("EPSG:4326", self.crs, always_xy=True)
        left, bottom, right, top = self._projected_bounds(bounds)
        centre = ((left + right) / 2, (bottom + top) / 2)
        self.metres_per_mm = max((right - left) / paper.width, (top - bottom) / paper.height) * 1.04
        self.origin = (
            centre[0] - self.metres_per_mm * paper.width / 2,
            centre[1] - self.metres_per_mm * paper.height / 2,
        )
        self.ground = self._ground(bounds)

    def place(self, coordinates: np.ndarray) -> np.ndarray:
        """Longitudes and latitudes (n, 2) to millimetres on the paper; not finite where the projection has no point."""
        with np.errstate(all="ignore"):
            x, y = self._to.transform(coordinates[:, 0], coordinates[:, 1])
            offsets = np.column_stack([np.asarray(x) - self.origin[0], np.asarray(y) - self.origin[1]])
            return offsets / self.metres_per_mm + (self.paper.left, self.paper.bottom)

    def back(self, points: np.ndarray) -> np.ndarray:
        """Millimetres on the paper (n, 2) to longitudes and latitudes."""
        metres = (points - (self.paper.left, self.paper.bottom)) * self.metres_per_mm + self.origin
        x, y = self._to.transform(metres[:, 0], metres[:, 1], direction="INVERSE")
        return np.column_stack([x, y])

    @property
    def span(self) -> tuple[float, float]:
        """Degrees seen, east-west and north-south."""
        west, south, east, north = self.ground
        return east - west, north - south

    def kilometres(self, start: tuple[float, float], end: tuple[float, float]) -> float:
        """True distance between two points of the paper, on the ellipsoid."""
        (x0, y0), (x1, y1) = self.back(np.array([start, end]))
        return float(GEOID.inv(x0, y0, x1, y1)[2]) / 1000

    def scale_bar(self, longest: float) -> tuple[float, float]:
        """Longest round distance within so many mm at the centre of the frame: (kilometres, mm)."""
        x, y = (self.paper.left + self.paper.right) / 2, (self.paper.bottom + self.paper.top) / 2
        per_mm = self.kilometres((x - 5, y), (x + 5, y)) / 10
        power = 10 ** math.floor(math.log10(per_mm * longest))
        length = next(k * power for k in (5, 2, 1) if k * power <= per_mm * longest)
        return length, length / per_mm

    @property
    def ratio(self) -> float:
        """The scale's denominator at the centre, to two digits."""
        kilometres, mm = self.scale_bar(60)
        raw = kilometres * 1e6 / mm
        return round(raw, 1 - math.floor(math.log10(raw)))

    def graticule(self, wanted: int = 3) -> tuple[list[float], list[float]]:
        """Round meridians and parallels, at least so many of each."""
        west, south, east, north = self.ground
        for step in reversed(STEPS):
            lines = _multiples(west, east, step), _multiples(south, north, step)
            if min(map(len, lines)) >= wanted:
                break
        return lines

    def _projected_bounds(self, bounds: Bounds) -> Bounds:
        edge = _outline(bounds)
        x, y = self._to.transform(edge[:, 0], edge[:, 1])
        x, y = np.asarray(x), np.asarray(y)
        known = np.isfinite(x) & np.isfinite(y)
        low = (float(x[known].min()), float(y[known].min()))
        high = (float(x[known].max()), float(y[known].max()))
        grow = [max(0.0, (_SMALLEST_SIDE - (high[k] - low[k])) / 2) for k in (0, 1)]
        return low[0] - grow[0], low[1] - grow[1], high[0] + grow[0], high[1] + grow[1]

    def _ground(self, bounds: Bounds) -> Bounds:
        box = self.paper
        ground = self.back(_outline((box.left, box.bottom, box.right, box.top)))
        whole = np.isfinite(ground).all()
        if not whole or bounds[2] - bounds[0] > _REGION_WIDTH:
            return WHOLE_GLOBE
        west, south = ground.min(axis=0)
        east, north = ground.max(axis=0)
        return float(west), float(south), float(east), float(north)


def fitting_crs(bounds: Bounds, wanted: str) -> str:
    """The theatre's metric CRS where distances on it are true over the frame, else one that fits the frame."""
    west, south, east, north = bounds
    wide = max(east - west, north - south)
    world_wide = wanted in (WEB_MERCATOR, EQUAL_EARTH)
    if not world_wide and wide <= _REGION_WIDTH:
        return wanted
    if wide > _REGION_WIDTH:
        return EQUAL_EARTH
    longitude, latitude = (west + east) / 2, (south + north) / 2
    if wide <= _UTM_WIDTH and abs(latitude) < 80:
        zone = int((longitude + 180) // 6) % 60 + 1
        return f"EPSG:{(32600 if latitude >= 0 else 32700) + zone}"
    return f"+proj=laea +lat_0={latitude:.0f} +lon_0={longitude:.0f} +datum=WGS84 +units=m +no_defs"


def projection_name(crs: str) -> str:
    """Name of a projection for the credits."""
    if crs.startswith("EPSG:"):
        return f"{pyproj.CRS.from_user_input(crs).name} ({crs})"
    laea = re.search(r"lat_0=(\S+) \+lon_0=(\S+)", crs)
    if laea:
        return f"Lambert azimuthal equal-area ({laea[1]}°, {laea[2]}°)"
    return str(pyproj.CRS.from_user_input(crs).name)


def _outline(bounds: Bounds) -> np.ndarray:
    """Points along the edge of a box, and in it, so that curved edges are met."""
    west, south, east, north = bounds
    xs, ys = np.linspace(west, east, 15), np.linspace(south, north, 15)
    return np.column_stack([axis.ravel() for axis in np.meshgrid(xs, ys)])


def _multiples(low: float, high: float, step: float) -> list[float]:
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [k * step for k in range(first, last + 1)]


def cut_to(shapes: np.ndarray, bounds: Bounds) -> np.ndarray:
    """Shapes in degrees cut to a box that is a little larger than what is seen."""
    west, south, east, north = bounds
    if (west, south, east, north) == WHOLE_GLOBE:
        return shapes  # cutting at the date line would join what it parts
    margin = 0.02 * max(east - west, north - south)
    box = (max(-180.0, west - margin), max(-90.0, south - margin), min(180.0, east + margin), min(90.0, north + margin))
    return clipped(shapes, box)
