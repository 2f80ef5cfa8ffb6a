"""Tables as they stand in a file: every cell to the letter, nothing recognised, nothing left out in silence."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from geo.errors import InputError, Problem
from geo.sources.columns import column_key, nearest
from geo.sources.files import Content, read_content
from geo.sources.json_rows import read_json
from geo.sources.layers import read_layers
from geo.sources.raw import RawTable
from geo.sources.sheets import Sheet, cell_text, find_header, read_sheets
from geo.sources.text import read_text_cells

_LISTED = 60  # columns in a message
_LONGEST_NAME = 60  # characters of a column's name in a message


@dataclass(frozen=True, slots=True)
class AsIs:
    """A table with its cells as they stood: ``cells`` keeps the types of Parquet; of all other files it holds text.

    Names of columns may repeat. ``lines`` holds the line of each row, or its row in the sheet. ``grid`` has the values
    of a sheet, row by row, else None. ``marked``: written as text, it should begin with a byte order mark.
    """

    title: str
    header: tuple[str, ...]
    cells: pa.Table
    lines: np.ndarray
    problems: tuple[Problem, ...] = ()
    delimiter: str = ","
    marked: bool = True
    grid: tuple[tuple[Any, ...], ...] | None = None

    def find(self, name: str) -> str:
        """The header of a column that the user names, also if case and blanks differ.

        Raises
        ------
        InputError
            There is none, or there are several; the message has the nearest and all that there are.
        """
        alike = [h for h in self.header if h == name] or [h for h in self.header if column_key(h) == column_key(name)]
        if len(alike) == 1:
            return alike[0]
        if alike:
            raise InputError(f"{self.title}: the column '{name}' stands {len(alike)} times; rename all but one")
        shown = [h if len(h) <= _LONGEST_NAME else h[: _LONGEST_NAME - 1] + "…" for h in self.header]
        more = f" and {len(shown) - _LISTED} more" if len(shown) > _LISTED else ""
        listed = ", ".join(shown[:_LISTED])
        raise InputError(f"{self.title}: no column '{name}'; {nearest(name, self.header)}it has: {listed}{more}")

    def column(self, header: str) -> pd.Series:
        """One column, not copied."""
        return pd.Series(pd.arrays.ArrowExtensionArray(self.cells.column(self.header.index(header))))


def read_as_is(path: Path, *, languages: Sequence[str] = ()) -> AsIs:
    """A table of CSV, TSV (also .gz and .zip), XLSX, Parquet or GeoJSON points; of a workbook the first sheet.

    ``languages`` (ISO codes) help to read text whose encoding is not marked.

    Raises
    ------
    InputError
        The file is missing, or is no table.
    """
    content = read_content(path)
    readers: dict[str, Callable[[Content], AsIs]] = {
        "xlsx": _from_workbook,
        "parquet": _from_parquet,
        "json": lambda content: _from_raw(read_json(content)),
        "layer": lambda content: _from_raw(read_layers(content)[0]),
    }
    if content.kind in readers:
        return readers[content.kind](content)
    return _from_text(content, languages)


def _from_text(content: Content, languages: Sequence[str]) -> AsIs:
    read = read_text_cells(content, languages=languages)
    rows = np.flatnonzero(~read.bare)
    if not len(rows):
        raise InputError(f"{content.name}: has no rows")
    head, body = int(rows[0]), rows[1:]
    if read.table.num_columns == 1:  # here a line without anything is a row whose only cell is empty
        body = np.arange(head + 1, int(rows[-1]) + 1)
    header = tuple(str(c[head].as_py()) for c in read.table.columns)
    problems = list(read.problems)
    last = read.table.column(read.table.num_columns - 1)
    if read.swallowed and len(body) and "\n" in str(last[int(body[-1])].as_py()):
        message = "a quotation mark is opened and never closed, so the rest of the file is one cell; close it"
        problems.append(Problem(content.name, int(read.lines[body[-1]]), header[-1], None, message, "error"))
        body = body[:-1]
    whole = len(body) == read.table.num_rows - head - 1
    cells = read.table.slice(head + 1) if whole else read.table.take(pa.array(body))
    return AsIs(
        content.name,
        header,
        cells.rename_columns(list(header)),
        read.lines[body],
        tuple(problems),
        read.delimiter,
        marked=not read.plain,
    )


def _from_workbook(content: Content) -> AsIs:
    sheet, *others = read_sheets(content)
    first = find_header(sheet)
    problems = [
        Problem(s.title, None, None, None, "is left out; give each sheet a file of its own", "warning") for s in others
    ]
    if first:
        message = f"{first} rows above the header are left out"
        problems.append(Problem(sheet.title, 1, None, None, message, "warning"))
    grid = _squared(sheet, first)
    header = tuple(cell_text(v) for v in grid[0])
    texts = [pa.array([cell_text(row[i]) for row in grid[1:]], pa.string()) for i in range(len(header))]
    lines = np.arange(first + 2, first + 1 + len(grid))
    return AsIs(sheet.title, header, pa.table(texts, names=list(header)), lines, tuple(problems), grid=grid[1:])


def _squared(sheet: Sheet, first: int) -> tuple[tuple[Any, ...], ...]:
    """The rows from the header on, all of one width."""
    rows = sheet.grid[first:]
    width = max(len(row) for row in rows)
    return tuple((*row, *(None,) * (width - len(row))) for row in rows)


def _from_parquet(content: Content) -> AsIs:
    try:
        cells = parquet.read_table(io.BytesIO(content.raw))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(f"{content.name}: is a damaged Parquet file: {error}") from error
    return AsIs(content.name, tuple(cells.column_names), cells, np.arange(2, cells.num_rows + 2))


def _from_raw(raw: RawTable) -> AsIs:
    texts = [pa.array(raw.cells.iloc[:, i].fillna("").tolist(), pa.string()) for i in range(raw.cells.shape[1])]
    header = tuple(map(str, raw.cells.columns))
    return AsIs(raw.title, header, pa.table(texts, names=list(header)), raw.rows, raw.problems)
