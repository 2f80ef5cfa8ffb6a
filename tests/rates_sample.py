"""Made-up units with their people, and fighting and displacement in them: what the page makes rates of."""

import dataclasses

import numpy as np
import pandas as pd
from page_sample import TYPES, displacement, event, events, gazetteer, person_record, theatre
from shapely.geometry import Point, box

from geo.admin import areas_table
from geo.schema import POPULATION, Credit, conform
from maps.layers import make_spec

# Two provinces; Hills has few people, nobody counted those of Marsh, and those of the East are told by its parts alone.
UNITS = {
    "XX01": ("West Province", "المحافظة الغربية", 1, None, (36.0, 35.3, 36.7, 36.4)),
    "XX02": ("East Province", "المحافظة الشرقية", 1, None, (36.7, 35.3, 37.2, 36.4)),
    "XX0101": ("Shore", "الساحل", 2, "XX01", (36.0, 35.3, 36.35, 35.9)),
    "XX0102": ("Hills", "التلال", 2, "XX01", (36.35, 35.3, 36.7, 35.9)),
    "XX0103": ("Marsh", "الأهوار", 2, "XX01", (36.0, 35.9, 36.35, 36.4)),
    "XX0104": ("Plain", "السهل", 2, "XX01", (36.35, 35.9, 36.7, 36.4)),
    "XX0201": ("Upper East", "الشرق الأعلى", 2, "XX02", (36.7, 35.9, 37.2, 36.4)),
    "XX0202": ("Lower East", "الشرق الأدنى", 2, "XX02", (36.7, 35.3, 37.2, 35.9)),
}
PEOPLE = [
    ("XX01", 610_000, 2018),
    ("XX0101", 240_000, 2018),
    ("XX0101", 260_000, 2020),
    ("XX0102", 8_000, 2018),
    ("XX0104", 190_000, 2018),
    ("XX0201", 120_000, 2018),
    ("XX0202", 65_000, 2018),
]
DISTRICTS = [code for code in UNITS if len(code) == 6]
SHARES = (0.34, 0.16, 0.08, 0.3, 0.12, 0.0)  # of the events; none in Lower East


def rated_areas(*, approximate=False):
    rows = [
        {"pcode": code, "name": name, "name_ar": arabic, "level": level, "parent": parent, "country": "SY"}
        | {"approximate": approximate, "source": "made up", "geometry": box(*corners)}
        for code, (name, arabic, level, parent, corners) in UNITS.items()
    ]
    return areas_table(rows)


def counted_people():
    rows = [
        {"population_id": f"P{k}", "pcode": code, "population": people, "year": year, "source": "Statistics office"}
        for k, (code, people, year) in enumerate(PEOPLE)
    ]
    table, problems = conform(pd.DataFrame(rows), POPULATION)
    assert problems == []
    return table


def inside(code, rng):
    west, south, east, north = UNITS[code][4]
    across, up = rng.uniform(0.15, 0.85, 2)
    return Point(west + across * (east - west), south + up * (north - south))


def fights(count, seed=11):
    """Events strewn over districts and a winter; every seventh of uncertain day, every ninth known to its province."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        code = DISTRICTS[int(rng.choice(6, p=SHARES))]
        day = pd.Timestamp("2019-12-02") + pd.Timedelta(days=int(rng.integers(0, 90)))
        dead = None if rng.random() < 0.4 else int(rng.integers(0, 9))
        known = (
            {"fatalities_best": dead} if dead is None else {"fatalities_low": max(0, dead - 1), "fatalities_best": dead}
        )
        row = event(
            number, day, event_type=TYPES[int(rng.integers(0, 4))], event_subtype=None, geometry=inside(code, rng)
        )
        row |= known | {"admin1_pcode": code[:4], "admin2_pcode": code}
        if number % 7 == 3:
            row |= {"date_end": day + pd.Timedelta(days=int(rng.integers(1, 12))), "date_precision": "span"}
        if number % 9 == 4:
            row |= {"admin2_pcode": None, "geo_precision": "E", "geometry": box(*UNITS[code[:4]][4])}
        rows.append(row)
    return rows


def moved_people():
    rows = []
    for number, (day, shore, plain) in enumerate(
        [("2019-12-15", 9_000, 4_000), ("2020-01-15", 21_000, 6_500), ("2020-02-12", 48_000, None)]
    ):
        for code, people in (("XX0101", shore), ("XX0104", plain)):
            if people is not None:
                place = _end("destination", code)
                rows.append(person_record(10 * number + len(rows), "stock", day, day, people, series="sites") | place)
    flows = [("2019-12-03", "2019-12-07", "XX0102", 700), ("2020-01-06", "2020-01-12", "XX0102", 2_600)]
    flows += [("2020-02-01", "2020-02-29", "XX0101", 30_000), ("2020-02-03", "2020-02-09", "XX0102", 3_900)]
    for number, (first, last, code, people) in enumerate(flows):
        ends = _end("origin", code) | _end("destination", "XX0201")
        rows.append(person_record(100 + number, "flow", first, last, people, series="moves") | ends)
    # Another series of fewer dates tells of some of the same people: it is never added.
    other = person_record(200, "stock", "2020-01-20", "2020-01-20", 77_000, series="a call")
    return [*rows, other | _end("destination", "XX0101")]


def _end(side, code):
    west, south, east, north = UNITS[code][4]
    x, y = (west + east) / 2, (south + north) / 2
    named = {"pcode": code, "name": UNITS[code][0], "precision": "D", "longitude": x, "latitude": y}
    return {f"{side}_{part}": value for part, value in named.items()} | {"geometry": Point(x, y)}


def rated_spec(count=320, *, approximate=False, population=None, **changes):
    """A map of which rates can be told."""
    spec = make_spec(
        events(*fights(count)),
        displacement(*moved_people()),
        rated_areas(approximate=approximate),
        gazetteer(),
        theatre=theatre(**changes),
        credits=(Credit("Made-up monitor"), Credit("Statistics office")),
    )
    return dataclasses.replace(spec, population=counted_people() if population is None else population)
