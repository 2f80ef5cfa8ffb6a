"""KML and KMZ: a folder a layer, the same colours as the map, time spans, every attribute.

Written by hand (OGC KML 2.2, https://www.ogc.org/standard/kml/): GDAL's drivers leave out either styles or time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.export.archives import write_zip
from geo.export.handover import Handover, Paint, Style
from geo.export.icons import ICON_SIZE, icon
from geo.export.portable import GisLayer, without_controls

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n'
_TAIL = "</Document></kml>\n"
_SPANS = (("current_from", "current_until"), ("date_start", "date_end"), ("start", "end"), ("first_day", "last_day"))
_PLAIN = Paint("#5C6B77", "#1F2933")


def write_kml(path: Path, layers: Sequence[GisLayer], handover: Handover) -> None:
    """All layers in one document; symbols by colour only, for a lone file has no pictures."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        _write_document(file, layers, handover, icons=False)


def write_kmz(path: Path, layers: Sequence[GisLayer], handover: Handover) -> None:
    """All layers in one document, zipped with the pictures of its symbols."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".kmz-") as folder:
        document = Path(folder) / "doc.kml"
        with document.open("w", encoding="utf-8", newline="\n") as file:
            _write_document(file, layers, handover, icons=True)
        shapes = sorted({p.shape for s in handover.styles.values() for p in (*s.paints.values(), _PLAIN)})
        write_zip(path, {"doc.kml": document, **{f"icons/{shape}.png": icon(shape) for shape in shapes}})


def _write_document(file: TextIO, layers: Sequence[GisLayer], handover: Handover, *, icons: bool) -> None:
    file.write(_HEAD)
    about = handover.about
    file.write(_text_element("name", about.title or handover.name))
    said = [about.abstract, *(f"{c.source} {c.licence} {c.url}".strip() for c in about.credits), about.disclaimer]
    if any(said):
        file.write(_text_element("description", "\n".join(t for t in said if t)))
    for layer in layers:
        styles = (
            _style(_style_id(handover, layer, value), paint, icons=icons)
            for value, paint in _paints(handover, layer).items()
        )
        file.writelines(styles)
    for layer in layers:
        title = about.layers.get(layer.name, ("", ""))[0] or layer.name
        file.write(f"<Folder>{_text_element('name', title)}\n")
        for placemark in _placemarks(layer, handover):
            file.write(ET.tostring(placemark, encoding="unicode"))
            file.write("\n")
        file.write("</Folder>\n")
    file.write(_TAIL)


def _paints(handover: Handover, layer: GisLayer) -> Mapping[str, Paint]:
    style = handover.styles.get(layer.name, Style())
    return {"": _PLAIN} | dict(style.paints)


def _style_id(handover: Handover, layer: GisLayer, value: str) -> str:
    values = list(_paints(handover, layer))
    return f"{layer.name}-{values.index(value if value in values else '')}"


def _style(name: str, paint: Paint, *, icons: bool) -> str:
    style = ET.Element("Style", id=name)
    mark = ET.SubElement(style, "IconStyle")
    ET.SubElement(mark, "color").text = _colour(paint.fill)
    ET.SubElement(mark, "scale").text = f"{paint.diameter / ICON_SIZE * 1.6:.2f}"
    if icons:
        ET.SubElement(ET.SubElement(mark, "Icon"), "href").text = f"icons/{paint.shape}.png"
    ET.SubElement(ET.SubElement(style, "LabelStyle"), "scale").text = "0"
    line = ET.SubElement(style, "LineStyle")
    ET.SubElement(line, "color").text = _colour(paint.edge)
    ET.SubElement(line, "width").text = f"{paint.width:g}"
    ET.SubElement(ET.SubElement(style, "PolyStyle"), "color").text = _colour(paint.fill, paint.opacity)
    return ET.tostring(style, encoding="unicode") + "\n"


def _colour(colour: str, opacity: float = 1.0) -> str:
    """#RRGGBB as KML has it: opacity, blue, green, red."""
    return f"{round(255 * opacity):02x}{colour[5:7]}{colour[3:5]}{colour[1:3]}".lower()


def _placemarks(layer: GisLayer, handover: Handover) -> Iterator[ET.Element]:
    table = layer.portable("text")
    style = handover.styles.get(layer.name, Style())
    shapes: Sequence[Any] = [None] * len(table)
    if isinstance(table, gpd.GeoDataFrame):
        shapes, table = table.geometry.to_numpy(), pd.DataFrame(table.drop(columns=table.geometry.name))
    names = [str(c) for c in table.columns]
    start, end = next((span for span in _SPANS if set(span) <= set(names)), ("", ""))
    columns = [table[name].to_numpy(dtype=object, na_value=None) for name in table.columns]
    for row, shape in zip(zip(*columns, strict=True) if columns else [()] * len(table), shapes, strict=True):
        values = {name: value for name, value in zip(names, row, strict=True) if not _missing(value)}
        placemark = ET.Element("Placemark")
        ET.SubElement(placemark, "name").text = without_controls(str(values.get(style.label, "")))
        _add_time(placemark, values.get(start), values.get(end), single_days=start == "date_start")
        chosen = str(values.get(style.by, "")) if style.by else ""
        ET.SubElement(placemark, "styleUrl").text = f"#{_style_id(handover, layer, chosen)}"
        data = ET.SubElement(placemark, "ExtendedData")
        for name, value in values.items():
            ET.SubElement(ET.SubElement(data, "Data", name=without_controls(name)), "value").text = without_controls(
                _said(value)
            )
        if shape is not None and not shapely.is_empty(shape):
            _add_shape(placemark, shape)
        yield placemark


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value))


def _said(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    return str(float(value)).removesuffix(".0") if isinstance(value, float) else str(value)


def _add_time(placemark: ET.Element, start: Any, end: Any, *, single_days: bool) -> None:
    """A stamp for one day, else a span; without an end it lasts, unless ``single_days``."""
    if start is None and end is None:
        return
    if start == end or (end is None and single_days):
        ET.SubElement(ET.SubElement(placemark, "TimeStamp"), "when").text = str(start)
        return
    span = ET.SubElement(placemark, "TimeSpan")
    for name, day in (("begin", start), ("end", end)):
        if day is not None:
            ET.SubElement(span, name).text = str(day)


def _add_shape(parent: ET.Element, shape: Any) -> None:
    kind = shapely.get_type_id(shape)
    if kind >= 4:
        parts = shapely.get_parts(shape)
        holder = parent if len(parts) == 1 else ET.SubElement(parent, "MultiGeometry")
        for part in parts:
            _add_shape(holder, part)
    elif kind == 0:
        ET.SubElement(ET.SubElement(parent, "Point"), "coordinates").text = _coordinates(shape)
    elif kind == 3:
        area = ET.SubElement(parent, "Polygon")
        for i, ring in enumerate(shapely.get_rings(shape)):
            # Outer rings run counter-clockwise, inner ones the other way.
            ring = ring if shapely.is_ccw(ring) == (i == 0) else shapely.reverse(ring)  # noqa: PLW2901
            side = ET.SubElement(area, "outerBoundaryIs" if i == 0 else "innerBoundaryIs")
            ET.SubElement(ET.SubElement(side, "LinearRing"), "coordinates").text = _coordinates(ring)
    else:
        line = ET.SubElement(parent, "LineString")
        ET.SubElement(line, "tessellate").text = "1"
        ET.SubElement(line, "coordinates").text = _coordinates(shape)


def _coordinates(shape: Any) -> str:
    return " ".join(f"{_degrees(x)},{_degrees(y)},0" for x, y in shapely.get_coordinates(shape).tolist())


def _degrees(value: float) -> str:
    return f"{value:.7f}".rstrip("0").rstrip(".")


def _text_element(name: str, text: str) -> str:
    element = ET.Element(name)
    element.text = without_controls(text)
    return ET.tostring(element, encoding="unicode")
