"""The words around a place name: what unit they call it, whether something happened there, near it or towards it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from geo.geoparse.spans import Mention
from geo.reports.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Around:
    """What the words around a name say: bounds of the expression, its unit, and whether something happened there.

    ``full_start`` is where the words of direction begin, ``close_start`` where "near" does, if it is said. ``many``:
    the word before announces several names, as in "the villages of X, Y and Z".
    """

    start: int
    end: int
    full_start: int
    unit: str | None
    locative: bool
    close: bool
    close_start: int
    many: bool


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """The lexicon's words around place names, as patterns."""

    after: re.Pattern[str]
    before: re.Pattern[str]
    directions: re.Pattern[str]
    preposition: re.Pattern[str]
    near: re.Pattern[str]
    units: tuple[tuple[str, re.Pattern[str]], ...]
    followers: re.Pattern[str]
    waters: re.Pattern[str]

    def read(self, text: str, core_start: int, core_end: int, floor: int = 0) -> Around:
        """What the words around a name say; those before ``floor`` are none of them: "the Free State in X"."""
        start, end = core_start, core_end
        after = self.after.match(text, end)
        unit = after.lastgroup if after else None
        before = self.before.search(text, max(floor, start - 40), start)
        if after and unit != "spot":
            end = after.end()
        if before and not unit:
            around = "around" if before["around"] else "edge" if before["edge"] else None
            unit = around or self.unit_kind(before["unit"] or before["spot"])
            # "the airport of X" is at X for all that is known, "a residential district of X" in the town
            quarter = unit == "district" and _QUARTER.search(text, max(floor, start - 60), before.start()) is not None
            unit = "settlement" if quarter else unit
            start = start if before["many"] or quarter or (unit == "spot" and before["spot"]) else before.start()
        directed = self.directions.search(text, max(0, start - 40), start)
        full_start = directed.start() if directed else start
        start -= 0 if _OF.search(text[start:core_start]) else _side(text, start)
        close = self.near.search(text, max(0, full_start - 24), full_start)
        at = self.preposition.search(text, max(0, full_start - 48), full_start)
        road = ON_ROAD.search(text, max(floor, full_start - 40), full_start)
        close_start = close.start() if close else start
        many = before is not None and (before["many"] is not None or before["spot"] in _SEVERAL)
        return Around(start, end, full_start, unit, bool(at or before or road), bool(close or road), close_start, many)

    def around(self, text: str, core_end: int, end: int) -> bool:
        """Whether what is said behind a name is the land around it, as in "the X countryside"."""
        units = dict(self.units)
        return end > core_end and any(units[u].search(text, core_end, end) for u in ("around", "edge"))

    def unit_kind(self, word: str) -> str | None:
        """The kind of unit that a word names."""
        return next((kind for kind, pattern in self.units if pattern.fullmatch(word)), None)

    def holds(self, text: str, mention: Mention) -> bool:
        """Whether a name of the gazetteer is a place here, also in the name of what stands there: "X Airport"."""
        if mention.score >= 0:
            return True
        if "the" in mention.traits and self.after.match(text, mention.end):
            return bool(
                self.preposition.search(text[max(0, mention.start - 24) : mention.start])
            )  # "at the X air base"
        after = self.after.match(text, mention.end) if "part of a body" in mention.traits else None
        return after is not None and mention.score >= mention.traits["part of a body"]

    def is_water(self, text: str, start: int) -> bool:
        """Whether the words before a name make it a river or a lake: "from the other bank of the X"."""
        return self.waters.search(text, max(0, start - 40), start) is not None

    def wants(self, text: str, mention: Mention) -> bool:
        """Whether the words around a name that no gazetteer holds want a place: "in X", "X village", "captured X"."""
        doubt = sum(mention.traits.get(trait, 0.0) for trait in _DOUBTS)
        if mention.name is not None or mention.score < doubt or self.followers.match(text, mention.end):
            return False
        lead = text[max(0, mention.start - 24) : mention.start]
        if self.before.search(lead) or _AT.search(lead):
            return True
        after = self.after.match(text, mention.end)
        unit = after is not None and after.lastgroup in {"settlement", "spot", "around", "edge"}
        return unit and bool(self.preposition.search(lead))


# What stands before the first of the ends of a road: "the road between X and Y".
ON_ROAD = re.compile(
    r"\b(?:road|highway|motorway|route|line|axis|areas?)\s(?:between|connecting|linking|from)\s(?:the\s)?$",
    re.IGNORECASE,
)


def _side(text: str, start: int) -> int:
    """Letters of one word of direction before an offset; of "southern and eastern" neither alone would be right."""
    side = _SIDE.search(text[max(0, start - 40) : start])
    if side is None or re.search(r"\b(?:and|or)\s$", text[max(0, start - 40) : start - len(side[0])]):
        return 0
    return len(side[0])


_OF = re.compile(r"^(?:city|town|village)\sof\s$", re.IGNORECASE)  # "the northern town of X" is all of it
_SIDE = re.compile(
    r"(?<!\w)(?:(?:(?:north|south)(?:-?(?:east|west))?|east|west|central)(?:ern)?|rural|greater)\s$", re.IGNORECASE
)


_BEGIN = r"(?:(?<!\w)|(?<=(?<!\w)[وفبل]))"  # of a word, also behind an Arabic one that is joined to it
_SEVERAL = frozenset(  # towns, villages and fronts, two or more
    {"مدن", "بلدات", "قرى", "بلدتي", "قريتي", "مدينتي", "axes", "fronts", "frontlines"}
)


def place_words(lexicon: Lexicon) -> PlaceWords:
    """Compile the lexicon's words around place names."""
    places = lexicon.raw["places"]
    kinds = ("division", "district", "settlement", "spot", "around", "edge", "border")
    units = {kind: "|".join(places[kind]) for kind in kinds}
    after = "|".join(f"(?P<{kind}>{words})" for kind, words in units.items())
    directions = "|".join(places["directions"])
    locative = "|".join(sorted(places["locative"], key=len, reverse=True))
    held = rf"[\w-]+-(?:{'|'.join(places['held'])})"
    return PlaceWords(
        re.compile(rf"(?:['’]s)?[\s-]+(?![ء-ي])(?:{after})(?!\w)", re.IGNORECASE),
        re.compile(
            rf"{_BEGIN}(?:(?P<unit>{units['division']}|{units['district']})s?(?:\s(?:of|in)|(?<=[\u0621-\u064a]))"
            rf"|(?P<spot>{units['settlement']}|{units['spot']})(?P<many>s)?(?:\sof|:)?)\s$"
            rf"|(?<!\w)(?:(?P<around>countryside|areas?|axis|axes|front|frontline)|(?P<edge>{units['edge']}))\sof\s$",
            re.IGNORECASE,
        ),
        re.compile(rf"(?<!\w)(?:(?:{directions})(?:\s|\sand\s))+$", re.IGNORECASE),
        re.compile(rf"{_BEGIN}(?:{locative})\s+(?:the\s+|an?\s+)?(?:{held}\s+)?$", re.IGNORECASE),
        re.compile(rf"{_BEGIN}(?:{'|'.join(places['near'])})\s+(?:the\s+)?$", re.IGNORECASE),
        tuple((kind, re.compile(rf"(?:{units[kind]})s?", re.IGNORECASE)) for kind in kinds[:6]),
        re.compile(rf"\s(?:{'|'.join(places['followers'])})(?!\w)"),
        re.compile(rf"(?<!\w)(?:{'|'.join(places['waters'])})\s(?:the\s)?$"),
    )


_DOUBTS = ("unlisted", "unlisted feature", "any name")
_AT = re.compile(
    r"(?<!\w)(?:in|at|near|around|outside|recovered|(?:fled|flee|fleeing|displaced|evacuated)\sfrom|captured|recaptured|seized|retook|shelled|bombed|stormed|entered|on|into|towards"
    r"|bombarded|pounded|control\s(?:of|over)|attack(?:s|ed)?\son|attacked|targeted|besieged|encircled|cleared|controlled)\s+"
    r"(?:(?:the|al|el|ul)\s)?(?:entire\s|whole\s|[\w-]+-(?:held|controlled|occupied|run|ruled|besieged)\s)?$",
    re.IGNORECASE,
)
_QUARTER = re.compile(
    r"(?<!\w)(?:residential|crowded|busy|populated|commercial|shopping|wealthy|poor|working-class)\s$"
)
