"""What the user gives, files and folders, to the files that are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from geo.clients import RECORD_SUFFIX
from geo.errors import InputError, Problem


def find_inputs(paths: Iterable[Path]) -> list[Path]:
    """Files as given, folders replaced by the files in them, in order of name.

    Raises
    ------
    InputError
        A path does not exist, the name of a file is no text, or there is nothing to read.
    """
    found: list[Path] = []
    for path in paths:
        if not _exists(path):
            raise InputError(f"{path}: no such file or folder")
        inside = sorted(p for p in path.rglob("*") if p.is_file() and _is_input(p.relative_to(path)))
        found += inside if path.is_dir() else [path]
    for path in found:
        _check_name(path)
    if not found:
        raise InputError("nothing to read: give at least one report or table")
    return found


def unused_file(path: Path, error: InputError) -> tuple[Problem, ...]:
    """What is wrong with a file that cannot be used, and with its rows."""
    message = str(error)
    for name in (str(path), path.name):
        message = message.removeprefix(f"{name}: ")
    return Problem(path.name, None, None, None, f"{message} (file left out)", "error"), *error.problems


def none_usable(errors: Sequence[tuple[Path, InputError]]) -> InputError:
    """The error where no file can be used: the first, and what is wrong with each other file."""
    first = errors[0][1]
    return InputError(str(first), [*first.problems, *(p for other in errors[1:] for p in unused_file(*other))])


def _check_name(path: Path) -> None:
    try:
        path.name.encode()
    except UnicodeEncodeError as error:
        shown = str(path).encode("utf-8", "backslashreplace").decode()
        raise InputError(f"{shown}: the name of the file is no Unicode text; rename it") from error


def _is_input(inside: Path) -> bool:
    """Not hidden, nor in a hidden folder, nor the record beside a fetched file."""
    return not any(part.startswith(".") for part in inside.parts) and not inside.name.endswith(RECORD_SUFFIX)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError) as error:  # no permission, a name too long, a zero byte
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path}: cannot be read: {reason}") from error
