"""How likely two rows tell of one happening, and why, in words.

The score adds a weight for each thing compared, as in record linkage (Fellegi and Sunter 1969); the weights were
fitted by logistic regression (ridge 1) to pairs of UCDP GED and ACLED, Syria 2017 to 2019, that were read and
labelled by hand: docs/merging.md has the rules and the figures, `scripts/bench.py merge --fit` fits them again. Levels
that the pairs do not tell apart share one weight; a level that no pair has takes that of its neighbour.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geo.merge.compare import LEVELS, Compared

MERGED, SUGGESTED = 0.5, 0.2
"""Probabilities from which two rows are merged, and from which they are shown as perhaps the same."""

BASE = -5.1
WEIGHTS: dict[str, dict[str, float]] = {
    "distance": {
        "spot": 1.25, "near": -0.4, "apart": -1.35, "far": -1.35, "small area": 0.5, "large area": -0.4,
        "outside": -2.0,
    },
    "name": {"same": 1.1, "part": 0.25, "other": -1.35, "unnamed": -0.2},
    "time": {"day": 2.6, "days": 0.3, "span": -1.4, "next": -1.5, "gap": -3.0},
    # The pairs are all of battles; the codebooks speak for the rest.
    "kind": {"same": 0.3, "type": 0.0, "related": -0.5, "other": -3.0},
    "parties": {"same": 0.65, "one": 0.65, "sides": 0.65, "half": 0.5, "unknown": 0.2, "against": -1.2},
    "deaths": {
        "same many": 2.2, "same some": 1.8, "same few": 1.8, "none": 0.2, "close": -0.1, "some": 0.2, "far": -1.15,
        "against": -2.5, "unknown": 0.2,
    },
    "victims": {"against": -1.35, "civilians": 0.25, "open": 1.15},
    "tellers": {"same": 1.05, "other": -1.05, "unknown": -0.5},
}  # fmt: skip


def score(compared: Compared, weights: Mapping[str, Mapping[str, float]] = WEIGHTS, base: float = BASE) -> np.ndarray:
    """Probability that the rows of each pair tell of one happening."""
    total = np.full(len(compared.left), base)
    for what, levels in LEVELS.items():
        table = np.array([weights[what][level] for level in levels])
        total += table[compared.levels[what]]
    return 1 / (1 + np.exp(-total))


def reasons(compared: Compared) -> list[str]:
    """What was found alike and unlike, in words, for each pair; what tells nothing is left out."""
    silent = {("victims", "open"), ("tellers", "unknown"), ("deaths", "unknown"), ("parties", "unknown")}
    words = {w: [t if (w, n) not in silent else "" for n, t in levels.items()] for w, levels in LEVELS.items()}
    columns = [np.array(words[what], dtype=object)[compared.levels[what]] for what in LEVELS]
    return ["; ".join(filter(None, row)) for row in zip(*columns, strict=True)]
