"""Do no harm: what may not be published finer is made coarser or withheld, once, before page and files alike.

What says where a row is - place, codes, coordinates and every text that may name the spot - goes with its point.
Ids stay: they lead to what the source itself has published.
"""

from geo.care.coarser import LEVELS, check_coarsening
from geo.care.publishing import Care, Cared, check_release, publishable, take_care
from geo.care.sensitive import careful_theatre, sensitive_rows
from geo.care.telling import (
    care_sentence,
    careful_credits,
    careful_decisions,
    careful_problems,
    careful_refused,
    with_sentence,
)
from geo.care.withholding import Withhold, find_listed, read_withhold

__all__ = [
    "LEVELS",
    "Care",
    "Cared",
    "Withhold",
    "care_sentence",
    "careful_credits",
    "careful_decisions",
    "careful_problems",
    "careful_refused",
    "careful_theatre",
    "check_coarsening",
    "check_release",
    "find_listed",
    "publishable",
    "read_withhold",
    "sensitive_rows",
    "take_care",
    "with_sentence",
]
