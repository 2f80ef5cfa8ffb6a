"""Our own tables, as Parquet or CSV, read back as they were written."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
from pyarrow import parquet
from pyogrio.errors import DataLayerError, DataSourceError

from geo.errors import InputError, Problem
from geo.schema import EVENTS, Credit, TableSpec, concat, conform
from geo.sources import acled, dtm, gdelt, hapi, idmc, ocha, totals, ucdp, unhcr
from geo.sources.draft import SPECS, SourceRead, no_tables
from geo.sources.files import Content
from geo.sources.layers import point_columns
from geo.sources.raw import RawTable, with_header
from geo.sources.sheets import cell_text
from geo.theatre import Theatre

KIND = "conflictmap table"
MERGED_INTO = "merged_into"  # marks the rows that merged events were made from
# The credit of what rows name as their source.
CREDITS: dict[str, Credit] = {
    "ACLED": acled.CREDIT,
    **dict.fromkeys((totals.WEEKLY, totals.MONTHLY), totals.CREDIT),
    "UCDP GED": ucdp.CREDIT,
    "GDELT 2.0 (lead)": gdelt.CREDIT,
    **dict.fromkeys((hapi.KIND, hapi.RETURNS, hapi.EXILES, totals.OF_HAPI), hapi.CREDIT),
    "IOM DTM": dtm.CREDIT,
    "IDMC": idmc.CREDIT,
    "UNHCR": unhcr.CREDIT,
    ocha.SOURCE: ocha.CREDIT,
}
_MARKS = {
    "events": frozenset({"event_id", "event_type", "geo_precision", "geo_method", "source_file", "span_start"}),
    "displacement": frozenset({"record_id", "measure", "movement", "geo_method", "source_file", "span_start"}),
    "totals": frozenset({"total_id", "series", "events", "geo_precision", "source_file", "event_class"}),
    "population": frozenset({"population_id", "pcode", "population", "year", "source_file"}),
}


def spec_of(columns: frozenset[str]) -> TableSpec | None:
    """The spec of one of our own tables; None for any other table."""
    for spec in SPECS:
        if columns >= _MARKS[spec.name]:
            return spec
    return None


def matches(columns: frozenset[str]) -> bool:
    """Whether this is a table that we wrote."""
    return spec_of(columns) is not None


def read(raw: RawTable, *, theatre: Theatre) -> SourceRead:  # noqa: ARG001 - all readers take it
    """A CSV of one of our tables; shapes are not read from CSV, the coordinates of the source are."""
    spec = spec_of(frozenset(raw.cells.columns))
    if spec is None:
        raise InputError(f"{raw.title}: is no table of ours")
    kept = [c for c in raw.cells.columns if c in spec.names and c != "geometry"]
    table = raw.cells[kept].mask(raw.cells[kept] == "")
    flags = [c.name for c in spec.columns if c.kind == "boolean" and c.name in table]
    # GeoPackage, shapefile and FlatGeobuf hold a flag as 1 or 0.
    plain = {name: table[name].str.casefold().replace({"1": "true", "0": "false"}) for name in flags}
    table = table.assign(**{name: texts.astype(object) for name, texts in plain.items()})
    return _checked(table, spec, raw)


def read_parquet(content: Content) -> SourceRead | RawTable:
    """One of our tables, or the cells of any other Parquet table.

    Raises
    ------
    InputError
        The file is damaged.
    """
    try:
        stored = parquet.read_table(io.BytesIO(content.raw))
        located = b"geo" in (stored.schema.metadata or {})
        table = gpd.read_parquet(io.BytesIO(content.raw)) if located else stored.to_pandas()
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{content.name}: is a damaged Parquet file: {error}") from error
    rows = np.arange(2, len(table) + 2)
    spec = spec_of(frozenset(map(str, table.columns)))
    if spec is not None:
        return _checked(pd.DataFrame(table), spec, RawTable(content.name, table, rows))
    problems: list[Problem] = []
    shape = table.geometry.name if isinstance(table, gpd.GeoDataFrame) else "geometry"
    columns = {str(c): table[c] for c in table if c != shape}
    if isinstance(table, gpd.GeoDataFrame):
        columns |= point_columns(content.name, table, columns, problems)
    return as_text(content.name, columns, problems)


def as_text(name: str, columns: Mapping[str, pd.Series], problems: Sequence[Problem] = ()) -> RawTable:
    """Columns of any kinds as cells of a table, as if they stood in a file."""
    cells = pd.DataFrame({c: values.map(_text).astype("string") for c, values in columns.items()})
    head = pd.DataFrame([list(cells.columns)], columns=cells.columns, dtype="string")
    whole = pd.concat([head, cells], ignore_index=True)
    return with_header(name, whole, np.arange(1, len(cells) + 2), problems=problems)


def _text(value: object) -> str:
    if isinstance(value, dict | list | np.ndarray):
        return json.dumps(value, default=str, ensure_ascii=False)
    return "" if pd.isna(value) else cell_text(value.to_pydatetime() if isinstance(value, pd.Timestamp) else value)


def read_package(path: Path) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Events of a GeoPackage that we wrote, and the rows that its merged events were made from, with their shapes.

    An event that is known to an area only has the area that it is drawn in.

    Raises
    ------
    InputError
        The file cannot be opened, or has no events of ours.
    """
    try:
        layers = {str(name): pyogrio.read_dataframe(path, layer=name) for name, _ in pyogrio.list_layers(path)}
    except (DataSourceError, DataLayerError, ValueError, OSError, RuntimeError) as error:
        raise InputError(f"{path.name}: cannot be opened as a GeoPackage") from error
    tables = {name: t for name, t in layers.items() if spec_of(frozenset(map(str, t.columns))) is EVENTS}
    parts = [_shaped(t, layers) for t in tables.values() if MERGED_INTO in t.columns]
    events = [_shaped(t, layers) for t in tables.values() if MERGED_INTO not in t.columns]
    if not events:
        raise InputError(f"{path.name}: has no events of ours")
    return concat(events, EVENTS), concat(parts, EVENTS)


def _shaped(table: pd.DataFrame, layers: Mapping[str, pd.DataFrame]) -> gpd.GeoDataFrame:
    """A layer of events as EVENTS; where it has no shapes, those of the areas that its rows belong to."""
    areas = layers.get("event_areas")
    if "geometry" not in table:
        shapes = {} if areas is None else dict(zip(areas["area_id"], areas["geometry"], strict=True))
        table = table.assign(geometry=table["area_id"].map(shapes) if "area_id" in table else None)
    return conform(pd.DataFrame(table), EVENTS)[0]


def _checked(table: pd.DataFrame, spec: TableSpec, raw: RawTable) -> SourceRead:
    skipped = raw.skipped
    if MERGED_INTO in raw.cells.columns:  # what these rows tell is told by the events that they went into
        table, skipped = table.iloc[:0], skipped + len(table)
    clean, problems = conform(table, spec, source=raw.name)
    return SourceRead(
        kind=f"{KIND}: {spec.name}",
        **{**no_tables(), spec.name: clean},
        problems=(*raw.problems, *problems),
        rows_read=len(table) + raw.refused + skipped,
        rows_refused=raw.refused + len(table) - len(clean),
        rows_skipped=skipped,
        credit=_credit(clean),
    )


def _credit(table: pd.DataFrame) -> Credit:
    """Credits and terms travel with the rows, also through our own files."""
    named = [CREDITS.get(s, Credit(s)) for s in dict.fromkeys(table["source"].dropna())]
    licences = dict.fromkeys(f"{c.source}: {c.licence}" for c in named if c.licence)
    urls = [c.url for c in named if c.url]
    return Credit("; ".join(c.source for c in named[:12]), " | ".join(licences), urls[0] if len(urls) == 1 else "")
