"""``conflictmap geoparse``: the place names of reports, each with the place it means."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo.errors import ExportError, InputError, Problem
from geo.gazetteer import load_gazetteer
from geo.geoparse import Geoparser, Span
from geo.geoparse.tagger import open_recogniser
from geo.inputs import find_inputs, none_usable, unused_file
from geo.reports import REPORT_SUFFIXES, Report, plain_report, read_reports
from geo.theatre import load_theatre
from maps.cli.given import Gazetteers, TheatreName, given_file
from maps.cli.talk import progress, say, show_problems

if TYPE_CHECKING:  # the pipeline draws
    from maps.pipeline import OnStep

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
    if out.is_dir():
        raise typer.BadParameter(f"'{out}' is a folder; give the name of a file")
    if not out.parent.is_dir():
        raise typer.BadParameter(f"no folder '{out.parent}'; make it first")
    find_spans = open_recogniser(recogniser)
    loaded = load_theatre(theatre)
    paths, problems = _inputs(reports)
    found = Counter[str]()
    with progress(len(paths) + 1) as on_step:
        on_step("places")
        places = load_gazetteer(loaded, [given_file(path) for path in gazetteer or ()])
        point = _point(home, Geoparser(places, loaded)) if home else None
        parser = Geoparser(places, loaded, home=point, find_spans=find_spans)
        lines: list[str] = []
        for report in _reports(paths, problems, on_step):
            problems += report.problems
            lines += _lines(report, parser, found)
        _write(out, lines)
    typer.echo(out)
    say(_summary(found))
    show_problems(problems, listed=None)
    if any(p.severity == "error" for p in problems):
        raise typer.Exit(1)


def _write(out: Path, lines: Iterable[str]) -> None:
    try:
        with out.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
    except OSError as error:
        raise ExportError(f"{out}: cannot be written: {error.strerror or error}") from error


def _inputs(given: Sequence[Path]) -> tuple[list[Path], list[Problem]]:
    """The files to read, and a warning for each file of a folder that is no report."""
    found = find_inputs(given)
    paths = [p for p in found if p in given or p.suffix.lower() in REPORT_SUFFIXES]
    wanted = f"is no report ({', '.join(sorted(REPORT_SUFFIXES))}); left out"
    left = [Problem(p.name, None, None, None, wanted, "warning") for p in found if p not in set(paths)]
    if not paths:
        raise InputError("nothing to read: give at least one report", left)
    return paths, left


def _reports(paths: Sequence[Path], problems: list[Problem], on_step: OnStep) -> Iterator[Report]:
    """The reports of all files; what is wrong with a file or a line is added to the problems and costs no other."""
    unused: list[tuple[Path, InputError]] = []
    for path in paths:
        on_step(path.name)
        try:
            reports, wrong = read_reports(path)
        except InputError as error:
            unused.append((path, error))
            problems += unused_file(path, error)
            continue
        problems += wrong
        yield from reports
    if len(unused) == len(paths):
        raise none_usable(unused)


def _point(home: str, parser: Geoparser) -> tuple[float, float]:
    """Longitude and latitude of the place that a user names."""
    for span in (*parser.parse(home), *parser.resolve(home, [(0, len(home))])):
        if span.longitude is not None and span.latitude is not None:
            return span.longitude, span.latitude
    raise typer.BadParameter(f"--home: no place '{home}' is known; wanted a town, with its state if need be")


def _lines(report: Report, parser: Geoparser, found: Counter[str]) -> Iterator[str]:
    """The line of each name in the telling of a report, as stored; what stands in its tail is no part of it."""
    plain = plain_report(report)
    tails = [(p.start, p.end) for p in report.parts if p.kind == "tail"]
    found["reports"] += 1
    for read in parser.parse(plain.report.text):
        start, end = plain.stored(read.start, read.end)
        span = read._replace(start=start, end=end, text=report.text[start:end])
        if any(first <= start < last for first, last in tails):
            continue
        found["names"] += 1
        found["placed"] += bool(span.place_id)
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
        f"{found['names'] - found['placed']} of names that no list has; "
        f"{found['metonyms']} stand for a government or a party"
    )
