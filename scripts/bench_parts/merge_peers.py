"""Peers for merging: a plain window, and a method written after MELTT (window, taxonomies, then the best match).

MELTT from its description in Donnay, Dunford, McGrath, Backer and Cunningham 2019, "Integrating Conflict Event Data",
Journal of Conflict Resolution 63(5): not the R package itself, which wants taxonomies that its user writes. Here event
types are ACLED's levels, parties are names, then sides as the theatre file has them: the peer knows as much as ours.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.codes import POINT_PRECISIONS
from geo.merge.candidates import find_candidates
from geo.merge.compare import NUMBER, compare
from geo.merge.facts import Facts, read_facts
from geo.merge.matching import group_rows
from geo.theatre import MergeRule, Theatre

Pairs = tuple[np.ndarray, np.ndarray]
# Levels of geo.merge.compare that are one step of a taxonomy, the finest step first. A pair that fits no step of a
# taxonomy is no candidate: the published default, in which rows must agree on all taxonomies.
STEPS = {
    "kind": (("same",), ("type",), ("related",)),
    "parties": (("same",), ("one",), ("sides",), ("half", "unknown")),
}


def plain_window(events: gpd.GeoDataFrame, theatre: Theatre, *, km: float, one_to_one: bool) -> Pairs:
    """Positions (left, right) of points of the same day within ``km``; all of them, or the nearest to the nearest."""
    facts = read_facts(events, theatre)
    left, right = _near_pairs(facts, 0, km)
    apart = compare(facts, left, right).km
    same = (facts.area[left] < 0) & (facts.area[right] < 0) & (apart <= km) & _in_time(facts, left, right, 0)
    left, right, apart = left[same], right[same], apart[same]
    return _best_matches(events, facts, (left, right, 1 / (1 + apart))) if one_to_one else (left, right)


def after_meltt(events: gpd.GeoDataFrame, theatre: Theatre, *, days: int, km: float) -> Pairs:
    """Positions (left, right) of the rows matched, one to one between two sources, in a window of ``days`` and ``km``.

    The score of a pair is the mean of its distances in the taxonomies; equal scores go by nearness in space.
    """
    facts = read_facts(events, theatre)
    left, right = _near_pairs(facts, days, km)
    apart = np.linalg.norm(facts.spot[left] - facts.spot[right], axis=1)
    near = (apart <= km) & _in_time(facts, left, right, days)
    left, right, apart = left[near], right[near], apart[near]
    levels = compare(facts, left, right).levels
    told = [taxonomy_distance(levels[what], what) for what in STEPS]
    score = np.mean([*told, _precision_distance(events["geo_precision"], left, right)], axis=0)
    fits = np.isfinite(score)
    left, right = left[fits], right[fits]
    # Scores are whole 36ths, so that nearness only parts equal ones.
    best = 1 - 0.5 * score[fits] - 0.001 * apart[fits] / km
    return _best_matches(events, facts, (left, right, best))


def taxonomy_distance(levels: np.ndarray, what: str) -> np.ndarray:
    """0 where rows agree on the finest step; each coarser step adds an equal share of 1; infinite where none fits."""
    steps = STEPS[what]
    distance = np.full(len(levels), np.inf)
    for at, names in enumerate(steps):
        distance[np.isin(levels, [NUMBER[what][n] for n in names])] = at / len(steps)
    return distance


def _near_pairs(facts: Facts, days: int, km: float) -> Pairs:
    found = [np.array(p) for p in find_candidates(facts, MergeRule(days, 2 * km))]
    left, right = np.concatenate([np.zeros((2, 0), dtype=int), *found], axis=1)
    return left, right


def _best_matches(events: pd.DataFrame, facts: Facts, pairs: tuple[np.ndarray, np.ndarray, np.ndarray]) -> Pairs:
    """The pairs that stay when each row has one partner in another source at most, the best pair first."""
    left, right, _ = pairs
    ids = events["event_id"].to_numpy(dtype=str)
    groups = group_rows(np.arange(len(facts)), facts.source, pairs, ids, least=0.0)
    kept = groups[left] == groups[right]
    return left[kept], right[kept]


def _in_time(facts: Facts, left: np.ndarray, right: np.ndarray, days: int) -> np.ndarray:
    return (facts.first[left] <= facts.last[right] + days) & (facts.first[right] <= facts.last[left] + days)


def _precision_distance(precision: pd.Series, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The same class; else both points or both areas; else any two."""
    codes = precision.fillna("").to_numpy(dtype=object)
    point = np.isin(codes, list(POINT_PRECISIONS))
    same, alike = codes[left] == codes[right], point[left] == point[right]
    return np.select([same, alike], [0.0, 1 / 3], 2 / 3)
