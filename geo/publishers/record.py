"""Files fetched from publishers, each with a record beside it: by whom, under which licence, when, which bytes.

A file lies in FOLDER/ID/, so ``geonames/TD`` is FOLDER/geonames/TD/TD.zip with TD.zip.json beside it. The usual folder
is the user's data folder, not the cache folder: what was fetched is evidence of a map and must not be cleaned away.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import platformdirs

from geo.errors import ConflictMapError, ExportError
from geo.publishers.catalogue import Catalogue, load_catalogue


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a fetched file.

    ``source_url`` is the address that was asked, ``served_by`` the host that gave the bytes, ``redirects`` the
    addresses that sent on to it (all without their queries). ``retrieved`` is UTC. ``version`` is the
    publisher's own date or version. ``checked`` tells against what the bytes were checked.
    """

    id: str
    what: str
    publisher: str
    licence: str
    licence_url: str
    page: str
    source_url: str
    served_by: str
    redirects: tuple[str, ...]
    retrieved: str
    version: str
    file: str
    bytes: int
    sha256: str
    etag: str
    last_modified: str
    checked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A fetched file that is here."""

    path: Path
    record: Record

    def is_whole(self) -> bool:
        """The file has the bytes that the record says."""
        return self.path.stat().st_size == self.record.bytes and hash_of(self.path) == self.record.sha256


def data_folder() -> Path:
    """The usual folder of fetched files."""
    return Path(platformdirs.user_data_dir("conflictmap")) / "publishers"


def folder_of(offer_id: str, folder: Path) -> Path:
    return folder.joinpath(*offer_id.split("/"))


def find_cached(offer_id: str, folder: Path | None = None, *, catalogue: Catalogue | None = None) -> Path | None:
    """Path of the file that was fetched for an id such as ``geonames/TD``; None if it is not here, or no such id."""
    offer = (catalogue or load_catalogue()).known(offer_id)
    kept = find_kept(offer.id, folder or data_folder()) if offer else None
    return kept.path if kept else None


def find_kept(offer_id: str, folder: Path) -> Kept | None:
    """The file last fetched for an id. A record that cannot be read, or whose file is gone or cut, does not count."""
    found = []
    for beside in sorted(folder_of(offer_id, folder).glob("*.json")):
        record = _read(beside)
        if record and record.id == offer_id and beside.name == f"{record.file}.json":
            kept = Kept(beside.with_name(record.file), record)
            if kept.path.is_file() and kept.path.stat().st_size == record.bytes:
                found.append(kept)
    return max(found, key=lambda k: k.record.retrieved, default=None)


def all_kept(folder: Path) -> list[Kept]:
    """The file last fetched for each id, in order of the ids."""
    ids = {record.id for record in map(_read, folder.rglob("*.json")) if record}
    return [kept for kept in (find_kept(i, folder) for i in sorted(ids)) if kept]


def _read(path: Path) -> Record | None:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        return Record(**{f.name: _typed(read[f.name], str(f.type)) for f in fields(Record)})
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def _typed(value: Any, wanted: str) -> Any:
    if wanted.startswith("tuple"):
        return tuple(str(v) for v in value)
    if not isinstance(value, int if wanted == "int" else str):
        raise TypeError(wanted)
    return value


def write_record(record: Record, path: Path) -> None:
    """Write the record beside its file, in one step."""
    text = json.dumps(asdict(record), indent=2, ensure_ascii=False) + "\n"
    write_whole(path.with_name(f"{path.name}.json"), text.encode())


def write_whole(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write a file in one step, so that there is never half of it; ``private``: for its owner alone.

    Raises
    ------
    ExportError
        It cannot be written.
    """
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")  # two runs may write the same file
    with writing(path), _removed_if_unfinished(unfinished):
        path.parent.mkdir(mode=0o700 if private else 0o777, parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        opened = os.open(
            unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600 if private else 0o666
        )
        with os.fdopen(opened, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)


@contextmanager
def _removed_if_unfinished(path: Path) -> Iterator[None]:
    """Whatever stops the writing, also the user, leaves no half file."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise


def hash_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say in words why a file cannot be written: a full disk, a folder without rights."""
    try:
        yield
    except ConflictMapError:
        raise
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0, "name another place")
        raise ExportError(f"{path}: cannot be written: {error.strerror or error}; {advice}") from error


_ADVICE = {
    errno.ENOSPC: "free some space, or name another place",
    errno.EDQUOT: "free some space, or name another place",
    errno.EISDIR: "a folder has this name; name a file",
    errno.EEXIST: "a file stands where a folder is wanted; name another place",
    errno.ENOTDIR: "a file stands where a folder is wanted; name another place",
}
