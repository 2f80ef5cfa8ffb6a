"""How well events are read from short notes whose answers are known: ACLED's, each note a report of its own.

Definitions and scoring are those of the scorer beside the data (`eval/acled_notes.py`), which is loaded from there.
Parties are compared by the names that the theatre gives them: an alias that the table uses stands for the party. Rules
were written with one half of the notes in view (that whose text hashes to an even number); the other half is shown
apart. Nothing of the data is written anywhere.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

from bench_parts.figures import Figure
from geo.admin import areas_table
from geo.codes import Precision
from geo.gazetteer import Gazetteer, load_gazetteer
from geo.geocode import geocode_events
from geo.reports import draft_report, draft_tables, parse_report
from geo.theatre import Theatre, load_theatre

OCHA = "data/gazetteer/ocha_syria_locations_adm4.csv"
SCORER = "eval/acled_notes.py"
Event = dict[str, Any]
Row = dict[str, str]


@dataclass(frozen=True)
class Notes:
    """A table of notes and, by the scorer's names, what is wanted of them."""

    label: str
    path: str
    wanted: Mapping[str, float]


IDLEB = Notes(
    "ACLED Idleb",
    "data/acled/acled_idleb_battles_2019-12_2020-03.csv",
    {
        "place12<=5km": 0.80,
        "place12_named<=5km": 0.88,
        "date_stated": 0.99,
        "actors_f1": 0.95,
        "sub_event_type_macro_f1": 0.85,
        "fatalities_some_f1": 0.95,
    },
)
SYRIA = Notes("ACLED Syria", "data/acled/acled_syria_battles_2017_2023.csv.gz", {"fatalities_exact_own_nonzero": 0.80})
_WORDS = {
    "place12<=5km": "event within 5 km",
    "place12_named<=5km": "event within 5 km, place named",
    "date_stated": "date exact, where named",
    "actors_f1": "parties, F1",
    "sub_event_type_macro_f1": "sub-type, macro F1",
    "fatalities_some_f1": "some dead against none, F1",
    "fatalities_exact_own_nonzero": "dead exact, where stated and not split",
}


def events(shared: Path, cache: Path | None) -> Iterator[Figure]:
    """Figures on ACLED's notes: each on all notes, with the half that was not in view in the remark."""
    theatre = load_theatre("idlib")
    for notes in (IDLEB, SYRIA):
        missing = next((p for p in (notes.path, OCHA, SCORER) if not (shared / p).is_file()), None)
        if missing:
            yield Figure(f"{notes.label}: events of notes", None, note=f"no {shared / missing}")
            continue
        gazetteer = load_gazetteer(theatre, [shared / OCHA], cache_dir=cache)
        yield from _figures(notes, shared, gazetteer, theatre)


def _figures(notes: Notes, shared: Path, gazetteer: Gazetteer, theatre: Theatre) -> Iterator[Figure]:
    scorer = load_scorer(shared / SCORER)
    rows: list[Row] = scorer.rows(shared / notes.path)
    texts = list(dict.fromkeys(row["notes"] for row in rows))
    begin = time.process_time()
    read = dict(zip(texts, code_notes(texts, gazetteer, theatre), strict=True))
    seconds = time.process_time() - begin
    names = table_names(rows, theatre)
    unseen = [row for row in rows if _hashed(row["notes"]) % 2]
    scored = [scorer.evaluate(part, lambda row: _named(read[row["notes"]], names)) for part in (rows, unseen)]
    for key, wanted in notes.wanted.items():
        everywhere, apart = (_share(s[key]) for s in scored)
        yield Figure(f"{notes.label}: {_WORDS[key]}", everywhere, "share", wanted, note=f"half not in view {apart:.3f}")
    yield Figure(f"{notes.label}: notes read and placed", len(texts) / seconds, "a second of CPU")


def load_scorer(path: Path) -> ModuleType:
    """The scorer as a module, from its file."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path}: is no Python module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def code_notes(notes: Sequence[str], gazetteer: Gazetteer, theatre: Theatre) -> list[list[Event]]:
    """The events of each note, the main one first, in the words of the scorer; no note knows of another."""
    reports = (parse_report(note, Path(f"note-{number}.txt")) for number, note in enumerate(notes))
    table, _, _ = draft_tables(draft_report(report, gazetteer, theatre=theatre) for report in reports)
    located = geocode_events(table, gazetteer, areas_table([]), theatre=theatre).table
    found: list[list[Event]] = [[] for _ in notes]
    for row in located.itertuples():
        found[int(re.sub(r"\D", "", row.source_file))].append(_event(row))
    return found


def _event(row: Any) -> Event:
    point = _point(row)
    return {
        "date": None if pd.isna(row.date_start) else row.date_start.date().isoformat(),
        "lat": point.y if point else None,
        "lon": point.x if point else None,
        "place": row.toponym,
        "actors": [a for a in (row.actor1, row.actor2) if not pd.isna(a)],
        "fatalities": None if pd.isna(row.fatalities_best) else int(row.fatalities_best),
        "event_type": row.event_type,
        "sub_event_type": None if pd.isna(row.event_subtype) else row.event_subtype,
    }


def _point(row: Any) -> Any:
    """The point of a row; of a plain or a range of hills its middle; of an admin unit none."""
    if row.geometry is None or (row.geometry.geom_type != "Point" and row.geo_precision != Precision.LINE):
        return None
    return row.geometry.centroid


def table_names(rows: Sequence[Row], theatre: Theatre) -> dict[str, str]:
    """For each party of the theatre the name that the table uses most for it."""
    told = Counter(row[column] for row in rows for column in ("actor1", "actor2") if row[column])
    names: dict[str, str] = {}
    for name, _ in told.most_common():
        actor = theatre.actor(name)
        if actor:
            names.setdefault(actor.name, name)
    return names


def _named(found: Sequence[Event], names: Mapping[str, str]) -> list[Event]:
    return [event | {"actors": [names.get(a, a) for a in event["actors"]]} for event in found]


def _share(value: float | list[float]) -> float:
    return value[0] if isinstance(value, list) else value


def _hashed(text: str) -> int:
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(), 16)
