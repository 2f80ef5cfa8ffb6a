"""What a table of ours is: its columns, what each holds and may hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

CRS = "EPSG:4326"

Kind = Literal["text", "date", "integer", "number", "boolean", "geometry"]
DTYPES: dict[Kind, str] = {
    "text": "string",
    "date": "datetime64[us]",
    "integer": "Int64",
    "number": "float64",
    "boolean": "boolean",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: name, kind, what it means, and the values it may hold."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class TableSpec:
    """The columns of one table, in order; ``key`` is unique; ``spans`` are (start, end) pairs in order."""

    name: str
    key: str
    columns: tuple[Column, ...]
    spans: tuple[tuple[str, str], ...] = ()
    ranges: tuple[tuple[str, str, str], ...] = ()
    by_name: Mapping[str, Column] = field(init=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {c.name: c for c in self.columns})

    @property
    def names(self) -> list[str]:
        return [c.name for c in self.columns]


@dataclass(frozen=True, slots=True)
class Credit:
    """One data source as the credit box names it."""

    source: str
    licence: str = ""
    url: str = ""


def text(name: str, meaning: str, *, required: bool = False, values: Iterable[str] = ()) -> Column:
    return Column(name, "text", meaning, required=required, values=tuple(values))


def count(name: str, meaning: str) -> Column:
    # More people than live on Earth is a slip of the keyboard, not a count.
    return Column(name, "integer", meaning, minimum=0, maximum=10_000_000_000)


def longitude(name: str, meaning: str) -> Column:
    return Column(name, "number", meaning, minimum=-180, maximum=180)


def latitude(name: str, meaning: str) -> Column:
    return Column(name, "number", meaning, minimum=-90, maximum=90)
