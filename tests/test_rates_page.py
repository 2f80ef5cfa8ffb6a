"""Rates on the page: what it gets of units and their people, that it counts as the tables do, what a reader sees."""

import dataclasses
import io
import json
import os
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from page_sample import sample_spec
from PIL import Image
from rates_sample import counted_people, rated_spec
from test_leaflet import inflated, read_column

from geo.displacement import one_series, persons, standing_at, unit_of, with_standing
from geo.links import link_table
from geo.rates import PER, rate_column, rate_table
from geo.schema import POPULATION, empty
from maps.basemap import frame
from maps.leaflet import _payload, write_page

EXAMPLE = Path(__file__).resolve().parents[1] / "maps" / "js" / "test" / "rates.json"
EVENT_COLUMNS = ("day", "length", "event_type", "site", "area", "unit")
MEASURES = {"events": "events", "deaths": "deaths_best", "present": "stock_in", "from": "people_from"}


def read_payload(spec):
    """Meta data, and the columns of all tables as lists."""
    text, packed, _ = _payload(spec, frame(spec))
    meta, raw = json.loads(text), inflated(packed)
    tables: dict[str, dict[str, list]] = {}
    for entry in meta["columns"]:
        tables.setdefault(entry["table"], {})[entry["name"]] = np.asarray(read_column(raw, entry)).tolist()
    return meta, tables


def expected_rates(spec):
    """The rates of `geo.rates` for units of the page: a row for each that is known."""
    links = link_table(spec.events, spec.displacement, spec.admin, metric_crs=spec.metric_crs)
    table = rate_table(links, spec.population, spec.admin)
    rows = []
    for row in table.itertuples(index=False):
        days = [(day - pd.Timestamp(0)).days for day in (row.first_day, row.last_day)]
        for measure, column in MEASURES.items():
            number, rate = getattr(row, column), getattr(row, rate_column(column))
            if measure == "present" and row.step == "month":
                number = standing_in(spec, row.unit, int(row.level), row.last_day)
                rate = number / row.population * PER[column]
            if pd.notna(number):
                told = None if pd.isna(rate) else float(rate)
                rows.append([measure, int(row.level), row.unit, *days, float(number), told])
    return rows


def standing_in(spec, unit, level, day):
    """People of the series "sites" in a unit by the latest figures on a day: the table has those of the month alone."""
    stocks = with_standing(one_series(spec.displacement, measure="stock", series="sites"))
    there = unit_of(stocks, "destination", spec.admin, level) == unit
    return persons(stocks)[there & standing_at(stocks, day)].sum(min_count=1)


def example():
    """What the tests of both sides read."""
    spec = rated_spec(70)
    meta, tables = read_payload(spec)
    columns = {name for name in tables["events"] if name in EVENT_COLUMNS or name.startswith("fatalities")}
    words = meta["words"]["events"]
    return {
        "about": "Columns of a page with a count of people, and the rates of geo.rates for its units: [measure, level, "
        "unit, first and last day, number, rate]. Written and read by tests/test_rates_page.py, read by rates.test.js.",
        "rates": meta["rates"],
        "words": {
            "events": {name: words[name] for name in ("event_type", "day0")},
            "records": meta["words"]["records"],
        },
        "events": {name: tables["events"][name] for name in sorted(columns)},
        "records": tables["records"],
        "unit_sets": tables["unit_sets"],
        "expected": expected_rates(spec),
    }


def test_the_rates_that_javascript_must_find_are_those_of_the_tables():
    made = example()
    if os.environ.get("CONFLICTMAP_NEW_EXAMPLE"):
        lines = (f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in made.items())
        EXAMPLE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    stored = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    assert stored == json.loads(json.dumps(made))
    assert {row[0] for row in stored["expected"]} == set(MEASURES)
    assert {PER[column] for column in MEASURES.values()} == {1_000, 100_000}


def test_units_come_with_the_counts_that_suit_each_year():
    meta, tables = read_payload(rated_spec())
    units = {unit["pcode"]: unit for unit in meta["rates"]["units"]}
    assert [unit["level"] for unit in units.values()] == [1, 1, 2, 2, 2, 2, 2, 2]
    sources = meta["rates"]["sources"]
    assert units["XX0101"]["people"] == [[2019, 260_000, 2020, sources.index("Statistics office")]]
    assert units["XX0103"]["people"] == [[2019, None]]
    assert units["XX02"]["people"] == [[2019, 185_000, 2018, sources.index("Statistics office (2 parts added up)")]]
    kind, number = units["XX0102"]["shape"]
    assert meta["features"][kind][number]["name"] == "Hills"
    assert len(tables["events"]["unit"]) == len(tables["events"]["day"])


def test_units_of_a_level_or_country_that_nobody_counted_are_not_told_of():
    provinces = counted_people()
    spec = rated_spec(population=provinces.loc[provinces["pcode"] == "XX01"])
    assert [unit["pcode"] for unit in read_payload(spec)[0]["rates"]["units"]] == ["XX01", "XX02"]


def test_units_of_approximate_outline_have_a_shape_of_their_own():
    counts = counted_people()
    meta, _ = read_payload(rated_spec(approximate=True, population=counts.loc[counts["pcode"].str.len() == 6]))
    shapes = [unit["shape"] for unit in meta["rates"]["units"]]
    assert [kind for kind, _ in shapes] == ["unit"] * 6
    assert [meta["features"]["unit"][number]["pcode"] for _, number in shapes] == [
        unit["pcode"] for unit in meta["rates"]["units"]
    ]


def test_a_page_without_a_count_of_people_holds_nothing_of_rates():
    meta, tables = read_payload(rated_spec(population=empty(POPULATION)))
    assert "rates" not in meta
    assert "unit" not in meta["features"]
    assert "unit_sets" not in tables
    assert "unit" not in tables["events"]


# --- in the browser


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    write_page(rated_spec(), path)
    return path.as_uri()


AT_POINT = """([longitude, latitude]) => {
    const [map] = Object.values(globalThis).filter((value) => value instanceof L.Map);
    const { x, y } = map.latLngToContainerPoint([latitude, longitude]);
    return [x, y];
}"""
HILLS, EMPTY_CORNER = (36.36, 35.31), (37.19, 35.31)  # the second lies in Lower East, where nothing happens


def press(page, place):
    page.mouse.click(*page.evaluate(AT_POINT, place))
    page.locator("#card .unit-card").wait_for()


def colour_at(page, place):
    x, y = page.evaluate(AT_POINT, place)
    shot = page.screenshot(clip={"x": x, "y": y, "width": 2, "height": 2})
    return Image.open(io.BytesIO(shot)).convert("RGB").getpixel((0, 0))


def wait_for_colour(page, place, old):
    for _ in range(40):
        if colour_at(page, place) != old:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"still {old}")


def test_rates_are_off_at_first_and_colour_the_units_when_asked_for(show):
    page = show()
    page.wait_for_timeout(400)
    before = colour_at(page, EMPTY_CORNER)
    assert not page.locator("#rates").is_checked()
    assert page.locator(".rates").is_hidden()
    page.locator("#rates").check()
    wait_for_colour(page, EMPTY_CORNER, before)
    assert colour_at(page, EMPTY_CORNER) == (255, 255, 255)  # none recorded
    page.wait_for_function("() => location.hash.includes('rates=events%2F2')")
    page.locator("#rates").uncheck()
    page.wait_for_function("() => !location.hash.includes('rates=')")
    assert page.locator(".rates").is_hidden()


def test_the_legend_tells_measure_classes_and_whose_count_of_people_it_is(show):
    page = show("#rates=events/2")
    legend = page.locator(".rates")
    assert page.locator("#rate-measure option").all_inner_texts() == [
        "Fighting events per 100,000",
        "Deaths per 100,000",
        "Displaced people there, per 1,000",
        "Displaced from there, per 1,000",
    ]
    assert page.locator("#rate-level option").all_inner_texts() == ["Province", "District"]
    classes = page.locator(".rate-classes li").all_inner_texts()
    assert 2 <= len(classes) <= 5
    assert classes[0].startswith("<")
    assert classes[-1].startswith("≥")
    told = legend.inner_text()
    assert "Inhabitants: Statistics office (2018, 2020)." in told
    assert "Events known only to the province are counted at province level only." in told
    assert "0: none recorded in these days" in told
    assert "no rate: inhabitants not known" in told
    assert re.search(r"Events of fighting in none of these areas: \d+\.", told)
    page.select_option("#rate-level", "1")
    page.wait_for_function("() => document.querySelector('.rates').textContent.includes('in no province')")
    assert "inhabitants not known" not in legend.inner_text()


def test_a_units_card_tells_number_people_year_source_and_rate_and_follows_the_time(show):
    page = show("#rates=events/2&time=2020-01-01/2020-01-31")
    press(page, HILLS)
    card = page.locator("#card")
    told = dict(zip(card.locator("dt").all_inner_texts(), card.locator("dd").all_inner_texts(), strict=True))
    events = int(told["Events"].split()[0])
    assert events > 0
    assert (told["Inhabitants"], told["Source"]) == ("8,000 (2018)", "Statistics office")
    rate = events / 8_000 * 100_000
    assert f"{rate:,.4g}".rstrip("0").rstrip(".") in card.locator(".rate-is").inner_text()
    assert "per 100,000 inhabitants" in card.inner_text()
    assert "fewer than 10,000 inhabitants: one event changes the rate much" in card.inner_text()
    classes, said = page.locator(".rate-classes").inner_text(), card.locator(".rate-is").inner_text()
    page.select_option("#unit", "month")
    page.click("#step-on")
    page.wait_for_function("(old) => document.querySelector('#card .rate-is').innerText !== old", arg=said)
    assert "February 2020" in card.locator(".where").inner_text()
    assert page.locator(".rate-classes").inner_text() == classes  # another month, the same classes
    page.keyboard.press("Escape")
    assert card.is_hidden()


def test_another_measure_renews_the_card_and_another_level_closes_it(show):
    page = show("#rates=events/2")
    press(page, HILLS)
    page.select_option("#rate-measure", "deaths")
    assert "reported dead per 100,000 inhabitants" in page.locator("#card .rate-is").inner_text()
    page.select_option("#rate-level", "1")
    assert page.locator("#card").is_hidden()


def test_a_unit_without_events_says_none_recorded_and_one_without_people_says_no_rate(show):
    page = show("#rates=deaths/2")
    press(page, EMPTY_CORNER)
    assert "None recorded in these days: 0 reported dead per 100,000" in page.locator("#card").inner_text()
    page.keyboard.press("Escape")
    press(page, (36.01, 36.39))
    assert "no rate: inhabitants not known" in page.locator("#card").inner_text()


def test_a_step_in_time_and_a_filter_recolour_the_units(show):
    page = show("#rates=events/2&time=2020-01-01/2020-01-31")
    page.wait_for_timeout(400)
    before = colour_at(page, HILLS)
    for kind in ("Battles", "Explosions", "Violence against"):
        page.locator("label[for^=type-]", has_text=kind).locator("input").uncheck()
    wait_for_colour(page, HILLS, before)
    assert colour_at(page, HILLS) == (255, 255, 255)


def test_people_displaced_are_told_by_the_series_and_day_of_their_figures(show):
    page = show("#rates=present/2")
    assert "Figures of: sites." in page.locator(".rates").inner_text()
    press(page, (36.01, 35.31))
    told = page.locator("#card").inner_text()
    assert "185 displaced people there per 1,000 inhabitants" in told
    assert "48,000 (12 February 2020)" in told


def test_without_a_figure_at_all_the_legend_has_no_classes(show):
    page = show("#rates=present/2&series=flow/displacement/moves")
    assert page.locator(".rate-classes li").count() == 0
    assert "not known: no figure for these days" in page.locator(".rates").inner_text()


def test_the_table_tells_the_same_without_the_map_and_opens_the_cards(show):
    page = show("#rates=events/2")
    page.locator("#rate-units").focus()
    page.keyboard.press("Enter")
    rows = page.locator(".rate-table tbody tr")
    rows.first.wait_for()
    assert rows.count() == 6
    assert rows.first.locator("th").inner_text() == "Hills"
    assert rows.last.locator("td").first.inner_text() == "not stated"
    rows.first.locator("button").focus()
    page.keyboard.press("Enter")
    page.locator("#card .unit-card").wait_for()
    assert page.locator("#card h2").inner_text().startswith("Hills")


def test_arabic_tells_rates_in_its_own_words_and_digits(show):
    page = show("#lang=ar&rates=events/2")
    told = page.locator(".rate-section").inner_text()
    assert "أحداث القتال" in page.locator("#rate-measure").inner_text()
    assert "السكان" in told
    assert not re.search(r"\b(rate|level|column)\b", told)
    assert page.locator("#card").is_hidden()


def test_the_picture_has_the_classes_in_its_legend(show, tmp_path):
    def saved(state, name):
        page = show(state)
        with page.expect_download() as download:
            page.click("#picture")
        download.value.save_as(tmp_path / name)
        page.goto("about:blank")
        with Image.open(tmp_path / name) as picture:
            return {colour for _, colour in picture.convert("RGB").crop((32, 32, 632, 1400)).getcolors(10**6)}

    classes = {(0xDC, 0xE9, 0xE6), (0x3B, 0x73, 0x80)}
    assert classes <= saved("#rates=events/2", "on.png")
    assert not classes & saved("", "off.png")


def test_hostile_names_of_units_and_counters_stay_text(show, tmp_path):
    spec = rated_spec(60)
    bad = "<img src=x onerror=document.title='RAN'></script><script>document.title='RAN'</script>`${1}`"
    spec = dataclasses.replace(
        spec, admin=spec.admin.assign(name=bad, name_ar=bad), population=spec.population.assign(source=bad)
    )
    write_page(spec, tmp_path / "hostile.html")
    page = show("#rates=events/2", where=(tmp_path / "hostile.html").as_uri())
    page.click("#rate-units")
    page.locator(".rate-table button").first.click()
    page.locator("#card .unit-card").wait_for()
    assert "<img src=x" in page.locator("#card h2").inner_text()
    assert "<img src=x" in page.locator(".rates").inner_text()
    assert page.locator("#page img:not(.symbol), #page script").count() == 0
    assert page.title() == "Made-up war"


def test_a_page_without_a_count_of_people_has_no_switch(show, tmp_path):
    write_page(sample_spec(), tmp_path / "plain.html")
    page = show("#rates=events/2", where=(tmp_path / "plain.html").as_uri())
    assert page.locator("#rates").count() == 0
    assert "inhabitants" not in page.locator("#panel").inner_text()


@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark"}, {"viewport": {"width": 360, "height": 740}}])
def test_an_accessibility_checker_finds_nothing_in_legend_table_and_card(browser, address, axe, look):
    context = browser.new_context(bypass_csp=True, **look)
    page = context.new_page()
    page.goto(f"{address}#rates=events/2")
    page.wait_for_function("() => document.documentElement.dataset.ready === 'true'")
    page.evaluate("() => document.getElementById('rate-units').click()")
    page.locator(".rate-table button").first.click()
    page.locator("#card .unit-card").wait_for()
    page.evaluate(axe)
    found = page.evaluate("() => axe.run()")["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []
    context.close()
