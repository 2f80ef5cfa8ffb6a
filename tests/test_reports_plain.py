"""What no reader sees in a text: it hinders no reading, and every offset is still that of the text as stored."""

import json
import unicodedata

import pytest
from typer.testing import CliRunner

from geo.gazetteer import load_gazetteer
from geo.reports import draft_report, plain_report, read_report
from geo.theatre import load_theatre
from maps.cli import app

HEAD = "12 February 2020\n\n"
TOLD = "On Monday, government forces shelled the town of Sarmin, killing two civilians, the White Helmets said."


@pytest.fixture(scope="module")
def idlib():
    theatre = load_theatre("idlib")
    return load_gazetteer(theatre), theatre


@pytest.fixture
def read(tmp_path, idlib):
    def drafted(text, name="report.txt"):
        path = tmp_path / name
        path.write_bytes((HEAD + text).encode())
        gazetteer, theatre = idlib
        return draft_report(read_report(path), gazetteer, theatre=theatre)

    return drafted


UNSEEN = {
    "as written": TOLD,
    "no-break spaces": TOLD.replace(" ", "\u00a0"),
    "soft hyphens": TOLD.replace("Sarmin", "Sar\u00admin").replace("civilians", "civil\u00adians"),
    "zero-width spaces": TOLD.replace("two", "\u200btwo\u200b"),
    "marks of direction": TOLD.replace("Sarmin", "\u200fSarmin\u200e").replace("killing", "\u2068killing\u2069"),
    "an emoji before": "😀 " + TOLD,
    "Windows line ends": TOLD.replace(", killing", ",\r\nkilling"),
}


@pytest.mark.parametrize("words", UNSEEN.values(), ids=UNSEEN)
def test_what_is_not_seen_hinders_no_reading_and_moves_no_offset(read, words):
    draft = read(words)
    (event,) = draft.events
    assert (event["place_id"] or event["toponym"], event["fatalities_best"]) == ("town of Sarmin", 2)
    assert (event["attributed_to"], event["source_row"]) == ("White Helmets", 3)
    text = draft.report.text
    assert text == HEAD + words
    assert text[event["span_start"] : event["span_end"]] == event["quote"]
    spans = {e["field"]: e for e in json.loads(event["evidence"])}
    assert all(text[e["start"] : e["end"]] == e["text"] for e in spans.values())
    assert spans["place"]["text"].startswith("town")


def test_letters_whose_accents_are_stored_apart_are_read_as_one(read):
    whole = TOLD.replace("Sarmin", "Sármîn")
    apart = read(unicodedata.normalize("NFD", whole)).events[0]
    assert apart["toponym"] == read(whole).events[0]["toponym"] == "town of Sármîn"
    assert "Sa\u0301rmi\u0302n" in apart["quote"]


def test_markdown_is_read_without_its_markup(read):
    marked = (
        "On Monday, **government forces** shelled the town of [Sarmin](https://example.org/Sarmin_(town)), "
        "killing *two civilians*,[^1] the [White Helmets][2] said.\n\n> On Tuesday _rebels_ shelled Nairab."
    )
    draft = read(marked, "report.md")
    first, second = draft.events
    assert (first["toponym"], first["fatalities_best"], first["attributed_to"]) == (
        "town of Sarmin",
        2,
        "White Helmets",
    )
    assert (second["toponym"], second["source_row"]) == ("Nairab", 5)
    assert first["quote"].endswith("said.")
    assert "**government forces**" in first["quote"]


def test_a_text_without_anything_of_that_is_not_copied(tmp_path):
    path = tmp_path / "report.txt"
    path.write_text(HEAD + "“On Monday”, é – says 2*3 [sic] _x_.", encoding="utf-8")
    report = read_report(path)
    assert plain_report(report).report is report


def test_place_names_keep_the_offsets_of_the_text_as_stored(tmp_path):
    words = HEAD + "\u200fShells fell on Sar\u00admin and on\u00a0Nairab."
    (tmp_path / "report.txt").write_text(words, encoding="utf-8")
    out = tmp_path / "spans.jsonl"
    CliRunner().invoke(app, ["geoparse", str(tmp_path / "report.txt"), "-o", str(out), "--theatre", "idlib"])
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(r["text"], r["name"]) for r in rows] == [("Sar\u00admin", "Sarmin"), ("Nairab", "Al-Nayrab")]
    assert all(words[r["start"] : r["end"]] == r["text"] for r in rows)
