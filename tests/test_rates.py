"""Rates by unit: figures over the people who live there, each with what it is made of; none where nobody counted."""

import dataclasses
import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_links import AREAS, events, fight, flow, people
from test_population import population

from geo.care import Care, read_withhold
from geo.links import link_table
from geo.rates import PER, RATE_COLUMNS, rate_column, rate_table
from geo.schema import DISPLACEMENT, empty
from geo.theatre import load_theatre
from maps.pipeline import Setting, locate, run

COUNTED = population(("W1", 200_000, 2019), ("E1", 50_000, 2019), ("W101", 80_000, 2018))
MONTH = ("2020-02-01", "2020-02-29")


def rates(fights, moved=None, counts=COUNTED, *, level=1, step="whole") -> pd.DataFrame:
    links = link_table(fights, empty(DISPLACEMENT) if moved is None else moved, AREAS, metric_crs="EPSG:32631")
    table = rate_table(links, counts, AREAS)
    assert list(table.columns) == list(RATE_COLUMNS)
    return table.loc[(table["level"] == level) & (table["step"] == step)].set_index("unit")


def test_a_rate_stands_beside_its_figure_and_the_count_it_is_over():
    row = rates(events(fight("2020-02-10", fatalities_best=5), fight("2020-03-12"))).loc["W1"]
    assert (row["events"], row["events_per_100000"]) == (2, 1.0)
    assert (row["deaths_best"], row["deaths_per_100000"], row["deaths_unknown"]) == (5, 2.5, 1)
    assert (row["population"], row["population_year"], row["population_source"]) == (200_000, 2019, "Office")
    assert (str(row["first_day"].date()), str(row["last_day"].date())) == ("2020-02-10", "2020-03-12")


def test_people_who_left_arrived_and_were_there_at_the_end_are_told_by_the_thousand():
    def stock(day, count):
        return {"measure": "stock", "date_start": day, "date_end": day, "destination_pcode": "E1",
                "persons_best": count}  # fmt: skip

    moved = people(flow(*MONTH, "W1", "E1", 400), stock("2020-02-11", 900), stock("2020-03-01", 800))
    table = rates(events(), moved)
    assert table.loc["W1", ["people_from", "people_from_per_1000", "from_series"]].tolist() == [400, 2.0, "Survey"]
    assert table.loc["E1", ["people_to", "people_to_per_1000"]].tolist() == [400, 8.0]
    assert table.loc["E1", ["stock_in", "stock_in_per_1000"]].tolist() == [800, 16.0]
    assert rates(events(), moved, step="month")["stock_in"].tolist()[:2] == [900, 800]


def test_a_movement_over_two_months_counts_in_the_whole_time_only():
    moved = people(flow("2020-02-10", "2020-03-16", "W1", "E1", 400))
    assert rates(events(), moved).loc["W1", "people_from_per_1000"] == 2.0
    assert rates(events(), moved, step="month").empty


def test_without_a_count_of_about_that_year_the_figure_stands_and_the_rate_is_missing():
    fights = events(fight("2020-02-10"), fight("2020-02-10", "E1"))
    table = rates(fights, counts=population(("W1", 1_000, 2014), ("E1", 1_000, 2015)))
    assert table["events"].tolist() == [1, 1]
    assert table["events_per_100000"].fillna(-1).tolist() == [100.0, -1]
    assert pd.isna(table.loc["W1", "population"])


def test_an_event_known_to_a_province_only_is_in_no_rate_of_a_district():
    fights = events(fight("2020-02-10", fatalities_best=3), fight("2020-02-11", admin2_pcode="W101"))
    assert rates(fights).loc["W1", "events"] == 2
    assert rates(fights, level=2).loc["W101", "events_per_100000"] == 1.25


def test_a_counted_unit_without_fighting_has_none_recorded_and_nobody_recorded_as_killed():
    row = rates(events(fight("2020-02-10"))).loc["E1"]
    assert (row["events"], row["events_per_100000"], row["deaths_best"], row["unit_name"]) == (0, 0.0, 0, "East")
    assert pd.isna(row["people_from"])


def test_where_no_fighting_is_told_at_all_none_is_unknown():
    row = rates(events(), people(flow(*MONTH, "W1", None, 400))).loc["E1"]
    assert row[["events", "events_per_100000", "deaths_best", "deaths_per_100000"]].isna().all()


def test_deaths_that_no_source_states_are_no_rate_of_zero():
    row = rates(events(fight("2020-02-10"))).loc["W1"]
    assert row[["deaths_best", "deaths_per_100000"]].isna().all()
    assert row["deaths_unknown"] == 1


def test_series_are_never_added():
    moved = people(flow(*MONTH, "W1", "E1", 10, series="a"), flow(*MONTH, "E1", "W1", 20, series="a"),
                   flow(*MONTH, "W1", "E1", 11, series="b"))  # fmt: skip
    row = rates(events(), moved).loc["W1"]
    assert (row["people_from"], row["from_series"]) == (10, "a")


def test_a_month_has_the_count_that_suits_its_own_year():
    counts = population(("W1", 1_000, 2019), ("W1", 2_000, 2020))
    fights = events(fight("2019-12-10"), fight("2020-01-10"))
    table = rates(fights, counts=counts, step="month")
    assert table["population_year"].tolist() == [2019, 2020]
    assert table["events_per_100000"].tolist() == [100.0, 50.0]


def test_without_any_count_there_is_no_table():
    assert rates(events(fight("2020-02-10")), counts=population()).empty


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.tuples(st.sampled_from(["W1", "E1", None]), st.integers(0, 80), st.none() | st.integers(0, 50))),
    st.dictionaries(st.sampled_from(["W1", "E1"]), st.tuples(st.integers(0, 10**6), st.integers(2010, 2025))),
)
def test_every_rate_is_its_figure_over_its_count_and_is_there_exactly_where_both_are(fought, counted):
    fights = [
        fight(str((pd.Timestamp("2020-01-01") + pd.Timedelta(days=day)).date()), unit, fatalities_best=deaths)
        for unit, day, deaths in fought
    ]
    counts = population(*((unit, people, year) for unit, (people, year) in counted.items()))
    links = link_table(events(*fights), empty(DISPLACEMENT), AREAS, metric_crs="EPSG:32631")
    table = rate_table(links, counts, AREAS)
    for measure, per in PER.items():
        known = table[measure].notna() & table["population"].notna()
        assert (table[rate_column(measure)].notna() == known).all()
        wanted = table[measure].astype("Float64") / table["population"] * per
        assert ((table[rate_column(measure)] - wanted).abs() <= 1e-5 * wanted).fillna(value=True).all()
    assert ((table["population_year"] - table["last_day"].dt.year).abs().dropna() <= 5).all()
    months, whole = (table.loc[table["step"] == step] for step in ("month", "whole"))
    assert months.groupby("unit")["events"].sum().sum() == whole["events"].sum()


def test_a_run_writes_rates_of_what_is_published_only(tmp_path):
    (tmp_path / "people.csv").write_text("pcode,population,year,source\nSY07,100000,2019,Office\n", encoding="utf-8")
    lines = ["date,place,event_type,fatalities,source", *(f"2020-02-1{n},Saraqib,Battles,2,Desk" for n in range(4))]
    (tmp_path / "events.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "keep.csv").write_text("place\nSaraqib\n", encoding="utf-8")
    theatre = load_theatre("idlib")
    plain = Setting(theatre, population=(tmp_path / "people.csv",))
    run([tmp_path / "events.csv"], plain, tmp_path / "all", formats=["geojson"], on_step=lambda _: None)
    told = pd.read_csv(tmp_path / "all/rates.csv").query("step == 'whole'").set_index("unit")
    assert told.loc["SY07", ["events", "events_per_100000", "deaths_per_100000"]].tolist() == [4, 4.0, 8.0]
    kept_back = dataclasses.replace(plain, care=Care(withhold=read_withhold(tmp_path / "keep.csv")[0]))
    run([tmp_path / "events.csv"], kept_back, tmp_path / "few", formats=["geojson"], on_step=lambda _: None)
    assert not (pd.read_csv(tmp_path / "few/rates.csv")["events"] > 0).any()
    assert "rates.csv" in json.loads((tmp_path / "all/manifest.json").read_text(encoding="utf-8"))["outputs"]


def test_without_population_no_rates_are_written(tmp_path):
    (tmp_path / "events.csv").write_text("date,place,event_type\n2020-02-10,Saraqib,Battles\n", encoding="utf-8")
    setting = Setting(load_theatre("idlib"))
    run([tmp_path / "events.csv"], setting, tmp_path / "out", formats=["geojson"], on_step=lambda _: None)
    assert not (tmp_path / "out/rates.csv").exists()
    assert not (tmp_path / "out/population.parquet").exists()


@pytest.mark.parametrize("measure", PER)
def test_each_rate_says_in_its_name_what_it_is_of(measure):
    assert rate_column(measure).endswith(f"_per_{PER[measure]}")
    assert rate_column(measure) in RATE_COLUMNS


@pytest.mark.realdata
def test_rates_of_a_real_war_are_its_figures_over_real_counts(shared, tmp_path):
    data = shared / "data"
    villages = pd.read_csv(data / "control/syria_adm4_area_of_control_2023.csv")
    counts = villages.groupby("ADM3_PCODE")["Population"].sum()
    table = pd.DataFrame({"adm3_pcode": counts.index, "Total population": counts.to_numpy()})
    table.assign(Year=2023, Source="humanitarian information managers").to_csv(tmp_path / "people.csv", index=False)
    setting = Setting(
        load_theatre("idlib"),
        admin=(data / "boundaries/syr_admbnda_adm3_uncs_unocha_20201217.zip",),
        population=(tmp_path / "people.csv",),
    )
    located = locate([data / "ucdp/ucdp_ged_syria_2016_2019.csv.gz"], setting, on_step=lambda _: None)
    told = located.spec().rates.query("step == 'whole'")
    sums = told.groupby("level")["events"].sum()
    assert len(located.events) >= sums[1] >= sums[2] >= sums[3] > 0.8 * len(located.events)
    governorates = told.loc[(told["level"] == 1) & told["unit"].str.startswith("SY")].set_index("unit")
    assert len(governorates) == 14
    whole = governorates["population_source"].str.contains("parts added up")
    assert whole.sum() >= 12, "a sub-district without a village in the list leaves its governorate without a count"
    by_hand = villages.groupby("ADM1_PCODE")["Population"].sum()
    assert governorates.loc[whole, "population"].astype(int).to_dict() == by_hand[whole[whole].index].to_dict()
    assert (governorates["population_year"].dropna() == 2023).all()
    rate = governorates["events"] / governorates["population"] * 100_000
    assert ((governorates["events_per_100000"] - rate).abs() <= 1e-5 * rate).fillna(value=True).all()
