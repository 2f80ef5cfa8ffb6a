"""GeoNames' lists of division codes (admin1CodesASCII, admin2Codes): names without points, put to the places beside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo.errors import InputError, Problem
from geo.gazetteer.place import joined, kilometres
from geo.schema import PLACES, concat, conform

_CODE = re.compile(r"[A-Z]{2}\.[^\s.]+(?:\.[^\t]+)?")
_COLUMNS = ["code", "name", "asciiname", "geonameid"]


def is_division_list(path: Path) -> bool:
    """Whether a file is such a list: code, name, plain name and number, parted by tabs."""
    try:
        with path.open("rb") as file:
            cells = file.readline(100_000).decode("utf-8", errors="replace").rstrip("\r\n").split("\t")
    except OSError:
        return False
    return len(cells) == len(_COLUMNS) and bool(_CODE.fullmatch(cells[0])) and cells[3].isdigit()


def read_division_list(path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """Columns code ("CC.1" or "CC.1.2"), name, asciiname, geonameid; rows of another kind are refused with a Problem.

    Raises
    ------
    InputError
        The file is not UTF-8 text.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise InputError(f"{path.name}: is not UTF-8 text; save the list as UTF-8") from None
    rows, problems = [], []
    for number, line in enumerate(lines, 1):
        cells = line.split("\t")
        if len(cells) == len(_COLUMNS) and _CODE.fullmatch(cells[0]) and cells[1].strip() and cells[3].isdigit():
            rows.append(cells)
        elif line.strip():
            wanted = "is no division; wanted code, name, plain name and number, parted by tabs"
            problems.append(Problem(path.name, number, "code", line[:60], wanted, "error"))
    return pd.DataFrame(rows, columns=_COLUMNS).drop_duplicates("code"), problems


def with_division_names(places: pd.DataFrame, divisions: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[Problem]]:
    """The places with the names of these divisions: other names of the units that are there, or units of their own.

    A new unit stands at the town in the midst of those that bear its code. One without a town has no point and is left
    out; how many is told in one Problem.
    """
    known = _rows_by_code(places)
    columns = ("name", "name_ar", "aliases", "other_ids")
    cells: dict[str, list[Any]] = {c: [None if v is pd.NA else v for v in places[c]] for c in columns}
    new = []
    towns = {level: _towns(places, level) for level in (1, 2)}
    nowhere = 0
    for unit in divisions.itertuples(index=False):
        row = known.get(unit.code)
        if row is not None:
            own = {cells["name"][row], cells["name_ar"][row]}
            _add(cells["aliases"], row, [n for n in (unit.name, unit.asciiname) if n not in own])
            _add(cells["other_ids"], row, [f"geonames:{unit.code}", f"geonames:{unit.geonameid}"])
            continue
        level = unit.code.count(".")
        around = towns[level].get(unit.code)
        if around is None:
            nowhere += 1
        else:
            new.append(_unit(unit, level, around))
    named = places.assign(**{c: pd.array(v, dtype="string") for c, v in cells.items()})
    problems = []
    if nowhere:
        message = (
            "have no place of their code in the gazetteers, so no point; give the dump of their country beside them"
        )
        problems = [Problem(name, None, "code", f"{nowhere} divisions", message, "warning")]
    added = conform(pd.DataFrame(new), PLACES)[0] if new else places.iloc[:0]
    return concat([named, added], PLACES), problems


def _rows_by_code(places: pd.DataFrame) -> dict[str, int]:
    """Rows of units by GeoNames' code: their id, one of their ids elsewhere, or the code that they bear."""
    known: dict[str, int] = {}
    units = places[places["feature_code"].isin(["ADM1", "ADM2"])]
    columns = ("feature_code", "place_id", "other_ids", "admin1", "admin2")
    for row, kind, *ids, first, second in zip(units.index, *(units[c] for c in columns), strict=True):
        codes = [i.removeprefix("geonames:") for cell in ids if isinstance(cell, str) for i in cell.split(";")]
        for code in (*codes, first if kind == "ADM1" else second):
            if isinstance(code, str):
                known.setdefault(code, row)
    return known


def _towns(places: pd.DataFrame, level: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Points of the populated places of each unit."""
    populated = places[(places["feature_class"] == "P") & places[f"admin{level}"].notna()]
    groups = populated.groupby(f"admin{level}", sort=False)
    return {str(c): (t["longitude"].to_numpy(), t["latitude"].to_numpy()) for c, t in groups}


def _unit(unit: Any, level: int, around: tuple[np.ndarray, np.ndarray]) -> dict[str, Any]:
    lons, lats = around
    at = int(np.argmin(kilometres(lons, lats, np.median(lons), np.median(lats))))
    first = ".".join(unit.code.split(".")[:2])
    return {
        "place_id": f"geonames:{unit.code}",
        "name": unit.name,
        "aliases": joined([unit.asciiname] if unit.asciiname != unit.name else []),
        "feature_class": "A",
        "feature_code": f"ADM{level}",
        "country": unit.code[:2],
        "admin1": first,
        "admin2": unit.code if level == 2 else None,
        "other_ids": f"geonames:{unit.geonameid}",
        "longitude": float(lons[at]),
        "latitude": float(lats[at]),
        "source": "GeoNames",
    }


def _add(column: list[Any], row: int, more: Sequence[str]) -> None:
    column[row] = joined([*(column[row] or "").split(";"), *more]) or None
