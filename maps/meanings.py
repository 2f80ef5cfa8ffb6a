"""What a row of each layer is and what its columns mean, in English: one table for all files that are handed over.

The columns of events, displacement and places have their meaning from ``geo.schema``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geo.schema import DISPLACEMENT, EVENTS, PLACES, TableSpec
from maps.choropleth import RATES_LAYERS

_UNKNOWN = "A missing number is unknown, not zero."


@dataclass(frozen=True, slots=True)
class LayerMeaning:
    """Title, abstract, and the meaning of each column of a layer."""

    title: str
    abstract: str
    columns: Mapping[str, str]


def _of(spec: TableSpec, **more: str) -> dict[str, str]:
    return {column.name: column.meaning for column in spec.columns} | more


_AREA = {
    "pcode": "code of the division",
    "name": "name, Latin script",
    "name_ar": "Arabic name",
    "approximate": "the outline is derived from places, not surveyed",
    "geometry": "the area",
}
_SERIES = {
    "anchor": "end that the mark stands on: destination, or origin where no destination is known",
    "persons": "people: best figure, else highest, else lowest",
    "series_key": "series, or source, and kind of movement; figures of two of them are never added",
    "share_of_largest": "people as part of the largest figure of the same series, 0 to 1",
}
_EVENTS = _of(EVENTS, area_id="row of the layer event_areas that the event belongs to")
_DISPLACEMENT = _of(DISPLACEMENT, **_SERIES)

_RATES = LayerMeaning(
    "Rates by admin unit",
    "A row is an admin unit with what is told of it over the whole time, also for each 1,000 or 100,000 of those who "
    f"lived there by the count that is named. Where nobody counted them there is no rate. {_UNKNOWN}",
    {
        **_AREA,
        "first_day": "first day of the whole time",
        "last_day": "last day of the whole time",
        "population": "people who lived in the unit",
        "population_year": "year of that count",
        "population_source": "who counted or estimated them",
        "people_from": "people who left places in the unit",
        "people_from_per_1000": "these for each 1,000 inhabitants",
        "from_series": "the one series that they are of",
        "people_to": "people who arrived in the unit",
        "people_to_per_1000": "these for each 1,000 inhabitants",
        "to_series": "the one series that they are of",
        "stock_in": "displaced people who are there at the end",
        "stock_in_per_1000": "these for each 1,000 inhabitants",
        "stock_in_series": "the one series that they are of",
        "events": "fighting recorded in the unit",
        "events_per_100000": "this for each 100,000 inhabitants",
        "deaths_best": "stated deaths in this fighting, best figures, summed",
        "deaths_per_100000": "these for each 100,000 inhabitants",
        "deaths_unknown": "fighting without a stated number of deaths",
        "rate": "the rate that colours the unit: that of the title",
        "rate_class": "its class, or why there is none",
    },
)

MEANINGS: Mapping[str, LayerMeaning] = {
    "events": LayerMeaning(
        "Events",
        "A row is one event at a place known to the village or better. geo_precision and geo_radius_km say how well "
        f"the place is known, date_start to date_end the days on which it may have happened. {_UNKNOWN}",
        _EVENTS,
    ),
    "event_areas": LayerMeaning(
        "Events known to an area only",
        "A row is an area or line with the number of events known no better than to it. The outline is where they may "
        "have happened; approximate says whether it is derived.",
        {
            **_AREA,
            "area_id": "our id, the same on every run",
            "precision": "our scale A-G of the events' places",
            "events": "number of events known only to this area",
            "event_ids": "JSON list of the ids of these events",
            "first_day": "first day on which one of them may have happened",
            "last_day": "last day on which one of them may have happened",
        },
    ),
    "displacement": LayerMeaning(
        "People displaced",
        "A row is a stock: people displaced at a date, as one source counts them. Stocks of two dates or two series "
        f"are never added up; destination_precision says how well the place is known. {_UNKNOWN}",
        {
            **_DISPLACEMENT,
            "current_from": "day of the figure",
            "current_until": "day before a later figure of the same series; missing for the latest",
            "latest": "no later figure of its series is known at this place",
            "geometry": "point of the destination if known, else of the origin; for drawing only",
        },
    ),
    "flows": LayerMeaning(
        "Movements",
        "A row is a flow: people who moved over a period. A line joins two known ends, a point stands for a movement "
        f"with one known end or within one area; origin_precision and destination_precision say how well. {_UNKNOWN}",
        {
            **_DISPLACEMENT,
            "shape": "line: both ends known; ring: within one area; tick: destination, arrival: origin not reported",
            "persons_sum": "people of all records of the series between the same two ends",
            "carries_sum": "the first record of these, drawn for all where no time is chosen",
            "share_of_largest": "the sum as part of the largest sum of the same series, 0 to 1",
            "geometry": "straight line from origin to destination, or the point of the known end; for drawing only",
        },
    ),
    "context": LayerMeaning(
        "Roads, crossings, posts",
        "A row is a road, border crossing or post that helps to read the map. Roads are drawn straight between places, "
        "not surveyed; start and end are the days it stood, missing where not known.",
        {
            "kind": "kind of feature",
            "name": "name, Latin script",
            "name_ar": "Arabic name",
            "label": "short name on the map",
            "start": "first day it stood",
            "end": "last day it stood",
            "source": "who says so",
            "geometry": "line through places of the gazetteer, or point",
        },
    ),
    "places": LayerMeaning(
        "Towns",
        "A row is a town to find one's way by, from the gazetteer, best first. The point is that of the gazetteer, "
        "often the middle of the town.",
        _of(
            PLACES,
            rank="order in which towns are labelled, from 0",
            weight="what the order goes by: people, events told of, seat of an administration",
            geometry="point of the gazetteer",
        ),
    ),
    "areas": LayerMeaning(
        "Administrative areas",
        "A row is an administrative unit. Where approximate is true, its outline is derived from places of the "
        "gazetteer and is no boundary.",
        {
            **_AREA,
            "level": "0 country, 1 first division, and so on",
            "parent": "code of the unit it belongs to",
            "country": "ISO 3166-1 alpha-2",
            "source": "where the outline comes from",
        },
    ),
    **dict.fromkeys(RATES_LAYERS, _RATES),
    "merged_rows": LayerMeaning(
        "Rows that merged events were made from",
        "A row is what one source tells of a happening, as it was before it was merged. The event it went into has a "
        "row of its own among the events: never count both.",
        _of(EVENTS, merged_into="event_id of the event that it went into"),
    ),
    "countries": LayerMeaning(
        "Land",
        "A row is the land of a country, generalised for small scales: a background, no statement on boundaries.",
        {
            "country": "ISO 3166-1 alpha-2",
            "name": "name, Latin script",
            "name_ar": "Arabic name",
            "geometry": "generalised land",
        },
    ),
    "places_used": LayerMeaning(
        "Places that rows stand on",
        "A row is a place that events or figures of people stand on, with what they say of it. Deaths are summed over "
        f"events whose number is stated; deaths_unknown counts the others. {_UNKNOWN}",
        {
            "place_id": "gazetteer id of the place",
            "name": "its name in the gazetteer",
            "name_ar": "its Arabic name",
            "pcode": "code of the place or the smallest division it lies in",
            "events": "number of events at this place",
            "deaths_low": "reported deaths of these, lowest, summed",
            "deaths_best": "reported deaths of these, best figure, summed",
            "deaths_high": "reported deaths of these, highest, summed",
            "deaths_unknown": "events without a stated number of deaths",
            "stocks": "figures of people displaced at this place",
            "latest_stock": "people displaced by the latest of these figures",
            "flows": "movements from or to this place",
            "people_arrived": "people of the movements to this place",
            "people_left": "people of the movements from this place",
            "first_day": "first day of all these rows",
            "last_day": "last day of all these rows",
            "geometry": "point of the place",
        },
    ),
    "events_without_point": LayerMeaning(
        "Events without a point",
        "A row is an event that has no point of its own: its place is known to an area only, withheld, or not found. "
        f"geo_precision and geo_reason say why. {_UNKNOWN}",
        _EVENTS,
    ),
    "displacement_without_point": LayerMeaning(
        "Figures of people without a point",
        "A row is a stock or flow that the map does not draw: no place or no number of people is known. geo_reason "
        f"says why. {_UNKNOWN}",
        _DISPLACEMENT,
    ),
    "unplaced": LayerMeaning(
        "Not on the map",
        "A row is an event or figure of people that no layer draws, with the reason in words.",
        {
            "table": "events or displacement",
            "id": "id of the row in that table",
            "source": "dataset or publisher",
            "date_start": "first day",
            "date_end": "last day",
            "what": "kind of event or movement",
            "toponym": "place name as it stands in the source",
            "reason": "why it is not on the map",
            "source_file": "name of the input file",
            "source_row": "line of the file or row of the sheet; the header counts",
        },
    ),
    "problems": LayerMeaning(
        "Problems",
        "A row is something that was wrong in the input: an error left the row out, a warning kept it.",
        {
            "source": "name of the input file",
            "row": "line of the file or row of the sheet; missing for the whole file",
            "column": "column it is about",
            "value": "what was found",
            "message": "what is wrong with it, what was wanted, what to do next",
            "severity": "error: the row was refused; warning: it was kept",
        },
    ),
}
