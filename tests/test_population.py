"""The people who live in units: read from what publishers give, told apart, and never made up."""

import json

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

import maps
from geo.admin import areas_table
from geo.errors import InputError
from geo.population import OLDEST_POPULATION, check_units, denominators
from geo.schema import CRS, EVENTS, POPULATION, conform
from geo.sources import read_population, read_table
from geo.theatre import Theatre, load_theatre
from maps.pipeline import Setting, locate, run

# A province of two districts, and one beside it of which nothing finer is known.
AREAS = areas_table(
    [
        {"pcode": "W1", "name": "West", "level": 1, "approximate": False, "geometry": box(0, 0, 1, 1)},
        {"pcode": "E1", "name": "East", "level": 1, "approximate": False, "geometry": box(1, 0, 2, 1)},
        {"pcode": "W101", "name": "Shore", "level": 2, "parent": "W1", "approximate": False,
         "geometry": box(0, 0, 0.5, 1)},
        {"pcode": "W102", "name": "Hills", "level": 2, "parent": "W1", "approximate": False,
         "geometry": box(0.5, 0, 1, 1)},
    ]
)  # fmt: skip
THEATRE = Theatre(id="made-up", title={"en": "made up"})


def quiet(_text):
    """Nobody watches."""


def population(*rows: tuple[str, float, int], source="Office") -> pd.DataFrame:
    plain = [
        {"population_id": f"P{n}", "pcode": code, "population": people, "year": year, "source": source}
        for n, (code, people, year) in enumerate(rows)
    ]
    table, problems = conform(pd.DataFrame(plain, columns=POPULATION.names), POPULATION)
    assert not problems
    return table


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def counted(read) -> list[tuple]:
    return list(read.population[["pcode", "population", "year", "source"]].itertuples(index=False, name=None))


# --- reading


def test_a_plain_table_gives_a_count_for_each_unit(tmp_path):
    file = written(tmp_path / "p.csv", "P-Code;Total population;Year;Publisher\nW1;1,520,000;2019;Office\n")
    assert counted(read_population(file)) == [("W1", 1_520_000, 2019, "Office")]


def test_a_table_in_memory_is_read_like_a_file():
    table = pd.DataFrame({"pcode": ["W1"], "population": [10], "year": [2019], "source": ["Office"]})
    assert counted(read_population(table)) == [("W1", 10, 2019, "Office")]


def test_the_deepest_unit_that_a_row_names_is_the_one_it_counts(tmp_path):
    file = written(
        tmp_path / "p.csv",
        "admin1_pcode,admin2_pcode,population,year,source\nW1,,10,2019,Office\nW1,W101,4,2019,Office\n",
    )
    assert [row[:2] for row in counted(read_population(file))] == [("W1", 10), ("W101", 4)]


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("W1,many,2019,Office", "p.csv:2: population: 'many' is not a number; correct it or leave the cell empty"),
        ("W1,-4,2019,Office", "p.csv:2: population: '-4' is negative; wanted a number of people"),
        ("W1,,2019,Office", "p.csv:2: population: is empty; wanted the number of people"),
        ("W1,*,2019,Office", "p.csv:2: population: '*' is empty; wanted the number of people"),
        ("W1,4,19,Office", "p.csv:2: year: '19' is no year; wanted four digits, as 2021"),
        ("W1,4,,Office", "p.csv:2: year: is no year; wanted four digits, as 2021"),
        ("W1,4,2019,", "p.csv:2: source: is empty; wanted who counted or estimated the people"),
        (",4,2019,Office", "p.csv:2: pcode: is empty; wanted the p-code of a unit"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_reason(tmp_path, row, line):
    read = read_population(written(tmp_path / "p.csv", f"pcode,population,year,source\n{row}\nE1,5,2019,Office\n"))
    assert f"{line} (row refused)" in [str(p) for p in read.problems]
    assert (read.rows_read, read.rows_kept, read.rows_refused) == (2, 1, 1)
    assert [json.loads(r.cells)["pcode"] for r in read.refused] == [row.split(",")[0]]


def test_the_second_count_of_a_unit_by_one_source_in_one_year_is_refused(tmp_path):
    text = "pcode,population,year,source\nW1,10,2019,Office\nW1,11,2019,Office\nW1,12,2020,Office\nW1,13,2019,Bureau\n"
    read = read_population(written(tmp_path / "p.csv", text))
    assert [row[1] for row in counted(read)] == [10, 12, 13]
    (problem,) = read.problems
    assert str(problem) == (
        "p.csv:3: pcode: 'W1' is counted twice by one source in one year, first in line 2 (row refused)"
    )


@pytest.mark.parametrize(
    ("header", "lacks"),
    [
        ("pcode,population,year", "who counted: name a column 'source'"),
        ("pcode,population,source", "the year of the count: name a column 'year'"),
        ("pcode,people,year,source", "people: name a column 'population'"),
        ("place,population,year,source", "the p-code of a unit: name a column 'pcode'"),
    ],
)
def test_a_table_that_lacks_a_column_is_told_which(tmp_path, header, lacks):
    file = written(tmp_path / "p.csv", f"{header}\n{','.join('1' for _ in header.split(','))}\n")
    with pytest.raises(InputError, match=lacks) as caught:
        read_population(file)
    assert f"it has: {header.replace(',', ', ')}" in str(caught.value)


def test_columns_of_other_names_can_be_told(tmp_path):
    file = written(tmp_path / "p.csv", "Kod,Lyudy,year,source\nW1,10,2019,Office\n")
    read = read_population(file, columns={"pcode": "Kod", "population": "Lyudy", "date": "Datum"})
    assert counted(read) == [("W1", 10, 2019, "Office")]


def test_what_is_told_of_columns_of_population_does_not_disturb_other_tables(tmp_path):
    told = {"pcode": "Kod", "population": "Lyudy"}
    people = written(tmp_path / "p.csv", "Kod,Lyudy,year,source\nSY07,10,2019,Office\n")
    table = written(tmp_path / "e.csv", "date,place,event_type\n2020-02-10,Saraqib,Battles\n")
    located = locate([table], Setting(load_theatre("idlib"), population=(people,), columns=told), on_step=quiet)
    assert (len(located.events), located.inputs.population["population"].to_list()) == (1, [10])


def test_columns_of_several_years_are_counts_of_these_years(tmp_path):
    text = "pcode,population_2019,population_2020,source\nW1,10,11,Office\nE1,,21,Office\nX1,,,Office\n"
    read = read_population(written(tmp_path / "p.csv", text))
    assert {row[:3] for row in counted(read)} == {("W1", 10, 2019), ("W1", 11, 2020), ("E1", 21, 2020)}
    assert (read.rows_read, read.rows_kept, read.rows_refused, read.rows_skipped) == (3, 2, 0, 1)


HAPI_HEADER = (
    "location_code,admin1_code,admin1_name,admin2_code,admin2_name,admin_level,gender,age_range,min_age,max_age,"
    "population,reference_period_start,reference_period_end\n"
)


def test_of_hapi_only_the_people_of_every_sex_and_age_count(tmp_path):
    rows = (
        "NRL,,,,,0,all,all,,,9000,2021-01-01,2021-12-31\n"
        "NRL,W1,West,,,1,all,all,,,700,2021-01-01,2021-12-31\n"
        "NRL,W1,West,,,1,f,all,,,360,2021-01-01,2021-12-31\n"
        "NRL,W1,West,,,1,all,0-4,0,4,80,2021-01-01,2021-12-31\n"
        "NRL,W1,West,W101,Shore,2,all,all,,,300,2021-01-01,2021-12-31\n"
        "NRL,W1,West,W1-XXX,,2,all,all,,,5,2021-01-01,2021-12-31\n"
    )
    read = read_population(written(tmp_path / "hapi.csv", HAPI_HEADER + rows))
    assert [row[:3] for row in counted(read)] == [("NRL", 9000, 2021), ("W1", 700, 2021), ("W101", 300, 2021)]
    assert (read.rows_read, read.rows_kept, read.rows_refused, read.rows_skipped) == (6, 3, 0, 3)
    assert "HAPI" in read.credit.source


def test_a_table_of_parts_alone_gives_no_count_and_says_so(tmp_path):
    rows = "NRL,W1,West,,,1,f,all,,,360,2021-01-01,2021-12-31\nNRL,W1,West,,,1,m,all,,,340,2021-01-01,2021-12-31\n"
    read = read_population(written(tmp_path / "hapi.csv", HAPI_HEADER + rows))
    assert read.population.empty
    assert any("no row counts people of every sex and age" in p.message for p in read.problems)


def test_the_sheets_of_ochas_workbook_are_levels_and_their_names_tell_the_year(tmp_path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    first, second = (book.create_sheet(f"nrl_admpop_adm{level}_2021") for level in (1, 2))
    first.append(["ADM0_EN", "ADM0_PCODE", "ADM1_EN", "ADM1_PCODE", "F_TL", "M_TL", "T_TL"])
    first.append(["Northland", "NR", "West", "W1", 360, 340, 700])
    second.append(["ADM0_EN", "ADM0_PCODE", "ADM1_EN", "ADM1_PCODE", "ADM2_EN", "ADM2_PCODE", "T_TL"])
    second.append(["Northland", "NR", "West", "W1", "Shore", "W101", 300])
    book.create_sheet("read me").append(["about", "contact"])
    book["read me"].append(["figures", "desk"])
    book.save(tmp_path / "pop.xlsx")
    read = read_population(tmp_path / "pop.xlsx")
    assert [row[:3] for row in counted(read)] == [("W1", 700, 2021), ("W101", 300, 2021)]
    assert any("2021 is taken, from the name of the file or sheet" in p.message for p in read.problems)
    assert any(p.source == "pop.xlsx[read me]" and "left out" in p.message for p in read.problems)


def test_what_is_no_population_is_told_for_what_it_is(tmp_path):
    table, _ = conform(
        pd.DataFrame([{"event_id": "E1", "source": "Desk", "date_start": "2020-02-01", "event_type": "Battles"}]),
        EVENTS,
    )
    pd.DataFrame(table.drop(columns="geometry")).to_parquet(tmp_path / "events.parquet")
    with pytest.raises(InputError, match="is a conflictmap table: events; wanted a table of the population of units"):
        read_population(tmp_path / "events.parquet")


def test_a_table_of_population_alone_is_known_without_being_told(tmp_path):
    text = "pcode,population,year,source\nW1,10,2019,Office\n"
    read = read_table(written(tmp_path / "p.csv", text), theatre=THEATRE)
    assert (read.kind, counted(read)) == ("population table", [("W1", 10, 2019, "Office")])


def test_our_own_table_is_read_back_as_it_was(tmp_path):
    table = population(("W1", 10, 2019), ("W1", 11.5, 2020))
    table.to_parquet(tmp_path / "population.parquet")
    pd.testing.assert_frame_equal(read_population(tmp_path / "population.parquet").population, table)


# --- denominators


def of(table: pd.DataFrame, year: int) -> dict[str, tuple]:
    found = denominators(table, AREAS, year=year)
    return {code: tuple(row) for code, row in found.iterrows()}


def test_the_count_of_the_nearest_year_is_taken_and_of_two_the_later():
    table = population(("E1", 10, 2014), ("E1", 11, 2018), ("E1", 12, 2022))
    assert of(table, 2019)["E1"] == (11, 2018, "Office")
    assert of(table, 2020)["E1"] == (12, 2022, "Office")


def test_a_count_more_than_five_years_off_or_of_nobody_is_none():
    table = population(("E1", 10, 2014), ("W101", 0, 2020))
    assert of(table, 2019)["E1"] == (10, 2014, "Office")
    assert of(table, 2020) == {}


def test_a_unit_without_a_count_has_the_sum_of_its_parts_if_all_are_counted():
    parts = population(("W101", 3, 2019), ("W102", 4, 2019))
    assert of(parts, 2019)["W1"] == (7, 2019, "Office (2 parts added up)")
    assert "W1" not in of(population(("W101", 3, 2019)), 2019)
    assert "W1" not in of(population(("W101", 3, 2019), ("W102", 4, 2020)), 2019)
    assert of(population(("W1", 8, 2016), ("W101", 3, 2019), ("W102", 4, 2019)), 2019)["W1"] == (8, 2016, "Office")


def test_parts_may_be_sums_of_parts_themselves():
    third = [
        {"pcode": f"{above}0{n}", "name": "Part", "level": 3, "parent": above, "approximate": False,
         "geometry": box(0, 0, 0.1, 0.1)}
        for above, number in (("W101", 1), ("W102", 2)) for n in range(number)
    ]  # fmt: skip
    areas = areas_table(pd.concat([AREAS, pd.DataFrame(third)]))
    found = denominators(population(("W10100", 3, 2019), ("W10200", 4, 2019), ("W10201", 5, 2019)), areas, year=2019)
    assert found["population"].to_dict() | {"W1": 12, "W101": 3, "W102": 9} == found["population"].to_dict()
    assert found.loc["W1", "source"] == "Office (3 parts added up)"
    assert found.loc["W101", "source"] == "Office"


def test_parts_of_two_sources_or_of_rough_areas_are_not_added_up():
    two = pd.concat([population(("W101", 3, 2019)), population(("W102", 4, 2019), source="Bureau")])
    assert "W1" not in of(two, 2019)
    rough = AREAS.assign(approximate=True)
    assert "W1" not in denominators(population(("W101", 3, 2019), ("W102", 4, 2019)), rough, year=2019).index


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.tuples(st.sampled_from(["W1", "E1", "W101", "W102"]), st.integers(0, 9), st.integers(2005, 2030)),
        unique_by=lambda row: (row[0], row[2]),
    ),
    st.integers(2010, 2025),
)
def test_every_denominator_is_of_somebody_and_of_about_that_year_and_the_order_of_rows_is_none_of_it(rows, year):
    found = denominators(population(*rows), AREAS, year=year)
    assert (found["population"] > 0).all()
    assert ((found["year"] - year).abs() <= OLDEST_POPULATION).all()
    assert {code for code, people, of_year in rows if people and abs(of_year - year) <= 5} <= set(found.index)
    pd.testing.assert_frame_equal(found, denominators(population(*reversed(rows)), AREAS, year=year))


def test_counts_of_units_that_the_map_lacks_are_told_once_a_file():
    table = population(("W1", 8, 2019), ("Z1", 8, 2019), ("Z2", 8, 2019)).assign(source_file="p.csv", source_row=2)
    (problem,) = check_units(table, AREAS)
    assert problem.message.startswith("2 p-codes are of no unit of the map (Z1, Z2)")
    assert problem.severity == "warning"


# --- in a run


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("population")
    people = "pcode,population,year,source\nSY07,1500,2019,Made-up office\nZZ9,4,2019,Made-up office\nSY02,?,2019,X\n"
    events = "date,place,event_type,source\n2020-02-10,Saraqib,Battles,Desk\n"
    given = written(folder / "people.csv", people)
    setting = Setting(load_theatre("idlib"), population=(given,))
    inputs = [written(folder / "events.csv", events)]
    return run(inputs, setting, folder / "out", formats=["geojson"], on_step=quiet), folder / "out"


def test_a_run_accounts_for_population_like_for_any_input(ran):
    located, out = ran
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    account = next(i for i in manifest["inputs"] if i["name"] == "people.csv")
    assert (account["kind"], account["rows_read"], account["kept"], account["refused"]) == ("population table", 3, 2, 1)
    assert (account["located"], len(account["sha256"])) == (1, 64)
    assert manifest["population"] == {"rows": 2, "in_units": 1, "years": {"Made-up office": [2019]}}
    assert any(r.source == "people.csv" for r in located.inputs.refused)
    assert "ZZ9" in (out / "problems.csv").read_text(encoding="utf-8")


def test_the_map_gets_the_population_and_credits_it(ran):
    located, out = ran
    spec = located.spec()
    assert spec.population["pcode"].to_list() == ["SY07", "ZZ9"]
    assert any("Made-up office" in credit.source for credit in spec.credits)
    assert read_population(out / "population.parquet").population["population"].to_list() == [1500, 4]


def test_a_theatre_may_name_its_population_and_a_given_table_goes_before_it(tmp_path):
    written(tmp_path / "mine.csv", "pcode,population,year,source\nSY07,7,2019,Theatre\n")
    given = written(tmp_path / "given.csv", "pcode,population,year,source\nSY07,8,2019,User\n")
    toml = 'id = "toy"\ntitle = { en = "Toy" }\npopulation = ["mine.csv"]\n'
    theatre = load_theatre(written(tmp_path / "toy.toml", toml))
    counts = [
        locate([], Setting(theatre, population=files), on_step=quiet).inputs.population["source"].to_list()
        for files in ((), (given,))
    ]
    assert counts == [["Theatre"], ["User"]]


def test_python_gives_population_as_a_table_or_a_path(tmp_path):
    fight = {"event_id": "E1", "source": "Desk", "date_start": "2020-02-01", "event_type": "Battles"}
    events = gpd.GeoDataFrame([fight], geometry=[Point(36.6, 35.9)], crs=CRS)
    table = pd.DataFrame({"pcode": ["SY07"], "population": [10], "year": [2019], "source": ["Made-up office"]})
    table.to_csv(tmp_path / "p.csv", index=False)
    for people in (table, tmp_path / "p.csv"):
        page = maps.conflict_map(events, theatre=THEATRE, population=people)
        page.save(tmp_path / "page.html")
        assert "Made-up office" in (tmp_path / "page.html").read_text(encoding="utf-8")
    with pytest.raises(InputError, match="population: 1 rows cannot be used") as caught:
        maps.conflict_map(events, theatre=THEATRE, population=table.assign(year="?"))
    assert "is no year" in str(caught.value.problems[0])
