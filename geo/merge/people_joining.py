"""Groups of displacement records to one record each, with what each source said."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.displacement import NOT_REPORTED, SAID, SIDES, end_of
from geo.merge.joining import first_by, in_order, told_alone, told_of
from geo.schema import CRS, DISPLACEMENT, taken

_ENDS = {side: [name for name in DISPLACEMENT.names if name.startswith(f"{side}_")] for side in SIDES}
# What goes with the end that is drawn.
_DRAWN = ("geo_method", "geo_score", "geo_reason", "geometry")


def join_people(
    records: gpd.GeoDataFrame, groups: np.ndarray, trust: Sequence[str], whys: Sequence[str | None]
) -> tuple[gpd.GeoDataFrame, dict[str, str]]:
    """One record for each group, and for each record of the groups of several the one that it went into, by their ids.

    The first source of ``trust`` gives the record its id and all that it says, its best figure too; what it leaves out
    of figure and ends comes from the next. Lowest and highest are those of all records, never a sum. ``whys`` are the
    reasons of each record's being there, for ``merged_from``.
    """
    many = np.bincount(groups, minlength=len(records))[groups] > 1
    at, lead, number = in_order(records, np.flatnonzero(many), groups, trust, DISPLACEMENT.key)
    alone = np.flatnonzero(~many)
    rows = taken(records, np.concatenate([alone, at[first_by(number, np.zeros(len(at)))]]), DISPLACEMENT)
    told = pd.Series([*told_alone(records, DISPLACEMENT.key, alone)], dtype="string")
    if len(at):
        parts = records.iloc[at].reset_index(drop=True)
        joined, gives = _joined(parts, number)
        merged = pd.Series([*told_of(records, (DISPLACEMENT.key, *SAID), at, number, whys, gives)], dtype="string")
        told = pd.concat([told, merged], ignore_index=True)
        for name, values in joined.items():
            column = pd.concat([rows[name].iloc[: len(alone)], values], ignore_index=True)
            rows[name] = gpd.GeoSeries(column, crs=CRS) if name == "geometry" else column.astype(rows[name].dtype)
    rows = rows.assign(merged_from=told).sort_values(DISPLACEMENT.key, kind="stable", ignore_index=True)
    owner = dict(zip(records[DISPLACEMENT.key].iloc[at].tolist(), map(sys.intern, lead.tolist()), strict=True))
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS), owner


def _joined(parts: gpd.GeoDataFrame, number: np.ndarray) -> tuple[dict[str, pd.Series], dict[str, np.ndarray]]:
    """Columns of the joined records, one value a group, and the rows that give each of them something."""
    first = first_by(number, np.zeros(len(parts)))
    silent = {side: (end_of(parts, side) == NOT_REPORTED).to_numpy(dtype=float) for side in SIDES}
    given = {side: first_by(number, silent[side]) for side in SIDES}
    drawn = np.where(silent["destination"][given["destination"]] == 0, given["destination"], given["origin"])
    low, best, high = (parts[f"persons_{end}"].astype("Float64") for end in ("low", "best", "high"))
    columns = {name: parts[name].iloc[given[side]] for side in SIDES for name in _ENDS[side]}
    columns |= {name: parts[name].iloc[drawn] for name in _DRAWN}
    columns |= {
        # "At least so many" is no highest figure.
        "persons_low": low.fillna(best).fillna(high).groupby(number).min(),
        "persons_best": best.groupby(number).first(),
        "persons_high": high.fillna(best).groupby(number).max(),
    }
    told = {"all else": first, **{side: rows for side, rows in given.items() if (rows != first).any()}}
    return {name: pd.Series(values).reset_index(drop=True) for name, values in columns.items()}, told
