"""Comparing place names across spellings and scripts, and reading what coders write around a name.

Three keys of rising tolerance: ``fold`` (case, accents, marks), ``article_free`` (Arabic article gone) and ``skeleton``
(consonants only, the same for Latin, Arabic and Cyrillic spellings). Rules are about scripts and languages only.
"""

from geo.names.letters import ARABIC, article_free, fold, scripts
from geo.names.sounds import Heard, coarse, deletions, hear, partial, read_otherwise, skeleton, sound, sounded
from geo.names.toponyms import Relation, ToponymParts, UnitHint, lies_by, parse_toponym, part_of, road_ends

__all__ = [
    "ARABIC",
    "Heard",
    "Relation",
    "ToponymParts",
    "UnitHint",
    "article_free",
    "coarse",
    "deletions",
    "fold",
    "hear",
    "lies_by",
    "parse_toponym",
    "part_of",
    "partial",
    "read_otherwise",
    "road_ends",
    "scripts",
    "skeleton",
    "sound",
    "sounded",
]
