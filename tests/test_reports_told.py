"""Reports as agencies, monitors, local outlets and bloggers print them, read against what a person wrote down first.

Texts and happenings are made up; the places are real. ``tests/corpora/told`` has them, and two tables: the events
wanted (or allowed, where one may mark them or not) and the figures of displaced people. "|" parts answers that are both
right, "-" means that nothing is told, "*" that it does not matter.
"""

import csv
import difflib
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from geo.names import fold
from geo.reports import code_report, read_report

TOLD = Path(__file__).parent / "corpora" / "told"
TEXTS = sorted(p.stem for p in TOLD.glob("*.txt"))
PEACEFUL = ("business", "sport")


def table(name, text):
    with (TOLD / name).open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["text"] == text]


@pytest.fixture(scope="module")
def read(loaded):
    theatre, gazetteer, _ = loaded("idlib")

    @cache
    def coded(text):
        return code_report(read_report(TOLD / f"{text}.txt"), gazetteer, theatre=theatre)

    return coded


def answers(cell, wanted):
    return "*" in wanted.split("|") or ("-" if pd.isna(cell) else str(cell)) in wanted.split("|")


def at(row, places):
    names = [fold(p) for p in places.split("|")]
    here = "" if pd.isna(row.toponym) else fold(row.toponym)
    alike = (n in here or difflib.SequenceMatcher(None, n, here).ratio() > 0.8 for n in names)
    return "*" in places or (bool(here) and any(alike))


def on(row, days):
    start = "" if pd.isna(row.date_start) else str(row.date_start.date())
    return any(day == "*" or start.startswith(day) for day in days.split("|"))


def scored(read, texts):
    """Wanted events with the row at their place on their day, if any; and all marks, None for each that is wrong."""
    found, marks = [], []
    for text in texts:
        left = list(read(text).events.itertuples())
        for want in table("events.csv", text):
            fits = [r for r in left if at(r, want["place"]) and on(r, want["date"])]
            fits.sort(key=lambda r: -sum(answers(getattr(r, c), want[k]) for c, k in FIELDS))
            if want["mark"] == "wanted":
                found.append((want, fits[0] if fits else None))
            marks += fits[:1]
            left = [r for r in left if r not in fits[:1]]
        marks += [None] * len(left)
    return found, marks


FIELDS = (("event_subtype", "subtype"), ("fatalities_best", "killed"), ("injured", "injured"))


def share(values):
    values = list(values)
    return sum(values) / len(values)


def test_most_of_what_is_told_comes_out_and_little_else(read):
    found, marks = scored(read, TEXTS)
    assert len(found) > 50
    assert share(row is not None for _, row in found) >= 0.8
    assert share(row is None for row in marks) <= 0.1


@pytest.mark.parametrize("text", [t for t in TEXTS if t not in PEACEFUL])
def test_no_kind_of_text_is_read_badly(read, text):
    found, marks = scored(read, [text])
    assert share(row is not None for _, row in found) >= 0.6
    assert share(row is None for row in marks) <= 0.3


@pytest.mark.parametrize(("column", "wanted", "floor"), [(*FIELDS[0], 0.85), (*FIELDS[1], 0.9), (*FIELDS[2], 0.9)])
def test_fields_are_those_that_the_text_tells(read, column, wanted, floor):
    found, _ = scored(read, TEXTS)
    assert share(answers(getattr(row, column), want[wanted]) for want, row in found if row is not None) >= floor


@pytest.mark.parametrize("text", PEACEFUL)
def test_where_sides_clash_over_a_ball_or_a_price_nothing_happened(read, text):
    assert [r.toponym for r in read(text).events.itertuples() if r.event_type != "Protests"] == []
    assert read(text).displacement.empty


def test_figures_of_displaced_people_come_out_with_their_ends(read):
    right = []
    for text in TEXTS:
        rows = list(read(text).displacement.itertuples())
        for want in table("displacement.csv", text):
            row = next((r for r in rows if int(want["figure"]) in (r.persons_best, r.households)), None)
            ends = row is not None and all(
                pd.isna(cell) if want[side] == "-" else any(fold(w) in fold(str(cell)) for w in want[side].split("/"))
                for side, cell in (("origin", row.origin_toponym), ("destination", row.destination_toponym))
                if "*" not in want[side]
            )
            right.append(ends)
    assert share(right) >= 0.6
