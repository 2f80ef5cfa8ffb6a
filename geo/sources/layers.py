"""Layers of GIS files as text tables: whatever GDAL opens, brought to degrees."""

from __future__ import annotations

import io
import re
import tempfile
import warnings
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from geo.errors import InputError, Problem
from geo.sources.files import Content
from geo.sources.raw import AREAS, LINES, RawTable, with_header
from geo.sources.sheets import cell_text

CRS = "EPSG:4326"
_CUT = 10
_CELL = 254  # bytes of text in a cell of a shapefile
_LONG_NAMES = (
    "event_id_cnty", "time_precision", "sub_event_type", "assoc_actor_1", "civilian_targeting", "geo_precision",
    "type_of_violence", "where_coordinates", "where_description", "source_article", "source_headline",
    "source_original", "deaths_civilians", "deaths_unknown", "event_clarity", "conflict_name", "number_of_sources",
    "disorder_type", "assoc_actor_2", "source_scale",
)  # fmt: skip


def read_layers(content: Content) -> list[RawTable]:
    """Every layer of a file with rows, as a table of its own; points give longitude and latitude.

    Raises
    ------
    InputError
        GDAL cannot open it, or no layer has rows.
    """
    with tempfile.TemporaryDirectory(prefix="conflictmap-") as folder:
        path = _laid_down(content, Path(folder))
        try:
            # What GDAL grumbles about and reads all the same is no concern of the user's.
            with warnings.catch_warnings(action="ignore", category=RuntimeWarning):
                names = [str(name) for name, _ in pyogrio.list_layers(path)]
                found = [_table(content.name, path, name, alone=len(names) == 1) for name in names]
        except (DataSourceError, DataLayerError, ValueError, OSError, RuntimeError) as error:
            reason = (str(error).replace(str(path), content.name).splitlines() or ["unknown format"])[0]
            raise InputError(f"{content.name}: cannot be opened as a layer: {reason}") from error
    tables = [table for table in found if table is not None]
    if not tables:
        raise InputError(f"{content.name}: has no layer with rows")
    return tables


def _laid_down(content: Content, folder: Path) -> Path:
    """The file where GDAL can open it, under a name of ours; of an archive its files, none outside the folder."""
    if not content.raw.startswith(b"PK\x03\x04"):
        path = folder / f"layer{content.suffix}"
        path.write_bytes(content.raw)
        return path
    with zipfile.ZipFile(io.BytesIO(content.raw)) as archive:
        for member in archive.infolist():
            suffix = Path(member.filename).suffix.lower()
            stem = re.sub(r"[^\w.-]+", "_", Path(member.filename).stem).lstrip(".")
            if not member.is_dir() and suffix and not member.filename.startswith("__MACOSX"):
                (folder / f"{stem or 'layer'}{suffix}").write_bytes(archive.read(member))
    shapes = sorted(folder.glob("*.shp")) or sorted(folder.iterdir())
    if len(shapes) > 1:
        found = ", ".join(p.name for p in shapes[:8])
        raise InputError(f"{content.name}: wanted one layer in the archive, found {found}; unpack it and name the file")
    return shapes[0]


def _table(name: str, path: Path, layer: str, *, alone: bool) -> RawTable | None:
    read = pyogrio.read_dataframe(path, layer=layer, datetime_as_string=True)
    if read.empty:
        return None
    problems: list[Problem] = []
    title = name if alone else f"{name}[{layer}]"
    whole = _whole_names(read.columns) if path.suffix == ".shp" else {}
    columns = {whole.get(str(c), str(c)): read[c] for c in read.columns if c != "geometry"}
    if isinstance(read, gpd.GeoDataFrame):
        columns |= point_columns(title, read, columns, problems)
    if path.suffix == ".shp":
        problems += _perhaps_cut(title, columns)
    cells = pd.DataFrame({c: [_text(v) for v in values] for c, values in columns.items()}, dtype="string")
    head = pd.DataFrame([list(cells.columns)], columns=cells.columns, dtype="string")
    table = pd.concat([head, cells], ignore_index=True)
    rows = np.arange(1, len(table) + 1)
    raw = with_header(name, table, rows, sheet="" if alone else layer, problems=problems)
    kinds = set(read.geom_type.dropna()) if isinstance(read, gpd.GeoDataFrame) else set()
    return replace(raw, areas=bool(kinds) and kinds <= AREAS, lines=bool(kinds) and kinds <= LINES)


def _perhaps_cut(title: str, columns: Mapping[str, Any]) -> list[Problem]:
    """A warning if texts are as long as a shapefile's cell: what was longer was cut when it was written."""
    full = {name: _full(values) for name, values in columns.items()}
    found = [f"{name} ({count:,})" for name, count in full.items() if count]
    if not found:
        return []
    message = (
        f"texts as long as a shapefile's cell ({_CELL} bytes) may have been cut: {', '.join(found)}; "
        "ask for the data as GeoPackage or CSV"
    )
    return [Problem(title, None, None, None, message, "warning")]


def _full(values: Any) -> int:
    """Texts that fill a cell; one that was cut between letters lacks up to three bytes."""
    texts = [v for v in values if isinstance(v, str) and len(v) * 4 >= _CELL]
    return sum(_CELL - 3 <= len(v.encode()) <= _CELL for v in texts)


def _whole_names(columns: Iterable[Any]) -> dict[str, str]:
    """Names that a shapefile cut off at ten letters, as the datasets that are read write them."""
    return {str(c): n for c in columns for n in _LONG_NAMES if n[:_CUT] == str(c).casefold()}


def point_columns(
    title: str, layer: gpd.GeoDataFrame, columns: dict[str, Any], problems: list[Problem]
) -> dict[str, Any]:
    """Longitude and latitude of the points, unless columns say them."""
    named = {c.casefold() for c in columns}
    if {"longitude", "latitude"} <= named:
        return {}
    if layer.crs is not None and not layer.crs.is_geographic:
        message = f"has coordinates in {layer.crs.name} (metres); they were brought to degrees"
        problems.append(Problem(title, None, None, None, message, "warning"))
    degrees = layer.geometry if layer.crs is None else layer.geometry.to_crs(CRS)
    points = degrees.where(degrees.geom_type == "Point")
    points = points.where(~points.is_empty)
    if points.isna().all():
        return {}
    return {"longitude": points.x, "latitude": points.y}


def _text(value: Any) -> str:
    missing = value is None or (pd.api.types.is_scalar(value) and pd.isna(value))
    return "" if missing else cell_text(value.item() if isinstance(value, np.generic) else value)
