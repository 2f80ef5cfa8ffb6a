"""What the names of a text say of each other: pairs and lists, other spots of a name, the divisions a text names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from geo.geoparse.atlas import any_inside
from geo.geoparse.spans import Mention

# Traits of a name that is part of the name of a body, a team or a work.
EMBEDDED = frozenset({"part of a body", "of a body", "name after", "something named after it"})

_COMMA = re.compile(r"(?:['’]s)?,[ \u00a0](?:in\s)?(?:(?:north|south|east|west|central)\w*\s)?")
_IN = re.compile(r"\sin\s(?:the\s)?(?:(?:north|south|east|west|central)\w*\s)?")
_LIST = re.compile(r",\s|,?\s(?:and|or|to)\s(?:the\s|in\s)?|;\s|/|(?<!\s)[-–](?!\s)|,\sand\sin\s")
_JOINED = re.compile(r",?\s(?:and|or|to)\s(?:the\s|in\s)?")
_GAP = 24  # letters between the names of a pair
_BESIDE = frozenset({"in", "at", "list"})
_PART_OF = re.compile(
    r",\s(?:the|a|an)\s(?:[\w-]+\s){0,4}?(?:capital|city|town|village|suburb|port|island|resort|district|province)"
    r"(?:\s[\w-]+){0,2}?\s(?:of|in|on)\s(?:the\s)?(?:(?:north|south|east|west|central)\w*\s)?"
)
_LONG_GAP = 70
_AND = re.compile(r"\sand\s(?:the\s)?")
_HYPHENS = frozenset("-‑–")
_NAMES_OF_PEOPLE = frozenset({"given name", "family name"})
_AREAS = frozenset({"country", "division", "unit", "region"})


def weigh_pairs(text: str, found: Sequence[Mention]) -> None:
    """Pairs "X, Y", of which the second is where the first lies; and lists, whose members speak for each other."""
    for first, second in pairwise(found):
        gap = text[first.end : second.start]
        if len(gap) > _GAP:
            if gap.startswith(", ") and len(gap) < _LONG_GAP and _PART_OF.fullmatch(gap):
                _lie(first, second)
            continue
        if "of a body" in first.traits and _AND.fullmatch(gap):  # "the Bank of X and Y"
            second.traits["of a body"] = first.traits["of a body"]
        elif EMBEDDED.isdisjoint(second.traits) and _COMMA.fullmatch(gap) and _may_hold(first, second):
            _hold(first, second)
        elif first.score >= 0 and _IN.fullmatch(gap) and any_inside(first.name, second.name):
            _lie(first, second)
        elif "unlisted" in second.traits and first.score > 1.0 and first.locative and _JOINED.fullmatch(gap):
            told = text.startswith((" of ", " in "), second.end)  # "in X, and Y of Z": a person or a firm
            second.traits["list"] = 0.0 if told else 3.3
            second.locative = True
        elif first.name is not None and second.name is not None and _LIST.fullmatch(gap):
            if gap in _HYPHENS and _NAMES_OF_PEOPLE.isdisjoint((*first.traits, *second.traits)):
                _join(first, second)
            sure, other = (first, second) if first.score > second.score else (second, first)
            if sure.score > 1.0:
                other.traits["list"] = 1.5
            second.locative = second.locative or first.locative
            first.metonym = first.metonym or (second.metonym and "and" in gap and not first.locative)
            first.beside.append(second)
            second.beside.append(first)


def weigh_lists(text: str, found: Sequence[Mention]) -> None:
    """The word before the first name of a list "X, Y and Z" stands before each of them."""
    chain: list[Mention] = []
    for first, second in pairwise(found):
        gap = text[first.end : second.start]
        if len(gap) > _GAP or first.within is second or not _LIST.fullmatch(gap):
            chain = []
            continue
        chain = [*(chain or [first]), second]
        head = chain[0].traits
        weight = max(head.get("in", 0.0), head.get("at", 0.0))
        if weight and _JOINED.fullmatch(gap):
            for mention in chain[1:]:
                if _BESIDE.isdisjoint(mention.traits):
                    mention.traits["list"] = weight


def _lie(first: Mention, second: Mention) -> None:
    """The first is said to lie in the second, as it may."""
    if any_inside(first.name, second.name):
        first.within = second
        second.holds.append(first)


def _join(first: Mention, second: Mention) -> None:
    """Two names with a hyphen between them, as in "the X-Y road"."""
    first.traits.pop("the", None)
    second.traits.pop("hyphen before", None)


def _may_hold(first: Mention, second: Mention) -> bool:
    if second.name is None or first.name is None:
        return second.name is not None and bool(second.name.kinds & _AREAS)
    if "country" in first.name.kinds and "country" in second.name.kinds and "division" not in first.name.kinds:
        return False  # "Mexico, China, Japan"
    if "division" in second.traits and second.text.endswith(".") and not first.great:
        return True  # "X, Tenn."
    return any_inside(first.name, second.name)


def _hold(first: Mention, second: Mention) -> None:
    first.within = second
    second.holds.append(first)
    first.traits["within"] = 3.5
    second.traits["holds"] = 2.5
    for trait in ("abbreviation", "short", "ordinary"):
        second.traits.pop(trait, None)


# ---------------------------------------------------------------- the whole text

_FOR = frozenset({"in", "at", "of a unit", "unit after", "within", "unit", "holds"})
_AGAINST = frozenset({"name after", "name before", "title before", "part of a body", "of a body", "body before"})


def weigh_text(found: Sequence[Mention], people: Iterable[str]) -> None:
    """What one spot of the text says of a name holds for its other spots; and whose family name it is."""
    people = set(people)
    best: dict[str, float] = {}
    own = [sum(v for t, v in m.traits.items() if t in _FOR) for m in found]
    for mention, mine in zip(found, own, strict=True):
        if mine > best.get(mention.key, 0.0) and _AGAINST.isdisjoint(mention.traits):
            best[mention.key] = mine
    for mention, mine in zip(found, own, strict=True):
        more = best.get(mention.key, 0.0) - mine
        if more > 0 and _AGAINST.isdisjoint(mention.traits):
            mention.traits["elsewhere"] = 0.6 * more
        if mention.words == 1 and mention.text.casefold() in people:
            mention.traits["a person of the text"] = -1.0 if "in" in mention.traits else -3.0


def weigh_area(found: Sequence[Mention]) -> None:
    """A division that the text names, if only in the name of a body, speaks for small places in it."""
    codes = {s.admin1 for m in found if m.great and m.name for s in m.name.senses[:2] if s.kind == "division"}
    for mention in found if codes else ():
        if mention.name is not None and not mention.great and any(s.admin1 in codes for s in mention.name.senses):
            mention.traits["in a division of the text"] = _AREA


_AREA = 0.6
