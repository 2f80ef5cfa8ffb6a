"""GeoParquet, and plain Parquet for tables without geometry."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.export.facts import METADATA_KEY, column_meanings, facts_json, layer_facts
from geo.export.handover import About, Handover
from geo.export.portable import GisLayer
from geo.export.writing import driver_errors, written

_PART = 100_000  # rows; the format's own advice is 50,000 to 150,000


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet: GeoParquet if it has a geometry. Types survive, missing values too.

    Raises
    ------
    ExportError
        The file cannot be written; an older one is kept.
    """
    with written(path) as part, driver_errors(path):
        table.to_parquet(part, index=False, compression="zstd")


def write_geoparquet(path: Path, layers: Sequence[GisLayer], handover: Handover) -> None:
    """One layer as GeoParquet 1.1 with the box of each feature beside it, so that a reader can skip what is far."""
    (layer,) = layers
    if handover.about == About():
        _write_plain(path, layer, "zstd")
        return
    rough = path.with_name(f"{path.name}.rough")
    _write_plain(rough, layer, None)
    _describe(rough, path, layer, handover)
    rough.unlink()


def _write_plain(path: Path, layer: GisLayer, compression: Literal["zstd"] | None) -> None:
    table = layer.portable("date")
    if isinstance(table, gpd.GeoDataFrame):
        # The box is a column of its own, called bbox.
        table = table.rename(columns={"bbox": "bbox_column"}) if "bbox" in table else table
        table.to_parquet(path, index=False, compression=compression, schema_version="1.1.0", write_covering_bbox=True)
    else:
        table.to_parquet(path, index=False, compression=compression)


def _describe(rough: Path, path: Path, layer: GisLayer, handover: Handover) -> None:
    """Write a file again with what is known of it beside its ``geo``, and the meaning of each column at its field.

    Part by part, for memory's sake; so a reader can skip parts too.
    """
    meanings = {name: text for name, text in column_meanings(handover.about, layer) if text}
    said = {METADATA_KEY.encode(): facts_json(layer_facts(handover, layer)).encode()}
    with pq.ParquetFile(rough) as file:
        plain = file.schema_arrow
        fields = [
            field.with_metadata({**(field.metadata or {}), b"description": meanings[field.name].encode()})
            if field.name in meanings
            else field
            for field in plain
        ]
        schema = pa.schema(fields, metadata={**(plain.metadata or {}), **said})
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for batch in file.iter_batches(_PART):
                writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))
