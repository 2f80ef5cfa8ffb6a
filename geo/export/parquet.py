"""GeoParquet, and plain Parquet for tables without geometry."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.export.handover import Handover
from geo.export.portable import GisLayer, portable
from geo.export.writing import driver_errors, written


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet: GeoParquet if it has a geometry. Types survive, missing values too.

    Raises
    ------
    ExportError
        The file cannot be written; an older one is kept.
    """
    with written(path) as part, driver_errors(path):
        table.to_parquet(part, index=False, compression="zstd")


def write_geoparquet(path: Path, layers: Sequence[GisLayer], _handover: Handover) -> None:
    """One layer as GeoParquet 1.1 with the box of each feature beside it, so that a reader can skip what is far."""
    (layer,) = layers
    table = portable(layer.table, dates_as="date")
    if isinstance(table, gpd.GeoDataFrame):
        # The box is a column of its own, called bbox.
        table = table.rename(columns={"bbox": "bbox_column"}) if "bbox" in table else table
        table.to_parquet(path, index=False, compression="zstd", schema_version="1.1.0", write_covering_bbox=True)
    else:
        table.to_parquet(path, index=False, compression="zstd")
