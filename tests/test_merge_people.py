"""One figure of people told by several sources is one record, with what each said; no sum changes, nothing is lost."""

import json

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from geo.displacement import flow_within, series_table, stock_at, tellings, with_standing
from geo.errors import InputError
from geo.merge import explain_merge_people, merge_displacement, parts_of, unmerge_displacement
from geo.schema import CRS, DISPLACEMENT, concat, conform
from geo.theatre import MergeRule, Theatre

THEATRE = Theatre(id="made-up", title={"en": "Made up"}, metric_crs="EPSG:32637",
                  merge=MergeRule(days=1, distance_km=10, trust=("Agency", "Office")))  # fmt: skip
SPOTS = {"N1": (36.0, 35.0), "N2": (36.5, 35.0), "N3": (36.03, 35.0), None: (None, None)}


def record(source, number, persons, *, to="N1", start=None, day="2020-01-31", until=None, **changes):
    """One record as a source tells it: a stock, or a flow where ``until`` or ``measure`` says so."""
    row = {
        "record_id": f"{source}-{number}", "source": source, "series": f"{source} figures",
        "measure": "flow" if until else "stock", "movement": "displacement", "date_start": day,
        "date_end": until or day, "persons_best": persons,
    }  # fmt: skip
    for side, code in (("destination", to), ("origin", start)):
        x, y = SPOTS[code]
        found = {"pcode": code, "toponym": code and f"Town {code}", "precision": code and "B"}
        found |= {"longitude": x, "latitude": y}
        row |= {f"{side}_{part}": value for part, value in found.items()}
    return row | changes


def table(*rows):
    plain, problems = conform(pd.DataFrame(list(rows)), DISPLACEMENT)
    assert not problems
    ends = [r.get("destination_pcode") or r.get("origin_pcode") for r in rows]
    points = [Point(SPOTS[end]) if end else None for end in ends]
    return gpd.GeoDataFrame(plain.drop(columns="geometry"), geometry=gpd.GeoSeries(points, crs=CRS))


def merged(*rows, **options):
    return merge_displacement(table(*rows), theatre=THEATRE, **options)


def ids_of(result):
    return [sorted(parts_of(cell)) for cell in result.table["merged_from"]]


def test_one_figure_told_by_two_sources_is_one_record_of_the_trusted_one():
    result = merged(record("Office", 1, 41_273), record("Agency", 1, 41_273, persons_low=40_000, persons_high=43_000))
    assert ids_of(result) == [["Agency-1", "Office-1"]]
    (row,) = result.table.itertuples()
    assert (row.record_id, row.persons_low, row.persons_best, row.persons_high) == ("Agency-1", 40_000, 41_273, 43_000)
    told = {part["record_id"]: part for part in json.loads(row.merged_from)}
    assert (told["Office-1"]["series"], told["Office-1"]["persons_best"]) == ("Office figures", 41_273)
    assert told["Agency-1"]["gives"] == ["all else"]
    assert "the same number of people, to the last digit" in told["Office-1"]["why"]


def test_figures_that_sources_round_are_one_record_and_an_envelope_no_sum():
    (row,) = merged(record("Agency", 1, 41_000), record("Office", 1, 41_273)).table.itertuples()
    assert (row.persons_low, row.persons_best, row.persons_high) == (41_000, 41_000, 41_273)


def test_at_least_so_many_is_no_best_and_no_highest_figure():
    said = {"persons_low": 2_400, "quote": "At least 2,400 people reached the town in the night, the office said."}
    (row,) = merged(record("Agency", 1, None, **said), record("Office", 1, None, **said)).table.itertuples()
    assert (row.persons_low, pd.isna(row.persons_best), pd.isna(row.persons_high)) == (2_400, True, True)


@pytest.mark.parametrize(
    "other",
    [
        {"persons": 52_000},
        {"to": "N2"},
        {"day": "2020-03-31"},
        {"measure": "flow"},
        {"movement": "return"},
        {"movement": "evacuation"},
    ],
    ids=["people", "place", "day", "flow", "return", "evacuation"],
)
def test_what_is_another_figure_stays_a_record_of_its_own(other):
    result = merged(record("Agency", 1, 41_273), record("Office", 1, **{"persons": 41_273, **other}))
    assert ids_of(result) == [["Agency-1"], ["Office-1"]]
    assert result.table["same_as"].isna().all()


def test_two_records_of_one_source_are_never_merged():
    assert ids_of(merged(record("Agency", 1, 500), record("Agency", 2, 500))) == [["Agency-1"], ["Agency-2"]]


def test_two_records_of_one_series_are_two_of_its_figures_whoever_passed_them_on():
    told = {"series": "United Relief, since December"}
    rows = [
        record("Paper", 1, 900_000, day="2020-02-17", **told),
        record("Radio", 1, 900_000, day="2020-02-20", **told),
    ]
    assert ids_of(merged(*rows)) == [["Paper-1"], ["Radio-1"]]


def test_each_record_gets_the_partner_whose_number_it_has():
    result = merged(record("Agency", 1, 4_120), record("Agency", 2, 4_180), record("Office", 1, 4_180),
                    record("Office", 2, 4_120))  # fmt: skip
    assert ids_of(result) == [["Agency-1", "Office-2"], ["Agency-2", "Office-1"]]


def test_an_end_that_the_trusted_source_leaves_out_comes_from_the_next():
    month = {"day": "2020-01-01", "until": "2020-01-31"}
    trusted = record("Agency", 1, 8_214, start="N2", to=None, **month)
    result = merged(trusted, record("Office", 1, 8_214, start="N2", **month))
    (row,) = result.table.itertuples()
    assert (row.record_id, row.origin_pcode, row.destination_pcode) == ("Agency-1", "N2", "N1")
    assert row.geometry.equals(Point(SPOTS["N1"]))
    assert [part["gives"] for part in json.loads(row.merged_from)] == [["all else"], ["destination"]]


def test_movements_whose_periods_hardly_overlap_are_two():
    one = record("Agency", 1, 900, day="2020-01-01", until="2020-01-31", start="N2")
    two = record("Office", 1, 900, day="2020-01-25", until="2020-02-24", start="N2")
    assert len(merged(one, two).table) == 2


def test_reports_that_found_no_place_meet_in_its_words():
    lost = {"to": None, "destination_toponym": "the northern camps", "attributed_to": "United Relief"}
    papers = [record(name, 1, 81_400, **lost) for name in ("Paper", "Radio")]
    assert ids_of(merged(*papers, record("Post", 1, 81_400, to=None))) == [["Paper-1", "Radio-1"], ["Post-1"]]


def test_what_is_likely_but_not_sure_is_marked_and_left_alone():
    result = merged(record("Agency", 1, 41_000), record("Office", 1, 44_000, day="2020-01-29"))
    links = [json.loads(cell)[0] for cell in result.table["same_as"]]
    assert [link["record_id"] for link in links] == ["Office-1", "Agency-1"]
    assert "numbers of people within 10 %" in links[0]["why"]


def test_suggest_marks_and_merges_nothing():
    result = merged(record("Agency", 1, 41_273), record("Office", 1, 41_273), mode="suggest")
    assert result.table["merged_from"].isna().all()
    assert json.loads(result.table["same_as"].iloc[0])[0]["why"].endswith("would be merged")


def test_off_changes_nothing():
    rows = table(record("Agency", 1, 41_273), record("Office", 1, 41_273))
    assert merge_displacement(rows, theatre=THEATRE, mode="off").table is rows


def test_a_merged_figure_still_counts_in_the_series_of_each_source():
    rows = table(record("Agency", 1, 41_000), record("Office", 1, 41_273), record("Office", 2, 700, to="N2"),
                 record("Office", 0, 39_000, day="2019-12-31"))  # fmt: skip
    result = merge_displacement(rows, theatre=THEATRE)
    assert len(result.table) == 3
    told = stock_at(result.table, day=pd.Timestamp("2020-02-01"), series="Office figures")["persons_best"]
    assert told.to_dict() == {"N1": 41_273, "N2": 700}
    others = tellings(result.table).dropna(subset="told_with")
    assert others[["record_id", "told_with"]].to_numpy().tolist() == [["Office-1", "Agency-1"]]


def test_the_reasons_are_told_for_any_record_that_went_in():
    people = merged(record("Agency", 1, 41_000), record("Office", 1, 41_273)).table
    told = "\n".join(explain_merge_people(people, "Office-1"))
    assert told == "\n".join(explain_merge_people(people, "Agency-1"))
    assert "one figure told by 2 records; people 41,000 (lowest 41,000, highest 41,273), an envelope and no sum" in told
    assert "numbers of people within 2 %" in told
    with pytest.raises(InputError, match="no record 'D-unknown'"):
        explain_merge_people(people, "D-unknown")


# --- properties ---

DRAWN = st.builds(
    dict,
    source=st.sampled_from(["Agency", "Office", "Paper"]),
    persons=st.sampled_from([5, 400, 412, 4_000, 4_012, 41_273]),
    to=st.sampled_from(["N1", "N2", "N3", None]),
    start=st.sampled_from(["N2", None]),
    day=st.sampled_from(["2020-01-01", "2020-01-04", "2020-02-20"]),
    until=st.sampled_from([None, None, "2020-02-25"]),
    movement=st.sampled_from(["displacement", "displacement", "return"]),
    persons_low=st.sampled_from([None, 3]),
    round=st.sampled_from([None, "1"]),
)
TABLES = st.lists(DRAWN, min_size=1, max_size=9).map(
    lambda rows: table(*(record(r.pop("source"), k, r.pop("persons"), **r) for k, r in enumerate(map(dict, rows))))
)


def as_text(people):
    plain = pd.DataFrame(people).assign(geometry=gpd.GeoSeries(people["geometry"]).to_wkt())
    return plain.sort_values("record_id").to_csv(index=False)


@settings(max_examples=25, deadline=None)
@given(TABLES, st.randoms(use_true_random=False))
def test_no_row_is_lost_the_order_does_not_matter_and_twice_is_once(rows, random):
    result = merge_displacement(rows, theatre=THEATRE)
    named = [i for told in result.table["merged_from"] for i in parts_of(told)]
    assert sorted(named) == sorted(rows["record_id"])
    assert result.account["rows_in"] == len(rows)
    shuffled = rows.sample(frac=1, random_state=random.randrange(1000)).reset_index(drop=True)
    assert as_text(merge_displacement(shuffled, theatre=THEATRE).table) == as_text(result.table)
    assert as_text(merge_displacement(result.table, theatre=THEATRE).table) == as_text(result.table)
    again = merge_displacement(result.table, theatre=THEATRE, parts=result.parts)
    assert as_text(again.table) == as_text(result.table)


@settings(max_examples=25, deadline=None)
@given(TABLES)
def test_merging_is_undone_from_what_it_wrote(rows):
    result = merge_displacement(rows, theatre=THEATRE)
    assert as_text(unmerge_displacement(result.table, result.parts)) == as_text(with_standing(rows))


@settings(max_examples=25, deadline=None)
@given(TABLES)
def test_no_group_mixes_measures_movements_or_two_rows_of_one_source(rows):
    result = merge_displacement(rows, theatre=THEATRE)
    of = rows.set_index("record_id")
    for cell in result.table["merged_from"]:
        group = of.loc[parts_of(cell)]
        assert group["source"].is_unique
        assert len(group[["measure", "movement"]].drop_duplicates()) == 1


@settings(max_examples=25, deadline=None)
@given(TABLES)
def test_merging_changes_no_sum_of_any_series(rows):
    result = merge_displacement(rows, theatre=THEATRE).table
    before = with_standing(rows)
    assert series_table(result).equals(series_table(before))
    for one in series_table(before).itertuples():
        alike = [t.loc[t["movement"] == one.movement] for t in (before, result)]
        if one.measure == "stock":
            sums = [stock_at(t, day=pd.Timestamp("2020-02-01"), series=one.series) for t in alike]
        else:
            days = {"first": pd.Timestamp("2020-01-01"), "last": pd.Timestamp("2020-03-01")}
            sums = [flow_within(t, **days, series=one.series) for t in alike]
        assert sums[0]["persons_best"].sum() == sums[1]["persons_best"].sum()


def test_with_its_parts_a_merged_table_takes_in_a_third_source():
    first = merged(record("Agency", 1, 41_273), record("Office", 1, 41_273))
    both = concat([first.table, table(record("Paper", 1, 41_273))], DISPLACEMENT)
    assert ids_of(merge_displacement(both, theatre=THEATRE, parts=first.parts)) == [["Agency-1", "Office-1", "Paper-1"]]


def test_a_sentence_that_two_reports_have_in_common_tells_one_figure():
    said = {"to": None, "start": "N2", "quote": "Thousands of people fled the eastern countryside of the town."}
    rows = [record("Monday", 1, None, persons_low=2_000, **said), record("Friday", 1, None, persons_low=2_000, **said)]
    rows[1] |= {"date_start": "2020-02-06", "date_end": "2020-02-06"}
    assert ids_of(merged(*rows)) == [["Friday-1", "Monday-1"]]
    rows[1]["quote"] = "Thousands more people fled, said a man who came from there."
    assert len(merged(*rows).table) == 2
