"""People are counted by kind: stocks at a date, flows over a period, never added to each other or across series."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.displacement import (
    by_period,
    end_of,
    flow_within,
    origin_destination,
    series_table,
    stock_at,
    with_households_as_persons,
)
from geo.errors import TheatreError
from geo.schema import DISPLACEMENT, conform
from geo.theatre import HouseholdSize, load_theatre


def records(*rows: dict) -> pd.DataFrame:
    plain = [
        {"record_id": f"D{n}", "source": "Survey", "movement": "displacement", **row} for n, row in enumerate(rows)
    ]
    table, problems = conform(pd.DataFrame(plain), DISPLACEMENT)
    assert not problems
    return table


def stock(day: str, pcode: str | None, people: float | None, **more) -> dict:
    return {
        "measure": "stock",
        "date_start": day,
        "date_end": day,
        "destination_pcode": pcode,
        "persons_best": people,
        **more,
    }


def flow(first: str, last: str, start: str | None, end: str | None, people: float, **more) -> dict:
    ends = {"origin_pcode": start, "destination_pcode": end}
    return {"measure": "flow", "date_start": first, "date_end": last, "persons_best": people, **ends, **more}


def test_the_latest_stock_on_or_before_a_day_stands_for_each_destination():
    table = records(stock("2019-12-01", "N1", 100), stock("2019-12-20", "N1", 300), stock("2020-01-05", "N1", 900),
                    stock("2019-11-01", "N2", 40))  # fmt: skip
    found = stock_at(table, day=date(2019, 12, 31))
    assert found["persons_best"].to_dict() == {"N1": 300, "N2": 40}
    assert found.loc["N2", "day"] == pd.Timestamp("2019-11-01")


def test_a_destination_not_yet_surveyed_is_absent_and_not_zero():
    assert "N1" not in stock_at(records(stock("2020-01-05", "N1", 900)), day=date(2019, 12, 31)).index


def test_stocks_of_two_series_are_not_added_up():
    table = records(stock("2020-01-01", "N1", 100, series="one"), stock("2020-01-01", "N2", 40, series="two"))
    with pytest.raises(ValueError, match=r"2 series cannot be added up; choose one of 'one' .*'two'"):
        stock_at(table, day=date(2020, 1, 1))
    assert stock_at(table, day=date(2020, 1, 1), series="two")["persons_best"].sum() == 40


def test_stocks_and_flows_are_not_put_on_one_line():
    table = records(stock("2020-01-01", "N1", 100), flow("2020-01-01", "2020-01-31", None, "N1", 40))
    with pytest.raises(ValueError, match="2 series cannot be added up"):
        by_period(table, step="month")


def test_returns_are_a_series_of_their_own():
    table = records(flow("2020-01-01", "2020-01-31", "N1", "N2", 40),
                    flow("2020-01-01", "2020-01-31", "N2", "N1", 15, movement="return"))  # fmt: skip
    assert series_table(table)["movement"].tolist() == ["displacement", "return"]
    with pytest.raises(ValueError, match="cannot be added up"):
        flow_within(table, first=date(2020, 1, 1), last=date(2020, 1, 31))


def test_a_flow_that_reaches_beyond_the_period_is_counted_and_not_divided():
    table = records(flow("2020-01-01", "2020-01-31", "N1", "N2", 40), flow("2020-01-20", "2020-02-10", "N1", "N2", 60))
    found = flow_within(table, first=date(2020, 1, 1), last=date(2020, 1, 31))
    assert found["persons_best"].tolist() == [40]
    assert found.attrs["reach_beyond"] == 1


def test_one_record_without_a_figure_leaves_the_sum_of_the_others():
    table = records(flow("2020-01-01", "2020-01-31", "N1", "N2", 40, persons_low=30, persons_high=60),
                    flow("2020-01-01", "2020-01-31", "N1", "N2", 5))  # fmt: skip
    (row,) = flow_within(table, first=date(2020, 1, 1), last=date(2020, 1, 31)).itertuples()
    assert (row.persons_low, row.persons_best, row.persons_high) == (35, 45, 65)


def test_gaps_stay_gaps_on_the_time_axis():
    table = records(stock("2019-12-02", "N1", 100), stock("2020-01-06", "N1", 300), stock("2020-01-08", "N1", 310),
                    stock("2020-01-07", "N2", 7))  # fmt: skip
    line = by_period(table, step="week")
    assert line.dropna().tolist() == [100, 317]
    assert line.isna().sum() == 4
    assert str(line.index[0].start_time.date()) == "2019-12-02"


def test_who_went_where_keeps_fractions_and_unknown_ends():
    month = ("2019-01-01", "2019-01-31")
    table = records(flow(*month, "N1", "N2", 2273.22), flow(*month, None, "N2", 12), flow(*month, "N1", "N1", 5))
    matrix = origin_destination(table, first=date(2019, 1, 1), last=date(2019, 1, 31))
    assert matrix.loc["N1", "N2"] == 2273.22
    assert matrix.loc["not reported", "N2"] == 12
    assert pd.isna(matrix.loc["not reported", "N1"])


def test_households_become_people_only_by_a_stated_factor():
    table = records(
        stock("2020-01-01", "N1", None, households=120, unit_reported="households", rule="displacement table")
    )
    assert with_households_as_persons(table, None)["persons_best"].isna().all()
    (row,) = with_households_as_persons(table, HouseholdSize(5.2, "census of 2010")).itertuples()
    assert (row.persons_best, row.unit_reported) == (624, "households")
    assert row.rule == "displacement table; 5.2 persons a household (census of 2010)"


def test_counted_people_are_never_replaced_by_households():
    table = records(stock("2020-01-01", "N1", 500, households=120))
    assert with_households_as_persons(table, HouseholdSize(5, "a survey"))["persons_best"].tolist() == [500]


@pytest.mark.parametrize("lines", ["persons = 0\nsource = 'x'", "persons = 5\nsource = ' '", "persons = 5"])
def test_a_theatre_states_the_factor_with_its_source(tmp_path, lines):
    path = tmp_path / "north.toml"
    path.write_text(f'id = "north"\n[title]\nen = "North"\n[household]\n{lines}\n', encoding="utf-8")
    with pytest.raises(TheatreError, match="household"):
        load_theatre(path)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["N1", "N2", None]), st.integers(1, 10_000)), min_size=1))
def test_the_parts_of_a_time_axis_never_hold_more_people_than_the_records(rows):
    days = [pd.Timestamp("2020-01-01") + pd.Timedelta(days=day) for day, _, _ in rows]
    table = records(
        *(flow(f"{d:%Y-%m-%d}", f"{d:%Y-%m-%d}", None, end, n) for d, (_, end, n) in zip(days, rows, strict=True))
    )
    assert by_period(table, step="week").sum() == by_period(table, step="month").sum() == sum(n for *_, n in rows)


def test_a_round_takes_the_place_of_all_that_the_rounds_before_told():
    table = records(stock("2020-01-31", "N1", 100, round="1"), stock("2020-01-31", "N2", 70, round="1"),
                    stock("2020-02-20", "N1", 90, round="2"))  # fmt: skip
    assert stock_at(table, day=date(2020, 2, 19))["persons_best"].to_dict() == {"N1": 100, "N2": 70}
    assert stock_at(table, day=date(2020, 2, 20))["persons_best"].to_dict() == {"N1": 90}


def test_within_a_month_too_the_last_round_alone_counts():
    table = records(stock("2020-02-01", "N1", 100, round="1"), stock("2020-02-01", "N2", 70, round="1"),
                    stock("2020-02-20", "N1", 90, round="2"))  # fmt: skip
    assert by_period(table, step="month").tolist() == [90]


def test_a_figure_that_names_no_people_takes_no_other_figures_place():
    table = records(stock("2020-01-31", "N1", 100), stock("2020-02-29", "N1", None), stock("2020-02-29", "N2", None))
    found = stock_at(table, day=date(2020, 3, 1))["persons_best"]
    assert found["N1"] == 100
    assert pd.isna(found["N2"])


def test_how_many_people_reach_beyond_a_period_is_told():
    table = records(flow("2020-01-20", "2020-02-10", "N1", "N2", 60), flow("2019-12-30", "2020-01-05", "N1", None, 7),
                    flow("2020-03-01", "2020-03-02", "N1", "N2", 9))  # fmt: skip
    found = flow_within(table, first=date(2020, 1, 1), last=date(2020, 1, 31))
    assert found.empty
    assert (found.attrs["reach_beyond"], found.attrs["persons_beyond"]) == (2, 67)


def test_an_end_is_its_code_or_else_the_best_name_of_it():
    table = records(flow("2020-01-01", "2020-01-02", "N1", None, 1, origin_name="Northfield"),
                    flow("2020-01-01", "2020-01-02", None, None, 1, origin_toponym="the north"))  # fmt: skip
    assert end_of(table, "origin").tolist() == ["N1", "the north"]
    assert end_of(table, "destination").tolist() == ["not reported", "not reported"]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from(["N1", "N2", None]), st.sampled_from(["1", "2", "3", None])),
        min_size=1,
    ),
    st.randoms(use_true_random=False),
)
def test_the_latest_figures_do_not_hang_on_the_order_of_rows(rows, mixer):
    days = [f"{pd.Timestamp('2020-01-01') + pd.Timedelta(days=day):%Y-%m-%d}" for day, _, _ in rows]
    plain = [
        stock(day, end, 10 + n, round=name) for n, (day, (_, end, name)) in enumerate(zip(days, rows, strict=True))
    ]
    table = records(*plain)
    at = list(range(len(table)))
    mixer.shuffle(at)
    for day in (date(2020, 1, 10), date(2020, 3, 1)):
        assert stock_at(table, day=day).equals(stock_at(table.iloc[at], day=day))
