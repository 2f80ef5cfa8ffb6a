"""How many people live in admin units: plain tables, OCHA's population statistics (COD-PS), HDX HAPI's baseline.

A count is worth what its year and its source are, so both are wanted. Counts of one sex or age are parts of the count
of all: they are left out, never added to it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import InputError
from geo.gazetteer import country_code
from geo.schema import POPULATION, Credit, mask
from geo.sources import hapi
from geo.sources.columns import check_needs, column_key, find_columns, respelt, usual_names
from geo.sources.draft import Draft, SourceRead, join, left_out
from geo.sources.events import credit
from geo.sources.files import Content, read_content
from geo.sources.json_rows import read_json
from geo.sources.layers import read_layers
from geo.sources.own import as_text, read_parquet
from geo.sources.raw import RawTable, refused_rows
from geo.sources.sheets import read_sheets, sheet_table
from geo.sources.text import read_text_table
from geo.theatre import Theatre

KIND = "population table"
COD = Credit("OCHA population statistics (COD-PS)", "as stated by the dataset on HDX", "https://data.humdata.org")
_LEVELS = (4, 3, 2, 1)
_CODES: dict[str, tuple[str, ...]] = {
    f"admin{n}": tuple(f"{stem}{n}{end}" for stem in ("adm", "admin") for end in ("_pcode", "pcode", "_code", "code"))
    for n in _LEVELS
}
FIELDS: dict[str, tuple[str, ...]] = {
    "pcode": ("p_code", "unit_pcode", "admin_pcode", "adm_pcode", "unit_code"),
    **_CODES,
    "country": ("adm0_pcode", "admin0_pcode", "admin0pcode", "location_code", "country_code", "iso3"),
    "population": ("t_tl", "total_population", "population_total", "pop", "total_pop", "pop_total", "inhabitants",
                   "عدد_السكان", "السكان"),
    "year": ("population_year", "reference_year", "ref_year", "السنة"),
    "start": ("reference_period_start", "reference_date"),
    "source": ("publisher", "dataset", "data_source", "المصدر"),
    "level": ("admin_level", "adm_level"),
    "sex": ("gender",),
    "age": ("age_range", "age_group"),
}  # fmt: skip
OWN = frozenset({"pcode", "population", "year"})  # fields that a mapping of several files means for this one
NAMES = (*FIELDS, *usual_names(FIELDS))
_UNITS = ("pcode", *_CODES, "country")
_WHOLE = frozenset({"all", "total", "both", "both sexes", "all ages", "t"})  # words for people of every sex or age
_HAPI = frozenset({"location_code", "admin_level", "gender", "age_range", "population", "reference_period_start"})
_COD = frozenset({"t_tl", "adm0_pcode"})
_PLAIN = frozenset({"pcode", "population", "year", "source"})
_OF_RECORDS = frozenset({"date", "date_start", "event_date", "event_type", "measure", "movement"})
_OF_A_YEAR = re.compile(r"(?:t_tl|(?:total_)?pop(?:ulation)?)_?((?:19|20)\d\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_YEAR_FIRST = re.compile(r"((?:19|20)\d\d)(?:\.0|[-/T].*)?")  # a year, or a day that begins with it


def matches(columns: frozenset[str]) -> bool:
    """Whether a table tells of the people who live in units, and not of anything that happened."""
    return columns >= _HAPI or columns >= _COD or (columns >= _PLAIN and not columns & _OF_RECORDS)


def read_population(
    given: Path | pd.DataFrame, *, languages: Sequence[str] = (), columns: Mapping[str, str] | None = None
) -> SourceRead:
    """The population of admin units, from any table that ``read_table`` opens or from a table in memory.

    Wanted are columns of the unit's p-code (or of the codes of its level and those above it), of the people in it, of
    the year and of who counted them. A column ``population_2021`` names its year itself; where no column does, the
    name of the sheet or the file may. ``columns`` names the column of a field that has no usual name.

    Raises
    ------
    InputError
        The file cannot be read, or no column says what is needed; the message says what it has and what is wanted.
    """
    if isinstance(given, pd.DataFrame):
        return _read(as_text("population", {str(c): given[c] for c in given}), columns)
    tables = _tables(read_content(Path(given)), languages)
    if isinstance(tables, SourceRead):
        if not len(tables.population):
            raise InputError(f"{Path(given).name}: is a {tables.kind}; wanted a table of the population of units")
        return tables
    tables = [respelt(raw, NAMES) for raw in tables]
    known = [_is_usable(raw, columns) for raw in tables]
    if len(tables) == 1 or not any(known):
        return _read(tables[0], columns)
    reads = [_read(raw, columns) for raw, good in zip(tables, known, strict=True) if good]
    return join(reads, [left_out(raw) for raw, good in zip(tables, known, strict=True) if not good])


def _tables(content: Content, languages: Sequence[str]) -> list[RawTable] | SourceRead:
    """The tables of a file; one of our own is read already."""
    if content.kind == "xlsx":
        return [sheet_table(sheet) for sheet in read_sheets(content)]
    if content.kind == "layer":
        return read_layers(content)
    if content.kind == "parquet":
        stored = read_parquet(content)
        return stored if isinstance(stored, SourceRead) else [stored]
    return [read_json(content) if content.kind == "json" else read_text_table(content, languages=languages)]


def _is_usable(raw: RawTable, columns: Mapping[str, str] | None) -> bool:
    found = _found(raw, columns)
    return bool(set(_UNITS) & set(found)) and ("population" in found or bool(_yearly(raw)))


def _found(raw: RawTable, columns: Mapping[str, str] | None) -> dict[str, str]:
    """Headers by field; of the user's names those that are fields here and stand in this table."""
    keys = {column_key(h) for h in raw.cells.columns}
    given = {f: h for f, h in (columns or {}).items() if f in FIELDS and column_key(h) in keys}
    return find_columns(raw, FIELDS, given)


def _yearly(raw: RawTable) -> dict[int, str]:
    """Columns that hold the people of one year each, by year."""
    found = ((_OF_A_YEAR.fullmatch(column_key(h)), h) for h in raw.cells.columns)
    return {int(m[1]): h for m, h in found if m}


def _read(raw: RawTable, columns: Mapping[str, str] | None) -> SourceRead:
    table = _draft(raw, _found(raw, columns))
    return dataclasses.replace(table, refused=refused_rows(raw, table.problems))


def read(raw: RawTable, *, theatre: Theatre) -> SourceRead:  # noqa: ARG001 - all readers take it
    """A table that is known by its columns."""
    return _draft(raw, _found(raw, None))


def _draft(raw: RawTable, found: Mapping[str, str]) -> SourceRead:
    yearly = {} if "population" in found else _yearly(raw)
    named, publisher = _named_year(raw), _publisher(raw)
    needs: list[tuple[str, Sequence[str]]] = [("the p-code of a unit", _UNITS)]
    needs += [] if yearly else [("people", ("population",))]
    needs += [] if yearly or named else [("the year of the count", ("year", "start"))]
    needs += [] if publisher else [("who counted", ("source",))]
    check_needs(raw, found, needs, FIELDS)
    draft = Draft(raw, {**found, **{f"population {year}": header for year, header in yearly.items()}})
    draft.leave_out(raw.cells.duplicated(), "rows that repeat an earlier one in every cell")
    _leave_out_parts(draft)
    codes, sources = _codes(draft), draft.known("source")
    if publisher:
        sources = sources.fillna(publisher.source)
    draft.refuse(sources.isna(), "source", "is empty; wanted who counted or estimated the people")
    figures: list[tuple[pd.Series, Any]] = [(draft.amounts(f"population {year}"), year) for year in yearly]
    if not yearly:
        figures = [(draft.amounts("population"), _years(draft, named))]
        draft.refuse(figures[0][0].isna(), "population", "is empty; wanted the number of people")
    _refuse_repeated(draft, _keys(codes, sources, "" if yearly else figures[0][1]))
    tables = [_table(draft, codes, sources, *figure) for figure in figures]
    return draft.finish_all(tables, POPULATION, kind=KIND, credit=publisher or credit(draft))


def _table(draft: Draft, codes: pd.Series, sources: pd.Series, people: pd.Series, years: Any) -> dict[str, pd.Series]:
    """The counts of one column; a row without one is no record."""
    every = pd.Series(years, index=codes.index).astype("Int64")
    field = "population" if "population" in draft else f"population {years}"
    draft.warn(people == 0, field, "is zero; no rate can be made of it", once=True)
    ids = draft.ids("P", KIND, _keys(codes, sources, every)).mask(people.isna())
    return {"population_id": ids, "pcode": codes, "population": people, "year": every, "source": sources}


def _keys(codes: pd.Series, sources: pd.Series, years: Any) -> pd.Series:
    """What makes a count one of its own: the unit, who counted, and when."""
    parts = [pd.Series(part, index=codes.index).astype("string").fillna("") for part in (codes, sources, years)]
    return parts[0].str.cat(parts[1:], sep="\x1f")


def _publisher(raw: RawTable) -> Credit | None:
    """The publisher whose columns these are; None for a table of anybody's."""
    keys = frozenset(column_key(h) for h in raw.cells.columns)
    return hapi.CREDIT if keys >= _HAPI else COD if keys >= _COD else None


def _named_year(raw: RawTable) -> int | None:
    """The only year in the name of the sheet, else in that of the file."""
    found = (set(_YEAR.findall(name)) for name in (raw.sheet, raw.name))
    return next((int(*years) for years in found if len(years) == 1), None)


def _years(draft: Draft, named: int | None) -> pd.Series:
    if "year" in draft:
        given = draft.mapped("year", lambda t: int(t[:4]) if _YEAR_FIRST.fullmatch(t) else None)
        draft.refuse(given.isna(), "year", "is no year; wanted four digits, as 2021")
        return given
    if "start" in draft:
        first = draft.dates("start")["date_start"].dt.year
        draft.refuse(first.isna(), "start", "is empty; wanted the year of the count")
        return first
    draft.note(f"no column gives the year of the count; {named} is taken, from the name of the file or sheet")
    return pd.Series(named, index=draft.raw.cells.index)


def _leave_out_parts(draft: Draft) -> None:
    """Rows of one sex or one age are parts of the count of all."""
    for field in ("sex", "age"):
        coded = draft.coded_text(field)
        draft.leave_out(coded.where(t.casefold() not in _WHOLE for t in coded.texts), f"rows of one {field} only")
    if len(draft) and not draft.open.any():
        draft.note("no row counts people of every sex and age; parts are not added up, for nobody says they are all")


def _codes(draft: Draft) -> pd.Series:
    """The unit that each row counts: of the level it states, else the deepest that it names."""
    codes = {int(name[-1]): draft.known(name) for name in _CODES}
    codes[0] = draft.words("country", lambda t: country_code(t) or t)
    given = draft.known("pcode")
    level = pd.Series(draft.coded_text("level").numbers(_level), index=given.index)
    deepest, stated = given, given
    for number, code in codes.items():  # from the deepest up
        deepest = deepest.fillna(code)
        stated = stated.fillna(code.where(level == number))
    found = stated.where(level.notna(), deepest)
    # HAPI fills up the code of a unit that it does not know with these letters.
    draft.leave_out(found.str.contains("XXX", regex=False), "rows of a unit that the source does not know")
    first, *others = [f for f in _UNITS if f in draft]
    empty = "and the columns beside it name no unit" if others else "is empty"
    draft.refuse(found.isna(), first, f"{empty}; wanted the p-code of a unit")
    return found


def _level(text: str) -> float:
    digit = text.removesuffix(".0")[-1:]
    return float(digit) if digit.isdecimal() else float("nan")


def _refuse_repeated(draft: Draft, keys: pd.Series) -> None:
    """The second count of one unit, year and source: which of them holds is not for us to say."""
    usable = keys.where(draft.open)
    again = mask(usable.duplicated() & usable.notna())
    first = dict(zip(usable[~again], draft.raw.rows[~again], strict=True))
    field = next((f for f in _UNITS if f in draft), "pcode")
    for at in again.nonzero()[0].tolist():
        message = f"is counted twice by one source in one year, first in line {first[usable.iloc[at]]}"
        draft.problems.append(draft.problem(at, field, message, "error"))
    draft.refused |= again
