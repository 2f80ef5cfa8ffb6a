"""What rows say about their place: each distinct statement once, and for every row the number of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

SAYS = (
    "toponym", "country", "admin1", "admin2", "admin3", "pcode", "place_id", "precision", "method", "score",
    "longitude", "latitude", "told1", "told2", "told3",
)  # fmt: skip
LONGEST_TOPONYM = 300  # characters; a longer cell is a sentence
_NUMBERS = ("score", "longitude", "latitude")


@dataclass(frozen=True, slots=True)
class Said:
    """The distinct things that rows say about their place: one row each, and for every row of the table its number.

    ``first`` has the columns SAYS: texts, "" where nothing is said, and numbers, missing where there is none.
    ``admin1`` to ``admin3`` are what a place is looked up by, ``told1`` to ``told3`` the units as named.
    """

    first: pd.DataFrame
    number: np.ndarray

    @classmethod
    def of_events(cls, table: pd.DataFrame) -> Said:
        """The statements of an EVENTS table."""
        # A code that stands in the table is a statement of the source, and wins over the name beside it.
        codes = {n: table[f"admin{n}_pcode"] for n in (1, 2, 3)}
        columns = {f"admin{n}": codes[n].fillna(table[f"stated_admin{n}"]) for n in codes}
        # In a table that was located before, the codes are ours.
        fresh = table["geo_reason"].isna()
        told = {f"told{n}": table[f"stated_admin{n}"].fillna(codes[n].where(fresh)) for n in codes}
        return cls._distinct(
            table,
            columns
            | told
            | {"toponym": table["toponym"], "country": table["stated_country"], "place_id": table["place_id"]}
            | {"precision": table["geo_precision"], "method": table["geo_method"], "score": table["geo_score"]}
            | {"longitude": table["source_longitude"], "latitude": table["source_latitude"]},
        )

    @classmethod
    def of_end(cls, table: pd.DataFrame, side: str) -> Said:
        """The statements of one end of a DISPLACEMENT table."""
        columns = ("toponym", "country", "admin1", "pcode", "place_id", "precision", "longitude", "latitude")
        return cls._distinct(table, {c: table[f"{side}_{c}"] for c in columns} | {"told1": table[f"{side}_admin1"]})

    @classmethod
    def _distinct(cls, table: pd.DataFrame, columns: dict[str, pd.Series]) -> Said:
        said = pd.DataFrame({c: columns.get(c, pd.Series(pd.NA, table.index, "string")) for c in SAYS}, table.index)
        if said.empty:
            return cls(said, np.zeros(0, dtype=int))
        number = said.groupby(list(SAYS), dropna=False, sort=False).ngroup().to_numpy()
        _, at = np.unique(number, return_index=True)
        first = said.iloc[at].reset_index(drop=True)
        texts = [c for c in SAYS if c not in _NUMBERS]
        return cls(first.assign(**{c: first[c].astype("string").fillna("") for c in texts}), number)


def why_no_name(text: str) -> str:
    """Why a cell cannot be the name of a place; "" if it can."""
    if not text:
        return "no place is named"
    if len(text) > LONGEST_TOPONYM:
        return f"has {len(text):,} characters, which is no name; wanted at most {LONGEST_TOPONYM}"
    return "" if text[0].isalpha() or any(c.isalpha() for c in text) else "has no letters, so it is no name"
