"""Small white pictures of the map's symbols, for formats that tint a picture; drawn here, byte for byte the same."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import shapely
import shapely.affinity

ICON_SIZE = 32  # pixels
_FINE = 8  # samples along a pixel


def icon(shape: str) -> bytes:
    """A white symbol on nothing, as PNG."""
    outline = shapely.affinity.scale(_outline(shape), ICON_SIZE / 2 - 1, ICON_SIZE / 2 - 1, origin=(0, 0))
    steps = (np.arange(ICON_SIZE * _FINE) + 0.5) / _FINE - ICON_SIZE / 2
    x, y = np.meshgrid(steps, steps)
    inside = shapely.contains_xy(outline, x.ravel(), y.ravel()).reshape(ICON_SIZE, _FINE, ICON_SIZE, _FINE)
    opacity = np.rint(inside.mean(axis=(1, 3)) * 255).astype(np.uint8)
    pixels = np.full((ICON_SIZE, ICON_SIZE, 4), 255, dtype=np.uint8)
    pixels[:, :, 3] = opacity
    return _png(pixels)


def _outline(shape: str) -> shapely.Polygon:
    corners = {"diamond": (4, 0.0), "triangle": (3, 0.0), "square": (4, np.pi / 4), "pentagon": (5, 0.0)}
    if shape == "cross":
        return shapely.union_all([shapely.box(-1, -0.35, 1, 0.35), shapely.box(-0.35, -1, 0.35, 1)])
    if shape in corners:
        sides, turn = corners[shape]
        angles = np.arange(sides) * 2 * np.pi / sides - np.pi / 2 + turn
        return shapely.Polygon(np.column_stack([np.cos(angles), np.sin(angles)]))
    return shapely.Point(0, 0).buffer(1.0, 32)


def _png(pixels: np.ndarray) -> bytes:
    """RGBA pixels as PNG (https://www.w3.org/TR/png-3/)."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    chunks = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
