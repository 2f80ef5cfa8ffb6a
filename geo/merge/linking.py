"""Links between rows that stay apart: perhaps the same happening, and shares of one toll."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.merge.alike import Alike

MOST = 5  # links of a row


def same_as(ids: np.ndarray, alike: Alike, groups: np.ndarray, wanted: np.ndarray) -> pd.api.extensions.ExtensionArray:
    """For each row the rows of other groups that are perhaps the same, most likely first, as JSON.

    ``wanted`` are the groups that merging would make.
    """
    told: dict[int, list[dict[str, Any]]] = {}
    for k in np.flatnonzero(groups[alike.left] != groups[alike.right]).tolist():
        i, j = int(alike.left[k]), int(alike.right[k])
        why = alike.why[k] + ("; would be merged" if wanted[i] == wanted[j] else "")
        for one, two in ((i, j), (j, i)):
            link = {"event_id": str(ids[two]), "chance": round(float(alike.chance[k]), 2), "why": why}
            told.setdefault(one, []).append(link)
    return _cells(len(ids), {row: _best(links) for row, links in told.items()})


def toll_links(ids: np.ndarray, toll: np.ndarray) -> pd.api.extensions.ExtensionArray:
    """For each row the ids of the other rows that have a share of its toll, as JSON."""
    told: dict[int, str] = {}
    at = np.flatnonzero(toll >= 0)
    for _, rows in pd.Series(at).groupby(toll[at]):
        here = rows.to_numpy()
        told |= {row: json.dumps(sorted(map(str, ids[here[here != row]]))) for row in here.tolist()}
    return _cells(len(ids), told)


def with_links(joined: gpd.GeoDataFrame, links: pd.DataFrame, owner: Mapping[str, str]) -> gpd.GeoDataFrame:
    """The merged table with the links of all rows that went into each row; ``owner`` is the row each went into."""
    same: dict[str, list[dict[str, Any]]] = {}
    toll: dict[str, set[str]] = {}
    linked = links.loc[links["same_as"].notna() | links["toll_shared_with"].notna()]
    for own, alike, shared in linked[["event_id", "same_as", "toll_shared_with"]].itertuples(index=False):
        row = owner.get(own, own)
        for other in json.loads(alike) if isinstance(alike, str) else ():
            name = owner.get(other["event_id"], other["event_id"])
            same.setdefault(row, []).extend([{**other, "event_id": name}] if name != row else [])
        for other in json.loads(shared) if isinstance(shared, str) else ():
            toll.setdefault(row, set()).update({owner.get(other, other)} - {row})
    return joined.assign(
        same_as=joined["event_id"].map({k: _best(v) for k, v in same.items() if v}).astype("string"),
        toll_shared_with=joined["event_id"]
        .map({k: json.dumps(sorted(v)) for k, v in toll.items() if v})
        .astype("string"),
    )


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


def _best(links: list[dict[str, Any]]) -> str:
    """The most likely links, each row once."""
    best: dict[str, dict[str, Any]] = {}
    for link in sorted(links, key=lambda x: (-x["chance"], x["event_id"])):
        best.setdefault(link["event_id"], link)
    return json.dumps(list(best.values())[:MOST], ensure_ascii=False)


def _cells(n: int, told: Mapping[int, str]) -> pd.api.extensions.ExtensionArray:
    cells: list[str | None] = [None] * n
    for row, text in told.items():
        cells[row] = text
    return pd.array(cells, dtype="string")
