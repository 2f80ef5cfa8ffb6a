"""Shapes cut to a rectangle."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from shapely.errors import GEOSException


def clipped(shapes: Any, box: tuple[float, float, float, float]) -> Any:
    """What of a shape, or of each of an array of them, lies inside ``box`` (west, south, east, north).

    GEOS' quick cut fails on areas with a spike at the edge of the rectangle, and shapes as published have such: these
    are mended and cut the slow way.
    """
    try:
        return shapely.clip_by_rect(shapes, *box)
    except GEOSException:
        if isinstance(shapes, np.ndarray):
            return np.array([clipped(shape, box) for shape in shapes], dtype=object)
        return shapely.intersection(shapely.make_valid(shapes), shapely.box(*box))
