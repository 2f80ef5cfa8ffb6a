"""Gazetteer files: OCHA p-code lists, GeoNames dumps, and tables with our own columns."""

from __future__ import annotations

import re
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo.errors import InputError, Problem
from geo.gazetteer.place import first_arabic, joined, kilometres
from geo.names import fold, skeleton
from geo.schema import PLACES, concat, conform


def read_gazetteer(path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a gazetteer file into a PLACES table; its kind is told by what is in it.

    OCHA p-code lists (CSV, XLSX), GeoNames dumps (tab-separated text or zip, 19 columns, no header), and tables with
    our own PLACES columns. Each row without a usable name, code or point is refused, with a Problem.

    Raises
    ------
    InputError
        The file cannot be read, its columns are of no known kind (the message lists those it has), or no row of it
        can be used.
    """
    try:
        places, problems = _read(path)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; give the path of a gazetteer") from None
    except UnicodeDecodeError:
        raise InputError(f"{path.name}: is not UTF-8 text; save the gazetteer as UTF-8") from None
    except pd.errors.EmptyDataError:
        raise InputError(f"{path.name}: is empty; give a gazetteer") from None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, pd.errors.ParserWarning) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path.name}: cannot be read as a gazetteer: {_first_line(error)}") from None
    if places.empty:
        raise InputError(f"{path.name}: has no row that could be used as a place", problems)
    return places, problems


def _read(path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        with pd.ExcelFile(path) as book:
            raw = pd.read_excel(book, sheet_name=_sheet(book), dtype="string", keep_default_na=False, na_values=[""])
    elif path.suffix.lower() == ".zip" or _is_geonames(path):
        return _from_geonames(path)
    else:
        separator = "\t" if path.suffix.lower() == ".tsv" else ","
        with warnings.catch_warnings():
            # Rows wider than the header would shift or lose cells.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            raw = pd.read_csv(
                path, dtype="string", keep_default_na=False, na_values=[""], encoding="utf-8-sig", sep=separator,
                index_col=False,
            )  # fmt: skip
    raw["source_row"] = np.arange(len(raw)) + 2
    if set(raw.columns) >= _OWN_COLUMNS:
        located, nowhere = _somewhere(raw, path.name)
        places, more = conform(located.assign(source=located.get("source", path.name)), PLACES, source=path.name)
        return places, nowhere + more
    return _from_ocha(raw, path.name)


def _sheet(book: pd.ExcelFile) -> str:
    """The first sheet of a workbook that has the columns of a gazetteer, else the first of all."""
    for name in book.sheet_names:
        header = pd.read_excel(book, sheet_name=name, nrows=0).rename(columns=lambda c: str(c).strip().casefold())
        if set(header) >= _OWN_COLUMNS or all(
            _column(header, *patterns) for key, patterns in _OCHA_COLUMNS.items() if key != "name_ar"
        ):
            return str(name)
    return str(book.sheet_names[0])


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


_OWN_COLUMNS = {"place_id", "name", "longitude", "latitude"}
_GEONAMES = [
    "geonameid",
    "name",
    "asciiname",
    "alternatenames",
    "latitude",
    "longitude",
    "feature_class",
    "feature_code",
    "country",
    "cc2",
    "admin1",
    "admin2",
    "admin3",
    "admin4",
    "population",
    "elevation",
    "dem",
    "timezone",
    "modified",
]


_ALTERNATE_NAMES = 10  # columns of GeoNames' list of alternate names


def _is_geonames(path: Path) -> bool:
    with path.open("rb") as file:
        cells = file.readline(100_000).decode("utf-8", errors="replace").split("\t")
    if len(cells) in (_ALTERNATE_NAMES, _ALTERNATE_NAMES - 2) and cells[0].isdigit() and cells[1].isdigit():
        raise InputError(
            f"{path.name}: is GeoNames' list of alternate names, which has no points; give the dump of the country "
            "(XX.zip), whose fourth column holds them"
        )
    return len(cells) == len(_GEONAMES) and cells[0].isdigit()


def _from_geonames(path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    if path.suffix.lower() != ".zip":
        return _geonames_table(path, path.name)
    with zipfile.ZipFile(path) as archive:
        texts = [n for n in archive.namelist() if n.lower().endswith(".txt") and "readme" not in n.lower()]
        if not texts:
            raise InputError(f"{path.name}: holds no .txt file; wanted a GeoNames dump such as XX.zip")
        with archive.open(texts[0]) as file:
            return _geonames_table(file, path.name)


def _geonames_table(file: Any, name: str) -> tuple[pd.DataFrame, list[Problem]]:
    raw = pd.read_csv(
        file, sep="\t", header=None, names=_GEONAMES, dtype="string", quoting=3, keep_default_na=False, na_values=[""],
        index_col=False,
    )  # fmt: skip
    raw["source_row"] = np.arange(len(raw)) + 1
    known = raw["feature_class"].isin(list("APSTRLHV"))
    wanted = "is no feature class of GeoNames; wanted A, P, S, T, R, L, H or V"
    problems = _refused(raw[~known], "feature_class", wanted, name)
    raw, nowhere = _somewhere(raw[known], name)
    problems += nowhere
    first = raw["country"] + "." + raw["admin1"]
    first = first.mask(raw["admin1"].isin(["00", ""]))
    second = first + "." + raw["admin2"]
    code = raw["feature_code"].fillna("")
    own = pd.Series(pd.NA, index=raw.index, dtype="string")
    own = own.mask(code == "ADM1", "geonames:" + first).mask(code == "ADM2", "geonames:" + second)
    # The ascii name is what many writers use, the alternate names bring the other scripts.
    aliases = (raw["asciiname"].fillna("") + "," + raw["alternatenames"].fillna("")).str.strip(",")
    table = pd.DataFrame(
        {
            "place_id": "geonames:" + raw["geonameid"],
            "name": raw["name"],
            "name_ar": aliases.map(lambda names: first_arabic(names.split(","))),
            "aliases": aliases.str.replace(";", " ").str.replace(",", ";"),
            "feature_class": raw["feature_class"],
            "feature_code": code,
            "country": raw["country"],
            "admin1": first,
            "admin2": second,
            "other_ids": own,
            "population": pd.to_numeric(raw["population"], errors="coerce").replace(0, np.nan),
            "longitude": raw["longitude"],
            "latitude": raw["latitude"],
            "source": "GeoNames",
            "source_row": raw["source_row"],
        }
    )
    places, more = conform(table, PLACES, source=name)
    return places, problems + more


def _somewhere(raw: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[Problem]]:
    """The rows but for those at longitude and latitude 0, which stand for unknown."""
    nowhere = (raw[["longitude", "latitude"]].apply(pd.to_numeric, errors="coerce") == 0).all(axis=1)
    wanted = "with latitude 0 stands for unknown; wanted the point of the place"
    return raw[~nowhere], _refused(raw[nowhere], "longitude", wanted, name)


def _refused(rows: pd.DataFrame, column: str, message: str, name: str) -> list[Problem]:
    values = rows[column].where(rows[column].notna(), None)
    return [
        Problem(name, int(row), column, None if value is None else str(value), message, "error")
        for row, value in zip(rows["source_row"], values, strict=True)
    ]


_OCHA_LEVEL = r"adm(?:in)?{level}_?(?:name_?)?{what}"
_OCHA_COLUMNS = {
    "name": (r"featurename_en", r"adm(?:in)?4_?(?:name_?)?en", r"pp_name_en", r"locationname_en"),
    "name_ar": (r"featurename_ar", r"adm(?:in)?4_?(?:name_?)?ar", r"pp_name_ar", r"locationname_ar"),
    "pcode": (r"pcode", r"adm(?:in)?4_?pcode", r"pp_pcode", r"location_pcode"),
    "longitude": (r"lon(?:g|gitude)?(?:_[xy])?", r"_?cx", r"(?:point_)?x"),
    "latitude": (r"lat(?:itude)?(?:_[xy])?", r"_?cy", r"(?:point_)?y"),
}
_OCHA_ALIASES = re.compile(
    r"^(?:adm(?:in)?4_?(?:name_?)?(?:en|ar|ref)|adm4alt\d(?:en|ar)|feature(?:ref|alt)name.*|pp_(?:ref|alt\d).*|locationname_..)$"
)


def _from_ocha(raw: pd.DataFrame, file_name: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Communities of an OCHA p-code list, and the units of levels 0 to 3 that they name."""
    raw = raw.rename(columns=lambda c: str(c).strip().casefold()).reset_index(drop=True)
    found = {key: _column(raw, *patterns) for key, patterns in _OCHA_COLUMNS.items()}
    missing = [k for k in ("name", "pcode", "longitude", "latitude") if found[k] is None]
    if missing:
        has = ", ".join(map(str, raw.columns[:-1][:40]))
        raise InputError(
            f"{file_name}: has no column for {', '.join(missing)}; wanted an OCHA p-code list "
            f"(admin4Name_en, admin4Pcode, Latitude_y, Longitude_x, or PP_NAME_EN, PP_PCODE, _CX, _CY), a GeoNames "
            f"dump, or columns place_id, name, longitude, latitude; it has: {has}"
        )
    places = pd.DataFrame({key: raw[column] for key, column in found.items() if column is not None})
    places = places.apply(lambda c: c.str.strip()).assign(place_id=lambda t: t["pcode"], source_row=raw["source_row"])
    for level in range(4):
        for what, key in (("pcode", f"admin{level}"), ("en", f"en{level}"), ("ar", f"ar{level}")):
            column = _column(raw, _OCHA_LEVEL.format(level=level, what=what))
            places[key] = pd.NA if column is None else raw[column].str.strip()
    others = [c for c in raw.columns if _OCHA_ALIASES.match(c)]
    places["aliases"] = [joined(row) for row in raw[others].itertuples(index=False, name=None)]
    places["country"] = places["admin0"].str[:2]
    points = places[["longitude", "latitude"]].apply(pd.to_numeric, errors="coerce")
    places[["longitude", "latitude"]] = points
    places, problems = _usable(places, file_name)
    places = places.assign(feature_class="P", feature_code=_seat_codes(places), source="OCHA")
    if places.empty:
        return places, problems
    places["aliases"] = _with_units(places)
    parts = [
        conform(t, PLACES, source=file_name) for t in (*(_ocha_units(places, n) for n in range(4)), places) if len(t)
    ]
    return concat([table for table, _ in parts], PLACES), problems + [p for _, found in parts for p in found]


def _usable(places: pd.DataFrame, file_name: str) -> tuple[pd.DataFrame, list[Problem]]:
    """The rows that have a point, a name and a code of their own; a Problem for each of the others."""
    inside = places["longitude"].between(-180, 180) & places["latitude"].between(-90, 90)
    checks = (
        ("longitude", inside & (places[["longitude", "latitude"]] != 0).any(axis=1), "with the latitude is no point"),
        ("name", places["name"].notna(), "is empty; wanted the name of a place"),
        ("pcode", places["pcode"].notna(), "is empty; wanted the p-code of the place"),
        ("pcode", ~places["pcode"].duplicated(), "stands twice; the first is used"),
    )
    fine = pd.Series(data=True, index=places.index)
    problems: list[Problem] = []
    for column, passed, message in checks:
        problems += _refused(places[fine & ~passed], column, message, file_name)
        fine &= passed
    return places[fine], problems


def _column(table: pd.DataFrame, *patterns: str) -> str | None:
    return next((c for pattern in patterns for c in table.columns if re.fullmatch(pattern, c)), None)


def _seat_codes(places: pd.DataFrame) -> list[str]:
    """GeoNames' codes of seats: a community that bears the name of its own unit, in either script, is taken for it."""
    codes = np.full(len(places), "PPL", dtype=object)
    key = places["name"].map(lambda n: skeleton(fold(n)))
    arabic = _folded(places["name_ar"]) if "name_ar" in places else _folded(places["ar3"])
    for level, code in ((3, "PPLA3"), (2, "PPLA2"), (1, "PPLA")):
        unit = places[f"en{level}"].map(lambda n: skeleton(fold(n)) if isinstance(n, str) else "-")
        same = ((key == unit) & (key != "")) | ((arabic == _folded(places[f"ar{level}"])) & (arabic != ""))
        # Namesakes inside one unit: the one spelled like the unit is the seat, else the first.
        spelled = places["name"] == places[f"en{level}"]
        ranked = places.assign(same=same, spelled=~spelled)[same].sort_values("spelled", kind="stable")
        first = ranked.drop_duplicates(f"admin{level}").index
        codes[places.index.isin(first)] = code
    return list(codes)


def _folded(names: pd.Series) -> pd.Series:
    return names.map(lambda n: fold(n) if isinstance(n, str) else "")


def _with_units(places: pd.DataFrame) -> list[str]:
    """The other names of communities; a seat is also called as its unit is spelled."""
    level = {"PPLA3": 3, "PPLA2": 2, "PPLA": 1}
    units = (
        row[f"en{level[row['feature_code']]}"] if row["feature_code"] in level else "" for _, row in places.iterrows()
    )
    return [joined([*names.split(";"), unit]) for names, unit in zip(places["aliases"], units, strict=True)]


def _ocha_units(places: pd.DataFrame, level: int) -> pd.DataFrame:
    """The units of one level as places: at their seat, else at the community nearest to the middle of all."""
    code = f"admin{level}"
    named = places[places[code].notna() & places[f"en{level}"].notna()]
    if named.empty:
        return named
    seat = {1: ["PPLA"], 2: ["PPLA", "PPLA2"], 3: ["PPLA", "PPLA2", "PPLA3"]}.get(level, [])
    middle = named.groupby(code)[["longitude", "latitude"]].transform("median")
    off = kilometres(named["longitude"], named["latitude"], middle["longitude"], middle["latitude"])
    named = named.assign(away=~named["feature_code"].isin(seat), off=off)
    units = named.sort_values(["away", "off"], kind="stable").drop_duplicates(code).sort_values(code)
    above = {f"admin{n}": units[f"admin{n}"] if n <= level else pd.NA for n in (1, 2, 3)}
    return units.assign(
        place_id=units[code],
        pcode=units[code],
        name=units[f"en{level}"],
        name_ar=units[f"ar{level}"],
        aliases=pd.NA,
        feature_class="A",
        feature_code="PCLI" if level == 0 else f"ADM{level}",
        **above,
    )
