"""A table as it stands in a file: text cells under a header, each row with its line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute

from geo.errors import InputError, Problem, RefusedRow
from geo.schema.blanks import whole_text

KEPT_TEXT = 2_000  # characters of a refused row that a problem keeps

_TOTAL = r"(?:grand[ _-]*|sub[ _-]*|overall )?(?:totals?|sum)\s*:?|(?:ال)?(?:مجموع|إجمالي|اجمالي)(?: الكلي| العام)?"
_TOTAL_WITHIN = 5  # columns from the left in which a row of totals is named

AREAS = frozenset({"Polygon", "MultiPolygon"})
LINES = frozenset({"LineString", "MultiLineString"})


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as it stands in a file: text cells under unique header names.

    ``rows`` holds the line of each row (the header is line 1) or its row in the sheet. ``refused`` counts the rows
    that could not be split into cells (each has an error in ``problems``), ``skipped`` the rows that are no data.
    ``areas``: it is a layer of polygons; ``lines``: of lines.
    """

    name: str
    cells: pd.DataFrame
    rows: np.ndarray
    sheet: str = ""
    problems: tuple[Problem, ...] = ()
    refused: int = 0
    skipped: int = 0
    header: tuple[str, ...] = field(default=())
    areas: bool = False
    lines: bool = False

    @property
    def title(self) -> str:
        """File name, with the sheet where there is one."""
        return f"{self.name}[{self.sheet}]" if self.sheet else self.name


def refused_rows(raw: RawTable, problems: Iterable[Problem]) -> tuple[RefusedRow, ...]:
    """The rows of a table that a Problem of severity "error" names, as they stood."""
    lines = {p.row for p in problems if p.severity == "error" and p.row is not None and p.source == raw.title}
    if not lines:
        return ()
    chosen = raw.cells.loc[np.isin(raw.rows, sorted(lines))]
    numbers = raw.rows[np.isin(raw.rows, sorted(lines))]
    texts = chosen.astype("string").fillna("").to_dict("records")
    return tuple(
        RefusedRow(raw.title, int(number), json.dumps({str(k): v for k, v in cells.items()}, ensure_ascii=False))
        for number, cells in zip(numbers, texts, strict=True)
    )


def with_header(
    name: str,
    cells: pd.DataFrame,
    rows: np.ndarray,
    *,
    sheet: str = "",
    problems: Iterable[Problem] = (),
    refused: int = 0,
    swallowed: bool = False,
) -> RawTable:
    """Take the first row with text as header; leave out blank rows, tag rows and repeated headers, and say so."""
    found = list(problems)
    empty = _blank(cells)
    if empty.all():
        raise InputError(f"{name}: has no rows" if not sheet else f"{name}[{sheet}]: has no rows", found)
    first = int(np.flatnonzero(~empty)[0])
    given = [str(v).strip().lstrip("\ufeff") for v in cells.iloc[first]]
    header, notes = _unique(given)
    title = f"{name}[{sheet}]" if sheet else name
    found += [Problem(title, int(rows[first]), None, None, note, "warning") for note in notes]
    body, lines = cells.iloc[first + 1 :].reset_index(drop=True), np.asarray(rows)[first + 1 :]
    body.columns = pd.Index(header)
    if swallowed and len(body) and "\n" in str(body.iloc[-1, -1]):
        text = str(body.iloc[-1, -1])[:KEPT_TEXT]
        message = "a quotation mark is opened and never closed, so the rest of the file is one cell; close it"
        found.append(Problem(title, int(lines[-1]), header[-1], text, message, "error"))
        body, lines, refused = body.iloc[:-1], lines[:-1], refused + 1
    body, lines, skipped = _without_skipped(title, body, lines, given, found)
    return RawTable(name, body, lines, sheet, tuple(found), refused, skipped, tuple(header))


def _without_skipped(
    title: str, body: pd.DataFrame, lines: np.ndarray, given: list[str], found: list[Problem]
) -> tuple[pd.DataFrame, np.ndarray, int]:
    kinds = {
        "blank rows": _blank(body),
        "rows that repeat the header": _repeats(body, given),
        "rows of HXL tags": _tags(body),
        "rows of totals": _totals(body),
    }
    out = np.zeros(len(body), dtype=bool)
    for kind, mask in kinds.items():
        fresh = mask & ~out
        if fresh.any():
            first = int(lines[np.flatnonzero(fresh)[0]])
            message = f"{int(fresh.sum())} {kind} left out, the first here"
            found.append(Problem(title, first, None, None, message, "warning"))
        out |= mask
    return body.loc[~out].reset_index(drop=True), lines[~out], int(out.sum())


def _blank(cells: pd.DataFrame) -> np.ndarray:
    blank = np.ones(len(cells), dtype=bool)
    for position in range(cells.shape[1]):
        if not blank.any():
            break
        column = cells.iloc[:, position]
        blank[blank] = (column[blank].fillna("").str.strip() == "").to_numpy(dtype=bool)
    return blank


def _repeats(body: pd.DataFrame, given: list[str]) -> np.ndarray:
    same = np.ones(len(body), dtype=bool)
    for position, text in enumerate(given):
        if not same.any():
            break
        column = body.iloc[:, position]
        same[same] = (column[same].fillna("").str.strip() == text).to_numpy(dtype=bool)
    return same


def _tags(body: pd.DataFrame) -> np.ndarray:
    """The row right under the header, if all its cells are HXL tags or empty."""
    mask = np.zeros(len(body), dtype=bool)
    if len(body):
        texts = [str(v).strip() for v in body.iloc[0].fillna("")]
        tags = [t for t in texts if t]
        mask[0] = bool(tags) and all(re.fullmatch(r"#[a-z][a-z0-9_]*([+ ]+[a-z0-9_+ ]*)?", t) for t in tags)
    return mask


def _totals(body: pd.DataFrame) -> np.ndarray:
    """Rows that begin with a word for a total and have half of the cells that rows usually have, or are the last row.

    A word that other rows have in that column too is one of its values, not a total.
    """
    found = np.zeros(len(body), dtype=bool)
    first = _totals_in(body.iloc[:, 0]) if body.shape[1] else found
    column = 0
    while not first.any() and column + 1 < min(body.shape[1], _TOTAL_WITHIN):
        column += 1
        first = _totals_in(body.iloc[:, column])
    for at in np.flatnonzero(first).tolist():
        row = body.iloc[at].fillna("").str.strip()
        before = (row.iloc[:column] == "").all()
        near = body.iloc[max(0, at - 5) : at].fillna("")
        usual = (near.apply(lambda c: c.str.strip()) != "").sum(axis=1).median() if len(near) else 0
        last = at == len(body) - 1 and first.sum() == 1
        found[at] = before and bool(len(near)) and (last or (row != "").sum() <= usual / 2)
    return found


def _totals_in(column: pd.Series) -> np.ndarray:
    named = compute.match_substring_regex(whole_text(column), rf"^[\s\pZ]*(?:{_TOTAL})[\s\pZ]*$", ignore_case=True)
    return np.asarray(compute.fill_null(named, pa.scalar(False)))


def _unique(given: list[str]) -> tuple[list[str], list[str]]:
    header: list[str] = []
    notes: list[str] = []
    for position, text in enumerate(given, start=1):
        name = re.sub(r"\s+", " ", text) or f"column {position}"
        if name in header:
            renamed = next(f"{name} ({n})" for n in range(2, len(given) + 2) if f"{name} ({n})" not in header)
            notes.append(f"the column '{name}' stands twice; the second is called '{renamed}' and not read")
            name = renamed
        header.append(name)
    return header, notes
