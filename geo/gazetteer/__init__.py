"""Places, the index of their names, and the sources they come from."""

from geo.gazetteer.embedded import country_code
from geo.gazetteer.index import TIERS, Gazetteer, Match
from geo.gazetteer.loading import build_gazetteer, load_gazetteer
from geo.gazetteer.merging import merge_places
from geo.gazetteer.place import Candidate, Place, kilometres
from geo.gazetteer.reading import read_gazetteer

__all__ = [
    "TIERS",
    "Candidate",
    "Gazetteer",
    "Match",
    "Place",
    "build_gazetteer",
    "country_code",
    "kilometres",
    "load_gazetteer",
    "merge_places",
    "read_gazetteer",
]
