"""Totals of events by unit: the codes of the units they count."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geo.codes import EVENT_TYPES
from geo.gazetteer import Gazetteer
from geo.geocode.tables import geocode_events
from geo.schema import EVENTS, conform
from geo.theatre import Theatre

_UNIT = ["stated_country", "stated_admin1", "stated_admin2", "admin1_pcode", "admin2_pcode", "geo_precision"]


def place_totals(
    totals: pd.DataFrame, gazetteer: Gazetteer, areas: gpd.GeoDataFrame, *, theatre: Theatre
) -> pd.DataFrame:
    """A TOTALS table with the codes of its units, where they are known; codes that it has stay."""
    if totals.empty:
        return totals
    number = totals.groupby(_UNIT, dropna=False, sort=False).ngroup()
    units = totals.loc[~number.duplicated(), _UNIT].reset_index(drop=True)
    rows = units.assign(event_id=[f"U{i}" for i in range(len(units))], source="units", event_type=EVENT_TYPES[0])
    placed = geocode_events(conform(rows, EVENTS)[0], gazetteer, areas, theatre=theatre).table
    codes = {f: units[f].fillna(placed[f]) for f in ("admin1_pcode", "admin2_pcode")}
    return totals.assign(**{f: codes[f].iloc[number.to_numpy()].to_numpy() for f in codes}).astype(
        dict.fromkeys(codes, "string")
    )
