"""Headlines, whose capitals say nothing: each is read as a sentence would write it, letter for letter as long."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from geo.geoparse.atlas import DIVISION, Atlas
from geo.geoparse.language import Language

_LONGEST = 140  # letters of a line that may be a headline
_FEWEST = 3  # long words that a headline has
_LONG = 4  # letters of a word that running text seldom capitalises
_NAMED = 4.3  # weight of a place of several words that a headline means
_LARGE = 5.0  # weight of a place whose name a headline keeps, though it is an ordinary word too
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LOWER = re.compile(r"(?<![\w'’-])[a-z]{3,}(?![\w-])")
_NAME = re.compile(r"(?<=[a-z,][ \u00a0])[A-Z][a-z]+")  # capitalised within a sentence
_KEPT = frozenset({"us", "it", "may", "mar", "who"})  # abbreviations in a line of capitals, small words in another
_ENDINGS = ("s", "es", "d", "ed", "ing", "r", "rs", "er", "ers")
_UNITS = frozenset(
    {"county", "province", "region", "district", "governorate", "river", "lake", "island", "islands"}
) | {
    "beach",
    "bay",
    "peninsula",
    "mountain",
    "mountains",
    "valley",
    "hills",
    "creek",
    "falls",
    "strait",
    "sea",
    "coast",
}


class Headlines:
    """Rewrites the headlines of a text."""

    def __init__(self, atlas: Atlas, language: Language) -> None:
        self.atlas, self.language = atlas, language
        words = language.words
        self._small = words["cuts"] | words["joiners"] | words["strong"] | words["weak"] | words["speech"]
        self._small = self._small | words["after"]

    def plain(self, text: str) -> str:
        """The text with ordinary words of its headlines in small letters; names keep one capital."""
        lines = text.split("\n")
        heads = {n for n, line in enumerate(lines) if len(line) <= _LONGEST and _is_headline(line)}
        if not heads:
            return text
        body = "\n".join(line for n, line in enumerate(lines) if n not in heads)
        small, names = set(_LOWER.findall(body)), {name.casefold() for name in _NAME.findall(body)}
        for number in heads:
            lines[number] = self._sentence(lines[number], small - names, names)
        return "\n".join(lines)

    def _sentence(self, line: str, small: Collection[str], names: Collection[str]) -> str:
        capitals = line.isupper()
        words = list(_WORD.finditer(line))
        kept = self._kept(words)
        written = list(line)
        for number, match in enumerate(words):
            word, lower = match[0], match[0].casefold()
            if len(lower) != len(word) or not (word.isupper() or word.istitle()):
                continue
            if capitals and (lower in _KEPT or (number in kept and len(word) < _LONG)):
                continue
            if number in kept or not self._is_ordinary(lower, small, names):
                short = len(word) < _LONG or line[match.end() : match.end() + 1] == "."
                lower = word if not capitals or short else word.title()
            written[match.start() : match.end()] = lower
        return "".join(written)

    def _kept(self, words: Sequence[re.Match[str]]) -> set[int]:
        """Numbers of the words in names of bodies, and in names of places of several words."""
        bodies = self.language.words["bodies"]
        lower = [m[0].casefold() for m in words]
        kept = {n for n, word in enumerate(lower) if word in self.language.words["proper"]}
        for number, (first, second) in enumerate(pairwise(lower)):
            if words[number + 1].start() - words[number].end() != 1:
                continue
            name = self.atlas.name(f"{first} {second}")
            if (first in bodies and second in bodies) or (name is not None and name.own_weight >= _NAMED):
                kept |= {number, number + 1}
            elif second in _UNITS:
                kept.add(number + 1)
        return kept

    def _is_ordinary(self, word: str, small: Collection[str], names: Collection[str]) -> bool:
        if word in self._small or word in small:
            return True
        if word in names or not any(form in self.language.ordinary for form in _stems(word)):
            return False
        name = self.atlas.name(word.title())
        return name is None or max(name.own_weight, 0.0) < (DIVISION if len(word) < _LONG else _LARGE)


def _is_headline(line: str) -> bool:
    """Whether all long words of a line have capitals and no point ends it."""
    if line.rstrip().endswith((".", ",", ";")):
        return False
    long = [word for word in _WORD.findall(line) if len(word) >= _LONG]
    return len(long) >= _FEWEST and all(word[0].isupper() for word in long)


def _stems(word: str) -> list[str]:
    return [word, *(word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)), _doubled(word)]


def _doubled(word: str) -> str:
    """Without the ending and the letter doubled before it: "ripped", "planning"."""
    bare = word.removesuffix("ing").removesuffix("ed")
    return bare[:-1] if bare != word and len(bare) > _LONG - 1 and bare[-1] == bare[-2] else word
