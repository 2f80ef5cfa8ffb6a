"""From a toponym to a place, with the reasons; and from tables of rows to located tables."""

from geo.geocode.answering import Answering
from geo.geocode.asking import Service
from geo.geocode.choose import Resolver, resolve
from geo.geocode.column import ADDED, ROLES, Answers, check_columns, find_answers, geocode_column
from geo.geocode.counted import place_totals
from geo.geocode.decisions import Decision, Decisions
from geo.geocode.evidence import Context
from geo.geocode.explaining import Explanation, explain
from geo.geocode.listing import LISTING, join_listings
from geo.geocode.tables import Geocoded, geocode_displacement, geocode_events
from geo.geocode.wording import Resolution

__all__ = [
    "ADDED",
    "LISTING",
    "ROLES",
    "Answering",
    "Answers",
    "Context",
    "Decision",
    "Decisions",
    "Explanation",
    "Geocoded",
    "Resolution",
    "Resolver",
    "Service",
    "check_columns",
    "explain",
    "find_answers",
    "geocode_column",
    "geocode_displacement",
    "geocode_events",
    "join_listings",
    "place_totals",
    "resolve",
]
