"""Items of a page to print, in the words of QGIS' layouts: map, label, legend, north arrow, scale bar."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from xml.etree import ElementTree as ET

import pyproj

from maps.qgis.legend import NESTED, LegendText
from maps.qgis.look import clean, rgba
from maps.qgis.qml import FONT, add_text_style
from maps.style import TOKENS

# QGIS' numbers of the kinds of items on a page.
PAGE, _MAP, _PICTURE, _LABEL, _LEGEND, _SCALE_BAR = 65638, 65639, 65640, 65641, 65642, 65646
_TITLE_LETTERS, _LABEL_LETTERS = 34, 36  # letters of a legend's line that fit into the side column
Identify = Callable[[str], str]
Box = tuple[float, float, float, float]  # x, y, width, height in mm


@dataclass(frozen=True, slots=True)
class Entry:
    """One layer in the legend: its id, its title, what stands under it, and which of its classes are on the map."""

    id: str
    title: str
    text: LegendText
    seen: tuple[int, ...]

    def height(self) -> float:
        """Room that the entry needs on A4, in mm, but for its sizes."""
        seen = (self.text.classes[number] for number in self.seen)
        lines = sum(len(_wrapped(label, _LABEL_LETTERS)) for label, ticked in seen if ticked)
        return 2 + 4 * len(_wrapped(self.title, _TITLE_LETTERS)) + 4.1 * lines

    def height_of_sizes(self) -> float:
        """Room that its sizes need on A4, in mm."""
        return 26 if self.text.sizes == NESTED else 5 * self.text.sizes


def add_item(parent: ET.Element, kind: int, box: Sequence[float], item_id: str, **more: str) -> ET.Element:
    """An item at a box of x, y, width, height in mm."""
    x, y, width, height = box
    settings = {
        "type": str(kind), "uuid": item_id, "templateUuid": item_id, "position": f"{x:g},{y:g},mm",
        "positionOnPage": f"{x:g},{y:g},mm", "size": f"{width:g},{height:g},mm", "referencePoint": "0",
        "frame": "false", "background": "false", "opacity": "1", "zValue": "1", "visibility": "1",
        "outlineWidthM": "0.2,mm",
    }  # fmt: skip
    item = ET.SubElement(parent, "LayoutItem", settings | more)
    red, green, blue, alpha = rgba(TOKENS["ink"][0]).split(",")
    ET.SubElement(item, "FrameColor", red=red, green=green, blue=blue, alpha=alpha)
    return item


def add_map(
    parent: ET.Element,
    box: Box,
    item_id: str,
    extent: Sequence[float],
    metric_crs: str,
    shown: tuple[date, date] | None,
) -> None:
    """The map itself, of the days ``shown``; without any, all rows."""
    item = add_item(
        parent, _MAP, box, item_id, frame="true", id="map", followPreset="false", mapRotation="0", keepLayerSet="false",
        drawCanvasItems="true", isTemporal="1" if shown else "0", labelMargin="1,mm", mapFlags="0",
    )  # fmt: skip
    if shown:
        item.set("temporalRangeBegin", f"{shown[0].isoformat()}T00:00:00")
        item.set("temporalRangeEnd", f"{shown[1].isoformat()}T23:59:59")
    red, green, blue, alpha = rgba(TOKENS["sea"][0]).split(",")
    item.set("background", "true")
    ET.SubElement(item, "BackgroundColor", red=red, green=green, blue=blue, alpha=alpha)
    west, south, east, north = extent
    ET.SubElement(item, "Extent", xmin=f"{west:.3f}", ymin=f"{south:.3f}", xmax=f"{east:.3f}", ymax=f"{north:.3f}")
    ET.SubElement(item, "LayerSet")
    _add_graticule(item, extent, metric_crs)


def _add_graticule(item: ET.Element, extent: Sequence[float], metric_crs: str) -> None:
    """Degrees along the frame, in latitude and longitude whatever the map's reference system; 3 to 8 of them."""
    to_degrees = pyproj.Transformer.from_crs(metric_crs, "EPSG:4326", always_xy=True)
    left, low, right, high = extent
    west, south, east, north = to_degrees.transform_bounds(left, low, right, high)
    wide = max(abs(east - west), abs(north - south))
    step = next((s for s in (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20) if s * 8 >= wide), 30)
    grid = ET.SubElement(
        item, "ComposerMapGrid", name="degrees", show="1", uuid=item.get("uuid", "") + "g", gridStyle="3",
        intervalX=f"{step:g}", intervalY=f"{step:g}", offsetX="0", offsetY="0", unit="0", showAnnotation="1",
        annotationFormat="1", annotationPrecision="0", gridFrameStyle="0", frameAnnotationDistance="0.7",
        leftAnnotationDisplay="1", rightAnnotationDisplay="3", topAnnotationDisplay="3", bottomAnnotationDisplay="2",
        leftAnnotationPosition="1", bottomAnnotationPosition="1", leftAnnotationDirection="1",
        bottomAnnotationDirection="0", crossLength="1.5", annotationFontColor=rgba(TOKENS["muted"][0]),
    )  # fmt: skip
    system = ET.SubElement(grid, "spatialrefsys")
    ET.SubElement(system, "srsid").text = "3452"
    ET.SubElement(system, "authid").text = "EPSG:4326"
    _add_font(grid, "annotationFontProperties", 6, colour=TOKENS["muted"][0])


def add_label(
    parent: ET.Element, box: Box, text: str, size: float, identify: Identify, *, bold: bool = False, valign: str = "128"
) -> None:
    """Text in a box; its lines are kept, and nothing in it is computed."""
    item_id = identify(f"label {box} {text[:40]}")
    item = add_item(
        parent, _LABEL, box, item_id, labelText=_lines(text), htmlState="0", halign="1", valign=valign, marginX="0",
        marginY="0",
    )  # fmt: skip
    _add_font(item, "LabelFont", size, bold=bold)


def _lines(text: str) -> str:
    """Text for a label: lines kept; expressions of QGIS, which stand between [% and %], broken up."""
    return "\n".join(clean(line) for line in text.split("\n")).replace("[%", "[ %")


def _add_font(
    parent: ET.Element, name: str, size: float, *, colour: str = TOKENS["ink"][0], bold: bool = False
) -> None:
    """A font in the two ways QGIS has had: as Qt describes one (to 3.22), and as a text style (since)."""
    red, green, blue, alpha = rgba(colour).split(",")
    weight, face = ("75", "Bold") if bold else ("50", "")
    ET.SubElement(parent, name, description=f"{FONT},{size:g},-1,5,{weight},0,0,0,0,0", style=face)
    ET.SubElement(parent, "FontColor", red=red, green=green, blue=blue, alpha=alpha)
    add_text_style(parent, size, colour=colour, bold=bold)


def add_legend(parent: ET.Element, box: Box, map_id: str, entries: Sequence[Entry], item_id: str, grown: float) -> None:
    """What is seen on the map and nothing else."""
    item = _legend_item(parent, box, item_id, grown, id="legend", map_uuid=map_id, legendFilterByMap="1")
    tree = ET.SubElement(item, "layer-tree-group")
    for entry in entries:
        title = {"legend/title-label": "\n".join(_wrapped(entry.title, _TITLE_LETTERS))}
        labels = {  # the lines of the sizes come first
            f"legend/label-{number}": "\n".join(_wrapped(label, _LABEL_LETTERS))
            for number, (label, _) in enumerate(entry.text.classes, start=entry.text.sizes)
        }
        order = {"legend/node-order": ",".join(str(entry.text.sizes + number) for number in entry.seen)}
        _add_entry(tree, entry, title | labels | (order if entry.seen else {}))


def add_size_legend(
    parent: ET.Element, box: Box, map_id: str, entries: Sequence[Entry], item_id: str, grown: float, corner: str
) -> None:
    """The sizes, at the lower end of the column: a legend of what is seen leaves them out."""
    item = _legend_item(parent, box, item_id, grown, id="sizes", map_uuid=map_id, referencePoint=corner)
    item.set("background", "true")
    tree = ET.SubElement(item, "layer-tree-group")
    for entry in (one for one in entries if one.text.sizes):
        # The lines of the sizes come first; those of the classes are left out.
        order = ",".join(map(str, range(entry.text.sizes)))
        _add_entry(tree, entry, {"legend/title-style": "hidden", "legend/node-order": order})


def _wrapped(text: str, letters: int) -> list[str]:
    """Text in lines of at most so many letters: QGIS does not break what is too wide for the column."""
    return textwrap.wrap(text, letters) or [text]


def _add_entry(tree: ET.Element, entry: Entry, properties: Mapping[str, str]) -> None:
    layer = ET.SubElement(
        tree, "layer-tree-layer", id=entry.id, name=entry.title, checked="Qt::Checked", expanded="1", providerKey="ogr"
    )  # fmt: skip
    options = ET.SubElement(ET.SubElement(layer, "customproperties"), "Option", type="Map")
    for name, value in properties.items():
        ET.SubElement(options, "Option", name=name, type="QString", value=value)


def _legend_item(parent: ET.Element, box: Box, item_id: str, grown: float, **more: str) -> ET.Element:
    item = add_item(
        parent, _LEGEND, box, item_id, title="", legendFilterByAtlas="0", symbolWidth=f"{6 * grown:g}",
        symbolHeight=f"{3.5 * grown:g}", columnCount="1", splitLayer="0", wrapChar="", resizeToContents="1",
        boxSpace="0", lineSpacing="0.6", **more,
    )  # fmt: skip
    styles = ET.SubElement(item, "styles")
    for name, size, space, bold in (
        ("title", 10, 2, True),
        ("group", 8.5, 2, True),
        ("subgroup", 7.5, 2, True),
        ("symbol", 7, 1.4, False),
        ("symbolLabel", 7, 0.6, False),
    ):
        style = ET.SubElement(styles, "style", name=name, marginTop=f"{space:g}", alignment="1", indent="0")
        if name == "symbolLabel":
            style.set("marginLeft", "1.5")
        _add_font(style, "styleFont", size * grown, bold=bold)
    return item


def add_north(parent: ET.Element, box: Box, map_id: str, item_id: str) -> None:
    """An arrow to the true north of the map."""
    add_item(
        parent, _PICTURE, box, item_id, id="north", file=":/images/north_arrows/layout_default_north_arrow.svg",
        mode="0", resizeMode="0", anchorPoint="0", northMode="1", northOffset="0", mapUuid=map_id, pictureRotation="0",
        svgFillColor=rgba(TOKENS["ink"][0]), svgBorderColor=rgba(TOKENS["ink"][0]), svgBorderWidth="0.2",
    )  # fmt: skip


def add_scale_bar(parent: ET.Element, box: Box, map_id: str, km_a_mm: float, item_id: str, grown: float) -> None:
    """Two segments of a round number of kilometres, as long as the box with the last number beside it allows."""
    longest = (box[2] - 14 * grown) / 2 * km_a_mm
    steps = (0.5, 1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1_000, 2_000)
    step = next((s for s in reversed(steps) if s <= longest), steps[0])
    item = add_item(
        parent, _SCALE_BAR, box, item_id, id="scale", style="Single Box", mapUuid=map_id, numSegments="2",
        numSegmentsLeft="0", numUnitsPerSegment=f"{step:g}", numMapUnitsPerScaleBarUnit="1", unitLabel="km",
        unitType="km", height=f"{1.6 * grown:g}", labelBarSpace="1.2", boxContentSpace="0", alignment="0",
        segmentSizeMode="0", outlineWidth="0.2", segmentMillimeters="20", minBarWidth="10", maxBarWidth="60",
    )  # fmt: skip
    _add_font(item, "scaleBarFont", 7 * grown)
