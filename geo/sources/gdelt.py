"""GDELT 2.0 events: what machines found in the news, 61 columns without a header. Leads to be checked, no events yet.

Codes: CAMEO event codes (Schrodt 2012); geography types and columns as in the GDELT 2.0 event codebook.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd

from geo.codes import TYPE_OF_SUBTYPE, Precision
from geo.errors import Problem
from geo.schema import EVENTS, Credit, empty
from geo.sources.columns import find_columns
from geo.sources.draft import Draft, SourceRead
from geo.sources.raw import RawTable
from geo.theatre import Theatre

KIND = "GDELT leads"
CREDIT = Credit("The GDELT Project (machine-coded leads)", "open, citation wanted", "https://www.gdeltproject.org")
_ACTOR = "Code Name CountryCode KnownGroupCode EthnicCode Religion1Code Religion2Code Type1Code Type2Code Type3Code"
_GEO = "Geo_Type Geo_FullName Geo_CountryCode Geo_ADM1Code Geo_ADM2Code Geo_Lat Geo_Long Geo_FeatureID"
COLUMNS = (
    *["GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"],
    *(f"{actor}{part}" for actor in ("Actor1", "Actor2") for part in _ACTOR.split()),
    *["IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale"],
    *["NumMentions", "NumSources", "NumArticles", "AvgTone"],
    *(f"{who}{part}" for who in ("Actor1", "Actor2", "Action") for part in _GEO.split()),
    *["DATEADDED", "SOURCEURL"],
)
FIELDS: dict[str, tuple[str, ...]] = {
    "source_id": ("globaleventid",),
    "date": ("sqldate",),
    "code": ("eventcode",),
    "actor1": ("actor1name",),
    "actor2": ("actor2name",),
    "geo_type": ("actiongeo_type",),
    "toponym": ("actiongeo_fullname",),
    "latitude": ("actiongeo_lat",),
    "longitude": ("actiongeo_long",),
    "mentions": ("numsources",),
    "added": ("dateadded",),
    "source_url": ("sourceurl",),
}
# The longest code that a CAMEO code begins with; all other codes tell of words, aid or trade.
CAMEO: dict[str, str] = {
    "14": "Protests",
    "145": "Riots",
    "173": "Arrests",
    "175": "Violence against civilians",
    "18": "Violence against civilians",
    "181": "Abduction/forced disappearance",
    "1821": "Sexual violence",
    "183": "Explosions/Remote violence",
    "1831": "Suicide bomb",
    "1832": "Remote explosive/landmine/IED",
    "1833": "Remote explosive/landmine/IED",
    "185": "Attack",
    "186": "Attack",
    "19": "Battles",
    "191": "Strategic developments",
    "193": "Armed clash",
    "194": "Shelling/artillery/missile attack",
    "195": "Air/drone strike",
    "20": "Violence against civilians",
    "202": "Attack",
    "204": "Explosions/Remote violence",
    "2041": "Chemical weapon",
}
GEO_TYPES = {
    "1": Precision.COUNTRY,
    "2": Precision.FIRST_DIVISION,
    "3": Precision.NAMED_PLACE,
    "4": Precision.NAMED_PLACE,
    "5": Precision.FIRST_DIVISION,
}


def matches(columns: frozenset[str]) -> bool:
    """Whether these are GDELT's columns."""
    return {"globaleventid", "sqldate", "eventcode"} <= columns


def is_headless(cells: list[str]) -> bool:
    """Whether the first row of a file is an event of GDELT 2.0, which writes no header."""
    return len(cells) == len(COLUMNS) and all(c.isdecimal() for c in cells[:4]) and len(cells[1]) == 8


def read(raw: RawTable, *, theatre: Theatre) -> SourceRead:
    """Rows about force or protest as events, the machine's codes kept in the rule; all other rows are left out."""
    draft = Draft(raw, find_columns(raw, FIELDS), [theatre.metric_crs])
    own = draft.own_ids("source_id", "GDELT's event id")
    meant = draft.words("code", cameo_meaning)
    draft.leave_out(meant.isna(), "rows of no force and no protest (talk, aid, trade)")
    subtype = meant.where(meant.isin(list(TYPE_OF_SUBTYPE)))
    precision = draft.words("geo_type", GEO_TYPES.get)
    point = precision == Precision.NAMED_PLACE.value
    east, north = draft.coordinates()
    spans = draft.dates("date")
    draft.refuse(spans["date_start"].isna(), "date", "is empty; wanted YYYYMMDD")
    table: dict[str, Any] = {
        "event_id": draft.ids("E", "GDELT", own),
        "source": "GDELT 2.0 (lead)",
        "source_id": own,
        "source_url": draft.urls("source_url"),
        "report_date": draft.coded_text("added").spread(_days(draft), np.datetime64("NaT"), "datetime64[us]"),
        **spans,
        "event_type": subtype.map(TYPE_OF_SUBTYPE).fillna(meant),
        "event_subtype": subtype,
        "actor1": draft.known("actor1"),
        "actor2": draft.known("actor2"),
        "toponym": draft.words("toponym", lambda t: t.split(",")[0].strip()),
        "stated_country": draft.words("toponym", lambda t: t.split(",")[-1].strip()),
        "stated_admin1": draft.words("toponym", lambda t: t.split(",")[1].strip() if t.count(",") == 2 else None),
        "geo_precision": precision,
        "source_geo_precision": draft.code("geo_type"),
        "source_longitude": east.where(point),
        "source_latitude": north.where(point),
        "claim": "asserted",
        "rule": "CAMEO " + draft.text("code"),
        "notes": "a machine's reading of the news; sources: " + draft.text("mentions"),
    }
    return draft.finish(table, EVENTS, kind=KIND, credit=CREDIT)


def _days(draft: Draft) -> list[Any]:
    texts = pd.Series([t[:8] for t in draft.coded_text("added").texts], dtype="string")
    return list(pd.to_datetime(texts, format="%Y%m%d", errors="coerce").to_numpy())


def cameo_meaning(code: str) -> str | None:
    """Our type or sub-type of a CAMEO code; None where it tells of no force and no protest."""
    full = code.zfill(3)  # a spreadsheet takes the first zero away
    return next((CAMEO[full[:n]] for n in range(len(full), 1, -1) if full[:n] in CAMEO), None)


def held_back(read: SourceRead) -> SourceRead:
    """The same with no event of it shown: leads are off unless asked for."""
    count = len(read.events)
    message = f"holds {count:,} machine-coded leads, which are not shown; ask for them with --leads, and check each"
    note = Problem(str(read.events["source_file"].iloc[0]) if count else KIND, None, None, None, message, "warning")
    return dataclasses.replace(
        read,
        events=empty(EVENTS),
        problems=(note, *read.problems),
        rows_skipped=read.rows_skipped + count,
    )
