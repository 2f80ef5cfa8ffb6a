"""How fast and how small the page is, beside folium's clusters of the same events in the same run."""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench_parts.figures import Figure
from bench_parts.geocode_speed import alone
from bench_parts.page_browser import Opened, open_page
from bench_parts.page_events import write_events
from bench_parts.page_makers import make

PEERS = ("FastMarkerCluster", "MarkerCluster", "lonboard")
NOT_OPENED = frozenset({"lonboard"})  # draws with WebGL, and its page loads its scripts from four hosts
MOST = {"MarkerCluster": 10_000}  # it takes minutes beyond
ASSETS = ("leaflet@1.9.4", "leaflet.markercluster@1.5.3", "jquery@3.7.1")
STATIC = Path(__file__).resolve().parents[2] / "maps" / "static"
# Bounds: ratio to FastMarkerCluster by number of events.
_MAKE = {1_000: None, 10_000: 0.50, 100_000: 0.25, 400_000: 0.18}
_FILE = {1_000: None, 10_000: 0.35, 100_000: 0.18, 400_000: 0.17}
_OPEN = {1_000: 0.60, 10_000: 0.70, 100_000: 0.20, 400_000: 0.08}
_PEAK = {10_000: 0.90, 100_000: 0.50, 400_000: 0.35}
_TAB = {10_000: 1.1, 100_000: 0.65, 400_000: 0.30}
_FRAME = {1_000: 33, 10_000: 33, 100_000: 33, 400_000: 50}
_NOISE = 1.5  # milliseconds that a clock of the browser may be off a whole frame


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians of some runs of one maker at one size."""

    seconds: float
    peak: float
    megabytes: float
    zipped: float
    opened: tuple[Opened, ...]

    def of(self, name: str) -> float:
        """Median of one figure of the opened page; of the longest frames and steps too."""
        return statistics.median(getattr(o, name) for o in self.opened)


def page_figures(options: argparse.Namespace) -> Iterator[Figure]:
    """Making, size, opening, frames, time steps and memory; medians, as ratios to the peers."""
    with tempfile.TemporaryDirectory(prefix="conflictmap-bench-") as temporary:
        folder = Path(temporary)
        npm = options.npm or _assets(folder)
        # The first compiles the gazetteer if that is not there yet.
        alone(make, "page", alone(write_events, 10, folder), folder / "first.html")
        for rows in options.sizes:
            yield from _at_size(rows, options.runs, npm, folder)
    bundle = sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in ("page.js", "page.css"))
    yield Figure("bundle with Leaflet and style sheet, gzipped", bundle / 1e3, "kB", at_most=110)


def _assets(folder: Path) -> Path | None:
    """What the peers' pages load, from npm; None without npm."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    words = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--prefix", folder, *ASSETS]
    subprocess.run(words, check=True)
    return folder / "node_modules"


def _at_size(rows: int, runs: int, npm: Path | None, folder: Path) -> Iterator[Figure]:
    makers = ["page", *(p for p in PEERS if rows <= MOST.get(p, rows))]
    makers = [m for m in makers if m != "lonboard" or importlib.util.find_spec("lonboard")]
    files = {m: folder / f"{m}-{rows}.html" for m in makers}
    table = alone(write_events, rows, folder)
    made: dict[str, list[tuple[float, float]]] = {m: [] for m in makers}
    opened: dict[str, list[Opened]] = {m: [] for m in makers}
    for _ in range(runs):  # interleaved, so that a busy machine is busy for all
        for maker in makers:
            made[maker].append(alone(make, maker, table, files[maker]))
            if maker not in NOT_OPENED:
                opened[maker].append(open_page(files[maker], npm))
    found = {m: _median(made[m], files[m], opened[m]) for m in makers}
    for path in (table, *files.values()):
        path.unlink()
    ours, fast = found["page"], found["FastMarkerCluster"]
    label = f"{rows:,} events"
    yield from _sizes(label, rows, ours, fast)
    yield from _frames(label, rows, ours, fast)
    for peer in makers[2:]:
        yield from _beside(f"{label}, beside {peer}", ours, found[peer])


def _median(made: Sequence[tuple[float, float]], path: Path, opened: Sequence[Opened]) -> Measured:
    content = path.read_bytes()
    return Measured(
        seconds=statistics.median(seconds for seconds, _ in made),
        peak=statistics.median(peak for _, peak in made),
        megabytes=len(content) / 1e6,
        zipped=len(gzip.compress(content, 6)) / 1e6,
        opened=tuple(opened),
    )


def _sizes(label: str, rows: int, ours: Measured, fast: Measured) -> Iterator[Figure]:
    def ratio(what: str, mine: float, theirs: float, unit: str, bound: float | None) -> Figure:
        return Figure(f"{label}: {what}", mine / theirs, "x", at_most=bound, note=f"{mine:.3g} to {theirs:.3g} {unit}")

    yield ratio("make", ours.seconds, fast.seconds, "s", _MAKE.get(rows))
    yield ratio("peak memory of making", ours.peak, fast.peak, "MB", _PEAK.get(rows))
    yield ratio("file", ours.megabytes, fast.megabytes, "MB", _FILE.get(rows))
    yield ratio("file, gzipped", ours.zipped, fast.zipped, "MB", None)
    if rows == 1_000:
        yield Figure(f"{label}: file", ours.megabytes, "MB", at_most=0.7, note="everything in it")
    yield ratio(
        "open until one can pan and click", ours.of("interactive"), fast.of("interactive"), "ms", _OPEN.get(rows)
    )
    yield ratio("first paint", ours.of("first_paint"), fast.of("first_paint"), "ms", None)
    yield ratio("memory of the tab", ours.of("tab"), fast.of("tab"), "MB", _TAB.get(rows))
    yield Figure(
        f"{label}: JavaScript heap",
        ours.of("heap"),
        "MB",
        at_most=30 if rows <= 100_000 else None,
        note=f"FastMarkerCluster: {fast.of('heap'):.0f}",
    )


def _frames(label: str, rows: int, ours: Measured, fast: Measured) -> Iterator[Figure]:
    bound = _FRAME.get(rows, 50)
    for what in ("pan", "zoom"):
        note = f"FastMarkerCluster: {fast.of(what):.0f}"
        value = ours.of(what)
        yield Figure(f"{label}: {what}, longest frame", value, "ms", at_most=bound + _NOISE, note=note)
    work = f"work {ours.of('step_work'):.1f} ms"
    yield Figure(f"{label}: step in time until drawn", ours.of("step"), "ms", at_most=2 * 16.7 + _NOISE, note=work)
    longest = max(o.longest_step or 0 for o in ours.opened)
    yield Figure(f"{label}: step in time, longest of all", longest, "ms", at_most=50 + _NOISE)
    yield Figure(f"{label}: requests and console lines", ours.of("requests") + len(ours.opened[0].said), "", at_most=0)


def _beside(label: str, ours: Measured, theirs: Measured) -> Iterator[Figure]:
    yield Figure(f"{label}: make", ours.seconds / theirs.seconds, "x", note=f"{theirs.seconds:.3g} s")
    yield Figure(f"{label}: file", ours.megabytes / theirs.megabytes, "x", note=f"{theirs.megabytes:.3g} MB")
    if theirs.opened:
        mine, other = ours.of("interactive"), theirs.of("interactive")
        yield Figure(f"{label}: open", mine / other, "x", note=f"{other:.0f} ms")
        yield Figure(
            f"{label}: memory of the tab", ours.of("tab") / theirs.of("tab"), "x", note=f"{theirs.of('tab'):.0f} MB"
        )
