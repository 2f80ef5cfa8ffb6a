"""Hash of a table by what it holds, however it is stored."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely


def digest_of(table: pd.DataFrame) -> str:
    """SHA-256 of names, values and shapes of a table of text, numbers and booleans."""
    found = sha256()
    for name in table.columns:
        found.update(f"{name}\x1f{table[name].dtype}\x1f{len(table)}".encode("utf-8", "replace"))
        for part in _parts(table[name]):
            found.update(part)
    return found.hexdigest()


def _parts(values: pd.Series) -> Iterator[bytes | memoryview]:
    if isinstance(values, gpd.GeoSeries):
        shapes = [b"" if shape is None else shape for shape in shapely.to_wkb(values.to_numpy())]
        yield np.array([len(shape) for shape in shapes]).tobytes()
        yield b"".join(shapes)
        return
    cells = pa.array(values, from_pandas=True)
    cells = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
    yield cells.is_null().to_numpy(zero_copy_only=False).tobytes()
    if pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type):
        # What stands in a missing cell is anyone's guess, so it is filled.
        texts = pc.fill_null(cells.cast(pa.large_string()), "")
        yield pc.binary_length(texts).to_numpy(zero_copy_only=False).tobytes()
        yield _text(texts)
    elif len(cells):
        yield pc.fill_null(cells, pa.scalar(0).cast(cells.type)).to_numpy(zero_copy_only=False).tobytes()


def _text(texts: pa.Array) -> bytes | memoryview:
    """The texts one after the other."""
    _, offsets, content = texts.buffers()
    if not len(texts) or content is None:
        return b""
    ends = np.frombuffer(offsets, dtype=np.int64)
    return memoryview(content)[ends[texts.offset] : ends[texts.offset + len(texts)]]
