"""Printed maps: exact pages, nothing over anything else, every event counted, same bytes, Arabic set as Arabic."""

import functools
import itertools
import re
import struct
import subprocess
import sys
from datetime import date
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from page_sample import (
    areas,
    displacement,
    event,
    events,
    gazetteer,
    in_area,
    lost,
    person_record,
    sample_spec,
    theatre,
)
from shapely.geometry import Point
from typer.testing import CliRunner

from geo.errors import ExportError
from geo.outlines import Outlines
from geo.schema import EVENTS, Credit, empty
from maps import cli
from maps.figure import PrintOptions, render_figure, render_pages, write_figure
from maps.figure.content import content_of, split_period
from maps.figure.ground import Look, degree_text, on_paper
from maps.figure.labels import Taken, Wanted, covered, place_labels
from maps.figure.lettering import Type, plain
from maps.figure.paper import Paper
from maps.figure.shapes import event_radius, flow, symbol
from maps.figure.sheet import FORMATS
from maps.figure.view import GEOID, Box, View, fitting_crs
from maps.figure.words import Words

BOX = Box(10, 10, 200, 150)
SVG = "{http://www.w3.org/2000/svg}"


def small_spec(*rows, people=(), credits=(), **changes):  # noqa: A002 - the word of the credit box
    table = events(*rows) if rows else empty(EVENTS)
    return make(table, displacement(*people), credits=credits, **changes)


def make(table, people, *, credits=(), **changes):  # noqa: A002
    from maps.layers import make_spec

    return make_spec(table, people, areas(), gazetteer(), theatre=theatre(**changes), credits=credits)


@pytest.fixture(scope="module", autouse=True)
def outlines_are_read_once():
    """The same outlines for every map of these tests: reading them takes longer than drawing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("maps.basemap.Outlines", functools.cache(Outlines))
        yield


@pytest.fixture(scope="module")
def sample():
    return sample_spec()


@pytest.fixture(scope="module")
def pages(sample):
    """The sample in each way that a sheet is laid out, rendered once."""
    ways = {
        "landscape": {"orientation": "landscape"},
        "portrait": {"orientation": "portrait", "size": "A3"},
        "arabic": {"orientation": "landscape", "language": "ar"},
        "panels": {"orientation": "portrait", "multiples": "month"},
    }
    return {name: render_figure(sample, PrintOptions(**options)) for name, options in ways.items()}


WAYS = pytest.mark.parametrize("way", ["landscape", "portrait", "arabic", "panels"])


def texts(figure):
    """(text, box in mm, clipped to a frame) of every text set on a sheet, halos left out."""
    figure.set_dpi(254)  # ten dots a millimetre
    renderer = figure.canvas.get_renderer()
    found = []
    for text in figure.axes[0].texts:
        if text.get_gid() != "halo":
            box = text.get_window_extent(renderer)
            frame = text.get_clip_box() or text.get_clip_path()
            found.append((text.get_text(), Box(box.x0 / 10, box.y0 / 10, box.x1 / 10, box.y1 / 10), frame))
    return found


def words_of(figure):
    return [plain(t.get_text()) for t in figure.axes[0].texts if t.get_gid() != "halo"]


# --- the page ---


@pytest.mark.parametrize(
    ("way", "wanted"),
    [("panels", (210, 297)), ("landscape", (297, 210)), ("portrait", (297, 420)), ("arabic", (297, 210))],
)
def test_a_page_is_exactly_as_large_as_the_paper(pages, way, wanted):
    assert pages[way].get_size_inches() * 25.4 == pytest.approx(wanted)


@WAYS
def test_no_text_lies_over_another_and_none_leaves_the_page(pages, way):
    figure = pages[way]
    page = Box(0, 0, *(figure.get_size_inches() * 25.4))
    found = texts(figure)
    assert len(found) > 40
    over = [(a, b) for (a, x, _), (b, y, _) in itertools.combinations(found, 2) if x.inset(0.1).touches(y.inset(0.1))]
    assert over == []
    assert [text for text, box, _ in found if not page.inset(5).holds(box)] == []


@WAYS
def test_no_text_is_smaller_than_six_points(pages, way):
    assert min(text.get_fontsize() for text in pages[way].axes[0].texts) >= 6


def test_a_sheet_says_what_when_how_many_and_whose(pages):
    said = " ".join(words_of(pages["landscape"]))
    assert "Made-up war" in said
    assert re.search(r"\d December 2019 – \d+ March 2020", said)
    assert "2 events cannot be shown on the map" in said
    assert "Made-up monitor (CC BY 4.0)" in said
    assert "do not imply endorsement" in said
    assert "WGS 84 / UTM zone 37N (EPSG:32637)" in said


def test_number_and_date_stand_on_the_map_when_they_are_given():
    figure = render_figure(small_spec(event(1)), PrintOptions(number="X-7", made=date(2021, 3, 4)))
    assert {"Map X-7", "Date of map: 4 March 2021", "Data to 10 January 2020"} <= set(words_of(figure))
    assert not any("Date of map" in t for t in words_of(render_figure(small_spec(event(1)))))


def test_the_legend_explains_only_what_is_seen():
    said = words_of(render_figure(small_spec(event(1, fatalities_best=3))))
    assert "Battles" in said
    assert not {"Riots", "Displacement", "outline approximate", "not stated"} & set(said)


# --- what is drawn ---


@settings(max_examples=8)
@given(
    kinds=st.lists(st.sampled_from(["point", "far", "area", "lost", "country", "early"]), min_size=1, max_size=8),
    period=st.sampled_from([None, (date(2020, 1, 1), date(2020, 1, 31))]),
)
def test_every_event_of_the_period_is_shown_or_counted(kinds, period):
    from maps.figure.ground import Ground
    from maps.figure.marks import draw_map

    kind = {
        "point": event,
        "far": lambda k: event(k, geometry=Point(10, 50)),
        "area": lambda k: in_area(k, "XX01", "E"),
        "lost": lost,
        "country": lambda k: lost(k, geo_precision="G"),
        "early": lambda k: event(k, day="2019-12-05"),
    }
    spec = small_spec(*(kind[name](k) for k, name in enumerate(kinds)))
    content = content_of(spec, period)
    view = View((35.6, 35.1, 37.4, 36.7), BOX, "EPSG:32637")
    ground = Ground(spec, view.ground, finest=0.05)
    tally = draw_map(Paper(210, 160), view, Look(1, 0.18, Words("en")), spec, content, ground, names=0)
    within = len(kinds) if period is None else len(kinds) - kinds.count("early")
    assert tally.events + tally.outside + content.not_shown == within
    assert tally.outside == kinds.count("far")


def test_events_without_a_date_are_counted_when_days_are_chosen():
    spec = small_spec(event(1), event(2, date_start=None, date_end=None, date_precision=None))
    assert content_of(spec, (date(2020, 1, 1), date(2020, 1, 31))).undated == 1
    assert "1 event has no date" in " ".join(
        words_of(render_figure(spec, PrintOptions(period=(date(2020, 1, 1), date(2020, 1, 31)))))
    )


def test_one_symbol_holds_the_events_of_one_type_at_one_place_and_unknown_stays_unknown():
    rows = [
        event(1, fatalities_best=2),
        event(2, fatalities_best=3),
        event(3, event_type="Protests", event_subtype=None),
    ]
    symbols = content_of(small_spec(*rows), None).symbols.set_index("type")
    assert (symbols.loc["Battles", "events"], symbols.loc["Battles", "deaths"]) == (2, 5)
    assert np.isnan(symbols.loc["Protests", "deaths"])
    assert list(symbols["of"]) == [2, 2]


def test_the_dead_of_areas_count_too_and_an_area_may_be_a_point_or_have_a_hole():
    ring = Point(36.4, 35.8).buffer(0.3).difference(Point(36.4, 35.8).buffer(0.1))
    rows = [
        event(1, fatalities_best=2),
        in_area(2, "XX01", "E", fatalities_low=5),
        in_area(3, "XX01", "E"),
        event(4, geo_precision="D", fatalities_best=1, geometry=Point(36.9, 35.9)),
        event(5, geo_precision="F", fatalities_best=1, geometry=ring),
    ]
    said = " ".join(words_of(render_figure(small_spec(*rows))))
    assert "5 events · 9 reported dead" in said
    view = View((35.6, 35.1, 37.4, 36.7), BOX, "EPSG:32637")
    seen = on_paper(ring, view)
    assert seen.area < 0.95 * on_paper(Point(36.4, 35.8).buffer(0.3), view).area


def test_the_dead_are_told_from_the_lowest_to_the_highest_figure_of_all_events_of_the_period():
    rows = [event(1, fatalities_low=2, fatalities_high=5), event(2, fatalities_best=1)]
    rows.append(event(3, fatalities_high=4, geo_precision="G", geometry=None))
    said = " ".join(words_of(render_figure(small_spec(*rows, event(4)))))
    assert "4 events · 7–10 reported dead · 1 event cannot be shown" in said


def test_the_area_of_a_symbol_follows_the_deaths():
    assert event_radius(40, 1) / event_radius(10, 1) == pytest.approx(2)
    assert event_radius(0, 1) == event_radius(float("nan"), 1) == 4
    assert event_radius(10_000, 1) == 26


@pytest.mark.parametrize("shape", ["circle", "diamond", "triangle", "square", "pentagon", "cross"])
def test_shapes_of_one_size_weigh_about_the_same(shape):
    x, y = symbol(shape, 5, 5, 1).T
    area = abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
    assert area == pytest.approx(np.pi, rel=0.25)


def test_a_flow_ends_in_its_head_and_a_very_short_one_is_not_drawn():
    ring = flow(np.array([0.0, 0.0]), np.array([40.0, 0.0]), 2, 0.2)
    assert np.hypot(*(ring - (40, 0)).T).min() < 1e-9
    assert flow(np.array([0.0, 0.0]), np.array([0.5, 0.0]), 2, 0.2) is None


def test_figures_of_two_series_are_never_drawn_together():
    people = [
        person_record(1, "stock", "2020-01-05", "2020-01-05", 500, destination=0, series="a"),
        person_record(2, "stock", "2020-01-20", "2020-01-20", 700, destination=0, series="a"),
        person_record(3, "stock", "2020-01-20", "2020-01-20", 900, destination=0, series="b"),
    ]
    spec = small_spec(event(1), people=people)
    content = content_of(spec, (date(2020, 1, 1), date(2020, 1, 31)))
    assert (content.stocks["persons"].tolist(), content.more_series) == ([700], 1)
    assert content_of(spec, (date(2020, 1, 1), date(2020, 1, 10))).stocks["persons"].tolist() == [500]


# --- frame and scale ---


@pytest.mark.parametrize(
    ("bounds", "crs"),
    [
        ((36.0, 35.3, 37.4, 36.4), "EPSG:32637"),
        ((29.1, 49.0, 32.2, 51.8), "EPSG:3857"),
        ((-72.0, -56.0, -66.0, -50.0), "EPSG:3857"),
        ((20.0, 8.0, 40.0, 24.0), "EPSG:3857"),
    ],
)
def test_the_scale_bar_is_true_on_the_ellipsoid(bounds, crs):
    view = View(bounds, BOX, crs)
    kilometres, mm = view.scale_bar(40)
    assert mm <= 40
    assert str(f"{kilometres:g}").strip("0.")[0] in "125"
    (x0, y0), (x1, y1) = view.back(np.array([(105 - mm / 2, 80), (105 + mm / 2, 80)]))
    assert GEOID.inv(x0, y0, x1, y1)[2] / 1000 == pytest.approx(kilometres, rel=0.002)


def test_the_bounds_fit_into_the_frame_and_fill_it_one_way():
    view = View((36.0, 35.3, 37.4, 36.4), BOX, "EPSG:32637")
    corners = view.place(np.array([(36.0, 35.3), (37.4, 35.3), (37.4, 36.4), (36.0, 36.4)]))
    assert BOX.has(corners).all()
    assert np.ptp(corners[:, 1]) > 0.9 * BOX.height
    assert view.back(view.place(np.array([(36.5, 36.0)])))[0] == pytest.approx((36.5, 36.0))


def test_distances_are_never_measured_on_web_mercator():
    assert fitting_crs((29.0, 49.0, 32.0, 52.0), "EPSG:3857") == "EPSG:32636"
    assert fitting_crs((29.0, -49.0, 32.0, -45.0), "EPSG:3857") == "EPSG:32736"
    assert "laea" in fitting_crs((10.0, 0.0, 40.0, 20.0), "EPSG:3857")
    assert fitting_crs((-170.0, -56.0, 180.0, 72.0), "EPSG:3857") == "EPSG:8857"
    assert fitting_crs((36.0, 35.0, 37.0, 36.0), "EPSG:32637") == "EPSG:32637"


def test_the_graticule_is_round_and_named():
    meridians, parallels = View((36.0, 35.3, 37.4, 36.4), BOX, "EPSG:32637").graticule()
    assert min(len(meridians), len(parallels)) >= 3
    assert degree_text(36.5, Words("en"), meridian=True) == "36°30′E"
    assert degree_text(-33.0, Words("en"), meridian=False) == "33°S"
    assert degree_text(0.0, Words("en"), meridian=True) == "0°"


wanted_labels = st.lists(
    st.builds(
        Wanted,
        x=st.floats(10, 200), y=st.floats(10, 150), width=st.floats(3, 40), height=st.floats(2, 6),
        clear=st.floats(0.3, 4), rank=st.tuples(st.floats(0, 1)),
    ),
    max_size=40,
)  # fmt: skip


@settings(max_examples=60)
@given(wanted=wanted_labels)
def test_labels_never_overlap_and_are_never_cut(wanted):
    taken = Taken(BOX, hard=[Box(10, 10, 60, 20)], soft=[Box(90, 70, 110, 90)])
    placed = [box for _, box in place_labels(wanted, taken)]
    assert all(BOX.holds(box) for box in placed)
    assert not any(a.touches(b) for a, b in itertools.combinations([Box(10, 10, 60, 20), *placed], 2))
    assert all(covered(box, taken.soft) <= 0.36 for box in placed)


def test_the_more_important_name_gets_the_place():
    rivals = [Wanted(100, 80, 90, 70, 1, (k,), key=k) for k in (2, 1)]
    assert [label.key for label, _ in place_labels(rivals, Taken(BOX))] == [1]


# --- panels ---


def test_weeks_are_counted_from_the_first_day_and_months_are_cut():
    period = (date(2019, 12, 1), date(2020, 3, 6))
    weeks, months = split_period(period, "week"), split_period(period, "month")
    assert (len(weeks), weeks[0][1], weeks[-1]) == (14, date(2019, 12, 7), (date(2020, 3, 1), date(2020, 3, 6)))
    assert [(a.day, b.day) for a, b in months] == [(1, 31), (1, 31), (1, 29), (1, 6)]


def test_more_panels_than_a_page_holds_go_on_and_only_a_pdf_can(tmp_path):
    sample = small_spec(event(1), context=())
    long = {"multiples": "week", "period": (date(2019, 12, 1), date(2020, 3, 21))}
    pages = render_pages(sample, PrintOptions(orientation="landscape", **long))
    assert len(pages) == 2
    assert "2 of 2" in words_of(pages[1])
    with pytest.raises(ExportError, match=r"only a \.pdf holds more than one"):
        write_figure(sample, tmp_path / "map.png", PrintOptions(**long))
    assert list(tmp_path.iterdir()) == []


def test_panels_say_their_days_and_their_counts(pages):
    said = words_of(pages["panels"])
    assert {"January 2020", "February 2020"} <= set(said)
    assert any(re.fullmatch(r"\d+ events", text) for text in said)


# --- words ---


def test_a_period_in_words():
    en, ar = Words("en"), Words("ar", "SY")
    assert en.period(date(2019, 12, 1), date(2020, 3, 6)) == "1 December 2019 – 6 March 2020"
    assert en.period(date(2020, 2, 1), date(2020, 2, 26)) == "1 – 26 February 2020"
    assert en.period(date(2020, 2, 1), date(2020, 2, 29)) == "February 2020"
    assert ar.day(date(2020, 2, 9)) == "٩ شباط ٢٠٢٠"
    assert Words("ar", "EG").day(date(2020, 2, 9)) == "٩ فبراير ٢٠٢٠"
    assert Words("ar", "MA").number(12_345) == "12,345"


@pytest.mark.parametrize(
    ("n", "wanted"),
    [(0, "لا أحداث"), (1, "حدث واحد"), (2, "حدثان"), (3, "٣ أحداث"), (11, "١١ حدثًا"), (100, "١٠٠ حدث")],
)
def test_arabic_counts_in_its_six_forms(n, wanted):
    assert Words("ar", "SY").say("n events", n) == wanted


def test_arabic_letters_are_joined_and_run_from_right_to_left(pages):
    paper = Paper(100, 100, right_to_left=True)
    kind = Type(10, "black")
    assert paper.letters.width("المدينة", kind) < 0.8 * sum(paper.letters.width(letter, kind) for letter in "المدينة")
    figure = pages["arabic"]
    title = next(t for t in figure.axes[0].texts if "حرب مختلقة" in t.get_text())
    assert title.get_ha() == "right"
    assert title.get_position()[0] == pytest.approx(297 - 8)
    legend = next(t for t in figure.axes[0].texts if plain(t.get_text()) == "معارك")
    assert legend.get_ha() == "right"
    assert legend.get_position()[0] < 80


# --- files ---


def test_a_pdf_embeds_its_fonts_has_no_date_and_is_the_same_twice(tmp_path):
    spec = small_spec(event(1, fatalities_best=2), in_area(2, "XX0101", "D"))
    paths = [tmp_path / name for name in ("a.pdf", "b.pdf")]
    for path in paths:
        write_figure(spec, path, PrintOptions(language="ar", orientation="portrait"))
    first, second = (path.read_bytes() for path in paths)
    assert first == second
    assert b"/FontFile2" in first
    assert b"/Type3" not in first
    assert b"CreationDate" not in first
    (box,) = re.findall(rb"/MediaBox \[([^\]]+)\]", first)
    assert [float(v) for v in box.split()] == pytest.approx([0, 0, 595.276, 841.89], abs=0.01)


def test_a_png_has_300_dots_an_inch_and_no_date(tmp_path):
    write_figure(small_spec(event(1)), tmp_path / "a.png", PrintOptions(orientation="portrait"))
    raw = (tmp_path / "a.png").read_bytes()
    assert struct.unpack(">II", raw[16:24]) == (2480, 3508)
    at = raw.index(b"pHYs") + 4
    assert struct.unpack(">II", raw[at : at + 8]) == (11811, 11811)
    assert b"Software" not in raw


def test_an_svg_draws_its_letters_and_is_the_same_twice(tmp_path):
    spec = small_spec(event(1))
    for name in ("a.svg", "b.svg"):
        write_figure(spec, tmp_path / name, PrintOptions(orientation="landscape"))
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert text == (tmp_path / "b.svg").read_text(encoding="utf-8")
    root = ET.fromstring(text)
    assert root.get("width").endswith("pt")
    assert float(root.get("width")[:-2]) / 72 * 25.4 == pytest.approx(297, abs=0.01)
    assert not list(root.iter(f"{SVG}text"))
    assert "<dc:date>" not in text


def test_a_users_matplotlib_settings_change_nothing(tmp_path):
    import matplotlib as mpl

    spec = small_spec(event(1))
    write_figure(spec, tmp_path / "a.svg")
    with mpl.rc_context({"svg.fonttype": "none", "axes.facecolor": "red", "lines.linewidth": 9, "text.color": "red"}):
        write_figure(spec, tmp_path / "b.svg")
        assert mpl.rcParams["lines.linewidth"] == 9
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


# --- bad input ---

HOSTILE = r"$\frac{a}{0}$ _b_ ^c \\ {d} <i> " + "\u202e\u2066 \U0001f600 \x07 日本"


def test_markup_and_steering_characters_are_plain_text(monkeypatch):
    spec = small_spec(
        event(1, place_name=HOSTILE),
        in_area(2, "XX0101", "D"),
        title={"en": HOSTILE},
        credits=[Credit(HOSTILE, HOSTILE)],
    )
    figure = render_figure(spec, PrintOptions(number=HOSTILE))
    figure.canvas.draw()
    said = words_of(figure)
    assert any(r"$\frac{a}{0}$ _b_ ^c" in text for text in said)
    assert not any("\u202e" in t.get_text() for t in figure.axes[0].texts)
    assert all(not t.get_parse_math() for t in figure.axes[0].texts)


def test_what_is_too_long_is_wrapped_or_cut_with_an_ellipsis():
    long = "A very long title of a very long war " * 20
    spec = small_spec(event(1), title={"en": long}, credits=[Credit("x" * 900, "y" * 900)])
    figure = render_figure(spec, PrintOptions(number="9" * 300))
    page = Box(0, 0, *(figure.get_size_inches() * 25.4))
    found = texts(figure)
    assert [text for text, box, _ in found if not page.inset(5).holds(box)] == []
    assert sum("…" in text for text, *_ in found) >= 2


@pytest.mark.parametrize(
    ("rows", "said"),
    [([], "No events in this period"), ([lost(1), lost(2)], "2 events cannot be shown on the map")],
    ids=["no events", "no places"],
)
def test_a_map_of_nothing_says_so(rows, said):
    figure = render_figure(small_spec(*rows))
    assert said in " ".join(words_of(figure))


def test_one_point_without_bounds_is_a_map_of_its_surroundings():
    figure = render_figure(small_spec(event(1), bounds=None, metric_crs="EPSG:3857", context=()))
    said = " ".join(words_of(figure))
    assert "UTM zone 37N" in said
    assert "1 event" in said


def test_a_map_of_the_world_has_no_scale_bar():
    spec = small_spec(bounds=None, metric_crs="EPSG:3857", context=())
    said = words_of(render_figure(spec, PrintOptions(orientation="landscape")))
    assert any("Equal Earth" in text for text in said)
    assert not any(text.endswith(" km") for text in said)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"size": "A5"}, "no paper size 'A5'; the nearest known is 'A4', all: A4, A3"),
        ({"language": "eng"}, "nearest known is 'en'"),
        ({"multiples": "weeks"}, "nearest known is 'week'"),
        ({"orientation": "upright"}, "orientation"),
    ],
)
def test_an_unknown_option_names_the_known_ones(options, said):
    with pytest.raises(ExportError, match=re.escape(said)):
        render_figure(small_spec(event(1)), PrintOptions(**options))


def test_an_unknown_suffix_or_folder_is_told_and_nothing_is_left(tmp_path):
    spec = small_spec(event(1))
    with pytest.raises(ExportError, match=r"\.pdf, \.png, \.svg"):
        write_figure(spec, tmp_path / "map.jpeg")
    with pytest.raises(ExportError, match="absent"):
        write_figure(spec, tmp_path / "absent" / "map.svg")
    assert list(tmp_path.iterdir()) == []


# --- the command ---


def test_the_command_draws_a_table_between_two_days(tmp_path):
    table = tmp_path / "events.csv"
    table.write_text(
        "date,event_type,latitude,longitude,fatalities\n2020-02-10,Battles,35.86,36.8,2\n2020-03-11,Battles,35.8,36.7,\n",
        encoding="utf-8",
    )
    out = tmp_path / "map.svg"
    words = [
        "figure",
        table,
        "--theatre",
        "idlib",
        "-o",
        out,
        "--from",
        "2020-02-01",
        "--to",
        "2020-02-28",
        "--date",
        "2020-04-01",
    ]
    done = CliRunner().invoke(cli.app, [str(word) for word in words])
    assert done.exit_code == 0, done.stderr
    assert done.stdout.strip() == str(out)
    assert out.read_text(encoding="utf-8").startswith("<?xml")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "map.docx"], ".pdf, .png, .svg"),
        (["--size", "letter"], "no paper size"),
        (["--multiples", "year"], "all: week, month"),
        (["--from", "2020-02-02", "--to", "2020-02-01"], "swap them"),
    ],
)
def test_wrong_use_of_the_command_ends_in_words_before_anything_is_read(words, said):
    done = CliRunner().invoke(cli.app, ["figure", "absent.csv", *words])
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())


def test_commands_that_draw_nothing_start_without_matplotlib():
    code = "import sys, maps.cli; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_paper_format_is_an_iso_one():
    assert {name: (f.short, f.long) for name, f in FORMATS.items()} == {"A4": (210, 297), "A3": (297, 420)}
