"""A real PostgreSQL with PostGIS: tables typed, indexed, replaced all or none; no failure tells a password."""

import getpass
import os
import shutil
import socket
import subprocess
import traceback
from datetime import date, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely.geometry import LineString, Point, box

from geo.errors import ExportError
from geo.export import About, is_database, make_handover, write_postgis
from geo.schema import CRS

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed (extra postgis)")
from psycopg import sql  # noqa: E402 - it may be absent

SECRET = "ge:heim/1"
QUOTED = "ge%3Aheim%2F1"
BASE = "gis"


def find_program(name):
    """Path of one of the server's programs: Debian keeps them out of PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(debian[-1]) if debian else None)


class Server:
    """A server of its own in a folder of its own; root hands it to the user postgres, who alone may run it."""

    def __init__(self, folder):
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def run(self, *command):
        as_user = ["su", "postgres", "-s", "/bin/sh", "-c", 'exec "$0" "$@"', "--"] if os.geteuid() == 0 else []
        done = subprocess.run([*as_user, *map(str, command)], capture_output=True, check=False, text=True, cwd="/")
        assert done.returncode == 0, done.stderr + done.stdout

    def start(self):
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        owner = "postgres" if os.geteuid() == 0 else getpass.getuser()
        self.run(
            *(find_program("initdb"), "-D", self.folder / "data", "-U", "postgres", "-A", "trust"),
            *("-E", "UTF8", "--locale=C.UTF-8"),
        )
        rules = self.folder / "data/pg_hba.conf"
        rules.write_text("host all locked 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n")
        if os.geteuid() == 0:
            shutil.chown(rules, owner)
        settings = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c fsync=off"
        log = self.folder / "log"
        self.run(find_program("pg_ctl"), "-D", self.folder / "data", "-w", "-l", log, "-o", settings, "start")

    def stop(self):
        self.run(find_program("pg_ctl"), "-D", self.folder / "data", "-m", "immediate", "stop")

    def url(self, user="postgres", base=BASE):
        return f"postgresql://{user}@127.0.0.1:{self.port}/{base}"

    def query(self, text, *values, base=BASE):
        with psycopg.connect(self.url(base=base), autocommit=True) as connection:
            cursor = connection.execute(text, values or None)
            return cursor.fetchall() if cursor.description else None


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    if find_program("initdb") is None or not list(Path("/usr/share/postgresql").glob("*/extension/postgis.control")):
        if os.environ.get("CONFLICTMAP_REQUIRE_GIS"):
            pytest.fail("no PostgreSQL with PostGIS on this machine, and it is required here")
        pytest.skip("no PostgreSQL with PostGIS on this machine")
    # The folders of pytest are closed to other users, such as postgres.
    folder = Path(subprocess.run(["mktemp", "-d"], check=True, capture_output=True, text=True).stdout.strip())
    made = Server(folder)
    try:
        made.start()
        made.query("CREATE DATABASE gis", base="postgres")
        made.query("CREATE DATABASE plain", base="postgres")
        made.query("CREATE EXTENSION postgis")
        made.query(sql.SQL("CREATE USER locked PASSWORD {}").format(sql.Literal(SECRET)), base="postgres")
        made.query("GRANT ALL ON SCHEMA public TO locked")
        yield made
        made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


pytestmark = pytest.mark.gis
POINT, LINE, AREA = Point(36.6, 35.9), LineString([(36, 35), (37, 36)]), box(36, 35, 37, 36)
TEXT = "إدلب «é» 😀 'q' \"d\" \\N \t\n%s {} =1+1"


def located(shapes, **columns):
    return gpd.GeoDataFrame(columns or {"n": range(len(shapes))}, geometry=list(shapes), crs=CRS)


def handover(tables=None, name="map", **more):
    return make_handover({"a": located([POINT])} if tables is None else tables, name=name, styles={}, **more)


def every_value():
    return located(
        [POINT, Point(37, 36)],
        text=pd.array([TEXT, None], dtype="string"),
        empty=pd.array(["", None], dtype="string"),
        day=pd.to_datetime(["1900-02-28", None]).astype("datetime64[us]"),
        moment=pd.to_datetime(["2020-02-10 06:30:00", None]).astype("datetime64[us]"),
        count=pd.array([2**53 - 1, None], dtype="Int64"),
        number=[0.1, float("nan")],
        yes=pd.array([True, None], dtype="boolean"),
        listed=[["a", 1], None],
    )


def types_of(server, table, schema="public"):
    rows = server.query(
        "SELECT column_name, format_type(a.atttypid, a.atttypmod) FROM information_schema.columns c "
        "JOIN pg_attribute a ON a.attname = c.column_name AND a.attrelid = (quote_ident(c.table_schema) || '.' || "
        "quote_ident(c.table_name))::regclass WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position",
        schema,
        table,
    )
    return dict(rows)


def test_values_come_back_typed(server):
    assert write_postgis(handover({"values": every_value()}), server.url()) == ["public.map_values"]
    assert types_of(server, "map_values") == {
        "fid": "bigint",
        "text": "text",
        "empty": "text",
        "day": "date",
        "moment": "timestamp without time zone",
        "count": "bigint",
        "number": "double precision",
        "yes": "boolean",
        "listed": "text",
        "geom": "geometry(Point,4326)",
    }
    first, second = server.query("SELECT *, ST_AsBinary(geom) FROM map_values ORDER BY fid")
    moment = datetime(2020, 2, 10, 6, 30)  # noqa: DTZ001
    assert first[:-2] == (1, TEXT, "", date(1900, 2, 28), moment, 2**53 - 1, 0.1, True, '["a", 1]', first[-2])[:-1]
    assert second[1:-2] == (None,) * 8
    assert shapely.from_wkb(first[-1]) == POINT


def test_every_layer_has_its_kind_an_index_and_a_comment(server):
    tables = {
        "events": located([POINT, None, LINE, AREA]),
        "roads": located([LINE]),
        "plain": pd.DataFrame({"reason": ["no place"]}),
        "none": gpd.GeoDataFrame({"n": []}, geometry=[], crs=CRS),
    }
    about = About(layers={"events": ("Events", "what happened; it's 'quoted'"), "roads": ("Roads", "")})
    names = write_postgis(handover(tables, "kinds", about=about), server.url(), schema="My schema")
    assert names == [
        "My schema.kinds_events",
        "My schema.kinds_events_lines",
        "My schema.kinds_events_areas",
        "My schema.kinds_events_without_place",
        "My schema.kinds_roads",
        "My schema.kinds_plain",
        "My schema.kinds_none",
    ]
    kinds = server.query(
        "SELECT f_table_name, type, srid FROM geometry_columns WHERE f_table_schema = 'My schema' ORDER BY 1"
    )
    assert kinds == [
        ("kinds_events", "POINT", 4326),
        ("kinds_events_areas", "MULTIPOLYGON", 4326),
        ("kinds_events_lines", "MULTILINESTRING", 4326),
        ("kinds_none", "GEOMETRY", 4326),
        ("kinds_roads", "MULTILINESTRING", 4326),
    ]
    indexed = server.query(
        "SELECT tablename FROM pg_indexes WHERE schemaname = 'My schema' AND indexdef LIKE '%gist (geom)' ORDER BY 1"
    )
    assert [name for (name,) in indexed] == [name for name, _, _ in kinds]
    (comment,) = server.query("""SELECT obj_description('"My schema".kinds_events'::regclass)""")[0]
    assert comment == "Events: what happened; it's 'quoted'"
    keys = server.query("""SELECT count(*) FROM pg_indexes WHERE schemaname = 'My schema' AND indexname LIKE '%pkey'""")
    assert keys == [(7,)]


def test_geopandas_reads_what_was_written(server):
    table = located([AREA, box(1, 1, 2, 2)], name=["منطقة", None])
    write_postgis(handover({"areas": table}, "read"), server.url())
    rows = server.query("SELECT name, ST_AsBinary(geom) FROM read_areas ORDER BY fid")
    assert [name for name, _ in rows] == ["منطقة", None]
    assert shapely.equals(shapely.from_wkb([shape for _, shape in rows]), table.geometry.to_numpy()).all()


def test_writing_again_replaces_the_tables(server):
    write_postgis(handover({"a": located([POINT] * 3)}, "again"), server.url())
    write_postgis(handover({"a": located([LINE])}, "again"), server.url())
    assert server.query("SELECT GeometryType(geom), count(*) FROM again_a GROUP BY 1") == [("MULTILINESTRING", 1)]


def test_names_that_are_too_long_or_taken_stay_apart(server):
    long = "a" * 55
    columns = {"x" * 70 + str(i): [i] for i in range(3)} | {
        "xmin": ["system"],
        "عمود طويل جدا " * 6: ["wide"],
        "%s{}": [1],
    }
    tables = {f"{long}1": located([POINT], **columns), f"{long}2": located([LINE])}
    names = write_postgis(handover(tables, "b" * 40), server.url())
    assert len(set(names)) == 2
    assert all(len(name.removeprefix("public.").encode()) <= 63 for name in names)
    types = types_of(server, names[0].removeprefix("public."))
    assert len(types) == 8
    assert "xmin" not in types


def test_a_failure_in_the_middle_changes_nothing(server, monkeypatch):
    tables = {"a": located([POINT]), "b": located([POINT])}
    write_postgis(handover(tables, "safe"), server.url())
    server.query("CREATE VIEW looks_on AS SELECT * FROM safe_b")
    with pytest.raises(ExportError, match=r"cannot write .*looks_on depends on table safe_b.*; nothing was changed"):
        write_postgis(handover({"a": located([LINE] * 9), "b": located([LINE])}, "safe"), server.url())
    assert server.query("SELECT GeometryType(geom) FROM safe_a") == [("POINT",)]
    assert server.query("SELECT GeometryType(geom) FROM looks_on") == [("POINT",)]


def test_rows_that_fail_half_way_change_nothing(server, monkeypatch):
    write_postgis(handover({"a": located([POINT])}, "half"), server.url())
    real = shapely.to_wkb

    def broken(shapes, **options):
        found = real(shapes, **options)
        found[-1] = "this is no geometry"
        return found

    monkeypatch.setattr("geo.export.postgis.shapely.to_wkb", broken)
    with pytest.raises(ExportError, match="parse error - invalid geometry"):
        write_postgis(handover({"a": located([Point(i, 0) for i in range(5000)])}, "half"), server.url())
    assert server.query("SELECT ST_AsText(geom) FROM half_a") == [("POINT(36.6 35.9)",)]


def test_a_table_that_someone_holds_is_not_waited_for_without_end(server):
    write_postgis(handover({"a": located([POINT])}, "held"), server.url())
    with psycopg.connect(server.url()) as other:
        other.execute("SELECT * FROM held_a")
        with pytest.raises(ExportError, match="lock timeout"):
            write_postgis(handover({"a": located([LINE])}, "held"), server.url(), wait_seconds=2)
    assert server.query("SELECT GeometryType(geom) FROM held_a") == [("POINT",)]


def test_a_database_without_postgis_is_refused(server):
    with pytest.raises(ExportError, match="the database has no PostGIS; as its owner run: CREATE EXTENSION postgis"):
        write_postgis(handover(), server.url(base="plain"))
    assert server.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", base="plain") == [(0,)]


# --- addresses and passwords ---


def all_words(caught):
    """All that a traceback shows, with causes and contexts."""
    return "".join(traceback.format_exception(caught.value))


def test_the_right_password_opens(server):
    assert write_postgis(handover(name="pw"), server.url(f"locked:{QUOTED}")) == ["public.pw_a"]


@pytest.mark.parametrize(
    ("user", "base", "words"),
    [
        ("locked:ge%3Aheim%2Fwrong", BASE, "password authentication failed"),
        ("locked", BASE, "no password supplied"),
        (f"nobody:{QUOTED}", BASE, 'role "nobody" does not exist'),
        (f"locked:{QUOTED}", "absent", 'database "absent" does not exist'),
    ],
)
def test_what_the_server_refuses_is_one_line_without_the_password(user, base, words, server, monkeypatch):
    monkeypatch.setenv("PGPASSFILE", "/dev/null")
    with pytest.raises(ExportError, match=words) as caught:
        write_postgis(handover(), server.url(user, base))
    assert "\n" not in str(caught.value)
    assert f"postgresql://127.0.0.1:{server.port}/{base}" in str(caught.value)
    assert not any(secret in all_words(caught) for secret in ("heim", QUOTED, SECRET))


def test_who_may_not_make_a_schema_is_told(server):
    with pytest.raises(ExportError, match="permission denied for database gis; nothing was changed"):
        write_postgis(handover(), server.url(f"locked:{QUOTED}"), schema="new")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://a:geheim@[bad/x",
        "postgresql://a:geheim@host:port/x",
        "postgresql://a:geheim@host:99999/x",
        "postgresql://a:ge%ZZheim@127.0.0.1:1/x",
        "postgresql://a:geheim@127.0.0.1:1/x?nonsense=1",
        "postgresql://a:geheim@127.0.0.1:1/x?password=geheim2&sslpassword=geheim3",
        "postgresql://a:geh@eim@127.0.0.1:1/x",
        "postgresql://a:geheim@/x?host=/absent",
        "postgresql://a:geheim\0@127.0.0.1:1/x",
        "postgresql://a:geheim@127.0.0.1:1/\ud800",
    ],
)
def test_an_address_that_is_none_is_one_line_without_the_password(url):
    with pytest.raises(ExportError) as caught:
        write_postgis(handover(), url, wait_seconds=2)
    assert "\n" not in str(caught.value)
    # The line of the test itself names the address.
    assert "heim" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_server_that_is_not_there_is_said():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ExportError, match=r"Connection refused.*check host and port"):
        write_postgis(handover(), f"postgresql://a:geheim@127.0.0.1:{port}/x")


def test_a_server_that_does_not_answer_is_not_waited_for_without_end():
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        url = f"postgresql://a:geheim@127.0.0.1:{mute.getsockname()[1]}/x"
        with pytest.raises(ExportError, match=r"(?i)timeout"):
            write_postgis(handover(), url, wait_seconds=2)


def test_addresses_are_told_from_folders():
    assert is_database("postgresql://host/base")
    assert is_database("POSTGRES://host/base")
    assert not is_database("postgresql")
    assert not is_database("gis")
