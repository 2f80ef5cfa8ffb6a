"""What lies under the events: the theatre's highways, crossings and posts, and the towns to label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString, Point

from geo.errors import TheatreError
from geo.schema import CRS
from geo.theatre import ContextFeature, Theatre, theatre_places

MOST_LABELS = 400
CONTEXT_COLUMNS = ("kind", "name", "name_ar", "label", "start", "end", "source", "geometry")


class PlaceIndex(Protocol):
    """What a map needs of a gazetteer: the PLACES of a box of degrees, and one place by id (KeyError if unknown)."""

    def within(self, west: float, south: float, east: float, north: float) -> pd.DataFrame: ...

    def place(self, place_id: str) -> Any: ...


def context_layer(features: Sequence[ContextFeature], gazetteer: PlaceIndex) -> gpd.GeoDataFrame:
    """Highways as lines through their places, crossings and posts as points, with the dates they stood."""
    rows = [
        (f.kind, f.name, f.name_ar, f.label, f.start, f.end, f.source, _context_shape(f, gazetteer)) for f in features
    ]
    table = pd.DataFrame(rows, columns=list(CONTEXT_COLUMNS))
    for column in ("start", "end"):
        table[column] = pd.to_datetime(table[column]).astype("datetime64[us]")
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)


def _context_shape(feature: ContextFeature, gazetteer: PlaceIndex) -> LineString | Point:
    points = []
    for place_id in feature.route or (feature.place,):
        try:
            place = gazetteer.place(place_id)
        except KeyError:
            raise TheatreError(
                f"context '{feature.name}' names the place '{place_id}', which no gazetteer has; "
                "correct the id or add the place to the theatre's places"
            ) from None
        points.append((place.longitude, place.latitude))
    return LineString(points) if len(points) > 1 else Point(points[0])


def place_layer(
    gazetteer: PlaceIndex, events: pd.DataFrame, theatre: Theatre, around: tuple[float, float, float, float]
) -> gpd.GeoDataFrame:
    """Towns to label, best first (``rank`` from 0): the largest, the theatre's own, those told of most often."""
    west, south, east, north = around
    towns = gazetteer.within(west - 1, south - 1, east + 1, north + 1)
    towns = towns.loc[(towns["feature_class"] == "P").fillna(value=False).astype(bool)]
    told = towns["place_id"].map(events["place_id"].value_counts()).fillna(0).to_numpy(dtype=float)
    own = towns["place_id"].isin(theatre_places(theatre)["place_id"]).to_numpy(dtype=float)
    people = towns["population"].to_numpy(dtype=float, na_value=0)
    seat = towns["feature_code"].isin(["PPLC", "PPLA", "PPLA2"]).fillna(value=False).to_numpy(dtype=float)
    # People decide first; being told of often lifts a village to a town, being a seat or the theatre's own as well.
    weight = np.log10(people + 100) + 0.8 * np.log10(told + 1) + 0.7 * own + 0.6 * seat
    order = np.lexsort((towns["place_id"].to_numpy(dtype=str), -weight))[:MOST_LABELS]
    chosen = towns.iloc[order][["place_id", "name", "name_ar", "population", "longitude", "latitude"]]
    chosen = chosen.assign(rank=np.arange(len(chosen)), weight=weight[order].round(3)).reset_index(drop=True)
    points = gpd.points_from_xy(chosen["longitude"], chosen["latitude"], crs=CRS)
    return gpd.GeoDataFrame(chosen.drop(columns=["longitude", "latitude"]), geometry=points, crs=CRS)
