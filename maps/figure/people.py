"""People displaced: circles for stocks and arrivals, bent lines, rings and ticks for movements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from maps import style
from maps.figure import shapes
from maps.figure.canvas import Canvas
from maps.figure.ground import colour
from maps.figure.labels import Wanted
from maps.figure.lettering import MM_PER_POINT, Type

_ARRIVAL = 0.55  # of the radius of a stock: arrivals are often many


@dataclass(frozen=True, slots=True)
class Disc:
    """A circle of people: how strongly it is filled, and how its edge is dashed."""

    tint: float
    dash: tuple[float, ...] = ()


# At a place, come to a place, and gone from a place to nobody says where, which is open.
THERE, ARRIVED, GONE = Disc(1), Disc(0.7, (2, 2)), Disc(0)


def draw_stocks(canvas: Canvas) -> None:
    """Circles whose area follows the people, with their number."""
    series = canvas.content.stock_series
    if series is None:
        return
    points = canvas.placed(canvas.content.stocks)
    for row, (x, y) in zip(canvas.content.stocks.itertuples(index=False), points, strict=True):
        _disc(
            canvas,
            x,
            y,
            row.persons,
            shapes.stock_radius(row.persons, series.largest, canvas.look.pixel),
            GONE if row.anchor == "origin" else THERE,
        )


def draw_flows(canvas: Canvas) -> None:
    """Movements of one series, the largest first: a thin line must not vanish under a broad one."""
    series = canvas.content.flows.series
    if series is None:
        return
    table = canvas.content.flows.table
    largest = canvas.content.flows.largest
    look, box = canvas.look, canvas.view.paper
    for row in table.itertuples(index=False):
        width = shapes.flow_width(row.persons, largest, look.pixel)
        ends = canvas.view.place(shapely.get_coordinates(row.geometry))
        if not np.isfinite(ends).all() or not box.has(ends).any():
            canvas.tally.people_outside += 1
            continue
        _flow(canvas, row.shape, row.persons, ends, width)
        canvas.tally.flow_shapes.add(row.shape)


def _flow(canvas: Canvas, shape: str, persons: float, ends: np.ndarray, width: float) -> None:
    pixel, violet, box = canvas.look.pixel, style.DISPLACEMENT[0], canvas.view.paper
    points = max(1.0, width / MM_PER_POINT)
    x, y = ends[0]
    if shape == "line":
        ring = shapes.flow(ends[0], ends[1], width, pixel)
        if ring is not None:
            canvas.paper.fill([ring], violet, alpha=0.62, clip=box)
            canvas.tally.flow_widths.append(persons)
    elif shape == "ring":
        canvas.paper.line([shapes.closed(shapes.circle(x, y, 12 * pixel))], violet, points, alpha=0.62, clip=box)
    elif shape == "tick":
        away = shapes.moved([(0, 0), (15 * pixel, 15 * pixel)], x, y)
        canvas.paper.line([away], violet, points, alpha=0.62, clip=box)
    else:
        radius = _ARRIVAL * shapes.stock_radius(persons, canvas.content.flows.largest, pixel)
        _disc(canvas, x, y, persons, radius, ARRIVED)


def _disc(canvas: Canvas, x: float, y: float, persons: float, radius: float, kind: Disc) -> None:
    box = canvas.view.paper
    if not box.has(np.array([(x, y)]))[0]:
        canvas.tally.people_outside += 1
        return
    violet = style.DISPLACEMENT[0]
    canvas.paper.fill(
        [shapes.circle(x, y, radius)],
        violet,
        alpha=style.DISPLACEMENT_FILL_OPACITY * kind.tint,
        clip=box,
    )
    canvas.paper.line(
        [shapes.closed(shapes.circle(x, y, radius))],
        violet,
        0.8 * canvas.look.unit,
        dash=kind.dash if radius > 1.5 else (),
        clip=box,
    )
    if kind is ARRIVED:
        canvas.tally.flow_shapes.add("arrival")
    else:
        canvas.tally.stocks.append(persons)
    canvas.tally.gone |= kind is GONE
    if radius > 2.2:
        letters = Type(6.8 * canvas.look.unit, violet, bold=True, halo=colour("surface"))
        height = letters.size * MM_PER_POINT
        text = canvas.look.words.number(persons)
        up = radius + 0.4 + height / 2
        spots = ((x, y - up), (x, y + up), (x, y), (x - radius * 0.7, y - up), (x + radius * 0.7, y - up))
        width = canvas.paper.letters.width(text, letters)
        canvas.wanted.append(
            Wanted(x, y, width, height, 0, (1.5, -persons), ("text", (text,), (letters,)), spots, forced=True)
        )
