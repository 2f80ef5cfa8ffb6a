import assert from "node:assert/strict";
import test from "node:test";

import { makeWords } from "../src/i18n.js";
import { countInWords, dayOf, listOf, whyInWords } from "../src/told.js";

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

test("reasons are told in the language of the page, with how likely they make it", () => {
  const why = "0.95: within 2 km; the same day; a reason that is not known yet";
  assert.equal(whyInWords(why, makeWords("en")), "95% likely the same: within 2 km · the same day · a reason that is not known yet");
  assert.match(whyInWords(why, makeWords("ar")), /^احتمال أنها نفسها .*: في حدود ٢ كم · اليوم نفسه · a reason that is not known yet$/);
  assert.equal(whyInWords("", makeWords("en")), "");
});
