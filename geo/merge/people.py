"""Pairs of displacement records that are likely one figure told twice, with the likelihood and the reasons.

Whether two figures are one is told by the number itself before all: sources round, but hardly two of them count 41,273
by chance. The weights were set by hand and looked at on real tables (docs/merging.md); there are no labelled pairs.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.codes import POINT_PRECISIONS
from geo.displacement import NOT_REPORTED, SIDES, end_of, first_day, last_day, persons
from geo.merge.alike import Alike
from geo.merge.candidates import find_candidates
from geo.merge.facts import Names, Tellers, globe
from geo.names import fold
from geo.theatre import MergeRule

WINDOW_DAYS = 7  # figures of people are published by the week, events by the day
_LONGEST_DAYS = 31  # of a longer period the beginning is compared: two of one length overlap as theirs do
_NEAR_KM = 5.0
_SHORTEST_WORDS = 40  # letters of a sentence that two do not write alike by chance
_LOOSE = 0.3  # figures further apart than that are never one
_EXACT_DIGITS = 3  # digits before the zeros at the end of a number that nobody rounded

LEVELS: dict[str, dict[str, tuple[float, str]]] = {
    "figure": {
        "exact": (5.5, "the same number of people, to the last digit"),
        "round": (2.5, "the same round or small number of people"),
        "close": (2.0, "numbers of people within 2 %"),
        "near": (0.5, "numbers of people within 10 %"),
        "loose": (-1.5, "numbers of people within 30 %"),
        "far": (-9.0, "other numbers of people"),
    },
    "time": {
        "same": (1.5, "the same days"),
        "close": (1.0, "nearly the same days"),
        "part": (-0.5, "days that overlap or are within a week"),
        "little": (-3.0, "other days"),
    },
    "destination": {
        "same": (1.5, "the same destination"),
        "near": (0.5, "destinations near each other"),
        "one": (-0.5, "one names no destination"),
        "none": (0.0, ""),
        "other": (-9.0, "other destinations"),
    },
    "origin": {
        "same": (1.0, "the same origin"),
        "near": (0.3, "origins near each other"),
        "one": (0.0, "one names no origin"),
        "none": (0.0, ""),
        "other": (-9.0, "other origins"),
    },
    "tellers": {
        "same": (1.0, "both go back to one source"),
        "other": (-0.3, "they name other sources"),
        "unknown": (0.0, ""),
    },
    "words": {
        "same": (2.0, "told in the same words"),
        "other": (0.0, ""),
    },
}
"""What is compared, its levels with their weights in log-odds, and each level in words for a reader."""

BASE = -4.0
_NUMBER = {what: {level: i for i, level in enumerate(levels)} for what, levels in LEVELS.items()}


@dataclass(frozen=True, slots=True)
class _End:
    """One end of each record: numbers of what stands for it and of its gazetteer place (-1: none), spot, its name."""

    code: np.ndarray
    place: np.ndarray
    spot: np.ndarray
    point: np.ndarray
    names: Names


@dataclass(frozen=True, slots=True)
class _Boxed:
    """Records as boxes in space and time, for ``find_candidates``."""

    usable: np.ndarray
    source: np.ndarray
    spot: np.ndarray
    radius: np.ndarray
    area: np.ndarray
    first: np.ndarray
    last: np.ndarray


@dataclass(frozen=True, slots=True)
class _Figures:
    """What the records say, one value a row; ``kind`` numbers measure and movement together."""

    usable: np.ndarray
    source: np.ndarray
    kind: np.ndarray
    series: np.ndarray
    stock: np.ndarray
    persons: np.ndarray
    first: np.ndarray
    last: np.ndarray
    ends: dict[str, _End]
    tellers: Tellers
    speaks: np.ndarray
    words: np.ndarray


def find_alike_people(
    displacement: pd.DataFrame, rule: MergeRule, left_alone: np.ndarray, *, least: float
) -> tuple[Alike, np.ndarray]:
    """Pairs of records of two sources that are at least so likely one figure, and a number for each row's source.

    Only records of one measure and one kind of movement are paired, of two series, with a day and a figure of people;
    rows of the mask ``left_alone`` are not asked.
    """
    figures = _read(displacement)
    usable = figures.usable & ~left_alone
    lefts, rights, chances = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    whys: list[str] = []
    for one, two in _candidates(dataclasses.replace(figures, usable=usable), rule):
        levels = _compare(figures, one, two)
        chances.append(_score(levels))
        good = np.flatnonzero(chances[-1] >= least)
        lefts.append(one[good])
        rights.append(two[good])
        chances[-1] = chances[-1][good]
        whys += [sys.intern(_why(levels, k)) for k in good.tolist()]
    left, right, chance = (np.concatenate(parts) for parts in (lefts, rights, chances))
    # Two records that meet at both of their ends are found twice.
    once = np.unique(np.column_stack([left, right]), axis=0, return_index=True)[1]
    return Alike(left[once], right[once], chance[once], [whys[k] for k in once.tolist()]), figures.source


def _read(table: pd.DataFrame) -> _Figures:
    first, last = (_days(days) for days in (first_day(table), last_day(table)))
    count = persons(table).to_numpy(dtype=float, na_value=np.nan)
    # Who a figure goes back to: its speaker, and the source itself.
    tellers = table["attributed_to"].fillna(table["source"])
    return _Figures(
        usable=(first >= 0) & (count > 0),
        source=pd.factorize(table["source"])[0].astype(np.int64),
        kind=table.groupby(["measure", "movement"], sort=True, dropna=False).ngroup().to_numpy(),
        series=pd.factorize(table["series"])[0],
        stock=(table["measure"] == "stock").to_numpy(dtype=bool),
        persons=count,
        first=first,
        last=last,
        ends={side: _end(table, side) for side in SIDES},
        tellers=Tellers(tellers),
        speaks=table["attributed_to"].notna().to_numpy(dtype=bool),
        words=pd.factorize(table["quote"].where(table["quote"].str.len() >= _SHORTEST_WORDS))[0],
    )


def _end(table: pd.DataFrame, side: str) -> _End:
    told = end_of(table, side)
    words = told.map({text: fold(text) for text in told.unique()})
    code = pd.factorize(words.where(told != NOT_REPORTED))[0]
    x, y = (table[f"{side}_{axis}"].to_numpy(dtype=float, na_value=np.nan) for axis in ("longitude", "latitude"))
    return _End(
        code=code,
        place=pd.factorize(table[f"{side}_place_id"])[0],
        spot=globe(x, y),
        point=table[f"{side}_precision"].isin(list(POINT_PRECISIONS)).fillna(value=False).to_numpy(dtype=bool),
        names=Names(table[f"{side}_toponym"].fillna(table[f"{side}_name"])),
    )


def _days(days: pd.Series) -> np.ndarray:
    whole = days.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(whole), -1, whole.astype(np.int64))


def _candidates(figures: _Figures, rule: MergeRule) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Pairs of figures of one size that meet at one of their ends; where neither has a spot, in the words for it."""
    window = dataclasses.replace(rule, days=max(rule.days, WINDOW_DAYS))
    placed = {side: ~np.isnan(end.spot[:, 0]) for side, end in figures.ends.items()}
    lost = ~placed["origin"] & ~placed["destination"]
    spots = [(placed[side], figures.ends[side].spot) for side in SIDES] + [(lost, _spots_of_words(figures, rule))]
    last = np.minimum(figures.last, figures.first + _LONGEST_DAYS)
    size = _sizes(figures)
    for known, spot in spots:
        for smaller in np.unique(size[figures.usable & known]):
            usable = figures.usable & known & ((size == smaller) | (size == smaller + 1))
            nothing = np.zeros(len(usable))
            boxed = _Boxed(usable, figures.source, spot, nothing, nothing - 1, figures.first, last)
            for left, right in find_candidates(boxed, window):
                # Two figures of one series are two of its dates or places, whoever passed them on.
                one_series = (figures.series[left] == figures.series[right]) & (figures.series[left] >= 0)
                pair = (figures.kind[left] == figures.kind[right]) & ~one_series
                pair &= (
                    np.minimum(size[left], size[right]) == smaller
                )  # those of the larger size have a turn of their own
                yield left[pair], right[pair]


def _sizes(figures: _Figures) -> np.ndarray:
    """A number for the size of each figure: two that are within 30 % are of one size, or of two that follow."""
    people = np.maximum(np.rint(np.nan_to_num(figures.persons)), 1)
    return np.floor(np.log(people) / np.log(1 / (1 - _LOOSE))).astype(np.int64)


def _spots_of_words(figures: _Figures, rule: MergeRule) -> np.ndarray:
    """A made-up spot for each record: the same if their ends are worded alike, else mostly far away."""
    _, words = np.unique(np.column_stack([figures.ends[side].code for side in SIDES]), axis=0, return_inverse=True)
    most = 4_000  # places on the axis of words; two words that share one are told apart when they are compared
    across = (words.reshape(-1) % most) * 3.0 * rule.distance_km
    return np.column_stack([across, np.zeros(len(across)), np.zeros(len(across))])


def _compare(figures: _Figures, left: np.ndarray, right: np.ndarray) -> dict[str, np.ndarray]:
    """The level of each thing compared, as numbers of ``LEVELS``."""
    levels = {"figure": _figure(figures, left, right), "time": _time(figures, left, right)}
    levels |= {side: _ends(figures.ends[side], left, right, side) for side in ("destination", "origin")}
    told = figures.tellers.compare(left, right)
    both = figures.speaks[left] & figures.speaks[right]
    number = _NUMBER["tellers"]
    levels["tellers"] = np.select([told > 0, both & (told < 0)], [number["same"], number["other"]], number["unknown"])
    words = (figures.words[left] == figures.words[right]) & (figures.words[left] >= 0)
    levels["words"] = np.where(words, _NUMBER["words"]["same"], _NUMBER["words"]["other"])
    return levels


def _figure(figures: _Figures, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    one, two = np.rint(figures.persons[left]), np.rint(figures.persons[right])
    off = np.abs(one - two) / np.maximum(np.maximum(one, two), 1)
    told = np.array([len(str(int(n)).rstrip("0")) >= _EXACT_DIGITS for n in one.tolist()], dtype=bool)
    number = _NUMBER["figure"]
    conditions = [(off == 0) & told, off == 0, off <= 0.02, off <= 0.1, off <= _LOOSE]
    levels = [number[level] for level in ("exact", "round", "close", "near", "loose")]
    return np.select(conditions, levels, number["far"])


def _time(figures: _Figures, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Of stocks by the days between them, of flows by the part of all their days that both share."""
    begin, end = (np.column_stack([days[left], days[right]]) for days in (figures.first, figures.last))
    shared = end.min(axis=1) - begin.max(axis=1) + 1
    share = np.clip(shared, 0, None) / (end.max(axis=1) - begin.min(axis=1) + 1)
    gap = np.abs(figures.last[left] - figures.last[right])
    stock = figures.stock[left]
    same, close, part = share == 1, share >= 0.8, share >= 0.3
    conditions = [np.where(stock, gap == 0, same), np.where(stock, gap <= 3, close), np.where(stock, gap <= 7, part)]
    number = _NUMBER["time"]
    return np.select(conditions, [number[level] for level in ("same", "close", "part")], number["little"])


def _ends(end: _End, left: np.ndarray, right: np.ndarray, side: str) -> np.ndarray:
    one, two = end.code[left], end.code[right]
    silent = (one < 0).astype(int) + (two < 0)
    named = end.names.compare(left, right) == 3
    km = np.linalg.norm(end.spot[left] - end.spot[right], axis=1)
    points = end.point[left] & end.point[right]
    same = (one == two) | ((end.place[left] == end.place[right]) & (end.place[left] >= 0))
    same |= points & named & (km <= 2 * _NEAR_KM)
    number = _NUMBER[side]
    conditions = [silent == 2, silent == 1, same, points & (km <= _NEAR_KM)]
    return np.select(conditions, [number[level] for level in ("none", "one", "same", "near")], number["other"])


def _score(levels: dict[str, np.ndarray]) -> np.ndarray:
    total = np.full(len(levels["figure"]), BASE)
    for what, numbers in levels.items():
        total += np.array([weight for weight, _ in LEVELS[what].values()])[numbers]
    return 1 / (1 + np.exp(-total))


def _why(levels: dict[str, np.ndarray], at: int) -> str:
    words = (list(LEVELS[what].values())[numbers[at]][1] for what, numbers in levels.items())
    return "; ".join(filter(None, words))
