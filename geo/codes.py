"""Closed vocabularies and the crosswalks from other coders' codes.

Event types and sub-types are ACLED's (codebook of 2024: 6 and 25). Precision classes are ours; the crosswalks from
ACLED ``geo_precision`` and UCDP ``where_prec`` follow those codebooks (ACLED codebook 2024; UCDP GED codebook 23.1).
"""

from __future__ import annotations

import re
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

# UCDP's three types of violence. State-based violence is any armed force between organised parties, air strikes
# among them, so it gets no sub-type (UCDP GED codebook 23.1).
UCDP_TYPE_OF_VIOLENCE: dict[int, tuple[str, str | None]] = {
    1: ("Battles", None),
    2: ("Battles", None),
    3: ("Violence against civilians", "Attack"),
}

# Words that event tables use for a type, in the singular, and the sub-type (or type) they mean. Also the names ACLED
# used before 2019 (codebook of 2017).
_EVENT_WORDS: dict[str, str] = {
    "Battles": "battle; battle no change of territory; combat; state based; state based violence; non state; معركة",
    "Armed clash": "clash; firefight; gun battle; skirmish; fighting; gunfight; ground attack; ground assault; ambush; "
    "infiltration attempt; اشتباك; اشتباكات",
    "Government regains territory": "battle government regains territory",
    "Non-state actor overtakes territory": "battle non state actor overtakes territory",
    "Explosions/Remote violence": "explosion; remote violence; bombardment; blast; bombing; strike; انفجار",
    "Chemical weapon": "chemical attack; gas attack; chemical weapons attack; هجوم كيماوي",
    "Air/drone strike": "airstrike; air strike; air raid; air attack; aerial bombardment; aerial bombing; "
    "drone strike; drone attack; uav strike; barrel bomb; helicopter attack; غارة جوية; غارات جوية; غارة; قصف جوي",
    "Suicide bomb": "suicide bombing; suicide attack; svbied; تفجير انتحاري",
    "Shelling/artillery/missile attack": "shelling; artillery; artillery fire; artillery shelling; artillery strike; "
    "mortar; mortar attack; rocket; rocket fire; rocket attack; missile attack; missile strike; missile; shell; "
    "ground launched bombardment; قصف; قصف مدفعي; قصف صاروخي",
    "Remote explosive/landmine/IED": "ied; ied attack; improvised explosive device; landmine; mine; car bomb; vbied; "
    "roadside bomb; unexploded ordnance; uxo; عبوة ناسفة; لغم; سيارة مفخخة",
    "Grenade": "grenade attack; hand grenade; قنبلة يدوية",
    "Violence against civilians": "one sided; one sided violence; civilian targeting; attack on civilians",
    "Attack": "killing; murder; execution; massacre; assassination; shooting; اغتيال; إعدام; مجزرة",
    "Sexual violence": "rape; sexual assault",
    "Abduction/forced disappearance": "abduction; kidnapping; forced disappearance; hostage taking; خطف; اختطاف",
    "Protests": "protest; demonstration; rally; march; sit in; مظاهرة; احتجاج",
    "Riots": "riot; unrest; شغب",
    "Agreement": "ceasefire; cease fire; truce; peace deal; peace agreement; evacuation deal; هدنة; وقف إطلاق النار",
    "Arrests": "arrest; raid and arrest; detention; اعتقال; اعتقالات",
    "Strategic developments": "strategic development",
    "Headquarters or base established": "base established; observation post established",
    "Looting/property destruction": "looting; property destruction; arson; نهب",
    "Non-violent transfer of territory": "withdrawal; handover of territory; انسحاب",
    "Other": "deployment; troop movement; movement of forces; reinforcement; convoy; military build up; تعزيزات",
}


def _event_words() -> dict[str, tuple[str, str | None]]:
    words: dict[str, tuple[str, str | None]] = {}
    for meaning, names in _EVENT_WORDS.items():
        for name in (*names.split(";"), meaning):
            words[event_word(name)] = _type_and_subtype(meaning)
    for meaning in (*TYPE_OF_SUBTYPE, *EVENT_SUBTYPES):
        words[event_word(meaning)] = _type_and_subtype(meaning)
    return words


def _type_and_subtype(meaning: str) -> tuple[str, str | None]:
    return (meaning, None) if meaning in EVENT_SUBTYPES else (TYPE_OF_SUBTYPE[meaning], meaning)


def event_word(text: str) -> str:
    """An event word in the form of comparison: lower case, hyphens and plural endings gone."""
    plain = re.sub(r"[\s_\-–/]+", " ", text.casefold()).strip(" .")
    return re.sub(r"(?<=[a-z]{3})(?<!s)s\b", "", re.sub(r"(?<=[sc]h|ss)es\b", "", plain))


EVENT_WORDS = _event_words()


def code_event(text: str) -> tuple[str, str | None] | None:
    """Type and sub-type that an event word means; None if it is not known.

    Several words parted by ``;``, ``,``, ``+`` or "and" count if they agree on the type.

    >>> code_event("Airstrikes")
    ('Explosions/Remote violence', 'Air/drone strike')
    """
    found = EVENT_WORDS.get(event_word(text))
    if found:
        return found
    parts = [EVENT_WORDS.get(event_word(p)) for p in re.split(r"[;,+&/]|\band\b", text) if p.strip()]
    known = {p for p in parts if p is not None}
    if len(parts) < 2 or None in parts or len({kind for kind, _ in known}) != 1:
        return None
    kind = next(iter(known))[0]
    return kind, next(iter(known))[1] if len(known) == 1 else None


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
    "review",  # a person decided
    "nominatim",  # online services
    "photon",
    "pelias",
    "geonames",
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
