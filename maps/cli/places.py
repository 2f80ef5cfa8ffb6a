"""``conflictmap geocode``: a place column to coordinates; ``conflictmap place``: one look-up explained."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from geo.admin import areas_table, load_areas
from geo.errors import ExportError, Problem
from geo.gazetteer import Gazetteer, load_gazetteer
from geo.geocode import ADDED, Answering, Answers, Explanation, check_columns, explain, find_answers
from geo.geocode.answering import Answer, Statement
from geo.geocode.column import clean_text
from geo.sources import read_decisions
from geo.sources.asis import AsIs, read_as_is
from geo.widened import Widened, write_widened, writer_for
from maps.cli.options import Known, known_of, optioned
from maps.cli.talk import plain, progress, say, show_problems

PREVIEW_ROWS = 20
SHOWN_REASONS = 8
SHOWN_CANDIDATES = 12
_WIDTH = 200  # characters, where no terminal says how wide it is

Named = Annotated[str | None, typer.Option(help="Column that names the unit of this level, or has its p-code.")]


@optioned(known_of)
def geocode(
    known: Known,
    table: Annotated[Path, typer.Argument(help="CSV, TSV (also .gz), XLSX, Parquet or GeoJSON points.")],
    place: Annotated[str, typer.Option("--place", help="Column of place names.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File to write: .csv, .tsv (also .gz), .xlsx or .parquet.")
    ] = None,
    admin1: Named = None,
    admin2: Named = None,
    admin3: Named = None,
    country: Annotated[str | None, typer.Option(help="Column of countries: names or ISO codes.")] = None,
    pcode: Annotated[str | None, typer.Option(help="Column of the places' own p-codes, which win over names.")] = None,
    language: Annotated[
        str | None, typer.Option(help="ISO code of the table's language, for text whose encoding is not marked.")
    ] = None,
    prefix: Annotated[str, typer.Option(help="What to put before the names of the new columns.")] = "",
) -> None:
    """Find the places of a table's place column: the same rows and columns, and nine new columns behind them.

    Without -o, the first rows as a table.
    """
    _check_output(out, table)
    wanted = {"place": place, "admin1": admin1, "admin2": admin2, "admin3": admin3, "country": country, "pcode": pcode}
    with progress(4) as on_step:
        on_step(table.name)
        given = read_as_is(table, languages=[language] if language else known.theatre.languages)
        columns = {role: given.find(name) for role, name in wanted.items() if name is not None}
        check_columns(given.header, columns.values(), [f"{prefix}{name}" for name in ADDED], source=given.title)
        on_step("places")
        gazetteer = load_gazetteer(known.theatre, known.gazetteers)
        answering, misread = _answering(known, gazetteer)
        on_step("looking up")
        answers = find_answers({role: given.column(name) for role, name in columns.items()}, answering)
        on_step("writing")
        if out is not None:
            each = answers.each[list(ADDED)].add_prefix(prefix)
            write_widened(Widened(given, each, answers.number), out)
    if out is None:
        _preview(given, answers, columns)
    else:
        typer.echo(out)
    _summarise(given, answers)
    problems = [*given.problems, *gazetteer.problems, *misread]
    problems += answers.warnings(columns, source=given.title, lines=given.lines)
    show_problems(problems, listed=None)
    if any(p.severity == "error" for p in problems):
        raise typer.Exit(1)


def _check_output(out: Path | None, table: Path) -> None:
    """Complain of a file that cannot be written before an hour of work is lost."""
    if out is None:
        return
    try:
        writer_for(out)
    except ExportError as error:
        raise typer.BadParameter(str(error)) from error
    if out.is_dir():
        raise typer.BadParameter(f"'{out}' is a folder; give the name of a file")
    if not out.parent.is_dir():
        raise typer.BadParameter(f"no folder '{out.parent}'; make it first")
    if out.exists() and table.exists() and out.samefile(table):
        raise typer.BadParameter(f"'{out}' is the table itself; give another name")


def _answering(known: Known, gazetteer: Gazetteer) -> tuple[Answering, list[Problem]]:
    """What answers, and what is wrong with the file of decisions."""
    service = known.open_service(gazetteer) if known.open_service else None
    decisions, problems = read_decisions(known.decisions) if known.decisions else (None, [])
    # The areas of a theatre take seconds, and only serve to check what people and outside servers say.
    checked = decisions is not None or service is not None
    areas = load_areas(known.theatre, gazetteer) if checked else areas_table([])
    answering = Answering(
        gazetteer,
        areas,
        known.theatre,
        decisions=decisions,
        service=service,
    )
    return answering, problems


def _preview(given: AsIs, answers: Answers, columns: dict[str, str]) -> None:
    shown = [*columns.values()]
    added = ["place_name", "latitude", "longitude", "geo_precision", "geo_method", "geo_score", "geo_reason"]
    table = Table()
    for name in (*shown, *added):
        table.add_column(Text(plain(name)))
    numbers = answers.number[:PREVIEW_ROWS]
    cells = [given.column(name).iloc[: len(numbers)].astype("string").fillna("").tolist() for name in shown]
    found = answers.each[added].iloc[numbers]
    for row, new in zip(zip(*cells, strict=True), found.itertuples(index=False), strict=True):
        table.add_row(*(Text(plain(_cell(value))) for value in (*row, *new)))
    console = _console()
    console.print(table)
    if given.cells.num_rows > PREVIEW_ROWS:
        say(f"the first {PREVIEW_ROWS} of {given.cells.num_rows:,} rows; write all with -o FILE")


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_WIDTH)


def _cell(value: Any) -> str:
    if value is None or pd.isna(value):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _summarise(given: AsIs, answers: Answers) -> None:
    """Say how many rows were placed and by what, and why the others were not."""
    each, placed = answers.each, answers.placed
    rows = each["rows"].to_numpy()
    done = int(rows[placed].sum())
    say(
        f"{given.title}: {len(answers.number):,} rows, {len(each):,} different; {done:,} rows placed, "
        f"{len(answers.number) - done:,} without place"
    )
    by_method = each[placed].groupby("geo_method")["rows"].sum().sort_values(ascending=False, kind="stable")
    if len(by_method):
        say("placed by: " + ", ".join(f"{method} {count:,}" for method, count in by_method.items()))
    left = each[~placed].assign(kind=[_kind(r) for r in each.loc[~placed, "geo_reason"]])
    reasons = left.groupby("kind", sort=False).agg(rows=("rows", "sum"), toponym=("toponym", "first"))
    reasons = reasons.sort_values("rows", ascending=False, kind="stable")
    for kind, count, toponym in reasons[:SHOWN_REASONS].itertuples():
        say(f"without place: {kind}: {count:,} rows" + (f", as '{_short(toponym)}'" if toponym else ""))
    if len(reasons) > SHOWN_REASONS:
        say(f"... and {int(reasons['rows'][SHOWN_REASONS:].sum()):,} rows for other reasons, each in geo_reason")


def _kind(reason: str) -> str:
    """A reason without what it takes from its row."""
    return re.sub(r"'.*'|\([^)]*\)|\d[\d,.]*", "…", reason)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


@optioned(known_of)
def place(
    known: Known,
    name: Annotated[str, typer.Argument(help="The place name as it is written.")],
    admin1: Annotated[str | None, typer.Option(help="Governorate or province: name or p-code.")] = None,
    admin2: Annotated[str | None, typer.Option(help="District.")] = None,
    admin3: Annotated[str | None, typer.Option(help="Sub-district.")] = None,
    country: Annotated[str | None, typer.Option(help="Country: name or ISO code.")] = None,
    pcode: Annotated[str | None, typer.Option(help="The place's own p-code.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="All of it as JSON.")] = False,
) -> None:
    """Explain one look-up: the decision, what the name was taken apart into, every candidate and its evidence."""
    gazetteer = load_gazetteer(known.theatre, known.gazetteers)
    answering, problems = _answering(known, gazetteer)
    texts = [clean_text(text) for text in (name, admin1, admin2, admin3, country, pcode)]
    said = Statement(texts[0], texts[1], texts[2], texts[3], texts[4], texts[5])
    (answer,) = answering.answers([said])
    told = explain(said.toponym, gazetteer, theatre=known.theatre, context=said.context)
    if as_json:
        typer.echo(json.dumps(_as_json(name, answer, told), ensure_ascii=False, indent=2))
    else:
        _show(_console(), answer, told)
    if country and answering.locator.resolver.country(said.country) is None:
        say(f"'{said.country}' is no country that is known, so it was not used; wanted a name or code")
    show_problems([*problems, *answering.problems], listed=None)


def _as_json(name: str, answer: Answer, told: Explanation) -> dict[str, Any]:
    return {
        "toponym": name,
        "answer": answer._asdict(),
        "taken_as": told.parts._asdict(),
        "candidates": [{**c._asdict(), "place": c.place._asdict()} for c in told.candidates],
        "elsewhere": [p._asdict() for p in told.elsewhere],
    }


def _show(console: Console, answer: Answer, told: Explanation) -> None:
    decision = Table("", "", show_header=False)
    for field, value in answer._asdict().items():
        decision.add_row(field, Text(plain(_cell(value))))
    parts = {k: v for k, v in told.parts._asdict().items() if v and v != ("", "")}
    decision.add_row("taken as", Text(plain("; ".join(f"{k} {_listed(v)}" for k, v in parts.items()))))
    console.print(decision)
    if told.candidates:
        console.print(_candidates(told))
    if len(told.candidates) > SHOWN_CANDIDATES:
        say(f"the first {SHOWN_CANDIDATES} of {len(told.candidates)} candidates; all with --json")
    for found in told.elsewhere[:SHOWN_CANDIDATES]:
        where = " ".join(filter(None, (found.country, found.admin1)))
        console.print(Text(plain(f"of that name elsewhere: {found.name} ({found.place_id}, {where})")))


def _candidates(told: Explanation) -> Table:
    heads = ("place", "name", "kind", "in", "spelling", "alike", "units", "near", "chance", "evidence (log odds)")
    table = Table(*heads)
    for one in told.candidates[:SHOWN_CANDIDATES]:
        found = one.place
        units = f"{one.agreed} of {one.stated}" if one.stated else ""
        units += f", {one.border_km:g} km outside" if one.border_km else ""
        cells = (
            found.place_id,
            found.name,
            found.feature_code,
            " ".join(filter(None, (found.country, found.admin1, found.admin2))),
            one.spelling,
            f"{one.likeness:.2f}",
            units,
            "" if one.near_km is None else f"{one.near_km:g} km",
            f"{one.chance:.3f}",
            ", ".join(f"{name} {weight:+g}" for name, weight in one.weights.items()),
        )
        table.add_row(*(Text(plain(cell)) for cell in cells))
    return table


def _listed(value: Any) -> str:
    return ", ".join(f"'{v}'" for v in value if v) if isinstance(value, tuple) else f"'{value}'"
