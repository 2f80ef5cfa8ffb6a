"""Links between rows that stay apart: perhaps the same happening, and shares of one toll."""

from __future__ import annotations

import itertools
import json
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.merge.alike import Alike
from geo.merge.joining import id_of

MOST = 5  # links of a row


def same_as(
    names: np.ndarray, alike: Alike, wanted: np.ndarray, *, key: str, ids: np.ndarray, sources: np.ndarray
) -> dict[str, str]:
    """For each row of a table the other rows that are perhaps the same, most likely first, as JSON.

    ``names`` is for each row compared the id of the row of the table that it is or went into, ``wanted`` the groups
    that merging would make, ``key`` the column of the ids. ``ids`` and ``sources`` are those of the rows compared.
    """
    known, code = np.unique(names, return_inverse=True)
    apart = np.flatnonzero(code[alike.left] != code[alike.right])
    pair = np.concatenate([apart, apart])
    own = np.concatenate([alike.left[apart], alike.right[apart]])  # each pair from its left end and from its right
    other = np.concatenate([alike.right[apart], alike.left[apart]])
    one, two = code[own], code[other]
    rank = np.argsort(np.argsort(ids, kind="stable"), kind="stable")  # of equals, the first by the ids of both rows
    best_first = np.lexsort((rank[other], rank[own], two, -alike.chance[pair].round(2), one)).tolist()
    told: dict[str, str] = {}
    for row, links in itertools.groupby(best_first, key=lambda at: one[at]):
        best: dict[int, int] = {}
        for at in links:
            best.setdefault(int(two[at]), at)
        chosen = itertools.islice(best.items(), MOST)
        others = [
            {key: str(known[n]), "source": str(sources[other[k]]), **_link(alike, pair[k], wanted)} for n, k in chosen
        ]
        told[str(known[row])] = json.dumps(others, ensure_ascii=False)
    return told


def _link(alike: Alike, pair: int, wanted: np.ndarray) -> dict[str, Any]:
    would = "; would be merged" if wanted[alike.left[pair]] == wanted[alike.right[pair]] else ""
    return {"chance": round(float(alike.chance[pair]), 2), "why": alike.why[pair] + would}


def toll_links(names: np.ndarray, toll: np.ndarray) -> dict[str, str]:
    """For each row of a table the ids of the other rows that have a share of its toll, as JSON."""
    shares: dict[str, set[str]] = {}
    at = np.flatnonzero(toll >= 0)
    for _, rows in pd.Series(names[at]).groupby(toll[at]):
        together = set(map(str, rows))
        for name in together:
            shares.setdefault(name, set()).update(together - {name})
    return {name: json.dumps(sorted(others)) for name, others in shares.items() if others}


def without_links_to(table: gpd.GeoDataFrame, ids: frozenset[str]) -> gpd.GeoDataFrame:
    """The table whose rows name none of these rows in their links."""
    if not ids:
        return table
    changes = {}
    for column in [name for name in ("same_as", "toll_shared_with") if name in table]:
        cells = table[column].astype(object).where(table[column].notna(), None).tolist()
        changes[column] = pd.array([_without(cell, ids) for cell in cells], dtype="string")
    return table.assign(**changes)


def _without(cell: str | None, ids: frozenset[str]) -> str | None:
    if cell is None:
        return None
    kept = [other for other in json.loads(cell) if id_of(other) not in ids]
    return json.dumps(kept, ensure_ascii=False) if kept else None
