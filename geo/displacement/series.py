"""What a record counts and when, and the series it is of: figures of two series are never added."""

from __future__ import annotations

import pandas as pd

from geo.displacement.tellings import tellings

KEYS = ("series", "measure", "movement")


def persons(records: pd.DataFrame) -> pd.Series:
    """Number of people of each record: the best figure, else the highest, else the lowest; missing if none is given."""
    figures = [pd.to_numeric(records[f"persons_{end}"]).astype("Float64") for end in ("best", "high", "low")]
    return figures[0].fillna(figures[1]).fillna(figures[2]).rename("persons")


def first_day(records: pd.DataFrame) -> pd.Series:
    """First day of the period of each record."""
    return records["date_start"].fillna(records["date_end"])


def last_day(records: pd.DataFrame) -> pd.Series:
    """Last day of the period of each record; of a stock, its day."""
    return records["date_end"].fillna(records["date_start"])


def series_of(records: pd.DataFrame) -> pd.Series:
    """Name of the series of each record; those without one are a series by their source."""
    return records["series"].fillna(records["source"]).rename("series")


def series_table(displacement: pd.DataFrame) -> pd.DataFrame:
    """The series of a table, most records first: ``series, measure, movement, records, first_day, last_day``."""
    told = tellings(displacement)
    named = told.assign(series=series_of(told))
    groups = named.assign(last=last_day(named)).groupby(list(KEYS), sort=True, dropna=False)
    table = groups.agg(records=("record_id", "size"), first_day=("date_start", "min"), last_day=("last", "max"))
    return table.reset_index().sort_values("records", ascending=False, kind="stable", ignore_index=True)


def one_series(displacement: pd.DataFrame, *, measure: str | None = None, series: str | None = None) -> pd.DataFrame:
    """The records of one series: one name, one measure (stock or flow), one kind of movement.

    Of records that were merged from several it has what the series itself told.

    Raises
    ------
    ValueError
        There is no such series, or there are several and none is named: their figures must not be added up.
    """
    told = pd.DataFrame(tellings(displacement))
    named = told.assign(series=series_of(told))
    wanted = {"measure": measure, "series": series}
    for column, value in wanted.items():
        named = named if value is None else named.loc[named[column] == value]
    kinds = len(named[list(KEYS)].drop_duplicates())
    if kinds == 1:
        return named
    known = ", ".join(
        f"'{row.series}' ({row.measure}, {row.movement})" for row in series_table(displacement).itertuples()
    )
    if not kinds:
        raise ValueError(f"no {measure or 'record'} of the series {series!r}; there are: {known or 'none'}")
    raise ValueError(f"figures of {kinds} series cannot be added up; choose one of {known}")


def main_series(records: pd.DataFrame) -> str | None:
    """The series to tell of where one must be chosen: most dates, then the largest figure, most records, by name.

    ``records`` are of one measure and one kind of movement. None if no record has a day and a figure.
    """
    told = pd.DataFrame({"series": series_of(records), "day": last_day(records), "persons": persons(records)}).dropna()
    if told.empty:
        return None
    groups = told.groupby("series", sort=True)
    rank = pd.DataFrame({"dates": groups["day"].nunique(), "most": groups["persons"].max(), "records": groups.size()})
    return str(rank.sort_values(["dates", "most", "records"], ascending=False, kind="stable").index[0])
