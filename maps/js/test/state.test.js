import assert from "node:assert/strict";
import test from "node:test";

import { readState, writeState } from "../src/state.js";

test("a view survives its address; nonsense is left out", () => {
  const state = { centre: [36.5, 35.8], zoom: 9.25, range: [18000, 18010], off: ["Riots", "areas"], only: ["actor/A/B", "dead/25+"], query: "a&b", rates: "deaths/2", language: "ar", id: "E-1" };
  assert.deepEqual(readState(writeState(state)), state);
  assert.deepEqual(readState("#at=x/y/z&time=2020-99-99/soon&lang=<b>"), { off: [], only: [], query: "" });
});

test("the series shown survive the address, none of them too", () => {
  for (const series of [["stock/displacement/a|b & c", "flow/return/ü"], []]) {
    assert.deepEqual(readState(writeState({ off: [], only: [], query: "", series })).series, series);
  }
  assert.equal(readState(writeState({ off: [], only: [], query: "", series: null })).series, undefined);
});
