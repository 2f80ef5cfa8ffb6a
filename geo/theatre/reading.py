"""A theatre file to a `Theatre`; every complaint names the file and the key."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyproj

from geo.codes import ACTOR_TYPES
from geo.errors import TheatreError
from geo.theatre.files import find_theatre, is_file, nearest
from geo.theatre.model import CONTEXT_KINDS, Actor, ContextFeature, HouseholdSize, MergeRule, Theatre

TEMPLATE = """\
# A theatre file: all that makes a run about this conflict and not another. Paths are relative to this file.
id = "NAME"
countries = []            # ISO alpha-2, the theatre's own first, e.g. ["SD", "TD"]
home = ""                 # the country whose divisions are drawn
# bounds = [21.0, 8.0, 39.0, 23.0]    # west, south, east, north in degrees
metric_crs = "EPSG:3857"  # better: the UTM zone, e.g. "EPSG:32637"
languages = ["en"]
# places = "places.csv"   # places that the gazetteers lack
# population = ["population.csv"]   # people of each unit: pcode, population, year, source
# sensitive = ["CMP", "CMPRF", "HSP", "HSPC"]   # no event or record is shown as a point on places of these kinds

[title]
en = "NAME: clashes and displacement"

[spellings]               # as reported = as in the gazetteer

[columns]                 # field = name of its column in your own tables, e.g. date = "Datum"

[[actors]]
name = "Unidentified armed group"
type = "unidentified"
aliases = ["unknown gunmen", "unidentified gunmen"]
"""

# What a field of a record may hold, by its annotation.
_WANTED: dict[str, tuple[Any, str]] = {
    "str": (str, "a text"),
    "int": (int, "a whole number"),
    "float": ((int, float), "a number"),
    "date | None": (date, "a date such as 2020-02-11, without quotes or hour"),
    "tuple[str, ...]": (list, "a list of texts"),
    "bool": (bool, "true or false"),
}


def load_theatre(name_or_path: str | Path) -> Theatre:
    """Read a built-in theatre by id, or a theatre file by path.

    Raises
    ------
    TheatreError
        The file is missing, is not TOML, or has an unknown key or a wrong value; the message says which.
    """
    path = find_theatre(name_or_path)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise TheatreError(f"{path}: cannot be read: it is not UTF-8 text; save it as UTF-8") from error
    except (ValueError, OSError, RecursionError) as error:  # TOML's own errors are ValueErrors
        raise TheatreError(f"{path}: cannot be read: {error}") from error
    return _Reader(path).theatre(raw)


class _Reader:
    """Turns parsed TOML into a Theatre; every complaint names the file and the key."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def theatre(self, raw: dict[str, Any]) -> Theatre:
        values = self.known("", raw, [f.name for f in dataclasses.fields(Theatre) if f.name != "path"])
        for key in ("id", "title"):
            if key not in values:
                self.fail(key, "is missing")
        values["title"] = self.strings("title", values["title"])
        for key in ("id", "home", "metric_crs"):
            if not isinstance(values.get(key, ""), str):
                self.fail(key, f"is {values[key]!r}; wanted a text")
        self.metres(values.get("metric_crs", "EPSG:3857"))
        for key in ("countries", "languages", "focus", "sensitive"):
            values[key] = tuple(self.string_list(key, values.get(key, [])))
        values["languages"] = values["languages"] or ("en",)
        for key in ("gazetteers", "admin", "population", "sample"):
            values[key] = tuple(self.file(key, v) for v in self.string_list(key, values.get(key, [])))
        if "places" in values:
            values["places"] = self.file("places", values["places"])
        if "bounds" in values:
            values["bounds"] = self.bounds(values["bounds"])
        if "period" in values:
            values["period"] = self.period(values["period"])
        values["spellings"] = self.strings("spellings", values.get("spellings", {}))
        values["columns"] = self.strings("columns", values.get("columns", {}))
        values["palette"] = self.strings("palette", values.get("palette", {}))
        for key, record in (("actors", Actor), ("context", ContextFeature)):
            values[key] = tuple(self.record(key, v, record) for v in self.tables(key, values.get(key, [])))
        values["merge"] = self.record("merge", values.get("merge", {}), MergeRule)
        if "household" in values:
            values["household"] = self.household(values["household"])
        self.choices(values)
        self.codes(values)
        return Theatre(**values, path=self.path)

    def choices(self, values: dict[str, Any]) -> None:
        for actor in values["actors"]:
            if actor.type not in ACTOR_TYPES:
                self.fail(f"actors '{actor.name}'", f"has the unknown type {nearest(actor.type, ACTOR_TYPES)}")
        for feature in values["context"]:
            if feature.kind not in CONTEXT_KINDS:
                self.fail(f"context '{feature.name}'", f"has the unknown kind {nearest(feature.kind, CONTEXT_KINDS)}")

    def codes(self, values: dict[str, Any]) -> None:
        if not values["id"].strip():
            self.fail("id", "is empty; wanted a short name")
        for key, found in (("countries", values["countries"]), ("home", [values.get("home") or "XX"])):
            wrong = next((c for c in found if not re.fullmatch("[A-Z]{2}", c)), None)
            if wrong is not None:
                self.fail(key, f"has '{wrong}'; wanted two-letter codes of countries (ISO 3166-1 alpha-2)")
        merge = values["merge"]
        for key in ("days", "distance_km"):
            if not getattr(merge, key) >= 0:  # NaN too
                self.fail(f"merge.{key}", f"is {getattr(merge, key)}; wanted zero or more")

    def known(self, where: str, raw: Any, names: list[str]) -> dict[str, Any]:
        if not isinstance(raw, dict):
            self.fail(where, "is not a table of keys")
        for key in raw:
            if key not in names:
                self.fail(where or "file", f"has the unknown key {nearest(key, names)}")
        return dict(raw)

    def record(self, where: str, raw: Any, kind: type[Any]) -> Any:
        fields = {f.name: f for f in dataclasses.fields(kind)}
        values = self.known(where, raw, list(fields))
        for name, value in values.items():
            allowed, words = _WANTED[str(fields[name].type)]
            # For Python true is a number, and a moment is a day.
            if not isinstance(value, allowed) or (isinstance(value, bool | datetime) and allowed is not bool):
                self.fail(f"{where}.{name}", f"is {value!r}; wanted {words}")
            if isinstance(value, list):
                values[name] = tuple(self.string_list(f"{where}.{name}", value))
        try:
            return kind(**values)
        except TypeError as error:
            return self.fail(where, f"is incomplete: {error}")

    def strings(self, where: str, raw: Any) -> dict[str, str]:
        if not isinstance(raw, dict) or not all(isinstance(v, str) for v in raw.values()):
            self.fail(where, "wants text values by key")
        return dict(raw)

    def string_list(self, where: str, raw: Any) -> list[str]:
        if not isinstance(raw, list) or not all(isinstance(v, str) for v in raw):
            self.fail(where, "wants a list of texts")
        return list(raw)

    def tables(self, where: str, raw: Any) -> list[Any]:
        if not isinstance(raw, list):
            self.fail(where, f"wants a list of tables, written [[{where}]]")
        return list(raw)

    def file(self, where: str, name: Any) -> Path:
        if not isinstance(name, str):
            self.fail(where, f"is {name!r}; wanted the path of a file")
        path = self.path.parent / name
        if not is_file(path):
            self.fail(where, f"names '{name}', which is not there; paths are relative to the theatre file")
        return path

    def bounds(self, raw: Any) -> tuple[float, float, float, float]:
        if not isinstance(raw, list) or len(raw) != 4 or not all(type(v) in {int, float} for v in raw):
            self.fail("bounds", "wants [west, south, east, north] in degrees")
        west, south, east, north = (float(v) for v in raw)
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            self.fail("bounds", f"{raw} is no box; wanted west < east and south < north in degrees")
        return west, south, east, north

    def household(self, raw: Any) -> HouseholdSize:
        size: HouseholdSize = self.record("household", raw, HouseholdSize)
        if not 1 <= size.persons <= 50:  # NaN too
            self.fail("household.persons", f"is {size.persons}; wanted the people of one household, from 1 to 50")
        if not size.source.strip():
            self.fail("household.source", "is empty; wanted who says so")
        return size

    def period(self, raw: Any) -> tuple[date, date]:
        if not isinstance(raw, list) or len(raw) != 2 or not all(type(v) is date for v in raw):
            self.fail("period", "wants [first day, last day], without quotes or hours")
        if raw[1] < raw[0]:
            self.fail("period", f"ends ({raw[1]}) before it begins ({raw[0]}); swap or correct them")
        return raw[0], raw[1]

    def metres(self, crs: str) -> None:
        try:
            projected = pyproj.CRS.from_user_input(crs).is_projected
        except pyproj.exceptions.CRSError:
            projected = False
        if not projected:
            self.fail("metric_crs", f"'{crs}' is no projected reference system; wanted one in metres, e.g. EPSG:32637")

    def fail(self, where: str, what: str) -> Any:
        raise TheatreError(f"{self.path.name}: {where} {what}")
