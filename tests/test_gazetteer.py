"""Several gazetteers are one, kept on disk, and looked up by any spelling."""

import shutil
import tempfile
import time
import zipfile

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from geo.gazetteer import build_gazetteer, country_code, load_gazetteer, merge_places, read_gazetteer
from geo.gazetteer.compiled import compile_tables, load_tables, store_tables
from geo.schema import PLACES, conform
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


@settings(deadline=None)
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
    assert gazetteer.longest_name == 3


def test_running_text_is_scanned_by_names_not_by_sounds():
    gazetteer = GAZETTEER_OF_TWO
    assert gazetteer.knows("kafr nuun")
    assert gazetteer.knows("Sult Tall") is False
    assert gazetteer.knows("Tall Sult")
    assert not gazetteer.knows("Kfar Nun")
    assert not gazetteer.knows("")


@settings(deadline=None)
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


@pytest.mark.parametrize(
    "damage", [lambda b: b[: len(b) // 2], lambda b: b[:-9] + b"x" * 9, lambda _: b"", lambda _: b"junk" * 99]
)
def test_a_damaged_compiled_form_is_built_again(gazetteers, small, damage, tmp_path):
    whole = load_gazetteer(small, cache_dir=gazetteers).places
    for path in gazetteers.glob("cities-*.arrow"):
        shutil.copy(path, tmp_path)
    load_gazetteer(small, cache_dir=tmp_path)
    (compiled,) = tmp_path.glob("gazetteer-*.arrow")
    compiled.write_bytes(damage(compiled.read_bytes()))
    pd.testing.assert_frame_equal(load_gazetteer(small, cache_dir=tmp_path).places, whole)
    assert not list(tmp_path.glob("*.part"))


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


def test_the_whole_world_is_known_when_a_theatre_names_no_country(gazetteers):
    world = load_gazetteer(Theatre("world", {"en": "World"}), cache_dir=gazetteers)
    assert len(world) > 200_000
    assert world.candidates("Ouagadougou")[0].place.country == "BF"
    assert world.candidates("Brazil")[0].place.feature_code == "PCLI"


def test_countries_are_known_by_code_and_name():
    assert country_code("SYR") == country_code("sy") == country_code("Syria") == "SY"
    assert country_code("Nowhereland") is None


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
