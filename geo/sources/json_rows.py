"""JSON as a text table: answers of the APIs, one or several pages of them, GeoJSON, and plain lists of objects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyproj

from geo.errors import InputError, Problem
from geo.sources.files import Content
from geo.sources.raw import AREAS, LINES, RawTable, with_header
from geo.sources.sheets import cell_text

# Where answers keep their rows, and what they say of how many there are.
ROWS = ("data", "Result", "result", "results", "items", "features", "records", "value")
COUNTS = ("TotalCount", "total_count", "totalCount")
_WANTED = "wanted a list of rows, an answer of an API or a layer of GeoJSON"


def read_json(content: Content) -> RawTable:
    """The rows of a JSON file as a table; points of GeoJSON give longitude and latitude where no column does.

    Pages of one answer may stand in a list, or one a line. Points in metres are brought to degrees.

    Raises
    ------
    InputError
        It is not JSON, holds no rows, or is the answer of an API that refused.
    """
    pages = _pages(content)
    rows: list[dict[str, str]] = []
    problems: list[Problem] = []
    shapes: set[str] = set()
    for page in pages:
        found = _rows_of(content.name, page)
        to_degrees = _to_degrees(content.name, page, found, problems)
        rows += [_row(r, to_degrees) for r in found]
        shapes |= {str(r["geometry"].get("type")) for r in found if isinstance(r.get("geometry"), Mapping)}
    if not rows:
        raise InputError(f"{content.name}: has no rows; the query that made it may have found nothing")
    problems += _check_count(content.name, pages, len(rows))
    cells = pd.DataFrame(rows).astype("string").fillna("")
    cells.columns = pd.Index([str(c) for c in cells.columns])
    head = pd.DataFrame([list(cells.columns)], columns=cells.columns, dtype="string")
    table = pd.concat([head, cells], ignore_index=True).astype("string")
    # An object has no line of its own: its row is its number in the file, after a header that stands for the keys.
    raw = with_header(content.name, table, np.arange(1, len(rows) + 2), problems=problems)
    return replace(raw, areas=bool(shapes) and shapes <= AREAS, lines=bool(shapes) and shapes <= LINES)


def _pages(content: Content) -> list[Any]:
    try:
        text = content.raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{content.name}: is broken JSON: it is not UTF-8 text") from error
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as error:
        try:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            raise InputError(f"{content.name}: is broken JSON: {error}") from error
    return read if isinstance(read, list) and all(_key_of(p) for p in read) else [read]


def _key_of(page: Any) -> str:
    """Under which key an answer keeps its rows; nothing if it is no answer."""
    if not isinstance(page, Mapping):
        return ""
    return next((k for k in ROWS if isinstance(page.get(k), list)), "")


def _rows_of(name: str, page: Any) -> list[Any]:
    key = _key_of(page)
    rows = page[key] if key else page
    if isinstance(rows, Mapping):
        said = next((rows[k] for k in ("error", "errors", "errorMessages", "message", "messages") if rows.get(k)), None)
        if said is None and rows and all(isinstance(v, str | int | float | bool | None) for v in rows.values()):
            return [rows]  # one row a line
        words = f"is an answer without rows: {json.dumps(said, ensure_ascii=False)[:200]}" if said else "has no rows"
        raise InputError(f"{name}: {words}; {_WANTED}")
    if not isinstance(rows, list) or not all(isinstance(r, Mapping) for r in rows):
        raise InputError(f"{name}: is JSON, but no table; {_WANTED}")
    return rows


def _check_count(name: str, pages: list[Any], found: int) -> Iterator[Problem]:
    """What the answer itself says of how many rows there are."""
    stated = [p[k] for p in pages if isinstance(p, Mapping) for k in COUNTS if isinstance(p.get(k), int)]
    if stated and max(stated) != found:
        message = f"has {found:,} rows, but its source counts {max(stated):,}; fetch the other pages too"
        yield Problem(name, None, None, None, message, "warning")


# --- GeoJSON ---------------------------------------------------------------------------------------------------------


def _to_degrees(name: str, layer: Any, rows: list[Any], problems: list[Problem]) -> pyproj.Transformer | None:
    """How to bring the points of a layer to degrees; None if they are, or if there are none."""
    crs = layer.get("crs") if isinstance(layer, Mapping) else None
    if not crs or not any("geometry" in r for r in rows[:10]):
        return None
    stated = crs.get("properties", {}).get("name") if isinstance(crs, Mapping) else None
    try:
        known = pyproj.CRS.from_user_input(str(stated))
    except pyproj.exceptions.CRSError as error:
        raise InputError(f"{name}: has coordinates in {json.dumps(crs)[:120]}; wanted degrees (EPSG:4326)") from error
    if known.is_geographic:
        return None
    message = f"has coordinates in {known.name} (metres); they were brought to degrees"
    problems.append(Problem(name, None, None, None, message, "warning"))
    return pyproj.Transformer.from_crs(known, "EPSG:4326", always_xy=True)


def _row(feature: Mapping[str, Any], to_degrees: pyproj.Transformer | None) -> dict[str, str]:
    if "geometry" not in feature and feature.get("type") != "Feature":
        return {str(k): json_text(v) for k, v in feature.items()}
    properties = feature.get("properties")
    row = {str(k): json_text(v) for k, v in properties.items()} if isinstance(properties, Mapping) else {}
    shape = feature.get("geometry")
    if isinstance(shape, Mapping) and shape.get("type") == "Point":
        named = {k.casefold() for k, v in row.items() if v}
        if not {"longitude", "latitude"} & named:
            row |= _point(shape.get("coordinates"), to_degrees)
    return row


def _point(point: Any, to_degrees: pyproj.Transformer | None) -> dict[str, str]:
    if not isinstance(point, list) or len(point) < 2 or not all(isinstance(v, int | float) for v in point[:2]):
        return {}
    x, y = point[:2] if to_degrees is None else to_degrees.transform(*point[:2])
    return {"longitude": json_text(x), "latitude": json_text(y)}


def json_text(value: Any) -> str:
    """A value of JSON as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return cell_text(value)
