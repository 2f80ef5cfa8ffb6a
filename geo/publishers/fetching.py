"""Fetch what a publisher offers: find the file, download, check, and only then put it in its place with its record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Literal

from geo.errors import ConflictMapError
from geo.publishers.catalogue import Offer
from geo.publishers.checking import check_content, check_hashes
from geo.publishers.download import Download, OnBytes, Part, Version, download
from geo.publishers.finding import Target, find_target
from geo.publishers.record import Kept, Record, find_kept, folder_of, hash_of, write_record, writing
from geo.web import Clock, Web


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that is here now, and how: fetched, already here, or asked for again and still the newest."""

    path: Path
    record: Record
    news: Literal["fetched", "here", "unchanged"]


def fetch(
    offer: Offer,
    web: Web,
    folder: Path,
    *,
    clock: Clock,
    sha256: str = "",
    force: bool = False,
    refresh: bool = False,
    on_bytes: OnBytes | None = None,
) -> Fetched:
    """Fetch an offered file into its place below ``folder``, unless it is there and whole.

    ``refresh`` asks whether there is a newer version, ``force`` takes it anew in any case. A file that fails a check
    is thrown away, and what was there before stays.

    Raises
    ------
    ServiceError
        The publisher cannot be asked, or gave another thing than it should.
    ExportError
        The folder cannot be written to.
    """
    wanted = sha256 or offer.sha256
    kept = find_kept(offer.id, folder)
    good = kept is not None and kept.is_whole() and (not wanted or kept.record.sha256 == wanted.lower())
    if kept and good and not force and not refresh:
        return Fetched(kept.path, kept.record, "here")
    target = find_target(offer, web)
    path = folder_of(offer.id, folder) / target.name
    with writing(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    known = _version(kept, target) if kept and good and refresh and not force else None
    part = Part(path.with_name(f"{path.name}.part"), target.url)
    came = download(web, target.url, part, most=offer.most, known=known, on_bytes=on_bytes)
    if kept and not came.is_news:
        return Fetched(kept.path, kept.record, "unchanged")
    return _settle(offer, target, came, part, path, wanted, clock)


def _version(kept: Kept, target: Target) -> Version | None:
    """The version that is here, if it came from the address that the publisher names now."""
    same = kept.record.source_url == target.shown and kept.path.name == target.name
    return Version(kept.record.etag, kept.record.last_modified) if same else None


def _settle(offer: Offer, target: Target, came: Download, part: Part, path: Path, sha256: str, clock: Clock) -> Fetched:
    """Check what came, and put it in its place."""
    try:
        check_content(part.path, offer.content, source=came.url)
        checked = check_hashes(part.path, sha256=sha256, md5=target.md5, source=came.url)
    except ConflictMapError:
        part.drop()
        raise
    with writing(path):
        record = Record(
            id=offer.id,
            what=offer.what,
            publisher=offer.publisher.name,
            licence=target.licence,
            licence_url=target.licence_url,
            page=target.page,
            source_url=target.shown,
            served_by=came.host,
            redirects=came.hops,
            retrieved=clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            version=target.version or came.last_modified,
            file=path.name,
            bytes=part.path.stat().st_size,
            sha256=hash_of(part.path),
            etag=came.etag,
            last_modified=came.last_modified,
            checked=checked,
        )
        part.finish(path)
    write_record(record, path)
    return Fetched(path, record, "fetched")
