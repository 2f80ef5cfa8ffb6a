"""Colours, shapes, sizes and line widths, decided once: data without a renderer.

Page, GIS styles and figures all read this file, so they agree. Colours hold 3:1 against the land colour, and every
event type has a shape of its own, so the map reads without colour. Palette: after Okabe and Ito (2008).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Symbol:
    """Shape and colours of one event type."""

    shape: str  # circle | diamond | triangle | square | pentagon | cross
    light: str
    dark: str
    edge: str = "#FFFFFF"


EVENT_SYMBOLS: dict[str, Symbol] = {
    "Battles": Symbol("circle", "#C4460A", "#F0793B"),
    "Explosions/Remote violence": Symbol("diamond", "#E69F00", "#F3B73C", edge="#6B4A00"),
    "Violence against civilians": Symbol("triangle", "#9B2D6F", "#D774AE"),
    "Strategic developments": Symbol("square", "#0B6FA8", "#5AB0E0"),
    "Protests": Symbol("pentagon", "#00795A", "#3FC59B"),
    "Riots": Symbol("cross", "#6E6259", "#B3A59A"),
}
DISPLACEMENT = ("#5B4FC7", "#9C93F2")
DISPLACEMENT_FILL_OPACITY = 0.2

# Each token has a light and a dark value.
TOKENS: dict[str, tuple[str, str]] = {
    "ink": ("#1F2933", "#E8ECEF"),
    "muted": ("#5C6B77", "#9AA7B1"),
    "line": ("#D9DEE2", "#36414A"),
    "surface": ("#FFFFFF", "#1B2228"),
    "sea": ("#DCE6EA", "#11181D"),
    "land-abroad": ("#F1EFEA", "#1D252A"),
    "land": ("#F7F6F2", "#232C32"),
    "country-line": ("#7F8B94", "#6B7881"),
    "admin1-line": ("#A9B1B6", "#4C5860"),
    "admin3-line": ("#D9DBD8", "#323C43"),
    "road": ("#BDA77C", "#7A6B4A"),
    "area-edge": ("#8A4B2A", "#C99274"),
}

# Symbol radius in CSS pixels: area is proportional to deaths, with a floor so that no event vanishes.
SMALLEST_RADIUS = 4.0
RADIUS_PER_ROOT = 2.2
LARGEST_RADIUS = 26.0
UNKNOWN_RADIUS = 4.0  # deaths unknown: small and open
# Several events in one symbol: area follows their number.
SMALLEST_BUBBLE_RADIUS, BUBBLE_RADIUS_PER_ROOT, LARGEST_BUBBLE_RADIUS = 10.0, 1.7, 30.0

# Stock circles: area proportional to people.
LARGEST_STOCK_RADIUS = 46.0
LARGEST_FLOW_WIDTH = 14.0
SMALLEST_FLOW_WIDTH = 1.0

# Choropleths of rates: five classes, light and dark, from little to much. One hue, so that they read without colour,
# and none of the events' hues; the darkest still lets symbols with their edges and names with their halo be read.
RATE_CLASSES: tuple[tuple[str, str], ...] = (
    ("#DCE9E6", "#24383D"),
    ("#B4D3D0", "#2C4F57"),
    ("#86B6B8", "#386A74"),
    ("#5B969E", "#4B8792"),
    ("#3B7380", "#6BA7B0"),
)
RATE_ZERO = ("#FFFFFF", "#1A2328")  # none recorded, which is not the same as not known
SMALL_POPULATION = 10_000  # in fewer people one event more changes a rate by 10 in 100,000 and above
