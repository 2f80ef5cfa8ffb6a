"""Place names in running text: which words are names of places, and which places they mean."""

from geo.geoparse.parsing import Geoparser, Span, open_geoparser, parse, resolve

__all__ = ["Geoparser", "Span", "open_geoparser", "parse", "resolve"]
