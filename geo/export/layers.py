"""Tables to GIS files: layers made once, then written in each format asked for.

Which rows of a table go to which layer: see ``geo.export.portable``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from geo.errors import ExportError
from geo.export.formats import FORMATS, Format
from geo.export.geopackage import write_project
from geo.export.handover import About, Handover, Style
from geo.export.portable import GeometryKind, split_by_kind
from geo.export.writing import driver_errors, require_folder, written

_SAFE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
_RESERVED_PREFIXES = ("gpkg_", "rtree_", "sqlite_")


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


def write_handover(handover: Handover, folder: Path, formats: Sequence[str]) -> list[Path]:
    """Write a hand-over into a folder, which is made if missing; return the files written.

    Raises
    ------
    ExportError
        An unknown format, or a file that cannot be written.
    """
    return _write_all(handover, folder, [_format(f) for f in dict.fromkeys(formats)])


def _write_all(handover: Handover, folder: Path, formats: Sequence[Format]) -> list[Path]:
    require_folder(folder)
    return [path for how in formats for path in _write_format(folder, how, handover)]


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
    layers = [part for key, table in tables.items() for part in split_by_kind(key, table, (kinds or {}).get(key))]
    _check_names([layer.name for layer in layers])
    return Handover(name, tuple(layers), styles, about or About())


def _write_format(folder: Path, how: Format, handover: Handover) -> list[Path]:
    files = []
    for suffix, write in how.files:
        if write is write_project and not handover.project:
            continue
        for layers in [[layer] for layer in handover.layers] if how.each else [handover.layers]:
            part = f"_{layers[0].name}" if how.each else ""
            path = folder / f"{handover.name}{part}{suffix}"
            with written(path) as temporary, driver_errors(path):
                write(temporary, layers, handover)
            files.append(path)
            style = handover.styles.get(layers[0].name) if how.styles_beside else None
            if style is not None and style.qml and layers[0].geometry_type is not None:
                files.append(_write_text(path.with_suffix(".qml"), style.qml))
    return files


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


def _write_text(path: Path, text: str) -> Path:
    with written(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")
    return path
