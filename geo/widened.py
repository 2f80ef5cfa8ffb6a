"""The table that came in, written again with columns added: the same rows, the same cells, the format by the suffix."""

from __future__ import annotations

import contextlib
import gzip
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.escape import escape
from pyarrow import compute, parquet

from geo.errors import ExportError
from geo.export import written
from geo.schema import with_guard
from geo.sources.asis import AsIs

BATCH = 50_000  # rows held in memory as they are written
SHEET_ROWS, SHEET_COLUMNS, CELL_CHARACTERS = 1_048_576, 16_384, 32_767  # limits of XLSX
_MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest that an archive can name; a clock would make every run differ


@dataclass(frozen=True, slots=True)
class Widened:
    """A table and the columns to add: row i of the table gets row ``number[i]`` of ``each``."""

    table: AsIs
    each: pd.DataFrame
    number: np.ndarray

    @property
    def header(self) -> list[str]:
        return [*self.table.header, *map(str, self.each.columns)]

    def batches(self) -> Iterator[tuple[pa.Table, np.ndarray]]:
        """The cells and their numbers, so many rows at a time."""
        for start in range(0, self.table.cells.num_rows, BATCH):
            yield self.table.cells.slice(start, BATCH), self.number[start : start + BATCH]


def writer_for(path: Path) -> Callable[[Widened, Path], None]:
    """What writes the format that a path's suffix names.

    Raises
    ------
    ExportError
        The suffix is of no format that is known.
    """
    suffixes = [s.lower() for s in path.suffixes[-2:]]
    suffix = "".join(suffixes) if suffixes[-1:] == [".gz"] else "".join(suffixes[-1:])
    if suffix not in WRITERS:
        raise ExportError(f"{path}: no table has the suffix '{suffix}'; wanted one of {', '.join(WRITERS)}")
    return WRITERS[suffix]


def write_widened(widened: Widened, path: Path) -> None:
    """Write a table with its new columns, in the format that the path's suffix names.

    Raises
    ------
    ExportError
        The suffix is of no format that is known, the format cannot hold the table, or the file cannot be written.
    """
    write = writer_for(path)
    with written(path) as part:
        try:
            write(widened, part)
        except pa.ArrowException as error:
            raise ExportError(f"{path}: cannot hold this table: {error}; take another format") from error
        except ExportError as error:
            raise ExportError(f"{path}: {error}") from error


# --- delimited text


def _write_text(widened: Widened, path: Path, *, tabs: bool = False) -> None:
    delimiter = "\t" if tabs else widened.table.delimiter if widened.table.delimiter != "\t" else ","
    tails = _tails(widened.each, delimiter)
    with _binary(path) as file:
        if widened.table.marked:
            file.write(b"\xef\xbb\xbf")
        head = [_quoted(pa.array([name]), delimiter) for name in widened.header]
        file.write((delimiter.join(name[0].as_py() for name in head) + "\n").encode())
        for cells, number in widened.batches():
            fields = [_quoted(_as_text(c), delimiter) for c in cells.columns]
            lines = compute.binary_join_element_wise(*fields, tails.take(pa.array(number)), delimiter)
            file.write(_joined(lines))


@contextlib.contextmanager
def _binary(path: Path) -> Iterator[BinaryIO]:
    with path.open("wb") as file:
        if path.suffix.lower() != ".gz":
            yield file
            return
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
            yield packed  # type: ignore[misc]


def _as_text(column: pa.ChunkedArray) -> pa.Array:
    """A column as text, empty where it has no value; bytes (shapes, say) as hexadecimal digits."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    kind = whole.type
    if pa.types.is_dictionary(kind):
        whole, kind = whole.dictionary_decode(), kind.value_type
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_nested(kind):
        texts = [None if v is None else v.hex() if isinstance(v, bytes) else str(v) for v in whole.to_pylist()]
        whole = pa.array(texts, pa.string())
    return compute.fill_null(whole.cast(pa.string()), "")


def _quoted(texts: pa.Array, delimiter: str) -> pa.Array:
    """Fields of a line: in quotation marks where they must be."""
    raw = bytes(_joined(texts))
    if not any(mark in raw for mark in (b'"', b"\n", b"\r", delimiter.encode())):
        return texts  # as most columns: this look costs nearly nothing
    hard = compute.match_substring_regex(texts, f'["\\r\\n{re.escape(delimiter)}]')
    doubled = compute.replace_substring(texts, '"', '""')
    return compute.if_else(hard, compute.binary_join_element_wise('"', doubled, '"', ""), texts)


def _tails(each: pd.DataFrame, delimiter: str) -> pa.Array:
    """The new cells of each distinct answer, as the end of its line."""
    columns = [_quoted(pa.array([_field(v) for v in each[name]], pa.string()), delimiter) for name in each.columns]
    lines = compute.binary_join_element_wise(*columns, delimiter)
    return compute.binary_join_element_wise(lines, "\n", "")


def _field(value: Any) -> str:
    """A new cell as text; a name that a spreadsheet would run as a formula gets an apostrophe."""
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, str):
        return with_guard(value)
    return f"{value:.10g}"


def _joined(lines: pa.Array) -> memoryview:
    """The texts of an array, one after the other."""
    _, offsets, texts = lines.buffers()
    if not len(lines) or texts is None:
        return memoryview(b"")
    ends = np.frombuffer(offsets, dtype=np.int32)
    return memoryview(texts)[ends[lines.offset] : ends[lines.offset + len(lines)]]


# --- Parquet


def _write_parquet(widened: Widened, path: Path) -> None:
    names = widened.header
    if len(set(names)) < len(names):
        twice = sorted({n for n in names if names.count(n) > 1})
        raise ExportError(f"Parquet wants each column name once; {', '.join(twice)} stands several times; rename it")
    schema = widened.table.cells.schema
    added = [_typed(widened.each[name]) for name in widened.each.columns]
    for name, column in zip(widened.each.columns, added, strict=True):
        schema = schema.append(pa.field(str(name), column.type))
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for cells, number in widened.batches():
            new = [column.take(pa.array(number)) for column in added]
            writer.write_table(pa.Table.from_arrays([*cells.columns, *new], schema=schema))


def _typed(column: pd.Series) -> pa.Array:
    kind = pa.float64() if pd.api.types.is_float_dtype(column.dtype) else pa.string()
    return pa.array([None if pd.isna(v) else v for v in column], kind)


# --- Excel


def _write_workbook(widened: Widened, path: Path) -> None:
    rows, columns = widened.table.cells.num_rows + 1, len(widened.header)
    if rows > SHEET_ROWS or columns > SHEET_COLUMNS:
        raise ExportError(
            f"a sheet holds {SHEET_ROWS:,} rows and {SHEET_COLUMNS:,} columns; the table has {rows:,} and {columns:,}; "
            "write .csv or .parquet"
        )
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("table")
    try:
        for row in _sheet_rows(widened):
            sheet.append([_sheet_cell(sheet, value) for value in row])
    except ExportError:
        sheet.close()  # or its open file is complained of later
        raise
    packed = io.BytesIO()
    book.save(packed)
    _repack(packed, path)


def _sheet_rows(widened: Widened) -> Iterator[list[Any]]:
    yield widened.header
    new = [[None if pd.isna(v) else v for v in row] for row in widened.each.itertuples(index=False, name=None)]
    if widened.table.grid is not None:
        for values, number in zip(widened.table.grid, widened.number.tolist(), strict=True):
            yield [*values, *new[number]]
        return
    for cells, numbers in widened.batches():
        plain = [c.to_pylist() if _fits_a_cell(c.type) else _as_text(c).to_pylist() for c in cells.columns]
        for i, number in enumerate(numbers.tolist()):
            yield [*(column[i] for column in plain), *new[number]]


def _fits_a_cell(kind: pa.DataType) -> bool:
    known = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_string, pa.types.is_date)
    return any(is_kind(kind) for is_kind in known)


def _sheet_cell(sheet: Any, value: Any) -> Any:
    """A value for a cell; text stays text, whatever it starts with or holds."""
    if not isinstance(value, str):
        return None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - NaN
    text = escape(value)
    if len(text) > CELL_CHARACTERS:
        raise ExportError(
            f"a cell has {len(text):,} characters; XLSX holds {CELL_CHARACTERS:,}; write .csv or .parquet"
        )
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def _repack(packed: io.BytesIO, path: Path) -> None:
    """The workbook without the moment it was written."""
    with zipfile.ZipFile(packed) as book, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as still:
        for name in book.namelist():
            raw = book.read(name)
            if name == "docProps/core.xml":
                raw = re.sub(rb"(?<=>)\d{4}-\d\d-\d\dT[\d:]+Z(?=<)", b"1980-01-01T00:00:00Z", raw)
            member = zipfile.ZipInfo(name, _MOMENT)
            member.compress_type = zipfile.ZIP_DEFLATED
            still.writestr(member, raw)


def _write_tabs(widened: Widened, path: Path) -> None:
    _write_text(widened, path, tabs=True)


WRITERS: dict[str, Callable[[Widened, Path], None]] = {
    ".csv": _write_text,
    ".csv.gz": _write_text,
    ".tsv": _write_tabs,
    ".tsv.gz": _write_tabs,
    ".xlsx": _write_workbook,
    ".parquet": _write_parquet,
}
