"""Figures that a record was merged from: each still counts in its own series, so that merging changes no sum."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from geo.displacement.ends import SIDES

ENDS = tuple(f"{side}_{part}" for side in SIDES for part in ("toponym", "place_id", "name", "pcode"))
DAYS = ("date_start", "date_end", "current_from", "current_until")
FIGURES = ("persons_low", "persons_best", "persons_high", "households")
# What ``merged_from`` keeps of each figure: all that arithmetic needs, and what a reader wants to know of it.
SAID = (
    "source", "series", "source_id", "source_url", *DAYS, *ENDS, *FIGURES, "qualifier", "attributed_to", "quote",
    "source_file", "source_row",
)  # fmt: skip


def tellings(displacement: pd.DataFrame) -> pd.DataFrame:
    """The table with a row for each figure that its records were merged from, as its own source told it.

    ``told_with`` is the ``record_id`` of the record that a figure is told with; missing for the records themselves,
    which come first, in their order. A table in which nothing is merged gives its own rows; tellings stay as they are.
    """
    if "told_with" in displacement:
        return displacement
    told = displacement.assign(told_with=pd.Series(pd.NA, index=displacement.index, dtype="string"))
    several = displacement["merged_from"].str.count('"record_id"').fillna(0) > 1
    if not several.any():
        return told
    own: list[Mapping[str, Any]] = []
    others: list[Mapping[str, Any]] = []
    where: list[int] = []
    for position in several.to_numpy(dtype=bool).nonzero()[0].tolist():
        for part in json.loads(displacement["merged_from"].iloc[position]):
            is_own = part["record_id"] == displacement["record_id"].iloc[position]
            (own if is_own else others).append(part)
            where += [] if is_own else [position]
    lead = _as_told(told.loc[several], own, ("persons_low", "persons_best", "persons_high"))
    rest = _as_told(told.iloc[where].reset_index(drop=True), others, ("record_id", *SAID))
    rest = rest.assign(told_with=displacement["record_id"].iloc[where].to_numpy(), merged_from=pd.NA, same_as=pd.NA)
    whole = pd.DataFrame(told)
    for name in ("persons_low", "persons_best", "persons_high"):
        whole[name] = whole[name].mask(several, lead[name])
    return pd.concat([whole, pd.DataFrame(rest).astype(whole.dtypes.to_dict())], ignore_index=True)


def _as_told(rows: pd.DataFrame, parts: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """The rows with the values that their parts give; what a part leaves out is missing."""
    changes: dict[str, pd.Series] = {}
    for name in columns:
        values = pd.Series([part.get(name) for part in parts], index=rows.index, dtype=object)
        dated = pd.to_datetime(values) if name in DAYS else values
        changes[name] = dated.astype(rows[name].dtype)
    return rows.assign(**changes)
