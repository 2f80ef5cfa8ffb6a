"""A record of metadata as ISO 19139 has it: elements in the order of the standard, every text escaped.

Elements: ISO 19115:2003 (gmd, gco) and GML 3.2 for the span of time, as in ISO/TS 19139:2007.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from xml.etree import ElementTree as ET

from geo.export.facts import extent_of, identifier, licence_of
from geo.export.handover import About, Handover
from geo.export.portable import GisLayer, without_controls

_NAMESPACES = {
    "gmd": "http://www.isotc211.org/2005/gmd",
    "gco": "http://www.isotc211.org/2005/gco",
    "gml": "http://www.opengis.net/gml/3.2",
}
_CODES = "http://standards.iso.org/iso/19139/resources/gmxCodelists.xml"
_LANGUAGES = {"en": "eng", "ar": "ara", "fr": "fra", "es": "spa", "ru": "rus", "uk": "ukr"}


def iso_xml(handover: Handover, formats: Sequence[str], files: Sequence[str] = ()) -> bytes:
    """The hand-over as a record in UTF-8; ``files`` are those it describes, beside it."""
    about = handover.about
    day = about.span[1] if about.span else None
    root = _node(
        "gmd:MD_Metadata",
        _text("gmd:fileIdentifier", identifier(handover)),
        _node("gmd:language", _language(about.language)),
        _coded("gmd:characterSet", "MD_CharacterSetCode", "utf8"),
        _coded("gmd:hierarchyLevel", "MD_ScopeCode", "dataset"),
        _node("gmd:contact", _party(about.contact, about.contact_email, "pointOfContact")),
        _day("gmd:dateStamp", day),
        _text("gmd:metadataStandardName", "ISO 19115:2003/19139"),
        _text("gmd:metadataStandardVersion", "1.0"),
        _reference_system(),
        _node("gmd:identificationInfo", _identification(handover, day)),
        _node("gmd:distributionInfo", _distribution(formats, files)),
        _node("gmd:dataQualityInfo", _lineage(about)),
    )
    for prefix, address in _NAMESPACES.items():
        root.set(f"xmlns:{prefix}", address)
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _node(tag: str, *children: ET.Element | None, **attributes: str) -> ET.Element:
    node = ET.Element(tag, attributes)
    node.extend(child for child in children if child is not None)
    return node


def _value(tag: str, text: str) -> ET.Element:
    node = ET.Element(tag)
    node.text = without_controls(text)
    return node


def _text(tag: str, text: str) -> ET.Element:
    """A text; an empty one is said to be missing, as the standard has it."""
    if not without_controls(text).strip():
        return _absent(tag, "missing")
    return _node(tag, _value("gco:CharacterString", text))


def _absent(tag: str, reason: str) -> ET.Element:
    return ET.Element(tag, {"gco:nilReason": reason})


def _code(name: str, value: str) -> ET.Element:
    node = _value(f"gmd:{name}", value)
    node.attrib.update(codeList=f"{_CODES}#{name}", codeListValue=value)
    return node


def _coded(tag: str, name: str, value: str) -> ET.Element:
    return _node(tag, _code(name, value))


def _language(code: str) -> ET.Element:
    return _code("LanguageCode", _LANGUAGES.get(code, without_controls(code) or "und"))


def _day(tag: str, day: date | None) -> ET.Element:
    return _absent(tag, "unknown") if day is None else _node(tag, _value("gco:Date", day.isoformat()))


def _party(name: str, email: str, role: str) -> ET.Element:
    mail = _node(
        "gmd:contactInfo",
        _node(
            "gmd:CI_Contact", _node("gmd:address", _node("gmd:CI_Address", _text("gmd:electronicMailAddress", email)))
        ),
    )
    return _node(
        "gmd:CI_ResponsibleParty",
        _text("gmd:organisationName", name),
        mail if email else None,
        _coded("gmd:role", "CI_RoleCode", role),
    )


def _reference_system() -> ET.Element:
    identifier = _node("gmd:RS_Identifier", _text("gmd:code", "4326"), _text("gmd:codeSpace", "EPSG"))
    system = _node("gmd:MD_ReferenceSystem", _node("gmd:referenceSystemIdentifier", identifier))
    return _node("gmd:referenceSystemInfo", system)


# --- what it is ---


def _identification(handover: Handover, day: date | None) -> ET.Element:
    about = handover.about
    return _node(
        "gmd:MD_DataIdentification",
        _node("gmd:citation", _citation(handover, day)),
        _text("gmd:abstract", about.abstract or about.title or handover.name),
        *(_text("gmd:credit", c.source) for c in about.credits),
        _node("gmd:pointOfContact", _party(about.contact, about.contact_email, "pointOfContact")),
        _constraints(about),
        _coded("gmd:spatialRepresentationType", "MD_SpatialRepresentationTypeCode", "vector"),
        _node("gmd:language", _language(about.language)),
        _coded("gmd:characterSet", "MD_CharacterSetCode", "utf8"),
        _node("gmd:topicCategory", _value("gmd:MD_TopicCategoryCode", "society")),
        _extent(handover),
        _text("gmd:supplementalInformation", "\n".join(_said(about, layer) for layer in handover.layers)),
    )


def _said(about: About, layer: GisLayer) -> str:
    title, abstract = about.layers.get(layer.name, ("", ""))
    return " - ".join(text for text in (layer.name, title, abstract, f"{len(layer.table)} rows") if text)


def _citation(handover: Handover, day: date | None) -> ET.Element:
    about = handover.about
    dated = _node("gmd:CI_Date", _day("gmd:date", day), _coded("gmd:dateType", "CI_DateTypeCode", "revision"))
    code = _node("gmd:MD_Identifier", _text("gmd:code", f"urn:uuid:{identifier(handover)}"))
    originators = [_party(c.source, "", "originator") for c in about.credits]
    return _node(
        "gmd:CI_Citation",
        _text("gmd:title", about.title or handover.name),
        _node("gmd:date", dated),
        _node("gmd:identifier", code),
        *(_node("gmd:citedResponsibleParty", party) for party in originators),
    )


def _constraints(about: About) -> ET.Element:
    said = [f"{c.source}: {licence_of(c)}" for c in about.credits] or ["no licence is stated"]
    return _node(
        "gmd:resourceConstraints",
        _node(
            "gmd:MD_LegalConstraints",
            _text("gmd:useLimitation", about.disclaimer) if about.disclaimer else None,
            _coded("gmd:useConstraints", "MD_RestrictionCode", "otherRestrictions"),
            *(_text("gmd:otherConstraints", text) for text in said),
        ),
    )


def _extent(handover: Handover) -> ET.Element | None:
    place, time, box = None, None, extent_of(handover)
    if box is not None:
        sides = ("west", "east", "south", "north")
        west, south, east, north = box
        bounds = [
            _node(
                f"gmd:{side}Bound{'Longitude' if side in {'west', 'east'} else 'Latitude'}",
                _value("gco:Decimal", f"{float(at):.6f}"),
            )
            for side, at in zip(sides, (west, east, south, north), strict=True)
        ]
        place = _node("gmd:geographicElement", _node("gmd:EX_GeographicBoundingBox", *bounds))
    if handover.about.span is not None:
        first, last = handover.about.span
        period = _node(
            "gml:TimePeriod",
            _value("gml:beginPosition", first.isoformat()),
            _value("gml:endPosition", last.isoformat()),
            **{"gml:id": "span"},
        )
        time = _node("gmd:temporalElement", _node("gmd:EX_TemporalExtent", _node("gmd:extent", period)))
    if place is None and time is None:
        return None
    return _node("gmd:extent", _node("gmd:EX_Extent", place, time))


# --- how it came, and in what ---


def _distribution(formats: Sequence[str], files: Sequence[str]) -> ET.Element:
    online = [
        _node(
            "gmd:onLine",
            _node("gmd:CI_OnlineResource", _node("gmd:linkage", _value("gmd:URL", name)), _text("gmd:name", name)),
        )
        for name in files
    ]
    transfer = _node("gmd:transferOptions", _node("gmd:MD_DigitalTransferOptions", *online)) if online else None
    return _node("gmd:MD_Distribution", *(_format(title) for title in formats), transfer)


def _format(title: str) -> ET.Element:
    name, version = title, ""
    if found := re.fullmatch(r"(.+?) (\d[\d.]*)", title):
        name, version = found.groups()
    known = _text("gmd:version", version) if version else _absent("gmd:version", "unknown")
    return _node("gmd:distributionFormat", _node("gmd:MD_Format", _text("gmd:name", name), known))


def _lineage(about: About) -> ET.Element:
    made = f"Made with {about.software} " if about.software else "Made "
    statement = f"{made}from the files below; rows that could not be read are left out."
    return _node(
        "gmd:DQ_DataQuality",
        _node("gmd:scope", _node("gmd:DQ_Scope", _coded("gmd:level", "MD_ScopeCode", "dataset"))),
        _node(
            "gmd:lineage",
            _node(
                "gmd:LI_Lineage",
                _text("gmd:statement", statement if about.inputs else f"{made.strip()}; its inputs are not stated."),
                *(
                    _node("gmd:processStep", _node("gmd:LI_ProcessStep", _text("gmd:description", s)))
                    for s in about.steps
                ),
                *(
                    _node(
                        "gmd:source",
                        _node(
                            "gmd:LI_Source",
                            _text("gmd:description", f"{file.name}: {file.rows} rows kept, SHA-256 {file.sha256}"),
                        ),
                    )
                    for file in about.inputs
                ),
            ),
        ),
    )
