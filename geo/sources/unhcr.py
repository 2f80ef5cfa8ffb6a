"""UNHCR's persons of concern by year, country of asylum and origin: files of HDX and of UNHCR, and the API's answer.

One row holds a count for each group of people, so it gives several records. Totals over the groups are checked and
never read. Small counts are suppressed as ``*``: such a record has no number, and says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.codes import DatePrecision, Precision
from geo.schema import DISPLACEMENT, Credit, mask
from geo.sources.cells import MISSING
from geo.sources.columns import find_columns
from geo.sources.draft import Draft, SourceRead
from geo.sources.raw import RawTable
from geo.theatre import Theatre

KIND = "UNHCR persons of concern"
CREDIT = Credit("UNHCR, Refugee Population Statistics", "CC BY 4.0", "https://www.unhcr.org/refugee-statistics")


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people: the columns that count it, and what the count means. ``home``: they are in their country."""

    name: str
    columns: tuple[str, ...]
    measure: str = "stock"
    movement: str = "displacement"
    home: bool = False


GROUPS = (
    Group(
        "refugees",
        (
            "refugees",
            "refugees_incl_refugee_like_situations",
            "refugees_under_unhcr_s_mandate",
            "refugees_and_people_in_refugee_like_situations",
        ),
    ),
    Group("asylum-seekers", ("asylum_seekers", "asylum_seekers_pending_cases")),
    Group(
        "other people in need of protection",
        ("oip", "other_people_in_need_of_international_protection"),
    ),
    Group(
        "internally displaced people",
        (
            "idps",
            "internally_displaced_persons_idps",
            "internally_displaced_persons",
            "idps_of_concern_to_unhcr",
        ),
        home=True,
    ),
    Group("returned refugees", ("returned_refugees",), "flow", "return", home=True),
    Group("returned internally displaced people", ("returned_idps",), "flow", "return", home=True),
)
# Groups that have not moved, and the total over all.
LEFT_OUT = ("stateless", "stateless_persons", "ooc", "others_of_concern", "host_community", "hst")
TOTAL = ("total_population", "total")
FIELDS: dict[str, tuple[str, ...]] = {
    "year": (),
    "asylum": ("country_territory_of_asylum_residence", "country_of_asylum", "coa_name", "country_of_residence"),
    "origin": ("country_of_origin", "coo_name", "origin_country"),
    "asylum_code": ("country_of_asylum_iso", "coa_iso"),
    "origin_code": ("country_of_origin_iso", "coo_iso"),
    **{g.name: g.columns for g in GROUPS},
    "total": TOTAL,
    **dict.fromkeys(LEFT_OUT, ()),
}
_WORDS = {"Rep": "Republic", "Dem": "Democratic", "Fed": "Federal", "Terr": "Territory", "Is": "Islands"}
_RESOLUTION = re.compile(r"\s*\(S/RES/\d+(?:\s*\(\d{4}\))?\)")  # a resolution that some names carry
_SHORTENED = re.compile(rf"\b({'|'.join(_WORDS)})\.(?=\s|$|\))")


def matches(columns: frozenset[str]) -> bool:
    """Whether these columns give a year, two countries and refugees."""
    year, asylum, origin, refugees = ({f, *FIELDS[f]} & columns for f in ("year", "asylum", "origin", "refugees"))
    return bool(year and asylum and origin and refugees)


def read(raw: RawTable, *, theatre: Theatre) -> SourceRead:  # noqa: ARG001 - all readers take it
    """A record for each group counted: people in exile or displaced at the end of the year, returns during it."""
    draft = Draft(raw, find_columns(raw, FIELDS))
    years = draft.dates("year")
    draft.refuse(years["date_start"].isna(), "year", "is empty; wanted a year")
    countries = {f: draft.words(f, _country).fillna(draft.known(f"{f}_code")) for f in ("asylum", "origin")}
    own = draft.text("year") + " " + countries["asylum"].fillna("?") + " " + countries["origin"].fillna("?")
    people = {g.name: draft.amounts(g.name) for g in GROUPS}
    _check_total(draft, people)
    _say_left_out(draft)
    tables = [_records(draft, g, people[g.name], years, countries, own) for g in GROUPS if g.name in draft]
    return draft.finish_all(
        tables, DISPLACEMENT, kind=KIND, credit=CREDIT, empty_rows="rows that count nobody displaced"
    )


def _country(name: str) -> str | None:
    """A country's name with the words that UNHCR shortens ("Syrian Arab Rep.") in full; None where it names none."""
    if {part.strip().casefold() for part in name.split("/")} <= {*MISSING, "various", "stateless"}:
        return None
    return _SHORTENED.sub(lambda found: _WORDS[found[1]], _RESOLUTION.sub("", name))


def _records(
    draft: Draft, group: Group, people: pd.Series, years: pd.DataFrame, countries: dict[str, pd.Series], own: pd.Series
) -> dict[str, Any]:
    hidden = draft.hidden(group.name)
    told = mask(people.notna() if group.measure == "stock" else people > 0) | hidden
    there = own.where(pd.Series(told, index=own.index))
    home, stays = countries["origin"], countries["asylum"]
    return {
        "record_id": draft.ids("D", f"{KIND} {group.name}").where(told),
        "source": "UNHCR",
        "source_id": there,
        "series": f"{KIND}: {group.name}",
        "measure": group.measure,
        "movement": group.movement,
        "date_start": years["date_end"] if group.measure == "stock" else years["date_start"],
        "date_end": years["date_end"],
        "date_precision": DatePrecision.YEAR.value,
        "origin_toponym": pd.Series(pd.NA, index=own.index, dtype="string") if group.home else home,
        "origin_precision": None if group.home else Precision.COUNTRY.value,
        "destination_toponym": stays,
        "destination_precision": Precision.COUNTRY.value,
        "persons_best": people,
        "qualifier": _said(hidden, "suppressed by the source"),
        "unit_reported": "persons",
        "claim": "asserted",
        "rule": f"UNHCR {group.name}",
        "notes": _said(hidden, "the source shows * in place of a small count"),
    }


def _said(rows: np.ndarray, words: str) -> pd.Series:
    return pd.Series(pd.NA, index=pd.RangeIndex(len(rows)), dtype="string").mask(rows, words)


def _check_total(draft: Draft, people: dict[str, pd.Series]) -> None:
    """The total should be the sum of all groups, where none of them is suppressed."""
    if "total" not in draft:
        return
    parts = [*people.values(), *(draft.amounts(f) for f in LEFT_OUT if f in draft)]
    hidden = np.any([draft.hidden(f) for f in (*people, *LEFT_OUT, "total")], axis=0)
    total, wanted = draft.amounts("total"), sum(p.fillna(0) for p in parts)
    wrong = mask((total - wanted).abs() > 0.5) & ~hidden
    draft.warn(wrong, "total", "is not the sum of the groups of its row; the total is not used")


def _say_left_out(draft: Draft) -> None:
    headers = [draft.columns[f] for f in LEFT_OUT if f in draft]
    if headers:
        draft.note(f"columns of people who were not displaced are not read: {', '.join(headers)}")
