"""Events of each day, week or month by type, to fill a column that has room."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from geo.codes import EVENT_TYPES
from maps.figure.blocks import Block
from maps.figure.content import Content, Period, counts_by_step
from maps.figure.ground import Look, colour
from maps.figure.paper import Paper

Bars = list[tuple[Period, dict[str, int]]]


def histogram(
    paper: Paper,
    look: Look,
    content: Content,
    width: float,
    height: float,
    *,
    heading: Callable[[str], Block],
    palette: Callable[[str], str],
) -> Block | None:
    """Bars stacked by type; None for a map without dates or with too few of them."""
    if content.period is None or not len(content.chosen):
        return None
    step, bars = counts_by_step(content.chosen, content.period)
    top = max(sum(counts.values()) for _, counts in bars)
    if len(bars) < 3 or not top:
        return None
    unit, title = look.unit, heading(f"by {step}")

    def draw(x: float, y: float) -> None:
        title.draw(x, y)
        foot, room = y - height + 4.2 * unit, height - title.height - 7.5 * unit
        each = width / len(bars)
        for k, (_, counts) in enumerate(bars):
            base = foot
            for name in EVENT_TYPES:
                tall = room * counts.get(name, 0) / top
                if tall:
                    paper.fill([_bar(x + k * each + each * 0.08, base, each * 0.84, tall)], palette(name))
                    base += tall
        paper.line([np.array([(x, foot), (x + width, foot)])], colour("muted"), 0.4 * unit)
        _texts(paper, look, x, width, foot, foot + room, bars)

    return Block(height, draw)


def _texts(paper: Paper, look: Look, x: float, width: float, foot: float, top: float, bars: Bars) -> None:
    """First and last day below, the highest number above its bar."""
    words, kind = look.words, look.type(6, "muted")
    base = foot - 2.9 * look.unit
    paper.text(x, base, words.day(bars[0][0][0], year=False), kind)
    paper.text(x + width, base, words.day(bars[-1][0][1], year=False), kind, align="right")
    totals = [sum(counts.values()) for _, counts in bars]
    peak = totals.index(max(totals))
    paper.text(x + (peak + 0.5) * width / len(bars), top + 0.7, words.number(totals[peak]), kind, align="center")


def _bar(x: float, y: float, width: float, height: float) -> np.ndarray:
    return np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)])
