"""Where sentences and direct speech begin and end."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

_LONGEST_SENTENCE = 3_000
_END = re.compile(
    r"[.!?؟…]+[\"”’')\]]*(?=\s+[\"“‘'(\[•]*[A-Z0-9À-ÞА-ЯІЇЄҐ\u0600-\u06ff\u3040-\u9fff\uac00-\ud7af])|\s+(?=•\s)"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Capt|Sgt|Brig|Adm|Sen|Rep|Gov|St|No|vs|etc|e\.g|i\.e|approx|Jan|Feb|Mar"
    r"|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mt|Ft|Inc|Ltd)|\b[A-Z]|\b(?:[A-Za-z]\.)+[A-Za-z])\.$"
)
_STARTER = re.compile(r"\s+(?:The|It|He|She|They|In|On|At|But|This|That|These|We|A|An|However|Meanwhile|Its|His)\b")


# "; on 10 February five more died at X": what follows stands for itself.
_NEW_DAY = re.compile(r";(?=\s+(?:and\s)?(?:on\s(?:the\s|\d|[A-Z])|in\s(?:the\s(?:town|city|village)\sof\s)?[A-Z]))")


def split_sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Offsets of the sentences between two offsets; one without an end for pages is cut at a space."""
    begin = start
    ends = [*_END.finditer(text, start, end), *_NEW_DAY.finditer(text, start, end)]
    for match in sorted(ends, key=re.Match.start):
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
