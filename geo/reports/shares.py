"""A toll that is told place by place: "four died in A, two in B and one in C"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from geo.reports.numbers import Count, counts_people
from geo.reports.places import Toponym
from geo.reports.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Share:
    """How many were killed at one of several places."""

    count: Count
    place: Toponym


def shares_of(sentence: Sentence) -> list[Share]:
    """The dead of a sentence by place, in order; none unless it gives numbers for two places or more."""
    text, killed = sentence.text, [c for c in sentence.casualties if c.kind == "killed"]
    if not killed or len(sentence.counts) < 2:
        return []
    places = [t for t in sentence.toponyms if t.level in {"place", "district"} and t.locative]
    found: list[Share] = []
    for number, count in enumerate(sentence.counts):
        following = sentence.counts[number + 1].start if number + 1 < len(sentence.counts) else sentence.end
        place = next((t for t in places if count.end <= t.start < following), None)
        if place is None or not counts_people(text, count):
            continue
        gap = text[count.end : place.start]
        told = any(count.end <= c.start < place.start or 0 <= count.start - c.end <= _BEFORE for c in killed)
        if _SHORT.fullmatch(gap) if found else told and len(gap) < _LONGEST and not _ASIDE.search(gap):
            found.append(Share(count, place))
    return found if len(found) > 1 else []


_BEFORE = 15  # letters between "killed" and its number
_LONGEST = 60
_ASIDE = re.compile(r"[;:]|\b(?:injured|wounded)\b", re.IGNORECASE)
_SHORT = re.compile(
    r"\s(?:(?:more|others?|people|civilians|children|women|persons?)\s){0,2}(?:(?:died|were\skilled|was\skilled)\s)?"
    r"(?:in|at|on|near)\s(?:nearby\s|the\s(?:town|village|city)\sof\s|the\s)?",
    re.IGNORECASE,
)
