"""Dates: single values, columns, and expressions in running text."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.codes import DatePrecision
from geo.dates import DateSpan, find_dates, parse_date, parse_date_column

TUESDAY = date(2021, 3, 16)
days = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "2021-03-09",
        "9 March 2021",
        "09-Mar-21",
        "9-March-2021",
        "09/03/2021",
        "9.3.2021",
        "March 9, 2021",
        "Mar. 9 2021",
        "Tuesday, 9 March 2021",
        "9th of March 2021",
        "2021/03/09",
        "20210309",
        "2021-03-09 00:00:00",
        "2021-03-09T14:05:00Z",
        "44264",
        "٢٠٢١-٠٣-٠٩",
        "9 آذار 2021",
        "9 مارس 2021",
        " 9  March\u00a02021 ",
    ],
)
def test_one_day_is_read_however_it_is_written(text):
    assert parse_date(text) == DateSpan(date(2021, 3, 9), date(2021, 3, 9), DatePrecision.DAY)


def test_a_month_or_year_is_a_span_that_says_so():
    assert parse_date("February 2020") == DateSpan(date(2020, 2, 1), date(2020, 2, 29), DatePrecision.MONTH)
    assert parse_date("2019") == DateSpan(date(2019, 1, 1), date(2019, 12, 31), DatePrecision.YEAR)


@pytest.mark.parametrize("text", ["31/02/2019", "2019-13-01", "soon", "", "1e308", "0/0/0000", "12", "9" * 5000])
def test_what_is_no_date_is_an_error_that_says_what_was_wanted(text):
    with pytest.raises(ValueError, match="wanted YYYY-MM-DD"):
        parse_date(text)


def test_month_first_is_read_where_the_day_cannot_be_a_month():
    assert parse_date("02/15/2020").start == date(2020, 2, 15)
    assert parse_date("02/03/2020", day_first=False).start == date(2020, 2, 3)


@given(days, st.sampled_from(["%Y-%m-%d", "%d %B %Y", "%d-%b-%Y", "%d/%m/%Y", "%B %d, %Y", "%Y%m%d"]))
def test_every_day_survives_being_written_and_read(day, style):
    assert parse_date(day.strftime(style)).start == day


@given(st.text(max_size=80))
def test_any_text_is_a_date_or_a_value_error(text):
    try:
        span = parse_date(text)
    except ValueError:
        return
    assert span.start <= span.end


def test_one_day_above_twelve_settles_the_order_of_the_column():
    table, unreadable, notes = parse_date_column(pd.Series(["10/02/2020", "25/12/2019"]))
    assert list(table["date_start"].dt.month) == [2, 12]
    assert not unreadable.any()
    assert notes == []
    table, _, _ = parse_date_column(pd.Series(["10/02/2020", "12/25/2019"]))
    assert list(table["date_start"].dt.month) == [10, 12]


def test_a_column_that_does_not_tell_its_order_follows_the_column_beside_it():
    table, _, notes = parse_date_column(pd.Series(["3/1/2022"]), ["3/31/2022"])
    assert (str(table["date_start"][0])[:10], notes) == ("2022-03-01", [])


def test_a_column_with_both_orders_does_not_guess():
    table, unreadable, notes = parse_date_column(pd.Series(["25/12/2019", "12/25/2019", "10/02/2020", "04/04/2020"]))
    assert list(unreadable) == [False, False, True, False]
    assert table["date_start"].isna().tolist() == [False, False, True, False]
    assert "both orders" in notes[0]


def test_an_order_that_nothing_tells_is_noted():
    _, _, notes = parse_date_column(pd.Series(["01/02/2020", "03/04/2020"]))
    assert "2 were read day first" in notes[0]


def test_missing_is_not_unreadable_and_the_index_is_kept():
    values = pd.Series(["2020-01-05", None, "  ", "x", pd.Timestamp("2020-01-06"), 2019], index=[7, 7, 1, 2, 3, 4])
    table, unreadable, _ = parse_date_column(values)
    assert list(table.index) == [7, 7, 1, 2, 3, 4]
    assert list(unreadable) == [False, False, False, True, False, False]
    assert table["date_precision"].tolist()[-1] == "year"
    assert table["date_start"].isna().tolist() == [False, True, True, True, False, False]


def test_excel_day_numbers_are_read_and_noted():
    table, _, notes = parse_date_column(pd.Series([43871, 43872.0]))
    assert [d.date() for d in table["date_start"]] == [date(2020, 2, 10), date(2020, 2, 11)]
    assert "Excel" in notes[0]


def test_an_empty_column_gives_an_empty_typed_table():
    table, unreadable, notes = parse_date_column(pd.Series([], dtype=object))
    assert (len(table), len(unreadable), notes) == (0, 0, [])
    assert str(table["date_start"].dtype) == "datetime64[us]"


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("On Monday, a bridge fell", "2021-03-15", "2021-03-15", "day"),
        ("on Tuesday evening", "2021-03-16", "2021-03-16", "day"),
        ("last Tuesday", "2021-03-09", "2021-03-09", "day"),
        ("Friday's raid", "2021-03-12", "2021-03-12", "day"),
        ("yesterday", "2021-03-15", "2021-03-15", "day"),
        ("overnight", "2021-03-15", "2021-03-16", "span"),
        ("a week ago", "2021-03-08", "2021-03-10", "week"),
        ("three days ago", "2021-03-13", "2021-03-13", "day"),
        ("two months ago", "2021-01-01", "2021-01-31", "month"),
        ("last week", "2021-03-08", "2021-03-14", "week"),
        ("over the weekend", "2021-03-13", "2021-03-14", "span"),
        ("last month", "2021-02-01", "2021-02-28", "month"),
        ("last year", "2020-01-01", "2020-12-31", "year"),
        ("In November, the army", "2020-11-01", "2020-11-30", "month"),
        ("last March", "2020-03-01", "2020-03-31", "month"),
        ("late December", "2020-12-21", "2020-12-31", "span"),
        ("since November", "2020-11-01", "2021-03-16", "span"),
        ("since 5 January 2021", "2021-01-05", "2021-03-16", "span"),
        ("from 1 to 5 March", "2021-03-01", "2021-03-05", "span"),
        ("between 30 December and 2 January", "2020-12-30", "2021-01-02", "span"),
        ("from 1 December 2019 to 1 January 2020", "2019-12-01", "2020-01-01", "span"),
        ("April–August 2019", "2019-04-01", "2019-08-31", "span"),
        ("on 2 April", "2020-04-02", "2020-04-02", "day"),
        ("on Feb. 10, men", "2021-02-10", "2021-02-10", "day"),
        ("in 2018", "2018-01-01", "2018-12-31", "year"),
        ("over the past 24 hours", "2021-03-15", "2021-03-16", "span"),
        ("on New Year’s Day", "2021-01-01", "2021-01-01", "day"),
        ("منذ الأول من كانون الأول 2020", "2020-12-01", "2021-03-16", "span"),
        ("يوم الاثنين", "2021-03-15", "2021-03-15", "day"),
        ("في 10 شباط/فبراير 2021", "2021-02-10", "2021-02-10", "day"),
    ],
)
def test_expressions_are_resolved_against_the_report(text, start, end, precision):
    (found,) = find_dates(text, report_date=TUESDAY)
    assert found.span is not None
    assert (found.span.start.isoformat(), found.span.end.isoformat(), found.span.precision) == (start, end, precision)
    assert text[found.start : found.end] == found.text


def test_without_a_report_date_relative_expressions_stay_open():
    found = find_dates("On Monday and on 3 May 2019, as in December.", report_date=None)
    assert [f.span.start if f.span else None for f in found] == [None, date(2019, 5, 3), None]


def test_the_day_after_counts_from_the_last_day_told():
    found = find_dates(
        "On 5 May 2019 it began. Three days later it ended; the following day was calm.", report_date=TUESDAY
    )
    assert [f.span.start for f in found if f.span] == [date(2019, 5, 5), date(2019, 5, 8), date(2019, 5, 9)]


def test_the_year_of_a_heading_comes_before_that_of_the_report():
    (found,) = find_dates("On 6 April, men", report_date=TUESDAY, year=2015)
    assert found.span == DateSpan(date(2015, 4, 6), date(2015, 4, 6), DatePrecision.DAY)


@pytest.mark.parametrize(
    "text", ["He may march on", "31 February 2020", "No. 4 of 2,000", "Route 66", "1,250 people", "the monday"]
)
def test_what_only_looks_like_a_date_is_none(text):
    assert find_dates(text, report_date=TUESDAY) == []


def test_until_and_as_of_are_marked():
    found = find_dates("as of 2 March 2021 and until 9 March 2021", report_date=TUESDAY)
    assert [f.rule for f in found] == ["as of", "until"]


@given(st.text(max_size=300))
def test_found_dates_are_in_order_apart_and_true_to_the_text(text):
    end = 0
    for found in find_dates(text, report_date=TUESDAY):
        assert end <= found.start < found.end
        assert text[found.start : found.end] == found.text
        end = found.end


@given(days, st.integers(0, 6))
def test_a_weekday_is_never_after_the_report_and_at_most_six_days_before(report, number):
    name = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][number]
    (found,) = find_dates(f"on {name}", report_date=report)
    assert found.span
    assert found.span.start.weekday() == number
    assert timedelta(0) <= report - found.span.start <= timedelta(days=6)


ARABIC_DAYS = {  # against Wednesday 12 February 2020
    "أول أمس": ("2020-02-10", "2020-02-10"),
    "الليلة الماضية": ("2020-02-11", "2020-02-11"),
    "يوم السبت الماضي": ("2020-02-08", "2020-02-08"),
    "يوم السبت المقبل": ("2020-02-15", "2020-02-15"),
    "قبل يومين": ("2020-02-10", "2020-02-10"),
    "قبل ثلاثة أيام": ("2020-02-09", "2020-02-09"),
    "الأسبوع الماضي": ("2020-02-03", "2020-02-09"),
    "الشهر الماضي": ("2020-01-01", "2020-01-31"),
    "في تشرين الأول الماضي": ("2019-10-01", "2019-10-31"),
    "في شباط الماضي": ("2019-02-01", "2019-02-28"),
    "منذ مطلع كانون الأول/ديسمبر": ("2019-12-01", "2020-02-12"),
    "منذ يوم السبت": ("2020-02-08", "2020-02-12"),
    "بين 1 و5 شباط": ("2020-02-01", "2020-02-05"),
    "خلال الـ24 ساعة الماضية": ("2020-02-11", "2020-02-12"),
    "خلال أسبوعين": ("2020-01-29", "2020-02-12"),
    "خلال الأيام الثلاثة الماضية": ("2020-02-09", "2020-02-12"),
    "عام 2019": ("2019-01-01", "2019-12-31"),
}


@pytest.mark.parametrize(("words", "days"), ARABIC_DAYS.items())
def test_arabic_expressions_of_time(words, days):
    (found,) = find_dates(f"قصف {words} على البلدة", report_date=date(2020, 2, 12))
    assert (str(found.span.start), str(found.span.end)) == days


def test_arabic_expressions_stay_open_without_a_report_date():
    assert [d.span for d in find_dates("قصف أول أمس، وقبل يومين، وفي الأسبوع الماضي", report_date=None)] == [None] * 3
