"""Reports from files: text, Markdown with front matter, web pages, and JSON lines with a report each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from geo.errors import InputError, Problem
from geo.reports.encoding import decode_text
from geo.reports.page import page_text
from geo.reports.report import Report
from geo.reports.text import parse_report

PAGES = frozenset({".html", ".htm", ".xhtml"})
LINES = frozenset({".jsonl", ".ndjson"})
REPORT_SUFFIXES = frozenset({".txt", ".md"}) | PAGES | LINES
_PAGE = re.compile(r"\s*(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE)  # a page, whatever its file is called
# What a line of a JSON file may say of its report; other keys are passed over.
KEYS = ("id", "date", "title", "text", "source", "url")


def read_reports(path: Path) -> tuple[list[Report], list[Problem]]:
    """The reports of one file, and a problem for each line of a file of several that is none.

    The text of a page is what is left of it without markup; offsets count in that.

    Raises
    ------
    InputError
        The file cannot be read, is empty, is no text, or holds no report at all.
    """
    text, problems = _text_of(path)
    if path.suffix.lower() not in LINES:
        return [_one(text, path, problems)], []
    reports: list[Report] = []
    refused: list[Problem] = list(problems)
    for found in _lines(text, path):
        (reports if isinstance(found, Report) else refused).append(found)  # type: ignore[arg-type]
    if not reports:
        wanted = "wanted a JSON object on each line, with the key 'text'"
        raise InputError(f"{path}: holds no report; {wanted}", refused)
    return reports, refused


def read_report(path: Path) -> Report:
    """The report of a file that holds one.

    The date is taken from the front matter or the page, a byline, a dateline, "as of" in the title, or at last the
    file's name.

    Raises
    ------
    InputError
        The file cannot be read, is empty, or is no text.
    """
    text, problems = _text_of(path)
    return _one(text, path, problems)


def _text_of(path: Path) -> tuple[str, tuple[Problem, ...]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    text, problems = decode_text(raw, path, lines=path.suffix.lower() in LINES)
    if not text.strip():
        raise InputError(f"{path}: is empty; wanted the text of a report")
    return text, problems


def _one(text: str, path: Path, problems: tuple[Problem, ...]) -> Report:
    if path.suffix.lower() not in PAGES and not _PAGE.match(text):
        return parse_report(text, path, problems)
    body, told = page_text(text, path)
    return parse_report(body, path, problems, told=told)


def _lines(text: str, path: Path) -> Iterator[Report | Problem]:
    """The report of each line that is not blank, or what is wrong with it; an id stands once in a file."""
    seen: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        found = _told(line)
        if isinstance(found, str):
            yield Problem(path.name, number, None, None, found, "error")
            continue
        ident = found.get("id") or str(number)
        if ident in seen:
            message = f"is the id of line {seen[ident]} already; give each report its own"
            yield Problem(path.name, number, "id", ident, message, "error")
            continue
        seen[ident] = number
        where = path.with_name(f"{path.name}#{ident.replace('/', '_')}")
        yield parse_report(found.pop("text"), where, told=found | {"id": ident})


def _told(line: str) -> dict[str, str] | str:
    """What a line says of its report, or what is wrong with it."""
    try:
        row: Any = json.loads(line)
    except (ValueError, RecursionError):
        whole = "; a list over several lines must be split" if line.lstrip().startswith("[") else ""
        return f"is no JSON; wanted one object on each line{whole}"
    if not isinstance(row, dict):
        return f"is no JSON object but a {_JSON_KINDS[type(row)]}; wanted an object with the key 'text'"
    values = {k: row[k] for k in KEYS if row.get(k) is not None}
    wrong = next((k for k, v in values.items() if type(v) not in ((str,) if k == "text" else (str, int, float))), None)
    if wrong:
        return f"'{wrong}' is no text but a {_JSON_KINDS[type(values[wrong])]}"
    if not values.get("text", "").strip():
        empty = "an empty 'text'" if "text" in row else "no 'text'"
        return f"has {empty}; has {', '.join(map(str, list(row)[:8])) or 'no key'}"
    plain = {k: str(v) if k == "text" else " ".join(str(v).split()) for k, v in values.items()}
    mended = {k: _HALF.sub("\ufffd", v) for k, v in plain.items()}
    return {k: v.replace("\0", "") if k != "text" else v for k, v in mended.items()}


_HALF = re.compile("[\ud800-\udfff]")  # half of a letter, which no file can hold
_JSON_KINDS = {
    list: "list",
    dict: "object",
    str: "text",
    bool: "true or false",
    int: "number",
    float: "number",
    type(None): "null",
}
