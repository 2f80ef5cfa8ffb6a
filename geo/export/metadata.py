"""The files of metadata beside the others: ``metadata.json`` (DCAT), ``NAME.xml`` (ISO 19139), ``columns.csv``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from geo.export.dcat import WrittenFile, dataset_json
from geo.export.facts import column_meanings
from geo.export.handover import Handover
from geo.export.iso19139 import iso_xml
from geo.export.portable import without_controls
from geo.export.spreadsheets import write_csv_table
from geo.export.writing import flush

DCAT_FILE, COLUMNS_FILE = "metadata.json", "columns.csv"
# Files that come with those of a format.
_BESIDE = {".qgz": "QGIS project", ".qml": "QGIS style"}


def write_metadata(folder: Path, handover: Handover, written: Mapping[str, str]) -> dict[str, str]:
    """Write the metadata beside files that stand there, given with their format in words; return the same of its own.

    ``metadata.json`` comes last, for it has the hashes of the others.
    """
    xml = f"{handover.name}.xml"
    (folder / xml).write_bytes(iso_xml(handover, list(dict.fromkeys(written.values())), list(written)))
    write_csv_table(_columns_table(handover), folder / COLUMNS_FILE)
    known = [WrittenFile.of(folder / name, _BESIDE.get(Path(name).suffix, how)) for name, how in written.items()]
    text = dataset_json(handover, known, pages=[xml, COLUMNS_FILE])
    (folder / DCAT_FILE).write_text(text, encoding="utf-8", newline="\n")
    own = {xml: "ISO 19139 metadata", COLUMNS_FILE: "meaning of each column", DCAT_FILE: "DCAT metadata"}
    for name in own:
        flush(folder / name)
    return own


def _columns_table(handover: Handover) -> pd.DataFrame:
    rows = [
        (one.name, without_controls(handover.about.title_of(one.name)), column, meaning)
        for one in handover.layers
        for column, meaning in column_meanings(handover.about, one)
    ]
    return pd.DataFrame(rows, columns=["layer", "title", "column", "meaning"], dtype="string")
