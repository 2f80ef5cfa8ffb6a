"""Zip archives whose bytes depend on nothing but their content."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

_MOMENT = (1980, 1, 1, 0, 0, 0)  # the first that the format can tell


def write_zip(path: Path, members: Mapping[str, bytes | Path]) -> None:
    """Pack texts and files under the given names, in this order."""
    _pack(path, members)


def zipped(members: Mapping[str, bytes | Path]) -> bytes:
    """The same as bytes."""
    packed = io.BytesIO()
    _pack(packed, members)
    return packed.getvalue()


def _pack(target: Path | io.BytesIO, members: Mapping[str, bytes | Path]) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # the same on every system
            entry.external_attr = 0o644 << 16
            data = content.read_bytes() if isinstance(content, Path) else content
            archive.writestr(entry, data)
