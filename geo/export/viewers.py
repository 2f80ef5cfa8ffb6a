"""Files for two viewers: timemap's ``events.json`` and FlowmapBlue's locations and flows.

Layouts: https://github.com/bellingcat/timemap (events), https://www.flowmap.blue (sheets ``locations``, ``flows``).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from geo.export.handover import Handover
from geo.export.portable import GisLayer
from geo.export.spreadsheets import write_csv_table

MOST_SERIES = 12


def write_timemap(path: Path, layers: Sequence[GisLayer], _handover: Handover) -> None:
    """The events that are points, as timemap reads them; numbers as text, as it wants them."""
    rows = [row for layer in layers if layer.name == "events" for row in _timemap_rows(layer)]
    text = json.dumps(rows, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _timemap_rows(layer: GisLayer) -> list[dict[str, Any]]:
    if layer.geometry_type not in {"Point", "MultiPoint"}:
        return []
    table = layer.portable("text")
    points = shapely.get_coordinates(shapely.centroid(table.geometry.to_numpy()))
    plain = pd.DataFrame(table.drop(columns=table.geometry.name)).astype(object)
    plain = plain.where(plain.notna(), "")
    return [
        {
            "id": _text(row, "event_id"),
            "description": _text(row, "quote") or _text(row, "notes"),
            "date": _text(row, "date_start"),
            "time": "",
            "time_precision": _text(row, "date_precision"),
            "location": _text(row, "place_name") or _text(row, "toponym"),
            "latitude": f"{y:.6f}",
            "longitude": f"{x:.6f}",
            "category": _text(row, "event_type"),
            "associations": [t for t in (_text(row, "event_subtype"), _text(row, "actor1"), _text(row, "actor2")) if t],
            "sources": _sources(row),
        }
        for row, (x, y) in zip(plain.to_dict("records"), points.tolist(), strict=True)
    ]


def _sources(row: dict[str, Any]) -> list[str]:
    """Address or name of each source that tells of an event."""
    try:
        told = json.loads(_text(row, "merged_from") or "[]")
    except ValueError:
        told = []
    parts = told if isinstance(told, list) and len(told) > 1 else [row]
    named = [_text(part, "source_url") or _text(part, "source") for part in parts if isinstance(part, dict)]
    return list(dict.fromkeys(name for name in named if name))


def _text(row: dict[str, Any], name: str) -> str:
    return str(row.get(name, ""))


# --- flows ---

_ENDS = ("origin", "destination")
_NAMED = "no series named"
_FLOW_COLUMNS = (
    *(f"{side}_{part}" for side in _ENDS for part in ("pcode", "place_id", "name", "toponym", "latitude", "longitude")),
    "persons", "date_start",
)  # fmt: skip


def flow_series(handover: Handover) -> list[tuple[str, Sequence[GisLayer]]]:
    """Key and flows of each series that gets a file, those with the most flows first; one without rows if none.

    The viewer adds up what stands in one file, and flows of two series must never be added.
    """
    flows = _flows(handover.layers)
    names = _series_names(flows)[:MOST_SERIES]
    parts = [flows.loc[flows["series"] == name] for name in names] or [flows]
    return [(f"_{i}", [GisLayer("flows", part, None)]) for i, part in enumerate(parts, 1)]


def write_flow_series(path: Path, layers: Sequence[GisLayer], handover: Handover) -> None:
    """Which file has which series, with its flows and people; series beyond the twelfth have no file."""
    flows = _flows(layers)
    files = [f"{handover.name}_flowmap_flows_{i}.csv" for i in range(1, MOST_SERIES + 1)]
    rows = []
    for i, name in enumerate(_series_names(flows)):
        part = flows.loc[flows["series"] == name]
        file = files[i] if i < MOST_SERIES else "not written"
        rows.append((file, name, len(part), part["persons"].sum()))
    write_csv_table(pd.DataFrame(rows, columns=["file", "series", "flows", "persons"]), path)


def write_flow_locations(path: Path, layers: Sequence[GisLayer], _handover: Handover) -> None:
    """Both ends of the flows, each once."""
    flows = _flows(layers)
    ends = [
        pd.DataFrame(
            {
                "id": flows[f"{side}_id"],
                "name": flows[f"{side}_name"].fillna(flows[f"{side}_toponym"]).fillna(flows[f"{side}_id"]),
                "lat": flows[f"{side}_latitude"],
                "lon": flows[f"{side}_longitude"],
            }
        )
        for side in _ENDS
    ]
    write_csv_table(pd.concat(ends, ignore_index=True).drop_duplicates("id").sort_values("id"), path)


def write_flow_counts(path: Path, layers: Sequence[GisLayer], _handover: Handover) -> None:
    """People of one series by origin, destination and first day."""
    flows = layers[0].table
    table = pd.DataFrame(
        {
            "origin": flows["origin_id"],
            "dest": flows["destination_id"],
            "count": flows["persons"],
            "time": flows["date_start"].dt.strftime("%Y-%m-%d"),
        }
    )
    sums = table.groupby(["origin", "dest", "time"], as_index=False, dropna=False)["count"].sum()
    write_csv_table(sums[["origin", "dest", "count", "time"]], path)


def _flows(layers: Sequence[GisLayer]) -> pd.DataFrame:
    """Flows with both ends known, with ``origin_id``, ``destination_id`` and ``series``: the viewer draws no others."""
    parts = [pd.DataFrame(one.table) for one in layers if one.name in {"flows", "flows_points"}]
    parts = [p for p in parts if set(_FLOW_COLUMNS) <= set(p.columns)]
    if not parts:
        empty = pd.DataFrame(columns=[*_FLOW_COLUMNS, "origin_id", "destination_id", "series"])
        return empty.assign(date_start=pd.to_datetime(empty["date_start"]))
    flows = pd.concat(parts, ignore_index=True)
    if "shape" in flows:
        # An end known to the country only has coordinates too, but is no place.
        flows = flows.loc[flows["shape"].isin(["line", "ring"])]
    if "measure" in flows:
        flows = flows.loc[flows["measure"] == "flow"]
    known = [f"{side}_{axis}" for side in _ENDS for axis in ("longitude", "latitude")]
    flows = flows.dropna(subset=[*known, "persons"]).reset_index(drop=True)
    series = flows["series"] if "series" in flows else pd.Series(pd.NA, index=flows.index)
    ends = {f"{side}_id": _end_id(flows, side) for side in _ENDS}
    return flows[list(_FLOW_COLUMNS)].assign(**ends, series=series.astype("string").fillna(_NAMED))


def _end_id(flows: pd.DataFrame, side: str) -> pd.Series:
    point = flows[f"{side}_latitude"].astype(str) + " " + flows[f"{side}_longitude"].astype(str)
    place = flows[f"{side}_pcode"].fillna(flows[f"{side}_place_id"])
    return place.fillna(flows[f"{side}_name"]).fillna(flows[f"{side}_toponym"]).fillna(point)


def _series_names(flows: pd.DataFrame) -> list[str]:
    counts = flows["series"].value_counts()
    return sorted(map(str, counts.index), key=lambda name: (-int(counts[name]), name))
