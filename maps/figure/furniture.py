"""What stands around a printed map: title, neat line, scale bar, north arrow, locator, credits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from geo.schema import Credit
from maps.figure.blocks import Block
from maps.figure.canvas import Tally
from maps.figure.content import Content
from maps.figure.ground import Ground, Look, colour
from maps.figure.labels import Taken, Wanted, place_labels
from maps.figure.lettering import ASCENT, LINE, MM_PER_POINT, Type
from maps.figure.paper import Align, Paper
from maps.figure.view import Bounds, Box, View, projection_name
from maps.layers import MapSpec
from maps.style import DISPLACEMENT, EVENT_SYMBOLS

LONGEST_CREDIT = 170  # characters of one source; a list of works is cut between them
LONGEST_LICENCE = 320
MOST_CREDIT_LINES = 9
ACCENT = EVENT_SYMBOLS["Battles"].light


@dataclass(frozen=True, slots=True)
class Imprint:
    """What the maker of a map says of it; all may be left out."""

    number: str = ""
    made: date | None = None
    page: tuple[int, int] = (1, 1)


def draw_header(paper: Paper, look: Look, box: Box, title: str, lines: Sequence[str], notes: Sequence[str]) -> float:
    """Title and subtitles where lines begin, number and dates where they end; return the y below them."""
    rtl = look.words.right_to_left
    start, end = (box.right, box.left) if rtl else (box.left, box.right)
    align: Align = "right" if rtl else "left"
    other: Align = "left" if rtl else "right"
    note_type = look.type(6.8, "muted")
    taken = max((paper.letters.width(note, note_type) for note in notes), default=0)
    taken = min(taken, box.width * 0.35)
    room = box.width - taken - 6
    title_type = look.type(15, bold=True)
    y = paper.lines(start, box.top, paper.letters.wrap(title, title_type, room, most=2), title_type, align=align)
    for k, line in enumerate(lines):
        kind = look.type(9 if k == 0 else 7.4, "ink" if k == 0 else "muted", bold=k == 0)
        y = paper.lines(start, y - 0.3 * look.unit, paper.letters.wrap(line, kind, room, most=2), kind, align=align)
    shown = [paper.letters.cut(note, note_type, taken) for note in notes]
    below = paper.lines(end, box.top - 1.2 * look.unit, shown, note_type, align=other)
    y = min(y, below) - 1.2 * look.unit
    rule = np.array([(box.left, y), (box.right, y)])
    paper.line([rule], colour("ink"), 0.9 * look.unit)
    return y


def subtitle(spec: MapSpec, content: Content, tally: Tally, look: Look) -> list[str]:
    """The period in words, and what is on the map and what is not."""
    words = look.words
    when = words.period(*content.period) if content.period else words.say("no dates")
    if not len(content.chosen):
        counts = [words.say("no events")]
    else:
        counts = [words.say("n events", len(content.chosen))]
        if content.dead:
            counts.append(words.say("n dead", round(content.dead[1]), n=words.range(*content.dead)))
    missing = [("n outside", tally.outside), ("n not shown", content.not_shown), ("n undated", content.undated)]
    missing += [("n records outside", tally.people_outside), ("n records not shown", content.records_not_shown)]
    counts += [words.say(key, n) for key, n in missing if n]
    if len(spec.credits) > 1 and tally.events and not spec.events["merged_from"].notna().any():
        counts.append(words.say("not merged"))
    return [when, " · ".join(counts)]


def header_notes(spec: MapSpec, imprint: Imprint, look: Look) -> list[str]:
    """Number, date and age of the data, in the corner of the sheet."""
    words = look.words
    notes = [words.say("map number", number=imprint.number)] if imprint.number else []
    if imprint.made:
        notes.append(words.say("made on", day=words.day(imprint.made)))
    if spec.span:
        notes.append(words.say("data to", day=words.day(spec.span[1])))
    if imprint.page[1] > 1:
        notes.append(words.say("page of", imprint.page[0], all=words.number(imprint.page[1])))
    return notes


def credit_lines(paper: Paper, spec: MapSpec, view: View, look: Look, width: float, *, sheet: str) -> list[str]:
    """Sources with their licences, projection and scale, disclaimer; the disclaimer is never cut."""
    words, kind = look.words, look.type(6.2, "muted")
    sources = words.listed([t for t in dict.fromkeys(_credit(c, look) for c in spec.credits) if t])
    text = f"{words.say('sources')}: {sources}. " if sources else ""
    scale = "" if _wide(view) else words.say("scale", ratio=words.digits(f"1:{view.ratio:,.0f}"), sheet=sheet)
    how = f"{words.say('base map source')} {words.say('projection', name=projection_name(view.crs))} {scale}"
    disclaimer = spec.disclaimer.get(words.language) or spec.disclaimer.get("en", "")
    lines = paper.letters.wrap(text, kind, width, most=MOST_CREDIT_LINES)
    return [*lines, *paper.letters.wrap(how, kind, width, most=2), *paper.letters.wrap(disclaimer, kind, width, most=3)]


def draw_footer(paper: Paper, look: Look, box: Box, lines: Sequence[str]) -> None:
    rtl = look.words.right_to_left
    paper.lines(
        box.right if rtl else box.left, box.top, lines, look.type(6.2, "muted"), align="right" if rtl else "left"
    )


def footer_height(look: Look, lines: Sequence[str]) -> float:
    return len(lines) * look.type(6.2).size * MM_PER_POINT * LINE + 1


def _credit(credit: Credit, look: Look) -> str:
    """One source and its licence; a list of works is cut between two works, and says how many are left."""
    works = credit.source.rstrip(".").split("; ")
    kept = works[:1]
    for work in works[1:]:
        if len("; ".join([*kept, work])) > LONGEST_CREDIT:
            break
        kept.append(work)
    named = "; ".join(kept)
    named = named if len(named) <= LONGEST_CREDIT else named[: LONGEST_CREDIT - 1] + "…"
    left = sum(not re.match(r"(and )?others?$", w) for w in works[len(kept) :])
    if len(kept) < len(works):
        named += f"; {look.words.say('and n more', left)}" if left else "; …"
    licence = credit.licence.rstrip(".")
    licence = licence if len(licence) <= LONGEST_LICENCE else licence[: LONGEST_LICENCE - 1] + "…"
    return f"{named} ({licence})" if licence and named else named or licence


def _wide(view: View) -> bool:
    """Too large a part of the world for one scale."""
    return max(view.span) > 40


def draw_frame(paper: Paper, look: Look, box: Box, width: float = 0.8) -> None:
    """The neat line."""
    paper.box_at(box, edge=colour("ink"), width=width * look.unit)


def scale_box(view: View, look: Look, tally: Tally) -> Box:
    """Where scale bar and north arrow stand: the lower corner with fewer symbols."""
    unit = look.unit
    width, height = 52 * unit, 9.5 * unit
    frame = view.paper
    width = min(width, frame.width * 0.45)
    corners = [
        Box(frame.left, frame.bottom, frame.left + width, frame.bottom + height),
        Box(frame.right - width, frame.bottom, frame.right, frame.bottom + height),
        Box(frame.left, frame.top - height, frame.left + width, frame.top),
        Box(frame.right - width, frame.top - height, frame.right, frame.top),
    ]
    return min(corners, key=lambda c: sum(c.touches(s) for s in tally.symbols))


def draw_scale(paper: Paper, view: View, look: Look, box: Box) -> None:
    """A scale bar, true at the centre of the frame, and a north arrow; neither where no scale holds."""
    if _wide(view):
        return
    words, unit = look.words, look.unit
    paper.box_at(box, colour("surface"), alpha=0.88)
    kilometres, mm = view.scale_bar(box.width - 22 * unit)
    metres = kilometres < 1
    shown = kilometres * (1000 if metres else 1)
    left, y, tall = box.left + 4 * unit, box.bottom + 2.6 * unit, 1.1 * unit
    for k, token in enumerate(("ink", "surface")):
        half = Box(left + k * mm / 2, y, left + (k + 1) * mm / 2, y + tall)
        paper.box_at(half, colour(token), edge=colour("ink"), width=0.4 * unit)
    kind = look.type(6.2)
    for k, value in enumerate((0, shown / 2, shown)):
        text = words.digits(f"{value:g}") + (f" {words.say('m' if metres else 'km')}" if k == 2 else "")
        at = left + k * mm / 2
        if k == 2:
            plain_width = paper.letters.width(words.digits(f"{value:g}"), kind)
            paper.text(at - plain_width / 2, y + tall + 0.9 * unit, text, kind)
        else:
            paper.text(at, y + tall + 0.9 * unit, text, kind, align="center")
    _north(paper, look, box.right - 5 * unit, box.bottom + 1.4 * unit)


def _north(paper: Paper, look: Look, x: float, y: float) -> None:
    unit = look.unit
    for side, token in ((-1, "ink"), (1, "surface")):
        ring = np.array([(x, y + 4.6 * unit), (x + side * 1.3 * unit, y), (x, y + 1.0 * unit)])
        paper.fill([ring], colour(token), edge=colour("ink"), width=0.4 * unit)
    kind = look.type(6.5, bold=True)
    paper.text(x, y + 5.1 * unit, look.words.say("north"), kind, align="center")


def locator_bounds(spec: MapSpec, view: View, ground: Ground) -> Bounds | None:
    """What the locator shows: the theatre's own country, or a box around the map; None where the map is that large."""
    west, south, east, north = view.ground
    wide, high = view.span
    if max(wide, high) > 45:
        return None
    middle = ((west + east) / 2, (south + north) / 2)
    reach = max(wide, high) * 2.2
    box = (middle[0] - reach, middle[1] - reach, middle[0] + reach, middle[1] + reach)
    home = ground.land.loc[ground.land["country"] == spec.home] if spec.home else ground.land.iloc[:0]
    if len(home):
        bounds = home.total_bounds
        if bounds[2] - bounds[0] < 60 and bounds[3] - bounds[1] > 1.6 * high:
            box = (min(bounds[0], west), min(bounds[1], south), max(bounds[2], east), max(bounds[3], north))
    margin = 0.06 * max(box[2] - box[0], box[3] - box[1])
    return (
        max(-179.9, float(box[0]) - margin),
        max(-85.0, float(box[1]) - margin),
        min(179.9, float(box[2]) + margin),
        min(85.0, float(box[3]) + margin),
    )


def draw_locator(paper: Paper, look: Look, spec: MapSpec, ground: Ground, view: View, box: Box) -> None:
    """A small map of the country with the frame of the large one."""
    bounds = locator_bounds(spec, view, ground)
    if bounds is None:
        return
    small = View(bounds, box, view.crs)
    ground.draw_land(paper, small, box, line=0.35 * look.unit)
    frame = view.paper
    edge = np.array(
        [(frame.left, frame.bottom), (frame.right, frame.bottom), (frame.right, frame.top), (frame.left, frame.top)]
    )
    ring = small.place(view.back(edge))
    paper.fill([ring], ACCENT, alpha=0.15, edge=ACCENT, width=0.9 * look.unit, clip=box)
    kind = look.type(6, "muted", halo=colour("land-abroad"))
    taken = Taken(box.inset(0.8), hard=[Box(*ring.min(axis=0), *ring.max(axis=0))])
    wanted = [w for w in ground.names(paper, small, look) if w.rank[0] == 5.0]
    for label, spot in place_labels([_smaller(w, kind, paper) for w in wanted], taken):
        base = spot.top - kind.size * MM_PER_POINT * ASCENT
        paper.text((spot.left + spot.right) / 2, base, _text_of(label), kind, align="center")
    draw_frame(paper, look, box, 0.5)


def _smaller(label: Wanted, kind: Type, paper: Paper) -> Wanted:
    return replace(label, width=paper.letters.width(_text_of(label), kind), height=kind.size * MM_PER_POINT)


def _text_of(label: Wanted) -> str:
    what: Any = label.key
    return str(what[1][0])


def key_figures(paper: Paper, look: Look, content: Content, tally: Tally, width: float) -> list[Block]:
    """Up to three numbers that a reader takes away."""
    words = look.words
    figures = []
    if events := len(content.chosen):
        figures.append((words.number(events), words.say("key events", events), ACCENT))
    if content.dead:
        figures.append((words.range(*content.dead), words.say("key dead"), colour("ink")))
    if tally.stocks and content.stock_series is not None:
        kind = words.term("movement", content.stock_series.movement)
        day = words.day(content.stocks["date_end"].max().date(), short=True)
        figures.append(
            (
                words.number(content.stocks["persons"].sum()),
                words.say("key displaced", kind=kind, day=day),
                DISPLACEMENT[0],
            )
        )
    return [_figure(paper, look, width, *f) for f in figures] if figures else []


def _figure(paper: Paper, look: Look, width: float, number: str, text: str, token: str) -> Block:
    unit, rtl = look.unit, look.words.right_to_left
    big, small = look.type(13, bold=True), look.type(6.5, "muted")
    taken = paper.letters.width(number, big) + 5 * unit
    lines = paper.letters.wrap(text, small, width - taken, most=3)
    height = (6.6 if len(lines) < 3 else 8.6) * unit

    def draw(x: float, y: float) -> None:
        def at(offset: float) -> float:
            return x + width - offset if rtl else x + offset

        align: Align = "right" if rtl else "left"
        paper.line([np.array([(at(0.4), y - 0.6 * unit), (at(0.4), y - height + 0.6 * unit)])], token, 1.6 * unit)
        base = y - height / 2 - big.size * MM_PER_POINT * 0.36
        paper.text(at(2.2 * unit), base, number, big, align=align)
        step = small.size * MM_PER_POINT * LINE
        first = y - height / 2 + (len(lines) - 1) * step / 2 - small.size * MM_PER_POINT * 0.36
        for k, line in enumerate(lines):
            paper.text(at(taken), first - k * step, line, small, align=align)

    return Block(height, draw)
