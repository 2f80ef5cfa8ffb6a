"""``conflictmap figure``: the inputs as a printed map."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from geo.errors import ExportError
from maps.cli.given import parse_day
from maps.cli.options import Displacement, Job, job_of, optioned
from maps.cli.talk import progress, report
from maps.figure import FORMATS, LANGUAGES, STEPS, PrintOptions, Step, check_suffix, whole_period, write_figure
from maps.layers import MapSpec
from maps.pipeline import count_steps, locate

_DAY: Any = {"parser": parse_day, "metavar": "YYYY-MM-DD"}


@optioned(job_of)
def figure(
    job: Job,
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write: .pdf, .png or .svg.")] = Path("map.pdf"),
    displacement: Displacement = None,
    size: Annotated[str, typer.Option("--size", help=f"Paper: {' or '.join(FORMATS)}.")] = "A4",
    *,
    portrait: Annotated[
        bool | None, typer.Option("--portrait/--landscape", help="Upright or lying; default: what fits.")
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", help=f"{' or '.join(LANGUAGES)}; default: the theatre's first.")
    ] = None,
    first: Annotated[date | None, typer.Option("--from", **_DAY, help="First day shown.")] = None,
    last: Annotated[date | None, typer.Option("--to", **_DAY, help="Last day shown.")] = None,
    multiples: Annotated[
        str | None, typer.Option("--multiples", help=f"A small map for each {' or '.join(STEPS)}.")
    ] = None,
    number: Annotated[str, typer.Option("--number", help="Number of the map, set in its corner.")] = "",
    made: Annotated[date | None, typer.Option("--date", **_DAY, help="Date of the map, set too.")] = None,
) -> None:
    """Draw the inputs as a printed map: PDF, PNG or SVG, A4 or A3."""
    try:
        check_suffix(out)
        options = PrintOptions(
            size,
            None if portrait is None else "portrait" if portrait else "landscape",
            language,
            number,
            made,
            multiples=cast("Step | None", multiples),
        )
    except ExportError as error:
        raise typer.BadParameter(str(error)) from error
    if first and last and last < first:
        raise typer.BadParameter(f"--to {last} is before --from {first}; swap them")
    paths = job.paths(displacement)
    with progress(count_steps(paths) + 1) as on_step:
        located = locate(paths, job.setting, on_step=on_step)
        on_step("drawing")
        spec = located.spec(linked=False)
        write_figure(spec, out, replace(options, period=_period(spec, first, last)))
    typer.echo(out)
    report(located)


def _period(spec: MapSpec, first: date | None, last: date | None) -> tuple[date, date] | None:
    """The days asked for; an open end is that of the data."""
    known = spec.span if first or last else whole_period(spec)
    if known is None or not (first or last):
        return known
    start = first or min(known[0], last or known[0])
    return start, last or max(known[1], start)
