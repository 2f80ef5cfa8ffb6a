"""Two rows side by side: for each thing they say, how well they agree, as one of a few levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from geo.codes import EVENT_TYPES
from geo.gazetteer.place import EARTH_KM
from geo.merge.facts import Facts
from geo.merge.parties import ALLIED, APART, SAME, UNKNOWN

LEVELS: dict[str, dict[str, str]] = {
    "distance": {
        "spot": "within 2 km",
        "near": "2 to 5 km apart",
        "apart": "5 to 10 km apart",
        "far": "more than 10 km apart",
        "small area": "one lies in the district of the other",
        "large area": "one lies in the province or loose area of the other",
        "outside": "one lies outside the area of the other",
    },
    "name": {
        "same": "the place has the same name",
        "part": "one place is a part of the other",
        "other": "the places have other names",
        "unnamed": "one names no place",
    },
    "time": {
        "day": "the same day",
        "days": "within the same few days",
        "span": "within the same weeks",
        "next": "a day apart",
        "gap": "days apart",
    },
    "kind": {
        "same": "the same kind of event",
        "type": "the same type of event",
        "related": "kinds of event that sources take for each other",
        "other": "kinds of event that go ill together",
    },
    "parties": {
        "same": "both parties are the same",
        "one": "one party is the same, the other of its side",
        "sides": "the parties are of the same two sides",
        "half": "one party fits, of the other nothing is known",
        "unknown": "of the parties nothing is known",
        "against": "one party is of another side",
    },
    "deaths": {
        "same many": "the same number of dead, ten or more",
        "same some": "the same number of dead, four to nine",
        "same few": "the same number of dead, one to three",
        "none": "neither tells of dead",
        "close": "nearly the same number of dead",
        "some": "both tell of dead, one of them by a coder's rule",
        "far": "other numbers of dead",
        "against": "one tells of dead, the other of none",
        "unknown": "one gives no number of dead",
    },
    "victims": {
        "against": "one says that all dead were civilians, the other tells of none",
        "civilians": "both tell of civilians killed",
        "open": "who the dead were tells nothing",
    },
    "tellers": {
        "same": "both name a source in common",
        "other": "they name other sources",
        "unknown": "one does not name its source",
    },
}
"""What is compared, its levels, and each level in words for a reader."""

NUMBER = {what: {level: i for i, level in enumerate(levels)} for what, levels in LEVELS.items()}
SMALL_AREA_KM = 40.0
_FLAT_KM = 111.32  # a degree of latitude
_COARSE_KM = 0.5  # how far an outline may be off where only near or far is asked

# How far apart two kinds of event are in the eyes of coders who see the same thing. Written from the codebooks: of
# ACLED (2024) which sub-types may describe one happening, of UCDP GED (23.1) that its types of violence know no
# weapons, so that its battles hold clashes, shelling and strikes alike.
_TYPE_DISTANCE: dict[frozenset[str], int] = {
    frozenset({"Battles", "Explosions/Remote violence"}): 1,
    frozenset({"Battles", "Violence against civilians"}): 1,
    frozenset({"Explosions/Remote violence", "Violence against civilians"}): 1,
    frozenset({"Riots", "Protests"}): 1,
    frozenset({"Riots", "Violence against civilians"}): 1,
    frozenset({"Protests", "Violence against civilians"}): 1,
    frozenset({"Battles", "Strategic developments"}): 1,
}


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs of rows and the level of each thing compared, as numbers of ``LEVELS``."""

    left: np.ndarray
    right: np.ndarray
    levels: Mapping[str, np.ndarray]
    km: np.ndarray

    def at(self, chosen: np.ndarray) -> Compared:
        """Some of the pairs, by position."""
        levels = {what: numbers[chosen] for what, numbers in self.levels.items()}
        return Compared(self.left[chosen], self.right[chosen], levels, self.km[chosen])


def compare(facts: Facts, left: np.ndarray, right: np.ndarray) -> Compared:
    """Compare the rows of each pair."""
    km, inside = _distances(facts, left, right)
    levels = {
        "distance": _distance(facts, left, right, km, inside),
        "name": _name(facts, left, right),
        "time": _time(facts, left, right),
        "kind": _kind(facts, left, right),
        "parties": _parties(facts, left, right),
        "deaths": _deaths(facts, left, right),
        "victims": _victims(facts, left, right),
        "tellers": _tellers(facts, left, right),
    }
    return Compared(left, right, levels, km)


def _distances(facts: Facts, left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Km between the spots of two points, else between point and area or two areas; and whether an area is in it."""
    chord = np.linalg.norm(facts.spot[left] - facts.spot[right], axis=1)
    km = 2 * EARTH_KM * np.arcsin(np.clip(chord / (2 * EARTH_KM), 0, 1))
    wide = (facts.area[left] >= 0) | (facts.area[right] >= 0)
    at = np.flatnonzero(wide)
    if len(at):
        km[at] = _to_areas(facts, left[at], right[at])
    return km, wide


def _to_areas(facts: Facts, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Km from the outline of the larger area to the other row, 0 inside; each area is asked once for all its rows."""
    swap = (facts.area[left] < 0) | ((facts.area[right] >= 0) & (facts.radius[right] > facts.radius[left]))
    outer, inner = np.where(swap, right, left), np.where(swap, left, right)
    km = np.empty(len(left))
    order = np.argsort(facts.area[outer], kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(facts.area[outer][order])) + 1):
        area = facts.areas[facts.area[outer[rows[0]]]]
        middle = shapely.bounds(area).reshape(2, 2).mean(axis=0)
        flat = _flattened(area, middle)
        shapely.prepare(flat)
        km[rows] = shapely.distance(flat, _inner(facts, inner[rows], middle))
    return km


def _inner(facts: Facts, rows: np.ndarray, middle: np.ndarray) -> np.ndarray:
    x, y, z = (facts.spot[rows] / EARTH_KM).T
    longitude, latitude = np.degrees(np.arctan2(y, x)), np.degrees(np.arcsin(np.clip(z, -1, 1)))
    shapes = shapely.points(*_plane(longitude, latitude, middle))
    for at in np.flatnonzero(facts.area[rows] >= 0):
        shapes[at] = _flattened(facts.areas[facts.area[rows[at]]], middle)
    return shapes


def _flattened(area: object, middle: np.ndarray) -> object:
    """An area in km around a point, its outline made coarser."""
    flat = shapely.transform(area, lambda xy: np.column_stack(_plane(xy[:, 0], xy[:, 1], middle)))
    return shapely.simplify(flat, _COARSE_KM)


def _plane(longitude: np.ndarray, latitude: np.ndarray, middle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    east = (longitude - middle[0] + 180) % 360 - 180
    return east * _FLAT_KM * np.cos(np.radians(middle[1])), (latitude - middle[1]) * _FLAT_KM


def _distance(facts: Facts, left: np.ndarray, right: np.ndarray, km: np.ndarray, wide: np.ndarray) -> np.ndarray:
    number = NUMBER["distance"]
    reach = np.maximum(
        np.where(facts.area[left] >= 0, facts.radius[left], 0), np.where(facts.area[right] >= 0, facts.radius[right], 0)
    )
    level = np.select(
        [wide & (km > 2), wide & (reach <= SMALL_AREA_KM), wide, km <= 2, km <= 5, km <= 10],
        [number[n] for n in ("outside", "small area", "large area", "spot", "near", "apart")],
        number["far"],
    )
    return level.astype(np.int8)


def _name(facts: Facts, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    number = NUMBER["name"]
    agreed = facts.names.compare(left, right)
    return np.array([number[n] for n in ("unnamed", "other", "part", "same")], dtype=np.int8)[agreed]


def _time(facts: Facts, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    number = NUMBER["time"]
    start, end = np.maximum(facts.first[left], facts.first[right]), np.minimum(facts.last[left], facts.last[right])
    longest = np.maximum(facts.last[left] - facts.first[left], facts.last[right] - facts.first[right])
    gap = start - end
    return np.select(
        [gap > 1, gap == 1, longest == 0, longest <= 3],
        [number["gap"], number["next"], number["day"], number["days"]],
        number["span"],
    ).astype(np.int8)


def _kind(facts: Facts, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    number = NUMBER["kind"]
    near = np.array(
        [
            [0 if a == b else _TYPE_DISTANCE.get(frozenset({str(a), str(b)}), 2) for b in EVENT_TYPES]
            for a in EVENT_TYPES
        ]
    )
    apart = near[facts.kind[left], facts.kind[right]]
    one, two = facts.subkind[left], facts.subkind[right]
    return np.select(
        [(apart == 0) & (one == two) & (one >= 0), apart == 0, apart == 1],
        [number["same"], number["type"], number["related"]],
        number["other"],
    ).astype(np.int8)


def _parties(facts: Facts, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    number = NUMBER["parties"]
    worse, better = facts.parties.compare(left, right)
    return np.select(
        [worse == SAME, (worse == ALLIED) & (better == SAME), worse == ALLIED, worse == APART, better > UNKNOWN],
        [number[n] for n in ("same", "one", "sides", "against", "half")],
        number["unknown"],
    ).astype(np.int8)


def _deaths(facts: Facts, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    number = NUMBER["deaths"]
    one, two = facts.deaths[left], facts.deaths[right]
    most, least = np.maximum(one, two), np.minimum(one, two)
    ruled = facts.made[left] | facts.made[right] | facts.shared[left] | facts.shared[right]
    overlap = (facts.lowest[left] <= facts.highest[right]) & (facts.lowest[right] <= facts.highest[left])
    close = (most - least <= np.maximum(1, 0.2 * most)) | overlap
    return np.select(
        [
            least < 0,
            most == 0,
            least == 0,
            ruled,
            (most == least) & (most >= 10),
            (most == least) & (most >= 4),
            most == least,
            close,
        ],
        [number[n] for n in ("unknown", "none", "against", "some", "same many", "same some", "same few", "close")],
        number["far"],
    ).astype(np.int8)


def _victims(facts: Facts, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    number = NUMBER["victims"]
    all_civilians = facts.civilians_only[left] | facts.civilians_only[right]
    telling = facts.civilians_told[left] & facts.civilians_told[right]
    return np.select(
        [all_civilians & ~telling, all_civilians], [number["against"], number["civilians"]], number["open"]
    ).astype(np.int8)


def _tellers(facts: Facts, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    number = NUMBER["tellers"]
    common = facts.tellers.compare(left, right)
    return np.select([common > 0, common < 0], [number["same"], number["other"]], number["unknown"]).astype(np.int8)
