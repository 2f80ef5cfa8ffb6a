"""Shapefiles, zipped: names of ten letters with a list of the long ones, days as days, moments in two columns.

The format holds at most 254 bytes of text in a cell; ``COLUMNS.csv`` in the archive says what stands where, and how
many cells were cut.
"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyogrio

from geo.export.archives import write_zip
from geo.export.handover import Handover
from geo.export.portable import GisLayer

LONGEST_NAME = 10
LONGEST_TEXT = 254  # bytes
_CUT = f" cells cut to {LONGEST_TEXT} bytes"
_COLUMNS = "COLUMNS.csv"
_SUFFIXES = (".shp", ".shx", ".dbf", ".prj", ".cpg")
# The file's head holds the day of its last change; a clock would make every run differ.
_OPTIONS = {"ENCODING": "UTF-8", "DBF_DATE_LAST_UPDATE": "1970-01-01"}


@dataclass(frozen=True, slots=True)
class _Fitted:
    """A layer as the format can hold it: table, long name of each short one, cells cut by short name."""

    table: pd.DataFrame
    names: dict[str, str]
    cut: dict[str, int]


def write_shapefiles(path: Path, layers: Sequence[GisLayer], handover: Handover) -> None:
    """All layers, a shapefile each (a plain table: a .dbf), in one zip archive with their styles."""
    members: dict[str, bytes | Path] = {}
    listed: list[tuple[object, ...]] = []
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".shapefile-") as folder:
        for layer in layers:
            if layer.geometry_type == "GeometryCollection":
                listed.append((layer.name, "", "", len(layer.table), "not written: the format has no such geometry"))
                continue
            fitted = _fitted(layer)
            _write(Path(folder) / f"{layer.name}.shp", fitted.table, layer)
            members |= {f.name: f for f in _files(Path(folder), layer.name)}
            style = handover.styles.get(layer.name)
            if style is not None and style.qml and layer.geometry_type is not None:
                members[f"{layer.name}.qml"] = style.qml.encode()
            for short, long in fitted.names.items():
                said = f"{fitted.cut[short]}{_CUT}" if fitted.cut.get(short) else ""
                listed.append((layer.name, short, long, len(fitted.table), said))
        members[_COLUMNS] = _listing(listed)
        write_zip(path, members)


def texts_cut(path: Path) -> dict[str, int]:
    """How many texts were cut in a file of shapefiles that was written here, by full name of their column."""
    with zipfile.ZipFile(path) as archive:
        listed = csv.DictReader(io.StringIO(archive.read(_COLUMNS).decode("utf-8-sig"), newline=""))
        cut: Counter[str] = Counter()
        for row in listed:
            if row["loss"].endswith(_CUT):
                cut[row["full_name"]] += int(row["loss"].removesuffix(_CUT))
    return dict(cut)


def _files(folder: Path, name: str) -> list[Path]:
    return [file for suffix in _SUFFIXES if (file := folder / f"{name}{suffix}").exists()]


def _write(path: Path, table: pd.DataFrame, layer: GisLayer) -> None:
    target = path if layer.geometry_type is not None else path.with_suffix(".dbf")
    pyogrio.write_dataframe(
        table,
        target,
        driver="ESRI Shapefile",
        geometry_type=layer.geometry_type,
        use_arrow=True,
        layer_options=dict(_OPTIONS),
    )


def _fitted(layer: GisLayer) -> _Fitted:
    table = layer.portable("date")
    geometry = table.geometry if isinstance(table, gpd.GeoDataFrame) else None
    plain = pd.DataFrame(table.drop(columns=geometry.name)) if geometry is not None else table
    columns: dict[str, pd.Series] = {}
    for name in plain.columns:
        columns |= _split_moment(str(name), _without_flags(plain[name]), {*plain.columns, *columns})
    short = short_names(columns)
    cut: dict[str, int] = {}
    fitted: dict[str, pd.Series] = {}
    for name, values in columns.items():
        fitted[short[name]], cut[short[name]] = _shortened(values)
    result = pd.DataFrame(fitted, index=plain.index)
    names = {short[name]: name for name in columns}
    if geometry is not None:
        return _Fitted(gpd.GeoDataFrame(result, geometry=geometry), names, cut)
    return _Fitted(result, names, cut)


def _without_flags(values: pd.Series) -> pd.Series:
    """Yes and no as 1 and 0: GDAL before 3.11 reads the format's own as text, a missing one as "?"."""
    return values.astype("Int16") if pd.api.types.is_bool_dtype(values.dtype) else values


def _split_moment(name: str, values: pd.Series, taken: set[str]) -> dict[str, pd.Series]:
    """A moment as its day and its time of day: the format knows no moments."""
    if not pd.api.types.is_datetime64_dtype(values.dtype):
        return {name: values}
    time = f"{name}_time"
    while time in taken:
        time = f"{time}_of_day"
    days = values.dt.normalize().astype(pd.ArrowDtype(pa.date32()))
    return {name: days, time: values.dt.strftime("%H:%M:%S").astype("string")}


def _shortened(values: pd.Series) -> tuple[pd.Series, int]:
    """Texts of at most 254 bytes, cut between letters, and how many were cut."""
    if not isinstance(values.dtype, pd.StringDtype):
        return values, 0
    long = values.str.len().fillna(0).astype(int) * 4 > LONGEST_TEXT
    if not long.any():
        return values, 0
    cut = values.copy()
    cells = [t.encode()[:LONGEST_TEXT].decode(errors="ignore") for t in values[long]]
    changed = sum(a != b for a, b in zip(cells, values[long], strict=True))
    cut[long] = cells
    return cut, changed


def short_names(names: Iterable[str]) -> dict[str, str]:
    """A name of at most ten letters for each, telling and unique without regard to case.

    >>> short_names(["event_id", "admin1_pcode", "admin1_place", "geo_precision"])
    {'event_id': 'event_id', 'admin1_pcode': 'admn1_pcod', 'admin1_place': 'admn1_plac', 'geo_precision': 'g_precisin'}
    """
    taken: set[str] = set()
    short: dict[str, str] = {}
    for name in names:
        best = _squeezed(str(name))
        free, number = best, 2
        while free.lower() in taken:
            tail = str(number)
            free, number = f"{best[: LONGEST_NAME - len(tail)]}{tail}", number + 1
        taken.add(free.lower())
        short[name] = free
    return short


def _squeezed(name: str) -> str:
    """Ten ASCII letters or fewer: vowels go first, from the longest word, then its end."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in name).strip("_") or "field"
    words = [w for w in plain.split("_") if w]
    while len("_".join(words)) > LONGEST_NAME:
        at = max(range(len(words)), key=lambda i: (len(words[i]), i))
        word = words[at]
        if len(word) == 1:
            return "_".join(words)[:LONGEST_NAME]
        vowel = next((i for i in range(len(word) - 1, 0, -1) if word[i] in "aeiouAEIOU"), len(word) - 1)
        words[at] = word[:vowel] + word[vowel + 1 :]
    return "_".join(words)


def _listing(rows: Iterable[tuple[object, ...]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("layer", "column", "full_name", "rows", "loss"))
    writer.writerows(rows)
    return ("\ufeff" + text.getvalue()).encode()
