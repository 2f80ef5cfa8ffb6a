"""Small places with famous namesakes, as local papers name them. The gazetteer here is a small one."""

import pandas as pd
import pytest

from geo.gazetteer import build_gazetteer
from geo.geoparse import Geoparser
from geo.schema import PLACES, conform
from geo.theatre import load_theatre

# Name, class, code, country, first division, people, latitude, longitude (GeoNames, rounded).
ROWS = [
    ("United States", "A", "PCLI", "US", None, 327_000_000, 39.8, -98.5),
    ("Greece", "A", "PCLI", "GR", None, 10_700_000, 39.0, 22.0),
    ("Lebanon", "A", "PCLI", "LB", None, 6_800_000, 33.9, 35.8),
    ("Puerto Rico", "A", "PCLI", "PR", None, 3_200_000, 18.2, -66.5),
    ("Ohio", "A", "ADM1", "US", "US.OH", None, 40.3, -83.0),
    ("Missouri", "A", "ADM1", "US", "US.MO", None, 38.3, -92.5),
    ("Florida", "A", "ADM1", "PR", "PR.054", None, 18.4, -66.6),
    ("Florida", "A", "ADM1", "US", "US.FL", None, 28.6, -82.5),
    ("Miami", "P", "PPL", "US", "US.FL", 440_000, 25.77, -80.19),
    ("Athens", "P", "PPLC", "GR", "GR.ESYE31", 664_000, 37.98, 23.72),
    ("Athens", "P", "PPL", "US", "US.OH", 25_000, 39.33, -82.1),
    ("Albany", "P", "PPLA", "US", "US.NY", 98_000, 42.65, -73.76),
    ("Albany", "P", "PPL", "US", "US.OH", 900, 39.23, -82.2),
    ("Nelsonville", "P", "PPL", "US", "US.OH", 5_300, 39.46, -82.23),
    ("Amesville", "P", "PPL", "US", "US.OH", 600, 39.4, -81.96),
    ("Beirut", "P", "PPLC", "LB", "LB.04", 1_900_000, 33.89, 35.5),
    ("Sidon", "P", "PPL", "LB", "LB.06", 163_000, 33.56, 35.37),
    ("Lebanon", "P", "PPL", "PR", "PR.054", 900, 18.3, -66.6),
    ("Ireland", "A", "PCLI", "IE", None, 4_900_000, 53.2, -8.0),
    ("Louth", "A", "ADM2", "IE", "IE.L", None, 53.9, -6.5),
    ("Otter County", "A", "ADM2", "US", "US.OH", None, 39.6, -82.3),
    ("Red Fern County", "A", "ADM2", "US", "US.OH", None, 39.8, -82.3),
    *[("Wren County", "A", "ADM2", "US", f"US.{n:02}", None, 45.0, -100.0 + n) for n in range(20)],
    ("Mount Carr", "P", "PPL", "US", "US.OH", 4_000, 39.5, -82.0),
    ("Lark", "P", "PPL", "US", "US.03", 40_000, 47.0, -70.0),
    ("Lark", "P", "PPL", "US", "US.19", 4_000, 45.0, -81.1),
    ("Batroun", "P", "PPL", "LB", "LB.09", 11_000, 34.26, 35.66),
]  # fmt: skip
HEAD = ["name", "feature_class", "feature_code", "country", "admin1", "population", "latitude", "longitude"]


@pytest.fixture(scope="module")
def parser():
    places = pd.DataFrame(ROWS, columns=HEAD).assign(source="GeoNames", aliases="")
    places.loc[places["name"] == "Missouri", "aliases"] = "Mo."
    places["place_id"] = [f"g:{n}" for n in range(len(places))]
    return Geoparser(build_gazetteer(conform(places, PLACES)[0]), load_theatre("world"))


def placed(parser, text):
    return {s.text: s.latitude and (round(s.latitude, 1), round(s.longitude, 1)) for s in parser.parse(text)}


def test_names_mean_the_places_where_most_of_them_have_a_bearer(parser):
    text = "He drove from Athens to Albany. She lives in Nelsonville, he in Amesville."
    assert placed(parser, text) == {
        "Athens": (39.3, -82.1),
        "Albany": (39.2, -82.2),
        "Nelsonville": (39.5, -82.2),
        "Amesville": (39.4, -82.0),
    }


def test_a_great_city_keeps_its_name_where_the_others_are_spread(parser):
    assert placed(parser, "She flew from Athens to Beirut and Miami.")["Athens"] == (38.0, 23.7)
    assert placed(parser, "She flew from Albany to Beirut and Miami.")["Albany"] == (42.6, -73.8)


def test_of_divisions_of_one_name_the_populous_one_is_likelier(parser):
    assert placed(parser, "He moved to Florida.") == {"Florida": (28.6, -82.5)}


def test_a_name_that_the_gazetteer_lacks_there_means_the_neighbourhood_of_the_text(parser):
    text = "Crews from Nelsonville, Amesville and Athens met in the village of Stonewick."
    spans = {s.text: s for s in parser.parse(text)}
    assert (spans["Stonewick"].place_id, spans["Stonewick"].precision) == ("", "F")
    assert abs(spans["Stonewick"].latitude - 39.4) < 0.2
    assert abs(spans["Stonewick"].longitude + 82.1) < 0.2
    assert spans["Nelsonville"].precision == "B"


def test_a_small_namesake_far_away_yields_to_the_neighbourhood_and_a_great_city_does_not(parser):
    local = "Nelsonville, Amesville, Athens and Albany closed their schools. "
    assert placed(parser, local + "He lives in Batroun.")["Batroun"] == pytest.approx((39.4, -82.1), abs=0.2)
    assert placed(parser, local + "He lives in Beirut.")["Beirut"] == (33.9, 35.5)


def test_a_name_that_the_gazetteer_lacks_means_the_division_it_is_said_to_lie_in_but_no_country(parser):
    (span,) = [s for s in parser.parse("A mill burned in Stonewick, Missouri.") if s.text == "Stonewick"]
    assert (span.name, span.precision) == ("Missouri", "E")
    (span,) = [s for s in parser.parse("A mill burned in Stonewick, Greece.") if s.text == "Stonewick"]
    assert (span.place_id, span.latitude, span.precision) == ("", None, None)


def test_a_small_name_that_no_word_calls_a_place_is_one_where_the_others_gather(parser):
    local = "Crews came from Athens and Amesville. "
    assert "Nelsonville" in placed(parser, local + "Nelsonville charges more.")
    assert "Batroun" not in placed(parser, local + "Batroun charges more.")
    assert "Stonewick" in placed(parser, local + "Albany and Nelsonville sent help. A mill burned in Stonewick.")
    assert "Stonewick" not in placed(parser, "A mill burned in Stonewick.")


def test_the_word_before_a_list_stands_before_all_its_names(parser):
    local = "Athens and Amesville closed their schools. "
    assert "Stonewick" in placed(parser, local + "Crews came from Nelsonville, Stonewick and Albany.")
    assert "Stonewick" not in placed(parser, local + "Crews came from Nelsonville, Stonewick said.")


def test_a_country_of_a_list_lies_in_no_other(parser):
    assert placed(parser, "It is common in Lebanon, Greece and Puerto Rico.")["Lebanon"] == (33.9, 35.8)


def test_a_county_of_a_common_name_tells_which_town_is_meant(parser):
    assert placed(parser, "He lives in Lark, in Wren County.")["Lark"] == (45.0, -81.1)


@pytest.mark.parametrize("name", ["Co. Louth", "Co Louth", "County Louth"])
def test_the_word_for_a_county_before_its_name_is_part_of_it(parser, name):
    assert placed(parser, f"She was born in {name}. They met in Athens.")[name] == (53.9, -6.5)
    assert placed(parser, "He saw Wren County Louth. The County Sheriff left.") == {}


def test_a_first_word_in_short_finds_the_name_in_full(parser):
    assert placed(parser, "Crews from Nelsonville met in Mt. Carr, Ohio.")["Mt. Carr"] == (39.5, -82.0)


def test_a_town_with_a_short_state_behind_it_lies_in_that_state_whether_or_not_the_gazetteer_has_it(parser):
    assert placed(parser, "A mill burned in Nelsonville, Mo., on Monday.")["Nelsonville"] == (38.3, -92.5)


def test_a_direction_is_part_of_the_name_of_a_township_and_no_county(parser):
    local = "Athens, Amesville and Nelsonville voted. "
    assert "North Stone Township" in placed(parser, local + "So did North Stone Township.")
    assert "Wren County" in placed(parser, local + "So did North Wren County.")


def test_a_hospital_named_after_the_town_of_a_text_is_no_place(parser):
    text = "Crews from Athens and Amesville met. He died at Nelsonville Memorial Hospital."
    assert list(placed(parser, text)) == ["Athens", "Amesville"]


def test_counties_told_together_are_counties(parser):
    names = placed(parser, "In Otter, Stone and Red Fern counties, rain fell on Athens and Nelsonville.")
    assert names == {
        "Otter": (39.6, -82.3),
        "Red Fern": (39.8, -82.3),
        "Athens": (39.3, -82.1),
        "Nelsonville": (39.5, -82.2),
    }
