"""``conflictmap geocode`` and ``place``: the same table out, whatever the format; wrong use ends in words."""

import csv
import gzip
import io
import json
import os
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from fake_http import Answer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from typer.testing import CliRunner

from geo.admin import areas_table
from geo.errors import ConflictMapError
from geo.geocode import ADDED, Answering, find_answers
from maps import cli

TABLE = 'id,Ort,n\n007,Saraqib,1.0\n008,"Xyzzy, ""ville""",NA\n009,,-3\n'


@pytest.fixture
def command(gazetteers, tmp_path, monkeypatch):
    """Run the command in this process, in a folder of its own; return status, output and what it says."""
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_, **__: str(gazetteers))
    monkeypatch.chdir(tmp_path)

    def call(*words):
        words = [str(w) for w in (*words, "--theatre", "idlib")]
        said = io.StringIO()
        monkeypatch.setattr(cli.talk.console, "_file", said)  # "file" would not be undone: it is a property
        monkeypatch.setattr("sys.argv", ["conflictmap", *words])
        result = CliRunner().invoke(cli.app, words)
        if isinstance(result.exception, ConflictMapError):
            with pytest.raises(SystemExit) as stop:
                cli.main()
            return stop.value.code, "", said.getvalue()
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout, said.getvalue() + result.stderr

    return call


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "names.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def rows_of(path, delimiter=","):
    raw = gzip.decompress(path.read_bytes()) if path.suffix.lower() == ".gz" else path.read_bytes()
    return list(csv.reader(io.StringIO(raw.decode("utf-8"), newline=""), delimiter=delimiter))


# --- the same rows and cells, and nine more


@pytest.mark.parametrize(
    ("name", "delimiter"), [("o.csv", ","), ("o.csv.gz", ","), ("o.tsv", "\t"), ("o.TSV.GZ", "\t")]
)
def test_text_in_is_text_out_to_the_letter(command, table, tmp_path, name, delimiter):
    status, output, said = command("geocode", table, "--place", "Ort", "-o", name)
    assert (status, output) == (0, f"{name}\n"), said
    before, after = rows_of(table), rows_of(tmp_path / name, delimiter)
    assert [row[:3] for row in after] == before
    assert after[0][3:] == list(ADDED)
    assert after[1][3:5] == ["idlib:saraqib", "Saraqib"]
    assert after[3][3:] == [*[""] * 8, "no place is named"]


def test_a_table_of_semicolons_stays_one_and_a_mark_is_kept(command, tmp_path):
    (tmp_path / "a.csv").write_bytes("\ufeffid;Ort\n01;سراقب\n".encode())
    assert command("geocode", "a.csv", "--place", "Ort", "-o", "b.csv")[0] == 0
    raw = (tmp_path / "b.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfid;Ort;place_id;")
    assert raw.count(b"\n") == 2
    assert "01;سراقب;idlib:saraqib;" in raw.decode("utf-8-sig")


def test_the_language_helps_to_read_text_without_a_mark(command, tmp_path):
    (tmp_path / "a.csv").write_bytes("id,place\n1,سراقب\n".encode("cp1256"))
    status, _, said = command("geocode", "a.csv", "--place", "place", "-o", "b.csv", "--language", "ar")
    assert status == 0
    assert "read as cp1256" in said
    assert "1,سراقب,idlib:saraqib" in (tmp_path / "b.csv").read_text(encoding="utf-8-sig")


def test_blank_lines_are_no_rows_but_empty_cells_are(command, tmp_path):
    (tmp_path / "a.csv").write_text("id,place\n1,Saraqib\n\n,\n\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("place\nSaraqib\n\nIdlib\n", encoding="utf-8")
    command("geocode", "a.csv", "--place", "place", "-o", "a2.csv")
    command("geocode", "b.csv", "--place", "place", "-o", "b2.csv")
    assert [row[:2] for row in rows_of(tmp_path / "a2.csv")] == [["id", "place"], ["1", "Saraqib"], ["", ""]]
    assert [row[0] for row in rows_of(tmp_path / "b2.csv")] == ["place", "Saraqib", "", "Idlib"]


def test_parquet_keeps_its_types(command, tmp_path):
    before = pa.table({
        "place": pa.array(["Saraqib", None]),
        "when": pa.array([1, None], pa.timestamp("us")),
        "n": pa.array([7, None], pa.int8()),
        "kind": pa.array(["a", "b"]).dictionary_encode(),
        "deep": pa.array([[1, 2], None]),
    })  # fmt: skip
    parquet.write_table(before, tmp_path / "a.parquet")
    assert command("geocode", "a.parquet", "--place", "place", "-o", "b.parquet")[0] == 0
    after = parquet.read_table(tmp_path / "b.parquet")
    assert after.select(before.column_names).equals(before)
    assert after.column_names == [*before.column_names, *ADDED]
    assert after["latitude"].type == pa.float64()
    assert command("geocode", "a.parquet", "--place", "place", "-o", "b.csv")[0] == 0
    assert rows_of(tmp_path / "b.csv")[1][1:5] == ["1970-01-01 00:00:00.000001", "7", "a", "[1, 2]"]


def test_a_workbook_keeps_its_values_and_runs_no_formula(command, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["place", "n", "when", "text"])
    sheet.append(["Saraqib", 1.5, pd.Timestamp("2020-02-10").to_pydatetime(), "plain"])
    sheet.append(["=1+1", None, None, "x"])
    for address in ("A3", "D2"):
        sheet[address].value, sheet[address].data_type = "=HYPERLINK(1)", "s"
    book.save(tmp_path / "a.xlsx")
    assert command("geocode", "a.xlsx", "--place", "place", "-o", "b.xlsx")[0] == 0
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx").active
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert values[0] == ["place", "n", "when", "text", *ADDED]
    assert values[1][:5] == ["Saraqib", 1.5, pd.Timestamp("2020-02-10"), "=HYPERLINK(1)", "idlib:saraqib"]
    assert isinstance(values[1][6], float)
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d", "inlineStr"}


def test_the_same_table_gives_the_same_workbook_to_the_byte(command, table, tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        assert command("geocode", table, "--place", "Ort", "-o", name)[0] == 0
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_text_keeps_its_leading_zeros_and_its_controls_in_a_workbook(command, tmp_path):
    (tmp_path / "a.csv").write_text("place,code\nSara\x01qib,007\n", encoding="utf-8")
    assert command("geocode", "a.csv", "--place", "place", "-o", "a.xlsx")[0] == 0
    assert command("geocode", "a.xlsx", "--place", "place", "-o", "b.csv", "--prefix", "b_")[0] == 0
    assert rows_of(tmp_path / "b.csv")[1][1] == "007"


def test_only_the_first_sheet_is_taken_and_that_is_said(command, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["place"])
    book.active.append(["Saraqib"])
    book.create_sheet("more").append(["left"])
    book.save(tmp_path / "a.xlsx")
    status, _, said = command("geocode", "a.xlsx", "--place", "place", "-o", "b.csv")
    assert status == 0
    assert "a.xlsx[more]: is left out" in said


def test_a_formula_of_the_table_stays_what_it_was_in_text(command, tmp_path):
    (tmp_path / "a.csv").write_text("place,note\n=cmd,=1+1\n", encoding="utf-8")
    assert command("geocode", "a.csv", "--place", "place", "-o", "b.csv")[0] == 0
    assert rows_of(tmp_path / "b.csv")[1][:2] == ["=cmd", "=1+1"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\x1a"), max_size=8), min_size=3, max_size=3
        ),
        min_size=1, max_size=6,
    ),
    delimiter=st.sampled_from(",;\t|"),
)  # fmt: skip
def test_any_cells_come_out_as_they_went_in(command, tmp_path, rows, delimiter):
    path = tmp_path / "any.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([["a", "place", "c"], *rows])
    status, _, said = command("geocode", path, "--place", "place", "-o", "any2.csv")
    if status == 1:
        assert "binary" in said
        return
    out = rows_of(tmp_path / "any2.csv", "," if delimiter == "\t" else delimiter)
    assert [row[:3] for row in out] == [["a", "place", "c"], *rows]
    assert all(len(row) == 12 for row in out)


# --- talk


def test_without_a_file_the_first_rows_are_shown(command, table):
    status, output, said = command("geocode", table, "--place", "Ort")
    assert status == 0
    assert "Saraqib" in output
    assert "35.8" in output
    assert "3 rows, 3 different; 1 rows placed, 2 without place" in said
    assert "placed by: exact 1" in said
    assert "no place is named: 1 rows" in said


def test_hostile_cells_do_not_steer_the_terminal(command, tmp_path):
    (tmp_path / "a.csv").write_text("pla[red]ce\n\x1b[31m[bold]Xyzzy\n", encoding="utf-8")
    _, output, said = command("geocode", "a.csv", "--place", "pla[red]ce")
    assert "\x1b" not in output + said
    assert "[bold]Xyzzy" in output


def test_a_row_of_another_width_is_refused_and_said(command, tmp_path):
    (tmp_path / "a.csv").write_text("id,place\n1,Saraqib\n2,Idlib,more\n3,Idlib\n", encoding="utf-8")
    status, _, said = command("geocode", "a.csv", "--place", "place", "-o", "b.csv")
    assert status == 1
    assert "a.csv:3: '2,Idlib,more' has 3 cells; wanted 2 as in the header (row refused)" in said
    assert [row[0] for row in rows_of(tmp_path / "b.csv")] == ["id", "1", "3"]


@pytest.mark.parametrize(
    ("content", "words", "status", "said"),
    [
        (TABLE, ["--place", "Orte"], 1, "no column 'Orte'; the nearest is 'Ort'; it has: id, Ort, n"),
        (TABLE, ["--place", "Ort", "--admin1", "x"], 1, "no column 'x'"),
        ("Ort,Ort\nA,B\n", ["--place", "Ort"], 1, "stands 2 times"),
        ("place,latitude\nA,1\n", ["--place", "place"], 1, "already has latitude"),
        (b"", ["--place", "Ort"], 1, "is empty"),
        (b"\x00\x01\x02\xff\xfe" * 50, ["--place", "Ort"], 1, "binary"),
        (b"PK\x03\x04" + b"\x00" * 99, ["--place", "Ort"], 1, "a.csv"),
        (b"PAR1" + b"\x00" * 99, ["--place", "Ort"], 1, "damaged Parquet"),
        (None, ["--place", "Ort"], 1, "no such file"),
        (TABLE, [], 2, "--place"),
        (TABLE, ["--place", "Ort", "-o", "b.ods"], 2, "wanted one of .csv"),
        (TABLE, ["--place", "Ort", "-o", "b"], 2, "wanted one of .csv"),
        (TABLE, ["--place", "Ort", "-o", "a.csv"], 2, "is the table itself"),
        (TABLE, ["--place", "Ort", "-o", "no/b.csv"], 2, "make it first"),
        (TABLE, ["--place", "Ort", "--decisions", "absent.csv"], 2, "no such file"),
        (TABLE, ["--place", "Ort", "--online", "gogle"], 2, "there is no service 'gogle'"),
        (TABLE, ["--place", "Ort", "--online-url", "http://localhost:1"], 2, "which service?"),
        (TABLE, ["--place", "Ort", "--gazetteer", "geonames/SY"], 2, "conflictmap data get geonames/SY"),
    ],
)  # fmt: skip
def test_wrong_use_ends_in_words_and_writes_nothing(command, tmp_path, content, words, status, said):
    if content is not None:
        (tmp_path / "a.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    out = [] if "-o" in words or not words else ["-o", "out.csv"]
    code, output, heard = command("geocode", "a.csv", *words, *out)
    assert (code, output) == (status, "")
    assert said in " ".join(heard.replace("│", " ").split())
    assert [p.name for p in tmp_path.iterdir() if p.name != "a.csv"] == []


def test_only_a_header_is_an_empty_table(command, tmp_path):
    (tmp_path / "a.csv").write_text("id,place\n", encoding="utf-8")
    status, _, said = command("geocode", "a.csv", "--place", "place", "-o", "b.csv")
    assert status == 0, said
    assert rows_of(tmp_path / "b.csv") == [["id", "place", *ADDED]]


def test_a_file_that_cannot_be_written_keeps_the_older_one(command, table, tmp_path, monkeypatch):
    (tmp_path / "b.csv").write_text("older", encoding="utf-8")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    status, output, said = command("geocode", table, "--place", "Ort", "-o", "b.csv")
    assert (status, output) == (1, "")
    assert "cannot write b.csv: permission denied" in said
    assert (tmp_path / "b.csv").read_text() == "older"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.csv", "names.csv"]


def test_what_parquet_and_a_sheet_cannot_hold_is_said(command, tmp_path):
    (tmp_path / "a.csv").write_text("place,n,n\nSaraqib,1,2\n", encoding="utf-8")
    status, _, said = command("geocode", "a.csv", "--place", "place", "-o", "b.parquet")
    assert status == 1
    assert "Parquet wants each column name once; n stands several times" in said
    (tmp_path / "a.csv").write_text("place,n\nSaraqib," + "x" * 40_000 + "\n", encoding="utf-8")
    status, _, said = command("geocode", "a.csv", "--place", "place", "-o", "b.xlsx")
    assert status == 1
    assert "XLSX holds 32,767" in said


# --- one look-up


def test_one_look_up_is_explained(command):
    status, output, said = command("place", "near Sarakeb")
    assert status == 0, said
    assert "idlib:saraqib" in output
    assert "relation 'near'" in output
    assert "chance" in output


def test_one_look_up_as_json_has_the_answer_and_all_candidates(command):
    status, output, _ = command("place", "Saraqib", "--country", "SYR", "--json")
    assert status == 0
    told = json.loads(output)
    assert list(told) == ["toponym", "answer", "taken_as", "candidates", "elsewhere"]
    assert set(told["answer"]) == set(ADDED)
    first = told["candidates"][0]
    assert first["place"]["place_id"] == told["answer"]["place_id"]
    assert 0 < first["chance"] <= 1
    assert first["weights"]


@pytest.mark.parametrize("name", ["", "   ", "Xyzzyville", "village", "12", "\x1b[31m", "x" * 10_000, "or", "A or B"])
def test_a_look_up_of_anything_ends_with_a_reason(command, name):
    status, output, _ = command("place", name, "--json")
    assert status == 0
    told = json.loads(output)["answer"]
    assert told["latitude"] is None
    assert told["geo_reason"]
    status, output, said = command("place", name)
    assert status == 0
    assert "\x1b" not in output + said


def test_an_unknown_country_is_said(command):
    assert "'Ruritania' is no country that is known" in command("place", "Saraqib", "--country", "Ruritania")[2]


# --- online services, only when asked for

PHOTON = {
    "features": [
        {
            "geometry": {"type": "Point", "coordinates": [36.7, 35.7]},
            "properties": {
                "osm_type": "N", "osm_id": 1, "osm_key": "place", "osm_value": "village",
                "name": "Xyzzyville", "country": "Syria", "countrycode": "SY", "state": "Idlib", "type": "city",
            },
        }
    ]
}  # fmt: skip


def test_a_service_is_asked_for_what_is_left_and_its_server_is_named(command, tmp_path, fake):
    fake.script("/api", Answer(body=PHOTON))
    (tmp_path / "a.csv").write_text("place\nSaraqib\nXyzzyville\n12\n", encoding="utf-8")
    words = ("--place", "place", "--online", "photon", "--online-url", fake.url, "--online-contact", "me@example.org")
    status, _, said = command("geocode", "a.csv", *words, "--online-cache", tmp_path / "c.sqlite", "-o", "b.csv")
    assert status == 0, said
    assert [request.query["q"] for request in fake.requests] == [["Xyzzyville"]]
    assert "names that no gazetteer has are sent to 127.0.0.1" in said
    out = rows_of(tmp_path / "b.csv")
    assert [row[out[0].index("geo_method")] for row in out[1:]] == ["exact", "photon", ""]


def test_nobody_is_asked_unless_it_is_said(command, tmp_path, fake, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("the network was used")

    monkeypatch.setattr("socket.create_connection", refuse)
    (tmp_path / "a.csv").write_text("place\nXyzzyville\n", encoding="utf-8")
    assert command("geocode", "a.csv", "--place", "place", "-o", "b.csv")[0] == 0


# --- docs


def test_every_new_column_is_in_the_reference():
    reference = (Path(__file__).parents[1] / "docs/reference.md").read_text(encoding="utf-8")
    part = reference.split("## What `geocode` adds")[1].split("\n## ")[0]
    assert [name for name in ADDED if f"`{name}`" not in part] == []


# --- speed


def test_a_table_of_many_rows_costs_what_its_names_cost(loaded):
    theatre, gazetteer, _ = loaded("idlib")
    asked = []
    answering = Answering(gazetteer, areas_table([]), theatre)
    resolve_all = answering.locator.resolver.resolve_all

    def counted(statements):
        asked.extend(statements)
        return resolve_all(statements)

    answering.locator.resolver.resolve_all = counted
    answers = find_answers({"place": pd.Series(["Saraqib", "Xyzzyville", "", "سراقب"] * 50_000)}, answering)
    assert len(asked) == 3
    assert answers.each["rows"].tolist() == [50_000] * 4
    assert len(answers.number) == 200_000
