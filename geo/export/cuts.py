"""Lines and areas cut to the tiles of a zoom, in steps of each tile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import numpy as np
import shapely

from geo.clipping import clipped
from geo.export.mvt import EXTENT, Shape, drawn

_BUFFER = 64  # steps around a tile, so that lines and edges do not end at its side


def cut_to_tiles(shapes: np.ndarray, zoom: int, *, whole: bool) -> Iterator[tuple[int, int, int, Shape]]:
    """(number of the shape, x, y, what is drawn) for every tile that a shape touches, with its surroundings.

    ``shapes`` are lines and areas in the unit square, y down. With ``whole`` none is left out: what is smaller than a
    step is drawn as one.
    """
    size = 2.0**-zoom
    boxes = shapely.bounds(shapes)
    seen = np.arange(len(shapes))
    if not whole:
        seen = np.flatnonzero((boxes[:, 2:] - boxes[:, :2]).max(axis=1, initial=0) >= size / EXTENT)
    numbers, tiles, parts = _parts(shapes, seen, boxes, zoom)
    drawings = drawn(_stepped(parts, tiles, size))
    missing = set(seen.tolist()) if whole else set()
    for number, (x, y), shape in zip(numbers.tolist(), tiles.tolist(), drawings, strict=True):
        if shape is not None:
            missing.discard(number)
            yield number, x, y, shape
    for number in sorted(missing):
        yield number, *_speck(shapes[number], boxes[number], size)


def _parts(
    shapes: np.ndarray, seen: np.ndarray, boxes: np.ndarray, zoom: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Numbers of the shapes, x and y of the tiles, and what is there: cut to columns, then to rows."""
    size = 2.0**-zoom
    margin = size * _BUFFER / EXTENT
    firsts = np.clip(np.floor((boxes[:, :2] - margin) / size), 0, 2**zoom - 1)
    lasts = np.clip(np.floor((boxes[:, 2:] + margin) / size), 0, 2**zoom - 1)
    numbers, tiles, parts = [np.array([], dtype=np.int64)], [np.zeros((0, 2), dtype=np.int64)], [shapes[:0]]
    for x in _between(firsts[seen, 0], lasts[seen, 0]):
        column = seen[(firsts[seen, 0] <= x) & (x <= lasts[seen, 0])]
        strips = clipped(shapes[column], (x * size - margin, -1, (x + 1) * size + margin, 2))
        for y in _between(firsts[column, 1], lasts[column, 1]):
            here = (firsts[column, 1] <= y) & (y <= lasts[column, 1])
            window = (-1, y * size - margin, 2, (y + 1) * size + margin)
            found = clipped(strips[here], window)
            some = ~shapely.is_empty(found)
            numbers.append(column[here][some])
            tiles.append(np.full((int(some.sum()), 2), (x, y)))
            parts.append(found[some])
    return np.concatenate(numbers), np.concatenate(tiles), np.concatenate(parts)


def _between(firsts: np.ndarray, lasts: np.ndarray) -> list[int]:
    """Every whole number that lies in one of the spans."""
    spans = {(int(first), int(last)) for first, last in zip(firsts, lasts, strict=True)}
    return sorted({n for first, last in spans for n in range(first, last + 1)})


def _stepped(parts: np.ndarray, tiles: np.ndarray, size: float) -> np.ndarray:
    """The parts in whole steps of their tiles. Rounding can make an area cross itself: such are mended."""
    corners = np.repeat(tiles, shapely.get_num_coordinates(parts), axis=0)
    scaled = shapely.transform(parts, lambda c: (c / size - corners) * EXTENT)
    stepped = shapely.transform(scaled, np.rint)
    wrong = (shapely.get_dimensions(parts) == 2) & ~shapely.is_valid(stepped)
    stepped[wrong] = shapely.set_precision(shapely.make_valid(scaled[wrong]), 1.0)
    return stepped


def _speck(shape: Any, box: np.ndarray, size: float) -> tuple[int, int, Shape]:
    """One step in the tile that holds the middle of a shape too small to be drawn."""
    middle = np.clip((box[:2] + box[2:]) / 2, 0, 1 - 1e-12) / size
    x, y = np.floor(middle).astype(int).tolist()
    left, top = np.minimum(np.floor((middle - [x, y]) * EXTENT), EXTENT - 1).tolist()
    is_area = shapely.get_dimensions(shape) == 2
    small = (
        shapely.box(left, top, left + 1, top + 1) if is_area else shapely.linestrings([(left, top), (left + 1, top)])
    )
    return x, y, cast("Shape", drawn(np.array([small]))[0])
