"""One table on its way into ours: what is wrong with its rows, and the account of them at the end."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from geo.errors import Problem, RefusedRow
from geo.schema import (
    DISPLACEMENT,
    EVENTS,
    POPULATION,
    TOTALS,
    Credit,
    TableSpec,
    all_differ,
    concat,
    conform,
    empty,
    hashes_of,
    mask,
    stable_id,
    stable_ids,
)
from geo.sources.cells import Cells
from geo.sources.coded import same_text
from geo.sources.raw import RawTable

SPECS = (EVENTS, DISPLACEMENT, TOTALS, POPULATION)  # what a file may hold


def no_tables() -> dict[str, pd.DataFrame]:
    """The tables that a file may hold, by the names of their specs, without rows."""
    return {spec.name: empty(spec) for spec in SPECS}


@dataclass(frozen=True, slots=True)
class SourceRead:
    """What one file gave.

    ``rows_read == rows_kept + rows_refused + rows_skipped``; each refused row has a Problem of severity "error", each
    kind of skipped row (blank, repeated header, tags, totals) one of severity "warning". A kept row gives one row of
    one table, or several where the source puts several figures into a row. ``refused`` keeps the refused rows that
    could be split into cells; of the others the Problem holds the text.
    """

    kind: str
    events: pd.DataFrame
    displacement: pd.DataFrame
    problems: tuple[Problem, ...]
    rows_read: int
    rows_refused: int
    credit: Credit
    rows_skipped: int = 0
    refused: tuple[RefusedRow, ...] = ()
    totals: pd.DataFrame = field(default_factory=lambda: empty(TOTALS))
    population: pd.DataFrame = field(default_factory=lambda: empty(POPULATION))

    @property
    def rows_kept(self) -> int:
        """Rows of the file that gave at least one row of ours."""
        return self.rows_read - self.rows_refused - self.rows_skipped

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by the names of their specs."""
        return {spec.name: getattr(self, spec.name) for spec in SPECS}


class Draft(Cells):
    """The cells of one table, read field by field, and what has become of each row."""

    def __init__(self, raw: RawTable, columns: Mapping[str, str], zones: Sequence[str] = ()) -> None:
        super().__init__(raw, columns, zones)
        self.ids_differ = False
        self._hashed: dict[str, np.ndarray] = {}

    def unique(self, field: str) -> pd.Series:
        """The source's own ids; the second row with an id is refused."""
        ids = self.text(field)
        if ids.notna().all() and all_differ(self._hashes(field)):
            return ids
        usable = ids.where(self.open) if not self.open.all() else ids
        again = mask(usable.duplicated() & usable.notna())
        if again.any():
            known = mask(usable.notna()) & ~again
            first = dict(zip(usable[known], self.raw.rows[known], strict=True))
            for at in np.flatnonzero(again).tolist():
                message = f"stands twice, first in line {first[usable.iloc[at]]}"
                self.problems.append(self.problem(at, field, message, "error"))
            self.refused |= again
        return ids

    def own_ids(self, field: str, wanted: str) -> pd.Series:
        """The source's own ids, which every row must have."""
        own = self.unique(field)
        self.refuse(own.isna(), field, f"is empty; wanted {wanted}")
        return own

    def ids(self, prefix: str, source: str, own: pd.Series | None = None) -> pd.Series:
        """Our ids: from the source's own, else from the row's content and how often it stood before."""
        field = next((f for f, texts in self._texts.items() if texts is own), None)
        if field is not None and own is not None and own.notna().all():
            ids, self.ids_differ = stable_ids(prefix, source, self._hashes(field))
            return ids.set_axis(self.raw.cells.index)
        given = self.text("") if own is None else own
        known = mask(given.notna())
        texts = np.array(given.fillna(""), dtype=object)
        if not known.all():
            bare = self.raw.cells.loc[~known].fillna("")
            joined = pd.Series(["\x1f".join(row) for row in bare.itertuples(index=False, name=None)], dtype=object)
            again = joined.groupby(joined).cumcount()
            place = (self.raw.name, self.raw.sheet)
            texts[~known] = [stable_id("R", *place, t, n) for t, n in zip(joined, again, strict=True)]
        ids, self.ids_differ = stable_ids(prefix, source, hashes_of(pd.Series(texts, dtype=object)))
        return ids.set_axis(self.raw.cells.index)

    def _hashes(self, field: str) -> np.ndarray:
        if field not in self._hashed:
            self._hashed[field] = hashes_of(self.text(field))
        return self._hashed[field]

    # --- finishing

    def finish(self, table: Mapping[str, Any], spec: TableSpec, *, kind: str, credit: Credit) -> SourceRead:
        """Check the rows against the spec and close the account."""
        return self.finish_all([table], spec, kind=kind, credit=credit)

    def finish_all(
        self,
        tables: Sequence[Mapping[str, Any]],
        spec: TableSpec,
        *,
        kind: str,
        credit: Credit,
        empty_rows: str = "rows without any figure",
    ) -> SourceRead:
        """The same for a source that puts several figures into a row, each a table of as many rows as the source.

        Rows of a table without an id are no records. A row that gives none at all is left out.
        """
        parts = [self._with_rows(t) for t in tables]
        given = np.any([mask(p[spec.key].notna()) for p in parts], axis=0) if len(parts) > 1 else self.open
        self.leave_out(~given, empty_rows)
        kept = [p.loc[self.open & mask(p[spec.key].notna())] if len(parts) > 1 else self._open(p) for p in parts]
        trusted = len(kept) == 1 and self.ids_differ
        clean, faults = conform(
            pd.concat(kept) if len(kept) > 1 else kept[0], spec, source=self.raw.name, trusted=trusted
        )
        lost = int(self.open.sum()) - clean["source_row"].nunique() if len(parts) > 1 else len(kept[0]) - len(clean)
        problems = sorted([*self.problems, *faults], key=lambda p: p.row or 0)
        return SourceRead(
            kind=kind,
            **{**no_tables(), spec.name: clean},
            problems=tuple(problems),
            rows_read=len(self) + self.raw.refused + self.raw.skipped,
            rows_refused=self.raw.refused + int(self.refused.sum()) + lost,
            rows_skipped=self.skipped,
            credit=credit,
        )

    def _with_rows(self, table: Mapping[str, Any]) -> pd.DataFrame:
        index = self.raw.cells.index
        values = {**table, "source_file": self.raw.name}
        full = {k: same_text(v, index) if isinstance(v, str) else v for k, v in values.items()}
        return pd.DataFrame({**full, "source_row": self.raw.rows}, index=index, copy=False)

    def _open(self, table: pd.DataFrame) -> pd.DataFrame:
        return table if self.open.all() else table.loc[self.open]


def left_out(raw: RawTable) -> Problem:
    """What to say of a sheet or layer that is not read."""
    listed = ", ".join(list(raw.cells.columns)[:12])
    message = f"has no columns that are known and is left out; it has: {listed}"
    return Problem(raw.title, None, None, None, message, "warning")


def _own_id(row: Any, spec: TableSpec) -> str:
    return str(getattr(row, "source_id", getattr(row, spec.key)))


def join(reads: Sequence[SourceRead], problems: Sequence[Problem] = ()) -> SourceRead:
    """The sheets of one workbook as one read; ids that stand on two sheets count once."""
    found = [p for r in reads for p in r.problems] + list(problems)
    tables = {}
    again = 0
    for spec in SPECS:
        table = concat([r.tables[spec.name] for r in reads], spec)
        repeated = table[spec.key].duplicated()
        for row in table.loc[repeated].itertuples(index=False):
            message = "stands on an earlier sheet too"
            found.append(Problem(row.source_file, int(row.source_row), spec.key, _own_id(row, spec), message, "error"))
        again += int(repeated.sum())
        tables[spec.name] = table.loc[~repeated].reset_index(drop=True)
    return dataclasses.replace(
        reads[0],
        **tables,
        problems=tuple(found),
        rows_read=sum(r.rows_read for r in reads),
        rows_refused=sum(r.rows_refused for r in reads) + again,
        rows_skipped=sum(r.rows_skipped for r in reads),
        refused=tuple(row for r in reads for row in r.refused),
    )
