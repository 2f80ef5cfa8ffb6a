"""`Layer` and `MapSpec`: all that a renderer needs to know of a map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import geopandas as gpd
import pandas as pd

from geo.export import SourceFile
from geo.schema import CRS, DISPLACEMENT, EVENTS, POPULATION, Credit, empty

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
    ``events`` holds all rows, those of every layer and the unplaced ones; ``area_id`` names the row of the layer
    "event_areas" that an event belongs to. ``displacement`` holds all rows too. ``period`` is the part of ``span`` to
    look at first; None: all of it. ``actor_names`` is the Arabic name of an actor, as far as the theatre has it.
    ``problems`` is the table of all that was found wrong in the run (see ``geo.errors.Problem``). ``inputs`` are the
    files it was made from, ``software`` the name and version of what made it, ``steps`` what was done to their rows, a
    sentence each. ``links`` is the table of ``geo.links``. ``contact`` is who answers for the map, as "NAME <E-MAIL>".
    ``population`` is the table of people who live in units (``geo.population`` makes denominators of it), ``rates``
    that of ``geo.rates``. ``merged_rows`` are the rows of EVENTS that went into merged events, ``merged_into`` the id
    of the event of each.
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
    events: gpd.GeoDataFrame = field(default_factory=lambda: empty(EVENTS))
    displacement: gpd.GeoDataFrame = field(default_factory=lambda: empty(DISPLACEMENT))
    period: tuple[date, date] | None = None
    actor_names: Mapping[str, str] = field(default_factory=dict)
    problems: pd.DataFrame = field(default_factory=pd.DataFrame)
    inputs: tuple[SourceFile, ...] = ()
    software: str = ""
    steps: tuple[str, ...] = ()
    links: pd.DataFrame = field(default_factory=pd.DataFrame)
    contact: str = ""
    population: pd.DataFrame = field(default_factory=lambda: empty(POPULATION))
    rates: pd.DataFrame = field(default_factory=pd.DataFrame)
    merged_rows: gpd.GeoDataFrame = field(default_factory=lambda: empty(EVENTS))

    def layer(self, kind: LayerKind) -> gpd.GeoDataFrame:
        """Table of the layer of this kind; without rows if there is none."""
        for layer in self.layers:
            if layer.kind == kind:
                return layer.table
        return gpd.GeoDataFrame({"geometry": []}, geometry="geometry", crs=CRS)
