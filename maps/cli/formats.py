"""What ``conflictmap export`` adds to the command: names of formats, their table, files or a database as the target."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from geo.export import ALWAYS_LOST, FORMATS, POSTGIS, Format, OnStep, is_database, texts_cut, write_postgis
from maps.cli.talk import say
from maps.handover import hand_over, styled_export
from maps.layers import MapSpec

DEFAULT_FORMATS = ("gpkg", "geojson")
DEFAULT_SCHEMA = "public"


def show_formats(value: bool) -> None:  # noqa: FBT001 - as typer calls it
    """Print what every format keeps and loses, and end the command."""
    if value:
        typer.echo("\n".join(format_lines()))
        raise typer.Exit


Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format", help=f"{', '.join(FORMATS)}, or all; repeatable; {' and '.join(DEFAULT_FORMATS)} unless given."
    ),
]
Target = Annotated[str, typer.Option("--out", "-o", help="Folder for the files, or postgresql://USER@HOST/DATABASE.")]
Schema = Annotated[str | None, typer.Option("--schema", help=f"Schema of the database; {DEFAULT_SCHEMA} unless given.")]
ShowFormats = Annotated[
    bool,
    typer.Option(
        "--formats", help="Print what every format keeps and loses, then end.", is_eager=True, callback=show_formats
    ),
]


def chosen_formats(formats: Sequence[str] | None) -> list[str]:
    """Names of the formats to write, each once."""
    chosen = list(dict.fromkeys(formats or DEFAULT_FORMATS))
    for name in chosen:
        if name not in ("all", *FORMATS):
            near = difflib.get_close_matches(name, FORMATS, n=1, cutoff=0.0)[0]
            raise typer.BadParameter(f"no format '{name}'; the nearest known is '{near}', all: {', '.join(FORMATS)}")
    return list(FORMATS) if "all" in chosen else chosen


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an export goes: files of some formats in a folder, or a schema of a database."""

    target: str
    formats: tuple[str, ...]
    schema: str

    @property
    def steps(self) -> int:
        """Steps that `write` announces."""
        return len(self.formats) or 1

    def write(self, spec: MapSpec, on_step: OnStep) -> list[str]:
        """Write all layers of a map; return the files or tables written."""
        if is_database(self.target):
            on_step(POSTGIS.title)
            return write_postgis(hand_over(spec), self.target, schema=self.schema)
        return [str(path) for path in styled_export(spec, Path(self.target), self.formats, on_step=on_step)]


def destination(target: str, formats: Sequence[str] | None, schema: str | None) -> Destination:
    """The destination that the options say; what does not go together is refused before any work is done."""
    if is_database(target):
        if formats:
            raise typer.BadParameter("--format is for files; a database has tables of its own: leave one of them out")
        return Destination(target, (), schema or DEFAULT_SCHEMA)
    if "://" in target:
        raise typer.BadParameter("-o: wanted a folder, or postgresql://USER@HOST:5432/DATABASE")
    if schema is not None:
        raise typer.BadParameter("--schema is for a database; give one as -o postgresql://USER@HOST/DATABASE")
    return Destination(target, tuple(chosen_formats(formats)), DEFAULT_SCHEMA)


def tell_cut(files: Iterable[str | Path]) -> None:
    """Say once of each file of shapefiles how many texts it does not hold whole."""
    for file in map(Path, files):
        cut = texts_cut(file) if file.name.endswith("_shp.zip") else {}
        if cut:
            total = sum(cut.values())
            say(
                f"{file.name}: a shapefile holds 254 bytes of a text: {total:,} were cut, of the columns "
                f"{', '.join(cut)}; a GeoPackage (--format gpkg) holds them whole"
            )


def format_lines() -> Iterator[str]:
    """The table of formats for a terminal."""
    for name, how in FORMATS.items():
        yield from _lines_of(name, how, how.patterns)
    yield from _lines_of("-o postgresql://...", POSTGIS, "tables NAME_LAYER")
    yield f"No format holds: {ALWAYS_LOST}."


def _lines_of(name: str, how: Format, files: str) -> Iterator[str]:
    yield f"{name}: {how.title}"
    yield f"  files  {files}"
    yield f"  keeps  {how.keeps}"
    yield f"  loses  {how.loses}"
    yield ""
