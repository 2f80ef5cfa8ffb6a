"""One input file as read, table or reports, with what was wrong in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from geo.errors import InputError, Problem, RefusedRow
from geo.export import OnStep
from geo.gazetteer import Gazetteer
from geo.inputs import none_usable, unused_file
from geo.reports import REPORT_SUFFIXES, DraftReport, Report, draft_report, read_reports, tables_of_each
from geo.reports.files import LINES
from geo.schema import Credit
from geo.sources import SourceRead, is_tabbed, no_tables, read_population, read_table
from maps.pipeline.setting import Setting

LARGEST_REPORT = 5_000_000  # bytes; a long book has one million
UNUSED = "cannot be used"
_SAMPLE = 100_000  # bytes that tell a table from a report
LARGEST_LINES = 500_000_000  # bytes of a file with a report on each line


@dataclass(frozen=True, slots=True)
class Part:
    """One input as read; ``tables`` by the name of their spec."""

    kind: str
    tables: Mapping[str, pd.DataFrame]
    problems: tuple[Problem, ...]
    rows_read: int
    refused: int
    skipped: int
    set_aside: int | None
    credit: Credit
    refused_rows: tuple[RefusedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class _Told:
    """The reports of one file, and what they tell as drafts."""

    path: Path
    reports: Sequence[Report]
    drafts: Sequence[DraftReport]
    problems: Sequence[Problem]


def read_parts(paths: Sequence[Path], setting: Setting, gazetteer: Gazetteer, *, on_step: OnStep) -> list[Part]:
    """Every input, in order, then the tables of population.

    What all reports tell is checked at once: a folder may hold thousands of them. A file that cannot be used is told
    and costs no other.

    Raises
    ------
    InputError
        None of the files can be used.
    """
    read: list[Part | _Told] = []
    unused: list[tuple[Path, InputError]] = []
    for path in paths:
        on_step(path.name)
        try:
            read.append(_told(path, setting, gazetteer) if _is_report(path) else _table(path, setting))
        except InputError as error:
            read.append(_unused(path, error))
            unused.append((path, error))
    if unused and len(unused) == len(paths):
        raise none_usable(unused)
    read += [_population(path, setting) for path in setting.population_files]
    checked = iter(tables_of_each([told.drafts for told in read if isinstance(told, _Told)]))
    return [part if isinstance(part, Part) else _part(part, *next(checked)) for part in read]


def _is_report(path: Path) -> bool:
    """By its suffix; a text whose lines are cells parted by tabs is a table."""
    if path.suffix.lower() not in REPORT_SUFFIXES:
        return False
    try:
        with path.open("rb") as file:
            return path.suffix.lower() != ".txt" or not is_tabbed(file.read(_SAMPLE))
    except OSError:
        return True  # its reader says what is wrong with it


def _table(path: Path, setting: Setting) -> Part:
    return _kept(read_table(path, theatre=setting.theatre, columns=setting.columns, leads=setting.leads))


def _unused(path: Path, error: InputError) -> Part:
    return Part(
        kind=UNUSED,
        tables=no_tables(),
        problems=unused_file(path, error),
        rows_read=0,
        refused=0,
        skipped=0,
        set_aside=None,
        credit=Credit(path.name),
    )


def _population(path: Path, setting: Setting) -> Part:
    columns = {**setting.theatre.columns, **(setting.columns or {})}
    return _kept(read_population(path, languages=setting.theatre.languages, columns=columns))


def _kept(table: SourceRead) -> Part:
    return Part(
        kind=table.kind,
        tables=table.tables,
        problems=table.problems,
        rows_read=table.rows_read,
        refused=table.rows_refused,
        skipped=table.rows_skipped,
        set_aside=None,
        credit=table.credit,
        refused_rows=table.refused,
    )


def _told(path: Path, setting: Setting, gazetteer: Gazetteer) -> _Told:
    _check_size(path, LARGEST_LINES if path.suffix.lower() in LINES else LARGEST_REPORT)
    reports, problems = read_reports(path)
    return _Told(path, reports, [draft_report(r, gazetteer, theatre=setting.theatre) for r in reports], problems)


def _part(told: _Told, events: pd.DataFrame, displacement: pd.DataFrame, bad: Sequence[Problem]) -> Part:
    """What the reports of one file tell; a line of a file of several that is no report is refused like a row."""
    several = told.path.suffix.lower() in LINES
    problems = [*told.problems, *(p for d in told.drafts for p in d.problems), *bad]
    refused = sum(p.severity == "error" for p in problems)
    return Part(
        kind=f"{len(told.reports)} reports" if several else "report",
        tables={**no_tables(), "events": events, "displacement": displacement},
        problems=tuple(problems),
        rows_read=len(events) + len(displacement) + refused,
        refused=refused,
        skipped=0,
        set_aside=sum(len(d.set_aside) for d in told.drafts),
        credit=_credit(told.reports, told.path),
    )


def _credit(reports: Sequence[Report], path: Path) -> Credit:
    """The source of the reports of a file if it is one, else the file."""
    sources = {(r.source or r.title, r.url) for r in reports}
    source, url = sources.pop() if len(sources) == 1 else ("", "")
    return Credit(source or path.name, url=url)


def _check_size(path: Path, largest: int) -> None:
    """Refuse what is no report but would keep its reader busy for minutes; a missing file is left to the reader."""
    size = path.stat().st_size if path.is_file() else 0
    if size > largest:
        raise InputError(
            f"{path.name}: has {size:,} bytes; wanted a report of at most {largest:,}; split it, or give a "
            "table as .csv"
        )
