"""Place names in Arabic text: after a word that wants a place, with its prefixes, with or without the article."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from geo.geoparse.atlas import Name
from geo.geoparse.lines import PARAGRAPH
from geo.geoparse.reading import Reader
from geo.geoparse.spans import KINDS, Mention

_LETTER = r"[\u0621-\u063a\u0640-\u0652\u0670\u0671\u067e\u0686\u06a9\u06af\u06cc]"
_WORD = re.compile(rf"{_LETTER}+")
_PREFIXES = ("وال", "بال", "فال", "كال", "لل", "و", "ب", "ل", "ف", "ك")
_LONGEST = 4
_LEAST_WEIGHT = 3.0  # of a place of one word outside of the theatre
_LEAST = 3  # letters of a name of one word


def arabic_mentions(text: str, reader: Reader) -> Iterator[Mention]:
    """Names that the gazetteer knows: of several words, of a country, or where the words around want a place."""
    words = list(_WORD.finditer(text))
    position = 0
    last: tuple[int, Mention] | None = None  # the name before, and the word behind it
    while position < len(words):
        found = _longest(text, words, position, reader)
        head = _head(words[position][0], reader)
        # "Mount X" may be a name as a whole; "the town X" and "in X" are not.
        if found is None or (head and (head != "feature" or found[0] == position)):
            position += 1
            continue
        end, start, name = found
        mention = Mention(
            start, words[end].end(), text[start : words[end].end()], name, name.folded, end - position + 1
        )
        mention.traits["Arabic"] = 1.0
        before = last[1] if last and last[0] == position else None
        if _is_place(mention, _Before(text, words, position, reader), before):
            yield mention
            last = end + 1, mention
        position = end + 1


@dataclass(frozen=True, slots=True)
class _Before:
    """What stands before a word of a text."""

    text: str
    words: list[re.Match[str]]
    position: int
    reader: Reader

    @property
    def lead(self) -> str:
        """The word right before; "" if a mark of punctuation is between."""
        near = self.position and _adjacent(self.text, self.words, self.position - 1)
        return self.words[self.position - 1][0] if near else ""

    def is_one_of(self, kind: str) -> bool:
        return _among(self.lead, self.reader.language.words[kind])

    def struck(self) -> bool:
        """Whether a word of fighting stands a few words before, in the same sentence."""
        wanting = self.reader.language.words["struck_ar"]
        for back in range(1, _REACH + 1):
            at = self.position - back
            if at < 0 or _STOP.search(self.text, self.words[at].end(), self.words[at + 1].start()):
                return False
            if _among(self.words[at][0], wanting):
                return True
        return False

    def opens(self, end: int) -> bool:
        """Whether a name opens its line and a mark parts it from the rest: "CITY - Agency"."""
        start = self.words[self.position].start()
        line = max(self.text.rfind(mark, 0, start) for mark in _LINE_ENDS) + 1
        return _BULLET.fullmatch(self.text, line, start) is not None and _PARTED.match(self.text, end) is not None


def _is_place(mention: Mention, before: _Before, listed: Mention | None) -> bool:
    """Whether the words around a name want a place; says of what kind, and whether it stands for its government."""
    name, text = mention.name, before.text
    if name is None:
        return False
    first = text[before.words[before.position].start()]
    prefixed = mention.start > before.words[before.position].start()
    joined = listed is not None and prefixed and first == "و"
    head = _head(before.lead, before.reader)
    governs = before.is_one_of("speech_ar") or (listed is not None and listed.metonym)  # "X accused Y", "X and Y said"
    if governs and ("country" in name.kinds or name.weight >= _CAPITAL):
        mention.metonym = True
        return True
    if (
        mention.words == 1
        and head in {"", "place"}
        and not mention.text.startswith(_ARTICLE)
        and _defined(name, before)
    ):
        return False  # "a shelter", where a village is called "the Shelter"
    mention.hint = head if head in KINDS else listed.hint if joined and listed else ""
    mention.name = _of_kind(name, KINDS.get(mention.hint, ""))
    long = mention.words > 1 or len(mention.text) >= _LEAST_ALONE
    mention.locative = bool(head) or joined or (prefixed and first in "بل" and long)
    if mention.locative or "country" in name.kinds:
        return True
    if before.is_one_of("namesakes_ar"):
        return False
    if mention.words > 1:
        return True
    own = before.reader.is_own(name)
    if mention.text.startswith("ال") or mention.text.endswith("ية"):
        return False  # as likely a common word
    label = before.opens(mention.end)
    mention.locative = own and (label or (long and before.struck()))
    # "And that" is no city of three letters.
    return mention.locative or label or (own and name.weight >= _CITY and (long or first not in _JOINED))


def _defined(name: Name, before: _Before) -> bool:
    """Whether the places of a name all bear the article in Arabic."""
    arabic = before.reader.atlas.gazetteer.column("name_ar")
    return all((arabic[s.row] or "").startswith(_ARTICLE) for s in name.senses)


def _of_kind(name: Name, kind: str) -> Name:
    """The name as that of places of one kind, if it has such: "the countryside of X" is that of its province."""
    senses = tuple(s for s in name.senses if s.kind == kind)
    return replace(name, senses=senses, kinds=frozenset([kind])) if senses else name


_ARTICLE = "ال"
_CAPITAL = 5.3  # weight of a town of 200,000 people
_CITY = 5.0
_LEAST_ALONE = 4  # letters of a name that only a letter joined to it or a word of fighting wants
_JOINED = "وفبلك"
_REACH = 5  # words
_LINE_ENDS = ("\r", "\n", PARAGRAPH)
_STOP = re.compile(rf"[.!؟?;؛:\n{PARAGRAPH}]")
_BULLET = re.compile(r"[\s•*–—-]*")
_PARTED = re.compile(r"\s*[-–—:،(/]")


def _longest(text: str, words: list[re.Match[str]], position: int, reader: Reader) -> tuple[int, int, Name] | None:
    start = words[position].start()
    last = position
    while last + 1 < len(words) and last - position < _LONGEST - 1 and _adjacent(text, words, last):
        last += 1
    for stop in range(last, position - 1, -1):
        for begin in _beginnings(words[position][0], start):
            whole = text[begin : words[stop].end()]
            if len(whole) < _LEAST:
                continue
            name = reader.atlas.name(whole)
            if name is not None and (stop > position or name.weight > _LEAST_WEIGHT or reader.is_own(name)):
                return stop, begin, name
    return None


def _beginnings(word: str, start: int) -> Iterator[int]:
    yield start
    for prefix in ("و", "ب", "ل", "ف", "ك"):
        if word.startswith(prefix) and len(word) > len(prefix) + 2:
            yield start + len(prefix)


def _adjacent(text: str, words: list[re.Match[str]], at: int) -> bool:
    return text[words[at].end() : words[at + 1].start()] in (" ", "\u00a0")


def _head(word: str, reader: Reader) -> str:
    """The kind of place that a word wants behind it: "province", "town", "feature", "place", or "" if none."""
    words = reader.language.words
    for key, kind in (
        ("divisions_ar", "province"),
        ("towns_ar", "town"),
        ("heads_ar", "feature"),
        ("prepositions_ar", "place"),
    ):
        if _among(word, words[key]):
            return kind
    return ""


def _among(word: str, words: Collection[str]) -> bool:
    """Whether a word is one of some, with or without what is joined to it and the article."""
    return bool(word) and any(form in words for form in (word, word[1:], _bare(word)))


def _bare(word: str) -> str:
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) > 2:
            return word[len(prefix) :]
    return word.removeprefix("ال")
