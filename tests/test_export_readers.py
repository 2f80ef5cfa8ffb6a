"""Readers that are not ours: Debian's GDAL, the GDAL of pyogrio's wheel, pyarrow. They find the same as was written."""

import csv
import io
import json
import os
import re
import subprocess
import zipfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from gis_readers import KML, archive_head, archive_tiles, read_back
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from geo.export import FORMATS, About, Loss, Paint, Style, make_handover, write_handover, write_layers
from geo.export.shapefile import short_names
from geo.schema import CRS

DEBIAN_PYTHON = "/usr/bin/python3"
NAMES = ["معرة النعمان", "Ma'arrat \"an\" Nu'man", "Sarāqib 😀"]
DEATHS = "fatalities_best", short_names(["fatalities_best"])["fatalities_best"]
DAYS = ["2019-12-19", "2020-01-28", "2020-02-29"]


def located(shapes, **columns):
    return gpd.GeoDataFrame(columns or {"n": range(len(shapes))}, geometry=list(shapes), crs=CRS)


def tables():
    points = [Point(36.672, 35.643), Point(36.803, 35.864), Point(-70.123456, -33.5)]
    days = pd.to_datetime(DAYS).astype("datetime64[us]")
    return {
        "events": located(
            points,
            event_id=["E-1", "E-2", "E-3"],
            name=NAMES,
            date_start=days,
            date_end=days,
            fatalities_best=pd.array([14, None, 0], dtype="Int64"),
            geo_score=[0.9, np.nan, 0.25],
        ),
        "areas": located([MultiPolygon([box(36, 35, 37, 36), box(38, 35, 38.5, 36)]), box(0, 0, 1, 1)], name=NAMES[:2]),
        "flows": located([LineString([(36, 35), (37, 36)])], name=NAMES[:1], persons=[1500.0]),
        "unplaced": pd.DataFrame({"id": ["E-8", "E-9"], "reason": ["بلا مكان", "no place"]}),
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gis")
    write_layers(tables(), folder, name="map", formats=list(FORMATS), styles={})
    return folder


@pytest.fixture(scope="module")
def debian(written):
    """Everything that the system's GDAL finds in the files: {file: {layer: what}}."""
    has_gdal = (
        Path(DEBIAN_PYTHON).exists()
        and not subprocess.run(
            [DEBIAN_PYTHON, "-c", "from osgeo import ogr"], check=False, capture_output=True
        ).returncode
    )
    if not has_gdal and os.environ.get("CONFLICTMAP_REQUIRE_GIS"):
        pytest.fail("no GDAL for the system's Python, and it is required here")
    if not has_gdal:
        pytest.skip("no GDAL for the system's Python (Debian: python3-gdal)")
    ours = [
        p
        for p in sorted(written.iterdir())
        if re.search(r"\.(gpkg|geojsonl?|fgb|kml|kmz|csv|xlsx)$|_shp\.zip$", p.name)
    ]
    ours = [p for p in ours if "_hxl" not in p.name and "flowmap" not in p.name]
    paths = [f"/vsizip/{p}" if p.suffix == ".zip" else str(p) for p in ours]
    script = Path(__file__).with_name("debian_gdal.py")
    # Python's own settings of this run are not for the system's.
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "GDAL", "PROJ"))}
    run = subprocess.run([DEBIAN_PYTHON, script, *paths], capture_output=True, check=False, env=clean, text=True)
    assert run.returncode == 0, run.stderr
    assert not re.search("error", run.stderr, re.IGNORECASE), run.stderr
    return {Path(path).name: layers for path, layers in json.loads(run.stdout).items()}


def layer_of(found, how, layer):
    """What GDAL found of one layer in the files of one format."""
    (layers,) = (v for k, v in found.items() if k == FILE_OF[how].format(layer))
    return layers.get(layer) or next(iter(layers.values()))


FILE_OF = {
    "gpkg": "map.gpkg",
    "geojson": "map_{}.geojson",
    "geojsonl": "map_{}.geojsonl",
    "fgb": "map_{}.fgb",
    "kml": "map.kml",
    "kmz": "map.kmz",
    "shp": "map_shp.zip",
    "csv": "map_{}.csv",
    "xlsx": "map.xlsx",
}
debian_formats = pytest.mark.parametrize("how", FILE_OF)


@pytest.mark.gis
@debian_formats
def test_debian_finds_every_row_of_every_layer(how, debian):
    for layer, table in tables().items():
        rows = layer_of(debian, how, layer)["rows"]
        assert len(rows) == len(table), layer
        drawn = [wkt for _, wkt in rows if wkt]
        if how in {"csv", "xlsx"} or not isinstance(table, gpd.GeoDataFrame):
            continue
        bounds = shapely.from_wkt(drawn)
        assert np.allclose(shapely.total_bounds(bounds), table.total_bounds, atol=1e-7), layer


@pytest.mark.gis
@debian_formats
def test_debian_reads_the_same_values(how, debian):
    rows = [{k.lower(): v for k, v in row.items()} for row, _ in layer_of(debian, how, "events")["rows"]]
    columns = {"name": "name", "day": "date_start", "deaths": DEATHS[how == "shp"]}
    by_name = {row[columns["name"]]: row for row in rows}
    assert set(by_name) == set(NAMES)
    for name, day, deaths in zip(NAMES, DAYS, [14, None, 0], strict=True):
        row = by_name[name]
        assert row[columns["day"]].replace("/", "-")[:10] == day
        found = row[columns["deaths"]]
        assert (None if found in (None, "") else int(found)) == deaths
    unplaced = [row for row, _ in layer_of(debian, how, "unplaced")["rows"]]
    assert {v for row in unplaced for v in row.values()} >= {"بلا مكان", "no place"}


@pytest.mark.gis
@debian_formats
def test_debian_finds_days_typed_where_the_table_says_so(how, debian):
    types = {k.lower(): v.split(":")[0] for k, v in layer_of(debian, how, "events")["types"].items()}
    losses = FORMATS[how].losses
    # GDAL guesses days from ISO text in GeoJSON and CSV.
    wanted = "DateTime" if Loss.DAYS_AS_MOMENTS in losses else "Date"
    if how in {"kml", "kmz"}:
        assert types["begin"] == "DateTime"
        return
    assert types["date_start"] == wanted
    number = types[DEATHS[how == "shp"]]
    assert number in {"Integer", "Integer64"}


@pytest.mark.gis
@pytest.mark.parametrize("how", ["gpkg", "geojson", "fgb", "shp", "kml"])
def test_debian_finds_degrees(how, debian):
    assert layer_of(debian, how, "events")["crs"] == "4326"


def test_pyarrow_reads_geoparquet_with_its_metadata(written):
    file = pq.read_table(written / "map_events.parquet")
    geo = json.loads(file.schema.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    column = geo["columns"][geo["primary_column"]]
    assert column["encoding"] == "WKB"
    assert column["geometry_types"] == ["Point"]
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    assert np.allclose(column["bbox"], tables()["events"].total_bounds)
    assert file.schema.field("date_start").type == pa.date32()
    assert file.schema.field("fatalities_best").type == pa.int64()
    assert file["fatalities_best"].to_pylist() == [14, None, 0]
    assert file["name"].to_pylist() == NAMES
    first = file["bbox"][0].as_py()
    assert (first["xmin"], first["ymax"]) == pytest.approx((36.672, 35.643), abs=1e-4)
    assert b"geo" not in pq.read_schema(written / "map_unplaced.parquet").metadata


def test_geopandas_and_the_wheels_gdal_read_what_they_know(written):
    assert gpd.read_parquet(written / "map_events.parquet").crs == CRS
    for file in ("map.gpkg", "map_events.geojson", "map_events.fgb", "map_events.geojsonl", "map.kml"):
        layer = {"map.gpkg": "events", "map.kml": "events"}.get(file)
        read = pyogrio.read_dataframe(written / file, layer=layer)
        assert sorted(read["name" if "name" in read else "Name"]) == sorted(NAMES), file


# --- vector tiles ---


def tiles_of(folder, table, name="a", **more):
    write_layers({name: table}, folder, name="map", formats=["pmtiles"], styles={}, **more)
    return archive_tiles(folder / "map.pmtiles")


def test_the_wheels_gdal_opens_vector_tiles(written):
    layers = dict(pyogrio.list_layers(written / "map.pmtiles"))
    assert set(layers) == {"events", "areas", "flows"}
    read = pyogrio.read_dataframe(written / "map.pmtiles", layer="events")
    assert sorted(read["name"]) == sorted(NAMES)
    assert sorted(read["fatalities_best"].dropna()) == [0, 14]
    assert sorted(read["date_start"].astype(str)) == DAYS
    there = read.to_crs(CRS).set_index("name").geometry
    for name, point in zip(NAMES, tables()["events"].geometry, strict=True):
        assert there[name].distance(point) < 2e-4
    areas = pyogrio.read_dataframe(written / "map.pmtiles", layer="areas").dissolve("name")
    wanted = tables()["areas"].set_index("name").to_crs("EPSG:3857").geometry.area
    assert (areas.geometry.area / wanted).between(0.999, 1.001).all()


def test_points_stand_once_at_the_deepest_zoom_also_on_the_borders_of_tiles(tmp_path):
    side = 360 / 1024
    points = [Point(i * side, 0) for i in range(-3, 4)] + [
        Point(180, 10),
        Point(-180, -10),
        Point(0, 89),
        Point(12, -90),
    ]
    tiles = tiles_of(tmp_path, located(points))
    deepest = [f for at, tile in tiles.items() if at[0] == 10 for f in tile["a"].values()]
    assert sorted(a["n"] for a, _ in deepest) == list(range(len(points)))
    for _, shape in deepest:
        assert all(0 <= c < 4096 for c in shapely.get_coordinates(shape).ravel())


def test_points_that_cover_one_another_are_thinned_and_the_heaviest_stay(tmp_path):
    rng = np.random.default_rng(0)
    shapes = [Point(x, y) for x, y in zip(rng.uniform(36, 36.1, 500), rng.uniform(35, 35.1, 500), strict=True)]
    deaths = pd.array(rng.permutation(500), dtype="Int64")
    tiles = tiles_of(tmp_path, located(shapes, fatalities_best=deaths, note=["word " * 40] * 500))
    counts = Counter()
    for (zoom, _, _), tile in tiles.items():
        counts[zoom] += len(tile["a"])
        assert zoom == 10 or all("note" not in a for a, _ in tile["a"].values())
    assert counts[10] == 500
    assert all(counts[z] <= counts[z + 1] for z in range(10))
    assert counts[0] == 1
    assert next(iter(tiles[0, 0, 0]["a"].values()))[0] == {"fatalities_best": 499}


def test_areas_turn_as_the_specification_wants_and_keep_their_holes(tmp_path):
    ring = box(36, 35, 38, 37).difference(box(36.5, 35.5, 37.5, 36.5))
    clockwise = Polygon(ring.exterior.coords[::-1], [hole.coords[::-1] for hole in ring.interiors])
    for number, shape in enumerate((ring, clockwise)):
        write_layers({"a": located([shape])}, tmp_path / str(number), name="map", formats=["pmtiles"], styles={})
        (row,) = read_back("pmtiles", tmp_path / str(number))["a"]
        assert row["geometry"].symmetric_difference(ring).area < 1e-3 * ring.area
        assert not row["geometry"].contains(Point(37, 36))


def test_an_area_reaches_over_all_its_tiles_and_a_little_beyond(tmp_path):
    tiles = tiles_of(tmp_path, located([box(10, 10, 12, 12)]))
    for (zoom, x, y), tile in tiles.items():
        for _, shape in tile["a"].values():
            assert shape.is_valid, (zoom, x, y)
            west, south, east, north = shape.bounds
            assert min(west, south) >= -64
            assert max(east, north) <= 4096 + 64
    (row,) = read_back("pmtiles", tmp_path)["a"]
    assert row["geometry"].symmetric_difference(box(10, 10, 12, 12)).area < 0.01


@pytest.mark.parametrize(
    ("shape", "area"),
    [
        pytest.param(Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), 2.0, id="it crosses itself"),
        pytest.param(box(179, 10, 181, 12), 4.0, id="it goes beyond 180 degrees"),
        pytest.param(box(-182, 10, -179, 11), 3.0, id="it goes beyond -180 degrees"),
        pytest.param(
            MultiPolygon([box(179, 10, 180, 12), box(-180, 10, -179, 12)]), 4.0, id="it is cut at 180 degrees"
        ),
    ],
)
def test_difficult_areas_keep_their_area(shape, area, tmp_path):
    tiles_of(tmp_path, located([shape]))
    (row,) = read_back("pmtiles", tmp_path)["a"]
    assert row["geometry"].area == pytest.approx(area, rel=0.01)
    assert row["geometry"].bounds[0] >= -181
    assert row["geometry"].bounds[2] <= 181


def test_what_is_smaller_than_a_step_is_still_there_at_the_deepest_zoom(tmp_path):
    tiny = [box(36, 35, 36.000001, 35.000001), LineString([(37, 35), (37.000001, 35)]), box(38, 35, 38, 35.0000001)]
    for number, shape in enumerate(tiny):
        tiles = tiles_of(tmp_path / str(number), located([shape]))
        (found,) = [f for at, tile in tiles.items() if at[0] == 10 for f in tile["a"].values()]
        assert found[0] == {"n": 0}


def test_the_archive_says_where_it_is_and_what_it_holds(written):
    header, layers = archive_head(written / "map.pmtiles")
    assert layers == ["events", "areas", "flows"]
    assert (header["min_zoom"], header["max_zoom"]) == (0, 10)
    assert header["clustered"] is True
    assert (header["min_lon_e7"], header["max_lat_e7"]) == (-701234560, 360000000)


def test_tiles_without_any_place_are_an_archive_all_the_same(tmp_path):
    tiles = tiles_of(tmp_path, located([None, None]))
    assert tiles == {(0, 0, 0): {}}


# --- KML ---

ORDER_OF_PLACEMARK = ("name", "TimeStamp", "TimeSpan", "styleUrl", "ExtendedData", "geometry")
ORDER_OF_STYLE = ("IconStyle", "LabelStyle", "LineStyle", "PolyStyle")
GEOMETRIES = {"Point", "LineString", "Polygon", "MultiGeometry"}


def styled(folder):
    paints = {"": Paint("#112233", "#445566"), "Battles": Paint("#AABBCC", "#000000", opacity=0.5, shape="diamond")}
    events = tables()["events"].assign(event_type=["Battles", "Riots", None])
    handover = make_handover(
        tables() | {"events": events},
        name="map",
        styles={"events": Style("", "event_type", paints, "name")},
        about=About(title="Title <&>", layers={"events": ("Events", "")}, disclaimer="no endorsement"),
    )
    write_handover(handover, folder, ["kml", "kmz"])
    return ET.parse(folder / "map.kml").getroot()[0]


def names_of(element):
    return [child.tag.removeprefix(KML) for child in element]


def test_kml_has_its_elements_in_the_order_of_the_standard(tmp_path):
    document = styled(tmp_path)
    kinds = names_of(document)
    assert kinds[:2] == ["name", "description"]
    assert kinds[2:] == sorted(kinds[2:], key=["Style", "Folder"].index)
    for placemark in document.iter(f"{KML}Placemark"):
        found = ["geometry" if n in GEOMETRIES else n for n in names_of(placemark)]
        assert found == sorted(found, key=ORDER_OF_PLACEMARK.index)
        assert found.count("geometry") <= 1
    for style in document.iter(f"{KML}Style"):
        assert names_of(style) == list(ORDER_OF_STYLE)


def test_kml_has_colours_days_and_titles(tmp_path):
    document = styled(tmp_path)
    assert document.findtext(f"{KML}name") == "Title <&>"
    events = document.find(f"{KML}Folder")
    assert events.findtext(f"{KML}name") == "Events"
    styles = {f"#{s.get('id')}": s for s in document.iter(f"{KML}Style")}
    battle, riot, _ = events.iter(f"{KML}Placemark")
    assert styles[battle.findtext(f"{KML}styleUrl")].findtext(f"{KML}IconStyle/{KML}color") == "ffccbbaa"
    assert styles[battle.findtext(f"{KML}styleUrl")].findtext(f"{KML}PolyStyle/{KML}color") == "80ccbbaa"
    assert styles[riot.findtext(f"{KML}styleUrl")].findtext(f"{KML}IconStyle/{KML}color") == "ff332211"
    assert battle.findtext(f"{KML}TimeStamp/{KML}when") == DAYS[0]
    assert battle.findtext(f"{KML}name") == NAMES[0]
    used = {p.findtext(f"{KML}styleUrl") for p in document.iter(f"{KML}Placemark")}
    assert used <= set(styles)


def test_what_lasts_has_a_span_and_what_still_lasts_no_end(tmp_path):
    days = pd.to_datetime(["2020-01-01", "2020-01-01", None]).astype("datetime64[us]")
    ends = pd.to_datetime(["2020-01-31", None, None]).astype("datetime64[us]")
    posts = located([Point(0, 0)] * 3, start=days, end=ends)
    write_layers({"context": posts}, tmp_path, name="map", formats=["kml"], styles={})
    first, second, third = ET.parse(tmp_path / "map.kml").getroot().iter(f"{KML}Placemark")
    assert first.findtext(f"{KML}TimeSpan/{KML}end") == "2020-01-31"
    assert names_of(second.find(f"{KML}TimeSpan")) == ["begin"]
    assert not {"TimeSpan", "TimeStamp"} & set(names_of(third))


def test_kmz_brings_every_picture_it_names(tmp_path):
    styled(tmp_path)
    with zipfile.ZipFile(tmp_path / "map.kmz") as archive:
        hrefs = set(re.findall(r"<href>([^<]+)</href>", archive.read("doc.kml").decode()))
        assert hrefs <= set(archive.namelist())
        assert "icons/diamond.png" in hrefs
    assert "<href>" not in (tmp_path / "map.kml").read_text(encoding="utf-8")


# --- viewers ---


def test_timemap_gets_the_fields_it_knows(tmp_path):
    table = tables()["events"].assign(
        event_type="Battles",
        event_subtype="Armed clash",
        actor1=["A", None, None],
        quote=["the words", None, None],
        place_name=NAMES,
        source_url=["https://example.org/1", None, None],
        source="a source",
    )
    write_layers({"events": table}, tmp_path, name="map", formats=["timemap"], styles={})
    first, second, _ = json.loads((tmp_path / "map_timemap.json").read_text(encoding="utf-8"))
    assert first == {
        "id": "E-1",
        "description": "the words",
        "date": "2019-12-19",
        "time": "",
        "time_precision": "",
        "location": NAMES[0],
        "latitude": "35.643000",
        "longitude": "36.672000",
        "category": "Battles",
        "associations": ["Armed clash", "A"],
        "sources": ["https://example.org/1"],
    }
    assert (second["sources"], second["associations"]) == (["a source"], ["Armed clash"])


def flows(*rows):
    """Flows by (series, shape, origin, destination, persons, day)."""
    ends = {"X": (36.0, 35.0), "Y": (37.0, 36.0), "Z": (38.0, 36.5)}
    columns = {"series": [r[0] for r in rows], "shape": [r[1] for r in rows], "persons": [r[4] for r in rows]}
    columns |= {"measure": ["flow"] * len(rows), "date_start": pd.to_datetime([r[5] for r in rows])}
    for side, at in (("origin", 2), ("destination", 3)):
        columns |= {
            f"{side}_pcode": [r[at] for r in rows],
            f"{side}_place_id": [None] * len(rows),
            f"{side}_name": [r[at] and f"بلدة {r[at]}" for r in rows],
            f"{side}_toponym": [r[at] for r in rows],
            f"{side}_longitude": [ends[r[at]][0] for r in rows],
            f"{side}_latitude": [ends[r[at]][1] for r in rows],
        }
    lines = [LineString([ends[r[2]], ends[r[3]]]) for r in rows]
    return gpd.GeoDataFrame(columns, geometry=lines, crs=CRS)


def csv_of(path):
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_flows_of_two_series_are_never_added_and_stocks_never_among_them(tmp_path):
    table = flows(
        ("camps", "line", "X", "Y", 100.0, "2020-01-01"),
        ("camps", "line", "X", "Y", 50.0, "2020-01-01"),
        ("camps", "line", "Y", "Z", 7.5, "2020-02-01"),
        ("army", "line", "X", "Y", 1000.0, "2020-01-01"),
        ("army", "tick", "X", "Z", 9.0, "2020-01-01"),
    )
    stocks = table.assign(measure="stock", persons=10_000.0).set_geometry([Point(36, 35)] * 5, crs=CRS)
    write_layers({"flows": table, "displacement": stocks}, tmp_path, name="map", formats=["flowmap"], styles={})
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "map_flowmap_flows_1.csv",
        "map_flowmap_flows_2.csv",
        "map_flowmap_locations.csv",
        "map_flowmap_series.csv",
    ]
    assert csv_of(tmp_path / "map_flowmap_flows_1.csv") == [
        {"origin": "X", "dest": "Y", "count": "150", "time": "2020-01-01"},
        {"origin": "Y", "dest": "Z", "count": "7.5", "time": "2020-02-01"},
    ]
    assert csv_of(tmp_path / "map_flowmap_flows_2.csv") == [
        {"origin": "X", "dest": "Y", "count": "1000", "time": "2020-01-01"}
    ]
    assert csv_of(tmp_path / "map_flowmap_series.csv") == [
        {"file": "map_flowmap_flows_1.csv", "series": "camps", "flows": "3", "persons": "157.5"},
        {"file": "map_flowmap_flows_2.csv", "series": "army", "flows": "1", "persons": "1000"},
    ]
    places = csv_of(tmp_path / "map_flowmap_locations.csv")
    assert places[0] == {"id": "X", "name": "بلدة X", "lat": "35", "lon": "36"}
    assert [p["id"] for p in places] == ["X", "Y", "Z"]


def test_series_beyond_the_twelfth_are_listed_as_not_written(tmp_path):
    table = flows(*((f"series {i:02}", "line", "X", "Y", 1.0, "2020-01-01") for i in range(15)))
    write_layers({"flows": table}, tmp_path, name="map", formats=["flowmap"], styles={})
    listed = csv_of(tmp_path / "map_flowmap_series.csv")
    assert [line["file"] for line in listed].count("not written") == 3
    assert all((tmp_path / line["file"]).exists() for line in listed[:12])


def test_without_flows_the_viewer_gets_empty_tables(tmp_path):
    write_layers({"events": tables()["events"]}, tmp_path, name="map", formats=["flowmap"], styles={})
    assert csv_of(tmp_path / "map_flowmap_flows_1.csv") == []


@pytest.mark.realdata
def test_real_borders_keep_their_shape_in_vector_tiles(shared, tmp_path):
    units = gpd.read_file(shared / "data/boundaries/syr_admbnda_adm3_uncs_unocha_20201217.zip").to_crs(CRS)
    tiles = tiles_of(tmp_path, units[["ADM3_PCODE", "geometry"]])
    assert all(shape.is_valid for tile in tiles.values() for _, shape in tile["a"].values())
    found = {row["ADM3_PCODE"]: row["geometry"] for row in read_back("pmtiles", tmp_path)["a"]}
    assert set(found) == set(units["ADM3_PCODE"])
    wrong = [found[u.ADM3_PCODE].symmetric_difference(u.geometry).area / u.geometry.area for u in units.itertuples()]
    assert max(wrong) < 0.05
    assert np.mean(wrong) < 0.002
