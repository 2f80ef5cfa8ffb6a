"""The figures of the geocoder as tables of docs/geocoding.md, between its marks ``<!-- bench NAME -->``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench_parts.figures import Figure, number

_EVENTS = {
    "UCDP Syria": "UCDP, Syria 2016-2019, villages coded as exact",
    "ACLED Idleb": "ACLED, battles in Idleb, Dec 2019 to Mar 2020",
    "ACLED Syria, battles": "ACLED, battles in Syria 2017-2023",
}
_LISTED = {
    "OCHA Arabic names + admin1": "OCHA's own Arabic names, governorate given",
    "OCHA Arabic names + admin1..3": "the same, district and sub-district given too",
}
_SPEED = {
    "open gazetteer idlib + OCHA": "opening the compiled gazetteer, Idlib with OCHA's list",
    "open gazetteer world": "opening that of the whole world",
    "memory of gazetteer idlib + OCHA": "memory of the first",
    "memory of gazetteer world": "memory of the second",
    "table of 1,000,000 rows": "a table of 1 million rows with 10,000 distinct names, misspelt on purpose",
    "table of 1,000,000 rows: peak memory": "peak memory of that process",
    "command on 1,000,000 rows": "the same as a CSV file through `conflictmap geocode`, reading and writing included",
    "distinct names a second": "distinct names, one core",
    "times as fast as the loop": "against a loop of `rapidfuzz.process.extractOne` over the same list",
}


def write_page(page: Path, figures: Sequence[Figure]) -> None:
    """Put the figures between the marks; a table whose figures were not measured stays as it is."""
    known = {f.name: f for f in figures if f.value is not None}
    text = page.read_text(encoding="utf-8")
    for name, table in (("accuracy", _accuracy(known)), ("reliability", _reliability(known)), ("speed", _speed(known))):
        if len(table) > 1:
            lines = "\n".join(table)
            marks = re.compile(rf"(<!-- bench {name} -->\n).*?(\n<!-- end -->)", re.DOTALL)
            text = marks.sub(lambda found, lines=lines: f"{found[1]}\n{lines}\n{found[2]}", text)
    page.write_text(text, encoding="utf-8")


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _head(*cells: str) -> list[str]:
    return [f"{_row(*cells)}\n{_row(*('---' for _ in cells))}"]


def _accuracy(known: Mapping[str, Figure]) -> list[str]:
    def of(name: str) -> str:
        return number(known[name].value) if name in known else ""

    def told(name: str, pattern: str) -> str:
        found = re.search(pattern, known[name].note)
        return found[1] if found else ""

    def thousands(digits: str) -> str:
        return f"{int(digits):,}"

    right, wrong = "names within 5 km", "names over 10 km off"
    table = _head(
        "names", "how many", "right, share of names", "right, share of events", "over 10 km off", "left blank"
    )
    for label, words in _EVENTS.items():
        if f"{label}: {right}" in known:
            count = thousands(told(f"{label}: {right}", r"(\d+) names"))
            blank = told(f"{label}: {wrong}", r"unanswered ([\d.]+)")
            shares = (of(f"{label}: {right}"), of(f"{label}: events within 5 km"), of(f"{label}: {wrong}"))
            table.append(_row(words, count, *shares, blank))
    for label, words in _LISTED.items():
        if f"{label}: same p-code" in known:
            far, unique = f"{label}: over 10 km off", f"{label}: same p-code, unique names"
            share = of(f"{label}: same p-code or within 5 km")
            table.append(_row(words, "", share, "", of(far), told(far, r"unanswered ([\d.]+)")))
            count = thousands(told(unique, r"(\d+) names"))
            table.append(_row("of these, names that one community of the units bears", count, of(unique), "", "", ""))
    for label in (
        n.removesuffix(": within 5 km") for n in known if n.startswith("press") and n.endswith(": within 5 km")
    ):
        count = told(f"{label}: within 5 km", r"(\d+) spellings")
        other = f"{of(f'{label}: over 5 km')} (over 5 km)"
        table.append(_row(label, count, of(f"{label}: within 5 km"), "", other, ""))
    return table


def _reliability(known: Mapping[str, Figure]) -> list[str]:
    table = _head("scored", "names", "mean score", "right")
    for name, figure in known.items():
        found = re.match(r"(\d+) names, said ([\d.]+)", figure.note) if name.startswith("  said") else None
        if found:
            table.append(_row(name.split()[1].rstrip(":"), found[1], found[2], number(figure.value)))
    total = known.get("calibration error of geo_score")
    if total:
        table.append(_row("calibration error", total.note.split()[0], "", number(total.value)))
    return table


def _speed(known: Mapping[str, Figure]) -> list[str]:
    units = {"1/s": "a second", "x": "times as fast"}
    rows = [
        _row(words, f"{number(known[name].value)} {units.get(known[name].unit, known[name].unit)}")
        for name, words in _SPEED.items()
        if name in known
    ]
    return [*_head("what", "figure"), *rows]
