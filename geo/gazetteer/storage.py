"""The file in which a compiled gazetteer is kept: Arrow tables behind a format mark, each with its checksum.

A file is written under a temporary name and renamed, so that two processes may build at once; it is checked when it is
read, and one that is cut off, changed or of another format counts as missing.
"""

from __future__ import annotations

import os
import struct
import tempfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import pandas as pd
import pyarrow as pa

from geo.schema import PLACES, concat

FORMAT = b"conflictmap gazetteer 17\n"  # raise it when the compiled form, the name keys or how places are read change
_STEP = 64  # bytes: Arrow reads numbers in place only where they lie on such a boundary
_HEAD = struct.Struct("<40sQ")  # the format, and how long the whole file is
_TABLE_HEAD = struct.Struct("<QI")  # length, and CRC-32: it tells of damage, and a world of places is read in each run

# Columns of few values are kept as numbers into a list of these values: a world of places is then a third as large.
_FEW = ("feature_class", "feature_code", "country", "admin1", "admin2", "admin3", "source")
_FIGURES = {"integer": pa.int64(), "number": pa.float64()}
_PACKED = pa.schema(
    [
        (c.name, pa.dictionary(pa.int32(), pa.string()) if c.name in _FEW else _FIGURES.get(c.kind, pa.string()))
        for c in PLACES.columns
    ]
)
_PLAIN = pa.schema([(c.name, _FIGURES.get(c.kind, pa.string())) for c in PLACES.columns])


def packed(places: pd.DataFrame) -> pa.Table:
    """A PLACES table in the form in which it is kept."""
    plain = pa.Table.from_pandas(places[list(PLACES.names)], schema=_PLAIN, preserve_index=False)
    return plain.combine_chunks().cast(_PACKED).replace_schema_metadata(None)


def unpacked(table: pa.Table) -> pd.DataFrame:
    """A PLACES table again, in pandas' own types, where missing text and numbers stay missing."""
    return concat([table.cast(_PLAIN).to_pandas(types_mapper=_pandas_type)], PLACES)


def _pandas_type(kind: pa.DataType) -> Any:
    return {pa.string(): pd.StringDtype(), pa.int64(): pd.Int64Dtype()}.get(kind)


def store_tables(path: Path, tables: Iterable[pa.Table]) -> None:
    """Write a compiled file; a folder that cannot be written is no error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
    except OSError:
        return
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(bytes(_STEP))
            for table in tables:
                _write(file, table)
            size = file.tell()
            file.seek(0)
            file.write(_HEAD.pack(FORMAT, size))
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)


def _write(file: IO[bytes], table: pa.Table) -> None:
    """One table behind its length and checksum, up to the next boundary."""
    start = file.tell()
    file.write(bytes(_STEP))
    body = _Checked(file)
    with pa.ipc.new_stream(body, table.schema) as writer:
        writer.write_table(table)
    file.write(bytes(-body.length % _STEP))
    file.seek(start)
    file.write(_TABLE_HEAD.pack(body.length, body.checksum))
    file.seek(0, os.SEEK_END)


class _Checked:
    """A file that keeps length and checksum of what is written to it, so that nothing is held in memory twice."""

    closed = False

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.length, self.checksum = file, 0, 0

    def write(self, data: Any) -> int:
        self.checksum = zlib.crc32(data, self.checksum)
        written = self._file.write(data)
        self.length += written
        return written

    def flush(self) -> None:
        self._file.flush()


def load_tables(path: Path, first: int) -> list[pa.Table] | None:
    """The first tables of a compiled file; None if it is missing, of another format, or damaged in them."""
    try:
        # Read, not mapped: a mapped file cannot be replaced on Windows, and one cut off meanwhile ends the process.
        with pa.OSFile(str(path)) as file:
            if file.read(_STEP)[: _HEAD.size] != _HEAD.pack(FORMAT, file.size()):
                return None
            tables = [_read(file) for _ in range(first)]
    except (OSError, pa.ArrowException, struct.error):
        return None
    return [table for table in tables if table is not None] if None not in tables else None


def _read(file: pa.NativeFile) -> pa.Table | None:
    """The table at this place; None if it is not what was written."""
    length, checksum = _TABLE_HEAD.unpack_from(file.read(_STEP))
    body = file.read_buffer(min(length, file.size()))
    if body.size != length or zlib.crc32(body) != checksum:
        return None
    file.seek(file.tell() + -length % _STEP)
    return pa.ipc.open_stream(pa.BufferReader(body)).read_all()
