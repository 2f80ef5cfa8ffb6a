"""Place names in Arabic text: after a word that wants a place, with its prefixes, with or without the article."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from geo.geoparse.atlas import Name
from geo.geoparse.reading import Reader
from geo.geoparse.spans import Mention

_LETTER = r"[\u0621-\u063a\u0640-\u0652\u0670\u0671\u067e\u0686\u06a9\u06af\u06cc]"
_WORD = re.compile(rf"{_LETTER}+")
_PREFIXES = ("وال", "بال", "فال", "كال", "لل", "و", "ب", "ل", "ف", "ك")
_LONGEST = 4
_LEAST_WEIGHT = 3.0  # of a place of one word outside of the theatre
_LEAST = 3  # letters of a name of one word


def arabic_mentions(text: str, reader: Reader) -> Iterator[Mention]:
    """Names that the gazetteer knows: of several words, of a country, or after a word that wants a place."""
    words = list(_WORD.finditer(text))
    wanting = reader.language.words["heads_ar"]
    position = 0
    listed = -10
    while position < len(words):
        found = None if _wants(words[position][0], wanting) else _longest(text, words, position, reader)
        if found is None:
            position += 1
            continue
        last, start, name = found
        lead = words[position - 1][0] if position and _adjacent(text, words, position - 1) else ""
        end = words[last].end()
        prefixed = start > words[position].start() and text[words[position].start()] in "بل"
        wanted = prefixed or _wants(lead, wanting)
        in_list = listed == position - 1 and text[words[position].start()] == "و"
        if wanted or in_list or last > position or "country" in name.kinds:
            mention = Mention(start, end, text[start:end], name, name.folded, last - position + 1)
            mention.traits["Arabic"] = 1.0
            mention.locative = wanted or in_list
            yield mention
            listed = last
        position = last + 1


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


def _wants(word: str, wanting: Collection[str]) -> bool:
    """Whether a word wants a place behind it, with or without prefixes and the article."""
    return any(form in wanting for form in (word, word[1:], _bare(word)))


def _bare(word: str) -> str:
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) > 2:
            return word[len(prefix) :]
    return word.removeprefix("ال")
