"""The ``conflictmap`` command: parse, call, write. Paths go to standard output, talk to the error stream."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from geo.errors import ConflictMapError, InputError, Problem, TheatreError
from geo.export import write_table
from geo.sources import unknown_field
from geo.theatre import TEMPLATE, Theatre, is_file, list_theatres, load_theatre
from maps.cli_export import Formats, Schema, ShowFormats, Target, chosen_formats, destination
from maps.pipeline import RUN_STEPS, Located, OnStep, Setting, count_steps, find_inputs, locate, save_page
from maps.pipeline import run as run_pipeline

SHOWN_PROBLEMS = 20  # kinds
LONGEST_MESSAGE = 4_000  # characters

app = typer.Typer(
    help="Reports, event tables and displacement tables in; one offline map page and GIS files out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
theatres = typer.Typer(help="The conflict areas that the package knows, and files for new ones.", no_args_is_help=True)
app.add_typer(theatres, name="theatre")
talk = Console(stderr=True, highlight=False, soft_wrap=True)


Inputs = Annotated[list[Path] | None, typer.Argument(help="Reports (.txt, .md), tables (.csv, .xlsx, ...), folders.")]
TheatreName = Annotated[str, typer.Option("--theatre", help="A theatre's id, or the path of a theatre file.")]
Gazetteers = Annotated[
    list[Path] | None, typer.Option("--gazetteer", help="OCHA p-code list or GeoNames dump; repeatable, best first.")
]
Admin = Annotated[list[Path] | None, typer.Option("--admin", help="Polygons of admin units; repeatable.")]
Columns = Annotated[
    str | None, typer.Option("--columns", help="Names of columns in your table, as date=Datum,place=Ort.")
]
Sample = Annotated[bool, typer.Option("--sample", help="Take the theatre's own sample input.")]


def main() -> None:
    """Run the command; a user's mistake ends in words and an exit status, never in a traceback."""
    try:
        app()
    except TheatreError as error:
        _fail(error, status=2)
    except ConflictMapError as error:
        _fail(error, status=1)


def _fail(error: ConflictMapError, *, status: int) -> None:
    # A wrong places file gives a line for each of its rows; any other line break comes from outside.
    lines = str(error).split("\n") if isinstance(error, TheatreError) else [str(error)]
    said = "\n".join(map(_plain, lines))
    talk.print(f"[bold red]error:[/] {escape(said)}")
    if isinstance(error, InputError):
        _show_problems(error.problems)
    sys.exit(status)


@app.command()
def run(
    inputs: Inputs = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for all results.")] = Path("map"),
    theatre: TheatreName = "world",
    gazetteer: Gazetteers = None,
    admin: Admin = None,
    columns: Columns = None,
    formats: Formats = None,
    *,
    sample: Sample = False,
) -> None:
    """Make everything in one go: page, tables, GIS files, decisions, problems, manifest."""
    setting = _setting(theatre, gazetteer, admin, columns)
    paths = _paths(inputs, setting.theatre, sample=sample)
    with _progress(count_steps(paths) + RUN_STEPS) as on_step:
        located = run_pipeline(paths, setting, out, formats=chosen_formats(formats), on_step=on_step)
    for name in (*json.loads((out / "manifest.json").read_text(encoding="utf-8"))["outputs"], "manifest.json"):
        typer.echo(out / name)
    _report(located, listed=out / "problems.csv")


@app.command()
def check(
    inputs: Inputs = None,
    theatre: TheatreName = "world",
    gazetteer: Gazetteers = None,
    admin: Admin = None,
    columns: Columns = None,
    *,
    sample: Sample = False,
) -> None:
    """Report all problems of the inputs, a line each, the worst first; write nothing."""
    located = _located(inputs, theatre, gazetteer, admin, columns, sample=sample)
    for problem in _worst_first(located.problems):
        typer.echo(_line(problem))
    _report(located, shown=0)


@app.command()
def read(
    inputs: Inputs = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Parquet file for the events.")] = Path("events.parquet"),
    theatre: TheatreName = "world",
    gazetteer: Gazetteers = None,
    admin: Admin = None,
    columns: Columns = None,
    *,
    sample: Sample = False,
) -> None:
    """Turn any known tables and reports into events, and displacement beside them, as GeoParquet."""
    _wants_suffix(out, ".parquet")
    located = _located(inputs, theatre, gazetteer, admin, columns, sample=sample)
    write_table(located.events, out)
    typer.echo(out)
    if len(located.displacement):
        beside = out.with_name(f"{out.stem}-displacement.parquet")
        write_table(located.displacement, beside)
        typer.echo(beside)
    _report(located)


@app.command("map")
def map_page(
    inputs: Inputs = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The page to write.")] = Path("map.html"),
    displacement: Annotated[Path | None, typer.Option("--displacement", help="One more displacement table.")] = None,
    theatre: TheatreName = "world",
    gazetteer: Gazetteers = None,
    admin: Admin = None,
    columns: Columns = None,
    *,
    sample: Sample = False,
) -> None:
    """Draw the inputs as one HTML page that needs no network."""
    _wants_suffix(out, ".html")
    located = _located(_with(inputs, displacement), theatre, gazetteer, admin, columns, sample=sample)
    save_page(located.spec(), out)
    typer.echo(out)
    _report(located)


@app.command()
def export(
    inputs: Inputs = None,
    out: Target = "gis",
    formats: Formats = None,
    schema: Schema = None,
    displacement: Annotated[Path | None, typer.Option("--displacement", help="One more displacement table.")] = None,
    theatre: TheatreName = "world",
    gazetteer: Gazetteers = None,
    admin: Admin = None,
    columns: Columns = None,
    *,
    sample: Sample = False,
    show: ShowFormats = False,  # noqa: ARG001 - its callback has ended the command
) -> None:
    """Write the inputs as styled GIS files, or as tables of a database."""
    target = destination(out, formats, schema)
    located = _located(_with(inputs, displacement), theatre, gazetteer, admin, columns, sample=sample)
    for name in target.write(located.spec()):
        typer.echo(name)
    _report(located)


@theatres.command("list")
def list_command() -> None:
    """List the theatres that the package carries."""
    for name in list_theatres():
        typer.echo(f"{name}\t{load_theatre(name).title.get('en', '')}")


@theatres.command("show")
def show_command(name: Annotated[str, typer.Argument(help="Id or path.")]) -> None:
    """Print a theatre file as it stands."""
    path = load_theatre(name).path
    if path is not None:
        typer.echo(path.read_text(encoding="utf-8"), nl=False)


@theatres.command("new")
def new_command(path: Annotated[Path, typer.Argument(help="The theatre file to write.")]) -> None:
    """Write a theatre file to fill in; an existing file is never overwritten."""
    _wants_suffix(path, ".toml")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(TEMPLATE.replace("NAME", path.stem))
    except OSError as error:
        raise TheatreError(f"{path}: cannot be written: {error.strerror}") from error
    typer.echo(path)


@app.command("version")
def version_command() -> None:
    """Print the version."""
    typer.echo(version("conflictmap"))


def _located(
    inputs: list[Path] | None,
    theatre: str,
    gazetteer: list[Path] | None,
    admin: list[Path] | None,
    columns: str | None,
    *,
    sample: bool,
) -> Located:
    setting = _setting(theatre, gazetteer, admin, columns)
    paths = _paths(inputs, setting.theatre, sample=sample)
    with _progress(count_steps(paths)) as on_step:
        return locate(paths, setting, on_step=on_step)


def _setting(theatre: str, gazetteer: list[Path] | None, admin: list[Path] | None, columns: str | None) -> Setting:
    for path in [*(gazetteer or []), *(admin or [])]:
        if not is_file(path):
            raise typer.BadParameter(f"no such file: {path}; wanted one file, not a folder")
    return Setting(load_theatre(theatre), tuple(gazetteer or ()), tuple(admin or ()), _mapping(columns))


def _mapping(columns: str | None) -> dict[str, str] | None:
    if columns is None:
        return None
    pairs = [pair.partition("=") for pair in columns.split(",")]
    if not all(ours.strip() and theirs.strip() for ours, _, theirs in pairs):
        raise typer.BadParameter(f"--columns '{columns}': wanted pairs like date=Datum,place=Ort")
    mapping = {ours.strip(): theirs.strip() for ours, _, theirs in pairs}
    if len(mapping) < len(pairs):
        raise typer.BadParameter(f"--columns '{columns}': names one field twice")
    wrong = unknown_field(mapping)
    if wrong:
        raise typer.BadParameter(f"--columns: {wrong}")
    return mapping


def _paths(inputs: list[Path] | None, theatre: Theatre, *, sample: bool) -> list[Path]:
    wanted = [*(inputs or []), *(theatre.sample if sample else ())]
    if not wanted:
        raise typer.BadParameter("give at least one report or table, or --sample for the theatre's own")
    return find_inputs(wanted)


def _with(inputs: list[Path] | None, displacement: Path | None) -> list[Path]:
    return [*(inputs or []), *([displacement] if displacement else [])]


def _wants_suffix(path: Path, suffix: str) -> None:
    if path.suffix.lower() != suffix:
        raise typer.BadParameter(f"'{path}' wants the suffix {suffix}")


@contextmanager
def _progress(total: int) -> Iterator[OnStep]:
    """A bar on the error stream, gone when done; silent when nobody watches."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=talk, transient=True, disable=not talk.is_terminal) as bar:
        task = bar.add_task("", total=total)
        done = -1

        def on_step(text: str) -> None:
            nonlocal done
            done += 1
            bar.update(task, completed=done, description=text)

        yield on_step


def _report(located: Located, *, shown: int = SHOWN_PROBLEMS, listed: Path | None = None) -> None:
    """Say what became of the rows; exit 1 if any was refused. ``listed`` is the file that has all problems."""
    for record in located.inputs.records:
        left = f", {record.skipped} skipped" if record.skipped else ""
        talk.print(
            f"{escape(_plain(record.name))}: {escape(record.kind)}, {record.rows_read} rows read, "
            f"{len(record.ids)} kept, {record.refused} refused{left}"
        )
    placed = int(located.events.geometry.notna().sum())
    talk.print(f"{len(located.events)} events, {placed} on the map; {len(located.displacement)} displacement records")
    _show_problems(located.problems, shown=shown, listed=listed)
    if any(p.severity == "error" for p in located.problems):
        raise typer.Exit(1)


def _show_problems(problems: Iterable[Problem], *, shown: int = SHOWN_PROBLEMS, listed: Path | None = None) -> None:
    """One line for each kind of problem, the worst first: the first of its kind, and how many more there are."""
    kinds: dict[tuple[str, ...], list[Problem]] = {}
    for problem in _worst_first(problems):
        kinds.setdefault(_kind(problem), []).append(problem)
    for alike in list(kinds.values())[:shown]:
        more = f" (and {len(alike) - 1:,} more like it)" if len(alike) > 1 else ""
        talk.print(f"{escape(_line(alike[0]))}{more}")
    unseen = sum(map(len, list(kinds.values())[shown:])) if shown else 0
    if unseen:
        talk.print(f"... and {unseen:,} more problems of {len(kinds) - shown:,} other kinds")
    if shown and (unseen or any(len(alike) > 1 for alike in kinds.values())):
        where = "conflictmap check" if listed is None else _plain(str(listed))
        talk.print(f"each with its line: {escape(where)}")


def _worst_first(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda p: p.severity != "error")


def _kind(problem: Problem) -> tuple[str, ...]:
    """What is the same in problems of one kind: all but the line, the value and what the message takes from them."""
    return problem.severity, problem.source, problem.column or "", re.sub(r"'[^']*'|\d[\d,.]*", "#", problem.message)


def _line(problem: Problem) -> str:
    return _plain(f"{problem.severity}: {problem}")


def _plain(text: str) -> str:
    """Text for a terminal: what comes from outside neither steers it nor fills it."""
    clean = "".join(c if c.isprintable() else "�" for c in text)
    return clean if len(clean) <= LONGEST_MESSAGE else clean[: LONGEST_MESSAGE - 1] + "…"


if __name__ == "__main__":
    main()
