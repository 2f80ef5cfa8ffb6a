"""What a report tells: happenings, tolls, parties, places, claims and displaced people, each with its words."""

import json
import time
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.gazetteer import build_gazetteer
from geo.reports import code_report, draft_report, draft_tables, parse_report, read_report, tables_of_each
from geo.reports.lexicon import load_lexicon
from geo.reports.numbers import find_counts
from geo.schema import PLACES, conform
from geo.theatre import Actor, Theatre, load_theatre

HEAD = "A title\n\n16 March 2021\n\n"  # a Tuesday


# Id, name, code, first division: a country, its capital, a province that shares its name with its town, and villages.
ROWS = [
    ("NO", "Norland", "PCLI", ""), ("KA", "Karvia", "PCLI", ""), ("NO.1", "Marat", "ADM1", "NO.1"),
    ("NO.2", "Sund", "ADM1", "NO.2"), ("p1", "Marat", "PPLA", "NO.1"), ("p2", "Kesra", "PPL", "NO.1"),
    ("p3", "Umm Dall", "PPL", "NO.1"), ("p4", "al-Tell", "PPL", "NO.1"), ("p5", "Velia", "PPLC", "NO.2"),
    ("p6", "March", "PPL", "NO.1"), ("p7", "Ahmar", "PPL", "NO.1"), ("p8", "كفر نور", "PPL", "NO.1"),
    ("geonames:NO.3", "Lund", "ADM1", "NO.3"), ("p9", "Lund", "PPLA", "NO.3"),
]  # fmt: skip


def small_gazetteer():
    places = pd.DataFrame(ROWS, columns=["place_id", "name", "feature_code", "admin1"]).assign(
        country=lambda t: t["place_id"].where(t["feature_code"] == "PCLI", "NO"),
        feature_class=lambda t: t["feature_code"].str.startswith("PPL").map({True: "P", False: "A"}),
        # Divisions that the theatre lists have a p-code.
        pcode=lambda t: t["place_id"].where(t["place_id"].str.startswith("NO.")),
        source="made",
        latitude=[50.0 + n / 10 for n in range(len(ROWS))],
        longitude=10.0,
    )
    return build_gazetteer(conform(places, PLACES)[0])


THEATRE = Theatre(
    id="norland",
    title={"en": "Norland"},
    countries=("NO",),
    actors=(
        Actor(
            "Army of Norland", "state forces", aliases=("army", "government forces", "the regime"),
            demonyms=("Norlander",), seats=("Velia",), country="NO", side="government",
        ),
        Actor("Sea Front", "rebel group", aliases=("rebels", "Sea Front"), side="rebels"),
        Actor("Fifth Division", "state forces", side="government"),
        Actor("Coast Observatory", "organisation", aliases=("the Observatory", "Observatory")),
        Actor(
            "Karvian forces", "external forces", aliases=("Karvia",), demonyms=("Karvian",),
            seats=("Orsk",), side="karvia",
        ),
    ),
)  # fmt: skip
GAZETTEER = small_gazetteer()


def coded(body, head=HEAD):
    return code_report(parse_report(head + body, Path("report.txt")), GAZETTEER, theatre=THEATRE)


def draft(body, name="report.txt"):
    return draft_report(parse_report(HEAD + body, Path(name)), GAZETTEER, theatre=THEATRE)


def events(body, head=HEAD):
    return coded(body, head).events.to_dict("records")


def only(body, head=HEAD):
    rows = events(body, head)
    assert len(rows) == 1, [r["quote"] for r in rows]
    return rows[0]


def words(row, field):
    return [e["text"] for e in json.loads(row["evidence"]) if e["field"] == field]


def known(value):
    return None if pd.isna(value) else value


def span(row):
    return row["date_start"].date(), row["date_end"].date(), row["date_precision"]


# ---------------------------------------------------------------- one happening


def test_a_clash_is_read_with_place_date_parties_and_toll():
    row = only("On Monday, the army killed three Karvian soldiers and wounded two others during a clash near Kesra.")
    assert (row["event_type"], row["event_subtype"]) == ("Battles", "Armed clash")
    assert span(row) == (date(2021, 3, 15), date(2021, 3, 15), "day")
    assert (row["actor1"], row["actor2"]) == ("Army of Norland", "Karvian forces")
    assert (row["fatalities_low"], row["fatalities_best"], row["fatalities_high"], row["injured"]) == (3, 3, 3, 2)
    assert row["toponym"] == "near Kesra"
    assert words(row, "date") == ["Monday"]
    assert words(row, "fatalities") == ["three"]
    assert words(row, "actor2") == ["Karvian soldiers"]


def test_one_clash_told_in_several_sentences_is_one_event_with_all_its_words():
    row = only(
        "Karvia is threatening war after a clash in northern Norland that left several Karvian soldiers dead and "
        "wounded.\n\nOn Monday, the army killed three Karvian soldiers and injured four others during a clash in "
        "Marat province.\n\n"
        "In a speech, the king spoke of Monday's clash in Marat."
    )
    assert (row["fatalities_best"], row["injured"], row["toponym"]) == (3, 4, "Marat province")
    assert len(words(row, "mention")) == 3


def test_two_like_clashes_a_week_apart_stay_two():
    rows = events(
        "On Monday, the army killed three Karvian soldiers in a clash in Marat province.\n\n"
        "Just a week ago, there was another clash between the army and Karvian forces in Marat. That incident left six "
        "Karvian soldiers dead."
    )
    assert [r["fatalities_best"] for r in rows] == [3, 6]
    assert span(rows[1]) == (date(2021, 3, 8), date(2021, 3, 10), "week")


def test_targets_hit_are_no_deaths_and_what_a_party_claims_is_marked():
    rows = events(
        "On Monday, the army killed three Karvian soldiers in a clash in Marat province. Karvia responded by launching "
        "strikes against 90 Norlander military targets and claimed it had destroyed 80 of them."
    )
    row = rows[1]
    assert (row["event_type"], row["targets_hit"]) == ("Explosions/Remote violence", 90)
    assert pd.isna(row["fatalities_best"])
    assert (row["claim"], row["attributed_to"]) == ("claimed by a party", "Karvia")
    assert "date inherited" in row["rule"]
    assert "place inherited" in row["rule"]
    assert span(row)[0] == date(2021, 3, 15)


def test_troops_sent_because_of_a_clash_are_an_event_of_their_own():
    rows = events(
        "On Friday, a clash broke out in Marat. That incident left two Karvian soldiers dead and prompted Karvia to "
        "send hundreds of troops to the province."
    )
    assert [r["event_type"] for r in rows] == ["Battles", "Strategic developments"]
    assert words(rows[1], "place") == ["the province"]
    assert (rows[1]["toponym"], rows[1]["place_id"]) == ("Marat", "NO.1")


@pytest.mark.parametrize(
    ("sentence", "subtype"),
    [
        ("On Monday, the army captured Kesra after clashes with rebels.", "Government regains territory"),
        ("On Monday, rebels captured Kesra in Marat.", "Non-state actor overtakes territory"),
        ("On Monday, government forces regained control of Kesra.", "Government regains territory"),
        ("On Monday, warplanes bombed Kesra, killing two people.", "Air/drone strike"),
        ("On Monday, the army shelled Kesra.", "Shelling/artillery/missile attack"),
        ("On Monday, a car bomb went off in Kesra.", "Remote explosive/landmine/IED"),
        ("On Monday, gunmen kidnapped a doctor in Kesra.", "Abduction/forced disappearance"),
        ("On Monday, four villagers were killed in Kesra.", "Attack"),
        ("On Monday, residents protested in Kesra.", "Peaceful protest"),
        ("On Monday, the army set up a new military base in Kesra.", "Headquarters or base established"),
        ("يوم الاثنين اندلعت اشتباكات في كفر نور.", "Armed clash"),
    ],
)
def test_words_decide_the_type(sentence, subtype):
    row = only(sentence)
    assert row["event_subtype"] == subtype
    assert span(row)[0] == date(2021, 3, 15)


def test_what_lasts_since_a_month_runs_up_to_the_report():
    rows = events(
        "In December, the regime launched a new offensive in Marat. Its forces have regained control of several towns."
    )
    assert span(rows[0]) == (date(2020, 12, 1), date(2020, 12, 31), "month")
    assert span(rows[1]) == (date(2020, 12, 1), date(2021, 3, 16), "span")
    assert rows[1]["actor1"] == "Army of Norland"
    assert "actor inherited" in rows[1]["rule"]


def test_a_toll_told_in_the_next_sentence_belongs_to_the_strike_before():
    row = only(
        "On Friday, an airstrike hit a bus near Kesra. Nine civilians who were fleeing the fighting were killed."
    )
    assert (row["event_subtype"], row["fatalities_best"], row["civilians_targeted"]) == ("Air/drone strike", 9, True)


def test_unlike_strikes_without_a_common_date_stay_apart():
    rows = events("An air strike hit a farm near Kesra.\n\nOn Friday Karvia shot down two planes over Marat province.")
    assert [r["toponym"] for r in rows] == ["near Kesra", "Marat province"]


def test_a_capital_that_moves_troops_is_no_place():
    rows = events(
        "On Friday, two soldiers died in a clash in Kesra, and Velia moved hundreds of men into the province."
    )
    assert {r["toponym"] for r in rows} == {"Kesra"}


def test_a_foreign_capital_that_moves_troops_is_that_country_and_not_the_army_of_the_clause_before():
    rows = events(
        "On Friday, two Karvian soldiers died in a clash with the army in Kesra, and Orsk moved hundreds of men into "
        "the province."
    )
    assert [(r["actor1"], known(r["actor2"])) for r in rows] == [
        ("Karvian forces", "Army of Norland"),
        ("Karvian forces", None),
    ]
    assert {r["toponym"] for r in rows} == {"Kesra"}


def test_the_same_division_is_the_one_told_before():
    rows = events(
        "On Friday the Fifth Division captured Kesra. On Sunday the same division took Umm Dall after fighters of the "
        "Sea Front had withdrawn."
    )
    assert [(r["toponym"], r["actor1"], r["event_subtype"]) for r in rows] == [
        ("Kesra", "Fifth Division", "Government regains territory"),
        ("Umm Dall", "Fifth Division", "Government regains territory"),
    ]
    assert words(rows[1], "actor1") == ["the same division"]
    assert span(rows[1])[0] == date(2021, 3, 14)


def test_two_towns_taken_on_two_days_are_two_events():
    first, second = events("On 1 March the army captured Kesra, and by 5 March it had cleared Umm Dall.")
    assert (first["toponym"], span(first)) == ("Kesra", (date(2021, 3, 1), date(2021, 3, 1), "day"))
    assert (second["toponym"], span(second)) == ("Umm Dall", (date(2021, 3, 1), date(2021, 3, 5), "span"))
    assert second["actor1"] == "Army of Norland"


@pytest.mark.parametrize(
    ("sentence", "toponym"),
    [
        ("Rebels entered the town on 2 March.", "Kesra"),
        ("The army recaptured it on 2 March.", "Kesra"),
        ("Rebels shelled the village of Ahmar on 2 March.", "village of Ahmar"),
    ],
)
def test_the_town_is_the_settlement_named_last_in_the_paragraph(sentence, toponym):
    row = only(f"The road to Marat province is closed. Kesra has seen worse days. {sentence}")
    inherited = toponym == "Kesra"
    assert row["toponym"] == toponym
    assert ("place inherited" in row["rule"]) is inherited
    assert known(row["geo_method"]) == ("inherited" if inherited else None)


def test_the_town_of_another_paragraph_is_not_taken():
    row = only("Kesra has seen worse days.\n\nRebels entered the town on 2 March.")
    assert pd.isna(row["toponym"])


@pytest.mark.parametrize(
    "sentence", ["The fighting went on while they spoke.", "Fighting went on meanwhile.", "Nobody expected a clash."]
)
def test_a_bare_word_of_war_is_no_happening(sentence):
    result = coded(f"On Monday, the army shelled Kesra.\n\nEnvoys met in Velia. {sentence}")
    assert [r["event_subtype"] for r in result.events.to_dict("records")] == ["Shelling/artillery/missile attack"]
    assert [a.text for a in result.set_aside] == [sentence]


def test_the_same_day_is_the_day_told_before():
    rows = events("On 5 March rebels shelled Kesra. In the evening of the same day the army captured Umm Dall.")
    assert [span(r)[0] for r in rows] == [date(2021, 3, 5)] * 2
    rows = events("سيطرت قوات النظام يوم الاثنين على مدينة كفر نور. كما سيطرت في اليوم نفسه على بلدة ام دال.")
    assert [span(r)[0] for r in rows] == [date(2021, 3, 15)] * len(rows)


def test_targets_hit_and_soldiers_killed_are_two_strikes():
    rows = events("On Monday the army shelled Kesra, killing five of them. The ministry says 90 targets were hit.")
    assert [(known(r["fatalities_best"]), known(r["targets_hit"])) for r in rows] == [(5, None), (None, 90)]


# ---------------------------------------------------------------- tolls


@pytest.mark.parametrize(
    ("told", "low", "best", "high", "injured"),
    [
        ("The clash left five soldiers dead.", 5, 5, 5, None),
        ("Four fighters were killed and several were wounded in the clash.", 4, 4, 4, None),
        ("At least 36 villagers, among them 9 women and 11 children, died in the clash.", 36, 36, None, None),
        ("Clashes resulted in the killing of 7 soldiers and 3 rebels.", 10, 10, 10, None),
        ("The clash killed 7 soldiers, and two others were wounded.", 7, 7, 7, 2),
        ("Between 10 and 12 soldiers were killed in a clash.", 10, None, 12, None),
        ("Up to 30 soldiers were killed in a clash.", None, 30, 30, None),
        ("Dozens of soldiers were killed in a clash.", 24, None, None, None),
        ("Clashes erupted. Neither injuries nor fatalities were reported.", 0, 0, 0, 0),
        ("A soldier was killed and twenty-three wounded in a clash.", 1, 1, 1, 23),
        ("The army clashed with rebels, destroying three tanks.", None, None, None, None),
        ("The clash killed eight people, five of them children.", 8, 8, 8, None),
        ("The clash killed five of them and wounded six more.", 5, 5, 5, 6),
        ("Nine soldiers died in the clash on the spot and three later of their wounds.", 12, 12, 12, None),
        ("The clash killed six soldiers, and two more died later in hospital.", 8, 8, 8, None),
        ("Two soldiers were killed in the clash; at least 13 others were injured.", 2, 2, 2, 13),
        ("In the clash both pilots were killed.", 2, 2, 2, None),
        ("In the clash both sides lost tanks.", None, None, None, None),
        ("The clash, 12 km from the city, lasted 20 hours.", None, None, None, None),
    ],
)
def test_tolls_are_read_with_their_limits(told, low, best, high, injured):
    row = events(f"On Monday, a clash broke out in Kesra. {told}")[0]
    got = [
        None if str(row[k]) == "<NA>" else row[k]
        for k in ("fatalities_low", "fatalities_best", "fatalities_high", "injured")
    ]
    assert got == [low, best, high, injured]


@given(st.integers(1, 999_999), st.sampled_from(["{:d}", "{:,d}"]))
def test_counts_in_digits_are_read_as_written(number, style):
    text = f"about {style.format(number)} people"
    (count,) = find_counts(text, 0, len(text), load_lexicon())
    assert (count.low, count.best, count.high, count.qualifier) == (None, number, None, "about")


# ---------------------------------------------------------------- what makes no mark


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Karvia warned that it would attack Kesra.", "a "),
        ("The army plans to launch an offensive on Kesra on Friday.", "plan"),
        ("Karvia threatened to launch strikes on Kesra.", "threat"),
        ("If the army shelled Kesra, war would follow.", "possibility"),
        ("The army denied it had shelled Kesra.", "denied"),
        ("Karvia called for an end to the shelling of Kesra.", "wish"),
        ("Crowds marked the anniversary of the shelling of Kesra.", "remembrance"),
        ("Rebels shelled Kesra in 2014.", "background"),
        ("The king called attacks on Karvian soldiers in Kesra unacceptable.", "opinion"),
        ("Kesra had resisted all attempts at capturing it.", "plan"),
        ("Karvia says the offensive breaks a deal.", "told elsewhere"),
    ],
)
def test_words_about_war_are_told_apart_from_war(sentence, reason):
    result = coded(sentence)
    assert result.events.empty
    assert reason in result.set_aside[0].reason


@pytest.mark.parametrize(
    "sentence",
    [
        "“We gave them what they deserved in Kesra, and we struck them hard,” the king said.",
        "Delegations met over the weekend in Velia, but failed to agree.",
        "The president signed deals to expand trade with Karvia last week.",
        "Marat is the last stronghold of the rebels in the country.",
    ],
)
def test_talk_and_diplomacy_make_no_mark(sentence):
    assert coded(sentence).events.empty


def test_an_event_without_report_date_stays_undated_and_says_so():
    result = coded("On Monday, rebels shelled Kesra.", head="")
    (row,) = result.events.to_dict("records")
    assert pd.isna(row["date_start"])
    assert any("has no date" in str(p) for p in result.problems)


# ---------------------------------------------------------------- where


@pytest.mark.parametrize(
    ("phrase", "toponym", "place_id"),
    [
        ("in Marat", "Marat", "NO.1"),
        ("in Marat province", "Marat province", "NO.1"),
        ("in the province of Marat", "province of Marat", "NO.1"),
        ("in southern Marat", "southern Marat", "NO.1"),
        ("in Marat city", "Marat city", None),
        ("in the city of Marat", "city of Marat", None),
        ("in Umm Dall", "Umm Dall", None),
        ("in Kesra, Marat", "Kesra", None),
        ("in Kesra in southern Marat", "Kesra", None),
        ("in Xarrabad", "Xarrabad", None),
        ("in the village of Ahmar", "village of Ahmar", None),
    ],
)
def test_a_name_shared_by_province_and_town_means_the_province_unless_a_word_says_town(phrase, toponym, place_id):
    row = only(f"On Monday, rebels and the army clashed {phrase}.")
    assert row["toponym"] == toponym
    assert known(row["place_id"]) == place_id


@pytest.mark.parametrize("phrase", ["Lund", "Lund city"])
def test_a_division_that_only_the_world_list_names_yields_to_its_town(phrase):
    row = only(f"On Monday, rebels and the army clashed in {phrase}.")
    assert (row["toponym"], known(row["place_id"])) == (phrase, None)


def test_a_capital_or_country_that_acts_is_no_place():
    row = only("On Monday, Velia sent reinforcements to Kesra against Karvia.")
    assert row["toponym"] == "Kesra"
    assert row["actor1"] == "Army of Norland"


@pytest.mark.parametrize(
    "sentence", ["On Monday, President Ahmar shelled his rivals.", "On Monday, the Kesra Brigade shelled rebels."]
)
def test_people_and_bodies_are_no_places(sentence):
    assert all(pd.isna(r["toponym"]) for r in events(sentence))


@pytest.mark.parametrize(
    ("phrase", "toponym"),
    [
        ("on the Kesra front in Marat", "Kesra"),
        ("near Kesra Airport", "near Kesra"),
        ("on the Kesra-Marat highway", "Kesra-Marat highway"),
        ("in Khan al-Dour in Marat", "Khan al-Dour"),
        ("in a village in Marat", "Marat"),
        ("in the vicinity of Umm Dall", "vicinity of Umm Dall"),
        ("in al Dumir", "Dumir"),
        ("in Khan Dam", "Khan Dam"),
        ("at Karmona farm near Kesra", "Karmona farm near Kesra"),
        (
            "on the Kesra-Marat highway (K5) in the area between Umm Dall and Kesra",
            "Kesra-Marat highway (K5) in the area between Umm Dall and Kesra",
        ),
        ("on the road between Ahmar and Umm Dall", "road between Ahmar and Umm Dall"),
        ("on the road between Ahmar and Tell Zor", "road between Ahmar and Tell Zor"),
        ("on the road from Ahmar to Umm Dall", "road from Ahmar to Umm Dall"),
        ("on Tell Zor axis, east of Umm Dall", "Tell Zor axis, east of Umm Dall"),
        ("with the Coast Army in Tell Zor", "Tell Zor"),
        ("with the Karma Council on Tell Zor front", "Tell Zor"),
    ],
)
def test_the_words_around_a_name_tell_what_it_is(phrase, toponym):
    assert only(f"On Monday, rebels and the army clashed {phrase}.")["toponym"] == toponym


def test_a_border_is_named_and_not_replaced_by_a_place():
    row = only(
        "In Kesra it was calm. On Monday, Karvia suspended its joint patrols of the Norlander border with the rebels."
    )
    assert row["toponym"] == "Norlander border"


# ---------------------------------------------------------------- who says so


@pytest.mark.parametrize(
    ("sentence", "claim", "speaker"),
    [
        ("On Monday, rebels shelled Kesra.", "asserted", None),
        ("The Observatory reported that rebels shelled Kesra on Monday.", "attributed", "Observatory"),
        ("According to Doctors Abroad, rebels shelled Kesra on Monday.", "attributed", "Doctors Abroad"),
        ("Karvia claimed that rebels shelled Kesra on Monday.", "claimed by a party", "Karvia"),
    ],
)
def test_claims_name_their_speaker(sentence, claim, speaker):
    row = only(sentence)
    assert (row["claim"], known(row["attributed_to"])) == (claim, speaker)


def test_who_tells_the_numbers_says_so_even_in_the_next_sentence():
    row = only("On Monday shells struck the town of Kesra. Four civilians were killed, the Observatory said.")
    assert (row["fatalities_best"], row["claim"], row["attributed_to"]) == (4, "attributed", "Observatory")


def test_what_is_said_behind_a_semicolon_is_no_claim_of_what_stands_before():
    row = only("On Monday an air strike hit Kesra and killed two people; Orsk claimed that guns had been kept there.")
    assert (row["claim"], known(row["actor1"])) == ("asserted", None)
    row = only("On Monday an air strike hit Kesra; two people were killed, the Observatory said.")
    assert (row["claim"], row["attributed_to"]) == ("attributed", "Observatory")


def test_an_arabic_speaker_follows_the_verb():
    row = only("يوم الاثنين اندلعت اشتباكات في كفر نور، بحسب المرصد السوري لحقوق الإنسان.")
    assert (row["claim"], row["attributed_to"]) == ("attributed", "المرصد السوري لحقوق الإنسان")


@pytest.mark.parametrize(
    ("sentence", "actors"),
    [
        ("The Observatory said that rebels shelled Kesra on Monday.", ("Sea Front", None)),
        ("On Monday rebels shelled Kesra, the Observatory reported.", ("Sea Front", None)),
        ("Karvia said that rebels shelled Kesra on Monday.", ("Sea Front", None)),
        ("Karvia said its forces had shelled rebels in Kesra on Monday.", ("Karvian forces", "Sea Front")),
        ("On Monday rebels of the Sea Front shelled Kesra.", ("Sea Front", None)),
        ("On Monday the army stormed Kesra with Karvian air support.", ("Army of Norland", None)),
    ],
)
def test_who_only_reports_or_helps_is_no_party(sentence, actors):
    row = only(sentence)
    assert (known(row["actor1"]), known(row["actor2"])) == actors


def test_what_an_unknown_force_says_of_itself_is_not_put_down_to_the_party_before():
    rows = events("On Monday, rebels shelled Kesra. The navy said it captured Umm Dall on Tuesday.")
    assert [known(r["actor1"]) for r in rows] == ["Sea Front", None]


def test_allies_side_by_side_are_one_party_and_the_enemy_is_the_other():
    row = only("On Monday, government forces supported by Karvian warplanes clashed with rebels in Kesra.")
    assert (row["actor1"], row["actor2"]) == ("Army of Norland", "Sea Front")


# ---------------------------------------------------------------- displaced people


def records(body, head=HEAD):
    return coded(body, head).displacement.to_dict("records")


def test_a_total_since_an_event_is_a_stock_at_the_report_with_its_start_in_the_notes():
    (row,) = records(
        "In December, the regime launched a new offensive in Marat. The U.N. said on Tuesday that nearly 40,000 "
        "Norlanders have fled Marat since the offensive began."
    )
    assert (row["measure"], row["date_start"].date()) == ("stock", date(2021, 3, 16))
    assert (row["persons_best"], row["persons_high"], row["qualifier"]) == (40_000, 40_000, "nearly")
    assert pd.isna(row["persons_low"])
    assert (row["origin_toponym"], row["attributed_to"], row["claim"]) == ("Marat", "U.N.", "attributed")
    assert "2020-12-01" in row["notes"]
    assert pd.isna(row["destination_toponym"])


def test_people_who_fled_over_a_stated_time_are_a_flow():
    (row,) = records("From 1 to 5 March, at least 2,500 people fled from Kesra to Umm Dall.")
    assert row["measure"] == "flow"
    assert span(row) == (date(2021, 3, 1), date(2021, 3, 5), "span")
    assert (row["persons_low"], row["origin_toponym"], row["destination_toponym"]) == (2_500, "Kesra", "Umm Dall")


def test_families_are_not_converted_into_people():
    (row,) = records("Some 300 families were displaced from Kesra on Monday.")
    assert row["unit_reported"] == "households"
    assert pd.isna(row["persons_best"])
    assert "300" in row["notes"]


def test_a_figure_told_twice_is_one_record_and_its_parts_are_none():
    rows = records(
        "More than 90,000 people have been displaced in Marat since 1 December. Some 50,000 of them are children.\n\n"
        "In all, more than 90,000 people were displaced."
    )
    assert [r["persons_best"] for r in rows] == [90_000]
    assert len(words(rows[0], "mention")) == 2


def test_each_figure_has_a_readable_series_of_its_own():
    rows = records(
        "More than 90,000 people have been displaced in Marat since 1 December, the U.N. said.\n\n"
        "From 1 to 5 March, 2,500 people fled from Kesra to Umm Dall.\n\n"
        "From 6 to 9 March, some 300 people fled from Umm Dall to Kesra."
    )
    assert [r["series"] for r in rows] == [
        "U.N., 16 Mar 2021: more than 90,000 from Marat",
        "A title, 1 to 5 Mar 2021: 2,500 from Kesra to Umm Dall",
        "A title, 6 to 9 Mar 2021: some 300 from Umm Dall to Kesra",
    ]


@given(
    st.lists(st.sampled_from(["Kesra", "Umm Dall", "al-Tell"]), min_size=1, max_size=6),
    st.text("abcdefgh ,", min_size=1, max_size=80),
)
@settings(max_examples=20)
def test_no_two_figures_share_a_series_and_none_is_long(places, title):
    body = "\n\n".join(f"Some {20 + i // 2} families were displaced from {p} on Monday." for i, p in enumerate(places))
    names = [r["series"] for r in records(body, head=f"{title}\n\n16 March 2021\n\n")]
    assert len(set(names)) == len(names)
    assert all(len(n) <= 60 for n in names)


def test_arabic_thousands_are_counted():
    (row,) = records("أكثر من 948 ألف شخص نزحوا من كفر نور.")
    assert row["persons_low"] == 948_000


def test_an_arabic_report_tells_from_where_people_fled():
    (row,) = records("نزح أكثر من 948 ألف شخص من كفر نور.")
    assert (row["persons_low"], row["origin_toponym"]) == (948_000, "كفر نور")


@pytest.mark.parametrize(
    ("sentence", "killed", "injured"),
    [
        ("يوم الاثنين قصفت قوات النظام كفر نور وقتل خمسة مدنيين.", 5, None),
        ("يوم الاثنين انفجرت عبوة ناسفة في كفر نور وقتل شخصان.", 2, None),
        ("يوم الاثنين قصفت قوات النظام كفر نور وأصيب سبعة أشخاص.", None, 7),
    ],
)
def test_arabic_tolls_are_read_with_the_letter_for_and_before_them(sentence, killed, injured):
    row = only(sentence)
    assert (known(row["fatalities_best"]), known(row["injured"])) == (killed, injured)


def test_the_dead_are_not_displaced():
    assert records("On Monday, twenty civilians fleeing Kesra were killed.") == []


# ---------------------------------------------------------------- evidence and hostile text


STORY = (
    "On Monday, the army killed three Karvian soldiers in Marat province, Karvia said.\r\n\r\n"
    "More than 2,000 people\u00a0fled from Kesra to Umm Dall since Friday. 🌍 A week ago rebels captured al-Tell."
)


def test_every_field_is_true_to_the_stored_text():
    result = coded(STORY)
    rows = [*result.events.to_dict("records"), *result.displacement.to_dict("records")]
    assert len(rows) == 3
    for row in rows:
        assert result.report.text[row["span_start"] : row["span_end"]] == row["quote"]
        for entry in json.loads(row["evidence"]):
            assert result.report.text[entry["start"] : entry["end"]] == entry["text"] != ""


def test_the_same_report_gives_the_same_rows():
    assert coded(STORY).events.equals(coded(STORY).events)


PIECES = st.lists(
    st.sampled_from(
        [
            *STORY.split(),
            "On",
            "Monday",
            "clash",
            "killed",
            "five",
            "if",
            "“",
            "”",
            "\n\n",
            ",",
            ".",
            "Velia",
            "was",
            "by",
        ]
    )
    | st.text(max_size=6),
    max_size=60,
)


@settings(max_examples=25)
@given(PIECES)
def test_any_words_give_valid_rows_or_none(pieces):
    result = coded(" ".join(pieces))
    assert not [p for p in result.problems if p.severity == "error"]
    for row in result.events.to_dict("records"):
        for entry in json.loads(row["evidence"]):
            assert result.report.text[entry["start"] : entry["end"]] == entry["text"]


@pytest.mark.parametrize(
    "text", ["killed, ", "“clash in Marat ", "the ", "1,", "Marat ", "x", "On Monday rebels shelled Kesra and "]
)
def test_time_grows_no_faster_than_the_text(text):
    def seconds(size):
        begin = time.perf_counter()
        coded(text * (size // len(text)))
        return time.perf_counter() - begin

    seconds(2_000)
    assert seconds(80_000) < 12 * max(seconds(20_000), 0.05)


# ---------------------------------------------------------------- real reports


@pytest.fixture(scope="module")
def seed(shared, gazetteers):
    from geo.gazetteer import load_gazetteer

    theatre = load_theatre("idlib")
    gazetteer = load_gazetteer(theatre, cache_dir=gazetteers)
    return code_report(read_report(shared / "data/text/seed_article_2020-02-11.txt"), gazetteer, theatre=theatre)


def matching(result, **wanted):
    rows = result.events.to_dict("records")
    return [r for r in rows if all(str(r[k]) == str(v) for k, v in wanted.items())]


@pytest.mark.realdata
def test_seed_the_clash_of_monday_is_one_event(seed):
    (row,) = matching(seed, fatalities_best=5)
    assert span(row) == (date(2020, 2, 10), date(2020, 2, 10), "day")
    assert (row["injured"], row["event_type"], row["toponym"]) == (5, "Battles", "Idlib province")
    assert {row["actor1"], row["actor2"]} == {"Syrian government forces", "Turkish Armed Forces"}
    assert len(words(row, "mention")) == 3


@pytest.mark.realdata
def test_seed_the_strikes_hit_targets_and_are_claimed(seed):
    (row,) = matching(seed, targets_hit=115)
    assert (row["claim"], row["attributed_to"], known(row["fatalities_best"])) == ("claimed by a party", "Turkey", None)
    assert row["date_start"].date() == date(2020, 2, 10)


@pytest.mark.realdata
def test_seed_the_clash_a_week_before_and_the_troops_sent(seed):
    (row,) = matching(seed, fatalities_best=8)
    assert row["date_precision"] == "week"
    assert row["date_start"].date() <= date(2020, 2, 3) <= row["date_end"].date()
    (troops,) = [
        r for r in matching(seed, event_type="Strategic developments") if "troops" in words(r, "event_type")[0]
    ]
    assert words(troops, "place") == ["the province"]


@pytest.mark.realdata
def test_seed_the_offensive_and_what_it_took(seed):
    (offensive,) = matching(seed, date_precision="month")
    assert span(offensive)[:2] == (date(2019, 12, 1), date(2019, 12, 31))
    (taken,) = matching(seed, event_subtype="Government regains territory")
    assert span(taken)[:2] == (date(2019, 12, 1), date(2020, 2, 11))


@pytest.mark.realdata
def test_seed_the_displaced(seed):
    (row,) = seed.displacement.to_dict("records")
    assert (row["persons_best"], row["qualifier"], row["attributed_to"]) == (700_000, "nearly", "U.N.")
    assert (row["origin_toponym"], known(row["destination_toponym"])) == ("Idlib", None)
    assert "2019-12-01" in row["notes"]


@pytest.mark.realdata
def test_seed_has_no_false_mark(seed):
    assert len(seed.events) == 7
    named = {r["toponym"] for r in seed.events.to_dict("records")}
    assert named <= {"Idlib province", "Idlib", "Syrian border"}
    areas = seed.events[seed.events["toponym"] != "Syrian border"]
    assert areas["place_id"].notna().all()
    assert areas["stated_admin1"].eq("Idlib").all()
    tail = next(p.start for p in seed.report.parts if p.kind == "tail")
    assert seed.events["span_end"].max() < tail


@pytest.mark.realdata
def test_seed_every_field_carries_its_words(seed):
    for row in [*seed.events.to_dict("records"), *seed.displacement.to_dict("records")]:
        fields = set()
        for entry in json.loads(row["evidence"]):
            assert seed.report.text[entry["start"] : entry["end"]] == entry["text"]
            fields.add(entry["field"])
        assert {"mention", "date"} <= fields


@pytest.mark.realdata
@pytest.mark.parametrize("number", ["04_2020-01-02", "05_2020-01-08", "09_2020-02-26"])
def test_situation_reports_give_their_total_once(shared, gazetteers, number):
    from geo.gazetteer import load_gazetteer

    theatre = load_theatre("idlib")
    gazetteer = load_gazetteer(theatre, cache_dir=gazetteers)
    report = read_report(shared / f"data/text/ocha_nw_syria_sitrep{number}_excerpt.txt")
    result = code_report(report, gazetteer, theatre=theatre)
    total = {"04_2020-01-02": 300_000, "05_2020-01-08": 312_000, "09_2020-02-26": 948_000}[number]
    assert [r for r in result.displacement["persons_best"] if r and r > 100_000] == [total]


# --- many reports ---


CLASH = "On Monday rebels killed three soldiers in Kesra. Some 400 people fled Umm Dall."


@pytest.mark.parametrize(
    "files",
    [
        [],
        [[draft(CLASH, "a.txt")], [], [draft("Nothing happened.", "b.txt")], [draft(CLASH, "c.txt")]],
        # The same report in two files: each file is right by itself. The same twice in one: its second is refused.
        [[draft(CLASH, "a.txt")], [draft(CLASH, "b.txt")], [draft(CLASH, "a.txt")]],
        [[draft(CLASH, "a.txt")] * 2, [draft(CLASH, "b.txt")]],
    ],
)
def test_many_files_checked_at_once_are_as_each_by_itself(files):
    for found, wanted in zip(tables_of_each(files), map(draft_tables, files), strict=True):
        for table, alone in zip(found[:2], wanted[:2], strict=True):
            pd.testing.assert_frame_equal(table.reset_index(drop=True), alone)
        assert found[2] == wanted[2]


def test_between_five_and_seven_is_a_range_and_five_and_seven_are_two_numbers():
    row = only("On Monday, rebels shelled Kesra, killing between five and seven soldiers.")
    assert (row["fatalities_low"], row["fatalities_best"], row["fatalities_high"]) == (5, None, 7)
    row = only("On Monday, shells hit Kesra, killing a hundred and five people.")
    assert row["fatalities_best"] == 105


def test_targets_that_are_hit_are_an_event_and_no_dead():
    row = only("On Monday, the army hit 115 targets near Kesra.")
    assert (row["targets_hit"], row["fatalities_best"]) == (115, None)


def test_the_past_hours_are_news_and_the_past_is_background():
    assert only("In the past 24 hours, 11 civilians were killed by shelling in Kesra.")["fatalities_best"] == 11
    assert events("In the past, shelling hit Kesra.") == []


def test_people_who_return_are_counted_and_for_tells_where_they_went():
    (row,) = records("Five thousand people returned to Kesra on Sunday.")
    assert (row["movement"], row["persons_best"], row["destination_toponym"]) == ("return", 5_000, "Kesra")
    (row,) = records("Some 150 families fled Kesra for Ahmar on Saturday.")
    assert (row["origin_toponym"], row["destination_toponym"]) == ("Kesra", "Ahmar")


@pytest.mark.parametrize("label", ["Kesra:", "• Kesra:", "- Kesra –", "Kesra, Marat:"])
def test_a_place_that_labels_its_paragraph_is_where_it_happened(label):
    assert only(f"{label} Two civilians were killed by shelling on Sunday.")["toponym"] == "Kesra"


def test_a_city_abroad_that_opens_a_paragraph_is_not_where_it_happened():
    assert only("Orsk: Two civilians were killed by shelling on Sunday.")["toponym"] is None
