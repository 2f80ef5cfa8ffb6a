"""What a person decides about a place: read back, used, kept for later, or told why it cannot be used."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point
from test_geocode import AREAS, GAZETTEER, THEATRE, displacement, events

from geo.errors import InputError
from geo.export import write_csv_table
from geo.geocode import LISTING, Decisions, geocode_displacement, geocode_events, join_listings
from geo.geocode.review import read_point
from geo.sources import read_decisions

COLUMNS = [c.name for c in LISTING]
ROWS = (
    {"toponym": "Twin", "stated_admin1": "Nordia"},
    {"toponym": "TWIN", "stated_admin1": "Nordia"},
    {"toponym": "Sarmada"},
    {"toponym": "Kafr Nuun", "stated_admin1": "Nordia", "place_id": "c2"},
    {"toponym": "Nordia province"},
    {"toponym": "Sarmada", "source_longitude": 36.71, "source_latitude": 35.21},
)


def decisions_in(folder, text, name="places.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return read_decisions(path)


def place(*rows, decisions=None):
    """Located table, list of places, and all problems."""
    decisions = decisions or Decisions()
    located = geocode_events(events(*rows), GAZETTEER, AREAS, theatre=THEATRE, decisions=decisions)
    listing, unused = join_listings([located.decisions], decisions)
    return located, listing, [*located.problems, *unused]


def decide(folder, *lines, rows=ROWS):
    """Rows placed with decisions of (toponym, stated first division, decision)."""
    body = "".join(f'events,{toponym},{admin1},"{decision}"\n' for toponym, admin1, decision in lines)
    decisions, _ = decisions_in(folder, "table,toponym,stated_admin1,decision\n" + body)
    return place(*rows, decisions=decisions)


def written(listing, folder, name="places.csv"):
    write_csv_table(listing, folder / name)
    return folder / name


def edited(path, changes):
    """The file with the column `decision` changed in the lines of some toponyms."""
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    for row in rows:
        row["decision"] = changes.get((row["toponym"].casefold(), row["given"]), row["decision"])
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8-sig")
    return path


# --- the list


def test_every_toponym_has_one_line_with_all_its_spellings():
    _, listing, _ = place(*ROWS)
    assert list(listing.columns) == COLUMNS
    assert listing["rows"].sum() == len(ROWS)
    twin = listing.set_index("toponym").loc["TWIN"]
    assert (twin["rows"], twin["decision"], twin["decided_by"]) == (2, "", "machine")
    assert twin["seen_in"] == "e.csv:2"
    assert listing["decision"].tolist() == listing["machine_decision"].tolist()


def test_the_list_says_what_the_rows_give_beside_the_name():
    _, listing, _ = place(*ROWS)
    both = listing[listing["toponym"] == "Sarmada"].set_index("given")
    assert both["decision"].to_dict() == {"": "c6", "coordinates": "coordinates"}
    assert both.loc["coordinates", ["longitude", "latitude"]].tolist() == [36.71, 35.21]
    assert listing.set_index("toponym").loc["Nordia province", "decision"] == "admin:LA01"


def test_rows_of_one_name_that_are_placed_differently_are_counted():
    _, listing, _ = place(
        {"toponym": "Kafr Nuun"}, {"toponym": "Kafr Nuun", "place_id": "c3"}, {"toponym": "Kafr-Nuun"}
    )
    (line,) = listing.itertuples()
    assert (line.decision, line.rows) == ("", 3)
    assert line.geo_reason.endswith("so 2 of 3 rows, the others: c3 (1)")


# --- what can be decided


@pytest.mark.parametrize(
    ("decision", "point", "precision", "place_id"),
    [
        ("c5", Point(36.9, 35.9), "B", "c5"),
        ("C2", Point(36.2, 35.6), "B", "c2"),
        ("35.25, 36.75", Point(36.75, 35.25), "B", None),
        ("35,25; 36,75", Point(36.75, 35.25), "B", None),
        ("none", None, None, None),
        ("NONE", None, None, None),
    ],
)
def test_a_decision_is_an_id_coordinates_or_none(tmp_path, decision, point, precision, place_id):
    located, listing, problems = decide(tmp_path, ("Twin", "Nordia", decision))
    first, second = located.table.iloc[0], located.table.iloc[1]
    for row in (first, second):  # both spellings
        assert (row.geometry is None) if point is None else row.geometry.equals(point)
        assert (row.geo_method, None if pd.isna(row.geo_precision) else row.geo_precision) == ("review", precision)
        assert (None if pd.isna(row.place_id) else row.place_id) == place_id
        assert "decided in places.csv line 2" in str(row.geo_reason) or point is None
    assert located.reviewed == 2
    assert problems == []
    line = listing.set_index("toponym").loc["TWIN"]
    assert (line["decision"], line["decided_by"], line["machine_decision"]) == (decision, "review", "")
    assert line["runners_up"].startswith("c4 Twin")


@pytest.mark.parametrize("decision", ["admin:LA0102", "LA0102", "admin:la0102"])
def test_a_decision_for_a_unit_is_the_unit_as_an_area(tmp_path, decision):
    located, _, problems = decide(tmp_path, ("Twin", "Nordia", decision))
    assert located.table.geometry[0].equals(AREAS.set_index("pcode").geometry["LA0102"])
    assert (located.table["geo_precision"][0], located.table["geo_score"][0]) == ("D", 1.0)
    assert problems == []


def test_none_leaves_a_row_without_a_place_and_says_who_said_so(tmp_path):
    located, _, problems = decide(tmp_path, ("Sarmada", "", "none"), rows=[{"toponym": "Sarmada"}])
    assert located.table["geo_reason"].tolist() == ["left without a place: decided in places.csv line 2"]
    assert located.table["geo_score"].isna().all()
    assert problems == []


def test_a_decision_wins_over_the_reader_of_a_report_and_over_coordinates(tmp_path):
    header = "table,toponym,stated_admin1,given,decision\n"
    text = header + "events,Kafr Nuun,Nordia,,c3\nevents,Sarmada,,coordinates,c4\n"
    decisions, _ = decisions_in(tmp_path, text)
    located, _, problems = place(*ROWS, decisions=decisions)
    assert located.table["place_id"].tolist()[3:] == ["c3", "LA01", "c4"]
    assert located.table["source_longitude"][5] == 36.71
    assert located.table["place_id"][2] == "c6"  # the same name without coordinates is another line
    (problem,) = [p for p in problems if p.source == "places.csv"]  # c3 lies in the other division
    assert str(problem).startswith("places.csv:2: decision: 'c3' lies ")
    assert str(problem).endswith("kept as decided")


def test_a_name_with_words_of_nearness_stays_near_the_place_decided(tmp_path):
    located, _, _ = decide(tmp_path, ("near Twin", "", "c4"), rows=[{"toponym": "near Twin"}])
    assert located.table["geo_precision"].tolist() == ["C"]


def test_a_place_that_its_source_withholds_stays_withheld(tmp_path):
    rows = [{"toponym": "Sarmada", "geo_precision": "X"}]
    located, _, problems = decide(tmp_path, ("Sarmada", "", "c6"), rows=rows)
    assert located.table.geometry.isna().all()
    assert "stays withheld" in problems[0].message


def test_both_ends_of_a_movement_can_be_decided(tmp_path):
    text = "table,toponym,decision\ndisplacement origin,Twin,c5\ndisplacement destination,Twin,c4\n"
    decisions, _ = decisions_in(tmp_path, text)
    table = displacement({"origin_toponym": "Twin", "destination_toponym": "Twin"})
    located = geocode_displacement(table, GAZETTEER, AREAS, theatre=THEATRE, decisions=decisions)
    (row,) = located.table.itertuples()
    assert (row.origin_place_id, row.destination_place_id, row.geo_method) == ("c5", "c4", "review")
    assert located.reviewed == 1


def test_a_short_list_made_by_hand_is_enough(tmp_path):
    decisions, problems = decisions_in(tmp_path, "toponym,decision\ntwin,c5\n")
    located, listing, more = place(*ROWS, decisions=decisions)
    assert located.table["place_id"].tolist()[:2] == ["c5", "c5"]
    assert [*problems, *more] == []
    assert (listing["rows"] > 0).all()


def test_the_line_that_says_most_wins(tmp_path):
    decisions, _ = decisions_in(tmp_path, "toponym,stated_admin1,decision\nTwin,*,c4\nTwin,Nordia,c5\n")
    located, _, _ = place({"toponym": "Twin"}, {"toponym": "Twin", "stated_admin1": "Nordia"}, decisions=decisions)
    assert located.table["place_id"].tolist() == ["c4", "c5"]


def test_rows_read_back_with_a_geometry_follow_a_decision(tmp_path):
    before, _, _ = place(*ROWS)
    decisions, _ = decisions_in(tmp_path, "table,toponym,stated_admin1,decision\nevents,Sarmada,,c4\n")
    again = geocode_events(before.table, GAZETTEER, AREAS, theatre=THEATRE, decisions=decisions)
    assert again.table["place_id"].tolist()[2] == "c4"
    untouched = [3, 4]
    assert again.table.geometry[untouched].geom_equals(before.table.geometry[untouched]).all()


def test_a_row_left_out_by_a_reviewer_stays_out_when_the_table_is_read_again(tmp_path):
    located, _, _ = decide(tmp_path, ("Sarmada", "", "none"), rows=[{"toponym": "Sarmada"}])
    again = geocode_events(located.table, GAZETTEER, AREAS, theatre=THEATRE)
    assert again.table.geometry.isna().all()
    assert again.table["geo_method"].tolist() == ["review"]


# --- what cannot be used


@pytest.mark.parametrize(
    ("decision", "says"),
    [
        ("c99", "is not known; wanted a place id"),
        ("Sarmada", "is not known as an id; places of this name: c6"),
        ("admin:LA99", "is not known"),
        ("95.0, 36.5", "is out of range"),
        ("0, 0", "is the point (0, 0)"),
        ("36.5, 35.5", "lies outside the theatre; turned round it lies inside"),
        ("10.5, 12.5", "lies outside the theatre; correct it"),
        ("far", "is Faraway, outside the theatre"),
        ("coordinates", "is a word of the machine's own"),
    ],
)
def test_a_decision_that_cannot_be_used_is_told_once_and_kept(tmp_path, decision, says):
    located, listing, problems = decide(tmp_path, ("Kafr Nuun", "Nordia", decision), rows=[ROWS[3]] * 3)
    (problem,) = problems
    assert (problem.source, problem.row, problem.column, problem.value) == ("places.csv", 2, "decision", decision)
    assert says in problem.message
    assert located.table["place_id"].tolist() == ["c2"] * 3
    assert located.reviewed == 0
    (line,) = listing.itertuples()
    assert (line.decision, line.machine_decision, line.decided_by, line.place_name) == (
        decision, "c2", "review", "Kafr Nuun",
    )  # fmt: skip
    assert "not used" in line.geo_reason


def test_two_lines_that_contradict_each_other_are_both_told_and_both_kept(tmp_path):
    text = "table,toponym,decision\nevents,Twin,c4\nevents,twin,c5\n"
    decisions, problems = decisions_in(tmp_path, text)
    assert [str(p)[:60] for p in problems] == [
        "places.csv:2: decision: 'c4' contradicts line 3 about the sa",
        "places.csv:3: decision: 'c5' contradicts line 2 about the sa",
    ]
    located, listing, _ = place(*ROWS, decisions=decisions)
    assert located.table["place_id"].isna().tolist()[:2] == [True, True]
    kept = listing[listing["rows"] == 0]
    assert kept["decision"].tolist() == ["c4", "c5"]
    again, _ = read_decisions(written(listing, tmp_path))
    assert [d.text for d in again.refused] == ["c4", "c5"]


def test_a_decision_about_a_name_that_no_row_has_is_kept_and_told_once(tmp_path):
    _, listing, problems = decide(tmp_path, ("Oldtown", "Nordia", "c4"))
    (problem,) = [p for p in problems if p.source == "places.csv"]
    assert str(problem) == "places.csv:2: toponym: 'Oldtown' stands in no row of this input; the decision is kept"
    kept = listing.set_index("toponym").loc["Oldtown"]
    assert (kept["rows"], kept["decision"], kept["decided_by"]) == (0, "c4", "review")
    decisions, _ = read_decisions(written(listing, tmp_path))
    _, after, problems = place(*ROWS, decisions=decisions)
    assert [p for p in problems if p.source == "places.csv"] == []
    assert after.equals(listing)
    located, _, _ = place({"toponym": "Oldtown", "stated_admin1": "Nordia"}, decisions=decisions)
    assert located.table["place_id"].tolist() == ["c4"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("name,choice\nTwin,c4\n", "has no column 'toponym'"),
        ("toponym,place\nTwin,c4\n", "has no column 'decision'"),
        ("<html>", "web page"),
    ],
)
def test_a_file_that_is_no_list_of_places_is_refused_in_words(tmp_path, text, says):
    with pytest.raises(InputError, match=says):
        decisions_in(tmp_path, text)


def test_without_the_machine_s_column_edits_cannot_be_told_and_that_is_said(tmp_path):
    decisions, problems = decisions_in(tmp_path, "toponym,decision,decided_by\nTwin,c4,machine\nSarmada,c5,Ann\n")
    assert [d.text for d in decisions.lines] == ["c5"]
    assert "in 1 lines; write your name into 'decided_by'" in problems[0].message


def test_lines_of_the_wrong_width_are_told_and_the_others_used(tmp_path):
    decisions, problems = decisions_in(tmp_path, "toponym,decision\nTwin,c4\nSarmada,c5,too,many\n")
    assert [d.text for d in decisions.lines] == ["c4"]
    assert (problems[0].row, problems[0].severity) == (3, "error")


# --- files as spreadsheets leave them


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_list_saved_by_a_spreadsheet_is_read_in_any_encoding(tmp_path, encoding, delimiter):
    rows = [["toponym", "decision"], ["كفر نون", "35.25, 36.75"], ["بلدة توأم", "c4"]]
    text = "".join(delimiter.join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
    path = tmp_path / "places.csv"
    path.write_bytes(text.encode(encoding))
    decisions, _ = read_decisions(path, languages=["ar"])
    assert decisions.of("events", "كفر نون").text == "35.25, 36.75"


def test_a_workbook_is_read_too(tmp_path):
    pd.DataFrame({"toponym": ["Twin"], "decision": ["c5"], "decided_by": ["Ann"]}).to_excel(
        tmp_path / "places.xlsx", index=False
    )
    decisions, problems = read_decisions(tmp_path / "places.xlsx")
    assert decisions.of("events", "Twin").source == "decided in places.xlsx[Sheet1] line 2 by Ann"
    assert problems == []


def test_a_name_that_starts_a_formula_finds_its_decision_again(tmp_path):
    rows = [{"toponym": "=1+1"}, {"toponym": "-12.5"}]
    _, listing, _ = place(*rows)
    path = edited(written(listing, tmp_path), {("'=1+1", ""): "c4", ("'-12.5", ""): "'-35.5, 36.5"})
    decisions, _ = read_decisions(path)
    located, _, problems = place(*rows, decisions=decisions)
    assert located.table["place_id"].tolist()[0] == "c4"
    assert [p.value for p in problems if p.source == "places.csv"] == ["-35.5, 36.5"]


def test_pairs_of_numbers_are_read_as_people_write_them():
    texts = ["35.25,36.75", "35.25 36.75", "(35.25, 36.75)", "35,25 ; 36,75", "35.25°, 36.75°", "٣٥٫٢٥، ٣٦٫٧٥"]
    assert {read_point(t) for t in texts} == {(36.75, 35.25)}
    assert {read_point(t) for t in ["C4068", "35.25", "geonames:17", "SY07", "1, 2, 3", ""]} == {None}


# --- the round: run, edit, run, run

NAMES = ["Twin", "twin", "Sarmada", "Kafr Nuun", "near Nordia", "Nowhere", "=x", "Nordia province", "كفر نون", "", "?"]
CHOICES = ["c4", "c5", "none", "35.25, 36.75", "admin:LA0102", "c99", ""]
some_rows = st.lists(
    st.fixed_dictionaries(
        {"toponym": st.sampled_from(NAMES)},
        optional={
            "stated_admin1": st.sampled_from(["Nordia", "Sudia"]),
            "place_id": st.sampled_from(["c2", "c3"]),
            "source_longitude": st.sampled_from([36.5, 36.6]),
            "source_latitude": st.just(35.5),
        },
    ),
    min_size=1,
    max_size=8,
)
some_choices = st.dictionaries(st.sampled_from([n.casefold() for n in NAMES]), st.sampled_from(CHOICES), max_size=4)


@settings(max_examples=25)
@given(rows=some_rows, choices=some_choices)
def test_decisions_stay_when_their_own_result_is_fed_back(rows, choices, tmp_path_factory):
    folder = tmp_path_factory.mktemp("round")
    _, listing, _ = place(*rows)
    path = edited(written(listing, folder), {(n, ""): c for n, c in choices.items()})
    decisions, _ = read_decisions(path)
    first, once, _ = place(*rows, decisions=decisions)
    bytes_once = written(once, folder).read_bytes()
    decisions, _ = read_decisions(folder / "places.csv")
    second, twice, _ = place(*rows, decisions=decisions)
    assert written(twice, folder).read_bytes() == bytes_once
    assert first.table.equals(second.table)
    assert once["rows"].sum() == len(rows)


@settings(max_examples=25)
@given(rows=some_rows, choices=some_choices, data=st.data())
def test_the_order_of_rows_and_of_lines_does_not_matter(rows, choices, data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("order")
    _, listing, _ = place(*rows)
    lines = data.draw(st.permutations(range(len(listing))))
    path = edited(written(listing, folder), {(n, ""): c for n, c in choices.items()})
    shuffled = pd.read_csv(path, dtype=str, keep_default_na=False).iloc[list(lines)]
    shuffled.to_csv(folder / "shuffled.csv", index=False)
    order = data.draw(st.permutations(range(len(rows))))
    one, _ = read_decisions(path)
    other, _ = read_decisions(folder / "shuffled.csv")
    _, ours, _ = place(*rows, decisions=one)
    _, theirs, _ = place(*(rows[i] for i in order), decisions=other)
    same = [c for c in COLUMNS if c not in ("geo_reason", "seen_in")]  # these two name lines
    assert ours[same].equals(theirs[same])


@settings(max_examples=25)
@given(rows=some_rows)
def test_a_list_that_nobody_edited_decides_nothing(rows, tmp_path_factory):
    folder = tmp_path_factory.mktemp("same")
    before, listing, _ = place(*rows)
    decisions, problems = read_decisions(written(listing, folder))
    assert decisions.lines == ()
    assert problems == []
    after, again, _ = place(*rows, decisions=decisions)
    assert after.table.equals(before.table)
    assert again.equals(listing)
