"""PMTiles: all layers as vector tiles in one archive.

At the deepest zoom every feature stands with all its attributes; above it points that would cover one another are
thinned, the heaviest kept. The archive is written with the reference package of the format.
"""

from __future__ import annotations

import contextlib
import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from geo.clipping import clipped
from geo.export.cuts import cut_to_tiles
from geo.export.handover import Handover
from geo.export.mvt import EXTENT, Attributes, Shape, TileLayer, encoded, named, points
from geo.export.portable import GisLayer

_DEEPEST = 10  # one step is 10 m on the equator
_MOST_TILES = 20_000
_CELL = 128  # steps: points nearer than this are thinned
_WEIGHTS = ("fatalities_best", "persons", "persons_best", "population", "events")
_LONGEST_ABOVE = 124  # bytes of a value as written, for it to be kept above the deepest zoom
_MERCATOR_LIMIT = 85.05112878


@dataclass(frozen=True, slots=True)
class _Features:
    """One layer made fit for tiles: shapes in the unit square of Web Mercator, the heaviest feature first.

    ``attributes`` is by feature; ``points`` are x and y, ``shapes`` lines and areas; ``point_of`` and ``shape_of`` are
    the numbers of their features.
    """

    layer: GisLayer
    attributes: list[list[tuple[bytes, bytes]]]
    fields: dict[str, str]
    points: np.ndarray
    point_of: np.ndarray
    shapes: np.ndarray
    shape_of: np.ndarray


def write_pmtiles(path: Path, layers: Sequence[GisLayer], handover: Handover) -> None:
    """All layers with geometry as one archive; plain tables and rows without place are not in it."""
    ready = [_features(layer) for layer in layers if layer.geometry_type is not None]
    deepest = _deepest(ready)
    tiles: dict[int, bytes] = {}
    for features in ready:
        # From the deepest zoom up: each is drawn more roughly than the one before.
        shapes = features.shapes
        for zoom in range(deepest, -1, -1):
            shapes = shapely.simplify(shapes, 2.0**-zoom / EXTENT, preserve_topology=True)
            for number, data in _tiles(features, shapes, zoom, whole=zoom == deepest):
                tiles[number] = tiles.get(number, b"") + data
    with path.open("wb") as file:
        writer: Any = cast("Any", Writer)(file)  # the package has no types
        with contextlib.closing(writer.tile_f):  # it stays open if the disk is full
            for number in sorted(tiles) or [0]:
                writer.write_tile(number, gzip.compress(tiles.get(number, b""), mtime=0))
            writer.finalize(_header(ready, deepest), _metadata(ready, handover, deepest))


def _features(layer: GisLayer) -> _Features:
    table = layer.portable("text")
    plain = pd.DataFrame(table.drop(columns=table.geometry.name))
    present = ~(table.geometry.isna() | table.geometry.is_empty).to_numpy()
    plain, shapes = plain.loc[present], table.geometry.to_numpy()[present]
    weight = next((w for w in _WEIGHTS if w in plain and pd.api.types.is_numeric_dtype(plain[w].dtype)), None)
    if weight is not None:
        heavy = np.nan_to_num(plain[weight].to_numpy(dtype=float, na_value=np.nan), nan=-1.0)
        order = np.argsort(-heavy, kind="stable")
        plain, shapes = plain.iloc[order], shapes[order]
    fields = {str(name): _field(plain[name]) for name in plain.columns}
    parts, owners = _parts(shapes)
    is_point = shapely.get_type_id(parts) == 0
    points = _unit_square(shapely.get_coordinates(parts[is_point]))
    points[:, 0] = np.where(points[:, 0] == 1, 1, points[:, 0] % 1)
    drawn_parts, owners_drawn = _one_a_feature(parts[~is_point], owners[~is_point])
    return _Features(layer, _attributes(plain), fields, points, owners[is_point], drawn_parts, owners_drawn)


def _parts(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points, lines and polygons that the shapes are made of, each with the number of its shape."""
    parts, owners = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_type_id(parts) > 3).any():
        parts, more = shapely.get_parts(parts, return_index=True)
        owners = owners[more]
    kept = ~shapely.is_empty(parts)
    return parts[kept], owners[kept]


def _one_a_feature(parts: np.ndarray, owners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lines and areas in the unit square, each kind of a feature as one valid shape inside the world."""
    shapes, numbers = [], []
    for is_area, build in ((True, shapely.multipolygons), (False, shapely.multilinestrings)):
        chosen = (shapely.get_dimensions(parts) == 2) == is_area
        if not chosen.any():
            continue
        known, groups = np.unique(owners[chosen], return_inverse=True)
        many = build(parts[chosen], indices=groups)
        wrong = ~shapely.is_valid(many)
        many[wrong] = [_mended(shape) if is_area else shape for shape in many[wrong]]
        beyond = (shapely.bounds(many)[:, [0, 2]] < -180).any(axis=1) | (shapely.bounds(many)[:, [0, 2]] > 180).any(
            axis=1
        )
        many[beyond] = [_wrapped(shape) for shape in many[beyond]]
        shapes.append(shapely.transform(many, _unit_square))
        numbers.append(known)
    if not shapes:
        return np.array([], dtype=object), np.array([], dtype=np.int64)
    return np.concatenate(shapes), np.concatenate(numbers)


def _mended(shape: Any) -> Any:
    """The areas of what an area that crosses itself is made of; its lines if it has none."""
    mended = shapely.make_valid(shape)
    parts = shapely.get_parts(shapely.get_parts(mended))
    areas = parts[shapely.get_dimensions(parts) == 2]
    return shapely.union_all(areas) if len(areas) else mended


def _wrapped(shape: Any) -> Any:
    """What goes beyond 180 degrees, on the other side of the world."""
    turns = (shapely.transform(shape, lambda c, turn=turn: np.add(c, (turn, 0))) for turn in (-360.0, 0.0, 360.0))
    return shapely.union_all([clipped(turned, (-180, -90, 180, 90)) for turned in turns])


def _unit_square(lonlat: np.ndarray) -> np.ndarray:
    """Longitude and latitude as x to the right and y down, both 0 to 1 (EPSG:3857 scaled)."""
    latitude = np.radians(np.clip(lonlat[:, 1], -_MERCATOR_LIMIT, _MERCATOR_LIMIT))
    return np.column_stack([lonlat[:, 0] / 360 + 0.5, 0.5 - np.arcsinh(np.tan(latitude)) / (2 * np.pi)])


def _attributes(table: pd.DataFrame) -> list[list[tuple[bytes, bytes]]]:
    """What is not missing of each row, ready for a tile."""
    rows: list[list[tuple[bytes, bytes]]] = [[] for _ in range(len(table))]
    for name in table.columns:
        key = named(str(name))
        known: dict[Any, bytes] = {}
        for row, value in zip(rows, table[name].to_numpy(dtype=object, na_value=None), strict=True):
            if value is not None:
                if value not in known:
                    known[value] = encoded(value)
                row.append((key, known[value]))
    return rows


def _deepest(ready: Sequence[_Features]) -> int:
    """The deepest zoom that does not take too many tiles for the areas and lines there are."""
    boxes = shapely.bounds(np.concatenate([np.array([], dtype=object), *(f.shapes for f in ready)]))
    for zoom in range(_DEEPEST, 5, -1):
        sides = np.floor(boxes[:, 2:] * 2**zoom) - np.floor(boxes[:, :2] * 2**zoom) + 1
        if float(np.sum(sides[:, 0] * sides[:, 1])) <= _MOST_TILES:
            return zoom
    return 5


def _tiles(features: _Features, shapes: np.ndarray, zoom: int, *, whole: bool) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of every tile of one layer and zoom that has something in it."""
    tiles: dict[tuple[int, int], TileLayer] = {}

    def at(x: int, y: int) -> TileLayer:
        if (x, y) not in tiles:
            tiles[x, y] = TileLayer(features.layer.name)
        return tiles[x, y]

    for i, x, y, shape in cut_to_tiles(shapes, zoom, whole=whole):
        number = int(features.shape_of[i])
        shown = _shown(features.attributes[number], whole=whole)
        at(x, y).add(_id(features, number, shape), shape, shown)
    for (x, y, number), positions in _points_by_tile(features, zoom, whole=whole).items():
        shape = points(positions)
        shown = _shown(features.attributes[number], whole=whole)
        at(x, y).add(_id(features, number, shape), shape, shown)
    for (x, y), layer in tiles.items():
        yield zxy_to_tileid(zoom, x, y), layer.encode()


def _id(features: _Features, number: int, shape: Shape) -> int:
    """Number of a feature in its tiles, from 1; what is apart of one collection has numbers of its own."""
    return 3 * number + shape.kind if features.layer.geometry_type == "GeometryCollection" else number + 1


def _points_by_tile(
    features: _Features, zoom: int, *, whole: bool
) -> dict[tuple[int, int, int], list[tuple[int, int]]]:
    """Points in steps of their tile, by x and y of the tile and number of the feature."""
    steps = np.floor(np.clip(features.points, 0, 1 - 1e-12) * 2**zoom * EXTENT).astype(np.int64)
    kept = np.arange(len(steps))
    if not whole and len(steps):
        # The first of each cell is the heaviest: the features stand in that order.
        kept = np.sort(np.unique(steps // _CELL, axis=0, return_index=True)[1])
    found: dict[tuple[int, int, int], list[tuple[int, int]]] = {}
    for number, (x, y) in zip(features.point_of[kept].tolist(), steps[kept].tolist(), strict=True):
        found.setdefault((x // EXTENT, y // EXTENT, number), []).append((x % EXTENT, y % EXTENT))
    return found


def _shown(attributes: Attributes, *, whole: bool) -> Attributes:
    """Above the deepest zoom long texts are left out: no one reads them there."""
    return attributes if whole else [pair for pair in attributes if len(pair[1]) <= _LONGEST_ABOVE]


def _header(ready: Sequence[_Features], deepest: int) -> dict[str, Any]:
    boxes = [f.layer.table.total_bounds for f in ready if len(f.layer.table)]
    known = [box for box in boxes if not np.isnan(box).any()]
    west, south = np.min(known, axis=0)[:2] if known else (-180.0, -85.0)
    east, north = np.max(known, axis=0)[2:] if known else (180.0, 85.0)
    if west < -180 or east > 180:  # beyond the edge of the map: both sides of it are needed
        west, east = -180.0, 180.0
    corners = {"min_lon": west, "min_lat": south, "max_lon": east, "max_lat": north}
    middle = {"center_lon": (west + east) / 2, "center_lat": (south + north) / 2}
    degrees = {f"{name}_e7": round(float(value) * 10_000_000) for name, value in (corners | middle).items()}
    return degrees | {
        "center_zoom": min(7, deepest),
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
    }


def _metadata(ready: Sequence[_Features], handover: Handover, deepest: int) -> dict[str, Any]:
    return {
        "name": handover.about.title or handover.name,
        "description": handover.about.abstract,
        "attribution": "; ".join(c.source for c in handover.about.credits),
        "type": "overlay",
        "vector_layers": [
            {
                "id": features.layer.name,
                "description": handover.about.layers.get(features.layer.name, ("", ""))[0],
                "minzoom": 0,
                "maxzoom": deepest,
                "fields": features.fields,
            }
            for features in ready
        ],
    }


def _field(values: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(values.dtype):
        return "Boolean"
    return "Number" if pd.api.types.is_numeric_dtype(values.dtype) else "String"
