"""What speaks for each place that a toponym may mean: its spelling, the units stated, places nearby, its kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from geo.gazetteer import Gazetteer, Match, kilometres
from geo.geocode.units import BORDER_KM, Units
from geo.names import ToponymParts
from geo.theatre import Theatre

_CROWD = 5
_ITSELF = 0.01  # degrees; the place itself may be one of its crowd
NEAR_KM = 30.0  # two places named beside each other are usually closer


@dataclass(frozen=True, slots=True)
class Context:
    """What a row says about where its place lies: country, units of levels 1 to 3, own p-code; "" if nothing."""

    country: str = ""
    units: tuple[str, str, str] = ("", "", "")
    pcode: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One candidate: the match of its name, the form of the toponym that met, and how the context agrees.

    ``agreed`` counts the stated units that hold it, ``stated`` those that could; ``border_km`` is how far outside the
    first one it lies, if it does; ``rank`` how much it stands out among namesakes, ``late`` how far down its list of
    codes it stands, 0 to 1; ``crowd_km`` how far it is from the fifth nearest place that the same table names;
    ``abroad`` that it lies outside the bounds of the theatre, and no unit that is stated holds it.
    """

    row: int
    match: Match
    parts: ToponymParts
    agreed: int
    stated: int
    border_km: float
    near_km: float | None
    rank: float
    kind: str
    code: str
    late: float = 0.0
    crowd_km: float | None = None
    abroad: bool = False
    unit: str = ""

    @property
    def supported(self) -> bool:
        """Whether anything but the spelling speaks for it: a unit named, a place nearby."""
        return self.agreed > 0 or (self.near_km is not None and self.near_km < NEAR_KM)

    @property
    def beside(self) -> bool:
        """Whether it lies outside a unit that is stated."""
        return self.border_km > 0 or self.agreed < self.stated


class Crowd:
    """All points known from one table, kept so that the fifth nearest to a place is found quickly."""

    def __init__(self, points: Iterable[tuple[float, float]]) -> None:
        self._lons, self._lats = np.array(sorted(set(points)), dtype=float).reshape(-1, 2).T
        self._known: dict[tuple[float, float], float] = {}

    def kilometres(self, lon: float, lat: float) -> float | None:
        """How far the fifth nearest other point is; None if there are too few to tell."""
        if len(self._lons) <= _CROWD:
            return None
        spot = (round(float(lon), 2), round(float(lat), 2))
        if spot not in self._known:
            self._known[spot] = self._measure(*spot)
        return self._known[spot]

    def _measure(self, lon: float, lat: float) -> float:
        for reach in (0.25, 1.0, 360.0):
            low, high = np.searchsorted(self._lons, (lon - reach, lon + reach))
            if high - low <= _CROWD:
                continue
            east = (self._lons[low:high] - lon) * np.cos(np.radians(lat))
            apart = np.sqrt(east**2 + (self._lats[low:high] - lat) ** 2)
            apart = np.sort(apart[apart > _ITSELF])[:_CROWD]
            if len(apart) == _CROWD and (apart[-1] <= reach * np.cos(np.radians(lat)) or reach > 1):
                return 111.2 * float(apart[-1])
        return 111.2


def crowd_of(points: Iterable[tuple[float, float]]) -> Crowd:
    """The points of the places that a table names for certain."""
    return Crowd(points)


class Scene:
    """What one statement says about where its place lies, looked up once for all candidates."""

    def __init__(
        self,
        units: Units,
        theatre: Theatre,
        context: Context,
        near: Sequence[tuple[float, float]] = (),
        crowd: Sequence[tuple[float, float]] | Crowd = (),
    ) -> None:
        self.gazetteer: Gazetteer = units.gazetteer
        self.units, self.theatre = units, theatre
        self.country = units.country(context.country) if context.country else None
        self.stated = [units.codes(u, n, self.country or "") for n, u in enumerate(context.units, 1)]
        self.near = tuple(zip(*near, strict=True)) if near else ()
        self.crowd = crowd if isinstance(crowd, Crowd) else crowd_of(crowd)
        self.outside = units.outside(self.stated[0]) if self.stated[0] else None
        self.allowed = units.allowed(self.country, self.stated[0])

    def weigh(self, matches: Iterable[tuple[Match, ToponymParts]]) -> list[Evidence]:
        """The candidates that the context allows."""
        found = (self._evidence(match, parts) for match, parts in matches)
        return [e for e in found if e is not None]

    def _evidence(self, match: Match, parts: ToponymParts) -> Evidence | None:
        g, row = self.gazetteer, match.row
        own = g.column("country")[row]
        code = g.column("feature_code")[row] or ""
        if match.tier >= 3 and code == "PCLI":
            return None
        agreed, stated, border = 0, 0, 0.0
        for level, codes in enumerate(self.stated, 1):
            lies_in = g.column(f"admin{level}")[row] if codes else None
            if lies_in is None:
                continue
            stated += 1
            if lies_in in codes:
                agreed += 1
            elif level == 1:
                border = max(0.1, float(self.outside[row])) if self.outside is not None else 0.0
                if border > BORDER_KM and match.tier >= 3:
                    return None
        kind = g.column("feature_class")[row] or ""
        unit = parts.unit_hint in ("admin1", "admin2", "admin3") and kind == "A"
        abroad = not agreed and not unit and not self._in_bounds(row, code)
        if abroad and not self.country and (match.tier >= 3 or own != self.theatre.home):
            return None
        near, rank, late = self._near_km(row), self.units.rank(row), self.units.late(row)
        crowd = self.crowd.kilometres(g.longitude[row], g.latitude[row])
        first = g.column("admin1")[row] or ""
        return Evidence(row, match, parts, agreed, stated, border, near, rank, kind, code, late, crowd, abroad, first)

    def _near_km(self, row: int) -> float | None:
        if not self.near:
            return None
        g = self.gazetteer
        return float(np.min(kilometres(g.longitude[row], g.latitude[row], *self.near)))

    def _in_bounds(self, row: int, code: str) -> bool:
        if self.theatre.bounds is None or code == "PCLI":
            return True
        west, south, east, north = self.theatre.bounds
        lon, lat = self.gazetteer.longitude[row], self.gazetteer.latitude[row]
        return bool(west <= lon <= east and south <= lat <= north)
