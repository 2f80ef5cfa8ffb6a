"""Merging within a run: after places are found, before care is taken, which no other row may undo."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np

from geo.care import find_listed
from geo.gazetteer import Gazetteer
from geo.merge import Merged, merge_events
from maps.pipeline.setting import Setting


def merged_events(events: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, gazetteer: Gazetteer, setting: Setting) -> Merged:
    """The events merged; rows that are listed not to be shown are left apart, so that no other row tells of them."""
    events = events.reset_index(drop=True)
    (listed,) = find_listed((events,), setting.care.withhold, areas, gazetteer).masks
    apart = listed if setting.parts is None else None
    return merge_events(events, theatre=setting.theatre, mode=setting.merge, parts=setting.parts, apart=apart)


def silenced(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> frozenset[str]:
    """Ids of events whose words care has taken out."""
    lost = [before[c].notna().to_numpy() & after[c].isna().to_numpy() for c in ("merged_from", "same_as", "quote")]
    return frozenset(before["event_id"].to_numpy()[np.logical_or.reduce(lost)].tolist())


def parts_told(merged: Merged, hidden: frozenset[str]) -> gpd.GeoDataFrame:
    """The rows that went into merged rows which may still tell of them."""
    told = [merged.owner.get(i, i) not in hidden for i in merged.parts["event_id"].tolist()]
    return merged.parts.loc[np.array(told, dtype=bool)]


def parts_file(merged: Path) -> Path:
    """Where the rows that a merged table was made from are kept, beside it."""
    return merged.with_name(f"{merged.stem}-parts.parquet")
