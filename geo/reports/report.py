"""One report as a value: its text as stored, and what its parts are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from geo.errors import Problem


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a report: "body", or what is not coded.

    ``kind`` is body, title, byline, dateline, caption, heading, table, tail, or repeat: a paragraph told before, word
    for word; ``year`` is that of the heading that a body part stands under, or of what a history tells at that point.
    """

    kind: str
    start: int
    end: int
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One text with its source and publication date; offsets are code points into ``text``, which is as stored."""

    path: Path
    text: str
    title: str = ""
    source: str = ""
    url: str = ""
    date: date | None = None
    parts: tuple[Part, ...] = ()
    problems: tuple[Problem, ...] = ()
    ident: str = ""

    @property
    def name(self) -> str:
        """What the report is called where several are listed: its id in a file of several, else the file's name."""
        return self.ident or self.path.name
