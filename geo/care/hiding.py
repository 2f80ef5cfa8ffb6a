"""Taking out of rows all that says where they are: what may stay is listed, all else goes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.codes import Precision
from geo.names import fold
from geo.schema import CRS

SIDES = ("origin_", "destination_")
PERSONS = ("persons_low", "persons_best", "persons_high", "households")

# A list of what stays, not of what goes: a column added later is hidden until somebody thinks about it.
_PLAIN = (
    "event_id", "record_id", "report_date", "date_start", "date_end", "date_precision", "event_type", "event_subtype",
    "civilians_targeted", "fatalities_low", "fatalities_best", "fatalities_high",
    "fatalities_civilians", "injured", "targets_hit", "claim", "measure",
    "movement", *PERSONS, "unit_reported", "source_row", "current_from", "current_until",
)  # fmt: skip
# Texts that stay unless they name the place of their row.
_NAMING = (
    "source", "source_id", "actor1", "actor2", "attributed_to", "rule", "source_file", "series", "qualifier",
    "stated_country",
)  # fmt: skip
_QUOTED = (
    "quote", "notes", "evidence", "span_start", "span_end", "merged_from", "same_as", "toll_shared_with",
    "source_url", "geo_reason",
)  # fmt: skip
_SHORTEST_PART = 3  # letters of a name that is looked for inside other words
_NAMELESS = "withheld"  # where a column may not be empty


def stems(table: pd.DataFrame) -> tuple[str, ...]:
    """Beginnings of the columns of each end: none for events, two for displacement."""
    return ("",) if "geo_precision" in table else SIDES


def precision_column(stem: str) -> str:
    """Column of the precision of one end."""
    return f"{stem}precision" if stem else "geo_precision"


def name_column(stem: str) -> str:
    """Column of the gazetteer's name of one end."""
    return f"{stem}name" if stem else "place_name"


def where_columns(table: pd.DataFrame, *, finer_than: int = 0) -> list[str]:
    """Columns whose texts name the place of a row, or its units finer than a level."""
    names = [f"{s}{part}" for s in stems(table) for part in ("toponym", "place_id", "pcode")]
    names += [name_column(s) for s in stems(table)] + ["place_name_ar"]
    for level in range(finer_than + 1, 4):
        names += [f"admin{level}_pcode", f"stated_admin{level}", *(f"{s}admin{level}" for s in SIDES)]
    return [name for name in names if name in table]


def without_place(
    table: gpd.GeoDataFrame, mask: np.ndarray, *, finer_than: int = 0, allowed: Sequence[Collection[str]] | None = None
) -> gpd.GeoDataFrame:
    """The table whose rows of the mask say no more where they are: place, codes, coordinates, texts, geometry.

    Columns that stay lose what names the row's own place, but for its units down to level ``finer_than`` and the
    folded names in ``allowed``, for each row of the mask.
    """
    at = np.flatnonzero(mask)
    if not len(at):
        return table
    terms = _terms(table, at, where_columns(table, finer_than=finer_than))
    if allowed is not None:
        terms = [own - set(fine) for own, fine in zip(terms, allowed, strict=True)]
    geometry = table.geometry.to_numpy().copy()
    geometry[mask] = None
    kept = {"geometry", *_PLAIN, *_NAMING}
    changes = {c: table[c].mask(mask) for c in table.columns if c not in kept}
    for name in _NAMING:
        if name in table:
            changes[name] = _nameless(table[name], at, terms, "source" if name == "source" else "")
    return table.assign(**changes).set_geometry(gpd.GeoSeries(geometry, index=table.index, crs=CRS))


def _terms(table: pd.DataFrame, at: np.ndarray, columns: Iterable[str]) -> list[set[str]]:
    """For each row the folded texts of its columns."""
    found: list[set[str]] = [set() for _ in at]
    for column in columns:
        folded: dict[str, str] = {}
        for own, text in zip(found, table[column].iloc[at].tolist(), strict=True):
            if isinstance(text, str):
                own.add(folded.setdefault(text, fold(text)))
    return [own - {""} for own in found]


def _nameless(column: pd.Series, at: np.ndarray, terms: Sequence[set[str]], required: str) -> pd.Series:
    """Cells without those that hold one of their row's terms, even inside another word."""
    named = np.zeros(len(column), dtype=bool)
    folded: dict[str, str] = {}
    for position, own, text in zip(at.tolist(), terms, column.iloc[at].tolist(), strict=True):
        if isinstance(text, str):
            plain = folded.setdefault(text, fold(text))
            named[position] = any(_holds(plain, term) for term in own)
    return column.mask(named, _NAMELESS) if required else column.mask(named)


def _holds(text: str, term: str) -> bool:
    return term in (text if len(term) >= _SHORTEST_PART else text.split())


def withheld(table: gpd.GeoDataFrame, mask: np.ndarray, why: str) -> gpd.GeoDataFrame:
    """The rows of the mask without anything that says where they are; ends that were unknown stay unknown."""
    if not mask.any():
        return table
    result = without_place(table, mask)
    ends = {}
    for stem in stems(table):
        column = precision_column(stem)
        known = table[column].notna().to_numpy(dtype=bool) if stem else np.ones(len(table), dtype=bool)
        ends[column] = result[column].mask(mask & known, Precision.WITHHELD.value)
    return result.assign(**ends, geo_reason=result["geo_reason"].mask(mask, why))


def names_in(table: pd.DataFrame, mask: np.ndarray) -> frozenset[str]:
    """Folded names and ids of the places of the rows in the mask, not of the units around them."""
    chosen = where_columns(table, finer_than=3)
    texts = {t for c in chosen for t in table.loc[mask, c].dropna().unique()}
    return frozenset(fold(t) for t in texts) - {""}


class Names:
    """Folded names that may not be told, looked for as whole words."""

    def __init__(self, names: Collection[str]) -> None:
        long_first = sorted(names, key=lambda n: (-len(n), n))
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, long_first))})(?!\w)") if names else None

    def stand_in(self, text: object) -> bool:
        """Whether a text tells one of the names."""
        return self._pattern is not None and isinstance(text, str) and bool(self._pattern.search(fold(text)))


def silent(table: gpd.GeoDataFrame, names: Names) -> tuple[gpd.GeoDataFrame, np.ndarray]:
    """The table without texts that tell one of the names, and a mask of the rows that lost one."""
    lost = np.zeros(len(table), dtype=bool)
    changes: dict[str, pd.Series] = {}
    toponyms = (f"{stem}toponym" for stem in stems(table))
    texts = [c for c in (*_NAMING, *_QUOTED, *toponyms) if c in table and not c.startswith("span_")]
    for column in texts:
        told = {t for t in table[column].dropna().unique() if names.stand_in(t)}
        named = table[column].isin(list(told)).fillna(value=False).to_numpy(dtype=bool)
        if named.any():
            lost |= named
            changes[column] = table[column].mask(named, _NAMELESS) if column == "source" else table[column].mask(named)
    for column in _QUOTED:
        if lost.any() and column in table:
            changes[column] = table[column].mask(lost)
    return table.assign(**changes), lost
