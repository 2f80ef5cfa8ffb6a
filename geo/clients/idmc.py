"""IDMC: its updates on displacement (IDU), one file for the whole world, and its yearly figures (GIDD).

Addresses and parameters are those of https://helix-tools-api.idmcdb.org/external-api/. The updates cannot be asked for
by country or day: the whole list comes, and what was asked for is taken from it.
"""

from __future__ import annotations

from typing import Any

from geo.clients.login import Door, Key, Login, Secrets
from geo.clients.service import Page, Question, Request, Row, make_service, named, overlaps, rows_of, whole

ROWS = 1_000
_UPDATES = {"idus": "external-api/idus/all/", "idus-180": "external-api/idus/last-180-days/"}
_YEARLY = "external-api/gidd/conflicts/"


def _login(secrets: Secrets, _door: Door) -> Login:
    return Key(in_query={"client_id": secrets["client_id"]})


def _first(question: Question) -> Request:
    if question.table in _UPDATES:
        return Request(_UPDATES[question.table], {})
    years = {"start_year": str(question.first.year), "end_year": str(question.last.year)}
    return Request(_YEARLY, {"iso3__in": question.country.iso3, **years, "limit": str(ROWS), "offset": "0"})


def _read(document: Any, request: Request) -> Page:
    if request.path != _YEARLY:
        return Page(rows_of(document, "", "IDMC"))
    rows = rows_of(document, "results", "IDMC")
    more = bool(document.get("next")) and bool(rows)
    following = request.with_items(offset=str(int(request.query["offset"]) + len(rows))) if more else None
    return Page(rows, following, total=whole(document.get("count")))


def _belongs(row: Row, question: Question) -> bool:
    if not named(row, "iso3", question.country.iso3):
        return False
    year = whole(row.get("year"))
    if question.table in _UPDATES:
        return overlaps(row, "displacement_start_date", "displacement_end_date", question)
    return year is None or question.first.year <= year <= question.last.year


IDMC = make_service(
    "idmc",
    login=_login,
    first=_first,
    read=_read,
    belongs=_belongs,
    join=lambda rows: rows,
)
