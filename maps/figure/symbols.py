"""Symbols of events: shape and colour by type, area by deaths; the types of one place side by side."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from maps import style
from maps.figure import shapes
from maps.figure.canvas import Canvas
from maps.figure.ground import colour
from maps.figure.view import Box


def draw_symbols(canvas: Canvas) -> None:
    """One symbol for the events of one type at one place, the most deadly below."""
    symbols, box = canvas.content.symbols, canvas.view.paper
    if not len(symbols):
        return
    places = canvas.view.place(symbols[["longitude", "latitude"]].to_numpy(dtype=float))
    seen = np.isfinite(places).all(axis=1)
    seen[seen] = box.has(places[seen])
    canvas.tally.outside += int(symbols.loc[~seen, "events"].sum())
    shown, places = symbols.loc[seen], places[seen]
    radii = np.array([shapes.event_radius(d, canvas.look.pixel) for d in shown["deaths"]])
    shifts = _side_by_side(shown, radii)
    centres = places + np.column_stack([shifts, np.zeros(len(shifts))])
    _draw(canvas, shown, centres, radii)
    canvas.taken.soft += [Box(x - r, y - r, x + r, y + r) for (x, y), r in zip(centres, radii, strict=True)]
    canvas.tally.types.update({str(name): int(n) for name, n in shown.groupby("type")["events"].sum().items()})
    canvas.tally.near = bool(shown["near"].any())
    deaths = shown["deaths"].dropna()
    canvas.tally.largest_deaths = float(deaths.max()) if len(deaths) else math.nan
    canvas.tally.deaths_unknown = int(shown["deaths"].isna().sum())
    canvas.tally.several = bool((shown["events"] > 1).any() or (shown["of"] > 1).any())


def _draw(canvas: Canvas, shown: pd.DataFrame, centres: np.ndarray, radii: np.ndarray) -> None:
    """All symbols in one go: a country's years are tens of thousands."""
    unit, box = canvas.look.unit, canvas.view.paper
    signs = [style.EVENT_SYMBOLS[name] for name in shown["type"]]
    fills = [canvas.spec.palette.get(name, sign.light) for name, sign in zip(shown["type"], signs, strict=True)]
    rings, near = [], shown["near"].to_numpy(dtype=bool)
    for sign, (x, y), radius in zip(signs, centres, radii, strict=True):
        rings.append(shapes.symbol(sign.shape, x, y, radius))
    for fill in sorted({fill for fill, is_near in zip(fills, near, strict=True) if is_near}):
        about = [
            shapes.closed(shapes.circle(x, y, radius + 0.75 * unit))
            for (x, y), radius, one, is_near in zip(centres, radii, fills, near, strict=True)
            if is_near and one == fill
        ]
        canvas.paper.line(about, fill, 0.4 * unit, dash=(1.6, 1.4), clip=box)
    unknown = shown["deaths"].isna().to_numpy()
    inside = [colour("surface") if open_ else fill for open_, fill in zip(unknown, fills, strict=True)]
    edges = [fill if open_ else sign.edge for open_, fill, sign in zip(unknown, fills, signs, strict=True)]
    widths = [(0.9 if open_ else 0.4) * unit for open_ in unknown]
    canvas.paper.symbols(rings, inside, edges, widths, clip=box)


def _side_by_side(symbols: pd.DataFrame, radii: np.ndarray) -> np.ndarray:
    """Shift of each symbol, so that the types at one place stand in a row, its middle at the place."""
    shifts = np.zeros(len(symbols))
    crowded = (symbols["of"] > 1).to_numpy()
    rows = symbols.assign(radius=radii, at=np.arange(len(symbols))).loc[crowded]
    for _, site in rows.sort_values("turn").groupby(["longitude", "latitude"], sort=True):
        widths = site["radius"].to_numpy() * 1.9
        lefts = np.concatenate([[0.0], np.cumsum(widths)[:-1]])
        shifts[site["at"].to_numpy()] = lefts + widths / 2 - widths.sum() / 2
    return shifts
