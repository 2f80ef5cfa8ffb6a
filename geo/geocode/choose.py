"""Choosing the place that one toponym means, with the reasons.

A name alone decides little: every spelling tier needs the agreement of its context (the named unit, the bounds of the
theatre, places nearby). What does not fit, or fits twice, is left without a place and says why.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from geo.codes import PRECISION, Precision
from geo.gazetteer import TIERS, Asked, Gazetteer, Place, heard_alike, part_matches, same_letters, similar
from geo.geocode.crowd import Crowd
from geo.geocode.deciding import Decider, Witness
from geo.geocode.evidence import Context, Evidence, Scene
from geo.geocode.forms import Form, settles, ways_of
from geo.geocode.units import Units, kept
from geo.geocode.wording import Resolution, none, precision_of
from geo.names import ToponymParts, fold, parse_toponym, road_ends
from geo.theatre import ContextFeature, Theatre

_CITY_KM = 15.0  # quarters and suburbs lie so close to the middle of their city
_BY_KM = 30.0  # a village is called after a town that is so far off
_SIDE_KM = 60.0  # and a place told to lie on a side of it may be farther
_SIDE_OF = re.compile(r"\b(?:north|south|east|west)(?:[- ]?(?:east|west))?(?:ern)?\sof\s", re.IGNORECASE)
_CLEAR_BY_EAR = 0.72  # chance from which a name that only sounds alike is taken for one that is said to lie by a place
_FARTHER = 1.6  # times as far, if it has the very name
_CLEAR = 0.85  # chance from which a place speaks for others
_ROUTE_WIDTH_KM = 2.0
_BY_NAME = 0.95  # score of a unit that is named in other words
_LONGEST = 300  # no place name is longer; hostile cells are
_SPELLED = frozenset({*TIERS[: TIERS.index("skeleton")], "admin unit"})
_BY_SOUND = TIERS.index("skeleton")
_POINTS = (Precision.EXACT, Precision.NAMED_PLACE, Precision.NEAR)
_UNKNOWN = frozenset(
    {"unknown", "unspecified", "various", "several", "multiple", "other", "others", "na", "nan", "none", "null", "n a"}
    | {"not available", "not known", "not applicable", "several towns", "various locations", "غير معروف"}
)
_Near = Sequence[tuple[float, float]]
_Look = Callable[[Sequence[Form], Scene], list[Evidence]]
_Weighed = tuple[str, tuple[Form, ...], Context, tuple[Sequence[float], ...]]


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
    """Resolves many toponyms against one gazetteer; remembers the units and countries it has looked up.

    ``witness`` is told of the candidates of every form of a name that is weighed.
    """

    def __init__(self, gazetteer: Gazetteer, theatre: Theatre, witness: Witness | None = None) -> None:
        self.gazetteer, self.theatre = gazetteer, theatre
        self._known = gazetteer.derived(Units)
        self._decider = Decider(gazetteer, witness)
        self._scenes: dict[Context, Scene] = {}
        # What is known of all names of a table at once, and what was weighed for the name in hand.
        self._parsed: dict[str, ToponymParts] = {}
        self._spelled: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self._weighed: dict[_Weighed, list[Evidence]] | None = None
        self._routes = {fold(n): f for f in theatre.context for n in (f.name, f.label, f.name_ar) if n}

    # --- toponyms of one table ---

    def resolve_all(self, statements: Sequence[tuple[str, Context]]) -> list[Resolution]:
        """Resolve the names of one table, where the places of the clear ones speak for the others: wars have fronts."""
        self._parsed = {toponym: parse_toponym(toponym) for toponym, _ in statements}
        self._spelled = self.gazetteer.spelled(n for t, parts in self._parsed.items() for n in (t, parts.core))
        # Statement by statement of one context, for what is known of a context is not kept for ever.
        order = sorted(range(len(statements)), key=lambda i: statements[i][1])
        found, doubtful = {}, {}
        for i in order:
            self._weighed = {}
            found[i] = self.resolve(*statements[i])
            if found[i].runners_up:
                doubtful[i] = self._weighed
        crowd = crowd_of(found.values())
        for i, self._weighed in doubtful.items():
            found[i] = self.resolve(*statements[i], crowd=crowd)
        self._parsed, self._spelled, self._weighed = {}, {}, None
        return [found[i] for i in range(len(statements))]

    # --- one toponym ---

    def resolve(self, toponym: str, context: Context, near: _Near = (), crowd: Crowd | None = None) -> Resolution:
        """Choose the place that a toponym means.

        ``near`` are points known from the same row or report; ``crowd`` all that is clear in the same table.
        """
        by_code = self._by_pcode(toponym, context.pcode)
        if by_code:
            return by_code
        folded = fold(toponym)
        refused = self._refused(toponym, folded)
        if refused:
            return none(toponym, refused)
        parts = self._parsed.get(toponym) or parse_toponym(toponym)
        feature = self._route(folded, toponym, parts) if self._routes else None
        if feature:
            reason = f"the {feature.kind} {feature.name} of the theatre"
            return Resolution(toponym, None, Precision.LINE, _ROUTE_WIDTH_KM, "route", 0.9, (), reason)
        if not parts.core and not parts.spot[0]:
            return none(toponym, "only general words, no name")
        if parts.relation in ("countryside", "part"):
            around = self._known.around(toponym, parts, self.country(context.country) or "")
            if len(around) == 1:
                return self._around(toponym, self.gazetteer.at(around[0]), parts.core)
        scene = self._scene(context, near, crowd)
        if (parts.core != toponym or parts.several) and self._may_be_listed(toponym):
            whole = [(toponym, parts._replace(relation=""))]
            alike = self._candidates(whole, scene, self._spelled_alike)
            if alike:
                found = self._decider.decide(toponym, alike, whole, context)
                if found.place is not None:
                    return found
        if parts.several and not parts.by:
            return self._common(toponym, parts, context, near)
        if parts.within:
            context = self._within(parts, context)
            scene = self._scene(context, near, crowd)
        if parts.relation == "neighbourhood":
            return self._quarter(toponym, parts, context, scene)
        if parts.by:
            return self._by(toponym, parts, context, near, crowd)
        road = self._on_road(toponym, parts, context, crowd) if parts.relation in ("spot", "front") else None
        return road or self._first(toponym, ways_of(parts), context, scene)

    def _may_be_listed(self, toponym: str) -> bool:
        """Whether a name of the gazetteer may have these very letters."""
        spelled = self._spelled.get(toponym)
        return spelled is None or any(map(len, spelled))

    def _around(self, toponym: str, unit: Place, town: str) -> Resolution:
        """The unit of the first level that is by its name the countryside of a town."""
        precision, radius = precision_of(unit)
        reason = f"{unit.name} is by its name the countryside of {town}"
        return Resolution(toponym, unit, precision, radius, "admin unit", _BY_NAME, (), reason)

    def _first(
        self,
        toponym: str,
        ways: Sequence[Sequence[Form]],
        context: Context,
        scene: Scene,
        *,
        within: tuple[Place, float] | None = None,
    ) -> Resolution:
        """What the first form of a name that is found means; ``within``: only about so many kilometres from a place."""
        for forms in ways:
            found = self._candidates(forms, scene, self._alike)
            if within is not None:
                found = [e for e in found if self._decider.apart_from(e, within[0]) <= within[1] * _reach(e)]
            resolution = self._decider.decide(toponym, found, forms, context)
            if resolution.place is not None:
                break
        return resolution

    def _quarter(self, toponym: str, parts: ToponymParts, context: Context, scene: Scene) -> Resolution:
        """The quarter of "City - Quarter" if it is listed by the city, else the city, which is said."""
        plain = parts._replace(relation="")
        detail = parse_toponym(parts.detail)
        if not detail.core or self._is_stated_unit(parts.detail, scene):
            spot = plain._replace(relation="spot" if detail.unit_hint == "spot" else "", unit_hint=detail.unit_hint)
            return self._first(toponym, ways_of(spot), context, scene)
        city = self._first(toponym, ways_of(parts), context, scene)
        if city.place is None:
            return self._first(toponym, [[(parts.detail, plain)]], context, scene)
        quarter = self._first(toponym, [[(parts.detail, plain)]], context, scene, within=(city.place, _CITY_KM))
        return quarter if quarter.place is not None else city

    def _by(self, toponym: str, parts: ToponymParts, context: Context, near: _Near, crowd: Crowd | None) -> Resolution:
        """The place of "A near B" or "A in B" that lies there; else B, which is said, unless that is a large unit."""
        other = self.resolve(parts.by, context)
        ways = ways_of(parts)
        if other.place is None or other.precision not in (*_POINTS, Precision.LINE, Precision.DISTRICT):
            return self._first(toponym, ways, context, self._scene(context, near, crowd))
        if other.precision is Precision.DISTRICT:
            context = self._within(parts._replace(within=(parts.by,)), context)
            found = self._first(toponym, ways, context, self._scene(context, near, crowd))
        else:
            reach = _SIDE_KM if _SIDE_OF.search(toponym) else _BY_KM
            reach += 0.0 if other.precision in _POINTS else other.radius_km or 0.0
            scene = self._scene(context, [(other.place.longitude, other.place.latitude)], crowd)
            found = self._first(toponym, ways, context, scene, within=(other.place, reach))
        if found.place is not None and (found.method in _SPELLED or (found.score or 0.0) >= _CLEAR_BY_EAR):
            return found
        if parts.several and self._first(toponym, ways, context, self._scene(context, near, crowd)).place is not None:
            return self._common(toponym, parts, context, near)
        wide = other.precision in (Precision.LINE, Precision.DISTRICT)
        precision = other.precision if wide else Precision.NEAR
        radius = other.radius_km if wide else max(other.radius_km or 0.0, PRECISION[precision].radius_km or 0.0)
        reason = f"no '{parts.core}' is known there, only {parts.by}, which it is said to lie by ({other.reason})"
        return other._replace(toponym=toponym, precision=precision, radius_km=radius, reason=reason)

    def _on_road(self, toponym: str, parts: ToponymParts, context: Context, crowd: Crowd | None) -> Resolution | None:
        """Where "the A-B road" is: near A; None if that is one name, or no such two are known near each other."""
        ends, scene = road_ends(parts.core), self._scene(context, (), crowd)
        if not ends or same_letters(self.gazetteer, parts.core, scene.allowed):
            return None
        for name, other in ends:
            end = ToponymParts(name, relation="near", by=other, several=(name, other))
            found = self._by(toponym, end, context, (), crowd)
            if found.place is not None:
                return found
        return None

    def _scene(self, context: Context, near: _Near, crowd: Crowd | None) -> Scene:
        """What a statement says, looked up once for all names that stand beside the same statement."""
        scene = kept(self._scenes, context, lambda: Scene(self._known, self.theatre, context))
        return scene.beside(near, crowd) if near or crowd else scene

    def _refused(self, toponym: str, folded: str) -> str:
        """Why a text can be no toponym at all; "" if it can."""
        if len(toponym) > _LONGEST:
            return f"too long for a name ({len(toponym):,} characters); check the column"
        if not folded:
            return "no place is named"
        if folded in _UNKNOWN:
            return "the source does not know the place"
        number = folded[0].isdigit() and folded.replace(" ", "").isdigit()
        return "a number, not a name; check the column" if number else ""

    def _is_stated_unit(self, name: str, scene: Scene) -> bool:
        """Whether a name is that of the first-level unit which is stated anyway ("Mountain - Unit")."""
        kinds, codes = self.gazetteer.column("feature_code"), self.gazetteer.column("admin1")
        rows = [m.row for m in self.gazetteer.matches(name) if m.tier < 3]
        return any(kinds[r] == "ADM1" and codes[r] in scene.stated[0] for r in rows)

    def _candidates(self, forms: Sequence[Form], scene: Scene, look: _Look) -> list[Evidence]:
        """What a look finds for the forms of a name; looked up once, however much is learnt of its table meanwhile."""
        if self._weighed is None:
            return scene.with_crowd(look(forms, scene))
        key = (look.__name__, tuple(forms), scene.context, scene.near)
        found = self._weighed.get(key)
        if found is None:
            found = self._weighed[key] = look(forms, scene)
        return scene.with_crowd(found)

    def _spelled_alike(self, forms: Sequence[Form], scene: Scene) -> list[Evidence]:
        """Candidates of the same letters."""
        known, allowed = self._spelled, scene.allowed
        return scene.weigh([(m, p) for n, p in forms for m in same_letters(self.gazetteer, n, allowed, known.get(n))])

    def _alike(self, forms: Sequence[Form], scene: Scene) -> list[Evidence]:
        """Candidates of all forms of a name; a place that several of them mean is marked."""
        each = [self._alike_in(form, scene) for form in forms]
        if len(each) == 1:
            return each[0]
        counts = Counter(row for found in each for row in {e.row for e in found})
        return [e._replace(doubly_named=counts[e.row] > 1) for found in each for e in found]

    def _alike_in(self, form: Form, scene: Scene) -> list[Evidence]:
        """Candidates of one form of a name; names that are only similar if none is the same."""
        letters = self._spelled_alike([form], scene)
        # Where a place in the unit stated bears this very name, a name that only sounds like it has no say.
        return letters if any(settles(e) for e in letters) else self._alike_by_ear(form, scene, letters)

    def _alike_by_ear(self, form: Form, scene: Scene, letters: list[Evidence]) -> list[Evidence]:
        """Candidates of the same consonants beside those of the same letters; if none settles it, similar ones."""
        g, by_ear, (name, parts) = self.gazetteer, scene.by_ear, form
        asked = Asked.of(name)
        spelled = {e.row for e in letters}
        same = [m for a in (asked, *asked.otherwise()) for m in heard_alike(g, a, by_ear) if m.row not in spelled]
        found = letters + scene.weigh([(m, parts) for m in same])
        if any(settles(e) for e in found):
            return found
        more = similar(g, asked, by_ear)
        # Of "X Airport" no part is left that names it but X, which is looked up by itself.
        if parts.unit_hint not in ("spot", "camp") or parts.core == name:
            more += part_matches(g, asked, by_ear)
        return found + scene.weigh([(m, parts) for m in more])

    def route(self, toponym: str) -> ContextFeature | None:
        """The highway or other line of the theatre that bears this name."""
        return self._route(fold(toponym), toponym, parse_toponym(toponym))

    def _route(self, folded: str, toponym: str, parts: ToponymParts) -> ContextFeature | None:
        feature = self._routes.get(folded)
        if feature is None and parts.core != toponym:
            feature = self._routes.get(fold(parts.core))
        return feature if feature and feature.route else None

    def _by_pcode(self, toponym: str, pcode: str) -> Resolution | None:
        row = self.gazetteer.rows.get(pcode) if pcode else None
        if row is None:
            return None
        found = self.by_place(self.gazetteer.at(row))
        return found._replace(toponym=toponym, method="pcode", score=0.99, reason=f"p-code {pcode} given")

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


def _reach(evidence: Evidence) -> float:
    """How much farther off a place of the very name may lie than one that only sounds alike."""
    return _FARTHER if evidence.match.tier < _BY_SOUND else 1.0


def crowd_of(found: Iterable[Resolution]) -> Crowd:
    """The names of a table that mean one place for certain."""
    return Crowd(
        (r.toponym, (r.place.longitude, r.place.latitude))
        for r in found
        if r.place is not None and (r.score or 0) >= _CLEAR and r.precision in _POINTS
    )
