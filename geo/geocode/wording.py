"""What a toponym was taken to mean, how precisely, and why in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from geo.codes import PRECISION, Precision
from geo.gazetteer import TIERS, Candidate, Place
from geo.geocode.evidence import NEAR_KM, Context, Evidence


class Resolution(NamedTuple):
    """What a toponym was taken to mean: a place or none, how well it is known, and why in words."""

    toponym: str
    place: Place | None
    precision: Precision | None
    radius_km: float | None
    method: str | None
    score: float | None
    runners_up: tuple[Candidate, ...]
    reason: str


def none(toponym: str, reason: str, runners_up: tuple[Candidate, ...] = ()) -> Resolution:
    """No place, and why."""
    return Resolution(toponym, None, None, None, None, None, runners_up, reason)


def precision_of(place: Place, best: Evidence | None = None) -> tuple[Precision, float | None]:
    """Precision and radius in km of a place, as the toponym means it: itself, something near it, its unit."""
    if place.feature_class == "A":
        if place.feature_code.startswith("PCL"):
            return Precision.COUNTRY, None
        by_level = {"ADM1": Precision.FIRST_DIVISION, "ADM2": Precision.DISTRICT, "ADM3": Precision.DISTRICT}
        if place.feature_code in by_level:
            return by_level[place.feature_code], None
    if best is not None and place.feature_class == "P" and _means_unit(best, place):
        lower = best.parts.unit_hint in ("admin2", "admin3")
        return (Precision.DISTRICT if lower else Precision.FIRST_DIVISION), None
    if place.radius_km is not None and not np.isnan(place.radius_km) and not _is_spot(place):
        return Precision.LINE, place.radius_km
    beside = best is not None and (
        best.parts.relation not in ("", "neighbourhood") or best.match.qualified in ("fewer", "other")
    )
    wide = beside or place.feature_class in ("T", "H", "L")
    precision = Precision.NEAR if wide else Precision.NAMED_PLACE
    return precision, max(place.radius_km or 0.0, PRECISION[precision].radius_km or 0.0)


def _means_unit(best: Evidence, place: Place) -> bool:
    """Whether a town's name stands for its unit ("X province"), in a gazetteer that has no units."""
    if best.parts.unit_hint in ("admin1", "admin2", "admin3"):
        return True
    return best.parts.relation in ("part", "countryside") and place.feature_code in ("PPLA", "PPLC")


def _is_spot(place: Place) -> bool:
    """Whether a radius only says that a village, post or hill is not known to the metre; else it is an area."""
    camp = place.feature_code.startswith("CMP") or place.feature_code in ("RFGC", "CTRR")
    widest = 2.0 if place.feature_class == "T" else 5.0
    return place.feature_class in ("P", "S", "R", "T") and not camp and (place.radius_km or 0.0) <= widest


_SPELLED = {
    "exact": "same spelling",
    "folded": "same but for case and marks",
    "article-free": "same but for the article",
    "skeleton": "sounds like '{name}'",
    "edit distance": "nearly spelled like '{name}'",
}
_BY_SOUND = TIERS.index("skeleton")
_PART = {
    "ground": "but for a word for the ground", "tail": "but for the first word", "head": "but for the last word",
    "unit": "but for the unit in its name",
}  # fmt: skip
_QUALIFIED = {
    "more": "which is the only one so qualified", "fewer": "which is not so qualified",
    "other": "which is its other part",
}  # fmt: skip


def why(best: Evidence, place: Place, context: Context, *, rivals: Sequence[Evidence]) -> str:
    """The reasons for a place, the strongest first."""
    match = best.match
    spelled = _SPELLED[TIERS[match.tier]]
    reasons = [spelled if match.tier < _BY_SOUND else spelled.format(name=place.name)]
    part, qualified = _PART.get(match.asked or match.form), _QUALIFIED.get(match.qualified)
    if part or qualified:
        reasons += [reason for reason in (part, qualified) if reason]
    if best.agreed:
        stated = next((u for u in reversed(context.units) if u), "")
        reasons.append(f"in {stated} as stated" if stated else "in the unit stated")
    if best.border_km:
        reasons.append("just outside the unit stated")
    if best.near_km is not None and best.near_km < NEAR_KM:
        reasons.append(f"{best.near_km:.0f} km from the places named beside it")
    if rivals and match.tier < _BY_SOUND and any(r.match.tier < _BY_SOUND for r in rivals):
        reasons.append("the most important of several of that name")
    if best.parts.relation:
        reasons.append({"part": "a part of it", "spot": "a spot there"}.get(best.parts.relation, best.parts.relation))
    return "; ".join(reasons)


def tie(ids: Sequence[str], context: Context) -> str:
    """Several places fit equally: which, and what would decide."""
    missing = [w for w, u in zip(("governorate", "district", "sub-district"), context.units, strict=True) if not u]
    advice = f"add the {missing[0]}" if missing else "give a p-code or coordinates"
    count = {2: "two", 3: "three"}.get(len(ids), str(len(ids)))
    return f"{count} places fit equally ({', '.join(ids[:4])}); {advice}"


def elsewhere(place: Place) -> str:
    """The name is known, but of a place where nothing says it should be."""
    where = f"{place.place_id}, in {place.admin1 or place.country or 'no known unit'}"
    return f"the only place of this name ({where}) is not where the row or the theatre says"
