"""GIS files: nothing is lost in silence, the same bytes every time, an older result survives a failure."""

import errno
import json
import os
import re
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import GeometryCollection, LineString, MultiPoint, MultiPolygon, Point, box
from shapely.geometry.polygon import signed_area

from geo.errors import ExportError
from geo.export import FORMATS, Style, require_folder, write_layers, write_table, written
from geo.schema import CRS, DISPLACEMENT, EVENTS, conform, empty

POINT, LINE, AREA = Point(36.6, 35.9), LineString([(36, 35), (37, 36)]), box(36, 35, 37, 36)


def located(shapes, **columns):
    return gpd.GeoDataFrame(columns or {"n": range(len(shapes))}, geometry=list(shapes), crs=CRS)


def every_value():
    """Each kind of value once, and once missing."""
    return located(
        [POINT, POINT],
        text=pd.array(["إدلب «é» 😀 'q' \"d\" =1+1", None], dtype="string"),
        day=pd.to_datetime(["1900-02-28", None]).astype("datetime64[us]"),
        moment=pd.to_datetime(["2020-02-10 06:30:00", None]).astype("datetime64[us]"),
        count=pd.array([2**53 - 1, None], dtype="Int64"),
        number=[0.1, float("nan")],
        yes=pd.array([True, None], dtype="boolean"),
        listed=[["a", 1], None],
        blank=pd.array([None, None], dtype="string"),
    )


def write(tables, folder, formats=("gpkg", "geojson"), styles=None, **more):
    looks = {name: Style(qml) for name, qml in (styles or {}).items()}
    return write_layers(tables, folder, name="map", formats=formats, styles=looks, **more)


def layers_of(folder):
    """Every layer of every format, read back: {(format, layer): table}."""
    found = {("gpkg", name): pyogrio.read_dataframe(folder / "map.gpkg", layer=name) for name in gpkg_layers(folder)}
    for path in sorted(folder.glob("*.geojson")):
        found["geojson", path.stem.removeprefix("map_")] = pyogrio.read_dataframe(path)
    return found


def gpkg_layers(folder):
    return [str(name) for name in pyogrio.list_layers(folder / "map.gpkg")[:, 0] if name != "layer_styles"]


def query(path, sql):
    with closing(sqlite3.connect(path)) as database:
        return database.execute(sql).fetchall()


def test_every_format_says_what_it_keeps_and_what_it_loses():
    for name, how in FORMATS.items():
        assert how.files, name
        assert how.keeps, name
        assert how.loses, name


def test_values_of_every_kind_come_back_from_every_format(tmp_path):
    write({"values": every_value()}, tmp_path)
    for (how, _), table in layers_of(tmp_path).items():
        first, second = (row for _, row in table.iterrows())
        assert first["text"] == "إدلب «é» 😀 'q' \"d\" =1+1", how
        assert pd.Timestamp(first["day"]) == pd.Timestamp("1900-02-28"), how
        assert pd.Timestamp(first["moment"]) == pd.Timestamp("2020-02-10 06:30:00"), how
        assert int(first["count"]) == 2**53 - 1, how
        assert first["number"] == 0.1, how
        assert bool(first["yes"]) is True, how
        assert first["listed"] == '["a", 1]', how
        assert second.drop("geometry").isna().all(), how
        assert list(table.columns) == list(every_value().columns), how


def test_geopackage_types_days_as_days_and_counts_as_integers(tmp_path):
    write({"values": every_value()}, tmp_path, ["gpkg"])
    types = dict(query(tmp_path / "map.gpkg", "SELECT name, type FROM pragma_table_info('values')"))
    assert types == {
        "fid": "INTEGER",
        "geom": "POINT",
        "text": "TEXT",
        "day": "DATE",
        "moment": "DATETIME",
        "count": "INTEGER",
        "number": "REAL",
        "yes": "BOOLEAN",
        "listed": "TEXT",
        "blank": "TEXT",
    }
    assert query(tmp_path / "map.gpkg", 'SELECT typeof(count), day FROM "values"') == [
        ("integer", "1900-02-28"),
        ("null", None),
    ]


def test_geopackage_is_version_1_3(tmp_path):
    write({"a": located([POINT])}, tmp_path, ["gpkg"])
    assert query(tmp_path / "map.gpkg", "PRAGMA user_version") == [(10300,)]
    assert query(tmp_path / "map.gpkg", "PRAGMA application_id") == [(int.from_bytes(b"GPKG"),)]
    assert query(tmp_path / "map.gpkg", "PRAGMA integrity_check") == [("ok",)]


def test_geopackage_opens_styled(tmp_path):
    write({"a": located([POINT]), "b": located([AREA])}, tmp_path, ["gpkg"], styles={"a": "<qgis/>", "absent": "<x/>"})
    path = tmp_path / "map.gpkg"
    assert query(path, "SELECT f_table_name, f_geometry_column, styleQML, useAsDefault FROM layer_styles") == [
        ("a", "geom", "<qgis/>", 1)
    ]
    registered = query(path, "SELECT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'")
    assert registered == [("attributes",)]


def test_a_format_of_one_layer_a_file_has_its_style_beside_it(tmp_path):
    files = write({"a": located([POINT])}, tmp_path, ["geojson"], styles={"a": "<qgis/>"})
    assert [f.name for f in files] == ["map_a.geojson", "map_a.qml"]
    assert files[1].read_text(encoding="utf-8") == "<qgis/>"


def test_geojson_follows_rfc_7946(tmp_path):
    clockwise = located([box(36, 35, 37, 36, ccw=False)])
    write({"a": clockwise, "b": located([Point(36.123456789, 35)])}, tmp_path, ["geojson"])
    area = json.loads((tmp_path / "map_a.geojson").read_text(encoding="utf-8"))
    assert not {"crs", "name"} & set(area)
    ((ring,),) = area["features"][0]["geometry"]["coordinates"]
    assert signed_area(LineString(ring)) > 0, "outer rings run counter-clockwise"
    point = json.loads((tmp_path / "map_b.geojson").read_text(encoding="utf-8"))
    assert point["features"][0]["geometry"]["coordinates"] == [36.1234568, 35.0]


def test_text_that_looks_like_json_stays_text(tmp_path):
    write({"a": located([POINT], note=["[1] see note"], more=['{"a": 1}'])}, tmp_path, ["geojson"])
    (feature,) = json.loads((tmp_path / "map_a.geojson").read_text(encoding="utf-8"))["features"]
    assert feature["properties"] == {"note": "[1] see note", "more": '{"a": 1}'}


def test_kinds_of_geometry_go_to_layers_of_their_own_and_the_rows_add_up(tmp_path):
    mixed = located([POINT, None, LINE, AREA, MultiPolygon([AREA]), Point(), GeometryCollection([POINT, LINE])])
    write({"a": mixed}, tmp_path)
    for how in ("gpkg", "geojson"):
        rows = {name: len(table) for (f, name), table in layers_of(tmp_path).items() if f == how}
        assert rows == {"a": 1, "a_lines": 1, "a_areas": 2, "a_collections": 1, "a_without_place": 2}


def test_the_kind_asked_for_keeps_the_name(tmp_path):
    write({"roads": located([POINT, LINE])}, tmp_path, ["gpkg"], kinds={"roads": "line"})
    kinds = dict(pyogrio.list_layers(tmp_path / "map.gpkg"))
    assert kinds == {"roads": "MultiLineString", "roads_points": "Point"}


@pytest.mark.parametrize(
    ("shapes", "kind"),
    [
        ([POINT], "Point"),
        ([POINT, MultiPoint([POINT])], "MultiPoint"),
        ([LINE], "MultiLineString"),
        ([AREA], "MultiPolygon"),
        ([AREA, MultiPolygon([AREA])], "MultiPolygon"),
    ],
)
def test_a_layer_has_one_type_of_geometry(shapes, kind, tmp_path):
    write({"a": located(shapes)}, tmp_path, ["gpkg"])
    assert pyogrio.read_info(tmp_path / "map.gpkg", layer="a")["geometry_type"] == kind
    read = pyogrio.read_dataframe(tmp_path / "map.gpkg", layer="a")
    assert set(read.geom_type) == {kind}
    assert read.geometry.union_all().equals(located(shapes).geometry.union_all())


@pytest.mark.parametrize("spec", [EVENTS, DISPLACEMENT])
def test_a_table_without_rows_is_a_typed_layer(spec, tmp_path):
    write({spec.name: empty(spec)}, tmp_path, kinds={spec.name: "point"})
    assert dict(pyogrio.list_layers(tmp_path / "map.gpkg")) == {spec.name: "Point"}
    info = pyogrio.read_info(tmp_path / "map.gpkg", layer=spec.name)
    assert list(info["fields"]) == [c.name for c in spec.columns if c.kind != "geometry"]
    types = dict(zip(info["fields"], info["ogr_types"], strict=True))
    wanted = {"text": "OFTString", "date": "OFTDate", "integer": "OFTInteger64", "number": "OFTReal"}
    assert all(types[c.name] == wanted[c.kind] for c in spec.columns if c.kind in wanted)
    assert json.loads((tmp_path / f"map_{spec.name}.geojson").read_text(encoding="utf-8"))["features"] == []


def test_a_plain_table_is_written_too(tmp_path):
    write({"unplaced": pd.DataFrame({"reason": ["no such place", None]})}, tmp_path)
    for (how, _), table in layers_of(tmp_path).items():
        assert table["reason"].fillna("").tolist() == ["no such place", ""], how
    assert dict(pyogrio.list_layers(tmp_path / "map.gpkg")) == {"unplaced": None}


def test_a_layer_without_attributes_is_written_too(tmp_path):
    write({"outline": gpd.GeoDataFrame(geometry=[AREA], crs=CRS)}, tmp_path)
    for read in layers_of(tmp_path).values():
        assert read.geometry.iloc[0].equals(AREA)


def test_other_reference_systems_are_brought_to_degrees(tmp_path):
    write({"a": located([POINT]).to_crs("EPSG:32637")}, tmp_path)
    for table in layers_of(tmp_path).values():
        assert table.crs == CRS
        assert table.geometry.iloc[0].distance(POINT) < 1e-6


def test_a_table_without_reference_system_is_refused(tmp_path):
    with pytest.raises(ExportError, match=r"layer 'a' has no coordinate reference system"):
        write({"a": gpd.GeoDataFrame(geometry=[POINT])}, tmp_path)


def test_heights_are_left_out(tmp_path):
    write({"a": located([Point(36, 35, 700)])}, tmp_path)
    assert not any(table.geometry.has_z.any() for table in layers_of(tmp_path).values())


def test_columns_that_the_driver_would_confuse_get_names_of_their_own(tmp_path):
    table = located([POINT], fid=[7], geom=["g"], Name=["upper"], name=["lower"], name_2=["taken"])
    write({"a": table}, tmp_path, ["gpkg"])
    (read,) = pyogrio.read_dataframe(tmp_path / "map.gpkg", layer="a").drop(columns="geometry").to_dict("records")
    assert list(read.values()) == [7, "g", "upper", "lower", "taken"]


def test_lists_arrays_and_further_geometries_become_text(tmp_path):
    table = located([POINT], array=pd.Series([np.array([1, 2])]), more=gpd.GeoSeries([LINE], crs=CRS))
    write({"a": table}, tmp_path)
    for read in layers_of(tmp_path).values():
        assert read.loc[0, "array"] == "[1, 2]"
        assert read.loc[0, "more"] == "LINESTRING (36 35, 37 36)"


def test_text_that_files_cannot_hold_is_kept_but_for_those_characters(tmp_path):
    hostile = pd.Series(["a\0b", "c\ud800d", "</script><b>"], dtype=object)
    write({"a": located([POINT] * 3, text=hostile, typed=pd.array(["a\0b"] * 3, dtype="string"))}, tmp_path)
    for table in layers_of(tmp_path).values():
        assert table["text"].tolist() == ["a\N{REPLACEMENT CHARACTER}b", "c?d", "</script><b>"]
        assert table["typed"].tolist() == ["a\N{REPLACEMENT CHARACTER}b"] * 3


def test_a_second_run_elsewhere_and_later_gives_the_same_bytes(tmp_path):
    table = located([POINT, None, LINE, AREA] * 50, day=pd.to_datetime(["2020-01-01", None] * 100), n=range(200))
    folders = [tmp_path / "first", tmp_path / "second" / "deeper"]
    results = []
    for folder in folders:
        write({"a": table, "b": every_value()}, folder, styles={"a": "<qgis/>"})
        write_table(table, folder / "a.parquet")
        results.append({path.name: path.read_bytes() for path in sorted(folder.iterdir())})
        time.sleep(1.1)
    first, second = results
    assert len(first) > 5
    assert list(first) == list(second)
    assert [name for name in first if first[name] != second[name]] == []


def test_the_same_bytes_come_however_fast_the_driver_is(tmp_path):
    many = {f"layer{i}": located([POINT, None, LINE, AREA]) for i in range(5)}
    results = {write(many, tmp_path, ["gpkg"])[0].read_bytes() for _ in range(6)}
    assert len(results) == 1
    # SQLite's count of changes, and the count for which the rest of the header holds.
    (header,) = {result[:100] for result in results}
    assert header[24:28] == header[92:96] == bytes([0, 0, 0, 1])


def test_writing_over_an_older_result_gives_the_same_bytes_as_writing_anew(tmp_path):
    (again,) = write({"old": located([AREA] * 500), "b": located([LINE])}, tmp_path / "a", ["gpkg"])
    write({"a": located([POINT])}, tmp_path / "a", ["gpkg"])
    (anew,) = write({"a": located([POINT])}, tmp_path / "b", ["gpkg"])
    assert again.read_bytes() == anew.read_bytes()


def test_no_moment_of_writing_stands_anywhere_in_the_file(tmp_path):
    many = {f"layer{i}": located([POINT, None, LINE, AREA] * 20) for i in range(20)}
    (path,) = write(many, tmp_path, ["gpkg"], styles={"layer1": "<qgis/>"})
    moments = set(re.findall(rb"[12]\d{3}-\d\d-\d\dT[\d:.]+Z", path.read_bytes()))
    assert moments == {b"1970-01-01T00:00:00.000Z"}


names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
days = st.dates(date(1900, 1, 1), date(2100, 1, 1))
rows = st.lists(
    st.tuples(
        st.none() | names,
        st.none() | days,
        st.none() | st.integers(0, 2**53),
        st.sampled_from([None, POINT, LINE, AREA]),
    ),
    max_size=6,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows)
def test_any_table_comes_back_from_every_format(rows, tmp_path):
    folder = tmp_path / "any"
    shutil.rmtree(folder, ignore_errors=True)
    table = located(
        [r[3] for r in rows],
        row=range(len(rows)),
        text=pd.array([r[0] for r in rows], dtype="string"),
        day=pd.to_datetime([r[1] for r in rows]).astype("datetime64[us]"),
        count=pd.array([r[2] for r in rows], dtype="Int64"),
    )
    write({"a": table}, folder)
    read = layers_of(folder)
    for how in ("gpkg", "geojson"):
        parts = [t for (f, _), t in read.items() if f == how and len(t)]
        found = {int(r["row"]): r for t in parts for _, r in t.iterrows()}
        assert sorted(found) == list(range(len(rows)))
        for number, (text, day, count, shape) in enumerate(rows):
            row = found[number]
            assert (None if pd.isna(row["text"]) else row["text"]) == text
            assert (None if pd.isna(row["day"]) else pd.Timestamp(row["day"]).date()) == day
            assert (None if pd.isna(row["count"]) else int(row["count"])) == count
            assert shape is None or row.geometry.equals(shape)


def test_parquet_keeps_types_missing_values_and_geometry(tmp_path):
    table, _ = conform(
        pd.DataFrame({"event_id": ["E-1"], "source": ["s"], "event_type": ["Riots"], "date_start": ["2020-02-10"]}),
        EVENTS,
    )
    write_table(table, tmp_path / "events.parquet")
    read = gpd.read_parquet(tmp_path / "events.parquet")
    assert read.crs == CRS
    assert read["fatalities_best"].isna().all()
    assert read.loc[0, "date_start"] == pd.Timestamp("2020-02-10")
    assert b"geo" in pq.read_schema(tmp_path / "events.parquet").metadata


def test_an_unknown_format_names_the_known_ones(tmp_path):
    with pytest.raises(ExportError, match="unknown format 'gpgk'; the nearest known is 'gpkg', all: gpkg, geojson"):
        write({"a": located([POINT])}, tmp_path, ["gpgk"])


@pytest.mark.parametrize("name", ["", "../a", "a b", "gpkg_contents", "1st", "a" * 61, "é"])
def test_a_name_that_no_file_can_bear_is_refused(name, tmp_path):
    with pytest.raises(ExportError, match="cannot name a file or layer"):
        write({name: located([POINT])}, tmp_path)


def test_two_layers_of_one_name_are_refused(tmp_path):
    with pytest.raises(ExportError, match="two layers are called 'a_lines'"):
        write({"a": located([POINT, LINE]), "a_lines": located([LINE])}, tmp_path)


# --- failures: one clear line, the older result kept, no rubbish left ---


@pytest.fixture
def older(tmp_path):
    path = tmp_path / "result.txt"
    path.write_text("older", encoding="utf-8")
    return path


def write_half(path, error):
    with written(path) as part:
        part.write_text("half", encoding="utf-8")
        raise error


def alone(path, text):
    """The result stands alone in its folder with this text."""
    return [p.name for p in path.parent.iterdir()] == [path.name] and path.read_text(encoding="utf-8") == text


def test_a_result_takes_the_place_of_the_older_one_at_the_end(older):
    with written(older) as part:
        part.write_text("newer", encoding="utf-8")
        assert part.parent == older.parent
        assert part.suffix == older.suffix
        assert older.read_text(encoding="utf-8") == "older"
    assert alone(older, "newer")


@pytest.mark.parametrize("error", [ValueError("mine"), KeyboardInterrupt()])
def test_any_failure_keeps_the_older_result_and_is_not_hidden(error, older):
    with pytest.raises(type(error)):
        write_half(older, error)
    assert alone(older, "older")


def test_a_full_disk_is_said_in_one_line_and_the_older_result_kept(older):
    with pytest.raises(ExportError) as caught:
        write_half(older, OSError(errno.ENOSPC, "anything"))
    assert str(caught.value) == (
        f"cannot write {older}: no space left on device; free some space or choose another folder; "
        "the older result is kept"
    )
    assert alone(older, "older")


def test_a_rename_that_fails_keeps_the_older_result(older, monkeypatch):
    def refuse(*_args):
        raise PermissionError(errno.EACCES, "held by another program")

    monkeypatch.setattr(os, "replace", refuse)
    with (
        pytest.raises(ExportError, match="permission denied; choose a folder you may write to; the older result is"),
        written(older) as part,
    ):
        part.write_text("new", encoding="utf-8")
    assert alone(older, "older")


def test_a_missing_folder_is_said(tmp_path):
    with pytest.raises(ExportError, match=r"no such file or directory; make the folder first; nothing was written"):
        write_table(located([POINT]), tmp_path / "absent" / "a.parquet")


def test_a_folder_under_a_file_is_refused(older):
    with pytest.raises(ExportError, match="not a directory"):
        write({"a": located([POINT])}, older / "below")
    with pytest.raises(ExportError, match="file exists"):
        require_folder(older)
    assert alone(older, "older")


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path):
    (tmp_path / "map.gpkg").mkdir()
    with pytest.raises(ExportError, match="is a directory"):
        write({"a": located([POINT])}, tmp_path, ["gpkg"])
    assert [p.name for p in tmp_path.iterdir()] == ["map.gpkg"]


@pytest.mark.parametrize("how", ["gpkg", "geojson"])
def test_a_driver_that_fails_keeps_the_older_result(how, tmp_path, monkeypatch):
    (path,) = write({"a": located([POINT])}, tmp_path, [how])
    before = path.read_bytes()

    def fail(*_args, **_options):
        raise pyogrio.errors.DataLayerError("the driver's\nown words")

    monkeypatch.setattr(pyogrio, "write_dataframe", fail)
    with pytest.raises(ExportError, match="the driver's own words; the older result is kept"):
        write({"a": located([LINE])}, tmp_path, [how])
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


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


@pytest.mark.parametrize("how", ["gpkg", "geojson"])
@pytest.mark.parametrize("spare", [0, 30_000, 60_000, 100_000])
def test_a_truly_full_disk_never_leaves_half_a_file(how, spare, tiny_disk):
    (path,) = write({"a": located([POINT])}, tiny_disk, [how])
    before = path.read_bytes()
    filler = tiny_disk / "filler"
    filler.write_bytes(b"x" * (shutil.disk_usage(tiny_disk).free - spare))
    with pytest.raises(ExportError, match=r"no space left on device.*the older result is kept"):
        write({"a": located([POINT] * 700, text=["t" * 150] * 700)}, tiny_disk, [how])
    assert path.read_bytes() == before
    assert sorted(p.name for p in tiny_disk.iterdir()) == sorted(["filler", path.name])


@pytest.mark.parametrize("how", ["gpkg", "geojson"])
def test_a_disk_that_fills_up_with_the_last_bytes_leaves_all_or_nothing(how, tiny_disk):
    (tiny_disk / "filler").write_bytes(b"x" * (shutil.disk_usage(tiny_disk).free - 2**16))
    refused = 0
    for rows in range(440, 640, 20):
        table = located([POINT] * rows, text=["t"] * rows)
        try:
            (path,) = write({"a": table}, tiny_disk, [how])
        except ExportError:
            refused += 1
            assert [p.name for p in tiny_disk.iterdir()] == ["filler"]
        else:
            assert len(pyogrio.read_dataframe(path)) == rows
            path.unlink()
    assert refused


def test_parquet_on_a_full_disk_keeps_the_older_file(tiny_disk):
    path = tiny_disk / "a.parquet"
    write_table(located([POINT]), path)
    before = path.read_bytes()
    (tiny_disk / "filler").write_bytes(b"x" * shutil.disk_usage(tiny_disk).free)
    with pytest.raises(ExportError, match="no space left on device"):
        write_table(located([POINT] * 700), path)
    assert path.read_bytes() == before
