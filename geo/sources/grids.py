"""Tables with names down the side and along the top, found in a sheet, and whether their totals add up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter

from geo.dates import MONTHS
from geo.errors import Problem
from geo.sources.columns import column_key
from geo.sources.sheets import Sheet, cell_text

TOLERANCE = 0.5  # people; sums of fractions
TOTAL = re.compile(r"(grand )?total", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with names down the side and along the top: ``values[side][top]`` and the cell each stands in."""

    sheet: Sheet
    sides: dict[str, int]
    tops: dict[Any, int]

    def value(self, side: str, top: Any) -> Any:
        return cell(self.sheet, self.sides[side], self.tops[top])

    def address(self, side: str, top: Any) -> str:
        return f"{get_column_letter(self.tops[top] + 1)}{self.sides[side] + 1}"


def cell(sheet: Sheet, row: int, column: int) -> Any:
    """Value of a cell; None outside the sheet."""
    values = sheet.grid[row] if row < len(sheet.grid) else ()
    return values[column] if column < len(values) else None


def find_matrix(sheet: Sheet) -> Grid | None:
    for position, row in enumerate(sheet.grid[:20]):
        if row and column_key(cell_text(row[0])) == "origin" and sum(v is not None for v in row) > 2:
            tops = {cell_name(v): j for j, v in enumerate(row) if j and v is not None}
            return Grid(sheet, _sides(sheet, position), tops)
    return None


def find_summary(sheet: Sheet) -> Grid | None:
    """Years stand above the months, each over its January only."""
    for position, row in enumerate(sheet.grid[:20]):
        months = [j for j, v in enumerate(row) if isinstance(v, str) and v.strip().casefold() in MONTHS]
        if len(months) >= 6 and position and row[0] is not None:
            return Grid(sheet, _sides(sheet, position), _month_columns(sheet, position))
    return None


def _month_columns(sheet: Sheet, position: int) -> dict[Any, int]:
    tops: dict[Any, int] = {}
    year: int | None = None
    for column, value in enumerate(sheet.grid[position]):
        above = cell(sheet, position - 1, column)
        year = int(above) if isinstance(above, int | float) and 1990 <= above <= 2100 else year
        word = cell_name(value).casefold()
        if word in MONTHS and year:
            tops[year, MONTHS[word]] = column
        elif word.startswith("total") and year:
            # The last total, after that of the last year, is the sum of all years.
            tops[(year, "total") if (year, "total") not in tops else ("all", "total")] = column
    return tops


def _sides(sheet: Sheet, header: int) -> dict[str, int]:
    """Names in the first column under the header, down to the grand total or the first gap."""
    sides: dict[str, int] = {}
    for position in range(header + 1, len(sheet.grid)):
        name = cell_name(cell(sheet, position, 0))
        if not name:
            break
        sides[name] = position
        if TOTAL.fullmatch(name):
            break
    return sides


def cell_name(value: Any) -> str:
    return re.sub(r"\s+", " ", cell_text(value)).strip()


def amount(value: Any) -> float:
    """A cell's number; an empty cell counts nothing in a sum."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def check_sums(grid: Grid) -> list[Problem]:
    """Totals that are not the sum of their row or column, each with its cell, and labels with the wrong year."""
    problems: list[Problem] = []
    for top in grid.tops:
        problems += _check_column(grid, top)
    for side in grid.sides:
        problems += _check_row(grid, side)
    return problems


def _check_column(grid: Grid, top: Any) -> list[Problem]:
    problems = []
    label = cell_name(cell(grid.sheet, min(grid.sides.values(), default=1) - 1, grid.tops[top]))
    year = re.search(r"\b(19|20)\d\d\b", label)
    if isinstance(top, tuple) and top[1] == "total" and year and year[0] != str(top[0]):
        address = f"{get_column_letter(grid.tops[top] + 1)}{min(grid.sides.values())}"
        problems.append(cell_problem(grid, address, label, f"stands under {top[0]}; the label is wrong"))
    total = next((s for s in grid.sides if TOTAL.fullmatch(s)), None)
    if total is None or (isinstance(top, str) and TOTAL.fullmatch(top)):
        return problems
    parts = [grid.value(s, top) for s in grid.sides if s != total]
    return problems + _check_total(grid, total, top, parts, "column")


def _check_row(grid: Grid, side: str) -> list[Problem]:
    problems: list[Problem] = []
    if any(isinstance(t, tuple) for t in grid.tops):
        for year in dict.fromkeys(t[0] for t in grid.tops if t[1] == "total"):
            parts = [grid.value(side, t) for t in grid.tops if year in {t[0], "all"} and t[1] != "total"]
            problems += _check_total(grid, side, (year, "total"), parts, "row")
        return problems
    total = next((t for t in grid.tops if TOTAL.fullmatch(t)), None)
    if total is None:
        return problems
    if TOTAL.fullmatch(side):
        parts = [grid.value(s, t) for s in grid.sides for t in grid.tops if t != total and s != side]
        return _check_total(grid, side, total, parts, "table")
    return _check_total(grid, side, total, [grid.value(side, t) for t in grid.tops if t != total], "row")


def _check_total(grid: Grid, side: str, top: Any, parts: list[Any], what: str) -> list[Problem]:
    stated, wanted = grid.value(side, top), sum(amount(v) for v in parts)
    if stated is None or abs(amount(stated) - wanted) <= TOLERANCE:
        return []  # an empty total is no wrong total
    message = f"({side}, total) is not the sum of its {what}, {wanted:,.2f}; the total is not used"
    return [cell_problem(grid, grid.address(side, top), cell_text(stated), message)]


def cell_problem(grid: Grid, address: str, value: str, message: str, severity: Any = "warning") -> Problem:
    row = int(re.sub(r"\D", "", address))
    return Problem(grid.sheet.title, row, address, value, message, severity)
