"""Paragraphs of sport and business, where sides clash, strikers fire and shares explode without a war."""

from __future__ import annotations

import re

from geo.reports.lexicon import Lexicon
from geo.reports.report import Report

_PARAGRAPH = 2  # words of sport or business that make a paragraph one of them
_TEXT = 6  # the same for a whole text
_WAR = 1  # words of war that such a paragraph may have: "killed the appetite for risk"


def played_parts(report: Report, lexicon: Lexicon) -> frozenset[int]:
    """Indexes of the body parts that are about sport or business, by how many of their words a paragraph has."""
    play, war = lexicon.pattern("genre.play"), lexicon.pattern("genre.war")
    body = [number for number, part in enumerate(report.parts) if part.kind == "body"]
    words = {n: _words(play, report, n) for n in body}
    if sum(len(found) for found in words.values()) < _PARAGRAPH:
        return frozenset()
    fought = {n: _words(war, report, n) for n in body}
    everywhere = set().union(*words.values())
    whole = len(everywhere) >= _TEXT and len(everywhere) > len(set().union(*fought.values()))
    return frozenset(n for n in body if len(fought[n]) <= _WAR and (whole or len(words[n]) >= _PARAGRAPH))


def _words(pattern: re.Pattern[str], report: Report, number: int) -> set[str]:
    part = report.parts[number]
    return {m[0].lower() for m in pattern.finditer(report.text, part.start, part.end)}
