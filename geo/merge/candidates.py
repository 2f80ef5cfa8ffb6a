"""Pairs of rows that may tell of one happening: near each other in place and time. Never all pairs.

Each row is a box on the globe and in time, as large as what it does not know. Boxes of about one size are entered
into a grid of cells a little larger than they are, and two rows are a pair where their boxes touch. The work grows
with the number of rows times the rows near each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from typing import Protocol

import numpy as np

from geo.gazetteer.place import EARTH_KM
from geo.theatre import MergeRule

# Sizes of the cells; a row is of the smallest that holds its box. The last are larger than any box.
CELLS_KM = (28.0, 120.0, 480.0, 2_400.0)
CELLS_DAYS = (4.0, 12.0, 40.0, 120.0)
WIDEST_KM = 1_000.0  # an area that reaches further says nothing of where
_AT_ONCE = 300_000  # pairs looked at in one go
_SPACE_BITS, _TIME_BITS = 14, 21

Pairs = tuple[np.ndarray, np.ndarray]


class Where(Protocol):
    """Where and when rows are, one value a row: see ``geo.merge.facts.Facts``."""

    @property
    def usable(self) -> np.ndarray: ...
    @property
    def source(self) -> np.ndarray: ...
    @property
    def spot(self) -> np.ndarray: ...
    @property
    def radius(self) -> np.ndarray: ...
    @property
    def area(self) -> np.ndarray: ...
    @property
    def first(self) -> np.ndarray: ...
    @property
    def last(self) -> np.ndarray: ...


@dataclass(frozen=True, slots=True)
class _Boxes:
    """Rows, their sources, and the corners of their boxes in x, y, z (km) and time (days from the first)."""

    rows: np.ndarray
    source: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def __getitem__(self, at: np.ndarray) -> _Boxes:
        return _Boxes(self.rows[at], self.source[at], self.low[at], self.high[at])


def find_candidates(facts: Where, rule: MergeRule) -> Iterator[Pairs]:
    """Positions (left, right) of pairs of rows of two sources, left before right, each pair once, in pieces."""
    boxes = _boxes(facts, rule)
    if len(np.unique(boxes.source)) < 2:
        return
    size = (boxes.high - boxes.low)[:, [0, 3]]
    kinds = np.column_stack([np.searchsorted(CELLS_KM, size[:, 0]), np.searchsorted(CELLS_DAYS, size[:, 1])])
    for first, second in combinations_with_replacement(np.unique(kinds, axis=0), 2):
        cell = np.array([*[CELLS_KM[max(first[0], second[0])]] * 3, CELLS_DAYS[max(first[1], second[1])]])
        one, two = (boxes[np.flatnonzero((kinds == kind).all(axis=1))] for kind in (first, second))
        alike = bool((first == second).all())
        for left, right in _touching(one, two, cell, alike=alike):
            yield np.minimum(left, right), np.maximum(left, right)


def _boxes(facts: Where, rule: MergeRule) -> _Boxes:
    rows = np.flatnonzero(facts.usable & (facts.radius <= WIDEST_KM))
    radius, start, end = facts.radius[rows], facts.first[rows], facts.last[rows]
    # Two named places may be as far apart as the rule says; what is known less well reaches as far as it is unsure.
    half = np.where(facts.area[rows] >= 0, radius + rule.distance_km / 2, np.maximum(radius, rule.distance_km) / 2)
    origin = start.min() if len(rows) else 0
    low = np.column_stack([facts.spot[rows] - half[:, None] + 2 * EARTH_KM, start - origin])
    high = np.column_stack([facts.spot[rows] + half[:, None] + 2 * EARTH_KM, end - origin + rule.days])
    return _Boxes(rows, facts.source[rows], low, high)


def _touching(one: _Boxes, two: _Boxes, cell: np.ndarray, *, alike: bool) -> Iterator[Pairs]:
    """Rows of pairs of two sources whose boxes touch."""
    at_two, keys_two = _entered(two, cell)
    order = np.lexsort((two.source[at_two], keys_two))
    at_two, keys_two = at_two[order], keys_two[order]
    at_one, keys_one = (at_two, keys_two) if alike else _entered(one, cell)
    start = _after_own(keys_two, two.source[at_two]) if alike else np.searchsorted(keys_two, keys_one, side="left")
    many = np.searchsorted(keys_two, keys_one, side="right") - start
    for entry, other in _expanded(start, many):
        first, second = at_one[entry], at_two[other]
        apart = one.source[first] != two.source[second]
        a, b, key = one[first[apart]], two[second[apart]], keys_one[entry[apart]]
        touch = np.asarray((a.low <= b.high).all(axis=1) & (b.low <= a.high).all(axis=1))
        # A pair meets in several cells; it counts where the larger of the two lower corners lies.
        a, b = a[touch], b[touch]
        own = _key(np.floor(np.maximum(a.low, b.low) / cell).astype(np.int64)) == key[touch]
        yield a.rows[own], b.rows[own]


def _after_own(keys: np.ndarray, sources: np.ndarray) -> np.ndarray:
    """For each of sorted entries the first after those of its own cell and source."""
    fresh = (np.diff(keys, prepend=keys[:1]) != 0) | (np.diff(sources, prepend=sources[:1]) != 0)
    run = np.cumsum(fresh)
    return np.searchsorted(run, run, side="right")


def _entered(boxes: _Boxes, cell: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Position of each box and key of each cell that it reaches into: one or two in each direction."""
    low, high = (np.floor(corner / cell).astype(np.int64) for corner in (boxes.low, boxes.high))
    at, keys = [], []
    for step in product((0, 1), repeat=4):
        reached = np.flatnonzero((low + step <= high).all(axis=1))
        at.append(reached)
        keys.append(_key(low[reached] + step))
    return np.concatenate(at), np.concatenate(keys)


def _key(cells: np.ndarray) -> np.ndarray:
    """A cell as one number."""
    x, y, z, day = cells.T
    return (((x << _SPACE_BITS | y) << _SPACE_BITS | z) << _TIME_BITS) | day


def _expanded(start: np.ndarray, many: np.ndarray) -> Iterator[Pairs]:
    """Each entry with each of its ``many`` partners from ``start`` on, some millions at a time."""
    total = np.cumsum(many)
    begin = 0
    while begin < len(many):
        done = total[begin - 1] if begin else 0
        stop = max(begin + 1, int(np.searchsorted(total, done + _AT_ONCE, side="right")))
        part = many[begin:stop]
        entry = np.repeat(np.arange(begin, stop), part)
        yield entry, np.arange(len(entry)) - np.repeat(np.cumsum(part) - part, part) + start[entry]
        begin = stop
