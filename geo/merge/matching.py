"""From scored pairs to groups of rows: the best pair first, and never two rows of one source that differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

UNLIKELY = 0.05  # two rows of one group must be at least so likely to be one happening


def group_rows(
    groups: np.ndarray,
    sources: np.ndarray,
    pairs: tuple[np.ndarray, np.ndarray, np.ndarray],
    order: Sequence[str] | np.ndarray,
    *,
    least: float,
) -> np.ndarray:
    """Number of the group of each row, starting from ``groups`` (exact duplicates already share one).

    ``pairs`` are left, right, probability. Pairs are taken from the best on, ties by ``order`` (the rows' ids), so
    that between two sources the result is the stable matching. Two groups become one if no source is in both and
    every row of one was compared with every row of the other, and none found unlikely (complete linkage).
    """
    left, right, chance = pairs
    wanted = np.flatnonzero(chance >= least)
    ids = np.asarray(order, dtype=object)
    rank = np.empty(len(ids), dtype=np.int64)
    rank[np.argsort(ids.astype(str), kind="stable")] = np.arange(len(ids))
    low, high = np.minimum(rank[left], rank[right]), np.maximum(rank[left], rank[right])
    best_first = wanted[np.lexsort((high[wanted], low[wanted], -chance[wanted]))]
    joined = _Groups(groups, sources, {})
    if len(wanted) and (len(np.unique(sources)) > 2 or len(joined.members) < len(groups)):
        crowded = _crowded(left[wanted], right[wanted], len(groups))
        needed = crowded[left] | crowded[right]
        keys = zip(left[needed].tolist(), right[needed].tolist(), strict=True)
        joined.chances = dict(zip(keys, chance[needed].tolist(), strict=True))
    for i, j in zip(left[best_first].tolist(), right[best_first].tolist(), strict=True):
        joined.join(i, j)
    return joined.numbers()


def _crowded(left: np.ndarray, right: np.ndarray, n: int) -> np.ndarray:
    """Rows that have more than one partner: only among them can a group of three arise."""
    return (np.bincount(left, minlength=n) + np.bincount(right, minlength=n)) > 1


class _Groups:
    """Groups of rows as they grow, with the sources in each."""

    def __init__(self, groups: np.ndarray, sources: np.ndarray, chances: dict[tuple[int, int], float]) -> None:
        self.of: list[int] = groups.tolist()
        self.source: list[int] = sources.tolist()
        self.chances = chances
        self.members: dict[int, list[int]] = {}
        for row, group in enumerate(self.of):
            self.members.setdefault(group, []).append(row)

    def join(self, i: int, j: int) -> None:
        one, two = self.of[i], self.of[j]
        if one == two:
            return
        ours, theirs = self.members[one], self.members[two]
        if {self.source[r] for r in ours} & {self.source[r] for r in theirs}:
            return
        if (len(ours) > 1 or len(theirs) > 1) and not self._all_likely(ours, theirs):
            return
        for row in theirs:
            self.of[row] = one
        ours += theirs
        del self.members[two]

    def _all_likely(self, ours: list[int], theirs: list[int]) -> bool:
        return all(self._chance(a, b) > UNLIKELY for a in ours for b in theirs)

    def _chance(self, a: int, b: int) -> float:
        return self.chances.get((min(a, b), max(a, b)), 0.0)

    def numbers(self) -> np.ndarray:
        return np.array(self.of, dtype=np.int64)
