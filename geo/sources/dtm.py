"""IOM's Displacement Tracking Matrix: rows of the API, version 2 or 3, and the CSV files of it on HDX."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo.codes import Precision
from geo.schema import DISPLACEMENT, Credit, mask
from geo.sources.columns import find_columns
from geo.sources.draft import Draft, SourceRead
from geo.sources.raw import RawTable
from geo.theatre import Theatre

KIND = "IOM DTM"
CREDIT = Credit(
    "IOM Displacement Tracking Matrix (DTM)",
    "DTM data: attribution obligatory, terms at dtm.iom.int",
    "https://dtm.iom.int",
)
FIELDS: dict[str, tuple[str, ...]] = {
    "source_id": ("id",),
    "operation": (),
    "admin_level": ("adminlevel",),
    "admin0": ("admin0name",),
    "admin1": ("admin1name",),
    "admin2": ("admin2name",),
    "admin1_pcode": ("admin1pcode",),
    "admin2_pcode": ("admin2pcode",),
    "people": ("numpresentidpind", "idpind", "numberofidps"),
    "date": ("reportingdate",),
    "round": ("roundnumber",),
    "reason": ("displacementreason",),
    "origin": ("idporiginadmin1name",),
    "origin_pcode": ("idporiginadmin1pcode",),
    "assessment": ("assessmenttype",),
}


def matches(columns: frozenset[str]) -> bool:
    """Whether these are DTM's rows."""
    return "reportingdate" in columns and "numpresentidpind" in columns


def read(raw: RawTable, *, theatre: Theatre) -> SourceRead:  # noqa: ARG001 - all readers take it
    """Rows as stocks at the reporting date. Levels of units overlap, so each level and operation is a series.

    Of the rounds of a series only the latest counts. 'Not available' is missing.
    """
    draft = Draft(raw, find_columns(raw, FIELDS))
    draft.leave_out(raw.cells.duplicated(), "rows that repeat an earlier one in every cell")
    known = {f: draft.known(f) for f in FIELDS if f not in {"people", "date", "admin_level"}}
    level = _level(draft, known)
    spans = draft.dates("date")
    draft.warn(spans["date_start"].isna(), "date", "is empty; the date is not known", once=True)
    kind = (", " + known["assessment"]).fillna("")
    table: dict[str, Any] = {
        "record_id": draft.ids("D", KIND),
        "source": KIND,
        "source_id": known["source_id"],
        "series": f"{KIND}: " + known["operation"].fillna("operation not stated") + kind + ", admin level " + level,
        "round": known["round"],
        "measure": "stock",
        "movement": "displacement",
        **spans,
        **_destination(known, level),
        "origin_toponym": known["origin"],
        "origin_admin1": known["origin"],
        "origin_pcode": known["origin_pcode"],
        "origin_precision": _where(known["origin"].notna(), Precision.FIRST_DIVISION),
        "persons_best": draft.amounts("people"),
        "unit_reported": "persons",
        "claim": "asserted",
        "rule": "DTM row",
        "notes": "displaced by: " + known["reason"],
    }
    return draft.finish(table, DISPLACEMENT, kind=KIND, credit=CREDIT)


def _level(draft: Draft, known: dict[str, pd.Series]) -> pd.Series:
    deepest = np.where(known["admin2"].notna(), "2", np.where(known["admin1"].notna(), "1", "0"))
    stated = draft.words(
        "admin_level", lambda t: t.removesuffix(".0") if t.removesuffix(".0") in {"0", "1", "2"} else None
    )
    return stated.fillna(pd.Series(deepest, index=draft.raw.cells.index, dtype="string"))


def _destination(known: dict[str, pd.Series], level: pd.Series) -> dict[str, pd.Series]:
    one, two = level == "1", level == "2"
    precision = pd.Series(Precision.COUNTRY.value, index=level.index, dtype="string")
    return {
        "destination_toponym": known["admin0"].mask(one, known["admin1"]).mask(two, known["admin2"]),
        "destination_admin1": known["admin1"].where(one | two),
        "destination_pcode": known["admin2_pcode"].where(two).fillna(known["admin1_pcode"].where(one)),
        "destination_precision": precision.mask(one, Precision.FIRST_DIVISION.value).mask(
            two, Precision.DISTRICT.value
        ),
    }


def _where(rows: pd.Series, precision: Precision) -> pd.Series:
    return pd.Series(pd.NA, index=rows.index, dtype="string").mask(mask(rows), precision.value)
