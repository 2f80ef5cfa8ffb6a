"""Columns of a gazetteer, read one cell at a time without a Python object for every row."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa


class Column(Sequence[Any]):
    """Cells by row, None where empty."""

    def __init__(self, cells: pa.Array) -> None:
        self._cells = cells

    def __len__(self) -> int:
        return len(self._cells)

    def __getitem__(self, row: Any) -> Any:
        return self._cells[row].as_py()

    def __iter__(self) -> Iterator[Any]:
        return (cell.as_py() for cell in self._cells)


class Coded(Column):
    """A column of few values: ``values`` with None last, and for each row the number of its value, -1 where empty."""

    def __init__(self, cells: pa.DictionaryArray) -> None:
        super().__init__(cells)
        known = cells.indices if not cells.null_count else cells.indices.fill_null(-1)
        self.numbers: np.ndarray = known.to_numpy(zero_copy_only=False)
        self.values: list[Any] = [*cells.dictionary.to_pylist(), None]
        self._quick = memoryview(np.require(self.numbers, requirements=["C", "A"]))

    def __getitem__(self, row: Any) -> Any:
        return self.values[self._quick[row]]

    def __iter__(self) -> Iterator[Any]:
        return map(self.values.__getitem__, self._quick)

    @cached_property
    def _number_of(self) -> dict[Any, int]:
        return {value: number for number, value in enumerate(self.values[:-1])}

    def __contains__(self, value: object) -> bool:
        return value in self._number_of

    def where(self, value: Any) -> np.ndarray:
        """Rows with this value, in order."""
        number = self._number_of.get(value)
        return np.empty(0, dtype=np.intp) if number is None else np.flatnonzero(self.numbers == number)

    def among(self, wanted: Iterable[Any]) -> np.ndarray:
        """Which rows have one of some values; None where empty."""
        numbers = [-1 if value is None else self._number_of.get(value) for value in wanted]
        fine = np.zeros(len(self.values), dtype=bool)
        fine[[number for number in numbers if number is not None]] = True
        return fine[self.numbers]


class Texts(Column):
    """A column of text, each cell read from the bytes of all."""

    def __init__(self, cells: pa.StringArray) -> None:
        super().__init__(cells)
        _, offsets, data = cells.buffers()
        self._ends = memoryview(offsets).cast("i")[cells.offset :]
        self._bytes = memoryview(data) if data is not None else memoryview(b"")

    def __getitem__(self, row: Any) -> Any:
        start, end = self._ends[row], self._ends[row + 1]
        return str(self._bytes[start:end], "utf-8") if start < end else None

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cells.to_pylist())


class Figures(Column):
    """A column of numbers; ``numbers`` are those of all rows, 0 where empty."""

    def __init__(self, cells: pa.Array) -> None:
        super().__init__(cells)
        self._known = memoryview(cells.is_valid().to_numpy(zero_copy_only=False))
        self.numbers: np.ndarray = cells.fill_null(0).to_numpy(zero_copy_only=False)
        self._quick = memoryview(np.require(self.numbers, requirements=["C", "A"]))

    def __getitem__(self, row: Any) -> Any:
        return self._quick[row] if self._known[row] else None


def whole(cells: pa.ChunkedArray) -> pa.Array:
    """All cells as one array, without a copy where they are one already."""
    return cells.chunk(0) if cells.num_chunks == 1 else cells.combine_chunks()


def column_of(cells: pa.ChunkedArray) -> Column:
    """The column that suits the type of these cells."""
    plain = whole(cells)
    if pa.types.is_dictionary(plain.type):
        return Coded(plain)
    if pa.types.is_string(plain.type):
        return Texts(plain)
    if pa.types.is_integer(plain.type) or pa.types.is_floating(plain.type):
        return Figures(plain)
    return Column(plain)


class Ids(Mapping[str, int]):
    """Rows of the places by their ids: sorted ids, found by halving."""

    def __init__(self, table: pa.Table) -> None:
        self._ids, self._rows = column_of(table.column("id")), column_of(table.column("row"))

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __getitem__(self, place_id: str) -> int:
        at = bisect_left(self._ids, place_id) if isinstance(place_id, str) else len(self._ids)
        if at == len(self._ids) or self._ids[at] != place_id:
            raise KeyError(place_id)
        return int(self._rows[at])
