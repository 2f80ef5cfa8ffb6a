"""A place far from all others of its list is a namesake; it is not drawn, and its row says why."""

import pandas as pd
import pytest

from geo.admin import areas_table
from geo.gazetteer import build_gazetteer
from geo.geocode import geocode_events
from geo.schema import EVENTS, PLACES, conform
from geo.theatre import Theatre

# Three villages side by side, a fourth 40 km off, and one 150 km to the north.
VILLAGES = {"Orlo": 50.00, "Belin": 50.05, "Tamar": 50.08, "Kesra": 50.45, "Zurin": 51.40}
THEATRE = Theatre(id="norland", title={"en": "Norland"}, countries=("NO",), home="NO")


def located(*names, units=(), spans=()):
    rows = pd.DataFrame(
        {
            "event_id": [f"E{n}" for n in range(len(names))],
            "source": "a report",
            "source_file": "report.txt",
            "event_type": "Battles",
            "span_start": list(spans) or 0,
            "toponym": names,
            "stated_admin2": list(units) or None,
        }
    )
    places = pd.DataFrame({"name": list(VILLAGES), "latitude": list(VILLAGES.values())}).assign(
        place_id=lambda t: t["name"].str.lower(), longitude=10.0, feature_class="P", feature_code="PPL", country="NO",
        source="made",
    )  # fmt: skip
    gazetteer = build_gazetteer(conform(places, PLACES)[0])
    found = geocode_events(conform(rows, EVENTS)[0], gazetteer, areas_table([]), theatre=THEATRE)
    return found.table.set_index("toponym"), found.decisions.set_index("toponym")


def test_a_village_far_from_its_list_is_not_drawn_and_told_among_the_runners_up():
    table, decisions = located("Orlo", "Belin", "Zurin")
    assert table.loc["Zurin", "geometry"] is None
    assert table.loc["Zurin", "geo_reason"].startswith("the only place found, Zurin, is 150 km from all others")
    assert decisions.loc["Zurin", "runners_up"].startswith("zurin Zurin")
    assert table.loc[["Orlo", "Belin"], "place_id"].tolist() == ["orlo", "belin"]


@pytest.mark.parametrize(
    ("names", "more"),
    [
        (("Orlo", "Belin", "Kesra"), {}),  # not so far
        (("Orlo", "Zurin"), {}),  # which of two is astray?
        (("Orlo", "Kesra", "Zurin"), {}),  # the others do not lie together
        (("Orlo", "Belin", "Zurin"), {"spans": (0, 0, 90)}),  # told in another sentence
        (("Orlo", "Belin", "Zurin"), {"units": (None, None, "Upper Zur")}),  # its district is stated
    ],
)
def test_otherwise_it_is_drawn(names, more):
    table, _ = located(*names, **more)
    assert table["place_id"].tolist() == [name.lower() for name in names]
