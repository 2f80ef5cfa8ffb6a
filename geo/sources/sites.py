"""Lists of camps and displacement sites: CCCM's site lists, and layers of camps, also of several schemas in one.

Who lives at a site now is a stock, so a site is a record even where nobody has counted.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pandas as pd

from geo.schema import DISPLACEMENT, Credit, mask
from geo.sources.coded import trimmed
from geo.sources.columns import column_key, find_columns
from geo.sources.draft import Draft, SourceRead
from geo.sources.raw import RawTable
from geo.theatre import Theatre

KIND = "list of displacement sites"
MARKS = frozenset(
    {
        "type_of_location",
        "site_type",
        "type_of_site",
        "site_name",
        "camp_name",
        "planned_capacity_hh",
        "cmp_id",
        "cmp_en",
    }
)
FIELDS: dict[str, tuple[str, ...]] = {
    "source_id": ("site_id", "site_code", "ssid", "temp_code", "cmp_id", "id", "number"),
    "name": ("site_name", "camp_name", "cmp_en", "cmp_tr", "location_name", "place_name"),
    "community": ("admin4name_en", "adm4_en", "adm4", "village", "location", "place"),
    "admin1": ("governorate", "admin1name_en", "adm1_en", "province", "adm1", "admin1_name", "state"),
    "country": ("adm0_en", "country_name", "admin0name_en", "adm0", "admin0", "iso_alpha2", "iso3"),
    "pcode": ("admin4pcode", "community_pcode", "adm4_pcode", "location_pcode", "adm2_code"),
    "kind": ("type_of_location", "site_type", "type_of_site", "type", "description"),
    "status": ("site_status", "operational_status"),
    "date": ("as_of", "reporting_date", "update_date", "last_update", "reference_date", "date_of_update"),
    "people": ("individuals", "population", "persons", "idps", "total_individuals", "number_of_individuals", "ind"),
    "households": ("families", "hh", "households_number", "number_of_households", "number_of_families"),
    "longitude": ("longitude_x", "lon", "long", "x", "gps_longitude"),
    "latitude": ("latitude_y", "lat", "y", "gps_latitude"),
    "source": ("publisher", "dataset"),
}  # fmt: skip
_LONG_CODE = re.compile(r"[A-Z]{2}\d{6}(C\d{3,5})")  # OCHA's code of the third division, then that of the community


def matches(columns: frozenset[str]) -> bool:
    """Whether these columns are those of a list of sites: a mark of one, and a name or a community."""
    named = {name for f in ("name", "community") for name in (f, *FIELDS[f])}
    return bool(MARKS & columns) and bool(named & columns) and not {"date_start", "origin", "event_type"} & columns


def read(raw: RawTable, *, theatre: Theatre) -> SourceRead:
    """One stock for each site. Households stay households; a theatre may state how many people one has."""
    draft = Draft(_one_schema(raw), find_columns(raw, FIELDS), [theatre.metric_crs])
    own = draft.unique("source_id")
    spans = draft.dates("date")
    draft.warn(spans["date_start"].isna(), "date", "is empty; the date is not known", once=True)
    east, north = draft.coordinates()
    people, families = draft.amounts("people"), draft.counts("households")
    draft.warn(people.isna(), "people", "is empty; the number of people is not known", once=True)
    only = mask(families.notna() & people.isna())
    draft.warn(only, "households", "counts households, not persons; no number of people is made of it", once=True)
    name, community = (_first(draft, f) for f in ("name", "community"))
    kind = _first(draft, "kind")
    table: dict[str, Any] = {
        "record_id": draft.ids("D", raw.name, own),
        "source": draft.text("source").fillna(raw.name),
        "source_id": own,
        "series": draft.text("source").fillna(raw.name) + ", people at sites",
        "measure": "stock",
        "movement": "displacement",
        **spans,
        "destination_toponym": community.fillna(name),
        "destination_country": _first(draft, "country"),
        "destination_admin1": _first(draft, "admin1"),
        "destination_pcode": _first(draft, "pcode").map(_short_code).astype("string"),
        "destination_longitude": east,
        "destination_latitude": north,
        "persons_best": people,
        "households": families.astype("Float64"),
        "unit_reported": pd.Series("persons", index=own.index)
        .mask(only, "households")
        .where(mask(people.notna()) | only),
        "claim": "asserted",
        "rule": "list of sites",
        "notes": _notes(name, kind, draft.text("status")),
    }
    named = draft.text("source").dropna()
    credit = Credit("; ".join(dict.fromkeys(named)) or raw.name, "not stated")
    return draft.finish(table, DISPLACEMENT, kind=KIND, credit=credit)


def _columns_of(raw: RawTable, field: str) -> list[str]:
    """All headers that may hold a field, the likeliest first: lists of two schemas have it in two columns."""
    by_name: dict[str, list[str]] = {}
    for header in raw.cells.columns:
        by_name.setdefault(column_key(re.sub(r" \(\d+\)$", "", header)), []).append(header)
    return [h for name in dict.fromkeys([field, *FIELDS[field]]) for h in by_name.get(name, ())]


def _first(draft: Draft, field: str) -> pd.Series:
    """The first of the columns of a field that says something in a row; a bare number is no name."""
    texts = _filled(draft.raw, _columns_of(draft.raw, field))
    return texts.mask(mask(texts.str.fullmatch(r"[\d.]+")))


def _one_schema(raw: RawTable) -> RawTable:
    """Longitudes and latitudes of two schemas brought into the first column of each."""
    cells = raw.cells
    for field in ("longitude", "latitude"):
        first, *others = _columns_of(raw, field) or [""]
        if others:
            cells = cells.assign(**{first: _filled(raw, [first, *others]).fillna("")})
    return dataclasses.replace(raw, cells=cells)


def _filled(raw: RawTable, headers: list[str]) -> pd.Series:
    """For each row the first text that is not blank."""
    found = pd.Series(pd.NA, index=raw.cells.index, dtype="string")
    for header in headers:
        found = found.fillna(trimmed(raw.cells[header]))
    return found


def _short_code(text: Any) -> Any:
    long = _LONG_CODE.fullmatch(text) if isinstance(text, str) else None
    return long[1] if long else text


def _notes(*parts: pd.Series) -> pd.Series:
    """What else is said of a site: its name, kind and state."""
    words = [(f"{label}: " + p.astype("string")) for label, p in zip(("site", "kind", "status"), parts, strict=True)]
    joined = pd.Series(pd.NA, index=parts[0].index, dtype="string")
    for word in words:
        joined = (joined + "; " + word).fillna(joined).fillna(word)
    return joined
