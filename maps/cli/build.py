"""From inputs to results: ``run``, ``check``, ``read``, ``map`` and ``export``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from geo.export import write_table
from maps.cli.formats import Formats, Schema, ShowFormats, Target, chosen_formats, destination, tell_cut
from maps.cli.merge import write_people
from maps.cli.options import Displacement, Job, job_of, optioned, require_suffix
from maps.cli.talk import line, progress, report, worst_first
from maps.leaflet import Tiles
from maps.pipeline import Located, count_run_steps, count_steps, locate, parts_file, save_page
from maps.pipeline import run as run_pipeline


@optioned(job_of)
def run(
    job: Job,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for all results.")] = Path("map"),
    formats: Formats = None,
) -> None:
    """Make everything in one go: page, tables, GIS files, decisions, problems, manifest."""
    paths = job.paths()
    chosen = chosen_formats(formats)
    with progress(count_run_steps(paths, chosen)) as on_step:
        located = run_pipeline(paths, job.setting, out, formats=chosen, on_step=on_step)
    names = [*json.loads((out / "manifest.json").read_text(encoding="utf-8"))["outputs"], "manifest.json"]
    for name in names:
        typer.echo(out / name)
    tell_cut(out / name for name in names)
    report(located, listed=out / "problems.csv")


@optioned(job_of)
def check(job: Job) -> None:
    """Report all problems of the inputs, a line each, the worst first; write nothing."""
    located = _located(job, publish=False)
    for problem in worst_first(located.problems):
        typer.echo(line(problem))
    report(located, shown=0)


@optioned(job_of)
def read(
    job: Job,
    out: Annotated[Path, typer.Option("--out", "-o", help="Parquet file for the events.")] = Path("events.parquet"),
) -> None:
    """Turn any known tables and reports into events, and displacement beside them, as GeoParquet."""
    require_suffix(out, ".parquet")
    located = _located(job, publish=False)
    write_table(located.events, out)
    typer.echo(out)
    if len(located.merged.parts):
        write_table(located.merged.parts, parts_file(out))
        typer.echo(parts_file(out))
    if len(located.displacement):
        for path in write_people(located, out.with_name(f"{out.stem}-displacement.parquet")):
            typer.echo(path)
    if len(located.totals):
        beside = out.with_name(f"{out.stem}-totals.parquet")
        write_table(located.totals, beside)
        typer.echo(beside)
    if len(located.inputs.population):
        beside = out.with_name(f"{out.stem}-population.parquet")
        write_table(located.inputs.population, beside)
        typer.echo(beside)
    report(located)


@optioned(job_of)
def map_page(
    job: Job,
    out: Annotated[Path, typer.Option("--out", "-o", help="The page to write.")] = Path("map.html"),
    displacement: Displacement = None,
    tiles: Annotated[
        str | None,
        typer.Option(
            "--tiles", help="Tiles to lie under the map, as https://HOST/{z}/{x}/{y}.png: the page then contacts HOST."
        ),
    ] = None,
    tiles_credit: Annotated[str, typer.Option("--tiles-credit", help="Whom to credit for the tiles.")] = "",
) -> None:
    """Draw the inputs as one HTML page that needs no network, unless tiles are asked for."""
    require_suffix(out, ".html")
    if tiles and not tiles_credit:
        raise typer.BadParameter("say whom to credit for the tiles", param_hint="--tiles-credit")
    under = Tiles(tiles, tiles_credit) if tiles else None
    located = _located(job, displacement)
    save_page(located.spec(), out, under)
    typer.echo(out)
    report(located)


@optioned(job_of)
def export(
    job: Job,
    out: Target = "gis",
    formats: Formats = None,
    schema: Schema = None,
    displacement: Displacement = None,
    *,
    show: ShowFormats = False,  # noqa: ARG001 - its callback has ended the command
) -> None:
    """Write the inputs as styled GIS files, or as tables of a database."""
    target = destination(out, formats, schema)
    paths = job.paths(displacement)
    with progress(count_steps(paths) + target.steps) as on_step:
        located = locate(paths, job.setting, on_step=on_step)
        names = target.write(located.spec(linked=False), on_step)
    for name in names:
        typer.echo(name)
    tell_cut(names)
    report(located)


def _located(job: Job, *more: Path | None, publish: bool = True) -> Located:
    paths = job.paths(*more)
    with progress(count_steps(paths)) as on_step:
        return locate(paths, job.setting, on_step=on_step, publish=publish)
