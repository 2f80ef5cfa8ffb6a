"""Longer telling: lists of places, histories that go on in time, sums, whose army it was, where what follows was."""

import time
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from test_reports import GAZETTEER, HEAD, THEATRE, events, known, only, span

from geo.gazetteer import build_gazetteer
from geo.reports import code_report, parse_report
from geo.schema import PLACES, conform
from geo.theatre import Actor, Theatre


def places(rows):
    return [known(r["toponym"]) for r in rows]


# ---------------------------------------------------------------- lists


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("the army captured Kesra, Umm Dall and Ahmar", ["Kesra", "Umm Dall", "Ahmar"]),
        ("the army captured the villages of Kesra and Ahmar from rebels", ["Kesra", "Ahmar"]),
        ("the army said it captured two more villages: Kesra and Ahmar", ["Kesra", "Ahmar"]),
        ("the army captured Kesra, as well as the villages of Umm Dall and Ahmar", ["Kesra", "Umm Dall", "Ahmar"]),
        ("the army captured the villages of Qosh and Tarim near Kesra", ["Qosh", "Tarim"]),  # in no list of places
        ("the army captured Kesra near Umm Dall", ["Kesra near Umm Dall"]),
        ("rebels shelled an army convoy on the road from Kesra to Ahmar", ["road from Kesra to Ahmar"]),
    ],
)
def test_what_is_told_of_several_places_is_an_event_at_each(told, wanted):
    assert places(events(f"On Monday, {told}.")) == wanted


def test_a_toll_told_for_a_list_stands_at_its_first_place():
    rows = events("On Monday, jets bombed Kesra and Ahmar, killing four people.")
    assert [(r["toponym"], known(r["fatalities_best"])) for r in rows] == [("Kesra", 4), ("Ahmar", None)]
    assert len({r["event_id"] for r in rows}) == 2


def test_areas_that_were_hit_are_events_where_they_are_named():
    rows = events(
        "On Monday, the army attacked rebels in Kesra, the army also targeted other areas of Marat province including "
        "Ahmar and Umm Dall."
    )
    assert sorted(places(rows)) == ["Ahmar", "Kesra", "Umm Dall"]


def test_what_an_earthquake_hits_is_no_event():
    assert events("On Monday, an earthquake hit several villages in Marat province.") == []


def test_who_answers_fire_does_so_elsewhere():
    rows = events(
        "On Monday, areas in Kesra were also reportedly hit with rockets, rebels responded by shelling homes in Ahmar."
    )
    assert sorted(places(rows)) == ["Ahmar", "Kesra"]
    (answer,) = (r for r in rows if r["toponym"] == "Ahmar")
    assert answer["actor1"] == "Sea Front"


# ---------------------------------------------------------------- histories


HISTORY = "Battle of the coast (2009)\n\n16 March 2021\n\nIn June 2009, talks began. By July 2009 they had failed.\n\n"
MORE = "In August 2009 and in September 2009 the talks went on.\n\n"


def told_in_a_history(body):
    return events(body, HISTORY + MORE)


def test_a_history_goes_on_in_time_and_does_not_come_back_to_an_old_fight():
    rows = told_in_a_history("On 3 October 2009, the army shelled Kesra.\n\nThe army shelled Ahmar and Umm Dall.")
    assert [(r["toponym"], known(r["date_start"]) is None) for r in rows] == [
        ("Kesra", False), ("Ahmar", True), ("Umm Dall", True),
    ]  # fmt: skip


def test_by_the_end_of_the_day_means_the_day_told_last():
    rows = told_in_a_history(
        "On 3 October 2009, the army shelled Kesra.\n\nBy the end of the day, rebels had captured Ahmar. By nightfall, "
        "the army shelled Umm Dall."
    )
    assert {span(r)[0] for r in rows} == {date(2009, 10, 3)}


def test_a_fight_without_a_place_is_where_the_paragraph_was():
    rows = told_in_a_history(
        "On 3 October 2009, the army attacked rebels in Marat province.\n\nOn 5 October, the army stood outside Kesra. "
        "Fierce fighting left nine rebels dead."
    )
    assert places(rows) == ["Marat province", "outside Kesra"]


# ---------------------------------------------------------------- what is told elsewhere, or sums up


@pytest.mark.parametrize(
    "told",
    [
        "The Observatory said 69 civilians had been killed since the beginning of the offensive.",
        "By that point the army had captured nine villages.",
        "So far 200 people have been killed.",
    ],
)
def test_a_running_total_is_no_event_and_no_toll_of_one(told):
    row = only(f"On Monday, the army captured Kesra. {told}")
    assert (row["toponym"], known(row["fatalities_best"])) == ("Kesra", None)


@pytest.mark.parametrize(
    "told",
    [
        "The two groups, who had fought each other in Ahmar in January, rejected the offer.",
        "The road linked Kesra to Ahmar prior to being captured by rebels.",
        "Rebels are plotting to send an army to Ahmar for future attacks.",
        "The pilot survived the landing, but was captured by rebels.",
        "Rebel forces launched talks to recapture Ahmar.",
        "The army and rebels frequently exchanged fire in Ahmar.",
    ],
)
def test_what_was_before_or_is_only_meant_makes_no_mark(told):
    assert events(told) == []


def test_an_offensive_is_where_its_name_says():
    row = only("On Monday, villagers fled to Kesra after the Ahmar offensive left five soldiers dead.")
    assert (row["toponym"], row["fatalities_best"]) == ("Ahmar", 5)


def test_who_is_taken_prisoner_is_no_land_taken():
    row = only("On Monday, the army killed four rebels in Kesra and captured two fighters.")
    assert row["event_subtype"] == "Armed clash"


def test_where_a_man_comes_from_is_not_where_he_died():
    row = only("On Monday, clashes broke out between the army and rebels in Kesra. A man from Ahmar was killed.")
    assert (row["toponym"], row["fatalities_best"]) == ("Kesra", 1)


def test_a_jet_shot_at_over_a_province_is_where_it_came_down():
    row = only("On Monday, rebels shot down an army helicopter over Marat province. The helicopter crashed near Kesra.")
    assert row["toponym"] == "near Kesra"


# ---------------------------------------------------------------- where what follows was


@pytest.mark.parametrize(
    "told",
    [
        "On Monday, the army clashed with Karvian soldiers in Kesra. Karvia sent 90 soldiers to the border.",
        "On Monday, the army shelled Kesra. Karvian jets bombed rebel bases.",  # another party
        "On Monday, the army shelled Kesra. On Sunday the army killed four rebels.",  # another day
    ],
)
def test_another_happening_does_not_inherit_the_place(told):
    first, other = events(told)
    assert first["toponym"] == "Kesra"
    assert known(other["toponym"]) in {None, "the border"}


def test_outskirts_are_those_of_the_town_not_of_the_province_of_its_name():
    row = only("On Monday, rebels shelled the western outskirts of Marat.")
    assert (known(row["place_id"]), row["toponym"]) == (None, "western outskirts of Marat")
    assert only("On Monday, rebels shelled Marat.")["place_id"] == "NO.1"


def test_villages_have_one_word_before_them_only_if_there_is_one_of_them():
    assert only("On Monday, rebels shelled the village of Kesra.")["toponym"] == "village of Kesra"
    assert places(events("On Monday, rebels shelled the villages of Kesra."))[0] == "Kesra"


# ---------------------------------------------------------------- whose army


TWO = Theatre(
    id="two",
    title={"en": "Two"},
    countries=("NO",),
    home="NO",
    actors=(
        Actor("Army of Norland", "state forces", aliases=("Norland army",), country="NO", side="government"),
        Actor("Army of Karvia", "external forces", aliases=("Karvian army",), country="KA", side="karvia"),
        Actor("Rebels", "rebel group", aliases=("rebels",), side="rebels"),
    ),
)


@pytest.mark.parametrize(
    ("told", "party"),
    [
        ("On Monday, the army shelled Kesra.", "Army of Norland"),  # nobody else's is spoken of
        ("The Karvian army left in May. On Monday, the army shelled Kesra.", "Army of Karvia"),
        ("The Karvian army met the Norland army. On Monday, the army shelled Kesra.", None),
        ("On Monday, shells fell on Kesra, the army chief said.", None),
    ],
)
def test_the_army_is_the_only_one_spoken_of_else_that_of_the_theatre(told, party):
    rows = code_report(parse_report(HEAD + told, Path("report.txt")), GAZETTEER, theatre=TWO).events
    (row,) = rows[rows["toponym"] == "Kesra"].to_dict("records")
    assert known(row["actor1"]) == party


def test_the_party_of_a_phrase_before_the_subject_is_not_who_acts():
    row = only("On Monday, after airstrikes by Karvian jets, the army launched an offensive against rebels in Kesra.")
    assert (row["actor1"], row["actor2"]) == ("Army of Norland", "Sea Front")


def test_letters_of_another_script_that_look_alike_are_read():
    row = only("On Monday, the army managed to captur\u0435 Kesra.")  # the last letter is Cyrillic
    assert row["event_subtype"] == "Government regains territory"


def test_a_village_that_is_called_like_a_small_word_is_read_where_it_has_a_capital():
    names = pd.DataFrame({"place_id": ["p1", "p2"], "name": ["Has", "Kesra"]}).assign(
        feature_class="P", feature_code="PPL", country="NO", source="made", latitude=[50.0, 50.1], longitude=10.0
    )
    gazetteer = build_gazetteer(conform(names, PLACES)[0])
    for told, wanted in (
        ("On Monday, the army captured Has from rebels.", ["Has"]),
        ("On Monday, the army shelled Kesra. Has it ended?", ["Kesra"]),
    ):
        rows = code_report(parse_report(HEAD + told, Path("report.txt")), gazetteer, theatre=THEATRE).events
        assert rows["toponym"].tolist() == wanted


def test_a_text_of_many_fights_takes_no_more_than_in_proportion():
    def seconds(fights):
        told = (f"On {n % 15 + 1} March, rebels shelled Kesra, killing {n + 1} soldiers.\n\n" for n in range(fights))
        report = parse_report(HEAD + "".join(told), Path("report.txt"))
        begin = time.process_time()
        assert len(code_report(report, GAZETTEER, theatre=THEATRE).events) == fights
        return time.process_time() - begin

    seconds(20)
    assert seconds(1600) < 8 * seconds(400)  # four times as long


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("Ten people died in air raids on Kesra and on Ahmar, a village near Umm Dall.", ["Kesra", "Ahmar"]),
        ("Jets struck positions of rebels around Kesra and Ahmar on Monday.", ["around Kesra", "Ahmar"]),
        ("Jets bombed Kesra and the outskirts of Ahmar on Monday.", ["Kesra", "outskirts of Ahmar"]),
        ("Clashes broke out near Kesra and Ahmar on Monday.", ["near Kesra"]),
    ],
)
def test_fire_on_several_places_is_an_event_at_each(body, wanted):
    assert [e["toponym"] for e in events(body)] == wanted


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("In rebel-occupied Kesra, a car bomb wounded two people on Monday.", "Kesra"),
        ("Shells hit a residential district of Kesra on Monday.", "Kesra"),
        ("In Marat, two civilians died on Monday when shells fell on the al-Ward neighbourhood in the city.", "Marat"),
        ("Two civilians died on Monday when rockets fell in the Umm Dall neighbourhood of Marat.", "Marat"),
    ],
)
def test_what_befalls_a_quarter_befalls_the_town(body, place):
    event = only(body)
    assert event["toponym"] == place
    assert pd.isna(event["stated_admin1"])


def test_a_river_is_no_town_of_its_name():
    rows = events("Kesra was shelled on Monday from the other bank of the Ahmar.")
    assert [(e["toponym"], "Ahmar" in str(e["notes"])) for e in rows] == [("Kesra", False)]


def test_from_where_fire_came_is_not_where_it_fell():
    rows = events("Kesra was shelled from the direction of rebel-held Ahmar on Monday.")
    assert [e["toponym"] for e in rows] == ["Kesra"]


def test_a_relative_clause_dates_only_itself():
    lead = "The army took Umm Dall on Tuesday.\n\n"
    rows = events(f"{lead}Engineers dismantled landmines left in Kesra, which the army liberated on Sunday.")
    days = {e["event_subtype"]: e["date_start"].day for e in rows if e["toponym"] == "Kesra"}
    assert days == {"Government regains territory": 14, "Disrupted weapons use": 16}


def test_what_was_there_is_of_the_day_that_the_place_was_named_with():
    lead = "The army took Umm Dall on Tuesday.\n\n"
    told = (
        "The army once again failed to advance on Ahmar on Monday. Rebels say their fighters killed 12 soldiers there."
    )
    assert [(e["toponym"], e["date_start"].day) for e in events(lead + told)][1:] == [("Ahmar", 15)]
