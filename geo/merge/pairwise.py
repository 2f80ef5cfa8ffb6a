"""Work on pairs of numbers done once for each distinct pair."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def by_distinct_pair(left: np.ndarray, right: np.ndarray, answer: Callable[[int, int], int]) -> np.ndarray:
    """``answer(a, b)`` for each pair of numbers from 0 up, asked once for each distinct pair."""
    if not len(left):
        return np.zeros(0, dtype=np.int8)
    size = int(max(left.max(), right.max())) + 1
    keys, where = np.unique(left.astype(np.int64) * size + right, return_inverse=True)
    answers = np.array([answer(*divmod(int(key), size)) for key in keys], dtype=np.int8)
    return answers[where]
