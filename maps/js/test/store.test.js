import assert from "node:assert/strict";
import test from "node:test";

import { deathsOf, histogram, makeFilter, makeStore, passing, showRange, windowOf } from "../src/store.js";

const DAY0 = 18000;

// One event a row: [day or null, length, type, where ("point", "area", "none"), low, best, high].
function storeOf(rows) {
  const column = (read) => Uint32Array.from(rows, read);
  const count = (n) => (n === null || n === undefined ? 0 : n + 1);
  const table = {
    day: column(([day]) => (day === null ? 0 : day - DAY0 + 1)), length: column((r) => r[1]), event_type: column((r) => r[2]),
    site: column((r) => (r[3] === "point" ? 1 : 0)), area: column((r) => (r[3] === "area" ? 1 : 0)),
    fatalities_low: column((r) => count(r[4])), fatalities_best: column((r) => count(r[5])), fatalities_high: column((r) => count(r[6])),
  };
  return makeStore(table, { x: [0], y: [0] }, { day0: DAY0, event_type: ["", "Battles", "Riots"] });
}

const SPAN = [DAY0, DAY0 + 30];
const passes = (store, filter, range) => {
  const shown = new Uint8Array(store.n);
  const count = showRange(store, passing(store, filter), range, SPAN, shown);
  return { shown: [...shown], count };
};

test("an event shows when its days touch the range", () => {
  const store = storeOf([[DAY0, 0, 1, "point"], [DAY0 + 5, 3, 1, "point"], [DAY0 + 20, 0, 1, "point"]]);
  assert.deepEqual(passes(store, makeFilter(store), [DAY0 + 8, DAY0 + 19]).shown, [0, 1, 0]);
});

test("an event without a date shows only when all of time does", () => {
  const store = storeOf([[null, 0, 1, "point"]]);
  assert.deepEqual(passes(store, makeFilter(store), SPAN).shown, [1]);
  assert.deepEqual(passes(store, makeFilter(store), [DAY0, DAY0 + 29]).shown, [0]);
});

test("a class that is switched off is neither shown nor counted", () => {
  const store = storeOf([[DAY0, 0, 1, "point"], [DAY0, 0, 2, "area"], [DAY0, 0, 2, "none"]]);
  const filter = makeFilter(store);
  filter.type[1] = 0;
  const { shown, count } = passes(store, filter, SPAN);
  assert.deepEqual(shown, [0, 1, 1]);
  assert.deepEqual([count.all, ...count.where], [2, 0, 1, 1]);
});

test("deaths that no source states add nothing and are counted as not stated", () => {
  const store = storeOf([[DAY0, 0, 1, "point", null, null, null], [DAY0, 0, 1, "point", 2, 3, 6], [DAY0, 0, 1, "point", null, 4, null],
    [DAY0, 0, 1, "point", 0, 0, 0]]);
  const { count } = passes(store, makeFilter(store), SPAN);
  assert.deepEqual([count.deadLow, count.deadHigh, count.deadUnknown], [6, 10, 1]);
  assert.deepEqual([0, 1, 2, 3].map((i) => deathsOf(store, i)), [null, 3, 4, 0]);
});

test("the histogram holds every dated event once, one of uncertain day shared out", () => {
  const store = storeOf([[DAY0, 0, 1, "point"], [DAY0 + 1, 3, 1, "point"], [DAY0 + 9, 0, 2, "point"], [null, 0, 1, "point"]]);
  const edges = Array.from({ length: 11 }, (_, k) => DAY0 + k);
  const { sharp, spread } = histogram(store, passing(store, makeFilter(store)), edges);
  const sum = (values) => values.reduce((a, b) => a + b, 0);
  assert.equal(sum(sharp), 2);
  assert.equal(sum(spread), 1);
  assert.equal(spread[2 * 3 + 1], 0.25);
});

test("the histogram leaves out what is filtered away", () => {
  const store = storeOf([[DAY0, 0, 1, "point"], [DAY0 + 1, 0, 2, "point"]]);
  const filter = makeFilter(store);
  filter.type[2] = 0;
  const { sharp } = histogram(store, passing(store, filter), [DAY0, DAY0 + 1, DAY0 + 2]);
  assert.deepEqual([...sharp], [0, 1, 0, 0, 0, 0]);
});

test("the window of a range holds every event that touches it, however long one lasts", () => {
  let seed = 11;
  const random = (n) => Math.floor(((seed = (seed * 16807) % 2147483647) / 2147483647) * n);
  const days = Array.from({ length: 300 }, () => [DAY0 + random(30), random(10) ? 0 : random(20)]).sort(([a], [b]) => a - b);
  const store = storeOf([...days.map(([day, length]) => [day, length, 1, "point"]), [null, 0, 1, "point"]]);
  for (let k = 0; k < 100; k++) {
    const from = DAY0 + random(30);
    const range = [from, from + random(8)];
    const [low, high] = windowOf(store, range);
    days.forEach(([day, length], i) => assert.ok(day > range[1] || day + length < range[0] || (i >= low && i < high)));
    const { shown } = passes(store, makeFilter(store), range);
    assert.deepEqual(shown.slice(0, 300), days.map(([day, length]) => (day <= range[1] && day + length >= range[0] ? 1 : 0)));
  }
});
