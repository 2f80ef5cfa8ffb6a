"""A look for each layer as QGIS draws it, from the same colours, shapes and sizes as the page."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Mapping

import geopandas as gpd
import pandas as pd

from geo.codes import Precision
from geo.errors import TheatreError
from geo.export.portable import GeometryKind
from maps.layers import Layer, LayerKind
from maps.qml import Class, Label, Look, Part, Sizes, clean, qml, quoted, rgba
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
from maps.tallies import main_series

MM_PER_PIXEL = 25.4 / 96  # a CSS pixel, by definition
def _mm(pixels: float) -> str:
    return f"{pixels * MM_PER_PIXEL:.3f}"


_CLEAR = "255,255,255,0"
_SURFACE = rgba(TOKENS["surface"][0])
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
    types = table["event_type"] if "event_type" in table else pd.Series(dtype="object")
    present = set(types.dropna())
    shown = [name for name in EVENT_SYMBOLS if name in present] or list(EVENT_SYMBOLS)
    sized = "fatalities_best" in table
    classes = [_event_class(name, EVENT_SYMBOLS[name], palette, table) for name in shown]
    if len(types) and not types.isin(list(EVENT_SYMBOLS)).all():
        classes.append(_event_class("", Symbol("circle", TOKENS["muted"][0], TOKENS["muted"][1]), {}, table))
    return Look(
        tuple(classes),
        by='"event_type"',
        keeps_clear=True,
        largest_first='"fatalities_best"' if sized else "",
        sizes=_death_sizes(table) if sized else None,
    )


def _event_class(name: str, symbol: Symbol, palette: Mapping[str, str], table: pd.DataFrame) -> Class:
    colour, edge = rgba(chosen_colour(palette, name, symbol.light)), rgba(symbol.edge)
    settings = _marker(symbol.shape, colour, edge, 2 * UNKNOWN_RADIUS)
    parts, by_data = [], {}
    if "fatalities_best" in table:
        # Open, in the colour of the class: deaths unknown, never as if they were none; or the place is inferred.
        unsure = '"fatalities_best" IS NULL'
        if "geo_method" in table:
            unsure += " OR \"geo_method\" = 'inherited'"
        by_data = {
            "size": _EVENT_SIZE,
            "fillColor": f"if({unsure}, '{_SURFACE}', '{colour}')",
            "outlineColor": f"if({unsure}, '{colour}', '{edge}')",
            "outlineWidth": f"if({unsure}, {_mm(1.6)}, {_mm(0.9)})",
        }
        if "geo_precision" in table:
            parts.append(_near_ring(colour))
    return Class(name, name or "type not stated", "marker", (*parts, Part("SimpleMarker", settings, by_data)))


def _near_ring(colour: str) -> Part:
    """Known to within some way of the place only: a dashed ring, as on the page.

    A symbol layer of another kind than the shape and without a size of its own, or QGIS would show no legend of sizes.
    """
    ring = _marker("circle", rgba(TOKENS["surface"][0], 0.75), colour, 0)
    ring |= {"outline_style": "dash", "outline_width": _mm(1.1)}
    where = f"if(\"geo_precision\" = '{Precision.NEAR.value}', $geometry, NULL)"
    grown = Part("SimpleMarker", ring, {"size": f"{_DEATHS_SIZE} + {_mm(6.4)}"})
    settings = {"geometryModifier": where, "SymbolType": "Marker", "units": "MapUnit"}
    return Part("GeometryGenerator", settings, inner=("marker", grown), locked=True)


def _by_deaths(factor: float) -> str:
    twice = 2 * factor
    root = f"{twice * RADIUS_PER_ROOT * MM_PER_PIXEL:.4f} * sqrt(\"fatalities_best\")"
    bounded = f"max({_mm(twice * SMALLEST_RADIUS)}, min({_mm(twice * LARGEST_RADIUS)}, {root}))"
    return f'if("fatalities_best" IS NULL, {_mm(twice * UNKNOWN_RADIUS)}, {bounded})'


# The same expression for every class, or QGIS shows no legend of sizes.
_DEATHS_SIZE = _by_deaths(1.0)
_FACTORS = " ".join(f"WHEN \"event_type\" = '{name}' THEN {_MARKERS[s.shape][1]:.4f}" for name, s in EVENT_SYMBOLS.items())
_EVENT_SIZE = f"{_DEATHS_SIZE} * CASE {_FACTORS} ELSE 1 END"


def _death_sizes(table: pd.DataFrame) -> Sizes:
    """Round numbers of dead that occur, the first being all that are drawn at the smallest size."""
    most = _largest(table, "fatalities_best")
    floor = math.floor((SMALLEST_RADIUS / RADIUS_PER_ROOT) ** 2)
    occurring = [number for number in (10, 20, 50, 100) if number <= most]
    shown = sorted({*occurring[:1], *occurring[-1:]})
    steps = [(f"0–{floor}", SMALLEST_RADIUS), *((str(n), RADIUS_PER_ROOT * math.sqrt(n)) for n in shown)]
    symbol = _marker("circle", rgba(TOKENS["muted"][0]), _SURFACE, 2 * SMALLEST_RADIUS)
    part = Part("SimpleMarker", symbol, {"size": _EVENT_SIZE})
    return Sizes("Size: reported dead", part, tuple((words, 2 * r * MM_PER_PIXEL) for words, r in steps))


# Areas wider than this on the ground are an outline, or they would tint half the map.
_VAST = (
    "bounds_width($geometry) * 111.32 * cos(radians((y_min($geometry) + y_max($geometry)) / 2)) > 60"
)


def _areas_look(table: pd.DataFrame, kind: GeometryKind, palette: Mapping[str, str]) -> Look:
    colour = TOKENS["area-edge"][0]
    label = _area_label(table)
    if kind != "area":
        return Look((_single(kind, colour),), label=label)
    tint = chosen_colour(palette, "Battles", EVENT_SYMBOLS["Battles"].light)
    fill = _fill(rgba(tint, 0.07), rgba(colour), "no", 0)
    thin = {"fillColor": f"if({_VAST}, '{rgba(tint, 0.02)}', '{rgba(tint, 0.07)}')"}
    dashed = {
        "line_color": rgba(colour),
        "line_width": _mm(1.2),
        "line_width_unit": "MM",
        "use_custom_dash": "1",
        "customdash": _dash(5, 3),
        "customdash_unit": "MM",
    }
    dotted = {
        "customDash": f"if({_VAST}, '{_dash(2, 4)}', '{_dash(5, 3)}')",
        "outlineColor": f"if({_VAST}, '{rgba(colour, 0.7)}', '{rgba(colour)}')",
    }
    outline = Part("SimpleLine", dashed, dotted)
    plain = Class("given", "to this area only", "fill", (Part("SimpleFill", fill, thin), outline))
    if "approximate" not in table:
        return Look((dataclasses.replace(plain, value=""),), label=label)
    line = {"line_color": rgba(colour, 0.3), "line_width": _mm(0.6), "line_width_unit": "MM"}
    paler = {"outlineColor": f"if({_VAST}, '{rgba(colour, 0.12)}', '{rgba(colour, 0.3)}')"}
    hatch = Part(
        "LinePatternFill",
        {"angle": "45", "distance": _mm(9), "distance_unit": "MM", "line_width": _mm(0.6), "line_width_unit": "MM"},
        inner=("line", Part("SimpleLine", line, paler)),
    )
    parts = (plain.parts[0], hatch, outline)
    classes = (plain, Class("approximate", "to this area only, outline approximate", "fill", parts))
    present = {bool(value) for value in table["approximate"].dropna()} or {False, True}
    kept = tuple(one for one, approximate in zip(classes, (False, True), strict=True) if approximate in present)
    return Look(kept, by=_CERTAINTY, label=label)


_CERTAINTY = "if(\"approximate\", 'approximate', 'given')"


def _area_label(table: pd.DataFrame) -> Label | None:
    """How many events; where the outline is approximate the sign for about."""
    if "events" not in table:
        return None
    about = "if(\"approximate\", '≈ ', '') || " if "approximate" in table else ""
    text = f"{about}\"events\" || if(\"events\" = 1, ' event', ' events')"
    by_data = {"Priority": 'min(10, 6 + "events")'}
    return Label(text, place="inside", plate=TOKENS["area-edge"][0], by_data=by_data)


_LEVELS = {1: "first division", 2: "second division", 3: "third division"}


def admin_look(table: pd.DataFrame) -> Look:
    """Lines of divisions; not those of countries, which ``land_look`` draws, and at first no derived ones."""
    present = _admin_classes(table)
    classes = []
    for level, words in _LEVELS.items():
        line, width = TOKENS["admin3-line" if level == 3 else "admin1-line"][0], 1.2 if level == 1 else 0.8
        style = "dash" if level == 1 else "solid"
        outline = Part("SimpleFill", _fill(_CLEAR, rgba(line), style, width))
        derived = Part("SimpleFill", _fill(_CLEAR, rgba(line), "dot", width))
        classes += [
            Class(str(level), words, "fill", (outline,)),
            Class(f"{level} derived", f"{words}, approximate: drawn around its places", "fill", (derived,), shown=False),
        ]
    kept = tuple(one for one in classes if one.value in present) or tuple(classes[:1])
    label = None
    if "name" in table:
        arabic = " || coalesce(' · ' || nullif(\"name_ar\", ''), '')" if "name_ar" in table else ""
        label = Label(
            f'upper("name"){arabic}',
            colour=TOKENS["muted"][0],
            place="inside",
            bold=True,
            by_data={"Priority": "1", "Show": f"\"level\" = 1 AND @map_scale < {_scale_of(6):.0f}"}
            if "level" in table
            else {"Priority": "1"},
        )
    return Look(kept, by=_ADMIN_CLASS, label=label)


_ADMIN_CLASS = "\"level\" || if(\"approximate\", ' derived', '')"


def _admin_classes(table: pd.DataFrame) -> frozenset[str]:
    if not {"level", "approximate"} <= set(table.columns):
        return frozenset()
    pairs = table[["level", "approximate"]].dropna().itertuples(index=False)
    return frozenset(f"{int(level)}{' derived' if approximate else ''}" for level, approximate in pairs)


def land_look(home: str = "") -> Look:
    """Land of the countries, under everything; ``home`` is the country (ISO 3166-1 alpha-2) that stands out."""
    abroad, own = (
        Part("SimpleFill", _fill(rgba(TOKENS[name][0]), rgba(TOKENS["country-line"][0]), "solid", 1.0))
        for name in ("land-abroad", "land")
    )
    name = Label(
        "upper(\"name\") || coalesce(' · ' || nullif(\"name_ar\", ''), '')",
        colour=TOKENS["muted"][0],
        place="inside",
        bold=True,
        by_data={"Priority": "2", "Show": f"@map_scale >= {_scale_of(7):.0f}"},
    )
    if not home:
        return Look((Class("", "land", "fill", (own,)),), label=name)
    by = f"if(\"country\" = {quoted(clean(home))}, 'home', 'abroad')"
    classes = (Class("home", "land", "fill", (own,)), Class("abroad", "land abroad", "fill", (abroad,)))
    return Look(classes, by=by, label=name)


def _stocks_look(table: pd.DataFrame, kind: GeometryKind, _palette: Mapping[str, str]) -> Look:
    colour, persons = DISPLACEMENT[0], _persons(table)
    settings = _marker("circle", rgba(colour, DISPLACEMENT_FILL_OPACITY), rgba(colour), 2 * SMALLEST_RADIUS)
    settings |= {"outline_width": _mm(1.4)}
    largest = _largest(table, persons)
    share = '"share_of_largest"' if "share_of_largest" in table else f'"{persons}" / {largest!r}'
    by_data, label, sizes = {}, None, None
    if largest:
        radius = f"{_mm(LARGEST_STOCK_RADIUS)} * sqrt({share})"
        by_data["size"] = f"coalesce({_mm(2 * LARGEST_STOCK_RADIUS)} * sqrt({share}), 0)"
        label = Label(
            f'format_number("{persons}", 0)',
            colour=colour,
            place="over",
            bold=True,
            # Below the circle, and only where the circle is large enough to carry a number.
            by_data={
                "OffsetXY": f"'0,' || ({radius} + 2.2)",
                "Show": f"{share} > {(15 / LARGEST_STOCK_RADIUS) ** 2:.3f}",
                "Priority": "10",
            },
        )
    circle = Part("SimpleMarker", settings, by_data)
    if kind == "line":
        return Look((_single(kind, colour),), label=label)
    part, symbol = circle, "marker"
    if kind == "area":
        part, symbol = Part("CentroidFill", {"point_on_surface": "1"}, inner=("marker", circle)), "fill"
    order = f'"{persons}"' if largest else ""
    classes, by = _by_series(table, symbol, (part,), "people displaced", '"latest"')
    if largest and by and kind == "point":
        sizes = _people_sizes(table, circle)
    return Look(classes, by=by, largest_first=order, label=label, days=("current_from", "current_until"), sizes=sizes)


def _people_sizes(table: pd.DataFrame, circle: Part) -> Sizes | None:
    """The largest circle of the series shown, and a quarter of it."""
    shown = table.loc[table["series_key"].isin(list(main_series(table, table.iloc[:0])))]
    largest = _largest(shown, "persons")
    if not largest:
        return None
    steps = tuple((f"{largest * part:,.0f}", 2 * LARGEST_STOCK_RADIUS * math.sqrt(part)) for part in (1, 0.25))
    return Sizes("Size: people", circle, tuple((words, d * MM_PER_PIXEL) for words, d in steps), nested=True)


MOST_SERIES = 40  # of one layer in the legend


def _by_series(
    table: pd.DataFrame, symbol: str, parts: tuple[Part, ...], words: str, current: str
) -> tuple[tuple[Class, ...], str]:
    """A class for each series, only the main ones ticked; and the expression of the class.

    Without a time control only records are drawn for which ``current`` holds, with one those of its days.
    """
    if "series_key" not in table:
        return (Class("", words, symbol, parts),), ""
    empty = table.iloc[:0]
    main = main_series(table, empty) if "latest" in table else main_series(empty, table)
    sizes = table.groupby("series_key")["persons"].max().sort_index().sort_values(ascending=False, kind="stable")
    names = sorted((str(name) for name in sizes.index[:MOST_SERIES]), key=lambda name: name not in main)
    classes = [Class(name, name or words, symbol, parts, shown=name in main) for name in names]
    by = f"if({current} OR @map_start_time IS NOT NULL, \"series_key\", NULL)"
    return tuple(classes) or (Class("", words, symbol, parts),), by


def _flows_look(table: pd.DataFrame, kind: GeometryKind, palette: Mapping[str, str]) -> Look:
    if kind == "area":
        return _stocks_look(table, kind, palette)
    colour = DISPLACEMENT[0]
    words = "movements of people" if kind == "line" else "movements within a place, or with one end unknown"
    parts = _flow_lines(table) if kind == "line" else _flow_points(table)
    symbol = "line" if kind == "line" else "marker"
    classes, by = _by_series(table, symbol, parts, words, '"carries_sum"')
    label = None
    if _largest(table, _persons(table)):
        text = f"format_number({_flow_persons(table)}, 0)"
        if kind == "point" and "shape" in table:
            text += " || if(\"shape\" = 'tick', ', destination not reported', '')"
        label = Label(text, colour=colour, place="along" if kind == "line" else "below", bold=True)
    return Look(classes, by=by, label=label)


def _flow_persons(table: pd.DataFrame) -> str:
    """The sum of all records between these ends, or one record where a time is chosen."""
    if "persons_sum" not in table:
        return f'"{_persons(table)}"'
    return 'if(@map_start_time IS NULL, "persons_sum", "persons")'


def _flow_width(table: pd.DataFrame) -> str:
    """Expression of the width of a flow in mm; empty if no number of people is known."""
    largest = _largest(table, _persons(table))
    if not largest:
        return ""
    share = f'"{_persons(table)}" / {largest!r}'
    if "share_of_largest" in table:
        share = f'"share_of_largest" * {_flow_persons(table)} / "persons_sum"'
    return f"max({_mm(SMALLEST_FLOW_WIDTH)}, {_mm(LARGEST_FLOW_WIDTH)} * coalesce({share}, 0))"


# From the first to the last point of the line through a third one beside its middle: to the right of its direction.
_BOW = (
    "with_variable('a', start_point(geometry_n($geometry, 1)), with_variable('b', end_point(geometry_n($geometry, 1)), "
    "make_line(@a, make_point((x(@a) + x(@b)) / 2 + 0.09 * (y(@b) - y(@a)), "
    "(y(@a) + y(@b)) / 2 - 0.09 * (x(@b) - x(@a))), @b)))"
)


def _flow_lines(table: pd.DataFrame) -> tuple[Part, ...]:
    colour, width = DISPLACEMENT[0], _flow_width(table)
    by_data = {}
    if width:
        by_data = {
            "arrowWidth": width,
            "arrowStartWidth": f"0.3 * {width}",
            "arrowHeadThickness": f"0.9 * {width} + {_mm(3)}",
            "arrowHeadLength": f"1.6 * {width} + {_mm(6)}",
        }
    settings = {
        "arrow_width": _mm(SMALLEST_FLOW_WIDTH),
        "arrow_start_width": _mm(SMALLEST_FLOW_WIDTH),
        "head_length": _mm(10),
        "head_thickness": _mm(5),
        "is_curved": "1",
        "is_repeated": "0",
    }
    fill = Part("SimpleFill", _fill(rgba(colour, 0.62), rgba(colour), "no", 0))
    arrow = Part("ArrowLine", settings, by_data, inner=("fill", fill))
    bow = {"geometryModifier": _BOW, "SymbolType": "Line", "units": "MapUnit"}
    return (Part("GeometryGenerator", bow, inner=("line", arrow)),)


def _flow_points(table: pd.DataFrame) -> tuple[Part, ...]:
    """Ring: within one area. Tick: the destination not reported. Dashed disc: the origin not reported."""
    colour, width = DISPLACEMENT[0], _flow_width(table)
    thick = {"outlineWidth": f"max({_mm(1.5)}, {width})"} if width else {}
    shaped = "shape" in table
    # So that nobody takes it for a stock.
    ring = _marker("circle", _CLEAR, rgba(colour, 0.62), 24) | {"outline_width": _mm(2)}
    parts = [Part("SimpleMarker", ring, thick | ({"enabled": "\"shape\" = 'ring'"} if shaped else {}))]
    if not shaped:
        return tuple(parts)
    tick = _marker("circle", _CLEAR, rgba(colour), 30)
    tick |= {"name": "line", "angle": "45", "outline_width": _mm(2), "offset": f"0,{_mm(-10.6)}", "offset_unit": "MM"}
    parts.append(Part("SimpleMarker", tick, thick | {"enabled": "\"shape\" = 'tick'"}))
    disc = _marker("circle", rgba(colour, 0.14), rgba(colour), 12) | {"outline_style": "dot"}
    size = {"size": f"{_mm(1.1 * LARGEST_STOCK_RADIUS)} * sqrt({width} / {_mm(LARGEST_FLOW_WIDTH)})"} if width else {}
    parts.append(Part("SimpleMarker", disc, size | {"enabled": "\"shape\" = 'arrival'"}))
    return tuple(parts)


def _context_look(table: pd.DataFrame, kind: GeometryKind, _palette: Mapping[str, str]) -> Look:
    names = [f"nullif(\"{c}\", '')" for c in ("label", "name") if c in table]
    if kind == "line":
        kinds = _kinds(table, "LineString")
        line = _single(kind, TOKENS["road"][0], words="road", width=2.4)
        roads = tuple(dataclasses.replace(line, value=name, words=name) for name in kinds) or (line,)
        shield = Label(f"coalesce({', '.join(names)})", place="along", bold=True, plate=TOKENS["road"][0]) if names else None
        return Look(roads, by='"kind"' if kinds else "", label=shield)
    label = None
    if "name" in table:
        close = {"Show": f"@map_scale < {_scale_of(8.7):.0f}", "Priority": "2"}
        label = Label('"name"', colour=TOKENS["muted"][0], place="beside", italic=True, by_data=close)
    if kind == "area":
        return Look((_single(kind, TOKENS["muted"][0]),), label=label)
    kinds = _kinds(table, "Point")
    classes = [Class(name, name, "marker", _sign(name, number)) for number, name in enumerate(kinds)]
    if not kinds or table["kind"].isna().any():
        classes.append(Class("", "other", "marker", _sign("", 0)))
    return Look(tuple(classes), by='"kind"' if kinds else "", label=label)


def _kinds(table: pd.DataFrame, shape: str) -> list[str]:
    """Kinds of the features of this geometry, in order; those without a kind need a class of their own."""
    if "kind" not in table:
        return []
    rows = table.loc[table.geometry.geom_type == shape] if isinstance(table, gpd.GeoDataFrame) else table
    return sorted(set(rows["kind"].dropna()))


def _sign(name: str, number: int) -> tuple[Part, ...]:
    """A bow for a border crossing, a flag for a post, a shape of their own for others."""
    surface, ink = _SURFACE, rgba(TOKENS["ink"][0])
    if name == "border crossing":
        half = _marker("circle", surface, ink, 7) | {"name": "triangle", "offset_unit": "MM"}
        halves = ({"angle": angle, "offset": f"0,{_mm(3)}"} for angle in ("90", "270"))
        return tuple(Part("SimpleMarker", half | side) for side in halves)
    if name == "observation post":
        pole = _marker("circle", surface, ink, 11) | {"name": "line", "outline_width": _mm(1.3)}
        cloth = _marker("circle", surface, ink, 5.5)
        cloth |= {"name": "triangle", "angle": "90", "offset": f"{_mm(-2.9)},{_mm(-2.9)}", "offset_unit": "MM"}
        return Part("SimpleMarker", pole), Part("SimpleMarker", cloth)
    shapes = ("square", "pentagon", "triangle", "diamond")
    return (Part("SimpleMarker", _marker(shapes[number % len(shapes)], surface, ink, 8)),)


# How many towns the page names below each zoom, the first by rank.
_TOWNS = ((5, 6), (6, 12), (7, 22), (8, 40), (9, 90), (10, 180))


def _scale_of(zoom: float) -> float:
    """Scale number at which a map has the detail of the page at this zoom, at 40 degrees of latitude."""
    return 559_082_264 / 2**zoom * math.cos(math.radians(40))


def _places_look(table: pd.DataFrame, kind: GeometryKind, _palette: Mapping[str, str]) -> Look:
    arabic = " || coalesce('\\n' || nullif(\"name_ar\", ''), '')" if "name_ar" in table else ""
    by_data, by = {}, ""
    ink, edge = rgba(TOKENS["ink"][0]), _SURFACE
    small = (Part("SimpleMarker", _marker("circle", ink, edge, 4.4)),)
    large = (Part("SimpleMarker", _marker("circle", ink, edge, 5.6)),)
    classes = (Class("town", "town", "marker", small), Class("city", "city", "marker", large))
    if kind != "point":
        return Look((_single(kind, TOKENS["ink"][0], words="town"),), label=Label(f'"name"{arabic}'))
    if "rank" in table:
        # QGIS gives room to labels of the highest priority, 10 at most; the first places matter most.
        big = '"weight" > 5.6' if "weight" in table else '"rank" < 20'
        most = " ".join(f"WHEN @map_scale > {_scale_of(zoom):.0f} THEN {number}" for zoom, number in _TOWNS)
        by = f"if(\"rank\" < CASE {most} ELSE 400 END, if({big}, 'city', 'town'), NULL)"
        by_data = {"Priority": 'max(0, 9 - "rank" / 20)', "Bold": big}
    label = Label(f'"name"{arabic}', place="beside", by_data=by_data)
    return Look(classes if by else classes[:1], by=by, label=label)


def used_look() -> Look:
    """Places that rows stand on: a ring, for those who ask what stands behind the map."""
    ring = _marker("circle", _CLEAR, rgba(TOKENS["ink"][0]), 9)
    name = Label("\"name\" || coalesce('\\n' || nullif(\"name_ar\", ''), '')", place="beside")
    return Look((Class("", "place used", "marker", (Part("SimpleMarker", ring),)),), label=name)


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


def _largest(table: pd.DataFrame, column: str) -> float:
    if column not in table:
        return 0.0
    largest = table[column].max()
    return 0.0 if pd.isna(largest) else float(largest)


def _dash(*pixels: float) -> str:
    return ";".join(_mm(p) for p in pixels)


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
