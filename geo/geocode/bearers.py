"""Places that bear a name, near coordinates that are known anyway."""

from __future__ import annotations

import numpy as np

from geo.gazetteer import Gazetteer, Place, kilometres
from geo.names import parse_toponym

_LIKE = 0.5  # likeness from which a name may be meant where its point is known
_BY_SOUND = 3


class Bearers:
    """Finds the place of a name that is nearest to a point; a table says one name at many points."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._named: dict[str, tuple[np.ndarray, list[bool]]] = {}

    def nearest(
        self, toponym: str, longitude: float, latitude: float, *, limit_km: float
    ) -> tuple[Place, float] | None:
        """The place of this name nearest to a point, and how far it is in km; None beyond the limit."""
        rows, by_ear = self._bearers(toponym)
        if not len(rows):
            return None
        g = self.gazetteer
        apart = kilometres(longitude, latitude, g.longitude[rows], g.latitude[rows])
        close = [(by_ear[i], float(apart[i]), int(rows[i])) for i in np.flatnonzero(apart <= limit_km).tolist()]
        if not close:
            return None
        _, nearest, row = min(close)
        return g.at(row), nearest

    def apart(self, toponym: str, points: np.ndarray) -> np.ndarray:
        """Kilometres from each point (longitude, latitude) to the nearest place of the same letters; inf if none is."""
        rows, by_ear = self._bearers(toponym)
        spelled = rows[~np.array(by_ear, dtype=bool)] if len(rows) else rows
        nearest = np.full(len(points), np.inf)
        for row in spelled.tolist():
            apart = kilometres(points[:, 0], points[:, 1], *self.gazetteer.point(row))
            np.minimum(nearest, apart, out=nearest)
        return nearest

    def _bearers(self, toponym: str) -> tuple[np.ndarray, list[bool]]:
        """Rows of the places that bear a name, and whether by its sound only."""
        if toponym not in self._named:
            parts = parse_toponym(toponym)
            names = dict.fromkeys((toponym, parts.core, *parts.others))
            kind = self.gazetteer.column("feature_class")
            found = [m for n in names for m in self.gazetteer.matches(n) if kind[m.row] != "A" and m.likeness > _LIKE]
            self._named[toponym] = np.array([m.row for m in found], dtype=int), [m.tier == _BY_SOUND for m in found]
        return self._named[toponym]
