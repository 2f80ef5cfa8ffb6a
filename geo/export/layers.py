"""Tables to GIS files: layers made once, then written in each format asked for.

Which rows of a table go to which layer: see ``geo.export.portable``.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from geo.errors import ExportError
from geo.export.facts import described_parts
from geo.export.formats import FORMATS, Format
from geo.export.handover import About, Handover, Style
from geo.export.metadata import write_metadata
from geo.export.portable import GeometryKind, split_by_kind
from geo.export.writing import driver_errors, flush, require_folder, said_clearly, written_together

_SAFE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
_RESERVED_PREFIXES = ("gpkg_", "rtree_", "sqlite_")

OnStep = Callable[[str], None]


def write_layers(
    tables: Mapping[str, pd.DataFrame],
    folder: Path,
    *,
    name: str,
    formats: Sequence[str],
    styles: Mapping[str, Style],
    kinds: Mapping[str, GeometryKind] | None = None,
    about: About | None = None,
) -> list[Path]:
    """Write tables as GIS layers into a folder, which is made if missing; return the files written.

    ``name`` is the stem of the files. ``styles`` is the look by layer name. ``kinds`` says the kind of geometry of a
    table, so that it has a type even without rows. A plain DataFrame becomes a plain table.

    Raises
    ------
    ExportError
        An unknown format, a name that no file can bear, a table without CRS, or a file that cannot be written.
    """
    chosen = [_format(f) for f in dict.fromkeys(formats)]
    handover = make_handover(tables, name=name, styles=styles, kinds=kinds, about=about)
    return _write_all(handover, folder, chosen)


def write_handover(
    handover: Handover, folder: Path, formats: Sequence[str], *, on_step: OnStep | None = None
) -> list[Path]:
    """Write a hand-over into a folder, which is made if missing; return the files written.

    ``on_step`` is called with the title of each format before it is written.

    Raises
    ------
    ExportError
        An unknown format, or a file that cannot be written.
    """
    return _write_all(handover, folder, [_format(f) for f in dict.fromkeys(formats)], on_step)


def _write_all(
    handover: Handover, folder: Path, formats: Sequence[Format], on_step: OnStep | None = None
) -> list[Path]:
    """All files or none: they come from one temporary folder, where a failing driver may leave what it likes."""
    require_folder(folder)
    names: dict[str, str] = {}
    with written_together(folder) as part:
        for how in formats:
            if on_step is not None:
                on_step(how.title)
            for name in _write_format(part, how, handover, folder):
                names.setdefault(name, how.title)  # two formats may share the style beside their files
        if handover.about != About():
            with _errors_of(folder / f"{handover.name}.xml"):
                names |= write_metadata(part, handover, names)
    return [folder / name for name in names]


def make_handover(
    tables: Mapping[str, pd.DataFrame],
    *,
    name: str,
    styles: Mapping[str, Style],
    kinds: Mapping[str, GeometryKind] | None = None,
    about: About | None = None,
) -> Handover:
    """The layers of tables, each of one kind of geometry.

    Raises
    ------
    ExportError
        A name that no file or layer can bear, or a table without CRS.
    """
    _check_names([name, *tables])
    parts = {key: split_by_kind(key, table, (kinds or {}).get(key)) for key, table in tables.items()}
    layers = [layer for found in parts.values() for layer in found]
    _check_names([layer.name for layer in layers])
    return Handover(name, tuple(layers), styles, described_parts(about or About(), parts))


def _write_format(part: Path, how: Format, handover: Handover, folder: Path) -> list[str]:
    """Write the files of one format into ``part``; errors speak of ``folder``, where they are to stand."""
    names = []
    for output in how.files:
        for key, layers in output.parts(handover):
            name = output.name_of(handover.name, key)
            with _errors_of(folder / name):
                output.write(part / name, layers, handover)
                flush(part / name)
            names.append(name)
            style = handover.styles.get(layers[0].name) if how.styles_beside else None
            if style is not None and style.qml and layers[0].geometry_type is not None:
                names.append(f"{Path(name).stem}.qml")
                with _errors_of(folder / names[-1]):
                    (part / names[-1]).write_text(style.qml, encoding="utf-8", newline="\n")
    return names


@contextlib.contextmanager
def _errors_of(path: Path) -> Iterator[None]:
    with said_clearly(path, existed=os.path.lexists(path)), driver_errors(path):
        yield


def _format(name: str) -> Format:
    if name in FORMATS:
        return FORMATS[name]
    near = difflib.get_close_matches(name, FORMATS, n=1, cutoff=0.0)[0]
    raise ExportError(f"unknown format '{name}'; the nearest known is '{near}', all: {', '.join(FORMATS)}")


def _check_names(names: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if not _SAFE_NAME.fullmatch(name) or name.lower().startswith(_RESERVED_PREFIXES):
            raise ExportError(f"'{name}' cannot name a file or layer; wanted a letter, then letters, digits or '_'")
    for name in names[1:]:
        if name.lower() in seen:
            raise ExportError(f"two layers are called '{name}'; each needs its own name")
        seen.add(name.lower())
