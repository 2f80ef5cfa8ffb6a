"""Which format a file has, and its reader."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.errors import InputError, Problem
from geo.schema import DISPLACEMENT, EVENTS, concat
from geo.sources import acled, displacement, events, ocha, own, ucdp
from geo.sources.columns import column_key, nearest
from geo.sources.draft import SourceRead
from geo.sources.files import Content, read_content
from geo.sources.raw import RawTable, refused_rows
from geo.sources.sheets import Sheet, read_geojson, read_sheets, sheet_table
from geo.sources.text import read_text_table
from geo.theatre import Theatre


@dataclass(frozen=True, slots=True)
class Format:
    """A table format: how its columns are recognised (by their folded names) and its reader."""

    kind: str
    matches: Callable[[frozenset[str]], bool]
    read: Callable[[RawTable, Theatre], SourceRead]


# The first that matches reads the table: the special before the general.
FORMATS = (
    Format(own.KIND, own.matches, lambda raw, _: own.read(raw)),
    Format(acled.KIND, acled.matches, lambda raw, theatre: acled.read(raw, theatre=theatre)),
    Format("ACLED weekly totals", acled.matches_weekly, lambda raw, _: acled.refuse_weekly(raw)),
    Format(ucdp.KIND, ucdp.matches, lambda raw, theatre: ucdp.read(raw, theatre=theatre)),
    Format(displacement.KIND, displacement.matches, lambda raw, theatre: displacement.read(raw, theatre=theatre)),
    Format(events.KIND, events.matches, lambda raw, theatre: events.read(raw, theatre=theatre)),
)

SPECIAL = FORMATS[:4]


def read_table(path: Path, *, theatre: Theatre, columns: Mapping[str, str] | None = None) -> SourceRead:
    """Events or displacement records of a table: CSV, TSV (also .gz and .zip), XLSX, GeoJSON points, Parquet.

    ``columns`` names the column of a field, as ``{"date": "Datum"}``, where its name is not a usual one.

    Raises
    ------
    InputError
        The file cannot be read, or no column says what is needed; the message says what it has and what is wanted.
    """
    content = read_content(Path(path))
    if content.kind == "xlsx":
        return _read_workbook(content, theatre, columns)
    if content.kind == "parquet":
        stored = own.read_parquet(content)
        return stored if isinstance(stored, SourceRead) else read_raw(stored, theatre=theatre, columns=columns)
    if content.kind == "json":
        return read_raw(read_geojson(content), theatre=theatre, columns=columns)
    return read_raw(read_text_table(content, languages=theatre.languages), theatre=theatre, columns=columns)


def find_format(columns: Sequence[str]) -> Format | None:
    """The format that these column names belong to; None if none is known."""
    keys = frozenset(column_key(c) for c in columns)
    return next((f for f in FORMATS if f.matches(keys)), None)


def read_raw(raw: RawTable, *, theatre: Theatre, columns: Mapping[str, str] | None = None) -> SourceRead:
    """A table of cells through the reader of its format; with ``columns``, through a general one.

    A table of a dataset that is known and has none of the mapped columns is read as what it is, with a warning.
    """
    table = _read_as_known(raw, theatre, columns)
    return dataclasses.replace(table, refused=refused_rows(raw, table.problems))


def _read_as_known(raw: RawTable, theatre: Theatre, columns: Mapping[str, str] | None) -> SourceRead:
    known = find_format(list(raw.cells.columns))
    if columns and known is not None and known in SPECIAL and not _has_any(raw, columns.values()):
        table = known.read(raw, theatre)
        message = f"is known as {known.kind}; it has none of the mapped columns, so the mapping was not used"
        note = Problem(raw.title, None, None, None, message, "warning")
        return dataclasses.replace(table, problems=(note, *table.problems))
    if columns:
        general = displacement if _about_people(raw, columns) else events
        return general.read(raw, theatre=theatre, columns=columns)
    if known is not None:
        return known.read(raw, theatre)
    _check_header(raw)
    general = displacement if _about_people(raw, {}) else events
    return general.read(raw, theatre=theatre)


def unknown_field(columns: Mapping[str, str]) -> str:
    """What to say of the first field of a mapping that no table of ours has; nothing if all are known."""
    fields = [*dict.fromkeys((*events.FIELDS, *displacement.FIELDS))]
    usual = [name for names in (*events.FIELDS.values(), *displacement.FIELDS.values()) for name in names]
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
    data = sum(1 for h in heads if h[:1].isdigit() or h[:2].lstrip("-").isdigit())
    if data >= max(2, 0.3 * len(heads)):
        shown = ", ".join(heads[:8])
        raise InputError(f"{raw.title}: has no header row: the first line is data ({shown}); add the column names")


def _read_workbook(content: Content, theatre: Theatre, columns: Mapping[str, str] | None) -> SourceRead:
    sheets = read_sheets(content)
    if ocha.matches(sheets):
        return ocha.read(sheets)
    if len(sheets) == 1:
        return read_raw(sheet_table(sheets[0]), theatre=theatre, columns=columns)
    reads, unknown = [], []
    for sheet in sheets:
        raw = sheet_table(sheet)
        if columns or find_format(list(raw.cells.columns)):
            reads.append(read_raw(raw, theatre=theatre, columns=columns))
        else:
            unknown.append(_left_out(sheet, raw))
    if not reads:
        listed = "; ".join(f"{s.name}: {', '.join(sheet_table(s).cells.columns[:12])}" for s in sheets[:8])
        raise InputError(f"{content.name}: no sheet has known columns; sheets: {listed}")
    return join(reads, unknown)


def _left_out(sheet: Sheet, raw: RawTable) -> Problem:
    listed = ", ".join(list(raw.cells.columns)[:12])
    message = f"has no columns that are known and is left out; it has: {listed}"
    return Problem(sheet.title, None, None, None, message, "warning")


def join(reads: Sequence[SourceRead], problems: Sequence[Problem] = ()) -> SourceRead:
    """The sheets of one workbook as one read; ids that stand on two sheets count once."""
    found = [p for r in reads for p in r.problems] + list(problems)
    tables = {}
    again = 0
    for spec, parts in ((EVENTS, [r.events for r in reads]), (DISPLACEMENT, [r.displacement for r in reads])):
        table = concat(parts, spec)
        repeated = table[spec.key].duplicated()
        for row in table.loc[repeated, ["source_file", "source_row", "source_id"]].itertuples(index=False):
            message = "stands on an earlier sheet too"
            found.append(Problem(row.source_file, int(row.source_row), spec.key, str(row.source_id), message, "error"))
        again += int(repeated.sum())
        tables[spec.name] = table.loc[~repeated].reset_index(drop=True)
    return dataclasses.replace(
        reads[0],
        events=tables["events"],
        displacement=tables["displacement"],
        problems=tuple(found),
        rows_read=sum(r.rows_read for r in reads),
        rows_refused=sum(r.rows_refused for r in reads) + again,
        rows_skipped=sum(r.rows_skipped for r in reads),
        refused=tuple(row for r in reads for row in r.refused),
    )
