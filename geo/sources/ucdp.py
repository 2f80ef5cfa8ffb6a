"""UCDP Georeferenced Event Dataset, versions 19.1 to 25.1."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo.codes import UCDP_DATE_PRECISION, UCDP_TYPE_OF_VIOLENCE, UCDP_WHERE_PRECISION, DatePrecision
from geo.schema import EVENTS, Credit, mask
from geo.sources.coded import taken_text
from geo.sources.coding import actors, claims
from geo.sources.columns import find_columns
from geo.sources.draft import Draft, SourceRead
from geo.sources.raw import RawTable
from geo.theatre import Theatre

KIND = "UCDP GED"
CREDIT = Credit(
    "UCDP Georeferenced Event Dataset, Uppsala Conflict Data Program (Sundberg and Melander 2013)",
    "CC BY 4.0",
    "https://ucdp.uu.se",
)
REQUIRED = frozenset({"id", "type_of_violence", "where_prec", "date_start", "date_end", "best", "side_a"})
FIELDS: dict[str, tuple[str, ...]] = {
    "source_id": ("id",),
    "type_of_violence": (),
    "actor1": ("side_a",),
    "actor2": ("side_b",),
    "stated_country": ("country",),
    "stated_admin1": ("adm_1",),
    "stated_admin2": ("adm_2",),
    "toponym": ("where_coordinates",),
    "where_description": (),
    "where_prec": (),
    "latitude": (),
    "longitude": (),
    "date_start": (),
    "date_end": (),
    "date_prec": (),
    "best": (),
    "low": (),
    "high": (),
    "deaths_civilians": (),
    "source_headline": (),
    "source_article": (),
    "attributed_to": ("source_original",),
}


def matches(columns: frozenset[str]) -> bool:
    """Whether these column names are those of GED."""
    return columns >= REQUIRED


def read(raw: RawTable, *, theatre: Theatre) -> SourceRead:
    """GED rows as events: the quote is the headline, the notes the article line and UCDP's words for the place."""
    draft = Draft(raw, find_columns(raw, FIELDS), [theatre.metric_crs])
    own = draft.own_ids("source_id", "UCDP's event id")
    types = draft.words("type_of_violence", lambda t: UCDP_TYPE_OF_VIOLENCE.get(_whole(t), (None, None))[0])
    subs = draft.words("type_of_violence", lambda t: UCDP_TYPE_OF_VIOLENCE.get(_whole(t), (None, None))[1])
    draft.refuse(types.isna(), "type_of_violence", "is no type of violence; wanted 1, 2 or 3")
    east, north = draft.coordinates()
    deaths = draft.envelope("low", "best", "high")
    table: dict[str, Any] = {
        "event_id": draft.ids("E", "UCDP", own),
        "source": "UCDP GED",
        "source_id": own,
        **_dates(draft),
        "event_type": types,
        "event_subtype": subs,
        **actors(draft, theatre),
        # UCDP's one-sided violence is violence against civilians by definition; of the other types it says nothing.
        "civilians_targeted": draft.mapped("type_of_violence", lambda t: True if _whole(t) == 3 else None),
        "fatalities_low": deaths["low"],
        "fatalities_best": deaths["best"],
        "fatalities_high": deaths["high"],
        "fatalities_civilians": draft.counts("deaths_civilians"),
        "geo_precision": draft.coded("where_prec", UCDP_WHERE_PRECISION),
        "source_geo_precision": draft.code("where_prec"),
        "source_longitude": east,
        "source_latitude": north,
        "claim": claims(draft),
        "attributed_to": draft.text("attributed_to"),
        "quote": draft.text("source_headline").fillna(draft.text("source_article")),
        "notes": _joined(draft.text("where_description"), draft.text("source_article")),
        "rule": "UCDP type of violence " + draft.code("type_of_violence"),
    }
    for field in ("toponym", "stated_country", "stated_admin1", "stated_admin2"):
        table[field] = draft.text(field)
    return draft.finish(table, EVENTS, kind=KIND, credit=CREDIT)


def _whole(text: str) -> int:
    return int(text.removesuffix(".0")) if text.removesuffix(".0").isdecimal() else -1


def _joined(first: pd.Series, second: pd.Series) -> pd.Series:
    both = (first + "\n" + second).where(mask(first.notna() & second.notna()))
    return both.fillna(first).fillna(second)


def _dates(draft: Draft) -> dict[str, pd.Series]:
    start, end = draft.dates("date_start", "date_end")["date_start"], draft.dates("date_end", "date_start")["date_end"]
    draft.refuse(start.isna(), "date_start", "is empty; wanted a date")
    draft.refuse(end < start, "date_end", "is before date_start; correct them")
    end = end.fillna(start)
    precision = draft.coded("date_prec", UCDP_DATE_PRECISION)
    same = mask(start == end)
    # Where the code and the dates differ the dates are believed: they are what UCDP's own tools use.
    draft.warn(
        ~same & mask(precision == DatePrecision.DAY), "date_prec", "says one day, but the dates differ", once=True
    )
    wide = ~same & mask(precision.isna() | (precision == DatePrecision.DAY))
    known = precision.fillna(taken_text([DatePrecision.DAY.value], np.where(same, 0, -1), start.index))
    return {"date_start": start, "date_end": end, "date_precision": known.mask(wide, DatePrecision.SPAN.value)}
