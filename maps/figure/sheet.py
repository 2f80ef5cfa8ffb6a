"""A printed map put together: one map with its legend, or one for each week or month, on sheets of exact size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from maps import style
from maps.figure import furniture
from maps.figure.blocks import Block, Group, columns, draw_stack, stack
from maps.figure.canvas import Tally
from maps.figure.content import Content
from maps.figure.furniture import Imprint
from maps.figure.ground import Ground, Look, draw_graticule
from maps.figure.histogram import histogram
from maps.figure.legend import Legend
from maps.figure.marks import draw_map
from maps.figure.paper import Paper
from maps.figure.view import Bounds, Box, View
from maps.figure.words import Words
from maps.layers import MapSpec


@dataclass(frozen=True, slots=True)
class Format:
    """A paper size: sides in mm, upright; scale of type, mm of a style's pixel, panels that a page may hold."""

    name: str
    short: float
    long: float
    unit: float
    pixel: float
    most_panels: int


FORMATS = {
    "A4": Format("A4", 210.0, 297.0, 1.0, 0.18, 15),
    "A3": Format("A3", 297.0, 420.0, 1.3, 0.24, 24),
}
MARGIN = 8.0
SIDE = 56.0  # width of the column beside a map
GUTTER = 4.2  # room for the names of the graticule
GAP = 2.8  # between groups of the legend
BAND_COLUMNS = 4  # below a map: three of the legend and the locator


@dataclass(frozen=True, slots=True)
class Regions:
    """Boxes of a sheet: where maps, legend and credits stand, and the lines of the credits."""

    maps: Box
    legend: Box
    footer: Box
    credit: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What a sheet says beside its maps: of what content, what a map of this view shows, in which look."""

    content: Content
    tally: Tally
    view: View
    look: Look
    panels: bool = False


class Sheet:
    """What all pages of a printed map have in common."""

    def __init__(
        self, spec: MapSpec, paper_format: Format, *, landscape: bool, words: Words, imprint: Imprint, bounds: Bounds
    ) -> None:
        self.spec, self.format, self.landscape, self.imprint = spec, paper_format, landscape, imprint
        self.bounds = bounds
        width, height = paper_format.short, paper_format.long
        self.size = (height, width) if landscape else (width, height)
        self.look = Look(paper_format.unit, paper_format.pixel, words)
        margin = MARGIN * min(self.look.unit, 1.2)
        self.body = Box(margin, margin, self.size[0] - margin, self.size[1] - margin)

    def paper(self) -> Paper:
        return Paper(*self.size, right_to_left=self.look.words.right_to_left)

    def on_page(self, page: int, pages: int) -> Sheet:
        """The same sheet as one of several."""
        imprint = replace(self.imprint, page=(page, pages))
        words = self.look.words
        return Sheet(self.spec, self.format, landscape=self.landscape, words=words, imprint=imprint, bounds=self.bounds)

    def view(self, frame: Box) -> View:
        return View(self.bounds, frame, self.spec.metric_crs)

    def mm(self, value: float) -> float:
        """A length given for A4."""
        return value * self.look.unit

    @property
    def title(self) -> str:
        title = self.spec.title
        return title.get(self.look.words.language) or title.get("en") or next(iter(title.values()), self.spec.id)

    @property
    def sheet_name(self) -> str:
        return self.format.name

    def first_frame(self) -> Box:
        """About where the map will stand, to find out what it shows."""
        body, gutter = self.body, self.mm(GUTTER)
        if self.landscape:
            return Box(
                body.left + gutter, body.bottom + self.mm(20), body.right - self.mm(SIDE + 10), body.top - self.mm(20)
            )
        return Box(body.left + gutter, body.bottom + self.mm(80), body.right - gutter, body.top - self.mm(20))

    def legend(self, paper: Paper, look: Look) -> Legend:
        """A legend for a column of the width that this sheet gives it."""
        palette = {name: self.spec.palette.get(name, s.light) for name, s in style.EVENT_SYMBOLS.items()}
        return Legend(paper, look, self.column_width, palette=palette.__getitem__)

    def groups(self, paper: Paper, said: Said) -> list[Group]:
        """Key figures, the legend, and for panels the scale that holds for all."""
        key = furniture.key_figures(paper, said.look, said.content, said.tally, self.column_width)
        groups = [key, *self.legend(paper, said.look).groups(said.content, said.tally, spread=said.panels)]
        if said.panels:
            groups.append([self._scale_block(paper, said.view)])
        return [group for group in groups if group]

    def _scale_block(self, paper: Paper, view: View) -> Block:
        height = self.mm(9.5)

        def draw(x: float, y: float) -> None:
            box = Box(x - self.mm(3), y - height, x + self.column_width, y)
            furniture.draw_scale(paper, view, self.look, box)

        return Block(height, draw)

    @property
    def column_width(self) -> float:
        if self.landscape:
            return self.mm(SIDE)
        return (self.body.width - (BAND_COLUMNS - 1) * self.mm(6)) / BAND_COLUMNS

    def header(self, paper: Paper, said: Said) -> float:
        """Draw the header; return the y below it."""
        lines = furniture.subtitle(self.spec, said.content, said.tally, self.look)
        notes = furniture.header_notes(self.spec, self.imprint, self.look)
        return furniture.draw_header(paper, self.look, self.body, self.title, lines, notes)

    def regions(self, said: Said) -> Regions:
        """Where the parts of this sheet stand if it says this."""
        scratch, body = self.paper(), self.body
        top = self.header(scratch, said) - self.mm(1.5)
        credit = furniture.credit_lines(scratch, self.spec, said.view, self.look, body.width, sheet=self.sheet_name)
        foot = body.bottom + furniture.footer_height(self.look, credit)
        footer = Box(body.left, body.bottom, body.right, foot)
        foot += self.mm(1.2)
        if self.landscape:
            split = self.mm(SIDE + 4.5)
            side = Box(body.right - self.mm(SIDE), foot, body.right, top - self.mm(0.5))
            maps = Box(body.left, foot, body.right - split, top)
            if self.look.words.right_to_left:
                side, maps = _mirrored(side, body), _mirrored(maps, body)
            return Regions(maps, side, footer, tuple(credit))
        groups = self.groups(scratch, said)
        stacks = columns(groups, BAND_COLUMNS - 1, self.mm(GAP))
        tall = max([self.column_width * 0.85, *(stack(c, self.mm(GAP)) for c in stacks)])
        band = Box(body.left, foot, body.right, foot + tall + self.mm(1))
        return Regions(Box(body.left, band.top + self.mm(2), body.right, top), band, footer, tuple(credit))

    def frame_in(self, box: Box) -> Box:
        """The frame of the map in its region: the names of the graticule stand around it."""
        return box.inset(self.mm(GUTTER))

    def draw_legend(self, paper: Paper, said: Said, regions: Regions, ground: Ground) -> None:
        """The legend and the locator in their region, and a histogram where there is room."""
        groups = self.groups(paper, said)
        box, gap = regions.legend, self.mm(GAP)
        if not self.landscape:
            self._draw_band(paper, groups, box, ground, said.view)
            return
        below = draw_stack(_fitting(groups, box.height, gap), box.left, box.top, gap) - gap
        tall = min(self.mm(46), below - box.bottom)
        if furniture.locator_bounds(self.spec, said.view, ground) is not None and tall > self.mm(17):
            small = replace(box, top=box.bottom + tall)
            furniture.draw_locator(paper, self.look, self.spec, ground, said.view, small)
            box = replace(box, bottom=small.top + gap)
        room = min(below - box.bottom, self.mm(34))
        if room > self.mm(20):
            legend = self.legend(paper, self.look)
            bars = histogram(
                paper, self.look, said.content, self.column_width, room,
                heading=legend.heading, palette=legend.palette,
            )  # fmt: skip
            if bars is not None:
                bars.draw(box.left, below - (below - box.bottom - room) / 2)

    def _draw_band(self, paper: Paper, groups: list[Group], box: Box, ground: Ground, view: View) -> None:
        step = self.column_width + self.mm(6)
        stacks = columns(groups, BAND_COLUMNS - 1, self.mm(GAP))
        places = [box.left + k * step for k in range(BAND_COLUMNS)]
        if self.look.words.right_to_left:
            places.reverse()
        for x, column in zip(places, stacks, strict=False):
            draw_stack(column, x, box.top, self.mm(GAP))
        if furniture.locator_bounds(self.spec, view, ground) is not None:
            x = places[BAND_COLUMNS - 1]
            tall = min(box.height, self.column_width)
            furniture.draw_locator(
                paper, self.look, self.spec, ground, view, Box(x, box.top - tall, x + self.column_width, box.top)
            )


def single_map(sheet: Sheet, content: Content) -> Any:
    """The figure of a sheet with one map."""
    look = sheet.look
    view = sheet.view(sheet.first_frame())
    ground = ground_of(sheet, view)
    # What the frame shows decides what the legend says, and how tall that is decides the frame.
    tally = dry_run(sheet, view, look, content, ground)
    regions = sheet.regions(Said(content, tally, view, look))
    view = sheet.view(sheet.frame_in(regions.maps))
    paper = sheet.paper()
    scale = furniture.scale_box(view, look, tally)
    tally = draw_map(paper, view, look, sheet.spec, content, ground, blocked=(scale,))
    draw_graticule(paper, view, look, labelled=True)
    furniture.draw_scale(paper, view, look, scale)
    furniture.draw_frame(paper, look, view.paper)
    draw_around(sheet, paper, Said(content, tally, view, look), regions, ground)
    return paper.figure


def draw_around(sheet: Sheet, paper: Paper, said: Said, regions: Regions, ground: Ground) -> None:
    sheet.header(paper, said)
    sheet.draw_legend(paper, said, regions, ground)
    furniture.draw_footer(paper, sheet.look, regions.footer, regions.credit)


def ground_of(sheet: Sheet, view: View) -> Ground:
    """Land and units around the map and its locator."""
    return Ground(sheet.spec, _around(view.ground), finest=view.metres_per_mm * 0.2 / 111_000)


def dry_run(sheet: Sheet, view: View, look: Look, content: Content, ground: Ground, *, signs: bool = True) -> Tally:
    """What a map in this frame would show."""
    return draw_map(sheet.paper(), view, look, sheet.spec, content, ground, names=0, signs=signs)


def _around(ground: Bounds) -> Bounds:
    """A box wide enough for the locator too."""
    west, south, east, north = ground
    reach = 2.5 * max(east - west, north - south) + 12
    return max(-180.0, west - reach), max(-90.0, south - reach), min(180.0, east + reach), min(90.0, north + reach)


def _fitting(groups: Sequence[Group], height: float, gap: float) -> list[Group]:
    """As many groups as there is room for; the first ones matter most."""
    kept: list[Group] = []
    for group in groups:
        if stack([*kept, group], gap) <= height:
            kept.append(group)
    return kept


def _mirrored(box: Box, within: Box) -> Box:
    return Box(within.left + within.right - box.right, box.bottom, within.left + within.right - box.left, box.top)
