"""Locating tables: events and displacement records get places, geometry, codes and reasons.

Work is done once for each distinct combination of what rows say about their place, then spread over the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

from geo.admin import parents, units_at
from geo.codes import AREA_PRECISIONS, POINT_PRECISIONS, PRECISION, Precision
from geo.errors import Problem
from geo.gazetteer import Gazetteer, Place
from geo.geocode.choose import Context, Resolution, Resolver
from geo.names import fold
from geo.schema import CRS, DISPLACEMENT, EVENTS, TableSpec, concat
from geo.theatre import Theatre

_ORDER = {p: i for i, p in enumerate(Precision)}
_GEOD = Geod(ellps="WGS84")
_WEB_MERCATOR = "EPSG:3857"

# What is drawn when no polygon of a unit is known: a disc that does not pretend to be exact.
_DISC_KM = {Precision.DISTRICT: 15.0, Precision.FIRST_DIVISION: 40.0, Precision.LINE: 15.0}
# How far a point may lie outside its stated unit without a line, by whether that unit is derived, and so rough.
_TOLERANCE_KM = {False: 0.0, True: 15.0}
_COUNTRY_TOLERANCE_KM = 10.0
_SWAP_KM = 50.0
_GIVEN_SCORE = 0.95  # coordinates that the source itself gives
_LEVEL_WORDS = ("country", "first division", "second division", "third division")

DECISION_COLUMNS = (
    "table", "toponym", "stated_admin1", "stated_admin2", "stated_admin3", "decision", "place_name", "geo_precision",
    "geo_method", "geo_score", "geo_reason", "runners_up", "rows",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Geocoded:
    """A located table with as many rows as came in, what to look at, and every distinct decision."""

    table: gpd.GeoDataFrame
    problems: list[Problem]
    decisions: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where one distinct place of a table was put, and why. ``point`` is longitude, latitude."""

    place: Place | None = None
    name: str = ""
    precision: Precision | None = None
    radius_km: float | None = None
    method: str | None = None
    score: float | None = None
    reason: str = ""
    point: tuple[float, float] | None = None
    shape: Any = None
    unit: str = ""
    runners_up: str = ""
    complaints: tuple[tuple[str | None, str, str], ...] = ()

    @property
    def geometry(self) -> Any:
        if self.shape is not None:
            return self.shape
        drawn = self.point is not None and self.precision in POINT_PRECISIONS
        return shapely.Point(self.point) if drawn and self.point else None


def geocode_events(
    events: pd.DataFrame, gazetteer: Gazetteer, areas: gpd.GeoDataFrame, *, theatre: Theatre
) -> Geocoded:
    """Locate an EVENTS table: fills place, codes, precision, method, score, reason and geometry.

    Coordinates of the source are kept and used; what contradicts them, and every row left without geometry, becomes
    a Problem of severity "warning". ``areas`` is an AREAS table (``geo.admin``), possibly empty. Rows that come with
    a geometry, as from a table written before, stay as they are.
    """
    table = concat([events], EVENTS)
    said = _Said.of_events(table)
    locator = _Locator(gazetteer, areas, theatre)
    spots = locator.spots(said.first)
    filled = table.assign(**_spread(locator.columns(spots), said.number))
    problems = _problems(table, spots, said, "toponym", "events")
    return Geocoded(_kept(table, filled, EVENTS), problems, _decisions("events", said, spots))


def geocode_displacement(
    displacement: pd.DataFrame, gazetteer: Gazetteer, areas: gpd.GeoDataFrame, *, theatre: Theatre
) -> Geocoded:
    """Locate both ends of a DISPLACEMENT table; the geometry is the destination if known, else the origin.

    An end with a p-code is found by it, else by its name. An unknown end stays unknown. The points of the ends are
    for drawing: a place's own point, or a point inside a unit. Rows that come with a geometry stay as they are.
    """
    table = concat([displacement], DISPLACEMENT)
    locator = _Locator(gazetteer, areas, theatre)
    problems: list[Problem] = []
    decisions, ends = [], {}
    for side in ("origin", "destination"):
        said = _Said.of_end(table, side)
        spots = locator.spots(said.first)
        ends[side] = (_spread(locator.end_columns(spots, side), said.number), said, spots)
        decisions.append(_decisions(f"displacement {side}", said, spots))
        problems += _problems(table, spots, said, f"{side}_toponym", "displacement")
    drawn = _drawn_end(ends["origin"], ends["destination"])
    filled = table.assign(**ends["origin"][0], **ends["destination"][0], **drawn)
    return Geocoded(_kept(table, filled, DISPLACEMENT), problems, pd.concat(decisions, ignore_index=True))


def _kept(table: gpd.GeoDataFrame, filled: gpd.GeoDataFrame, spec: TableSpec) -> gpd.GeoDataFrame:
    """The rows as filled, but those that came with a geometry as they came."""
    came = table.geometry.notna()
    parts = [pd.DataFrame(part) for part in (filled.loc[~came], table.loc[came]) if len(part)]
    return concat([pd.concat(parts).sort_index()] if parts else [], spec)


# --- what the rows say ---

_SAYS = (
    "toponym", "country", "admin1", "admin2", "admin3", "pcode", "place_id", "precision", "method", "score",
    "longitude", "latitude",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Said:
    """The distinct things that rows say about their place: one row each, and for every row of the table its number."""

    first: pd.DataFrame
    number: np.ndarray

    @classmethod
    def of_events(cls, table: pd.DataFrame) -> _Said:
        # A code that stands in the table is a statement of the source, and wins over the name beside it.
        columns = {f"admin{n}": table[f"admin{n}_pcode"].fillna(table[f"stated_admin{n}"]) for n in (1, 2, 3)}
        return cls._distinct(
            table,
            columns
            | {"toponym": table["toponym"], "country": table["stated_country"], "place_id": table["place_id"]}
            | {"precision": table["geo_precision"], "method": table["geo_method"], "score": table["geo_score"]}
            | {"longitude": table["source_longitude"], "latitude": table["source_latitude"]},
        )

    @classmethod
    def of_end(cls, table: pd.DataFrame, side: str) -> _Said:
        columns = ("toponym", "admin1", "pcode", "place_id", "precision", "longitude", "latitude")
        return cls._distinct(table, {c: table[f"{side}_{c}"] for c in columns})

    @classmethod
    def _distinct(cls, table: pd.DataFrame, columns: dict[str, pd.Series]) -> _Said:
        said = pd.DataFrame({c: columns.get(c, pd.Series(pd.NA, table.index, "string")) for c in _SAYS}, table.index)
        if said.empty:
            return cls(said, np.zeros(0, dtype=int))
        number = said.groupby(list(_SAYS), dropna=False, sort=False).ngroup().to_numpy()
        _, at = np.unique(number, return_index=True)
        first = said.iloc[at].reset_index(drop=True)
        texts = [c for c in _SAYS if c not in ("score", "longitude", "latitude")]
        return cls(first.assign(**{c: first[c].astype("string").fillna("") for c in texts}), number)


# --- from what is said to a spot ---


class _Locator:
    """Places distinct statements on the map of one gazetteer and one table of areas."""

    def __init__(self, gazetteer: Gazetteer, areas: gpd.GeoDataFrame, theatre: Theatre) -> None:
        self.gazetteer, self.areas, self.theatre = gazetteer, areas, theatre
        self.resolver = Resolver(gazetteer, theatre)
        self.shapes = dict(zip(areas["pcode"], areas.geometry, strict=True))
        self.level = dict(zip(areas["pcode"], areas["level"], strict=True))
        self.rough = dict(zip(areas["pcode"], areas["approximate"], strict=True))
        self.above = parents(areas)

    def spots(self, said: pd.DataFrame) -> list[_Spot]:
        given, complaints = self._given_points(said)
        spots = [
            self._spot(row, point, noted)
            for row, point, noted in zip(said.itertuples(index=False), given, complaints, strict=True)
        ]
        return self._checked(said, spots)

    # the source's own coordinates

    def _given_points(self, said: pd.DataFrame) -> tuple[list[Any], list[Any]]:
        """The usable points of the source, None where there is none; and what is wrong with those not used."""
        lon, lat = (said[c].to_numpy(dtype=float, na_value=np.nan) for c in ("longitude", "latitude"))
        points: list[tuple[float, float] | None] = [None] * len(said)
        complaints: list[tuple[tuple[str | None, str, str], ...]] = [()] * len(said)
        swapped = self._swapped(said, lon, lat)
        for i, (x, y) in enumerate(zip(lon.tolist(), lat.tolist(), strict=True)):
            if np.isnan(x) and np.isnan(y):
                continue
            wrong = _wrong_point(x, y)
            if swapped[i]:
                wrong = f"look swapped: longitude {y:g}, latitude {x:g} would lie in the theatre; correct the columns"
            if wrong:
                complaints[i] = (("source_longitude", f"{x:g}, {y:g}", wrong),)
            else:
                points[i] = (x, y)
        return points, complaints

    def _swapped(self, said: pd.DataFrame, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Points outside all countries of the theatre (or the stated one) that would lie inside if turned round."""
        usable = ~(np.isnan(lon) | np.isnan(lat)) & (np.abs(lon) <= 90)
        found = np.zeros(len(lon), dtype=bool)
        at = np.flatnonzero(usable)
        if not len(at):
            return found
        here, there = (units_at(self.areas, x[at], y[at], 0) for x, y in ((lon, lat), (lat, lon)))
        stated = [self.resolver.country(c) if c else None for c in said["country"].iloc[at]]
        for i, own, turned, wanted in zip(at, here, there, stated, strict=True):
            if turned is None or (own is not None and own == (wanted or own)):
                continue
            if wanted in self.shapes:
                # Outlines are generalised: a village at the border is not yet a slip of columns.
                far = _kilometres_to(self.shapes[wanted], (lon[i], lat[i])) > _SWAP_KM
                found[i] = far and turned == wanted
            elif own is None:
                found[i] = self._in_bounds(lat[i], lon[i]) and not self._in_bounds(lon[i], lat[i])
        return found

    def _in_bounds(self, x: float, y: float) -> bool:
        if self.theatre.bounds is None:
            return False
        west, south, east, north = self.theatre.bounds
        return bool(west <= x <= east and south <= y <= north)

    # one statement

    def _spot(self, row: Any, point: tuple[float, float] | None, complaints: Any) -> _Spot:
        stated = Precision(row.precision) if row.precision else None
        if stated is Precision.WITHHELD:
            return _Spot(precision=stated, reason="the source withholds the place")
        settled = self._settled(row, stated) if row.place_id else None
        if settled is not None:
            spot = settled
        elif point is not None:
            spot = self._at_point(row, point, stated or Precision.NAMED_PLACE)
        else:
            spot = self._by_name(row, stated)
            if row.method == "inherited" and spot.method:
                spot = replace(spot, method=row.method)  # which place, the name told; that it is this one, the context
        if row.place_id and settled is None:
            noted = ("place_id", row.place_id, "is not in the gazetteer; the name was looked up instead")
            complaints = (*complaints, noted)
        return replace(spot, complaints=complaints)

    def _settled(self, row: Any, stated: Precision | None) -> _Spot | None:
        """A place that the reader of the report has settled on."""
        try:
            place = self.gazetteer.place(row.place_id)
        except KeyError:
            return None
        found = self.resolver.by_place(place)
        score = None if pd.isna(row.score) else float(row.score)
        found = replace(
            found,
            method=row.method or found.method,
            score=score if score is not None else found.score,
            toponym=row.toponym,
        )
        return self._drawn(found, stated, f"settled by the reader of the report: {place.name}")

    def _by_name(self, row: Any, stated: Precision | None) -> _Spot:
        context = Context(row.country, (row.admin1, row.admin2, row.admin3), row.pcode)
        area = self._by_area_code(row.pcode)
        if area is not None and row.pcode not in self.gazetteer.rows:
            return area
        if fold(row.toponym) or row.pcode:
            found = self.resolver.resolve(row.toponym, context)
        else:
            found = self._stated_unit(context)
        return self._drawn(found, stated, found.reason)

    def _by_area_code(self, code: str) -> _Spot | None:
        """A unit that only the polygons know."""
        shape = self.shapes.get(code)
        if shape is None:
            return None
        name = str(self.areas.loc[self.areas["pcode"] == code, "name"].iloc[0])
        return self._unit_spot(code, _Spot(name=name, method="pcode", score=0.99, reason=f"p-code {code} given"))

    def _unit_spot(self, code: str, spot: _Spot) -> _Spot:
        precision = {0: Precision.COUNTRY, 1: Precision.FIRST_DIVISION}.get(self.level[code], Precision.DISTRICT)
        if precision is Precision.COUNTRY:
            return replace(spot, precision=precision, unit=code)
        inside = self.shapes[code].representative_point()
        return replace(spot, precision=precision, unit=code, shape=self.shapes[code], point=(inside.x, inside.y))

    def _stated_unit(self, context: Context) -> Resolution:
        """No place is named, but a unit is: the finest one stated."""
        for level in (3, 2, 1):
            name = context.units[level - 1]
            codes = self.resolver.units(name, level, self.resolver.country(context.country) or "")
            if len(codes) == 1:
                place = self.resolver.unit_place(next(iter(codes)), level)
                if place is not None:
                    precision = Precision.FIRST_DIVISION if level == 1 else Precision.DISTRICT
                    reason = f"only {name} is stated"
                    return Resolution("", place, precision, None, "admin unit", 0.9, (), reason)
        return self.resolver.resolve("", context)

    def _drawn(self, found: Resolution, stated: Precision | None, reason: str) -> _Spot:
        """A resolution with its geometry; never finer than the source itself says it is."""
        runners = "; ".join(f"{c.place.place_id} {c.place.name} {c.score:g}" for c in found.runners_up)
        spot = _Spot(method=found.method, score=found.score, reason=reason, runners_up=runners)
        if found.method == "route":
            return self._along(found, spot)
        if found.place is None or found.precision is None:
            return replace(spot, method=None, score=None)
        place = found.place
        precision = found.precision
        if stated and _ORDER[stated] > _ORDER[precision]:
            precision = stated
        radius = found.radius_km if precision is found.precision else PRECISION[precision].radius_km
        if place.radius_km is not None and precision in POINT_PRECISIONS:
            radius = max(place.radius_km, radius or 0.0)
        spot = replace(spot, place=place, name=place.name, precision=precision, radius_km=radius)
        point = (place.longitude, place.latitude)
        if precision in POINT_PRECISIONS:
            return replace(spot, point=point)
        if precision is Precision.LINE:
            radius = radius or place.radius_km or _DISC_KM[precision]
            return replace(spot, point=point, radius_km=radius, shape=disc(*point, radius))
        if precision in AREA_PRECISIONS:
            levels = (1,) if precision is Precision.FIRST_DIVISION else (3, 2)
            if place.feature_code in ("ADM2", "ADM3"):
                levels = (int(place.feature_code[-1]),) if precision is Precision.DISTRICT else (1,)
            elif precision is Precision.DISTRICT:
                levels = (2,)
            return self._over_unit(spot, [getattr(place, f"admin{n}") for n in levels], point, levels[0])
        return spot

    def _over_unit(self, spot: _Spot, codes: Iterable[str], point: tuple[float, float], level: int) -> _Spot:
        """The polygon of a unit: by code, else the one of that level that holds the point, else a disc."""
        code = next((c for c in codes if c in self.shapes and self.level[c] == level), None)
        if code is None:
            code = units_at(self.areas, [point[0]], [point[1]], level)[0]
        if code is not None:
            return replace(self._unit_spot(code, spot), precision=spot.precision)
        radius = _DISC_KM[spot.precision or Precision.DISTRICT]
        note = f"{spot.reason}; drawn as a disc of {radius:g} km, for no polygon of the unit is given"
        return replace(spot, point=point, radius_km=radius, shape=disc(*point, radius), reason=note)

    def _along(self, found: Resolution, spot: _Spot) -> _Spot:
        """A strip along a route of the theatre."""
        feature = self.resolver.route(found.toponym)
        stops = [self.gazetteer.place(i) for i in (feature.route if feature else ()) if i in self.gazetteer.rows]
        if feature is None or len(stops) < 2:
            return replace(spot, method=None, score=None, reason="the places of the route are not in the gazetteer")
        line = shapely.LineString([(p.longitude, p.latitude) for p in stops])
        width = found.radius_km or 2.0
        middle = line.interpolate(0.5, normalized=True)
        return replace(
            spot, name=feature.name, precision=Precision.LINE, radius_km=width, point=(middle.x, middle.y),
            shape=self._strip(line, width),
        )  # fmt: skip

    def _strip(self, line: Any, width_km: float) -> Any:
        lines = gpd.GeoSeries([line], crs=CRS)
        metric = self.theatre.metric_crs if self.theatre.metric_crs != _WEB_MERCATOR else lines.estimate_utm_crs()
        return lines.to_crs(metric).buffer(width_km * 1_000).to_crs(CRS).iloc[0]

    def _at_point(self, row: Any, point: tuple[float, float], stated: Precision) -> _Spot:
        """Coordinates of the source: kept; a point, or the unit or surroundings as precise as the source says."""
        place, reason = None, "coordinates of the source"
        named = self.resolver.name_at(row.toponym, *point, limit_km=10.0) if fold(row.toponym) else None
        if named:
            place, apart = named
            reason += f"; {place.name} of the gazetteer is {apart:.1f} km away"
        spot = _Spot(
            place=place, name=place.name if place else "", precision=stated, radius_km=PRECISION[stated].radius_km,
            method="source", score=_GIVEN_SCORE, reason=reason, point=point,
        )  # fmt: skip
        if stated in POINT_PRECISIONS:
            return spot
        if stated is Precision.COUNTRY:
            return replace(spot, place=None, name="", point=None, reason="known to the country only")
        if stated is Precision.LINE:
            radius = _DISC_KM[stated]
            return replace(spot, radius_km=radius, shape=disc(*point, radius))
        return self._stated_area(row, replace(spot, place=None, name=""), point, stated)

    def _stated_area(self, row: Any, spot: _Spot, point: tuple[float, float], stated: Precision) -> _Spot:
        """The unit that the row names at its precision, else the one around its coordinates."""
        country = self.resolver.country(row.country) or "" if row.country else ""
        levels = (1,) if stated is Precision.FIRST_DIVISION else (3, 2)
        for level in levels:
            codes = self.resolver.units(getattr(row, f"admin{level}"), level, country)
            known = [c for c in sorted(codes) if c in self.shapes]
            if len(known) == 1:
                return self._named_unit(
                    self._over_unit(replace(spot, reason="only its unit is known"), known, point, level)
                )
        holding = replace(spot, reason="only its unit is known: the one around the coordinates of the source")
        return self._named_unit(self._over_unit(holding, (), point, 1 if levels == (1,) else 2))

    def _named_unit(self, spot: _Spot) -> _Spot:
        if not spot.unit:
            return spot
        place = self.resolver.unit_place(spot.unit, self.level[spot.unit])
        name = place.name if place else str(self.areas.loc[self.areas["pcode"] == spot.unit, "name"].iloc[0])
        return replace(spot, place=place, name=name, method="admin unit")

    # all statements together

    def _checked(self, said: pd.DataFrame, spots: list[_Spot]) -> list[_Spot]:
        """Spots with a complaint where a point lies outside a unit that its row states."""
        pointed = POINT_PRECISIONS | {Precision.LINE}
        at = [i for i, s in enumerate(spots) if s.point is not None and s.precision in pointed]
        if not at:
            return spots
        points = np.array([spots[i].point for i in at])
        checked = list(spots)
        rows = list(said.iloc[at].itertuples(index=False))
        for level in (3, 2, 1, 0):
            wanted = [self._stated_codes(row, level) for row in rows]
            holding = units_at(self.areas, points[:, 0], points[:, 1], level)
            for i, codes, code, point in zip(at, wanted, holding, points, strict=True):
                if codes and code not in codes:
                    checked[i] = self._judged(checked[i], codes, tuple(point), level)
        return checked

    def _stated_codes(self, row: Any, level: int) -> list[str]:
        country = self.resolver.country(row.country) if row.country else None
        if level == 0:
            return [country] if country and country in self.shapes else []
        codes = self.resolver.units(getattr(row, f"admin{level}"), level, country or "")
        return [c for c in sorted(codes) if c in self.shapes]

    def _judged(self, spot: _Spot, codes: list[str], point: tuple[float, float], level: int) -> _Spot:
        """The spot, with a complaint if its point is far from the units stated. Only the coarsest is told."""
        apart = min(_kilometres_to(self.shapes[c], point) for c in codes)
        limit = _COUNTRY_TOLERANCE_KM if level == 0 else max(_TOLERANCE_KM[bool(self.rough[c])] for c in codes)
        if apart <= limit:
            return spot
        unit = str(self.areas.loc[self.areas["pcode"] == codes[0], "name"].iloc[0])
        turned = any(self.shapes[c].covers(shapely.Point(point[1], point[0])) for c in codes)
        hint = "; turned round it lies inside: swap longitude and latitude" if turned else "; check both"
        what = (
            "source_longitude" if spot.method == "source" else "toponym",
            f"{point[0]:g}, {point[1]:g}",
            f"lies {apart:.{1 if apart < 10 else 0}f} km outside {unit}, the {_LEVEL_WORDS[level]} stated{hint}",
        )
        others = tuple(c for c in spot.complaints if "outside" not in c[2])
        return replace(spot, complaints=(*others, what))

    def codes(self, spots: Sequence[_Spot]) -> dict[int, list[str | None]]:
        """P-codes of levels 1 to 3 for every spot: of its unit, of the polygons around its point, or of its place."""
        found: dict[int, list[str | None]] = {}
        pointed = POINT_PRECISIONS | {Precision.LINE}
        at = [i for i, s in enumerate(spots) if s.point is not None and s.precision in pointed]
        points = np.array([spots[i].point for i in at]).reshape(-1, 2)
        for level in (1, 2, 3):
            codes: list[str | None] = [self.above.get(s.unit, {}).get(level) for s in spots]
            around = units_at(self.areas, points[:, 0], points[:, 1], level)
            for i, code in zip(at, around, strict=True):
                codes[i] = code
            for i, spot in enumerate(spots):
                own = getattr(spot.place, f"admin{level}") if spot.place else ""
                # A rough area knows less of a village than the gazetteer that lists it.
                if own and (codes[i] is None or self.rough.get(str(codes[i]), False)) and self._reaches(spot, level):
                    codes[i] = own
            found[level] = codes
        return found

    def _reaches(self, spot: _Spot, level: int) -> bool:
        """Whether a spot is known well enough to lie in one unit of a level."""
        if spot.precision in POINT_PRECISIONS:
            return True
        return level == 1 and spot.precision in AREA_PRECISIONS

    def columns(self, spots: Sequence[_Spot]) -> dict[str, list[Any]]:
        codes = self.codes(spots)
        return {
            "place_id": [s.place.place_id if s.place else None for s in spots],
            "place_name": [s.name or None for s in spots],
            "place_name_ar": [(s.place.name_ar or None) if s.place else None for s in spots],
            **{f"admin{n}_pcode": codes[n] for n in (1, 2, 3)},
            "geo_precision": [s.precision.value if s.precision else None for s in spots],
            "geo_radius_km": [s.radius_km for s in spots],
            "geo_method": [s.method for s in spots],
            "geo_score": [s.score for s in spots],
            "geo_reason": [s.reason for s in spots],
            "geometry": [s.geometry for s in spots],
        }

    def end_columns(self, spots: Sequence[_Spot], side: str) -> dict[str, list[Any]]:
        ids = [(s.place.pcode or None) if s.place else (s.unit or None) for s in spots]
        return {
            f"{side}_place_id": [s.place.place_id if s.place else None for s in spots],
            f"{side}_name": [s.name or None for s in spots],
            f"{side}_pcode": ids,
            f"{side}_precision": [s.precision.value if s.precision else None for s in spots],
            f"{side}_longitude": [s.point[0] if s.point else None for s in spots],
            f"{side}_latitude": [s.point[1] if s.point else None for s in spots],
        }


def _wrong_point(x: float, y: float) -> str | None:
    """Why a pair of coordinates cannot be used."""
    if np.isnan(x) or np.isnan(y):
        return "is half a point; give both longitude and latitude"
    if x == 0 and y == 0:
        return "is the point (0, 0), which stands for unknown; leave it empty or correct it"
    if abs(x) > 180 or abs(y) > 90:
        return "is out of range; wanted longitude -180 to 180 and latitude -90 to 90"
    return None


def disc(longitude: float, latitude: float, radius_km: float) -> shapely.Polygon:
    """Circle on the ellipsoid of so many kilometres around a point."""
    bearings = np.arange(0.0, 360.0, 7.5)
    many = np.ones_like(bearings)
    lon, lat, _ = _GEOD.fwd(many * longitude, many * latitude, bearings, many * radius_km * 1_000)
    return shapely.Polygon(np.column_stack([lon, lat]))


def _kilometres_to(shape: Any, point: tuple[float, float]) -> float:
    """Distance from a point to a shape; the nearest spot is sought with longitudes shrunk to the latitude."""
    shrink = float(np.cos(np.radians(point[1]))) or 1e-6
    flat = shapely.transform(shape, lambda c: c * [shrink, 1.0])
    here = shapely.Point(point[0] * shrink, point[1])
    if flat.covers(here):
        return 0.0
    near = shapely.shortest_line(here, flat).coords[-1]
    _, _, metres = _GEOD.inv(point[0], point[1], near[0] / shrink, near[1])
    return float(metres) / 1_000


# --- from spots back to rows ---


def _spread(columns: dict[str, list[Any]], number: np.ndarray) -> dict[str, Any]:
    """Values of distinct statements for every row that makes them."""
    spread = {}
    for name, values in columns.items():
        each = np.empty(len(values), dtype=object)
        each[:] = values
        spread[name] = each[number]
    return spread


def _drawn_end(origin: Any, destination: Any) -> dict[str, Any]:
    """Geometry, method, score and reason of the end that is drawn."""
    drawn: dict[str, Any] = {}
    for side, (_, said, spots) in (("origin", origin), ("destination", destination)):
        columns = {
            "geometry": [s.geometry for s in spots],
            "geo_method": [s.method for s in spots],
            "geo_score": [s.score for s in spots],
            "geo_reason": [f"{side}: {s.reason}" if s.reason else None for s in spots],
        }
        values = _spread(columns, said.number)
        if not drawn:
            drawn = values
            continue
        known = (
            np.array([s.geometry is not None for s in spots], dtype=bool)[said.number] if spots else np.zeros(0, bool)
        )
        nowhere = np.array([g is None for g in drawn["geometry"]], dtype=bool)
        for name, each in values.items():
            drawn[name] = np.where(known | nowhere, each, drawn[name])
    return drawn


def _problems(table: pd.DataFrame, spots: Sequence[_Spot], said: _Said, column: str, name: str) -> list[Problem]:
    """One warning for each row and complaint, in the order of the rows."""
    named = said.first["toponym"].tolist()
    told = {i: notes for i, s in enumerate(spots) if (notes := _complaints(s, named[i], column))}
    problems = []
    files, lines = table["source_file"], table["source_row"]
    for position in np.flatnonzero(np.isin(said.number, list(told))):
        source = name if pd.isna(files.iloc[position]) else str(files.iloc[position])
        line = int(position) + 1 if pd.isna(lines.iloc[position]) else int(lines.iloc[position])
        for where, value, message in told[int(said.number[position])]:
            problems.append(Problem(source, line, where, value, message, "warning"))
    return problems


def _complaints(spot: _Spot, toponym: str, column: str) -> list[tuple[str | None, str | None, str]]:
    noted: list[tuple[str | None, str | None, str]] = list(spot.complaints)
    quiet = spot.precision in (Precision.COUNTRY, Precision.WITHHELD) or (not toponym and column != "toponym")
    unknown = spot.reason == "the source does not know the place" and column != "toponym"
    if spot.geometry is None and not quiet and not unknown:
        noted.append((column, toponym or None, f"{spot.reason} (left without geometry)"))
    return noted


def _decisions(table: str, said: _Said, spots: Sequence[_Spot]) -> pd.DataFrame:
    """Every distinct toponym with what was decided; coordinates of the source do not make another decision."""
    rows = np.bincount(said.number, minlength=len(spots))
    each = pd.DataFrame(
        [
            (
                table, w.toponym, w.admin1, w.admin2, w.admin3, s.place.place_id if s.place else "", s.name,
                s.precision.value if s.precision else "", s.method or "", s.score, s.reason, s.runners_up, int(n),
            )
            for w, s, n in zip(said.first.itertuples(index=False), spots, rows, strict=True)
        ],
        columns=list(DECISION_COLUMNS),
    )  # fmt: skip
    if each.empty:
        return each
    same = [
        "table",
        "toponym",
        "stated_admin1",
        "stated_admin2",
        "stated_admin3",
        "decision",
        "geo_precision",
        "geo_method",
    ]
    merged = each.groupby(same, sort=False, as_index=False).agg(
        dict.fromkeys(("place_name", "geo_score", "geo_reason", "runners_up"), "first") | {"rows": "sum"}
    )
    return merged[list(DECISION_COLUMNS)]
