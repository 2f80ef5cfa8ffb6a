"""Bytes of a text file to text, whatever encoding they are in."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from charset_normalizer import from_bytes

from geo.errors import InputError, Problem

_SAMPLE = 65_536
_ENCODINGS = ["cp1256", "cp1252", "cp1254", "cp1251", "iso8859_6"]
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.IGNORECASE)


def decode_text(raw: bytes, path: Path, *, lines: bool = False) -> tuple[str, tuple[Problem, ...]]:
    """The text: by its byte order mark, as UTF-8, by what a page declares, or by the likeliest older encoding.

    ``lines``: each line is read by itself, so a broken one is refused later and does not make the file binary.

    Raises
    ------
    InputError
        The file is binary, or in no encoding that can be told.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return _decoded(raw, encoding, path), ()
    if b"\0" in raw[:_SAMPLE] and not lines:
        raise InputError(f"{path}: is a binary file; wanted a text file")
    try:
        return _decoded(raw, "utf-8", path, controls=lines), ()
    except UnicodeDecodeError:
        declared = _declared(raw)
    best = None if declared else from_bytes(raw[:_SAMPLE], cp_isolation=_ENCODINGS).best()
    encoding = declared or (best.encoding if best else "")
    if not encoding:
        raise InputError(f"{path}: is a binary file or in an unknown encoding; wanted UTF-8 text")
    message = f"is not UTF-8; was read as {encoding}; save it as UTF-8 if letters look wrong"
    return raw.decode(encoding, errors="replace"), (Problem(path.name, None, None, None, message, "warning"),)


def _declared(raw: bytes) -> str:
    """The encoding that a page says it has, if there is such a one."""
    match = _DECLARED.search(raw[:4_096])
    try:
        return codecs.lookup(match[1].decode("ascii")).name if match else ""
    except LookupError:
        return ""


def _decoded(raw: bytes, encoding: str, path: Path, *, controls: bool = False) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8" and error.start < len(raw) - 3:
            raise
        text = raw.decode(encoding, errors="ignore")  # cut in the middle of the last letter
    odd = 0 if controls else sum(c < " " and c not in "\t\n\r\f" for c in text[:_SAMPLE])
    if odd > len(text[:_SAMPLE]) // 100:
        raise InputError(f"{path}: is a binary file; wanted a text file")
    return text
