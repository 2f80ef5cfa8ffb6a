"""What can go wrong, and whose it is: the user's data, the user's theatre, a service, an output."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

_LONGEST_VALUE = 80


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was refused, as it stood: ``cells`` is a JSON object of its texts by header."""

    source: str
    row: int
    cells: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in input, as a value.

    ``severity`` "error": the row was refused; "warning": it was kept, look at it.
    ``row`` is the line in the file (the header is line 1), the spreadsheet row, or None for the whole file.
    ``value`` is what was found, as text; ``message`` says what is wrong with it, what was wanted, what to do next.
    """

    source: str
    row: int | None
    column: str | None
    value: str | None
    message: str
    severity: Severity

    def __str__(self) -> str:
        where = self.source if self.row is None else f"{self.source}:{self.row}"
        column = "" if self.column is None else f" {self.column}:"
        value = "" if self.value is None else f" '{_shown(self.value)}'"
        refused = " (row refused)" if self.severity == "error" and self.row is not None else ""
        return f"{where}:{column}{value} {self.message}{refused}"


def _shown(value: str) -> str:
    """Printable and short: hostile text must not steer a terminal."""
    clean = "".join(c if c.isprintable() else "�" for c in value)
    return clean if len(clean) <= _LONGEST_VALUE else clean[: _LONGEST_VALUE - 1] + "…"


class ConflictMapError(Exception):
    """Base of all errors that this package raises on purpose."""


class InputError(ConflictMapError, ValueError):
    """Your data cannot be read at all; ``problems`` says where and why."""

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class TheatreError(ConflictMapError, ValueError):
    """Your theatre file is wrong."""


class ServiceError(ConflictMapError, OSError):
    """A server on the web failed, or gave what was not asked for; trying again may help."""


class GeocoderError(ServiceError):
    """A geocoding service failed; trying again may help."""


class CredentialError(ServiceError):
    """A service wants credentials that are missing, unusable or refused; the message holds none."""


class ExportError(ConflictMapError, ValueError):
    """This table cannot be written in that format or to that place."""
