"""Fitting the weights of evidence on event tables whose points are known, and measuring them on names kept out.

A conditional logit with a penalty that draws each weight to the one it has now: what the names say little about stays.
Names are parted in halves by a checksum, so that a name is in one half in whatever table it stands.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from bench_parts.figures import Figure
from bench_parts.geocode_accuracy import ACLED, ACLED_SYRIA, OCHA, RIGHT_KM, UCDP, WRONG_KM, answered, known_rows, named
from geo.gazetteer import Gazetteer, kilometres, load_gazetteer
from geo.geocode import Context, Resolver
from geo.geocode.choose import crowd_of
from geo.geocode.evidence import Evidence
from geo.geocode.forms import Form, of_kind
from geo.geocode.scoring import WEIGHTS, chances, traits
from geo.theatre import Theatre, load_theatre

# The tables say too little of these, or mislead: a war is named after its towns, and so are the tables' own lists.
BY_HAND = (
    "to the letter", "otherwise qualified", "rank", "rank, no unit known", "rank of a soundalike",
    "rank by another name", "near", "beyond the bounds", "later than a namesake", "a unit, not asked for",
    "two units agree", "a lower unit differs", "other name", "between scripts", "in the focus of the theatre",
)  # fmt: skip
_PENALTY = 3.0
_ROUNDS = 25
_SEASON = 4  # months; the names of one unit and season are a table of their own
_ENOUGH = 20  # names of such a table


@dataclass(frozen=True)
class Cases:
    """Candidates of many names: traits of each, the number of its name, and whether it is the place that is meant.

    ``half`` and ``weight`` are of each name: names that stand in many tables count once.
    """

    traits: np.ndarray
    case: np.ndarray
    right: np.ndarray
    half: np.ndarray
    weight: np.ndarray


def half_of(place: str) -> int:
    """The half that a name belongs to, 0 or 1."""
    return zlib.crc32(place.encode()) % 2


def tables_of(shared: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """The names of each event table, and of each first division and season in the larger ones."""
    for table in (UCDP, ACLED, ACLED_SYRIA):
        rows = known_rows(shared / table.path, table)
        yield table.label, named(rows, table)
        if table is ACLED:
            continue
        day = pd.to_datetime(rows["date_start" if "date_start" in rows else "event_date"], format="mixed")
        season = day.dt.year * 12 + (day.dt.month - 1) // _SEASON
        for _, some in rows.groupby([rows[table.admin1], season]):
            names = named(some, table)
            if len(names) >= _ENOUGH:
                yield table.label, names


def cases_of(shared: Path, gazetteer: Gazetteer, theatre: Theatre) -> Cases:
    """The candidates of all names of all tables, each name with and without its first division."""
    names = list(WEIGHTS)
    rows, case, right, told = [], [], [], []
    for label, table in tables_of(shared):
        for stated in (True, False):
            for place, truth, found in _weighed(table, gazetteer, theatre, stated=stated):
                told.append((label, stated, place))
                for evidence in found:
                    mine = traits(evidence)
                    rows.append([mine.get(name, 0.0) for name in names])
                    case.append(len(told) - 1)
                    off = kilometres(*truth, *gazetteer.point(evidence.row))
                    right.append(bool(off <= RIGHT_KM))
    counts = pd.Series(told).map(pd.Series(told).value_counts())
    halves = np.array([half_of(place) for _, _, place in told])
    weight = 1 / counts.to_numpy() * np.array([1.0 if stated else 0.3 for _, stated, _ in told])
    return Cases(np.array(rows), np.array(case), np.array(right), halves, weight)


def _weighed(
    table: pd.DataFrame, gazetteer: Gazetteer, theatre: Theatre, *, stated: bool
) -> Iterator[tuple[str, tuple[float, float], list[Evidence]]]:
    """Each name with its true point and the candidates of the form that decided."""
    seen: list[list[Evidence]] = []

    def witness(forms: Sequence[Form], found: Sequence[Evidence]) -> None:
        seen.append([e for _, e in chances(of_kind(list(found), forms[-1][1]))])

    resolver = Resolver(gazetteer, theatre, witness)
    units = [u if stated and isinstance(u, str) else "" for u in table["admin1"]]
    said = [(p, Context("SYR", (u, "", ""))) for p, u in zip(table["place"], units, strict=True)]
    crowd = crowd_of(resolver.resolve_all(said))
    for (place, context), lon, lat in zip(said, table["lon"], table["lat"], strict=True):
        seen.clear()
        resolver.resolve(place, context, crowd=crowd)
        if seen:
            yield place, (lon, lat), seen[-1]


def fitted(cases: Cases, half: int | None = None) -> dict[str, float]:
    """The weights that make the true places of one half of the names (or of all) most likely."""
    names, w = list(WEIGHTS), np.array(list(WEIGHTS.values()))
    before, free = w.copy(), np.array([name not in BY_HAND for name in names])
    kept = np.ones(len(cases.case), dtype=bool) if half is None else cases.half[cases.case] == half
    x, case, right = cases.traits[kept], cases.case[kept], cases.right[kept]
    _, starts, case = np.unique(case, return_index=True, return_inverse=True)  # the candidates of a name stand together
    n, count = len(starts), cases.weight[cases.case[kept][starts]]
    for _ in range(_ROUNDS):
        odds = np.exp(np.clip(x @ w, -30, 30))
        share = odds / (1 + np.bincount(case, odds, n))[case]
        true = np.bincount(case, odds * right, n)
        wanted = np.where(right, odds / np.where(true > 0, true, 1)[case], 0)
        # A name whose place is not among the candidates asks for less of all of them.
        slope = (x * ((wanted - share) * count[case])[:, None]).sum(0) - _PENALTY * (w - before)
        means = np.add.reduceat(x[:, free] * share[:, None], starts)
        curve = (x[:, free] * (share * count[case])[:, None]).T @ x[:, free] - (means * count[:, None]).T @ means
        step = np.clip(np.linalg.solve(curve + _PENALTY * np.eye(free.sum()), slope[free]), -1, 1)
        w[free] += step
        if np.abs(step).max() < 1e-3:
            break
    return {name: round(float(value), 2) for name, value in zip(names, w, strict=True)}


@contextmanager
def weighing(weights: Mapping[str, float]) -> Iterator[None]:
    """Other weights than those of the package, for a while."""
    before = dict(WEIGHTS)
    WEIGHTS.update(weights)
    try:
        yield
    finally:
        WEIGHTS.update(before)


def held_out(shared: Path, cache: Path | None) -> Iterator[Figure]:
    """How often names are right with weights that were fitted on the other half of the names."""
    theatre = load_theatre("idlib")
    gazetteer = load_gazetteer(theatre, [shared / OCHA], cache_dir=cache)
    cases = cases_of(shared, gazetteer, theatre)
    parts: dict[str, list[pd.DataFrame]] = {}
    for half in (0, 1):
        with weighing(fitted(cases, 1 - half)):
            for table in (UCDP, ACLED, ACLED_SYRIA):
                names = named(known_rows(shared / table.path, table), table)
                answers = answered(names, gazetteer, theatre, admin1="admin1", country="country")
                parts.setdefault(table.label, []).append(answers[[half_of(p) == half for p in answers["place"]]])
    for label, answers in parts.items():
        yield from _held_out_figures(label, pd.concat(answers))


def _held_out_figures(label: str, answers: pd.DataFrame) -> Iterator[Figure]:
    off, weight = answers["off"], answers["events"]
    note = "weights fitted on the other half of the names"
    yield Figure(f"held out, {label}: names within 5 km", float((off <= RIGHT_KM).mean()), "share", note=note)
    right = float(np.average(off <= RIGHT_KM, weights=weight))
    yield Figure(f"held out, {label}: events within 5 km", right, "share")
    yield Figure(f"held out, {label}: names over 10 km off", float((off > WRONG_KM).mean()), "share")
