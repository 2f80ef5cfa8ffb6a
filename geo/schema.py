"""The four tables - EVENTS, DISPLACEMENT, TOTALS, PLACES - declared once and checked at the border.

A table is a plain DataFrame; a located one a GeoDataFrame in EPSG:4326. Missing stays missing (``<NA>``, ``NaN``,
``NaT`` or None by column), never zero. Dates are days without a time zone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute

from geo.codes import (
    CLAIMS,
    EVENT_TYPES,
    GEO_METHODS,
    MEASURES,
    MOVEMENTS,
    TYPE_OF_SUBTYPE,
    UNITS,
    DatePrecision,
    Precision,
)
from geo.errors import Problem

CRS = "EPSG:4326"

Kind = Literal["text", "date", "integer", "number", "boolean", "geometry"]
DTYPES: dict[Kind, str] = {
    "text": "string",
    "date": "datetime64[us]",
    "integer": "Int64",
    "number": "float64",
    "boolean": "boolean",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: name, kind, what it means, and the values it may hold."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class TableSpec:
    """The columns of one table, in order; ``key`` is unique; ``spans`` are (start, end) pairs in order."""

    name: str
    key: str
    columns: tuple[Column, ...]
    spans: tuple[tuple[str, str], ...] = ()
    ranges: tuple[tuple[str, str, str], ...] = ()
    by_name: Mapping[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {c.name: c for c in self.columns})

    @property
    def names(self) -> list[str]:
        return [c.name for c in self.columns]


@dataclass(frozen=True, slots=True)
class Credit:
    """One data source as the credit box names it."""

    source: str
    licence: str = ""
    url: str = ""


def _text(name: str, meaning: str, *, required: bool = False, values: Iterable[str] = ()) -> Column:
    return Column(name, "text", meaning, required=required, values=tuple(values))


def _count(name: str, meaning: str) -> Column:
    # More people than live on Earth is a slip of the keyboard, not a count.
    return Column(name, "integer", meaning, minimum=0, maximum=10_000_000_000)


def _longitude(name: str, meaning: str) -> Column:
    return Column(name, "number", meaning, minimum=-180, maximum=180)


def _latitude(name: str, meaning: str) -> Column:
    return Column(name, "number", meaning, minimum=-90, maximum=90)


_EVIDENCE = (
    _text("attributed_to", "who says so, as named in the source"),
    _text("quote", "the sentence, or the row's notes, as stored"),
    Column("span_start", "integer", "first code point of the quote in the report as stored", minimum=0),
    Column("span_end", "integer", "code point after the quote", minimum=0),
    _text("evidence", "JSON list of {field, start, end, text}: the words of each field, offsets into the report"),
    _text("rule", "name of the rule or crosswalk that read it"),
    _text("notes", "free text of the source"),
    _text("merged_from", "JSON list: what each of the rows merged into this one said (docs/merging.md)"),
    _text("source_file", "name of the input file"),
    Column("source_row", "integer", "line of the file or row of the sheet; the header counts", minimum=1),
)

EVENTS = TableSpec(
    name="events",
    key="event_id",
    columns=(
        _text("event_id", "our id, the same on every run", required=True),
        _text("source", "dataset or publisher", required=True),
        _text("source_id", "the source's own id"),
        _text("source_url", "http or https address"),
        Column("report_date", "date", "day the report was published"),
        Column("date_start", "date", "first day it may have happened"),
        Column("date_end", "date", "last day it may have happened"),
        _text("date_precision", "how well the date is known", values=[p.value for p in DatePrecision]),
        _text("event_type", "one of ACLED's 6", required=True, values=EVENT_TYPES),
        _text("event_subtype", "one of ACLED's 25", values=tuple(TYPE_OF_SUBTYPE)),
        _text("actor1", "organised party; not necessarily the attacker"),
        _text("actor2", "other party; not necessarily the target"),
        Column("civilians_targeted", "boolean", "civilians were the target"),
        _count("fatalities_low", "reported deaths, lowest"),
        _count("fatalities_best", "reported deaths, best figure"),
        _count("fatalities_high", "reported deaths, highest"),
        _count("fatalities_civilians", "civilians among the best figure, where the source tells them apart"),
        _count("injured", "reported wounded"),
        _count("targets_hit", "targets reported hit; never people"),
        _text("toponym", "place name as it stands in the source"),
        _text("place_id", "gazetteer id of the place chosen"),
        _text("place_name", "its name in the gazetteer"),
        _text("place_name_ar", "its Arabic name"),
        _text("stated_country", "country as the source states it"),
        _text("stated_admin1", "first division as the source states it"),
        _text("stated_admin2", "second division as the source states it"),
        _text("stated_admin3", "third division as the source states it"),
        _text("admin1_pcode", "code of the first division it lies in"),
        _text("admin2_pcode", "code of the second division"),
        _text("admin3_pcode", "code of the third division"),
        _text("geo_precision", "our scale A-G, X", values=[p.value for p in Precision]),
        Column("geo_radius_km", "number", "radius of the uncertainty, km", minimum=0, maximum=5_000),
        _text("source_geo_precision", "the source's own precision code"),
        _longitude("source_longitude", "longitude as given, degrees"),
        _latitude("source_latitude", "latitude as given, degrees"),
        _text("geo_method", "how the place was found", values=GEO_METHODS),
        Column("geo_score", "number", "probability that the place is right", minimum=0, maximum=1),
        _text("geo_reason", "why this place, or why none, in words"),
        _text("claim", "asserted, attributed, or claimed by a party", values=CLAIMS),
        *_EVIDENCE,
        _text("same_as", "JSON list of rows that perhaps tell of the same happening: event_id, chance, why"),
        _text("toll_shared_with", "JSON list of the ids of rows that have a share of the same toll"),
        Column("geometry", "geometry", "point if known to the village or better, else the area or line"),
    ),
    spans=(("date_start", "date_end"), ("span_start", "span_end")),
    ranges=(("fatalities_low", "fatalities_best", "fatalities_high"),),
)


def _end(side: str) -> tuple[Column, ...]:
    return (
        _text(f"{side}_toponym", f"{side} as named in the source"),
        _text(f"{side}_admin1", f"first division of the {side} as the source states it"),
        _text(f"{side}_place_id", f"gazetteer id of the {side}"),
        _text(f"{side}_name", f"name of the {side} in the gazetteer"),
        _text(f"{side}_pcode", f"p-code of the {side}"),
        _text(f"{side}_precision", f"our scale for the {side}", values=[p.value for p in Precision]),
        _longitude(f"{side}_longitude", f"point inside the {side}, for drawing only"),
        _latitude(f"{side}_latitude", f"point inside the {side}, for drawing only"),
    )


DISPLACEMENT = TableSpec(
    name="displacement",
    key="record_id",
    columns=(
        _text("record_id", "our id, the same on every run", required=True),
        _text("source", "dataset or publisher", required=True),
        _text("source_id", "the source's own id"),
        _text("source_url", "http or https address"),
        Column("report_date", "date", "day the figure was published"),
        _text("series", "records of one series may be added up, records of two never"),
        _text("round", "survey round of the source; of a series only the latest round counts"),
        _text("measure", "stock: people at a date; flow: people over a period", required=True, values=MEASURES),
        _text("movement", "kind of movement", required=True, values=MOVEMENTS),
        Column("date_start", "date", "first day of the period; for a stock, its date"),
        Column("date_end", "date", "last day of the period; for a stock, its date"),
        _text("date_precision", "how well the date is known", values=[p.value for p in DatePrecision]),
        *_end("origin"),
        *_end("destination"),
        Column("persons_low", "number", "people, lowest (a fraction if the source gives one)", minimum=0, maximum=1e10),
        Column("persons_best", "number", "people, best figure", minimum=0, maximum=1e10),
        Column("persons_high", "number", "people, highest", minimum=0, maximum=1e10),
        Column("households", "number", "households, where the source counts them", minimum=0, maximum=1e10),
        _text("qualifier", "the source's word: almost, more than, at least"),
        _text("unit_reported", "unit of the source", values=UNITS),
        _text("claim", "asserted, attributed, or claimed by a party", values=CLAIMS),
        _text("geo_method", "how the drawn end was found", values=GEO_METHODS),
        Column("geo_score", "number", "probability that the drawn end is right", minimum=0, maximum=1),
        _text("geo_reason", "why this place, or why none, in words"),
        *_EVIDENCE,
        Column("geometry", "geometry", "destination if known, else origin: point or area"),
    ),
    spans=(("date_start", "date_end"), ("span_start", "span_end")),
    ranges=(("persons_low", "persons_best", "persons_high"),),
)

TOTALS = TableSpec(
    name="totals",
    key="total_id",
    columns=(
        _text("total_id", "our id, the same on every run", required=True),
        _text("source", "dataset or publisher", required=True),
        _text("source_id", "the source's own id"),
        _text("series", "totals of one series may be added up, totals of two never", required=True),
        Column("date_start", "date", "first day of the period", required=True),
        Column("date_end", "date", "last day of the period", required=True),
        _text("date_precision", "the period counted", values=[p.value for p in DatePrecision]),
        _text("event_class", "what was counted, in the source's words"),
        _text("event_type", "one of ACLED's 6, where the class is one", values=EVENT_TYPES),
        _text("event_subtype", "one of ACLED's 25, where the class is one", values=tuple(TYPE_OF_SUBTYPE)),
        _count("events", "events counted"),
        _count("fatalities_best", "reported deaths in these events"),
        _text("stated_country", "country as the source states it"),
        _text("stated_admin1", "first division as the source states it"),
        _text("stated_admin2", "second division as the source states it"),
        _text("admin1_pcode", "code of the first division"),
        _text("admin2_pcode", "code of the second division"),
        _text("geo_precision", "our scale: D, E or G; never a point", values=("D", "E", "G")),
        _text("rule", "name of the crosswalk that read it"),
        _text("notes", "free text of the source"),
        _text("source_file", "name of the input file"),
        Column("source_row", "integer", "line of the file or row of the sheet; the header counts", minimum=1),
    ),
    spans=(("date_start", "date_end"),),
)

PLACES = TableSpec(
    name="places",
    key="place_id",
    columns=(
        _text("place_id", "id in its gazetteer, prefixed by it when it is a bare number", required=True),
        _text("name", "main name, Latin script", required=True),
        _text("name_ar", "Arabic name"),
        _text("aliases", "other names in any script, separated by ';'"),
        _text(
            "feature_class", "GeoNames class: P populated, A administrative, S spot, T relief, R road", required=True
        ),
        _text("feature_code", "GeoNames code: PPL, PPLA, ADM1, PCLI, AIRB, MT, ..."),
        _text("country", "ISO 3166-1 alpha-2"),
        _text("admin1", "code of the first division: a p-code where there is one, else GeoNames' 'SY.12'"),
        _text("admin2", "code of the second division"),
        _text("admin3", "code of the third division"),
        _text("pcode", "the place's own p-code"),
        _text("other_ids", "ids of the same place elsewhere, separated by ';', as 'geonames:SY.12'"),
        Column("population", "integer", "people, if known", minimum=0),
        Column("longitude", "number", "degrees", required=True, minimum=-180, maximum=180),
        Column("latitude", "number", "degrees", required=True, minimum=-90, maximum=90),
        Column("radius_km", "number", "the place is an area of about this radius", minimum=0, maximum=5_000),
        _text("source", "gazetteer or publication", required=True),
    ),
)


def empty(spec: TableSpec) -> pd.DataFrame:
    """Table of a spec without rows; a GeoDataFrame where the spec has a geometry."""
    return _empty(spec.name).copy()


@cache
def _empty(name: str) -> pd.DataFrame:
    spec = next(s for s in (EVENTS, DISPLACEMENT, TOTALS, PLACES) if s.name == name)
    return _typed(pd.DataFrame(index=pd.RangeIndex(0)), spec)


def concat(tables: Iterable[pd.DataFrame], spec: TableSpec) -> pd.DataFrame:
    """All rows of several tables of one spec, numbered anew."""
    parts = [t for t in tables if len(t)]
    if not parts:
        return empty(spec)
    return _typed(pd.concat([pd.DataFrame(p) for p in parts], ignore_index=True), spec)


def table_of(values: Iterable[Any], kind: type) -> pd.DataFrame:
    """Values of one dataclass as a table, a column for each field."""
    names = [f.name for f in fields(kind)]
    return pd.DataFrame([[getattr(v, n) for n in names] for v in values], columns=names, dtype="object")


# A spreadsheet runs a cell that starts so; with the wide forms that East Asian editions of Excel take for the same
# (OWASP, "CSV injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def with_guard(text: str) -> str:
    """A text as a cell that no spreadsheet runs: one that starts a formula gets an apostrophe before it.

    >>> with_guard("=1+1"), with_guard("plain")
    ("'=1+1", 'plain')
    """
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA_STARTS) else text


def without_guard(text: str) -> str:
    """The text of a cell that ``with_guard`` made."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_FORMULA_STARTS) else text


def stable_id(prefix: str, *parts: object) -> str:
    """Short id that depends on nothing but its parts, e.g. ``E-7f3a91c2d0``."""
    text = "\x1f".join("" if p is None or p is pd.NA else str(p) for p in parts)
    return f"{prefix}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def hashes_of(texts: pd.Series) -> np.ndarray:
    """A number of 64 bits for each text, SipHash-2-4; the same on every run."""
    return pd.util.hash_array(np.array(texts, dtype=object), hash_key="conflictmap text", categorize=False)


def all_differ(numbers: np.ndarray) -> bool:
    """Whether no number stands twice."""
    ordered = np.sort(numbers)
    return not bool((ordered[1:] == ordered[:-1]).any())


def stable_ids(prefix: str, source: str, hashes: np.ndarray) -> tuple[pd.Series, bool]:
    """Ids for many texts of one source by their hashes, each of 12 hexadecimal digits, and whether all differ."""
    key = int(hashlib.sha256(f"{prefix}\x1f{source}".encode()).hexdigest()[:16], 16)
    numbers = (hashes ^ np.uint64(key)) >> np.uint64(16)
    digits = np.frombuffer(numbers.astype(">u8").tobytes().hex().encode(), "S16").view("S4,S12")["f1"]
    named = compute.binary_join_element_wise(pa.scalar(prefix.encode()), pa.array(digits, pa.binary()), b"-")
    ids = pd.Series(pd.array(named.cast(pa.string()), dtype="string"))
    return ids, all_differ(numbers)


def conform(
    table: pd.DataFrame, spec: TableSpec, *, source: str = "", trusted: bool = False
) -> tuple[pd.DataFrame, list[Problem]]:
    """Bring a table to a spec: its columns in order, typed, checked.

    Rows with a value that cannot be read or is out of range are refused, each with a Problem of severity "error";
    rows in = rows out + rows named in errors. ``source`` names the file when the table has no ``source_file``.
    ``trusted``: the caller vouches that all ids differ.
    """
    table = pd.DataFrame(table).reset_index(drop=True)
    check = _Check(table, spec, source, trusted=trusted)
    columns: dict[str, Any] = {}
    for column in spec.columns:
        if column.name in table:
            columns[column.name] = check.read(column)
        elif column.required:
            check.missing(column)
    read = pd.DataFrame(columns, index=table.index)
    check.order(read)
    check.unique(read)
    kept = read.loc[~check.refused].reset_index(drop=True) if check.refused.any() else read
    return _typed(kept, spec), check.problems


class _Check:
    """The problems of one table while it is read."""

    def __init__(self, table: pd.DataFrame, spec: TableSpec, source: str, *, trusted: bool = False) -> None:
        self.table, self.spec, self.source, self.trusted = table, spec, source, trusted
        self.problems: list[Problem] = []
        self.refused = np.zeros(len(table), dtype=bool)

    def refuse(self, bad: np.ndarray, column: str, message: str) -> None:
        positions = np.flatnonzero(bad & ~self.refused)
        if not len(positions):
            return
        named = [self._cells(name, positions) for name in ("source_file", "source_row", column)]
        for position, name, number, value in zip(positions, *named, strict=True):
            source = self.source if _is_missing(name) else str(name)
            line = str(number).removesuffix(".0")
            row = int(line) if line.isdecimal() else int(position) + 1
            text = None if _is_missing(value) else str(value)
            self.problems.append(Problem(source, row, column, text, message, "error"))
        self.refused |= bad

    def _cells(self, column: str, positions: np.ndarray) -> list[Any]:
        if column not in self.table:
            return [None] * len(positions)
        return list(self.table[column].iloc[positions])

    def missing(self, column: Column) -> None:
        everywhere = np.ones(len(self.table), dtype=bool)
        self.refuse(everywhere, column.name, f"is missing; wanted a column '{column.name}': {column.meaning}")

    def read(self, column: Column) -> Any:
        raw = self.table[column.name]
        if column.kind == "geometry":
            return raw
        absent = _absent(raw)
        values = READERS[column.kind](raw, absent)
        self.refuse(mask(values.isna()) & ~absent, column.name, f"is not a {column.kind}; wanted {column.meaning}")
        if column.required:
            self.refuse(absent, column.name, f"is empty; wanted {column.meaning}")
        if column.values:
            known = mask(values.isin(column.values)) | mask(values.isna())
            self.refuse(~known, column.name, f"is not known; wanted one of: {', '.join(column.values)}")
        if column.minimum is not None:
            self.refuse(mask(values < column.minimum), column.name, f"is below {column.minimum:g}; correct the value")
        if column.maximum is not None:
            self.refuse(mask(values > column.maximum), column.name, f"is above {column.maximum:g}; correct the value")
        return values

    def order(self, read: pd.DataFrame) -> None:
        for start, end in self.spec.spans:
            if {start, end} <= set(read.columns):
                self.refuse(mask(read[end] < read[start]), end, f"is before {start}; swap or correct them")
        for low, best, high in self.spec.ranges:
            for smaller, larger in ((low, best), (best, high), (low, high)):
                if {smaller, larger} <= set(read.columns):
                    self.refuse(mask(read[larger] < read[smaller]), larger, f"is below {smaller}; correct them")

    def unique(self, read: pd.DataFrame) -> None:
        if self.spec.key in read and not self.trusted:
            again = read[self.spec.key].where(~self.refused).dropna().duplicated().reindex(read.index, fill_value=False)
            self.refuse(mask(again), self.spec.key, "stands twice; each row needs its own id")


def _is_missing(value: object) -> bool:
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def _absent(raw: pd.Series) -> np.ndarray:
    if isinstance(raw.dtype, pd.StringDtype):
        texts = pa.array(raw.array, from_pandas=True)
        blank = compute.or_(compute.equal(texts, ""), compute.utf8_is_space(texts))
        return np.asarray(compute.fill_null(blank, fill_value=True))
    if raw.dtype != object:
        return mask(raw.isna())
    blank = raw.map(lambda v: isinstance(v, str) and not v.strip())
    return mask(raw.isna() | blank.astype(bool))


def mask(values: Any) -> np.ndarray:
    """A plain boolean array of its own; missing is False."""
    array = getattr(values, "array", values)
    if isinstance(array, pd.arrays.BooleanArray):
        return array.to_numpy(dtype=bool, na_value=False)
    plain = np.asarray(array)
    if plain.dtype == bool:
        return plain.copy()
    return pd.array(plain, dtype="boolean").to_numpy(dtype=bool, na_value=False)


def _read_text(raw: pd.Series, absent: np.ndarray) -> pd.Series:
    text = raw.astype("string")
    return text.mask(absent) if (absent & ~mask(text.isna())).any() else text


def _read_number(raw: pd.Series, absent: np.ndarray) -> pd.Series:  # noqa: ARG001 - all readers take it
    if raw.dtype == "float64":
        return raw.where(np.isfinite(raw)) if np.isinf(raw).any() else raw
    numbers = pd.to_numeric(raw, errors="coerce").astype("Float64")
    finite = np.isfinite(numbers.to_numpy(dtype=float, na_value=np.nan))
    return pd.Series(numbers.to_numpy(dtype=float, na_value=np.nan), index=raw.index).where(finite)


def _read_integer(raw: pd.Series, absent: np.ndarray) -> pd.Series:
    if raw.dtype == "Int64":
        return raw
    numbers = _read_number(raw, absent)
    whole = numbers.where((numbers % 1 == 0) & (numbers.abs() < 2**53))
    return whole.astype("Int64")


def _read_date(raw: pd.Series, absent: np.ndarray) -> pd.Series:  # noqa: ARG001
    if not pd.api.types.is_datetime64_any_dtype(raw.dtype):
        # Only text and dates are dates: a bare number is a count or a serial number of who knows what.
        texts = raw.where(raw.map(lambda v: isinstance(v, str | date)).astype(bool)).astype("string").str.strip()
        iso = texts.where(mask(texts.str.match(r"\d{4}-\d{2}-\d{2}([T ].*)?$")))
        raw = pd.to_datetime(iso.str[:10], errors="coerce", format="%Y-%m-%d")
    days = raw.dt.tz_localize(None) if getattr(raw.dt, "tz", None) is not None else raw
    whole = days.to_numpy().astype("datetime64[D]").astype("datetime64[us]")  # much faster than dt.normalize
    return pd.Series(whole, index=raw.index)


def _read_boolean(raw: pd.Series, absent: np.ndarray) -> pd.Series:  # noqa: ARG001
    if raw.dtype == "boolean":
        return raw
    return raw.map({True: True, False: False, "true": True, "false": False}).astype("boolean")


READERS: dict[str, Any] = {
    "text": _read_text,
    "number": _read_number,
    "integer": _read_integer,
    "date": _read_date,
    "boolean": _read_boolean,
}


def _typed(table: pd.DataFrame, spec: TableSpec) -> pd.DataFrame:
    plain = {}
    for column in spec.columns:
        if column.kind == "geometry":
            continue
        given = column.name in table
        plain[column.name] = _cast(table[column.name], column.kind) if given else _missing(table.index, column.kind)
    typed = pd.DataFrame(plain, index=table.index)
    if not any(c.kind == "geometry" for c in spec.columns):
        return typed
    shapes = table["geometry"].to_numpy() if "geometry" in table else np.full(len(table), None)
    return gpd.GeoDataFrame(typed, geometry=gpd.GeoSeries(shapes, index=table.index, crs=CRS), crs=CRS)


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
