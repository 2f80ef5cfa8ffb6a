"""From where people fled and to where, by the words before each place; what is not said stays open."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from geo.reports.lexicon import Lexicon
from geo.reports.numbers import Count
from geo.reports.places import Toponym
from geo.reports.sentences import Sentence
from geo.reports.splitting import inside

_INCLUDING = re.compile(
    r",?\s(?:including|among\sthem|of\swhom|comprising|of\s(?:them|these|those)\sto)\s"
)  # what follows is told of a part
_FROM = re.compile(
    r"\b(?:from(?:\s(?:[a-z-]+\s){1,3}in)?|fled|flee|fleeing|left|leaving|displaced\s(?:from|in|within|across|out\sof)|out\sof|of|around)\s"
    r"(?:the\s|their\shomes\sin\s|areas\s(?:in|of)\s|(?:villages|towns|areas)\s(?:of\s)?)*$|(?<!\w)(?:[وف]?غادر(?:ت|وا)?\s(?:\S+\s){1,4}|(?:من|عن)\s)(?:(?:منازل|بيوت|مناطق|قرا|بلدات|مدن)هم\sفي\s)?$",
    re.IGNORECASE,
)
_INTO = re.compile(
    r"\b(?:to|into|towards?|in|within|near|reached|such\sas|at|entered|(?<=\w\s)for)\s(?:the\s|border\s|nearby\s|neighbou?ring\s"
    r"|areas\s(?:in|of|such\sas)\s)*$"
    r"|(?<!\w)(?:إلى|الى|نحو|باتجاه)\s(?:(?:منازل|بيوت|مناطق|قرا|بلدات|مدن)هم\sفي\s)?$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Ends:
    """Where people came from and went to, as named; ``others`` are further places of the same list."""

    origin: Toponym | None = None
    destination: Toponym | None = None
    others: tuple[Toponym, ...] = ()


def find_ends(sentence: Sentence, lexicon: Lexicon, count: Count, verb: re.Match[str], bounds: tuple[int, int]) -> Ends:
    """Ends of a move told within bounds of a sentence; who takes people in is where they went."""
    if lexicon.pattern("displacement.number_of").fullmatch(verb[0]):
        return _of_all(sentence, verb, count)
    if verb.end() <= count.start and lexicon.pattern("displacement.hosts").match(sentence.text, verb.start()):
        near = [t for t in sentence.toponyms if bounds[0] <= t.start and t.level != "country"]
        hosts = [t for t in near if t.end <= verb.start()][-1:] or [t for t in near if t.end <= count.start]
        hosts = [t for t in sentence.toponyms if _ACTS.fullmatch(sentence.text, t.end, verb.start())] or hosts
        return Ends(destination=hosts[0] if hosts else None)
    origins, destinations = _directed(sentence, count, verb, bounds)
    if not origins and _THE_AREA.match(sentence.text, verb.start()):
        origins = [t for t in sentence.toponyms if t.end <= count.start and t.level in {"place", "district"}][-1:]
    stays = lexicon.pattern("displacement.stays").match(sentence.text, verb.start())
    if not destinations and (stays or _ARRIVED.match(verb[0])):
        opening = [t for t in sentence.toponyms if bounds[0] <= t.start and t.end <= count.start]
        destinations = [t for t in opening if _IN.search(sentence.before(t.start, 8))][-1:]
        origins = [] if stays else origins  # "In Kesra, 400 families live in fields"
    if not origins and 0 < count.start - verb.end() <= _BESIDE:
        origins = [t for t in sentence.toponyms if _ACTS.fullmatch(sentence.text, t.end, verb.start())]
    if not origins:
        part = _part_of_a_country(sentence, bounds)
        origins = [part] if part else []
    origin, destination = _sided(sentence, _one_of(origins)), _one_of(destinations)
    towns = [t for t in origins if t is not origins[0] and t.level == "place"] if len(origins) > 1 else []
    return Ends(origin, destination, tuple(towns))


_SIDE_OF = re.compile(r"(?<!\w)(?:شمال|جنوب|شرق|غرب)ي?(?:\s(?:شرق|غرب)ي?)?\s$")


def _sided(sentence: Sentence, toponym: Toponym | None) -> Toponym | None:
    """A country with its side before it, as "north-west Syria" is told in Arabic."""
    before = _SIDE_OF.search(sentence.before(toponym.start, 20)) if toponym and toponym.level == "country" else None
    if toponym is None or before is None:
        return toponym
    start = toponym.start - len(before[0])
    return replace(toponym, name=sentence.text[start : toponym.end], start=start, core_start=start)


_BESIDE = 3
_ACTS = re.compile(r"\s(?:has\s|have\s|had\s|also\s){0,2}")  # "shelling in Kesra displaced 400 people"
_ARRIVED = re.compile(r"arrived", re.IGNORECASE)
_IN = re.compile(r"\b[Ii]n\s(?:the\s)?$|(?<!\w)في\s$")


def _of_all(sentence: Sentence, verb: re.Match[str], count: Count) -> Ends:
    """Place of a number of displaced people: "the number of displaced people in A stands at 3,000"."""
    named = [t for t in sentence.toponyms if verb.end() <= t.start < count.start]
    if not named:
        return Ends()
    away = re.search(r"\bfrom\s(?:the\s)?$|(?<!\w)من\s$", sentence.before(named[0].start, 12), re.IGNORECASE)
    return Ends(origin=named[0]) if away else Ends(destination=named[0])


def _directed(
    sentence: Sentence, count: Count, verb: re.Match[str], bounds: tuple[int, int]
) -> tuple[list[Toponym], list[Toponym]]:
    """Places behind words such as "from" and "to"; what is listed goes with what it follows."""
    origins: list[Toponym] = []
    destinations: list[Toponym] = []
    current: list[Toponym] | None = None
    moved = bool(_MOVED.match(verb[0]))
    part = _INCLUDING.search(sentence.text, max(count.end, verb.end()), sentence.end)
    for toponym in sentence.toponyms:
        if toponym.start >= bounds[1] or (part and toponym.start > part.start()):
            break
        if toponym.start < min(count.start, verb.start()) or inside(toponym.start, sentence.quotes):
            continue
        before = _undirected(sentence.before(toponym.start, 70))
        if _WITHIN.search(before) or (_FROM.search(before) and not (moved and before.endswith("of "))):
            current = origins
        elif toponym.start < verb.start() and re.search(r"\bin\s(?:the\s)?$", before, re.IGNORECASE):
            current = origins  # "people in X were displaced"
        elif _THROUGH.search(before) and not origins:
            current = origins
        elif _INTO.search(before) or toponym.near:
            current = destinations if moved or not before.rstrip().endswith(" in") or not current else current
        if current is not None:
            current.append(toponym)
    return origins, destinations


_MOVED = re.compile(
    r"(?:chose\sto\s)?mov|relocat|arriv|sought|took|cross|pour|stream|flock|resid|يقيم|return|went|came\sback|have\sreturned|remain|shelter|stay|are\sstaying|living",
    re.IGNORECASE,
)
_WITHIN = re.compile(r"\bdisplaced\s(?:in|within|across)\s(?:the\s)?$", re.IGNORECASE)
_THROUGH = re.compile(r"\b(?:came\sout|left|exited)\s(?:[\w-]+\s){0,4}(?:through|via)\s(?:the\s)?$", re.IGNORECASE)
_SIDE = r"(?:north|south)(?:[-\s]?(?:east|west))?|east|west"
_PART_OF_IT = re.compile(
    rf"\b(?:from|fled|left|(?:displaced|homes)\s(?:in|across))\s(?P<en>the\s(?:country['’]s\s)?(?:{_SIDE})(?:ern\sregions?)?"
    r"(?:\sof\sthe\scountry)?)(?![\w-]|\s(?:of|(?-i:[A-Z])))"
    r"|(?<!\w)(?:من|عن)\s(?P<ar>(?:شمال|جنوب|شرق|غرب)ي?(?:\s(?:شرق|غرب)ي?)?\sالبلاد)(?!\w)",
    re.IGNORECASE,
)


def _part_of_a_country(sentence: Sentence, bounds: tuple[int, int]) -> Toponym | None:
    """A side of a country that is not named: "from the north-west"; which one it is stays open."""
    found = _PART_OF_IT.search(sentence.text, *bounds)
    if found is None:
        return None
    start, end = found.span("en" if found["en"] else "ar")
    words = sentence.text[start:end]
    return Toponym(words, start, end, start, end, "country", "", locative=True, near=False, known=False)


_THE_AREA = re.compile(r"(?:fled|left|fleeing|leaving)\sthe\s(?:area|town|city|village|region)\b", re.IGNORECASE)


def _undirected(before: str) -> str:
    """The words before a toponym without "southern", "rural" and the like."""
    return (
        re.sub(
            r"(?:(?<!\w)(?:شمال|جنوب|شرق|غرب)ي?|(?:(?:north|south)(?:-?(?:east|west))?|east|west|central)(?:ern)?|rural|greater|mainly|and|\s)+$",
            "",
            before,
            flags=re.IGNORECASE,
        )
        + " "
    )


def _one_of(ends: list[Toponym]) -> Toponym | None:
    """A list of several places with the division they lie in is known to the division."""
    divisions = [t for t in ends if t.level == "division"]
    return divisions[0] if len(ends) > 2 and divisions else ends[0] if ends else None
