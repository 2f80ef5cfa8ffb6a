"""What is drawn of a table, and as what: every row is a point, part of an area, or on the list of what is not drawn."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from page_sample import (
    TOWNS,
    areas,
    displacement,
    event,
    events,
    gazetteer,
    in_area,
    lost,
    person_record,
    sample_spec,
    theatre,
)
from shapely.geometry import box

from geo.errors import TheatreError
from geo.schema import EVENTS, empty
from geo.theatre import ContextFeature
from maps.layers import make_spec


def spec_of(event_rows=(), people=(), **changes):
    table = events(*event_rows) if event_rows else empty(EVENTS)
    return make_spec(table, displacement(*people), areas(), gazetteer(), theatre=theatre(**changes))


def test_twenty_events_known_only_to_a_province_are_one_area_with_a_count():
    spec = spec_of([in_area(k, "XX01", "E") for k in range(20)])
    (area,) = spec.layer("event_areas").itertuples()
    assert (area.events, area.name, area.name_ar) == (20, "Greenland Province", "المحافظة الخضراء")
    assert len(json.loads(area.event_ids)) == 20
    assert not area.approximate
    assert spec.layer("events").empty


def test_an_area_that_was_derived_says_that_it_is_approximate():
    (area,) = spec_of([in_area(1, "XX0101", "D")]).layer("event_areas").itertuples()
    assert area.approximate
    assert area.name == "First District"


def test_district_and_province_of_one_shape_are_two_areas():
    both = [in_area(1, "XX0101", "D"), in_area(2, "XX01", "E")]
    assert list(spec_of(both).layer("event_areas")["events"]) == [1, 1]


def test_an_event_without_a_place_is_listed_with_its_reason_and_never_drawn():
    spec = spec_of([lost(1), lost(2, geo_precision="G", geo_reason=None)])
    assert spec.layer("events").empty
    assert list(spec.unplaced["reason"]) == ["no candidate in the theatre", "known to the country only"]
    assert list(spec.unplaced["source_row"]) == [2, 3]


@settings(max_examples=25)
@given(kinds=st.lists(st.sampled_from(["point", "province", "district", "lost", "country"]), min_size=1, max_size=12))
def test_every_event_is_drawn_once_or_listed_once(kinds):
    make = {
        "point": event,
        "province": lambda k: in_area(k, "XX01", "E"),
        "district": lambda k: in_area(k, "XX0101", "D"),
        "lost": lost,
        "country": lambda k: lost(k, geo_precision="G"),
    }
    spec = spec_of([make[kind](k) for k, kind in enumerate(kinds)])
    in_areas = [i for ids in spec.layer("event_areas")["event_ids"] for i in json.loads(ids)]
    told = [*spec.layer("events")["event_id"], *in_areas, *spec.unplaced["id"]]
    assert sorted(told) == sorted(spec.events["event_id"])


def test_a_stock_stands_at_its_destination_else_at_its_origin():
    people = [
        person_record(1, "stock", "2020-01-01", "2020-01-01", 5, origin=0, destination=1),
        person_record(2, "stock", "2020-01-01", "2020-01-01", 5, origin=2),
    ]
    layer = spec_of(people=people).layer("displacement")
    assert list(layer["anchor"]) == ["destination", "origin"]
    assert [(p.x, p.y) for p in layer.geometry] == [TOWNS[1][3:5], TOWNS[2][3:5]]


def test_a_flow_is_a_line_a_ring_a_tick_or_an_arrival():
    ends = [{"origin": 0, "destination": 1}, {"origin": 0, "destination": 0}, {"origin": 0}, {"destination": 1}]
    people = [person_record(k, "flow", "2020-01-01", "2020-01-31", 5, **end) for k, end in enumerate(ends)]
    layer = spec_of(people=people).layer("flows")
    assert list(layer["shape"]) == ["line", "ring", "tick", "arrival"]
    assert list(layer.geometry.geom_type) == ["LineString", "Point", "Point", "Point"]


def test_a_figure_for_a_whole_country_is_listed_not_drawn_in_its_middle():
    people = [person_record(1, "stock", "2020-01-01", "2020-01-01", 5, destination=1, destination_precision="G")]
    spec = spec_of(people=people)
    assert spec.layer("displacement").empty
    assert list(spec.unplaced["reason"]) == ["known to the country only"]


def test_a_record_without_a_number_says_so():
    people = [person_record(1, "flow", "2020-01-01", "2020-01-31", None, destination=1)]
    assert list(spec_of(people=people).unplaced["reason"]) == ["no number is stated"]


def test_a_highway_runs_through_its_places_in_order():
    context = spec_of().layer("context").set_index("name")
    assert list(context.loc["Long road"].geometry.coords) == [t[3:5] for t in TOWNS[:3]]
    assert context.loc["Post 1", "start"].isoformat() == "2020-01-01T00:00:00"


def test_a_context_place_that_no_gazetteer_has_is_named():
    feature = ContextFeature("highway", "Long road", route=("T1", "T9"))
    with pytest.raises(TheatreError, match="'Long road' names the place 'T9'"):
        spec_of(context=(feature,))


def test_the_most_important_town_is_labelled_first():
    assert list(spec_of().layer("places")["name"]) == ["Northtown", "Midford", "Southwell", "Westbury"]
    told_often = [event(k, place=3) for k in range(400)]
    assert spec_of(told_often).layer("places")["name"].iloc[0] == "Westbury"


def test_the_frame_is_the_focus_else_the_bounds_else_the_data():
    rows = [event(1), event(2, place=2)]
    assert spec_of(rows).bounds == theatre().bounds
    assert_just_around(spec_of(rows, focus=("XX0101",)).bounds, box(36.0, 35.3, 36.5, 35.8))
    assert_just_around(spec_of(rows, bounds=None).bounds, box(36.60, 35.45, 36.70, 36.10))


def assert_just_around(bounds, data):
    assert box(*bounds).contains(data)
    assert data.buffer(0.2).contains(box(*bounds))


WINTER = (date(2019, 12, 1), date(2020, 3, 6))


def test_the_first_view_is_the_theatres_period_if_anything_lies_in_it():
    assert spec_of([event(1, "2020-01-10"), event(2, "2012-01-10")], period=WINTER).period == WINTER
    stock = person_record(1, "stock", "2020-03-06", "2020-03-06", 5, destination=0)
    assert spec_of([event(1, "2012-01-10")], [stock], period=WINTER).period == WINTER


def test_without_anything_in_the_period_the_first_view_is_all_of_time():
    assert spec_of([event(1, "2020-03-07")], period=WINTER).period is None
    assert spec_of([event(1, date_start=None, date_end=None)], period=WINTER).period is None
    assert spec_of(period=WINTER).period is None
    assert spec_of([event(1, "2020-01-10")], period=None).period is None


def test_an_event_that_began_before_the_period_and_ended_in_it_lies_in_it():
    assert spec_of([event(1, "2019-11-20", date_end="2019-12-02")], period=WINTER).period == WINTER


def test_no_data_at_all_is_still_a_map():
    spec = spec_of(bounds=None, period=None)
    assert spec.span is None
    assert spec.unplaced.empty
    assert all(layer.table.empty for layer in spec.layers if layer.kind not in ("context", "places"))


def test_the_sample_has_every_kind_of_layer():
    spec = sample_spec()
    assert all(len(layer.table) for layer in spec.layers)
    assert set(spec.unplaced["table"]) == {"events", "displacement"}
