"""What a look is: classes with their symbols, labels, sizes; and the few forms of text that QGIS' files share.

Data without XML: ``maps.qgis`` makes looks, ``maps.qgis.qml`` writes them.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from maps.style import TOKENS

_SPACE = uuid.UUID("5b2f0b63-8a7e-5d0e-9d1b-6f7c2d1f4a10")  # ids are made from names under it, the same on every run


def identity(name: str) -> uuid.UUID:
    """An id made from a name alone."""
    return uuid.uuid5(_SPACE, name)


def layer_id(name: str) -> str:
    """Id of a layer in the project; over ten characters, or QGIS makes another."""
    return f"{name}_{identity(name).hex}"


@dataclass(frozen=True, slots=True)
class Part:
    """One symbol layer: QGIS' class, its settings, settings that follow an expression, and a symbol inside it.

    ``locked``: the colour of the whole symbol is not this part's.
    """

    name: str
    settings: Mapping[str, str]
    by_data: Mapping[str, str] = field(default_factory=dict)
    inner: tuple[str, Part] | None = None
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Class:
    """One class of a renderer: the value it stands for, its words in the legend, its symbol."""

    value: str
    words: str
    symbol: str  # marker | line | fill
    parts: tuple[Part, ...]
    shown: bool = True  # ticked in the list of layers


@dataclass(frozen=True, slots=True)
class Label:
    """Names or numbers beside features. ``text`` and ``by_data`` (QGIS' setting to expression) are expressions.

    ``plate`` is the colour of the edge of a small plate under the text; empty: a halo.
    """

    text: str
    colour: str = TOKENS["ink"][0]
    place: str = "around"  # around | beside | below | over | along | inside
    italic: bool = False
    bold: bool = False
    plate: str = ""
    by_data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sizes:
    """A legend of sizes: words and diameters in mm of symbols like the one given, whose size follows the data."""

    title: str
    part: Part
    steps: tuple[tuple[str, float], ...]
    nested: bool = False


@dataclass(frozen=True, slots=True)
class Several:
    """One symbol for points nearer to each other than so many mm; expressions know ``@cluster_size`` of them."""

    parts: tuple[Part, ...]
    within: float


@dataclass(frozen=True, slots=True)
class Look:
    """How one layer is drawn: classes by an expression, and a label. An empty expression: one class for all.

    ``keeps_clear``: labels of other layers stay off the features. ``largest_first``: expression by which features are
    drawn, so that small ones are not hidden. ``days``: columns of the first and last day on which a feature is shown,
    where they are not those that the tables usually have. ``several``: how points that hide each other are drawn.
    """

    classes: tuple[Class, ...]
    by: str = ""
    label: Label | None = None
    keeps_clear: bool = False
    largest_first: str = ""
    sizes: Sizes | None = None
    days: tuple[str, str] | None = None
    several: Several | None = None


def rgba(colour: str, opacity: float = 1.0) -> str:
    """#RRGGBB as QGIS writes it."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * opacity)}"


def clean(text: str) -> str:
    """Text without the control characters that XML forbids."""
    return "".join(c for c in text if c.isprintable())


LONGEST = 120  # letters of a name in a list or a legend


def harmless(text: str, *, most: int = LONGEST) -> str:
    """Text for a title or a legend: QGIS would compute what stands there between [% and %]; the over-long is cut."""
    shown = clean(text).replace("[%", "[ %")
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def quoted(text: str) -> str:
    """Text as a constant of an expression."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
