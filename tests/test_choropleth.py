"""Units in classes of their rate: the same bounds as on the page, and what is not known is not light but hatched."""

import dataclasses
import itertools
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_links import AREAS, events, fight, flow, people
from test_population import population
from test_qgis import example

from geo.export import write_handover
from geo.links import link_table
from geo.rates import rate_table
from geo.schema import DISPLACEMENT, empty
from maps.choropleth import (
    NO_COUNT,
    NO_FIGURE,
    NONE_RECORDED,
    class_bounds,
    class_colours,
    class_words,
    rate_areas,
    rates_titles,
)
from maps.handover import hand_over
from maps.style import RATE_CLASSES, RATE_ZERO


def rated(fights, counts, moved=None):
    """The example map with the rates of these events and people."""
    links = link_table(fights, empty(DISPLACEMENT) if moved is None else moved, AREAS, metric_crs="EPSG:32631")
    return dataclasses.replace(example(), admin=AREAS, rates=rate_table(links, counts, AREAS))


def areas_of(spec):
    return rate_areas(spec.admin, spec.rates)


FOUGHT = events(fight("2020-02-10", admin2_pcode="W101"), fight("2020-02-11", admin2_pcode="W101"))
COUNTED = population(("W1", 200_000, 2019), ("W101", 80_000, 2019))


def test_a_layer_for_each_level_has_all_units_with_their_rates_and_classes():
    tables = areas_of(rated(FOUGHT, COUNTED))
    assert list(tables) == ["rates_admin1", "rates_admin2"]
    first = tables["rates_admin1"].set_index("pcode")
    assert first.loc["W1", ["events", "events_per_100000", "rate"]].tolist() == [2, 1.0, 1.0]
    assert first["rate_class"].to_dict() == {"W1": "more than 0", "E1": NO_COUNT}
    assert first.geometry.geom_type.eq("Polygon").all()


def test_a_counted_unit_has_none_recorded_or_no_figure_never_the_one_for_the_other():
    both = population(("W1", 200_000, 2019), ("E1", 50_000, 2019))
    fought = areas_of(rated(FOUGHT, both))["rates_admin1"].set_index("pcode")
    assert fought.loc["E1", "rate_class"] == NONE_RECORDED
    moved = areas_of(rated(events(), both, people(flow("2020-02-01", "2020-02-29", "W1", None, 40))))["rates_admin1"]
    assert moved.set_index("pcode")["rate_class"].to_dict() == {"W1": "more than 0", "E1": NO_FIGURE}


def test_the_title_says_of_whom_and_of_which_days_the_rates_are():
    assert rates_titles(rated(FOUGHT, COUNTED))["rates_admin2"] == (
        "Fighting for 100,000 inhabitants, 2020-02-10 to 2020-02-11, by second division"
    )
    moved = rated(events(), COUNTED, people(flow("2020-02-01", "2020-02-29", "W1", None, 40)))
    assert rates_titles(moved)["rates_admin1"].startswith("People displaced for 1,000 inhabitants, 2020-02-01 to")


def test_without_a_rate_above_zero_there_is_no_layer():
    assert areas_of(rated(events(), COUNTED)) == {}
    assert areas_of(example()) == {}
    assert rates_titles(example()) == {}


@pytest.mark.parametrize(
    ("rates", "bounds"),
    [
        ([1.2, 2.4, 3.1, 4.8, 9.9], [2, 3, 5, 7]),
        ([115, 900], [700]),
        ([0, None, 7.7], []),
        ([], []),
        ([4, 4, 4, 4], []),
        ([0.5, 0.7, 1.4, 1.5, 1.6, 20, 30_000], [0.7, 1.5, 20]),
    ],
)
def test_bounds_are_round_numbers_between_classes_of_about_equal_size(rates, bounds):
    assert class_bounds(rates) == bounds


@settings(deadline=None)
@given(st.lists(st.floats(1e-9, 1e7) | st.just(0.0) | st.none()))
def test_bounds_rise_and_no_more_than_five_classes_hold_every_rate(rates):
    bounds = class_bounds(rates)
    assert all(low < high for low, high in itertools.pairwise(bounds))
    assert len(class_words(bounds)) == len(bounds) + 1 <= len(RATE_CLASSES)
    assert len(set(class_words(bounds))) == len(bounds) + 1
    known = [rate for rate in rates if rate]
    assert all(min(known) < bound <= max(known) for bound in bounds)


def test_classes_are_said_in_words_and_go_from_light_to_dark():
    colours = class_colours([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    assert list(colours) == [NONE_RECORDED, "under 3", "3 to under 5", "5 to under 7", "7 to under 10", "10 and more"]
    assert list(colours.values()) == [RATE_ZERO[0], *(light for light, _ in RATE_CLASSES)]
    assert list(class_colours([5]).values()) == [RATE_ZERO[0], RATE_CLASSES[2][0]]


def test_in_the_project_rates_lie_under_lines_and_over_land_and_only_the_finest_are_ticked():
    root = ET.fromstring(hand_over(rated(FOUGHT, COUNTED)).project.partition("\n")[2])
    background = root.find("./layer-tree-group/layer-tree-group[@name='Background']")
    names = [one.get("name").rpartition(", by ")[2] for one in background]
    assert names == ["Administrative areas", "second division", "first division", "Land"]
    assert [one.get("checked") for one in background] == ["Qt::Checked", "Qt::Checked", "Qt::Unchecked", "Qt::Checked"]
    layer = next(one for one in root.iter("maplayer") if "rates_admin1" in one.find("datasource").text)
    classes = {one.get("value"): one.get("symbol") for one in layer.iter("category")}
    assert list(classes) == [NONE_RECORDED, "more than 0", NO_FIGURE, NO_COUNT]
    symbols = {one.get("name"): [part.get("class") for part in one.iter("layer")] for one in layer.iter("symbol")}
    assert "LinePatternFill" in symbols[classes[NO_COUNT]]
    assert symbols[classes[NONE_RECORDED]] == ["SimpleFill"]


def test_a_legend_on_paper_names_only_the_level_that_is_shown():
    root = ET.fromstring(hand_over(rated(FOUGHT, COUNTED)).project.partition("\n")[2])
    legend = root.find("./Layouts/Layout/LayoutItem[@id='legend']")
    names = [one.get("name").rpartition(", by ")[2] for one in legend.iter("layer-tree-layer")]
    assert {name for name in names if "division" in name} == {"second division"}


def test_every_column_of_the_layers_has_its_meaning():
    made = hand_over(rated(FOUGHT, COUNTED))
    layers = [layer for layer in made.layers if layer.name.startswith("rates_")]
    assert len(layers) == 2
    for layer in layers:
        assert set(layer.table.columns) <= set(made.about.columns[layer.name])


def test_every_format_takes_the_rates(tmp_path):
    spec = rated(FOUGHT, population(("W1", 200_000, 2019), ("E1", 50_000, 2019), source="=cmd|' /C calc'!A0 <b>"))
    files = write_handover(hand_over(spec), tmp_path, ["gpkg", "geojson", "csv", "kml"])
    assert {path.name for path in files} >= {"any_where_rates_admin1.geojson", "any_where_rates_admin1.csv"}
    told = pd.read_csv(next(path for path in files if path.name == "any_where_rates_admin1.csv"))
    assert dict(zip(told["pcode"], told["rate"], strict=True)) == {"W1": 1.0, "E1": 0.0}
    assert told["population_source"].str.startswith("'=cmd").all()
