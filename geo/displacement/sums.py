"""Sums of people: stocks at a day, flows in a period, who went where, and both on an axis of time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import pandas as pd

from geo.displacement.ends import SIDES, end_of
from geo.displacement.series import first_day, last_day, one_series, persons
from geo.displacement.standing import standing_at, with_standing

Step = Literal["week", "month"]
STEPS: dict[Step, str] = {"week": "W-SUN", "month": "M"}  # weeks begin on Monday


def stock_at(displacement: pd.DataFrame, *, day: date, series: str | None = None) -> pd.DataFrame:
    """Latest stock on or before a day, for each destination: ``persons_low, persons_best, persons_high, day``.

    Indexed by the destination's p-code, else its id, name or "not reported". A destination never surveyed by then is
    absent, not zero; a later figure takes the place of all earlier ones of that destination. Of a series surveyed in
    rounds only the latest round by then counts: what it no longer names has nobody left to count.

    Raises
    ------
    ValueError
        The table holds several series of stocks and none is named.
    """
    stocks = with_standing(one_series(displacement, measure="stock", series=series))
    latest = stocks.loc[standing_at(stocks, pd.Timestamp(day))]
    latest = latest.assign(destination=end_of(latest, "destination"))
    return _added(latest, ["destination"]).assign(day=latest.groupby("destination")["current_from"].max())


def flow_within(displacement: pd.DataFrame, *, first: date, last: date, series: str | None = None) -> pd.DataFrame:
    """People who moved in a period, for each origin and destination: ``persons_low, persons_best, persons_high``.

    Only records whose own period lies wholly in it are added. Nobody knows which part of those that reach beyond it
    belongs here: ``attrs["reach_beyond"]`` counts them, ``attrs["persons_beyond"]`` their people, as far as they are
    told.

    Raises
    ------
    ValueError
        The table holds several series of flows and none is named.
    """
    flows = one_series(displacement, measure="flow", series=series)
    inside = (first_day(flows) >= pd.Timestamp(first)) & (last_day(flows) <= pd.Timestamp(last))
    rows = flows.loc[inside]
    rows = rows.assign(**{side: end_of(rows, side) for side in SIDES})
    table = _added(rows, list(SIDES))
    beyond = persons(flows)[reaches_beyond(flows, first, last)].dropna()
    table.attrs |= {"reach_beyond": len(beyond), "persons_beyond": float(beyond.sum())}
    return table


def reaches_beyond(flows: pd.DataFrame, first: date, last: date) -> pd.Series:
    """Mask of the flows whose period lies partly in the days from ``first`` to ``last`` and partly outside."""
    start, end = first_day(flows), last_day(flows)
    begin, stop = pd.Timestamp(first), pd.Timestamp(last)
    return (start <= stop) & (end >= begin) & ((start < begin) | (end > stop))


def _added(rows: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Sums of people by group; missing where no record of the group has the figure."""
    counts = [f"persons_{end}" for end in ("low", "best", "high")]
    numbers = rows[counts].astype("Float64").assign(persons=persons(rows))
    # One record without a figure makes lowest and highest of the sum unknown, not smaller.
    ends = numbers["persons"].notna()
    numbers["persons_low"] = numbers["persons_low"].fillna(numbers["persons"]).where(ends)
    numbers["persons_high"] = numbers["persons_high"].fillna(numbers["persons"]).where(ends)
    numbers["persons_best"] = numbers["persons"]
    groups = numbers[counts].groupby([rows[key] for key in keys], sort=True)
    return groups.sum(min_count=1)


def by_period(displacement: pd.DataFrame, *, step: Step, series: str | None = None) -> pd.Series:
    """People on a time axis of weeks (from Monday) or months, a value for each from the first to the last record.

    A flow counts in the step that holds its whole period. A stock stands in the step of its date, the last one of each
    destination. A step without a figure is missing: nothing is carried on, spread out or filled.

    Raises
    ------
    ValueError
        The table holds stocks and flows, or several series, and none is named.
    """
    records = figures_of_step(with_standing(one_series(displacement, series=series)), step)
    sums = records["persons"].groupby(records["step"]).sum(min_count=1)
    if sums.empty:
        return sums
    return sums.reindex(pd.period_range(sums.index.min(), sums.index.max(), freq=STEPS[step]))


def figures_of_step(records: pd.DataFrame, step: Step | pd.Period) -> pd.DataFrame:
    """The records that count in a week, a month or the period given, with ``persons`` and ``step`` (a pandas Period).

    Flows count in the step that holds their whole period, stocks in that of their day if they still stand at its end.
    ``records`` have the days of ``with_standing``; those without a figure of people are left out.
    """
    rows = records.assign(persons=persons(records), step=whole_steps(records, step)).dropna(subset=["persons", "step"])
    end = rows["step"].dt.end_time.dt.normalize()
    return rows.loc[(rows["measure"] == "flow") | standing_at(rows, end)]


def steps_of(days: pd.Series, step: Step | pd.Period) -> pd.Series:
    """The week or month that each day lies in, as a pandas Period; of a period that is given, itself."""
    if isinstance(step, pd.Period):
        inside = (days >= step.start_time) & (days <= step.end_time)
        return pd.Series(step, index=days.index, dtype=pd.PeriodDtype(step.freq)).where(inside)
    return days.dt.to_period(STEPS[step])


def whole_steps(table: pd.DataFrame, step: Step | pd.Period) -> pd.Series:
    """The step that holds the whole span of each row, as a pandas Period; missing if none holds it."""
    first, last = (steps_of(days, step) for days in (first_day(table), last_day(table)))
    return first.where(first == last)


def origin_destination(
    displacement: pd.DataFrame, *, first: date, last: date, series: str | None = None
) -> pd.DataFrame:
    """Matrix of people who moved in a period: a row for each origin, a column for each destination.

    "not reported" stands among both if it occurs; a pair of which nothing is told is missing, not zero. Fractions stay.
    """
    flows = flow_within(displacement, first=first, last=last, series=series)["persons_best"]
    return flows.reset_index().pivot_table(index="origin", columns="destination", values="persons_best", dropna=False)
