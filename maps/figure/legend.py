"""The legend of a printed map: only what is seen, with counts, sizes and units; set from the right in Arabic."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from geo.codes import EVENT_TYPES
from maps import style
from maps.choropleth import NO_COUNT, NO_FIGURE, NONE_RECORDED, class_bounds, class_colours, class_words
from maps.figure import shapes
from maps.figure.blocks import Block, Group
from maps.figure.canvas import Tally
from maps.figure.content import Content
from maps.figure.ground import Look, colour
from maps.figure.lettering import LINE, MM_PER_POINT, Type
from maps.figure.paper import Align, Paper
from maps.figure.signs import Draw, Signs

ROUND_DEATHS = (1, 2, 5, 10, 20, 50, 100, 200)
SIGN_WIDTH = 7.0  # mm on A4
_MOST_COUNTS = 2  # counts of people that a legend names; the credits name all


class Legend:
    """Makes the groups of a legend for a column of some width."""

    def __init__(self, paper: Paper, look: Look, width: float, *, palette: Callable[[str], str]) -> None:
        self.paper, self.look, self.width, self.palette = paper, look, width, palette
        self.signs = Signs(paper, look, palette)
        self.words, self.unit = look.words, look.unit
        self.sign_width = SIGN_WIDTH * self.unit
        self.text_type = look.type(7)

    def groups(self, content: Content, tally: Tally, *, spread: bool = False) -> list[Group]:
        """All groups that have something to say; ``spread`` for a page of panels."""
        found = [
            self.events(tally),
            self.rates(content, tally),
            self.sizes(tally),
            self.certainty(tally, spread=spread),
            self.people(content, tally),
            self.base(tally),
        ]
        return [group for group in found if group]

    def events(self, tally: Tally) -> Group:
        """One row a type, with the number of its events."""
        rows = [
            self._row(self.signs.symbol(name), self.words.term("type", name), self.words.number(tally.types[name]))
            for name in EVENT_TYPES
            if tally.types[name]
        ]
        if not rows:
            return [self.heading("events"), self.note(self.words.say("no events"))] if not tally.in_areas else []
        notes = [self.note(self.words.say("one symbol"))] if tally.several else []
        return [self.heading("events"), *rows, *notes]

    def rates(self, content: Content, tally: Tally) -> Group:
        """The classes that are seen, from little to much, why a unit has none, and whose counts of people these are."""
        if not tally.rates:
            return []
        words, rates = self.words, content.rates["rate"]
        bounds, colours = class_bounds(rates), class_colours(rates)
        texts = {NONE_RECORDED: words.say("rate zero"), **self._classes(bounds)}
        rows = [self._row(self.signs.swatch(colours[c]), text) for c, text in texts.items() if c in tally.rates]
        for name, key, gap in ((NO_FIGURE, "rate untold", 2.0), (NO_COUNT, "rate uncounted", 1.0)):
            rows += [self._row(self.signs.hatch(gap), words.say(key))] if name in tally.rates else []
        title = words.say(content.rate_measure, per=words.number(int(content.rate_measure.rpartition("_")[2])))
        return [self.heading(title), *rows, self.note(self._counts(content))]

    def _counts(self, content: Content) -> str:
        """Whose counts of people the rates are over, and of which years."""
        years = content.rates.groupby("population_source")["population_year"].agg(["min", "max"])
        said = [
            f"{source} ({self.words.digits('–'.join(dict.fromkeys((str(first), str(last)))))})"
            for source, first, last in years.itertuples()
        ]
        more = [self.words.say("and n more", len(said) - _MOST_COUNTS)] if len(said) > _MOST_COUNTS else []
        return self.words.say("rate counts", list=self.words.listed([*said[:_MOST_COUNTS], *more]))

    def _classes(self, bounds: Sequence[float]) -> dict[str, str]:
        """What this language says of each class of rates, from little to much."""
        say, shown = self.words.say, [self.words.digits(f"{bound:,g}") for bound in bounds]
        between = [say("rate between", low=low, high=high) for low, high in pairwise(shown)]
        ends = [say("rate below", bound=shown[0]), *between, say("rate above", bound=shown[-1])] if shown else []
        return dict(zip(class_words(bounds), ends or [say("rate any")], strict=True))

    def sizes(self, tally: Tally) -> Group:
        """Nested circles of three round numbers, and the open sign of deaths that nobody states."""
        if math.isnan(tally.largest_deaths) and not tally.deaths_unknown:
            return []
        return [self.heading("size"), self._nested_deaths(tally)]

    def certainty(self, tally: Tally, *, spread: bool) -> Group:
        rows = []
        if tally.near:
            rows.append(self._row(self.signs.near, self.words.say("near")))
        if tally.areas:
            rows.append(self._row(self.signs.area, self.words.say("in area"), self.words.number(tally.in_areas)))
        if tally.approximate:
            rows.append(self._row(self.signs.hatched, self.words.say("approximate")))
        if spread:
            rows.append(self.note(self.words.say("spread")))
        return [self.heading("certainty"), *rows] if rows else []

    def people(self, content: Content, tally: Tally) -> Group:
        """Circles and flows with their scale, whose figures they are, and what is left out."""
        words, rows = self.words, []
        series = content.stock_series
        if tally.stocks and series is not None:
            rows.append(self._nested_people(series.largest))
            if tally.gone:
                rows.append(self._row(self.signs.gone, words.say("tick")))
            day = content.stocks["date_end"].max()
            rows.append(self.note(words.say("stock", name=series.name, day=words.day(day.date()))))
        flows = content.flows
        if tally.flow_shapes and flows.series is not None:
            if tally.flow_widths:
                rows += self._flow_rows(tally)
            for shape, sign in (("arrival", self.signs.arrival), ("ring", self.signs.ring), ("tick", self.signs.tick)):
                if shape in tally.flow_shapes:
                    rows.append(self._row(sign, words.say(shape)))
            rows.append(self.note(flows.series.name))
            if flows.left:
                rows.append(self.note(words.say("n flows left", flows.left, share=words.percent(flows.share))))
        if flows.beyond:
            people = words.number(flows.people_beyond)
            rows.append(self.note(words.say("n flows beyond", flows.beyond, people=people)))
        if content.more_series and rows:
            rows.append(self.note(words.say("n more series", content.more_series)))
        return [self.heading("displacement"), *rows] if rows else []

    def base(self, tally: Tally) -> Group:
        found: list[tuple[Draw, str]] = []
        if tally.borders:
            found.append((self.signs.border, self.words.say("country line")))
        if tally.units:
            found.append((self.signs.unit_line, self.words.say("admin line")))
        if tally.towns:
            found.append((self.signs.town, self.words.say("town")))
        signs = {
            "highway": self.signs.highway,
            "border crossing": self.signs.crossing,
            "observation post": self.signs.post,
        }
        found += [(sign, self.words.term("context", kind)) for kind, sign in signs.items() if kind in tally.context]
        return [self.heading("base"), *self._pairs(found)] if found else []

    def _pairs(self, found: list[tuple[Draw, str]]) -> list[Block]:
        """Short rows, two beside each other where both fit."""
        half = Legend(self.paper, self.look, self.width / 2, palette=self.palette)
        blocks, k = [], 0
        while k < len(found):
            pair = found[k : k + 2]
            room = half.width - self.sign_width
            if len(pair) == 2 and all(self.paper.letters.width(text, self.text_type) <= room for _, text in pair):
                blocks.append(self._beside(half, *(half._row(*one) for one in pair)))
                k += 2
            else:
                blocks.append(self._row(*pair[0]))
                k += 1
        return blocks

    def _beside(self, half: Legend, first: Block, second: Block) -> Block:
        shift = 0.0 if self.words.right_to_left else half.width

        def draw(x: float, y: float) -> None:
            first.draw(x + half.width - shift, y)
            second.draw(x + shift, y)

        return Block(first.height, draw)

    # --- rows ---

    def heading(self, key: str) -> Block:
        kind = self.look.type(7, bold=True)
        height = kind.size * MM_PER_POINT * 1.75
        text = self.paper.letters.cut(self.words.say(key), kind, self.width)
        return Block(height, lambda x, y: self._text(x, y - height + 1.3 * self.unit, text, kind))

    def note(self, text: str) -> Block:
        kind = self.look.type(6.2, "muted")
        lines = self.paper.letters.wrap(text, kind, self.width, most=4)
        height = len(lines) * kind.size * LINE * MM_PER_POINT + 0.6 * self.unit
        return Block(height, lambda x, y: self._lines(x, y, lines, kind))

    def _row(self, sign: Draw, text: str, value: str = "") -> Block:
        kind, bold = self.text_type, self.look.type(7, bold=True)
        taken = self.paper.letters.width(value, bold) + 1.5 if value else 0
        lines = self.paper.letters.wrap(text, kind, self.width - self.sign_width - taken, most=3)
        step = kind.size * MM_PER_POINT * LINE
        height = max(3.9 * self.unit, len(lines) * step + 0.7 * self.unit)

        def draw(x: float, y: float) -> None:
            middle = y - height / 2
            sign(self._at(x, self.sign_width / 2 - 0.4 * self.unit), middle)
            first = middle + (len(lines) - 1) * step / 2 - kind.size * MM_PER_POINT * 0.36
            for k, line in enumerate(lines):
                self._text(x, first - k * step, line, kind, indent=self.sign_width)
            if value:
                self._text(x, first, value, bold, at_end=True)

        return Block(height, draw)

    def _text(self, x: float, y: float, text: str, kind: Type, *, indent: float = 0, at_end: bool = False) -> None:
        right = self.words.right_to_left != at_end
        align: Align = "right" if right else "left"
        self.paper.text(self._at(x, self.width if at_end else indent), y, text, kind, align=align)

    def _lines(self, x: float, y: float, lines: Sequence[str], kind: Type) -> None:
        align: Align = "right" if self.words.right_to_left else "left"
        self.paper.lines(self._at(x, 0), y, lines, kind, align=align)

    def _at(self, x: float, offset: float) -> float:
        """A place so far from where lines begin."""
        return x + self.width - offset if self.words.right_to_left else x + offset

    def _nested_deaths(self, tally: Tally) -> Block:
        pixel, kind = self.look.pixel, self.look.type(6.5)
        values, texts = self._death_scale(tally.largest_deaths)
        radii = [shapes.event_radius(v, pixel) for v in values]
        height = self._nested_height(radii, kind)

        def draw(x: float, y: float) -> None:
            self._nested(x, y - height + 0.8 * self.unit, radii, texts, kind, colour("ink"), fill="#8C959C")
            if tally.deaths_unknown:
                self._unknown(x, y - height / 2, kind)

        return Block(height, draw)

    def _death_scale(self, largest: float) -> tuple[list[float], list[str]]:
        """Round numbers for the circles; the last one says so if larger symbols do not grow any more."""
        ceiling = (style.LARGEST_RADIUS / style.RADIUS_PER_ROOT) ** 2
        largest = 1.0 if math.isnan(largest) else largest
        values: list[float] = [*_three([v for v in ROUND_DEATHS if v <= min(max(largest, 1), ceiling)])]
        texts = [self.words.number(v) for v in values]
        if largest > ceiling:
            more = self.words.say("and more", int(round(ceiling, -1)))
            return [*values[-2:], ceiling], [*texts[-2:], more]
        return values, texts

    def _unknown(self, x: float, y: float, kind: Type) -> None:
        """The open sign of deaths that nobody states."""
        at = self._at(x, self.width * 0.56)
        ring = shapes.circle(at, y, shapes.event_radius(math.nan, self.look.pixel))
        self.paper.fill([ring], colour("surface"), edge=colour("muted"), width=0.9 * self.unit)
        away = 2.2 * self.unit * (-1 if self.words.right_to_left else 1)
        align: Align = "right" if self.words.right_to_left else "left"
        text = self.words.say("dead unknown")
        self.paper.text(at + away, y - kind.size * MM_PER_POINT * 0.36, text, kind, align=align)

    def _nested_people(self, largest: float) -> Block:
        pixel, kind = self.look.pixel, self.look.type(6.5)
        top = _round_down(largest)
        values = [top / 10, top] if top >= 10 else [top]
        radii = [shapes.stock_radius(v, largest, pixel) for v in values]
        texts = [self.words.number(v) for v in values]
        texts[-1] += f" {self.words.say('people')}"
        height = self._nested_height(radii, kind)

        def draw(x: float, y: float) -> None:
            self._nested(
                x, y - height + 0.8 * self.unit, radii, texts, kind, style.DISPLACEMENT[0], fill=style.DISPLACEMENT[0]
            )

        return Block(height, draw)

    def _nested(
        self, x: float, foot: float, radii: Sequence[float], texts: Sequence[str], kind: Type, edge: str, *, fill: str
    ) -> None:
        """Circles on one foot, each with a line to its number."""
        centre = self._at(x, max(radii[-1], self.sign_width / 2 - 0.4 * self.unit))
        out = -1 if self.words.right_to_left else 1
        label = centre + out * (radii[-1] + 3 * self.unit)
        for radius, text, above in zip(radii, texts, self._above(radii, kind), strict=True):
            height = foot + above
            ring = shapes.circle(centre, foot + radius, radius)
            self.paper.fill([ring], fill, alpha=0.18)
            self.paper.line([shapes.closed(ring)], edge, 0.5 * self.unit)
            leader = np.array([(centre, foot + 2 * radius), (label - out * 1.6, height), (label - out * 0.5, height)])
            self.paper.line([leader], colour("muted"), 0.3 * self.unit)
            align: Align = "right" if out < 0 else "left"
            self.paper.text(label, height - kind.size * MM_PER_POINT * 0.36, text, kind, align=align)

    def _above(self, radii: Sequence[float], kind: Type) -> list[float]:
        """How far above the foot each number stands: at the top of its circle, clear of the one below."""
        least = kind.size * MM_PER_POINT * 1.1
        heights: list[float] = []
        for radius in radii:
            lowest = heights[-1] + least if heights else 0.0
            heights.append(max(lowest, 2 * radius - 0.3 * self.unit))
        return heights

    def _nested_height(self, radii: Sequence[float], kind: Type) -> float:
        top = self._above(radii, kind)[-1] + kind.size * MM_PER_POINT * 0.6
        return max(2 * radii[-1], top) + 1.4 * self.unit

    def _flow_rows(self, tally: Tally) -> list[Block]:
        largest = max(tally.flow_widths)
        rows = []
        for value in dict.fromkeys((_round_down(largest), _round_down(largest / 5))):
            width = shapes.flow_width(value, largest, self.look.pixel)
            rows.append(self._row(self.signs.flow(width), f"{self.words.number(value)} {self.words.say('people')}"))
        return rows


def _three(values: list[int]) -> list[int]:
    return values if len(values) <= 3 else [values[0], values[len(values) // 2], values[-1]]


def _round_down(value: float) -> float:
    """The largest 1, 2 or 5 times a power of ten that is not above the value."""
    if value <= 1:
        return 1
    power = 10 ** math.floor(math.log10(value))
    return next(k * power for k in (5, 2, 1) if k * power <= value)
