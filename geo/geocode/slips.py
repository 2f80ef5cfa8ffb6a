"""What may have gone wrong with a pair of coordinates: each slip with the point that was meant, and in words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyproj import Transformer
from pyproj.exceptions import ProjError

Point = tuple[float, float]

_ZONE = re.compile(r"EPSG:32[67]\d\d")
_LARGEST = 7  # digits behind a lost decimal point; more would be a millimetre


@dataclass(frozen=True, slots=True)
class Slip:
    """A likely slip: the point that was meant, and what to say. ``bold``: it takes more than a guess to believe it."""

    point: Point
    words: str
    bold: bool = False


def wrong_point(x: float, y: float) -> str | None:
    """Why a pair of coordinates cannot be used at all."""
    if math.isnan(x) or math.isnan(y):
        return "is half a point; give both longitude and latitude"
    if x == 0 and y == 0:
        return "is the point (0, 0), which stands for unknown; leave it empty or correct it"
    if abs(x) > 180 or abs(y) > 90:
        return "is out of range; wanted longitude -180 to 180 and latitude -90 to 90"
    return None


def slips(x: float, y: float, zones: Iterable[str] = ()) -> Iterator[Slip]:
    """Points that a pair may stand for, the likeliest slip first; ``zones`` are EPSG codes of UTM to be tried."""
    yield from _turned(x, y)
    if _is_metres(x, y) or _is_metres(y, x):
        yield from _metres(x, y, zones)
    yield from _shifted(x, y)


def _turned(x: float, y: float) -> Iterator[Slip]:
    if abs(x) <= 90 and abs(y) <= 180:
        yield Slip((y, x), f"look swapped: longitude {y:g}, latitude {x:g}")
    if abs(x) > 180 or abs(y) > 90:
        return
    if x:
        yield Slip((-x, y), f"look as if the sign of the longitude is wrong: {-x:g}")
    if y:
        yield Slip((x, -y), f"look as if the sign of the latitude is wrong: {-y:g}")
    yield Slip((-x, -y), f"look as if both signs are wrong: {-x:g}, {-y:g}")


def _shifted(x: float, y: float) -> Iterator[Slip]:
    """The decimal point lost or misplaced, in both numbers or in one."""
    both = [(n, n) for n in range(1, _LARGEST + 1)]
    one = [(n, 0) for n in range(1, _LARGEST + 1)] + [(0, n) for n in range(1, _LARGEST + 1)]
    for n, m in (*both, *one, (-1, 0), (0, -1), (-1, -1)):
        east, north = x / 10**n, y / 10**m
        if abs(east) <= 180 and abs(north) <= 90:
            words = f"look as if a decimal point is lost or misplaced: longitude {east:g}, latitude {north:g}"
            yield Slip((east, north), words, bold=True)


def _is_metres(x: float, y: float) -> bool:
    """Whether a pair can be easting and northing of UTM, which has 166 to 834 km of easting in use."""
    return 100_000 <= x <= 900_000 and 1_000 <= y <= 10_000_000


def _metres(x: float, y: float, zones: Iterable[str]) -> Iterator[Slip]:
    for zone in zones:
        if not _ZONE.fullmatch(zone):
            continue
        degrees = Transformer.from_crs(zone, "EPSG:4326", always_xy=True)
        for east, north in ((x, y), (y, x)):
            if not _is_metres(east, north):
                continue
            try:
                lon, lat = degrees.transform(east, north, errcheck=True)
            except ProjError:
                continue
            yield Slip((lon, lat), f"look like metres in UTM ({zone}): longitude {lon:.5g}, latitude {lat:.5g}")


def zones_of(west: float, east: float, north: float) -> list[str]:
    """UTM zones between two longitudes, of the hemisphere of a latitude."""
    first, last = (int((x + 180) // 6) + 1 for x in (max(west, -180.0), min(east, 179.99)))
    return [f"EPSG:{(32_600 if north >= 0 else 32_700) + n}" for n in range(first, last + 1)]


def likely(x: float, y: float, zones: Iterable[str] = ()) -> str:
    """What a pair beyond all degrees looks like, where nothing says in which land it should lie; "" if like nothing."""
    if _is_metres(x, y) or _is_metres(y, x):
        guess = next(
            (f"{s.words}; " for s in _metres(x, y, zones)), "look like metres of a projected system such as UTM; "
        )
        return f"{guess}convert them to degrees (EPSG:4326)"
    if abs(x) <= 90 < abs(y) <= 180:
        return f"look swapped: longitude {y:g}, latitude {x:g}; correct the columns"
    lost = max(abs(x), abs(y))
    if not 1_000 <= lost < 10 ** (_LARGEST + 3):
        return ""
    east, north = _pointed(x, 180), _pointed(y, 90)
    return f"look as if a decimal point is lost (longitude {east:g}, latitude {north:g}?); correct them"


def _pointed(value: float, limit: float) -> float:
    """A number with its decimal point as far back as the limit demands."""
    while abs(value) > limit:
        value /= 10
    return value
