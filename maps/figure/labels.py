"""Names on the map: each at the best of several spots around its place, none over another, none cut by the frame.

Greedy by priority, as on the page. A spot may not meet another label; meeting symbols costs, and a name that would
hide too much is left out. Pure geometry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from maps.figure.view import Box

# Where a label stands to its point, best first: right above the line of the eye, as map makers have long set names.
_AROUND = ((1, 0.35), (1, -0.55), (-1, 0.35), (-1, -0.55), (0, 1), (0, -1), (1, 0), (-1, 0), (0.5, 1), (-0.5, 1))
_MOST_COVERED = 0.35  # of the label's area that may lie on symbols


@dataclass(frozen=True, slots=True)
class Wanted:
    """A label to place: its size in mm, the clear distance around its point; small ``rank`` goes first."""

    x: float
    y: float
    width: float
    height: float
    clear: float
    rank: tuple[float, ...]
    key: object = None
    spots: tuple[tuple[float, float], ...] = ()  # middles to try instead of those around the point
    forced: bool = False  # set it even where symbols lie below
    dot: Box | None = None  # the sign of its place, which no other label may hide


@dataclass(slots=True)
class Taken:
    """What stands on the map already: boxes no label may meet, and boxes of symbols that one had better not hide."""

    frame: Box
    hard: list[Box] = field(default_factory=list)
    soft: list[Box] = field(default_factory=list)


def place_labels(wanted: Sequence[Wanted], taken: Taken) -> list[tuple[Wanted, Box]]:
    """The labels that find a spot, with their boxes; ``taken`` gains them."""
    placed = []
    for label in sorted(wanted, key=lambda w: w.rank):
        spot = _best(label, taken)
        if spot is not None:
            taken.hard.append(spot)
            if label.dot is not None:
                taken.hard.append(label.dot)
            placed.append((label, spot))
    return placed


def _best(label: Wanted, taken: Taken) -> Box | None:
    best, least = None, float("inf")
    if label.dot is not None and any(label.dot.touches(other) for other in taken.hard):
        return None
    for turn, box in enumerate(_spots(label)):
        if not taken.frame.holds(box) or any(box.touches(other) for other in taken.hard):
            continue
        hidden = covered(box, taken.soft)
        if hidden > _MOST_COVERED and not label.forced:
            continue
        cost = hidden + 0.02 * turn
        if cost < least:
            best, least = box, cost
    return best


def _spots(label: Wanted) -> list[Box]:
    if label.spots:
        middles = label.spots
    else:
        across, up = label.clear + label.width / 2, label.clear + label.height / 2
        middles = tuple((label.x + dx * across, label.y + dy * up) for dx, dy in _AROUND)
    half_width, half_height = label.width / 2, label.height / 2
    return [Box(x - half_width, y - half_height, x + half_width, y + half_height) for x, y in middles]


def covered(box: Box, others: Sequence[Box]) -> float:
    """Share of a box that others cover; where they overlap each counts, so a crowd weighs more."""
    area = 0.0
    for other in others:
        if box.touches(other):
            width = min(box.right, other.right) - max(box.left, other.left)
            area += width * (min(box.top, other.top) - max(box.bottom, other.bottom))
    return area / (box.width * box.height)
