"""What the services have in common: a question, the requests it becomes, and the pages that are answered."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from geo.clients.countries import Country
from geo.clients.login import Credential, OpenLogin
from geo.errors import ServiceError

Row = dict[str, Any]

_DESCRIPTIONS = Path(__file__).parent / "services.toml"


@dataclass(frozen=True, slots=True)
class Question:
    """What a user wants: one table of a service, of one country, for some days; ``release`` where there are several."""

    country: Country
    first: date
    last: date
    table: str
    release: str = ""

    @property
    def slug(self) -> str:
        """The question as a name of a folder."""
        parts = (self.country.iso3, f"{self.first}", f"{self.last}", self.table, self.release)
        return "_".join(p for p in parts if p)


@dataclass(frozen=True, slots=True)
class Request:
    """One request, below the base address of its service; nothing in it is secret."""

    path: str
    query: Mapping[str, str]

    def __str__(self) -> str:
        query = "&".join(f"{k}={v}" for k, v in self.query.items())
        return f"{self.path}?{query}" if query else self.path

    def with_items(self, **items: str) -> Request:
        return Request(self.path, {**self.query, **items})


@dataclass(frozen=True, slots=True)
class Page:
    """What one answer holds: rows, and the request that asks for the next ones.

    ``short``: it holds less than was asked for, so that nothing follows if the total is reached. ``total`` is what the
    service says the rows of all pages are, ``here`` those of this page. ``notes`` is what else a user should know.
    """

    rows: list[Row]
    following: Request | None = None
    short: bool = False
    total: int | None = None
    here: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a status means if one of the words is in the answer, and what to do about it; no words: always."""

    statuses: Sequence[int]
    message: str
    words: Sequence[str] = ()

    def fits(self, status: int, said: str) -> bool:
        return status in self.statuses and (not self.words or any(w in said.casefold() for w in self.words))


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what terms the rows may be used, as the publisher says, and how it wants to be named."""

    attribution: str
    licence: str
    url: str


@dataclass(frozen=True, slots=True)
class Updates:
    """How a service tells what is new: the column with the second of a row's last change, and two more requests."""

    stamp: str
    changed: Callable[[Question, int], Request]
    deleted: Callable[[int], Request]
    deleted_stamp: str


@dataclass(frozen=True, slots=True)
class Service:
    """One publisher's interface, as a table of what differs between them.

    What is words and numbers stands in services.toml, which tells what each field is. ``first`` gives the first
    request, ``read`` takes an answer apart, ``belongs`` says whether a row is of the question, ``join`` puts rows into
    an answer of the publisher's own form.
    """

    id: str
    name: str
    base: str
    tables: Mapping[str, str]
    credentials: tuple[Credential, ...]
    refusals: tuple[Refusal, ...]
    terms: Terms
    by_hand: str
    login: OpenLogin
    first: Callable[[Question], Request]
    read: Callable[[Any, Request], Page]
    belongs: Callable[[Row, Question], bool]
    join: Callable[[list[Row]], Any]
    updates: Updates | None = None
    key: str = ""
    release: str = ""
    hint: str = ""
    busy: Sequence[int] = ()
    most: int = 200_000_000

    def refusal(self, status: int, said: str) -> str:
        """A status that is no answer, in words."""
        if said.lstrip().startswith("<"):  # the words of a web page are about anything
            said = ""
        known = next((r.message for r in self.refusals if r.fits(status, said)), None)
        words = f"; it says: '{short(said)}'" if said else ""
        if known is None:
            return f"{self.name} refuses the question ({status}){words}"
        return f"{self.name}: {known} ({status}{words})"


def make_service(
    service_id: str,
    *,
    login: OpenLogin,
    first: Callable[[Question], Request],
    read: Callable[[Any, Request], Page],
    belongs: Callable[[Row, Question], bool],
    join: Callable[[list[Row]], Any],
    updates: Updates | None = None,
) -> Service:
    """The service that services.toml describes and these functions ask."""
    told = _described()[service_id]
    return Service(
        id=service_id,
        login=login,
        first=first,
        read=read,
        belongs=belongs,
        join=join,
        updates=updates,
        credentials=tuple(Credential(**c) for c in told["credentials"]),
        refusals=tuple(Refusal(**r) for r in told["refusals"]),
        terms=Terms(**told["terms"]),
        **{name: value for name, value in told.items() if name not in {"credentials", "refusals", "terms"}},
    )


@cache
def _described() -> dict[str, Any]:
    with _DESCRIPTIONS.open("rb") as file:
        return tomllib.load(file)


_MOST_SAID = 200  # characters
_REASONS = ("message", "error_description", "error", "detail", "messages", "errorMessages", "title")
_LONGEST_REASON = 20_000  # bytes


def reason_of(body: bytes) -> str:
    """What a refusal says, out of its JSON if it is one."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        read = None
    reasons = [read[name] for name in _REASONS if read.get(name)] if isinstance(read, dict) else []
    return str(reasons[0]) if reasons else body[:_LONGEST_REASON].decode("utf-8", errors="replace")


def short(text: str, most: int = _MOST_SAID) -> str:
    """A text as one line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def rows_of(document: Any, name: str, source: str) -> list[Row]:
    """The list of rows under a name of an answer, or the answer itself if the name is empty.

    Raises
    ------
    ServiceError
        It has no such list of objects.
    """
    rows = document if not name else document.get(name) if isinstance(document, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        where = f"under '{name}'" if name else "in it"
        found = f", only {short(', '.join(document))}" if isinstance(document, dict) and name not in document else ""
        raise ServiceError(f"{source}: answered in another form than is known: no list of rows {where}{found}")
    return rows


def whole(value: Any) -> int | None:
    """A whole number that may stand as text; None if it is none."""
    text = str(value).strip()
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None


def day(value: Any) -> date | None:
    """The day at the start of an ISO date or moment; None if there is none."""
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        return None


def overlaps(row: Row, start: str, end: str, question: Question) -> bool:
    """Whether the days of a row touch those of the question; a row whose days cannot be read may."""
    first = day(row.get(start)) or day(row.get(end))
    last = day(row.get(end)) or first
    return first is None or last is None or (first <= question.last and last >= question.first)


def named(row: Row, column: str, *wanted: str) -> bool:
    """Whether a column has one of these texts; a row without it may."""
    value = row.get(column)
    return value in (None, "") or str(value).strip().casefold() in {w.casefold() for w in wanted}
