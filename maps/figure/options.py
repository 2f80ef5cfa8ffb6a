"""How a map is printed: what a user may choose, and the refusal of what is not known."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from geo.errors import ExportError
from maps.figure.content import split_period, whole_period
from maps.figure.sheet import FORMATS
from maps.figure.words import LANGUAGES
from maps.layers import MapSpec

SUFFIXES = (".pdf", ".png", ".svg")
Step = Literal["week", "month"]
STEPS: tuple[Step, ...] = ("week", "month")
Orientation = Literal["portrait", "landscape"]
ORIENTATIONS: tuple[Orientation, ...] = ("portrait", "landscape")


@dataclass(frozen=True, slots=True)
class PrintOptions:
    """How a map is printed.

    ``orientation`` None: what fits. ``language`` None: the first of the map's languages that is known. ``made`` is the
    date that the map bears, ``number`` its number. ``period`` is what is shown; None: what the page shows at first.
    ``multiples`` draws one map for each week (counted from the first day) or calendar month.

    Raises
    ------
    ExportError
        A value is none of the known ones; the message names the nearest and all.
    """

    size: str = "A4"
    orientation: Orientation | None = None
    language: str | None = None
    number: str = ""
    made: date | None = None
    period: tuple[date, date] | None = None
    multiples: Step | None = None

    def __post_init__(self) -> None:
        _require("paper size", self.size.upper(), FORMATS)
        _require("orientation", self.orientation, ORIENTATIONS)
        _require("language for printed maps", self.language, LANGUAGES)
        _require("step for small maps", self.multiples, STEPS)

    def check_one_page(self, spec: MapSpec) -> None:
        """Refuse more panels than a page holds, before any is drawn.

        Raises
        ------
        ExportError
            There are more.
        """
        shown = self.period or whole_period(spec)
        if self.multiples is None or shown is None:
            return
        panels = len(split_period(shown, self.multiples))
        pages = math.ceil(panels / FORMATS[self.size.upper()].most_panels)
        if pages > 1:
            raise ExportError(
                f"{panels} panels take {pages} pages of {self.size.upper()}, and only a .pdf holds more than one; "
                "write a .pdf, or choose months, a shorter period or a larger size"
            )


def _require(what: str, value: str | None, known: Iterable[str]) -> None:
    known = list(known)
    if value is not None and value not in known:
        near = difflib.get_close_matches(value, known, n=1, cutoff=0.0)
        hint = f"the nearest known is '{near[0]}', all: " if near else "wanted one of "
        raise ExportError(f"no {what} '{value}'; {hint}{', '.join(known)}")


def check_suffix(path: Path) -> None:
    """Refuse a file whose suffix names no format of a printed map.

    Raises
    ------
    ExportError
        The message names the known ones.
    """
    if path.suffix.lower() not in SUFFIXES:
        near = difflib.get_close_matches(path.suffix.lower(), SUFFIXES, n=1, cutoff=0.0)
        hint = f"; the nearest is '{near[0]}'" if near and path.suffix else ""
        raise ExportError(f"'{path}': a printed map wants one of the suffixes {', '.join(SUFFIXES)}{hint}")
