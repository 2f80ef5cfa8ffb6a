"""What QGIS' legend says of a layer, read from its style."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

NESTED = 2  # lines of a legend of sizes whose circles stand in one another


@dataclass(frozen=True, slots=True)
class LegendText:
    """What a legend says of a style.

    ``classes`` has a text for each class and whether it is ticked, ``values`` what each stands for in the column
    ``by`` (empty: an expression tells, not a column), ``days`` the columns of first and last day, ``sizes`` the number
    of lines that the legend of sizes has before the classes.
    """

    classes: tuple[tuple[str, bool], ...] = ()
    values: tuple[str, ...] = ()
    by: str = ""
    days: tuple[str, str] | None = None
    sizes: int = 0


def legend_text(style: str) -> LegendText:
    """What QGIS' legend says of a layer with this QML; the sizes are a title, and one line for all or one for each."""
    root = ET.fromstring(style)  # noqa: S314 - our own text
    renderers = list(root.iter("renderer-v2"))
    if not renderers:
        return LegendText()
    renderer = renderers[-1]  # the innermost has the classes
    found = renderer.findall("./categories/category")
    column = re.fullmatch(r'"(\w+)"', renderer.get("attr", ""))
    time, sizes = root.find("temporal"), renderer.find("./data-defined-size-legend")
    return LegendText(
        tuple((one.get("label", ""), one.get("render") == "true") for one in found),
        tuple(one.get("value", "") for one in found),
        by=column[1] if column else "",
        days=(time.get("startField", ""), time.get("endField", "")) if time is not None else None,
        sizes=0 if sizes is None else _lines_of_sizes(sizes),
    )


def _lines_of_sizes(legend: ET.Element) -> int:
    return NESTED if legend.get("type") == "collapsed" else 1 + len(legend.findall("./classes/class"))
