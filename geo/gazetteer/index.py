"""Places and the index of their names: which places a toponym may mean by its spelling."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import fields
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from geo.errors import Problem
from geo.gazetteer import matching
from geo.gazetteer.columns import Coded, Column, Ids, column_of, whole
from geo.gazetteer.compiled import key_hashes
from geo.gazetteer.matching import TIERS, Asked, Match, Sound
from geo.gazetteer.place import Candidate, Place
from geo.gazetteer.storage import unpacked
from geo.names import article_free, fold, parse_toponym


class Gazetteer:
    """Places and the index of their names; made by ``load_gazetteer``, never changed afterwards.

    ``problems`` says what was wrong with the files it was read from.
    """

    def __init__(
        self, places: pa.Table, names: pa.Table, keys: pa.Table, ids: pa.Table, problems: pa.Table | None = None
    ) -> None:
        self.problems = tuple(Problem(**row) for row in problems.to_pylist()) if problems is not None else ()
        self._table = places
        self._columns = {name: column_of(places.column(name)) for name in places.column_names}
        self._texts, self._lists, self._figures = (
            [self._columns[name] for name in names] for names in (_TEXTS, _LISTS, _FIGURES)
        )
        self.rows = Ids(ids)  # row of each place by its id, its p-code, and its ids elsewhere
        self._name_texts, self._name_sounds, self._name_letters = (
            column_of(names.column(n)) for n in ("text", "sound", "letters")
        )
        self._name_rows = _array(names, "row")
        self._name_forms = _array(names, "form")
        # A few cells of an array are read faster one by one than by NumPy's fancy indices.
        self._quick_rows = self._name_rows.data
        self._quick_forms = self._name_forms.data
        self._hashes = _array(keys, "hash")
        self._hash_names = _array(keys, "name")
        self._sounds: dict[int, Sound] = {}
        self._entries: dict[int, tuple[int, str, str, int]] = {}
        self.longitude = _array(places, "longitude")
        self.latitude = _array(places, "latitude")

        self._quick_points = np.ascontiguousarray(self.longitude).data, np.ascontiguousarray(self.latitude).data

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
        """The place in this row."""
        fields: list[Any] = [column[row] or "" for column in self._texts]
        fields += [tuple(cell.split(";")) if (cell := column[row]) else () for column in self._lists]
        fields += [column[row] for column in self._figures]
        return Place(*fields)

    def candidates(self, toponym: str) -> tuple[Candidate, ...]:
        """Places that a toponym may mean by its spelling alone, best first; generic words are ignored."""
        found = self.matches(toponym)
        if not found:
            parts = parse_toponym(toponym)
            found = [m for core in (parts.core, *parts.others) for m in self.matches(core)]
        if not found:
            found = matching.similar(self, Asked.of(parts.core))
        found = [m for m in found if m.whole]
        return tuple(Candidate(self.at(m.row), TIERS[m.tier], round(m.score, 3)) for m in matching.best_of(found))

    def matches(self, name: str) -> list[Match]:
        """Places whose whole name agrees in the tiers exact to skeleton, each in its best tier."""
        return [m for m in matching.matches(self, Asked.of(name)) if m.whole]

    # --- for the comparing of names ---

    def find(self, keys: Sequence[tuple[str, str]], allowed: np.ndarray | None = None) -> list[np.ndarray]:
        """For each key the numbers of the names that have it; ``allowed`` says for each row whether it may be meant."""
        wanted = key_hashes(keys)
        starts = self._hashes.searchsorted(wanted, "left").tolist()
        ends = self._hashes.searchsorted(wanted, "right").tolist()
        found = [self._hash_names[a:b] if a < b else _NO_NAMES for a, b in zip(starts, ends, strict=True)]
        return found if allowed is None else [self.among_allowed(names, allowed) for names in found]

    def among_allowed(self, names: np.ndarray, allowed: np.ndarray | None) -> np.ndarray:
        """Those of some names (by their numbers) whose places may be meant."""
        return names if allowed is None or not len(names) else names[allowed[self._name_rows[names]]]

    def spelled(self, names: Iterable[str]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """For each text the numbers of the names that are the same folded, and without their article; all at once."""
        known = {name: folded for name in names if (folded := fold(name))}
        keys = [key for folded in known.values() for key in (("f", folded), ("a", article_free(folded)))]
        found = self.find(keys) if keys else []
        return dict(zip(known, zip(found[::2], found[1::2], strict=True), strict=True))

    def rows_of_names(self, names: np.ndarray, allowed: np.ndarray | None = None) -> list[tuple[int, int]]:
        """Row and form (by its number in ``FORMS``) of each name of a place that may be meant."""
        rows, forms = self._quick_rows, self._quick_forms
        found = [(rows[name], forms[name]) for name in names.tolist()]
        return found if allowed is None else [entry for entry in found if allowed[entry[0]]]

    def sounds(self, names: np.ndarray) -> Iterator[tuple[int, Sound]]:
        """Each name with what it sounds like; a name that was asked for before is remembered."""
        known = self._sounds
        for name in names.tolist():
            if name not in known:
                known[name] = Sound.of(self._name_sounds[name] or "")
            yield name, known[name]

    def name_entry(self, name: int) -> tuple[int, str, str, int]:
        """Row, folded text, qualifying letters and form of a name."""
        if name not in self._entries:
            row, form = self._quick_rows[name], self._quick_forms[name]
            self._entries[name] = row, self._name_texts[name] or "", self._name_letters[name] or "", form
        return self._entries[name]

    def is_exact(self, row: int, plain: str) -> bool:
        """Whether a place bears this very name, to the letter."""
        if plain in (self._columns["name"][row], self._columns["name_ar"][row]):
            return True
        aliases = self._columns["aliases"][row]
        return bool(aliases) and plain in aliases.split(";")


# The fields of a place in their order, by what an empty cell means: no text, no names, not known.
_LISTS = ("aliases", "other_ids")
_FIGURES = ("population", "longitude", "latitude", "radius_km")
_TEXTS = tuple(f.name for f in fields(Place) if f.name not in _LISTS + _FIGURES)
_NO_NAMES = np.empty(0, dtype=np.int32)


def _array(table: pa.Table, column: str) -> np.ndarray:
    return whole(table.column(column)).to_numpy(zero_copy_only=False)
