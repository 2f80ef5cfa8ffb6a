"""From a toponym to a place, with the reasons; and from tables of rows to located tables."""

from geo.geocode.choose import Context, Resolution, Resolver, resolve
from geo.geocode.tables import Geocoded, geocode_displacement, geocode_events

__all__ = [
    "Context",
    "Geocoded",
    "Resolution",
    "Resolver",
    "geocode_displacement",
    "geocode_events",
    "resolve",
]
