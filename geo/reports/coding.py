"""A report to EVENTS and DISPLACEMENT: every field with its words, every sentence set aside with its reason."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from geo.errors import Problem
from geo.gazetteer import Gazetteer
from geo.reports.displaced import Displaced, join_displaced, read_displaced
from geo.reports.finishing import finish
from geo.reports.genre import played_parts
from geo.reports.lexicon import Lexicon, load_lexicon
from geo.reports.listed import at_each_place
from geo.reports.mention import Mention, SetAside
from geo.reports.mentions import read_mentions
from geo.reports.namesakes import Namesakes
from geo.reports.places import Toponym
from geo.reports.plain import plain_report
from geo.reports.report import Part, Report
from geo.reports.rows import as_stored, event_rows, record_rows
from geo.reports.sentences import Sentence, read_sentences
from geo.reports.story import Story
from geo.schema import DISPLACEMENT, EVENTS, TableSpec, concat, conform
from geo.theatre import Theatre


@dataclass(frozen=True, slots=True)
class DraftReport:
    """What one report tells, as plain rows with the columns of EVENTS and DISPLACEMENT, not yet checked.

    ``set_aside``: sentences with event words that made no mark, and why.
    """

    report: Report
    events: tuple[dict[str, Any], ...]
    displacement: tuple[dict[str, Any], ...]
    problems: tuple[Problem, ...]
    sentences: int
    set_aside: tuple[SetAside, ...]


@dataclass(frozen=True, slots=True)
class CodedReport:
    """What a report tells, as tables, not yet geocoded; ``set_aside`` as in a draft."""

    report: Report
    events: pd.DataFrame
    displacement: pd.DataFrame
    problems: tuple[Problem, ...]
    sentences: int
    set_aside: tuple[SetAside, ...]


def code_report(report: Report, gazetteer: Gazetteer, *, theatre: Theatre) -> CodedReport:
    """Events and displacement records of a report as tables.

    Toponyms are as in the text; ``place_id`` is set where the text settles it, as for a first division or a country.
    """
    draft = draft_report(report, gazetteer, theatre=theatre)
    events, displacement, bad = draft_tables([draft])
    return CodedReport(report, events, displacement, (*draft.problems, *bad), draft.sentences, draft.set_aside)


def draft_tables(drafts: Iterable[DraftReport]) -> tuple[pd.DataFrame, pd.DataFrame, list[Problem]]:
    """All rows of many drafts as one EVENTS and one DISPLACEMENT table, and what was wrong with them.

    Checking a table costs the same for one row as for thousands, so many reports are better checked together.
    """
    drafts = list(drafts)
    events, bad = _table([r for d in drafts for r in d.events], EVENTS)
    displacement, worse = _table([r for d in drafts for r in d.displacement], DISPLACEMENT)
    return events, displacement, bad + worse


def tables_of_each(
    several: Sequence[Sequence[DraftReport]],
) -> list[tuple[pd.DataFrame, pd.DataFrame, list[Problem]]]:
    """As `draft_tables`, for each of several groups of drafts; as many at once as have nothing wrong with them."""
    events, displacement, problems = draft_tables(d for drafts in several for d in drafts)
    if len(several) == 1:
        return [(events, displacement, problems)]
    if problems:
        half = len(several) // 2
        return tables_of_each(several[:half]) + tables_of_each(several[half:])
    ends = [
        np.cumsum([0, *(sum(len(getattr(d, name)) for d in drafts) for drafts in several)]).tolist()
        for name in ("events", "displacement")
    ]
    return [
        (events.iloc[a:b], displacement.iloc[c:d], [])
        for (a, b), (c, d) in zip(*(pairwise(n) for n in ends), strict=True)
    ]


def _table(rows: list[dict[str, Any]], spec: TableSpec) -> tuple[pd.DataFrame, list[Problem]]:
    if not rows:
        return concat([], spec), []
    columns = [c.name for c in spec.columns if c.kind != "geometry"]
    sources = list(dict.fromkeys(r["source_file"] for r in rows))
    return conform(pd.DataFrame(rows, columns=columns, dtype=object), spec, source=", ".join(sources[:3]))


def draft_report(report: Report, gazetteer: Gazetteer, *, theatre: Theatre) -> DraftReport:
    """Events and displacement records of a report as plain rows; takes time linear in the length of the text."""
    lexicon = load_lexicon()
    stored, plain = report, plain_report(report)
    report = plain.report
    story = Story(report, theatre.period)
    people: list[Displaced] = []
    beside: dict[int, list[Toponym]] = {}
    played = played_parts(report, lexicon)
    sentences = 0
    for sentence in read_sentences(report, gazetteer, theatre, lexicon):
        sentences += 1
        displaced = read_displaced(sentence, report, theatre, lexicon, story.events) if sentence.counts else []
        people += [d for d in displaced if not d.vague]
        story.aside += [_vague(sentence) for d in displaced if d.vague]
        story.labelled(sentence)
        mentions, aside = _read(sentence, lexicon, played=sentence.part in played)
        for mention in mentions:
            story.add(mention)
        story.see(sentence)
        beside.setdefault(sentence.part, []).extend(t for t in sentence.toponyms if t.level == "place" and t.known)
        if not displaced:
            story.aside += aside
    told = list(at_each_place(report.text, finish(story)))
    Namesakes(gazetteer, theatre.countries).settle(told, beside)
    problems = (*report.problems, *_remarks(report, story, sentences))
    return DraftReport(
        stored,
        tuple(as_stored(event_rows(report, told), plain, stored)),
        tuple(as_stored(record_rows(report, join_displaced(people)), plain, stored)),
        problems,
        sentences,
        tuple(_left_out(story, people)),
    )


def _read(sentence: Sentence, lexicon: Lexicon, *, played: bool) -> tuple[list[Mention], list[SetAside]]:
    """The mentions of a sentence; none of a paragraph of sport or business."""
    if not played:
        return read_mentions(sentence, lexicon)
    reason = "a paragraph of sport or business"
    told = [SetAside(sentence.start, sentence.end, sentence.words, reason)]
    return [], told if sentence.triggers else []


def _repeated(report: Report, part: Part) -> SetAside:
    words = report.text[part.start : part.end]
    return SetAside(part.start, part.end, words, "told before in the report, word for word")


def _vague(sentence: Sentence) -> SetAside:
    reason = "a figure of people without a number, a place or a time"
    return SetAside(sentence.start, sentence.end, sentence.words, reason)


def _left_out(story: Story, people: list[Displaced]) -> Iterable[SetAside]:
    """Sentences set aside that are not the words of any record."""
    spans = [s for e in story.events for s in e.evidence] + [s for r in people for s in r.evidence]
    used = {(s.start, s.end) for s in spans if s.field == "mention"}
    return (a for a in dict.fromkeys(story.aside) if (a.start, a.end) not in used)


def _remarks(report: Report, story: Story, sentences: int) -> Iterable[Problem]:
    if not sentences:
        yield Problem(report.path.name, None, None, None, "has no text that could be read as sentences", "warning")
    undated = [e for e in story.events if e.date is None]
    story.aside += [_repeated(report, p) for p in report.parts if p.kind == "repeat"]
    breaks = [m.start() for m in re.finditer("\n", report.text)] if undated else []
    for event in undated:
        line = bisect_left(breaks, event.told[0]) + 1
        words = report.text[slice(*event.trigger)]
        yield Problem(report.path.name, line, "date_start", words, "has no date; give the report a date", "warning")
