"""The text that is read: the stored one without what no reader sees, and where each letter of it stands there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from geo.reports.report import Part, Report

MARKDOWN = frozenset({".md", ".markdown"})
# Soft hyphens, zero-width characters, marks of direction, zero bytes; Arabic vowel signs and the line that lengthens.
_UNSEEN = "\0\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
_VOWELS = "\u0640\u064b-\u0652\u0670"
_ACCENTED = r"[^\W\d_][\u0300-\u036f\u0653-\u0655]+"  # a letter and its marks, stored apart
_DIGITS = "[\u0660-\u0669\u06f0-\u06f9]"
_SHAPES = "[\ufb50-\ufdff\ufe70-\ufefc]"  # Arabic letters by their shape, as copied from a PDF
_ODD = re.compile(rf"(?P<drop>[{_UNSEEN}{_VOWELS}]+)|(?P<letter>{_ACCENTED}|{_SHAPES})|(?P<digit>{_DIGITS}+)")
_MAYBE = re.compile(rf"[{_UNSEEN}{_VOWELS}\u0300-\u036f\u0653-\u0655]|{_DIGITS}|{_SHAPES}")
_MARKUP = re.compile(
    r"!\[[^\]\n]{0,300}\]\([^)\n]{0,500}\)|\[\^[^\]\n]{1,40}\]|(?m:^[ \t]*(?:>[ \t]?)+)"
    r"|\[(?=[^\]\n]{1,300}\](?:\(|\[))|(?<=[^\n])\](?:\((?:[^()\n]|\([^()\n]*\)){0,500}\)|\[[^\]\n]{0,80}\])"
    r"|\*{2,3}|(?<=[^\s\d])\*|\*(?=[^\s\d])|(?<![\w])_{1,3}(?=\w)|(?<=[\w.,;:!?)])_{1,3}(?!\w)|`+|\\(?=[\\`*_{}\[\]()#+.!>-])"
)
_EUROPEAN = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


@dataclass(frozen=True, slots=True)
class Plain:
    """A report as it is read; ``starts`` and ``ends`` are where each letter stands in the stored text, if not there."""

    report: Report
    starts: np.ndarray | None = None
    ends: np.ndarray | None = None

    def stored(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the stored text of what stands between two offsets of the one that is read."""
        if self.starts is None or self.ends is None or not len(self.starts):
            return start, end
        if start >= len(self.starts):
            return int(self.ends[-1]), int(self.ends[-1])
        first = int(self.starts[start])
        return first, max(first, int(self.ends[end - 1])) if end > start else first


def plain_report(report: Report) -> Plain:
    """A report without invisible characters, vowel signs and, of a Markdown file, markup; letters with accents as one.

    Most texts have nothing of that and are read as they stand.
    """
    text, markdown = report.text, report.path.suffix.lower() in MARKDOWN
    if not markdown and ((text.isascii() and "\0" not in text) or not _MAYBE.search(text)):
        return Plain(report)
    left = sorted(_left_out(text, markdown=markdown))
    if not left:
        return Plain(report)
    pieces: list[str] = []
    starts: list[np.ndarray] = []
    ends: list[np.ndarray] = []
    at = 0
    for start, end, letters in [*left, (len(text), len(text), "")]:
        if start < at:
            continue
        pieces += [text[at:start], letters]
        here = np.arange(at, start)
        starts += [here, np.full(len(letters), start)]
        ends += [here + 1, np.full(len(letters), end)]
        at = end
    first, last = np.concatenate(starts), np.concatenate(ends)
    parts = tuple(_moved(report.parts, first))
    return Plain(replace(report, text="".join(pieces), parts=parts), first, last)


def plain_digits(text: str) -> str:
    """A text of the same length whose digits are all European."""
    return text if text.isascii() else text.translate(_EUROPEAN)


def _left_out(text: str, *, markdown: bool) -> Iterator[tuple[int, int, str]]:
    """What is left out or written anew: start, end, and the letters in its place."""
    for match in _ODD.finditer(text):
        if match["digit"]:
            yield from ((match.start() + n, match.start() + n + 1, d) for n, d in enumerate(plain_digits(match[0])))
        else:
            letter = match["letter"]
            yield match.start(), match.end(), unicodedata.normalize("NFKC", letter) if letter else ""
    if markdown:
        yield from ((match.start(), match.end(), "") for match in _MARKUP.finditer(text))


def _moved(parts: tuple[Part, ...], starts: np.ndarray) -> Iterator[Part]:
    for part in parts:
        first, last = np.searchsorted(starts, (part.start, part.end)).tolist()
        yield replace(part, start=first, end=last)
