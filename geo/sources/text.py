"""Delimited text as a table: encoding, delimiter, rows of the right width, true line numbers."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import charset_normalizer
import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute, csv

from geo.errors import InputError, Problem
from geo.sources.files import WANTED, Content
from geo.sources.heading import WITHIN, find_heading
from geo.sources.raw import KEPT_TEXT, RawTable, with_header

LONGEST_LINE = 2_000_000  # bytes
BLOCK = 1_000_000  # bytes split into rows in one go: what a processor keeps near
SAMPLE = 200_000  # bytes that settle encoding and delimiter
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class TextCells:
    """All rows of a delimited text, the header among them, to the letter; ``lines`` holds the line of each.

    ``bare`` says which rows are lines without anything, not even a delimiter. ``refused`` counts the rows of another
    width, each with an error in ``problems``. ``swallowed``: the last quotation mark stands open, so that the last
    cell runs to the end of the file. ``plain``: the file is UTF-8 without a mark.
    """

    table: pa.Table
    lines: np.ndarray
    bare: np.ndarray
    delimiter: str
    problems: tuple[Problem, ...]
    refused: int
    swallowed: bool
    plain: bool


def read_text_table(
    content: Content, *, languages: Sequence[str] = (), names: Callable[[list[str]], Sequence[str] | None] | None = None
) -> RawTable:
    """A delimited text file as a table. ``names`` gives the header of a file whose first row shows that it has none.

    Raises
    ------
    InputError
        It is binary, a line is too long, or no row can be read.
    """
    read = read_text_cells(content, languages=languages)
    cells = read.table.to_pandas(types_mapper={pa.string(): pd.StringDtype()}.get)
    lines = read.lines
    header = names([str(c) for c in cells.iloc[0]]) if names and len(cells) else None
    if header:
        head = pd.DataFrame([list(header)], columns=cells.columns, dtype="string")
        cells, lines = pd.concat([head, cells], ignore_index=True), np.concatenate([[0], lines])
    above = 0 if header else _titles(cells.head(WITHIN))
    titles = _left_above(content.name, above, int(lines[0])) if above else []
    return with_header(
        content.name,
        cells.iloc[above:],
        lines[above:],
        problems=(*read.problems, *titles),
        refused=read.refused,
        swallowed=read.swallowed,
    )


def _titles(near: pd.DataFrame) -> int:
    """Rows of one cell or none above the first that is as wide as a table."""
    filled = (near.fillna("") != "").sum(axis=1).tolist()
    first = next((n for n, count in enumerate(filled) if 2 * count > max(filled)), 0)
    return first if max(filled, default=0) > 2 and max(filled[:first], default=0) == 1 else 0


def _left_above(name: str, count: int, line: int) -> list[Problem]:
    return [Problem(name, line, None, None, f"{count} lines above the header are left out", "warning")]


def read_text_cells(content: Content, *, languages: Sequence[str] = ()) -> TextCells:
    """A delimited text file as cells, nothing left out but rows of the wrong width.

    Raises
    ------
    InputError
        It is binary, a line is too long, or no row can be read.
    """
    raw, problems = to_utf8(content, languages=languages)
    _check_lines(content.name, raw)
    plain = raw is content.raw
    head = find_heading(raw)
    above = head.lines if raw[: head.start].strip() else 0
    if above:
        problems += _left_above(content.name, above, 1)
        raw = raw[head.start :]
    table, ragged = _parse(content.name, raw, head.delimiter, head.width)
    lines, found = _numbered(content.name, raw, table, ragged, above)
    bare = _bare_rows(raw, table, lines - above)
    return TextCells(
        table, lines, bare, head.delimiter, (*problems, *found), len(ragged), _is_swallowed(raw, table), plain
    )


def to_utf8(content: Content, *, languages: Sequence[str] = ()) -> tuple[bytes, list[Problem]]:
    """The text as UTF-8 without a byte order mark, and a warning where its encoding had to be guessed."""
    name, raw = content.name, content.raw
    for bom, encoding in BOMS:
        if raw.startswith(bom):
            return _decoded(name, raw, encoding).encode(), []
    if raw.find(b"\0", 0, SAMPLE) >= 0:
        return _wide(name, raw), [_assumed(name, "UTF-16")]
    _check_binary(name, raw[:SAMPLE])
    if raw.isascii():
        return raw, []
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
    raise InputError(f"{name}: is binary, not a table; {WANTED}")


def _check_binary(name: str, sample: bytes) -> None:
    control = sum(sample.count(bytes([c])) for c in range(32) if c not in b"\t\n\r\x0b\x0c\x1a\x1b")
    if control > max(10, 0.01 * len(sample)):
        raise InputError(f"{name}: is binary, not a table; {WANTED}")


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
    half = LONGEST_LINE // 2
    if all(raw.find(b"\n", at, at + half) >= 0 for at in range(0, len(raw) - half, half)):
        return  # a line that is too long would hold at least one such piece without an end
    ends = np.flatnonzero(np.frombuffer(raw, dtype=np.uint8) == ord("\n"))
    lengths = np.diff(np.concatenate([[-1], ends, [len(raw)]]))
    longest = int(lengths.argmax())
    if lengths[longest] > LONGEST_LINE:
        raise InputError(
            f"{name}:{longest + 1}: the line has {int(lengths[longest]):,} bytes; wanted at most {LONGEST_LINE:,}; "
            "is it a table?"
        )


def _bare_rows(raw: bytes, table: pa.Table, lines: np.ndarray) -> np.ndarray:
    """Which rows are lines with nothing in them."""
    first = compute.fill_null(compute.equal(table.column(0), ""), fill_value=True)
    if not compute.any(first).as_py():
        return np.zeros(len(lines), dtype=bool)
    return np.isin(lines, _bare_lines(raw))


def _bare_lines(raw: bytes) -> np.ndarray:
    """Numbers of the lines with nothing in them."""
    text = np.frombuffer(raw, dtype=np.uint8)
    ends = np.flatnonzero(text == ord("\n"))
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    length = ends - starts
    returns = text[starts] == ord("\r") if len(ends) else length
    return np.flatnonzero((length == 0) | ((length == 1) & returns)) + 1


def _parse(name: str, raw: bytes, delimiter: str, width: int) -> tuple[pa.Table, list[tuple[int, int, str]]]:
    """All rows of the right width, the header among them, and (number, cells, text) of the others."""
    try:
        return _split(raw, delimiter, width, BLOCK)
    except pa.ArrowInvalid:  # perhaps a row is longer than a block
        try:
            return _split(raw, delimiter, width, 2 * LONGEST_LINE)
        except pa.ArrowInvalid as error:
            raise InputError(f"{name}: cannot be split into rows; is a quotation mark left open? ({error})") from error


def _split(raw: bytes, delimiter: str, width: int, block: int) -> tuple[pa.Table, list[tuple[int, int, str]]]:
    names = [str(i) for i in range(width)]
    ragged: list[tuple[int, int, str]] = []

    def keep(row: csv.InvalidRow) -> str:
        ragged.append((row.number, row.actual_columns, row.text))
        return "skip"

    table = csv.read_csv(
        pa.BufferReader(raw),
        read_options=csv.ReadOptions(use_threads=False, column_names=names, block_size=block),
        parse_options=csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=keep
        ),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )
    return table, ragged


def _numbered(
    name: str, raw: bytes, table: pa.Table, ragged: list[tuple[int, int, str]], above: int
) -> tuple[np.ndarray, list[Problem]]:
    """The line of each row: one after the last row ended, and each break inside quotes is a line more."""
    total = table.num_rows + len(ragged)
    if not ragged and raw.count(b"\n") <= total:
        return above + np.arange(1, total + 1), []
    whole = np.ones(total, dtype=bool)
    whole[[number - 1 for number, _, _ in ragged]] = False
    breaks = np.zeros(total, dtype=np.int64)
    breaks[whole] = _line_breaks(table)
    breaks[~whole] = [text.count("\n") for _, _, text in ragged]
    lines = above + 1 + np.concatenate([[0], np.cumsum(breaks + 1)[:-1]])
    width, problems = table.num_columns, []
    for (number, found, text), line in zip(ragged, lines[~whole], strict=True):
        message = f"has {found} cells; wanted {width} as in the header"
        if number == total and text.count('"') % 2:
            message += "; a quotation mark is opened and never closed"
        problems.append(Problem(name, int(line), None, text[:KEPT_TEXT], message, "error"))
    return lines[whole], problems


def _line_breaks(table: pa.Table) -> np.ndarray:
    counts = np.zeros(table.num_rows, dtype=np.int64)
    for column in table.columns:
        counts += compute.count_substring(column, "\n").to_numpy()
    return counts


def _is_swallowed(raw: bytes, table: pa.Table) -> bool:
    """Whether the last cell runs to the end of the file because a quotation mark was never closed."""
    last = str(table.column(table.num_columns - 1)[-1].as_py()) if table.num_rows else ""
    return "\n" in last and _open_quote(raw)


def _open_quote(raw: bytes) -> bool:
    """Whether the last quotation mark of the text stands open, so that the last cell runs to the end of the file."""
    return raw.count(b'"') % 2 == 1 and not raw.rstrip(b"\r\n").endswith(b'"')
