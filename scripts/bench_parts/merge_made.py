"""Two sources that tell of the same made-up war, each of half of its happenings: the same table on every run."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.schema import EVENTS, concat

ROWS_A_DAY = 25  # of each source, in a country of 400 by 400 km: as many as in Syria in its worst years
_VILLAGES = 4_000
_PARTIES = 60


def made_events(size: int) -> gpd.GeoDataFrame:
    """``size`` rows of each of two sources; the war grows longer with them, not denser."""
    rng = np.random.default_rng(20_200_211)
    happenings = 2 * size
    day = rng.integers(0, max(1, size // ROWS_A_DAY), happenings)
    village = rng.integers(0, _VILLAGES, happenings)
    party = rng.integers(0, _PARTIES, (2, happenings))
    dead = rng.geometric(0.3, happenings) - 1
    spots = np.column_stack([rng.uniform(36, 40.5, _VILLAGES), rng.uniform(33, 36.6, _VILLAGES)])
    parts = []
    for source, share in (("First", 0.5), ("Second", 0.5)):
        told = np.sort(rng.choice(happenings, int(happenings * share), replace=False))
        near = rng.random(len(told)) < 0.3
        place = spots[village[told]] + np.where(near[:, None], rng.normal(0, 0.03, (len(told), 2)), 0)
        start = pd.Timestamp("2012-01-01") + pd.to_timedelta(day[told], unit="D")
        count = np.maximum(dead[told] + rng.integers(-1, 2, len(told)), 0)
        parts.append(_rows(source, told, place, near, start, village[told], party[:, told], count))
    return concat(parts, EVENTS)


def _rows(
    source: str, told: np.ndarray, place: np.ndarray, near: np.ndarray, start: pd.DatetimeIndex, village: np.ndarray,
    party: np.ndarray, dead: np.ndarray,
) -> gpd.GeoDataFrame:  # fmt: skip
    names = np.array([f"Village {n:04d}" for n in range(_VILLAGES)], dtype=object)
    parties = np.array([f"Brigade {n:02d}" for n in range(_PARTIES)], dtype=object)
    quote = [
        f"Clashes in {names[v]}; {d} people were killed, {source} says ({t})."
        for v, d, t in zip(village, dead, told, strict=True)
    ]
    table = pd.DataFrame(
        {
            "event_id": [f"E-{source[0]}{n:08d}" for n in range(len(told))],
            "source": source,
            "source_id": told.astype(str),
            "date_start": start,
            "date_end": start,
            "date_precision": "day",
            "event_type": "Battles",
            "event_subtype": "Armed clash",
            "actor1": parties[party[0]],
            "actor2": parties[party[1]],
            "fatalities_best": dead,
            "toponym": names[village],
            "geo_precision": np.where(near, "C", "B"),
            "attributed_to": "Observers",
            "quote": quote,
        }
    )
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(place[:, 0], place[:, 1]), crs="EPSG:4326")
