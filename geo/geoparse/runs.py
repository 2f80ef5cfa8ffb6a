"""Runs of capitalised words, and the pieces they fall into: known names, titles, bodies, features, the rest."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from geo.geoparse.atlas import Atlas, Name
from geo.geoparse.language import Language
from geo.names import fold

_UP = "[" + re.escape("".join(chr(c) for c in range(0x41, 0x590) if chr(c).isupper())) + "]"
_ARTICLE = r"(?:[aeu][lnrstdz]|a[sd]h)"
# Abbreviations, initials, names with an article or d' before them, plain capitalised words.
_WORD = (
    rf"(?:{_UP}\.)+{_UP}[a-z]{{1,2}}\.|(?:{_UP}\.){{2,}}(?:{_UP}(?!\w))?"
    r"|(?:Sta?|Ste|Mt|Ft|Pt|Gov|Sen|Rep|Gen|Lt|Col|Capt|Sgt|Rev|Prof|Dr|Mrs?|Ms|Jr|Sr)\."
    rf"|{_UP}\.(?=[ \u00a0]?{_UP})"
    rf"|(?:[dl]['’]|{_ARTICLE}[-‑]['’‘ʿ`]?)?{_UP}\w*(?:['’‘ʼ`]\w+)*"
)
_GAP = r"(?:[ \u00a0\t]{1,2}|[-‑–](?:[’'‘ʿ`](?=\w{3}))?|[ \u00a0]?\r?\n(?!\s))"
_LONGEST = 6  # words of a name that is looked up
_LETTERS = 60  # of a name that is looked up
_BEARERS = 5  # of a name that are looked at
_REMEMBERED = 50_000  # words; more than that are forgotten together
MANY = 60  # words of a run that are read as one; more are a table or a list without commas


class Word(NamedTuple):
    """A word by itself: its length without a possessive ending, whether it had one, and what kinds of word it is."""

    length: int
    possessive: bool
    lower: str
    kinds: frozenset[str]


class Token(NamedTuple):
    """A word of a run: its bounds without a possessive ending, and the rest of what it is by itself."""

    start: int
    end: int
    possessive: bool
    lower: str
    kinds: frozenset[str]


class Piece(NamedTuple):
    """Some words of a run, by their numbers.

    ``kind`` is name (the gazetteer has it), unit ("X County" that it lacks), title, body, feature, cut, way, demonym,
    small or word. ``hint`` is the word that says what it is: county, lake, ...
    """

    kind: str
    first: int
    last: int
    name: Name | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Capitalised words that stand side by side, their kinds, and the pieces they make; offsets are the run's own."""

    text: str
    tokens: tuple[Token, ...]
    pieces: tuple[Piece, ...]

    def between(self, first: int, second: int) -> str:
        """What stands between two words."""
        return self.text[self.tokens[first].end : self.tokens[second].start]


class Uncut(NamedTuple):
    """A run before it is cut: for each of its words the names that may begin there, the longest first.

    A name is the number of its last word, and its words.
    """

    text: str
    tokens: tuple[Token, ...]
    names: tuple[list[tuple[int, str]], ...]


class Cutter:
    """Cuts runs of capitalised words into pieces."""

    def __init__(self, atlas: Atlas, language: Language, countries: Collection[str] = ()) -> None:
        self.atlas, self.words, self.language, self.countries = atlas, language.words, language, countries
        small = "|".join(sorted(self.words["joiners"], key=len, reverse=True))
        self.run = re.compile(rf"(?<![\w.$€£])(?:{_WORD})(?:{_GAP}(?:(?:{small}){_GAP}){{0,2}}(?:{_WORD}))*")
        self._word = re.compile(rf"{_WORD}|(?:{small})(?!\w)")
        self._known: dict[str, Word] = {}

    def runs(self, texts: Iterable[str]) -> Iterator[Run]:
        """The tokens and pieces of runs; their names are looked up all at once."""
        uncut = [self._uncut(text) for text in texts]
        self.atlas.learn({words for run in uncut for names in run.names for _, words in names})
        for run in uncut:
            yield self._cut(run)

    def _uncut(self, text: str) -> Uncut:
        tokens = tuple(self._token(m) for m in self._word.finditer(text))[:MANY]
        names = tuple(_names(text, tokens, at) for at in range(len(tokens)))
        return Uncut(text, tokens, names)

    def _cut(self, run: Uncut) -> Run:
        pieces = []
        position = 0
        while position < len(run.tokens):
            piece = self._piece(run, position)
            pieces.append(piece)
            position = piece.last + 1
        return Run(run.text, run.tokens, tuple(pieces))

    def _token(self, match: re.Match[str]) -> Token:
        text, start = match[0], match.start()
        word = self._known.get(text)
        if word is None:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            word = self._known[text] = self._word_of(text)
        return Token(start, start + word.length, word.possessive, word.lower, word.kinds)

    def _word_of(self, text: str) -> Word:
        possessive = len(text) > 3 and text[-2] in "'’ʼ" and text[-1] in "sS"
        bare = text[:-2] if possessive else text
        return Word(len(bare), possessive, bare.casefold(), self._kinds(bare))

    def _kinds(self, word: str) -> frozenset[str]:
        lower = word.casefold().rstrip(".")
        if word[0].islower() and lower in self.words["joiners"]:
            return frozenset({"small"})
        abbreviated = word.isupper() and lower in _ALSO_ABBREVIATIONS
        kinds = {kind for kind, key in _LISTS.items() if lower in self.words[key]} if not abbreviated else set()
        if lower in self.language.demonyms and not self._is_country(word):
            kinds.add("demonym")
        if lower in self.words["peoples"]:
            kinds.add("cut")
        if fold(lower) in self.language.given:
            kinds.add("given")
        if len(word) == 2 and word[1] == ".":
            kinds.add("initial")
        return frozenset(kinds)

    def _is_country(self, word: str) -> bool:
        name = self.atlas.name(word)
        return name is not None and "country" in name.kinds

    def _piece(self, run: Uncut, at: int) -> Piece:
        kinds = run.tokens[at].kinds
        if "small" in kinds:
            return Piece("small", at, at)
        named = self._longest(run, at)
        if named is not None:
            return self._with_unit(run, named)
        if "feature" in kinds or "way" in kinds:
            before = _part_of_place(run, at) or self._feature(run, at)
            if before is not None:
                return before
        for kind in _ORDER:
            if kind in kinds:
                return Piece("cut" if kind == "calendar" else kind, at, at)
        return self._with_unit(run, Piece("word", at, at))

    def _longest(self, run: Uncut, at: int) -> Piece | None:
        """The longest name that the gazetteer knows from here on; general words alone are none."""
        for last, words in run.names[at]:
            name = self.atlas.name(words)
            if name is None or len(name.folded) < 2 or (name.bare and "cut" in run.tokens[at].kinds):
                continue
            if last > at and run.tokens[at].lower == "the" and self._without_the(run, at, last, name):
                continue
            if last == at and (self._begins_longer(run, at) or (run.tokens[at].kinds & PLAIN and not self._own(name))):
                continue
            return Piece("name", at, last, name)
        return None

    def _without_the(self, run: Uncut, at: int, last: int, name: Name) -> bool:
        """Whether a place is known without its article too: "The X", but not "The Hague"."""
        rest = self.atlas.name(run.text[run.tokens[at + 1].start : run.tokens[last].end])
        return rest is not None and name.senses[0].row in [s.row for s in rest.senses[:_BEARERS]]

    def _own(self, name: Name) -> bool:
        """Whether a place of the theatre bears a name that is also a small word, as the village of Has."""
        return any(s.kind == "town" and s.country in self.countries for s in name.senses)

    def _begins_longer(self, run: Uncut, at: int) -> bool:
        """Whether a word such as "Khan" or "Tell" goes on with the name that it begins."""
        text, tokens, _ = run
        if tokens[at].lower not in self.words["begins"] or at + 1 >= len(tokens) or tokens[at].possessive:
            return False
        plain = not tokens[at + 1].kinds - {"given"}
        return plain and text[tokens[at].end : tokens[at + 1].start] in _SPACES

    def _with_unit(self, run: Uncut, piece: Piece) -> Piece:
        """The piece with the word for a unit or a feature that follows it, as in "X County"; the name of X stays."""
        text, tokens, _ = run
        at = piece.last + 1
        if piece.kind == "word":
            # A name that nobody lists may have two words more before its "County".
            while at < len(tokens) and at < piece.last + 3 and not tokens[at].kinds - {"given"}:
                at += 1
        if at >= len(tokens) or "feature" not in tokens[at].kinds or tokens[at].lower in _NEVER_AFTER:
            return piece
        if text[tokens[at - 1].end : tokens[at].start] == "-" or (tokens[at - 1].possessive and piece.name):
            return piece
        follows = tokens[at + 1].kinds if at + 1 < len(tokens) else frozenset(_ENDS)
        if not tokens[at].possessive and not follows & _ENDS:
            return piece
        # A river or a lake of the name lies where its own entry says, not where the town of the name does.
        name = piece.name if tokens[at].lower not in _NATURE else None
        return Piece("name" if name else "unit", piece.first, at, name, tokens[at].lower)

    def _feature(self, run: Uncut, at: int) -> Piece | None:
        """A feature by its first word ("Lake X", "Mount X") where the whole is not listed."""
        text, tokens, _ = run
        word = tokens[at].lower.rstrip(".")
        if at + 1 >= len(tokens) or tokens[at].possessive or word not in _BEFORE:
            return None
        if text[tokens[at].end : tokens[at + 1].start] not in _SPACES or tokens[at + 1].kinds - {"given"}:
            return None
        named = self._longest(run, at + 1)
        return Piece("unit", at, named.last if named else at + 1, None, tokens[at].lower)


def _part_of_place(run: Uncut, at: int) -> Piece | None:
    """A township or a lake with a direction before its name: "North X Township"."""
    text, tokens, _ = run
    if tokens[at].lower not in _SIDES:
        return None
    for last in range(at + 2, min(len(tokens), at + 4)):
        between = tokens[at + 1 : last]
        if any(t.kinds - {"given"} or t.possessive for t in between):
            return None
        more = last + 1 < len(tokens) and "feature" in tokens[last + 1].kinds  # "X Lake County"
        if tokens[last].lower in _DIVIDED and not more and text[tokens[last - 1].end : tokens[last].start] in _SPACES:
            return Piece("unit", at, last, None, tokens[last].lower)
    return None


_SIDES = frozenset({"north", "south", "east", "west", "upper", "lower"})
_DIVIDED = frozenset({"township", "lake", "river", "creek"})


def _names(text: str, tokens: tuple[Token, ...], at: int) -> list[tuple[int, str]]:
    """The names that may begin with a word, the longest first; general words alone are none."""
    first = tokens[at]
    if "small" in first.kinds:
        return []
    found = []
    farthest = first.start + _LETTERS
    alone = "cut" in first.kinds and not at and (len(tokens) == 1 or "small" in tokens[1].kinds)
    if (alone or not PLAIN & first.kinds) and first.end <= farthest:
        found.append((at, text[first.start : first.end]))
    for last in range(at + 1, min(len(tokens), at + _LONGEST)):
        token = tokens[last]
        if ("calendar" in token.kinds and token.lower not in _SPRINGS) or token.end > farthest:
            break
        if "small" not in token.kinds and token.lower not in _ARTICLES:
            found.append((last, text[first.start : token.end]))
    found.reverse()
    return found


_SPRINGS = frozenset({"spring"})  # seasons that end names of places
_ARTICLES = frozenset({"al", "el"})  # end no name
_LISTS = {
    "cut": "cuts",
    "calendar": "calendar",
    "way": "directions",
    "title": "titles",
    "body": "bodies",
    "feature": "features",
}
_ORDER = ("cut", "calendar", "demonym", "title", "way", "feature", "body")  # of a word of several kinds
PLAIN = frozenset({"cut", "calendar", "demonym", "title", "body", "feature", "way", "small", "initial"})
_SPACES = (" ", "\u00a0")
_ALSO_ABBREVIATIONS = frozenset({"us", "it", "may", "mar"})
_ENDS = frozenset({"cut", "calendar", "small", "title", "demonym"})
_BEFORE = frozenset({"lake", "mount", "mt", "fort", "ft", "cape", "camp", "river", "port"})
_NATURE = frozenset(
    {
        "island",
        "islands",
        "river",
        "creek",
        "lake",
        "dam",
        "bay",
        "valley",
        "mountain",
        "mountains",
        "desert",
        "canyon",
        "falls",
        "reservoir",
    }
)
_NEVER_AFTER = frozenset({"camp", "port", "mount", "mt", "fort", "ft", "cape", "point", "state", "park"})
