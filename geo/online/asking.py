"""How each service is asked, through geopy: what is sent, and all that is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_MOST_ANSWERS = 10


@dataclass(frozen=True, slots=True)
class Query:
    """What is sent, and all that is sent: a name, languages, countries (ISO alpha-2), and a box in degrees."""

    text: str
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    bounds: tuple[float, float, float, float] | None = None

    @property
    def corners(self) -> list[tuple[float, float]] | None:
        """South-west and north-east as latitude, longitude, as geopy wants them."""
        if self.bounds is None:
            return None
        west, south, east, north = self.bounds
        return [(south, west), (north, east)]


@dataclass(frozen=True, slots=True)
class Site:
    """Where a service is and how it is spoken to. ``domain`` may carry a port and a path."""

    scheme: str
    domain: str
    user_agent: str
    adapter: Any

    @property
    def options(self) -> dict[str, Any]:
        return {
            "scheme": self.scheme,
            "domain": self.domain,
            "user_agent": self.user_agent,
            "adapter_factory": self.adapter,
        }


# What geopy is given in place of a key: the key itself joins the address just before it is sent, so that no log line,
# message or attribute on the way can hold it.
KEY_STANDS_HERE = "key"


def _raw(locations: Any) -> list[Any]:
    return [found.raw for found in locations or () if found is not None][:_MOST_ANSWERS]


def ask_nominatim(site: Site, query: Query) -> list[Any]:
    from geopy.geocoders import Nominatim

    return _raw(
        Nominatim(**site.options).geocode(
            query.text,
            exactly_one=False,
            limit=_MOST_ANSWERS,
            addressdetails=True,
            namedetails=True,
            language=",".join(query.languages) or False,
            country_codes=[c.lower() for c in query.countries],
            viewbox=query.corners,
            bounded=query.bounds is not None,
        )
    )


def ask_photon(site: Site, query: Query) -> list[Any]:
    from geopy.geocoders import Photon

    # Photon refuses languages that it does not know; without one it answers in the local language.
    known = [x for x in query.languages if x in ("en", "de", "fr")] if query.text.isascii() else []
    language = known[0] if known else False
    found = Photon(**site.options).geocode(
        query.text, exactly_one=False, limit=_MOST_ANSWERS, language=language, bbox=query.corners
    )
    return _raw(found)


def ask_pelias(site: Site, query: Query) -> list[Any]:
    from geopy.geocoders import Pelias

    found = Pelias(api_key=KEY_STANDS_HERE, **site.options).geocode(
        query.text,
        exactly_one=False,
        boundary_rect=query.corners,
        countries=list(query.countries),
        language=",".join(query.languages) or None,
    )
    return _raw(found)


def ask_geonames(site: Site, query: Query) -> list[Any]:
    from geopy.geocoders import GeoNames

    found = GeoNames(KEY_STANDS_HERE, **site.options).geocode(
        query.text, exactly_one=False, country=list(query.countries)
    )
    return _raw(found)
