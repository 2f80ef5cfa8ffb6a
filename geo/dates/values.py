"""Dates with a precision: single values and table columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
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
_MILLISECONDS = re.compile(r"(\d{12,13})(?:\.0)?")  # since 1 January 1970, as GIS servers give a day
_DAY_LONG = 86_400_000


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
        return one_day(_EXCEL_EPOCH + timedelta(days=int(excel[1])))
    since_1970 = _MILLISECONDS.fullmatch(plain)
    if since_1970 and int(since_1970[1]) % _DAY_LONG == 0 and int(since_1970[1]) // _DAY_LONG in range(47_500):
        return one_day(date(1970, 1, 1) + timedelta(days=int(since_1970[1]) // _DAY_LONG))
    raise ValueError(f"is not a date; {WANTED}")


def _is_weekday(text: str) -> bool:
    return re.split(r"[\s.,]", text, maxsplit=1)[0].casefold() in WEEKDAYS


def _from_groups(groups: dict[str, str | None], text: str, *, day_first: bool) -> DateSpan:
    year = _year(groups["y"] or "", text)
    if groups.get("a"):
        first, second = int(groups["a"] or 0), int(groups["b"] or 0)
        if first > 12 or (day_first and second <= 12):
            first, second = second, first
        return one_day(calendar_date(year, first, second))
    month = MONTHS[" ".join((groups["name"] or "").casefold().split())] if groups.get("name") else groups.get("m")
    if month is None:
        return year_span(year)
    if groups.get("d") is None:
        return month_span(year, int(month))
    return one_day(calendar_date(year, int(month), int(groups["d"] or 0)))


def _year(digits: str, text: str) -> int:
    year = int(digits)
    if len(digits) == 2:
        year += 2000 if year < 69 else 1900  # POSIX
    if year not in _YEARS:
        raise ValueError(f"has no year between 1800 and 2100; {WANTED}: {text.strip()[:40]}")
    return year


def calendar_date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f"is no day of the calendar; {WANTED}") from error


def one_day(day: date) -> DateSpan:
    return DateSpan(day, day, _DAY)


def month_span(year: int, month: int) -> DateSpan:
    """A whole month; raises ValueError if there is no such month."""
    first = calendar_date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return DateSpan(first, following - timedelta(days=1), _MONTH)


def year_span(year: int) -> DateSpan:
    """A whole year."""
    return DateSpan(date(year, 1, 1), date(year, 12, 31), _YEAR)


# ---------------------------------------------------------------- columns

_NUMERIC = re.compile(r"\s*(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})\b")


def parse_date_column(values: pd.Series, beside: Iterable[str] = ()) -> tuple[pd.DataFrame, np.ndarray, list[str]]:
    """A column of dates as ``date_start``, ``date_end``, ``date_precision``, on the index of the column.

    Returns the table, a mask of values that are there but cannot be read (blank ones are missing, not unreadable), and
    notes for the user. Day and month order is taken from the column as a whole: 25/12/2019 in one row settles
    10/02/2020 in another; where no row of it tells, the texts ``beside`` it do, of the table's other date columns.
    Where the column holds both orders, the rows that could be either are unreadable.
    """
    texts = values.map(_as_text)
    unique = [text for text in pd.unique(texts) if text]
    order, notes = _column_order(unique, beside)
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


def _plain_day(text: str) -> date | None:
    """A day in one of the two ways in which nearly all tables write it, without a search; else None."""
    parts = text.split("-") if len(text) == 10 else text.split(" ")
    if len(parts) != 3 or not (parts[0].isdecimal() and parts[2].isdecimal() and text.isascii()):
        return None
    month = int(parts[1]) if parts[1].isdecimal() and len(parts[0]) == 4 else MONTHS.get(parts[1].casefold(), 0)
    written_first = len(parts[0]) == 4
    year, day = (parts[0], parts[2]) if written_first else (parts[2], parts[0])
    if (
        written_first != parts[1].isdecimal()
        or len(year) != 4
        or int(year) not in _YEARS
        or not 1 <= month <= 12
        or len(day) > 2
    ):
        return None
    try:
        return date(int(year), month, int(day))
    except ValueError:
        return None


def _as_text(value: object) -> str:
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _column_order(texts: Iterable[str], beside: Iterable[str] = ()) -> tuple[bool | None, list[str]]:
    """Day first (True), month first (False), or both found (None), and what to tell the user."""
    pairs = [(int(m[1]), int(m[3])) for m in map(_NUMERIC.match, texts) if m]
    if all(a <= 12 and b <= 12 for a, b in pairs):
        others = [(int(m[1]), int(m[3])) for m in map(_NUMERIC.match, beside) if m]
        pairs += [pair for pair in others if max(pair) > 12] if pairs else []
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
    day = _plain_day(text)
    if day is not None:
        return one_day(day)
    try:
        span = parse_date(text, day_first=order is not False)
    except ValueError:
        return None
    numeric = _NUMERIC.match(text)
    if order is None and numeric:
        first, second = int(numeric[1]), int(numeric[3])
        return None if first <= 12 and second <= 12 and first != second else span
    return span
