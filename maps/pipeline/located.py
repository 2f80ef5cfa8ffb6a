"""Tables to located tables, as they may be published, and those to the spec of a map."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.admin import load_areas
from geo.care import (
    Cared,
    care_sentence,
    careful_credits,
    careful_decisions,
    careful_problems,
    careful_refused,
    publishable,
    take_care,
    with_sentence,
)
from geo.displacement import with_standing
from geo.errors import Problem
from geo.export import OnStep, SourceFile
from geo.gazetteer import Gazetteer, load_gazetteer
from geo.geocode import Decisions, geocode_displacement, geocode_events, join_listings, place_totals
from geo.links import link_table
from geo.merge import Merged, without_links_to
from geo.population import check_units
from geo.rates import rate_table
from geo.schema import table_of
from geo.sources import read_decisions
from maps.layers import MapSpec, make_spec
from maps.pipeline.inputs import Inputs, read_inputs
from maps.pipeline.merging import merged_events, merged_people, parts_told, silenced
from maps.pipeline.setting import Setting


@dataclass(frozen=True, slots=True)
class Located:
    """All rows with their places, as they may be published, and all that a map or an export needs.

    ``decisions``, ``problems`` and the refused rows may still tell what is withheld: they are for the person at the
    screen. What is written goes through ``published``. ``merged`` and ``merged_people`` are what merging did before
    care was taken; their ``parts`` are those that may be told.
    """

    inputs: Inputs
    setting: Setting
    gazetteer: Gazetteer
    areas: gpd.GeoDataFrame
    events: gpd.GeoDataFrame
    displacement: gpd.GeoDataFrame
    decisions: pd.DataFrame
    problems: tuple[Problem, ...]
    cared: Cared
    totals: pd.DataFrame
    merged: Merged
    merged_people: Merged
    reviewed: int = 0

    def published(self) -> Located:
        """The same, with nothing in its lists that tells what care has hidden."""
        refused, _ = careful_refused(self.inputs.refused, self.cared)
        return dataclasses.replace(
            self,
            inputs=dataclasses.replace(self.inputs, refused=refused),
            decisions=careful_decisions(self.decisions, self.cared)[0],
            problems=careful_problems(self.problems, self.cared)[0],
        )

    def links(self) -> pd.DataFrame:
        """Fighting and people side by side, by admin unit and step of time (``geo.links``)."""
        return link_table(self.events, self.displacement, self.areas, metric_crs=self.setting.theatre.metric_crs)

    def rates(self, links: pd.DataFrame) -> pd.DataFrame:
        """Those figures over the people who live in the units (``geo.rates``); without rows if nobody counted them."""
        return rate_table(links, self.inputs.population, self.areas)

    def spec(self, *, linked: bool = True) -> MapSpec:
        """The map of these tables; ``linked``: with the table of links, which the page and the rates alone need."""
        sources = tuple(dict.fromkeys(r.credit for r in self.inputs.records))
        made = make_spec(
            self.events,
            self.displacement,
            self.areas,
            self.gazetteer,
            theatre=self.cared.theatre or self.setting.theatre,
            credits=careful_credits(sources, self.cared),
        )
        links = self.links() if linked or len(self.inputs.population) else made.links
        return dataclasses.replace(
            made,
            disclaimer=with_sentence(made.disclaimer, care_sentence(self.cared)),
            problems=table_of(self.published().problems, Problem),
            links=links,
            population=self.inputs.population,
            rates=self.rates(links),
            merged_rows=self.merged.parts.assign(
                merged_into=self.merged.parts["event_id"].map(dict(self.merged.owner)).astype("string")
            ),
            inputs=tuple(SourceFile(r.name, r.sha256, len(r.ids)) for r in self.inputs.records),
            software=f"conflictmap {version('conflictmap')}",
            steps=tuple(self._steps()),
            contact=self.setting.contact,
        )

    def _steps(self) -> Iterator[str]:
        """What was done to the rows, a sentence each."""
        records = self.inputs.records
        kept, refused, skipped = (sum(getattr(r, what) for r in records) for what in ("kept", "refused", "skipped"))
        read = _count(kept + refused + skipped, "row")
        yield f"Read {read}: {kept:,} kept, {refused:,} refused, {skipped:,} skipped."
        files = "".join(f", {path.name}" for path in self.setting.gazetteers)
        yield f"Placed by name and admin unit with the gazetteers of the theatre '{self.setting.theatre.id}'{files}."
        if self.setting.service:
            yield "Names that no gazetteer has were asked of an online service."
        if self.reviewed:
            yield f"The places of {_count(self.reviewed, 'row')} were decided by a person."
        if (care := care_sentence(self.cared).get("en")) is not None:
            yield care


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def count_steps(paths: Sequence[Path]) -> int:
    """Steps that `locate` announces for so many inputs."""
    return len(paths) + 5


def locate(paths: Sequence[Path], setting: Setting, *, on_step: OnStep, publish: bool = True) -> Located:
    """Read every input and place every row; what is not to be published at all is refused if ``publish``.

    Raises
    ------
    InputError
        A file cannot be read at all, or rows stand on sensitive places and are to be published.
    """
    on_step("places")
    decisions, misread = _decisions(setting)
    gazetteer = load_gazetteer(setting.theatre, setting.gazetteers)
    on_step("areas")
    areas = load_areas(setting.theatre, gazetteer, setting.admin)
    inputs = read_inputs(paths, setting, gazetteer, on_step=on_step)
    on_step("placing events")
    events = geocode_events(
        inputs.events, gazetteer, areas, theatre=setting.theatre, decisions=decisions, service=setting.service
    )
    on_step("placing displacement")
    displacement = geocode_displacement(
        inputs.displacement, gazetteer, areas, theatre=setting.theatre, decisions=decisions, service=setting.service
    )
    totals = place_totals(inputs.totals, gazetteer, areas, theatre=setting.theatre)
    places, unused = join_listings([events.decisions, displacement.decisions], decisions)
    # A line that holds for both tables is wrong once.
    placed = dict.fromkeys([*misread, *unused, *events.problems, *displacement.problems])
    on_step("merging")
    merged = merged_events(events.table, areas, gazetteer, setting)
    people = merged_people(displacement.table, areas, gazetteer, setting)
    # Which figures stand is told before care hides where they are.
    tables = (merged.table, gpd.GeoDataFrame(with_standing(people.table)), areas)
    cared = (
        publishable(*tables, gazetteer, setting.theatre, setting.care)
        if publish
        else take_care(*tables, setting.care, gazetteer)
    )
    hidden = silenced(merged.table, cared.events)
    unsaid = silenced(people.table, cared.displacement)
    return Located(
        inputs=inputs,
        setting=setting,
        gazetteer=gazetteer,
        areas=areas,
        events=without_links_to(cared.events, hidden),
        displacement=without_links_to(cared.displacement, unsaid),
        decisions=places,
        problems=(*gazetteer.problems, *inputs.problems, *check_units(inputs.population, areas), *placed),
        cared=cared,
        totals=totals,
        merged=dataclasses.replace(merged, parts=parts_told(merged, hidden)),
        merged_people=dataclasses.replace(people, parts=parts_told(people, unsaid)),
        reviewed=events.reviewed + displacement.reviewed,
    )


def _decisions(setting: Setting) -> tuple[Decisions, list[Problem]]:
    if setting.decisions is None:
        return Decisions(), []
    return read_decisions(setting.decisions, languages=setting.theatre.languages)
