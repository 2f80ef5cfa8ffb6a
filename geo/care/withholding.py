"""The list of what may not be shown: rows by id, places by id, code or name, circles; read, and found in tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.care.coarser import points
from geo.care.hiding import name_column, stems
from geo.errors import InputError, Problem
from geo.gazetteer import Gazetteer, kilometres
from geo.names import fold
from geo.schema import without_guard
from geo.sources.columns import column_key
from geo.sources.files import read_content
from geo.sources.raw import RawTable
from geo.sources.sheets import read_sheets, sheet_table
from geo.sources.text import read_text_table

ID_COLUMNS = ("id", "event_id", "record_id", "source_id")
CIRCLE_COLUMNS = ("longitude", "latitude", "radius_km")
_LIMITS = {"longitude": (-180.0, 180.0), "latitude": (-90.0, 90.0), "radius_km": (0.0, 1_000.0)}
_WANTED = "id (or event_id, record_id, source_id), place, or longitude, latitude and radius_km"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that may not be shown; a circle is longitude, latitude, radius in km. ``row`` is its line."""

    kind: Literal["id", "place", "circle"]
    text: str
    circle: tuple[float, float, float] | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Withhold:
    """What may not be shown, as listed in a file."""

    entries: tuple[Entry, ...] = ()
    file: str = ""

    def texts(self, kind: str) -> frozenset[str]:
        """What the entries of a kind say."""
        return frozenset(e.text for e in self.entries if e.kind == kind)

    def unknown(self, entry: Entry) -> Problem:
        """The warning that an entry names nothing."""
        column = "longitude" if entry.kind == "circle" else entry.kind
        message = "names nothing in the data, so nothing is withheld for it; correct it or take it out"
        return Problem(self.file, entry.row, column, entry.text, message, "warning")


# --- reading ---


def read_withhold(path: Path, *, languages: Sequence[str] = ()) -> tuple[Withhold, list[Problem]]:
    """What a CSV or XLSX lists, and a warning for each thing that was odd about the file.

    Raises
    ------
    InputError
        The file cannot be read, has none of the columns, or a line of it cannot be understood: what was meant to be
        withheld must not be published because of a slip. ``problems`` holds all such lines.
    """
    content = read_content(Path(path))
    if content.kind not in ("text", "xlsx"):
        raise InputError(f"{content.name}: is no CSV and no XLSX; wanted a list with the columns {_WANTED}")
    raw = sheet_table(read_sheets(content)[0]) if content.kind == "xlsx" else None
    raw = raw or read_text_table(content, languages=languages)
    columns = _columns(raw)
    texts = {n: [without_guard(t.strip()) for t in raw.cells[h].fillna("").astype(str)] for n, h in columns.items()}
    entries: list[Entry] = []
    problems: list[Problem] = list(raw.problems)
    for position, line in enumerate(raw.rows.tolist()):
        found, wrong = _entries({n: t[position] for n, t in texts.items()}, raw.title, int(line))
        entries += found
        problems += wrong
    errors = [p for p in problems if p.severity == "error"]
    if errors:
        told = "\n".join(str(p).removesuffix(" (row refused)") for p in errors)
        raise InputError(f"{told}\nnothing was written: a line that cannot be read withholds nothing", errors)
    return Withhold(tuple(entries), raw.title), problems


def _columns(raw: RawTable) -> dict[str, str]:
    """Headers of the columns that count, by our names for them."""
    headers = {column_key(h): h for h in reversed(raw.header)}
    columns = {n: headers[n] for n in (*ID_COLUMNS, "place", *CIRCLE_COLUMNS) if n in headers}
    circle = [n for n in CIRCLE_COLUMNS if n in columns]
    if circle and len(circle) < len(CIRCLE_COLUMNS):
        missing = ", ".join(n for n in CIRCLE_COLUMNS if n not in columns)
        raise InputError(f"{raw.title}: has the column {circle[0]} but not {missing}; a circle wants all three")
    if not columns:
        has = ", ".join(raw.header[:20])
        raise InputError(f"{raw.title}: has no column that says what to withhold; wanted {_WANTED}; it has: {has}")
    return columns


def _entries(cells: dict[str, str], file: str, line: int) -> tuple[list[Entry], list[Problem]]:
    """What one line lists: each of its cells counts for itself."""
    found = [Entry("id", cells[n], row=line) for n in ID_COLUMNS if cells.get(n)]
    if cells.get("place"):
        found.append(Entry("place", cells["place"], row=line))
        if not fold(cells["place"]):
            message = "is no name, id or p-code of a place; correct it"
            return [], [Problem(file, line, "place", cells["place"], message, "error")]
    given = {n: cells[n] for n in CIRCLE_COLUMNS if cells.get(n)}
    if not given:
        message = "names nothing to withhold; fill in a cell or take the line out"
        return found, [] if found else [Problem(file, line, None, None, message, "error")]
    numbers, wrong = {}, []
    for name in CIRCLE_COLUMNS:
        number = _number(given.get(name, ""), name)
        if isinstance(number, str):
            wrong.append(Problem(file, line, name, given.get(name, ""), number, "error"))
        else:
            numbers[name] = number
    if not wrong:
        x, y, radius = (numbers[n] for n in CIRCLE_COLUMNS)
        found.append(Entry("circle", f"{x:g}, {y:g}, {radius:g} km", (x, y, radius), line))
    return found, wrong


def _number(text: str, name: str) -> float | str:
    """The number that a cell says, or why it says none."""
    low, high = _LIMITS[name]
    wanted = f"wanted a number from {low:g} to {high:g}, all three cells of a circle filled"
    try:
        number = float(text)
    except ValueError:
        return f"is no {name}; {wanted}"
    inside = math.isfinite(number) and low <= number <= high and (name != "radius_km" or number > 0)
    return number if inside else f"is out of range; {wanted}"


# --- finding in tables ---


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows of each table that a list names, the folded names of places that it hides, entries that name nothing."""

    masks: tuple[np.ndarray, ...]
    hidden: frozenset[str] = frozenset()
    unused: tuple[Entry, ...] = ()


@dataclass
class _Search:
    """What was found so far: entries that name something, names that are to be hidden."""

    used: set[Entry] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)


def find_listed(
    tables: Sequence[gpd.GeoDataFrame], withhold: Withhold, areas: gpd.GeoDataFrame, gazetteer: Gazetteer | None
) -> Listed:
    """The rows that a list names: by id, by their place in any of its names, by the unit or the circle they lie in."""
    search = _Search()
    if not withhold.entries:
        return Listed(tuple(np.zeros(len(table), dtype=bool) for table in tables))
    masks = []
    for table in tables:
        found = [_by_id(table, withhold, search)]
        for stem in stems(table):
            found.append(_by_place(table, stem, withhold, search, gazetteer))
            found.append(_by_shape(table, stem, withhold, areas, search))
        masks.append(np.logical_or.reduce(found))
    unused = tuple(e for e in withhold.entries if e not in search.used)
    return Listed(tuple(masks), frozenset(search.hidden - {""}), unused)


def _by_id(table: gpd.GeoDataFrame, withhold: Withhold, search: _Search) -> np.ndarray:
    wanted = withhold.texts("id")
    mask = np.zeros(len(table), dtype=bool)
    for column in (c for c in ("event_id", "record_id", "source_id") if c in table):
        cells = table[column]
        here = set(cells.dropna().unique()) & wanted
        search.used |= {e for e in withhold.entries if e.kind == "id" and e.text in here}
        mask |= _among(cells, here)
    return mask


def _by_place(
    table: gpd.GeoDataFrame, stem: str, withhold: Withhold, search: _Search, gazetteer: Gazetteer | None
) -> np.ndarray:
    """Rows at a place that is listed by id, by code, or by any name that the row or the gazetteer has for it."""
    wanted: dict[str, list[Entry]] = {}
    for entry in (e for e in withhold.entries if e.kind == "place"):
        for key in {entry.text, fold(entry.text)}:
            wanted.setdefault(key, []).append(entry)
    mask = np.zeros(len(table), dtype=bool)
    if not wanted:
        return mask
    codes = [f"{stem}place_id", f"{stem}pcode", *(() if stem else (f"admin{n}_pcode" for n in (1, 2, 3)))]
    named = [f"{stem}toponym", name_column(stem), *(() if stem else ("place_name_ar",))]
    for column in [c for c in (*codes, *named) if c in table]:
        for text in table[column].dropna().unique():
            known = _known_as(text, gazetteer) if column == f"{stem}place_id" else {text, fold(text)}
            entries = [e for key in known & wanted.keys() for e in wanted[key]]
            if entries:
                rows = _among(table[column], {text})
                mask |= rows
                search.used |= set(entries)
                search.hidden |= {fold(k) for k in known} | {fold(e.text) for e in entries}
                # What else these rows call the place; a unit holds many places, each with a name of its own.
                if not column.startswith("admin"):
                    search.hidden |= {fold(t) for c in named if c in table for t in table.loc[rows, c].dropna()}
    return mask


def _known_as(place_id: str, gazetteer: Gazetteer | None) -> set[str]:
    """Ids, codes and folded names of a place."""
    keys = {place_id, fold(place_id)}
    if gazetteer is not None:
        try:
            place = gazetteer.place(place_id)
        except KeyError:
            return keys
        keys |= {place.pcode, *place.other_ids, fold(place.name), fold(place.name_ar), *map(fold, place.aliases)}
    return keys - {""}


def _by_shape(
    table: gpd.GeoDataFrame, stem: str, withhold: Withhold, areas: gpd.GeoDataFrame, search: _Search
) -> np.ndarray:
    """Rows whose point lies in a circle, or in a unit that is listed by its code or name."""
    mask = np.zeros(len(table), dtype=bool)
    for x, y in _known_points(table, stem):
        known = np.flatnonzero(~(np.isnan(x) | np.isnan(y)))
        for entry, inside in _inside(withhold, areas, x[known], y[known]):
            if inside.any():
                mask[known[inside]] = True
                search.used.add(entry)
                at = np.zeros(len(table), dtype=bool)
                at[known[inside]] = True
                search.hidden |= {fold(t) for t in table.loc[at, name_column(stem)].dropna().unique()}
    return mask


def _known_points(table: gpd.GeoDataFrame, stem: str) -> list[tuple[np.ndarray, np.ndarray]]:
    """Points that the rows are drawn at, and those that their source gives."""
    x, y = points(table, stem)
    if stem:
        return [(x, y)]
    is_point = shapely.get_type_id(table.geometry.to_numpy()) == 0
    given = tuple(table[f"source_{axis}"].to_numpy(dtype=float, na_value=np.nan) for axis in ("longitude", "latitude"))
    return [(np.where(is_point, x, np.nan), np.where(is_point, y, np.nan)), (given[0], given[1])]


def _inside(
    withhold: Withhold, areas: gpd.GeoDataFrame, x: np.ndarray, y: np.ndarray
) -> Iterable[tuple[Entry, np.ndarray]]:
    shapes = dict(zip(areas["pcode"], areas.geometry, strict=True)) if len(areas) else {}
    for entry in withhold.entries:
        if entry.circle is not None:
            longitude, latitude, radius = entry.circle
            yield entry, np.asarray(kilometres(x, y, longitude, latitude) <= radius)
        elif entry.kind == "place" and entry.text in shapes:
            yield entry, shapely.contains_xy(shapes[entry.text], x, y)


def _among(cells: pd.Series, wanted: Iterable[Any]) -> np.ndarray:
    return cells.isin(list(wanted)).fillna(value=False).to_numpy(dtype=bool)
