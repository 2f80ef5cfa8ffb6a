"""From what one row says to where it is: the place, how well it is known, its geometry, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from geo.codes import AREA_PRECISIONS, POINT_PRECISIONS, PRECISION, Precision
from geo.gazetteer import Gazetteer, Place
from geo.geocode.bearers import Bearers
from geo.geocode.choose import Resolver
from geo.geocode.crowd import Crowd
from geo.geocode.evidence import Context
from geo.geocode.ground import Ground, Point, disc
from geo.geocode.wording import Resolution
from geo.names import fold
from geo.theatre import Theatre

# A complaint: column, value, what is wrong with it.
Complaint = tuple[str | None, str, str]

POINTED = POINT_PRECISIONS | {Precision.LINE}
ORDER = {p: i for i, p in enumerate(Precision)}

# What is drawn when no polygon of a unit is known: a disc that does not pretend to be exact.
_DISC_KM = {Precision.DISTRICT: 15.0, Precision.FIRST_DIVISION: 40.0, Precision.LINE: 15.0}
_GIVEN_SCORE = 0.95  # coordinates that the source itself gives
_NAMED_WITHIN_KM = 10.0


class Spot(NamedTuple):
    """Where one distinct place of a table was put, and why. ``point`` is longitude, latitude."""

    place: Place | None = None
    name: str = ""
    precision: Precision | None = None
    radius_km: float | None = None
    method: str | None = None
    score: float | None = None
    reason: str = ""
    point: Point | None = None
    shape: Any = None
    unit: str = ""
    runners_up: str = ""
    complaints: tuple[Complaint, ...] = ()

    @property
    def geometry(self) -> Any:
        """What is drawn: the shape, or the point if the place is known to the village; else None."""
        if self.shape is not None:
            return self.shape
        drawn = self.point is not None and self.precision in POINT_PRECISIONS
        return shapely.Point(self.point) if drawn and self.point else None

    @property
    def known(self) -> bool:
        """Whether anything is known of where it is, be it only the country."""
        return self.precision is not None


class Locator:
    """Places statements, one by one, on the map of one gazetteer and one table of areas."""

    def __init__(self, gazetteer: Gazetteer, ground: Ground, theatre: Theatre) -> None:
        self.gazetteer, self.ground, self.theatre = gazetteer, ground, theatre
        self.resolver, self.bearers = Resolver(gazetteer, theatre), Bearers(gazetteer)
        self._known: dict[tuple[str, Context, tuple[Point, ...], Crowd | None], Resolution] = {}

    def spot(self, row: Any, point: Point | None, near: Sequence[Point] = (), crowd: Crowd | None = None) -> Spot:
        """Where a statement lies; ``point`` are the coordinates of its source, if they can be used.

        ``near`` and ``crowd`` are what is known beside it, as in ``Resolver.resolve``.
        """
        stated = Precision(row.precision) if row.precision else None
        if stated is Precision.WITHHELD:
            return Spot(precision=stated, reason="the source withholds the place")
        settled = self._settled(row, stated) if row.place_id else None
        if settled is not None:
            return settled
        if row.method == "review" and point is None:
            return Spot(method="review", reason="left without a place by a reviewer")
        if point is not None:
            spot = self.at_point(row, point, stated or Precision.NAMED_PLACE)
        else:
            spot = self._by_name(row, stated, near, crowd)
            if row.method == "inherited" and spot.method:
                spot = spot._replace(method=row.method)  # which place, the name told; that it is this one, the context
        if row.place_id:
            noted = ("place_id", row.place_id, "is not in the gazetteer; the name was looked up instead")
            spot = spot._replace(complaints=(*spot.complaints, noted))
        return spot

    def within(self, point: Point, country: str) -> bool:
        """Whether a point lies where rows of this theatre may lie: within its bounds, or in the country stated."""
        if self.theatre.bounds is None:
            return True
        west, south, east, north = self.theatre.bounds
        if west <= point[0] <= east and south <= point[1] <= north:
            return True
        code = self.resolver.country(country) if country else None
        return code in self.ground.shapes and self.ground.covers(str(code), point)

    # --- by a place that is settled, a name, a code

    def _settled(self, row: Any, stated: Precision | None) -> Spot | None:
        """A place that the reader of the report has settled on."""
        try:
            place = self.gazetteer.place(row.place_id)
        except KeyError:
            return None
        found = self.resolver.by_place(place)
        score = None if pd.isna(row.score) else float(row.score)
        found = found._replace(
            method=row.method or found.method,
            score=score if score is not None else found.score,
            toponym=row.toponym,
        )
        return self.drawn(found, stated, f"settled by the reader of the report: {place.name}")

    def _by_name(self, row: Any, stated: Precision | None, near: Sequence[Point], crowd: Crowd | None) -> Spot:
        context = Context(row.country, (row.admin1, row.admin2, row.admin3), row.pcode)
        if row.pcode in self.ground.shapes and row.pcode not in self.gazetteer.rows:
            found = Spot(name=self.ground.names[row.pcode], method="pcode", score=0.99)
            return self.unit_spot(row.pcode, found._replace(reason=f"p-code {row.pcode} given"))
        if fold(row.toponym) or row.pcode:
            resolution = self._resolved(row.toponym, context, tuple(near), crowd)
        else:
            resolution = self._stated_unit(context)
        return self.drawn(resolution, stated, resolution.reason)

    def _resolved(self, toponym: str, context: Context, near: tuple[Point, ...], crowd: Crowd | None) -> Resolution:
        """What a name means; asked once, for many statements differ in their coordinates only."""
        key = (toponym, context, near, crowd)
        if key not in self._known:
            self._known[key] = self.resolver.resolve(toponym, context, near, crowd)
        return self._known[key]

    def _stated_unit(self, context: Context) -> Resolution:
        """No place is named, but a unit is: the finest one stated."""
        for level in (3, 2, 1):
            name = context.units[level - 1]
            codes = self.resolver.units(name, level, self.resolver.country(context.country) or "")
            if len(codes) == 1:
                found = self._unit(next(iter(codes)), level)
                if found is not None:
                    return found._replace(reason=f"only {name} is stated")
        return self.resolver.resolve("", context)

    def _unit(self, code: str, level: int) -> Resolution | None:
        place = self.resolver.unit_place(code, level)
        if place is None:
            return None
        precision = Precision.FIRST_DIVISION if level == 1 else Precision.DISTRICT
        return Resolution("", place, precision, None, "admin unit", 0.9, (), "")

    def in_unit(self, code: str, level: int) -> Spot | None:
        """A unit of the gazetteer, as its polygon or a disc; None if no place lies in it."""
        found = self._unit(code, level)
        return None if found is None else self.drawn(found, None, "")

    # --- what is drawn

    def unit_spot(self, code: str, spot: Spot) -> Spot:
        """The spot, drawn as the polygon of a unit; a country is not drawn."""
        precision = {0: Precision.COUNTRY, 1: Precision.FIRST_DIVISION}.get(self.ground.level[code], Precision.DISTRICT)
        if precision is Precision.COUNTRY:
            return spot._replace(precision=precision, unit=code)
        inside = self.ground.inside(code)
        return spot._replace(precision=precision, unit=code, shape=self.ground.shapes[code], point=inside)

    def drawn(self, found: Resolution, stated: Precision | None, reason: str) -> Spot:
        """A resolution with its geometry; never finer than the source itself says it is."""
        runners = "; ".join(f"{c.place.place_id} {c.place.name} {c.score:g}" for c in found.runners_up)
        if found.method == "route":
            return self._along(found, Spot(method="route", score=found.score, reason=reason, runners_up=runners))
        if found.place is None or found.precision is None:
            return Spot(reason=reason, runners_up=runners)
        place, precision = found.place, found.precision
        if stated and ORDER[stated] > ORDER[precision]:
            precision = stated
        radius = found.radius_km if precision is found.precision else PRECISION[precision].radius_km
        if place.radius_km is not None and precision in POINT_PRECISIONS:
            radius = max(place.radius_km, radius or 0.0)
        point = (place.longitude, place.latitude)
        own = point if precision in POINT_PRECISIONS else None
        spot = Spot(
            place=place, name=place.name, precision=precision, radius_km=radius, method=found.method,
            score=found.score, reason=reason, point=own, runners_up=runners,
        )  # fmt: skip
        if own is not None:
            return spot
        if precision is Precision.LINE:
            radius = radius or place.radius_km or _DISC_KM[precision]
            return spot._replace(point=point, radius_km=radius, shape=disc(*point, radius))
        if precision in AREA_PRECISIONS:
            levels = _levels(place, precision)
            return self._over_unit(spot, [getattr(place, f"admin{n}") for n in levels], point, levels[0])
        return spot

    def _over_unit(self, spot: Spot, codes: Iterable[str], point: Point, level: int) -> Spot:
        """The polygon of a unit: by code, else the one of that level that holds the point, else a disc."""
        code = next((c for c in codes if c in self.ground.shapes and self.ground.level[c] == level), None)
        code = code or self.ground.holder(point, level)
        if code is not None:
            return self.unit_spot(code, spot)._replace(precision=spot.precision)
        radius = _DISC_KM[spot.precision or Precision.DISTRICT]
        note = f"{spot.reason}; drawn as a disc of {radius:g} km, for no polygon of the unit is given"
        return spot._replace(point=point, radius_km=radius, shape=disc(*point, radius), reason=note)

    def _along(self, found: Resolution, spot: Spot) -> Spot:
        """A strip along a route of the theatre."""
        feature = self.resolver.route(found.toponym)
        stops = [self.gazetteer.place(i) for i in (feature.route if feature else ()) if i in self.gazetteer.rows]
        if feature is None or len(stops) < 2:
            return spot._replace(method=None, score=None, reason="the places of the route are not in the gazetteer")
        line = shapely.LineString([(p.longitude, p.latitude) for p in stops])
        width = found.radius_km or 2.0
        middle = line.interpolate(0.5, normalized=True)
        return spot._replace(
            name=feature.name, precision=Precision.LINE, radius_km=width, point=(middle.x, middle.y),
            shape=self.ground.strip(line, width),
        )  # fmt: skip

    # --- by coordinates

    def at_point(self, row: Any, point: Point, stated: Precision) -> Spot:
        """Coordinates of the source: kept; a point, or the unit or surroundings as precise as the source says."""
        place, reason = None, "coordinates of the source"
        named = self.bearers.nearest(row.toponym, *point, limit_km=_NAMED_WITHIN_KM) if fold(row.toponym) else None
        if named:
            place, apart = named
            reason += f"; {place.name} of the gazetteer is {apart:.1f} km away"
        spot = Spot(
            place=place, name=place.name if place else "", precision=stated, radius_km=PRECISION[stated].radius_km,
            method="source", score=_GIVEN_SCORE, reason=reason, point=point,
        )  # fmt: skip
        if stated in POINT_PRECISIONS:
            return spot
        if stated is Precision.COUNTRY:
            return spot._replace(place=None, name="", point=None, reason="known to the country only")
        if stated is Precision.LINE:
            radius = _DISC_KM[stated]
            return spot._replace(radius_km=radius, shape=disc(*point, radius))
        return self._stated_area(row, spot._replace(place=None, name=""), point, stated)

    def _stated_area(self, row: Any, spot: Spot, point: Point, stated: Precision) -> Spot:
        """The unit that the row names at its precision, else the one around its coordinates."""
        country = self.resolver.country(row.country) or "" if row.country else ""
        levels = (1,) if stated is Precision.FIRST_DIVISION else (3, 2)
        for level in levels:
            codes = self.resolver.units(getattr(row, f"admin{level}"), level, country)
            known = [c for c in sorted(codes) if c in self.ground.shapes]
            if len(known) == 1:
                return self.named_unit(
                    self._over_unit(spot._replace(reason="only its unit is known"), known, point, level)
                )
        holding = spot._replace(reason="only its unit is known: the one around the coordinates of the source")
        return self.named_unit(self._over_unit(holding, (), point, 1 if levels == (1,) else 2))

    def named_unit(self, spot: Spot) -> Spot:
        """The spot with the name of its unit."""
        if not spot.unit:
            return spot
        place = self.resolver.unit_place(spot.unit, self.ground.level[spot.unit])
        name = place.name if place else self.ground.names[spot.unit]
        return spot._replace(place=place, name=name, method="admin unit")


def _levels(place: Place, precision: Precision) -> tuple[int, ...]:
    """Levels at which the unit of a place is sought, best first."""
    if place.feature_code in ("ADM2", "ADM3"):
        return (int(place.feature_code[-1]),) if precision is Precision.DISTRICT else (1,)
    return (1,) if precision is Precision.FIRST_DIVISION else (2,)


def points_of(spots: Iterable[Spot]) -> tuple[list[int], np.ndarray]:
    """Numbers and points of the spots that are known by a point."""
    at = [(i, s.point) for i, s in enumerate(spots) if s.point is not None and s.precision in POINTED]
    return [i for i, _ in at], np.array([p for _, p in at], dtype=float).reshape(-1, 2)
