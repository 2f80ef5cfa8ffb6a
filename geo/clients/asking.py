"""From a question to kept answers: page after page, through logins that run out and servers that are busy."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from geo.clients.answers import Answers, Kept, Kind, Step
from geo.clients.login import Login, blank, printable
from geo.clients.service import Page, Request, Service, reason_of, short
from geo.errors import CredentialError, ServiceError
from geo.web import Clock, PassingError, Web, parse_json

MOST_PAGES = 20_000

_BEGIN = 20_000  # bytes of an answer that is none, looked through before some are shown
_SHOWN = 60  # characters

OnPage = Callable[[int, int, int | None], None]  # pages here so far, rows here, rows in all if known


@dataclass(frozen=True, slots=True)
class Asker:
    """One service, asked as one user. ``base`` may stand for its own address."""

    service: Service
    login: Login
    web: Web
    clock: Clock
    base: str

    def get(self, request: Request) -> tuple[bytes, str]:
        """The body of an answer, and the host that gave it; after a 401 once more with a new login.

        Raises
        ------
        CredentialError
            The service refuses who asks.
        ServiceError
            It fails, or refuses the question.
        """
        status, body, host = self._ask(request)
        if status == 401 and self._is_own(host) and self.login.renew():
            status, body, host = self._ask(request)
        if status == 200:
            return self._bare(body), host
        if not self._is_own(host):
            raise ServiceError(
                f"{self.service.name}: sends on to {host}, which gives nothing ({status}), for your credentials go to "
                f"no other host; if the service has moved there, name its address with --url"
            )
        said = self._shown(reason_of(body))
        refused = CredentialError if status in (401, 403) else ServiceError
        raise refused(self.service.refusal(status, said))

    def _is_own(self, host: str) -> bool:
        return host == urlsplit(self.base).hostname

    def _ask(self, request: Request) -> tuple[int, bytes, str]:
        def attempt() -> tuple[int, bytes, str]:
            with self.web.ask(
                self.base + request.path,
                query=request.query,
                headers={"Accept": "application/json"},
                private=self.login.headers(),
                private_query=self.login.query(),
                fine=(200, 400, 401, 403, 404, 422),
            ) as answer:
                if answer.status in self.service.busy:
                    raise PassingError(f"{answer.url}: is asked too often, or does not understand ({answer.status})")
                return answer.status, answer.body(self.service.most), answer.host

        return self.web.persist(attempt)

    def _bare(self, body: bytes) -> bytes:
        """A body without what went along with the question, which servers repeat in addresses of next pages."""
        text = body.decode("utf-8", errors="surrogateescape")
        return blank(text, self.login.sent()).encode("utf-8", errors="surrogateescape")

    def _shown(self, said: str) -> str:
        return printable(said, self.login.secrets())

    def read(self, body: bytes, request: Request) -> Page:
        """The page that a body holds.

        Raises
        ------
        ServiceError
            It is none, or says no.
        """
        try:
            document = parse_json(body, self.service.name)
        except ServiceError as error:
            begin = short(self._shown(body[:_BEGIN].decode("utf-8", errors="replace")), _SHOWN)
            found = "" if begin.startswith("<") else f"; it begins '{begin}'" if begin else "; it is empty"
            raise ServiceError(f"{error}{found}") from error
        try:
            return self.service.read(document, request)
        except ServiceError as error:
            raise ServiceError(self._shown(str(error))) from None  # it may repeat what it was sent


def collect(
    asker: Asker,
    answers: Answers,
    steps: tuple[Step, ...],
    kind: Kind,
    first: Request,
    since: int,
    on_page: OnPage | None,
) -> tuple[Step, ...]:
    """Ask for all pages of one step, from where it stands, and keep each as it comes.

    Raises
    ------
    ServiceError
        The service fails or refuses, or its pages do not come to an end. What has come is kept for another run.
    """
    if not steps or steps[-1].whole:
        steps = answers.note((*steps, Step(kind, asker.clock().astimezone(UTC).isoformat(), since)))
    request, rows, total = _where(asker, answers, steps[-1], first)
    while request is not None:
        number = len(steps[-1].pages) + 1
        try:
            body, host = asker.get(request)
            page = asker.read(body, request)
        except ServiceError as error:
            raise _told(error, asker.service, number - 1) from error
        kept_page = _kept(asker, f"{len(steps)}-{number:05d}.json", request, body, host)
        if any(kept_page.sha256 == p.sha256 for p in steps[-1].pages) and page.rows:
            raise ServiceError(
                f"{asker.service.name}: gave the same page again ({request}); it does not page as it should"
            )
        steps = answers.keep(steps, body, kept_page)
        rows, total = rows + len(page.rows), page.total or total
        if on_page:
            on_page(number, rows, total)
        if number >= MOST_PAGES:
            raise ServiceError(f"{asker.service.name}: does not come to an end after {MOST_PAGES:,} pages")
        request = _next(page, rows, total)
    return answers.note((*steps[:-1], replace(steps[-1], whole=True)))


def _told(error: ServiceError, service: Service, kept: int) -> ServiceError:
    """An error with the name of the service, what is here all the same, and the way without it."""
    name = "" if str(error).startswith(service.name) else f"{service.name}: "
    pages = f"{kept} pages are" if kept > 1 else "1 page is"
    passes = isinstance(error.__cause__, PassingError) and "try again" not in str(error)
    here = f"; {pages} kept, so that another run within a day goes on from there" if kept else ""
    again = "; try again later" if passes and not kept else ""
    return type(error)(f"{name}{error}{here}{again}; {service.by_hand}")


def _where(asker: Asker, answers: Answers, step: Step, first: Request) -> tuple[Request | None, int, int | None]:
    """The request that is next, with the rows that are here and those there are."""
    request: Request | None = first
    rows, total = 0, None
    for kept in step.pages:
        page = asker.read(answers.body(kept, unfinished=True), kept.request)
        rows, total = rows + len(page.rows), page.total or total
        request = _next(page, rows, total)
    return request, rows, total


def _next(page: Page, rows: int, total: int | None) -> Request | None:
    """The request for what follows a page, if anything does.

    A server may give less than it was asked for, so that a short page is the last one only if the total is reached.
    Where no total is told, the last page is the empty one.
    """
    return None if page.short and total is not None and rows >= total else page.following


def _kept(asker: Asker, file: str, request: Request, body: bytes, host: str) -> Kept:
    now = asker.clock().astimezone(UTC)
    return Kept(file, request, moment(now), host, hashlib.sha256(body).hexdigest(), len(body))


def moment(time: datetime) -> str:
    """A moment of UTC to the second."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
