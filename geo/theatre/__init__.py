"""One conflict's settings, read from a TOML file and small data files beside it. Code holds no place and no actor."""

from geo.theatre.files import BUILT_IN, is_file, list_theatres
from geo.theatre.model import Actor, ContextFeature, HouseholdSize, MergeRule, Theatre
from geo.theatre.places import theatre_places
from geo.theatre.reading import TEMPLATE, load_theatre

__all__ = [
    "BUILT_IN",
    "TEMPLATE",
    "Actor",
    "ContextFeature",
    "HouseholdSize",
    "MergeRule",
    "Theatre",
    "is_file",
    "list_theatres",
    "load_theatre",
    "theatre_places",
]
