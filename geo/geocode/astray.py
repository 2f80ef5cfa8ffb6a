"""Places of a list that lie far from all others told with them: namesakes of villages that the gazetteer lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from geo.codes import POINT_PRECISIONS
from geo.gazetteer import kilometres
from geo.geocode.spots import Spot
from geo.geocode.statements import Said

# Of 115 villages that ACLED lists with two others or more, and of which one bearer is known, 112 lie within 50 km
# of another of their list, all of them rightly; of the three farther off one is a namesake.
_FAR_KM = 50.0
_TOGETHER_KM = 15.0  # from their midst the others of a list lie within this
_FEWEST = 2  # others that have to be there


def gone_astray(table: pd.DataFrame, said: Said, spots: Sequence[Spot]) -> Iterator[tuple[int, Spot]]:
    """Statements whose place is far from the others of their list, with what is left of them: no place, and why.

    A statement that elsewhere stands in other company stays, and so does one whose district is stated.
    """
    found: dict[int, float] = {}
    company: set[int] = set()
    for told in _lists(table, said):
        known = [i for i in told if spots[i].point is not None and spots[i].precision in POINT_PRECISIONS]
        far = dict(_far(known, spots)) if len(known) > _FEWEST else {}
        found |= far
        company |= set(told) - set(far)
    units = said.first["admin2"].ne("") | said.first["admin3"].ne("") | said.first["place_id"].ne("")
    for i, km in sorted(found.items()):
        if i not in company and not units[i]:
            yield i, _without(spots[i], km)


def _lists(table: pd.DataFrame, said: Said) -> Iterator[list[int]]:
    """The statements of each list that a report tells one happening of: rows of a kind from one sentence."""
    reported = table["span_start"].notna().to_numpy(dtype=bool)
    columns = ["source_file", "span_start", "event_type"] if "event_type" in table else ["source_file", "span_start"]
    rows = table.loc[reported, columns].assign(i=said.number[reported]).drop_duplicates()
    rows = rows[rows.groupby(columns, sort=False, dropna=False)["i"].transform("size") > _FEWEST]
    for _, group in rows.groupby(columns, sort=False, dropna=False):
        yield group["i"].tolist()


def _far(known: Sequence[int], spots: Sequence[Spot]) -> Iterator[tuple[int, float]]:
    """Those of some statements that lie far from all others, while these lie together; and how far."""
    points = np.array([spots[i].point for i in known])
    for n, i in enumerate(known):
        lons, lats = np.delete(points, n, axis=0).T
        away = kilometres(points[n, 0], points[n, 1], lons, lats).min()
        together = kilometres(np.median(lons), np.median(lats), lons, lats) <= _TOGETHER_KM
        if away > _FAR_KM and together.sum() >= max(_FEWEST, len(lons) // 2 + 1):
            yield i, float(away)


def _without(spot: Spot, km: float) -> Spot:
    """A statement without the place, which is told among the runners-up."""
    place = spot.place
    told = f"{place.place_id} {place.name} {spot.score:g}" if place is not None else ""
    reason = f"the only place found, {spot.name}, is {km:.0f} km from all others that are told with it"
    return Spot(reason=reason, runners_up="; ".join(r for r in (told, spot.runners_up) if r))
