"""The QGIS project as text: relative paths, ids that QGIS keeps, time, bookmarks, pages; no name can do harm."""

import dataclasses
import sqlite3
import zipfile
from contextlib import closing
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_qgis import example

from geo.export import About
from geo.schema import Credit
from maps.handover import hand_over, styled_export
from maps.qgis.project import render_project

PAGES = ["A4 landscape", "A3 landscape"]


def root_of(handover, crs="EPSG:32637"):
    """The project as a tree; the document type that QGIS wants stands on the first line."""
    first, _, rest = render_project(handover, metric_crs=crs).partition("\n")
    assert first == "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
    return ET.fromstring(rest)


@pytest.fixture(scope="module")
def handover():
    """The hand-over of the example map."""
    return hand_over(example())


@pytest.fixture(scope="module")
def project(handover):
    """The project of the example map."""
    return root_of(handover)


def test_every_layer_is_taken_from_the_geopackage_beside_it(project, handover):
    sources = [e.text for e in project.findall("./projectlayers/maplayer/datasource")]
    shown = [layer.name for layer in handover.layers if layer.geometry_type is not None]
    shown += ["events_without_point", "displacement_without_point"]
    assert sorted(sources) == sorted(f"./any_where.gpkg|layername={name}" for name in shown)
    assert project.find("./properties/Paths/Absolute").text == "false"


def test_ids_of_layers_are_long_enough_to_be_kept_and_the_same_everywhere(project):
    ids = [e.text for e in project.findall("./projectlayers/maplayer/id")]
    assert min(map(len, ids)) > 10
    assert len(set(ids)) == len(ids)
    in_tree = [e.get("id") for e in project.findall("./layer-tree-group//layer-tree-layer")]
    in_order = [e.get("id") for e in project.findall("./layerorder/layer")]
    assert in_tree == in_order
    assert sorted(in_tree) == sorted(ids)
    for legend in project.findall("./Layouts/Layout/LayoutItem/layer-tree-group"):
        assert {e.get("id") for e in legend} <= set(ids)


def test_names_lie_over_events_and_events_over_people_areas_and_land(project):
    names = [e.get("name") for e in project.findall("./layer-tree-group/layer-tree-group")]
    assert names == ["Events", "Displacement", "Names and context", "Areas", "Background", "Behind the map"]


def test_places_used_are_there_but_not_ticked(project):
    ticked = {e.get("name"): e.get("checked") for e in project.findall("./layer-tree-group//layer-tree-layer")}
    assert ticked.pop("Places that rows stand on") == "Qt::Unchecked"
    assert {"Events without a point", "Figures of people without a point"} <= set(ticked), "tables, for their rows"
    assert set(ticked.values()) == {"Qt::Checked"}


def test_the_reference_system_is_written_in_the_way_that_qgis_reads(project):
    system = project.find("./projectCrs/spatialrefsys")
    assert system.find("authid").text == "EPSG:32637"
    assert system.find("srsid").text
    assert project.find("./properties/SpatialRefSys/ProjectionsEnabled").text == "1"


def test_time_has_the_span_of_the_data_and_a_step_of_a_week(project):
    time = project.find("./ProjectTimeSettings")
    assert (time.get("timeStep"), time.get("timeStepUnit")) == ("1", "wk")
    assert time.find("./TemporalRange/start").text == "2020-01-01T00:00:00Z"
    assert time.find("./TemporalRange/end").text == "2020-03-01T23:59:59Z"


def test_a_map_without_days_has_no_range(handover):
    project = root_of(dataclasses.replace(handover, about=dataclasses.replace(handover.about, span=None)))
    assert project.find("./ProjectTimeSettings/TemporalRange") is None


def legend_of(project, page="A4 landscape"):
    """What the legend of a page says of each layer, by the layer's name."""
    (item,) = project.findall(f"./Layouts/Layout[@name='{page}']/LayoutItem[@id='legend']")
    return {
        entry.get("id").rpartition("_")[0]: {
            option.get("name").removeprefix("legend/"): option.get("value")
            for option in entry.findall("./customproperties/Option/Option")
        }
        for entry in item.find("layer-tree-group")
    }


def test_a_page_shows_the_days_that_the_map_shows_at_first(handover):
    days = (date(2020, 1, 6), date(2020, 1, 12))
    project = root_of(dataclasses.replace(handover, about=dataclasses.replace(handover.about, period=days)))
    for layout in project.findall("./Layouts/Layout"):
        (shown,) = layout.findall("./LayoutItem[@id='map']")
        assert shown.get("isTemporal") == "1"
        assert (shown.get("temporalRangeBegin")[:10], shown.get("temporalRangeEnd")[:10]) == (
            "2020-01-06",
            "2020-01-12",
        )
        assert "6 January 2020 to 12 January 2020" in [item.get("labelText") for item in layout]
    start = project.find("./properties/TemporalControllerWidget/StartDateTime")
    assert start.text == "2020-01-06T00:00:00Z"
    assert project.find("./ProjectTimeSettings/TemporalRange/start").text == "2020-01-01T00:00:00Z", (
        "all days of the data"
    )


def test_a_legend_on_paper_has_only_what_the_shown_days_have(handover):
    def legend(days):
        return legend_of(root_of(dataclasses.replace(handover, about=dataclasses.replace(handover.about, period=days))))

    whole = legend(None)
    assert len(whole["events"]["node-order"].split(",")) == 6
    assert {"events", "context"} - set(legend((date(1999, 1, 1), date(1999, 1, 7)))) == {"events"}, "roads have no days"


def test_letters_of_a_legend_that_fills_its_column_are_smaller_but_can_be_read(handover):
    def letters(titles):
        about = dataclasses.replace(handover.about, layers=titles)
        item = root_of(dataclasses.replace(handover, about=about)).find("./Layouts/Layout/LayoutItem[@id='legend']")
        return float(item.find("./styles/style[@name='symbolLabel']/text-style").get("fontSize"))

    names = [layer.name for layer in handover.layers]
    assert letters(handover.about.layers) == 7
    assert 5 <= letters(dict.fromkeys(names, ("word " * 24, ""))) < 7


def test_a_long_name_in_a_legend_is_broken_into_lines(handover):
    about = dataclasses.replace(handover.about, layers={**handover.about.layers, "events": ("many words " * 9, "")})
    title = legend_of(root_of(dataclasses.replace(handover, about=about)))["events"]["title-label"]
    assert title.count("\n") >= 2
    assert max(map(len, title.split("\n"))) <= 34


def test_bookmarks_are_the_frame_and_the_divisions(project):
    assert [e.get("name") for e in project.findall("./Bookmarks/Bookmark")] == ["Anywhere", "West", "East"]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_all_that_a_printed_map_needs(page, project):
    (layout,) = project.findall(f"./Layouts/Layout[@name='{page}']")
    items = layout.findall("./LayoutItem")
    kinds = [item.get("type") for item in items]
    assert sorted(kinds) == sorted(["65639", "65641", "65641", "65641", "65642", "65642", "65640", "65646"])
    (map_item,) = [item for item in items if item.get("type") == "65639"]
    linked = [item.get("map_uuid") or item.get("mapUuid") for item in items if item.get("type") in {"65642", "65646"}]
    assert set(linked) == {map_item.get("uuid")}
    assert next(item for item in items if item.get("type") == "65642").get("legendFilterByMap") == "1"


@pytest.mark.parametrize("page", PAGES)
def test_no_item_of_a_page_leaves_the_paper(page, project):
    (layout,) = project.findall(f"./Layouts/Layout[@name='{page}']")
    wide, high = (float(v) for v in layout.find("./PageCollection/LayoutItem").get("size").split(",")[:2])
    for item in layout.findall("./LayoutItem"):
        x, y = (float(v) for v in item.get("position").split(",")[:2])
        width, height = (float(v) for v in item.get("size").split(",")[:2])
        corner = item.get("referencePoint")
        left, top = x - width * (corner == "8"), y - height * (corner in {"6", "8"})
        assert left >= 0
        assert top >= 0
        assert left + width <= wide + 0.01
        assert top + height <= high + 0.01


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:32637", "EPSG:6933"])
@pytest.mark.parametrize("bounds", [(-170, -56, 180, 72), (36, 35, 36.01, 35.01), (36.5, 35, 36.5, 35), None])
def test_a_scale_bar_and_a_graticule_fit_any_frame(crs, bounds, handover):
    project = root_of(dataclasses.replace(handover, about=dataclasses.replace(handover.about, bounds=bounds)), crs)
    for bar in project.findall("./Layouts/Layout/LayoutItem[@unitType='km']"):
        assert float(bar.get("numUnitsPerSegment")) > 0
    for grid in project.iter("ComposerMapGrid"):
        assert float(grid.get("intervalX")) >= 0.05


def test_fonts_are_told_in_the_old_way_and_the_new(project):
    for label in project.findall("./Layouts/Layout/LayoutItem[@type='65641']"):
        assert label.find("LabelFont").get("description").startswith("DejaVu Sans,")
        assert label.find("text-style").get("fontFamily") == "DejaVu Sans"
    titles = [item for item in project.iter("LayoutItem") if item.get("labelText") == "Anywhere"]
    assert [t.find("text-style").get("namedStyle") for t in titles] == ["Bold"] * len(PAGES)
    assert [t.find("LabelFont").get("style") for t in titles] == ["Bold"] * len(PAGES)


def test_sources_that_do_not_fit_on_the_page_are_counted(handover):
    credits_ = tuple(Credit(f"{'a source ' * 10}{i}") for i in range(40))
    project = root_of(dataclasses.replace(handover, about=dataclasses.replace(handover.about, credits=credits_)))
    texts = [item.get("labelText") for item in project.iter("LayoutItem") if item.get("labelText")]
    assert any("more, named in the metadata" in text for text in texts)
    assert max(map(len, texts)) < 1_600


HOSTILE = st.text(max_size=40) | st.sampled_from(
    ["</title><script>", "[% 6 * 7 %]", "[[%%]]", "'\"&<>", "\x00\x08\x1f\ud800", "]]>", "\u202e", "%1", "a" * 10_000]
)


@settings(max_examples=40)
@given(title=HOSTILE, layer=HOSTILE, source=HOSTILE, disclaimer=HOSTILE)
def test_no_name_can_break_the_project_or_be_computed(title, layer, source, disclaimer):
    made = hand_over(example()) if not _MADE else _MADE[0]
    _MADE[:] = [made]
    layers = dict.fromkeys(made.about.layers, (layer, ""))
    about = About(title=title, layers=layers, credits=(Credit(source),), disclaimer=disclaimer, bounds=(36, 35, 37, 36))
    root = root_of(dataclasses.replace(made, about=about))
    assert root[0].tag == "title"
    told = [value for e in root.iter() for key, value in e.items() if key in {"labelText", "name", "projectname"}]
    told += [e.text or "" for e in root.iter() if e.tag in {"title", "layername"}]
    assert not any("[%" in text for text in told)


_MADE = []


def test_the_project_beside_the_geopackage_and_the_one_inside_are_the_same(tmp_path):
    package, beside, *_ = styled_export(example(), tmp_path, ["gpkg"])
    with closing(sqlite3.connect(package)) as database:
        ((name, inside),) = database.execute("SELECT name, content FROM qgis_projects").fetchall()
    assert name == "any_where"
    assert bytes.fromhex(inside.decode()) == beside.read_bytes()
    with zipfile.ZipFile(beside) as archive:
        assert archive.namelist() == ["any_where.qgs"]
