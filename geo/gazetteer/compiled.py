"""The compiled form of a gazetteer: places, names and keys as Arrow tables, kept in one file.

A file is written under a temporary name and renamed, and checked when it is read.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Collection, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from geo.errors import Problem
from geo.names import article_free, deletions, fold, skeleton
from geo.schema import PLACES, concat

FORMAT = b"conflictmap gazetteer 6\n"  # raise it when the compiled form or the name keys change
_HASH = np.dtype("<u8")


def compile_tables(places: pd.DataFrame) -> list[pa.Table]:
    """The three tables of a compiled gazetteer: places, their names, and the keys of the names sorted by hash."""
    texts: list[str] = []
    rows: list[int] = []
    hashes = bytearray()
    counts: list[int] = []
    longest = 1
    units = {article_free(fold(n)) for n in places["name"][places["feature_class"] == "A"]}
    cells = (places[column].to_numpy(dtype=object) for column in ("name", "name_ar", "aliases"))
    for row, (name, name_ar, aliases) in enumerate(zip(*cells, strict=True)):
        main = [fold(v) for n in (name, name_ar) if isinstance(n, str) for v in _spelled_out(n, units)]
        others = aliases.split(";") if isinstance(aliases, str) else []
        for text in dict.fromkeys(t for t in (*main, *map(fold, others)) if t):
            longest = max(longest, text.count(" ") + 1)
            keys = _name_keys(text, edits=text in main)
            hashes += b"".join(keys)
            counts.append(len(keys))
            texts.append(text)
            rows.append(row)
    hashed = np.frombuffer(hashes, dtype=_HASH)
    names = np.repeat(np.arange(len(texts), dtype=np.int32), counts)
    order = np.lexsort((names, hashed))
    schema = pa.schema([("text", pa.string()), ("row", pa.int32())], metadata={"longest": str(longest)})
    return [
        pa.Table.from_pandas(concat([places], PLACES), preserve_index=False).replace_schema_metadata(None),
        pa.table({"text": texts, "row": rows}, schema=schema),
        pa.table({"hash": hashed[order], "name": names[order]}),
    ]


_PROBLEM = pa.schema(
    [
        ("source", pa.string()),
        ("row", pa.int64()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("message", pa.string()),
        ("severity", pa.string()),
    ]
)


def problem_table(problems: Iterable[Problem]) -> pa.Table:
    """What was wrong with the sources, kept with the compiled form so that a second start says it again."""
    return pa.Table.from_pylist([asdict(p) for p in problems], schema=_PROBLEM)


_SPLIT_NAME = re.compile(r"\s*[/\\|]\s*|\s+[-–—]\s+")
_BRACKETED = re.compile(r"\s*\(\s*([^()]*?)\s*\)\s*")


def _spelled_out(name: str, units: Collection[str]) -> list[str]:
    """A name and, if it is several in one ("A / B", "A (B)"), each of them; units named there only tell where it is."""
    if not _SPLIT_NAME.search(name) and "(" not in name:
        return [name]
    bare = _BRACKETED.sub(" ", name).strip()
    inside = [b for b in _BRACKETED.findall(name) if b]
    parts = [p for p in (bare, *inside, *_SPLIT_NAME.split(bare)) if len(p) > 2]
    return [name, *(p for p in parts if p == bare or article_free(fold(p)) not in units)]


def _name_keys(text: str, *, edits: bool) -> list[bytes]:
    bones = skeleton(text)
    keys = [_digest("f", text), _digest("a", article_free(text))]
    bare = bones.partition("|")[0]
    if len(bare) >= 2:
        keys.append(_digest("s", bones))
    if edits and len(bare) >= 3:
        keys += [_digest("d", d) for d in sorted(deletions(bones))]
    return keys


def _digest(kind: str, key: str) -> bytes:
    return hashlib.blake2b(f"{kind}\x1f{key}".encode(errors="replace"), digest_size=_HASH.itemsize).digest()


def key_hash(kind: str, key: str) -> np.uint64:
    """Hash of a key of a name; kinds: f folded, a article-free, s skeleton, d skeleton with a letter left out."""
    return np.frombuffer(_digest(kind, key), dtype=_HASH)[0]


def frame(table: pa.Table) -> pd.DataFrame:
    """A table of the compiled form in pandas' own types, where missing text and numbers stay missing."""
    return table.to_pandas(types_mapper=_pandas_type)


def _pandas_type(kind: pa.DataType) -> Any:
    return {pa.string(): pd.StringDtype(), pa.int64(): pd.Int64Dtype()}.get(kind)


def store_tables(path: Path, tables: Iterable[pa.Table]) -> None:
    """Write a compiled file under a temporary name and rename it; a folder that cannot be written is no error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
    except OSError:
        return
    try:
        sink = pa.BufferOutputStream()
        for table in tables:
            with pa.ipc.new_stream(sink, table.schema) as writer:
                writer.write_table(table)
        body = sink.getvalue()
        with os.fdopen(handle, "wb") as file:
            file.write(FORMAT + hashlib.blake2b(body, digest_size=32).digest())
            file.write(body)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)


def load_tables(path: Path, count: int) -> list[pa.Table] | None:
    """The tables of a compiled file; None if it is missing, of another format, or damaged."""
    try:
        with pa.memory_map(str(path)) as file:
            whole = file.read_buffer()
    except (OSError, pa.ArrowException):
        return None
    head = len(FORMAT) + 32
    if whole.size < head or whole[: len(FORMAT)].to_pybytes() != FORMAT:
        return None
    body = whole.slice(head)
    if hashlib.blake2b(body, digest_size=32).digest() != whole.slice(len(FORMAT), 32).to_pybytes():
        return None
    reader = pa.BufferReader(body)
    try:
        return [pa.ipc.open_stream(reader).read_all() for _ in range(count)]
    except (OSError, pa.ArrowException):
        return None
