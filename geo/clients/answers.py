"""The answers of a service as they came, kept with their hashes.

An interrupted run goes on from them, and a table can be made from them again without a network.

A folder ``SERVICE/QUESTION`` has a file for each page and ``answers.json``, which lists them. Only its owner may read
it: it tells what is watched, and the rows may be under terms.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import platformdirs

from geo.clients.service import Request
from geo.errors import InputError, ServiceError
from geo.publishers.record import write_whole, writing

Kind = Literal["read", "changed", "deleted"]

STALE = timedelta(hours=24)  # pages of an interrupted run are no longer pages of the same list
_LIST = "answers.json"
_UNFINISHED = ".unfinished"
_LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Kept:
    """One page that is kept: its file, what was asked, when (UTC) and of which host, and its bytes."""

    file: str
    request: Request
    retrieved: str
    served_by: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Step:
    """One list of pages: all rows ("read"), or those changed or deleted since a second; ``whole`` once all are here."""

    kind: Kind
    began: str
    since: int
    pages: tuple[Kept, ...] = ()
    whole: bool = False


class Answers:
    """The pages of one question. What is collected takes its place only when all of it is here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._work = folder.with_name(folder.name + _UNFINISHED)

    def steps(self) -> tuple[Step, ...]:
        """The steps that are whole; none if the question was never asked to the end."""
        return _load(self.folder)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While these answers are collected, no other run collects them.

        Raises
        ------
        ServiceError
            Another run does.
        """
        path = self.folder.with_name(self.folder.name + _LOCK)
        with writing(path):
            self.folder.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.parent.mkdir(mode=0o700, exist_ok=True)
            lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                _lock(lock)
            except OSError as error:
                raise ServiceError(
                    f"{self.folder}: another run is asking the same; wait until it is done, then take what it got with "
                    "--replay"
                ) from error
            yield
        finally:
            os.close(lock)  # which unlocks it

    def begin(self, now: datetime, base: tuple[Step, ...], kinds: Sequence[Kind], *, anew: bool) -> tuple[Step, ...]:
        """Start to collect steps of these kinds on top of ``base``, or go on where an earlier run of them broke off.

        Returns the steps that are here. ``anew``: what an earlier run left is thrown away.
        """
        left = () if anew else _load(self._work, check=False)
        begun = left[len(base) :]
        same = left[: len(base)] == base and [s.kind for s in begun] == list(kinds[: len(begun)])
        if begun and same and now - datetime.fromisoformat(begun[0].began) <= STALE:
            return left
        with writing(self._work):
            shutil.rmtree(self._work, ignore_errors=True)
            if base:
                shutil.copytree(self.folder, self._work)
        return base

    def keep(self, steps: tuple[Step, ...], body: bytes, page: Kept) -> tuple[Step, ...]:
        """Add a page to the last step."""
        write_whole(self._work / page.file, body, private=True)
        last = replace(steps[-1], pages=(*steps[-1].pages, page))
        return self.note((*steps[:-1], last))

    def note(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """Write down how far things are."""
        text = json.dumps([asdict(s) for s in steps], indent=1, ensure_ascii=False) + "\n"
        write_whole(self._work / _LIST, text.encode(), private=True)
        return steps

    def settle(self) -> None:
        """Let what was collected take its place."""
        with writing(self.folder):
            before = self.folder.with_name(self.folder.name + ".before")
            shutil.rmtree(before, ignore_errors=True)
            if self.folder.exists():
                self.folder.rename(before)
            self._work.rename(self.folder)
            shutil.rmtree(before, ignore_errors=True)

    def body(self, page: Kept, *, unfinished: bool = False) -> bytes:
        """The bytes of a page.

        Raises
        ------
        InputError
            They are gone, or are not those that came.
        """
        path = (self._work if unfinished else self.folder) / page.file
        try:
            body = path.read_bytes()
        except OSError as error:
            raise InputError(
                f"{path}: is gone, so that the table cannot be made from it; fetch it with --anew"
            ) from error
        if hashlib.sha256(body).hexdigest() != page.sha256:
            raise InputError(f"{path}: is not as it came (SHA-256 differs); fetch it with --anew")
        return body


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def answers_folder() -> Path:
    """The usual folder of answers."""
    return Path(platformdirs.user_data_dir("conflictmap")) / "answers"


def _load(folder: Path, *, check: bool = True) -> tuple[Step, ...]:
    """The steps noted in a folder; none if there are none, or if they cannot be used and ``check`` is off."""
    path = folder / _LIST
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        return tuple(_step(step) for step in read)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        if not check:
            return ()
        raise InputError(f"{path}: is damaged; fetch it with --anew") from error


def _step(read: dict[str, Any]) -> Step:
    pages = tuple(Kept(**{**page, "request": Request(**page["request"])}) for page in read["pages"])
    datetime.fromisoformat(read["began"]).astimezone()
    return Step(**{**read, "pages": pages})
