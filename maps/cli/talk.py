"""What the command says on the error stream: progress, errors, and what became of the rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from geo.errors import ConflictMapError, InputError, Problem, TheatreError

if TYPE_CHECKING:  # the pipeline draws: a command that draws nothing starts without it
    from maps.pipeline import Located, OnStep

SHOWN_PROBLEMS = 20  # kinds
LONGEST_MESSAGE = 4_000  # characters

console = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def progress(total: int) -> Iterator[OnStep]:
    """A bar on the error stream, gone when done; silent when nobody watches."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total)
        done = -1

        def on_step(text: str) -> None:
            nonlocal done
            done += 1
            bar.update(task, completed=done, description=text)

        yield on_step


def say(text: str) -> None:
    """One line of talk; what it holds from outside is text, never markup."""
    console.print(escape(plain(text)))


def tell_error(error: ConflictMapError) -> None:
    # A wrong places file gives a line for each of its rows; any other line break comes from outside.
    lines = str(error).split("\n") if isinstance(error, TheatreError) else [str(error)]
    said = "\n".join(map(plain, lines))
    console.print(f"[bold red]error:[/] {escape(said)}")
    if isinstance(error, InputError):
        show_problems(error.problems)


def report(located: Located, *, shown: int = SHOWN_PROBLEMS, listed: Path | str = "conflictmap check") -> None:
    """Say what became of the rows; exit 1 if any was refused. ``listed`` is the file that has all problems."""
    for record in located.inputs.records:
        left = f", {record.skipped} skipped" if record.skipped else ""
        console.print(
            f"{escape(plain(record.name))}: {escape(record.kind)}, {record.rows_read} rows read, "
            f"{record.kept} kept, {record.refused} refused{left}"
        )
    placed = int(located.events.geometry.notna().sum())
    totals = f"; {len(located.totals)} totals of events by unit and period" if len(located.totals) else ""
    counts = len(located.inputs.population)
    people = f"; {counts} population counts" if counts else ""
    moved = f"{len(located.displacement)} displacement records"
    say(f"{len(located.events)} events, {placed} on the map; {moved}{totals}{people}")
    for merged, one, several in (
        (located.merged, "event", "events"),
        (located.merged_people, "record", "displacement figures"),
    ):
        if told := _merging_told(merged.account, one, several):
            say(told)
    for credit in dict.fromkeys(r.credit for r in located.inputs.records if "may not be" in r.credit.licence):
        say(f"before you publish: {credit.source}: {credit.licence}; coarser places (--coarsen) tell no single row")
    show_problems((*located.problems, *located.cared.problems), shown=shown, listed=listed)
    if any(p.severity == "error" for p in located.problems):
        raise typer.Exit(1)


def show_problems(
    problems: Iterable[Problem], *, shown: int = SHOWN_PROBLEMS, listed: Path | str | None = "conflictmap check"
) -> None:
    """One line for each kind of problem, the worst first: the first of its kind, and how many more there are.

    ``listed`` is the file or the command that has all of them, if any has.
    """
    kinds: dict[tuple[str, ...], list[Problem]] = {}
    for problem in worst_first(problems):
        kinds.setdefault(_kind(problem), []).append(problem)
    for alike in list(kinds.values())[:shown]:
        more = f" (and {len(alike) - 1:,} more like it)" if len(alike) > 1 else ""
        console.print(f"{escape(line(alike[0]))}{more}")
    unseen = sum(map(len, list(kinds.values())[shown:])) if shown else 0
    if unseen:
        console.print(f"... and {unseen:,} more problems of {len(kinds) - shown:,} other kinds")
    if listed and shown and (unseen or any(len(alike) > 1 for alike in kinds.values())):
        console.print(f"each with its line: {escape(plain(str(listed)))}")


def _merging_told(account: Mapping[str, Any], one: str, several: str) -> str:
    """What merging did or would do with rows of a kind, and how to see why; empty if nothing."""
    merged, perhaps = account.get("merged_rows", 0), account.get("perhaps_the_same", 0)
    parts = [
        f"{account.get('rows_in_them', 0):,} rows of several sources became {merged:,} merged" if merged else "",
        f"{perhaps:,} {several} are perhaps told by another source too" if perhaps else "",
        f"--merge on makes one {one} of those that are likely the same"
        if perhaps and account["mode"] == "suggest"
        else "",
    ]
    found = "; ".join(part for part in parts if part)
    file = "events" if one == "event" else "displacement"
    return f"{found} (why: conflictmap merge {file}.parquet --explain ID)" if found else ""


def worst_first(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda p: p.severity != "error")


def _kind(problem: Problem) -> tuple[str, ...]:
    """What is the same in problems of one kind: all but the line, the value and what the message takes from them."""
    return problem.severity, problem.source, problem.column or "", re.sub(r"'[^']*'|\d[\d,.]*", "#", problem.message)


def line(problem: Problem) -> str:
    """A problem as one line."""
    return plain(f"{problem.severity}: {problem}")


def plain(text: str) -> str:
    """Text for a terminal: what comes from outside neither steers it nor fills it."""
    clean = "".join(c if c.isprintable() else "�" for c in text)
    return clean if len(clean) <= LONGEST_MESSAGE else clean[: LONGEST_MESSAGE - 1] + "…"
