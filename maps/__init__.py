"""From tables to pages. The one package of the two that draws."""

from maps.api import conflict_map

__all__ = ["conflict_map"]
