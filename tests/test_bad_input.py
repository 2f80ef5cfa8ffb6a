"""Bad input through the whole command: one clear line, no traceback, no row lost, older results untouched."""

import errno
import gzip
import io
import json
import os
import sqlite3
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import platformdirs
import pytest
from typer.testing import CliRunner

from geo.admin import load_areas
from geo.errors import ConflictMapError, ExportError, InputError, TheatreError
from geo.export import writing
from geo.gazetteer import load_gazetteer
from geo.inputs import find_inputs
from geo.sources import read_table
from geo.theatre import load_theatre
from maps import cli, pipeline
from maps.pipeline import Setting

THEATRE = """\
id = "toy"
countries = ["LI"]
home = "LI"
bounds = [9.0, 46.5, 10.5, 47.8]
metric_crs = "EPSG:32632"
languages = ["en", "ar"]
places = "places.csv"
[title]
en = "Toy"
[[actors]]
name = "Red Brigade"
type = "rebel group"
"""
PLACES = """\
place_id,name,name_ar,feature_class,feature_code,country,longitude,latitude,source
toy:1,Alphaville,ألفافيل,P,PPL,LI,9.51,47.14,made up
toy:2,Betaford,,P,PPL,LI,9.53,47.2,made up
"""
HEADER = "id,date,event_type,place,latitude,longitude,fatalities,notes"
GOOD = "g1,2020-02-10,clash,Alphaville,47.14,9.51,2,a fight"
REPORT = """\
Fighting in the hills

February 10, 2020

Two soldiers were killed in a clash with the Red Brigade in Alphaville on Monday, officials said.
"""
REPORT_AR = "اشتباكات في الجبال\n\n10 فبراير 2020\n\nقتل جنديان في اشتباك في ألفافيل يوم الاثنين.\n"
MARKUP = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
FORMULA = "=cmd|' /C calc'!A0"
BINARY = bytes(range(256)) * 40
LONG = b"x" * 50_000_000


def quiet(_text):
    """Nobody watches."""


def table(*rows, header=HEADER):
    return "\n".join([header, *rows]) + "\n"


def row(**changed):
    """The good row with other values, under an id of its own."""
    cells = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | {"id": "bad1"} | changed
    return ",".join(f'"{v}"' if "," in v else v for v in cells.values())


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture(scope="module")
def toy(tmp_path_factory, gazetteers):
    """A theatre of two made-up places; compiled gazetteers are kept where those of all tests are."""
    folder = tmp_path_factory.mktemp("toy")
    write(folder / "places.csv", PLACES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(platformdirs, "user_cache_dir", lambda *_: str(gazetteers))
        yield load_theatre(write(folder / "toy.toml", THEATRE))


@pytest.fixture(scope="module")
def base(toy):
    """The theatre's gazetteer and areas, loaded once."""
    gazetteer = load_gazetteer(toy)
    return gazetteer, load_areas(toy, gazetteer)


@pytest.fixture
def run(toy, base, tmp_path, monkeypatch):
    """Write input files and run the main job over them; places come ready-made unless files of places are given."""
    monkeypatch.setattr("maps.pipeline.located.load_gazetteer", lambda *_: base[0])
    monkeypatch.setattr("maps.pipeline.located.load_areas", lambda *_: base[1])

    def write_and_run(**files):
        paths = [write(tmp_path / name.replace("_dot_", "."), content) for name, content in files.items()]
        return pipeline.run(paths, Setting(toy), tmp_path / "out", formats=["gpkg"], on_step=quiet)

    return write_and_run


def refusal(run, name, content):
    """The one line that a file is refused with; nothing may be written then."""
    with pytest.raises(InputError) as caught:
        run(**{name: content})
    (line,) = str(caught.value).splitlines()
    assert len(line) < 1_500
    return line


# --- files that cannot be read at all


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b" \n\n", "is empty"),
        ("a.csv.gz", gzip.compress(b"", mtime=0), "is empty"),
        ("a.csv", BINARY, "is binary, not a table; wanted CSV"),
        ("a.csv", table("g1,20\0-02-10"), "is binary"),
        ("a.csv", "date,where\n2020-02-10,x\n", "no column gives an event type: name a column 'event_type' or map one"),
        ("a.csv", "x" * 200_000 + ",b\n1,2\n", "x…, b"),
        ("a.csv", LONG, "a.csv:1: the line has 50,000,001 bytes; wanted at most 2,000,000"),
        ("a.csv", table(GOOD).encode() + b'b,2020-02-10,clash,"' + LONG, "a.csv:3: the line has 50,000,"),
        ("a.xlsx", b"PK\x03\x04junk", "cannot be unpacked"),
        ("a.xlsx", zipped(), "archive with nothing in it"),
        ("a.parquet", b"PAR1junk", "damaged Parquet"),
        ("a.geojson", '{"type": "FeatureCollection", "features": []}', "has no rows"),
        ("a.geojson", '{"type": "FeatureCollection", "features": [7, null]}', "is JSON, but no table"),
        ("a.json", "[" * 100_000, "is broken JSON"),
        ("a.pdf", b"%PDF-1.7\n1 0 obj", "is a PDF; save its text as .txt"),
        ("a.docx", zipped(word__document_dot_xml="<w/>"), "is a Word document; save its text as .txt"),
        ("a.odt", zipped(content_dot_xml="<o/>"), "is an OpenDocument file"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel or Word file"),
        ("a.rtf", r"{\rtf1 hello}", "save it as .txt"),
        ("a.csv", "\n <html><table><tr></table></html>", "is a web page"),
        ("a.kml", "<?xml version='1.0'?><kml></kml>", "cannot be opened as a layer"),
        ("a.gpkg", b"SQLite format 3\0" + b"\0" * 500, "cannot be opened as a layer"),
        ("r.txt", b"", "is empty; wanted the text of a report"),
        ("r.md", b" \n ", "is empty; wanted the text of a report"),
        ("r.txt", BINARY, "is a binary file; wanted a text file"),
        ("r.txt", LONG, "r.txt: has 50,000,000 bytes; wanted a report of at most 5,000,000; split it"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line_and_nothing_is_written(run, tmp_path, name, content, words):
    line = refusal(run, name, content)
    assert words in line
    assert name in line
    assert list((tmp_path / "out").iterdir()) == []


def test_a_file_that_vanishes_is_said_to(run, toy, tmp_path, monkeypatch):
    for name in ("gone.csv", "gone.txt"):
        with pytest.raises(InputError, match=f"{name}: (no such file|cannot be read)"):
            pipeline.run([tmp_path / name], Setting(toy), tmp_path / "out", formats=["gpkg"], on_step=quiet)
    read = read_table

    def read_and_lose(path, **options):
        found = read(path, **options)
        path.unlink()
        return found

    monkeypatch.setattr("maps.pipeline.parts.read_table", read_and_lose)
    assert "lost.csv: was there and cannot be read any more" in refusal(run, "lost.csv", table(GOOD))


@pytest.mark.parametrize("name", ["absent.csv", "x" * 300 + ".csv", "loop"])
def test_a_path_that_leads_nowhere_is_an_input_error(tmp_path, name):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(InputError, match=r"no such file or folder|cannot be read"):
        find_inputs([tmp_path / name])


# --- rows that are wrong, in files that are right

# name of the file: rows besides the good one, rows kept in all, words of every problem in order
ROWS = {
    "iso": ([row(date="10 February 2020"), row(id="b2", date="10/02/2020"), row(id="b3", date="10-Feb-20")], 4, []),
    "impossible_dates": (
        [row(date="31/02/2020"), row(id="b2", date="2019-02-29"), row(id="b3", date="2020-13-45")],
        1,
        [":3: date: '31/02/2020' is not a date; wanted YYYY-MM-DD", ":4: date: '2019-02-29'", ":5: date: '2020-13-45'"],
    ),
    "swapped": (
        [row(latitude="9.51", longitude="47.14"), row(id="b2", latitude="147", longitude="9")],
        3,
        [":4: latitude: '147' is no latitude; it and the longitude look swapped", ":3: source_longitude:"],
    ),
    "null_island": ([row(latitude="0", longitude="0.0")], 2, [":3: latitude: '0' and longitude are both 0"]),
    "words_for_numbers": (
        [row(fatalities="two"), row(id="b2", latitude="north")],
        1,
        [":3: fatalities: 'two' is not a number", ":4: latitude: 'north' is not a number"],
    ),
    "huge": (
        [row(fatalities="1e308"), row(id="b2", latitude="1e308"), row(id="b3", fatalities="1e999")],
        2,
        [":3: fatalities: '1e308' is more than 10,000,000,000", ":4: latitude:", ":5: fatalities: '1e999' is not"],
    ),
    "negative": ([row(fatalities="-2")], 1, [":3: fatalities: '-2' is negative"]),
    "twice": (
        [row(id="g1"), row(), row(id="g1")],
        2,
        [":3: id: 'g1' stands twice, first in line 2", ":5: id: 'g1' stands twice, first in line 2"],
    ),
    "formulas": ([row(fatalities="=1+1"), row(id="b2", place=FORMULA, notes=FORMULA)], 2, [":3: fatalities: '=1+1'"]),
    "ragged": (["b1,2020-02-10,clash"], 1, [":3: 'b1,2020-02-10,clash' has 3 cells; wanted 8 as in the header"]),
    "unknown_type": ([row(event_type="wedding")], 1, [":3: event_type: 'wedding' is no event type"]),
}


@pytest.fixture(scope="module")
def bad_rows(toy, tmp_path_factory):
    """One run over all tables with bad rows: located tables, manifest by file, folder of the results."""
    folder = tmp_path_factory.mktemp("rows")
    paths = [write(folder / f"{name}.csv", table(GOOD, *rows)) for name, (rows, _, _) in ROWS.items()]
    located = pipeline.run(paths, Setting(toy), folder / "out", formats=["gpkg", "geojson"], on_step=quiet)
    manifest = json.loads((folder / "out/manifest.json").read_text(encoding="utf-8"))
    return located, {record["name"]: record for record in manifest["inputs"]}, folder / "out"


@pytest.mark.parametrize("name", ROWS)
def test_a_wrong_row_is_named_by_its_line_and_no_other_is_lost(bad_rows, name):
    located, accounts, _ = bad_rows
    rows, kept, words = ROWS[name]
    account = accounts[f"{name}.csv"]
    assert (account["rows_read"], account["kept"]) == (len(rows) + 1, kept)
    assert account["rows_read"] == account["kept"] + account["refused"] + account["skipped"]
    assert account["kept"] == account["located"] + account["not_located"]
    said = [str(p) for p in located.problems if p.source == f"{name}.csv"]
    for line in words:
        assert any(s.startswith(f"{name}.csv{line}") for s in said), (line, said)
    assert sum(p.severity == "error" for p in located.problems if p.source == f"{name}.csv") == account["refused"]


def test_no_mark_stands_at_zero_and_no_unknown_is_zero(bad_rows):
    located, _, _ = bad_rows
    points = located.events[located.events.geometry.geom_type == "Point"]
    assert len(points) > len(ROWS)
    assert not ((points.geometry.x == 0) | (points.geometry.y == 0)).any()
    assert (located.events["fatalities_best"].dropna() == 2).all()


def test_every_problem_is_in_the_list_of_problems(bad_rows):
    located, _, out = bad_rows
    listed = pd.read_csv(out / "problems.csv", dtype="string")
    assert len(listed) == len(located.problems)
    assert set(listed["severity"]) == {"error", "warning"}


def test_no_cell_of_a_written_csv_begins_a_formula(bad_rows):
    _, _, out = bad_rows
    for name in ("places.csv", "problems.csv"):
        cells = pd.read_csv(out / name, dtype="string", keep_default_na=False).to_numpy().ravel()
        assert [c for c in cells if c[:1] in "=+-@\t\r" and c] == []
        assert any(c.startswith("'=") for c in cells)


# --- encodings


# What is said of a file's encoding; nothing where the file itself tells it.
ENCODINGS = {"utf-8": "", "utf-8-sig": "", "utf-16": "", "cp1256": "cp1256"}


@pytest.fixture(scope="module")
def encoded(toy, tmp_path_factory):
    """One run over a table and a report in every encoding."""
    folder = tmp_path_factory.mktemp("encoded")
    paths = []
    for encoding in ENCODINGS:
        text = table(row(place="ألفافيل", latitude="", longitude="", notes="اشتباكات في محيط البلدة"))
        paths.append(write(folder / f"{encoding}.csv", text.encode(encoding)))
        paths.append(write(folder / f"{encoding}.txt", REPORT_AR.encode(encoding)))
    return pipeline.run(paths, Setting(toy), folder / "out", formats=["gpkg"], on_step=quiet)


@pytest.mark.parametrize("suffix", [".csv", ".txt"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_file_in_another_encoding_is_read_and_a_guess_is_said(encoded, encoding, suffix):
    name = encoding + suffix
    (event,) = encoded.events[encoded.events["source_file"] == name].itertuples()
    assert "اشتباك" in event.quote
    assert event.place_id == "toy:1"
    guesses = [p.message for p in encoded.problems if p.source == name and "UTF-8" in p.message]
    assert [ENCODINGS[encoding] in g for g in guesses] == ([True] if ENCODINGS[encoding] else [])


def test_a_report_without_a_date_leaves_its_days_open_and_says_so(run):
    located = run(**{"r.txt": REPORT.replace("February 10, 2020\n\n", "")})
    (event,) = located.events.itertuples()
    assert pd.isna(event.date_start)
    assert any("no date of publication was found" in p.message for p in located.problems)


# --- text that would be code


@pytest.fixture(scope="module")
def hostile(toy, tmp_path_factory):
    """One run over markup and formulas in every text field of a table and in a report."""
    folder = tmp_path_factory.mktemp("hostile")
    names = ["toponym", "actor1", "actor2", "stated_admin1", "source", "attributed_to", "quote", "notes"]
    fields = ["date", "event_type", "longitude", "latitude", *names]
    rows = [f"2020-02-10,clash,9.51,47.14,{','.join([text] * len(names))}" for text in (MARKUP, FORMULA)]
    people = f"2020-02-10,stock,500,Alphaville,{MARKUP},{MARKUP}"
    paths = [
        write(folder / "events.csv", table(*rows, header=",".join(fields))),
        write(folder / "people.csv", table(people, header="date,measure,persons,destination,source,notes")),
        write(folder / "report.md", REPORT.replace("Red Brigade", f"Red Brigade {MARKUP}")),
    ]
    located = pipeline.run(paths, Setting(toy), folder / "out", formats=["gpkg", "geojson"], on_step=quiet)
    return located, folder / "out"


def test_markup_in_any_field_stays_text_in_the_page(hostile):
    located, out = hostile
    assert len(located.events) == 3
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "alert(1)" in page
    for code in ("<script>alert", "</script><script", "<img src=x"):
        assert code not in page.replace("</script>\n<script", "")


def test_text_reaches_the_gis_files_as_it_is(hostile):
    _, out = hostile
    package = gpd.read_file(out / "gis/toy.gpkg", layer="events")
    assert {MARKUP, FORMULA} <= set(package["actor1"])
    features = json.loads((out / "gis/toy_events.geojson").read_text(encoding="utf-8"))["features"]
    assert {MARKUP, FORMULA} <= {f["properties"]["actor1"] for f in features}
    with sqlite3.connect(out / "gis/toy.gpkg") as database:
        styles = " ".join(text for (text,) in database.execute("SELECT styleQML FROM layer_styles"))
    database.close()
    assert "<script" not in styles


# --- theatre files, places and polygons


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("metric_crs", "metric_csr"), "unknown key 'metric_csr'; the nearest known is 'metric_crs'"),
        (('["LI"]', '"LI"'), "countries wants a list of texts"),
        (('["LI"]', '["Liechtenstein"]'), "'Liechtenstein'; wanted two-letter codes"),
        (('home = "LI"', 'home = "li"'), "home has 'li'; wanted two-letter codes"),
        (('"places.csv"', '"nowhere.csv"'), "names 'nowhere.csv', which is not there"),
        (('"places.csv"', f'"{"x" * 300}.csv"'), "which is not there"),
        (('id = "toy"', 'id = " "'), "id is empty"),
        (('id = "toy"', "hello"), "cannot be read: Expected '='"),
        (('id = "toy"', "id = " + "[" * 100_000), "cannot be read"),
        (('id = "toy"', "id = " + "9" * 5_000), "cannot be read"),
        (("[9.0, 46.5, 10.5, 47.8]", "[true, 46.5, 10.5, 47.8]"), "bounds wants [west, south, east, north]"),
        (('id = "toy"', 'id = "toy"\nperiod = [2019-01-01, 2020-01-01T00:00:00]'), "period wants [first day"),
        (("[[actors]]", "[merge]\ndays = true\n[[actors]]"), "merge.days is True; wanted a whole number"),
        (("[[actors]]", "[merge]\ndistance_km = nan\n[[actors]]"), "merge.distance_km is nan; wanted zero or more"),
    ],
)
def test_a_wrong_theatre_file_is_refused_in_one_line(tmp_path, change, words):
    write(tmp_path / "places.csv", PLACES)
    assert change[0] in THEATRE
    with pytest.raises(TheatreError) as caught:
        load_theatre(write(tmp_path / "toy.toml", THEATRE.replace(*change)))
    assert words in str(caught.value)
    assert "toy.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_theatre_file_saved_with_a_byte_order_mark_is_read(tmp_path):
    write(tmp_path / "places.csv", PLACES)
    assert load_theatre(write(tmp_path / "toy.toml", THEATRE.encode("utf-8-sig"))).id == "toy"


@pytest.mark.parametrize(
    ("places", "words"),
    [
        (b"", "cannot be read"),
        (BINARY, "cannot be read"),
        (PLACES.encode("utf-16"), "not UTF-8"),
        (PLACES.replace("9.53", "east"), "places.csv:3: longitude: 'east' is not a number"),
        (PLACES.replace("9.53,47.2", "0,0"), "'toy:2' has longitude and latitude 0"),
        (PLACES.replace(",made up", ",made up,more"), "more cells than the header"),
        (PLACES.replace("toy:2", "toy:1"), "stands twice"),
    ],
)
def test_a_wrong_places_file_of_a_theatre_is_refused_in_one_line(tmp_path, places, words):
    write(tmp_path / "places.csv", places)
    setting = Setting(load_theatre(write(tmp_path / "toy.toml", THEATRE)))
    with pytest.raises(TheatreError) as caught:
        pipeline.locate([], setting, on_step=quiet)
    assert words in str(caught.value)
    assert str(caught.value).startswith("places.csv")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", BINARY, "a,b\n1,2\n", "%PDF-1.7", "just words\n", table(GOOD)])
@pytest.mark.parametrize("kind", ["gazetteers", "admin"])
def test_a_file_that_holds_no_places_or_polygons_is_refused_by_name(toy, tmp_path, kind, content):
    given = write(tmp_path / "given.csv", content)
    with pytest.raises(InputError) as caught:
        pipeline.locate([], Setting(toy, **{kind: (given,)}), on_step=quiet)
    (line,) = str(caught.value).splitlines()
    assert line.startswith("given.csv: ")


# --- results


def results(out):
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def older_results(out):
    for name in ("index.html", "events.parquet", "problems.csv", "gis/toy.gpkg", "gis/by_hand.qgz"):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        write(out / name, f"older {name}")
    return results(out)


@pytest.mark.parametrize("moment", ["the page", "a table", "the manifest"])
def test_a_disk_that_fills_up_leaves_the_older_results_whole(run, tmp_path, monkeypatch, moment):
    out = tmp_path / "out"
    before = older_results(out)
    names = {"the page": "index", "a table": "places", "the manifest": "manifest"}
    flush = writing.flush

    def fill_up(part):
        if names[moment] in part.name:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(part))
        flush(part)

    monkeypatch.setattr(writing, "flush", fill_up)
    with pytest.raises(ExportError, match=r"cannot write .*out/\w+\.\w+: no space left on device; free some space"):
        run(**{"a.csv": table(GOOD, row())})
    assert results(out) == before


def test_results_of_one_run_never_stand_beside_those_of_another(run, tmp_path):
    out = tmp_path / "out"
    before = older_results(out)
    (out / "manifest.json").mkdir()
    with pytest.raises(ExportError, match=r"manifest\.json: is a directory"):
        run(**{"a.csv": table(GOOD, row())})
    assert results(out) == before


def test_a_folder_that_may_not_be_written_is_said_before_the_work(toy, tmp_path, monkeypatch):
    def refuse(*_args):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "mkdir", refuse)
    steps = []
    with pytest.raises(ExportError, match="permission denied; choose a folder you may write to; nothing was written"):
        pipeline.run([], Setting(toy), tmp_path / "new", formats=["gpkg"], on_step=steps.append)
    assert steps == []


# --- the command: exit status, one line, nothing that steers a terminal


@pytest.fixture
def command(toy, run, tmp_path, monkeypatch):
    """Run the command in this process; return its status, its output and what it says."""

    def call(*words):
        monkeypatch.setattr("sys.argv", ["conflictmap", *map(str, words), "--theatre", str(toy.path)])
        said = io.StringIO()
        monkeypatch.setattr(cli.talk.console, "_file", said)  # "file" would not be undone: it is a property
        result = CliRunner().invoke(cli.app, [str(w) for w in (*words, "--theatre", toy.path)])
        if isinstance(result.exception, ConflictMapError):
            with pytest.raises(SystemExit) as stop:
                cli.main()
            return stop.value.code, "", said.getvalue()
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout, said.getvalue() + result.stderr

    return call


@pytest.mark.parametrize("verb", ["run", "check", "read", "map", "export"])
@pytest.mark.parametrize(("content", "status"), [(table(GOOD), 0), (table(row(fatalities="-2")), 1), (b"", 1)])
def test_every_command_ends_with_0_when_all_is_fine_and_1_when_the_data_are_wrong(
    command, tmp_path, verb, content, status
):
    given = write(tmp_path / "a.csv", content)
    out = {"run": "out", "read": "a.parquet", "map": "a.html", "export": "gis"}
    options = ["-o", tmp_path / out[verb]] if verb in out else []
    code, output, said = command(verb, given, *options)
    assert code == status
    assert "Traceback" not in said
    if status:
        assert "a.csv" in output + said
    if verb in out and content:
        assert [line for line in output.splitlines() if not Path(line).exists()] == []


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--columns", "dat=id"], 2, "no field 'dat'; the nearest is 'date'"),
        (["--columns", "date=id,date=notes"], 2, "names one field twice"),
        (["--columns", "date=Datum"], 1, "no column 'Datum'; it has: id, date"),
        (["--gazetteer", "."], 2, "wanted one file, not a folder"),
        (["--gazetteer", "x" * 300], 2, "no such file"),
        (["--admin", "absent.zip"], 2, "no such file"),
    ],
)
def test_a_wrong_option_is_said_in_words(command, tmp_path, words, status, said):
    code, _, heard = command("check", write(tmp_path / "a.csv", table(GOOD)), *words)
    assert code == status
    assert said in " ".join(heard.replace("│", " ").split())


@pytest.mark.parametrize(("verb", "out"), [("map", "no/such/map.html"), ("read", "no/a.parquet"), ("export", "a.csv")])
def test_a_place_that_cannot_be_written_is_said_in_one_line(command, tmp_path, verb, out):
    code, output, said = command(verb, write(tmp_path / "a.csv", table(GOOD)), "-o", tmp_path / out)
    assert (code, output) == (1, "")
    assert f"error: cannot write {tmp_path / out}" in said
    assert (tmp_path / "a.csv").read_text() == table(GOOD)


def test_a_mapping_leaves_a_known_dataset_as_it_is_and_says_so(run, toy, tmp_path):
    acled = write(
        tmp_path / "acled.csv",
        "event_id_cnty,event_date,event_type,sub_event_type,actor1,latitude,longitude\n"
        "LIE1,2020-02-10,Battles,Armed clash,Red Brigade,47.14,9.51\n",
    )
    own = write(tmp_path / "own.csv", "Datum,event_type,place\n2020-02-10,clash,Betaford\n")
    setting = Setting(toy, columns={"date": "Datum"})
    located = pipeline.locate([acled, own], setting, on_step=quiet)
    assert [(r.kind, len(r.ids)) for r in located.inputs.records] == [("ACLED", 1), ("event table", 1)]
    assert [p.source for p in located.problems if "mapping was not used" in p.message] == ["acled.csv"]


def test_thousands_of_problems_of_one_kind_are_one_line_and_hide_no_other(command, tmp_path):
    rows = [row(id=f"w{n}", latitude="0", longitude="0") for n in range(3_000)]
    rows += [row(id=f"d{n}", date=f"soon {n}") for n in range(2_000)] + [row(fatalities="-2")]
    given = write(tmp_path / "a.csv", table(*rows))
    code, _, said = command("run", given, "-o", tmp_path / "out")
    assert code == 1
    lines = [line for line in said.splitlines() if line.startswith(("error", "warning"))]
    assert len(lines) == 3
    assert "date: 'soon 0' is not a date" in lines[0]
    assert lines[0].endswith("(and 1,999 more like it)")
    assert "is negative" in lines[1]
    assert lines[2].endswith("(and 2,999 more like it)")
    assert said.rstrip().endswith("problems.csv")
    assert len(pd.read_csv(tmp_path / "out/problems.csv")) == 5_001


def test_the_check_lists_every_problem_the_worst_first(command, tmp_path):
    rows = [row(latitude="0", longitude="0"), row(id="b2", date="never"), row(id="b3", latitude="0", longitude="0")]
    code, output, _ = command("check", write(tmp_path / "a.csv", table(*rows)))
    assert code == 1
    assert [line.partition(":")[0] for line in output.splitlines()] == ["error", "warning", "warning"]


def test_hostile_names_neither_steer_the_terminal_nor_fill_it(command, tmp_path):
    header = "\x1b[31mred\x07," + "y" * 100_000
    code, _, said = command("check", write(tmp_path / "a\x1b[2J\nb.csv", table("1,2", header=header)))
    assert code == 1
    assert "\x1b[31m" not in said
    assert "\x1b[2J" not in said
    assert "\x07" not in said
    assert len(said) < 3_000
    assert len(said.splitlines()) == 1


def test_many_doubled_ids_are_told_in_no_time(run):
    rows = [row(id=f"n{n // 2}") for n in range(20_000)]
    located = run(**{"a.csv": table(*rows)})
    assert (len(located.events), len(located.problems)) == (10_000, 10_000)
