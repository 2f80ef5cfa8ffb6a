"""Place names in running text: which words are places, which places they are. The gazetteer here is a small one."""

import itertools
import json
import sys
import types

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from geo.errors import InputError
from geo.gazetteer import build_gazetteer
from geo.geoparse import Geoparser
from geo.geoparse.tagger import open_recogniser
from geo.schema import PLACES, conform
from geo.theatre import load_theatre
from maps.cli import app

# Name, other names, class, code, country, first division, people, latitude, longitude (GeoNames, rounded).
ROWS = [
    ("Turkey", "Türkiye", "A", "PCLI", "TR", None, 82_000_000, 39.0, 35.0),
    ("Syria", "سوريا", "A", "PCLI", "SY", None, 17_000_000, 35.0, 38.0),
    ("France", "", "A", "PCLI", "FR", None, 67_000_000, 46.0, 2.0),
    ("Jordan", "", "A", "PCLI", "JO", None, 10_000_000, 31.0, 36.0),
    ("Georgia", "", "A", "PCLI", "GE", None, 3_700_000, 42.0, 43.5),
    ("United States", "U.S.;US;USA", "A", "PCLI", "US", None, 327_000_000, 39.8, -98.5),
    ("United Kingdom", "UK;Britain", "A", "PCLI", "GB", None, 66_000_000, 54.8, -2.7),
    ("Georgia", "Ga.", "A", "ADM1", "US", "US.GA", None, 32.7, -83.5),
    ("Texas", "Tex.", "A", "ADM1", "US", "US.TX", None, 31.3, -99.3),
    ("Idlib", "", "A", "ADM1", "SY", "SY.12", None, 35.8, 36.7),
    ("Aleppo", "حلب", "A", "ADM1", "SY", "SY.09", None, 36.2, 37.5),
    ("Oklahoma", "Okla.", "A", "ADM1", "US", "US.OK", None, 35.5, -97.5),
    ("Louisiana", "La", "A", "ADM1", "US", "US.LA", None, 31.0, -92.0),
    ("Lamar County", "", "A", "ADM2", "US", "US.TX", None, 33.7, -95.6),
    ("Middle East", "", "L", "RGN", None, None, None, 31.5, 44.0),
    ("Black Sea", "", "H", "SEA", None, None, None, 43.2, 34.5),
    ("Red Sea", "", "H", "SEA", None, None, None, 20.5, 38.0),
    ("Red Sea", "", "A", "ADM1", "EG", "EG.02", None, 26.7, 33.9),
    ("Hurghada", "", "P", "PPL", "EG", "EG.02", 96_000, 27.26, 33.81),
    ("New York", "", "A", "ADM1", "US", "US.NY", None, 43.0, -75.5),
    ("New York City", "New York", "P", "PPL", "US", "US.NY", 8_175_000, 40.71, -74.01),
    ("Frankfurt am Main", "Frankfurt", "P", "PPL", "DE", "DE.05", 650_000, 50.12, 8.68),
    ("Frankfurt", "", "P", "PPL", "DE", "DE.11", 51_000, 52.35, 14.55),
    ("Ankara", "", "P", "PPLC", "TR", "TR.68", 3_500_000, 39.92, 32.85),
    ("Damascus", "دمشق", "P", "PPLC", "SY", "SY.13", 1_500_000, 33.51, 36.29),
    ("Idlib", "إدلب", "P", "PPL", "SY", "SY.12", 128_000, 35.93, 36.63),
    ("Saraqib", "سراقب", "P", "PPL", "SY", "SY.12", 32_000, 35.86, 36.80),
    ("Kafr Nabl", "كفر نبل", "P", "PPL", "SY", "SY.12", 15_000, 35.61, 36.56),
    ("Paris", "", "P", "PPLC", "FR", "FR.11", 2_100_000, 48.85, 2.35),
    ("Paris", "", "P", "PPL", "US", "US.TX", 25_000, 33.66, -95.56),
    ("Vernon", "", "P", "PPL", "CA", "CA.02", 40_000, 50.26, -119.27),
    ("Vernon", "", "P", "PPL", "US", "US.TX", 11_000, 34.15, -99.27),
    ("Houston", "", "P", "PPL", "US", "US.TX", 2_300_000, 29.76, -95.37),
    ("Athens", "", "P", "PPL", "US", "US.GA", 116_000, 33.96, -83.38),
    ("London", "", "P", "PPLC", "GB", "GB.ENG", 8_900_000, 51.51, -0.13),
    ("Chelsea", "", "P", "PPL", "US", "US.MA", 39_000, 42.39, -71.03),
    ("Reading", "", "P", "PPL", "GB", "GB.ENG", 318_000, 51.46, -0.97),
    ("Washington", "Washington, D.C.", "P", "PPLC", "US", "US.DC", 689_000, 38.9, -77.04),
    ("Oklahoma City", "Oklahoma", "P", "PPLA", "US", "US.OK", 631_000, 35.47, -97.52),
    ("Tulsa", "", "P", "PPL", "US", "US.OK", 404_000, 36.15, -95.99),
    ("Casablanca", "White House", "P", "PPL", "MA", "MA.06", 3_100_000, 33.59, -7.61),
    ("Ruston", "", "P", "PPL", "US", "US.LA", 22_000, 32.52, -92.64),
    ("Boyce", "", "P", "PPL", "US", "US.LA", 1_100, 31.39, -92.67),
    ("St. Louis", "", "P", "PPL", "US", "US.MO", 315_000, 38.63, -90.2),
    ("Saint Orwin", "", "P", "PPL", "US", "US.LA", 90_000, 30.5, -92.1),
    ("Gambia", "The Gambia", "A", "PCLI", "GM", None, 2_100_000, 13.5, -15.5),
    ("The Hague", "", "P", "PPL", "NL", "NL.11", 474_000, 52.08, 4.3),
    ("Victoria", "", "P", "PPLC", "SC", "SC.24", 22_900, -4.62, 55.45),
    ("Victoria", "", "P", "PPL", "CA", "CA.02", 290_000, 48.43, -123.37),
    ("Seychelles", "", "A", "PCLI", "SC", None, 96_000, -4.58, 55.67),
]
HEAD = [
    "name", "aliases", "feature_class", "feature_code", "country", "admin1", "population", "latitude", "longitude",
]  # fmt: skip


@pytest.fixture(scope="module")
def parser():
    places = pd.DataFrame(ROWS, columns=HEAD).assign(source="GeoNames")
    places["place_id"] = [f"g:{n}" for n in range(len(places))]
    return Geoparser(build_gazetteer(conform(places, PLACES)[0]), load_theatre("world"))


def found(parser, text):
    return [span.text for span in parser.parse(text)]


def test_towns_countries_regions_and_seas_are_found_where_they_stand(parser):
    text = "Ships from the Black Sea reached Turkey; the Middle East watched Saraqib and Kafr Nabl."
    spans = parser.parse(text)
    assert [s.text for s in spans] == ["Black Sea", "Turkey", "Middle East", "Saraqib", "Kafr Nabl"]
    assert all(text[s.start : s.end] == s.text for s in spans)
    assert [s.precision for s in spans] == ["F", "G", "F", "B", "B"]


def test_a_possessive_ending_is_cut_and_an_abbreviation_keeps_its_points(parser):
    assert found(parser, "Turkey’s border with Syria's north; the U.S. watched.") == ["Turkey", "Syria", "U.S."]


@pytest.mark.parametrize("road", ["U.S. 30", "US 30", "U.S. Highway 30"])
def test_the_number_of_a_road_names_no_country(parser, road):
    assert found(parser, f"A crash closed {road} for hours in Houston.") == ["Houston"]
    assert found(parser, "In the U.S. 30 people fell ill.") == ["U.S."]


def test_the_point_behind_a_short_state_is_its_own_and_the_one_behind_a_full_name_ends_the_sentence(parser):
    assert found(parser, "They live in Athens, Ga. The town is old.") == ["Athens", "Ga."]
    assert found(parser, "They live in Tulsa, Okla.\n\nThe town is old.") == ["Tulsa", "Okla."]
    assert found(parser, "They live in Houston, Texas. The town is old.") == ["Houston", "Texas"]


def test_words_for_a_people_are_no_places(parser):
    assert found(parser, "Turkish and Syrian soldiers met French and Jordanian officers.") == []


@pytest.mark.parametrize(
    "text",
    [
        "The Paris Police Department made no arrests.",
        "He studied at the University of Texas.",
        "President Jordan spoke first.",
        "Chelsea Clinton, 39, smiled.",
        "Sam Houston was a general. Houston died later.",
        "Reading the letter, he wept.",
        "It cost US$40 million.",
        "Houston Rockets beat London Wanderers.",
        "The White House and aides in the White House kept silent.",
    ],
)
def test_people_bodies_money_and_ordinary_words_are_no_places(parser, text):
    assert found(parser, text) == []


def test_the_same_words_are_places_where_the_sentence_says_so(parser):
    assert found(parser, "They moved from Reading to Chelsea, and on to St. Louis.") == [
        "Reading",
        "Chelsea",
        "St. Louis",
    ]


def test_a_name_after_a_comma_says_where_the_name_before_it_lies(parser):
    town, state = parser.parse("A fire broke out in Paris, Texas.")
    assert (town.text, round(town.longitude)) == ("Paris", -96)
    assert (state.text, state.precision) == ("Texas", "E")
    assert round(parser.parse("A fire broke out in Paris.")[0].longitude) == 2


def test_the_names_of_a_text_tell_where_its_other_names_lie(parser):
    spans = parser.parse("The sheriff of Lamar County drove to Houston, then home to Paris. In Texas, Paris is small.")
    assert {round(s.longitude) for s in spans if s.text == "Paris"} == {-96}
    assert {s.precision for s in spans if s.text == "Lamar County"} == {"D"}


@pytest.mark.parametrize(
    "body", ["The Texas Department of Transportation", "Texas Rural Fire Service", "The University of Texas"]
)
def test_the_name_of_a_body_is_no_place_and_tells_where_the_places_of_the_text_lie(parser, body):
    (town,) = parser.parse(f"{body} sent two men to Vernon.")
    assert (town.text, round(town.longitude)) == ("Vernon", -99)
    assert round(parser.parse("They sent two men to Vernon.")[0].longitude) == -119


def test_a_division_that_the_text_names_brings_in_its_small_towns(parser):
    assert found(parser, "Ruston will pay.") == []
    assert found(parser, "Louisiana Legislature members met. Ruston will pay.") == ["Ruston"]


@pytest.mark.parametrize("text", ["Oklahoma State met Texas State.", "An Oklahoma State University team won."])
def test_a_division_with_the_word_state_that_no_list_has_is_a_university(parser, text):
    assert found(parser, text) == []


def test_the_point_of_an_abbreviation_belongs_to_it_where_the_sentence_goes_on(parser):
    assert found(parser, "TULSA, Okla. - A store burnt.") == ["TULSA", "Okla."]
    assert found(parser, "It rained in Boyce, La., and in Tulsa.") == ["Boyce", "La.", "Tulsa"]


def test_the_number_of_a_road_makes_its_division_no_place(parser):
    assert found(parser, "The car left Okla. 51 near Tulsa.") == ["Tulsa"]
    assert found(parser, "In the U.S. 20 people fell ill.") == ["U.S."]


def test_a_name_after_in_says_where_the_name_before_it_lies(parser):
    town, state = parser.parse("They left Paris in Texas.")
    assert (town.text, round(town.longitude), state.text) == ("Paris", -96, "Texas")


def test_what_holds_a_town_is_the_state_not_the_city_of_its_name(parser):
    tulsa, oklahoma = parser.parse("He moved to Tulsa, Oklahoma.")
    assert (tulsa.name, oklahoma.name, oklahoma.precision) == ("Tulsa", "Oklahoma", "E")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Mary Jackson, 41, of Boyce, was not hurt.", ["Boyce"]),
        ("Mary Jackson of Boyce was not hurt.", ["Boyce"]),
        ("Nobody thinks of Boyce.", []),
        ("Officer Ann Houston spoke. People from Houston came.", ["Houston"]),
        ("Officer Ann Houston spoke. Houston came.", []),
    ],
)
def test_a_small_town_is_found_as_the_home_of_somebody(parser, text, names):
    assert found(parser, text) == names


def test_of_namesakes_the_one_near_the_home_of_the_paper_is_likelier(parser):
    local = Geoparser(parser.gazetteer, load_theatre("world"), home=(-95.6, 33.7))
    assert [round(reader.parse("A fire broke out in Paris.")[0].longitude) for reader in (parser, local)] == [2, -96]


def test_a_state_and_a_country_of_one_name_are_told_apart_by_the_towns_beside_them(parser):
    assert [s.precision for s in parser.parse("Athens, Georgia, and Houston, Texas") if s.text == "Georgia"] == ["E"]
    assert [s.precision for s in parser.parse("Turkey closed its border with Georgia.") if s.text == "Georgia"] == ["G"]


def test_a_capital_that_speaks_stands_for_its_government(parser):
    text = "Ankara said it would answer. Damascus's forces shelled Saraqib. In Damascus, shops closed."
    assert [(s.text, s.use) for s in parser.parse(text)] == [
        ("Ankara", "metonym"),
        ("Damascus", "metonym"),
        ("Saraqib", "place"),
        ("Damascus", "place"),
    ]


def test_capitals_that_are_spoken_to_and_that_speak_together_are_governments(parser):
    spans = parser.parse("Ankara and Damascus accused Paris of meddling.")
    assert [(s.text, s.use) for s in spans] == [(n, "metonym") for n in ("Ankara", "Damascus", "Paris")]


def test_the_point_of_an_abbreviation_belongs_to_it(parser):
    assert found(parser, "He left Paris, Tex., for Athens, Ga. The trip was long.") == [
        "Paris",
        "Tex.",
        "Athens",
        "Ga.",
    ]


def test_a_river_does_not_lie_where_the_town_of_its_name_does(parser):
    (river,) = parser.parse("Boats sank in the Saraqib River.")
    assert (river.text, river.latitude) == ("Saraqib River", None)


def test_a_province_and_its_town_are_told_apart_by_the_word_beside_the_name(parser):
    spans = parser.parse("Fighting in Idlib province came near the city of Idlib; Aleppo governorate was calm.")
    assert [(s.text, s.precision) for s in spans] == [("Idlib", "E"), ("Idlib", "B"), ("Aleppo", "E")]


def test_a_name_that_no_gazetteer_has_is_found_where_a_place_is_wanted_and_has_no_place_of_its_own(parser):
    (unknown,) = parser.parse("Shells fell on the village of Qwerzan.")
    assert (unknown.text, unknown.latitude, unknown.place_id) == ("Qwerzan", None, "")


def test_a_name_that_no_gazetteer_has_lies_about_where_the_text_says(parser):
    assert parser.parse("Shells fell on the village of Qwerzan, Syria.")[0].latitude is None  # a middle says nothing
    text = (
        "Tulsa was calm. In Syria shells fell on Saraqib. Tanks stood near Qwerzan, and nobody knew why. Paris is far."
    )
    (beside,) = (s for s in parser.parse(text) if s.text == "Qwerzan")
    assert (beside.place_id, beside.latitude, beside.precision, beside.score) == ("", 35.86, "F", 0.0)


def test_a_small_place_in_a_country_that_a_text_tells_nothing_of_is_not_meant(parser):
    text = "In Turkey, men fled from Ankara and from Boyce, and the Turkey of Ankara was calm."
    boyce = next(s for s in parser.parse(text) if s.text == "Boyce")
    assert (boyce.place_id, round(boyce.latitude)) == ("", 40)
    home = next(s for s in parser.parse("In Turkey, men fled from Boyce, Louisiana.") if s.text == "Boyce")
    assert round(home.latitude) == 31


@pytest.mark.parametrize(
    "text",
    [
        "They met near Qwerzan.",
        "A ship sank off Qwerzan.",
        "Two men were flown to Qwerzan.",
        "Ann Lee (34) of Qwerzan won.",
        "Fire broke out in Saraqib and Qwerzan.",
        "The Qwerzan river rose.",
        "Qwerzan, a small town of millers, burnt.",
    ],
)
def test_what_stands_beside_an_unlisted_name_makes_it_a_place(parser, text):
    assert "Qwerzan" in found(parser, text)
    assert "Qwerzan" not in found(parser, "Qwerzan said it would rise, and Qwerzan did.")


LATER = "\nA spokesman said on Monday that nobody would be named until the families of those who died had been told.\n"


@pytest.mark.parametrize(
    ("headline", "names"),
    [
        ("Gunmen Kill Eleven in Aleppo Village", ["Aleppo"]),
        ("Ankara Mayor Sacks Three Aides Over Contract", ["Ankara"]),
        ("Syria Talks Resume in Ankara", ["Syria", "Ankara"]),
        ("GUNMEN KILL ELEVEN IN ALEPPO VILLAGE", ["ALEPPO"]),
        ("LONDON RIOTS SPREAD TO ANKARA", ["LONDON", "ANKARA"]),
        ("Woman Charged After Black Sea Storm", ["Black Sea"]),
        ("London United Sign Young Striker", []),
        ("Paris Police Department Cuts Jobs", []),
    ],
)
def test_capitals_of_a_headline_say_nothing(parser, headline, names):
    assert found(parser, headline + LATER) == names
    text = headline + LATER
    assert all(text[s.start : s.end] == s.text for s in parser.parse(text))


def test_a_word_that_the_text_capitalises_stays_a_name_in_its_headline(parser):
    assert found(parser, f"Fire Burns Homes Near Reading{LATER}It began north of Reading.") == ["Reading", "Reading"]


@pytest.mark.parametrize(
    "line",
    [
        "HOUSTON (AP) - A man was held.",
        "Houston, June 3 (Agency) A man was held.",
        "HOUSTON: A man was held.",
        "Houston — A man was held.",
        "HOUSTON, Texas (Agency) -- A man was held.",
    ],
)
def test_the_place_at_the_head_of_a_report_is_one_though_a_line_of_capitals_stands_above_it(parser, line):
    text = f"By Ann Lee\nDaily Courier Reporter\n{line}{LATER}"
    assert found(parser, text)[0].casefold() == "houston"


def test_lines_broken_to_a_width_run_on_and_paragraphs_do_not(parser):
    assert found(parser, "They met on the Black\nSea and later in Kafr\nNabl and fled.") == ["Black\nSea", "Kafr\nNabl"]
    long = LATER.replace("\n", " ")
    assert found(parser, f"A report by Ann Black\nSea and air met.{long * 2}") == []


@pytest.mark.parametrize(
    "text",
    [
        "Houston drew with Tulsa.",
        "Arsenal beat Houston 3-1.",
        "Tulsa 2-1 Denholm Rovers",
        "It was printed in the Houston Morning Post.",
        "He works for Air Syria.",
        "The Houston striker scored.",
        "He played for Houston last year.",
        "Houston & Sons closed at Houston.com.",
        "Al Qaeda in Syria and the Middle East said so.",
        "The Bank of Syria closed.",
        "Jordan Qwer said so.",
    ],
)
def test_clubs_papers_groups_and_firms_named_after_places_are_no_places(parser, text):
    assert found(parser, text) == []


def test_arabic_names_are_found_behind_their_prefixes(parser):
    text = "قصفت الطائرات مدينة سراقب وبلدة كفر نبل في ريف إدلب وحلب"
    spans = parser.parse(text)
    assert [s.text for s in spans] == ["سراقب", "كفر نبل", "إدلب", "حلب"]
    assert all(text[s.start : s.end] == s.text for s in spans)


def test_offsets_count_code_points_over_no_break_spaces_and_line_ends(parser):
    text = "🚩\u00a0Near\u00a0Kafr\u00a0Nabl\r\nand\u00a0in Saraqib,\r\nSyria"
    assert [(s.start, s.end) for s in parser.parse(text)] == [(7, 16), (25, 32), (35, 40)]


def test_given_spans_are_resolved_one_for_each(parser):
    text = "Paris, Texas; Nowhere"
    spans = parser.resolve(text, [(0, 5), (7, 12), (14, 21)])
    assert [(round(s.latitude), bool(s.place_id)) for s in spans] == [(34, True), (31, True), (31, False)]


@given(
    st.lists(
        st.sampled_from([*(r[0] for r in ROWS), "the", "in", "of", ", ", ". ", "’s", "\r\n", "X", "(", "بلدة", "🚩"])
    )
)
def test_spans_are_in_order_and_apart_and_say_what_stands_there(parser, words):
    text = " ".join(words)
    spans = parser.parse(text)
    assert all(text[s.start : s.end] == s.text for s in spans)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    assert parser.parse(text) == spans


@pytest.mark.parametrize("text", ["", " \r\n", "\u0000", "A" * 200_000, "Paris " * 30_000, "Aaa-" * 50_000, "٠" * 1000])
def test_odd_texts_are_read_like_any_other(parser, text):
    assert all(text[s.start : s.end] == s.text for s in parser.parse(text))


# ---------------------------------------------------------------- a trained pipeline in place of the rules


@pytest.fixture
def fake_spacy(monkeypatch):
    """A stand-in for spaCy with one pipeline that calls every "Saraqib" a place and every "Sam" a person."""

    def pipeline(text):
        spans = [(text.find(w), w, label) for w, label in (("Saraqib", "GPE"), ("Sam", "PERSON")) if w in text]
        ents = [types.SimpleNamespace(start_char=at, end_char=at + len(w), label_=label) for at, w, label in spans]
        return types.SimpleNamespace(ents=ents)

    def load(name):
        if name != "small":
            raise OSError(f"[E050] Can't find model '{name}'")
        return pipeline

    monkeypatch.setitem(sys.modules, "spacy", types.SimpleNamespace(load=load))


def test_a_pipeline_of_the_user_takes_the_place_of_the_rules(parser, fake_spacy):
    tagged = Geoparser(parser.gazetteer, parser.theatre, find_spans=open_recogniser("spacy:small"))
    (span,) = tagged.parse("Sam left Saraqib for Idlib.")
    assert (span.text, round(span.latitude, 2)) == ("Saraqib", 35.86)


def test_a_pipeline_that_is_not_there_is_told_with_what_to_do(fake_spacy, monkeypatch):
    with pytest.raises(InputError, match="no pipeline 'large'; install it with: python -m spacy download large"):
        open_recogniser("spacy:large")
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(InputError, match="needs spaCy, which is not installed"):
        open_recogniser("spacy:small")
    with pytest.raises(InputError, match="wanted rules, or spacy:NAME"):
        open_recogniser("magic")


# ---------------------------------------------------------------- the command


def test_the_command_writes_a_line_a_name_with_the_columns_of_the_reference(tmp_path):
    report = tmp_path / "report.txt"
    report.write_text(
        "Clashes near Saraqib\n\nSARAQIB, Syria (Agency) - Clashes broke out in Saraqib.\n", encoding="utf-8"
    )
    out = tmp_path / "spans.jsonl"
    result = CliRunner().invoke(app, ["geoparse", str(report), "-o", str(out), "--theatre", "idlib"])
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert result.stdout.strip() == str(out)
    assert list(rows[0]) == [
        "doc", "start", "end", "text", "place_id", "name", "latitude", "longitude", "geo_precision", "geo_score", "use",
    ]  # fmt: skip
    assert {(r["doc"], r["text"].title(), r["use"]) for r in rows} == {
        ("report.txt", "Saraqib", "place"),
        ("report.txt", "Syria", "place"),
    }


def test_the_command_asks_for_a_home_that_is_known(tmp_path):
    report = tmp_path / "report.txt"
    report.write_text("A fire broke out in Saraqib.\n", encoding="utf-8")
    words = ["geoparse", str(report), "-o", str(tmp_path / "spans.jsonl"), "--theatre", "idlib", "--home"]
    assert CliRunner().invoke(app, [*words, "Saraqib"]).exit_code == 0
    result = CliRunner().invoke(app, [*words, "Xyzzy"])
    assert (result.exit_code, "no place 'Xyzzy' is known" in result.output) == (2, True)


def test_the_command_names_what_is_missing(tmp_path):
    result = CliRunner().invoke(
        app, ["geoparse", str(tmp_path / "none.txt"), "-o", str(tmp_path / "no" / "spans.jsonl")]
    )
    assert (result.exit_code, "no folder" in result.output) == (2, True)


@pytest.mark.parametrize(("theatre", "names"), [("world", []), ("idlib", ["Saraqib"])])
def test_a_town_of_the_theatre_needs_no_word_beside_it(parser, theatre, names):
    reader = Geoparser(parser.gazetteer, load_theatre(theatre))
    assert found(reader, "Nothing moved; Saraqib stayed quiet.") == names


def test_an_arabic_word_for_a_town_is_no_name_and_may_have_a_prefix(parser):
    assert found(parser, "دخلت القوات وفي حلب اندلعت اشتباكات") == ["حلب"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Tulsa drew 0-0 on Saturday.", []),
        ("Tulsa City beat the visitors 2-1 on Saturday.", []),
        ("Tulsa recalled 2,000 cars on Monday.", []),
        ("Officials in Tulsa sold 2,000 cars on Monday.", ["Tulsa"]),
    ],
)
def test_clubs_and_companies_named_after_their_town_are_no_places(parser, text, names):
    assert found(parser, text) == names


def latitudes(parser, text, name):
    return [round(s.latitude) for s in parser.parse(text) if s.text == name]


def test_a_sea_is_not_the_province_on_it(parser):
    assert latitudes(parser, "A ship sank off Hurghada in the Red Sea.", "Red Sea") == [20]
    assert latitudes(parser, "He was born in Red Sea province, near Hurghada.", "Red Sea") == [27]


def test_a_city_is_known_by_the_beginning_of_its_name(parser):
    assert latitudes(parser, "Banks in Frankfurt closed.", "Frankfurt") == [50]


def test_a_great_city_is_meant_by_the_name_of_its_state_but_not_beside_states(parser):
    assert latitudes(parser, "Two men were held in New York.", "New York") == [41]
    assert latitudes(parser, "New York, Texas and Oklahoma agreed.", "New York") == [43]


def test_the_short_forms_of_saint_and_the_article_of_a_name_are_read(parser):
    assert found(parser, "They left St. Orwin and St Orwin for Saint Orwin.") == [
        "St. Orwin",
        "St Orwin",
        "Saint Orwin",
    ]
    assert found(parser, "The Gambia closed its office in The Hague.") == ["Gambia", "The Hague"]


def test_a_town_lies_where_the_words_behind_it_say(parser):
    assert latitudes(parser, "He died in Victoria, the small capital of the Seychelles.", "Victoria") == [-5]
    assert latitudes(parser, "He died in Victoria.", "Victoria") == [48]


def test_titles_and_battles_are_no_places_and_an_island_lies_not_where_the_town_does(parser):
    assert found(parser, "The Duke of Houston left.") == []
    assert found(parser, "They read of the Battle of Houston and the Siege of London.") == []
    (island,) = parser.parse("They sailed from Tulsa Island.")
    assert (island.text, island.place_id) == ("Tulsa Island", "")
