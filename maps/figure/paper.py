"""A sheet of paper to draw on, in millimetres from its lower left corner. Nothing here parses markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.patheffects import Stroke

from maps.figure.lettering import DESCENT, LINE, MM_PER_INCH, MM_PER_POINT, Lettering, Type, plain
from maps.figure.view import Box

DOTS_PER_INCH = 300
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


class Paper:
    """A figure of the exact size of a sheet, and what is drawn on it, the first below."""

    def __init__(self, width: float, height: float, *, right_to_left: bool = False) -> None:
        with settings():
            self.figure = Figure(figsize=(width / MM_PER_INCH, height / MM_PER_INCH), facecolor="white")
            FigureCanvasAgg(self.figure)
            self.axes = self.figure.add_axes((0, 0, 1, 1), frameon=False)
            self.axes.set(xlim=(0, width), ylim=(0, height), xticks=[], yticks=[])
            self.axes.set_axis_off()
        self.box = Box(0, 0, width, height)
        self.letters = Lettering(right_to_left=right_to_left)
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
        shown = self.letters.directed(text)
        if not shown:
            return
        options: dict[str, Any] = {
            "fontproperties": FontProperties(fname=self.letters.font_of(text, style), size=style.size),
            "ha": align,
            "va": "center" if turn else "baseline",
            "rotation": turn,
            "rotation_mode": "anchor",
            "parse_math": False,
        }
        if style.halo:
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

    def _add(self, artist: Any, clip: Box | None) -> None:
        if hasattr(artist, "get_paths"):
            self.axes.add_collection(artist, autolim=False)
        else:
            self.axes.add_artist(artist)
        self._raise(artist, clip)

    def _raise(self, artist: Any, clip: Box | None) -> None:
        self._drawn += 1
        artist.set_zorder(self._drawn)
        artist.set_clip_on(clip is not None)
        if clip is not None:
            frame = Rectangle((clip.left, clip.bottom), clip.width, clip.height, transform=self.axes.transData)
            artist.set_clip_path(frame)


@contextmanager
def settings() -> Iterator[None]:
    """Draw with the defaults of matplotlib and ours, whatever the user's settings file says; undone at the end."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


def save(figures: Sequence[Any], path: Path, kind: str, *, title: str) -> None:
    """Write figures as a PDF of as many pages, or the only one as PNG or SVG; same figures, same bytes."""
    said = plain(title)
    # PNG holds Latin-1 titles only.
    said = said if kind != "png" else said.encode("latin-1", "replace").decode("latin-1")
    metadata = _NO_DATES[kind] | {"Title": said}
    with settings():
        if kind == "pdf":
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


def _closed(ring: np.ndarray) -> np.ndarray:
    return np.vstack([ring, ring[:1]])


def _faded(colour: str, alpha: float) -> Any:
    return colour if alpha >= 1 or colour == "none" else (colour, alpha)
