"""Expressions of time in running text: how each is written, and what it means against the report's date.

"On Monday" or "a week ago" are resolved against the report's date or the day told before, never against a clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from geo.codes import DatePrecision
from geo.dates.values import MONTHS, WEEKDAYS, DateSpan, calendar_date, month_span, one_day, parse_date, year_span

_DAY, _WEEK, _MONTH = DatePrecision.DAY, DatePrecision.WEEK, DatePrecision.MONTH
_YEAR, _SPAN = DatePrecision.YEAR, DatePrecision.SPAN


@dataclass(frozen=True, slots=True)
class Context:
    """What an expression is resolved against: the report's day, the year of the heading, the last day told."""

    report: date | None
    year: int | None
    told: DateSpan | None

    def nearest(self, month: int, day: int | None) -> int | None:
        """Year of a month or day told without one: the heading's, else the latest that is not after the report."""
        if self.year is not None or self.report is None:
            return self.year
        later = (month, day or 1) > (self.report.month, self.report.day)
        return self.report.year - 1 if later else self.report.year


_Groups = dict[str, str | None]
_Resolve = Callable[[_Groups, Context], DateSpan | None]
Expression = tuple[str, str, _Resolve]  # the rule's name, its pattern, what it means

_LATIN = [name for name in MONTHS if name.isascii()]
_ARABIC = "|".join(sorted((n.replace(" ", r"\s") for n in MONTHS if not n.isascii()), key=len, reverse=True))
_MON = (
    "(?:(?:"
    + "|".join(f"{n.title()}|{n.upper()}" for n in _LATIN if len(n) > 4)
    + "|May|June|July|JUNE|JULY"
    + "|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|FEB|JAN|MAR|APR|AUG|OCT|NOV|DEC)[.]?)(?:(?<=[.])|(?!\\w)))"
)
_WEEKDAY = "|".join(
    sorted((n.title() if n.isascii() else n for n in WEEKDAYS if len(n) > 5 or not n.isascii()), key=len, reverse=True)
)
_D = r"\d{1,2}(?![\d%])(?:st|nd|rd|th)?"
_Y = r"(?:1[89]|20)\d\d(?!\d)"
_IN_YEAR = rf"(?:(?:[,،]?\s|\s-\s(?={_Y}(?:\s|$)))(?P<y>{_Y}))?"
_TO = r"\s*(?:-|–|—|\bto\b|\band\b|\buntil\b|\btill\b|\bthrough\b)\s*(?:the\s)?"
_COUNT_WORDS = {
    word: number
    for number, words in enumerate(
        ("a an one", *["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]), 1
    )
    for word in words.split()
}
_N = (
    r"(?:\d{1,3}|" + "|".join(sorted(_COUNT_WORDS, key=len, reverse=True)) + r"|(?:a\s)?couple\sof|(?:a\s)?few|several)"
)
_UNIT = "(?:day|week|month|year)s?"
_VAGUE = {"couple": (2, 2), "few": (2, 5), "several": (2, 7)}
_SLACK = {"week": 1, "month": 0, "year": 0, "day": 0}  # "a week ago" is often a day off


def _count(words: str) -> tuple[int, int]:
    """Lowest and highest number that the words allow."""
    for vague, limits in _VAGUE.items():
        if vague in words.lower():
            return limits
    number = int(words) if words.isdigit() else _COUNT_WORDS[words.lower()]
    return number, number


def _month_of(name: str | None) -> int | None:
    return MONTHS.get(" ".join((name or "").rstrip(".").casefold().split()))


def _number(digits: str | None) -> int | None:
    if digits == "الأول":
        return 1
    found = re.match(r"\d+", digits or "")
    return int(found[0]) if found else None


def _read_day(groups: _Groups, context: Context) -> DateSpan | None:
    month, day = _month_of(groups.get("mon")) or _number(groups.get("m")), _number(groups.get("d"))
    year = _number(groups.get("y")) or context.nearest(month or 1, day)
    if year is None or month is None or day is None:
        return None
    return one_day(calendar_date(year, month, day))


def _read_slashes(groups: _Groups, _context: Context) -> DateSpan | None:
    return parse_date(f"{groups['a']}/{groups['b']}/{groups['y']}")


def _read_range(groups: _Groups, context: Context) -> DateSpan | None:
    last_month = _month_of(groups.get("mon2")) or _month_of(groups.get("mon")) or 1
    month = _month_of(groups.get("mon")) or last_month
    day, last_day = _number(groups.get("d")) or 1, _number(groups.get("d2")) or 1
    last_year = _number(groups.get("y2")) or context.nearest(last_month, last_day)
    if last_year is None:
        return None
    year = _number(groups.get("y")) or last_year - ((month, day) > (last_month, last_day))
    return DateSpan(calendar_date(year, month, day), calendar_date(last_year, last_month, last_day), _SPAN)


def _read_months(groups: _Groups, context: Context) -> DateSpan | None:
    month, last_month = _month_of(groups.get("mon")) or 1, _month_of(groups.get("mon2")) or 1
    last_year = _number(groups.get("y2")) or context.nearest(last_month, None)
    if last_year is None:
        return None
    year = _number(groups.get("y")) or last_year - (month > last_month)
    return DateSpan(month_span(year, month).start, month_span(last_year, last_month).end, _SPAN)


def _read_month(groups: _Groups, context: Context) -> DateSpan | None:
    month = _month_of(groups.get("mon")) or 1
    year = _number(groups.get("y"))
    if year is None and context.report and groups.get("last"):
        year = context.report.year - (month >= context.report.month)
    year = year or context.nearest(month, None)
    return None if year is None else _part(month_span(year, month), groups.get("part"))


def _read_year(groups: _Groups, _context: Context) -> DateSpan | None:
    return _part(year_span(int(groups.get("y") or 0)), groups.get("part"))


def _part(span: DateSpan, word: str | None) -> DateSpan:
    """Early, mid or late third of a month or year."""
    if not word:
        return span
    position = ("early", "mid", "late").index(word.lower())
    third = timedelta(days=((span.end - span.start).days + 1) // 3)
    start = span.start + position * third
    return DateSpan(start, span.end if position == 2 else start + third - timedelta(days=1), _SPAN)


def _read_weekday(groups: _Groups, context: Context) -> DateSpan | None:
    if context.report is None:
        return None
    wanted = WEEKDAYS[(groups.get("weekday") or "").casefold()]
    which = (groups.get("which") or "").lower()
    back = (context.report.weekday() - wanted) % 7
    if which in {"next", "coming"}:
        return one_day(context.report + timedelta(days=7 - back))
    return one_day(context.report - timedelta(days=back or 7 * (which in {"last", "previous"})))


_NAMED_DAYS = {
    "today": (0, 0), "tonight": (0, 0), "this morning": (0, 0), "this afternoon": (0, 0), "this evening": (0, 0),
    "yesterday": (1, 1), "the day before yesterday": (2, 2), "last night": (1, 1), "overnight": (1, 0),
    "tomorrow": (-1, -1), "in recent days": (7, 0), "in recent weeks": (30, 0), "in recent hours": (1, 0),
    "the past day": (1, 0),
    "in the past few days": (5, 0), "in the last few days": (5, 0),
    "أمس": (1, 1), "امس": (1, 1), "اليوم": (0, 0),
}  # fmt: skip


def _read_named_day(groups: _Groups, context: Context) -> DateSpan | None:
    if context.report is None:
        return None
    back, until = _NAMED_DAYS[" ".join((groups.get("named") or "").lower().split())]
    return _ending(context.report - timedelta(days=back), context.report - timedelta(days=until))


def _ending(start: date, end: date) -> DateSpan:
    return DateSpan(start, end, _DAY if start == end else _SPAN)


def _read_ago(groups: _Groups, context: Context) -> DateSpan | None:
    """Count "three days ago" from the report, "three days earlier" or "later" from the last day told."""
    direction = (groups.get("direction") or "").lower()
    base = context.report if direction == "ago" else context.told.start if context.told else None
    if base is None:
        return None
    unit = (groups.get("unit") or "").lower().rstrip("s")
    fewest, most = _count(groups.get("n") or "")
    if direction in {"later", "after"}:
        fewest, most = -most, -fewest
    return steps_back(base, unit, fewest, most)


def steps_back(base: date, unit: str, fewest: int, most: int) -> DateSpan:
    """The day, week, month or year so many of them before a day."""
    if unit in {"day", "week"}:
        size = 7 if unit == "week" else 1
        slack = _SLACK[unit] if most == 1 else 3 * _SLACK[unit]
        start = base - timedelta(days=most * size + slack)
        end = base - timedelta(days=fewest * size - slack)
        return DateSpan(start, end, _WEEK if unit == "week" else _DAY if start == end else _SPAN)
    if unit == "month":
        first, last = (divmod(base.year * 12 + base.month - 1 - steps, 12) for steps in (most, fewest))
        start, end = month_span(first[0], first[1] + 1).start, month_span(last[0], last[1] + 1).end
        return DateSpan(start, end, _MONTH if first == last else _SPAN)
    start, end = year_span(base.year - most).start, year_span(base.year - fewest).end
    return DateSpan(start, end, _YEAR if most == fewest else _SPAN)


def _read_past(groups: _Groups, context: Context) -> DateSpan | None:
    """Span of "the past five days", up to the report."""
    if context.report is None:
        return None
    unit = (groups.get("unit") or "").lower().rstrip("s")
    days = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "year": 365}[unit] * _count(groups.get("n") or "")[1]
    return _ending(context.report - timedelta(days=max(1, round(days))), context.report)


def _read_period(groups: _Groups, context: Context) -> DateSpan | None:
    """Calendar week (Monday to Sunday), month or year; "the weekend" is the latest Saturday and Sunday."""
    if context.report is None:
        return None
    unit, day = (groups.get("unit") or "").lower(), context.report
    if (groups.get("which") or "").lower() == "past" and unit == "week":
        return DateSpan(day - timedelta(days=7), day, _WEEK)
    step = {"this": 0, "the": 0, "next": -1}.get((groups.get("which") or "the").lower(), 1)
    if unit == "weekend":
        sunday = day - timedelta(days=(day.weekday() + 1) % 7)
        return DateSpan(sunday - timedelta(days=1), sunday, _SPAN)
    if unit == "week":
        monday = day - timedelta(days=day.weekday() + 7 * step)
        return DateSpan(monday, monday + timedelta(days=6), _WEEK)
    if unit == "month":
        return _part(steps_back(day, "month", step, step), groups.get("part"))
    return _part(year_span(day.year - step), groups.get("part"))


def _read_week_of_month(groups: _Groups, context: Context) -> DateSpan | None:
    """First, second, third or last seven days of a month; "the first ten days" likewise."""
    month = _month_of(groups.get("mon")) or 1
    year = _number(groups.get("y")) or context.nearest(month, None)
    if year is None:
        return None
    whole, days = month_span(year, month), 10 if groups.get("ten") else 7
    if (groups.get("nth") or "").lower() == "last":
        return DateSpan(whole.end - timedelta(days=days - 1), whole.end, _WEEK)
    start = whole.start + timedelta(days=days * ("first", "second", "third").index((groups.get("nth") or "").lower()))
    return DateSpan(start, min(start + timedelta(days=days - 1), whole.end), _WEEK)


def _read_days_to(groups: _Groups, context: Context) -> DateSpan | None:
    """The week or days that end on a day: "the week to 9 February"."""
    last = _read_day(groups, context)
    if last is None:
        return None
    days = (_count(groups["n"] or "")[1] if groups.get("n") else 1) * (7 if groups.get("unit") == "week" else 1)
    return DateSpan(last.end - timedelta(days=max(days, 1) - 1), last.end, _SPAN)


_FEASTS = {"new year's day": (1, 1), "new year's eve": (12, 31), "christmas day": (12, 25), "christmas eve": (12, 24)}


def _read_feast(groups: _Groups, context: Context) -> DateSpan | None:
    month, day = _FEASTS[" ".join((groups.get("feast") or "").lower().replace("’", "'").split())]
    year = context.nearest(month, day)
    return None if year is None else one_day(calendar_date(year, month, day))


def _read_same_day(groups: _Groups, context: Context) -> DateSpan | None:
    if context.told is None:
        return None
    step = {"following": 1, "next": 1, "previous": -1, "before": -1}.get((groups.get("shift") or "").lower(), 0)
    return DateSpan(context.told.start + timedelta(days=step), context.told.end + timedelta(days=step), _DAY)


_TIME_OF_DAY = "(?:day|morning|afternoon|evening|night)"
_BY_NIGHT = r"[Bb]y\s(?:nightfall|noon|midnight|dusk|sunset)(?!\s(?:on|of|the)\b)"
_PART = r"(?P<part>[Ee]arly|[Mm]id|[Ll]ate)"
_IN = "|".join(
    rf"(?<=\b{word}\s)"
    for word in ("[Ii]n", "[Bb]y", "[Oo]f", "[Ss]ince", "[Uu]ntil", "[Dd]uring", "[Ff]rom", "عام", "سنة")
)
_WHICH = r"(?P<which>[Ll]ast|[Tt]his|[Nn]ext|[Pp]revious|[Pp]ast|[Cc]oming)\s"
_NAMED = "|".join(
    sorted((rf"[{n[0].upper()}{n[0]}]{n[1:]}".replace(" ", r"\s") for n in _NAMED_DAYS), key=len, reverse=True)
)
_DAY_MONTH = rf"(?P<d>{_D})(?:\s(?P<mon>{_MON}){_IN_YEAR})?"
_MONTH_DAY = rf"(?P<mon>{_MON})\s(?P<d>{_D})(?:,\s(?P<y>{_Y}))?"
# At one place in the text the first expression that fits wins, so longer ones stand first.
EXPRESSIONS: tuple[Expression, ...] = (
    ("range", rf"{_DAY_MONTH}{_TO}(?P<d2>{_D})\s(?P<mon2>{_MON})(?:[,،]?\s(?P<y2>{_Y}))?", _read_range),
    ("range", rf"{_MONTH_DAY}{_TO}(?:(?P<mon2>{_MON})\s)?(?P<d2>{_D})(?!\s{_MON})(?:,?\s(?P<y2>{_Y}))?", _read_range),
    (
        "period",
        rf"(?P<nth>[Ff]irst|[Ss]econd|[Tt]hird|[Ll]ast)\s(?:week|(?P<ten>ten|10)\sdays)\s(?:of|in)\s(?P<mon>{_MON})(?:,?\s(?P<y>{_Y}))?",
        _read_week_of_month,
    ),
    (
        "period",
        rf"[Tt]he\s(?:(?P<n>{_N})\s)?(?P<unit>week|day)s?\s(?:up\s)?(?:to|ending)\s(?:on\s)?(?P<d>{_D})\s(?P<mon>{_MON})(?:,?\s(?P<y>{_Y}))?",
        _read_days_to,
    ),
    ("day", rf"(?P<d>{_D})\s(?:of\s)?(?P<mon>{_MON}){_IN_YEAR}", _read_day),
    ("day", rf"(?P<mon>{_MON})\s?(?P<d>{_D}){_IN_YEAR}", _read_day),
    ("day", rf"(?P<d>\d{{1,2}})-(?P<mon>{_MON})-(?P<y>{_Y})", _read_day),
    (
        "day",
        rf"(?P<d>\d{{1,2}}|الأول)\s(?:من\s)?(?P<mon>{_ARABIC})(?:\s?/\s?(?:{_ARABIC}))?{_IN_YEAR}",
        _read_day,
    ),
    ("day", r"(?P<y>(?:19|20)\d\d)[-/](?P<m>\d\d?)[-/](?P<d>\d\d?)(?!\d)", _read_day),
    ("day", r"(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-](?P<y>(?:19|20)\d\d)(?!\d)", _read_slashes),
    ("months", rf"(?P<mon>{_MON})(?:\s(?P<y>{_Y}))?{_TO}(?P<mon2>{_MON})(?:\s(?P<y2>{_Y}))?", _read_months),
    ("month", rf"(?:{_PART}[\s-])?(?P<mon>{_MON}),?\s(?P<y>{_Y})", _read_month),
    ("month", rf"(?:(?P<last>[Ll]ast|[Pp]revious)|[Tt]his(?:\spast)?)\s(?P<mon>{_MON})", _read_month),
    ("month", rf"{_PART}[\s-](?P<mon>{_MON})", _read_month),
    ("month", rf"(?:{_IN})(?P<mon>{_MON})", _read_month),
    ("weekday", rf"(?:{_WHICH})?(?P<weekday>{_WEEKDAY})(?!\w)", _read_weekday),
    ("same day", r"(?P<shift>)(?:اليوم\s(?:نفسه|ذاته|عينه)|نفس\sاليوم)(?!\w)", _read_same_day),
    ("relative day", rf"(?P<named>{_NAMED})(?!\w)", _read_named_day),
    ("ago", rf"(?P<n>(?i:{_N}))\s(?P<unit>{_UNIT})\s(?P<direction>ago|earlier|later|after|before)\b", _read_ago),
    ("past", rf"(?:[Tt]he\s)?(?:past|last)\s(?P<n>{_N})\s(?P<unit>hours?|{_UNIT})\b", _read_past),
    ("period", rf"(?:{_PART}(?:r|st)?\s)?{_WHICH}(?P<unit>weekend|week|month|year)(?!\w)", _read_period),
    ("period", r"(?:(?<=over\s)|(?<=during\s)|(?<=at\s))the\s(?P<unit>weekend)\b", _read_period),
    (
        "period",
        r"(?:(?<=since\sthe\sstart\sof\s)|(?<=since\sthe\sbeginning\sof\s))the\s(?P<unit>week|month|year)\b",
        _read_period,
    ),
    (
        "same day",
        rf"(?:[Tt]he|[Tt]hat)\s(?P<shift>same|following|next|previous)\s{_TIME_OF_DAY}\b",
        _read_same_day,
    ),
    ("same day", r"[Tt]he\sday\s(?P<shift>before)(?=[,.])", _read_same_day),
    (
        "same day",
        rf"(?P<shift>)(?:(?<=[Ll]ater\s)that\s{_TIME_OF_DAY}|(?:[Bb]y|[Aa]t)\sthe\send\sof\sthe\sday|{_BY_NIGHT})\b",
        _read_same_day,
    ),
    ("day", r"(?P<feast>(?:New\sYear['’]s|Christmas)\s(?:Day|Eve))\b", _read_feast),
    ("year", rf"(?:{_IN})(?P<y>{_Y})(?![-/.,]?\d)", _read_year),
    ("year", rf"{_PART}[\s-](?P<y>{_Y})", _read_year),
)
