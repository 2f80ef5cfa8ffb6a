"""Layers as tables of a PostGIS database: all of them or none, typed, indexed, described.

psycopg is asked for only here, and only when a database is named.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import ExportError
from geo.export.handover import Handover
from geo.export.portable import GEOMETRY_COLUMN, GisLayer

if TYPE_CHECKING:
    import psycopg

URL_STARTS = ("postgresql://", "postgres://")
_TIMEOUT_S = 10  # libpq waits at least 2
# Columns that every table of PostgreSQL has already.
_SYSTEM_COLUMNS = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})
_SRID = 4326
_LONGEST_NAME = 63  # bytes; PostgreSQL cuts what is longer


def is_database(target: str) -> bool:
    """Whether a target names a database rather than a folder."""
    return target.lower().startswith(URL_STARTS)


def write_postgis(handover: Handover, url: str, *, schema: str = "public", wait_seconds: int = _TIMEOUT_S) -> list[str]:
    """Write every layer as a table ``NAME_LAYER`` of a schema, in one transaction; return the tables' names.

    ``url`` is a libpq address as ``postgresql://user@host:5432/base``; a password may also come from ``PGPASSWORD`` or
    ``~/.pgpass``. Tables of these names are replaced. Plain tables have no geometry column. ``wait_seconds`` is the
    longest wait for the server, and for a table that someone else holds.

    Raises
    ------
    ExportError
        psycopg is not installed, the address is wrong, the server does not answer or refuses, the database has no
        PostGIS, or something else depends on a table that would be replaced. Nothing is changed then; a password is
        never in the words, nor in those of a cause.
    """
    try:
        import psycopg  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ExportError(
            "writing to PostgreSQL needs psycopg; install it with: pip install 'conflictmap[postgis]'"
        ) from error
    where = _shown(url)
    try:
        with psycopg.connect(url, connect_timeout=wait_seconds, application_name="conflictmap") as connection:
            connection.execute(f"SET LOCAL lock_timeout = '{wait_seconds}s'")
            _check_postgis(connection, where)
            _make_schema(connection, schema)
            names = _table_names(handover)
            return [
                _write_table(connection, layer, name, handover.about.layers.get(layer.name, ("", "")), schema)
                for layer, name in zip(handover.layers, names, strict=True)
            ]
    except (psycopg.Error, UnicodeError) as error:
        # Without its cause: the driver's words may hold the whole address.
        said = _clean(_words(error), url)
        raise ExportError(f"cannot write {where}: {said}{_advice(said)}; nothing was changed") from None


def _advice(said: str) -> str:
    """What to do about a failed connection, by the words that libpq says it in."""
    if "password" in said:
        return "; check the user's name, and the password in PGPASSWORD or in the password file .pgpass"
    if "connection failed" in said:
        return "; check host and port, and that the server runs"
    return ""


def _shown(url: str) -> str:
    """The address without user and password.

    Raises
    ------
    ExportError
        It is no address.
    """
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise ExportError(
            "the address of the database cannot be read; wanted postgresql://USER@HOST:5432/DATABASE, with signs like "
            "'/', '@', ':' or '[' in a password written as %2F, %40, %3A, %5B"
        ) from None
    return f"postgresql://{parts.hostname or 'localhost'}{port}{parts.path}"


def _words(error: Exception) -> str:
    return "; ".join(" ".join(line.split()) for line in str(error).splitlines() if line.strip()) or type(error).__name__


def _clean(reason: str, url: str) -> str:
    """A server's words without what is secret in the address."""
    parts = urlsplit(url)
    secrets = {parts.password or "", *(v for k, v in parse_qsl(parts.query) if "password" in k.lower())}
    user = parts.netloc.rpartition("@")[0]
    for secret in sorted({url, user, *secrets, *map(unquote, secrets)}, key=len, reverse=True):
        # A user's name without a password is no secret.
        if secret and (secret != user or ":" in user):
            reason = reason.replace(secret, "***")
    return reason


def _make_schema(connection: psycopg.Connection[Any], schema: str) -> None:
    """Make a schema that is missing; who may write in one may not make one for that."""
    if connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (schema,)).fetchone() is None:
        connection.execute(_sql("CREATE SCHEMA {}", schema))


def _table_names(handover: Handover) -> list[str]:
    return _fitting_names([f"{handover.name}_{layer.name}" for layer in handover.layers], set())


def _fitting_names(names: Sequence[str], taken: set[str]) -> list[str]:
    """Names as long as the server takes them, none twice."""
    fitting = []
    for name in names:
        short = name.encode()[:_LONGEST_NAME].decode(errors="ignore")
        tails = (f"_{i}" for i in itertools.count(2))
        while short in taken:
            tail = next(tails)
            short = name.encode()[: _LONGEST_NAME - len(tail)].decode(errors="ignore") + tail
        taken.add(short)
        fitting.append(short)
    return fitting


def _check_postgis(connection: psycopg.Connection[Any], where: str) -> None:
    if connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'postgis'").fetchone() is None:
        raise ExportError(
            f"cannot write {where}: the database has no PostGIS; as its owner run: CREATE EXTENSION postgis"
        )


def _write_table(
    connection: psycopg.Connection[Any], layer: GisLayer, name: str, about: tuple[str, str], schema: str
) -> str:
    table = layer.portable("date")
    shapes = table.geometry.to_numpy() if isinstance(table, gpd.GeoDataFrame) else None
    plain = pd.DataFrame(table.drop(columns=table.geometry.name)) if shapes is not None else table
    names = _fitting_names([str(c) for c in plain.columns], {*_SYSTEM_COLUMNS, "fid", GEOMETRY_COLUMN})
    columns = {c: _type(plain.iloc[:, i]) for i, c in enumerate(names)}
    if shapes is not None:
        kind = layer.geometry_type if layer.geometry_type not in (None, "Unknown") else "Geometry"
        columns[GEOMETRY_COLUMN] = f"geometry({kind}, {_SRID})"
    connection.execute(_sql("DROP TABLE IF EXISTS {}.{}", schema, name))
    listed = ", ".join(["fid bigint PRIMARY KEY", *(f"{{}} {type_}" for type_ in columns.values())])
    connection.execute(_sql(f"CREATE TABLE {{}}.{{}} ({listed})", schema, name, *columns))
    fields = ", ".join("{}" for _ in range(len(columns) + 1))
    with (
        connection.cursor() as cursor,
        cursor.copy(_sql(f"COPY {{}}.{{}} ({fields}) FROM STDIN", schema, name, "fid", *columns)) as copy,
    ):
        for row in _rows(plain, shapes):
            copy.write_row(row)
    if shapes is not None:
        connection.execute(_sql(f"CREATE INDEX ON {{}}.{{}} USING gist ({GEOMETRY_COLUMN})", schema, name))
    _describe(connection, schema, name, ": ".join(words for words in about if words))
    return f"{schema}.{name}"


def _describe(connection: psycopg.Connection[Any], schema: str, name: str, words: str) -> None:
    from psycopg import sql  # noqa: PLC0415 - an extra

    said = sql.SQL("COMMENT ON TABLE {}.{} IS {}").format(
        sql.Identifier(schema), sql.Identifier(name), sql.Literal(words)
    )
    if words:
        connection.execute(said)


def _sql(text: str, *names: str) -> Any:
    """A statement with names put in quoted."""
    from psycopg import sql  # noqa: PLC0415 - an extra

    return sql.SQL(text).format(*map(sql.Identifier, names))


def _type(values: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(values.dtype):
        return "boolean"
    if pd.api.types.is_integer_dtype(values.dtype):
        return "bigint"
    if pd.api.types.is_float_dtype(values.dtype):
        return "double precision"
    if isinstance(values.dtype, pd.ArrowDtype):
        return "date"
    return "timestamp" if pd.api.types.is_datetime64_dtype(values.dtype) else "text"


def _rows(table: pd.DataFrame, shapes: np.ndarray | None) -> Iterator[list[Any]]:
    columns = [table[name].astype(object).where(table[name].notna(), None).tolist() for name in table.columns]
    if shapes is not None:
        columns.append(shapely.to_wkb(shapely.set_srid(shapes, _SRID), hex=True, include_srid=True).tolist())
    for number, row in enumerate(zip(*columns, strict=True) if columns else [()] * len(table), 1):
        yield [number, *row]
