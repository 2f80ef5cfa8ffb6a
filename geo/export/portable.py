"""Tables made fit for GIS drivers: one kind of geometry a layer, plain column names, days as days, clean text.

The first kind of geometry present in a table (points, lines, areas, in this order, or the one asked for) keeps the
table's name; others go to ``NAME_lines``, ``NAME_areas``, ``NAME_collections``; rows without geometry go to the plain
table ``NAME_without_place``. So the rows of these layers add up to the rows of the table.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from geo.errors import ExportError
from geo.export.digest import digest_of
from geo.schema import CRS

GeometryKind = Literal["point", "line", "area", "collection"]
GEOMETRY_COLUMN = "geom"
WITHOUT_PLACE = "_without_place"

# Shapely's type ids: point 0, line 1, ring 2, polygon 3, then the three multi-kinds and the collection.
_KIND_OF_TYPE: dict[int, GeometryKind] = {
    0: "point",
    1: "line",
    2: "line",
    3: "area",
    4: "point",
    5: "line",
    6: "area",
    7: "collection",
}
_SUFFIX: dict[GeometryKind, str] = {
    "point": "_points",
    "line": "_lines",
    "area": "_areas",
    "collection": "_collections",
}


DatesAs = Literal["date", "text"]


@dataclass(frozen=True, slots=True)
class GisLayer:
    """A table of one kind of geometry, ready for a driver; ``geometry_type`` is None for a plain table."""

    name: str
    table: pd.DataFrame
    geometry_type: str | None
    _made: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def portable(self, dates_as: DatesAs) -> pd.DataFrame:
        """The table as `portable` makes it, once for all formats: not to be changed."""
        if dates_as not in self._made:
            days = portable(self.table, dates_as="date") if dates_as == "date" else self.portable("date")
            self._made[dates_as] = days if dates_as == "date" else _with_text_dates(days)
        return cast("pd.DataFrame", self._made[dates_as])

    def digest(self) -> str:
        """Hash of all values and shapes."""
        if "digest" not in self._made:
            self._made["digest"] = digest_of(self.portable("text"))
        return cast("str", self._made["digest"])


def _with_text_dates(table: pd.DataFrame) -> pd.DataFrame:
    dated = [c for c, kind in table.dtypes.items() if _is_dated(kind)]
    return table.assign(**{str(c): _dates_as_text(table[c]) for c in dated})


def _is_dated(kind: Any) -> bool:
    return isinstance(kind, pd.ArrowDtype) or pd.api.types.is_datetime64_dtype(kind)


def _dates_as_text(values: pd.Series) -> pd.Series:
    days = isinstance(values.dtype, pd.ArrowDtype)
    moments = values.astype("datetime64[ms]") if days else values
    return moments.dt.strftime("%Y-%m-%d" if days else "%Y-%m-%dT%H:%M:%S").astype("string")


def split_by_kind(name: str, table: pd.DataFrame, wanted: GeometryKind | None) -> list[GisLayer]:
    """One layer for each kind of geometry in the table, and a plain table for the rows without."""
    if not isinstance(table, gpd.GeoDataFrame):
        return [GisLayer(name, table.reset_index(drop=True), None)]
    located = _in_degrees(name, table.reset_index(drop=True))
    shapes = shapely.force_2d(located.geometry.to_numpy())
    codes = np.where(shapely.is_missing(shapes) | shapely.is_empty(shapes), -1, shapely.get_type_id(shapes))
    present = [k for k in _SUFFIX if any(_KIND_OF_TYPE.get(int(c)) == k for c in np.unique(codes))]
    first = wanted or (present[0] if present else None)
    attributes = pd.DataFrame(located.drop(columns=located.geometry.name))
    layers = []
    for kind in dict.fromkeys((first, *present)):
        rows = np.isin(codes, [c for c, k in _KIND_OF_TYPE.items() if k == kind])
        many, geometry_type = _one_type(shapes[rows], kind)
        part = gpd.GeoDataFrame(attributes.loc[rows].reset_index(drop=True), geometry=many, crs=CRS)
        suffix = "" if kind is None or kind == first else _SUFFIX[kind]
        layers.append(GisLayer(f"{name}{suffix}", part, geometry_type))
    if (codes == -1).any():
        layers.append(GisLayer(f"{name}{WITHOUT_PLACE}", attributes.loc[codes == -1].reset_index(drop=True), None))
    return layers


def _in_degrees(name: str, table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if table.crs is None:
        raise ExportError(f"layer '{name}' has no coordinate reference system; set one with set_crs()")
    return table if table.crs == CRS else table.to_crs(CRS)


def _one_type(shapes: np.ndarray, kind: GeometryKind | None) -> tuple[np.ndarray, str]:
    """Shapes of one kind brought to one type, and its name: drivers want a single type a layer."""
    if kind == "point":
        if (shapely.get_type_id(shapes) == 4).any():
            return _promoted(shapes, shapely.multipoints), "MultiPoint"
        return shapes, "Point"
    if kind == "line":
        return _promoted(shapes, shapely.multilinestrings), "MultiLineString"
    if kind == "area":
        return _promoted(shapes, shapely.multipolygons), "MultiPolygon"
    return shapes, "GeometryCollection" if kind == "collection" else "Unknown"


def _promoted(shapes: np.ndarray, build: Callable[..., Any]) -> np.ndarray:
    single = shapely.get_type_id(shapes) < 4
    result = shapes.copy()
    if single.any():
        result[single] = build(shapes[single], indices=np.arange(int(single.sum())))
    return result


def portable(table: pd.DataFrame, *, dates_as: DatesAs) -> pd.DataFrame:
    """The table with columns that every driver takes: unique names, days as days or ISO text, clean text.

    Moments are in UTC, without a zone, in whole seconds.
    """
    geometry = table.geometry.name if isinstance(table, gpd.GeoDataFrame) else None
    places = [i for i, column in enumerate(table.columns) if column != geometry]
    names = portable_names([table.columns[i] for i in places])
    values = [_portable_values(table.iloc[:, i], dates_as=dates_as) for i in places]
    plain = pd.DataFrame(dict(zip(names, values, strict=True)), index=table.index)
    if geometry is None:
        return plain
    return gpd.GeoDataFrame(plain, geometry=gpd.GeoSeries(table.geometry.to_numpy(), index=table.index, crs=CRS))


def portable_names(names: Sequence[object]) -> list[str]:
    """Names of columns as the files have them: printable, different in more than case, and none of a driver's own."""
    taken = {"fid", "geometry", GEOMETRY_COLUMN}
    result = []
    for name in (_column_name(name) for name in names):
        free, number = name, 2
        while free.lower() in taken:
            free, number = f"{name}_{number}", number + 1
        taken.add(free.lower())
        result.append(free)
    return result


def _column_name(name: object) -> str:
    return "".join(c if c.isprintable() else "_" for c in str(name)).strip() or "column"


def _portable_values(values: pd.Series, *, dates_as: DatesAs) -> pd.Series:
    if isinstance(values.dtype, pd.ArrowDtype):
        values = _without_arrow(values)
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_convert("UTC").dt.tz_localize(None)
    if pd.api.types.is_datetime64_dtype(values.dtype):
        return _portable_dates(values, dates_as=dates_as)
    if isinstance(values.dtype, pd.StringDtype) and values.dtype.storage == "pyarrow":
        has_zero = values.str.contains("\0", regex=False, na=False).any()
        return values.str.replace("\0", "�", regex=False) if has_zero else values
    if not pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_complex_dtype(values.dtype):
        return _clean_text(values)
    if values.dtype.name.lower() == "uint64":
        return _clean_text(values)  # no driver has so large numbers
    # JSON knows no endless numbers.
    endless = pd.api.types.is_float_dtype(values.dtype) and np.isinf(values.to_numpy(float, na_value=np.nan)).any()
    return values.where(np.isfinite(values)) if endless else values


def _without_arrow(values: pd.Series) -> pd.Series:
    """Columns of Arrow's types as pandas' own; days as moments at midnight."""
    kind = values.dtype.pyarrow_dtype
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return pd.to_datetime(values.astype(object), utc=True)
    if pa.types.is_boolean(kind):
        return values.astype("boolean")
    if pa.types.is_integer(kind):
        return values.astype("UInt64" if kind == pa.uint64() else "Int64")
    return values.astype("Float64" if pa.types.is_floating(kind) else object)


def _portable_dates(values: pd.Series, *, dates_as: DatesAs) -> pd.Series:
    values = values.dt.floor("s").astype("datetime64[ms]")
    days_only = bool((values.dropna() == values.dropna().dt.normalize()).all())
    if dates_as == "text":
        return values.dt.strftime("%Y-%m-%d" if days_only else "%Y-%m-%dT%H:%M:%S").astype("string")
    return values.astype(pd.ArrowDtype(pa.date32())) if days_only else values


def _clean_text(values: pd.Series) -> pd.Series:
    """Text without what C strings and UTF-8 cannot hold; lists and the like as JSON."""
    return pd.Series([_text(v) for v in values], index=values.index, dtype="string")


def _text(value: object) -> str | None:
    if isinstance(value, str):
        text = value
    elif isinstance(value, list | tuple | dict | np.ndarray):
        text = json.dumps(value, ensure_ascii=False, default=_listed)
    elif pd.isna(value):
        return None
    else:
        text = str(value)
    return text.replace("\0", "�").encode("utf-8", "replace").decode("utf-8")


def _listed(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else str(value)


def without_controls(text: str) -> str:
    """Text as XML 1.0 can hold it, line ends as line feeds."""
    if text.isprintable():
        return text
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        c for c in plain if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
    )
