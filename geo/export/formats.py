"""One table of formats: who writes each, what it keeps and what it loses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from geo.export.drivers import write_flatgeobuf, write_geojson, write_geojson_sequence, write_geopackage
from geo.export.geopackage import write_project
from geo.export.handover import Handover
from geo.export.kml import write_kml, write_kmz
from geo.export.parquet import write_geoparquet
from geo.export.portable import GisLayer
from geo.export.shapefile import write_shapefiles
from geo.export.spreadsheets import write_csv, write_csv_hxl, write_xlsx, write_xlsx_hxl
from geo.export.tiles import write_pmtiles
from geo.export.viewers import write_flow_counts, write_flow_locations, write_timemap

Writer = Callable[[Path, Sequence[GisLayer], Handover], None]


@dataclass(frozen=True, slots=True)
class Format:
    """One file format: its files, and in words what it keeps and what it loses.

    ``files`` is the end of each file's name and who writes it. ``each``: a file for every layer, with its style beside
    it as ``.qml`` if QGIS looks for it there; else one for all layers.
    """

    title: str
    files: tuple[tuple[str, Writer], ...]
    keeps: str
    loses: str
    each: bool = False
    styles_beside: bool = False
    kind: Literal["GIS", "spreadsheet", "viewer"] = "GIS"


# One entry a format, the usual ones first.
FORMATS: dict[str, Format] = {
    "gpkg": Format(
        "GeoPackage 1.3",
        ((".gpkg", write_geopackage), (".qgz", write_project)),
        keeps="all layers with their styles, typed days, missing numbers, all scripts; a QGIS project inside and "
        "beside it",
        loses="height (z) of a coordinate",
    ),
    "geojson": Format(
        "GeoJSON (RFC 7946)",
        ((".geojson", write_geojson),),
        keeps="one layer a file, missing numbers, all scripts; the style beside it",
        loses="types of days (ISO text), coordinates beyond 7 decimals (1 cm), height (z) of a coordinate",
        each=True,
        styles_beside=True,
    ),
    "geojsonl": Format(
        "GeoJSON sequence, a feature a line",
        ((".geojsonl", write_geojson_sequence),),
        keeps="one layer a file, missing numbers, all scripts",
        loses="types of days (ISO text), coordinates beyond 7 decimals (1 cm), height (z) of a coordinate, styles",
        each=True,
    ),
    "fgb": Format(
        "FlatGeobuf",
        ((".fgb", write_flatgeobuf),),
        keeps="one layer a file with a spatial index, missing numbers, all scripts; the style beside it",
        loses="days (they become moments at midnight), height (z) of a coordinate, order of the rows",
        each=True,
        styles_beside=True,
    ),
    "parquet": Format(
        "GeoParquet 1.1",
        ((".parquet", write_geoparquet),),
        keeps="one layer a file, all types, missing numbers, all scripts",
        loses="styles, height (z) of a coordinate",
        each=True,
    ),
    "kml": Format(
        "KML 2.2",
        ((".kml", write_kml),),
        keeps="all layers as folders, colours, days as time stamps and spans, all scripts",
        loses="types (all attributes are text), shapes of the symbols, coordinates beyond 7 decimals (1 cm)",
    ),
    "kmz": Format(
        "KMZ",
        ((".kmz", write_kmz),),
        keeps="all layers as folders, colours and symbols, days as time stamps and spans, all scripts",
        loses="types (all attributes are text), coordinates beyond 7 decimals (1 cm)",
    ),
    "shp": Format(
        "Shapefiles, zipped",
        (("_shp.zip", write_shapefiles),),
        keeps="all layers with their styles, days, missing numbers, all scripts; COLUMNS.csv has the full names",
        loses="column names beyond 10 letters, text beyond 254 bytes (counted), geometry collections, moments (in two "
        "columns), height (z) of a coordinate",
    ),
    "csv": Format(
        "CSV",
        ((".csv", write_csv),),
        keeps="one layer a file, points as longitude and latitude, all geometry as WKT, all scripts",
        loses="types; text that starts like a formula gets an apostrophe before it; numbers beyond 10 digits; styles",
        each=True,
        kind="spreadsheet",
    ),
    "csv-hxl": Format(
        "CSV with HXL hashtags",
        (("_hxl.csv", write_csv_hxl),),
        keeps="as CSV, and a row of hashtags under the header",
        loses="as CSV",
        each=True,
        kind="spreadsheet",
    ),
    "xlsx": Format(
        "Excel workbook",
        ((".xlsx", write_xlsx),),
        keeps="all layers as sheets, numbers and days typed, all scripts; a sheet about sources and losses",
        loses="text beyond 32,767 characters (counted), types of days before March 1900 and of numbers beyond 15 "
        "digits (text), styles",
        kind="spreadsheet",
    ),
    "xlsx-hxl": Format(
        "Excel workbook with HXL hashtags",
        (("_hxl.xlsx", write_xlsx_hxl),),
        keeps="as Excel workbook, and a row of hashtags under the header",
        loses="as Excel workbook",
        kind="spreadsheet",
    ),
    "pmtiles": Format(
        "PMTiles 3, vector tiles",
        ((".pmtiles", write_pmtiles),),
        keeps="all layers in one archive, all attributes at the deepest zoom, all scripts",
        loses="rows without geometry, types of days (ISO text), coordinates finer than about 10 m, styles",
    ),
    "timemap": Format(
        "timemap events",
        (("_timemap.json", write_timemap),),
        keeps="events that are points: id, words, day, place, type, actors, source",
        loses="all else: areas, displacement, numbers of dead and wounded, evidence",
        kind="viewer",
    ),
    "flowmap": Format(
        "FlowmapBlue locations and flows",
        (("_flowmap_locations.csv", write_flow_locations), ("_flowmap_flows.csv", write_flow_counts)),
        keeps="flows with both ends known: ends, people, first day",
        loses="all else: events, stocks, flows with an unknown end, evidence",
        kind="viewer",
    ),
}
