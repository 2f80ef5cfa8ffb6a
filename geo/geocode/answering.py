"""One answer for what the cells of a row say of its place: where, how well it is known, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from geo.codes import AREA_PRECISIONS, Precision
from geo.errors import Problem
from geo.gazetteer import Gazetteer, kilometres
from geo.geocode.asking import Asking, Service
from geo.geocode.decisions import Decisions
from geo.geocode.evidence import Context
from geo.geocode.given import Checks
from geo.geocode.ground import Ground
from geo.geocode.review import decided
from geo.geocode.spots import Locator, Spot
from geo.geocode.statements import why_no_name
from geo.theatre import Theatre

_UNIT_KM = {Precision.DISTRICT: 15.0, Precision.FIRST_DIVISION: 40.0}  # where too few places of a unit are listed
_FEW_PLACES = 5
_UNIT_SHARE = 0.95  # of the listed places of a unit lie within its radius
_DECIDED_IN = ("table", "events", "displacement origin", "displacement destination")  # any list of places will do


class Statement(NamedTuple):
    """What the cells of one row say of its place; the last fields are what other tables may say beside it."""

    toponym: str
    admin1: str = ""
    admin2: str = ""
    admin3: str = ""
    country: str = ""
    pcode: str = ""
    place_id: str = ""
    precision: str = ""
    method: str = ""
    score: float = np.nan

    @property
    def context(self) -> Context:
        return Context(self.country, (self.admin1, self.admin2, self.admin3), self.pcode)


class Answer(NamedTuple):
    """The cells that a row gets; the names are those of the new columns."""

    place_id: str | None
    place_name: str | None
    latitude: float | None
    longitude: float | None
    geo_precision: str | None
    geo_radius_km: float | None
    geo_method: str | None
    geo_score: float | None
    geo_reason: str


class Answering:
    """Answers statements with one gazetteer: what a person decided, else the machine, else an outside service."""

    def __init__(
        self,
        gazetteer: Gazetteer,
        areas: gpd.GeoDataFrame,
        theatre: Theatre,
        *,
        decisions: Decisions | None = None,
        service: Service | None = None,
    ) -> None:
        self.gazetteer, self.decisions = gazetteer, decisions or Decisions()
        self.locator = Locator(gazetteer, Ground(areas, theatre.metric_crs), theatre)
        checks = Checks(self.locator)
        self.asking = Asking(service, self.locator, checks) if service else None
        self.problems: list[Problem] = []
        self._sizes: dict[tuple[int, str], float] = {}

    def answers(self, statements: Sequence[Statement]) -> list[Answer]:
        """An answer for each statement; the service is asked last, for all that is left together.

        Raises
        ------
        GeocoderError
            The service does not take so many names.
        """
        known = [self._decided(said) or self._nameless(said) for said in statements]
        found = iter(self._found([said for said, spot in zip(statements, known, strict=True) if spot is None]))
        spots = [next(found) if spot is None else spot for spot in known]
        if self.asking is not None:
            spots = self.asking.answered(statements, spots)
            self.problems += self.asking.problems
        return [_answer(spot, self._unknown_code(said, spot)) for said, spot in zip(statements, spots, strict=True)]

    def _decided(self, said: Statement) -> Spot | None:
        if not self.decisions.by_name:
            return None
        units = said.admin1, said.admin2, said.admin3
        found = (
            self.decisions.of(table, said.toponym, *units, country=said.country, given=said.pcode)
            for table in _DECIDED_IN
        )
        decision = next((d for d in found if d is not None), None)
        spot = decided(said, decision, self.locator) if decision else None
        if isinstance(spot, Problem):
            self.problems.append(spot)
            return None
        return None if spot is None else self._sized(spot, spot.reason)

    def _nameless(self, said: Statement) -> Spot | None:
        """No place, where the cell can be no name and no code is known."""
        wrong = "" if said.pcode and said.pcode in self.gazetteer.rows else why_no_name(said.toponym)
        return Spot(reason=wrong) if wrong else None

    def _found(self, statements: Sequence[Statement]) -> list[Spot]:
        resolved = self.locator.resolver.resolve_all([(said.toponym, said.context) for said in statements])
        return [self._sized(self.locator.drawn(found, None, found.reason), found.reason) for found in resolved]

    def _unknown_code(self, said: Statement, spot: Spot) -> str:
        """What to say of a p-code that told nothing."""
        known = not said.pcode or said.pcode in self.gazetteer.rows or spot.method in ("review", "pcode")
        return "" if known else f"; the p-code '{said.pcode}' is not in the gazetteer"

    def _sized(self, spot: Spot, reason: str) -> Spot:
        """The spot with a radius that holds its area, whose size a point does not show."""
        if spot.precision not in AREA_PRECISIONS or spot.point is None:
            return spot
        if spot.precision in _UNIT_KM and not spot.unit:
            return spot._replace(radius_km=self._size(spot, spot.precision), reason=reason)
        corners = shapely.get_coordinates(spot.shape)
        far = kilometres(*spot.point, corners[:, 0], corners[:, 1])
        return spot._replace(radius_km=float(np.max(far, initial=spot.radius_km or 0.0)))

    def _size(self, spot: Spot, precision: Precision) -> float:
        """Kilometres from the point of a unit without polygon that hold nearly all of its listed places."""
        place, point = spot.place, spot.point
        if place is None or point is None:
            return _UNIT_KM[precision]
        level = 1 if precision is Precision.FIRST_DIVISION else 3 if place.feature_code == "ADM3" else 2
        key = level, str(getattr(place, f"admin{level}"))
        if key not in self._sizes:
            g = self.gazetteer
            rows = [r for r, code in enumerate(g.column(f"admin{level}")) if code == key[1]] if key[1] else []
            far = kilometres(*point, g.longitude[rows], g.latitude[rows])
            enough = len(rows) >= _FEW_PLACES
            self._sizes[key] = float(np.quantile(far, _UNIT_SHARE)) if enough else _UNIT_KM[precision]
        return self._sizes[key]


def _answer(spot: Spot, note: str) -> Answer:
    reason = f"{spot.reason}{note}"
    if spot.precision is Precision.COUNTRY:
        reason += "; only the country is known, so there are no coordinates"
    point = (None, None) if spot.point is None else (round(spot.point[0], 6), round(spot.point[1], 6))
    return Answer(
        place_id=spot.place.place_id if spot.place else spot.unit or None,
        place_name=spot.name or None,
        latitude=point[1],
        longitude=point[0],
        geo_precision=spot.precision.value if spot.precision else None,
        geo_radius_km=None if spot.radius_km is None else round(spot.radius_km, 1),
        geo_method=spot.method,
        geo_score=spot.score,
        geo_reason=reason,
    )
