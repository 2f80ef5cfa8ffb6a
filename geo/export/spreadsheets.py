"""Spreadsheets: CSV and XLSX that open in any language, with numbers as numbers, and that never run a formula.

On request the row under the header holds HXL hashtags (https://hxlstandard.org), by which humanitarian tools know
the columns.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import xlsxwriter

from geo.export.facts import about_lines
from geo.export.handover import Handover
from geo.export.portable import DatesAs, GisLayer, without_controls
from geo.export.writing import driver_errors, written
from geo.schema import with_guard

LONGEST_CELL = 32_767  # letters of two bytes, a limit of Excel
_LARGEST_NUMBER = 10**15  # beyond, Excel rounds: such numbers stand as text
_FIRST_DAY, _DAY, _MOMENT = "1900-03-01", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
MOST_ROWS = 1_048_576  # of a sheet, header included
_WKT_DIGITS = 7

# Hashtags of our columns, from those in use at HDX (see the HXL standard's hashtag list).
HXL_TAGS = {
    "event_id": "#event+code",
    "event_type": "#event+type",
    "event_subtype": "#event+type+sub",
    "record_id": "#meta+id+record",
    "date_start": "#date+start",
    "date_end": "#date+end",
    "report_date": "#date+reported",
    "source": "#meta+source",
    "source_id": "#meta+id+source",
    "source_url": "#meta+url",
    "actor1": "#group+name+first",
    "actor2": "#group+name+second",
    "fatalities_low": "#affected+killed+min",
    "fatalities_best": "#affected+killed",
    "fatalities_high": "#affected+killed+max",
    "deaths_low": "#affected+killed+min",
    "deaths_best": "#affected+killed",
    "deaths_high": "#affected+killed+max",
    "first_day": "#date+start",
    "last_day": "#date+end",
    "injured": "#affected+injured",
    "persons_low": "#affected+idps+min",
    "persons_best": "#affected+idps",
    "persons_high": "#affected+idps+max",
    "households": "#affected+hh",
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
    _write_csv(path, _spread(layers[0], dates_as="text"), [])


def write_csv_hxl(path: Path, layers: Sequence[GisLayer], _handover: Handover) -> None:
    """One layer with a row of hashtags under the header."""
    table = _spread(layers[0], dates_as="text")
    _write_csv(path, table, _tags(table))


def write_xlsx(path: Path, layers: Sequence[GisLayer], handover: Handover) -> None:
    """All layers, a sheet each."""
    _write_workbook(path, layers, handover, hxl=False)


def write_xlsx_hxl(path: Path, layers: Sequence[GisLayer], handover: Handover) -> None:
    """All layers, a sheet each, with a row of hashtags under the header."""
    _write_workbook(path, layers, handover, hxl=True)


def _spread(layer: GisLayer, *, dates_as: DatesAs) -> pd.DataFrame:
    """A layer as a plain table: what its geometry says in columns at the end."""
    table = layer.portable(dates_as)
    if not isinstance(table, gpd.GeoDataFrame):
        return table
    shapes = table.geometry.to_numpy()
    plain = pd.DataFrame(table.drop(columns=table.geometry.name))
    spread: dict[str, np.ndarray] = {}
    if layer.geometry_type in {"Point", "MultiPoint"}:
        points = shapely.get_type_id(shapes) == 0
        spread["longitude"] = np.where(points, shapely.get_x(shapes), np.nan).round(_WKT_DIGITS)
        spread["latitude"] = np.where(points, shapely.get_y(shapes), np.nan).round(_WKT_DIGITS)
    spread["wkt"] = shapely.to_wkt(shapes, rounding_precision=_WKT_DIGITS)
    taken = set(plain.columns)
    return plain.assign(**{_free(name, taken): values for name, values in spread.items()})


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name = f"{name}_drawn"
    return name


def _tags(table: pd.DataFrame) -> list[str]:
    return [HXL_TAGS.get(str(name)) or _other_tag(str(name)) for name in table.columns]


def _other_tag(name: str) -> str:
    """A tag for a column that has none of its own: an attribute is lower-case ASCII and starts with a letter."""
    attribute = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return f"#meta+{attribute}" if attribute[:1].isalpha() else f"#meta+column_{attribute}".rstrip("_")


def _write_csv(path: Path, table: pd.DataFrame, tags: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        # As RFC 4180 has it; else Python leaves a lone carriage return without quotes.
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([with_guard(str(name)) for name in table.columns])
        if tags:
            writer.writerow(tags)
        columns = [_cells(table[name]) for name in table.columns]
        writer.writerows(zip(*columns, strict=True) if columns else ())


def _cells(values: pd.Series) -> list[Any]:
    return [_cell(value) for value in values.to_numpy(dtype=object, na_value=None).tolist()]


def _cell(value: Any) -> Any:
    """A value as CSV writes it: missing ones empty, numbers short, text safe."""
    if _missing(value):
        return ""
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    if isinstance(value, int | float | np.number):
        whole = isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_NUMBER
        return int(value) if whole else value
    return with_guard(str(value))


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value))


# --- workbooks ---


def _write_workbook(path: Path, layers: Sequence[GisLayer], handover: Handover, *, hxl: bool) -> None:
    # Rows wait in files until the end: in a folder of ours, which goes whatever happens.
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".xlsx-") as folder:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": folder}
        book = xlsxwriter.Workbook(path, options)
        try:
            _fill_workbook(book, layers, handover, hxl=hxl)
            book.close()
        finally:
            for sheet in book.worksheets():
                with contextlib.suppress(OSError, ValueError):
                    sheet.row_data_fh.close()


def _fill_workbook(book: Any, layers: Sequence[GisLayer], handover: Handover, *, hxl: bool) -> None:
    # A clock would make every run differ.
    made = dt.datetime(1980, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
    book.set_properties({"title": _fitting(handover.about.title or handover.name)[:255], "created": made})
    formats = {name: book.add_format({"num_format": name}) for name in (_DAY, _MOMENT)}
    formats["head"] = book.add_format({"bold": True})
    notes: list[tuple[str, int, str]] = []
    names = _sheet_names([layer.name for layer in layers])
    for layer in layers:
        table = _spread(layer, dates_as="date")
        cut = sum(_fill_sheets(book, names[layer.name], table, formats, _tags(table) if hxl else []))
        notes.append((layer.name, len(table), f"{cut} texts cut to {LONGEST_CELL} letters" if cut else ""))
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


def _fill_sheets(
    book: Any, name: str, table: pd.DataFrame, formats: dict[str, Any], tags: Sequence[str]
) -> Iterator[int]:
    """Write a table, on a further sheet when one is full; yield how many texts were cut on each."""
    room = MOST_ROWS - 1 - bool(tags)
    for number, start in enumerate(range(0, max(1, len(table)), room)):
        sheet = book.add_worksheet(f"{name} {number + 1}" if number else name)
        for column, head in enumerate(table.columns):
            sheet.write_string(0, column, _fitting(str(head)), formats["head"])
        for column, tag in enumerate(tags):
            sheet.write_string(1, column, tag)
        sheet.freeze_panes(1 + bool(tags), 0)
        yield _fill_rows(sheet, table.iloc[start : start + room], formats, 1 + bool(tags))


def _fill_rows(sheet: Any, table: pd.DataFrame, formats: dict[str, Any], first: int) -> int:
    cut = 0
    columns = [table[name].to_numpy(dtype=object, na_value=None) for name in table.columns]
    for row, values in enumerate(zip(*columns, strict=True), first):
        for column, value in enumerate(values):
            if _missing(value):
                continue
            if isinstance(value, dt.date) and value.isoformat() >= _FIRST_DAY:
                how = _MOMENT if isinstance(value, dt.datetime) else _DAY
                sheet.write_datetime(row, column, value, formats[how])
            elif isinstance(value, bool | np.bool_):
                sheet.write_boolean(row, column, bool(value))
            elif isinstance(value, int | float | np.number) and abs(float(value)) < _LARGEST_NUMBER:
                sheet.write_number(row, column, value)
            else:
                # Excel takes 1900 for a leap year: days before March of that year stay text.
                text = value.isoformat() if isinstance(value, dt.date) else str(value)
                short = _fitting(text)
                cut += len(short) < len(without_controls(text))
                sheet.write_string(row, column, short)
    return cut


def _fitting(text: str) -> str:
    """Text as a cell can hold it, cut between letters. Escaped control characters are read by Excel alone."""
    text = without_controls(text)
    if len(text) * 2 <= LONGEST_CELL:
        return text
    return text.encode("utf-16-le")[: LONGEST_CELL * 2].decode("utf-16-le", "ignore")


def _fill_about(book: Any, handover: Handover, notes: Sequence[tuple[str, int, str]], head: Any) -> None:
    sheet = book.add_worksheet("about")
    sheet.write_row(0, 0, ["sheet", "rows", "loss"], head)
    for row, note in enumerate(notes, 1):
        sheet.write_string(row, 0, note[0])
        sheet.write_number(row, 1, note[1])
        sheet.write_string(row, 2, note[2])
    for row, text in enumerate(about_lines(handover), len(notes) + 2):
        sheet.write_string(row, 0, _fitting(text))
