"""ACLED event files: the 31 columns of today and the older ones with ``data_id``, as file or API answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo.codes import ACLED_GEO_PRECISION, ACLED_TIME_PRECISION, DatePrecision
from geo.schema import EVENTS, Credit, mask
from geo.sources.cells import spread_spans
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
REQUIRED = frozenset({"event_type", "sub_event_type", "actor1", "latitude", "longitude"})
OWN = frozenset({"event_id_cnty", "data_id"})
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
    return columns >= REQUIRED and bool(OWN & columns) and bool({"event_date", "year"} & columns)


def read(raw: RawTable, *, theatre: Theatre) -> SourceRead:
    """ACLED rows as events.

    ACLED gives one number of deaths, so low and high are missing. A date known to the week is the week around it, one
    known to the month the calendar month (ACLED takes a middle day). Codes: ACLED codebook, time and geo precision 1-3.
    """
    draft = Draft(raw, find_columns(raw, FIELDS), [theatre.metric_crs])
    own = draft.own_ids("source_id", "ACLED's event id")
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
        "civilians_targeted": _targeted(draft),
        "fatalities_best": draft.counts("fatalities"),
        "geo_precision": draft.coded("geo_precision", ACLED_GEO_PRECISION),
        "source_geo_precision": draft.code("geo_precision"),
        "source_longitude": east,
        "source_latitude": north,
        "claim": claims(draft),
        "rule": "ACLED table",
    }
    for field in ("toponym", "stated_country", "stated_admin1", "stated_admin2", "stated_admin3"):
        table[field] = draft.text(field)
    table["attributed_to"], table["quote"] = draft.text("attributed_to"), draft.text("quote")
    return draft.finish(table, EVENTS, kind=KIND, credit=CREDIT)


def _targeted(draft: Draft) -> pd.Series:
    """True where ACLED says so; where it says nothing, nothing is known."""
    silent = draft.coded_text("civilian_targeting").codes < 0
    return pd.Series(pd.arrays.BooleanArray(~silent, silent), index=draft.raw.cells.index)


def _dates(draft: Draft) -> dict[str, Any]:
    spans, stated = draft.spans("event_date"), draft.meanings("time_precision", ACLED_TIME_PRECISION)
    day, code = (draft.coded_text(f).codes for f in ("event_date", "time_precision"))
    number, pairs = pd.factorize(day.astype(np.int64) * (len(stated) + 1) + code + 1)
    of_pair = spread_spans(spans, pairs // (len(stated) + 1), pd.RangeIndex(len(pairs)))
    precision = np.array([None, *stated], dtype=object)[pairs % (len(stated) + 1)]
    table = spread_spans(_widened(of_pair, precision), number, draft.raw.cells.index)
    return _year_only(draft, table["date_start"].to_numpy(), table["date_end"].to_numpy(), table["date_precision"])


def _widened(spans: pd.DataFrame, precision: np.ndarray) -> pd.DataFrame:
    """Days as what they stand for by ACLED's precision: the day, the week around it, the month it lies in."""
    days, end = (spans[name].to_numpy().astype("datetime64[D]") for name in ("date_start", "date_end"))
    daily = mask(spans["date_precision"] == DatePrecision.DAY.value)
    week, month = (daily & (precision == p.value) for p in (DatePrecision.WEEK, DatePrecision.MONTH))
    first = days.astype("datetime64[M]")
    last = (first + 1).astype("datetime64[D]") - 1
    begin = np.where(week, days - 3, np.where(month, first.astype("datetime64[D]"), days))
    until = np.where(week, days + 3, np.where(month, last, end))
    known = spans["date_precision"].astype(object).where(~week & ~month, precision)
    return pd.DataFrame({"date_start": begin, "date_end": until, "date_precision": known})


def _year_only(draft: Draft, start: np.ndarray, end: np.ndarray, precision: pd.Series) -> dict[str, Any]:
    """Without a date the year is all that is known."""
    bare = np.isnat(start)
    if bare.any():
        years = draft.numbers("year")
        known = bare & ~draft.refused & mask(years.between(1900, 2100))
        draft.warn(known, "event_date", "is empty; only the year is known", once=True)
        draft.warn(bare & ~known, "event_date", "is empty; the date is not known")
        year = (years.where(known, 1970).to_numpy().astype(int) - 1970).astype("datetime64[Y]")
        start = np.where(known, year.astype("datetime64[D]"), start)
        end = np.where(known, (year + 1).astype("datetime64[D]") - 1, end)
        precision = precision.mask(known, DatePrecision.YEAR.value)
    days = {"date_start": start.astype("datetime64[us]"), "date_end": end.astype("datetime64[us]")}
    return {**days, "date_precision": precision}
