"""Dates with a precision: single values, table columns, and expressions in running text.

Expressions such as "on Monday" or "a week ago" are resolved against the report's date, never against a clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from geo.codes import DatePrecision

_DAY, _WEEK, _MONTH = DatePrecision.DAY, DatePrecision.WEEK, DatePrecision.MONTH
_YEAR, _SPAN = DatePrecision.YEAR, DatePrecision.SPAN
_YEARS = range(1800, 2101)
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_DAYS = range(29_221, 73_051)  # 1980 to 2099: smaller numbers are counts, not days
_LONGEST = 60
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # invisible marks of writing direction
WANTED = "wanted YYYY-MM-DD, DD Month YYYY or DD/MM/YYYY"

_MONTH_NAMES = (
    "january jan يناير كانون_الثاني",
    "february feb فبراير شباط",
    "march mar مارس آذار اذار",
    "april apr أبريل ابريل نيسان",
    "may مايو أيار ايار",
    "june jun يونيو حزيران",
    "july jul يوليو تموز",
    "august aug أغسطس اغسطس آب",
    "september sep sept سبتمبر أيلول ايلول",
    "october oct أكتوبر اكتوبر تشرين_الأول تشرين_الاول",
    "november nov نوفمبر تشرين_الثاني",
    "december dec ديسمبر كانون_الأول كانون_الاول",
)
MONTHS = {name.replace("_", " "): number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon الاثنين الإثنين",
            "tuesday tue tues الثلاثاء",
            "wednesday wed الأربعاء الاربعاء",
            "thursday thu thurs الخميس",
            "friday fri الجمعة",
            "saturday sat السبت",
            "sunday sun الأحد الاحد",
        )
    )
    for name in names.split()
}


@dataclass(frozen=True, slots=True)
class DateSpan:
    """First and last possible day, both inside, and how well the date is known."""

    start: date
    end: date
    precision: DatePrecision

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"{self.start}..{self.end} ends before it starts")

    def overlaps(self, other: DateSpan) -> bool:
        """Whether the two share a day."""
        return self.start <= other.end and other.start <= self.end


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date expression in running text: code-point offsets, its words, the rule that read it.

    ``span`` is None where the expression needs a report date that is not known, or an anchor the text does not give.
    """

    span: DateSpan | None
    start: int
    end: int
    text: str
    rule: str


# ---------------------------------------------------------------- single values

_NAME = "|".join(sorted((re.escape(name).replace(r"\ ", r"\s+") for name in MONTHS), key=len, reverse=True))
_TIME = r"(?:[T\s,]+\d{1,2}:\d{2}.*)?"
_WEEKDAY_BEFORE = re.compile(r"^[^\W\d_]{3,9}\.?,?\s+(?=\d|[^\W\d_]+\.?\s+\d)")
_VALUE = tuple(
    re.compile(rf"{pattern}{_TIME}", re.IGNORECASE)
    for pattern in (
        r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s-]*(?:of\s+)?(?P<name>{_NAME})\.?[\s,/-]*(?P<y>\d{{4}}|\d{{2}})",
        rf"(?P<name>{_NAME})\.?[\s-]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s,-]+(?P<y>\d{{4}}|\d{{2}})",
        r"(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4}|\d{2})",
        rf"(?P<name>{_NAME})\.?[\s,-]*(?P<y>\d{{4}})",
        rf"(?P<name>{_NAME})[-\s](?P<y>\d{{2}})",
        r"(?P<y>\d{4})[-/](?P<m>\d{1,2})",
        r"(?P<m>\d{1,2})[-/](?P<y>\d{4})",
        r"(?P<y>\d{4})(?:\.0)?",
    )
)
_EXCEL = re.compile(r"(\d{5})(?:\.\d+)?")


def parse_date(text: str, *, day_first: bool = True) -> DateSpan:
    """A date, month or year written in one of the usual ways, as a span with its precision.

    ``day_first`` decides only where both orders are possible, as in 10/02/2020.

    Raises
    ------
    ValueError
        The text is no date, or no day of the calendar.

    >>> parse_date("10 February 2020").start
    datetime.date(2020, 2, 10)
    """
    if len(text) > _LONGEST:
        raise ValueError(f"is too long for a date; {WANTED}")
    plain = " ".join(_MARKS.sub("", text).split())
    without_weekday = _WEEKDAY_BEFORE.sub("", plain) if plain[:1].isalpha() and _is_weekday(plain) else plain
    for pattern in _VALUE:
        match = pattern.fullmatch(without_weekday)
        if match:
            return _from_groups(match.groupdict(), text, day_first=day_first)
    excel = _EXCEL.fullmatch(plain)
    if excel and int(excel[1]) in _EXCEL_DAYS:
        return _day(_EXCEL_EPOCH + timedelta(days=int(excel[1])))
    raise ValueError(f"is not a date; {WANTED}")


def _is_weekday(text: str) -> bool:
    return re.split(r"[\s.,]", text, maxsplit=1)[0].casefold() in WEEKDAYS


def _from_groups(groups: dict[str, str | None], text: str, *, day_first: bool) -> DateSpan:
    year = _year(groups["y"] or "", text)
    if groups.get("a"):
        first, second = int(groups["a"] or 0), int(groups["b"] or 0)
        if first > 12 or (day_first and second <= 12):
            first, second = second, first
        return _day(_date(year, first, second))
    month = MONTHS[" ".join((groups["name"] or "").casefold().split())] if groups.get("name") else groups.get("m")
    if month is None:
        return year_span(year)
    if groups.get("d") is None:
        return month_span(year, int(month))
    return _day(_date(year, int(month), int(groups["d"] or 0)))


def _year(digits: str, text: str) -> int:
    year = int(digits)
    if len(digits) == 2:
        year += 2000 if year < 69 else 1900  # POSIX
    if year not in _YEARS:
        raise ValueError(f"has no year between 1800 and 2100; {WANTED}: {text.strip()[:40]}")
    return year


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f"is no day of the calendar; {WANTED}") from error


def _day(day: date) -> DateSpan:
    return DateSpan(day, day, _DAY)


def month_span(year: int, month: int) -> DateSpan:
    """A whole month; raises ValueError if there is no such month."""
    first = _date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return DateSpan(first, following - timedelta(days=1), _MONTH)


def year_span(year: int) -> DateSpan:
    """A whole year."""
    return DateSpan(date(year, 1, 1), date(year, 12, 31), _YEAR)


# ---------------------------------------------------------------- columns

_NUMERIC = re.compile(r"\s*(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})\b")


def parse_date_column(values: pd.Series) -> tuple[pd.DataFrame, np.ndarray, list[str]]:
    """A column of dates as ``date_start``, ``date_end``, ``date_precision``, on the index of the column.

    Returns the table, a mask of values that are there but cannot be read (blank ones are missing, not unreadable), and
    notes for the user. Day and month order is taken from the column as a whole: 25/12/2019 in one row settles
    10/02/2020 in another. Where the column holds both orders, the rows that could be either are unreadable.
    """
    texts = values.map(_as_text)
    unique = [text for text in pd.unique(texts) if text]
    order, notes = _column_order(unique)
    spans = {text: _try_date(text, order) for text in unique}
    read = texts.map(spans.get)
    rows = [(s.start, s.end, str(s.precision)) if isinstance(s, DateSpan) else (None, None, None) for s in read]
    table = pd.DataFrame(rows, columns=["date_start", "date_end", "date_precision"], index=values.index)
    for column in ("date_start", "date_end"):
        table[column] = pd.to_datetime(table[column]).astype("datetime64[us]")
    table["date_precision"] = table["date_precision"].astype("string")
    unreadable = np.array([bool(t) and spans.get(t) is None for t in texts], dtype=bool)
    if any(_EXCEL.fullmatch(text) for text in unique):
        notes.append("day numbers such as 43871 were read as Excel dates (days since 30 December 1899)")
    return table, unreadable, notes


def _as_text(value: object) -> str:
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _column_order(texts: list[str]) -> tuple[bool | None, list[str]]:
    """Day first (True), month first (False), or both found (None), and what to tell the user."""
    pairs = [(int(m[1]), int(m[3])) for m in map(_NUMERIC.match, texts) if m]
    day_first = any(a > 12 >= b for a, b in pairs)
    month_first = any(b > 12 >= a for a, b in pairs)
    unclear = sum(a <= 12 and b <= 12 and a != b for a, b in pairs)
    if day_first and month_first:
        note = f"day and month stand in both orders; {unclear} values that could be either were not read"
        return None, [note] if unclear else ["day and month stand in both orders"]
    if unclear and not day_first and not month_first:
        return True, [f"no value tells whether day or month comes first; {unclear} were read day first"]
    return not month_first, []


def _try_date(text: str, order: bool | None) -> DateSpan | None:  # noqa: FBT001
    try:
        span = parse_date(text, day_first=order is not False)
    except ValueError:
        return None
    numeric = _NUMERIC.match(text)
    if order is None and numeric:
        first, second = int(numeric[1]), int(numeric[3])
        return None if first <= 12 and second <= 12 and first != second else span
    return span


# ---------------------------------------------------------------- running text


@dataclass(frozen=True, slots=True)
class _Context:
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
_Resolve = Callable[[_Groups, _Context], DateSpan | None]

_LATIN = [name for name in MONTHS if name.isascii()]
_ARABIC = "|".join(sorted((n.replace(" ", r"\s") for n in MONTHS if not n.isascii()), key=len, reverse=True))
_MON = (
    "(?:(?:"
    + "|".join(f"{n.title()}|{n.upper()}" for n in _LATIN if len(n) > 4)
    + "|May|June|July|JUNE|JULY"
    + "|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|FEB|JAN|MAR|APR|AUG|OCT|NOV|DEC)[.]?)(?!\\w))"
)
_WEEKDAY = "|".join(
    sorted((n.title() if n.isascii() else n for n in WEEKDAYS if len(n) > 5 or not n.isascii()), key=len, reverse=True)
)
_D = r"\d{1,2}(?![\d%])(?:st|nd|rd|th)?"
_Y = r"(?:1[89]|20)\d\d(?!\d)"
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


def _read_day(groups: _Groups, context: _Context) -> DateSpan | None:
    month, day = _month_of(groups.get("mon")) or _number(groups.get("m")), _number(groups.get("d"))
    year = _number(groups.get("y")) or context.nearest(month or 1, day)
    if year is None or month is None or day is None:
        return None
    return _day(_date(year, month, day))


def _read_slashes(groups: _Groups, _context: _Context) -> DateSpan | None:
    return parse_date(f"{groups['a']}/{groups['b']}/{groups['y']}")


def _read_range(groups: _Groups, context: _Context) -> DateSpan | None:
    last_month = _month_of(groups.get("mon2")) or _month_of(groups.get("mon")) or 1
    month = _month_of(groups.get("mon")) or last_month
    day, last_day = _number(groups.get("d")) or 1, _number(groups.get("d2")) or 1
    last_year = _number(groups.get("y2")) or context.nearest(last_month, last_day)
    if last_year is None:
        return None
    year = _number(groups.get("y")) or last_year - ((month, day) > (last_month, last_day))
    return DateSpan(_date(year, month, day), _date(last_year, last_month, last_day), _SPAN)


def _read_months(groups: _Groups, context: _Context) -> DateSpan | None:
    month, last_month = _month_of(groups.get("mon")) or 1, _month_of(groups.get("mon2")) or 1
    last_year = _number(groups.get("y2")) or context.nearest(last_month, None)
    if last_year is None:
        return None
    year = _number(groups.get("y")) or last_year - (month > last_month)
    return DateSpan(month_span(year, month).start, month_span(last_year, last_month).end, _SPAN)


def _read_month(groups: _Groups, context: _Context) -> DateSpan | None:
    month = _month_of(groups.get("mon")) or 1
    year = _number(groups.get("y"))
    if year is None and context.report and groups.get("last"):
        year = context.report.year - (month >= context.report.month)
    year = year or context.nearest(month, None)
    return None if year is None else _part(month_span(year, month), groups.get("part"))


def _read_year(groups: _Groups, _context: _Context) -> DateSpan | None:
    return _part(year_span(int(groups.get("y") or 0)), groups.get("part"))


def _part(span: DateSpan, word: str | None) -> DateSpan:
    """Early, mid or late third of a month or year."""
    if not word:
        return span
    position = ("early", "mid", "late").index(word.lower())
    third = timedelta(days=((span.end - span.start).days + 1) // 3)
    start = span.start + position * third
    return DateSpan(start, span.end if position == 2 else start + third - timedelta(days=1), _SPAN)


def _read_weekday(groups: _Groups, context: _Context) -> DateSpan | None:
    if context.report is None:
        return None
    wanted = WEEKDAYS[(groups.get("weekday") or "").casefold()]
    which = (groups.get("which") or "").lower()
    back = (context.report.weekday() - wanted) % 7
    if which in {"next", "coming"}:
        return _day(context.report + timedelta(days=7 - back))
    return _day(context.report - timedelta(days=back or 7 * (which in {"last", "previous"})))


_NAMED_DAYS = {
    "today": (0, 0), "tonight": (0, 0), "this morning": (0, 0), "this afternoon": (0, 0), "this evening": (0, 0),
    "yesterday": (1, 1), "the day before yesterday": (2, 2), "last night": (1, 1), "overnight": (1, 0),
    "tomorrow": (-1, -1), "in recent days": (7, 0), "in recent weeks": (30, 0), "in recent hours": (1, 0),
    "in the past few days": (5, 0), "in the last few days": (5, 0),
    "أمس": (1, 1), "امس": (1, 1), "اليوم": (0, 0),
}  # fmt: skip


def _read_named_day(groups: _Groups, context: _Context) -> DateSpan | None:
    if context.report is None:
        return None
    back, until = _NAMED_DAYS[" ".join((groups.get("named") or "").lower().split())]
    return _ending(context.report - timedelta(days=back), context.report - timedelta(days=until))


def _ending(start: date, end: date) -> DateSpan:
    return DateSpan(start, end, _DAY if start == end else _SPAN)


def _read_ago(groups: _Groups, context: _Context) -> DateSpan | None:
    """Count "three days ago" from the report, "three days earlier" or "later" from the last day told."""
    direction = (groups.get("direction") or "").lower()
    base = context.report if direction == "ago" else context.told.start if context.told else None
    if base is None:
        return None
    unit = (groups.get("unit") or "").lower().rstrip("s")
    fewest, most = _count(groups.get("n") or "")
    if direction in {"later", "after"}:
        fewest, most = -most, -fewest
    return _steps_back(base, unit, fewest, most)


def _steps_back(base: date, unit: str, fewest: int, most: int) -> DateSpan:
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


def _read_past(groups: _Groups, context: _Context) -> DateSpan | None:
    """Span of "the past five days", up to the report."""
    if context.report is None:
        return None
    unit = (groups.get("unit") or "").lower().rstrip("s")
    days = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "year": 365}[unit] * _count(groups.get("n") or "")[1]
    return _ending(context.report - timedelta(days=max(1, round(days))), context.report)


def _read_period(groups: _Groups, context: _Context) -> DateSpan | None:
    """Calendar week (Monday to Sunday), month or year; "the weekend" is the latest Saturday and Sunday."""
    if context.report is None:
        return None
    unit, day = (groups.get("unit") or "").lower(), context.report
    step = {"this": 0, "next": -1}.get((groups.get("which") or "the").lower(), 1)
    if unit == "weekend":
        sunday = day - timedelta(days=(day.weekday() + 1) % 7)
        return DateSpan(sunday - timedelta(days=1), sunday, _SPAN)
    if unit == "week":
        monday = day - timedelta(days=day.weekday() + 7 * step)
        return DateSpan(monday, monday + timedelta(days=6), _WEEK)
    if unit == "month":
        return _part(_steps_back(day, "month", step, step), groups.get("part"))
    return _part(year_span(day.year - step), groups.get("part"))


_FEASTS = {"new year's day": (1, 1), "new year's eve": (12, 31), "christmas day": (12, 25), "christmas eve": (12, 24)}


def _read_feast(groups: _Groups, context: _Context) -> DateSpan | None:
    month, day = _FEASTS[" ".join((groups.get("feast") or "").lower().replace("’", "'").split())]
    year = context.nearest(month, day)
    return None if year is None else _day(_date(year, month, day))


def _read_same_day(groups: _Groups, context: _Context) -> DateSpan | None:
    if context.told is None:
        return None
    step = {"following": 1, "next": 1, "previous": -1}.get((groups.get("shift") or "").lower(), 0)
    return DateSpan(context.told.start + timedelta(days=step), context.told.end + timedelta(days=step), _DAY)


_PART = r"(?P<part>[Ee]arly|[Mm]id|[Ll]ate)"
_IN = "|".join(
    rf"(?<=\b{word}\s)" for word in ("[Ii]n", "[Bb]y", "[Oo]f", "[Ss]ince", "[Uu]ntil", "[Dd]uring", "[Ff]rom")
)
_WHICH = r"(?P<which>[Ll]ast|[Tt]his|[Nn]ext|[Pp]revious|[Pp]ast|[Cc]oming)\s"
_NAMED = "|".join(
    sorted((rf"[{n[0].upper()}{n[0]}]{n[1:]}".replace(" ", r"\s") for n in _NAMED_DAYS), key=len, reverse=True)
)
_DAY_MONTH = rf"(?P<d>{_D})(?:\s(?P<mon>{_MON})(?:,?\s(?P<y>{_Y}))?)?"
_MONTH_DAY = rf"(?P<mon>{_MON})\s(?P<d>{_D})(?:,\s(?P<y>{_Y}))?"
# At one place in the text the first expression that fits wins, so longer ones stand first.
_EXPRESSIONS: tuple[tuple[str, str, _Resolve], ...] = (
    ("range", rf"{_DAY_MONTH}{_TO}(?P<d2>{_D})\s(?P<mon2>{_MON})(?:,?\s(?P<y2>{_Y}))?", _read_range),
    ("range", rf"{_MONTH_DAY}{_TO}(?:(?P<mon2>{_MON})\s)?(?P<d2>{_D})(?!\s{_MON})(?:,?\s(?P<y2>{_Y}))?", _read_range),
    ("day", rf"(?P<d>{_D})\s(?:of\s)?(?P<mon>{_MON})(?:,?\s(?P<y>{_Y}))?", _read_day),
    ("day", rf"(?P<mon>{_MON})\s(?P<d>{_D})(?:,?\s(?P<y>{_Y}))?", _read_day),
    (
        "day",
        rf"(?P<d>\d{{1,2}}|الأول)\s(?:من\s)?(?P<mon>{_ARABIC})(?:\s?/\s?(?:{_ARABIC}))?(?:\s(?P<y>{_Y}))?",
        _read_day,
    ),
    ("day", r"(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?!\d)", _read_day),
    ("day", r"(?P<a>\d{1,2})[/.](?P<b>\d{1,2})[/.](?P<y>(?:19|20)\d\d)(?!\d)", _read_slashes),
    ("months", rf"(?P<mon>{_MON})(?:\s(?P<y>{_Y}))?{_TO}(?P<mon2>{_MON})(?:\s(?P<y2>{_Y}))?", _read_months),
    ("month", rf"(?:{_PART}[\s-])?(?P<mon>{_MON}),?\s(?P<y>{_Y})", _read_month),
    ("month", rf"(?:(?P<last>[Ll]ast|[Pp]revious)|[Tt]his(?:\spast)?)\s(?P<mon>{_MON})", _read_month),
    ("month", rf"{_PART}[\s-](?P<mon>{_MON})", _read_month),
    ("month", rf"(?:{_IN})(?P<mon>{_MON})", _read_month),
    ("weekday", rf"(?:{_WHICH})?(?P<weekday>{_WEEKDAY})(?!\w)", _read_weekday),
    ("same day", r"(?P<shift>)اليوم\s(?:نفسه|ذاته)(?!\w)", _read_same_day),
    ("relative day", rf"(?P<named>{_NAMED})(?!\w)", _read_named_day),
    ("ago", rf"(?P<n>(?i:{_N}))\s(?P<unit>{_UNIT})\s(?P<direction>ago|earlier|later|after|before)\b", _read_ago),
    ("past", rf"(?:[Tt]he\s)?(?:past|last)\s(?P<n>{_N})\s(?P<unit>hours?|{_UNIT})\b", _read_past),
    ("period", rf"(?:{_PART}(?:r|st)?\s)?{_WHICH}(?P<unit>weekend|week|month|year)(?!\w)", _read_period),
    ("period", r"(?:(?<=over\s)|(?<=during\s)|(?<=at\s))the\s(?P<unit>weekend)\b", _read_period),
    ("same day", r"(?:[Tt]he|[Tt]hat)\s(?P<shift>same|following|next|previous)\sday\b", _read_same_day),
    ("day", r"(?P<feast>(?:New\sYear['’]s|Christmas)\s(?:Day|Eve))\b", _read_feast),
    ("year", rf"(?:{_IN})(?P<y>{_Y})(?![-/.,]?\d)", _read_year),
    ("year", rf"{_PART}[\s-](?P<y>{_Y})", _read_year),
)
_COMPILED = tuple((rule, re.compile(pattern), resolve) for rule, pattern, resolve in _EXPRESSIONS)
_ANY = re.compile(
    r"(?<![\w$€£])(?:"
    + "|".join(
        f"(?P<x{i}>{re.sub('[?]P<[a-z0-9]+>', '?:', pattern)})" for i, (_, pattern, _f) in enumerate(_EXPRESSIONS)
    )
    + ")"
)
_SINCE = re.compile(
    r"\b(since|منذ|ever\ssince|as\sof|until|till|by|before|prior\sto)\s(?:the\s(?:start|beginning|end)\sof\s)?$",
    re.IGNORECASE,
)


def find_dates(text: str, *, report_date: date | None, year: int | None = None) -> list[FoundDate]:
    """Absolute and relative date expressions in running text, in order, none overlapping.

    ``report_date`` resolves "on Monday", "a week ago", "in December" (the latest that is not after the report); without
    it these stay open (``span`` None). ``year`` is the year of the heading that the text stands under and comes before
    the report's for days and months told without a year. "Since December" is a span up to the report. An expression
    that names no day of the calendar is left out.
    """
    found: list[FoundDate] = []
    told: DateSpan | None = None
    for match in _ANY.finditer(text):
        rule, pattern, resolve = _COMPILED[int((match.lastgroup or "x0")[1:])]
        exact = pattern.match(text, match.start())
        if exact is None:
            continue
        try:
            span = resolve(exact.groupdict(), _Context(report_date, year, told))
        except (ValueError, OverflowError):
            continue
        told = span if span and span.precision == _DAY else told
        found.append(_with_preposition(text, match, span, rule, report_date))
    return found


def _with_preposition(
    text: str, match: re.Match[str], span: DateSpan | None, rule: str, report_date: date | None
) -> FoundDate:
    """Let "since X" run from X to the report; mark "until X" and "by X", for they date no happening."""
    before = _SINCE.search(text, max(0, match.start() - 40), match.start())
    start, end = match.span()
    if before is None:
        return FoundDate(span, start, end, match[0], rule)
    start, word = before.start(1), before[1].lower().split()[-1]
    if word in {"since", "منذ"}:
        known = span is not None and report_date is not None and span.start <= report_date
        span = DateSpan(span.start, report_date, _SPAN) if known and span and report_date else None
        return FoundDate(span, start, end, text[start:end], "since")
    return FoundDate(span, start, end, text[start:end], "as of" if word == "of" else "until")
