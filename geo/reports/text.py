"""Reports in: a text file as stored, its date, title and source, and which of its lines are told and which are not."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from charset_normalizer import from_bytes

from geo.dates import DateSpan, FoundDate, find_dates, parse_date
from geo.errors import InputError, Problem

_SAMPLE = 65_536
_LONGEST_SENTENCE = 3_000
_ENCODINGS = ["cp1256", "cp1252", "cp1254", "cp1251", "iso8859_6"]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a report: "body", or what is not coded - title, byline, dateline, caption, heading, tail.

    ``year`` is the year of the heading that a body part stands under, or of what a history tells at that point.
    """

    kind: str
    start: int
    end: int
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One text with its source and publication date; offsets are code points into ``text``, which is as stored."""

    path: Path
    text: str
    title: str = ""
    source: str = ""
    url: str = ""
    date: date | None = None
    parts: tuple[Part, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def name(self) -> str:
        """What the report is called where several are listed."""
        return self.path.name


def read_reports(path: Path) -> tuple[list[Report], list[Problem]]:
    """The reports of one file, and what is wrong with those that could not be read.

    Raises
    ------
    InputError
        The file cannot be read, is empty, or is no text.
    """
    return [read_report(path)], []


def read_report(path: Path) -> Report:
    """Read a ``.txt`` or ``.md`` report.

    The date is taken from the front matter, a byline, a dateline, "as of" in the title, or at last the file's name.

    Raises
    ------
    InputError
        The file cannot be read, is empty, or is no text.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    text, problems = _decode(raw, path)
    if not text.strip():
        raise InputError(f"{path}: is empty; wanted the text of a report")
    return parse_report(text, path, problems)


def parse_report(text: str, path: Path, problems: tuple[Problem, ...] = ()) -> Report:
    """Tell title, byline, dateline, captions, headings and tail of a text from its body."""
    front, begin = _front_matter(text)
    lines = [m for m in _LINE.finditer(text, begin) if m[0].strip()]
    reader = _Head(text)
    parts = reader.parts(lines)
    source = front.get("source") or front.get("publisher") or front.get("author") or reader.source
    day, found = _report_date(front, reader, path)
    if found:
        problems = (*problems, found)
    url = next((front[k] for k in ("url", "link") if re.match(r"https?://\S+$", front.get(k, ""))), "")
    title = front.get("title") or front.get("subject") or reader.title
    parts = _with_years(text, _without_tail(text, parts), day, title)
    return Report(path, text, title, source, url, day, tuple(parts), problems)


# ---------------------------------------------------------------- bytes


def _decode(raw: bytes, path: Path) -> tuple[str, tuple[Problem, ...]]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return _decoded(raw, encoding, path), ()
    if b"\0" in raw[:_SAMPLE]:
        raise InputError(f"{path}: is a binary file; wanted a text file")
    try:
        return _decoded(raw, "utf-8", path), ()
    except UnicodeDecodeError:
        best = from_bytes(raw[:_SAMPLE], cp_isolation=_ENCODINGS).best()
    if best is None:
        raise InputError(f"{path}: is a binary file or in an unknown encoding; wanted UTF-8 text")
    message = f"is not UTF-8; was read as {best.encoding}; save it as UTF-8 if letters look wrong"
    text = raw.decode(best.encoding, errors="replace")
    return text, (Problem(path.name, None, None, None, message, "warning"),)


def _decoded(raw: bytes, encoding: str, path: Path) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8" and error.start < len(raw) - 3:
            raise
        text = raw.decode(encoding, errors="ignore")  # cut in the middle of the last letter
    controls = sum(c < " " and c not in "\t\n\r\f" for c in text[:_SAMPLE])
    if controls > len(text[:_SAMPLE]) // 100:
        raise InputError(f"{path}: is a binary file; wanted a text file")
    return text


# ---------------------------------------------------------------- parts of the page

_LINE = re.compile(r"[^\r\n]+")
_KEY = re.compile(r"(\w+):[ \t]*([^\r\n]*)")
_BYLINE = re.compile(r"\s*(?:By|BY|Written by|Author:)\s+[A-Z]")
_CAPTION = re.compile(
    r"\(\s*(?:File\s)?(?:Photo|Image|Picture)\b[^)]*\)\s*$|^\s*\[\[(?:File|Image):|^\s*!\[|\((?:AP|AFP|Reuters)\sPhoto"
    r"|^\s*(?:Photo|Image|Caption|Photograph)(?:\s(?:by|credit))?:|Getty Images\s*\)?\s*$",
    re.IGNORECASE,
)
_HEADING = re.compile(r"\s*(#{1,6})\s+(.*)")
_DATE_LABELS = re.compile(
    r"\b(?:date|published|posted|updated|last|on|as|of|at|location|time|est|edt|gmt|utc|bst|et|am|pm|first)\b"
    r"|\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\s*(?:am|pm)?|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|[^\w]",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    r"\s*(?P<place>[A-Z][\w'’.-]*(?:[ /][A-Z][\w'’.-]*){0,3}(?:,\s[A-Z][\w.]*(?:\s[A-Z][\w.]*)?)?)?"
    r"(?P<day>,\s\d{1,2}\s[A-Z][a-z]+\.?(?:\s\d{4})?|,\s[A-Z][a-z]{2,8}\.?\s\d{1,2}(?:,?\s\d{4})?)?"
    r"\s*\((?P<source>[A-Z][\w./ -]{1,30})\)\s*[-–—]+\s*"
)
_AS_OF = re.compile(r"\bas of\b", re.IGNORECASE)
_FILE_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_]?(\d\d)[-_]?(\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_TOLD_YEAR = re.compile(
    r"(?:\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?(?:\s\d{1,2})?,?\s|\b(?:[Ii]n|[Bb]y|[Dd]uring|[Ee]arly|[Mm]id|[Ll]ate)[\s-])"
    r"((?:19|20)\d\d)(?!\d|-|\s[A-Z])"
)
_HEAD_LINES = 14
_HISTORY_YEARS = 5  # fewer old years are the background of news


def _front_matter(text: str) -> tuple[dict[str, str], int]:
    """Plain ``key: value`` lines of YAML front matter, and where the text begins; anything nested is passed over."""
    opening = re.match(r"---[ \t]*\r?\n", text)
    closing = re.compile(r"^---[ \t]*(?:\r?\n|$)", re.MULTILINE).search(text, opening.end()) if opening else None
    if not opening or not closing:
        return {}, 0
    pairs = (_KEY.match(line[0]) for line in _LINE.finditer(text, opening.end(), closing.start()))
    return {m[1].casefold(): m[2].strip().strip("\"'") for m in pairs if m}, closing.end()


def _report_date(front: dict[str, str], head: _Head, path: Path) -> tuple[date | None, Problem | None]:
    for key in ("pubdate", "published", "publication_date", "date", "updated"):
        try:
            span = parse_date(front.get(key, ""))
        except ValueError:
            continue
        if span.start == span.end:
            return span.start, None
    if head.dates:
        return head.dates[0], None
    named = _FILE_DATE.search(path.name)
    try:
        day = parse_date("-".join(named.groups())).start if named else None
    except ValueError:
        day = None
    if day:
        message = "the text gives no date of publication; the date in the file's name was taken"
        return day, Problem(path.name, None, "report_date", day.isoformat(), message, "warning")
    message = (
        "no date of publication was found; dates such as 'on Monday' stay open; add a line such as '11 March 2021'"
    )
    return None, Problem(path.name, None, "report_date", None, message, "warning")


class _Head:
    """Sorts the lines of a report into parts, and finds title, source and dates of its head on the way."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.title = ""
        self.source = ""
        self.dates: list[date] = []
        self.year: int | None = None
        self.level = 7
        self.seen: set[str] = set()

    def parts(self, lines: list[re.Match[str]]) -> list[Part]:
        parts: list[Part] = []
        told = False
        for number, line in enumerate(lines):
            alone = number + 1 == len(lines) or "\n" in self.text[line.end() : lines[number + 1].start()].replace(
                "\r\n", "\n"
            ).replace("\n", "", 1)
            kind = self.kind(line, number, alone=alone, last=number + 1 == len(lines), told=told)
            start = self.body_start(line, first=not told) if kind == "body" else line.start()
            told = told or kind == "body"
            if start > line.start():
                parts.append(Part("dateline", line.start(), start))
            wrapped = kind == "body" and parts and self.runs_on(parts[-1], line)
            if wrapped:
                parts[-1] = Part("body", parts[-1].start, line.end(), parts[-1].year)
            else:
                parts.append(Part(kind, start, line.end(), self.year if kind == "body" else None))
        return parts

    def kind(self, line: re.Match[str], number: int, *, alone: bool, last: bool, told: bool) -> str:
        words = line[0].strip()
        heading = _HEADING.match(line[0])
        if heading:
            self.under(heading[2], len(heading[1]))
            return "heading" if self.title or number else self.titled(heading[2])
        if _CAPTION.search(words[:2_000]) and len(words) < 600:
            return "caption"
        if number < _HEAD_LINES and not told and self.is_dateline(words):
            return "byline" if _BYLINE.match(words) else "dateline"
        short = len(words) < 200 and words[-1] not in ".!?:;,”\"'…؟"
        if number == 0 and short and not last:
            return self.titled(words)
        if words in self.seen:
            return "caption"  # pages repeat captions and teasers, not sentences
        self.seen.add(words)
        if short and alone and not last and len(words) < 80 and not words.startswith(("•", "-", "*", "–")):
            self.under(words, 6)
            return "heading"
        return "body"

    def titled(self, words: str) -> str:
        self.title = " ".join(words.split())
        if _AS_OF.search(words):
            self.dates += [d.span.start for d in self.full_dates(words) if d.span][-1:]
        return "title"

    def under(self, words: str, level: int) -> None:
        year = _YEAR.search(words)
        if year or level <= self.level:
            self.year = int(year[0]) if year else None
            self.level = level

    def is_dateline(self, words: str) -> bool:
        """Whether a line is a byline or says no more than a date; its date is kept."""
        if len(words) > 160:
            return False
        dates = self.full_dates(words)
        byline = bool(_BYLINE.match(words)) and words[-1] != "."
        rest = words
        for found in reversed(dates):
            rest = rest[: found.start] + rest[found.end :]
        if not byline and not (dates and not _DATE_LABELS.sub("", rest)):
            return False
        self.dates += [d.span.start for d in dates if d.span]
        return True

    @staticmethod
    def full_dates(words: str) -> list[FoundDate]:
        return [d for d in find_dates(words, report_date=None) if d.span and d.span.start == d.span.end]

    def body_start(self, line: re.Match[str], *, first: bool) -> int:
        """Where the telling begins in the first line, after "CITY, Country, Feb 11 (Agency) - "."""
        dateline = _DATELINE.match(line[0]) if first else None
        if dateline is None or (not dateline["place"] and line[0].lstrip()[:1] != "("):
            return line.start()
        self.source = self.source or dateline["source"]
        self.dates += [d.span.start for d in self.full_dates(dateline["day"] or "") if d.span]
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
    last = titled.pop() if len(titled) == 1 else None
    fixed = last is not None
    for part in parts:
        if part.kind == "body":
            told_year = _TOLD_YEAR.search(text, part.start, part.end)
            own = int(told_year[1]) if told_year else None
            dated.append(Part(part.kind, part.start, part.end, part.year or own or last))
            last = last if fixed else part.year or own or last
        else:
            dated.append(part)
    return dated


# ---------------------------------------------------------------- tails

_TAIL = re.compile(
    r"\b(?:sign up|subscribe|newsletter|donat(?:e|ion)s?|tax[- ](?:deduct\w+|exempt)|all rights reserved|click here"
    r"|follow us|cookies?|share this|read more|advertisement|support our|terms of (?:use|service)|privacy policy"
    r"|non-?profit|our (?:readers|journalism)|unsubscribe|download (?:the|our) app|whatsapp channel|copyright|©)",
    re.IGNORECASE,
)
_END_MATTER = re.compile(
    r"[#\s*]*(?:see also|references|notes(?: and references)?|external links|further reading|sources|bibliography"
    r"|related)[\s*:]*$",
    re.IGNORECASE,
)
_SALUTATION = re.compile(r"\s*(?:dear\b[^.]{0,60}|[^.]{0,40}\breaders?\b)\s*[,:]\s*$", re.IGNORECASE)
_READER = re.compile(r"\b(?:you|your|yours|we need|our)\b", re.IGNORECASE)


def _without_tail(text: str, parts: list[Part]) -> list[Part]:
    """Mark appeals, newsletter and share texts that follow the report.

    A tail begins with a salutation of the reader, or with a paragraph that asks something of the reader; all that
    follows belongs to it. It must lie after the middle of the report and its paragraphs be mostly such. Lists of
    sources and "see also" under a heading of their own are a tail too.
    """
    headings = (n for n, p in enumerate(parts) if p.kind == "heading")
    end = next((n for n in headings if _END_MATTER.match(text, parts[n].start, parts[n].end)), None)
    if end:
        return _without_tail(text, parts[:end]) + [Part("tail", p.start, p.end) for p in parts[end:]]
    cues = [bool(_TAIL.search(text, p.start, min(p.end, p.start + 2_000))) for p in parts]
    for number, part in enumerate(parts):
        rest = cues[number:]
        salutes = bool(_SALUTATION.match(text[part.start : min(part.end, part.start + 120)])) and any(rest)
        asks = cues[number] and number * 2 >= len(parts) and sum(rest) * 2 >= len(rest) and len(parts) > 1
        if salutes or asks:
            first = number
            while not salutes and first > 1 and _READER.search(text, parts[first - 1].start, parts[first - 1].end):
                first -= 1
            return parts[:first] + [Part("tail", p.start, p.end) for p in parts[first:]]
    return parts


# ---------------------------------------------------------------- sentences

_END = re.compile(r"[.!?؟…]+[\"”’')\]]*(?=\s+[\"“‘'(\[•]*[A-Z0-9\u0600-\u06ff])|\s+(?=•\s)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Capt|Sgt|Brig|Adm|Sen|Rep|Gov|St|No|vs|etc|e\.g|i\.e|approx|Jan|Feb|Mar"
    r"|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mt|Ft|Inc|Ltd)|\b[A-Z]|\b(?:[A-Za-z]\.)+[A-Za-z])\.$"
)
_STARTER = re.compile(r"\s+(?:The|It|He|She|They|In|On|At|But|This|That|These|We|A|An|However|Meanwhile|Its|His)\b")


def split_sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Offsets of the sentences between two offsets; one without an end for pages is cut at a space."""
    begin = start
    for match in _END.finditer(text, start, end):
        if _abbreviated(text, match, begin):
            continue
        yield from _pieces(text, begin, match.end())
        begin = match.end()
    yield from _pieces(text, begin, end)


def _abbreviated(text: str, match: re.Match[str], begin: int) -> bool:
    if match[0] != ".":
        return False
    if not _ABBREVIATION.search(text, max(begin, match.end() - 12), match.end()):
        return False
    dotted = "." in text[max(begin, match.end() - 4) : match.end() - 1]
    return not (dotted and _STARTER.match(text, match.end()))  # "... in the U.S. The army": a new sentence


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > _LONGEST_SENTENCE:
        cut = text.rfind(" ", start, start + _LONGEST_SENTENCE)
        cut = cut if cut > start else start + _LONGEST_SENTENCE
        yield start, cut
        start = cut
    if start < end:
        yield start, end


_QUOTES = re.compile(r"“[^”]*(?:”|$)|(?<!\w)\"[^\"]*(?:\"|$)|«[^»]*(?:»|$)")


def quoted_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Offsets of direct speech in a paragraph; one to three words in quotation marks are no speech."""
    spans = (m.span() for m in _QUOTES.finditer(text[start:end].replace("\r", " ").replace("\n", " ")))
    return [(start + a, start + b) for a, b in spans if len(text[start + a : start + b].split()) > 3]


def inside(position: int, spans: list[tuple[int, int]]) -> bool:
    """Whether an offset lies in one of the spans, which are in order."""
    number = bisect_right(spans, (position, 1 << 62)) - 1
    return number >= 0 and spans[number][0] <= position < spans[number][1]


__all__ = [
    "DateSpan",
    "Part",
    "Report",
    "inside",
    "parse_report",
    "quoted_spans",
    "read_report",
    "read_reports",
    "split_sentences",
]
