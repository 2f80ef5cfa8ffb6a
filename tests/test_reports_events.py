"""Every sub-type from the words that tell it, tolls told in other sentences, lists of places, and what is no event."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from test_reports import GAZETTEER, HEAD, THEATRE, coded, events, known, only, span, words

from geo.codes import TYPE_OF_SUBTYPE
from geo.reports import code_report, parse_report
from geo.reports.lexicon import load_lexicon
from geo.theatre import Actor

SENTENCES = [
    ("the army captured Kesra after clashes with rebels", "Government regains territory"),
    ("the army managed to take control of Kesra", "Government regains territory"),
    ("the army took Kesra", "Government regains territory"),
    ("clashes took place between the army and rebels in Kesra", "Armed clash"),
    ("rebels restored control of Kesra", "Non-state actor overtakes territory"),
    ("Karvian forces captured Kesra from rebels", "Non-state actor overtakes territory"),
    ("the army and rebels exchanged artillery fire near Kesra", "Armed clash"),
    ("gunmen opened fire on an army checkpoint in Kesra", "Armed clash"),
    ("gunmen shot and killed a soldier in Kesra", "Armed clash"),
    ("chlorine gas shells fell on Kesra", "Chemical weapon"),
    ("Karvian jets dropped two bombs on Kesra", "Air/drone strike"),
    ("a suicide bomber blew himself up at a market in Kesra", "Suicide bomb"),
    ("the army bombarded Kesra with rockets", "Shelling/artillery/missile attack"),
    ("a car bomb went off in Kesra", "Remote explosive/landmine/IED"),
    ("a farmer stepped on a landmine near Kesra", "Remote explosive/landmine/IED"),
    ("a man threw a hand grenade at a house in Kesra", "Grenade"),
    ("gunmen raped two women in Kesra", "Sexual violence"),
    ("gunmen shot dead a teacher in Kesra", "Attack"),
    ("rebels executed three villagers in Kesra", "Attack"),
    ("gunmen abducted a doctor in Kesra", "Abduction/forced disappearance"),
    ("residents marched through Kesra", "Peaceful protest"),
    ("thousands packed the streets of Kesra", "Peaceful protest"),
    ("residents of Kesra came out on foot in an evening march", "Peaceful protest"),
    ("Karvian helicopters threw six barrels on Kesra", "Air/drone strike"),
    ("Karvian gunners shelled army targets in Kesra, destroying a tank", "Shelling/artillery/missile attack"),
    ("rebels announced the destruction of an army tank in Kesra", "Armed clash"),
    ("police stopped a truck packed with explosives in Kesra", "Disrupted weapons use"),
    ("police fired tear gas at a crowd in Kesra", "Protest with intervention"),
    ("soldiers opened fire on protesters in Kesra", "Excessive force against protesters"),
    ("protesters hurled stones and burned tyres in Kesra", "Violent demonstration"),
    ("an angry mob attacked a shop in Kesra", "Mob violence"),
    ("the two sides agreed to a ceasefire in Kesra", "Agreement"),
    ("the army arrested nine men in Kesra", "Arrests"),
    ("the Sea Front merged with a local brigade in Kesra", "Change to group/activity"),
    ("the army defused a roadside bomb in Kesra", "Disrupted weapons use"),
    ("the army set up a new military post in Kesra", "Headquarters or base established"),
    ("rebels looted houses in Kesra", "Looting/property destruction"),
    ("robbers carried off the flour of a mill in Kesra", "Looting/property destruction"),
    ("the army pushed the rebels out of Kesra", "Government regains territory"),
    ("rebels handed Kesra over to the army", "Non-violent transfer of territory"),
    ("Karvia sent hundreds of troops to Kesra", "Other"),
]


@pytest.mark.parametrize(("sentence", "subtype"), SENTENCES)
def test_words_tell_the_sub_type(sentence, subtype):
    row = only(f"On Monday, {sentence}.")
    assert row["event_subtype"] == subtype
    assert span(row)[0] == date(2021, 3, 15)
    assert "Kesra" in row["toponym"]


def test_every_sub_type_has_words_and_a_sentence():
    told = {word.subtype for word in load_lexicon().words if word} | {"Non-state actor overtakes territory"}
    assert set(TYPE_OF_SUBTYPE) <= told
    assert {subtype for _, subtype in SENTENCES} == set(TYPE_OF_SUBTYPE)


@pytest.mark.parametrize(
    "sentence",
    [
        "The army attempted to capture Kesra",
        "The deal requires rebels to withdraw from Kesra",
        "The pact contained provisions for the army to set up posts in Kesra",
        "Rebels staged a fake chemical attack in Kesra",
        "The goal of the offensive was to capture Kesra",
        "The army prepared for an expected assault on Kesra",
    ],
)
def test_what_was_only_meant_or_staged_makes_no_mark(sentence):
    assert events(f"{sentence} on Monday.") == []


# ---------------------------------------------------------------- tolls of other sentences


def toll(row):
    return known(row["fatalities_low"]), known(row["fatalities_best"]), known(row["fatalities_high"])


def test_a_number_told_later_wins_over_none_reported():
    row = only(
        "On Monday, the army clashed with rebels in Kesra. No casualties were reported. During the clashes nine rebels "
        "were killed."
    )
    assert toll(row) == (9, 9, 9)


def test_no_casualties_alone_is_zero():
    assert toll(only("On Monday, the army clashed with rebels in Kesra. No casualties were reported.")) == (0, 0, 0)


def test_a_toll_of_the_clashes_goes_to_the_clash_and_not_to_the_strike_between():
    clash, strike = events(
        "On Monday, the army clashed with rebels in Kesra. Karvian warplanes carried out an airstrike near Umm Dall. "
        "Four soldiers were killed during the clashes."
    )
    assert toll(clash) == (4, 4, 4)
    assert (strike["event_subtype"], toll(strike)) == ("Air/drone strike", (None, None, None))


def test_a_toll_told_for_a_list_of_places_goes_to_the_event_at_one_of_them():
    row = only(
        "On Monday, the army captured Ahmar following clashes with rebels. Clashes in Kesra, Umm Dall and Ahmar "
        "resulted in the killing of 7 soldiers and 8 rebels."
    )
    assert (row["toponym"], toll(row)) == ("Ahmar", (15, 15, 15))


def test_two_fights_of_one_sentence_are_two_events_and_the_toll_is_that_of_the_last_told():
    first, second = sorted(
        events(
            "On Monday the army attacked rebels near Kesra, while Karvian shelling of Umm Dall left two people dead."
        ),
        key=lambda row: row["toponym"],
    )
    assert [(r["toponym"], r["event_subtype"], toll(r)[1]) for r in (first, second)] == [
        ("Umm Dall", "Shelling/artillery/missile attack", 2),
        ("near Kesra", "Armed clash", None),
    ]
    assert (first["actor1"], second["actor1"], second["actor2"]) == ("Karvian forces", "Army of Norland", "Sea Front")
    assert words(second, "fatalities") == []


@pytest.mark.parametrize(
    "told",
    [
        "On Monday the army shelled rebels near Kesra after clashes in Umm Dall.",  # what went before
        "On Monday the army attacked rebels in Kesra, while the fighting in Umm Dall was discussed.",
        "On Monday the army attacked rebels in Kesra, while clashes with rebels lasted three hours.",
    ],
)
def test_other_clauses_tell_a_fight_of_their_own_only_as_main_clauses_with_a_place(told):
    only(told)


def test_a_name_that_no_list_has_behind_a_verb_of_taking_is_no_place_told_before():
    _, taken = events("On 3 March the army shelled Kesra. On 5 March the army captured the Northern Ridge.")
    assert (known(taken["toponym"]), taken["rule"]) == (None, "verb of the lexicon")


@pytest.mark.parametrize("told", ["Unknown fatalities coded as 10.", "The fatalities were estimated at 10."])
def test_a_number_that_somebody_put_in_for_an_unknown_one_keeps_its_words(told):
    row = only(f"On Monday, the army clashed with rebels in Kesra. {told}")
    assert toll(row) == (None, 10, None)
    assert "told as" in row["notes"]


@pytest.mark.parametrize(
    ("told", "killed"),
    [
        ("Nine soldiers killed during clashes with rebels in Kesra on Monday.", 9),
        ("On Monday, gunmen assassinated 3 rebels in Kesra.", 3),
        ("On Monday, the army clashed with rebels in Kesra, killing the 2 rebels.", 2),
        ("On Monday, gunmen shot and killed a senior army intelligence officer in Kesra.", 1),
    ],
)
def test_short_forms_of_a_toll_are_read(told, killed):
    assert toll(events(told)[0])[1] == killed


# ---------------------------------------------------------------- who, where, when


def test_who_took_a_town_is_the_subject_not_the_party_fought_before():
    row = only("On Monday, following clashes with rebels, the army recaptured Kesra.")
    assert row["event_subtype"] == "Government regains territory"


def test_of_backed_by_two_names_only_the_first_is_sure_to_back():
    row = only("On Monday, clashes broke out in Kesra between the army, supported by Karvian forces and rebels.")
    assert {row["actor1"], row["actor2"]} == {"Army of Norland", "Sea Front"}


def test_who_sets_up_a_post_stands_before_the_verb():
    rows = events("On Monday, following the army's capture of Kesra, Karvian forces set up a military post near Kesra.")
    assert [r["actor1"] for r in rows if r["event_subtype"].startswith("Headquarters")] == ["Karvian forces"]


def test_a_place_keeps_the_words_for_the_one_it_lies_by():
    row = only("On Monday, rebels captured Tell al-Zor near Kesra.")
    assert row["toponym"] == "Tell al-Zor near Kesra"
    assert "Kesra" in row["notes"]


@pytest.mark.parametrize(
    ("group", "words", "toponym"),
    [
        ("Free State", "Kesra", "Kesra"),
        ("Islamic State", "Kesra", "Kesra"),
        ("Islamic State", "Tell Zor village", "Tell Zor village"),
        ("Islamic State", "the Karm quarter of Kesra", "Karm quarter of Kesra"),
    ],
)
def test_where_a_party_fights_is_no_part_of_its_name(group, words, toponym):
    theatre = replace(THEATRE, actors=(*THEATRE.actors, Actor(group, "rebel group", side="rebels")))
    report = parse_report(f"{HEAD}On Monday, the army fought the {group} in {words}.", Path("report.txt"))
    (row,) = code_report(report, GAZETTEER, theatre=theatre).events.to_dict("records")
    assert row["toponym"] == toponym


def test_where_something_happens_a_village_that_no_list_has_is_named():
    assert only("Herders and farmers clashed in Tell Zor.")["toponym"] == "Tell Zor"


@pytest.mark.parametrize("words", ["managed to control", "stormed", "infiltrated", "tried to regain"])
def test_what_is_fought_for_is_the_place(words):
    assert only(f"On Monday, rebels {words} Kesra after clashes with the army.")["toponym"] == "Kesra"


def test_a_name_goes_on_behind_an_article():
    row = only("On Monday, rebels captured Qasr al Noor after clashes with the army.")
    assert row["toponym"] == "Qasr al Noor"


def test_several_divisions_give_no_place_to_what_follows():
    rows = events("Fighting in Marat and in Sund goes on.\n\nOn Monday, four villagers were killed.")
    assert [known(r["toponym"]) for r in rows] == [None]


def test_a_day_that_opens_a_paragraph_holds_for_what_follows():
    rows = events(
        "On 1 March the army shelled Kesra.\n\nBy 5 March the truce was over. Rebels captured Umm Dall. The army "
        "recaptured Ahmar."
    )
    assert [span(r)[0] for r in rows] == [date(2021, 3, 1), date(2021, 3, 5), date(2021, 3, 5)]


def test_a_year_that_only_names_something_dates_nothing_in_a_history():
    head = "---\ntitle: The war of Kesra (2015)\npubdate: 2021-03-16\n---\n\n"
    told = " ".join(f"In 2015, on {day} May 2015, the army shelled Kesra." for day in (1, 2, 3))
    rows = events(
        f"{told}\n\nOn 4 June rebels recalled the 2009 Velia talks.\n\nOn 5 June rebels captured Ahmar.", head
    )
    assert span(rows[-1])[0] == date(2015, 6, 5)


def test_people_in_a_place_were_displaced_from_it():
    (row,) = coded("The ministry said 4,000 people in Kesra were displaced.").displacement.to_dict("records")
    assert (row["origin_toponym"], known(row["destination_toponym"])) == ("Kesra", None)


def test_days_run_on_into_the_next_year_of_a_history_of_two_years():
    head = "---\ntitle: The war of Kesra (2014-2015)\npubdate: 2021-03-16\n---\n\n"
    told = " ".join(f"On {day} October 2014 the army shelled Kesra." for day in range(1, 7))
    rows = events(f"{told}\n\nOn 16 February rebels captured Ahmar.", head)
    assert span(rows[-1])[0] == date(2015, 2, 16)


@pytest.mark.parametrize(
    "sentence",
    [
        "Envoys met in Velia to discuss the offensive on Monday",
        "On Monday, following several months of heavy fighting, the two sides signed a truce in Kesra",
    ],
)
def test_fighting_that_is_only_spoken_of_or_over_is_no_battle(sentence):
    assert "Battles" not in {r["event_type"] for r in events(f"{sentence}.")}


def test_dead_in_reply_to_strikes_are_not_the_dead_of_the_strikes():
    row = events("On Monday, nine soldiers were killed near Kesra in retaliation for the Ahmar airstrikes.")[0]
    assert (row["event_type"], row["fatalities_best"]) == ("Battles", 9)


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        ("in Ahmar, across the river from Kesra, shells hit a bus", "Ahmar"),
        ("in Ahmar, across the Nile from Kesra, shells hit a bus", "Ahmar"),
        ("shells hit a bus in Ahmar, ten miles from Kesra", "Ahmar"),
        ("in Ahmar, shelling of the Qosh camp killed two men", "Ahmar"),  # no gazetteer has Qosh
    ],
)
def test_a_name_that_tells_where_another_place_is_has_no_event(sentence, place):
    assert only(f"On Monday, {sentence}.")["toponym"] == place


def test_a_place_is_not_carried_into_the_second_sentence_of_a_paragraph_that_names_none():
    rows = events(
        "On Monday, rebels attacked a bus in Kesra.\n\nGunmen opened fire at a bank. Looters burned two shops."
    )
    assert [known(r["toponym"]) for r in rows[1:]] == [None] * len(rows[1:])


def test_a_division_that_shares_its_name_with_a_town_is_meant_where_a_word_says_so():
    row = only("On Monday, an air strike killed nine people in the Lund region.")
    assert (row["place_id"], row["stated_admin1"]) == ("geonames:NO.3", "Lund")


def test_an_operation_that_goes_on_by_what_is_said_has_not_happened_again():
    assert events('The army told reporters that the "special operation" would continue.') == []


def test_where_a_part_of_the_displaced_went_is_not_where_all_went():
    text = "Some 90,000 people have been displaced, including 2,000 who crossed into Karvia."
    (row,) = coded(text).displacement.to_dict("records")
    assert (row["persons_best"], known(row["destination_toponym"])) == (90_000, None)


def test_a_figure_without_number_place_and_time_is_set_aside_with_its_reason():
    report = coded("The fighting continues to displace tens of thousands of people.")
    assert len(report.displacement) == 0
    assert any("without a number, a place or a time" in a.reason for a in report.set_aside)


def test_a_city_in_capitals_before_a_dash_is_a_dateline():
    row = only("VELIA - On Monday, rebels attacked a bus in Kesra.")
    assert (row["quote"], row["toponym"]) == ("On Monday, rebels attacked a bus in Kesra.", "Kesra")


def test_a_toll_for_several_places_stands_once_and_names_them():
    told = "In all, 21 fighters died in Kesra, Umm Dall and Ahmar."
    rows = events(f"On Monday, clashes broke out in Kesra. Shelling hit Ahmar. {told}")
    assert sum(r["fatalities_best"] for r in rows if known(r["fatalities_best"]) is not None) == 21
    (row,) = (r for r in rows if known(r["fatalities_best"]) == 21)
    assert "Umm Dall" in row["notes"]


def test_a_division_in_a_list_of_places_holds_none_of_them():
    row, other = events("On Monday, shelling of Kesra, Ahmar, Sund and other towns killed nine people.")
    assert (row["toponym"], known(row["stated_admin1"]), row["fatalities_best"]) == ("Kesra", None, 9)
    assert (other["toponym"], known(other["fatalities_best"])) == ("Ahmar", None)
    assert only("On Monday, shelling of Kesra, Marat province, killed nine people.")["stated_admin1"] == "Marat"


def test_what_was_taken_before_is_not_taken_again():
    assert events("On Monday, the minister visited the areas retaken by the army in Marat.") == []


def test_a_deal_that_was_struck_is_an_agreement():
    assert only("The ceasefire was signed in Velia on Monday.")["event_subtype"] == "Agreement"


def test_a_district_that_no_list_has_is_a_place_where_it_was_bombarded():
    row = only("On Monday, Karvian jets heavily bombarded the Qosh District.")
    assert row["toponym"] == "Qosh District"


def test_what_follows_a_since_with_a_comma_is_told_for_itself():
    report = coded(
        "More than 358,000 people have been displaced since 1 January 2021, besides 400,000 displaced in 2020."
    )
    assert sorted(report.displacement["persons_best"]) == [358_000, 400_000]


def test_a_protest_of_several_towns_is_one_at_each_and_who_rules_there_takes_no_part():
    rows = events("On Monday, crowds filled the squares of Kesra, Ahmar and Umm Dall, which rebels hold.")
    assert [(r["toponym"], r["event_type"]) for r in rows] == [(t, "Protests") for t in ("Kesra", "Ahmar", "Umm Dall")]
    assert all(known(r["actor1"]) is None for r in rows)


def test_what_people_flee_from_and_what_is_told_of_decades_are_no_events():
    assert events("More than 200,000 people have moved to Kesra, fleeing attacks by the army.") == []
    assert events("In its 20-year struggle against Karvia, the Sea Front killed 3,000 people.") == []
    assert events("She carried the child out of Kesra on the bus that took the last families out of Ahmar.") == []


def test_things_that_are_thrown_are_no_injured_and_who_tells_is_none_of_them():
    row = only("On Monday, jets dropped more than thirty barrels on Kesra, without injuries.")
    assert known(row["injured"]) == 0
    row = only("On Monday, shelling of Kesra wounded three nurses, she and two other doctors said.")
    assert known(row["injured"]) == 3


def test_what_came_of_a_raid_is_told_of_the_raid():
    row = only("On Monday, police seized a car laden with explosives in Kesra. Two men were arrested in the raid.")
    assert (row["toponym"], row["event_type"]) == ("Kesra", "Strategic developments")


def test_what_befell_them_during_the_operation_was_where_it_was():
    told = "On Sunday, rebels attacked the army in Kesra."
    then = "Two Karvian soldiers were killed in an air strike during the operation."
    assert [r["toponym"] for r in events(f"{told} {then}")] == ["Kesra", "Kesra"]


def test_the_place_that_was_fired_from_is_not_where_it_fell():
    row = only("On Monday, artillery fired from the hills at Ahmar killed a farmer near Kesra.")
    assert "Kesra" in row["toponym"]


def test_a_count_of_times_this_month_dates_nothing():
    row = only("For the third time this month, on Sunday, the army repelled an attack of rebels on Kesra.")
    assert span(row)[:2] == (date(2021, 3, 14), date(2021, 3, 14))
    row = only("The army repelled for the third time this month an attack of rebels on Kesra on Sunday.")
    assert span(row)[:2] == (date(2021, 3, 14), date(2021, 3, 14))


@pytest.mark.parametrize(
    "told", ["Some 4,000 people have been killed and 9,000 wounded, a monitor said.", "More than 2,000 have died."]
)
def test_all_who_died_in_a_war_are_no_toll_of_a_day(told):
    assert len(events(f"On Monday, rebels shelled Kesra.\n\n{told}")) == 1


def test_a_few_killed_on_no_day_are_news():
    assert [r["fatalities_best"] for r in events("Some 40 people have been killed, a monitor said.")] == [40]


def test_a_side_before_the_word_for_a_town_is_no_part_of_its_name():
    assert only("On Monday, rebels shelled the eastern town of Kesra.")["toponym"] == "town of Kesra"


def test_what_people_protest_against_is_no_event_and_they_are_no_victims():
    rows = events("On Monday, residents rallied in Kesra and Ahmar against the Karvian shelling.")
    assert [(r["toponym"], r["event_type"]) for r in rows] == [("Kesra", "Protests"), ("Ahmar", "Protests")]
    assert all(known(r["actor2"]) is None for r in rows)


def test_what_they_say_they_had_done_is_news():
    row = only("On Monday, rebels said they had destroyed an army tank at Kesra.")
    assert (row["toponym"], row["event_subtype"]) == ("Kesra", "Armed clash")


@pytest.mark.parametrize(
    ("told", "parties"),
    [
        ("the army fought the Hill Front near Kesra", ["Army", "Hill Front"]),
        ("gunmen from the Hill Front shelled the army near Kesra", ["Hill Front", "Army"]),
        ("Ruritanian troops and the Hill Front fought near Kesra", ["Ruritanian troops", "Hill Front"]),
    ],
)
def test_where_a_theatre_lists_no_parties_the_army_is_one_by_that_name(told, parties):
    report = parse_report(f"{HEAD}On Monday, {told}.", Path("report.txt"))
    (row,) = code_report(report, GAZETTEER, theatre=replace(THEATRE, actors=())).events.to_dict("records")
    assert [row["actor1"], row["actor2"]] == parties
