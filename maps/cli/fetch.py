"""``conflictmap fetch``: events and displacement of a country from their publishers' interfaces."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import platformdirs
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from geo.clients import (
    SERVICES,
    WRITERS,
    Answers,
    Fetched,
    Question,
    Service,
    Setting,
    answers_folder,
    credentials_file,
    fetch,
    find_country,
    replay,
    write_fetched,
)
from geo.clients.asking import OnPage
from geo.clients.joining import Joined
from geo.errors import ExportError, InputError
from geo.web import Patience, Web
from maps.cli.given import parse_day
from maps.cli.talk import console, say, show_problems

_DAY: Any = {"parser": parse_day, "metavar": "YYYY-MM-DD"}
PATIENCE = Patience(timeout=120, document=1_800)  # some make the whole table before the first byte comes

_TABLES = "; ".join(f"{s.id}: {', '.join(s.tables)}" for s in SERVICES.values())


def fetch_command(
    service: Annotated[str, typer.Argument(metavar="SERVICE", help=f"{', '.join(SERVICES)}.")],
    out: Annotated[Path, typer.Option("--out", "-o", dir_okay=False, help=f"File to write: {', '.join(WRITERS)}.")],
    country: Annotated[str, typer.Option("--country", help="A country by code or name: TCD, TD, Chad.")],
    first: Annotated[date, typer.Option("--from", **_DAY, help="First day.")],
    last: Annotated[date, typer.Option("--to", **_DAY, help="Last day.")],
    table: Annotated[str, typer.Option("--table", help=f"{_TABLES}. The first unless given.")] = "",
    release: Annotated[str, typer.Option("--release", help="Release of UCDP's events, as 26.1 or 26.0.9.")] = "",
    credentials: Annotated[
        Path | None,
        typer.Option(
            "--credentials", exists=True, dir_okay=False, help="TOML file of credentials that only you can read."
        ),
    ] = None,
    answers: Annotated[
        Path | None, typer.Option("--answers", help="Folder of the answers as they came, in place of the usual one.")
    ] = None,
    url: Annotated[str, typer.Option("--url", help="Address to ask in the place of the service's.")] = "",
    *,
    update: Annotated[bool, typer.Option("--update", help="Ask only for what changed or was deleted (acled).")] = False,
    replayed: Annotated[bool, typer.Option("--replay", help="Make the file from kept answers; ask nobody.")] = False,
    anew: Annotated[bool, typer.Option("--anew", help="Ask for all pages again, also those of a broken run.")] = False,
) -> None:
    """Fetch a table of one country from ACLED, UCDP, HDX HAPI, IOM DTM or IDMC, for 'conflictmap run'."""
    chosen = _service(service)
    question = _question(chosen, country, first, last, table, release)
    if out.suffix.lower() not in WRITERS:
        raise typer.BadParameter(f"-o '{out}' wants one of the suffixes {', '.join(WRITERS)}")
    if replayed and (update or anew):
        raise typer.BadParameter("--replay asks nobody; leave --update and --anew out")
    kept = Answers((answers or answers_folder()) / chosen.id / question.slug)
    setting = Setting(os.environ, credentials or credentials_file(), _tokens(chosen), tuple(SERVICES.values()), url)
    with _stopped_in_words():
        if replayed:
            fetched = replay(chosen, question, kept)
        else:
            fetched = _ask(chosen, question, kept, setting, update=update, anew=anew)
        _finish(fetched, out)


def _service(name: str) -> Service:
    if name.lower() not in SERVICES:
        raise typer.BadParameter(f"no service '{name}'; wanted one of: {', '.join(SERVICES)}")
    return SERVICES[name.lower()]


def _question(service: Service, country: str, first: date, last: date, table: str, release: str) -> Question:
    """The question that the options put; what cannot be asked ends here."""
    if last < first:
        raise typer.BadParameter(f"--to {last} is before --from {first}; swap them")
    if table and table not in service.tables:
        listed = "; ".join(f"{name} ({what})" for name, what in service.tables.items())
        raise typer.BadParameter(f"--table: {service.id} has no '{table}'; it has: {listed}")
    if release and (not service.release or not all(part.isdecimal() for part in release.split("."))):
        raise typer.BadParameter(f"--release '{release}': wanted one of UCDP, as 26.1 or 26.0.9")
    try:
        where = find_country(country)
    except InputError as error:
        raise typer.BadParameter(str(error)) from error
    return Question(where, first, last, table or next(iter(service.tables)), release or service.release)


def _tokens(service: Service) -> Path:
    return Path(platformdirs.user_cache_dir("conflictmap")) / f"{service.id}-token.json"


def _ask(service: Service, question: Question, kept: Answers, setting: Setting, *, update: bool, anew: bool) -> Fetched:
    clock = partial(datetime.now, UTC)
    sender = f"conflictmap/{version('conflictmap')}"
    with (
        Web(user_agent=sender, clock=clock, sleep=time.sleep, patience=PATIENCE, on_pause=say) as web,
        _pages_shown(service.id) as on_page,
    ):
        return fetch(
            service, question, kept, web, setting, clock=clock, update=update, anew=anew, on_page=on_page
        )  # fmt: skip


@contextmanager
def _stopped_in_words() -> Iterator[None]:
    """What a user stops ends with what is here, and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        say("stopped; no file was written. The pages that came are kept: the same command goes on from there for a day")
        raise typer.Exit(130) from None


def _finish(fetched: Fetched, out: Path) -> None:
    """Say what came and under what terms, and write it; exit 1 if there is nothing to write, or not all of it."""
    joined, service = fetched.joined, fetched.service
    show_problems(joined.problems, listed=None)
    if not joined.rows:
        say(f"warning: {_nothing(fetched)}; nothing was written")
        raise typer.Exit(1)
    try:
        record = write_fetched(fetched, out)
    except ExportError as error:
        raise ExportError(f"{error}; what came is kept: the same command with --replay writes it elsewhere") from error
    say(f"{service.name}: {fetched.news}: {joined.received:,} rows received, {_accounted(joined)}")
    say(f"source: {service.terms.attribution}; {service.terms.licence} ({service.terms.url})")
    say(f"{record.name} keeps this beside the file")
    typer.echo(out)
    if any(problem.severity == "error" for problem in joined.problems):
        raise typer.Exit(1)


def _nothing(fetched: Fetched) -> str:
    """That there are no rows, for which question, and what else to ask."""
    question, service, elsewhere = fetched.question, fetched.service, fetched.joined.elsewhere
    asked = "; ".join(dict.fromkeys(map(str, fetched.requests)))
    others = [name for name in service.tables if name != question.table]
    tables = f", or --table {' or '.join(others)}" if others else ""
    ways = [
        f"{elsewhere:,} rows of other countries or days came" if elsewhere else "",
        service.hint,
        f"try other days{tables}",
    ]
    return (
        f"{service.name} has no rows in '{question.table}' for {question.country.name}, {question.first} to "
        f"{question.last} (asked: {asked}); {'; '.join(way for way in ways if way)}"
    )


def _accounted(joined: Joined) -> str:
    """What became of the rows that came."""
    parts = {
        "came again": joined.doubles + joined.replaced,
        "of other countries or days": joined.elsewhere,
        "deleted": joined.deleted,
    }
    return ", ".join([f"{len(joined.rows):,} kept", *(f"{count:,} {what}" for what, count in parts.items() if count)])


@contextmanager
def _pages_shown(name: str) -> Iterator[OnPage]:
    """A bar of rows on the error stream, gone when done; silent when nobody watches."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=None)
        yield lambda pages, rows, total: bar.update(
            task, completed=rows, total=total, description=f"{name}: {pages} pages, rows"
        )
