"""Every format of a source: made-up rows in, the same contract for all, and what each of them must mean."""

import json
import random
import zipfile
from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point

from geo.displacement import stock_at
from geo.schema import DISPLACEMENT, EVENTS, POPULATION, TOTALS, conform
from geo.sources import gdelt, read_table
from geo.sources.reading import FORMATS
from geo.theatre import Theatre

THEATRE = Theatre(id="made-up", title={"en": "made up"}, metric_crs="EPSG:32637")


def rows_of(header, *lines):
    names = header.split()
    return [dict(zip(names, line.split("|"), strict=True)) for line in lines]


ACLED = rows_of(
    "event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 assoc_actor_1 inter1 "
    "actor2 assoc_actor_2 inter2 interaction civilian_targeting iso region country admin1 admin2 admin3 location "
    "latitude longitude geo_precision source source_scale notes fatalities tags timestamp",
    "NRL1|02 June 2023|2023|1|Political violence|Battles|Armed clash|Hill Front||Rebel group|Northern army||State"
    "|12||900|East|Northland|Upper|Left|Far|Greenford|35.9|36.6|1|Hill Radio|Local|They fought.|4||1686096184",
    "NRL2|07-Jan-16|2016|2|Demonstrations|Protests|Peaceful protest|Protesters||Protesters||||60||900|East|Northland"
    "|Upper|Left||Greenford|35.9|36.6|2|Hill Radio|Local|They marched.|0||1686096184",
)
UCDP = rows_of(
    "id relid year active_year code_status type_of_violence conflict_new_id conflict_name dyad_new_id dyad_name side_a "
    "side_b source_article source_headline source_original where_prec where_coordinates where_description adm_1 adm_2 "
    "latitude longitude geom_wkt country country_id event_clarity date_prec date_start date_end deaths_a deaths_b "
    "deaths_civilians deaths_unknown best high low",
    "501|NRL-1|2020|1|Clear|1|1|N|2|N - H|Government of Northland|Hill Front|Made Up Agency|Mill shelled|Hill Radio|1"
    "|Greenford town|the mill|Upper|Left|35.9|36.6|POINT (36.6 35.9)|Northland|900|1|1|2020-02-10 00:00:00.000"
    "|2020-02-10 00:00:00.000|1|1|1|0|3|5|2",
)
WEEKLY = rows_of(
    "WEEK REGION COUNTRY ADMIN1 EVENT_TYPE SUB_EVENT_TYPE EVENTS FATALITIES POPULATION_EXPOSURE DISORDER_TYPE ID "
    "CENTROID_LATITUDE CENTROID_LONGITUDE",
    "2020-02-08|East|Northland|Upper|Battles|Armed clash|7|12|1000|Political violence|31|35.95|36.65",
)
MONTHLY = rows_of(
    "Country Admin1 Admin2 ISO3 Month Year Events Fatalities", "Northland|Upper|Left|NRL|February|2020|7|12"
)
_UNIT = (
    "location_ref location_code location_name has_hrp in_gho provider_admin1_name provider_admin2_name admin1_ref "
    "admin1_code admin1_name admin2_ref admin2_code admin2_name admin_level reference_period_start reference_period_end"
)
_LEFT = "1|NRL|Northland|True|True|||2|NR01|Upper|3|NR0101|Left|2|2020-02-01|2020-02-29"
HAPI_EVENTS = rows_of(
    f"{_UNIT} event_type events fatalities",
    f"{_LEFT}|political_violence|7|12",
    f"{_LEFT}|civilian_targeting|3|5",
)
HAPI_IDPS = rows_of(
    f"{_UNIT} reporting_round assessment_type operation population",
    f"{_LEFT}|11|SA|Northland crisis|900",
    f"{_LEFT.replace('2020-02', '2020-03').replace('03-29', '03-31')}|12|SA|Northland crisis|800",
    f"{_LEFT}|11|BA|Northland crisis|950",
)
HAPI_RETURNEES = rows_of(
    "origin_location_ref origin_location_code origin_location_name asylum_location_code asylum_location_name "
    "population_group gender age_range min_age max_age population reference_period_start reference_period_end",
    "1|NRL|Northland|SRL|Southland|RET|all|all|||70|2020-01-01|2020-12-31",
    "1|NRL|Northland|SRL|Southland|RET|f|0-4|0|4|9|2020-01-01|2020-12-31",
)
DTM = rows_of(
    "id operation admin0Name admin0Pcode admin1Name admin1Pcode admin2Name admin2Pcode numPresentIdpInd reportingDate "
    "yearReportingDate monthReportingDate roundNumber displacementReason numberMales numberFemales "
    "idpOriginAdmin1Name idpOriginAdmin1Pcode assessmentType",
    "7|Northland crisis|Northland|NRL|Upper|NR01|Left|NR0101|900|2020-02-10T00:00:00|2020|2|11|Conflict|400|500"
    "|Lower|NR02|BA",
    "8|Northland crisis|Northland|NRL|Upper|NR01|Right|NR0102|50|2020-02-10T00:00:00|2020|2|11|Not available|20|30"
    "|Not available|Not available|BA",
)
IDU = rows_of(
    "id country iso3 latitude longitude centroid role displacement_type qualifier figure displacement_date "
    "displacement_start_date displacement_end_date year event_id event_name category type standard_popup_text "
    "standard_info_text created_at",
    "1|Northland|NRL|35.9|36.6|[35.9, 36.6]|Recommended figure|Conflict|more than|1200|2020-02-10|2020-02-08"
    "|2020-02-10|2020|5|Mill|Conflict|Conflict|<b>Northland: 1,200 displacements</b><br>&quot;the mill&quot; was hit"
    "|x|2020-02-12",
    "2|Northland|NRL|35.9|36.6|[35.9, 36.6]|Triangulation|Conflict|total|1000|2020-02-10|2020-02-08|2020-02-10|2020|5"
    "|Mill|Conflict|Conflict|<b>Northland</b>|x|2020-02-12",
)
GIDD = rows_of(
    "iso3 country_name year new_displacement new_displacement_rounded total_displacement total_displacement_rounded",
    "NRL|Northland|2019|4512|4500|92111|92000",
    "NRL|Northland|2020||||",
)
UNHCR = rows_of(
    "Year Asylum Origin Refugees Asylum-seekers Returned IDPs Stateless Total",
    "2019|Southland|Northland|400|*||||*",
    "2019|Northland|Northland|0|0|70|900|5|975",
)
_UNHCR_NAMES = {
    "Asylum": "Country / territory of asylum/residence",
    "Refugees": "Refugees (incl. refugee-like situations)",
    "Asylum-seekers": "Asylum-seekers (pending cases)",
    "Returned": "Returned refugees",
    "IDPs": "Internally displaced persons (IDPs)",
    "Stateless": "Stateless persons",
    "Total": "Total Population",
}
UNHCR = [{_UNHCR_NAMES.get(k, k): v for k, v in row.items()} for row in UNHCR]
SITES = rows_of(
    "number governorate district sub_district community latitude_y longitude_x temp_code type_of_location "
    "planned_capacity_hh families individuals status admin4pcode",
    "1|Upper|Left|Far|Greenford|35.9000|36.6000|CP1|Planned Camp|100|60|320|open|C9001",
    "2| Upper|Left|Far|Mill|36.512345|36.512345|CP2|Planned Camp|100|60||open|",
)
HAPI_POPULATION = rows_of(
    f"{_UNIT} gender age_range min_age max_age population",
    f"{_LEFT}|all|all|||4000",
    f"{_LEFT}|f|all|||2100",
)
COD_POPULATION = rows_of(
    "ADM0_EN ADM0_PCODE ADM1_EN ADM1_PCODE ADM2_EN ADM2_PCODE F_TL M_TL T_TL YEAR",
    "Northland|NR|Upper|NR01|Left|NR0101|2100|1900|4000|2020",
)
POPULATION_TABLE = rows_of("pcode population year source", "NR0101|4000|2020|Office", "NR0102|300|2020|Office")
GDELT = [
    {
        **dict.fromkeys(gdelt.COLUMNS, ""),
        "GLOBALEVENTID": str(900 + n),
        "SQLDATE": "20200210",
        "MonthYear": "202002",
        "Year": "2020",
        "EventCode": code,
        "ActionGeo_Type": kind,
        "ActionGeo_FullName": "Greenford, Upper, Northland",
        "ActionGeo_Lat": "35.9",
        "ActionGeo_Long": "36.6",
        "DATEADDED": "20200211093000",
        "NumSources": "2",
        "SOURCEURL": "https://news.example/1",
        "Actor1Name": "HILL FRONT",
    }
    for n, (code, kind) in enumerate([("190", "4"), ("1831", "1"), ("042", "4")])
]
# Rows, the kind they are known as, the table they give, and how many rows of it.
CASES = {
    "ACLED": (ACLED, "ACLED", EVENTS, 2),
    "UCDP GED": (UCDP, "UCDP GED", EVENTS, 1),
    "ACLED weekly": (WEEKLY, "ACLED weekly totals", TOTALS, 1),
    "ACLED monthly": (MONTHLY, "ACLED monthly totals", TOTALS, 1),
    "HAPI events": (HAPI_EVENTS, "HDX HAPI conflict events", TOTALS, 2),
    "HAPI idps": (HAPI_IDPS, "HDX HAPI internally displaced people", DISPLACEMENT, 3),
    "HAPI returnees": (HAPI_RETURNEES, "HDX HAPI returnees", DISPLACEMENT, 2),
    "DTM": (DTM, "IOM DTM", DISPLACEMENT, 2),
    "IDU": (IDU, "IDMC displacement updates", DISPLACEMENT, 2),
    "GIDD": (GIDD, "IDMC yearly figures", DISPLACEMENT, 2),
    "UNHCR": (UNHCR, "UNHCR persons of concern", DISPLACEMENT, 6),
    "sites": (SITES, "list of displacement sites", DISPLACEMENT, 2),
    "HAPI population": (HAPI_POPULATION, "population table", POPULATION, 1),
    "COD population": (COD_POPULATION, "population table", POPULATION, 1),
    "population": (POPULATION_TABLE, "population table", POPULATION, 2),
    "GDELT": (GDELT, "GDELT leads", EVENTS, 2),
}
every_format = pytest.mark.parametrize("name", CASES)


@pytest.fixture
def read(tmp_path):
    def write_and_read(rows, name="a.csv", **options):
        path = tmp_path / name
        if isinstance(rows, bytes | str):
            path.write_bytes(rows if isinstance(rows, bytes) else rows.encode())
        elif name.endswith(".xlsx"):
            pd.DataFrame(rows).to_excel(path, index=False)
        else:
            pd.DataFrame(rows).to_csv(path, index=False)
        return read_table(path, theatre=THEATRE, leads=True, **options)

    return write_and_read


def made(read, name):
    return read.tables[CASES[name][2].name]


def without_file(table):
    """A table without what depends on the file it stood in."""
    gone = ["source_file", "source_row", table.columns[0], "geometry"]
    plain = pd.DataFrame(table).drop(columns=gone, errors="ignore").reset_index(drop=True)
    return plain.astype("string").fillna("").to_dict("list")


def test_every_special_format_has_a_case():
    general = {"conflictmap table", "displacement table", "event table", "IDMC figures"}
    assert {f.kind for f in FORMATS} - general == {kind for _, kind, _, _ in CASES.values()}


@every_format
def test_a_format_is_known_by_its_columns_and_gives_its_rows(read, name):
    rows, kind, spec, count = CASES[name]
    got = read(rows)
    assert (got.kind, len(made(got, name))) == (kind, count)
    assert got.rows_refused == 0
    assert got.rows_read == len(rows)
    assert got.rows_kept + got.rows_skipped == len(rows)
    assert conform(made(got, name), spec)[1] == []
    assert sum(map(len, got.tables.values())) == count


@every_format
def test_each_row_leads_back_to_its_line_and_its_source_is_credited(read, name):
    rows, _, spec, _ = CASES[name]
    got = read(rows)
    table = made(got, name)
    assert set(table["source_file"]) == {"a.csv"}
    assert set(table["source_row"]) <= set(range(2, len(rows) + 2))
    assert table[spec.key].is_unique
    assert got.credit.source
    assert got.credit.licence


@every_format
def test_order_case_blanks_and_more_columns_change_nothing(read, name):
    rows = CASES[name][0]
    names = list(rows[0])
    random.Random(7).shuffle(names)
    other = [{"remark of mine": "x", **{f" {n.upper()} ": f" {row[n]} " for n in names}} for row in rows]
    plain, odd = (without_file(made(read(r), name)) for r in (rows, other))
    assert odd == plain


@every_format
@pytest.mark.parametrize("shape", ["workbook", "bom and tags", "answer"])
def test_a_format_is_the_same_in_every_file_it_comes_in(read, name, shape):
    rows = CASES[name][0]
    plain = without_file(made(read(rows), name))
    head = ",".join(f'"{n}"' for n in rows[0])
    tags = ",".join(f"#tag+n{i}" for i, _ in enumerate(rows[0]))
    body = "\n".join(",".join('"' + str(v).replace('"', '""') + '"' for v in row.values()) for row in rows)
    files = {
        "workbook": ("a.xlsx", rows),
        "bom and tags": ("a.csv", f"\ufeff{head}\n{tags}\n{body}\n"),
        "answer": ("a.json", json.dumps({"success": True, "count": len(rows), "data": rows})),
    }
    file, content = files[shape]
    got = read(content, name=file)
    assert got.kind == CASES[name][1]
    table = without_file(made(got, name))
    named = [c for c in ("series", "source") if c in table and "a." in table[c][0]]  # after the file
    assert {c: v for c, v in table.items() if c not in named} == {c: v for c, v in plain.items() if c not in named}


@every_format
def test_a_layer_of_points_is_read_whatever_its_reference_system(read, tmp_path, name):
    rows = CASES[name][0]
    located = gpd.GeoDataFrame(rows, geometry=[Point(36.6, 35.9)] * len(rows), crs="EPSG:4326").to_crs("EPSG:32637")
    path = tmp_path / "a.gpkg"
    located.rename(columns={"id": "ID_"} if name in ("UCDP GED", "DTM", "IDU") else {}).to_file(path)
    if name not in ("UCDP GED", "DTM", "IDU"):  # GeoPackage takes the name 'id' for itself
        assert read_table(path, theatre=THEATRE, leads=True).kind == CASES[name][1]


# --- what they mean --------------------------------------------------------------------------------------------------


def test_dates_of_acled_in_three_styles(read):
    days = ["02 June 2023", "02-Jun-23", "2023-06-02"]
    got = read([{**ACLED[0], "event_id_cnty": str(n), "event_date": day} for n, day in enumerate(days)])
    assert set(got.events["date_start"]) == {pd.Timestamp("2023-06-02")}


def test_weekly_totals_are_areas_and_their_middle_is_no_place(read):
    (row,) = read(WEEKLY).totals.itertuples()
    assert (row.events, row.fatalities_best, row.event_subtype, row.geo_precision) == (7, 12, "Armed clash", "E")
    assert (f"{row.date_start:%F}", f"{row.date_end:%F}", row.date_precision) == ("2020-02-08", "2020-02-14", "week")
    assert not {"source_longitude", "geometry"} & set(TOTALS.names)


def test_monthly_totals_take_their_month_from_two_columns(read):
    (row,) = read(MONTHLY).totals.itertuples()
    assert (f"{row.date_start:%F}", f"{row.date_end:%F}", row.geo_precision) == ("2020-02-01", "2020-02-29", "D")


def test_classes_that_overlap_are_series_of_their_own(read):
    totals = read(HAPI_EVENTS).totals
    assert totals["series"].is_unique
    assert totals["event_type"].tolist() == [pd.NA, "Violence against civilians"]
    assert totals["admin2_pcode"].tolist() == ["NR0101", "NR0101"]


def test_assessment_types_are_kept_apart_and_rounds_are_named(read):
    records = read(HAPI_IDPS).displacement
    assert records["round"].tolist() == ["11", "12", "11"]
    assert records["series"].nunique() == 2
    assert records["date_start"].dt.strftime("%F").tolist() == ["2020-02-29", "2020-03-31", "2020-02-29"]
    assert set(records["destination_pcode"]) == {"NR0101"}
    assert set(records["destination_precision"]) == {"D"}


def test_returnees_go_home_and_parts_by_sex_and_age_are_apart_from_all(read):
    records = read(HAPI_RETURNEES).displacement
    assert set(records["measure"] + " " + records["movement"]) == {"flow return"}
    assert (records["origin_toponym"].iloc[0], records["destination_toponym"].iloc[0]) == ("Southland", "Northland")
    assert records["series"].is_unique


def test_not_available_is_missing(read):
    records = read(DTM).displacement
    assert records["origin_toponym"].tolist() == ["Lower", pd.NA]
    assert records["notes"].tolist() == ["displaced by: Conflict", pd.NA]
    assert (records["measure"].iloc[0], records["persons_best"].sum()) == ("stock", 950)


def test_figures_for_triangulation_are_a_series_of_their_own_and_html_is_cleaned(read):
    got = read(IDU)
    first, second = got.displacement.itertuples()
    assert first.series != second.series
    assert "not to be added up" in second.series
    assert first.quote == 'Northland: 1,200 displacements "the mill" was hit'
    assert (first.persons_best, first.qualifier, first.date_start.day, first.date_end.day) == (1200, "more than", 8, 10)
    assert any("not recommended" in p.message for p in got.problems)


def test_the_middle_of_several_places_is_no_place(read):
    rows = [{**IDU[0], "locations_name": "Greenford; Mill", "locations_coordinates": "35.9, 36.6; 35.8, 36.7"}]
    (row,) = read(rows).displacement.itertuples()
    assert pd.isna(row.origin_longitude)
    assert row.origin_precision == "G"


def test_a_yearly_row_is_a_flow_and_a_stock_and_an_empty_year_neither(read):
    got = read(GIDD)
    records = got.displacement.set_index("measure")
    assert records["persons_best"].to_dict() == {"flow": 4512, "stock": 92111}
    assert f"{records.loc['stock', 'date_start']:%F}" == "2019-12-31"
    assert f"{records.loc['flow', 'date_start']:%F}" == "2019-01-01"
    assert got.rows_skipped == 1


def test_a_suppressed_count_is_neither_zero_nor_gone(read):
    records = read(UNHCR).displacement
    (hidden,) = records.loc[records["qualifier"].notna()].itertuples()
    assert pd.isna(hidden.persons_best)
    assert (hidden.series, hidden.destination_toponym) == ("UNHCR persons of concern: asylum-seekers", "Southland")
    home = records.loc[records["movement"] == "return"]
    assert home["persons_best"].tolist() == [70]


def test_country_names_that_unhcr_shortens_are_told_in_full(read):
    short = {**UNHCR[1], "Country / territory of asylum/residence": "Dem. Rep. of Northland"}
    records = read([short]).displacement
    assert set(records.destination_toponym) == {"Democratic Republic of Northland"}


def test_a_total_that_is_not_the_sum_of_its_groups_is_told(read):
    wrong = read([{**UNHCR[1], "Total Population": "3"}])
    assert [p.column for p in wrong.problems if "not the sum" in p.message] == ["Total Population"]


def test_longitude_equal_to_latitude_is_no_point(read):
    got = read(SITES)
    assert got.displacement["destination_longitude"].notna().tolist() == [True, False]
    assert any("equals the longitude" in p.message for p in got.problems)
    assert got.displacement["notes"].iloc[1] == "kind: Planned Camp; status: open"
    assert got.displacement["households"].tolist() == [60, 60]


def test_camps_of_two_schemas_in_one_layer_are_one_list(read):
    first = {"Description": "IDP Camp", "ADM1": "Upper", "ADM4": "Greenford", "Latitude": 35.9, "Longitude": 36.6,
             "Name": "Green camp", "PCODE": "NR010101C9001", "cmp_en": None, "latitude": None}  # fmt: skip
    second = {**dict.fromkeys(first), "cmp_en": "MILL 1", "adm1": 31.0, "adm1_en": "LOWER", "latitude": 36.1,
              "longitude": 36.2, "Status": "CLOSED"}  # fmt: skip
    layer = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": p, "geometry": None} for p in (first, second)]}  # fmt: skip
    got = read(json.dumps(layer), name="a.geojson")
    records = got.displacement
    assert records["destination_toponym"].tolist() == ["Greenford", "MILL 1"]
    assert records["destination_admin1"].tolist() == ["Upper", "LOWER"]
    assert records["destination_latitude"].tolist() == [35.9, 36.1]
    assert records["destination_pcode"].tolist() == ["C9001", pd.NA]
    assert records["persons_best"].isna().all()


def test_leads_are_held_back_unless_asked_for(tmp_path):
    path = tmp_path / "20200210.export.CSV"
    path.write_text("\n".join("\t".join(row.values()) for row in GDELT) + "\n", encoding="utf-8")
    off, on = (read_table(path, theatre=THEATRE, leads=leads) for leads in (False, True))
    assert (len(off.events), off.rows_read, off.rows_skipped) == (0, 3, 3)
    assert any("--leads" in p.message for p in off.problems)
    assert on.events["event_subtype"].tolist() == [pd.NA, "Suicide bomb"]
    assert on.events["geo_precision"].tolist() == ["B", "G"]
    assert on.events["source_longitude"].notna().tolist() == [True, False]
    assert set(on.events["source"]) == {"GDELT 2.0 (lead)"}


def test_points_in_metres_are_brought_to_degrees_also_under_arabic_names(read):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32637"}}
    layer = {"type": "FeatureCollection", "crs": crs,
             "features": [{"type": "Feature", "geometry": {"type": "Point", "coordinates": [283_400.0, 3_975_400.0]},
                           "properties": {"التاريخ": "2020-02-10", "النوع": "قصف", "المكان": "الطاحونة"}}]}  # fmt: skip
    got = read(json.dumps(layer, ensure_ascii=False), name="a.geojson")
    (row,) = got.events.itertuples()
    assert (round(row.source_longitude, 1), round(row.source_latitude, 1)) == (36.6, 35.9)
    assert any("brought to degrees" in p.message for p in got.problems)


def test_the_theatre_may_name_the_columns_of_its_tables(tmp_path):
    theatre = Theatre(id="x", title={"en": "x"}, columns={"date": "Datum", "event_type": "Was", "toponym": "Wo"})
    path = tmp_path / "a.csv"
    path.write_text("Datum;Was;Wo\n2020-02-10;clash;Greenford\n", encoding="utf-8")
    (row,) = read_table(path, theatre=theatre).events.itertuples()
    assert (row.toponym, row.event_type) == ("Greenford", "Battles")


def test_an_answer_that_refuses_is_told_in_its_own_words(read):
    with pytest.raises(ValueError, match="consent missing"):
        read(json.dumps({"error": "consent missing"}), name="a.json")


def test_pages_of_an_answer_may_stand_in_a_list_or_one_a_line(read):
    pages = [{"TotalCount": 2, "Result": [{**UCDP[0], "id": n}]} for n in (1, 2)]
    for text in (json.dumps(pages), "\n".join(map(json.dumps, pages))):
        got = read(text, name="a.json")
        assert (got.kind, len(got.events), got.problems) == ("UCDP GED", 2, ())


def test_pages_that_are_missing_are_told(read):
    got = read(json.dumps({"TotalCount": 5, "Result": UCDP}), name="a.json")
    assert any("counts 5" in p.message for p in got.problems)


def test_names_that_a_shapefile_cut_off_are_known(tmp_path):
    layer = gpd.GeoDataFrame(ACLED, geometry=[Point(36.6, 35.9)] * 2, crs="EPSG:4326")
    cut = {c: c[:10] for c in ("event_id_cnty", "sub_event_type", "time_precision", "geo_precision", "source_scale")}
    kept = ["event_date", "year", "event_type", "actor1", "actor2", "country", "admin1", "location", "latitude"]
    folder = tmp_path / "layer"
    folder.mkdir()
    layer[[*kept, "longitude", "notes", "fatalities", *cut, "geometry"]].rename(columns=cut).to_file(folder / "a.shp")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    got = read_table(tmp_path / "a.zip", theatre=THEATRE)
    assert (got.kind, got.events["source_id"].tolist()) == ("ACLED", ["NRL1", "NRL2"])
    assert got.events["event_subtype"].tolist() == ["Armed clash", "Peaceful protest"]


def test_texts_that_a_shapefile_may_have_cut_are_told_once(tmp_path):
    long = ["و" * 127, "short"]  # 254 bytes
    layer = gpd.GeoDataFrame(ACLED, geometry=[Point(36.6, 35.9)] * 2, crs="EPSG:4326").assign(notes=long)
    folder = tmp_path / "layer"
    folder.mkdir()
    kept = ["event_date", "event_type", "actor1", "location", "notes", "geometry"]
    layer[kept].to_file(folder / "a.shp", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    got = read_table(tmp_path / "a.zip", theatre=THEATRE)
    (told,) = [p.message for p in got.problems if "may have been cut" in p.message]
    assert "texts as long as a shapefile's cell (254 bytes) may have been cut: notes (1); ask for" in told


def test_of_a_survey_in_rounds_only_the_latest_round_counts(read):
    rows = [HAPI_IDPS[0], {**HAPI_IDPS[0], "admin2_code": "NR0102", "admin2_name": "Right"}, HAPI_IDPS[1]]
    records = read(rows).displacement
    assert stock_at(records, day=date(2020, 2, 29))["persons_best"].sum() == 1800
    assert stock_at(records, day=date(2020, 4, 1))["persons_best"].to_dict() == {"NR0101": 800}


def test_our_own_table_carries_the_credit_of_its_rows(read, tmp_path):
    read(UNHCR).displacement.to_parquet(tmp_path / "own.parquet", index=False)
    assert read_table(tmp_path / "own.parquet", theatre=THEATRE).credit.licence.startswith("UNHCR")
