"""The signs in a legend, each drawn around a point as it stands on the map."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely

from maps import style
from maps.figure import shapes
from maps.figure.areas import hatch
from maps.figure.ground import Look, colour
from maps.figure.lettering import MM_PER_POINT
from maps.figure.paper import Paper

Draw = Callable[[float, float], None]


class Signs:
    """Draws signs on a paper; ``palette`` gives the colour of a type of event."""

    def __init__(self, paper: Paper, look: Look, palette: Callable[[str], str]) -> None:
        self.paper, self.look, self.palette = paper, look, palette
        self.unit = look.unit

    def near(self, x: float, y: float) -> None:
        self.paper.fill([shapes.circle(x, y, 0.9 * self.unit)], colour("muted"))
        self.paper.line(
            [shapes.closed(shapes.circle(x, y, 1.7 * self.unit))], colour("muted"), 0.4 * self.unit, dash=(1.6, 1.4)
        )

    def area(self, x: float, y: float) -> None:
        ring = shapes.pill(x, y, 4.2 * self.unit, 2.8 * self.unit)
        kind = self.look.type(6, "area-edge", bold=True)
        self.paper.fill([ring], colour("surface"), edge=colour("area-edge"), width=0.6 * self.unit, dash=(2.2, 1.6))
        self.paper.text(x, y - kind.size * MM_PER_POINT * 0.36, self.look.words.number(5), kind, align="center")

    def hatched(self, x: float, y: float) -> None:
        box = shapely.box(x - 2.6 * self.unit, y - 1.4 * self.unit, x + 2.6 * self.unit, y + 1.4 * self.unit)
        ring = shapely.get_coordinates(box)
        lines = [shapely.get_coordinates(line) for line in hatch(box, 0.9 * self.unit)]
        self.paper.fill([ring[:-1]], colour("area-edge"), alpha=0.05)
        self.paper.line(lines, colour("area-edge"), 0.25 * self.unit, alpha=0.35)
        self.paper.line([ring], colour("area-edge"), 0.7 * self.unit, dash=(2.2, 1.6))

    def swatch(self, fill: str) -> Draw:
        """A unit of a class of rates."""

        def draw(x: float, y: float) -> None:
            self.paper.fill([self._unit_at(x, y)], fill, edge=colour("admin1-line"), width=0.4 * self.unit)

        return draw

    def hatch(self, gap: float) -> Draw:
        """A unit whose rate is not known."""

        def draw(x: float, y: float) -> None:
            ring = self._unit_at(x, y)
            lines = [shapely.get_coordinates(line) for line in hatch(shapely.Polygon(ring), gap * self.unit)]
            self.paper.line(lines, colour("muted"), 0.2 * self.unit, alpha=0.6)
            self.paper.line([shapes.closed(ring)], colour("admin1-line"), 0.4 * self.unit)

        return draw

    def _unit_at(self, x: float, y: float) -> np.ndarray:
        box = shapely.box(x - 2.6 * self.unit, y - 1.4 * self.unit, x + 2.6 * self.unit, y + 1.4 * self.unit)
        return shapely.get_coordinates(box)[:-1]

    def arrival(self, x: float, y: float) -> None:
        self.paper.line(
            [shapes.closed(shapes.circle(x, y, 1.6 * self.unit))], style.DISPLACEMENT[0], 0.8 * self.unit, dash=(2, 2)
        )

    def gone(self, x: float, y: float) -> None:
        self.paper.line([shapes.closed(shapes.circle(x, y, 1.6 * self.unit))], style.DISPLACEMENT[0], 0.8 * self.unit)

    def ring(self, x: float, y: float) -> None:
        self.paper.line(
            [shapes.closed(shapes.circle(x, y, 1.6 * self.unit))], style.DISPLACEMENT[0], 1.4 * self.unit, alpha=0.62
        )

    def tick(self, x: float, y: float) -> None:
        line = np.array([(x - 1.4, y - 1.4), (x + 1.4, y + 1.4)])
        self.paper.line([line], style.DISPLACEMENT[0], 1.4 * self.unit, alpha=0.62)

    def border(self, x: float, y: float) -> None:
        self.stroke(x, y, "country-line", 0.6)

    def unit_line(self, x: float, y: float) -> None:
        self.stroke(x, y, "admin1-line", 0.6, dash=(3.5, 1.6))

    def highway(self, x: float, y: float) -> None:
        self.stroke(x, y, "road", 1.2)

    def stroke(self, x: float, y: float, token: str, width: float, dash: tuple[float, ...] = ()) -> None:
        half = 2.6 * self.unit
        self.paper.line([np.array([(x - half, y), (x + half, y)])], colour(token), width * self.unit, dash=dash)

    def town(self, x: float, y: float) -> None:
        self.paper.fill([shapes.circle(x, y, 0.42 * self.unit)], colour("ink"))

    def crossing(self, x: float, y: float) -> None:
        ring = shapes.bow(x, y, 0.95 * self.unit)
        self.paper.fill([ring], colour("surface"), edge=colour("ink"), width=0.5 * self.unit)

    def post(self, x: float, y: float) -> None:
        ring = shapes.flag(x - 0.4, y - self.unit, 0.95 * self.unit)
        self.paper.fill([ring], colour("surface"), edge=colour("ink"), width=0.5 * self.unit)

    def flow(self, width: float) -> Draw:
        def draw(x: float, y: float) -> None:
            half = 3.0 * self.unit
            ring = shapes.flow(np.array([x - half, y - 0.5]), np.array([x + half, y - 0.5]), width, self.look.pixel)
            if ring is not None:
                self.paper.fill([ring], style.DISPLACEMENT[0], alpha=0.62)

        return draw

    def symbol(self, name: str) -> Draw:
        sign = style.EVENT_SYMBOLS[name]

        def draw(x: float, y: float) -> None:
            ring = shapes.symbol(sign.shape, x, y, 1.15 * self.unit)
            self.paper.fill([ring], self.palette(name), edge=sign.edge, width=0.4 * self.unit)

        return draw
