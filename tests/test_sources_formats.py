"""ACLED, UCDP, plain event and displacement tables, and our own files: made-up rows in, our columns out."""

import gzip
import json

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely.geometry import Point

from geo.errors import InputError
from geo.schema import DISPLACEMENT, EVENTS, conform
from geo.sources import read_table
from geo.theatre import Actor, Theatre

THEATRE = Theatre(
    id="made-up",
    title={"en": "made up"},
    languages=("en", "ar"),
    actors=(
        Actor("Northern army", "state forces", aliases=("Military Forces of Northland", "Government of Northland")),
        Actor("Hill Front", "rebel group", name_ar="جبهة التل", aliases=("HF", "Hill Liberation Front")),
    ),
)

ACLED_31 = """
event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 assoc_actor_1 inter1
actor2 assoc_actor_2 inter2 interaction civilian_targeting iso region country admin1 admin2 admin3 location
latitude longitude geo_precision source source_scale notes fatalities tags timestamp
"""
ACLED_OLD = """
data_id iso event_id_cnty event_id_no_cnty event_date year time_precision event_type sub_event_type actor1
assoc_actor_1 inter1 actor2 assoc_actor_2 inter2 interaction region country admin1 admin2 admin3 location
latitude longitude geo_precision source source_scale notes fatalities timestamp iso3
"""
UCDP_GED = """
id relid year active_year code_status type_of_violence conflict_new_id conflict_name dyad_new_id dyad_name
side_a_new_id side_a side_b_new_id side_b number_of_sources source_article source_office source_date
source_headline source_original where_prec where_coordinates where_description adm_1 adm_2 latitude longitude
geom_wkt priogrid_gid country country_id region event_clarity date_prec date_start date_end deaths_a deaths_b
deaths_civilians deaths_unknown best high low gwnoa gwnob
"""


def acled(**values):
    return {
        "event_id_cnty": "NRL1", "data_id": "7001", "event_date": "10 February 2020", "time_precision": "1",
        "event_type": "Battles", "sub_event_type": "Armed clash",
        "actor1": "Military Forces of Northland (2000-) 4th Division", "actor2": "HF: Hill Liberation Front",
        "country": "Northland", "admin1": "Upper", "admin2": "Left", "admin3": "Far", "location": "Greenford",
        "latitude": "35.9", "longitude": "36.6", "geo_precision": "2", "source": "Made Up Daily; Hill Radio",
        "notes": "The two sides fought near the mill.", "fatalities": "4", **values,
    }  # fmt: skip


def ucdp(**values):
    return {
        "id": "501", "type_of_violence": "1", "side_a": "Government of Northland", "side_b": "Hill Front",
        "source_article": '"Made Up Agency,2020-02-31,Mill shelled"', "source_headline": "Mill shelled",
        "source_original": "Hill Radio", "where_prec": "3", "where_coordinates": "Left district",
        "where_description": "around the mill", "adm_1": "Upper", "adm_2": "Left district", "latitude": "35.9",
        "longitude": "36.6", "country": "Northland", "date_prec": "1", "date_start": "2020-02-10",
        "date_end": "2020-02-10", "low": "2", "best": "3", "high": "5", **values,
    }  # fmt: skip


@pytest.fixture
def read(tmp_path):
    def write_and_read(rows, header=None, name="a.csv", **options):
        path = tmp_path / name
        if isinstance(rows, bytes | str):
            path.write_bytes(rows if isinstance(rows, bytes) else rows.encode())
        else:
            pd.DataFrame(rows).reindex(columns=header.split() if header else None).to_csv(path, index=False)
        table = read_table(path, theatre=THEATRE, **options)
        assert table.rows_read == len(table.events) + len(table.displacement) + table.rows_refused + table.rows_skipped
        return table

    return write_and_read


def only(table):
    (row,) = table.events.itertuples() if len(table.events) else table.displacement.itertuples()
    return row


# --- ACLED


@pytest.mark.parametrize("columns", [ACLED_31, ACLED_OLD], ids=["31 columns", "older"])
def test_an_acled_row_becomes_an_event(read, columns):
    table = read([acled()], columns)
    row = only(table)
    assert table.kind == "ACLED"
    assert not table.problems
    assert (row.source, row.source_id, row.toponym) == ("ACLED", "NRL1", "Greenford")
    assert (row.stated_country, row.stated_admin1, row.stated_admin3) == ("Northland", "Upper", "Far")
    assert (row.event_type, row.event_subtype) == ("Battles", "Armed clash")
    assert (row.date_start, row.date_end, row.date_precision) == (*[pd.Timestamp("2020-02-10")] * 2, "day")
    assert (row.geo_precision, row.source_geo_precision) == ("C", "2")
    assert (row.source_longitude, row.source_latitude) == (36.6, 35.9)
    assert (row.quote, row.attributed_to) == ("The two sides fought near the mill.", "Made Up Daily; Hill Radio")
    assert (row.source_file, row.source_row, row.claim) == ("a.csv", 2, "attributed")


def test_acled_gives_one_number_of_deaths(read):
    row = only(read([acled()], ACLED_31))
    assert (row.fatalities_low, row.fatalities_best, row.fatalities_high) == (pd.NA, 4, pd.NA)


def test_acled_actors_take_the_theatres_names_and_keep_their_own_as_evidence(read):
    row = only(read([acled()], ACLED_31))
    assert (row.actor1, row.actor2) == ("Northern army", "Hill Front")
    assert [(e["field"], e["text"]) for e in json.loads(row.evidence)] == [
        ("actor1", "Military Forces of Northland (2000-) 4th Division"),
        ("actor2", "HF: Hill Liberation Front"),
    ]


def test_an_actor_the_theatre_does_not_know_stays_as_given(read):
    row = only(read([acled(actor1="Mill Owners (Northland)", actor2="")], ACLED_31))
    assert (row.actor1, row.actor2, row.evidence) == ("Mill Owners (Northland)", pd.NA, pd.NA)


@pytest.mark.parametrize("text", ["10 February 2020", "2020-02-10", "10-Feb-20", "10/02/2020"])
def test_acled_dates_of_four_styles(read, text):
    assert only(read([acled(event_date=text)], ACLED_31)).date_start == pd.Timestamp("2020-02-10")


@pytest.mark.parametrize(
    ("code", "first", "last", "word"),
    [("1", "2020-02-10", "2020-02-10", "day"), ("2", "2020-02-07", "2020-02-13", "week"),
     ("3", "2020-02-01", "2020-02-29", "month")],
)  # fmt: skip
def test_a_date_known_to_the_week_or_month_is_a_span(read, code, first, last, word):
    row = only(read([acled(time_precision=code)], ACLED_31))
    assert (f"{row.date_start:%F}", f"{row.date_end:%F}", row.date_precision) == (first, last, word)


def test_civilian_targeting_is_true_or_not_known(read):
    table = read([acled(civilian_targeting="Civilian targeting"), acled(event_id_cnty="NRL2")], ACLED_31)
    assert table.events["civilians_targeted"].tolist() == [True, pd.NA]


def test_acled_rows_without_any_date_keep_their_year(read):
    feature = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [36.6, 35.9]},
               "properties": {**acled(year=2019, fatalities=4), "event_date": None}}  # fmt: skip
    table = read(json.dumps({"type": "FeatureCollection", "features": [feature]}), name="a.geojson")
    row = only(table)
    assert (f"{row.date_start:%F}", f"{row.date_end:%F}", row.date_precision) == ("2019-01-01", "2019-12-31", "year")
    assert "only the year is known" in table.problems[0].message


def test_acled_numbers_and_codes_that_are_wrong_are_told(read):
    rows = [acled(event_id_cnty="1", geo_precision="9"), acled(event_id_cnty="2", fatalities="few"),
            acled(event_id_cnty="3", event_type="Bazaar", sub_event_type=""), acled(event_id_cnty="")]  # fmt: skip
    table = read(rows, ACLED_31)
    assert [(p.row, p.column, p.severity) for p in table.problems] == [
        (2, "geo_precision", "warning"),
        (3, "fatalities", "error"),
        (4, "event_type", "error"),
        (5, "event_id_cnty", "error"),
    ]
    assert table.events["geo_precision"].iloc[0] is pd.NA


def test_a_sub_type_of_another_type_is_dropped_with_a_warning(read):
    table = read([acled(sub_event_type="Grenade")], ACLED_31)
    assert only(table).event_subtype is pd.NA
    assert table.problems[0].column == "sub_event_type"


def test_acleds_terms_travel_with_its_rows(read):
    credit = read([acled()], ACLED_31).credit
    assert "ACLED" in credit.source
    assert "may not be republished" in credit.licence


# --- UCDP


def test_a_ucdp_row_becomes_an_event(read):
    table = read([ucdp()], UCDP_GED)
    row = only(table)
    assert table.kind == "UCDP GED"
    assert not table.problems
    assert (row.source, row.source_id, row.rule) == ("UCDP GED", "501", "UCDP type of violence 1")
    assert (row.actor1, row.actor2) == ("Northern army", "Hill Front")
    assert (row.fatalities_low, row.fatalities_best, row.fatalities_high) == (2, 3, 5)
    assert (row.geo_precision, row.source_geo_precision) == ("D", "3")
    assert (row.toponym, row.stated_admin1, row.stated_admin2) == ("Left district", "Upper", "Left district")
    assert (row.quote, row.attributed_to) == ("Mill shelled", "Hill Radio")
    assert row.notes == 'around the mill\n"Made Up Agency,2020-02-31,Mill shelled"'
    assert table.credit.licence == "CC BY 4.0"


@pytest.mark.parametrize(
    ("violence", "kind", "sub", "civilians"),
    [("1", "Battles", pd.NA, pd.NA), ("2", "Battles", pd.NA, pd.NA),
     ("3", "Violence against civilians", "Attack", True)],
)  # fmt: skip
def test_ucdp_types_of_violence_have_a_crosswalk(read, violence, kind, sub, civilians):
    row = only(read([ucdp(type_of_violence=violence)], UCDP_GED))
    assert (row.event_type, row.event_subtype, row.civilians_targeted) == (kind, sub, civilians)


@pytest.mark.parametrize(
    ("code", "end", "word"),
    [("1", 10, "day"), ("2", 14, "span"), ("3", 16, "week"), ("4", 29, "month"), ("5", 29, "span"), ("", 14, "span")],
)
def test_ucdp_date_codes_have_a_crosswalk(read, code, end, word):
    row = only(read([ucdp(date_prec=code, date_end=f"2020-02-{end}")], UCDP_GED))
    assert (row.date_precision, row.date_end.day) == (word, end)


def test_ucdp_dates_may_carry_a_time(read):
    row = only(read([ucdp(date_start="2020-02-10 00:00:00.000", date_end="2020-02-10 00:00:00.000")], UCDP_GED))
    assert (row.date_start, row.date_precision) == (pd.Timestamp("2020-02-10"), "day")


def test_counts_that_contradict_each_other_leave_the_best_alone(read):
    table = read([ucdp(low="7")], UCDP_GED)
    row = only(table)
    assert (row.fatalities_low, row.fatalities_best, row.fatalities_high) == (pd.NA, 3, pd.NA)
    assert table.problems[0].column == "best"


def test_a_ucdp_row_that_ends_before_it_starts_is_refused(read):
    table = read(
        gzip.compress(pd.DataFrame([ucdp(date_end="2020-02-01")]).to_csv(index=False).encode()), name="a.csv.gz"
    )
    assert [(p.row, p.column) for p in table.problems] == [(2, "date_end")]


# --- plain event tables


@pytest.mark.parametrize(
    "header",
    ["date,event_type,location,latitude,longitude,fatalities,notes",
     "Event Date,Type,Place,Lat,Lon,Deaths,Description",
     "event_date,incident type,village,y,x,killed,details",
     "التاريخ,النوع,المكان,خط العرض,خط الطول,القتلى,ملاحظات"],
)  # fmt: skip
def test_usual_column_names_need_no_mapping(read, header):
    row = only(read(f"{header}\n2020-02-10,shelling,Greenford,35.9,36.6,3,A mill was hit\n"))
    assert (row.toponym, row.source_latitude, row.fatalities_best, row.notes) == (
        "Greenford",
        35.9,
        3,
        "A mill was hit",
    )
    assert row.event_subtype == "Shelling/artillery/missile attack"
    assert row.geo_precision == "B"


def test_other_column_names_are_mapped_by_the_user(read):
    text = "Datum;Was;Wo;Tote\n2020-02-10;clash;Greenford;3\n"
    row = only(read(text, columns={"date": "Datum", "event_type": "Was", "place": "Wo", "deaths": "tote"}))
    assert (row.toponym, row.fatalities_best, row.event_type) == ("Greenford", 3, "Battles")


def test_a_table_with_our_own_names_gives_every_field(read):
    header = ("date_start,date_end,event_type,event_subtype,actor1,actor2,fatalities_low,fatalities_best,"
              "fatalities_high,injured,targets_hit,location,admin1,admin2,latitude,longitude,geo_precision,source,source_url,attributed_to,"
              "claim,quote,notes")  # fmt: skip
    line = ('2020-02-10,2020-02-12,Battles,Armed clash,HF,Northern army,1,2,3,4,115,Greenford,Upper,Left,35.9,36.6,D,'
            'Made Up Daily,https://a.example/1,Hill Radio,claimed by a party,"They fought.",none')  # fmt: skip
    table = read(f"{header}\n{line}\n")
    row = only(table)
    assert not table.problems
    assert (row.date_precision, row.date_end.day, row.geo_precision, row.claim) == (
        "span",
        12,
        "D",
        "claimed by a party",
    )
    assert (row.actor1, row.targets_hit, row.injured, row.fatalities_high) == ("Hill Front", 115, 4, 3)
    assert (row.quote, row.source_url, row.stated_admin2) == ("They fought.", "https://a.example/1", "Left")
    assert table.credit.source == "Made Up Daily"


def test_rows_without_a_place_are_kept_for_the_list_of_the_unplaced(read):
    table = read("date,type,place,fatalities\n2020-02-10,clash,,3\n")
    assert only(table).toponym is pd.NA
    assert table.rows_refused == 0


def test_a_row_without_a_date_is_kept_and_warned_of(read):
    table = read("date,type,place\n,clash,Greenford\n")
    assert pd.isna(only(table).date_start)
    assert table.problems[0].severity == "warning"


# --- displacement tables

FLOW = ("date_start,date_end,measure,movement,persons_low,persons,persons_high,qualifier,origin,origin_admin1,"
        "origin_pcode,destination,destination_admin1,destination_pcode,households,source,source_url,notes")  # fmt: skip


def test_a_displacement_row_becomes_a_record(read):
    line = "2019-12-01,2020-02-04,flow,displacement,500,520.5,600,about,Greenford,Upper,,Mill Camp,Left,N01,,UN,,n"
    table = read(f"{FLOW}\n{line}\n")
    row = only(table)
    assert not table.problems
    assert (row.measure, row.movement, row.qualifier, row.unit_reported) == ("flow", "displacement", "about", "persons")
    assert (row.persons_low, row.persons_best, row.persons_high) == (500, 520.5, 600)
    assert (row.origin_toponym, row.origin_admin1, row.destination_pcode) == ("Greenford", "Upper", "N01")
    assert (f"{row.date_start:%F}", f"{row.date_end:%F}") == ("2019-12-01", "2020-02-04")
    assert row.series == "UN, displacement flow"


def test_a_tag_row_is_left_out_and_suppressed_counts_are_missing(read):
    text = "date,measure,persons,destination\n#date,#measure,#affected+idps,#loc+name\n2020-01-01,stock,*,Mill Camp\n"
    table = read(text)
    assert pd.isna(only(table).persons_best)
    assert table.rows_skipped == 1
    said = " ".join(p.message for p in table.problems)
    assert "HXL tags" in said
    assert "suppressed" in said


def test_households_are_never_turned_into_persons(read):
    table = read("date,measure,households,destination\n2020-01-01,stock,120,Mill Camp\n")
    row = only(table)
    assert pd.isna(row.persons_best)
    assert (row.unit_reported, row.notes) == ("households", "households: 120")


def test_numbers_in_households_are_not_kept_as_persons(read):
    row = only(read("date,measure,persons,unit,destination\n2020-01-01,stock,120,households,Mill Camp\n"))
    assert pd.isna(row.persons_best)
    assert row.notes == "households: 120"


def test_a_measure_is_never_guessed(read):
    table = read(
        "date,measure,persons,destination\n2020-01-01,,120,A\n2020-01-01,total,120,A\n2020-01-01,Stock,120,A\n"
    )
    assert [(p.row, p.column) for p in table.problems if p.severity == "error"] == [(2, "measure"), (3, "measure")]
    with pytest.raises(InputError, match="the measure, stock or flow"):
        read("date,individuals,origin,destination\n2020-01-01,120,A,B\n")


def test_a_list_of_sites_is_a_stock_without_a_date(read):
    header = "governorate,community,latitude_y,longitude_x,type_of_location,families,individuals,admin4pcode"
    table = read(f"{header}\nUpper,Mill,35.9,36.6,Camp,20,110,N2\n")
    row = only(table)
    assert (row.measure, row.persons_best, row.destination_pcode) == ("stock", 110, "N2")
    assert (row.notes, row.households) == ("kind: Camp", 20)
    assert (row.destination_longitude, row.destination_latitude) == (36.6, 35.9)
    assert pd.isna(row.date_start)
    assert [p.message for p in table.problems] == ["is empty; the date is not known"]


def test_a_list_of_sites_keeps_the_country_of_each(read):
    table = read("type_of_location,site_name,country,individuals\nCamp,Mill,Upland,20\nCamp,Ford,NA,30\n")
    assert table.displacement["destination_country"].tolist() == ["Upland", pd.NA]


def test_among_countries_by_two_letters_the_word_for_nothing_is_one(read):
    table = read("date,event_type,location,country\n2020-02-10,Battles,Mill,ZA\n2020-02-10,Battles,NA,NA\n")
    assert table.events["stated_country"].tolist() == ["ZA", "NA"]
    assert table.events["toponym"].tolist() == ["Mill", pd.NA]


def test_wrong_people_counts_refuse_their_row(read):
    rows = "\n".join(f"2020-01-01,stock,{n},A" for n in ("-5", "many", "1e308", "120"))
    table = read(f"date,measure,persons,destination\n{rows}\n")
    assert [p.row for p in table.problems] == [2, 3, 4]
    assert table.displacement["persons_best"].tolist() == [120]


# --- our own files


def our_events():
    rows = [
        {"event_id": "E-1", "source": "ACLED", "event_type": "Battles", "date_start": "2020-02-10",
         "fatalities_best": 0, "source_longitude": 36.6, "source_latitude": 35.9, "civilians_targeted": True,
         "source_file": "x.csv",
         "source_row": 9, "geometry": Point(36.6, 35.9), "geo_precision": "B", "quote": "<b>mill</b>"},
        {"event_id": "E-2", "source": "UCDP GED", "event_type": "Riots", "geometry": None},
    ]  # fmt: skip
    return conform(pd.DataFrame(rows), EVENTS)[0]


def test_our_own_parquet_is_read_back_unchanged(tmp_path):
    written = our_events()
    written.to_parquet(tmp_path / "events.parquet")
    table = read_table(tmp_path / "events.parquet", theatre=THEATRE)
    assert isinstance(table.events, gpd.GeoDataFrame)
    assert_frame_equal(pd.DataFrame(table.events), pd.DataFrame(written))
    assert table.events.crs == written.crs
    assert not table.problems
    assert "ACLED" in table.credit.licence
    assert "UCDP" in table.credit.source


def test_our_own_displacement_parquet_is_read_back_unchanged(tmp_path):
    row = {"record_id": "D-1", "source": "UN", "measure": "flow", "movement": "return", "persons_best": 10.5}
    written = conform(pd.DataFrame([row]), DISPLACEMENT)[0]
    written.to_parquet(tmp_path / "displacement.parquet")
    table = read_table(tmp_path / "displacement.parquet", theatre=THEATRE)
    assert_frame_equal(pd.DataFrame(table.displacement), pd.DataFrame(written))
    assert len(table.events) == 0


def test_our_own_csv_is_read_back_but_for_the_shapes(read):
    written = our_events()
    table = read(written.drop(columns="geometry").to_csv(index=False))
    assert_frame_equal(
        pd.DataFrame(table.events.drop(columns="geometry")), pd.DataFrame(written.drop(columns="geometry"))
    )


def test_another_parquet_table_is_read_by_its_columns(tmp_path):
    table = pd.DataFrame(
        {"date": [pd.Timestamp("2020-02-10")], "type": ["clash"], "place": ["Greenford"], "killed": [3]}
    )
    table.to_parquet(tmp_path / "a.parquet")
    row = only(read_table(tmp_path / "a.parquet", theatre=THEATRE))
    assert (row.toponym, row.fatalities_best, row.date_start) == ("Greenford", 3, pd.Timestamp("2020-02-10"))


def test_geojson_in_a_reference_system_that_nobody_knows_is_refused(read):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::999999"}}
    feature = {"type": "Feature", "properties": acled(), "geometry": {"type": "Point", "coordinates": [1, 2]}}
    with pytest.raises(InputError, match="wanted degrees"):
        read(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}), name="a.geojson")


# --- any cells at all

CELLS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=10),
    st.sampled_from(["1", "2", "3", "-1", "*", "1e308", "2020-02-10", "10-Feb-20", "31/02/2019", "Battles",
                     "Armed clash", "36.6", "95", "flow", "return", "NaN", "", "HF", "https://a.example"]),
)  # fmt: skip
HEADERS = {"ACLED": ACLED_31, "UCDP GED": UCDP_GED, "displacement table": FLOW.replace(",", " ")}


@pytest.mark.parametrize("kind", HEADERS)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.data())
def test_whatever_the_cells_of_a_known_format_hold_every_row_is_accounted_for(read, kind, values):
    header = HEADERS[kind]
    rows = values.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(header.split(), CELLS)), min_size=1, max_size=4))
    table = read(rows, header)
    assert table.kind == kind
    assert table.rows_read == len(rows)
    assert len([p for p in table.problems if p.severity == "error"]) == table.rows_refused
