"""One figure of a benchmark, and the table of all."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, the value (None: its data are absent) and the bound it is held to."""

    name: str
    value: float | None
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def wanted(self) -> str:
        """The bound in words; empty where the figure is only shown."""
        if self.at_least is not None:
            return f">= {number(self.at_least)}"
        return "" if self.at_most is None else f"<= {number(self.at_most)}"

    @property
    def verdict(self) -> str:
        """Whether the bound is kept."""
        if self.value is None:
            return "absent"
        if not self.wanted:
            return ""
        kept = (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most
        )
        return "reached" if kept else "MISSED"

    def as_dict(self) -> dict[str, str | float | None]:
        """The fields and the verdict, for a file."""
        return dataclasses.asdict(self) | {"verdict": self.verdict}


def number(value: float | None) -> str:
    """Shares to three digits, large figures in whole numbers."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.4g}" if value == int(value) else f"{value:.3f}"


def as_text(figures: Sequence[Figure]) -> str:
    """All figures as one aligned table."""
    head = ("figure", "reached", "unit", "wanted", "", "note")
    rows = [head, *((f.name, number(f.value), f.unit, f.wanted, f.verdict, f.note) for f in figures)]
    width = [max(len(row[i]) for row in rows) for i in range(len(head))]
    right = {1, 3}
    return "\n".join(
        "  ".join(
            c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(zip(row, width, strict=True))
        ).rstrip()
        for row in rows
    )
