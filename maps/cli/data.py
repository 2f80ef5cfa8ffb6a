"""``conflictmap data``: gazetteers and boundaries from their publishers, fetched when asked for and kept."""

from __future__ import annotations

import re
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from geo.errors import ConflictMapError, InputError
from geo.publishers import Catalogue, Fetched, Kept, Offer, all_kept, data_folder, fetch, find_kept, load_catalogue
from geo.publishers.download import OnBytes
from geo.web import Web
from maps.cli.talk import console, plain, say, tell_error

app = typer.Typer(help="Gazetteers and boundaries from their publishers, fetched once and kept.", no_args_is_help=True)

Folder = Annotated[
    Path | None, typer.Option("--to", help="Folder of the fetched files, in the place of the usual one.")
]


@app.command("list")
def list_command(
    country: Annotated[str | None, typer.Option("--country", help="A country by name or code: Chad, TD, TCD.")] = None,
    to: Folder = None,
) -> None:
    """List what can be had and what is here: id, what it is, its option, publisher, licence, day and size if here."""
    catalogue = load_catalogue()
    try:
        offers = catalogue.of_country(country) if country else list(catalogue.offers)
    except InputError as error:
        raise typer.BadParameter(str(error)) from error
    if not country:
        here = [catalogue.known(kept.record.id) for kept in all_kept(to or data_folder())]
        offers += [offer for offer in here if offer and offer not in offers]
    for offer in offers:
        kept = find_kept(offer.id, to or data_folder())
        licence = kept.record.licence if kept else offer.publisher.licence
        cells = (offer.id, offer.what, offer.use or "-", offer.publisher.name, licence, _here(kept))
        typer.echo("\t".join(map(plain, cells)))
    if not country:
        say("{alpha2} and {alpha3} stand for the codes of a country: --country NAME lists its files by their ids")


@app.command("get")
def get_command(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids as 'data list' gives them.")],
    to: Folder = None,
    sha256: Annotated[str, typer.Option("--sha256", help="Refuse the file if its SHA-256 is another.")] = "",
    mirror: Annotated[str, typer.Option("--mirror", help="Address to ask in the place of the publisher's.")] = "",
    *,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask whether there is a newer version.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Fetch again what is here.")] = False,
) -> None:
    """Fetch files and print their paths, for use as --gazetteer and --admin; what is here already is not asked for."""
    offers = _wanted(ids, load_catalogue(), sha256=sha256, mirror=mirror)
    clock = partial(datetime.now, UTC)
    failed = False
    with Web(user_agent=f"conflictmap/{version('conflictmap')}", clock=clock, sleep=time.sleep) as web:
        for offer in offers:
            try:
                with _bytes_shown(offer.id) as on_bytes:
                    fetched = fetch(
                        offer, web, to or data_folder(),
                        clock=clock, sha256=sha256, refresh=refresh, force=force, on_bytes=on_bytes,
                    )  # fmt: skip
            except ConflictMapError as error:
                tell_error(error)
                failed = True
            else:
                say(_told(fetched))
                typer.echo(fetched.path)
    if failed:
        raise typer.Exit(1)


def _wanted(ids: list[str], catalogue: Catalogue, *, sha256: str, mirror: str) -> list[Offer]:
    """The offers with these ids; wrong use ends here."""
    try:
        offers = [(catalogue.mirrored(mirror) if mirror else catalogue).find(i) for i in dict.fromkeys(ids)]
    except InputError as error:
        raise typer.BadParameter(str(error)) from error
    if sha256 and (len(offers) > 1 or not re.fullmatch(r"[0-9a-fA-F]{64}", sha256)):
        raise typer.BadParameter("--sha256 wants 64 hexadecimal digits, and one id")
    if mirror and len({o.publisher.id for o in offers}) > 1:
        raise typer.BadParameter("--mirror stands for one publisher; these ids are of several")
    return offers


def _here(kept: Kept | None) -> str:
    return f"here since {kept.record.retrieved[:10]}, {_size(kept.record.bytes)}" if kept else "-"


def _told(fetched: Fetched) -> str:
    record = fetched.record
    news = {"fetched": "fetched", "here": "is here already", "unchanged": "is here already and still the newest"}
    of = f" of {record.version}" if record.version else ""
    licence = textwrap.shorten(record.licence, 120)
    licence += f" ({record.licence_url})" if record.licence_url else ""
    return f"{record.id}: {news[fetched.news]}: {record.publisher}{of}, {licence}, {_size(record.bytes)}"


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size:,} bytes"


@contextmanager
def _bytes_shown(name: str) -> Iterator[OnBytes]:
    """A bar of bytes on the error stream, gone when done; silent when nobody watches."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
