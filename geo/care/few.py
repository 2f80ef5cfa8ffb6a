"""Spots and figures that stand for too few to be shown."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.care.hiding import PERSONS, precision_column, stems
from geo.codes import Precision

_NOWHERE = (Precision.COUNTRY, Precision.WITHHELD)


def few_at_spot(table: gpd.GeoDataFrame, least: int) -> np.ndarray:
    """Mask of rows that share a spot with too few others; of displacement, either end.

    What is taken out at one end is missing at the other, so it is counted again until nothing changes.
    """
    ends = [_spots(table, stem) for stem in stems(table)]
    few = np.zeros(len(table), dtype=bool)
    while True:
        # A record within one spot counts once.
        parts = [pd.DataFrame({"row": np.flatnonzero(~few & (e != "")), "spot": e[~few & (e != "")]}) for e in ends]
        counts = pd.concat(parts).drop_duplicates()["spot"].value_counts()
        rare = set(counts[counts < least].index)
        more = ~few & np.logical_or.reduce([np.isin(end, list(rare)) for end in ends])
        if not rare or not more.any():
            return few
        few |= more


def _spots(table: gpd.GeoDataFrame, stem: str) -> np.ndarray:
    """The spot of one end of each row as text; empty where it is drawn nowhere."""
    if not stem:
        shapes = table.geometry.to_numpy()
        drawn = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        keys = shapely.to_wkb(shapes, hex=True)
    else:
        x, y = (table[f"{stem}{axis}"].to_numpy(dtype=float, na_value=np.nan) for axis in ("longitude", "latitude"))
        nowhere = table[precision_column(stem)].isin(list(_NOWHERE)).fillna(value=False).to_numpy(dtype=bool)
        drawn = ~(np.isnan(x) | np.isnan(y) | nowhere)
        keys = shapely.to_wkb(shapely.points(x, y), hex=True)
    return np.where(drawn, keys, "").astype(object)


def small_figures(table: pd.DataFrame, least: int) -> np.ndarray:
    """Mask of records that tell of fewer people than may be shown, but of some."""
    if not set(PERSONS) <= set(table.columns):
        return np.zeros(len(table), dtype=bool)
    figures = table[list(PERSONS)].to_numpy(dtype=float, na_value=np.nan)
    return np.asarray(((figures > 0) & (figures < least)).any(axis=1))
