"""Expressions of time in Arabic text: "the week the past", "before two days", "the Saturday the coming"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from geo.codes import DatePrecision
from geo.dates.expressions import Context, Expression, steps_back
from geo.dates.values import MONTHS, WEEKDAYS, DateSpan, calendar_date, month_span, one_day, year_span

_Groups = dict[str, str | None]

_MON = "|".join(sorted((n.replace(" ", r"\s") for n in MONTHS if not n.isascii()), key=len, reverse=True))
_WEEKDAY = "|".join(sorted((n for n in WEEKDAYS if not n.isascii()), key=len, reverse=True))
_Y = r"(?:19|20)\d\d(?!\d)"
_MONTH = rf"(?P<mon>{_MON})(?:\s?/\s?(?:{_MON}))?"
_PAST = "الماضيي?ن?|الماضية|الفائت|الفائتة|المنصرم|المنصرمة|الأخيرة|الأخير"
_COMING = "المقبل|المقبلة|القادم|القادمة"
_THIS = "الجاري|الحالي|هذا"
_WITH_MONTH = "|".join(
    rf"(?<={w}\s)" for w in ("في", "منذ", "خلال", "شهر", "مطلع", "بداية", "أوائل", "أواخر", "نهاية", "منتصف", "حتى")
)
_UNITS = {
    "day": (rf"يوم(?!\s(?:{_WEEKDAY}|\d))", r"يومين", r"[أا]يام|يوما?"),
    "week": (r"[أا]سبوع", r"[أا]سبوعين", r"[أا]سابيع|[أا]سبوعا?"),
    "month": (r"شهر", r"شهرين", r"[أا]شهر|شهور|شهرا?"),
    "year": (r"عام|سنة", r"عامين|سنتين", r"[أا]عوام|سنوات|عاما?|سنة"),
}
_NUMBERS = ("واحد", "اثن", "ثلاث", "[أا]ربع", "خمس", "ست", "سبع", "ثماني?", "تسع", "عشر")
_N = rf"\d{{1,3}}|(?:{'|'.join(_NUMBERS)})ة?"
_SPAN = "|".join(
    rf"(?P<one{u}>{one})(?!\w)|(?P<two{u}>{two})(?!\w)|(?P<n{u}>{_N})\s(?:{many})(?!\w)"
    for u, (one, two, many) in _UNITS.items()
)
_HOURS = rf"(?:الـ?\s?)?(?P<hours>\d{{1,3}})\sساعة(?:\s(?:{_PAST}))?"
_VAGUE = rf"(?P<vague>الساعات|الأيام)(?:\sالقليلة)?\s(?:{_PAST})"
_DAYS = rf"الأيام\sال(?P<number>{_N})\s(?:{_PAST})"


def _number(words: str) -> int:
    if words.isdigit():
        return int(words)
    return next(n for n, word in enumerate(_NUMBERS, 1) if re.match(word, words))


def _length(groups: _Groups) -> tuple[str, int]:
    """Unit and number of "two weeks", "three days"."""
    for unit in _UNITS:
        if groups.get(f"one{unit}"):
            return unit, 1
        if groups.get(f"two{unit}"):
            return unit, 2
        if groups.get(f"n{unit}"):
            return unit, _number(groups[f"n{unit}"] or "")
    return "day", 1


def _read_ago(groups: _Groups, context: Context) -> DateSpan | None:
    if context.report is None:
        return None
    unit, number = _length(groups)
    return steps_back(context.report, unit, number, number)


def _read_past(groups: _Groups, context: Context) -> DateSpan | None:
    """The last hours, days or weeks up to the report."""
    if context.report is None:
        return None
    if groups.get("hours"):
        days = max(1, round(int(groups["hours"] or 0) / 24))
    elif groups.get("vague"):
        days = 1 if (groups["vague"] or "").endswith("ساعات") else 5
    elif groups.get("number"):
        days = _number(groups["number"] or "")
    else:
        unit, number = _length(groups)
        days = number * {"day": 1, "week": 7, "month": 30, "year": 365}[unit]
    return DateSpan(context.report - timedelta(days=days), context.report, DatePrecision.SPAN)


def _read_period(groups: _Groups, context: Context) -> DateSpan | None:
    if context.report is None:
        return None
    step = 1 if groups.get("past") else -1 if groups.get("coming") else 0
    day, unit = context.report, groups.get("unit") or ""
    if unit.endswith("سبوع"):
        monday = day - timedelta(days=day.weekday() + 7 * step)
        return DateSpan(monday, monday + timedelta(days=6), DatePrecision.WEEK)
    if unit.endswith("شهر"):
        return steps_back(day, "month", step, step)
    return year_span(day.year - step)


def _read_weekday(groups: _Groups, context: Context) -> DateSpan | None:
    if context.report is None:
        return None
    back = (context.report.weekday() - WEEKDAYS[groups.get("weekday") or ""]) % 7
    return one_day(context.report + timedelta(days=7 - back))


def _read_day(groups: _Groups, context: Context) -> DateSpan | None:
    if context.report is None:
        return None
    words = groups.get("named") or ""
    back = -1 if words.startswith("غد") else 1 if words.startswith("الليل") else 2
    return one_day(context.report - timedelta(days=back))


def _read_month(groups: _Groups, context: Context) -> DateSpan | None:
    month = MONTHS[" ".join((groups.get("mon") or "").split())]
    year = int(groups["y"] or 0) if groups.get("y") else context.nearest(month, None)
    if groups.get("past") and context.report:
        year = context.report.year - (month >= context.report.month)
    return None if year is None else month_span(year, month)


def _read_range(groups: _Groups, context: Context) -> DateSpan | None:
    month = MONTHS[" ".join((groups.get("mon") or "").split())]
    first, last = int(groups.get("d") or 1), int(groups.get("until") or 1)
    year = int(groups["y"] or 0) if groups.get("y") else context.nearest(month, last)
    if year is None:
        return None
    start: date = calendar_date(year, month, first)
    return DateSpan(start, calendar_date(year, month, last), DatePrecision.SPAN)


# They stand before the others: "next Saturday" is no last one.
ARABIC_EXPRESSIONS: tuple[Expression, ...] = (
    ("relative day", r"(?P<named>[أا]ول\s(?:من\s)?[أا]مس|الليلة\s(?:الماضية|الفائتة)|غدا?)(?!\w)", _read_day),
    (
        "period",
        r"(?:(?<=منذ\sمطلع\s)|(?<=منذ\sبداية\s))(?P<unit>ال[أا]سبوع|الشهر|العام|السنة)(?!\w)",
        _read_period,
    ),
    ("weekday", rf"(?P<weekday>{_WEEKDAY})\s(?:{_COMING})(?!\w)", _read_weekday),
    (
        "period",
        rf"(?P<unit>ال[أا]سبوع|الشهر|العام|السنة)\s(?:(?P<past>{_PAST})|(?P<coming>{_COMING})|{_THIS})(?!\w)",
        _read_period,
    ),
    ("ago", rf"(?:(?<=قبل\s)|(?<=منذ\s))(?:{_SPAN})", _read_ago),
    ("past", rf"خلال\s(?:{_HOURS}|{_VAGUE}|{_DAYS}|(?:ال)?(?:{_SPAN})(?:\s(?:{_PAST}))?)(?!\w)", _read_past),
    (
        "range",
        rf"(?:بين|من)\s(?P<d>\d{{1,2}})\s(?:و\s?|إلى\s|الى\s|حتى\s)(?P<until>\d{{1,2}})\s(?:من\s)?{_MONTH}(?:\s(?P<y>{_Y}))?",
        _read_range,
    ),
    (
        "month",
        rf"(?:(?:{_WITH_MONTH}){_MONTH}(?:\s(?P<y>{_Y})|\s(?P<past>{_PAST}))?)(?!\w)",
        _read_month,
    ),
)
