"""Excel workbooks as text tables."""

from __future__ import annotations

import io
import math
import re
import warnings
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.utils.exceptions import InvalidFileException

from geo.errors import InputError
from geo.sources.files import Content
from geo.sources.raw import RawTable, with_header

HEADER_WITHIN = 20  # rows in which a sheet's header is looked for, under titles and logos
WIDEST_SHEET = 2_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as its grid of values; ``grid[i][j]`` is row i + 1, column j + 1."""

    file: str
    name: str
    grid: tuple[tuple[Any, ...], ...]

    @property
    def title(self) -> str:
        """File and sheet, as problems name them."""
        return f"{self.file}[{self.name}]"


def read_sheets(content: Content) -> list[Sheet]:
    """The visible sheets of a workbook that hold anything; formulas give the values they had when last saved.

    Raises
    ------
    InputError
        The workbook is damaged or holds nothing.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and validations, which are no data
            book = openpyxl.load_workbook(io.BytesIO(content.raw), read_only=True, data_only=True)
            sheets = [_sheet(content.name, tab) for tab in book.worksheets if tab.sheet_state == "visible"]
    except (
        InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError, AttributeError, OSError,
        IndexError, EOFError,
    ) as error:  # fmt: skip
        raise InputError(f"{content.name}: is a damaged workbook: {error}") from error
    filled = [s for s in sheets if s.grid]
    if not filled:
        raise InputError(f"{content.name}: has no rows in any visible sheet")
    return filled


def _sheet(file: str, tab: Any) -> Sheet:
    tab.reset_dimensions()  # what a workbook says of its own size may be wrong by a million rows
    grid = [_trimmed(row[:WIDEST_SHEET]) for row in tab.iter_rows(values_only=True)]
    while grid and not grid[-1]:
        grid.pop()
    return Sheet(file, str(tab.title), tuple(grid))


def _trimmed(row: tuple[Any, ...]) -> tuple[Any, ...]:
    width = len(row)
    while width and row[width - 1] in {None, ""}:
        width -= 1
    return tuple(row[:width])


def cell_text(value: Any) -> str:
    """A cell as the text a CSV of the sheet would hold; dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and math.isfinite(value) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)


def sheet_table(sheet: Sheet, *, start: int | None = None) -> RawTable:
    """A sheet as a table. ``start`` is the position of the header row; without it, the first row that looks like one.

    Raises
    ------
    InputError
        The sheet has no rows.
    """
    first = find_header(sheet) if start is None else start
    grid = sheet.grid[first:]
    width = max((len(row) for row in grid), default=0)
    texts = [[cell_text(v) for v in row] + [""] * (width - len(row)) for row in grid]
    cells = pd.DataFrame(texts, columns=[str(i) for i in range(width)], dtype="string")
    return with_header(sheet.file, cells, np.arange(first + 1, first + 1 + len(grid)), sheet=sheet.name)


def find_header(sheet: Sheet) -> int:
    """Position of the first row in which most cells are text and that is as wide as the rows below it."""
    near = sheet.grid[: HEADER_WITHIN + 1]
    width = max((_filled(row) for row in near), default=0)
    for position, row in enumerate(near):
        words = sum(1 for v in row if isinstance(v, str) and re.search(r"[^\W\d_]", v))
        if words >= 1 and words > 0.5 * width:
            return position
    return 0


def _filled(row: tuple[Any, ...]) -> int:
    return sum(1 for v in row if v is not None and cell_text(v).strip())
