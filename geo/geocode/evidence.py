"""What speaks for each place that a toponym may mean: its spelling, the units stated, places nearby, its kind."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from functools import cached_property
from typing import NamedTuple

import numpy as np

from geo.gazetteer import TIERS, Gazetteer, Match, kilometres
from geo.geocode.borders import BORDER_KM, FAR_BORDER_KM, Borders
from geo.geocode.crowd import Crowd
from geo.geocode.units import Units
from geo.names import ToponymParts
from geo.theatre import Theatre

_BY_SOUND = TIERS.index("skeleton")
_SAME_SOUND = 0.99
STANDS_OUT = 1.5  # rank of a town of 30,000 people
NEAR_KM = 30.0  # two places named beside each other are usually closer


class Context(NamedTuple):
    """What a row says about where its place lies: country, units of levels 1 to 3, own p-code; "" if nothing."""

    country: str = ""
    units: tuple[str, str, str] = ("", "", "")
    pcode: str = ""


class Evidence(NamedTuple):
    """One candidate: the match of its name, the form of the toponym that met, and how the context agrees.

    ``agreed`` counts the stated units that hold it, ``stated`` those that could; ``border_km`` is how far outside the
    first one it lies, if it does; ``rank`` how much it stands out among namesakes, ``late`` how far down its list of
    codes it stands, 0 to 1; ``abroad`` that it lies outside the bounds of the theatre, and no unit that is stated holds
    it; ``strayed`` how much farther than usual it is from other places that the same table names; ``named_otherwise``
    that the table means it by another name; ``foremost`` that it is a town far more important than all others of this
    name; ``later`` that another place of this name stands clearly before it in the list of codes; ``doubly_named`` that
    several of the names that the toponym gives for one place may mean it; ``focal`` that no unit is stated and it lies
    in those that the theatre is about.
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
    abroad: bool = False
    unit: str = ""
    strayed: float | None = None
    named_otherwise: bool = False
    foremost: bool = False
    later: bool = False
    doubly_named: bool = False
    focal: bool = False

    @property
    def supported(self) -> bool:
        """Whether anything but the spelling speaks for it: a unit named, a place nearby."""
        return self.agreed > 0 or (self.near_km is not None and self.near_km < NEAR_KM)

    @property
    def namesake(self) -> bool:
        """Whether it bears the very name, to the letters or to the ear."""
        match = self.match
        return match.tier < _BY_SOUND or (match.whole and match.ear >= _SAME_SOUND)

    @property
    def beside(self) -> bool:
        """Whether it lies outside a unit that is stated."""
        return self.border_km > 0 or self.agreed < self.stated


class Scene:
    """What one statement says about where its place lies, looked up once for all candidates."""

    near: tuple[Sequence[float], ...] = ()
    crowd: Crowd | None = None

    def __init__(self, units: Units, theatre: Theatre, context: Context) -> None:
        self.gazetteer: Gazetteer = units.gazetteer
        self.units, self.theatre, self.context = units, theatre, context
        self.country = units.country(context.country) if context.country else None
        self.stated = [units.codes(u, n, self.country or "") for n, u in enumerate(context.units, 1)]
        g = self.gazetteer
        self._levels = [(n, codes, g.column(f"admin{n}")) for n, codes in enumerate(self.stated, 1) if codes]
        self._codes, self._kinds, self._first = (g.column(n) for n in ("feature_code", "feature_class", "admin1"))

    def beside(self, near: Sequence[tuple[float, float]], crowd: Crowd | None) -> Scene:
        """The same statement with points known ``near`` it, and with all that is clear in its table."""
        scene = copy(self)
        scene.near, scene.crowd = tuple(zip(*near, strict=True)), crowd or None
        return scene

    @cached_property
    def borders(self) -> Borders | None:
        """How far outside the first unit stated a place lies."""
        return self.units.borders(self.stated[0]) if self.stated[0] else None

    @cached_property
    def allowed(self) -> np.ndarray | None:
        """Which places may be meant by a name of the same letters; None: all."""
        return self.units.allowed(self.country, self.stated[0])

    @cached_property
    def by_ear(self) -> np.ndarray:
        """Which places may be meant by a name that only sounds alike."""
        return self.units.heard_in((self.theatre.bounds, self.country, *self.stated), self._allowed_by_ear)

    def _allowed_by_ear(self) -> np.ndarray:
        """Those that ``weigh`` would not drop."""
        g = self.gazetteer
        fine = np.ones(len(g), dtype=bool) if self.allowed is None else self.allowed.copy()
        inside = np.zeros(len(g), dtype=bool)
        for level, codes in enumerate(self.stated, 1):
            inside |= g.among(f"admin{level}", codes)
        if self.borders is not None:
            fine &= self.borders.about(BORDER_KM)
        if self.country is None and self.theatre.bounds is not None:
            fine &= inside | self.units.heard_in(self.theatre.bounds, self._near_or_great)
        return fine

    def _near_or_great(self) -> np.ndarray:
        """Which places lie within the bounds of the theatre, are units, or stand out wherever they lie."""
        g = self.gazetteer
        west, south, east, north = self.theatre.bounds or (-180.0, -90.0, 180.0, 90.0)
        near = (west <= g.longitude) & (g.longitude <= east) & (south <= g.latitude) & (g.latitude <= north)
        return near | g.among("feature_class", ("A",)) | (self.units.ranks >= STANDS_OUT)

    def weigh(self, matches: Sequence[tuple[Match, ToponymParts]]) -> list[Evidence]:
        """The candidates that the context allows, as yet without what the rest of their table says."""
        found = [self._evidence(match, parts) for match, parts in matches]
        return [e for e in found if e is not None]

    def with_crowd(self, found: list[Evidence]) -> list[Evidence]:
        """Candidates with what the rest of their table says of them."""
        crowd = self.crowd
        if crowd is None:
            return found
        points = [self.gazetteer.point(e.row) for e in found]
        return [
            e._replace(strayed=crowd.strayed(*point), named_otherwise=crowd.named_otherwise(point, e.parts))
            for e, point in zip(found, points, strict=True)
        ]

    def _evidence(self, match: Match, parts: ToponymParts) -> Evidence | None:
        g, row = self.gazetteer, match.row
        code = self._codes[row] or ""
        if match.tier >= 3 and code == "PCLI":
            return None
        agreed, stated, border = 0, 0, 0.0
        for level, codes, units in self._levels:
            lies_in = units[row]
            if lies_in is None:
                continue
            stated += 1
            if lies_in in codes:
                agreed += 1
            elif level == 1:
                border = max(0.1, self.borders.kilometres(row)) if self.borders is not None else 0.0
                if border > (BORDER_KM if match.tier >= 3 else FAR_BORDER_KM):
                    return None
        kind = self._kinds[row] or ""
        unit = parts.unit_hint in ("admin1", "admin2", "admin3") and kind == "A"
        abroad = not agreed and not unit and not self._in_bounds(row, code)
        rank = self.units.rank(row)
        if abroad and not self.country:
            heard = match.tier >= _BY_SOUND and not (rank >= STANDS_OUT and match.whole and match.ear >= _SAME_SOUND)
            if heard or g.column("country")[row] != self.theatre.home:
                return None
        near = self._near_km(row) if self.near else None
        late = self.units.late(row)
        first = self._first[row] or ""
        focal = not self._levels and first in self.theatre.focus
        return Evidence(
            row, match, parts, agreed, stated, border, near, rank, kind, code, late, abroad, first, focal=focal
        )

    def _near_km(self, row: int) -> float:
        g = self.gazetteer
        return float(np.min(kilometres(g.longitude[row], g.latitude[row], *self.near)))

    def _in_bounds(self, row: int, code: str) -> bool:
        if self.theatre.bounds is None or code == "PCLI":
            return True
        west, south, east, north = self.theatre.bounds
        lon, lat = self.gazetteer.point(row)
        return west <= lon <= east and south <= lat <= north
