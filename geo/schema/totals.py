"""TOTALS: how many events and deaths a source counted in a unit and a period."""

from __future__ import annotations

from geo.codes import EVENT_TYPES, TYPE_OF_SUBTYPE, DatePrecision
from geo.schema.spec import Column, TableSpec, count, text

TOTALS = TableSpec(
    name="totals",
    key="total_id",
    columns=(
        text("total_id", "our id, the same on every run", required=True),
        text("source", "dataset or publisher", required=True),
        text("source_id", "the source's own id"),
        text("series", "totals of one series may be added up, totals of two never", required=True),
        Column("date_start", "date", "first day of the period", required=True),
        Column("date_end", "date", "last day of the period", required=True),
        text("date_precision", "the period counted", values=[p.value for p in DatePrecision]),
        text("event_class", "what was counted, in the source's words"),
        text("event_type", "one of ACLED's 6, where the class is one", values=EVENT_TYPES),
        text("event_subtype", "one of ACLED's 25, where the class is one", values=tuple(TYPE_OF_SUBTYPE)),
        count("events", "events counted"),
        count("fatalities_best", "reported deaths in these events"),
        text("stated_country", "country as the source states it"),
        text("stated_admin1", "first division as the source states it"),
        text("stated_admin2", "second division as the source states it"),
        text("admin1_pcode", "code of the first division"),
        text("admin2_pcode", "code of the second division"),
        text("geo_precision", "our scale: D, E or G; never a point", values=("D", "E", "G")),
        text("rule", "name of the crosswalk that read it"),
        text("notes", "free text of the source"),
        text("source_file", "name of the input file"),
        Column("source_row", "integer", "line of the file or row of the sheet; the header counts", minimum=1),
    ),
    spans=(("date_start", "date_end"),),
)
