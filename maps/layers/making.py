"""Tables to a `MapSpec`: which rows stand on which layer, what the map is framed on, which days it shows first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.schema import Credit
from geo.theatre import Theatre
from maps.layers.events import drawn_as_point, group_by_area
from maps.layers.ground import PlaceIndex, context_layer, place_layer
from maps.layers.people import flow_layer, stock_layer
from maps.layers.shapes import rows_of
from maps.layers.spec import Layer, LayerKind, MapSpec
from maps.layers.unplaced import unplaced_rows

WHOLE_WORLD = (-170.0, -56.0, 180.0, 72.0)
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
    points = rows_of(events, drawn_as_point(events))
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
