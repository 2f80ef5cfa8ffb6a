"""What the gazetteer says of a name as it stands in running text, remembered from text to text."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geo.gazetteer import Gazetteer
from geo.names import article_free, fold

REMEMBERED = 100_000  # names or places; more than that are forgotten together
_MOST = 400  # namesakes that are looked at: the largest
# What a place weighs by its kind, on the scale of a town's decimal logarithm of people.
COUNTRY, REGION, DIVISION, UNIT, NO_PEOPLE = 10.0, 8.0, 5.9, 4.3, 2.3
_CAPITAL = 0.9
_FULL = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}  # what the first word of a name is short for
_METROPOLIS = 5_000_000  # people of a city that is known without its "City"
_OTHER_NAME = 0.9  # taken off where the name is not the main one


class Sense(NamedTuple):
    """One place that a name may mean: ``kind`` is country, region, division, unit, town or neighbourhood.

    ``windows`` are the numbers of the four overlapping windows of the globe that it lies in.
    """

    row: int
    kind: str
    weight: float
    longitude: float
    latitude: float
    country: str
    admin1: str
    windows: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Name:
    """A name that the gazetteer knows, and all that it may mean, weightiest first.

    ``bare``: it is known only without its article; ``own_weight``: of the weightiest that has it as its main name.
    """

    folded: str
    senses: tuple[Sense, ...]
    kinds: frozenset[str]
    bare: bool = False
    own_weight: float = 0.0

    @property
    def weight(self) -> float:
        return self.senses[0].weight


class Atlas:
    """Names of a gazetteer, looked up as fast as running text asks for them."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._known: dict[str, Name | None] = {}
        self._senses: dict[int, Sense] = {}
        g = gazetteer
        self._kinds, self._codes = g.column("feature_class"), g.column("feature_code")
        self._main = g.column("name")
        self._countries, self._firsts, self._people = g.column("country"), g.column("admin1"), g.column("population")

    def name(self, text: str) -> Name | None:
        """What the gazetteer knows by this name; None if nothing."""
        if text not in self._known:
            self.learn([text])
        return self._known[text]

    def learn(self, texts: Iterable[str]) -> None:
        """Look up names that will be asked for, all at once, which is faster than one by one."""
        if len(self._known) > REMEMBERED:
            self._known.clear()
        fresh = {text: fold(text) for text in texts if text not in self._known}
        self._known.update(dict.fromkeys(fresh))
        # What is found to the letters is not asked for again without its article.
        bare = self._learn("f", {text: folded for text, folded in fresh.items() if folded})
        full = {
            text: f"{_FULL[w[0]]} {w[1]}"
            for text, key in bare.items()
            if (w := key.split(" ", 1))[0] in _FULL and w[1:]
        }
        for text in full.keys() - self._learn("f", full).keys():
            del bare[text]
        self._learn("a", {text: article_free(folded) for text, folded in bare.items()})
        short = {text: folded for text, folded in fresh.items() if folded[:3] in _LONG}
        self._learn("f", {text: _LONG[folded[:3]] + folded[3:] for text, folded in short.items()})

    def _learn(self, kind: str, keys: Mapping[str, str]) -> dict[str, str]:
        """Look up keys of one kind; those that no name has come back."""
        found = self.gazetteer.find([(kind, key) for key in keys.values()]) if keys else []
        for text, names in zip(keys, found, strict=True):
            if len(names):
                name = self._name(text, names, bare=kind == "a")
                self._known[text] = name and _joined(self._known.get(text), name)
        return {text: key for (text, key), names in zip(keys.items(), found, strict=True) if not len(names)}

    def abbreviates(self, name: Name) -> bool:
        """Whether a name is a division's in short ("Kan", "Ga"): some of the letters of its own name in their order."""
        row = next((s.row for s in name.senses if s.kind == "division"), None)
        main = fold(self._main[row] or "") if row is not None else ""
        short = name.folded
        if len(short) > len(main) - 2 or short[:1] != main[:1] or not main[len(short) : len(short) + 1].isalpha():
            return False
        rest = iter(main)
        return all(letter in rest for letter in short)

    def sense(self, row: int) -> Sense:
        """The place in a row of the gazetteer."""
        known = self._senses.get(row)
        if known is None:
            if len(self._senses) > REMEMBERED:
                self._senses.clear()
            kind, weight = self._weighed(row)
            point = self.gazetteer.point(row)
            areas = self._countries[row] or "", self._firsts[row] or ""
            known = Sense(row, kind, weight, *point, *areas, _windows(*point))
            self._senses[row] = known
        return known

    def _name(self, text: str, names: np.ndarray, *, bare: bool) -> Name | None:
        best: dict[int, Sense] = {}
        found = self.gazetteer.rows_of_names(names)
        for row, form in found:
            if row not in best or form == _MAIN:
                sense = self.sense(row)
                main = form == _MAIN or self._begins_with(row, text)
                best[row] = sense if main else sense._replace(weight=sense.weight - _OTHER_NAME)
        if not best:
            return None
        senses = list(best.values())
        if len(senses) > 1:
            senses = sorted(_rivalled(senses), key=lambda s: (-s.weight, s.row))[:_MOST]
        own = max((best[row].weight for row, form in found if form == _MAIN), default=0.0)
        return Name(fold(text), tuple(senses), frozenset([s.kind for s in senses]), bare, own)

    def _division(self, code: str) -> float:
        """What a division weighs by the people of its places: of one name, the populous one is likelier."""
        people = self.gazetteer.derived(_people).get(code, 0.0)
        return DIVISION + 0.4 * min(1.5, max(-1.5, math.log10(people + 1.0) - 6.0))

    def _begins_with(self, row: int, text: str) -> bool:
        """Whether a name is short for the main one of a place: "X" of "X upon Y", of "X City" if it is a great one."""
        main = self._main[row] or ""
        if main == f"{text} City":
            return bool((self._people[row] or 0) > _METROPOLIS)
        return main.startswith((f"{text} ", f"{text}-")) and main[len(text) + 1].islower()

    def _weighed(self, row: int) -> tuple[str, float]:
        code, kind = self._codes[row] or "", self._kinds[row] or ""
        people = self._people[row]
        if code.startswith("PCL"):
            # A country weighs what it is, not its people; tiny ones yield to a large town of the name.
            return "country", COUNTRY if not people or people > 1_000_000 else COUNTRY - 1
        if code == "ADM1":
            return "division", self._division(self._firsts[row] or "")
        if kind == "A":
            return "unit", UNIT
        if kind != "P":
            return "region", REGION if code in _GREAT else _FEATURE
        weight = math.log10(people) if people and people > 1 else NO_PEOPLE
        return "town", weight + _CAPITAL if code == "PPLC" else weight


_HIGH, _WIDE, _AROUND = 0.8, 1.0, 1_000  # degrees between windows, which are twice as large; more than lie side by side


def _windows(longitude: float, latitude: float) -> tuple[int, int, int, int]:
    at = math.floor(latitude / _HIGH) * _AROUND + math.floor(longitude / _WIDE)
    return at, at - 1, at - _AROUND, at - _AROUND - 1


def _people(gazetteer: Gazetteer) -> dict[str, float]:
    """The people of all listed places of each division, by its code."""
    numbers, codes = gazetteer.codes("admin1")
    towns = gazetteer.among("feature_class", ["P"]) & (numbers >= 0)
    people = gazetteer.figures("population")
    sums = np.bincount(numbers[towns], people[towns], len(codes)).tolist()
    return {code: total for code, total in zip(codes, sums, strict=True) if code}


def _joined(one: Name | None, other: Name) -> Name:
    """What a name means as it is written and with its first word in full, of which only towns and units are meant."""
    if one is None:
        return other
    senses = {s.row: s._replace(weight=s.weight - _OTHER_NAME) for s in other.senses if s.kind in ("town", "unit")}
    senses |= {s.row: s for s in one.senses}
    ranked = sorted(senses.values(), key=lambda s: (-s.weight, s.row))[:_MOST]
    return Name(one.folded, tuple(ranked), frozenset(s.kind for s in ranked), one.bare, one.own_weight)


_LONG = {"st ": "saint ", "mt ": "mount ", "ft ": "fort "}  # first words that names are written with in short


def _rivalled(senses: Collection[Sense]) -> list[Sense]:
    """The senses, where a country that shares its name with a division of another weighs little more than that."""
    if not any(s.kind == "country" for s in senses):
        return list(senses)
    divisions = {s.country for s in senses if s.kind == "division" and s.weight >= DIVISION - 0.6}
    return [s._replace(weight=DIVISION + 1) if s.kind == "country" and divisions - {s.country} else s for s in senses]


_MAIN = 0  # number of the form that is a place's own name
_LIKELY, _MANY = 12, 60  # places of a name that is said to hold another: the weightiest, and counties of one name
_OBSCURE = 2.0  # weighs a place less than the weightiest of its name
_GREAT = frozenset({"CONT", "RGN", "OCN", "SEA"})
_FEATURE = 6.5


def any_inside(inner: Name | None, outer: Name | None) -> bool:
    """Whether some place of the first name, for a town no obscure one, lies in some place of the second."""
    if inner is None or outer is None or inner is outer:
        return False
    known = inner.weight - _OBSCURE
    return any(
        lies_in(place, area)
        for area in outer.senses[:_LIKELY] + tuple(s for s in outer.senses[_LIKELY:_MANY] if s.kind == "unit")
        for place in inner.senses
        if area.kind != "town" or place.weight >= known
    )


def lies_in(place: Sense, area: Sense) -> bool:
    """Whether one place lies in another: by its codes, or by nearness where the area has none."""
    if place.row == area.row or place.kind == "country":
        return False
    if area.kind == "country":
        return place.country == area.country
    if area.kind == "division":
        return place.admin1 == area.admin1 and place.kind != "division"
    if place.kind != "town" or area.kind == "region" or place.country != area.country:
        return False
    north, east = abs(place.latitude - area.latitude), abs(place.longitude - area.longitude)
    if area.kind == "unit":
        return north < _UNIT_DEGREES and east < 1.4 * _UNIT_DEGREES
    return area.weight > place.weight and north < _CITY_DEGREES and east < 1.4 * _CITY_DEGREES


_UNIT_DEGREES, _CITY_DEGREES = 0.7, 0.35  # half the height of a county, of a city with its suburbs
