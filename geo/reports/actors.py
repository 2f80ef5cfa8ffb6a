"""The parties of a theatre where a text names them: by an alias, by a nationality word, or by general words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from geo.names import ARABIC
from geo.reports.lexicon import Lexicon
from geo.theatre import Actor, Theatre

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:(?:-?['’‘ʼʿ`´]|-)[^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s$|(?<=s)['’]$", re.IGNORECASE)


@dataclass(slots=True)
class Tokens:
    """Words of a text: offsets without possessive endings, and the words themselves."""

    starts: list[int]
    ends: list[int]
    words: list[str]
    possessive: list[bool]

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Tokens:
        """Tokens between two offsets."""
        tokens = cls([], [], [], [])
        for match in _TOKEN.finditer(text, start, end):
            word = match[0]
            ending = _POSSESSIVE.search(word) if len(word) > 2 else None
            base = word[: ending.start()] if ending else word
            tokens.starts.append(match.start())
            tokens.ends.append(match.start() + len(base))
            tokens.words.append(base)
            tokens.possessive.append(ending is not None)
        return tokens

    def part(self, words: range) -> Tokens:
        """The tokens of some indexes."""
        chosen = slice(words.start, words.stop)
        return Tokens(self.starts[chosen], self.ends[chosen], self.words[chosen], self.possessive[chosen])

    def between(self, start: int, end: int) -> range:
        """Indexes of the tokens that begin between two offsets."""
        return range(bisect_left(self.starts, start), bisect_left(self.starts, end))


@dataclass(frozen=True, slots=True)
class ActorMention:
    """An actor named in the text; ``actor`` is its name in the theatre, or a general one ("Civilians")."""

    actor: str
    type: str
    side: str
    start: int
    end: int
    alone: bool  # a country or capital standing for its government

    @property
    def armed(self) -> bool:
        """Whether it fights."""
        return self.type in _ARMED

    @property
    def party(self) -> bool:
        """Whether it takes part in happenings; an organisation watches, helps or reports."""
        return self.type in _ARMED or self.type in _UNARMED


_ARMED = frozenset(
    {"state forces", "rebel group", "political militia", "identity militia", "external forces", "unidentified"}
)
_UNARMED = frozenset({"civilians", "protesters", "rioters"})


_Alias = tuple[tuple[str, ...], Actor, str]


@dataclass(frozen=True, slots=True)
class ActorNames:
    """Actors of a theatre: aliases by their first word, longest first; demonyms; who is meant by general words."""

    aliases: dict[str, list[_Alias]]
    demonyms: dict[str, Actor]
    general: dict[str, Actor]


def actor_names(theatre: Theatre) -> ActorNames:
    """Index the actors of a theatre by the words they are named with."""
    return _names_of(theatre.actors)


@lru_cache(maxsize=8)
def _names_of(actors: tuple[Actor, ...]) -> ActorNames:
    return with_actors(ActorNames({}, {}, _general_actors(actors)), actors)


def with_actors(names: ActorNames, actors: Iterable[Actor]) -> ActorNames:
    """The names with those of further actors."""
    index, demonyms = dict(names.aliases), dict(names.demonyms)
    new: dict[str, list[_Alias]] = {}
    for actor in actors:
        for alias in _with_singulars((actor.name, actor.name_ar, *actor.aliases, *actor.seats)):
            words = tuple(w.casefold() for w in Tokens.of(alias, 0, len(alias)).words)
            if words:
                new.setdefault(words[0], []).append((words, actor, alias))
        for demonym in actor.demonyms:
            demonyms.setdefault(_demonym(demonym), actor)
    for word, entries in new.items():
        index[word] = sorted([*index.get(word, ()), *entries], key=lambda e: -len(e[0]))
    return ActorNames(index, demonyms, names.general)


def _with_singulars(names: Iterable[str]) -> list[str]:
    """Names, and those of several words in the plural also in the singular: "a Red Front fighter"."""
    names = list(names)
    one = [
        n[:-1] for n in names if n.endswith("s") and not n.endswith("ss") and n.count(" ") and n.split()[-1].islower()
    ]
    return list(dict.fromkeys(names + one))


def find_actors(text: str, tokens: Tokens, names: ActorNames, lexicon: Lexicon) -> list[ActorMention]:
    """Actors named in the tokens: by alias, by demonym with a military noun, and unnamed gunmen and civilians."""
    military = lexicon.pattern("military.nouns")
    general = _general(text, tokens, names.general, lexicon)
    found: list[ActorMention] = []
    position = 0
    while position < len(tokens.words):
        mention, used = _alias_at(text, tokens, position, names.aliases)
        if mention is None:
            mention, used = _demonym_at(text, tokens, position, names.demonyms, military)
        if mention is None:
            mention = general.get(tokens.starts[position])
            used = (
                sum(mention.start <= s < mention.end for s in tokens.starts[position : position + 8]) if mention else 1
            )
        if mention:
            found.append(mention)
        position += max(used, 1)
    return [a for i, a in enumerate(found) if not _is_whose(text, a, found[i + 1 : i + 2], names.general)]


_OF = re.compile(r"\s(?:of|from)\s(?:the\s)?")


def _is_whose(text: str, mention: ActorMention, following: list[ActorMention], general: Mapping[str, Actor]) -> bool:
    """Whether general words are told whose they are, as in "rebels of the Front"; then the Front is the party."""
    names = {a.name for kind, a in general.items() if kind != "civilians"}
    return (
        mention.actor in names and bool(following) and _OF.fullmatch(text, mention.end, following[0].start) is not None
    )


def _alias_at(
    text: str, tokens: Tokens, position: int, index: Mapping[str, list[_Alias]]
) -> tuple[ActorMention | None, int]:
    word = tokens.words[position]
    folded, joined = _unjoined(word, index)
    for words, actor, alias in index.get(folded, ()):
        stop = position + len(words)
        if stop > len(tokens.words) or any(
            tokens.words[position + i].casefold() != w for i, w in enumerate(words) if i
        ):
            continue
        if not _together(text, tokens, position, stop) or (alias[0].isupper() and not word[0].isupper()):
            continue
        if len(words) == 1 and alias.isupper() and alias.isascii() and not word.isupper():
            continue
        alone = len(words) == 1 and not alias.isupper() and alias[0].isupper()
        return ActorMention(
            actor.name, actor.type, actor.side, tokens.starts[position] + joined, tokens.ends[stop - 1], alone
        ), len(words)
    return None, 0


def _unjoined(word: str, index: Mapping[str, object]) -> tuple[str, int]:
    """A word as it stands in an index, and how many letters of "and", "in" or "to" are joined before it in Arabic."""
    folded = word.casefold()
    if folded in index or not ARABIC.match(word):
        return folded, 0
    for letters in range(1, 3):
        if word[:letters].strip("وفبلك"):
            break
        rest = folded[letters:]
        for form, joined in (
            (rest, letters),
            (f"ال{rest[1:]}", letters) if rest[:1] == "ل" else ("", 0),
            (f"ا{rest}", letters),
        ):
            if form in index:
                return form, joined
    return folded, 0


def _together(text: str, tokens: Tokens, start: int, stop: int) -> bool:
    """Whether only spaces, hyphens and possessive endings stand between the tokens."""
    return all(
        not re.search(r"[.,;:!?()“”\"–—]", text[tokens.ends[i] : tokens.starts[i + 1]]) for i in range(start, stop - 1)
    )


def _demonym_at(
    text: str, tokens: Tokens, position: int, demonyms: Mapping[str, Actor], military: re.Pattern[str]
) -> tuple[ActorMention | None, int]:
    actor = demonyms.get(_demonym(tokens.words[position]))
    if actor is None:
        return None, 0
    if ARABIC.match(tokens.words[position]):
        return _told_of(text, tokens, position, actor, military), 1
    joined = position + 2 < len(tokens.words) and tokens.words[position + 1] == "and"
    two = joined and _demonym(tokens.words[position + 2]) in demonyms  # "Karvian and Norlander forces"
    for ahead in () if two else range(1, 4):
        stop = position + ahead
        if stop >= len(tokens.words) or not _together(text, tokens, position, stop + 1):
            break
        if tokens.words[stop].casefold() in demonyms or tokens.possessive[stop - 1]:
            continue
        if military.match(text, tokens.starts[stop]):
            return ActorMention(
                actor.name, actor.type, actor.side, tokens.starts[position], tokens.ends[stop], alone=False
            ), ahead + 1
    if joined:
        return ActorMention(
            actor.name, actor.type, actor.side, tokens.starts[position], tokens.ends[position], alone=True
        ), 1
    return None, 0


def _demonym(word: str) -> str:
    """A word as the name of a people in small letters; of an Arabic one without article and ending."""
    if not ARABIC.match(word):
        return word.casefold()
    return _PEOPLE.sub("", word.removeprefix("ال")) or word


_PEOPLE = re.compile(r"(?<=ي)(?:ة|ه|ين|ون|تين|ان)$")


def _told_of(text: str, tokens: Tokens, position: int, actor: Actor, military: re.Pattern[str]) -> ActorMention | None:
    """The forces that an Arabic word behind them says to be of a people: "the army the Turkish"."""
    for back in range(1, 3):
        first = position - back
        if first < 0 or not _together(text, tokens, first, position + 1):
            return None
        if military.match(text, tokens.starts[first]):
            start, end = tokens.starts[first], tokens.ends[position]
            return ActorMention(actor.name, actor.type, actor.side, start, end, alone=False)
    return None


def _general_actors(actors: Sequence[Actor]) -> dict[str, Actor]:
    """Who is meant by words that name no party: the theatre's own general actors, else plain ones."""
    typed = {a.type: a for a in reversed(actors)}
    return {
        "rebels": next((a for a in actors if "rebels" in a.aliases), None)
        or Actor("Rebels", "rebel group", side="rebels"),
        "civilians": typed.get("civilians") or Actor("Civilians", "civilians"),
        "unidentified": typed.get("unidentified") or Actor("Unidentified armed group", "unidentified"),
    }


def _general(text: str, tokens: Tokens, general: Mapping[str, Actor], lexicon: Lexicon) -> dict[int, ActorMention]:
    """Words that name no party but a kind, such as rebels or gunmen, by where they begin."""
    if not tokens.words:
        return {}
    first, end = tokens.starts[0], tokens.ends[-1]
    return {
        m.start(): ActorMention(actor.name, actor.type, actor.side, m.start(), m.end(), alone=False)
        for kind, actor in reversed(list(general.items()))  # the first kind wins
        for m in lexicon.pattern(f"military.{kind}").finditer(text, first, end)
    }
