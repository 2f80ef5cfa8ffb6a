"""Arabic reports: what is joined to words, verbs before those who act, numbers, days, and who says so."""

import json

import pytest

from geo.gazetteer import load_gazetteer
from geo.reports import draft_report, read_report
from geo.theatre import load_theatre


@pytest.fixture(scope="module")
def idlib():
    theatre = load_theatre("idlib")
    return load_gazetteer(theatre), theatre


@pytest.fixture
def read(tmp_path, idlib):
    def drafted(text, head="إدلب، 12 شباط 2020\n\n"):
        path = tmp_path / "report.txt"
        path.write_text(head + text, encoding="utf-8")
        gazetteer, theatre = idlib
        return draft_report(read_report(path), gazetteer, theatre=theatre)

    return drafted


def event_of(draft):
    (event,) = draft.events
    return event


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("إدلب، 12 شباط 2020", "2020-02-12"),
        ("الأربعاء 12 شباط/فبراير 2020", "2020-02-12"),
        ("١٢ فبراير ٢٠٢٠", "2020-02-12"),
        ("إدلب في 12 فبراير 2020", "2020-02-12"),
        ("\u200f12 آذار 2020\u200f", "2020-03-12"),
    ],
)
def test_the_day_of_a_report_is_read_in_its_head(read, head, day):
    draft = read("قصفت قوات النظام بلدة سرمين.", head=f"قصف على سرمين\n{head}\n\n")
    assert str(draft.report.date) == day


@pytest.mark.parametrize(
    ("told", "subtype", "actor", "place"),
    [
        (
            "وقصفت قوات النظام بالمدفعية بلدة سرمين.",
            "Shelling/artillery/missile attack",
            "Syrian government forces",
            "سرمين",
        ),
        ("شنت طائرات حربية روسية غارات على سرمين.", "Air/drone strike", "Russian forces", "سرمين"),
        (
            "كما استهدفت الفصائل بالصواريخ مدينة سراقب.",
            "Shelling/artillery/missile attack",
            "Opposition armed groups",
            "سراقب",
        ),
        ("سيطرت قوات النظام على بلدة النيرب.", "Government regains territory", "Syrian government forces", "النيرب"),
        (
            "واستعادت الفصائل السيطرة على النيرب.",
            "Non-state actor overtakes territory",
            "Opposition armed groups",
            "النيرب",
        ),
        ("اعتقلت هيئة تحرير الشام ثلاثة ناشطين بمدينة بنش.", "Arrests", "Hayat Tahrir al-Sham", "بنش"),
        ("خرجت مظاهرة في سرمدا للمطالبة بوقف القصف.", "Peaceful protest", None, "سرمدا"),
        ("انفجرت عبوة ناسفة في مدينة سرمين.", "Remote explosive/landmine/IED", None, "سرمين"),
    ],
)
def test_what_happened_who_did_it_and_where(read, told, subtype, actor, place):
    event = event_of(read(told))
    assert (event["event_subtype"], event["actor1"]) == (subtype, actor)
    assert event["toponym"].endswith(place)
    assert not event["toponym"].startswith(("ب", "و")) or event["toponym"].startswith(("بلدة", "بنش"))


@pytest.mark.parametrize(
    ("told", "killed", "injured"),
    [
        ("قُتل سبعة مدنيين وأصيب أكثر من عشرين بجروح في قصف على سرمين.", (7, 7, 7), 20),
        ("قصف على سرمين أدى إلى مقتل مدنيين اثنين وإصابة أربعة آخرين.", (2, 2, 2), 4),
        ("اشتباكات في سرمين أسفرت عن مقتل ١٢ عنصراً من الفصائل و٨ من قوات النظام.", (20, 20, 20), None),
        ("استشهد خمسة وعشرون شخصاً بقصف على سرمين.", (25, 25, 25), None),
        ("انفجار في سرمين أسفر عن مقتل طفل وجرح ثلاثة عشر شخصاً.", (1, 1, 1), 13),
        ("غارة على سرمين أسفرت عن مقتل رجل وامرأة وطفلهما.", (None, None, None), None),
    ],
)
def test_tolls_in_words_digits_and_sums(read, told, killed, injured):
    event = event_of(read(told))
    assert tuple(event[f"fatalities_{n}"] for n in ("low", "best", "high")) == killed
    assert event["injured"] == injured


@pytest.mark.parametrize(
    "told",
    [
        "وهددت أنقرة بالرد على أي هجوم جديد في إدلب.",
        "ودعت موسكو إلى وقف القصف على إدلب.",
        "ونفت دمشق قصف سرمين.",
        "وتحاول قوات النظام السيطرة على بلدة سرمين.",
    ],
)
def test_threats_wishes_denials_and_plans_make_no_mark(read, told):
    draft = read(told)
    assert draft.events == ()
    assert draft.set_aside


@pytest.mark.parametrize(
    ("said", "speaker"),
    [
        ("بحسب المرصد السوري", "المرصد السوري"),
        ("وفق ما أفاد الدفاع المدني", "الدفاع المدني"),
        ("وفقاً للأمم المتحدة", "الأمم المتحدة"),
    ],
)
def test_who_says_so_stands_behind_the_words_of_saying(read, said, speaker):
    event = event_of(read(f"قُتل ثلاثة مدنيين في قصف على سرمين، {said}."))
    assert (event["claim"], event["attributed_to"]) == ("attributed", speaker)


def test_towns_of_a_list_are_an_event_each_and_the_unit_behind_a_name_is_not_its_own(read):
    draft = read("قصفت قوات النظام مدينة معرة النعمان وبلدتي حاس وكفرنبل بريف إدلب الجنوبي.")
    assert [e["toponym"] for e in draft.events] == ["مدينة معرة النعمان", "بلدتي حاس", "كفرنبل"]


def test_spellings_without_hamza_or_with_vowel_signs_are_the_same(read):
    plain = event_of(read("اصيب اربعة مدنيين في غارة علي مدينه سرمين."))
    signed = event_of(read("أُصِيبَ أربعةُ مدنيّينَ في غارةٍ على مدينةِ سرمين."))
    assert plain["injured"] == signed["injured"] == 4
    assert plain["place_id"] == signed["place_id"]


def test_people_who_fled_and_from_where_to_where(read):
    (record,) = read("ونزح نحو ٣٠ ألف شخص من سراقب إلى مدينة إدلب، بحسب الأمم المتحدة.").displacement
    assert (record["persons_best"], record["origin_toponym"], record["destination_toponym"]) == (
        30_000,
        "سراقب",
        "مدينة إدلب",
    )
    assert record["series"].startswith("الأمم المتحدة، 12 شباط 2020: نحو 30 ألف ")


def test_the_evidence_holds_the_words_as_stored(read):
    draft = read("قُتِلَ ٣ مدنيّين في قصفٍ على بلدة سرمين.")
    event = event_of(draft)
    spans = {e["field"]: e for e in json.loads(event["evidence"])}
    assert all(draft.report.text[e["start"] : e["end"]] == e["text"] for e in spans.values())
    assert spans["fatalities"]["text"] == "٣"


def test_a_town_that_labels_its_line_is_where_it_happened(read):
    draft = read("• بنش: إصابة خمسة مدنيين في غارة جوية.\n\n• سرمين: مقتل مدني بقصف مدفعي.")
    assert [e["toponym"] for e in draft.events] == ["بنش", "سرمين"]


def test_homes_that_were_left_or_come_back_to_lie_in_the_place_behind_them(read):
    (fled,) = read("فر 150 ألف شخص من منازلهم في ريف إدلب خلال أسبوعين.").displacement
    assert (fled["origin_admin1"], fled["measure"]) == ("إدلب", "flow")
    (back,) = read("وعاد 1500 نازح إلى قراهم في جبل الزاوية.").displacement
    assert (back["movement"], back["destination_toponym"]) == ("return", "جبل الزاوية")


def test_they_follows_those_who_act(read):
    event = event_of(read("مقاتلو المعارضة استهدفوا بصاروخ دبابة لقوات النظام في النيرب."))
    assert (event["actor1"], event["actor2"]) == ("Opposition armed groups", "Syrian government forces")


def test_their_raids_are_raids_and_one_woman_is_one(read):
    first, second = read(
        "وجددت طائرات روسية غاراتها على سرمين.\n\nاستشهدت امرأة وأصيب خمسة إثر سقوط قذائف على سرمدا."
    ).events
    assert (first["event_subtype"], first["actor1"]) == ("Air/drone strike", "Russian forces")
    assert (second["event_subtype"], second["fatalities_best"], second["injured"]) == (
        "Shelling/artillery/missile attack",
        1,
        5,
    )


def test_talks_about_a_truce_are_none(read):
    assert read("وعقد وفد اجتماعاً في إدلب لبحث الهدنة.").events == ()


def test_it_also_did_goes_back_to_who_acted_before(read):
    draft = read("سيطرت قوات النظام يوم الثلاثاء على مدينة كفرنبل. كما سيطرت في اليوم نفسه على بلدة حاس.")
    first, second = draft.events
    assert (second["actor1"], second["event_subtype"]) == (first["actor1"], "Government regains territory")
