"""What a theatre is: its area, its actors, its base map, its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

CONTEXT_KINDS = ("highway", "border crossing", "observation post")


@dataclass(frozen=True, slots=True)
class Actor:
    """An organised party: the name shown, its type (``codes.ACTOR_TYPES``), other names in any language.

    ``demonyms`` ("Turkish") name it only together with a military noun; ``seats`` are capitals that stand for it.
    ``side`` is free text used to tell opponents from allies, never shown. ``country`` is ISO alpha-2.
    """

    name: str
    type: str
    name_ar: str = ""
    aliases: tuple[str, ...] = ()
    demonyms: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()
    country: str = ""
    side: str = ""


@dataclass(frozen=True, slots=True)
class ContextFeature:
    """A highway, crossing or post of the base map: a place id, or a route through places; dates it stood.

    One that is ``sensitive`` is left out of whatever is published unless such places are released (``geo.care``).
    """

    kind: str
    name: str
    name_ar: str = ""
    label: str = ""
    route: tuple[str, ...] = ()
    place: str = ""
    start: date | None = None
    end: date | None = None
    source: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class MergeRule:
    """Two records of one happening lie within this window; the first source of ``trust`` wins."""

    days: int = 1
    distance_km: float = 10.0
    trust: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HouseholdSize:
    """By how many people a household counts, and who says so. Without it households are never turned into people."""

    persons: float
    source: str


@dataclass(frozen=True, slots=True)
class Theatre:
    """A conflict area. ``bounds`` is west, south, east, north in degrees, or None for the whole world.

    ``countries`` are ISO alpha-2, the theatre's own first; ``title`` by language; paths are absolute. ``sensitive``
    are GeoNames feature codes or ids of places at which nothing may be shown to the spot (``geo.care``). ``columns``
    names the column of a field in the tables of this theatre, where its name is not a usual one.
    """

    id: str
    title: Mapping[str, str]
    countries: tuple[str, ...] = ()
    home: str = ""
    focus: tuple[str, ...] = ()
    bounds: tuple[float, float, float, float] | None = None
    metric_crs: str = "EPSG:3857"
    languages: tuple[str, ...] = ("en",)
    period: tuple[date, date] | None = None
    places: Path | None = None
    gazetteers: tuple[Path, ...] = ()
    admin: tuple[Path, ...] = ()
    population: tuple[Path, ...] = ()
    sample: tuple[Path, ...] = ()
    spellings: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    actors: tuple[Actor, ...] = ()
    context: tuple[ContextFeature, ...] = ()
    merge: MergeRule = field(default_factory=MergeRule)
    household: HouseholdSize | None = None
    palette: Mapping[str, str] = field(default_factory=dict)
    sensitive: tuple[str, ...] = ()
    path: Path | None = None

    def actor(self, name: str) -> Actor | None:
        """The actor of this name or alias, without regard to case."""
        wanted = name.casefold()
        for actor in self.actors:
            if wanted in (n.casefold() for n in (actor.name, actor.name_ar, *actor.aliases)):
                return actor
        return None
