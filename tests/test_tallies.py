"""Figures of people that belong together, days of areas, and the places that rows stand on."""

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from geo.schema import CRS, DISPLACEMENT, EVENTS, conform
from maps.tallies import places_used, shown_series, with_current, with_days, with_sums

HERE, THERE = (36.0, 35.0), (36.5, 35.5)


def records(*rows):
    """Displacement: (measure, series, day, persons) at one place, or with the columns given."""
    columns = [
        {
            "record_id": f"D-{i}",
            "source": "a source",
            "measure": measure,
            "movement": "displacement",
            "series": series,
            "persons_best": persons,
            "date_start": day,
            "date_end": day,
            "destination_place_id": "here",
            "destination_name": "Here",
            "destination_longitude": HERE[0],
            "destination_latitude": HERE[1],
        }
        | more
        for i, (measure, series, day, persons, *rest) in enumerate(rows)
        for more in [rest[0] if rest else {}]
    ]
    table, problems = conform(pd.DataFrame(columns), DISPLACEMENT)
    assert not problems
    shapes = [Point(HERE)] * len(rows)
    located = gpd.GeoDataFrame(table.drop(columns="geometry"), geometry=shapes, crs=CRS)
    return located.assign(persons=located["persons_best"])


def stocks(*rows):
    return records(*(("stock", *row) for row in rows))


def day(value):
    return None if pd.isna(value) else value.date().isoformat()


def test_a_later_figure_of_a_series_takes_over_from_the_day_it_is_for():
    table = with_current(stocks(("total", "2020-02-01", 9), ("total", "2020-01-01", 5), ("total", "2020-02-20", 7)))
    spans = [(day(a), day(b)) for a, b in zip(table["current_from"], table["current_until"], strict=True)]
    assert spans == [("2020-02-01", "2020-02-19"), ("2020-01-01", "2020-01-31"), ("2020-02-20", None)]
    assert table["latest"].tolist() == [False, False, True]


def test_figures_of_one_day_stand_together():
    table = with_current(stocks(("total", "2020-01-01", 5), ("total", "2020-01-01", 6)))
    assert table["latest"].tolist() == [True, True]


@pytest.mark.parametrize(
    "other",
    [
        {"series": "arrivals"},
        {"movement": "return"},
        {"destination_place_id": "there"},
    ],
    ids=["series", "movement", "place"],
)
def test_figures_of_another_series_movement_or_place_do_not_take_over(other):
    table = with_current(stocks(("total", "2020-01-01", 5), ("total", "2020-02-01", 9, other)))
    assert table["latest"].tolist() == [True, True]


def test_a_figure_without_a_day_is_never_the_latest():
    assert with_current(stocks(("total", None, 5)))["latest"].tolist() == [False]


def test_circles_are_measured_against_the_largest_of_their_series():
    table = with_current(stocks(("total", "2020-01-01", 50), ("total", "2020-02-01", 100), ("few", "2020-02-01", 4)))
    assert table["share_of_largest"].tolist() == [0.5, 1.0, 1.0]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 28), st.integers(1, 9)), max_size=12))
def test_on_any_day_one_day_of_each_series_is_current(rows):
    table = with_current(stocks(*((s, f"2020-01-{d:02}", n) for s, d, n in rows)))
    for now in pd.date_range("2020-01-01", "2020-02-01"):
        open_ended = table["current_until"].fillna(pd.Timestamp("2100-01-01"))
        current = table.loc[(table["current_from"] <= now) & (open_ended >= now)]
        for series in "ab":
            days = [d for s, d, _ in rows if s == series and pd.Timestamp(2020, 1, d) <= now]
            shown = current.loc[current["series_key"] == series, "current_from"].dt.day.unique().tolist()
            assert shown == ([max(days)] if days else [])


def test_movements_of_a_series_between_the_same_ends_are_added_once():
    table = with_sums(records(("flow", "monthly", "2020-01-31", 10), ("flow", "monthly", "2020-02-29", 30)))
    assert table["persons_sum"].tolist() == [40, 40]
    assert table["carries_sum"].tolist() == [True, False]


def test_movements_of_two_series_are_never_added():
    table = with_sums(records(("flow", "monthly", "2020-01-31", 10), ("flow", "daily", "2020-01-31", 30)))
    assert table["persons_sum"].tolist() == [10, 30]
    assert table["carries_sum"].all()


def test_a_series_is_called_by_what_a_style_can_hold():
    assert with_current(stocks(("a\x01b\u202e", "2020-01-01", 5)))["series_key"].tolist() == ["ab"]


@pytest.mark.parametrize("add", [with_current, with_sums])
def test_no_rows_give_no_rows(add):
    assert len(add(records(("stock", "s", "2020-01-01", 1)).iloc[:0])) == 0


def test_the_series_with_most_dates_and_the_flows_with_most_known_ends_are_shown_first():
    both = with_current(stocks(("a", "2020-01-01", 900), ("b", "2020-01-01", 5), ("b", "2020-02-01", 5)))
    flows = with_sums(records(("flow", "x", "2020-01-01", 1), ("flow", "y", "2020-01-01", 2)))
    lines = gpd.GeoSeries([Point(HERE), LineString([THERE, HERE])], crs=CRS)
    assert shown_series(both, flows.set_geometry(lines)) == {"b", "y"}


def test_areas_have_the_first_and_last_day_of_their_events():
    events = pd.DataFrame(
        {
            "area_id": ["A", "A", None],
            "date_start": pd.to_datetime(["2020-01-05", "2020-01-01", "2019-01-01"]),
            "date_end": pd.to_datetime(["2020-01-09", None, None]),
        }
    )
    areas = gpd.GeoDataFrame({"area_id": ["A", "B"]}, geometry=[Point(0, 0).buffer(1)] * 2, crs=CRS)
    table = with_days(areas, events)
    assert [day(v) for v in table["first_day"]] == ["2020-01-01", None]
    assert [day(v) for v in table["last_day"]] == ["2020-01-09", None]


def events_at(*rows):
    """Events: (place id, deaths)."""
    columns = [
        {
            "event_id": f"E-{i}",
            "source": "a source",
            "event_type": "Battles",
            "place_id": place,
            "place_name": place,
            "fatalities_best": deaths,
            "date_start": "2020-02-10",
            "date_end": "2020-02-11",
        }
        for i, (place, deaths) in enumerate(rows)
    ]
    table, problems = conform(pd.DataFrame(columns), EVENTS)
    assert not problems
    shapes = [None if place is None else Point(HERE) for place, _ in rows]
    return gpd.GeoDataFrame(table.drop(columns="geometry"), geometry=shapes, crs=CRS)


def test_places_used_count_events_and_deaths_and_never_take_unknown_for_none():
    used = places_used(events_at(("here", 3), ("here", None), ("far", None), (None, 9)), records().iloc[:0])
    rows = used.set_index("place_id")
    assert rows.loc["here", ["events", "deaths_best", "deaths_unknown"]].tolist() == [2, 3, 1]
    assert rows.loc["far", "events"] == 1
    assert pd.isna(rows.loc["far", "deaths_best"])
    assert used["place_id"].tolist() == ["here", "far"]


def test_places_used_tell_the_latest_stock_and_never_add_it_to_flows():
    table = records(
        ("stock", "total", "2020-01-01", 5),
        ("stock", "total", "2020-02-01", 9),
        ("flow", "monthly", "2020-01-31", 30),
        ("flow", "monthly", "2020-02-29", 40),
    )
    (row,) = places_used(events_at(), table).itertuples()
    assert (row.place_id, row.events, row.stocks, row.latest_stock, row.flows) == ("here", 0, 2, 9, 2)
    assert row.people_arrived == 70
    assert pd.isna(row.people_left)
    assert (day(row.first_day), day(row.last_day)) == ("2020-01-01", "2020-02-29")


def test_people_who_arrived_at_a_place_are_counted_by_one_series_never_by_two():
    table = records(
        ("flow", "monthly", "2020-01-31", 30),
        ("flow", "monthly", "2020-02-29", 40),
        ("flow", "weekly", "2020-02-29", 55),
    )
    (row,) = places_used(events_at(), table).itertuples()
    assert (row.flows, row.people_arrived) == (3, 70)


def test_no_rows_use_no_places():
    used = places_used(events_at(), records())
    assert len(used) == 0
    assert used.crs == CRS
