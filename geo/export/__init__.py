"""GIS files: one table of formats, one writer, the same bytes for the same tables."""

from geo.export.formats import FORMATS, Format
from geo.export.handover import About, Handover, Paint, SourceFile, Style
from geo.export.layers import make_handover, write_handover, write_layers
from geo.export.parquet import write_table
from geo.export.spreadsheets import safe_text, write_csv_table
from geo.export.writing import require_folder, written, written_together

__all__ = [
    "FORMATS",
    "About",
    "Format",
    "Handover",
    "Paint",
    "SourceFile",
    "Style",
    "make_handover",
    "require_folder",
    "safe_text",
    "write_csv_table",
    "write_handover",
    "write_layers",
    "write_table",
    "written",
    "written_together",
]
