"""What is known of a hand-over, for every format alike. No clock and no random id goes into it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from typing import Any

import geopandas as gpd
import numpy as np

from geo.export.handover import About, Handover
from geo.export.portable import GisLayer, portable_names, without_controls
from geo.schema import Credit

METADATA_KEY = "conflictmap"
NO_LICENCE = "not stated"
Box = tuple[float, float, float, float]


def described_parts(about: About, parts: Mapping[str, Sequence[GisLayer]]) -> About:
    """The same with title, abstract and columns for every layer that a table was split into, by table."""
    titles, columns = dict(about.layers), dict(about.columns)
    for name, layers in parts.items():
        for layer in layers:
            if layer.name != name and name in titles:
                title, abstract = titles[name]
                tail = layer.name.removeprefix(f"{name}_").replace("_", " ")
                titles.setdefault(layer.name, (f"{title} ({tail})", abstract))
            if name in columns:
                columns.setdefault(layer.name, columns[name])
    return replace(about, layers=titles, columns=columns)


def licence_of(credit: Credit) -> str:
    """The licence in words; never nothing, for silence reads like freedom."""
    return without_controls(credit.licence).strip() or NO_LICENCE


def credit_lines(about: About) -> list[str]:
    """A line a source: name, licence, address."""
    return [
        f"{without_controls(c.source)}: licence {licence_of(c)} {without_controls(c.url)}".strip()
        for c in about.credits
    ]


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
    return [without_controls(line) for line in lines if line]


def identifier(handover: Handover) -> str:
    """UUID of what the metadata say and of all that the layers hold: the same for the same content."""
    layers = [(one.name, one.geometry_type, one.digest()) for one in handover.layers]
    about = json.dumps([handover.name, asdict(handover.about), layers], default=str, sort_keys=True)
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"conflictmap:{sha256(about.encode()).hexdigest()}"))


def extent_of(handover: Handover) -> Box | None:
    """What the rows lie in: as stated, else the frame, else what all layers lie in; None without a place."""
    stated = handover.about.extent or handover.about.bounds
    if stated is not None:
        return stated
    found = [one.table.total_bounds for one in handover.layers if isinstance(one.table, gpd.GeoDataFrame)]
    known = np.array([b for b in found if np.isfinite(b).all()])
    if not len(known):
        return None
    (west, south), (east, north) = known[:, :2].min(axis=0), known[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


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
    columns = [column for column in table.columns if column != geometry]
    pairs = zip(portable_names(columns), columns, strict=True)
    return [(str(name), without_controls(known.get(str(column), ""))) for name, column in pairs]
