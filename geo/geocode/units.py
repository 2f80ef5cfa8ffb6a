"""Countries and administrative units of a gazetteer: what their names mean, and which places lie in or by them."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from geo.gazetteer import Gazetteer, Place, country_code
from geo.names import parse_toponym

LEVELS = (1, 2, 3)
BORDER_KM = 10.0  # coders and gazetteers put border villages into different units
FAR_BORDER_KM = 35.0  # in a desert the nearest village of a unit may be so far from its border


def between(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Kilometres between two points not far apart, as ``kilometres`` but quick for a single pair."""
    east = (lon2 - lon1) * math.cos(math.radians((lat1 + lat2) / 2))
    return 111.2 * math.hypot(east, lat2 - lat1)


class Units:
    """Looks up countries and units of one gazetteer; remembers what it has found."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._units: dict[tuple[str, int, str], frozenset[str]] = {}
        self._countries: dict[str, str | None] = {}
        self._outside: dict[frozenset[str], np.ndarray] = {}
        self._allowed: dict[tuple[str | None, frozenset[str]], np.ndarray] = {}

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
        core = parse_toponym(name).core
        matches = [m for n in dict.fromkeys((name, core)) for m in g.matches(n)]
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

    def rank(self, row: int) -> float:
        """How much a place stands out among namesakes: a seat by its level, else by people; 0 if nothing is known."""
        g = self.gazetteer
        seat = {"PPLC": 4.0, "PPLA": 3.0, "PPLA2": 2.0, "PPLA3": 1.0, "ADM1": 3.5}.get(
            g.column("feature_code")[row], 0.0
        )
        people = g.column("population")[row] or 0
        return max(seat, float(np.log10(people)) - 3 if people > 1_000 else 0.0)

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

    def outside(self, codes: frozenset[str]) -> np.ndarray:
        """For every place how many km outside first-level units it lies: 0 inside, infinite beyond a border's doubt.

        Places whose own unit is not known count as inside.
        """
        if codes not in self._outside:
            self._outside[codes] = self._measure(codes)
        return self._outside[codes]

    def _measure(self, codes: frozenset[str]) -> np.ndarray:
        g = self.gazetteer
        numbers, values = g.codes("admin1")
        known = [n for n, value in enumerate(values) if value in codes]
        inside = np.isin(numbers, known)
        apart = np.where(inside | (numbers < 0), 0.0, np.inf)
        classes, kinds = g.codes("feature_class")
        members = np.flatnonzero(inside & np.array([k != "A" for k in kinds])[classes])
        if not len(members):
            return apart
        lons, lats = g.longitude[members], g.latitude[members]
        high = FAR_BORDER_KM / 111
        wide = high / max(0.1, float(np.cos(np.radians(np.abs(lats).max()))))
        around = (g.longitude > lons.min() - wide) & (g.longitude < lons.max() + wide)
        around &= (g.latitude > lats.min() - high) & (g.latitude < lats.max() + high) & np.isinf(apart)
        for some in np.array_split(np.flatnonzero(around), 1 + around.sum() * len(members) // 500_000):
            east = (g.longitude[some][:, None] - lons) * np.cos(np.radians(g.latitude[some]))[:, None]
            north = g.latitude[some][:, None] - lats
            apart[some] = 111.2 * np.sqrt((east**2 + north**2).min(axis=1))
        return np.where(apart > FAR_BORDER_KM, np.inf, apart)

    def allowed(self, country: str | None, first: frozenset[str]) -> np.ndarray | None:
        """Which places lie in a country, or in none that is known, and in or by its first-level units; None: all."""
        if not country and not first:
            return None
        key = (country, first)
        if key not in self._allowed:
            fine = np.ones(len(self.gazetteer), dtype=bool)
            if country:
                numbers, values = self.gazetteer.codes("country")
                known = [n for n, value in enumerate(values[:-1]) if value == country]
                fine = np.isin(numbers, known) | (numbers < 0)
            self._allowed[key] = fine & np.isfinite(self.outside(first)) if first else fine
        return self._allowed[key]
