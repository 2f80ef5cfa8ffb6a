"""Arithmetic of people: stocks at a date, flows over a period, who went where, and rates.

A stock is at a date, a flow is over a period; the two are never added, nor are figures of two series. So every sum here
wants the records of one series and says which series there are if it gets several. What was not surveyed is absent and
what was not counted is missing; neither is ever zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

import pandas as pd

from geo.errors import InputError
from geo.theatre import HouseholdSize

Step = Literal["week", "month"]
STEPS: dict[Step, str] = {"week": "W-SUN", "month": "M"}  # weeks begin on Monday
NOT_REPORTED = "not reported"
_SERIES = ("series", "measure", "movement")
_SIDES = ("origin", "destination")
# A population count is a fair denominator for some years only; UN figures are revised about as often.
OLDEST_POPULATION = 5


def persons(records: pd.DataFrame) -> pd.Series:
    """Number of people of each record: the best figure, else the highest, else the lowest; missing if none is given."""
    figures = [pd.to_numeric(records[f"persons_{end}"]).astype("Float64") for end in ("best", "high", "low")]
    return figures[0].fillna(figures[1]).fillna(figures[2]).rename("persons")


def with_households_as_persons(displacement: pd.DataFrame, size: HouseholdSize | None) -> pd.DataFrame:
    """The table with people where only households were counted, by a stated factor; as it was without a factor.

    Only the best figure is filled, never lowest and highest; ``unit_reported`` stays "households" and ``rule`` names
    the factor and its source.
    """
    if size is None:
        return displacement
    bare = displacement["households"].notna() & persons(displacement).isna()
    words = f"{size.persons:g} persons a household ({size.source})"
    rule = (displacement["rule"] + "; " + words).fillna(words)
    people = (displacement["households"] * size.persons).round()
    return displacement.assign(
        persons_best=displacement["persons_best"].mask(bare, people), rule=displacement["rule"].mask(bare, rule)
    )


def series_table(displacement: pd.DataFrame) -> pd.DataFrame:
    """The series of a table: ``series, measure, movement, records, first_day, last_day``, those of most records first.

    Records without a series are one by their source.
    """
    named = _named(displacement)
    groups = named.assign(last=_last_day(named)).groupby(list(_SERIES), sort=True, dropna=False)
    table = groups.agg(records=("record_id", "size"), first_day=("date_start", "min"), last_day=("last", "max"))
    return table.reset_index().sort_values("records", ascending=False, kind="stable", ignore_index=True)


def one_series(displacement: pd.DataFrame, *, measure: str | None = None, series: str | None = None) -> pd.DataFrame:
    """The records of one series: one name, one measure (stock or flow), one kind of movement.

    Raises
    ------
    ValueError
        There is no such series, or there are several and none is named: their figures must not be added up.
    """
    named = _named(displacement)
    wanted = {"measure": measure, "series": series}
    for column, value in wanted.items():
        named = named if value is None else named.loc[named[column] == value]
    kinds = len(named[list(_SERIES)].drop_duplicates())
    if kinds == 1:
        return named
    known = ", ".join(
        f"'{row.series}' ({row.measure}, {row.movement})" for row in series_table(displacement).itertuples()
    )
    if not kinds:
        raise ValueError(f"no {measure or 'record'} of the series {series!r}; there are: {known or 'none'}")
    raise ValueError(f"figures of {kinds} series cannot be added up; choose one of {known}")


def _named(displacement: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(displacement).assign(series=displacement["series"].fillna(displacement["source"]))


def _last_day(records: pd.DataFrame) -> pd.Series:
    return records["date_end"].fillna(records["date_start"])


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
    stocks = one_series(displacement, measure="stock", series=series)
    stocks = stocks.assign(day=_last_day(stocks), destination=_end(stocks, "destination"))
    known = _latest_round(stocks.loc[stocks["day"] <= pd.Timestamp(day)])
    latest = known.loc[known["day"] == known.groupby("destination")["day"].transform("max")]
    return _added(latest, ["destination"]).assign(day=latest.groupby("destination")["day"].max())


def _latest_round(stocks: pd.DataFrame) -> pd.DataFrame:
    """The records of the latest round, where all of them have one."""
    if stocks.empty or stocks["round"].isna().any():
        return stocks
    return stocks.loc[stocks["round"] == stocks.loc[stocks["day"] == stocks["day"].max(), "round"].iloc[-1]]


def flow_within(displacement: pd.DataFrame, *, first: date, last: date, series: str | None = None) -> pd.DataFrame:
    """People who moved in a period, for each origin and destination: ``persons_low, persons_best, persons_high``.

    Only records whose own period lies wholly in it are added; those that reach beyond it are counted in
    ``attrs["reach_beyond"]``, since nobody knows which part of them belongs here.

    Raises
    ------
    ValueError
        The table holds several series of flows and none is named.
    """
    flows = one_series(displacement, measure="flow", series=series)
    start, end = flows["date_start"], _last_day(flows)
    touches = (start <= pd.Timestamp(last)) & (end >= pd.Timestamp(first))
    inside = (start >= pd.Timestamp(first)) & (end <= pd.Timestamp(last))
    rows = flows.loc[inside].assign(**{side: _end(flows, side) for side in _SIDES})
    table = _added(rows, list(_SIDES))
    table.attrs["reach_beyond"] = int((touches & ~inside).sum())
    return table


def _end(records: pd.DataFrame, side: str) -> pd.Series:
    """What stands for one end of each record: p-code, else the place's id, its name, or the words of the source."""
    parts = [records[f"{side}_{part}"].astype("string") for part in ("pcode", "place_id", "name", "toponym")]
    name = parts[0]
    for part in parts[1:]:
        name = name.fillna(part)
    return name.fillna(NOT_REPORTED)


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
    records = one_series(displacement, series=series)
    records = records.assign(persons=persons(records), step=whole_steps(records, step)).dropna(subset="step")
    if (records["measure"] == "stock").all():
        ends = _end(records, "destination")
        day = _last_day(records)
        records = records.loc[day == day.groupby([records["step"], ends]).transform("max")]
    sums = records["persons"].groupby(records["step"]).sum(min_count=1)
    if sums.empty:
        return sums
    return sums.reindex(pd.period_range(sums.index.min(), sums.index.max(), freq=STEPS[step]))


def whole_steps(table: pd.DataFrame, step: Step) -> pd.Series:
    """The week or month that holds the whole span of each row, as a pandas Period; missing if none holds it."""
    start, end = table["date_start"], _last_day(table)
    first, last = start.dt.to_period(STEPS[step]), end.dt.to_period(STEPS[step])
    return first.where(first == last)


def origin_destination(
    displacement: pd.DataFrame, *, first: date, last: date, series: str | None = None
) -> pd.DataFrame:
    """Matrix of people who moved in a period: a row for each origin, a column for each destination.

    "not reported" stands among both if it occurs; a pair of which nothing is told is missing, not zero. Fractions stay.
    """
    flows = flow_within(displacement, first=first, last=last, series=series)["persons_best"]
    return flows.reset_index().pivot_table(index="origin", columns="destination", values="persons_best", dropna=False)


def rate_per_1000(people: pd.Series, population: pd.DataFrame, *, year: int) -> pd.Series:
    """People per 1,000 inhabitants, by p-code.

    ``population`` has the columns ``pcode, population, year, source``. The count of the nearest year is taken, and none
    that is more than five years off or not above zero: then the rate is missing.

    Raises
    ------
    InputError
        A column is lacking: a rate without the year and source of its denominator cannot be judged.
    """
    lacking = [name for name in ("pcode", "population", "year", "source") if name not in population]
    if lacking:
        raise InputError(f"the table of population lacks {', '.join(lacking)}; wanted pcode, population, year, source")
    counts = population.assign(off=(population["year"].astype("Int64") - year).abs())
    counts = counts.loc[(counts["off"] <= OLDEST_POPULATION) & (counts["population"] > 0)]
    nearest = counts.sort_values(["off", "year"], kind="stable").drop_duplicates("pcode").set_index("pcode")
    rate: Any = people.astype("Float64") / nearest["population"].astype("Float64").reindex(people.index) * 1000
    return rate.rename("per_1000")
