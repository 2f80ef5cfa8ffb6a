"""Ids that depend on nothing but what they are made from."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute


def stable_id(prefix: str, *parts: object) -> str:
    """Short id that depends on nothing but its parts, e.g. ``E-7f3a91c2d0``."""
    text = "\x1f".join("" if p is None or p is pd.NA else str(p) for p in parts)
    return f"{prefix}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def hashes_of(texts: pd.Series) -> np.ndarray:
    """A number of 64 bits for each text, SipHash-2-4; the same on every run."""
    return pd.util.hash_array(np.array(texts, dtype=object), hash_key="conflictmap text", categorize=False)


def all_differ(numbers: np.ndarray) -> bool:
    """Whether no number stands twice."""
    ordered = np.sort(numbers)
    return not bool((ordered[1:] == ordered[:-1]).any())


def stable_ids(prefix: str, source: str, hashes: np.ndarray) -> tuple[pd.Series, bool]:
    """Ids for many texts of one source by their hashes, each of 12 hexadecimal digits, and whether all differ."""
    key = int(hashlib.sha256(f"{prefix}\x1f{source}".encode()).hexdigest()[:16], 16)
    numbers = (hashes ^ np.uint64(key)) >> np.uint64(16)
    digits = np.frombuffer(numbers.astype(">u8").tobytes().hex().encode(), "S16").view("S4,S12")["f1"]
    named = compute.binary_join_element_wise(pa.scalar(prefix.encode()), pa.array(digits, pa.binary()), b"-")
    ids = pd.Series(pd.array(named.cast(pa.string()), dtype="string"))
    return ids, all_differ(numbers)
