"""What the page computes while it is looked at, as columns and tables for those who work on with the files.

Which figure of people is the latest, what the movements between two places add up to, on which places the rows stand.
Stocks and flows, and records of two series, are never added.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from geo.displacement import SIDES, end_of, main_series, persons, series_of, with_standing
from geo.schema import CRS

PLACES_USED = "places_used"
PLACES_USED_COLUMNS = (
    "place_id",
    "name",
    "name_ar",
    "pcode",
    "events",
    "deaths_low",
    "deaths_best",
    "deaths_high",
    "deaths_unknown",
    "stocks",
    "latest_stock",
    "flows",
    "people_arrived",
    "people_left",
    "first_day",
    "last_day",
)


def with_current(stocks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Stocks with the days for which each is the latest figure, as the page shows them.

    ``series_key``: series (or source) and kind of movement. ``current_from`` to ``current_until``: from the day of the
    figure to the day before a later one of its series at its destination; no end for the last one, ``latest``.
    ``share_of_largest``: people as part of the largest figure of the series. An undated figure is never the latest.
    """
    standing = with_standing(stocks)
    keys = _series_keys(stocks)
    return stocks.assign(
        series_key=keys,
        current_from=standing["current_from"],
        current_until=standing["current_until"],
        latest=(standing["current_until"].isna() & standing["current_from"].notna()).to_numpy(),
        share_of_largest=_share(stocks["persons"], keys),
    )


def with_sums(flows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Flows with what all records of a series between the same two ends add up to, as the page draws them.

    ``persons_sum``: that sum; ``carries_sum``: whether this record is the first of them, drawn for all where no time
    is chosen. ``share_of_largest``: the sum as part of the largest sum of the series.
    """
    keys = _series_keys(flows)
    path = pd.concat([keys, *(end_of(flows, side).rename(side) for side in SIDES)], axis=1).astype(object)
    sums = flows["persons"].astype("Float64").groupby([path[name] for name in path]).transform("sum")
    return flows.assign(
        series_key=keys,
        persons_sum=sums,
        carries_sum=(~path.duplicated()).to_numpy(dtype=bool),
        share_of_largest=_share(sums, keys),
    )


def _series_keys(table: pd.DataFrame) -> pd.Series:
    """What the legend calls the series of each record; without characters that a style cannot hold."""
    name = series_of(table).fillna("").astype("string")
    name = name.map({text: "".join(c for c in text if c.isprintable()) for text in name.unique()}).astype("string")
    movement = table["movement"].fillna("displacement").astype("string")
    return name.mask(movement != "displacement", name + " (" + movement + ")")


def _share(people: pd.Series, keys: pd.Series) -> pd.Series:
    numbers = people.astype("Float64")
    largest = numbers.groupby(keys.astype(object)).transform("max")
    return (numbers / largest.mask(largest <= 0)).round(6)


def with_days(areas: gpd.GeoDataFrame, events: pd.DataFrame) -> gpd.GeoDataFrame:
    """Event areas with the first and last day of the events known only to them."""
    known = events.loc[events["area_id"].notna()] if "area_id" in events else events.iloc[:0].assign(area_id=None)
    ends = known["date_end"].fillna(known["date_start"])
    keys = areas["area_id"].astype(object)
    groups = known["area_id"].astype(object)
    return areas.assign(
        # Looked up by name: `map` cannot give days for a table without rows.
        first_day=known["date_start"].groupby(groups).min().reindex(keys).to_numpy().astype("datetime64[us]"),
        last_day=ends.groupby(groups).max().reindex(keys).to_numpy().astype("datetime64[us]"),
    )


def shown_series(stocks: pd.DataFrame, flows: pd.DataFrame) -> frozenset[str]:
    """The series that the map shows at first: others often tell of the same people and would look like more.

    Of the stocks of people displaced the main one; of displacement flows the one whose both ends are known most often.
    """
    chosen = set()
    displaced = stocks.loc[stocks["movement"].fillna("displacement") == "displacement"] if len(stocks) else stocks
    main = main_series(displaced) if len(displaced) else None
    if main is not None:
        chosen |= set(displaced.loc[series_of(displaced) == main, "series_key"])
    lines = flows.loc[flows.geometry.geom_type == "LineString"] if len(flows) else flows
    lines = lines.loc[lines["movement"] == "displacement"] if len(lines) else lines
    if len(lines):
        chosen.add(str(lines["series_key"].value_counts().index[0]))
    return frozenset(chosen)


def places_used(events: gpd.GeoDataFrame, displacement: pd.DataFrame) -> gpd.GeoDataFrame:
    """The places that events and displacement stand on, most events first, with what the rows say of each.

    Deaths are sums over events whose number is stated; ``deaths_unknown`` counts the others. ``latest_stock`` is the
    figure of the last day, the largest where several series tell of it: they often count the same people. So
    ``people_arrived`` and ``people_left`` are sums within the one series that tells of most people there.
    """
    parts = [_used_by_events(events), *(_used_by_people(displacement, side) for side in ("destination", "origin"))]
    parts = [part for part in parts if len(part)]
    if not parts:
        return gpd.GeoDataFrame(_typed(pd.DataFrame(columns=[*PLACES_USED_COLUMNS, "geometry"])), crs=CRS)
    every = pd.concat(parts, ignore_index=True)
    groups = every.groupby("place_id", sort=True)
    table = groups[[c for c in every if c not in {"place_id", "first_day", "last_day", *_COUNTS}]].first()
    for name in [c for c in _COUNTS if c in every]:
        table[name] = groups[name].sum(min_count=1)
    table = table.assign(first_day=groups["first_day"].min(), last_day=groups["last_day"].max()).reset_index()
    table = _typed(table.reindex(columns=[*PLACES_USED_COLUMNS, "longitude", "latitude"]))
    table = table.sort_values(["events", "place_id"], ascending=[False, True], kind="stable", ignore_index=True)
    points = gpd.points_from_xy(table.pop("longitude"), table.pop("latitude"), crs=CRS)
    return gpd.GeoDataFrame(table, geometry=points, crs=CRS)


def _used_by_events(events: gpd.GeoDataFrame) -> pd.DataFrame:
    """One row for each place that events stand on."""
    at = events["place_id"].notna() & (events.geometry.geom_type == "Point") & ~events.geometry.is_empty
    rows = events.loc[at]
    days = rows["date_end"].fillna(rows["date_start"])
    groups = rows.assign(longitude=rows.geometry.x, latitude=rows.geometry.y, day=days).groupby("place_id", sort=True)
    names = {"name": "place_name", "name_ar": "place_name_ar", "longitude": "longitude", "latitude": "latitude"}
    table = pd.DataFrame({new: groups[old].first() for new, old in names.items()})
    codes = rows["admin3_pcode"].fillna(rows["admin2_pcode"]).fillna(rows["admin1_pcode"])
    for end in ("low", "best", "high"):
        table[f"deaths_{end}"] = groups[f"fatalities_{end}"].sum(min_count=1)
    return table.assign(
        pcode=codes.groupby(rows["place_id"]).first(),
        events=groups.size(),
        deaths_unknown=rows["fatalities_best"].isna().groupby(rows["place_id"]).sum(),
        first_day=groups["date_start"].min(),
        last_day=groups["day"].max(),
    ).reset_index()


def _used_by_people(displacement: pd.DataFrame, side: str) -> pd.DataFrame:
    """One row for each place where people came to, or which they left."""
    place = f"{side}_place_id"
    rows = displacement.loc[displacement[place].notna() & displacement[f"{side}_longitude"].notna()]
    days = rows["date_end"].fillna(rows["date_start"])
    people = persons(rows).astype("float64")
    stock, flow = rows["measure"] == "stock", rows["measure"] == "flow"
    moved = _largest_series(rows, people.where(flow & (rows["movement"] == "displacement")), place)
    groups = rows.assign(day=days).groupby(place, sort=True)
    names = {"name": "name", "pcode": "pcode", "longitude": "longitude", "latitude": "latitude"}
    table = pd.DataFrame({new: groups[f"{side}_{old}"].first() for new, old in names.items()})
    table = table.assign(
        flows=flow.groupby(rows[place]).sum(), first_day=groups["date_start"].min(), last_day=groups["day"].max()
    )
    if side == "origin":
        table["people_left"] = moved
    else:
        last = days.where(stock).groupby(rows[place]).transform("max")
        table["people_arrived"] = moved
        table["stocks"] = stock.groupby(rows[place]).sum()
        table["latest_stock"] = people.where(stock & (days == last)).groupby(rows[place]).max()
    return table.rename_axis("place_id").reset_index()


def _largest_series(rows: pd.DataFrame, people: pd.Series, place: str) -> pd.Series:
    """The people of each place by the series that tells of most: several may tell of the same people."""
    sums = people.groupby([rows[place], _series_keys(rows).astype(object)]).sum(min_count=1)
    return sums.groupby(level=0).max()


# Some sources give fractions of people.
_PEOPLE = dict.fromkeys(("latest_stock", "people_arrived", "people_left"), "float64")
_COUNTS: Mapping[str, str] = dict.fromkeys(PLACES_USED_COLUMNS[4:-2], "Int64") | _PEOPLE


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    texts = dict.fromkeys(PLACES_USED_COLUMNS[:4], "string")
    table = table.astype({**texts, **_COUNTS})
    zero = ["events", "stocks", "flows", "deaths_unknown"]
    table[zero] = table[zero].fillna(0)
    for name in ("first_day", "last_day"):
        table[name] = pd.to_datetime(table[name]).astype("datetime64[us]")
    return table
