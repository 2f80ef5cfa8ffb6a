"""PMTiles: all layers as vector tiles in one archive.

At the deepest zoom every feature stands with all its attributes; above it points that would cover one another are
thinned, the heaviest kept. The archive is written with the reference package of the format.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from geo.export.handover import Handover
from geo.export.mvt import EXTENT, TileLayer
from geo.export.portable import GisLayer, portable

_DEEPEST = 10  # one step is 10 m on the equator
_MOST_TILES = 20_000
_BUFFER = 64  # steps around a tile, so that lines and edges do not end at its side
_CELL = 128  # steps: points nearer than this are thinned
_WEIGHTS = ("fatalities_best", "persons", "persons_best", "population", "events")
_MERCATOR_LIMIT = 85.05112878


@dataclass(frozen=True, slots=True)
class _Features:
    """One layer made fit for tiles: shapes in the unit square of Web Mercator, attributes as plain values."""

    name: str
    shapes: np.ndarray
    attributes: list[dict[str, Any]]
    points: np.ndarray | None


def write_pmtiles(path: Path, layers: Sequence[GisLayer], handover: Handover) -> None:
    """All layers with geometry as one archive; plain tables and rows without place are not in it."""
    ready = [_features(layer) for layer in layers if layer.geometry_type is not None and len(layer.table)]
    deepest = _deepest(ready)
    with path.open("wb") as file:
        writer: Any = cast("Any", Writer)(file)  # the package has no types
        tiles = {number: data for zoom in range(deepest + 1) for number, data in _tiles(ready, zoom, deepest)}
        for number in sorted(tiles):
            writer.write_tile(number, gzip.compress(tiles[number], mtime=0))
        if not tiles:
            writer.write_tile(0, gzip.compress(b"", mtime=0))
        writer.finalize(_header(layers), _metadata(layers, handover, deepest))


def _features(layer: GisLayer) -> _Features:
    table = portable(layer.table, dates_as="text")
    plain = pd.DataFrame(table.drop(columns=table.geometry.name)) if isinstance(table, gpd.GeoDataFrame) else table
    present = ~(table.geometry.isna() | table.geometry.is_empty).to_numpy()
    shapes = shapely.transform(table.geometry.to_numpy()[present], _unit_square)
    attributes = _attributes(plain.loc[present])
    weight = next((w for w in _WEIGHTS if w in plain), None)
    if weight is not None:
        heavy = plain.loc[present, weight].to_numpy(dtype=float, na_value=-1.0)
        order = np.argsort(-heavy, kind="stable")
        shapes, attributes = shapes[order], [attributes[i] for i in order]
    only_points = layer.geometry_type == "Point"
    return _Features(layer.name, shapes, attributes, shapely.get_coordinates(shapes) if only_points else None)


def _unit_square(lonlat: np.ndarray) -> np.ndarray:
    """Longitude and latitude as x to the right and y down, both 0 to 1 (EPSG:3857 scaled)."""
    latitude = np.radians(np.clip(lonlat[:, 1], -_MERCATOR_LIMIT, _MERCATOR_LIMIT))
    return np.column_stack([lonlat[:, 0] / 360 + 0.5, 0.5 - np.arcsinh(np.tan(latitude)) / (2 * np.pi)])


def _attributes(table: pd.DataFrame) -> list[dict[str, Any]]:
    """One dictionary a row, without what is missing."""
    names = list(table.columns)
    columns = [table[name].to_numpy(dtype=object, na_value=None) for name in names]
    return [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in zip(*columns, strict=True)
    ] or [{} for _ in range(len(table))]


def _deepest(ready: Sequence[_Features]) -> int:
    """The deepest zoom that does not take too many tiles for the areas and lines there are."""
    shapes = [f.shapes for f in ready if f.points is None]
    if not shapes:
        return _DEEPEST
    boxes = shapely.bounds(np.concatenate(shapes))
    for zoom in range(_DEEPEST, 5, -1):
        sides = np.floor(boxes[:, 2:] * 2**zoom) - np.floor(boxes[:, :2] * 2**zoom) + 1
        if float(np.sum(sides[:, 0] * sides[:, 1])) <= _MOST_TILES:
            return zoom
    return 5


def _tiles(ready: Sequence[_Features], zoom: int, deepest: int) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of every tile of one zoom that has something in it."""
    tiles: dict[tuple[int, int], list[bytes]] = {}
    for features in ready:
        for (x, y), layer in _layer_tiles(features, zoom, whole=zoom == deepest).items():
            tiles.setdefault((x, y), []).append(layer.encode())
    for (x, y), parts in tiles.items():
        data = b"".join(parts)
        if data:
            yield zxy_to_tileid(zoom, x, y), data


def _layer_tiles(features: _Features, zoom: int, *, whole: bool) -> dict[tuple[int, int], TileLayer]:
    tiles: dict[tuple[int, int], TileLayer] = {}

    def at(x: int, y: int) -> TileLayer:
        if (x, y) not in tiles:
            tiles[x, y] = TileLayer(features.name)
        return tiles[x, y]

    if features.points is None:
        for number, x, y, shape in _clipped(features.shapes, zoom):
            at(x, y).add_shape(number + 1, shape, _shown(features.attributes[number], whole=whole))
        return tiles
    steps = np.floor(np.clip(features.points, 0, 1 - 1e-12) * 2**zoom * EXTENT).astype(np.int64)
    kept = np.arange(len(steps))
    if not whole:
        # The first of each cell is the heaviest: the features stand in that order.
        kept = np.sort(np.unique(steps // _CELL, axis=0, return_index=True)[1])
    for number, (x, y) in zip(kept.tolist(), steps[kept].tolist(), strict=True):
        shown = _shown(features.attributes[number], whole=whole)
        at(x // EXTENT, y // EXTENT).add_point(number + 1, x % EXTENT, y % EXTENT, shown)
    return tiles


def _shown(attributes: Mapping[str, Any], *, whole: bool) -> Mapping[str, Any]:
    """Above the deepest zoom long texts are left out: no one reads them there."""
    if whole:
        return attributes
    return {k: v for k, v in attributes.items() if not isinstance(v, str) or len(v) <= 60}


def _clipped(shapes: np.ndarray, zoom: int) -> Iterator[tuple[int, int, int, Any]]:
    """(number, x, y, shape in steps of the tile) for every tile that a shape touches."""
    size = 2.0**-zoom
    margin = size * _BUFFER / EXTENT
    rough = shapely.simplify(shapes, size / EXTENT, preserve_topology=True)
    boxes = shapely.bounds(rough)
    for number, (shape, box) in enumerate(zip(rough, boxes, strict=True)):
        first, last = np.floor(box[:2] / size).astype(int), np.floor(box[2:] / size).astype(int)
        last = np.minimum(last, 2**zoom - 1)
        for x in range(max(0, first[0]), last[0] + 1):
            column = shape if first[0] == last[0] else _window(shape, x * size, -1, (x + 1) * size, 2, margin)
            for y in range(max(0, first[1]), last[1] + 1):
                part = _window(column, x * size, y * size, (x + 1) * size, (y + 1) * size, margin)
                if part is not None and not shapely.is_empty(part):
                    yield number, x, y, _stepped(part, x, y, size)


def _window(shape: Any, west: float, south: float, east: float, north: float, margin: float) -> Any:
    return shapely.clip_by_rect(shape, west - margin, south - margin, east + margin, north + margin)


def _stepped(shape: Any, x: int, y: int, size: float) -> Any:
    scaled = shapely.transform(shape, lambda c: (c / size - [x, y]) * EXTENT)
    if shapely.get_dimensions(scaled) == 2:
        # Rounding can make an area cross itself; this rounds and mends.
        return shapely.set_precision(shapely.make_valid(scaled), 1.0)
    return scaled


def _header(layers: Sequence[GisLayer]) -> dict[str, Any]:
    boxes = [layer.table.total_bounds for layer in layers if layer.geometry_type is not None and len(layer.table)]
    known = [box for box in boxes if not np.isnan(box).any()]
    west, south = np.min(known, axis=0)[:2] if known else (-180.0, -85.0)
    east, north = np.max(known, axis=0)[2:] if known else (180.0, 85.0)
    corners = {"min_lon": west, "min_lat": south, "max_lon": east, "max_lat": north}
    middle = {"center_lon": (west + east) / 2, "center_lat": (south + north) / 2}
    degrees = {f"{name}_e7": round(float(value) * 10_000_000) for name, value in (corners | middle).items()}
    return degrees | {"center_zoom": 7, "tile_type": TileType.MVT, "tile_compression": Compression.GZIP}


def _metadata(layers: Sequence[GisLayer], handover: Handover, deepest: int) -> dict[str, Any]:
    return {
        "name": handover.about.title or handover.name,
        "description": handover.about.abstract,
        "attribution": "; ".join(c.source for c in handover.about.credits),
        "type": "overlay",
        "vector_layers": [
            {
                "id": layer.name,
                "description": handover.about.layers.get(layer.name, ("", ""))[0],
                "minzoom": 0,
                "maxzoom": deepest,
                "fields": {str(c): _field(layer.table[c]) for c in layer.table.columns if c != "geometry"},
            }
            for layer in layers
            if layer.geometry_type is not None
        ],
    }


def _field(values: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(values.dtype):
        return "Boolean"
    return "Number" if pd.api.types.is_numeric_dtype(values.dtype) else "String"
