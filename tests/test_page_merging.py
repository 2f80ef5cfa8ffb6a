"""What the page tells of events that several sources tell of: marked, linked, with what each says and gives."""

import json
import re
from pathlib import Path

import pytest
from page_sample import event, sample_spec

from geo.merge import compare, people
from maps.leaflet import write_page

WHY = "within 2 km; the same day; the same type of event"
ARABIC = Path(__file__).parents[1] / "maps" / "js" / "src" / "lang" / "ar.js"


def same_as(other, chance=0.95):
    return json.dumps([{"event_id": other, "chance": chance, "why": f"{WHY}; would be merged"}])


def part(event_id, source, gives, **said):
    told = {"event_id": event_id, "source": source, "date_start": "2020-01-12", "toponym": "Midford", **said}
    return {**told, "gives": gives, "why": f"0.95: {WHY}", "quote": f"Words of {source}."}


MERGED = json.dumps(
    [
        part("E-0660", "Monitor A", ["all else", "date"], fatalities_best=5),
        part("E-0661", "Monitor B", ["place"], fatalities_best=6),
    ]
)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    rows = [
        event(650, "2020-01-12", 1, source="Monitor A", same_as=same_as("E-0651"), fatalities_best=5),
        event(651, "2020-01-12", 1, source="Monitor B", same_as=same_as("E-0650"), fatalities_best=6),
        event(660, "2020-01-12", 2, source="Monitor A", merged_from=MERGED, quote="Words of Monitor A."),
    ]
    write_page(sample_spec(extra=rows), path)
    return path.as_uri()


def card_of(page):
    card = page.locator("#card")
    card.wait_for()
    return card


@pytest.mark.browser
def test_a_suggestion_is_marked_and_tells_of_the_other_which_it_opens(show):
    page = show("#id=E-0650")
    card = card_of(page)
    told = card.inner_text()
    assert "perhaps told by another source too" in told
    assert "Monitor B · 12 January 2020" in told
    assert "Dead: 6" in told
    assert "95% likely the same: within 2 km · the same day · the same type of event · would be merged" in told
    card.get_by_role("button", name="E-0651").click()
    page.wait_for_function("() => document.querySelector('#card').innerText.includes('Cite as E-0651')")
    assert "Monitor A · 12 January 2020" in card.inner_text()


@pytest.mark.browser
def test_events_that_are_perhaps_told_twice_can_be_singled_out_and_are_marked_in_the_list(show):
    page = show()
    page.click("#facet-telling summary")
    row = page.locator("#facet-telling label", has_text="perhaps told by another source too")
    assert row.locator("b").inner_text() == "2"
    row.locator("input").check()
    page.wait_for_function("() => Number(document.querySelector('.of-events b').textContent) === 2")
    page.get_by_role("tab", name="List").click()
    page.locator(".scroller .row").first.wait_for()
    assert page.locator(".scroller .row .twice").all_inner_texts() == ["told twice?", "told twice?"]


@pytest.mark.browser
def test_a_merged_event_tells_what_each_source_said_and_which_field_is_whose(show):
    told = card_of(show("#id=E-0660")).inner_text()
    assert "2 records tell of it" in told
    assert "The event takes from it: date, all else" in told
    assert "The event takes from it: place" in told
    assert "Words of Monitor B." in told
    assert told.count("Words of Monitor A.") == 1
    assert told.count("95% likely the same") == 1


@pytest.mark.browser
def test_in_arabic_the_reasons_are_arabic_too(show):
    told = card_of(show("#lang=ar&id=E-0660")).inner_text()
    assert "يرويها سجلان" in told
    assert "في حدود ٢ كم" in told
    assert "likely" not in told


def test_every_reason_has_arabic_words():
    known = set(re.findall(r'"why\.([^"]+)":', ARABIC.read_text(encoding="utf-8")))
    of_events = {reason for levels in compare.LEVELS.values() for reason in levels.values()}
    of_people = {reason for levels in people.LEVELS.values() for _, reason in levels.values()}
    assert known == {reason for reason in of_events | of_people if reason} | {"would be merged"}
