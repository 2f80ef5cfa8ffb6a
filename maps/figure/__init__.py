"""A map spec as a printed map: PDF, PNG or SVG of an exact paper size, with legend, scale, locator and credits."""

from __future__ import annotations

import difflib
import math
from datetime import date
from pathlib import Path
from typing import Any, Literal

from geo.errors import ExportError
from geo.export import written
from maps.figure.content import content_of, map_bounds, split_period, whole_period
from maps.figure.furniture import Imprint
from maps.figure.panels import panel_pages
from maps.figure.paper import save
from maps.figure.sheet import FORMATS, Sheet, single_map
from maps.figure.words import LANGUAGES, Words
from maps.layers import MapSpec

__all__ = [
    "FORMATS",
    "LANGUAGES",
    "STEPS",
    "Orientation",
    "Step",
    "check_options",
    "check_suffix",
    "render_figure",
    "render_pages",
    "whole_period",
    "write_figure",
]
SUFFIXES = (".pdf", ".png", ".svg")
Step = Literal["week", "month"]
STEPS: tuple[Step, ...] = ("week", "month")
Orientation = Literal["portrait", "landscape"]
ORIENTATIONS: tuple[Orientation, ...] = ("portrait", "landscape")


def render_figure(
    spec: MapSpec,
    *,
    size: str = "A4",
    orientation: Orientation | None = None,
    language: str | None = None,
    number: str = "",
    made: date | None = None,
    period: tuple[date, date] | None = None,
    multiples: Step | None = None,
) -> Any:
    """The printed map as a ``matplotlib.figure.Figure``; see `render_pages`.

    Raises
    ------
    ExportError
        An unknown size or language, or more panels than a page holds.
    """
    check_options(size=size, orientation=orientation, language=language, multiples=multiples)
    _check_one_page(spec, size, period, multiples)
    (page,) = render_pages(
        spec,
        size=size,
        orientation=orientation,
        language=language,
        number=number,
        made=made,
        period=period,
        multiples=multiples,
    )
    return page


def render_pages(
    spec: MapSpec,
    *,
    size: str = "A4",
    orientation: Orientation | None = None,
    language: str | None = None,
    number: str = "",
    made: date | None = None,
    period: tuple[date, date] | None = None,
    multiples: Step | None = None,
) -> list[Any]:
    """The pages of a printed map, as matplotlib figures of exactly the paper's size.

    ``period`` is what is shown; None: what the page shows at first. ``multiples`` draws one map for each week (counted
    from the first day) or calendar month. ``made`` is the date that the map bears, ``number`` its number; both may be
    left out. ``language`` None: the first of the map's languages that is known.

    Raises
    ------
    ExportError
        An unknown size or language, or panels for a map without dates.
    """
    check_options(size=size, orientation=orientation, language=language, multiples=multiples)
    chosen = language or next((known for known in spec.languages if known in LANGUAGES), "en")
    shown = period or whole_period(spec)
    content = content_of(spec, shown)
    bounds = map_bounds(spec, content)
    sheet = Sheet(
        spec,
        FORMATS[size.upper()],
        landscape=(orientation or fitting_orientation(bounds)) == "landscape",
        words=Words(chosen, spec.home),
        imprint=Imprint(number, made),
        bounds=bounds,
    )
    if multiples is None:
        return [single_map(sheet, content)]
    if shown is None:
        raise ExportError("a map for each week or month wants dates, and no event has one; leave the panels out")
    return panel_pages(sheet, content, split_period(shown, multiples))


def fitting_orientation(bounds: tuple[float, float, float, float]) -> Orientation:
    """Portrait for what is about as tall as wide, or taller: beside a map in landscape stands the legend."""
    west, south, east, north = bounds
    wide = (east - west) * math.cos(math.radians((south + north) / 2))
    return "landscape" if wide > 1.15 * (north - south) else "portrait"


def write_figure(
    spec: MapSpec,
    path: Path,
    *,
    size: str = "A4",
    orientation: Orientation | None = None,
    language: str | None = None,
    number: str = "",
    made: date | None = None,
    period: tuple[date, date] | None = None,
    multiples: Step | None = None,
) -> None:
    """Write a printed map as the suffix of ``path`` says; same spec, same bytes. Options: see `render_pages`.

    Raises
    ------
    ExportError
        An unknown suffix, size or language; more than one page where the format holds one; or the file cannot be
        written, and an older one is kept.
    """
    check_suffix(path)
    check_options(size=size, orientation=orientation, language=language, multiples=multiples)
    kind = path.suffix.lower()[1:]
    if kind != "pdf":
        _check_one_page(spec, size, period, multiples)
    pages = render_pages(
        spec,
        size=size,
        orientation=orientation,
        language=language,
        number=number,
        made=made,
        period=period,
        multiples=multiples,
    )
    title = spec.title.get("en") or next(iter(spec.title.values()), spec.id)
    with written(path) as part:
        save(pages, part, kind, title=title)


def check_options(
    *, size: str, orientation: str | None = None, language: str | None = None, multiples: str | None = None
) -> None:
    """Refuse a value that is none of the known ones.

    Raises
    ------
    ExportError
        The message names the nearest and all.
    """
    options = (
        ("paper size", size.upper(), FORMATS),
        ("orientation", orientation, ORIENTATIONS),
        ("language for printed maps", language, LANGUAGES),
        ("step for small maps", multiples, STEPS),
    )
    for what, value, known in options:
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


def _check_one_page(spec: MapSpec, size: str, period: tuple[date, date] | None, multiples: Step | None) -> None:
    """Refuse more panels than a page holds, before any is drawn."""
    shown = period or whole_period(spec)
    if multiples is None or shown is None:
        return
    panels = len(split_period(shown, multiples))
    pages = math.ceil(panels / FORMATS[size.upper()].most_panels)
    if pages > 1:
        raise ExportError(
            f"{panels} panels take {pages} pages of {size.upper()}, and only a .pdf holds more than one; write a .pdf, "
            "or choose months, a shorter period or a larger size"
        )
