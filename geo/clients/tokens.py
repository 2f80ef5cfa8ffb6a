"""Tokens by OAuth: got for a password, kept in a file of their owner alone, renewed before and when they run out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from geo.clients.credentials import check_private
from geo.clients.login import Door, Secrets, printable
from geo.clients.service import reason_of
from geo.errors import CredentialError, ExportError, ServiceError
from geo.publishers.record import write_whole
from geo.web import parse_json

_EARLY = timedelta(minutes=5)  # a token is renewed so long before it runs out
_LARGEST = 1_000_000  # bytes of an answer
_LIFE = 86_400  # seconds of an access token that does not say


@dataclass(frozen=True, repr=False, slots=True)
class _Token:
    """What the server gave: the token, what renews it, and when (ISO, UTC) it runs out; ``owner`` whose it is."""

    owner: str
    access: str
    refresh: str
    until: str


class OAuthLogin:
    """Login by the password grant of OAuth 2 (RFC 6749, 4.3) and its refresh (6).

    The token is kept in the door's file, 0600, with a hash of who it belongs to and where; the password never is.
    ``refusal`` puts a status and what the server says with it into words.
    """

    def __init__(
        self, secrets: Secrets, door: Door, *, path: str, client_id: str, refusal: Callable[[int, str], str]
    ) -> None:
        self._secrets, self._door = secrets, door
        self._url, self._client_id, self._refusal = door.base + path, client_id, refusal
        self._owner = hashlib.sha256(f"{door.base}\n{secrets['username']}".encode()).hexdigest()
        self._token = self._kept()
        self._seen = {self._token.access, self._token.refresh} if self._token else set()

    def __repr__(self) -> str:
        return f"OAuthLogin({self._url})"

    def headers(self) -> Mapping[str, str]:
        if self._token is None or self._is_old(self._token):
            self.renew()
        return {"Authorization": f"Bearer {self._token.access}"} if self._token else {}

    def query(self) -> Mapping[str, str]:
        return {}

    def secrets(self) -> tuple[str, ...]:
        return (self._secrets["password"], self._secrets["username"], *self._seen)

    def sent(self) -> tuple[str, ...]:
        return tuple(self._seen)

    def renew(self) -> bool:
        """Get another token: by the one that renews if there is one, else by the password."""
        token = self._refreshed() or self._by_password()
        self._token = token
        self._seen |= {token.access, token.refresh}
        with suppress(ExportError):  # where it cannot be kept, the next run logs in again
            write_whole(self._door.tokens, json.dumps(asdict(token)).encode(), private=True)
        return True

    def _is_old(self, token: _Token) -> bool:
        return datetime.fromisoformat(token.until) - _EARLY <= self._door.clock()

    def _refreshed(self) -> _Token | None:
        if self._token is None or not self._token.refresh:
            return None
        with suppress(CredentialError):
            return self._ask({"grant_type": "refresh_token", "refresh_token": self._token.refresh})
        return None  # it may have run out, which the password mends

    def _by_password(self) -> _Token:
        name, password = self._secrets["username"], self._secrets["password"]
        return self._ask({"grant_type": "password", "username": name, "password": password})

    def _ask(self, form: Mapping[str, str]) -> _Token:
        web, clock = self._door.web, self._door.clock

        def attempt() -> tuple[int, bytes]:
            posted = {**form, "client_id": self._client_id}
            with web.ask(self._url, form=posted, fine=(200, 400, 401, 403), stay=True) as answer:
                return answer.status, answer.body(_LARGEST)

        status, body = web.persist(attempt)
        if status != 200:
            raise CredentialError(self._refusal(status, printable(reason_of(body), self.secrets())))
        given = parse_json(body, self._url)
        access = given.get("access_token") if isinstance(given, dict) else None
        if not isinstance(access, str) or not _is_token(access):
            raise ServiceError(f"{self._url}: answered without a token")
        life = given.get("expires_in")
        seconds = float(life) if isinstance(life, int | float) and 0 < life < 10 * _LIFE else _LIFE
        until = (clock() + timedelta(seconds=seconds)).isoformat()
        return _Token(self._owner, access, str(given.get("refresh_token") or ""), until)

    def _kept(self) -> _Token | None:
        """The token in the file, if it is this user's and nobody else could have read or put it there."""
        try:
            with self._door.tokens.open("rb") as file:
                check_private(self._door.tokens, file.fileno())
                read: dict[str, Any] = json.load(file)
            token = _Token(**{f.name: str(read[f.name]) for f in fields(_Token)})
            self._is_old(token)  # a moment that cannot be compared is none
        except (OSError, ValueError, KeyError, TypeError, CredentialError):
            return None
        return token if token.owner == self._owner and _is_token(token.access) else None


def _is_token(text: str) -> bool:
    """Whether a text can go along in a header."""
    return bool(text) and text.isascii() and text.isprintable()
