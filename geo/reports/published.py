"""The day a report was published, as its head, its title, its opening or its file's name tells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from geo.dates import FoundDate, find_dates, parse_date
from geo.errors import Problem
from geo.reports.report import Part

_KEYS = (
    *("pubdate", "published", "publication_date", "date_published", "datepublished", "publish_date", "publishdate"),
    *("date", "updated"),
)
# What a line may say beside its date: when and how it was put up, the hour, the zone, the day of the week.
_DATE_LABELS = re.compile(
    r"\b(?:date|published|publication|posted|issued|created|modified|updated|update|release|released|report|last|on|as|of|at|the"
    r"|location|time|am|pm|a\.m|p\.m|first|read|h|hrs|local)\b"
    r"|\b(?:gmt|utc|est|edt|bst|et|eet|eest|cet|cest|msk|trt|ist)\b(?:\s?[+-]\s?\d{1,2}(?::?\d\d)?)?"
    r"|\b\d{1,2}(?:\s|-)min(?:ute)?s?\b|\b\d{1,2}\s(?:minute|hour|day|week|month|year)s?\sago\b"
    r"|t?\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?(?:z\b|\s*[+-]\d{2}:?\d{2}|\s*(?:[ap]\.?m|[صم])\b)?|\b\d{1,2}h\d{2}\b"
    r"|\b(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\b"
    r"|\b(?:ال[اإ]ثنين|الثلاثاء|ال[اأ]ربعاء|الخميس|الجمعة|السبت|ال[اأ]حد|يوم)\b"
    r"|\b(?:نشر|نشرت|تاريخ|النشر|في|الساعة|[آا]خر|تحديث|بتوقيت|غرينتش|م|ص|التاريخ)\b|[^\w]",
    re.IGNORECASE,
)
_FILE_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_]?(\d\d)[-_]?(\d\d)(?!\d)")
_WEEKDAY = (
    r"(?:(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?,?"
    r"|(?:ال[اإ]ثنين|الثلاثاء|ال[اأ]ربعاء|الخميس|الجمعة|السبت|ال[اأ]حد)[,،]?)\s)?"
)
# What parts a date from the rest of a title or a line of the head: "Daily bulletin | Friday 14 December 2018 | ..."
_KIND = r"\b(?:summary|update|bulletin|report|brief|briefing|digest|week)\s(?:for\s|of\s|ending\s|to\s)?"
_PARTED = re.compile(rf"(?:^|[,،;؛:|(–—•·-]\s*|{_KIND}|\b[Aa]s of\s|(?<!\w)في\s){_WEEKDAY}$")
_PARTED_AFTER = re.compile(r"\s*(?:\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\s*)?(?:$|[|()–—•·:;-])")
_CLOSES = re.compile(r"[\s)]*(?:\(?\d{1,2}[:.]\d{2}[^.]{0,40})?$")
_ASIDE = re.compile(r"\s\([^()]{1,60}\)")  # who reports: "Kesra, 3 May 2020 (our man in the north)"
_SHORT, _NAMES = 80, 6  # letters of a line, and words of its names
_SMALL = frozenset({"of", "and", "al", "el", "by"})
_LONGEST = timedelta(15)  # days that a summary is of
_CLOSING = 120  # letters of the last line, where it tells who reported and when
_OPENING = 300  # letters of the first paragraph that may tell its day: "on Sunday, Jan. 26, 2020"
_ON_A_DAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\s?[,(]?\s?$")


def _found_days(words: str) -> list[FoundDate]:
    """The dates of a line that are one day, told with their year."""
    return [d for d in find_dates(words, report_date=None) if d.span and d.span.start == d.span.end]


def full_dates(words: str) -> list[date]:
    """The days that a line names with their year."""
    return [d.span.start for d in _found_days(words) if d.span]


def bare_day(words: str) -> bool:
    """Whether a line says no more than a date and when it was put up."""
    if len(words) > 160 or words.startswith("#"):
        return False
    found = _found_days(words)
    for day in reversed(found):
        words = words[: day.start] + words[day.end :]
    return bool(found) and not _DATE_LABELS.sub("", words)


def day_among_names(words: str) -> bool:
    """Whether a short line says a day and names alone, of who reports and where: "Marat Tribune, Kesra 3 May 2020"."""
    found = _found_days(words)
    if len(found) == 1:
        words = words[: found[0].end] + _ASIDE.sub("", words[found[0].end :])
    if len(found) != 1 or len(words) > _SHORT:
        return False
    rest = _DATE_LABELS.sub(" ", words[: found[0].start] + " " + words[found[0].end :]).split()
    return len(rest) <= _NAMES and all(word[0].isupper() or word in _SMALL for word in rest)


def closing_day(words: str) -> date | None:
    """The date that closes a line of the head, parted from who reports: "News desk, 12 June 2020"."""
    day = _parted_day(words)
    return day[0] if day and _CLOSES.match(words, day[1]) else None


def _parted_day(words: str) -> tuple[date, int] | None:
    """The only day of a line, or the last of its only days, if parted from the words beside it; where it ends."""
    found = [d for d in find_dates(words, report_date=None) if d.span and d.span.end - d.span.start < _LONGEST]
    if len(found) != 1 or not found[0].span or not _PARTED_AFTER.match(words, found[0].end):
        return None
    as_of = found[0].text[:5].lower() == "as of"
    return (found[0].span.end, found[0].end) if as_of or _PARTED.search(words[: found[0].start]) else None


def telling_day(text: str, title: str, parts: Sequence[Part]) -> list[date]:
    """The day of a report whose head has none: that of its title, or of the weekday in its opening sentence."""
    parted = _parted_day(title)
    if parted:
        return [parted[0]]
    last = text.rstrip()[-_CLOSING:].rsplit("\n", 1)[-1].strip()
    signed = _parted_day(last.rstrip(")")) if last.startswith("(") else None
    if signed:
        return [signed[0]]
    body = next((p for p in parts if p.kind == "body"), None)
    if body is None:
        return []
    opening = text[body.start : min(body.end, body.start + _OPENING)]
    found = _found_days(opening)
    return [d.span.start for d in found[:1] if d.span and _ON_A_DAY.search(opening[: d.start])]


def day_of(front: dict[str, str], told: Sequence[date], path: Path) -> tuple[date | None, Problem | None]:
    """The day of publication by front matter, the text, or the file's name; a remark where it is unsure."""
    unread = ""
    for key in _KEYS:
        try:
            span = parse_date(front.get(key, ""))
        except ValueError:
            unread = unread or front.get(key, "")
            continue
        if span.start == span.end:
            return span.start, None
    if told:
        return told[0], None
    day = _named_day(path)
    if day:
        message = "the text gives no date of publication; the date in the file's name was taken"
        return day, Problem(path.name, None, "report_date", day.isoformat(), message, "warning")
    message = (
        "is no day; wanted one such as 2021-03-11; dates such as 'on Monday' stay open"
        if unread
        else "no date of publication was found; dates such as 'on Monday' stay open; add a line such as '11 March 2021'"
    )
    return None, Problem(path.name, None, "report_date", unread or None, message, "warning")


def _named_day(path: Path) -> date | None:
    """The day in a file's name: "weekly_20210311.txt", "Bulletin 11 March 2021.txt"."""
    named = _FILE_DATE.search(path.name)
    try:
        if named:
            return parse_date("-".join(named.groups())).start
    except ValueError:
        return None
    return next(iter(full_dates(path.stem.replace("_", " "))), None)
