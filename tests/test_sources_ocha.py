"""OCHA's workbook of IDP movements, rebuilt small with the faults that real ones have."""

import contextlib

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from geo.sources import ocha, read_table
from geo.sources.sheets import Sheet
from geo.theatre import Theatre

THEATRE = Theatre(id="made-up", title={"en": "made up"})
HEADER = [
    "Mohafaza",
    "Mohafaza PCODE",
    "Mantika",
    "Mantika PCODE",
    "Nahya",
    "Nahya PCODE",
    "Community",
    "Community PCODE",
]
UPPER = ["Upper", "NL01", "Left", "NL0101", "Far", "NL010101"]
LOWER = ["Lower", "NL02", "Right", "NL0201", "Near", "NL020101"]


def arrivals(*rows, people="IDP_Flow_Estimation"):
    return [[*HEADER, people], *rows]


def summary(january=(40, 10), december=(7, 8), total=None):
    return [
        [None, 2018, None, None, None, 2019],
        ["Governorate", "November", "December", "Total 2018", None, "January", "February", "March", "April", "May",
         "June", "Total 2019", "Total"],
        ["Upper", 1, december[0], 1 + december[0], None, january[0], None, None, None, None, None, january[0],
         1 + december[0] + january[0]],
        ["Lower", 2, december[1], 2 + december[1], None, january[1], None, None, None, None, None, january[1],
         2 + december[1] + january[1]],
        ["Grand Total", 3, sum(december), 3 + sum(december), None, sum(january) if total is None else total],
    ]  # fmt: skip


def matrix(upper_total=30.5):
    return [
        ["Origin", "Upper", "Lower", "Grand Total"],
        ["Upper", 30.5, 0, upper_total],
        ["Lower", 9.25, 10, 19.25],
        ["Unknown", 0.25, None, 0.25],
        ["Grand Total", 40, 10, 50],
    ]


GOOD = {
    "January_IDPflow": arrivals(
        [*UPPER, "Greenford", "N1", 25], [*UPPER, "Mill", "N2", 15], [*LOWER, "Port", "N3", 10]
    ),
    "Summary": summary(),
    "Table": matrix(),
}


@pytest.fixture
def read(tmp_path):
    def write_and_read(name="a.xlsx", **sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in {**GOOD, **sheets}.items():
            if rows is not None:
                tab = book.create_sheet(title)
                for row in rows:
                    tab.append(row)
        book.save(tmp_path / name)
        table = read_table(tmp_path / name, theatre=THEATRE)
        assert table.rows_read == len(table.displacement) + table.rows_refused + table.rows_skipped
        return table

    return write_and_read


def by_rule(table, word):
    return table.displacement[table.displacement["rule"].str.contains(word)]


def test_a_community_row_is_a_flow_to_that_community(read):
    table = read()
    row = next(by_rule(table, "community").itertuples())
    assert not table.problems
    assert (row.measure, row.movement, row.persons_best) == ("flow", "displacement", 25)
    assert (row.destination_toponym, row.destination_admin1, row.destination_pcode) == ("Greenford", "Upper", "N1")
    assert row.origin_toponym is pd.NA
    assert (row.source_file, row.source_row, row.source_id) == ("a.xlsx", 2, "January_IDPflow!N1")
    assert "OCHA" in table.credit.source


def test_the_month_is_that_of_the_summary_whose_totals_are_equal(read):
    row = next(read().displacement.itertuples())
    assert (f"{row.date_start:%F}", f"{row.date_end:%F}", row.date_precision) == ("2019-01-01", "2019-01-31", "month")


def test_a_sheet_named_after_another_month_is_reported_with_the_cell_that_says_so(read):
    sheets = {"January_IDPflow": None, "December_IDPflow": GOOD["January_IDPflow"]}
    table = read(**sheets)
    assert set(table.displacement["date_start"]) == {pd.Timestamp("2019-01-01")}
    (problem,) = table.problems
    assert (problem.source, problem.severity) == ("a.xlsx[December_IDPflow]", "warning")
    assert "January 2019 in Summary!F5" in problem.message


def test_without_a_summary_the_names_of_sheet_and_file_say_the_month(read):
    table = read("flow_2019.xlsx", Summary=None)
    assert set(table.displacement["date_start"]) == {pd.Timestamp("2019-01-01")}
    assert "no summary confirms it" in table.problems[0].message


def test_a_month_that_nothing_tells_stays_unknown(read):
    table = read(Summary=None)
    assert table.displacement["date_start"].isna().all()
    assert "the date is not known" in table.problems[0].message


def test_matrix_cells_above_zero_are_flows_of_a_series_of_their_own(read):
    flows = by_rule(read(), "matrix")
    assert flows[["origin_toponym", "destination_toponym", "persons_best"]].values.tolist() == [
        ["Upper", "Upper", 30.5],
        ["Lower", "Upper", 9.25],
        ["Lower", "Lower", 10],
        [pd.NA, "Upper", 0.25],
    ]
    assert flows["origin_pcode"].tolist() == ["NL01", "NL02", "NL02", pd.NA]
    assert set(flows["series"]) & set(by_rule(read(), "community")["series"]) == set()


def test_an_unknown_origin_stays_unknown(read):
    row = list(by_rule(read(), "matrix").itertuples())[-1]
    assert (row.origin_toponym, row.origin_admin1, row.origin_precision) == (pd.NA, pd.NA, pd.NA)
    assert "unknown in the source" in row.notes


def test_a_wrong_grand_total_is_reported_with_sheet_and_cell_and_not_used(read):
    table = read(Table=matrix(upper_total=3))
    (problem,) = table.problems
    assert (problem.source, problem.row, problem.column, problem.value) == ("a.xlsx[Table]", 2, "D2", "3")
    assert "not the sum of its row, 30.50" in problem.message
    assert by_rule(table, "matrix")["persons_best"].sum() == 50


def test_a_matrix_that_disagrees_with_its_communities_is_reported(read):
    fewer = arrivals([*UPPER, "Greenford", "N1", 25], [*LOWER, "Port", "N3", 10])
    table = read(January_IDPflow=fewer, Summary=summary(january=(25, 10)))
    assert any(p.column == "B2" and "communities count 25" in p.message for p in table.problems)


def test_a_wrong_total_of_the_summary_is_reported(read):
    table = read(Summary=summary(total=51))
    assert [(p.source, p.column) for p in table.problems] == [("a.xlsx[Summary]", "F5")]


def test_returns_are_returns(read):
    rows = arrivals([*UPPER, "Greenford", "N1", 5], people="Ret_Flow_Estimation")
    table = read(
        January_Retflow=rows, Returns=[["Origin", "Upper", "Grand Total"], ["Lower", 5, 5], ["Grand Total", 5, 5]]
    )
    returns = table.displacement[table.displacement["movement"] == "return"]
    assert sorted(returns["rule"]) == ["OCHA community sheet", "OCHA origin-destination matrix"]
    assert set(returns["persons_best"]) == {5}
    assert table.displacement["record_id"].is_unique


@pytest.mark.parametrize("bad", ["many", -4, 1e308])
def test_a_cell_that_is_no_number_of_people_is_refused_with_its_address(read, bad):
    rows = matrix()
    rows[2] = ["Lower", bad, 10, 19.25]
    table = read(Table=rows)
    refused = [p for p in table.problems if p.severity == "error"]
    assert [(p.row, p.column) for p in refused] == [(3, "B3")]
    assert table.rows_refused == 1


def test_community_rows_that_are_wrong_or_totals_are_accounted_for(read):
    rows = arrivals([*UPPER, "Greenford", "N1", 40], [*LOWER, "Port", "N3", 10], [*LOWER, "Port", "N3", 10],
                    [*LOWER, "Bay", "N4", "ten"], ["Grand Total", *[None] * 7, 50])  # fmt: skip
    table = read(January_IDPflow=rows)
    assert [(p.row, p.column) for p in table.problems if p.severity == "error"] == [
        (4, "Community PCODE"),
        (5, "IDP_Flow_Estimation"),
    ]
    assert table.rows_skipped == 1


def test_a_sheet_of_another_layout_is_left_out_and_named(read):
    table = read(Notes=[["About this file"], ["nothing"]])
    assert [p.source for p in table.problems] == ["a.xlsx[Notes]"]


LABELS = [None, "", "Grand Total", "Origin", "Unknown", "January", "Total 2019", "Upper", "IDP_Flow_Estimation"]
VALUES = ["many", "Community PCODE", 2019, 0, -1, 1e308, 0.5, True, float("nan"), float("inf")]
ODD = st.sampled_from([*LABELS, *VALUES])


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(sorted(GOOD)), st.integers(0, 5), st.integers(0, 12), ODD), max_size=12))
def test_whatever_stands_in_its_cells_the_workbook_is_read_or_refused(changes):
    grids = {name: [list(row) for row in rows] for name, rows in GOOD.items()}
    for name, row, column, value in changes:
        if row < len(grids[name]) and column < len(grids[name][row]):
            grids[name][row][column] = value
    sheets = [Sheet("a.xlsx", name, tuple(map(tuple, rows))) for name, rows in grids.items()]
    with contextlib.suppress(InputError):
        table = ocha.read(sheets)
        assert table.rows_read == len(table.displacement) + table.rows_refused + table.rows_skipped
        assert len([p for p in table.problems if p.severity == "error"]) == table.rows_refused
