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
from geo.export.portable import GisLayer, portable
from geo.export.spreadsheets import write_csv_table


def write_timemap(path: Path, layers: Sequence[GisLayer], _handover: Handover) -> None:
    """The events that are points, as timemap reads them; numbers as text, as it wants them."""
    layer = next((one for one in layers if one.name == "events"), None)
    rows = [] if layer is None or layer.geometry_type is None else _timemap_rows(layer)
    text = json.dumps(rows, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _timemap_rows(layer: GisLayer) -> list[dict[str, Any]]:
    table = portable(layer.table, dates_as="text")
    points = shapely.get_coordinates(table.geometry.to_numpy())
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
            "sources": [t for t in (_text(row, "source_url") or _text(row, "source"),) if t],
        }
        for row, (x, y) in zip(plain.to_dict("records"), points.tolist(), strict=True)
    ]


def _text(row: dict[str, Any], name: str) -> str:
    return str(row.get(name, ""))


_ENDS = ("origin", "destination")


def write_flow_locations(path: Path, layers: Sequence[GisLayer], _handover: Handover) -> None:
    """Both ends of the flows, each once."""
    flows = _flows(layers)
    ends = [
        pd.DataFrame(
            {
                "id": _end_id(flows, side),
                "name": flows[f"{side}_name"].fillna(flows[f"{side}_toponym"]),
                "lat": flows[f"{side}_latitude"],
                "lon": flows[f"{side}_longitude"],
            }
        )
        for side in _ENDS
    ]
    write_csv_table(pd.concat(ends, ignore_index=True).drop_duplicates("id").sort_values("id"), path)


def write_flow_counts(path: Path, layers: Sequence[GisLayer], _handover: Handover) -> None:
    """People by origin, destination and first day."""
    flows = _flows(layers)
    table = pd.DataFrame(
        {
            "origin": _end_id(flows, "origin"),
            "dest": _end_id(flows, "destination"),
            "count": flows["persons"],
            "time": flows["date_start"].dt.strftime("%Y-%m-%d"),
        }
    )
    sums = table.groupby(["origin", "dest", "time"], as_index=False, dropna=False)["count"].sum()
    write_csv_table(sums[["origin", "dest", "count", "time"]], path)


def _end_id(flows: pd.DataFrame, side: str) -> pd.Series:
    place = flows[f"{side}_pcode"].fillna(flows[f"{side}_place_id"])
    return place.fillna(flows[f"{side}_name"]).fillna(flows[f"{side}_toponym"])


_FLOW_COLUMNS = (
    *(f"{side}_{part}" for side in _ENDS for part in ("pcode", "place_id", "name", "toponym", "latitude", "longitude")),
    "persons", "date_start",
)  # fmt: skip


def _flows(layers: Sequence[GisLayer]) -> pd.DataFrame:
    """Flows with both ends known: the viewer draws nothing else."""
    parts = [pd.DataFrame(one.table) for one in layers if one.name in {"flows", "flows_points"}]
    parts = [p for p in parts if set(_FLOW_COLUMNS) <= set(p.columns)]
    if not parts:
        empty = pd.DataFrame(columns=list(_FLOW_COLUMNS))
        return empty.assign(date_start=pd.to_datetime(empty["date_start"]))
    flows = pd.concat(parts, ignore_index=True)[list(_FLOW_COLUMNS)]
    known = [f"{side}_{axis}" for side in _ENDS for axis in ("longitude", "latitude")]
    return flows.dropna(subset=[*known, "persons"])
