"""Place names in Arabic text: with what is joined to them, after words that want a place, as governments."""

import pytest

from geo.gazetteer import load_gazetteer
from geo.geoparse import Geoparser
from geo.theatre import load_theatre


@pytest.fixture(scope="module")
def parser():
    theatre = load_theatre("idlib")
    return Geoparser(load_gazetteer(theatre), theatre)


def names(parser, text):
    spans = parser.parse(text)
    assert all(text[s.start : s.end] == s.text for s in spans)
    return [s.text for s in spans]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("نزح الأهالي من ريف إدلب الجنوبي إلى بلدة سرمدا", ["إدلب", "سرمدا"]),
        ("اشتباكات بمدينة الباب وقصف لسرمين", ["الباب", "سرمين"]),
        ("استهدف القصف بلدتي حاس وكفرنبل ومدينة معرة النعمان", ["حاس", "كفرنبل", "معرة النعمان"]),
        ("قصفت قوات النظام سرمين وبنش بالمدفعية", ["سرمين", "بنش"]),
        ("معركة سراقب", ["سراقب"]),
        ("في جبل الزاوية وسهل الغاب", ["جبل الزاوية", "سهل الغاب"]),
        ("إدلب - وكالات", ["إدلب"]),
        ("قُصفت مَعَرَّة النُّعمان", ["مَعَرَّة النُّعمان"]),
    ],
)
def test_names_are_found_with_what_is_joined_to_them(parser, text, found):
    assert names(parser, text) == found


@pytest.mark.parametrize(
    "text",
    [
        "الباب مفتوح أمام المفاوضات",
        "قصفت طائرات حربية",
        "جامعة دمشق",
        "شارع بغداد",
        "صحيفة الشرق الأوسط",
        "قتل محمد الحلبي في المعركة",
        "الجيش التركي والقوات الروسية",
        "لجنة الأطباء",
        "وأكد أن الوضع خطير، وأن الحل بعيد",
        "اتصالات لوقف القتال",
    ],
)
def test_common_words_people_and_what_is_named_after_a_place_are_none(parser, text):
    assert names(parser, text) == []


def test_a_government_that_speaks_is_no_place(parser):
    spans = parser.parse("قالت أنقرة إنها سترد، وحذرت موسكو. وتقدمت قوات دمشق. ووصل وفد إلى أنقرة.")
    assert [(s.text, s.use) for s in spans if s.text in ("أنقرة", "دمشق")] == [
        ("أنقرة", "metonym"),
        ("دمشق", "metonym"),
        ("أنقرة", "place"),
    ]


def test_governments_that_speak_together_or_of_each_other_are_none(parser):
    spans = parser.parse("واتهمت دمشق أنقرة بالتصعيد. وأعلنت أنقرة وبغداد الاتفاق.")
    assert {s.use for s in spans} == {"metonym"}


def test_the_word_before_a_name_tells_the_province_from_its_town(parser):
    text = "قصفت قوات النظام سراقب وسرمين وبنش. الوضع في محافظة إدلب ومدينة إدلب خطير."
    spans = [s for s in parser.parse(text) if s.text == "إدلب"]
    assert [str(s.precision) for s in spans] == ["E", "B"]
