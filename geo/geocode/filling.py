"""From spots back to rows: the columns that are filled, and a Problem for each row with something to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from geo.codes import AREA_PRECISIONS, POINT_PRECISIONS, Precision
from geo.errors import Problem
from geo.geocode.ground import Ground
from geo.geocode.spots import Spot, points_of
from geo.geocode.statements import Said


def event_columns(spots: Sequence[Spot], ground: Ground) -> dict[str, list[Any]]:
    """What an EVENTS table learns from its spots, a value for each."""
    codes = _codes(spots, ground)
    return {
        "place_id": [s.place.place_id if s.place else None for s in spots],
        "place_name": [s.name or None for s in spots],
        "place_name_ar": [(s.place.name_ar or None) if s.place else None for s in spots],
        **{f"admin{n}_pcode": codes[n] for n in (1, 2, 3)},
        "geo_precision": [s.precision.value if s.precision else None for s in spots],
        "geo_radius_km": [s.radius_km for s in spots],
        "geo_method": [s.method for s in spots],
        "geo_score": [s.score for s in spots],
        "geo_reason": [s.reason for s in spots],
        "geometry": [s.geometry for s in spots],
    }


def end_columns(spots: Sequence[Spot], side: str) -> dict[str, list[Any]]:
    """What one end of a DISPLACEMENT table learns from its spots."""
    return {
        f"{side}_place_id": [s.place.place_id if s.place else None for s in spots],
        f"{side}_name": [s.name or None for s in spots],
        f"{side}_pcode": [(s.place.pcode or None) if s.place else (s.unit or None) for s in spots],
        f"{side}_precision": [s.precision.value if s.precision else None for s in spots],
        f"{side}_longitude": [s.point[0] if s.point else None for s in spots],
        f"{side}_latitude": [s.point[1] if s.point else None for s in spots],
    }


def _codes(spots: Sequence[Spot], ground: Ground) -> dict[int, list[str | None]]:
    """P-codes of levels 1 to 3 for every spot: of its unit, of the polygons around its point, or of its place."""
    found: dict[int, list[str | None]] = {}
    at, points = points_of(spots)
    for level in (1, 2, 3):
        codes: list[str | None] = [ground.above.get(s.unit, {}).get(level) for s in spots]
        around = ground.holding(points[:, 0], points[:, 1], level)
        for i, code in zip(at, around, strict=True):
            codes[i] = code
        for i, spot in enumerate(spots):
            own = getattr(spot.place, f"admin{level}") if spot.place else ""
            # A rough area knows less of a village than the gazetteer that lists it.
            if own and (codes[i] is None or ground.rough.get(str(codes[i]), False)) and _reaches(spot, level):
                codes[i] = own
        found[level] = codes
    return found


def _reaches(spot: Spot, level: int) -> bool:
    """Whether a spot is known well enough to lie in one unit of a level."""
    if spot.precision in POINT_PRECISIONS:
        return True
    return level == 1 and spot.precision in AREA_PRECISIONS


def spread(columns: dict[str, list[Any]], number: np.ndarray) -> dict[str, Any]:
    """Values of distinct statements for every row that makes them."""
    spread = {}
    for name, values in columns.items():
        each = np.empty(len(values), dtype=object)
        each[:] = values
        spread[name] = each[number]
    return spread


def drawn_end(ends: Mapping[str, tuple[Said, Sequence[Spot]]]) -> dict[str, Any]:
    """Geometry, method, score and reason of the end that is drawn: the last one known."""
    drawn: dict[str, Any] = {}
    for side, (said, spots) in ends.items():
        columns = {
            "geometry": [s.geometry for s in spots],
            "geo_method": [s.method for s in spots],
            "geo_score": [s.score for s in spots],
            "geo_reason": [f"{side}: {s.reason}" if s.reason else None for s in spots],
        }
        values = spread(columns, said.number)
        if not drawn:
            drawn = values
            continue
        known = (
            np.array([s.geometry is not None for s in spots], dtype=bool)[said.number] if spots else np.zeros(0, bool)
        )
        nowhere = np.array([g is None for g in drawn["geometry"]], dtype=bool)
        for name, each in values.items():
            drawn[name] = np.where(known | nowhere, each, drawn[name])
    return drawn


def row_problems(table: pd.DataFrame, spots: Sequence[Spot], said: Said, column: str, name: str) -> list[Problem]:
    """One warning for each row and complaint, in the order of the rows.

    Tables of displacement name the same places again and again: of them a complaint is made once a file, at the first.
    """
    named = said.first["toponym"].tolist()
    told = {i: notes for i, s in enumerate(spots) if (notes := _complaints(s, named[i], column))}
    at = np.flatnonzero(np.isin(said.number, list(told)))
    files = table["source_file"].iloc[at].fillna(name).tolist()
    lines = table["source_row"].iloc[at].fillna(pd.Series(at + 1, table.index[at], dtype="Int64")).tolist()
    found = [
        Problem(file, line, where, value, message, "warning")
        for file, line, number in zip(files, lines, said.number[at].tolist(), strict=True)
        for where, value, message in told[number]
    ]
    return found if column == "toponym" else _once_a_file(found)


def _once_a_file(problems: Sequence[Problem]) -> list[Problem]:
    """The first of problems that differ by their line alone, with the number of rows."""
    same: dict[tuple[object, ...], list[Problem]] = {}
    for problem in problems:
        same.setdefault((problem.source, problem.column, problem.value, problem.message), []).append(problem)
    return [
        replace(first, message=f"{first.message} ({len(others) + 1:,} rows, the first here)") if others else first
        for first, *others in same.values()
    ]


def _complaints(spot: Spot, toponym: str, column: str) -> list[tuple[str | None, str | None, str]]:
    noted: list[tuple[str | None, str | None, str]] = list(spot.complaints)
    quiet = spot.precision in (Precision.COUNTRY, Precision.WITHHELD) or (not toponym and column != "toponym")
    quiet = quiet or spot.method == "review"  # a person left it so
    unknown = spot.reason == "the source does not know the place" and column != "toponym"
    if spot.geometry is None and not quiet and not unknown:
        noted.append((column, toponym or None, f"{spot.reason} (left without geometry)"))
    return noted
