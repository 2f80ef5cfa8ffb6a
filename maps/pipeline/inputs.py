"""Inputs to tables: files read and accounted for; nothing is placed yet."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from geo.clients import read_record
from geo.displacement import with_households_as_persons
from geo.errors import InputError, Problem, RefusedRow
from geo.export import OnStep
from geo.gazetteer import Gazetteer
from geo.schema import POPULATION, TOTALS, Credit, TableSpec, concat, empty
from geo.sources import SPECS
from maps.pipeline.parts import UNUSED, Part, read_parts
from maps.pipeline.setting import Setting


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
    population: pd.DataFrame = field(default_factory=lambda: empty(POPULATION))


def read_inputs(paths: Sequence[Path], setting: Setting, gazetteer: Gazetteer, *, on_step: OnStep) -> Inputs:
    """Read reports and tables, those of population last; rows that an earlier input already gave are refused."""
    tables: dict[str, list[pd.DataFrame]] = {spec.name: [] for spec in SPECS}
    problems: list[Problem] = []
    records: list[InputRecord] = []
    refused: list[RefusedRow] = []
    seen: dict[str, str] = {}
    for path, part in zip(
        [*paths, *setting.population_files], read_parts(paths, setting, gazetteer, on_step=on_step), strict=True
    ):
        fresh, again = _all_fresh(part, seen, path.name)
        digest = _digest(path) if part.kind == UNUSED else sha256_of(path)
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
    joined = {spec.name: concat(tables[spec.name], spec) for spec in SPECS}
    joined["displacement"] = with_households_as_persons(joined["displacement"], setting.theatre.household)
    return Inputs(**joined, problems=tuple(problems), records=tuple(records), refused=tuple(refused))


def _all_fresh(part: Part, seen: Mapping[str, str], name: str) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    found = {spec.name: _fresh(part.tables[spec.name], spec, seen, name) for spec in SPECS}
    return {key: table for key, (table, _) in found.items()}, [p for _, problems in found.values() for p in problems]


def _rows_lost(part: Part, fresh: Mapping[str, pd.DataFrame], again: int) -> int:
    """Rows of the file that gave nothing new; where a row gives several records, one of them new is enough."""
    if sum(map(len, part.tables.values())) == part.rows_read - part.refused - part.skipped:
        return again
    before, after = ({n for t in some.values() for n in t["source_row"].dropna()} for some in (part.tables, fresh))
    return len(before) - len(after)


def _fresh(
    table: pd.DataFrame, spec: TableSpec, seen: Mapping[str, str], name: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """Rows that no earlier input gave, and a problem for each that one did."""
    if not len(table):
        return table, []
    again = np.fromiter((key in seen for key in table[spec.key]), dtype=bool, count=len(table))
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
    return table.loc[~again] if again.any() else table, problems


def _digest(path: Path) -> str:
    """Hash of a file that could not be used; empty if it cannot be read at all."""
    try:
        return sha256_of(path)
    except InputError:
        return ""


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
