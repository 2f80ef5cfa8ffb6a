"""How well rows of two sources that tell of one happening are found, on pairs labelled by hand; and how fast.

The pairs are UCDP GED against ACLED, Syria 2017 to 2019 (docs/merging.md has the rules of labelling). Of ACLED's rows
the list has only a hash of the id, by which they are found again in the user's own file.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from bench_parts.figures import Figure
from bench_parts.merge_made import made_events
from bench_parts.merge_peers import after_meltt, plain_window
from geo.admin import load_areas
from geo.gazetteer import load_gazetteer
from geo.geocode import geocode_events
from geo.merge import merge_events, parts_of
from geo.merge.candidates import find_candidates
from geo.merge.compare import LEVELS, NUMBER, compare
from geo.merge.facts import read_facts
from geo.merge.matching import group_rows
from geo.merge.scoring import MERGED
from geo.schema import EVENTS, concat
from geo.sources import read_table
from geo.theatre import load_theatre

PAIRS = Path(__file__).with_name("merge_pairs.csv")
FILES = ("data/ucdp/ucdp_ged_syria_2016_2019.csv.gz", "data/acled/acled_syria_battles_2017_2023.csv.gz")
FIRST, LAST = "2017-01-01", "2019-12-01"
WINDOW_KM = 5.0
# Days and km: the plain window's, the one of the R package's example, and a wider one.
MELTT_WINDOWS = ((0, 5.0), (1, 3.0), (1, 5.0))
# Levels that the pairs do not tell apart: each group has one weight, here as in geo/merge/scoring.py.
TIED = {
    "distance": (("apart", "far"),),
    "parties": (("same", "one", "sides"),),
    "deaths": (("same some", "same few"), ("none", "some", "unknown")),
}
_SALT = "conflictmap merge pairs"


def hidden(source_id: str) -> str:
    """What the list of pairs has in the place of an id that may not be published."""
    return hashlib.sha256(f"{_SALT} {source_id}".encode()).hexdigest()[:12]


def merge_figures(options: argparse.Namespace) -> Iterator[Figure]:
    """Accuracy on the labelled pairs, beside the plain window; then time and memory at each size."""
    if options.only != "speed":
        missing = next((f for f in FILES if not (options.shared / f).is_file()), None)
        if missing:
            yield Figure("merging: precision on labelled pairs", None, note=f"no {options.shared / missing}")
        else:
            yield from _accuracy(real_events(options.shared), fit=options.fit)
    if options.only != "accuracy":
        yield from _speed(options.sizes)


def real_events(shared: Path) -> gpd.GeoDataFrame:
    """Both tables as located events of the days that both cover."""
    theatre = load_theatre("idlib")
    rows = concat([read_table(shared / f, theatre=theatre).events for f in FILES], EVENTS)
    rows = rows.loc[(rows["date_end"] >= FIRST) & (rows["date_start"] <= LAST)]
    gazetteer = load_gazetteer(theatre)
    return geocode_events(rows, gazetteer, load_areas(theatre, gazetteer), theatre=theatre).table


def _accuracy(events: gpd.GeoDataFrame, *, fit: bool) -> Iterator[Figure]:
    pairs = pd.read_csv(PAIRS, dtype={"ucdp": "string", "other": "string"})
    theatre = load_theatre("idlib")
    merged = merge_events(events, theatre=theatre)
    found = {
        "merging": _pairs_of(merged.table["merged_from"], events),
        "same day, 5 km": _named(events, *plain_window(events, theatre, km=WINDOW_KM, one_to_one=False)),
        "same day, 5 km, nearest to nearest": _named(
            events, *plain_window(events, theatre, km=WINDOW_KM, one_to_one=True)
        ),
    }
    for days, km in MELTT_WINDOWS:
        left, right = after_meltt(events, theatre, days=days, km=km)
        found[f"after MELTT, {days} day, {km:g} km"] = _named(events, left, right)
    for name, chosen in found.items():
        wanted = (0.95, 0.80) if name == "merging" else (None, None)
        yield from _judged(name, chosen, pairs, wanted)
    yield from _held_out(events, pairs)
    if fit:
        weights, base = fitted(events, pairs)
        print(f"BASE = {base:.2f}\nWEIGHTS = {weights}", file=sys.stderr)


def _judged(
    name: str, chosen: pd.DataFrame, pairs: pd.DataFrame, wanted: tuple[float | None, float | None]
) -> Iterator[Figure]:
    """Precision and recall.

    Pairs that a person could not tell count for neither; a partner that is not in the list, though its event is,
    counts as wrong.
    """
    told = chosen.loc[chosen["ucdp"].isin(set(pairs["ucdp"]))].merge(pairs, how="left", on=["ucdp", "other"])
    told["stands_for"] = told["ucdp"].map(pairs.drop_duplicates("ucdp").set_index("ucdp")["stands_for"])
    told = told.loc[told["label"] != "cannot tell"]
    good = told["label"] == "match"
    matches = pairs.loc[pairs["label"] == "match"]
    precision, recall = float(good.mean()), float(good.sum() / len(matches))
    note = f"{int(good.sum())} right, {int((~good).sum())} wrong, {len(matches)} matches in {len(pairs)} pairs"
    yield Figure(f"{name}: precision", precision, "share", wanted[0], note=note)
    weighted = np.average(good, weights=told["stands_for"])
    found = told.loc[good, "stands_for"].sum() / matches["stands_for"].sum()
    note = f"weighted to all events near another: precision {weighted:.3f}, recall {found:.3f}"
    yield Figure(f"{name}: recall", recall, "share", wanted[1], note=note)


def _pairs_of(merged_from: pd.Series, events: pd.DataFrame) -> pd.DataFrame:
    source = dict(zip(events["event_id"], events["source"], strict=True))
    own = dict(zip(events["event_id"], events["source_id"], strict=True))
    rows = []
    for ids in map(parts_of, merged_from):
        ours, theirs = ([own[i] for i in ids if (source[i] == "UCDP GED") == first] for first in (True, False))
        rows += [(a, hidden(b)) for a in ours for b in theirs]
    return pd.DataFrame(rows, columns=["ucdp", "other"])


def _named(events: pd.DataFrame, left: np.ndarray, right: np.ndarray) -> pd.DataFrame:
    own, source = events["source_id"].to_numpy(dtype=object), events["source"].to_numpy(dtype=object)
    swap = source[left] != "UCDP GED"
    ours, theirs = np.where(swap, right, left), np.where(swap, left, right)
    return pd.DataFrame({"ucdp": own[ours], "other": [hidden(i) for i in own[theirs]]})


# --- fitting, and what it is worth on pairs it has not seen ---


def _levels(events: gpd.GeoDataFrame) -> tuple[pd.DataFrame, Mapping[str, np.ndarray], np.ndarray, np.ndarray]:
    facts = read_facts(events, load_theatre("idlib"))
    found = [np.array(p) for p in find_candidates(facts, load_theatre("idlib").merge)]
    left, right = np.concatenate(found, axis=1)
    compared = compare(facts, left, right)
    return _named(events, left, right), compared.levels, left, right


def _weighed() -> list[tuple[str, tuple[str, ...]]]:
    """The things compared, each with the levels that share a weight."""
    tied = {(what, level): group for what, groups in TIED.items() for group in groups for level in group}
    return list(dict.fromkeys((w, tied.get((w, level), (level,))) for w, levels in LEVELS.items() for level in levels))


def _matrix(levels: Mapping[str, np.ndarray]) -> np.ndarray:
    columns = [np.isin(levels[what], [NUMBER[what][level] for level in group]) for what, group in _weighed()]
    return np.column_stack([*columns, np.ones(len(columns[0]))]).astype(float)


def logistic(rows: np.ndarray, right: np.ndarray, ridge: float = 1.0) -> np.ndarray:
    """Weights of a ridge logistic regression by Newton's method; the last is the base, which is not held down."""
    weights, hold = np.zeros(rows.shape[1]), np.diag([ridge] * (rows.shape[1] - 1) + [1e-6])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (right - chance) - hold @ weights
        weights += np.linalg.solve((rows * (chance * (1 - chance))[:, None]).T @ rows + hold, slope)
    return weights


def fitted(events: gpd.GeoDataFrame, pairs: pd.DataFrame) -> tuple[dict[str, dict[str, float]], float]:
    """Weights of all levels from all pairs that a person could tell."""
    named, levels, _, _ = _levels(events)
    told = named.merge(pairs, how="left", on=["ucdp", "other"])["label"]
    known = told.isin(["match", "no match"]).to_numpy(dtype=bool)
    weights = logistic(_matrix(levels)[known], (told[known] == "match").to_numpy(dtype=float)).round(2).tolist()
    table: dict[str, dict[str, float]] = {}
    for (what, group), weight in zip(_weighed(), weights, strict=False):
        table.setdefault(what, {}).update(dict.fromkeys(group, weight))
    return table, weights[-1]


def _held_out(events: gpd.GeoDataFrame, pairs: pd.DataFrame) -> Iterator[Figure]:
    """Each fifth of the events judged with weights fitted to the other four."""
    named, levels, left, right = _levels(events)
    facts = read_facts(events, load_theatre("idlib"))
    ids = events["event_id"].to_numpy(dtype=str)
    told = named.merge(pairs, how="left", on=["ucdp", "other"])["label"]
    known = told.isin(["match", "no match"]).to_numpy(dtype=bool)
    rows = _matrix(levels)
    fifth = np.array([int(hidden(u), 16) % 5 for u in named["ucdp"]])
    chosen = []
    for part in range(5):
        train = known & (fifth != part)
        weights = logistic(rows[train], (told[train] == "match").to_numpy(dtype=float))
        chance = 1 / (1 + np.exp(-rows @ weights))
        groups = group_rows(np.arange(len(facts)), facts.source, (left, right, chance), ids, least=MERGED)
        mine = (groups[left] == groups[right]) & (fifth == part)
        chosen.append(named.loc[mine])
    yield from _judged("merging, weights fitted without the pairs judged", pd.concat(chosen), pairs, (None, None))


# --- speed ---


def _speed(sizes: list[int]) -> Iterator[Figure]:
    """Time and memory of merging two sources of so many rows each, a process for each size."""
    seconds: dict[int, float] = {}
    for size in sizes:
        run = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("merge_timed.py")), str(size)],
            capture_output=True, check=True, text=True,
        )  # fmt: skip
        used, before, peak, merged = (float(word) for word in run.stdout.split())
        seconds[size] = used
        full = size == 400_000
        note = f"{merged:,.0f} merged; {before:,.0f} MB held by the table before"
        yield Figure(f"merging {size:,} + {size:,}: CPU time", used, "s", at_most=60 if full else None, note=note)
        yield Figure(f"merging {size:,} + {size:,}: peak memory", peak, "MB", at_most=2_000 if full else None)
    if len(sizes) > 1:
        few, many = min(sizes), max(sizes)
        growth = (seconds[many] / seconds[few]) / (many / few)
        yield Figure("merging: time for each row, largest against smallest", growth, "x", note="1 is linear")


def timed(size: int) -> tuple[float, float, float, int]:
    """Seconds of CPU, MB before, peak MB, and events merged of one run."""
    events = made_events(size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.process_time()
    merged = merge_events(events, theatre=load_theatre("world"))
    used = time.process_time() - start
    return (
        used,
        before,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        int(str(merged.account["merged_rows"])),
    )
