"""Words of armies and of state agencies, whose army is meant, whose weapons are named, and what makes no mark."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from test_reports import GAZETTEER, HEAD, THEATRE, events, known, only, span

from geo.reports import code_report, parse_report
from geo.theatre import Actor

OWN, SEA = "Army of Norland", "Sea Front"
CLASH, TAKEN = ("Battles", "Armed clash"), ("Battles", "Government regains territory")
SHELLING = ("Explosions/Remote violence", "Shelling/artillery/missile attack")
STRATEGIC = "Strategic developments"
# The army is called by its nation only, as in most theatres.
HOME = replace(
    THEATRE,
    home="NO",
    actors=(Actor(OWN, "state forces", demonyms=("Norlander",), country="NO", side="government"), *THEATRE.actors[1:]),
)


def told_at_home(body):
    return code_report(parse_report(HEAD + body, Path("report.txt")), GAZETTEER, theatre=HOME).events.to_dict("records")


BULLETINS = [
    ("thwarted on Monday a bid by rebels to sneak into trenches near Kesra", CLASH, SEA),
    ("fended off a night attack by rebels near Kesra on Monday", CLASH, SEA),
    ("dealt heavy blows to rebels near Kesra on Monday", CLASH, SEA),
    ("inflicted heavy losses on rebels near Kesra on Monday", CLASH, SEA),
    ("neutralised a cell of rebels near Kesra on Monday", CLASH, SEA),
    ("wiped out a group of rebels near Kesra on Monday", CLASH, SEA),
    ("cleansed the village of Kesra on Monday", TAKEN, None),
    ("purged Kesra on Monday", TAKEN, None),
    ("drove the rebels out of Kesra on Monday", TAKEN, SEA),
    ("replied to the sources of shelling near Kesra on Monday", SHELLING, None),
    ("destroyed an ammunition depot with mortars near Kesra on Monday", SHELLING, None),
    ("removed five mines planted by rebels in Kesra on Monday", (STRATEGIC, "Disrupted weapons use"), None),
]  # fmt: skip


@pytest.mark.parametrize(("deed", "kind", "other"), BULLETINS)
def test_a_bulletin_of_the_own_army_tells_a_happening(deed, kind, other):
    rows = told_at_home(f"Army units {deed}.")
    assert len(rows) == 1
    row = rows[0]
    assert (row["event_type"], row["event_subtype"]) == kind
    assert (row["actor1"], known(row["actor2"])) == (OWN, other)
    assert span(row)[0] == date(2021, 3, 15)
    assert "Kesra" in row["toponym"]


@pytest.mark.parametrize("units", ["An army unit", "Engineering units", "Units of the army", "The armed forces"])
def test_units_without_a_nation_are_the_theatres_own_army(units):
    assert told_at_home(f"{units} defused a mine in Kesra on Monday.")[0]["actor1"] == OWN


def test_units_are_those_of_another_army_where_only_that_is_spoken_of():
    rows = told_at_home("The Karvian army shelled Ahmar on Monday.\n\nArmy units shelled Kesra on Monday, too.")
    assert [r["actor1"] for r in rows] == ["Karvian forces"] * 2


def test_army_posts_that_are_attacked_make_the_army_a_party():
    row = told_at_home("The Sea Front attacked army posts at Kesra on Monday.")[0]
    assert (row["actor1"], row["actor2"]) == (SEA, OWN)


def test_a_sum_of_what_was_inflicted_does_not_hide_the_shelling():
    row = only("Rebels shelled Kesra on Monday, inflicting losses on the army.")
    assert row["event_subtype"] == "Shelling/artillery/missile attack"


@pytest.mark.parametrize(
    "sentence",
    [
        "A suicide vehicle-borne IED exploded at a post near Kesra on Monday.",
        "An SVBIED driven by a rebel exploded near Kesra on Monday.",
        "A suicide truck bomb exploded near Kesra on Monday.",
    ],
)
def test_a_bomb_with_its_driver_is_a_suicide_bomb(sentence):
    assert only(sentence)["event_subtype"] == "Suicide bomb"


def test_those_who_died_in_raids_of_a_state_on_a_town_died_from_the_air():
    row = only("Four villagers died in Karvian raids on Kesra on Monday.")
    assert (row["event_subtype"], row["actor1"], row["fatalities_best"]) == ("Air/drone strike", "Karvian forces", 4)
    row = only("Four soldiers were killed in rebel raids on Kesra on Monday.")
    assert (row["event_type"], row["event_subtype"]) == CLASH


def test_a_day_between_the_verb_and_the_attack_is_the_day():
    assert span(only("The army repulsed at noon on Sunday an attack near Kesra."))[0] == date(2021, 3, 14)


NO_MARK = [
    "The ministry denied on Monday that any of its planes had bombed Kesra.",
    "The army rejected reports that it shelled Kesra on Monday.",
    "It should be recalled that Kesra was bombed in January.",
    "In an earlier incident, rebels shelled Kesra.",
    "The office recorded the deaths of 38 villagers in Kesra and Ahmar between 10 and 14 March.",
    "Over the past six days, the army has captured more than 30 villages.",
    "الجدير بالذكر أن كفر نور تعرضت لقصف جوي.",
    "ومن المقرر أن يجتمع الوزيران في كفر نور لمناقشة وقف إطلاق النار.",
]


@pytest.mark.parametrize("sentence", NO_MARK)
def test_denials_background_sums_and_talks_to_come_make_no_mark(sentence):
    assert events(sentence) == []


def test_what_was_denied_does_not_hide_what_is_told_beside_it():
    row = only("The ministry denied that it bombed Ahmar on Monday, but rebels shelled Kesra on Monday.")
    assert row["toponym"] == "Kesra"


def test_since_when_a_town_is_under_fire_is_no_news():
    rows = events("Kesra has been shelled daily from across the river since the army retook it on 2 February.")
    assert all(r["event_type"] != "Battles" for r in rows)


def test_a_capture_of_months_ago_is_background_of_the_news_of_a_day():
    head = "A title\n\n16 June 2021\n\n"
    rows = events("Rebels shelled Kesra on Tuesday.\n\nIn February, the army captured Ahmar.", head)
    assert [r["toponym"] for r in rows] == ["Kesra"]
    assert [r["toponym"] for r in events("In February, the army captured Ahmar.", head)] == ["Ahmar"]


def test_in_arabic_another_is_one():
    row = only("مقتل جندي وإصابة آخر بقصف على كفر نور الاثنين.")
    assert (row["fatalities_best"], row["injured"]) == (1, 1)


def test_a_target_of_each_and_is_a_place_of_its_own():
    rows = events("Three people died in Karvian raids on Kesra and on Ahmar, a village near Umm Dall, on Monday.")
    assert [r["toponym"] for r in rows] == ["Kesra", "Ahmar"]


def test_areas_that_were_hit_too_are_told_by_what_follows():
    rows = events(
        "Jets bombed Kesra on Monday. Areas across the river were hit too. Rebel rockets hit Ahmar on Sunday."
    )
    assert [r["toponym"] for r in rows] == ["Kesra", "Ahmar"]


def test_the_dead_of_a_day_are_no_event_beside_those_they_add_up():
    lead = "Air strikes killed 12 civilians across Marat province on Monday."
    told = "Seven of the dead were killed when jets bombed a school in Kesra. Five died in Karvian raids on Ahmar."
    assert [r["toponym"] for r in events(f"{lead}\n\n{told}")] == ["Kesra", "Ahmar"]
    assert [r["toponym"] for r in events(lead)] == ["Marat province"]


STAFF = [
    ("rebels tried to break through near Kesra on Monday but were pushed back", CLASH),
    ("rebels fired at Kesra with heavy mortars on Monday", SHELLING),
    ("Kesra came under rocket fire on Monday", SHELLING),
    ("Karvian assault groups stormed Kesra on Monday", CLASH),
    ("the army shot down four drones over Kesra on Monday", (STRATEGIC, "Disrupted weapons use")),
    ("rebels were driven out of Kesra by the army on Monday", TAKEN),
]


@pytest.mark.parametrize(("sentence", "kind"), STAFF)
def test_the_words_of_a_general_staff_tell_what_kind_it_was(sentence, kind):
    row = only(f"{sentence[0].upper()}{sentence[1:]}.")
    assert (row["event_type"], row["event_subtype"]) == kind
    assert "Kesra" in row["toponym"]


def test_who_was_driven_out_is_not_who_took_the_place():
    row = only("Rebel troops were driven out of Kesra on Monday.")
    assert (row["event_type"], known(row["event_subtype"])) == ("Battles", None)


def test_families_driven_from_home_are_no_battle():
    assert not [r for r in events("Families were driven out of Kesra on Monday.") if r["event_type"] == "Battles"]


def test_who_is_attacked_by_backed_fighters_backs_nobody():
    row = only("Karvian-backed rebels attacked the regime near Kesra on Monday.")
    assert (row["actor1"], row["actor2"]) == (SEA, OWN)


def test_what_was_done_there_is_of_the_fight_before():
    row = only("The army failed to advance near Kesra on Monday. The Sea Front claimed it killed six soldiers there.")
    assert (row["fatalities_best"], row["actor1"], row["actor2"]) == (6, OWN, SEA)


def test_where_the_shells_came_from_is_not_where_they_fell():
    assert only("Kesra was shelled from the direction of rebel-held Ahmar on Monday.")["toponym"] == "Kesra"


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("A car bomb killed two in Kesra on Monday, Orsk-backed officials said, blaming rebels.", "Orsk-backed"),
        ("A drone hit Kesra on Monday, the governor of the Marat region, Ivo Brandt, wrote.", "Marat region"),
    ],
)
def test_a_day_is_no_speaker_and_a_governor_is_one(sentence, speaker):
    row = only(sentence)
    assert row["claim"] == "attributed"
    assert speaker in row["attributed_to"]


def test_what_befell_a_town_years_ago_does_not_hide_the_news_of_it():
    row = only("Kesra, which was hit by a chemical attack in 2017, was shelled by the army on Monday.")
    assert (row["event_type"], row["event_subtype"]) == SHELLING
    assert span(row)[0] == date(2021, 3, 15)
    assert row["toponym"] == "Kesra"


@pytest.mark.parametrize(
    ("body", "killed"),
    [
        ("Shelling of Kesra on Monday killed seven, the largest loss of life since August 2018.", 7),
        ("Clashes in Kesra on Monday killed 17 fighters, with over 100 fighters killed there since 21 May.", 17),
    ],
)
def test_a_toll_of_the_day_stands_beside_one_since_a_day(body, killed):
    assert [event["fatalities_best"] for event in told_at_home(body)] == [killed]


def test_a_toll_since_a_day_is_none_of_the_day():
    assert told_at_home("Shelling has killed 70 people since August 2018.") == []


def told(body):
    return {(r["toponym"], r["event_subtype"]): r for r in events(body)}


AIR, GROUND, FIGHT = "Air/drone strike", SHELLING[1], CLASH[1]


@pytest.mark.parametrize(
    ("sentence", "subtype"),
    [
        ("Observers counted nine raids by army jets, as follows: 4 on Kesra, 3 on Ahmar and 2 on Umm Dall.", AIR),
        (
            "Karvian planes launched 12 air raids, five of them on Kesra, four on Ahmar and three others on Umm Dall.",
            AIR,
        ),
        ("We counted 9 air strikes: six targeted Kesra, two hit Ahmar and one hit Umm Dall.", AIR),
        ("The army targeted Kesra, Ahmar and Umm Dall with at least 70 heavy mortar shells.", GROUND),
        (
            "The army fired with some 70 shells on Kesra, Ahmar and Umm Dall in the southern countryside of Marat.",
            GROUND,
        ),
        ("The Observatory noted on Monday the fall of 40 rockets on Kesra, Ahmar and Umm Dall.", GROUND),
    ],
)
def test_strikes_counted_place_by_place_are_an_event_at_each_and_their_sum_is_none(sentence, subtype):
    rows = events(sentence)
    assert [(r["toponym"], r["event_subtype"]) for r in rows] == [(p, subtype) for p in ("Kesra", "Ahmar", "Umm Dall")]
    assert not any(known(r["fatalities_best"]) for r in rows)


@pytest.mark.parametrize(
    "where", ["on the axes of Kesra and Ahmar", "on the fronts of Kesra and Ahmar", "on the Kesra and Ahmar fronts"]
)
def test_fronts_of_two_villages_are_fought_over_at_both(where):
    assert set(told(f"Clashes broke out {where} between the army and rebels.")) == {("Kesra", FIGHT), ("Ahmar", FIGHT)}


def test_a_fight_on_one_axis_is_at_one_place():
    only("Clashes broke out on the Kesra axis, near Ahmar, between the army and rebels.")


def test_an_hour_is_no_clause_of_its_own():
    rows = events("In the countryside of Marat, clashes took place after midnight on the Kesra axis.")
    assert [r["toponym"] for r in rows] == ["Kesra"]


@pytest.mark.parametrize("toll", ["Today's raids killed 2 and injured 6.", "These raids killed 2 and injured 6."])
def test_the_dead_of_all_places_are_those_of_none(toll):
    rows = events(f"Army jets carried out 6 strikes on Kesra, 2 on Ahmar.\n\n{toll}")
    assert not any(known(r["fatalities_best"]) for r in rows)


def test_the_dead_of_the_only_place_are_those_of_it():
    rows = events("Army jets carried out 6 strikes on Kesra. These raids killed 2 and injured 6.")
    assert [(r["toponym"], r["fatalities_best"]) for r in rows] == [("Kesra", 2)]


def test_shelling_of_a_village_taken_before_is_told_beside_its_taking():
    rows = told("The army on Tuesday shelled Kesra, which rebels captured on Sunday.")
    assert span(rows["Kesra", GROUND])[0] == date(2021, 3, 16)
    taken = rows["Kesra", "Non-state actor overtakes territory"]
    assert (span(taken)[0], taken["actor1"]) == (date(2021, 3, 14), SEA)


def test_raids_and_barrel_bombs_fall_each_at_their_own_places():
    rows = events("We noted 14 raids by army jets on Kesra and Ahmar, while helicopters dropped bombs on Umm Dall.")
    assert [(r["toponym"], r["event_subtype"]) for r in rows] == [("Kesra", AIR), ("Ahmar", AIR), ("Umm Dall", AIR)]


def test_what_befell_hours_before_another_day_is_not_of_the_day_the_news_opens_with():
    told = told_at_home("On Monday talks ended in Orsk.\n\nHours before the talks shells fell on Kesra.")
    assert [event["date_start"] < event["date_end"] for event in told if event["toponym"] == "Kesra"] == [True]


def test_a_date_in_a_relative_clause_within_an_event_word_is_not_its_date():
    (row,) = told_at_home("Patrols of the army near Kesra, which began last year, were suspended on Monday.")
    assert (
        row["date_start"].date()
        == row["date_end"].date()
        == told_at_home("On Monday shells hit Kesra.")[0]["date_start"].date()
    )
