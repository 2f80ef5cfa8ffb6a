"""Reading what coders write around a place name: generic words, sides, larger units, several names in one.

Rules are about languages only.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from geo.names.letters import ARABIC, ARABIC_ARTICLE, fold
from geo.names.sounds import qualifier

Relation = Literal["", "near", "countryside", "direction", "part", "front", "spot", "neighbourhood"]
UnitHint = Literal["", "populated", "admin1", "admin2", "admin3", "country", "spot", "camp"]

_LONGEST = 300  # no place name is longer; hostile cells are


class ToponymParts(NamedTuple):
    """A toponym as coders write it, taken apart.

    ``core`` is the name proper; ``others`` are further names of the same place ("A / B", "A (B)"); ``within`` are
    the larger units it is said to lie in ("A, B"); ``several`` are names of different places ("A or B").
    ``relation`` says how the spot lies to the core and widens its precision; ``unit_hint`` is the kind of thing the
    writer says it is; ``detail`` is the part of a city ("A - Quarter") or the side ("east of A", "southern A").
    ``spot`` is the name with the word that makes it a spot ("A Airport"), and the relation without that word;
    ``calls_it_village`` that the writer says "village" ("town" is said of any place). ``by`` is the place that it is
    said to lie in or by ("A near B", "the road between A and B").
    """

    core: str
    others: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    relation: Relation = ""
    unit_hint: UnitHint = ""
    detail: str = ""
    spot: tuple[str, Relation] = ("", "")
    calls_it_village: bool = False
    by: str = ""


_UNIT_WORDS: dict[UnitHint, str] = {
    "populated": "town village city settlement hamlet municipality township community locality suburb koyu kasabasi "
    "selo misto مدينه بلده قريه",
    "admin1": "governorate province region state oblast krai wilaya wilayat wilayah muhafazah muhafazat muhafaza "
    "mohafaza mohafazat ili محافظه ولايه",
    "admin2": "district mantika mintaqat mintaqah mantiqa raion rayon markaz county منطقه قضاء",
    "admin3": "subdistrict nahiya nahiyah nahia nahya ناحيه",
    "camp": "camp camps مخيم مخيمات",
    "spot": "airport airbase airfield base checkpoint checkpoints crossing junction crossroads roundabout bridge dam "
    "farm farms field fields mountain mountains mount hill hills valley river lake road highway barracks prison "
    "hospital university factory plant silos quarry quarries headquarters port station square market school mosque "
    "forest island heights heliport brigade complex project sector desert steppe badia basin plain reservoir oilfield "
    "oilfields gasfield gasfields prison garrison facility pass مطار جسر سد حاجز معبر",
}
_VILLAGE = frozenset({"village", "hamlet", "koyu", "selo", "قريه"})
_UNITS = {word: hint for hint, words in _UNIT_WORDS.items() for word in words.split()}
_WITH_SPOTS = (
    "military air army international airforce gas oil defence defense border housing residential thermal power pumping "
    "central industrial research fuel fueling fuelling supply logistics training artillery armored armoured missile "
    "radar ammunition storage"
)
_SPOT_WORDS = frozenset(_WITH_SPOTS.split())
_CAMP_WORDS = frozenset({"idp", "idps", "refugee", "refugees", "displaced", "displacement"})
_NUMERALS = frozenset({"i", "ii", "iii", "iv", "v"})
_AROUND_WORDS: dict[Relation, str] = {
    "near": "near nearby beside around outside vicinity outskirts surroundings environs area areas "
    "قرب بالقرب محيط اطراف",
    "countryside": "countryside rural rif reef ريف بريف",
    "front": "frontline frontlines front fronts axis محور جبهه",
}
_AROUND = {word: relation for relation, words in _AROUND_WORDS.items() for word in words.split()}
_SIDES = "(?:north|south)?[ -]?(?:east|west)|north|south"
_SIDED_WORD = rf"(?:{_SIDES}|central)(?:ern)?[ -]+"
_EDGES = "outskirts|suburbs?|vicinity|surroundings|environs|edge"
_DIRECTION = re.compile(rf"^({_SIDES})(?:ern)?[ -]+(?:side[ -]+)?of[ -]+", re.IGNORECASE)
_ARABIC_DIRECTION = re.compile(r"^(شمال|جنوب|شرق|غرب)(?: (شرق|غرب))? (?=\w)")
_PART = re.compile(rf"^({_SIDES}|central)(?:ern)?[ -]+(?=\w)", re.IGNORECASE)
# "the eastern countryside of X" and "eastern rural X" lie around X; the side says no more than the word after it.
_SIDED = re.compile(
    rf"^(?:{_SIDES}|central)(?:ern)?[ -]+(?=(?:(?:countryside|{_EDGES}|areas?)[ -]+of|rural)[ -])",
    re.IGNORECASE,
)
_DISTANCE = re.compile(r"^\d+(?:[.,]\d+)? ?(?:km|kilomet(?:er|re)s?|miles?|mi|m)\b[ -]*", re.IGNORECASE)
# What a distance or a side begins with; most names begin with nothing of it.
_LED = re.compile(rf"\s*(?:\d|{_SIDES}|central|شمال|جنوب|شرق|غرب)", re.IGNORECASE)
_LINKS = frozenset({"of", "the", "in", "to", "من", "في"})
# "A near B", "A, north of B", "A in the eastern countryside of B": what stands between the two.
_BY = re.compile(
    r"(?:\s\([^)]*\))?,?\s(?:which\s(?:is|lies)\s)?(?:(?:just|located|lying|situated)\s)?(?:"
    rf"(?:in|on|at|to)\s(?:the\s)?(?:{_SIDED_WORD})?(?:countryside|{_EDGES}|areas?|side)\sof"
    rf"|(?:to\s)?(?:the\s)?(?:{_SIDES})\sof|(?:(?:in|on)\sthe\s(?:area|road)\s)?between"
    r"|(?P<close>near|close\sto)|outside|(?P<plain>in|of)"
    rf")\s(?:the\s)?(?:{_SIDED_WORD})?(?:rural\s)?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"(?:between|(?:road|highway|motorway|railway|route|line|axis|areas?)\s(?:between|connecting|linking|from))\s(?:the\s)?"
    r"(?P<first>.+?)\s(?:and|to|with)\s(?P<second>.+)",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"\s+(?:or|and|&|و|او|أو)\s+|\s*;\s*", re.IGNORECASE)
_COMMA = re.compile(r"\s*[,،]\s*")
_SUBDISTRICT = re.compile(r"\bsub[- ]district\b", re.IGNORECASE)
_SAME = re.compile(r"\s*[/\\|=]\s*|\s+(?:aka|a\.k\.a\.|also known as)\s+", re.IGNORECASE)
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_DASH = re.compile(r"\s+[-–—:]\s+")
# What any of the patterns above but those at the start of a name needs; most names have nothing of it.
_COMPOSED = re.compile(
    r"[][(),،/\\|=;&:]|\s[-–—]|[-–—]\s|\bsub[- ]"
    r"|(?:^|\s)(?:between|or|and|و|او|أو|aka|a\.k\.a\.|also|near|outside|in|of|from)\s",
    re.IGNORECASE,
)
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def parse_toponym(text: str) -> ToponymParts:
    """Take apart a place name as coders write it; never fails, whatever the text.

    >>> parse_toponym("east of Upper Kafr town").relation, parse_toponym("Abu Tall village").core
    ('direction', 'Abu Tall')
    """
    short = text[:_LONGEST]
    plain = " ".join((short if short.isprintable() else _SPACES.sub(" ", short)).split())
    if not _COMPOSED.search(plain):
        return _strip(plain) if fold(plain) else ToponymParts("")
    plain = _SUBDISTRICT.sub("subdistrict", plain)
    inside = tuple(a or b for a, b in _BRACKETS.findall(plain))
    plain = _SPACES.sub(" ", _BRACKETS.sub(" ", plain)).strip()
    road = _BETWEEN.fullmatch(plain)
    if road:
        ends = road["first"], road["second"]
        return _strip(ends[0])._replace(relation="near", by=ends[1], several=tuple(_strip(e).core for e in ends))
    beside = _beside(plain)
    if beside:
        return beside
    several = tuple(p for p in _SEVERAL.split(plain.removeprefix("between ")) if fold(p))
    if len(several) > 1:
        pieces = tuple(c for p in several[:5] for c in _COMMA.split(p) if fold(c))
        return ToponymParts(plain, several=tuple(_strip(p).core for p in pieces))
    first, *containers = [p for p in _COMMA.split(plain) if fold(p)] or [""]
    names = [n for n in _SAME.split(first) if fold(n)]
    if not names:
        return ToponymParts("")
    whole, *rest = _DASH.split(names[0], maxsplit=1)
    parts = _strip(whole)
    others = [c for c in (_strip(o).core for o in (*names[1:], *inside)) if c and c != parts.core]
    found = parts
    if others or containers:
        found = parts._replace(others=tuple(dict.fromkeys(others)), within=tuple(containers[:3]))
    if rest and fold(rest[0]):
        return found._replace(relation="neighbourhood", detail=_strip(rest[0]).core)
    return found


def _beside(name: str) -> ToponymParts | None:
    """The parts of "A near B"; None if nothing is said to lie by another place."""
    for link in _BY.finditer(name):
        head, rest = name[: link.start()], name[link.end() :]
        parts = _strip(head)
        if not parts.core or _SIDE.fullmatch(parts.core) or not _links(link, head):
            continue
        wide = parts.relation in ("countryside", "part") or parts.unit_hint in _ADMIN
        if link[0].rstrip().endswith("between"):
            rest = _SEVERAL.split(rest)[0]
        if wide or not fold(rest) or _SEVERAL.search(rest) or any(p.search(head) for p in (_COMMA, _SAME, _SEVERAL)):
            return None
        other = _strip(rest)
        led = parts.relation == "direction" and (link["close"] or other.calls_it_village)
        if led or (_WAY.search(head) and other.unit_hint not in _ADMIN):  # "east of A near B", "the A road in B"
            return other._replace(relation="near", by=parts.core)
        return parts._replace(by=rest, within=tuple(_COMMA.split(rest)[1:4]))
    return None


_ADMIN = ("admin1", "admin2", "admin3")
_WAY = re.compile(r"\s(?:road|highway|motorway|street)$", re.IGNORECASE)
_SIDE = re.compile(rf"(?:{_SIDES}|central)(?:ern)?", re.IGNORECASE)


def lies_by(text: str, start: int, end: int) -> bool:
    """Whether the words between two names say that the first lies in or by the second, as in "A hill, east of B"."""
    begin = start
    while (word := _WORD.match(text, start, end)) is not None and word[1].lower() in _GROUNDS:
        start = word.end()
    link = _BY.fullmatch(text, start, end)
    return link is not None and _links(link, text[max(0, begin - 30) : start])


def _links(link: re.Match[str], head: str) -> bool:
    """Whether "of" follows a word for what lies there: "the old quarter of B", but not "Hill of B"."""
    if link["plain"] is None or link["plain"].lower() != "of":
        return True
    words = head.split()
    return len(words) > 1 and fold(words[-1]) in _GROUNDS


_WORD = re.compile(r"\s([a-z]+)")
_GROUNDS = frozenset(
    {"area", "cemetery", "neighborhood", "neighbourhood", "point", "quarter"}.union(
        _UNITS, _SPOT_WORDS, _CAMP_WORDS, _AROUND_WORDS["front"].split()
    )
)


def road_ends(core: str) -> list[tuple[str, str]]:
    """The two names that "A-B", the name of a road, may be made of: at each of its hyphens.

    >>> road_ends("Ahmar-Tell-Dall")
    [('Ahmar', 'Tell-Dall'), ('Ahmar-Tell', 'Dall')]
    """
    return [(core[: m.start()].strip(), core[m.end() :].strip()) for m in _HYPHEN.finditer(core)]


_HYPHEN = re.compile(r"(?<=\w)\s?[-–]\s?(?=\w)")


def _strip(name: str) -> ToponymParts:
    """Peel generic words from both ends until the name proper is left; nothing is left of generic words alone."""
    directed = None
    if _LED.match(name):
        name = _SIDED.sub("", _DISTANCE.sub("", name.strip()))
        directed = _DIRECTION.match(name) or _ARABIC_DIRECTION.match(name)
    words = name[directed.end() :].split() if directed else name.split()
    folded = [fold(w) for w in words]
    low, high, relation, hint = _peel(folded)
    core = " ".join(words[low:high])
    village = hint == "populated" and not _VILLAGE.isdisjoint(folded[:low] + folded[high:])
    spot: tuple[str, Relation] = ("", "")
    if hint == "spot":
        first, last, around, _ = _peel(folded, spots=False)
        spot = (" ".join(words[first:last]), "direction" if directed else around)
    if directed:
        side = fold(directed[0]).removesuffix(" of")
        return ToponymParts(core, relation="direction", unit_hint=hint, detail=side, spot=spot)
    if relation == "countryside" or hint in ("admin1", "admin2", "admin3", "country"):
        side, rest = part_of(core)
        if side:
            return ToponymParts(rest, relation="part", unit_hint=hint, detail=side)
    return ToponymParts(core, relation=relation, unit_hint=hint, spot=spot, calls_it_village=village)


def _peel(words: list[str], *, spots: bool = True) -> tuple[int, int, Relation, UnitHint]:
    """Where the name proper begins and ends among folded words, and what the peeled words said."""
    low, high = 0, len(words)
    relation: Relation = ""
    hint: UnitHint = ""
    while low < high:
        last = high - 1
        for at in (low, last):
            word = words[at]
            spot = _UNITS.get(word) == "spot"
            # "Base" or "mountain" before a name belongs to it in most languages; in Arabic it comes first.
            if spot and not (spots and (at == last or ARABIC.match(word))):
                continue
            if (
                word in _LINKS
                or not word
                or word in _UNITS
                or word in _AROUND
                or (hint == "spot" and word in _SPOT_WORDS)
                or (hint == "camp" and word in _CAMP_WORDS)
                or (at == last > low and _is_number(word) and (hint or words[last - 1] in _UNITS))
            ):
                hint = hint or _UNITS.get(word, "")
                relation = relation or ("spot" if spot else _AROUND.get(word, ""))
                low, high = (low + 1, high) if at == low else (low, last)
                break
        else:
            break
    return low, high, relation, hint


def _is_number(word: str) -> bool:
    return word.isdigit() or word in _NUMERALS


def part_of(core: str) -> tuple[str, str]:
    """("southern", "Highland") of "southern Highland", also of "ريف إدلب الجنوبي"; no side: ("", core)."""
    found = _PART.match(core)
    if found:
        return fold(found[0]), core[found.end() :]
    rest, _, last = core.rpartition(" ")
    word = ARABIC_ARTICLE.sub("", fold(last))
    if rest and ARABIC.match(word) and qualifier(word) in ("e", "w", "n", "s"):
        return word, rest
    return "", core
