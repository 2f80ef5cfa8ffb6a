"""The ``conflictmap`` command: parse, call, write. Paths go to standard output, talk to the error stream."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import version
from typing import Any

import typer
import typer.main
from typer.core import TyperGroup

from geo.errors import ConflictMapError, TheatreError
from maps.cli.talk import tell_error

# Module and name of each command, or of the group of commands: loaded when asked for, or each would wait for all.
_COMMANDS = {
    "run": ("build", "run"),
    "check": ("build", "check"),
    "read": ("build", "read"),
    "map": ("build", "map_page"),
    "figure": ("figure", "figure"),
    "export": ("build", "export"),
    "merge": ("merge", "merge"),
    "geoparse": ("reports", "geoparse"),
    "geocode": ("places", "geocode"),
    "place": ("places", "place"),
    "fetch": ("fetch", "fetch_command"),
    "theatre": ("theatres", "app"),
    "data": ("data", "app"),
}


class _OnDemand(TyperGroup):
    """A group whose commands are loaded when they are asked for."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: dict[str, Any] = {**self.commands, **dict.fromkeys(_COMMANDS)}

    def list_commands(self, _context: Any) -> list[str]:
        return list(self.commands)

    def get_command(self, _context: Any, name: str) -> Any:
        if self.commands.get(name) is None and name in _COMMANDS:
            module, attribute = _COMMANDS[name]
            self.commands[name] = _command(getattr(import_module(f"maps.cli.{module}"), attribute), name)
        return self.commands.get(name)


def _command(made: Any, name: str) -> Any:
    """The command that a function is, or the group that an app is."""
    if not isinstance(made, typer.Typer):
        function, made = made, typer.Typer(add_completion=False)
        made.command(name)(function)
    command = typer.main.get_command(made)
    command.name = name
    return command


app = typer.Typer(cls=_OnDemand, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def _conflictmap() -> None:
    """Reports, event tables and displacement tables in; one offline map page and GIS files out."""


@app.command("version")
def version_command() -> None:
    """Print the version."""
    typer.echo(version("conflictmap"))


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
