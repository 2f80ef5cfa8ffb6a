"""What a run is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd

from geo.care import Care
from geo.geocode import Service
from geo.merge import Mode
from geo.theatre import Theatre


@dataclass(frozen=True, slots=True)
class Setting:
    """What a run is about: the theatre, places and polygons given by the user, and a column mapping.

    ``decisions`` is a places.csv that a person edited; ``service`` is asked for what no gazetteer knows.
    ``care`` says what may be published; ``leads`` whether what machines read in the news is shown among the events.
    ``merge`` is what is done with rows that tell of one happening or one figure of people; ``parts`` are the events
    that an input was made from which was merged before, ``people_parts`` the records of displacement. ``contact`` is
    who answers for the map, as "NAME <E-MAIL>". ``population`` are tables of the people who live in units, best first.
    """

    theatre: Theatre
    gazetteers: tuple[Path, ...] = ()
    admin: tuple[Path, ...] = ()
    columns: Mapping[str, str] | None = None
    decisions: Path | None = None
    service: Service | None = None
    care: Care = field(default_factory=Care)
    leads: bool = False
    merge: Mode = "suggest"
    parts: gpd.GeoDataFrame | None = None
    people_parts: gpd.GeoDataFrame | None = None
    contact: str = ""
    population: tuple[Path, ...] = ()

    @property
    def population_files(self) -> tuple[Path, ...]:
        """Tables of the people who live in units, best first: those given, else the theatre's."""
        return self.population or self.theatre.population
