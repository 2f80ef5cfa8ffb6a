"""Who asks: credentials and how they go along with a request, never shown by anything here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from geo.web import Clock, Web


@dataclass(frozen=True, slots=True)
class Credential:
    """One thing that a service wants to know: its name in the file of credentials, its variable, what it is.

    It goes along in a header or an address, so that it has no blank and no letter beyond ASCII, unless it is
    ``free_text``.
    """

    name: str
    variable: str
    what: str
    free_text: bool = False


@dataclass(frozen=True, repr=False, slots=True)
class Secrets:
    """Credentials by name; shown without their values."""

    values: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Secrets({', '.join(self.values)})"

    def __getitem__(self, name: str) -> str:
        return self.values[name]


def blank(text: str, secrets: Iterable[str]) -> str:
    """A text without the secrets, also as they stand in an address: each is replaced by three stars."""
    for secret in sorted({form for s in secrets if s for form in (s, quote(s, safe=""))}, key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def printable(text: str, secrets: Iterable[str]) -> str:
    """What a server says, fit to be shown: it steers no terminal and tells no secret."""
    return blank("".join(c if c.isprintable() or c.isspace() else "�" for c in text), secrets)


@dataclass(frozen=True, slots=True)
class Door:
    """Where a login may happen: the base address, the web, the clock, and the file that keeps a token."""

    base: str
    web: Web
    clock: Clock
    tokens: Path


class Login(Protocol):
    """What goes along with each request."""

    def headers(self) -> Mapping[str, str]: ...

    def query(self) -> Mapping[str, str]: ...

    def renew(self) -> bool:
        """Log in anew after a refusal; False if that cannot help."""
        ...

    def secrets(self) -> tuple[str, ...]:
        """All that must not be shown."""
        ...

    def sent(self) -> tuple[str, ...]:
        """What of it went along with requests, so that answers may repeat it."""
        ...


OpenLogin = Callable[[Secrets, Door], Login]


@dataclass(frozen=True, repr=False, slots=True)
class Key:
    """A key that is the same for each request, in a header or in the query."""

    in_headers: Mapping[str, str] = field(default_factory=dict)
    in_query: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Key({', '.join((*self.in_headers, *self.in_query))})"

    def headers(self) -> Mapping[str, str]:
        return self.in_headers

    def query(self) -> Mapping[str, str]:
        return self.in_query

    def renew(self) -> bool:
        return False

    def secrets(self) -> tuple[str, ...]:
        return (*self.in_headers.values(), *self.in_query.values())

    def sent(self) -> tuple[str, ...]:
        return self.secrets()
