"""The right place for a name, with its reasons; and tables located without losing or inventing anything."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

from geo.admin import areas_table
from geo.gazetteer import build_gazetteer, load_gazetteer
from geo.geocode import Context, Resolver, geocode_displacement, geocode_events, resolve
from geo.geocode.crowd import Crowd
from geo.names import parse_toponym
from geo.schema import DISPLACEMENT, EVENTS, PLACES, concat, conform
from geo.theatre import ContextFeature, Theatre, load_theatre

ROWS = [  # id, name, longitude, latitude, admin1, admin2, more
    ("LA", "Landia", 36.5, 35.0, None, None, {"feature_class": "A", "feature_code": "PCLI"}),
    ("LA01", "Nordia", 36.5, 35.5, "LA01", None, {"feature_class": "A", "feature_code": "ADM1", "pcode": "LA01"}),
    ("LA02", "Sudia", 36.5, 34.5, "LA02", None, {"feature_class": "A", "feature_code": "ADM1", "pcode": "LA02"}),
    ("LA0101", "Baab", 36.2, 35.5, "LA01", "LA0101", {"feature_class": "A", "feature_code": "ADM2", "pcode": "LA0101"}),
    ("c1", "Nordia", 36.4, 35.4, "LA01", "LA0101", {"feature_code": "PPLA", "name_ar": "نوردية"}),
    ("c2", "Kafr Nuun", 36.2, 35.6, "LA01", "LA0101", {"name_ar": "كفر نون", "pcode": "C2", "admin3": "LA010100"}),
    ("c3", "Kafr Nuun", 36.8, 34.6, "LA02", "LA0201", {}),
    ("c4", "Twin", 36.1, 35.5, "LA01", "LA0101", {}),
    ("c5", "Twin", 36.9, 35.9, "LA01", "LA0102", {}),
    ("c6", "Sarmada", 36.7, 35.2, "LA01", "LA0102", {}),
    (
        "camp",
        "Long Camp",
        36.6,
        35.8,
        "LA01",
        "LA0102",
        {"radius_km": 3.0, "feature_class": "S", "feature_code": "CMP"},
    ),
    ("post", "Post 7", 36.6, 35.7, "LA01", "LA0102", {"radius_km": 3.0, "feature_class": "S", "feature_code": "MILB"}),
    (
        "hills",
        "Green Hills",
        36.6,
        34.7,
        "LA02",
        None,
        {"radius_km": 12.0, "feature_class": "T", "feature_code": "MTS"},
    ),
    ("far", "Faraway", 44.0, 33.0, None, None, {"country": "XB"}),
]


def made_gazetteer():
    table = [
        {"place_id": i, "name": n, "longitude": x, "latitude": y, "admin1": one, "admin2": two, "country": "LA"}
        | {"feature_class": "P", "feature_code": "PPL", "source": "t"}
        | more
        for i, n, x, y, one, two, more in ROWS
    ]
    read, problems = conform(pd.DataFrame(table), PLACES)
    assert not problems
    return build_gazetteer(read)


GAZETTEER = made_gazetteer()
ROUTE = ContextFeature("highway", "H9", label="the H9", route=("c1", "c6"))
THEATRE = Theatre(
    "t", {"en": "T"}, countries=("LA",), home="LA", bounds=(36, 34, 37, 36), metric_crs="EPSG:32637", context=(ROUTE,)
)
AREAS = areas_table(
    gpd.GeoDataFrame(
        {
            "pcode": ["LA", "LA01", "LA02", "LA0101", "LA0102"],
            "name": ["Landia", "Nordia", "Sudia", "Baab", "Ost"],
            "level": [0, 1, 1, 2, 2],
            "parent": [None, "LA", "LA", "LA01", "LA01"],
            "country": "LA",
            "approximate": False,
            "source": "t",
        },
        geometry=[
            box(36, 34, 37, 36),
            box(36, 35, 37, 36),
            box(36, 34, 37, 35),
            box(36, 35, 36.5, 36),
            box(36.5, 35, 37, 36),
        ],
        crs="EPSG:4326",
    )
)


def found(toponym, **context):
    return resolve(toponym, GAZETTEER, theatre=THEATRE, **context)


@pytest.mark.parametrize(
    ("toponym", "context", "place", "precision", "method"),
    [
        ("Sarmada", {}, "c6", "B", "exact"),
        ("SARMADA town", {}, "c6", "B", "folded"),
        ("as-Sarmada", {}, "c6", "B", "article-free"),
        ("Sermadeh", {}, "c6", "B", "skeleton"),
        ("Kafr Nuun", {"admin1": "Nordia"}, "c2", "B", "exact"),
        ("Kafr Nuun", {"admin1": "Sudia Governorate"}, "c3", "B", "exact"),
        ("Kafr Nuun", {"admin1": "LA02"}, "c3", "B", "exact"),
        ("Kafr Nuun, Sudia", {}, "c3", "B", "exact"),
        ("كفر نون", {}, "c2", "B", "exact"),
        ("Kafr Nuun", {"pcode": "C2", "admin1": "Sudia"}, "c2", "B", "pcode"),
        ("near Sarmada", {}, "c6", "C", "exact"),
        ("east of Sarmada", {}, "c6", "C", "exact"),
        ("Sarmada frontline", {}, "c6", "C", "exact"),
        ("Nordia", {}, "c1", "B", "exact"),
        ("Nordia province", {}, "LA01", "E", "admin unit"),
        ("southern Nordia countryside", {}, "LA01", "E", "admin unit"),
        ("Baab district", {}, "LA0101", "D", "admin unit"),
        ("Landia", {}, "LA", "G", "admin unit"),
        ("Long Camp", {}, "camp", "F", "exact"),
        ("Green Hills", {}, "hills", "F", "exact"),
        ("Post 7", {}, "post", "B", "exact"),
        ("Sarmada - Old Quarter", {}, "c6", "B", "exact"),
        ("Faraway", {"country": "XB"}, "far", "B", "exact"),
    ],
)
def test_a_name_and_its_context_choose_one_place(toponym, context, place, precision, method):
    resolution = found(toponym, **context)
    assert (resolution.place and resolution.place.place_id, resolution.precision, resolution.method) == (
        place,
        precision,
        method,
    )
    assert 0 < resolution.score <= 1
    assert resolution.reason


def test_of_two_villages_of_one_name_the_one_listed_far_earlier_is_meant():
    """Lists of codes begin with the places known first; a gap of a few lines says nothing."""
    for other, wanted in ((4, None), (90, "v3")):
        names = ["Twin" if n in (3, other) else f"Village {n}" for n in range(100)]
        rows = [(f"v{n}", name, 36 + n % 2 / 2, 35.5, f"C{100 + n}") for n, name in enumerate(names)]
        places = pd.DataFrame(rows, columns=["place_id", "name", "longitude", "latitude", "pcode"])
        gazetteer = build_gazetteer(places.assign(feature_class="P", feature_code="PPL", country="LA", source="test"))
        place = resolve("Twin", gazetteer, theatre=THEATRE).place
        assert (place and place.place_id) == wanted


@pytest.mark.parametrize(
    ("toponym", "context", "reason"),
    [
        ("Twin", {}, "two places fit equally (c4, c5); add the governorate"),
        ("Twin", {"admin1": "Nordia"}, "two places fit equally (c4, c5); add the district"),
        ("Kafr Nuun", {}, "two places fit equally (c2, c3); add the governorate"),
        ("Atlantis", {}, "no place of this name is in the gazetteer"),
        ("Faraway", {}, "the only place of this name (far, in XB) is not where the row or the theatre says"),
        (
            "Sarmada",
            {"admin1": "Sudia"},
            "the only place of this name (c6, in LA01) is not where the row or the theatre says",
        ),
        (
            "Sarmada",
            {"country": "XB"},
            "the only place of this name (c6, in LA01) is not where the row or the theatre says",
        ),
        ("several towns", {}, "the source does not know the place"),
        ("Unknown", {}, "the source does not know the place"),
        ("village", {}, "only general words, no name"),
        ("", {}, "no place is named"),
        ("Sarmada or Atlantis", {}, "names several places (Sarmada; Atlantis); give each a row of its own"),
    ],
)
def test_what_is_not_known_stays_blank_and_says_why(toponym, context, reason):
    resolution = found(toponym, **context)
    assert resolution.place is None
    assert resolution.precision is None
    assert resolution.reason == reason


def test_several_places_of_one_unit_become_that_unit():
    both = found("Kafr Nuun and Nordia", admin1="Nordia")
    assert (both.place.place_id, both.precision) == ("LA0101", "D")


def test_places_named_beside_it_decide_between_namesakes():
    near = found("Twin", near=[GAZETTEER.place("LA0101")])
    assert near.place.place_id == "c4"
    assert found("Twin").runners_up[0].place.name == "Twin"


@pytest.mark.parametrize(
    ("toponym", "place", "precision"),
    [
        ("Twin in the countryside of Kafr Nuun", "c4", "B"),  # not the other Twin, far off
        ("Nowhere hill, east of Sarmada", "c6", "C"),
        ("Twin near Sarmada", "c6", "C"),  # no Twin lies by Sarmada
        ("Nowhere in the Baab district", "LA0101", "D"),
        ("Nowhere near Nothing", None, None),
        ("road between Twin and Kafr Nuun", "c4", "C"),
        ("Twin-Kafr Nuun road", "c4", "C"),
        ("Nordia-Sarmada highway", "c1", "C"),
        ("Sarmada-Kafr Nuun highway", "LA01", "E"),  # a long one: the unit that holds both ends
    ],
)
def test_a_place_is_sought_by_the_one_it_is_said_to_lie_by(toponym, place, precision):
    found = resolve(toponym, GAZETTEER, theatre=THEATRE, admin1="Nordia")
    assert (found.place and found.place.place_id, found.precision) == (place, precision)


def test_a_place_on_a_side_of_a_city_may_be_farther_than_one_near_it():
    theatre = load_theatre("kyiv")
    gazetteer = load_gazetteer(theatre)
    found = [resolve(t, gazetteer, theatre=theatre) for t in ("Baryshivka, east of Kyiv", "Baryshivka near Kyiv")]
    assert [f.place.name for f in found] == ["Baryshivka", "Kyiv"]


def test_a_place_that_is_not_known_by_the_other_is_said_to_be_so():
    reason = resolve("Nowhere hill, east of Sarmada", GAZETTEER, theatre=THEATRE).reason
    assert reason == "no 'Nowhere' is known there, only Sarmada, which it is said to lie by (same spelling)"


def test_a_name_without_its_unit_more_likely_lies_in_those_that_the_theatre_is_about():
    about = [resolve("Kafr Nuun", GAZETTEER, theatre=replace(THEATRE, focus=focus)) for focus in ((), ("LA02",))]
    assert [found.place and found.place.place_id for found in about] == [None, "c3"]
    stated = resolve("Kafr Nuun", GAZETTEER, theatre=replace(THEATRE, focus=("LA02",)), admin1="Nordia")
    assert stated.place.place_id == "c2"


def test_a_road_of_the_theatre_is_a_line():
    assert (found("H9 highway").precision, found("the H9").method) == ("F", "route")


@given(st.text(max_size=80) | st.text("Kafr Nuun,or /()-nearof \x00\u202eكفر", max_size=60))
def test_no_text_raises_and_no_place_is_out_of_bounds(text):
    resolution = found(text)
    if resolution.place is not None:
        inside = box(*THEATRE.bounds).covers(Point(resolution.place.longitude, resolution.place.latitude))
        assert inside or resolution.place.feature_class == "A"


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "near " * 2_000, "(" * 10_000, "\x00" * 10_000, "كفر " * 2_500, "1e308", "A/" * 5_000]
)
def test_a_cell_of_ten_thousand_characters_is_unplaced(text):
    assert found(text).place is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x" * 10_000, "too long for a name (10,000 characters); check the column"),
        ("12 345", "a number, not a name; check the column"),
        ("٣٤", "a number, not a name; check the column"),
        ("\u200f\u202e \x00", "no place is named"),
        ("near the village of", "only general words, no name"),
    ],
)
def test_a_cell_that_holds_no_name_says_what_it_holds(text, reason):
    assert (found(text).place, found(text).reason) == (None, reason)


VILLAGES = [  # id, name, Arabic name, longitude, latitude, unit of level 1, level 2, more
    ("U1", "Ustan", None, 36.0, 35.5, "LA01", None, {"feature_class": "A", "feature_code": "ADM1", "pcode": "LA01"}),
    ("U2", "Sahel", None, 36.0, 34.5, "LA02", None, {"feature_class": "A", "feature_code": "ADM1", "pcode": "LA02"}),
    ("U11", "Banqus", None, 36.2, 35.5, "LA01", "LA0101", {"feature_class": "A", "feature_code": "ADM2"}),
    ("v1", "Dormiyeh Banqus", None, 36.2, 35.6, "LA01", "LA0101", {}),
    ("v2", "Tall Mastur", "تل مستور", 36.4, 35.6, "LA01", "LA0101", {}),
    ("v3", "Eastern Qarfa", "قرفا الشرقية", 36.6, 35.6, "LA01", "LA0101", {}),
    ("v4", "Western Qarfa", "قرفا الغربية", 36.62, 35.6, "LA01", "LA0101", {}),
    ("v5", "Zamrata", None, 36.1, 35.8, "LA01", "LA0101", {}),
    ("v6", "Zumrit", None, 36.9, 35.2, "LA01", "LA0101", {}),
    ("v7", "Latmin", None, 36.1, 35.2, "LA01", "LA0101", {}),
    ("v8", "Latmin", None, 36.9, 35.8, "LA01", "LA0101", {}),
    ("v9", "Halfun", None, 36.3, 34.96, "LA02", "LA0201", {}),
    ("v10", "Harad", None, 36.5, 35.3, "LA01", "LA0101", {}),
    ("v11", "Harbour Quarter", None, 36.53, 35.31, "LA01", "LA0101", {}),
    ("v12", "Harbour Quarter", None, 36.1, 35.9, "LA01", "LA0101", {}),
    *((f"w{n}", f"Ward {n * 7 + 1}th", None, 36.88 + n / 50, 35.78, "LA01", "LA0101", {}) for n in range(6)),
]


def village_gazetteer(villages=VILLAGES):
    table = [
        {"place_id": i, "name": n, "name_ar": ar, "longitude": x, "latitude": y, "admin1": one, "admin2": two}
        | {"country": "LA", "feature_class": "P", "feature_code": "PPL", "source": "t"}
        | more
        for i, n, ar, x, y, one, two, more in villages
    ]
    read, problems = conform(pd.DataFrame(table), PLACES)
    assert not problems
    return build_gazetteer(read)


def village_gazetteer_with(*more):
    rows = [(i, name, None, x, y, "LA01", "LA0101", *(rest or ({},))) for i, name, x, y, *rest in more]
    return Resolver(village_gazetteer([*VILLAGES, *rows]), THEATRE)


RESOLVER = Resolver(village_gazetteer(), THEATRE)
IN_USTAN = Context(units=("Ustan", "", ""))


@pytest.mark.parametrize(
    ("toponym", "place", "says"),
    [
        ("Dormiyah", "v1", "but for the unit in its name"),
        ("Talmastur", "v2", "sounds like"),
        ("Tell Mestour", "v2", "sounds like"),
        ("تل مستور", "v2", "same spelling"),
        ("تلّ المستور", "v2", "same but for the article"),
        ("Qarfa Sharqiyeh", "v3", "sounds like"),
        ("قرفا شرقية", "v3", "same but for the article"),
        ("Zamratah", "v5", "sounds like"),
        ("Harad - Harbour Quarter", "v11", "same spelling"),
        ("Harad - Unlisted", "v10", "neighbourhood"),
    ],
)
def test_a_name_in_its_unit_is_found_by_any_spelling_and_says_how(toponym, place, says):
    resolution = RESOLVER.resolve(toponym, IN_USTAN)
    assert resolution.place is not None, resolution.reason
    assert (resolution.place.place_id, says in resolution.reason) == (place, True), resolution.reason


def test_a_village_that_both_names_of_a_row_mean_is_preferred_to_one_that_bears_one_of_them():
    table = village_gazetteer_with(("x1", "Hatmana - Meirkan", 36.2, 35.3), ("x2", "Hatmanah", 36.9, 35.9))
    one, both = (table.resolve(name, IN_USTAN) for name in ("Hatmaneh", "Hatmaneh / Mirkan"))
    assert one.place.place_id == "x2"
    assert (both.place or both.runners_up[0].place).place_id == "x1"


def test_what_a_writer_calls_a_village_is_hardly_a_town():
    seat = {"feature_code": "PPLA3"}
    table = village_gazetteer_with(("x1", "Sabqa", 36.2, 35.3, seat), ("x2", "Sabqah", 36.9, 35.9))
    town, village = (table.resolve(f"Sabqeh{word}", IN_USTAN) for word in ("", " village"))
    assert town.place.place_id == "x1"
    assert village.place.place_id == "x2"


def test_a_name_that_holds_the_word_and_is_one_place_if_it_is_listed_so():
    table = village_gazetteer_with(("x1", "Odaya and Meirkan", 36.2, 35.3))
    assert table.resolve("Odaya and Meirkan", IN_USTAN).place.place_id == "x1"
    assert "names several places" in table.resolve("Latmin and Harad", IN_USTAN).reason


def test_two_halves_of_a_village_so_close_are_one_spot():
    assert RESOLVER.resolve("Qarfa", IN_USTAN).place.place_id in ("v3", "v4")


def test_a_village_just_over_the_border_is_believed_by_its_exact_name_only_with_doubt():
    over = RESOLVER.resolve("Halfun", IN_USTAN)
    inside = RESOLVER.resolve("Halfun", Context(units=("Sahel", "", "")))
    assert inside.place.place_id == "v9"
    assert over.place is None or over.score < inside.score


@given(st.sampled_from([v for v in VILLAGES if v[0] not in ("v7", "v8", "v11", "v12")]))
def test_an_exact_name_in_the_stated_unit_never_loses_to_a_soundalike(village):
    place_id, name, unit = village[0], village[1], village[5]
    if place_id.startswith("U"):
        return
    found_there = RESOLVER.resolve(name, Context(units=(unit, "", "")))
    assert found_there.place.place_id == place_id
    assert found_there.score > 0.8


def test_clear_places_of_a_table_decide_between_namesakes():
    names = [f"Ward {n * 7 + 1}th" for n in range(6)]
    assert RESOLVER.resolve("Latmin", IN_USTAN).place is None
    *_, last = RESOLVER.resolve_all([(n, IN_USTAN) for n in (*names, "Latmin")])
    assert last.place.place_id == "v8"


CITY = {"population": 480_000}
NAMESAKES = [  # id, name, longitude, latitude, admin1, more
    ("big", "Borwen", 36.2, 35.2, "LA01", CITY),
    ("small", "Borwen", 36.8, 34.4, "LA02", {"population": 15_000}),
    ("other", "Morwel", 36.8, 34.6, "LA02", {"aliases": "Boruen"}),
    ("far", "Kamshel", 44.0, 33.0, "LA03", CITY | {"aliases": "Qamshel"}),
    ("near", "Kamishlah", 36.4, 35.5, "LA01", {}),
    ("city", "Halub", 36.6, 35.9, "LA01", CITY | {"population": 2_000_000}),
    ("hamlet", "Deir Halub", 36.1, 34.2, "LA02", {}),
    ("town", "Istar", 36.3, 35.7, "LA01", {"population": 60_000}),
    ("side", "Eastern Istar", 36.5, 35.8, "LA01", {"feature_class": "L", "feature_code": "RGN", "radius_km": 20.0}),
    *((f"w{n}", f"Ward {n * 7 + 1}th", 36.78 + n / 50, 34.42, "LA02", {}) for n in range(6)),
]


def namesakes():
    table = [
        {"place_id": i, "name": n, "longitude": x, "latitude": y, "admin1": one, "country": "LA", "source": "t"}
        | {"feature_class": "P", "feature_code": "PPL"}
        | more
        for i, n, x, y, one, more in NAMESAKES
    ]
    read, problems = conform(pd.DataFrame(table), PLACES)
    assert not problems
    return Resolver(build_gazetteer(read), THEATRE)


@pytest.mark.parametrize(
    ("toponym", "place"),
    [
        ("Borwen", "big"),
        ("Boruen", "big"),  # heard the same; by another name a hamlet is spelled so
        ("Qamshel", "far"),  # far beyond the bounds, but the name and the people are its own
        ("Kamishleh", "near"),
        ("Deir Halub", "hamlet"),  # never the city whose name is a part of it
        ("Істар", "town"),
        ("Eastern Istar", "side"),
    ],
)
def test_a_town_far_more_important_than_its_namesakes_is_meant(toponym, place):
    resolution = namesakes().resolve(toponym, Context())
    assert resolution.place is not None, resolution.reason
    assert resolution.place.place_id == place, resolution.reason


def spot(n):
    return 36.0 + n / 50, 35.5


def test_a_table_that_calls_each_place_by_one_name_means_another_place_by_another_name():
    crowd = Crowd([(f"Village {n}", spot(n)) for n in range(30)])
    assert crowd.named_otherwise(spot(3), parse_toponym("Vilage Three"))
    assert not crowd.named_otherwise(spot(3), parse_toponym("near village 3"))
    assert not crowd.named_otherwise(spot(40), parse_toponym("Elsewhere"))


def test_a_table_of_many_spellings_says_nothing_of_what_a_name_cannot_mean():
    crowd = Crowd([(f"{letter}illage {n}", spot(n)) for n in range(30) for letter in "VBW"])
    assert not crowd.named_otherwise(spot(3), parse_toponym("Fillage 3"))


@given(st.integers(1, 12))
def test_a_place_has_strayed_by_how_much_farther_off_it_is_than_others_of_the_table(km):
    row = Crowd([(str(n), (36.0 + n * km / 90, 35.5)) for n in range(30)])
    assert abs(row.strayed(36.0 + 15 * km / 90, 35.5)) < 0.5
    assert row.strayed(39.5, 37.5) > 0.5


def test_a_few_places_are_no_crowd():
    assert Crowd([(str(n), spot(n)) for n in range(5)]).strayed(36.0, 35.5) is None


def test_the_other_places_of_a_table_do_not_speak_against_a_city():
    names = [f"Ward {n * 7 + 1}th" for n in range(6)]
    *_, last = namesakes().resolve_all([(n, Context()) for n in (*names, "Borwen")])
    assert last.place.place_id == "big"


def test_a_name_stands_in_the_unit_whose_code_is_stated_though_no_unit_of_that_code_is_listed():
    assert namesakes().resolve("Borwen", Context(units=("LA02", "", ""))).place.place_id == "small"


@given(
    st.lists(st.sampled_from([*(v[1] for v in VILLAGES), "Dormiyah", "Talmastur", "near Latmin", "Xyz"]), max_size=5)
)
def test_names_looked_up_together_mean_what_each_means_alone(names):
    together = RESOLVER.resolve_all([(n, IN_USTAN) for n in names])
    assert together == [RESOLVER.resolve(n, IN_USTAN) for n in names]


def test_a_chance_is_a_probability_and_candidates_share_it():
    resolution = RESOLVER.resolve("Latmin", IN_USTAN)
    assert sum(c.score for c in resolution.runners_up) <= 1.01


# --- tables ---


def events(*rows):
    table = [
        {"event_id": f"E{i}", "source": "t", "event_type": "Battles", "source_file": "e.csv", "source_row": i + 2} | r
        for i, r in enumerate(rows)
    ]
    return concat([pd.DataFrame(table)], EVENTS)


def located(*rows, areas=AREAS):
    return geocode_events(events(*rows), GAZETTEER, areas, theatre=THEATRE)


def test_a_village_named_in_a_row_becomes_a_point_with_its_codes():
    (row,) = located({"toponym": "Kafr Nuun", "stated_admin1": "Nordia"}).table.itertuples()
    assert row.geometry.equals(Point(36.2, 35.6))
    assert (row.place_id, row.place_name_ar, row.geo_precision, row.geo_radius_km) == ("c2", "كفر نون", "B", 5.0)
    assert (row.admin1_pcode, row.admin2_pcode, row.admin3_pcode) == ("LA01", "LA0101", "LA010100")


def test_coordinates_of_the_source_are_kept():
    result = located(
        {"toponym": "Kafr Nuun", "source_longitude": 36.21, "source_latitude": 35.61, "geo_precision": "C"}
    )
    (row,) = result.table.itertuples()
    assert row.geometry.equals(Point(36.21, 35.61))
    assert (row.place_id, row.geo_method, row.geo_precision) == ("c2", "source", "C")
    assert not result.problems


@pytest.mark.parametrize(
    ("point", "says"),
    [
        ((0.0, 0.0), "(0, 0)"),
        ((35.5, 36.5), "look swapped"),
        ((36.5, None), "half a point"),
    ],
)
def test_impossible_coordinates_are_told_and_the_name_is_used(point, says):
    row = {"source_longitude": point[0], "source_latitude": point[1], "stated_country": "Landia"}
    named, nameless = located(row | {"toponym": "Sarmada"}, row).table.itertuples()
    assert named.geometry.equals(Point(36.7, 35.2))
    assert nameless.geometry is None
    problems = located(row | {"toponym": "Sarmada"}).problems
    assert [says in p.message for p in problems] == [True]
    assert "left without geometry" in located(row).problems[-1].message


def test_a_point_outside_the_stated_unit_is_kept_and_told():
    result = located(
        {"toponym": "Sarmada", "source_longitude": 36.7, "source_latitude": 35.2, "stated_admin1": "Sudia"}
    )
    assert result.table.geometry[0].equals(Point(36.7, 35.2))
    (problem,) = result.problems
    assert str(problem).startswith("e.csv:2: source_longitude: '36.7, 35.2' lies 22 km outside Sudia")
    assert problem.severity == "warning"


@pytest.mark.parametrize(
    ("row", "precision", "unit"),
    [
        ({"toponym": "Nordia province"}, "E", "LA01"),
        ({"toponym": "Baab district"}, "D", "LA0101"),
        (
            {"stated_admin1": "Nordia", "geo_precision": "E", "source_longitude": 36.5, "source_latitude": 35.5},
            "E",
            "LA01",
        ),
        ({"geo_precision": "D", "source_longitude": 36.7, "source_latitude": 35.5}, "D", "LA0102"),
        ({"stated_admin1": "Sudia"}, "E", "LA02"),
        ({"toponym": "Sarmada", "geo_precision": "E"}, "E", "LA01"),
    ],
)
def test_what_is_known_to_a_unit_is_the_unit(row, precision, unit):
    (placed,) = located(row).table.itertuples()
    assert placed.geo_precision == precision
    assert placed.geometry.equals(AREAS.set_index("pcode").geometry[unit])
    assert placed.admin1_pcode == unit[:4]


def test_without_polygons_a_unit_is_a_disc_never_a_pin():
    (row,) = located({"toponym": "Baab district"}, areas=AREAS.iloc[:0]).table.itertuples()
    assert row.geometry.geom_type == "Polygon"
    metric = gpd.GeoSeries([row.geometry], crs="EPSG:4326").to_crs("EPSG:32637")
    assert (metric.area[0] / 3.14159e6) ** 0.5 == pytest.approx(15, rel=0.01)
    assert "disc of 15 km" in row.geo_reason


def test_countries_and_withheld_places_have_no_geometry():
    result = located(
        {"toponym": "Landia"},
        {"toponym": "Sarmada", "geo_precision": "X"},
        {"geo_precision": "G", "source_longitude": 36.5, "source_latitude": 35.0},
    )
    assert result.table.geometry.isna().all()
    assert result.table["geo_precision"].tolist() == ["G", "X", "G"]
    assert result.table["geo_reason"].notna().all()
    assert not result.problems


def test_a_camp_or_a_range_of_hills_is_an_area_never_a_pin():
    camp, hills = located({"toponym": "Long Camp"}, {"toponym": "near Green Hills"}).table.itertuples()
    assert camp.geometry.geom_type == hills.geometry.geom_type == "Polygon"
    assert (camp.geo_radius_km, hills.geo_radius_km) == (3.0, 12.0)


def test_a_route_is_a_strip_along_its_places():
    (row,) = located({"toponym": "H9"}).table.itertuples()
    assert (row.geo_precision, row.geo_method) == ("F", "route")
    assert row.geometry.contains(Point(36.4, 35.4))
    assert row.geometry.contains(Point(36.55, 35.3))


def test_a_place_settled_by_the_reader_is_taken_as_such():
    settled, unknown = located(
        {"toponym": "that town", "place_id": "c6", "geo_score": 0.7}, {"toponym": "Sarmada", "place_id": "gone"}
    ).table.itertuples()
    assert (settled.place_id, settled.geo_score, settled.geo_method) == ("c6", 0.7, "exact")
    assert unknown.place_id == "c6"


def test_a_place_inherited_in_the_report_stays_marked_as_such():
    named, settled, unknown = located(
        {"toponym": "Sarmada", "geo_method": "inherited"},
        {"toponym": "the province", "place_id": "LA01", "geo_method": "inherited"},
        {"toponym": "Nowhere", "geo_method": "inherited"},
    ).table.itertuples()
    assert (named.place_id, named.geo_method, settled.geo_method) == ("c6", "inherited", "inherited")
    assert pd.isna(unknown.place_id)


def test_a_unit_settled_by_the_reader_is_known_as_a_unit():
    (row,) = located({"toponym": "Nordia", "place_id": "LA01"}).table.itertuples()
    assert (row.place_id, row.geo_method) == ("LA01", "admin unit")


def test_rows_without_a_place_are_listed_with_the_reason():
    result = located({"toponym": "Twin"}, {"toponym": "Twin"}, {"toponym": "Sarmada"})
    assert [str(p) for p in result.problems] == [
        f"e.csv:{n}: toponym: 'Twin' two places fit equally (c4, c5); add the governorate (left without geometry)"
        for n in (2, 3)
    ]
    decisions = result.decisions.set_index("toponym")
    assert decisions.loc["Twin", ["decision", "rows"]].tolist() == ["", 2]
    assert decisions.loc["Twin", "runners_up"] == "c4 Twin 0.5; c5 Twin 0.5"
    assert decisions.loc["Sarmada", "decision"] == "c6"


def test_an_empty_table_stays_empty_with_all_its_columns():
    empty = geocode_events(events(), GAZETTEER, AREAS, theatre=THEATRE)
    assert list(empty.table.columns) == EVENTS.names
    assert (
        list(geocode_displacement(concat([], DISPLACEMENT), GAZETTEER, AREAS, theatre=THEATRE).table.columns)
        == DISPLACEMENT.names
    )


@settings(max_examples=40)  # an example costs as much with many rows as with few
@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "toponym": st.sampled_from(
                    ["Sarmada", "Twin", "near Nordia", "Landia", "Nordia province", "?", "Kafr Nuun"]
                ),
                "stated_admin1": st.sampled_from(["Nordia", "Sudia", "Atlantis"]),
                "geo_precision": st.sampled_from(list("ABCDEFGX")),
                "source_longitude": st.floats(-180, 180),
                "source_latitude": st.floats(-90, 90),
            },
        ),
        max_size=12,
    )
)
def test_no_row_is_lost_and_none_is_at_zero(rows):
    result = located(*rows)
    assert result.table["event_id"].tolist() == [f"E{i}" for i in range(len(rows))]
    assert result.decisions["rows"].sum() == len(rows)
    for row in result.table.itertuples():
        assert row.geo_reason
        assert row.geometry is None or row.geometry.geom_type != "Point" or not row.geometry.equals(Point(0, 0))
        assert (row.geometry is not None and row.geometry.geom_type == "Point") <= (str(row.geo_precision) in "ABC")


def listed(*names):
    table = [
        {"place_id": name, "name": name, "longitude": 36.3, "latitude": 34.5 + n / 2, "country": "LA"}
        | {"feature_class": "P", "feature_code": "PPL", "source": "t"}
        for n, name in enumerate(names)
    ]
    return build_gazetteer(conform(pd.DataFrame(table), PLACES)[0])


@pytest.mark.parametrize(
    ("names", "asked", "found"),
    [
        (["Dara"], "Dar", None),
        (["Big Dara"], "Dar al-Kabira", "Big Dara"),
        (["Dara", "Big Dara"], "Dar al-Kabira", "Big Dara"),
        (["Sanuf"], "Sunaf", None),
        (["Upper Sanuf", "Lower Sanuf"], "Sunaf Foqani", "Upper Sanuf"),
    ],
)
def test_names_that_sound_a_little_alike_are_believed_where_both_are_qualified_alike(names, asked, found):
    place = resolve(asked, listed(*names), theatre=THEATRE).place
    assert (place.name if place else None) == found


def test_the_countryside_of_a_town_is_not_the_unit_of_the_town():
    units = [  # code, name, level
        ("LA01", "Damas", 1), ("LA02", "Rif Damas", 1), ("LA0101", "Damas", 2), ("LA0201", "Rif Damas", 2),
    ]  # fmt: skip
    table = [
        {"place_id": code, "name": name, "pcode": code, "feature_class": "A", "feature_code": f"ADM{level}"}
        | {"admin1": code[:4], "admin2": code if level == 2 else None}
        for code, name, level in units
    ]
    table.append({"place_id": "t", "name": "Damas", "admin1": "LA01", "feature_class": "P", "feature_code": "PPLA"})
    rows = pd.DataFrame(table).assign(longitude=36.3, latitude=34.5, country="LA", source="t")
    known = Resolver(build_gazetteer(conform(rows, PLACES)[0]), THEATRE)
    said = {("Damas Governorate", 1): {"LA01"}, ("Damas", 2): {"LA0101"}}
    said |= {(name, 1): {"LA02"} for name in ("Rif Damas", "Rif Damas Governorate", "Rural Damas", "Damas countryside")}
    said |= {(name, 2): {"LA0201"} for name in ("Rif Damas", "Markaz Rif Damas district", "Rural Damas")}
    assert {asked: set(known.units(*asked, "LA")) for asked in said} == said


def displacement(*rows):
    table = [
        {"record_id": f"R{i}", "source": "t", "measure": "flow", "movement": "displacement", "source_row": i + 2} | r
        for i, r in enumerate(rows)
    ]
    return concat([pd.DataFrame(table)], DISPLACEMENT)


def test_both_ends_of_a_movement_are_located():
    result = geocode_displacement(
        displacement({"origin_toponym": "Twin", "origin_pcode": "C2", "destination_toponym": "Sudia province"}),
        GAZETTEER,
        AREAS,
        theatre=THEATRE,
    )
    (row,) = result.table.itertuples()
    assert (row.origin_place_id, row.origin_precision, row.origin_longitude) == ("c2", "B", 36.2)
    assert (row.destination_pcode, row.destination_precision) == ("LA02", "E")
    assert row.geometry.equals(AREAS.set_index("pcode").geometry["LA02"])
    assert row.geometry.contains(Point(row.destination_longitude, row.destination_latitude))
    assert row.geo_reason.startswith("destination: ")
    assert not result.problems


def test_an_unknown_end_stays_unknown():
    result = geocode_displacement(
        displacement(
            {"origin_toponym": "Unknown", "destination_pcode": "C2"},
            {"origin_pcode": "LA0102"},
            {"origin_toponym": "Nowhereville"},
        ),
        GAZETTEER,
        AREAS,
        theatre=THEATRE,
    )
    first, second, third = result.table.itertuples()
    assert pd.isna(first.origin_place_id)
    assert first.geometry.equals(Point(36.2, 35.6))
    assert second.geometry.equals(AREAS.set_index("pcode").geometry["LA0102"])  # known to the polygons only
    assert third.geometry is None
    assert [p.value for p in result.problems] == ["Nowhereville"]


def test_every_theatre_locates_its_own_places(theatre_id, loaded):
    theatre, gazetteer, areas = loaded(theatre_id)
    own = gazetteer.places[~gazetteer.places["place_id"].str.startswith("geonames:")].head(80)
    rows = [{"toponym": n, "place_id": i} for n, i in zip(own["name"], own["place_id"], strict=True)]
    result = geocode_events(events(*rows), gazetteer, areas, theatre=theatre)
    assert not result.problems
    assert result.table["place_id"].tolist() == own["place_id"].tolist()


@pytest.mark.realdata
def test_village_names_of_a_real_event_table_are_found(shared, gazetteers):
    theatre = load_theatre("idlib")
    ocha = shared / "data" / "gazetteer" / "ocha_syria_locations_adm4.csv"
    gazetteer = load_gazetteer(theatre, [ocha], cache_dir=gazetteers)
    raw = pd.read_csv(shared / "data" / "ucdp" / "ucdp_ged_syria_2016_2019.csv.gz", low_memory=False)
    raw = raw[raw["where_prec"] == 1].drop_duplicates(["where_coordinates", "adm_1"]).fillna({"adm_1": ""})
    points, places = [], []
    for row in raw.itertuples():
        resolution = resolve(row.where_coordinates, gazetteer, theatre=theatre, country="SYR", admin1=row.adm_1)
        if resolution.place:
            points.append(Point(row.longitude, row.latitude))
            places.append(Point(resolution.place.longitude, resolution.place.latitude))
    given_point, found_point = (gpd.GeoSeries(s, crs="EPSG:4326").to_crs(theatre.metric_crs) for s in (points, places))
    apart = given_point.distance(found_point) / 1000
    assert (apart <= 5).sum() / len(raw) >= 0.74
    assert (apart > 10).sum() / len(raw) <= 0.06
