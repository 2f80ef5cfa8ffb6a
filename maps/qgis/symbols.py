"""The parts that looks are made of: shapes, fills and lines as QGIS describes them, sizes in mm."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import pandas as pd

from geo.errors import TheatreError
from geo.export.portable import GeometryKind
from maps.qgis.look import Class, Part, clean, rgba
from maps.style import TOKENS

MM_PER_PIXEL = 25.4 / 96  # a CSS pixel, by definition


def mm(pixels: float) -> str:
    return f"{pixels * MM_PER_PIXEL:.3f}"


CLEAR = "255,255,255,0"
SURFACE = rgba(TOKENS["surface"][0])
# QGIS' name of each shape, and its size for the area of a circle of diameter 1: shapes of equal deaths weigh the same.
MARKERS = {
    "circle": ("circle", 1.0),
    "diamond": ("diamond", math.sqrt(math.pi / 2)),
    "triangle": ("equilateral_triangle", math.sqrt(math.pi / (3 * math.sqrt(3) / 4))),
    "square": ("square", math.sqrt(math.pi) / 2),
    "pentagon": ("pentagon", math.sqrt(math.pi / (2.5 * math.sin(math.radians(72))))),
    "cross": ("cross_fill", math.sqrt(math.pi / 1.44)),
}


def scale_of(zoom: float) -> float:
    """Scale number at which a map has the detail of the page at this zoom, at 40 degrees of latitude."""
    return 559_082_264 / 2**zoom * math.cos(math.radians(40))


def plain_class(kind: GeometryKind, colour: str, *, words: str = "", width: float = 1.2) -> Class:
    """A plain class for geometry that a layer of this kind rarely has."""
    if kind == "area":
        area = fill_settings(rgba(colour, 0.12), rgba(colour), "dash", width)
        return Class("", words, "fill", (Part("SimpleFill", area),))
    if kind == "line":
        line = {"line_color": rgba(colour), "line_width": mm(width), "line_width_unit": "MM", "line_style": "solid"}
        return Class("", words, "line", (Part("SimpleLine", line),))
    return Class("", words, "marker", (Part("SimpleMarker", marker_settings("circle", rgba(colour), CLEAR, 6)),))


def persons_column(table: pd.DataFrame) -> str:
    return "persons" if "persons" in table else "persons_best"


def largest_of(table: pd.DataFrame, column: str) -> float:
    if column not in table:
        return 0.0
    largest = table[column].max()
    return 0.0 if pd.isna(largest) else float(largest)


def dash_of(*pixels: float) -> str:
    return ";".join(mm(p) for p in pixels)


def chosen_colour(palette: Mapping[str, str], name: str, default: str) -> str:
    colour = palette.get(name, default)
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        raise TheatreError(f"palette '{name}': '{clean(colour)}' is not a colour; wanted #RRGGBB")
    return colour


def marker_settings(shape: str, fill: str, edge: str, diameter: float) -> dict[str, str]:
    """Settings of a shape with the area of a circle of this diameter in CSS pixels."""
    name, factor = MARKERS[shape]
    return {
        "name": name,
        "color": fill,
        "outline_color": edge,
        "outline_style": "solid",
        "outline_width": mm(1),
        "outline_width_unit": "MM",
        "size": mm(factor * diameter),
        "size_unit": "MM",
        "scale_method": "diameter",
    }


def fill_settings(fill: str, edge: str, line_style: str, width: float) -> dict[str, str]:
    return {
        "color": fill,
        "style": "solid",
        "outline_color": edge,
        "outline_style": line_style,
        "outline_width": mm(width),
        "outline_width_unit": "MM",
    }
