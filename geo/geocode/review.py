"""From what a person decided to a spot: an id, a unit, coordinates, or no place; or why it cannot be used."""

from __future__ import annotations

import re
from typing import Any

from geo.codes import POINT_PRECISIONS, Precision
from geo.errors import Problem
from geo.gazetteer import Place
from geo.geocode.decisions import Decision
from geo.geocode.ground import Point
from geo.geocode.slips import wrong_point
from geo.geocode.spots import ORDER, Locator, Spot
from geo.names import fold, parse_toponym

SCORE = 1.0  # a person has looked; what is doubtful can be decided as `none`
UNIT = "admin:"
NONE = "none"
OWN_COORDINATES = "coordinates"  # what the machine writes of rows that keep their own
ROUTE = "route"

_NUMBER = r"([-+−]?\d{1,3}(?:[.,]\d+)?)\s*°?"
_PAIRS = (re.compile(rf"{_NUMBER}\s*[,;/\s]\s*{_NUMBER}"), re.compile(rf"{_NUMBER}\s*;\s*{_NUMBER}"))
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫،", "01234567890123456789.,")
_ADVICE = "wanted a place id or p-code, 'latitude, longitude', 'admin:CODE' or none; the machine decided"


def decided(row: Any, decision: Decision, locator: Locator) -> Spot | Problem:
    """Where a person puts a toponym, or a warning that the decision cannot be used.

    ``row`` is one statement: its toponym, country and precision count. A unit, and a place of the source's own
    precision, stay what they are: nobody is made to know more than was said.
    """
    text = decision.text
    if row.precision == Precision.WITHHELD:
        return decision.problem("is about a place that its source withholds; it stays withheld")
    if text.casefold() == NONE:
        return Spot(method="review", reason=f"left without a place: {decision.source}")
    if text.casefold() in (OWN_COORDINATES, ROUTE):
        return decision.problem(f"is a word of the machine's own; {_ADVICE}")
    point = read_point(text)
    if point is not None:
        return _at_point(row, decision, point, locator)
    code = text[len(UNIT) :].strip() if text.casefold().startswith(UNIT) else text
    for known in dict.fromkeys((code, code.upper())):
        if known in locator.gazetteer.rows and code == text:
            return _at_place(row, decision, locator.gazetteer.place(known), locator)
        unit = _unit(known, locator)
        if unit is not None:
            spot = unit._replace(method="review", score=SCORE)
            return spot._replace(reason=f"{decision.source}: {spot.name}")
    return decision.problem(f"is not known{_hint(code, locator)}; {_ADVICE}")


def read_point(text: str) -> Point | None:
    """Longitude and latitude of 'latitude, longitude' as people type it; None if it is no such pair.

    >>> read_point("35.85, 36.65"), read_point("35,85; 36,65")
    ((36.65, 35.85), (36.65, 35.85))
    """
    plain = text.translate(_DIGITS).strip().strip("()")
    found = next((m for m in (p.fullmatch(plain) for p in _PAIRS) if m), None)
    if found is None:
        return None
    latitude, longitude = (float(t.replace(",", ".").replace("−", "-")) for t in found.groups())
    return longitude, latitude


def _at_point(row: Any, decision: Decision, point: Point, locator: Locator) -> Spot | Problem:
    wrong = wrong_point(*point)
    if wrong:
        return decision.problem(f"{wrong}; wanted 'latitude, longitude' in degrees; the machine decided")
    if not locator.within(point, row.country):
        turned = locator.within((point[1], point[0]), row.country)
        advice = "turned round it lies inside: write 'latitude, longitude'" if turned else "correct it"
        return decision.problem(f"lies outside the theatre; {advice}; the machine decided")
    spot = locator.at_point(row, point, _least(row, Precision.NAMED_PLACE))
    return spot._replace(method="review", score=SCORE, reason=f"{decision.source}: coordinates")


def _at_place(row: Any, decision: Decision, place: Place, locator: Locator) -> Spot | Problem:
    unit = place.feature_class == "A"
    if not unit and not locator.within((place.longitude, place.latitude), row.country):
        return decision.problem(f"is {place.name}, outside the theatre; take another; the machine decided")
    found = locator.resolver.by_place(place)._replace(toponym=row.toponym, method="review", score=SCORE)
    stated = None if unit or found.precision is None else _least(row, found.precision)
    return locator.drawn(found, stated, f"{decision.source}: {place.name}")


def _least(row: Any, precision: Precision) -> Precision:
    """A point's precision, but no finer than the source and the words around the name say."""
    said = [Precision(row.precision)] if row.precision else []
    relation = parse_toponym(row.toponym).relation if fold(row.toponym) else ""
    said += [Precision.NEAR] if relation not in ("", "neighbourhood") else []
    points = [p for p in said if p in POINT_PRECISIONS] if precision in POINT_PRECISIONS else []
    return max([precision, *points], key=ORDER.__getitem__)


def _unit(code: str, locator: Locator) -> Spot | None:
    """A unit by its code: of the polygons, else of the gazetteer."""
    if code in locator.ground.shapes:
        return locator.named_unit(locator.unit_spot(code, Spot(name=locator.ground.names[code])))
    for level in (1, 2, 3):
        if code in locator.gazetteer.column(f"admin{level}"):
            return locator.in_unit(code, level)
    return None


def _hint(text: str, locator: Locator) -> str:
    """Ids of the places of this name, where a name was typed for an id."""
    if text.translate(_DIGITS).replace(".", "").isdigit():
        return ""
    rows = [m.row for m in locator.gazetteer.matches(text) if m.tier < 3][:4]
    ids = ", ".join(locator.gazetteer.column("place_id")[r] for r in rows)
    return f" as an id; places of this name: {ids}" if ids else ""
