import assert from "node:assert/strict";
import test from "node:test";

import { eventRadius, mercator, metresPerPixel, scaleBar, stockRadius } from "../src/scale.js";

const STYLE = { smallest_radius: 4, radius_per_root: 2.2, largest_radius: 26, unknown_radius: 4, largest_stock_radius: 46 };

test("Mercator: the middle of the world is in the middle", () => {
  const [x, y] = mercator(0, 0);
  assert.ok(Math.abs(x - 0.5) < 1e-12 && Math.abs(y - 0.5) < 1e-12);
});

test("a pixel covers less ground towards the pole", () => {
  assert.ok(Math.abs(metresPerPixel(0, 0) - 156543.03) < 0.01);
  assert.ok(Math.abs(metresPerPixel(60, 3) / metresPerPixel(0, 3) - 0.5) < 1e-9);
});

test("the scale bar is a round distance that fits and is true", () => {
  for (let zoom = 0; zoom <= 15; zoom += 0.25) {
    const { metres, pixels } = scaleBar(36, zoom, 130);
    assert.ok(pixels <= 130 && pixels > 50);
    assert.ok(/^[125]0*$/.test(String(metres)));
    assert.ok(Math.abs(pixels * metresPerPixel(36, zoom) - metres) < 1e-6 * metres);
  }
});

test("area follows the deaths; unknown is small, never nothing; the largest is bounded", () => {
  assert.equal(eventRadius(null, STYLE), 4);
  assert.equal(eventRadius(0, STYLE), 4);
  assert.ok(Math.abs(eventRadius(40, STYLE) / eventRadius(10, STYLE) - 2) < 1e-9);
  assert.equal(eventRadius(100000, STYLE), 26);
  assert.equal(stockRadius(100, 400, STYLE), 23);
});
