"""People for each thousand inhabitants."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geo.errors import InputError

# A population count is a fair denominator for some years only; UN figures are revised about as often.
OLDEST_POPULATION = 5


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
