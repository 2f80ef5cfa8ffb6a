"""How many people a rate is of: for each admin unit the count that suits a year, with its own year and source."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geo.errors import Problem
from geo.schema import POPULATION

# A population count is a fair denominator for some years only; UN figures are revised about as often.
OLDEST_POPULATION = 5
_COLUMNS = ["population", "year", "source"]
_SHOWN = 5


def denominators(population: pd.DataFrame, areas: gpd.GeoDataFrame, *, year: int) -> pd.DataFrame:
    """People who live in each unit: ``population, year, source`` by p-code, for rates of a year.

    ``population`` has the columns of POPULATION, ``areas`` those of AREAS (`geo.admin`). Of several counts of a unit
    the one of the nearest year is taken, of two equally near the later, of two of one year the first. A count more
    than five years off, or of nobody, is none. A unit without a count of its own has the sum of its parts, if all of
    them are counted by one source in one year and are official areas; ``source`` says so. Other units are absent:
    their population is not known.
    """
    counts = population.assign(off=(population["year"] - year).abs())
    counts = counts.loc[(counts["off"] <= OLDEST_POPULATION) & (counts["population"] > 0)]
    order = counts.assign(before=-counts["year"]).sort_values(["off", "before"], kind="stable")
    found = order.drop_duplicates("pcode").set_index("pcode")[_COLUMNS].assign(parts=1)
    for level in (2, 1, 0):
        found = pd.concat([found, _sums_of_parts(found, areas, level)])
    said = found["source"] + " (" + found["parts"].astype("string") + " parts added up)"
    return found.assign(source=found["source"].mask(found["parts"] > 1, said))[_COLUMNS].sort_index()


def _sums_of_parts(found: pd.DataFrame, areas: gpd.GeoDataFrame, level: int) -> pd.DataFrame:
    """Counts of the units of a level that have none, from those of all units right below them."""
    lacking = areas.loc[(areas["level"] == level) & ~areas["pcode"].isin(found.index), "pcode"]
    parts = pd.DataFrame(areas.loc[(areas["level"] == level + 1) & areas["parent"].isin(lacking)])
    parts = parts[["pcode", "parent", "approximate"]].join(found, on="pcode")
    groups = parts.groupby("parent", sort=True)
    one = groups["year"].nunique().eq(1) & groups["source"].nunique().eq(1)
    known = groups["population"].count() == groups.size()
    whole = one & known & ~groups["approximate"].any()
    sums = groups.agg(
        population=("population", "sum"), year=("year", "first"), source=("source", "first"), parts=("parts", "sum")
    )
    return sums.loc[whole].astype({"parts": "int64"})


def check_units(population: pd.DataFrame, areas: gpd.GeoDataFrame) -> list[Problem]:
    """A warning for each file that counts units which the map does not have."""
    unknown = population.loc[~population["pcode"].isin(areas["pcode"])]
    return [_unknown(str(file), rows) for file, rows in unknown.groupby("source_file", sort=True, dropna=False)]


def _unknown(file: str, rows: pd.DataFrame) -> Problem:
    codes = rows["pcode"].drop_duplicates()
    shown = ", ".join(codes[:_SHOWN]) + (", ..." if len(codes) > _SHOWN else "")
    units = "1 p-code is of no unit" if len(codes) == 1 else f"{len(codes):,} p-codes are of no unit"
    message = f"{units} of the map ({shown}), so their people are the denominator of nothing; --admin takes polygons"
    return Problem(file, int(rows["source_row"].iloc[0]), POPULATION.names[1], None, message, "warning")
