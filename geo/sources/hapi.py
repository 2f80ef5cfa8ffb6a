"""HDX HAPI: people displaced, returned and in exile, as CSV of HDX (with a row of tags or without) or JSON of the API.

What overlaps is kept apart by the series: levels of units, assessment types, operations, sexes and ages. Of the rounds
of a series only the latest counts; the column ``round`` says so.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from geo.codes import Precision
from geo.schema import DISPLACEMENT, Credit, mask
from geo.sources.columns import find_columns
from geo.sources.draft import Draft, SourceRead
from geo.sources.raw import RawTable
from geo.theatre import Theatre

KIND = "HDX HAPI internally displaced people"
RETURNS = "HDX HAPI returnees"
EXILES = "HDX HAPI refugees and persons of concern"
CREDIT = Credit("HDX Humanitarian API (HAPI), OCHA", "as stated by each dataset on HDX", "https://hapi.humdata.org")
_SHARED = frozenset({"population", "reference_period_start"})
_ENDS = frozenset({"origin_location_code", "asylum_location_code", "population_group"})
NAMES = (
    *_SHARED, *_ENDS, "reference_period_end", "assessment_type", "reporting_round", "admin_level", "age_range",
    *(f"{unit}_{part}" for unit in ("location", "admin1", "admin2", "origin_location", "asylum_location")
      for part in ("code", "name")),
)  # fmt: skip
_ASSESSMENTS = {
    "BA": "baseline assessment",
    "ETT": "emergency tracking tool",
    "SA": "site assessment",
}
_PERIOD = {"start": ("reference_period_start",), "end": ("reference_period_end",)}
_NOTES = {"warning": (), "error": ()}


def matches(columns: frozenset[str]) -> bool:
    """Whether these are HAPI's stocks of internally displaced people."""
    return columns >= _SHARED | {"location_code", "assessment_type"}


def matches_returnees(columns: frozenset[str]) -> bool:
    """Whether these are HAPI's returnees, or its refugees: the columns are the same."""
    return columns >= _SHARED | _ENDS


def unit_columns(fields: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Usual names of the columns that tell of a unit, by our field: the name HAPI gives, else the provider's."""
    found: dict[str, tuple[str, ...]] = {"admin_level": ()}
    for field, unit in fields.items():
        found[field] = (f"{unit}_name", f"provider_{unit}_name", f"{unit}_code")
        if unit != "location":
            found[f"{unit}_pcode"] = (f"{unit}_code",)
            found[f"provider_{unit}"] = (f"provider_{unit}_name",)
    return found


def unit_level(draft: Draft, first: str, second: str) -> pd.Series:
    """Level of the unit of each row, 0 to 2: as stated, else by which units are named."""
    named = mask(draft.text(first).notna()).astype(int)
    named[mask(draft.text(second).notna())] = 2
    stated = draft.coded_text("admin_level").numbers(lambda t: float(t) if t in {"0", "1", "2", "3"} else float("nan"))
    return pd.Series(stated, index=draft.raw.cells.index).fillna(pd.Series(named)).clip(upper=2).astype("Int64")


def read(raw: RawTable, *, theatre: Theatre) -> SourceRead:  # noqa: ARG001 - all readers take it
    """Rows as stocks at the last day of their period, a series for each operation, assessment type and level."""
    fields = {"people": ("population",), "round": ("reporting_round",), "assessment_type": (), "operation": ()}
    fields |= _PERIOD | _NOTES | unit_columns({"country": "location", "admin1": "admin1", "admin2": "admin2"})
    draft = Draft(raw, find_columns(raw, fields))
    draft.leave_out(raw.cells.duplicated(), "rows that repeat an earlier one in every cell")
    level = unit_level(draft, "admin1", "admin2")
    kind = draft.words("assessment_type", lambda t: _ASSESSMENTS.get(t.upper(), t)).fillna("assessment not stated")
    operation = draft.known("operation").fillna("operation not stated")
    table: dict[str, Any] = {
        "record_id": draft.ids("D", KIND),
        "source": KIND,
        "series": f"{KIND}: " + operation + ", " + kind + ", admin level " + level.astype("string"),
        "round": draft.known("round"),
        "measure": "stock",
        "movement": "displacement",
        **_at_end(draft),
        **_unit(draft, level),
        "persons_best": draft.amounts("people"),
        "unit_reported": "persons",
        "claim": "asserted",
        "rule": "HAPI idps",
        "notes": _flagged(draft),
    }
    return draft.finish(table, DISPLACEMENT, kind=KIND, credit=CREDIT)


def _at_end(draft: Draft) -> dict[str, pd.Series]:
    """A stock is at a day: the last of the period of reference."""
    first, last = draft.dates("start", "end"), draft.dates("end", "start")
    day = last["date_end"].fillna(first["date_end"])
    draft.warn(day.isna(), "start", "is empty; the date is not known", once=True)
    return {"date_start": day, "date_end": day, "date_precision": last["date_precision"].fillna("day").mask(day.isna())}


def _unit(draft: Draft, level: pd.Series) -> dict[str, pd.Series]:
    names = {n: draft.known(f) for n, f in enumerate(("country", "admin1", "admin2"))}
    given = {n: draft.known(f"provider_admin{n}") for n in (1, 2)}
    codes = {n: _code(draft, f"admin{n}_pcode") for n in (1, 2)}
    first, second = (names[n].fillna(given[n]) for n in (1, 2))
    one, two = mask(level == 1), mask(level == 2)
    toponym = names[0].mask(one, first).mask(two, second)
    precision = pd.Series(Precision.COUNTRY.value, index=level.index, dtype="string")
    return {
        "destination_toponym": toponym,
        "destination_admin1": first.where(one | two),
        "destination_pcode": codes[2].where(two).fillna(codes[1].where(one)),
        "destination_precision": precision.mask(one, Precision.FIRST_DIVISION.value).mask(
            two, Precision.DISTRICT.value
        ),
    }


def _code(draft: Draft, field: str) -> pd.Series:
    """P-codes; HAPI fills up what it does not know with the letters XXX."""
    return draft.words(field, lambda t: None if "XXX" in t else t)


def _flagged(draft: Draft) -> pd.Series:
    """What HAPI itself says is wrong with a row."""
    error = draft.known("error")
    draft.warn(error.notna(), "error", "is HAPI's own doubt about this row; look at it", once=True)
    return error.fillna(draft.known("warning"))


def read_returnees(raw: RawTable, *, theatre: Theatre) -> SourceRead:  # noqa: ARG001
    """Rows between the country of asylum and that of origin: returns over the period, or people in exile at its end.

    HAPI names the two tables by their groups: returnees are RET and RDP. Counts by sex and age are parts of the count
    of all, so each combination is a series of its own.
    """
    places = {
        f"{side}_{part}": (f"{side}_location_{part}",) for side in ("origin", "asylum") for part in ("name", "code")
    }
    groups = dict.fromkeys(("population_group", "gender", "age_range"), ())
    draft = Draft(raw, find_columns(raw, {"people": ("population",), **places, **groups, **_PERIOD, **_NOTES}))
    draft.leave_out(raw.cells.duplicated(), "rows that repeat an earlier one in every cell")
    returned = mask(draft.words("population_group", lambda t: "yes" if t.upper() in {"RET", "RDP"} else None).notna())
    home, abroad = (draft.known(f"{s}_name").fillna(draft.known(f"{s}_code")) for s in ("origin", "asylum"))
    first, last = draft.dates("start", "end")["date_start"], draft.dates("end", "start")["date_end"]
    last = last.fillna(first)
    kind = pd.Series(EXILES, index=raw.cells.index, dtype="string").mask(returned, RETURNS)
    parts = [draft.known(f).fillna("all") for f in ("population_group", "gender", "age_range")]
    table: dict[str, Any] = {
        "record_id": draft.ids("D", RETURNS),
        "source": kind,
        "series": kind + ": " + parts[0] + ", gender " + parts[1] + ", age " + parts[2],
        "measure": pd.Series("stock", index=kind.index, dtype="string").mask(returned, "flow"),
        "movement": pd.Series("displacement", index=kind.index, dtype="string").mask(returned, "return"),
        "date_start": first.where(returned, last),
        "date_end": last,
        "date_precision": pd.Series("day", index=kind.index, dtype="string").mask(
            returned & mask(first != last), "span"
        ),
        "origin_toponym": home.mask(returned, abroad),
        "destination_toponym": abroad.mask(returned, home),
        "origin_precision": Precision.COUNTRY.value,
        "destination_precision": Precision.COUNTRY.value,
        "persons_best": draft.amounts("people"),
        "unit_reported": "persons",
        "claim": "asserted",
        "rule": "HAPI persons by country",
        "notes": _flagged(draft),
    }
    return draft.finish(table, DISPLACEMENT, kind=RETURNS if returned.all() else EXILES, credit=CREDIT)
