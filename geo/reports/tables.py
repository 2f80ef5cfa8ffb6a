"""Tables pasted into a text: lines of as many cells each, which are no sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

_FEWEST_LINES = 3
_FEWEST_CELLS = 3
_BETWEEN = (re.compile(r"\t"), re.compile(r"\|"), re.compile(r"[,;]"), re.compile(r" {2,}"))
_PROSE = re.compile(r"[.,;:!?]\s")


def find_tables(lines: Sequence[str]) -> Iterator[range]:
    """Runs of three lines and more that fall into the same number of cells, three or more, by the same separator."""
    cells = [_cells(line) for line in lines]
    start = 0
    for shape, run in groupby(cells):
        stop = start + len(list(run))
        if shape is not None and stop - start >= _FEWEST_LINES:
            yield range(start, stop)
        start = stop


def _cells(line: str) -> tuple[int, int] | None:
    """Which separator divides a line, and into how many cells; None if it is no row of a table."""
    row = line.strip(" |\r")
    for number, between in enumerate(_BETWEEN[:2] if _PROSE.search(row) else _BETWEEN):
        count = len(between.findall(row)) + 1
        if count >= _FEWEST_CELLS:
            return number, count
    return None
