"""The page in a real browser: filters that single out, links, pictures, keyboard, phones, paper, hostile texts."""

import json
from urllib.parse import urlsplit

import pytest
from page_sample import HOSTILE, displacement, event, events, gazetteer, sample_spec, theatre

import maps
from geo.errors import ExportError
from maps.leaflet import Tiles, render_page, write_page

pytestmark = pytest.mark.browser
ALARM = "HOSTILE TEXT RAN"
VIEW = """() => {
    const [map] = Object.values(globalThis).filter((v) => v instanceof L.Map);
    return [map.getCenter().lat, map.getCenter().lng, map.getZoom()];
}"""
ACTORS = ("Army One", "Militia A", "Militia B", "")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    rows = [event(650 + k, "2020-01-12", k % 4, actor1=ACTORS[k % 3], source=f"Source {k % 2}") for k in range(12)]
    week = event(750, "2020-01-13", 1, date_end="2020-01-19", date_precision="week")
    write_page(sample_spec(extra=[*rows, week]), path)
    return path.as_uri()


def shown(page):
    return int(page.locator(".of-events b").inner_text().replace(",", ""))


def wait_for(page, wanted):
    page.wait_for_function("(n) => Number(document.querySelector('.of-events b').textContent) === n", arg=wanted)


def test_an_actor_is_found_by_name_and_singled_out_and_the_link_keeps_it(show):
    page = show()
    everything = shown(page)
    page.click("#facet-actor summary")
    row = page.locator("#facet-actor label", has_text="Militia A")
    assert row.locator("b").inner_text() == "4"
    assert row.locator(".total").inner_text() == "of 4"
    row.locator("input").check()
    wait_for(page, 4)
    page.wait_for_function("() => location.hash.includes('only=actor')")
    link = page.url.split("#")[1]
    page.goto("about:blank")
    page = show(f"#{link}")
    assert shown(page) == 4
    page.click("#facet-source summary")
    page.locator("#facet-source label", has_text="Source 1").locator("input").check()
    wait_for(page, 2)
    page.click("#clear-filters")
    wait_for(page, everything)


def test_deaths_that_nobody_states_can_be_singled_out(show):
    page = show()
    page.click("#facet-dead summary")
    page.locator("#facet-dead label", has_text="not stated").locator("input").check()
    page.wait_for_function("() => document.querySelector('.of-dead b').textContent === 'not stated'")


def test_the_chosen_event_stands_in_the_link(show):
    page = show()
    page.click("#tab-list")
    page.locator(".scroller .row").first.click()
    page.locator("#card blockquote").wait_for()
    cited = page.locator("#card .cite").inner_text().removeprefix("Cite as ")
    page.wait_for_function("(id) => location.hash.includes(`id=${id}`)", arg=cited)
    page.keyboard.press("Escape")
    page.wait_for_function("() => !location.hash.includes('id=')")


def test_a_picture_of_the_view_is_saved_sharp_with_legend_and_credits(show, tmp_path):
    from PIL import Image

    page = show("#time=2020-01-01/2020-01-31")
    with page.expect_download() as download:
        page.click("#picture")
    assert download.value.suggested_filename == "made-up-2020-01-01-2020-01-31.png"
    download.value.save_as(tmp_path / "view.png")
    with Image.open(tmp_path / "view.png") as picture:
        assert picture.size == (2880, 1800)
        legend = picture.convert("L").crop((40, 40, 600, 300))
        assert legend.getextrema()[0] < 60  # letters
        assert legend.getextrema()[1] > 250  # on a plate


def test_a_picture_of_a_phones_view_has_legend_and_all_credits_under_the_map(show, tmp_path):
    from PIL import Image

    page = show(size={"width": 360, "height": 740})
    with page.expect_download() as download:
        page.click("#picture")
    download.value.save_as(tmp_path / "view.png")
    with Image.open(tmp_path / "view.png") as picture:
        grey = picture.convert("L")
        width, height = picture.size
    assert width == 720
    assert height > 2 * (740 + 300)
    rows = [grey.crop((20, y, 560, y + 1)).getextrema()[0] < 160 for y in range(1480, height - 4)]
    assert rows.count(True) > 150  # lines of letters under the map ...
    assert not any(rows[-12:])  # ... and none cut at the foot


def test_play_goes_at_the_chosen_speed(show):
    page = show()
    page.select_option("#unit", "day")
    page.select_option("#speed", "4")
    page.click("#play")
    page.wait_for_function("() => document.querySelector('#timebar .range').textContent.includes('4 December 2019')")
    page.click("#play")


def test_enter_on_the_map_opens_the_mark_nearest_to_its_middle(show):
    page = show("#at=14/35.85000/36.20000")
    page.locator(".folium-map").focus()
    page.keyboard.press("Enter")
    page.locator("#card").wait_for()
    assert page.locator("#card").is_visible()


def test_the_map_says_by_its_name_which_keys_it_takes_and_takes_them(show):
    page = show()
    before = page.evaluate(VIEW)
    page.keyboard.press("Tab")
    ground = page.get_by_role("region", name="Map. Arrow keys move it")
    assert ground.evaluate("(node) => node === document.activeElement")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"(before) => ({VIEW})()[1] > before[1]", arg=before)
    page.keyboard.press("+")
    page.wait_for_function(f"(before) => ({VIEW})()[2] > before[2]", arg=before)


def test_every_control_is_reached_by_tab_and_shows_that_it_is_there(show):
    page = show()
    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
                const node = document.activeElement;
                if (node === document.body) return null;
                const { outlineStyle, outlineWidth } = getComputedStyle(node);
                const { x, y, width, height } = node.getBoundingClientRect();
                const seen = x > -1 && y < innerHeight && x + width < innerWidth + 1 && y + height > 0;
                const name = node.id || node.getAttribute("aria-label") || node.textContent.trim();
                return [name, outlineStyle, outlineWidth, seen];
            }"""
        )
        if found is None:
            break
        assert found[1:] == ["solid", "2px", True], found
        reached.add(found[0])
    controls = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, summary, [role=slider]")]
            .filter((node) => node.checkVisibility() && node.tabIndex >= 0)
            .map((node) => node.id || node.getAttribute("aria-label") || node.textContent.trim())"""
    )
    assert set(controls) - reached == set()


def test_no_key_leads_into_a_sheet_that_is_down(show):
    page = show(size={"width": 360, "height": 740})
    for _ in range(2):
        page.locator(".sheet-handle").click()
    assert page.locator("#panel").get_attribute("data-height") == "0"
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('#panel')") is None


def test_targets_are_large_enough_for_a_finger(show):
    page = show(size={"width": 360, "height": 740})
    page.click("#tab-map")
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, summary, [role=slider]")]
            .filter((node) => node.checkVisibility())
            .map((node) => [node.id || node.textContent, (node.closest("label") ?? node).getBoundingClientRect()])
            .filter(([, box]) => box.width < 20 || box.height < 20).map(([name]) => name)"""
    )
    assert small == []


def test_who_asks_for_less_motion_gets_moves_without_any(browser, address):
    context = browser.new_context(offline=True, reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    page.wait_for_function("() => document.documentElement.dataset.whole === 'true'")
    before = page.evaluate(VIEW)
    page.locator(".folium-map").focus()
    page.keyboard.press("ArrowRight")
    at_once = page.evaluate(VIEW)
    assert at_once[1] > before[1]
    page.wait_for_timeout(400)
    assert page.evaluate(VIEW) == pytest.approx(at_once, abs=1e-9)
    assert (
        page.evaluate("() => Object.values(globalThis).find((v) => v instanceof L.Map).options.zoomAnimation") is False
    )
    context.close()


def test_the_graticule_is_off_until_it_is_asked_for(show):
    page = show()
    grid = page.locator("#graticule")
    assert not grid.is_checked()
    read = "() => document.querySelector('.leaflet-cm-base-pane canvas').toDataURL()"
    before = page.evaluate(read)
    grid.check()
    page.wait_for_function(f"(before) => ({read})() !== before", arg=before)


def test_the_method_names_the_files_it_was_made_from_and_that_it_contacts_nobody(show):
    page = show()
    page.click("#tab-method")
    assert "asks no other computer" in page.locator("#page-method").inner_text()


def test_paper_gets_the_whole_map_and_no_controls(show):
    page = show()
    page.emulate_media(media="print")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".controls").is_hidden()
    assert page.locator("#panel .credits").is_visible()
    canvas = page.locator(".leaflet-cm-events-pane canvas")
    assert canvas.evaluate("(c) => c.width / c.offsetWidth") == pytest.approx(3, abs=0.05)
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert canvas.evaluate("(c) => c.width / c.offsetWidth") == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("size", [(360, 740), (1024, 768)])
def test_paper_gets_the_legend_in_light_colours_whatever_is_on_the_screen(browser, address, size):
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme="dark", offline=True)
    page = context.new_page()
    page.goto(f"{address}#lang=ar")
    page.wait_for_function("() => document.documentElement.dataset.whole === 'true'")
    page.click("#tab-list")
    before, sign = page.evaluate(VIEW), "() => document.querySelector('#page-map img.symbol').src"
    dark = page.evaluate(sign)
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(sign).startswith("data:image/png")
    assert page.evaluate(sign) != dark
    assert page.locator("#page-map").is_visible()
    assert page.locator("#page-list").is_hidden()
    assert page.locator("label[for=graticule]").is_hidden()  # off, so not on the map
    assert page.locator("#unplaced").is_visible()
    chart = page.locator(".chart canvas")
    stretched = chart.evaluate("(c) => (c.width / c.clientWidth) / (c.height / c.clientHeight)")
    assert stretched == pytest.approx(1, abs=0.02)
    seen = page.evaluate(VIEW)
    assert seen != before
    page.emulate_media(media="screen", color_scheme="dark")
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(VIEW) == pytest.approx(before, abs=1e-6)
    page.wait_for_function(f"(dark) => ({sign})() === dark", arg=dark)
    context.close()


def test_the_sheet_of_a_phone_has_three_heights(show):
    page = show(size={"width": 360, "height": 740})
    heights = []
    for _ in range(3):
        heights.append(page.locator("#panel").bounding_box()["height"])
        page.locator(".sheet-handle").click()
        page.wait_for_timeout(250)
    assert len({round(h) for h in heights}) == 3


VIEWS = {"light": ("#id=E-0900", {}), "dark": ("", {"color_scheme": "dark"}), "arabic": ("#lang=ar", {})}
VIEWS["phone"] = ("", {"viewport": {"width": 360, "height": 740}})


@pytest.mark.parametrize("view", list(VIEWS))
def test_an_accessibility_checker_finds_nothing(browser, address, axe, view):
    state, looks = VIEWS[view]
    context = browser.new_context(bypass_csp=True, **looks)
    page = context.new_page()
    page.goto(address + state)
    page.wait_for_function("() => document.documentElement.dataset.whole === 'true'")
    page.evaluate(axe)
    for tab in ("list", "sources", "method", "map") if view == "light" else ("map",):
        page.evaluate("(tab) => document.getElementById(`tab-${tab}`).click()", tab)
        page.evaluate("() => document.querySelectorAll('details.facet').forEach((d) => { d.open = true; })")
        found = page.evaluate("() => axe.run()")["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []
    context.close()


HOSTILE_FIELDS = ("quote", "notes", "place_name", "place_name_ar", "toponym", "actor1", "actor2", "attributed_to")
HOSTILE_FIELDS += ("source", "source_id", "rule", "geo_reason", "source_file", "stated_admin1")


def test_hostile_and_huge_texts_in_every_field_stay_text(show, tmp_path):
    bad = HOSTILE.replace("alert(1)", f"document.title='{ALARM}'") + f"<img src=x onerror=document.title='{ALARM}'>"
    row = event(990, place=3, source_url="javascript:document.title=1", **dict.fromkeys(HOSTILE_FIELDS, bad))
    evidence = json.dumps([{"field": bad, "start": None, "end": None, "text": bad}])
    huge = event(991, place=3, quote=bad * 800, evidence=evidence)
    assert len(huge["quote"]) > 100_000
    write_page(sample_spec(extra=[row, huge], title={"en": bad, "ar": bad}), tmp_path / "hostile.html")
    for name in ("E-0990", "E-0991"):
        page = show(f"#id={name}", where=(tmp_path / "hostile.html").as_uri())
        page.locator("#card blockquote").wait_for()
        for tab in ("list", "sources", "method", "map"):
            page.click(f"#tab-{tab}")
        for facet in page.locator("details.facet summary").all():
            facet.click()
        assert page.locator("#page img:not(.symbol), #page script").count() == 0
        assert page.title() == bad.strip().replace("  ", " ") or page.title() != ALARM
        page.goto("about:blank")


def test_one_line_of_python_makes_a_page_and_says_which_rows_it_cannot_use(show, tmp_path):
    from geo.errors import InputError

    page = maps.conflict_map(events(event(1), event(2)), displacement(), theatre="world")
    page.save(tmp_path / "line.html")
    assert shown(show(where=(tmp_path / "line.html").as_uri())) == 2
    with pytest.raises(InputError, match="1 rows cannot be used") as refused:
        maps.conflict_map(events(event(1)).assign(event_type="Picnic"))
    assert refused.value.problems[0].column == "event_type"


def test_a_page_with_layers_from_elsewhere_says_whom_it_contacts():
    import folium

    page = render_page(sample_spec())
    folium.TileLayer("https://tiles.example.org/{z}/{x}/{y}.png", attr="x").add_to(page)
    text = page.get_root().render()
    assert '<meta name="hosts" content="tiles.example.org">' in text
    assert "jquery" not in text.split('<script type="application/json"')[0]


def test_tiles_asked_for_are_credited_named_and_loaded_from_their_host_alone(browser, tmp_path):
    tiles = Tiles("https://tiles.example.org/{z}/{x}/{y}.png", "Made-up <b>tiles</b>")
    write_page(sample_spec(), tmp_path / "tiles.html", tiles)
    write_page(sample_spec(), tmp_path / "again.html", tiles)
    assert (tmp_path / "tiles.html").read_bytes() == (tmp_path / "again.html").read_bytes()
    page = browser.new_page()
    asked = []
    page.route(lambda url: not url.startswith("file:"), lambda route: (asked.append(route.request.url), route.abort()))
    page.goto((tmp_path / "tiles.html").as_uri())
    page.wait_for_function("() => document.documentElement.dataset.whole === 'true'")
    page.wait_for_timeout(300)
    assert {urlsplit(address).netloc for address in asked if address.startswith("http")} == {"tiles.example.org"}
    assert "Made-up <b>tiles</b>" in page.locator("#panel").inner_text()
    page.click("#tab-method")
    assert "tiles.example.org" in page.locator("#page-method").inner_text()
    page.close()


@pytest.mark.parametrize(
    "address", ["http://tiles.example.org/{z}/{x}/{y}.png", "https://tiles.example.org/a.png", "tiles"]
)
def test_an_address_that_is_none_of_tiles_is_refused(address):
    with pytest.raises(ExportError, match=r"wanted https:// with \{z\}"):
        Tiles(address, "x")


def test_towns_to_label_are_those_of_the_map():
    towns = gazetteer([("T1", "Near", "", 36.6, 36.1, 100), ("T2", "Far", "", -70.0, 10.0, 9_000_000)])
    from page_sample import areas

    from maps.layers import make_spec

    spec = make_spec(
        events(event(1)), displacement(), areas().iloc[:0], towns, theatre=theatre(bounds=None, context=())
    )
    assert spec.layer("places")["name"].tolist() == ["Near"]
