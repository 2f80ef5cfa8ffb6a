"""Places, the index of their names, and the sources they come from."""

from geo.gazetteer.index import Gazetteer
from geo.gazetteer.loading import build_gazetteer, load_gazetteer, load_places
from geo.gazetteer.matching import TIERS, Asked, Match, heard_alike, part_matches, same_letters, similar
from geo.gazetteer.merging import merge_places
from geo.gazetteer.official import country_code, country_names
from geo.gazetteer.place import Candidate, Place, kilometres
from geo.gazetteer.places import Places
from geo.gazetteer.reading import read_gazetteer

__all__ = [
    "TIERS",
    "Asked",
    "Candidate",
    "Gazetteer",
    "Match",
    "Place",
    "Places",
    "build_gazetteer",
    "country_code",
    "country_names",
    "heard_alike",
    "kilometres",
    "load_gazetteer",
    "load_places",
    "merge_places",
    "part_matches",
    "read_gazetteer",
    "same_letters",
    "similar",
]
