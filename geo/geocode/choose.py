"""Choosing the place that one toponym means, with the reasons.

A name alone decides little: every spelling tier needs the agreement of its context (the named unit, the bounds of the
theatre, places nearby). What does not fit, or fits twice, is left without a place and says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from geo.codes import PRECISION, Precision
from geo.gazetteer import TIERS, Candidate, Gazetteer, Match, Place, country_code, kilometres
from geo.names import ToponymParts, fold, parse_toponym
from geo.theatre import ContextFeature, Theatre

_SAME_SPOT_KM = 5.0  # two places of a name so close are one for our purposes
_TIE = 0.01  # candidates whose evidence differs by less fit equally
_BORDER_KM = 10.0  # coders and gazetteers put border villages into different units
_ROUTE_WIDTH_KM = 2.0
_UNKNOWN = frozenset(
    {"unknown", "unspecified", "various", "several", "multiple", "other", "others", "na", "nan", "none", "null", "n a"}
    | {"not available", "not known", "not applicable", "several towns", "various locations", "غير معروف"}
)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a toponym was taken to mean: a place or none, how well it is known, and why in words."""

    toponym: str
    place: Place | None
    precision: Precision | None
    radius_km: float | None
    method: str | None
    score: float | None
    runners_up: tuple[Candidate, ...]
    reason: str


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


@dataclass(frozen=True, slots=True)
class Context:
    """What a row says about where its place lies: country, units of levels 1 to 3, own p-code; "" if nothing."""

    country: str = ""
    units: tuple[str, str, str] = ("", "", "")
    pcode: str = ""


@dataclass(frozen=True, slots=True)
class _Fit:
    """One candidate with its evidence: units that agree or not, how far from what is known, and the form that met."""

    row: int
    match: Match
    parts: ToponymParts
    agreed: int
    border: bool
    near_km: float | None
    rank: float

    @property
    def supported(self) -> bool:
        """Whether anything but the spelling speaks for it: a unit named, a place nearby."""
        return self.agreed > 0 or (self.near_km is not None and self.near_km < 30)

    @property
    def worth(self) -> float:
        """Spelling and context in one figure, to order candidates; ``_score`` turns it into a probability."""
        near = 0.0 if self.near_km is None else 0.15 * max(0.0, 1 - self.near_km / 40)
        return self.match.score + 0.06 * self.agreed + near - (0.25 if self.border else 0.0)


class Resolver:
    """Resolves many toponyms against one gazetteer; remembers the units and countries it has looked up."""

    def __init__(self, gazetteer: Gazetteer, theatre: Theatre) -> None:
        self.gazetteer, self.theatre = gazetteer, theatre
        self._units: dict[tuple[str, int, str], frozenset[str]] = {}
        self._countries: dict[str, str | None] = {}
        self._unit_rows: dict[str, np.ndarray] = {}
        self._routes = {fold(n): f for f in theatre.context for n in (f.name, f.label, f.name_ar) if n}

    # --- one toponym ---

    def resolve(self, toponym: str, context: Context, near: Sequence[tuple[float, float]] = ()) -> Resolution:
        by_code = self._by_pcode(toponym, context.pcode)
        if by_code:
            return by_code
        parts = parse_toponym(toponym)
        if not fold(toponym):
            return _none(toponym, "no place is named")
        if fold(toponym) in _UNKNOWN:
            return _none(toponym, "the source does not know the place")
        feature = self.route(toponym)
        if feature:
            reason = f"the {feature.kind} {feature.name} of the theatre"
            return Resolution(toponym, None, Precision.LINE, _ROUTE_WIDTH_KM, "route", 0.9, (), reason)
        if not parts.core and not parts.spot[0]:
            return _none(toponym, "only general words, no name")
        whole = self._choose(toponym, [(toponym, replace(parts, relation=""))], context, near, same_name=True)
        if whole.place is not None:
            return whole
        if parts.several:
            return self._common(toponym, parts, context, near)
        context = self._within(parts, context)
        forms = [(name, parts) for name in dict.fromkeys((parts.core, *parts.others)) if name]
        if parts.spot[0]:
            forms.insert(0, (parts.spot[0], replace(parts, relation=parts.spot[1])))
        if parts.relation == "neighbourhood":
            forms.insert(0, (parts.detail, replace(parts, relation="")))
        return self._choose(toponym, forms, context, near)

    def route(self, toponym: str) -> ContextFeature | None:
        """The highway or other line of the theatre that bears this name."""
        feature = self._routes.get(fold(toponym)) or self._routes.get(fold(parse_toponym(toponym).core))
        return feature if feature and feature.route else None

    def _by_pcode(self, toponym: str, pcode: str) -> Resolution | None:
        row = self.gazetteer.rows.get(pcode) if pcode else None
        if row is None:
            return None
        found = self.by_place(self.gazetteer.at(row))
        return replace(found, toponym=toponym, method="pcode", score=0.99, reason=f"p-code {pcode} given")

    def by_place(self, place: Place) -> Resolution:
        """A place that is already settled, as a resolution."""
        precision, radius = _precision(place, ToponymParts(place.name))
        method = "admin unit" if place.feature_class == "A" else "exact"
        return Resolution(place.name, place, precision, radius, method, 0.9, (), f"{place.name} was settled before")

    def unit_place(self, code: str, level: int) -> Place | None:
        """The unit of this code as a place, else its foremost town."""
        row = self.gazetteer.rows.get(code)
        if row is not None:
            return self.gazetteer.at(row)
        rows = [r for r, c in enumerate(self.gazetteer.column(f"admin{level}")) if c == code] if level else []
        units = [r for r in rows if self.gazetteer.column("feature_code")[r] == f"ADM{level}"]
        best = units or sorted(rows, key=lambda r: (-self._rank(r), r))
        return self.gazetteer.at(best[0]) if best else None

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

    def _common(
        self, toponym: str, parts: ToponymParts, context: Context, near: Sequence[tuple[float, float]]
    ) -> Resolution:
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
        return _none(toponym, f"names several places ({names}); give each a row of its own")

    def _choose(
        self,
        toponym: str,
        forms: Sequence[tuple[str, ToponymParts]],
        context: Context,
        near: Sequence[tuple[float, float]],
        *,
        same_name: bool = False,
    ) -> Resolution:
        """The best candidate of all forms of a name; ``same_name``: only spellings that differ in marks and article."""
        fits = self._fits([(m, p) for name, p in forms for m in self.gazetteer.matches(name)], context, near)
        if same_name:
            fits = [f for f in fits if f.match.tier < 3]
        usable = [f for f in fits if _trusted(f)]
        if not usable and not same_name:
            more = self._fits([(m, p) for name, p in forms for m in self.gazetteer.similar(name)], context, near)
            fits += more
            usable = [f for f in more if _trusted(f)]
        if not usable:
            return self._unmatched(toponym, fits, forms)
        usable = _by_hint(usable, self, forms[-1][1])
        best, *others = sorted(usable, key=lambda f: (-f.worth, -f.rank, f.row))
        rivals = [f for f in others if self._rivals(best, f)]
        tied = [best, *rivals]
        if rivals:
            # Importance tells namesakes apart, never mere soundalikes (measured: 1 in 22 of those is right).
            outranked = sorted(tied, key=lambda f: -f.rank)
            if best.match.tier >= 3 or outranked[0].rank < outranked[1].rank + 1:
                return self._tied(toponym, tied, context)
            best = outranked[0]
        return self._settled(toponym, best, others, context, outranked=bool(rivals))

    def _rivals(self, best: _Fit, other: _Fit) -> bool:
        """Whether another candidate fits as well, at another spot."""
        if other.worth < best.worth - _TIE or (other.match.tier >= 3 > best.match.tier):
            return False
        g = self.gazetteer
        apart = kilometres(g.longitude[best.row], g.latitude[best.row], g.longitude[other.row], g.latitude[other.row])
        # Two gazetteers may put one village some way apart; one gazetteer that lists two means two.
        one = g.column("source")[best.row] == g.column("source")[other.row]
        return bool(apart > (_SAME_SPOT_KM if one else 2 * _SAME_SPOT_KM))

    def _settled(
        self, toponym: str, best: _Fit, others: Sequence[_Fit], context: Context, *, outranked: bool
    ) -> Resolution:
        place = self.gazetteer.at(best.row)
        precision, radius = _precision(place, best.parts)
        if place.feature_class == "P" and self._means_unit(best, place):
            precision, radius = Precision.FIRST_DIVISION, None
            if best.parts.unit_hint in ("admin2", "admin3"):
                precision = Precision.DISTRICT
        method = (
            "admin unit" if precision in (Precision.DISTRICT, Precision.FIRST_DIVISION, Precision.COUNTRY) else None
        )
        tier = TIERS[best.match.tier]
        runners = self._candidates([f for f in others if f.row != best.row][:3])
        score = round(_score(best, outranked=outranked), 3)
        return Resolution(
            toponym,
            place,
            precision,
            radius,
            method or tier,
            score,
            runners,
            _why(best, place, context, outranked=outranked),
        )

    def _means_unit(self, best: _Fit, place: Place) -> bool:
        """Whether a town's name stands for its unit ("X province"), in a gazetteer that has no units."""
        if best.parts.unit_hint in ("admin1", "admin2", "admin3"):
            return True
        return best.parts.relation in ("part", "countryside") and place.feature_code in ("PPLA", "PPLC")

    def _tied(self, toponym: str, tied: Sequence[_Fit], context: Context) -> Resolution:
        rows = list(dict.fromkeys(f.row for f in tied))
        ids = ", ".join(self.gazetteer.column("place_id")[r] for r in rows[:4])
        missing = [w for w, u in zip(("governorate", "district", "sub-district"), context.units, strict=True) if not u]
        advice = f"add the {missing[0]}" if missing else "give a p-code or coordinates"
        count = {2: "two", 3: "three"}.get(len(rows), str(len(rows)))
        return _none(toponym, f"{count} places fit equally ({ids}); {advice}", self._candidates(tied[:4]))

    def _unmatched(self, toponym: str, fits: Sequence[_Fit], forms: Sequence[tuple[str, ToponymParts]]) -> Resolution:
        best = sorted(fits, key=lambda f: -f.worth)[:3]
        if best:
            name = self.gazetteer.column("name")[best[0].row]
            return _none(toponym, f"only doubtful candidates, the nearest '{name}'", self._candidates(best))
        elsewhere = [m for name, _ in forms for m in self.gazetteer.matches(name) if m.tier < 3]
        if not elsewhere:
            return _none(toponym, "no place of this name is in the gazetteer")
        place = self.gazetteer.at(min(elsewhere, key=lambda m: (m.tier, m.row)).row)
        where = f"{place.place_id}, in {place.admin1 or place.country or 'no known unit'}"
        return _none(toponym, f"the only place of this name ({where}) is not where the row or the theatre says")

    def _candidates(self, fits: Iterable[_Fit]) -> tuple[Candidate, ...]:
        found = {f.row: Candidate(self.gazetteer.at(f.row), TIERS[f.match.tier], round(f.match.score, 3)) for f in fits}
        return tuple(found.values())

    # --- evidence ---

    def _fits(
        self,
        matches: Iterable[tuple[Match, ToponymParts]],
        context: Context,
        near: Sequence[tuple[float, float]],
    ) -> list[_Fit]:
        """Candidates that the context allows, each once, in its best form."""
        country = self.country(context.country) if context.country else None
        stated = [self.units(u, n, country or "") for n, u in enumerate(context.units, 1)]
        best: dict[int, _Fit] = {}
        for match, parts in matches:
            fit = self._fit(match, parts, country, stated, near)
            if fit and (match.row not in best or best[match.row].worth < fit.worth):
                best[match.row] = fit
        return list(best.values())

    def _fit(
        self,
        match: Match,
        parts: ToponymParts,
        country: str | None,
        stated: Sequence[frozenset[str]],
        near: Sequence[tuple[float, float]],
    ) -> _Fit | None:
        g, row = self.gazetteer, match.row
        own = g.column("country")[row]
        if country and own and own != country:
            return None
        if match.tier >= 3 and g.column("feature_code")[row] == "PCLI":
            return None
        agreed, border = 0, False
        for level, codes in enumerate(stated, 1):
            lies_in = g.column(f"admin{level}")[row]
            if not codes or lies_in is None:
                continue
            if lies_in in codes:
                agreed += 1
            elif level == 1 and not self._by_border(row, codes):
                return None
            else:
                border = True
        unit = parts.unit_hint in ("admin1", "admin2", "admin3") and g.column("feature_class")[row] == "A"
        if not agreed and not country and not unit and not self._in_bounds(row):
            return None
        close = None
        if near:
            lons, lats = zip(*near, strict=True)
            close = float(np.min(kilometres(g.longitude[row], g.latitude[row], lons, lats)))
        return _Fit(row, match, parts, agreed, border, close, self._rank(row))

    def _in_bounds(self, row: int) -> bool:
        if self.theatre.bounds is None or self.gazetteer.column("feature_code")[row] == "PCLI":
            return True
        west, south, east, north = self.theatre.bounds
        lon, lat = self.gazetteer.longitude[row], self.gazetteer.latitude[row]
        return bool(west <= lon <= east and south <= lat <= north)

    def _by_border(self, row: int, codes: frozenset[str]) -> bool:
        """Whether a place lies within a few kilometres of a unit that is said to hold it."""
        g = self.gazetteer
        rows = np.concatenate([self._rows_of(c) for c in sorted(codes)])
        if not len(rows):
            return False
        apart = kilometres(g.longitude[row], g.latitude[row], g.longitude[rows], g.latitude[rows])
        return bool(np.min(apart) <= _BORDER_KM)

    def _rows_of(self, code: str) -> np.ndarray:
        if code not in self._unit_rows:
            self._unit_rows[code] = np.array(
                [r for r, c in enumerate(self.gazetteer.column("admin1")) if c == code], dtype=int
            )
        return self._unit_rows[code]

    def _rank(self, row: int) -> float:
        """How much a place stands out among namesakes: a seat by its level, else by people; the last evidence."""
        code = self.gazetteer.column("feature_code")[row]
        seat = {"PPLC": 4.0, "PPLA": 3.0, "PPLA2": 2.0, "PPLA3": 1.0}.get(code, 0.0)
        people = self.gazetteer.column("population")[row] or 0
        return max(seat, float(np.log10(people)) - 3 if people > 1_000 else 0.0)

    def country(self, name: str) -> str | None:
        """ISO code of a country by its code or any of its names in the gazetteer."""
        if name not in self._countries:
            rows = [m.row for m in self.gazetteer.matches(name) if m.tier < 3]
            rows = [r for r in rows if self.gazetteer.column("feature_code")[r] == "PCLI"]
            code = self.gazetteer.column("country")[rows[0]] if rows else country_code(name)
            if code is None and name in self.gazetteer.column("country"):
                code = name
            self._countries[name] = code
        return self._countries[name]

    def units(self, name: str, level: int, country: str = "") -> frozenset[str]:
        """Codes of the units of one level that a name or p-code means; empty if none is known."""
        if not name:
            return frozenset()
        key = (name, level, country)
        if key not in self._units:
            self._units[key] = self._find_units(name, level, country)
        return self._units[key]

    def _find_units(self, name: str, level: int, country: str) -> frozenset[str]:
        g = self.gazetteer
        row = g.rows.get(name)
        if row is not None and g.column("feature_code")[row] == f"ADM{level}":
            return self._code_of(row, level)
        core = parse_toponym(name).core
        matches = [m for n in dict.fromkeys((name, core)) for m in g.matches(n)]
        matches = [m for m in matches if not country or g.column("country")[m.row] in (country, None)]
        units = [m for m in matches if g.column("feature_code")[m.row] == f"ADM{level}"]
        if not units and level < 3:
            # No such unit is listed: take that of the foremost town of this name.
            towns = [m for m in matches if g.column("feature_class")[m.row] == "P" and m.likeness > 0.6]
            towns.sort(key=lambda m: (m.tier > 2, -self._rank(m.row), m.row))
            return self._code_of(towns[0].row, level) if towns else frozenset()
        units = [m for m in units if m.likeness > 0.5] if len(units) > 1 else units
        top = min((m.tier if m.tier == 3 else 0 for m in units), default=0)
        return frozenset().union(*(self._code_of(m.row, level) for m in units if m.tier <= top or m.tier < 3))

    def _code_of(self, row: int, level: int) -> frozenset[str]:
        code = self.gazetteer.column(f"admin{level}")[row]
        return frozenset({code}) if code else frozenset()

    # --- a name at a given point ---

    def name_at(
        self, toponym: str, longitude: float, latitude: float, *, limit_km: float
    ) -> tuple[Place, float] | None:
        """The place of this name nearest to a point, and how far it is in km; None beyond the limit."""
        parts = parse_toponym(toponym)
        names = dict.fromkeys((toponym, parts.core, *parts.others))
        rows = [m for n in names for m in self.gazetteer.matches(n)]
        g = self.gazetteer
        close = []
        for match in rows:
            apart = float(kilometres(longitude, latitude, g.longitude[match.row], g.latitude[match.row]))
            if apart <= limit_km and g.column("feature_class")[match.row] != "A" and match.likeness > 0.5:
                close.append((match.tier == 3, apart, match.row))
        if not close:
            return None
        _, apart, row = min(close)
        return g.at(row), apart


def _none(toponym: str, reason: str, runners_up: tuple[Candidate, ...] = ()) -> Resolution:
    return Resolution(toponym, None, None, None, None, None, runners_up, reason)


# How alike two names of one skeleton must sound, by its length: short skeletons meet by chance. Second figure: where
# nothing but the spelling speaks for the place. Measured on names of real event tables.
_LIKE_ENOUGH = {2: (0.8, 0.95), 3: (0.7, 0.85), 4: (0.65, 0.8)}
_LIKE_ENOUGH_LONG = (0.55, 0.7)
_EDIT_ENOUGH = (0.85, 0.93)


def _trusted(fit: _Fit) -> bool:
    """Whether spelling and context together are enough. A like sound alone is worse than no answer."""
    if fit.match.tier < 3:
        return not (fit.border and fit.match.tier > 2)
    if fit.border:
        return False
    alone = 0 if fit.supported else 1
    if fit.match.tier == 3:
        return fit.match.likeness >= _LIKE_ENOUGH.get(fit.match.bones, _LIKE_ENOUGH_LONG)[alone]
    return fit.match.bones >= 4 and fit.match.likeness >= _EDIT_ENOUGH[alone]


def _by_hint(fits: list[_Fit], resolver: Resolver, parts: ToponymParts) -> list[_Fit]:
    """Candidates of the kind the writer names, if there are any: a unit, a populated place, anything but a unit."""
    code, kind = resolver.gazetteer.column("feature_code"), resolver.gazetteer.column("feature_class")
    unit = {"admin1": "ADM1", "admin2": "ADM2", "admin3": "ADM3"}.get(parts.unit_hint)
    orders: list[Any] = [lambda f: kind[f.row] == "P", lambda f: kind[f.row] != "A"]
    if unit:
        orders = [lambda f: code[f.row] == unit, lambda f: kind[f.row] == "A", *orders]
    elif parts.relation in ("part", "countryside"):
        orders = [lambda f: code[f.row] == "ADM1", lambda f: code[f.row] == "PCLI", *orders]
    else:
        orders = [lambda f: code[f.row] == "PCLI" and f.match.tier < 3, *orders]
    for wanted in orders:
        kept = [f for f in fits if wanted(f)]
        if kept and (unit or max(f.worth for f in kept) >= max(f.worth for f in fits) - 0.12):
            return kept
    return fits


def _precision(place: Place, parts: ToponymParts) -> tuple[Precision, float | None]:
    """Precision and radius in km of a toponym that means this place in this relation."""
    if place.feature_class == "A":
        if place.feature_code.startswith("PCL"):
            return Precision.COUNTRY, None
        by_level = {"ADM1": Precision.FIRST_DIVISION, "ADM2": Precision.DISTRICT, "ADM3": Precision.DISTRICT}
        if place.feature_code in by_level:
            return by_level[place.feature_code], None
    if place.radius_km is not None and not np.isnan(place.radius_km) and not _is_spot(place):
        return Precision.LINE, place.radius_km
    wide = parts.relation not in ("", "neighbourhood") or place.feature_class in ("T", "H", "L")
    precision = Precision.NEAR if wide else Precision.NAMED_PLACE
    return precision, max(place.radius_km or 0.0, PRECISION[precision].radius_km or 0.0)


def _is_spot(place: Place) -> bool:
    """Whether a radius only says that a village, post or crossing is not known to the metre; else it is an area."""
    camp = place.feature_code.startswith("CMP") or place.feature_code in ("RFGC", "CTRR")
    return place.feature_class in ("P", "S", "R") and not camp and (place.radius_km or 0.0) <= 5


def _score(fit: _Fit, *, outranked: bool) -> float:
    """Probability that the place is right; figures measured on names of event tables with known points."""
    if fit.match.tier < 3:
        score = 0.96 if fit.supported else 0.88
    elif fit.match.tier == 3:
        by_length = {2: 0.8, 3: 0.85, 4: 0.9}.get(fit.match.bones, 0.95)
        score = by_length - 0.4 * (1 - fit.match.likeness) - (0.0 if fit.supported else 0.1)
    else:
        score = 0.65 if fit.supported else 0.55
    score += 0.02 * (fit.agreed > 1) - 0.15 * outranked - 0.15 * fit.border
    return min(0.98, max(0.05, score))


def _why(best: _Fit, place: Place, context: Context, *, outranked: bool) -> str:
    spelled = {
        "exact": "same spelling",
        "folded": "same but for case and marks",
        "article-free": "same but for the article",
        "skeleton": f"sounds like '{place.name}'",
        "edit distance": f"nearly spelled like '{place.name}'",
    }[TIERS[best.match.tier]]
    reasons = [spelled]
    if best.agreed:
        stated = next((u for u in reversed(context.units) if u), "")
        reasons.append(f"in {stated} as stated" if stated else "in the unit stated")
    if best.border:
        reasons.append("just outside the unit stated")
    if best.near_km is not None and best.near_km < 30:
        reasons.append(f"{best.near_km:.0f} km from the places named beside it")
    if outranked:
        reasons.append("the most important of several of that name")
    if best.parts.relation:
        reasons.append({"part": "a part of it", "spot": "a spot there"}.get(best.parts.relation, best.parts.relation))
    return "; ".join(reasons)
