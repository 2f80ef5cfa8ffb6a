"""Which format a file has, and its reader."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from geo.errors import InputError, Problem
from geo.sources import (
    acled,
    displacement,
    dtm,
    events,
    gdelt,
    hapi,
    idmc,
    ocha,
    own,
    population,
    sites,
    totals,
    ucdp,
    unhcr,
)
from geo.sources.columns import column_key, nearest, respelt, usual_names
from geo.sources.draft import SourceRead, join, left_out
from geo.sources.files import Content, read_content
from geo.sources.json_rows import read_json
from geo.sources.layers import read_layers
from geo.sources.raw import RawTable, refused_rows
from geo.sources.sheets import read_sheets, sheet_table
from geo.sources.text import read_text_table
from geo.theatre import Theatre


class Reader(Protocol):
    """A table of cells to one of ours."""

    def __call__(self, raw: RawTable, *, theatre: Theatre) -> SourceRead: ...


@dataclass(frozen=True, slots=True)
class Format:
    """A table format: how its columns are recognised (by their folded names), its reader, and what it calls columns.

    A column whose name differs from one of ``names`` by humps or underscores alone is that column.
    """

    kind: str
    matches: Callable[[frozenset[str]], bool]
    read: Reader
    names: tuple[str, ...] = ()


# The first that matches reads the table: the special before the general.
FORMATS = (
    Format(own.KIND, own.matches, own.read),
    Format(acled.KIND, acled.matches, acled.read, usual_names(acled.FIELDS)),
    Format(ucdp.KIND, ucdp.matches, ucdp.read, usual_names(ucdp.FIELDS)),
    Format(gdelt.KIND, gdelt.matches, gdelt.read, gdelt.COLUMNS),
    Format(totals.OF_HAPI, totals.matches_hapi, totals.read_hapi, totals.NAMES + hapi.NAMES),
    Format(totals.WEEKLY, totals.matches_weekly, totals.read_weekly, totals.NAMES),
    Format(totals.MONTHLY, totals.matches_monthly, totals.read_monthly, totals.NAMES),
    Format(hapi.RETURNS, hapi.matches_returnees, hapi.read_returnees, hapi.NAMES),
    Format(hapi.KIND, hapi.matches, hapi.read, hapi.NAMES),
    Format(dtm.KIND, dtm.matches, dtm.read, usual_names(dtm.FIELDS)),
    Format(idmc.KIND, idmc.matches, idmc.read, usual_names(idmc.FIELDS)),
    Format(idmc.YEARLY, idmc.matches_yearly, idmc.read_yearly, usual_names(idmc.OF_A_YEAR)),
    Format(unhcr.KIND, unhcr.matches, unhcr.read, usual_names(unhcr.FIELDS)),
    Format(sites.KIND, sites.matches, sites.read, (*usual_names(sites.FIELDS), *sites.MARKS)),
    Format(population.KIND, population.matches, population.read, population.NAMES),
    Format(displacement.KIND, displacement.matches, displacement.read),
    Format(events.KIND, events.matches, events.read),
)
GENERAL = (displacement.KIND, events.KIND)
# What a file holds that is no table of records, by columns that mark it, and what to do with it.
_COORDINATES = frozenset({"latitude", "latitude_y", "lat", "cy", "y", "point_y"})
_PLACES = frozenset({"admin4pcode", "adm4_pcode", "pp_pcode", "admin4name_en"})
_UNITS = frozenset({"shapename", "shapeiso", "adm0_pcode", "adm1_pcode", "adm2_pcode", "adm3_pcode", "adm0_a3"})
_NAMED = frozenset({"location", "place", "toponym", "name", "place_name", "village", "town", "city", "community"})
_GEONAMES, _CLASSES = 19, frozenset("AHLPRSTUV")  # columns of a GeoNames dump, and its classes of features
_SIMULATED = frozenset({"conflict_date", "location_type"})


def read_table(
    path: Path, *, theatre: Theatre, columns: Mapping[str, str] | None = None, leads: bool = False
) -> SourceRead:
    """Events, displacement records, totals or population of a table.

    CSV, TSV (also .gz and .zip), XLSX, Parquet, JSON of an API, and layers of GIS files: GeoJSON, GeoPackage,
    FlatGeobuf, KML, shapefiles in a .zip. ``columns`` names the column of a field, as ``{"date": "Datum"}``, where its
    name is not a usual one; the theatre's own names are tried after it. Machine-coded leads are held back without
    ``leads``.

    Raises
    ------
    InputError
        The file cannot be read, or no column says what is needed; the message says what it has and what is wanted.
    """
    content = read_content(Path(path))
    read = _read(content, theatre, columns)
    return gdelt.held_back(read) if read.kind == gdelt.KIND and not leads else read


def _read(content: Content, theatre: Theatre, columns: Mapping[str, str] | None) -> SourceRead:
    if content.kind == "xlsx":
        sheets = read_sheets(content)
        if ocha.matches(sheets):
            return ocha.read(sheets)
        return _read_several(content.name, [sheet_table(s) for s in sheets], theatre, columns)
    if content.kind == "layer":
        return _read_several(content.name, read_layers(content), theatre, columns)
    if content.kind == "parquet":
        stored = own.read_parquet(content)
        return stored if isinstance(stored, SourceRead) else read_raw(stored, theatre=theatre, columns=columns)
    if content.kind == "json":
        return read_raw(read_json(content), theatre=theatre, columns=columns)
    raw = read_text_table(content, languages=theatre.languages, names=_names_of)
    return read_raw(raw, theatre=theatre, columns=columns)


def _names_of(cells: list[str]) -> Sequence[str] | None:
    """The header that a file of this first row lacks; None if it lacks none."""
    return gdelt.COLUMNS if gdelt.is_headless(cells) else None


def _known(raw: RawTable) -> tuple[RawTable, Format | None]:
    """The format of a table, None if none is known, and the table with its columns as that format spells them."""
    for known in FORMATS:
        spelt = respelt(raw, known.names)
        if known.matches(frozenset(column_key(c) for c in spelt.cells.columns)):
            return spelt, known
    return raw, None


def read_raw(raw: RawTable, *, theatre: Theatre, columns: Mapping[str, str] | None = None) -> SourceRead:
    """A table of cells through the reader of its format; with ``columns``, through a general one.

    A table of a dataset that is known and has none of the mapped columns is read as what it is, with a warning. What a
    mapping says of the population of units is meant for a table that has the column.
    """
    meant = {f: h for f, h in (columns or {}).items() if f not in population.OWN or _has_any(raw, [h])}
    table = _read_as_known(raw, theatre, meant)
    return dataclasses.replace(table, refused=refused_rows(raw, table.problems))


def _read_as_known(raw: RawTable, theatre: Theatre, columns: Mapping[str, str] | None) -> SourceRead:
    raw, known = _known(raw)
    special = known is not None and known.kind not in GENERAL
    if known is not None and special and not _has_any(raw, (columns or {}).values()):
        table = known.read(raw, theatre=theatre)
        if not columns:
            return table
        message = f"is known as {known.kind}; it has none of the mapped columns, so the mapping was not used"
        note = Problem(raw.title, None, None, None, message, "warning")
        return dataclasses.replace(table, problems=(note, *table.problems))
    mapping = {**_usual(raw, theatre), **(columns or {})}
    if known is None and not mapping:
        _check_role(raw)
    if known is None or mapping:
        _check_header(raw)
        general = displacement if _about_people(raw, mapping) else events
        return general.read(raw, theatre=theatre, columns=mapping)
    return known.read(raw, theatre=theatre)


def _check_role(raw: RawTable) -> None:
    """Files that are no records of anything, but that the command takes elsewhere."""
    keys = {column_key(h) for h in raw.cells.columns}
    said = _role(keys, raw)
    if said:
        raise InputError(f"{raw.title}: {said}")


def _role(keys: set[str], raw: RawTable) -> str:
    """What a file without events or people holds, and what to do with it; nothing where that is not known."""
    if raw.lines:
        return "holds lines, not events or people; borders are read from polygons of units, with --admin"
    if len(keys) == 1 and not keys & _NAMED:
        return ""
    if keys <= _NAMED:
        return (
            "holds names of places, on no day; 'conflictmap geocode FILE --column NAME' finds where they lie; to map "
            "them as events add a column 'date' and a column 'event_type'"
        )
    if keys & _PLACES and keys & _COORDINATES:
        return "holds a list of places, not events or people; give it with --gazetteer"
    if keys & _PLACES:
        return (
            "says what holds in places, on no day and without coordinates; to map it as events add a column 'date' and "
            "a column 'event_type', or map them with --columns"
        )
    if raw.areas and not keys & _UNITS:
        return (
            "holds areas, not events or people; if they are administrative units, name the columns of their names and "
            "codes ADM1_EN and ADM1_PCODE (to ADM3) or shapeName, and give it with --admin"
        )
    if keys & _UNITS:
        return "holds administrative units, not events or people; give it with --admin"
    if keys & _SIMULATED:
        return (
            "holds locations of a simulation, not events or people; give it with --gazetteer, or say what happened "
            "there with --columns"
        )
    return ""


def _usual(raw: RawTable, theatre: Theatre) -> dict[str, str]:
    """The theatre's names of columns, so far as this table has them."""
    keys = {column_key(h) for h in raw.cells.columns}
    return {field: header for field, header in theatre.columns.items() if column_key(header) in keys}


def unknown_field(columns: Mapping[str, str]) -> str:
    """What to say of the first field of a mapping that no table of ours has; nothing if all are known."""
    all_fields = (events.FIELDS, displacement.FIELDS, population.FIELDS)
    fields = [*dict.fromkeys(field for known in all_fields for field in known)]
    usual = [name for known in all_fields for names in known.values() for name in names]
    known = {column_key(name) for name in (*fields, *usual)}
    for field in columns:
        if column_key(field) not in known:
            return f"no field '{field}'; {nearest(field, (*fields, *usual))}fields: {', '.join(fields)}"
    return ""


def _has_any(raw: RawTable, headers: Iterable[str]) -> bool:
    return bool({column_key(h) for h in raw.cells.columns} & {column_key(h) for h in headers})


def _about_people(raw: RawTable, columns: Mapping[str, str]) -> bool:
    keys = {column_key(c) for c in (*columns, *raw.cells.columns)}
    kinds = {"event_type", "type", "sub_event_type", "event_subtype", "fatalities", "fatalities_best"}
    people = {"measure", "persons", "persons_best", "individuals", "households", "families", "idps", "displaced"}
    return bool(keys & people) and not keys & kinds


def _check_header(raw: RawTable) -> None:
    """A first row of numbers and dates is data, not a header."""
    heads = list(raw.header)
    if len(heads) == _GEONAMES and heads[6] in _CLASSES and heads[0].isdecimal():
        raise InputError(f"{raw.title}: holds places of GeoNames, not events or people; give it with --gazetteer")
    if re.fullmatch(r"[A-Z]{2}(\.\w+){1,2}", heads[0]) and heads[-1].isdecimal():
        raise InputError(f"{raw.title}: holds codes of divisions, not events or people; units are given with --admin")
    data = sum(1 for h in heads if h[:1].isdigit() or h[:2].lstrip("-").isdigit())
    if data >= max(2, 0.3 * len(heads)):
        shown = ", ".join(heads[:8])
        raise InputError(f"{raw.title}: has no header row: the first line is data ({shown}); add the column names")


def _read_several(
    name: str, tables: Sequence[RawTable], theatre: Theatre, columns: Mapping[str, str] | None
) -> SourceRead:
    """The sheets of a workbook, or the layers of a file: those that are known, each with its reader."""
    if len(tables) == 1:
        return read_raw(tables[0], theatre=theatre, columns=columns)
    ours = [raw for raw in tables if own.matches(frozenset(column_key(c) for c in raw.cells.columns))]
    if ours and not columns:  # the other layers of our own files are ground and lists, not records
        return join([read_raw(raw, theatre=theatre) for raw in ours])
    mapped = bool(columns or theatre.columns)
    known = [mapped or _known(raw)[1] is not None for raw in tables]
    reads = [read_raw(raw, theatre=theatre, columns=columns) for raw, good in zip(tables, known, strict=True) if good]
    if not reads:
        listed = "; ".join(f"{raw.sheet}: {', '.join(list(raw.cells.columns)[:12])}" for raw in tables[:8])
        raise InputError(f"{name}: no sheet has known columns; sheets: {listed}")
    return join(reads, [left_out(raw) for raw, good in zip(tables, known, strict=True) if not good])
