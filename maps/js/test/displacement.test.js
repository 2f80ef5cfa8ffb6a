import assert from "node:assert/strict";
import test from "node:test";

import { layOutDisplacement } from "../src/displacement.js";
import { makeWords } from "../src/i18n.js";

const style = { largest_stock_radius: 46, displacement_fill: 0.2 };

// What is painted, as the alpha of each fill, and the figures beside it.
function laidOut(...records) {
  const series = [{ key: "s", measure: "stock", movement: "displacement", records }];
  const app = { series, meta: { style }, theme: {}, range: [0, 10], seriesOff: new Set(), words: makeWords("en") };
  layOutDisplacement({ scale: 256, left: 0, top: 0 }, app);
  const fills = [];
  const ctx = { beginPath() {}, arc() {}, stroke() {}, setLineDash() {}, fill() { fills.push(this.globalAlpha); } };
  for (const draw of app.people) draw(ctx);
  return { fills, said: app.figures.map((f) => f.text) };
}

const stock = (ends) => ({ persons: 1000, measure: "stock", first: 1, last: 1, until: null, lead: null, shape: "circle", from: null, to: null, origin: null, destination: null, ...ends });

test("a circle is filled where people are, and open where they left for nobody says where", () => {
  assert.deepEqual(laidOut(stock({ to: [36, 35], destination: "A" })), { fills: [0.2], said: ["1,000"] });
  assert.deepEqual(laidOut(stock({ from: [36, 35], origin: "B" })), { fills: [0], said: ["1,000 from here"] });
});
