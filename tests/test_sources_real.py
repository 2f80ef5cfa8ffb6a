"""Real files, where they are at hand: known without a flag, every row accounted for, planted faults found."""

import time

import pandas as pd
import pytest

from geo.codes import Precision
from geo.errors import InputError
from geo.sources import read_table
from geo.theatre import Theatre

pytestmark = pytest.mark.realdata
ANYWHERE = Theatre(id="anywhere", title={"en": "anywhere"}, languages=("en", "ar"))


@pytest.fixture
def read(shared):
    def read_one(name):
        table = read_table(shared / "data" / name, theatre=ANYWHERE)
        records = sum(map(len, table.tables.values()))
        # A row of UNHCR's counts several groups.
        assert records == table.rows_kept or (table.kind.startswith("UNHCR") and records > table.rows_kept)
        assert len([p for p in table.problems if p.severity == "error"]) == table.rows_refused
        return table

    return read_one


@pytest.mark.parametrize(
    ("name", "kind", "rows"),
    [
        ("acled/acled_idleb_battles_2019-12_2020-03.csv", "ACLED", 218),
        ("acled/acled_syria_battles_2017_2023.csv.gz", "ACLED", 11_711),
        ("other_conflicts/acled_nigeria_2016_battles_31col.csv", "ACLED", 337),
        ("other_conflicts/acled_turkey_2019-02.geojson", "ACLED", 98),
        ("ucdp/ucdp_ged_syria_2016_2019.csv.gz", "UCDP GED", 8_285),
    ],
)
def test_every_row_of_an_event_file_is_kept_with_its_place_and_date(read, name, kind, rows):
    table = read(name)
    events = table.events
    assert (table.kind, table.rows_read, len(events), table.rows_refused) == (kind, rows, rows, 0)
    assert events["date_start"].notna().all()
    assert events["source_longitude"].notna().all()
    assert events["geo_precision"].notna().all()
    assert events["event_id"].is_unique
    assert events["source_row"].tolist() == sorted(events["source_row"])


def test_counts_that_contradict_each_other_in_ucdp_are_found(read, shared):
    raw = pd.read_csv(shared / "data/ucdp/ucdp_ged_syria_2016_2019.csv.gz")
    wrong = (raw["low"] > raw["best"]) | (raw["best"] > raw["high"])
    table = read("ucdp/ucdp_ged_syria_2016_2019.csv.gz")
    assert sum(p.column == "best" for p in table.problems) == wrong.sum() > 0
    assert (table.events["fatalities_best"] == raw["best"]).all()
    assert table.events.loc[~wrong, "fatalities_low"].tolist() == raw.loc[~wrong, "low"].tolist()


def test_ucdp_places_known_to_the_governorate_are_no_points(read):
    events = read("ucdp/ucdp_ged_syria_2016_2019.csv.gz").events
    assert set(events.loc[events["source_geo_precision"] == "4", "geo_precision"]) == {Precision.FIRST_DIVISION.value}


def test_lost_dates_leave_the_year_and_one_line_that_says_so(read):
    table = read("other_conflicts/acled_turkey_2019-02.geojson")
    assert set(table.events["date_precision"]) == {"year"}
    assert [p.column for p in table.problems] == ["event_date"]


def test_eight_thousand_rows_are_read_in_under_two_seconds(read):
    begin = time.process_time()
    read("ucdp/ucdp_ged_syria_2016_2019.csv.gz")
    assert time.process_time() - begin < 2


def test_the_displacement_workbook_gives_communities_and_matrices_and_its_planted_faults(read):
    table = read("displacement/ocha_idp_flow_2019-01.xlsx")
    records = table.displacement
    sums = records.groupby(["movement", "rule"])["persons_best"].agg(["count", "sum"]).round(3)
    assert sums.loc[("displacement", "OCHA community sheet")].tolist() == [541, 110_925]
    assert sums.loc[("return", "OCHA community sheet")].tolist() == [278, 103_396]
    assert sums.loc[("displacement", "OCHA origin-destination matrix"), "sum"] == 110_925
    assert sums.loc[("return", "OCHA origin-destination matrix"), "sum"] == 103_396
    assert set(records["date_start"].dt.strftime("%F")) == {"2019-01-01"}
    found = {(p.source.split("[")[1].rstrip("]"), p.column) for p in table.problems}
    assert ("Table-Origin_vs_Departure", "P2") in found
    assert {("December_IDPflow", None), ("December_Retflow", None)} <= found
    assert len(table.problems) == 5


def test_a_list_of_sites_keeps_every_site_and_says_what_it_lacks(read):
    table = read("displacement/nws_idp_sites_reception_centres_2023.csv")
    assert (table.rows_read, len(table.displacement)) == (523, 523)
    assert set(table.displacement["measure"]) == {"stock"}
    assert table.displacement["destination_latitude"].isna().sum() == 3
    assert table.displacement["persons_best"].isna().sum() == 2
    assert [p.column for p in table.problems] == ["date", "latitude_y", "individuals"]


def test_weekly_totals_are_read_as_totals_of_units(read):
    table = read("acled/acled_syria_weekly_admin1_2016_2026.csv.gz")
    assert (table.rows_read, len(table.totals), table.rows_refused, len(table.events)) == (27_994, 27_994, 0, 0)
    assert set(table.totals["geo_precision"]) == {Precision.FIRST_DIVISION.value}


def test_camps_of_two_schemas_are_all_placed(read):
    table = read("displacement/syria_turkey_camps.geojson")
    records = table.displacement
    assert (table.rows_read, len(records), table.rows_refused) == (101, 101, 0)
    assert records["destination_latitude"].notna().all()
    assert records["destination_toponym"].notna().all()


def test_suppressed_counts_of_refugees_are_neither_zero_nor_gone(read):
    table = read("displacement/unhcr_persons_of_concern_origin_syr_hxl.csv")
    hidden = table.displacement.loc[table.displacement["qualifier"].notna()]
    assert (table.rows_read, table.rows_kept, table.rows_refused, table.rows_skipped) == (1_690, 1_682, 0, 8)
    assert hidden["persons_best"].isna().all()
    assert len(hidden) == 42
    assert not any("not the sum" in p.message for p in table.problems)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gazetteer/geonames_cities15000.zip", "--gazetteer"),
        ("gazetteer/ocha_syria_locations_adm4.xlsx", "list of places.*--gazetteer"),
        ("boundaries/hthwater_subdistricts_utm37n_arabic.geojson", "holds areas.*--admin"),
        ("control/syria_adm4_area_of_control_2023.csv", "on no day and without coordinates.*--columns"),
        ("boundaries/syr_admbnda_adm3_uncs_unocha_20201217.zip", "administrative units.*--admin"),
        ("boundaries/geoboundaries_syr_adm1.geojson", "administrative units.*--admin"),
        ("other_conflicts/ukraine_conflict_locations_fabflee_2022.csv", "locations of a simulation"),
        ("control/turkish_observation_posts_wikipedia.csv", "names of places"),
    ],
)
def test_a_file_that_holds_no_events_is_refused_in_plain_words(read, name, words):
    with pytest.raises(InputError, match=words):
        read(name)
