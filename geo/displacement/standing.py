"""For which days each figure of a stock stands: until a later one of its series takes its place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.displacement.ends import end_of
from geo.displacement.series import last_day, persons, series_of


def with_standing(displacement: pd.DataFrame) -> pd.DataFrame:
    """The table with the days for which each stock is the latest figure: ``current_from``, ``current_until``.

    A figure stands from its day to the day before a later one of its series for the same destination; the last has no
    end. A survey in rounds is renewed as a whole: with the first figure of a round those of all rounds before are past,
    also at places that the round does not name, and those that come late never stand: their last day is before the
    first. A record without a day or, where others of its destination give one, without a figure of people has neither
    day, nor has a flow. A table whose stocks all have theirs keeps them: care may have hidden since what they go by.
    """
    days, figures = last_day(displacement), persons(displacement)
    stocks = (displacement["measure"] == "stock") & days.notna()
    if "current_from" in displacement and displacement["current_from"].notna()[stocks & figures.notna()].all():
        return displacement
    if not stocks.any():
        none = pd.Series(pd.NaT, index=displacement.index, dtype="datetime64[us]")
        return displacement.assign(current_from=none, current_until=none)
    series = _numbered([series_of(displacement), displacement["movement"]])
    place = _numbered([series, end_of(displacement, "destination")])
    told = figures.notna() | ~figures.notna().groupby(place).transform("any")
    chosen = (stocks & told).to_numpy(dtype=bool)
    day, series, place, rounds = (column[chosen] for column in (days, series, place, displacement["round"]))
    rounds = rounds.where(rounds.notna().groupby(series).transform("all").astype(bool))
    later = _next_day(day, _numbered([place, rounds]))
    begins = day.groupby(_numbered([series, rounds])).transform("min").where(rounds.notna())
    until = pd.concat([later, _next_day(begins, series)], axis=1).min(axis=1) - pd.Timedelta(days=1)
    spans = {"current_from": day, "current_until": until}
    return displacement.assign(
        **{name: span.reindex(displacement.index).astype("datetime64[us]") for name, span in spans.items()}
    )


def standing_at(stocks: pd.DataFrame, day: pd.Timestamp | pd.Series) -> pd.Series:
    """Mask of the stocks that are the latest figure on a day; missing days of ``with_standing`` mean no end."""
    until = stocks["current_until"]
    return (stocks["current_from"] <= day) & (until.isna() | (until >= day))


def _next_day(days: pd.Series, group: pd.Series) -> pd.Series:
    """The next later day of its group for each day; missing for the last, and where there is no day."""
    known = pd.DataFrame({"group": group, "day": days}).dropna()
    steps = known.drop_duplicates().sort_values(["group", "day"])
    steps = steps.assign(later=steps.groupby("group")["day"].shift(-1))
    found = known.reset_index(names="row").merge(steps, on=["group", "day"], how="left").set_index("row")["later"]
    return found.reindex(days.index).astype("datetime64[us]")


def _numbered(parts: Sequence[pd.Series]) -> pd.Series:
    """A number for each row, the same for rows in which all parts agree; missing agrees with missing."""
    number = np.zeros(len(parts[0]), dtype=np.int64)
    for part in parts:
        code, values = pd.factorize(part)
        number = pd.factorize(number * (len(values) + 1) + code + 1)[0]
    return pd.Series(number, index=parts[0].index)
