"""Numbers as people write them: digits of other scripts, thousands, decimal commas, degrees with a side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬", "01234567890123456789.,")
_SIGNS = {"N": 1, "E": 1, "S": -1, "W": -1}
_PART = r"\d{1,3}(?:[.,]\d+)?"
_DEGREES = re.compile(
    rf"(?P<before>[NSEW])?\s*(?P<deg>{_PART})\s*[°º]?\s*(?:(?P<min>{_PART})\s*['′’]\s*)?"
    rf"(?:(?P<sec>{_PART})\s*(?:\"|″|”|'')\s*)?(?P<after>[NSEW])?",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"[1-9]\d{0,2}(\.\d{3})+")


def number(text: str) -> float:
    """A number as people write it: Arabic digits, thousands parted by commas, blanks or apostrophes; else NaN."""
    plain = _plain(text)
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    return float(plain) if re.fullmatch(r"[-+]?\d+(\.\d*)?", plain) else float("nan")


def degrees(text: str, *, sides: str) -> float:
    """Degrees with a decimal point or comma, or with the letter of one of these sides: 35°56'24"N; else NaN."""
    plain = _plain(text)
    if re.fullmatch(r"[-+]?\d{1,3},\d+", plain):
        return float(plain.replace(",", "."))
    match = _DEGREES.fullmatch(text.translate(_DIGITS).strip())
    said = "" if match is None else ((match["before"] or "") + (match["after"] or "")).upper()
    if match is None or len(said) != 1 or said not in sides:
        return number(text)
    whole, minutes, seconds = (float((match[part] or "0").replace(",", ".")) for part in ("deg", "min", "sec"))
    if max(minutes, seconds) > 60:
        return float("nan")
    return _SIGNS[said] * (whole + minutes / 60 + seconds / 3600)


def _plain(text: str) -> str:
    return re.sub(r"[\s'\u00a0\u202f]+(?=\d{3})", "", text.translate(_DIGITS)).rstrip("°").replace("−", "-")


class Point(Enum):
    """What a point followed by three digits means in a column of counts."""

    FRACTION = "fraction"
    THOUSANDS = "thousands"
    UNCLEAR = "unclear"


def is_dotted(text: str) -> bool:
    """Whether a number is written like 1.234 or 1.234.567."""
    return bool(_DOTTED.fullmatch(text))


def point_of(texts: Sequence[str]) -> Point:
    """What the point means in a column of counts with these texts.

    Thousands, where one cell has two of them, or several have one and others below a thousand have none. Fractions,
    where a cell has other than three digits after it, or all cells have three zeros.
    """
    dotted = [t for t in texts if is_dotted(t)]
    if not dotted:
        return Point.FRACTION
    if any(t.count(".") > 1 for t in dotted):
        return Point.THOUSANDS
    if any("." in t for t in texts if not is_dotted(t)):
        return Point.FRACTION
    small = any(t.isdecimal() and 0 < int(t) < 1000 for t in texts)
    if len(dotted) > 1 and small:
        return Point.THOUSANDS
    return Point.FRACTION if not small and all(t.endswith(".000") for t in dotted) else Point.UNCLEAR
