"""How fast a table of ACLED's shape becomes EVENTS, beside bare pandas.read_csv of the same file in the same run."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench_parts.figures import Figure
from bench_parts.geocode_speed import alone
from bench_parts.watched import peak_mb
from geo.codes import EVENT_SUBTYPES
from geo.sources import read_table
from geo.theatre import load_theatre

SEED = 20200211
ROUNDS = 3
_WORDS = (
    "clashes near the village reported fighters road killed an unknown number of two on the frontline with light arms"
)


def read_figures(options: argparse.Namespace) -> Iterator[Figure]:
    """Seconds of one core, the best of three rounds each, taken in turn, and their ratio."""
    with tempfile.TemporaryDirectory(prefix="conflictmap-bench-") as folder:
        path = Path(folder) / "acled_shaped.csv"
        table(options.rows).to_csv(path, index=False)
        size = path.stat().st_size / 1e6
        bare, ours, rows, peak = alone(_measure, path)
    words = f"{options.rows:,} rows, 31 columns, {size:,.0f} MB"
    yield Figure("pandas.read_csv: seconds of a core", bare, "s", note=words)
    yield Figure("file to EVENTS: seconds of a core", ours, "s", note=f"{rows:,} events, none refused")
    yield Figure("times pandas.read_csv", ours / bare, "x", at_most=3)
    yield Figure("peak memory", peak, "MB", note="whole process")


def _measure(path: Path) -> tuple[float, float, int, float]:
    theatre = load_theatre("idlib")
    bare, ours, rows = [], [], 0
    for _ in range(ROUNDS):
        bare.append(_worked(lambda: pd.read_csv(path))[0])
        seconds, read = _worked(lambda: read_table(path, theatre=theatre))
        ours.append(seconds)
        rows = len(read.events)
    return min(bare), min(ours), rows, peak_mb()


def _worked(task: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    result = task()
    return time.process_time() - start, result


def table(rows: int) -> pd.DataFrame:
    """Made-up rows in ACLED's 31 columns: clustered places, some hundred actors, notes that differ, a fixed seed."""
    rng = np.random.default_rng(SEED)
    days = pd.Timestamp("2016-01-01") + pd.to_timedelta(rng.integers(0, 3_000, rows), unit="D")
    subtypes = np.array([(kind, sub) for kind, subs in EVENT_SUBTYPES.items() for sub in subs])
    types = subtypes[rng.integers(0, len(subtypes), rows)]
    spots = rng.normal((36.9, 35.0), (1.2, 0.9), size=(5_000, 2)).round(4)
    at = np.minimum((5_000 * rng.random(rows) ** 3).astype(int), 4_999)
    actors = np.array([f"Party {i}: Front of Hill {i} (2011-)" for i in range(300)])
    words = np.array(_WORDS.split())
    notes = np.array([" ".join(words[rng.integers(0, len(words), 45)]) for _ in range(5_000)])
    first, second = (np.minimum((300 * rng.random(rows) ** 3).astype(int), 299) for _ in range(2))
    told = [
        f"On {d}, {n}." for d, n in zip(days.strftime("%d %B %Y"), notes[rng.integers(0, 5_000, rows)], strict=True)
    ]
    return pd.DataFrame(
        {
            "event_id_cnty": [f"NRL{i}" for i in range(rows)], "event_date": days.strftime("%d %B %Y"),
            "year": days.year, "time_precision": rng.integers(1, 4, rows), "disorder_type": "Political violence",
            "event_type": types[:, 0], "sub_event_type": types[:, 1], "actor1": actors[first], "assoc_actor_1": "",
            "inter1": 2, "actor2": actors[second], "assoc_actor_2": "", "inter2": 1, "interaction": 12,
            "civilian_targeting": "", "iso": 900, "region": "East", "country": "Northland",
            "admin1": [f"Province {i % 14}" for i in at], "admin2": [f"District {i % 60}" for i in at],
            "admin3": [f"Part {i % 270}" for i in at], "location": [f"Place {i}" for i in at],
            "latitude": spots[at, 1], "longitude": spots[at, 0], "geo_precision": rng.integers(1, 4, rows),
            "source": actors[first], "source_scale": "Local", "notes": told,
            "fatalities": rng.geometric(0.4, rows) - 1, "tags": "",
            "timestamp": 1_600_000_000 + rng.integers(0, 10**7, rows),
        }
    )  # fmt: skip
