"""Fighting and people stand side by side by unit and step of time; nothing is invented and nothing is explained."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box

from geo.admin import areas_table
from geo.links import link_table
from geo.schema import CRS, DISPLACEMENT, EVENTS, conform, empty

# Two provinces of one degree beside each other, the west one with a district.
AREAS = areas_table(
    [
        {
            "pcode": "W1",
            "name": "West",
            "name_ar": "الغرب",
            "level": 1,
            "approximate": False,
            "geometry": box(0, 0, 1, 1),
        },
        {"pcode": "E1", "name": "East", "level": 1, "approximate": False, "geometry": box(1, 0, 2, 1)},
        {
            "pcode": "W101",
            "name": "Shore",
            "level": 2,
            "parent": "W1",
            "approximate": False,
            "geometry": box(0, 0, 0.5, 1),
        },
    ]
)


def events(*rows: dict) -> gpd.GeoDataFrame:
    plain = pd.DataFrame(
        [{"event_id": f"E{n}", "source": "Desk", "event_type": "Battles", **r} for n, r in enumerate(rows)]
    )
    table, problems = conform(plain, EVENTS)
    assert not problems
    points = [Point(r["x"], 0.5) if "x" in r else None for r in rows]
    return gpd.GeoDataFrame(table.drop(columns="geometry"), geometry=gpd.GeoSeries(points, crs=CRS))


def fight(day: str, unit: str | None = "W1", **more) -> dict:
    return {"date_start": day, "date_end": day, "admin1_pcode": unit, **more}


def people(*rows: dict) -> pd.DataFrame:
    plain = [
        {"record_id": f"D{n}", "source": "Survey", "movement": "displacement", **row} for n, row in enumerate(rows)
    ]
    table, problems = conform(pd.DataFrame(plain), DISPLACEMENT)
    assert not problems
    return table


def flow(first: str, last: str, start: str | None, end: str | None, count: float, **more) -> dict:
    ends = {"origin_pcode": start, "destination_pcode": end}
    return {"measure": "flow", "date_start": first, "date_end": last, "persons_best": count, **ends, **more}


def links(fights, moved=None, *, level=1, step="week") -> pd.DataFrame:
    table = link_table(fights, empty(DISPLACEMENT) if moved is None else moved, AREAS, metric_crs="EPSG:32631")
    chosen = table.loc[(table["level"] == level) & (table["step"] == step)]
    return chosen.set_index(["unit", chosen["first_day"].dt.strftime("%Y-%m-%d").rename("day")])


def test_fighting_and_people_of_a_week_stand_in_one_row():
    table = links(events(fight("2020-02-10", fatalities_best=5), fight("2020-02-12")),
                  people(flow("2020-02-10", "2020-02-16", "W1", "E1", 400)))  # fmt: skip
    row = table.loc["W1", "2020-02-10"]
    assert (row["events"], row["deaths_best"], row["deaths_unknown"], row["people_from"]) == (2, 5, 1, 400)
    assert (row["unit_name"], row["unit_name_ar"]) == ("West", "الغرب")
    assert table.loc["E1", "2020-02-10"]["people_to"] == 400
    assert pd.isna(table.loc["E1", "2020-02-10"]["people_from"])


def test_the_weeks_before_are_told_and_unknown_before_the_first_event():
    table = links(events(fight("2020-02-03", fatalities_best=7), fight("2020-02-17")))
    row = table.loc["W1", "2020-02-17"]
    assert (row["events_1_before"], row["events_2_before"], row["deaths_2_before"]) == (0, 1, 7)
    assert pd.isna(row["deaths_1_before"])
    assert pd.isna(table.loc["W1", "2020-02-03"]["events_1_before"])


def test_a_month_of_movement_is_not_spread_over_weeks():
    moved = people(flow("2020-02-01", "2020-02-29", "W1", "E1", 400))
    assert links(events(fight("2020-02-10")), moved)["people_from"].isna().all()
    assert links(events(fight("2020-02-10")), moved, step="month").loc["W1", "2020-02-01"]["people_from"] == 400


def test_who_stayed_within_a_unit_left_and_arrived_there():
    month = ("2020-02-01", "2020-02-29")
    moved = people(flow(*month, "W1", "W1", 30), flow(*month, "W1", "E1", 10), flow(*month, None, "W1", 5))
    row = links(events(), moved, step="month").loc["W1", "2020-02-01"]
    assert (row["people_from"], row["people_to"], row["people_within"]) == (40, 35, 30)


def test_two_series_are_never_added_and_the_one_told_is_named():
    week = ("2020-02-10", "2020-02-16")
    moved = people(flow(*week, "W1", "E1", 10, series="a"), flow(*week, "E1", "W1", 20, series="a"),
                   flow(*week, "W1", "E1", 11, series="b"))  # fmt: skip
    row = links(events(), moved).loc["W1", "2020-02-10"]
    assert (row["people_from"], row["from_series"]) == (10, "a")


def test_the_last_stock_of_a_week_stands_for_each_destination():
    def stock(day, end, count):
        return {"measure": "stock", "date_start": day, "date_end": day, "destination_pcode": end, "persons_best": count}

    moved = people(stock("2020-02-10", "W1", 100), stock("2020-02-14", "W1", 130), stock("2020-02-12", "E1", 8))
    table = links(events(), moved)
    assert table["stock_in"].to_dict() == {("E1", "2020-02-10"): 8, ("W1", "2020-02-10"): 130}
    assert links(events(), moved, level=0).loc["all", "2020-02-10"]["stock_in"] == 138


def test_people_displaced_from_a_unit_need_no_destination():
    moved = people({"measure": "stock", "date_start": "2020-02-11", "date_end": "2020-02-11", "origin_pcode": "W1",
                    "persons_high": 700_000})  # fmt: skip
    row = links(events(), moved).loc["W1", "2020-02-10"]
    assert row["stock_from"] == 700_000
    assert pd.isna(row["stock_in"])


def test_events_of_a_district_count_in_the_levels_they_are_known_to():
    fights = events(fight("2020-02-10", admin2_pcode="W101"), fight("2020-02-11"), fight("2020-02-12", None))
    counts = [int(links(fights, level=level)["events"].sum()) for level in (0, 1, 2)]
    assert counts == [3, 2, 1]


def test_protests_are_no_fighting_and_an_uncertain_day_is_said():
    row = links(events(fight("2020-02-10", event_type="Protests"), fight("2020-02-10", date_end="2020-02-20")))
    assert row.loc["W1", "2020-02-10"][["events", "events_of_uncertain_day"]].tolist() == [1, 1]


def test_how_far_people_went_and_how_far_from_fighting_they_arrived():
    def ends(x):
        return {"origin_longitude": 0.1, "origin_latitude": 0.5, "origin_precision": "B",
                "destination_longitude": x, "destination_latitude": 0.5, "destination_precision": "B"}  # fmt: skip

    week = ("2020-02-10", "2020-02-16")
    moved = people(flow(*week, None, None, 90, **ends(0.6)), flow(*week, None, None, 10, **ends(0.2)))
    row = links(events(fight("2020-02-10", x=0.1)), moved).loc["W1", "2020-02-10"]
    assert row["moved_km"] == pytest.approx(55.7, abs=0.2)  # half a degree at the equator
    assert row["from_fighting_km"] == pytest.approx(55.7, abs=0.2)


def test_ends_known_to_a_province_only_have_no_distance():
    ends = {f"{side}_{name}": value for side in ("origin", "destination")
            for name, value in (("precision", "E"), ("longitude", 0.5), ("latitude", 0.5))}  # fmt: skip
    moved = people(flow("2020-02-10", "2020-02-16", "W1", "E1", 400, **ends))
    row = links(events(fight("2020-02-10", x=0.1)), moved).loc["W1", "2020-02-10"]
    assert pd.isna(row["moved_km"])
    assert pd.isna(row["from_fighting_km"])


def test_two_empty_tables_give_no_rows():
    assert links(events()).empty


def test_the_order_of_rows_changes_nothing():
    rows = [fight("2020-02-10", "W1"), fight("2020-02-11", "E1"), fight("2020-02-20", "W1")]
    pd.testing.assert_frame_equal(links(events(*rows)), links(events(*reversed(rows))))
