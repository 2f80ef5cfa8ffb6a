"""Parts of a legend as blocks that know their height: stacked, and spread over columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the legend: its height in mm, and how it is drawn from its upper left corner."""

    height: float
    draw: Callable[[float, float], None]


Group = list[Block]


def stack(groups: Sequence[Group], gap: float) -> float:
    """Height of groups below each other."""
    return sum(sum(b.height for b in group) for group in groups) + gap * max(0, len(groups) - 1)


def draw_stack(groups: Sequence[Group], x: float, y: float, gap: float) -> float:
    """Draw groups below each other from a top; return where they end."""
    for k, group in enumerate(groups):
        y -= gap if k else 0
        for block in group:
            block.draw(x, y)
            y -= block.height
    return y


def columns(groups: Sequence[Group], count: int, gap: float) -> list[list[Group]]:
    """Groups in order over at most so many columns, the tallest as low as can be."""
    best: list[list[Group]] = [list(groups)]
    heights = sorted(
        {round(stack(groups[i:j], gap), 3) for i in range(len(groups)) for j in range(i + 1, len(groups) + 1)}
    )
    for limit in heights:
        split: list[list[Group]] = [[]]
        for group in groups:
            if split[-1] and stack([*split[-1], group], gap) > limit + 0.01:
                split.append([])
            split[-1].append(group)
        if len(split) <= count and max(stack(c, gap) for c in split) <= limit + 0.01:
            return split
    return best
