"""UCDP's API: georeferenced events (GED) of one release; a token in a header, next pages by their address.

Parameters and envelope are those of https://ucdp.uu.se/apidocs/. Users report that it answers 400 when it is asked too
often, so that one is waited for.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from geo.clients.login import Door, Key, Login, Secrets
from geo.clients.service import Page, Question, Request, Row, make_service, named, overlaps, rows_of, whole
from geo.errors import InputError


def _login(secrets: Secrets, _door: Door) -> Login:
    return Key({"x-ucdp-access-token": secrets["token"]})


def _first(question: Question) -> Request:
    numbers = question.country.gleditsch_ward
    if not numbers:
        raise InputError(
            f"{question.country.name} has no Gleditsch-Ward number: UCDP counts by states; ask for the state that it "
            "counts this territory to"
        )
    return Request(
        f"api/gedevents/{question.release}",
        {
            "pagesize": "1000",
            "Country": ",".join(numbers),
            "StartDate": f"{question.first}",
            "EndDate": f"{question.last}",
        },
    )


def _read(document: Any, request: Request) -> Page:
    rows = rows_of(document, "Result", "UCDP")
    return Page(rows, _following(document.get("NextPageUrl"), request), total=whole(document.get("TotalCount")))


def _following(address: Any, request: Request) -> Request | None:
    """The next page that the answer names: of its address only the query is taken, so that no other server is asked."""
    query = dict(parse_qsl(urlsplit(address).query)) if isinstance(address, str) and address.strip() else {}
    return Request(request.path, {**request.query, **query}) if query else None


def _belongs(row: Row, question: Question) -> bool:
    here = named(row, "country_id", *question.country.gleditsch_ward)
    return here and overlaps(row, "date_start", "date_end", question)


def _join(rows: list[Row]) -> Any:
    return {"TotalCount": len(rows), "TotalPages": 1, "PreviousPageUrl": "", "NextPageUrl": "", "Result": rows}


UCDP = make_service(
    "ucdp",
    login=_login,
    first=_first,
    read=_read,
    belongs=_belongs,
    join=_join,
)
