"""The two ends of a record of displacement: what stands for each, and to which unit of a level it belongs."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geo.admin import Units, parents
from geo.codes import POINT_PRECISIONS, Precision

SIDES = ("origin", "destination")
NOT_REPORTED = "not reported"
EVERYWHERE = "all"  # the one unit of level 0


def end_of(records: pd.DataFrame, side: str) -> pd.Series:
    """What stands for one end of each record: p-code, else the place's id, its name, or the words of the source.

    Two records have an end in common if this is the same. "not reported" where the source says nothing of it.
    """
    name, *others = (records[f"{side}_{part}"].astype("string") for part in ("pcode", "place_id", "name", "toponym"))
    for other in others:
        name = name.fillna(other)
    return name.fillna(NOT_REPORTED)


def unit_of(records: pd.DataFrame, side: str, areas: gpd.GeoDataFrame, level: int) -> pd.Series:
    """P-code of the unit of a level that one end of each record belongs to; missing if none is known.

    It is the end's own p-code or one above it, else the unit that its place lies in. Level 0 has the one unit "all",
    to which ends that nobody reports belong too.
    """
    if level == 0:
        return pd.Series(EVERYWHERE, index=records.index, dtype=object)
    above = {code: chain.get(level) for code, chain in parents(areas).items()}
    found = records[f"{side}_pcode"].astype(object).map(above).to_numpy(dtype=object, copy=True)
    # The point of a district lies in its province; the point of a larger area says nothing.
    fine = [*POINT_PRECISIONS, *([Precision.DISTRICT] if level == 1 else [])]
    spot = records[f"{side}_precision"].isin(fine).fillna(value=False) & records[f"{side}_latitude"].notna()
    lacking = spot.to_numpy(dtype=bool) & pd.isna(found)
    x, y = (records.loc[lacking, f"{side}_{axis}"].to_numpy(dtype=float) for axis in ("longitude", "latitude"))
    found[lacking] = Units(areas, level).at(x, y)
    return pd.Series(found, index=records.index, dtype=object)
