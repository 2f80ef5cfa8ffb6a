"""What services answered, and when each may be asked next, in one SQLite file that all processes share.

A file that is damaged is set aside, never deleted, and begun anew; a database of something else is left alone. The file
tells which places were looked up, so only its owner may read it.
"""

from __future__ import annotations

import itertools
import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from geo.errors import GeocoderError, Problem

_APPLICATION = 0x434D4F4E  # marks the file as ours
_TABLES = (
    "CREATE TABLE answers (key TEXT PRIMARY KEY, answer TEXT NOT NULL, asked REAL NOT NULL) WITHOUT ROWID",
    "CREATE TABLE pace (host TEXT PRIMARY KEY, free REAL NOT NULL) WITHOUT ROWID",
)
_LOCK_SECONDS = 30.0  # how long one process waits for another's few milliseconds of writing
_LONGEST_QUEUE = 600.0  # a wait beyond it means that the clock was set back

T = TypeVar("T")


class AnswerCache:
    """Answers by key, and the pace of each host; safe for several threads and processes.

    ``problems`` says what was wrong with the file.

    Raises
    ------
    GeocoderError
        The file cannot be written, or is a database of something else.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self.path, self._clock = path, clock
        self.problems: list[Problem] = []
        self._run(_prepare)

    def get(self, key: str) -> list[Any] | None:
        """The answer kept for a key, possibly an empty list; None if there is none."""
        row = self._run(lambda db: db.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone())
        try:
            answer = json.loads(row[0]) if row else None
        except (ValueError, TypeError, RecursionError):
            return None
        return answer if isinstance(answer, list) else None

    def put(self, key: str, answer: list[Any]) -> None:
        values = (key, json.dumps(answer), self._clock().timestamp())
        self._run(lambda db: db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", values))

    def reserve(self, host: str, seconds: float) -> float:
        """Take the next turn at a host, ``seconds`` after the one before; returns how long to wait for it."""
        return self._run(lambda db: self._turn(db, host, seconds))

    def hold(self, host: str, seconds: float) -> None:
        """Let nobody ask a host for so long."""
        self._run(lambda db: self._turn(db, host, seconds, wait=True))

    def _turn(self, db: sqlite3.Connection, host: str, seconds: float, *, wait: bool = False) -> float:
        db.execute("BEGIN IMMEDIATE")  # from here to COMMIT no other thread or process takes the same turn
        now = self._clock().timestamp()
        row = db.execute("SELECT free FROM pace WHERE host = ?", (host,)).fetchone()
        free = row[0] if row and now < row[0] <= now + _LONGEST_QUEUE else now
        free_again = max(free, now + seconds) if wait else free + seconds
        db.execute("INSERT OR REPLACE INTO pace VALUES (?, ?)", (host, free_again))
        db.execute("COMMIT")
        return float(free - now)

    def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do some work on the file; once more on a new one if it is damaged."""
        try:
            return self._on_file(work)
        except sqlite3.OperationalError as error:
            raise GeocoderError(f"{self.path}: the cache cannot be used: {error}; name another file") from error
        except sqlite3.DatabaseError:
            self._set_aside()
        try:
            self._on_file(_prepare)
            return self._on_file(work)
        except sqlite3.Error as error:
            raise GeocoderError(f"{self.path}: the cache cannot be used: {error}; name another file") from error

    def _on_file(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        except (OSError, ValueError) as error:
            raise GeocoderError(f"{self.path}: the cache cannot be written: {error}; name another file") from error
        with closing(sqlite3.connect(self.path, timeout=_LOCK_SECONDS, isolation_level=None)) as db:
            db.execute("PRAGMA synchronous = OFF")  # what a power cut takes is asked again
            return work(db)

    def _set_aside(self) -> None:
        names = (self.path.with_name(f"{self.path.name}.damaged{n}") for n in itertools.count(1))
        aside = next(name for name in names if not name.exists())
        try:
            self.path.replace(aside)
        except FileNotFoundError:
            pass  # another process was faster
        except OSError as error:
            raise GeocoderError(f"{self.path}: the cache is damaged and cannot be moved: {error}") from error
        message = f"is damaged; it was set aside as {aside.name} and begun anew, so known names are asked again"
        self.problems.append(Problem(str(self.path), None, None, None, message, "warning"))


def _prepare(db: sqlite3.Connection) -> None:
    """Make the tables in a new file; refuse a file that is somebody else's."""
    db.execute("BEGIN IMMEDIATE")
    (mark,) = db.execute("PRAGMA application_id").fetchone()
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if mark == 0 and tables == 0:
        for table in _TABLES:
            db.execute(table)
        db.execute(f"PRAGMA application_id = {_APPLICATION}")
    elif mark != _APPLICATION:
        raise sqlite3.OperationalError("it is a database of something else")
    db.execute("COMMIT")
