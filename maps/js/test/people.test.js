import assert from "node:assert/strict";
import test from "node:test";

import { cutSmall, flowsWithin, leftOut, lineOf, mainSeries, MOST_LINES, seriesName, seriesOf, seriesTotal, stater, stocksAt } from "../src/people.js";
import { folded } from "../src/search.js";

const stock = (day, persons, destination = "A", series = "s") =>
  ({ measure: "stock", movement: "displacement", series, first: day, last: day, persons, destination, from: null, to: [1, 2] });
const flow = (first, last, persons, shape = "line") =>
  ({ measure: "flow", movement: "displacement", series: "f", first, last, persons, from: [0, persons], to: [1, 2], shape });

test("a stock is the latest on or before the day, one a place; a place not yet counted is absent", () => {
  const rows = stocksAt([stock(1, 10), stock(5, 30), stock(9, 50), stock(9, 7, "B")], 6);
  assert.deepEqual(rows.map((r) => r.persons), [30]);
});

test("a later total supersedes an earlier one whose origin was worded otherwise", () => {
  const total = (day, persons, origin) => ({ ...stock(day, persons, null), to: null, origin });
  const rows = stocksAt([total(1, 350, "the south"), total(5, 700, "the north-west"), total(5, 20, "the west")], 9);
  assert.deepEqual(rows.map((r) => r.persons), [700, 20]);
});

test("a flow counts when its period touches the range, and is summed by its ends", () => {
  const rows = flowsWithin([flow(1, 5, 10), { ...flow(6, 9, 20), from: [0, 10] }, flow(20, 25, 5)], [5, 8]);
  assert.deepEqual(rows.map((r) => r.persons), [30]);
});

test("stock and flow, and two series, are never one sum", () => {
  const series = seriesOf([stock(1, 10), stock(1, 20, "A", "other"), flow(1, 2, 5)]);
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
  const line = lineOf(seriesOf([stock(1, 10), stock(2, 20), stock(1, 999, "A", "once"), flow(1, 2, 5)]));
  assert.deepEqual(line.points, [[1, 10], [2, 20]]);
});

test("search knows no case, accents or Arabic marks", () => {
  assert.equal(folded("Maʿarrat Ḩāfir").includes("hafir"), true);
  assert.equal(folded("إِدلِب"), folded("ادلب"));
});

test("only the stock of the line and the displacement with most known ends are drawn at first", () => {
  const ends = (row) => ({ ...row, from: [1, 1], to: [2, 2] });
  const all = seriesOf([
    stock(1, 10), stock(2, 20), stock(1, 999, "A", "once"), ends(flow(1, 2, 5)), flow(1, 2, 9, "tick"),
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

