"""The main job, step by step: inputs to tables, tables to located tables, those to a page, GIS files and a manifest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from geo.export import OnStep, require_folder, written, written_together
from maps.handover import styled_export
from maps.layers import MapSpec
from maps.leaflet import Tiles, write_page
from maps.pipeline.inputs import InputRecord, Inputs, read_inputs
from maps.pipeline.located import Located, count_steps, locate
from maps.pipeline.merging import parts_file
from maps.pipeline.results import write_manifest, write_tables
from maps.pipeline.setting import Setting

__all__ = [
    "InputRecord",
    "Inputs",
    "Located",
    "OnStep",
    "Setting",
    "count_run_steps",
    "count_steps",
    "locate",
    "parts_file",
    "read_inputs",
    "run",
    "save_page",
    "write_manifest",
    "write_tables",
]


def run(paths: Sequence[Path], setting: Setting, out: Path, *, formats: Sequence[str], on_step: OnStep) -> Located:
    """Everything in one go: the page, both tables, GIS files, decisions, problems and the manifest under ``out``.

    Raises
    ------
    InputError
        A file cannot be read at all.
    ExportError
        ``out`` cannot be written; what stood there before is kept.
    """
    require_folder(out)
    located = locate(paths, setting, on_step=on_step)
    spec = located.spec()
    with written_together(out) as part:
        on_step("page")
        save_page(spec, part / "index.html")
        files = [part / "index.html", *styled_export(spec, part / "gis", formats, on_step=on_step)]
        on_step("tables")
        files += write_tables(located, spec, part)
        write_manifest(located, files, part)
    return located


def count_run_steps(paths: Sequence[Path], formats: Sequence[str]) -> int:
    """Steps that `run` announces for so many inputs and formats."""
    return count_steps(paths) + len(formats) + 2


def save_page(spec: MapSpec, path: Path, tiles: Tiles | None = None) -> None:
    """Write the page under a temporary name, then rename it.

    Raises
    ------
    ExportError
        The page cannot be written; an older one is kept.
    """
    with written(path) as part:
        write_page(spec, part, tiles)
