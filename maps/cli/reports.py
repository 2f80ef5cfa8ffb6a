"""``conflictmap geoparse``: the place names of reports, each with the place it means."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from geo.errors import Problem
from geo.gazetteer import load_gazetteer
from geo.geoparse import Geoparser, Span
from geo.geoparse.tagger import open_recogniser
from geo.inputs import find_inputs
from geo.reports import Report, read_reports
from geo.theatre import load_theatre
from maps.cli.given import Gazetteers, TheatreName, given_file
from maps.cli.talk import progress, say, show_problems

Reports = Annotated[list[Path], typer.Argument(help="Reports (.txt, .md, .html, .jsonl) or folders of them.")]


def geoparse(
    reports: Reports,
    out: Annotated[Path, typer.Option("--out", "-o", help="File of JSON lines to write, a line a place name.")],
    theatre: TheatreName = "world",
    gazetteer: Gazetteers = None,
    home: Annotated[
        str | None, typer.Option("--home", help="Town that the reports are written in, such as 'Paris, Texas'.")
    ] = None,
    recogniser: Annotated[
        str, typer.Option("--recogniser", help="What finds the names: rules, or spacy:NAME of an installed pipeline.")
    ] = "rules",
) -> None:
    """Find the place names of reports and the places they mean; offsets count the characters of the text as stored."""
    if not out.parent.is_dir():
        raise typer.BadParameter(f"no folder '{out.parent}'; make it first")
    find_spans = open_recogniser(recogniser)
    loaded = load_theatre(theatre)
    paths = find_inputs(reports)
    problems: list[Problem] = []
    found = Counter[str]()
    with progress(len(paths) + 1) as on_step:
        on_step("places")
        places = load_gazetteer(loaded, [given_file(path) for path in gazetteer or ()])
        point = _point(home, Geoparser(places, loaded)) if home else None
        parser = Geoparser(places, loaded, home=point, find_spans=find_spans)
        with out.open("w", encoding="utf-8", newline="\n") as file:
            for path in paths:
                on_step(path.name)
                texts, wrong = read_reports(path)
                problems += wrong
                for report in texts:
                    problems += report.problems
                    file.writelines(_lines(report, parser.parse(report.text), found))
    typer.echo(out)
    say(_summary(found))
    show_problems(problems, listed=None)
    if any(p.severity == "error" for p in problems):
        raise typer.Exit(1)


def _point(home: str, parser: Geoparser) -> tuple[float, float]:
    """Longitude and latitude of the place that a user names."""
    for span in (*parser.parse(home), *parser.resolve(home, [(0, len(home))])):
        if span.longitude is not None and span.latitude is not None:
            return span.longitude, span.latitude
    raise typer.BadParameter(f"--home: no place '{home}' is known; wanted a town, with its state if need be")


def _lines(report: Report, spans: Sequence[Span], found: Counter[str]) -> Iterator[str]:
    """The line of each name in the telling of a report; what stands in its tail is no part of it."""
    tails = [(p.start, p.end) for p in report.parts if p.kind == "tail"]
    found["reports"] += 1
    for span in spans:
        if any(start <= span.start < end for start, end in tails):
            continue
        found["names"] += 1
        found["placed"] += span.latitude is not None
        found["metonyms"] += span.use == "metonym"
        yield json.dumps(row_of(report.name, span), ensure_ascii=False) + "\n"


def row_of(doc: str, span: Span) -> dict[str, Any]:
    """A span as the columns of ``spans.jsonl``; what is not known is null."""
    return {
        "doc": doc,
        "start": span.start,
        "end": span.end,
        "text": span.text,
        "place_id": span.place_id or None,
        "name": span.name or None,
        "latitude": span.latitude,
        "longitude": span.longitude,
        "geo_precision": span.precision,
        "geo_score": span.score,
        "use": span.use,
    }


def _summary(found: Counter[str]) -> str:
    return (
        f"{found['names']} place names in {found['reports']} reports: {found['placed']} with a place, "
        f"{found['names'] - found['placed']} without; {found['metonyms']} stand for a government or a party"
    )
