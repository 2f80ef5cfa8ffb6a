"""Links between rows that stay apart: perhaps the same happening, and shares of one toll."""

from __future__ import annotations

import itertools
import json
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.merge.alike import Alike

MOST = 5  # links of a row


def same_as(names: np.ndarray, alike: Alike, wanted: np.ndarray) -> dict[str, str]:
    """For each row of a table the other rows that are perhaps the same, most likely first, as JSON.

    ``names`` is for each row compared the id of the row of the table that it is or went into, ``wanted`` the groups
    that merging would make.
    """
    ids, code = np.unique(names, return_inverse=True)
    apart = np.flatnonzero(code[alike.left] != code[alike.right])
    pair = np.concatenate([apart, apart])
    one, two = (code[np.concatenate(ends)] for ends in _ends(alike.left[apart], alike.right[apart]))
    best_first = np.lexsort((two, -alike.chance[pair].round(2), one)).tolist()
    told: dict[str, str] = {}
    for row, links in itertools.groupby(best_first, key=lambda at: one[at]):
        best: dict[int, int] = {}
        for at in links:
            best.setdefault(int(two[at]), int(pair[at]))
        chosen = itertools.islice(best.items(), MOST)
        told[str(ids[row])] = json.dumps([_link(str(ids[n]), alike, k, wanted) for n, k in chosen], ensure_ascii=False)
    return told


def _ends(left: np.ndarray, right: np.ndarray) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    """Each pair from its left end and from its right."""
    return (left, right), (right, left)


def _link(event_id: str, alike: Alike, pair: int, wanted: np.ndarray) -> dict[str, Any]:
    would = "; would be merged" if wanted[alike.left[pair]] == wanted[alike.right[pair]] else ""
    return {"event_id": event_id, "chance": round(float(alike.chance[pair]), 2), "why": alike.why[pair] + would}


def toll_links(names: np.ndarray, toll: np.ndarray) -> dict[str, str]:
    """For each row of a table the ids of the other rows that have a share of its toll, as JSON."""
    shares: dict[str, set[str]] = {}
    at = np.flatnonzero(toll >= 0)
    for _, rows in pd.Series(names[at]).groupby(toll[at]):
        together = set(map(str, rows))
        for name in together:
            shares.setdefault(name, set()).update(together - {name})
    return {name: json.dumps(sorted(others)) for name, others in shares.items() if others}


def without_links_to(events: gpd.GeoDataFrame, ids: frozenset[str]) -> gpd.GeoDataFrame:
    """The table whose rows name none of these rows in their links."""
    if not ids:
        return events
    changes = {}
    for column in ("same_as", "toll_shared_with"):
        cells = events[column].astype(object).where(events[column].notna(), None).tolist()
        changes[column] = pd.array([_without(cell, ids) for cell in cells], dtype="string")
    return events.assign(**changes)


def _without(cell: str | None, ids: frozenset[str]) -> str | None:
    if cell is None:
        return None
    kept = [x for x in json.loads(cell) if (x["event_id"] if isinstance(x, dict) else x) not in ids]
    return json.dumps(kept, ensure_ascii=False) if kept else None
