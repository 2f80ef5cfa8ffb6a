import assert from "node:assert/strict";
import test from "node:test";

import { clash, layOut } from "../src/badges.js";

const WINDOW = [0, 0, 1000, 600];
const width = (count, long) => (long ? 200 : 20 + 7 * String(count).length);

const area = (number, count, [x, y], size = 40, more = {}) => ({
  area: number, count, long: false, box: [x - size / 2, y - size / 2, x + size / 2, y + size / 2],
  inside: (a, b) => Math.abs(a - x) < size / 2 && Math.abs(b - y) < size / 2, middle: [x, y], ...more,
});

const placed = (wanted, { taken = [], counts = [], symbols = [], window = WINDOW } = {}) => layOut(wanted, { window, taken, counts, symbols }, width);

// The same numbers on every run.
function random(seed) {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

test("an area alone has its badge in its middle", () => {
  const [badge] = placed([area(3, 12, [500, 300])]);
  assert.deepEqual([(badge[0] + badge[2]) / 2, (badge[1] + badge[3]) / 2], [500, 300]);
  assert.deepEqual([badge.areas, badge.count], [[3], 12]);
});

test("a badge makes way for a count that stands in the middle of its area", () => {
  const counts = [[480, 280, 520, 320]];
  const [badge] = placed([area(3, 12, [500, 300], 300)], { counts });
  assert.ok(!clash(badge, counts));
  assert.ok(clash(badge, [[350, 150, 650, 450]]));
});

test("a wide area tells its count in full where there is room, else bare", () => {
  const wide = area(1, 12, [500, 300], 400, { long: true });
  assert.equal(placed([wide])[0].long, true);
  const columns = [0, 1, 2, 3, 4].map((k) => [330 + 80 * k, 0, 340 + 80 * k, 600]);
  assert.equal(placed([wide], { symbols: columns })[0].long, false);
});

test("areas without room for a badge each share one that adds up their events", () => {
  const walls = [[0, 0, 470, 600], [530, 0, 1000, 600], [0, 0, 1000, 280], [0, 320, 1000, 600]];
  const badges = placed([area(1, 30, [500, 300]), area(2, 4, [502, 301]), area(5, 1, [499, 299])], { counts: walls });
  assert.deepEqual(badges.map(({ areas, count }) => [areas, count]), [[[1, 2, 5], 35]]);
});

test("an area under a surface or out of view is not counted on another's badge", () => {
  const panel = [0, 0, 300, 600];
  const badges = placed([area(1, 30, [320, 300]), area(2, 4, [150, 300]), area(3, 2, [1300, 300])], { taken: [panel] });
  assert.deepEqual(badges.filter((b) => clash(b, [WINDOW])).map(({ areas }) => areas), [[1]]);
});

test("however crowded, badges stand on no count and on no other badge, and all areas in view are counted", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const next = random(seed);
    const spot = () => [60 + 880 * next(), 60 + 480 * next()];
    const counts = Array.from({ length: 40 }, () => { const [x, y] = spot(); const r = 12 + 18 * next(); return [x - r, y - r, x + r, y + r]; });
    const wanted = Array.from({ length: 120 }, (_, k) => area(k, 1 + Math.floor(50 * next() ** 3), spot(), 10 + 200 * next()));
    const badges = placed(wanted, { counts });
    badges.forEach((badge, k) => assert.ok(!clash(badge, counts) && !clash(badge, badges.slice(k + 1))));
    assert.equal(badges.reduce((sum, { count }) => sum + count, 0), wanted.reduce((sum, { count }) => sum + count, 0));
    assert.equal(new Set(badges.flatMap(({ areas }) => areas)).size, wanted.length);
  }
});
