"""EVENTS: one row for each occurrence at a place in a span of time."""

from __future__ import annotations

from geo.codes import CLAIMS, EVENT_TYPES, GEO_METHODS, TYPE_OF_SUBTYPE, DatePrecision, Precision
from geo.schema.evidence import EVIDENCE
from geo.schema.spec import Column, TableSpec, count, latitude, longitude, text

EVENTS = TableSpec(
    name="events",
    key="event_id",
    columns=(
        text("event_id", "our id, the same on every run", required=True),
        text("source", "dataset or publisher", required=True),
        text("source_id", "the source's own id"),
        text("source_url", "http or https address"),
        Column("report_date", "date", "day the report was published"),
        Column("date_start", "date", "first day it may have happened"),
        Column("date_end", "date", "last day it may have happened"),
        text("date_precision", "how well the date is known", values=[p.value for p in DatePrecision]),
        text("event_type", "one of ACLED's 6", required=True, values=EVENT_TYPES),
        text("event_subtype", "one of ACLED's 25", values=tuple(TYPE_OF_SUBTYPE)),
        text("actor1", "organised party; not necessarily the attacker"),
        text("actor2", "other party; not necessarily the target"),
        Column("civilians_targeted", "boolean", "civilians were the target"),
        count("fatalities_low", "reported deaths, lowest"),
        count("fatalities_best", "reported deaths, best figure"),
        count("fatalities_high", "reported deaths, highest"),
        count("fatalities_civilians", "civilians among the best figure, where the source tells them apart"),
        count("injured", "reported wounded"),
        count("targets_hit", "targets reported hit; never people"),
        text("toponym", "place name as it stands in the source"),
        text("place_id", "gazetteer id of the place chosen"),
        text("place_name", "its name in the gazetteer"),
        text("place_name_ar", "its Arabic name"),
        text("stated_country", "country as the source states it"),
        text("stated_admin1", "first division as the source states it"),
        text("stated_admin2", "second division as the source states it"),
        text("stated_admin3", "third division as the source states it"),
        text("admin1_pcode", "code of the first division it lies in"),
        text("admin2_pcode", "code of the second division"),
        text("admin3_pcode", "code of the third division"),
        text("geo_precision", "our scale A-G, X", values=[p.value for p in Precision]),
        Column("geo_radius_km", "number", "radius of the uncertainty, km", minimum=0, maximum=5_000),
        text("source_geo_precision", "the source's own precision code"),
        longitude("source_longitude", "longitude as given, degrees"),
        latitude("source_latitude", "latitude as given, degrees"),
        text("geo_method", "how the place was found", values=GEO_METHODS),
        Column("geo_score", "number", "probability that the place is right", minimum=0, maximum=1),
        text("geo_reason", "why this place, or why none, in words"),
        text("claim", "asserted, attributed, or claimed by a party", values=CLAIMS),
        *EVIDENCE,
        text("same_as", "JSON list of rows that perhaps tell of the same happening: event_id, chance, why"),
        text("toll_shared_with", "JSON list of the ids of rows that have a share of the same toll"),
        Column("geometry", "geometry", "point if known to the village or better, else the area or line"),
    ),
    spans=(("date_start", "date_end"), ("span_start", "span_end")),
    ranges=(("fatalities_low", "fatalities_best", "fatalities_high"),),
)
