"""The page and its peers, made from the same table: each maker writes one HTML file."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import folium
import geopandas as gpd
import pandas as pd
import pyarrow as pa
from folium.plugins import FastMarkerCluster, MarkerCluster

from bench_parts.watched import forget_peak, peak_mb
from geo.schema import CRS
from maps import conflict_map

_OURS = {"date": "date_start", "place": "place_name", "admin1": "stated_admin1", "fatalities": "fatalities_best"}
_PRECISION = {"1": "A", "2": "B", "3": "C"}
CENTRE = (35.2, 37.6)
# FastMarkerCluster gets its popups from a function in the page; the others carry one element each.
_POPUP = """function (row) {
  var marker = L.marker(new L.LatLng(row[0], row[1]));
  marker.bindPopup(row.slice(2).map(String).join('<br>'));
  return marker;
}"""


def ours(table: pd.DataFrame, out: Path) -> None:
    """One line of Python: columns renamed, then the page."""
    located = gpd.GeoDataFrame(
        table.rename(columns=_OURS).assign(
            date_end=table["date"], date_precision="day", geo_precision=table["geo_precision"].map(_PRECISION)
        ),
        geometry=gpd.points_from_xy(table["longitude"], table["latitude"], crs=CRS),
    )
    conflict_map(located).save(out)


def fast_marker_cluster(table: pd.DataFrame, out: Path) -> None:
    """Folium's FastMarkerCluster: rows as JSON, popups made on the fly."""
    rows = _rows(table)
    page = _map()
    FastMarkerCluster(data=rows, callback=_POPUP).add_to(page)
    page.save(str(out))


def marker_cluster(table: pd.DataFrame, out: Path) -> None:
    """Folium's MarkerCluster: a Marker and a Popup for each row."""
    page = _map()
    cluster = MarkerCluster().add_to(page)
    for latitude, longitude, *rest in _rows(table):
        folium.Marker((latitude, longitude), popup=folium.Popup("<br>".join(map(str, rest)))).add_to(cluster)
    page.save(str(out))


def lonboard(table: pd.DataFrame, out: Path) -> None:
    """Only how long it takes to make and how large it gets: its page draws with WebGL and loads its scripts."""
    from lonboard import Map, ScatterplotLayer  # noqa: PLC0415 - only for the bench, if it is installed

    points = gpd.points_from_xy(table["longitude"], table["latitude"], crs=CRS)
    Map(ScatterplotLayer.from_geopandas(gpd.GeoDataFrame(table, geometry=points))).to_html(out)


def _map() -> folium.Map:
    return folium.Map(CENTRE, zoom_start=7)  # the clusters need a layer of tiles to know their zooms


def _rows(table: pd.DataFrame) -> list[list[object]]:
    plain = table.assign(date=table["date"].dt.strftime("%Y-%m-%d"))
    rest = [c for c in plain if c not in {"latitude", "longitude"}]
    return json.loads(plain[["latitude", "longitude", *rest]].to_json(orient="values"))


MAKERS: dict[str, Callable[[pd.DataFrame, Path], None]] = {
    "page": ours,
    "FastMarkerCluster": fast_marker_cluster,
    "MarkerCluster": marker_cluster,
    "lonboard": lonboard,
}


def make(name: str, source: Path, out: Path) -> tuple[float, float]:
    """Seconds to make a page from the table in memory, and the most memory held meanwhile, the table included."""
    table = pd.read_parquet(source)
    pa.default_memory_pool().release_unused()  # what reading it took besides is no part of making a page
    forget_peak()
    start = time.perf_counter()
    MAKERS[name](table, out)
    return time.perf_counter() - start, peak_mb()
