"""DISPLACEMENT: people at a place at a date, or people who moved in a period."""

from __future__ import annotations

from geo.codes import CLAIMS, GEO_METHODS, MEASURES, MOVEMENTS, UNITS, DatePrecision, Precision
from geo.schema.evidence import EVIDENCE
from geo.schema.spec import Column, TableSpec, latitude, longitude, text


def _end(side: str) -> tuple[Column, ...]:
    return (
        text(f"{side}_toponym", f"{side} as named in the source"),
        text(f"{side}_country", f"country of the {side} as the source states it"),
        text(f"{side}_admin1", f"first division of the {side} as the source states it"),
        text(f"{side}_place_id", f"gazetteer id of the {side}"),
        text(f"{side}_name", f"name of the {side} in the gazetteer"),
        text(f"{side}_pcode", f"p-code of the {side}"),
        text(f"{side}_precision", f"our scale for the {side}", values=[p.value for p in Precision]),
        longitude(f"{side}_longitude", f"point inside the {side}, for drawing only"),
        latitude(f"{side}_latitude", f"point inside the {side}, for drawing only"),
    )


DISPLACEMENT = TableSpec(
    name="displacement",
    key="record_id",
    columns=(
        text("record_id", "our id, the same on every run", required=True),
        text("source", "dataset or publisher", required=True),
        text("source_id", "the source's own id"),
        text("source_url", "http or https address"),
        Column("report_date", "date", "day the figure was published"),
        text("series", "records of one series may be added up, records of two never"),
        text("round", "survey round of the source; of a series only the latest round counts"),
        text("measure", "stock: people at a date; flow: people over a period", required=True, values=MEASURES),
        text("movement", "kind of movement", required=True, values=MOVEMENTS),
        Column("date_start", "date", "first day of the period; for a stock, its date"),
        Column("date_end", "date", "last day of the period; for a stock, its date"),
        text("date_precision", "how well the date is known", values=[p.value for p in DatePrecision]),
        *_end("origin"),
        *_end("destination"),
        Column("persons_low", "number", "people, lowest (a fraction if the source gives one)", minimum=0, maximum=1e10),
        Column("persons_best", "number", "people, best figure", minimum=0, maximum=1e10),
        Column("persons_high", "number", "people, highest", minimum=0, maximum=1e10),
        Column("households", "number", "households, where the source counts them", minimum=0, maximum=1e10),
        Column("current_from", "date", "of a stock: first day for which it is the latest figure of its series there"),
        Column("current_until", "date", "the last such day; missing: until further notice; before the first: never"),
        text("qualifier", "the source's word: almost, more than, at least"),
        text("unit_reported", "unit of the source", values=UNITS),
        text("claim", "asserted, attributed, or claimed by a party", values=CLAIMS),
        text("geo_method", "how the drawn end was found", values=GEO_METHODS),
        Column("geo_score", "number", "probability that the drawn end is right", minimum=0, maximum=1),
        text("geo_reason", "why this place, or why none, in words"),
        *EVIDENCE,
        text("same_as", "JSON list of records that perhaps tell of the same people: record_id, chance, why"),
        Column("geometry", "geometry", "destination if known, else origin: point or area"),
    ),
    spans=(("date_start", "date_end"), ("span_start", "span_end")),
    ranges=(("persons_low", "persons_best", "persons_high"),),
)
