"""The figures of the reading of reports: place names found and placed, events, speed, and what peers reach."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import nullcontext

from bench_parts.figures import Figure
from bench_parts.reports_events import events
from bench_parts.reports_geoparsing import geoparsing
from bench_parts.reports_peers import installed_peers
from bench_parts.reports_speed import speed


def reports_figures(options: argparse.Namespace) -> Iterator[Figure]:
    """All figures, or one part of them."""
    with nullcontext() if options.only == "events" else installed_peers() as peers:
        if options.only in (None, "geoparsing"):
            yield from geoparsing(options.shared, options.corpus, peers)
        if options.only in (None, "events"):
            yield from events(options.shared, options.cache)
        if options.only in (None, "speed"):
            yield from speed(options.texts, peers)
