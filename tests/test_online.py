"""Online services, against a scripted server: what is sent, how patiently, and what is believed."""

import json
import logging
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from fake_http import Answer, closed_port, redirect
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.codes import GEO_METHODS, Precision
from geo.errors import GeocoderError
from geo.gazetteer import build_gazetteer
from geo.geocode import Context
from geo.online import SERVICES, open_service
from geo.online.cache import AnswerCache
from geo.schema import PLACES, conform
from geo.theatre import Theatre, load_theatre
from maps.pipeline import Setting, run

NOON = datetime(2020, 2, 11, 12, tzinfo=UTC)
THEATRE = Theatre(
    "x", {"en": "X"}, countries=("SY", "TR"), home="SY", bounds=(35.0, 34.0, 38.0, 37.0), languages=("en", "ar")
)
WORLD = Theatre("world", {"en": "World"})
NOWHERE = Context()
IN_NORTH = Context("", ("North", "", ""))


class Time:
    """A clock that only sleeping moves."""

    def __init__(self, *, frozen=False):
        self.now, self.slept, self.frozen = NOON, [], frozen

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(round(seconds, 3))
        if not self.frozen:
            self.now += timedelta(seconds=seconds)


def nominatim(**changes):
    """One answer of Nominatim: a village in the north."""
    return {
        "place_id": 9,
        "osm_type": "node",
        "osm_id": 123,
        "lat": "35.6",
        "lon": "36.5",
        "class": "place",
        "type": "village",
        "place_rank": 19,
        "addresstype": "village",
        "name": "Kafr Zir",
        "display_name": "Kafr Zir, North, Syria",
        "address": {"village": "Kafr Zir", "state": "North Governorate", "country_code": "sy"},
        "namedetails": {"name": "كفر زير", "name:en": "Kafr Zir", "name:ar": "كفر زير"},
    } | changes


def feature(point=(36.5, 35.6), **properties):
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": list(point)}, "properties": properties}


PHOTON = {
    "features": [
        feature(
            osm_type="N", osm_id=123, osm_key="place", osm_value="village", type="city", name="Kafr Zir",
            state="North", countrycode="SY",
        )
    ]
}  # fmt: skip
PELIAS = {
    "features": [
        feature(
            gid="openstreetmap:locality:node/123", layer="locality", name="Kafr Zir", region="North", country_a="SYR",
            match_type="exact",
        )
    ]
}  # fmt: skip
GEONAMES = {
    "geonames": [
        {
            "geonameId": 123, "name": "Kafr Zir", "toponymName": "Kafr Zīr", "lat": "35.6", "lng": "36.5", "fcl": "P",
            "fcode": "PPL", "countryCode": "SY", "adminName1": "North", "population": 0,
        }
    ]
}  # fmt: skip
PATHS = {"nominatim": "/search", "photon": "/api", "pelias": "/v1/search", "geonames": "/searchJSON"}
FOUND = {"nominatim": [nominatim()], "photon": PHOTON, "pelias": PELIAS, "geonames": GEONAMES}
NOTHING = {"nominatim": [], "photon": {"features": []}, "pelias": {"features": []}, "geonames": {"geonames": []}}
KEYS = {"CONFLICTMAP_GEONAMES_USERNAME": "secretname", "CONFLICTMAP_PELIAS_KEY": "secretkey"}

every_service = pytest.mark.parametrize("name", list(SERVICES))


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def opened(tmp_path, fake, time):
    """Function that opens a service on the fake server; Nominatim for a theatre of two countries by default."""

    def open_(name="nominatim", **options):
        given = {
            "theatre": THEATRE,
            "cache": tmp_path / "online.sqlite",
            "clock": time,
            "sleep": time.sleep,
            "environ": KEYS,
            "base_url": fake.url,
            "timeout": 20.0,
        }
        return open_service(name, **(given | options))

    return open_


@pytest.fixture
def answered(opened, fake):
    """Function that asks Nominatim for Kafr Zir, which gives these answers."""

    def ask(*answers, toponym="Kafr Zir", context=NOWHERE, **options):
        fake.script("/search", Answer(body=list(answers)))
        return opened(**options).ask(toponym, context)

    return ask


# --- the four services ---


@every_service
def test_each_service_finds_the_village(opened, fake, name):
    fake.script(PATHS[name], Answer(body=FOUND[name]))
    found = opened(name).ask("Kafr Zir", IN_NORTH)
    assert (found.place.name, found.place.longitude, found.place.latitude) == ("Kafr Zir", 36.5, 35.6)
    assert (found.precision, found.radius_km, found.method) == (Precision.NAMED_PLACE, 5.0, name)
    assert (found.place.feature_class, found.place.feature_code, found.toponym) == ("P", "PPL", "Kafr Zir")
    assert found.score == 0.85
    assert found.reason == f"{name}: same spelling; in the unit stated"
    assert name in GEO_METHODS


def test_ids_tell_the_service_and_its_object(opened, fake):
    ids = {}
    for name in SERVICES:
        fake.script(PATHS[name], Answer(body=FOUND[name]))
        ids[name] = opened(name).ask("Kafr Zir", NOWHERE).place.place_id
    assert ids == {
        "nominatim": "nominatim:node/123",
        "photon": "photon:node/123",
        "pelias": "pelias:openstreetmap:locality:node/123",
        "geonames": "geonames:123",
    }


@every_service
def test_an_empty_answer_is_no_place_in_words_and_is_not_asked_again(opened, fake, name):
    fake.script(PATHS[name], Answer(body=NOTHING[name]))
    for _ in range(2):
        found = opened(name).ask("Kafr Zir", NOWHERE)
        assert found.place is None
        assert found.reason == f"{name} knows no place of this name there"
    assert len(fake.requests) == 1


@every_service
def test_all_that_is_sent_is_the_name_and_where_to_look(opened, fake, name):
    fake.script(PATHS[name], Answer(body=NOTHING[name]))
    opened(name, contact="who@example.org").ask("near Kafr Zir (village)", IN_NORTH)
    (request,) = fake.requests
    assert request.headers["User-Agent"].startswith("conflictmap/")
    assert request.headers["User-Agent"].endswith("(who@example.org)")
    sent = {k: v for k, v in request.query.items() if k not in ("format", "limit", "addressdetails", "namedetails")}
    assert sent == {
        "nominatim": {
            "q": ["Kafr Zir"], "accept-language": ["en,ar"], "countrycodes": ["sy,tr"], "bounded": ["1"],
            "viewbox": ["35.0,34.0,38.0,37.0"],
        },
        "photon": {"q": ["Kafr Zir"], "lang": ["en"], "bbox": ["35.0,34.0,38.0,37.0"]},
        "pelias": {
            "text": ["Kafr Zir"], "lang": ["en,ar"], "boundary.country": ["SY,TR"], "api_key": ["secretkey"],
            "boundary.rect.min_lon": ["35.0"], "boundary.rect.min_lat": ["34.0"],
            "boundary.rect.max_lon": ["38.0"], "boundary.rect.max_lat": ["37.0"],
        },
        "geonames": {"q": ["Kafr Zir"], "country": ["SY", "TR"], "username": ["secretname"]},
    }[name]  # fmt: skip


def test_arabic_is_asked_and_answered(answered, fake):
    found = answered(nominatim(), toponym="كفر زير")
    assert fake.requests[0].query["q"] == ["كفر زير"]
    assert (found.place.name, found.place.name_ar, found.reason) == ("Kafr Zir", "كفر زير", "nominatim: same spelling")


def test_photon_is_not_bothered_with_a_language_it_refuses(opened, fake):
    fake.script("/api", Answer(body=NOTHING["photon"]))
    opened("photon").ask("كفر زير", NOWHERE)
    assert "lang" not in fake.requests[0].query


def test_a_server_may_lie_below_a_path(opened, fake):
    fake.script("/maps/nominatim/search", Answer(body=[nominatim()]))
    assert opened(base_url=f"{fake.url}/maps/nominatim/").ask("Kafr Zir", NOWHERE).place


@pytest.mark.parametrize("toponym", ["", "  ", "town", "12", "Kafr Zir or Tall Zir", "\u200f", "\x00"])
def test_what_is_no_one_name_is_not_sent(opened, fake, toponym):
    assert opened().ask(toponym, NOWHERE) is None
    assert fake.requests == []


# --- trouble ---


def test_a_busy_server_is_left_alone_for_as_many_seconds_as_it_says(opened, fake, time):
    fake.script("/search", Answer(429, headers={"Retry-After": "7"}), Answer(body=[nominatim()]))
    assert opened().ask("Kafr Zir", NOWHERE).place
    assert time.slept == [7]


def test_a_busy_server_is_left_alone_until_the_hour_it_says(opened, fake, time):
    later = format_datetime(NOON + timedelta(seconds=30), usegmt=True)
    fake.script("/search", Answer(429, headers={"Retry-After": later}), Answer(body=[nominatim()]))
    assert opened().ask("Kafr Zir", NOWHERE).place
    assert time.slept == [30]


@pytest.mark.parametrize("said", ["soon", "-5", "Tue, 99 Feb 2020", ""])
def test_a_senseless_retry_after_does_not_count(opened, fake, time, said):
    fake.script("/search", Answer(429, headers={"Retry-After": said}), Answer(body=[nominatim()]))
    assert opened().ask("Kafr Zir", NOWHERE).place
    assert time.slept == [2]


def test_a_server_that_wants_an_hour_is_not_waited_for_nor_asked_again(opened, fake, time):
    fake.script("/search", Answer(429, headers={"Retry-After": "3600"}))
    service = opened()
    with pytest.raises(GeocoderError, match="no request for 60 minutes"):
        service.ask("Kafr Zir", NOWHERE)
    with pytest.raises(GeocoderError, match="not asked any more in this run"):
        service.ask("Tall Zir", NOWHERE)
    assert (len(fake.requests), time.slept) == (1, [])


@pytest.mark.parametrize("trouble", [Answer(500), Answer(503, body="<html>"), Answer(drop=True), Answer(stall=True)])
def test_passing_trouble_passes(opened, fake, time, trouble):
    fake.script("/search", trouble, Answer(body=[nominatim()]))
    assert opened(timeout=1.0 if trouble.stall else 20.0).ask("Kafr Zir", NOWHERE).place
    assert time.slept == [2]


@pytest.mark.parametrize(
    "trouble",
    [
        Answer(500),
        Answer(drop=True),
        Answer(stall=True),
        Answer(body=[nominatim()], cut=50),
        Answer(raw=b"hello\r\n\r\n"),
    ],
    ids=["500", "dropped", "silent", "cut", "no HTTP"],
)
def test_lasting_trouble_is_told_after_four_tries_and_kept_nowhere(opened, fake, time, trouble):
    fake.script("/search", trouble)
    service = opened(timeout=0.1 if trouble.stall else 20.0)
    with pytest.raises(GeocoderError, match="asked 4 times, try later") as error:
        service.ask("Kafr Zir", NOWHERE)
    assert str(error.value).startswith("nominatim failed: ")
    assert (len(fake.requests), time.slept) == (4, [2, 4, 8])
    fake.script("/search", Answer(body=[nominatim()]))
    assert opened().ask("Kafr Zir", NOWHERE).place


def test_after_three_failures_in_a_row_the_server_is_left_alone_but_known_answers_still_count(opened, fake):
    fake.script("/search", Answer(body=[nominatim()]))
    service = opened()
    service.ask("Kafr Zir", NOWHERE)
    fake.script("/search", Answer(400))
    for name in ("a b", "c d", "e f", "g h"):
        with pytest.raises(GeocoderError, match="400"):
            service.ask(name, NOWHERE)
    assert len(fake.requests) == 4
    assert service.ask("Kafr Zir", NOWHERE).place


def test_an_answer_between_failures_shows_that_the_server_is_well(opened, fake):
    no, yes = Answer(400), Answer(body=[])
    fake.script("/search", no, no, yes, no, no, yes)
    service = opened()
    for name in ("a b", "c d", "e f", "g h", "i j"):
        with suppress(GeocoderError):
            service.ask(name, NOWHERE)
    assert service.ask("Kafr Zir", NOWHERE).place is None
    assert len(fake.requests) == 6


def test_no_server_at_all(opened):
    with pytest.raises(GeocoderError, match="takes no connections"):
        opened(base_url=closed_port()).ask("Kafr Zir", NOWHERE)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body="{nonsense"),
        Answer(body="<html><h1>Log in</h1>", kind="text/html"),
        Answer(body=b"\xff\xfe\x00"),
        Answer(body="[" * 100_000),
        Answer(body='"just text"'),
        Answer(body="17"),
        Answer(body=[17]),
        Answer(body=["text"]),
        Answer(body=[{"lat": "35.6"}]),
        Answer(body=[nominatim(lat="north")]),
        Answer(body=[nominatim(lat="NaN")]),
        Answer(body=[nominatim(lat="95")]),
        Answer(body='[{"lat": NaN, "lon": 1}]'),
        Answer(body=[nominatim(lon=10**400)]),
        Answer(body=[nominatim(lat=[35.6])]),
        Answer(body=[nominatim(lat="35.6; 36")]),
        Answer(body=b"[" + b" " * 6_000_000 + b"]"),
    ],
    ids=str,
)
def test_nonsense_is_an_error_in_words_and_no_place(opened, fake, answer):
    fake.script("/search", answer)
    with pytest.raises(GeocoderError) as error:
        opened().ask("Kafr Zir", NOWHERE)
    assert "Error" not in str(error.value)
    assert len(fake.requests) == 1


@pytest.mark.parametrize("name", ["photon", "pelias", "geonames"])
@pytest.mark.parametrize(
    "document", [[], {}, {"features": 3, "geonames": 3}, {"features": [{}], "geonames": [{}]}, None]
)
def test_documents_of_another_shape_give_no_place(opened, fake, name, document):
    fake.script(PATHS[name], Answer(body=document))
    with suppress(GeocoderError):
        assert opened(name).ask("Kafr Zir", NOWHERE).place is None


@pytest.mark.parametrize(
    "changes",
    [
        {"lat": None, "lon": None},
        {"lat": "0", "lon": "0"},
        {"lon": "400"},
        {"osm_id": "1); DROP TABLE"},
        {"osm_type": "../../etc"},
        {"address": "Syria"},
        {"type": None, "class": None},
        {"name": 5, "namedetails": {}, "display_name": ""},
    ],
    ids=str,
)
def test_answers_that_lack_what_they_must_have_are_not_taken(answered, changes):
    found = answered(nominatim(**changes))
    assert found.place is None
    assert found.reason.startswith("nominatim has no answer that fits")


def test_the_point_zero_zero_stands_for_unknown(answered):
    found = answered(nominatim(lat="0", lon="0.0", address={}), theatre=WORLD)
    assert found.reason == "nominatim has no answer that fits: an answer without a name or a usable point"


def test_a_name_cannot_steer_the_terminal_or_the_reading_direction(answered):
    found = answered(nominatim(name="Kafr\x1b[31m\u202eZir\n" + "x" * 900, namedetails={"name": "Kafr Zir"}))
    assert found.place.name.startswith("Kafr [31m Zir x")
    assert found.place.name.isprintable()
    assert len(found.place.name) == 200


# --- where it may go ---


@every_service
def test_nothing_goes_to_another_host_and_no_key(opened, fake, other_host, name):
    fake.script(PATHS[name], redirect(f"{other_host.url}{PATHS[name]}?q=Kafr"))
    with pytest.raises(GeocoderError, match="was not to be asked") as error:
        opened(name).ask("Kafr Zir", NOWHERE)
    assert other_host.requests == []
    assert not any(secret in repr(error.value) for secret in KEYS.values())


def test_a_redirect_within_the_host_is_followed(opened, fake):
    fake.script("/search", redirect("/search.php?q=Kafr+Zir", 301))
    fake.script("/search.php", Answer(body=[nominatim()]))
    assert opened().ask("Kafr Zir", NOWHERE).place
    assert fake.paths() == ["/search", "/search.php"]


def test_a_redirect_in_a_circle_ends(opened, fake):
    fake.script("/search", redirect("/search"))
    with pytest.raises(GeocoderError, match="on and on"):
        opened().ask("Kafr Zir", NOWHERE)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://nominatim.example.org", "unencrypted"),
        ("ftp://example.org", "no address"),
        ("example.org", "no address"),
        ("https://exa mple.org", "no address"),
        ("https://example.org:99999", "no address"),
        ("https://me:hush@example.org", "carries a password"),
        ("https://example.org/?api_key=hush", "carries a password"),
    ],
)
def test_an_address_that_should_not_be_used_is_refused(opened, url, said):
    with pytest.raises(GeocoderError, match=said) as error:
        opened(base_url=url)
    assert "hush" not in str(error.value)


@pytest.mark.parametrize("name", ["pelias", "geonames"])
def test_keys_stand_in_no_message_setting_or_cache(opened, fake, tmp_path, caplog, name):
    secret = {"pelias": "secretkey", "geonames": "secretname"}[name]
    fake.script(
        PATHS[name],
        Answer(body=FOUND[name]),
        Answer(body={"status": {"message": f"user {secret} is over its limit", "value": 19}}),
    )
    service = opened(name)
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger="geopy"):
        service.ask("Kafr Zir", NOWHERE)
        with pytest.raises(GeocoderError) as error:
            service.ask("Tall Zir", NOWHERE)
    assert fake.requests[0].raw_query.count(secret) == 1
    assert secret not in str(error.value) + repr(error.value.__cause__) + json.dumps(service.setting) + caplog.text
    assert secret.encode() not in (tmp_path / "online.sqlite").read_bytes()


def test_geonames_says_in_its_answer_that_it_refuses(opened, fake):
    fake.script("/searchJSON", Answer(body={"status": {"message": "user does not exist.", "value": 10}}))
    service = opened("geonames")
    with pytest.raises(GeocoderError, match="refuses: user does not exist"):
        service.ask("Kafr Zir", NOWHERE)
    with pytest.raises(GeocoderError, match="not asked any more"):
        service.ask("Tall Zir", NOWHERE)
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("bing", {}, "wanted one of nominatim, photon, pelias, geonames"),
        ("pelias", {"base_url": None}, "--online-url"),
        ("geonames", {"environ": {}}, "CONFLICTMAP_GEONAMES_USERNAME"),
        ("nominatim", {"base_url": None, "environ": {}}, "--online-contact"),
        ("nominatim", {"base_url": None, "contact": "me\r\nX-Evil: 1@"}, "no contact"),
        ("nominatim", {"base_url": None, "contact": "nobody"}, "no contact"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_sent(opened, name, options, said):
    with pytest.raises(GeocoderError, match=said):
        opened(name, **options)


def test_a_key_is_optional_for_a_pelias_of_ones_own(opened, fake):
    fake.script("/v1/search", Answer(body=PELIAS))
    assert opened("pelias", environ={}).ask("Kafr Zir", NOWHERE).place
    assert "api_key" not in fake.requests[0].query


# --- what is believed ---


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"lon": "39.5"}, "lies outside the bounds of the theatre"),
        ({"address": {"country_code": "iq"}}, "lies in IQ, not in SY or TR"),
        ({"name": "Tall Zir", "namedetails": {}}, "Tall Zir is another name"),
        ({"class": "shop", "type": "bakery"}, "something that is no place"),
        ({"class": "highway", "type": "residential"}, "something that is no place"),
        ({"address": {"state": "South", "country_code": "sy"}}, "lies in South, not in North as stated"),
    ],
)
def test_what_lies_elsewhere_or_is_something_else_is_not_taken(answered, changes, said):
    found = answered(nominatim(**changes), context=IN_NORTH)
    assert found.place is None
    assert found.score is None
    assert said in found.reason


def test_the_country_that_the_row_states_rules(answered, fake):
    found = answered(nominatim(), context=Context("Turkey"))
    assert found.reason == "nominatim has no answer that fits: Kafr Zir lies in SY, not in TR"
    assert fake.requests[0].query["countrycodes"] == ["tr"]


def test_a_unit_that_cannot_be_checked_costs_trust(answered):
    sure = answered(nominatim(), context=IN_NORTH)
    unsure = answered(
        nominatim(address={"country_code": "sy"}), context=IN_NORTH, theatre=replace(THEATRE, languages=())
    )
    assert unsure.score < sure.score
    assert unsure.reason.endswith("whether it lies in the unit stated is not known")


UNITS = [
    ("N1", "North", "A", "ADM1", "N1", 36.5, 35.7),
    ("N2", "Ayn Zir", "P", "PPL", "N1", 36.51, 35.61),
    ("S1", "South", "A", "ADM1", "S1", 36.5, 34.2),
    ("S2", "Dayr Zir", "P", "PPL", "S1", 36.5, 34.3),
]


@pytest.fixture(scope="module")
def gazetteer():
    import pandas as pd

    columns = ["place_id", "name", "feature_class", "feature_code", "admin1", "longitude", "latitude"]
    places, problems = conform(pd.DataFrame(UNITS, columns=columns).assign(country="SY", source="test"), PLACES)
    assert problems == []
    return build_gazetteer(places)


def test_with_a_gazetteer_units_are_checked_on_the_ground(answered, gazetteer):
    other_words = nominatim(address={"state": "محافظة أخرى", "country_code": "sy"})
    assert answered(other_words, context=IN_NORTH, gazetteer=gazetteer).place
    by_code = Context("", ("S1", "", ""))
    assert answered(other_words, context=by_code, gazetteer=gazetteer).reason.endswith("not in S1 as stated")


def test_a_district_of_the_same_name_in_another_province_is_not_meant(answered, gazetteer):
    there = nominatim(address={"county": "Market", "country_code": "sy"})
    stated = Context("", ("South", "Market", ""))
    assert answered(there, context=stated, gazetteer=gazetteer).place is None


@pytest.mark.parametrize(
    ("changes", "toponym", "precision"),
    [
        ({"class": "place", "type": "city"}, "Kafr Zir", Precision.NAMED_PLACE),
        ({}, "near Kafr Zir", Precision.NEAR),
        ({}, "east of Kafr Zir", Precision.NEAR),
        ({}, "Kafr Zir countryside", Precision.NEAR),
        ({}, "Kafr Zir governorate", Precision.FIRST_DIVISION),
        ({"class": "natural", "type": "peak"}, "Kafr Zir", Precision.NEAR),
        ({"class": "boundary", "type": "administrative", "addresstype": "state"}, "Kafr Zir", Precision.FIRST_DIVISION),
        ({"class": "boundary", "type": "administrative", "addresstype": "county"}, "Kafr Zir", Precision.DISTRICT),
        (
            {"class": "boundary", "type": "administrative", "addresstype": None, "place_rank": 8},
            "Kafr Zir",
            Precision.FIRST_DIVISION,
        ),
        ({"class": "boundary", "type": "administrative", "addresstype": "city"}, "Kafr Zir", Precision.NAMED_PLACE),
        ({"class": "boundary", "type": "administrative", "addresstype": "country"}, "Kafr Zir", Precision.COUNTRY),
    ],
    ids=str,
)
def test_precision_is_that_of_what_was_found_and_how_it_was_named(answered, changes, toponym, precision):
    found = answered(nominatim(**changes), toponym=toponym)
    assert found.precision is precision
    assert (found.radius_km is None) == (precision not in (Precision.NAMED_PLACE, Precision.NEAR))


def test_two_villages_of_one_name_are_a_tie_and_the_unit_breaks_it(answered, opened):
    twin = nominatim(osm_id=124, lat="34.5", address={"state": "South", "country_code": "sy"})
    tied = answered(nominatim(), twin)
    assert tied.place is None
    assert "2 places that fit equally (nominatim:node/123, nominatim:node/124)" in tied.reason
    assert [c.place.place_id for c in tied.runners_up] == ["nominatim:node/123", "nominatim:node/124"]
    assert opened().ask("Kafr Zir", IN_NORTH).place.place_id == "nominatim:node/123"


def test_the_town_is_meant_before_the_unit_of_its_name_unless_it_is_called_one(answered, opened):
    unit = nominatim(
        osm_type="relation", osm_id=7, lat="35.9", **{"class": "boundary"}, type="administrative", addresstype="state"
    )
    assert answered(unit, nominatim()).place.place_id == "nominatim:node/123"
    called = opened().ask("Kafr Zir province", NOWHERE)
    assert (called.place.place_id, called.precision) == ("nominatim:relation/7", Precision.FIRST_DIVISION)


def test_a_pelias_fallback_is_no_answer(opened, fake):
    (one,) = PELIAS["features"]
    fake.script(
        "/v1/search", Answer(body={"features": [one | {"properties": one["properties"] | {"match_type": "fallback"}}]})
    )
    assert opened("pelias").ask("Kafr Zir", NOWHERE).place is None


def test_scores_stay_below_the_same_agreement_with_a_gazetteer(answered):
    scores = [answered(nominatim(), context=c).score for c in (NOWHERE, IN_NORTH)]
    assert scores == [0.8, 0.85]
    assert answered(nominatim(), toponym="Kafr Zayr").score == 0.6


@pytest.fixture(scope="module")
def anything(tmp_path_factory):
    """A service that gives the same answer to every question."""
    cache = tmp_path_factory.mktemp("online") / "any.sqlite"
    return open_service(
        "nominatim", theatre=WORLD, cache=cache, clock=Time(), sleep=Time().sleep, environ={},
        base_url="http://localhost", fetch=lambda *_: [nominatim()],
    )  # fmt: skip


@settings(max_examples=40)
@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_any_toponym_country_and_unit_is_read_without_a_fault(anything, toponym, country, unit):
    found = anything.ask(toponym, Context(country, (unit, "", "")))
    assert found is None or found.reason


# --- the cache ---


def test_a_known_name_costs_neither_a_request_nor_a_wait(opened, fake, time):
    fake.script("/search", Answer(body=[nominatim()]))
    first = opened().ask("Kafr Zir", NOWHERE)
    again = opened().ask("Kafr Zir", NOWHERE)
    assert again == first
    assert (len(fake.requests), time.slept) == (1, [])


def test_answers_are_kept_apart_by_all_that_was_asked(opened, fake):
    fake.script("/search", Answer(body=[]))
    fake.script("/below/search", Answer(body=[]))
    opened().ask("Kafr Zir", NOWHERE)
    opened().ask("Tall Zir", NOWHERE)
    opened().ask("Kafr Zir", Context("Turkey"))
    opened(theatre=replace(THEATRE, languages=("ar",))).ask("Kafr Zir", NOWHERE)
    opened(theatre=replace(THEATRE, bounds=None)).ask("Kafr Zir", NOWHERE)
    opened(base_url=f"{fake.url}/below").ask("Kafr Zir", NOWHERE)
    assert len(fake.requests) == 6


def test_checks_are_made_anew_on_a_known_answer(answered, opened, fake):
    assert answered(nominatim(), context=IN_NORTH).place
    assert opened().ask("Kafr Zir", Context("", ("South", "", ""))).place is None
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    "damage", [b"not a database at all, but some text" * 100, b"SQLite format 3\x00" + b"\x07" * 5_000]
)
def test_a_damaged_cache_is_set_aside_and_begun_anew_and_said(opened, fake, tmp_path, damage):
    (tmp_path / "online.sqlite").write_bytes(damage)
    fake.script("/search", Answer(body=[nominatim()]))
    service = opened()
    assert service.ask("Kafr Zir", NOWHERE).place
    (problem,) = service.problems
    assert "is damaged; it was set aside as online.sqlite.damaged1" in problem.message
    assert (tmp_path / "online.sqlite.damaged1").read_bytes() == damage
    assert opened().ask("Kafr Zir", NOWHERE).place
    assert len(fake.requests) == 1


def test_a_cache_that_breaks_meanwhile_is_begun_anew(answered, opened, fake, tmp_path):
    service = opened()
    (tmp_path / "online.sqlite").write_bytes(b"x" * 5_000)
    fake.script("/search", Answer(body=[nominatim()]))
    assert service.ask("Kafr Zir", NOWHERE).place
    assert len(service.problems) == 1


def test_a_damaged_answer_in_the_cache_is_asked_again(opened, fake, tmp_path):
    fake.script("/search", Answer(body=[nominatim()]))
    opened().ask("Kafr Zir", NOWHERE)
    for nonsense in ("{", '{"a": 1}', "[17]"):
        with sqlite3.connect(tmp_path / "online.sqlite") as db:
            db.execute("UPDATE answers SET answer = ?", (nonsense,))
        db.close()
        assert opened().ask("Kafr Zir", NOWHERE).reason
    assert len(fake.requests) == 3


def test_a_database_of_something_else_is_left_alone(opened, tmp_path):
    with sqlite3.connect(tmp_path / "online.sqlite") as db:
        db.execute("CREATE TABLE mine (a)")
    db.close()
    before = (tmp_path / "online.sqlite").read_bytes()
    with pytest.raises(GeocoderError, match="database of something else"):
        opened()
    assert (tmp_path / "online.sqlite").read_bytes() == before


def test_a_cache_that_cannot_be_written_is_said(opened, tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "x.sqlite"):
        with pytest.raises(GeocoderError, match="name another file"):
            opened(cache=path)


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_only_its_owner_may_read_which_places_were_looked_up(opened, tmp_path):
    opened()
    assert (tmp_path / "online.sqlite").stat().st_mode & 0o077 == 0


# --- the pace, and the public server ---


@pytest.fixture
def public(opened):
    """Function that opens the public Nominatim, its network replaced by a function that notes what is sent."""

    def open_(time, sent, *, answer=None, **options):
        def fetch(address, _):
            sent.append((address, time().timestamp()))
            return [] if answer is None else answer

        given = {"base_url": None, "contact": "who@example.org", "fetch": fetch, "clock": time, "sleep": time.sleep}
        return opened(**(given | options))

    return open_


def test_the_public_server_is_asked_once_a_second(public, time):
    sent = []
    service = public(time, sent)
    for n in range(5):
        service.ask(f"Kafr Zir {'abcde'[n]}", NOWHERE)
        service.ask(f"Kafr Zir {'abcde'[n]}", NOWHERE)
    moments = [moment for _, moment in sent]
    assert [b - a for a, b in pairwise(moments)] == [1.0] * 4
    assert all(address.startswith("https://nominatim.openstreetmap.org/search?q=Kafr") for address, _ in sent)


def test_two_services_in_two_threads_keep_one_pace(public):
    time, sent = Time(frozen=True), []  # so the waits themselves are the turns taken
    services = [public(time, sent), public(time, sent, base_url="https://Nominatim.openstreetmap.org:443/")]

    def ask(service):
        for letter in "abcde":
            service.ask(f"Kafr Zir {letter}", NOWHERE)

    threads = [threading.Thread(target=ask, args=(s,)) for s in services]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(time.slept) == [float(n) for n in range(1, 10)]
    assert len(sent) == 10


TURN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from geo.online.cache import AnswerCache
cache = AnswerCache(Path(sys.argv[1]), lambda: datetime(2020, 2, 11, tzinfo=UTC))
print([cache.reserve("host", 1.0) for _ in range(20)])
"""


def test_two_processes_keep_one_pace(tmp_path):
    command = [sys.executable, "-c", TURN, str(tmp_path / "pace.sqlite")]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    turns = [turn for process in both for turn in json.loads(process.communicate()[0])]
    assert sorted(turns) == [float(n) for n in range(40)]


def test_a_server_that_wants_a_pause_gets_it_from_all(tmp_path):
    time = Time(frozen=True)
    one, other = (AnswerCache(tmp_path / "pace.sqlite", time) for _ in range(2))
    one.reserve("host", 1.0)
    one.hold("host", 30.0)
    assert other.reserve("host", 1.0) == 30
    assert other.reserve("elsewhere", 1.0) == 0


def test_a_clock_set_back_does_not_stop_the_work(tmp_path):
    time = Time()
    cache = AnswerCache(tmp_path / "pace.sqlite", time)
    cache.reserve("host", 1.0)
    time.now -= timedelta(days=1)
    assert cache.reserve("host", 1.0) == 0
    assert cache.reserve("host", 1.0) == 1


def names(count):
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [f"Kafr {letters[n // 26]}{letters[n % 26]}zir" for n in range(count)]


def test_the_hundred_and_first_name_is_refused_by_us_with_words(public, time):
    sent = []
    service = public(time, sent)
    for name in names(100):
        assert service.ask(name, NOWHERE).place is None
    with pytest.raises(GeocoderError) as error:
        service.ask("Kafr Zir", NOWHERE)
    for words in ("more than 100 names", "no bulk geocoding", "--gazetteer", "--online-url"):
        assert words in str(error.value)
    assert len(sent) == 100
    assert service.ask(names(1)[0], NOWHERE).reason  # known, so it is answered


def test_more_than_a_hundred_names_are_refused_before_the_first_is_sent(public, time):
    sent = []
    service = public(time, sent)
    service.expect([(name, NOWHERE) for name in names(100)] * 2)
    with pytest.raises(GeocoderError, match="more than 100 names"):
        service.expect([(name, NOWHERE) for name in names(101)])
    assert sent == []


def test_a_server_of_ones_own_is_asked_for_any_number_at_any_pace(opened, time):
    service = opened(fetch=lambda *_: [])
    service.expect([(name, NOWHERE) for name in names(500)])
    for name in names(120):
        service.ask(name, NOWHERE)
    assert time.slept == []


# --- in a run ---


def test_a_run_that_nobody_told_to_ask_opens_no_connection(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    table = tmp_path / "events.csv"
    table.write_text("date,event_type,place\n2020-02-10,Battles,Nowhere Known Zir\n", encoding="utf-8")
    located = run(
        [table], Setting(load_theatre("idlib")), tmp_path / "out", formats=["geojson"], on_step=lambda _: None
    )
    assert located.events["geometry"].isna().all()


def test_a_run_that_was_told_to_ask_places_what_no_gazetteer_has(tmp_path, opened, fake):
    fake.script("/search", Answer(body=[nominatim(name="Kafr Qwxyz", namedetails={})]))
    table = tmp_path / "events.csv"
    table.write_text(
        "date,event_type,place\n2020-02-10,Battles,Kafr Qwxyz\n2020-02-11,Battles,Saraqib\n", encoding="utf-8"
    )
    theatre = load_theatre("idlib")
    setting = Setting(theatre, service=opened(theatre=theatre))
    located = run([table], setting, tmp_path / "out", formats=["geojson"], on_step=lambda _: None)
    asked, known = located.events.sort_values("date_start").itertuples()
    assert (asked.place_id, asked.geo_method, asked.geo_score) == ("nominatim:node/123", "nominatim", 0.8)
    assert (asked.geometry.x, asked.geometry.y) == (36.5, 35.6)
    assert known.geo_method != "nominatim"
    assert [r.query["q"] for r in fake.requests] == [["Kafr Qwxyz"]]


def test_a_run_with_more_names_than_a_public_server_allows_sends_none(tmp_path, public, time):
    sent = []
    rows = [f"2020-02-10,Battles,{name.replace('Kafr', 'Wuxqo')}" for name in names(101)]
    table = tmp_path / "events.csv"
    table.write_text("\n".join(["date,event_type,place", *rows]), encoding="utf-8")
    setting = Setting(load_theatre("idlib"), service=public(time, sent))
    with pytest.raises(GeocoderError, match="more than 100 names"):
        run([table], setting, tmp_path / "out", formats=["geojson"], on_step=lambda _: None)
    assert sent == []
