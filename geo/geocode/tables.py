"""Locating tables: events and displacement records get places, geometry, codes and reasons.

Work is done once for each distinct combination of what rows say about their place, then spread over the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import Problem
from geo.gazetteer import Gazetteer
from geo.geocode.asking import Asking, Service
from geo.geocode.astray import gone_astray
from geo.geocode.company import find_company
from geo.geocode.decisions import Decisions
from geo.geocode.filling import drawn_end, end_columns, event_columns, row_problems, spread
from geo.geocode.given import Checks
from geo.geocode.ground import Ground
from geo.geocode.listing import Verdict, keys, list_places
from geo.geocode.review import decided
from geo.geocode.spots import Complaint, Locator, Spot
from geo.geocode.statements import Said
from geo.schema import DISPLACEMENT, EVENTS, TableSpec, concat, mask
from geo.theatre import Theatre


@dataclass(frozen=True, slots=True)
class Geocoded:
    """A located table with as many rows as came in, what to look at, and every distinct decision (LISTING).

    ``reviewed`` counts the rows where a person decided.
    """

    table: gpd.GeoDataFrame
    problems: list[Problem]
    decisions: pd.DataFrame
    reviewed: int = 0


def geocode_events(
    events: pd.DataFrame,
    gazetteer: Gazetteer,
    areas: gpd.GeoDataFrame,
    *,
    theatre: Theatre,
    decisions: Decisions | None = None,
    service: Service | None = None,
) -> Geocoded:
    """Locate an EVENTS table: fills place, codes, precision, method, score, reason and geometry.

    Coordinates of the source are kept and used; what contradicts them, and every row left without geometry, becomes
    a Problem of severity "warning". ``areas`` is an AREAS table (``geo.admin``), possibly empty. Rows that come with
    a geometry, as from a table written before, stay as they are. What a person decided wins over all that; ``service``
    is asked only for names that are still without a place.

    Raises
    ------
    GeocoderError
        The service does not take so many names; none of this table was sent.
    """
    table = concat([events], EVENTS)
    placing = _Placing(Locator(gazetteer, Ground(areas, theatre.metric_crs), theatre), decisions, service)
    said = Said.of_events(table)
    verdicts = placing.place(table, said, "events", "toponym")
    columns = event_columns([v.spot for v in verdicts], placing.locator.ground)
    filled = table.assign(**spread(columns, said.number))
    return placing.result(table, filled, _reviewed(verdicts, said), EVENTS)


def geocode_displacement(
    displacement: pd.DataFrame,
    gazetteer: Gazetteer,
    areas: gpd.GeoDataFrame,
    *,
    theatre: Theatre,
    decisions: Decisions | None = None,
    service: Service | None = None,
) -> Geocoded:
    """Locate both ends of a DISPLACEMENT table; the geometry is the destination if known, else the origin.

    An end with a p-code is found by it, else by its name. An unknown end stays unknown. The points of the ends are
    for drawing: a place's own point, or a point inside a unit. Rows that come with a geometry stay as they are.
    ``decisions``, ``service`` and what is raised as in ``geocode_events``.
    """
    table = concat([displacement], DISPLACEMENT)
    placing = _Placing(Locator(gazetteer, Ground(areas, theatre.metric_crs), theatre), decisions, service)
    ends: dict[str, tuple[Said, list[Spot]]] = {}
    columns: dict[str, Any] = {}
    reviewed = np.zeros(len(table), dtype=bool)
    for side in ("origin", "destination"):
        said = Said.of_end(table, side)
        verdicts = placing.place(table, said, f"displacement {side}", f"{side}_toponym")
        ends[side] = (said, [v.spot for v in verdicts])
        columns |= spread(end_columns(ends[side][1], side), said.number)
        reviewed |= _reviewed(verdicts, said)
    return placing.result(table, table.assign(**columns, **drawn_end(ends)), reviewed, DISPLACEMENT)


class _Placing:
    """One table on its way to its places: every statement with its verdict, every problem, every line to review."""

    def __init__(self, locator: Locator, decisions: Decisions | None, service: Service | None) -> None:
        self.locator, self.decisions = locator, decisions or Decisions()
        self.checks = Checks(locator)
        self.asking = Asking(service, locator, self.checks) if service else None
        self.problems: list[Problem] = []
        self.listings: list[pd.DataFrame] = []

    def place(self, table: pd.DataFrame, said: Said, name: str, column: str) -> list[Verdict]:
        """Where each statement lies; ``name`` is that of the table in the list, ``column`` that of its toponyms."""
        given, noted = self.checks.usable(said, table["source_file"])
        rows = list(said.first.itertuples(index=False))
        machine = [self.locator.spot(row, point) for row, point in zip(rows, given, strict=True)]
        # What is clear speaks for what is not; nothing speaks for itself, so that no order matters.
        for i, beside in find_company(table, said, machine).items():
            if given[i] is None and not rows[i].place_id:
                machine[i] = self.locator.spot(rows[i], None, beside.near, beside.crowd)
        for i, spot in gone_astray(table, said, machine) if "span_start" in table else ():
            if given[i] is None:
                machine[i] = spot
        names = keys(name, said, given)
        verdicts = [self._verdict(row, spot, texts) for row, spot, texts in zip(rows, machine, names, strict=True)]
        if self.asking is not None:
            verdicts = _with_answers(verdicts, self.asking.answered(rows, [v.spot for v in verdicts]))
        outside = self.checks.contradicted(said.first, [v.spot for v in verdicts])
        verdicts = [self._told(v, noted[i], outside.get(i, "")) for i, v in enumerate(verdicts)]
        self.listings.append(list_places(table, said, names, verdicts))
        self.problems += row_problems(table, [v.spot for v in verdicts], said, column, name.partition(" ")[0])
        return verdicts

    def _verdict(self, row: Any, machine: Spot, texts: tuple[str, ...]) -> Verdict:
        table, toponym, country, *units, given = texts
        decision = self.decisions.of(table, toponym, *units, country=country, given=given)
        spot = decided(row, decision, self.locator) if decision else None
        if isinstance(spot, Spot):
            return Verdict(spot._replace(runners_up=machine.runners_up), machine, decision)
        if decision is None or spot is None:
            return Verdict(machine, machine)
        self.problems.append(spot)
        return Verdict(
            machine, machine, decision, f"'{decision.text}' in {decision.file} line {decision.line} not used"
        )

    def _told(self, verdict: Verdict, noted: Sequence[Complaint], outside: str) -> Verdict:
        """The verdict with what is wrong: in its rows, or, where a person decided, in the line of the decision."""
        spot = verdict.spot
        told = list(noted) + list(spot.complaints)
        if outside and verdict.decision and verdict.reviewed:
            self.problems.append(verdict.decision.problem(f"{outside}; kept as decided"))
        elif outside and spot.point:
            where = "source_longitude" if spot.method == "source" else "toponym"
            told.append((where, f"{spot.point[0]:g}, {spot.point[1]:g}", outside))
        return replace(verdict, spot=spot._replace(complaints=tuple(told)))

    def result(
        self, table: gpd.GeoDataFrame, filled: gpd.GeoDataFrame, reviewed: np.ndarray, spec: TableSpec
    ) -> Geocoded:
        """The located table; rows that came with a geometry as they came, unless a person decided."""
        came = mask(table.geometry.notna()) & ~reviewed
        parts = [pd.DataFrame(part) for part in (filled.loc[~came], table.loc[came]) if len(part)]
        located = concat([pd.concat(parts).sort_index()] if parts else [], spec)
        problems = [*dict.fromkeys(self.problems), *(self.asking.problems if self.asking else ())]
        listing = pd.concat(self.listings, ignore_index=True) if len(self.listings) > 1 else self.listings[0]
        return Geocoded(located, problems, listing, int(reviewed.sum()))


def _with_answers(verdicts: Sequence[Verdict], spots: Sequence[Spot]) -> list[Verdict]:
    """The verdicts with what a service answered where no person decided."""
    pairs = zip(verdicts, spots, strict=True)
    return [v if v.reviewed else replace(v, spot=spot, machine=spot) for v, spot in pairs]


def _reviewed(verdicts: Sequence[Verdict], said: Said) -> np.ndarray:
    """For each row, whether a person decided."""
    return np.array([v.reviewed for v in verdicts], dtype=bool)[said.number]
