"""What follows a report on its page: appeals, newsletters, cookie and share texts, lists of sources."""

from __future__ import annotations

import re

from geo.reports.report import Part

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


def without_tail(text: str, parts: list[Part]) -> list[Part]:
    """Mark appeals, newsletter and share texts that follow the report.

    A tail begins with a salutation of the reader, or with a paragraph that asks something of the reader; all that
    follows belongs to it. It must lie after the middle of the report and its paragraphs be mostly such. Lists of
    sources and "see also" under a heading of their own are a tail too.
    """
    headings = (n for n, p in enumerate(parts) if p.kind == "heading")
    end = next((n for n in headings if _END_MATTER.match(text, parts[n].start, parts[n].end)), None)
    if end:
        return without_tail(text, parts[:end]) + [Part("tail", p.start, p.end) for p in parts[end:]]
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
