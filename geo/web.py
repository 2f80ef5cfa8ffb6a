"""Asking servers on the web, politely: over https, after a pause if they are busy, with words for every failure.

Clock and sleep are passed in. An address is shown without its query and its password, and headers are never shown,
so that no error, record or log can give away a key or a signature.
"""

from __future__ import annotations

import email.utils
import errno
import json
import logging
import math
import socket
import ssl
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

import httpx2

from geo.errors import ServiceError

Clock = Callable[[], datetime]
Sleep = Callable[[float], None]
Result = TypeVar("Result")

MOST_HOPS = 5
LARGEST_DOCUMENT = 50_000_000  # bytes of a JSON answer
NO_JSON_BUT_PAGE = "answered with a web page in place of JSON: a login page, or it has moved"


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a server is asked, and how many seconds are waited: the pause is doubled after each failure.

    A server that wants a longer pause than ``longest_pause`` is not waited for. ``timeout`` is the longest silence,
    ``document`` the longest time that a JSON document may take to come.
    """

    attempts: int = 5
    first_pause: float = 1.0
    longest_pause: float = 60.0
    timeout: float = 30.0
    document: float = 300.0

    def pause(self, failures: int) -> float:
        return min(self.first_pause * 2.0 ** (failures - 1), self.longest_pause)


class PassingError(ServiceError):
    """A failure that may pass; ``wait`` is the pause in seconds that the server asks for."""

    def __init__(self, message: str, wait: float = 0.0) -> None:
        super().__init__(message)
        self.wait = wait


class Answer:
    """What a server answered: its head, and its body to be read once; ``hops`` are the addresses that sent us on."""

    def __init__(self, response: httpx2.Response, hops: tuple[str, ...], clock: Clock, longest: float) -> None:
        self._response = response
        self._clock = clock
        self._longest = longest
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self.url = shown(response.url)
        self.host = response.url.host
        self.hops = hops

    @property
    def kind(self) -> str:
        """Content type without its parameters, in small letters; empty if the server names none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_page(self) -> bool:
        """A web page, which is what login forms and blocked addresses answer with."""
        return self.kind in {"text/html", "application/xhtml+xml"}

    @property
    def is_packed(self) -> bool:
        """The body came packed, so that its length is not that of what it holds."""
        return self.headers.get("content-encoding", "identity").lower() != "identity"

    def chunks(self) -> Iterator[bytes]:
        """The body in pieces, unpacked if the server packed it."""
        return self._response.iter_bytes()

    def document(self, most: int) -> Any:
        """The body as JSON."""
        if self.is_page:
            raise ServiceError(f"{self.url}: {NO_JSON_BUT_PAGE}")
        return parse_json(self.body(most), self.url)

    def body(self, most: int) -> bytes:
        """The whole body, unpacked if the server packed it."""
        body = bytearray()
        began = self._clock()
        for chunk in self.chunks():
            body += chunk
            if (self._clock() - began).total_seconds() > self._longest:
                raise PassingError(f"{self.url}: is not done with its answer after {self._longest:g} seconds")
            if len(body) > most:
                raise ServiceError(f"{self.url}: answered with more than {most // 1_000_000} MB of JSON")
        return bytes(body)


class Web:
    """A client that keeps to the rules above; a context manager. Proxies are those of the environment (HTTPS_PROXY)."""

    def __init__(
        self,
        *,
        user_agent: str,
        clock: Clock,
        sleep: Sleep,
        patience: Patience | None = None,
        on_pause: Callable[[str], None] | None = None,
    ) -> None:
        """``on_pause`` is told before each pause why there is one and how long it is."""
        self._patience = patience or Patience()
        self._clock = clock
        self._sleep = sleep
        self._on_pause = on_pause
        for name in ("httpx2", "httpcore2"):  # they log whole addresses, and keys and place names with them
            logging.getLogger(name).setLevel(logging.WARNING)
        # A server on this machine is never asked through a proxy.
        near = dict.fromkeys(("all://127.0.0.1", "all://localhost", "all://[::1]"))
        self._client = httpx2.Client(
            headers={"User-Agent": user_agent}, timeout=self._patience.timeout, follow_redirects=False, mounts=near
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def json(self, url: str, *, query: Mapping[str, str] | None = None, most: int = LARGEST_DOCUMENT) -> Any:
        """The JSON document at an address.

        Raises
        ------
        ServiceError
            The server cannot be reached, refuses, stays busy, or answers with no JSON.
        """

        def attempt() -> Any:
            with self.ask(url, query=query, headers={"Accept": "application/json"}) as answer:
                return answer.document(most)

        return self.persist(attempt)

    def persist(self, attempt: Callable[[], Result]) -> Result:
        """The result of ``attempt``, which is made again after a pause while it fails with a PassingError."""
        failures = 0
        while True:
            try:
                return attempt()
            except PassingError as error:
                failures += 1
                if failures >= self._patience.attempts:
                    raise ServiceError(f"{error}; gave up after {failures} attempts") from error
                if error.wait > self._patience.longest_pause:
                    raise ServiceError(f"{error}; it asks to wait {error.wait:,.0f} seconds: try again then") from error
                pause = max(self._patience.pause(failures), error.wait)
                if self._on_pause:
                    self._on_pause(f"{error}; asking again in {math.ceil(pause):,} s")
                self._sleep(pause)

    @contextmanager
    def ask(
        self,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        private: Mapping[str, str] | None = None,
        private_query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        fine: Collection[int] = (200,),
        stay: bool = False,
    ) -> Iterator[Answer]:
        """Ask once, and follow redirects; ``private`` headers, such as a key, go to the first host only.

        So do the items of ``private_query``, even where the redirect repeats them. With a ``form``, which may hold a
        password, the question is a POST, and no redirect is followed. ``stay``: a redirect to another host is refused,
        for what is asked is meant for the first one alone.

        Raises
        ------
        PassingError
            The server is busy or silent, or the connection broke (also while the body is read).
        ServiceError
            The server cannot be reached or trusted, has no such thing, refuses, or sends on to no safe address.
        """
        here = first = _checked(url, None)
        if query or private_query:
            here = here.copy_merge_params(dict(query or {}) | dict(private_query or {}))
        hops: list[str] = []
        try:
            while True:
                at_first = _same_host(here, first)
                if not at_first:
                    here = _without(here, private_query or {})
                ours = dict(headers or {}) | dict((private or {}) if at_first else {})
                asked = self._client.build_request("POST" if form else "GET", here, headers=ours, data=form)
                response = self._client.send(asked, stream=True)
                try:
                    if not response.has_redirect_location:
                        self._judge(response, fine)
                        yield Answer(response, tuple(hops), self._clock, self._patience.document)
                        return
                    hops.append(shown(here))
                    if len(hops) > MOST_HOPS:
                        raise ServiceError(f"{hops[0]}: sends on and on, {MOST_HOPS} times and more")
                    here = _checked(response.headers["location"], here)
                    if form or (stay and not _same_host(here, first)):
                        raise ServiceError(
                            f"{hops[0]}: sends on to {shown(here)}, which was not to be asked; nothing was sent there"
                        )
                finally:
                    response.close()
        except httpx2.RequestError as error:
            raise _failure(error, here, self._patience.timeout) from error

    def _judge(self, response: httpx2.Response, fine: Collection[int]) -> None:
        status = response.status_code
        if status in fine:
            return
        said = f"{shown(response.url)}: {_STATUS.get(status, 'cannot be had')} ({status} {response.reason_phrase})"
        if status in _PASSING or status >= 500:
            raise PassingError(said, self._retry_after(response.headers.get("retry-after", "")))
        raise ServiceError(said)

    def _retry_after(self, text: str) -> float:
        """Seconds that a Retry-After header asks for, given as a number or as a date."""
        if text.strip().isdecimal():
            return float(text)
        try:
            then = email.utils.parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return 0.0
        return max(0.0, (then.replace(tzinfo=then.tzinfo or UTC) - self._clock()).total_seconds())


_NO_JSON = "answered with something that is no JSON"
_PASSING = {408, 425, 429}
_STATUS = {
    400: "does not understand the question",
    401: "wants a login, and there is none to give",
    403: "refuses this machine; open the address in a browser to see why",
    404: "has no such thing; it may have been renamed or withdrawn",
    410: "has withdrawn it",
    429: "is asked too often",
    451: "must not give it out where you are",
    500: "is broken for the moment",
    502: "is broken for the moment",
    503: "is busy",
    504: "is busy",
}
# Errors of the system that say that there is no way to any server at all.
_NO_NETWORK = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN}


def shown(url: httpx2.URL | str) -> str:
    """An address without what may be secret in it: user, password, query, fragment."""
    try:
        url = httpx2.URL(url)
    except httpx2.InvalidURL:
        return "an address that is none"
    return str(url.copy_with(userinfo=b"", query=None, fragment=None))


def parse_json(body: bytes, source: str) -> Any:
    """A document of JSON; ``source`` names it in what is said.

    Raises
    ------
    ServiceError
        It is a web page, or anything else that is no JSON.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        is_page = body[:500].lstrip()[:15].lower().startswith((b"<!doctype html", b"<html"))
        raise ServiceError(f"{source}: {NO_JSON_BUT_PAGE if is_page else _NO_JSON}") from None


def _checked(address: str, before: httpx2.URL | None) -> httpx2.URL:
    """The address, if it is one that may be asked; ``before`` is the address that sent us there."""
    try:
        url = httpx2.URL(address)
        url = before.join(url) if before else url
    except httpx2.InvalidURL:
        raise ServiceError(f"{shown(before) if before else address[:80]}: is, or leads to, no address") from None
    near, from_near = _is_near(url), before is None or _is_near(before)
    if url.host and ((url.scheme == "https" and not near) or (url.scheme in {"http", "https"} and near and from_near)):
        return url
    if before:
        raise ServiceError(f"{shown(before)}: sends on to {shown(url)}, which is not safe (only https is followed)")
    raise ServiceError(f"{shown(url)}: is not asked; wanted an address that begins with https://")


def _is_near(url: httpx2.URL) -> bool:
    """The server is on this machine, where there is no line to listen in on."""
    return url.host in {"127.0.0.1", "localhost", "::1"}


def _without(url: httpx2.URL, names: Collection[str]) -> httpx2.URL:
    """The address without some items of its query."""
    for name in names:
        url = url.copy_remove_param(name)
    return url


def _same_host(one: httpx2.URL, other: httpx2.URL) -> bool:
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def _failure(error: httpx2.RequestError, url: httpx2.URL, timeout: float) -> ServiceError:
    """The failure in words; a PassingError where asking again may help."""
    causes = list(_causes(error))
    host = url.host
    if any(isinstance(c, socket.gaierror) for c in causes):
        return ServiceError(
            f"{host}: this name cannot be looked up; is this machine on the network? Behind a proxy, set HTTPS_PROXY"
        )
    if any(isinstance(c, ssl.SSLCertVerificationError) for c in causes):
        return ServiceError(
            f"{host}: its certificate cannot be trusted, so nothing was taken; behind a proxy that opens connections, "
            f"set SSL_CERT_FILE to the proxy's certificate"
        )
    if any(isinstance(c, ssl.SSLError) for c in causes):
        return ServiceError(f"{host}: no safe connection (TLS) can be made to it, so nothing was taken")
    if any(isinstance(c, OSError) and c.errno in _NO_NETWORK for c in causes):
        return ServiceError(f"{host}: there is no way to it; is this machine on the network?")
    if isinstance(error, httpx2.ProxyError):
        return ServiceError(f"{host}: the proxy does not let us through; look at HTTPS_PROXY")
    if isinstance(error, httpx2.TimeoutException):
        return PassingError(f"{host}: said nothing for {timeout:g} seconds")
    if any(isinstance(c, ConnectionRefusedError) for c in causes):
        return PassingError(f"{host}: takes no connections")
    return PassingError(f"{host}: the connection broke")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and those it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
