"""A layer's look as QML, the style language of QGIS: symbols, labels, time.

The text is built as a tree, never pasted together: names and labels come from outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

import pandas as pd

from maps.qgis.look import Label, Look, Part, Several, Sizes, clean, harmless, rgba
from maps.style import TOKENS

# First and last day of a feature, by the names the tables use.
_DAYS = (("date_start", "date_end"), ("first_day", "last_day"), ("start", "end"))


def qml(look: Look, table: pd.DataFrame) -> str:
    """QML of a look; ``table`` says whether there are days to follow the time control by."""
    root = ET.Element(
        "qgis",
        version="3.22.0",
        styleCategories="Symbology|Labeling|Temporal",
        labelsEnabled="1" if look.label or look.keeps_clear else "0",
    )
    _add_time(root, table, look.days)
    if look.several is None:
        _add_renderer(root, look)
    else:
        _add_several(root, look, look.several)
    if look.label or look.keeps_clear:
        _add_labels(root, look.label or Label("''"), drawn=look.label is not None)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def _add_time(root: ET.Element, table: pd.DataFrame, days: tuple[str, str] | None) -> None:
    pairs = (days, *_DAYS) if days else _DAYS
    start, end = next((pair for pair in pairs if set(pair) <= set(table.columns)), ("", ""))
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


def _add_several(root: ET.Element, look: Look, several: Several) -> None:
    """A renderer around that of the look, which draws the points that stand alone."""
    around = ET.SubElement(
        root,
        "renderer-v2",
        type="pointCluster",
        tolerance=f"{several.within:.3f}",
        toleranceUnit="MM",
        toleranceUnitScale="3x:0,0,0,0,0,0",
        forceraster="0",
        symbollevels="0",
        enableorderby="0",
        referencescale="-1",
    )
    _add_renderer(around, look)
    _add_symbol(around, "centerSymbol", "marker", several.parts)


def _add_renderer(parent: ET.Element, look: Look) -> None:
    kind = "categorizedSymbol" if look.by else "singleSymbol"
    renderer = ET.SubElement(parent, "renderer-v2", type=kind, forceraster="0", symbollevels="0", referencescale="-1")
    renderer.set("enableorderby", "1" if look.largest_first else "0")
    if look.by:
        renderer.set("attr", look.by)
        categories = ET.SubElement(renderer, "categories")
        for number, one in enumerate(look.classes):
            ET.SubElement(
                categories,
                "category",
                type="string",
                value=clean(one.value),
                symbol=str(number),
                label=harmless(one.words),
                render="true" if one.shown else "false",
            )
    symbols = ET.SubElement(renderer, "symbols")
    for number, one in enumerate(look.classes):
        _add_symbol(symbols, str(number), one.symbol, one.parts)
    if look.sizes is not None and look.by:
        _add_sizes(renderer, look.sizes)
    if look.largest_first:
        order = ET.SubElement(ET.SubElement(renderer, "orderby"), "orderByClause", asc="0", nullsFirst="0")
        order.text = look.largest_first


def _add_sizes(renderer: ET.Element, sizes: Sizes) -> None:
    # Without a source symbol whose size follows the data the legend is not shown.
    _add_symbol(ET.SubElement(renderer, "source-symbol"), "0", "marker", (sizes.part,))
    legend = ET.SubElement(
        renderer,
        "data-defined-size-legend",
        type="collapsed" if sizes.nested else "separated",
        valign="bottom",
        title=harmless(sizes.title),
    )
    _add_symbol(legend, "source", "marker", (sizes.part,))
    classes = ET.SubElement(legend, "classes")
    for words, diameter in sizes.steps:
        ET.SubElement(classes, "class", size=f"{diameter:.3f}", label=harmless(words))


def _add_symbol(parent: ET.Element, name: str, kind: str, parts: Sequence[Part]) -> None:
    symbol = ET.SubElement(parent, "symbol", type=kind, name=name, alpha="1", clip_to_extent="1", force_rhr="0")
    for part in parts:
        layer = ET.SubElement(symbol, "layer", {"class": part.name}, enabled="1", locked=str(int(part.locked)))
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


# QGIS' numbers: placement 0 around a point, 1 at an offset from it (quadrant 5: to the right, 7: below, 4: over it),
# 2 along a line (flag 1: on it), 6 at one of the usual places beside it, 8 outside or inside of an area.
_PLACEMENTS = {
    "around": {"placement": "0", "dist": "0.5", "distUnits": "MM"},
    "beside": {
        "placement": "6",
        "predefinedPositionOrder": "R,L,TR,BR,TL,BL",
        "dist": "0.4",
        "distUnits": "MM",
        "offsetType": "1",
    },
    "below": {"placement": "1", "quadOffset": "7", "yOffset": "1", "offsetUnits": "MM"},
    "over": {"placement": "1", "quadOffset": "4", "offsetUnits": "MM"},
    "along": {"placement": "2", "placementFlags": "1", "repeatDistance": "70", "repeatDistanceUnits": "MM"},
    "inside": {"placement": "1", "quadOffset": "4", "offsetUnits": "MM", "centroidInside": "1", "centroidWhole": "1"},
}


def _add_labels(root: ET.Element, label: Label, *, drawn: bool) -> None:
    settings = ET.SubElement(ET.SubElement(root, "labeling", type="simple"), "settings", calloutType="simple")
    style = add_text_style(
        settings,
        9,
        colour=label.colour,
        bold=label.bold,
        italic=label.italic,
        halo=not label.plate,
        fieldName=label.text,
        isExpression="1",
    )
    if label.plate:
        _add_plate(style, label.plate)
    ET.SubElement(settings, "placement", _PLACEMENTS[label.place])
    ET.SubElement(
        settings,
        "rendering",
        drawLabels="1" if drawn else "0",
        obstacle="1",
        obstacleFactor="1",
        displayAll="0",
        upsidedownLabels="0",
    )
    # On paper a letter is read from nearer than on a screen: it may be smaller.
    by_data = {"Size": "if(@layout_name IS NULL, 9, 7)"} | dict(label.by_data)
    _add_properties(ET.SubElement(settings, "dd_properties"), by_data)


def _add_plate(style: ET.Element, edge: str) -> None:
    ET.SubElement(
        style,
        "background",
        shapeDraw="1",
        shapeType="0",
        shapeSizeType="0",
        shapeSizeX="0.9",
        shapeSizeY="0.3",
        shapeSizeUnit="MM",
        shapeRadiiX="1",
        shapeRadiiY="1",
        shapeRadiiUnit="MM",
        shapeFillColor=rgba(TOKENS["surface"][0]),
        shapeBorderColor=rgba(edge),
        shapeBorderWidth="0.25",
        shapeBorderWidthUnit="MM",
        shapeOpacity="1",
    )


FONT = "DejaVu Sans"
_FONTS = ("Noto Sans", "Open Sans", "Segoe UI", "Arial")  # where the first is not installed


def add_text_style(
    parent: ET.Element,
    size: float,
    *,
    colour: str = TOKENS["ink"][0],
    bold: bool = False,
    italic: bool = False,
    halo: bool = False,
    **more: str,
) -> ET.Element:
    """A text style as QGIS has them since 3.10; the weight is on Qt's old scale, where 50 is regular and 75 bold."""
    face = {(False, False): "Book", (True, False): "Bold", (False, True): "Oblique", (True, True): "Bold Oblique"}
    style = ET.SubElement(
        parent,
        "text-style",
        {
            "fontFamily": FONT,
            "namedStyle": face[bold, italic],
            "fontWeight": "75" if bold else "50",
            "fontItalic": "1" if italic else "0",
            "fontSize": f"{size:g}",
            "fontSizeUnit": "Point",
            "textColor": rgba(colour),
            "textOpacity": "1",
            "multilineHeight": "1",
            "allowHtml": "0",
        }
        | more,
    )
    families = ET.SubElement(style, "families")
    for name in (FONT, *_FONTS):
        ET.SubElement(families, "family", name=name)
    if halo:
        ET.SubElement(
            style,
            "text-buffer",
            bufferDraw="1",
            bufferSize="0.6",
            bufferSizeUnits="MM",
            bufferColor=rgba(TOKENS["surface"][0]),
            bufferOpacity="0.85",
            bufferNoFill="1",
        )
    return style
