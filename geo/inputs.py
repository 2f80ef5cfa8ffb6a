"""What the user gives, files and folders, to the files that are read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from geo.clients import RECORD_SUFFIX
from geo.errors import InputError


def find_inputs(paths: Iterable[Path]) -> list[Path]:
    """Files as given, folders replaced by the files in them, in order of name.

    Raises
    ------
    InputError
        A path does not exist, or there is nothing to read.
    """
    found: list[Path] = []
    for path in paths:
        if not _exists(path):
            raise InputError(f"{path}: no such file or folder")
        inside = sorted(p for p in path.rglob("*") if p.is_file() and _is_input(p.relative_to(path)))
        found += inside if path.is_dir() else [path]
    if not found:
        raise InputError("nothing to read: give at least one report or table")
    return found


def _is_input(inside: Path) -> bool:
    """Not hidden, nor in a hidden folder, nor the record beside a fetched file."""
    return not any(part.startswith(".") for part in inside.parts) and not inside.name.endswith(RECORD_SUFFIX)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError) as error:  # no permission, a name too long, a zero byte
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path}: cannot be read: {reason}") from error
