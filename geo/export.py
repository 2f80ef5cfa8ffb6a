"""GIS files: one table of formats, one writer, the same bytes for the same tables.

Which rows of a table go to which layer: see ``geo.portable``.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyogrio

from geo.errors import ExportError
from geo.portable import GEOMETRY_COLUMN, GeometryKind, GisLayer, portable, split_by_kind
from geo.schema import CRS

_SAFE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
_RESERVED_PREFIXES = ("gpkg_", "rtree_", "sqlite_")
# GeoPackage demands a moment of last change; a clock would make every run differ.
_MOMENT = "1970-01-01T00:00:00.000Z"


@dataclass(frozen=True, slots=True)
class Format:
    """One file format: its driver, how it takes dates, and in words what it keeps and what it loses.

    ``several_layers``: one file for all layers; else one file a layer, with its style beside it as ``.qml``.
    ``plain_tables``: the driver knows tables without geometry; else they are written as features without place.
    """

    suffix: str
    driver: str
    several_layers: bool
    keeps: str
    loses: str
    dates_as: Literal["date", "text"] = "date"
    plain_tables: bool = True
    dataset_options: Mapping[str, str] = field(default_factory=dict)
    layer_options: Mapping[str, str] = field(default_factory=dict)
    finish: Callable[[Path, Sequence[GisLayer], Mapping[str, str]], None] | None = None


def write_layers(
    tables: Mapping[str, pd.DataFrame],
    folder: Path,
    *,
    name: str,
    formats: Sequence[str],
    styles: Mapping[str, str],
    kinds: Mapping[str, GeometryKind] | None = None,
) -> list[Path]:
    """Write tables as GIS layers into a folder, which is made if missing; return the files written.

    ``name`` is the stem of the files. ``styles`` is QML text by layer name. ``kinds`` says the kind of geometry of a
    table, so that it has a type even without rows. A plain DataFrame becomes a plain table.

    Raises
    ------
    ExportError
        An unknown format, a name that no file can bear, a table without CRS, or a file that cannot be written.
    """
    chosen = [_format(f) for f in dict.fromkeys(formats)]
    _check_names([name, *tables])
    require_folder(folder)
    layers = [part for key, table in tables.items() for part in split_by_kind(key, table, (kinds or {}).get(key))]
    _check_names([layer.name for layer in layers])
    files: list[Path] = []
    for how in chosen:
        if how.several_layers:
            files.append(_write_file(folder / f"{name}{how.suffix}", how, layers, styles))
            continue
        for layer in layers:
            files.append(_write_file(folder / f"{name}_{layer.name}{how.suffix}", how, [layer], styles))
            if layer.name in styles:
                files.append(_write_text(files[-1].with_suffix(".qml"), styles[layer.name]))
    return files


def require_folder(folder: Path) -> None:
    """Make a folder if it is missing.

    Raises
    ------
    ExportError
        The system refused, or a file stands there.
    """
    with _said_clearly(folder, existed=False):
        folder.mkdir(parents=True, exist_ok=True)


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet: GeoParquet if it has a geometry. Types survive, missing values too.

    Raises
    ------
    ExportError
        The file cannot be written; an older one is kept.
    """
    with written(path) as part, _driver_errors(path):
        table.to_parquet(part, index=False, compression="zstd")


@contextlib.contextmanager
def written(path: Path) -> Iterator[Path]:
    """Yield a temporary name in the folder of ``path``; on success it takes the place of ``path``, else it is removed.

    Raises
    ------
    ExportError
        The system refused (no space, no permission, no such folder); an older file at ``path`` is kept.
    """
    # The process id keeps two runs apart; the suffix stays, as drivers go by it.
    part = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    with _said_clearly(path, existed=os.path.lexists(path)):
        try:
            _remove(part)
            yield part
            _flush(part)
            os.replace(part, path)  # noqa: PTH105 - tests make this very call fail
        except BaseException:
            with contextlib.suppress(OSError):
                _remove(part)
            raise


@contextlib.contextmanager
def written_together(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder inside ``folder``; on success its files take their places, else all of it is removed.

    So a page, its tables and the manifest with their hashes are of one run, also when the disk fills up half-way.

    Raises
    ------
    ExportError
        The system refused, or a folder stands where a file must go; the older results are kept.
    """
    part = folder / f".{os.getpid()}.part"
    try:
        with _said_clearly(folder, existed=True):
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
        try:
            yield part
        except ExportError as error:
            # The user knows the place the file was meant for.
            raise ExportError(str(error).replace(str(part), str(folder))) from error
        names = [path.relative_to(part) for path in sorted(part.rglob("*")) if path.is_file()]
        for name in names:
            _check_free(folder, name)
        for name in names:
            with _said_clearly(folder / name, existed=os.path.lexists(folder / name)):
                os.replace(part / name, folder / name)  # noqa: PTH105 - tests make this very call fail
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _check_free(folder: Path, name: Path) -> None:
    """Make sure before the first file is renamed that the last one can be."""
    require_folder((folder / name).parent)
    if (folder / name).is_dir():
        raise ExportError(_refusal(folder / name, os.strerror(errno.EISDIR).lower(), existed=True))


@contextlib.contextmanager
def _said_clearly(path: Path, *, existed: bool) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (str(error) or type(error).__name__) if error.errno is None else os.strerror(error.errno)
        raise ExportError(_refusal(path, reason[:1].lower() + reason[1:], existed=existed)) from error


def _refusal(path: Path, reason: str, *, existed: bool) -> str:
    kept = "; the older result is kept" if existed else "; nothing was written"
    advice = {
        os.strerror(errno.ENOSPC).lower(): "; free some space or choose another folder",
        os.strerror(errno.EACCES).lower(): "; choose a folder you may write to",
        os.strerror(errno.EROFS).lower(): "; choose a folder you may write to",
        os.strerror(errno.ENOENT).lower(): "; make the folder first",
    }
    return f"cannot write {path}: {reason}{advice.get(reason.lower(), '')}{kept}"


def _remove(part: Path) -> None:
    for leftover in (part, *(part.with_name(part.name + tail) for tail in ("-journal", "-wal", "-shm"))):
        # A file where the folder should be: the writer will say so.
        with contextlib.suppress(NotADirectoryError):
            leftover.unlink(missing_ok=True)


def _flush(part: Path) -> None:
    """Make the system admit now, not after the rename, that the disk is full."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())


@contextlib.contextmanager
def _driver_errors(path: Path) -> Iterator[None]:
    """Turn what the drivers raise into one clear line."""
    existed = os.path.lexists(path)
    try:
        yield
    except _DRIVER_ERRORS as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        if "disk is full" in reason or _is_full(path.parent):
            reason = os.strerror(errno.ENOSPC)
        raise ExportError(_refusal(path, reason[:1].lower() + reason[1:], existed=existed)) from error


_DRIVER_ERRORS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,  # with its children for geometry, fields, CRS
    sqlite3.Error,
    pa.ArrowException,
)


def _is_full(folder: Path) -> bool:
    """Drivers do not say why they could not write; a disk without a block left explains it."""
    try:
        return shutil.disk_usage(folder).free < 2**16
    except OSError:
        return False


def _format(name: str) -> Format:
    try:
        return FORMATS[name]
    except KeyError:
        raise ExportError(f"unknown format '{name}'; wanted one of {', '.join(FORMATS)}") from None


def _check_names(names: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if not _SAFE_NAME.fullmatch(name) or name.lower().startswith(_RESERVED_PREFIXES):
            raise ExportError(f"'{name}' cannot name a file or layer; wanted a letter, then letters, digits or '_'")
    for name in names[1:]:
        if name.lower() in seen:
            raise ExportError(f"two layers are called '{name}'; each needs its own name")
        seen.add(name.lower())


def _write_file(path: Path, how: Format, layers: Sequence[GisLayer], styles: Mapping[str, str]) -> Path:
    with written(path) as part, _driver_errors(path), _flushed_once():
        for layer in layers:
            _write_layer(part, how, layer)
        if how.finish is not None:
            how.finish(part, layers, styles)
    return path


@contextlib.contextmanager
def _flushed_once() -> Iterator[None]:
    """Keep SQLite from flushing after each step: a temporary file is worth nothing until it is whole."""
    option = "OGR_SQLITE_SYNCHRONOUS"
    before = pyogrio.get_gdal_config_option(option)
    pyogrio.set_gdal_config_options({option: "OFF"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({option: before})


def _write_layer(path: Path, how: Format, layer: GisLayer) -> None:
    table, geometry_type, options = portable(layer.table, dates_as=how.dates_as), layer.geometry_type, {}
    if geometry_type is None and not how.plain_tables:
        table, geometry_type = gpd.GeoDataFrame(table, geometry=[None] * len(table), crs=CRS), "Unknown"
    if geometry_type is not None:
        options = dict(how.layer_options)
    pyogrio.write_dataframe(
        table,
        path,
        layer=layer.name,
        driver=how.driver,
        geometry_type=geometry_type,
        use_arrow=True,  # else days become text
        dataset_options=dict(how.dataset_options),
        layer_options=options,
    )


def _write_text(path: Path, text: str) -> Path:
    with written(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")
    return path


_STYLE_TABLE = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
)
"""


def _finish_geopackage(path: Path, layers: Sequence[GisLayer], styles: Mapping[str, str]) -> None:
    """Add the styles, and pin what depends on the moment of writing."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        # What is overwritten is wiped: a moment left in unused bytes would make two runs differ.
        database.execute("PRAGMA secure_delete = ON")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN")
        styled = [layer for layer in layers if layer.name in styles and layer.geometry_type is not None]
        if styled:
            database.execute(_STYLE_TABLE)
            database.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, description) "
                "VALUES ('layer_styles', 'attributes', 'layer_styles', 'styles of the layers, for QGIS')"
            )
        for layer in styled:
            # An empty catalog and schema and the true geometry column, else the style is dropped without a word.
            database.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, "
                "styleName, styleQML, styleSLD, useAsDefault, description, owner, ui, update_time) "
                "VALUES ('', '', ?, ?, ?, ?, '', 1, '', '', NULL, ?)",
                (layer.name, GEOMETRY_COLUMN, layer.name, styles[layer.name], _MOMENT),
            )
        database.execute("UPDATE gpkg_contents SET last_change = ?", (_MOMENT,))
        database.execute("COMMIT")
    # SQLite counts its changes in two places that must agree. The driver saves a change when the clock has not moved
    # on since the last one, so the count differs from run to run.
    with path.open("rb+") as file:
        for place in (24, 92):
            file.seek(place)
            file.write((1).to_bytes(4))


def _check_geojson(path: Path, _layers: Sequence[GisLayer], _styles: Mapping[str, str]) -> None:
    """Refuse a file without its end: the driver keeps silent if the disk fills up with its last bytes."""
    with path.open("rb") as file:
        file.seek(-min(16, path.stat().st_size), os.SEEK_END)
        if not file.read().endswith(b"]\n}\n"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


# One entry a format. One that spreadsheets open must also keep text that starts like a formula from being run.
FORMATS: dict[str, Format] = {
    "gpkg": Format(
        ".gpkg",
        "GPKG",
        several_layers=True,
        keeps="all layers with their styles, typed days, missing numbers, all scripts",
        loses="height (z) of a coordinate",
        # Version 1.4, the default, makes GDAL before 3.7 complain.
        dataset_options={"VERSION": "1.3"},
        layer_options={"GEOMETRY_NAME": GEOMETRY_COLUMN, "FID": "fid"},
        finish=_finish_geopackage,
    ),
    "geojson": Format(
        ".geojson",
        "GeoJSON",
        several_layers=False,
        keeps="one layer a file, missing numbers, all scripts; the style beside it",
        loses="types of days (ISO text), coordinates beyond 7 decimals (1 cm), height (z) of a coordinate",
        dates_as="text",
        plain_tables=False,
        # Text that looks like JSON stays text: a note may begin with a bracket.
        layer_options={"RFC7946": "YES", "WRITE_NAME": "NO", "AUTODETECT_JSON_STRINGS": "NO"},
        finish=_check_geojson,
    ),
}
