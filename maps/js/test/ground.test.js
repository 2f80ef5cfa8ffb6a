import assert from "node:assert/strict";
import test from "node:test";

import { makeGround, shiftBetween, strips } from "../src/ground.js";

const VIEW = { scale: 1000, left: 10, top: 20, width: 300, height: 200, ratio: 1 };

test("what a shifted picture leaves bare is filled once, and nothing else", () => {
  for (const [x, y] of [[40, 0], [-40, 0], [0, 30], [0, -30], [40, 30], [-40, 30], [40, -30], [-40, -30]]) {
    const dots = new Uint8Array(300 * 200);
    const each = ([left, top, width, height], visit) => {
      for (let v = top; v < top + height; v++) for (let u = left; u < left + width; u++) visit(v * 300 + u);
    };
    each([Math.max(0, x), Math.max(0, y), 300 - Math.abs(x), 200 - Math.abs(y)], (k) => { dots[k]++; });
    for (const strip of strips(VIEW, x, y)) each(strip, (k) => { dots[k]++; });
    assert.ok(dots.every((n) => n === 1), `${x}, ${y}`);
  }
});

test("a picture is used again after a move by whole dots, not after a zoom, a resize or half a dot", () => {
  assert.deepEqual(shiftBetween(VIEW, { ...VIEW, left: 50, top: 10 }), [-40, 10]);
  assert.equal(shiftBetween(VIEW, { ...VIEW, scale: 2000 }), null);
  assert.equal(shiftBetween(VIEW, { ...VIEW, width: 301 }), null);
  assert.equal(shiftBetween(VIEW, { ...VIEW, left: 10.5 }), null);
  assert.equal(shiftBetween(VIEW, { ...VIEW, left: 400 }), null);
});

test("a ground is ready after a few steps, and after a move at once unless it must be painted whole", () => {
  const nothing = () => {};
  const names = ["setTransform", "save", "restore", "beginPath", "rect", "clip", "clearRect", "translate", "drawImage"];
  globalThis.document = { createElement: () => ({ getContext: () => Object.fromEntries(names.map((name) => [name, nothing])) }) };
  for (const whole of [false, true]) {
    const ground = makeGround(nothing, () => whole);
    const steps = (view) => {
      let n = 1;
      while (!ground.prepare(view) && n < 50) n++;
      return n;
    };
    const large = { ...VIEW, width: 1600, height: 1000 };
    const first = steps(large);
    assert.ok(first > 1 && first < 10);
    assert.equal(steps(large), 1);
    assert.equal(steps({ ...large, left: 50 }) === 1, !whole);
  }
  delete globalThis.document;
});
