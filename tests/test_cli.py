"""The command: paths on standard output, talk on the error stream, exit status, no traceback."""

import subprocess
import sys

import pytest
import typer.main
from typer.testing import CliRunner

from maps import cli

EVENTS = "date,event_type,place,fatalities\n2020-02-10,Battles,Saraqib,2\n2020-02-11,Battles,Saraqib,\n"


def conflictmap(*words, cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "maps", *map(str, words)],
        capture_output=True, text=True, encoding="utf-8", cwd=cwd, check=False,
    )  # fmt: skip


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(EVENTS, encoding="utf-8")
    return path


def test_run_prints_the_paths_it_wrote(table, tmp_path):
    done = conflictmap("run", table, "--theatre", "idlib", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    written = done.stdout.splitlines()
    assert str(tmp_path / "out" / "index.html") in written
    assert "2 rows read, 2 kept, 0 refused" in done.stderr


def test_a_refused_row_ends_with_status_1_and_its_line(table, tmp_path):
    table.write_text(EVENTS + "2020-02-31,Battles,Saraqib,1\n", encoding="utf-8")
    done = conflictmap("check", table, "--theatre", "idlib")
    assert done.returncode == 1
    assert "events.csv:4: date: '2020-02-31'" in done.stdout


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["run"], 2, "at least one report or table"),
        (["run", "absent.csv", "--theatre", "idlib"], 1, "no such file"),
        (["run", "events.csv", "--theatre", "idlibb"], 2, "no theatre 'idlibb'"),
        (["run", "events.csv", "--gazetteer", "absent.csv"], 2, "no such file"),
        (["run", "events.csv", "--columns", "date"], 2, "wanted pairs"),
        (["export", "events.csv", "--format", "gpgk"], 2, "nearest known is 'gpkg'"),
        (["map", "events.csv", "-o", "page.pdf"], 2, ".html"),
        (["map", "events.csv", "--tiles", "https://tiles.example.org/{z}/{x}/{y}.png"], 2, "credit"),
        (["theatre", "show", "nowhere"], 2, "no theatre"),
    ],
)
def test_wrong_use_ends_in_words(table, words, status, said):
    done = conflictmap(*words, cwd=table.parent)
    assert done.returncode == status
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02\xff\xfe" * 50, b"just words\n", b"a,b\n1,2\n"],
    ids=["empty", "binary", "one column", "no known column"],
)
def test_a_file_that_is_no_table_ends_in_one_error(tmp_path, content):
    path = tmp_path / "input.csv"
    path.write_bytes(content)
    done = conflictmap("run", path, "--theatre", "idlib", "-o", tmp_path / "out")
    assert done.returncode == 1
    assert done.stderr.startswith("error:")
    assert "input.csv" in done.stderr
    assert "Traceback" not in done.stderr


def test_other_names_of_columns_are_given_by_the_user(tmp_path):
    path = tmp_path / "ereignisse.csv"
    path.write_text("Datum,event_type,Ort\n2020-02-10,Battles,Saraqib\n", encoding="utf-8")
    done = conflictmap("check", path, "--theatre", "idlib", "--columns", "date=Datum,place=Ort")
    assert done.returncode == 0, done.stderr
    assert "1 events, 1 on the map" in done.stderr


def test_read_then_map_gives_the_same_events(table, tmp_path):
    parquet = tmp_path / "events.parquet"
    assert conflictmap("read", table, "--theatre", "idlib", "-o", parquet).returncode == 0
    page = tmp_path / "map.html"
    done = conflictmap("map", parquet, "--theatre", "idlib", "-o", page)
    assert done.returncode == 0, done.stderr
    assert "2 events, 2 on the map" in done.stderr
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_new_theatre_file_loads_and_is_not_overwritten(tmp_path):
    path = tmp_path / "mine.toml"
    assert conflictmap("theatre", "new", path).returncode == 0
    assert conflictmap("theatre", "show", path).stdout == path.read_text(encoding="utf-8")
    again = conflictmap("theatre", "new", path)
    assert again.returncode == 2
    assert "exists" in again.stderr


def test_a_command_loads_only_what_it_needs():
    heavy = {"folium", "geopy", "matplotlib", "pyogrio"}
    code = f"import sys, maps.cli.reports; print(*({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [], "reading reports draws nothing and asks nobody"


def test_a_mistyped_command_is_answered_with_the_nearest():
    done = CliRunner().invoke(cli.app, ["exprot"])
    assert done.exit_code == 2
    assert "export" in done.output


def test_every_command_has_a_help_text():
    for command in typer.main.get_command(cli.app).commands:
        shown = CliRunner().invoke(cli.app, [command, "--help"])
        assert shown.exit_code == 0
        assert len(shown.output) > 100
