"""Areas that events are known to only, roads, crossings and posts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely

from maps.figure import shapes
from maps.figure.canvas import Canvas
from maps.figure.ground import colour, on_paper, placed_lines, spots_inside
from maps.figure.labels import Wanted
from maps.figure.lettering import MM_PER_POINT
from maps.figure.view import Box

_EIGHT = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
_ABOUT = 3.0  # mm around a point that stands for an area
_HATCH_GAP = 1.2  # mm
_HATCH_BAND = 2.6  # mm inside the edge: hatched areas may lie on one another


def draw_areas(canvas: Canvas) -> None:
    """Tint and edge of each area, dashed and hatched if approximate, and the number of its events."""
    token = colour("area-edge")
    unit = canvas.look.unit
    for row in canvas.content.areas.itertuples(index=False):
        shape = row.geometry
        lines = [line for line in placed_lines(shape, canvas.view) if np.isfinite(line).all()]
        seen = _around(shape, canvas) if lines or shape.geom_type == "Point" else on_paper(shape, canvas.view)
        if seen.is_empty:
            canvas.tally.outside += row.events
            continue
        canvas.tally.in_areas += row.events
        canvas.tally.areas = True
        canvas.tally.approximate |= bool(row.approximate)
        if lines:
            canvas.paper.line(lines, token, 4 * unit, alpha=0.18, clip=canvas.view.paper)
            canvas.paper.line(lines, token, 0.7 * unit, dash=(2.2, 1.6), clip=canvas.view.paper)
        else:
            _tint(canvas, seen, hatched=bool(row.approximate))
        _badge(canvas, row.events, seen)


def _tint(canvas: Canvas, seen: Any, *, hatched: bool) -> None:
    token, unit, box = colour("area-edge"), canvas.look.unit, canvas.view.paper
    rings = [shapely.get_coordinates(r)[:-1] for r in all_rings(seen)]
    canvas.paper.fill(rings, token, alpha=0.035, clip=box)
    if hatched:
        band = shapely.difference(seen, shapely.buffer(seen, -_HATCH_BAND * unit))
        lines = [shapely.get_coordinates(line) for line in hatch(band, _HATCH_GAP * unit)]
        canvas.paper.line(lines, token, 0.25 * unit, alpha=0.3, clip=box)
    # The frame is no edge of the area.
    frame = shapely.box(*_corners(box.inset(0.05))).boundary
    edges = shapely.get_parts(shapely.difference(shapely.boundary(seen), shapely.buffer(frame, 0.1)))
    lines = [shapely.get_coordinates(edge) for edge in edges]
    canvas.paper.line(lines, token, 0.7 * unit, dash=(2.2, 1.6) if hatched else (), clip=box)


def _badge(canvas: Canvas, events: int, seen: Any) -> None:
    kind = canvas.look.type(6.5, "area-edge", bold=True)
    text = canvas.look.words.number(events)
    height = kind.size * MM_PER_POINT * 1.5
    width = max(height, canvas.paper.letters.width(text, kind) + height * 0.6)
    spots = spots_inside(seen)
    if spots:
        x, y = spots[0]
        # A small area among others: beside it is better than nowhere.
        around = [(x + d * a * height, y + d * b * height) for d in (1.2, 2.4) for a, b in _EIGHT]
        spots = (*spots, *around)
        label = Wanted(0, 0, width, height, 0, (0, -events), ("badge", text, kind), spots, forced=True)
        canvas.wanted.append(label)


def draw_roads(canvas: Canvas, *, numbered: bool) -> None:
    """Highways, with their numbers if there is room."""
    roads = canvas.content.context
    roads = roads.loc[roads.geometry.geom_type == "LineString"] if len(roads) else roads
    for row in roads.itertuples(index=False):
        lines = [line for line in placed_lines(row.geometry, canvas.view) if np.isfinite(line).all()]
        box = canvas.view.paper
        canvas.paper.line(lines, colour("surface"), 2.0 * canvas.look.unit, alpha=0.8, clip=box)
        canvas.paper.line(lines, colour("road"), 1.2 * canvas.look.unit, clip=box)
        seen = shapely.intersection(shapely.MultiLineString(lines), shapely.box(*_corners(box)))
        if seen.is_empty:
            continue
        canvas.tally.context.add(row.kind)
        if row.label and numbered:
            _shield(canvas, row.label, seen)


def _shield(canvas: Canvas, text: str, seen: Any) -> None:
    """The number of a road, somewhere on it."""
    kind = canvas.look.type(6, "ink", bold=True)
    text = canvas.paper.letters.cut(text, kind, canvas.view.paper.width * 0.15)
    height = kind.size * MM_PER_POINT * 1.45
    width = max(height, canvas.paper.letters.width(text, kind) + height * 0.5)
    longest = max(shapely.get_parts(seen), key=shapely.length)
    points = [shapely.line_interpolate_point(longest, k, normalized=True) for k in (0.5, 0.35, 0.65, 0.2, 0.8)]
    spots = tuple((p.x, p.y) for p in points)
    canvas.wanted.append(Wanted(0, 0, width, height, 0, (1, 0), ("shield", text, kind), spots, forced=True))


def draw_signs(canvas: Canvas) -> None:
    """A bow for a crossing, with its name, a flag for a post."""
    context = canvas.content.context
    points = context.loc[context.geometry.geom_type == "Point"] if len(context) else context
    size = 0.95 * canvas.look.unit
    for row in points.itertuples(index=False):
        place = canvas.view.place(shapely.get_coordinates(row.geometry))
        if not canvas.view.paper.inset(size).has(place)[0]:
            continue
        x, y = place[0]
        crossing = row.kind == "border crossing"
        ring = (shapes.bow if crossing else shapes.flag)(x, y, size)
        canvas.paper.fill(
            [ring], colour("surface"), edge=colour("ink"), width=0.5 * canvas.look.unit, clip=canvas.view.paper
        )
        canvas.tally.context.add(row.kind)
        (left, bottom), (right, top) = ring.min(axis=0), ring.max(axis=0)
        canvas.taken.soft.append(Box(left, bottom, right, top))
        if crossing:
            name, _ = canvas.look.words.name(row.name, row.name_ar)
            kind = canvas.look.type(6, "muted", italic=True, halo=colour("surface"))
            label = canvas.want_lines(x, y, [name], [kind], size, (3, 0))
            canvas.wanted += [label] if label is not None else []


def hatch(shape: Any, gap: float) -> list[Any]:
    """Slanting lines inside a shape on paper."""
    left, bottom, right, top = shape.bounds
    height = top - bottom
    starts = np.arange(math.floor((left - height) / gap) * gap, right, gap * math.sqrt(2))
    lines = shapely.linestrings([[(x, bottom), (x + height, top)] for x in starts]) if len(starts) else []
    cut = shapely.intersection(shapely.multilinestrings(lines), shape) if len(starts) else shapely.MultiLineString()
    return [line for line in shapely.get_parts(cut) if line.geom_type == "LineString"]


def all_rings(shape: Any) -> list[Any]:
    """Outer and inner rings of all polygons of a shape."""
    polygons = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    return [ring for p in polygons for ring in (p.exterior, *p.interiors)]


def _around(shape: Any, canvas: Canvas) -> Any:
    """A strip along a line, or a disc about a point that stands for an area."""
    placed = shapely.transform(shape, canvas.view.place)
    if not np.isfinite(shapely.get_coordinates(placed)).all():
        return shapely.Polygon()
    wide = _ABOUT * canvas.look.unit if shape.geom_type == "Point" else 0.5
    return shapely.intersection(shapely.buffer(placed, wide), shapely.box(*_corners(canvas.view.paper)))


def _corners(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.bottom, box.right, box.top
