"""A printed map shows rates of its own days, explains the classes that are seen, and names the counts they are over."""

import dataclasses
from datetime import date

import pytest
from page_sample import gazetteer, theatre
from test_choropleth import COUNTED, FOUGHT
from test_figure import texts, words_of
from test_links import AREAS, events, fight
from test_population import population

from geo.schema import DISPLACEMENT, empty
from maps.choropleth import NO_COUNT
from maps.figure import PrintOptions, render_figure
from maps.figure.content import content_of
from maps.figure.rates import with_rates
from maps.figure.view import Box
from maps.layers import make_spec

FEBRUARY = (date(2020, 2, 1), date(2020, 2, 29))


def spec_of(fights, counts):
    there = theatre(bounds=(-0.2, -0.2, 2.2, 1.2), metric_crs="EPSG:32631", context=(), period=None)
    made = make_spec(fights, empty(DISPLACEMENT), AREAS, gazetteer(), theatre=there)
    return dataclasses.replace(made, population=counts)


def drawn(counts=COUNTED, **options):
    return render_figure(spec_of(FOUGHT, counts), PrintOptions(period=FEBRUARY, **options))


def test_the_finest_counted_units_are_coloured_by_the_rate_of_the_days_shown():
    fights = events(fight("2020-02-10", admin2_pcode="W101"), fight("2020-03-10", admin2_pcode="W101"))
    spec = spec_of(fights, COUNTED)
    content = with_rates(content_of(spec, FEBRUARY), spec, FEBRUARY)
    told = content.rates.set_index("pcode")
    assert told.loc["W101", ["events", "rate", "rate_class"]].tolist() == [1, 1.25, "more than 0"]
    assert content.rate_measure == "events_per_100000"


def test_the_legend_explains_what_is_seen_and_whose_counts_the_rates_are_over():
    said = words_of(drawn())
    assert {"Fighting for 100,000 people", "more than 0"} <= set(said)
    assert "Inhabitants: Office (2019)." in said
    assert not {"none recorded", "no figure", "inhabitants not counted"} & set(said)
    both = words_of(drawn(population(("W1", 200_000, 2019))))
    assert {"more than 0", "inhabitants not counted"} <= set(both)


def test_in_arabic_the_classes_are_said_in_arabic():
    said = words_of(drawn(population(("W1", 200_000, 2019)), language="ar"))
    assert {"فوق الصفر", "عدد السكان غير معروف"} <= set(said)
    assert any("نسمة" in text for text in said)


@pytest.mark.parametrize("orientation", ["portrait", "landscape"])
def test_no_word_of_the_legend_leaves_the_page_or_is_cut(orientation):
    figure = drawn(population(("W1", 200_000, 2019)), orientation=orientation)
    page = Box(0, 0, *(figure.get_size_inches() * 25.4))
    found = texts(figure)
    assert [text for text, box, _ in found if not page.inset(5).holds(box)] == []
    assert not any(text.endswith("…") for text, _, _ in found)


def test_without_counts_or_days_or_with_panels_no_unit_is_coloured():
    spec = spec_of(FOUGHT, population())
    assert with_rates(content_of(spec, FEBRUARY), spec, FEBRUARY).rates.empty
    counted = spec_of(FOUGHT, COUNTED)
    assert with_rates(content_of(counted, None), counted, None).rates.empty
    panels = words_of(drawn(multiples="month"))
    assert "more than 0" not in panels
    assert NO_COUNT not in panels
