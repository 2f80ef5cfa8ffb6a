"""Mapbox Vector Tiles, version 2.1: features of one tile as bytes.

Source: https://github.com/mapbox/vector-tile-spec/tree/master/2.1, with its protobuf field numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from struct import pack
from typing import Any

import numpy as np
import shapely

EXTENT = 4096  # steps along a side of a tile
_POINT, _LINE, _AREA = 1, 2, 3
_MOVE_TO, _LINE_TO, _CLOSE = 1, 2, 7


Attributes = Sequence[tuple[str, bytes]]  # names with values as `encoded` gives them


class TileLayer:
    """One layer of one tile: features are added in steps of the tile, x to the right, y down."""

    def __init__(self, name: str) -> None:
        self.name = name
        # Each with its place in the list, ready to be written.
        self._keys: dict[str, bytes] = {}
        self._values: dict[bytes, bytes] = {}
        self._features: list[bytes] = []

    def add(self, number: int, shape: Shape, attributes: Attributes) -> None:
        """Add a feature."""
        tags: list[bytes] = []
        for key, value in attributes:
            tags += (_place(self._keys, key), _place(self._values, value))
        self._features.append(
            _number(1, number) + _bytes(2, b"".join(tags)) + _number(3, shape.kind) + _bytes(4, _packed(shape.commands))
        )

    def encode(self) -> bytes:
        """The layer as a field of a tile; nothing if it has no features. Layers may be joined end to end."""
        if not self._features:
            return b""
        body = [_bytes(1, self.name.encode())]
        body += [_bytes(2, feature) for feature in self._features]
        body += [_bytes(3, key.encode()) for key in self._keys]
        body += [_bytes(4, value) for value in self._values]
        body += [_number(5, EXTENT), _number(15, 2)]
        return _bytes(3, b"".join(body))


def _place(known: dict[Any, bytes], key: str | bytes) -> bytes:
    place = known.get(key)
    if place is None:
        place = known[key] = _varint(len(known))
    return place


@dataclass(frozen=True, slots=True)
class Shape:
    """A geometry as a tile holds it: its kind and its drawing commands."""

    kind: int
    commands: Sequence[int]


def points(positions: Sequence[tuple[int, int]]) -> Shape:
    """Points in steps of the tile."""
    commands = [_command(_MOVE_TO, len(positions))]
    last_x, last_y = 0, 0
    for x, y in positions:
        commands += (_zigzag(x - last_x), _zigzag(y - last_y))
        last_x, last_y = x, y
    return Shape(_POINT, commands)


def drawn(shape: Any) -> Shape | None:
    """Lines or polygons, in steps of the tile; None if nothing of them has length or area there."""
    is_area = shapely.get_dimensions(shape) == 2
    commands = _area_commands(shape) if is_area else _line_commands(shape)
    return Shape(_AREA if is_area else _LINE, commands) if commands else None


def _line_commands(shape: Any) -> list[int]:
    commands: list[int] = []
    x, y = 0, 0
    for part in shapely.get_parts(shape):
        steps = _distinct(shapely.get_coordinates(part))
        if len(steps) > 1:
            x, y = _path(commands, steps, x, y)
    return commands


def _area_commands(shape: Any) -> list[int]:
    """Rings, each closed; outer ones run clockwise as seen with y down, inner ones the other way."""
    commands: list[int] = []
    x, y = 0, 0
    for part in shapely.get_parts(shape):
        for i, ring in enumerate(shapely.get_rings(part)):
            closed = _distinct(shapely.get_coordinates(ring))
            steps, turn = closed[:-1], _turn(closed)
            if len(steps) < 3 or turn == 0:
                if i == 0:
                    break
                continue
            steps = steps if (turn > 0) == (i == 0) else steps[::-1]
            x, y = _path(commands, steps, x, y)
            commands.append(_command(_CLOSE, 1))
    return commands


def _path(commands: list[int], steps: np.ndarray, x: int, y: int) -> tuple[int, int]:
    moves = np.diff(np.vstack([[(x, y)], steps]), axis=0)
    zigzag = ((moves << 1) ^ (moves >> 63)).ravel().tolist()
    commands += [_command(_MOVE_TO, 1), *zigzag[:2], _command(_LINE_TO, len(steps) - 1), *zigzag[2:]]
    return int(steps[-1][0]), int(steps[-1][1])


def _distinct(coordinates: np.ndarray) -> np.ndarray:
    """Whole steps, none the same as the one before."""
    steps = np.rint(coordinates).astype(np.int64)
    kept = np.ones(len(steps), dtype=bool)
    kept[1:] = (np.diff(steps, axis=0) != 0).any(axis=1)
    return steps[kept]


def _turn(steps: np.ndarray) -> int:
    """Twice the signed area of a ring, whose last step is its first."""
    x, y = steps[:, 0], steps[:, 1]
    return int(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))


def encoded(value: Any) -> bytes:
    """A value of an attribute."""
    if isinstance(value, bool | np.bool_):
        return _number(7, int(value))
    if isinstance(value, int | np.integer):
        return _number(6, _zigzag(int(value)))
    if isinstance(value, float | np.floating):
        return b"\x19" + pack("<d", float(value))
    return _bytes(1, str(value).encode("utf-8", "replace"))


def _command(name: int, count: int) -> int:
    return (name & 7) | (count << 3)


def _zigzag(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


_SHORT = tuple(_varint(value) for value in range(1 << 13))  # nearly all steps within a tile


def _packed(values: Sequence[int]) -> bytes:
    try:
        packed = bytes(values)
    except ValueError:  # one beyond 255
        packed = b"\xff"
    return packed if packed.isascii() else b"".join(_SHORT[v] if v < len(_SHORT) else _varint(v) for v in values)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content
