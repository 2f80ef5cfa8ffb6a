"""Outlines of symbols and flows, in millimetres; same shapes as on the page. Pure geometry."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from maps import style

# Corner radius for a circle of radius 1, so that shapes of equal deaths weigh about the same.
_CORNERS = {"diamond": (4, 0.0, 1.25), "triangle": (3, 0.0, 1.5), "square": (4, 45.0, 1.25), "pentagon": (5, 0.0, 1.15)}
_BEND = 0.18  # of its length that a flow line swings out
_STEPS = 24
_STOCK = 0.75  # of the page's circles of people: paper has no zoom to get out of their way


def circle(x: float, y: float, radius: float) -> np.ndarray:
    """A circle as a ring of points, as many as its size needs."""
    steps = 24 if radius < 1.2 else 48 if radius < 4 else 96
    angles = np.arange(steps) * 2 * math.pi / steps
    return np.column_stack([x + radius * np.cos(angles), y + radius * np.sin(angles)])


def symbol(shape: str, x: float, y: float, radius: float) -> np.ndarray:
    """Ring of a symbol whose area is about that of a circle of this radius."""
    if shape == "circle":
        return circle(x, y, radius)
    if shape == "cross":
        r, a = radius * 1.15, radius * 1.15 * 0.38
        quarter = [(-a, r), (a, r), (a, a)]
        corners = [
            (px * c + py * d, py * c - px * d) for c, d in ((1, 0), (0, 1), (-1, 0), (0, -1)) for px, py in quarter
        ]
        return moved(corners, x, y)
    count, turn, factor = _CORNERS[shape]
    angles = np.radians(90 + turn + np.arange(count) * 360 / count)
    low = 0.2 * radius if shape == "triangle" else 0.0  # its middle looks right a little below its centre of corners
    return np.column_stack([x + radius * factor * np.cos(angles), y - low + radius * factor * np.sin(angles)])


def event_radius(deaths: float, mm_per_pixel: float) -> float:
    """Radius in mm: area follows the deaths, with the page's floor and ceiling; unknown (NaN) is small."""
    if math.isnan(deaths):
        return style.UNKNOWN_RADIUS * mm_per_pixel
    pixels = style.RADIUS_PER_ROOT * math.sqrt(deaths)
    return min(style.LARGEST_RADIUS, max(style.SMALLEST_RADIUS, pixels)) * mm_per_pixel


def stock_radius(persons: float, largest: float, mm_per_pixel: float) -> float:
    """Radius in mm of a circle of people: area follows their number."""
    pixels = _STOCK * style.LARGEST_STOCK_RADIUS * math.sqrt(persons / largest) if largest > 0 else 0.0
    return max(2.5, pixels) * mm_per_pixel


def flow_width(persons: float, largest: float, mm_per_pixel: float) -> float:
    """Width in mm of a flow line."""
    pixels = style.LARGEST_FLOW_WIDTH * persons / largest if largest > 0 else 0.0
    return max(style.SMALLEST_FLOW_WIDTH, pixels) * mm_per_pixel


def flow(start: np.ndarray, end: np.ndarray, width: float, mm_per_pixel: float) -> np.ndarray | None:
    """Ring of a bent line that widens towards its head; None if its ends are too near each other to show it."""
    along = end - start
    length = float(np.hypot(*along))
    if length < 8 * mm_per_pixel:
        return None
    bend = (start + end) / 2 + np.array([-along[1], along[0]]) * -_BEND
    head = min(0.25, (width * 1.6 + 6 * mm_per_pixel) / length)
    t = np.linspace(0, 1 - head, _STEPS + 1)[:, None]
    line = (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end
    tangent = 2 * (1 - t) * (bend - start) + 2 * t * (end - bend)
    across = np.column_stack([-tangent[:, 1], tangent[:, 0]]) / np.hypot(tangent[:, 0], tangent[:, 1])[:, None]
    half = (width / 2) * np.linspace(0.3, 1.0, _STEPS + 1)[:, None]
    wing = (width * 0.9 + 3 * mm_per_pixel) * across[-1]
    left, right = line + across * half, (line - across * half)[::-1]
    return np.vstack([left, line[-1] + wing, end, line[-1] - wing, right])


def moved(points: Sequence[tuple[float, float]], x: float, y: float) -> np.ndarray:
    """Points about the origin, moved to a place."""
    return np.array(points, dtype=float) + np.array([x, y])


def closed(ring: np.ndarray) -> np.ndarray:
    """A ring as a line."""
    return np.vstack([ring, ring[:1]])


def bow(x: float, y: float, size: float) -> np.ndarray:
    """Sign of a border crossing."""
    return moved([(-size, 0.8 * size), (size, -0.8 * size), (size, 0.8 * size), (-size, -0.8 * size)], x, y)


def flag(x: float, y: float, size: float) -> np.ndarray:
    """Sign of a post; its foot stands at the place."""
    return moved([(0, 0), (0, 2.2 * size), (1.2 * size, 1.7 * size), (0, 1.2 * size)], x, y)


def pill(x: float, y: float, width: float, height: float) -> np.ndarray:
    """A badge with round ends."""
    radius = height / 2
    side = max(0.0, width / 2 - radius)
    right = np.radians(np.linspace(-90, 90, 13))
    left = np.radians(np.linspace(90, 270, 13))
    return np.vstack(
        [
            np.column_stack([x + side + radius * np.cos(right), y + radius * np.sin(right)]),
            np.column_stack([x - side + radius * np.cos(left), y + radius * np.sin(left)]),
        ]
    )
