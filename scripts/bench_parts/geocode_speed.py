"""How fast the geocoder is, and how much memory it takes: each figure in a process of its own, on one core.

The names are made here: spellings of names of the gazetteer, varied by rules of romanisation, from a fixed seed.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rapidfuzz import process

from bench_parts.figures import Figure
from bench_parts.geocode_accuracy import OCHA
from bench_parts.watched import peak_mb, watched
from geo.gazetteer import Gazetteer, load_gazetteer
from geo.geocode import Context, Resolver
from geo.geocode.column import geocode_column
from geo.theatre import load_theatre

SEED = 20200211
TURNS = 5  # of both, of which the middle one counts
LOOPED = 200  # names of the extractOne loop: it is slow, and its pace does not depend on their number
# What is opened: theatre, with OCHA's list, seconds allowed.
_OPENED = (("idlib", True, 0.5), ("world", False, 1.0))


def speed(shared: Path, cache: Path | None, *, rows: int, names: int) -> Iterator[Figure]:
    """Figures of a large table, of distinct names against a plain loop, and of opening a gazetteer."""
    ocha = shared / OCHA
    files = (ocha,) if ocha.is_file() else ()
    alone(_open, "idlib", files, cache)  # writes the compiled form if it is not there yet
    yield from table_figures(files, cache, rows=rows, names=names)
    yield from command_figures(files, rows=rows, names=names)
    yield from pace_figures(files, cache, names=names)
    for theatre, listed, seconds in _OPENED:
        yield from opening_figures(theatre, files if listed else (), cache, seconds=seconds)


def table_figures(files: Sequence[Path], cache: Path | None, *, rows: int, names: int) -> Iterator[Figure]:
    """A table with few distinct names: seconds, and the peak memory of the whole process."""
    seconds, worked, peak, answered = alone(_table, files, cache, rows, names)
    note = f"{worked:.1f} s of one core; {names:,} distinct names with their first division, {answered:.2f} answered"
    yield Figure(f"table of {rows:,} rows", seconds, "s", at_most=10, note=f"{note}; {_given(files)}")
    yield Figure(f"table of {rows:,} rows: peak memory", peak, "MB", at_most=600, note="whole process, table included")


def command_figures(files: Sequence[Path], *, rows: int, names: int) -> Iterator[Figure]:
    """The same table as a file through the command: start of Python, reading and writing included."""
    with tempfile.TemporaryDirectory(prefix="conflictmap-bench-") as temporary:
        folder = Path(temporary)
        alone(_write, files, rows, names, folder)
        _command(files, folder / "small.csv", folder)  # writes the compiled form if it is not there yet
        seconds, peak = _command(files, folder / "large.csv", folder)
        megabytes = (folder / "large.csv").stat().st_size / 1e6
    note = f"conflictmap geocode, CSV of {megabytes:.0f} MB to CSV; {_given(files)}"
    yield Figure(f"command on {rows:,} rows", seconds, "s", at_most=10, note=note)
    yield Figure(f"command on {rows:,} rows: peak memory", peak, "MB", at_most=600)


def pace_figures(files: Sequence[Path], cache: Path | None, *, names: int) -> Iterator[Figure]:
    """Distinct names a second on one core, and those of a loop over all names of the gazetteer."""
    ours, loop, choices = alone(_pace, files, cache, names)
    yield Figure("distinct names a second", ours, "1/s", note=f"{names:,} names with their first division")
    note = f"{min(names, LOOPED)} of the same names, {choices:,} choices; the middle one of {TURNS} turns"
    yield Figure("rapidfuzz extractOne loop, names a second", loop, "1/s", note=note)
    yield Figure("times as fast as the loop", ours / loop, "x", at_least=50, note="seconds of work of one core")


def opening_figures(theatre: str, files: Sequence[Path], cache: Path | None, *, seconds: float) -> Iterator[Figure]:
    """A compiled gazetteer: seconds to open it, and the memory it takes once it is used."""
    alone(_open, theatre, files, cache)
    opened, first, memory, places = alone(_open, theatre, files, cache)
    label = f"{theatre}{' + OCHA' if files else ''}"
    note = f"{places:,} places; first answer after {first:.2f} s"
    yield Figure(f"open gazetteer {label}", opened, "s", at_most=seconds, note=note)
    yield Figure(
        f"memory of gazetteer {label}", memory, "MB", at_most=200, note="growth while it is opened and used once"
    )


def _given(files: Sequence[Path]) -> str:
    return "idlib + OCHA" if files else "idlib, OCHA's list is absent"


def alone(task: Callable[..., Any], *arguments: Any) -> Any:
    """The result of a function in a fresh process, whose memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(task, *arguments).result()


def _open(theatre: str, files: Sequence[Path], cache: Path | None) -> tuple[float, float, float, int]:
    """Seconds to open a compiled gazetteer and to the first answer, and megabytes that both take."""
    before = peak_mb()
    setting = load_theatre(theatre)
    start = time.perf_counter()
    gazetteer = load_gazetteer(setting, files, cache_dir=cache)
    opened = time.perf_counter() - start
    Resolver(gazetteer, setting).resolve("Al-Bab al-Kabir", Context())
    return opened, time.perf_counter() - start, peak_mb() - before, len(gazetteer)


def _table(files: Sequence[Path], cache: Path | None, rows: int, names: int) -> tuple[float, float, float, float]:
    """Seconds on the clock and of work to geocode a large table, peak memory in MB, and the share of rows answered."""
    theatre = load_theatre("idlib")
    gazetteer = load_gazetteer(theatre, files, cache_dir=cache)
    distinct = varied_names(gazetteer, names)
    pick = np.random.default_rng(SEED).integers(0, len(distinct), rows)
    table = distinct.take(pick).reset_index(drop=True)
    start, work = time.perf_counter(), time.process_time()
    located, _ = geocode_column(table, place="place", gazetteer=gazetteer, theatre=theatre, admin1="admin1")
    seconds, worked = time.perf_counter() - start, time.process_time() - work
    return seconds, worked, peak_mb(), float(located["latitude"].notna().mean())


def _write(files: Sequence[Path], rows: int, names: int, folder: Path) -> None:
    """The large table, and its first rows, as CSV files."""
    distinct = varied_names(load_gazetteer(load_theatre("idlib"), files), names)
    pick = np.random.default_rng(SEED).integers(0, len(distinct), rows)
    table = distinct.take(pick).assign(number=np.arange(rows))
    table.to_csv(folder / "large.csv", index=False)
    table.head(10).to_csv(folder / "small.csv", index=False)


def _command(files: Sequence[Path], table: Path, folder: Path) -> tuple[float, float]:
    """Seconds and peak memory in MB of the whole command, which finds its gazetteer in the user's cache."""
    lists = [word for path in files for word in ("--gazetteer", str(path))]
    out = folder / f"located-{table.name}"
    words = ["geocode", str(table), "-o", str(out), "--theatre", "idlib", "--place", "place", "--admin1", "admin1"]
    return watched([*words, *lists], out)


def _pace(files: Sequence[Path], cache: Path | None, names: int) -> tuple[float, float, int]:
    """Distinct names a second, ours and those of a loop that compares each with every name of the gazetteer.

    Seconds of work, so that other programs on the machine do not count. Its pace changes all the same, so both go in
    turns, each time on other names; the turn with the middle ratio is told.
    """
    theatre = load_theatre("idlib")
    gazetteer = load_gazetteer(theatre, files, cache_dir=cache)
    choices = list(dict.fromkeys(gazetteer.column("name")))
    distinct = varied_names(gazetteer, names * TURNS)
    turns = []
    for first in range(0, len(distinct), names):
        some = distinct[first : first + names]
        start = time.process_time()
        geocode_column(some, place="place", gazetteer=gazetteer, theatre=theatre, admin1="admin1")
        ours = len(some) / (time.process_time() - start)
        looped = list(some["place"][:LOOPED])
        start = time.process_time()
        for place in looped:
            process.extractOne(place, choices)
        turns.append((ours, len(looped) / max(time.process_time() - start, 1e-9)))
    ours, loop = sorted(turns, key=lambda turn: turn[0] / turn[1])[TURNS // 2]
    return ours, loop, len(choices)


def varied_names(gazetteer: Gazetteer, count: int) -> pd.DataFrame:
    """Distinct spellings made from names of populated places, with the code of their first division."""
    columns = {c: gazetteer.column(c) for c in ("name", "admin1", "feature_class")}
    rows = [r for r, kind in enumerate(columns["feature_class"]) if kind == "P" and columns["admin1"][r]]
    rng = np.random.default_rng(SEED)
    made: dict[str, str] = {}
    while len(made) < count:
        row = rows[int(rng.integers(len(rows)))]
        made.setdefault(varied(columns["name"][row], rng), columns["admin1"][row])
    return pd.DataFrame({"place": list(made), "admin1": list(made.values())}, dtype="string")


# What coders do to a name: another vowel, another letter for the same sound, a doubled letter, a general word.
_SWAPS = (
    ("a", "e"), ("e", "a"), ("i", "ee"), ("u", "ou"), ("o", "u"), ("q", "k"), ("kh", "h"), ("z", "zz"), ("ay", "ai"),
    ("-", " "), ("al-", "el-"), ("ah", "a"), ("Tall", "Tell"), ("Kafr", "Kafar"), ("'", ""), ("j", "g"),
)  # fmt: skip
_AROUND = ("{}", "{}", "{}", "{}", "{} town", "{} village", "near {}", "Al-{}", "{} countryside", "east of {}")


def varied(name: str, rng: np.random.Generator) -> str:
    """One name as another coder may spell it: two swaps, and now and then a word around it."""
    for _ in range(2):
        old, new = _SWAPS[int(rng.integers(len(_SWAPS)))]
        name = name.replace(old, new, 1)
    return _AROUND[int(rng.integers(len(_AROUND)))].format(name)
