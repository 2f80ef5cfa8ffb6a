"""The same rows as programs and people export them: every known schema keeps every row, and no value changes."""

import csv
import io

import geopandas as gpd
import pandas as pd
import pytest
from openpyxl import Workbook
from shapely.geometry import LineString
from test_sources_contract import CASES, THEATRE, made, without_file

from geo.errors import InputError
from geo.sources import is_tabbed, read_table
from geo.sources.numerals import Point, degrees, number, point_of

EVENTS = ("ACLED", "UCDP GED")


def text_of(rows, *, above="", below="", encoding="utf-8", **options):
    return (above + pd.DataFrame(rows).to_csv(index=False, **options) + below).encode(encoding)


def renamed(rows, rename):
    return [{rename(k): v for k, v in row.items()} for row in rows]


def humps(name):
    first, *others = name.split("_")
    return first + "".join(part.title() for part in others)


def workbook(rows, *, above=(), below=()):
    book = Workbook()
    for line in (*above, list(rows[0]), *(list(row.values()) for row in rows), *below):
        book.active.append(line)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def typed(rows):
    """Rows with numbers as a program keeps them, in columns of one kind."""
    return pd.read_csv(io.StringIO(pd.DataFrame(rows).to_csv(index=False)))


def parquet(frame):
    stream = io.BytesIO()
    frame.to_parquet(stream)
    return stream.getvalue()


def padded(rows, word):
    return word + "," * (len(rows[0]) - 1) + "\n"


VARIANTS = {
    "semicolons": lambda rows: text_of(rows, sep=";"),
    "tabs in UTF-16": lambda rows: text_of(rows, sep="\t", encoding="utf-16"),
    "a byte order mark": lambda rows: text_of(rows, encoding="utf-8-sig"),
    "all quoted": lambda rows: text_of(rows, quoting=csv.QUOTE_ALL, lineterminator="\r\n"),
    "the delimiter told": lambda rows: text_of(rows, above="sep=;\r\n", sep=";"),
    "titles above": lambda rows: text_of(rows, above="Export, all rows\nmade on 1 March 2020\n\n"),
    "a padded title above": lambda rows: text_of(rows, above=padded(rows, "Export of all rows")),
    "a row of totals": lambda rows: text_of(rows, below=padded(rows, "Grand Total")),
    "R's word for nothing": lambda rows: text_of([{k: v or "NA" for k, v in row.items()} for row in rows]),
    "SQL's word for nothing": lambda rows: text_of([{k: v or "NULL" for k, v in row.items()} for row in rows]),
    "capitals": lambda rows: text_of(renamed(rows, str.upper)),
    "blanks in names": lambda rows: text_of(renamed(rows, lambda n: n.replace("_", " ").title())),
    "points in names": lambda rows: text_of(renamed(rows, lambda n: n.replace("_", "."))),
    "humps in names": lambda rows: text_of(renamed(rows, humps)),
    "no underscores": lambda rows: text_of(renamed(rows, lambda n: n.replace("_", ""))),
    "an unnamed index": lambda rows: text_of([{"": n, **row} for n, row in enumerate(rows)]),
    "columns from the right": lambda rows: text_of([dict(reversed(row.items())) for row in rows]),
    "columns more": lambda rows: text_of([{**row, "comment": "x, y", "": ""} for row in rows]),
    "a workbook": workbook,
    "a workbook with title and total": lambda rows: workbook(rows, above=[["Export"], []], below=[["Total", None, 99]]),
    "Parquet": lambda rows: parquet(pd.DataFrame(rows)),
    "Parquet with numbers": lambda rows: parquet(typed(rows)),
    "JSON with numbers": lambda rows: typed(rows).to_json(orient="records").encode(),
    "JSON, one a line": lambda rows: pd.DataFrame(rows).to_json(orient="records", lines=True).encode(),
}


@pytest.fixture
def read(tmp_path):
    def write_and_read(content):
        path = tmp_path / "a.csv"
        path.write_bytes(content)
        return read_table(path, theatre=THEATRE, leads=True)

    return write_and_read


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", CASES)
def test_the_way_of_export_changes_neither_rows_nor_values(read, name, variant):
    rows = CASES[name][0]
    wanted = made(read(text_of(rows)), name)
    got = read(VARIANTS[variant](rows))
    assert got.rows_refused == 0
    assert without_file(made(got, name)) == without_file(wanted)


@pytest.mark.parametrize(
    "style", ["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y %H:%M", "%b %d, %Y", "%Y%m%d", "%A, %d %B %Y", "serial", "milliseconds"]
)
@pytest.mark.parametrize(("name", "columns"), [("ACLED", ["event_date"]), ("UCDP GED", ["date_start", "date_end"])])
def test_days_mean_the_same_in_every_style(read, name, columns, style):
    rows = [
        {**row, **dict.fromkeys(columns, day)}
        for row, day in zip([CASES[name][0][0]] * 2, ("2020-02-10", "2020-02-25"), strict=True)
    ]
    rows = [{**row, next(iter(row)): f"{n}"} for n, row in enumerate(rows)]
    days = pd.to_datetime(pd.Series([row[columns[0]] for row in rows]))
    since = {"serial": "1899-12-30", "milliseconds": "1970-01-01"}
    unit = {"serial": pd.Timedelta(days=1), "milliseconds": pd.Timedelta(milliseconds=1)}
    texts = (
        ((days - pd.Timestamp(since[style])) // unit[style]).astype(str) if style in since else days.dt.strftime(style)
    )
    other = [{**row, **dict.fromkeys(columns, text)} for row, text in zip(rows, texts, strict=True)]
    wanted, got = (read(text_of(r)).events[["date_start", "date_end"]] for r in (rows, other))
    pd.testing.assert_frame_equal(got, wanted)


@pytest.mark.parametrize("name", EVENTS)
@pytest.mark.parametrize("kind", ["GeoPackage in metres", "GeoJSON", "GeoParquet in metres", "decimal commas", "sides"])
def test_a_point_is_the_same_in_every_file(read, tmp_path, name, kind):
    rows = CASES[name][0]
    plain = [{k: v for k, v in row.items() if k not in {"longitude", "latitude"}} for row in rows]
    shapes = gpd.points_from_xy([row["longitude"] for row in rows], [row["latitude"] for row in rows], crs=4326)
    layer = gpd.GeoDataFrame(plain, geometry=shapes)
    if kind == "GeoPackage in metres":
        layer.to_crs("EPSG:32637").to_file(tmp_path / "a.gpkg")
        content = (tmp_path / "a.gpkg").read_bytes()
    elif kind == "GeoJSON":
        content = layer.to_json().encode()
    elif kind == "GeoParquet in metres":
        content = parquet(layer.to_crs("EPSG:32637"))
    else:
        write = {"decimal commas": lambda v, _: v.replace(".", ","), "sides": lambda v, side: f"{v}° {side}"}[kind]
        content = text_of(
            [{**r, "longitude": write(r["longitude"], "E"), "latitude": write(r["latitude"], "N")} for r in rows],
            sep=";",
        )
    wanted, got = (read(c).events[["source_longitude", "source_latitude"]] for c in (text_of(rows), content))
    pd.testing.assert_frame_equal(got, wanted, atol=1e-9)


@pytest.mark.parametrize(
    ("text", "sides", "value"),
    [
        ("35°56'24\"N", "NS", 35.94),
        ("S 1,5", "NS", -1.5),
        ("36.6 W", "EW", -36.6),
        ("36,6", "EW", 36.6),
        ("36.6 E", "NS", None),
        ("35°75'N", "NS", None),
        ("35 N 36 E", "NS", None),
    ],
)
def test_degrees_with_a_side_are_read_and_those_of_the_other_axis_are_not(text, sides, value):
    assert degrees(text, sides=sides) == pytest.approx(float("nan") if value is None else value, nan_ok=True)


@pytest.mark.parametrize(
    ("texts", "meaning"),
    [
        (["1.234", "2.500", "7"], Point.THOUSANDS),
        (["1.234.567", "8"], Point.THOUSANDS),
        (["1.234", "2.5"], Point.FRACTION),
        (["5.000", "12.000"], Point.FRACTION),
        (["1.234"], Point.UNCLEAR),
        (["7", "12"], Point.FRACTION),
    ],
)
def test_a_point_in_counts_parts_thousands_only_where_the_column_shows_it(texts, meaning):
    assert point_of(texts) is meaning


def test_thousands_of_a_column_are_read_and_a_lone_one_is_refused(read):
    head = "date;place;measure;persons\n"
    several = read(
        (head + "2020-01-01;Mill;stock;1.234\n2020-01-01;Ford;stock;2.500\n2020-01-01;Hill;stock;7\n").encode()
    )
    assert several.displacement["persons_best"].tolist() == [1234, 2500, 7]
    alone = read((head + "2020-01-01;Mill;stock;1.234\n").encode())
    assert (alone.rows_refused, len(alone.displacement)) == (1, 0)
    assert "without the point" in alone.problems[-1].message


def test_a_value_that_is_the_word_total_is_no_row_of_totals(read):
    head = "qualifier,figure,displacement_type,role,iso3,displacement_date\n"
    row = "total,{},Conflict,Recommended figure,NRL,2020-01-0{}\n"
    got = read((head + row.format(10, 1) + row.format(20, 2) + row.format(30, 3)).encode())
    assert got.displacement["persons_best"].tolist() == [10, 20, 30]


@pytest.mark.parametrize("text", ["1e3", "12 345", "1'234"])
def test_other_marks_of_thousands_are_numbers(text):
    assert number(text) >= 1000 or text == "1e3"


FAULTS = {
    "swapped so that no latitude is left": ({"latitude": "136.6", "longitude": "35.9"}, "look swapped"),
    "longitude equal to latitude": ({"latitude": "35.912345", "longitude": "35.912345"}, "equals the longitude"),
    "nowhere": ({"latitude": "0", "longitude": "0"}, "means unknown"),
    "no date": ({"event_date": ""}, "only the year is known"),
    "a suppressed count": ({"fatalities": "*"}, "suppressed"),
    "metres for degrees": ({"latitude": "3975000.5", "longitude": "283000.5"}, "convert them to degrees"),
    "a lost decimal point": ({"latitude": "35900000", "longitude": "36600000"}, "decimal point"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", ["CSV", "workbook", "GeoJSON", "GeoPackage", "Parquet"])
def test_a_planted_fault_is_told_in_every_kind_of_file_and_its_row_is_kept(read, tmp_path, kind, fault):
    wrong, words = FAULTS[fault]
    rows = [CASES["ACLED"][0][0], {**CASES["ACLED"][0][1], **wrong}]
    layer = gpd.GeoDataFrame(rows, geometry=gpd.points_from_xy([36.6, 36.6], [35.9, 35.9]), crs=4326)
    layer.to_file(tmp_path / "a.gpkg")
    contents = {
        "CSV": text_of(rows),
        "workbook": workbook(rows),
        "GeoJSON": layer.to_json().encode(),
        "GeoPackage": (tmp_path / "a.gpkg").read_bytes(),
        "Parquet": parquet(pd.DataFrame(rows)),
    }
    got = read(contents[kind])
    assert (len(got.events), got.rows_refused) == (2, 0)
    (told,) = [p for p in got.problems if words in p.message]
    assert (told.row, told.severity) == (3, "warning")
    if {"latitude", "longitude"} & set(wrong):
        assert got.events["source_longitude"].isna().tolist() == [False, True]
    if "fatalities" in wrong:
        assert got.events["fatalities_best"].isna().tolist() == [False, True]


GEONAMES_ROW = "1\tMill\tMill\tMühle\t35.9\t36.6\tP\tPPL\tNL\t\t01\t\t\t\t900\t\t10\tEtc/UTC\t2020-01-01\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (GEONAMES_ROW * 2, "--gazetteer"),
        ("NL.01\tUpper\tUpper\t1\nNL.02\tLower\tLower\t2\n", "codes of divisions"),
        ("location\nMill\nFord, by the river\n", "conflictmap geocode"),
        ("<articles>\n<article>\n<text>One, two</text>\n</article>\n</articles>\n", "is XML"),
    ],
)
def test_a_file_without_records_is_told_for_what_it_is(read, content, words):
    with pytest.raises(InputError, match=words):
        read(content.encode())


def test_a_layer_of_lines_is_no_table_of_events(read, tmp_path):
    lines = gpd.GeoDataFrame({"level": [1, 1]}, geometry=[LineString([(0, 0), (1, n)]) for n in (1, 2)], crs=4326)
    with pytest.raises(InputError, match="holds lines"):
        read(lines.to_json().encode())


def test_a_text_parted_by_tabs_is_a_table_and_prose_is_not():
    assert is_tabbed("a\tb\tc\n1\t2\t3\n".encode("utf-16"))
    assert is_tabbed(b'a\tb\tc\n1\t"two\nlines\t"\t3\n')
    assert not is_tabbed(b"On Monday, two villages were shelled.\n\n\tA quote\tof somebody\t.\nEnd.\n")
    assert not is_tabbed(b"")
