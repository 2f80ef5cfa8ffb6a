"""The five tables - EVENTS, DISPLACEMENT, TOTALS, POPULATION, PLACES - declared once and checked at the border.

A table is a plain DataFrame; a located one a GeoDataFrame in EPSG:4326. Missing stays missing (``<NA>``, ``NaN``,
``NaT`` or None by column), never zero. Dates are days without a time zone.
"""

from geo.schema.conforming import conform, mask
from geo.schema.displacement import DISPLACEMENT
from geo.schema.events import EVENTS
from geo.schema.guard import with_guard, without_guard
from geo.schema.ids import all_differ, hashes_of, stable_id, stable_ids
from geo.schema.places import PLACES
from geo.schema.population import POPULATION
from geo.schema.rows import concat, empty, table_of, taken
from geo.schema.spec import CRS, DTYPES, Column, Credit, TableSpec
from geo.schema.totals import TOTALS

__all__ = [
    "CRS", "DISPLACEMENT", "DTYPES", "EVENTS", "PLACES", "POPULATION", "TOTALS", "Column", "Credit", "TableSpec",
    "all_differ", "concat", "conform", "empty", "hashes_of", "mask", "stable_id", "stable_ids", "table_of", "taken",
    "with_guard", "without_guard",
]  # fmt: skip
