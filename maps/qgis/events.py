"""Events at points and areas with events known only to them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping

import pandas as pd

from geo.codes import Precision
from geo.export.portable import GeometryKind
from maps.qgis.look import Class, Label, Look, Part, Several, Sizes, layer_id, rgba
from maps.qgis.qml import FONT
from maps.qgis.symbols import (
    MARKERS,
    MM_PER_PIXEL,
    SURFACE,
    chosen_colour,
    dash_of,
    fill_settings,
    largest_of,
    marker_settings,
    mm,
    plain_class,
)
from maps.style import (
    BUBBLE_RADIUS_PER_ROOT,
    EVENT_SYMBOLS,
    LARGEST_BUBBLE_RADIUS,
    LARGEST_RADIUS,
    RADIUS_PER_ROOT,
    SMALLEST_BUBBLE_RADIUS,
    SMALLEST_RADIUS,
    TOKENS,
    UNKNOWN_RADIUS,
    Symbol,
)

_SAME_SPOT = 8.0  # CSS pixels: nearer symbols would hide each other
_ON_PAPER = "if(@layout_name IS NULL, 1, 0.75)"  # read from nearer than a screen


def events_look(table: pd.DataFrame, kind: GeometryKind, palette: Mapping[str, str]) -> Look:
    if kind != "point":
        return areas_look(table, kind, palette)
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
        several=_several(),
    )


def _several() -> Several:
    """As on the page: a disc with the number of events, ringed in the colour of their type if they have one."""
    size = (
        f"{_ON_PAPER} * {2 * MM_PER_PIXEL:.4f} * min({LARGEST_BUBBLE_RADIUS:g}, "
        f"{SMALLEST_BUBBLE_RADIUS:g} + {BUBBLE_RADIUS_PER_ROOT:g} * sqrt(@cluster_size))"
    )
    disc = marker_settings("circle", SURFACE, rgba(TOKENS["muted"][0]), 2 * SMALLEST_BUBBLE_RADIUS)
    disc |= {"outline_width": mm(3)}
    ring = f"coalesce(@cluster_color, '{rgba(TOKENS['muted'][0])}')"
    number = {
        "font": FONT,
        "font_style": "Bold",
        "chr": "2",
        "color": rgba(TOKENS["ink"][0]),
        "size": mm(11),
        "size_unit": "MM",
        "horizontal_anchor_point": "1",
        "vertical_anchor_point": "1",
    }
    return Several(
        (
            Part("SimpleMarker", disc, {"size": size, "outlineColor": ring}),
            Part("FontMarker", number, {"char": "@cluster_size", "size": f"{_ON_PAPER} * {mm(12)}"}),
        ),
        within=_SAME_SPOT * MM_PER_PIXEL,
    )


def _event_class(name: str, symbol: Symbol, palette: Mapping[str, str], table: pd.DataFrame) -> Class:
    colour, edge = rgba(chosen_colour(palette, name, symbol.light)), rgba(symbol.edge)
    settings = marker_settings(symbol.shape, colour, edge, 2 * UNKNOWN_RADIUS)
    parts, by_data = [], {}
    if "fatalities_best" in table:
        # Open, in the colour of the class: deaths unknown, never as if they were none; or the place is inferred.
        unsure = '"fatalities_best" IS NULL'
        if "geo_method" in table:
            unsure += " OR \"geo_method\" = 'inherited'"
        by_data = {
            "size": _EVENT_SIZE,
            "fillColor": f"if({unsure}, '{SURFACE}', '{colour}')",
            "outlineColor": f"if({unsure}, '{colour}', '{edge}')",
            "outlineWidth": f"if({unsure}, {mm(1.6)}, {mm(0.9)})",
        }
        if "geo_precision" in table:
            parts.append(_near_ring(colour, settings["size"]))
    return Class(name, name or "type not stated", "marker", (*parts, Part("SimpleMarker", settings, by_data)))


def _near_ring(colour: str, size: str) -> Part:
    """Known to within some way of the place only: a dashed ring, as on the page.

    An ellipse, which is drawn by its width and height: its size must be that of the shape, or QGIS would show no legend
    of sizes.
    """
    ring = {
        "symbol_name": "circle",
        "fill_color": rgba(TOKENS["surface"][0], 0.75),
        "outline_color": colour,
        "outline_style": "dash",
        "outline_width": mm(1.1),
        "outline_width_unit": "MM",
        "symbol_width": size,
        "symbol_width_unit": "MM",
        "symbol_height": size,
        "symbol_height_unit": "MM",
    }
    across = f"{_DEATHS_SIZE} + {mm(6.4)}"
    near = f"\"geo_precision\" = '{Precision.NEAR.value}'"
    return Part(
        "EllipseMarker", ring, {"size": _EVENT_SIZE, "width": across, "height": across, "enabled": near}, locked=True
    )


def _by_deaths(factor: float) -> str:
    twice = 2 * factor
    root = f'{twice * RADIUS_PER_ROOT * MM_PER_PIXEL:.4f} * sqrt("fatalities_best")'
    bounded = f"max({mm(twice * SMALLEST_RADIUS)}, min({mm(twice * LARGEST_RADIUS)}, {root}))"
    return f'if("fatalities_best" IS NULL, {mm(twice * UNKNOWN_RADIUS)}, {bounded})'


# The same expression for every class, or QGIS shows no legend of sizes.
_DEATHS_SIZE = _by_deaths(1.0)
_FACTORS = " ".join(
    f"WHEN \"event_type\" = '{name}' THEN {MARKERS[symbol.shape][1]:.4f}" for name, symbol in EVENT_SYMBOLS.items()
)
_EVENT_SIZE = f"{_DEATHS_SIZE} * CASE {_FACTORS} ELSE 1 END"


def _death_sizes(table: pd.DataFrame) -> Sizes:
    """Round numbers of dead that occur, the first being all that are drawn at the smallest size."""
    most = largest_of(table, "fatalities_best")
    floor = math.floor((SMALLEST_RADIUS / RADIUS_PER_ROOT) ** 2)
    occurring = [number for number in (10, 20, 50, 100) if number <= most]
    shown = sorted({*occurring[:1], *occurring[-1:]})
    steps = [(f"0–{floor}", SMALLEST_RADIUS), *((str(n), RADIUS_PER_ROOT * math.sqrt(n)) for n in shown)]
    symbol = marker_settings("circle", rgba(TOKENS["muted"][0]), SURFACE, 2 * SMALLEST_RADIUS)
    part = Part("SimpleMarker", symbol, {"size": _EVENT_SIZE})
    return Sizes("Size: reported dead", part, tuple((words, 2 * r * MM_PER_PIXEL) for words, r in steps))


# Areas wider than this on the ground are an outline, or they would tint half the map.
_VAST = "bounds_width($geometry) * 111.32 * cos(radians((y_min($geometry) + y_max($geometry)) / 2)) > 60"


def areas_look(table: pd.DataFrame, kind: GeometryKind, palette: Mapping[str, str]) -> Look:
    colour = TOKENS["area-edge"][0]
    label = _area_label(table)
    if kind != "area":
        return Look((plain_class(kind, colour),), label=label)
    tint = chosen_colour(palette, "Battles", EVENT_SYMBOLS["Battles"].light)
    fill = fill_settings(rgba(tint, 0.07), rgba(colour), "no", 0)
    thin = {"fillColor": f"if({_VAST}, '{rgba(tint, 0.02)}', '{rgba(tint, 0.07)}')"}
    dashed = {
        "line_color": rgba(colour),
        "line_width": mm(1.2),
        "line_width_unit": "MM",
        "use_custom_dash": "1",
        "customdash": dash_of(5, 3),
        "customdash_unit": "MM",
    }
    dotted = {
        "customDash": f"if({_VAST}, '{dash_of(2, 4)}', '{dash_of(5, 3)}')",
        "outlineColor": f"if({_VAST}, '{rgba(colour, 0.7)}', '{rgba(colour)}')",
    }
    outline = Part("SimpleLine", dashed, dotted)
    plain = Class("given", "to this area only", "fill", (Part("SimpleFill", fill, thin), outline))
    if "approximate" not in table:
        return Look((dataclasses.replace(plain, value=""),), label=label)
    line = {"line_color": rgba(colour, 0.3), "line_width": mm(0.6), "line_width_unit": "MM"}
    paler = {"outlineColor": f"if({_VAST}, '{rgba(colour, 0.12)}', '{rgba(colour, 0.3)}')"}
    hatch = Part(
        "LinePatternFill",
        {"angle": "45", "distance": mm(9), "distance_unit": "MM", "line_width": mm(0.6), "line_width_unit": "MM"},
        inner=("line", Part("SimpleLine", line, paler)),
    )
    parts = (plain.parts[0], hatch, outline)
    classes = (plain, Class("approximate", "to this area only, outline approximate", "fill", parts))
    present = {bool(value) for value in table["approximate"].dropna()} or {False, True}
    kept = tuple(one for one, approximate in zip(classes, (False, True), strict=True) if approximate in present)
    return Look(kept, by=_CERTAINTY, label=label)


_CERTAINTY = "if(\"approximate\", 'approximate', 'given')"


# The table of events known to an area only, which the project holds beside the areas.
EVENTS_WITHOUT_POINT = "events_without_point"
# Events of an area in the days that the time control shows; all of them where there is no such table.
_AREA_EVENTS = f"""if(@map_start_time IS NULL, "events", try(aggregate('{layer_id(EVENTS_WITHOUT_POINT)}', 'count',
"event_id", "area_id" = attribute(@parent, 'area_id') AND "date_start" <= to_date(@map_end_time)
AND "date_end" >= to_date(@map_start_time)), "events"))""".replace("\n", " ")


def _area_label(table: pd.DataFrame) -> Label | None:
    """How many events; where the outline is approximate the sign for about."""
    if "events" not in table:
        return None
    about = "if(\"approximate\", '≈ ', '') || " if "approximate" in table else ""
    text = f"with_variable('n', {_AREA_EVENTS}, {about}@n || if(@n = 1, ' event', ' events'))"
    by_data = {"Priority": 'min(10, 6 + "events")'}
    return Label(text, place="inside", plate=TOKENS["area-edge"][0], by_data=by_data)
