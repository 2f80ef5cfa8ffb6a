"""Countries and administrative units of a gazetteer: what their names mean, and which places lie in or by them."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

import numpy as np

from geo.gazetteer import Gazetteer, Place, country_code
from geo.geocode.borders import FAR_BORDER_KM, Borders, cells_of
from geo.names import ToponymParts, fold, parse_toponym, skeleton

LEVELS = (1, 2, 3)


_SEATS = {"PPLC": 4.0, "PPLA": 3.0, "PPLA2": 2.0, "PPLA3": 1.0, "ADM1": 3.5}


_KEPT = 48  # statements that are remembered at least
_KEPT_PLACES = 8_000_000  # and more of them for a small gazetteer: each may take a few bytes for every place
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def kept(known: dict[_Key, _Value], key: _Key, make: Callable[[], _Value], most: int = _KEPT) -> _Value:
    """What is known of a key, else what is made of it now; the oldest is forgotten where many are known."""
    found = known.get(key)
    if found is None:
        if len(known) >= most:
            del known[next(iter(known))]
        found = known[key] = make()
    return found


def between(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Kilometres between two points not far apart, as ``kilometres`` but quick for a single pair."""
    east = (lon2 - lon1) * math.cos(math.radians((lat1 + lat2) / 2))
    return 111.2 * math.hypot(east, lat2 - lat1)


def _names(place: Place) -> tuple[str, ...]:
    return tuple(n for n in (place.name, place.name_ar, *place.aliases) if n)


class Units:
    """Looks up countries and units of one gazetteer; remembers what it has found.

    ``gazetteer.derived(Units)`` is the same one for all who ask about the same gazetteer.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._most = max(_KEPT, _KEPT_PLACES // max(1, len(gazetteer)))
        self._units: dict[tuple[str, int, str], frozenset[str]] = {}
        self._countries: dict[str, str | None] = {}
        self._borders: dict[frozenset[str], Borders] = {}
        self._allowed: dict[tuple[str | None, frozenset[str]], np.ndarray] = {}
        self._heard_in: dict[tuple[object, ...], np.ndarray] = {}

    def country(self, name: str) -> str | None:
        """ISO code of a country by its code or any of its names in the gazetteer."""
        if name not in self._countries:
            g = self.gazetteer
            rows = [m.row for m in g.matches(name) if m.tier < 3]
            rows = [r for r in rows if g.column("feature_code")[r] == "PCLI"]
            code = g.column("country")[rows[0]] if rows else country_code(name)
            if code is None and name in g.column("country"):
                code = name
            self._countries[name] = code
        return self._countries[name]

    def codes(self, name: str, level: int, country: str = "") -> frozenset[str]:
        """Codes of the units of one level that a name or p-code means; empty if none is known."""
        if not name:
            return frozenset()
        key = (name, level, country)
        if key not in self._units:
            self._units[key] = self._find(name, level, country)
        return self._units[key]

    def _find(self, name: str, level: int, country: str) -> frozenset[str]:
        g = self.gazetteer
        row = g.rows.get(name)
        if row is not None and g.column("feature_code")[row] == f"ADM{level}":
            return self._code_of(row, level)
        if name in g.column(f"admin{level}"):
            return frozenset({name})
        parts = parse_toponym(name)
        around = self._countryside(parts, country)
        # Where the countryside of a town is a unit, "rural X" is never the unit of the town.
        names = (name, *(n for row in around for n in _names(g.at(row)))) if around else (name, parts.core)
        matches = [m for n in dict.fromkeys(names) for m in g.matches(n)]
        matches = [m for m in matches if not country or g.column("country")[m.row] in (country, None)]
        units = [m for m in matches if g.column("feature_code")[m.row] == f"ADM{level}"]
        if all(m.tier == 3 for m in units) and any(
            m.tier < 3 and g.column("feature_class")[m.row] == "P" for m in matches
        ):
            units = []
        if not units and level < LEVELS[-1]:
            # No such unit is listed: take that of the foremost town of this name.
            towns = [m for m in matches if g.column("feature_class")[m.row] == "P" and m.likeness > 0.6]
            towns.sort(key=lambda m: (m.tier > 2, -self.rank(m.row), m.row))
            return self._code_of(towns[0].row, level) if towns else frozenset()
        units = [m for m in units if m.likeness > 0.5] if len(units) > 1 else units
        top = min((m.tier if m.tier == 3 else 0 for m in units), default=0)
        return frozenset().union(*(self._code_of(m.row, level) for m in units if m.tier <= top or m.tier < 3))

    def _code_of(self, row: int, level: int) -> frozenset[str]:
        code = self.gazetteer.column(f"admin{level}")[row]
        return frozenset({code}) if code else frozenset()

    def around(self, toponym: str, parts: ToponymParts, country: str = "") -> list[int]:
        """First-level units that are by their own name the countryside of a town: "Rif X" where "rural X" is said.

        The town may bear another name there than the one that is said. None if a unit bears the very name said.
        """
        found = self._countryside(parts, country)
        return [] if not found or any(m.tier < 3 for m in self.gazetteer.matches(toponym)) else found

    def _countryside(self, parts: ToponymParts, country: str) -> list[int]:
        if parts.relation != "countryside" and (parts.relation != "part" or parts.unit_hint):
            return []
        core = fold(parts.core)
        found = self._around.get(core if core.isascii() else skeleton(core), ())
        owner = self.gazetteer.column("country")
        return sorted(r for r in found if not country or owner[r] == country)

    @cached_property
    def _around(self) -> dict[str, set[int]]:
        """Folded names of towns, and their consonants, with the first-level units that are by name their countryside.

        A unit "Rif X" is that of X, by any name that the gazetteer has for that town.
        """
        g = self.gazetteer
        found: dict[str, set[int]] = {}
        for row in np.flatnonzero(g.among("feature_code", ("ADM1",))).tolist():
            parts = [parse_toponym(fold(name)) for name in _names(g.at(row))]
            for core in {p.core for p in parts if p.relation == "countryside" and p.core}:
                towns = [m.row for m in g.matches(core) if m.tier < 3 and g.column("feature_class")[m.row] == "P"]
                for name in {core, *(fold(n) for town in towns for n in _names(g.at(town)))}:
                    for key in (name, skeleton(name)):
                        found.setdefault(key, set()).add(row)
        return found

    def rank(self, row: int) -> float:
        """How much a place stands out among namesakes: a seat by its level, else by people; 0 if nothing is known."""
        return self._quick_ranks[row]

    @cached_property
    def _quick_ranks(self) -> memoryview:
        return self.ranks.data

    @cached_property
    def ranks(self) -> np.ndarray:
        """The rank of every place."""
        numbers, values = self.gazetteer.codes("feature_code")
        seats = np.array([_SEATS.get(value or "", 0.0) for value in values])[numbers]
        people = np.array([p or 0 for p in self.gazetteer.column("population")], dtype=float)
        return np.maximum(seats, np.log10(np.maximum(people, 1_000)) - 3)

    def late(self, row: int) -> float:
        """Where a p-code stands in its list, 0 to 1: lists begin with the larger places and grow at their end."""
        return self._late.get(row, 0.0)

    @cached_property
    def _late(self) -> dict[int, float]:
        codes = enumerate(self.gazetteer.column("pcode"))
        kinds = self.gazetteer.column("feature_class")
        ranked = sorted((c, r) for r, c in codes if c and kinds[r] == "P")
        return {r: n / len(ranked) for n, (_, r) in enumerate(ranked)}

    def place(self, code: str, level: int) -> Place | None:
        """The unit of this code as a place, else its foremost town."""
        g = self.gazetteer
        row = g.rows.get(code)
        if row is not None:
            return g.at(row)
        rows = [r for r, c in enumerate(g.column(f"admin{level}")) if c == code] if level else []
        units = [r for r in rows if g.column("feature_code")[r] == f"ADM{level}"]
        best = units or sorted(rows, key=lambda r: (-self.rank(r), r))
        return g.at(best[0]) if best else None

    @cached_property
    def _cells(self) -> tuple[np.ndarray, np.ndarray]:
        return cells_of(self.gazetteer)

    def borders(self, codes: frozenset[str]) -> Borders:
        """How far places lie outside the first-level units of some codes."""
        return kept(self._borders, codes, lambda: Borders(self.gazetteer, codes, self._cells), self._most)

    def allowed(self, country: str | None, first: frozenset[str]) -> np.ndarray | None:
        """Which places lie in a country, or in none that is known, and in or by its first-level units; None: all."""
        if not country and not first:
            return None
        return kept(self._allowed, (country, first), lambda: self._lying_in(country, first), self._most)

    def _lying_in(self, country: str | None, first: frozenset[str]) -> np.ndarray:
        fine = np.ones(len(self.gazetteer), dtype=bool)
        if country:
            fine = self.gazetteer.among("country", (country, None))
        return fine & self.borders(first).about(FAR_BORDER_KM) if first else fine

    def heard_in(self, key: tuple[object, ...], found: Callable[[], np.ndarray]) -> np.ndarray:
        """Which places a name that only sounds alike may mean, worked out once for each statement."""
        return kept(self._heard_in, key, found, self._most)
