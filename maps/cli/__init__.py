"""The ``conflictmap`` command: parse, call, write. Paths go to standard output, talk to the error stream."""

from __future__ import annotations

import sys
from importlib.metadata import version

import typer

from geo.errors import ConflictMapError, TheatreError
from maps.cli.build import check, export, map_page, read, run
from maps.cli.data import app as data
from maps.cli.fetch import fetch_command
from maps.cli.figure import figure
from maps.cli.merge import merge
from maps.cli.places import geocode, place
from maps.cli.reports import geoparse
from maps.cli.talk import tell_error
from maps.cli.theatres import app as theatres

app = typer.Typer(
    help="Reports, event tables and displacement tables in; one offline map page and GIS files out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command("version")
def version_command() -> None:
    """Print the version."""
    typer.echo(version("conflictmap"))


app.command()(run)
app.command()(check)
app.command()(read)
app.command("map")(map_page)
app.command()(figure)
app.command()(export)
app.command()(merge)
app.command()(geoparse)
app.command()(geocode)
app.command()(place)
app.command("fetch")(fetch_command)
app.add_typer(theatres, name="theatre")
app.add_typer(data, name="data")


def main() -> None:
    """Run the command; a user's mistake ends in words and an exit status, never in a traceback."""
    try:
        app()
    except TheatreError as error:
        tell_error(error)
        sys.exit(2)
    except ConflictMapError as error:
        tell_error(error)
        sys.exit(1)
