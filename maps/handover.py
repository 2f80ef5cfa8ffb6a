"""Map spec to GIS files: its layers and tables with their looks, as one hand-over."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import Problem
from geo.export import About, Handover, OnStep, Paint, Style, make_handover, write_handover
from geo.export.portable import GeometryKind
from maps.basemap import country_table
from maps.choropleth import class_colours, rate_areas, rates_titles
from maps.layers import Layer, LayerKind, MapSpec
from maps.meanings import MEANINGS
from maps.qgis import (
    EVENTS_WITHOUT_POINT,
    KINDS,
    admin_qml,
    chosen_colour,
    land_qml,
    rates_qml,
    render_project,
    styles_of,
    used_qml,
)
from maps.style import DISPLACEMENT, DISPLACEMENT_FILL_OPACITY, EVENT_SYMBOLS, TOKENS
from maps.tallies import PLACES_USED, places_used, with_current, with_days, with_sums

AREAS, COUNTRIES, MERGED_ROWS = "areas", "countries", "merged_rows"


def styled_export(spec: MapSpec, folder: Path, formats: Sequence[str], *, on_step: OnStep | None = None) -> list[Path]:
    """Write all layers and tables of a map as styled GIS files into a folder; return the files.

    Beside the layers of the spec: ``areas`` (polygons given or derived), ``countries``, ``places_used`` (places that
    rows stand on, with what the rows say of them), ``events_without_point`` and ``displacement_without_point`` (rows
    that no layer draws as a mark of their own), ``merged_rows`` (rows that merged events were made from, if any),
    ``unplaced`` (with the reason) and ``problems`` (of the whole run). So
    ``events`` and ``events_without_point`` add up to all events; ``displacement``, ``flows`` and
    ``displacement_without_point`` to all records.

    Raises
    ------
    ExportError
        An unknown format, or a file that cannot be written.
    """
    return write_handover(hand_over(spec), folder, formats, on_step=on_step)


def hand_over(spec: MapSpec) -> Handover:
    """All layers and tables of a map with their looks, what they say of themselves, and a QGIS project.

    Raises
    ------
    ExportError
        A layer has no reference system.
    """
    spec = _tallied(spec)
    tables, kinds = handover_tables(spec)
    made = make_handover(
        tables, name=file_name(spec.id), styles=handover_styles(spec), kinds=kinds, about=about_map(spec)
    )
    return replace(made, project=render_project(made, metric_crs=spec.metric_crs))


def _tallied(spec: MapSpec) -> MapSpec:
    """The map with the columns that say which figures of people belong together, and the days of areas."""
    add: dict[LayerKind, Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]] = {
        "displacement": with_current,
        "flows": with_sums,
        "event_areas": functools.partial(with_days, events=spec.events),
    }
    layers = tuple(
        replace(layer, table=add[layer.kind](layer.table)) if layer.kind in add else layer for layer in spec.layers
    )
    return replace(spec, layers=layers)


def handover_tables(spec: MapSpec) -> tuple[dict[str, pd.DataFrame], dict[str, GeometryKind]]:
    """Tables of a map by layer name, and the kind of geometry of those that have one."""
    tables: dict[str, pd.DataFrame] = {layer.id: layer.table for layer in spec.layers}
    kinds: dict[str, GeometryKind] = {layer.id: KINDS[layer.kind] for layer in spec.layers}
    drawn = {kind: [layer.table for layer in spec.layers if layer.kind == kind] for kind in KINDS}
    rates = rate_areas(spec.admin, spec.rates)
    if len(spec.merged_rows):
        tables[MERGED_ROWS] = spec.merged_rows
        kinds[MERGED_ROWS] = "point"
    tables |= {
        **rates,
        AREAS: spec.admin,
        COUNTRIES: country_table(spec),
        PLACES_USED: places_used(spec.events, spec.displacement),
        EVENTS_WITHOUT_POINT: _rest(spec.events, "event_id", drawn["events"]),
        "displacement_without_point": _rest(spec.displacement, "record_id", drawn["displacement"] + drawn["flows"]),
        "unplaced": pd.DataFrame(spec.unplaced),
        "problems": spec.problems if len(spec.problems.columns) else pd.DataFrame(columns=list(_PROBLEM_COLUMNS)),
    }
    return tables, kinds | dict.fromkeys(rates, "area") | {AREAS: "area", COUNTRIES: "area", PLACES_USED: "point"}


_PROBLEM_COLUMNS = tuple(f.name for f in dataclasses.fields(Problem))


def handover_styles(spec: MapSpec) -> dict[str, Style]:
    """Look by layer name, for the layers and for the parts that a writer splits off them."""
    styles = {AREAS: Style(admin_qml(spec.admin), paints={"": _ADMIN_PAINT}, label="name")}
    for name, table in rate_areas(spec.admin, spec.rates).items():
        styles[name] = Style(rates_qml(table), "rate_class", _rate_paints(table), "name")
    styles[COUNTRIES] = Style(land_qml(spec.home), paints={"": _LAND_PAINT}, label="name")
    used = places_used(spec.events.iloc[:0], spec.displacement.iloc[:0])
    styles[PLACES_USED] = Style(used_qml(used), paints={"": _PLACE_PAINT}, label="name")
    for layer in spec.layers:
        by, paints, label = _paints(layer, spec.palette)
        for name, text in styles_of(layer, spec.palette).items():
            styles[name] = Style(text, by, paints, label)
    return styles


def _rate_paints(table: gpd.GeoDataFrame) -> dict[str, Paint]:
    edge = TOKENS["admin1-line"][0]
    paints = {words: Paint(fill, edge, opacity=0.8) for words, fill in class_colours(table["rate"]).items()}
    return paints | {"": Paint(TOKENS["surface"][0], edge, opacity=0.0)}


_LAND_PAINT = Paint(TOKENS["land"][0], TOKENS["country-line"][0])
_PLACE_PAINT = Paint(TOKENS["ink"][0], TOKENS["surface"][0], diameter=6)
_ADMIN_PAINT = Paint(TOKENS["surface"][0], TOKENS["country-line"][0], opacity=0.0)


def _paints(layer: Layer, palette: Mapping[str, str]) -> tuple[str, dict[str, Paint], str]:
    """Column of the classes, paint of each class, and column of the name, for formats that know no more."""
    people, road = DISPLACEMENT[0], TOKENS["road"][0]
    if layer.kind == "events":
        paints = {
            name: Paint(chosen_colour(palette, name, symbol.light), symbol.edge, shape=symbol.shape, diameter=14)
            for name, symbol in EVENT_SYMBOLS.items()
        }
        return "event_type", paints, "place_name"
    if layer.kind == "event_areas":
        tint = chosen_colour(palette, "Battles", EVENT_SYMBOLS["Battles"].light)
        return "", {"": Paint(tint, TOKENS["area-edge"][0], width=1.2, opacity=0.07)}, "name"
    if layer.kind == "displacement":
        return "", {"": Paint(people, people, opacity=DISPLACEMENT_FILL_OPACITY, diameter=22)}, "destination_name"
    if layer.kind == "flows":
        return "", {"": Paint(people, people, width=3, opacity=0.6)}, "destination_name"
    if layer.kind == "context":
        return "", {"": Paint(TOKENS["ink"][0], road, width=2.4, shape="square")}, "name"
    return "", {"": _PLACE_PAINT}, "name"


def about_map(spec: MapSpec) -> About:
    """What the files say of themselves, in English."""
    title = spec.title.get("en", spec.id)
    contact, email = _contact(spec.contact)
    titles = {layer.id: layer.title.get("en", layer.id) for layer in spec.layers} | rates_titles(spec)
    kinds = {layer.id: layer.kind for layer in spec.layers}
    known = {name: MEANINGS[kinds.get(name, name)] for name in dict.fromkeys([*titles, *MEANINGS])}
    return About(
        title=title,
        abstract=_abstract(spec, title),
        layers={name: (titles.get(name, meaning.title), meaning.abstract) for name, meaning in known.items()},
        columns={name: meaning.columns for name, meaning in known.items()},
        credits=spec.credits,
        span=spec.span,
        period=spec.period,
        inputs=spec.inputs,
        software=spec.software,
        steps=spec.steps,
        contact=contact,
        contact_email=email,
        disclaimer=spec.disclaimer.get("en", ""),
        bounds=spec.bounds,
        extent=_extent(spec),
    )


def _contact(told: str) -> tuple[str, str]:
    """Name and e-mail address of "NAME <E-MAIL>", or of one of the two."""
    found = re.fullmatch(r"\s*([^<>]*?)\s*<?([^<>\s@]+@[^<>\s@]+)>?\s*", told)
    return (found[1] or found[2], found[2]) if found else (told.strip(), "")


def _abstract(spec: MapSpec, title: str) -> str:
    events, records = len(spec.events), len(spec.displacement)
    return (
        f"{title}: {events:,} events and {records:,} figures of displaced people, from the sources named. Every row "
        "says how well its place and day are known; what is known to an area only is an area, and a missing number "
        "is unknown, not zero."
    )


def _extent(spec: MapSpec) -> tuple[float, float, float, float] | None:
    """What events and displacement lie in; None without a place."""
    shapes = np.concatenate([spec.events.geometry.to_numpy(), spec.displacement.geometry.to_numpy()])
    if shapely.is_empty(shapes[~shapely.is_missing(shapes)]).all():
        return None
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    return west, south, east, north


def _rest(table: gpd.GeoDataFrame, key: str, drawn: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Rows that none of the drawn tables holds, without geometry: their areas stand in layers of their own."""
    ids = {i for part in drawn if key in part for i in part[key]}
    return pd.DataFrame(table.loc[~table[key].isin(list(ids))].drop(columns=table.geometry.name))


def file_name(map_id: str) -> str:
    name = re.sub(r"[^A-Za-z0-9]+", "_", map_id).strip("_")[:40] or "map"
    return name if name[0].isalpha() else f"map_{name}"
