"""What is handed over: the layers of one export with their looks, and what is to be said about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from geo.export.portable import GisLayer
from geo.schema import Credit


@dataclass(frozen=True, slots=True)
class Paint:
    """Look of one class of features in formats that know no more: colours #RRGGBB, width in CSS pixels.

    ``shape`` is one of circle, diamond, triangle, square, pentagon, cross; ``diameter`` that of a point's symbol in CSS
    pixels; ``opacity`` that of the fill, 0 to 1.
    """

    fill: str
    edge: str
    width: float = 1.0
    opacity: float = 1.0
    shape: str = "circle"
    diameter: float = 8.0


@dataclass(frozen=True, slots=True)
class Style:
    """Look of one layer: QML for QGIS, and paints by the values of the column ``by`` for simpler formats.

    An empty ``by``: the paint of the value "" is for all features; it also serves values without one of their own.
    ``label`` is the column whose text names a feature.
    """

    qml: str = ""
    by: str = ""
    paints: Mapping[str, Paint] = field(default_factory=dict)
    label: str = ""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One input of the export: name, SHA-256 of its bytes, rows that stayed."""

    name: str
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class About:
    """What files say about themselves.

    ``layers`` has title and abstract by layer, ``columns`` the meaning of its columns by layer. ``software`` is name
    and version of what wrote the files, ``steps`` what was done to the rows, a sentence each (rows withheld, made
    coarser). ``contact`` and ``contact_email`` are whoever answers for the map. ``bounds`` is the frame to look at,
    ``extent`` what the rows lie in; None: the frame, or what all layers lie in. ``span`` is first and last day of the
    rows, ``period`` the days that a map of them shows at first; None: all.
    """

    title: str = ""
    abstract: str = ""
    language: str = "en"
    layers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    credits: tuple[Credit, ...] = ()
    span: tuple[date, date] | None = None
    period: tuple[date, date] | None = None
    inputs: tuple[SourceFile, ...] = ()
    software: str = ""
    disclaimer: str = ""
    bounds: tuple[float, float, float, float] | None = None
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    contact: str = ""
    contact_email: str = ""
    extent: tuple[float, float, float, float] | None = None

    @property
    def shown(self) -> tuple[date, date] | None:
        """The days that a map shows at first."""
        return self.period or self.span

    def title_of(self, layer: str) -> str:
        """Title of a layer, its name if it has none."""
        return self.layers.get(layer, ("", ""))[0] or layer


@dataclass(frozen=True, slots=True)
class Handover:
    """Everything one export hands over; each format takes from it what it can hold.

    ``project`` is the text of a QGIS project that shows the layers of the GeoPackage; empty: none.
    """

    name: str
    layers: tuple[GisLayer, ...]
    styles: Mapping[str, Style] = field(default_factory=dict)
    about: About = field(default_factory=About)
    project: str = ""

    def layer(self, name: str) -> GisLayer | None:
        """The layer of this name; None if there is none."""
        return next((layer for layer in self.layers if layer.name == name), None)
