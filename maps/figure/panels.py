"""Small multiples: a map for each week or month, of equal extent, with one legend and one scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from maps.figure import furniture
from maps.figure.content import Content, Period, content_of, on_one_scale
from maps.figure.ground import Ground, Look, draw_graticule
from maps.figure.lettering import MM_PER_POINT, Type
from maps.figure.marks import draw_map
from maps.figure.paper import Paper
from maps.figure.sheet import Said, Sheet, draw_around, dry_run, ground_of
from maps.figure.view import Box
from maps.figure.words import Words

PANEL_PIXEL = 0.6  # symbols of a panel, to those of a whole map
PANEL_NAMES = 0.5


def panel_pages(sheet: Sheet, whole: Content, parts: Sequence[Period]) -> list[Any]:
    """The figures of sheets with a map for each part of the period: equal extents, one legend."""
    contents = on_one_scale([content_of(sheet.spec, part) for part in parts])
    look = replace(sheet.look, pixel=sheet.look.pixel * PANEL_PIXEL)
    pages = math.ceil(len(parts) / sheet.format.most_panels)
    each = math.ceil(len(parts) / pages)
    view = sheet.view(sheet.first_frame())
    ground = ground_of(sheet, view)
    for _ in range(2):  # the scale in the credits is known once the panels are
        tally = dry_run(sheet, view, look, whole, ground, signs=False)
        said = Said(whole, tally, view, look, panels=True)
        regions = sheet.regions(said)
        boxes = grid(regions.maps, each, sheet)
        view = sheet.view(_panel_frame(boxes[0], sheet))
    said = replace(said, tally=dry_run(sheet, view, look, whole, ground, signs=False), view=view)
    figures = []
    for page in range(pages):
        paper, numbered = sheet.paper(), sheet.on_page(page + 1, pages)
        for box, content in zip(boxes, contents[page * each : (page + 1) * each], strict=False):
            _panel(numbered, paper, box, content, ground, look)
        draw_around(numbered, paper, said, regions, ground)
        figures.append(paper.figure)
    return figures


def _panel(sheet: Sheet, paper: Paper, box: Box, content: Content, ground: Ground, look: Look) -> None:
    """One small map under its dates."""
    view = sheet.view(_panel_frame(box, sheet))
    words, frame = look.words, view.paper
    tally = draw_map(paper, view, look, sheet.spec, content, ground, names=PANEL_NAMES, signs=False)
    draw_graticule(paper, view, look, labelled=False)
    furniture.draw_frame(paper, look, frame, 0.6)
    bold, plain = look.type(7, bold=True), look.type(6.5, "muted")
    base = frame.top + sheet.mm(1.2)
    when = _first_that_fits(paper, bold, frame.width - sheet.mm(6), _dates(words, content.period))
    room = frame.width - paper.letters.width(when, bold) - sheet.mm(2)
    count = words.say("n events", tally.events) if tally.events else words.number(0)
    count = _first_that_fits(paper, plain, room, [count, words.number(tally.events)])
    start, end = (frame.right, frame.left) if words.right_to_left else (frame.left, frame.right)
    paper.text(start, base, when, bold, align="right" if words.right_to_left else "left")
    paper.text(end, base, count, plain, align="left" if words.right_to_left else "right")


def _dates(words: Words, period: Period | None) -> list[str]:
    """The dates of a panel, longest first."""
    if period is None:
        return [""]
    numbers = words.digits(" – ".join(f"{day.day}/{day.month}" for day in dict.fromkeys(period)))
    short = words.period(*period, short=True)
    return [words.period(*period), short, words.period(*period, short=True, year=False), numbers]


def _first_that_fits(paper: Paper, kind: Type, width: float, texts: Sequence[str]) -> str:
    return next((text for text in texts if paper.letters.width(text, kind) <= width), None) or paper.letters.cut(
        texts[-1], kind, width
    )


def _panel_frame(box: Box, sheet: Sheet) -> Box:
    """The frame of a panel: its dates stand above."""
    return replace(box, top=box.top - sheet.look.type(7).size * MM_PER_POINT - sheet.mm(1.8))


def grid(box: Box, count: int, sheet: Sheet) -> list[Box]:
    """Boxes of so many panels, in reading order, with the arrangement that gives the largest scale."""
    gap = sheet.mm(3)

    def boxes(across: int) -> list[Box]:
        down = math.ceil(count / across)
        width, height = (box.width - gap * (across - 1)) / across, (box.height - gap * (down - 1)) / down
        found = []
        for k in range(count):
            row, column = divmod(k, across)
            column = across - 1 - column if sheet.look.words.right_to_left else column
            left, top = box.left + column * (width + gap), box.top - row * (height + gap)
            found.append(Box(left, top - height, left + width, top))
        return found

    def fitness(across: int) -> tuple[float, int]:
        frame = _panel_frame(boxes(across)[0], sheet)
        if frame.width <= 0 or frame.height <= 0:
            return math.inf, across
        empty = across * math.ceil(count / across) - count
        return sheet.view(frame).metres_per_mm * (1 + 0.05 * empty), across

    return boxes(min(range(1, count + 1), key=fitness))
