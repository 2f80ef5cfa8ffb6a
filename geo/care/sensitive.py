"""Places of a sensitive kind: who stands on them, and what of the theatre is left out for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.care.coarser import points
from geo.care.hiding import precision_column, stems
from geo.care.withholding import Withhold
from geo.codes import POINT_PRECISIONS
from geo.gazetteer import Gazetteer, kilometres
from geo.names import fold
from geo.theatre import ContextFeature, Theatre

_SPOT_KM = 0.3  # coordinates of a source so near to a sensitive place stand on it
_SPOT_DEGREES = 0.01


def sensitive_places(gazetteer: Gazetteer, sensitive: Collection[str]) -> dict[str, str]:
    """Feature code of each place that is sensitive, by its code, its id or its p-code."""
    if not sensitive:
        return {}
    columns = (gazetteer.column(c) for c in ("place_id", "feature_code", "pcode"))
    return {i: code or "" for i, code, pcode in zip(*columns, strict=True) if {i, code, pcode} & set(sensitive)}


def sensitive_rows(table: gpd.GeoDataFrame, key: str, places: Mapping[str, str], gazetteer: Gazetteer) -> pd.Series:
    """Kind of sensitive place that a row stands on as a point, by the row's id; only rows that do."""
    kinds = np.full(len(table), None, dtype=object)
    rows = [gazetteer.rows[i] for i in places]
    spots = np.column_stack([np.asarray(gazetteer.longitude)[rows], np.asarray(gazetteer.latitude)[rows]])
    codes = list(places.values())
    for stem in stems(table):
        fine = table[precision_column(stem)].isin(list(POINT_PRECISIONS)).fillna(value=False).to_numpy(dtype=bool)
        for i, place in enumerate(table[f"{stem}place_id"].tolist()):
            if fine[i] and isinstance(place, str) and place in places:
                kinds[i] = places[place]
        at = np.flatnonzero(fine)
        x, y = (values[at] for values in points(table, stem))
        drawn, spot = shapely.STRtree(shapely.points(spots)).query(
            shapely.points(x, y), predicate="dwithin", distance=_SPOT_DEGREES
        )
        far = kilometres(x[drawn], y[drawn], spots[spot, 0], spots[spot, 1])
        # A camp may be listed at the middle of its town; who stands on the town itself does not stand on the camp.
        own = _to_own_place(table[f"{stem}place_id"].iloc[at], x, y, gazetteer)[drawn]
        near = (far <= _SPOT_KM) & (far < own)
        for row, which in zip(at[drawn[near]].tolist(), spot[near].tolist(), strict=True):
            kinds[row] = codes[which]
    stands = np.array([kind is not None for kind in kinds], dtype=bool)
    return pd.Series(kinds[stands], index=table.loc[stands, key].to_numpy(dtype=object), dtype="object")


def _to_own_place(place_ids: pd.Series, x: np.ndarray, y: np.ndarray, gazetteer: Gazetteer) -> np.ndarray:
    """Kilometres from each point to the place that its row names; infinite where it names none."""
    known = {i: _row_of(gazetteer, i) for i in place_ids.dropna().unique()}
    rows = np.array([known.get(i, -1) if isinstance(i, str) else -1 for i in place_ids], dtype=int)
    far = kilometres(x, y, np.asarray(gazetteer.longitude)[rows], np.asarray(gazetteer.latitude)[rows])
    return np.where(rows < 0, np.inf, far)


def _row_of(gazetteer: Gazetteer, place_id: str) -> int:
    """Row of a place in the gazetteer, -1 if it has none."""
    try:
        return int(gazetteer.rows[place_id])
    except KeyError:
        return -1


def refusal(found: pd.Series) -> str:
    """Why nothing is written: how many records, on what kinds, and both ways out."""
    kinds = Counter(kind or "named by id" for kind in found)
    told = ", ".join(f"{kind}: {n}" for kind, n in sorted(kinds.items()))
    total = sum(kinds.values())
    rows = "1 displacement record stands" if total == 1 else f"{total} displacement records stand"
    return (
        f"{rows} as points on places that the theatre calls sensitive ({told}); nothing was written. Show them no "
        "finer with --coarsen admin3 | admin2 | admin1 | h3:RES, keep them back with --withhold FILE, or publish them "
        "as they are with --release sensitive"
    )


def careful_theatre(
    theatre: Theatre, gazetteer: Gazetteer, withhold: Withhold, *, released: bool
) -> tuple[Theatre, int]:
    """The theatre without the features that are sensitive or withheld, and how many were left out."""
    places = sensitive_places(gazetteer, theatre.sensitive) if not released else {}
    shown = tuple(
        f
        for f in theatre.context
        if (released or not (f.sensitive or f.place in places)) and not _is_listed(f, gazetteer, withhold)
    )
    return replace(theatre, context=shown), len(theatre.context) - len(shown)


def _is_listed(feature: ContextFeature, gazetteer: Gazetteer, withhold: Withhold) -> bool:
    """Whether a list names a feature: the feature itself, or the place it stands on."""
    if not withhold.entries:
        return False
    listed = {k for text in withhold.texts("place") for k in (text, fold(text))}
    if listed & {feature.place, fold(feature.name), fold(feature.name_ar)} - {""}:
        return True
    if not feature.place or _row_of(gazetteer, feature.place) < 0:
        return False
    place = gazetteer.place(feature.place)
    if listed & {place.pcode, *place.other_ids, fold(place.name), fold(place.name_ar), *map(fold, place.aliases)} - {
        ""
    }:
        return True
    circles = [e.circle for e in withhold.entries if e.circle is not None]
    return any(kilometres(place.longitude, place.latitude, x, y) <= radius for x, y, radius in circles)
