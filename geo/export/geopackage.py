"""What a GeoPackage holds beside its layers: styles and a QGIS project; and its bytes pinned."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from geo.export.archives import zipped
from geo.export.handover import Handover
from geo.export.portable import GEOMETRY_COLUMN, GisLayer

# GeoPackage demands a moment of last change; a clock would make every run differ.
_MOMENT = "1970-01-01T00:00:00.000Z"
_STYLE_TABLE = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
)
"""


def finish_geopackage(path: Path, layers: Sequence[GisLayer], handover: Handover) -> None:
    """Add the styles, and pin what depends on the moment of writing."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        # What is overwritten is wiped: a moment left in unused bytes would make two runs differ.
        database.execute("PRAGMA secure_delete = ON")
        database.execute("PRAGMA synchronous = OFF")
        _check_whole(database, layers, path)
        database.execute("BEGIN")
        _add_styles(database, layers, handover)
        _add_project(database, handover)
        database.execute("UPDATE gpkg_contents SET last_change = ?", (_MOMENT,))
        database.execute("COMMIT")
    # SQLite counts its changes in two places that must agree. The driver saves a change when the clock has not moved
    # on since the last one, so the count differs from run to run.
    with path.open("rb+") as file:
        for place in (24, 92):
            file.seek(place)
            file.write((1).to_bytes(4))


def _check_whole(database: sqlite3.Connection, layers: Sequence[GisLayer], path: Path) -> None:
    """Refuse a file without all rows and their spatial index: the driver keeps silent if the disk fills up."""
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for layer in layers:
        wanted = {layer.name: len(layer.table)}
        if layer.geometry_type is not None:
            wanted[f"rtree_{layer.name}_{GEOMETRY_COLUMN}"] = len(layer.table)
        for name, rows in wanted.items():
            found = database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] if name in tables else -1  # noqa: S608
            if found != rows:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def _add_styles(database: sqlite3.Connection, layers: Sequence[GisLayer], handover: Handover) -> None:
    looks = {name: style.qml for name, style in handover.styles.items() if style.qml}
    styled = [layer.name for layer in layers if layer.name in looks and layer.geometry_type is not None]
    if not styled:
        return
    database.execute(_STYLE_TABLE)
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', 'styles of the layers, for QGIS')"
    )
    for name in styled:
        # An empty catalog and schema and the true geometry column, else the style is dropped without a word.
        database.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, "
            "styleName, styleQML, styleSLD, useAsDefault, description, owner, ui, update_time) "
            "VALUES ('', '', ?, ?, ?, ?, '', 1, '', '', NULL, ?)",
            (name, GEOMETRY_COLUMN, name, looks[name], _MOMENT),
        )


def _add_project(database: sqlite3.Connection, handover: Handover) -> None:
    """The project inside the package, as QGIS keeps it: the bytes of a .qgz as hexadecimal text."""
    if not handover.project:
        return
    database.execute("CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB)")
    metadata = json.dumps({"last_modified_time": _MOMENT, "last_modified_user": ""})
    database.execute(
        "INSERT INTO qgis_projects VALUES (?, ?, ?)",
        (handover.name, metadata.encode(), project_bytes(handover).hex().encode()),
    )
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description) "
        "VALUES ('qgis_projects', 'attributes', 'qgis_projects', 'the map as a project, for QGIS')"
    )


def write_project(path: Path, _layers: Sequence[GisLayer], handover: Handover) -> None:
    """The QGIS project that shows the GeoPackage beside it."""
    path.write_bytes(project_bytes(handover))


def project_bytes(handover: Handover) -> bytes:
    """The project as a .qgz file."""
    return zipped({f"{handover.name}.qgs": handover.project.encode()})
