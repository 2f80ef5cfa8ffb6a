"""A place column of any table: every row gets a place, coordinates, how well they are known, and why.

Work is done once for each distinct combination of cells, then spread over the rows, so the order of rows is nothing.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.admin import areas_table
from geo.errors import InputError, Problem
from geo.gazetteer import Gazetteer
from geo.geocode.answering import Answering, Statement
from geo.geocode.asking import Service
from geo.geocode.choose import Resolver
from geo.geocode.decisions import Decisions
from geo.theatre import Theatre

ADDED: dict[str, str] = {
    "place_id": "string",
    "place_name": "string",
    "latitude": "Float64",
    "longitude": "Float64",
    "geo_precision": "string",
    "geo_radius_km": "Float64",
    "geo_method": "string",
    "geo_score": "Float64",
    "geo_reason": "string",
}
ROLES = ("place", "admin1", "admin2", "admin3", "country", "pcode")
_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")  # of writing direction
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

Note = tuple[int, str, str, str]  # position of the row, role of the column, value, message


@dataclass(frozen=True, slots=True)
class Answers:
    """What was found for each distinct combination of cells, and for every row of the table the number of its own.

    ``each`` has the columns of ADDED, and ``toponym``, ``first`` (position of the first such row) and ``rows``.
    ``notes`` and ``elsewhere`` are warnings; the latter about decisions and the service.
    """

    each: pd.DataFrame
    number: np.ndarray
    notes: tuple[Note, ...] = ()
    elsewhere: tuple[Problem, ...] = ()

    @property
    def placed(self) -> np.ndarray:
        """Which combinations have coordinates, or are at least known to their country."""
        return self.each["geo_precision"].notna().to_numpy(dtype=bool)

    def unplaced(self, columns: Mapping[str, str], *, source: str, lines: np.ndarray | None = None) -> list[Problem]:
        """A warning for each distinct name without a place, at its first row.

        ``columns`` names the column of each role; ``lines`` holds the line of each row, else the header is line 1.
        """
        left = self.each.loc[~self.placed, ["toponym", "first", "rows", "geo_reason"]]
        told = [
            (first, "place", toponym, f"{reason} (left without place{_times(rows)})")
            for toponym, first, rows, reason in left.itertuples(index=False)
        ]
        return self._at(told, columns, source, lines)

    def warnings(self, columns: Mapping[str, str], *, source: str, lines: np.ndarray | None = None) -> list[Problem]:
        """What else to look at: decisions and the service, and each country that is not known, at its first row."""
        return [*self.elsewhere, *self._at(self.notes, columns, source, lines)]

    def _at(
        self, told: Iterable[Note], columns: Mapping[str, str], source: str, lines: np.ndarray | None
    ) -> list[Problem]:
        at = lines if lines is not None else np.arange(2, len(self.number) + 2)
        return [
            Problem(source, int(at[first]), columns[role], value, text, "warning")
            for first, role, value, text in sorted(told, key=lambda t: t[0])
        ]


def _times(rows: int) -> str:
    return f", {rows:,} rows" if rows > 1 else ""


def geocode_column(
    table: pd.DataFrame,
    *,
    place: str,
    gazetteer: Gazetteer,
    theatre: Theatre,
    admin1: str | None = None,
    admin2: str | None = None,
    admin3: str | None = None,
    country: str | None = None,
    pcode: str | None = None,
    areas: gpd.GeoDataFrame | None = None,
    decisions: Decisions | None = None,
    service: Service | None = None,
    prefix: str = "",
    source: str = "table",
) -> tuple[pd.DataFrame, list[Problem]]:
    """The same rows and columns in the same order, with the columns of ADDED behind them, and what was not placed.

    ``place`` and the others name columns; those of units hold names or p-codes, that of countries names or ISO codes.
    A place has its own point. A unit has a point that stands for it, a line its middle; ``geo_radius_km`` then holds
    the whole of it. A country has no coordinates, for its middle is nowhere. What is not found has only a reason.

    ``areas`` is an AREAS table (``geo.admin``) whose polygons are used for units. ``decisions`` win over everything;
    ``service`` is asked for names that the gazetteer leaves without place, after it was told of all of them.
    ``prefix`` goes before the names of the new columns.

    Raises
    ------
    InputError
        A column is not there, stands twice, or bears the name of a new one.
    GeocoderError
        The service does not take so many names.
    """
    named = dict(zip(ROLES, (place, admin1, admin2, admin3, country, pcode), strict=True))
    columns = {role: name for role, name in named.items() if name is not None}
    new = {name: f"{prefix}{name}" for name in ADDED}
    check_columns([str(c) for c in table.columns], columns.values(), new.values(), source=source)
    at = {str(name): position for position, name in enumerate(table.columns)}
    said = {role: table.iloc[:, at[name]] for role, name in columns.items()}
    answering = Answering(
        gazetteer,
        areas_table([]) if areas is None else areas,
        theatre,
        decisions=decisions,
        service=service,
    )
    answers = find_answers(said, answering)
    wider = table.copy(deep=False)
    for name, title in new.items():
        wider.insert(len(wider.columns), title, answers.each[name].array.take(answers.number))
    return wider, [*answers.warnings(columns, source=source), *answers.unplaced(columns, source=source)]


def check_columns(has: Sequence[str], wanted: Iterable[str], new: Iterable[str], *, source: str) -> None:
    """Complain of columns that are not there, stand twice, or would be hidden by a new one.

    Raises
    ------
    InputError
        Always if there is something to complain of.
    """
    listed = "it has: " + ", ".join(has[:60]) + (f" and {len(has) - 60} more" if len(has) > 60 else "")
    for name in wanted:
        if name not in has:
            raise InputError(f"{source}: no column '{name}'; {listed}")
        if has.count(name) > 1:
            raise InputError(f"{source}: the column '{name}' stands {has.count(name)} times; rename all but one")
    taken = [name for name in new if name in has]
    if taken:
        raise InputError(
            f"{source}: already has {', '.join(taken)}, which would be added; rename the old columns, or put something "
            "before the new names, as --prefix new_"
        )


def find_answers(said: Mapping[str, pd.Series], answering: Answering) -> Answers:
    """Look up every distinct combination of the cells of some columns, which are given by their role (ROLES)."""
    number, first = _distinct(list(said.values()))
    texts = {role: [clean_text(v) for v in column.iloc[first].tolist()] for role, column in said.items()}
    named = ["toponym" if role == "place" else role for role in texts]
    given = [Statement(**dict(zip(named, cells, strict=True))) for cells in zip(*texts.values(), strict=True)]
    with _without_collecting():
        found = answering.answers(given)
        each = pd.DataFrame(found, columns=list(ADDED)).astype(ADDED)
    rows = np.bincount(number, minlength=len(given))
    each = each.assign(toponym=texts["place"], first=first, rows=rows)
    notes = _unknown_countries(given, first, rows, answering.locator.resolver)
    return Answers(each, number, tuple(notes), tuple(dict.fromkeys(answering.problems)))


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Pauses Python's search for circles among values, a quarter of the time: there are many, and none in a circle."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _distinct(columns: Sequence[pd.Series]) -> tuple[np.ndarray, np.ndarray]:
    """For every row the number of its combination, and where each combination stands first."""
    number = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        # Objects can be anything, also what cannot be compared; their texts are what is looked up.
        codes, values = pd.factorize(column.map(clean_text) if column.dtype == object else column)
        number = pd.factorize(number * (len(values) + 1) + codes + 1)[0]
    _, first = np.unique(number, return_index=True)
    return number, first


def clean_text(value: object) -> str:
    """A cell as one line of text without control characters and marks of writing direction; "" if missing."""
    if not isinstance(value, str):
        if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
            return ""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        value = str(value)
    if not value.isprintable():
        value = _CONTROLS.sub(" ", _MARKS.sub("", value))
    return value.strip()


def _unknown_countries(
    given: Sequence[Statement], first: np.ndarray, rows: np.ndarray, resolver: Resolver
) -> list[Note]:
    """Position, role, value and message for each stated country that nobody knows."""
    stands: dict[str, tuple[int, int]] = {}
    for statement, position, count in zip(given, first.tolist(), rows.tolist(), strict=True):
        if statement.country:
            at, before = stands.get(statement.country, (position, 0))
            stands[statement.country] = min(at, position), before + count
    return [
        (
            at,
            "country",
            name,
            f"is no country that is known, so it is not used; wanted a name or code{_times(count)}",
        )
        for name, (at, count) in stands.items()
        if resolver.country(name) is None
    ]
