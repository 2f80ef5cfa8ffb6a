"""When and where: the date and the place that belong to an event word of a sentence."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from geo.codes import DatePrecision
from geo.dates import DateSpan, FoundDate
from geo.names import lies_by
from geo.reports.around import ON_ROAD
from geo.reports.kinds import ATTACK, CLASH
from geo.reports.lexicon import COMBAT, TERRITORY
from geo.reports.places import Toponym
from geo.reports.sentences import Sentence, Trigger
from geo.reports.splitting import inside

NOT_DATES = frozenset({"until", "as of"})
_SPOKEN = re.compile(
    r"\b(?:reporters|said|says|told|warned|reported|announced|stated|added|claimed|statement)\s(?:late\s|early\s)?(?:on\s)?$",
    re.IGNORECASE,
)
_FINITE = re.compile(r"\b(?:\w{3,}ed|\w+ates|says|has|had|have|was|were|is|are)\b", re.IGNORECASE)


def is_spoken(sentence: Sentence, found: FoundDate) -> bool:
    """Whether a date is that of a statement, or stands in direct speech."""
    return bool(_SPOKEN.search(sentence.before(found.start, 40))) or inside(found.start, sentence.quotes)


def year_past(sentence: Sentence) -> re.Match[str] | None:
    """A relative clause that tells of a year: "Kesra, which was gassed in 2017, was shelled on Monday"."""
    return _YEAR_PAST.search(sentence.text, sentence.start, sentence.end) if sentence.dates else None


_YEAR_PAST = re.compile(r",\s(?:which|who|where|whose)\s[^,;]{0,80}\bin\s(?:19|20)\d\d\b(?!\s\d)[^,;]{0,60},\s")


def find_date(sentence: Sentence, trigger: Trigger, *, definite: bool) -> FoundDate | None:
    """The date of an event word: the nearest before it, else the nearest after it in its clause.

    Dates on which something was said are not dates of what happened.
    """
    usable = [d for d in sentence.dates if d.rule not in NOT_DATES and not is_spoken(sentence, d)]
    usable = [d for d in usable if not _ORDINAL.search(sentence.before(d.start, 30))]
    usable = [d for d in usable if d.span] or usable  # a day that is known before "the past days" of an unknown one
    past = year_past(sentence)
    if past and trigger.start >= past.end():
        usable = [d for d in usable if not past.start() <= d.start < past.end()]
    fronted = _FRONTED.match(sentence.text, sentence.start, trigger.start)
    if fronted and any(d.start >= fronted.end() for d in usable):
        usable = [d for d in usable if d.start >= fronted.end()]  # "after taking Kesra last week, they shelled ..."
    # "foiled on Monday an attempt to ...", but not "patrols, which began last year, were suspended"
    within = next(
        (
            d
            for d in usable
            if trigger.start <= d.start < trigger.end and not _in_a_relative_clause(sentence, trigger, d)
        ),
        None,
    )
    before = [d for d in usable if d.end <= trigger.start]
    after = [d for d in usable if d.start >= trigger.end]
    after = [d for d in after if not _of_a_relative_clause(sentence, trigger, d)]
    start, end = sentence.clause(trigger.start)
    if definite:
        before = [d for d in before if trigger.start - d.end < 24]
        after = [d for d in after if d.start < end and not _FINITE.search(sentence.text[trigger.end : d.start])]
    own = [d for d in before if d.start >= start]
    if own or within:
        return within or own[-1]
    rest = [d for d in after if d.start < end] or before or after
    return rest[0] if rest else None


def is_relative(text: str, clause: tuple[int, int]) -> bool:
    """Whether a clause only tells something of what stands before it: ", which was taken on Sunday"."""
    return _RELATIVE.match(text, *clause) is not None


def _in_a_relative_clause(sentence: Sentence, trigger: Trigger, found: FoundDate) -> bool:
    """Whether a date stands in a relative clause that begins after the event word does."""
    clause = sentence.clause(found.start)
    return clause[0] > trigger.start and is_relative(sentence.text, clause)


def _of_a_relative_clause(sentence: Sentence, trigger: Trigger, found: FoundDate) -> bool:
    """Whether a date only dates a happening told beside: "cleared mines in Kesra, which was taken on Sunday"."""
    start, end = sentence.clause(found.start)
    beside = any(start <= t.start < end for t in sentence.triggers)
    return beside and _in_a_relative_clause(sentence, trigger, found)


# "for the fourth time this month" counts, and dates nothing
_ORDINAL = re.compile(r"\btime\s(?:in\s)?$", re.IGNORECASE)
_RELATIVE = re.compile(r",?\s(?:which|who|that)\s", re.IGNORECASE)
_FRONTED = re.compile(r"\s*(?:After|Following|Since)\s[^,;]{1,120},\s")


def _placed(sentence: Sentence, place: Toponym) -> Toponym:
    """A place with the one that it is said to lie in or by: "X hill near Kesra".

    Of one that no gazetteer holds, and of which nothing of the kind is said, the place that the sentence opens with:
    "In Kesra, shells hit X camp".
    """
    if place.level != "place":
        return place
    quarter = _QUARTER.search(sentence.text, place.core_end, place.end)
    road = ON_ROAD.search(sentence.text, max(sentence.start, place.start - 40), place.start)
    end = _OTHER_END.match(sentence.text, place.end) if road else None
    if road and end:
        return replace(place, start=road.start(), by_end=end.end())
    for other in sentence.toponyms:
        if other.start >= place.end and other.level in {"place", "district"} and (other.known or other.near):
            starts = (other.core_start, other.start)
            if any(lies_by(sentence.text, place.end, start) for start in starts):
                end = (
                    _OTHER_END.match(sentence.text, other.end)
                    if _BETWEEN.search(sentence.before(other.start))
                    else None
                )
                return replace(place, by_end=end.end() if end else other.end)
    if quarter:
        return _town_of(sentence, place) or place  # "In Kesra, shells hit the X neighbourhood"
    return place if place.known else _opening(sentence) or place


_BETWEEN = re.compile(r"\bbetween\s(?:the\s)?$", re.IGNORECASE)
_OTHER_END = re.compile(
    r"\s(?:and|to|with)\s(?:the\s(?:[a-z]+\sof\s)?)?(?:[a-z]{2}-)?[A-Z][\w'’-]*(?:\s(?:[a-z]{2}[\s-])?[A-Z][\w'’-]*){0,3}"
)


def _opening(sentence: Sentence) -> Toponym | None:
    """The known place that a sentence opens with."""
    first = next((t for t in sentence.toponyms if t.known and t.level != "country"), None)
    return first if first and _OPENS.fullmatch(sentence.text, sentence.start, first.start) else None


def _town_of(sentence: Sentence, quarter: Toponym) -> Toponym | None:
    """The town of a quarter: of "the X neighbourhood of Kesra", or the one that the sentence opens with."""
    after = next(
        (t for t in sentence.toponyms if t.core_start >= quarter.end and t.known and t.level != "country"), None
    )
    if after and _OF_TOWN.fullmatch(sentence.text, quarter.end, after.core_start):
        return as_town(replace(after, start=after.core_start))
    first = _opening(sentence)
    return as_town(first) if first else None


def as_town(place: Toponym) -> Toponym:
    """A name that a first division shares with its town, where it must be the town: what has quarters is one."""
    bare = (place.start, place.end) == (place.core_start, place.core_end)
    return replace(place, level="place", place_id="") if bare and place.level == "division" else place


_OF_TOWN = re.compile(r"\s(?:of|in)\s(?:the\s(?:city|town)\sof\s)?", re.IGNORECASE)
_QUARTER = re.compile(r"\s(?:neighbou?rhood|quarter)s?$", re.IGNORECASE)
_IN_THE_CITY = re.compile(r"\s(?:in|of|inside)\sthe\s(?:city|town)\b", re.IGNORECASE)
_OPENS = re.compile(r"[\s“\"]*(?:[^,;]{1,30},\s|\w+\s)?in\s(?:the\s)?", re.IGNORECASE)


def at_most(span: DateSpan, last: DateSpan | None) -> DateSpan:
    """A span cut at the report's day: what is told has happened."""
    if last is None or not span.start <= last.end < span.end:
        return span
    return DateSpan(span.start, last.end, span.precision)


def since(span: DateSpan, last: DateSpan | None) -> DateSpan:
    """From the start of a span up to the report's day."""
    if last is None or last.end < span.start:
        return span
    return DateSpan(span.start, last.end, DatePrecision.SPAN)


def days_before(last: DateSpan, days: int) -> DateSpan:
    """The days up to the report's."""
    return DateSpan(last.end - timedelta(days=days), last.end, DatePrecision.WEEK)


def _named_after(sentence: Sentence, trigger: Trigger) -> Toponym | None:
    """The place that a happening is named after, as in "the Kesra offensive"; also one that no gazetteer holds."""
    if trigger.word is None or trigger.word.is_verb:
        return None
    named = _NAMED.search(sentence.before(trigger.start))
    if named is None:
        return None
    start, end = trigger.start - 1 - len(named["name"]), trigger.start - 1
    here = [t for t in sentence.toponyms if start <= t.core_start < end]
    if here:
        return here[-1] if here[-1].level in {"place", "district"} and here[-1].end == end else None
    taken = [(a.start, a.end) for a in sentence.actors] + [(d.start, d.end) for d in sentence.dates]
    if any(a < end and start < b for a, b in taken) or _OF_A_PEOPLE.search(named["name"]):
        return None
    bounds = (start, end, start, end)
    return Toponym(named["name"], *bounds, "place", "", locative=True, near=False, known=False)


_NAMED = re.compile(r"\bthe\s(?P<name>[A-Z][\w'’-]+(?:\s(?:[a-z]{2}-)?[A-Z][\w'’-]+){0,2})\s$")
_OF_A_PEOPLE = re.compile(r"(?:ish|an|ese|ic|[^aeiou]i|ist)s?$|^[A-Z]{2,}$")


def _undergoes(sentence: Sentence, place: Toponym, trigger: Trigger) -> bool:
    """Whether a place stands before the verb that tells what befell it: "X fell to ...", "X was shelled"."""
    word = trigger.word
    if word is None or not word.is_verb or word.type not in COMBAT or word in (CLASH, ATTACK):
        return False  # who was killed is no place
    between = _FELL.fullmatch(sentence.text, place.end, trigger.start)
    if between is None:
        return False
    passive = _IS.search(between[0]) or _UNDER.match(sentence.text, trigger.start)
    return word.subtype == TERRITORY or passive is not None


_FELL = re.compile(
    r"(?:,\swhich\s[^,;]{1,140},)?\s(?:(?:has|have|had|was|were|been|being|also|then|once|again|later|reportedly|heavily|repeatedly)\s)*",
    re.IGNORECASE,
)
_UNDER = re.compile(r"\w+\sunder\s", re.IGNORECASE)
_IS = re.compile(r"\b(?:was|were|been|being)\b", re.IGNORECASE)


def _is_listed(sentence: Sentence, unit: Toponym) -> bool:
    """Whether a bare name is one more of a list, not where the others lie: "in Kesra, Ahmar, Marat and Sund"."""
    bare = (unit.start, unit.end) == (unit.core_start, unit.core_end)
    return bare and sentence.before(unit.start).endswith(", ") and _AND.match(sentence.text, unit.end) is not None


_AND = re.compile(r",?\s(?:and|or)\s", re.IGNORECASE)


def _only_tells_where(sentence: Sentence, place: Toponym) -> bool:
    """Whether a name only tells where another place is, or of what went before: "ten miles from X"."""
    before = sentence.before(place.start)
    between = _ACROSS.search(before) and sentence.text.startswith(" from ", place.end)
    return bool(between) or _SEEN_FROM.search(before) is not None or _COMES_FROM.search(before) is not None


_ACROSS = re.compile(r"\bacross\s(?:the\s)?$", re.IGNORECASE)
_COMES_FROM = re.compile(  # "a man from X was killed" elsewhere
    r"\b(?:peacekeepers?|m[ae]n|wom[ae]n|boys?|girls?|child|children|fighters?|soldiers?|civilians?|famil(?:y|ies)|people|residents?"
    r"|persons?|refugees?|others?)\s(?:originally\s)?from\s(?:the\s)?(?:(?:[a-z]+\s){0,2}of\s)?$",
    re.IGNORECASE,
)
_SEEN_FROM = re.compile(
    r"\b(?:in\s(?:retaliation|response|reaction|revenge)\s(?:to|for)|across\s(?:[\w'’-]+\s){1,4}from|(?:km|kilomet(?:re|er)s?|miles?)\s(?:away\s)?from|(?:fired|launched|shot)\sfrom\s(?:[\w'’-]+\s){0,4}(?:at|in|near|of)|far\sfrom|away\sfrom|opposite|from\sthe\sdirection\sof)\s"
    r"(?:[\w-]+-(?:held|controlled|occupied)\s)?(?:the\s(?:[\w-]+\s){0,2})?(?:an?\s(?:[\w-]+\s){1,4})?$",
    re.IGNORECASE,
)
_HOLDS = {"place": ("district", "division"), "district": ("division",)}
_LEVELS = {"place": 0, "district": 1, "division": 2, "border": 2, "country": 4}


def find_place(
    sentence: Sentence, trigger: Trigger, rivals: list[Trigger]
) -> tuple[Toponym | None, list[Toponym], list[Toponym]]:
    """The place of an event word, the units it is said to lie in, and the other places named with it."""
    held = (trigger.start, trigger.end)  # "handed Kesra over to"
    usable = [
        t
        for t in sentence.toponyms
        if (t.locative or held[0] <= t.start < held[1])
        and not inside(t.start, sentence.quotes)
        and not _only_tells_where(sentence, t)
    ]
    named = _named_after(sentence, trigger)
    if named is not None:
        return named, [], []
    usable += [t for t in sentence.toponyms if t not in usable and _undergoes(sentence, t, trigger)]
    if not usable:
        return None, [], []
    start, end = sentence.clause(trigger.start)
    walls = [r.start for r in rivals]

    def cost(t: Toponym) -> tuple[bool, int, bool, int]:
        low, high = sorted((t.start, trigger.start))
        walled = any(low < w < high for w in walls)
        far = walled or not (start <= t.start < end or t.end <= trigger.start)
        return far, _LEVELS[t.level], t.start < trigger.start, abs(t.start - trigger.start)

    best = _placed(sentence, min(usable, key=cost))
    if _IN_THE_CITY.search(sentence.text, best.end, sentence.end):
        best = as_town(best)  # "In Marat, shells fell on a quarter in the city"
    units = [t for t in usable if t.level in _HOLDS.get(best.level, ()) and t.start > best.start]
    units = [t for t in units if not _is_listed(sentence, t)]
    others = [t for t in usable if t.level == "place" and t is not best and t.name.casefold() != best.name.casefold()]
    return best, units, others if best.level == "place" else []
