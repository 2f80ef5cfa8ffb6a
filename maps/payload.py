"""The page's data plane: tables as typed columns, byte-shuffled, deflated, base64. Read by ``maps/js/src/decode.js``.

The same path for ten rows and for 400,000. Texts go in deflated blocks of their own, inflated only when one is read.
"""

from __future__ import annotations

import base64
import json
import os
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from itertools import cycle
from typing import Any

import deflate
import numpy as np
import pandas as pd

FORMAT = "conflictmap-columns/2"
TEXT_BLOCK = 1024  # rows whose texts are inflated together
LEVEL, QUICK = 7, 6  # of deflate: the quicker takes half of the time for 4 % more bytes of text
MANY = 200_000  # rows whose page has to be small too: every other block takes the time; of fewer none does
_AT_ONCE = min(4, os.cpu_count() or 1)  # blocks deflated together; other threads run meanwhile
EPOCH = date(1970, 1, 1)
MOST = 2**53  # whole numbers that JavaScript holds exactly
MENTION = "mention"  # the field of a whole sentence
_WIDTHS = ((1, np.uint8), (2, np.uint16), (4, np.uint32), (8, np.uint64))


class Columns:
    """Integer columns of several tables, packed into one deflated block.

    A column is unsigned unless ``signed`` (zigzag: 0, -1, 1, -2 ... become 0, 1, 2, 3 ...); ``delta`` stores the
    difference to the value before; ``missing`` stores value + 1, and 0 for a value that is not known. A value takes
    1, 2, 4 or 8 bytes, the least that fits all.
    """

    def __init__(self) -> None:
        self.index: list[dict[str, Any]] = []
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, table: str, name: str, values: Any, *, signed: bool = False, delta: bool = False) -> None:
        """Append a column of whole numbers."""
        numbers = np.asarray(values, dtype=np.int64)
        if delta:
            numbers = np.diff(numbers, prepend=0)
        if signed:
            numbers = (numbers << 1) ^ (numbers >> 63)
        self._append(table, name, numbers, {"signed": signed, "delta": delta})

    def add_missing(self, table: str, name: str, values: pd.Series) -> None:
        """Append a column of counts of which some are not known."""
        numbers = values.round().astype("Int64") + 1
        self._append(table, name, numbers.fillna(0).to_numpy(dtype=np.int64), {"missing": True})

    def add_words(self, table: str, name: str, words: pd.Series, order: np.ndarray | None = None) -> list[str]:
        """Append a column of words as codes, in an order of the rows; return the dictionary, sorted.

        Missing is the empty word, code 0.
        """
        codes, known = pd.factorize(words.astype("string"), sort=True)
        if order is not None:  # of codes: words would be copied
            codes = codes[order]
        empty = int(len(known) > 0 and known[0] == "")
        self._append(table, name, np.maximum(codes.astype(np.int64) + 1 - empty, 0), {})
        return ["", *known[empty:]]

    def _append(self, table: str, name: str, numbers: np.ndarray, flags: dict[str, bool]) -> None:
        largest = int(numbers.max(initial=0))
        if int(numbers.min(initial=0)) < 0 or largest >= MOST or (flags.get("signed") and largest >= 2**32):
            raise ValueError(f"column {table}.{name} holds a number that the page cannot")
        width, dtype = next((w, d) for w, d in _WIDTHS if largest < 256**w)
        raw = numbers.astype(np.dtype(dtype).newbyteorder("<"))
        shuffled = raw.view(np.uint8).reshape(len(raw), width).T.tobytes()
        known = {key: True for key, value in flags.items() if value}
        self.index.append({"table": table, "name": name, "n": len(raw), "width": width, "at": self._size, **known})
        self._parts.append(shuffled)
        self._size += len(shuffled)

    def packed(self) -> str:
        """All columns, deflated, as base64."""
        return _packed(b"".join(self._parts))


def pack_texts(blocks: Iterable[Sequence[Sequence[Any]]], *levels: int) -> list[str]:
    """Blocks of `TEXT_BLOCK` rows, each a list of columns of texts, as JSON, deflated at each level in turn, base64.

    A column with nothing in a block is an empty list there.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        waiting: deque[Future[str]] = deque()
        packed: list[str] = []
        # A few at once: all of them would hold the texts of the whole table.
        for block, level in zip(blocks, cycle(levels or (LEVEL,)), strict=False):
            waiting.append(pool.submit(_packed_json, [_filled(column) for column in block], level))
            if len(waiting) > 2 * _AT_ONCE:
                packed.append(waiting.popleft().result())
        return [*packed, *(one.result() for one in waiting)]


def blocks_of(rows: Sequence[Any] | np.ndarray) -> int:
    """How many blocks the texts of so many rows take."""
    return -(-len(rows) // TEXT_BLOCK)


def _filled(column: Sequence[Any]) -> Sequence[Any]:
    return column if any(column) else ()


def _packed_json(value: Any, level: int) -> str:
    return _packed(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"), level)


def days(dates: pd.Series) -> pd.Series:
    """Days since 1970-01-01, Int64; missing stays missing."""
    whole = (dates - pd.Timestamp(EPOCH)) // pd.Timedelta(days=1)
    return whole.astype("Int64")


def script_json(value: Any) -> str:
    """JSON that may stand in a script element: nothing in it can end the element or start a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return _without_lone_surrogates(text)


Mark = tuple[int, int, str]


def read_evidence(
    quote: str, span_start: int, evidence: str
) -> tuple[list[Mark], list[tuple[str, str, list[Mark] | None]]]:
    """Marks (start, end, field) in code points of the quote, in order; and (field, words, marks) of what is not in it.

    Another sentence that tells the same is of the field "mention", with marks of its own. A piece without offsets is
    a value as the source writes it (marks None). A piece whose words are not found at its offsets is told, not marked
    in the wrong place.
    """
    pieces = [*_pieces(evidence)]
    told = [p for p in pieces if p.get("field") == MENTION and isinstance(p.get("text"), str) and _placed(p)]
    sentences = [(span_start, quote), *((p["start"], p["text"]) for p in told)]
    order = sorted(range(len(sentences)), key=lambda k: sentences[k][0])
    starts, longest = [sentences[k][0] for k in order], max(len(text) for _, text in sentences)
    marks: list[list[Mark]] = [[] for _ in sentences]
    others: list[tuple[str, str, list[Mark] | None]] = []
    for piece in pieces:
        field, text = str(piece.get("field", "")), str(piece.get("text") or "")
        if not _placed(piece):
            others.append((field, text, None))
        elif field != MENTION:
            near = order[bisect_left(starts, piece["start"] - longest) : bisect_right(starts, piece["start"])]
            number = min((k for k in near if _stands_in(piece, *sentences[k])), default=None)
            if number is None:
                others.append((field, text, []))
            else:
                offset = sentences[number][0]
                marks[number].append((piece["start"] - offset, piece["end"] - offset, field))
    further = [
        (MENTION, text, sorted(m)) for (_, text), m in zip(sentences[1:], marks[1:], strict=True) if text != quote
    ]
    return sorted(marks[0]), [*further, *others]


def _stands_in(piece: Mapping[str, Any], offset: int, sentence: str) -> bool:
    start, end = piece["start"] - offset, piece["end"] - offset
    return 0 <= start < end <= len(sentence) and piece.get("text") in (None, sentence[start:end])


def _placed(piece: Mapping[str, Any]) -> bool:
    return all(isinstance(piece.get(side), int) for side in ("start", "end"))


def _pieces(evidence: str) -> Iterable[dict[str, Any]]:
    """Pieces of evidence that can be told: offsets are both whole numbers, or both absent."""
    if evidence == "[]":
        return []
    try:
        pieces = json.loads(evidence)
    except ValueError:
        return []
    if not isinstance(pieces, list):
        return []
    return [
        p
        for p in pieces
        if isinstance(p, dict) and (_placed(p) or (p.get("start") is p.get("end") is None and p.get("text")))
    ]


def _packed(raw: bytes, level: int = LEVEL) -> str:
    return base64.b64encode(deflate.zlib_compress(raw, level)).decode("ascii")


def _without_lone_surrogates(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
