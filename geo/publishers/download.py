"""From an address to a file: in pieces, taken up where it broke off, and never more than was allowed."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from geo.errors import ServiceError
from geo.publishers.record import writing
from geo.web import Answer, PassingError, Web

OnBytes = Callable[[int, int | None], None]  # bytes here so far, bytes in all if known


@dataclass(frozen=True, slots=True)
class Download:
    """What the server said of the bytes that came; without ``is_news`` none did, as those known are the newest."""

    is_news: bool
    url: str
    host: str
    hops: tuple[str, ...]
    etag: str
    last_modified: str


@dataclass(frozen=True, slots=True)
class Version:
    """What a server calls the bytes it gave; asked for again, it says whether they are still the same."""

    etag: str = ""
    last_modified: str = ""

    @classmethod
    def of(cls, answer: Answer) -> Version:
        return cls(answer.headers.get("etag", ""), answer.headers.get("last-modified", ""))

    @property
    def lasting(self) -> str:
        """What "If-Range" takes: bytes of a weak ETag may differ."""
        return self.last_modified if not self.etag or self.etag.startswith("W/") else self.etag

    def asking_for_news(self) -> dict[str, str]:
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in headers.items() if value}


class Part:
    """A file that is not whole yet, and beside it what its bytes are a part of."""

    def __init__(self, path: Path, url: str) -> None:
        self.path = path
        self._beside = path.with_name(f"{path.name}.json")
        self._source = hashlib.sha256(url.encode()).hexdigest()  # the address itself may hold a key

    def so_far(self) -> tuple[int, str]:
        """How many bytes are here, and of which version; 0 if they cannot be gone on from."""
        try:
            known = json.loads(self._beside.read_text(encoding="utf-8"))
            size = self.path.stat().st_size
            same = known["source"] == self._source
            return (size, str(known["version"])) if same and size else (0, "")
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return 0, ""

    def begin(self, version: str) -> None:
        """Start from nothing. Without a lasting version the bytes cannot be gone on from later."""
        if version:
            self._beside.write_text(json.dumps({"source": self._source, "version": version}), encoding="utf-8")

    def drop(self) -> None:
        self.path.unlink(missing_ok=True)
        self._beside.unlink(missing_ok=True)

    def finish(self, path: Path) -> None:
        """Give the whole file its name, in one step."""
        self.path.replace(path)
        self._beside.unlink(missing_ok=True)


def download(
    web: Web, url: str, part: Part, *, most: int, known: Version | None = None, on_bytes: OnBytes | None = None
) -> Download:
    """Fetch an address into a part, unless the server says that the ``known`` version is still the newest.

    Raises
    ------
    ServiceError
        The server fails, or gives a web page or more than ``most`` bytes.
    ExportError
        The part cannot be written.
    """

    def attempt() -> Download:
        have, version = part.so_far()
        headers = {"Accept-Encoding": "identity"}  # the bytes as they are, so that they can be counted
        if have:
            headers |= {"Range": f"bytes={have}-", "If-Range": version}
        elif known:
            headers |= known.asking_for_news()
        with web.ask(url, headers=headers, fine=(200, 206, 304, 416)) as answer:
            is_news = answer.status != 304 or not known or have > 0
            if is_news:
                with writing(part.path):
                    _receive(answer, part, have, version, most, on_bytes)
            now = Version.of(answer)
            return Download(is_news, answer.url, answer.host, answer.hops, now.etag, now.last_modified)

    try:
        return web.persist(attempt)
    except ServiceError as error:
        have, _ = part.so_far()
        if not have:
            raise
        raise ServiceError(f"{error}; {have:,} bytes are kept, so that another run goes on from there") from error


def _receive(answer: Answer, part: Part, have: int, version: str, most: int, on_bytes: OnBytes | None) -> None:
    if answer.is_page:
        raise ServiceError(f"{answer.url}: answered with a web page in place of a file: a login page, or it has moved")
    start, total = _extent(answer)
    goes_on = answer.status == 206 and have > 0 and start == have and Version.of(answer).lasting in {"", version}
    if not goes_on:
        part.drop()
        have = 0
        if answer.status != 200:
            raise PassingError(f"{answer.url}: does not go on where the file broke off, so it begins again")
        part.begin("" if answer.is_packed else Version.of(answer).lasting)
    if total is None or total <= most:
        have = _write(answer, part, have, most, total, on_bytes)
    larger = max(have, total or 0)
    if larger > most:
        part.drop()
        raise ServiceError(f"{answer.url}: has {larger:,} bytes and maybe more, at most {most:,} are taken")
    if total is not None and have != total:
        part.drop()
        raise PassingError(f"{answer.url}: gave {have:,} bytes of {total:,}")


def _write(answer: Answer, part: Part, have: int, most: int, total: int | None, on_bytes: OnBytes | None) -> int:
    """Add the body to the part, until there is too much of it; how many bytes there are then."""
    with part.path.open("ab") as file:
        for chunk in answer.chunks():
            have += len(chunk)
            if have > most:
                break
            file.write(chunk)
            if on_bytes:
                on_bytes(have, total)
        file.flush()
        os.fsync(file.fileno())
    return have


def _extent(answer: Answer) -> tuple[int, int | None]:
    """Where the bytes of this answer begin, and how many the whole file has if that is said."""
    said = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", answer.headers.get("content-range", "").strip())
    if answer.status == 206 and said:
        return int(said[1]), None if said[2] == "*" else int(said[2])
    length = answer.headers.get("content-length", "")
    return 0, int(length) if answer.status == 200 and length.isdecimal() and not answer.is_packed else None
