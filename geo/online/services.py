"""The four services in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from geo.online.asking import Query, Site, ask_geonames, ask_nominatim, ask_pelias, ask_photon
from geo.online.reading import Found, read_geonames, read_nominatim, read_pelias, read_photon


@dataclass(frozen=True, slots=True)
class Service:
    """A service: default address ("": must be given), its key's environment variable and query parameter, its code.

    ``ask`` gives raw answers, ``read`` the place in one of them, None for what is no place (a shop, a road).
    """

    name: str
    address: str
    ask: Callable[[Site, Query], list[Any]]
    read: Callable[[Mapping[str, Any]], Found | None]
    key_variable: str = ""
    key_parameter: str = ""
    needs_key: bool = False


SERVICES = {
    s.name: s
    for s in (
        Service("nominatim", "https://nominatim.openstreetmap.org", ask_nominatim, read_nominatim),
        Service("photon", "https://photon.komoot.io", ask_photon, read_photon),
        Service("pelias", "", ask_pelias, read_pelias, "CONFLICTMAP_PELIAS_KEY", "api_key"),
        Service(
            "geonames",
            "https://secure.geonames.org",
            ask_geonames,
            read_geonames,
            "CONFLICTMAP_GEONAMES_USERNAME",
            "username",
            needs_key=True,
        ),
    )
}
