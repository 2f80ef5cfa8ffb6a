"""Displaced people in reports: how many, from where, to where, in what time, and what is no displacement."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from geo.gazetteer import load_gazetteer
from geo.reports import draft_report, parse_report
from geo.theatre import load_theatre

REPORTED = date(2020, 2, 14)  # a Friday


@pytest.fixture(scope="module")
def read():
    theatre = load_theatre("idlib")
    gazetteer = load_gazetteer(theatre)

    def rows(body):
        report = parse_report(f"A report\n\n14 February 2020\n\n{body}", Path("report.txt"))
        return [tidy(r) for r in draft_report(report, gazetteer, theatre=theatre).displacement]

    return rows


def tidy(row):
    return {k: None if not isinstance(v, list | dict) and pd.isna(v) else v for k, v in row.items()}


def told(row):
    number = row["persons_best"] or row["households"]
    return number, row["origin_toponym"], row["destination_toponym"], row["measure"]


def days(row):
    return row["date_start"], row["date_end"]


@pytest.mark.parametrize(
    ("sentence", "number", "origin", "start"),
    [
        ("Some 1,200 families were evacuated from Ariha since the beginning of the month.", 1_200, "Ariha", 1),
        ("About 900 people moved from Saraqib since 3 February.", 900, "Saraqib", 3),
        ("نزح نحو 12 ألف شخص من سراقب خلال الأيام الثلاثة الماضية.", 12_000, "سراقب", 11),
        ("تم إجلاء 600 مدني من سراقب منذ مطلع الشهر.", 600, "سراقب", 1),
    ],
)
def test_people_moved_since_a_day_are_a_flow_with_its_period(read, sentence, number, origin, start):
    (row,) = read(sentence)
    assert told(row) == (number, origin, None, "flow")
    assert days(row) == (date(2020, 2, start), REPORTED)


def test_people_displaced_since_a_day_stay_a_total_at_the_report(read):
    (row,) = read("Some 300,000 people have been displaced from Saraqib since the start of the year.")
    assert told(row) == (300_000, "Saraqib", None, "stock")
    assert row["notes"] == "total since 2020-01-01"


def test_each_number_belongs_to_its_own_clause(read):
    first, second = read("In Dana 18,000 people had arrived by 11 February, while Sarmada now shelters 33,000.")
    assert told(first) == (18_000, None, "Dana", "stock")
    assert days(first) == (date(2020, 2, 11), date(2020, 2, 11))
    assert told(second) == (33_000, None, "Sarmada", "stock")
    assert days(second) == (REPORTED, REPORTED)


def test_a_time_that_opens_the_sentence_is_that_of_all_who_moved(read):
    rows = read("In January, 68,000 people fled Ariha, and a further 31,000 fled Saraqib.")
    assert [(told(r)[:2], days(r)) for r in rows] == [
        ((68_000, "Ariha"), (date(2020, 1, 1), date(2020, 1, 31))),
        ((31_000, "Saraqib"), (date(2020, 1, 1), date(2020, 1, 31))),
    ]


def test_another_number_beside_another_town_is_a_record_of_its_own(read):
    rows = read("Afrin now hosts 154,000 displaced people and Azaz another 73,000.")
    assert [told(r) for r in rows] == [(154_000, None, "Afrin", "stock"), (73_000, None, "Azaz", "stock")]


@pytest.mark.parametrize(
    ("sentence", "ends"),
    [
        (
            "The agency puts the number of displaced people in Syria at 6.2 million.",
            (6_200_000, None, "Syria", "stock"),
        ),
        ("On Monday 480 civilians, most of them elderly, came out through Saraqib.", (480, "Saraqib", None, "flow")),
        ("Nearly 9,000 people crossed into Afrin from Atarib on Monday.", (9_000, "Atarib", "Afrin", "flow")),
        ("Camps near Atma took in 7,400 displaced people last week.", (7_400, None, "Atma", "flow")),
        ("Another 4,000 people remain in makeshift camps near Salqin.", (4_000, None, "Salqin", "stock")),
        ("The displaced population of Idlib has risen to 1.4 million.", (1_400_000, None, "Idlib", "stock")),
        ("Buses carried 650 people out of Ariha on Sunday.", (650, "Ariha", None, "flow")),
        ("Shelling in Ariha has uprooted 17,000 civilians.", (17_000, "Ariha", None, "stock")),
        ("Snipers have driven 1,700 civilians from Ariha.", (1_700, "Ariha", None, "stock")),
        ("About 1,100 people came back to Saraqib on Monday.", (1_100, None, "Saraqib", "flow")),
        ("Staff counted 3,250 families arriving in Salqin on Monday.", (3_250, None, "Salqin", "flow")),
        ("غادرت 900 عائلة بلدة سرمين خلال اليومين الماضيين.", (900, "بلدة سرمين", None, "flow")),
        ("وبلغ عدد النازحين من سراقب 380 ألف نسمة.", (380_000, "سراقب", None, "stock")),
        ("A further 6,200 people have poured into Azaz on Monday.", (6_200, None, "Azaz", "flow")),
        ("Some 2,700 displaced families are residing in Idlib.", (2_700, None, "Idlib", "stock")),
        ("The clashes forced 9,400 people to flee Nayrab on Monday.", (9_400, "Nayrab", None, "flow")),
        ("The number of IDPs in Afrin has risen to 154,000.", (154_000, None, "Afrin", "stock")),
        ("أكثر من 80 ألف نازح يقيمون في مخيمات قرب سرمدا.", (80_000, None, "سرمدا", "stock")),
        ("ارتفع عدد النازحين في إدلب إلى مليون و200 ألف نازح.", (1_200_000, None, "إدلب", "stock")),
        ("تستضيف مدينة سرمدا 95 ألف نازح.", (95_000, None, "سرمدا", "stock")),
        ("وصل 5400 نازح من أريحا إلى عفرين بين 4 و9 شباط.", (5_400, "أريحا", "عفرين", "flow")),
    ],
)
def test_other_words_of_displacement_are_found(read, sentence, ends):
    (row,) = read(sentence)
    number, origin, destination, measure = told(row)
    assert (number, origin, measure) == (ends[0], ends[1], ends[3])
    assert (destination or "").split()[-1:] == (ends[2] or "").split()[-1:]


@pytest.mark.parametrize(
    "sentence",
    [
        "Some 2.8 million people in the north needed assistance, and half of them had already been displaced.",
        "Around 3 million people live in Idlib.",
        "Some 14,000 pupils are registered in Azaz.",
        "A charity distributed rations to 140,000 displaced people in Idlib in January.",
        "Some 1,700 displaced children were vaccinated in Atma on Monday.",
        "Food for 45,000 people reached Sarmada on Monday.",
        "An assault on Idlib could displace 800,000 people.",
        "يحتاج 2.7 مليون شخص في إدلب إلى المساعدة.",
    ],
)
def test_need_aid_and_inhabitants_are_no_displacement(read, sentence):
    assert read(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Some 5,000 people fled the country's northwest in January.", "the country's northwest"),
        ("Some 5,000 people fled their homes in the north-west.", "the north-west"),
        ("نزح 5000 شخص من شمال غرب البلاد.", "شمال غرب البلاد"),
        ("نزح 5000 شخص من شمال غربي سوريا.", "شمال غربي سوريا"),
    ],
)
def test_a_side_of_the_country_is_where_they_came_from(read, sentence, words):
    (row,) = read(sentence)
    assert row["origin_toponym"] == words


def test_who_went_to_a_side_of_the_country_did_not_come_from_it(read):
    (row,) = read("Some 5,000 people arrived in the north on Monday.")
    assert (row["origin_toponym"], row["destination_toponym"]) == (None, None)


def test_a_second_town_that_people_left_is_named_in_the_notes(read):
    (row,) = read("Some 2,000 people fled their homes in Saraqib and Ariha on Monday.")
    assert (row["origin_toponym"], row["notes"]) == ("Saraqib", "also left: Ariha")


def test_who_stays_is_counted_on_the_day_told(read):
    (row,) = read("As of 10 February, Sarmada hosts 61,500 displaced people, of whom 80 per cent are women.")
    assert (row["measure"], days(row)) == ("stock", (date(2020, 2, 10), date(2020, 2, 10)))


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("in the first week of February", (2, 1), (2, 7)),
        ("in the last week of January", (1, 25), (1, 31)),
        ("between Sunday and Wednesday", (2, 9), (2, 12)),
        ("over the past week", (2, 7), (2, 14)),
        ("in the week to 9 February", (2, 3), (2, 9)),
        ("since the end of January", (1, 31), (2, 14)),
    ],
)
def test_the_time_in_which_people_moved(read, words, first, last):
    (row,) = read(f"Some 900 people were evacuated from Saraqib {words}.")
    assert days(row) == (date(2020, *first), date(2020, *last))


@pytest.mark.parametrize(
    ("sentence", "number", "origin", "destination"),
    [
        ("Some 800,000 people have fled Syria since 3 February.", 800_000, "Syria", None),
        ("More than 90,000 people have fled Syria, over 60,000 of them to Jordan.", 90_000, "Syria", None),
        ("Jordan has taken in 45,000 refugees.", 45_000, None, "Jordan"),
        ("Lebanon has received 45,000 of them.", 45_000, None, "Lebanon"),
    ],
)
def test_countries_are_left_and_take_people_in(read, sentence, number, origin, destination):
    row = read(sentence)[0]
    assert told(row)[:3] == (number, origin, destination)


def test_a_total_since_a_day_keeps_it_before_those_who_crossed(read):
    (row, *_) = read(
        "Some 90,000 people have been displaced since 3 February, among them 6,000 who crossed into Turkey."
    )
    assert row["notes"] == "total since 2020-02-03"
