"""What files say of themselves: titles, sources, terms, span, extent and lineage, in every format that can hold it."""

import csv
import dataclasses
import hashlib
import json
import os
import sqlite3
import subprocess
import uuid
import zipfile
from contextlib import closing
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from gis_readers import archive_head
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pmtiles.reader import MmapSource, Reader
from shapely.geometry import LineString, Point
from test_qgis import example as example_map

from geo.export import FORMATS, About, SourceFile, make_handover, write_handover, write_layers
from geo.export.facts import identifier
from geo.schema import CRS, DISPLACEMENT, EVENTS, PLACES, Credit
from maps.handover import about_map, hand_over
from maps.meanings import MEANINGS

GMD, GCO, GML = (
    "{http://www.isotc211.org/2005/gmd}",
    "{http://www.isotc211.org/2005/gco}",
    "{http://www.opengis.net/gml/3.2}",
)
DEBIAN_PYTHON = "/usr/bin/python3"
TERMS = "attribution obligatory; the rows may not be republished"
HOSTILE = "<b>&amp;]]>\"'\x00\x07\r\n\ud800\ufffe \u202eإدلب 😀 -- %s {x} \\u0000"
LONG = "é<&" * 35_000  # 105 kB


def tables():
    shapes = [Point(36.6, 35.9), Point(36.7, 35.8), LineString([(36, 35), (37, 36)]), None]
    events = gpd.GeoDataFrame({"event_id": list("abcd"), "deaths": [1, 2, 3, 4]}, geometry=shapes, crs=CRS)
    return {"events": events, "notes": pd.DataFrame({"text": ["x"]})}


def about(**more):
    known = {
        "title": "Anywhere in winter",
        "abstract": "Two events and their days.",
        "layers": {"events": ("Events of the war", "A row is one event."), "notes": ("Remarks", "A row is a remark.")},
        "columns": {"events": {"event_id": "our id", "deaths": "reported deaths"}, "notes": {"text": "as stored"}},
        "credits": (
            Credit("A dataset", TERMS, "https://example.org/a b"),
            Credit("A paper", url="javascript:alert(1)"),
        ),
        "span": (date(2019, 12, 1), date(2020, 3, 5)),
        "inputs": (SourceFile("in.csv", "ab" * 32, 7),),
        "software": "conflictmap 1.2.3",
        "disclaimer": "No endorsement.",
        "steps": ("3 rows were withheld.",),
    }
    return About(**(known | more))


def written(folder, formats=("gpkg",), said=None):
    return write_layers(tables(), folder, name="map", formats=formats, styles={}, about=said or about())


def query(path, sql):
    with closing(sqlite3.connect(path)) as database:
        return database.execute(sql).fetchall()


def record(folder):
    return ET.fromstring((folder / "map.xml").read_bytes())


def dataset(folder):
    return json.loads((folder / "metadata.json").read_text(encoding="utf-8"))


def texts(root, path):
    return [e.text for e in root.iterfind(path.replace("gmd:", GMD).replace("gco:", GCO).replace("gml:", GML))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gis")
    written(folder, ["gpkg", "fgb", "parquet", "xlsx", "kml", "pmtiles", "geojson"])
    return folder


# --- beside the files ---


def test_the_metadata_stand_beside_the_files_and_are_among_those_returned(tmp_path):
    files = written(tmp_path, ["geojson", "csv"])
    assert [p.name for p in files[-3:]] == ["map.xml", "columns.csv", "metadata.json"]
    assert sorted(files) == sorted(tmp_path.iterdir())


def test_files_that_nothing_is_said_of_get_no_metadata(tmp_path):
    files = write_layers(tables(), tmp_path, name="map", formats=["gpkg", "parquet"], styles={})
    assert {p.suffix for p in files} == {".gpkg", ".parquet"}
    assert query(files[0], "SELECT count(*) FROM sqlite_master WHERE name = 'gpkg_metadata'") == [(0,)]


def test_columns_of_every_layer_are_listed_with_their_meaning(folder):
    with (folder / "columns.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    assert ("events", "Events of the war", "deaths", "reported deaths") in rows
    assert ("events_without_place", "Events of the war (without place)", "deaths", "reported deaths") in rows
    assert ("notes", "Remarks", "text", "as stored") in rows
    assert len(rows) == 3 * 2 + 1


# --- DCAT ---


def test_each_file_is_a_distribution_with_its_size_and_hash_at_a_relative_address(folder):
    files = [p for p in folder.iterdir() if p.name not in {"metadata.json", "map.xml", "columns.csv"}]
    found = {d["dct:title"]: d for d in dataset(folder)["dcat:distribution"]}
    assert set(found) == {p.name for p in files}
    for path in files:
        one = found[path.name]
        assert one["dcat:byteSize"]["@value"] == str(path.stat().st_size)
        assert one["spdx:checksum"]["spdx:checksumValue"]["@value"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert (folder / one["dcat:downloadURL"]["@id"]).is_file()
        assert not one["dcat:mediaType"]["@id"].endswith("octet-stream") or path.suffix == ".fgb"
    assert str(folder) not in (folder / "metadata.json").read_text(encoding="utf-8")
    assert all((folder / page["@id"]).is_file() for page in dataset(folder)["foaf:page"])


def test_the_dataset_tells_sources_terms_span_extent_and_inputs(folder):
    said = dataset(folder)
    assert said["dct:title"] == {"@language": "en", "@value": "Anywhere in winter"}
    assert [(s["dct:title"], s["dct:rights"]["rdfs:label"]) for s in said["dct:source"]] == [
        ("A dataset", TERMS),
        ("A paper", "not stated"),
    ]
    assert said["dct:source"][0]["dcat:landingPage"]["@id"] == "https://example.org/a%20b"
    assert "dcat:landingPage" not in said["dct:source"][1], "nobody can follow a script"
    assert said["dct:temporal"]["dcat:endDate"] == {"@type": "xsd:date", "@value": "2020-03-05"}
    assert shapely.from_wkt(said["dct:spatial"]["dcat:bbox"]["@value"]).bounds == (36, 35, 37, 36)
    (derived,) = said["prov:wasDerivedFrom"]
    assert (derived["dct:title"], derived["dct:extent"]) == ("in.csv", "7 rows kept")
    assert said["prov:wasGeneratedBy"]["prov:wasAssociatedWith"]["foaf:name"] == "conflictmap 1.2.3"
    assert said["dct:provenance"]["rdfs:label"]["@value"] == "3 rows were withheld."
    assert "dcat:contactPoint" not in said


def test_every_word_of_the_dataset_has_a_known_prefix(folder):
    said = dataset(folder)
    prefixes = set(said.pop("@context"))

    def words(value):
        if isinstance(value, dict):
            yield from value
            for inner in value.values():
                yield from words(inner)
        for inner in value if isinstance(value, list) else ():
            yield from words(inner)

    assert {w.partition(":")[0] for w in words(said) if not w.startswith("@")} <= prefixes


# --- ISO 19139 ---

# Children of each element in the order of ISO/TS 19139:2007, as far as we write them; those with ! must be there.
ORDER = {
    "MD_Metadata": "fileIdentifier language characterSet hierarchyLevel contact! dateStamp! metadataStandardName "
    "metadataStandardVersion referenceSystemInfo identificationInfo! distributionInfo dataQualityInfo",
    "CI_ResponsibleParty": "organisationName contactInfo role!",
    "CI_Contact": "address",
    "CI_Address": "electronicMailAddress",
    "MD_ReferenceSystem": "referenceSystemIdentifier",
    "RS_Identifier": "code! codeSpace",
    "MD_DataIdentification": "citation! abstract! credit pointOfContact resourceConstraints spatialRepresentationType "
    "language! characterSet topicCategory extent supplementalInformation",
    "CI_Citation": "title! date! identifier citedResponsibleParty",
    "CI_Date": "date! dateType!",
    "MD_Identifier": "code!",
    "MD_LegalConstraints": "useLimitation useConstraints otherConstraints",
    "EX_Extent": "geographicElement temporalElement",
    "EX_GeographicBoundingBox": "westBoundLongitude! eastBoundLongitude! southBoundLatitude! northBoundLatitude!",
    "EX_TemporalExtent": "extent!",
    "TimePeriod": "beginPosition! endPosition!",
    "MD_Distribution": "distributionFormat transferOptions",
    "MD_Format": "name! version!",
    "MD_DigitalTransferOptions": "onLine",
    "CI_OnlineResource": "linkage! name",
    "DQ_DataQuality": "scope! lineage",
    "DQ_Scope": "level!",
    "LI_Lineage": "statement processStep source",
    "LI_ProcessStep": "description!",
    "LI_Source": "description",
}


def local(element):
    return element.tag.partition("}")[2]


def check_iso(element):
    """Types (upper case) have properties in order; a property has one value, or says why it has none."""
    name = local(element)
    if name in ORDER:
        order = [n.rstrip("!") for n in ORDER[name].split()]
        found = [local(child) for child in element]
        assert set(found) <= set(order), (name, found)
        assert found == sorted(found, key=order.index), (name, found)
        assert {n[:-1] for n in ORDER[name].split() if n.endswith("!")} <= set(found), (name, found)
    elif name[0].islower() and element.tag.startswith(GMD):
        assert len(element) == 1 or (not len(element) and element.get(f"{GCO}nilReason")), name
    else:
        assert not len(element), name
        assert element.text, name
    if "codeListValue" in element.attrib:
        assert element.get("codeList").endswith(f"#{name}")
    for child in element:
        check_iso(child)


def test_the_record_is_built_as_the_standard_says(folder):
    check_iso(record(folder))


def test_a_record_of_hardly_anything_is_built_as_the_standard_says(tmp_path):
    bare = {"notes": pd.DataFrame({"text": ["x"]})}
    write_layers(bare, tmp_path, name="map", formats=["csv"], styles={}, about=About(disclaimer="No endorsement."))
    check_iso(record(tmp_path))
    assert record(tmp_path).find(f"{GMD}dateStamp").get(f"{GCO}nilReason") == "unknown"


def test_the_record_tells_title_terms_span_extent_and_lineage(folder):
    root, text = record(folder), "/gco:CharacterString"
    assert texts(root, ".//gmd:CI_Citation/gmd:title" + text) == ["Anywhere in winter"]
    assert texts(root, ".//gmd:otherConstraints" + text) == [f"A dataset: {TERMS}", "A paper: not stated"]
    assert texts(root, "gmd:dateStamp/gco:Date") == ["2020-03-05"]
    assert texts(root, ".//gml:beginPosition") + texts(root, ".//gml:endPosition") == ["2019-12-01", "2020-03-05"]
    box = root.find(f".//{GMD}EX_GeographicBoundingBox")
    assert [float(e.text) for e in box.iter(f"{GCO}Decimal")] == [36, 37, 35, 36]
    assert texts(root, ".//gmd:LI_Source/gmd:description" + text) == [f"in.csv: 7 rows kept, SHA-256 {'ab' * 32}"]
    assert texts(root, ".//gmd:LI_ProcessStep/gmd:description" + text) == ["3 rows were withheld."]
    assert "GeoPackage" in texts(root, ".//gmd:MD_Format/gmd:name" + text)
    assert all((folder / name).is_file() for name in texts(root, ".//gmd:URL"))


def test_whoever_answers_for_the_map_is_named_if_known(tmp_path):
    written(tmp_path, said=about(contact="Map office", contact_email="maps@example.org"))
    check_iso(record(tmp_path))
    names = texts(record(tmp_path), "gmd:contact//gco:CharacterString")
    assert names == ["Map office", "maps@example.org"]
    assert dataset(tmp_path)["dcat:contactPoint"]["vcard:hasEmail"] == {"@id": "mailto:maps@example.org"}


@pytest.mark.parametrize(
    ("said", "name", "mail"),
    [
        ("Map office <maps@example.org>", "Map office", "maps@example.org"),
        ("maps@example.org", "maps@example.org", "maps@example.org"),
        ("The map office", "The map office", ""),
        ("", "", ""),
    ],
)
def test_the_contact_given_with_the_command_is_a_name_and_an_address(said, name, mail):
    told = about_map(dataclasses.replace(example_map(), contact=said))
    assert (told.contact, told.contact_email) == (name, mail)


def test_the_identifier_changes_with_what_is_described_and_with_nothing_else(tmp_path):
    def of(name, said):
        written(tmp_path / name, ["csv"], said)
        (number,) = texts(record(tmp_path / name), "gmd:fileIdentifier/gco:CharacterString")
        assert dataset(tmp_path / name)["@id"] == f"urn:uuid:{number}"
        return uuid.UUID(number)

    first = of("a", about())
    assert first.version == 5
    assert first == of("b/c", about())
    others = [about(inputs=(SourceFile("in.csv", "cd" * 32, 7),)), about(steps=()), about(software="conflictmap 2")]
    assert len({first, *(of(f"d{i}", said) for i, said in enumerate(others))}) == 4


def test_exports_that_differ_in_one_value_or_one_shape_have_identifiers_of_their_own():
    def of(count, x, name="somewhere"):
        table = gpd.GeoDataFrame(
            {"count": pd.array([count, None], dtype="Int64"), "name": pd.array([name, None], dtype="string")},
            geometry=[Point(x, 35), None],
            crs="EPSG:4326",
        )
        return identifier(make_handover({"spots": table}, name="map", styles={}))

    assert of(1, 36) == of(1, 36)
    assert len({of(1, 36), of(2, 36), of(1, 37), of(1, 36, "elsewhere"), of(None, 36)}) == 5


# --- inside the files ---


def test_a_geopackage_holds_the_record_as_its_standard_says(folder):
    path = folder / "map.gpkg"
    ((scope, standard, kind, xml),) = query(
        path, "SELECT md_scope, md_standard_uri, mime_type, metadata FROM gpkg_metadata"
    )
    assert (scope, standard, kind) == ("dataset", "http://www.isotc211.org/2005/gmd", "text/xml")
    check_iso(ET.fromstring(xml))
    assert query(path, "SELECT reference_scope, table_name, column_name, row_id_value, md_file_id, md_parent_id "
        "FROM gpkg_metadata_reference") == [("geopackage", None, None, None, 1, None)]  # fmt: skip
    extensions = query(path, "SELECT table_name, extension_name, scope FROM gpkg_extensions WHERE column_name IS NULL")
    assert set(extensions) == {
        ("gpkg_metadata", "gpkg_metadata", "read-write"),
        ("gpkg_metadata_reference", "gpkg_metadata", "read-write"),
        ("gpkg_data_columns", "gpkg_schema", "read-write"),
        ("gpkg_data_column_constraints", "gpkg_schema", "read-write"),
    }
    assert query(path, "PRAGMA foreign_key_check") == []
    assert query(path, "PRAGMA integrity_check") == [("ok",)]


def test_a_geopackage_names_its_layers_and_describes_their_columns(folder):
    named = query(folder / "map.gpkg", "SELECT table_name, identifier, description FROM gpkg_contents")
    assert ("events", "Events of the war", "A row is one event.") in named
    assert ("events_lines", "Events of the war (lines)", "A row is one event.") in named
    assert ("notes", "Remarks", "A row is a remark.") in named
    columns = query(folder / "map.gpkg", "SELECT column_name, description FROM gpkg_data_columns "
        "WHERE table_name = 'events_lines'")  # fmt: skip
    assert sorted(columns) == [("deaths", "reported deaths"), ("event_id", "our id")]


def test_layers_of_one_title_keep_apart_in_a_geopackage(tmp_path):
    same = {"events": ("notes", ""), "notes": ("notes", "")}
    written(tmp_path, said=about(layers=same))
    names = dict(query(tmp_path / "map.gpkg", "SELECT table_name, identifier FROM gpkg_contents"))
    assert (names["events"], names["notes"]) == ("notes", "notes (notes)")


def test_a_geopackage_of_tables_only_holds_them_too(tmp_path):
    write_layers({"notes": tables()["notes"]}, tmp_path, name="map", formats=["gpkg"], styles={}, about=about())
    assert query(tmp_path / "map.gpkg", "SELECT count(*) FROM gpkg_metadata") == [(1,)]
    assert query(tmp_path / "map.gpkg", "SELECT count(*) FROM gpkg_extensions") == [(4,)]


def test_geoparquet_holds_what_is_known_beside_its_geo(folder):
    schema = pq.read_schema(folder / "map_events.parquet")
    assert json.loads(schema.metadata[b"geo"])["version"] == "1.1.0"
    said = json.loads(schema.metadata[b"conflictmap"])
    assert (said["title"], said["abstract"]) == ("Events of the war", "A row is one event.")
    assert said["sources"][0]["licence"] == TERMS
    assert said["inputs"] == [{"name": "in.csv", "sha256": "ab" * 32, "rows": 7}]
    assert said["extent"] == [36, 35, 37, 36]
    assert schema.field("deaths").metadata[b"description"] == b"reported deaths"
    again = gpd.read_parquet(folder / "map_events.parquet", bbox=(36.65, 35, 37, 36))
    assert again["deaths"].tolist() == [2], "the boxes of the features still serve"
    assert b"conflictmap" in pq.read_schema(folder / "map_notes.parquet").metadata


def test_a_flatgeobuf_holds_it_in_its_header(folder):
    said = pyogrio.read_info(folder / "map_events.fgb")["layer_metadata"]
    assert (said["TITLE"], said["DESCRIPTION"]) == ("Events of the war", "A row is one event.")
    facts = json.loads(said["conflictmap"])
    assert facts["columns"] == {"event_id": "our id", "deaths": "reported deaths"}
    assert facts["software"] == "conflictmap 1.2.3"
    assert "extent" in json.loads(pyogrio.read_info(folder / "map_notes.fgb")["layer_metadata"]["conflictmap"])


def test_a_workbook_tells_it_on_its_last_sheet(folder):
    with closing(openpyxl.load_workbook(folder / "map.xlsx")) as book:
        lines = [row[0].value for row in book["about"].iter_rows()]
    assert "Anywhere in winter" in lines
    assert f"A dataset: licence {TERMS} https://example.org/a b" in lines
    assert "From 2019-12-01 to 2020-03-05" in lines
    assert f"Input in.csv: 7 rows, SHA-256 {'ab' * 32}" in lines
    assert "Made with conflictmap 1.2.3" in lines
    assert "No endorsement." in lines


def test_kml_and_tiles_name_their_sources(folder):
    kml = (folder / "map.kml").read_text(encoding="utf-8")
    assert "<name>Events of the war</name>" in kml
    assert TERMS in kml
    assert archive_head(folder / "map.pmtiles")[1][0] == "events"
    with (folder / "map.pmtiles").open("rb") as file:
        said = Reader(MmapSource(file)).metadata()
    assert said["name"] == "Anywhere in winter"
    assert said["attribution"].startswith("A dataset")
    assert said["vector_layers"][0]["description"] == "Events of the war"


# --- text from outside, and bytes ---


def hostile_about(text):
    return about(
        title=text,
        abstract=text,
        layers={"events": (text, text)},
        columns={"events": {"deaths": text}},
        credits=(Credit(text, text, f"https://example.org/{text}"), Credit(text, "", text)),
        inputs=(SourceFile(text, "ab" * 32, 1),),
        software=text,
        disclaimer=text,
        steps=(text,),
        contact=text,
        contact_email=text,
    )


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(HOSTILE)
@example(LONG)
@example("https://[")
@example(" ")
@given(st.text(st.characters(), max_size=40))
def test_no_text_from_outside_breaks_any_of_them(tmp_path, text):
    written(tmp_path, ["gpkg", "fgb", "parquet", "kml", "xlsx"], hostile_about(text))
    check_iso(record(tmp_path))
    ((xml,),) = query(tmp_path / "map.gpkg", "SELECT metadata FROM gpkg_metadata")
    check_iso(ET.fromstring(xml))
    assert len(dataset(tmp_path)["dcat:distribution"]) == len(list(tmp_path.iterdir())) - 3
    ET.parse(tmp_path / "map.kml")
    json.loads(pq.read_schema(tmp_path / "map_events.parquet").metadata[b"conflictmap"])
    json.loads(pyogrio.read_info(tmp_path / "map_events.fgb")["layer_metadata"]["conflictmap"])
    assert sorted(pyogrio.read_dataframe(tmp_path / "map_events.fgb")["deaths"]) == [1, 2]
    assert pyogrio.read_dataframe(tmp_path / "map.gpkg", layer="events")["deaths"].tolist() == [1, 2]


def test_text_without_harm_comes_through_whole(tmp_path):
    written(tmp_path, said=about(title="إدلب <&> \"'"))
    assert texts(record(tmp_path), ".//gmd:CI_Citation/gmd:title/gco:CharacterString") == ["إدلب <&> \"'"]
    assert dataset(tmp_path)["dct:title"]["@value"] == "إدلب <&> \"'"


def test_a_second_run_gives_the_same_bytes(tmp_path):
    formats = [how for how in FORMATS if FORMATS[how].kind != "viewer"]
    first, second = (
        {p.name: p.read_bytes() for p in written(tmp_path / name, formats)} for name in ("here", "or/there")
    )
    assert [name for name in first if first[name] != second[name]] == []
    assert len(first) == len(second) > 15


def test_a_project_inside_does_not_hinder_the_metadata(tmp_path):
    made = make_handover(tables(), name="map", styles={}, about=about())
    files = write_handover(dataclasses.replace(made, project="<qgis/>"), tmp_path, ["gpkg"])
    assert zipfile.is_zipfile(files[1])
    found = {d["dct:title"]: d["dct:description"] for d in dataset(tmp_path)["dcat:distribution"]}
    assert found == {"map.gpkg": "GeoPackage 1.3", "map.qgz": "QGIS project"}


# --- the map's own words ---


def test_every_layer_of_a_map_has_a_title_an_abstract_and_a_meaning_for_every_column():
    made = hand_over(example_map())
    for layer in made.layers:
        title, abstract = made.about.layers[layer.name]
        assert title, layer.name
        assert abstract.endswith("."), layer.name
        unknown = set(layer.table.columns) - set(made.about.columns[layer.name])
        assert not unknown, layer.name


def test_meanings_come_from_the_schema():
    for name, spec in (("events", EVENTS), ("flows", DISPLACEMENT), ("places", PLACES)):
        meanings = MEANINGS[name].columns
        own = {c.name: c.meaning for c in spec.columns if c.name != "geometry"}
        assert own.items() <= meanings.items()


def test_the_extent_is_that_of_the_rows_and_not_of_the_frame():
    said = hand_over(dataclasses.replace(example_map(), bounds=(0, 0, 90, 90))).about
    assert said.extent == pytest.approx((36.1, 35.2, 36.9, 36.1))
    assert said.bounds == (0, 0, 90, 90)


# --- independent readers ---

READ_GPKG = """
import json, sys
from osgeo import gdal
gdal.UseExceptions()
d = gdal.OpenEx(sys.argv[1], gdal.OF_VECTOR)
layers = {d.GetLayer(i).GetName(): d.GetLayer(i).GetMetadata() for i in range(d.GetLayerCount())}
print(json.dumps([list(d.GetMetadata().values()), layers]))
"""
READ_QGIS = """
import json, sys
from qgis.core import QgsApplication, QgsVectorLayer
app = QgsApplication([], False); app.initQgis()
layer = QgsVectorLayer(sys.argv[1] + "|layername=events", "x", "ogr")
said = layer.metadata()
print(json.dumps([layer.isValid(), said.title(), said.abstract(), layer.htmlMetadata()]), flush=True)
del said, layer
app.exitQgis()
"""


def asked(script, path, module):
    """What a script of the system's Python prints, as JSON; skips where the module is absent."""
    known = Path(DEBIAN_PYTHON).exists() and subprocess.run([DEBIAN_PYTHON, "-c", f"import {module}"], check=False,
        capture_output=True).returncode == 0  # fmt: skip
    if not known:
        pytest.skip(f"no {module} for the system's Python")
    quiet = {"PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen", "HOME": str(path.parent)}
    done = subprocess.run([DEBIAN_PYTHON, "-c", script, str(path)], capture_output=True, check=True, env=quiet)
    return json.loads(done.stdout.decode().strip().splitlines()[-1])


@pytest.mark.gis
def test_debians_gdal_shows_record_titles_and_abstracts(tmp_path):
    written(tmp_path)
    (xml, *_), layers = asked(READ_GPKG, tmp_path / "map.gpkg", "osgeo.gdal")
    check_iso(ET.fromstring(xml))
    assert layers["events"]["IDENTIFIER"] == "Events of the war"
    assert layers["events"]["DESCRIPTION"] == "A row is one event."


@pytest.mark.gis
def test_qgis_shows_title_and_abstract_of_a_layer(tmp_path):
    written(tmp_path)
    valid, title, abstract, html = asked(READ_QGIS, tmp_path / "map.gpkg", "qgis.core")
    assert (valid, title, abstract) == (True, "Events of the war", "A row is one event.")
    assert "A row is one event." in html
