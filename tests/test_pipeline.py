"""The main job as a whole, over every theatre, and on real data where it is at hand."""

import json
import time

import geopandas as gpd
import pandas as pd
import pytest

from geo.errors import ExportError, InputError
from geo.export import FORMATS
from geo.inputs import find_inputs
from geo.theatre import list_theatres, load_theatre
from maps.pipeline import Setting, count_run_steps, run


def quiet(_text):
    """Nobody watches."""


SAMPLED = [name for name in list_theatres() if load_theatre(name).sample]  # "world" is about no conflict


def run_sample(theatre_id, out):
    theatre = load_theatre(theatre_id)
    return run(list(theatre.sample), Setting(theatre), out, formats=["gpkg", "geojson"], on_step=quiet)


@pytest.fixture(scope="module")
def idlib(tmp_path_factory):
    out = tmp_path_factory.mktemp("idlib")
    return run_sample("idlib", out), out


def test_a_run_writes_all_it_promises(idlib):
    _, out = idlib
    names = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert {
        "index.html",
        "events.parquet",
        "displacement.parquet",
        "places.csv",
        "problems.csv",
        "refused.csv",
        "links.csv",
        "manifest.json",
        "gis/idlib.gpkg",
    } <= names
    assert any(n.startswith("gis/") and n.endswith(".geojson") for n in names)


def test_rows_read_are_kept_refused_or_skipped(idlib):
    _, out = idlib
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    for account in manifest["inputs"]:
        assert account["rows_read"] == account["kept"] + account["refused"] + account["skipped"], account
        assert account["kept"] == account["located"] + account["not_located"]
    kept = sum(a["kept"] for a in manifest["inputs"])
    assert kept == manifest["events"]["rows"] + manifest["displacement"]["rows"]


def test_the_metadata_say_what_was_done_to_the_rows(idlib):
    located, out = idlib
    said = json.loads((out / "gis" / "metadata.json").read_text(encoding="utf-8"))["dct:provenance"]["rdfs:label"]
    rows = sum(record.kept for record in located.inputs.records)
    assert f"Read {rows} rows: {rows} kept, 0 refused, 0 skipped." in said["@value"]
    assert "theatre 'idlib'" in said["@value"]


def test_every_step_of_a_run_is_announced_as_counted(tmp_path):
    table = tmp_path / "in.csv"
    table.write_text("date,event_type,place\n2020-02-10,Battles,Saraqib\n", encoding="utf-8")
    steps = []
    run([table], Setting(load_theatre("idlib")), tmp_path / "out", formats=["csv", "kml"], on_step=steps.append)
    assert len(steps) == count_run_steps([table], ["csv", "kml"])
    assert {FORMATS["csv"].title, FORMATS["kml"].title} <= set(steps)


def test_the_sample_has_no_wrong_row(idlib):
    located, _ = idlib
    assert [str(p) for p in located.problems if p.severity == "error"] == []


def test_tables_can_be_read_back_as_input(idlib, tmp_path):
    located, out = idlib
    again = run(
        [out / "events.parquet", out / "displacement.parquet"],
        Setting(load_theatre("idlib")),
        tmp_path,
        formats=["gpkg"],
        on_step=quiet,
    )
    assert sorted(again.events["event_id"]) == sorted(located.events["event_id"])
    assert sorted(again.displacement["record_id"]) == sorted(located.displacement["record_id"])
    before = located.events.set_index("event_id").geometry.sort_index()
    after = again.events.set_index("event_id").geometry.sort_index()
    assert before.geom_equals(after).where(before.notna(), after.isna()).all()


@pytest.mark.parametrize("theatre_id", SAMPLED)
def test_same_input_same_bytes_in_another_folder(theatre_id, tmp_path):
    run_sample(theatre_id, tmp_path / "one")
    time.sleep(1.1)  # a clock in a file would show
    run_sample(theatre_id, tmp_path / "two" / "deeper")
    first = {p.relative_to(tmp_path / "one"): p.read_bytes() for p in (tmp_path / "one").rglob("*") if p.is_file()}
    other = tmp_path / "two" / "deeper"
    second = {p.relative_to(other): p.read_bytes() for p in other.rglob("*") if p.is_file()}
    assert first.keys() == second.keys()
    assert [str(name) for name in first if first[name] != second[name]] == []


def test_the_same_table_given_twice_is_said_not_counted_twice(tmp_path):
    table = tmp_path / "events.csv"
    table.write_text("date,event_type,place\n2020-02-10,Battles,Nowhere\n", encoding="utf-8")
    copy = tmp_path / "copy" / "events.csv"
    copy.parent.mkdir()
    copy.write_bytes(table.read_bytes())
    located = run([table, copy], Setting(load_theatre("idlib")), tmp_path / "out", formats=["gpkg"], on_step=quiet)
    assert len(located.events) == 1
    assert any("already read" in p.message for p in located.problems)
    first, second = located.inputs.records
    assert (first.rows_read, len(first.ids), second.rows_read, len(second.ids), second.refused) == (1, 1, 1, 0, 1)


def test_a_place_nobody_knows_stays_off_the_map_and_is_listed(tmp_path):
    table = tmp_path / "events.csv"
    table.write_text("date,event_type,place\n2020-02-10,Battles,Qqqzzx Wwvv\n", encoding="utf-8")
    located = run([table], Setting(load_theatre("idlib")), tmp_path / "out", formats=["gpkg"], on_step=quiet)
    (event,) = located.events.itertuples()
    assert event.geometry is None
    assert pd.isna(event.place_id)
    decisions = pd.read_csv(tmp_path / "out" / "places.csv")
    assert "Qqqzzx Wwvv" in set(decisions["toponym"])
    problems = pd.read_csv(tmp_path / "out" / "problems.csv")
    assert problems["value"].str.contains("Qqqzzx").any()


def test_a_decision_made_in_the_list_of_places_holds_in_the_next_runs(tmp_path):
    table = tmp_path / "events.csv"
    table.write_text("date,event_type,place\n2020-02-10,Battles,Qqqzzx Wwvv\n", encoding="utf-8")
    places = tmp_path / "out" / "places.csv"
    run([table], Setting(load_theatre("idlib")), tmp_path / "out", formats=["gpkg"], on_step=quiet)
    listing = pd.read_csv(places, dtype="string", keep_default_na=False)
    listing.assign(decision="35.9, 36.6").to_csv(tmp_path / "mine.csv", index=False, sep=";", encoding="utf-8-sig")
    setting = Setting(load_theatre("idlib"), decisions=tmp_path / "mine.csv")
    located = run([table], setting, tmp_path / "out", formats=["gpkg"], on_step=quiet)
    (event,) = located.events.itertuples()
    assert (event.geometry.x, event.geometry.y, event.geo_method, event.geo_score) == (36.6, 35.9, "review", 1.0)
    assert event.geo_reason == "decided in mine.csv line 2: coordinates"
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert list(manifest["decisions"]) == ["mine.csv"]
    assert manifest["rows_reviewed"] == 1
    again = Setting(load_theatre("idlib"), decisions=places)  # the file that the run itself writes anew
    run([table], again, tmp_path / "out", formats=["gpkg"], on_step=quiet)
    once = places.read_bytes()
    run([table], again, tmp_path / "out", formats=["gpkg"], on_step=quiet)
    assert places.read_bytes() == once
    assert b"review" in once


def test_formulas_in_problems_do_not_run_in_a_spreadsheet(tmp_path):
    table = tmp_path / "events.csv"
    table.write_text("date,event_type,place\n=cmd|' /C calc'!A0,Battles,x\n", encoding="utf-8")
    run([table], Setting(load_theatre("idlib")), tmp_path / "out", formats=["gpkg"], on_step=quiet)
    problems = pd.read_csv(tmp_path / "out" / "problems.csv")
    assert problems["value"].str.startswith("'=cmd").any()


def test_a_refused_row_is_written_out_as_it_stood(tmp_path):
    table = tmp_path / "events.csv"
    lines = [
        "date,event_type,place,notes",
        '2020-02-31,Battles,Saraqib,"two\nlines, ""quoted"""',
        "2020-02-10,Battles,Saraqib,fine",
    ]
    table.write_text("\n".join(lines), encoding="utf-8")
    located = run([table], Setting(load_theatre("idlib")), tmp_path / "out", formats=["gpkg"], on_step=quiet)
    refused = pd.read_csv(tmp_path / "out" / "refused.csv")
    assert refused[["source", "row"]].values.tolist() == [["events.csv", 2]]
    assert json.loads(refused.loc[0, "cells"]) == {
        "date": "2020-02-31",
        "event_type": "Battles",
        "place": "Saraqib",
        "notes": 'two\nlines, "quoted"',
    }
    assert len(refused) == located.inputs.records[0].refused


def test_an_output_folder_that_cannot_be_made_is_said_before_the_work(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("here first", encoding="utf-8")
    steps = []
    with pytest.raises(ExportError, match="file"):
        run([blocked], Setting(load_theatre("idlib")), blocked / "out", formats=["gpkg"], on_step=steps.append)
    assert steps == []
    assert blocked.read_text(encoding="utf-8") == "here first"


def test_older_results_survive_a_run_that_fails(tmp_path):
    table = tmp_path / "events.csv"
    table.write_text("date,event_type,place\n2020-02-10,Battles,Saraqib\n", encoding="utf-8")
    out = tmp_path / "out"
    setting = Setting(load_theatre("idlib"))
    run([table], setting, out, formats=["gpkg"], on_step=quiet)
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    table.write_bytes(b"")
    with pytest.raises(InputError):
        run([table], setting, out, formats=["gpkg"], on_step=quiet)
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before


def test_a_folder_stands_for_its_files(tmp_path):
    (tmp_path / "b.csv").write_text("x", encoding="utf-8")
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    (tmp_path / ".hidden").write_text("x", encoding="utf-8")
    assert [p.name for p in find_inputs([tmp_path])] == ["a.txt", "b.csv"]
    with pytest.raises(InputError, match="no such file"):
        find_inputs([tmp_path / "absent"])


@pytest.fixture(scope="module")
def real(shared, tmp_path_factory):
    data = shared / "data"
    paths = [
        data / "text/seed_article_2020-02-11.txt",
        data / "acled/acled_idleb_battles_2019-12_2020-03.csv",
        data / "ucdp/ucdp_ged_syria_2016_2019.csv.gz",
        data / "displacement/ocha_idp_flow_2019-01.xlsx",
    ]
    setting = Setting(
        load_theatre("idlib"),
        gazetteers=(data / "gazetteer/ocha_syria_locations_adm4.csv",),
        admin=(data / "boundaries/syr_admbnda_adm3_uncs_unocha_20201217.zip",),
    )
    out = tmp_path_factory.mktemp("real")
    return run(paths, setting, out, formats=["gpkg", "geojson"], on_step=quiet), out


@pytest.mark.realdata
def test_real_run_accounts_for_every_row(real):
    _, out = real
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    by_name = {a["name"]: a for a in manifest["inputs"]}
    assert by_name["acled_idleb_battles_2019-12_2020-03.csv"]["rows_read"] == 218
    assert by_name["ucdp_ged_syria_2016_2019.csv.gz"]["rows_read"] == 8285
    for account in by_name.values():
        assert account["rows_read"] == account["kept"] + account["refused"] + account["skipped"]
        assert account["kept"] == account["located"] + account["not_located"]


@pytest.mark.realdata
def test_real_rows_keep_their_own_coordinates(real):
    located, _ = real
    points = located.events[
        located.events["source_longitude"].notna() & located.events["geo_precision"].isin(list("ABC"))
    ]
    assert len(points) > 7_000
    assert (points.geometry.x == points["source_longitude"]).all()
    assert (points.geometry.y == points["source_latitude"]).all()


UNITS = {
    "Damascus": "SY01",
    "Aleppo": "SY02",
    "Rif Dimashq": "SY03",
    "Homs": "SY04",
    "Hamah": "SY05",
    "Latakia": "SY06",
    "Idlib": "SY07",
    "Idleb": "SY07",
    "Al Hasakah": "SY08",
    "Deir ez Zor": "SY09",
    "Tartus": "SY10",
    "Ar Raqqah": "SY11",
    "Daraa": "SY12",
    "As Suwayda": "SY13",
    "Quneitra": "SY14",
}


@pytest.mark.realdata
def test_no_real_geometry_lies_outside_its_stated_unit_without_a_problem(real):
    located, _ = real
    units = located.areas[located.areas["level"] == 1].set_index("pcode").geometry
    stated = located.events["stated_admin1"].str.removesuffix(" Governorate").map(UNITS)
    events = located.events[located.events.geometry.notna() & stated.notna()]
    assert len(events) > 8_000
    inside = events.geometry.representative_point().within(units[stated[events.index]].set_axis(events.index))
    told = {(p.source, p.row) for p in located.problems}
    outside = events[~inside]
    assert [r.event_id for r in outside.itertuples() if (r.source_file, r.source_row) not in told] == []


@pytest.mark.realdata
def test_the_planted_wrong_total_is_reported_with_its_cell(real):
    located, _ = real
    told = [p for p in located.problems if p.source.startswith("ocha_idp_flow") and p.column == "P2"]
    assert [(p.value, "not the sum of its row" in p.message) for p in told] == [("3", True)]


@pytest.mark.realdata
def test_the_geopackage_of_the_real_run_holds_every_row(real):
    located, out = real
    layers = gpd.list_layers(out / "gis/idlib.gpkg")
    assert {"events", "displacement", "areas", "context"} <= set(layers["name"])
    rows = [gpd.read_file(out / "gis/idlib.gpkg", layer=name) for name in ("events", "events_without_point")]
    ids = [event_id for part in rows for event_id in part["event_id"]]
    assert sorted(ids) == sorted(located.events["event_id"])
