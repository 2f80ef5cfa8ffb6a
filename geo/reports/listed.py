"""One happening told at several places of a list: "captured A, B and C" tells three, each at a place of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from geo.names import fold
from geo.reports.kinds import EXPLOSIONS
from geo.reports.lexicon import COMBAT
from geo.reports.mention import NUMBERS, Mention, Span
from geo.reports.places import Toponym, goes_on
from geo.reports.tolls import Toll

_LISTED = COMBAT | {"Protests"}
RULE = "one of several places told together"
_AND = re.compile(r"[,;&/]|\b(?:and|or|as\swell\sas)\b|و")
_EDGE = re.compile(r"(?:the\s)?(?:outskirts|vicinity|surroundings|countryside)\sof\s", re.IGNORECASE)
_FRONTS = re.compile(r"\s(?:axes|fronts|front-?lines)\b")  # of several places
_WORD_AND = re.compile(r"\band\b|(?:^|\s)و")
_BETWEEN = re.compile(r"\b(?:between|from)\s(?:the\s)?$", re.IGNORECASE)


def at_each_place(text: str, events: Sequence[Mention]) -> Iterator[Mention]:
    """The events, each followed by the same at the other places of its list.

    The numbers stay with the first; a place where the report tells the same of the same days already is left out.
    """
    told = {key for event in events for key in _keys(event)}
    for event in events:
        yield event
        for place in other_places(text, event):
            copy = _at(event, place)
            keys = set(_keys(copy))
            if told.isdisjoint(keys):
                told |= keys
                yield copy


def _keys(event: Mention) -> Iterable[tuple[str, str, str, object]]:
    if event.place is not None:
        yield event.type, event.subtype, fold(event.place.name), event.date


def other_places(text: str, event: Mention) -> list[Toponym]:
    """The other places of the list that an event's place stands in; none of "between A and B" or "from A to B"."""
    place = event.place
    if place is None or place.level != "place" or event.toll_only or event.type not in _LISTED:
        return []
    fire = event.type == EXPLOSIONS  # which falls around each of the places
    here = sorted([place, *event.others], key=lambda t: t.start)
    at = next(n for n, t in enumerate(here) if t is place)
    first = last = at
    while first and _joined(text, here[first - 1], here[first], fire=fire):
        first -= 1
    while last + 1 < len(here) and _joined(text, here[last], here[last + 1], fire=fire):
        last += 1
    if place.near and not (fire or place.many or _EDGE.match(text, place.start) or _FRONTS.match(text, place.core_end)):
        return []
    if _BETWEEN.search(text, max(0, here[first].start - 16), here[first].start):
        return []
    return [t for t in here[first : last + 1] if t is not place]


def _joined(text: str, one: Toponym, other: Toponym, *, fire: bool) -> bool:
    """Whether a list goes on with a place; "near B" only behind "and", where fire fell or fronts are told of."""
    listed = other.start > one.end and goes_on(text, one, other.start)
    sign = _AND.search(text, one.end, other.start) if listed else None
    if sign is None or not other.near or _FRONTS.match(text, other.core_end):
        return sign is not None
    return fire and _WORD_AND.search(text, one.end, other.start) is not None


def _at(event: Mention, place: Toponym) -> Mention:
    evidence = [s for s in event.evidence if s.field != "place" and s.field not in NUMBERS]
    return replace(
        event,
        place=place,
        units=list(event.units),
        toll=Toll(),
        actors=list(event.actors),
        stems=set(event.stems),
        rules=[*event.rules, RULE],
        evidence=[*evidence, Span("place", *place.words)],
        others=[],
        listed=True,
    )
