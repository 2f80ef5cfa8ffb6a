"""Words, numbers and dates of a printed map, in the language that it speaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from maps.figure.messages import ARABIC, ENGLISH

LANGUAGES = ("en", "ar")


_MESSAGES = {"en": ENGLISH, "ar": ARABIC}
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTHS_AR = (
    "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو",
    "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
)  # fmt: skip
_MONTHS_LEVANT = (
    "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران",
    "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول",
)  # fmt: skip
_LEVANT = frozenset({"SY", "LB", "JO", "IQ", "PS"})
_WESTERN_DIGITS = frozenset({"MA", "DZ", "TN", "LY", "EH", "AE"})  # where Arabic is written with 0-9 (CLDR)
_ARABIC_DIGITS = str.maketrans("0123456789,.%", "٠١٢٣٤٥٦٧٨٩٬٫٪")


@dataclass(frozen=True, slots=True)
class Words:
    """Messages in one language; ``home`` (ISO alpha-2) decides on digits and names of months."""

    language: str
    home: str = ""

    @property
    def right_to_left(self) -> bool:
        return self.language == "ar"

    def say(self, key: str, n: int | None = None, /, **values: str) -> str:
        """The message of this key, in the form for a number; the number itself may be written in other words."""
        message = _MESSAGES[self.language].get(key) or ENGLISH.get(key) or key
        if not isinstance(message, str):
            forms = message
            message = forms.get(self._form(n or 0)) or forms["other"]
        if n is not None:
            values = {"n": self.number(n)} | values
        for name, value in values.items():
            message = message.replace("{" + name + "}", value)
        return message

    def term(self, kind: str, word: str) -> str:
        """A word of a closed list: translated if the language has it, else as it is."""
        key = f"{kind}.{word}"
        found = _MESSAGES[self.language].get(key) or ENGLISH.get(key) or word
        return found if isinstance(found, str) else word

    def number(self, value: float) -> str:
        """A whole number with its digits grouped."""
        return self.digits(f"{round(value):,}")

    def range(self, low: float, high: float) -> str:
        """Two whole numbers, or one if they are the same."""
        ends = dict.fromkeys((self.number(low), self.number(high)))
        return "–".join(ends)

    def percent(self, share: float) -> str:
        return self.digits(f"{share:.1%}" if share < 0.1 else f"{share:.0%}")

    def digits(self, text: str) -> str:
        """Digits as the language writes them."""
        if self.language != "ar" or self.home in _WESTERN_DIGITS:
            return text
        return text.translate(_ARABIC_DIGITS)

    def day(self, day: date, *, year: bool = True, short: bool = False) -> str:
        text = f"{day.day} {self._month(day, short=short)}" + (f" {day.year}" if year else "")
        return self.digits(text)

    def period(self, first: date, last: date, *, year: bool = True, short: bool = False) -> str:
        """A span of days: '1 December 2019 – 6 March 2020', '1 – 26 February 2020', 'February 2020'."""
        if first == last:
            return self.day(first, year=year, short=short)
        same_month = (first.year, first.month) == (last.year, last.month)
        if same_month and first.day == 1 and last.day == month_length(last):
            return self.digits(self._month(first, short=short) + (f" {first.year}" if year else ""))
        end = self.day(last, year=year, short=short)
        if same_month:
            return self.digits(f"{first.day} – {end}")
        return f"{self.day(first, year=year and first.year != last.year, short=short)} – {end}"

    def listed(self, parts: list[str]) -> str:
        return ("؛ " if self.right_to_left else "; ").join(parts)

    def name(self, latin: object, arabic: object) -> tuple[str, str]:
        """A name in the map's language, and in the other script; either may be empty."""
        names = [v if isinstance(v, str) else "" for v in (latin, arabic)]
        if self.right_to_left and names[1]:
            names.reverse()
        return names[0], names[1] if names[0] != names[1] else ""

    def _month(self, day: date, *, short: bool = False) -> str:
        if self.language == "en":
            return _MONTHS_EN[day.month - 1][: 3 if short else None]
        return (_MONTHS_LEVANT if self.home in _LEVANT else _MONTHS_AR)[day.month - 1]

    def _form(self, n: int) -> str:
        if self.language != "ar":
            return "one" if n == 1 else "other"
        if n in (0, 1, 2):
            return ("zero", "one", "two")[n]
        rest = n % 100
        return "few" if 3 <= rest <= 10 else "many" if rest >= 11 else "other"


def month_length(day: date) -> int:
    """Days of the month of a day."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return (following - date(day.year, day.month, 1)).days
