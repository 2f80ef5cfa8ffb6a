"""Inputs to tables: files read and accounted for; nothing is placed yet."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from geo.clients import read_record
from geo.displacement import with_households_as_persons
from geo.errors import InputError, Problem, RefusedRow
from geo.export import OnStep
from geo.gazetteer import Gazetteer
from geo.reports import REPORT_SUFFIXES, Report, draft_report, draft_tables, read_reports
from geo.reports.files import LINES
from geo.schema import DISPLACEMENT, EVENTS, TOTALS, Credit, TableSpec, concat, empty
from geo.sources import read_table
from maps.pipeline.setting import Setting

LARGEST_REPORT = 5_000_000  # bytes; a long book has one million
LARGEST_LINES = 500_000_000  # bytes of a file with a report on each line

SPECS = (EVENTS, DISPLACEMENT, TOTALS)


@dataclass(frozen=True, slots=True)
class InputRecord:
    """What became of one input file. ``rows_read`` = ``kept`` + ``refused`` + ``skipped``.

    For a report a row is an event or a displacement figure that the text tells; ``set_aside`` counts its sentences
    that tell of something else: a statement, a plan, background. ``ids`` are those of our rows; a row of a file may
    give several. ``fetched`` is what the record beside a fetched file tells: publisher, question, answers, hashes.
    """

    name: str
    kind: str
    sha256: str
    rows_read: int
    ids: frozenset[str]
    kept: int
    refused: int
    skipped: int
    set_aside: int | None
    credit: Credit
    fetched: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Inputs:
    """All rows of all inputs, not yet located; ``refused`` are the rows left out, as they stood."""

    events: pd.DataFrame
    displacement: pd.DataFrame
    problems: tuple[Problem, ...]
    records: tuple[InputRecord, ...]
    refused: tuple[RefusedRow, ...] = ()
    totals: pd.DataFrame = field(default_factory=lambda: empty(TOTALS))


def read_inputs(paths: Sequence[Path], setting: Setting, gazetteer: Gazetteer, *, on_step: OnStep) -> Inputs:
    """Read reports and tables into the two tables; rows that an earlier input already gave are refused."""
    tables: dict[str, list[pd.DataFrame]] = {spec.name: [] for spec in SPECS}
    problems: list[Problem] = []
    records: list[InputRecord] = []
    refused: list[RefusedRow] = []
    seen: dict[str, str] = {}
    for path in paths:
        on_step(path.name)
        part = _read(path, setting, gazetteer)
        fresh, again = _all_fresh(part, seen, path.name)
        digest = sha256_of(path)
        told, changed = read_record(path, digest)
        problems += [*part.problems, *again, *([changed] if changed else [])]
        refused += part.refused_rows
        for spec in SPECS:
            tables[spec.name].append(fresh[spec.name])
        ids = frozenset(key for spec in SPECS for key in fresh[spec.name][spec.key])
        lost = _rows_lost(part, fresh, len(again))
        seen.update(dict.fromkeys(sorted(ids), path.name))
        records.append(
            InputRecord(
                name=path.name,
                kind=part.kind,
                sha256=digest,
                rows_read=part.rows_read,
                ids=ids,
                kept=part.rows_read - part.refused - part.skipped - lost,
                refused=part.refused + lost,
                skipped=part.skipped,
                set_aside=part.set_aside,
                credit=part.credit,
                fetched=told,
            )
        )
    events, displacement, totals = (concat(tables[spec.name], spec) for spec in SPECS)
    people = with_households_as_persons(displacement, setting.theatre.household)
    return Inputs(events, people, tuple(problems), tuple(records), tuple(refused), totals)


@dataclass(frozen=True, slots=True)
class _Part:
    """One input as read, table or report."""

    kind: str
    tables: Mapping[str, pd.DataFrame]
    problems: tuple[Problem, ...]
    rows_read: int
    refused: int
    skipped: int
    set_aside: int | None
    credit: Credit
    refused_rows: tuple[RefusedRow, ...] = ()


def _read(path: Path, setting: Setting, gazetteer: Gazetteer) -> _Part:
    if path.suffix.lower() in REPORT_SUFFIXES:
        return _read_reports(path, setting, gazetteer)
    table = read_table(path, theatre=setting.theatre, columns=setting.columns, leads=setting.leads)
    return _Part(
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


def _read_reports(path: Path, setting: Setting, gazetteer: Gazetteer) -> _Part:
    """What the reports of one file tell; a line of a file of several that is no report is refused like a row."""
    several = path.suffix.lower() in LINES
    _check_size(path, LARGEST_LINES if several else LARGEST_REPORT)
    reports, problems = read_reports(path)
    drafts = [draft_report(r, gazetteer, theatre=setting.theatre) for r in reports]
    events, displacement, bad = draft_tables(drafts)
    problems = [*problems, *(p for d in drafts for p in d.problems), *bad]
    refused = sum(p.severity == "error" for p in problems)
    return _Part(
        kind=f"{len(reports)} reports" if several else "report",
        tables={"events": events, "displacement": displacement, "totals": empty(TOTALS)},
        problems=tuple(problems),
        rows_read=len(events) + len(displacement) + refused,
        refused=refused,
        skipped=0,
        set_aside=sum(len(d.set_aside) for d in drafts),
        credit=_credit(reports, path),
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


def _all_fresh(part: _Part, seen: Mapping[str, str], name: str) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    found = {spec.name: _fresh(part.tables[spec.name], spec, seen, name) for spec in SPECS}
    return {key: table for key, (table, _) in found.items()}, [p for _, problems in found.values() for p in problems]


def _rows_lost(part: _Part, fresh: Mapping[str, pd.DataFrame], again: int) -> int:
    """Rows of the file that gave nothing new; where a row gives several records, one of them new is enough."""
    if sum(map(len, part.tables.values())) == part.rows_read - part.refused - part.skipped:
        return again
    before, after = ({n for t in some.values() for n in t["source_row"].dropna()} for some in (part.tables, fresh))
    return len(before) - len(after)


def _fresh(
    table: pd.DataFrame, spec: TableSpec, seen: Mapping[str, str], name: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """Rows that no earlier input gave, and a problem for each that one did."""
    again = table[spec.key].isin(list(seen))
    problems = [
        Problem(
            name,
            None if pd.isna(row) else int(row),
            spec.key,
            key,
            f"was already read from {seen[key]}; leave one of the two out",
            "error",
        )
        for key, row in table.loc[again, [spec.key, "source_row"]].itertuples(index=False)
    ]
    return table.loc[~again], problems


def sha256_of(path: Path) -> str:
    """Hash of a file that was read or written a moment ago.

    Raises
    ------
    InputError
        It is gone, or may not be read any more.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path.name}: was there and cannot be read any more: {error.strerror or error}") from error
