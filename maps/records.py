"""Events and displacement records as columns and text blocks for the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from maps.layers import MapSpec, drawn_as_point
from maps.payload import Columns, days, pack_texts, read_evidence

DEGREES = 1e-5  # quantum of a site's coordinates: about a metre
SEPARATOR = "\x1f"
EVENT_WORDS = (
    "event_type",
    "event_subtype",
    "actor1",
    "actor2",
    "source",
    "claim",
    "geo_precision",
    "date_precision",
    "geo_method",
)
EVENT_COUNTS = ("fatalities_low", "fatalities_best", "fatalities_high", "injured", "targets_hit")
# Read only when a card or a search asks; the order is that of EVENT_TEXTS in maps/js/src/store.js.
EVENT_TEXTS = (
    "event_id",
    "source_id",
    "source_url",
    "quote",
    "notes",
    "attributed_to",
    "rule",
    "merged_from",
    "source_file",
    "source_row",
    "toponym",
    "geo_reason",
)
RECORD_WORDS = ("measure", "movement", "series", "source", "claim", "unit_reported", "qualifier", "attributed_to")
RECORD_COUNTS = ("persons_low", "persons_best", "persons_high")
RECORD_TEXTS = (
    "record_id",
    "source_id",
    "source_url",
    "quote",
    "notes",
    "rule",
    "merged_from",
    "source_file",
    "source_row",
    "geo_reason",
)


def add_events(columns: Columns, spec: MapSpec) -> tuple[dict[str, Any], list[str]]:
    """Pack all events, in order of date; return their dictionaries and text blocks."""
    events = spec.events.sort_values(["date_start", "event_id"], kind="stable", ignore_index=True)
    points = events.geometry.where(drawn_as_point(events))
    columns.add("events", "site", _sites(columns, "sites", points))
    order = {area: i + 1 for i, area in enumerate(spec.layer("event_areas").get("area_id", []))}
    columns.add("events", "area", events["area_id"].map(order).fillna(0).astype("int64"))
    words: dict[str, Any] = {"day0": _add_days(columns, "events", events)}
    for name in EVENT_WORDS:
        words[name] = columns.add_words("events", name, events[name])
    for name in EVENT_COUNTS:
        columns.add_missing("events", name, events[name])
    columns.add_missing("events", "radius", events["geo_radius_km"] * 10)
    columns.add_missing("events", "score", events["geo_score"] * 100)
    columns.add_missing("events", "civilians", events["civilians_targeted"].astype("Int64"))
    columns.add_missing("events", "report_day", days(events["report_date"]) + _SHIFT)
    labels = _place_labels(events, spec.admin)
    words["place"] = columns.add_words("events", "place", labels)
    return words, pack_texts(_texts(events, EVENT_TEXTS))


# Days before 1970 stay positive: 1 January 1800.
_SHIFT = 62_091


def add_displacement(columns: Columns, spec: MapSpec) -> tuple[dict[str, Any], list[str]]:
    """Pack all displacement records, those without a place too, in order of date."""
    stocks, flows = spec.layer("displacement"), spec.layer("flows")
    shape = {**dict.fromkeys(stocks.get("record_id", []), "circle")}
    shape |= dict(zip(flows.get("record_id", []), flows.get("shape", []), strict=True))
    records = spec.displacement.sort_values(["date_start", "record_id"], kind="stable", ignore_index=True)
    records = records.assign(shape=records["record_id"].map(shape).astype("string"))
    drawn = records["shape"].notna()
    for side in ("origin", "destination"):
        columns.add("records", side, _sites(columns, f"{side}s", _end(records, side, drawn)))
    words: dict[str, Any] = {"day0": _add_days(columns, "records", records)}
    for name in (*RECORD_WORDS, "shape"):
        words[name] = columns.add_words("records", name, records[name])
    for name in RECORD_COUNTS:
        columns.add_missing("records", name, records[name])
    for side in ("origin", "destination"):
        label = records[f"{side}_name"].fillna(records[f"{side}_toponym"])
        words[f"{side}_name"] = columns.add_words("records", f"{side}_name", label)
    return words, pack_texts(_texts(records, RECORD_TEXTS))


def _end(records: pd.DataFrame, side: str, drawn: pd.Series) -> gpd.GeoSeries:
    known = drawn & ~records[f"{side}_precision"].isin(["G", "X"]).fillna(value=False)
    points = gpd.points_from_xy(records[f"{side}_longitude"], records[f"{side}_latitude"])
    series = gpd.GeoSeries(points, index=records.index)
    return series.where(known & records[f"{side}_longitude"].notna() & records[f"{side}_latitude"].notna())


def _sites(columns: Columns, table: str, points: gpd.GeoSeries) -> np.ndarray:
    """Pack each distinct point once; return for each row the number of its point, from 1, or 0 for none."""
    has = points.notna().to_numpy()
    x = np.rint(points[has].x.to_numpy() / DEGREES).astype(np.int64)
    y = np.rint(points[has].y.to_numpy() / DEGREES).astype(np.int64)
    distinct, number = np.unique(np.column_stack([x, y]).reshape(-1, 2), axis=0, return_inverse=True)
    columns.add(table, "x", distinct[:, 0], signed=True, delta=True)
    columns.add(table, "y", distinct[:, 1], signed=True, delta=True)
    sites = np.zeros(len(points), dtype=np.int64)
    sites[has] = number.reshape(-1) + 1
    return sites


def _add_days(columns: Columns, table: str, rows: pd.DataFrame) -> int:
    """Pack first day and length of each row; return the day that counts as 0, in days since 1970."""
    first, last = days(rows["date_start"]), days(rows["date_end"])
    first, last = first.fillna(last), last.fillna(first)
    day0 = int(first.min()) if first.notna().any() else 0
    columns.add_missing(table, "day", first - day0)
    columns.add(table, "length", (last - first).fillna(0).astype("int64"))
    return day0


def _place_labels(events: pd.DataFrame, admin: pd.DataFrame) -> pd.Series:
    """Name, Arabic name and first division of each event's place, in one word."""
    name = events["place_name"].fillna(events["toponym"]).fillna("")
    codes = events["admin1_pcode"]
    units = admin.loc[admin["level"] == 1] if len(admin) else pd.DataFrame({"pcode": [], "name": [], "name_ar": []})
    english = codes.map(dict(zip(units["pcode"], units["name"], strict=True))).astype("string")
    arabic = codes.map(dict(zip(units["pcode"], units["name_ar"], strict=True))).astype("string")
    parts = [
        name,
        events["place_name_ar"].fillna(""),
        english.fillna(events["stated_admin1"]).fillna(""),
        arabic.fillna(""),
    ]
    label = parts[0].str.cat(parts[1:], sep=SEPARATOR)
    return label.mask(name == "")


def _texts(table: pd.DataFrame, names: Sequence[str]) -> list[list[Any]]:
    """The texts of each row; notes are left out where they repeat the quote; marks and further evidence come last."""
    values: Mapping[str, list[Any]] = {
        name: [None if pd.isna(v) else v if isinstance(v, str) else int(v) for v in table[name].tolist()]
        for name in names
    }
    rows = [list(row) for row in zip(*(values[n] for n in names), strict=True)]
    quote, notes = names.index("quote"), names.index("notes")
    starts = table["span_start"].tolist()
    for row, start, evidence in zip(rows, starts, table["evidence"].tolist(), strict=True):
        if row[notes] == row[quote]:
            row[notes] = None
        if pd.isna(evidence):
            row += [[], []]
            continue
        offset = 0 if pd.isna(start) else int(start)
        row.extend(read_evidence(row[quote] or "", offset, evidence))
    return rows
