"""What follows a report on its page: appeals, newsletters, cookie and share texts, lists of sources."""

from __future__ import annotations

import re

from geo.reports.report import Part

# What only the keeper of a page says to its reader.
_TAIL = re.compile(
    r"\b(?:sign up (?:for|to|here)|subscribe (?:to|now|here)|subscribe$|newsletters?|tax[- ](?:deduct\w+|exempt)"
    r"|all rights reserved|click here|follow us|share this|support our|terms of (?:use|service)|privacy policy"
    r"|(?:use|accept|our) cookies|cookies? (?:policy|settings|preferences)|our (?:readers|journalism)|unsubscribe"
    r"|download (?:the|our) app|whatsapp channel)\b|©"
    r"|جميع الحقوق محفوظة|حقوق النشر|اشترك(?:وا)? (?:في|الآن)|النشرة البريدية|نشرتنا|تابعو?نا|للتبرع|تبرعوا"
    r"|شارك(?:وا)? (?:هذا |هذه )?(?:المقال|الخبر|المادة|الصفحة)|ملفات تعريف الارتباط",
    re.IGNORECASE,
)
# What is such only if it speaks to the reader: "the UN appealed for donations" tells of the world.
_ASKED = re.compile(r"\b(?:donat(?:e|es|ions?)|non-?profit|copyright|advertisement|cookies?|sign up)\b", re.IGNORECASE)
_TEASER = re.compile(
    r"[\s>*#-]*(?:(?:also )?read(?: more| also| next)?|see also|related|watch|more on this"
    r"|اقرأ(?: أيض[اً]+| المزيد)?|شاهد(?: أيض[اً]+)?)\s*:",
    re.IGNORECASE,
)
_TEASERS = re.compile(
    r"[#\s*]*(?:read more|read also|also read|read next|most (?:read|popular|viewed)|trending|recommended"
    r"|latest news|top stories|you (?:may|might) also like|(?:related|more) (?:articles|stories|news|coverage)"
    r"|more (?:from|on)\b.{0,40}|اقرأ أيض[اً]+|مواضيع ذات صلة|أخبار ذات صلة|الأكثر قراءة)[\s*:]*$",
    re.IGNORECASE,
)
_END_MATTER = re.compile(
    r"[#\s*]*(?:see also|references|notes(?: and references)?|external links|further reading|sources|bibliography"
    r"|related)[\s*:]*$",
    re.IGNORECASE,
)
_SALUTATION = re.compile(r"\s*(?:dear\b[^.]{0,60}|[^.]{0,40}\breaders?\b)\s*[,:]\s*$", re.IGNORECASE)
_READER = re.compile(r"\b(?:you|your|yours|we need|our|please)\b", re.IGNORECASE)
_SENTENCE_END = (".", "!", "?", "”", '"', "؟")


def without_tail(text: str, parts: list[Part]) -> list[Part]:
    """Mark appeals, newsletter and share texts that follow the report.

    A tail begins with a salutation of the reader, or with a paragraph that asks something of the reader; all that
    follows belongs to it. It must lie after the middle of the report and its paragraphs be mostly such. Lists of
    sources and "see also" under a heading of their own are a tail too; so are lines that only lead to other reports.
    """
    parts = [_teaser(text, p) for p in parts]
    headings = (n for n, p in enumerate(parts) if p.kind == "heading")
    end = next((n for n in headings if _ends(text, parts, n)), None)
    if end:
        return without_tail(text, parts[:end]) + [Part("tail", p.start, p.end) for p in parts[end:]]
    cues = [_is_cue(text, p) for p in parts]
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


def _teaser(text: str, part: Part) -> Part:
    """A line such as "Read more: ..." stands for itself, wherever it is."""
    if part.kind in ("body", "heading") and part.end - part.start < 300 and _TEASER.match(text, part.start, part.end):
        return Part("tail", part.start, part.end)
    return part


def _ends(text: str, parts: list[Part], number: int) -> bool:
    """Whether a heading ends the report: of its sources, or of other reports of which no sentence follows."""
    start, end = parts[number].start, parts[number].end
    if _END_MATTER.match(text, start, end):
        return True
    rest = parts[number + 1 :]
    return bool(_TEASERS.match(text, start, end)) and not any(
        text[p.start : p.end].endswith(_SENTENCE_END) for p in rest
    )


def _is_cue(text: str, part: Part) -> bool:
    stop = min(part.end, part.start + 2_000)
    if _TAIL.search(text, part.start, stop):
        return True
    return bool(_ASKED.search(text, part.start, stop) and _READER.search(text, part.start, stop))
