"""What is drawn of which rows: tables to layers, and the `MapSpec` that every renderer reads. Draws nothing."""

from maps.layers.events import drawn_as_area, drawn_as_point
from maps.layers.making import make_spec
from maps.layers.shapes import has_shape
from maps.layers.spec import Layer, LayerKind, MapSpec

__all__ = [
    "Layer",
    "LayerKind",
    "MapSpec",
    "drawn_as_area",
    "drawn_as_point",
    "has_shape",
    "make_spec",
]
