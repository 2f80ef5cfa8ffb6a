import assert from "node:assert/strict";
import test from "node:test";

import { cluster, countSites, eventsIn, mixOf } from "../src/cluster.js";

// One event a row: [site from 0, type]; sites: [x, y] in CSS pixels of a view whose corner is the origin.
function scene(sites, events) {
  const scale = 1;
  const store = {
    n: events.length, where: new Uint8Array(events.length), words: { event_type: ["", "a", "b"] },
    table: { site: Uint32Array.from(events, ([k]) => k + 1), event_type: Uint8Array.from(events, ([, type]) => type) },
  };
  const projected = { x: Float64Array.from(sites, ([x]) => x), y: Float64Array.from(sites, ([, y]) => y) };
  const shown = new Uint8Array(events.length).fill(1);
  const view = { scale, left: 0, top: 0, width: 1000, height: 800 };
  const look = () => {
    const counted = countSites(store, shown, sites.length);
    return { ...cluster(counted, projected, view), counted };
  };
  return { store, shown, look };
}

test("events of one site are one mark with their number", () => {
  const { store, shown, look } = scene([[100, 100], [400, 400]], [[0, 1], [0, 2], [1, 1]]);
  const found = look();
  assert.deepEqual(found.marks.map(({ n, x, y }) => [n, x, y]), [[2, 100, 100], [1, 400, 400]]);
  assert.deepEqual(eventsIn(store, shown, found, 0), [0, 1]);
});

test("many sites of one cell become one mark, few stay apart", () => {
  const spread = (n) => Array.from({ length: n }, (_, k) => [310 + 9 * k, 320]);
  const many = scene(spread(8), spread(8).map((_, k) => [k, 1])).look();
  assert.deepEqual(many.marks.map(({ n, sites }) => [n, sites]), [[8, 8]]);
  assert.equal(scene(spread(3), spread(3).map((_, k) => [k, 1])).look().marks.length, 3);
});

test("a circle takes in the single symbol that it would hide", () => {
  const { marks } = scene([[100, 100], [106, 100]], [[0, 1], [0, 1], [0, 1], [1, 2]]).look();
  assert.deepEqual(marks.map(({ n }) => n), [4]);
});

test("every shown event of the view is in just one mark, and the mix adds up", () => {
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const sites = Array.from({ length: 400 }, () => [random() * 1000, random() * 800]);
  const { store, shown, look } = scene(sites, Array.from({ length: 3000 }, () => [Math.floor(random() * 400), 1 + Math.floor(random() * 2)]));
  for (let i = 0; i < 3000; i += 3) shown[i] = 0;
  const found = look();
  const wanted = shown.reduce((sum, one) => sum + one, 0);
  assert.equal(found.marks.reduce((sum, mark) => sum + mark.n, 0), wanted);
  assert.equal(mixOf(found.counted, found).reduce((sum, n) => sum + n, 0), wanted);
  found.marks.forEach((mark, k) => assert.equal(eventsIn(store, shown, found, k).length, mark.n));
});

test("what lies outside the view or is hidden has no mark", () => {
  const { shown, look } = scene([[5000, 100], [100, 100]], [[0, 1], [1, 1]]);
  shown[1] = 0;
  assert.deepEqual(look().marks, []);
});
