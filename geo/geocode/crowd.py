"""All places that one table names for certain: where its war is fought, and what its names mean already."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property

import numpy as np

from geo.geocode.ground import Point
from geo.names import ToponymParts, article_free, fold, parse_toponym

_NEAREST = 5  # a place is compared by how far the fifth nearest other one is
_ITSELF = 0.01  # degrees; the place itself may be one of its crowd
_FARTHEST_KM = 111.2
_PLAIN_KM = 2.0  # below this, near is near
_SAMPLE = 100  # places by which the usual distance is told
_FEW_NAMES = 20  # fewer names tell nothing of the habits of a table
_ONE_NAME = 0.9  # places for each name in a table that calls each place by one name


class Crowd:
    """Toponyms that are clear, with the points they mean."""

    def __init__(self, named: Iterable[tuple[str, Point]] = ()) -> None:
        self._names: dict[Point, set[str]] = {}
        for toponym, point in named:
            self._names.setdefault(point, set()).add(toponym)
        self._lons, self._lats = np.array(sorted(self._names), dtype=float).reshape(-1, 2).T.copy()
        self._known: dict[Point, float] = {}

    def __bool__(self) -> bool:
        """Whether there are enough points to tell."""
        return len(self._lons) > _NEAREST

    def strayed(self, lon: float, lat: float) -> float | None:
        """How much farther off the crowd a point lies than its own members do: twice as far is 1, four times 2.

        None if there are too few points to tell.
        """
        return float(np.log2(_PLAIN_KM + self._kilometres((lon, lat)))) - self._usual if self else None

    def named_otherwise(self, point: Point, parts: ToponymParts) -> bool:
        """Whether the table means this place by another name, and its habit is to call each place by one."""
        known = self._names.get(point)
        if known is None or not self._calls_each_by_one_name:
            return False
        mine = _names(parts)
        return all(_names(parse_toponym(toponym)).isdisjoint(mine) for toponym in known)

    @cached_property
    def _usual(self) -> float:
        some = range(0, len(self._lons), max(1, len(self._lons) // _SAMPLE))
        far = [self._kilometres((self._lons[i], self._lats[i])) for i in some]
        return float(np.log2(_PLAIN_KM + np.median(far)))

    @cached_property
    def _calls_each_by_one_name(self) -> bool:
        names = sum(map(len, self._names.values()))
        return names >= _FEW_NAMES and len(self._names) >= _ONE_NAME * names

    def _kilometres(self, point: Point) -> float:
        """How far the fifth nearest other point is, to the kilometre."""
        spot = (round(point[0], 2), round(point[1], 2))
        if spot not in self._known:
            self._known[spot] = self._measure(*spot)
        return self._known[spot]

    def _measure(self, lon: float, lat: float) -> float:
        for reach in (0.1, 0.4, 1.0, 360.0):
            low, high = self._lons.searchsorted((lon - reach, lon + reach)).tolist()
            if high - low <= _NEAREST:
                continue
            narrow = math.cos(math.radians(lat))
            apart = ((self._lons[low:high] - lon) * narrow) ** 2 + (self._lats[low:high] - lat) ** 2
            apart = apart[apart > _ITSELF**2]
            if len(apart) < _NEAREST:
                continue
            far = math.sqrt(np.partition(apart, _NEAREST - 1)[_NEAREST - 1])
            if far <= reach * narrow or reach > 1:
                return min(_FARTHEST_KM, 111.2 * far)
        return _FARTHEST_KM


def _names(parts: ToponymParts) -> frozenset[str]:
    """The names in a toponym as they are compared with others of their table: folded and without article."""
    return frozenset(article_free(fold(name)) for name in (parts.core, *parts.others, parts.detail) if name)
