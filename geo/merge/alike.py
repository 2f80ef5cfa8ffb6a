"""Pairs of rows that are likely one happening, with the likelihood and the reasons."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np

from geo.merge.candidates import find_candidates
from geo.merge.compare import compare
from geo.merge.facts import Facts
from geo.merge.scoring import reasons, score
from geo.theatre import MergeRule


@dataclass(frozen=True, slots=True)
class Alike:
    """Positions of the rows of each pair, the probability that they are one happening, and why, in words."""

    left: np.ndarray
    right: np.ndarray
    chance: np.ndarray
    why: list[str]


def find_alike(facts: Facts, rule: MergeRule, left_alone: np.ndarray, *, least: float) -> Alike:
    """Pairs of rows of two sources that are at least so likely; rows of the mask ``left_alone`` are not asked."""
    none = np.zeros(0, dtype=np.int64)
    lefts, rights, chances = [none], [none], [np.zeros(0)]
    whys: list[str] = []
    for left, right in find_candidates(facts, rule):
        free = ~(left_alone[left] | left_alone[right])
        compared = compare(facts, left[free], right[free])
        chance = score(compared)
        good = np.flatnonzero(chance >= least)
        chosen = compared.at(good)
        lefts.append(chosen.left)
        rights.append(chosen.right)
        chances.append(chance[good])
        whys += map(sys.intern, reasons(chosen))  # there are far more pairs than ways of being alike
    return Alike(np.concatenate(lefts), np.concatenate(rights), np.concatenate(chances), whys)
