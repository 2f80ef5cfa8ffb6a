"""Rows as a file: the publisher's own columns in its own form of JSON, as CSV or as Parquet, and a record beside it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from geo.clients.service import Row, Service
from geo.errors import Problem
from geo.publishers.record import write_whole
from geo.schema import with_guard

RECORD_SUFFIX = ".source.json"
LARGEST_RECORD = 10_000_000  # bytes


def render_json(service: Service, rows: list[Row]) -> bytes:
    """An answer of the service that holds all rows."""
    return (json.dumps(service.join(rows), ensure_ascii=False, indent=0) + "\n").encode("utf-8", errors="replace")


def render_csv(_service: Service, rows: list[Row]) -> bytes:
    """Columns in the order in which they first come; lists as JSON, text that a spreadsheet would run with a guard."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    columns = columns_of(rows)
    writer.writerow([with_guard(c) for c in columns])
    for row in rows:
        writer.writerow([_cell(row.get(c)) for c in columns])
    return text.getvalue().encode("utf-8", errors="replace")


def render_parquet(_service: Service, rows: list[Row]) -> bytes:
    """Columns of text, as the values came: one column of a publisher may hold numbers and words."""
    columns = columns_of(rows)
    arrays = [pa.array([_text(row.get(c)) for row in rows], pa.string()) for c in columns]
    sink = io.BytesIO()
    parquet.write_table(pa.table(arrays, names=[_text(c) for c in columns]), sink)
    return sink.getvalue()


WRITERS: dict[str, Callable[[Service, list[Row]], bytes]] = {
    ".json": render_json,
    ".csv": render_csv,
    ".parquet": render_parquet,
}


def write_rows(service: Service, rows: list[Row], path: Path) -> bytes:
    """Write a file in one step, in the form that its suffix names; its bytes."""
    content = WRITERS[path.suffix.lower()](service, rows)
    write_whole(path, content)
    return content


def record_path(path: Path) -> Path:
    """Where the record of a file stands."""
    return path.with_name(path.name + RECORD_SUFFIX)


def read_record(path: Path, sha256: str) -> tuple[dict[str, Any] | None, Problem | None]:
    """What the record beside a file tells of where it comes from; a warning if the file is no longer what it was.

    None where there is no record, or none of ours.
    """
    beside = record_path(path)
    try:
        told = json.loads(beside.read_text(encoding="utf-8")) if beside.stat().st_size <= LARGEST_RECORD else None
    except (OSError, ValueError, RecursionError):
        return None, None
    if not isinstance(told, dict) or not told.keys() >= {"publisher", "sha256", "answers"}:
        return None, None
    kept = {name: told.get(name) for name in ("publisher", "table", "release", "country", "from", "to", "retrieved")}
    if told["sha256"] == sha256:
        return {**kept, "rows": told.get("rows"), "answers": told["answers"]}, None
    message = f"is not the file that {beside.name} tells of: it was changed after it was fetched; fetch it again"
    return None, Problem(path.name, None, None, None, message, "warning")


def columns_of(rows: list[Row]) -> list[str]:
    return list(dict.fromkeys(str(c) for row in rows for c in row))


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return None if value is None else value.encode("utf-8", errors="replace").decode()
    return json.dumps(value, ensure_ascii=False)


def _cell(value: Any) -> str:
    text = _text(value)
    return "" if text is None else with_guard(text) if isinstance(value, str) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
