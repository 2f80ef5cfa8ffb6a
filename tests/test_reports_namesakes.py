"""Of several places of one name an event gets the one that lies by the other names of its paragraph, or none."""

from pathlib import Path

import pandas as pd
import pytest
from test_reports import HEAD

from geo.gazetteer import build_gazetteer
from geo.reports import code_report, parse_report
from geo.schema import PLACES, conform
from geo.theatre import Actor, Theatre

# Two villages Tessa far apart; Omar and Belin lie by the southern one, Rusk and Dorn by the northern one.
VILLAGES = [
    ("south", "Tessa", 50.00), ("omar", "Omar", 50.05), ("belin", "Belin", 50.03),
    ("north", "Tessa", 51.50), ("rusk", "Rusk", 51.55), ("dorn", "Dorn", 51.47),
]  # fmt: skip
THEATRE = Theatre(
    id="norland",
    title={"en": "Norland"},
    countries=("NO",),
    actors=(
        Actor("Army of Norland", "state forces", aliases=("the army",), side="government"),
        Actor("Sea Front", "rebel group", aliases=("rebels",), side="rebels"),
    ),
)


def made(villages):
    places = pd.DataFrame(villages, columns=["place_id", "name", "latitude"]).assign(
        longitude=10.0, feature_class="P", feature_code="PPL", country="NO", source="made"
    )
    return build_gazetteer(conform(places, PLACES)[0])


@pytest.fixture(scope="module")
def gazetteer():
    return made(VILLAGES)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("On Monday, the army captured Tessa from rebels. The army also shelled Omar and Belin.", "south"),
        ("On Monday, the army captured Tessa from rebels. The army also shelled Rusk and Dorn.", "north"),
        ("On Monday, the army clashed with rebels in Rusk, Dorn and Tessa.", None),  # Rusk is the place, and clear
        ("On Monday, the army captured Tessa from rebels.", None),
        ("On Monday, the army captured Tessa from rebels. The army also shelled Omar.", None),  # one is not enough
        ("On Monday, the army captured Tessa from rebels. The army also shelled Omar, Belin and Rusk.", None),
        ("On Monday, the army captured Tessa from rebels.\n\nThe army also shelled Omar and Belin last year.", None),
    ],
)
def test_the_names_of_the_paragraph_choose_among_namesakes(gazetteer, text, place):
    rows = code_report(parse_report(HEAD + text, Path("report.txt")), gazetteer, theatre=THEATRE).events
    row = rows.iloc[0]
    assert (None if pd.isna(row["place_id"]) else row["place_id"]) == place
    assert ("place by the names beside it" in row["rule"]) == (place is not None)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        # Rusek and Rosak sound like Rusk; Rosak lies among the villages of the south.
        ("On Monday, the army captured Rask from rebels. The army also shelled Omar, Belin and Orlo.", "rosak"),
        ("On Monday, the army captured Rask from rebels. The army also shelled Omar and Belin.", None),
        ("On Monday, the army captured Rask from rebels. The army also shelled Omar, Dorn and Orlo.", None),
    ],
)
def test_a_name_that_only_sounds_alike_is_settled_by_three_others(text, place):
    more = [*VILLAGES, ("rosak", "Rosak", 50.01), ("rusek", "Rusek", 51.2), ("orlo", "Orlo", 50.06)]
    rows = code_report(parse_report(HEAD + text, Path("report.txt")), made(more), theatre=THEATRE).events
    assert (None if pd.isna(rows.iloc[0]["place_id"]) else rows.iloc[0]["place_id"]) == place
