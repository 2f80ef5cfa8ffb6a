"""A place column of any table: the same rows and columns, nine more, and a reason for every blank."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.codes import PRECISION, Precision
from geo.errors import GeocoderError, InputError
from geo.geocode import ADDED, Context, Decision, Decisions, Resolution, geocode_column, resolve

NAMES = ("Saraqib", "سراقب", "Idlib Governorate", "Turkey", "near Saraqib", "Xyzzyville", "12", "", "village")


@pytest.fixture(scope="session")
def geocoded(loaded):
    """Function that geocodes a table, or a list of names, in the first theatre."""
    theatre, gazetteer, _ = loaded("idlib")

    def call(table, **options):
        table = pd.DataFrame({"place": table}) if isinstance(table, list) else table
        return geocode_column(table, place="place", gazetteer=gazetteer, theatre=theatre, **options)

    return call


def row(geocoded, name, **options):
    table, _ = geocoded([name], **options)
    return table.iloc[0]


# --- what is added


def test_nine_columns_stand_behind_those_that_came(geocoded):
    table = pd.DataFrame({"id": ["007", "08"], "place": ["Saraqib", "Xyzzyville"], "n": [1, 2]})
    wider, _ = geocoded(table)
    assert list(wider.columns) == ["id", "place", "n", *ADDED]
    assert {name: str(wider[name].dtype) for name in ADDED} == ADDED
    pd.testing.assert_frame_equal(wider[["id", "place", "n"]], table)


def test_a_named_place_has_its_own_point_and_says_how_it_was_found(geocoded):
    found = row(geocoded, "Saraqib")
    assert (found["latitude"], found["longitude"]) == (pytest.approx(35.864, abs=0.05), pytest.approx(36.8, abs=0.05))
    assert found["geo_precision"] == Precision.NAMED_PLACE
    assert found["geo_radius_km"] == PRECISION[Precision.NAMED_PLACE].radius_km
    assert found["geo_method"] == "exact"
    assert 0.5 < found["geo_score"] <= 1


def test_a_governorate_has_a_point_and_a_radius_that_holds_it(geocoded):
    found = row(geocoded, "Idlib Governorate")
    assert found["geo_precision"] == Precision.FIRST_DIVISION
    assert 20 < found["geo_radius_km"] < 100
    assert found["geo_method"] == "admin unit"


def test_a_country_is_named_but_has_no_coordinates(geocoded):
    found = row(geocoded, "Turkey")
    assert found["geo_precision"] == Precision.COUNTRY
    assert found["place_name"] == "Turkey"
    assert found[["latitude", "longitude", "geo_radius_km"]].isna().all()
    assert "no coordinates" in found["geo_reason"]


def test_near_a_place_is_wider_than_the_place(geocoded):
    assert row(geocoded, "near Saraqib")["geo_radius_km"] > row(geocoded, "Saraqib")["geo_radius_km"]


def test_a_road_of_the_theatre_is_a_point_on_it_with_a_radius_to_its_ends(geocoded):
    found = row(geocoded, "M5")
    assert found["geo_precision"] == Precision.LINE
    assert found["geo_method"] == "route"
    assert found["geo_radius_km"] > 20


def test_a_p_code_wins_over_the_name_beside_it(loaded, geocoded):
    _, gazetteer, _ = loaded("idlib")
    place = gazetteer.candidates("Saraqib")[0].place
    table = pd.DataFrame({"place": ["Xyzzyville", ""], "code": [place.place_id] * 2})
    wider, _ = geocoded(table, pcode="code")
    assert wider["place_id"].tolist() == [place.place_id] * 2
    assert set(wider["geo_method"]) == {"pcode"}


def test_a_p_code_that_nobody_knows_is_said_beside_what_the_name_told(geocoded):
    table = pd.DataFrame({"place": ["Saraqib", ""], "code": ["ZZ99", "ZZ99"]})
    wider, _ = geocoded(table, pcode="code")
    assert wider["geo_precision"].isna().tolist() == [False, True]
    assert wider["geo_reason"].str.endswith("the p-code 'ZZ99' is not in the gazetteer").all()


@pytest.mark.parametrize("country", ["SYR", "SY", "Syria", "syr"])
def test_a_country_may_be_a_name_or_either_code(geocoded, country):
    table = pd.DataFrame({"place": ["Saraqib"], "land": [country]})
    wider, problems = geocoded(table, country="land")
    assert wider["geo_precision"].tolist() == ["B"]
    assert problems == []


def test_another_country_is_believed(geocoded):
    wider, _ = geocoded(pd.DataFrame({"place": ["Saraqib"], "land": ["TUR"]}), country="land")
    assert wider["geo_precision"].isna().all()


def test_a_country_that_nobody_knows_is_said_once(geocoded):
    table = pd.DataFrame({"place": ["Saraqib", "Idlib", "Saraqib"], "land": ["Ruritania"] * 3})
    _, problems = geocoded(table, country="land", source="names.csv")
    (problem,) = problems
    assert str(problem) == (
        "names.csv:2: land: 'Ruritania' is no country that is known, so it is not used; wanted a name or code, 3 rows"
    )


def test_the_stated_unit_tells_namesakes_apart(loaded, geocoded):
    _, gazetteer, _ = loaded("idlib")
    code = gazetteer.candidates("Saraqib")[0].place.admin1
    table = pd.DataFrame({"place": ["Saraqib"], "unit": [code]})
    wider, _ = geocoded(table, admin1="unit")
    assert "as stated" in wider["geo_reason"].iloc[0]


# --- what is left blank


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", "no place is named"),
        (None, "no place is named"),
        (np.nan, "no place is named"),
        (pd.NA, "no place is named"),
        ("   ", "no place is named"),
        ("\x07\x00", "no place is named"),
        ("\u200f\u202e", "no place is named"),
        ("12345", "no letters"),
        (12345, "no letters"),
        (3.5, "no letters"),
        (True, ""),
        ("!?-- ...", "no letters"),
        ("x" * 10_000, "10,000 characters"),
        ("غ" * 10_000, "10,000 characters"),
        ("village", "general words"),
        ("town of the village", "general words"),
        ("several towns", "does not know"),
        ("\ud800", "no place is named"),
        (["a", "list"], ""),
        ({"a": "dict"}, ""),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_is_no_name_stays_blank_with_a_reason(geocoded, cell, reason):
    wider, problems = geocoded(pd.DataFrame({"place": pd.Series([cell], dtype=object)}))
    found = wider.iloc[0]
    assert found[[name for name in ADDED if name != "geo_reason"]].isna().all()
    assert reason in found["geo_reason"]
    assert len(problems) == 1


@pytest.mark.parametrize(
    "name", ["\u200fسراقب\u200e", "\u202bسراقب\u202c", "  Saraqib\t", "Saraqib\u0000", "\ufeffSaraqib"]
)
def test_marks_of_direction_and_control_characters_hide_no_name(geocoded, name):
    assert row(geocoded, name)["geo_precision"] == "B"


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1, 2, 3]),
        pd.Series([1.5, np.nan, 3.0]),
        pd.Series([True, False, True]),
        pd.to_datetime(pd.Series(["2020-01-01", None, "2020-01-03"])),
        pd.Series(["Saraqib", None, "Idlib"], dtype="category"),
        pd.Series([b"bytes", 1, None], dtype=object),
    ],
    ids=lambda c: str(c.dtype),
)
def test_a_column_of_any_type_is_answered(geocoded, column):
    wider, _ = geocoded(pd.DataFrame({"place": column}))
    assert wider["geo_reason"].notna().all()
    assert wider["place"].dtype == column.dtype


def test_an_empty_table_gets_its_columns(geocoded):
    wider, problems = geocoded([])
    assert (len(wider), list(wider.columns), problems) == (0, ["place", *ADDED], [])


def test_a_name_without_place_is_told_once_with_its_first_line_and_how_often(geocoded):
    _, problems = geocoded(["Saraqib", "Xyzzyville", "Saraqib", "Xyzzyville"], source="names.csv")
    (problem,) = problems
    assert str(problem).startswith("names.csv:3: place: 'Xyzzyville' ")
    assert str(problem).endswith("(left without place, 2 rows)")


# --- columns


def test_a_column_that_is_not_there_is_said_with_those_that_are(geocoded):
    with pytest.raises(InputError, match="no column 'place'; it has: Ort, n"):
        geocoded(pd.DataFrame({"Ort": ["Saraqib"], "n": [1]}))


def test_a_place_column_that_stands_twice_is_ambiguous(geocoded):
    table = pd.DataFrame([["Saraqib", "Idlib"]], columns=["place", "place"])
    with pytest.raises(InputError, match="'place' stands 2 times"):
        geocoded(table)


def test_other_columns_may_stand_twice(geocoded):
    table = pd.DataFrame([["Saraqib", 1, 2]], columns=["place", "n", "n"])
    wider, _ = geocoded(table)
    assert list(wider.columns) == ["place", "n", "n", *ADDED]


def test_a_column_of_the_table_is_never_hidden_by_a_new_one(geocoded):
    table = pd.DataFrame({"place": ["Saraqib"], "latitude": [1.0]})
    with pytest.raises(InputError, match="already has latitude"):
        geocoded(table)
    wider, _ = geocoded(table, prefix="found_")
    assert wider["latitude"].tolist() == [1.0]
    assert wider["found_latitude"].iloc[0] == pytest.approx(35.86, abs=0.05)


# --- the countryside of a town that is a unit of its own


@pytest.mark.parametrize(
    "name",
    ["Rural Damascus", "Damascus countryside", "southern rural Damascus", "countryside of Dimashq", "ريف دمشق"],
)
def test_rural_x_is_the_unit_that_is_named_so_in_another_language_not_the_city(loaded, name):
    theatre, gazetteer, _ = loaded("world")
    found = resolve(name, gazetteer, theatre=theatre)
    assert (found.place.name, found.place.feature_code) == ("Rif-dimashq", "ADM1")
    town = resolve("Duma", gazetteer, theatre=theatre, admin1=name)
    assert (town.place.country, town.place.admin1) == ("SY", found.place.admin1)


def test_the_countryside_of_other_towns_is_in_the_unit_around_them(loaded):
    theatre, gazetteer, _ = loaded("world")
    found = resolve("Aleppo countryside", gazetteer, theatre=theatre)
    assert (found.place.name, found.place.feature_code) == ("Aleppo", "ADM1")
    assert resolve("Damascus", gazetteer, theatre=theatre).place.feature_code == "PPLC"


# --- people and services


class Service:
    """Answers every name alike, and remembers what was said to it."""

    def __init__(self, answer):
        self.answer, self.said = answer, []

    def expect(self, wanted):
        self.said.append(("expect", list(wanted)))

    def ask(self, toponym, context):
        self.said.append(("ask", (toponym, context)))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_what_a_person_decided_wins(geocoded):
    said = ("*", "Saraqib", *["*"] * 5)
    decisions = Decisions((Decision("none", "me", "places.csv", 2, said),))
    found = row(geocoded, "Saraqib", decisions=decisions)
    assert pd.isna(found["latitude"])
    assert "places.csv line 2" in found["geo_reason"]


def test_a_service_is_asked_only_for_what_is_left_and_told_before_how_many(geocoded, loaded):
    _, gazetteer, _ = loaded("idlib")
    place = gazetteer.candidates("Idlib")[0].place
    answer = Resolution("Xyzzyville", place, Precision.NAMED_PLACE, 5.0, "photon", 0.7, (), "the service says so")
    service = Service(answer)
    wider, _ = geocoded(["Saraqib", "Xyzzyville", "123", "", "Xyzzyville"], service=service)
    assert service.said == [("expect", [("Xyzzyville", Context())]), ("ask", ("Xyzzyville", Context()))]
    assert wider["geo_method"].tolist()[1] == "photon"
    assert wider["geo_precision"].isna().tolist() == [False, False, True, True, False]


def test_a_service_that_fails_leaves_the_rest_as_it_was_and_is_said(geocoded):
    service = Service(GeocoderError("the server is gone"))
    wider, problems = geocoded(["Saraqib", "Xyzzyville"], service=service)
    assert wider["geo_precision"].isna().tolist() == [False, True]
    assert "the server is gone" in str(problems[0])


# --- rules for every table

cells = st.one_of(
    st.sampled_from(NAMES), st.none(), st.integers(), st.floats(), st.text(max_size=30),
    st.text(alphabet=st.characters(categories=["Cc", "Cf", "Cs", "Lo"]), max_size=12),
)  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(cells, st.sampled_from(["Idlib", "", "Xyz", None]), st.integers()), max_size=12),
    data=st.data(),
)
def test_rows_in_are_rows_out_and_their_order_is_nothing(geocoded, rows, data):
    columns = zip(("place", "unit", "n"), zip(*rows, strict=True) if rows else ((), (), ()), strict=True)
    table = pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in columns})
    before = table.copy(deep=True)
    wider, _ = geocoded(table, admin1="unit")
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(wider[["place", "unit", "n"]], before)
    assert wider["geo_reason"].notna().all()
    assert (wider["latitude"].isna() == wider["longitude"].isna()).all()
    assert not ((wider["latitude"] == 0) & (wider["longitude"] == 0)).any()
    order = data.draw(st.permutations(range(len(table))))
    turned, _ = geocoded(table.iloc[order], admin1="unit")
    pd.testing.assert_frame_equal(turned[list(ADDED)], wider[list(ADDED)].iloc[order])
