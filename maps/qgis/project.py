"""Map spec to a QGIS project: layers grouped and styled, time set, bookmarks, pages ready to print.

The project is XML as QGIS 3.22 and later read it, written without QGIS. It lies beside the GeoPackage as ``.qgz`` and
inside it; paths are relative, so the two files move together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from xml.etree import ElementTree as ET

import pandas as pd
import pyproj
import shapely
from pyproj.enums import WktVersion

from geo.export import Handover, Style
from geo.export.portable import GisLayer
from maps.choropleth import RATES_LAYERS
from maps.qgis.events import EVENTS_WITHOUT_POINT
from maps.qgis.items import Entry
from maps.qgis.legend import legend_text
from maps.qgis.look import clean, harmless, identity, layer_id, rgba
from maps.qgis.sheet import SHEETS, add_sheet
from maps.style import TOKENS

# Layers from the top, by the group they stand in; a layer's parts ("flows_points") go with it.
_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Events", ("events",)),
    ("Displacement", ("displacement", "flows")),
    ("Names and context", ("places", "context")),
    ("Areas", ("event_areas",)),
    ("Background", ("areas", *RATES_LAYERS, "countries")),
    ("Behind the map", ("places_used", "merged_rows", EVENTS_WITHOUT_POINT, "displacement_without_point")),
)
_UNTICKED = ("places_used", "merged_rows")
_LEGEND = ("events", "displacement", "flows", "event_areas", "areas", "context", *RATES_LAYERS)
# What the parts of a layer are called where more can be said than that they are points or lines.
_PART_TITLES = {
    ("context", ""): "Roads",
    ("context", "points"): "Crossings and posts",
    ("flows", "points"): "Movements within a place or with one end unknown",
}
_LATLON = "EPSG:4326"
_PLAIN = Style()  # of a table


@dataclass(frozen=True, slots=True)
class ProjectLayer:
    """One layer of the project: its id (over ten characters, or QGIS makes another), GIS layer, title and QML."""

    id: str
    layer: GisLayer
    title: str
    qml: str


def render_project(handover: Handover, *, metric_crs: str) -> str:
    """The project of a hand-over as text of a ``.qgs`` file.

    Layers are taken from ``NAME.gpkg`` in the same folder; the map and the printed pages are in ``metric_crs``.
    """
    groups = [(title, list(_members(handover, names))) for title, names in _GROUPS]
    shown = [layer for _, layers in groups for layer in layers]
    title = handover.about.title or handover.name
    root = ET.Element("qgis", version="3.22.0", projectname=harmless(title))
    ET.SubElement(root, "title").text = harmless(title)
    _add_crs(ET.SubElement(root, "projectCrs"), metric_crs)
    unticked = _unticked(shown)
    _add_tree(root, groups, unticked)
    extent = _extent(handover.about.bounds or (-180.0, -60.0, 180.0, 75.0), metric_crs)
    _add_canvas(root, extent, metric_crs)
    layers = ET.SubElement(root, "projectlayers")
    for one in shown:
        _add_layer(layers, one, handover.name)
    order = ET.SubElement(root, "layerorder")
    for one in shown:
        ET.SubElement(order, "layer", id=one.id)
    _add_properties(root, handover)
    _add_time(root, handover)
    _add_bookmarks(root, handover, metric_crs)
    layouts = ET.SubElement(root, "Layouts")
    seen = (one for one in _members(handover, _LEGEND) if one.layer.name not in unticked)
    legend = list(_legend(seen, handover.about.shown))
    for sheet in SHEETS:
        add_sheet(layouts, sheet, handover, extent, metric_crs, legend, identify)
    ET.indent(root)
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{ET.tostring(root, encoding='unicode')}\n"


def _legend(layers: Iterable[ProjectLayer], shown: tuple[date, date] | None) -> Iterator[Entry]:
    """An entry for each layer with rows in the days shown, and its classes that have some."""
    for one in layers:
        text, table = legend_text(one.qml), one.layer.table
        if shown and text.days and set(text.days) <= set(table.columns):
            first, last = (pd.to_datetime(table[day]) for day in text.days)
            ended, begun = last < pd.Timestamp(shown[0]), first > pd.Timestamp(shown[1])  # no day: it lasts
            table = table.loc[~(ended | begun)]
        if len(table):
            present = set(table[text.by].dropna().astype(str)) if text.by in table else set(text.values)
            seen = [n for n, value in enumerate(text.values) if value in present or not value]
            yield Entry(one.id, one.title, text, tuple(seen))


def identify(name: str) -> str:
    """An id in the form QGIS uses, made from a name alone."""
    return f"{{{identity(clean(name))}}}"


def _members(handover: Handover, names: Sequence[str]) -> Iterator[ProjectLayer]:
    """Layers and tables of these names, and the parts that were split off them."""
    for name in names:
        for layer in handover.layers:
            whole, _, part = layer.name.partition(f"{name}_")
            split_off = not whole and part in {"points", "lines", "areas", "collections"}
            style = handover.styles.get(layer.name, _PLAIN)
            if not (layer.name == name or split_off) or (layer.geometry_type is not None and not style.qml):
                continue
            title = handover.about.layers.get(name, (name, ""))[0]
            part = part if split_off else ""
            title = _PART_TITLES.get((name, part)) or (f"{title} ({part})" if part else title)
            yield ProjectLayer(
                layer_id(layer.name),
                layer,
                harmless(title),
                style.qml,
            )


def _add_crs(parent: ET.Element, name: str) -> None:
    """A reference system; the number of QGIS' own list must stand there, or the rest is not read."""
    crs = pyproj.CRS.from_user_input(name)
    system = ET.SubElement(parent, "spatialrefsys", nativeFormat="Wkt")
    ET.SubElement(system, "wkt").text = crs.to_wkt(WktVersion.WKT2_2019)
    ET.SubElement(system, "srsid").text = "3452"
    ET.SubElement(system, "srid").text = str(crs.to_epsg() or 0)
    ET.SubElement(system, "authid").text = ":".join(crs.to_authority() or ("", ""))
    ET.SubElement(system, "description").text = crs.name
    ET.SubElement(system, "geographicflag").text = str(crs.is_geographic).lower()


def _unticked(layers: Iterable[ProjectLayer]) -> frozenset[str]:
    """Names of layers that are not drawn at first; of the rates all but the finest, whose gaps would show them."""
    rates = [one.layer.name for one in layers if one.layer.name in RATES_LAYERS]
    return frozenset([*_UNTICKED, *rates[1:]])


def _add_tree(
    root: ET.Element, groups: Sequence[tuple[str, Sequence[ProjectLayer]]], unticked: Collection[str]
) -> None:
    tree = ET.SubElement(root, "layer-tree-group")
    for title, layers in groups:
        if not layers:
            continue
        group = ET.SubElement(tree, "layer-tree-group", name=title, checked="Qt::Checked", expanded="1")
        for one in layers:
            ET.SubElement(
                group,
                "layer-tree-layer",
                id=one.id,
                name=one.title,
                checked="Qt::Unchecked" if one.layer.name in unticked else "Qt::Checked",
                expanded="1" if len(one.layer.table) else "0",
                providerKey="ogr",
                source="",
            )


def _add_canvas(root: ET.Element, extent: Sequence[float], metric_crs: str) -> None:
    canvas = ET.SubElement(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    ET.SubElement(canvas, "units").text = "meters"
    add_extent(ET.SubElement(canvas, "extent"), extent)
    ET.SubElement(canvas, "rotation").text = "0"
    _add_crs(ET.SubElement(canvas, "destinationsrs"), metric_crs)


def add_extent(parent: ET.Element, extent: Sequence[float]) -> None:
    """West, south, east, north as QGIS writes them."""
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), extent, strict=True):
        ET.SubElement(parent, name).text = f"{value:.3f}"


def _extent(bounds: Sequence[float], metric_crs: str) -> tuple[float, float, float, float]:
    west, south, east, north = bounds
    return pyproj.Transformer.from_crs(_LATLON, metric_crs, always_xy=True).transform_bounds(west, south, east, north)


_GEOMETRY = {
    "None": "No geometry",
    "Point": "Point",
    "MultiPoint": "Point",
    "MultiLineString": "Line",
    "MultiPolygon": "Polygon",
}


def _add_layer(parent: ET.Element, one: ProjectLayer, name: str) -> None:
    layer = ET.SubElement(
        parent,
        "maplayer",
        type="vector",
        geometry=_GEOMETRY.get(str(one.layer.geometry_type), "Point"),
        labelsEnabled="0",
        simplifyDrawingHints="0",
        readOnly="0",
    )
    ET.SubElement(layer, "id").text = one.id
    ET.SubElement(layer, "datasource").text = f"./{name}.gpkg|layername={one.layer.name}"
    ET.SubElement(layer, "layername").text = one.title
    _add_crs(ET.SubElement(layer, "srs"), _LATLON)
    ET.SubElement(layer, "provider", encoding="UTF-8").text = "ogr"
    if one.qml:
        style = ET.fromstring(one.qml)  # noqa: S314 - our own text
        layer.set("labelsEnabled", style.get("labelsEnabled", "0"))
        layer.extend(style)
    ET.SubElement(layer, "layerOpacity").text = "1"


def _add_properties(root: ET.Element, handover: Handover) -> None:
    properties = ET.SubElement(root, "properties")
    paths = ET.SubElement(properties, "Paths")
    ET.SubElement(paths, "Absolute", type="bool").text = "false"
    # Without this word the project's reference system is not read.
    ET.SubElement(ET.SubElement(properties, "SpatialRefSys"), "ProjectionsEnabled", type="int").text = "1"
    colours = ET.SubElement(properties, "Gui")
    for channel, value in zip(("Red", "Green", "Blue"), rgba(TOKENS["sea"][0]).split(","), strict=False):
        ET.SubElement(colours, f"CanvasColor{channel}Part", type="int").text = value
    ellipsoid = ET.SubElement(properties, "Measure")
    ET.SubElement(ellipsoid, "Ellipsoid", type="QString").text = "EPSG:7030"
    span = handover.about.shown
    if span is None:
        return
    panel = ET.SubElement(properties, "TemporalControllerWidget")
    ET.SubElement(panel, "StartDateTime", type="QString").text = f"{span[0].isoformat()}T00:00:00Z"
    ET.SubElement(panel, "EndDateTime", type="QString").text = f"{span[1].isoformat()}T23:59:59Z"
    ET.SubElement(panel, "NavigationMode", type="int").text = "0"


def _add_time(root: ET.Element, handover: Handover) -> None:
    """The span of the data, a step of a week; the map stands still until the time control is switched on."""
    span = handover.about.span
    settings = {"timeStep": "1", "timeStepUnit": "wk", "frameRate": "2", "cumulativeTemporalRange": "0"}
    time = ET.SubElement(root, "ProjectTimeSettings", settings)
    if span is not None:
        both = ET.SubElement(time, "TemporalRange")
        ET.SubElement(both, "start").text = f"{span[0].isoformat()}T00:00:00Z"
        ET.SubElement(both, "end").text = f"{span[1].isoformat()}T23:59:59Z"


def _add_bookmarks(root: ET.Element, handover: Handover, metric_crs: str) -> None:
    """The whole frame, and each unit of the first level that shows in it."""
    marks = ET.SubElement(root, "Bookmarks")
    whole = handover.about.bounds
    frames: dict[str, Sequence[float]] = {handover.about.title or handover.name: whole} if whole else {}
    for number, (name, box) in enumerate({**frames, **_unit_boxes(handover)}.items()):
        west, south, east, north = _extent(box, metric_crs)
        corners = f"{west:.3f} {south:.3f}, {east:.3f} {south:.3f}, {east:.3f} {north:.3f}, {west:.3f} {north:.3f}"
        mark = ET.SubElement(
            marks,
            "Bookmark",
            id=identify(f"bookmark {number} {name}"),
            name=harmless(name),
            group="conflictmap",
            extent=f"POLYGON(({corners}, {west:.3f} {south:.3f}))",
        )
        _add_crs(mark, metric_crs)


def _unit_boxes(handover: Handover) -> Mapping[str, Sequence[float]]:
    layer = handover.layer("areas")
    if layer is None or layer.geometry_type is None or "level" not in layer.table:
        return {}
    units = layer.table.loc[layer.table["level"] == 1]
    if handover.about.bounds is not None:
        units = units.loc[units.geometry.intersects(shapely.box(*handover.about.bounds))]
    boxes = units.geometry.bounds.to_numpy().tolist()
    return {str(name): box for name, box in zip(units["name"], boxes, strict=True)}
