"""Reading an edited places.csv, as spreadsheets save it: any encoding and delimiter, or a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from geo.errors import InputError, Problem
from geo.geocode.decisions import KEY, Decisions, parse_decisions
from geo.schema import without_guard
from geo.sources.columns import column_key
from geo.sources.files import read_content
from geo.sources.raw import RawTable
from geo.sources.sheets import read_sheets, sheet_table
from geo.sources.text import read_text_table

_WANTED = ("toponym", "decision")
_KNOWN = (*KEY, "decision", "machine_decision", "decided_by", "rows")


def read_decisions(path: Path, *, languages: Sequence[str] = ()) -> tuple[Decisions, list[Problem]]:
    """The decisions of an edited places.csv, CSV or XLSX, and what is wrong with its lines.

    Raises
    ------
    InputError
        The file cannot be read as a table, or lacks the columns toponym and decision.
    """
    content = read_content(Path(path))
    if content.kind not in ("text", "xlsx"):
        raise InputError(f"{content.name}: is no CSV and no XLSX; wanted an edited places.csv")
    raw = sheet_table(read_sheets(content)[0]) if content.kind == "xlsx" else None
    raw = raw or read_text_table(content, languages=languages)
    columns = _columns(raw)
    cells = {
        name: [without_guard(t) for t in raw.cells[header].astype("string").fillna("")]
        for name, header in columns.items()
    }
    decisions, problems = parse_decisions(cells, [int(n) for n in raw.rows], file=raw.title)
    return decisions, [*raw.problems, *problems]


def _columns(raw: RawTable) -> dict[str, str]:
    """Headers of the columns that count, by our names for them."""
    headers = {column_key(h): h for h in reversed(raw.header)}
    columns = {name: headers[name] for name in _KNOWN if name in headers}
    missing = [name for name in _WANTED if name not in columns]
    if missing:
        has = ", ".join(raw.header[:20])
        raise InputError(f"{raw.title}: has no column '{missing[0]}'; wanted an edited places.csv; it has: {has}")
    return columns
