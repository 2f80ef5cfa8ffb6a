"""From tables to pages. The one package of the two that draws."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maps.api import conflict_map

__all__ = ["conflict_map"]


def __getattr__(name: str) -> Any:
    """What draws is loaded when it is asked for: a command that draws nothing starts without it."""
    if name in __all__:
        return getattr(import_module("maps.api"), name)
    raise AttributeError(f"module 'maps' has no attribute '{name}'")
