"""How the answers of each service read in our own words: a place, its names, and the units it lies in.

A reader gives None for what no event is mapped to (a shop, a road), and raises LookupError, TypeError, ValueError or
ArithmeticError for an answer that lacks its name, kind or point.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo.gazetteer import Place
from geo.names import scripts
from geo.online.kinds import PELIAS_LAYERS, osm_kind


@dataclass(frozen=True, slots=True)
class Found:
    """One answer: the place, all its names, and the names of the units it is said to lie in, the largest first."""

    place: Place
    names: tuple[str, ...]
    units: tuple[str, ...]


def read_nominatim(raw: Mapping[str, Any]) -> Found | None:
    address = _mapping(raw.get("address"))
    named = _mapping(raw.get("namedetails"))
    key, value = str(raw.get("class") or raw.get("category")), str(raw["type"])
    kind = osm_kind(key, value, level=raw.get("addresstype"), rank=raw.get("place_rank"))
    if kind is None:
        return None
    main = raw.get("name") or named.get("name") or str(raw["display_name"]).partition(",")[0]
    names = [v for k, v in named.items() if isinstance(v, str) and k.partition(":")[0].endswith("name")]
    names.sort(key=lambda n: n != named.get("name:ar"))  # among Arabic letters also other languages are written
    units = [address.get(k) for k in ("state", "province", "region", "state_district", "county", "district")]
    units += [address.get(k) for k in ("municipality", "city", "town", "village")]
    number = _whole(raw["osm_id"] if raw.get("osm_type") else raw["place_id"])
    return _found(
        f"nominatim:{_word(raw.get('osm_type') or 'place')}/{number}",
        (main, *(n for text in names for n in text.split(";"))),
        kind,
        (raw["lon"], raw["lat"]),
        country=address.get("country_code"),
        units=units,
        source="Nominatim",
    )


_OSM_TYPES = {"N": "node", "W": "way", "R": "relation"}


def read_photon(raw: Mapping[str, Any]) -> Found | None:
    said = _mapping(raw["properties"])
    key, value = str(said["osm_key"]), str(said["osm_value"])
    kind = osm_kind(key, value, level=said.get("type"))
    if kind is None:
        return None
    longitude, latitude = _mapping(raw["geometry"])["coordinates"][:2]
    return _found(
        f"photon:{_OSM_TYPES[said['osm_type']]}/{_whole(said['osm_id'])}",
        (said["name"],),
        kind,
        (longitude, latitude),
        country=said.get("countrycode"),
        units=[said.get(k) for k in ("state", "county", "city", "district")],
        source="Photon",
    )


def read_pelias(raw: Mapping[str, Any]) -> Found | None:
    said = _mapping(raw["properties"])
    # A "fallback" is the unit around a name that it does not know: no answer to the question.
    kind = None if said.get("match_type") == "fallback" else PELIAS_LAYERS.get(str(said["layer"]))
    if kind is None:
        return None
    longitude, latitude = _mapping(raw["geometry"])["coordinates"][:2]
    return _found(
        f"pelias:{_word(said['gid'])}",
        (said["name"],),
        kind,
        (longitude, latitude),
        country=said.get("country_code") or said.get("country_a"),
        units=[said.get(k) for k in ("macroregion", "region", "macrocounty", "county", "localadmin", "locality")],
        source="Pelias",
    )


def read_geonames(raw: Mapping[str, Any]) -> Found | None:
    kind = (str(raw["fcl"]), str(raw["fcode"]))
    if kind[0] not in tuple("APSTHL") or kind[1].endswith("H"):  # roads and lines; what is no more (PPLH, ADM1H)
        return None
    others = [_mapping(a).get("name") for a in raw.get("alternateNames") or ()]
    return _found(
        f"geonames:{_whole(raw['geonameId'])}",
        (raw["name"], raw.get("toponymName"), raw.get("asciiName"), *others),
        kind,
        (raw["lng"], raw["lat"]),
        country=raw.get("countryCode"),
        units=[raw.get(f"adminName{n}") for n in (1, 2, 3)],
        population=raw.get("population"),
        source="GeoNames",
    )


def _found(
    place_id: str,
    names: tuple[Any, ...],
    kind: tuple[str, str],
    point: tuple[Any, Any],
    *,
    country: Any,
    units: list[Any],
    source: str,
    population: Any = None,
) -> Found:
    """The common form; raises ValueError for an answer without a name or without a usable point."""
    clean = tuple(dict.fromkeys(n for n in (_text(name) for name in names) if n))
    longitude, latitude = _degrees(point[0], 180), _degrees(point[1], 90)
    if not clean or longitude == latitude == 0:
        raise ValueError("an answer without a name or point")
    place = Place(
        place_id=place_id,
        name=clean[0],
        name_ar=next((n for n in clean if scripts(n) == {"ARABIC"}), ""),
        feature_class=kind[0],
        feature_code=kind[1],
        country=_text(country).upper(),
        admin1="",
        admin2="",
        admin3="",
        pcode="",
        source=source,
        aliases=clean[1:],
        other_ids=(),
        population=population if type(population) is int and 0 < population < 10**9 else None,
        longitude=longitude,
        latitude=latitude,
        radius_km=None,
    )
    return Found(place, clean, tuple(dict.fromkeys(u for u in map(_text, units) if u)))


def one_line(text: str, longest: int) -> str:
    """Text from outside in one short line: nothing that steers a terminal or turns the reading direction."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _mapping(value: Any) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise TypeError("wanted an object")
    return value


def _text(value: Any) -> str:
    return one_line(value, 200) if isinstance(value, str) else ""


def _word(value: Any) -> str:
    """An id or part of one."""
    text = str(value)
    if not text.isascii() or not text.replace(":", "").replace("/", "").replace("-", "").replace("_", "").isalnum():
        raise ValueError("not an id")
    return text[:80]


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError("not a number")
    return int(value)


def _degrees(value: Any, limit: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError("not a number")
    degrees = float(value)
    if not math.isfinite(degrees) or abs(degrees) > limit:
        raise ValueError("no degrees")
    return degrees
