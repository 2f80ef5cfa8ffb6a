"""HDX HAPI, version 2: monthly figures of conflict events, and people displaced, returned and resident, by admin unit.

Paths, parameters and the identifier are those of https://hapi.humdata.org/docs.
"""

from __future__ import annotations

import base64
from typing import Any

from geo.clients.login import Door, Key, Login, Secrets
from geo.clients.service import Page, Question, Request, Row, make_service, named, overlaps, rows_of

ROWS = 10_000
_PATHS = {
    "conflict-events": ("coordination-context/conflict-events", "location_code"),
    "idps": ("affected-people/idps", "location_code"),
    "returnees": ("affected-people/returnees", "origin_location_code"),
    "baseline-population": ("geography-infrastructure/baseline-population", "location_code"),
}


def _login(secrets: Secrets, _door: Door) -> Login:
    return Key({"X-HDX-HAPI-APP-IDENTIFIER": app_identifier(secrets["app_identifier"])})


def app_identifier(text: str) -> str:
    """The identifier that HAPI wants: base64 of ``application:e-mail``. An e-mail address becomes one."""
    if "@" not in text:
        return text
    plain = text if ":" in text else f"conflictmap:{text}"
    return base64.b64encode(plain.encode()).decode()


def _first(question: Question) -> Request:
    path, country = _PATHS[question.table]
    return Request(
        f"api/v2/{path}",
        {
            country: question.country.iso3,
            "start_date": f"{question.first}",
            "end_date": f"{question.last}",
            "output_format": "json",
            "limit": str(ROWS),
            "offset": "0",
        },
    )


def _read(document: Any, request: Request) -> Page:
    rows = rows_of(document, "data", "HDX HAPI")
    following = request.with_items(offset=str(int(request.query["offset"]) + len(rows))) if rows else None
    return Page(rows, following, short=len(rows) < ROWS)


def _belongs(row: Row, question: Question) -> bool:
    here = named(row, _PATHS[question.table][1], question.country.iso3)
    return here and overlaps(row, "reference_period_start", "reference_period_end", question)


HAPI = make_service(
    "hapi",
    login=_login,
    first=_first,
    read=_read,
    belongs=_belongs,
    join=lambda rows: {"data": rows},
)
