"""A page to print inside a QGIS project: map, title, legend, scale bar, north arrow, credits, disclaimer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from geo.export import Handover
from maps.qml import clean, rgba
from maps.style import TOKENS

# QGIS' numbers of the kinds of items on a page.
_PAGE, _MAP, _PICTURE, _LABEL, _LEGEND, _SCALE_BAR = 65638, 65639, 65640, 65641, 65642, 65646
_MARGIN, _HEAD, _FOOT, _SIDE = 10.0, 16.0, 22.0, 62.0  # mm
Identify = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper size, landscape, in mm."""

    name: str
    width: float
    height: float


SHEETS = (Sheet("A4", 297.0, 210.0), Sheet("A3", 420.0, 297.0))


def add_sheet(
    layouts: ET.Element,
    sheet: Sheet,
    handover: Handover,
    extent: Sequence[float],
    metric_crs: str,
    layers: Sequence[tuple[str, str]],
    identify: Identify,
) -> None:
    """Add a layout; ``layers`` are ids and titles from the top, ``extent`` is in the metric reference system."""
    layout = ET.SubElement(
        layouts, "Layout", name=f"{sheet.name} landscape", units="mm", printResolution="300", worldFileMap=""
    )
    ET.SubElement(layout, "Snapper", snapToGrid="0", snapToGuides="1", snapToItems="1", tolerance="5")
    ET.SubElement(layout, "Grid", resolution="10", resUnits="mm", offsetX="0", offsetY="0", offsetUnits="mm")
    pages = ET.SubElement(layout, "PageCollection")
    _add_item(pages, _PAGE, (0, 0, sheet.width, sheet.height), identify(f"{sheet.name} page"))
    width, height = sheet.width - 3 * _MARGIN - _SIDE, sheet.height - 2 * _MARGIN - _HEAD - _FOOT
    frame = (_MARGIN, _MARGIN + _HEAD, width, height)
    map_id = identify(f"{sheet.name} map")
    _add_map(layout, frame, map_id, _fitted(extent, width / height))
    side = _MARGIN * 2 + width
    about = handover.about
    _add_label(layout, (_MARGIN, _MARGIN, sheet.width - 2 * _MARGIN, 10), about.title or handover.name, 18, identify)
    _add_label(layout, (_MARGIN, _MARGIN + 9, sheet.width - 2 * _MARGIN, 6), _subtitle(handover), 9, identify)
    _add_legend(
        layout, (side, _MARGIN + _HEAD + 14, _SIDE, height - 34), map_id, layers, identify(f"{sheet.name} legend")
    )
    _add_north(layout, (side, _MARGIN + _HEAD, 12, 12), map_id, identify(f"{sheet.name} north"))
    _add_scale_bar(
        layout, (side, _MARGIN + _HEAD + height - 16, _SIDE, 14), map_id, extent, identify(f"{sheet.name} bar")
    )
    below = (_MARGIN, sheet.height - _MARGIN - _FOOT + 3, sheet.width - 2 * _MARGIN, _FOOT - 3)
    _add_label(layout, below, _small_print(handover, metric_crs), 6.5, identify)


def _subtitle(handover: Handover) -> str:
    span = handover.about.span
    return f"{span[0]:%d %B %Y} to {span[1]:%d %B %Y}" if span else ""


def _small_print(handover: Handover, metric_crs: str) -> str:
    about = handover.about
    sources = "; ".join(f"{c.source}{f' ({c.licence})' if c.licence else ''}" for c in about.credits)
    lines = [f"Sources: {sources}." if sources else "", about.disclaimer, f"Projection: {metric_crs}. {about.software}"]
    return "\n".join(line for line in lines if line.strip())


def _fitted(extent: Sequence[float], shape: float) -> tuple[float, float, float, float]:
    """The extent widened to the shape (width by height) of the frame."""
    west, south, east, north = extent
    width, height = max(east - west, (north - south) * shape), max(north - south, (east - west) / shape)
    x, y = (west + east) / 2, (south + north) / 2
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _add_item(
    parent: ET.Element, kind: int, box: Sequence[float], item_id: str, *, frame: bool = False, **more: str
) -> ET.Element:
    """An item at a box of x, y, width, height in mm."""
    x, y, width, height = box
    settings = {
        "type": str(kind), "uuid": item_id, "templateUuid": item_id, "position": f"{x:g},{y:g},mm",
        "positionOnPage": f"{x:g},{y:g},mm", "size": f"{width:g},{height:g},mm", "referencePoint": "0",
        "frame": "true" if frame else "false", "background": "false", "opacity": "1", "zValue": "1", "visibility": "1",
        "outlineWidthM": "0.2,mm",
    }  # fmt: skip
    item = ET.SubElement(parent, "LayoutItem", settings | more)
    red, green, blue, alpha = rgba(TOKENS["ink"][0]).split(",")
    ET.SubElement(item, "FrameColor", red=red, green=green, blue=blue, alpha=alpha)
    return item


def _add_map(parent: ET.Element, box: Sequence[float], item_id: str, extent: Sequence[float]) -> None:
    item = _add_item(
        parent, _MAP, box, item_id, frame=True, id="map", followPreset="false", mapRotation="0", keepLayerSet="false",
        drawCanvasItems="true", isTemporal="0", labelMargin="0,mm", mapFlags="1",
    )  # fmt: skip
    red, green, blue, alpha = rgba(TOKENS["sea"][0]).split(",")
    item.set("background", "true")
    ET.SubElement(item, "BackgroundColor", red=red, green=green, blue=blue, alpha=alpha)
    west, south, east, north = extent
    ET.SubElement(item, "Extent", xmin=f"{west:.3f}", ymin=f"{south:.3f}", xmax=f"{east:.3f}", ymax=f"{north:.3f}")
    ET.SubElement(item, "LayerSet")
    _add_graticule(item)


def _add_graticule(item: ET.Element) -> None:
    """Degrees along the frame, in latitude and longitude whatever the map's reference system."""
    grid = ET.SubElement(
        item, "ComposerMapGrid", name="degrees", show="1", uuid=item.get("uuid", "") + "g", gridStyle="3",
        intervalX="0.5", intervalY="0.5", offsetX="0", offsetY="0", unit="0", showAnnotation="1", annotationFormat="1",
        annotationPrecision="1", gridFrameStyle="0", frameAnnotationDistance="0.7", leftAnnotationDisplay="0",
        rightAnnotationDisplay="3", topAnnotationDisplay="3", bottomAnnotationDisplay="0", leftAnnotationPosition="1",
        bottomAnnotationPosition="1", leftAnnotationDirection="0", bottomAnnotationDirection="0", crossLength="1.5",
        annotationFontColor=rgba(TOKENS["muted"][0]),
    )  # fmt: skip
    system = ET.SubElement(grid, "spatialrefsys")
    ET.SubElement(system, "srsid").text = "3452"
    ET.SubElement(system, "authid").text = "EPSG:4326"
    _add_font(grid, "annotationFontProperties", 6)


def _add_label(parent: ET.Element, box: Sequence[float], text: str, size: float, identify: Identify) -> None:
    item_id = identify(f"label {box} {text[:40]}")
    item = _add_item(
        parent, _LABEL, box, item_id, labelText=clean_lines(text), htmlState="0", halign="1", valign="32", marginX="0",
        marginY="0",
    )  # fmt: skip
    _add_font(item, "LabelFont", size)


def clean_lines(text: str) -> str:
    """Text for a label: lines kept; expressions of QGIS, which stand between [% and %], broken up."""
    return "\n".join(clean(line) for line in text.split("\n")).replace("[%", "[ %")


def _add_font(parent: ET.Element, name: str, size: float, *, colour: str = TOKENS["ink"][0]) -> None:
    """A font in the two ways QGIS has had: as Qt describes one (to 3.22), and as a text style (since)."""
    red, green, blue, alpha = rgba(colour).split(",")
    ET.SubElement(parent, name, description=f"DejaVu Sans,{size:g},-1,5,50,0,0,0,0,0", style="")
    ET.SubElement(parent, "FontColor", red=red, green=green, blue=blue, alpha=alpha)
    ET.SubElement(
        parent, "text-style", fontFamily="DejaVu Sans", fontSize=f"{size:g}", fontSizeUnit="Point",
        textColor=rgba(colour), textOpacity="1", fontWeight="50", namedStyle="Book", multilineHeight="1",
    )  # fmt: skip


def _add_legend(
    parent: ET.Element, box: Sequence[float], map_id: str, layers: Sequence[tuple[str, str]], item_id: str
) -> None:
    item = _add_item(
        parent, _LEGEND, box, item_id, id="legend", title="", map_uuid=map_id, legendFilterByAtlas="0", symbolWidth="5",
        symbolHeight="3.5", columnCount="1", splitLayer="0", wrapChar="", resizeToContents="1", legendFilter="1",
    )  # fmt: skip
    item.set("background", "false")
    styles = ET.SubElement(item, "styles")
    for name, size, space in (("title", 10, 2), ("group", 8.5, 2.5), ("subgroup", 7.5, 1.5), ("symbolLabel", 7, 1.2)):
        style = ET.SubElement(styles, "style", name=name, marginTop=f"{space:g}", alignment="1", indent="0")
        if name == "symbolLabel":
            style.set("marginLeft", "1.5")
        _add_font(style, "styleFont", size)
    tree = ET.SubElement(item, "layer-tree-group")
    for layer_id, title in layers:
        ET.SubElement(
            tree, "layer-tree-layer", id=layer_id, name=title, checked="Qt::Checked", expanded="1", providerKey="ogr"
        )


def _add_north(parent: ET.Element, box: Sequence[float], map_id: str, item_id: str) -> None:
    _add_item(
        parent, _PICTURE, box, item_id, id="north", file=":/images/north_arrows/layout_default_north_arrow.svg",
        mode="0", resizeMode="0", anchorPoint="0", northMode="0", northOffset="0", mapUuid=map_id, pictureRotation="0",
        svgFillColor=rgba(TOKENS["ink"][0]), svgBorderColor=rgba(TOKENS["ink"][0]), svgBorderWidth="0.2",
    )  # fmt: skip


def _add_scale_bar(
    parent: ET.Element, box: Sequence[float], map_id: str, extent: Sequence[float], item_id: str
) -> None:
    """Two segments of a round number of kilometres, about a sixth of the map together."""
    width_km = (extent[2] - extent[0]) / 1_000
    step = next(s for s in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1_000, 2_000) if s * 12 >= width_km or s == 2_000)
    item = _add_item(
        parent, _SCALE_BAR, box, item_id, id="scale", style="Single Box", mapUuid=map_id, numSegments="2",
        numSegmentsLeft="0", numUnitsPerSegment=str(step * 1_000), numMapUnitsPerScaleBarUnit="1000", unitLabel="km",
        unitType="km", height="1.6", labelBarSpace="1.2", boxContentSpace="0", alignment="0", segmentSizeMode="0",
        outlineWidth="0.2", segmentMillimeters="20", minBarWidth="10", maxBarWidth="60",
    )  # fmt: skip
    _add_font(item, "scaleBarFont", 7)
