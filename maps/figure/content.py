"""What of a map falls into a period: symbols, areas, circles and flows, and how many rows fall outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.codes import EVENT_TYPES, Precision
from geo.displacement import reaches_beyond, tellings
from geo.schema import CRS
from maps.figure.words import month_length
from maps.layers import MapSpec, drawn_as_area, drawn_as_point
from maps.layers.people import flow_layer, stock_layer
from maps.tallies import shown_series, with_current, with_sums

Period = tuple[date, date]

_NEAR_OUTSIDE = 0.15  # of the larger side of the map
MOST_LINES = 30  # as on the page: more flow lines hide one another
SYMBOL_COLUMNS = ("type", "events", "deaths", "near", "longitude", "latitude", "place", "turn", "of")


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of one series that may be drawn together; ``largest`` is its largest over all time, for the scale."""

    name: str
    movement: str
    table: gpd.GeoDataFrame
    largest: float


@dataclass(frozen=True, slots=True)
class Flows:
    """Flows of one series within a period; ``left`` lines of ``share`` of the people are too small to be drawn.

    ``largest`` is what the broadest line stands for. ``beyond`` records of ``people_beyond`` reach out of the period
    and are not drawn: nobody knows which part of them belongs in it.
    """

    series: Series | None
    table: gpd.GeoDataFrame
    left: int
    share: float
    largest: float
    beyond: int = 0
    people_beyond: float = 0.0


@dataclass(frozen=True, slots=True)
class Content:
    """What is drawn of one period, and the counts that a reader must know.

    ``symbols`` has one row for each place and type (`SYMBOL_COLUMNS`): ``deaths`` is missing where no source states
    any, ``turn`` of ``of`` is its place in the row of symbols at that site. ``areas`` is the layer of areas with its
    ``events`` counted anew. ``chosen`` are all events of the period, drawn or not; ``dead`` are theirs, the sums of the
    lowest and of the highest figures told, None if none is.
    """

    period: Period | None
    chosen: gpd.GeoDataFrame
    dead: tuple[float, float] | None
    symbols: pd.DataFrame
    areas: gpd.GeoDataFrame
    stocks: gpd.GeoDataFrame
    stock_series: Series | None
    flows: Flows
    context: gpd.GeoDataFrame
    not_shown: int
    undated: int
    records_not_shown: int
    more_series: int
    rates: gpd.GeoDataFrame = field(default_factory=gpd.GeoDataFrame)
    rate_measure: str = ""

    def with_rates(self, rates: gpd.GeoDataFrame, measure: str) -> Content:
        """The same with the units of a choropleth (``maps.choropleth``) and the column of the rate that it shows."""
        return replace(self, rates=rates, rate_measure=measure)


def content_of(spec: MapSpec, period: Period | None) -> Content:
    """Choose what to draw; ``period`` None: all, with or without dates."""
    events = spec.events
    dated = events["date_start"].notna() | events["date_end"].notna()
    chosen = events.loc[_within(events, period)]
    point, area = drawn_as_point(chosen), drawn_as_area(chosen)
    stock_series, flow_series, more = _main_series(spec)
    stocks = _stocks_at(stock_series, period)
    return Content(
        period=period,
        chosen=chosen,
        dead=_dead(chosen),
        symbols=_symbols(chosen.loc[point]),
        areas=_areas(spec.layer("event_areas"), chosen.loc[area]),
        stocks=stocks,
        stock_series=stock_series if len(stocks) else None,
        flows=_flows_within(flow_series, period),
        context=_standing(spec.layer("context"), period),
        not_shown=int((~(point | area)).sum()),
        undated=int((~dated).sum()) if period else 0,
        records_not_shown=_records_not_shown(spec, period),
        more_series=more,
    )


def on_one_scale(contents: Sequence[Content]) -> list[Content]:
    """The contents of several panels, with flow lines of one width for one number of people."""
    largest = max((c.flows.largest for c in contents), default=0.0)
    return [replace(c, flows=replace(c.flows, largest=largest)) for c in contents]


def map_bounds(spec: MapSpec, content: Content) -> tuple[float, float, float, float]:
    """The map's bounds, widened for circles of people that stand just outside."""
    west, south, east, north = spec.bounds
    reach = _NEAR_OUTSIDE * max(east - west, north - south)
    tables = [content.stocks, content.flows.table.loc[content.flows.table["shape"] != "line"]]
    points = np.concatenate(
        [np.column_stack([t.geometry.x, t.geometry.y]) for t in tables if len(t)] or [np.empty((0, 2))]
    )
    inside = (points >= (west - reach, south - reach)).all(axis=1) & (points <= (east + reach, north + reach)).all(
        axis=1
    )
    if not inside.any():
        return spec.bounds
    low, high = points[inside].min(axis=0), points[inside].max(axis=0)
    return min(west, float(low[0])), min(south, float(low[1])), max(east, float(high[0])), max(north, float(high[1]))


def whole_period(spec: MapSpec) -> Period | None:
    """The period that a map shows if none is asked for: as the page opens."""
    return spec.period or spec.span


def split_period(period: Period, step: str) -> list[Period]:
    """Weeks, counted from the first day, or calendar months cut to the period."""
    first, last = period
    parts = []
    while first <= last:
        length = 7 if step == "week" else month_length(first) - first.day + 1
        end = min(last, first + timedelta(days=length - 1))
        parts.append((first, end))
        first = end + timedelta(days=1)
    return parts


def _within(table: pd.DataFrame, period: Period | None) -> pd.Series:
    """Mask of rows that touch the period; a row without a date is in no period."""
    if period is None:
        return pd.Series(data=True, index=table.index, dtype=bool)
    start, end = table["date_start"].fillna(table["date_end"]), table["date_end"].fillna(table["date_start"])
    return (start <= pd.Timestamp(period[1])) & (end >= pd.Timestamp(period[0]))


def _symbols(events: gpd.GeoDataFrame) -> pd.DataFrame:
    """One row for each site and type; the most deadly first, so that small ones lie on top."""
    if not len(events):
        return pd.DataFrame(columns=list(SYMBOL_COLUMNS))
    told = pd.DataFrame(
        {
            "longitude": events.geometry.x.round(5).to_numpy(),
            "latitude": events.geometry.y.round(5).to_numpy(),
            "type": events["event_type"].to_numpy(),
            "deaths": _deaths(events),
            "near": (events["geo_precision"] == Precision.NEAR).fillna(value=False).to_numpy(dtype=bool),
            "place": events["place_id"].astype("string").fillna("").to_numpy(dtype=object),
        }
    )
    by_site = told.groupby(["longitude", "latitude", "type"], sort=True)
    symbols = by_site.agg(events=("near", "size"), near=("near", "all"), place=("place", "first")).reset_index()
    symbols["deaths"] = by_site["deaths"].sum(min_count=1).to_numpy()
    order = {name: k for k, name in enumerate(EVENT_TYPES)}
    symbols["order"] = symbols["type"].map(order)
    symbols = symbols.sort_values(["longitude", "latitude", "order"], kind="stable", ignore_index=True)
    site = symbols.groupby(["longitude", "latitude"])
    symbols["turn"], symbols["of"] = site.cumcount(), site["type"].transform("size")
    symbols["rank"] = symbols["deaths"].fillna(-1)
    columns = ["rank", "longitude", "latitude", "order"]
    return symbols.sort_values(columns, ascending=[False, True, True, True], ignore_index=True)[list(SYMBOL_COLUMNS)]


def _areas(layer: gpd.GeoDataFrame, events: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    counts = events["area_id"].value_counts()
    areas = layer.loc[layer["area_id"].isin(counts.index)] if len(layer) else layer
    if not len(areas):
        return areas
    return areas.assign(events=areas["area_id"].map(counts).astype("int64"))


def _deaths(events: pd.DataFrame) -> pd.Series:
    """Reported deaths: the best figure, else the lowest, else the highest; NaN where none is stated."""
    return _first_told(events, "best", "low", "high")


def _dead(events: pd.DataFrame) -> tuple[float, float] | None:
    low, high = _first_told(events, "low", "best", "high"), _first_told(events, "high", "best", "low")
    return (float(low.sum()), float(high.sum())) if low.notna().any() else None


def _first_told(events: pd.DataFrame, *bounds: str) -> pd.Series:
    told = pd.DataFrame({b: events[f"fatalities_{b}"].to_numpy(dtype=float, na_value=np.nan) for b in bounds})
    return told.bfill(axis=1).iloc[:, 0]


def _standing(context: gpd.GeoDataFrame, period: Period | None) -> gpd.GeoDataFrame:
    """Features that stood at some time of the period."""
    if period is None or not len(context):
        return context
    began = context["start"].isna() | (context["start"] <= pd.Timestamp(period[1]))
    return context.loc[began & (context["end"].isna() | (context["end"] >= pd.Timestamp(period[0])))]


def _main_series(spec: MapSpec) -> tuple[Series | None, Series | None, int]:
    """The stock and the flow to draw, those of the page, and how many series are left: they may count the same people.

    Where the page opens without any, the displacement of most records: a sheet cannot be asked for more.
    """
    stocks, flows = _figures_told(spec)
    stock = _series(stocks, shown_series(stocks, flows.iloc[:0]))
    flow = _series(flows, shown_series(stocks.iloc[:0], flows))
    if stock is None and flow is None:
        others = flows.loc[flows["movement"].fillna("displacement") == "displacement", "series_key"]
        flow = _series(flows, others.value_counts().sort_index(kind="stable").nlargest(1).index)
    keys = stocks["series_key"].nunique() + flows["series_key"].nunique()
    return stock, flow, keys - (stock is not None) - (flow is not None)


def _figures_told(spec: MapSpec) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Stocks and flows; of merged ones what each series told, for a sheet draws one series and has no double of it."""
    stocks, flows = spec.layer("displacement"), spec.layer("flows")
    told = tellings(spec.displacement) if len(stocks) or len(flows) else spec.displacement
    if len(told) > len(spec.displacement):
        whole = gpd.GeoDataFrame(told, geometry="geometry", crs=CRS)
        stocks, flows = stock_layer(whole), flow_layer(whole)
    return with_current(stocks), with_sums(flows)


def _series(table: gpd.GeoDataFrame, keys: Iterable[str]) -> Series | None:
    rows = table.loc[table["series_key"].isin(list(keys))]
    if not len(rows):
        return None
    name, movement = rows["series"].fillna(rows["source"]).fillna("").iloc[0], rows["movement"].fillna("").iloc[0]
    return Series(str(name), str(movement), rows, float(rows["persons"].max()))


def _stocks_at(series: Series | None, period: Period | None) -> gpd.GeoDataFrame:
    """The latest stock at each place on or before the last day of the period."""
    if series is None:
        return gpd.GeoDataFrame({"persons": [], "geometry": []}, geometry="geometry", crs="EPSG:4326")
    table = series.table
    if period is None:
        return _summed(table.loc[table["latest"]], ["anchor"])
    day = pd.Timestamp(period[1])
    current = table["current_until"].isna() | (table["current_until"] >= day)
    return _summed(table.loc[(table["current_from"] <= day) & current], ["anchor"])


def _flows_within(series: Series | None, period: Period | None) -> Flows:
    nothing = gpd.GeoDataFrame({"persons": [], "shape": [], "geometry": []}, geometry="geometry", crs="EPSG:4326")
    if series is None:
        return Flows(None, nothing, 0, 0.0, 0.0)
    touching = series.table.loc[_within(series.table, period)]
    out = reaches_beyond(touching, *period) if period else pd.Series(data=False, index=touching.index)
    sums = _summed(touching.loc[~out], ["shape"])
    beyond = int(out.sum()), float(touching.loc[out, "persons"].sum())
    if not len(sums):
        return Flows(series if out.any() else None, nothing, 0, 0.0, 0.0, *beyond)
    lines = sums.loc[sums["shape"] == "line"]
    small = lines.iloc[MOST_LINES:]
    total = float(lines["persons"].sum())
    share = float(small["persons"].sum()) / total if total else 0.0
    return Flows(series, sums.drop(index=small.index), len(small), share, float(sums["persons"].max()), *beyond)


def _summed(table: gpd.GeoDataFrame, keys: list[str]) -> gpd.GeoDataFrame:
    """People by geometry, the most first."""
    if not len(table):
        return table
    wkb = table.geometry.to_wkb(hex=True).rename("wkb")
    by_shape = table.groupby([wkb, *keys], sort=True)
    sums = by_shape["persons"].sum().reset_index()
    sums["date_end"] = by_shape["date_end"].max().to_numpy()
    shapes = gpd.GeoSeries.from_wkb(sums["wkb"], crs=table.crs)
    found = gpd.GeoDataFrame(sums.drop(columns="wkb"), geometry=shapes)
    return found.sort_values("persons", ascending=False, kind="stable", ignore_index=True)


def _records_not_shown(spec: MapSpec, period: Period | None) -> int:
    lost = spec.unplaced.loc[spec.unplaced["table"] == "displacement"] if len(spec.unplaced) else spec.unplaced
    return int(_within(lost, period).sum()) if len(lost) else 0


def counts_by_step(events: pd.DataFrame, period: Period) -> tuple[str, list[tuple[Period, dict[str, int]]]]:
    """Events by type for each day, week or month of a period: (step, rows)."""
    length = (period[1] - period[0]).days + 1
    step = "day" if length <= 45 else "week" if length <= 7 * 60 else "month"
    parts = [(d, d) for d in _days(period)] if step == "day" else split_period(period, step)
    rows: list[tuple[Period, dict[str, int]]] = []
    for part in parts:
        inside: Any = events.loc[_within(events, part), "event_type"].value_counts()
        rows.append((part, {str(name): int(n) for name, n in inside.items()}))
    return step, rows


def _days(period: Period) -> list[date]:
    return [period[0] + timedelta(days=k) for k in range((period[1] - period[0]).days + 1)]
