"""Options that several commands share, each declared once, and what the commands get from them."""

from __future__ import annotations

import functools
import inspect
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import platformdirs
import typer

from geo.care import Care, check_coarsening, check_release, read_withhold
from geo.errors import GeocoderError
from geo.gazetteer import Gazetteer
from geo.inputs import find_inputs
from geo.merge import MODES, Mode
from geo.online import SERVICES, OnlineService, open_service
from geo.sources import unknown_field
from geo.theatre import Theatre, is_file, load_theatre
from maps.cli.given import Gazetteers, Inputs, TheatreName, given_file
from maps.cli.talk import say, show_problems
from maps.pipeline import Setting

Admin = Annotated[
    list[Path] | None, typer.Option("--admin", help="Polygons of admin units, or their id in 'data list'; repeatable.")
]
Columns = Annotated[
    str | None, typer.Option("--columns", help="Names of columns in your table, as date=Datum,place=Ort.")
]
Decided = Annotated[Path | None, typer.Option("--decisions", help="A places.csv whose column 'decision' you edited.")]
Leads = Annotated[
    bool, typer.Option("--leads", help="Show what machines read in the news (GDELT) among the events; check each.")
]
Sample = Annotated[bool, typer.Option("--sample", help="Take the theatre's own sample input.")]
Displacement = Annotated[Path | None, typer.Option("--displacement", help="One more displacement table.")]
Coarsen = Annotated[
    str | None,
    typer.Option("--coarsen", help="Show no place finer than admin3, admin2, admin1, or an H3 cell: h3:RES."),
]
MinCount = Annotated[
    int, typer.Option("--min-count", min=0, help="Withhold spots with fewer rows than this, and smaller figures.")
]
Withheld = Annotated[
    Path | None, typer.Option("--withhold", help="CSV of ids, places or circles whose rows are shown without place.")
]
Release = Annotated[
    list[str] | None, typer.Option("--release", help="Publish points on such places as they are: sensitive.")
]
Merge = Annotated[
    str,
    typer.Option(
        "--merge",
        help="What to do with rows of several sources that tell of one happening: off, suggest (mark them) or on.",
    ),
]
Population = Annotated[
    list[Path] | None,
    typer.Option(
        "--population",
        help="People who live in admin units, for rates: pcode, population, year, source; repeatable, best first.",
    ),
]
Contact = Annotated[
    str, typer.Option("--contact", help='Who answers for the map, as "NAME <E-MAIL>"; written into the GIS files.')
]

Online = Annotated[
    str | None,
    typer.Option(
        "--online",
        help=f"Ask an online service for names that no gazetteer has: {', '.join(SERVICES)}. Off unless given: every "
        "look-up tells an outside server which places you watch.",
    ),
]
OnlineUrl = Annotated[
    str | None,
    typer.Option("--online-url", help="Address of your own server of that service (https, or http on this machine)."),
]
OnlineContact = Annotated[
    str | None,
    typer.Option(
        "--online-contact",
        help="E-mail or web address sent along, so that the server's keepers can write to you; the public Nominatim "
        "wants it.",
    ),
]
OnlineCache = Annotated[
    Path | None,
    typer.Option("--online-cache", help="File of answers already given (SQLite); else in the user's cache folder."),
]


@dataclass(frozen=True, slots=True)
class Known:
    """Where places come from: the theatre, gazetteers, decisions of a person, an online service if one is asked.

    The service checks stated units on the ground where it has the gazetteer.
    """

    theatre: Theatre
    gazetteers: tuple[Path, ...]
    decisions: Path | None
    open_service: Callable[[Gazetteer | None], OnlineService] | None


@dataclass(frozen=True, slots=True)
class Job:
    """What a command is asked to do: the files and folders given, and the setting they are read in."""

    given: tuple[Path, ...]
    setting: Setting

    def paths(self, *more: Path | None) -> list[Path]:
        """All input files, those of folders among them, but for tables of population, which are read after them."""
        wanted = [*self.given, *(p for p in more if p is not None)]
        if not wanted:
            raise typer.BadParameter("give at least one report or table, or --sample for the theatre's own")
        return [path for path in find_inputs(wanted) if path not in self.setting.population_files]


def optioned(maker: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the options of ``maker`` in place of its parameter of the type that ``maker`` returns.

    Typer reads a command's options from its signature, so that commands which share options would each repeat them.
    """
    made = inspect.signature(maker, eval_str=True)

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        own = inspect.signature(command, eval_str=True).parameters
        name = next(n for n, p in own.items() if p.annotation is made.return_annotation)
        options = {n: p for n, p in (*own.items(), *made.parameters.items()) if n != name}

        @functools.wraps(command)
        def with_options(**values: Any) -> Any:
            taken = {n: values.pop(n) for n in made.parameters}
            return command(**{name: maker(**taken)}, **values)

        result = inspect.signature(command, eval_str=True).return_annotation
        parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in options.values()]
        with_options.__annotations__ = {n: p.annotation for n, p in options.items()}
        with_options.__signature__ = inspect.Signature(parameters, return_annotation=result)  # type: ignore[attr-defined]
        return with_options

    return decorate


def known_of(
    theatre: TheatreName = "world",
    gazetteer: Gazetteers = None,
    decisions: Decided = None,
    online: Online = None,
    online_url: OnlineUrl = None,
    online_contact: OnlineContact = None,
    online_cache: OnlineCache = None,
) -> Known:
    """Where places come from, as the options say."""
    gazetteers = tuple(given_file(path) for path in gazetteer or ())
    if decisions is not None and not is_file(decisions):
        raise typer.BadParameter(f"no such file: {decisions}; wanted one file, not a folder")
    loaded = load_theatre(theatre)
    if online is not None:
        opened = _service(online, loaded, online_url, online_contact, online_cache)
        return Known(loaded, gazetteers, decisions, opened)
    if online_url or online_contact or online_cache:
        raise typer.BadParameter(f"which service? add --online {' | '.join(SERVICES)}")
    return Known(loaded, gazetteers, decisions, None)


@optioned(known_of)
def setting_of(
    known: Known,
    admin: Admin = None,
    columns: Columns = None,
    coarsen: Coarsen = None,
    min_count: MinCount = 0,
    withhold: Withheld = None,
    release: Release = None,
    merge: Merge = "suggest",
    *,
    leads: Leads = False,
    contact: Contact = "",
    population: Population = None,
) -> Setting:
    """The setting that the options say."""
    service = known.open_service(None) if known.open_service else None
    return Setting(
        known.theatre,
        known.gazetteers,
        tuple(given_file(path) for path in admin or ()),
        _mapping(columns),
        decisions=known.decisions,
        service=service,
        care=_care(known.theatre, coarsen, min_count, withhold, release),
        leads=leads,
        merge=_mode(merge),
        contact=contact,
        population=tuple(given_file(path) for path in population or ()),
    )


def _mode(text: str) -> Mode:
    found = next((m for m in MODES if m == text), None)
    if found is None:
        raise typer.BadParameter(f"'{text}' is no way to merge; wanted one of: {', '.join(MODES)}")
    return found


def _care(
    theatre: Theatre, coarsen: str | None, min_count: int, withhold: Path | None, release: list[str] | None
) -> Care:
    """What may be published; what is odd in the list of what may not is said at once."""
    if coarsen is not None:
        check_coarsening(coarsen)
    care = Care(coarsen or "", min_count, release=check_release(release or ()))
    if withhold is None:
        return care
    if not is_file(withhold):
        raise typer.BadParameter(f"no such file: {withhold}; wanted one file, not a folder")
    listed, odd = read_withhold(withhold, languages=theatre.languages)
    show_problems(odd, listed=None)
    return replace(care, withhold=listed)


@optioned(setting_of)
def job_of(setting: Setting, inputs: Inputs = None, *, sample: Sample = False) -> Job:
    """The inputs and the setting that the options say."""
    return Job((*(inputs or ()), *(setting.theatre.sample if sample else ())), setting)


def _service(
    name: str, theatre: Theatre, url: str | None, contact: str | None, cache: Path | None
) -> Callable[[Gazetteer | None], OnlineService]:
    """What opens a service, which was tried, and whose server is named to the user."""

    def opened(gazetteer: Gazetteer | None) -> OnlineService:
        return open_service(
            name,
            theatre=theatre,
            cache=cache or Path(platformdirs.user_cache_dir("conflictmap")) / "online.sqlite",
            clock=partial(datetime.now, UTC),
            sleep=time.sleep,
            environ=os.environ,
            base_url=url,
            contact=contact,
            gazetteer=gazetteer,
        )

    try:
        service = opened(None)
    except GeocoderError as error:
        raise typer.BadParameter(str(error)) from error
    show_problems(service.problems)
    say(f"names that no gazetteer has are sent to {service.host}")
    return opened


def require_suffix(path: Path, suffix: str) -> None:
    if path.suffix.lower() != suffix:
        raise typer.BadParameter(f"'{path}' wants the suffix {suffix}")


def _mapping(columns: str | None) -> dict[str, str] | None:
    if columns is None:
        return None
    pairs = [pair.partition("=") for pair in columns.split(",")]
    if not all(ours.strip() and theirs.strip() for ours, _, theirs in pairs):
        raise typer.BadParameter(f"--columns '{columns}': wanted pairs like date=Datum,place=Ort")
    mapping = {ours.strip(): theirs.strip() for ours, _, theirs in pairs}
    if len(mapping) < len(pairs):
        raise typer.BadParameter(f"--columns '{columns}': names one field twice")
    wrong = unknown_field(mapping)
    if wrong:
        raise typer.BadParameter(f"--columns: {wrong}")
    return mapping
