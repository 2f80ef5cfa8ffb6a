"""Tables as people have them: known by their columns, never by their file name."""

from __future__ import annotations

from geo.sources.decisions import read_decisions
from geo.sources.draft import SPECS, SourceRead, no_tables
from geo.sources.heading import is_tabbed
from geo.sources.own import read_package
from geo.sources.population import read_population
from geo.sources.reading import read_table, unknown_field

__all__ = [
    "SPECS",
    "SourceRead",
    "is_tabbed",
    "no_tables",
    "read_decisions",
    "read_package",
    "read_population",
    "read_table",
    "unknown_field",
]
