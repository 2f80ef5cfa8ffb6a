"""How well events are read from short notes whose answers are known: ACLED's, each note a report of its own.

The definitions are those of the scorer beside the data (`eval/acled_notes.py`). Nothing of the data is written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from geo.admin import areas_table
from geo.gazetteer import Gazetteer
from geo.geocode import geocode_events
from geo.reports import draft_report, draft_tables, parse_report
from geo.theatre import Theatre

OCHA = "data/gazetteer/ocha_syria_locations_adm4.csv"
SCORER = "eval/acled_notes.py"
Event = dict[str, Any]


def code_notes(notes: Sequence[str], gazetteer: Gazetteer, theatre: Theatre) -> list[list[Event]]:
    """The events of each note, the main one first, in the words of the scorer; no note knows of another."""
    reports = (parse_report(note, Path(f"note-{number}.txt")) for number, note in enumerate(notes))
    events, _, _ = draft_tables(draft_report(report, gazetteer, theatre=theatre) for report in reports)
    located = geocode_events(events, gazetteer, areas_table([]), theatre=theatre).table
    found: list[list[Event]] = [[] for _ in notes]
    for row in located.itertuples():
        found[int(re.sub(r"\D", "", row.source_file))].append(_event(row))
    return found


def _event(row: Any) -> Event:
    point = row.geometry if row.geometry is not None and row.geometry.geom_type == "Point" else None
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
