"""Is a fetched file what it should be? Told by its bytes and, for archives, by their members; nothing is unpacked."""

from __future__ import annotations

import codecs
import hashlib
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from geo.errors import ServiceError
from geo.publishers.record import hash_of

LARGEST_UNPACKED = 4_000_000_000  # bytes of all members of an archive together
MOST_MEMBERS = 1_000

_END = 65_536  # bytes
_LFS_POINTER = b"version https://git-lfs"


def check_content(path: Path, content: str, *, source: str) -> None:
    """Refuse a file that is not of the kind (zip, xlsx, geojson, text) or is damaged.

    Raises
    ------
    ServiceError
        What the file is instead, or what is wrong with it.
    """
    with path.open("rb") as file:
        start = file.read(4096).removeprefix(codecs.BOM_UTF8).lstrip()
    wrong = _masked(start)
    if wrong is None and content in {"zip", "xlsx"}:
        wrong = _wrong_archive(path, start, content)
    elif wrong is None and content == "geojson":
        wrong = _wrong_geojson(path, start)
    elif wrong is None and (b"\0" in start or start.startswith(b"PK\x03\x04")):
        wrong = "is no text"
    if wrong:
        raise ServiceError(f"{source}: {wrong}; wanted {_WANTED[content]}; nothing was kept")


_WANTED = {"zip": "a zip archive", "xlsx": "an XLSX workbook", "geojson": "GeoJSON", "text": "a text table"}


def check_hashes(path: Path, *, sha256: str, md5: str, source: str) -> tuple[str, ...]:
    """Compare a file with the hashes that are known, and say with which it was compared.

    A SHA-256 that the user or the catalogue states counts more than the publisher's MD5, which may be that of an
    older version.

    Raises
    ------
    ServiceError
        The file has another hash.
    """
    if sha256:
        have = hash_of(path)
        if have != sha256.lower():
            raise ServiceError(f"{source}: has SHA-256 {have}, not {sha256.lower()} as stated; nothing was kept")
        return ("stated SHA-256",)
    if md5:
        with path.open("rb") as file:
            have = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
        if have != md5:
            raise ServiceError(
                f"{source}: has MD5 {have}, not {md5} as its publisher states; nothing was kept. Try later; if you "
                f"trust the file all the same, give --sha256 {hash_of(path)}"
            )
        return ("publisher's MD5",)
    return ()


def _masked(start: bytes) -> str | None:
    """What often comes in the place of a file."""
    if not start:
        return "is empty"
    if start[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "is a web page: a login page, or the file has moved"
    if start.startswith(b"<?xml"):
        return "is XML, perhaps an error message of the server"
    if start.startswith(_LFS_POINTER):
        return "is a pointer to the file and not the file"
    return None


def _wrong_archive(path: Path, start: bytes, content: str) -> str | None:
    if not start.startswith(b"PK\x03\x04"):
        return "is no archive"
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > LARGEST_UNPACKED:
                return f"unpacks to more than {MOST_MEMBERS:,} files or {LARGEST_UNPACKED // 10**9} GB"
            if any(_is_unsafe(m.filename) for m in members):
                return "holds files that would lie outside its folder"
            if any(m.flag_bits & 1 for m in members):
                return "is locked by a password"
            if content == "xlsx" and "xl/workbook.xml" not in archive.namelist():
                return "is an archive but no workbook"
            damaged = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        return f"is a damaged archive ({type(error).__name__})"
    return f"is damaged: its member '{damaged}' does not fit its checksum" if damaged else None


def _is_unsafe(name: str) -> bool:
    inside = PurePosixPath(name.replace("\\", "/"))
    return inside.is_absolute() or ".." in inside.parts or ":" in name.partition("/")[0]


def _wrong_geojson(path: Path, start: bytes) -> str | None:
    """Told by both ends: polygons of a large country are too much to parse twice."""
    if not start.startswith(b"{"):
        return "is no JSON"
    with path.open("rb") as file:
        head = file.read(_END)
        file.seek(max(0, path.stat().st_size - _END))
        tail = file.read()
    if not tail.rstrip().endswith(b"}"):
        return "breaks off before its end"
    return None if b'"FeatureCollection"' in head + tail else "is JSON but no GeoJSON"
