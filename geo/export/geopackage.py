"""What a GeoPackage holds beside its layers: styles, metadata and a QGIS project; and its bytes pinned."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from geo.export.archives import zipped
from geo.export.facts import column_meanings
from geo.export.handover import About, Handover
from geo.export.iso19139 import iso_xml
from geo.export.portable import GEOMETRY_COLUMN, GisLayer, without_controls

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
        if handover.about != About():
            _add_metadata(database, layers, handover)
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


# Table 17, 19, 20, 22 and 24 of GeoPackage 1.3, as its annex C has them.
_METADATA_TABLES = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);
CREATE TABLE gpkg_metadata (
  id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
  md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT ''
);
CREATE TABLE gpkg_metadata_reference (
  reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
  timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id INTEGER NOT NULL,
  md_parent_id INTEGER, CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id)
);
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name)
);
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
  max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
)
"""
_EXTENSIONS = {
    "gpkg_metadata": "gpkg_metadata",
    "gpkg_metadata_reference": "gpkg_metadata",
    "gpkg_data_columns": "gpkg_schema",
    "gpkg_data_column_constraints": "gpkg_schema",
}
_DEFINITIONS = {
    "gpkg_metadata": "http://www.geopackage.org/spec121/#extension_metadata",
    "gpkg_schema": "http://www.geopackage.org/spec121/#extension_schema",
}


def _add_metadata(database: sqlite3.Connection, layers: Sequence[GisLayer], handover: Handover) -> None:
    """Title and abstract of each layer, the meaning of its columns, and the record of the whole file."""
    for statement in _METADATA_TABLES.split(";\n"):
        database.execute(statement)
    database.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'read-write')",
        [(table, name, _DEFINITIONS[name]) for table, name in _EXTENSIONS.items()],
    )
    database.execute(
        "INSERT INTO gpkg_metadata VALUES (1, 'dataset', 'http://www.isotc211.org/2005/gmd', 'text/xml', ?)",
        (iso_xml(handover, ["GeoPackage 1.3"]).decode(),),
    )
    database.execute(
        "INSERT INTO gpkg_metadata_reference VALUES ('geopackage', NULL, NULL, NULL, ?, 1, NULL)", (_MOMENT,)
    )
    meanings = [
        (layer.name, column, text)
        for layer in layers
        for column, text in column_meanings(handover.about, layer)
        if text
    ]
    database.executemany(
        "INSERT INTO gpkg_data_columns (table_name, column_name, description) VALUES (?, ?, ?)", meanings
    )
    _name_layers(database, layers, handover.about)


def _name_layers(database: sqlite3.Connection, layers: Sequence[GisLayer], about: About) -> None:
    """Titles as identifiers, which no two tables may share; where two would, the name of the layer goes behind."""
    database.executemany(
        "UPDATE gpkg_contents SET identifier = NULL WHERE table_name = ?", [(layer.name,) for layer in layers]
    )
    taken = {name for (name,) in database.execute("SELECT identifier FROM gpkg_contents WHERE identifier IS NOT NULL")}
    for layer in layers:
        title = without_controls(about.title_of(layer.name))
        while title in taken:
            title = f"{title} ({layer.name})"
        taken.add(title)
        abstract = without_controls(about.layers.get(layer.name, ("", ""))[1])
        database.execute(
            "UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?",
            (title, abstract, layer.name),
        )


def write_project(path: Path, _layers: Sequence[GisLayer], handover: Handover) -> None:
    """The QGIS project that shows the GeoPackage beside it."""
    path.write_bytes(project_bytes(handover))


def project_bytes(handover: Handover) -> bytes:
    """The project as a .qgz file."""
    return zipped({f"{handover.name}.qgs": handover.project.encode()})
