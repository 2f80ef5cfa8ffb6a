"""The layout of a report: its title, date and source, and which of its lines are told and which are not."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

from geo.dates import find_dates
from geo.dates.values import MONTHS
from geo.errors import Problem
from geo.reports.front import read_front
from geo.reports.plain import plain_digits
from geo.reports.published import bare_day, closing_day, day_among_names, day_of, full_dates, telling_day
from geo.reports.report import Part, Report
from geo.reports.tables import find_tables
from geo.reports.tails import without_tail


def parse_report(
    text: str, path: Path, problems: tuple[Problem, ...] = (), *, told: Mapping[str, str] | None = None
) -> Report:
    """Tell title, byline, dateline, captions, headings and tail of a text from its body.

    ``told`` is what is known of the report from elsewhere, by the keys of front matter: title, date, source, url, id.
    """
    front, begin, broken = read_front(text, path)
    front |= {key: value for key, value in (told or {}).items() if value}
    plain = plain_digits(text)
    lines = [m for m in _LINE.finditer(plain, begin) if m[0].strip(_BLANK)]
    reader = _Head(plain, titled=bool(told and told.get("title")))
    tables = list(find_tables([line[0] for line in lines]))
    parts = reader.parts(lines, {number for rows in tables for number in rows})
    problems = (*problems, *broken, *(_table_problem(text, path, lines[rows[0]], len(rows)) for rows in tables))
    source = front.get("source") or front.get("publisher") or front.get("author") or reader.source
    day, found = day_of(front, reader.dates or telling_day(text, reader.title, parts), path)
    if found:
        problems = (*problems, found)
    url = next((front[k] for k in ("url", "link") if re.match(r"https?://\S+$", front.get(k, ""))), "")
    title = front.get("title") or front.get("subject") or reader.title
    parts = _with_years(text, without_tail(text, parts), day, title)
    return Report(path, text, title, source, url, day, tuple(parts), problems, (told or {}).get("id", ""))


_LINE = re.compile(r"[^\r\n]+")
# What may stand at the ends of a line and is not seen: blanks, zero-width characters, marks of direction.
_BLANK = (
    " \t\f\v\u00a0\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2066\u2067\u2068\u2069\ufeff"
)
_BYLINE = re.compile(r"\s*(?:(?:By|BY|Written by|Author:)\s+[A-Z]|(?:Posted|Published|Reported|Edited)\sby\s)")
_CAPTION = re.compile(
    r"\(\s*(?:File\s)?(?:Photo|Image|Picture)\b[^)]*\)\s*$|^\s*\[\[(?:File|Image):|^\s*!\[|\((?:AP|AFP|Reuters)\sPhoto"
    r"|^\s*(?:Photo|Image|Caption|Photograph)(?:\s(?:by|credit))?:|Getty Images\s*\)?\s*$",
    re.IGNORECASE,
)
_HEADING = re.compile(r"\s*(#{1,6})\s+(.*)")
_FIGURES = r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}"
_DAY = (
    r"(?P<day>(?:,|\s[-–—])?\s(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s)?"
    r"(?:\d{1,2}(?:st|nd|rd|th)?\s[A-Z][A-Za-z]{2,8}\.?(?:,?\s\d{4})?|[A-Z][A-Za-z]{2,8}\.?\s?\d{1,2}(?:,?\s\d{4})?"
    rf"|{_FIGURES}))?"
)
_DATELINE = re.compile(
    r"\s*(?P<place>[A-Z][\w'’.-]*(?:[ /][A-Z][\w'’.-]*){0,3}(?:,\s[A-Z][\w.]*(?:\s[A-Z][\w.]*)?)?)?"
    rf"{_DAY}\s*\((?P<source>[A-Z][\w./ -]{{1,30}})\)\s*[-–—]+\s*"
)
# "YANGON, May 12 - ": without an agency the city stands in capitals.
_CAPITALS = r"[A-Z][A-Z'’.-]+(?:(?: |\s?/\s?)[A-Z'’.-]+){0,3}(?:,\s[A-Z][\w.]*(?:\s[A-Z][\w.]*)?)?"
_CITY = re.compile(rf"\s*(?P<place>{_CAPITALS}){_DAY}\s+(?P<source>)[-–—]{{1,2}}\s+")
# "Kesra, 14 March 2020 - ": one in small letters has the whole date
_TOWN = re.compile(
    r"\s*(?P<place>[A-Z][\w'’.-]+(?:[\s/][A-Z][\w'’.-]+){0,3})(?:\s\((?P<source>[A-Z]{2,8})\))?(?P<day>,?\s(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s)?(?:\d{1,2}\s[A-Z][a-z]+\.?\s\d{4}|[A-Z][a-z]{2,8}\.?\s\d{1,2},?\s\d{4}))"
    r"\s+[-–—]{1,2}\s+"
)
# "Kesra, NNA - ": an agency of one word in capitals
_AGENCY = re.compile(
    r"\s*(?P<place>[A-Z][\w'’.-]+(?:\s[A-Z][\w'’.-]+){0,2}),\s\(?(?P<source>[A-Z]{3,8})\)?(?P<day>)\s?[-–—]+\s*"
)
# the date before the town, as in "March 14, 2020 (KESRA) - "
_DAY_FIRST = re.compile(
    r"\s*(?P<day>\d{1,2}\s[A-Z][a-z]+\.?\s\d{4}|[A-Z][a-z]{2,8}\.?\s\d{1,2},?\s\d{4})(?:,\s|\s(?=\())"
    r"\(?(?P<place>[A-Z][\w'’.-]+(?:\s[A-Z][\w'’.-]+){0,2})\)?(?P<source>)\s?[-–—]{1,2}\s*"
)
_OPENINGS = (_DATELINE, _CITY, _TOWN, _AGENCY, _DAY_FIRST)
# What "YANGON, Myanmar, May 12, 2021" or "Kesra - NNA 12-5-2021" is without its date
_CITY_ALONE = re.compile(rf"[\s–—-]*{_CAPITALS},?\s*|[^\W\d]{{2,20}}\s?[-–—/]\s?[^\W\d]{{2,12}}[\s:,،]*")
_HOUR = re.compile(r"\s\d{1,2}[:.]\d{2}(?=\s|$)")
_AS_OF = re.compile(r"\bas of\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_TOLD_YEAR = re.compile(
    r"(?:\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?(?:\s\d{1,2})?,?\s|\b(?:[Ii]n|[Bb]y|[Dd]uring|[Ee]arly|[Mm]id|[Ll]ate)[\s-])"
    r"((?:19|20)\d\d)(?!\d|-|\s[A-Z])"
)
_TELLS = re.compile(r"[.!?؟…:;][\"”’)]*\s*$|^.{200}")  # what ends like a sentence, or is as long as a paragraph
_HEAD_LINES = 14
_END_LINES = 3
_LONG_LINE = 80  # letters of a line that is more than a caption
_LONGEST_DATELINE = 160
_HISTORY_YEARS = 5  # fewer old years are the background of news


def _table_problem(text: str, path: Path, first: re.Match[str], rows: int) -> Problem:
    line = text.count("\n", 0, first.start()) + 1
    message = f"{rows} lines read like a table, not like sentences; save them as CSV and give that file (left out)"
    return Problem(path.name, line, "text", " ".join(first[0].split())[:60], message, "warning")


class _Head:
    """Sorts the lines of a report into parts, and finds title, source and dates of its head on the way."""

    def __init__(self, text: str, *, titled: bool = False) -> None:
        self.text = text
        self.elsewhere = titled  # the title is known and does not stand in the text, or stands there once more
        self.title = ""
        self.source = ""
        self.dates: list[date] = []
        self.year: int | None = None
        self.level = 7
        self.seen: set[str] = set()

    def parts(self, lines: list[re.Match[str]], tables: Collection[int] = ()) -> list[Part]:
        parts: list[Part] = []
        told = False
        self.alone = self.day_alone(lines)
        for number, line in enumerate(lines):
            if number in tables:
                parts.append(Part("table", line.start(), line.end()))
                continue
            alone = number + 1 == len(lines) or "\n" in self.text[line.end() : lines[number + 1].start()].replace(
                "\r\n", "\n"
            ).replace("\n", "", 1)
            kind = self.kind(line, number, alone=alone, last=number + 1 == len(lines), told=told)
            start = self.body_start(line, first=not told) if kind == "body" else line.start()
            told = told or (kind == "body" and _TELLS.search(line[0]) is not None)
            if start > line.start():
                parts.append(Part("dateline", line.start(), start))
            wrapped = kind == "body" and parts and self.runs_on(parts[-1], line)
            if wrapped:
                parts[-1] = Part("body", parts[-1].start, line.end(), parts[-1].year)
            else:
                parts.append(Part(kind, start, line.end(), self.year if kind == "body" else None))
        return parts

    def kind(self, line: re.Match[str], number: int, *, alone: bool, last: bool, told: bool) -> str:
        words = line[0].strip(_BLANK)
        heading = _HEADING.match(line[0])
        if heading:
            self.under(heading[2], len(heading[1]))
            return "heading" if self.title or number else self.titled(heading[2])
        if _CAPTION.search(words[:2_000]) and len(words) < 600:
            return "caption"
        if number == self.alone or (number < _HEAD_LINES and not told and self.is_dateline(words, first=number == 0)):
            return "byline" if _BYLINE.match(words) else "dateline"
        short = len(words) < 200 and words.rstrip("*_")[-1:] not in tuple(".!?:;,”\"'…؟")
        if number == 0 and short and not last and not self.elsewhere:
            return self.titled(words)
        if words in self.seen:  # pages repeat captions and teasers
            return "repeat" if len(words) > _LONG_LINE and _TELLS.search(words) else "caption"
        self.seen.add(words)
        if short and alone and not last and len(words) < 80 and not words.startswith(("•", "-", "*", "–")):
            self.under(words, 6)
            return "heading"
        return "body"

    def titled(self, words: str) -> str:
        self.title = " ".join(words.split())
        if _AS_OF.search(words):
            self.dates += full_dates(words)[-1:]
        return "title"

    def under(self, words: str, level: int) -> None:
        year = _YEAR.search(words)
        if year or level <= self.level:
            self.year = int(year[0]) if year else None
            self.level = level

    def day_alone(self, lines: list[re.Match[str]]) -> int | None:
        """The line that is a date and nothing else, if it is the only one: the day of the report wherever it stands."""
        alone = [n for n, line in enumerate(lines) if bare_day(line[0].strip())]
        if len(alone) != 1 or _HEAD_LINES <= alone[0] < len(lines) - _END_LINES:
            return None
        self.dates += full_dates(lines[alone[0]][0])
        return alone[0]

    def is_dateline(self, words: str, *, first: bool) -> bool:
        """Whether a line is a byline, or says no more than a date, who reports, or a city in capitals."""
        if len(words) > _LONGEST_DATELINE:
            return False
        byline = bool(_BYLINE.match(words)) and words[-1] != "."
        closing = None if first or self.dates else closing_day(words)
        named = not first and not self.dates and day_among_names(words)
        if not (byline or closing or named or bare_day(words) or self.is_city(words)):
            return False
        self.dates += full_dates(words) or ([closing] if closing else [])
        return True

    @staticmethod
    def is_city(words: str) -> bool:
        """Whether a line is a city in capitals and a date."""
        found = [d for d in find_dates(words, report_date=None) if d.span and d.span.start == d.span.end]
        for date_ in reversed(found):
            words = words[: date_.start] + words[date_.end :]
        return bool(found) and bool(_CITY_ALONE.fullmatch(_HOUR.sub("", words)))

    def body_start(self, line: re.Match[str], *, first: bool) -> int:
        """Where the telling begins in the first line, after "CITY, Country, Feb 11 (Agency) - "."""
        dateline = next((m for o in _OPENINGS if (m := o.match(line[0]))), None) if first else None
        if dateline is None or (not dateline["place"] and line[0].lstrip()[:1] != "("):
            return line.start()
        self.source = self.source or dateline["source"] or ""
        self.dates += full_dates(dateline["day"] or "")
        return line.start() + dateline.end()

    def runs_on(self, before: Part, line: re.Match[str]) -> bool:
        """Whether a line goes on with the paragraph of the line before, as in text wrapped at a width."""
        if before.kind != "body" or line[0].lstrip()[:1] in "•*-–#|":
            return False
        gap = self.text[before.end : line.start()]
        breaks = gap.count("\n") or gap.count("\r")
        return breaks == 1 and self.text[before.end - 1] not in '.!?:;”"؟' and before.end - before.start < 100_000


def _with_years(text: str, parts: list[Part], day: date | None, title: str) -> list[Part]:
    """Give body parts of a history, whose years mostly lie well before its publication, the year they tell.

    A paragraph that dates nothing by a year of its own is of the year of its heading, of the title if that names one
    alone, or goes on in the year told last. A year that only names something ("the 2017 talks") dates nothing.
    """
    body = [p for p in parts if p.kind == "body"]
    told = [int(y) for p in body for y in _YEAR.findall(text, p.start, p.end)]
    old = sum(day is not None and year < day.year - 1 for year in told)
    if old < _HISTORY_YEARS or old * 2 < len(told):
        return parts
    dated = []
    titled = {int(y) for y in _YEAR.findall(title)}
    last = next(iter(titled)) if len(titled) == 1 else None
    fixed, newest, told_month = last is not None, max(titled, default=0), 0
    for part in parts:
        if part.kind == "body":
            told_year = _TOLD_YEAR.search(text, part.start, part.end)
            own = int(told_year[1]) if told_year else None
            month = _month(text, part)
            if not own and last and month and told_month - month >= _TURN and last < newest:
                last += 1  # days run on, so February after October is of the next year
            told_month = month or told_month
            dated.append(Part(part.kind, part.start, part.end, part.year or own or last))
            last = last if fixed else part.year or own or last
        else:
            dated.append(part)
    return dated


_TURN = 4  # months
_OPENING_DAY = re.compile(r"\s*(?:On|By|In)\s(?:\d{1,2}\s)?([A-Z][a-z]{2,8})\b")


def _month(text: str, part: Part) -> int:
    """The month that a paragraph opens with, as in "On 16 February"; 0 if with none."""
    opening = _OPENING_DAY.match(text, part.start, part.end)
    return MONTHS.get(opening[1].casefold(), 0) if opening else 0
