"""One happening told by several sources becomes one event, and can be taken apart again."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from geo.errors import InputError
from geo.merge import explain_merge, merge_events, parts_of, unmerge_events, without_links_to
from geo.merge.candidates import find_candidates
from geo.merge.facts import read_facts
from geo.merge.parties import ALLIED, APART, SAME, UNKNOWN, read_party, relation
from geo.schema import EVENTS, concat
from geo.theatre import Actor, MergeRule, Theatre

THEATRE = Theatre(
    "test",
    {"en": "Test"},
    actors=(
        Actor("Army of Greenland", "state forces", aliases=("AoG", "army"), side="state"),
        Actor("Northern Front", "rebel group", aliases=("NF",), side="rebels"),
        Actor("Hill Brigade", "rebel group", side="rebels"),
        Actor("Civilians", "civilians"),
    ),
    merge=MergeRule(days=1, distance_km=10, trust=("Alpha", "Beta")),
)
STONEWELL, HILLTOP = (36.0, 35.0), (36.9, 35.4)  # 94 km apart


def event(source, number, day="2020-01-05", at=STONEWELL, **changes):
    """A clash at Stonewell in which the army and the Northern Front lost twelve people."""
    row = {
        "event_id": f"{source}-{number}",
        "source": source,
        "source_id": str(number),
        "date_start": pd.Timestamp(day),
        "date_end": pd.Timestamp(changes.pop("until", day)),
        "date_precision": "day",
        "event_type": "Battles",
        "event_subtype": "Armed clash",
        "actor1": "Army of Greenland",
        "actor2": "Northern Front",
        "fatalities_best": 12,
        "toponym": "Stonewell",
        "geo_precision": "B",
        "geo_radius_km": 5.0,
        "attributed_to": "The Observer",
        "quote": f"Clashes at Stonewell, told by {source}.",
        "geometry": at if hasattr(at, "geom_type") else Point(*at),
    }
    return {**row, **changes}


def table(*rows):
    return concat([gpd.GeoDataFrame(list(rows), geometry="geometry", crs="EPSG:4326")], EVENTS)


def merged(*rows, **options):
    return merge_events(table(*rows), theatre=THEATRE, **options)


def ids_of(result):
    return sorted(sorted(parts_of(told)) for told in result.table["merged_from"])


def test_two_sources_of_one_clash_become_one_event_whose_deaths_are_an_envelope():
    result = merged(
        event("Alpha", 1, fatalities_best=12),
        event("Beta", 1, fatalities_low=11, fatalities_best=12, fatalities_high=20),
    )
    (one,) = result.table.itertuples()
    assert (one.fatalities_low, one.fatalities_best, one.fatalities_high) == (11, 12, 20)
    assert one.event_id == "Alpha-1"  # the more trusted source
    told = json.loads(one.merged_from)
    assert [(t["event_id"], t.get("fatalities_high")) for t in told] == [("Alpha-1", None), ("Beta-1", 20)]
    assert "within 2 km" in told[1]["why"]


def test_the_trusted_source_speaks_first_and_what_it_leaves_out_comes_from_the_next():
    result = merged(event("Beta", 1, injured=7, fatalities_best=13), event("Alpha", 1, injured=None, actor2=None))
    (one,) = result.table.itertuples()
    assert (one.source, one.fatalities_best, one.injured, one.actor2) == ("Alpha", 12, 7, "Northern Front")


def test_the_place_comes_from_the_row_that_knows_it_best():
    near = event("Alpha", 1, geo_precision="C", geo_radius_km=25.0, toponym="Stonewell area", at=(36.01, 35.0))
    (one,) = merged(near, event("Beta", 1)).table.itertuples()
    assert (one.source, one.toponym, one.geo_precision) == ("Alpha", "Stonewell", "B")
    assert one.geometry.equals(Point(*STONEWELL))
    gives = {p["event_id"]: p["gives"] for p in json.loads(one.merged_from)}
    assert gives == {"Alpha-1": ["all else", "date"], "Beta-1": ["place"]}


@pytest.mark.parametrize(
    "other",
    [
        {"at": HILLTOP, "toponym": "Hilltop"},
        {"day": "2020-01-09"},
        {"event_type": "Protests", "event_subtype": "Peaceful protest", "fatalities_best": 0},
        {"fatalities_best": 90, "actor1": "Civilians", "toponym": "Oakham"},
    ],
    ids=["far away", "days later", "another kind", "other parties, place and toll"],
)
def test_what_differs_too_much_stays_two_events(other):
    assert ids_of(merged(event("Alpha", 1), event("Beta", 1, **other))) == [["Alpha-1"], ["Beta-1"]]


def test_two_rows_that_one_source_keeps_apart_are_never_merged():
    result = merged(event("Alpha", 1), event("Alpha", 2, quote="A second clash at Stonewell."))
    assert ids_of(result) == [["Alpha-1"], ["Alpha-2"]]


def test_exact_duplicates_of_one_source_are_one_event():
    assert ids_of(merged(event("Alpha", 1), event("Alpha", 2))) == [["Alpha-1", "Alpha-2"]]
    bare = {"quote": None, "notes": None}
    assert ids_of(merged(event("Alpha", 1, **bare), event("Alpha", 2, **bare))) == [["Alpha-1"], ["Alpha-2"]]


def test_between_two_sources_each_row_gets_the_partner_that_fits_it_best():
    result = merged(
        event("Alpha", 1, fatalities_best=12),
        event("Alpha", 2, fatalities_best=3, quote="Three died at Stonewell."),
        event("Beta", 1, fatalities_best=3),
        event("Beta", 2, fatalities_best=12),
    )
    assert ids_of(result) == [["Alpha-1", "Beta-2"], ["Alpha-2", "Beta-1"]]


def test_three_sources_of_one_clash_are_one_event():
    result = merged(*(event(source, 1) for source in ("Alpha", "Beta", "Gamma")))
    assert ids_of(result) == [["Alpha-1", "Beta-1", "Gamma-1"]]


def test_a_row_known_only_to_its_district_is_compared_with_the_district_not_with_its_middle():
    district = box(35.7, 34.9, 36.3, 35.3)
    wide = {"geo_precision": "D", "geo_radius_km": None, "toponym": "Stonewell", "at": district}
    corner = {"at": (35.72, 34.92), "geo_precision": "B"}
    assert ids_of(merged(event("Alpha", 1, **wide), event("Beta", 1, **corner))) == [["Alpha-1", "Beta-1"]]
    outside = {"at": (36.45, 35.4), "toponym": "Oakham"}
    assert ids_of(merged(event("Alpha", 1, **wide), event("Beta", 1, **outside))) == [["Alpha-1"], ["Beta-1"]]


def test_a_row_that_sums_over_a_quarter_of_a_year_is_no_happening():
    result = merged(event("Alpha", 1), event("Beta", 1, day="2019-12-01", until="2020-02-28"))
    assert ids_of(result) == [["Alpha-1"], ["Beta-1"]]


def test_a_row_without_place_or_date_stays_as_it_is():
    lost = {"geometry": None, "geo_precision": None}
    result = merged(event("Alpha", 1), event("Beta", 1, **lost), event("Gamma", 1, date_start=None, date_end=None))
    assert ids_of(result) == [["Alpha-1"], ["Beta-1"], ["Gamma-1"]]


def test_shares_of_one_toll_are_linked_and_the_whole_is_not_added_to_the_rest():
    note = "Clashes in {}. Twenty people were killed; fatalities were split across Stonewell and Oakham, {}."
    result = merged(
        event("Alpha", 1, fatalities_best=10, quote=note.format("Stonewell", "10 each"), stated_admin1="North"),
        event(
            "Alpha", 2, fatalities_best=10, quote=note.format("Oakham", "10 each"), stated_admin1="North",
            toponym="Oakham", at=(36.2, 35.1),
        ),
        event("Beta", 1, fatalities_best=20),
    )  # fmt: skip
    rows = result.table.set_index("event_id")
    assert parts_of(rows.loc["Alpha-1", "merged_from"]) == ["Alpha-1", "Beta-1"]
    assert rows["fatalities_high"].fillna(rows["fatalities_best"]).sum() == 20  # not 10 + 20
    assert json.loads(rows.loc["Alpha-1", "toll_shared_with"]) == ["Alpha-2"]
    assert json.loads(rows.loc["Alpha-2", "toll_shared_with"]) == ["Alpha-1"]


def test_a_share_of_a_toll_without_a_number_hides_no_number_of_another_source():
    note = "Clashes in {}. Unknown fatalities were split between two locations."
    result = merged(
        event("Alpha", 1, fatalities_best=None, quote=note.format("Stonewell")),
        event("Alpha", 2, fatalities_best=None, quote=note.format("Oakham"), toponym="Oakham", at=HILLTOP),
        event("Beta", 1, fatalities_best=12),
    )
    assert result.table.set_index("event_id").loc["Alpha-1", "fatalities_high"] == 12


def test_deaths_that_were_all_civilians_do_not_fit_a_clash_that_tells_of_fighters_only():
    strike = {"fatalities_best": 12, "fatalities_civilians": 12, "actor2": "Hill Brigade", "event_subtype": None}
    clash = {"quote": "Twelve fighters were killed.", "attributed_to": "Others", "toponym": "Stonewell East"}
    apart = merged(event("Alpha", 1, **clash), event("Beta", 1, **strike))
    together = merged(event("Alpha", 1, **clash), event("Beta", 1, **{**strike, "fatalities_civilians": 0}))
    assert (len(apart.table), len(together.table)) == (2, 1)


def test_suggest_marks_and_merges_nothing():
    result = merged(event("Alpha", 1), event("Beta", 1), mode="suggest")
    assert result.table["merged_from"].isna().all()
    links = [json.loads(cell) for cell in result.table["same_as"]]
    assert [link[0]["event_id"] for link in links] == ["Beta-1", "Alpha-1"]
    assert links[0][0]["why"].endswith("would be merged")
    assert result.account["merged_rows"] == 0


def test_what_was_suggested_can_be_merged_later():
    rows = table(event("Alpha", 1), event("Beta", 1), event("Beta", 2, at=HILLTOP))
    suggested = merge_events(rows, theatre=THEATRE, mode="suggest").table
    assert suggested["same_as"].notna().sum() == 2
    later, at_once = (merge_events(t, theatre=THEATRE) for t in (suggested, rows))
    assert as_text(later.table) == as_text(at_once.table)
    assert as_text(later.parts) == as_text(at_once.parts)


def test_what_is_perhaps_the_same_is_told_with_what_it_says():
    events = merged(event("Alpha", 1), event("Beta", 1), mode="suggest").table
    told = "\n".join(explain_merge(events, "Alpha-1"))
    assert "perhaps the same as Beta-1, 0.9" in told
    assert "Beta 1 (Beta-1): 2020-01-05; Stonewell; Armed clash; Army of Greenland - Northern Front; deaths 12" in told
    assert '"Clashes at Stonewell, told by Beta."' in told


def test_off_changes_nothing():
    rows = table(event("Alpha", 1), event("Beta", 1))
    assert merge_events(rows, theatre=THEATRE, mode="off").table is rows


def test_rows_left_apart_are_neither_merged_nor_named():
    rows = [event("Alpha", 1), event("Beta", 1)]
    result = merged(*rows, apart=np.array([False, True]))
    assert ids_of(result) == [["Alpha-1"], ["Beta-1"]]
    assert result.table["same_as"].isna().all()


def test_links_to_rows_that_may_not_be_told_are_taken_out():
    result = merged(event("Alpha", 1), event("Beta", 1), mode="suggest")
    told = without_links_to(result.table, frozenset({"Beta-1"}))
    assert told["same_as"].isna().tolist() == [True, False]


def test_the_reasons_are_told_for_any_row_that_went_in():
    events = merged(event("Alpha", 1), event("Beta", 1, fatalities_best=13)).table
    told = "\n".join(explain_merge(events, "Beta-1"))
    assert told == "\n".join(explain_merge(events, "Alpha-1"))
    assert "one happening told by 2 rows; deaths 12 (lowest 12, highest 13), an envelope and no sum" in told
    assert "nearly the same number of dead" in told
    assert '"Clashes at Stonewell, told by Beta."' in told
    with pytest.raises(InputError, match="no event 'E-unknown'"):
        explain_merge(events, "E-unknown")


def test_merged_rows_stay_as_they_are_where_their_parts_are_not_given():
    first = merged(event("Alpha", 1), event("Beta", 1)).table
    again = merge_events(concat([first, table(event("Gamma", 1))], EVENTS), theatre=THEATRE)
    assert ids_of(again) == [["Alpha-1", "Beta-1"], ["Gamma-1"]]


def test_with_its_parts_a_merged_table_takes_in_a_third_source():
    first = merged(event("Alpha", 1), event("Beta", 1))
    both = concat([first.table, table(event("Gamma", 1))], EVENTS)
    assert ids_of(merge_events(both, theatre=THEATRE, parts=first.parts)) == [["Alpha-1", "Beta-1", "Gamma-1"]]


def test_without_its_parts_nothing_is_given_back_and_the_reason_is_said():
    result = merged(event("Alpha", 1), event("Beta", 1))
    with pytest.raises(InputError, match="2 rows were merged and cannot be given back, the first Alpha-1"):
        unmerge_events(result.table, result.parts.iloc[:0])


@pytest.mark.parametrize(
    ("one", "two", "together"),
    [
        ("Army of Greenland", "AoG", SAME),
        ("NF: Northern Front (2012-)", "Hill Brigade, NF", SAME),
        ("Northern Front", "Hill Brigade", ALLIED),
        ("Army of Greenland", "Northern Front", APART),
        ("Northern Front", "Civilians", APART),
        ("Lake Militia", "Sea Militia", UNKNOWN),
        ("Lake and Sea Militia", "Lake and Sea Militia", SAME),
        ("Free Shore Army", "FSA", SAME),
        ("Unidentified armed group", "Northern Front", UNKNOWN),
    ],
)
def test_parties_are_known_by_alias_list_initials_and_side(one, two, together):
    first, second = read_party(one, THEATRE), read_party(two, THEATRE)
    assert relation(first, second) == relation(second, first) == together


# --- properties ---

SPOTS = st.sampled_from([(36.0, 35.0), (36.01, 35.0), (36.05, 35.02), (36.3, 35.1), (179.99, 0.0), (-179.99, 0.0)])
DRAWN = st.builds(
    dict,
    source=st.sampled_from(["Alpha", "Beta", "Gamma"]),
    day=st.sampled_from(["2020-01-05", "2020-01-06", "2020-01-20"]),
    at=SPOTS,
    fatalities_best=st.one_of(st.none(), st.integers(0, 12)),
    toponym=st.sampled_from(["Stonewell", "Oakham", None]),
    geo_precision=st.sampled_from(["B", "C"]),
    quote=st.sampled_from(["Clashes.", "Unknown fatalities coded as 10 and split between two locations.", None]),
    actor2=st.sampled_from(["Northern Front", "Hill Brigade", None]),
)
TABLES = st.lists(DRAWN, min_size=1, max_size=9).map(
    lambda rows: table(*(event(r.pop("source"), f"{k}", **r) for k, r in enumerate(map(dict, rows))))
)


def as_text(events):
    return pd.DataFrame(events).assign(geometry=events.geometry.to_wkt()).sort_values("event_id").to_csv(index=False)


@settings(max_examples=8)
@given(TABLES, st.randoms(use_true_random=False))
def test_no_row_is_lost_the_order_does_not_matter_and_twice_is_once(rows, random):
    result = merge_events(rows, theatre=THEATRE)
    named = [i for told in result.table["merged_from"] for i in parts_of(told)]
    assert sorted(named) == sorted(rows["event_id"])
    assert result.account["rows_in"] == len(rows)
    shuffled = rows.sample(frac=1, random_state=random.randrange(1000)).reset_index(drop=True)
    assert as_text(merge_events(shuffled, theatre=THEATRE).table) == as_text(result.table)
    assert as_text(merge_events(result.table, theatre=THEATRE).table) == as_text(result.table)
    assert as_text(merge_events(result.table, theatre=THEATRE, parts=result.parts).table) == as_text(result.table)


@settings(max_examples=8)
@given(TABLES)
def test_merging_is_undone_from_what_it_wrote(rows):
    result = merge_events(rows, theatre=THEATRE)
    assert as_text(unmerge_events(result.table, result.parts)) == as_text(rows)


@settings(max_examples=8)
@given(TABLES)
def test_a_row_far_from_all_others_changes_nothing(rows):
    alone = table(event("Delta", "far", at=(-70.0, -20.0), toponym="Elsewhere"))
    result = merge_events(rows, theatre=THEATRE)
    more = merge_events(concat([rows, alone], EVENTS), theatre=THEATRE)
    assert as_text(more.table.loc[more.table["source"] != "Delta"]) == as_text(result.table)


@settings(max_examples=8)
@given(TABLES)
def test_deaths_are_never_more_than_the_highest_that_one_row_tells(rows):
    result = merge_events(rows, theatre=THEATRE)
    told = dict(zip(rows["event_id"], rows["fatalities_best"], strict=True))
    for row in result.table.itertuples():
        counts = [told[i] for i in parts_of(row.merged_from) if not pd.isna(told[i])]
        if len(parts_of(row.merged_from)) > 1 and counts:
            assert row.fatalities_high <= max(counts)
            assert row.fatalities_low >= min(counts)
        assert len({rows.set_index("event_id")["source"][i] for i in parts_of(row.merged_from)}) <= 3


@settings(max_examples=25)
@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90), st.integers(0, 40)), min_size=2, max_size=30))
def test_candidates_are_all_pairs_whose_boxes_touch_and_each_once(places):
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta([d for _, _, d in places], unit="D")
    rows = table(
        *(
            event("AB"[k % 2], k, day=days[k], at=(x, y), geo_precision="BC"[k % 2])
            for k, (x, y, _) in enumerate(places)
        )
    )
    facts = read_facts(rows, THEATRE)
    rule = MergeRule(days=2, distance_km=800)
    found = [
        pair for left, right in find_candidates(facts, rule) for pair in zip(left.tolist(), right.tolist(), strict=True)
    ]
    assert len(found) == len(set(found))
    wanted = {
        (i, j)
        for i in range(len(places))
        for j in range(i + 1, len(places))
        if i % 2 != j % 2
        and np.abs(facts.spot[i] - facts.spot[j]).max() <= 800
        and abs(places[i][2] - places[j][2]) <= 2
    }
    assert set(found) == wanted
