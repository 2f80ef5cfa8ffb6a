"""Event tables of any origin whose columns have the usual names, or names that the user maps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo.codes import CLAIMS, DatePrecision, Precision
from geo.schema import EVENTS, Credit, mask
from geo.sources.coded import taken_text
from geo.sources.coding import actors, claims, event_codes, stated_precision
from geo.sources.columns import check_needs, column_key, find_columns
from geo.sources.draft import Draft, SourceRead
from geo.sources.raw import RawTable
from geo.theatre import Theatre

KIND = "event table"
FIELDS: dict[str, tuple[str, ...]] = {
    "source_id": ("event_id", "id", "incident_id", "data_id", "record_id", "رقم"),
    "date_start": ("start_date", "start", "from_date", "date_from"),
    "date_end": ("end_date", "end", "to_date", "date_to"),
    "date": ("event_date", "incident_date", "day", "datum", "fecha", "التاريخ", "تاريخ"),
    "date_precision": (),
    "event_type": ("type", "incident_type", "category", "event", "kind", "نوع_الحدث", "النوع"),
    "event_subtype": ("sub_event_type", "subtype", "sub_type"),
    "actor1": ("actor_1", "actor", "perpetrator", "side_a", "الفاعل"),
    "actor2": ("actor_2", "target", "side_b"),
    "civilians_targeted": ("civilian_targeting",),
    "fatalities_low": ("low", "deaths_low", "killed_low", "fatalities_min"),
    "fatalities_best": (
        "fatalities", "deaths", "killed", "dead", "best", "deaths_best", "killed_best", "القتلى", "قتلى",
    ),
    "fatalities_high": ("high", "deaths_high", "killed_high", "fatalities_max"),
    "injured": ("wounded", "injuries", "الجرحى", "جرحى"),
    "targets_hit": (),
    "toponym": (
        "location", "place", "location_name", "place_name", "village", "town", "city", "community", "site",
        "settlement", "name", "ort", "المكان", "الموقع",
    ),
    "stated_country": ("country", "admin0", "البلد"),
    "stated_admin1": ("admin1", "governorate", "province", "state", "region", "adm1", "adm_1", "المحافظة"),
    "stated_admin2": ("admin2", "district", "county", "adm2", "adm_2", "المنطقة"),
    "stated_admin3": ("admin3", "sub_district", "subdistrict", "adm3", "الناحية"),
    "admin1_pcode": ("adm1_pcode",),
    "admin2_pcode": ("adm2_pcode",),
    "admin3_pcode": ("adm3_pcode",),
    "geo_precision": (),
    "latitude": ("lat", "y", "latitude_y", "source_latitude", "خط_العرض"),
    "longitude": ("lon", "lng", "long", "x", "longitude_x", "source_longitude", "خط_الطول"),
    "source": ("dataset", "publisher", "sources", "المصدر"),
    "source_url": ("url", "link", "source_link"),
    "report_date": ("published", "publication_date", "date_published"),
    "attributed_to": ("according_to", "source_original"),
    "claim": (),
    "quote": (),
    "notes": ("note", "description", "details", "summary", "comment", "comments", "remarks", "ملاحظات", "الوصف"),
}  # fmt: skip
WHEN = ("date", "date_start")
WHAT = ("event_type", "event_subtype")
WHERE = ("toponym", "latitude", "stated_admin1", "stated_admin2", "stated_admin3", "stated_country", "admin3_pcode")
NEEDS = (("a date", WHEN), ("an event type", WHAT), ("a place or coordinates", WHERE))
_NAMES = {field: frozenset(column_key(n) for n in (field, *usual)) for field, usual in FIELDS.items()}


def matches(columns: frozenset[str]) -> bool:
    """Whether the columns say when, what and where."""
    return all(any(_NAMES[f] & columns for f in part) for _, part in NEEDS)


def read(raw: RawTable, *, theatre: Theatre, columns: Mapping[str, str] | None = None) -> SourceRead:
    """Rows of a plain event table as events.

    Raises
    ------
    InputError
        No column says when, what or where; the message lists the columns there are.
    """
    found = find_columns(raw, FIELDS, columns)
    check_needs(raw, found, NEEDS, FIELDS)
    draft = Draft(raw, found, [theatre.metric_crs])
    own = draft.unique("source_id")
    types, subs = event_codes(draft)
    named = draft.text("source").fillna(raw.name)
    table: dict[str, Any] = {
        "event_id": draft.ids("E", raw.name, own),
        "source": named,
        "source_id": own,
        "source_url": draft.urls("source_url"),
        "report_date": draft.dates("report_date")["date_start"],
        **dates(draft),
        "event_type": types,
        "event_subtype": subs,
        **actors(draft, theatre),
        "civilians_targeted": draft.flags("civilians_targeted"),
        **draft.envelope("fatalities_low", "fatalities_best", "fatalities_high"),
        "injured": draft.counts("injured"),
        "targets_hit": draft.counts("targets_hit"),
        **_place(draft),
        "claim": draft.chosen("claim", CLAIMS).fillna(claims(draft)),
        "quote": draft.text("quote").fillna(draft.text("notes")),
        "rule": "event table",
    }
    for field in ("attributed_to", "notes"):
        table[field] = draft.text(field)
    return draft.finish(table, EVENTS, kind=KIND, credit=credit(draft))


def dates(draft: Draft) -> dict[str, pd.Series]:
    """First and last day and precision, from one date column or from two."""
    single = draft.dates("date")
    first, last = draft.dates("date_start", "date_end"), draft.dates("date_end", "date_start")
    start = first["date_start"].fillna(single["date_start"])
    end = last["date_end"].fillna(first["date_end"]).fillna(single["date_end"])
    start = start.fillna(last["date_start"])
    draft.refuse(end < start, "date_end", "is before the first day; swap or correct them")
    field = next((f for f in ("date", "date_start") if f in draft), "date")
    draft.warn(start.isna(), field, "is empty; the date is not known", once=True)
    read = first["date_precision"].astype("string").fillna(single["date_precision"].astype("string"))
    ranged = mask(last["date_end"].notna()) & mask(start != end)
    stated = draft.chosen("date_precision", [p.value for p in DatePrecision])
    precision = read.mask(ranged, DatePrecision.SPAN.value)
    return {"date_start": start, "date_end": end, "date_precision": stated.fillna(precision).mask(start.isna())}


def _place(draft: Draft) -> dict[str, Any]:
    east, north = draft.coordinates()
    stated = stated_precision(draft)
    # A table that gives a point and says no more means the named place.
    named = taken_text([Precision.NAMED_PLACE.value], np.where(mask(east.notna()), 0, -1), stated.index)
    taken = stated.fillna(named)
    place = {"source_longitude": east, "source_latitude": north, "source_geo_precision": stated}
    names = ("toponym", "stated_country", "stated_admin1", "stated_admin2", "stated_admin3")
    codes = ("admin1_pcode", "admin2_pcode", "admin3_pcode")
    return {**place, "geo_precision": taken, **{n: draft.text(n) for n in (*names, *codes)}}


def credit(draft: Draft) -> Credit:
    """The publishers that the rows name; nothing is known of their terms."""
    names = list(dict.fromkeys(draft.text("source").dropna()))
    shown = "; ".join(names[:12]) + ("; and others" if len(names) > 12 else "")
    return Credit(shown or draft.raw.name, "as stated by the sources of its rows" if names else "not stated")
