"""Real QGIS, without a window, opens what we write: styled, dated, labelled, and its pages can be printed.

Skipped where Debian's python3-qgis is absent; with CONFLICTMAP_REQUIRE_GIS=1 that is a failure.
"""

import dataclasses
import functools
import json
import os
import subprocess
from pathlib import Path

import pytest
from test_choropleth import COUNTED, FOUGHT, rated
from test_qgis import example, stocks

from geo.schema import Credit
from geo.theatre import list_theatres, load_theatre
from maps.choropleth import NO_COUNT, NO_FIGURE, NONE_RECORDED
from maps.handover import styled_export
from maps.pipeline import Setting, locate
from maps.style import DISPLACEMENT, EVENT_SYMBOLS, RATE_CLASSES, TOKENS

pytestmark = pytest.mark.gis

PYTHON = "/usr/bin/python3"
REPORT = Path(__file__).with_name("qgis_report.py")
SAMPLES = [name for name in list_theatres() if load_theatre(name).sample]
HOSTILE = "<b>x</b> & \"q\" 'r' [% 6 * 7 %] \x01\u202e {x} \\n $a "


@functools.cache
def why_no_qgis():
    """Reason why QGIS cannot be asked; empty if it can."""
    if not Path(PYTHON).exists():
        return f"no {PYTHON}"
    asked = subprocess.run([PYTHON, "-c", "import qgis.core"], capture_output=True, check=False, cwd="/")
    return "" if asked.returncode == 0 else "no QGIS: install Debian's qgis and python3-qgis"


@pytest.fixture(scope="module")
def qgis(tmp_path_factory):
    """Asks QGIS for its report on a file."""
    if lacking := why_no_qgis():
        if os.environ.get("CONFLICTMAP_REQUIRE_GIS") == "1":
            pytest.fail(lacking)
        pytest.skip(lacking)

    def ask(kind, path, *more):
        folder = tmp_path_factory.mktemp("qgis")
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
        done = subprocess.run(
            [PYTHON, str(REPORT), kind, str(path), str(folder), *more],
            capture_output=True,
            check=False,
            text=True,
            cwd=folder,
            env=environment,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout.strip().splitlines()[-1])

    return ask


@pytest.fixture(scope="module", params=SAMPLES)
def theatre(request, tmp_path_factory):
    """(spec, GeoPackage, project) of the sample of a theatre that the package carries."""
    chosen = load_theatre(request.param)
    spec = locate(list(chosen.sample), Setting(chosen), on_step=lambda _step: None).spec()
    package, project, *_ = styled_export(spec, tmp_path_factory.mktemp("gis"), ["gpkg"])
    return spec, package, project


@pytest.fixture(scope="module")
def opened(theatre, qgis):
    """(spec, what QGIS says of its project)."""
    spec, _, project = theatre
    return spec, qgis("project", project)


@pytest.fixture(scope="module")
def package(theatre, qgis):
    """(spec, what QGIS says of its GeoPackage's layers)."""
    spec, path, _ = theatre
    return spec, qgis("package", path)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory, qgis):
    """A small map with every kind of layer and hostile names: (spec, project, what QGIS says of it)."""
    spec = example()
    flows = dataclasses.replace(spec.layers[3], title={"en": HOSTILE})
    events = spec.layers[0].table.assign(place_name=HOSTILE * 200)
    layers = (dataclasses.replace(spec.layers[0], table=events), *spec.layers[1:3], flows, *spec.layers[4:])
    stocks = layers[2].table.assign(series=HOSTILE)
    layers = (*layers[:2], dataclasses.replace(layers[2], table=stocks), *layers[3:])
    spec = dataclasses.replace(
        spec,
        title={"en": HOSTILE + "a" * 10_000},
        metric_crs="EPSG:32637",
        layers=layers,
        credits=(Credit(HOSTILE * 50), Credit("b" * 10_000)),
        disclaimer={"en": HOSTILE},
    )
    _, project, *_ = styled_export(spec, tmp_path_factory.mktemp("drawn"), ["gpkg"])
    return spec, project, qgis("project", project)


def wanted_colours(spec):
    present = set(spec.layer("events")["event_type"])
    return {kind: spec.palette.get(kind, look.light).lower() for kind, look in EVENT_SYMBOLS.items() if kind in present}


def test_every_layer_of_the_geopackage_opens_styled(package):
    _, layers = package
    spatial = {name: one for name, one in layers.items() if one["geometry"]}
    assert {"events", "event_areas", "displacement", "flows", "context", "places", "areas", "countries"} <= set(spatial)
    for name, one in spatial.items():
        assert one["valid"], name
        assert one["styled"], (name, one["said"])
        assert one["crs"] == "EPSG:4326", name
        assert one["classes"], name
    for name in ("events_without_point", "unplaced", "problems"):
        assert layers[name]["valid"], name


def test_the_geopackage_has_the_rows_of_the_map(package):
    spec, layers = package
    for layer in spec.layers:
        parts = [f"{layer.id}{part}" for part in ("", "_points", "_lines", "_areas")]
        assert sum(layers[name]["rows"] for name in parts if name in layers) == len(layer.table), layer.id


def test_events_have_the_colours_of_the_page_and_a_legend_of_sizes(package):
    spec, layers = package
    events = layers["events"]
    assert (events["renderer"], events["gathers"]) == ("categorizedSymbol", True)
    assert {name: one["colour"] for name, one in events["classes"].items()} == wanted_colours(spec)
    assert all(one["ticked"] for one in events["classes"].values())
    assert events["sized"]


def test_layers_with_days_follow_the_time_control_by_fields_that_are_days(package):
    _, layers = package
    timed = {name: one["fields"] for name, one in layers.items() if one["timed"]}
    assert {"events", "event_areas", "displacement", "flows", "context"} <= set(timed)
    for name, fields in timed.items():
        assert set(fields) <= set(layers[name]["date_fields"]), name


def test_towns_areas_and_people_are_labelled(package):
    spec, layers = package
    assert '"name_ar"' in layers["places"]["label"]
    assert layers["event_areas"]["labels"]
    if len(spec.layer("displacement")):
        assert "persons" in layers["displacement"]["label"]


def test_the_project_opens_with_its_layers_reference_system_and_time(opened):
    spec, project = opened
    assert project["read"], project["error"]
    assert project["title"] == spec.title["en"]
    assert project["crs"] == [spec.metric_crs, True]
    assert project["unknown layers"] == 0
    assert all(one["valid"] for one in project["layers"].values())
    assert project["range"] == [day.isoformat() for day in spec.span]
    assert project["step"] == 1
    assert project["groups"][:2] == ["Events", "Displacement"]


def test_the_project_shows_the_layers_as_the_geopackage_alone_does(opened, package):
    by_source = {one["source"].rpartition("=")[2]: one for one in opened[1]["layers"].values()}
    for name, alone in package[1].items():
        if alone["geometry"]:
            both = ("renderer", "classes", "label", "timed", "fields", "rows")
            assert {k: by_source[name][k] for k in both} == {k: alone[k] for k in both}, name


def test_bookmarks_lead_to_the_frame_and_the_divisions(opened):
    spec, project = opened
    assert project["bookmarks"][0] == spec.title["en"]
    assert len(project["bookmarks"]) > 5
    assert project["bookmark crs"] == [spec.metric_crs]


@pytest.mark.parametrize(("name", "size"), [("A4 landscape", [297, 210]), ("A3 landscape", [420, 297])])
def test_a_page_is_printed_with_map_title_legend_scale_and_credits(name, size, opened):
    spec, project = opened
    page = project["pages"][name]
    assert page["rendered"]
    assert page["size"] == pytest.approx(size)
    assert page["linked"]
    assert page["legends"] == 2
    assert page["bar"][1:] == ["km", 1]
    ink = TOKENS["ink"][0].lower()
    wanted = wanted_colours(spec).values()
    assert all(page["legend"].get(colour, 0) >= 4 for colour in wanted)
    # A type whose events all lie close to those of another type is told by grey rings around their number.
    hidden = [colour for colour in wanted if page["map"].get(colour, 0) < 4]
    assert not hidden or page["map"].get(TOKENS["muted"][0].lower(), 0) > 100
    assert len(hidden) < len(wanted)
    assert page["map"].get(TOKENS["land"][0].lower(), 0) > 10_000
    assert page["title"].get(ink, 0) > 300
    assert sum(page["small print"].values()) - page["small print"]["#ffffff"] > 1000
    assert spec.title["en"] in page["texts"]
    assert any(spec.disclaimer["en"] in text and spec.credits[0].source[:20] in text for text in page["texts"])


def test_the_project_inside_the_geopackage_is_the_same(theatre, qgis, opened):
    _, path, project = theatre
    inside = qgis("project", f"geopackage:{path}?projectName={project.stem}")
    outside = opened[1]
    assert inside["read"]
    assert inside["layers"] == outside["layers"]
    told = ("range", "step", "crs", "bookmarks", "groups")
    assert {k: inside[k] for k in told} == {k: outside[k] for k in told}
    assert {name: page["texts"] for name, page in inside["pages"].items()} == {
        name: page["texts"] for name, page in outside["pages"].items()
    }


def test_paths_are_relative_so_both_files_may_move_together(theatre, qgis, tmp_path):
    _, path, project = theatre
    moved = tmp_path / "elsewhere ü"
    moved.mkdir()
    for file in (path, project):
        (moved / file.name).write_bytes(file.read_bytes())
    layers = qgis("project", moved / project.name)["layers"]
    assert {Path(one["source"].partition("|")[0]).parent for one in layers.values()} == {moved}
    assert all(one["valid"] for one in layers.values())


def test_every_kind_of_layer_is_drawn(drawn):
    page = drawn[2]["pages"]["A4 landscape"]
    for name in EVENT_SYMBOLS:
        assert page["map"].get(EVENT_SYMBOLS[name].light.lower(), 0) > 10, name
    assert page["map"].get(DISPLACEMENT[0].lower(), 0) > 100, "circles and numbers of people"
    assert page["map"].get(TOKENS["road"][0].lower(), 0) > 100
    assert page["map"].get("#f6f2ed", 0) > 1000, "land under the faint tint of a large area"


def test_hostile_names_are_shown_and_never_computed(drawn):
    _, _, project = drawn
    assert project["read"]
    assert all(one["valid"] for one in project["layers"].values())
    shown = [project["title"], *project["layers"], *project["bookmarks"]]
    shown += [text for page in project["pages"].values() for text in page["texts"]]
    assert sum("<b>x</b> & \"q\" 'r' [ % 6 * 7 %]" in text for text in shown) >= 4
    assert not any("42" in text.replace("32637", "") or "\x01" in text for text in shown)
    assert max(map(len, [project["title"], *project["bookmarks"]])) <= 120


def tinted(seen):
    """Number of pixels with the tint of the circles of people: more blue than red, more red than green."""
    parts = (([int(colour[i : i + 2], 16) for i in (1, 3, 5)], number) for colour, number in seen.items())
    return sum(number for (red, green, blue), number in parts if blue - red >= 12 and red >= green)


def test_with_a_time_chosen_the_figure_of_that_time_is_shown(drawn, qgis):
    _, project, _ = drawn
    always, then, before = (
        tinted(qgis("moment", project, *days)["map"])
        for days in (("", ""), ("2020-02-03", "2020-02-09"), ("2019-11-01", "2019-11-07"))
    )
    assert always > 1000
    assert then > 1000
    assert before < 50


def test_of_each_series_the_figure_that_stood_at_the_end_of_the_days_shown_is_drawn(qgis, tmp_path):
    spec = example()
    days = ("2020-01-01", "2020-01-20", "2020-02-10")
    figures = stocks(*(("total", day, people) for day, people in zip(days, (100, 200, 300), strict=True)))
    layers = [dataclasses.replace(one, table=figures) if one.kind == "displacement" else one for one in spec.layers]
    _, project, *_ = styled_export(dataclasses.replace(spec, layers=tuple(layers)), tmp_path, ["gpkg"])
    moments = {("", ""): [300], ("2019-12-01", "2020-03-31"): [300], ("2020-01-01", "2020-02-09"): [200]}
    assert {moment: qgis("moment", project, *moment)["people"] for moment in moments} == moments


def test_an_area_says_how_many_events_it_had_in_the_days_shown(drawn, qgis):
    _, project, _ = drawn
    moments = (("", ""), ("2020-02-28", "2020-03-01"), ("2019-11-01", "2019-11-07"))
    said = [qgis("moment", project, *days)["labels"]["event_areas"] for days in moments]
    assert said == [["≈ 2 events"], ["≈ 1 event"], ["≈ 0 events"]]


def test_the_same_map_gives_the_same_bytes(theatre, tmp_path):
    spec, path, project = theatre
    again, same, *_ = styled_export(spec, tmp_path, ["gpkg"])
    assert again.read_bytes() == path.read_bytes()
    assert same.read_bytes() == project.read_bytes()


def test_qgis_draws_units_in_the_classes_of_their_rates(tmp_path, qgis):
    spec = rated(FOUGHT, COUNTED)
    _, project, *_ = styled_export(spec, tmp_path, ["gpkg"])
    report = qgis("project", project)
    layer = next(one for name, one in report["layers"].items() if name.endswith("by first division"))
    assert layer["renderer"] == "categorizedSymbol"
    assert {NONE_RECORDED, NO_FIGURE, NO_COUNT, "more than 0"} == set(layer["classes"])
    assert layer["classes"]["more than 0"]["colour"] == RATE_CLASSES[2][0].lower()
