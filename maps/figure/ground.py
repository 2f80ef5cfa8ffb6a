"""The ground under a printed map: land, lines of units, graticule, and names of countries and units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo.gazetteer import country_names
from maps.basemap import outlines_within
from maps.figure.labels import Wanted
from maps.figure.lettering import ASCENT, DESCENT, MM_PER_POINT, Type
from maps.figure.paper import Paper
from maps.figure.view import Bounds, Box, View, cut_to
from maps.figure.words import Words
from maps.layers import MapSpec
from maps.style import TOKENS

MOST_UNITS = 90  # of one level in the frame; more lines than that are a grey veil
_FINEST = 0.05  # mm on paper
# Width, dashes and colour of the lines of each level of units, the finest first.
_UNIT_LINES: dict[int, tuple[float, tuple[float, ...], str]] = {
    3: (0.25, (), "admin3-line"),
    2: (0.3, (), "admin1-line"),
    1: (0.6, (3.5, 1.6), "admin1-line"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """How large things are: ``unit`` scales type and lines (1 on A4), ``pixel`` is a style's pixel in mm."""

    unit: float
    pixel: float
    words: Words

    def type(
        self, points: float, shade: str = "ink", *, bold: bool = False, italic: bool = False, halo: str = ""
    ) -> Type:
        """A type size in points on A4, in a colour of the house."""
        return Type(points * self.unit, colour(shade), bold, italic, halo)


def colour(token: str) -> str:
    """The light colour of a token: paper is light."""
    return TOKENS[token][0] if token in TOKENS else token


class Ground:
    """Land and units around a map, read once for the map, its inset and all its panels."""

    def __init__(self, spec: MapSpec, around: Bounds, finest: float) -> None:
        self.home = spec.home
        self.admin = spec.admin
        self.arabic = {code: found[0] for code, found in country_names(["ar"]).items()}
        self.land = outlines_within(around, finest=finest)
        self._thinned: dict[tuple[object, ...], list[Any]] = {}

    def draw_land(self, paper: Paper, view: View, box: Box, *, line: float = 0.55) -> None:
        """Sea, land abroad, land of the theatre's own country, coasts and borders."""
        paper.box_at(box, colour("sea"))
        shapes = self._seen("land", view)
        own = [country == self.home or not self.home for country in self.land["country"]]
        for home, token in ((False, "land-abroad"), (True, "land")):
            for shape, at_home in zip(shapes, own, strict=True):
                if at_home == home and not shape.is_empty:
                    rings = [*placed_rings(shape, view)]
                    paper.fill(rings, colour(token), edge=colour("country-line"), width=line, clip=box)

    def draw_units(self, paper: Paper, view: View, look: Look) -> bool:
        """Lines of the units that are given; derived ones are no lines of a base map. Whether any was drawn."""
        levels = self.unit_levels(view)
        for level in levels:
            width, dash, token = _UNIT_LINES[level]
            lines = [view.place(shapely.get_coordinates(part)) for part in self._seen(level, view)]
            paper.line(lines, colour(token), width * look.unit, dash=dash, clip=view.paper)
        return bool(levels)

    def unit_levels(self, view: View) -> list[int]:
        """Levels whose lines are drawn, the finest first."""
        few = [level for level in _UNIT_LINES if 0 < len(self._units(level, view)) <= MOST_UNITS]
        return [level for level in few if _crossed(self._seen(level, view), view)]

    def has_borders(self, view: View) -> bool:
        """Whether a coast or a border of a country is seen."""
        return _crossed([shapely.boundary(shape) for shape in self._seen("land", view)], view)

    def names(self, paper: Paper, view: View, look: Look) -> Iterator[Wanted]:
        """Names of countries, and of first divisions whose outline is given, to be set inside them."""
        country = look.type(7.5, "muted", halo=colour("land-abroad"))
        for row, shape in zip(self.land.itertuples(index=False), self._seen("land", view), strict=True):
            name, _ = look.words.name(row.name, self.arabic.get(row.country))
            yield from _inside(paper, view, shape, spaced(name), country, rank=5.0)
        units = self._units(1, view)
        division = look.type(7, "muted", italic=True, halo=colour("land"))
        for row in units.itertuples(index=False):
            name, _ = look.words.name(row.name, row.name_ar)
            shape = thinned(np.array([row.geometry]), view)[0]
            yield from _inside(paper, view, shape, spaced(name), division, rank=6.0)

    def _seen(self, what: str | int, view: View) -> list[Any]:
        """Land of each country, or the lines of a level of units, as a view needs them; made once for equal views."""
        key = (what, view.crs, *(round(x, 6) for x in (view.metres_per_mm, *view.ground)))
        if key not in self._thinned:
            if isinstance(what, str):
                self._thinned[key] = list(thinned(self.land.geometry.to_numpy(), view))
            else:
                shapes = thinned(self._units(what, view).geometry.to_numpy(), view, shared=True)
                # Once, not once for each neighbour: two runs of dashes on one line are none.
                edges = shapely.unary_union(shapely.boundary(shapes[~shapely.is_empty(shapes)]))
                self._thinned[key] = list(shapely.get_parts(shapely.line_merge(edges)))
        return self._thinned[key]

    def _units(self, level: int, view: View) -> gpd.GeoDataFrame:
        if not len(self.admin):
            return self.admin
        known = self.admin.loc[(self.admin["level"] == level) & ~self.admin["approximate"].astype(bool)]
        west, south, east, north = view.ground
        boxes = known.geometry.bounds
        seen = (boxes.minx < east) & (boxes.maxx > west) & (boxes.miny < north) & (boxes.maxy > south)
        return known.loc[seen]


def _crossed(lines: list[Any], view: View) -> bool:
    return bool(shapely.intersects(np.array(lines, dtype=object), shapely.box(*view.ground)).any()) if lines else False


def spaced(name: str) -> str:
    """Capitals for a script that has them."""
    return name.upper()


def thinned(shapes: np.ndarray, view: View, *, shared: bool = False) -> np.ndarray:
    """Shapes cut to what is seen, with no more points than paper shows; ``shared``: neighbours keep one line."""
    cut = cut_to(shapes, view.ground)
    tolerance = _FINEST * view.metres_per_mm / 111_000
    polygons = np.isin(shapely.get_type_id(cut), (3, 6))
    if shared and hasattr(shapely, "coverage_simplify") and polygons.all() and len(cut):  # since Shapely 2.1
        try:
            return shapely.coverage_simplify(cut, tolerance)
        except (shapely.errors.GEOSException, TypeError):  # shapes that overlap, as published
            pass
    return shapely.simplify(cut, tolerance, preserve_topology=False)


def placed_rings(shape: Any, view: View) -> Iterator[np.ndarray]:
    """Rings of a shape on paper, holes turned the other way."""
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon" and not part.is_empty:
            yield _turned(view.place(shapely.get_coordinates(part.exterior))[:-1], left=True)
            yield from (_turned(view.place(shapely.get_coordinates(h))[:-1], left=False) for h in part.interiors)
        elif part.geom_type.startswith("Multi") or part.geom_type == "GeometryCollection":
            yield from placed_rings(part, view)


def placed_lines(shape: Any, view: View) -> Iterator[np.ndarray]:
    """Lines of a shape on paper."""
    for part in shapely.get_parts(shape):
        if part.geom_type in ("LineString", "LinearRing"):
            yield view.place(shapely.get_coordinates(part))
        elif part.geom_type.startswith("Multi") or part.geom_type == "GeometryCollection":
            yield from placed_lines(part, view)


def _turned(ring: np.ndarray, *, left: bool) -> np.ndarray:
    x, y = ring[:, 0], ring[:, 1]
    area = float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
    return ring if (area > 0) == left else ring[::-1]


def on_paper(shape: Any, view: View) -> Any:
    """A shape on the paper, valid, cut to the frame."""
    placed = shapely.transform(shape, view.place)
    if not shapely.is_valid(placed):
        placed = shapely.make_valid(placed) if np.isfinite(shapely.get_coordinates(placed)).all() else shapely.Polygon()
    box = view.paper
    seen = shapely.intersection(placed, shapely.box(box.left, box.bottom, box.right, box.top))
    polygons = [part for part in shapely.get_parts(seen) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.unary_union(polygons)


def spots_inside(shape: Any, *, rows: int = 9) -> tuple[tuple[float, float], ...]:
    """Points inside a shape on paper, the farthest from its edge first."""
    if shape.is_empty:
        return ()
    left, bottom, right, top = shape.bounds
    xs, ys = (np.linspace(a, b, rows + 2)[1:-1] for a, b in ((left, right), (bottom, top)))
    grid = np.column_stack([axis.ravel() for axis in np.meshgrid(xs, ys)])
    points = shapely.points(grid)
    inside = shapely.contains(shape, points)
    grid, points = grid[inside], points[inside]
    depth = shapely.distance(shape.boundary, points)
    best = grid[np.lexsort((grid[:, 0], grid[:, 1], -depth.round(2)))] if len(grid) else grid
    middle = shape.representative_point()
    return (*((float(x), float(y)) for x, y in best), (float(middle.x), float(middle.y)))


def _inside(paper: Paper, view: View, shape: Any, name: str, style: Type, *, rank: float) -> Iterator[Wanted]:
    """The name of an area, if enough of it is seen; among its middles."""
    seen = on_paper(shape, view)
    width, height = paper.letters.width(name, style), style.size * MM_PER_POINT * (ASCENT + DESCENT)
    if name and seen.area > 3.5 * width * height:
        yield Wanted(
            0,
            0,
            width,
            height,
            0,
            (rank, -round(seen.area, 3)),
            key=("text", (name,), (style,)),
            spots=spots_inside(seen),
        )


def draw_graticule(paper: Paper, view: View, look: Look, *, labelled: bool) -> None:
    """Meridians and parallels, named where they meet the neat line."""
    box = view.paper
    meridians, parallels = view.graticule(3 if labelled else 2)
    west, south, east, north = view.ground
    latitudes, longitudes = np.linspace(south, north, 60), np.linspace(west, east, 60)
    lines = [(m, True, view.place(np.column_stack([np.full(60, m), latitudes]))) for m in meridians]
    lines += [(p, False, view.place(np.column_stack([longitudes, np.full(60, p)]))) for p in parallels]
    paper.line([line for *_, line in lines], colour("country-line"), 0.25 * look.unit, alpha=0.45, clip=box)
    if not labelled:
        return
    style = look.type(6, "muted")
    for degrees, meridian, line in lines:
        for side, at in _crossings(line, box, meridian=meridian):
            text = degree_text(degrees, look.words, meridian=meridian)
            _edge_label(paper, box, side, at, text, style)


def _crossings(line: np.ndarray, box: Box, *, meridian: bool) -> Iterator[tuple[str, float]]:
    """Where a line of the graticule crosses the two sides that it is named at."""
    axis = 1 if meridian else 0
    sides = (("bottom", box.bottom), ("top", box.top)) if meridian else (("left", box.left), ("right", box.right))
    low, high = (box.left, box.right) if meridian else (box.bottom, box.top)
    along = line[:, axis]
    if not np.isfinite(line).all() or along[0] == along[-1]:
        return
    order = np.argsort(along)
    for side, value in sides:
        if along.min() <= value <= along.max():
            at = float(np.interp(value, along[order], line[order, 1 - axis]))
            if low + 6 < at < high - 6:
                yield side, at


def _edge_label(paper: Paper, box: Box, side: str, at: float, text: str, style: Type) -> None:
    gap, size = 0.9, style.size * MM_PER_POINT
    tick = 0.7
    if side in ("bottom", "top"):
        edge = box.bottom if side == "bottom" else box.top
        out = -1 if side == "bottom" else 1
        base = edge - gap - size * ASCENT if side == "bottom" else edge + gap + size * 0.05
        paper.line([np.array([(at, edge), (at, edge + out * tick)])], colour("ink"), 0.4)
        paper.text(at, base, text, style, align="center")
    else:
        edge = box.left if side == "left" else box.right
        out = -1 if side == "left" else 1
        paper.line([np.array([(edge, at), (edge + out * tick, at)])], colour("ink"), 0.4)
        paper.text(edge + out * (gap + size * 0.5), at, text, style, align="center", turn=90)


def degree_text(value: float, words: Words, *, meridian: bool) -> str:
    """36.5 as 36°30′E."""
    minutes = round(abs(value) * 60)
    whole, rest = divmod(minutes, 60)
    text = words.digits(f"{whole}°" + (f"{rest:02d}′" if rest else ""))
    if minutes == 0 or (meridian and minutes == 180 * 60):
        return text
    names = ("east", "west") if meridian else ("north", "south")
    return words.say(f"{names[0] if value > 0 else names[1]} degrees", d=text)
