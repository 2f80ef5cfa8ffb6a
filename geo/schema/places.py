"""PLACES: the entries of a gazetteer."""

from __future__ import annotations

from geo.schema.spec import Column, TableSpec, text

PLACES = TableSpec(
    name="places",
    key="place_id",
    columns=(
        text("place_id", "id in its gazetteer, prefixed by it when it is a bare number", required=True),
        text("name", "main name, Latin script", required=True),
        text("name_ar", "Arabic name"),
        text("aliases", "other names in any script, separated by ';'"),
        text("feature_class", "GeoNames class: P populated, A administrative, S spot, T relief, R road", required=True),
        text("feature_code", "GeoNames code: PPL, PPLA, ADM1, PCLI, AIRB, MT, ..."),
        text("country", "ISO 3166-1 alpha-2"),
        text("admin1", "code of the first division: a p-code where there is one, else GeoNames' 'SY.12'"),
        text("admin2", "code of the second division"),
        text("admin3", "code of the third division"),
        text("pcode", "the place's own p-code"),
        text("other_ids", "ids of the same place elsewhere, separated by ';', as 'geonames:SY.12'"),
        Column("population", "integer", "people, if known", minimum=0),
        Column("longitude", "number", "degrees", required=True, minimum=-180, maximum=180),
        Column("latitude", "number", "degrees", required=True, minimum=-90, maximum=90),
        Column("radius_km", "number", "the place is an area of about this radius", minimum=0, maximum=5_000),
        text("source", "gazetteer or publication", required=True),
    ),
)
