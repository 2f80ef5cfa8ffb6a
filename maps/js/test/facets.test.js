import assert from "node:assert/strict";
import test from "node:test";

import { choose, chooseNames, chosenNames, clear, countValues, makeFacets } from "../src/facets.js";
import { makeFilter, passing } from "../src/store.js";

const count = (n) => (n === null ? 0 : n + 1);

// One event a row: [actor1, actor2, source, dead or null].
function storeOf(rows) {
  const words = {
    event_type: ["", "Battles"], event_subtype: [""], claim: ["", "asserted"], telling: ["", "alone"], geo_precision: ["", "B"],
    actor1: ["", "Army", "Guard"], actor2: ["", "Army", "Band"], source: ["", "one", "two"],
  };
  const column = (name, k) => Uint8Array.from(rows, (row) => words[name].indexOf(row[k]));
  const same = (code) => new Uint8Array(rows.length).fill(code);
  const table = {
    event_type: same(1), event_subtype: same(0), claim: same(1), telling: same(1), geo_precision: same(1),
    actor1: column("actor1", 0), actor2: column("actor2", 1), source: column("source", 2),
    fatalities_best: Uint32Array.from(rows, (row) => count(row[3])), fatalities_low: same(0), fatalities_high: same(0),
  };
  return { n: rows.length, where: same(0), table, words };
}

const STORE = storeOf([["Army", "Band", "one", 0], ["Guard", "Army", "two", null], ["Guard", "", "two", 30], ["Army", "Army", "one", 4]]);
const kept = (facets) => [...passing(STORE, { ...makeFilter(STORE), facets })];

test("an actor is found on either side, and counts once for each event", () => {
  const actor = makeFacets(STORE).find((one) => one.name === "actor");
  assert.deepEqual(actor.order.map((code) => [actor.words[code], actor.total[code]]), [["Army", 3], ["Guard", 2], ["Band", 1]]);
  choose(actor, actor.words.indexOf("Army"), true);
  assert.deepEqual(kept([actor]), [1, 1, 0, 1]);
});

test("values of one filter widen, several filters narrow, and nothing chosen means all", () => {
  const facets = makeFacets(STORE);
  assert.deepEqual(kept(facets), [1, 1, 1, 1]);
  chooseNames(facets, ["actor/Guard", "actor/Band", "source/two", "source/no such", "nonsense"]);
  assert.deepEqual(kept(facets), [0, 1, 1, 0]);
  assert.deepEqual(chosenNames(facets).sort(), ["actor/Band", "actor/Guard", "source/two"]);
  clear(facets);
  assert.deepEqual(kept(facets), [1, 1, 1, 1]);
});

test("deaths that nobody states are a class of their own, not zero", () => {
  const dead = makeFacets(STORE).find((one) => one.name === "dead");
  assert.deepEqual(dead.order.map((code) => [dead.words[code], dead.total[code]]), [["unknown", 1], ["0", 1], ["1–4", 1], ["25+", 1]]);
});

test("a filter with one value only is not offered", () => {
  assert.deepEqual(makeFacets(STORE).map((one) => one.name), ["actor", "source", "dead"]);
});

test("counts follow what is shown", () => {
  const source = makeFacets(STORE).find((one) => one.name === "source");
  assert.deepEqual([...countValues(3, source.columns, [1, 0, 1, 0])], [0, 1, 1]);
});
