"""Counts of people and things in running text: digits and words, ranges, and how firmly they are told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from geo.reports import arabic
from geo.reports.lexicon import Lexicon

_UNDER_TWENTY = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen"
)
_TENTHS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_ONES = {word: number for number, word in enumerate(_UNDER_TWENTY.split("|"))} | arabic.ONES
_TENS = {w: 10 * n for n, w in enumerate(_TENTHS.split("|"), 2)} | arabic.TENS
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000} | arabic.SCALES
_WORD = "|".join(arabic.TEENS.get(w, w) for w in sorted((*_ONES, *_TENS, *_SCALES), key=len, reverse=True))
_DIGITS = r"\d{1,3}(?:[,\u066c\u00a0 ]\d{3})+(?!\d)|\d+(?:\.\d+)?"
# "A hundred and five" is one number, "five and seven" are two; in Arabic the ones come before the tens.
_JOINS = (
    rf"-|(?:(?<=hundred)|(?<=thousand)|(?<=million))\sand\s|\sو(?={'|'.join((*arabic.TENS, *arabic.SCALES))})"
    r"|(?:(?<=مئة)|(?<=مائة)|(?<=ألف))\sو|\s"
)
_SPELLED = rf"(?:a\s(?=(?:hundred|thousand|million)\b))?(?:{_WORD})(?:(?:{_JOINS})(?:{_WORD}))*"
_PERSON = (
    r"soldier|civilian|man|woman|child|fighter|person|officer|journalist|rebel|militant|pilot|girl|boy|militiaman"
    r"|commander|policeman|medic|doctor|worker|teenager|infant|baby|combatant|member|major|lieutenant|colonel|captain"
    r"|sergeant|general|leader|sheikh|imam|teacher|activist|driver|student|farmer|shepherd|operator|guard|agent|sniper"
    r"|brother|sister|mother|father|son|daughter|neighbour|neighbor|volunteer|trader|shopkeeper|rescuer|photographer|reporter|lawyer|pharmacist|baker|bomber|judge|mayor|nurse|paramedic|refugee|villager|resident|protester|attacker|gunman|operative|minor|contractor"
    r"|serviceman|trooper|bystander|prisoner|detainee|spy|smuggler|guardsman|cleric|politician|engineer"
)
# "a headmaster was assassinated", "an X and Y was killed" none
_VICTIM = (
    r"\s(?:(?!(?:in|which|when|where|by|that|and|of|who)\b)[\w-]+\s){1,3}was\s(?:\w+ly\s)?"
    r"(?:killed|assassinated|murdered|executed|martyred|wounded|injured|shot\sdead|gunned\sdown)\b"
)
_KIN = "brother|sister|mother|father|wife|husband|son|daughter|uncle|cousin|nephew|driver|bodyguard|infant|baby|child"
# One person that no noun counts: "another was wounded", "he died on the spot", "and his brother"
_ALONE = (
    r"(?:another|a\s(?:second|third|fourth|fifth|sixth))(?=\s(?:was|died)\b)"
    r"|(?:he|she)(?=\s(?:died\s(?:on\sthe\sspot|instantly|immediately|at\sonce)|was\s(?:\w+ly\s)?killed|lost\s(?:his|her)\slife)\b)"
    rf"|(?:his|her|their)(?=\s(?:[\w-]+\s)?(?:{_KIN})\b)"
)
_NOT_PEOPLE = re.compile(
    r"\s*(?:%|percent|per\scent|km|kilomet|mile|met(?:er|re)|hour|day|week|month|year|minute|o'clock|am\b|pm\b|-year|-day"
    r"|degree|million\sdollar|dollar|euro|lira|(?:[\w-]+\s){0,2}(?:tanks?|vehicles?|houses?|homes|buildings|schools"
    r"|hospitals|villages|towns|aircraft|helicopters?|guns?|rockets|missiles|shells|bombs|barrels|mines|raids|camps|facilities|residential\sareas|family|families"
    r"|households|airstrikes|strikes|attacks|times)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Count:
    """A number as told: lowest, best and highest (None: not said), its qualifier, and where it stands."""

    low: int | None
    best: int | None
    high: int | None
    qualifier: str
    start: int
    end: int

    def plus(self, other: Count) -> Count:
        """Sum of two counts told together, as in "five soldiers and two civilians"."""
        low, best, high = (
            None if a is None or b is None else a + b
            for a, b in ((self.low, other.low), (self.best, other.best), (self.high, other.high))
        )
        return Count(low, best, high, self.qualifier or other.qualifier, self.start, other.end)

    def agrees(self, other: Count) -> bool:
        """Whether both may tell the same number: "several" agrees with five, four does not."""
        if 0 in {self.high, other.high}:
            return True  # "no casualties were reported" holds until a number is told
        if self.best is not None and other.best is not None:
            return self.best == other.best
        low = max(c for c in (self.low, other.low, 0) if c is not None)
        return all(c is None or c >= low for c in (self.best, other.best, self.high, other.high))

    def better(self, other: Count | None) -> Count:
        """The more exact of two that agree; a number wins over "none reported"."""
        if other is None or other.high == 0:
            return self
        return other if self.high == 0 or (self.best is None and other.best is not None) else self


@lru_cache(maxsize=2)
def _pattern(vague: tuple[str, ...], qualifiers: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(w.replace(" ", r"\s") for w in sorted(vague, key=len, reverse=True))
    before = "|".join(q.replace(" ", r"\s") for q in sorted(qualifiers, key=len, reverse=True))
    number = rf"{arabic.MILLIONS}|(?:{_DIGITS})(?:\s(?:hundred|thousand|million|ألفا?|آلاف|مليون|ملايين))?|{_SPELLED}"
    return re.compile(
        rf"(?:(?<![\w.,/$€£-])|(?<=\sو))(?:(?P<qualifier>{before})\s)?(?:(?P<between>between)\s)?"
        rf"(?:(?P<vague>{words})|(?P<number>{number})(?:\s?(?(between)and|(?:-|–|to|or))\s?(?P<until>{number}))?"
        rf"|{arabic.SINGLE}"
        rf"|(?P<pair>an?)(?=\s(?:[\w-]+\s){{0,2}}couple\b(?!\sof\b))"
        rf"|(?P<one>an?)(?=\s(?:[\w-]+\s){{0,5}}(?:{_PERSON})\b|{_VICTIM})|(?P<kin>{_ALONE})"
        rf"|(?P<both>both)(?=\s(?:of\sthem|(?:of\s)?(?:the\s)?(?:[\w-]+\s)?(?:(?:{_PERSON})s?|men|women))\b(?!\sand\b)))"
        rf"(?![\w/)]|[.,]\d|-[a-z])",
        re.IGNORECASE,
    )


def find_counts(text: str, start: int, end: int, lexicon: Lexicon) -> list[Count]:
    """All counts between two offsets, in order; times, distances, percentages and sums of money are left out."""
    limits = lexicon.raw["qualifiers"]
    pattern = _pattern(tuple(lexicon.raw["numbers"]), tuple(q for qs in limits.values() for q in qs))
    counts = []
    for match in pattern.finditer(text, start, end):
        if _UNITS.match(text, match.end(), end) or _LABEL.search(text, max(start, match.start() - 6), match.start()):
            continue
        count = _count(match, limits, lexicon.raw["numbers"])
        if count:
            counts.append(count)
    return counts


_UNITS = re.compile(
    r"\s?(?:%|percent\b|per\scent\b|-?(?:km|kilomet|mile|met(?:er|re)|hours?|days?|weeks?|months?|years?|minutes?)\b"
    r"|(?:am|pm|a\.m|p\.m|°)\b|kilomet|st\b|nd\b|rd\b|th\b)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:No\.|No|#)\s?$")


def counts_people(text: str, count: Count) -> bool:
    """Whether what follows a count can be people; "three tanks" and "20 houses" are not."""
    return not _NOT_PEOPLE.match(text, count.end)


def _count(match: re.Match[str], limits: dict[str, list[str]], vague: dict[str, list[int]]) -> Count | None:
    qualifier = " ".join((match["qualifier"] or "").lower().split())
    where = match.start(), match.end()
    if match["vague"]:
        low, best, high = (None if n < 0 else n for n in vague[" ".join(match["vague"].lower().split())])
        words = f"{qualifier} {match['vague'].lower()}".strip()
        return Count(low, best, high, "" if best is not None else words, *where)
    if match["both"] or match["pair"]:
        return Count(2, 2, 2, "", *where)
    number = 1 if match["one"] or match["kin"] or match["single"] else _value(match["number"])
    if number is None:
        return None
    until = _value(match["until"]) if match["until"] else None
    if until is not None:
        return Count(number, None, until, qualifier, *where) if until > number else None
    if qualifier in limits["at_least"]:
        return Count(number, number, None, qualifier, *where)
    if qualifier in limits["at_most"]:
        return Count(None, number, number, qualifier, *where)
    if qualifier:
        return Count(None, number, None, qualifier, *where)
    return Count(number, number, number, "", *where)


def _value(words: str) -> int | None:
    """Whole number of digits or words; None if it is none, as 4.5."""
    total, part = 0.0, 0.0
    for piece in re.findall(r"\d[\d,\u066c\u00a0 .]*\d|\d|[^\W\d_]+", words.lower()):
        if piece[0].isdigit():
            number = float(re.sub(r"[,\u066c\u00a0 ]", "", piece)) if piece.count(".") < 2 else -1.0
            if number < 0 or number > 1e10 or len(piece) > 18:
                return None
            part = number
        elif piece in _SCALES:
            scale = _SCALES[piece]
            part = (part or 1) * scale
            if scale > 100:
                total, part = total + part, 0
        elif piece != "and":
            bare = piece if piece in _ONES or piece in _TENS else piece.removeprefix("و")
            part += _ONES.get(bare, _TENS.get(bare, 0))
    total += part
    return int(total) if total == int(total) else None
