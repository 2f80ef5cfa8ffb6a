"""Made-up tables for the tests of layers and page: no row is real."""

import json
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Point, box

from geo.schema import CRS, DISPLACEMENT, EVENTS, PLACES, Credit, conform
from geo.theatre import ContextFeature, Theatre
from maps.layers import make_spec

HOSTILE = "</script><img src=x onerror=alert(1)>`${1}` {{7*7}} =cmd|' /C calc'!A0 \u202eevil\u2066 <!-- <script>"
TOWNS = [
    ("T1", "Northtown", "المدينة الشمالية", 36.60, 36.10, 90_000),
    ("T2", "Midford", "الوسطى", 36.65, 35.80, 40_000),
    ("T3", "Southwell", "الجنوبية", 36.70, 35.45, 12_000),
    ("T4", "Westbury", "الغربية", 36.20, 35.85, 2_000),
]
TYPES = ["Battles", "Explosions/Remote violence", "Violence against civilians", "Strategic developments"]


@dataclass
class Gazetteer:
    """A gazetteer of a handful of towns."""

    places: pd.DataFrame

    def within(self, west, south, east, north):
        inside = self.places["longitude"].between(west, east) & self.places["latitude"].between(south, north)
        return self.places.loc[inside]

    def place(self, place_id):
        row = self.places.set_index("place_id").loc[place_id]
        return SimpleNamespace(longitude=row["longitude"], latitude=row["latitude"])


def gazetteer(towns=TOWNS):
    names = ["place_id", "name", "name_ar", "longitude", "latitude", "population"]
    table = pd.DataFrame(towns, columns=names).assign(feature_class="P", feature_code="PPL", source="made up")
    return Gazetteer(conform(table, PLACES)[0])


def theatre(**changes):
    values = {
        "id": "made-up",
        "title": {"en": "Made-up war", "ar": "حرب مختلقة"},
        "countries": ("SY",),
        "home": "SY",
        "bounds": (35.6, 35.1, 37.4, 36.7),
        "metric_crs": "EPSG:32637",
        "languages": ("en", "ar"),
        "context": (
            ContextFeature("highway", "Long road", label="M5", route=("T1", "T2", "T3")),
            ContextFeature("border crossing", "North gate", place="T1"),
            ContextFeature("observation post", "Post 1", place="T4", start=date(2020, 1, 1), end=date(2020, 1, 20)),
        ),
    }
    return Theatre(**(values | changes))


def areas():
    rows = [
        (
            "XX01",
            "Greenland Province",
            "المحافظة الخضراء",
            1,
            "XX",
            "SY",
            False,
            "made up",
            box(36.0, 35.3, 37.0, 36.4),
        ),
        ("XX0101", "First District", "القضاء الأول", 2, "XX01", "SY", True, "made up", box(36.0, 35.3, 36.5, 35.8)),
    ]
    names = ["pcode", "name", "name_ar", "level", "parent", "country", "approximate", "source", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=names), geometry="geometry", crs=CRS)


def event(number, day="2020-01-10", place=0, **changes):
    place_id, name, name_ar, longitude, latitude, _ = TOWNS[place]
    values = {
        "event_id": f"E-{number:04d}",
        "source": "Made-up monitor",
        "event_type": "Battles",
        "event_subtype": "Armed clash",
        "actor1": "Army One",
        "actor2": "Army Two",
        "date_start": day,
        "date_end": day,
        "date_precision": "day",
        "place_id": place_id,
        "place_name": name,
        "place_name_ar": name_ar,
        "geo_precision": "B",
        "geo_radius_km": 5.0,
        "claim": "asserted",
        "source_file": "made_up.csv",
        "source_row": number + 1,
        "quote": f"Made-up note {number}.",
        "geometry": Point(longitude, latitude),
    }
    return values | changes


def in_area(number, pcode, precision, **changes):
    unit = areas().set_index("pcode").loc[pcode]
    codes = {"admin1_pcode": pcode[:4], "admin2_pcode": pcode if len(pcode) > 4 else None}
    return event(
        number,
        geo_precision=precision,
        place_id=None,
        place_name=None,
        place_name_ar=None,
        geo_radius_km=None,
        geometry=unit.geometry,
        **codes,
        **changes,
    )


def lost(number, **changes):
    values = {"geometry": None, "geo_precision": None, "place_id": None, "place_name": None, "place_name_ar": None}
    return event(number, **(values | {"toponym": "Nowhereton", "geo_reason": "no candidate in the theatre"} | changes))


def events(*rows):
    table, problems = conform(pd.DataFrame(list(rows)), EVENTS)
    assert problems == []
    return table


def person_record(number, measure, first, last, persons, *, origin=None, destination=None, **changes):
    values = {
        "record_id": f"D-{number:04d}",
        "source": "UN",
        "series": "made-up total",
        "measure": measure,
        "movement": "displacement",
        "date_start": first,
        "date_end": last,
        "persons_best": persons,
        "unit_reported": "persons",
        "quote": f"{persons} people.",
        "geometry": None,
    }
    for side, place in (("origin", origin), ("destination", destination)):
        if place is not None:
            place_id, name, _, longitude, latitude, _ = TOWNS[place]
            values |= {f"{side}_place_id": place_id, f"{side}_name": name, f"{side}_precision": "B"}
            values |= {
                f"{side}_longitude": longitude,
                f"{side}_latitude": latitude,
                "geometry": Point(longitude, latitude),
            }
    return values | changes


def displacement(*rows):
    if not rows:
        from geo.schema import empty

        return empty(DISPLACEMENT)
    table, problems = conform(pd.DataFrame(list(rows)), DISPLACEMENT)
    assert problems == []
    return table


def table_event(number=901):
    """An event of a table: no sentence, long notes, names of actors that were changed."""
    given = [
        {"field": f, "start": None, "end": None, "text": t} for f, t in (("actor1", "Army No. 1"), ("actor2", "A. 2"))
    ]
    notes = "A made-up note that goes on for long. " * 60
    return event(
        number,
        "2020-01-17",
        3,
        quote=None,
        notes=notes,
        evidence=json.dumps(given),
        source_id="X-17",
        geo_precision="A",
    )


REPORT = "On Friday shelling killed five people near Midford, the army said. Later that day it rained."


def told_event(number=900):
    """An event of a report, its words marked."""
    start = 0
    words = [("fatalities_best", "killed five"), ("toponym", "Midford"), ("date_start", "On Friday")]
    evidence = [{"field": f, "start": REPORT.index(w), "end": REPORT.index(w) + len(w), "text": w} for f, w in words]
    return event(
        number,
        "2020-01-17",
        1,
        event_type="Explosions/Remote violence",
        event_subtype="Shelling/artillery/missile attack",
        fatalities_low=5,
        fatalities_best=5,
        fatalities_high=6,
        injured=3,
        claim="claimed by a party",
        attributed_to="the army",
        quote=REPORT[:66],
        span_start=start,
        span_end=66,
        evidence=json.dumps(evidence),
        source_url="https://example.org/report?a=1&b=2",
        geo_precision="C",
        geo_radius_km=7.5,
    )


def many_events(count=300, seed=7):
    """Events strewn over the towns and the days of a winter, the same on every run."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        place = int(rng.choice(4, p=[0.2, 0.4, 0.3, 0.1]))
        day = pd.Timestamp("2019-12-01") + pd.Timedelta(days=int(rng.triangular(0, 70, 96)))
        shift = Point(TOWNS[place][3] + rng.normal(0, 0.06), TOWNS[place][4] + rng.normal(0, 0.05))
        kind = TYPES[int(rng.choice(4, p=[0.4, 0.42, 0.1, 0.08]))]
        dead = None if rng.random() < 0.35 else int(rng.geometric(0.2)) - 1
        rows.append(
            event(number, day, place, event_type=kind, event_subtype=None, fatalities_best=dead, geometry=shift)
        )
    return rows


def sample_spec(*, extra=(), more_people=(), **changes):
    """A map with every kind of mark."""
    rows = [
        *many_events(),
        told_event(),
        *(event(700 + k, "2020-02-03", 3, fatalities_best=k) for k in range(3)),
        *(in_area(800 + k, "XX01", "E", date_end="2020-01-31", date_precision="month") for k in range(4)),
        *(in_area(810 + k, "XX0101", "D") for k in range(2)),
        lost(850),
        lost(851, geo_precision="G", geo_reason=None),
        *extra,
    ]
    people = [
        person_record(1, "stock", "2020-01-01", "2020-01-01", 280_000, destination=0),
        person_record(2, "stock", "2020-02-01", "2020-02-01", 520_000, destination=0),
        person_record(3, "stock", "2020-02-20", "2020-02-20", 900_000, destination=0),
        person_record(4, "flow", "2020-01-01", "2020-01-31", 60_000, origin=2, destination=0, series="moves"),
        person_record(5, "flow", "2020-02-01", "2020-02-28", 20_000, origin=1, destination=3, series="moves"),
        person_record(6, "flow", "2020-02-01", "2020-02-28", 9_000, origin=1, series="moves"),
        person_record(7, "flow", "2020-02-01", "2020-02-28", 4_000, origin=3, destination=3, series="moves"),
        person_record(8, "flow", "2020-02-01", "2020-02-28", 7_000, series="moves", geo_reason="no place is named"),
        *more_people,
    ]
    return make_spec(
        events(*rows),
        displacement(*people),
        areas(),
        gazetteer(),
        theatre=theatre(**changes),
        credits=(Credit("Made-up monitor", "CC BY 4.0", "https://example.org/data"), Credit("UN")),
    )
