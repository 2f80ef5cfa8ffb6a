"""``conflictmap theatre``: the conflict areas that the package knows, and files for new ones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geo.errors import TheatreError
from geo.theatre import TEMPLATE, list_theatres, load_theatre
from maps.cli.options import require_suffix

app = typer.Typer(help="The conflict areas that the package knows, and files for new ones.", no_args_is_help=True)


@app.command("list")
def list_command() -> None:
    """List the theatres that the package carries."""
    for name in list_theatres():
        typer.echo(f"{name}\t{load_theatre(name).title.get('en', '')}")


@app.command("show")
def show_command(name: Annotated[str, typer.Argument(help="Id or path.")]) -> None:
    """Print a theatre file as it stands."""
    path = load_theatre(name).path
    if path is not None:
        typer.echo(path.read_text(encoding="utf-8"), nl=False)


@app.command("new")
def new_command(path: Annotated[Path, typer.Argument(help="The theatre file to write.")]) -> None:
    """Write a theatre file to fill in; an existing file is never overwritten."""
    require_suffix(path, ".toml")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(TEMPLATE.replace("NAME", path.stem))
    except OSError as error:
        raise TheatreError(f"{path}: cannot be written: {error.strerror}") from error
    typer.echo(path)
