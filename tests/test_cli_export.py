"""``conflictmap export``: which formats, where to, and what is said before any work is done."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from geo.export import ALWAYS_LOST, FORMATS
from maps import cli

REFERENCE = (Path(__file__).resolve().parents[1] / "docs/reference.md").read_text(encoding="utf-8")
EVENTS = "date,event_type,place,fatalities\n2020-02-10,Battles,Saraqib,2\n2020-02-11,Battles,Saraqib,\n"


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(EVENTS, encoding="utf-8")
    return path


def export(*words):
    return CliRunner().invoke(cli.app, ["export", *map(str, words)])


def said(done):
    return " ".join(done.output.replace("│", " ").split())


def test_the_table_of_formats_is_printed_without_any_input():
    done = export("--formats")
    assert done.exit_code == 0
    for name, how in FORMATS.items():
        for line in (
            f"{name}: {how.title}",
            f"  files  {how.patterns}",
            f"  keeps  {how.keeps}",
            f"  loses  {how.loses}",
        ):
            assert line in done.stdout.splitlines()
    assert "PostGIS" in done.stdout
    assert ALWAYS_LOST in done.stdout


def test_geopackage_and_geojson_are_written_unless_others_are_asked_for(table, tmp_path):
    done = export(table, "--theatre", "idlib", "-o", tmp_path / "gis")
    assert done.exit_code == 0, done.output
    written = done.stdout.splitlines()
    assert sorted(written) == sorted(str(p) for p in (tmp_path / "gis").iterdir())
    found = {p.suffix for p in (tmp_path / "gis").iterdir()}
    assert found >= {".gpkg", ".qgz", ".geojson", ".qml"}
    assert not found & {".fgb", ".kml", ".parquet", ".pmtiles", ".xlsx"}


def test_several_formats_come_in_one_pass_and_their_files_are_named(table, tmp_path):
    formats = ("--format", "csv", "--format", "timemap", "--format", "csv")
    done = export(table, "--theatre", "idlib", "-o", tmp_path / "gis", *formats)
    assert done.exit_code == 0, done.output
    names = {p.name for p in (tmp_path / "gis").iterdir()}
    assert {"idlib_events.csv", "idlib_timemap.json"} <= names
    assert sorted(done.stdout.splitlines()) == sorted(str(tmp_path / "gis" / name) for name in names)


def test_all_means_every_file_format(table, tmp_path):
    done = export(table, "--theatre", "idlib", "-o", tmp_path / "gis", "--format", "all")
    assert done.exit_code == 0, done.output
    ends = {
        output.pattern.rpartition("_PART")[2].replace("NAME", "") for how in FORMATS.values() for output in how.files
    }
    names = [p.name for p in (tmp_path / "gis").iterdir()]
    assert [end for end in ends if not any(name.endswith(end) for name in names)] == []
    check_reference(tmp_path / "gis")


def test_texts_that_a_shapefile_cuts_are_told_once(tmp_path):
    long = tmp_path / "long.csv"
    notes = "word " * 90
    long.write_text(f"date,event_type,place,notes\n2020-02-10,Battles,Saraqib,{notes}\n", encoding="utf-8")
    done = export(long, "--theatre", "idlib", "-o", tmp_path / "gis", "--format", "shp")
    assert done.exit_code == 0, done.output
    (told,) = [line for line in done.stderr.splitlines() if "254 bytes" in line]
    assert "idlib_shp.zip: a shapefile holds 254 bytes of a text: " in told
    assert "notes" in told
    assert "a GeoPackage (--format gpkg) holds them whole" in told


def check_reference(folder):
    """Every layer and every column of it is in the reference."""
    for path in folder.glob("idlib_*_hxl.csv"):
        layer = path.name.removeprefix("idlib_").removesuffix("_hxl.csv")
        assert f"`{layer}`" in REFERENCE
        with path.open(encoding="utf-8-sig", newline="") as file:
            assert [column for column in next(csv.reader(file)) if f"`{column}`" not in REFERENCE] == [], layer


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--format", "geopackage"], "no format 'geopackage'; the nearest known is"),
        (["--format", "shape"], "the nearest known is 'shp'"),
        (["-o", "postgresql://host/base", "--format", "gpkg"], "--format is for files"),
        (["-o", "gis", "--schema", "maps"], "--schema is for a database"),
        (["-o", "mysql://host/base"], "wanted a folder, or postgresql://"),
    ],
)
def test_what_does_not_go_together_is_refused_before_any_work(words, why, table):
    done = export(table, *words)
    assert done.exit_code == 2
    assert why in said(done)


def test_a_database_is_written_and_its_tables_named(table, monkeypatch):
    written = {}

    def note(handover, url, *, schema):
        written.update(url=url, schema=schema, layers=[layer.name for layer in handover.layers])
        return ["maps.idlib_events"]

    monkeypatch.setattr("maps.cli.formats.write_postgis", note)
    url = "postgresql://someone:secret@host:5432/base"
    done = export(table, "--theatre", "idlib", "-o", url, "--schema", "maps")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == ["maps.idlib_events"]
    assert (written["url"], written["schema"]) == (url, "maps")
    assert "events" in written["layers"]
    assert "secret" not in done.output
