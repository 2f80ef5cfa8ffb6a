"""Bytes of a text file to text, whatever encoding they are in."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from charset_normalizer import from_bytes

from geo.errors import InputError, Problem

_SAMPLE = 65_536
_ENCODINGS = ["cp1256", "cp1252", "cp1254", "cp1251", "iso8859_6"]
_OTHER_SCRIPTS = frozenset({"cp1251", "cp1256", "iso8859_6"})  # words of these are runs of high bytes
_HIGH_WORD = re.compile(rb"[\xc0-\xff]{3}")
_FEW = 10  # right letters beyond ASCII for each broken byte
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KINDS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive, such as a Word document"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel document"),
    (b"{\\rtf", "rich text (RTF)"),
)
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.IGNORECASE)


def decode_text(raw: bytes, path: Path, *, lines: bool = False) -> tuple[str, tuple[Problem, ...]]:
    """The text: by its byte order mark, as UTF-8, by what a page declares, or by the likeliest older encoding.

    Text that is UTF-8 but for a few bytes stays so; each of these becomes U+FFFD, the first is told with its line.
    ``lines``: each line is read by itself, so a broken one is refused later and does not make the file binary.

    Raises
    ------
    InputError
        The file is binary, or in no encoding that can be told.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _decoded(raw, encoding, path), ()
    _check_kind(raw, path)
    encoding = _of_two_bytes(raw[:_SAMPLE])
    if b"\0" in raw[:_SAMPLE] and not lines and not encoding:
        raise InputError(f"{path}: is a binary file; wanted a text file")
    if not encoding:
        try:
            return _decoded(raw, "utf-8", path, controls=lines), ()
        except UnicodeDecodeError as error:
            damaged = _damaged(raw, path, error)
        if damaged is not None:
            return damaged
        encoding = _declared(raw) or _likeliest(raw[:_SAMPLE])
    if not encoding:
        raise InputError(f"{path}: is a binary file or in an unknown encoding; wanted UTF-8 text")
    message = f"is not UTF-8; was read as {encoding}; save it as UTF-8 if letters look wrong"
    wide = encoding.startswith("utf-16")
    text = _decoded(raw, encoding, path) if wide else raw.decode(encoding, errors="replace")
    return text, (Problem(path.name, None, None, None, message, "warning"),)


def _check_kind(raw: bytes, path: Path) -> None:
    for mark, kind in _KINDS:
        if raw.startswith(mark):
            raise InputError(f"{path}: is {kind}, whatever its name; wanted text: save it as .txt or .html first")


def _of_two_bytes(sample: bytes) -> str:
    """UTF-16 without its mark: of Latin letters and blanks every other byte is zero."""
    for encoding, empty, full in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        if empty.count(0) > len(empty) // 10 and not full.count(0):
            return encoding
    return ""


def _damaged(raw: bytes, path: Path, error: UnicodeDecodeError) -> tuple[str, tuple[Problem, ...]] | None:
    """UTF-8 with a few broken bytes as text; None if the bytes are in another encoding."""
    text = raw.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    if broken * _FEW > sum(c > "\x7f" for c in text) - broken:
        return None
    message = f"bytes that are no UTF-8: {broken}, the first on this line; each is shown as \ufffd"
    row = raw.count(b"\n", 0, error.start) + 1
    return text, (Problem(path.name, row, None, None, message, "warning"),)


def _likeliest(sample: bytes) -> str:
    """The older encoding that a text is likely in; lone letters with accents among plain ones are Western."""
    best = from_bytes(sample, cp_isolation=_ENCODINGS).best()
    encoding = best.encoding if best else ""
    if encoding in _OTHER_SCRIPTS and not _HIGH_WORD.search(sample):
        return "cp1252"
    return encoding


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
