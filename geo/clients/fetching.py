"""The whole job: find the credentials, ask, keep the answers, join them, write the file and its record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from geo.clients.answers import Answers, Kind, Step
from geo.clients.asking import Asker, OnPage, collect
from geo.clients.credentials import find_secrets
from geo.clients.joining import Joined, join
from geo.clients.login import Door
from geo.clients.service import Question, Request, Service, Updates, whole
from geo.clients.writing import columns_of, record_path, write_rows
from geo.errors import InputError
from geo.publishers.record import write_whole
from geo.web import Clock, Web, parse_json

_OVERLAP = 86_400  # seconds: clocks differ, and a deletion may be written down late

Wanted = tuple[Kind, Request, int]  # a step that is to be collected: its kind, first request, and since which second


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a run finds things: variables, the files of credentials and token, and an address in place of the usual.

    ``services`` are all that the file of credentials may know.
    """

    environ: Mapping[str, str] = field(repr=False)
    credentials: Path
    tokens: Path
    services: Sequence[Service]
    base: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The rows of a question, and how: fetched, updated, or replayed without asking; ``steps`` hold the pages."""

    service: Service
    question: Question
    joined: Joined
    steps: tuple[Step, ...]
    news: Literal["fetched", "updated", "replayed"]

    @property
    def requests(self) -> list[Request]:
        """The first request of each step."""
        return [step.pages[0].request for step in self.steps if step.pages]


def fetch(
    service: Service,
    question: Question,
    answers: Answers,
    web: Web,
    setting: Setting,
    *,
    clock: Clock,
    update: bool = False,
    anew: bool = False,
    on_page: OnPage | None = None,
) -> Fetched:
    """Ask a service to the end and join what it answers; ``update`` asks for changes of what is here, if it is.

    A run that broke off within the last day is gone on with, unless ``anew``.

    Raises
    ------
    InputError
        The question cannot be put to this service.
    CredentialError
        Credentials are missing, unusable or refused.
    ServiceError
        The service fails, or another run is asking the same.
    ExportError
        The answers cannot be kept.
    """
    updates = service.updates if update else None
    if update and updates is None:
        raise InputError(f"{service.name} does not tell what changed; fetch the rows again without --update")
    base = answers.steps() if updates and not anew else ()
    wanted = _changes(service, updates, question, answers, base) if updates and base else _all(service, question)
    secrets = find_secrets(service, setting.environ, setting.credentials, setting.services)
    address = (setting.base or service.base).rstrip("/") + "/"
    login = service.login(secrets, Door(address, web, clock, setting.tokens))
    asker = Asker(service, login, web, clock, address)
    with answers.alone():
        steps = answers.begin(clock(), base, [kind for kind, _, _ in wanted], anew=anew)
        for number, (kind, request, since) in enumerate(wanted, start=len(base)):
            if len(steps) <= number or not steps[number].whole:
                steps = collect(asker, answers, steps, kind, request, since, on_page)
        answers.settle()
        return _joined(service, question, answers, "updated" if base else "fetched")


def replay(service: Service, question: Question, answers: Answers) -> Fetched:
    """The rows of a question from the answers that are kept; nobody is asked.

    Raises
    ------
    InputError
        There are none, or they are not as they came.
    """
    if not answers.steps():
        raise InputError(f"{answers.folder}: no answers of {service.name} to this question are kept; fetch them first")
    return _joined(service, question, answers, "replayed")


def _joined(
    service: Service, question: Question, answers: Answers, news: Literal["fetched", "updated", "replayed"]
) -> Fetched:
    steps = answers.steps()
    return Fetched(service, question, join(service, question, answers, steps), steps, news)


def _all(service: Service, question: Question) -> list[Wanted]:
    return [("read", service.first(question), 0)]


def _changes(
    service: Service, updates: Updates, question: Question, answers: Answers, base: tuple[Step, ...]
) -> list[Wanted]:
    began = int(datetime.fromisoformat(base[-1].began).timestamp()) - _OVERLAP
    newest = _newest(service, updates, answers, base) or began
    return [("changed", updates.changed(question, newest), newest), ("deleted", updates.deleted(began), began)]


def _newest(service: Service, updates: Updates, answers: Answers, steps: tuple[Step, ...]) -> int:
    """The second of the last change among all rows that came, also of those that were left out."""
    pages = (
        service.read(parse_json(answers.body(kept), service.name), kept.request)
        for step in steps
        if step.kind != "deleted"
        for kept in step.pages
    )
    return max((whole(row.get(updates.stamp)) or 0 for page in pages for row in page.rows), default=0)


def write_fetched(fetched: Fetched, path: Path) -> Path:
    """Write the rows as JSON, CSV or Parquet, by the suffix, and beside them the record of where they come from.

    Returns the path of the record.

    Raises
    ------
    ExportError
        A file cannot be written.
    """
    content = write_rows(fetched.service, fetched.joined.rows, path)
    beside = record_path(path)
    text = json.dumps(_record(fetched, path, content), indent=2, ensure_ascii=False) + "\n"
    write_whole(beside, text.encode("utf-8", errors="replace"))
    return beside


def _record(fetched: Fetched, path: Path, content: bytes) -> dict[str, Any]:
    service, question, joined = fetched.service, fetched.question, fetched.joined
    kept = [page for step in fetched.steps for page in step.pages]
    return {
        "publisher": service.name,
        "attribution": service.terms.attribution,
        "licence": service.terms.licence,
        "licence_url": service.terms.url,
        "table": question.table,
        "release": question.release,
        "country": question.country.iso3,
        "from": f"{question.first}",
        "to": f"{question.last}",
        "retrieved": max((page.retrieved for page in kept), default=""),
        "file": path.name,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "columns": columns_of(joined.rows),
        "rows": len(joined.rows),
        "received": joined.received,
        "doubles": joined.doubles,
        "of_other_places_or_days": joined.elsewhere,
        "replaced": joined.replaced,
        "deleted": joined.deleted,
        "notes": [problem.message for problem in joined.problems],
        "answers": [
            {
                "step": step.kind,
                "asked": str(page.request),
                "retrieved": page.retrieved,
                "served_by": page.served_by,
                "bytes": page.bytes,
                "sha256": page.sha256,
            }
            for step in fetched.steps
            for page in step.pages
        ],
    }
