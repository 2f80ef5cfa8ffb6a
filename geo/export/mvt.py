"""Mapbox Vector Tiles, version 2.1: features of one tile as bytes.

Source: https://github.com/mapbox/vector-tile-spec/tree/master/2.1, with its protobuf field numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from struct import pack
from typing import Any

import numpy as np
import shapely

EXTENT = 4096  # steps along a side of a tile
_POINT, _LINE, _AREA = 1, 2, 3
_MOVE_TO, _LINE_TO, _CLOSE = 1, 2, 7


Attributes = Sequence[tuple[bytes, bytes]]  # keys and values as `named` and `encoded` give them


class TileLayer:
    """One layer of one tile: features are added in steps of the tile, x to the right, y down."""

    def __init__(self, name: str) -> None:
        self.name = name
        # Each with its place in the list, ready to be written.
        self._keys: dict[bytes, bytes] = {}
        self._values: dict[bytes, bytes] = {}
        self._features: list[bytes] = []

    def add(self, number: int, shape: Shape, attributes: Attributes) -> None:
        """Add a feature."""
        tags: list[bytes] = []
        for key, value in attributes:
            tags += (_place(self._keys, key), _place(self._values, value))
        feature = _number(1, number) + _bytes(2, b"".join(tags)) + _number(3, shape.kind) + _bytes(4, shape.commands)
        self._features.append(_bytes(2, feature))

    def encode(self) -> bytes:
        """The layer as a field of a tile; nothing if it has no features. Layers may be joined end to end."""
        if not self._features:
            return b""
        named, ends = _bytes(1, self.name.encode()), _number(5, EXTENT) + _number(15, 2)
        return _bytes(3, b"".join([named, *self._features, *self._keys, *self._values, ends]))


def _place(known: dict[bytes, bytes], field: bytes) -> bytes:
    place = known.get(field)
    if place is None:
        place = known[field] = _varint(len(known))
    return place


@dataclass(frozen=True, slots=True)
class Shape:
    """A geometry as a tile holds it: its kind and its drawing commands, ready to be written."""

    kind: int
    commands: bytes


def points(positions: Sequence[tuple[int, int]]) -> Shape:
    """Points in steps of the tile."""
    commands = [_command(_MOVE_TO, len(positions))]
    last_x, last_y = 0, 0
    for x, y in positions:
        commands += (_zigzag(x - last_x), _zigzag(y - last_y))
        last_x, last_y = x, y
    return Shape(_POINT, b"".join(map(_varint, commands)))


def drawn(shapes: np.ndarray) -> list[Shape | None]:
    """Lines and polygons, each in whole steps of its tile; None if nothing of one has length or area there."""
    found: list[Shape | None] = [None] * len(shapes)
    is_area = shapely.get_dimensions(shapes) == 2
    for kind, chosen, paths_of in (
        (_AREA, np.flatnonzero(is_area), _rings),
        (_LINE, np.flatnonzero(~is_area), _lines),
    ):
        numbers, commands = _commands(paths_of(shapes[chosen]), closed=kind == _AREA)
        for number, command in zip(chosen[numbers].tolist(), commands, strict=True):
            found[number] = Shape(kind, command)
    return found


@dataclass(frozen=True, slots=True)
class _Paths:
    """Lines to be drawn one after the other: their steps (n by 2), how many each has, and the shape it is of."""

    steps: np.ndarray
    counts: np.ndarray
    shape_of: np.ndarray


def _lines(shapes: np.ndarray) -> _Paths:
    parts, shape_of = shapely.get_parts(shapes, return_index=True)
    steps, counts = _distinct(parts)
    return _without(_Paths(steps, counts, shape_of), counts < 2)


def _rings(shapes: np.ndarray) -> _Paths:
    """Rings without their last step; outer ones run clockwise as seen with y down, inner ones the other way."""
    parts, shape_of = shapely.get_parts(shapes, return_index=True)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    is_outer = np.diff(part_of, prepend=-1) != 0
    steps, counts = _distinct(rings)
    turns = _turns(steps, counts)
    flat = (counts < 4) | (turns == 0)
    lost = flat | np.isin(part_of, part_of[flat & is_outer])  # no hole without the area around it
    last = np.cumsum(counts) - 1
    paths = _Paths(np.delete(steps, last, axis=0), counts - 1, shape_of[part_of])
    return _without(_turned(paths, (turns > 0) != is_outer), lost)


def _distinct(lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whole steps of lines, none the same as the one before, and how many each line has."""
    coordinates, line_of = shapely.get_coordinates(lines, return_index=True)
    steps = np.rint(coordinates).astype(np.int64)
    kept = np.ones(len(steps), dtype=bool)
    kept[1:] = (np.diff(steps, axis=0) != 0).any(axis=1) | (np.diff(line_of) != 0)
    return steps[kept], np.bincount(line_of[kept], minlength=len(lines))


def _turns(steps: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Twice the signed area of each ring, whose last step is its first."""
    x, y = steps[:, 0], steps[:, 1]
    crossed = np.append(x[:-1] * y[1:] - x[1:] * y[:-1], 0)
    crossed[np.cumsum(counts) - 1] = 0  # from one ring to the next
    return np.add.reduceat(crossed, _starts(counts)) if len(counts) else counts


def _turned(paths: _Paths, wrong: np.ndarray) -> _Paths:
    """The same, with the steps of some paths in the other direction."""
    starts, within = _starts(paths.counts), _within(paths.counts)
    back = np.repeat(wrong, paths.counts)
    order = np.repeat(starts, paths.counts) + np.where(back, np.repeat(paths.counts, paths.counts) - 1 - within, within)
    return _Paths(paths.steps[order], paths.counts, paths.shape_of)


def _without(paths: _Paths, lost: np.ndarray) -> _Paths:
    return _Paths(paths.steps[np.repeat(~lost, paths.counts)], paths.counts[~lost], paths.shape_of[~lost])


def _commands(paths: _Paths, *, closed: bool) -> tuple[np.ndarray, list[bytes]]:
    """Numbers of the shapes that are drawn, and the commands of each: from (0, 0), a path after the other."""
    if not len(paths.counts):
        return paths.counts, []
    numbers, first_path = np.unique(paths.shape_of, return_index=True)
    starts = _starts(paths.counts)
    moves = np.diff(paths.steps, axis=0, prepend=0)
    moves[starts[first_path]] = paths.steps[starts[first_path]]
    # A path is MoveTo, a pair, LineTo, the other pairs, and what closes it.
    lengths = 2 * paths.counts + 2 + closed
    begins = _starts(lengths)
    values = np.full(lengths.sum(), _command(_CLOSE, 1))
    values[begins] = _command(_MOVE_TO, 1)
    values[begins + 3] = _command(_LINE_TO, paths.counts - 1)
    within = _within(paths.counts)
    at = np.repeat(begins, paths.counts) + 1 + 2 * within + (within > 0)
    zigzag = (moves << 1) ^ (moves >> 63)
    values[at], values[at + 1] = zigzag[:, 0], zigzag[:, 1]
    written, begin_at = _varints(values)
    bounds = [*begin_at[begins[first_path]].tolist(), len(written)]
    return numbers, [written[a:b] for a, b in pairwise(bounds)]


def _starts(counts: np.ndarray) -> np.ndarray:
    return np.cumsum(counts) - counts


def _within(counts: np.ndarray) -> np.ndarray:
    """The number of each step in its path, from 0."""
    return np.arange(counts.sum()) - np.repeat(_starts(counts), counts)


def named(key: str) -> bytes:
    """The name of an attribute, ready to be written."""
    return _bytes(3, key.encode())


def encoded(value: Any) -> bytes:
    """A value of an attribute, ready to be written."""
    return _bytes(4, _value(value))


def _value(value: Any) -> bytes:
    if isinstance(value, bool | np.bool_):
        return _number(7, int(value))
    if isinstance(value, int | np.integer):
        return _number(6, _zigzag(int(value)))
    if isinstance(value, float | np.floating):
        return b"\x19" + pack("<d", float(value))
    return _bytes(1, str(value).encode("utf-8", "replace"))


def _command(name: int, count: Any) -> Any:
    return (name & 7) | (count << 3)


def _zigzag(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


def _long_varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


_SHORT = tuple(_long_varint(value) for value in range(1 << 13))


def _varint(value: int) -> bytes:
    return _SHORT[value] if value < len(_SHORT) else _long_varint(value)


def _varints(values: np.ndarray) -> tuple[bytes, np.ndarray]:
    """Whole numbers from 0, one after the other, and where each begins."""
    lengths = 1 + np.searchsorted(1 << 7 * np.arange(1, 9), values, side="right")
    begins = _starts(lengths)
    written = np.zeros(lengths.sum(), dtype=np.uint8)
    for place in range(int(lengths.max())):
        longer = lengths > place
        more = (lengths[longer] > place + 1).astype(np.int64) << 7
        written[begins[longer] + place] = (values[longer] >> 7 * place & 127) | more
    return written.tobytes(), begins


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content
