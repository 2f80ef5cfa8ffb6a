"""The places that the press means, however it spells them: press_spellings.csv, written by hand for this test.

A row is one spelling of one place as a kind of source writes it; its point is rounded to 0.01 degree. A spelling that
the geocoder misses stays in the list: the shares below leave room for it.
"""

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from geo.codes import AREA_PRECISIONS
from geo.gazetteer import kilometres, load_gazetteer
from geo.geocode import Context, Resolver
from geo.theatre import load_theatre

LIST = pd.read_csv(Path(__file__).with_name("press_spellings.csv"))
COUNTRIES = {"idlib": "Syria", "kyiv": "Ukraine"}
RIGHT_KM = 5
OCHA = "data/gazetteer/ocha_syria_locations_adm4.csv"


def answers(resolver, rows, *, country=""):
    """How far each answer lies from the place meant, in km; missing where there is none, or the unit of its name."""
    found = [resolver.resolve(s, Context(country)) for s in rows["spelling"]]
    places = [one.place for one in found]
    points = pd.DataFrame([(p.longitude, p.latitude) if p else (None, None) for p in places], dtype=float)
    km = pd.Series(kilometres(rows["longitude"].to_numpy(), rows["latitude"].to_numpy(), points[0], points[1]))
    # The province of that name, told as an area, is no right place and no wrong one.
    asked = zip(found, places, rows["place"], strict=True)
    area = pd.Series([one.precision in AREA_PRECISIONS and place.name == name for one, place, name in asked])
    km = km.mask((km > RIGHT_KM) & area)
    return km.set_axis(rows["spelling"] + " = " + rows["place"])


def assert_right(km, *, right):
    """At least this share within 5 km; at most 2 % at another place: a wrong answer costs more than none."""
    said = f"wrong: {list(km.index[km > RIGHT_KM])}; unanswered: {list(km.index[km.isna()])}"
    assert (km > RIGHT_KM).mean() <= 0.02, said
    assert (km <= RIGHT_KM).mean() >= right, said


def inside(rows, theatre):
    west, south, east, north = theatre.bounds
    return rows[rows["longitude"].between(west, east) & rows["latitude"].between(south, north)]


def of_theatre(theatre):
    return LIST[LIST["theatre"] == theatre.id]


def test_the_list_is_long_and_no_spelling_stands_in_it_twice():
    assert not LIST.duplicated(["theatre", "spelling"]).any()
    assert not LIST.isna().any().any()
    assert Counter(LIST["theatre"]).keys() == COUNTRIES.keys()
    assert (LIST["theatre"] == "idlib").sum() >= 130
    assert (LIST["theatre"] == "kyiv").sum() >= 15
    assert LIST.groupby("place").size().mean() >= 3
    assert LIST.groupby(["theatre", "place"])[["longitude", "latitude"]].nunique().max().max() == 1


@pytest.mark.parametrize("theatre_id", COUNTRIES)
def test_a_name_alone_is_enough_inside_the_theatre(loaded, theatre_id):
    theatre, gazetteer, _ = loaded(theatre_id)
    assert_right(answers(Resolver(gazetteer, theatre), inside(of_theatre(theatre), theatre)), right=0.95)


@pytest.mark.parametrize("theatre_id", COUNTRIES)
def test_a_name_with_its_country_is_enough_anywhere(loaded, theatre_id):
    theatre, gazetteer, _ = loaded(theatre_id)
    km = answers(Resolver(gazetteer, theatre), of_theatre(theatre), country=COUNTRIES[theatre_id])
    assert_right(km, right=0.95)


@pytest.mark.parametrize("theatre_id", COUNTRIES)
def test_a_place_outside_the_theatre_is_not_mistaken_for_one_inside(loaded, theatre_id):
    theatre, gazetteer, _ = loaded(theatre_id)
    rows = of_theatre(theatre)
    outside = rows.drop(inside(rows, theatre).index)
    assert_right(answers(Resolver(gazetteer, theatre), outside), right=0)


@pytest.fixture(scope="module")
def with_ocha(shared, gazetteers):
    """The Idlib theatre, and its gazetteer with OCHA's list of communities before it."""
    theatre = load_theatre("idlib")
    return theatre, load_gazetteer(theatre, [shared / OCHA], cache_dir=gazetteers)


@pytest.mark.realdata
@pytest.mark.parametrize("country", ["", "Syria"])
def test_ten_thousand_namesakes_do_not_make_it_worse(with_ocha, country):
    theatre, gazetteer = with_ocha
    rows = of_theatre(theatre) if country else inside(of_theatre(theatre), theatre)
    assert_right(answers(Resolver(gazetteer, theatre), rows, country=country), right=0.95)


@pytest.mark.realdata
def test_a_place_outside_the_theatre_is_not_mistaken_for_its_namesake_village_inside(with_ocha):
    theatre, gazetteer = with_ocha
    rows = of_theatre(theatre)
    assert_right(answers(Resolver(gazetteer, theatre), rows.drop(inside(rows, theatre).index)), right=0)
