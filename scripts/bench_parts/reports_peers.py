"""The look-up packages that stand beside ours, installed for the run into a folder that goes with it."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PEERS = ("geotext", "flashgeotext")
Answer = tuple[int, int, float | None, float | None]
Finder = Callable[[str], list[Answer]]


@contextmanager
def installed_peers() -> Iterator[Path | None]:
    """A folder with the peers by pip; None where it cannot fetch them, and says why."""
    with tempfile.TemporaryDirectory(prefix="conflictmap-bench-") as folder:
        words = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", folder]
        done = subprocess.run([*words, *PEERS], check=False, capture_output=True, text=True)
        if done.returncode:
            print(f"no peers: {done.stderr.strip()}", file=sys.stderr)
        yield None if done.returncode else Path(folder)


def open_peer(name: str, folder: Path) -> Finder:
    """The finder of a peer; to be called in a process of its own, for its folder becomes one of Python's."""
    sys.path.append(str(folder))  # last, so that what is installed wins
    return {"geotext": _geotext, "flashgeotext": _flashgeotext}[name]()


def _geotext() -> Finder:
    from geotext import GeoText  # noqa: PLC0415 - installed for the benchmark only

    def spans(text: str) -> list[Answer]:
        found = GeoText(text)
        names = dict.fromkeys([*found.cities, *found.countries])
        return [(m.start(), m.end(), None, None) for n in names for m in re.finditer(rf"\b{re.escape(n)}\b", text)]

    return spans


def _flashgeotext() -> Finder:
    from flashgeotext.geotext import GeoText  # noqa: PLC0415 - installed for the benchmark only

    finder = GeoText()

    def spans(text: str) -> list[Answer]:
        found = finder.extract(input_text=text)
        return [(*span, None, None) for kind in found.values() for name in kind.values() for span in name["span_info"]]

    return spans
