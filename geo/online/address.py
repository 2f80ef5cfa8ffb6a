"""Addresses of servers: which may be asked at all, and as whom."""

from __future__ import annotations

from importlib.metadata import version
from urllib.parse import urlsplit

from geo.errors import GeocoderError
from geo.online.reading import one_line

CONTACT_VARIABLE = "CONFLICTMAP_CONTACT"
_PUBLIC_NOMINATIM = ("openstreetmap.org", "osm.org")


def check_address(address: str) -> None:
    """Refuse what is no web address, what carries a password or key, and names in the clear beyond this machine."""
    shown = one_line(address.rpartition("@")[2].partition("?")[0], 80)
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) > 0 and address.isascii()
    except ValueError:
        usable = False
    if not usable or any(c.isspace() for c in address):
        raise GeocoderError(f"'{shown}' is no address of a server; wanted one such as https://nominatim.example.org")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise GeocoderError(
            f"the address of {shown} carries a password, key or query; give it bare, and keys in environment variables"
        )
    if parts.scheme == "http" and not is_near(parts.hostname or ""):
        raise GeocoderError(
            f"'{shown}' would send the names unencrypted, for all on the way to read; use https (http only to "
            "this machine)"
        )


def is_near(host: str) -> bool:
    """Whether a host is this machine, where there is no line to listen in on."""
    return host in {"127.0.0.1", "localhost", "::1"}


def is_public(host: str) -> bool:
    return any(host.rstrip(".") == d or host.rstrip(".").endswith(f".{d}") for d in _PUBLIC_NOMINATIM)


def sender(contact: str | None, address: str) -> str:
    """Who asks: the application, its version, and whom to write to, which the public servers want to know."""
    who = (contact or "").strip()
    if who and not (who.isascii() and who.isprintable() and ("@" in who or "." in who) and len(who) < 200):
        raise GeocoderError(
            f"'{one_line(who, 60)}' is no contact; wanted an e-mail or web address in plain letters (--online-contact)"
        )
    if not who and is_public(urlsplit(address).hostname or ""):
        raise GeocoderError(
            "the public Nominatim server wants to know whom to write to if something goes wrong: give an e-mail or web "
            f"address with --online-contact, or in the environment variable {CONTACT_VARIABLE}"
        )
    return f"conflictmap/{version('conflictmap')}" + (f" ({who})" if who else "")
