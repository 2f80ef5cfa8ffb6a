"""What every command may be given: inputs, a theatre, gazetteers; files by path, or by the id of what was fetched."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from geo.publishers import find_cached, load_catalogue
from geo.theatre import is_file

Inputs = Annotated[
    list[Path] | None, typer.Argument(help="Reports (.txt, .md, .html, .jsonl), tables (.csv, .xlsx, ...), folders.")
]
TheatreName = Annotated[str, typer.Option("--theatre", help="A theatre's id, or the path of a theatre file.")]
Gazetteers = Annotated[
    list[Path] | None,
    typer.Option(
        "--gazetteer", help="OCHA p-code list or GeoNames dump, or its id in 'data list'; repeatable, best first."
    ),
]


def parse_day(text: str) -> date:
    """A day as it is given on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is not a day; wanted YYYY-MM-DD") from None


def given_file(path: Path) -> Path:
    """A file that is there: by its path, or one that was fetched, by its id."""
    if is_file(path):
        return path
    catalogue = load_catalogue()
    fetched = find_cached(str(path), catalogue=catalogue)
    if fetched is not None:
        return fetched
    advice = f"; fetch it with: conflictmap data get {path}" if catalogue.known(str(path)) else ""
    raise typer.BadParameter(f"no such file: {path}; wanted one file, not a folder{advice}")
