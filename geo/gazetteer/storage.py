"""The file in which a compiled gazetteer is kept: Arrow tables behind a format mark and a checksum.

A file is written under a temporary name and renamed, so that two processes may build at once; it is checked when it is
read, and one that is cut off, changed or of another format counts as missing.
"""

from __future__ import annotations

import os
import tempfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from geo.schema import PLACES, concat

FORMAT = b"conflictmap gazetteer 14\n"  # raise it when the compiled form, the name keys or the embedded places change
_CHECK = 4  # bytes of the checksum: CRC-32, for it tells of damage, and a world of places is read in each run
_HEAD = 64  # bytes before the tables: Arrow reads numbers in place only where they lie on such a boundary

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
            file.write(FORMAT.ljust(_HEAD, b"\0"))
            body = _Checked(file)
            for table in tables:
                with pa.ipc.new_stream(body, table.schema) as writer:
                    writer.write_table(table)
            file.seek(_HEAD - _CHECK)
            file.write(body.checksum())
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)


class _Checked:
    """A file that keeps the checksum of what is written to it, so that nothing is held in memory twice."""

    closed = False

    def __init__(self, file: Any) -> None:
        self._file, self._sum = file, 0

    def write(self, data: Any) -> int:
        self._sum = zlib.crc32(data, self._sum)
        return int(self._file.write(data))

    def flush(self) -> None:
        self._file.flush()

    def checksum(self) -> bytes:
        return self._sum.to_bytes(_CHECK)


def load_tables(path: Path, count: int) -> list[pa.Table] | None:
    """The tables of a compiled file; None if it is missing, of another format, or damaged."""
    try:
        # Read, not mapped: a mapped file cannot be replaced on Windows, and one cut off meanwhile ends the process.
        with pa.OSFile(str(path)) as file:
            whole = file.read_buffer()
    except (OSError, pa.ArrowException):
        return None
    if whole.size < _HEAD or whole[: len(FORMAT)].to_pybytes() != FORMAT:
        return None
    body = whole.slice(_HEAD)
    if zlib.crc32(body).to_bytes(_CHECK) != whole.slice(_HEAD - _CHECK, _CHECK).to_pybytes():
        return None
    reader = pa.BufferReader(body)
    try:
        return [pa.ipc.open_stream(reader).read_all() for _ in range(count)]
    except (OSError, pa.ArrowException):
        return None
