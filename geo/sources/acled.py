"""ACLED event files: the 31 columns of 2023 and the older ones with ``data_id`` and ``iso3``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo.codes import ACLED_GEO_PRECISION, ACLED_TIME_PRECISION, DatePrecision
from geo.errors import InputError
from geo.schema import EVENTS, Credit, mask
from geo.sources.coding import actors, claims, event_codes
from geo.sources.columns import find_columns
from geo.sources.draft import Draft, SourceRead
from geo.sources.raw import RawTable
from geo.theatre import Theatre

KIND = "ACLED"
CREDIT = Credit(
    "ACLED (Armed Conflict Location & Event Data), acleddata.com",
    "ACLED terms of use: attribution obligatory; the rows may not be republished",
    "https://acleddata.com",
)
REQUIRED = frozenset({"event_date", "event_type", "sub_event_type", "actor1", "latitude", "longitude"})
WEEKLY = frozenset({"week", "admin1", "event_type", "sub_event_type", "events", "fatalities"})
FIELDS: dict[str, tuple[str, ...]] = {
    "source_id": ("event_id_cnty", "data_id"),
    "event_date": (),
    "year": (),
    "time_precision": (),
    "event_type": (),
    "event_subtype": ("sub_event_type",),
    "actor1": (),
    "actor2": (),
    "civilian_targeting": (),
    "stated_country": ("country",),
    "stated_admin1": ("admin1",),
    "stated_admin2": ("admin2",),
    "stated_admin3": ("admin3",),
    "toponym": ("location",),
    "latitude": (),
    "longitude": (),
    "geo_precision": (),
    "attributed_to": ("source",),
    "quote": ("notes",),
    "fatalities": (),
}


def matches(columns: frozenset[str]) -> bool:
    """Whether these column names are ACLED's."""
    return columns >= REQUIRED and bool({"event_id_cnty", "data_id"} & columns)


def matches_weekly(columns: frozenset[str]) -> bool:
    """Whether these column names are those of ACLED's weekly totals."""
    return columns >= WEEKLY


def refuse_weekly(raw: RawTable) -> SourceRead:
    """Totals by week and division are no events: a mark for each would show what nobody saw."""
    raise InputError(
        f"{raw.title}: holds ACLED's weekly totals by first division, not events, and cannot be mapped as events; "
        "download the events themselves"
    )


def read(raw: RawTable, *, theatre: Theatre) -> SourceRead:
    """ACLED rows as events.

    ACLED gives one number of deaths, so low and high are missing. A date known to the week is the week around it, one
    known to the month the calendar month (ACLED takes a middle day).
    """
    draft = Draft(raw, find_columns(raw, FIELDS), [theatre.metric_crs])
    own = draft.unique("source_id")
    draft.refuse(own.isna(), "source_id", "is empty; wanted ACLED's event id")
    types, subs = event_codes(draft)
    east, north = draft.coordinates()
    table: dict[str, Any] = {
        "event_id": draft.ids("E", "ACLED", own),
        "source": "ACLED",
        "source_id": own,
        **_dates(draft),
        "event_type": types,
        "event_subtype": subs,
        **actors(draft, theatre),
        "civilians_targeted": draft.mapped("civilian_targeting", lambda _: True),
        "fatalities_best": draft.counts("fatalities"),
        "geo_precision": draft.coded("geo_precision", ACLED_GEO_PRECISION),
        "source_geo_precision": draft.text("geo_precision"),
        "source_longitude": east,
        "source_latitude": north,
        "claim": claims(draft),
        "rule": "ACLED table",
    }
    for field in ("toponym", "stated_country", "stated_admin1", "stated_admin2", "stated_admin3"):
        table[field] = draft.text(field)
    table["attributed_to"], table["quote"] = draft.text("attributed_to"), draft.text("quote")
    return draft.finish(table, EVENTS, kind=KIND, credit=CREDIT)


def _dates(draft: Draft) -> dict[str, pd.Series]:
    spans = draft.dates("event_date")
    precision = draft.coded("time_precision", ACLED_TIME_PRECISION)
    start, end, stated = spans["date_start"], spans["date_end"], spans["date_precision"].astype("string")
    daily = mask(stated == DatePrecision.DAY)
    week, month = daily & mask(precision == DatePrecision.WEEK), daily & mask(precision == DatePrecision.MONTH)
    first = start - pd.to_timedelta(start.dt.day - 1, unit="D")
    last = first + pd.offsets.MonthEnd(0)
    start = start.mask(week, start - pd.Timedelta(days=3)).mask(month, first)
    end = end.mask(week, end + pd.Timedelta(days=3)).mask(month, last)
    known = stated.where(~week & ~month, precision)
    return _year_only(draft, start, end, known)


def _year_only(draft: Draft, start: pd.Series, end: pd.Series, precision: pd.Series) -> dict[str, pd.Series]:
    """Without a date the year is all that is known."""
    years = draft.numbers("year")
    bare = mask(start.isna()) & ~draft.refused & mask(years.between(1900, 2100))
    draft.warn(bare, "event_date", "is empty; only the year is known", once=True)
    draft.warn(mask(start.isna()) & ~bare, "event_date", "is empty; the date is not known")
    year = years.where(bare).astype("Int64").astype("string")
    first = pd.to_datetime(year + "-01-01").astype("datetime64[us]")
    last = pd.to_datetime(year + "-12-31").astype("datetime64[us]")
    return {
        "date_start": start.where(~bare, first),
        "date_end": end.where(~bare, last),
        "date_precision": precision.where(~bare, pd.Series(np.where(bare, "year", ""), index=start.index)),
    }
