"""A table checked against its spec: what does not fit refuses its row, with the reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute

from geo.errors import Problem
from geo.schema.rows import typed
from geo.schema.spec import Column, TableSpec


def conform(
    table: pd.DataFrame, spec: TableSpec, *, source: str = "", trusted: bool = False
) -> tuple[pd.DataFrame, list[Problem]]:
    """Bring a table to a spec: its columns in order, typed, checked.

    Rows with a value that cannot be read or is out of range are refused, each with a Problem of severity "error";
    rows in = rows out + rows named in errors. ``source`` names the file when the table has no ``source_file``.
    ``trusted``: the caller vouches that all ids differ and that no text is blank.
    """
    table = pd.DataFrame(table).reset_index(drop=True)
    check = _Check(table, spec, source, trusted=trusted)
    columns: dict[str, Any] = {}
    for column in spec.columns:
        if column.name not in table:
            check.missing(column)
        elif column.kind == "geometry":
            columns[column.name] = table[column.name]
        elif not (absent := check.absent(column)).all():  # where nothing is known nothing can be wrong
            columns[column.name] = check.read(column, absent)
    read = pd.DataFrame(columns, index=table.index, copy=False)
    check.order(read)
    check.unique(read)
    kept = read.loc[~check.refused].reset_index(drop=True) if check.refused.any() else read
    return typed(kept, spec), check.problems


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
        if column.required:
            everywhere = np.ones(len(self.table), dtype=bool)
            self.refuse(everywhere, column.name, f"is missing; wanted a column '{column.name}': {column.meaning}")

    def absent(self, column: Column) -> np.ndarray:
        """Where nothing stands in a column; refused if it must."""
        raw = self.table[column.name]
        absent = mask(raw.isna()) if self.trusted and column.kind == "text" else _absent(raw)
        if column.required:
            self.refuse(absent, column.name, f"is empty; wanted {column.meaning}")
        return absent

    def read(self, column: Column, absent: np.ndarray) -> pd.Series:
        values: pd.Series = READERS[column.kind](self.table[column.name], absent)
        self.refuse(mask(values.isna()) & ~absent, column.name, f"is not a {column.kind}; wanted {column.meaning}")
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
            ids = pa.array(read[self.spec.key].array)
            if compute.count_distinct(ids).as_py() == len(ids) - ids.null_count:
                return
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
    values = raw.to_numpy()
    blank = (isinstance(v, str) and not v.strip() for v in values)
    return pd.isna(values) | np.fromiter(blank, dtype=bool, count=len(values))


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
