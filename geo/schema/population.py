"""POPULATION: how many people live in an admin unit, in which year, and who counted them."""

from __future__ import annotations

from geo.schema.spec import Column, TableSpec, text

POPULATION = TableSpec(
    name="population",
    key="population_id",
    columns=(
        text("population_id", "our id, the same on every run", required=True),
        text("pcode", "p-code of the admin unit", required=True),
        Column("population", "number", "people who live in the unit", required=True, minimum=0, maximum=10_000_000_000),
        Column("year", "integer", "year that the count or estimate is of", required=True, minimum=1900, maximum=2100),
        text("source", "who counted or estimated them", required=True),
        text("source_file", "name of the input file"),
        Column("source_row", "integer", "line of the file or row of the sheet; the header counts", minimum=1),
    ),
)
