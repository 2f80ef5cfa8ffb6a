"""The figures of the geocoder: accuracy where the real data are present, speed on a table made here."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from bench_parts.figures import Figure
from bench_parts.geocode_accuracy import OCHA, accuracy
from bench_parts.geocode_fit import held_out
from bench_parts.geocode_speed import speed


def geocode_figures(options: argparse.Namespace) -> Iterator[Figure]:
    """All figures, or one part of them."""
    if options.only in (None, "accuracy"):
        yield from accuracy(options.shared, options.cache, options.theatre)
    if options.only in (None, "held-out") and (options.shared / OCHA).is_file():
        yield from held_out(options.shared, options.cache)
    if options.only in (None, "speed"):
        yield from speed(options.shared, options.cache, rows=options.rows, names=options.names)
