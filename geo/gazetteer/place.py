"""A place, a candidate for a name, and the small rules that every part of the gazetteer shares."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

EARTH_KM = 6371.0088


class Place(NamedTuple):
    """One gazetteer entry; ``radius_km`` says that it is an area of about that size. Codes as in PLACES."""

    place_id: str
    name: str
    name_ar: str
    feature_class: str
    feature_code: str
    country: str
    admin1: str
    admin2: str
    admin3: str
    pcode: str
    source: str
    aliases: tuple[str, ...]
    other_ids: tuple[str, ...]
    population: int | None
    longitude: float
    latitude: float
    radius_km: float | None


class Candidate(NamedTuple):
    """A place that a toponym may mean; ``score`` by the spelling alone, 0 to 1."""

    place: Place
    method: str
    score: float


def kilometres(lon1: Any, lat1: Any, lon2: Any, lat2: Any) -> Any:
    """Great-circle distance, for arrays; within 0.6 % of the geodesic, which is enough to tell villages apart."""
    lon1, lat1, lon2, lat2 = (np.radians(np.asarray(v, dtype=float)) for v in (lon1, lat1, lon2, lat2))
    half = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))


def joined(names: Iterable[Any]) -> str:
    """One cell of names: each once, parted by ";"; what is no text or blank is left out."""
    kept = dict.fromkeys([n.strip().replace(";", " ") for n in names if isinstance(n, str)])
    kept.pop("", None)
    return ";".join(kept)


# Letters of Arabic itself: lists of names mix in Persian, Urdu and Uyghur, which write the same place otherwise.
_ARABIC_WORDS = re.compile(r"\s*[\u0621-\u063a\u0641-\u064a][\u0621-\u063a\u0640-\u0652\s]*")


# A letter alone and a letter thrice: slips of the hand that lists of names keep.
_SLIP = re.compile(r"(?:^|\s).(?:\s|$)|(.)\1\1")


def arabic_names(names: Iterable[str]) -> list[str]:
    """Those of some names that are written in Arabic, in their order; those that look like slips stand last."""
    return sorted([n for n in names if _ARABIC_WORDS.fullmatch(n)], key=lambda n: _SLIP.search(n) is not None)


def first_arabic(names: Iterable[str]) -> str | None:
    """The first of some names that is written in Arabic, without a slip if there is such; None if there is none."""
    return next(iter(arabic_names(names)), None)
