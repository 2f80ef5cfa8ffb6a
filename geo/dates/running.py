"""Dates in running text: finding the expressions, in order, and what the words before them make of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from geo.codes import DatePrecision
from geo.dates.arabic import ARABIC_EXPRESSIONS
from geo.dates.expressions import EXPRESSIONS, Context
from geo.dates.values import DateSpan


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


_ALL = (*ARABIC_EXPRESSIONS, *EXPRESSIONS)
_COMPILED = tuple((rule, re.compile(pattern), resolve) for rule, pattern, resolve in _ALL)
_GROUPS = [f"(?P<x{i}>{re.sub('[?]P<[a-z0-9]+>', '?:', pattern)})" for i, (_, pattern, _f) in enumerate(_ALL)]
_FEW = len(ARABIC_EXPRESSIONS)
_ANY = re.compile(
    # Text in other letters is not looked through for Arabic expressions.
    rf"(?<![\w$€£])(?:(?=[ء-ي])(?:{'|'.join(_GROUPS[:_FEW])})|{'|'.join(_GROUPS[_FEW:])})"
)
_SINCE = re.compile(
    r"\b(since|منذ|ever\ssince|as\sof|until|till|by|before|prior\sto)\s(?:the\s(?:start|beginning|end)\sof\s)?"
    r"(?:(?:مطلع|بداية|أوائل|أواخر|نهاية|منتصف|شهر|يوم)\s){0,2}$",
    re.IGNORECASE,
)


_END_OF = re.compile(r"\bend\sof\s$|نهاية\s", re.IGNORECASE)


def find_dates(
    text: str, *, report_date: date | None, year: int | None = None, told: DateSpan | None = None
) -> list[FoundDate]:
    """Absolute and relative date expressions in running text, in order, none overlapping.

    ``report_date`` resolves "on Monday", "a week ago", "in December" (the latest that is not after the report); without
    it these stay open (``span`` None). ``year`` is the year of the heading that the text stands under and comes before
    the report's for days and months told without a year. ``told`` is the day told before the text, which "the same day"
    means. "Since December" is a span up to the report. An expression that names no day of the calendar is left out.
    """
    found: list[FoundDate] = []
    for match in _ANY.finditer(text):
        rule, pattern, resolve = _COMPILED[int((match.lastgroup or "x0")[1:])]
        exact = pattern.match(text, match.start())
        if exact is None:
            continue
        try:
            span = resolve(exact.groupdict(), Context(report_date, year, told))
        except (ValueError, OverflowError):
            continue
        told = span if span and span.precision == DatePrecision.DAY else told
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
        if span is None or report_date is None or span.start > report_date:
            return FoundDate(None, start, end, text[start:end], "since")
        ended = _END_OF.search(before[0]) and span.end <= report_date  # "since the end of May"
        span = DateSpan(span.end if ended else span.start, report_date, DatePrecision.SPAN)
        return FoundDate(span, start, end, text[start:end], "since")
    return FoundDate(span, start, end, text[start:end], "as of" if word == "of" else "until")
