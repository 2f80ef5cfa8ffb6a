"""The page in a real browser, clicked through: a circle to an event and back, a type ticked, small movements cut."""

import io
import re

import pytest
from page_sample import TOWNS, TYPES, person_record, sample_spec
from PIL import Image, ImageChops

from maps.leaflet import write_page

pytestmark = pytest.mark.browser
WESTBURY = TOWNS[3][3:5]
AT_POINT = """([longitude, latitude]) => {
    const [map] = Object.values(globalThis).filter((value) => value instanceof L.Map);
    const { x, y } = map.latLngToContainerPoint([latitude, longitude]);
    return [x, y];
}"""
ZOOM = "() => Object.values(globalThis).find((value) => value instanceof L.Map).getZoom()"
MANY_FLOWS = 36
DRAWN = 30


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    write_page(sample_spec(), path)
    return path.as_uri()


@pytest.fixture(scope="module")
def flows_address(tmp_path_factory):
    """Movements of 1,000, 1,100, ... people: the small ones in the south-west, the large ones in the north-east."""
    rows = []
    for k in range(MANY_FLOWS):
        small = k < MANY_FLOWS - DRAWN
        longitude, latitude = (35.8, 35.2 + 0.02 * k) if small else (36.9 + 0.01 * k, 36.4)
        row = person_record(100 + k, "flow", "2020-02-01", "2020-02-28", 1000 + 100 * k, origin=1, destination=3)
        ends = {"origin": longitude, "destination": longitude + 0.2}
        for side, x in ends.items():
            row |= {f"{side}_longitude": x, f"{side}_latitude": latitude, f"{side}_place_id": f"{side}-{k}"}
            row |= {f"{side}_name": f"Place {side} {k}"}
        rows.append(row | {"series": "camps"})
    path = tmp_path_factory.mktemp("flows") / "page.html"
    write_page(sample_spec(more_people=rows), path)
    return path.as_uri()


def settled(page):
    page.wait_for_timeout(400)


def picture(page):
    """What is seen of the map beside the panel."""
    settled(page)
    return page.screenshot(clip={"x": 345, "y": 0, "width": 950, "height": 740})


def differing(one, other):
    """How many points of two pictures differ clearly; letters may be smoothed otherwise when they are painted again."""
    changes = ImageChops.difference(*(Image.open(io.BytesIO(data)).convert("L") for data in (one, other)))
    return sum(changes.histogram()[100:])


def test_a_circle_is_clicked_through_to_one_of_its_events_and_back(show):
    page = show("#at=8.00/35.8500/36.2000")
    card, zooms = page.locator("#card"), [page.evaluate(ZOOM)]
    while card.is_hidden() and len(zooms) < 15:
        page.mouse.click(*page.evaluate(AT_POINT, WESTBURY))
        settled(page)
        zooms.append(page.evaluate(ZOOM))
    assert zooms[1] > zooms[0]  # several places: the first press goes closer
    assert card.locator("h2").inner_text() == "3 events here"
    rows = card.locator(".row").all_inner_texts()
    assert len(rows) == 3
    card.locator(".row").nth(1).click()
    card.locator("blockquote").wait_for()
    assert "Westbury" in card.inner_text()
    assert "Cite as E-0701" in card.inner_text()
    page.wait_for_function("() => location.hash.includes('id=E-0701')")
    card.get_by_role("button", name="Back to the list").click()
    assert card.locator("h2").inner_text() == "3 events here"
    assert card.locator(".row").all_inner_texts() == rows
    page.wait_for_function("() => !location.hash.includes('id=')")


def test_types_ticked_and_unticked_change_counts_list_and_map(show):
    page = show()
    total = int(page.locator(".of-events b").inner_text())
    before = picture(page)
    rows = page.locator("label[for^=type-]")
    for name in ("Battles", "Explosions", "Strategic"):
        rows.filter(has_text=name).locator("input").uncheck()
    civilians = rows.filter(has_text="Violence against civilians")
    left = int(civilians.locator("b").inner_text())
    page.wait_for_function("(n) => Number(document.querySelector('.of-events b').textContent) === n", arg=left)
    assert 0 < left < total
    assert differing(picture(page), before) > 1000
    page.click("#tab-list")
    listed = page.locator(".scroller .row")
    assert listed.count() > 3
    assert all(text.startswith("Violence against civilians") for text in listed.all_inner_texts())
    rows_high = "(node) => Math.round(node.offsetHeight / node.querySelector('.row').offsetHeight)"
    assert page.locator(".rows-inner").evaluate(rows_high) == left
    page.click("#tab-map")
    for name in ("Battles", "Explosions", "Strategic"):
        rows.filter(has_text=name).locator("input").check()
    page.wait_for_function("(n) => Number(document.querySelector('.of-events b').textContent) === n", arg=total)
    assert differing(picture(page), before) < 20


def test_the_types_of_the_legend_are_those_of_the_events(show):
    page = show()
    names = page.locator("label[for^=type-] .name").all_inner_texts()
    assert {name.split(",")[0] for name in names} == {name.split("/")[0] for name in TYPES}


def test_movements_too_small_to_draw_are_counted_with_their_share_and_are_not_drawn(show, flows_address):
    people = sorted(1000 + 100 * k for k in range(MANY_FLOWS))
    cut, drawn = people[:-DRAWN], people[-DRAWN:]
    page = show("#off=places|areas&at=8.50/35.8000/36.5500&series=flow/displacement/camps", where=flows_address)
    said = page.locator("#page-map p", has_text="not drawn").inner_text()
    n, below, share = re.match(r"(\d+) movements of less than ([\d,]+) people \(([\d.]+)% of all\)", said).groups()
    assert int(n) == len(cut)
    assert int(below.replace(",", "")) == drawn[0]
    assert float(share) == pytest.approx(100 * sum(cut) / sum(people), abs=0.05)
    here = {name: clip(page, *box) for name, box in BOXES.items()}
    page.goto("about:blank")
    page = show("#off=places|areas&at=8.50/35.8000/36.5500&series=", where=flows_address)
    assert page.locator("#page-map p", has_text="not drawn").count() == 0
    without = {name: clip(page, *box) for name, box in BOXES.items()}
    assert here["small"] == without["small"]
    assert here["large"] != without["large"]


# West, south, east, north of where the small and the large movements run.
BOXES = {"small": (35.75, 35.15, 36.05, 35.4), "large": (37.1, 36.35, 37.5, 36.5)}


def clip(page, west, south, east, north):
    settled(page)
    left, top = page.evaluate(AT_POINT, [west, north])
    right, bottom = page.evaluate(AT_POINT, [east, south])
    return page.screenshot(clip={"x": left, "y": top, "width": right - left, "height": bottom - top})
