"""Blanks around texts; columns without any, which most are, are told by the outer bytes of their texts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute

# Bytes that a blank may begin with, and end with, in UTF-8; other letters share those above 127.
_ASCII = [*range(9, 14), *range(28, 33)]
_BEGINS, _ENDS = np.zeros(256, dtype=bool), np.zeros(256, dtype=bool)
_BEGINS[[*_ASCII, 0xC2, 0xE1, 0xE2, 0xE3]] = True
_ENDS[[*_ASCII, *range(0x80, 0xC0)]] = True


def whole_text(column: pd.Series) -> pa.LargeStringArray:
    """A column of texts as one array of Arrow's."""
    texts = pa.array(column.array, from_pandas=True)
    large = texts if pa.types.is_large_string(texts.type) else texts.cast(pa.large_string())
    return large.combine_chunks() if isinstance(large, pa.ChunkedArray) else large


def without_blanks(texts: pa.LargeStringArray) -> pa.LargeStringArray:
    """Texts without blanks around them; one that is nothing else is missing."""
    filled, first, last = _outer_bytes(texts)
    if (_BEGINS[first] | _ENDS[last]).any():
        texts = compute.utf8_trim_whitespace(texts)
        filled, _, _ = _outer_bytes(texts)
    if len(first) == len(texts) and filled.all():
        return texts
    return compute.if_else(pa.array(filled), texts, pa.scalar(None, texts.type))


def _outer_bytes(texts: pa.LargeStringArray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mask of the texts with any letter, and of these the first and the last byte."""
    _, offsets, letters = texts.buffers()
    if not len(texts) or letters is None:
        return np.zeros(len(texts), dtype=bool), np.zeros(0, dtype=np.uint8), np.zeros(0, dtype=np.uint8)
    edges = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    filled = edges[1:] > edges[:-1]
    if texts.null_count:
        filled &= np.asarray(texts.is_valid())
    read = np.frombuffer(letters, dtype=np.uint8)
    return filled, read[edges[:-1][filled]], read[edges[1:][filled] - 1]
