"""``conflictmap merge``: why an event was merged, and its rows given back, from what merging wrote alone."""

import json
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from fake_services import acled_rows, ucdp_rows
from page_sample import areas, displacement, gazetteer, theatre
from shapely.geometry import MultiPolygon, box
from test_merge import HILLTOP, THEATRE, event, table
from typer.testing import CliRunner

from geo.errors import InputError
from geo.export import write_table
from geo.merge import merge_events, unmerge_events
from geo.sources import read_package, read_table
from geo.theatre import load_theatre
from maps import cli
from maps.handover import styled_export
from maps.layers import make_spec


@pytest.fixture
def rows():
    later = event("Beta", 2, at=HILLTOP, day="2020-02-01")
    return table(event("Alpha", 1), event("Beta", 1, fatalities_best=14), later)


@pytest.fixture
def file(rows, tmp_path):
    """Writes the table of a mode, and its parts beside it."""

    def write(mode):
        result = merge_events(rows, theatre=THEATRE, mode=mode)
        write_table(result.table, tmp_path / "events.parquet")
        if len(result.parts):
            write_table(result.parts, tmp_path / "events-parts.parquet")
        return tmp_path / "events.parquet"

    return write


def run(*words):
    """The command, without its handling of errors."""
    return CliRunner().invoke(cli.app, ["merge", *map(str, words)])


def as_text(events):
    shapes = events.geometry.to_wkt()
    return pd.DataFrame(events).assign(geometry=shapes).sort_values("event_id").to_csv(index=False)


@pytest.mark.parametrize("name", ["Alpha-1", "Beta-1", "1"])
def test_the_reasons_stand_in_the_merged_file_itself(file, name):
    told = run(file("on"), "--explain", name)
    assert told.exit_code == 0, told.output
    assert "one happening told by 2 rows; deaths 12 (lowest 12, highest 14)" in told.stdout
    assert "gives the merged event: all else" in told.stdout


def test_the_reasons_of_a_suggestion_stand_in_the_file_that_has_it(file):
    told = run(file("suggest"), "--explain", "Beta-1")
    assert told.exit_code == 0, told.output
    assert "not merged with any" in told.stdout
    assert "perhaps the same as Alpha-1, 0.9" in told.stdout
    assert "Alpha 1 (Alpha-1): 2020-01-05; Stonewell" in told.stdout


def test_a_merged_file_gives_its_rows_back(file, rows, tmp_path):
    back = tmp_path / "rows.parquet"
    told = run(file("on"), "--undo", "-o", back)
    assert told.exit_code == 0, told.output
    assert "2 events in, 3 rows out, as they were" in told.stderr
    assert as_text(gpd.read_parquet(back)) == as_text(rows)


def test_of_a_file_in_which_nothing_was_merged_the_rows_are_given_back_as_they_are(file, rows, tmp_path):
    back = tmp_path / "rows.parquet"
    told = run(file("suggest"), "--undo", "-o", back)
    assert "3 events in, 3 rows out, for nothing in them was merged" in told.stderr
    assert as_text(gpd.read_parquet(back)) == as_text(rows)


def test_a_merged_file_without_its_parts_gives_nothing_back_and_says_what_is_missing(file, tmp_path):
    merged = file("on")
    (tmp_path / "events-parts.parquet").unlink()
    told = run(merged, "--undo", "-o", tmp_path / "rows.parquet")
    assert isinstance(told.exception, InputError)
    assert "2 rows were merged and cannot be given back" in str(told.exception)
    assert "NAME-parts.parquet" in str(told.exception)
    assert not (tmp_path / "rows.parquet").exists()


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        (
            "suggest",
            "2 events are perhaps told by another source too; --merge on makes one event of those",
        ),
        ("on", "2 rows of several sources became 1 merged (why: conflictmap merge events.parquet --explain ID)"),
    ],
)
def test_a_run_tells_what_merging_found(tmp_path, mode, told):
    acled, ucdp = tmp_path / "acled.csv", tmp_path / "ucdp.csv"
    pd.DataFrame(acled_rows(1)).to_csv(acled, index=False)
    pd.DataFrame(ucdp_rows(1)).to_csv(ucdp, index=False)
    done = CliRunner().invoke(cli.app, ["check", str(acled), str(ucdp), "--theatre", "idlib", "--merge", mode])
    assert told in done.stderr


@pytest.fixture
def package(tmp_path):
    """Rows, and the GeoPackage of the map on which they are merged."""
    shelled = event(
        "Beta", 3, at=MultiPolygon([box(36.2, 35.2, 36.8, 35.6)]), geo_precision="D", day="2020-02-03", notes="قرية"
    )
    unplaced = {"geometry": None, "geo_precision": None, "geo_radius_km": None}
    loose = event("Alpha", 4, day="2020-03-01", civilians_targeted=True, **unplaced)
    rows = table(event("Alpha", 1), event("Beta", 1, fatalities_best=14, civilians_targeted=True), shelled, loose)
    result = merge_events(rows, theatre=THEATRE)
    spec = make_spec(result.table, displacement(), areas(), gazetteer(), theatre=theatre())
    into = result.parts["event_id"].map(result.owner).astype("string")
    spec = replace(spec, merged_rows=result.parts.assign(merged_into=into))
    styled_export(spec, tmp_path / "gis", ["gpkg", "timemap"])
    return rows, next((tmp_path / "gis").glob("*.gpkg"))


def test_a_geopackage_gives_back_the_rows_that_were_merged_with_their_shapes(package, tmp_path):
    rows, file = package
    assert as_text(unmerge_events(*read_package(file))) == as_text(rows)
    told = run(file, "--undo", "-o", tmp_path / "rows.parquet")
    assert "3 events in, 4 rows out, as they were" in told.stderr
    assert as_text(gpd.read_parquet(tmp_path / "rows.parquet")) == as_text(rows)


def test_read_as_input_a_geopackage_of_ours_gives_its_events_once(package):
    _, file = package
    read = read_table(file, theatre=load_theatre("world"))
    assert sorted(read.events["event_id"]) == ["Alpha-1", "Alpha-4", "Beta-3"]
    assert (read.rows_read, read.rows_refused, read.rows_skipped) == (5, 0, 2)
    assert read.problems == ()
    assert read.events["civilians_targeted"].fillna(value=False).tolist().count(True) == 2


def test_a_viewer_is_told_all_sources_of_a_merged_event(package):
    _, file = package
    told = json.loads(file.with_name(f"{file.stem}_timemap.json").read_text(encoding="utf-8"))
    assert [one["sources"] for one in told if one["id"] == "Alpha-1"] == [["Alpha", "Beta"]]


def test_a_file_that_is_no_geopackage_of_ours_is_told(tmp_path):
    (tmp_path / "x.gpkg").write_bytes(b"no database")
    assert "cannot be opened as a GeoPackage" in str(run(tmp_path / "x.gpkg", "--undo", "-o", "y.parquet").exception)


@pytest.fixture
def people(tmp_path):
    """The file of displacement in which a figure of two sources was merged, and the records as they came."""
    path = tmp_path / "people.csv"
    header = "measure,movement,series,source,date_start,date_end,persons,destination"
    rows = [
        f"stock,displacement,{who},{who},2020-01-06,2020-01-06,{n},Saraqib" for who, n in (("A", 41273), ("B", 41000))
    ]
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    out = tmp_path / "merged.parquet"
    done = run(path, "--theatre", "idlib", "-o", out)
    assert done.exit_code == 0, done.output
    return out


def test_figures_of_people_are_merged_explained_and_given_back(people, tmp_path):
    (merged,) = gpd.read_parquet(people).itertuples()
    assert (merged.persons_low, merged.persons_best, merged.persons_high) == (41000, 41273, 41273)
    parts = gpd.read_parquet(people.with_name("merged-parts.parquet"))
    for own in parts["record_id"]:
        told = run(people, "--theatre", "idlib", "--explain", own)
        assert "one figure told by 2 records; people 41,273 (lowest 41,000, highest 41,273)" in told.stdout, told.output
    back = run(people, "--theatre", "idlib", "--undo", "-o", tmp_path / "rows.parquet")
    assert "1 records in, 2 rows out, as they were" in back.stderr
    assert sorted(gpd.read_parquet(tmp_path / "rows.parquet")["persons_best"]) == [41000, 41273]
