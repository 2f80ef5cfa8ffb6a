"""Shapes cut to a rectangle, also those whose outline runs back on itself."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.clipping import clipped

BOX = (1.0, 1.0, 4.0, 4.0)
CORNERS = st.tuples(st.integers(0, 6), st.integers(0, 6))
OUTLINES = st.lists(CORNERS, min_size=3, max_size=7)


def test_an_area_is_cut_at_the_edges():
    assert clipped(shapely.box(0, 0, 2, 2), BOX).equals(shapely.box(1, 1, 2, 2))


def test_an_area_whose_outline_runs_back_on_itself_is_cut_too():
    spike = shapely.Polygon([(0, 0), (2, 0), (1, 1), (2, 2), (0, 0)])
    assert clipped(spike, BOX).area == 0
    both = clipped(np.array([spike, shapely.box(3, 3, 9, 9)], dtype=object), BOX)
    assert shapely.area(both).tolist() == [0, 1]


@given(st.lists(OUTLINES, min_size=1, max_size=4))
def test_nothing_lies_outside_and_nothing_valid_is_lost(outlines):
    shapes = np.array([shapely.Polygon(corners) for corners in outlines], dtype=object)
    parts = clipped(shapes, BOX)
    for shape, part in zip(shapes, parts, strict=True):
        west, south, east, north = shapely.bounds(part)
        assert shapely.is_empty(part) or (west >= 1 and south >= 1 and east <= 4 and north <= 4)
        if shape.is_valid:
            assert np.isclose(part.area, shape.intersection(shapely.box(*BOX)).area)
