import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { cutSmall, flowsBeyond, flowsWithin, isToldElsewhere, leftOut, lineOf, mainSeries, makeRecords, MOST_LINES, seriesName, seriesOf, seriesTotal, stater, stocksAt } from "../src/people.js";
import { folded } from "../src/search.js";

const stock = (day, persons, series = "s", until = null) =>
  ({ measure: "stock", movement: "displacement", series, first: day, last: day, until, persons, from: null, to: [1, 2] });
const flow = (first, last, persons, shape = "line") =>
  ({ measure: "flow", movement: "displacement", series: "f", first, last, persons, ends: `${persons}`, from: [0, persons], to: [1, 2], shape });

test("a stock counts from its day to the last day on which it is the latest figure; not yet counted is absent", () => {
  const records = [stock(1, 10, "s", 4), stock(5, 30), stock(9, 50), stock(2, 7, "s", 1), stock(3, null)];
  assert.deepEqual([0, 2, 6, 9].map((day) => stocksAt(records, day).map((r) => r.persons)), [[], [10], [30], [30, 50]]);
});

test("a flow counts when its whole period lies in the range, and is summed by its ends", () => {
  const records = [flow(5, 6, 10), { ...flow(6, 9, 20), ends: "10" }, flow(20, 25, 5)];
  assert.deepEqual(flowsWithin(records, [5, 9]).map((r) => r.persons), [30]);
});

test("flows that reach beyond the range are counted apart, with their people", () => {
  const records = [flow(1, 5, 10), flow(6, 9, 20), flow(20, 25, 5), flow(2, 30, null), flow(6, 7, 1)];
  assert.deepEqual(flowsBeyond(records, [5, 8]), { count: 2, persons: 30 });
});

test("stock and flow, and two series, are never one sum", () => {
  const series = seriesOf([stock(1, 10), stock(1, 20, "other"), flow(1, 2, 5)]);
  assert.deepEqual(series.map((s) => seriesTotal(s, [0, 9]).persons), [10, 20, 5]);
});

test("what is cut is told", () => {
  const cut = cutSmall([flow(1, 1, 60), flow(1, 1, 30), flow(1, 1, 10)], 2);
  assert.deepEqual([cut.drawn.length, cut.left, cut.share], [2, 1, 0.1]);
});

test("lines too small to draw are counted with the smallest drawn and their share, of the range alone", () => {
  const flows = Array.from({ length: MOST_LINES + 2 }, (_, k) => flow(1, 1, 10 + k));
  const [series] = seriesOf([...flows, flow(1, 1, 900, "ring"), flow(50, 50, 5000)]);
  const all = flows.reduce((sum, { persons }) => sum + persons, 0);
  assert.deepEqual(leftOut([series], [0, 9]), { count: 2, share: 21 / all, below: 12, largest: 900 });
  assert.deepEqual(leftOut([], [0, 9]), { count: 0, share: 0, below: 0, largest: 0 });
  assert.equal(leftOut([series], [40, 60]).count, 0);
});

test("the line is the stock with most dates", () => {
  const line = lineOf(seriesOf([stock(1, 10, "s", 1), stock(2, 20), stock(1, 999, "once"), flow(1, 2, 5)]));
  assert.deepEqual(line.points, [[1, 10], [2, 20]]);
});

test("search knows no case, accents or Arabic marks", () => {
  assert.equal(folded("Maʿarrat Ḩāfir").includes("hafir"), true);
  assert.equal(folded("إِدلِب"), folded("ادلب"));
});

test("only the stock of the line and the displacement with most known ends are drawn at first", () => {
  const ends = (row) => ({ ...row, from: [1, 1], to: [2, 2] });
  const all = seriesOf([
    stock(1, 10), stock(2, 20), stock(1, 999, "once"), ends(flow(1, 2, 5)), flow(1, 2, 9, "tick"),
    { ...ends(flow(1, 2, 7)), series: "g" }, { ...ends(flow(3, 4, 7)), series: "g" }, { ...ends(flow(1, 2, 8)), movement: "return", series: "r" },
  ]);
  assert.deepEqual(mainSeries(all, lineOf(all)).map(seriesName), ["stock/displacement/s", "flow/displacement/g"]);
  assert.deepEqual(mainSeries([], null), []);
});

test("a figure is told by its speaker, else by its source without title and date", () => {
  assert.equal(stater({ attributed: "UN", source: "A paper, 3 May 2020" }), "UN");
  assert.equal(stater({ attributed: null, source: "A paper, 3 May 2020" }), "A paper");
  assert.equal(stater({ attributed: null, source: null }), null);
});


test("the page adds up what geo.displacement adds up", async () => {
  const { columns, words, expected } = JSON.parse(await readFile(new URL("people.json", import.meta.url), "utf8"));
  const none = { x: [], y: [] };
  const all = seriesOf(makeRecords(columns, { origins: none, destinations: none }, words));
  const name = (one) => `${one.measure} ${one.name}${one.movement === "displacement" ? "" : ` (${one.movement})`}`;
  const day = (text) => Date.parse(`${text}T00:00:00Z`) / 86400000;
  for (const { first, last, totals, beyond } of expected) {
    const range = [day(first), day(last)];
    const sums = all.map((one) => [name(one), seriesTotal(one, range)?.persons]).filter(([, persons]) => persons !== undefined);
    assert.deepEqual(Object.fromEntries(sums), totals);
    const out = all.filter((one) => one.measure === "flow").map((one) => [name(one), flowsBeyond(one.records, range)]);
    assert.deepEqual(Object.fromEntries(out.filter(([, b]) => b.count).map(([key, b]) => [key, [b.count, b.persons]])), beyond);
  }
});

test("a series whose figures were all merged into another's has nothing of its own to show", () => {
  const records = [stock(1, 10), { ...stock(1, 11, "other"), lead: 0 }, { ...stock(2, 9, "third") }, { ...stock(1, 10, "third"), lead: 0 }];
  const all = seriesOf(records.map((r) => ({ lead: null, ...r })));
  const read = all.flatMap((one) => one.records);
  assert.deepEqual(all.filter((one) => isToldElsewhere(one, read)).map((one) => one.name), ["other"]);
});
