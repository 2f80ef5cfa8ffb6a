"""Units in the classes of their rate, under all else that is on the map."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from geo.links import link_table
from geo.rates import rate_table
from maps.choropleth import NO_COUNT, NO_FIGURE, RATES_LAYERS, class_colours, rate_areas, shown_measure
from maps.figure.areas import all_rings, hatch
from maps.figure.canvas import Canvas
from maps.figure.content import Content, Period
from maps.figure.ground import colour, on_paper
from maps.layers import MapSpec

HATCH_GAP = 1.0  # mm


def with_rates(content: Content, spec: MapSpec, period: Period | None) -> Content:
    """The content with the finest units that are counted and their rates over a period; as it is if there are none."""
    if period is None or not len(spec.population):
        return content
    first, last = (pd.Timestamp(day) for day in period)
    whole = pd.Period(first, freq=f"{(last - first).days + 1}D")
    links = link_table(spec.events, spec.displacement, spec.admin, metric_crs=spec.metric_crs, steps=[whole])
    rates = rate_table(links, spec.population, spec.admin)
    areas = rate_areas(spec.admin, rates)
    finest = next((areas[name] for name in RATES_LAYERS if name in areas), None)
    return content if finest is None else content.with_rates(finest, shown_measure(rates))


def draw_rates(canvas: Canvas) -> None:
    """Fill each unit with the colour of its class; hatch it where its rate is not known."""
    table, edge, unit = canvas.content.rates, colour("admin1-line"), canvas.look.unit
    if not len(table):
        return
    colours, box = class_colours(table["rate"]), canvas.view.paper
    for shape, name in _seen(table, canvas):
        canvas.tally.rates.add(name)
        rings = [shapely.get_coordinates(ring)[:-1] for ring in all_rings(shape)]
        if name in colours:
            canvas.paper.fill(rings, colours[name], edge=edge, width=0.25 * unit, clip=box)
            continue
        lines = [shapely.get_coordinates(line) for line in hatch(shape, HATCH_GAP * unit * _GAPS[name])]
        canvas.paper.line(lines, colour("muted"), 0.2 * unit, alpha=0.6, clip=box)


_GAPS = {NO_COUNT: 1.0, NO_FIGURE: 2.0}  # times the gap of the hatching


def _seen(table: gpd.GeoDataFrame, canvas: Canvas) -> list[tuple[object, str]]:
    shapes = (on_paper(shape, canvas.view) for shape in table.geometry)
    return [(shape, name) for shape, name in zip(shapes, table["rate_class"], strict=True) if not shape.is_empty]
