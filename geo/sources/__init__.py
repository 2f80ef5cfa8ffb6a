"""Tables as people have them: known by their columns, never by their file name."""

from __future__ import annotations

from geo.sources.decisions import read_decisions
from geo.sources.draft import SourceRead
from geo.sources.heading import is_tabbed
from geo.sources.reading import read_table, unknown_field

__all__ = ["SourceRead", "is_tabbed", "read_decisions", "read_table", "unknown_field"]
