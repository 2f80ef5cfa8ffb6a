"""Measure the project: accuracy against data with known answers, and speed on data that the benchmark makes itself.

Needs the project's development install (`scripts/test` makes it); then:
.venv/bin/python scripts/bench.py geocode --shared ../shared
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench_parts.export import export_figures
from bench_parts.figures import Figure, as_text, number
from bench_parts.geocode import geocode_figures
from bench_parts.geocode_page import write_page
from bench_parts.merge import merge_figures
from bench_parts.page import page_figures
from bench_parts.read import read_figures
from bench_parts.reports import reports_figures

ROOT = Path(__file__).resolve().parents[1]
# One part of the project each: what it measures, and the function that yields its figures.
PARTS: dict[str, tuple[str, Callable[[argparse.Namespace], Iterator[Figure]]]] = {
    "geocode": ("names to places: right, wrong, calibrated, fast", geocode_figures),
    "reports": ("place names and events in texts: found, placed, fast", reports_figures),
    "read": ("a large table to events, beside pandas", read_figures),
    "export": ("files of a large table, beside ogr2ogr", export_figures),
    "merge": ("one happening told by two sources: found, beside a plain window, and how fast", merge_figures),
    "page": ("the page: made, opened, moved, beside folium's clusters", page_figures),
}


def _geocode_options(part: argparse.ArgumentParser) -> None:
    shared = ROOT.parent / "shared"
    part.add_argument("--shared", type=Path, default=shared, help="folder of real data (default: beside the project)")
    part.add_argument(
        "--theatre", nargs="+", default=["idlib", "world"], help="theatres; the first is held to the bounds"
    )
    part.add_argument("--cache", type=Path, help="folder of compiled gazetteers; default: the user's cache")
    part.add_argument("--rows", type=int, default=1_000_000, help="rows of the table made for speed")
    part.add_argument("--names", type=int, default=10_000, help="distinct names in it")
    part.add_argument("--only", choices=("accuracy", "held-out", "speed"), help="one part of the figures")
    part.add_argument("--docs", action="store_true", help="also write the tables into docs/geocoding.md")


def _export_options(part: argparse.ArgumentParser) -> None:
    part.add_argument("--rows", type=int, default=400_000, help="rows of the table made for speed")


def _reports_options(part: argparse.ArgumentParser) -> None:
    shared = ROOT.parent / "shared"
    part.add_argument("--shared", type=Path, default=shared, help="folder of real data (default: beside the project)")
    part.add_argument(
        "--theatre", nargs="+", default=["idlib", "world"], help="theatres; the first is held to the bounds"
    )
    part.add_argument("--cache", type=Path, help="folder of compiled gazetteers; default: the user's cache")
    part.add_argument("--corpus", type=Path, help="another corpus in XML: LGL, TR-News, GeoWebNews")
    part.add_argument("--texts", type=int, default=300, help="texts made for speed")
    part.add_argument("--only", choices=("geoparsing", "events", "speed"), help="one part of the figures")


def _page_options(part: argparse.ArgumentParser) -> None:
    sizes = [1_000, 10_000, 100_000, 400_000]
    part.add_argument("--sizes", type=int, nargs="+", default=sizes, help="numbers of events")
    part.add_argument("--runs", type=int, default=3, help="runs of each, of which the median counts")
    part.add_argument("--npm", type=Path, help="node_modules with the peers' scripts; default: installed for the run")


def _merge_options(part: argparse.ArgumentParser) -> None:
    shared = ROOT.parent / "shared"
    part.add_argument("--shared", type=Path, default=shared, help="folder of real data (default: beside the project)")
    sizes = [50_000, 100_000, 200_000, 400_000, 800_000]
    part.add_argument("--sizes", type=int, nargs="+", default=sizes, help="rows of each of two sources")
    part.add_argument("--only", choices=("accuracy", "speed"), help="one half of the figures")
    part.add_argument("--fit", action="store_true", help="also fit the weights again and print them")


OPTIONS = {
    "geocode": _geocode_options,
    "reports": _reports_options,
    "read": _export_options,
    "export": _export_options,
    "merge": _merge_options,
    "page": _page_options,
}


def main(arguments: list[str] | None = None) -> int:
    """Print one table of figures, reached and wanted; nothing is written unless asked for."""
    parser = argparse.ArgumentParser(prog="bench.py", description=__doc__.split("\n")[0])
    parts = parser.add_subparsers(dest="part", required=True, metavar="PART")
    for name, (words, _) in PARTS.items():
        part = parts.add_parser(name, help=words, description=words)
        part.set_defaults(docs=False)
        part.add_argument("--json", type=Path, help="also write the figures to this file")
        OPTIONS[name](part)
    options = parser.parse_args(arguments)
    figures: list[Figure] = []
    try:
        for figure in PARTS[options.part][1](options):
            figures.append(figure)
            print(f"{figure.name}: {number(figure.value)} {figure.unit}", file=sys.stderr)
    finally:  # what was measured before a failure is not lost
        print(as_text(figures))
    if options.docs:
        write_page(ROOT / "docs" / "geocoding.md", figures)
    if options.json:
        options.json.write_text(json.dumps([f.as_dict() for f in figures], indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
