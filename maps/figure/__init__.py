"""A map spec as a printed map: PDF, PNG or SVG of an exact paper size, with legend, scale, locator and credits."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from geo.errors import ExportError
from geo.export import written
from maps.figure.content import content_of, map_bounds, split_period, whole_period
from maps.figure.furniture import Imprint
from maps.figure.options import STEPS, Orientation, PrintOptions, Step, check_suffix
from maps.figure.panels import panel_pages
from maps.figure.paper import save
from maps.figure.rates import with_rates
from maps.figure.sheet import FORMATS, Sheet, single_map
from maps.figure.words import LANGUAGES, Words
from maps.layers import MapSpec

__all__ = [
    "FORMATS",
    "LANGUAGES",
    "STEPS",
    "Orientation",
    "PrintOptions",
    "Step",
    "check_suffix",
    "render_figure",
    "render_pages",
    "whole_period",
    "write_figure",
]

AS_FITS = PrintOptions()


def render_figure(spec: MapSpec, options: PrintOptions = AS_FITS) -> Any:
    """The printed map as a ``matplotlib.figure.Figure`` of exactly the paper's size.

    Raises
    ------
    ExportError
        More panels than a page holds, or panels for a map without dates.
    """
    options.check_one_page(spec)
    (page,) = render_pages(spec, options)
    return page


def render_pages(spec: MapSpec, options: PrintOptions = AS_FITS) -> list[Any]:
    """The pages of a printed map, as matplotlib figures of exactly the paper's size.

    Raises
    ------
    ExportError
        Panels for a map without dates.
    """
    chosen = options.language or next((known for known in spec.languages if known in LANGUAGES), "en")
    shown = options.period or whole_period(spec)
    content = content_of(spec, shown)
    bounds = map_bounds(spec, content)
    sheet = Sheet(
        spec,
        FORMATS[options.size.upper()],
        landscape=(options.orientation or fitting_orientation(bounds)) == "landscape",
        words=Words(chosen, spec.home),
        imprint=Imprint(options.number, options.made),
        bounds=bounds,
    )
    if options.multiples is None:
        return [single_map(sheet, with_rates(content, spec, shown))]
    if shown is None:
        raise ExportError("a map for each week or month wants dates, and no event has one; leave the panels out")
    return panel_pages(sheet, content, split_period(shown, options.multiples))


def fitting_orientation(bounds: tuple[float, float, float, float]) -> Orientation:
    """Portrait for what is about as tall as wide, or taller: beside a map in landscape stands the legend."""
    west, south, east, north = bounds
    wide = (east - west) * math.cos(math.radians((south + north) / 2))
    return "landscape" if wide > 1.15 * (north - south) else "portrait"


def write_figure(spec: MapSpec, path: Path, options: PrintOptions = AS_FITS) -> None:
    """Write a printed map as the suffix of ``path`` says; same spec, same bytes.

    Raises
    ------
    ExportError
        An unknown suffix; more than one page where the format holds one; or the file cannot be written, and an older
        one is kept.
    """
    check_suffix(path)
    kind = path.suffix.lower()[1:]
    if kind != "pdf":
        options.check_one_page(spec)
    pages = render_pages(spec, options)
    title = spec.title.get("en") or next(iter(spec.title.values()), spec.id)
    with written(path) as part:
        save(pages, part, kind, title=title)
