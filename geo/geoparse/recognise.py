"""Which of the capitalised names of a text are names of places.

Evidence is added up as in the odds of a bet: what the name is by itself (``reading``), how the words at its side speak
for or against a place, what names beside it say, and what the rest of the text says of the same name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from geo.geoparse import phrases
from geo.geoparse.arabic import arabic_mentions
from geo.geoparse.atlas import Atlas
from geo.geoparse.counties import counties_together
from geo.geoparse.headlines import Headlines
from geo.geoparse.language import Language
from geo.geoparse.lines import PARAGRAPH, with_paragraphs
from geo.geoparse.pairs import EMBEDDED, weigh_area, weigh_lists, weigh_pairs, weigh_text
from geo.geoparse.reading import CAPITAL, Reader
from geo.geoparse.spans import KINDS, Mention, apart
from geo.names import ARABIC


@dataclass(frozen=True, slots=True)
class Names:
    """The possible places of a text in order, and the countries whose people it names (with repetitions)."""

    mentions: list[Mention]
    nations: list[str]

    def places(self) -> list[Mention]:
        """Those that the evidence speaks for."""
        return apart(m for m in self.mentions if m.score >= 0)

    def doubtful(self) -> list[Mention]:
        """Those that the evidence speaks a little against: places, if the text is about where they lie."""
        return [m for m in self.mentions if _DOUBTFUL < m.score < 0 and not m.great and EMBEDDED.isdisjoint(m.traits)]

    def witnesses(self) -> list[Mention]:
        """Countries and divisions in names of bodies, teams and works: no places, yet they tell where the text is."""
        return [m for m in self.mentions if m.great and m.score < 0 and not EMBEDDED.isdisjoint(m.traits)]


_START = attrgetter("start")
_DOUBTFUL = -3.0


class Recogniser:
    """Finds names of places; remembers names from text to text, never what one text said of them.

    ``countries`` are those of a theatre: names of their places are likelier to be meant as such.
    """

    def __init__(self, atlas: Atlas, language: Language, *, countries: Iterable[str] = ()) -> None:
        self.atlas, self.language = atlas, language
        self.reader = Reader(atlas, language, countries)
        self.headlines = Headlines(atlas, language)

    def names(self, written: str) -> Names:
        """All that may be a place, with the evidence."""
        text = with_paragraphs(self.headlines.plain(written))
        found: list[Mention] = []
        people: set[str] = set()
        nations: list[str] = []
        for offset, reading in self.reader.readings(text):
            people.update(reading.people)
            nations += reading.nations
            found += [m.moved(offset) for m in reading.mentions]
        for mention in found:
            if mention.name is not None and "unit" in mention.name.kinds:
                _take_county(text, mention)
            self._weigh_before(text, mention)
            self._weigh_after(text, mention)
        found += counties_together(text, found, self.atlas)
        found.sort(key=_START)
        weigh_pairs(text, found)
        weigh_lists(text, found)
        weigh_text(found, people)
        weigh_area(found)
        if ARABIC.search(text):
            found = sorted([*found, *arabic_mentions(text, self.reader)], key=lambda m: m.start)
        for mention in found if text != written else ():
            mention.text = written[mention.start : mention.end]
        return Names(found, nations)

    def _weigh_before(self, text: str, mention: Mention) -> None:
        words, traits = self.language.words, mention.traits
        lead = text[max(0, mention.start - 40) : mention.start]
        bare = lead.rstrip(_BLANKS)
        begins = PARAGRAPH in lead[len(bare) :]
        if (begins or not lead or "\n" in lead[len(bare) :]) and phrases.DATELINE.match(text, mention.end):
            _head(mention)
        if not bare or bare[-1] in '.!?:"”“‘(•*|' or begins:
            if "ordinary" in traits:
                traits["opens a sentence"] = -2.0
            return
        if bare == lead:
            if bare[-1] in "-‑":
                traits["hyphen before"] = -3.0
            return
        word = _last(bare)
        if "unlisted" in traits:
            self._weigh_unlisted(bare, word, traits)
        if "a small word" in traits and (word in words["strong"] or word in words["medium"]):
            traits["a small word"] = CAPITAL  # "captured Has": a small word has no capital there unless it is a name
        if word in phrases.GAMES and not mention.great and phrases.LOSES.search(bare):
            traits["a team or a maker"] = -14.0
        elif word == "for" and not mention.great and phrases.EMPLOYED.search(bare):
            traits["a team or a maker"] = -4.0
        # In a theatre "G in X" is where the group fights, unless X is a country or a division.
        elif (
            word in _OF_GROUPS and (mention.great or not self.reader.countries) and self.language.of_group.search(bare)
        ):
            traits["of a body"] = -9.0
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
            traits.pop("a firm's name", None)  # a river
            if not mention.great and (mention.words == 1 or "ordinary words" in traits):
                traits["the"] = -1.0
            if _last(bare[:-3].rstrip(_BLANKS)) in words["strong"]:
                traits["in"] = 1.0
                mention.locative = True
        elif word in words["speech"] and (mention.great or mention.traits.get("size", 0.0) > 1):
            mention.metonym = True
        elif word in words["titles"] and bare[-len(word)].islower():
            traits["title before"] = -2.5

    def _weigh_unlisted(self, bare: str, word: str, traits: dict[str, float]) -> None:
        """What speaks for a place of a name that no list has: somebody goes there, is from there, something is near."""
        if word in _BESIDE_IT:
            traits["near"] = _BESIDE_IT[word]
        elif word in phrases.WAYS_TO and phrases.WAY.search(bare):
            traits["the end of a way"] = 1.9
        elif word in _FROM and phrases.HOME.search(bare):
            traits["somebody's home"] = 2.5

    def _weigh_weak(self, bare: str, word: str, mention: Mention) -> None:
        mention.traits["at"] = 1.4
        mention.locative = word not in _NO_PLACE
        head = _last(bare[:-2].rstrip(_BLANKS)) if word == "of" else ""
        if head in self.language.words["heads"]:
            mention.traits["of a unit"] = 2.0
            mention.locative = True
            mention.hint = mention.hint or (head if head in KINDS else "")
        person = phrases.PERSON_OF.search(bare) if word == "of" else None
        in_body = "part of a body" in mention.traits  # "Ann Lee of X Farms Ltd"
        if person and not in_body and person["given"].casefold() in self.language.given:
            mention.traits["somebody's home"] = 3.0 if person["age"] else 2.5
            mention.traits.pop("of a name", None)
            mention.locative = True

    def _weigh_after(self, text: str, mention: Mention) -> None:
        traits, language = mention.traits, self.language
        tail = text[mention.end : mention.end + 48]
        if mention.possessive:
            mention.metonym = not mention.locative and language.acts.match(tail) is not None
            return
        if ("division" in traits and phrases.ROAD.match(text, mention.end - mention.text.endswith("."))) or (
            "country" in traits and phrases.ROUTE.match(text, mention.start)
        ):
            traits["road"] = -9.0
        if "unlisted" in traits and phrases.SORT.match(tail):
            traits["said to be a place"] = 3.3
            traits.pop("the", None)
        first = tail[:1]
        if first == "." and self._is_abbreviation(mention):
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
        if _is_club_or_firm(mention, tail):
            traits["a team or a maker"] = -14.0
        elif first == "," and phrases.AGE.match(tail):
            traits["age"] = -4.0

    def _is_abbreviation(self, mention: Mention) -> bool:
        """Whether the point behind a name belongs to it, as in the short forms of states."""
        if mention.name is None or "division" not in mention.name.kinds or len(mention.text) > _SHORT:
            return False
        return not mention.text.isupper() and self.atlas.abbreviates(mention.name)


def _is_club_or_firm(mention: Mention, tail: str) -> bool:
    """Whether what follows a name is told of clubs and companies named after places: of towns rather than of states."""
    if mention.great and mention.hint != "city":
        return False
    if phrases.FIRM.match(tail):
        return True
    return (
        not mention.locative
        and "at" not in mention.traits
        and any(p.match(tail) for p in (phrases.WINS, phrases.MADE, phrases.ROLE))
    )


def _take_county(text: str, mention: Mention) -> None:
    """Make the word before the name of a county of Ireland or Britain part of it."""
    before = phrases.COUNTY.search(text[max(0, mention.start - 24) : mention.start])
    if before is not None:
        mention.start -= len(before[0]) - (before.start(1) - before.start())
        mention.text, mention.hint = text[mention.start : mention.end], "county"
        for trait in ("body before", "feature before", "word before"):
            mention.traits.pop(trait, None)
        mention.traits["unit"] = 3.0


def _head(mention: Mention) -> None:
    """The name stands where the place of a report does."""
    mention.traits["dateline"] = 3.0
    mention.locative = True
    for trait in ("abbreviation", "ordinary", "given name", "family name"):
        mention.traits.pop(trait, None)


_SHORT = 5  # letters of the longest abbreviation of a division
_BESIDE_IT = {"near": 0.7, "outside": 0.7, "around": 0.7, "nearby": 0.7, "off": 1.8}
_OF_GROUPS = frozenset({"in", "of", "the"})
_FROM = frozenset({"of", "from"})
_BLANKS = f" \u00a0\t\r\n{PARAGRAPH}"
_SPACES = (" ", "\u00a0")
_NO_PLACE = frozenset({"of", "for", "between", "on", "over"})
_NEXT = re.compile(r"\s(?:\d{1,2}\s)?([a-z]+)")


def _last(bare: str) -> str:
    """The last word, lower case."""
    return bare.rsplit(None, 1)[-1].lstrip("\"'“‘(").casefold() if bare else ""


def _next(tail: str) -> str:
    match = _NEXT.match(tail)
    return match[1] if match else ""
