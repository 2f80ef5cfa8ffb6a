"""The one-line Python way: located tables in, a page out."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from geo.admin import areas_table, load_areas
from geo.errors import InputError
from geo.gazetteer import load_gazetteer, load_places
from geo.schema import CRS, DISPLACEMENT, EVENTS, POPULATION, Credit, TableSpec, concat, conform, empty
from geo.sources import SourceRead, read_population
from geo.theatre import Theatre, load_theatre
from maps.layers import MapSpec, make_spec
from maps.leaflet import ConflictMap, render_page


def conflict_map(
    events: pd.DataFrame,
    displacement: pd.DataFrame | None = None,
    *,
    theatre: str | Path | Theatre = "world",
    population: str | Path | pd.DataFrame | None = None,
    credits: Sequence[Credit] = (),  # noqa: A002 - the word of the credit box
) -> ConflictMap:
    """The page of located tables: shows itself in a notebook, takes folium layers, and has ``save``.

    ``events`` and ``displacement`` have the columns of EVENTS and DISPLACEMENT (`geo.schema`) as far as they are known,
    and a geometry in EPSG:4326. ``theatre``: id of a built-in one, path of a file, or a `Theatre`. ``population`` tells
    how many people live in units, for rates: a table, or the path of one, with the columns ``pcode``, ``population``,
    ``year`` and ``source`` or those of OCHA or HDX HAPI; without it the theatre's own, if it has any.

    Raises
    ------
    InputError
        A row cannot be used; ``problems`` has each with its row, column and what was wanted.
    TheatreError
        There is no such theatre, or its file is wrong.
    """
    setting = theatre if isinstance(theatre, Theatre) else load_theatre(theatre)
    located = _conformed(events, EVENTS)
    people = empty(DISPLACEMENT) if displacement is None else _conformed(displacement, DISPLACEMENT)
    counts = [_population(given, setting) for given in (setting.population if population is None else [population])]
    credited = [*credits, *(read.credit for read in counts)]
    spec = _spec(located, people, theatre=setting, credits=credited)
    spec = dataclasses.replace(spec, population=concat([read.population for read in counts], POPULATION))
    pa.default_memory_pool().release_unused()  # what the gazetteer took, before the page takes as much
    return render_page(spec)


def _spec(events: gpd.GeoDataFrame, people: gpd.GeoDataFrame, *, theatre: Theatre, **named: Any) -> MapSpec:
    """The spec, which no longer holds the gazetteer."""
    if not theatre.countries:
        # Rough divisions of the whole world take seconds to make, and a page of placed rows draws none of them.
        return make_spec(events, people, areas_table([]), load_places(theatre), theatre=theatre, **named)
    gazetteer = load_gazetteer(theatre)
    return make_spec(events, people, load_areas(theatre, gazetteer), gazetteer, theatre=theatre, **named)


def _population(given: str | Path | pd.DataFrame, theatre: Theatre) -> SourceRead:
    table = given if isinstance(given, pd.DataFrame) else Path(given)
    read = read_population(table, languages=theatre.languages, columns=theatre.columns)
    if read.rows_refused:
        raise InputError(f"population: {read.rows_refused} rows cannot be used", problems=read.problems)
    return read


def _conformed(table: pd.DataFrame, spec: TableSpec) -> gpd.GeoDataFrame:
    good, problems = conform(table, spec, source=spec.name)
    if problems:
        raise InputError(f"{spec.name}: {len(problems)} rows cannot be used", problems=problems)
    return gpd.GeoDataFrame(good, geometry="geometry", crs=CRS)
