"""A page to print inside a QGIS project: map, title, legend, scale bar, north arrow, credits, disclaimer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import pyproj

from geo.export import Handover
from maps.qgis.items import (
    PAGE,
    Box,
    Entry,
    Identify,
    add_item,
    add_label,
    add_legend,
    add_map,
    add_north,
    add_scale_bar,
    add_size_legend,
)
from maps.qgis.look import harmless

_SMALLEST = 0.72  # of the usual letters: 5 points on A4
_MARGIN, _HEAD, _FOOT, _SIDE = 10.0, 16.0, 24.0, 62.0  # mm, on A4


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper size, landscape, in mm; ``grown`` is how much larger letters and side parts are than on A4."""

    name: str
    width: float
    height: float
    grown: float


SHEETS = (Sheet("A4", 297.0, 210.0, 1.0), Sheet("A3", 420.0, 297.0, 1.25))


def add_sheet(
    layouts: ET.Element,
    sheet: Sheet,
    handover: Handover,
    extent: Sequence[float],
    metric_crs: str,
    entries: Sequence[Entry],
    identify: Identify,
) -> None:
    """Add a layout; ``extent`` is in the metric reference system."""
    layout = ET.SubElement(
        layouts, "Layout", name=f"{sheet.name} landscape", units="mm", printResolution="300", worldFileMap=""
    )
    ET.SubElement(layout, "Snapper", snapToGrid="0", snapToGuides="1", snapToItems="1", tolerance="5")
    ET.SubElement(layout, "Grid", resolution="10", resUnits="mm", offsetX="0", offsetY="0", offsetUnits="mm")
    pages = ET.SubElement(layout, "PageCollection")
    add_item(pages, PAGE, (0, 0, sheet.width, sheet.height), identify(f"{sheet.name} page"))
    head, foot, column = (size * sheet.grown for size in (_HEAD, _FOOT, _SIDE))
    frame = (_MARGIN, _MARGIN + head, sheet.width - 3 * _MARGIN - column, sheet.height - 2 * _MARGIN - head - foot)
    fitted = _fitted(extent, frame[2] / frame[3])
    map_id = identify(f"{sheet.name} map")
    add_map(layout, frame, map_id, fitted, metric_crs, handover.about.shown)
    _add_texts(layout, sheet, handover, metric_crs, identify)
    km_a_mm = (fitted[2] - fitted[0]) / 1_000 / frame[2]
    _add_column(layout, sheet, frame, map_id, km_a_mm, identify)
    _add_legends(layout, sheet, frame, map_id, entries, identify)


def _add_texts(layout: ET.Element, sheet: Sheet, handover: Handover, metric_crs: str, identify: Identify) -> None:
    """Title and dates over the map, what the signs mean, sources and disclaimer under it."""
    grown, across = sheet.grown, sheet.width - 2 * _MARGIN
    head, foot = _HEAD * grown, _FOOT * grown
    title = harmless(handover.about.title or handover.name, most=75)
    top = (_MARGIN, _MARGIN - 1, across, 0.6 * head)
    add_label(layout, top, title, 17 * grown, identify, bold=True, valign="32")
    subtitle = (_MARGIN, _MARGIN + 0.58 * head, across, 0.4 * head)
    add_label(layout, subtitle, _subtitle(handover), 9 * grown, identify)
    below = (_MARGIN, sheet.height - _MARGIN - foot + 6, across, foot - 4)
    add_label(layout, below, _small_print(handover, metric_crs), 6 * grown, identify, valign="32")


def _add_column(layout: ET.Element, sheet: Sheet, frame: Box, map_id: str, km_a_mm: float, identify: Identify) -> None:
    """North arrow and scale bar, beside the map."""
    grown, x, y = sheet.grown, frame[0] + frame[2] + _MARGIN, frame[1]
    add_north(layout, (x, y, 10 * grown, 10 * grown), map_id, identify(f"{sheet.name} north"))
    bar = (x + 14 * grown, y + grown, (_SIDE - 14) * grown, 10 * grown)
    add_scale_bar(layout, bar, map_id, km_a_mm, identify(f"{sheet.name} bar"), grown)


def _add_legends(
    layout: ET.Element, sheet: Sheet, frame: Box, map_id: str, entries: Sequence[Entry], identify: Identify
) -> None:
    """What is seen, and at the lower end the sizes.

    Where the column is full the sizes go to the corner of the map, and letters are smaller, down to what can be read.
    """
    grown, x, y, height = sheet.grown, frame[0] + frame[2] + _MARGIN, frame[1], frame[3]
    room = height - 14 * grown
    needed = sum(entry.height() for entry in entries) * grown
    sizes = sum(entry.height_of_sizes() for entry in entries) * grown
    size = grown * min(1.0, max(_SMALLEST, room / needed)) if needed else grown
    add_legend(
        layout, (x, y + 14 * grown, _SIDE * grown, room), map_id, entries, identify(f"{sheet.name} legend"), size
    )
    right, corner = (
        (x, "6") if needed + sizes < room else (x - _MARGIN - 1, "8")
    )  # measured from the lower left, or right
    box = (right, y + height - 1, 30 * grown, 30 * grown)
    add_size_legend(layout, box, map_id, entries, identify(f"{sheet.name} sizes"), grown, corner)


def _subtitle(handover: Handover) -> str:
    shown = handover.about.shown
    return f"{_in_words(shown[0])} to {_in_words(shown[1])}" if shown else ""


def _in_words(day: object) -> str:
    return f"{day:%d %B %Y}".lstrip("0")


MOST_SOURCES = 900  # letters of sources on a page; the metadata of the files name all


_SIGNS = (
    "Number in a ring: several events. Open symbol: number of dead not stated, or place inferred. "
    "Dashed ring: near the place, not at it. ≈ and hatching: outline approximate. "
    "Open circle of people: gone from there, destination not reported."
)


def _small_print(handover: Handover, metric_crs: str) -> str:
    about = handover.about
    named = [f"{c.source}{f' ({c.licence})' if c.licence else ''}" for c in about.credits]
    kept: list[str] = []
    for source in (harmless(name, most=600) for name in named):
        if sum(map(len, kept)) + len(source) > MOST_SOURCES:
            break
        kept.append(source)
    more = len(named) - len(kept)
    sources = "; ".join([*kept, *([f"and {more} more, named in the metadata"] if more else [])])
    crs = pyproj.CRS.from_user_input(metric_crs)
    made = " ".join(part for part in (f"Projection: {crs.name} ({metric_crs}).", about.software) if part)
    lines = [_SIGNS, f"Sources: {sources}." if sources else "", about.disclaimer, made]
    return "\n".join(line for line in lines if line.strip())


def _fitted(extent: Sequence[float], shape: float) -> tuple[float, float, float, float]:
    """The extent widened to the shape (width by height) of the frame."""
    west, south, east, north = extent
    width, height = max(east - west, (north - south) * shape), max(north - south, (east - west) / shape)
    x, y = (west + east) / 2, (south + north) / 2
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2
