"""Formats that a GDAL driver writes: GeoPackage, GeoJSON, FlatGeobuf."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pyogrio

from geo.export.facts import METADATA_KEY, column_meanings, facts_json, layer_facts
from geo.export.geopackage import finish_geopackage
from geo.export.handover import About, Handover
from geo.export.portable import GEOMETRY_COLUMN, DatesAs, GisLayer, without_controls
from geo.schema import CRS


@dataclass(frozen=True, slots=True)
class Driver:
    """How one driver is used. ``plain_tables``: it knows tables without geometry, else features without place."""

    name: str
    dates_as: DatesAs = "date"
    plain_tables: bool = True
    dataset_options: Mapping[str, str] = field(default_factory=dict)
    layer_options: Mapping[str, str] = field(default_factory=dict)
    plain_options: Mapping[str, str] = field(default_factory=dict)

    def write(self, path: Path, layer: GisLayer, metadata: Mapping[str, str] | None = None, **said: str) -> None:
        """Write one layer, into the file that stands there if the driver holds several.

        ``metadata`` and ``said`` are items and options of the driver that speak of the layer.
        """
        table, geometry_type = layer.portable(self.dates_as), layer.geometry_type
        options = dict(self.plain_options if geometry_type is None else self.layer_options)
        if geometry_type is None and not self.plain_tables:
            table, geometry_type = gpd.GeoDataFrame(table, geometry=[None] * len(table), crs=CRS), "Unknown"
        pyogrio.write_dataframe(
            table,
            path,
            layer=layer.name,
            driver=self.name,
            geometry_type=geometry_type,
            use_arrow=True,  # else days become text
            dataset_options=dict(self.dataset_options),
            layer_options=options | said,
            layer_metadata=dict(metadata or {}) or None,
        )


GEOPACKAGE = Driver(
    "GPKG",
    # Version 1.4, the default, makes GDAL before 3.7 complain.
    dataset_options={"VERSION": "1.3"},
    layer_options={"GEOMETRY_NAME": GEOMETRY_COLUMN, "FID": "fid"},
)
# Text that looks like JSON stays text: a note may begin with a bracket.
GEOJSON = Driver(
    "GeoJSON",
    dates_as="text",
    plain_tables=False,
    layer_options={"RFC7946": "YES", "WRITE_NAME": "NO", "AUTODETECT_JSON_STRINGS": "NO"},
    plain_options={"RFC7946": "YES", "WRITE_NAME": "NO", "AUTODETECT_JSON_STRINGS": "NO"},
)
FLATGEOBUF = Driver(
    "FlatGeobuf",
    plain_tables=False,
    # Features without place cannot be indexed.
    plain_options={"SPATIAL_INDEX": "NO"},
)


def write_geopackage(path: Path, layers: Sequence[GisLayer], handover: Handover) -> None:
    """All layers in one file, with their styles."""
    with _flushed_once():
        for layer in layers:
            GEOPACKAGE.write(path, layer)
        finish_geopackage(path, layers, handover)


def write_geojson(path: Path, layers: Sequence[GisLayer], _handover: Handover) -> None:
    """One layer as RFC 7946 wants it."""
    GEOJSON.write(path, layers[0])
    _check_end(path, b"]\n}\n")


def write_geojson_sequence(path: Path, layers: Sequence[GisLayer], handover: Handover) -> None:
    """One layer, a feature a line. The driver of its own would take a text like "[1]" for a list."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".geojson-") as folder:
        whole = Path(folder) / "whole.geojson"
        write_geojson(whole, layers, handover)
        with whole.open("rb") as features, path.open("wb") as file:
            file.writelines(
                line.rstrip(b",\n") + b"\n"
                for line in features
                if line.startswith(b'{ "type": "Feature", "properties"')
            )


def write_flatgeobuf(path: Path, layers: Sequence[GisLayer], handover: Handover) -> None:
    """One layer with its spatial index, what is known of it in the header."""
    (layer,), about = layers, handover.about
    if about == About():
        FLATGEOBUF.write(path, layer)
        return
    facts = layer_facts(handover, layer)
    meanings = {name: text for name, text in column_meanings(about, layer) if text}
    said = {"TITLE": facts["title"], "DESCRIPTION": facts.get("abstract", "")}
    FLATGEOBUF.write(
        path,
        layer,
        metadata={METADATA_KEY: facts_json(facts | {"columns": meanings})},
        **{key: without_controls(text) for key, text in said.items() if text},
    )


@contextlib.contextmanager
def _flushed_once() -> Iterator[None]:
    """Keep SQLite from flushing after each step: a temporary file is worth nothing until it is whole."""
    option = "OGR_SQLITE_SYNCHRONOUS"
    before = pyogrio.get_gdal_config_option(option)
    pyogrio.set_gdal_config_options({option: "OFF"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({option: before})


def _check_end(path: Path, end: bytes) -> None:
    """Refuse a file without its end: the driver keeps silent if the disk fills up with its last bytes."""
    with path.open("rb") as file:
        file.seek(-min(16, path.stat().st_size), os.SEEK_END)
        if not file.read().endswith(end):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
