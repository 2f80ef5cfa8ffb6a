"""How fast files of a large table are written, beside ogr2ogr writing the same in the same run."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from bench_parts.figures import Figure
from bench_parts.geocode_speed import alone
from bench_parts.watched import peak_mb
from geo.codes import EVENT_SUBTYPES
from geo.export import Style, write_layers
from geo.schema import CRS, EVENTS, conform

SEED = 20200211
FORMATS = ("gpkg", "geojson", "fgb", "parquet")
# The same by ogr2ogr; Debian's has no GeoParquet, so it writes one format less.
_PEER = {"gpkg": "GPKG", "geojson": "GeoJSON", "fgb": "FlatGeobuf"}
_HOME = (35.0, 36.9, 5_000)  # latitude, longitude and number of the clusters' places


def export_figures(options: argparse.Namespace) -> Iterator[Figure]:
    """Seconds and memory for a table of events in four formats, as a ratio to ogr2ogr's three."""
    with tempfile.TemporaryDirectory(prefix="conflictmap-bench-") as temporary:
        folder = Path(temporary)
        seconds, worked, peak = alone(_write, options.rows, folder)
        words = f"{options.rows:,} events, {len(EVENTS.columns)} columns"
        yield Figure("four formats: seconds", seconds, "s", note=f"{words}; {worked:.1f} s of one core")
        yield Figure("four formats: peak memory", peak, "MB", at_most=1_500, note="whole process, table included")
        theirs = _peer(folder)
    note = "GeoPackage, GeoJSON, FlatGeobuf from GeoJSON; ours writes GeoParquet too"
    yield Figure("ogr2ogr, three formats: seconds", theirs, "s", note=note)
    yield Figure("times ogr2ogr's", None if theirs is None else seconds / theirs, "x", at_most=1.3)


def _write(rows: int, folder: Path) -> tuple[float, float, float]:
    table = events(rows)
    start, worked = time.perf_counter(), time.process_time()
    write_layers({"events": table}, folder, name="bench", formats=FORMATS, styles={"events": Style("<qgis/>")})
    return time.perf_counter() - start, time.process_time() - worked, peak_mb()


def _peer(folder: Path) -> float | None:
    """Seconds that ogr2ogr takes for the same files; None where it is absent."""
    program = shutil.which("ogr2ogr")
    if program is None:
        return None
    start = time.perf_counter()
    for suffix, driver in _PEER.items():
        target = folder / f"peer.{suffix}"
        options = ["-lco", "RFC7946=YES"] if suffix == "geojson" else []
        subprocess.run([program, "-f", driver, *options, target, folder / "bench_events.geojson"], check=True)
    return time.perf_counter() - start


def events(rows: int) -> gpd.GeoDataFrame:
    """Made-up events around clusters of places, with notes of 200 letters, from a fixed seed."""
    rng = np.random.default_rng(SEED)
    latitude, longitude, places = _HOME
    spots = rng.normal((longitude, latitude), (1.2, 0.9), size=(places, 2)).round(4)
    chosen = np.minimum((places * rng.random(rows) ** 3).astype(int), places - 1)
    subtypes = np.array([(kind, sub) for kind, subs in EVENT_SUBTYPES.items() for sub in subs])
    types = subtypes[rng.integers(0, len(subtypes), rows)]
    days = pd.Timestamp("2016-01-01") + pd.to_timedelta(rng.integers(0, 3_000, rows), unit="D")
    words = np.array(["shelling", "near", "the", "village", "reported", "fighters", "road", "killed", "إدلب", "two"])
    notes = np.array([" ".join(words[rng.integers(0, len(words), 30)]) for _ in range(1_000)])
    points = spots[chosen]
    table = pd.DataFrame(
        {
            "event_id": [f"E-{i:010d}" for i in range(rows)],
            "source": "made up",
            "source_id": [f"M{i}" for i in range(rows)],
            "date_start": days,
            "date_end": days,
            "date_precision": "day",
            "event_type": types[:, 0],
            "event_subtype": types[:, 1],
            "actor1": np.array([f"Actor {i}" for i in range(40)])[rng.integers(0, 40, rows)],
            "fatalities_best": pd.array(rng.geometric(0.4, rows) - 1, dtype="Int64"),
            "toponym": [f"Place {i}" for i in chosen],
            "geo_precision": "B",
            "notes": notes[rng.integers(0, len(notes), rows)],
        }
    )
    conformed, _ = conform(table, EVENTS)
    return gpd.GeoDataFrame(conformed, geometry=gpd.points_from_xy(points[:, 0], points[:, 1], crs=CRS))
