"""People displaced: circles for stocks, arrows for movements; only the main series ticked."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from geo.export.portable import GeometryKind
from maps.qgis.look import Class, Label, Look, Part, Sizes, rgba
from maps.qgis.symbols import (
    CLEAR,
    MM_PER_PIXEL,
    fill_settings,
    largest_of,
    marker_settings,
    mm,
    persons_column,
    plain_class,
)
from maps.style import (
    DISPLACEMENT,
    DISPLACEMENT_FILL_OPACITY,
    LARGEST_FLOW_WIDTH,
    LARGEST_STOCK_RADIUS,
    SMALLEST_FLOW_WIDTH,
    SMALLEST_RADIUS,
)
from maps.tallies import shown_series

# A stock stands until the next figure of its series: at the end of the days shown, whose last moment is not of them.
_LAST_DAY = "to_date(@map_end_time - to_interval('1 second'))"
_CURRENT = f'if(@map_end_time IS NULL, "latest", coalesce("current_until" >= {_LAST_DAY}, TRUE))'


def stocks_look(table: pd.DataFrame, kind: GeometryKind, _palette: Mapping[str, str]) -> Look:
    colour, persons = DISPLACEMENT[0], persons_column(table)
    tint = rgba(colour, DISPLACEMENT_FILL_OPACITY)
    settings = marker_settings("circle", tint, rgba(colour), 2 * SMALLEST_RADIUS)
    settings |= {"outline_width": mm(1.4)}
    largest = largest_of(table, persons)
    share = '"share_of_largest"' if "share_of_largest" in table else f'"{persons}" / {largest!r}'
    by_data, from_here, label, sizes = {}, "", None, None
    if "anchor" in table:  # gone from there, to nobody says where: open
        by_data["fillColor"] = f"if(\"anchor\" = 'origin', '{CLEAR}', '{tint}')"
        from_here = " || if(\"anchor\" = 'origin', ' from here', '')"
    if largest:
        radius = f"{mm(LARGEST_STOCK_RADIUS)} * sqrt({share})"
        by_data["size"] = f"coalesce({mm(2 * LARGEST_STOCK_RADIUS)} * sqrt({share}), 0)"
        label = Label(
            f'format_number("{persons}", 0){from_here}',
            colour=colour,
            place="over",
            bold=True,
            # Above the circle, and only where the circle is large enough to carry a number.
            by_data={
                "OffsetXY": f"'0,' || (-2.2 - {radius})",
                "Show": f"{share} > {(15 / LARGEST_STOCK_RADIUS) ** 2:.3f}",
                "Priority": "10",
            },
        )
    circle = Part("SimpleMarker", settings, by_data)
    if kind == "line":
        return Look((plain_class(kind, colour),), label=label)
    part, symbol = circle, "marker"
    if kind == "area":
        part, symbol = Part("CentroidFill", {"point_on_surface": "1"}, inner=("marker", circle)), "fill"
    order = f'"{persons}"' if largest else ""
    classes, by = _by_series(table, symbol, (part,), "people displaced", _CURRENT)
    if largest and by and kind == "point":
        sizes = _people_sizes(table, circle)
    return Look(classes, by=by, largest_first=order, label=label, days=("current_from", "current_until"), sizes=sizes)


def _people_sizes(table: pd.DataFrame, circle: Part) -> Sizes | None:
    """The largest circle of the series shown, and a quarter of it."""
    shown = table.loc[table["series_key"].isin(list(shown_series(table, table.iloc[:0])))]
    largest = largest_of(shown, "persons")
    if not largest:
        return None
    steps = tuple((f"{largest * part:,.0f}", 2 * LARGEST_STOCK_RADIUS * math.sqrt(part)) for part in (1, 0.25))
    return Sizes("Size: people", circle, tuple((words, d * MM_PER_PIXEL) for words, d in steps), nested=True)


MOST_SERIES = 40  # of one layer in the legend


def _by_series(
    table: pd.DataFrame, symbol: str, parts: tuple[Part, ...], words: str, current: str
) -> tuple[tuple[Class, ...], str]:
    """A class for each series, only the main ones ticked; and the expression of the class.

    Only records are drawn for which ``current`` holds.
    """
    if "series_key" not in table:
        return (Class("", words, symbol, parts),), ""
    empty = table.iloc[:0]
    main = shown_series(table, empty) if "latest" in table else shown_series(empty, table)
    sizes = table.groupby("series_key")["persons"].max().sort_index().sort_values(ascending=False, kind="stable")
    names = sorted((str(name) for name in sizes.index[:MOST_SERIES]), key=lambda name: name not in main)
    classes = [Class(name, name or words, symbol, parts, shown=name in main) for name in names]
    by = f'if({current}, "series_key", NULL)'
    return tuple(classes) or (Class("", words, symbol, parts),), by


def flows_look(table: pd.DataFrame, kind: GeometryKind, palette: Mapping[str, str]) -> Look:
    if kind == "area":
        return stocks_look(table, kind, palette)
    colour = DISPLACEMENT[0]
    words = "movements of people" if kind == "line" else "movements within a place, or with one end unknown"
    parts = _flow_lines(table) if kind == "line" else _flow_points(table)
    symbol = "line" if kind == "line" else "marker"
    classes, by = _by_series(table, symbol, parts, words, '"carries_sum" OR @map_start_time IS NOT NULL')
    label = None
    if largest_of(table, persons_column(table)):
        text = f"format_number({_flow_persons(table)}, 0)"
        if kind == "point" and "shape" in table:
            text += " || if(\"shape\" = 'tick', ', destination not reported', '')"
        label = Label(text, colour=colour, place="along" if kind == "line" else "below", bold=True)
    return Look(classes, by=by, label=label)


def _flow_persons(table: pd.DataFrame) -> str:
    """The sum of all records between these ends, or one record where a time is chosen."""
    if "persons_sum" not in table:
        return f'"{persons_column(table)}"'
    return 'if(@map_start_time IS NULL, "persons_sum", "persons")'


def _flow_width(table: pd.DataFrame) -> str:
    """Expression of the width of a flow in mm; empty if no number of people is known."""
    largest = largest_of(table, persons_column(table))
    if not largest:
        return ""
    share = f'"{persons_column(table)}" / {largest!r}'
    if "share_of_largest" in table:
        share = f'"share_of_largest" * {_flow_persons(table)} / "persons_sum"'
    return f"max({mm(SMALLEST_FLOW_WIDTH)}, {mm(LARGEST_FLOW_WIDTH)} * coalesce({share}, 0))"


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
            "arrowHeadThickness": f"0.9 * {width} + {mm(3)}",
            "arrowHeadLength": f"1.6 * {width} + {mm(6)}",
        }
    settings = {
        "arrow_width": mm(SMALLEST_FLOW_WIDTH),
        "arrow_start_width": mm(SMALLEST_FLOW_WIDTH),
        "head_length": mm(10),
        "head_thickness": mm(5),
        "is_curved": "1",
        "is_repeated": "0",
    }
    fill = Part("SimpleFill", fill_settings(rgba(colour, 0.62), rgba(colour), "no", 0))
    arrow = Part("ArrowLine", settings, by_data, inner=("fill", fill))
    bow = {"geometryModifier": _BOW, "SymbolType": "Line", "units": "MapUnit"}
    return (Part("GeometryGenerator", bow, inner=("line", arrow)),)


def _flow_points(table: pd.DataFrame) -> tuple[Part, ...]:
    """Ring: within one area. Tick: the destination not reported. Dashed disc: the origin not reported."""
    colour, width = DISPLACEMENT[0], _flow_width(table)
    thick = {"outlineWidth": f"max({mm(1.5)}, {width})"} if width else {}
    shaped = "shape" in table
    # So that nobody takes it for a stock.
    ring = marker_settings("circle", CLEAR, rgba(colour, 0.62), 24) | {"outline_width": mm(2)}
    parts = [Part("SimpleMarker", ring, thick | ({"enabled": "\"shape\" = 'ring'"} if shaped else {}))]
    if not shaped:
        return tuple(parts)
    tick = marker_settings("circle", CLEAR, rgba(colour), 30)
    tick |= {"name": "line", "angle": "45", "outline_width": mm(2), "offset": f"0,{mm(-10.6)}", "offset_unit": "MM"}
    parts.append(Part("SimpleMarker", tick, thick | {"enabled": "\"shape\" = 'tick'"}))
    disc = marker_settings("circle", rgba(colour, 0.14), rgba(colour), 12) | {"outline_style": "dot"}
    size = {"size": f"{mm(1.1 * LARGEST_STOCK_RADIUS)} * sqrt({width} / {mm(LARGEST_FLOW_WIDTH)})"} if width else {}
    parts.append(Part("SimpleMarker", disc, size | {"enabled": "\"shape\" = 'arrival'"}))
    return tuple(parts)
