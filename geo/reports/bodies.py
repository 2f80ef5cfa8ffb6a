"""Parties that a text names and the theatre does not know: a people's forces, and armed bodies, as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from geo.reports.actors import ActorNames, with_actors
from geo.reports.lexicon import Lexicon
from geo.theatre import Actor

# A capital is looked for first, then what stands before it: that is faster than the other way round.
_PEOPLE = re.compile(
    r"(?P<people>[A-Z](?<![\w-].)[a-z]{2,})(?=\s(?P<noun>(?:(?:[a-z]+|and\s[A-Z][a-z]+|Armed|Ground|National|Arab|Air)\s){0,2}?"
    r"(?:[Ff]orces|[Aa]rmy|[Tt]roops|[Mm]ilitary|soldiers|(?:war)?planes|jets|aircraft|helicopters|drones?|artillery"
    r"|rockets|missiles|tanks|shelling|air\s?-?strikes|paratroopers|marines)(?![\w-])))"
)
_STATE = re.compile(r"(?:[Aa]rmed\s|[Gg]overnment\s)?(?:[Ff]orces|[Aa]rmy|[Mm]ilitary|troops)")
# Words that begin a sentence, tell a day or a side are no part of a name.
_NOT_NAME = re.compile(
    r"(?:(?:The|An?|In|On|At|By|For|From|But|And|As|After|When|While|With|Its|Their|His|Our|This|That|These|Those|All|Some|Both"
    r"|Many|Several|Mon|Tues|Wednes|Thurs|Fri|Satur|Sun|January|February|March|April|May|June|July|August|September"
    r"|October|November|December|(?:North|South|East|West)(?:ern)?|Central|Home|Main)(?:day)?\s)+"
)
_BODY = re.compile(
    r"(?P<name>(?:[A-Z](?<![\w.-].)[\w'’-]+\s(?:(?:of|for)\s(?:the\s)?)?){1,5}"
    r"(?:Forces|Army|Front|Brigades?|Militias?|Battalions?|Legion|Liberation\sMovement|Resistance\sMovement"
    r"|Revolutionary\sGuards?|Republican\sGuards?))(?![\w'’-])(?!\s[A-Z])(?:\s\(\"?(?P<short>[A-Z][A-Z-]{1,9})\"?\))?"
)
_BODY_NOUN = re.compile(r"Forces|Army|Front|Brigade|Militia|Battalion|Legion|Movement|Guard")
_FIGHTERS = re.compile(r"(?P<name>[A-Z](?<![\w-].)[a-z]+\s(?:militias?|militiam[ae]n|mercenaries|fighters))(?![\w-])")
_WITHIN = re.compile(r"[a-z,]\s")  # within a sentence a capital is one of a name
_ONLY_KIND = re.compile(r"(?:Armed|Security|Special|Government|Allied|Ground|Air|Defen[cs]e|Rebel|Salvation)\s\w+")


def with_those_told(text: str, names: ActorNames, lexicon: Lexicon) -> ActorNames:
    """The actors of a theatre and those that a text names beside them."""
    peoples = _peoples(text, names, lexicon)
    told = [*_bodies(text, names, peoples, lexicon), *peoples.values()]
    return with_actors(names, told) if told else names


def _peoples(text: str, names: ActorNames, lexicon: Lexicon) -> dict[str, Actor]:
    """The forces of peoples unknown to the theatre, by the word for the people; called as the text first calls them."""
    written: dict[str, str] = {}
    for match in _PEOPLE.finditer(text):
        people = match["people"]
        if people.casefold() in names.demonyms or not lexicon.pattern("military.people_name").fullmatch(people):
            continue
        whole = f"{people} {match['noun']}"
        if _known(whole, names):
            continue
        plain = _STATE.fullmatch(match["noun"])
        if people not in written or (plain and not written[people]):
            written[people] = whole if plain else ""
    return {
        people: Actor(name or f"{people} forces", "state forces", demonyms=(people,), side=people)
        for people, name in written.items()
    }


def _bodies(text: str, names: ActorNames, peoples: dict[str, Actor], lexicon: Lexicon) -> Iterator[Actor]:
    """Armed bodies under a name of their own, each once, with the letters it is called by."""
    seen: dict[str, str] = {}
    people = lexicon.pattern("military.people_name")
    for pattern in (_BODY, _FIGHTERS) if _BODY_NOUN.search(text) else (_FIGHTERS,):
        for match in pattern.finditer(text):
            name = _NOT_NAME.sub("", match["name"], count=1) if _NOT_NAME.match(match["name"]) else match["name"]
            first, _, rest = name.partition(" ")
            if not rest:
                continue
            if pattern is _FIGHTERS and (first in peoples or not people.fullmatch(first)):
                within = _WITHIN.match(text, max(0, match.start() - 2))
                if rest == "fighters" or not within:
                    continue
            if _ONLY_KIND.fullmatch(name) or first.casefold() in names.demonyms or _known(name, names):
                continue
            if first in peoples and _STATE.fullmatch(rest):
                continue  # the people's own forces
            short = match.groupdict().get("short") or ""
            seen[name] = seen.get(name) or short
    for name, short in seen.items():
        yield Actor(name, "political militia", aliases=tuple({short, _initials(name)} - {""}), side=name)


def _initials(name: str) -> str:
    """The first letters of a name of three words or more, by which a text may call it without saying so."""
    letters = "".join(re.findall(r"\b[A-Z](?=\w)", name))
    return letters if len(letters) > 2 else ""


def _known(name: str, names: ActorNames) -> bool:
    """Whether a name begins with one that the theatre knows."""
    words = tuple(name.casefold().split())
    return any(words[: len(alias)] == alias for alias, _, _ in names.aliases.get(words[0], ()))
