"""IDMC: internal displacement updates (IDU), yearly country figures and single figures (GIDD), file or API answer."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd

from geo.codes import DatePrecision, Precision
from geo.schema import DISPLACEMENT, Credit, mask
from geo.sources.columns import find_columns
from geo.sources.draft import Draft, SourceRead
from geo.sources.raw import RawTable
from geo.theatre import Theatre

KIND = "IDMC displacement updates"
YEARLY = "IDMC yearly figures"
FIGURES = "IDMC figures"
CREDIT = Credit(
    "Internal Displacement Monitoring Centre (IDMC)",
    "IDMC terms: attribution obligatory, commercial use by agreement only",
    "https://www.internal-displacement.org",
)
RECOMMENDED = "recommended figure"
_PEOPLE_KEYS = (
    "total_displacement",
    "stock_displacement",
    "conflict_stock_displacement",
    "conflict_total_displacement",
)
_NEW_KEYS = ("new_displacement", "conflict_internal_displacements", "conflict_new_displacement")
OF_A_YEAR: dict[str, tuple[str, ...]] = {
    "country": ("country_name", "name"),
    "iso3": (),
    "year": (),
    "stock": _PEOPLE_KEYS,
    "flow": _NEW_KEYS,
}
FIELDS: dict[str, tuple[str, ...]] = {
    "source_id": ("id",),
    "country": ("country_name", "country_territory"),
    "role": ("figure_role",),
    "cause": ("displacement_type", "figure_cause"),
    "category": ("figure_category",),
    "term": ("displacement_occurred",),
    "qualifier": (),
    "people": ("figure", "total_figures"),
    "date": ("displacement_date",),
    "start": ("displacement_start_date", "start_date"),
    "end": ("displacement_end_date", "end_date"),
    "year": (),
    "place": ("locations_name",),
    "places": ("locations_coordinates",),
    "accuracy": ("locations_accuracy",),
    "side": ("locations_type",),
    "centroid": (),
    "latitude": (),
    "longitude": (),
    "quote": ("standard_popup_text", "standard_info_text"),
    "event": ("event_name",),
    "source_url": ("source_url", "link"),
    "publisher": ("sources", "publishers"),
    "report_date": ("created_at",),
}
# IDMC's words for how well a place is known, by the level they name.
_ACCURACY = (
    ("adm0", Precision.COUNTRY),
    ("country", Precision.COUNTRY),
    ("adm1", Precision.FIRST_DIVISION),
    ("state", Precision.FIRST_DIVISION),
    ("adm2", Precision.DISTRICT),
    ("district", Precision.DISTRICT),
    ("adm3", Precision.NAMED_PLACE),
    ("town", Precision.NAMED_PLACE),
    ("point", Precision.NAMED_PLACE),
)


def matches(columns: frozenset[str]) -> bool:
    """Whether these are updates, or the single figures of GIDD."""
    updates = {"figure", "displacement_type"} <= columns
    return (updates and bool({"role", "qualifier", "displacement_date"} & columns)) or (
        {"total_figures", "figure_category", "figure_cause"} <= columns
    )


def matches_yearly(columns: frozenset[str]) -> bool:
    """Whether these are yearly figures of countries."""
    return {"iso3", "year"} <= columns and bool({*_PEOPLE_KEYS, *_NEW_KEYS} & columns)


def read(raw: RawTable, *, theatre: Theatre) -> SourceRead:
    """Rows as flows (new displacements) or stocks (people displaced at the end of a year).

    Only figures that IDMC recommends may be added up, so those for triangulation are a series of their own, and so is
    each cause. The point is the middle of all places named; where there are several it is no place and is not used.
    """
    draft = Draft(raw, find_columns(raw, FIELDS), [theatre.metric_crs])
    role = draft.known("role")
    stock = mask(draft.words("category", lambda t: "s" if t.casefold() in {"idps", "stock"} else None).notna())
    cause = draft.known("cause").fillna("cause not stated")
    recommended = mask(role.isna()) | mask(role.str.casefold() == RECOMMENDED)
    other = (", " + role.str.lower() + ", not to be added up").mask(recommended, "").fillna("")
    kind = pd.Series("new displacements", index=role.index, dtype="string").mask(stock, "people displaced")
    draft.warn(~recommended, "role", "is not recommended by IDMC; kept as a series that is not added up", once=True)
    table: dict[str, Any] = {
        "record_id": draft.ids("D", KIND, draft.unique("source_id")),
        "source": "IDMC",
        "source_id": draft.text("source_id"),
        "source_url": draft.urls("source_url"),
        "report_date": draft.dates("report_date")["date_start"],
        "series": "IDMC: " + kind + ", " + cause.str.lower() + other,
        "measure": pd.Series("flow", index=role.index, dtype="string").mask(stock, "stock"),
        "movement": draft.words("term", _movement).fillna("displacement"),
        **_period(draft, stock),
        **_places(draft),
        "persons_best": draft.amounts("people"),
        "qualifier": draft.known("qualifier"),
        "unit_reported": "persons",
        "claim": np.where(mask(draft.known("publisher").notna()), "attributed", "asserted"),
        "attributed_to": draft.known("publisher"),
        "quote": draft.words("quote", plain_text),
        "rule": "IDMC figure",
        "notes": draft.known("event"),
    }
    return draft.finish(table, DISPLACEMENT, kind=KIND if "figure" in _keys(draft) else FIGURES, credit=CREDIT)


def _keys(draft: Draft) -> set[str]:
    return {h.casefold() for h in draft.columns.values()}


def _movement(text: str) -> str | None:
    return "evacuation" if "evacuat" in text.casefold() else None


def _period(draft: Draft, stock: np.ndarray) -> dict[str, pd.Series]:
    single, first, last = (draft.dates(f, "date", "start", "end") for f in ("date", "start", "end"))
    years = draft.dates("year")
    start = first["date_start"].fillna(single["date_start"]).fillna(years["date_start"])
    end = last["date_end"].fillna(start.where(first["date_start"].notna())).fillna(single["date_end"])
    end = end.fillna(years["date_end"])
    draft.refuse(end < start, "end", "is before the first day; swap or correct them")
    draft.warn(start.isna(), "date", "is empty; the date is not known", once=True)
    start = start.mask(stock, end)
    precision = pd.Series(np.where(start == end, DatePrecision.DAY.value, DatePrecision.SPAN.value), index=start.index)
    yearly = mask(first["date_start"].isna() & single["date_start"].isna())
    precision = precision.mask(yearly, DatePrecision.YEAR.value).mask(mask(start.isna()))
    return {"date_start": start, "date_end": end, "date_precision": precision}


def _places(draft: Draft) -> dict[str, Any]:
    """The end that IDMC says a place is; one it does not tell is where people fled."""
    east, north = draft.coordinates()
    several = draft.coded_text("places").where(";" in t for t in draft.coded_text("places").texts)
    several |= draft.coded_text("place").where(";" in t for t in draft.coded_text("place").texts)
    draft.warn(
        several & mask(east.notna()), "places", "are several; their middle is no place and is not used", once=True
    )
    accuracy = draft.words("accuracy", _accuracy)
    alone = mask(accuracy.notna()) & ~several & mask(accuracy.isin(["A", "B", "C", "D"]))
    # Without a word on accuracy the point is of a town or the middle of a province: good for the district at best.
    unsaid = mask(accuracy.isna()) & ~several
    precision = accuracy.mask(unsaid, Precision.DISTRICT.value).mask(several, Precision.COUNTRY.value)
    precision = precision.mask(mask(east.isna()) & unsaid, Precision.COUNTRY.value)
    country = draft.known("country")
    name = draft.known("place").where(~several)
    columns: dict[str, Any] = {}
    to = mask(draft.words("side", lambda t: "d" if t.casefold().strip() == "destination" else None).notna())
    for side, rows in (("origin", ~to), ("destination", to)):
        columns |= {
            f"{side}_toponym": name.fillna(country).where(rows),
            f"{side}_precision": precision.where(rows),
            f"{side}_longitude": east.where(rows & (alone | unsaid)),
            f"{side}_latitude": north.where(rows & (alone | unsaid)),
        }
    return columns


def _accuracy(text: str) -> str | None:
    words = text.casefold()
    return next((p.value for word, p in _ACCURACY if word in words), None)


def read_yearly(raw: RawTable, *, theatre: Theatre) -> SourceRead:  # noqa: ARG001 - all readers take it
    """Each row gives new displacements in the year (a flow) and people displaced at its end (a stock)."""
    draft = Draft(raw, find_columns(raw, OF_A_YEAR))
    years = draft.dates("year")
    draft.refuse(years["date_start"].isna(), "year", "is empty; wanted a year")
    country = draft.known("country").fillna(draft.known("iso3"))
    own = draft.known("iso3").fillna(country) + " " + draft.text("year")
    tables = []
    for measure, words in (("flow", "new displacements by conflict"), ("stock", "people displaced by conflict")):
        people = draft.amounts(measure)
        ids = draft.ids("D", f"{YEARLY} {measure}", own)
        tables.append(
            {
                "record_id": ids.where(people.notna()),
                "source": "IDMC",
                "source_id": own,
                "series": f"{YEARLY}: {words}",
                "measure": measure,
                "movement": "displacement",
                "date_start": years["date_start"] if measure == "flow" else years["date_end"],
                "date_end": years["date_end"],
                "date_precision": DatePrecision.YEAR.value,
                "destination_toponym": country,
                "destination_precision": Precision.COUNTRY.value,
                "persons_best": people,
                "unit_reported": "persons",
                "claim": "asserted",
                "rule": "IDMC yearly figure",
            }
        )
    return draft.finish_all(tables, DISPLACEMENT, kind=YEARLY, credit=CREDIT)


class _Text(HTMLParser):
    """The text of a piece of HTML; scripts and styles are none."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.hidden += tag in {"script", "style"}
        self.parts.append(" " if tag in {"br", "p", "div", "li"} else "")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style"} and self.hidden > 0

    def handle_data(self, data: str) -> None:
        self.parts.append("" if self.hidden else data)


def plain_text(html: str) -> str | None:
    """The words of a piece of HTML, without its tags; None if there are none.

    >>> plain_text("<b>Northland:</b> 1,200 displacements<br/>&quot;mill&quot;")
    'Northland: 1,200 displacements "mill"'
    """
    parser = _Text()
    parser.feed(html)
    parser.close()
    return " ".join("".join(parser.parts).split()) or None
