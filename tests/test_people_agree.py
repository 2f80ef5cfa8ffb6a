"""The page, the table of links, the exports and geo.displacement tell of the same people."""

import json
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.displacement import flow_within, one_series, series_table, stock_at
from geo.schema import DISPLACEMENT, conform
from maps.payload import Columns
from maps.records import add_displacement

EXAMPLE = Path(__file__).resolve().parents[1] / "maps" / "js" / "test" / "people.json"


def totals(table, first, last):
    """People of each series for a range, and the records that reach beyond it, as geo.displacement tells them."""
    told, beyond = {}, {}
    for one in series_table(table).itertuples():
        records = one_series(table.loc[table["movement"] == one.movement], measure=one.measure, series=one.series)
        name = one.series if one.movement == "displacement" else f"{one.series} ({one.movement})"
        if one.measure == "stock":
            sums = stock_at(records, day=last)
        else:
            sums = flow_within(records, first=first, last=last)
            if sums.attrs["reach_beyond"]:
                beyond[name] = [sums.attrs["reach_beyond"], sums.attrs["persons_beyond"]]
        if (people := sums["persons_best"].sum(min_count=1)) is not pd.NA:
            told[name] = float(people)
    return told, beyond


def packed(table):
    """The columns of the page's records as plain lists, and their words."""
    columns = Columns()
    kept = {}

    def keep(of, name, values, _flags):
        if of == "records":
            kept[name] = np.asarray(values).tolist()

    columns._append = keep
    spec = type("Spec", (), {"displacement": table, "layer": lambda _self, _kind: {}})()
    return kept, add_displacement(columns, spec, np.arange(len(table)))


def example():
    stored = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    usual = {"source": "a source", "movement": "displacement"}
    rows = [{"record_id": f"D{n}", **usual, **row} for n, row in enumerate(stored["rows"])]
    table, problems = conform(pd.DataFrame(rows), DISPLACEMENT)
    assert not problems
    return stored, gpd.GeoDataFrame(table)


def test_what_the_example_of_both_sides_adds_up_to():
    stored, table = example()
    for one in stored["expected"]:
        told, beyond = totals(table, date.fromisoformat(one["first"]), date.fromisoformat(one["last"]))
        assert (told, beyond) == (one["totals"], one["beyond"])


def test_the_page_gets_the_records_of_the_example():
    stored, table = example()
    columns, words = packed(table)
    assert (columns, words) == (stored["columns"], stored["words"])
