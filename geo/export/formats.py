"""One table of formats: who writes each, what it keeps and what it loses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
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
from geo.export.viewers import (
    flow_series,
    write_flow_counts,
    write_flow_locations,
    write_flow_series,
    write_timemap,
)

Writer = Callable[[Path, Sequence[GisLayer], Handover], None]
# Key and layers of each file of one kind; the key stands in the file's name.
Parts = Callable[[Handover], Sequence[tuple[str, Sequence[GisLayer]]]]


class Loss(Enum):
    """What a format cannot hold, in words."""

    STYLES = "styles"
    SYMBOLS = "shapes of the symbols"
    TYPES = "types (every value is text)"
    DAYS_AS_TEXT = "types of days and moments (ISO text)"
    DAYS_AS_MOMENTS = "days (they become moments at midnight)"
    SPLIT_MOMENTS = "moments (day and time of day in two columns)"
    FLAGS = "yes and no (1 and 0)"
    OLD_DAYS = "types of days before March 1900 (text)"
    DIGITS_7 = "coordinates beyond 7 decimals (1 cm)"
    STEPS = "coordinates finer than a step of the deepest zoom (10 m, coarser for areas as large as a continent)"
    LARGE_NUMBERS = "numbers beyond 15 digits"
    ORDER = "order of the rows"
    NO_PLACE = "rows without geometry"
    COLLECTIONS = "geometry collections"
    PARTS = "unity of geometry collections (points, lines and areas come apart)"
    SHORT_NAMES = "column names beyond 10 letters (COLUMNS.csv has them in full)"
    BYTES_254 = "text beyond 254 bytes (counted in COLUMNS.csv)"
    LETTERS_32767 = "text beyond 32,767 letters (counted on the sheet about)"
    BLANKS = "blanks at either end of a text"
    EMPTY_TEXT = "the difference between empty and missing text"
    CONTROLS = "control characters, and which kind of line end it was"
    FORMULAS = "text that starts like a formula as it stood (an apostrophe goes before it)"
    SELECTION = "all but what the viewer shows"


# True of every format, so said once.
ALWAYS_LOST = (
    "height (z) of a coordinate, fractions of a second, the time zone of a moment (all are UTC), endless numbers"
)


def whole(handover: Handover) -> list[tuple[str, Sequence[GisLayer]]]:
    """One file with all layers."""
    return [("", handover.layers)]


def by_layer(handover: Handover) -> list[tuple[str, Sequence[GisLayer]]]:
    """A file for each layer."""
    return [(f"_{layer.name}", [layer]) for layer in handover.layers]


def with_project(handover: Handover) -> list[tuple[str, Sequence[GisLayer]]]:
    """One file, if there is a project."""
    return whole(handover) if handover.project else []


@dataclass(frozen=True, slots=True)
class Output:
    """Files of one kind: their names with NAME and _PART in it, who writes one, and which layers go into which."""

    pattern: str
    write: Writer
    parts: Parts = whole

    def name_of(self, name: str, key: str) -> str:
        """Name of the file with this key."""
        return self.pattern.replace("_PART", key).replace("NAME", name)


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its files, what it keeps, in words, and what it loses, for programs and in words.

    ``styles_beside``: QGIS takes the style from a ``.qml`` beside the file.
    """

    title: str
    files: tuple[Output, ...]
    keeps: str
    losses: tuple[Loss, ...]
    styles_beside: bool = False
    kind: Literal["GIS", "spreadsheet", "viewer", "database"] = "GIS"

    @property
    def loses(self) -> str:
        """What it loses, in words."""
        return "; ".join(loss.value for loss in self.losses) or "nothing more"

    @property
    def patterns(self) -> str:
        """Names of its files, in words."""
        return ", ".join(output.pattern.replace("PART", "LAYER") for output in self.files)


_CSV_LOSSES = (Loss.TYPES, Loss.DIGITS_7, Loss.EMPTY_TEXT, Loss.FORMULAS, Loss.STYLES)
_XLSX_LOSSES = (
    Loss.DIGITS_7,
    Loss.LARGE_NUMBERS,
    Loss.OLD_DAYS,
    Loss.LETTERS_32767,
    Loss.CONTROLS,
    Loss.STYLES,
)

# One entry a format, the usual ones first.
FORMATS: dict[str, Format] = {
    "gpkg": Format(
        "GeoPackage 1.3",
        (Output("NAME.gpkg", write_geopackage), Output("NAME.qgz", write_project, with_project)),
        keeps="all layers with their styles, typed days, missing numbers; a QGIS project inside and beside it",
        losses=(),
    ),
    "geojson": Format(
        "GeoJSON (RFC 7946)",
        (Output("NAME_PART.geojson", write_geojson, by_layer),),
        keeps="a file a layer, missing numbers; the style beside it",
        losses=(Loss.DAYS_AS_TEXT, Loss.DIGITS_7),
        styles_beside=True,
    ),
    "geojsonl": Format(
        "GeoJSON sequence, a feature a line",
        (Output("NAME_PART.geojsonl", write_geojson_sequence, by_layer),),
        keeps="a file a layer, missing numbers",
        losses=(Loss.DAYS_AS_TEXT, Loss.DIGITS_7, Loss.STYLES),
    ),
    "fgb": Format(
        "FlatGeobuf",
        (Output("NAME_PART.fgb", write_flatgeobuf, by_layer),),
        keeps="a file a layer with a spatial index, missing numbers; the style beside it",
        losses=(Loss.DAYS_AS_MOMENTS, Loss.ORDER),
        styles_beside=True,
    ),
    "parquet": Format(
        "GeoParquet 1.1",
        (Output("NAME_PART.parquet", write_geoparquet, by_layer),),
        keeps="a file a layer, all types, missing numbers, the box of each feature",
        losses=(Loss.STYLES,),
    ),
    "kml": Format(
        "KML 2.2",
        (Output("NAME.kml", write_kml),),
        keeps="all layers as folders, colours, days as time stamps and spans",
        losses=(Loss.TYPES, Loss.DIGITS_7, Loss.CONTROLS, Loss.SYMBOLS),
    ),
    "kmz": Format(
        "KMZ",
        (Output("NAME.kmz", write_kmz),),
        keeps="all layers as folders, colours and symbols, days as time stamps and spans",
        losses=(Loss.TYPES, Loss.DIGITS_7, Loss.CONTROLS),
    ),
    "shp": Format(
        "Shapefiles, zipped",
        (Output("NAME_shp.zip", write_shapefiles),),
        keeps="all layers with their styles beside them, days, missing numbers",
        losses=(
            Loss.SHORT_NAMES,
            Loss.BYTES_254,
            Loss.SPLIT_MOMENTS,
            Loss.FLAGS,
            Loss.LARGE_NUMBERS,
            Loss.BLANKS,
            Loss.EMPTY_TEXT,
            Loss.COLLECTIONS,
        ),
    ),
    "csv": Format(
        "CSV",
        (Output("NAME_PART.csv", write_csv, by_layer),),
        keeps="a file a layer, points as longitude and latitude, all geometry as WKT",
        losses=_CSV_LOSSES,
        kind="spreadsheet",
    ),
    "csv-hxl": Format(
        "CSV with HXL hashtags",
        (Output("NAME_PART_hxl.csv", write_csv_hxl, by_layer),),
        keeps="as CSV, and a row of hashtags under the header",
        losses=_CSV_LOSSES,
        kind="spreadsheet",
    ),
    "xlsx": Format(
        "Excel workbook",
        (Output("NAME.xlsx", write_xlsx),),
        keeps="all layers as sheets, numbers and days typed; a sheet about sources and losses",
        losses=_XLSX_LOSSES,
        kind="spreadsheet",
    ),
    "xlsx-hxl": Format(
        "Excel workbook with HXL hashtags",
        (Output("NAME_hxl.xlsx", write_xlsx_hxl),),
        keeps="as Excel workbook, and a row of hashtags under the header",
        losses=_XLSX_LOSSES,
        kind="spreadsheet",
    ),
    "pmtiles": Format(
        "PMTiles 3, vector tiles",
        (Output("NAME.pmtiles", write_pmtiles),),
        keeps="all layers in one archive, all attributes at the deepest zoom, numbers typed",
        losses=(Loss.NO_PLACE, Loss.DAYS_AS_TEXT, Loss.STEPS, Loss.ORDER, Loss.PARTS, Loss.STYLES),
    ),
    "timemap": Format(
        "timemap events",
        (Output("NAME_timemap.json", write_timemap),),
        keeps="events that are points: id, words, day, place, type, actors, source",
        losses=(Loss.SELECTION,),
        kind="viewer",
    ),
    "flowmap": Format(
        "FlowmapBlue locations and flows",
        (
            Output("NAME_flowmap_locations.csv", write_flow_locations),
            Output("NAME_flowmap_series.csv", write_flow_series),
            Output("NAME_flowmap_flows_PART.csv", write_flow_counts, flow_series),
        ),
        keeps="flows with both ends known: ends, people, first day; a file a series, for series are never added up",
        losses=(Loss.SELECTION,),
        kind="viewer",
    ),
}

# Not a file, so not among the formats that "all" means.
POSTGIS = Format(
    "PostGIS tables",
    (),
    keeps="all layers as tables with a spatial index, typed days, missing numbers; a comment on each table",
    losses=(Loss.STYLES,),
    kind="database",
)
