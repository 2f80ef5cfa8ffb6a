"""The border check: right columns and types out, every refused row named."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely.geometry import Point

from geo.schema import (
    DISPLACEMENT,
    DTYPES,
    EVENTS,
    PLACES,
    concat,
    conform,
    empty,
    stable_id,
    with_guard,
    without_guard,
)

SPECS = pytest.mark.parametrize("spec", [EVENTS, DISPLACEMENT, PLACES], ids=lambda s: s.name)


def event(**values):
    return {"event_id": "E-1", "source": "made up", "event_type": "Battles", **values}


def conformed(*rows):
    return conform(pd.DataFrame(list(rows)), EVENTS, source="a.csv")


@SPECS
def test_an_empty_table_has_all_columns_in_order_and_typed(spec):
    table = empty(spec)
    assert list(table.columns) == spec.names
    assert len(table) == 0
    for column in spec.columns:
        if column.kind != "geometry":
            assert str(table[column.name].dtype) == DTYPES[column.kind]


@SPECS
def test_names_are_unique_and_every_column_has_a_meaning(spec):
    assert len(set(spec.names)) == len(spec.names)
    assert all(c.meaning for c in spec.columns)
    assert spec.by_name[spec.key].required


def test_a_located_table_is_in_degrees():
    table, _ = conformed(event(geometry=Point(36.6, 35.9)))
    assert isinstance(table, gpd.GeoDataFrame)
    assert table.crs == "EPSG:4326"
    assert table.geometry.iloc[0] == Point(36.6, 35.9)


def test_missing_stays_missing_and_is_never_zero():
    table, problems = conformed(event(fatalities_best=None, injured="", source_longitude=np.nan))
    assert not problems
    (row,) = table.itertuples()
    assert row.fatalities_best is pd.NA
    assert row.injured is pd.NA
    assert np.isnan(row.source_longitude)
    assert pd.isna(row.date_start)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("fatalities_best", "three", "not a integer"),
        ("fatalities_best", "-1", "below 0"),
        ("fatalities_best", "2.5", "not a integer"),
        ("fatalities_best", "1e308", "not a integer"),
        ("source_latitude", "91", "above 90"),
        ("source_longitude", "inf", "not a number"),
        ("date_start", "31/02/2019", "not a date"),
        ("event_type", "Party", "not known"),
        ("event_type", "", "is empty"),
        ("event_id", None, "is empty"),
        ("geo_score", 1.5, "above 1"),
        ("claim", "rumour", "not known"),
    ],
)
def test_a_wrong_value_refuses_its_row_and_says_why(column, value, words):
    table, problems = conformed(event(event_id="E-0"), event(**{column: value}))
    assert list(table["event_id"]) == ["E-0"]
    (problem,) = problems
    assert (problem.source, problem.row, problem.column, problem.severity) == ("a.csv", 2, column, "error")
    assert words in problem.message


def test_a_problem_names_the_file_and_line_that_the_row_came_from():
    _, (problem,) = conformed(event(event_type="Party", source_file="b.csv", source_row=17))
    assert (problem.source, problem.row, problem.value) == ("b.csv", 17, "Party")


def test_spans_and_ranges_must_be_in_order():
    _, problems = conformed(
        event(event_id="1", date_start="2020-02-10", date_end="2020-02-09"),
        event(event_id="2", fatalities_low=5, fatalities_best=3),
        event(event_id="3", fatalities_low=5, fatalities_high=3),
    )
    assert [(p.row, p.column) for p in problems] == [(1, "date_end"), (2, "fatalities_best"), (3, "fatalities_high")]


def test_the_second_row_with_an_id_is_refused_but_not_if_the_first_was():
    table, problems = conformed(event(fatalities_best=-1), event(), event())
    assert len(table) == 1
    assert [p.row for p in problems] == [1, 3]


def test_a_required_column_that_is_missing_refuses_every_row():
    table, problems = conform(pd.DataFrame({"event_id": ["a", "b"], "source": "x"}), EVENTS)
    assert len(table) == 0
    assert {p.column for p in problems} == {"event_type"}
    assert len(problems) == 2


def test_dates_lose_their_time_and_zone():
    table, _ = conformed(event(date_start="2020-02-10T23:59:00+03:00"))
    assert table["date_start"].iloc[0] == pd.Timestamp("2020-02-10")


def test_conform_does_not_touch_its_input_and_does_nothing_twice():
    raw = pd.DataFrame([event(fatalities_best="3", date_start="2020-02-10", civilians_targeted=True)])
    before = raw.copy(deep=True)
    once, _ = conform(raw, EVENTS)
    twice, problems = conform(once, EVENTS)
    assert_frame_equal(raw, before)
    assert_frame_equal(pd.DataFrame(once), pd.DataFrame(twice))
    assert not problems


def test_concat_numbers_rows_anew_and_keeps_types():
    one, _ = conformed(event())
    two, _ = conformed(event(event_id="E-2", fatalities_best=4))
    table = concat([one, empty(EVENTS), two], EVENTS)
    assert list(table.index) == [0, 1]
    assert table.dtypes.astype(str).to_dict() == empty(EVENTS).dtypes.astype(str).to_dict()


def test_stable_ids_depend_on_their_parts_and_on_where_the_parts_end():
    assert stable_id("E", "a", "b") == stable_id("E", "a", "b")
    assert stable_id("E", "ab", "") != stable_id("E", "a", "b")
    assert stable_id("E", None) == stable_id("E", pd.NA) == stable_id("E", "")
    assert stable_id("E", "a").startswith("E-")


cells = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates().map(str),
    st.sampled_from(["Battles", "E-1", "2020-02-30", "1e308", "day"]),
)
COLUMNS = ["event_id", "source", "event_type", "date_start", "date_end", "fatalities_low", "fatalities_best",
           "source_longitude", "civilians_targeted", "claim", "source_row", "notes"]  # fmt: skip


@settings(max_examples=150)
@given(st.lists(st.tuples(*[cells for _ in COLUMNS]), max_size=8))
def test_rows_in_are_rows_out_and_rows_refused_whatever_the_cells_hold(rows):
    table, problems = conform(pd.DataFrame(rows, columns=COLUMNS, dtype=object), EVENTS, source="x")
    assert len(rows) == len(table) + len(problems)
    assert list(table.columns) == EVENTS.names
    assert table["event_id"].is_unique
    assert (table["fatalities_best"].dropna() >= 0).all()


@given(st.text(alphabet=[*"'=+-@\t\r\n＝＠a1 "], max_size=6))
def test_a_guarded_text_starts_no_formula_and_can_be_read_back(text):
    assert not with_guard(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert without_guard(with_guard(text)) == text
