# ruff: noqa: PLC0415 - matplotlib takes half a second to start; the commands that draw nothing do without it
"""A sheet of paper to draw on, in millimetres from its lower left corner. The one module that knows matplotlib.

Text is set in DejaVu Sans, which matplotlib carries: the same on every machine, Latin, Cyrillic and Arabic in one
font. matplotlib itself shapes Arabic and orders it from right to left (since 3.11). Nothing here parses markup.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from maps.figure.view import Box

MM_PER_INCH = 25.4
MM_PER_POINT = MM_PER_INCH / 72
DOTS_PER_INCH = 300
ASCENT, DESCENT = 0.76, 0.24  # of the size: what a line of Latin or Arabic letters takes above and below its base
LINE = 1.28  # from one base line to the next
_RIGHT_TO_LEFT = "\u200f"
_UNKNOWN = "\ufffd"
# Arabic is read without its small vowels, and matplotlib's PDF moves the letters beside some of them.
_VOWELS = frozenset(map(chr, range(0x064B, 0x0653)))
_STYLES = {(False, False): "", (True, False): "-Bold", (False, True): "-Oblique", (True, True): "-BoldOblique"}
# Metadata of the file: no time, no version that another machine would not have as well.
_NO_DATES: dict[str, dict[str, Any]] = {
    "pdf": {"CreationDate": None, "ModDate": None, "Creator": "conflictmap", "Producer": None},
    "svg": {"Date": None, "Creator": "conflictmap"},
    "png": {"Software": None},
}
_SETTINGS: dict[Any, Any] = {
    "pdf.fonttype": 42,  # TrueType: embedded, searchable, editable
    "svg.fonttype": "path",  # looks the same without the font
    "svg.hashsalt": "conflictmap",
    "text.hinting": "none",  # letters as wide on the screen as on paper
    "text.parse_math": False,
    "text.usetex": False,
    "path.simplify": False,
}

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Type:
    """How a text is set: size in points, colour, weight."""

    size: float
    colour: str
    bold: bool = False
    italic: bool = False
    halo: str = ""


class Paper:
    """A figure of the exact size of a sheet, and what is drawn on it, the first below."""

    def __init__(self, width: float, height: float, *, right_to_left: bool = False) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        with settings():
            self.figure = Figure(figsize=(width / MM_PER_INCH, height / MM_PER_INCH), facecolor="white")
            FigureCanvasAgg(self.figure)
            self.axes = self.figure.add_axes((0, 0, 1, 1), frameon=False)
            self.axes.set(xlim=(0, width), ylim=(0, height), xticks=[], yticks=[])
            self.axes.set_axis_off()
        self.box = Box(0, 0, width, height)
        self.right_to_left = right_to_left
        self._widths: dict[tuple[str, bool, bool], float] = {}
        self._known: dict[tuple[bool, bool], frozenset[int]] = {}
        self._drawn = 0

    def fill(
        self,
        rings: Sequence[np.ndarray],
        colour: str = "none",
        *,
        edge: str = "none",
        width: float = 0.0,
        dash: tuple[float, ...] = (),
        alpha: float = 1.0,
        clip: Box | None = None,
    ) -> None:
        """Fill rings (holes turn the other way) as one shape; widths and dashes in points."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path as Outline

        closed = [_closed(ring) for ring in rings if len(ring) > 2 and np.isfinite(ring).all()]
        if not closed:
            return
        codes = [np.full(len(ring), Outline.LINETO, dtype=Outline.code_type) for ring in closed]
        for part in codes:
            part[0], part[-1] = Outline.MOVETO, Outline.CLOSEPOLY
        outline = Outline(np.concatenate(closed), np.concatenate(codes))
        style = (0, dash) if dash else "solid"
        patch = PathPatch(
            outline,
            facecolor=_faded(colour, alpha),
            edgecolor=edge,
            linewidth=width,
            linestyle=style,
            joinstyle="round",
        )
        self._add(patch, clip)

    def symbols(
        self,
        rings: Sequence[np.ndarray],
        colours: Sequence[str],
        edges: Sequence[str],
        widths: Sequence[float],
        *,
        clip: Box | None = None,
    ) -> None:
        """Draw many small shapes, the first below; widths in points."""
        from matplotlib.collections import PolyCollection

        if rings:
            self._add(
                PolyCollection(rings, facecolors=colours, edgecolors=edges, linewidths=widths, joinstyle="round"), clip
            )

    def line(
        self,
        lines: Sequence[np.ndarray],
        colour: str,
        width: float,
        *,
        dash: tuple[float, ...] = (),
        alpha: float = 1.0,
        clip: Box | None = None,
    ) -> None:
        """Draw lines of one look; width and dashes in points."""
        from matplotlib.collections import LineCollection

        known = [line for line in lines if len(line) > 1 and np.isfinite(line).all()]
        if known:
            style = (0, dash) if dash else "solid"
            drawn = LineCollection(
                known, colors=[_faded(colour, alpha)], linewidths=width, linestyles=[style], capstyle="butt"
            )
            self._add(drawn, clip)

    def box_at(
        self, box: Box, colour: str = "none", *, edge: str = "none", width: float = 0.0, alpha: float = 1
    ) -> None:
        corners = [(box.left, box.bottom), (box.right, box.bottom), (box.right, box.top), (box.left, box.top)]
        self.fill([np.array(corners)], colour, edge=edge, width=width, alpha=alpha)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        style: Type,
        *,
        align: Align = "left",
        turn: float = 0,
        clip: Box | None = None,
    ) -> None:
        """Set one line; y is its base line, or its middle if it is turned."""
        shown = self._directed(text)
        if not shown:
            return
        from matplotlib.font_manager import FontProperties

        options: dict[str, Any] = {
            "fontproperties": FontProperties(fname=self._file(text, style), size=style.size),
            "ha": align,
            "va": "center" if turn else "baseline",
            "rotation": turn,
            "rotation_mode": "anchor",
            "parse_math": False,
        }
        if style.halo:
            from matplotlib.patheffects import Stroke

            # The halo alone is an outline; the text above it stays text, which a reader of the PDF can search.
            effect = [Stroke(linewidth=style.size * 0.28, foreground=style.halo, joinstyle="round")]
            below = self.axes.text(x, y, shown, color=style.halo, path_effects=effect, gid="halo", **options)
            self._raise(below, clip)
        self._raise(self.axes.text(x, y, shown, color=style.colour, **options), clip)

    def lines(
        self, x: float, y: float, texts: Sequence[str], style: Type, *, align: Align = "left", clip: Box | None = None
    ) -> float:
        """Set lines below each other, the top of the first at y; return the y below the last."""
        step = style.size * LINE * MM_PER_POINT
        for k, text in enumerate(texts):
            base = y - k * step - (LINE - DESCENT) * style.size * MM_PER_POINT + 0.1 * style.size * MM_PER_POINT
            self.text(x, base, text, style, align=align, clip=clip)
        return y - len(texts) * step

    def width(self, text: str, style: Type) -> float:
        """Width of one line in millimetres."""
        key = (text, style.bold, style.italic)
        if key not in self._widths:
            from matplotlib.font_manager import get_font
            from matplotlib.ft2font import LoadFlags

            font = get_font(self._file(text, style))
            font.set_size(100, 72)  # the cache of fonts is shared with whoever draws
            font.set_text(self._directed(text), 0.0, flags=LoadFlags.NO_HINTING)
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

    def _directed(self, text: str) -> str:
        """The text as it is set: what the font lacks is a sign for it, and a line of an Arabic map runs leftwards."""
        known = self._letters(bold=False, italic=False)
        text = "".join(c if ord(c) in known else _UNKNOWN for c in plain(text) if c not in _VOWELS)
        return _RIGHT_TO_LEFT + text if self.right_to_left and text else text

    def _letters(self, *, bold: bool, italic: bool) -> frozenset[int]:
        key = (bold, italic)
        if key not in self._known:
            from matplotlib.font_manager import get_font

            self._known[key] = frozenset(get_font(font_file(bold=bold, italic=italic)).get_charmap())
        return self._known[key]

    def _file(self, text: str, style: Type) -> Path:
        """The font for a text; slanted only if it has all letters: Arabic is not slanted."""
        letters = set(map(ord, self._directed(text)))
        for bold, italic in ((style.bold, style.italic), (style.bold, False)):
            if letters <= self._letters(bold=bold, italic=italic):
                return font_file(bold=bold, italic=italic)
        return font_file()

    def _add(self, artist: Any, clip: Box | None) -> None:
        if hasattr(artist, "get_paths"):
            self.axes.add_collection(artist, autolim=False)
        else:
            self.axes.add_artist(artist)
        self._raise(artist, clip)

    def _raise(self, artist: Any, clip: Box | None) -> None:
        from matplotlib.patches import Rectangle

        self._drawn += 1
        artist.set_zorder(self._drawn)
        artist.set_clip_on(clip is not None)
        if clip is not None:
            frame = Rectangle((clip.left, clip.bottom), clip.width, clip.height, transform=self.axes.transData)
            artist.set_clip_path(frame)


@contextmanager
def settings() -> Iterator[None]:
    """Draw with the defaults of matplotlib and ours, whatever the user's settings file says; undone at the end."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


def font_file(*, bold: bool = False, italic: bool = False) -> Path:
    """DejaVu Sans as matplotlib carries it."""
    import matplotlib as mpl

    return Path(mpl.get_data_path()) / "fonts" / "ttf" / f"DejaVuSans{_STYLES[bold, italic]}.ttf"


def save(figures: Sequence[Any], path: Path, kind: str, *, title: str) -> None:
    """Write figures as a PDF of as many pages, or the only one as PNG or SVG; same figures, same bytes."""
    said = plain(title)
    # PNG holds Latin-1 titles only.
    said = said if kind != "png" else said.encode("latin-1", "replace").decode("latin-1")
    metadata = _NO_DATES[kind] | {"Title": said}
    with settings():
        if kind == "pdf":
            from matplotlib.backends.backend_pdf import PdfPages

            with PdfPages(path, metadata=metadata) as pages:
                for figure in figures:
                    pages.savefig(figure)
            return
        # A little more than 300, so that 297 mm become 3,508 dots and not 3,507; the file says 300.
        options = (
            {"dpi": DOTS_PER_INCH + 0.02, "pil_kwargs": {"dpi": (DOTS_PER_INCH,) * 2, "compress_level": 4}}
            if kind == "png"
            else {}
        )
        figures[0].savefig(path, format=kind, metadata=metadata, **options)


def plain(text: str) -> str:
    """Text in one line, without characters that steer: no line breaks, no direction marks, no control characters."""
    kept = (" " if c.isspace() else c for c in text)
    return "".join(c for c in kept if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"}).strip(" ") or (
        " " if text == " " else ""
    )


def _closed(ring: np.ndarray) -> np.ndarray:
    return np.vstack([ring, ring[:1]])


def _faded(colour: str, alpha: float) -> Any:
    return colour if alpha >= 1 or colour == "none" else (colour, alpha)
