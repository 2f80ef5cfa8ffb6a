"""Parties that a theatre does not list are kept as a text writes them: a people's forces, and armed bodies."""

from dataclasses import replace
from pathlib import Path

import pytest
from test_reports import GAZETTEER, HEAD, THEATRE, known

from geo.reports import code_report, parse_report

NOBODY = replace(THEATRE, actors=())


def parties(body, theatre=NOBODY):
    report = parse_report(HEAD + body, Path("report.txt"))
    rows = code_report(report, GAZETTEER, theatre=theatre).events.to_dict("records")
    return [(known(r["actor1"]), known(r["actor2"])) for r in rows]


TOLD = [
    ("Tolvish forces shelled Kesra on Monday.", [("Tolvish forces", None)]),
    ("The Tolvish army clashed with Ordanian troops near Kesra on Monday.", [("Tolvish army", "Ordanian troops")]),
    ("Tolvish and Ordanian forces clashed near Kesra on Monday.", [("Tolvish forces", "Ordanian forces")]),
    ("Ordanian fighters stormed Kesra on Monday.", [("Ordanian fighters", None)]),
    ("Tolvish drones hit a depot in Kesra on Monday.", [("Tolvish forces", None)]),
    ("On Monday the Swift River Forces stormed Kesra.", [("Swift River Forces", None)]),
    (
        "Hill militias burned crops in Kesra, and Lowland militias stormed Kesra on Monday.",
        [("Lowland militias", None)],
    ),
    ("The Tolvish Armed Forces stormed Kesra on Monday.", [("Tolvish Armed Forces", None)]),
    (
        "The Swift River Forces (SRF) stormed Kesra on Monday.\n\nOn Sunday, the SRF shelled Ahmar.",
        [("Swift River Forces", None)] * 2,
    ),
    (
        "Tolvish troops stormed Kesra on Monday.\n\nOn Sunday, Tolvish rockets hit Ahmar.",
        [("Tolvish troops", None)] * 2,
    ),
    (
        "The Tolvish army clashed with the Swift River Forces in Kesra on Monday, killing two civilians.",
        [("Tolvish army", "Swift River Forces")],
    ),
]


@pytest.mark.parametrize(("body", "wanted"), TOLD)
def test_a_party_that_no_theatre_lists_is_kept_as_written(body, wanted):
    assert parties(body)[-len(wanted) :] == wanted


@pytest.mark.parametrize(
    "body",
    [
        "Shells hit Kesra on Monday; the Salvation Army gave out food.",
        "Shells hit Kesra on Monday on the Northern Front.",
        "Shells hit Kesra on Monday, Tolvish officials said.",
    ],
)
def test_charities_fronts_and_officials_are_no_armed_parties(body):
    assert parties(body) == [(None, None)]


def test_what_a_theatre_lists_keeps_its_name():
    assert parties("Karvian troops clashed with the Sea Front in Kesra on Monday.", THEATRE) == [
        ("Karvian forces", "Sea Front")
    ]
