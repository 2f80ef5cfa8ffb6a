"""Where a name lies that no list of places has: about where the places lie that the text names at its side."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from operator import attrgetter

from geo.geoparse.atlas import Sense
from geo.geoparse.gathering import NOWHERE
from geo.geoparse.spans import Mention

_KNOWN = 4.7  # weight, of 50,000 people, of a place that a text may name far from all its others
_AFTER = 2  # times as far away counts a place that a text names later
_MOST = 50  # places before and after a name that may tell where it lies
_NAMED_SO = frozenset({"dateline", "unit"})  # at the head of a report, with the word for a county
_BROAD = frozenset({"country", "region"})
_start = attrgetter("start")


def settle_by_neighbours(mentions: Sequence[Mention], nations: Iterable[str]) -> None:
    """Give the names that have no place, or one that cannot be meant, the whereabouts of the place beside them.

    ``nations``: countries of whose people the text speaks.
    """
    for mention in _strangers(mentions, nations):
        mention.sense, mention.chance = None, 0.0
    known = sorted((m for m in mentions if m.sense is not None and m.sense.row != NOWHERE), key=_start)
    for mention in mentions:
        beside = _neighbour(mention, known) if mention.sense is None else None
        if beside is not None:
            mention.sense, mention.chance = beside._replace(row=NOWHERE, kind="neighbourhood"), 0.0


def _strangers(mentions: Sequence[Mention], nations: Iterable[str]) -> list[Mention]:
    """Small places in a country of which a text tells nothing else: their names are rather those of unlisted places."""
    told: dict[str, set[str]] = {nation: {"", nation} for nation in nations}
    for mention in mentions:
        if mention.sense is not None:
            told.setdefault(mention.sense.country, set()).add(mention.key)
    if len(told) < 2:  # all of it is about one country
        return []
    lonely = {country for country, names in told.items() if len(names) == 1}
    return [m for m in mentions if m.sense is not None and m.sense.country in lonely and _is_loose(m, m.sense)]


def _is_loose(mention: Mention, sense: Sense) -> bool:
    """Whether a name may be another place's: it is small, in no area that is named, no county and heads no report."""
    small = sense.kind in ("town", "unit") and sense.weight < _KNOWN
    return small and mention.within is None and _NAMED_SO.isdisjoint(mention.traits)


def _neighbour(mention: Mention, known: Sequence[Mention]) -> Sense | None:
    """The place that tells where a name lies: the nearest of the text, in the country that it is said to lie in if any.

    Towns, districts and divisions tell; the middle of a country or a sea does not.
    """
    area = mention.within.sense if mention.within is not None else None
    at = bisect_left(known, mention.start, key=_start)
    near = [
        (_gap(mention, other), other.sense)
        for other in known[max(0, at - _MOST) : at + _MOST]
        if other.sense is not None
        and other.sense.kind not in _BROAD
        and (area is None or area.country == other.sense.country)
    ]
    return min(near, key=lambda n: n[0])[1] if near else None


def _gap(one: Mention, other: Mention) -> int:
    """Letters between two names; what comes before tells more than what follows, which is often of another matter."""
    return max(_AFTER * (other.start - one.end), one.start - other.end)
