"""Places by row, by id and by where they lie."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cached_property
from typing import Any, Self, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa

from geo.gazetteer.columns import Coded, Column, Figures, Ids, column_of, whole
from geo.gazetteer.place import Place
from geo.gazetteer.storage import unpacked

Derived = TypeVar("Derived")
_REMEMBERED = 20_000  # places


class Places:
    """The places of a gazetteer; made by ``load_places``, never changed afterwards.

    ``rows`` tells the row of each place by its id, its p-code, and its ids elsewhere.
    """

    def __init__(self, places: pa.Table, ids: pa.Table) -> None:
        self._table = places
        self._columns = {name: column_of(places.column(name)) for name in places.column_names}
        self._texts, self._lists, self._figures = (
            [self._columns[name].__getitem__ for name in names] for names in (_TEXTS, _LISTS, _FIGURES)
        )
        self._derived: dict[Callable[[Self], Any], Any] = {}
        self._made: dict[int, Place] = {}
        self.rows = Ids(ids)
        self.longitude = array_of(places, "longitude")
        self.latitude = array_of(places, "latitude")
        # A few cells of an array are read faster one by one than by NumPy's fancy indices.
        self._quick_points = np.ascontiguousarray(self.longitude).data, np.ascontiguousarray(self.latitude).data

    def derived(self, make: Callable[[Self], Derived]) -> Derived:
        """What ``make`` works out of these places: made once, and kept as long as they are."""
        if make not in self._derived:
            self._derived[make] = make(self)
        return self._derived[make]

    def __len__(self) -> int:
        return self._table.num_rows

    @cached_property
    def places(self) -> pd.DataFrame:
        """All places as a PLACES table."""
        return unpacked(self._table)

    def within(self, west: float, south: float, east: float, north: float) -> pd.DataFrame:
        """The places of a box of degrees as a PLACES table, in their order."""
        lon, lat = self.longitude, self.latitude
        inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        return unpacked(self._table.filter(pa.array(inside)))

    def column(self, name: str) -> Column:
        """One column of the places by row; None where empty."""
        return self._columns[name]

    def figures(self, name: str) -> np.ndarray:
        """A column of numbers of all places; 0 where empty."""
        column = self._columns[name]
        if not isinstance(column, Figures):
            raise KeyError(f"'{name}' is no column of numbers")
        return column.numbers

    def codes(self, name: str) -> tuple[np.ndarray, list[str | None]]:
        """A column of few values (a class, a code, a country) as the number of each row's value, and the values."""
        column = self._coded(name)
        return column.numbers, column.values

    def among(self, name: str, wanted: Collection[str | None]) -> np.ndarray:
        """Which places have one of some values in a column of few values; None where it is empty."""
        return self._coded(name).among(wanted)

    def where(self, name: str, value: str) -> np.ndarray:
        """Rows with this value in a column of few values, in order."""
        return self._coded(name).where(value)

    def _coded(self, name: str) -> Coded:
        column = self._columns[name]
        if not isinstance(column, Coded):
            raise KeyError(f"'{name}' is no column of few values")
        return column

    def place(self, place_id: str) -> Place:
        """The place with this id, here or in the gazetteer it came from; KeyError if there is none."""
        return self.at(self.rows[place_id])

    def point(self, row: int) -> tuple[float, float]:
        """Longitude and latitude of the place in this row."""
        lons, lats = self._quick_points
        return lons[row], lats[row]

    def at(self, row: int) -> Place:
        """The place in this row; many are asked for again and again, so some are remembered."""
        known = self._made.get(row)
        if known is None:
            if len(self._made) >= _REMEMBERED:
                self._made.clear()
            known = self._made[row] = self._read(row)
        return known

    def _read(self, row: int) -> Place:
        fields: list[Any] = [cell(row) or "" for cell in self._texts]
        fields += [tuple(text.split(";")) if (text := cell(row)) else () for cell in self._lists]
        fields += [cell(row) for cell in self._figures]
        return Place(*fields)


# The fields of a place in their order, by what an empty cell means: no text, no names, not known.
_LISTS = ("aliases", "other_ids")
_FIGURES = ("population", "longitude", "latitude", "radius_km")
_TEXTS = tuple(name for name in Place._fields if name not in _LISTS + _FIGURES)


def array_of(table: pa.Table, column: str) -> np.ndarray:
    return whole(table.column(column)).to_numpy(zero_copy_only=False)
