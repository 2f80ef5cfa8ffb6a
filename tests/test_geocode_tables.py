"""What is around choosing a place: coordinates that cannot be right, services that are asked, tables of any size."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box
from test_geocode import AREAS, GAZETTEER, THEATRE, displacement, events

from geo.admin import areas_table
from geo.codes import GEO_METHODS, Precision
from geo.errors import GeocoderError
from geo.gazetteer import Place
from geo.geocode import Decisions, Resolution, geocode_displacement, geocode_events
from geo.geocode.decisions import parse_decisions
from geo.geocode.slips import likely, slips, wrong_point, zones_of
from geo.theatre import Theatre

WORLD = Theatre("w", {"en": "W"})
NO_AREAS = areas_table([])
# A theatre without bounds, with countries of which one is ours and one lies where our points turned round would be.
LANDS = areas_table(
    pd.concat(
        [
            pd.DataFrame(AREAS),
            pd.DataFrame(
                {
                    "pcode": ["XB", "XC"],
                    "name": ["Mirrorland", "Westland"],
                    "level": 0,
                    "country": ["XB", "XC"],
                    "approximate": False,
                    "source": "t",
                    "geometry": [box(33, 35.5, 35.9, 37.1), box(-40, 33, -30, 37)],
                }
            ),
        ]
    )
)


def located(*rows, theatre=THEATRE, areas=AREAS, **options):
    return geocode_events(events(*rows), GAZETTEER, areas, theatre=theatre, **options)


def at(x, y, **more):
    return {"source_longitude": x, "source_latitude": y} | more


# --- coordinates that cannot be right


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (at(34.6, 36.8, stated_country="Landia"), "look swapped: longitude 36.8, latitude 34.6 would lie in Landia"),
        (at(34.6, 36.8, stated_admin1="Sudia"), "look swapped: longitude 36.8, latitude 34.6 would lie in Sudia"),
        (at(-36.8, 34.6, stated_country="Landia"), "sign of the longitude is wrong: 36.8"),
        (at(36.8, -34.6, stated_admin1="Sudia"), "sign of the latitude is wrong: 34.6"),
        (at(-36.8, -34.6, stated_country="Landia"), "both signs are wrong: 36.8, 34.6"),
        (at(3.68, 34.6, stated_country="Landia"), "decimal point is lost or misplaced: longitude 36.8, latitude 34.6"),
        (at(36_800_000, 34_600_000, stated_country="Landia"), "longitude 36.8, latitude 34.6 would lie in"),
        (at(36.8, 3460, stated_country="Landia"), "longitude 36.8, latitude 34.6 would lie in Landia"),
        (at(33.3, 33.3, stated_country="Landia"), "are twice the same number"),
        (
            at(298_220, 3_830_680, stated_country="Landia"),
            "metres in UTM (EPSG:32637): longitude 36.8, latitude 34.598",
        ),
        (
            at(3_830_680, 298_220, stated_country="Landia"),
            "metres in UTM (EPSG:32637): longitude 36.8, latitude 34.598",
        ),
        (at(500_000, 9_000_000), "look like metres of a projected system"),
        (at(36.8, 200.0), "is out of range"),
        (at(0.0, 0.0), "is the point (0, 0)"),
    ],
)
@pytest.mark.parametrize("theatre", [THEATRE, WORLD], ids=["with bounds", "without"])
def test_a_slip_of_the_keyboard_is_told_with_the_likely_fix_and_the_name_is_used(row, says, theatre):
    result = located(row | {"toponym": "Kafr Nuun", "place_id": "c3"}, theatre=theatre)
    (problem,) = result.problems
    assert (problem.source, problem.row, problem.column) == ("e.csv", 2, "source_longitude")
    assert says in problem.message
    assert result.table.geometry[0].equals(Point(36.8, 34.6))
    assert result.table["source_longitude"][0] == row["source_longitude"]


TALL = areas_table(
    pd.DataFrame(
        {"pcode": ["LT"], "name": "Tallland", "level": 0, "country": "LT", "approximate": False, "source": "t"}
    ).assign(geometry=[box(36, 10, 37, 36)])
)
TALL_ROWS = [at(36.1 + i / 10, 12.0 + 2 * i) for i in range(8)]
OURS = [at(36.1 + i / 10, 34.2 + i / 8) for i in range(8)]


def test_a_swapped_row_is_found_by_the_other_rows_of_its_file_where_nothing_else_is_said():
    swapped = at(18.0, 36.5, toponym="Kafr Nuun", place_id="c3")
    (problem,) = located(*TALL_ROWS, swapped, theatre=WORLD, areas=TALL).problems
    assert problem.row == len(TALL_ROWS) + 2
    assert problem.message.startswith(
        "look swapped: longitude 36.5, latitude 18 would lie in Tallland, like nearly all"
    )


def test_a_point_across_the_border_is_no_slip_for_the_file():
    assert located(*OURS, at(35.0, 36.4), theatre=WORLD, areas=LANDS).problems == []


def test_a_file_speaks_for_its_own_rows_only():
    lost = at(-36.5, 34.5, toponym="Kafr Nuun", place_id="c3")
    (problem,) = located(*OURS, lost, theatre=WORLD, areas=LANDS).problems
    assert problem.message.startswith("look as if the sign of the longitude is wrong: 36.5 would lie in Landia, like")
    assert located(*OURS, lost | {"source_file": "other.csv"}, theatre=WORLD, areas=LANDS).problems == []
    assert located(*OURS[:3], lost, theatre=WORLD, areas=LANDS).problems == []


def test_a_right_point_with_equal_numbers_is_no_slip():
    assert located(at(36.0, 36.0, stated_country="Landia")).problems == []


@settings(max_examples=60)
@given(
    st.floats(36.05, 36.95),
    st.floats(34.05, 35.95),
    st.sampled_from(["Landia", "LA", ""]),
    st.sampled_from(["Nordia", "Sudia", ""]),
)
def test_a_point_inside_the_theatre_is_always_kept(x, y, country, admin1):
    result = located(at(x, y, stated_country=country, stated_admin1=admin1))
    assert result.table.geometry[0].equals(Point(x, y))


@given(st.floats(allow_nan=True, allow_infinity=True), st.floats(allow_nan=True, allow_infinity=True))
def test_no_pair_of_numbers_raises(x, y):
    wrong_point(x, y)
    for slip in slips(x, y, ["EPSG:32637", "EPSG:3857", "nonsense"]):
        assert slip.words
    likely(x, y)


def test_numbers_that_are_no_degrees_are_guessed_at():
    assert likely(280_000, 3_960_000, ["EPSG:32637"]).startswith(
        "look like metres in UTM (EPSG:32637): longitude 36.567"
    )
    assert likely(280_000, 3_960_000).startswith("look like metres of a projected system")
    assert likely(36_600_000, 35.8).startswith("look as if a decimal point is lost (longitude 36.6, latitude 35.8?)")
    assert (likely(36.6, 35.8), likely(200, 95), likely(1e308, 1.0)) == ("", "", "")


def test_a_turned_point_is_told_by_its_name_where_it_lies_within_the_bounds_and_no_unit_is_stated():
    wide = replace(THEATRE, bounds=(30, 30, 50, 50))
    rows = [
        at(44.0, 33.0, toponym="Faraway"), at(33.0, 44.0, toponym="Faraway town"), at(33.0, 44.0, toponym="Elsewhere"),
        at(36.2, 36.0, toponym="Kafr Nuun"),  # some way off, and no nearer when turned
    ]  # fmt: skip
    result = located(*rows, theatre=wide, areas=NO_AREAS)
    assert [p.row for p in result.problems] == [3]
    assert "look swapped: longitude 44, latitude 33 would lie by Faraway town" in result.problems[0].message
    points = [(g.x, g.y) for g in result.table.geometry]
    assert points == [(44.0, 33.0), (44.0, 33.0), (33.0, 44.0), (36.2, 36.0)]


def test_zones_of_utm_are_those_between_two_longitudes():
    assert zones_of(35.0, 43.0, 35.0) == ["EPSG:32636", "EPSG:32637", "EPSG:32638"]
    assert zones_of(-1.0, 1.0, -5.0) == ["EPSG:32730", "EPSG:32731"]
    assert zones_of(-180.0, 180.0, 1.0)[-1] == "EPSG:32660"


# --- asking outside


def answer(toponym, x, y, method="nominatim"):
    place = Place(f"osm:{toponym}", toponym, "", "P", "PPL", "LA", "", "", "", "", method, (), (), None, x, y, None)
    return Resolution(toponym, place, Precision.NAMED_PLACE, 5.0, method, 0.7, (), f"{method} knows it")


class Service:
    """A service that knows some names and remembers what it was asked."""

    def __init__(self, *known, fails=False, most=None):
        self.known, self.fails, self.asked, self.most = {r.toponym: r for r in known}, fails, [], most

    def expect(self, wanted):
        if self.most is not None and len(list(wanted)) > self.most:
            raise GeocoderError(f"more than {self.most} names")

    def ask(self, toponym, context):
        self.asked.append((toponym, context.units[0]))
        if self.fails:
            raise GeocoderError("the service does not answer")
        return self.known.get(toponym)


def test_only_names_that_the_gazetteer_leaves_unplaced_are_asked_and_each_once():
    service = Service(answer("Newtown", 36.6, 35.6))
    rows = [{"toponym": t} for t in ("Sarmada", "Newtown", "Newtown", "several towns", "village", "", "Landia")]
    result = located(*rows, at(36.5, 35.5, toponym="Elsewhere"), service=service)
    assert service.asked == [("Newtown", "")]
    newtown = result.table.iloc[1]
    assert newtown.geometry.equals(Point(36.6, 35.6))
    assert (newtown["geo_method"], newtown["geo_score"], newtown["geo_reason"]) == (
        "nominatim", 0.7, "nominatim knows it",
    )  # fmt: skip
    assert newtown["geo_method"] in GEO_METHODS
    assert newtown["admin1_pcode"] == "LA01"


@pytest.mark.parametrize(
    ("row", "point", "says"),
    [
        ({"toponym": "Newtown"}, (10.0, 12.0), "nominatim has one only outside the theatre (Newtown)"),
        (
            {"toponym": "Newtown", "stated_admin1": "Sudia"},
            (36.6, 35.6),
            "the one that nominatim knows lies 67 km outside",
        ),
    ],
)
def test_an_answer_that_contradicts_the_row_or_the_theatre_is_not_taken(row, point, says):
    result = located(row, service=Service(answer("Newtown", *point)))
    assert result.table.geometry[0] is None
    assert says in result.problems[0].message


def test_what_a_service_says_of_a_name_it_does_not_know_is_kept():
    silent = Resolution("Newtown", None, None, None, None, None, (), "photon knows no such place there")
    result = located({"toponym": "Newtown"}, service=Service(silent))
    assert result.table["geo_reason"][0].endswith("; photon knows no such place there")


def test_a_service_that_fails_is_told_a_few_times_and_the_rows_stay_unplaced():
    service = Service(fails=True)
    result = located(*({"toponym": f"Newtown {n}x"} for n in "abcdefgh"), service=service)
    told = [p for p in result.problems if p.source == "online service"]
    assert len(told) == 3
    assert str(told[0]) == "online service: 'Newtown ax' could not be asked for: the service does not answer"
    assert result.table.geometry.isna().all()


def test_a_service_that_takes_fewer_names_refuses_before_the_first_is_sent():
    rows = [{"toponym": t} for t in ("Newtown", "Oldtown", "Sarmada", "Newtown")]
    service = Service(answer("Newtown", 36.6, 35.6), most=1)
    with pytest.raises(GeocoderError, match="more than 1 names"):
        located(*rows, service=service)
    assert service.asked == []
    decisions, _ = parse_decisions({"toponym": ["Oldtown"], "decision": ["none"]}, [2], file="places.csv")
    result = located(*rows, service=service, decisions=decisions)
    assert result.table["geo_method"].tolist()[0::3] == ["nominatim", "nominatim"]


def test_a_name_that_a_person_has_left_without_a_place_is_not_asked_for():
    decisions, _ = parse_decisions({"toponym": ["Newtown"], "decision": ["none"]}, [2], file="places.csv")
    service = Service(answer("Newtown", 36.6, 35.6))
    result = located({"toponym": "Newtown"}, service=service, decisions=decisions)
    assert service.asked == []
    assert result.table["geo_method"].tolist() == ["review"]


def test_ends_of_movements_are_asked_for_too():
    table = displacement({"origin_toponym": "Newtown", "destination_toponym": "Sarmada"})
    service = Service(answer("Newtown", 36.6, 35.6, "geonames"))
    result = geocode_displacement(table, GAZETTEER, AREAS, theatre=THEATRE, service=service, decisions=Decisions())
    assert result.table["origin_longitude"].tolist() == [36.6]
    assert service.asked == [("Newtown", "")]


# --- what stands beside a name

BESIDE = at(36.11, 35.51, toponym="Hill", stated_admin1="Nordia", date_start="2020-01-05")
ASKED = {"toponym": "Twin", "stated_admin1": "Nordia", "date_start": "2020-01-05"}


def test_a_place_of_the_same_unit_and_day_decides_between_namesakes():
    assert located(ASKED).table.geometry[0] is None
    result = located(BESIDE, ASKED)
    assert result.table["place_id"][1] == "c4"
    assert "km from" in result.table["geo_reason"][1]


@pytest.mark.parametrize(
    "other",
    [{"source_file": "other.csv"}, {"date_start": "2020-01-09"}, {"stated_admin1": None}, {"geo_precision": "E"}],
    ids=lambda other: next(iter(other)),
)
def test_a_place_of_another_file_day_or_unit_decides_nothing(other):
    assert located(BESIDE | other, ASKED).table.geometry[1] is None


def test_places_of_one_report_decide_for_each_other_whatever_the_day():
    told = {"span_start": 1, "span_end": 9, "stated_admin1": None}
    result = located(BESIDE | told | {"date_start": "2019-12-01"}, ASKED | told)
    assert result.table["place_id"][1] == "c4"


# --- any order

ANY_ORDER = (
    {"toponym": "Twin"},
    BESIDE,
    ASKED,
    {"toponym": "Sarmada", "stated_admin1": "Nordia"},
    at(36.5, 35.5, toponym="Twin"),
    at(35.5, 36.5, stated_admin1="Nordia"),
    {"toponym": "Kafr Nuun", "stated_admin1": "Nordia"},
    {"toponym": "Nowhere"},
)


def places_by_row(rows):
    table = located(*rows).table
    columns = ["place_id", "geo_precision", "geo_method", "geo_score", "geo_reason", "admin1_pcode"]
    found = pd.DataFrame(table[columns]).assign(point=table.geometry.to_wkt()).astype(str)
    return sorted(zip((str(sorted(r.items())) for r in rows), map(tuple, found.to_numpy()), strict=True))


@settings(max_examples=20)
@given(st.permutations(ANY_ORDER))
def test_the_same_rows_in_any_order_are_placed_the_same(rows):
    assert places_by_row(rows) == places_by_row(ANY_ORDER)


def test_a_place_of_displacement_that_nobody_knows_is_complained_of_once_a_file():
    rows = [{"destination_toponym": "Nowhere", "source_file": f} for f in ("a.csv", "a.csv", "a.csv", "b.csv")]
    problems = geocode_displacement(displacement(*rows), GAZETTEER, AREAS, theatre=THEATRE).problems
    assert [(p.source, p.row) for p in problems] == [("a.csv", 2), ("b.csv", 5)]
    assert problems[0].message.endswith("(3 rows, the first here)")
    assert "rows" not in problems[1].message


def test_the_end_of_a_movement_is_looked_for_in_the_country_that_its_row_states():
    rows = [{"destination_toponym": "Faraway", "destination_country": country} for country in ("XB", "LA")]
    found = geocode_displacement(displacement(*rows), GAZETTEER, AREAS, theatre=THEATRE).table
    assert found["destination_place_id"].fillna("none").tolist() == ["far", "none"]
