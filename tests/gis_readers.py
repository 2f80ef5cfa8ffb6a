"""Plain readers of every export format for the tests: {layer: rows}, a row a dictionary with its geometry."""

import csv
import gzip
import io
import json
import re
import struct
import zipfile
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import openpyxl
import pyarrow.parquet as pq
import pyogrio
import shapely
from pmtiles.reader import MmapSource, Reader, all_tiles

KML = "{http://www.opengis.net/kml/2.2}"
HXL = "_hxl.csv"
NOT_LAYERS = {"layer_styles", "qgis_projects"}


def read_back(how, folder, name="map"):
    """All layers that one format wrote into a folder."""
    return READERS[how](folder, name)


def rows_of(path, layer=None):
    """Rows of one layer as GDAL's wheel gives them: integers stay integers beside missing ones."""
    meta, table = pyogrio.read_arrow(path, layer=layer)
    geometry = meta["geometry_name"] or "wkb_geometry"
    rows = table.to_pylist()
    for row in rows:
        row["geometry"] = shapely.from_wkb(row.pop(geometry, None) or None)
    return rows


def of_files(pattern, read):
    """Reader of a format with a file for each layer; ``pattern`` has a star for the layer."""

    def read_all(folder, name):
        head, _, tail = pattern.replace("NAME", name).partition("*")
        found = [p for p in sorted(folder.glob(f"{head}*{tail}")) if tail == HXL or not p.name.endswith(HXL)]
        return {p.name.removeprefix(head).removesuffix(tail): read(p) for p in found}

    return read_all


def read_geopackage(folder, name):
    path = folder / f"{name}.gpkg"
    return {str(n): rows_of(path, str(n)) for n in pyogrio.list_layers(path)[:, 0] if n not in NOT_LAYERS}


def feature_row(feature):
    shape = feature["geometry"] and shapely.from_geojson(json.dumps(feature["geometry"]))
    return (feature["properties"] or {}) | {"geometry": shape}


def read_geojson(path):
    return [feature_row(f) for f in json.loads(path.read_text(encoding="utf-8"))["features"]]


def read_geojson_sequence(path):
    return [feature_row(json.loads(line)) for line in path.read_text(encoding="utf-8").split("\n") if line]


def read_parquet(path):
    rows = pq.read_table(path).to_pylist()
    for row in rows:
        row.pop("bbox", None)
        row["geometry"] = shapely.from_wkb(row.pop("geometry", None))
    return rows


def read_shapefiles(folder, name):
    """Rows under their full names, from the list in the archive."""
    path = folder / f"{name}_shp.zip"
    with zipfile.ZipFile(path) as archive:
        listed = list(csv.DictReader(io.StringIO(archive.read("COLUMNS.csv").decode("utf-8-sig"), newline="")))
        files = {Path(n).stem: n for n in archive.namelist() if n.endswith(".dbf")}
        files |= {Path(n).stem: n for n in archive.namelist() if n.endswith(".shp")}
    layers = {}
    for layer, file in files.items():
        full = {line["column"]: line["full_name"] for line in listed if line["layer"] == layer}
        rows = rows_of(f"/vsizip/{path}/{file}")
        layers[layer] = [{full.get(k, k): v for k, v in row.items()} for row in rows]
    return layers


def read_kml(folder, name):
    return read_document(ET.parse(folder / f"{name}.kml").getroot())


def read_kmz(folder, name):
    with zipfile.ZipFile(folder / f"{name}.kmz") as archive:
        assert archive.namelist()[0] == "doc.kml"
        return read_document(ET.fromstring(archive.read("doc.kml")))


def read_document(root):
    (document,) = root
    return {
        folder.findtext(f"{KML}name"): [placemark_row(p) for p in folder.iter(f"{KML}Placemark")]
        for folder in document.iter(f"{KML}Folder")
    }


def placemark_row(placemark):
    row = {d.get("name"): d.findtext(f"{KML}value") for d in placemark.iter(f"{KML}Data")}
    shapes = [kml_shape(e) for e in placemark if e.tag.removeprefix(KML) in KML_SHAPES]
    return row | {"geometry": shapes[0] if shapes else None}


def kml_positions(element):
    return [tuple(map(float, c.split(",")[:2])) for c in element.findtext(f".//{KML}coordinates").split()]


def kml_shape(element):
    return KML_SHAPES[element.tag.removeprefix(KML)](element)


def kml_polygon(element):
    outer = element.find(f"{KML}outerBoundaryIs")
    return shapely.Polygon(kml_positions(outer), [kml_positions(e) for e in element.iter(f"{KML}innerBoundaryIs")])


def kml_many(element):
    parts = [kml_shape(e) for e in element]
    kinds = {p.geom_type for p in parts}
    many = {"Point": shapely.MultiPoint, "LineString": shapely.MultiLineString, "Polygon": shapely.MultiPolygon}
    return many[kinds.pop()](parts) if len(kinds) == 1 else shapely.GeometryCollection(parts)


KML_SHAPES = {
    "Point": lambda e: shapely.Point(kml_positions(e)[0]),
    "LineString": lambda e: shapely.LineString(kml_positions(e)),
    "Polygon": kml_polygon,
    "MultiGeometry": kml_many,
}


def read_csv(path, *, tags=False):
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [spread_row({k: v or None for k, v in row.items()}) for row in rows[int(tags) :]]


def spread_row(row):
    wkt = row.pop("wkt", None)
    shape = shapely.from_wkt(wkt)
    if shape is not None and shape.geom_type == "Point":
        assert (float(row["longitude"]), float(row["latitude"])) == (shape.x, shape.y)
    return {k: v for k, v in row.items() if k not in {"longitude", "latitude"}} | {"geometry": shape}


def read_workbook(path, *, tags=False):
    with closing(openpyxl.load_workbook(path)) as book:
        return {s.title: list(sheet_rows(s, tags=tags)) for s in book if s.title != "about"}


def sheet_rows(sheet, *, tags):
    rows = sheet.iter_rows()
    head = [cell.value for cell in next(rows)]
    if tags:
        assert all(cell.value.startswith("#") for cell in next(rows))
    for row in rows:
        assert not any(cell.data_type == "f" for cell in row), "a formula"
        yield spread_row({k: day_or_value(cell) for k, cell in zip(head, row, strict=True)})


def day_or_value(cell):
    if isinstance(cell.value, str):  # text of the form _x0041_ stands for a letter (ECMA-376, ST_Xstring)
        return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), cell.value)
    return cell.value.date() if cell.is_date and "h" not in cell.number_format else cell.value


# --- vector tiles ---


def read_pmtiles(folder, name):
    """Features of the deepest zoom by layer, each once: its attributes, and its geometry joined over the tiles."""
    features = defaultdict(dict)
    _, layers = archive_head(folder / f"{name}.pmtiles")
    tiles = archive_tiles(folder / f"{name}.pmtiles")
    deepest = max(z for z, _, _ in tiles)
    for (zoom, x, y), tile in tiles.items():
        for layer, found in tile.items() if zoom == deepest else ():
            for number, (attributes, shape) in found.items():
                known = features[layer].setdefault(number, (attributes, []))
                assert known[0] == attributes
                known[1].append(shapely.transform(shape, lambda c, at=(zoom, x, y): to_degrees(c, *at)))
    return {
        layer: [a | {"geometry": shapely.union_all(shapes)} for _, (a, shapes) in sorted(features[layer].items())]
        for layer in layers
    }


def archive_head(path):
    with path.open("rb") as file:
        reader = Reader(MmapSource(file))
        return reader.header(), [layer["id"] for layer in reader.metadata()["vector_layers"]]


def archive_tiles(path):
    """{(zoom, x, y): {layer: {id: (attributes, geometry in steps of the tile)}}}; an id stands once in a tile."""
    with path.open("rb") as file:
        return {at: tile_layers(gzip.decompress(data)) for at, data in all_tiles(MmapSource(file))}


def to_degrees(steps, zoom, x, y):
    unit = (steps / 4096 + [x, y]) / 2**zoom
    latitude = np.degrees(np.arctan(np.sinh((0.5 - unit[:, 1]) * 2 * np.pi)))
    return np.column_stack([unit[:, 0] * 360 - 180, latitude])


def fields(data):
    """(number, value) of each protobuf field: an integer, or bytes."""
    at = 0
    while at < len(data):
        head, at = varint(data, at)
        kind = head & 7
        if kind == 0:
            value, at = varint(data, at)
        else:
            size, at = (8, at) if kind == 1 else varint(data, at)
            value, at = data[at : at + size], at + size
        yield head >> 3, value


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def varints(data):
    found, at = [], 0
    while at < len(data):
        value, at = varint(data, at)
        found.append(value)
    return found


def zigzag(value):
    return value >> 1 if value % 2 == 0 else -(value + 1) // 2


def tile_layers(data):
    layers = {}
    for number, content in fields(data):
        assert number == 3
        name, features = tile_layer(content)
        assert name not in layers, "one layer of a name in a tile"
        layers[name] = features
    return layers


def tile_layer(data):
    parts = defaultdict(list)
    for number, value in fields(data):
        parts[number].append(value)
    assert parts[15] == [2]
    assert parts[5] == [4096]
    keys = [k.decode() for k in parts[3]]
    values = [tile_value(v) for v in parts[4]]
    features = {}
    for content in parts[2]:
        feature = dict(fields(content))
        tags = varints(feature[2])
        assert feature[1] not in features, "a feature stands once in a tile"
        attributes = {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)}
        features[feature[1]] = attributes, tile_shape(feature[3], varints(feature[4]))
    return parts[1][0].decode(), features


def tile_value(data):
    ((number, value),) = fields(data)
    if number == 1:
        return value.decode()
    if number == 3:
        return struct.unpack("<d", value)[0]
    return zigzag(value) if number == 6 else bool(value)


def tile_shape(kind, commands):
    paths, at, x, y = [], 0, 0, 0
    while at < len(commands):
        name, count = commands[at] & 7, commands[at] >> 3
        at += 1
        for _ in range(count):
            if name == 7:
                continue
            x, y = x + zigzag(commands[at]), y + zigzag(commands[at + 1])
            at += 2
            if name == 1:
                paths.append([])
            paths[-1].append((x, y))
    if kind == 1:
        return shapely.MultiPoint([p for path in paths for p in path])
    if kind == 2:
        return shapely.MultiLineString(paths)
    polygons = []
    for ring in paths:
        # With y down an outer ring has a positive area by the surveyor's formula, a hole a negative one.
        if signed_area(ring) > 0:
            polygons.append((ring, []))
        else:
            polygons[-1][1].append(ring)
    return shapely.MultiPolygon(polygons)


def signed_area(ring):
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)) / 2


READERS = {
    "gpkg": read_geopackage,
    "geojson": of_files("NAME_*.geojson", read_geojson),
    "geojsonl": of_files("NAME_*.geojsonl", read_geojson_sequence),
    "fgb": of_files("NAME_*.fgb", rows_of),
    "parquet": of_files("NAME_*.parquet", read_parquet),
    "kml": read_kml,
    "kmz": read_kmz,
    "shp": read_shapefiles,
    "csv": of_files("NAME_*.csv", read_csv),
    "csv-hxl": of_files("NAME_*_hxl.csv", lambda path: read_csv(path, tags=True)),
    "xlsx": lambda folder, name: read_workbook(folder / f"{name}.xlsx"),
    "xlsx-hxl": lambda folder, name: read_workbook(folder / f"{name}_hxl.xlsx", tags=True),
    "pmtiles": read_pmtiles,
}
