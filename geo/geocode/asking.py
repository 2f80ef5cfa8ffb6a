"""Asking an outside service for what the gazetteer does not know; its answers are checked like any other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from geo.codes import Precision
from geo.errors import GeocoderError, Problem
from geo.geocode.evidence import Context
from geo.geocode.given import Checks
from geo.geocode.spots import Locator, Spot
from geo.geocode.wording import Resolution
from geo.names import fold, parse_toponym

Ask = Callable[[str, Context], Resolution | None]


_TOLD = 3  # failures that become a Problem each; a service that is down fails for every name


class Asking:
    """Asks once for each toponym and context. A failure leaves the name without a place, and is told."""

    def __init__(self, ask: Ask, locator: Locator, checks: Checks) -> None:
        self.ask, self.locator, self.checks = ask, locator, checks
        self.problems: list[Problem] = []
        self._known: dict[tuple[str, Context], Resolution | None] = {}

    def answered(self, row: Any, spot: Spot) -> Spot:
        """The spot, or that of the service where the machine has found none and there is a name to ask for."""
        if spot.precision is not None or not worth_asking(row.toponym, spot):
            return spot
        context = Context(row.country, (row.admin1, row.admin2, row.admin3), row.pcode)
        try:
            found = self._asked(row.toponym, context)
        except GeocoderError as error:
            if len(self.problems) < _TOLD:
                message = f"could not be asked for: {error}"
                self.problems.append(Problem("online service", None, None, row.toponym, message, "warning"))
            return replace(spot, reason=f"{spot.reason}; the online service failed")
        if found is None:
            return spot
        if found.place is None:
            return replace(spot, reason=f"{spot.reason}; {found.reason}")
        drawn = self.locator.drawn(found, Precision(row.precision) if row.precision else None, found.reason)
        wrong = self._wrong(row, drawn)
        return replace(spot, reason=f"{spot.reason}; {wrong}") if wrong else drawn

    def _asked(self, toponym: str, context: Context) -> Resolution | None:
        key = (toponym, context)
        if key not in self._known:
            self._known[key] = self.ask(toponym, context)
        return self._known[key]

    def _wrong(self, row: Any, spot: Spot) -> str:
        """Why an answer is not taken; nothing if it agrees with what the row and the theatre say."""
        if spot.point is None:
            return ""
        if not self.locator.within(spot.point, row.country):
            return f"{spot.method} has one only outside the theatre ({spot.name})"
        outside = self.checks.outside(row, spot.point)
        return f"the one that {spot.method} knows {outside}" if outside else ""


def worth_asking(toponym: str, spot: Spot) -> bool:
    """Whether there is a name that an outside service may know; not of a place that a person or the source left."""
    if spot.method == "review" or not fold(toponym) or spot.reason == "the source does not know the place":
        return False
    parts = parse_toponym(toponym)
    return bool(parts.core or parts.spot[0])
