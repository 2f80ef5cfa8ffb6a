"""Events and displacement records as columns and text blocks for the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from maps.layers import MapSpec, drawn_as_point
from maps.payload import TEXT_BLOCK, Columns, days, pack_texts, read_evidence

DEGREES = 1e-5  # quantum of a site's coordinates: about a metre
SEPARATOR = "\x1f"
_AT_ONCE = 16 * TEXT_BLOCK  # rows whose texts are in memory together
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
    "same_as",
)
_PLACE = ("place_name", "toponym", "place_name_ar", "admin1_pcode", "stated_admin1")
_EVENT_COLUMNS = (
    *(*EVENT_WORDS, *EVENT_COUNTS, *_PLACE, "geometry", "area_id", "date_start", "date_end"),
    *("geo_radius_km", "geo_score", "civilians_targeted", "report_date"),
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
    order = _order(spec.events, "event_id")
    texts = pack_texts(_texts(spec.events, EVENT_TEXTS, order))
    events = spec.events[list(_EVENT_COLUMNS)].take(order).reset_index(drop=True)
    columns.add("events", "site", _sites(columns, "sites", events.geometry, drawn_as_point(events)))
    areas = {area: i + 1 for i, area in enumerate(spec.layer("event_areas").get("area_id", []))}
    columns.add("events", "area", events["area_id"].map(areas).fillna(0).astype("int64"))
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
    return words, texts


# Days before 1970 stay positive: 1 January 1800.
_SHIFT = 62_091


def add_displacement(columns: Columns, spec: MapSpec) -> tuple[dict[str, Any], list[str]]:
    """Pack all displacement records, those without a place too, in order of date."""
    stocks, flows = spec.layer("displacement"), spec.layer("flows")
    shape = {**dict.fromkeys(stocks.get("record_id", []), "circle")}
    shape |= dict(zip(flows.get("record_id", []), flows.get("shape", []), strict=True))
    order = _order(spec.displacement, "record_id")
    records = spec.displacement.take(order).reset_index(drop=True)
    records = records.assign(shape=records["record_id"].map(shape).astype("string"))
    for side in ("origin", "destination"):
        columns.add("records", side, _sites(columns, f"{side}s", *_end(records, side)))
    words: dict[str, Any] = {"day0": _add_days(columns, "records", records)}
    for name in (*RECORD_WORDS, "shape"):
        words[name] = columns.add_words("records", name, records[name])
    for name in RECORD_COUNTS:
        columns.add_missing("records", name, records[name])
    for side in ("origin", "destination"):
        label = records[f"{side}_name"].fillna(records[f"{side}_toponym"])
        words[f"{side}_name"] = columns.add_words("records", f"{side}_name", label)
    return words, pack_texts(_texts(spec.displacement, RECORD_TEXTS, order))


def _order(table: gpd.GeoDataFrame, key: str) -> np.ndarray:
    """Positions of the rows by first day and id, those without a date last."""
    return np.lexsort((pd.factorize(table[key], sort=True)[0], table["date_start"].to_numpy()))


def _end(records: pd.DataFrame, side: str) -> tuple[gpd.GeoSeries, pd.Series]:
    """The points of one end, and which of them are drawn."""
    known = records["shape"].notna() & ~records[f"{side}_precision"].isin(["G", "X"]).fillna(value=False)
    points = gpd.points_from_xy(records[f"{side}_longitude"], records[f"{side}_latitude"])
    placed = known & records[f"{side}_longitude"].notna() & records[f"{side}_latitude"].notna()
    return gpd.GeoSeries(points, index=records.index), placed


def _sites(columns: Columns, table: str, points: gpd.GeoSeries, drawn: pd.Series) -> np.ndarray:
    """Pack each distinct point once; return for each row the number of its point, from 1, or 0 for none."""
    has = drawn.to_numpy(dtype=bool)
    degrees = shapely.get_coordinates(points.to_numpy()[has])
    whole = np.rint(degrees / DEGREES).astype(np.int64)
    distinct, number = np.unique((whole[:, 0] << 32) + whole[:, 1], return_inverse=True)
    y = ((distinct + 2**31) & (2**32 - 1)) - 2**31
    columns.add(table, "x", (distinct - y) >> 32, signed=True, delta=True)
    columns.add(table, "y", y, signed=True, delta=True)
    sites = np.zeros(len(points), dtype=np.int64)
    sites[has] = number + 1
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
    parts = list(_PLACE)
    codes = [pd.factorize(events[part])[0] for part in parts]
    # There are few places and many events: each label is put together once.
    number = pd.MultiIndex.from_arrays(codes).factorize()[0]
    _, first = np.unique(number, return_index=True)
    return _labels(events.iloc[first][parts], admin).take(number).set_axis(events.index)


def _labels(places: pd.DataFrame, admin: pd.DataFrame) -> pd.Series:
    name = places["place_name"].fillna(places["toponym"]).fillna("")
    units = admin.loc[admin["level"] == 1] if len(admin) else pd.DataFrame({"pcode": [], "name": [], "name_ar": []})
    english, arabic = (
        places["admin1_pcode"].map(dict(zip(units["pcode"], units[c], strict=True))).astype("string")
        for c in ("name", "name_ar")
    )
    others = [places["place_name_ar"], english.fillna(places["stated_admin1"]), arabic]
    return name.str.cat([part.fillna("") for part in others], sep=SEPARATOR).mask(name == "")


def _texts(table: pd.DataFrame, names: Sequence[str], order: np.ndarray) -> Iterator[list[Sequence[Any]]]:
    """Columns of texts of each block of rows; marks and further evidence come last. A few blocks at a time are held."""
    wanted = [*names, "evidence", "span_start"]
    told = [name for name in wanted if table[name].notna().any()]
    chosen = table[told]
    for start in range(0, len(order), _AT_ONCE):
        rows = chosen.take(order[start : start + _AT_ONCE])
        cells = dict.fromkeys(wanted, [None] * len(rows)) | {name: _cells(rows[name]) for name in told}
        columns = _text_columns(cells, names)
        for first in range(0, len(rows), TEXT_BLOCK):
            yield [column[first : first + TEXT_BLOCK] for column in columns]


def _text_columns(cells: Mapping[str, list[Any]], names: Sequence[str]) -> list[list[Any]]:
    """The columns of some rows; what repeats what stands elsewhere is left out."""
    found = {name: cells[name] for name in names}
    quotes = found["quote"]
    found["notes"] = [None if note == quote else note for note, quote in zip(found["notes"], quotes, strict=True)]
    # What the rows of an event said: of one row the event itself says it all.
    found["merged_from"] = [m if m and m.count(f'"{names[0]}"') > 1 else None for m in found["merged_from"]]
    marks: list[Any] = [None] * len(quotes)
    elsewhere = marks.copy()
    for row, evidence in enumerate(cells["evidence"]):
        if evidence is not None:
            marks[row], elsewhere[row] = read_evidence(quotes[row] or "", int(cells["span_start"][row] or 0), evidence)
    return [*found.values(), marks, elsewhere]


def _cells(column: pd.Series) -> list[Any]:
    """Values by row; None where empty."""
    return column.astype(object).where(column.notna(), None).tolist()
