"""Every format of the table: what goes in comes back but for what the table says; the same bytes; all or none."""

import contextlib
import dataclasses
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import xlsxwriter
from gis_readers import READERS, read_back
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from shapely.geometry import GeometryCollection, LineString, MultiPoint, MultiPolygon, Point, box

from geo.errors import ExportError
from geo.export import FORMATS, Loss, Style, write_layers, write_table
from geo.schema import CRS, EVENTS, empty, with_guard

POINT, LINE, AREA = Point(36.6, 35.9), LineString([(36, 35), (37, 36)]), box(36, 35, 37, 36)
ARABIC = "إدلب «é» 😀 'q' \"d\" =1+1"
FILES = [how for how in FORMATS if FORMATS[how].kind != "viewer"]
every_file_format = pytest.mark.parametrize("how", FILES)
every_format = pytest.mark.parametrize("how", FORMATS)


def located(shapes, **columns):
    return gpd.GeoDataFrame(columns or {"n": range(len(shapes))}, geometry=list(shapes), crs=CRS)


def every_value():
    """Each kind of value once, and once missing."""
    return located(
        [POINT, Point(36.7, 35.9)],
        text=pd.array([ARABIC, None], dtype="string"),
        day=pd.to_datetime(["1900-02-28", None]).astype("datetime64[us]"),
        late_day=pd.to_datetime(["2020-02-29", None]).astype("datetime64[us]"),
        moment=pd.to_datetime(["2020-02-10 06:30:15", None]).astype("datetime64[us]"),
        count=pd.array([2**53 - 1, None], dtype="Int64"),
        deaths=pd.array([0, None], dtype="Int64"),
        number=[0.1, float("nan")],
        yes=pd.array([True, None], dtype="boolean"),
        no=pd.array([False, None], dtype="boolean"),
        listed=[["a", 1], None],
        blank=pd.array([None, None], dtype="string"),
    )


def write(tables, folder, formats, styles=None, **more):
    looks = {name: Style(qml) for name, qml in (styles or {}).items()}
    return write_layers(tables, folder, name="map", formats=formats, styles=looks, **more)


# --- what the table of formats says of one value ---


def shown(value, losses):
    """The value as it comes back from a format with these losses."""
    if value is None:
        return None
    if isinstance(value, bool):
        return int(value) if Loss.FLAGS in losses else str(value).lower() if Loss.TYPES in losses else value
    if isinstance(value, int | float):
        return number_shown(value, losses)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S") if {Loss.TYPES, Loss.DAYS_AS_TEXT} & losses else value
    if isinstance(value, date):
        return day_shown(value, losses)
    return text_shown(value, losses)


def number_shown(value, losses):
    if Loss.TYPES in losses:
        return str(value)
    if Loss.LARGE_NUMBERS in losses and abs(value) >= 10**15:
        return pytest.approx(value, rel=1e-14) if Loss.OLD_DAYS not in losses else str(value)
    return value


def day_shown(value, losses):
    if {Loss.TYPES, Loss.DAYS_AS_TEXT} & losses or (Loss.OLD_DAYS in losses and value < date(1900, 3, 1)):
        return value.isoformat()
    return datetime(value.year, value.month, value.day) if Loss.DAYS_AS_MOMENTS in losses else value  # noqa: DTZ001


def text_shown(text, losses):
    if Loss.FORMULAS in losses:
        text = with_guard(text)
    if Loss.CONTROLS in losses:
        text = without_controls(text)
    if Loss.BYTES_254 in losses:
        text = text.encode()[:254].decode(errors="ignore")
    if Loss.LETTERS_32767 in losses:
        text = text.encode("utf-16-le")[: 2 * 32_767].decode("utf-16-le", "ignore")
    if Loss.BLANKS in losses:
        text = text.strip(" ")
    return None if Loss.EMPTY_TEXT in losses and not text else text


def without_controls(text):
    kept = "".join(c for c in text if c >= " " or c in "\t\n\r")
    return kept.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "").replace("\uffff", "")


def as_found(value, losses):
    """What a reader gave, where the format allows for more than one way to read it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, str) and Loss.CONTROLS in losses:
        return without_controls(value)
    return value


def losses_of(how):
    return frozenset(FORMATS[how].losses)


def check_values(wanted, found, how):
    losses = losses_of(how)
    for column, value in wanted.items():
        if Loss.SPLIT_MOMENTS in losses and isinstance(value, datetime):
            assert found[column] == value.date(), (how, column)
            assert found[f"{column}_time"] == value.strftime("%H:%M:%S"), (how, column)
            continue
        got, expected = as_found(found.get(column), losses), shown(value, losses)
        if isinstance(value, float) and Loss.TYPES in losses:
            got, expected = float(got), value
        assert got == expected, (how, column)
        assert Loss.TYPES in losses or isinstance(value, float) or not isinstance(got, float), (how, column)


# --- round trips ---


def test_every_format_has_a_reader_here():
    assert set(READERS) == set(FILES)


@every_format
def test_every_format_says_what_it_keeps_and_what_it_loses(how):
    assert FORMATS[how].files
    assert FORMATS[how].keeps
    assert FORMATS[how].loses


@every_file_format
def test_values_of_every_kind_come_back(how, tmp_path):
    write({"values": every_value()}, tmp_path, [how])
    (rows,) = read_back(how, tmp_path).values()
    first, second = sorted(rows, key=lambda row: row["text"] is None if "text" in row else True)
    wanted = {
        "text": ARABIC,
        "day": date(1900, 2, 28),
        "late_day": date(2020, 2, 29),
        "moment": datetime(2020, 2, 10, 6, 30, 15),  # noqa: DTZ001
        "count": 2**53 - 1,
        "deaths": 0,
        "number": 0.1,
        "yes": True,
        "no": False,
        "listed": '["a", 1]',
        "blank": None,
    }
    check_values(wanted, first, how)
    assert first["geometry"].distance(POINT) < (1e-4 if how == "pmtiles" else 1e-9)
    assert {v for k, v in second.items() if k != "geometry"} <= {None}
    assert second["geometry"].distance(Point(36.7, 35.9)) < (1e-4 if how == "pmtiles" else 1e-9)


@every_file_format
def test_names_of_columns_come_back(how, tmp_path):
    names = ["event_id", "a long name of a column", "Größe", "عدد", 'a "quoted" name', "50%", "=1+1", "x"]
    table = located([POINT], **{name: [f"value {i}"] for i, name in enumerate(names)})
    write({"a": table}, tmp_path, [how])
    ((row,),) = read_back(how, tmp_path).values()
    wanted = [with_guard(n) if Loss.FORMULAS in losses_of(how) else n for n in names]
    assert {k: v for k, v in row.items() if k != "geometry"} == {n: f"value {i}" for i, n in enumerate(wanted)}


@every_file_format
def test_every_kind_of_geometry_comes_back(how, tmp_path):
    hole = AREA.difference(box(36.2, 35.2, 36.4, 35.4))
    far = MultiPolygon([box(10, 10, 11, 11), box(12, 12, 13, 13)])
    shapes = {
        "point": POINT,
        "points": MultiPoint([POINT, Point(37, 36)]),
        "line": LINE,
        "area": hole,
        "areas": far,
        "both": GeometryCollection([POINT, LINE, AREA]),
    }
    write({name: located([shape]) for name, shape in shapes.items()}, tmp_path, [how])
    found = read_back(how, tmp_path)
    for name, shape in shapes.items():
        if name == "both" and Loss.COLLECTIONS in losses_of(how):
            assert name not in found
            continue
        whole = GeometryCollection([row["geometry"] for row in found[name]])
        within = 2e-3 if Loss.STEPS in losses_of(how) else 1e-9
        assert whole.hausdorff_distance(shape) < within, (how, name)
        assert len(found[name]) == (3 if name == "both" and Loss.PARTS in losses_of(how) else 1), (how, name)


@every_file_format
def test_rows_without_geometry_are_there_and_counted(how, tmp_path):
    write({"a": located([POINT, None, LINE, Point()], n=[0, 1, 2, 3])}, tmp_path, [how])
    found = {name: sorted(int(r["n"]) for r in rows) for name, rows in read_back(how, tmp_path).items()}
    placed = {"a": [0], "a_lines": [2]}
    assert found == placed if Loss.NO_PLACE in losses_of(how) else found == placed | {"a_without_place": [1, 3]}


@every_file_format
@pytest.mark.parametrize(
    "table",
    [
        pytest.param(empty(EVENTS), id="no rows"),
        pytest.param(located([None, None]), id="no geometry at all"),
        pytest.param(gpd.GeoDataFrame(geometry=[AREA], crs=CRS), id="no columns"),
        pytest.param(gpd.GeoDataFrame({"n": []}, geometry=[], crs=CRS), id="nothing"),
        pytest.param(pd.DataFrame({"n": [1, 2], "reason": ["no such place", None]}), id="a plain table"),
    ],
)
def test_odd_tables_are_written(how, table, tmp_path):
    write({"a": table}, tmp_path, [how], kinds={"a": "point"} if len(table) == 0 else None)
    placed = isinstance(table, gpd.GeoDataFrame) and table.geometry.notna().any()
    wanted = 0 if Loss.NO_PLACE in losses_of(how) and not placed else len(table)
    assert sum(map(len, read_back(how, tmp_path).values())) == wanted


@every_file_format
def test_rows_keep_their_order_where_the_table_says_so(how, tmp_path):
    shapes = [Point(x, y) for x, y in [(37, 35), (-120, 40), (36, 35), (150, -30), (0.1, 0.1)]]
    write({"a": located(shapes)}, tmp_path, [how])
    ((rows),) = read_back(how, tmp_path).values()
    numbers = [int(r["n"]) for r in rows]
    assert sorted(numbers) == list(range(5))
    assert Loss.ORDER in losses_of(how) or numbers == list(range(5))


@every_file_format
def test_text_of_any_length_comes_back_or_its_loss_is_counted(how, tmp_path):
    texts = ["ا" * 10_000, "😀" * 40_000, "x" * 254, "ا" * 128]
    write({"a": located([Point(i, 0) for i in range(4)], text=texts, n=range(4))}, tmp_path, [how])
    (rows,) = read_back(how, tmp_path).values()
    for row in rows:
        assert row["text"] == text_shown(texts[int(row["n"])], losses_of(how))


names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
tables = st.lists(
    st.tuples(
        st.none() | names,
        st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
        st.none() | st.integers(-(2**53), 2**53),
        st.none() | st.floats(-1e9, 1e9).map(lambda x: round(x, 3)),
        st.none() | st.booleans(),
        st.sampled_from([None, POINT, LINE, AREA]),
    ),
    max_size=6,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=tables)
@example(rows=[])
@example(rows=[('it\'s "quoted" 😀\r\n=x', date(1900, 1, 1), 0, 0.0, False, None)] * 2)
@example(rows=[("_x0041_ \x01 a\rb ", date(1900, 2, 28), -1, -0.5, None, POINT)])
@example(rows=[("'", None, None, None, None, AREA), ("", None, None, None, None, LINE)])
def test_any_geoparquet_comes_back_from_every_format(rows, tmp_path):
    folder = tmp_path / "any"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    write_table(as_table(rows), folder / "table.parquet")
    write({"a": gpd.read_parquet(folder / "table.parquet")}, folder, FILES)
    for how in FILES:
        parts = read_back(how, folder)
        found = {int(r["row"]): r for part in parts.values() for r in part}
        placeless = Loss.NO_PLACE in losses_of(how)
        assert sorted(found) == [i for i, r in enumerate(rows) if r[5] is not None or not placeless], how
        for number, row in found.items():
            wanted = dict(zip(("text", "day", "count", "number", "yes"), rows[number][:5], strict=True))
            check_values(wanted, row, how)
            shape = rows[number][5]
            assert (row["geometry"] is None) == (shape is None), how
            assert shape is None or row["geometry"].hausdorff_distance(shape) < 2e-3, how


def as_table(rows):
    return located(
        [r[5] for r in rows],
        row=pd.array(range(len(rows)), dtype="Int64"),
        text=pd.array([r[0] for r in rows], dtype="string"),
        day=pd.to_datetime([r[1] for r in rows]).astype("datetime64[us]"),
        count=pd.array([r[2] for r in rows], dtype="Int64"),
        number=pd.array([np.nan if r[3] is None else r[3] for r in rows], dtype="float64"),
        yes=pd.array([r[4] for r in rows], dtype="boolean"),
    )


@every_file_format
def test_columns_of_any_type_are_written(how, tmp_path):
    odd = {
        "zoned": pd.to_datetime(["2020-02-10 06:30+02:00"], utc=True),
        "exact": pd.to_datetime(["2020-02-10 06:30:00.123456789"]),
        "python_day": [date(2020, 2, 10)],
        "class": pd.Categorical(["b"]),
        "span": pd.to_timedelta([5], unit="D"),
        "month": pd.period_range("2020-02", periods=1, freq="M"),
        "small": np.array([7], dtype="int8"),
        "huge": np.array([2**64 - 1], dtype="uint64"),
        "half": np.array([0.5], dtype="float32"),
        "endless": [float("inf")],
        "arrow_day": pd.array([date(2020, 2, 10)], dtype="date32[pyarrow]"),
        "arrow_count": pd.array([3], dtype="int32[pyarrow]"),
        "mixed": pd.Series(["a"], dtype=object),
        "bbox": ["a name that GeoParquet wants"],
        "xmin": ["a name that databases want"],
    }
    table = located([POINT], **odd)
    table.insert(0, 5, ["a number for a name"])
    table.insert(0, "mixed", ["twice the same name"], allow_duplicates=True)
    write({"a": table}, tmp_path, [how])
    ((row,),) = read_back(how, tmp_path).values()
    assert {k for k in odd if k != "endless"} - {"bbox"} <= set(row)
    assert row.get("endless") is None
    assert str(row["small"]) == "7"
    assert str(row["huge"]) == str(2**64 - 1)
    assert str(row["arrow_count"]) == "3"
    assert row["month"] == "2020-02"
    assert row["mixed"] == "twice the same name"
    assert row["5"] == "a number for a name"


# --- the same bytes ---


@every_format
def test_the_same_tables_give_the_same_bytes_elsewhere_and_later(how, tmp_path):
    shapes = [POINT, None, LINE, AREA] * 20
    table = located(shapes, day=pd.to_datetime(["2020-01-01", None] * 40), n=range(80))
    first = bytes_of(write({"events": table, "b": every_value()}, tmp_path / "a", [how], styles={"b": "<qgis/>"}))
    time.sleep(2.1)  # the clock of a zip archive ticks every other second
    again = tmp_path / "b" / "deeper"
    second = bytes_of(write({"events": table, "b": every_value()}, again, [how], styles={"b": "<qgis/>"}))
    assert first == second


def bytes_of(files):
    return {path.name: path.read_bytes() for path in files}


def test_the_bytes_depend_on_no_seed_of_hashes(tmp_path):
    script = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[2]); import test_export_formats as t;"
        "t.write({'events': t.located([t.POINT, t.LINE, t.AREA] * 9)}, pathlib.Path(sys.argv[1]), list(t.FORMATS))"
    )
    results = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        command = [sys.executable, "-W", "ignore", "-c", script, folder, Path(__file__).parent]
        subprocess.run(command, check=True, env=environment)
        results.append(bytes_of(sorted(folder.iterdir())))
    assert results[0] == results[1]


# --- all or none ---


@every_format
def test_a_failure_keeps_the_older_results_and_leaves_nothing_behind(how, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    before = bytes_of(write({"events": located([POINT])}, tmp_path / "gis", list(FORMATS)))
    break_writer(monkeypatch, how)
    with pytest.raises(ExportError, match=r"no space left on device|the driver's own words"):
        write({"events": located([POINT, LINE] * 50)}, tmp_path / "gis", list(FORMATS))
    assert bytes_of(sorted((tmp_path / "gis").iterdir())) == dict(sorted(before.items()))
    assert list((tmp_path / "tmp").iterdir()) == []


def break_writer(monkeypatch, how):
    """Let a format fail after half of its bytes."""
    output = FORMATS[how].files[0]

    def fail(path, layers, handover):
        output.write(path, layers, handover)
        path.write_bytes(path.read_bytes()[:50])
        (path.parent / "leftover.tmp").write_text("x", encoding="utf-8")
        raise pyogrio.errors.DataLayerError("the driver's\nown words")

    broken = dataclasses.replace(FORMATS[how], files=(dataclasses.replace(output, write=fail),))
    monkeypatch.setattr("geo.export.layers.FORMATS", FORMATS | {how: broken})


def test_a_workbook_that_fails_in_the_middle_leaves_nothing_behind(tmp_path, monkeypatch):
    def fail(*_args):
        raise OSError(28, "anything")

    monkeypatch.setattr(xlsxwriter.worksheet.Worksheet, "write_number", fail)
    with pytest.raises(ExportError, match="no space left on device"):
        write({"a": located([POINT] * 5)}, tmp_path, ["xlsx"])
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def tiny_disk(tmp_path):
    """A disk of one megabyte."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = shutil.which("mount")
    if os.name != "posix" or os.geteuid() != 0 or mount is None:
        pytest.skip("a disk of its own can only be mounted by root")
    if subprocess.run([mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False).returncode:
        pytest.skip("no disk of its own can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


@every_format
def test_a_truly_full_disk_leaves_the_older_files_or_the_whole_new_ones(how, tiny_disk):
    older = {"events": flows_too([POINT])}
    before = bytes_of(write(older, tiny_disk, [how]))
    table = flows_too([Point(36 + i / 500, 35 + i % 7 / 10) for i in range(500)])
    whole = bytes_of(write({"events": table}, tiny_disk / "whole", [how]))
    shutil.rmtree(tiny_disk / "whole")
    need = sum(map(len, whole.values()))
    refused = 0
    for share in (0, 0.2, 0.6, 0.9, 0.99, 1.01):
        filler = tiny_disk / "filler"
        filler.write_bytes(b"x" * max(0, shutil.disk_usage(tiny_disk).free - int(share * need)))
        with contextlib.suppress(ExportError):
            written = bytes_of(write_or_say_full({"events": table}, tiny_disk, how))
            assert written == whole, how
            for name in written:
                (tiny_disk / name).unlink()
            filler.unlink()
            write(older, tiny_disk, [how])
            continue
        refused += 1
        assert bytes_of(p for p in tiny_disk.iterdir() if p != filler) == before, how
        filler.unlink()
    assert refused >= 2


def write_or_say_full(tables, folder, how):
    try:
        return write(tables, folder, [how])
    except ExportError as error:
        if "no space left on device" not in str(error):
            pytest.fail(f"{how}: {error}")
        raise


def flows_too(shapes):
    rng = np.random.default_rng(1)
    words = ["".join(chr(97 + c) for c in rng.integers(0, 26, 120)) for _ in shapes]
    return located(shapes, event_id=words, quote=words)


def test_several_formats_come_in_one_pass(tmp_path):
    files = write({"events": located([POINT])}, tmp_path, list(FORMATS), styles={"events": "<qgis/>"})
    assert sorted(files) == sorted(tmp_path.iterdir())
    assert len(set(files)) == len(files)


# --- spreadsheets never run a formula ---


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_no_cell_and_no_header_starts_a_formula(start, tmp_path):
    write({"a": located([POINT], **{f"{start}head": [f"{start}1+1"], "plain": ["'quoted"]})}, tmp_path, ["csv", "xlsx"])
    head, row = (tmp_path / "map_a.csv").read_bytes().decode("utf-8-sig").split("\r\n")[:2]
    assert not head.strip('"').startswith(tuple("=+-@\t\r\n＝"))
    assert not row.strip('"').startswith(tuple("=+-@\t\r\n＝"))
    (row,) = read_back("xlsx", tmp_path)["a"]  # the reader refuses formulas
    assert f"{start}1+1".replace("\r", "\n") in {v.replace("\r", "\n") for v in row.values() if isinstance(v, str)}


def test_negative_numbers_stay_numbers(tmp_path):
    write({"a": located([Point(-70.5, -10)], n=[-5], x=[-0.25])}, tmp_path, ["csv"])
    lines = (tmp_path / "map_a.csv").read_bytes().decode("utf-8-sig").split("\r\n")
    assert lines[:2] == ["n,x,longitude,latitude,wkt", "-5,-0.25,-70.5,-10,POINT (-70.5 -10)"]


def test_hashtags_follow_the_standard(tmp_path):
    columns = {
        name: ["x"] for name in [*(c.name for c in EVENTS.columns if c.kind != "geometry"), "Ödd näme", "42", "ع"]
    }
    write({"a": located([POINT], **columns)}, tmp_path, ["csv-hxl", "xlsx-hxl"])
    tags = (tmp_path / "map_a_hxl.csv").read_bytes().decode("utf-8-sig").split("\r\n")[1].split(",")
    assert all(re.fullmatch(r"#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*", tag) for tag in tags)
    assert {"#event+code", "#date+start", "#affected+killed", "#geo+lat", "#geo+lon", "#adm1+code"} <= set(tags)


def test_a_full_sheet_goes_on_on_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr("geo.export.spreadsheets.MOST_ROWS", 4)
    write({"a": located([POINT] * 7)}, tmp_path, ["xlsx"])
    assert {name: len(rows) for name, rows in read_back("xlsx", tmp_path).items()} == {"a": 3, "a 2": 3, "a 3": 1}


# --- what the formats do to a table of another format's names ---


def test_short_names_of_shapefiles_are_unique_and_listed(tmp_path):
    names = [c.name for c in EVENTS.columns if c.kind != "geometry"]
    write({"a": located([POINT], **{n: ["x"] for n in names})}, tmp_path, ["shp"])
    ((row,),) = read_back("shp", tmp_path).values()
    assert [n for n in row if n != "geometry"] == names


def test_icons_are_pictures():
    from geo.export.icons import icon

    for shape in ("circle", "diamond", "triangle", "square", "pentagon", "cross"):
        head = icon(shape)[:24]
        assert head[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", head[16:24]) == (32, 32)
