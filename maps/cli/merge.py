"""``conflictmap merge``: one happening, or figure, told by several sources becomes one row; and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import geopandas as gpd
import typer

from geo.errors import InputError
from geo.export import write_table
from geo.merge import explain_merge, explain_merge_people, unmerge_displacement, unmerge_events
from geo.schema import DISPLACEMENT, EVENTS, TableSpec, concat, empty
from geo.sources import read_package, read_table
from maps.cli.options import Job, job_of, optioned, require_suffix
from maps.cli.talk import plain, progress, report, say
from maps.pipeline import Located, count_steps, locate, parts_file


@optioned(job_of)
def merge(
    job: Job,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Parquet file for what was merged.")] = None,
    explain: Annotated[
        str | None, typer.Option("--explain", help="Tell why this event or record was merged, or was not: its id.")
    ] = None,
    *,
    undo: Annotated[bool, typer.Option("--undo", help="Give back the rows that a merged file was made from.")] = False,
) -> None:
    """Merge events that tell of one happening, and displacement that tells one figure.

    Displacement goes to FILE if there are no events, else to FILE-displacement.parquet. Beside each stand the rows as
    they were.

    Nothing is lost: `conflictmap merge FILE --undo -o OTHER` gives the rows back, of an exported GeoPackage too.
    """
    paths = job.paths()
    if undo:
        _undo(paths, _file(out), job)
        return
    if explain is None:
        _file(out)
    elif (told := _told_before(paths, job)) is not None:
        _explain(told, explain)
        return
    parts = {spec: _parts_beside(paths, spec, job) for spec in _SPECS}
    setting = dataclasses.replace(job.setting, merge="on", parts=parts[EVENTS], people_parts=parts[DISPLACEMENT])
    with progress(count_steps(paths)) as on_step:
        located = locate(paths, setting, on_step=on_step, publish=False)
    if explain is not None:
        _explain({EVENTS: located.events, DISPLACEMENT: located.displacement}, explain)
        return
    for path in _written(located, _file(out)):
        typer.echo(path)
    report(located)


_WITH_REASONS = (".parquet", ".gpkg")


_SPECS = (EVENTS, DISPLACEMENT)
_Tables = Mapping[TableSpec, gpd.GeoDataFrame]


def _told_before(paths: Sequence[Path], job: Job) -> _Tables | None:
    """The rows of files that merging wrote, which say for themselves why; None if a file is any other."""
    if any(p.suffix.lower() not in _WITH_REASONS for p in paths):
        return None
    read = [_read(p, job) for p in paths]
    told = [any(t[["merged_from", "same_as"]].notna().any(axis=None) for t in tables.values()) for tables in read]
    return {spec: concat([tables[spec] for tables in read], spec) for spec in _SPECS} if all(told) else None


def _explain(tables: _Tables, row: str) -> None:
    try:
        lines = explain_merge(tables[EVENTS], row)
    except InputError:
        if not len(tables[DISPLACEMENT]):
            raise
        lines = explain_merge_people(tables[DISPLACEMENT], row)
    for line in lines:
        typer.echo(plain(line))


def _file(out: Path | None) -> Path:
    if out is None:
        raise typer.BadParameter("where to? add -o FILE.parquet, or --explain EVENT_ID")
    require_suffix(out, ".parquet")
    return out


def _written(located: Located, out: Path) -> list[Path]:
    if not len(located.events) and len(located.displacement):
        return write_people(located, out)
    paths = _written_with(located.events, located.merged.parts, out)
    if len(located.displacement):
        paths += write_people(located, out.with_name(f"{out.stem}-displacement.parquet"))
    return paths


def write_people(located: Located, out: Path) -> list[Path]:
    """Write the displacement, and beside it the records that went into merged ones; return the paths."""
    return _written_with(located.displacement, located.merged_people.parts, out)


def _written_with(table: gpd.GeoDataFrame, parts: gpd.GeoDataFrame, out: Path) -> list[Path]:
    write_table(table, out)
    beside = parts_file(out)
    if not len(parts):
        beside.unlink(missing_ok=True)
        return [out]
    write_table(parts, beside)
    return [out, beside]


def _parts_beside(paths: Sequence[Path], spec: TableSpec, job: Job) -> gpd.GeoDataFrame | None:
    """The rows of a kind that inputs were made from which were merged before."""
    beside = (p for p in map(parts_file, paths) if p.is_file() and p not in paths)
    found = [table for p in beside if len(table := _read(p, job)[spec])]
    return concat(found, spec) if found else None


def _undo(paths: Sequence[Path], out: Path, job: Job) -> None:
    read = [_with_parts(p, job) for p in paths]
    merged, parts = ({s: concat([tables[s] for tables in some], s) for s in _SPECS} for some in zip(*read, strict=True))
    if all(map(len, merged.values())):
        raise InputError("holds events and displacement; they are given back one after the other, each by its own file")
    spec, back, name = (EVENTS, unmerge_events, "events") if len(merged[EVENTS]) else _PEOPLE
    rows = back(merged[spec], parts[spec])
    write_table(rows, out)
    typer.echo(out)
    undone = "as they were" if len(rows) > len(merged[spec]) else "for nothing in them was merged"
    say(f"{len(merged[spec]):,} {name} in, {len(rows):,} rows out, {undone}")


_PEOPLE = (DISPLACEMENT, unmerge_displacement, "records")


def _with_parts(path: Path, job: Job) -> tuple[_Tables, _Tables]:
    """The rows of a file, and those that its merged ones were made from: in it, or in the file beside it."""
    nothing = {spec: gpd.GeoDataFrame(empty(spec)) for spec in _SPECS}
    if path.suffix.lower() == ".gpkg":
        events, parts = read_package(path)
        return {**nothing, EVENTS: events}, {**nothing, EVENTS: parts}
    beside = parts_file(path)
    return _read(path, job), _read(beside, job) if beside.is_file() else nothing


def _read(path: Path, job: Job) -> _Tables:
    read = read_table(path, theatre=job.setting.theatre)
    return {EVENTS: read.events, DISPLACEMENT: read.displacement}
