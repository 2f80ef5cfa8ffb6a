"""What kind of place an answer is, as GeoNames' feature class and code; None is what no event is mapped to.

OpenStreetMap's keys and values as in its wiki's "Map features"; Nominatim's place ranks as in its manual ("Place
Ranks": 4 country, 5-9 state, 10-12 county, 13-16 municipality or city); Pelias' layers as in its documentation.
"""

from __future__ import annotations

from typing import Any

Kind = tuple[str, str]

_COUNTRY, _FIRST, _SECOND, _THIRD = ("A", "PCLI"), ("A", "ADM1"), ("A", "ADM2"), ("A", "ADM3")
_TOWN, _PART = ("P", "PPL"), ("P", "PPLX")

_PLACES: dict[str, Kind] = {
    "country": _COUNTRY,
    "state": _FIRST,
    "province": _FIRST,
    "region": _FIRST,
    "state_district": _SECOND,
    "county": _SECOND,
    "district": _SECOND,
    "municipality": _THIRD,
    "subdistrict": _THIRD,
    "city": _TOWN,
    "town": _TOWN,
    "village": _TOWN,
    "hamlet": _TOWN,
    "isolated_dwelling": _TOWN,
    "farm": _TOWN,
    "borough": _PART,
    "suburb": _PART,
    "quarter": _PART,
    "neighbourhood": _PART,
    "city_district": _PART,
    "locality": ("L", "LCTY"),
    "island": ("T", "ISL"),
    "islet": ("T", "ISL"),
}
_FEATURES: dict[str, dict[str, Kind]] = {
    "aeroway": {"aerodrome": ("S", "AIRP"), "airport": ("S", "AIRP"), "helipad": ("S", "AIRH")},
    "amenity": {"refugee_site": ("S", "CMPRF"), "prison": ("S", "PRN")},
    "barrier": {"border_control": ("S", "PSTB")},
    "boundary": {"military": ("L", "MILB")},
    "landuse": {"military": ("L", "MILB")},
    "military": dict.fromkeys(("airfield", "base", "barracks", "checkpoint", "yes"), ("L", "MILB")),
    "natural": {
        "peak": ("T", "PK"),
        "hill": ("T", "HLL"),
        "mountain_range": ("T", "MTS"),
        "ridge": ("T", "RDGE"),
        "valley": ("T", "VAL"),
        "plateau": ("T", "PLAT"),
        "water": ("H", "LK"),
        "bay": ("H", "BAY"),
    },
    "railway": {"station": ("S", "RSTN")},
    "waterway": {"dam": ("S", "DAM")},
}
PELIAS_LAYERS: dict[str, Kind] = {
    "country": _COUNTRY,
    "dependency": _COUNTRY,
    "macroregion": _FIRST,
    "region": _FIRST,
    "macrocounty": _SECOND,
    "county": _SECOND,
    "localadmin": _THIRD,
    "locality": _TOWN,
    "borough": _PART,
    "macrohood": _PART,
    "neighbourhood": _PART,
}


def osm_kind(key: str, value: str, *, level: Any, rank: Any = None) -> Kind | None:
    """Kind of a tagged thing: a place, or a feature that events are reported at.

    A boundary is told by the service's own word for its ``level``, else by Nominatim's ``rank``.
    """
    if key == "place":
        return _PLACES.get(value)
    if (key, value) != ("boundary", "administrative"):
        return _FEATURES.get(key, {}).get(value)
    kind = _PLACES.get(level) if isinstance(level, str) else None
    if kind or not isinstance(rank, int):
        return kind
    levels = ((4, _COUNTRY), (9, _FIRST), (12, _SECOND), (15, _THIRD), (20, _TOWN))
    return next((kind for limit, kind in levels if rank <= limit), None)
