"""Which of several places of one name an event was at, by the other places that its paragraph names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from geo.gazetteer import Asked, Gazetteer, Match, heard_alike, kilometres
from geo.names import fold
from geo.reports.mention import Mention
from geo.reports.places import Toponym

RULE = "place by the names beside it"
_BESIDE_KM = 15.0  # villages of one list lie closer than this
_FEWEST = 2  # of them that must lie beside the one that is chosen, and none beside the others
_ALIKE = 0.9  # likeness from which a name that only sounds the same may be meant
_HEARD = 0.6  # likeness from which one that sounds alike may be, in the midst of the others
_FEWEST_BY_EAR = 3  # of them that it lies by
_CLEARLY = 1.5  # times as far from them any other one has to lie
_SAME_SPOT_KM = 8.0  # but one so close to it
_MOST = 40  # names of a paragraph that are looked at


class Namesakes:
    """Places of the theatre by their names, remembered for the length of a report."""

    def __init__(self, gazetteer: Gazetteer, countries: Sequence[str]) -> None:
        self._gazetteer, self._countries = gazetteer, countries
        self._known: dict[str, np.ndarray] = {}

    def settle(self, events: Iterable[Mention], beside: Mapping[int, Sequence[Toponym]]) -> None:
        """Give events whose place has namesakes the one that lies by the other names of their paragraph.

        ``beside`` holds the places that each part of the report names.
        """
        for event in events:
            place = event.place
            if place is None or place.place_id or place.near or place.level != "place":
                continue
            row = self._chosen(place, beside.get(event.part, ())[:_MOST])
            if row is not None:
                event.place = replace(place, place_id=str(self._gazetteer.column("place_id")[row]))
                event.rules.append(RULE)

    def _chosen(self, place: Toponym, beside: Sequence[Toponym]) -> int | None:
        """The row of the one bearer of a name that others lie by; None if there is none or more than one."""
        rows = self._bearers(place.name)
        names = {fold(t.name): t.name for t in beside if fold(t.name) != fold(place.name)}
        if not len(rows):
            return self._by_ear(place.name, list(names.values())) if len(names) >= _FEWEST_BY_EAR else None
        if len(rows) < 2:
            return None
        clear = [only[0] for name in names.values() if len(only := self._bearers(name)) == 1]
        if len(clear) < _FEWEST:
            return None
        close = [int((km <= _BESIDE_KM).sum()) for km in self._apart(rows, clear)]
        held = [(count, int(row)) for count, row in zip(close, rows, strict=True) if count]
        return held[0][1] if len(held) == 1 and held[0][0] >= _FEWEST else None

    def _by_ear(self, name: str, others: Sequence[str]) -> int | None:
        """The row of the place that sounds like a name and lies in the midst of the bearers of the others.

        Those may have namesakes elsewhere: of each the one that is nearest counts.
        """
        heard = heard_alike(self._gazetteer, Asked.of(name))
        rows = self._own(m for m in heard if m.likeness >= _HEARD and m.qualified != "other")
        known = [bearers for other in others if len(bearers := self._bearers(other))]
        if not len(rows) or len(known) < _FEWEST_BY_EAR:
            return None
        each = np.array([self._apart(rows, bearers).min(axis=1) for bearers in known])
        mean = np.minimum(each, 2 * _BESIDE_KM).mean(axis=0)
        best = int(mean.argmin())
        rivals = mean[(mean < _CLEARLY * mean[best]) & (self._apart(rows, rows[[best]])[:, 0] > _SAME_SPOT_KM)]
        enough = (each[:, best] <= _BESIDE_KM).sum() >= _FEWEST_BY_EAR
        return int(rows[best]) if enough and not len(rivals) else None

    def _apart(self, rows: Sequence[int] | np.ndarray, others: Sequence[int] | np.ndarray) -> np.ndarray:
        """Kilometres between rows and others."""
        g = self._gazetteer
        return np.array(
            [kilometres(g.longitude[r], g.latitude[r], g.longitude[others], g.latitude[others]) for r in rows]
        )

    def _bearers(self, name: str) -> np.ndarray:
        """Rows of the places of the theatre that bear a name, to the letters or nearly so to the ear."""
        if name not in self._known:
            self._known[name] = self._own(m for m in self._gazetteer.matches(name) if m.likeness >= _ALIKE)
        return self._known[name]

    def _own(self, found: Iterable[Match]) -> np.ndarray:
        """Rows of the places of the theatre among those found."""
        return np.array(sorted({m.row for m in found if self._is_own(m.row)}), dtype=int)

    def _is_own(self, row: int) -> bool:
        """Whether a row is a place, no unit, of the theatre's countries; anywhere if it names none."""
        g = self._gazetteer
        own = not self._countries or g.column("country")[row] in self._countries
        return own and g.column("feature_class")[row] != "A"
