"""Which of several places of one name an event was at, by the other places that its paragraph names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from geo.gazetteer import Gazetteer, kilometres
from geo.names import fold
from geo.reports.mentions import Mention
from geo.reports.places import Toponym

RULE = "place by the names beside it"
_BESIDE_KM = 15.0  # villages of one list lie closer than this
_FEWEST = 2  # of them that must lie beside the one that is chosen, and none beside the others
_ALIKE = 0.9  # likeness from which a name that only sounds the same may be meant
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
        """The row of the one namesake that others lie by; None if there is none or more than one."""
        rows = self._bearers(place.name)
        if len(rows) < 2:
            return None
        others = {fold(t.name): t.name for t in beside if fold(t.name) != fold(place.name)}
        clear = [only[0] for name in others.values() if len(only := self._bearers(name)) == 1]
        if len(clear) < _FEWEST:
            return None
        g = self._gazetteer
        lons, lats = g.longitude[clear], g.latitude[clear]
        close = [int((kilometres(g.longitude[r], g.latitude[r], lons, lats) <= _BESIDE_KM).sum()) for r in rows]
        held = [(count, int(row)) for count, row in zip(close, rows, strict=True) if count]
        return held[0][1] if len(held) == 1 and held[0][0] >= _FEWEST else None

    def _bearers(self, name: str) -> np.ndarray:
        """Rows of the places of the theatre that bear a name, to the letters or nearly so to the ear."""
        if name not in self._known:
            found = {m.row for m in self._gazetteer.matches(name) if m.likeness >= _ALIKE and self._is_own(m.row)}
            self._known[name] = np.array(sorted(found), dtype=int)
        return self._known[name]

    def _is_own(self, row: int) -> bool:
        """Whether a row is a place, no unit, of the theatre's countries; anywhere if it names none."""
        g = self._gazetteer
        own = not self._countries or g.column("country")[row] in self._countries
        return own and g.column("feature_class")[row] != "A"
