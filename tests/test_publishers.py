"""Gazetteers and boundaries from their publishers: fetched whole or not at all, kept with licence, date and hash."""

import dataclasses
import errno
import functools
import hashlib
import io
import json
import os
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
import shapely
from fake_http import Answer, FakeServer, ranged, redirect
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from geo.admin import read_admin
from geo.errors import ExportError, InputError, ServiceError
from geo.gazetteer import read_gazetteer
from geo.publishers import all_kept, checking, data_folder, fetch, find_cached, find_kept, load_catalogue
from geo.publishers.finding import find_target
from geo.web import Patience, Web
from maps import cli

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


def zipped(**members):
    """A zip archive of texts; '__' in a name stands for '.'."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "."), text)
    return made.getvalue()


def geonames_row(number, name, longitude, latitude, code="PPL"):
    cells = [number, name, name, "", latitude, longitude, "P", code, "TD", "", "07", "", "", "", 900, "", 250,
             "Africa/Ndjamena", "2024-01-01"]  # fmt: skip
    return "\t".join(map(str, cells))


ROWS = [geonames_row(1, "Kafr X", 15.0, 12.0), geonames_row(2, "Tell Y", 16.0, 12.5)]
DUMP = zipped(readme__txt="about", TD__txt="\n".join(ROWS))
LARGE = zipped(TD__txt="\n".join(geonames_row(n, f"Place {n * n}", 15 + n / 1e4, 12.0) for n in range(1, 3000)))


def square(west, south):
    return shapely.box(west, south, west + 1, south + 1)


def geoboundaries():
    names = {"shapeName": ["North", "South"], "shapeISO": ["TD-N", "TD-S"], "shapeID": ["1", "2"],
             "shapeGroup": "TCD", "shapeType": "ADM1"}  # fmt: skip
    table = gpd.GeoDataFrame(names, geometry=[square(15, 13), square(15, 12)], crs="EPSG:4326")
    return table.to_json().encode()


def workbook(*rows):
    made, book = io.BytesIO(), openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(made)
    return made.getvalue()


PLACES = workbook(
    ["admin4Name_en", "admin4Name_ar", "admin4Pcode", "admin3Name_en", "admin3Pcode", "Latitude_y", "Longitude_x"],
    ["Kafr X", "كفر", "C1", "X", "TD010101", 12.0, 15.0],
)


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def web(pauses):
    patience = Patience(attempts=4, timeout=5)
    with Web(user_agent="conflictmap/test", clock=lambda: NOW, sleep=pauses.append, patience=patience) as web:
        yield web


@pytest.fixture
def offers(fake):
    """Function that gives an offer of the catalogue by its id, with the fake server in its publisher's place."""
    return load_catalogue().mirrored(fake.url).find


@pytest.fixture
def get(offers, web, tmp_path):
    """Function that fetches an id from the fake server into the test's folder."""

    def get_one(wanted="geonames/TD", **options):
        return fetch(offers(wanted), web, tmp_path, clock=lambda: NOW, **options)

    return get_one


def files_in(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


# --- the catalogue ---

CATALOGUE = load_catalogue()


@pytest.mark.parametrize("offer", CATALOGUE.offers, ids=lambda o: o.id)
def test_every_offer_is_complete(offer):
    publisher = offer.publisher
    assert re.fullmatch(r"[\w{}-]+(/[\w{}-]+)+", offer.id)
    assert publisher.base.startswith("https://")
    assert publisher.base.endswith("/")
    assert publisher.name
    assert publisher.licence
    assert offer.what
    assert offer.content in {"zip", "xlsx", "geojson", "text"}
    assert offer.use in {"", "--gazetteer", "--admin"}
    assert bool(offer.path) == (publisher.kind in {"files", "geoboundaries"})
    assert bool(offer.dataset and offer.resources) == (publisher.kind == "ckan")
    assert all(re.compile(r["name"]) and r["format"] for r in offer.resources)
    assert 0 < offer.most <= 1_000_000_000


def test_no_two_offers_have_one_id():
    ids = [o.id for o in CATALOGUE.offers]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", ["TD", "td", "TCD", "Chad", "chad"])
def test_a_country_is_named_by_either_code_or_in_english(name):
    ids = [o.id for o in CATALOGUE.of_country(name)]
    assert {"geonames/TD", "geonames/cities500", "ocha-cod-ab/TCD", "geoboundaries/TCD/ADM1"} <= set(ids)
    assert not any("{" in i for i in ids)
    assert CATALOGUE.find(f"GeoNames/{name}").path == "TD.zip"


def test_a_publisher_that_serves_some_countries_only_is_not_listed_for_others():
    assert "ocha-places/TCD" not in [o.id for o in CATALOGUE.of_country("Chad")]
    assert CATALOGUE.known("ocha-places/TCD") is None
    assert CATALOGUE.known("ocha-places/SY").id == "ocha-places/SYR"


@pytest.mark.parametrize(
    ("wanted", "nearest"),
    [("geonams/TD", "geonames/TD"), ("geoboundaries/TCD/ADM9", "geoboundaries/TCD/ADM"), ("cities500", "cities500"),
     ("", ""), ("../../etc/passwd", ""), ("geonames/..", "")],
)  # fmt: skip
def test_an_unknown_id_is_refused_with_the_nearest(wanted, nearest):
    with pytest.raises(InputError, match=f"nobody offers .*{nearest}"):
        CATALOGUE.find(wanted)


def test_an_unknown_country_is_refused():
    with pytest.raises(InputError, match="no country 'Atlantis'"):
        CATALOGUE.of_country("Atlantis")


# --- files at a known address ---


def test_a_dump_is_fetched_with_its_record_beside_it(fake, get, tmp_path):
    when = "Sun, 22 Nov 2026 03:00:00 GMT"
    fake.script("/TD.zip", Answer(body=DUMP, kind="application/zip", headers={"ETag": '"v1"', "Last-Modified": when}))
    fetched = get()
    assert fetched.path == tmp_path / "geonames" / "TD" / "TD.zip"
    assert fetched.path.read_bytes() == DUMP
    assert files_in(tmp_path) == ["geonames/TD/TD.zip", "geonames/TD/TD.zip.json"]
    assert json.loads(fetched.path.with_name("TD.zip.json").read_text(encoding="utf-8")) == {
        "id": "geonames/TD",
        "what": "all named places of the country, in all scripts",
        "publisher": "GeoNames",
        "licence": "CC BY 4.0",
        "licence_url": "https://creativecommons.org/licenses/by/4.0/",
        "page": "https://www.geonames.org/export/",
        "source_url": f"{fake.url}/TD.zip",
        "served_by": "127.0.0.1",
        "redirects": [],
        "retrieved": "2026-11-23T12:00:00Z",
        "version": when,
        "file": "TD.zip",
        "bytes": len(DUMP),
        "sha256": hashlib.sha256(DUMP).hexdigest(),
        "etag": '"v1"',
        "last_modified": when,
        "checked": [],
    }
    places, problems = read_gazetteer(fetched.path)
    assert (list(places["name"]), problems) == (["Kafr X", "Tell Y"], [])


@pytest.mark.parametrize(
    ("wanted", "path", "body"),
    [("geonames/TD", "/TD.zip", DUMP), ("geonames/cities500", "/cities500.zip", DUMP),
     ("geonames/admin1", "/admin1CodesASCII.txt", b"TD.07\tLac\tLac\t1\n"),
     ("geonames/admin2", "/admin2Codes.txt", "TD.07.1\tمنطقة\tA\t2\n".encode())],
)  # fmt: skip
def test_every_file_of_geonames_has_its_address(fake, get, wanted, path, body):
    fake.script(path, Answer(body=body))
    assert get(wanted).path.read_bytes() == body
    assert fake.paths() == [path]


def test_what_is_here_is_not_asked_for(fake, get):
    fake.script("/TD.zip", Answer(body=DUMP))
    first = get()
    again = get()
    assert (first.news, again.news) == ("fetched", "here")
    assert again.record == first.record
    assert len(fake.requests) == 1


def test_a_file_changed_on_this_machine_is_fetched_again(fake, get):
    fake.script("/TD.zip", Answer(body=DUMP))
    path = get().path
    path.write_bytes(DUMP[:-1] + b"X")
    assert get().news == "fetched"
    assert path.read_bytes() == DUMP


@pytest.mark.parametrize("record", ["", "{", "[]", '{"id": "geonames/TD"}', "[" * 100_000])
def test_a_file_without_a_readable_record_is_fetched_again(fake, get, record):
    fake.script("/TD.zip", Answer(body=DUMP))
    get().path.with_name("TD.zip.json").write_text(record, encoding="utf-8")
    assert get().news == "fetched"


def test_who_waits_can_see_how_far_it_is(fake, get):
    fake.script("/TD.zip", Answer(body=LARGE, cut=10_000, headers={"ETag": '"v1"'}), ranged(LARGE))
    seen = []
    get(on_bytes=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (len(LARGE), len(LARGE))


def test_force_fetches_what_is_here(fake, get):
    fake.script("/TD.zip", Answer(body=DUMP))
    get()
    assert get(force=True).news == "fetched"


def test_refresh_asks_whether_there_is_a_newer_version(fake, get):
    newer = zipped(TD__txt=geonames_row(3, "New", 15.0, 12.0))
    fake.script("/TD.zip", Answer(body=DUMP, headers={"ETag": '"v1"'}), Answer(304), Answer(body=newer))
    first = get()
    unchanged = get(refresh=True)
    assert (unchanged.news, unchanged.record) == ("unchanged", first.record)
    assert fake.requests[1].headers["If-None-Match"] == '"v1"'
    assert get(refresh=True).news == "fetched"
    assert first.path.read_bytes() == newer


# --- OCHA, through CKAN ---


def resource(fake, name, kind, **more):
    return {"name": name, "format": kind, "download_url": f"{fake.url}/download/{name}", **more}


def dataset(*resources, **more):
    result = {
        "license_id": "cc-by-igo", "license_title": "Creative Commons Attribution for Intergovernmental Organisations",
        "dataset_date": "[2020-12-17T00:00:00 TO 2020-12-17T23:59:59]", "resources": list(resources), **more,
    }  # fmt: skip
    return Answer(body={"success": True, "result": result})


ASK = "/api/3/action/package_show"


def test_boundaries_come_with_the_licence_and_the_date_of_their_dataset(fake, get):
    fake.script(ASK, dataset(
        resource(fake, "tcd_admin_boundaries.xlsx", "XLSX"), resource(fake, "tcd_admin_boundaries.shp.zip", "SHP"),
        resource(fake, "tcd_admin_boundaries.geojson.zip", "GeoJSON"),
    ))  # fmt: skip
    fake.script("/download/tcd_admin_boundaries.geojson.zip", Answer(body=DUMP))
    record = get("ocha-cod-ab/TCD").record
    assert fake.requests[0].query == {"id": ["cod-ab-tcd"]}
    assert (record.publisher, record.version, record.file) == (
        "OCHA", "2020-12-17", "tcd_admin_boundaries.geojson.zip",
    )  # fmt: skip
    assert record.page == "https://data.humdata.org/dataset/cod-ab-tcd"
    assert record.licence == "Creative Commons Attribution for Intergovernmental Organisations"
    assert record.licence_url == "https://creativecommons.org/licenses/by/3.0/igo/"


def cod_layers():
    """The layers of a COD-AB archive, one for each level and one of places, with the columns of today's release."""
    above = {"adm0_name": "Chad", "adm0_pcode": "TD", "adm1_name": "North", "adm1_name1": "شمال", "adm1_pcode": "TD01"}
    units = {"adm2_name": ["East", "West"], "adm2_name1": ["شرق", "غرب"], "adm2_pcode": ["TD0101", "TD0102"]}
    level2 = gpd.GeoDataFrame(above | units, geometry=[square(16, 12), square(15, 12)], crs="EPSG:4326")
    level0 = level2.dissolve("adm0_pcode", as_index=False)[["adm0_name", "adm0_pcode", "geometry"]]
    places = gpd.GeoDataFrame({"pcode": ["C1"], "adm3_pcode": ["X"]}, geometry=[shapely.Point(15, 12)], crs="EPSG:4326")
    return {"tcd_admin0": level0, "tcd_admin2": level2, "tcd_populatedplaces": places}


def shapefiles(folder):
    for name, table in cod_layers().items():
        table.to_file(folder / f"{name}.shp", encoding="utf-8")
    return zipped_files(folder)


def zipped_files(folder):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    return made.getvalue()


@pytest.mark.parametrize("name", ["tcd_admin_boundaries.geojson.zip", "tcd_admin_boundaries.shp.zip"])
def test_of_an_archive_of_all_levels_the_deepest_is_read(fake, get, tmp_path_factory, name):
    kind = "GeoJSON" if "geojson" in name else "SHP"
    layers = {f"{n}__geojson": t.to_json() for n, t in cod_layers().items()}
    body = zipped(**layers) if kind == "GeoJSON" else shapefiles(tmp_path_factory.mktemp("shp"))
    fake.script(ASK, dataset(resource(fake, name, kind)))
    fake.script(f"/download/{name}", Answer(body=body))
    areas = read_admin(get("ocha-cod-ab/TCD").path)
    assert list(zip(areas["level"], areas["pcode"], areas["name"], areas["name_ar"].fillna(""), strict=True)) == [
        (0, "TD", "Chad", ""), (1, "TD01", "North", "شمال"), (2, "TD0101", "East", "شرق"), (2, "TD0102", "West", "غرب"),
    ]  # fmt: skip


def test_an_older_manner_of_naming_is_known_too(fake, offers, web):
    fake.script(ASK, dataset(
        resource(fake, "tcd_admbnda_adm0_20201217.zip", "SHP"), resource(fake, "tcd_admbnda_adm3_20201217.zip", "SHP"),
    ))  # fmt: skip
    assert find_target(offers("ocha-cod-ab/TCD"), web).name == "tcd_admbnda_adm3_20201217.zip"


def test_of_several_files_that_fit_the_newest_is_taken(fake, offers, web):
    fake.script(ASK, dataset(
        resource(fake, "a_admin_boundaries.geojson.zip", "GeoJSON", last_modified="2024-01-01"),
        resource(fake, "b_admin_boundaries.geojson.zip", "GeoJSON", last_modified="2026-01-26"),
        resource(fake, "c_admin_boundaries.geojson.zip", "GeoJSON", last_modified="2025-01-01"),
    ))  # fmt: skip
    assert find_target(offers("ocha-cod-ab/TCD"), web).name == "b_admin_boundaries.geojson.zip"


def test_populated_places_are_a_gazetteer(fake, get):
    fake.script(ASK, dataset(resource(fake, "syr_pplp_adm4_20210113.xlsx", "XLSX")))
    fake.script("/download/syr_pplp_adm4_20210113.xlsx", Answer(body=PLACES))
    places, _ = read_gazetteer(get("ocha-places/SYR").path)
    assert "C1" in set(places["place_id"])


def test_populated_places_are_found_among_the_sheets_of_a_workbook(fake, get):
    book = openpyxl.Workbook()
    book.active.title = "syr_admin0"
    book.active.append(["adm0_name", "adm0_pcode", "center_lat", "center_lon"])
    book.active.append(["Chad", "TD", 15, 18])
    sheet = book.create_sheet("syr_populatedplaces")
    sheet.append(["featurename_en", "featurename_ar", "featurerefname", "featurealtname1_en", "adm4_en", "pcode",
                  "adm3_pcode", "adm0_pcode", "point_x", "point_y"])  # fmt: skip
    sheet.append(["Kafr X", "كفر", "Kafr Ex", "Kafr Iks", "Ekh", "C1", "TD010101", "TD", 15.0, 12.0])
    made = io.BytesIO()
    book.save(made)
    fake.script(ASK, dataset(resource(fake, "syr_admin_boundaries.xlsx", "XLSX")))
    fake.script("/download/syr_admin_boundaries.xlsx", Answer(body=made.getvalue()))
    places, problems = read_gazetteer(get("ocha-places/SYR").path)
    (place,) = places[places["place_id"] == "C1"].itertuples()
    assert (place.name, place.name_ar, place.longitude, place.latitude) == ("Kafr X", "كفر", 15.0, 12.0)
    assert {"Kafr Ex", "Kafr Iks", "Ekh"} <= set(place.aliases.split(";"))
    assert (place.country, place.admin3, problems) == ("TD", "TD010101", [])


def test_a_dataset_without_a_fitting_file_says_what_it_has(fake, get):
    fake.script(ASK, dataset(resource(fake, "map.pdf", "PDF"), "nonsense", None))
    with pytest.raises(ServiceError, match=r"wanted GeoJSON or SHP\); it has: map.pdf \(PDF\); fetch one by hand"):
        get("ocha-cod-ab/TCD")


@pytest.mark.parametrize("answer", [{"success": False}, {"success": True, "result": None}, [], "no", None])
def test_a_dataset_that_is_not_there(fake, get, answer):
    fake.script(ASK, Answer(body=json.dumps(answer), kind="application/json"))
    with pytest.raises(ServiceError, match="no dataset 'cod-ab-tcd'"):
        get("ocha-cod-ab/TCD")


@pytest.mark.parametrize(
    ("stated", "version"),
    [("[2020-12-17T00:00:00 TO 2020-12-17T23:59:59]", "2020-12-17"),
     ("[2017-05-09T00:00:00 TO 2029-12-30T23:59:59]", "2017-05-09/2029-12-30"),
     ("[2017-05-09T00:00:00 TO *]", "2017-05-09/.."), ("01/01/1992-07/15/2019", "01/01/1992-07/15/2019"),
     (None, "2026-01-26")],
)  # fmt: skip
def test_the_date_of_a_dataset_is_read_in_all_its_manners(fake, offers, web, stated, version):
    one = resource(fake, "tcd_admin_boundaries.shp.zip", "SHP", last_modified="2026-01-26T10:00:00")
    fake.script(ASK, dataset(one, dataset_date=stated))
    assert find_target(offers("ocha-cod-ab/TCD"), web).version == version


def test_a_licence_of_its_own_is_quoted(fake, offers, web):
    one = resource(fake, "tcd_admin_boundaries.shp.zip", "SHP")
    fake.script(ASK, dataset(one, license_id="hdx-other", license_title="Other", license_other="Ask us first."))
    assert find_target(offers("ocha-cod-ab/TCD"), web).licence == "Ask us first."


@pytest.fixture
def one_layer(offers):
    """An offer of a single GeoJSON file in a dataset."""
    resources = [{"format": "GeoJSON", "name": "geojson$"}]
    return dataclasses.replace(offers("ocha-cod-ab/TCD"), content="geojson", resources=resources)


def test_the_hash_that_the_publisher_states_is_checked(fake, one_layer, web, tmp_path):
    body = geoboundaries()
    stated = f"md5:{hashlib.md5(body).hexdigest()}"
    fake.script(ASK, dataset(resource(fake, "tcd_adm.geojson", "GeoJSON", hash=stated)))
    fake.script("/download/tcd_adm.geojson", Answer(body=body))
    assert fetch(one_layer, web, tmp_path, clock=lambda: NOW).record.checked == ("publisher's MD5",)


def test_another_hash_than_the_publisher_states_is_refused_until_the_user_vouches(fake, one_layer, web, tmp_path):
    body = geoboundaries()
    fake.script(ASK, dataset(resource(fake, "tcd_adm.geojson", "GeoJSON", hash="0" * 32)))
    fake.script("/download/tcd_adm.geojson", Answer(body=body))
    trusted = hashlib.sha256(body).hexdigest()
    with pytest.raises(ServiceError, match=f"not 0{{32}} as its publisher states; nothing was kept.*{trusted}"):
        fetch(one_layer, web, tmp_path, clock=lambda: NOW)
    assert files_in(tmp_path) == []
    assert fetch(one_layer, web, tmp_path, clock=lambda: NOW, sha256=trusted).news == "fetched"


def test_the_hash_of_an_archive_is_not_one_of_its_bytes(fake, get):
    """HDX hashes what is in a zip or XLSX file, so that it cannot be compared."""
    fake.script(ASK, dataset(resource(fake, "tcd_admin_boundaries.shp.zip", "SHP", hash="0" * 32)))
    fake.script("/download/tcd_admin_boundaries.shp.zip", Answer(body=DUMP))
    assert get("ocha-cod-ab/TCD").record.checked == ()


# --- geoBoundaries ---


def script_geoboundaries(fake, url, **more):
    answer = {"boundaryID": "TCD-ADM1-1", "boundaryYearRepresented": "2020", "buildDate": "Dec 12, 2023",
              "boundaryLicense": "Creative Commons Attribution 4.0 International (CC BY 4.0)",
              "licenseDetail": "nan", "licenseSource": "www.example.org/licence", "gjDownloadURL": url}  # fmt: skip
    fake.script("/api/current/gbOpen/TCD/ADM1/", Answer(body=answer | more))


def test_boundaries_of_geoboundaries_come_from_where_its_api_says(fake, other_host, get):
    script_geoboundaries(fake, f"{fake.url}/raw/geoBoundaries-TCD-ADM1.geojson")
    fake.script("/raw/geoBoundaries-TCD-ADM1.geojson", redirect(f"{other_host.url}/lfs/9f8c?signature=SECRET"))
    other_host.script("/lfs/9f8c", Answer(body=geoboundaries()))
    fetched = get("geoboundaries/TCD/ADM1")
    assert fetched.path.name == "geoBoundaries-TCD-ADM1.geojson"
    record = fetched.record
    assert record.licence == "Creative Commons Attribution 4.0 International (CC BY 4.0)"
    assert record.licence_url == "https://www.example.org/licence"
    assert record.version == "2020, TCD-ADM1-1, Dec 12, 2023"
    assert record.served_by == "localhost"
    assert record.redirects == (f"{fake.url}/raw/geoBoundaries-TCD-ADM1.geojson",)
    assert "SECRET" not in fetched.path.with_name(f"{fetched.path.name}.json").read_text(encoding="utf-8")
    assert list(read_admin(fetched.path)["name"]) == ["North", "South"]


@pytest.mark.parametrize("url", ["", "nan", None, 7])
def test_an_answer_that_names_no_file(fake, get, url):
    script_geoboundaries(fake, url)
    with pytest.raises(ServiceError, match="names no file for geoboundaries/TCD/ADM1"):
        get("geoboundaries/TCD/ADM1")


def test_an_answer_that_names_an_unsafe_address(fake, get, tmp_path):
    script_geoboundaries(fake, "http://data.example.org/x.geojson")
    with pytest.raises(ServiceError, match="wanted an address that begins with https"):
        get("geoboundaries/TCD/ADM1")
    assert files_in(tmp_path) == []


@pytest.mark.parametrize(
    ("last", "name"),
    [("%2e%2e%2fevil.geojson?x=1", "2e_2e_2fevil.geojson"), ("..", "file.geojson"), ("", "raw.geojson"),
     ("a" * 500 + ".geojson", "a" * 112 + ".geojson"), ("حدود.geojson", "geojson.geojson"), ("b.GEOJSON", "b.GEOJSON")],
)  # fmt: skip
def test_a_name_from_outside_is_made_a_safe_one(fake, offers, web, last, name):
    script_geoboundaries(fake, f"{fake.url}/raw/{last}")
    assert find_target(offers("geoboundaries/TCD/ADM1"), web).name == name


# --- broken off, and gone on ---


def test_a_download_that_breaks_off_goes_on_where_it_was(fake, get, pauses):
    whole = ranged(LARGE)
    head = {"ETag": '"v1"'}
    fake.script("/TD.zip", Answer(body=LARGE, cut=10_000, headers=head), Answer(503), whole)
    assert get().path.read_bytes() == LARGE
    asked = [(r.headers["Range"], r.headers["If-Range"]) for r in fake.requests]
    assert asked == [(None, None), ("bytes=10000-", '"v1"'), ("bytes=10000-", '"v1"')]
    assert pauses == [1, 2]


def test_what_came_is_kept_for_another_run(fake, get, tmp_path):
    fake.script("/TD.zip", Answer(body=LARGE, cut=10_000, headers={"ETag": '"v1"'}), Answer(drop=True))
    with pytest.raises(ServiceError, match="connection broke; gave up after 4 attempts; 10,000 bytes are kept"):
        get()
    assert find_kept("geonames/TD", tmp_path) is None
    fake.script("/TD.zip", ranged(LARGE))
    assert get().path.read_bytes() == LARGE
    assert fake.requests[-1].headers["Range"] == "bytes=10000-"
    assert files_in(tmp_path) == ["geonames/TD/TD.zip", "geonames/TD/TD.zip.json"]


def test_a_file_that_changed_in_between_is_begun_again(fake, get):
    fake.script("/TD.zip", Answer(body=DUMP, cut=50, headers={"ETag": '"v0"'}), ranged(LARGE, etag='"v1"'))
    assert get().path.read_bytes() == LARGE


@pytest.mark.parametrize(
    "second",
    [
        Answer(body=LARGE),
        Answer(206, body=LARGE[100:], headers={"Content-Range": f"bytes 100-{len(LARGE) - 1}/{len(LARGE)}"}),
        Answer(206, body=LARGE[10_000:]),
        Answer(206, body=LARGE[10_000:], headers={
            "Content-Range": f"bytes 10000-{len(LARGE) - 1}/{len(LARGE)}", "ETag": '"v2"'}),
        Answer(416, headers={"Content-Range": f"bytes */{len(LARGE)}"}),
        Answer(304),
    ],
    ids=["no ranges", "other start", "no start", "other version", "beyond the end", "not asked"],
)  # fmt: skip
def test_a_server_that_does_not_go_on_gives_the_whole_again(fake, get, second):
    first = Answer(body=LARGE, cut=10_000, headers={"ETag": '"v1"'})
    fake.script("/TD.zip", first, second, Answer(body=LARGE))
    assert get().path.read_bytes() == LARGE


@pytest.mark.parametrize(
    ("headers", "condition"),
    [({"ETag": 'W/"v1"', "Last-Modified": "Sun, 22 Nov 2026 03:00:00 GMT"}, "Sun, 22 Nov 2026 03:00:00 GMT"),
     ({"ETag": 'W/"v1"'}, None), ({}, None)],
)  # fmt: skip
def test_bytes_without_a_lasting_version_are_not_gone_on_from(fake, get, headers, condition):
    fake.script("/TD.zip", Answer(body=LARGE, cut=10_000, headers=headers), Answer(body=LARGE))
    assert get().path.read_bytes() == LARGE
    assert fake.requests[1].headers["If-Range"] == condition


def test_a_part_of_another_address_is_not_gone_on_from(fake, get, tmp_path):
    fake.script("/TD.zip", Answer(body=LARGE, cut=10_000, headers={"ETag": '"v1"'}), Answer(404))
    with pytest.raises(ServiceError):
        get()
    beside = tmp_path / "geonames" / "TD" / "TD.zip.part.json"
    beside.write_text(beside.read_text().replace('"source": "', '"source": "0'), encoding="utf-8")
    fake.script("/TD.zip", ranged(LARGE))
    get()
    assert fake.requests[-1].headers["Range"] is None


def test_a_server_without_an_end_is_left_after_some_attempts(fake, get):
    fake.script("/TD.zip", Answer(body=LARGE, cut=100))
    with pytest.raises(ServiceError, match="gave up after 4 attempts"):
        get()


@settings(max_examples=15)
@given(cuts=st.lists(st.integers(0, len(LARGE)), max_size=3), ranges=st.booleans(), named=st.booleans())
def test_wherever_it_breaks_off_the_file_comes_out_the_same(tmp_path_factory, cuts, ranges, named):
    folder = tmp_path_factory.mktemp("cuts")
    head = {"ETag": '"v1"'} if named else {}

    def broken(cut, request):
        whole = ranged(LARGE)(request) if ranges else Answer(body=LARGE, headers=head)
        return Answer(whole.status, body=whole.body, headers=whole.headers, cut=cut)

    with (
        FakeServer() as server,
        Web(user_agent="test", clock=lambda: NOW, sleep=lambda _: None, patience=Patience(attempts=5)) as web,
    ):
        server.script("/TD.zip", *(functools.partial(broken, c) for c in cuts), functools.partial(broken, None))
        offer = load_catalogue().mirrored(server.url).find("geonames/TD")
        assert fetch(offer, web, folder, clock=lambda: NOW).path.read_bytes() == LARGE


# --- what is refused ---


def refused(get, tmp_path, words, wanted="geonames/TD", **options):
    before = files_in(tmp_path)
    with pytest.raises(ServiceError, match=words):
        get(wanted, **options)
    assert files_in(tmp_path) == before, "nothing new is kept"


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"<html>Log in", "text/html", "a web page in place of a file"),
        (b"\n<!DOCTYPE html><html>", "application/zip", "is a web page"),
        (b'<?xml version="1.0"?><Error/>', "application/zip", "is XML"),
        (b"version https://git-lfs.github.com/spec/v1\n", "text/plain", "is a pointer to the file"),
        (b"", "application/zip", "is empty"),
        (b"just text", "application/zip", "is no archive; wanted a zip archive"),
        (DUMP[:200], "application/zip", "is a damaged archive"),
        (DUMP.replace(b"PK\x01\x02", b"PK\x09\x09"), "application/zip", "is a damaged archive"),
        (zipped(**{"../../evil__txt": "x"}), "application/zip", "would lie outside its folder"),
        (zipped(**{"/evil__txt": "x"}), "application/zip", "would lie outside its folder"),
        (zipped(**{"C:\\evil__txt": "x"}), "application/zip", "would lie outside its folder"),
    ],
)
def test_what_is_no_archive_is_refused(fake, get, tmp_path, body, kind, words):
    fake.script("/TD.zip", Answer(body=body, kind=kind))
    refused(get, tmp_path, words)


def test_a_damaged_member_is_found(fake, get, tmp_path):
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("TD.txt", "row of a place")
    fake.script("/TD.zip", Answer(body=stored.getvalue().replace(b"row of", b"raw of")))
    refused(get, tmp_path, "its member 'TD.txt' does not fit its checksum")


def test_a_locked_archive_is_refused(fake, get, tmp_path):
    locked = bytearray(DUMP)
    for at in (m.start() for m in re.finditer(rb"PK\x01\x02", DUMP)):
        locked[at + 8] |= 1
    fake.script("/TD.zip", Answer(body=bytes(locked)))
    refused(get, tmp_path, "is locked by a password")


def test_an_archive_that_would_fill_the_disk_is_refused(fake, get, tmp_path, monkeypatch):
    monkeypatch.setattr(checking, "LARGEST_UNPACKED", 1_000_000)
    fake.script("/TD.zip", Answer(body=zipped(TD__txt="0" * 2_000_000)))
    refused(get, tmp_path, "unpacks to more than")


def test_an_archive_of_countless_files_is_refused(fake, get, tmp_path):
    fake.script("/TD.zip", Answer(body=zipped(**{f"{n}__txt": "" for n in range(1_001)})))
    refused(get, tmp_path, "unpacks to more than 1,000 files")


def test_an_archive_that_is_no_workbook_is_refused(fake, get, tmp_path):
    fake.script(ASK, dataset(resource(fake, "syr_pplp.xlsx", "XLSX")))
    fake.script("/download/syr_pplp.xlsx", Answer(body=DUMP))
    refused(get, tmp_path, "is an archive but no workbook", "ocha-places/SYR")


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"[1, 2]", "is no JSON"), (b'{"error": "x"}', "is JSON but no GeoJSON"), (geoboundaries()[:-5], "breaks off"),
     (DUMP, "is no JSON")],
)  # fmt: skip
def test_what_is_no_geojson_is_refused(fake, get, tmp_path, body, words):
    script_geoboundaries(fake, f"{fake.url}/a.geojson")
    fake.script("/a.geojson", Answer(body=body))
    refused(get, tmp_path, words, "geoboundaries/TCD/ADM1")


@pytest.mark.parametrize("body", [b"\0\1\2", DUMP])
def test_what_is_no_text_is_refused(fake, get, tmp_path, body):
    fake.script("/admin2Codes.txt", Answer(body=body))
    refused(get, tmp_path, "is no text", "geonames/admin2")


def test_another_hash_than_stated_is_refused_and_the_old_file_stays(fake, get, tmp_path):
    fake.script("/TD.zip", Answer(body=DUMP))
    path = get().path
    refused(get, tmp_path, "has SHA-256 .*, not 0{64} as stated", sha256="0" * 64)
    assert path.read_bytes() == DUMP
    assert get(sha256=hashlib.sha256(DUMP).hexdigest().upper()).news == "here"
    assert get(sha256=hashlib.sha256(DUMP).hexdigest(), force=True).record.checked == ("stated SHA-256",)


@pytest.mark.parametrize(
    "answer", [{"body": LARGE}, {"chunks": [b"PK\x03\x04", b"0" * 20_000]}], ids=["said", "unsaid"]
)
def test_a_file_larger_than_expected_is_refused(fake, web, offers, tmp_path, answer):
    fake.script("/TD.zip", Answer(**answer))
    small = dataclasses.replace(offers("geonames/TD"), most=10_000)
    with pytest.raises(ServiceError, match="at most 10,000 are taken"):
        fetch(small, web, tmp_path, clock=lambda: NOW)
    assert files_in(tmp_path) == []


def test_a_file_that_the_publisher_renamed(fake, get, tmp_path):
    refused(get, tmp_path, r"/TD.zip: has no such thing; it may have been renamed or withdrawn \(404 ")


# --- the disk ---


def test_a_full_disk_is_told_in_words(fake, get, tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    fake.script("/TD.zip", Answer(body=DUMP))
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match="cannot be written: No space left on device; free some space"):
        get()
    assert find_kept("geonames/TD", tmp_path) is None


def test_a_folder_that_is_none_is_told_in_words(fake, web, offers, tmp_path):
    fake.script("/TD.zip", Answer(body=DUMP))
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(ExportError, match=r"cannot be written: .*name another place"):
        fetch(offers("geonames/TD"), web, tmp_path / "taken", clock=lambda: NOW)


# --- what is here ---


def test_a_fetched_file_is_found_by_its_id(fake, get, tmp_path):
    fake.script("/TD.zip", Answer(body=DUMP))
    assert find_cached("geonames/TD", tmp_path) is None
    path = get().path
    assert {find_cached(i, tmp_path) for i in ("geonames/TD", "geonames/chad", r"geonames\TD")} == {path}
    assert [kept.record.id for kept in all_kept(tmp_path)] == ["geonames/TD"]


@pytest.mark.parametrize("wanted", ["geonames/SD", "places.csv", "", "/etc/passwd", "../../x", "geonames/\0"])
def test_what_is_not_here_or_not_offered_is_not_found(tmp_path, wanted):
    assert find_cached(wanted, tmp_path) is None


def test_a_file_that_was_cut_does_not_count_as_here(fake, get, tmp_path):
    fake.script("/TD.zip", Answer(body=DUMP))
    path = get().path
    path.write_bytes(DUMP[:-1])
    assert find_cached("geonames/TD", tmp_path) is None


def test_of_two_versions_the_one_fetched_last_counts(fake, get, tmp_path):
    for number, day in ((1, 22), (2, 23)):
        script_geoboundaries(fake, f"{fake.url}/v{number}.geojson")
        fake.script(f"/v{number}.geojson", Answer(body=geoboundaries()))
        record = get("geoboundaries/TCD/ADM1", force=True).path.with_name(f"v{number}.geojson.json")
        record.write_text(record.read_text().replace("2026-11-23", f"2026-11-{day}"), encoding="utf-8")
    assert find_cached("geoboundaries/TCD/ADM1", tmp_path).name == "v2.geojson"


def test_the_usual_folder_is_one_for_data():
    assert data_folder().name == "publishers"
    assert "cache" not in str(data_folder()).casefold()


# --- the command ---


def conflictmap(*words):
    return CliRunner().invoke(cli.app, [str(w) for w in words])


def test_get_prints_the_path_and_tells_the_licence(fake, tmp_path):
    fake.script("/TD.zip", Answer(body=DUMP))
    done = conflictmap("data", "get", "geonames/TD", "--to", tmp_path, "--mirror", fake.url)
    assert done.exit_code == 0, done.output
    assert done.stdout.split() == [str(tmp_path / "geonames" / "TD" / "TD.zip")]
    again = conflictmap("data", "get", "geonames/chad", "--to", tmp_path, "--mirror", fake.url)
    assert again.stdout == done.stdout
    assert len(fake.requests) == 1


def test_get_goes_on_after_a_file_that_cannot_be_had(fake, tmp_path):
    fake.script("/TD.zip", Answer(body=DUMP))
    done = conflictmap("data", "get", "geonames/SD", "geonames/TD", "--to", tmp_path, "--mirror", fake.url)
    assert done.exit_code == 1
    assert [Path(p).name for p in done.stdout.split()] == ["TD.zip"]


@pytest.mark.parametrize(
    "words",
    [
        ["get"],
        ["get", "geonames/Atlantis"],
        ["get", "geonames/TD", "--sha256", "short"],
        ["get", "geonames/TD", "geonames/SD", "--sha256", "0" * 64],
        ["get", "geonames/TD", "geoboundaries/TCD/ADM1", "--mirror", "https://mirror.example.org"],
        ["list", "--country", "Atlantis"],
    ],
)
def test_wrong_use_ends_with_status_2(tmp_path, words):
    assert conflictmap("data", *words, "--to", tmp_path).exit_code == 2


def test_list_says_what_can_be_had_and_what_is_here(fake, tmp_path):
    fake.script("/TD.zip", Answer(body=DUMP))
    conflictmap("data", "get", "geonames/TD", "--to", tmp_path, "--mirror", fake.url)
    rows = [line.split("\t") for line in conflictmap("data", "list", "--to", tmp_path).stdout.splitlines()]
    assert len(rows) == len(CATALOGUE.offers) + 1
    here = [row for row in rows if row[-1] != "-"]
    assert [(row[0], row[2], row[3], row[4]) for row in here] == [
        ("geonames/TD", "--gazetteer", "GeoNames", "CC BY 4.0")
    ]
    assert here[0][-1].startswith("here since 20")
    assert f"{len(DUMP):,} bytes" in here[0][-1]
    by_country = conflictmap("data", "list", "--country", "Chad", "--to", tmp_path).stdout
    assert "geoboundaries/TCD/ADM1" in by_country
    assert "{" not in by_country
