"""The theatres that the package carries, and what helps to find a file or a word."""

from __future__ import annotations

import difflib
from pathlib import Path

from geo.errors import TheatreError

BUILT_IN = Path(__file__).parents[1] / "theatres"


def list_theatres() -> list[str]:
    """Ids of the theatres that the package carries."""
    return sorted(p.stem for p in BUILT_IN.glob("*.toml"))


def find_theatre(name_or_path: str | Path) -> Path:
    """The file of a built-in theatre by id, or a theatre file by path.

    Raises
    ------
    TheatreError
        There is neither.
    """
    if isinstance(name_or_path, str) and name_or_path in list_theatres():
        return BUILT_IN / f"{name_or_path}.toml"
    path = Path(name_or_path)
    if is_file(path):
        return path.absolute()
    known = ", ".join(list_theatres())
    raise TheatreError(f"no theatre '{name_or_path}'; wanted one of {known}, or the path of a theatre file")


def is_file(path: Path) -> bool:
    """Whether a file is there; a name that the system refuses names none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def nearest(word: str, known: list[str] | tuple[str, ...]) -> str:
    """A word that is not known, quoted, with the one that was perhaps meant."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.0)
    return f"'{word}'; the nearest known is '{near[0]}'" if near else f"'{word}'"
