"""From a service's answers to one resolution: what lies elsewhere or has another name is not taken, and why is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from geo.codes import PRECISION, Precision
from geo.gazetteer import Candidate, Gazetteer, country_code, kilometres
from geo.geocode import Context, Resolution, Resolver
from geo.names import ToponymParts, article_free, fold, parse_toponym, skeleton
from geo.online.reading import Found
from geo.theatre import Theatre

_SAME_SPOT_KM = 10.0  # a town as a point and as an area are one
_BORDER_KM = 10.0  # services and gazetteers put border villages into different units
_SHORTEST_BONES = 3  # two names of two consonants sound alike by chance

# Probability that an answer is right, by how the names agree. Modest on purpose: below the same agreement with a
# gazetteer, for the answers of a service were never measured on known points.
_SCORES = {"same spelling": 0.8, "same but for the article": 0.75, "sounds alike": 0.6}
_UNIT_AGREES, _UNIT_UNCHECKED = 0.05, -0.15

_LEVELS = {"ADM1": Precision.FIRST_DIVISION, "ADM2": Precision.DISTRICT, "ADM3": Precision.DISTRICT}
_HINTS = {"admin1": Precision.FIRST_DIVISION, "admin2": Precision.DISTRICT, "admin3": Precision.DISTRICT}


class _Fit(NamedTuple):
    found: Found
    spelling: str
    unit: bool | None  # lies in the unit stated; None: none is stated, or it cannot be told

    @property
    def worth(self) -> tuple[bool, int]:
        return self.unit is True, -list(_SCORES).index(self.spelling)


class Ground:
    """What answers are checked against: bounds and countries of the theatre, and the units of a gazetteer if given."""

    def __init__(self, theatre: Theatre, gazetteer: Gazetteer | None = None) -> None:
        self.theatre = theatre
        self._resolver = Resolver(gazetteer, theatre) if gazetteer else None
        self._rows: dict[tuple[int, str, str], list[int]] = {}
        self._codes: dict[str, str | None] = {}

    def countries(self, context: Context) -> tuple[str, ...]:
        """ISO codes of the countries where a place may lie; empty: any."""
        if not context.country:
            return self.theatre.countries
        name = context.country
        code = (self._resolver.country(name) if self._resolver else None) or self.country(name)
        return (code,) if code else self.theatre.countries

    def country(self, name: str) -> str | None:
        """ISO alpha-2 code of a country by code or English name; remembered, for finding it takes milliseconds."""
        if name not in self._codes:
            self._codes[name] = country_code(name)
        return self._codes[name]

    def outside(self, found: Found, countries: Sequence[str]) -> str:
        """Why an answer cannot be meant, in words; "" if it can."""
        place = found.place
        own = (self.country(place.country) or "") if len(place.country) == 3 else place.country
        if countries and own and own not in countries:
            return f"lies in {own}, not in {' or '.join(countries)}"
        if self.theatre.bounds is None or place.feature_code.startswith("PCL"):
            return ""
        west, south, east, north = self.theatre.bounds
        inside = west <= place.longitude <= east and south <= place.latitude <= north
        return "" if inside else "lies outside the bounds of the theatre"

    def in_unit(self, found: Found, stated: Sequence[tuple[int, str]], country: str) -> bool | None:
        """Whether an answer lies in any unit stated, as (level or 0, name or p-code); None if it cannot be told."""
        if not stated:
            return None
        bare = [*found.units, *(parse_toponym(u).core for u in found.units)]
        lies = [
            (level, True if _alike(parse_toponym(name).core, bare) else self._near(found, level, name, country))
            for level, name in stated
        ]
        if (1, False) in lies:  # districts of another province may bear the same name
            return False
        if any(true for _, true in lies):
            return True
        # A code says nothing to somebody without the gazetteer that lists it.
        named = any(not any(map(str.isdigit, name)) for _, name in stated)
        told = any(true is False for _, true in lies) or (found.units and named)
        return False if told else None

    def _near(self, found: Found, level: int, name: str, country: str) -> bool | None:
        """Whether places that the gazetteer puts into a unit lie within a few kilometres of an answer."""
        if self._resolver is None:
            return None
        for at in (level,) if level else (1, 2, 3):
            rows = self._rows_in(at, name, country)
            if rows:
                g, point = self._resolver.gazetteer, (found.place.longitude, found.place.latitude)
                return bool(np.min(kilometres(*point, g.longitude[rows], g.latitude[rows])) <= _BORDER_KM)
        return None

    def _rows_in(self, level: int, name: str, country: str) -> list[int]:
        """Rows of the gazetteer's places in the units of one level that a name or p-code means."""
        key = (level, name, country)
        if self._resolver and key not in self._rows:
            codes = self._resolver.units(name, level, country)
            column = self._resolver.gazetteer.column(f"admin{level}") if codes else ()
            self._rows[key] = [row for row, code in enumerate(column) if code in codes]
        return self._rows.get(key, [])


def choose(
    toponym: str,
    raw: Sequence[Any],
    read: Callable[[Mapping[str, Any]], Found | None],
    ground: Ground,
    context: Context,
    *,
    service: str,
) -> Resolution:
    """The place that a toponym means among a service's raw answers, or none, with the reason in words."""
    if not raw:
        return _none(toponym, f"{service} knows no place of this name there")
    answers, unusable = _read_all(raw, read)
    parts = parse_toponym(toponym)
    countries = ground.countries(context)
    stated = [(level, name) for level, name in enumerate(context.units, 1) if name]
    stated += [(0, name) for name in parts.within if not ground.country(name)]
    fits, refused = [], list(unusable)
    for found in answers:
        spelling = next((s for n in (parts.core, *parts.others) if (s := _alike(n, found.names))), "")
        unit = ground.in_unit(found, stated, countries[0] if len(countries) == 1 else "")
        outside = ground.outside(found, countries)
        if not spelling:
            refused.append(f"{found.place.name} is another name")
        elif outside or unit is False:
            there = found.units[0] if found.units else "another unit"
            refused.append(f"{found.place.name} {outside or f'lies in {there}, not in {stated[-1][1]} as stated'}")
        else:
            fits.append(_Fit(found, spelling, unit))
    if not fits:
        return _none(toponym, f"{service} has no answer that fits: {'; '.join(list(dict.fromkeys(refused))[:3])}")
    return _best(toponym, _of_kind(fits, parts), parts, service, stated=bool(stated))


def _read_all(raw: Sequence[Any], read: Callable[[Mapping[str, Any]], Found | None]) -> tuple[list[Found], list[str]]:
    answers: dict[str, Found] = {}
    refused = []
    for each in raw:
        try:
            found = read(each)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            refused.append("an answer without a name or a usable point")
            continue
        if found is None:
            refused.append("something that is no place, such as a road or a shop")
        else:
            answers.setdefault(found.place.place_id, found)
    return list(answers.values()), refused


def _best(toponym: str, fits: list[_Fit], parts: ToponymParts, service: str, *, stated: bool) -> Resolution:
    top = max(f.worth for f in fits)
    best, *others = [f for f in fits if f.worth == top]
    rivals = [f for f in others if _apart(best.found, f.found) > _SAME_SPOT_KM]
    if rivals:
        ids = ", ".join(f.found.place.place_id for f in (best, *rivals[:3]))
        advice = "give a p-code or coordinates" if stated else "add the governorate or district"
        reason = f"{service} has {1 + len(rivals)} places that fit equally ({ids}); {advice}"
        return _none(toponym, reason, _candidates((best, *rivals[:3]), service))
    place = best.found.place
    precision, radius = _precision(best.found, parts)
    score = _SCORES[best.spelling] + (_UNIT_AGREES if best.unit else _UNIT_UNCHECKED if stated else 0.0)
    reason = f"{service}: {best.spelling}"
    if stated:
        reason += "; in the unit stated" if best.unit else "; whether it lies in the unit stated is not known"
    if parts.relation:
        reason += f"; {parts.relation}"
    runners = _candidates([f for f in fits if f is not best][:3], service)
    return Resolution(toponym, place, precision, radius, service, round(score, 3), runners, reason)


def _of_kind(fits: list[_Fit], parts: ToponymParts) -> list[_Fit]:
    """Answers of the kind the writer names: a unit if called one, else a populated place, anything but a unit."""
    unit = parts.unit_hint in _HINTS
    orders: list[Callable[[_Fit], bool]] = [
        lambda f: f.found.place.feature_class == "P",
        lambda f: f.found.place.feature_class != "A",
    ]
    if unit:
        orders.insert(0, lambda f: _LEVELS.get(f.found.place.feature_code) == _HINTS[parts.unit_hint])
    top = max(f.worth for f in fits)
    for wanted in orders:
        kept = [f for f in fits if wanted(f)]
        if kept and max(f.worth for f in kept) == top:
            return kept
    return fits


def _precision(found: Found, parts: ToponymParts) -> tuple[Precision, float | None]:
    """Precision and radius in km: a unit is an area, a country no spot at all, what is "near X" a disc."""
    place = found.place
    if place.feature_class == "A":
        return (_LEVELS.get(place.feature_code, Precision.DISTRICT), None) if not _is_country(found) else _COUNTRY
    if parts.unit_hint in _HINTS:  # "X province", and only the town of X is known
        return _HINTS[parts.unit_hint], None
    wide = parts.relation not in ("", "neighbourhood") or place.feature_class in ("T", "H", "L")
    precision = Precision.NEAR if wide else Precision.NAMED_PLACE
    return precision, PRECISION[precision].radius_km


_COUNTRY = (Precision.COUNTRY, None)


def _is_country(found: Found) -> bool:
    return found.place.feature_code.startswith("PCL")


def _alike(name: str, names: Iterable[str]) -> str:
    """How a name agrees with the nearest of several, in the words of ``_SCORES``; "" if with none."""
    wanted = fold(name)
    if not wanted:
        return ""
    folded = [f for f in map(fold, names) if f]
    if wanted in folded:
        return "same spelling"
    if article_free(wanted) in map(article_free, folded):
        return "same but for the article"
    bones = skeleton(wanted)
    heard = len(bones.partition("|")[0]) >= _SHORTEST_BONES and bones in map(skeleton, folded)
    return "sounds alike" if heard else ""


def _apart(one: Found, other: Found) -> float:
    a, b = one.place, other.place
    return float(kilometres(a.longitude, a.latitude, b.longitude, b.latitude))


def _candidates(fits: Iterable[_Fit], service: str) -> tuple[Candidate, ...]:
    return tuple(Candidate(f.found.place, service, _SCORES[f.spelling]) for f in fits)


def _none(toponym: str, reason: str, runners_up: tuple[Candidate, ...] = ()) -> Resolution:
    return Resolution(toponym, None, None, None, None, None, runners_up, reason)
