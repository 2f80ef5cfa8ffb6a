"""IOM's Displacement Tracking Matrix, API version 3: people displaced, by round and admin unit, in one answer.

Paths, parameters and the key are those of https://dtm.iom.int/data-and-analysis/dtm-api.
"""

from __future__ import annotations

import re
from typing import Any

from geo.clients.login import Door, Key, Login, Secrets
from geo.clients.service import Page, Question, Request, Row, make_service, named, overlaps, rows_of
from geo.errors import ServiceError


def _login(secrets: Secrets, _door: Door) -> Login:
    return Key({"Ocp-Apim-Subscription-Key": secrets["key"]})


def _first(question: Question) -> Request:
    return Request(
        f"v3/displacement/{question.table}",
        {
            "Admin0Pcode": question.country.iso3,
            "FromReportingDate": f"{question.first}",
            "ToReportingDate": f"{question.last}",
        },
    )


def _read(document: Any, request: Request) -> Page:
    if isinstance(document, dict) and document.get("isSuccess") is False:
        said = "; ".join(map(str, document.get("errorMessages") or ["no reason"]))
        if re.search(r"\bno (data|record|result)|not found", said, re.IGNORECASE):
            return Page([], notes=(f"has no rows and says: {said}",))
        raise ServiceError(f"IOM DTM does not answer the question {request}: {said}")
    return Page(rows_of(document, "result", "IOM DTM"))


def _belongs(row: Row, question: Question) -> bool:
    here = named(row, "admin0Pcode", question.country.iso3, question.country.iso2)
    return here and overlaps(row, "reportingDate", "reportingDate", question)


DTM = make_service(
    "dtm",
    login=_login,
    first=_first,
    read=_read,
    belongs=_belongs,
    join=lambda rows: {"isSuccess": True, "result": rows, "errorMessages": []},
)
