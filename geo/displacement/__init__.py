"""Arithmetic of people: stocks at a date, flows over a period, and who went where.

A stock is at a date, a flow is over a period; the two are never added, nor are figures of two series. So every sum here
wants the records of one series and says which series there are if it gets several. What was not surveyed is absent and
what was not counted is missing; neither is ever zero.
"""

from geo.displacement.ends import EVERYWHERE, NOT_REPORTED, SIDES, end_of, unit_of
from geo.displacement.households import with_households_as_persons
from geo.displacement.series import first_day, last_day, main_series, one_series, persons, series_of, series_table
from geo.displacement.standing import standing_at, with_standing
from geo.displacement.sums import (
    STEPS,
    Step,
    by_period,
    figures_of_step,
    flow_within,
    origin_destination,
    reaches_beyond,
    steps_of,
    stock_at,
    whole_steps,
)
from geo.displacement.tellings import SAID, tellings

__all__ = [
    "EVERYWHERE", "NOT_REPORTED", "SAID", "SIDES", "STEPS", "Step", "by_period", "end_of", "figures_of_step",
    "first_day", "flow_within", "last_day", "main_series", "one_series", "origin_destination", "persons",
    "reaches_beyond", "series_of", "series_table", "standing_at", "steps_of", "stock_at", "tellings", "unit_of",
    "whole_steps", "with_households_as_persons", "with_standing",
]  # fmt: skip
