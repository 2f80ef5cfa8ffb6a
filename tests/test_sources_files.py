"""Bad files and odd tables: refused in one plain line or read with every row accounted for. Events stand for all."""

import contextlib
import gzip
import io
import json
import time
import zipfile

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from geo.schema.blanks import whole_text, without_blanks
from geo.sources import read_table
from geo.theatre import Theatre

ANYWHERE = Theatre(id="anywhere", title={"en": "anywhere"}, languages=("en", "ar"))
HEADER = "date,event_type,location,latitude,longitude,fatalities,injured,source,notes"
ROW = "2020-02-10,clash,Ariha,35.81,36.61,5,2,Made Up Daily,Two sides fought"


@pytest.fixture
def read(tmp_path):
    """Write a file, read it as a table, check that its rows add up."""

    def write_and_read(content, name="a.csv", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        table = read_table(path, theatre=ANYWHERE, **options)
        kept = len(table.events) + len(table.displacement)
        assert table.rows_read == kept + table.rows_refused + table.rows_skipped
        assert len([p for p in table.problems if p.severity == "error"]) == table.rows_refused
        return table

    return write_and_read


def lines(*rows, header=HEADER):
    return "\n".join([header, *rows]) + "\n"


def errors(table):
    return [(p.row, p.column) for p in table.problems if p.severity == "error"]


def warnings(table):
    return [p for p in table.problems if p.severity == "warning"]


# --- files that are no table


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n\n ", "is empty"),
        (bytes(range(256)) * 40, "is binary"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "is a picture"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "old Excel"),
        (b"\x1f\x8b\x08\x00broken", "cannot be unpacked"),
        (b"PK\x03\x04broken", "cannot be unpacked"),
        (b"PAR1broken", "damaged Parquet"),
        (b'{"type": "FeatureCollection", "features": [', "broken JSON"),
        (b'{"a": [1]}', "wanted a list of rows"),
        (b"\xff\xfea", "broken UTF-16"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_one_plain_line(read, content, words):
    with pytest.raises(InputError, match=words) as caught:
        read(content)
    assert str(caught.value).startswith("a.csv: ")
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_refused_by_name(tmp_path):
    with pytest.raises(InputError, match=r"^none\.csv: no such file"):
        read_table(tmp_path / "none.csv", theatre=ANYWHERE)
    with pytest.raises(InputError, match="is a folder"):
        read_table(tmp_path, theatre=ANYWHERE)


def test_a_table_without_a_header_says_so(read):
    with pytest.raises(InputError, match="has no header row"):
        read("2020-02-10,clash,Ariha,35.81,36.61\n2020-02-11,clash,Ariha,35.81,36.61\n")


def test_a_header_alone_is_a_table_without_rows(read):
    table = read(HEADER + "\n")
    assert (table.rows_read, len(table.events), table.problems) == (0, 0, ())


def test_a_missing_column_is_named_with_what_there_is_and_what_is_near(read):
    with pytest.raises(InputError) as caught:
        read("date,event_typ,where\n2020-02-10,clash,Ariha\n")
    message = str(caught.value)
    assert "an event type" in message
    assert "a place or coordinates" in message
    assert "the nearest is 'event_typ'" in message
    assert "it has: date, event_typ, where" in message


def test_a_mapping_to_a_column_that_is_not_there_names_the_nearest(read):
    with pytest.raises(InputError, match="no column 'Datun'; the nearest is 'Datum'"):
        read("Datum,Art,Ort\n", columns={"date": "Datun"})
    with pytest.raises(InputError, match="no field 'dat'; the nearest is 'date'"):
        read("Datum,Art,Ort\n", columns={"dat": "Datum"})


def test_a_line_of_fifty_megabytes_is_refused_at_once(read):
    begin = time.process_time()
    with pytest.raises(InputError, match=r"^a\.csv:3: the line has 50,000,\d+ bytes"):
        read(lines(ROW).encode() + b"2020-02-10,clash," + b"x" * 50_000_000)
    assert time.process_time() - begin < 5


def test_a_row_of_many_lines_that_never_ends_is_refused(read):
    with pytest.raises(InputError, match="quotation mark"):
        read(lines(ROW) + '2020-02-10,clash,"' + "line after line\n" * 600_000)


# --- encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256"])
def test_arabic_names_survive_every_usual_encoding(read, encoding):
    text = lines("2020-02-10,clash,أريحا,35.81,36.61,5,2,مصدر,اشتباكات في محيط البلدة", "2020-02-11,قصف,سراقب,,,,,,")
    table = read(text.encode(encoding))
    assert list(table.events["toponym"]) == ["أريحا", "سراقب"]
    assert table.events["event_type"].iloc[1] == "Explosions/Remote violence"
    assumed = [p.message for p in warnings(table)]
    assert bool(assumed) == (encoding in {"utf-16-le", "utf-16-be", "cp1256"})
    assert all("read as" in m for m in assumed)


def test_western_letters_in_an_old_encoding_are_read_and_said_to_be_assumed(read):
    table = read(lines("2020-02-10,clash,Alésia,47.5,4.5,1,,Journal,Événement").encode("cp1252"))
    assert table.events["toponym"].iloc[0] == "Alésia"
    assert "cp1252" in warnings(table)[0].message


def test_one_broken_byte_does_not_turn_a_utf8_file_into_another_encoding(read):
    good = "2020-02-10,clash,أريحا,35.81,36.61,5,2,مصدر,اشتباكات في محيط البلدة\n" * 3
    table = read(HEADER.encode() + b"\n" + good.encode() + b"2020-02-11,clash,A\xffa,,,,,,\n")
    assert list(table.events["toponym"]) == ["أريحا"] * 3 + ["A�a"]
    assert warnings(table)[0].row == 5


# --- shapes of text tables


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(read, delimiter):
    table = read(lines(ROW).replace(",", delimiter))
    assert table.events["fatalities_best"].iloc[0] == 5


def test_a_decimal_comma_in_coordinates_is_understood(read):
    table = read("date;type;place;lat;lon\n2020-02-10;clash;Ariha;35,81;36,61\n")
    assert (table.events["source_latitude"].iloc[0], table.events["source_longitude"].iloc[0]) == (35.81, 36.61)


def test_gzip_and_zip_are_opened(read):
    assert len(read(gzip.compress(lines(ROW).encode()), "a.csv.gz").events) == 1
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inside.csv", lines(ROW))
    assert len(read(packed.getvalue(), "a.zip").events) == 1
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("one.csv", lines(ROW))
        archive.writestr("two.csv", lines(ROW))
    with pytest.raises(InputError, match=r"wanted one table in the archive, found one\.csv, two\.csv"):
        read(packed.getvalue(), "a.zip")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_know_their_true_lines_past_quoted_line_breaks(read, end):
    table = read(end.join([HEADER, '2020-02-10,clash,A,,,1,,S,"first', "second", 'third"', ROW, "bad,clash,A,,,,,,"]))
    assert list(table.events["source_row"]) == [2, 5]
    assert table.events["notes"].iloc[0].split() == ["first", "second", "third"]
    assert errors(table) == [(6, "date")]


def test_ragged_rows_are_refused_with_their_text(read):
    table = read(lines(ROW, "2020-02-10,clash,Ariha", ROW + ",more", ROW))
    assert list(table.events["source_row"]) == [2, 5]
    short, long = (p for p in table.problems if p.severity == "error")
    assert (short.row, short.value, short.message) == (
        3,
        "2020-02-10,clash,Ariha",
        "has 3 cells; wanted 9 as in the header",
    )
    assert long.row == 4
    assert long.value.endswith(",more")


def test_a_quotation_mark_left_open_swallows_no_row_in_silence(read):
    table = read(lines(ROW, '2020-02-10,clash,A,,,1,,S,"never closed', ROW, ROW))
    assert list(table.events["source_row"]) == [2]
    (problem,) = (p for p in table.problems if p.severity == "error")
    assert problem.row == 3
    assert "never closed" in problem.message


def test_blank_rows_repeated_headers_and_tag_rows_are_left_out_and_counted(read):
    tags = "#date,#event+type,#loc,#geo+lat,#geo+lon,#affected+killed,,#meta+source,"
    table = read(lines(tags, ROW, ",,,,,,,,", HEADER, ROW))
    assert (table.rows_read, len(table.events), table.rows_skipped) == (5, 2, 3)
    said = " ".join(p.message for p in warnings(table))
    assert all(kind in said for kind in ("blank rows", "repeat the header", "HXL tags"))


def test_a_column_that_stands_twice_is_warned_of(read):
    table = read("date,type,place,date\n2020-02-10,clash,Ariha,2020-03-01\n")
    assert table.events["date_start"].iloc[0] == pd.Timestamp("2020-02-10")
    assert "stands twice" in warnings(table)[0].message


# --- cells


@pytest.mark.parametrize(
    "text", ["2020-02-10", "10 February 2020", "10-Feb-20", "10/02/2020", "2020-02-10T08:30:00", "10.02.2020"]
)
def test_dates_of_many_styles(read, text):
    table = read(lines(ROW.replace("2020-02-10", text)))
    assert table.events["date_start"].iloc[0] == table.events["date_end"].iloc[0] == pd.Timestamp("2020-02-10")
    assert table.events["date_precision"].iloc[0] == "day"


@pytest.mark.parametrize("text", ["31/02/2019", "2019-02-29", "yesterday", "99999999", "=TODAY()", "0000-00-00"])
def test_impossible_dates_refuse_their_row(read, text):
    table = read(lines(ROW, ROW.replace("2020-02-10", text)))
    assert errors(table) == [(3, "date")]
    assert str(table.problems[-1]) == (
        f"a.csv:3: date: '{text}' is not a date; wanted YYYY-MM-DD, DD Month YYYY or DD/MM/YYYY (row refused)"
    )


def test_a_row_of_the_column_settles_whether_the_day_comes_first(read):
    day_first = read(lines(*(ROW.replace("2020-02-10", d) for d in ("03/02/2020", "25/02/2020"))))
    month_first = read(lines(*(ROW.replace("2020-02-10", d) for d in ("03/02/2020", "02/25/2020"))))
    assert day_first.events["date_start"].iloc[0] == pd.Timestamp("2020-02-03")
    assert month_first.events["date_start"].iloc[0] == pd.Timestamp("2020-03-02")


def test_a_column_that_does_not_tell_day_from_month_is_warned_of(read):
    table = read(lines(ROW.replace("2020-02-10", "03/02/2020")))
    assert [p.column for p in warnings(table)] == ["date"]


def test_a_month_or_a_year_is_a_span(read):
    table = read(lines(*(ROW.replace("2020-02-10", d) for d in ("February 2020", "2020"))))
    assert list(table.events["date_precision"]) == ["month", "year"]
    assert list(table.events["date_end"].dt.strftime("%F")) == ["2020-02-29", "2020-12-31"]


@pytest.mark.parametrize(
    ("latitude", "longitude", "words"),
    [
        ("0", "0", "both 0"),
        ("0.0", "-0.0", "both 0"),
        ("136.6", "35.8", "look swapped"),
        ("95", "200", "outside the globe"),
        ("35.8", "999", "outside the globe"),
        ("35.8", "", "without its longitude"),
        ("3580000", "36.6", "decimal point is lost (longitude 36.6, latitude 35.8?)"),
        ("35.8", "366000", "decimal point is lost (longitude 36.6, latitude 35.8?)"),
        ("3960000", "280000", "metres of a projected system"),
        ("280000", "3960000", "metres of a projected system"),
        ("1e308", "36.6", "outside the globe"),
    ],
)
def test_coordinates_that_cannot_be_are_moved_out_and_the_row_is_kept(read, latitude, longitude, words):
    table = read(lines(f"2020-02-10,clash,Ariha,{latitude},{longitude},5,2,S,n"))
    (row,) = table.events.itertuples()
    assert pd.isna(row.source_latitude)
    assert pd.isna(row.source_longitude)
    assert pd.isna(row.geo_precision)
    (problem,) = warnings(table)
    assert words in problem.message
    assert problem.row == 2


def test_swapped_coordinates_that_could_both_be_are_left_to_geocoding(read):
    table = read(lines("2020-02-10,clash,Ariha,36.61,35.81,5,2,S,n"))
    assert table.events["source_latitude"].iloc[0] == 36.61
    assert not table.problems


@pytest.mark.parametrize(
    ("column", "row"),
    [
        ("fatalities", "2020-02-10,clash,Ariha,35.8,36.6,many,,S,n"),
        ("fatalities", "2020-02-10,clash,Ariha,35.8,36.6,-3,,S,n"),
        ("fatalities", "2020-02-10,clash,Ariha,35.8,36.6,1e308,,S,n"),
        ("fatalities", "2020-02-10,clash,Ariha,35.8,36.6,1e999,,S,n"),
        ("fatalities", "2020-02-10,clash,Ariha,35.8,36.6,2.5,,S,n"),
        ("injured", "2020-02-10,clash,Ariha,35.8,36.6,1,20-30,S,n"),
        ("latitude", "2020-02-10,clash,Ariha,north,36.6,1,,S,n"),
        ("event_type", "2020-02-10,wedding,Ariha,35.8,36.6,1,,S,n"),
        ("event_type", "2020-02-10,,Ariha,35.8,36.6,1,,S,n"),
    ],
)
def test_a_cell_that_cannot_be_read_refuses_its_row_and_no_other(read, column, row):
    table = read(lines(ROW, row, ROW))
    assert errors(table) == [(3, column)]
    assert list(table.events["source_row"]) == [2, 4]


def test_unknown_deaths_are_not_zero(read):
    table = read(lines(*(f"2020-02-10,clash,Ariha,,,{n},,S,n" for n in ("", "n/a", "unknown", "0", '"1,200"', "٣"))))
    assert table.events["fatalities_best"].tolist() == [pd.NA, pd.NA, pd.NA, 0, 1200, 3]


def test_a_suppressed_count_is_missing_and_said_to_be(read):
    table = read(lines("2020-02-10,clash,Ariha,,,*,,S,n"))
    assert table.events["fatalities_best"].iloc[0] is pd.NA
    assert "suppressed" in warnings(table)[0].message


def test_the_second_row_with_an_id_is_refused_and_the_first_named(read):
    table = read(f"id,{HEADER}\n7,{ROW}\n7,{ROW}\n8,{ROW}\n")
    assert list(table.events["source_id"]) == ["7", "8"]
    (problem,) = table.problems
    assert (problem.row, problem.column, problem.message) == (3, "id", "stands twice, first in line 2")


def test_equal_rows_without_an_id_are_both_kept_under_ids_of_their_own(read):
    table = read(lines(ROW, ROW))
    assert table.events["event_id"].nunique() == 2


HOSTILE = [
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "{{7*7}}",
    "@SUM(1)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_formulas_and_markup_stay_the_text_they_are(read, text):
    table = read(lines(f"2020-02-10,clash,{text},,,,,{text},{text}"))
    (row,) = table.events.itertuples()
    assert row.toponym == row.source == row.notes == row.quote == text


def test_only_web_addresses_are_kept_as_addresses(read):
    table = read(
        "date,type,place,source_url\n2020-02-10,clash,A,javascript:alert(1)\n2020-02-10,clash,A,https://a.example/b\n"
    )
    assert table.events["source_url"].tolist() == [pd.NA, "https://a.example/b"]
    assert [p.column for p in warnings(table)] == ["source_url"]


def test_ids_depend_on_the_file_name_and_content_but_not_on_the_folder(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.csv").write_text(lines(ROW, ROW))
    one, two = (read_table(tmp_path / f / "a.csv", theatre=ANYWHERE) for f in ("one", "two"))
    pd.testing.assert_frame_equal(pd.DataFrame(one.events), pd.DataFrame(two.events))
    assert str(tmp_path) not in one.events.to_csv()


# --- workbooks


def workbook(**sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        tab = book.create_sheet(name)
        for row in rows:
            tab.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_sheet_is_read_with_its_own_row_numbers_under_a_title(read):
    rows = [["Incidents of the week"], [], ["Date", "Type", "Place", "Killed"],
            [pd.Timestamp("2020-02-10").to_pydatetime(), "clash", "Ariha", 5],
            [pd.Timestamp("2020-02-11").to_pydatetime(), "clash", "Ariha", "five"]]  # fmt: skip
    table = read(workbook(Log=rows), "a.xlsx")
    (row,) = table.events.itertuples()
    assert (row.source_row, row.fatalities_best, row.date_start) == (4, 5, pd.Timestamp("2020-02-10"))
    assert errors(table) == [(5, "Killed")]
    assert table.problems[-1].source == "a.xlsx[Log]"


def test_sheets_without_known_columns_are_left_out_and_named(read):
    good = [["date", "type", "place"], ["2020-02-10", "clash", "Ariha"]]
    table = read(workbook(Read_me=[["About", "this"], ["x", "y"]], Events=good), "a.xlsx")
    assert len(table.events) == 1
    assert [p.source for p in warnings(table)] == ["a.xlsx[Read_me]"]
    with pytest.raises(InputError, match="no sheet has known columns"):
        read(workbook(One=[["a", "b"], ["x", "y"]], Two=[["c"], ["d"]]), "b.xlsx")


def test_an_id_on_two_sheets_counts_once(read):
    rows = [["event_id", "date", "type", "place"], ["1", "2020-02-10", "clash", "Ariha"]]
    table = read(workbook(One=rows, Two=rows), "a.xlsx")
    assert (table.rows_read, len(table.events), table.rows_refused) == (2, 1, 1)


def test_an_empty_workbook_is_refused(read):
    with pytest.raises(InputError, match="has no rows"):
        read(workbook(Empty=[]), "a.xlsx")


# --- properties

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
cells = st.one_of(
    words,
    st.sampled_from(
        ["clash", "shelling", "2020-02-10", "31/02/2019", "0", "-1", "*", "1e308", "36.6", "", '"', "a,b", "\n"]
    ),
)


def quoted(cell):
    return '"' + cell.replace('"', '""') + '"'


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(cells, min_size=9, max_size=9), max_size=6))
def test_for_any_table_of_texts_rows_in_are_rows_kept_refused_and_left_out(read, rows):
    table = read(lines(*(",".join(map(quoted, row)) for row in rows)))
    assert table.rows_read == len(rows)
    assert set(table.events["source_row"]) <= set(range(2, 9 * 12 * 7))


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode), words.map(lambda w: lines(w).encode()))
)
def test_any_bytes_are_read_or_refused_with_an_input_error(read, content):
    with contextlib.suppress(InputError):
        read(content)


# --- blanks around texts


@given(st.lists(st.one_of(st.none(), st.text(alphabet=st.sampled_from(" \t\u00a0\u2003\u3000aéأ،の–")))))
def test_texts_lose_the_blanks_around_them_whatever_their_script(texts):
    column = pd.Series(texts, dtype="string")
    wanted = [None if t is None else t.strip() or None for t in texts]
    cut = without_blanks(whole_text(column)).to_pylist()
    assert cut == wanted
    part = without_blanks(whole_text(column).slice(1)).to_pylist() if texts else []
    assert part == wanted[1:]


# --- files that hold something else


def test_polygons_that_are_no_events_are_sent_to_where_areas_are_read(read):
    ring = [[36.0, 35.0], [36.1, 35.0], [36.1, 35.1], [36.0, 35.0]]
    feature = {"type": "Feature", "properties": {"اسم": "حي", "x": 1}, "geometry": {"type": "Polygon"}}
    feature["geometry"]["coordinates"] = [ring]
    layer = json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False)
    with pytest.raises(InputError, match=r"holds areas.*ADM1_EN and ADM1_PCODE.*--admin"):
        read(layer, name="areas.geojson")


def test_names_of_places_without_day_and_point_are_no_gazetteer(read):
    with pytest.raises(InputError, match="on no day and without coordinates"):
        read("ADM4_PCODE,ADM4_EN,holder\nC1,Upper Village,North\n")
    with pytest.raises(InputError, match=r"list of places.*--gazetteer"):
        read("ADM4_PCODE,ADM4_EN,_CX,_CY\nC1,Upper Village,36.5,35.8\n")


def test_a_longitude_like_its_latitude_is_told_and_with_few_digits_kept(read):
    cells = "2020-02-10,clash,Ariha,{},{},1,,,"
    table = read(lines(cells.format("35.8612", "35.8612"), cells.format("35.86", "35.86")))
    assert table.events["source_latitude"].isna().tolist() == [True, False]
    assert [("typed twice" in p.message, p.row) for p in table.problems] == [(True, 2), (True, 3)]


@pytest.mark.parametrize("nothing", ["لا يوجد", "غير معروف", "N.A.", "#N/A", "No data", "?", "неизвестно"])
def test_words_for_nothing_are_missing_in_any_language(read, nothing):
    (row,) = read(lines(f"2020-02-10,clash,Ariha,,,{nothing},,,")).events.itertuples()
    assert pd.isna(row.fatalities_best)
