"""Asking an online service for a place, slowly, once, and only for what was agreed to.

Off unless a person asks for it: every look-up tells an outside server which place is being watched.
"""

from __future__ import annotations

import json
import threading
import warnings
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from geo.errors import GeocoderError, Problem, ServiceError
from geo.gazetteer import Gazetteer
from geo.geocode import Context, Resolution
from geo.names import fold, parse_toponym
from geo.online.address import CONTACT_VARIABLE, check_address, is_near, is_public, sender
from geo.online.asking import KEY_STANDS_HERE, Query, Site
from geo.online.cache import AnswerCache
from geo.online.choosing import Ground, choose
from geo.online.reading import one_line
from geo.online.services import SERVICES, Service
from geo.theatre import Theatre
from geo.web import PassingError, Patience, Web

Fetch = Callable[[str, Mapping[str, str]], Any]
"""Address and headers to the JSON document there; raises ServiceError, or PassingError if asking again may help."""

_MOST_NAMES = 100  # for the public Nominatim, in one run
_PACE_SECONDS = 1.0  # between two requests to any server but one on this machine
_TIME_OUT = 10.0  # seconds without a word
_BACK_OFF = (2.0, 4.0, 8.0)  # seconds before the second, third and fourth try
_LONGEST_WAIT = 120.0  # a server that wants to be left alone for longer is left alone
_FAILURES_IN_A_ROW = 3
_MOST_BYTES = 5_000_000  # ten places with all their names are a hundredth of it


def open_service(
    name: str,
    *,
    theatre: Theatre,
    cache: Path,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    environ: Mapping[str, str],
    base_url: str | None = None,
    contact: str | None = None,
    gazetteer: Gazetteer | None = None,
    timeout: float = _TIME_OUT,
    fetch: Fetch | None = None,
) -> OnlineService:
    """Get ready to ask a service ("nominatim", "photon", "pelias", "geonames"); nothing is sent yet.

    ``clock`` gives the time with its zone. ``contact`` is an e-mail or web address that tells the keepers of the server
    whom to write to (else the variable CONFLICTMAP_CONTACT); keys come from ``environ`` alone. ``gazetteer`` helps to
    check the units that rows state. ``cache`` is the file of answers, also of the pace: give all services the same one.

    Raises
    ------
    GeocoderError
        The service, address, contact, key or cache file cannot be used; the message says what to give.
    """
    service = SERVICES.get(name)
    if service is None:
        raise GeocoderError(f"there is no service '{one_line(name, 40)}'; wanted one of {', '.join(SERVICES)}")
    address = (base_url or service.address).strip().rstrip("/")
    if not address:
        raise GeocoderError(f"{name} has no public server; give the address of yours with --online-url")
    check_address(address)
    key = environ.get(service.key_variable, "").strip() if service.key_variable else ""
    if service.needs_key and not key:
        raise GeocoderError(
            f"{name} needs an account: put its name into the environment variable {service.key_variable}"
        )
    user_agent = sender(contact or environ.get(CONTACT_VARIABLE), address)
    return OnlineService(
        service,
        address,
        key=key,
        user_agent=user_agent,
        answers=AnswerCache(cache, clock),
        ground=Ground(theatre, gazetteer),
        clock=clock,
        sleep=sleep,
        fetch=fetch or _fetch(user_agent, clock, sleep, timeout),
    )


def _fetch(user_agent: str, clock: Callable[[], datetime], sleep: Callable[[float], None], timeout: float) -> Fetch:
    """Ask once, of this host alone: no redirect takes a name or a key elsewhere. Waiting is the service's affair."""

    def fetch(address: str, headers: Mapping[str, str]) -> Any:
        patience = Patience(attempts=1, timeout=timeout, document=6 * timeout)
        with (
            Web(user_agent=user_agent, clock=clock, sleep=sleep, patience=patience) as web,
            web.ask(address, headers=headers, stay=True) as answer,
        ):
            return answer.document(_MOST_BYTES)

    return fetch


class OnlineService:
    """One service, asked one name at a time, by any number of threads; made by ``open_service``."""

    def __init__(
        self,
        service: Service,
        address: str,
        *,
        key: str,
        user_agent: str,
        answers: AnswerCache,
        ground: Ground,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        fetch: Fetch,
    ) -> None:
        parts = urlsplit(address)
        self.name, self.address, self.host = service.name, address, parts.netloc.lower()
        self._service, self._key, self._answers, self._ground = service, key, answers, ground
        self._clock, self._sleep, self._fetch = clock, sleep, fetch
        self._keeper = (parts.hostname or "").rstrip(".")  # one pace for a host, however its address is written
        self._pace = 0.0 if is_near(parts.hostname or "") else _PACE_SECONDS
        self._most = _MOST_NAMES if service.name == "nominatim" and is_public(parts.hostname or "") else None
        self._lock = threading.Lock()
        self._sent: set[str] = set()
        self._failures, self._last_failure = 0, ""
        self._site = Site(parts.scheme, parts.netloc + parts.path, user_agent, _adapter(self._get_json))
        self._limited = self._limiter()

    @property
    def problems(self) -> list[Problem]:
        """What was wrong with the cache file."""
        return list(self._answers.problems)

    @property
    def setting(self) -> dict[str, str]:
        """What a manifest should say: which server was told the names. Neither key nor contact."""
        return {"service": self.name, "url": self.address}

    def expect(self, wanted: Iterable[tuple[str, Context]]) -> None:
        """Raise GeocoderError, before anything is sent, if these are more names than the server allows.

        Names whose answer is known do not count.
        """
        if self._most is None:
            return
        queries = (self._query(toponym, context) for toponym, context in wanted)
        keys = {self._key_of(q) for q in queries if q}
        self._allow({k for k in keys if self._answers.get(k) is None})

    def ask(self, toponym: str, context: Context) -> Resolution | None:
        """The place a toponym means, by the cache or else by the server; None if there is no name to ask for.

        No place is a Resolution too, with the reason in words.

        Raises
        ------
        GeocoderError
            The server failed, or may not be asked. The message names the server and says what to do.
        """
        query = self._query(toponym, context)
        if query is None:
            return None
        key = self._key_of(query)
        answer = self._answers.get(key)
        if answer is None:
            with self._lock:
                answer = self._answers.get(key)  # another thread may have asked meanwhile
                if answer is None:
                    answer = self._asked(key, query)
        return choose(toponym, answer, self._service.read, self._ground, context, service=self.name)

    # --- what is sent ---

    def _query(self, toponym: str, context: Context) -> Query | None:
        parts = parse_toponym(toponym)
        text = one_line(parts.core, 120)
        if parts.several or not fold(text) or not any(map(str.isalpha, text)):
            return None
        theatre = self._ground.theatre
        return Query(text, theatre.languages, self._ground.countries(context), theatre.bounds)

    def _key_of(self, query: Query) -> str:
        return json.dumps([self.name, self.address, query.text, query.languages, query.countries, query.bounds])

    def _allow(self, more: set[str]) -> None:
        if self._most is not None and len(self._sent | more) > self._most:
            raise GeocoderError(
                f"more than {self._most} names are to be looked up, and the rules of the public Nominatim server "
                f"({self.host}) allow no bulk geocoding: give a gazetteer that lists them with --gazetteer, or ask a "
                "server of your own with --online-url"
            )

    def _asked(self, key: str, query: Query) -> list[Any]:
        if self._failures >= _FAILURES_IN_A_ROW:
            raise GeocoderError(f"{self.name} is not asked any more in this run; at last: {self._last_failure}")
        self._allow({key})
        self._sent.add(key)
        try:
            answer = self._patiently(query)
        except ServiceError as error:
            self._failures += 1
            self._last_failure = self._hushed(error)
            # Without its cause, which holds the address with the key.
            raise GeocoderError(f"{self.name} failed: {self._last_failure}") from None
        self._failures = 0
        self._answers.put(key, answer)
        return answer

    def _patiently(self, query: Query) -> list[Any]:
        """Ask; again after a while if the server is busy or in trouble, as often as ``_BACK_OFF`` allows."""
        for pause in _BACK_OFF:
            try:
                return self._limited(query)
            except PassingError as error:
                if error.wait > _LONGEST_WAIT:
                    self._failures = _FAILURES_IN_A_ROW
                    minutes = min(error.wait, 1e9) / 60
                    raise ServiceError(f"{error}; it wants no request for {minutes:.0f} minutes") from None
                # Nobody else asks meanwhile either, in this process or another.
                self._answers.hold(self._keeper, error.wait or pause)
        try:
            return self._limited(query)
        except PassingError as error:
            raise ServiceError(f"{error}; it was asked {len(_BACK_OFF) + 1} times, try later") from None

    def _limiter(self) -> Callable[[Query], list[Any]]:
        """One request at a time through geopy's limiter, whose last call is that of the whole application."""
        from geopy.extra.rate_limiter import RateLimiter

        service = self

        class Limiter(RateLimiter):  # type: ignore[misc]
            def _sleep(self, seconds: float) -> None:
                service._sleep(seconds)

            def _acquire_request_slot_gen(self) -> Iterable[float]:
                wait = service._answers.reserve(service._keeper, service._pace)
                if wait > 0:
                    yield wait

        return Limiter(self._once, min_delay_seconds=self._pace, max_retries=0, swallow_exceptions=False)

    def _once(self, query: Query) -> list[Any]:
        from geopy.exc import (
            GeocoderAuthenticationFailure,
            GeocoderInsufficientPrivileges,
            GeocoderQuotaExceeded,
            GeocoderServiceError,
        )

        refused = (GeocoderAuthenticationFailure, GeocoderInsufficientPrivileges, GeocoderQuotaExceeded)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # geopy warns of a latitude that it then refuses
                return self._service.ask(self._site, query)
        except ServiceError:
            raise
        except refused as error:  # GeoNames says so in the answer itself
            self._failures = _FAILURES_IN_A_ROW
            raise ServiceError(f"{self.host}: refuses: {one_line(str(error), 200)}") from None
        except GeocoderServiceError as error:
            raise PassingError(f"{self.host}: {one_line(str(error), 200)}") from None
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            # geopy found no list of places in it, or no numbers where coordinates should be.
            raise ServiceError(f"{self.host}: its answer is not as expected; is it a {self.name} server?") from None

    def _hushed(self, error: Exception) -> str:
        return str(error).replace(self._key, "***") if self._key else str(error)

    def _get_json(self, address: str, headers: Mapping[str, str]) -> Any:
        """Fetch for geopy. The key joins the address here and nowhere else."""
        parameter = self._service.key_parameter
        if parameter:
            parts = urlsplit(address)
            placeholder = (parameter, KEY_STANDS_HERE)
            said = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair != placeholder]
            said += [(parameter, self._key)] if self._key else []
            address = urlunsplit(parts._replace(query=urlencode(said)))
        return self._fetch(address, headers)


def _adapter(get_json: Fetch) -> Any:
    """Our way of fetching, as geopy's geocoders want it."""
    from geopy.adapters import BaseSyncAdapter

    class Adapter(BaseSyncAdapter):  # type: ignore[misc]
        def get_json(self, url: str, *, headers: Mapping[str, str], **_: Any) -> Any:
            return get_json(url, headers)

        def get_text(self, url: str, **_: Any) -> str:
            raise NotImplementedError  # no service of ours asks for text

    return Adapter
