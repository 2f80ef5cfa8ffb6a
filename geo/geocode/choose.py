"""Choosing the place that one toponym means, with the reasons.

A name alone decides little: every spelling tier needs the agreement of its context (the named unit, the bounds of the
theatre, places nearby). What does not fit, or fits twice, is left without a place and says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from geo.codes import Precision
from geo.gazetteer import (
    TIERS,
    Asked,
    Candidate,
    Gazetteer,
    Place,
    kilometres,
    matches,
    part_matches,
    same_letters,
    similar,
)
from geo.geocode.evidence import Context, Crowd, Evidence, Scene, crowd_of
from geo.geocode.forms import Form, of_kind, settles, ways_of
from geo.geocode.scoring import chances
from geo.geocode.units import Units, between
from geo.geocode.wording import Resolution, elsewhere, none, precision_of, tie, why
from geo.names import ToponymParts, fold, parse_toponym
from geo.theatre import ContextFeature, Theatre

SURE_ENOUGH = 0.53  # below this chance a toponym stays without a place; a wrong place costs more than none
_SAME_SPOT_KM = 8.0  # two places of a name so close are one for our purposes
_CITY_KM = 15.0  # quarters and suburbs lie so close to the middle of their city
_WORTH_TELLING = 0.02  # chance from which a candidate is named among the runners-up
_CLEAR = 0.85  # chance from which a place speaks for others
_ROUTE_WIDTH_KM = 2.0
_LONGEST = 300  # no place name is longer; hostile cells are
_POINTS = (Precision.EXACT, Precision.NAMED_PLACE, Precision.NEAR)
_UNKNOWN = frozenset(
    {"unknown", "unspecified", "various", "several", "multiple", "other", "others", "na", "nan", "none", "null", "n a"}
    | {"not available", "not known", "not applicable", "several towns", "various locations", "غير معروف"}
)
_Near = Sequence[tuple[float, float]]
_Crowd = Sequence[tuple[float, float]] | Crowd


def resolve(
    toponym: str,
    gazetteer: Gazetteer,
    *,
    theatre: Theatre,
    country: str | None = None,
    admin1: str | None = None,
    admin2: str | None = None,
    admin3: str | None = None,
    pcode: str | None = None,
    near: Sequence[Place] = (),
) -> Resolution:
    """Choose the place that a toponym means, or none.

    ``country`` is a name or code; ``admin1`` to ``admin3`` are names or p-codes of the units it is said to lie in; a
    known ``pcode`` of the place itself wins over every name. ``near`` are places named beside it.
    """
    context = Context(country or "", (admin1 or "", admin2 or "", admin3 or ""), pcode or "")
    return Resolver(gazetteer, theatre).resolve(toponym, context, [(p.longitude, p.latitude) for p in near])


class Resolver:
    """Resolves many toponyms against one gazetteer; remembers the units and countries it has looked up."""

    def __init__(self, gazetteer: Gazetteer, theatre: Theatre) -> None:
        self.gazetteer, self.theatre = gazetteer, theatre
        self._known = Units(gazetteer)
        self._scenes: dict[Context, tuple[_Crowd, Scene]] = {}
        self._named: dict[str, tuple[np.ndarray, list[bool]]] = {}
        self._places: dict[int, Place] = {}
        self._routes = {fold(n): f for f in theatre.context for n in (f.name, f.label, f.name_ar) if n}

    # --- one toponym ---

    def resolve_all(self, statements: Sequence[tuple[str, Context]]) -> list[Resolution]:
        """Resolve the names of one table, where the places of the clear ones speak for the others: wars have fronts."""
        first = [self.resolve(toponym, context) for toponym, context in statements]
        clear = [r.place for r in first if r.place and (r.score or 0) >= _CLEAR and r.precision in _POINTS]
        crowd = crowd_of((p.longitude, p.latitude) for p in clear)
        return [
            self.resolve(toponym, context, crowd=crowd) if _unclear(found) else found
            for (toponym, context), found in zip(statements, first, strict=True)
        ]

    def resolve(self, toponym: str, context: Context, near: _Near = (), crowd: _Crowd = ()) -> Resolution:
        """Choose the place that a toponym means.

        ``near`` are points known from the same row or report; ``crowd`` all those known from the same table.
        """
        by_code = self._by_pcode(toponym, context.pcode)
        if by_code:
            return by_code
        refused = self._refused(toponym)
        if refused:
            return none(toponym, refused)
        parts = parse_toponym(toponym)
        feature = self._route(toponym, parts) if self._routes else None
        if feature:
            reason = f"the {feature.kind} {feature.name} of the theatre"
            return Resolution(toponym, None, Precision.LINE, _ROUTE_WIDTH_KM, "route", 0.9, (), reason)
        if not parts.core and not parts.spot[0]:
            return none(toponym, "only general words, no name")
        scene = self._scene(context, near, crowd)
        if parts.core != toponym:
            whole = replace(parts, relation="")
            alike = scene.weigh((m, whole) for m in same_letters(self.gazetteer, toponym, scene.allowed))
            if alike:
                found = self._decide(toponym, alike, [(toponym, whole)], context)
                if found.place is not None:
                    return found
        if parts.several:
            return self._common(toponym, parts, context, near)
        if parts.within:
            context = self._within(parts, context)
            scene = self._scene(context, near, crowd)
        if parts.relation == "neighbourhood":
            return self._quarter(toponym, parts, context, scene)
        return self._first(toponym, ways_of(parts), context, scene)

    def _first(
        self,
        toponym: str,
        ways: Sequence[Sequence[Form]],
        context: Context,
        scene: Scene,
        *,
        within: Place | None = None,
    ) -> Resolution:
        """What the first form of a name that is found means; ``within``: only places in or by this one."""
        for forms in ways:
            found = self._alike(forms, scene)
            if within is not None:
                found = [e for e in found if self._apart_from(e, within) <= _CITY_KM]
            resolution = self._decide(toponym, found, forms, context)
            if resolution.place is not None:
                break
        return resolution

    def _quarter(self, toponym: str, parts: ToponymParts, context: Context, scene: Scene) -> Resolution:
        """The quarter of "City - Quarter" if it is listed by the city, else the city, which is said."""
        plain = replace(parts, relation="")
        detail = parse_toponym(parts.detail)
        if not detail.core or self._is_stated_unit(parts.detail, scene):
            spot = replace(plain, relation="spot" if detail.unit_hint == "spot" else "", unit_hint=detail.unit_hint)
            return self._first(toponym, ways_of(spot), context, scene)
        city = self._first(toponym, ways_of(parts), context, scene)
        if city.place is None:
            return self._first(toponym, [[(parts.detail, plain)]], context, scene)
        quarter = self._first(toponym, [[(parts.detail, plain)]], context, scene, within=city.place)
        return quarter if quarter.place is not None else city

    def _scene(self, context: Context, near: _Near, crowd: _Crowd) -> Scene:
        """What a statement says, looked up once for all names that stand beside the same statement."""
        if near:
            return Scene(self._known, self.theatre, context, near, crowd)
        known = self._scenes.get(context)
        if known is None or known[0] is not crowd:
            known = (crowd, Scene(self._known, self.theatre, context, (), crowd))
            self._scenes[context] = known
        return known[1]

    def _refused(self, toponym: str) -> str:
        """Why a text can be no toponym at all; "" if it can."""
        if len(toponym) > _LONGEST:
            return f"too long for a name ({len(toponym):,} characters); check the column"
        folded = fold(toponym)
        if not folded:
            return "no place is named"
        if folded in _UNKNOWN:
            return "the source does not know the place"
        return "a number, not a name; check the column" if folded.replace(" ", "").isdigit() else ""

    def _is_stated_unit(self, name: str, scene: Scene) -> bool:
        """Whether a name is that of the first-level unit which is stated anyway ("Mountain - Unit")."""
        kinds, codes = self.gazetteer.column("feature_code"), self.gazetteer.column("admin1")
        rows = [m.row for m in self.gazetteer.matches(name) if m.tier < 3]
        return any(kinds[r] == "ADM1" and codes[r] in scene.stated[0] for r in rows)

    def _alike(self, forms: Sequence[Form], scene: Scene) -> list[Evidence]:
        """Candidates of all forms of a name; names that are only similar if none is the same."""
        letters = scene.weigh((m, p) for n, p in forms for m in same_letters(self.gazetteer, n, scene.allowed))
        # Where a place in the unit stated bears this very name, a name that only sounds like it has no say.
        if any(settles(e) for e in letters):
            return letters
        asked = [(Asked.of(name), parts) for name, parts in forms]
        found = scene.weigh((m, p) for a, p in asked for m in matches(self.gazetteer, a, scene.allowed))
        if not any(settles(e) for e in found):
            found += scene.weigh((m, p) for a, p in asked for m in similar(self.gazetteer, a, scene.allowed))
            # Of "X Airport" no part is left that names it but X, which is looked up by itself.
            parted = [(a, p) for a, p in asked if p.unit_hint not in ("spot", "camp") or p.core == a.name]
            found += scene.weigh((m, p) for a, p in parted for m in part_matches(self.gazetteer, a, scene.allowed))
        return found

    def _decide(self, toponym: str, found: list[Evidence], forms: Sequence[Form], context: Context) -> Resolution:
        """The most probable candidate if it is probable enough, else none with the reason."""
        weighed = chances(of_kind(found, forms[-1][1]))
        if not weighed:
            return self._unmatched(toponym, [], forms)
        spot, rivals = weighed[:1], weighed[1:]
        if rivals and rivals[0][0] > _WORTH_TELLING:
            by = [self._apart(weighed[0][1], e) <= _SAME_SPOT_KM for _, e in weighed]
            spot = [w for w, close in zip(weighed, by, strict=True) if close]
            rivals = [w for w, close in zip(weighed, by, strict=True) if not close]
        chance = sum(c for c, _ in spot)
        if chance >= SURE_ENOUGH:
            return self._settled(toponym, spot, rivals, chance, context)
        equal = [e for c, e in weighed if c > weighed[0][0] / 2]
        if len(equal) > 1 and sum(c for c, _ in weighed) >= SURE_ENOUGH:
            runners = self._candidates(weighed[:4])
            return none(toponym, tie([self.gazetteer.column("place_id")[e.row] for e in equal], context), runners)
        return self._unmatched(toponym, weighed, forms)

    def _apart_from(self, one: Evidence, place: Place) -> float:
        lon, lat = self.gazetteer.longitude, self.gazetteer.latitude
        return between(lon[one.row], lat[one.row], place.longitude, place.latitude)

    def _apart(self, one: Evidence, other: Evidence) -> float:
        lon, lat = self.gazetteer.longitude, self.gazetteer.latitude
        return between(lon[one.row], lat[one.row], lon[other.row], lat[other.row])

    def _settled(
        self,
        toponym: str,
        spot: Sequence[tuple[float, Evidence]],
        rivals: Sequence[tuple[float, Evidence]],
        chance: float,
        context: Context,
    ) -> Resolution:
        best = spot[0][1]
        place = self.gazetteer.at(best.row)
        precision, radius = precision_of(place, best)
        area = precision in (Precision.DISTRICT, Precision.FIRST_DIVISION, Precision.COUNTRY)
        method = "admin unit" if area else TIERS[best.match.tier]
        score = round(min(0.98, chance), 3)
        reason = why(best, place, context, rivals=[e for c, e in rivals if c > 0.1])
        return Resolution(
            toponym,
            place,
            precision,
            radius,
            method,
            score,
            self._candidates([r for r in rivals[:3] if r[0] > _WORTH_TELLING]),
            reason,
        )

    def _unmatched(self, toponym: str, weighed: Sequence[tuple[float, Evidence]], forms: Sequence[Form]) -> Resolution:
        if weighed:
            name = self.gazetteer.column("name")[weighed[0][1].row]
            return none(toponym, f"only doubtful candidates, the nearest '{name}'", self._candidates(weighed[:3]))
        found = [m for name, _ in forms for m in self.gazetteer.matches(name) if m.tier < 3]
        if not found:
            return none(toponym, "no place of this name is in the gazetteer")
        return none(toponym, elsewhere(self.gazetteer.at(min(found, key=lambda m: (m.tier, m.row)).row)))

    def _candidates(self, weighed: Iterable[tuple[float, Evidence]]) -> tuple[Candidate, ...]:
        return tuple(Candidate(self.gazetteer.at(e.row), TIERS[e.match.tier], round(c, 2)) for c, e in weighed)

    def route(self, toponym: str) -> ContextFeature | None:
        """The highway or other line of the theatre that bears this name."""
        return self._route(toponym, parse_toponym(toponym))

    def _route(self, toponym: str, parts: ToponymParts) -> ContextFeature | None:
        feature = self._routes.get(fold(toponym)) or self._routes.get(fold(parts.core))
        return feature if feature and feature.route else None

    def _by_pcode(self, toponym: str, pcode: str) -> Resolution | None:
        row = self.gazetteer.rows.get(pcode) if pcode else None
        if row is None:
            return None
        found = self.by_place(self.gazetteer.at(row))
        return replace(found, toponym=toponym, method="pcode", score=0.99, reason=f"p-code {pcode} given")

    def by_place(self, place: Place) -> Resolution:
        """A place that is already settled, as a resolution."""
        precision, radius = precision_of(place)
        method = "admin unit" if place.feature_class == "A" else "exact"
        return Resolution(place.name, place, precision, radius, method, 0.9, (), f"{place.name} was settled before")

    def unit_place(self, code: str, level: int) -> Place | None:
        """The unit of this code as a place, else its foremost town."""
        return self._known.place(code, level)

    def country(self, name: str) -> str | None:
        """ISO code of a country by its code or any of its names in the gazetteer."""
        return self._known.country(name)

    def units(self, name: str, level: int, country: str = "") -> frozenset[str]:
        """Codes of the units of one level that a name or p-code means; empty if none is known."""
        return self._known.codes(name, level, country)

    def _within(self, parts: ToponymParts, context: Context) -> Context:
        """The context, with the larger units that the toponym itself names ("A, B province, C")."""
        country, units = context.country, list(context.units)
        for name in parts.within:
            if self.country(name):
                country = country or name
                continue
            level = next((n for n in (1, 2, 3) if not units[n - 1] and self.units(name, n, country)), None)
            if level:
                units[level - 1] = name
        return Context(country, (units[0], units[1], units[2]), context.pcode)

    def _common(self, toponym: str, parts: ToponymParts, context: Context, near: _Near) -> Resolution:
        """Several places in one toponym: the smallest unit that holds them all, if they are known and it is small."""
        each = [self.resolve(name, context, near) for name in parts.several]
        known = [r.place for r in each if r.place is not None]
        names = "; ".join(r.toponym for r in each)
        if len(known) == len(each):
            for level, precision in ((3, Precision.DISTRICT), (2, Precision.DISTRICT), (1, Precision.FIRST_DIVISION)):
                codes = {getattr(p, f"admin{level}") for p in known}
                row = self.gazetteer.rows.get(next(iter(codes))) if len(codes) == 1 and "" not in codes else None
                if row is not None:
                    unit, score = self.gazetteer.at(row), min(r.score or 0.0 for r in each)
                    reason = f"names several places ({names}), all in {unit.name}"
                    return Resolution(toponym, unit, precision, None, "admin unit", score, (), reason)
        return none(toponym, f"names several places ({names}); give each a row of its own")

    # --- a name at a given point ---

    def name_at(
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
        return self._place(row), nearest

    def _bearers(self, toponym: str) -> tuple[np.ndarray, list[bool]]:
        """Rows of the places that bear a name, and whether by its sound only; a table says one name at many points."""
        if toponym not in self._named:
            parts = parse_toponym(toponym)
            names = dict.fromkeys((toponym, parts.core, *parts.others))
            kind = self.gazetteer.column("feature_class")
            found = [m for n in names for m in self.gazetteer.matches(n) if kind[m.row] != "A" and m.likeness > 0.5]
            self._named[toponym] = np.array([m.row for m in found], dtype=int), [m.tier == 3 for m in found]
        return self._named[toponym]

    def _place(self, row: int) -> Place:
        if row not in self._places:
            self._places[row] = self.gazetteer.at(row)
        return self._places[row]


def _unclear(found: Resolution) -> bool:
    """Whether there are candidates, but none for certain."""
    return (found.score or 0.0) < _CLEAR and (found.place is not None or bool(found.runners_up))
