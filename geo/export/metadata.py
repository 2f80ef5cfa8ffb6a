"""What every file says of itself and its layers, and the files of metadata beside them.

Beside the files: ``metadata.json`` (DCAT), ``NAME.xml`` (ISO 19139), ``columns.csv`` (what each column means). No clock
and no random id: the day is the last day of the data, the identifier comes from what the metadata say.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.export.dcat import WrittenFile, dataset_json
from geo.export.handover import About, Handover
from geo.export.iso19139 import Record, iso_record
from geo.export.portable import GisLayer, portable, without_controls
from geo.export.spreadsheets import write_csv_table
from geo.export.writing import flush
from geo.schema import Credit

METADATA_KEY = "conflictmap"
NO_LICENCE = "not stated"
DCAT_FILE, COLUMNS_FILE = "metadata.json", "columns.csv"


def described_parts(about: About, parts: Mapping[str, Sequence[GisLayer]]) -> About:
    """The same with title, abstract and columns for every layer that a table was split into, by table."""
    titles, columns = dict(about.layers), dict(about.columns)
    for name, layers in parts.items():
        for layer in layers:
            if layer.name != name and name in titles:
                title, abstract = titles[name]
                tail = layer.name.removeprefix(f"{name}_").replace("_", " ")
                titles.setdefault(layer.name, (f"{title}, {tail}", abstract))
            if name in columns:
                columns.setdefault(layer.name, columns[name])
    return replace(about, layers=titles, columns=columns)


def licence_of(credit: Credit) -> str:
    """The licence in words; never nothing, for silence reads like freedom."""
    return without_controls(credit.licence).strip() or NO_LICENCE


def credit_lines(about: About) -> list[str]:
    """A line a source: name, licence, address."""
    return [f"{_plain(c.source)}: licence {licence_of(c)} {_plain(c.url)}".strip() for c in about.credits]


def about_lines(handover: Handover) -> list[str]:
    """All that is known of a hand-over as lines of text, for formats that hold nothing better."""
    about = handover.about
    lines = [about.title, about.abstract]
    if about.span is not None:
        lines.append(f"From {about.span[0].isoformat()} to {about.span[1].isoformat()}")
    lines += credit_lines(about)
    lines += [f"Input {f.name}: {f.rows} rows, SHA-256 {f.sha256}" for f in about.inputs]
    lines += [*about.steps, f"Made with {about.software}" if about.software else "", about.disclaimer]
    lines += [f"Contact: {about.contact} {about.contact_email}".strip() if about.contact else ""]
    return [_plain(line) for line in lines if line]


def identifier(handover: Handover) -> str:
    """UUID of what the metadata say and of the layers' names, columns and rows: the same for the same inputs."""
    layers = [
        (one.name, one.geometry_type, len(one.table), [str(c) for c in one.table.columns]) for one in handover.layers
    ]
    about = json.dumps([handover.name, asdict(handover.about), layers], default=str, sort_keys=True)
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"conflictmap:{sha256(about.encode()).hexdigest()}"))


def extent_of(handover: Handover) -> tuple[float, float, float, float] | None:
    """What the rows lie in: as stated, else the frame, else what all layers lie in; None without a place."""
    stated = handover.about.extent or handover.about.bounds
    if stated is not None:
        return stated
    found = [one.table.total_bounds for one in handover.layers if isinstance(one.table, gpd.GeoDataFrame)]
    known = np.array([b for b in found if np.isfinite(b).all()])
    if not len(known):
        return None
    west, south, east, north = (*known[:, :2].min(axis=0).tolist(), *known[:, 2:].max(axis=0).tolist())
    return west, south, east, north


def layer_facts(handover: Handover, layer: GisLayer) -> dict[str, Any]:
    """What a file of one layer says of itself, ready for JSON."""
    about = handover.about
    title, abstract = about.layers.get(layer.name, ("", ""))
    span = about.span
    facts = {
        "title": title or layer.name,
        "abstract": abstract,
        "map": about.title or handover.name,
        "identifier": identifier(handover),
        "language": about.language,
        "from": span[0].isoformat() if span else None,
        "to": span[1].isoformat() if span else None,
        "extent": extent_of(handover),
        "sources": [{"source": c.source, "licence": licence_of(c), "url": c.url} for c in about.credits],
        "inputs": [asdict(file) for file in about.inputs],
        "software": about.software,
        "steps": list(about.steps),
        "contact": " ".join(t for t in (about.contact, about.contact_email) if t),
        "disclaimer": about.disclaimer,
    }
    return {key: value for key, value in facts.items() if value}


def facts_json(facts: Mapping[str, Any]) -> str:
    """Facts as JSON of ASCII letters, which every driver hands through."""
    return json.dumps(_cleaned(facts))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return without_controls(value)
    if isinstance(value, Mapping):
        return {key: _cleaned(inner) for key, inner in value.items()}
    return [_cleaned(inner) for inner in value] if isinstance(value, list | tuple) else value


def column_meanings(about: About, layer: GisLayer) -> list[tuple[str, str]]:
    """Each column as the files name it, but the geometry, with its meaning; "" where none is known."""
    known = about.columns.get(layer.name, {})
    table = layer.table
    geometry = table.geometry.name if isinstance(table, gpd.GeoDataFrame) else None
    named = portable(pd.DataFrame(table.iloc[:0].drop(columns=geometry or [])), dates_as="text")
    columns = [column for column in table.columns if column != geometry]
    pairs = zip(named.columns, columns, strict=True)
    return [(str(name), _plain(known.get(str(column), ""))) for name, column in pairs]


def iso_xml(handover: Handover, formats: Sequence[str], files: Sequence[str] = ()) -> bytes:
    """The hand-over as an ISO 19139 record; ``files`` are those it describes, beside it."""
    about = handover.about
    record = Record(
        identifier=identifier(handover),
        title=about.title or handover.name,
        abstract=about.abstract or about.title or handover.name,
        about=about,
        extent=extent_of(handover),
        licences=[f"{c.source}: {licence_of(c)}" for c in about.credits],
        layers=[f"{one.name}: {' - '.join(_said(about, one))}" for one in handover.layers],
        formats=list(formats),
        files=list(files),
    )
    return iso_record(record)


def _said(about: About, layer: GisLayer) -> list[str]:
    title, abstract = about.layers.get(layer.name, ("", ""))
    return [text for text in (title, abstract, f"{len(layer.table)} rows") if text]


def write_metadata(folder: Path, handover: Handover, written: Mapping[str, str]) -> dict[str, str]:
    """Write the metadata beside files that stand there, given with their format in words; return the same of its own.

    ``metadata.json`` comes last, for it has the hashes of the others.
    """
    xml = f"{handover.name}.xml"
    (folder / xml).write_bytes(iso_xml(handover, list(dict.fromkeys(written.values())), list(written)))
    write_csv_table(_columns_table(handover), folder / COLUMNS_FILE)
    known = [WrittenFile.of(folder / name, how) for name, how in written.items()]
    text = dataset_json(
        handover,
        identifier=identifier(handover),
        extent=extent_of(handover),
        licences=[licence_of(c) for c in handover.about.credits],
        files=known,
        pages=[xml, COLUMNS_FILE],
    )
    (folder / DCAT_FILE).write_text(text, encoding="utf-8", newline="\n")
    own = {xml: "ISO 19139 metadata", COLUMNS_FILE: "meaning of each column", DCAT_FILE: "DCAT metadata"}
    for name in own:
        flush(folder / name)
    return own


def _columns_table(handover: Handover) -> pd.DataFrame:
    rows = [
        (one.name, handover.about.title_of(one.name), column, meaning)
        for one in handover.layers
        for column, meaning in column_meanings(handover.about, one)
    ]
    return pd.DataFrame(rows, columns=["layer", "title", "column", "meaning"], dtype="string")


def _plain(text: str) -> str:
    return without_controls(text)
