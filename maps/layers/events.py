"""What is drawn of events: points for what is known to the village, an area with a count for what is known to less."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geo.codes import AREA_PRECISIONS, POINT_PRECISIONS, Precision
from geo.schema import CRS, stable_id
from maps.layers.shapes import has_shape, rows_of

AREA_COLUMNS = ("area_id", "pcode", "name", "name_ar", "precision", "approximate", "events", "event_ids", "geometry")


def drawn_as_point(events: gpd.GeoDataFrame) -> pd.Series:
    """Mask of events known to the village or better."""
    raw = events.geometry.to_numpy()
    is_point = (shapely.get_type_id(raw) == shapely.GeometryType.POINT) & ~shapely.is_empty(raw)
    return is_point & events["geo_precision"].isin(list(POINT_PRECISIONS)).fillna(value=False).astype(bool)


def drawn_as_area(events: gpd.GeoDataFrame) -> pd.Series:
    """Mask of events known only to an area or a line."""
    imprecise = events["geo_precision"].isin(list(AREA_PRECISIONS)).fillna(value=False).astype(bool)
    return imprecise & has_shape(events.geometry)


def group_by_area(events: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """One row for each area that has events known only to it, and the ``area_id`` of every event (missing if none).

    Twenty events known only to a governorate are one area with a count, never twenty pins.
    """
    inside = rows_of(events, drawn_as_area(events))
    shapes = inside.geometry.to_wkb()
    keys = [stable_id("A", p, shape.hex()) for p, shape in zip(inside["geo_precision"], shapes, strict=True)]
    area_of = pd.Series(pd.NA, index=events.index, dtype="string")
    area_of.loc[inside.index] = keys
    units = {} if "pcode" not in areas else {u.pcode: u for u in areas.itertuples(index=False)}
    rows = [
        _area_row(str(key), rows, units)
        for key, rows in inside.groupby(pd.Series(keys, index=inside.index, dtype="object"), sort=True)
    ]
    table = pd.DataFrame(rows, columns=list(AREA_COLUMNS))
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS), area_of


def _area_row(key: str, rows: gpd.GeoDataFrame, units: Mapping[str, Any]) -> dict[str, Any]:
    first = rows.iloc[0]
    codes = [first[f"admin{level}_pcode"] for level in (3, 2, 1)]
    if first["geo_precision"] == Precision.FIRST_DIVISION:
        codes = codes[2:]
    code = next((str(c) for c in codes if not pd.isna(c)), "")
    unit = None if first["geo_precision"] == Precision.LINE else units.get(code)
    names = [first["place_name"], first["toponym"], first["stated_admin1"]]
    return {
        "area_id": key,
        "pcode": code,
        "name": unit.name if unit is not None else next((str(n) for n in names if not pd.isna(n)), ""),
        "name_ar": _text(unit.name_ar if unit is not None else first["place_name_ar"]),
        "precision": str(first["geo_precision"]),
        "approximate": bool(unit.approximate) if unit is not None else True,
        "events": len(rows),
        "event_ids": json.dumps(sorted(rows["event_id"])),
        "geometry": first.geometry,
    }


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)
