"""GIS files: one table of formats, one writer, the same bytes for the same tables."""

from geo.export.formats import ALWAYS_LOST, FORMATS, POSTGIS, Format, Loss
from geo.export.handover import About, Handover, Paint, SourceFile, Style
from geo.export.layers import OnStep, make_handover, write_handover, write_layers
from geo.export.parquet import write_table
from geo.export.postgis import is_database, write_postgis
from geo.export.shapefile import texts_cut
from geo.export.spreadsheets import write_csv_table
from geo.export.writing import require_folder, written, written_together

__all__ = [
    "ALWAYS_LOST",
    "FORMATS",
    "POSTGIS",
    "About",
    "Format",
    "Handover",
    "Loss",
    "OnStep",
    "Paint",
    "SourceFile",
    "Style",
    "is_database",
    "make_handover",
    "require_folder",
    "texts_cut",
    "write_csv_table",
    "write_handover",
    "write_layers",
    "write_postgis",
    "write_table",
    "written",
    "written_together",
]
