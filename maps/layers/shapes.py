"""Rows of a table by what they have to be drawn."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely


def rows_of(table: gpd.GeoDataFrame, wanted: pd.Series) -> gpd.GeoDataFrame:
    """The rows wanted; nothing is copied where that is all of them or none, for the table may be large."""
    if wanted.all():
        return table
    return table.loc[wanted] if wanted.any() else table.iloc[:0]


def has_shape(shapes: gpd.GeoSeries) -> np.ndarray:
    """Mask of shapes that are neither missing nor empty."""
    raw = shapes.to_numpy()
    return ~(shapely.is_missing(raw) | shapely.is_empty(raw))
