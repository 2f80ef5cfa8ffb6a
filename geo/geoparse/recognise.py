"""Which of the capitalised names of a text are names of places.

Evidence is added up as in the odds of a bet: what the name is by itself (``reading``), how the words at its side speak
for or against a place, what names beside it say, and what the rest of the text says of the same name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from geo.geoparse.arabic import arabic_mentions
from geo.geoparse.atlas import Atlas, any_inside
from geo.geoparse.language import Language
from geo.geoparse.reading import CAPITAL, Reader
from geo.geoparse.spans import KINDS, Mention
from geo.names import ARABIC


@dataclass(frozen=True, slots=True)
class Names:
    """The possible places of a text in order, and the countries whose people it names (with repetitions)."""

    mentions: list[Mention]
    nations: list[str]

    def places(self) -> list[Mention]:
        """Those that the evidence speaks for."""
        return [m for m in self.mentions if m.score >= 0]

    def doubtful(self) -> list[Mention]:
        """Those that the evidence speaks a little against: places, if the text is about where they lie."""
        return [m for m in self.mentions if _DOUBTFUL < m.score < 0 and not m.great]

    def witnesses(self) -> list[Mention]:
        """Countries and divisions in names of bodies, teams and works: no places, yet they tell where the text is."""
        return [m for m in self.mentions if m.great and m.score < 0 and not _EMBEDDED.isdisjoint(m.traits)]


_DOUBTFUL = -3.0
_EMBEDDED = frozenset({"part of a body", "of a body", "name after", "something named after it"})


class Recogniser:
    """Finds names of places; remembers names from text to text, never what one text said of them.

    ``countries`` are those of a theatre: names of their places are likelier to be meant as such.
    """

    def __init__(self, atlas: Atlas, language: Language, *, countries: Iterable[str] = ()) -> None:
        self.atlas, self.language = atlas, language
        self.reader = Reader(atlas, language, countries)

    def names(self, text: str) -> Names:
        """All that may be a place, with the evidence."""
        found: list[Mention] = []
        people: set[str] = set()
        nations: list[str] = []
        for offset, reading in self.reader.readings(text):
            people.update(reading.people)
            nations += reading.nations
            found += [m.moved(offset) for m in reading.mentions]
        for mention in found:
            self._weigh_before(text, mention)
            self._weigh_after(text, mention)
        _weigh_pairs(text, found)
        _weigh_text(found, people)
        _weigh_area(found)
        if ARABIC.search(text):
            found = sorted([*found, *arabic_mentions(text, self.reader)], key=lambda m: m.start)
        return Names(found, nations)

    def _weigh_before(self, text: str, mention: Mention) -> None:
        words, traits = self.language.words, mention.traits
        lead = text[max(0, mention.start - 40) : mention.start]
        bare = lead.rstrip(_BLANKS)
        if not bare or bare[-1] in '.!?:"”“‘(•*|':
            if "ordinary" in traits:
                traits["opens a sentence"] = -2.0
            return
        if bare == lead:
            if bare[-1] in "-‑":
                traits["hyphen before"] = -3.0
            return
        word = _last(bare)
        if "a small word" in traits and (word in words["strong"] or word in words["medium"]):
            traits["a small word"] = CAPITAL  # "captured Has": a small word has no capital there unless it is a name
        if word in words["articles"]:  # "captured al X"
            word = _last(bare[: -len(word)].rstrip(_BLANKS))
        if word in words["strong"]:
            traits["in"] = 2.5
            mention.locative = True
        elif word in words["medium"]:
            traits["in"] = 2.0
            mention.locative = True
        elif word in words["weak"]:
            self._weigh_weak(bare, word, mention)
        elif word == "the":
            if not mention.great and (mention.words == 1 or "ordinary words" in traits):
                traits["the"] = -1.0
            if _last(bare[:-3].rstrip(_BLANKS)) in words["strong"]:
                traits["in"] = 1.0
                mention.locative = True
        elif word in words["speech"] and (mention.great or mention.traits.get("size", 0.0) > 1):
            mention.metonym = True
        elif word in words["titles"] and bare[-len(word)].islower():
            traits["title before"] = -2.5

    def _weigh_weak(self, bare: str, word: str, mention: Mention) -> None:
        mention.traits["at"] = 1.4
        mention.locative = word not in _NO_PLACE
        head = _last(bare[:-2].rstrip(_BLANKS)) if word == "of" else ""
        if head in self.language.words["heads"]:
            mention.traits["of a unit"] = 2.0
            mention.locative = True
            mention.hint = mention.hint or (head if head in KINDS else "")
        person = _PERSON_OF.search(bare) if word == "of" else None
        if person and person["given"].casefold() in self.language.given:
            mention.traits["somebody's home"] = 3.0 if person["age"] else 2.5
            mention.traits.pop("of a name", None)
            mention.locative = True

    def _weigh_after(self, text: str, mention: Mention) -> None:
        traits, language = mention.traits, self.language
        tail = text[mention.end : mention.end + 48]
        if mention.possessive:
            mention.metonym = not mention.locative and language.acts.match(tail) is not None
            return
        if "division" in traits and _ROAD.match(text, mention.end - mention.text.endswith(".")):
            traits["road"] = -9.0
        first = tail[:1]
        if first == "." and self._is_abbreviation(mention, tail):
            mention.end, mention.text = mention.end + 1, f"{mention.text}."
        elif first in _SPACES:
            word = _next(tail)
            if word in language.words["after"]:
                traits["unit after"] = 1.5
                traits.pop("the", None)  # "the X region"
                mention.hint = mention.hint or (word if word in KINDS else "")
            elif word in language.words["namesakes"]:
                traits["something named after it"] = -4.0
            if language.speaks.match(tail):
                mention.metonym = not mention.locative
                if not mention.great and word in language.words["personal"]:
                    traits["speaks"] = -1.0
        elif first in "-‑–" and tail[1:2].islower():
            if tail.startswith("-based"):
                traits["unit after"] = 2.0
            elif not tail.startswith(("-led", "-back", "-run")):
                traits["hyphen"] = -0.7
        elif first == "$":
            traits["money"] = -9.0
        if not (mention.great or mention.locative) and (_WINS.match(tail) or _MADE.match(tail)):
            traits["a team or a maker"] = -14.0
        elif first == "," and _AGE.match(tail):
            traits["age"] = -4.0

    def _is_abbreviation(self, mention: Mention, tail: str) -> bool:
        """Whether the point behind a name belongs to it, as in the short forms of states."""
        if mention.name is None or "division" not in mention.name.kinds or len(mention.text) > _SHORT:
            return False
        return _NO_END.match(tail) is not None or self.atlas.gazetteer.is_exact(
            mention.name.senses[0].row, f"{mention.text}."
        )


# "X City beat Y 2-1": a club; "X recalled 2,000 cars": a company named after its town.
_WINS = re.compile(r"\s(?:beat|defeated|thrashed|edged|drew|lost)\s[^.;]{0,30}?\d{1,2}[-–]\d{1,2}(?!\d)")
_MADE = re.compile(
    r"\s(?:has\s|have\s|had\s)?(?:recalled|recalls|unveiled|launched|sold|built)\s[^.;]{0,24}?(?:cars|vehicles|trucks|models)\b"
)
_NO_END = re.compile(r"\.(?:[,;]|\s[-–—a-z])")  # a point that ends no sentence
_ROAD = re.compile(r"\.\s\d{1,4}(?![\w,])")  # "N.C. 54"
_SHORT = 5  # letters of the longest abbreviation of a division

# "Ann Lee, 34, of X".
_PERSON_OF = re.compile(r"(?P<given>[A-Z][a-z]+)\s(?:[A-Z]\.\s)?[A-Z][\w'’-]+(?P<age>,\s\d{1,2},|,)?\sof$")
_BLANKS = " \u00a0\t\r\n"
_SPACES = (" ", "\u00a0")
_NO_PLACE = frozenset({"of", "for", "between", "on", "over"})
_AGE = re.compile(r",\s\d{1,2}(?:,|\sof\b)")
_NEXT = re.compile(r"\s(?:\d{1,2}\s)?([a-z]+)")


def _last(bare: str) -> str:
    """The last word, lower case."""
    return bare.rsplit(None, 1)[-1].lstrip("\"'“‘(").casefold() if bare else ""


def _next(tail: str) -> str:
    match = _NEXT.match(tail)
    return match[1] if match else ""


# ---------------------------------------------------------------- names beside each other

_COMMA = re.compile(r"(?:['’]s)?,[ \u00a0](?:in\s)?(?:(?:north|south|east|west|central)\w*\s)?")
_IN = re.compile(r"\sin\s(?:the\s)?(?:(?:north|south|east|west|central)\w*\s)?")
_LIST = re.compile(r",\s|,?\s(?:and|or|to)\s(?:the\s|in\s)?|;\s|/|(?<!\s)[-–](?!\s)|,\sand\sin\s")
_HYPHENS = frozenset("-‑–")
_NAMES_OF_PEOPLE = frozenset({"given name", "family name"})
_AREAS = frozenset({"country", "division", "unit", "region"})


def _weigh_pairs(text: str, found: Sequence[Mention]) -> None:
    """Pairs "X, Y", of which the second is where the first lies; and lists, whose members speak for each other."""
    for first, second in pairwise(found):
        gap = text[first.end : second.start]
        if len(gap) > 24:
            continue
        if second.name is not None and _COMMA.fullmatch(gap) and _may_hold(first, second):
            _hold(first, second)
        elif first.score >= 0 and _IN.fullmatch(gap) and any_inside(first.name, second.name):
            first.within = second
            second.holds.append(first)
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


def _join(first: Mention, second: Mention) -> None:
    """Two names with a hyphen between them, as in "the X-Y road"."""
    first.traits.pop("the", None)
    second.traits.pop("hyphen before", None)


def _may_hold(first: Mention, second: Mention) -> bool:
    if first.name is None:
        return second.name is not None and bool(second.name.kinds & _AREAS)
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


def _weigh_text(found: Sequence[Mention], people: Iterable[str]) -> None:
    """What one spot of the text says of a name holds for its other spots; and whose family name it is."""
    people = set(people)
    best: dict[str, float] = {}
    own = [sum(v for t, v in m.traits.items() if t in _FOR) for m in found]
    for mention, mine in zip(found, own, strict=True):
        if mine > best.get(mention.key, 0.0) and _AGAINST.isdisjoint(mention.traits):
            best[mention.key] = mine
    for mention, mine in zip(found, own, strict=True):
        more = best.get(mention.key, 0.0) - mine
        if more > 0:
            mention.traits["elsewhere"] = 0.6 * more
        if mention.words == 1 and mention.text.casefold() in people:
            mention.traits["a person of the text"] = -1.0 if "in" in mention.traits else -3.0


def _weigh_area(found: Sequence[Mention]) -> None:
    """A division that the text names, if only in the name of a body, speaks for small places in it."""
    codes = {s.admin1 for m in found if m.great and m.name for s in m.name.senses[:2] if s.kind == "division"}
    for mention in found if codes else ():
        if mention.name is not None and not mention.great and any(s.admin1 in codes for s in mention.name.senses):
            mention.traits["in a division of the text"] = _AREA


_AREA = 0.6
