import assert from "node:assert/strict";
import test from "node:test";

import { makeWords } from "../src/i18n.js";
import { bins, dayOf, isoOf, step, ticks, unitAround, firstRange } from "../src/time.js";

const days = (...dates) => dates.map(dayOf);
const SPAN = days("2019-12-03", "2020-03-06");
const iso = (range) => range.map(isoOf);

test("a day is the same going and coming", () => {
  for (const date of ["1969-12-31", "1970-01-01", "2020-02-29", "2026-11-22"]) assert.equal(isoOf(dayOf(date)), date);
});

test("a week is Monday to Sunday, a month its own days", () => {
  assert.deepEqual(iso(unitAround(dayOf("2020-02-12"), "week")), ["2020-02-10", "2020-02-16"]);
  assert.deepEqual(iso(unitAround(dayOf("2020-02-12"), "month")), ["2020-02-01", "2020-02-29"]);
});

test("from all of time a step goes to the first unit, a step back to the last, both within the span", () => {
  assert.deepEqual(iso(step(SPAN, "month", 1, SPAN)), ["2019-12-03", "2019-12-31"]);
  assert.deepEqual(iso(step(SPAN, "month", -1, SPAN)), ["2020-03-01", "2020-03-06"]);
});

test("steps of a unit follow each other without gap until the span ends", () => {
  for (const unit of ["day", "week", "month"]) {
    let range = step(SPAN, unit, 1, SPAN);
    let covered = range[0];
    while (range) {
      assert.equal(range[0], covered);
      covered = range[1] + 1;
      range = step(range, unit, 1, SPAN);
    }
    assert.equal(covered, SPAN[1] + 1);
  }
});

test("a range of one's own keeps its length", () => {
  const range = days("2019-12-10", "2019-12-19");
  assert.deepEqual(iso(step(range, "week", 1, SPAN)), ["2019-12-17", "2019-12-26"]);
  assert.deepEqual(iso(step(range, "month", -1, SPAN)), ["2019-12-03", "2019-12-12"]);
});

test("bins grow until they are few enough, and cover the span", () => {
  assert.equal(bins(SPAN, 200).unit, "day");
  assert.equal(bins(SPAN, 50).unit, "week");
  assert.equal(bins(SPAN, 5).unit, "month");
  for (const most of [3, 10, 40, 200]) {
    const { edges } = bins(SPAN, most);
    assert.ok(edges[0] === SPAN[0] && edges.at(-1) > SPAN[1]);
  }
});

test("a range is told in the words of the language", () => {
  assert.equal(makeWords("en").range(days("2020-02-01", "2020-02-26")).replace(/[\u2009\u202f]/g, " "), "1 – 26 February 2020");
  assert.match(makeWords("ar").range(days("2020-02-01", "2020-02-26")), /فبراير/);
});

test("there are never more ticks than asked for, give or take one", () => {
  const long = days("1989-01-01", "2023-12-31");
  for (const most of [3, 6, 12]) assert.ok(ticks(long, "en-GB", most).length <= most + 1);
});

test("the first view is the period as far as there is anything, else all of time", () => {
  const span = [100, 200];
  assert.deepEqual(firstRange([120, 150], span), [120, 150]);
  assert.deepEqual(firstRange([50, 150], span), [100, 150]);
  assert.deepEqual(firstRange([300, 400], span), span);
  assert.deepEqual(firstRange(null, span), span);
  assert.equal(firstRange([1, 2], null), null);
});
