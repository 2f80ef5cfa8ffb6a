"""Displacement tables of any origin: people displaced at a date or over a period, with the usual column names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo.codes import CLAIMS, MEASURES, MOVEMENTS, UNITS
from geo.schema import DISPLACEMENT, mask
from geo.sources.coding import claims, stated_precision
from geo.sources.columns import check_needs, column_key, find_columns
from geo.sources.draft import Draft, SourceRead
from geo.sources.events import credit, dates
from geo.sources.raw import RawTable
from geo.theatre import Theatre

KIND = "displacement table"
FIELDS: dict[str, tuple[str, ...]] = {
    "source_id": ("record_id", "id"),
    "measure": (),
    "movement": (),
    "series": (),
    "round": ("reporting_round", "survey_round"),
    "date": ("reporting_date", "as_of", "التاريخ"),
    "date_start": ("start_date", "from_date", "date_from"),
    "date_end": ("end_date", "to_date", "date_to"),
    "date_precision": (),
    "persons_low": ("low",),
    "persons_best": ("persons", "people", "individuals", "idps", "displaced", "persons_displaced", "best"),
    "persons_high": ("high",),
    "qualifier": (),
    "unit_reported": ("unit",),
    "households": ("families", "hh"),
    "origin_toponym": ("origin", "from", "origin_place", "origin_name"),
    "origin_admin1": ("origin_governorate",),
    "origin_pcode": (),
    "origin_precision": (),
    "origin_longitude": ("origin_lon",),
    "origin_latitude": ("origin_lat",),
    "destination_toponym": (
        "destination",
        "to",
        "location",
        "place",
        "destination_place",
        "destination_name",
        "community",
    ),
    "destination_admin1": ("destination_governorate", "admin1", "governorate"),
    "destination_pcode": ("pcode", "admin4pcode", "community_pcode"),
    "destination_precision": (),
    "destination_longitude": ("destination_lon", "longitude", "lon", "longitude_x"),
    "destination_latitude": ("destination_lat", "latitude", "lat", "latitude_y"),
    "source": ("publisher", "dataset", "المصدر"),
    "source_url": ("url", "link"),
    "report_date": ("published", "publication_date"),
    "attributed_to": ("according_to",),
    "claim": (),
    "quote": (),
    "notes": ("note", "description", "comment", "comments", "remarks"),
}
COUNTS = ("persons_best", "persons_low", "persons_high", "households")
PLACES = ("origin_toponym", "origin_admin1", "origin_pcode", "destination_toponym", "destination_admin1",
          "destination_pcode")  # fmt: skip
NEEDS = (("people", COUNTS), ("the measure, stock or flow", ("measure",)), ("a place", PLACES))
_NAMES = {field: frozenset(column_key(n) for n in (field, *usual)) for field, usual in FIELDS.items()}
_MEASURE_WORDS = {"stocks": "stock", "flows": "flow", "movement": "flow", "cumulative": "stock"}
_MOVEMENT_WORDS = {
    "idp": "displacement",
    "idps": "displacement",
    "displaced": "displacement",
    "returns": "return",
    "returnees": "return",
    "returnee": "return",
    "secondary": "onward",
    "secondary displacement": "onward",
    "evacuated": "evacuation",
}


def matches(columns: frozenset[str]) -> bool:
    """Whether the columns give people with a measure, or with where they came from and went."""
    people = any(_NAMES[f] & columns for f in COUNTS)
    ends = bool(columns & {"origin", "origin_toponym", "origin_pcode"}) and bool(
        columns & {"destination", "destination_toponym", "destination_pcode"}
    )
    return people and ("measure" in columns or ends)


def read(raw: RawTable, *, theatre: Theatre, columns: Mapping[str, str] | None = None) -> SourceRead:
    """Rows of a plain displacement table. Households are never turned into persons; their number goes to the notes.

    Raises
    ------
    InputError
        No column gives people, the measure or a place; the message lists the columns there are.
    """
    found = find_columns(raw, FIELDS, columns)
    check_needs(raw, found, NEEDS, FIELDS)
    draft = Draft(raw, found, [theatre.metric_crs])
    own = draft.unique("source_id")
    table: dict[str, Any] = {
        "record_id": draft.ids("D", raw.name, own),
        "source": draft.text("source").fillna(raw.name),
        "source_id": own,
        "source_url": draft.urls("source_url"),
        "report_date": draft.dates("report_date")["date_start"],
        "measure": _measure(draft),
        "movement": draft.chosen("movement", MOVEMENTS, words=_MOVEMENT_WORDS).fillna("displacement"),
        **dates(draft),
        **_people(draft),
        **_end(draft, "origin"),
        **_end(draft, "destination"),
        "claim": draft.chosen("claim", CLAIMS).fillna(claims(draft)),
        "quote": draft.text("quote").fillna(draft.text("notes")),
        "rule": "displacement table",
    }
    series = table["source"] + ", " + table["movement"] + " " + table["measure"]
    # Only figures of one source, movement and measure may be added up, unless the table says more.
    table["series"] = draft.text("series").fillna(series)
    for field in ("round", "qualifier", "attributed_to"):
        table[field] = draft.text(field)
    return draft.finish(table, DISPLACEMENT, kind=KIND, credit=credit(draft))


def _measure(draft: Draft) -> pd.Series:
    measure = draft.chosen("measure", MEASURES, words=_MEASURE_WORDS)
    draft.refuse(measure.isna(), "measure", "is empty; wanted stock (people at a date) or flow (people over a period)")
    return measure


def _people(draft: Draft) -> dict[str, Any]:
    low, best, high = draft.envelope("persons_low", "persons_best", "persons_high", people=True).values()
    households = draft.counts("households")
    unit = draft.chosen("unit_reported", UNITS)
    people = mask(low.notna()) | mask(best.notna()) | mask(high.notna())
    only = mask(households.notna()) & ~people
    draft.warn(only, "households", "counts households, not persons; kept in the notes", once=True)
    none = ~people & ~mask(households.notna())
    draft.warn(none, "persons_best", "is empty; the number of people is not known", once=True)
    # A number under 'persons' whose unit is households would be read as people.
    other = people & mask(unit == "households")
    draft.warn(other, "unit_reported", "says households; the number is kept in the notes, not as persons", once=True)
    families = ("households: " + households.astype("string")).fillna(
        ("households: " + draft.text("persons_best")).where(other)
    )
    notes = draft.text("notes")
    joined = (notes + "; " + families).fillna(notes).fillna(families)
    unit = unit.fillna(pd.Series("persons", index=unit.index, dtype="string").where(people))
    return {
        "persons_low": low.mask(other),
        "persons_best": best.mask(other),
        "persons_high": high.mask(other),
        "households": households.astype("Float64").fillna(best.where(other)),
        "unit_reported": unit.mask(only, "households"),
        "notes": joined,
    }


def _end(draft: Draft, side: str) -> dict[str, pd.Series]:
    east, north = draft.coordinates(f"{side}_longitude", f"{side}_latitude")
    return {
        f"{side}_toponym": draft.text(f"{side}_toponym"),
        f"{side}_admin1": draft.text(f"{side}_admin1"),
        f"{side}_pcode": draft.text(f"{side}_pcode"),
        f"{side}_precision": stated_precision(draft, f"{side}_precision"),
        f"{side}_longitude": east,
        f"{side}_latitude": north,
    }
