"""A look for each layer as QGIS draws it, from the same colours, shapes and sizes as the page."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

import geopandas as gpd
import pandas as pd

from geo.errors import TheatreError
from geo.export.portable import GeometryKind
from maps.layers import Layer, LayerKind
from maps.qml import Class, Look, Part, clean, qml, rgba
from maps.style import (
    DISPLACEMENT,
    DISPLACEMENT_FILL_OPACITY,
    EVENT_SYMBOLS,
    LARGEST_FLOW_WIDTH,
    LARGEST_RADIUS,
    LARGEST_STOCK_RADIUS,
    RADIUS_PER_ROOT,
    SMALLEST_FLOW_WIDTH,
    SMALLEST_RADIUS,
    TOKENS,
    UNKNOWN_RADIUS,
    Symbol,
)

MM_PER_PIXEL = 25.4 / 96  # a CSS pixel, by definition
_CLEAR = "255,255,255,0"
# QGIS' name of each shape, and its size for the area of a circle of diameter 1: shapes of equal deaths weigh the same.
_MARKERS = {
    "circle": ("circle", 1.0),
    "diamond": ("diamond", math.sqrt(math.pi / 2)),
    "triangle": ("equilateral_triangle", math.sqrt(math.pi / (3 * math.sqrt(3) / 4))),
    "square": ("square", math.sqrt(math.pi) / 2),
    "pentagon": ("pentagon", math.sqrt(math.pi / (2.5 * math.sin(math.radians(72))))),
    "cross": ("cross_fill", math.sqrt(math.pi / 1.44)),
}
# What a layer of this kind is drawn as; other kinds of geometry in it go to layers of their own.
KINDS: dict[LayerKind, GeometryKind] = {
    "events": "point",
    "event_areas": "area",
    "displacement": "point",
    "flows": "line",
    "context": "line",
    "places": "point",
}


def layer_qml(layer: Layer, *, kind: GeometryKind | None = None, palette: Mapping[str, str] | None = None) -> str:
    """QML of a layer: symbology, labels, and time where it has days. ``palette`` overrides colours by class.

    ``kind`` asks for the look of those rows of the layer that have another kind of geometry.
    """
    look = _LOOKS[layer.kind](layer.table, kind or KINDS[layer.kind], palette or {})
    return qml(look, layer.table)


def styles_of(layer: Layer, palette: Mapping[str, str]) -> dict[str, str]:
    """QML by layer name, for the layer and for the parts that a writer splits off it."""
    styles = {layer.id: layer_qml(layer, palette=palette)}
    others: tuple[GeometryKind, ...] = ("point", "line", "area")
    for kind in others:
        if kind != KINDS[layer.kind]:
            styles[f"{layer.id}_{kind}s"] = layer_qml(layer, kind=kind, palette=palette)
    return styles


# --- looks: one function a kind of layer ---


def _events_look(table: pd.DataFrame, kind: GeometryKind, palette: Mapping[str, str]) -> Look:
    if kind != "point":
        return _areas_look(table, kind, palette)
    present = set(table["event_type"].dropna()) if "event_type" in table else set()
    shown = [name for name in EVENT_SYMBOLS if name in present] or list(EVENT_SYMBOLS)
    sized = "fatalities_best" in table
    classes = tuple(_event_class(name, EVENT_SYMBOLS[name], palette, sized=sized) for name in shown)
    return Look(classes, by='"event_type"', largest_first='"fatalities_best"' if sized else "")


def _event_class(name: str, symbol: Symbol, palette: Mapping[str, str], *, sized: bool) -> Class:
    colour, edge = rgba(chosen_colour(palette, name, symbol.light)), rgba(symbol.edge)
    settings = _marker(symbol.shape, colour, edge, 2 * UNKNOWN_RADIUS)
    by_data = {}
    if sized:
        deaths, twice = '"fatalities_best"', 2 * _MARKERS[symbol.shape][1]
        root = f"{twice * RADIUS_PER_ROOT * MM_PER_PIXEL:.4f} * sqrt({deaths})"
        bounded = f"max({_mm(twice * SMALLEST_RADIUS)}, min({_mm(twice * LARGEST_RADIUS)}, {root}))"
        by_data = {
            "size": f"if({deaths} IS NULL, {_mm(twice * UNKNOWN_RADIUS)}, {bounded})",
            # Deaths unknown: open, in the colour of the class. Never as if they were none.
            "fillColor": f"if({deaths} IS NULL, '{_CLEAR}', '{colour}')",
            "outlineColor": f"if({deaths} IS NULL, '{colour}', '{edge}')",
        }
    return Class(name, name, "marker", (Part("SimpleMarker", settings, by_data),))


def _areas_look(table: pd.DataFrame, kind: GeometryKind, _palette: Mapping[str, str]) -> Look:
    colour, label = TOKENS["muted"][0], '"events"' if "events" in table else ""
    if kind != "area":
        return Look((_single(kind, colour),), label=label)
    outline = _fill(rgba(colour, 0.12), rgba(colour), "dash", 1.2)
    plain = Class("", "events known to this area only", "fill", (Part("SimpleFill", outline),))
    if "approximate" not in table:
        return Look((plain,), label=label)
    return Look(_by_certainty(plain, colour, every=10), by=_CERTAINTY, label=label)


_CERTAINTY = "if(\"approximate\", 'approximate', 'given')"


def _by_certainty(plain: Class, colour: str, *, every: float) -> tuple[Class, Class]:
    """The class for outlines as given, and the same hatched, a line ``every`` so many pixels, for those derived."""
    line = {"line_color": rgba(colour, 0.4), "line_width": _mm(0.6), "line_width_unit": "MM"}
    hatch = Part(
        "LinePatternFill",
        {"angle": "45", "distance": _mm(every), "distance_unit": "MM"},
        inner=("line", Part("SimpleLine", line)),
    )
    return (
        Class("given", plain.words, "fill", plain.parts),
        Class("approximate", f"{plain.words} (outline approximate)", "fill", (*plain.parts, hatch)),
    )


def admin_look(table: pd.DataFrame) -> Look:
    colour = TOKENS["country-line"][0]
    outline = _fill(_CLEAR, rgba(colour), "dash", 1.0)
    plain = Class("", "administrative area", "fill", (Part("SimpleFill", outline),))
    if "approximate" not in table:
        return Look((plain,))
    return Look(_by_certainty(plain, colour, every=28), by=_CERTAINTY)


def land_look() -> Look:
    """Land of the countries, under everything."""
    land = _fill(rgba(TOKENS["land"][0]), rgba(TOKENS["country-line"][0]), "solid", 1.0)
    return Look((Class("", "land", "fill", (Part("SimpleFill", land),)),))


def _stocks_look(table: pd.DataFrame, kind: GeometryKind, _palette: Mapping[str, str]) -> Look:
    colour, persons = DISPLACEMENT[0], _persons(table)
    settings = _marker("circle", rgba(colour, DISPLACEMENT_FILL_OPACITY), rgba(colour), 2 * SMALLEST_RADIUS)
    by_data, label, largest = {}, _people(table), _largest(table, persons)
    if largest:
        by_data["size"] = f'coalesce({_mm(2 * LARGEST_STOCK_RADIUS)} * sqrt("{persons}" / {largest!r}), 0)'
        label = f'format_number("{persons}", 0)'
    circle = Part("SimpleMarker", settings, by_data)
    if kind == "area":
        parts, symbol = (Part("CentroidFill", {"point_on_surface": "1"}, inner=("marker", circle)),), "fill"
    elif kind == "line":
        return Look((_single(kind, colour),), label=label)
    else:
        parts, symbol = (circle,), "marker"
    people = Class("", "people displaced", symbol, parts)
    order = f'"{persons}"' if largest else ""
    return Look((people,), largest_first=order, label=label, label_colour=colour, label_place="below", priority="10")


def _flows_look(table: pd.DataFrame, kind: GeometryKind, palette: Mapping[str, str]) -> Look:
    colour, persons = DISPLACEMENT[0], _persons(table)
    if kind == "area":
        return _stocks_look(table, kind, palette)
    if kind == "point":
        # Within one area, or one end not reported: a ring, so that nobody takes it for a stock.
        ring = _marker("circle", _CLEAR, rgba(colour), 12) | {"outline_width": _mm(2)}
        movement = Class(
            "", "movements within a place, or with one end unknown", "marker", (Part("SimpleMarker", ring),)
        )
        return Look((movement,), label=_people(table), label_colour=colour, label_place="below")
    largest, by_data = _largest(table, persons), {}
    if largest:
        width = f'{_mm(LARGEST_FLOW_WIDTH)} * coalesce("{persons}", 0) / {largest!r}'
        by_data = {
            "arrowWidth": f"max({_mm(SMALLEST_FLOW_WIDTH)}, {width})",
            "arrowStartWidth": _mm(SMALLEST_FLOW_WIDTH),
        }
    settings = {
        "arrow_width": _mm(SMALLEST_FLOW_WIDTH),
        "arrow_start_width": _mm(SMALLEST_FLOW_WIDTH),
        "head_length": _mm(10),
        "head_thickness": _mm(5),
        "is_curved": "0",
        "is_repeated": "0",
    }
    fill = Part("SimpleFill", _fill(rgba(colour, 0.6), rgba(colour), "no", 0))
    arrow = Part("ArrowLine", settings, by_data, inner=("fill", fill))
    movement = Class("", "movements of people", "line", (arrow,))
    return Look((movement,), label=_people(table), label_colour=colour, label_place="along")


def _context_look(table: pd.DataFrame, kind: GeometryKind, _palette: Mapping[str, str]) -> Look:
    label = "coalesce(" + ", ".join(f"nullif(\"{c}\", '')" for c in ("label", "name") if c in table) + ")"
    if kind == "line":
        road = _single(kind, TOKENS["road"][0], words="road", width=2.4)
        return Look((road,), label=label, label_place="along")
    if kind == "area":
        return Look((_single(kind, TOKENS["muted"][0]),), label=label)
    points = table.loc[table.geometry.geom_type == "Point"] if isinstance(table, gpd.GeoDataFrame) else table
    names = sorted(set(points["kind"].dropna())) if "kind" in points else []
    shapes = ("square", "pentagon", "triangle", "diamond")
    classes = [
        Class(name, name, "marker", (Part("SimpleMarker", _context_marker(shapes[i % len(shapes)])),))
        for i, name in enumerate(names)
    ]
    other = Class("", "other", "marker", (Part("SimpleMarker", _context_marker("circle")),))
    return Look((*classes, other), by='"kind"' if names else "", label=label)


def _context_marker(shape: str) -> dict[str, str]:
    return _marker(shape, rgba(TOKENS["surface"][0]), rgba(TOKENS["ink"][0]), 8)


def _places_look(table: pd.DataFrame, kind: GeometryKind, _palette: Mapping[str, str]) -> Look:
    arabic = " || coalesce('\\n' || nullif(\"name_ar\", ''), '')" if "name_ar" in table else ""
    # QGIS gives room to labels of the highest priority, 10 at most; the first places matter most.
    priority = 'max(0, 9 - "rank" / 20)' if "rank" in table else ""
    dot = _single(kind, TOKENS["ink"][0], words="town") if kind != "point" else None
    marker = _marker("circle", rgba(TOKENS["ink"][0]), rgba(TOKENS["surface"][0]), 5)
    town = dot or Class("", "town", "marker", (Part("SimpleMarker", marker),))
    return Look((town,), label=f'"name"{arabic}', priority=priority)


_LOOKS: dict[LayerKind, Callable[[pd.DataFrame, GeometryKind, Mapping[str, str]], Look]] = {
    "events": _events_look,
    "event_areas": _areas_look,
    "displacement": _stocks_look,
    "flows": _flows_look,
    "context": _context_look,
    "places": _places_look,
}


def _single(kind: GeometryKind, colour: str, *, words: str = "", width: float = 1.2) -> Class:
    """A plain class for geometry that a layer of this kind rarely has."""
    if kind == "area":
        return Class("", words, "fill", (Part("SimpleFill", _fill(rgba(colour, 0.12), rgba(colour), "dash", width)),))
    if kind == "line":
        line = {"line_color": rgba(colour), "line_width": _mm(width), "line_width_unit": "MM", "line_style": "solid"}
        return Class("", words, "line", (Part("SimpleLine", line),))
    return Class("", words, "marker", (Part("SimpleMarker", _marker("circle", rgba(colour), _CLEAR, 6)),))


def _persons(table: pd.DataFrame) -> str:
    return "persons" if "persons" in table else "persons_best"


def _people(table: pd.DataFrame) -> str:
    """Label expression: the number of people, grouped; none if no figure is known."""
    persons = _persons(table)
    return f'format_number("{persons}", 0)' if _largest(table, persons) else ""


def _largest(table: pd.DataFrame, column: str) -> float:
    if column not in table:
        return 0.0
    largest = table[column].max()
    return 0.0 if pd.isna(largest) else float(largest)


def _mm(pixels: float) -> str:
    return f"{pixels * MM_PER_PIXEL:.3f}"


def chosen_colour(palette: Mapping[str, str], name: str, default: str) -> str:
    colour = palette.get(name, default)
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        raise TheatreError(f"palette '{name}': '{clean(colour)}' is not a colour; wanted #RRGGBB")
    return colour


def _marker(shape: str, fill: str, edge: str, diameter: float) -> dict[str, str]:
    """Settings of a shape with the area of a circle of this diameter in CSS pixels."""
    name, factor = _MARKERS[shape]
    return {
        "name": name,
        "color": fill,
        "outline_color": edge,
        "outline_style": "solid",
        "outline_width": _mm(1),
        "outline_width_unit": "MM",
        "size": _mm(factor * diameter),
        "size_unit": "MM",
        "scale_method": "diameter",
    }


def _fill(fill: str, edge: str, line_style: str, width: float) -> dict[str, str]:
    return {
        "color": fill,
        "style": "solid",
        "outline_color": edge,
        "outline_style": line_style,
        "outline_width": _mm(width),
        "outline_width_unit": "MM",
    }
