"""The page in a real browser with the network cut: what a reader clicks, types and sees."""

from datetime import date

import pytest
from page_sample import (
    HOSTILE,
    areas,
    displacement,
    event,
    events,
    gazetteer,
    in_area,
    person_record,
    sample_spec,
    table_event,
    theatre,
)

from geo.schema import EVENTS, empty
from maps.layers import make_spec
from maps.leaflet import write_page

pytestmark = pytest.mark.browser
ALARM = "HOSTILE TEXT RAN"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    hostile = HOSTILE.replace("alert(1)", f"document.title='{ALARM}'") + f"<img src=x onerror=document.title='{ALARM}'>"
    row = event(
        990,
        place=3,
        quote=hostile,
        place_name=hostile,
        actor1=hostile,
        attributed_to=hostile,
        source=hostile,
        source_url="javascript:document.title=1",
    )
    write_page(sample_spec(extra=[row]), path)
    return path.as_uri()


@pytest.fixture(scope="module")
def winter_address(tmp_path_factory):
    """A page whose theatre looks at one month first, with more series than one map can bear."""
    people = [
        person_record(
            20, "stock", "2020-01-20", "2020-01-20", 300_000, destination=1, series="reports", qualifier="almost"
        ),
        person_record(21, "flow", "2020-01-05", "2020-01-09", 70_000, origin=2, series="ticks"),
        person_record(
            22,
            "stock",
            "2020-01-25",
            "2020-01-25",
            400_000,
            destination=0,
            qualifier="nearly",
            attributed_to="the UN",
        ),
    ]
    path = tmp_path_factory.mktemp("winter") / "page.html"
    period = (date(2020, 1, 1), date(2020, 1, 31))
    write_page(sample_spec(extra=[table_event()], more_people=people, period=period), path)
    return path.as_uri()


def number(page, selector):
    return int(page.locator(selector).first.inner_text().replace(",", ""))


def wait_for_number(page, selector, wanted):
    page.wait_for_function(
        "([selector, wanted]) => document.querySelector(selector).textContent.replace(',', '') === String(wanted)",
        arg=[selector, wanted],
    )


def painted(page, pane):
    """How many different colours the canvas of a pane holds; an empty one has 1."""
    return page.evaluate(
        """(pane) => {
            const canvas = document.querySelector(`.leaflet-cm-${pane}-pane canvas`);
            const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            return new Set(new Uint32Array(data.buffer)).size;
        }""",
        pane,
    )


def test_the_page_opens_with_everything_drawn_and_asks_nobody(show):
    page = show()
    assert page.title() == "Made-up war"
    assert all(painted(page, pane) > 5 for pane in ("base", "events"))
    assert number(page, ".of-events b") == len(sample_spec().events) + 1
    assert page.locator("#timebar .range").inner_text().endswith("2020")


def test_opening_throws_nothing_not_even_what_is_caught(show):
    """For each error the browser reads the whole script again, to know where it was: a tenth of the time to open."""
    page = show()
    session = page.context.new_cdp_session(page)
    thrown = []
    session.on("Debugger.paused", lambda told: (thrown.append(told["data"]), session.send("Debugger.resume")))
    session.send("Debugger.enable")
    session.send("Debugger.setPauseOnExceptions", {"state": "all"})
    page.reload()
    page.wait_for_function("() => document.documentElement.dataset.whole === 'true'")
    session.detach()
    assert thrown == []


def test_the_page_answers_before_its_ground_is_painted(show):
    page = show()
    page.add_init_script("""
        new MutationObserver(() => {
          const { ready, whole } = document.documentElement.dataset;
          if (ready && !globalThis.first) {
            globalThis.first = [whole, document.querySelector("#panel .figure b")?.textContent];
          }
        }).observe(document, { attributes: true, subtree: true });
    """)
    page.reload()
    page.wait_for_function("() => document.documentElement.dataset.whole === 'true'")
    whole, figure = page.evaluate("() => globalThis.first")
    assert whole is None
    assert int(figure) == number(page, "#panel .figure b") > 0


def test_hostile_text_stays_text(show):
    page = show("#id=E-0990")
    card = page.locator("#card")
    card.wait_for()
    assert "</script><img src=x" in card.inner_text()
    assert card.locator("img, script, a").count() == 0
    page.click("#tab-sources")
    page.click("#tab-list")
    page.wait_for_timeout(100)
    assert page.title() == "Made-up war"
    assert page.locator("img:not(.symbol)").count() == 0  # our own signs are pictures that the page draws


def test_a_class_switched_off_leaves_counts_and_map(show):
    page = show()
    before, battles = number(page, ".of-events b"), page.locator("label[for^=type-]", has_text="Battles")
    count = int(battles.locator("b").inner_text())
    battles.locator("input").uncheck()
    wait_for_number(page, ".of-events b", before - count)
    assert battles.locator("b").inner_text() == "0"
    assert battles.locator(".total").inner_text() == f"of {count}"
    page.wait_for_function("() => location.hash.includes('off=Battles')")


def test_a_step_in_time_changes_the_counts_and_the_words(show):
    page = show()
    before = number(page, ".of-events b")
    page.select_option("#unit", "month")
    page.click("#step-on")
    page.wait_for_function("() => document.querySelector('#timebar .range').textContent.endsWith('December 2019')")
    page.wait_for_function(  # the counts follow in a frame of their own
        "before => { const n = Number(document.querySelector('.of-events b').textContent.replace(/\\D/g, ''));"
        " return 0 < n && n < before }",
        arg=before,
    )
    page.click("#step-on")
    page.wait_for_function("() => document.querySelector('#timebar .range').textContent.includes('January 2020')")
    page.click("#all-time")
    wait_for_number(page, ".of-events b", before)


def test_the_map_is_drawn_to_its_edge_while_it_is_dragged_far(show):
    page = show()
    page.mouse.move(1000, 300)
    page.mouse.down()
    for step in range(1, 26):
        page.mouse.move(1000 - 20 * step, 300)
        page.wait_for_timeout(16)
    page.wait_for_timeout(200)
    boxes = page.evaluate(
        """() => [...document.querySelectorAll(".cm-canvas")].map((canvas) => {
            const { left, right } = canvas.getBoundingClientRect();
            return [left <= 0, right >= innerWidth];
        })"""
    )
    page.mouse.up()
    assert boxes == [[True, True], [True, True]]


def test_the_range_moves_by_keyboard(show):
    page = show()
    before = page.locator("#timebar .range").inner_text()
    handle = page.get_by_role("slider", name="First day of the range")
    handle.focus()
    page.keyboard.press("PageUp")
    page.wait_for_function("(old) => document.querySelector('#timebar .range').textContent !== old", arg=before)
    assert handle.get_attribute("aria-valuetext") == "4 January 2020"


def test_play_runs_and_stops(show):
    page = show()
    before = page.locator("#timebar .range").inner_text()
    page.click("#play")
    page.wait_for_function("(old) => document.querySelector('#timebar .range').textContent !== old", arg=before)
    assert page.locator("#play").get_attribute("aria-pressed") == "true"
    page.click("#play")
    assert page.locator("#play").get_attribute("aria-pressed") == "false"


def test_the_card_shows_the_sentence_with_its_words_marked(show):
    page = show("#id=E-0900")
    card = page.locator("#card")
    card.wait_for()
    assert card.locator("mark").all_inner_texts() == ["On Friday", "killed five", "Midford"]
    assert "5 (lowest 5, highest 6)" in card.inner_text()
    assert "near the named place, ±7.5 km" in card.inner_text()
    assert "the army says" in card.inner_text()
    link = card.locator("a")
    assert link.get_attribute("href") == "https://example.org/report?a=1&b=2"
    assert link.get_attribute("rel") == "noopener noreferrer"
    page.keyboard.press("Escape")
    assert card.is_hidden()


def test_the_page_opens_at_the_theatres_period_and_all_shows_all(show, winter_address):
    page = show(where=winter_address)
    assert page.locator("#timebar .range").inner_text() in {"1–31 January 2020", "1 – 31 January 2020"}
    month = number(page, ".of-events b")
    assert "time=" not in page.url
    page.click("#all-time")
    page.wait_for_function("(n) => Number(document.querySelector('.of-events b').textContent) > n", arg=month)
    assert number(page, ".of-events b") == len(sample_spec().events) + 1
    page.goto("about:blank")
    page = show("#time=2019-12-01/2020-12-31", where=winter_address)
    assert number(page, ".of-events b") == len(sample_spec().events) + 1


def test_at_first_only_the_main_series_are_drawn_and_a_link_keeps_the_choice(show, winter_address):
    page = show(where=winter_address)
    series = "#page-map input[id^=series-]"
    assert page.locator(f"{series}:checked").count() == 2
    more = page.locator("details.more", has=page.locator("#more-series"))
    assert more.get_attribute("open") is None
    assert page.locator("#more-series").inner_text() == "2 more series"
    page.click("#more-series")
    more.locator("label", has_text="reports").locator("input").check()
    page.wait_for_function("() => location.hash.includes('series=')")
    link = page.url.split("#")[1]
    page.goto("about:blank")
    page = show(f"#{link}", where=winter_address)
    assert page.locator(f"{series}:checked").count() == 3
    assert page.locator("label", has_text="reports").locator("input").is_visible()


def test_the_key_figure_tells_the_main_series_alone_in_its_own_words(show, winter_address):
    figure = show(where=winter_address).locator(".of-people")
    assert figure.inner_text().split() == ["nearly", "400,000", "displaced,", "the", "UN,", "25", "Jan"]


def test_sources_are_what_was_read_and_the_tab_lists_who_is_named(show):
    page = show()
    assert page.locator("#panel .span").inner_text().endswith("2 sources")
    page.click("#tab-sources")
    told = page.locator("#page-sources").inner_text()
    assert "Made-up monitor · CC BY 4.0" in told
    assert "UN · 8 figures" in told


def test_credits_and_disclaimer_stay_in_view_when_the_legend_is_long(show):
    page = show(size={"width": 1280, "height": 640})
    panel, line = page.locator("#panel").bounding_box(), page.locator(".credits").bounding_box()
    assert line["y"] + line["height"] <= panel["y"] + panel["height"]
    legend = page.locator("#panel .pages")
    assert legend.evaluate("(node) => node.scrollHeight > node.clientHeight")
    assert "do not imply endorsement" in page.locator(".credits").inner_text()


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700), (800, 700)])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_card_is_never_over_its_own_mark(show, size, language):
    page = show(f"#lang={language}&id=E-0900", size={"width": size[0], "height": size[1]})
    box = page.locator("#card")
    box.wait_for()
    spot = page.evaluate(
        """() => {
            const [map] = Object.values(globalThis).filter((v) => v instanceof L.Map);
            const { x, y } = map.latLngToContainerPoint([35.8, 36.65]);
            return [x, y];
        }"""
    )
    card = box.bounding_box()
    inside = (
        card["x"] - 4 < spot[0] < card["x"] + card["width"] + 4
        and card["y"] - 4 < spot[1] < card["y"] + card["height"] + 4
    )
    assert not inside
    assert 0 <= spot[0] <= size[0]
    assert 0 <= spot[1] <= size[1]


def test_a_table_row_shows_its_notes_in_a_box_that_scrolls_and_names_as_given(show, winter_address):
    page = show("#id=E-0901", where=winter_address)
    card = page.locator("#card")
    card.wait_for()
    told = card.inner_text()
    assert "who, as given: “Army No. 1” · “A. 2”" in told
    assert "made_up.csv, row 902 · X-17" in told
    assert card.locator("mark").count() == 0
    assert card.locator("blockquote").evaluate("(node) => node.scrollHeight > node.clientHeight")
    box = card.bounding_box()
    assert box["y"] + box["height"] <= page.locator("#timebar").bounding_box()["y"]
    page.keyboard.press("Escape")
    assert card.is_hidden()


def crossing(boxes, others):
    return [(a, b) for a in boxes for b in others if a[0] < b[2] and a[2] > b[0] and a[1] < b[3] and a[3] > b[1]]


def crossing_each_other(boxes):
    return [pair for k, box in enumerate(boxes) for pair in crossing([box], boxes[k + 1 :])]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_count_figure_or_name_stands_on_another(show, winter_address, language):
    for zoom in ("7.00", "8.00", "9.00", "10.00"):
        page = show(
            f"#at={zoom}/35.8000/36.5500&time=2019-12-01/2020-03-06&lang={language}",
            where=winter_address,
        )
        page.wait_for_function("() => conflictmap.boxes().names.length")
        boxes = page.evaluate("() => conflictmap.boxes()")
        told = boxes["badges"] + boxes["figures"]
        assert told
        assert crossing_each_other(told) == []
        assert crossing(told, boxes["counts"]) == []
        assert crossing_each_other(boxes["names"]) == []
        assert crossing(boxes["names"], boxes["badges"] + boxes["figures"]) == []
        page.goto("about:blank")


def test_a_number_that_nobody_states_is_never_zero(show):
    page = show("#id=E-0990")
    page.locator("#card").wait_for()
    assert page.locator("#card dd").all_inner_texts().count("not stated") >= 2


def test_events_at_one_place_open_a_list_and_then_a_card(show):
    page = show("#at=14/35.85000/36.20000")
    centre = page.evaluate(
        "(() => { const r = document.querySelector('.folium-map').getBoundingClientRect();"
        " return [r.width / 2, r.height / 2]; })()"
    )
    page.mouse.click(*centre)
    card = page.locator("#card")
    card.wait_for()
    assert card.locator("h2").inner_text() == "4 events here"
    card.locator(".row").first.click()
    card.locator("blockquote").wait_for()
    card.get_by_role("button", name="Back to the list").click()
    assert card.locator(".row").count() == 4


def test_an_area_lists_the_events_known_only_to_it_and_says_if_it_is_approximate(show):
    page = show("#at=11/35.55000/36.25000")
    size = page.viewport_size
    page.mouse.click(size["width"] / 2, size["height"] / 2)
    card = page.locator("#card")
    card.wait_for()
    assert card.locator(".row").count() == 2
    assert "First District · known to the district only · approximate outline" in card.inner_text()


def test_people_displaced_open_their_figure(show):
    page = show("#at=12/36.10000/36.60000&off=places&time=2020-01-20/2020-02-10")
    size = page.viewport_size
    page.mouse.click(size["width"] / 2 + 20, size["height"] / 2)
    page.locator("#card").wait_for()
    assert "520,000" in page.locator("#card").inner_text()
    assert "900,000" not in page.locator("#card").inner_text()


def test_what_cannot_be_on_the_map_is_a_click_away(show):
    page = show()
    link = page.locator("#unplaced")
    assert link.inner_text() == "2 events cannot be shown on the map"
    link.click()
    assert page.locator("#page-list .row").count() == 2
    assert "1 displacement figure cannot be shown on the map" in page.locator("#page-list").inner_text()
    page.locator("#page-list .row").last.click()
    page.locator("#card").wait_for()
    assert "no candidate in the theatre" in page.locator("#card").inner_text()


def test_the_list_holds_all_events_but_makes_only_rows_in_view(show):
    page = show()
    page.click("#tab-list")
    total = number(page, ".of-events b")
    assert 5 < page.locator(".scroller .row").count() < 40 < total
    page.locator(".scroller").evaluate("(node) => { node.scrollTop = node.scrollHeight; }")
    page.wait_for_function("() => document.querySelector('.scroller .row:last-child').textContent.length > 0")


@pytest.mark.parametrize(("size", "least"), [((1440, 900), 7), ((1024, 768), 4), ((768, 1024), 9), ((360, 740), 4)])
def test_the_list_takes_the_height_that_there_is(show, size, least):
    page = show(size={"width": size[0], "height": size[1]})
    page.click("#tab-list")
    page.wait_for_timeout(250)
    seen = page.evaluate(
        """() => {
            const { top, bottom } = document.querySelector(".scroller").getBoundingClientRect();
            const floor = Math.min(bottom, document.getElementById("panel").getBoundingClientRect().bottom);
            return [...document.querySelectorAll(".scroller .row")].map((row) => row.getBoundingClientRect())
                .filter((row) => row.top >= top && row.bottom <= floor).length;
        }"""
    )
    assert seen >= least


def test_a_row_of_the_list_cuts_a_long_place_but_never_its_day(show, tmp_path):
    row = event(990, "2020-03-01", place_name="Made-up Settlement of a Very Long Name upon the River")
    write_page(sample_spec(extra=[row]), tmp_path / "long.html")
    page = show(where=(tmp_path / "long.html").as_uri())
    page.click("#tab-list")
    row = page.locator(".scroller .row", has_text="Very Long Name")
    assert row.locator(".place").evaluate("(node) => node.scrollWidth > node.clientWidth")
    assert row.locator(".day").evaluate("(node) => node.scrollWidth <= node.clientWidth")
    assert row.locator(".day").inner_text().strip() == "· 1 March 2020"


def test_search_finds_words_of_the_texts_and_places(show):
    page = show()
    page.fill("#search", "made-up note 17.")
    wait_for_number(page, ".of-events b", 1)
    page.fill("#search", "الوسطى")
    page.wait_for_function("() => Number(document.querySelector('.of-events b').textContent) > 50")
    page.fill("#search", "")
    wait_for_number(page, ".of-events b", len(sample_spec().events) + 1)


def test_arabic_turns_the_page_around_and_back(show):
    page = show()
    page.click("#language")
    root = page.locator("html")
    assert root.get_attribute("dir") == "rtl"
    assert root.get_attribute("lang") == "ar"
    assert page.locator("h1").inner_text() == "حرب مختلقة"
    assert page.locator("#tab-map").inner_text() == "الخريطة"
    panel, tools = page.locator("#panel").bounding_box(), page.locator("#tools").bounding_box()
    assert panel["x"] > tools["x"]
    page.click("#language")
    assert root.get_attribute("dir") == "ltr"


def test_a_link_brings_back_the_view(show):
    page = show("#at=9.50/35.8000/36.6500&time=2020-01-01/2020-01-31&off=Battles&q=made-up&lang=ar")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.locator("input[id^=type-]:not(:checked)").count() == 1
    assert page.locator("#search").input_value() == "made-up"
    page.wait_for_function("() => location.hash.includes('time=2020-01-01%2F2020-01-31')")
    assert "at=9.50" in page.url


def test_a_phone_has_a_sheet_a_time_bar_and_no_sideways_scroll(show):
    page = show(size={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= 360")
    low = page.locator("#panel").bounding_box()["height"]
    page.locator(".sheet-handle").click()
    page.wait_for_function("(low) => document.getElementById('panel').offsetHeight > low + 100", arg=low)
    assert page.locator("#play").is_visible()


PAGES = {
    "nothing": ([], []),
    "one event": ([event(1)], []),
    "no dates": ([event(k, None, k, date_end=None, date_precision=None) for k in range(4)], []),
    "one day": ([event(k, "2020-01-10", k % 4) for k in range(20)], []),
    "only areas": ([in_area(k, "XX01", "E") for k in range(4)], []),
    "only people": ([], [person_record(1, "stock", "2020-01-01", "2020-01-01", 280_000, destination=0)]),
}


@pytest.mark.parametrize("name", list(PAGES))
@pytest.mark.parametrize("size", [(1024, 768), (360, 740)])
def test_a_page_of_little_is_drawn_whole_and_shows_no_empty_box(show, tmp_path, name, size):
    rows, people = PAGES[name]
    table = events(*rows) if rows else empty(EVENTS)
    spec = make_spec(table, displacement(*people), areas(), gazetteer(), theatre=theatre())
    write_page(spec, tmp_path / "little.html")
    page = show(where=(tmp_path / "little.html").as_uri(), size={"width": size[0], "height": size[1]})
    page.wait_for_function("() => conflictmap.boxes().names.length")  # drawn to the last name
    assert page.locator(".of-dead b").inner_text() == ("not stated" if rows else "no figure")
    assert page.locator("#timebar").is_visible() == (name not in {"nothing", "no dates"})
    floor = page.locator("#panel").evaluate("(node) => node.getBoundingClientRect().bottom")
    bar = page.locator("#timebar").bounding_box()
    assert 0 <= (bar["y"] if bar else size[1]) - floor <= 16
    assert page.locator("#search").count() == bool(rows)
    page.click("#tab-list")
    assert page.locator(".scroller").is_visible() == bool(rows)
    assert (page.locator("#page-list > p").inner_text() == "Nothing to show.") == (not rows)


def test_an_event_known_to_its_area_only_is_listed_under_the_areas_name(show, tmp_path):
    row = in_area(1, "XX0101", "D", stated_admin1=None)
    spec = make_spec(events(row), displacement(), areas(), gazetteer(), theatre=theatre())
    write_page(spec, tmp_path / "area.html")
    page = show(where=(tmp_path / "area.html").as_uri())
    page.click("#tab-list")
    assert page.locator(".scroller .place").inner_text() == "First District"


def boxes_of(page, *selectors):
    found = [page.locator(name).bounding_box() for name in selectors]
    return [[b["x"], b["y"], b["x"] + b["width"], b["y"] + b["height"]] for b in found]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", [(360, 740), (412, 915), (740, 360)])
def test_whatever_the_height_of_a_phones_sheet_it_covers_no_scale_and_no_tool(show, size, language):
    page = show(f"#lang={language}", size={"width": size[0], "height": size[1]})
    for _ in range(3):
        page.locator(".sheet-handle").click()
        page.wait_for_timeout(250)
        boxes = boxes_of(page, "#panel", "#timebar", ".scale", "#language", "#link", "#tools .pair")
        assert crossing_each_other(boxes) == []
        assert all(box[0] >= 0 and box[2] <= size[0] for box in boxes)


def test_a_tab_of_a_phone_raises_its_sheet(show):
    page = show(size={"width": 360, "height": 740})
    page.click("#tab-list")
    page.wait_for_timeout(250)
    assert page.locator(".scroller .row").first.is_visible()
    assert page.locator("#panel").bounding_box()["height"] > 400


@pytest.mark.parametrize("language", ["en", "ar"])
def test_steps_in_time_point_along_the_axis(show, language):
    page = show(f"#lang={language}")
    back, on = boxes_of(page, "#step-back", "#step-on")
    assert back[2] <= on[0]
    assert page.locator("#step-back").evaluate("(node) => getComputedStyle(node).transform") == "none"  # not mirrored


def test_every_control_has_a_name(show):
    page = show()
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, [role=slider], [role=tab]")]
            .filter((n) => !(n.getAttribute("aria-label") || n.textContent.trim() || n.labels?.length))
            .map((n) => n.outerHTML)"""
    )
    assert nameless == []


def test_on_paper_the_frame_of_the_range_stays_on_its_chart(show):
    # Between a reader's wish to print and the paper no script runs: the chart must fit by style alone.
    page = show()
    page.add_init_script("window.ResizeObserver = class { observe() {} disconnect() {} }")
    show()
    page.emulate_media(media="print")
    chart, brush = (page.locator(name).bounding_box() for name in (".chart", ".brush"))
    assert abs(brush["x"] - chart["x"]) < 2
    assert abs(brush["x"] + brush["width"] - chart["x"] - chart["width"]) < 2
    assert brush["y"] + brush["height"] < chart["y"] + chart["height"] - 8


def test_each_tab_is_read_from_its_top(show, winter_address):
    page = show(where=winter_address, size={"width": 1440, "height": 420})
    pages = page.locator("#panel > .pages")
    page.click("#tab-method")
    pages.evaluate("(node) => node.scrollTo(0, 9999)")
    page.click("#tab-list")
    page.click("#tab-map")
    assert pages.evaluate("(node) => node.scrollTop") == 0
