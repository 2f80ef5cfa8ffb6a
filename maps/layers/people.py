"""What is drawn of displacement: circles for stocks, lines and signs for flows; no end is invented."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString, Point

from geo.codes import Precision
from geo.displacement import persons, with_standing
from geo.schema import CRS
from maps.layers.shapes import has_shape


def stock_layer(displacement: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Stocks as points: at the destination, else at the origin; ``anchor`` says which, ``persons`` how many."""
    stocks = with_standing(displacement.loc[displacement["measure"] == "stock"])
    return _anchored(gpd.GeoDataFrame(stocks))


def flow_layer(displacement: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Flows with ``shape``: line, ring (within one area), tick (destination not reported), arrival (origin not)."""
    flows = _anchored(displacement.loc[displacement["measure"] == "flow"])
    starts, ends = _end_points(flows, "origin"), _end_points(flows, "destination")
    shapes = [_flow_shape(a, b) for a, b in zip(starts, ends, strict=True)]
    drawn = [
        LineString([a, b]) if shape == "line" else point
        for shape, a, b, point in zip(shapes, starts, ends, flows.geometry, strict=True)
    ]
    flows = flows.assign(shape=pd.array(shapes, dtype="string"))
    return flows.set_geometry(gpd.GeoSeries(drawn, index=flows.index, crs=CRS))


def _flow_shape(start: Point | None, end: Point | None) -> str:
    if start is None:
        return "arrival"
    if end is None:
        return "tick"
    return "ring" if start.equals(end) else "line"


def _end_points(table: pd.DataFrame, side: str) -> list[Point | None]:
    """Point of one end of each record; None if it is not known, or to the country only."""
    known = ~table[f"{side}_precision"].isin([Precision.COUNTRY, Precision.WITHHELD]).fillna(value=False)
    ends = zip(table[f"{side}_longitude"], table[f"{side}_latitude"], known, strict=True)
    return [Point(x, y) if ok and not (pd.isna(x) or pd.isna(y)) else None for x, y, ok in ends]


def _anchored(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Records that have a point to be drawn at, with ``anchor``, ``persons`` and that point as geometry."""
    starts, ends = _end_points(table, "origin"), _end_points(table, "destination")
    points = [end or start for start, end in zip(starts, ends, strict=True)]
    anchors = ["destination" if end else "origin" for end in ends]
    people = persons(table).astype("float64")
    table = table.assign(anchor=pd.array(anchors, dtype="string"), persons=people)
    table = table.set_geometry(gpd.GeoSeries(points, index=table.index, crs=CRS))
    return table.loc[has_shape(table.geometry) & people.notna()].reset_index(drop=True)
