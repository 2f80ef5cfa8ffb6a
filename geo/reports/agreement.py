"""Whether two tellings can be of one happening: by kind, date, place, toll and parties."""

from __future__ import annotations

from geo.codes import DatePrecision
from geo.dates import DateSpan
from geo.names import fold
from geo.reports.lexicon import COMBAT
from geo.reports.mention import Mention
from geo.reports.places import Toponym
from geo.reports.tolls import Toll


def takes_toll(text: str, event: Mention, mention: Mention) -> bool:
    """Whether the dead and injured of a mention can be those of an event."""
    if event.type not in COMBAT or event.toll.targets:
        return False
    if mention.own_date and not _dates_agree(event, mention, None):
        return False
    if mention.own_place and not (_places_agree(event.place, mention.place) or _names(text, mention, event)):
        return False
    return tolls_agree(event.toll, mention.toll) and (mention.toll_only or _actors_agree(event, mention))


def _names(text: str, mention: Mention, event: Mention) -> bool:
    """Whether the place of an event is one of several in a sentence: "clashes in A, B and C left nine dead"."""
    return any(place.name in text[slice(*mention.told)] for place in (event.place, *event.others) if place)


def agree(event: Mention, mention: Mention, context: DateSpan | None) -> bool:
    """Whether a mention can tell of an event; ``context`` is the day told before it."""
    return (
        _types_agree(event, mention)
        and _dates_agree(event, mention, context)
        and _places_agree(event.place, mention.place)
        and tolls_agree(event.toll, mention.toll)
        and _actors_agree(event, mention)
    )


def _types_agree(event: Mention, mention: Mention) -> bool:
    if mention.word is None:
        return event.type in COMBAT
    if event.type != mention.type:
        return False
    same_words = bool(event.stems & mention.stems)
    if mention.definite and mention.bare:
        return same_words
    if event.type == mention.type == "Protests" and event.part == mention.part:
        return True
    if event.type not in COMBAT:
        return same_words
    if mention.toll_only and not mention.own_date:
        return True
    if not same_words and not (event.own_date and mention.own_date):
        return False  # of two unlike words only a common date makes one happening
    ours, theirs = event.word.subtype if event.word else "", mention.word.subtype
    return ours == theirs or not ours or not theirs or (same_words and event.own_date)


def _dates_agree(event: Mention, mention: Mention, context: DateSpan | None) -> bool:
    if mention.date is None and (mention.definite or context is None):
        return True
    told = mention.date or context
    if event.date is None or told is None:
        return True
    if DatePrecision.MONTH in {event.date.precision, told.precision}:
        return event.date == told
    return event.date.overlaps(told)


def _places_agree(one: Toponym | None, other: Toponym | None) -> bool:
    if one is None or other is None or "country" in {one.level, other.level}:
        return True
    if one.level == other.level:
        return fold(one.name) == fold(other.name)
    apart = one.divisions and other.divisions and not one.divisions & other.divisions
    return "border" not in {one.level, other.level} and not apart


def lies_within(one: Toponym | None, other: Toponym | None) -> bool:
    """Whether two places are one, or one is known to lie in the division of the other."""
    if one is None or other is None or fold(one.name) == fold(other.name):
        return True
    return one.level != other.level and bool(one.divisions & other.divisions)


def tolls_agree(one: Toll, other: Toll) -> bool:
    if (one.targets and not other.targets and other.killed) or (other.targets and not one.targets and one.killed):
        return False  # targets hit and soldiers killed are told of two strikes
    pairs = ((one.killed, other.killed), (one.injured, other.injured), (one.targets, other.targets))
    return all(a is None or b is None or a.agrees(b) for a, b in pairs)


def _actors_agree(event: Mention, mention: Mention) -> bool:
    ours, theirs = {a.actor for a in event.actors}, {a.actor for a in mention.actors}
    return not ours or not theirs or bool(ours & theirs)
