"""Rates as areas in classes: units of one level with their rates, and the class of the one rate that colours them.

The classes are those of the page: five at most, about equally full, their bounds round numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.links import WHOLE
from geo.rates import PER, rate_column
from maps.layers import MapSpec
from maps.style import RATE_CLASSES, RATE_ZERO

NONE_RECORDED, NO_FIGURE, NO_COUNT = "none recorded", "no figure", "no count of people"
_STEPS = (1, 1.5, 2, 3, 5, 7, 10)  # bounds of classes, times a power of ten
_WORDS = {
    "events": "Fighting",
    "deaths_best": "Deaths in fighting",
    "stock_in": "Displaced people present",
    "people_from": "People displaced",
    "people_to": "People who arrived",
}
_LEVELS = {1: "first", 2: "second", 3: "third"}


def rates_layer(level: int) -> str:
    """Name of the layer of rates of a level."""
    return f"rates_admin{level}"


RATES_LAYERS = tuple(rates_layer(level) for level in (3, 2, 1))  # the finest first


def rate_areas(areas: gpd.GeoDataFrame, rates: pd.DataFrame) -> dict[str, gpd.GeoDataFrame]:
    """For each level with a counted unit its units with their rates over the whole time, by the name of the layer.

    The columns are those of ``geo.rates`` with ``pcode``, ``name`` and ``name_ar`` of the unit, ``approximate``,
    ``rate``: the one that colours them, and its ``rate_class``, or "none recorded", "no figure", "no count of people".
    """
    found = {}
    measure = shown_measure(rates)
    for level in (1, 2, 3) if measure else ():
        rows = rates.loc[(rates["level"] == level) & (rates["step"] == WHOLE)].set_index("unit")
        units = areas.loc[areas["level"] == level].drop_duplicates("pcode")
        counted = units["pcode"].isin(rows.index[rows["population"].notna()])
        units = units.loc[counted.groupby(units["country"].fillna("")).transform("any")]
        if not len(units):
            continue
        told = units[["pcode", "name", "name_ar", "approximate", "geometry"]].join(
            rows.drop(columns=["level", "unit_name", "unit_name_ar", "step"]), on="pcode"
        )
        bounds = class_bounds(rows[measure])
        classes = [_class(rate, bounds, counted=pd.notna(n)) for rate, n in told[[measure, "population"]].to_numpy()]
        told = told.assign(rate=told[measure], rate_class=pd.array(classes, dtype="string"))
        found[rates_layer(level)] = told.reset_index(drop=True)
    return found


def shown_measure(rates: pd.DataFrame) -> str:
    """Column of the rate that colours the areas: the first that is more than zero somewhere; empty if none is."""
    columns = [rate_column(measure) for measure in _WORDS]
    return next((c for c in columns if c in rates and (rates[c] > 0).fillna(value=False).any()), "")


def rates_titles(spec: MapSpec) -> dict[str, str]:
    """Title of each layer of rates: what is shown, of how many people, on which days, in which units."""
    shown = shown_measure(spec.rates)
    measure = next((m for m in _WORDS if rate_column(m) == shown), None)
    if measure is None:
        return {}
    days = spec.rates.loc[spec.rates["step"] == WHOLE, ["first_day", "last_day"]].iloc[0]
    said = f"{_WORDS[measure]} for {PER[measure]:,} inhabitants, {days['first_day']:%F} to {days['last_day']:%F}"
    return {rates_layer(level): f"{said}, by {words} division" for level, words in _LEVELS.items()}


def class_bounds(rates: Iterable[float]) -> list[float]:
    """Bounds between at most five classes of about equal size: rising round numbers above the least rate.

    None is above the highest rate. Rates of zero and missing ones are in no class.

    >>> class_bounds([1.2, 2.4, 3.1, 4.8, 9.9])
    [2.0, 3.0, 5.0, 7.0]
    """
    ordered = sorted(float(rate) for rate in rates if not pd.isna(rate) and rate > 0)
    number = len(RATE_CLASSES)
    inner = [_rounded(ordered[k * len(ordered) // number], ordered[-1]) for k in range(1, number)] if ordered else []
    return sorted({bound for bound in inner if bound > ordered[0]})


def _rounded(value: float, most: float) -> float:
    """The round number nearest to a value, none above ``most``: there would be nothing beyond that bound."""
    power = 10.0 ** math.floor(math.log10(value))
    bounds = [float(f"{times * power:.2g}") for times in _STEPS]
    return min((b for b in bounds if b <= most), key=lambda bound: abs(math.log(bound / value)), default=most)


def class_words(bounds: Sequence[float]) -> list[str]:
    """Each class in words, from little to much.

    >>> class_words([2, 5])
    ['under 2', '2 to under 5', '5 and more']
    """
    if not bounds:
        return ["more than 0"]
    shown = [f"{bound:,g}" if bound < 1e6 else f"{bound:,.0f}" for bound in bounds]
    between = [f"{low} to under {high}" for low, high in pairwise(shown)]
    return [f"under {shown[0]}", *between, f"{shown[-1]} and more"]


def class_colours(rates: Iterable[float]) -> dict[str, str]:
    """Colour of each class of these rates by its words, from none recorded to much; a few are spread over all."""
    bounds, most = class_bounds(rates), len(RATE_CLASSES) - 1
    steps = [int(k * most / len(bounds) + 0.5) for k in range(len(bounds) + 1)] if bounds else [most // 2]
    ramp = (RATE_CLASSES[step][0] for step in steps)
    return {NONE_RECORDED: RATE_ZERO[0], **dict(zip(class_words(bounds), ramp, strict=True))}


def _class(rate: Any, bounds: Sequence[float], *, counted: bool) -> str:
    if not counted:
        return NO_COUNT
    if pd.isna(rate):
        return NO_FIGURE
    return class_words(bounds)[int(np.searchsorted(bounds, rate, side="right"))] if rate else NONE_RECORDED
