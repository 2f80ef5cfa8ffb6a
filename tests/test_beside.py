"""The panel's chart of fighting beside displacement: which units, which steps, which measure of people."""

import pandas as pd

from geo.links import LINK_COLUMNS
from maps.beside import side_by_side


def links(*rows: dict) -> pd.DataFrame:
    plain = {"level": 1, "unit": "N1", "unit_name": "North", "step": "week", "events": 1}
    table = pd.DataFrame([plain | row for row in rows], columns=list(LINK_COLUMNS))
    return table.assign(first_day=pd.to_datetime(table["first_day"]))


def week(day: str, **more) -> dict:
    return {"first_day": day, **more}


def arrived(day: str, people: float, **more) -> dict:
    return week(day, people_to=people, to_series="Survey", **more)


def test_a_unit_with_fighting_and_people_is_shown_with_the_measure_it_has():
    (unit,) = side_by_side(links(arrived("2020-02-03", 40), week("2020-02-10", events=3), arrived("2020-02-17", 9)))[
        "units"
    ]
    assert (unit["name"], unit["measure"], unit["series"]) == ("North", "people_to", "Survey")
    assert (unit["events"], unit["people"]) == ([1, 3, 1], [40, None, 9])


def test_one_figure_of_people_or_no_fighting_makes_no_chart():
    assert side_by_side(links(arrived("2020-02-03", 40), week("2020-02-10")))["units"] == []
    assert side_by_side(links(arrived("2020-02-03", 40, events=0), arrived("2020-02-10", 5, events=0)))["units"] == []
    assert side_by_side(pd.DataFrame())["units"] == []


def test_months_are_taken_where_weeks_tell_of_no_people():
    made = side_by_side(
        links(week("2020-02-03"), arrived("2020-02-01", 40, step="month"), arrived("2020-03-01", 8, step="month"))
    )
    assert made["step"] == "month"
    assert made["units"][0]["people"] == [40, 8]


def test_everywhere_comes_first_then_the_unit_with_most_figures():
    def both(unit, days, **more):
        return [arrived(f"2020-02-{day:02}", 5, unit=unit, unit_name=unit, **more) for day in days]

    rows = [*both("A", (3, 10)), *both("B", (3, 10, 17)), *both("all", (3, 10), level=0)]
    rows = [row | ({"unit_name": None} if row["unit"] == "all" else {}) for row in rows]
    assert [unit["name"] for unit in side_by_side(links(*rows))["units"]] == ["", "B", "A"]
