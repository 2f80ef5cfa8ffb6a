"""Events and displacement records as columns and text blocks for the page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from pyarrow import compute

from geo.displacement import SIDES, end_of, tellings, with_standing
from maps.layers import MapSpec, drawn_as_point
from maps.payload import TEXT_BLOCK, Columns, days, read_evidence

DEGREES = 1e-5  # quantum of a site's coordinates: about a metre
SEPARATOR = "\x1f"
_AT_ONCE = 4 * TEXT_BLOCK  # rows whose texts are in memory together
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
    "same_as",
)


def event_texts(spec: MapSpec, order: np.ndarray) -> Iterator[list[Sequence[Any]]]:
    """Blocks of the texts of all events, in an order; links to other events have their number in it (``at``)."""
    events = spec.events
    linked = np.flatnonzero(events["same_as"].notna())
    if len(linked):
        numbers = pd.Series(np.arange(len(order)), index=events["event_id"].to_numpy()[order])
        cells = events["same_as"].astype(object).to_numpy(copy=True)
        cells[linked] = [_numbered(cell, numbers) for cell in cells[linked]]
        events = events.assign(same_as=pd.array(cells, dtype="string"))
    return _texts(events, EVENT_TEXTS, order)


def _numbered(links: str, numbers: pd.Series) -> str:
    told = [{**link, "at": int(numbers.get(link["event_id"], -1))} for link in json.loads(links)]
    return json.dumps([{k: v for k, v in link.items() if v != -1} for link in told], ensure_ascii=False)


def record_texts(spec: MapSpec, order: np.ndarray) -> Iterator[list[Sequence[Any]]]:
    """Blocks of the texts of all displacement records, in an order."""
    return _texts(spec.displacement, RECORD_TEXTS, order)


def add_events(columns: Columns, spec: MapSpec, order: np.ndarray) -> dict[str, Any]:
    """Pack all events in an order; return their dictionaries."""
    events = spec.events

    def ordered(name: str) -> pd.Series:  # one at a time: the whole table in order would be a second table
        return events[name].take(order)

    sites = _sites(columns, "sites", events.geometry.to_numpy(), drawn_as_point(events).to_numpy())
    columns.add("events", "site", sites[order])
    areas = {area: i + 1 for i, area in enumerate(spec.layer("event_areas").get("area_id", []))}
    columns.add("events", "area", ordered("area_id").map(areas).fillna(0).astype("int64"))
    words: dict[str, Any] = {"day0": _add_days(columns, "events", ordered("date_start"), ordered("date_end"))}
    for name in EVENT_WORDS:
        words[name] = columns.add_words("events", name, events[name], order)
    telling = _telling(events)
    used = np.unique(telling)
    columns.add("events", "telling", np.searchsorted(used, telling[order]) + 1)
    words["telling"] = ["", *(_TELLINGS[kind] for kind in used)]
    for name in EVENT_COUNTS:
        columns.add_missing("events", name, ordered(name))
    columns.add_missing("events", "radius", ordered("geo_radius_km") * 10)
    columns.add_missing("events", "score", ordered("geo_score") * 100)
    columns.add_missing("events", "civilians", ordered("civilians_targeted").astype("Int64"))
    columns.add_missing("events", "report_day", days(ordered("report_date")) + _SHIFT)
    words["place"] = columns.add_words("events", "place", _place_labels(events, spec.admin), order)
    return words


# An event is told by one record alone, was merged from several, or is perhaps told by another too.
_TELLINGS = ("alone", "merged", "perhaps")


def _telling(events: pd.DataFrame) -> np.ndarray:
    """For each event its number in ``_TELLINGS``."""
    told = np.zeros(len(events), dtype=np.int64)
    rows = np.flatnonzero(events["merged_from"].notna())
    several = events["merged_from"].iloc[rows].str.count('"event_id"') > 1
    told[rows[several.to_numpy(dtype=bool)]] = _TELLINGS.index("merged")
    told[np.flatnonzero(events["same_as"].notna())] = _TELLINGS.index("perhaps")
    return told


# Days before 1970 stay positive: 1 January 1800.
_SHIFT = 62_091


def add_displacement(columns: Columns, spec: MapSpec, order: np.ndarray) -> dict[str, Any]:
    """Pack all displacement records in an order, those without a place too; return their dictionaries.

    Behind them come the figures that they were merged from, which count in their own series.
    """
    stocks, flows = spec.layer("displacement"), spec.layer("flows")
    shape = {**dict.fromkeys(stocks.get("record_id", []), "circle")}
    shape |= dict(zip(flows.get("record_id", []), flows.get("shape", []), strict=True))
    records = figures_told(spec, order)
    lead = records["told_with"].fillna(records["record_id"])
    records = records.assign(shape=lead.map(shape).astype("string"))
    number = pd.Series(np.arange(1, len(records) + 1), index=records["record_id"])
    columns.add("records", "told_with", records["told_with"].map(number.loc[~number.index.duplicated()]).fillna(0))
    for side in SIDES:
        columns.add("records", side, _sites(columns, f"{side}s", *_end(records, side)))
        columns.add("records", f"{side}_end", pd.factorize(end_of(records, side), sort=True)[0])
    words: dict[str, Any] = {"day0": _add_days(columns, "records", records["date_start"], records["date_end"])}
    for name in (*RECORD_WORDS, "shape"):
        words[name] = columns.add_words("records", name, records[name])
    for name in RECORD_COUNTS:  # sources give fractions of people: their sum is that of the table
        columns.add_missing("records", name, records[name] * 100)
    columns.add_missing("records", "stands", _days_of_standing(records))
    for side in SIDES:
        label = records[f"{side}_name"].fillna(records[f"{side}_toponym"])
        words[f"{side}_name"] = columns.add_words("records", f"{side}_name", label)
    return words


def figures_told(spec: MapSpec, order: np.ndarray) -> pd.DataFrame:
    """The displacement records in an order, and behind them the figures that they were merged from."""
    own = with_standing(spec.displacement.take(order).reset_index(drop=True))
    records = tellings(own)
    for name in ("persons_low", "persons_high"):  # of a merged figure the envelope is shown, its best one adds up
        envelope = own[name].reindex(records.index).fillna(records[name])
        records[name] = records[name].mask(records["persons_best"].notna(), envelope)
    return records


def _days_of_standing(records: pd.DataFrame) -> pd.Series:
    """For how many days each stock is the latest figure, from its own day on; missing: until further notice."""
    stands = (records["current_until"] - records["current_from"]).dt.days + 1
    never = (records["measure"] == "stock") & records["current_from"].isna()
    return stands.clip(lower=0).mask(never, 0).astype("Int64")


def by_date(table: gpd.GeoDataFrame, key: str) -> np.ndarray:
    """Positions of the rows by first day and id, those without a date last."""
    keys = pa.table({"day": pa.array(table["date_start"]), "id": pa.array(table[key].array)})
    return compute.sort_indices(keys, [("day", "ascending"), ("id", "ascending")]).to_numpy().astype(np.int64)


def _end(records: pd.DataFrame, side: str) -> tuple[np.ndarray, np.ndarray]:
    """The points of one end, and which of them are drawn."""
    known = records["shape"].notna() & ~records[f"{side}_precision"].isin(["G", "X"]).fillna(value=False)
    points = gpd.points_from_xy(records[f"{side}_longitude"], records[f"{side}_latitude"])
    placed = known & records[f"{side}_longitude"].notna() & records[f"{side}_latitude"].notna()
    return np.asarray(points), placed.to_numpy()


def _sites(columns: Columns, table: str, points: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Pack each distinct point once; return for each row the number of its point, from 1, or 0 for none."""
    degrees = shapely.get_coordinates(points[drawn])
    whole = np.rint(degrees / DEGREES).astype(np.int64)
    number, distinct = pd.factorize((whole[:, 0] << 32) + whole[:, 1], sort=True)
    y = ((distinct + 2**31) & (2**32 - 1)) - 2**31
    columns.add(table, "x", (distinct - y) >> 32, signed=True, delta=True)
    columns.add(table, "y", y, signed=True, delta=True)
    sites = np.zeros(len(points), dtype=np.int64)
    sites[drawn] = number + 1
    return sites


def _add_days(columns: Columns, table: str, start: pd.Series, end: pd.Series) -> int:
    """Pack first day and length of each row; return the day that counts as 0, in days since 1970."""
    first, last = days(start), days(end)
    first, last = first.fillna(last), last.fillna(first)
    day0 = int(first.min()) if first.notna().any() else 0
    columns.add_missing(table, "day", first - day0)
    columns.add(table, "length", (last - first).fillna(0).astype("int64"))
    return day0


def _place_labels(events: pd.DataFrame, admin: pd.DataFrame) -> pd.Series:
    """Name, Arabic name and first division of each event's place, in one word."""
    parts = list(_PLACE)
    number = np.zeros(len(events), dtype=np.int64)
    for part in parts:
        code, values = pd.factorize(events[part])
        number = pd.factorize(number * (len(values) + 1) + code + 1)[0]
    # There are few places and many events: each label is put together once.
    _, first = np.unique(number, return_index=True)
    return _labels(events[parts].iloc[first], admin).take(number).set_axis(events.index)


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
    told = pa.table({name: pa.array(table[name].array) for name in wanted if table[name].notna().any()})
    for start in range(0, len(order), _AT_ONCE):
        rows = order[start : start + _AT_ONCE]
        cells = {name: _cells(told[name], rows) for name in told.column_names}
        columns = _text_columns(dict.fromkeys(wanted, [None] * len(rows)) | cells, names)
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


def _cells(column: pa.ChunkedArray, rows: np.ndarray) -> list[Any]:
    """Values of some rows; None where empty. Taken chunk by chunk: at once, Arrow would first join the whole column."""
    starts = np.cumsum([0, *map(len, column.chunks)])
    chunk_of = np.searchsorted(starts[1:], rows, side="right")
    taken = [chunk.take(pa.array(rows[chunk_of == k] - starts[k])) for k, chunk in enumerate(column.chunks)]
    back = np.argsort(np.argsort(chunk_of, kind="stable"), kind="stable")
    return pa.concat_arrays(taken).take(pa.array(back)).to_pylist()
