"""How far places lie outside first-level units, measured from the places that are known to lie inside."""

from __future__ import annotations

import numpy as np

from geo.gazetteer import Gazetteer

BORDER_KM = 10.0  # coders and gazetteers put border villages into different units
FAR_BORDER_KM = 35.0  # in a desert the nearest village of a unit may be so far from its border
_CELLS = 10  # a degree, in the grid by which whole stretches of land are left out
_KM = 111.2  # of a degree of latitude


def cells_of(gazetteer: Gazetteer) -> tuple[np.ndarray, np.ndarray]:
    """Column and row in the grid of every place."""
    lon, lat = (np.floor(v * _CELLS).astype(np.int32) for v in (gazetteer.longitude, gazetteer.latitude))
    return lon, lat


class Borders:
    """Where all places lie to the first-level units of some codes; places whose unit is not known count as inside."""

    def __init__(self, gazetteer: Gazetteer, codes: frozenset[str], cells: tuple[np.ndarray, np.ndarray]) -> None:
        self.gazetteer, self._cells = gazetteer, cells
        lying = gazetteer.among("admin1", codes)
        self._inside = lying | (gazetteer.codes("admin1")[0] < 0)
        members = np.flatnonzero(lying & ~gazetteer.among("feature_class", ("A",)))
        self._own = set(zip(cells[0][members].tolist(), cells[1][members].tolist(), strict=True))
        self._lons, self._lats = gazetteer.longitude[members], gazetteer.latitude[members]
        self._known: dict[int, float] = {}
        # Places outside that may lie by the border: few of all, and all that later questions are about.
        self._near = np.flatnonzero(~self._inside)
        self._about = {FAR_BORDER_KM: self._by_cells(FAR_BORDER_KM)}
        self._near = np.flatnonzero(self._about[FAR_BORDER_KM] & ~self._inside)

    def about(self, km: float) -> np.ndarray:
        """Which places lie inside, or may lie so far outside: a few further ones among them."""
        if km not in self._about:
            self._about[km] = self._by_cells(km)
        return self._about[km]

    def _by_cells(self, km: float) -> np.ndarray:
        if not len(self._lons):
            return self._inside
        squeeze = max(0.05, float(np.cos(np.radians(np.abs(self._lats).max()))))
        high, wide = int(np.ceil(km / _KM * _CELLS)), int(np.ceil(km / _KM / squeeze * _CELLS))
        west, south = (min(cell[axis] for cell in self._own) - reach for axis, reach in ((0, wide), (1, high)))
        east, north = (max(cell[axis] for cell in self._own) + reach for axis, reach in ((0, wide), (1, high)))
        grid = np.zeros((east - west + 1, north - south + 1), dtype=bool)
        for x, y in self._own:
            grid[x - west - wide : x - west + wide + 1, y - south - high : y - south + high + 1] = True
        xs, ys = self._cells[0][self._near], self._cells[1][self._near]
        box = (xs >= west) & (xs <= east) & (ys >= south) & (ys <= north)
        about = self._inside.copy()
        about[self._near[box]] = grid[xs[box] - west, ys[box] - south]
        return about

    def kilometres(self, row: int) -> float:
        """How far outside a place lies: 0 inside, infinite beyond a border's doubt."""
        if row not in self._known:
            self._known[row] = self._measure(row)
        return self._known[row]

    def _measure(self, row: int) -> float:
        if self._inside[row]:
            return 0.0
        if not len(self._lons):
            return float("inf")
        lon, lat = self.gazetteer.point(row)
        east, north = (self._lons - lon) * np.cos(np.radians(lat)), self._lats - lat
        apart = _KM * float(np.sqrt((east**2 + north**2).min()))
        return apart if apart <= FAR_BORDER_KM else float("inf")
