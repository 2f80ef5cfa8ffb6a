"""YAML front matter of a report: what it says of title, date and source, as plain text by key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from geo.errors import Problem

_OPENING = re.compile(r"---[ \t]*(?:\r\n|\r|\n)")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r\n|\r|\n|\Z)", re.MULTILINE)
_LONGEST = 20_000  # letters; more is no front matter
_LINE = re.compile(r"[^\r\n]+")
_KEY = re.compile(r"(?P<indent>[ \t]*)(?P<key>[\w][\w -]{0,40}?)[ \t]*:(?:[ \t]+|$)(?P<value>.*)")
_ITEM = re.compile(r"[ \t]*-[ \t]+(?P<value>.*)")
_BLOCK = re.compile(r"[>|][+-]?\d?\s*$")
_COMMENT = re.compile(r"(?:^|\s+)#.*$")
_NAMES = frozenset({"name", "title"})  # of a nested "source:" the one that is its name
_ESCAPES = {"\\n": " ", "\\t": " ", '\\"': '"', "\\\\": "\\"}


def read_front(text: str, path: Path) -> tuple[dict[str, str], int, tuple[Problem, ...]]:
    """Keys of YAML front matter with their values as text, where the report begins after it, a remark if it is broken.

    Of lists all items are taken, of something nested its name. What is never closed ends at its first blank line.
    """
    opening = _OPENING.match(text)
    if opening is None:
        return {}, 0, ()
    closing = _CLOSING.search(text, opening.end(), opening.end() + _LONGEST)
    if closing is None:
        blank = re.compile(r"(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)").search(text, opening.end())
        stop = begin = blank.start() if blank else opening.end()
        lines = list(_LINE.finditer(text, opening.end(), stop))
        if not lines or not all(_KEY.match(line[0]) or _ITEM.match(line[0]) for line in lines):
            return {}, 0, ()
        message = "front matter begins here and is never closed; put a line '---' below its last key"
        return _values(text, opening.end(), stop), begin, (Problem(path.name, 1, None, None, message, "warning"),)
    return _values(text, opening.end(), closing.start()), closing.end(), ()


def _values(text: str, start: int, stop: int) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for key, value in _pairs([line[0] for line in _LINE.finditer(text, start, stop)]):
        if value:
            found.setdefault(key.casefold().replace("-", "_").replace(" ", "_"), []).append(value)
    return {key: ", ".join(dict.fromkeys(values)) for key, values in found.items()}


def _pairs(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Key and value of each line; what belongs to the key above comes under that."""
    above = ""
    block = False
    folded: list[str] = []  # lines of a text that goes over several
    for line in lines:
        pair = _KEY.match(line)
        if pair and not pair["indent"]:
            yield above, " ".join(folded)
            folded.clear()
            above, value = pair["key"], pair["value"]
            block = bool(_BLOCK.match(value))
            yield from ((above, item) for item in ([] if block else _items(value)))
        elif block and line[:1] in " \t":
            folded.append(line.strip())
        elif above and (item := _ITEM.match(line)):
            yield above, _scalar(item["value"])
        elif above and pair and pair["key"] in _NAMES:
            yield above, _scalar(pair["value"])
    yield above, " ".join(folded)


def _items(value: str) -> list[str]:
    """The items of "[a, b]", else the value alone."""
    value = value.strip()
    if value.startswith("[") and value.endswith("]"):
        return [_scalar(item) for item in value[1:-1].split(",")]
    return [_scalar(value)]


def _scalar(value: str) -> str:
    """A value without its quotes or the comment after it."""
    value = value.strip()
    if value[:1] == "'":
        return value[1:].replace("''", "\0").partition("'")[0].replace("\0", "'")
    if value[:1] == '"':
        told = re.match(r'"((?:[^"\\]|\\.)*)', value)
        return re.sub(r'\\[nt"\\]', lambda m: _ESCAPES[m[0]], told[1]) if told else ""
    return _COMMENT.sub("", value)
