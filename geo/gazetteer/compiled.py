"""The compiled form of a gazetteer: places, their names, the keys of the names and the ids, as Arrow tables."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict

import numpy as np
import pandas as pd
import pyarrow as pa

from geo.errors import Problem
from geo.gazetteer.storage import packed
from geo.names import Heard, article_free, coarse, deletions, fold, hear, partial
from geo.schema import PLACES, concat

_HASH = np.dtype("<u8")


# What an entry of the names table is: the name of a place, another name of it, one of several names in one cell, a name
# without the unit that tells it from namesakes ("X Y" in unit Y); a name without its word for the ground, without its
# first word, without its last word.
FORMS = ("name", "alias", "piece", "unit", "ground", "tail", "head")
_NAMES = pa.schema(
    [
        ("text", pa.string()),
        ("row", pa.int32()),
        ("sound", pa.string()),
        ("letters", pa.string()),
        ("form", pa.int8()),
    ]
)


def compile_tables(places: pd.DataFrame) -> list[pa.Table]:
    """The tables of a compiled gazetteer: places, their sorted ids, names, keys of the names sorted by hash."""
    entries: list[tuple[str, int, str, str, int]] = []
    hashes = bytearray()
    counts: list[int] = []
    units = _unit_bones(places)
    for row, forms in enumerate(_place_forms(places)):
        for text, heard, form in _all_forms(forms, units[row]):
            keys = _name_keys(text, heard, form)
            hashes += b"".join(keys)
            counts.append(len(keys))
            entries.append((text, row, heard.sound, heard.letters, FORMS.index(form)))
    hashed = np.frombuffer(hashes, dtype=_HASH)
    names = np.repeat(np.arange(len(entries), dtype=np.int32), counts)
    order = np.lexsort((names, hashed))
    columns = dict(zip(_NAMES.names, zip(*entries, strict=True), strict=True)) if entries else {}
    return [
        packed(concat([places], PLACES)),
        _ids(places),
        pa.table({n: columns.get(n, ()) for n in _NAMES.names}, schema=_NAMES),
        pa.table({"hash": hashed[order], "name": names[order]}),
    ]


def _ids(places: pd.DataFrame) -> pa.Table:
    """Row of each place by its id, by its p-code, by its ids elsewhere, in this order; sorted for halving."""
    known: dict[str, int] = {}
    for row, ids in enumerate(places["other_ids"].to_numpy(dtype=object)):
        if isinstance(ids, str):
            known |= dict.fromkeys(ids.split(";"), row)
    for column in ("pcode", "place_id"):
        cells = places[column].to_numpy(dtype=object)
        known |= {i: row for row, i in enumerate(cells) if isinstance(i, str)}
    schema = pa.schema([("id", pa.string()), ("row", pa.int32())])
    return pa.table({"id": sorted(known), "row": [known[i] for i in sorted(known)]}, schema=schema)


def _place_forms(places: pd.DataFrame) -> Iterator[list[tuple[str, str]]]:
    """For each place its folded names with what they are; each name once."""
    units = {article_free(fold(n)) for n in places["name"][places["feature_class"] == "A"]}
    cells = (places[column].to_numpy(dtype=object) for column in ("name", "name_ar", "aliases"))
    for name, name_ar, aliases in zip(*cells, strict=True):
        found: dict[str, str] = {}
        for main in (name, name_ar):
            if isinstance(main, str):
                for n, text in enumerate(map(fold, _spelled_out(main, units))):
                    found.setdefault(text, "piece" if n else "name")
        for text in map(fold, aliases.split(";") if isinstance(aliases, str) else ()):
            found.setdefault(text, "alias")
        found.pop("", None)
        yield list(found.items())


def _all_forms(forms: Iterable[tuple[str, str]], units: Collection[str]) -> Iterator[tuple[str, Heard, str]]:
    """The names of one place, and the parts of its own names that may stand for them; those have no text."""
    known: set[str] = set()
    extra: dict[tuple[str, str], tuple[Heard, str]] = {}
    for text, form in forms:
        heard = hear(text)
        known.add(heard.sound)
        yield text, heard, form
        # Part of a name needs the agreement of a unit, so it is kept only where the units are known.
        if form == "alias" or not units or len(heard.words) < 2:
            continue
        for part, words in _parts(heard, units):
            rest = Heard("", words, heard.letters)
            if len(rest.bones) > 1:
                extra.setdefault((rest.sound, rest.letters), (rest, part))
    for (heard_as, _), (rest, part) in extra.items():
        if heard_as not in known:
            yield "", rest, part


def _parts(heard: Heard, units: Collection[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    words = heard.words
    for n in range(1, min(3, len(words) - 1) + 1):
        if Heard("", words[-n:]).bones in units:
            yield "unit", words[:-n]
            return
    yield from partial(heard)


def _unit_bones(places: pd.DataFrame) -> list[Collection[str]]:
    """For each place the skeletons of the names of its own units; empty where no district is known."""
    bones: dict[str, set[str]] = {}
    levels = {f"ADM{n}": f"admin{n}" for n in (1, 2, 3)}
    kinds = places["feature_code"].to_numpy(dtype=object)
    columns = {c: places[c].to_numpy(dtype=object) for c in (*levels.values(), "name", "name_ar")}
    for row in np.flatnonzero(places["feature_class"].to_numpy(dtype=object) == "A"):
        code = columns[levels[kinds[row]]][row] if kinds[row] in levels else None
        if isinstance(code, str):
            names = (columns[c][row] for c in ("name", "name_ar"))
            bones.setdefault(code, set()).update(hear(fold(n)).bones for n in names if isinstance(n, str))
    found: list[Collection[str]] = []
    for codes in zip(*(columns[c] for c in levels.values()), strict=True):
        own = frozenset().union(*(bones.get(c, ()) for c in codes if isinstance(c, str)))
        found.append(own - {"", *(b for b in own if len(b) < 2)} or {"-"} if isinstance(codes[1], str) else ())
    return found


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


def _name_keys(text: str, heard: Heard, form: str) -> list[bytes]:
    bones = heard.bones
    if form in ("ground", "tail", "head"):
        return [_digest("p", bones)]
    keys = [_digest("f", text), _digest("a", heard.bare)] if text else []
    if bones:
        keys.append(_digest("s", bones))
        if form != "alias" and len(bones) >= 2:
            keys.append(_digest("c", coarse(bones)))
    if form != "alias" and len(bones) >= 3:
        keys += [_digest("d", d) for d in sorted(deletions(bones))]
    return keys


def _digest(kind: str, key: str) -> bytes:
    return hashlib.blake2b(f"{kind}\x1f{key}".encode(errors="replace"), digest_size=_HASH.itemsize).digest()


def key_hashes(keys: Iterable[tuple[str, str]]) -> np.ndarray:
    """Hashes of many keys of names, each a kind and a text.

    Kinds: f folded, a article-free, s skeleton, c its kinds of consonants, d skeleton with a letter left out,
    p skeleton of a part of the name.
    """
    return np.frombuffer(b"".join([_digest(kind, key) for kind, key in keys]), dtype=_HASH)
