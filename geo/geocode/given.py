"""Coordinates that a source gives: which can be used, what slip the others may be, and what contradicts them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.geocode.ground import Point
from geo.geocode.slips import likely, slips, wrong_point, zones_of
from geo.geocode.spots import Complaint, Locator, Spot, points_of
from geo.geocode.statements import Said
from geo.names import fold

# How far a point may lie outside its stated unit without a line, by whether that unit is derived, and so rough.
_TOLERANCE_KM = {False: 0.0, True: 15.0}
_COUNTRY_TOLERANCE_KM = 10.0
# Outlines are generalised and borders are crossed: only what lies farther off may be a slip.
_SLIP_KM = 50.0
_FILE_SLIP_KM = 300.0
_BY_NAME_KM = 10.0
_TURNED_DEGREES = 0.5  # closer numbers make a point that hardly moves when they are exchanged
# A file speaks for one country if so many of its distinct points lie there.
_FILE_SHARE, _FILE_POINTS = 0.8, 5
_LEVEL_WORDS = ("country", "first division", "second division", "third division")


@dataclass(frozen=True, slots=True)
class _Home:
    """Where points ought to lie: whether they lie near enough, whether one lies inside, and how to say it.

    ``stated`` by the row itself, so that even bold slips are believed.
    """

    near: Callable[[np.ndarray], np.ndarray]
    holds: Callable[[Point], bool]
    words: str
    zones: tuple[str, ...]
    stated: bool = True


class Checks:
    """Checks of points against the polygons of a run and what rows state."""

    def __init__(self, locator: Locator) -> None:
        self.ground, self.resolver, self.theatre = locator.ground, locator.resolver, locator.theatre
        self.bearers = locator.bearers

    # --- before placing

    def usable(self, said: Said, files: pd.Series) -> tuple[list[Point | None], list[tuple[Complaint, ...]]]:
        """The usable points of the source, None where there is none; and what is wrong with those not used.

        ``files`` names the file of every row: points of one file speak for each other.
        """
        first = said.first
        points = first[["longitude", "latitude"]].to_numpy(dtype=float, na_value=np.nan).reshape(-1, 2)
        given = np.flatnonzero(~np.isnan(points).all(axis=1))
        used: list[Point | None] = [None] * len(first)
        complaints: list[tuple[Complaint, ...]] = [()] * len(first)
        found = self._slips(said, files, points, given[~np.isnan(points[given]).any(axis=1)])
        for i in given.tolist():
            x, y = points[i].tolist()
            wrong = found.get(i) or wrong_point(x, y)
            if wrong:
                complaints[i] = (("source_longitude", f"{x:g}, {y:g}", wrong),)
            else:
                used[i] = (x, y)
        return used, complaints

    def _slips(self, said: Said, files: pd.Series, points: np.ndarray, at: np.ndarray) -> dict[int, str]:
        """What the points that lie far from where they ought to may have meant."""
        at = at[(points[at] != 0).any(axis=1)]
        found: dict[int, str] = {}
        if not len(at):
            return found
        stated = said.first.iloc[at][["country", "admin1", "admin2", "admin3"]]
        owners = self.ground.holding(points[at, 0], points[at, 1], 0)
        lands = self._lands_of_files(said, files, dict(zip(at.tolist(), owners.tolist(), strict=True)))
        known = np.array([lands.get(i, "") for i in at.tolist()], dtype=object)
        alike = stated.assign(land=known).groupby([*stated.columns, "land"], sort=False).indices
        for members in alike.values():
            row, land = next(stated.iloc[members[:1]].itertuples(index=False)), known[members[0]]
            left = at[members]
            for home in self._homes(row, land):
                left = left[~home.near(points[left])]
                each = ((i, *points[i].tolist()) for i in left.tolist())
                told = {i: words for i, x, y in each if (words := _slip(x, y, home))}
                found |= told
                left = left[[i not in told for i in left.tolist()]]
        found |= self._turned_by_name(said.first["toponym"], points, [i for i in at.tolist() if i not in found])
        return found | {
            i: f"{words} ({wrong_point(*points[i].tolist())})"
            for i in at.tolist()
            if i not in found and wrong_point(*points[i].tolist()) and (words := likely(*points[i].tolist()))
        }

    def _turned_by_name(self, toponyms: pd.Series, points: np.ndarray, at: list[int]) -> dict[int, str]:
        """Points far from every place of their name, which lie by one if longitude and latitude are exchanged."""
        far = np.abs(points[at, 0] - points[at, 1]) > _TURNED_DEGREES
        left = np.array(at, dtype=int)[far & (np.abs(points[at]) <= 90).all(axis=1)]
        told: dict[int, str] = {}
        for toponym, members in toponyms.iloc[left].groupby(toponyms.iloc[left]).indices.items():
            if not fold(toponym):
                continue
            those = left[members]
            meant = points[those][:, ::-1]
            lost = self.bearers.apart(toponym, points[those]) > _SLIP_KM
            for i in those[lost & (self.bearers.apart(toponym, meant) <= _BY_NAME_KM)].tolist():
                x, y = points[i].tolist()
                told[i] = (
                    f"look swapped: longitude {y:g}, latitude {x:g} would lie by {toponym}, which they are far from; "
                    "correct the columns"
                )
        return told

    def _homes(self, row: Any, land: str) -> Iterator[_Home]:
        """Where the points of rows that state the same ought to lie, the narrowest first."""
        for level in (3, 2, 1):
            codes = self.stated_codes(row, level)
            if codes:
                yield self._in_units(codes, f"in {self.ground.names[codes[0]]}, as stated")
                break
        country = self._stated_country(row)
        if country:
            yield self._in_units([country], f"in {self.ground.names[country]}, as stated")
        elif self.theatre.bounds is not None:
            zones = (self.theatre.metric_crs, *zones_of(*self.theatre.bounds[::2], self.theatre.bounds[3]))
            yield _Home(self._near_theatre, self._in_theatre, "in the theatre", zones)
        elif land:
            words = f"in {self.ground.names[land]}, like nearly all points of the file"
            yield self._in_units([land], words, _FILE_SLIP_KM, stated=False)

    def _in_units(self, codes: Sequence[str], words: str, limit: float = _SLIP_KM, *, stated: bool = True) -> _Home:
        west, south, east, north = self.ground.shapes[codes[0]].bounds
        zones = dict.fromkeys([self.theatre.metric_crs, *zones_of(west, east, south + north)])
        return _Home(
            near=lambda points: np.any([self.ground.within_km(c, points, limit) for c in codes], axis=0),
            holds=lambda point: any(self.ground.covers(c, point) for c in codes),
            words=words,
            zones=tuple(zones),
            stated=stated,
        )

    def _stated_country(self, row: Any) -> str:
        """Code of the country that a row states, or that its stated units lie in."""
        country = self.resolver.country(row.country) if row.country else None
        if country is None:
            rows = self.resolver.gazetteer.rows
            owner = self.resolver.gazetteer.column("country")
            units = [self.resolver.units(getattr(row, f"admin{n}"), n) for n in (1, 2, 3)]
            owners = {owner[rows[code]] for codes in units for code in codes if code in rows}
            country = next(iter(owners)) if len(owners) == 1 else None
        return country if country in self.ground.shapes and country else ""

    def _lands_of_files(self, said: Said, files: pd.Series, owners: dict[int, str | None]) -> dict[int, str]:
        """For each statement with a point the country in which nearly all points of its file lie."""
        if self.theatre.bounds is not None:
            return {}
        pairs = pd.DataFrame({"file": files.fillna("").to_numpy(), "i": said.number}).drop_duplicates()
        pairs = pairs[pairs["i"].isin(list(owners))]
        pairs = pairs.assign(owner=[owners[i] or "" for i in pairs["i"].tolist()])
        lands: dict[str, str] = {}
        for file, owner in pairs.groupby("file", sort=True)["owner"]:
            shares = owner[owner != ""].value_counts()
            if len(shares) and shares.iloc[0] >= max(_FILE_POINTS, _FILE_SHARE * len(owner)):
                lands[str(file)] = str(shares.index[0])
        known = zip(pairs["i"].tolist(), pairs["file"].tolist(), strict=True)
        return {i: lands[file] for i, file in known if file in lands}

    def _near_theatre(self, points: np.ndarray) -> np.ndarray:
        held = self.ground.holding(points[:, 0], points[:, 1], 0)
        return np.array([code is not None for code in held], dtype=bool) | self._in_bounds(points)

    def _in_theatre(self, point: Point) -> bool:
        return bool(self._in_bounds(np.array([point]))[0]) and self.ground.holder(point, 0) is not None

    def _in_bounds(self, points: np.ndarray) -> np.ndarray:
        west, south, east, north = self.theatre.bounds or (0.0, 0.0, 0.0, 0.0)
        inside = (points >= [west, south]) & (points <= [east, north])
        return np.asarray(inside.all(axis=1))

    # --- after placing

    def contradicted(self, said: pd.DataFrame, spots: list[Spot]) -> dict[int, str]:
        """What is wrong with the spots that lie outside a unit that their row states; only the coarsest is told."""
        at, points = points_of(spots)
        told: dict[int, str] = {}
        rows = list(said.iloc[at].itertuples(index=False))
        for level in (3, 2, 1, 0):
            holding = self.ground.holding(points[:, 0], points[:, 1], level).tolist()
            off: dict[tuple[str, ...], list[int]] = {}
            for n, (row, code) in enumerate(zip(rows, holding, strict=True)):
                codes = self.stated_codes(row, level)
                if codes and code not in codes:
                    off.setdefault(tuple(codes), []).append(n)
            for units, members in off.items():
                words = self._judged(units, points[members], level)
                told |= {at[n]: w for n, w in zip(members, words, strict=True) if w}
        return told

    def outside(self, row: Any, point: Point) -> str:
        """What is wrong with one point, by the coarsest unit that its row states and that does not hold it."""
        for level in (0, 1, 2, 3):
            stated = self.stated_codes(row, level)
            told = self._judged(stated, np.array([point]), level)[0] if stated else ""
            if told:
                return told
        return ""

    def stated_codes(self, row: Any, level: int) -> list[str]:
        """Codes of the polygons of one level that a row says it lies in."""
        country = self.resolver.country(row.country) if row.country else None
        if level == 0:
            return [country] if country and country in self.ground.shapes else []
        codes = self.resolver.units(getattr(row, f"admin{level}"), level, country or "")
        return [c for c in sorted(codes) if c in self.ground.shapes]

    def _judged(self, codes: Sequence[str], points: np.ndarray, level: int) -> list[str]:
        """What to say of points that are far from the units stated; nothing of those that are not."""
        apart = np.min([self.ground.kilometres_to(c, points) for c in codes], axis=0)
        limit = _COUNTRY_TOLERANCE_KM if level == 0 else max(_TOLERANCE_KM[bool(self.ground.rough[c])] for c in codes)
        unit = f"{self.ground.names[codes[0]]}, the {_LEVEL_WORDS[level]} stated"
        told = [f"lies {km:.{1 if km < 10 else 0}f} km outside {unit}; check both" for km in apart.tolist()]
        return [words if km > limit else "" for words, km in zip(told, apart.tolist(), strict=True)]


def _slip(x: float, y: float, home: _Home) -> str:
    """The slip that would bring a point home, in words; nothing if none would."""
    beyond = wrong_point(x, y) is not None
    for slip in slips(x, y, home.zones):
        if (home.stated or beyond or not slip.bold) and wrong_point(*slip.point) is None and home.holds(slip.point):
            return f"{slip.words} would lie {home.words}; correct the columns"
    if x == y and home.stated:
        return f"are twice the same number, and do not lie {home.words}: one of them was copied; correct it"
    return ""
