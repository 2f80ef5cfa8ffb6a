"""Several gazetteers are one, kept on disk, and looked up by any spelling."""

import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from geo.gazetteer import build_gazetteer, country_code, load_gazetteer, load_places, merge_places, read_gazetteer
from geo.gazetteer.compiled import compile_tables
from geo.gazetteer.official import country_names, neighbours
from geo.gazetteer.place import first_arabic
from geo.gazetteer.storage import FORMAT, load_tables, packed, store_tables, unpacked
from geo.schema import PLACES, concat, conform
from geo.theatre import Theatre, load_theatre


def places(*rows):
    """PLACES table of rows (id, name, longitude, latitude) with further values by name."""
    table = [
        {
            "place_id": i,
            "name": n,
            "longitude": x,
            "latitude": y,
            "feature_class": "P",
            "feature_code": "PPL",
            "source": "test",
        }
        | more
        for i, n, x, y, more in rows
    ]
    read, problems = conform(pd.DataFrame(table), PLACES)
    assert not problems
    return read


TWO = places(
    ("t:1", "Kafr Nuun", 36.5, 35.6, {"name_ar": "كفرنون", "aliases": "Kfar Noun;Nunville"}),
    ("t:2", "Tall as-Sult", 36.7, 35.8, {"pcode": "C9", "other_ids": "elsewhere:7"}),
)


GAZETTEER_OF_TWO = build_gazetteer(TWO)


@pytest.fixture(scope="module")
def small():
    return Theatre("small", {"en": "Small"}, countries=("CY",), home="CY", languages=("en",))


OCHA_HEADER = (
    "admin0Name_en,admin0Pcode,admin1Name_en,admin1Name_ar,admin1Pcode,admin2Name_en,admin2Pcode,admin3Name_en,"
    "admin3Pcode,admin4Name_en,admin4Name_ar,admin4Pcode,Latitude_y,Longitude_x\n"
)
OCHA_ROWS = (
    "Landia,LA,Nord,شمال,LA01,Nuun,LA0101,Nuun,LA010100,Nuun,نون,C1,35.10,36.10\n"
    "Landia,LA,Nord,شمال,LA01,Nuun,LA0101,Nuun,LA010100,Kafr Nuun,كفر نون,C2,35.20,36.20\n"
    "Landia,LA,Nord,شمال,LA01,Nuun,LA0101,Baab,LA010101,Al Baab,الباب,C3,35.30,36.30\n"
    "Landia,LA,Nord,شمال,LA01,Nuun,LA0101,Baab,LA010101,No Point,بلا,C4,0,0\n"
)


def test_an_ocha_list_gives_communities_and_the_units_above_them(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(OCHA_HEADER + OCHA_ROWS, encoding="utf-8-sig")
    read = read_gazetteer(path)[0].set_index("place_id")
    assert list(read.index) == ["LA", "LA01", "LA0101", "LA010100", "LA010101", "C1", "C2", "C3"]
    assert read.loc["LA01", ["name", "name_ar", "feature_class", "feature_code"]].tolist() == [
        "Nord",
        "شمال",
        "A",
        "ADM1",
    ]
    assert read.loc["C3", ["admin1", "admin2", "admin3", "feature_code"]].tolist() == [
        "LA01",
        "LA0101",
        "LA010101",
        "PPLA3",
    ]
    assert read.loc["LA010100", ["longitude", "latitude"]].tolist() == [36.1, 35.1]  # at its seat


def test_a_community_of_the_unit_s_arabic_name_is_its_seat_and_is_also_called_as_the_unit_is_spelled(tmp_path):
    header = OCHA_HEADER.replace("admin3Pcode,", "admin3Name_ar,admin3Pcode,")
    rows = (
        "Landia,LA,Nord,شمال,LA01,Nuun,LA0101,Aghtrin,أخترين,LA010100,Baab,باب,C1,35.10,36.10\n"
        "Landia,LA,Nord,شمال,LA01,Nuun,LA0101,Aghtrin,أخترين,LA010100,Akhtrein,أخترين,C2,35.20,36.20\n"
    )
    path = tmp_path / "list.csv"
    path.write_text(header + rows, encoding="utf-8")
    read = read_gazetteer(path)[0].set_index("place_id")
    assert read.loc["C2", "feature_code"] == "PPLA3"
    assert "Aghtrin" in read.loc["C2", "aliases"].split(";")
    assert read.loc["LA010100", ["longitude", "latitude"]].tolist() == [36.2, 35.2]


def test_the_older_ocha_columns_and_a_workbook_are_read_alike(tmp_path):
    older = "_CX,_CY,PP_NAME_EN,PP_PCODE,ADM4_EN,ADM3_EN,ADM3_PCODE,ADM2_EN,ADM2_PCODE,ADM1_EN,ADM1_PCODE,ADM0_PCODE\n"
    (tmp_path / "older.csv").write_text(older + "36.2,35.2,Nuun (Baab),C2,Nuun,Baab,LA010101,N,LA0101,Nord,LA01,LA\n")
    assert "Nuun" in read_gazetteer(tmp_path / "older.csv")[0]["name"].tolist()
    book = openpyxl.Workbook()
    for line in (OCHA_HEADER + OCHA_ROWS).splitlines():
        book.active.append(line.split(","))
    book.save(tmp_path / "list.xlsx")
    assert read_gazetteer(tmp_path / "list.xlsx")[0]["place_id"].tolist()[-3:] == ["C1", "C2", "C3"]


GEONAMES_ROW = '7\tNuun "old\tNuun\tنون,Nun\t35.5\t36.5\tP\tPPL\tLA\t\t01\t02\t\t\t1200\t\t300\tAsia/X\t2020-01-01\n'


DUMP_ROWS = """\
1\tNuun\tNuun\tنون,Nun\t35.50\t36.50\tP\tPPLA\tLA\t\t01\t02\t\t\t1200\t\t300\tAsia/X\t2020-01-01
2\tNord\tNord\tشمال\t35.60\t36.60\tA\tADM1\tLA\t\t01\t\t\t\t0\t\t300\tAsia/X\t2020-01-01
3\tUpper Nord\tUpper Nord\t\t35.61\t36.61\tA\tADM2\tLA\t\t01\t02\t\t\t0\t\t300\tAsia/X\t2020-01-01
4\tJabal Nuun\tJabal Nuun\t\t35.70\t36.70\tT\tMT\tLA\t\t01\t02\t\t\t0\t\t300\tAsia/X\t2020-01-01
5\tNuun Airport\tNuun Airport\t\t35.80\t36.80\tS\tAIRP\tLA\t\t01\t02\t\t\t0\t\t300\tAsia/X\t2020-01-01
6\tNahr Nuun\tNahr Nuun\t\t35.90\t36.90\tH\tSTM\tLA\t\t00\t\t\t\t0\t\t300\tAsia/X\t2020-01-01
7\tNowhere\tNowhere\t\t0\t0\tP\tPPL\tLA\t\t01\t02\t\t\t0\t\t300\tAsia/X\t2020-01-01
"""


def test_a_dump_brings_units_mountains_bases_and_rivers_and_no_place_at_zero(tmp_path):
    (tmp_path / "LA.txt").write_text(DUMP_ROWS, encoding="utf-8")
    read, (problem,) = read_gazetteer(tmp_path / "LA.txt")
    assert read["feature_code"].tolist() == ["PPLA", "ADM1", "ADM2", "MT", "AIRP", "STM"]
    assert (problem.row, problem.column, problem.severity) == (7, "longitude", "error")
    by_id = read.set_index("place_id")
    assert by_id.loc["geonames:2", "other_ids"] == "geonames:LA.01"
    assert by_id.loc["geonames:3", ["admin1", "admin2", "other_ids"]].tolist() == [
        "LA.01",
        "LA.01.02",
        "geonames:LA.01.02",
    ]
    assert by_id["admin1"].isna().tolist() == [False] * 5 + [True]
    assert by_id["population"].isna().tolist() == [False] + [True] * 5


def test_a_table_of_our_own_columns_has_no_place_at_zero_either(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("place_id,name,longitude,latitude,feature_class\no:1,A,0,0.0,P\no:2,B,0,51.5,P\n")
    read, (problem,) = read_gazetteer(path)
    assert read["place_id"].tolist() == ["o:2"]
    assert (problem.row, problem.column) == (2, "longitude")


@pytest.mark.parametrize("zipped", [False, True])
def test_a_geonames_dump_is_read_with_its_quotes_and_scripts(tmp_path, zipped):
    path = tmp_path / ("LA.zip" if zipped else "LA.txt")
    if zipped:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "nothing")
            archive.writestr("LA.txt", GEONAMES_ROW)
    else:
        path.write_text(GEONAMES_ROW, encoding="utf-8")
    (row,) = read_gazetteer(path)[0].itertuples()
    assert (row.place_id, row.name, row.name_ar, row.admin1, row.admin2) == (
        "geonames:7",
        'Nuun "old',
        "نون",
        "LA.01",
        "LA.01.02",
    )
    assert row.population == 1200


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"who,what\n1,2\n", "it has: who, what"),
        ("b.csv", b"", "is empty"),
        ("b.txt", GEONAMES_ROW.replace("\tP\t", "\t?\t").encode(), "no row that could be used"),
        ("wide.csv", (OCHA_HEADER + OCHA_ROWS.replace(",C", ",too,many,C")).encode(), "cannot be read as a gazetteer"),
        ("c.csv", "قرية,x\n".encode("cp1256"), "is not UTF-8"),
        ("d.zip", b"no zip", "cannot be read as a gazetteer"),
        ("e.xlsx", b"\x00\x01\x02", "cannot be read as a gazetteer"),
        ("f.txt", b"1\t7\tar\tNuun\t\t\t\t\t\t\n", "give the dump of the country"),
    ],
)
def test_a_file_that_is_no_gazetteer_is_refused_in_words(tmp_path, name, content, says):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=says):
        read_gazetteer(tmp_path / name)
    with pytest.raises(InputError, match="no such file"):
        read_gazetteer(tmp_path / "absent.csv")


def test_every_row_of_a_gazetteer_that_cannot_be_used_is_told_with_its_line(tmp_path):
    path = tmp_path / "list.csv"
    more = "Landia,LA,Nord,شمال,LA01,Nuun,LA0101,Baab,LA010101,Twice,بلا,C1,35.3,36.3\n"
    nameless = "Landia,LA,Nord,شمال,LA01,Nuun,LA0101,Baab,LA010101,,,C5,35.3,36.3\n"
    path.write_text(OCHA_HEADER + OCHA_ROWS + more + nameless, encoding="utf-8")
    _, problems = read_gazetteer(path)
    assert sorted((p.row, p.column) for p in problems) == [(5, "longitude"), (6, "pcode"), (7, "name")]
    dump = tmp_path / "LA.txt"
    dump.write_text(GEONAMES_ROW + GEONAMES_ROW.replace("36.5", "136,5").replace("7\tN", "8\tN"), encoding="utf-8")
    _, (problem,) = read_gazetteer(dump)
    assert (problem.source, problem.row, problem.column, problem.value) == ("LA.txt", 2, "longitude", "136,5")


def test_a_second_start_tells_the_same_problems_of_the_gazetteer(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(OCHA_HEADER + OCHA_ROWS, encoding="utf-8")
    first, second = (load_gazetteer(Theatre("t", {"en": "T"}, ("SY",)), [path], cache_dir=tmp_path) for _ in range(2))
    assert [str(p) for p in first.problems] == [
        "list.csv:5: longitude: '0.0' with the latitude is no point (row refused)"
    ]
    assert second.problems == first.problems


def test_the_same_village_in_two_sources_is_one_place_with_both_ids():
    other = places(
        ("geonames:1", "Kafar Nun", 36.51, 35.61, {"population": 900, "aliases": "Noonton"}),
        ("geonames:2", "Kafr Nuun", 37.5, 35.6, {}),
    )
    merged = merge_places(TWO, other).set_index("place_id")
    assert list(merged.index) == ["t:1", "t:2", "geonames:2"]
    assert merged.loc["t:1", "other_ids"] == "geonames:1"
    assert merged.loc["t:1", "population"] == 900
    assert "Noonton" in merged.loc["t:1", "aliases"].split(";")
    assert merged.loc["t:1", "longitude"] == 36.5


def test_codes_of_divisions_become_those_of_the_better_source():
    best = places(
        *((f"C{i}", f"Vill{w}", 36 + i / 10, 35.0, {"admin1": "LA01"}) for i, w in enumerate(("abra", "odol", "umuk")))
    )
    more = places(
        *(
            (f"g:{i}", f"Vill{w}", 36 + i / 10, 35.0, {"admin1": "LA.7"})
            for i, w in enumerate(("abra", "odol", "umuk"))
        ),
        ("g:9", "Elsewhere", 36.9, 35.4, {"admin1": "LA.7"}),
    )
    assert merge_places(best, more).set_index("place_id").loc["g:9", "admin1"] == "LA01"


def test_a_p_code_goes_before_a_code_of_geonames_whichever_file_is_first():
    coded = [("SY07", "LA01", "LA01")] * 3
    dump = places(
        *((f"g:{i}", f"Vill{w}", 36 + i / 10, 35.0, {"admin1": "LA.7"}) for i, w in enumerate(("abra", "odol", "umuk")))
    )
    listed = places(
        *(
            (f"C{i}", f"Vill{w}", 36 + i / 10, 35.0, {"admin1": code})
            for i, (w, (_, code, _)) in enumerate(zip(("abra", "odol", "umuk"), coded, strict=True))
        )
    )
    for one, other in ((dump, listed), (listed, dump)):
        assert set(merge_places(one, other)["admin1"]) == {"LA01"}


UNIT = {"feature_class": "A", "feature_code": "ADM1", "country": "LA"}


def test_places_of_one_id_are_one_though_neither_name_nor_point_agree():
    best = places(("t:north", "The North", 36.0, 35.0, UNIT | {"pcode": "LA01", "other_ids": "geonames:LA.7"}))
    more = places(("geonames:LA.7", "Nord", 39.0, 39.0, UNIT | {"admin1": "LA.7"}))
    (merged,) = merge_places(best, more).itertuples()
    assert (merged.place_id, merged.aliases, merged.admin1) == ("t:north", "Nord", "LA01")


def test_divisions_that_share_their_villages_are_one_though_their_names_differ():
    villages = [(f"Vill{w}", 36 + i / 10) for i, w in enumerate(("abra", "odol", "umuk"))]
    best = places(
        ("LA01", "Rural Middle", 36.2, 35.0, UNIT | {"pcode": "LA01", "admin1": "LA01"}),
        *((f"C{i}", n, x, 35.0, {"admin1": "LA01", "country": "LA"}) for i, (n, x) in enumerate(villages)),
    )
    more = places(
        ("geonames:LA.7", "Wasat Rif", 36.2, 35.1, UNIT | {"admin1": "LA.7"}),
        *((f"g:{i}", n, x, 35.0, {"admin1": "LA.7", "country": "LA"}) for i, (n, x) in enumerate(villages)),
    )
    merged = merge_places(best, more).set_index("place_id")
    assert merged.index.tolist() == ["LA01", "C0", "C1", "C2"]
    assert merged.loc["LA01", ["aliases", "other_ids"]].tolist() == ["Wasat Rif", "geonames:LA.7"]


@given(st.permutations([0, 1, 2]))
def test_no_place_is_lost_in_a_merge(order):
    other = places(
        ("x:0", "Kafr Nuun", 36.5, 35.6, {}), ("x:1", "Far Away", 38.0, 36.0, {}), ("x:2", "Sult", 36.7, 35.8, {})
    )
    merged = merge_places(TWO, other.iloc[order])
    ids = set(merged["place_id"]) | {i for cell in merged["other_ids"].dropna() for i in cell.split(";")}
    assert {"t:1", "t:2", "x:0", "x:1", "x:2"} <= ids
    assert merged["place_id"].is_unique


@pytest.mark.parametrize(
    ("spelled", "method"),
    [
        ("Kafr Nuun", "exact"),
        ("كفرنون", "exact"),
        ("KAFR NUUN", "folded"),
        ("Kafr al-Nuun", "article-free"),
        ("Kfar Nun", "skeleton"),
        ("Kafr Nuun village", "exact"),
        ("Nunville", "exact"),
    ],
)
def test_a_place_is_found_by_any_spelling_and_says_how(spelled, method):
    best = GAZETTEER_OF_TWO.candidates(spelled)[0]
    assert (best.place.place_id, best.method) == ("t:1", method)


def test_a_place_is_found_by_its_other_ids_and_its_code():
    gazetteer = GAZETTEER_OF_TWO
    assert gazetteer.place("t:2") == gazetteer.place("elsewhere:7") == gazetteer.place("C9")
    with pytest.raises(KeyError):
        gazetteer.place("nowhere")


def test_columns_are_read_by_row_without_a_list_of_all():
    gazetteer = GAZETTEER_OF_TWO
    assert list(gazetteer.column("pcode")) == [None, "C9"]
    assert gazetteer.column("feature_class")[1] == "P"
    assert gazetteer.column("population")[0] is None
    assert gazetteer.column("longitude")[0] == 36.5
    assert "P" in gazetteer.column("feature_class")
    assert None not in gazetteer.column("admin1")
    numbers, values = gazetteer.codes("source")
    assert [values[n] for n in numbers] == ["test", "test"]
    assert gazetteer.where("feature_code", "PPL").tolist() == [0, 1]
    assert gazetteer.where("feature_code", "ADM1").tolist() == []
    with pytest.raises(KeyError):
        gazetteer.where("name", "Kafr Nuun")


def test_a_gazetteer_lists_its_ids_once_each():
    rows = GAZETTEER_OF_TWO.rows
    assert dict(rows) == {"C9": 1, "elsewhere:7": 1, "t:1": 0, "t:2": 1}
    assert "t:3" not in rows
    assert rows.get("", -1) == -1


@given(st.text(max_size=60))
def test_no_text_breaks_a_look_up(text):
    assert all(0 <= c.score <= 1 for c in GAZETTEER_OF_TWO.candidates(text))


def test_spellings_of_a_theatre_become_names(gazetteers):
    theatre = Theatre("s", {"en": "S"}, countries=("CY",), languages=("en",), spellings={"Levkosha": "Nicosia"})
    assert load_gazetteer(theatre, cache_dir=gazetteers).candidates("Levkosha")[0].place.name == "Nicosia"


def test_given_files_come_before_the_embedded_gazetteer(tmp_path, gazetteers, small):
    path = tmp_path / "own.csv"
    path.write_text(
        "place_id,name,longitude,latitude,feature_class,feature_code,country\nown:1,Nicosia,33.36,35.17,P,PPLC,CY\n"
    )
    gazetteer = load_gazetteer(small, [path], cache_dir=gazetteers)
    best = gazetteer.candidates("Nicosia")[0].place
    assert best.place_id == "own:1"
    assert any(i.startswith("geonames:") for i in best.other_ids)


def test_a_second_start_reads_the_compiled_form_in_under_a_second(gazetteers, small):
    first = load_gazetteer(small, cache_dir=gazetteers)
    begun = time.perf_counter()
    again = load_gazetteer(small, cache_dir=gazetteers)
    assert time.perf_counter() - begun < 1
    pd.testing.assert_frame_equal(first.places, again.places)


@pytest.fixture
def compiled(tmp_path, gazetteers, small):
    """A folder with the compiled gazetteer of a small theatre, its file, and its places."""
    whole = load_gazetteer(small, cache_dir=gazetteers).places
    for path in gazetteers.glob("cities-*.arrow"):
        shutil.copy(path, tmp_path)
    load_gazetteer(small, cache_dir=tmp_path)
    (path,) = tmp_path.glob("gazetteer-*.arrow")
    return path, whole


DAMAGES = {
    "cut in half": lambda b: b[: len(b) // 2],
    "cut by a byte": lambda b: b[:-1],
    "only its head": lambda b: b[:64],
    "less than its head": lambda b: b[:40],
    "a bit of the tables flipped": lambda b: b[:9999] + bytes([b[9999] ^ 1]) + b[10000:],
    "a bit of the checksum flipped": lambda b: b[:73] + bytes([b[73] ^ 128]) + b[74:],
    "more behind it": lambda b: b + b"more",
    "of an older format": lambda b: FORMAT[:-2] + b"x" + b[len(FORMAT) - 1 :],
    "empty": lambda _: b"",
    "zeros": lambda b: bytes(len(b)),
    "junk": lambda _: b"junk" * 99,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_compiled_form_is_built_again(compiled, small, damage):
    path, whole = compiled
    sound = path.read_bytes()
    path.write_bytes(DAMAGES[damage](sound))
    assert path.read_bytes() != sound
    pd.testing.assert_frame_equal(load_gazetteer(small, cache_dir=path.parent).places, whole)
    assert path.read_bytes() == sound
    assert not list(path.parent.glob("*.part"))


def test_a_folder_in_the_place_of_the_compiled_form_only_costs_time(compiled, small):
    path, whole = compiled
    path.unlink()
    path.mkdir()
    pd.testing.assert_frame_equal(load_gazetteer(small, cache_dir=path.parent).places, whole)
    assert path.is_dir()
    assert not list(path.parent.glob("*.part"))


BUILDER = """
import sys, time
from pathlib import Path
from geo.gazetteer import load_gazetteer
from geo.theatre import Theatre
folder = Path(sys.argv[1])
while not (folder / "go").exists():
    time.sleep(0.01)
gazetteer = load_gazetteer(Theatre("small", {"en": "Small"}, countries=("CY",), home="CY"), cache_dir=folder)
print(len(gazetteer), gazetteer.candidates("Nicosia")[0].place.place_id)
"""


def test_two_processes_may_build_at_once(compiled):
    path, whole = compiled
    sound = path.read_bytes()
    path.unlink()
    command = [sys.executable, "-c", BUILDER, str(path.parent)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    (path.parent / "go").touch()
    told = [process.communicate(timeout=120)[0].split() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert told[0] == told[1]
    assert told[0][0] == str(len(whole))
    assert path.read_bytes() == sound
    assert not list(path.parent.glob("*.part"))


def test_a_changed_source_is_compiled_again(tmp_path, gazetteers, small):
    path = tmp_path / "own.csv"
    for name in ("Oldham", "Newham"):
        path.write_text(f"place_id,name,longitude,latitude,feature_class,country\nown:1,{name},33.36,35.17,P,CY\n")
        gazetteer = load_gazetteer(small, [path], cache_dir=gazetteers)
        assert gazetteer.place("own:1").name == name


NAMES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20).filter(str.strip)


@settings(max_examples=30)
@given(st.lists(st.tuples(NAMES, st.floats(-180, 180), st.floats(-90, 90), st.one_of(st.none(), NAMES)), min_size=1))
def test_what_is_stored_comes_back_the_same(rows):
    table = conform(
        pd.DataFrame(
            [
                {"place_id": f"t:{i}", "name": n, "longitude": x, "latitude": y, "admin1": a}
                for i, (n, x, y, a) in enumerate(rows)
            ]
        ).assign(feature_class="P", source="t"),
        PLACES,
    )[0]
    with tempfile.TemporaryDirectory() as folder:
        store_tables(Path(folder) / "p.arrow", [packed(table), packed(table)])
        for again in load_tables(Path(folder) / "p.arrow", 2):
            pd.testing.assert_frame_equal(unpacked(again), concat([table], PLACES))


WATCHED = """
import os, sys
from pathlib import Path
import geo.geocode
from geo.gazetteer import load_gazetteer
from geo.theatre import load_theatre

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

before = resident()
gazetteer = load_gazetteer(load_theatre(sys.argv[1]), cache_dir=Path(sys.argv[2]))
for row in range(0, len(gazetteer), max(1, len(gazetteer) // 10_000)):
    gazetteer.matches(gazetteer.at(row).name[1:])
    [gazetteer.column(name)[row] for name in ("feature_code", "country", "admin1", "population")]
    gazetteer.rows[gazetteer.column("place_id")[row]]
print(resident() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells the memory of a process so")
@pytest.mark.parametrize("theatre_id", ["idlib", "world"])
def test_a_gazetteer_in_use_takes_less_than_200_megabytes(gazetteers, theatre_id):
    load_gazetteer(load_theatre(theatre_id), cache_dir=gazetteers)
    command = [sys.executable, "-c", WATCHED, theatre_id, str(gazetteers)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert float(told) < 200


def test_an_unwritable_cache_only_costs_time(tmp_path, small, gazetteers, monkeypatch):
    def refuse(**_options):
        raise PermissionError

    whole = load_gazetteer(small, cache_dir=gazetteers).places
    for path in gazetteers.glob("cities-*.arrow"):
        shutil.copy(path, tmp_path)
    there = sorted(tmp_path.iterdir())
    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    pd.testing.assert_frame_equal(load_gazetteer(small, cache_dir=tmp_path).places, whole)
    assert sorted(tmp_path.iterdir()) == there


def test_the_places_alone_are_those_of_the_gazetteer(small, gazetteers):
    whole, alone = load_gazetteer(small, cache_dir=gazetteers), load_places(small, cache_dir=gazetteers)
    pd.testing.assert_frame_equal(alone.places, whole.places)
    some = whole.places["place_id"][0]
    assert alone.place(some) == whole.place(some)
    west, east = np.quantile(whole.longitude, [0.2, 0.8])
    pd.testing.assert_frame_equal(alone.within(west, -90, east, 90), whole.within(west, -90, east, 90))


def test_a_file_in_the_way_of_the_cache_folder_stays(tmp_path):
    (tmp_path / "file").write_text("in the way")
    stored = tmp_path / "file" / "two.arrow"
    store_tables(stored, compile_tables(TWO))
    assert load_tables(stored, 3) is None
    assert (tmp_path / "file").read_text() == "in the way"


def test_every_theatre_has_a_gazetteer_that_knows_its_own_places(theatre_id, loaded):
    theatre, gazetteer, _ = loaded(theatre_id)
    assert set(gazetteer.places.columns) == set(PLACES.names)
    countries = gazetteer.places[gazetteer.places["feature_code"] == "PCLI"]["country"]
    assert set(theatre.countries) <= set(countries)
    assert countries.is_unique
    own = gazetteer.places[~gazetteer.places["place_id"].str.startswith("geonames:")]
    assert all(gazetteer.place(i).place_id == i for i in own["place_id"].head(300))
    for feature in theatre.context:
        assert all(i in gazetteer.rows for i in (*feature.route, feature.place) if i)


def test_the_places_of_a_box_are_those_whose_coordinates_lie_in_it():
    box = build_gazetteer(TWO).within(TWO["longitude"][0] - 0.01, -90, TWO["longitude"][0] + 0.01, 90)
    near = TWO[(TWO["longitude"] - TWO["longitude"][0]).abs() <= 0.01]
    assert box["place_id"].tolist() == near["place_id"].tolist()
    assert 0 < len(box) < len(TWO)


def test_the_whole_world_is_known_when_a_theatre_names_no_country(gazetteers):
    world = load_gazetteer(Theatre("world", {"en": "World"}), cache_dir=gazetteers)
    assert len(world) > 200_000
    assert world.candidates("Ouagadougou")[0].place.country == "BF"
    assert world.candidates("Brazil")[0].place.feature_code == "PCLI"


def test_countries_are_known_by_code_and_name():
    assert country_code("SYR") == country_code("sy") == country_code("Syria") == "SY"
    assert country_code("Syrian Arab Republic") == country_code("سوريا") == "SY"
    assert country_code("Iran (Islamic Republic of)") == "IR"
    assert country_code("Nowhereland") is country_code("") is country_code("Congo") is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("UK", "GB"),
        ("U.K.", "GB"),
        ("Britain", "GB"),
        ("United States", "US"),
        ("the United States", "US"),
        ("U.S.", "US"),
        ("USA", "US"),
        ("Russia", "RU"),
        ("Russian Federation", "RU"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("Ivory Coast", "CI"),
        ("Côte d'Ivoire", "CI"),
        ("DR Congo", "CD"),
        ("Netherlands", "NL"),
        ("South Korea", "KR"),
        ("Palestine", "PS"),
    ],
)
def test_a_country_is_known_by_the_names_in_use(loaded, name, code):
    for theatre_id in ("idlib", "world"):
        gazetteer = loaded(theatre_id)[1]
        found = gazetteer.candidates(name.removeprefix("the "))
        countries = [c.place.country for c in found if c.place.feature_code == "PCLI" and c.method != "skeleton"]
        assert countries[:1] == [code], theatre_id


def test_a_theatre_knows_countries_in_its_own_languages(loaded):
    country = {c.place.country for c in loaded("idlib")[1].candidates("روسيا") if c.place.feature_code == "PCLI"}
    assert country == {"RU"}
    assert "Росія" in loaded("kyiv")[1].place("geonames:2017370").aliases
    assert "Росія" not in loaded("idlib")[1].place("geonames:2017370").aliases
    assert country_names(["fr"])["DE"] == ["Allemagne"]


def divisions_of(gazetteer):
    return gazetteer.places[gazetteer.places["feature_code"] == "ADM1"]


def test_first_divisions_are_known_in_every_theatre_and_beyond_its_borders(theatre_id, loaded):
    theatre, gazetteer, _ = loaded(theatre_id)
    divisions = divisions_of(gazetteer)
    assert neighbours(theatre.countries) - {"XK"} <= set(divisions["country"])
    assert divisions["admin1"].notna().all()
    assert divisions["admin1"].is_unique
    towns = gazetteer.places[(gazetteer.places["feature_class"] == "P") & gazetteer.places["admin1"].notna()]
    own = towns[towns["country"].isin(theatre.countries)] if theatre.countries else towns
    assert own["admin1"].isin(divisions["admin1"]).mean() > 0.99


@pytest.mark.parametrize(
    ("name", "place_id", "longitude", "latitude"),
    [
        # Rounded from the articles on these units in an encyclopedia: where their middle is.
        ("Hatay", "geonames:TR.31", 36.2, 36.4),
        ("Ontario", "geonames:CA.08", -86, 50),
        ("Borno", "geonames:NG.27", 13, 11.7),
        ("Lviv", "geonames:UA.15", 23.8, 49.7),
        ("Queensland", "geonames:AU.04", 144, -22),
        ("Kenya", "geonames:192950", 38, 0.5),
        ("Chile", "geonames:3895114", -71, -30),
        ("Norway", "geonames:3144096", 10, 63),
        ("Viet Nam", "geonames:1562822", 106, 16.5),
    ],
)
def test_a_unit_stands_in_the_middle_of_its_own_land(loaded, name, place_id, longitude, latitude):
    gazetteer = loaded("world")[1]
    place = gazetteer.place(place_id)
    assert place_id in [c.place.place_id for c in gazetteer.candidates(name)]
    assert (place.longitude, place.latitude) == pytest.approx((longitude, latitude), abs=2.5)


def test_a_division_that_shares_its_name_with_a_town_has_the_name_of_it_in_arabic(loaded):
    gazetteer = loaded("world")[1]
    assert gazetteer.place("geonames:UA.07").name_ar == "خاركوف"
    assert "Borno" in gazetteer.place("geonames:NG.27").aliases
    assert "Kaduna" not in gazetteer.place("geonames:NG.23").aliases  # the town's own name


def test_a_great_city_is_found_by_all_its_names_in_arabic_whatever_the_theatre_speaks(loaded):
    gazetteer = loaded("world")[1]
    for name, place_id in {"دمشق": "geonames:170654", "أم درمان": "geonames:365137"}.items():
        assert place_id in [c.place.place_id for c in gazetteer.candidates(name) if c.method == "exact"]


def test_arabic_is_told_from_what_is_written_with_its_letters():
    assert first_arabic(["Харків", "خارکیف", "خاركيف"]) == "خاركيف"
    assert first_arabic(["خ اركيف", "خارررركيف", "خاركيف"]) == "خاركيف", "slips stand last"
    assert first_arabic(["خ اركيف"]) == "خ اركيف"
    assert first_arabic(["  ", "گروه"]) is None


DIVISION_LIST = "LA.01\tNørd\tNord\t71\nLA.01.02\tUpper Nuun\tUpper Nuun\t72\nLA.09\tEmpty\tEmpty\t73\nnonsense\n"


def test_a_list_of_division_codes_names_the_units_of_the_other_files(tmp_path, gazetteers, small):
    (tmp_path / "codes.txt").write_text(DIVISION_LIST, encoding="utf-8")
    (tmp_path / "LA.txt").write_text("".join(DUMP_ROWS.splitlines(keepends=True)[:2]), encoding="utf-8")
    gazetteer = load_gazetteer(small, [tmp_path / "LA.txt", tmp_path / "codes.txt"], cache_dir=gazetteers)
    assert gazetteer.place("geonames:71") == gazetteer.place("geonames:LA.01") == gazetteer.place("geonames:2")
    assert "Nørd" in gazetteer.place("geonames:2").aliases
    upper = gazetteer.place("geonames:LA.01.02")
    assert (upper.name, upper.feature_code, upper.longitude, upper.latitude) == ("Upper Nuun", "ADM2", 36.5, 35.5)
    assert [(p.source, p.row, p.severity) for p in gazetteer.problems] == [
        ("codes.txt", 4, "error"),
        ("codes.txt", None, "warning"),
    ]


@pytest.mark.realdata
def test_the_official_list_of_communities_compiles_once_and_opens_fast(shared, gazetteers):
    theatre = load_theatre("idlib")
    path = shared / "data" / "gazetteer" / "ocha_syria_locations_adm4.csv"
    load_gazetteer(theatre, [path], cache_dir=gazetteers)
    begun = time.perf_counter()
    gazetteer = load_gazetteer(theatre, [path], cache_dir=gazetteers)
    assert time.perf_counter() - begun < 1
    assert gazetteer.place("SY07").feature_code == "ADM1"
    (merged,) = {
        c.place.place_id
        for c in gazetteer.candidates("Saraqib")
        if c.method == "exact" and c.place.feature_class == "P"
    }
    assert any(i.startswith("geonames:") for i in gazetteer.place(merged).other_ids)
