"""One map drawn: the ground, what is known on it, and names that hide neither it nor each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from maps.figure import shapes
from maps.figure.areas import draw_areas, draw_roads, draw_signs
from maps.figure.canvas import Canvas, Tally
from maps.figure.content import Content
from maps.figure.ground import Ground, Look, colour
from maps.figure.labels import Taken, Wanted, place_labels
from maps.figure.lettering import ASCENT, LINE, MM_PER_POINT, Type
from maps.figure.paper import Align, Paper
from maps.figure.people import draw_flows, draw_stocks
from maps.figure.rates import draw_rates
from maps.figure.symbols import draw_symbols
from maps.figure.view import Box, View
from maps.layers import MapSpec

LABELS_PER_SQUARE_CM = 0.2
_BETWEEN_TOWNS = 6.0  # mm on A4 from a town to a larger one, or it has no name

Dots = list[tuple[Wanted, tuple[float, float]]]


def draw_map(
    paper: Paper,
    view: View,
    look: Look,
    spec: MapSpec,
    content: Content,
    ground: Ground,
    *,
    names: float = 1.0,
    signs: bool = True,
    blocked: Sequence[Box] = (),
) -> Tally:
    """Draw one map; return what it shows.

    ``names`` is how many names to set: 1 as usual, 0 for a trial that leaves out the ground too. ``signs``: crossings,
    posts and numbers of roads, for which a small map has no room. No name stands on ``blocked``.
    """
    canvas = Canvas(paper, view, look, spec, content, Taken(view.paper.inset(0.6), hard=[*blocked]))
    if names:
        ground.draw_land(canvas.paper, canvas.view, canvas.view.paper, line=0.55 * canvas.look.unit)
    draw_rates(canvas)
    draw_areas(canvas)
    if names:
        ground.draw_units(canvas.paper, canvas.view, canvas.look)
    canvas.tally.units = bool(ground.unit_levels(canvas.view))
    canvas.tally.borders = ground.has_borders(canvas.view)
    draw_roads(canvas, numbered=signs)
    draw_stocks(canvas)
    draw_flows(canvas)
    draw_symbols(canvas)
    if signs:
        draw_signs(canvas)
    if names >= 1:
        canvas.wanted += ground.names(canvas.paper, canvas.view, canvas.look)
    dots = _towns(canvas, names)
    _set_names(canvas, dots)
    canvas.tally.labels = canvas.taken.hard[len(blocked) :]
    canvas.tally.symbols = canvas.taken.soft
    return canvas.tally


def _towns(canvas: Canvas, names: float) -> Dots:
    places = canvas.spec.layer("places")
    if not len(places):
        return []
    points = canvas.placed(places)
    seen = np.isfinite(points).all(axis=1)
    seen[seen] = canvas.view.paper.inset(1).has(points[seen])
    towns, points = places.loc[seen].reset_index(drop=True), points[seen]
    area = canvas.view.paper.width * canvas.view.paper.height / 100 / canvas.look.unit**2
    most = max(3, round(area * LABELS_PER_SQUARE_CM * names))
    marks = np.array([(b.left, b.bottom, b.right, b.top) for b in canvas.taken.soft]).reshape(-1, 4)
    dots: Dots = []
    kept = np.empty((0, 2))
    for row, (x, y) in zip(towns.itertuples(index=False), points, strict=True):
        if len(kept) >= most:
            break
        if len(kept) and np.hypot(*(kept - (x, y)).T).min() < _BETWEEN_TOWNS * canvas.look.unit:
            continue
        kept = np.vstack([kept, (x, y)])
        over = marks[(marks[:, 0] <= x) & (x <= marks[:, 2]) & (marks[:, 1] <= y) & (y <= marks[:, 3])]
        clear = float(np.minimum((over[:, 2:] - over[:, :2]).max() / 2, 3.2)) if len(over) else 0.45 * canvas.look.unit
        label = _town_name(canvas, row, x, y, clear + 0.4, len(kept) / most, both=names >= 1)
        if label is not None:
            size = 0.45 * canvas.look.unit
            dot = None if len(over) else Box(x - size, y - size, x + size, y + size)
            dots.append((replace(label, dot=dot), (x, y)))
    return dots


def _town_name(
    canvas: Canvas, row: Any, x: float, y: float, clear: float, importance: float, *, both: bool
) -> Wanted | None:
    name, other = canvas.look.words.name(row.name, row.name_ar)
    size, bold = (8.2, True) if importance < 0.1 else (7.2, False) if importance < 0.4 else (6.4, False)
    if not both:
        size, bold = 6.0, False
    first = canvas.look.type(size, bold=bold, halo=colour("surface"))
    texts, kinds = [name], [first]
    if both and importance < 0.1 and other and "ar" in canvas.spec.languages:
        texts.append(other)
        kinds.append(canvas.look.type(size - 1.4, "muted", halo=colour("surface")))
    return canvas.want_lines(x, y, texts, kinds, clear, (4, importance))


def _set_names(canvas: Canvas, towns: Dots) -> None:
    at = {id(label): point for label, point in towns}
    for label, box in place_labels([*canvas.wanted, *(label for label, _ in towns)], canvas.taken):
        if id(label) in at:
            canvas.tally.towns |= _dot(canvas, *at[id(label)])
        _set(canvas, label, box)


def _dot(canvas: Canvas, x: float, y: float) -> bool:
    """A dot for a town, unless a symbol stands there."""
    if any(box.left <= x <= box.right and box.bottom <= y <= box.top for box in canvas.taken.soft):
        return False
    ring = shapes.circle(x, y, 0.42 * canvas.look.unit)
    canvas.paper.fill([ring], colour("ink"), edge=colour("surface"), width=0.3, clip=canvas.view.paper)
    return True


def _set(canvas: Canvas, label: Wanted, box: Box) -> None:
    what: Any = label.key
    if what[0] != "text":
        sign, text, kind = what
        _set_badge(canvas, sign, text, kind, box)
        return
    _, texts, kinds = what
    middle = (box.left + box.right) / 2
    # Beside its point a name of two lines is flush with it.
    align: Align = "left" if middle > label.x else "right"
    if label.spots or abs(middle - label.x) < box.width * 0.4:
        align = "center"
    x = {"center": middle, "left": box.left + 0.45, "right": box.right - 0.45}[align]
    y = box.top - 0.1
    for text, kind in zip(texts, kinds, strict=True):
        size = kind.size * MM_PER_POINT
        canvas.paper.text(x, y - size * ASCENT, text, kind, align=align, clip=canvas.view.paper)
        y -= size * LINE


def _set_badge(canvas: Canvas, what: str, text: str, kind: Type, box: Box) -> None:
    """A number of events on an area, or the number of a road."""
    x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
    width = 0.6 * canvas.look.unit
    if what == "badge":
        ring = shapes.pill(x, y, box.width, box.height)
        canvas.paper.fill([ring], colour("surface"), edge=colour("area-edge"), width=width, dash=(2.2, 1.6))
    else:
        canvas.paper.box_at(box, colour("surface"), edge=colour("road"), width=width)
    canvas.paper.text(x, y - kind.size * MM_PER_POINT * 0.36, text, kind, align="center")
