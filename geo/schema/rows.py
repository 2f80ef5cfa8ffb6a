"""Tables of a spec: without rows, several as one, each column of its kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa

from geo.schema.spec import CRS, DTYPES, Kind, TableSpec


def empty(spec: TableSpec) -> pd.DataFrame:
    """Table of a spec without rows; a GeoDataFrame where the spec has a geometry."""
    return _empty(spec).copy()


@cache
def _empty(spec: TableSpec) -> pd.DataFrame:
    return typed(pd.DataFrame(index=pd.RangeIndex(0)), spec)


def concat(tables: Iterable[pd.DataFrame], spec: TableSpec) -> pd.DataFrame:
    """All rows of several tables of one spec, numbered anew."""
    parts = [pd.DataFrame(t) for t in tables if len(t)]
    if not parts:
        return empty(spec)
    # Columns in which nothing is known take no room until they are filled.
    known = [n for n in spec.names if any(n in p and not p[n].array.isna().all() for p in parts)]
    rows = [p[[n for n in known if n in p]] for p in parts]
    return typed(pd.concat(rows, ignore_index=True) if len(rows) > 1 else rows[0].reset_index(drop=True), spec)


def taken(table: pd.DataFrame, at: np.ndarray, spec: TableSpec) -> pd.DataFrame:
    """Some rows of a table by their positions, numbered anew."""
    known = {n: table[n] for n in spec.names if n in table and not table[n].isna().all()}
    rows = {n: pd.Series(c.array.take(at), copy=False) for n, c in known.items()}
    return typed(pd.DataFrame(rows, index=pd.RangeIndex(len(at)), copy=False), spec)


def table_of(values: Iterable[Any], kind: type) -> pd.DataFrame:
    """Values of one dataclass as a table, a column for each field."""
    names = [f.name for f in fields(kind)]
    return pd.DataFrame([[getattr(v, n) for n in names] for v in values], columns=names, dtype="object")


def typed(table: pd.DataFrame, spec: TableSpec) -> pd.DataFrame:
    """The table with all columns of a spec in order, each of its kind; a column it lacks is missing everywhere."""
    wanted = [c for c in spec.columns if c.kind != "geometry"]
    nothing = {kind: _missing(table.index, kind) for kind in {c.kind for c in wanted if c.name not in table}}
    plain = {c.name: _cast(table[c.name], c.kind) if c.name in table else nothing[c.kind] for c in wanted}
    if not any(c.kind == "geometry" for c in spec.columns):
        return pd.DataFrame(plain, index=table.index, copy=False)
    shapes = table["geometry"].to_numpy() if "geometry" in table else np.full(len(table), None)
    plain["geometry"] = gpd.GeoSeries(shapes, index=table.index, crs=CRS)
    return gpd.GeoDataFrame(plain, index=table.index, geometry="geometry", copy=False)


def _missing(index: pd.Index, kind: Kind) -> pd.Series:
    """A column in which nothing is known."""
    if kind == "text":
        return pd.Series(pd.array(pa.nulls(len(index), pa.large_string()), dtype="string"), index=index)
    return pd.Series(pd.NaT if kind == "date" else None, index=index, dtype=DTYPES[kind])


def _cast(values: pd.Series, kind: Kind) -> pd.Series:
    if values.dtype.name == DTYPES[kind]:  # by name: "str" passes for "string" otherwise
        return values
    if kind == "number":
        return pd.to_numeric(values, errors="coerce").astype("float64")
    if kind == "date":
        return pd.to_datetime(values, errors="coerce").astype("datetime64[us]")
    return values.astype(DTYPES[kind])
