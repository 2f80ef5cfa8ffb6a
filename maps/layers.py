"""`Layer`, `MapSpec`, and the functions that make layers from tables. Decides what is drawn; draws nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import LineString, Point

from geo.codes import AREA_PRECISIONS, POINT_PRECISIONS, PRECISION, Precision
from geo.displacement import persons
from geo.errors import TheatreError
from geo.export import SourceFile
from geo.schema import CRS, DISPLACEMENT, EVENTS, Credit, empty, stable_id
from geo.theatre import ContextFeature, Theatre, theatre_places

LayerKind = Literal["events", "event_areas", "displacement", "flows", "context", "places"]

WHOLE_WORLD = (-170.0, -56.0, 180.0, 72.0)
MOST_LABELS = 400
DISCLAIMER = {
    "en": "Boundaries and names shown do not imply endorsement. Figures may be partial where access is limited.",
    "ar": "الحدود والأسماء المبيّنة لا تعني إقرارًا بها. قد تكون الأرقام جزئية حيث يتعذّر الوصول.",
}
TITLES: dict[str, dict[str, str]] = {
    "events": {"en": "Events", "ar": "الأحداث"},
    "event_areas": {"en": "Events known to an area only", "ar": "أحداث تُعرف منطقتها فقط"},
    "displacement": {"en": "People displaced", "ar": "النازحون"},
    "flows": {"en": "Movements", "ar": "الحركات"},
    "context": {"en": "Roads, crossings, posts", "ar": "طرق ومعابر ونقاط"},
    "places": {"en": "Towns", "ar": "البلدات"},
}
AREA_COLUMNS = ("area_id", "pcode", "name", "name_ar", "precision", "approximate", "events", "event_ids", "geometry")
CONTEXT_COLUMNS = ("kind", "name", "name_ar", "label", "start", "end", "source", "geometry")
UNPLACED_COLUMNS = (
    "table",
    "id",
    "source",
    "date_start",
    "date_end",
    "what",
    "toponym",
    "reason",
    "source_file",
    "source_row",
)


class PlaceIndex(Protocol):
    """What a map needs of a gazetteer: the PLACES of a box of degrees, and one place by id (KeyError if unknown)."""

    def within(self, west: float, south: float, east: float, north: float) -> pd.DataFrame: ...

    def place(self, place_id: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: a located table with a kind that the readers know how to draw. ``title`` by language."""

    id: str
    kind: LayerKind
    title: Mapping[str, str]
    table: gpd.GeoDataFrame


@dataclass(frozen=True, slots=True)
class MapSpec:
    """All that a renderer needs: what is drawn, its titles, its frame, its credits.

    ``unplaced`` holds the events and displacement records that cannot stand on the map, with their reason.
    ``admin`` holds polygons (see ``geo.admin``), empty if none were given. ``span`` is first and last day.
    ``events`` holds all rows, those of every layer and the unplaced ones; ``area_id`` names the row of the layer
    "event_areas" that an event belongs to. ``displacement`` holds all rows too. ``period`` is the part of ``span`` to
    look at first; None: all of it. ``actor_names`` is the Arabic name of an actor, as far as the theatre has it.
    ``problems`` is the table of all that was found wrong in the run (see ``geo.errors.Problem``). ``inputs`` are the
    files it was made from, ``software`` the name and version of what made it, ``steps`` what was done to their rows, a
    sentence each. ``links`` is the table of ``geo.links``. ``contact`` is who answers for the map, as "NAME <E-MAIL>".
    """

    id: str
    title: Mapping[str, str]
    languages: tuple[str, ...]
    bounds: tuple[float, float, float, float]
    span: tuple[date, date] | None
    layers: tuple[Layer, ...]
    admin: gpd.GeoDataFrame
    unplaced: pd.DataFrame
    credits: tuple[Credit, ...] = ()
    disclaimer: Mapping[str, str] = field(default_factory=dict)
    palette: Mapping[str, str] = field(default_factory=dict)
    home: str = ""
    metric_crs: str = "EPSG:3857"
    events: gpd.GeoDataFrame = field(default_factory=lambda: empty(EVENTS))
    displacement: gpd.GeoDataFrame = field(default_factory=lambda: empty(DISPLACEMENT))
    period: tuple[date, date] | None = None
    actor_names: Mapping[str, str] = field(default_factory=dict)
    problems: pd.DataFrame = field(default_factory=pd.DataFrame)
    inputs: tuple[SourceFile, ...] = ()
    software: str = ""
    steps: tuple[str, ...] = ()
    links: pd.DataFrame = field(default_factory=pd.DataFrame)
    contact: str = ""

    def layer(self, kind: LayerKind) -> gpd.GeoDataFrame:
        """Table of the layer of this kind; without rows if there is none."""
        for layer in self.layers:
            if layer.kind == kind:
                return layer.table
        return gpd.GeoDataFrame({"geometry": []}, geometry="geometry", crs=CRS)


def make_spec(
    events: gpd.GeoDataFrame,
    displacement: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    gazetteer: PlaceIndex,
    *,
    theatre: Theatre,
    credits: Sequence[Credit] = (),  # noqa: A002 - the word of the credit box
) -> MapSpec:
    """Decide what is drawn of located tables, and how: as point, area, circle, line, or in the list only.

    Raises
    ------
    TheatreError
        A context feature of the theatre names a place that the gazetteer lacks.
    """
    events = events.reset_index(drop=True)
    displacement = displacement.reset_index(drop=True)
    event_areas, area_of = group_by_area(events, areas)
    events = events.assign(area_id=area_of)
    flows = flow_layer(displacement)
    stocks = stock_layer(displacement)
    points = _rows_of(events, drawn_as_point(events))
    around = theatre.bounds or _bounds(points, stocks)
    tables: dict[LayerKind, gpd.GeoDataFrame] = {
        "events": points,
        "event_areas": event_areas,
        "displacement": stocks,
        "flows": flows,
        "context": context_layer(theatre.context, gazetteer),
        "places": place_layer(gazetteer, events, theatre, around),
    }
    return MapSpec(
        id=theatre.id,
        title=theatre.title,
        languages=theatre.languages,
        bounds=_focus_bounds(areas, theatre) or around,
        span=_span(events, displacement) or theatre.period,
        layers=tuple(Layer(kind, kind, TITLES[kind], table) for kind, table in tables.items()),
        admin=areas,
        unplaced=unplaced_rows(events, displacement, drawn=[*stocks["record_id"], *flows["record_id"]]),
        credits=tuple(credits),
        disclaimer=DISCLAIMER,
        palette=theatre.palette,
        home=theatre.home,
        metric_crs=theatre.metric_crs,
        events=events,
        displacement=displacement,
        period=_first_period(theatre.period, events, displacement),
        actor_names={actor.name: actor.name_ar for actor in theatre.actors if actor.name_ar},
    )


def _rows_of(table: gpd.GeoDataFrame, wanted: pd.Series) -> gpd.GeoDataFrame:
    """The rows wanted; nothing is copied where that is all of them or none, for the table may be large."""
    if wanted.all():
        return table
    return table.loc[wanted] if wanted.any() else table.iloc[:0]


def has_shape(shapes: gpd.GeoSeries) -> np.ndarray:
    """Mask of shapes that are neither missing nor empty."""
    raw = shapes.to_numpy()
    return ~(shapely.is_missing(raw) | shapely.is_empty(raw))


def drawn_as_point(events: gpd.GeoDataFrame) -> pd.Series:
    """Mask of events known to the village or better."""
    raw = events.geometry.to_numpy()
    is_point = (shapely.get_type_id(raw) == shapely.GeometryType.POINT) & ~shapely.is_empty(raw)
    return is_point & events["geo_precision"].isin(list(POINT_PRECISIONS)).fillna(value=False).astype(bool)


def drawn_as_area(events: gpd.GeoDataFrame) -> pd.Series:
    """Mask of events known only to an area or a line."""
    imprecise = events["geo_precision"].isin(list(AREA_PRECISIONS)).fillna(value=False).astype(bool)
    return imprecise & has_shape(events.geometry)


def group_by_area(events: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """One row for each area that has events known only to it, and the ``area_id`` of every event (missing if none).

    Twenty events known only to a governorate are one area with a count, never twenty pins.
    """
    inside = _rows_of(events, drawn_as_area(events))
    shapes = inside.geometry.to_wkb()
    keys = [stable_id("A", p, shape.hex()) for p, shape in zip(inside["geo_precision"], shapes, strict=True)]
    area_of = pd.Series(pd.NA, index=events.index, dtype="string")
    area_of.loc[inside.index] = keys
    units = {} if "pcode" not in areas else {u.pcode: u for u in areas.itertuples(index=False)}
    rows = [
        _area_row(str(key), rows, units)
        for key, rows in inside.groupby(pd.Series(keys, index=inside.index, dtype="object"), sort=True)
    ]
    table = pd.DataFrame(rows, columns=list(AREA_COLUMNS))
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS), area_of


def _area_row(key: str, rows: gpd.GeoDataFrame, units: Mapping[str, Any]) -> dict[str, Any]:
    first = rows.iloc[0]
    codes = [first[f"admin{level}_pcode"] for level in (3, 2, 1)]
    if first["geo_precision"] == Precision.FIRST_DIVISION:
        codes = codes[2:]
    code = next((str(c) for c in codes if not pd.isna(c)), "")
    unit = None if first["geo_precision"] == Precision.LINE else units.get(code)
    names = [first["place_name"], first["toponym"], first["stated_admin1"]]
    return {
        "area_id": key,
        "pcode": code,
        "name": unit.name if unit is not None else next((str(n) for n in names if not pd.isna(n)), ""),
        "name_ar": _text(unit.name_ar if unit is not None else first["place_name_ar"]),
        "precision": str(first["geo_precision"]),
        "approximate": bool(unit.approximate) if unit is not None else True,
        "events": len(rows),
        "event_ids": json.dumps(sorted(rows["event_id"])),
        "geometry": first.geometry,
    }


def stock_layer(displacement: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Stocks as points: at the destination, else at the origin; ``anchor`` says which, ``persons`` how many."""
    return _anchored(displacement.loc[displacement["measure"] == "stock"])


def flow_layer(displacement: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Flows with ``shape``: line, ring (within one area), tick (destination not reported), arrival (origin not)."""
    flows = _anchored(displacement.loc[displacement["measure"] == "flow"])
    starts, ends = _end_points(flows, "origin"), _end_points(flows, "destination")
    shapes = [_flow_shape(a, b) for a, b in zip(starts, ends, strict=True)]
    drawn = [
        LineString([a, b]) if shape == "line" else point
        for shape, a, b, point in zip(shapes, starts, ends, flows.geometry, strict=True)
    ]
    flows = flows.assign(shape=pd.array(shapes, dtype="string"))
    return flows.set_geometry(gpd.GeoSeries(drawn, index=flows.index, crs=CRS))


def _flow_shape(start: Point | None, end: Point | None) -> str:
    if start is None:
        return "arrival"
    if end is None:
        return "tick"
    return "ring" if start.equals(end) else "line"


def _end_points(table: pd.DataFrame, side: str) -> list[Point | None]:
    """Point of one end of each record; None if it is not known, or to the country only."""
    known = ~table[f"{side}_precision"].isin([Precision.COUNTRY, Precision.WITHHELD]).fillna(value=False)
    ends = zip(table[f"{side}_longitude"], table[f"{side}_latitude"], known, strict=True)
    return [Point(x, y) if ok and not (pd.isna(x) or pd.isna(y)) else None for x, y, ok in ends]


def _anchored(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Records that have a point to be drawn at, with ``anchor``, ``persons`` and that point as geometry."""
    starts, ends = _end_points(table, "origin"), _end_points(table, "destination")
    points = [end or start for start, end in zip(starts, ends, strict=True)]
    anchors = ["destination" if end else "origin" for end in ends]
    people = persons(table).astype("float64")
    table = table.assign(anchor=pd.array(anchors, dtype="string"), persons=people)
    table = table.set_geometry(gpd.GeoSeries(points, index=table.index, crs=CRS))
    return table.loc[has_shape(table.geometry) & people.notna()].reset_index(drop=True)


def context_layer(features: Sequence[ContextFeature], gazetteer: PlaceIndex) -> gpd.GeoDataFrame:
    """Highways as lines through their places, crossings and posts as points, with the dates they stood."""
    rows = [
        (f.kind, f.name, f.name_ar, f.label, f.start, f.end, f.source, _context_shape(f, gazetteer)) for f in features
    ]
    table = pd.DataFrame(rows, columns=list(CONTEXT_COLUMNS))
    for column in ("start", "end"):
        table[column] = pd.to_datetime(table[column]).astype("datetime64[us]")
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)


def _context_shape(feature: ContextFeature, gazetteer: PlaceIndex) -> LineString | Point:
    points = []
    for place_id in feature.route or (feature.place,):
        try:
            place = gazetteer.place(place_id)
        except KeyError:
            raise TheatreError(
                f"context '{feature.name}' names the place '{place_id}', which no gazetteer has; "
                "correct the id or add the place to the theatre's places"
            ) from None
        points.append((place.longitude, place.latitude))
    return LineString(points) if len(points) > 1 else Point(points[0])


def place_layer(
    gazetteer: PlaceIndex, events: pd.DataFrame, theatre: Theatre, around: tuple[float, float, float, float]
) -> gpd.GeoDataFrame:
    """Towns to label, best first (``rank`` from 0): the largest, the theatre's own, those told of most often."""
    west, south, east, north = around
    towns = gazetteer.within(west - 1, south - 1, east + 1, north + 1)
    towns = towns.loc[(towns["feature_class"] == "P").fillna(value=False).astype(bool)]
    told = towns["place_id"].map(events["place_id"].value_counts()).fillna(0).to_numpy(dtype=float)
    own = towns["place_id"].isin(theatre_places(theatre)["place_id"]).to_numpy(dtype=float)
    people = towns["population"].to_numpy(dtype=float, na_value=0)
    seat = towns["feature_code"].isin(["PPLC", "PPLA", "PPLA2"]).fillna(value=False).to_numpy(dtype=float)
    # People decide first; being told of often lifts a village to a town, being a seat or the theatre's own as well.
    weight = np.log10(people + 100) + 0.8 * np.log10(told + 1) + 0.7 * own + 0.6 * seat
    order = np.lexsort((towns["place_id"].to_numpy(dtype=str), -weight))[:MOST_LABELS]
    chosen = towns.iloc[order][["place_id", "name", "name_ar", "population", "longitude", "latitude"]]
    chosen = chosen.assign(rank=np.arange(len(chosen)), weight=weight[order].round(3)).reset_index(drop=True)
    points = gpd.points_from_xy(chosen["longitude"], chosen["latitude"], crs=CRS)
    return gpd.GeoDataFrame(chosen.drop(columns=["longitude", "latitude"]), geometry=points, crs=CRS)


def unplaced_rows(events: gpd.GeoDataFrame, displacement: gpd.GeoDataFrame, *, drawn: Sequence[str]) -> pd.DataFrame:
    """Events and displacement records that no layer draws, each with the reason in words."""
    lost_events = _rows_of(events, ~(drawn_as_point(events) | drawn_as_area(events)))
    lost_records = displacement.loc[~displacement["record_id"].isin(list(drawn))]
    parts = [
        lost_events.assign(
            table="events",
            id=lost_events["event_id"],
            what=lost_events["event_type"],
            reason=_reasons(lost_events, lost_events["geo_precision"]),
        ),
        lost_records.assign(
            table="displacement",
            id=lost_records["record_id"],
            what=lost_records["measure"] + " of " + lost_records["movement"],
            toponym=lost_records["destination_toponym"].fillna(lost_records["origin_toponym"]),
            reason=_reasons(
                lost_records, lost_records["destination_precision"].fillna(lost_records["origin_precision"])
            ),
        ),
    ]
    rows = [pd.DataFrame(p)[list(UNPLACED_COLUMNS)].astype({"source_row": "Int64"}) for p in parts if len(p)]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=list(UNPLACED_COLUMNS))


def _reasons(table: pd.DataFrame, precision: pd.Series) -> pd.Series:
    """The geocoder's reason, else what the precision says, else that no place is stated."""
    words = precision.map({p.value: c.words for p, c in PRECISION.items() if c.drawn_as == "list"})
    reasons = table["geo_reason"].fillna(words.astype("string")).fillna("no place that could be found")
    if "persons_best" in table:
        no_figure = table[["persons_low", "persons_best", "persons_high"]].isna().all(axis="columns")
        reasons = reasons.mask(no_figure, "no number is stated")
    return reasons.astype("string")


def _span(events: pd.DataFrame, displacement: pd.DataFrame) -> tuple[date, date] | None:
    first = pd.concat([events["date_start"], displacement["date_start"]]).min()
    last = pd.concat([events["date_end"], displacement["date_end"], events["date_start"]]).max()
    return None if pd.isna(first) or pd.isna(last) else (first.date(), last.date())


def _first_period(period: tuple[date, date] | None, *tables: pd.DataFrame) -> tuple[date, date] | None:
    """The theatre's period if anything dated lies in it: a reader must not open an empty map."""
    if period is None:
        return None
    first, last = (pd.Timestamp(day) for day in period)
    for table in tables:
        start, end = (table[a].fillna(table[b]) for a, b in (("date_start", "date_end"), ("date_end", "date_start")))
        if ((start <= last) & (end >= first)).any():
            return period
    return None


def _focus_bounds(areas: gpd.GeoDataFrame, theatre: Theatre) -> tuple[float, float, float, float] | None:
    """The box of the units that the theatre looks at first, if their areas are known."""
    units = areas.loc[areas["pcode"].isin(theatre.focus)] if len(areas) else areas
    return _bounds(units) if len(units) else None


def _bounds(*tables: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    corners = [t.total_bounds for t in tables if len(t)]
    if not corners:
        return WHOLE_WORLD
    west, south = np.min(corners, axis=0)[:2]
    east, north = np.max(corners, axis=0)[2:]
    margin = max(0.05, 0.05 * max(east - west, north - south))
    return float(west - margin), float(south - margin), float(east + margin), float(north + margin)


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)
