"""Asking an outside service for what the gazetteer does not know; its answers are checked like any other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from geo.codes import Precision
from geo.errors import GeocoderError, Problem
from geo.geocode.evidence import Context
from geo.geocode.given import Checks
from geo.geocode.spots import Locator, Spot
from geo.geocode.statements import why_no_name
from geo.geocode.wording import Resolution
from geo.names import fold, parse_toponym

_TOLD = 3  # failures that become a Problem each; a service that is down fails for every name


class Service(Protocol):
    """An outside service that knows places, as those of ``geo.online``."""

    @property
    def setting(self) -> Mapping[str, str]:
        """What a manifest should say of it."""

    def expect(self, wanted: Iterable[tuple[str, Context]]) -> None:
        """Raise GeocoderError, before anything is sent, if these are more names than it takes."""

    def ask(self, toponym: str, context: Context) -> Resolution | None:
        """The place a toponym means; None if there is no name to ask for. Raises GeocoderError if it fails."""


class Asking:
    """Asks once for each toponym and context. A failure leaves the name without a place, and is told."""

    def __init__(self, service: Service, locator: Locator, checks: Checks) -> None:
        self.service, self.locator, self.checks = service, locator, checks
        self.problems: list[Problem] = []
        self._known: dict[tuple[str, Context], Resolution | GeocoderError | None] = {}

    def answered(self, rows: Sequence[Any], spots: Sequence[Spot]) -> list[Spot]:
        """The spots, where the service was asked for every name that is still without a place.

        Raises
        ------
        GeocoderError
            The service does not take so many names; none was sent.
        """
        left = {i: _key(row) for i, (row, spot) in enumerate(zip(rows, spots, strict=True)) if _is_open(row, spot)}
        new = sorted(set(left.values()) - self._known.keys(), key=str)
        self.service.expect(new)
        for key in new:
            self._known[key] = self._asked(*key)
        found = list(spots)
        for i, key in left.items():
            found[i] = self._taken(rows[i], spots[i], self._known[key])
        return found

    def _asked(self, toponym: str, context: Context) -> Resolution | GeocoderError | None:
        try:
            return self.service.ask(toponym, context)
        except GeocoderError as error:
            if len(self.problems) < _TOLD:
                message = f"could not be asked for: {error}"
                self.problems.append(Problem("online service", None, None, toponym, message, "warning"))
            return error

    def _taken(self, row: Any, spot: Spot, found: Resolution | GeocoderError | None) -> Spot:
        """The spot of an answer, else the one there was, with why."""
        if found is None:
            return spot
        if isinstance(found, GeocoderError):
            return spot._replace(reason=f"{spot.reason}; the online service failed")
        if found.place is None:
            return spot._replace(reason=f"{spot.reason}; {found.reason}")
        drawn = self.locator.drawn(found, Precision(row.precision) if row.precision else None, found.reason)
        wrong = self._wrong(row, drawn)
        return spot._replace(reason=f"{spot.reason}; {wrong}") if wrong else drawn

    def _wrong(self, row: Any, spot: Spot) -> str:
        """Why an answer is not taken; nothing if it agrees with what the row and the theatre say."""
        if spot.point is None:
            return ""
        if not self.locator.within(spot.point, row.country):
            return f"{spot.method} has one only outside the theatre ({spot.name})"
        outside = self.checks.outside(row, spot.point)
        return f"the one that {spot.method} knows {outside}" if outside else ""


def _key(row: Any) -> tuple[str, Context]:
    return row.toponym, Context(row.country, (row.admin1, row.admin2, row.admin3), row.pcode)


def _is_open(row: Any, spot: Spot) -> bool:
    """Whether there is a name that an outside service may know; not of a place that a person or the source left."""
    if spot.precision is not None or spot.method == "review" or spot.reason == "the source does not know the place":
        return False
    if why_no_name(row.toponym) or not fold(row.toponym):
        return False
    parts = parse_toponym(row.toponym)
    return bool(parts.core or parts.spot[0])
