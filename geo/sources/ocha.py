"""OCHA's monthly workbook of IDP movements and returns.

Sheets are known by their content, not by their name:

- community sheets (people who arrived in a community during the month) become flow records with a destination;
- matrices (governorate of origin by governorate of destination, with fractions) become flow records of a series of
  their own: they share out the same people, so the two are never added; cells of zero are no records;
- summaries (monthly totals by governorate) are read for checks only: they tell the month, and wrong sums are reported.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from geo.codes import DatePrecision, Precision
from geo.dates import MONTHS, DateSpan, month_span
from geo.errors import InputError, Problem
from geo.schema import DISPLACEMENT, EVENTS, Credit, concat, conform, empty, mask, stable_id
from geo.sources.columns import column_key, find_columns
from geo.sources.draft import Draft, SourceRead
from geo.sources.grids import TOLERANCE, TOTAL, Grid, amount, cell_problem, check_sums, find_matrix, find_summary
from geo.sources.sheets import Sheet, cell_text, sheet_table

KIND = "OCHA IDP movements"
CREDIT = Credit("OCHA, IDP movements and spontaneous returns", "CC BY-IGO 3.0", "https://data.humdata.org")
SOURCE = "OCHA IDP movements"
FIELDS: dict[str, tuple[str, ...]] = {
    "destination_admin1": ("mohafaza", "governorate", "admin1"),
    "admin1_pcode": ("mohafaza_pcode", "governorate_pcode"),
    "destination_toponym": ("community", "location"),
    "destination_pcode": ("community_pcode", "location_pcode"),
    "people": (),
}
_FLOW = re.compile(r"(idp|ret)[a-z]*_flow.*")


@dataclass(frozen=True, slots=True)
class Community:
    """A community sheet: its raw table and the header of its numbers."""

    sheet: Sheet
    start: int
    people: str

    @property
    def movement(self) -> str:
        return "return" if column_key(self.people).startswith("ret") else "displacement"


def matches(sheets: Sequence[Sheet]) -> bool:
    """Whether any sheet is a community sheet of this workbook."""
    return any(_community(s) for s in sheets)


def read(sheets: Sequence[Sheet]) -> SourceRead:
    """All sheets of the workbook; a record is a community row or a matrix cell above zero."""
    communities = [c for c in map(_community, sheets) if c]
    summaries = [g for g in map(find_summary, sheets) if g]
    matrices = [g for g in map(find_matrix, sheets) if g]
    known = {c.sheet.name for c in communities} | {g.sheet.name for g in (*summaries, *matrices)}
    problems = [_unknown_sheet(s) for s in sheets if s.name not in known]
    for grid in (*summaries, *matrices):
        problems += check_sums(grid)
    reads = []
    months: dict[str, DateSpan | None] = {}
    arrived: dict[str, dict[str, float]] = {}
    codes: dict[str, str] = {}
    for community in communities:
        sums, pcodes = _by_governorate(community)
        codes |= pcodes
        span, notes = _month(community, sums, summaries)
        problems += notes
        months[community.movement], arrived[community.movement] = span, sums
        reads.append(_read_communities(community, span))
    for matrix in matrices:
        movement = _movement(matrix, arrived)
        problems += _check_arrivals(matrix, arrived.get(movement, {}))
        reads.append(_read_matrix(matrix, movement, months.get(movement), codes))
    return _together(sheets[0].file, reads, problems)


def _together(file: str, reads: Sequence[SourceRead], problems: list[Problem]) -> SourceRead:
    table = concat([r.displacement for r in reads], DISPLACEMENT)
    read_problems = [p for r in reads for p in r.problems]
    if not reads:
        raise InputError(f"{file}: no sheet of OCHA's workbook could be read", problems)
    return SourceRead(
        kind=KIND,
        events=empty(EVENTS),
        displacement=table,
        problems=(*problems, *read_problems),
        rows_read=sum(r.rows_read for r in reads),
        rows_refused=sum(r.rows_refused for r in reads),
        rows_skipped=sum(r.rows_skipped for r in reads),
        credit=CREDIT,
    )


def _unknown_sheet(sheet: Sheet) -> Problem:
    return Problem(sheet.title, None, None, None, "has a layout that is not known and is left out", "warning")


def _community(sheet: Sheet) -> Community | None:
    for position, row in enumerate(sheet.grid[:20]):
        keys = {column_key(cell_text(v)): cell_text(v).strip() for v in row}
        people = [header for key, header in keys.items() if _FLOW.fullmatch(key)]
        if people and {"community_pcode", "location_pcode"} & set(keys):
            return Community(sheet, position, people[0])
    return None


# --- checks and the month ------------------------------------------------------------------------------------------


def _check_arrivals(matrix: Grid, arrived: dict[str, float]) -> list[Problem]:
    """The columns of a matrix should sum to what the community sheet counts for the governorate."""
    problems = []
    sides = [s for s in matrix.sides if not TOTAL.fullmatch(s)]
    for top in matrix.tops:
        if TOTAL.fullmatch(top) or not arrived or not sides:
            continue
        total = sum(amount(matrix.value(s, top)) for s in sides)
        if abs(total - arrived.get(top, 0.0)) > TOLERANCE:
            message = f"has origins that sum to {total:,.2f}, but its communities count {arrived.get(top, 0.0):,.2f}"
            problems.append(cell_problem(matrix, matrix.address(sides[0], top), top, message))
    return problems


def _by_governorate(community: Community) -> tuple[dict[str, float], dict[str, str]]:
    """People arrived and p-code, by governorate."""
    raw = sheet_table(community.sheet, start=community.start)
    columns = find_columns(raw, FIELDS, {"people": community.people})
    if "destination_admin1" not in columns:
        return {}, {}
    people = pd.to_numeric(raw.cells[columns["people"]], errors="coerce").astype("Float64").fillna(0.0)
    governorate = raw.cells[columns["destination_admin1"]].str.strip()
    sums = {str(k): float(v) for k, v in people.groupby(governorate).sum().items()}
    if "admin1_pcode" not in columns:
        return sums, {}
    return sums, dict(zip(governorate, raw.cells[columns["admin1_pcode"]].str.strip(), strict=True))


def _month(
    community: Community, sums: dict[str, float], summaries: Sequence[Grid]
) -> tuple[DateSpan | None, list[Problem]]:
    """The month whose totals by governorate are those of the sheet; else the month that names say."""
    sheet = community.sheet
    found = [(grid, top) for grid in summaries for top in grid.tops if _same_totals(grid, top, sums)]
    named = _named_month(sheet.name)
    months = {top for _, top in found}
    if len(months) == 1:
        grid, (year, month) = found[0]
        if named in {None, month}:
            return month_span(year, month), []
        where = f"{grid.sheet.name}!{_total_address(grid, (year, month))}"
        message = (
            f"is the sheet's name, but its total of {sum(sums.values()):,.0f} and its governorates equal "
            f"{date(year, month, 1):%B %Y} in {where}; read as that month"
        )
        return month_span(year, month), [Problem(sheet.title, None, None, sheet.name, message, "warning")]
    year_in_name = re.search(r"(?<!\d)(20\d\d)(?!\d)", f"{sheet.name} {sheet.file}")
    if named and year_in_name:
        message = "is taken as the month with the year in the name; no summary confirms it"
        span = month_span(int(year_in_name[1]), named)
        return span, [Problem(sheet.title, None, None, sheet.name, message, "warning")]
    message = "does not say which month it is, nor does a summary; the date is not known"
    return None, [Problem(sheet.title, None, None, sheet.name, message, "warning")]


def _same_totals(grid: Grid, top: Any, sums: dict[str, float]) -> bool:
    sides = [s for s in grid.sides if not TOTAL.fullmatch(s)]
    if top[1] == "total" or not set(sums) <= set(sides) or sum(sums.values()) == 0:
        return False
    return all(abs(amount(grid.value(s, top)) - sums.get(s, 0.0)) <= TOLERANCE for s in sides)


def _total_address(grid: Grid, top: Any) -> str:
    side = next((s for s in grid.sides if TOTAL.fullmatch(s)), next(iter(grid.sides)))
    return grid.address(side, top)


def _named_month(name: str) -> int | None:
    words = re.findall(r"[^\W\d_]+", name.casefold())
    return next((MONTHS[w] for w in words if w in MONTHS), None)


# --- records --------------------------------------------------------------------------------------------------------


def _period(span: DateSpan | None) -> dict[str, Any]:
    if span is None:
        return {"date_start": pd.NaT, "date_end": pd.NaT, "date_precision": pd.NA}
    return {
        "date_start": pd.Timestamp(span.start),
        "date_end": pd.Timestamp(span.end),
        "date_precision": DatePrecision.MONTH.value,
    }


def _read_communities(community: Community, span: DateSpan | None) -> SourceRead:
    raw = sheet_table(community.sheet, start=community.start)
    draft = Draft(raw, find_columns(raw, FIELDS, {"people": community.people}))
    totals = [
        draft.text(f).str.fullmatch(TOTAL.pattern, case=False) for f in ("destination_admin1", "destination_toponym")
    ]
    draft.leave_out(mask(totals[0]) | mask(totals[1]), "rows of totals")
    own = draft.unique("destination_pcode")
    people = draft.amounts("people")
    draft.warn(people.isna(), "people", "is empty; the number of people is not known", once=True)
    keys = own.fillna("") + "\x1f" + draft.text("destination_toponym").fillna("")
    table: dict[str, Any] = {
        "record_id": draft.ids("D", f"{SOURCE}\x1f{raw.name}\x1f{raw.sheet}", keys),
        "source": SOURCE,
        "source_id": (raw.sheet + "!" + own),
        "series": f"{SOURCE}: {community.movement}s by community",
        "measure": "flow",
        "movement": community.movement,
        **_period(span),
        "destination_toponym": draft.text("destination_toponym"),
        "destination_admin1": draft.text("destination_admin1"),
        "destination_pcode": own,
        "destination_precision": Precision.NAMED_PLACE.value,
        "persons_best": people,
        "unit_reported": "persons",
        "claim": "asserted",
        "rule": "OCHA community sheet",
    }
    return draft.finish(table, DISPLACEMENT, kind=KIND, credit=CREDIT)


def _movement(matrix: Grid, arrived: dict[str, dict[str, float]]) -> str:
    """The movement whose arrivals the matrix's columns sum to; else as the sheet is called."""
    sides = [s for s in matrix.sides if not TOTAL.fullmatch(s)]
    sums = {t: sum(amount(matrix.value(s, t)) for s in sides) for t in matrix.tops if not TOTAL.fullmatch(t)}

    def distance(movement: str) -> float:
        return sum(abs(v - arrived[movement].get(t, 0.0)) for t, v in sums.items())

    named = "return" if "ret" in matrix.sheet.name.casefold() else "displacement"
    return min(arrived, key=lambda m: (distance(m), m != named)) if arrived else named


def _read_matrix(matrix: Grid, movement: str, span: DateSpan | None, codes: dict[str, str]) -> SourceRead:
    """Cells above zero as flows between governorates; fractions stay; the origin 'Unknown' stays unknown."""
    records: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for side, top in ((s, t) for s in matrix.sides for t in matrix.tops):
        value = matrix.value(side, top)
        if TOTAL.fullmatch(side) or TOTAL.fullmatch(top) or value is None or value == 0 or not cell_text(value).strip():
            continue
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < 1e10:
            address = matrix.address(side, top)
            message = f"(from {side} to {top}) is not a number of people; correct it"
            problems.append(cell_problem(matrix, address, cell_text(value), message, "error"))
            continue
        records.append(_flow(matrix, side, top, codes))
    table = pd.DataFrame(records).assign(**_period(span)) if records else pd.DataFrame({"record_id": []})
    table = table.assign(movement=movement, series=f"{SOURCE}: {movement}s, governorate to governorate")
    clean, faults = conform(table, DISPLACEMENT, source=matrix.sheet.title)
    total = len(table) + len(problems)
    return SourceRead(KIND, empty(EVENTS), clean, (*problems, *faults), total, total - len(clean), CREDIT)


def _flow(matrix: Grid, side: str, top: str, codes: dict[str, str]) -> dict[str, Any]:
    address = f"{matrix.sheet.name}!{matrix.address(side, top)}"
    unknown = side.casefold() in {"unknown", "other", "not specified", "n/a"}
    return {
        "record_id": stable_id("D", SOURCE, matrix.sheet.file, address),
        "source": SOURCE,
        "source_id": address,
        "measure": "flow",
        "origin_toponym": None if unknown else side,
        "origin_admin1": None if unknown else side,
        "origin_pcode": None if unknown else codes.get(side),
        "origin_precision": None if unknown else Precision.FIRST_DIVISION.value,
        "destination_toponym": top,
        "destination_admin1": top,
        "destination_pcode": codes.get(top),
        "destination_precision": Precision.FIRST_DIVISION.value,
        "persons_best": float(matrix.value(side, top)),
        "unit_reported": "persons",
        "claim": "asserted",
        "rule": "OCHA origin-destination matrix",
        "notes": "the origin is unknown in the source" if unknown else None,
        "source_file": matrix.sheet.file,
        "source_row": matrix.sides[side] + 1,
    }
