"""The page as text: its data come back as they went in, the same bytes twice, nothing in it can run or call out."""

import base64
import html
import json
import re
import warnings
import zlib
from dataclasses import replace
from pathlib import Path

import folium
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_sample import HOSTILE, REPORT, event, in_area, lost, sample_spec, told_event

from geo.errors import ExportError
from maps import leaflet
from maps.leaflet import css_tokens, render_page, write_page
from maps.payload import LEVEL, QUICK, Columns, pack_texts, read_evidence, script_json

JS = leaflet.STATIC.parent / "js"


def asset(name):
    return (leaflet.STATIC / name).read_text(encoding="utf-8")


WHOLE = st.integers(min_value=-(2**29), max_value=2**29)


def inflated(text):
    return zlib.decompress(base64.b64decode(text))


def read_column(raw, entry):
    """What maps/js/src/decode.js does, in Python."""
    stored = np.frombuffer(raw, np.uint8, entry["n"] * entry["width"], entry["at"])
    shuffled = stored.reshape(entry["width"], entry["n"]).astype(np.int64)
    values = sum((shuffled[k] << (8 * k) for k in range(entry["width"])), start=np.zeros(entry["n"], np.int64))
    if entry.get("signed"):
        values = (values >> 1) ^ -(values & 1)
    return np.cumsum(values) if entry.get("delta") else values


def block(page, name):
    return re.search(rf'<script [^>]*id="{name}">(.*?)</script>', page, flags=re.DOTALL)[1]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    extra = [event(990, quote=HOSTILE, place_name=HOSTILE, actor1=HOSTILE, source_url="javascript:alert(1)")]
    write_page(sample_spec(extra=extra, title={"en": f"A war {HOSTILE}"}), path)
    return path.read_text(encoding="utf-8")


@given(values=st.lists(WHOLE), delta=st.booleans())
def test_whole_numbers_come_back_from_the_columns(values, delta):
    columns = Columns()
    columns.add("t", "before", [7])
    columns.add("t", "x", values, signed=True, delta=delta)
    assert read_column(inflated(columns.packed()), columns.index[1]).tolist() == values


@given(values=st.lists(st.none() | st.integers(min_value=0, max_value=10_000_000_000)))
def test_unknown_stays_unknown_and_zero_stays_zero(values):
    columns = Columns()
    columns.add_missing("t", "dead", pd.Series(values, dtype="Int64"))
    stored = read_column(inflated(columns.packed()), columns.index[0]).tolist()
    assert [None if v == 0 else v - 1 for v in stored] == values


@given(words=st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)))
def test_words_come_back_from_their_dictionary(words):
    columns = Columns()
    known = columns.add_words("t", "w", pd.Series(words, dtype="string"))
    codes = read_column(inflated(columns.packed()), columns.index[0])
    assert [known[c] for c in codes] == [w or "" for w in words]


@given(rows=st.permutations(range(5)))
def test_words_are_packed_in_the_order_of_the_rows(rows):
    words = pd.Series(["b", None, "a", "b", "c"], dtype="string")
    columns = Columns()
    known = columns.add_words("t", "w", words, np.array(rows))
    codes = read_column(inflated(columns.packed()), columns.index[0])
    assert [known[c] for c in codes] == [words.fillna("")[row] for row in rows]


def test_a_quicker_level_packs_the_same_texts():
    block = [[f"shelling near the crossing {k % 7}" for k in range(500)]]
    (small,), (quick,) = pack_texts([block], LEVEL), pack_texts([block], QUICK)
    assert inflated(small) == inflated(quick)
    assert pack_texts([block] * 3, LEVEL, QUICK) == [small, quick, small]


def test_the_example_that_javascript_reads_is_what_python_writes():
    example = json.loads((JS / "test" / "format.json").read_text(encoding="utf-8"))
    columns = Columns()
    for one in example["columns"]:
        if one.get("missing"):
            columns.add_missing("made", one["name"], pd.Series(one["values"], dtype="Int64"))
        else:
            flags = {flag: one.get(flag, False) for flag in ("signed", "delta")}
            columns.add("made", one["name"], one["values"], **flags)
    assert columns.index == example["index"]
    assert inflated(columns.packed()) == inflated(example["packed"])
    (block_of_texts,) = pack_texts([example["texts"]])
    assert inflated(block_of_texts) == inflated(example["block"])


def test_a_number_that_javascript_cannot_hold_is_refused():
    with pytest.raises(ValueError, match=r"column t\.x holds a number that the page cannot"):
        Columns().add("t", "x", [2**53])


def test_texts_are_packed_in_blocks_that_come_back():
    ids = [f"E-{k}" for k in range(1100)]
    columns = [ids, [None] * 1100, ["sätze"] * 1100, list(range(1100))]
    blocks = pack_texts([column[start : start + 1024] for column in columns] for start in (0, 1024))
    read = [json.loads(inflated(b)) for b in blocks]
    assert [[len(column) for column in block] for block in read] == [[1024, 0, 1024, 1024], [76, 0, 76, 76]]
    assert [name for block in read for name in block[0]] == ids
    assert read[1][2][0] == "sätze"


@given(text=st.text(max_size=40))
def test_no_text_can_end_its_script_element(text):
    written = script_json({"t": text + "</script><!--"})
    assert "<" not in written
    if text.isprintable():
        assert json.loads(written)["t"] == text + "</script><!--"


def test_the_words_of_the_evidence_are_marked_in_the_sentence():
    row = told_event()
    marks, elsewhere = read_evidence(row["quote"], 0, row["evidence"])
    assert elsewhere == []
    assert [(REPORT[start:end], field) for start, end, field in marks] == [
        ("On Friday", "date_start"),
        ("killed five", "fatalities_best"),
        ("Midford", "toponym"),
    ]


def test_evidence_elsewhere_in_the_report_is_told_not_marked():
    evidence = json.dumps([{"field": "toponym", "start": 5, "end": 9, "text": "Town"}])
    assert read_evidence("Five died.", 100, evidence) == ([], [("toponym", "Town", [])])


def test_another_sentence_that_tells_the_same_keeps_its_own_marks():
    first, second = "Shells hit Midford.", "Five people died."
    report = f"{first} {second}"
    words = [("mention", first), ("mention", second), ("toponym", "Midford"), ("fatalities", "Five")]
    evidence = [
        {"field": f, "start": 50 + report.index(w), "end": 50 + report.index(w) + len(w), "text": w} for f, w in words
    ]
    marks, elsewhere = read_evidence(first, 50, json.dumps(evidence))
    assert marks == [(11, 18, "toponym")]
    assert elsewhere == [("mention", second, [(0, 4, "fatalities")])]


def test_a_name_as_the_source_writes_it_has_no_offsets_and_is_told():
    evidence = json.dumps([{"field": "actor1", "start": None, "end": None, "text": "Army No. 1"}])
    assert read_evidence("Five died.", 0, evidence) == ([], [("actor1", "Army No. 1", None)])
    assert read_evidence("", 0, evidence) == ([], [("actor1", "Army No. 1", None)])


def test_words_that_do_not_stand_at_their_offsets_are_not_marked():
    evidence = json.dumps([{"field": "toponym", "start": 0, "end": 4, "text": "Town"}])
    assert read_evidence("Five died.", 0, evidence) == ([], [("toponym", "Town", [])])


@pytest.mark.parametrize(
    "broken", ["", "{", "7", '[{"start": "a", "end": 2}]', '[{"start": null, "end": null}]', "[null]"]
)
def test_evidence_that_cannot_be_read_marks_nothing(broken):
    assert read_evidence("Five died.", 0, broken) == ([], [])


def test_every_event_goes_over_with_its_numbers(page):
    meta = json.loads(block(page, "cm-meta"))
    raw = inflated(block(page, "cm-columns"))
    columns = {(c["table"], c["name"]): read_column(raw, c) for c in meta["columns"]}
    spec = sample_spec(extra=[event(990)])
    wanted = spec.events["fatalities_best"].fillna(-1).value_counts().to_dict()
    stored = columns["events", "fatalities_best"]
    assert pd.Series(stored - 1).value_counts().to_dict() == wanted
    assert (columns["events", "site"] > 0).sum() == len(spec.layer("events"))
    assert (columns["events", "area"] > 0).sum() == spec.layer("event_areas")["events"].sum()
    lines = block(page, "cm-texts").split("\n")
    names = [name for b in lines[: meta["blocks"]["events"]] for name in json.loads(inflated(b))[0]]
    assert sorted(names) == sorted(spec.events["event_id"])


def test_the_same_spec_is_the_same_bytes(tmp_path):
    for name in ("a.html", "b.html"):
        write_page(sample_spec(), tmp_path / name)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_a_table_of_many_pieces_is_the_same_page_as_one_of_one_piece():
    spec = sample_spec()
    halves = [spec.events.iloc[:7], spec.events.iloc[7:]]
    pieces = replace(spec, events=pd.concat(halves))
    assert pieces.events["quote"].array._pa_array.num_chunks == 2
    assert render_page(pieces).get_root().render() == render_page(spec).get_root().render()


def test_a_page_is_saved_to_a_name_or_to_an_open_file_as_it_is_rendered(tmp_path):
    page = render_page(sample_spec())
    page.save(str(tmp_path / "named.html"))
    with (tmp_path / "open.html").open("wb") as file:
        page.save(file, close_file=False)
        assert not file.closed
    rendered = page.get_root().render().encode()
    assert (tmp_path / "named.html").read_bytes() == (tmp_path / "open.html").read_bytes() == rendered


def test_nothing_in_the_page_calls_another_computer(page):
    assert re.findall(r"<link|<img|<iframe|<object|@import", page.split('<script type="application/json"')[0]) == []
    assert re.findall(r'(?:src|href)\s*=\s*["\']?(?:https?:)?//', page.replace(asset("page.js"), "")) == []
    policy = html.unescape(re.search(r'Content-Security-Policy" content="(.*?)"', page)[1])
    assert policy.startswith("default-src 'none'")
    assert "connect-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_hostile_text_is_only_ever_data(page):
    assert "onerror=alert(1)>" not in page
    assert page.count("<script") == page.count("</script>") == 5
    assert html.unescape(re.search(r"<title>(.*?)</title>", page)[1]) == f"A war {HOSTILE}"
    assert json.loads(block(page, "cm-meta"))["title"]["en"] == f"A war {HOSTILE}"


def test_a_layer_of_the_users_own_is_drawn_on_the_same_map():
    page = render_page(sample_spec())
    folium.Circle([35.8, 36.6], radius=900).add_to(page)
    text = page.get_root().render()
    assert "L.circle(" in text
    assert "cdn" not in text.split('<script type="application/json"')[0]


def test_a_layer_that_needs_other_computers_names_them_in_the_policy():
    page = render_page(sample_spec())
    folium.TileLayer("https://tiles.example.org/{z}/{x}/{y}.png", attr="x").add_to(page)
    text = html.unescape(page.get_root().render())
    assert "https://tiles.example.org" in re.search(r'Content-Security-Policy" content="(.*?)"', text)[1]


def test_the_page_shows_itself_in_a_notebook():
    assert "srcdoc" in render_page(sample_spec())._repr_html_()


def test_without_its_script_the_page_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(leaflet, "STATIC", tmp_path)
    with pytest.raises(ExportError, match="was not built"):
        render_page(sample_spec())


def test_colours_come_from_the_one_style():
    assert "--land:#F7F6F2" in css_tokens()


def test_an_empty_map_can_be_written(tmp_path):
    from page_sample import areas, displacement, gazetteer, theatre

    from geo.schema import EVENTS, empty
    from maps.layers import make_spec

    spec = make_spec(empty(EVENTS), displacement(), areas().iloc[:0], gazetteer(), theatre=theatre(bounds=None))
    write_page(spec, tmp_path / "empty.html")
    assert (tmp_path / "empty.html").stat().st_size > 100_000


def test_events_that_are_all_imprecise_or_lost_can_be_written(tmp_path):
    spec = sample_spec(extra=[in_area(991, "XX0101", "D"), lost(992, date_start=None, date_end=None)])
    write_page(spec, tmp_path / "page.html")


def test_the_example_of_the_format_in_the_docs_reads_a_page(tmp_path, monkeypatch):
    text = (Path(__file__).parents[1] / "docs" / "page-format.md").read_text(encoding="utf-8")
    write_page(sample_spec(), tmp_path / "map.html")
    monkeypatch.chdir(tmp_path)
    read = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the example leaves closing the file to Python
        exec(re.search(r"```python\n(.*?)```", text, flags=re.DOTALL)[1], read)
    wanted = sample_spec().events.sort_values(["date_start", "event_id"])["fatalities_best"]
    assert read["dead"] == [None if pd.isna(v) else int(v) for v in wanted]
