"""The part that each place name plays in its sentence: the whole expression, its level, whether something was there.

Which words are place names the geoparser says; here they become places of happenings, or names that stand for parties.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from geo.gazetteer import Gazetteer
from geo.geoparse.atlas import Atlas, Name
from geo.geoparse.language import load_language
from geo.geoparse.recognise import Recogniser
from geo.geoparse.spans import Mention
from geo.reports.around import place_words
from geo.reports.lexicon import Lexicon, load_lexicon
from geo.theatre import Theatre

Bounds = tuple[int, int]
_SURE = 0.88  # a name heard otherwise scores more, a common word less


@dataclass(frozen=True, slots=True)
class Toponym:
    """A place name in the text: the whole expression, its core name, its level, and how it stands in the sentence.

    ``level`` is "place", "district", "division", "country" or "border"; ``place_id`` is set where the text settles it.
    ``locative``: something can have happened there; a capital that speaks or a country that acts is not. ``many``:
    words such as "the villages of" announce it and the names that follow. ``divisions`` are the first divisions that
    the name may lie in, as far as the gazetteer knows. ``by_end`` is where the name ends of a place that it is said to
    lie in or by, as in "A hill, east of B"; 0 if there is none.
    """

    name: str
    start: int
    end: int
    core_start: int
    core_end: int
    level: str
    place_id: str
    locative: bool
    near: bool
    known: bool
    many: bool = False
    divisions: frozenset[str] = frozenset()
    by_end: int = 0

    @property
    def words(self) -> tuple[int, int]:
        """Bounds of all words that say where it is."""
        return self.start, max(self.end, self.by_end)


def place_reader(gazetteer: Gazetteer, theatre: Theatre) -> PlaceReader:
    """The reader of a theatre's texts; what it has learnt of names it keeps from text to text."""
    parties = frozenset(n.casefold() for a in theatre.actors for n in (*a.seats, *a.aliases))
    return _reader(gazetteer, theatre.countries, parties)


@lru_cache(maxsize=2)
def _reader(gazetteer: Gazetteer, countries: tuple[str, ...], parties: frozenset[str]) -> PlaceReader:
    return PlaceReader(gazetteer, countries, parties, load_lexicon())


class PlaceReader:
    """Reads the place names of texts of a theatre; ``parties`` are names of countries and capitals that act."""

    def __init__(
        self, gazetteer: Gazetteer, countries: Sequence[str], parties: frozenset[str], lexicon: Lexicon
    ) -> None:
        self.gazetteer, self.countries, self.parties = gazetteer, countries, parties
        self.words = place_words(lexicon)
        self._recogniser = Recogniser(Atlas(gazetteer), load_language(), countries=countries)
        self._pcodes, self._ids = gazetteer.column("pcode"), gazetteer.column("place_id")
        self._kinds: dict[str, tuple[str, str]] = {}

    def names(self, text: str) -> TextNames:
        """The names of a text, to be asked for sentence by sentence."""
        mentions = sorted(self._recogniser.names(text).mentions, key=lambda m: (m.start, -m.end))
        return TextNames(text, mentions, [m.start for m in mentions], self)

    def kind(self, name: Name) -> tuple[str, str]:
        """Level of a name and the id of the unit it names: a country, a first division, or a place."""
        if name.folded not in self._kinds:
            self._kinds[name.folded] = self._kind(name)
        return self._kinds[name.folded]

    def sounds_like(self, name: str) -> bool:
        """Whether the gazetteer has a place that is spelled or sounds much like a name."""
        return any(c.score >= _SURE for c in self.gazetteer.candidates(name)[:1])

    def is_unit(self, name: Name) -> bool:
        """Whether a district of the theatre bears the name."""
        return any(s.kind == "unit" and s.country in self.countries for s in name.senses)

    def division(self, name: Name, *, called: bool = False) -> str:
        """Id of the first division that a name means, "" if it means none or one of two.

        One that only the world's list names yields to its town of that name, unless a word calls it a division.
        """
        own = self.countries
        towns = {s.admin1 for s in name.senses if s.kind == "town"}
        divisions = [s for s in name.senses if s.kind == "division" and (not own or s.country in own)]
        divisions = [s for s in divisions if called or self._pcodes[s.row] or s.admin1 not in towns]
        if not divisions or (not own and len(divisions) > 1):
            return ""
        return str(self._ids[min(divisions, key=lambda s: own.index(s.country) if own else 0).row])

    def divisions(self, name: Name) -> frozenset[str]:
        """The first divisions that places of a name lie in: of the theatre, if it has countries."""
        return frozenset(
            s.admin1 for s in name.senses if s.admin1 and (not self.countries or s.country in self.countries)
        )

    def _kind(self, name: Name) -> tuple[str, str]:
        country = next((s for s in name.senses if s.kind == "country"), None)
        if country is not None:
            return "country", str(self._ids[country.row])
        division = self.division(name)
        return ("division", division) if division else ("place", "")


@dataclass(frozen=True, slots=True)
class TextNames:
    """What may be a place name in a text, in order."""

    text: str
    mentions: list[Mention]
    starts: list[int]
    reader: PlaceReader

    def between(self, start: int, end: int) -> list[Mention]:
        """The names that begin between two offsets."""
        return self.mentions[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def toponyms(self, start: int, end: int, taken: Iterable[Bounds], *, unlisted: bool) -> list[Toponym]:
        """The place names between two offsets, in order, outside of dates and parties.

        ``unlisted``: also names that no gazetteer holds, where the sentence wants a place.
        """
        words, others = self.reader.words, list(taken)
        taken = list(others)
        found: list[Toponym] = []
        for mention in self.between(start, end):
            if any(a < mention.end and mention.start < b for a, b in taken) or words.is_water(self.text, mention.start):
                continue
            if mention.name is None:
                announced = bool(found) and found[-1].many and goes_on(self.text, found[-1], mention.start)
                told = unlisted and (announced or words.wants(self.text, mention))
                told = told or (_labels(self.text, mention) and self.reader.sounds_like(mention.text))
            elif _labels(self.text, mention):
                told = True
            else:
                told = words.holds(self.text, mention) or (bool(found) and _joined(self.text, found[-1], mention.start))
            if told:
                toponym = self._toponym(mention, found, max((b for _, b in others if b <= mention.start), default=0))
                taken.append((toponym.core_start, toponym.core_end))
                _add(found, toponym, self.text)
        return found

    def _toponym(self, mention: Mention, earlier: Sequence[Toponym], floor: int) -> Toponym:
        """Level, whole expression and part in the sentence of a name; ``floor`` is where the party before it ends."""
        text, words, reader = self.text, self.reader.words, self.reader
        core = mention.start, _core_end(mention)
        name = text[slice(*core)]
        level, place_id = reader.kind(mention.name) if mention.name is not None else ("place", "")
        read = words.read(text, *core, floor)
        if level == "place" and read.unit == "division" and mention.name and not words.around(text, core[1], read.end):
            division = reader.division(mention.name, called=True)
            level, place_id = ("division", division) if division else (level, place_id)
        if level == "division" and read.unit == "edge" and mention.name and "town" in mention.name.kinds:
            level, place_id = "place", ""  # a province has no outskirts
        near = read.unit in {"around", "edge", "spot"} or read.close
        level, place_id, near = _levelled(level, place_id, read.unit, near=near)
        if level == "place" and read.unit == "division" and mention.name and reader.is_unit(mention.name):
            level = "district"  # "the countryside of X"
        listed = name.casefold() not in reader.parties and bool(earlier) and goes_on(text, earlier[-1], read.full_start)
        owned = bool(earlier and earlier[-1].locative and _OWNS.fullmatch(text, earlier[-1].core_end, read.full_start))
        locative = read.locative or listed or owned or mention.name is None
        locative = locative or ("Arabic" in mention.traits and mention.locative)
        locative = locative or (level == "place" and self._own_label(mention))
        start = read.close_start if read.close and level in {"place", "district"} else read.start
        many = read.many or (listed and earlier[-1].many)
        divisions = reader.divisions(mention.name) if mention.name is not None else frozenset()
        bounds = (start, max(read.end, core[1]), *core)
        return Toponym(name, *bounds, level, place_id, locative, near, mention.name is not None, many, divisions)

    def _own_label(self, mention: Mention) -> bool:
        """Whether a place of the theatre is the label of what its paragraph tells: "• Kesra: two people died"."""
        name = mention.name
        if name is None or mention.text.casefold() in self.reader.parties or not _labels(self.text, mention):
            return False
        return any(sense.country in self.reader.countries for sense in name.senses)


def _core_end(mention: Mention) -> int:
    """Where the name ends before the word for its unit, as in "X Governorate"."""
    words = mention.text.rsplit(maxsplit=1)
    if len(words) > 1 and words[1].casefold() == mention.hint:
        return mention.start + len(words[0])
    return mention.end


def _levelled(level: str, place_id: str, unit: str | None, *, near: bool) -> tuple[str, str, bool]:
    """A name that a first division shares with its capital means the division, unless a word says town."""
    if unit == "border":
        return "border", "", False
    if level == "division" and unit in {"settlement", "spot"}:
        return "place", "", near
    if level == "division":
        return level, place_id, False
    if level == "place" and unit == "district":
        return "district", "", near
    return level, place_id, near


# ---------------------------------------------------------------- lists and lines


def _add(found: list[Toponym], toponym: Toponym, text: str) -> None:
    """Add a name; names joined by hyphens are one line between them: "the X-Y road" is not at X."""
    last = found[-1] if found else None
    if last is None or not _joined(text, last, toponym.core_start):
        found.append(toponym)
        return
    line = _LINE.match(text, toponym.core_end)
    end = line.end() if line else toponym.core_end
    name = text[last.core_start : end]
    found[-1] = replace(last, name=name, end=end, core_end=end, level="place", place_id="", known=False)


def _joined(text: str, last: Toponym, start: int) -> bool:
    return start == last.core_end + 1 and text[last.core_end] in "-‑–"


_OWNS = re.compile(r"['’]s?\s(?:[a-z]+(?:-[a-z]+)?\s){0,3}")  # "in Freeland's rebel-held Marat province"
_LINE = re.compile(r"\s(?:highway|motorway|road|railway|axis|corridor|line)(?!\w)", re.IGNORECASE)


def _labels(text: str, mention: Mention) -> bool:
    """Whether a name is the label of a paragraph, or one of it: "- Kesra / Ahmar: ..."."""
    line = max(text.rfind("\n", 0, mention.start), text.rfind("\r", 0, mention.start)) + 1
    return bool(_LABEL_OPENS.fullmatch(text, line, mention.start) and _LABEL_CLOSES.match(text, mention.end))


_LABEL_OPENS = re.compile(r"[\s•*–-]*(?:[A-Z][\w'’-]{1,20}(?:\s[A-Z][\w'’-]{1,20})?(?:\s?[/,&]\s?|\sand\s)){0,3}")
_LABEL_CLOSES = re.compile(
    r"(?:(?:\s?[/,&]\s?|\sand\s)[A-Z][\w'’-]{1,20}(?:\s[A-Z][\w'’-]{1,20})?){0,3}(?:\s?:|\s[–—-])\s"
)


def goes_on(text: str, before: Toponym, start: int) -> bool:
    """Whether a name at an offset goes on with a list of places; names that no gazetteer holds may stand between."""
    gap = text[before.end : start]
    return before.locative and len(gap) < 80 and _LISTED.fullmatch(gap) is not None


_LISTED = re.compile(
    r"(?:,|;|&|\s/(?=\s)|\s(?:and|or|as\swell\sas)\b(?:\s(?:on|in|at)\b)?|['’]s|\s(?:the|other\sareas\sin)\b"
    r"|\s(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s"
    r"(?:(?:others?|more|of\sthem|(?:air\s?)?(?:raids?|strikes?)|(?:barrel\s)?bombs?|rockets|shells)\s){0,2}"
    r"(?:on|in|at|against|hit|struck|targeted)\b"
    r"|\s\([^()]{1,40}\)|\s(?:village|town|area|hill|hilltop|district|neighbou?rhood|camp)s?\sof\b|\s|في|و|(?<=[,\s])(?:[A-Z][\w'’-]+|al|um|el|\d+)(?=[,;\s]))+"
)
