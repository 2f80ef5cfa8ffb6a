"""ACLED's API as of 2025: a token by OAuth, pages of 5,000 rows, and the ids of rows that were deleted.

Endpoints, parameters and the envelope are those of ACLED's own guide and of its R package acledR (1.0.1); that totals
come only with ``with_total=true`` ACLED announced to its users in 2025.
"""

from __future__ import annotations

from typing import Any

from geo.clients.login import Door, Login, Secrets
from geo.clients.service import Page, Question, Request, Row, Updates, make_service, named, overlaps, rows_of, whole
from geo.clients.tokens import OAuthLogin
from geo.errors import InputError, ServiceError

ROWS = 5_000
_BAD_LOGIN = "does not know this e-mail address with this password; try both at https://acleddata.com/user/login"


def _login(secrets: Secrets, door: Door) -> Login:
    return OAuthLogin(secrets, door, path="oauth/token", client_id="acled", refusal=_no_token)


def _no_token(status: int, said: str) -> str:
    """Why there is no token: the login is wrong, or right and the account may not read."""
    return f"ACLED: {_BAD_LOGIN} ({status})" if status in (400, 401) else ACLED.refusal(status, said)


def _country(question: Question) -> dict[str, str]:
    if not question.country.numeric:
        raise InputError(f"{question.country.name} has no numeric ISO code, by which ACLED is asked")
    return {"iso": str(question.country.numeric)}


def _paged(path: str, **query: str) -> Request:
    return Request(path, {"_format": "json", **query, "limit": str(ROWS), "page": "1", "with_total": "true"})


def _first(question: Question) -> Request:
    days = {"event_date": f"{question.first}|{question.last}", "event_date_where": "BETWEEN"}
    return _paged("api/acled/read", **_country(question), **days)


def _changed(question: Question, since: int) -> Request:
    """All changes in the country, whatever the day: a row may have moved out of the days that were asked for."""
    return _paged("api/acled/read", **_country(question), timestamp=str(since), timestamp_where=">=")


def _deleted(since: int) -> Request:
    return _paged("api/deleted/read", deleted_timestamp=str(since), deleted_timestamp_where=">=")


def _read(document: Any, request: Request) -> Page:
    if isinstance(document, dict) and document.get("success") is False:
        said = document.get("messages") or document.get("error") or document.get("message") or "no reason"
        raise ServiceError(f"ACLED does not answer the question {request}: {said}")
    rows = rows_of(document, "data", "ACLED")
    return Page(
        rows,
        request.with_items(page=str(int(request.query["page"]) + 1)) if rows else None,
        short=len(rows) < ROWS,
        total=whole(document.get("total_count")),
        here=whole(document.get("count")),
        notes=_notes(document),
    )


def _notes(document: dict[str, Any]) -> tuple[str, ...]:
    """How far back the newest rows are that this account may have."""
    limits = document.get("data_query_restrictions")
    recency = limits.get("date_recency") if isinstance(limits, dict) else None
    if not isinstance(recency, dict) or not recency.get("date"):
        return ()
    age = f" ({recency.get('quantity')} {str(recency.get('unit', '')).lower()} back)" if recency.get("quantity") else ""
    note = (
        f"ACLED gives this account no events after {str(recency['date'])[:10]}{age}: that later ones are missing "
        "does not mean that nothing happened; ask access@acleddata.com, or see whether the website's export has them"
    )
    return (note,)


def _belongs(row: Row, question: Question) -> bool:
    return named(row, "iso", str(question.country.numeric)) and overlaps(row, "event_date", "event_date", question)


def _join(rows: list[Row]) -> Any:
    return {"status": 200, "success": True, "count": len(rows), "data": rows}


ACLED = make_service(
    "acled",
    login=_login,
    first=_first,
    read=_read,
    belongs=_belongs,
    join=_join,
    updates=Updates("timestamp", _changed, _deleted, "deleted_timestamp"),
)
