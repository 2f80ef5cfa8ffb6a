"""What may not be published finer is coarser or gone, everywhere, and nothing else is."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.admin import areas_table
from geo.care import (
    Care,
    Withhold,
    care_sentence,
    careful_credits,
    careful_decisions,
    careful_problems,
    careful_refused,
    careful_theatre,
    check_coarsening,
    check_release,
    publishable,
    read_withhold,
    take_care,
)
from geo.care.telling import with_sentence
from geo.care.withholding import Entry
from geo.errors import InputError, Problem, RefusedRow
from geo.geocode import geocode_displacement, geocode_events
from geo.names import fold
from geo.schema import CRS, DISPLACEMENT, EVENTS, Credit, concat, conform, empty
from geo.theatre import ContextFeature, Theatre, load_theatre

# --- a small country: two provinces of two districts of two sub-districts each, one degree wide, four high ---


def units():
    rows = []
    for level, count, width in ((1, 2, 4.0), (2, 4, 2.0), (3, 8, 1.0)):
        for i in range(count):
            code = {1: f"XX{i}", 2: f"XX{i // 2}{i % 2}", 3: f"XX{i // 4}{i // 2 % 2}{i % 2}"}[level]
            parent = code[:-1] if level > 1 else "XX"
            rows.append(
                {
                    "pcode": code,
                    "name": f"Unit{code}",
                    "name_ar": f"وحدة {code}",
                    "level": level,
                    "parent": parent,
                    "country": "XX",
                    "approximate": False,
                    "source": "drawn",
                    "geometry": shapely.box(10 + i * width, 30, 10 + (i + 1) * width, 34),
                }
            )
    return areas_table(pd.DataFrame(rows))


AREAS = units()


def event(number, x=None, y=None, *, name="Qalbar", precision="B", shape=None, **more):
    code = "" if x is None else f"XX{int(x - 10) // 4}{int(x - 10) // 2 % 2}{int(x - 10) % 2}"
    return {
        "event_id": f"E-{number}",
        "source": "a paper",
        "source_id": f"row {number}",
        "event_type": "Battles",
        "source_file": "events.csv",
        "source_row": number + 1,
        "toponym": name,
        "place_id": f"test:{fold(name).replace(' ', '-')}",
        "place_name": name,
        "place_name_ar": "قلبار",
        "stated_admin1": "UnitXX0",
        "stated_admin3": "Qalbar nahiya",
        "source_longitude": x,
        "source_latitude": y,
        "admin1_pcode": code[:3] or None,
        "admin2_pcode": code[:4] or None,
        "admin3_pcode": code or None,
        "geo_precision": precision,
        "geo_radius_km": 5.0,
        "geo_method": "exact",
        "geo_score": 0.97,
        "geo_reason": f"same spelling: {name}",
        "quote": f"Shells hit {name} at dawn.",
        "span_start": 3,
        "span_end": 30,
        "evidence": json.dumps([{"field": "toponym", "text": name}]),
        "source_url": f"https://paper.example/{name}",
        "merged_from": json.dumps([f"{name}-1"]),
        "geometry": shape if shape is not None else (shapely.Point(x, y) if x is not None else None),
        **more,
    }


def record(number, start=None, end=None, *, persons=900.0, **more):
    row = {
        "record_id": f"D-{number}",
        "source": "a survey",
        "measure": "flow",
        "movement": "displacement",
        "source_file": "moves.csv",
        "source_row": number + 1,
        "persons_best": persons,
        "geo_reason": "origin: same spelling",
        "notes": "counted at the gate",
    }
    for side, at in (("origin", start), ("destination", end)):
        if at is not None:
            name, x, y = at
            row |= {
                f"{side}_toponym": name,
                f"{side}_place_id": f"test:{name}",
                f"{side}_name": name,
                f"{side}_pcode": f"C-{name}",
                f"{side}_precision": "B",
                f"{side}_longitude": x,
                f"{side}_latitude": y,
                "geometry": shapely.Point(x, y),
            }
    return row | more


def events(*rows):
    return concat([pd.DataFrame(list(rows))], EVENTS) if rows else empty(EVENTS)


def displacement(*rows):
    return concat([pd.DataFrame(list(rows))], DISPLACEMENT) if rows else empty(DISPLACEMENT)


def cared(table, care, *, moves=None, gazetteer=None):
    return take_care(table, displacement() if moves is None else moves, AREAS, care, gazetteer)


def listing(**columns):
    kind = {"ids": "id", "places": "place"}
    entries = [Entry(kind[k], text, row=2) for k, texts in columns.items() if k in kind for text in texts]
    entries += [Entry("circle", str(c), c, 2) for c in columns.get("circles", ())]
    return Withhold(tuple(entries), "keep-back.csv")


def cells_of(table, row, *, but=()):
    """Everything that a row says, as one text in small letters."""
    values = [table[c].iloc[row] for c in table.columns if c not in ("geometry", *but)]
    shape = table.geometry.iloc[row]
    return " ".join(str(v) for v in values if not pd.isna(v)).casefold() + (shape.wkt if shape is not None else "")


HERE, NEAR_HERE, THERE = (10.31, 31.47), (10.66, 32.13), (15.52, 33.11)


# --- making coarser ---


@pytest.mark.parametrize(
    ("how", "code", "precision", "codes"),
    [
        ("admin3", "XX000", "D", ["XX0", "XX00", "XX000"]),
        ("admin2", "XX00", "D", ["XX0", "XX00", None]),
        ("admin1", "XX0", "E", ["XX0", None, None]),
    ],
)
def test_a_village_becomes_the_unit_it_lies_in(how, code, precision, codes):
    done = cared(events(event(1, *HERE)), Care(how))
    (row,) = done.events.itertuples()
    assert row.geometry.equals(AREAS.set_index("pcode").geometry[code])
    assert (row.place_name, row.place_name_ar, row.geo_precision) == (f"Unit{code}", f"وحدة {code}", precision)
    found = [row.admin1_pcode, row.admin2_pcode, row.admin3_pcode]
    assert [None if pd.isna(c) else c for c in found] == codes
    assert done.account == {"events": {"coarsened": 1}, "displacement": {}}


@pytest.mark.parametrize("resolution", [0, 3, 5, 7])
def test_a_village_becomes_the_cell_around_it(resolution):
    done = cared(events(event(1, *HERE), event(2, *HERE, name="Other")), Care(f"h3:{resolution}"))
    one, two = done.events.geometry
    assert one.contains(shapely.Point(HERE))
    assert one.equals(two)
    assert not one.centroid.equals_exact(shapely.Point(HERE), 1e-6)
    assert done.events["geo_precision"].tolist() == ["F", "F"]
    assert done.events["admin1_pcode"].isna().all()


def test_a_cell_across_the_180th_meridian_stays_on_its_side_of_the_world():
    (shape,) = cared(events(event(1, 179.99, -17.0)), Care("h3:2")).events.geometry
    assert shape.is_valid
    assert shape.area < 10
    assert shape.bounds[0] == -180
    assert shape.bounds[2] == 180


def test_what_is_coarse_already_is_drawn_as_its_unit_and_never_finer():
    disc = shapely.Point(HERE).buffer(0.1)
    table = events(
        event(1, *HERE, precision="E", shape=disc),
        event(2, *HERE, precision="D", shape=disc, admin3_pcode=None),
        event(3, *HERE, precision="D", shape=disc),
    )
    shapes = AREAS.set_index("pcode").geometry
    done = cared(table, Care("admin3"))
    assert [s.equals(shapes[c]) for s, c in zip(done.events.geometry, ("XX0", "XX00", "XX000"), strict=True)] == [
        True
    ] * 3
    assert done.account["events"] == {"texts left out": 3}
    done = cared(table, Care("admin1"))
    assert [s.equals(shapes["XX0"]) for s in done.events.geometry] == [True] * 3
    assert done.account["events"] == {"coarsened": 2, "texts left out": 1}


def test_a_road_becomes_all_units_it_runs_through():
    road = shapely.LineString([(10.5, 31), (12.5, 31)])
    (row,) = cared(events(event(1, precision="F", shape=road)), Care("admin3")).events.itertuples()
    assert (row.geo_precision, row.place_name) == ("F", "UnitXX000, UnitXX001, UnitXX010")
    assert row.geometry.bounds == (10, 30, 13, 34)
    (cells,) = cared(events(event(1, precision="F", shape=road)), Care("h3:5")).events.geometry
    assert cells.covers(shapely.Point(11.3, 31))


def test_a_row_that_lies_in_no_unit_is_withheld_not_shown_as_it_was():
    done = cared(events(event(1, 50.0, 50.0)), Care("admin2"))
    assert done.events.geometry.isna().all()
    assert done.events["geo_precision"].tolist() == ["X"]
    assert done.account["events"] == {"withheld as outside every area": 1}


def test_a_name_that_was_never_placed_goes_too():
    lost = event(1, precision=None, place_id=None, place_name=None)
    done = cared(events(lost), Care("admin2"))
    assert "qalbar" not in cells_of(done.events, 0)
    assert done.account["events"] == {"texts left out": 1}


def test_both_ends_of_a_flow_become_units_and_the_line_runs_between_points_inside_them():
    moves = displacement(record(1, ("Qalbar", *HERE), ("Zumrud", *THERE)), record(2, ("Qalbar", *HERE)))
    done = take_care(events(), moves, AREAS, Care("admin2"))
    first, second = done.displacement.itertuples()
    assert (first.origin_name, first.origin_pcode) == ("UnitXX00", "XX00")
    assert (first.destination_name, first.destination_precision) == ("UnitXX10", "D")
    assert first.geometry.equals(AREAS.set_index("pcode").geometry["XX10"])
    assert second.geometry.contains(shapely.Point(second.origin_longitude, second.origin_latitude))
    assert pd.isna(second.destination_precision)
    assert first.persons_best == 900


@pytest.mark.parametrize("how", ["admin4", "h3", "h3:8", "h3:99", "district", ""])
def test_an_unknown_coarsening_lists_the_known_ones(how):
    with pytest.raises(InputError, match=r"wanted admin3, admin2, admin1 or h3:RES"):
        check_coarsening(how)


def test_units_without_polygons_are_asked_for():
    with pytest.raises(InputError, match=r"wants polygons of that level; give them with --admin FILE"):
        take_care(events(event(1, *HERE)), displacement(), AREAS[AREAS["level"] == 1], Care("admin3"))


# --- withholding ---


@pytest.mark.parametrize(
    "what",
    [
        {"ids": ["E-1"]},
        {"ids": ["row 1"]},
        {"places": ["test:qalbar"]},
        {"places": ["QALBAR"]},
        {"places": ["قلبار"]},
        {"places": ["XX000"]},
        {"circles": [(10.3, 31.4, 15.0)]},
    ],
    ids=str,
)
def test_a_listed_row_stays_as_a_row_without_place(what):
    table = events(event(1, *HERE), event(2, *THERE, name="Zumrud", place_name_ar="زمرد", stated_admin3=None))
    done = cared(table, Care(withhold=listing(**what)))
    assert done.events["event_id"].tolist() == ["E-1", "E-2"]
    assert done.events["geo_precision"].tolist() == ["X", "B"]
    assert "qalbar" not in cells_of(done.events, 0)
    assert cells_of(done.events, 1) == cells_of(table, 1)
    assert done.account["events"] == {"withheld by list": 1}
    assert done.problems == ()


def test_other_rows_may_not_tell_the_name_of_a_withheld_place():
    other = event(
        2, *THERE, name="Zumrud", notes="They came from Qalbar.", actor1="Qalbar Brigade", place_name_ar="زمرد"
    )
    done = cared(events(event(1, *HERE), other), Care(withhold=listing(places=["Qalbar"])))
    assert "qalbar" not in cells_of(done.events, 1, but=["stated_admin3"])
    assert done.events["place_name"].tolist()[1] == "Zumrud"
    assert done.account["events"] == {"withheld by list": 1, "texts left out": 1}


def test_an_end_in_a_listed_unit_withholds_the_record():
    moves = displacement(record(1, ("Qalbar", *HERE), ("Zumrud", *THERE)), record(2, None, ("Zumrud", *THERE)))
    done = take_care(events(), moves, AREAS, Care(withhold=listing(places=["XX000"])))
    assert done.displacement["destination_precision"].tolist() == ["X", "B"]
    assert done.displacement["origin_precision"].isna().tolist() == [False, True]
    assert done.displacement["persons_best"].tolist() == [900, 900]


def test_an_entry_that_names_nothing_is_a_warning():
    done = cared(
        events(event(1, *HERE)), Care(withhold=listing(places=["Nowhere"], ids=["E-9"], circles=[(0.0, 1.0, 2.0)]))
    )
    assert [(p.source, p.row, p.column, p.severity) for p in done.problems] == [
        ("keep-back.csv", 2, "place", "warning"),
        ("keep-back.csv", 2, "id", "warning"),
        ("keep-back.csv", 2, "longitude", "warning"),
    ]
    assert "names nothing in the data" in str(done.problems[0])


def test_a_list_is_read_with_its_lines(tmp_path):
    path = tmp_path / "keep.csv"
    path.write_text("place,event_id,longitude,latitude,radius_km\nQalbar,,,,\n,E-7,,,\n,,10.5,31,2\n", encoding="utf-8")
    withhold, problems = read_withhold(path)
    assert problems == []
    assert [(e.kind, e.text, e.row) for e in withhold.entries] == [
        ("place", "Qalbar", 2),
        ("id", "E-7", 3),
        ("circle", "10.5, 31, 2 km", 4),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("village\nQalbar\n", "keep.csv: has no column that says what to withhold; wanted id"),
        ("longitude,latitude\n10,31\n", "keep.csv: has the column longitude but not radius_km"),
        ("longitude,latitude,radius_km\n10,91,3\n", r"keep.csv:2: latitude: '91' is out of range; wanted a number"),
        ("longitude,latitude,radius_km\n10,31,\n", "keep.csv:2: radius_km: '' is no radius_km"),
        ("place,longitude,latitude,radius_km\nA,x,31,1\n", "keep.csv:2: longitude: 'x' is no longitude"),
        ("longitude,latitude,radius_km\n10,31,nan\n", "radius_km: 'nan' is out of range"),
        ("longitude,latitude,radius_km\n10,31,0\n", "radius_km: '0' is out of range"),
        ("place,id\n?!,\n", r"keep.csv:2: place: '\?!' is no name"),
        ("", "keep.csv: is empty"),
    ],
)
def test_a_line_that_cannot_be_read_stops_the_run(tmp_path, text, said):
    path = tmp_path / "keep.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_withhold(path)


# --- too few ---


def test_spots_with_too_few_rows_are_withheld():
    rows = [event(n, *HERE) for n in range(3)] + [event(3, *THERE), event(4, *NEAR_HERE)]
    done = cared(events(*rows), Care(min_count=3))
    assert done.events["geo_precision"].tolist() == ["B", "B", "B", "X", "X"]
    assert done.account["events"] == {"withheld as too few": 2}
    coarse = cared(events(*rows), Care("admin3", 3))
    assert coarse.events.geometry.notna().tolist() == [True, True, True, False, True]
    assert "unitxx" not in cells_of(coarse.events, 3)


def test_a_record_taken_out_at_one_end_is_missing_at_the_other():
    spot = {name: (name, 10.1 + i, 31.0) for i, name in enumerate(("Aa", "Bb", "Cc"))}
    # Bb -> Cc falls for Cc's sake; then Bb has one record left.
    moves = displacement(record(1, spot["Aa"], spot["Bb"]), record(2, spot["Bb"], spot["Cc"]), record(3, spot["Aa"]))
    done = take_care(events(), moves, AREAS, Care(min_count=2))
    assert done.account["displacement"] == {"withheld as too few": 3}


def test_a_small_figure_goes_with_its_place_and_zero_stays():
    moves = displacement(*(record(n, None, ("Zumrud", *THERE), persons=p) for n, p in enumerate((3, 0, 5, 70))))
    done = take_care(events(), moves, AREAS, Care(min_count=2))
    assert done.displacement["persons_best"].tolist() == [3, 0, 5, 70]
    done = take_care(events(), moves, AREAS, Care(min_count=4))
    assert done.displacement["destination_precision"].tolist() == ["X"] * 4
    done = take_care(events(), moves, AREAS, Care("admin1", min_count=3))
    assert done.account["displacement"] == {"coarsened": 4}
    table = displacement(*(record(n, None, ("Zumrud", *THERE), persons=p) for n, p in enumerate((3, 0, 5, 70, 9, 9))))
    done = take_care(events(), table, AREAS, Care(min_count=5))
    assert done.account["displacement"] == {"withheld as too small a figure": 1}
    assert done.displacement["persons_best"].fillna(-1).tolist() == [-1, 0, 5, 70, 9, 9]


# --- properties ---

LETTERS = st.sampled_from(["Qaxbor", "Zumwix", "Vekhut", "Jifpol Qex", "قغذظ", "Ñoxpüq"])
# No round numbers, which the corners of units have too.
COORDINATES = st.tuples(st.integers(0, 79), st.integers(0, 39)).map(
    lambda p: (round(10.05137 + p[0] / 10, 5), round(30.04719 + p[1] / 10, 5))
)
TEXTS = ("source", "actor1", "actor2", "attributed_to", "notes", "quote", "rule", "source_file", "source_id")


@st.composite
def tables(draw):
    rows, moves = [], []
    for number in range(draw(st.integers(1, 6))):
        name, at = draw(LETTERS), draw(COORDINATES)
        told = {
            c: f"{draw(st.sampled_from(['', 'the ', 'Old']))}{name} x" for c in draw(st.sets(st.sampled_from(TEXTS)))
        }
        precision = draw(st.sampled_from(["A", "B", "C", "D", "E", "F", "G", None]))
        disc = shapely.Point(at).buffer(0.05)
        shape = None if precision in ("G", None) else (shapely.Point(at) if precision in ("A", "B", "C") else disc)
        rows.append(
            event(number, *at, name=name, precision=precision, geometry=shape, stated_admin2=f"{name} d") | told
        )
        moves.append(record(number, (name, *at), (draw(LETTERS), *draw(COORDINATES)), persons=draw(st.integers(0, 30))))
    return events(*rows), displacement(*moves)


CARES = st.builds(
    Care,
    coarsen=st.sampled_from(["", "admin1", "admin2", "admin3", "h3:4", "h3:7"]),
    min_count=st.integers(0, 4),
    withhold=st.builds(
        lambda places, ids: listing(places=sorted(places), ids=sorted(ids)),
        st.sets(LETTERS, max_size=2),
        st.sets(st.sampled_from(["E-0", "E-1", "D-0", "D-2"]), max_size=2),
    ),
)


def fine_texts(table, row):
    """What names or locates the place of a row, as it may stand in any text."""
    stems = ("",) if "toponym" in table else ("origin_", "destination_")
    names = [f"{s}{c}" for s in stems for c in ("toponym", "place_id", "place_name", "name", "pcode")]
    names += ["place_name_ar", "stated_admin2", "stated_admin3", "source_url"]
    numbers = [c for c in table if c.endswith(("longitude", "latitude"))]
    found = [table[c].iloc[row] for c in (*names, *numbers) if c in table]
    return {str(v).casefold() for v in found if not pd.isna(v)}


def is_touched(before, after, row):
    return cells_of(before, row) != cells_of(after, row) and (
        pd.isna(after["geo_reason"].iloc[row]) or "publication" in after["geo_reason"].iloc[row]
    )


@settings(max_examples=40)
@given(tables(), CARES)
def test_nothing_in_a_touched_row_leads_to_the_finer_place(given_tables, care):
    done = take_care(*given_tables, AREAS, care)
    for before, after, key in zip(
        given_tables, (done.events, done.displacement), ("event_id", "record_id"), strict=True
    ):
        assert after[key].tolist() == before[key].tolist()
        assert list(after.columns) == list(before.columns)
        assert after.crs == CRS
        for row in range(len(before)):
            if not care.coarsen and not is_touched(before, after, row):
                continue
            left = cells_of(after, row, but=[key])
            assert [text for text in fine_texts(before, row) if text in left] == []
            shape, was = after.geometry.iloc[row], before.geometry.iloc[row]
            if shape is not None and was is not None:
                assert not {*map(tuple, shapely.get_coordinates(shape))} & {*map(tuple, shapely.get_coordinates(was))}


@settings(max_examples=20)
@given(tables(), CARES)
def test_the_result_is_a_table_like_any_other_and_the_same_twice(given_tables, care):
    one, two = (take_care(*given_tables, AREAS, care) for _ in range(2))
    for name, spec in (("events", EVENTS), ("displacement", DISPLACEMENT)):
        table = getattr(one, name)
        conformed, problems = conform(pd.DataFrame(table), spec)
        assert problems == []
        assert len(conformed) == len(table)
        pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(getattr(two, name)))
        assert {c: str(t) for c, t in table.dtypes.items()} == {c: str(t) for c, t in empty(spec).dtypes.items()}
    assert one.account == two.account


@settings(max_examples=20)
@given(tables(), CARES)
def test_every_row_is_counted_at_most_once_and_every_shown_spot_has_enough_rows(given_tables, care):
    done = take_care(*given_tables, AREAS, care)
    for table, counts in (
        (done.events, done.account.get("events", {})),
        (done.displacement, done.account.get("displacement", {})),
    ):
        assert sum(n for what, n in counts.items() if what.startswith("withheld")) <= len(table)
    drawn = done.events[done.events.geometry.notna()]
    if care.min_count > 1 and len(drawn):
        assert drawn.geometry.to_wkb(hex=True).value_counts().min() >= care.min_count


@settings(max_examples=5)
@given(tables())
def test_without_care_nothing_changes(given_tables):
    done = take_care(*given_tables, AREAS, Care())
    assert done.events is given_tables[0]
    assert (done.account, done.manifest, care_sentence(done)) == ({}, {}, {})


@settings(max_examples=20)
@given(tables(), CARES)
def test_no_file_beside_the_tables_names_what_they_hide(given_tables, care):
    table, moves = given_tables
    done = take_care(table, moves, AREAS, care)
    names = table["toponym"].tolist()
    problems = [
        Problem("events.csv", n + 1, "toponym", name, f"'{name}' fits 2 places", "warning")
        for n, name in enumerate(names)
    ]
    decisions = pd.DataFrame({"toponym": names, "runners_up": [f"test:x {n} 0.4" for n in names], "rows": 1})
    told = " ".join([*map(str, careful_problems(problems, done)[0]), careful_decisions(decisions, done)[0].to_csv()])
    touched = [r for r in range(len(table)) if care.coarsen or is_touched(table, done.events, r)]
    assert [n for r in touched if (n := names[r]).casefold() in told.casefold()] == []
    assert "Qaxbor" not in json.dumps(done.manifest, ensure_ascii=False)


# --- what is told ---


def test_the_sentence_says_what_was_done_in_both_languages():
    rows = [event(1, *HERE), event(2, *THERE, name="Zumrud")]
    said = care_sentence(cared(events(*rows), Care("admin2", withhold=listing(ids=["E-1"]))))
    assert said["en"] == "Places are shown no finer than district; the place of 1 row is withheld."
    assert said["ar"] == "لا تُعرض الأماكن بأدق من مستوى المنطقة؛ حُجبت أماكن عدد من السجلات (1)."
    assert with_sentence({"en": "Borders.", "ar": "حدود."}, said)["en"] == f"Borders. {said['en']}"
    assert care_sentence(cared(events(*rows), Care("h3:5")))["en"] == "Places are shown no finer than cells of a grid."


def test_the_manifest_counts_and_names_nothing():
    done = cared(events(event(1, *HERE)), Care("admin2", 2, listing(places=["Qalbar"])))
    assert done.manifest == {
        "coarsen": "admin2", "min_count": 2, "withhold_entries": 1, "events": {"withheld by list": 1},
    }  # fmt: skip


def test_refused_rows_keep_their_line_and_lose_their_cells():
    refused = [RefusedRow("events.csv", 9, '{"place": "Qalbar"}')]
    assert careful_refused(refused, cared(events(event(1, *HERE)), Care(min_count=2))) == (
        (RefusedRow("events.csv", 9, "{}"),), 1,
    )  # fmt: skip
    assert careful_refused(refused, cared(events(event(1, *HERE)), Care())) == (tuple(refused), 0)


def test_problems_of_rows_that_nobody_touched_are_told():
    done = cared(events(event(1, *HERE), event(2, *THERE, name="Zumrud")), Care(withhold=listing(ids=["E-1"])))
    hidden = Problem("events.csv", 2, "toponym", "Qalbar", "fits 2 places", "warning")
    other = Problem("events.csv", 3, "toponym", "Zumrud", "fits 2 places", "warning")
    whole = Problem("events.csv", None, None, None, "was read as Windows-1256", "warning")
    told, blank = careful_problems([hidden, other, whole], done)
    assert blank == 1
    assert told[1:] == (other, whole)
    assert (told[0].source, told[0].row, told[0].value) == ("events.csv", 2, None)


def test_a_report_whose_title_names_a_hidden_place_is_credited_without_it():
    done = cared(events(event(1, *HERE)), Care(withhold=listing(ids=["E-1"])))
    titled, plain = careful_credits([Credit("Dawn raid on Qalbar", "CC BY", "https://x.example"), Credit("OCHA")], done)
    assert (titled.source, titled.licence, titled.url) == ("a source whose name is withheld", "CC BY", "")
    assert plain == Credit("OCHA")


# --- sensitive places ---


@pytest.fixture(scope="module")
def idlib(loaded):
    return loaded("idlib")


def located(idlib, name):
    """One event at a place of the theatre, as a point."""
    theatre, gazetteer, areas = idlib
    table = conform(
        pd.DataFrame([{"event_id": "E-1", "source": "s", "event_type": "Battles", "toponym": name}]), EVENTS
    )[0]
    return geocode_events(table, gazetteer, areas, theatre=theatre).table


def on_camp(idlib, **more):
    """People at a camp of the theatre, as a point."""
    theatre, gazetteer, _ = idlib
    place = gazetteer.place("idlib:camps-qah")
    known = {"destination_place_id": place.place_id} | more
    return displacement(record(1, None, ("x", place.longitude, place.latitude), **known)), theatre, gazetteer


def test_people_at_a_camp_are_refused_with_both_ways_out(idlib):
    moves, theatre, gazetteer = on_camp(idlib)
    with pytest.raises(InputError) as refused:
        publishable(events(), moves, idlib[2], gazetteer, theatre, Care())
    said = str(refused.value)
    assert said.startswith("1 displacement record stands as points on places that the theatre calls sensitive (CMP: 1)")
    assert "--coarsen" in said
    assert "--release sensitive" in said


@pytest.mark.parametrize(
    "care",
    [
        Care("admin1"),
        Care("h3:5"),
        Care(release=check_release(["sensitive"])),
        Care(withhold=listing(places=["idlib:camps-qah"])),
    ],
    ids=["unit", "cell", "released", "withheld"],
)
def test_a_camp_may_be_shown_coarser_released_or_not_at_all(idlib, care):
    moves, theatre, gazetteer = on_camp(idlib)
    done = publishable(events(), moves, idlib[2], gazetteer, theatre, care)
    assert ("idlib:camps-qah" in set(done.displacement["destination_place_id"].dropna())) == bool(care.release)


def test_coordinates_of_a_source_upon_a_camp_are_a_point_on_it(idlib):
    moves, theatre, gazetteer = on_camp(idlib, destination_place_id=None)
    with pytest.raises(InputError, match="CMP: 1"):
        publishable(events(), moves, idlib[2], gazetteer, theatre, Care())
    assert publishable(events(), moves, idlib[2], gazetteer, Theatre("t", {}), Care()).displacement is moves


def test_an_event_at_a_camp_is_what_its_source_has_published(idlib):
    _, theatre, gazetteer = on_camp(idlib)
    place = gazetteer.place("idlib:camps-qah")
    table = events(event(1, place.longitude, place.latitude, name=place.name, place_id=place.place_id))
    assert publishable(table, displacement(), idlib[2], gazetteer, theatre, Care()).events is table


def test_the_samples_of_every_theatre_may_be_published(loaded, theatre_id):
    from geo.sources import read_table

    theatre, gazetteer, areas = loaded(theatre_id)
    read = [read_table(p, theatre=theatre) for p in theatre.sample if p.suffix == ".csv"]
    table = geocode_events(concat([r.events for r in read], EVENTS), gazetteer, areas, theatre=theatre).table
    moves = concat([r.displacement for r in read], DISPLACEMENT)
    moves = geocode_displacement(moves, gazetteer, areas, theatre=theatre).table
    assert publishable(table, moves, areas, gazetteer, theatre, Care()).account == {}
    coarse = publishable(table, moves, areas, gazetteer, theatre, Care("h3:5"))
    assert len(coarse.events) == len(table)
    assert not set(coarse.events["toponym"].dropna())
    assert not (coarse.events.geometry.geom_type == "Point").any()


def test_a_listed_place_is_found_by_any_name_of_the_gazetteer(idlib):
    theatre, gazetteer, areas = idlib
    table = located(idlib, "Kafr Nabl")
    place = gazetteer.place(table["place_id"].iloc[0])
    for name in (place.name, place.name_ar, *place.aliases[:2], place.pcode or place.place_id):
        done = publishable(table, displacement(), areas, gazetteer, theatre, Care(withhold=listing(places=[name])))
        assert done.account["events"] == {"withheld by list": 1}, name


def test_sensitive_and_listed_features_are_left_out_and_counted(idlib):
    theatre, gazetteer, areas = idlib
    post, crossing = (next(f for f in theatre.context if f.kind == k) for k in ("observation post", "border crossing"))
    secret = ContextFeature("observation post", "Secret", place=post.place, sensitive=True)
    guarded = Theatre("t", {"en": "t"}, context=(secret, post, crossing))
    shown, left_out = careful_theatre(guarded, gazetteer, listing(places=[crossing.place]), released=False)
    assert (shown.context, left_out) == ((post,), 2)
    assert careful_theatre(guarded, gazetteer, Withhold(), released=True) == (guarded, 0)
    done = publishable(events(), displacement(), areas, gazetteer, guarded, Care())
    assert done.account == {"context": {"left out": 1}}
    assert care_sentence(done)["en"] == "1 map feature left out."


def test_an_unknown_release_lists_the_known_one():
    with pytest.raises(InputError, match="'camps' cannot be released; wanted one of: sensitive"):
        check_release(["camps"])


def test_a_theatre_file_says_what_is_sensitive(tmp_path):
    path = tmp_path / "t.toml"
    path.write_text(
        'id = "t"\ntitle = { en = "t" }\nsensitive = ["CMP", "HSP"]\n'
        '[[context]]\nkind = "highway"\nname = "A"\nsensitive = true\n',
        encoding="utf-8",
    )
    theatre = load_theatre(path)
    assert theatre.sensitive == ("CMP", "HSP")
    assert theatre.context[0].sensitive is True
    path.write_text(
        'id = "t"\ntitle = { en = "t" }\n[[context]]\nkind = "highway"\nname = "A"\nsensitive = 1\n', encoding="utf-8"
    )
    with pytest.raises(Exception, match="sensitive is 1; wanted true or false"):
        load_theatre(path)


def test_empty_tables_stay_empty():
    for care in (Care("admin2", 3, listing(ids=["x"])), Care("h3:4")):
        done = take_care(events(), displacement(), AREAS, care)
        assert (len(done.events), len(done.displacement)) == (0, 0)
        assert isinstance(done.events, gpd.GeoDataFrame)
        assert np.array_equal(done.events.columns, empty(EVENTS).columns)
