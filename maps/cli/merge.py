"""``conflictmap merge``: one happening told by several sources becomes one event; and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import geopandas as gpd
import typer

from geo.export import write_table
from geo.merge import explain_merge, unmerge_events
from geo.schema import EVENTS, concat, empty
from geo.sources import read_package, read_table
from maps.cli.options import Job, job_of, optioned, require_suffix
from maps.cli.talk import plain, progress, report, say
from maps.pipeline import Located, count_steps, locate, parts_file


@optioned(job_of)
def merge(
    job: Job,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Parquet file for the merged events.")] = None,
    explain: Annotated[
        str | None, typer.Option("--explain", help="Tell why this event was merged, or was not: its id.")
    ] = None,
    *,
    undo: Annotated[bool, typer.Option("--undo", help="Give back the rows that a merged file was made from.")] = False,
) -> None:
    """Merge events of several tables and reports that tell of one happening; beside the file, the rows as they were.

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
    parts = _parts_beside(paths, job)
    setting = dataclasses.replace(job.setting, merge="on", parts=parts)
    with progress(count_steps(paths)) as on_step:
        located = locate(paths, setting, on_step=on_step, publish=False)
    if explain is not None:
        _explain(located.events, explain)
        return
    for path in _written(located, _file(out)):
        typer.echo(path)
    report(located)


_WITH_REASONS = (".parquet", ".gpkg")


def _told_before(paths: Sequence[Path], job: Job) -> gpd.GeoDataFrame | None:
    """The events of files that merging wrote, which say for themselves why; None if a file is any other."""
    if any(p.suffix.lower() not in _WITH_REASONS for p in paths):
        return None
    tables = [_read(p, job) for p in paths]
    whole = all(table[["merged_from", "same_as"]].notna().any(axis=None) for table in tables)
    return concat(tables, EVENTS) if whole else None


def _explain(events: gpd.GeoDataFrame, event_id: str) -> None:
    for line in explain_merge(events, event_id):
        typer.echo(plain(line))


def _file(out: Path | None) -> Path:
    if out is None:
        raise typer.BadParameter("where to? add -o FILE.parquet, or --explain EVENT_ID")
    require_suffix(out, ".parquet")
    return out


def _written(located: Located, out: Path) -> list[Path]:
    parts = parts_file(out)
    write_table(located.events, out)
    if not len(located.merged.parts):
        parts.unlink(missing_ok=True)
        return [out]
    write_table(located.merged.parts, parts)
    return [out, parts]


def _parts_beside(paths: Sequence[Path], job: Job) -> gpd.GeoDataFrame | None:
    """The rows that inputs were made from which were merged before."""
    found = [_read(p, job) for p in map(parts_file, paths) if p.is_file() and p not in paths]
    return concat(found, EVENTS) if found else None


def _undo(paths: Sequence[Path], out: Path, job: Job) -> None:
    read = [_with_parts(p, job) for p in paths]
    events, parts = (concat(tables, EVENTS) for tables in zip(*read, strict=True))
    rows = unmerge_events(events, parts)
    write_table(rows, out)
    typer.echo(out)
    undone = "as they were" if len(rows) > len(events) else "for nothing in them was merged"
    say(f"{len(events):,} events in, {len(rows):,} rows out, {undone}")


def _with_parts(path: Path, job: Job) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """The events of a file, and the rows that its merged ones were made from: in it, or in the file beside it."""
    if path.suffix.lower() == ".gpkg":
        return read_package(path)
    parts = parts_file(path)
    return _read(path, job), _read(parts, job) if parts.is_file() else empty(EVENTS)


def _read(path: Path, job: Job) -> gpd.GeoDataFrame:
    return read_table(path, theatre=job.setting.theatre).events
