"""Fighting beside displacement for the page's panel: a few units, a time axis each, one measure of people each."""

from __future__ import annotations

from typing import Any

import pandas as pd

from maps.payload import EPOCH

MOST_UNITS = 6
FEWEST_FIGURES = 2  # one figure of people is a number, not a line
# Measures of people with the column that names their series, the clearest first.
_MEASURES = {
    "stock_in": "stock_in_series",
    "people_to": "to_series",
    "people_from": "from_series",
    "stock_from": "stock_from_series",
}


def side_by_side(links: pd.DataFrame) -> dict[str, Any]:
    """``{"step", "units"}`` from the table of `geo.links`; no units where nowhere both are told.

    A unit is its names, the first days of its steps (since 1970-01-01), the counts of events and deaths in them, the
    number of people or null, and the measure and series that the people are of. Everywhere comes first, then the first
    divisions with most figures of people. Weeks are taken, or months if weeks tell of people nowhere.
    """
    for step in ("week", "month"):
        rows = links.loc[(links["step"] == step) & (links["level"] <= 1)] if len(links) else links
        units = [_unit(unit) for _, unit in rows.groupby(["level", "unit"], sort=True)] if len(rows) else []
        told = [unit for unit in units if unit is not None]
        if told:
            everywhere = [unit for unit in told if not unit["name"]]
            others = sorted((u for u in told if u["name"]), key=_figures, reverse=True)
            return {"step": step, "units": [*everywhere, *others][:MOST_UNITS]}
    return {"step": "week", "units": []}


def _figures(unit: dict[str, Any]) -> int:
    return sum(people is not None for people in unit["people"])


def _unit(rows: pd.DataFrame) -> dict[str, Any] | None:
    """One unit of a step, or None if fighting or people are not told of it."""
    measure = max(_MEASURES, key=lambda name: int(rows[name].notna().sum()))
    if rows[measure].notna().sum() < FEWEST_FIGURES or not (rows["events"] > 0).any():
        return None
    first = rows.iloc[0]
    return {
        "name": "" if pd.isna(first["unit_name"]) else str(first["unit_name"]),
        "name_ar": None if pd.isna(first["unit_name_ar"]) else str(first["unit_name_ar"]),
        "days": [(day.date() - EPOCH).days for day in rows["first_day"]],
        "events": _numbers(rows["events"]),
        "deaths": _numbers(rows["deaths_best"]),
        "people": _numbers(rows[measure]),
        "measure": measure,
        "series": str(rows[_MEASURES[measure]].dropna().iloc[0]),
    }


def _numbers(values: pd.Series) -> list[int | None]:
    return [None if pd.isna(value) else round(float(value)) for value in values]
