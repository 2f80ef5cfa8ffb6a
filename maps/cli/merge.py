"""``conflictmap merge``: one happening told by several sources becomes one event; and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import geopandas as gpd
import typer

from geo.errors import InputError
from geo.export import write_table
from geo.merge import explain_merge, unmerge_events
from geo.schema import EVENTS, concat
from geo.sources import read_table
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

    Nothing is lost: `conflictmap merge FILE --undo -o OTHER` gives the rows back.
    """
    paths = job.paths()
    if undo:
        _undo(paths, _file(out), job)
        return
    if explain is None:
        _file(out)
    parts = _parts_beside(paths, job)
    setting = dataclasses.replace(job.setting, merge="on", parts=parts)
    with progress(count_steps(paths)) as on_step:
        located = locate(paths, setting, on_step=on_step, publish=False)
    if explain is not None:
        for line in explain_merge(located.events, explain):
            typer.echo(plain(line))
        return
    for path in _written(located, _file(out)):
        typer.echo(path)
    account = located.merged.account
    say(
        f"{account['rows_in']} rows, {account['rows_in_them']} of them merged into {account['merged_rows']} events; "
        f"{account['perhaps_the_same']} events are perhaps told by another source too"
    )
    report(located)


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
    tables = [(_read(p, job), parts_file(p)) for p in paths]
    missing = next((p for _, p in tables if not p.is_file()), None)
    if missing is not None:
        raise InputError(f"{missing}: is not there; it was written beside the merged file, with the rows that went in")
    parts = concat([_read(p, job) for _, p in tables], EVENTS)
    write_table(unmerge_events(concat([t for t, _ in tables], EVENTS), parts), out)
    typer.echo(out)


def _read(path: Path, job: Job) -> gpd.GeoDataFrame:
    return read_table(path, theatre=job.setting.theatre).events
