"""Spreadsheets: CSV and XLSX that open in any language, with numbers as numbers, and that never run a formula.

On request the row under the header holds HXL hashtags (https://hxlstandard.org), by which humanitarian tools know
the columns.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import xlsxwriter

from geo.export.handover import Handover
from geo.export.portable import GisLayer, portable
from geo.export.writing import driver_errors, written

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_767  # characters, a limit of Excel
_LARGEST_NUMBER = 10**15  # beyond, Excel rounds: such numbers stand as text
MOST_ROWS = 1_048_576  # of a sheet, header included
_WKT_DIGITS = 7

# Hashtags of our columns, from those in use at HDX (see the HXL standard's hashtag list).
HXL_TAGS = {
    "event_id": "#event+code",
    "event_type": "#event+type",
    "event_subtype": "#event+type+sub",
    "record_id": "#affected+code",
    "date_start": "#date+start",
    "date_end": "#date+end",
    "report_date": "#date+reported",
    "source": "#meta+source",
    "source_id": "#meta+id",
    "source_url": "#meta+url",
    "actor1": "#group+name+first",
    "actor2": "#group+name+second",
    "fatalities_low": "#affected+killed+min",
    "fatalities_best": "#affected+killed",
    "fatalities_high": "#affected+killed+max",
    "injured": "#affected+injured",
    "persons_low": "#affected+idps+min",
    "persons_best": "#affected+idps",
    "persons_high": "#affected+idps+max",
    "persons": "#affected+idps",
    "toponym": "#loc+name+reported",
    "place_name": "#loc+name",
    "place_name_ar": "#loc+name+i_ar",
    "place_id": "#loc+code",
    "name": "#loc+name",
    "name_ar": "#loc+name+i_ar",
    "pcode": "#loc+code+pcode",
    "stated_country": "#country+name",
    "stated_admin1": "#adm1+name",
    "stated_admin2": "#adm2+name",
    "stated_admin3": "#adm3+name",
    "admin1_pcode": "#adm1+code",
    "admin2_pcode": "#adm2+code",
    "admin3_pcode": "#adm3+code",
    "origin_name": "#loc+name+origin",
    "origin_pcode": "#loc+code+origin",
    "destination_name": "#loc+name+dest",
    "destination_pcode": "#loc+code+dest",
    "population": "#population",
    "geo_precision": "#geo+precision",
    "longitude": "#geo+lon",
    "latitude": "#geo+lat",
    "wkt": "#geo+wkt",
    "notes": "#description",
    "quote": "#description+quote",
}


def write_csv_table(table: pd.DataFrame, path: Path) -> None:
    """Write one table as CSV that a spreadsheet opens in any language and never runs.

    Raises
    ------
    ExportError
        The file cannot be written; an older one is kept.
    """
    with written(path) as part, driver_errors(path):
        _write_csv(part, table, [])


def write_csv(path: Path, layers: Sequence[GisLayer], _handover: Handover) -> None:
    """One layer; longitude and latitude of points, and every geometry as WKT."""
    _write_csv(path, _spread(layers[0]), [])


def write_csv_hxl(path: Path, layers: Sequence[GisLayer], _handover: Handover) -> None:
    """One layer with a row of hashtags under the header."""
    table = _spread(layers[0])
    _write_csv(path, table, _tags(table))


def write_xlsx(path: Path, layers: Sequence[GisLayer], handover: Handover) -> None:
    """All layers, a sheet each."""
    _write_workbook(path, layers, handover, hxl=False)


def write_xlsx_hxl(path: Path, layers: Sequence[GisLayer], handover: Handover) -> None:
    """All layers, a sheet each, with a row of hashtags under the header."""
    _write_workbook(path, layers, handover, hxl=True)


def _spread(layer: GisLayer) -> pd.DataFrame:
    """A layer as a plain table: what its geometry says in columns at the end."""
    table = portable(layer.table, dates_as="text")
    if not isinstance(table, gpd.GeoDataFrame):
        return table
    shapes = table.geometry.to_numpy()
    plain = pd.DataFrame(table.drop(columns=table.geometry.name))
    points = shapely.get_type_id(shapes) == 0
    taken = set(plain.columns)
    for name, values in (
        ("longitude", np.where(points, shapely.get_x(shapes), np.nan)),
        ("latitude", np.where(points, shapely.get_y(shapes), np.nan)),
        ("wkt", shapely.to_wkt(shapes, rounding_precision=_WKT_DIGITS)),
    ):
        plain[_free(name, taken)] = values
    return plain


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name = f"{name}_drawn"
    return name


def _tags(table: pd.DataFrame) -> list[str]:
    return [HXL_TAGS.get(str(name), f"#meta+{str(name).lower()}") for name in table.columns]


def _write_csv(path: Path, table: pd.DataFrame, tags: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([safe_text(str(name)) for name in table.columns])
        if tags:
            writer.writerow(tags)
        columns = [_cells(table[name]) for name in table.columns]
        writer.writerows(zip(*columns, strict=True) if columns else ())


def safe_text(text: str) -> str:
    """Text that a spreadsheet takes for a formula, quoted by an apostrophe; other text as it is.

    >>> safe_text("=1+1"), safe_text("plain")
    ("'=1+1", 'plain')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _cells(values: pd.Series) -> list[Any]:
    """Values of a column as CSV writes them: missing ones empty, numbers short, text safe."""
    cells = values.to_numpy(dtype=object, na_value=None).tolist()
    if pd.api.types.is_bool_dtype(values.dtype):
        return ["" if v is None else str(bool(v)).lower() for v in cells]
    if pd.api.types.is_numeric_dtype(values.dtype):
        return [_number(v) for v in cells]
    return ["" if _missing(v) else safe_text(str(v)) for v in cells]


def _number(value: Any) -> Any:
    if _missing(value):
        return ""
    return f"{value:.10g}" if isinstance(value, float) else value


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value))


# --- workbooks ---


def _write_workbook(path: Path, layers: Sequence[GisLayer], handover: Handover, *, hxl: bool) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    with xlsxwriter.Workbook(path, options) as book:
        # A clock would make every run differ.
        title = handover.about.title or handover.name
        book.set_properties({"title": title, "created": dt.datetime(1980, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)})
        formats = {"head": book.add_format({"bold": True}), "date": book.add_format({"num_format": "yyyy-mm-dd"})}
        notes: list[tuple[str, int, str]] = []
        names = _sheet_names([layer.name for layer in layers])
        for layer in layers:
            table = _spread(layer)
            days = _days(layer.table)
            cut = sum(_fill_sheets(book, names[layer.name], table, days, formats, _tags(table) if hxl else []))
            said = f"{cut} texts cut to {LONGEST_CELL} characters" if cut else ""
            notes.append((layer.name, len(table), said))
        _fill_about(book, handover, notes, formats["head"])


def _sheet_names(names: Iterable[str]) -> dict[str, str]:
    """Sheet names of at most 26 letters, unique; room is left for a number."""
    short: dict[str, str] = {}
    for name in names:
        free, number = name[:26], 2
        while free.lower() in {s.lower() for s in short.values()} | {"about"}:
            free, number = f"{name[:23]}~{number}", number + 1
        short[name] = free
    return short


def _days(table: pd.DataFrame) -> set[str]:
    return {str(c) for c in table.columns if pd.api.types.is_datetime64_any_dtype(table[c].dtype)}


def _fill_sheets(
    book: Any, name: str, table: pd.DataFrame, days: set[str], formats: dict[str, Any], tags: Sequence[str]
) -> Iterable[int]:
    """Write a table, on a further sheet when one is full; yield how many texts were cut on each."""
    room = MOST_ROWS - 1 - bool(tags)
    for number, start in enumerate(range(0, max(1, len(table)), room)):
        sheet = book.add_worksheet(f"{name} {number + 1}" if number else name)
        sheet.write_row(0, 0, [str(c) for c in table.columns], formats["head"])
        if tags:
            sheet.write_row(1, 0, tags)
        sheet.freeze_panes(1 + bool(tags), 0)
        yield _fill_rows(sheet, table.iloc[start : start + room], days, formats["date"], 1 + bool(tags))


def _fill_rows(sheet: Any, table: pd.DataFrame, days: set[str], day_format: Any, first: int) -> int:
    cut = 0
    columns = [table[name].to_numpy(dtype=object, na_value=None) for name in table.columns]
    is_day = [str(name) in days for name in table.columns]
    for row, values in enumerate(zip(*columns, strict=True), first):
        for column, value in enumerate(values):
            if _missing(value):
                continue
            if is_day[column] and _fits_a_date(value):
                sheet.write_datetime(row, column, dt.datetime.fromisoformat(value), day_format)
            elif isinstance(value, bool | np.bool_):
                sheet.write_boolean(row, column, bool(value))
            elif isinstance(value, int | float | np.number) and abs(float(value)) < _LARGEST_NUMBER:
                sheet.write_number(row, column, value)
            else:
                text = str(value)
                cut += len(text) > LONGEST_CELL
                sheet.write_string(row, column, text[:LONGEST_CELL])
    return cut


def _fits_a_date(value: Any) -> bool:
    """Excel counts days from 1900, and takes that year for a leap year: days before March stay text."""
    return str(value) >= "1900-03-01"


def _fill_about(book: Any, handover: Handover, notes: Sequence[tuple[str, int, str]], head: Any) -> None:
    sheet = book.add_worksheet("about")
    sheet.write_row(0, 0, ["sheet", "rows", "loss"], head)
    for row, note in enumerate(notes, 1):
        sheet.write_string(row, 0, note[0])
        sheet.write_number(row, 1, note[1])
        sheet.write_string(row, 2, note[2])
    about = handover.about
    lines = [about.title, about.abstract, *(f"{c.source}: {c.licence} {c.url}".strip() for c in about.credits)]
    for row, text in enumerate((t for t in (*lines, about.disclaimer) if t), len(notes) + 2):
        sheet.write_string(row, 0, text[:LONGEST_CELL])
