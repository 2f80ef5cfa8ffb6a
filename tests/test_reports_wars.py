"""News of other wars, made for this test: what should come out was written down first. Places: GeoNames, rounded."""

from pathlib import Path

import pandas as pd
import pytest

from geo.gazetteer import build_gazetteer
from geo.reports import code_report, parse_report
from geo.schema import PLACES, conform
from geo.theatre import Actor, Theatre

# Name, code, country, first division, latitude, longitude.
ROWS = [
    ("Ukraine", "PCLI", "UA", None, 49.0, 32.0), ("Russia", "PCLI", "RU", None, 60.0, 100.0),
    ("Kharkiv", "ADM1", "UA", "UA.07", 49.6, 36.5), ("Kharkiv", "PPLA", "UA", "UA.07", 49.98, 36.25),
    ("Sumy", "ADM1", "UA", "UA.21", 51.0, 34.0), ("Sumy", "PPLA", "UA", "UA.21", 50.92, 34.80),
    ("Kupiansk", "PPL", "UA", "UA.07", 49.71, 37.61), ("Nikopol", "PPL", "UA", "UA.04", 47.57, 34.41),
    ("Odesa", "PPLA", "UA", "UA.17", 46.48, 30.73), ("Avdiivka", "PPL", "UA", "UA.05", 48.14, 37.74),
    ("Sudan", "PCLI", "SD", None, 15.0, 30.0), ("Chad", "PCLI", "TD", None, 15.0, 19.0),
    ("Gezira", "ADM1", "SD", "SD.38", 14.5, 33.3), ("White Nile", "ADM1", "SD", "SD.41", 13.2, 32.5),
    ("El Fasher", "PPLA", "SD", "SD.55", 13.63, 25.35), ("North Darfur", "ADM1", "SD", "SD.55", 15.8, 25.4),
    ("Omdurman", "PPL", "SD", "SD.29", 15.64, 32.48), ("Khartoum", "PPLC", "SD", "SD.29", 15.55, 32.53),
    ("Myanmar", "PCLI", "MM", None, 21.0, 96.0), ("Thailand", "PCLI", "TH", None, 15.5, 101.0),
    ("Magway", "ADM1", "MM", "MM.15", 20.3, 94.6), ("Magway", "PPLA", "MM", "MM.15", 20.15, 94.93),
    ("Rakhine", "ADM1", "MM", "MM.01", 19.8, 93.8), ("Buthidaung", "PPL", "MM", "MM.01", 20.87, 92.53),
    ("Myawaddy", "PPL", "MM", "MM.13", 16.69, 98.51), ("Mae Sot", "PPL", "TH", "TH.41", 16.71, 98.57),
]  # fmt: skip

UKRAINE = (
    """Drones and shells over five regions

14 March 2024

KYIV, March 14 (Wire) - Russian artillery shelled the town of Kupiansk in Ukraine's Kharkiv region on Wednesday,
killing three people and wounding eight, the regional governor said.

Two more civilians died when a drone struck a house in Nikopol, across the river from the power plant, late on Tuesday.

A Kremlin spokesman told reporters that the "special military operation" would continue. If Russia takes more ground,
analysts warn, the towns behind the front would come under fire.

Ukrainian forces withdrew from a village west of Avdiivka on Sunday after weeks of heavy fighting.

More than 1,200 people have been evacuated from border villages in the Sumy region since Monday, its council said.
""",
    {
        ("2024-03-13", "Shelling/artillery/missile attack", "town of Kupiansk", 3, 8),
        ("2024-03-12", "Air/drone strike", "Nikopol", 2, None),
        ("2024-03-10", "Other", "west of Avdiivka", None, None),
    },
    {(1_200, "Sumy region", None)},
)
SUDAN = (
    """A village stormed, a bus hit

6 June 2024

At least 104 people were killed when fighters attacked the village of Wad al-Noora in Sudan's Gezira state on Wednesday,
a doctors' union said.

Meanwhile in El Fasher, the capital of North Darfur, shelling of the Abu Shouk camp killed nine people on Tuesday.

In Omdurman, across the Nile from Khartoum, artillery fire hit a bus on Thursday. Twenty-two passengers died.

Nearly 10 million people have been displaced, including 2 million who crossed into Chad. About 60,000 people fled from
Al-Jebelein towards White Nile state between 1 and 5 June.
""",
    {
        ("2024-06-05", "Attack", "village of Wad al-Noora", 104, None),
        ("2024-06-04", "Shelling/artillery/missile attack", "El Fasher", 9, None),
        ("2024-06-06", "Shelling/artillery/missile attack", "Omdurman", 22, None),
    },
    {(10_000_000, None, None), (60_000, "Al-Jebelein", "White Nile state")},
)
MYANMAR = (
    """Air strike on a monastery

12 May 2024

YANGON - An air strike on a monastery in Myanmar's Magway region killed 13 people on Thursday, residents said.

Fighting between the army and rebels broke out in Buthidaung, Rakhine State, on Friday.

Rebels captured three outposts near Myawaddy on Saturday after two days of clashes in which at least 10 soldiers were
killed. The junta denied that it had shelled a hospital.

Thailand said 3,000 people had crossed the river into Mae Sot since Friday.
""",
    {
        ("2024-05-09", "Air/drone strike", "Magway region", 13, None),
        ("2024-05-10", "Armed clash", "Buthidaung", None, None),
        ("2024-05-11", "Non-state actor overtakes territory", "near Myawaddy", 10, None),
    },
    {(3_000, None, "Mae Sot")},
)
ACTORS = (
    Actor("Ukrainian forces", "state forces", demonyms=("Ukrainian",), side="ukraine"),
    Actor("Russian forces", "external forces", aliases=("Russia",), demonyms=("Russian",), seats=("Kremlin",)),
    Actor("Army", "state forces", aliases=("the army", "junta"), side="government"),
    Actor("Rebels", "rebel group", aliases=("rebels",), side="rebels"),
)


@pytest.fixture(scope="module")
def gazetteer():
    head = ["name", "feature_code", "country", "admin1", "latitude", "longitude"]
    places = pd.DataFrame(ROWS, columns=head).assign(
        place_id=lambda t: [f"g:{number}" for number in range(len(t))],
        feature_class=lambda t: t["feature_code"].str.startswith("PPL").map({True: "P", False: "A"}),
        source="GeoNames",
    )
    return build_gazetteer(conform(places, PLACES)[0])


def coded(text, gazetteer, country):
    theatre = Theatre(id="war", title={"en": "War"}, countries=(country,), actors=ACTORS)
    return code_report(parse_report(text, Path("report.txt")), gazetteer, theatre=theatre)


def value(cell):
    return None if pd.isna(cell) else cell


@pytest.mark.parametrize(("country", "story"), [("UA", UKRAINE), ("SD", SUDAN), ("MM", MYANMAR)])
def test_what_a_reader_would_mark_comes_out_and_nothing_else(gazetteer, country, story):
    text, happenings, people = story
    report = coded(text, gazetteer, country)
    assert {
        (str(e.date_start.date()), value(e.event_subtype), value(e.toponym), value(e.fatalities_best), value(e.injured))
        for e in report.events.itertuples()
    } == happenings
    assert {
        (value(r.persons_best), value(r.origin_toponym), value(r.destination_toponym))
        for r in report.displacement.itertuples()
    } == people
