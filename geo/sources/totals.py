"""Events counted by unit and period: ACLED's weekly and monthly aggregates, HDX HAPI's conflict events.

They count the same events that the event files hold, so they become a table of their own (TOTALS), never events. What
publishers give as the point of a unit is its middle, not where anything happened, and is not read.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo.codes import DatePrecision, Precision, code_event
from geo.dates import MONTHS
from geo.schema import TOTALS, Credit
from geo.sources import acled
from geo.sources.coded import pairs_of
from geo.sources.coding import event_codes
from geo.sources.columns import find_columns
from geo.sources.draft import Draft, SourceRead
from geo.sources.hapi import CREDIT as HAPI
from geo.sources.hapi import unit_columns, unit_level
from geo.sources.raw import RawTable
from geo.theatre import Theatre

WEEKLY = "ACLED weekly totals"
MONTHLY = "ACLED monthly totals"
OF_HAPI = "HDX HAPI conflict events"
CREDIT = Credit(acled.CREDIT.source, acled.CREDIT.licence, acled.CREDIT.url)
_WEEKLY = frozenset({"week", "admin1", "event_type", "sub_event_type", "events", "fatalities"})
_MONTHLY = frozenset({"country", "month", "year", "events"})
_HAPI = frozenset({"location_code", "event_type", "events", "fatalities", "reference_period_start"})
NAMES = (*_WEEKLY, *_MONTHLY, *_HAPI)
_UNITS: dict[str, tuple[str, ...]] = {
    "stated_country": ("country",),
    "stated_admin1": ("admin1",),
    "stated_admin2": ("admin2",),
    "admin1_pcode": (),
    "admin2_pcode": (),
    "events": (),
    "fatalities_best": ("fatalities",),
}


def matches_weekly(columns: frozenset[str]) -> bool:
    """Whether these are ACLED's aggregates by week, first division and sub-event type."""
    return columns >= _WEEKLY


def matches_monthly(columns: frozenset[str]) -> bool:
    """Whether these are ACLED's aggregates by month, as published on HDX."""
    return columns >= _MONTHLY and "event_type" not in columns


def matches_hapi(columns: frozenset[str]) -> bool:
    """Whether these are HDX HAPI's conflict events."""
    return columns >= _HAPI


def read_weekly(raw: RawTable, *, theatre: Theatre) -> SourceRead:  # noqa: ARG001 - all readers take it
    """One total for each week (Saturday to Friday), first division and sub-event type; these do not overlap."""
    fields = {"week": (), "event_type": (), "event_subtype": ("sub_event_type",), **_UNITS}
    draft = Draft(raw, find_columns(raw, fields))
    start = draft.dates("week")["date_start"]
    draft.refuse(start.isna(), "week", "is empty; wanted the first day of a week")
    types, subs = event_codes(draft)
    period = {"date_start": start, "date_end": start + pd.Timedelta(days=6), "date_precision": DatePrecision.WEEK.value}
    coded = {"event_class": draft.text("event_subtype"), "event_type": types, "event_subtype": subs}
    return _finish(draft, WEEKLY, {**period, **coded, "series": WEEKLY}, CREDIT)


def read_monthly(raw: RawTable, *, theatre: Theatre) -> SourceRead:  # noqa: ARG001
    """One total for each month and unit; the file's name alone says what was counted, so it names the series."""
    codes = {"admin1_pcode": ("admin1_pcode", "admin1_code"), "admin2_pcode": ("admin2_pcode", "admin2_code")}
    draft = Draft(raw, find_columns(raw, {"month": (), "year": (), **_UNITS, **codes}))
    pairs, number = pairs_of(draft.coded_text("month"), draft.coded_text("year"))
    months = np.array([_month(*pair) for pair in pairs], dtype="datetime64[M]")[number]
    draft.refuse(np.isnat(months), "month", "and year are no month; wanted January or 1, and 2020")
    period = {
        "date_start": months.astype("datetime64[us]"),
        "date_end": ((months + 1).astype("datetime64[D]") - 1).astype("datetime64[us]"),
        "date_precision": DatePrecision.MONTH.value,
    }
    return _finish(draft, MONTHLY, {**period, "series": f"{MONTHLY}: {raw.name}"}, CREDIT)


def _month(month: str, year: str) -> np.datetime64:
    number = MONTHS.get(month.casefold()) or (int(month) if month.isdecimal() else 0)
    good = 1 <= number <= 12 and year.removesuffix(".0").isdecimal()
    return np.datetime64(f"{int(float(year)):04d}-{number:02d}", "M") if good else np.datetime64("NaT", "M")


def read_hapi(raw: RawTable, *, theatre: Theatre) -> SourceRead:  # noqa: ARG001
    """One total for each month, unit and class. The classes overlap, and so do the levels: each pair is a series."""
    fields = {"event_type": (), "start": ("reference_period_start",), "end": ("reference_period_end",), **_UNITS}
    fields |= unit_columns({"stated_country": "location", "stated_admin1": "admin1", "stated_admin2": "admin2"})
    draft = Draft(raw, find_columns(raw, fields))
    start, end = draft.dates("start", "end")["date_start"], draft.dates("end", "start")["date_end"]
    draft.refuse(start.isna(), "start", "is empty; wanted the first day of the period")
    draft.refuse(draft.text("event_type").isna(), "event_type", "is empty; wanted the class counted")
    words = draft.text("event_type").str.replace("_", " ")
    level = unit_level(draft, "stated_admin1", "stated_admin2")
    types = draft.words("event_type", lambda t: (code_event(t.replace("_", " ")) or (None,))[0])
    table = {
        "date_start": start,
        "date_end": end.fillna(start),
        "date_precision": DatePrecision.MONTH.value,
        "event_class": words,
        # 'political violence' and 'demonstration' hold several of the six types.
        "event_type": types.where(words == "civilian targeting", None),
        "series": f"{OF_HAPI}: " + words + ", admin level " + level.astype("string"),
    }
    return _finish(draft, OF_HAPI, table, HAPI, level)


def _finish(
    draft: Draft, kind: str, table: dict[str, Any], credit: Credit, level: pd.Series | None = None
) -> SourceRead:
    repeated = draft.raw.cells.duplicated()
    draft.leave_out(repeated, "rows that repeat an earlier one in every cell")
    columns = {f: draft.known(f) for f in _UNITS if f not in {"events", "fatalities_best"}}
    deep = columns["stated_admin2"].fillna(columns["admin2_pcode"]).notna()
    first = columns["stated_admin1"].fillna(columns["admin1_pcode"]).notna()
    found = pd.Series(np.where(deep, 2, np.where(first, 1, 0)), index=deep.index) if level is None else level
    precision = {2: Precision.DISTRICT.value, 1: Precision.FIRST_DIVISION.value, 0: Precision.COUNTRY.value}
    full = {
        "total_id": draft.ids("T", kind),
        "source": kind,
        **table,
        "events": draft.counts("events"),
        "fatalities_best": draft.counts("fatalities_best"),
        **columns,
        "geo_precision": found.map(precision),
        "rule": f"{kind} table",
    }
    return draft.finish(full, TOTALS, kind=kind, credit=credit)
