"""Sure writing: results appear whole or not at all, older ones survive, and a refusal is one clear line."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyogrio
from xlsxwriter.exceptions import XlsxWriterException

from geo.errors import ExportError


def require_folder(folder: Path) -> None:
    """Make a folder if it is missing.

    Raises
    ------
    ExportError
        The system refused, or a file stands there.
    """
    with said_clearly(folder, existed=False):
        folder.mkdir(parents=True, exist_ok=True)


@contextlib.contextmanager
def written(path: Path) -> Iterator[Path]:
    """Yield a temporary name in the folder of ``path``; on success it takes the place of ``path``, else it is removed.

    Raises
    ------
    ExportError
        The system refused (no space, no permission, no such folder); an older file at ``path`` is kept.
    """
    # The process id keeps two runs apart; the suffix stays, as drivers go by it.
    part = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    with said_clearly(path, existed=os.path.lexists(path)):
        try:
            _remove(part)
            yield part
            flush(part)
            os.replace(part, path)  # noqa: PTH105 - tests make this very call fail
        except BaseException:
            with contextlib.suppress(OSError):
                _remove(part)
            raise


@contextlib.contextmanager
def written_together(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder inside ``folder``; on success its files take their places, else all of it is removed.

    So a page, its tables and the manifest with their hashes are of one run, also when the disk fills up half-way.
    What a driver leaves lying about goes with the folder.

    Raises
    ------
    ExportError
        The system refused, or a folder stands where a file must go; the older results are kept.
    """
    part = folder / f".{os.getpid()}.part"
    try:
        with said_clearly(folder, existed=True):
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
        try:
            yield part
        except ExportError as error:
            # The user knows the place the file was meant for.
            raise ExportError(str(error).replace(str(part), str(folder))) from error
        names = [path.relative_to(part) for path in sorted(part.rglob("*")) if path.is_file()]
        for name in names:
            _check_free(folder, name)
        for name in names:
            with said_clearly(folder / name, existed=os.path.lexists(folder / name)):
                os.replace(part / name, folder / name)  # noqa: PTH105 - tests make this very call fail
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _check_free(folder: Path, name: Path) -> None:
    """Make sure before the first file is renamed that the last one can be."""
    require_folder((folder / name).parent)
    if (folder / name).is_dir():
        raise ExportError(_refusal(folder / name, os.strerror(errno.EISDIR).lower(), existed=True))


@contextlib.contextmanager
def said_clearly(path: Path, *, existed: bool) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (str(error) or type(error).__name__) if error.errno is None else os.strerror(error.errno)
        raise ExportError(_refusal(path, reason[:1].lower() + reason[1:], existed=existed)) from error


def _refusal(path: Path, reason: str, *, existed: bool) -> str:
    kept = "; the older result is kept" if existed else "; nothing was written"
    advice = {
        os.strerror(errno.ENOSPC).lower(): "; free some space or choose another folder",
        os.strerror(errno.EACCES).lower(): "; choose a folder you may write to",
        os.strerror(errno.EROFS).lower(): "; choose a folder you may write to",
        os.strerror(errno.ENOENT).lower(): "; make the folder first",
        os.strerror(errno.EEXIST).lower(): "; that is a file: choose a folder",
        os.strerror(errno.ENOTDIR).lower(): "; a part of the path is a file: choose another folder",
    }
    return f"cannot write {path}: {reason}{advice.get(reason.lower(), '')}{kept}"


def _remove(part: Path) -> None:
    for leftover in (part, *(part.with_name(part.name + tail) for tail in ("-journal", "-wal", "-shm"))):
        # A file where the folder should be: the writer will say so.
        with contextlib.suppress(NotADirectoryError):
            leftover.unlink(missing_ok=True)


def flush(part: Path) -> None:
    """Make the system admit now, not after the rename, that the disk is full."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())


@contextlib.contextmanager
def driver_errors(path: Path) -> Iterator[None]:
    """Turn what the drivers raise into one clear line."""
    existed = os.path.lexists(path)
    try:
        yield
    except _DRIVER_ERRORS as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        if "disk is full" in reason or _is_full(path.parent, reason):
            reason = os.strerror(errno.ENOSPC)
        raise ExportError(_refusal(path, reason[:1].lower() + reason[1:], existed=existed)) from error


_DRIVER_ERRORS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,  # with its children for geometry, fields, CRS
    sqlite3.Error,
    pa.ArrowException,
    XlsxWriterException,
)


def _is_full(folder: Path, reason: str) -> bool:
    """Drivers do not say why they could not write; a disk with little room, be it after tidying up, explains it."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return False
    return free < 2**16 or (free < 2**24 and re.search("writ|i/o", reason, re.IGNORECASE) is not None)
