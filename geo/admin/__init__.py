"""Administrative areas: reading polygons, deriving approximate ones from gazetteer points, and joining points to them.

AREAS is a GeoDataFrame in EPSG:4326 with the columns of ``AREA_COLUMNS``. Level 0 is the country, 1 its first
division. An area made from points instead of surveyed lines is marked ``approximate``.
"""

from geo.admin.areas import AREA_COLUMNS, Units, areas_table, assign_pcodes, parents
from geo.admin.loading import load_areas
from geo.admin.reading import read_admin
from geo.outlines import country_outlines

__all__ = [
    "AREA_COLUMNS",
    "Units",
    "areas_table",
    "assign_pcodes",
    "country_outlines",
    "load_areas",
    "parents",
    "read_admin",
]
