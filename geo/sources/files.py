"""Files to bytes: what a path holds, out of gzip or zip, or why it is no table."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from geo.errors import InputError

LARGEST_FILE = 2_000_000_000  # bytes after decompression
TABLE_SUFFIXES = (
    ".csv",
    ".tsv",
    ".tab",
    ".txt",
    ".xlsx",
    ".parquet",
    ".geojson",
    ".json",
    ".gpkg",
    ".fgb",
    ".kml",
    ".shp",
)
# First bytes of GIS layers, or a tag in their first lines, and the suffix under which GDAL knows them.
LAYERS = {b"SQLite format 3": ".gpkg", b"fgb\x03": ".fgb"}
LAYER_TAGS = {b"<kml": ".kml", b"opengis.net/gml": ".gml"}
WANTED = "wanted CSV, TSV, XLSX, Parquet, JSON or a GIS layer"

# First bytes of files that are no text, and what a user should do with them.
MAGIC = {
    b"\xd0\xcf\x11\xe0": "is an old Excel or Word file (.xls, .doc); save it as .xlsx, CSV or .txt",
    b"%PDF": "is a PDF; save its text as .txt or its table as CSV",
    b"\x89PNG": "is a picture",
    b"\xff\xd8\xff": "is a picture",
    b"\x7fELF": "is a program",
    b"RDX": "is R data; save the table as CSV",
    b"Rar!": "is a RAR archive; unpack it first",
    b"7z\xbc\xaf": "is a 7z archive; unpack it first",
    b"PK\x05\x06": "is an archive with nothing in it",
    b"{\\rtf": "is formatted text (RTF); save it as .txt",
}
# The first tag, in small letters; a byte order mark, blanks and line breaks may stand before it.
MARKUP = {
    b"<!doctype html": "is a web page; save its text as .txt or its table as CSV",
    b"<html": "is a web page; save its text as .txt or its table as CSV",
    b"<?xml": "is XML, not a table; save the table as CSV, or the layer as GeoJSON",
}
_TAG = re.compile(rb"<[a-z][\w:.-]*(?:\s[^<>,;\t]*)?/?>\s*(?:\n|<)")  # any tag that stands alone in its line
# What an archive holds that is a document of its own.
DOCUMENTS = {
    "word/document.xml": "is a Word document; save its text as .txt or its table as CSV",
    "ppt/presentation.xml": "is a slide show; save its text as .txt",
    "content.xml": "is an OpenDocument file; save it as .xlsx, CSV or .txt",
}


@dataclass(frozen=True, slots=True)
class Content:
    """Name and bytes of one file, unpacked."""

    name: str
    raw: bytes

    @property
    def kind(self) -> str:
        """One of parquet, xlsx, layer, json, text, by what the bytes say."""
        if self.raw.startswith(b"PAR1"):
            return "parquet"
        if self.raw.startswith(b"PK\x03\x04"):
            return "xlsx" if b"xl/workbook.xml" in self.raw else "layer"
        if self.suffix:
            return "layer"
        start = self.raw.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
        return "json" if start in {b"{", b"["} else "text"

    @property
    def suffix(self) -> str:
        """The suffix of a GIS layer by its first bytes; nothing for any other file."""
        of_bytes = (suffix for magic, suffix in LAYERS.items() if self.raw.startswith(magic))
        start = self.raw[:2_000].lower()
        of_tag = (suffix for tag, suffix in LAYER_TAGS.items() if start.lstrip().startswith(b"<") and tag in start)
        return next(of_bytes, "") or next(of_tag, "")


def read_content(path: Path) -> Content:
    """Bytes of a file, out of gzip or zip if need be.

    Raises
    ------
    InputError
        The file is missing, is a folder, is empty, cannot be unpacked, or is no table.
    """
    name = path.name
    if path.is_dir():
        raise InputError(f"{name}: is a folder; name the files in it")
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InputError(f"{name}: is larger than {LARGEST_FILE // 10**9} GB; split it")
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{name}: no such file") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{name}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    raw = _unpacked(name, raw)
    if not raw[:1000].strip() and not raw.strip():
        raise InputError(f"{name}: is empty")
    for magic, advice in MAGIC.items():
        if raw.startswith(magic):
            raise InputError(f"{name}: {advice}")
    content = Content(name, raw)
    start = b"" if content.suffix else raw[:1000].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    for tag, advice in MARKUP.items():
        if start.startswith(tag):
            raise InputError(f"{name}: {advice}")
    if _TAG.match(start):
        raise InputError(f"{name}: {MARKUP[b'<?xml']}")
    return content


def _unpacked(name: str, raw: bytes) -> bytes:
    try:
        if raw.startswith(b"\x1f\x8b"):
            with gzip.open(io.BytesIO(raw)) as stream:
                return _limited(name, stream.read(LARGEST_FILE + 1))
        if raw.startswith(b"PK\x03\x04"):
            return _unzipped(name, raw)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise InputError(f"{name}: cannot be unpacked: {error}") from error
    return raw


def _unzipped(name: str, raw: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX")]
        if sum(m.file_size for m in members) > LARGEST_FILE:
            raise InputError(f"{name}: unpacks to more than {LARGEST_FILE // 10**9} GB; split it")
        if any(m.filename == "xl/workbook.xml" for m in members):
            return raw
        for member in members:
            if member.filename in DOCUMENTS:
                raise InputError(f"{name}: {DOCUMENTS[member.filename]}")
        tables = [m for m in members if m.filename.lower().endswith(TABLE_SUFFIXES)]
        if len(tables) != 1:
            found = ", ".join(sorted(m.filename for m in members)[:8]) or "nothing"
            raise InputError(f"{name}: wanted one table in the archive, found {found}; unpack it and name the file")
        if tables[0].filename.lower().endswith(".shp"):
            return raw  # a shapefile is several files
        with archive.open(tables[0]) as stream:
            return _limited(name, stream.read(LARGEST_FILE + 1))


def _limited(name: str, raw: bytes) -> bytes:
    if len(raw) > LARGEST_FILE:
        raise InputError(f"{name}: unpacks to more than {LARGEST_FILE // 10**9} GB; split it")
    return raw
