"""`Layer`, `MapSpec`, and the functions that make layers from tables. Decides what is drawn; draws nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import geopandas as gpd
import pandas as pd

from geo.schema import Credit

LayerKind = Literal["events", "event_areas", "displacement", "flows", "context", "places"]


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: a located table with a kind that the readers know how to draw. ``title`` by language."""

    id: str
    kind: LayerKind
    title: Mapping[str, str]
    table: gpd.GeoDataFrame


@dataclass(frozen=True, slots=True)
class MapSpec:
    """All that a renderer needs: what is drawn, its titles, its frame, its credits.

    ``unplaced`` holds the events and displacement records that cannot stand on the map, with their reason.
    ``admin`` holds polygons (see ``geo.admin``), empty if none were given. ``span`` is first and last day.
    """

    id: str
    title: Mapping[str, str]
    languages: tuple[str, ...]
    bounds: tuple[float, float, float, float]
    span: tuple[date, date] | None
    layers: tuple[Layer, ...]
    admin: gpd.GeoDataFrame
    unplaced: pd.DataFrame
    credits: tuple[Credit, ...] = ()
    disclaimer: Mapping[str, str] = field(default_factory=dict)
    palette: Mapping[str, str] = field(default_factory=dict)
    home: str = ""
    metric_crs: str = "EPSG:3857"
