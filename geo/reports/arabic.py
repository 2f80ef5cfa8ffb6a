"""Numbers in Arabic words, with and without the sign on the alef, and one person told by the word alone."""

from __future__ import annotations

_SIGNS = str.maketrans("أآ", "اا")


def _either_way(words: dict[str, int]) -> dict[str, int]:
    return words | {word.translate(_SIGNS): number for word, number in words.items()}


ONES = _either_way(
    {"واحد": 1, "اثنان": 2, "اثنين": 2, "أحد": 1, "اثنا": 2, "اثني": 2}
    | {
        form: number
        for number, word in enumerate(("ثلاث", "أربع", "خمس", "ست", "سبع", "ثماني", "تسع", "عشر"), 3)
        for form in (word, f"{word}ة")
    }
)
TENS = _either_way(
    {
        f"{word}{end}": 10 * number
        for number, word in enumerate(("عشر", "ثلاث", "أربع", "خمس", "ست", "سبع", "ثمان", "تسع"), 2)
        for end in ("ون", "ين")
    }
)
SCALES = _either_way(
    {"مئة": 100, "مائة": 100, "ألف": 1_000, "ألفا": 1_000, "آلاف": 1_000, "مليون": 1_000_000, "ملايين": 1_000_000}
)
MILLIONS = r"(?:\d+\s)?(?:مليون|ملايين)\sو\d+\sألفا?"  # "a million and 200 thousand"
# Numbers in "eleven" and "twelve" only; alone they are other words.
TEENS = {word: rf"{word}(?=\sعشر)" for word in ("أحد", "احد", "اثنا", "اثني")}
_HARMED = (
    *("قتل", "قتلت", "مقتل", "استشهد", "استشهدت", "استشهاد", "أصيب", "أصيبت", "اصيب", "اصيبت", "إصابة", "جرح", "جرحت"),
)
_PEOPLE = "مدني|طفل|طفلة|شخص|رجل|امرأة|شاب|جندي|عنصر|مقاتل|ضابط|قيادي|ناشط|صحفي|مسعف"
# "killed child": one, unless another is named with it.
_BEHIND = "|".join(rf"(?<={word}\s)" for word in _HARMED)
SINGLE = rf"(?:{_BEHIND})(?P<single>(?:{_PEOPLE}|آخر|أخر|أخرى)(?!\w))(?!\sو(?:{_PEOPLE}|سيدة|زوج))"
