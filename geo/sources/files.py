"""Files to text tables: compression, encoding, delimiter, sheets. Every cell is text, every row knows its line."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import charset_normalizer
import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute, csv

from geo.errors import InputError, Problem

LARGEST_FILE = 2_000_000_000  # bytes after decompression
LONGEST_LINE = 2_000_000  # bytes
SAMPLE = 200_000  # bytes that settle encoding and delimiter
KEPT_TEXT = 2_000  # characters of a refused row that a problem keeps
DELIMITERS = (",", ";", "\t", "|")
TABLE_SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".xlsx", ".parquet", ".geojson", ".json")

# First bytes of files that are no text, and what a user should do with them.
MAGIC = {
    b"\xd0\xcf\x11\xe0": "is an old Excel workbook (.xls); save it as .xlsx or CSV",
    b"%PDF": "is a PDF; save its text as .txt or its table as CSV",
    b"\x89PNG": "is a picture",
    b"\xff\xd8\xff": "is a picture",
    b"SQLite format 3": "is a database (GeoPackage?); export the layer as CSV or GeoJSON",
    b"\x7fELF": "is a program",
    b"RDX": "is R data; save the table as CSV",
    b"Rar!": "is a RAR archive; unpack it first",
    b"7z\xbc\xaf": "is a 7z archive; unpack it first",
}
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as it stands in a file: text cells under unique header names.

    ``rows`` holds the line of each row (the header is line 1) or its row in the sheet. ``refused`` counts the rows
    that could not be split into cells (each has an error in ``problems``), ``skipped`` the rows that are no data.
    """

    name: str
    cells: pd.DataFrame
    rows: np.ndarray
    sheet: str = ""
    problems: tuple[Problem, ...] = ()
    refused: int = 0
    skipped: int = 0
    header: tuple[str, ...] = field(default=())

    @property
    def title(self) -> str:
        """File name, with the sheet where there is one."""
        return f"{self.name}[{self.sheet}]" if self.sheet else self.name


@dataclass(frozen=True, slots=True)
class Content:
    """Name and bytes of one file, unpacked."""

    name: str
    raw: bytes

    @property
    def kind(self) -> str:
        """One of parquet, xlsx, json, text, by what the bytes say."""
        if self.raw.startswith(b"PAR1"):
            return "parquet"
        if self.raw.startswith(b"PK\x03\x04"):
            return "xlsx"
        start = self.raw.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
        return "json" if start in {b"{", b"["} else "text"


def read_content(path: Path) -> Content:
    """Bytes of a file, out of gzip or zip if need be.

    Raises
    ------
    InputError
        The file is missing, is a folder, is empty, cannot be unpacked, or is no table.
    """
    name = path.name
    if path.is_dir():
        raise InputError(f"{name}: is a folder; name the files in it")
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InputError(f"{name}: is larger than {LARGEST_FILE // 10**9} GB; split it")
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{name}: no such file") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{name}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    raw = _unpacked(name, raw)
    if not raw[:SAMPLE].strip() and not raw.strip():
        raise InputError(f"{name}: is empty")
    for magic, advice in MAGIC.items():
        if raw.startswith(magic):
            raise InputError(f"{name}: {advice}")
    return Content(name, raw)


def _unpacked(name: str, raw: bytes) -> bytes:
    try:
        if raw.startswith(b"\x1f\x8b"):
            with gzip.open(io.BytesIO(raw)) as stream:
                return _limited(name, stream.read(LARGEST_FILE + 1))
        if raw.startswith(b"PK\x03\x04"):
            return _unzipped(name, raw)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise InputError(f"{name}: cannot be unpacked: {error}") from error
    return raw


def _unzipped(name: str, raw: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX")]
        if sum(m.file_size for m in members) > LARGEST_FILE:
            raise InputError(f"{name}: unpacks to more than {LARGEST_FILE // 10**9} GB; split it")
        if any(m.filename == "xl/workbook.xml" for m in members):
            return raw
        tables = [m for m in members if m.filename.lower().endswith(TABLE_SUFFIXES)]
        if len(tables) != 1:
            found = ", ".join(sorted(m.filename for m in members)[:8]) or "nothing"
            raise InputError(f"{name}: wanted one table in the archive, found {found}; unpack it and name the file")
        with archive.open(tables[0]) as stream:
            return _limited(name, stream.read(LARGEST_FILE + 1))


def _limited(name: str, raw: bytes) -> bytes:
    if len(raw) > LARGEST_FILE:
        raise InputError(f"{name}: unpacks to more than {LARGEST_FILE // 10**9} GB; split it")
    return raw


# --- text -----------------------------------------------------------------------------------------------------------


def read_text_table(content: Content, *, languages: Sequence[str] = ()) -> RawTable:
    """A delimited text file as a table.

    Raises
    ------
    InputError
        It is binary, a line is too long, or no row can be read.
    """
    raw, problems = to_utf8(content, languages=languages)
    _check_lines(content.name, raw)
    delimiter = find_delimiter(raw)
    width = _width(raw, delimiter)
    table, ragged = _parse(content.name, raw, delimiter, width)
    return _assemble(content.name, raw, table, ragged, problems)


def to_utf8(content: Content, *, languages: Sequence[str] = ()) -> tuple[bytes, list[Problem]]:
    """The text as UTF-8 without a byte order mark, and a warning where its encoding had to be guessed."""
    name, raw = content.name, content.raw
    for bom, encoding in BOMS:
        if raw.startswith(bom):
            return _decoded(name, raw, encoding).encode(), []
    if raw.find(b"\0", 0, SAMPLE) >= 0:
        return _wide(name, raw), [_assumed(name, "UTF-16")]
    _check_binary(name, raw[:SAMPLE])
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return _legacy(name, raw, error, languages)
    return raw, []


def _decoded(name: str, raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: is broken {encoding.upper()} text: {error.reason} at byte {error.start}") from error


def _wide(name: str, raw: bytes) -> bytes:
    """UTF-16 without a mark: every second byte of Latin text is zero; any other zero means no text."""
    for encoding, zeros in (("utf-16-le", raw[1:SAMPLE:2]), ("utf-16-be", raw[0:SAMPLE:2])):
        others = raw[0:SAMPLE:2] if zeros == raw[1:SAMPLE:2] else raw[1:SAMPLE:2]
        if zeros.count(0) > 0.3 * len(zeros) and others.count(0) == 0:
            return _decoded(name, raw, encoding).encode()
    raise InputError(f"{name}: is binary, not a table; wanted CSV, TSV, XLSX, Parquet or GeoJSON")


def _check_binary(name: str, sample: bytes) -> None:
    control = sum(sample.count(bytes([c])) for c in range(32) if c not in b"\t\n\r\x0b\x0c\x1a\x1b")
    if control > max(10, 0.01 * len(sample)):
        raise InputError(f"{name}: is binary, not a table; wanted CSV, TSV, XLSX, Parquet or GeoJSON")


def _legacy(name: str, raw: bytes, error: UnicodeDecodeError, languages: Sequence[str]) -> tuple[bytes, list[Problem]]:
    # A few broken bytes in a UTF-8 file must not turn all its Arabic into cp1256.
    patched = raw.decode("utf-8", errors="replace")
    broken = patched.count("�")
    if broken * 20 < sum(1 for c in patched[:SAMPLE] if ord(c) > 127):
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"{broken} bytes are not UTF-8 and became '�'; ask for a clean copy"
        return patched.encode(), [Problem(name, line, None, None, message, "warning")]
    encoding = _guess(raw, languages)
    return raw.decode(encoding, errors="replace").encode(), [_assumed(name, encoding)]


def _guess(raw: bytes, languages: Sequence[str]) -> str:
    """Encoding of 8-bit text: scripts that need every letter above 127 give long runs, Latin gives single bytes."""
    high = b"".join(re.findall(rb"[^\n]*[\x80-\xff][^\n]*", raw[: 10 * SAMPLE])[:2_000])
    runs = re.findall(rb"[\x80-\xff]+", high)
    letters = sum(len(r) for r in runs)
    if not letters or sum(len(r) for r in runs if len(r) > 2) < 0.5 * letters:
        return "cp1252"
    choices = ["cp1256", "cp1251", "iso8859_6", "cp1255", "cp1253", "koi8_r"]
    if "ar" in languages:
        arabic = sum(1 for c in b"".join(runs).decode("cp1256", errors="replace") if "\u0621" <= c <= "\u064a")
        if arabic > 0.8 * letters:
            return "cp1256"
    best = charset_normalizer.from_bytes(high[:SAMPLE], cp_isolation=choices).best()
    return best.encoding if best else "cp1252"


def _assumed(name: str, encoding: str) -> Problem:
    message = f"has no mark of its encoding and is not UTF-8; read as {encoding}; check names, or save it as UTF-8"
    return Problem(name, None, None, None, message, "warning")


def _check_lines(name: str, raw: bytes) -> None:
    ends = np.flatnonzero(np.frombuffer(raw, dtype=np.uint8) == ord("\n"))
    lengths = np.diff(np.concatenate([[-1], ends, [len(raw)]]))
    longest = int(lengths.argmax())
    if lengths[longest] > LONGEST_LINE:
        raise InputError(
            f"{name}:{longest + 1}: the line has {int(lengths[longest]):,} bytes; wanted at most {LONGEST_LINE:,}; "
            "is it a table?"
        )


def find_delimiter(raw: bytes) -> str:
    """The delimiter that stands most often in the first line, outside quotes."""
    header = re.sub(r'"[^"]*"', "", _first_line(raw))
    counts = {d: header.count(d) for d in DELIMITERS}
    return max(DELIMITERS, key=lambda d: counts[d])


def _first_line(raw: bytes) -> str:
    return raw[:LONGEST_LINE].lstrip(b"\r\n").split(b"\n", 1)[0].decode("utf-8", errors="replace")


def _width(raw: bytes, delimiter: str) -> int:
    bare = re.sub(rb'"[^"]*"', b"", raw[:LONGEST_LINE].lstrip(b"\r\n"))
    return re.split(rb"[\r\n]", bare, maxsplit=1)[0].count(delimiter.encode()) + 1


def _parse(name: str, raw: bytes, delimiter: str, width: int) -> tuple[pa.Table, list[tuple[int, int, str]]]:
    """All rows of the right width, the header among them, and (number, cells, text) of the others."""
    names = [str(i) for i in range(width)]
    ragged: list[tuple[int, int, str]] = []

    def keep(row: csv.InvalidRow) -> str:
        ragged.append((row.number, row.actual_columns, row.text))
        return "skip"

    try:
        table = csv.read_csv(
            pa.BufferReader(raw),
            read_options=csv.ReadOptions(use_threads=False, column_names=names, block_size=2 * LONGEST_LINE),
            parse_options=csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=keep
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise InputError(f"{name}: cannot be split into rows; is a quotation mark left open? ({error})") from error
    return table, ragged


def _assemble(
    name: str, raw: bytes, table: pa.Table, ragged: list[tuple[int, int, str]], problems: list[Problem]
) -> RawTable:
    """Number the lines: a row starts one line after the last row ended, and each break inside quotes is a line more."""
    total = table.num_rows + len(ragged)
    whole = np.ones(total, dtype=bool)
    whole[[number - 1 for number, _, _ in ragged]] = False
    breaks = np.zeros(total, dtype=np.int64)
    breaks[whole] = _line_breaks(table)
    breaks[~whole] = [text.count("\n") for _, _, text in ragged]
    lines = 1 + np.concatenate([[0], np.cumsum(breaks + 1)[:-1]])
    width = table.num_columns
    for (number, found, text), line in zip(ragged, lines[~whole], strict=True):
        message = f"has {found} cells; wanted {width} as in the header"
        if number == total and text.count('"') % 2:
            message += "; a quotation mark is opened and never closed"
        problems.append(Problem(name, int(line), None, text[:KEPT_TEXT], message, "error"))
    cells = table.to_pandas(types_mapper={pa.string(): pd.StringDtype()}.get)
    return with_header(name, cells, lines[whole], problems=problems, refused=len(ragged), swallowed=_open_quote(raw))


def _line_breaks(table: pa.Table) -> np.ndarray:
    counts = np.zeros(table.num_rows, dtype=np.int64)
    for column in table.columns:
        counts += compute.count_substring(column, "\n").to_numpy()
    return counts


def _open_quote(raw: bytes) -> bool:
    """Whether the last quotation mark of the text stands open, so that the last cell runs to the end of the file."""
    return raw.count(b'"') % 2 == 1 and not raw.rstrip(b"\r\n").endswith(b'"')


# --- tables of cells ------------------------------------------------------------------------------------------------


def with_header(
    name: str,
    cells: pd.DataFrame,
    rows: np.ndarray,
    *,
    sheet: str = "",
    problems: Iterable[Problem] = (),
    refused: int = 0,
    swallowed: bool = False,
) -> RawTable:
    """Take the first row with text as header; leave out blank rows, tag rows and repeated headers, and say so."""
    found = list(problems)
    empty = _blank(cells)
    if empty.all():
        raise InputError(f"{name}: has no rows" if not sheet else f"{name}[{sheet}]: has no rows", found)
    first = int(np.flatnonzero(~empty)[0])
    given = [str(v).strip().lstrip("\ufeff") for v in cells.iloc[first]]
    header, notes = _unique(given)
    title = f"{name}[{sheet}]" if sheet else name
    found += [Problem(title, int(rows[first]), None, None, note, "warning") for note in notes]
    body, lines = cells.iloc[first + 1 :].reset_index(drop=True), np.asarray(rows)[first + 1 :]
    body.columns = pd.Index(header)
    if swallowed and len(body) and "\n" in str(body.iloc[-1, -1]):
        text = str(body.iloc[-1, -1])[:KEPT_TEXT]
        message = "a quotation mark is opened and never closed, so the rest of the file is one cell; close it"
        found.append(Problem(title, int(lines[-1]), header[-1], text, message, "error"))
        body, lines, refused = body.iloc[:-1], lines[:-1], refused + 1
    body, lines, skipped = _without_skipped(title, body, lines, given, found)
    return RawTable(name, body, lines, sheet, tuple(found), refused, skipped, tuple(header))


def _without_skipped(
    title: str, body: pd.DataFrame, lines: np.ndarray, given: list[str], found: list[Problem]
) -> tuple[pd.DataFrame, np.ndarray, int]:
    kinds = {
        "blank rows": _blank(body),
        "rows that repeat the header": _repeats(body, given),
        "rows of HXL tags": _tags(body),
    }
    out = np.zeros(len(body), dtype=bool)
    for kind, mask in kinds.items():
        fresh = mask & ~out
        if fresh.any():
            first = int(lines[np.flatnonzero(fresh)[0]])
            message = f"{int(fresh.sum())} {kind} left out, the first here"
            found.append(Problem(title, first, None, None, message, "warning"))
        out |= mask
    return body.loc[~out].reset_index(drop=True), lines[~out], int(out.sum())


def _blank(cells: pd.DataFrame) -> np.ndarray:
    blank = np.ones(len(cells), dtype=bool)
    for position in range(cells.shape[1]):
        if not blank.any():
            break
        column = cells.iloc[:, position]
        blank[blank] = (column[blank].fillna("").str.strip() == "").to_numpy(dtype=bool)
    return blank


def _repeats(body: pd.DataFrame, given: list[str]) -> np.ndarray:
    same = np.ones(len(body), dtype=bool)
    for position, text in enumerate(given):
        if not same.any():
            break
        column = body.iloc[:, position]
        same[same] = (column[same].fillna("").str.strip() == text).to_numpy(dtype=bool)
    return same


def _tags(body: pd.DataFrame) -> np.ndarray:
    """The row right under the header, if all its cells are HXL tags or empty."""
    mask = np.zeros(len(body), dtype=bool)
    if len(body):
        texts = [str(v).strip() for v in body.iloc[0].fillna("")]
        tags = [t for t in texts if t]
        mask[0] = bool(tags) and all(re.fullmatch(r"#[a-z][a-z0-9_]*([+ ]+[a-z0-9_+ ]*)?", t) for t in tags)
    return mask


def _unique(given: list[str]) -> tuple[list[str], list[str]]:
    header: list[str] = []
    notes: list[str] = []
    for position, text in enumerate(given, start=1):
        name = re.sub(r"\s+", " ", text) or f"column {position}"
        if name in header:
            renamed = next(f"{name} ({n})" for n in range(2, len(given) + 2) if f"{name} ({n})" not in header)
            notes.append(f"the column '{name}' stands twice; the second is called '{renamed}' and not read")
            name = renamed
        header.append(name)
    return header, notes
