"""Rates by admin unit: figures of fighting and people (`geo.links`) over those who live there (`geo.population`)."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geo.links import WHOLE
from geo.population import denominators

# Inhabitants that a rate is of: displaced people are counted by the thousand, deaths by the hundred thousand.
PER = {"people_from": 1_000, "people_to": 1_000, "stock_in": 1_000, "events": 100_000, "deaths_best": 100_000}
LEVELS = (1, 2, 3)
STEPS = ("month", WHOLE)
_SERIES = {"people_from": "from_series", "people_to": "to_series", "stock_in": "stock_in_series"}
_UNIT = ("level", "unit", "unit_name", "unit_name_ar")
_DIGITS = 6  # that a rate is told with; a small one is never rounded to nothing


def rate_column(measure: str) -> str:
    """Column of the rate of a measure, as ``deaths_per_100000``."""
    return f"{measure.removesuffix('_best')}_per_{PER[measure]}"


RATE_COLUMNS = (
    *_UNIT, "step", "first_day", "last_day", "population", "population_year", "population_source",
    *(name for measure in PER for name in (measure, rate_column(measure), _SERIES.get(measure)) if name),
    "deaths_unknown",
)  # fmt: skip


def rate_table(links: pd.DataFrame, population: pd.DataFrame, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Rates by unit of levels 1 to 3, for each month and for the whole time: the columns ``RATE_COLUMNS``.

    ``links`` is the table of ``geo.links``: its figures and their limits are those of the rates. Each stands beside its
    rate, with the count of people that it is over, its year and its source: the count that suits the year of the last
    day. Where there is none, or a figure is not known, the rate is missing. Where no fighting was recorded, nobody was
    recorded as killed. Every unit with a count has a row for the whole time, also one of which nothing is told. Without
    any count of people the table is empty.
    """
    rows = links.loc[links["level"].isin(LEVELS) & links["step"].isin(STEPS)] if len(links) else links
    if rows.empty or population.empty:
        return _typed(pd.DataFrame(columns=list(RATE_COLUMNS)))
    counts = {int(year): denominators(population, areas, year=int(year)) for year in rows["last_day"].dt.year.unique()}
    rows = pd.concat([rows, *_units_without_rows(rows, counts, areas)], ignore_index=True)
    quiet = (rows["events"] == 0).fillna(value=False)
    nobody = {name: rows[name].mask(quiet, 0) for name in ("deaths_best", "deaths_unknown")}
    table = _with_counts(rows.assign(**nobody), counts)
    for measure, per in PER.items():
        figures = table[measure].astype("Float64")
        table[rate_column(measure)] = _significant(figures / table["population"].astype("Float64") * per)
    typed = _typed(table.reindex(columns=list(RATE_COLUMNS)))
    return typed.sort_values(["level", "step", "unit", "first_day"], kind="stable", ignore_index=True)


def _significant(rates: pd.Series) -> pd.Series:
    """The rates with so many digits that tell something."""
    return rates.map(lambda rate: float(f"{rate:.{_DIGITS}g}"), na_action="ignore").astype("Float64")


def _with_counts(rows: pd.DataFrame, counts: dict[int, pd.DataFrame]) -> pd.DataFrame:
    """The rows with the count of people of their unit that suits the year of their last day."""
    named = {"year": "population_year", "source": "population_source"}
    tables = [table.rename(columns=named).assign(of=year) for year, table in counts.items()]
    keyed = pd.concat(tables).rename_axis("unit").reset_index()
    return rows.assign(of=rows["last_day"].dt.year).merge(keyed, on=["unit", "of"], how="left")


def _units_without_rows(
    rows: pd.DataFrame, counts: dict[int, pd.DataFrame], areas: gpd.GeoDataFrame
) -> list[pd.DataFrame]:
    """For the whole time, the counted units of which nothing is told: no fighting recorded, as far as any is."""
    found = []
    for level, told in rows.loc[rows["step"] == WHOLE].groupby("level", sort=True):
        first, last = told["first_day"].iloc[0], told["last_day"].iloc[0]
        units = areas.loc[(areas["level"] == level) & areas["pcode"].isin(counts[last.year].index)]
        units = pd.DataFrame(units.loc[~units["pcode"].isin(told["unit"])]).drop_duplicates("pcode")
        named = units.rename(columns={"pcode": "unit", "name": "unit_name", "name_ar": "unit_name_ar"})[list(_UNIT)]
        none = 0 if told["events"].notna().any() else pd.NA
        found.append(named.assign(step=WHOLE, first_day=first, last_day=last, events=none, deaths_unknown=none))
    return [table.convert_dtypes() for table in found if len(table)]


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    texts = [name for name in RATE_COLUMNS if name.endswith(("series", "source", "step")) or name.startswith("unit")]
    whole = ["events", "deaths_best", "deaths_unknown", "population_year"]
    rates = [*map(rate_column, PER), *_SERIES, "population"]
    kinds = dict.fromkeys(texts, "string") | dict.fromkeys(whole, "Int64") | dict.fromkeys(rates, "Float64")
    table = table.astype(kinds | {"level": "int64"})
    days = {day: pd.to_datetime(table[day]).astype("datetime64[us]") for day in ("first_day", "last_day")}
    return table.assign(**days)
