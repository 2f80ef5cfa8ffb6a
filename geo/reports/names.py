"""Names in running text: tokens, the theatre's actors, and toponyms with the part they play."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from geo.gazetteer import Gazetteer
from geo.reports.lexicon import Lexicon
from geo.theatre import Actor, Theatre

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:(?:-?['’‘ʼʿ`´]|-)[^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s$|(?<=s)['’]$", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:al|el|ar|as|ash|at|ad|adh|az|an|ul)-$|^(?:al|el|ar|as|ash|at|ad|az|an)[-‑]", re.IGNORECASE)
_SMALL = frozenset(
    {
        "al",
        "el",
        "an",
        "ad",
        "as",
        "ash",
        "ar",
        "at",
        "az",
        "ez",
        "esh",
        "ed",
        "er",
        "bin",
        "abu",
        "um",
        "umm",
        "de",
        "of",
        "the",
    }
)
_ARABIC = re.compile(r"[\u0621-\u064a]")


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


# ---------------------------------------------------------------- actors


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
    index: dict[str, list[_Alias]] = {}
    demonyms: dict[str, Actor] = {}
    for actor in actors:
        for alias in _with_singulars((actor.name, actor.name_ar, *actor.aliases, *actor.seats)):
            words = tuple(w.casefold() for w in Tokens.of(alias, 0, len(alias)).words)
            if words:
                index.setdefault(words[0], []).append((words, actor, alias))
        for demonym in actor.demonyms:
            demonyms.setdefault(demonym.casefold(), actor)
    for entries in index.values():
        entries.sort(key=lambda e: -len(e[0]))
    return ActorNames(index, demonyms, _general_actors(actors))


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
    found: list[ActorMention] = []
    position = 0
    while position < len(tokens.words):
        mention, used = _alias_at(text, tokens, position, names.aliases)
        if mention is None:
            mention, used = _demonym_at(text, tokens, position, names.demonyms, military)
        if mention is None:
            mention, used = _general_at(text, tokens, position, names.general, lexicon)
        if mention:
            found.append(mention)
        position += max(used, 1)
    return [a for i, a in enumerate(found) if not _is_whose(text, a, found[i + 1 : i + 2], names.general)]


_OF = re.compile(r"\sof\s(?:the\s)?")


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
    for words, actor, alias in index.get(word.casefold(), ()):
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
            actor.name, actor.type, actor.side, tokens.starts[position], tokens.ends[stop - 1], alone
        ), len(words)
    return None, 0


def _together(text: str, tokens: Tokens, start: int, stop: int) -> bool:
    """Whether only spaces, hyphens and possessive endings stand between the tokens."""
    return all(
        not re.search(r"[.,;:!?()“”\"–—]", text[tokens.ends[i] : tokens.starts[i + 1]]) for i in range(start, stop - 1)
    )


def _demonym_at(
    text: str, tokens: Tokens, position: int, demonyms: Mapping[str, Actor], military: re.Pattern[str]
) -> tuple[ActorMention | None, int]:
    actor = demonyms.get(tokens.words[position].casefold())
    if actor is None:
        return None, 0
    for ahead in range(1, 4):
        stop = position + ahead
        if stop >= len(tokens.words) or not _together(text, tokens, position, stop + 1):
            break
        if tokens.words[stop].casefold() in demonyms or tokens.possessive[stop - 1]:
            continue
        if military.match(text, tokens.starts[stop]):
            return ActorMention(
                actor.name, actor.type, actor.side, tokens.starts[position], tokens.ends[stop], alone=False
            ), ahead + 1
    if position + 2 < len(tokens.words) and tokens.words[position + 1] == "and":
        return ActorMention(
            actor.name, actor.type, actor.side, tokens.starts[position], tokens.ends[position], alone=True
        ), 1
    return None, 0


def _general_actors(actors: Sequence[Actor]) -> dict[str, Actor]:
    """Who is meant by words that name no party: the theatre's own general actors, else plain ones."""
    typed = {a.type: a for a in reversed(actors)}
    return {
        "rebels": next((a for a in actors if "rebels" in a.aliases), None)
        or Actor("Rebels", "rebel group", side="rebels"),
        "civilians": typed.get("civilians") or Actor("Civilians", "civilians"),
        "unidentified": typed.get("unidentified") or Actor("Unidentified armed group", "unidentified"),
    }


def _general_at(
    text: str, tokens: Tokens, position: int, general: Mapping[str, Actor], lexicon: Lexicon
) -> tuple[ActorMention | None, int]:
    for kind, actor in general.items():
        match = lexicon.pattern(f"military.{kind}").match(text, tokens.starts[position])
        if match:
            used = sum(match.start() <= s < match.end() for s in tokens.starts[position : position + 8])
            return ActorMention(actor.name, actor.type, actor.side, match.start(), match.end(), alone=False), used
    return None, 0


# ---------------------------------------------------------------- toponyms


@dataclass(frozen=True, slots=True)
class Toponym:
    """A place name in the text: the whole expression, its core name, its level, and how it stands in the sentence.

    ``level`` is "place", "district", "division", "country" or "border"; ``place_id`` is set where the text settles it.
    ``locative``: something can have happened there; a capital that speaks or a country that acts is not.
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


class ToponymFinder:
    """Finds the toponyms of one text; remembers what the gazetteer said about each name."""

    def __init__(self, text: str, gazetteer: Gazetteer, theatre: Theatre, lexicon: Lexicon) -> None:
        self.text, self.gazetteer, self.theatre, self.lexicon = text, gazetteer, theatre, lexicon
        self.known: dict[str, bool] = {}
        self.kinds: dict[str, tuple[str, str]] = {}
        self.people: set[str] = set()
        self.not_places = lexicon.listed("places", "not_places")
        self.bodies = lexicon.listed("places", "bodies")
        self.titles = lexicon.listed("places", "titles")
        self.prefixes = frozenset(lexicon.raw["places"]["prefixes"])
        self.followers = frozenset(lexicon.raw["places"]["followers"])
        # Countries and capitals that stand for a party are places only after a word such as "in".
        self.parties = {n.casefold() for a in theatre.actors for n in (*a.seats, *a.aliases)}
        places = lexicon.raw["places"]
        units = {
            kind: "|".join(places[kind]) for kind in ("division", "district", "settlement", "spot", "around", "border")
        }
        self.unit_word = re.compile("|".join(f"(?:{words})" for words in units.values()), re.IGNORECASE)
        self.after = re.compile(
            r"(?:['’]s)?[\s-]+(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in units.items()) + r")(?!\w)",
            re.IGNORECASE,
        )
        self.before = re.compile(
            rf"(?<!\w)(?:(?P<unit>{units['division']}|{units['district']})s?(?:\s(?:of|in)|(?<=[\u0621-\u064a]))"
            rf"|(?P<spot>{units['settlement']}|{units['spot']})s?(?:\s(?:of|in))?)\s$|(?<!\w)(?P<around>outskirts|suburbs?|surroundings|vicinity|countryside|areas?|axis|axes|front|frontline)\sof\s$",
            re.IGNORECASE,
        )
        self.directions = re.compile(
            rf"(?<!\w)(?:(?:{'|'.join(places['directions'])})(?:\s|\sand\s))+$".replace("the)", "the)"), re.IGNORECASE
        )
        self.preposition = re.compile(
            rf"(?<!\w)(?P<word>{'|'.join(sorted(places['locative'], key=len, reverse=True))})"
            r"\s+(?:the\s+|an?\s+)?$",
            re.IGNORECASE,
        )
        self.near = re.compile(rf"(?<!\w)(?:{'|'.join(places['near'])})\s+(?:the\s+)?$", re.IGNORECASE)

    def find(self, tokens: Tokens, taken: list[tuple[int, int]]) -> list[Toponym]:
        """Toponyms in the tokens, longest first, outside the spans that are taken (dates, actors)."""
        covered = _covered(tokens, taken)
        found: list[Toponym] = []
        position = 0
        while position < len(tokens.words):
            length = 0 if covered[position] else self.longest_at(tokens, position, covered)
            if length:
                found.append(self.describe(tokens, position, length, found))
            position += max(length, 1)
        return found

    def unknown(self, tokens: Tokens, taken: list[tuple[int, int]]) -> list[Toponym]:
        """Capitalised names that no gazetteer holds, where a place is wanted: "in X", "X village", "captured X"."""
        covered = _covered(tokens, taken)
        found = []
        position = 0
        while position < len(tokens.words):
            stop = position
            while stop < len(tokens.words) and not covered[stop] and self.is_free(tokens, stop, position):
                stop += 1
            if stop > position and self.wanted(tokens, position, stop):
                found.append(replace(self.describe(tokens, position, stop - position, []), known=False, locative=True))
            position = max(stop, position + 1)
        return found

    def is_free(self, tokens: Tokens, position: int, first: int) -> bool:
        """Whether a capitalised word can be part of an unknown name that begins at ``first``."""
        word = tokens.words[position]
        if position > first and (
            self.text[tokens.ends[position - 1] : tokens.starts[position]] not in {" ", "-", "\u00a0"}
            or tokens.possessive[position - 1]
        ):
            return False
        folded = word.casefold()
        if folded in _SMALL and self.runs_on(tokens, position):  # "Al Kafr", "Tall al Kafr"
            return True
        named = word[0].isupper() or (_ARTICLE.match(word) and word[-1].isalpha() and "-" in word)
        return (
            bool(named)
            and not word.isupper()
            and len(word) > 2
            and not (folded in self.bodies or folded in self.people)
            and (position > first or not (folded in self.not_places or folded in self.titles))
        )

    def runs_on(self, tokens: Tokens, position: int) -> bool:
        """Whether a small word such as "al", or "um al", stands right before a capitalised one."""
        after = position + 1
        if after < len(tokens.words) and tokens.words[after] in _SMALL and tokens.words[position][0].isupper():
            return self.runs_on(tokens, after)
        return (
            tokens.words[position].casefold() not in {"of", "the", "de", "at", "as", "an", "ad"}
            and after < len(tokens.words)
            and tokens.words[after][0].isupper()
            and self.text[tokens.ends[position] : tokens.starts[after]] in {" ", "-", "\u00a0"}
        )

    def wanted(self, tokens: Tokens, start: int, stop: int) -> bool:
        begin, end = tokens.starts[start], tokens.ends[stop - 1]
        following = tokens.words[stop] if stop < len(tokens.words) else ""
        if following in self.followers and self.text[end : tokens.starts[stop]] == " ":
            return False
        if following and following[0].isupper() and self.text[end : tokens.starts[stop]] == " ":
            return False
        before = self.text[max(0, begin - 24) : begin]
        if self.before.search(before):
            return True
        after = self.after.match(self.text, end)
        unit = after is not None and after.lastgroup in {"settlement", "spot", "around"}
        return bool(_AT.search(before)) or (unit and bool(self.preposition.search(before)))

    def longest_at(self, tokens: Tokens, position: int, covered: list[bool]) -> int:
        word = tokens.words[position]
        arabic = bool(_ARABIC.match(word))
        if not (arabic or word[0].isupper() or _ARTICLE.match(word)):
            return 0
        limit = position + 1
        while limit < len(tokens.words) and limit - position < self.gazetteer.longest_name and not covered[limit]:
            gap = self.text[tokens.ends[limit - 1] : tokens.starts[limit]]
            if gap not in {" ", "-", "\u00a0", "\u2011"} or tokens.possessive[limit - 1]:
                break
            if not arabic and not tokens.words[limit][0].isupper() and tokens.words[limit].split("-")[0] not in _SMALL:
                break
            limit += 1
        for stop in range(limit, position, -1):
            name = self.text[tokens.starts[position] : tokens.ends[stop - 1]]
            if self.is_name(name, stop - position) and not self.is_part_of_other(tokens, position, stop, limit):
                return stop - position
        return 0

    def is_name(self, name: str, words: int) -> bool:
        if words == 1 and (len(name) < 3 or name.casefold() in self.not_places or name.casefold() in self.people):
            return False
        if not name[-1].isalnum() or name.rsplit(" ", maxsplit=1)[-1].casefold() in {"al", "el", "of", "the"}:
            return False
        if words == 1 and self.unit_word.fullmatch(name):
            return False
        if name not in self.known:
            self.known[name] = self.gazetteer.knows(name)
        return self.known[name]

    def is_part_of_other(self, tokens: Tokens, start: int, stop: int, limit: int) -> bool:
        """Whether the name is a piece of a person's or a body's name: capitalised neighbours that are no unit words."""
        if _ARABIC.match(tokens.words[start]):
            begin = tokens.starts[start]
            wanted = self.preposition.search(self.text, max(0, begin - 12), begin) or self.before.search(
                self.text, max(0, begin - 12), begin
            )
            return stop - start == 1 and not wanted
        if stop < limit and stop - start == 1 and self.goes_on(tokens, start, stop):
            return True  # "Khan" of "Khan al-Kesra"
        if (
            stop < len(tokens.words)
            and tokens.words[stop] in self.followers
            and self.text[tokens.ends[stop - 1]] == " "
        ):
            return True
        if stop < limit and tokens.words[stop][0].isupper():
            following = tokens.words[stop].casefold()
            unit = self.after.match(self.text, tokens.ends[stop - 1])
            if not unit and (following in self.bodies or not self.known.get(tokens.words[stop], False)):
                return True
        if start == 0:
            return False
        gap = self.text[tokens.ends[start - 1] : tokens.starts[start]]
        before = tokens.words[start - 1]
        if gap not in {" ", "\u00a0", ". "} or tokens.possessive[start - 1]:
            return False
        if before.casefold() in self.titles:
            self.people.add(tokens.words[stop - 1].casefold())
            return gap != ". " or before.casefold() not in {"leader", "king"}
        if gap == ". " or not before[0].isupper() or before.casefold() in self.not_places:
            return False
        return not (
            self.known.get(before, False) or self.directions.search(f"{before} ") or self.after.match(f" {before}")
        )

    def goes_on(self, tokens: Tokens, start: int, position: int) -> bool:
        """Whether a name goes on: with an article, or because its first word begins many names ("Tell Kesra")."""
        word = tokens.words[position]
        if tokens.words[start] in self.prefixes and word[0].isupper() and not self.unit_word.fullmatch(word):
            return True
        return bool(_ARTICLE.match(word) and "-" in word) or (
            word[0].islower() and word in _SMALL and self.runs_on(tokens, position)
        )

    def kind(self, name: str) -> tuple[str, str]:
        """Level of a name and the id of the unit it names: a country, a first division, or a place."""
        if name not in self.kinds:
            close = [
                c.place for c in self.gazetteer.candidates(name) if c.method in {"exact", "folded", "article-free"}
            ]
            country = next((p for p in close if p.feature_code.startswith("PCL")), None)
            own = self.theatre.countries
            divisions = [p for p in close if p.feature_code == "ADM1" and (not own or p.country in own)]
            # A division that only the world's list names yields to its town of that name; two of a name are no answer.
            towns = {p.admin1 for p in close if p.feature_class == "P"}
            divisions = [p for p in divisions if p.pcode or p.admin1 not in towns]
            if not own and len(divisions) > 1:
                divisions = []
            if country:
                self.kinds[name] = "country", country.place_id
            elif divisions:
                divisions.sort(key=lambda p: own.index(p.country) if p.country in own else 0)
                self.kinds[name] = "division", divisions[0].place_id
            else:
                self.kinds[name] = "place", ""
        return self.kinds[name]

    def describe(self, tokens: Tokens, position: int, length: int, earlier: list[Toponym]) -> Toponym:
        """Level, whole expression and part in the sentence of the name at a position."""
        core_start, core_end = tokens.starts[position], tokens.ends[position + length - 1]
        name = self.text[core_start:core_end]
        level, place_id = self.kind(name)
        start, end = core_start, core_end
        after = self.after.match(self.text, end)
        unit = after.lastgroup if after else None
        before = self.before.search(self.text, max(0, start - 40), start)
        if after and unit not in {"around", "spot"}:
            end = after.end()
        if before and not unit:
            unit = "around" if before["around"] else self.unit_kind(before["unit"] or before["spot"])
            start = before.start()
        directed = self.directions.search(self.text, max(0, start - 40), start)
        full_start = directed.start() if directed else start
        side = re.search(rf"(?<!\w){_SIDE}\s$", self.text[max(0, start - 40) : start], re.IGNORECASE)
        # Of "southern and eastern" neither alone would be right, so only the name is kept.
        if side and not re.search(r"\b(?:and|or)\s$", self.text[max(0, start - 40) : start - len(side[0])]):
            start -= len(side[0])
        close = self.near.search(self.text, max(0, full_start - 24), full_start)
        near = unit in {"around", "spot"} or bool(close)
        locative = bool(self.preposition.search(self.text, max(0, full_start - 24), full_start)) or bool(before)
        locative = locative or (name.casefold() not in self.parties and self.in_list(full_start, earlier))
        level, place_id, near = self.levelled(level, place_id, unit, near=near)
        if close and level in {"place", "district"}:
            start = close.start()
        if after and unit == "around":
            end = after.end()
        return Toponym(name, start, end, core_start, core_end, level, place_id, locative, near, known=True)

    def levelled(self, level: str, place_id: str, unit: str | None, *, near: bool) -> tuple[str, str, bool]:
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

    def unit_kind(self, word: str) -> str:
        return next(
            kind
            for kind in ("division", "district", "settlement", "spot")
            if re.fullmatch("(?:" + "|".join(self.lexicon.raw["places"][kind]) + ")s?", word, re.IGNORECASE)
        )

    def in_list(self, start: int, earlier: list[Toponym]) -> bool:
        """Whether the name goes on a list, as in "in A, B and C", or stands after a comma behind another."""
        return bool(earlier) and goes_on(self.text, earlier[-1], start)


def goes_on(text: str, before: Toponym, start: int) -> bool:
    """Whether a name at an offset goes on with a list of places; names that no gazetteer holds may stand between."""
    gap = text[before.end : start]
    return before.locative and len(gap) < 80 and _LISTED.fullmatch(gap) is not None


def with_lists(text: str, toponyms: Iterable[Toponym], not_places: Container[str]) -> list[Toponym]:
    """The toponyms in order; those that go on with a list of places are places of the happening too."""
    found: list[Toponym] = []
    for toponym in sorted(toponyms, key=lambda t: t.start):
        listed = found and toponym.name.casefold() not in not_places and goes_on(text, found[-1], toponym.start)
        found.append(replace(toponym, locative=True) if listed else toponym)
    return found


_AT = re.compile(
    r"(?<!\w)(?:in|at|near|around|outside|captured|recaptured|seized|retook|shelled|bombed|stormed|entered|on|into|towards"
    r"|control\s(?:of|over)|attack(?:s|ed)?\son|attacked|targeted|besieged|encircled|cleared)\s+(?:the\s)?$",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"(?:,|;|&|\s(?:and|or|as\swell\sas)\b|['’]s|\s(?:the|other\sareas\sin)\b|\s|في|و|(?<=[,\s])(?:[A-Z][\w'’-]+|al|um|el|\d+)(?=[,;\s]))+"
)
_SIDES = r"(?:(?:north|south)(?:-?(?:east|west))?|east|west|central)(?:ern)?|rural|greater"
_SIDE = f"(?:{_SIDES})"


def _covered(tokens: Tokens, taken: list[tuple[int, int]]) -> list[bool]:
    covered = [False] * len(tokens.words)
    for start, end in taken:
        for i in tokens.between(start, end):
            covered[i] = True
    return covered


def find_people(text: str, tokens: Tokens, lexicon: Lexicon) -> Iterator[str]:
    """Last words of the names of persons: capitalised words after a title."""
    titles = lexicon.listed("places", "titles")
    for i, word in enumerate(tokens.words):
        if word.casefold() not in titles:
            continue
        last = i
        while last + 1 < len(tokens.words) and tokens.words[last + 1][0].isupper() and last - i < 4:
            if text[tokens.ends[last] : tokens.starts[last + 1]] not in {" ", ". ", "\u00a0"}:
                break
            last += 1
        if last > i:
            yield tokens.words[last].casefold()
