import assert from "node:assert/strict";
import test from "node:test";

import { countInWords, dayOf, listOf } from "../src/told.js";

const words = { say: (key, values = {}) => [key, ...Object.values(values)].join(" "), number: String };

test("what cannot be read as a list of records tells nothing", () => {
  for (const text of [null, undefined, "", "{", "7", '"x"', "[1, null]"]) assert.deepEqual(listOf(text), []);
  assert.deepEqual(listOf('[{"event_id": "E-1"}]'), [{ event_id: "E-1" }]);
});

test("days of records count from 1970, and what is no day is none", () => {
  assert.equal(dayOf("1970-01-02"), 1);
  for (const text of [null, "soon", "2020-02-31x"]) assert.equal(dayOf(text), null);
});

test("an envelope is told with its best figure", () => {
  assert.equal(countInWords([5, 5, 6], words), "range of 5 5 6");
  assert.equal(countInWords([null, null, null], words), "not stated");
});
