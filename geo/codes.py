"""Closed vocabularies and the crosswalks from other coders' codes.

Event types and sub-types are ACLED's (codebook of 2024: 6 and 25). Precision classes are ours; the crosswalks from
ACLED ``geo_precision`` and UCDP ``where_prec`` follow those codebooks (ACLED codebook 2024; UCDP GED codebook 23.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

EVENT_SUBTYPES: dict[str, tuple[str, ...]] = {
    "Battles": ("Armed clash", "Government regains territory", "Non-state actor overtakes territory"),
    "Explosions/Remote violence": (
        "Chemical weapon",
        "Air/drone strike",
        "Suicide bomb",
        "Shelling/artillery/missile attack",
        "Remote explosive/landmine/IED",
        "Grenade",
    ),
    "Violence against civilians": ("Sexual violence", "Attack", "Abduction/forced disappearance"),
    "Protests": ("Peaceful protest", "Protest with intervention", "Excessive force against protesters"),
    "Riots": ("Violent demonstration", "Mob violence"),
    "Strategic developments": (
        "Agreement",
        "Arrests",
        "Change to group/activity",
        "Disrupted weapons use",
        "Headquarters or base established",
        "Looting/property destruction",
        "Non-violent transfer of territory",
        "Other",
    ),
}
EVENT_TYPES = tuple(EVENT_SUBTYPES)
TYPE_OF_SUBTYPE = {sub: kind for kind, subs in EVENT_SUBTYPES.items() for sub in subs}


class Precision(StrEnum):
    """How well a place is known, best first. ``X`` is withheld on purpose."""

    EXACT = "A"
    NAMED_PLACE = "B"
    NEAR = "C"
    DISTRICT = "D"
    FIRST_DIVISION = "E"
    LINE = "F"
    COUNTRY = "G"
    WITHHELD = "X"


@dataclass(frozen=True, slots=True)
class PrecisionClass:
    """One precision class: words for a reader, radius in km (None: the area itself says), how it is drawn."""

    words: str
    radius_km: float | None
    drawn_as: str  # "point" | "disc" | "area" | "list"


PRECISION: dict[Precision, PrecisionClass] = {
    Precision.EXACT: PrecisionClass("the exact spot", 1.0, "point"),
    Precision.NAMED_PLACE: PrecisionClass("the named place", 5.0, "point"),
    Precision.NEAR: PrecisionClass("near the named place", 25.0, "disc"),
    Precision.DISTRICT: PrecisionClass("known to the district only", None, "area"),
    Precision.FIRST_DIVISION: PrecisionClass("known to the governorate or province only", None, "area"),
    Precision.LINE: PrecisionClass("along a line or in a loose area", None, "area"),
    Precision.COUNTRY: PrecisionClass("known to the country only", None, "list"),
    Precision.WITHHELD: PrecisionClass("withheld", None, "list"),
}
POINT_PRECISIONS = frozenset({Precision.EXACT, Precision.NAMED_PLACE, Precision.NEAR})
AREA_PRECISIONS = frozenset({Precision.DISTRICT, Precision.FIRST_DIVISION, Precision.LINE})

ACLED_GEO_PRECISION = {1: Precision.NAMED_PLACE, 2: Precision.NEAR, 3: Precision.FIRST_DIVISION}
UCDP_WHERE_PRECISION = {
    1: Precision.NAMED_PLACE,
    2: Precision.NEAR,
    3: Precision.DISTRICT,
    4: Precision.FIRST_DIVISION,
    5: Precision.LINE,
    6: Precision.COUNTRY,
    7: Precision.COUNTRY,  # international waters or airspace
}


class DatePrecision(StrEnum):
    """How well a date is known."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    SPAN = "span"  # date_start to date_end as stated


ACLED_TIME_PRECISION = {1: DatePrecision.DAY, 2: DatePrecision.WEEK, 3: DatePrecision.MONTH}
UCDP_DATE_PRECISION = {
    1: DatePrecision.DAY,
    2: DatePrecision.SPAN,  # 2-6 days
    3: DatePrecision.WEEK,
    4: DatePrecision.MONTH,
    5: DatePrecision.SPAN,  # longer than a month
}

GEO_METHODS = (
    "source",  # coordinates stood in the source
    "pcode",
    "exact",
    "folded",
    "article-free",
    "skeleton",
    "edit distance",
    "admin unit",  # only the unit is named
    "route",  # a line of the theatre
    "inherited",  # from the context of the report
    "review",
)
CLAIMS = ("asserted", "attributed", "claimed by a party")
MEASURES = ("stock", "flow")
MOVEMENTS = ("displacement", "return", "onward", "evacuation")
UNITS = ("persons", "households")
ACTOR_TYPES = (
    "state forces",
    "rebel group",
    "political militia",
    "identity militia",
    "rioters",
    "protesters",
    "civilians",
    "external forces",
    "organisation",
    "unidentified",
)
