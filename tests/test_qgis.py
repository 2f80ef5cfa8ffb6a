"""A map becomes GIS files that open styled, with the colours, sizes and days of the page."""

import dataclasses
import math
import sqlite3
from contextlib import closing
from datetime import date
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, box

from geo.errors import ExportError, TheatreError
from geo.schema import CRS, DISPLACEMENT, EVENTS, conform
from maps.handover import styled_export
from maps.layers import Layer, MapSpec
from maps.qgis import layer_qml
from maps.qgis.ground import admin_look
from maps.qgis.qml import qml
from maps.style import EVENT_SYMBOLS
from maps.tallies import with_current

TITLE = {"en": "Anywhere"}


def located(rows, spec, shapes):
    table, problems = conform(pd.DataFrame(rows), spec)
    assert not problems
    return gpd.GeoDataFrame(table.drop(columns="geometry"), geometry=list(shapes), crs=CRS)


def stocks(*rows):
    """Stocks of people at one place: (series, day, persons)."""
    columns = [
        {
            "record_id": f"D-{i}",
            "source": "a source",
            "series": series,
            "measure": "stock",
            "movement": "displacement",
            "persons_best": n,
            "date_start": day,
            "date_end": day,
        }
        for i, (series, day, n) in enumerate(rows)
    ]
    table = located(columns, DISPLACEMENT, [Point(36, 35)] * len(rows))
    return table.assign(persons=table["persons_best"])


def event(number, kind="Battles", deaths=None, place=None, **more):
    return {
        "event_id": f"E-{number}",
        "source": "a source",
        "event_type": kind,
        "fatalities_best": deaths,
        "place_name": place,
        "date_start": "2020-02-10",
        "date_end": "2020-02-11",
        **more,
    }


def example():
    """A map with every kind of layer: 6 events at points, 2 in an area, 1 nowhere; stocks, flows, context, towns."""
    kinds = list(EVENT_SYMBOLS)
    rows = [event(i, kind, None if i == 2 else 4**i, "قرية") for i, kind in enumerate(kinds)]
    rows += [
        event(6, "Battles", 3),
        event(7, "Riots", date_start="2020-02-28", date_end="2020-02-29"),
        event(8, "Protests", 0),
    ]
    area = box(36.2, 35.2, 36.9, 35.6)
    shapes = [Point(36.1 + i / 10, 35.9 - i / 20) for i in range(6)] + [area, area, None]
    events = located(rows, EVENTS, shapes).assign(area_id=pd.array([None] * 6 + ["A-1", "A-1", None], dtype="string"))
    people = [("stock", 900_000), ("stock", 100_000), ("flow", 50_000), ("flow", 5_000), ("flow", None)]
    records = located(
        [
            {
                "record_id": f"D-{i}",
                "source": "a source",
                "measure": measure,
                "movement": "displacement",
                "persons_best": n,
                "date_start": "2020-01-01",
                "date_end": "2020-01-31",
            }
            for i, (measure, n) in enumerate(people)
        ],
        DISPLACEMENT,
        [Point(36.6, 36.1), Point(36.3, 36.0), Point(36.6, 36.1), Point(36.3, 36.0), None],
    )
    records = records.assign(persons=records["persons_best"])
    lines = [LineString([(36.7, 35.4), (36.6, 36.1)]), Point(36.3, 36.0)]
    context = gpd.GeoDataFrame(
        {
            "kind": ["highway", "border crossing", "observation post"],
            "name": ["Long road", "Gate", 'Post <1> & "2"'],
            "name_ar": ["طريق", "معبر", ""],
            "label": ["R5", "", ""],
            "start": pd.to_datetime([None, None, "2018-05-16"]).astype("datetime64[us]"),
            "end": pd.to_datetime([None, None, "2020-02-29"]).astype("datetime64[us]"),
        },
        geometry=[LineString([(36, 35.3), (37, 35.8), (37.1, 36.2)]), Point(36.2, 36.15), Point(36.95, 35.5)],
        crs=CRS,
    )
    places = gpd.GeoDataFrame(
        {
            "place_id": ["p1", "p2"],
            "name": ["Upper Town", "Lower Town"],
            "name_ar": ["العليا", "السفلى"],
            "rank": [0, 1],
        },
        geometry=[Point(36.6, 36.1), Point(36.65, 35.4)],
        crs=CRS,
    )
    areas = gpd.GeoDataFrame(
        {
            "pcode": ["X1", "X2"],
            "name": ["West", "East"],
            "name_ar": ["غرب", "شرق"],
            "level": [1, 1],
            "country": ["XX", "XX"],
            "approximate": [False, True],
        },
        geometry=[box(36, 35, 36.5, 36.3), box(36.5, 35, 37.2, 36.3)],
        crs=CRS,
    )
    grouped = gpd.GeoDataFrame(
        {"area_id": ["A-1"], "name": ["East"], "approximate": [True], "events": [2]}, geometry=[area], crs=CRS
    )
    return MapSpec(
        id="any-where",
        title=TITLE,
        languages=("en",),
        bounds=(36, 35, 37.2, 36.3),
        span=(date(2020, 1, 1), date(2020, 3, 1)),
        layers=(
            Layer("events", "events", TITLE, events.iloc[:6]),
            Layer("event_areas", "event_areas", TITLE, grouped),
            Layer("displacement", "displacement", TITLE, records.iloc[:2]),
            Layer("flows", "flows", TITLE, records.iloc[2:4].set_geometry(gpd.GeoSeries(lines, index=[2, 3], crs=CRS))),
            Layer("context", "context", TITLE, context),
            Layer("places", "places", TITLE, places),
        ),
        admin=areas,
        unplaced=pd.DataFrame({"table": ["events"], "id": ["E-8"], "reason": ["no place"]}),
        events=events,
        displacement=records,
    )


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The example map as a GeoPackage."""
    path, project, *_ = styled_export(example(), tmp_path_factory.mktemp("gis"), ["gpkg"])
    assert project.name == "any_where.qgz"
    return path


def query(path, sql):
    with closing(sqlite3.connect(path)) as database:
        return database.execute(sql).fetchall()


def styles(path):
    return {name: ET.fromstring(qml) for name, qml in query(path, "SELECT f_table_name, styleQML FROM layer_styles")}


def layer_of(kind, columns, shapes):
    return Layer(kind, kind, TITLE, gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS))


def events_layer(**columns):
    table = {"event_type": ["Battles"], "fatalities_best": pd.array([3], dtype="Int64")} | columns
    return layer_of("events", table, [Point(36, 35)])


def settings_of(qml, part="SimpleMarker"):
    """Settings of the first symbol layer of this class."""
    found = ET.fromstring(qml).find(f".//layer[@class='{part}']/Option")
    return {option.get("name"): option.get("value") for option in found}


def by_data(qml, part="SimpleMarker"):
    """Expressions of the first symbol layer of this class, by setting."""
    found = ET.fromstring(qml).find(f".//layer[@class='{part}']/data_defined_properties")
    return {
        one.get("name"): one.find("Option[@name='expression']").get("value")
        for one in found.findall("./Option/Option[@name='properties']/Option")
    }


def test_every_row_of_the_map_is_in_some_table(package):
    rows = {name: query(package, f'SELECT count(*) FROM "{name}"')[0][0] for name, _ in pyogrio.list_layers(package)}
    assert rows.pop("layer_styles") == len(styles(package))
    assert rows.pop("qgis_projects") == 1
    assert rows.pop("countries") >= 1
    assert rows == {
        "events": 6,
        "events_without_point": 3,
        "event_areas": 1,
        "displacement": 2,
        "flows": 1,
        "flows_points": 1,
        "displacement_without_point": 1,
        "context": 1,
        "context_points": 2,
        "places": 2,
        "areas": 2,
        "places_used": 0,
        "unplaced": 1,
        "problems": 0,
    }
    assert rows["events"] + rows["events_without_point"] == len(example().events)


def test_an_event_known_to_an_area_leads_to_that_area(package):
    joined = query(package, "SELECT e.event_id, a.name FROM events_without_point e JOIN event_areas a USING (area_id)")
    assert joined == [("E-6", "East"), ("E-7", "East")]


def test_every_layer_with_geometry_opens_styled_and_every_style_has_its_layer(package):
    with_geometry = {name for name, kind in pyogrio.list_layers(package) if kind is not None}
    assert set(styles(package)) == with_geometry


def test_symbols_fit_the_geometry_of_their_layer(package):
    wanted = {"Point": "marker", "MultiLineString": "line", "MultiPolygon": "fill"}
    kinds = dict(pyogrio.list_layers(package))
    for name, style in styles(package).items():
        symbols = {s.get("type") for s in style.findall(".//renderer-v2/symbols/symbol")}
        assert symbols == {wanted[kinds[name]]}, name


def test_styles_ask_only_for_columns_that_the_layer_has(package):
    for name, style in styles(package).items():
        # The number on an area counts rows of the table of events known to an area only.
        known = [name, *(["events_without_point"] if name == "event_areas" else [])]
        columns = {row[1] for table in known for row in query(package, f"PRAGMA table_info('{table}')")}
        kept = ("expression", "geometryModifier")
        expressions = [o.get("value") for o in style.iter("Option") if o.get("name") in kept]
        expressions += [t.get("fieldName") for t in style.iter("text-style")]
        expressions += [renderer.get("attr", "") for renderer in style.iter("renderer-v2")]
        expressions += [clause.text for clause in style.iter("orderByClause")]
        asked = {word for e in expressions for word in e.split('"')[1::2]}
        asked |= {style.find("temporal").get(f) for f in ("startField", "endField")} - {""}
        assert asked <= columns, name


def test_layers_with_days_follow_the_time_control(package):
    timed = {
        name: (time.get("mode"), time.get("startField"), time.get("endField"))
        for name, style in styles(package).items()
        if (time := style.find("temporal")).get("enabled") == "1"
    }
    span, stood = ("2", "date_start", "date_end"), ("2", "start", "end")
    assert timed == dict.fromkeys(["events", "flows", "flows_points"], span) | dict.fromkeys(
        ["context", "context_points"], stood
    ) | dict.fromkeys(["event_areas", "places_used"], ("2", "first_day", "last_day")) | {
        "displacement": ("2", "current_from", "current_until")
    }
    for name, (_, start, end) in timed.items():
        info = pyogrio.read_info(package, layer=name)
        types = dict(zip(info["fields"], info["ogr_types"], strict=True))
        assert (types[start], types[end]) == ("OFTDate", "OFTDate"), name


def test_events_have_the_shapes_and_colours_of_the_page(package):
    renderer = styles(package)["events"].find("renderer-v2/renderer-v2")
    assert renderer.get("attr") == '"event_type"'
    assert [c.get("value") for c in renderer.iter("category")] == list(EVENT_SYMBOLS)
    drawn = renderer.findall("./symbols/symbol/layer[@class='SimpleMarker']/Option")
    fills = [options.find("./Option[@name='color']").get("value") for options in drawn]
    assert fills[0] == "196,70,10,255"
    assert len(set(fills)) == len(EVENT_SYMBOLS)
    shapes = [options.find("./Option[@name='name']").get("value") for options in drawn]
    assert len(set(shapes)) == len(EVENT_SYMBOLS)


def test_only_event_types_that_occur_stand_in_the_legend():
    legend = ET.fromstring(layer_qml(events_layer())).iter("category")
    assert [c.get("value") for c in legend] == ["Battles"]


def test_the_area_of_a_symbol_follows_deaths_and_unknown_is_open_not_zero():
    expressions = by_data(layer_qml(events_layer()))
    assert 'sqrt("fatalities_best")' in expressions["size"]
    assert expressions["size"].startswith('if("fatalities_best" IS NULL, 2.117,')
    assert expressions["fillColor"] == "if(\"fatalities_best\" IS NULL, '255,255,255,255', '196,70,10,255')"


def test_small_symbols_are_drawn_over_large_ones():
    renderer = ET.fromstring(layer_qml(events_layer())).find("renderer-v2/renderer-v2")
    assert renderer.get("enableorderby") == "1"
    clause = renderer.find("orderby/orderByClause")
    assert (clause.text, clause.get("asc")) == ('"fatalities_best"', "0")


def test_events_that_hide_each_other_become_a_disc_with_their_number():
    around = ET.fromstring(layer_qml(events_layer())).find("renderer-v2")
    assert around.get("type") == "pointCluster"
    said = [o.get("value") for o in around.find("symbol").iter("Option") if o.get("name") == "expression"]
    assert "@cluster_size" in said
    assert any("@cluster_color" in expression for expression in said)


def test_shapes_of_equal_deaths_have_equal_areas():
    size = {kind: float(settings_of(layer_qml(events_layer(event_type=[kind])))["size"]) for kind in EVENT_SYMBOLS}
    circle = math.pi * (size["Battles"] / 2) ** 2
    diamond = size["Explosions/Remote violence"] ** 2 / 2
    square = size["Strategic developments"] ** 2
    assert diamond == pytest.approx(circle, rel=0.01)
    assert square == pytest.approx(circle, rel=0.01)


def test_a_table_without_deaths_gets_symbols_of_one_size():
    layer = layer_of("events", {"event_type": ["Riots"]}, [Point(36, 35)])
    assert by_data(layer_qml(layer)) == {}


def test_the_theatre_may_choose_a_colour():
    assert settings_of(layer_qml(events_layer(), palette={"Battles": "#010203"}))["color"] == "1,2,3,255"


def test_a_colour_that_is_none_is_refused():
    with pytest.raises(TheatreError, match=r"palette 'Battles': 'red' is not a colour; wanted #RRGGBB"):
        layer_qml(events_layer(), palette={"Battles": "red"})


def test_the_largest_stock_gets_the_largest_circle():
    layer = layer_of("displacement", {"persons": [100.0, 400.0]}, [Point(36, 35)] * 2)
    assert by_data(layer_qml(layer))["size"] == 'coalesce(24.342 * sqrt("persons" / 400.0), 0)'


def test_people_gone_to_nobody_says_where_are_an_open_circle():
    table = with_current(stocks(("total", "2020-01-01", 5)).assign(anchor="origin"))
    renderer = ET.fromstring(layer_qml(Layer("displacement", "displacement", TITLE, table))).find("renderer-v2")
    (colour,) = {e.get("value") for e in renderer.findall(".//Option[@name='fillColor']/Option[@name='expression']")}
    assert colour.startswith("if(\"anchor\" = 'origin', '255,255,255,0'")


@pytest.mark.parametrize("kind", ["displacement", "flows"])
def test_people_not_counted_at_all_draw_no_sized_mark(kind):
    layer = layer_of(kind, {"persons": [None, float("nan")]}, [Point(36, 35)] * 2)
    assert by_data(layer_qml(layer, kind="point")) == {}


def test_approximate_areas_are_hatched_and_say_so():
    qml = layer_qml(layer_of("event_areas", {"approximate": [True, False]}, [box(36, 35, 37, 36)] * 2))
    given, approximate = ET.fromstring(qml).findall("./renderer-v2/symbols/symbol")
    assert given.find("./layer[@class='LinePatternFill']") is None
    assert approximate.find("./layer[@class='LinePatternFill']") is not None
    labels = [c.get("label") for c in ET.fromstring(qml).iter("category")]
    assert labels[1].endswith("outline approximate")


def test_a_class_that_no_area_has_is_not_in_the_legend():
    qml = layer_qml(layer_of("event_areas", {"approximate": [False]}, [box(36, 35, 37, 36)]))
    assert [c.get("value") for c in ET.fromstring(qml).iter("category")] == ["given"]


def test_event_areas_are_tinted_and_dashed_as_on_the_page():
    qml = layer_qml(layer_of("event_areas", {"approximate": [False]}, [box(36, 35, 37, 36)]))
    assert settings_of(qml, "SimpleFill")["color"] == "196,70,10,18"
    assert settings_of(qml, "SimpleLine")["line_color"] == "138,75,42,255"


def test_derived_divisions_are_there_but_not_drawn_at_first_and_never_hatched():
    admin = gpd.GeoDataFrame({"level": [1, 1], "approximate": [True, False]}, geometry=[box(0, 0, 1, 1)] * 2, crs=CRS)
    root = ET.fromstring(qml(admin_look(admin), admin))
    assert {c.get("value"): c.get("render") for c in root.iter("category")} == {"1": "true", "1 derived": "false"}
    assert root.find(".//layer[@class='LinePatternFill']") is None


def test_a_legend_never_computes_what_a_name_says():
    root = ET.fromstring(layer_qml(layer_of("context", {"kind": ["[% 6 * 7 %]"]}, [Point(36, 35)]), kind="point"))
    (only,) = root.iter("category")
    assert only.get("value") == "[% 6 * 7 %]"
    assert "[%" not in only.get("label")


def test_only_the_main_series_of_people_is_ticked():
    table = with_current(stocks(("total", "2020-01-01", 5), ("total", "2020-02-01", 9), ("arrivals", "2020-02-01", 3)))
    renderer = ET.fromstring(layer_qml(Layer("displacement", "displacement", TITLE, table))).find("renderer-v2")
    ticked = {c.get("value"): c.get("render") for c in renderer.iter("category")}
    assert ticked == {"total": "true", "arrivals": "false"}


def test_labels_carry_both_scripts():
    layer = layer_of("places", {"name": ["Town"], "name_ar": ["بلدة"], "rank": [0]}, [Point(36, 35)])
    label = ET.fromstring(layer_qml(layer)).find(".//text-style").get("fieldName")
    assert '"name"' in label
    assert '"name_ar"' in label


@given(kind=st.text(max_size=30), name=st.text(max_size=30))
def test_no_text_from_outside_can_break_a_style(kind, name):
    layer = layer_of("context", {"kind": [kind], "name": [name]}, [Point(36, 35)])
    root = ET.fromstring(layer_qml(layer, kind="point"))
    assert root.tag == "qgis"
    classes = [c.get("value") for c in root.iter("category")]
    assert kind in classes or "" in classes, "a name that XML cannot hold is drawn all the same"


@pytest.mark.parametrize("kind", ["events", "event_areas", "displacement", "flows", "context", "places"])
@pytest.mark.parametrize("geometry", ["point", "line", "area"])
def test_every_kind_of_layer_has_a_look_for_every_geometry_even_without_rows(kind, geometry):
    root = ET.fromstring(layer_qml(layer_of(kind, {"name": []}, []), kind=geometry))
    symbol = {"point": "marker", "line": "line", "area": "fill"}[geometry]
    assert {s.get("type") for s in root.findall(".//renderer-v2/symbols/symbol")} == {symbol}


def test_geojson_files_have_their_styles_beside_them(tmp_path):
    files = styled_export(example(), tmp_path, ["geojson"])
    plain = ("_point", "unplaced", "problems")
    with_place = [f for f in files if f.suffix == ".geojson" and not f.stem.endswith(plain)]
    assert len(with_place) == 11  # layers, and parts of layers
    for path in with_place:
        assert ET.parse(path.with_suffix(".qml")).getroot().tag == "qgis"


def test_a_map_without_rows_still_gives_every_layer(tmp_path):
    full = example()
    none = dataclasses.replace(
        full,
        layers=tuple(dataclasses.replace(layer, table=layer.table.iloc[:0]) for layer in full.layers),
        admin=full.admin.iloc[:0],
        unplaced=full.unplaced.iloc[:0],
        events=full.events.iloc[:0],
        displacement=full.displacement.iloc[:0],
    )
    path, *_ = styled_export(none, tmp_path, ["gpkg"])
    kinds = dict(pyogrio.list_layers(path))
    assert kinds["events"] == "Point"
    assert kinds["flows"] == "MultiLineString"
    assert kinds["areas"] == "MultiPolygon"
    assert set(styles(path)) == {name for name, kind in kinds.items() if kind is not None}


def test_the_same_map_gives_the_same_bytes_in_any_folder(tmp_path):
    first, second = (styled_export(example(), tmp_path / folder, ["gpkg", "geojson"]) for folder in ("a", "b/c"))
    assert [p.name for p in first] == [p.name for p in second]
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(first, second, strict=True))


def test_an_unknown_format_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(ExportError, match="unknown format 'dwg'"):
        styled_export(example(), tmp_path / "gis", ["gpkg", "dwg"])
    assert not (tmp_path / "gis").exists()
