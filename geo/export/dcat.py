"""Metadata as DCAT in JSON-LD, with the words of DCAT-AP 3: one dataset, a distribution for each file beside it.

Addresses of files are relative, so the folder can be moved or put on a web server as it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from geo.export.facts import Box, extent_of, identifier, licence_of
from geo.export.handover import About, Handover
from geo.export.portable import without_controls
from geo.schema import Credit

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_MEDIA_TYPES = {
    ".csv": "text/csv",
    ".geojson": "application/geo+json",
    ".geojsonl": "application/geo+json-seq",
    ".gpkg": "application/geopackage+sqlite3",
    ".json": "application/json",
    ".kml": "application/vnd.google-earth.kml+xml",
    ".kmz": "application/vnd.google-earth.kmz",
    ".parquet": "application/vnd.apache.parquet",
    ".pmtiles": "application/vnd.pmtiles",
    ".qgz": "application/zip",
    ".qml": "application/xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
_NO_TYPE_OF_ITS_OWN = "application/octet-stream"
_LANGUAGES = {"en": "ENG", "ar": "ARA", "fr": "FRA", "es": "SPA", "ru": "RUS", "uk": "UKR"}


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file of the hand-over: name, format in words, size in bytes, SHA-256."""

    name: str
    format: str
    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path, how: str) -> WrittenFile:
        """Size and hash of a file that stands."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return cls(path.name, how, path.stat().st_size, digest)


def dataset_json(handover: Handover, files: Sequence[WrittenFile], *, pages: Sequence[str]) -> str:
    """The dataset as JSON-LD; ``pages`` are the other files of metadata."""
    about = handover.about
    name = f"urn:uuid:{identifier(handover)}"
    dataset = {
        "@context": _CONTEXT,
        "@id": name,
        "@type": "dcat:Dataset",
        "dct:identifier": name,
        "dct:title": _said(about, about.title or handover.name),
        "dct:description": _said(about, about.abstract or about.title or handover.name),
        "dct:language": _language(about.language),
        "dct:type": _link("http://purl.org/dc/dcmitype/Dataset"),
        "dct:conformsTo": _link("http://www.opengis.net/def/crs/EPSG/0/4326"),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": without_controls(about.contact)}
        if about.contact
        else None,
        "dcat:contactPoint": _contact(about),
        "dct:temporal": _period(about),
        "dct:spatial": _place(extent_of(handover)),
        "dct:source": [_source(credit) for credit in about.credits],
        "dct:rights": _statement(about, "dct:RightsStatement", about.disclaimer),
        "dct:provenance": _statement(about, "dct:ProvenanceStatement", " ".join(about.steps)),
        "prov:wasDerivedFrom": [_input(f.name, f.sha256, f.rows) for f in about.inputs],
        "prov:wasGeneratedBy": _made_with(about.software),
        "foaf:page": [_link(quote(page)) for page in pages],
        "dcat:distribution": [_distribution(file) for file in files],
    }
    return json.dumps(_known(dataset), ensure_ascii=False, indent=1) + "\n"


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [])}


def _said(about: About, text: str) -> dict[str, str]:
    return {"@language": about.language, "@value": without_controls(text)}


def _link(address: str) -> dict[str, str]:
    return {"@id": address}


def _typed(value: str, kind: str) -> dict[str, str]:
    return {"@type": kind, "@value": value}


def _language(code: str) -> dict[str, str] | str:
    known = _LANGUAGES.get(code)
    return (
        _link(f"http://publications.europa.eu/resource/authority/language/{known}") if known else without_controls(code)
    )


def _contact(about: About) -> dict[str, Any] | None:
    if not about.contact and not about.contact_email:
        return None
    mail = (
        _link(f"mailto:{quote(without_controls(about.contact_email), safe='@.+-_')}") if about.contact_email else None
    )
    return _known({"@type": "vcard:Kind", "vcard:fn": without_controls(about.contact), "vcard:hasEmail": mail})


def _period(about: About) -> dict[str, Any] | None:
    if about.span is None:
        return None
    first, last = (_typed(day.isoformat(), "xsd:date") for day in about.span)
    return {"@type": "dct:PeriodOfTime", "dcat:startDate": first, "dcat:endDate": last}


def _place(extent: Box | None) -> dict[str, Any] | None:
    if extent is None:
        return None
    west, south, east, north = (f"{float(side):.6f}".rstrip("0").rstrip(".") for side in extent)
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    ring = ", ".join(f"{x} {y}" for x, y in corners)
    return {"@type": "dct:Location", "dcat:bbox": _typed(f"POLYGON(({ring}))", "geosparql:wktLiteral")}


def _source(credit: Credit) -> dict[str, Any]:
    return _known(
        {
            "@type": "dcat:Dataset",
            "dct:title": without_controls(credit.source),
            "dct:rights": {"@type": "dct:RightsStatement", "rdfs:label": licence_of(credit)},
            "dcat:landingPage": _web_address(credit.url),
        }
    )


def _web_address(url: str) -> dict[str, str] | None:
    """An http or https address, quoted; nothing else can be followed."""
    text = without_controls(url).strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    return _link(quote(text, safe=":/?#[]@!$&'()*+,;=%-._~"))


def _statement(about: About, kind: str, text: str) -> dict[str, Any] | None:
    return {"@type": kind, "rdfs:label": _said(about, text)} if text else None


def _checksum(sha256: str) -> dict[str, Any]:
    return {
        "@type": "spdx:Checksum",
        "spdx:algorithm": _link("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
        "spdx:checksumValue": _typed(without_controls(sha256), "xsd:hexBinary"),
    }


def _input(name: str, sha256: str, rows: int) -> dict[str, Any]:
    return {
        "@type": "prov:Entity",
        "dct:title": without_controls(name),
        "dct:extent": f"{rows} rows kept",
        "spdx:checksum": _checksum(sha256),
    }


def _made_with(software: str) -> dict[str, Any] | None:
    if not software:
        return None
    agent = {"@type": "prov:SoftwareAgent", "foaf:name": without_controls(software)}
    return {"@type": "prov:Activity", "prov:wasAssociatedWith": agent}


def _distribution(file: WrittenFile) -> dict[str, Any]:
    media_type = _MEDIA_TYPES.get(Path(file.name).suffix, _NO_TYPE_OF_ITS_OWN)
    return {
        "@type": "dcat:Distribution",
        "dct:title": file.name,
        "dct:description": file.format,
        "dcat:accessURL": _link(quote(file.name)),
        "dcat:downloadURL": _link(quote(file.name)),
        "dcat:mediaType": _link(f"https://www.iana.org/assignments/media-types/{media_type}"),
        "dcat:byteSize": _typed(str(file.size), "xsd:nonNegativeInteger"),
        "spdx:checksum": _checksum(file.sha256),
    }
