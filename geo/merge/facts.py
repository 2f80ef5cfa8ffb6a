"""What the rows of EVENTS say, as arrays that pairs of rows are compared by."""

from __future__ import annotations

import re
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.codes import AREA_PRECISIONS, EVENT_TYPES, POINT_PRECISIONS, PRECISION, Precision
from geo.gazetteer.place import EARTH_KM
from geo.merge.pairwise import by_distinct_pair
from geo.merge.parties import Parties
from geo.merge.tolls import civilians_named, made_counts, shared_counts, toll_groups
from geo.names import article_free, fold, parse_toponym, skeleton
from geo.theatre import Theatre

SHORTEST_WORD = 3  # consonants of a word that tells one place from another
LONGEST_DAYS = 31  # a row that sums over more is no happening that another row could be
_TELLERS = re.compile(r"\s*[;,/&]\s*|\s+and\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Facts:
    """One value a row; ``usable`` are the rows that say when and where well enough to be compared.

    ``spot`` is the centre on the globe in km from the Earth's centre, ``radius`` how far from it the happening may
    have been in km, ``area`` the number of the area it is known to (-1: a point), ``first`` and ``last`` days since
    1970. ``deaths`` is -1 where none are told; ``made`` and ``shared`` say that a coder's rule made the count, or split
    it. ``kind`` is the position in ``EVENT_TYPES``.
    """

    usable: np.ndarray
    source: np.ndarray
    spot: np.ndarray
    radius: np.ndarray
    fine: np.ndarray
    area: np.ndarray
    areas: np.ndarray
    first: np.ndarray
    last: np.ndarray
    names: Names
    kind: np.ndarray
    subkind: np.ndarray
    civilians_only: np.ndarray
    civilians_told: np.ndarray
    parties: Parties
    deaths: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray
    made: np.ndarray
    shared: np.ndarray
    toll: np.ndarray
    tellers: Tellers

    def __len__(self) -> int:
        return len(self.usable)


def read_facts(events: gpd.GeoDataFrame, theatre: Theatre) -> Facts:
    """What the rows of a located EVENTS table say; ``theatre`` knows who is who."""
    first, last = _days(events["date_start"]), _days(events["date_end"])
    precision = events["geo_precision"].fillna("").to_numpy(dtype=object)
    shapes = events.geometry.to_numpy()
    point = np.isin(precision, list(POINT_PRECISIONS)) & (shapely.get_type_id(shapes) == 0)
    wide = np.isin(precision, list(AREA_PRECISIONS)) & (shapely.get_dimensions(shapes) > 0)
    dated = (first >= 0) | (last >= 0)
    first, last = np.where(first < 0, last, first), np.where(last < 0, first, last)
    area, areas = _areas(shapes, wide)
    spot, radius = _spots(shapes, point, area, areas, precision)
    texts = events["quote"].fillna("").str.cat(events["notes"].fillna(""), sep="\n")
    shared = shared_counts(texts)
    low, best, high = (_counts(events[f"fatalities_{n}"]) for n in ("low", "best", "high"))
    civilians = _counts(events["fatalities_civilians"])
    told = np.where(best >= 0, best, np.where(low >= 0, low, high))
    return Facts(
        usable=dated & (point | wide) & (last - first < LONGEST_DAYS),
        source=_codes(events["source"])[0],
        spot=spot,
        radius=radius,
        fine=point & (precision != Precision.NEAR),
        area=area,
        areas=areas,
        first=first,
        last=last,
        names=Names(events["toponym"]),
        kind=pd.Categorical(events["event_type"], categories=EVENT_TYPES).codes,
        subkind=_codes(events["event_subtype"])[0],
        civilians_only=(civilians > 0) & (civilians == told),
        civilians_told=(civilians > 0) | ((civilians < 0) & civilians_named(texts)),
        parties=Parties(events, theatre),
        deaths=told,
        lowest=np.where(low >= 0, low, told),
        highest=np.where(high >= 0, high, told),
        made=made_counts(texts),
        shared=shared,
        toll=toll_groups(events, texts, shared),
        tellers=Tellers(events["attributed_to"]),
    )


def _days(dates: pd.Series) -> np.ndarray:
    days = dates.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), -1, days.astype(np.int64))


def _counts(counts: pd.Series) -> np.ndarray:
    return counts.fillna(-1).to_numpy(dtype=np.int64)


def _codes(texts: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    codes, values = pd.factorize(texts.to_numpy(dtype=object))
    return codes.astype(np.int64), values


def _areas(shapes: np.ndarray, wide: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number of each row's area, and the areas; two of one box, size and outline count as one."""
    number = np.full(len(shapes), -1, dtype=np.int32)
    at = np.flatnonzero(wide)
    if not len(at):
        return number, np.array([], dtype=object)
    told = np.column_stack(
        [shapely.bounds(shapes[at]), shapely.area(shapes[at]), shapely.get_num_coordinates(shapes[at])]
    )
    _, where, inverse = np.unique(told, axis=0, return_index=True, return_inverse=True)
    number[at] = inverse.reshape(-1)
    return number, shapes[at[where]]


def globe(longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """Points on the globe in km from the Earth's centre: distances without a projection, a date line or poles."""
    x, y = np.radians(longitude), np.radians(latitude)
    return EARTH_KM * np.column_stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)])


def _spots(
    shapes: np.ndarray, point: np.ndarray, area: np.ndarray, areas: np.ndarray, precision: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Centre and radius of each row: of an area the middle of its box and the distance to a corner."""
    spot = np.full((len(shapes), 3), np.nan)
    radius = np.zeros(len(shapes))
    spot[point] = globe(shapely.get_x(shapes[point]), shapely.get_y(shapes[point]))
    usual = {p.value: c.radius_km for p, c in PRECISION.items() if c.radius_km is not None}
    radius[point] = [usual[str(p)] for p in precision[point]]
    if len(areas):
        west, south, east, north = shapely.bounds(areas).T
        middle = globe((west + east) / 2, (south + north) / 2)
        corners = np.stack([globe(x, y) for x in (west, east) for y in (south, north)])
        reach = np.linalg.norm(corners - middle, axis=2).max(axis=0)
        inside = area >= 0
        spot[inside], radius[inside] = middle[area[inside]], reach[area[inside]]
    return spot, radius


class Names:
    """The names of the rows' places, by number; -1: none."""

    def __init__(self, toponyms: pd.Series) -> None:
        self.codes, texts = _codes(toponyms)
        self.known = [_place_name(str(t)) for t in texts]

    def compare(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """0 where a row names no place, 1 where the names differ, 2 where one is part of the other, 3 the same."""
        first, second = self.codes[left], self.codes[right]
        named = (first >= 0) & (second >= 0)
        answers = np.zeros(len(left), dtype=np.int8)
        answers[named] = by_distinct_pair(first[named], second[named], self._alike)
        return answers

    def _alike(self, left: int, right: int) -> int:
        one, two = self.known[left], self.known[right]
        if not one.own or not two.own:
            return 0
        if one.own == two.own:
            return 3
        nested = {one.own, one.whole} & {two.own, two.whole} or one.words <= two.words or two.words <= one.words
        return 2 if nested else 1


@dataclass(frozen=True, slots=True)
class _PlaceName:
    """Bones of a place's own name, of the place it is a part of, and of the words that are long enough to tell."""

    own: str
    whole: str
    words: frozenset[str]


def _place_name(text: str) -> _PlaceName:
    parts = parse_toponym(text)
    own, whole = (skeleton(fold(n)) if n else "" for n in (parts.detail or parts.core, parts.core))
    bones = (skeleton(w) for w in article_free(fold(parts.core)).split())
    words = frozenset(b for b in bones if len(b) >= SHORTEST_WORD)
    return _PlaceName(own, whole, words or frozenset({own}))


class Tellers:
    """Who is named as the source of each row, by number; -1: nobody."""

    def __init__(self, texts: pd.Series) -> None:
        self.codes, values = _codes(texts)
        self.names = [frozenset(fold(t) for t in _TELLERS.split(str(v))) - {""} for v in values]

    def compare(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """1 where two rows name a source in common, -1 where they name others, 0 where one names none."""
        first, second = self.codes[left], self.codes[right]
        told = (first >= 0) & (second >= 0)
        answers = np.zeros(len(left), dtype=np.int8)
        answers[told] = by_distinct_pair(first[told], second[told], self._common)
        return answers

    def _common(self, left: int, right: int) -> int:
        return 1 if self.names[left] & self.names[right] else -1
