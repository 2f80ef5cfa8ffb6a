"""Merging within a run: after places are found, before care is taken, which no other row may undo."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np

from geo.care import find_listed
from geo.gazetteer import Gazetteer
from geo.merge import Merged, merge_displacement, merge_events
from geo.schema import DISPLACEMENT, EVENTS
from maps.pipeline.setting import Setting


def merged_events(events: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, gazetteer: Gazetteer, setting: Setting) -> Merged:
    """The events merged; rows that are listed not to be shown are left apart, so that no other row tells of them."""
    events = events.reset_index(drop=True)
    apart = _listed(events, areas, gazetteer, setting) if setting.parts is None else None
    return merge_events(events, theatre=setting.theatre, mode=setting.merge, parts=setting.parts, apart=apart)


def merged_people(people: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, gazetteer: Gazetteer, setting: Setting) -> Merged:
    """The records of displacement merged, likewise.

    Under care they are marked and not merged: what it hides of a record goes with what other sources told of it, and
    their sums would lack it.
    """
    people = people.reset_index(drop=True)
    mode = "suggest" if setting.care.asked and setting.merge == "on" else setting.merge
    parts = setting.people_parts
    apart = _listed(people, areas, gazetteer, setting) if parts is None else None
    return merge_displacement(people, theatre=setting.theatre, mode=mode, parts=parts, apart=apart)


def _listed(table: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, gazetteer: Gazetteer, setting: Setting) -> np.ndarray:
    return find_listed((table,), setting.care.withhold, areas, gazetteer).masks[0]


def silenced(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> frozenset[str]:
    """Ids of rows whose words care has taken out."""
    lost = [before[c].notna().to_numpy() & after[c].isna().to_numpy() for c in ("merged_from", "same_as", "quote")]
    return frozenset(before[_key(before)].to_numpy()[np.logical_or.reduce(lost)].tolist())


def parts_told(merged: Merged, hidden: frozenset[str]) -> gpd.GeoDataFrame:
    """The rows that went into merged rows which may still tell of them."""
    told = [merged.owner.get(i, i) not in hidden for i in merged.parts[_key(merged.parts)].tolist()]
    return merged.parts.loc[np.array(told, dtype=bool)]


def _key(table: gpd.GeoDataFrame) -> str:
    return EVENTS.key if EVENTS.key in table else DISPLACEMENT.key


def parts_file(merged: Path) -> Path:
    """Where the rows that a merged table was made from are kept, beside it."""
    return merged.with_name(f"{merged.stem}-parts.parquet")
