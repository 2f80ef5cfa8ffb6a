"""Every theatre that the package carries is whole, sourced and loadable; a wrong theatre file says what is wrong."""

import csv
import re
import tomllib
from dataclasses import fields
from datetime import date
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod

from geo.codes import EVENT_SUBTYPES, MEASURES, MOVEMENTS
from geo.errors import TheatreError
from geo.reports import read_report
from geo.theatre import BUILT_IN, Theatre, list_theatres, load_theatre, theatre_places
from geo.theatre.reading import _Reader

HEADERS = {
    "events.csv": (
        "date,date_end,event_type,sub_event_type,actor1,actor2,location,admin1,admin2,latitude,longitude,"
        "fatalities_low,fatalities,fatalities_high,injured,targets_hit,source,source_url,notes"
    ),
    "displacement.csv": (
        "date,date_start,date_end,measure,movement,persons_low,persons,persons_high,qualifier,origin,origin_admin1,"
        "destination,destination_admin1,series,source,source_url,notes"
    ),
}
EVENT_COUNTS = ("fatalities_low", "fatalities", "fatalities_high", "injured", "targets_hit")
FOUR_DECIMALS = re.compile(r"-?\d+\.\d{4}")
PLACE_ID = re.compile(r"[a-z]+:[a-z0-9]+(-[a-z0-9]+)*")
# GeoNames' codes that the theatres use: administrative, populated, spots, relief, areas.
FEATURES = {
    "A": {"ADM1", "ADM2", "ADM3"},
    "P": {"PPL", "PPLA", "PPLA2", "PPLA3", "PPLC"},
    "S": {"AIRB", "AIRP", "CMP", "DAM", "HSP", "INSM", "MFG", "PRN", "PS", "PSTB", "TOWR"},
    "T": {"HLL", "MT", "MTS", "PLN"},
    "L": {"RGN"},
}


@pytest.fixture
def theatre(theatre_id):
    return load_theatre(theatre_id)


@pytest.fixture
def places(theatre):
    return theatre_places(theatre)


@pytest.fixture(scope="module")
def idlib():
    return load_theatre("idlib")


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def samples(theatre, name):
    return [row for path in theatre.sample if path.name == name for row in rows(path)]


def distance_km(a, b):
    return Geod(ellps="WGS84").inv(a.longitude, a.latitude, b.longitude, b.latitude)[2] / 1000


# --- the theatre file ------------------------------------------------------------------------------------------------


def test_the_package_carries_idlib_a_second_conflict_and_the_world():
    assert {"idlib", "world"} <= set(list_theatres())
    assert len(list_theatres()) >= 3


def test_a_theatre_is_named_as_its_file(theatre, theatre_id):
    assert theatre.id == theatre_id
    assert theatre.title["en"]


def test_every_file_beside_the_theatres_belongs_to_one():
    theatres = [load_theatre(name) for name in list_theatres()]
    named = {p for t in theatres for p in (t.path, t.places, *t.sample, *t.gazetteers, *t.admin) if p}
    there = {p for p in BUILT_IN.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert there == named


def test_distances_of_a_theatre_are_metres(theatre):
    axes = CRS(theatre.metric_crs).axis_info
    assert {axis.unit_name for axis in axes} == {"metre"}


def test_the_utm_zone_of_a_theatre_holds_its_middle(theatre):
    west, south, east, north = theatre.bounds or (-180, -90, 180, 90)
    area = CRS(theatre.metric_crs).area_of_use
    assert area.west <= (west + east) / 2 <= area.east
    assert area.south <= (south + north) / 2 <= area.north


def test_the_world_has_no_prior():
    world = load_theatre("world")
    assert world.bounds is None
    assert world.period is None
    assert [world.countries, world.actors, world.context] == [(), (), ()]
    assert world.spellings == {}
    assert theatre_places(world).empty


def test_no_two_actors_answer_to_one_name(theatre):
    names = [n.casefold() for a in theatre.actors for n in (a.name, a.name_ar, *a.aliases, *a.seats) if n]
    assert sorted({n for n in names if names.count(n) > 1}) == []


def test_an_alias_is_never_a_plain_word_of_english(theatre):
    """An alias of two small letters would be found in every sentence; one in capitals is read in capitals only."""
    plain = {"is", "us", "who", "it", "the", "our", "we", "they"}
    assert not [n for a in theatre.actors for n in a.aliases if n.casefold() in plain and not n.isupper()]


def test_an_actor_is_found_by_any_of_its_names(idlib):
    wanted = "Turkish Armed Forces"
    assert {idlib.actor(n).name for n in (wanted, "Military Forces of Turkey (2016-)", "الجيش التركي", "TAF")} == {
        wanted
    }
    assert idlib.actor("Ruritanian Navy") is None


def test_idlib_knows_the_parties_of_the_war_in_both_languages(idlib):
    assert len(idlib.actors) >= 20
    assert [a.name for a in idlib.actors if not re.search("[\u0600-\u06ff]", a.name_ar)] == []
    assert {"state forces", "rebel group", "external forces", "civilians", "unidentified"} <= {
        a.type for a in idlib.actors
    }


def test_every_spelling_leads_to_a_place_of_the_theatre(theatre, places):
    known = {n.casefold() for row in places.itertuples() for n in (row.name, *str(row.aliases).split(";"))}
    assert sorted(to for to in theatre.spellings.values() if to.casefold() not in known) == []


# --- places ----------------------------------------------------------------------------------------------------------


def test_every_place_lies_in_the_bounds_or_is_an_administrative_unit(theatre, places):
    """A governorate far away is kept for its code alone; its point is never drawn."""
    if theatre.bounds is None:
        assert places.empty
        return
    west, south, east, north = theatre.bounds
    outside = places[~(places["longitude"].between(west, east) & places["latitude"].between(south, north))]
    assert list(outside.loc[outside["feature_class"] != "A", "place_id"]) == []


def test_coordinates_are_written_to_four_decimals(theatre):
    raw = rows(theatre.places) if theatre.places else []
    assert [r["place_id"] for r in raw if not FOUR_DECIMALS.fullmatch(r["longitude"])] == []
    assert [r["place_id"] for r in raw if not FOUR_DECIMALS.fullmatch(r["latitude"])] == []


def test_a_place_has_an_id_a_kind_a_country_and_a_source(theatre, places):
    for row in places.itertuples():
        assert PLACE_ID.fullmatch(row.place_id), row.place_id
        assert row.place_id.startswith(f"{theatre.id}:")
        assert row.feature_code in FEATURES[row.feature_class], row.place_id
        assert row.country in theatre.countries
        assert len(row.source) > 5


def test_names_and_aliases_are_clean(places):
    for row in places.itertuples():
        names = [row.name, *([] if row.aliases is None or row.aliases != row.aliases else row.aliases.split(";"))]
        assert all(n == n.strip() and n for n in names), row.place_id
        assert len({n.casefold() for n in names}) == len(names), row.place_id


def test_no_two_villages_share_a_name_within_one_third_division(places):
    populated = places[places["feature_class"] == "P"]
    seen = {}
    for row in populated.itertuples():
        for name in {row.name, *str(row.aliases).split(";")} - {"<NA>"}:
            key = (name.casefold(), str(row.admin3))
            assert seen.setdefault(key, row.place_id) == row.place_id, key


def test_places_have_names_in_arabic_where_the_theatre_speaks_it(theatre, places):
    arabic = places["name_ar"].fillna("").str.contains("[\u0600-\u06ff]")
    assert list(places.loc[~arabic & ("ar" in theatre.languages), "place_id"]) == []


def test_a_loose_area_has_a_radius_and_a_village_has_none(places):
    loose = places["feature_class"].isin(["T", "L"]) | places["feature_code"].isin(["CMP", "INSM"])
    assert places.loc[loose, "radius_km"].notna().all()
    assert places.loc[places["feature_class"].isin(["P", "A"]), "radius_km"].isna().all()


def test_camps_are_areas_never_single_points(idlib):
    places = theatre_places(idlib)
    camps = places[places["feature_code"] == "CMP"]
    assert len(camps) >= 5
    assert camps["radius_km"].between(3, 8).all()


def test_codes_of_the_divisions_agree_with_each_other(places):
    units = places[places["feature_class"] == "A"]
    first = set(units.loc[units["feature_code"] == "ADM1", "pcode"])
    assert set(places["admin1"].dropna()) <= first
    for row in places.itertuples():
        codes = [c for c in (row.admin1, row.admin2, row.admin3) if isinstance(c, str)]
        assert all(longer.startswith(shorter) for shorter, longer in pairwise(codes)), row.place_id


def test_idlib_has_the_fourteen_governorates_with_their_codes_and_those_of_geonames(idlib):
    places = theatre_places(idlib)
    first = places[places["feature_code"] == "ADM1"]
    assert sorted(first["pcode"]) == [f"SY{n:02d}" for n in range(1, 15)]
    by_code = first.set_index("pcode")
    assert by_code.loc["SY07", "name"] == "Idlib"
    assert "Idleb" in by_code.loc["SY07", "aliases"].split(";")
    assert by_code.loc["SY07", "other_ids"] == "geonames:SY.12"
    assert by_code.loc["SY11", "name"] == "Raqqa"
    assert set(idlib.focus) <= set(first["pcode"])


@pytest.mark.parametrize(
    ("reported", "place_id"),
    [
        ("Saraqeb", "idlib:saraqib"),
        ("Kafranbel", "idlib:kafr-nabl"),
        ("Kafr Nobol", "idlib:kafr-nabl"),
        ("Maaret Misreen", "idlib:maarrat-misrin"),
        ("Tal Touqan", "idlib:tell-touqan"),
        ("Orum al-Qubra", "idlib:urem-al-kubra"),
        ("معرة النعمان", "idlib:maarrat-al-numan"),
    ],
)
def test_press_spellings_are_among_the_names_of_their_place(idlib, reported, place_id):
    places = theatre_places(idlib).set_index("place_id")
    row = places.loc[place_id]
    names = [row["name"], row["name_ar"], *row["aliases"].split(";")]
    names += [n for n, to in idlib.spellings.items() if to == row["name"]]
    assert reported.casefold() in {n.casefold() for n in names}


@pytest.mark.realdata
def test_idlib_places_lie_in_the_units_they_state(idlib, shared):
    file = shared / "data/boundaries/syr_admbnda_adm3_uncs_unocha_20201217.zip"
    units = gpd.read_file(file)[["ADM1_PCODE", "ADM2_PCODE", "ADM3_PCODE", "geometry"]]
    places = theatre_places(idlib)
    located = gpd.GeoDataFrame(places, geometry=gpd.points_from_xy(places["longitude"], places["latitude"]), crs=4326)
    joined = located.sjoin(units, how="left", predicate="within")
    for level in (1, 2, 3):
        stated = joined[joined[f"admin{level}"].notna()]
        wrong = stated[stated[f"admin{level}"] != stated[f"ADM{level}_PCODE"]]
        assert list(wrong["place_id"]) == []


@pytest.mark.realdata
def test_idlib_villages_lie_where_the_un_puts_them(idlib, shared):
    official = {r["admin4Pcode"]: r for r in rows(shared / "data/gazetteer/ocha_syria_locations_adm4.csv")}
    places = theatre_places(idlib)
    villages = places[places["pcode"].fillna("").str.startswith("C")]
    assert len(villages) > 150
    for row in villages.itertuples():
        there = official[row.pcode]
        assert abs(row.longitude - float(there["Longitude_x"])) < 0.0001, row.place_id
        assert abs(row.latitude - float(there["Latitude_y"])) < 0.0001, row.place_id
        names = {n.casefold() for n in (row.name, *str(row.aliases).split(";"))}
        assert {n.casefold() for n in there["admin4Name_en"].split(" - ")} & names, row.place_id


# --- context features ------------------------------------------------------------------------------------------------


def test_every_context_feature_stands_on_places_of_the_theatre(theatre, places):
    known = set(places["place_id"])
    for feature in theatre.context:
        stops = [*feature.route, *([feature.place] if feature.place else [])]
        assert stops, feature.name
        assert set(stops) <= known, feature.name
        assert bool(feature.route) == (feature.kind == "highway"), feature.name
        assert feature.source, feature.name
        assert feature.start is None or feature.end is None or feature.start <= feature.end


def test_a_highway_has_no_stop_twice_and_no_leap(theatre, places):
    by_id = places.set_index("place_id")
    for feature in theatre.context:
        legs = [distance_km(by_id.loc[a], by_id.loc[b]) for a, b in pairwise(feature.route)]
        assert len(set(feature.route)) == len(feature.route)
        assert max(legs, default=0) < 130, feature.name


def test_m4_and_m5_meet_at_saraqib(idlib):
    m4, m5 = (next(c for c in idlib.context if c.label == label) for label in ("M4", "M5"))
    assert m4.route[-1] == "idlib:saraqib"
    assert "idlib:saraqib" in m5.route
    assert min(len(m4.route), len(m5.route)) >= 8


def test_the_twelve_original_observation_posts_are_numbered_and_none_is_dated_later_than_may_2018(idlib):
    posts = [c for c in idlib.context if c.kind == "observation post" and c.label]
    assert sorted(int(c.label) for c in posts) == list(range(1, 13))
    assert all(c.start is None or date(2017, 10, 12) <= c.start <= date(2018, 5, 31) for c in posts)


# --- samples ---------------------------------------------------------------------------------------------------------


def test_sample_tables_have_the_expected_columns(theatre):
    tables = [p for p in theatre.sample if p.suffix == ".csv"]
    assert bool(tables) == (theatre.period is not None)
    for path in tables:
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
        assert ",".join(lines[0]) == HEADERS[path.name]
        assert {len(line) for line in lines} == {len(lines[0])}


def test_sample_dates_lie_in_the_period(theatre):
    for row in samples(theatre, "events.csv") + samples(theatre, "displacement.csv"):
        days = [date.fromisoformat(row[c]) for c in ("date", "date_start", "date_end") if row.get(c)]
        assert days == sorted(days)
        assert theatre.period[0] <= days[0] <= days[-1] <= theatre.period[1]


def test_every_sample_row_names_its_source(theatre):
    for row in samples(theatre, "events.csv") + samples(theatre, "displacement.csv"):
        assert len(row["source"]) > 5
        assert re.fullmatch(r"(https?://\S+)?", row["source_url"]), row
        assert row["notes"]


def test_sample_events_use_the_closed_vocabulary(theatre):
    for row in samples(theatre, "events.csv"):
        assert row["sub_event_type"] in EVENT_SUBTYPES[row["event_type"]]
        assert any(row[c] for c in ("actor1", "actor2"))
        assert row["location"] or row["admin1"]


def test_sample_counts_are_whole_numbers_in_order_and_unknown_is_empty(theatre):
    for row in samples(theatre, "events.csv"):
        counts = [int(row[c]) for c in EVENT_COUNTS[:3] if row[c]]
        assert counts == sorted(counts), row
        assert all(re.fullmatch(r"\d*", row[c]) and row[c] != "0" for c in EVENT_COUNTS), row
    for row in samples(theatre, "displacement.csv"):
        people = [int(row[c]) for c in ("persons_low", "persons", "persons_high") if row[c]]
        assert people == sorted(people), row
        assert row["persons"], row


def test_sample_actors_are_known_to_the_theatre(theatre):
    named = {row[c] for row in samples(theatre, "events.csv") for c in ("actor1", "actor2") if row[c]}
    assert sorted(n for n in named if theatre.actor(n) is None) == []


def test_a_sample_event_with_coordinates_stands_on_a_place_and_never_in_the_sea_of_zero(theatre, places):
    spots = {(f"{r.longitude:.4f}", f"{r.latitude:.4f}") for r in places.itertuples()}
    for row in samples(theatre, "events.csv"):
        assert bool(row["longitude"]) == bool(row["latitude"])
        assert not row["longitude"] or (row["longitude"], row["latitude"]) in spots, row


def test_a_sample_event_known_to_the_governorate_only_has_no_point(idlib):
    loose = [
        r
        for r in samples(idlib, "events.csv")
        if r["location"] in ("", "Idlib province", "western Aleppo", "M5 highway")
    ]
    assert len(loose) >= 5
    assert not [r for r in loose if r["latitude"]]


def test_a_stock_has_one_day_and_a_flow_has_a_period(theatre):
    for row in samples(theatre, "displacement.csv"):
        assert row["measure"] in MEASURES
        assert row["movement"] in MOVEMENTS
        assert bool(row["date"]) == (row["measure"] == "stock"), row
        assert bool(row["date_start"] and row["date_end"]) == (row["measure"] == "flow"), row


def test_totals_since_december_only_grow(idlib):
    totals = [r for r in samples(idlib, "displacement.csv") if r["series"].startswith("OCHA: total")]
    people = [int(r["persons"]) for r in sorted(totals, key=lambda r: r["date"])]
    assert len(people) >= 8
    assert people == sorted(people)


def test_parts_of_a_total_are_never_more_than_the_total_of_that_day(idlib):
    table = samples(idlib, "displacement.csv")
    totals = {r["date"]: int(r["persons"]) for r in table if r["series"].startswith("OCHA: total")}
    parts = {}
    for row in table:
        if row["series"] == "OCHA: by destination":
            parts[row["date"]] = parts.get(row["date"], 0) + int(row["persons"])
    assert parts
    assert all(people <= totals[day] for day, people in parts.items())


def test_idlib_samples_are_rich_enough_for_a_demonstration(idlib):
    events = samples(idlib, "events.csv")
    assert len(events) >= 40
    assert len({r["sub_event_type"] for r in events}) >= 6
    assert {r["date"][:7] for r in events} == {"2019-12", "2020-01", "2020-02", "2020-03"}
    keys = [(r["date"], r["location"], r["sub_event_type"], r["actor1"], r["actor2"]) for r in events]
    assert len(set(keys)) == len(keys)


def test_every_conflict_has_ten_events_and_some_displacement(theatre):
    assert (len(samples(theatre, "events.csv")) >= 10) == (theatre.period is not None)
    assert bool(samples(theatre, "displacement.csv")) == (theatre.period is not None)


def test_every_place_named_in_a_sample_is_known_to_the_theatre(theatre, places):
    known = {n.casefold() for row in places.itertuples() for n in (row.name, *str(row.aliases).split(";"))}
    known |= {n.casefold() for n in (*theatre.spellings, *(f"{c.label} highway" for c in theatre.context if c.label))}
    named = [(row["location"], row["admin1"]) for row in samples(theatre, "events.csv")]
    named += [(row["destination"], row["destination_admin1"]) for row in samples(theatre, "displacement.csv")]
    countries = {"", "ukraine", "poland", "romania", "moldova", "hungary"}
    told = {n.casefold().removeprefix("near ") for pair in named for n in pair}
    assert sorted(told - known - countries) == []


def test_sample_reports_have_a_title_a_day_of_the_period_and_a_source(theatre):
    reports = [read_report(p) for p in theatre.sample if p.suffix == ".txt"]
    assert bool(reports) == (theatre.period is not None)
    for report in reports:
        assert len(report.title) > 20
        assert theatre.period[0] <= report.date <= theatre.period[1]
        assert report.source.startswith("Sample text")
        assert report.problems == ()


def test_sample_reports_say_what_they_were_written_from(theatre):
    for path in theatre.sample:
        if path.suffix == ".txt":
            head = path.read_text(encoding="utf-8")[:400]
            assert re.search(r"written from [A-Zt]|from reports of [A-Zt]", head), path.name


def _words(text):
    return re.findall(r"\w+", text.casefold())


@pytest.mark.realdata
def test_nothing_in_the_theatres_is_copied_from_the_texts_it_was_written_from(shared):
    length = 10
    source = {}
    for path in sorted((shared / "data/text").iterdir()):
        words = _words(path.read_text(encoding="utf-8"))
        source.update({tuple(words[i : i + length]): path.name for i in range(len(words) - length + 1)})
    for path in sorted(p for p in BUILT_IN.rglob("*") if p.suffix in (".txt", ".csv", ".toml")):
        words = _words(path.read_text(encoding="utf-8"))
        shingles = (tuple(words[i : i + length]) for i in range(len(words) - length + 1))
        assert not [(path.name, source[s], s) for s in shingles if s in source]


# --- wrong theatre files ---------------------------------------------------------------------------------------------

GOOD = 'id = "x"\ntitle = { en = "X" }\n'


def write(folder, text, name="x.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('id = "x"', "title is missing"),
        ('title = { en = "X" }', "id is missing"),
        (GOOD + 'langauges = ["en"]', "'langauges'; the nearest known is 'languages'"),
        (GOOD + "[merge]\ndistance = 3", "'distance'; the nearest known is 'distance_km'"),
        (GOOD + '[merge]\ndays = "one"', "merge.days is 'one'; wanted a whole number"),
        (GOOD + '[[actors]]\nname = "A"\ntype = "rebels"', "'rebels'; the nearest known is 'rebel group'"),
        (GOOD + '[[actors]]\nname = "A"', "actors is incomplete"),
        (GOOD + '[[actors]]\nname = "A"\ntype = "rebel group"\naliases = "B"', "wanted a list of texts"),
        (GOOD + "actors = 5", "[[actors]]"),
        (GOOD + '[[context]]\nname = "M5"\nkind = "highways"', "'highways'; the nearest known is 'highway'"),
        (GOOD + '[[context]]\nname = "M5"\nkind = "highway"\nstart = "2020-01-01"', "wanted a date"),
        (GOOD + "bounds = [37.9, 34.9, 35.4, 37.0]", "west < east"),
        (GOOD + "bounds = [35.4, 34.9, 37.9]", "[west, south, east, north]"),
        (GOOD + "bounds = [35.4, 34.9, 37.9, 97.0]", "is no box"),
        (GOOD + "bounds = [nan, 34.9, 37.9, 37.0]", "is no box"),
        (GOOD + 'period = ["2020-01-01", "2020-02-01"]', "wants [first day, last day]"),
        (GOOD + "period = [2020-03-06, 2019-12-01]", "before it begins"),
        (GOOD + 'places = "nowhere.csv"', "'nowhere.csv', which is not there"),
        (GOOD + "places = 7", "wanted the path of a file"),
        (GOOD + 'places = "."', "which is not there"),
        (GOOD + 'sample = ["gone.txt"]', "'gone.txt', which is not there"),
        (GOOD + 'metric_crs = "EPSG:4326"', "wanted one in metres"),
        (GOOD + 'metric_crs = "UTM 37"', "wanted one in metres"),
        (GOOD + "metric_crs = 32637", "wanted a text"),
        (GOOD + "spellings = { a = 1 }", "wants text values by key"),
        (GOOD + "countries = [1]", "wants a list of texts"),
        ('id = "x', "cannot be read"),
    ],
)
def test_a_wrong_theatre_file_says_which_key_and_what_was_wanted(tmp_path, text, said):
    with pytest.raises(TheatreError) as error:
        load_theatre(write(tmp_path, text))
    assert said in str(error.value)
    assert "x.toml" in str(error.value)


def test_a_theatre_that_does_not_exist_is_answered_with_those_that_do():
    with pytest.raises(TheatreError, match="idlib"):
        load_theatre("iddlib")


def test_a_theatre_file_in_another_encoding_is_refused_in_one_line(tmp_path):
    path = tmp_path / "x.toml"
    path.write_bytes('id = "x"\ntitle = { ar = "إدلب" }'.encode("cp1256"))
    with pytest.raises(TheatreError, match="cannot be read"):
        load_theatre(path)


def test_paths_are_relative_to_the_theatre_file_not_to_the_user(tmp_path, monkeypatch):
    write(tmp_path, "place_id,name,feature_class,longitude,latitude,source\nx:a,A,P,36.5,35.5,me\n", "p.csv")
    path = write(tmp_path, GOOD + 'places = "p.csv"')
    monkeypatch.chdir(Path(tmp_path.anchor))
    assert list(theatre_places(load_theatre(path))["place_id"]) == ["x:a"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("place_id,name,feature_class,longitude,latitude\nx:a,A,P,36.5,35.5\n", "source"),
        ("place_id,name,feature_class,longitude,latitude,source\nx:a,A,P,east,35.5,me\n", "p.csv:2"),
        ("place_id,name,feature_class,longitude,latitude,source\nx:a,A,P,36.5,95.5,me\n", "above 90"),
        ("place_id,name,feature_class,longitude,latitude,source\nx:a,A,P,1,1,me\nx:a,B,P,2,2,me\n", "p.csv:3"),
        (
            "place_id,name,feature_class,longitude,latitude,source,alias\nx:a,A,P,1,1,me,b\n",
            "nearest known is 'aliases'",
        ),
        ('place_id,name\n"x:a,A\n', "p.csv: cannot be read"),
        ("", "p.csv: cannot be read"),
    ],
)
def test_a_wrong_places_file_names_the_line(tmp_path, table, said):
    write(tmp_path, table, "p.csv")
    with pytest.raises(TheatreError) as error:
        theatre_places(load_theatre(write(tmp_path, GOOD + 'places = "p.csv"')))
    assert said in str(error.value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = [f.name for f in fields(Theatre) if f.name != "path"]


@given(key=st.sampled_from(KEYS), value=VALUES)
def test_whatever_stands_under_a_key_the_answer_is_a_theatre_or_a_theatre_error(key, value):
    path = Path("any.toml")
    try:
        theatre = _Reader(path).theatre(tomllib.loads(GOOD) | {key: value})
    except TheatreError as error:
        said = str(error)
        assert said.startswith("any.toml: ")
    else:
        assert theatre.path == path
