"""Where the table of a delimited text begins: what programs and people write above the header."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")
WITHIN = 20  # lines in which a header is looked for, under titles
_SAMPLE = 2_000_000  # bytes
_SAID = re.compile(rb'"?sep=(.)"?[ \t,;|]*\r?\n', re.IGNORECASE)  # how Excel is told the delimiter
_QUOTES = re.compile(r'"[^"]*"')
_QUOTED = re.compile(rb'"[^"]*"')


@dataclass(frozen=True, slots=True)
class Heading:
    """The first byte of the header, the ``lines`` above it, the delimiter, and the cells of the header."""

    start: int
    lines: int
    delimiter: str
    width: int


def find_heading(raw: bytes) -> Heading:
    """The heading of a text: its first line, unless that says the delimiter or is a title above a wider table."""
    said = _SAID.match(raw)
    start = said.end() if said else 0
    sample = _QUOTED.sub(lambda m: b"q" * len(m[0]), raw[start : start + _SAMPLE])  # what is quoted parts nothing
    first = sample.lstrip(b"\r\n")
    start += len(sample) - len(first)
    lines = first.split(b"\n", WITHIN)[:WITHIN]
    delimiter = said[1].decode("latin-1") if said and said[1].decode("latin-1") in DELIMITERS else _delimiter(lines)
    widths = [line.count(delimiter.encode()) + 1 for line in lines]
    usual = _usual_width(widths)
    above = next((n for n, width in enumerate(widths) if 2 * width > usual), 0) if usual > 2 else 0
    start += sum(len(line) + 1 for line in lines[:above])
    return Heading(start, raw.count(b"\n", 0, start), delimiter, widths[above])


def is_tabbed(sample: bytes) -> bool:
    """Whether a text, or its first bytes, is a table parted by tabs, as Excel's "Unicode text" is."""
    wide = sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = sample.decode("utf-16" if wide else "utf-8", errors="replace")
    lines = [line for line in _QUOTES.sub("", text).split("\n") if line.strip()][:WITHIN]
    tabs = [line.count("\t") for line in (lines[:-1] if len(lines) > 2 else lines)]
    return len(lines) > 1 and min(tabs) > 1 and min(tabs) == max(tabs)


def _delimiter(lines: list[bytes]) -> str:
    """The delimiter that stands most often in the first line; in the widest of the lines where it has none."""
    first = lines[0] if any(d.encode() in lines[0] for d in DELIMITERS) else b"\n".join(lines)
    best = max(DELIMITERS, key=lambda d: first.count(d.encode()))
    return best if _usual_width([line.count(best.encode()) + 1 for line in lines]) > 2 else _steadiest(lines, best)


def _steadiest(lines: list[bytes], otherwise: str) -> str:
    """The delimiter by which most lines are of one width above two; a comma of a title parts nothing below it."""
    widths = {d: _usual_width([line.count(d.encode()) + 1 for line in lines]) for d in DELIMITERS}
    best = max(DELIMITERS, key=lambda d: widths[d])
    return best if widths[best] > 2 else otherwise


def _usual_width(widths: list[int]) -> int:
    """The number of cells of at least two lines that most have; 1 where no two agree on more."""
    common = Counter(w for w in widths if w > 1)
    width, count = max(common.items(), key=lambda pair: (pair[1], pair[0]), default=(1, 0))
    return width if count > 1 else 1
