"""Closed vocabularies hang together and event words mean what they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.codes import (
    ACLED_GEO_PRECISION,
    ACLED_TIME_PRECISION,
    AREA_PRECISIONS,
    EVENT_SUBTYPES,
    EVENT_TYPES,
    EVENT_WORDS,
    POINT_PRECISIONS,
    PRECISION,
    TYPE_OF_SUBTYPE,
    UCDP_DATE_PRECISION,
    UCDP_TYPE_OF_VIOLENCE,
    UCDP_WHERE_PRECISION,
    Precision,
    code_event,
)


def test_there_are_six_event_types_and_twenty_five_sub_types():
    assert len(EVENT_TYPES) == 6
    assert len(TYPE_OF_SUBTYPE) == sum(len(subs) for subs in EVENT_SUBTYPES.values()) == 25


def test_every_precision_is_described_and_drawn_as_something():
    assert set(PRECISION) == set(Precision)
    assert {c.drawn_as for c in PRECISION.values()} == {"point", "disc", "area", "list"}
    assert not POINT_PRECISIONS & AREA_PRECISIONS


def test_point_precisions_have_a_radius_and_grow():
    radii = [PRECISION[p].radius_km for p in sorted(POINT_PRECISIONS)]
    assert radii == sorted(radii)


def test_crosswalks_cover_every_code_of_their_codebook():
    assert set(ACLED_GEO_PRECISION) == set(ACLED_TIME_PRECISION) == {1, 2, 3}
    assert set(UCDP_WHERE_PRECISION) == set(range(1, 8))
    assert set(UCDP_DATE_PRECISION) == set(range(1, 6))
    assert set(UCDP_TYPE_OF_VIOLENCE) == {1, 2, 3}


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_a_type_means_itself(kind):
    assert code_event(kind) == (kind, None)


@pytest.mark.parametrize("sub", TYPE_OF_SUBTYPE)
def test_a_sub_type_means_itself_and_its_type(sub):
    assert code_event(sub) == code_event(sub.upper()) == (TYPE_OF_SUBTYPE[sub], sub)


def test_every_known_word_means_a_type_and_a_sub_type_that_belong_together():
    for kind, sub in EVENT_WORDS.values():
        assert kind in EVENT_TYPES
        assert sub is None or TYPE_OF_SUBTYPE[sub] == kind


@pytest.mark.parametrize(
    ("text", "kind", "sub"),
    [
        ("Airstrikes", "Explosions/Remote violence", "Air/drone strike"),
        ("air-strike", "Explosions/Remote violence", "Air/drone strike"),
        ("clashes", "Battles", "Armed clash"),
        ("IED", "Explosions/Remote violence", "Remote explosive/landmine/IED"),
        ("shelling", "Explosions/Remote violence", "Shelling/artillery/missile attack"),
        ("Shelling and airstrikes", "Explosions/Remote violence", None),
        ("قصف", "Explosions/Remote violence", "Shelling/artillery/missile attack"),
        ("Battle-No change of territory", "Battles", None),
        ("kidnapping", "Violence against civilians", "Abduction/forced disappearance"),
    ],
)
def test_common_words_are_known(text, kind, sub):
    assert code_event(text) == (kind, sub)


@pytest.mark.parametrize("text", ["", "wedding", "clash and wedding", "shelling and protest", "no strikes", "???"])
def test_words_that_mean_nothing_or_two_types_are_not_guessed(text):
    assert code_event(text) is None


@given(st.text(max_size=60))
def test_any_text_is_coded_without_an_exception(text):
    found = code_event(text)
    assert found is None or found[0] in EVENT_TYPES
