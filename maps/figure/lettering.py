"""How text is set: fonts, widths, lines. DejaVu Sans, which matplotlib carries, is the same on every machine.

It has Latin, Cyrillic and Arabic letters in one font. matplotlib itself shapes Arabic and orders it from right to left
(since 3.11).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.font_manager import get_font
from matplotlib.ft2font import LoadFlags

MM_PER_INCH = 25.4
MM_PER_POINT = MM_PER_INCH / 72
ASCENT, DESCENT = 0.76, 0.24  # of the size: what a line of Latin or Arabic letters takes above and below its base
LINE = 1.28  # from one base line to the next
_RIGHT_TO_LEFT = "\u200f"
_UNKNOWN = "\ufffd"
# Arabic is read without its small vowels, and matplotlib's PDF moves the letters beside some of them.
_VOWELS = frozenset(map(chr, range(0x064B, 0x0653)))
_STYLES = {(False, False): "", (True, False): "-Bold", (False, True): "-Oblique", (True, True): "-BoldOblique"}


@dataclass(frozen=True, slots=True)
class Type:
    """How a text is set: size in points, colour, weight."""

    size: float
    colour: str
    bold: bool = False
    italic: bool = False
    halo: str = ""


class Lettering:
    """The letters of one sheet; on a sheet ``right_to_left`` every line runs leftwards."""

    def __init__(self, *, right_to_left: bool = False) -> None:
        self.right_to_left = right_to_left
        self._widths: dict[tuple[str, bool, bool], float] = {}
        self._known: dict[tuple[bool, bool], frozenset[int]] = {}

    def width(self, text: str, style: Type) -> float:
        """Width of one line in millimetres."""
        key = (text, style.bold, style.italic)
        if key not in self._widths:
            font = get_font(self.font_of(text, style))
            font.set_size(100, 72)  # the cache of fonts is shared with whoever draws
            font.set_text(self.directed(text), 0.0, flags=LoadFlags.NO_HINTING)
            self._widths[key] = font.get_width_height()[0] / 64 / 100
        return self._widths[key] * style.size * MM_PER_POINT

    def wrap(self, text: str, style: Type, width: float, *, most: int = 99) -> list[str]:
        """Break a text into lines of at most this width (mm); what does not fit ends in an ellipsis."""
        lines: list[str] = []
        space, left = self.width(" ", style), 0.0
        for word in plain(text).split():
            taken = self.width(word, style)
            if lines and left + space + taken <= width:
                lines[-1] += f" {word}"
                left += space + taken
            else:
                short = self.cut(word, style, width)
                lines.append(short)
                left = self.width(short, style)
        if len(lines) > most:
            lines = lines[:most]
            lines[-1] = self.cut(f"{lines[-1]} …", style, width, always=True)
        return lines

    def cut(self, text: str, style: Type, width: float, *, always: bool = False) -> str:
        """The text, or as much of its beginning as fits, with an ellipsis."""
        text = plain(text)
        if self.width(text, style) <= width:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(text[:middle].rstrip(" …") + "…", style) <= width:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip(" …") + "…" if low or always else ""

    def directed(self, text: str) -> str:
        """The text as it is set: what the font lacks is a sign for it, and a line of an Arabic map runs leftwards."""
        known = self._letters(bold=False, italic=False)
        text = "".join(c if ord(c) in known else _UNKNOWN for c in plain(text) if c not in _VOWELS)
        return _RIGHT_TO_LEFT + text if self.right_to_left and text else text

    def _letters(self, *, bold: bool, italic: bool) -> frozenset[int]:
        key = (bold, italic)
        if key not in self._known:
            self._known[key] = frozenset(get_font(font_file(bold=bold, italic=italic)).get_charmap())
        return self._known[key]

    def font_of(self, text: str, style: Type) -> Path:
        """The font for a text; slanted only if it has all letters: Arabic is not slanted."""
        letters = set(map(ord, self.directed(text)))
        for bold, italic in ((style.bold, style.italic), (style.bold, False)):
            if letters <= self._letters(bold=bold, italic=italic):
                return font_file(bold=bold, italic=italic)
        return font_file()


def font_file(*, bold: bool = False, italic: bool = False) -> Path:
    """DejaVu Sans as matplotlib carries it."""
    return Path(mpl.get_data_path()) / "fonts" / "ttf" / f"DejaVuSans{_STYLES[bold, italic]}.ttf"


def plain(text: str) -> str:
    """Text in one line, without characters that steer: no line breaks, no direction marks, no control characters."""
    kept = (" " if c.isspace() else c for c in text)
    return "".join(c for c in kept if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"}).strip(" ") or (
        " " if text == " " else ""
    )
