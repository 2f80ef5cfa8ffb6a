"""A layer's look as QML, the style language of QGIS: symbols, labels, time.

The text is built as a tree, never pasted together: names and labels come from outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

import pandas as pd

from maps.style import TOKENS

# First and last day of a feature, by the names the tables use.
_DAYS = (("date_start", "date_end"), ("start", "end"))


@dataclass(frozen=True, slots=True)
class Part:
    """One symbol layer: QGIS' class, its settings, settings that follow an expression, and a symbol inside it."""

    name: str
    settings: Mapping[str, str]
    by_data: Mapping[str, str] = field(default_factory=dict)
    inner: tuple[str, Part] | None = None


@dataclass(frozen=True, slots=True)
class Class:
    """One class of a renderer: the value it stands for, its words in the legend, its symbol."""

    value: str
    words: str
    symbol: str  # marker | line | fill
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """How one layer is drawn: classes by an expression, and a label. An empty expression: one class for all.

    ``largest_first``: expression by which features are drawn, so that small ones are not hidden.
    """

    classes: tuple[Class, ...]
    by: str = ""
    label: str = ""
    label_colour: str = TOKENS["ink"][0]
    label_place: str = "around"  # around | below | along
    priority: str = ""
    largest_first: str = ""


def qml(look: Look, table: pd.DataFrame) -> str:
    """QML of a look; ``table`` says whether there are days to follow the time control by."""
    root = ET.Element(
        "qgis",
        version="3.22.0",
        styleCategories="Symbology|Labeling|Temporal",
        labelsEnabled="1" if look.label else "0",
    )
    _add_time(root, table)
    _add_renderer(root, look)
    if look.label:
        _add_labels(root, look)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def _add_time(root: ET.Element, table: pd.DataFrame) -> None:
    start, end = next((pair for pair in _DAYS if set(pair) <= set(table.columns)), ("", ""))
    # Mode 2: a field for the start and one for the end. A thing without an end lasts.
    time = ET.SubElement(
        root,
        "temporal",
        enabled="1" if start else "0",
        mode="2" if start else "0",
        startField=start,
        endField=end,
        durationField="",
        durationUnit="days",
        fixedDuration="0",
        accumulate="0",
        limitMode="1",
        startExpression="",
        endExpression="",
    )
    fixed = ET.SubElement(time, "fixedRange")
    ET.SubElement(fixed, "start")
    ET.SubElement(fixed, "end")


def _add_renderer(root: ET.Element, look: Look) -> None:
    kind = "categorizedSymbol" if look.by else "singleSymbol"
    renderer = ET.SubElement(root, "renderer-v2", type=kind, forceraster="0", symbollevels="0")
    renderer.set("enableorderby", "1" if look.largest_first else "0")
    if look.by:
        renderer.set("attr", look.by)
        categories = ET.SubElement(renderer, "categories")
        for number, one in enumerate(look.classes):
            ET.SubElement(
                categories,
                "category",
                value=clean(one.value),
                symbol=str(number),
                label=clean(one.words),
                render="true",
            )
    symbols = ET.SubElement(renderer, "symbols")
    for number, one in enumerate(look.classes):
        _add_symbol(symbols, str(number), one.symbol, one.parts)
    if look.largest_first:
        order = ET.SubElement(ET.SubElement(renderer, "orderby"), "orderByClause", asc="0", nullsFirst="0")
        order.text = look.largest_first


def _add_symbol(parent: ET.Element, name: str, kind: str, parts: Sequence[Part]) -> None:
    symbol = ET.SubElement(parent, "symbol", type=kind, name=name, alpha="1", clip_to_extent="1", force_rhr="0")
    for part in parts:
        layer = ET.SubElement(symbol, "layer", {"class": part.name}, enabled="1", locked="0")
        layer.set("pass", "0")
        options = ET.SubElement(layer, "Option", type="Map")
        for key, value in part.settings.items():
            ET.SubElement(options, "Option", name=key, type="QString", value=value)
        _add_properties(ET.SubElement(layer, "data_defined_properties"), part.by_data)
        if part.inner is not None:
            _add_symbol(layer, f"@{name}@0", part.inner[0], (part.inner[1],))


def _add_properties(parent: ET.Element, by_data: Mapping[str, str]) -> None:
    """Settings that follow an expression; type 3 is QGIS' number for one."""
    top = ET.SubElement(parent, "Option", type="Map")
    ET.SubElement(top, "Option", name="name", type="QString", value="")
    properties = ET.SubElement(top, "Option", name="properties", type="Map")
    for key, expression in by_data.items():
        one = ET.SubElement(properties, "Option", name=key, type="Map")
        ET.SubElement(one, "Option", name="active", type="bool", value="true")
        ET.SubElement(one, "Option", name="expression", type="QString", value=expression)
        ET.SubElement(one, "Option", name="type", type="int", value="3")
    ET.SubElement(top, "Option", name="type", type="QString", value="collection")


# QGIS' numbers: placement 0 around a point, 1 beside it (quadrant 7: below), 2 along a line (flag 2: above it).
_PLACEMENTS = {
    "around": {"placement": "0", "dist": "0.5", "distUnits": "MM"},
    "below": {"placement": "1", "quadOffset": "7", "yOffset": "1", "offsetUnits": "MM"},
    "along": {"placement": "2", "placementFlags": "10"},
}


def _add_labels(root: ET.Element, look: Look) -> None:
    settings = ET.SubElement(ET.SubElement(root, "labeling", type="simple"), "settings", calloutType="simple")
    style = ET.SubElement(
        settings,
        "text-style",
        fieldName=look.label,
        isExpression="1",
        fontFamily="Sans",
        fontWeight="50",
        fontSize="9",
        fontSizeUnit="Point",
        textColor=rgba(look.label_colour),
        textOpacity="1",
        namedStyle="",
        multilineHeight="1",
    )
    ET.SubElement(
        style,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.8",
        bufferSizeUnits="MM",
        bufferColor=rgba(TOKENS["surface"][0]),
        bufferOpacity="0.9",
    )
    ET.SubElement(settings, "placement", _PLACEMENTS[look.label_place])
    if look.priority:
        _add_properties(ET.SubElement(settings, "dd_properties"), {"Priority": look.priority})


def rgba(colour: str, opacity: float = 1.0) -> str:
    """#RRGGBB as QGIS writes it."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * opacity)}"


def clean(text: str) -> str:
    """Text without the control characters that XML forbids."""
    return "".join(c for c in text if c.isprintable())
