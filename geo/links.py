"""Clashes and displacement side by side, by admin unit and step of time. Says what stands beside what, never why."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod, Transformer

from geo.codes import POINT_PRECISIONS
from geo.displacement import (
    EVERYWHERE,
    SIDES,
    STEPS,
    Step,
    figures_of_step,
    first_day,
    last_day,
    main_series,
    series_of,
    steps_of,
    tellings,
    unit_of,
    whole_steps,
    with_standing,
)
from geo.schema import CRS

# ACLED's political violence by arms; protests, riots and strategic developments are no fighting.
FIGHTING = ("Battles", "Explosions/Remote violence", "Violence against civilians")
LAGS = 2
LEVELS = (0, 1, 2, 3)
WHOLE = "whole"  # the step of all days that are told
LINK_COLUMNS = (
    "level", "unit", "unit_name", "unit_name_ar", "step", "first_day", "last_day",
    "events", "events_of_uncertain_day", "event_sources", "deaths_low", "deaths_best", "deaths_high", "deaths_unknown",
    *(f"events_{k}_before" for k in range(1, LAGS + 1)), *(f"deaths_{k}_before" for k in range(1, LAGS + 1)),
    "people_from", "people_to", "people_within", "stock_in", "stock_from", "moved_km", "from_fighting_km",
    "from_series", "to_series", "stock_in_series", "stock_from_series",
)  # fmt: skip
_CELL = ["unit", "step"]
_FOUGHT = (
    "date_start", "date_end", "source", "fatalities_low", "fatalities_best", "fatalities_high",
    "admin1_pcode", "admin2_pcode", "admin3_pcode", "geometry",
)  # fmt: skip
_GEOD = Geod(ellps="WGS84")


def link_table(
    events: gpd.GeoDataFrame,
    displacement: pd.DataFrame,
    areas: gpd.GeoDataFrame,
    *,
    metric_crs: str,
    steps: Sequence[Step | pd.Period] = (),
) -> pd.DataFrame:
    """Fighting and people by admin unit and week or month: the columns ``LINK_COLUMNS``, a row where either is told.

    ``events`` counts fighting in the unit by its first day (0: none recorded within the days that the events span);
    ``events_1_before`` is the step before. Deaths are sums of stated figures; ``deaths_unknown`` counts the events
    without one. ``people_from`` left a place in the unit, ``people_to`` arrived in it, wherever from, and
    ``people_within`` did both; a record counts only in a step that holds its whole period. ``stock_in`` is the last
    figure of each destination in the step, ``stock_from`` that of people displaced from the unit, wherever they are.
    Each of these is of one series, named beside it, the one that tells of most: series are never added up.
    ``moved_km`` is the distance from origin to destination, ``from_fighting_km`` from the destination to the nearest
    fighting of the step: medians over the people whose both ends are known to the place.

    Level 0 is everywhere, also what is known of no unit; there ``people_from`` and ``stock_in`` hold all people.
    The step "whole" is all days from the first to the last that is told, or the period given: ``steps`` asks for these
    alone. Levels, weeks, months and the whole each tell
    of the same events: choose one of each before adding up.
    """
    # People who came back or were led out are no people displaced.
    displaced = pd.DataFrame(tellings(displacement.loc[displacement["movement"] == "displacement"]))
    displaced = with_standing(displaced.assign(series=series_of(displaced)))
    moved, stocks = (displaced.loc[displaced["measure"] == measure] for measure in ("flow", "stock"))
    parts = []
    fought = events.loc[_fighting(events), list(_FOUGHT)]
    for step in steps or (*STEPS, *_whole(events, displaced)):
        spots = _fighting_points(fought, step)
        for level in LEVELS:
            there = _placed(moved, areas, level, step), _placed(stocks, areas, level, step)
            cells = _cells(_fights(fought, level, step), *there, spots, metric_crs=metric_crs, level=level)
            parts.append(_with_names(cells, areas, level, step))
    parts = [part for part in parts if len(part)]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(LINK_COLUMNS))
    typed = _typed(table.reindex(columns=list(LINK_COLUMNS)))
    return typed.sort_values(["level", "step", "unit", "first_day"], kind="stable", ignore_index=True)


def _whole(events: pd.DataFrame, displaced: pd.DataFrame) -> list[pd.Period]:
    """One period of all days that are told; none where no day is."""
    days = pd.concat([of(table) for table in (events, displaced) for of in (first_day, last_day)]).dropna()
    return [pd.Period(days.min(), freq=f"{(days.max() - days.min()).days + 1}D")] if len(days) else []


def _cells(
    fights: pd.DataFrame,
    moved: pd.DataFrame,
    stocks: pd.DataFrame,
    spots: pd.DataFrame,
    *,
    metric_crs: str,
    level: int,
) -> pd.DataFrame:
    """One row for each unit and step of which anything is told."""
    people = [
        _of_one_series(moved, "origin", "people_from", "from_series"),
        _of_one_series(stocks, "destination", "stock_in", "stock_in_series"),
        _distances(moved, spots, metric_crs),
    ]
    if level:
        within = moved.loc[moved["origin"] == moved["destination"]]
        people += [
            _of_one_series(moved, "destination", "people_to", "to_series"),
            _of_one_series(within, "origin", "people_within", None),
            _of_one_series(stocks, "origin", "stock_from", "stock_from_series"),
        ]
    told = pd.concat([part for part in (fights, *people) if len(part)] or [fights], axis="columns", sort=True)
    return _with_lags(told.rename_axis(_CELL), fights)


def _with_names(cells: pd.DataFrame, areas: gpd.GeoDataFrame, level: int, step: Step | pd.Period) -> pd.DataFrame:
    names = areas.loc[areas["level"] == level].drop_duplicates("pcode").set_index("pcode")
    units, steps = (cells.index.get_level_values(name) for name in _CELL)
    number, distinct = pd.factorize(steps)
    first, last = (
        pd.DatetimeIndex([getattr(s, end).normalize() for s in distinct]).take(number)
        for end in ("start_time", "end_time")
    )
    return cells.assign(
        level=level,
        unit=units,
        unit_name=names["name"].reindex(units).to_numpy(),
        unit_name_ar=names["name_ar"].reindex(units).to_numpy(),
        step=WHOLE if isinstance(step, pd.Period) else step,
        first_day=first,
        last_day=last,
    ).reset_index(drop=True)


def _fighting(events: pd.DataFrame) -> pd.Series:
    return events["event_type"].isin(FIGHTING) & events["date_start"].notna()


def _fights(fought: pd.DataFrame, level: int, step: Step | pd.Period) -> pd.DataFrame:
    """Counts of fighting by unit and step; events known to a coarser unit only are left to that unit's level."""
    unit = fought[f"admin{level}_pcode"] if level else pd.Series(EVERYWHERE, index=fought.index)
    rows = pd.DataFrame(fought.loc[unit.notna()])
    first = steps_of(rows["date_start"], step)
    uncertain = whole_steps(rows, step).isna()
    silent = rows["fatalities_best"].isna()
    # An event with one figure has it as its lowest and highest too, or the sums would not enclose the best.
    rows = rows.assign(**{c: rows[c].fillna(rows["fatalities_best"]) for c in ("fatalities_low", "fatalities_high")})
    rows = rows.assign(unit=unit.loc[rows.index].astype(object), step=first, uncertain=uncertain, silent=silent)
    groups = rows.groupby(_CELL, sort=True)
    deaths = {f"deaths_{end}": groups[f"fatalities_{end}"].sum(min_count=1) for end in ("low", "best", "high")}
    counts = {"events_of_uncertain_day": groups["uncertain"].sum(), "deaths_unknown": groups["silent"].sum()}
    return pd.DataFrame({"events": groups.size(), "event_sources": groups["source"].nunique(), **counts, **deaths})


def _with_lags(told: pd.DataFrame, fights: pd.DataFrame) -> pd.DataFrame:
    """Within the steps that the events span, a unit without a row had none recorded; before and after, unknown."""
    if fights.empty:
        return told
    steps = fights.index.get_level_values("step")
    units, own = (told.index.get_level_values(name) for name in _CELL)
    made: dict[str, object] = {}
    for k in range(LAGS + 1):
        cells = pd.MultiIndex.from_arrays([units, own - k], names=_CELL)
        covered = (own - k >= steps.min()) & (own - k <= steps.max())
        events = fights["events"].reindex(cells).fillna(0).to_numpy(dtype="int64")
        name = f"events_{k}_before" if k else "events"
        made[name] = pd.arrays.IntegerArray(events, ~np.asarray(covered))
        if k:
            deaths = fights["deaths_best"].astype("Int64").reindex(cells)
            made[f"deaths_{k}_before"] = deaths.array
    return told.assign(**made)


def _placed(records: pd.DataFrame, areas: gpd.GeoDataFrame, level: int, step: Step | pd.Period) -> pd.DataFrame:
    """Records that count in a step; ``origin``, ``destination``: the unit of a level at each end."""
    rows = figures_of_step(records, step)
    return rows.assign(**{side: unit_of(rows, side, areas, level) for side in SIDES})


def _of_one_series(rows: pd.DataFrame, side: str, name: str, series_name: str | None) -> pd.DataFrame:
    """People by unit of one end and step, of the main series; its name stands beside them."""
    known = rows.dropna(subset=side)
    mine = known.loc[known["series"] == main_series(known)]
    if mine.empty:
        return pd.DataFrame(columns=[name])
    sums = mine.groupby([mine[side].rename("unit"), "step"], sort=True)["persons"].sum(min_count=1).rename(name)
    return sums.to_frame().assign(**({series_name: mine["series"].iloc[0]} if series_name else {}))


def _fighting_points(fought: gpd.GeoDataFrame, step: Step | pd.Period) -> pd.DataFrame:
    """``longitude, latitude, step`` of the fighting that has a point."""
    rows = fought.loc[(fought.geometry.geom_type == "Point") & ~fought.geometry.is_empty]
    steps = steps_of(rows["date_start"], step)
    return pd.DataFrame({"longitude": rows.geometry.x, "latitude": rows.geometry.y, "step": steps})


def _distances(rows: pd.DataFrame, fighting: pd.DataFrame, metric_crs: str) -> pd.DataFrame:
    """Medians over people, by unit of origin: how far they went, and how far from fighting they arrived, in km."""
    known = rows.dropna(subset=["origin", *(f"{side}_latitude" for side in SIDES)])
    for side in SIDES:
        known = known.loc[known[f"{side}_precision"].isin(list(POINT_PRECISIONS)).fillna(value=False)]
    if known.empty:
        return pd.DataFrame(columns=["moved_km"])
    ends = [known[f"{side}_{axis}"].to_numpy(dtype=float) for side in SIDES for axis in ("longitude", "latitude")]
    known = known.assign(moved_km=_GEOD.inv(*ends)[2] / 1000, from_fighting_km=_nearest(known, fighting, metric_crs))
    cells = known.groupby([known["origin"].rename("unit"), "step"], sort=True)
    return pd.DataFrame(
        {key: {name: _median(rows, name) for name in ("moved_km", "from_fighting_km")} for key, rows in cells}
    ).T.rename_axis(_CELL)


def _nearest(known: pd.DataFrame, fighting: pd.DataFrame, metric_crs: str) -> np.ndarray:
    """Kilometres from each destination to the nearest fighting of its step; missing where there was none."""
    to_metres = Transformer.from_crs(CRS, metric_crs, always_xy=True)
    found = np.full(len(known), np.nan)
    for step, near in fighting.groupby("step"):
        mine = (known["step"] == step).to_numpy()
        points = shapely.points(*to_metres.transform(near["longitude"].to_numpy(), near["latitude"].to_numpy()))
        x, y = (known.loc[mine, f"destination_{axis}"].to_numpy(dtype=float) for axis in ("longitude", "latitude"))
        spots = np.asarray(shapely.points(*to_metres.transform(x, y)))
        _, metres = shapely.STRtree(points).query_nearest(spots, return_distance=True, all_matches=False)
        found[mine] = metres / 1000
    return found


def _median(rows: pd.DataFrame, name: str) -> float:
    """Median of a column over people, not over records."""
    rows = rows.dropna(subset=name).sort_values(name, kind="stable")
    if rows.empty:
        return float("nan")
    people = rows["persons"].to_numpy(dtype=float).cumsum()
    return round(float(rows[name].iloc[int(np.searchsorted(people, people[-1] / 2))]), 1)


_COUNTS = [name for name in LINK_COLUMNS if name.startswith(("events", "event_", "deaths"))]
_NUMBERS = ["people_from", "people_to", "people_within", "stock_in", "stock_from", "moved_km", "from_fighting_km"]
_TEXTS = ["unit", "unit_name", "unit_name_ar", "step", *(name for name in LINK_COLUMNS if name.endswith("_series"))]


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    kinds = dict.fromkeys(_COUNTS, "Int64") | dict.fromkeys(_NUMBERS, "Float64") | dict.fromkeys(_TEXTS, "string")
    table = table.astype(kinds | {"level": "int64"})
    days = {day: pd.to_datetime(table[day]).astype("datetime64[us]") for day in ("first_day", "last_day")}
    return table.assign(**days)
