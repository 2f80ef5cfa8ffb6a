"""What every part of a map is drawn on, and what was drawn, for the legend."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np

from maps.figure.content import Content
from maps.figure.ground import Look
from maps.figure.labels import Taken, Wanted
from maps.figure.lettering import LINE, MM_PER_POINT, Type
from maps.figure.paper import Paper
from maps.figure.view import Box, View
from maps.layers import MapSpec


@dataclass(slots=True)
class Tally:
    """What was drawn, for the legend: only what is seen is explained."""

    types: Counter[str] = field(default_factory=Counter)
    deaths_unknown: int = 0
    largest_deaths: float = math.nan
    several: bool = False
    near: bool = False
    in_areas: int = 0
    approximate: bool = False
    areas: bool = False
    outside: int = 0
    people_outside: int = 0
    stocks: list[float] = field(default_factory=list)
    gone: bool = False
    flow_widths: list[float] = field(default_factory=list)
    flow_shapes: set[str] = field(default_factory=set)
    context: set[str] = field(default_factory=set)
    rates: set[str] = field(default_factory=set)
    units: bool = False
    borders: bool = False
    towns: bool = False
    labels: list[Box] = field(default_factory=list)
    symbols: list[Box] = field(default_factory=list)

    @property
    def events(self) -> int:
        return sum(self.types.values()) + self.in_areas


@dataclass(slots=True)
class Canvas:
    """One map on the paper; each part that is drawn adds to ``tally``, ``taken`` and the names that are ``wanted``."""

    paper: Paper
    view: View
    look: Look
    spec: MapSpec
    content: Content
    taken: Taken
    tally: Tally = field(default_factory=Tally)
    wanted: list[Wanted] = field(default_factory=list)

    def placed(self, table: gpd.GeoDataFrame) -> np.ndarray:
        """Points of a table on the paper."""
        return self.view.place(np.column_stack([table.geometry.x, table.geometry.y]).astype(float))

    def want_lines(
        self, x: float, y: float, texts: list[str], kinds: list[Type], clear: float, rank: tuple[float, ...]
    ) -> Wanted | None:
        """A name of one or two lines beside a point, none if it is empty; a long one is cut."""
        longest = self.view.paper.width * 0.3
        texts = [self.paper.letters.cut(text, kind, longest) for text, kind in zip(texts, kinds, strict=True)]
        width = max((self.paper.letters.width(t, k) for t, k in zip(texts, kinds, strict=True)), default=0)
        height = sum(k.size * MM_PER_POINT * LINE for k in kinds) - (LINE - 1) * kinds[-1].size * MM_PER_POINT
        what = ("text", tuple(texts), tuple(kinds))
        return Wanted(x, y, width + 0.9, height + 0.2, clear, rank, what) if width else None
