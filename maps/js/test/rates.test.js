import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { breaksOf, classOf, lengthFor, roundBreaks } from "../src/breaks.js";
import { makeWords } from "../src/i18n.js";
import { makeRecords, seriesOf } from "../src/people.js";
import { inhabitants, makeRates, ranked, RATE, ratesAt, UNCOUNTED, UNTOLD, ZERO } from "../src/rates.js";
import { chooseRate, rateChoice, rateName } from "../src/ratestate.js";
import { classTexts, countsTold, numeratorText, rateSentence, rateText } from "../src/ratewords.js";
import { makeStore } from "../src/store.js";

const example = JSON.parse(await readFile(new URL("rates.json", import.meta.url), "utf8"));
const tables = { events: { ...example.events }, records: example.records, unit_sets: example.unit_sets };

function opened() {
  const none = { x: [], y: [] };
  const store = makeStore(tables.events, none, example.words.events);
  const series = seriesOf(makeRecords(example.records, { origins: none, destinations: none }, example.words.records));
  return { rates: makeRates(example.rates, tables, store, series), store };
}

const { rates, store } = opened();
const SPAN = [store.first[0], store.first[store.datedCount - 1]];
const view = (range, changes = {}) => ({ kept: new Uint8Array(store.n).fill(1), range, off: new Set(), ...changes });
const numberOf = (code) => rates.units.findIndex((unit) => unit.pcode === code);
const near = (a, b) => Math.abs(a - b) < 1e-3;

test("rates are those of the tables, for months and for all of time", () => {
  assert.ok(example.expected.length > 60);
  for (const [measure, level, code, first, last, number, rate] of example.expected) {
    const k = numberOf(code);
    const told = ratesAt(rates, { measure, level }, view([first, last]));
    const what = [measure, code, first, last].join(" ");
    assert.ok(near(told.numbers[k + 1], number), what);
    if (rate === null) assert.equal(told.states[k], UNCOUNTED, what);
    else assert.ok(near(told.values[k], rate), what);
    if (rate !== null) assert.equal(told.states[k], rate > 0 ? RATE : ZERO, what);
  }
});

test("nothing is known of days outside of those that the fighting spans", () => {
  const states = (range) => ratesAt(rates, { measure: "events", level: 2 }, view(range)).states[numberOf("XX0202")];
  assert.equal(states([SPAN[0], SPAN[0] + 5]), ZERO);
  assert.equal(states([SPAN[1] + 300, SPAN[1] + 310]), UNTOLD);
});

test("what the filters hide is not counted, and what no unit of the level holds is told apart", () => {
  const choice = { measure: "events", level: 2 };
  const all = ratesAt(rates, choice, view(SPAN));
  const none = ratesAt(rates, choice, view(SPAN, { kept: new Uint8Array(store.n) }));
  assert.equal(none.numbers.reduce((sum, n) => sum + n, 0), 0);
  const fights = [...store.table.event_type].filter((code) => example.rates.fighting.includes(store.words.event_type[code])).length;
  assert.equal(all.numbers.reduce((sum, n) => sum + n, 0), fights);
  assert.ok(all.outside > 0);
  assert.equal(ratesAt(rates, { ...choice, level: 1 }, view(SPAN)).outside, 0);
});

test("series are never added, and one that is switched off is not told of", () => {
  const choice = { measure: "present", level: 2 };
  const k = numberOf("XX0101");
  const told = ratesAt(rates, choice, view(SPAN));
  assert.equal(told.series, "sites");
  assert.equal(told.numbers[k + 1], 48000);
  const off = new Set(rates.series.filter((one) => one.name === "sites").map((one) => one.key));
  assert.equal(ratesAt(rates, choice, view(SPAN, { off })).numbers[k + 1], 77000);
  off.add(rates.series.find((one) => one.name === "a call").key);
  assert.equal(ratesAt(rates, choice, view(SPAN, { off })).states[k], UNTOLD);
});

test("the count of inhabitants is that of the year, and none where nobody counted", () => {
  const told = { units: [{ people: [[2017, null], [2018, 900, 2018, 0], [2020, 1000, 2021, 0]] }], sources: ["Office"] };
  assert.equal(inhabitants(told, 0, 2017), null);
  assert.deepEqual(inhabitants(told, 0, 2019), { people: 900, year: 2018, source: "Office" });
  assert.deepEqual(inhabitants(told, 0, 2030), { people: 1000, year: 2021, source: "Office" });
});

test("classes are the same for all ranges of about one length, whatever the filters", () => {
  const breaks = (from, days, measure = "events") => breaksOf(rates, { measure, level: 2 }, [SPAN[0] + from, SPAN[0] + from + days - 1], SPAN, new Set());
  assert.deepEqual(breaks(0, 7), breaks(35, 6));
  assert.deepEqual(breaks(0, 28), breaks(40, 31));
  assert.notDeepEqual(breaks(0, 7), breaks(0, 80));
  assert.deepEqual(breaks(0, 7, "present"), breaks(0, 80, "present")); // a stock does not grow with the range
  for (const days of [1, 7, 30, 90]) assert.ok(breaks(0, days).length < 5 && breaks(0, days).every((b, k, all) => !k || b > all[k - 1]));
});

test("bounds are round, rise, and leave no class empty below the least value", () => {
  assert.deepEqual(roundBreaks([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), [3, 5, 7, 10]);
  assert.deepEqual(roundBreaks([4, 4, 4, 4]), []);
  assert.deepEqual(roundBreaks([]), []);
  assert.deepEqual(roundBreaks([0.0123, 0.05, 0.2, 1.1, 4]), [0.05, 0.2, 1, 3]);
  assert.deepEqual(roundBreaks([115, 900]), [700]);
  assert.deepEqual(roundBreaks([1.2, 2.4, 3.1, 4.8, 9.9]), [2, 3, 5, 7]); // as maps/choropleth.py

  assert.deepEqual([0.5, 3, 4.9, 7, 99].map((value) => classOf(value, [3, 5, 7])), [0, 1, 1, 3, 3]);
});

test("a range stands for the nearest length, and all of time for itself", () => {
  assert.equal(lengthFor([0, 30], [0, 999]), 30);
  assert.equal(lengthFor([0, 6], [0, 999]), 7);
  assert.equal(lengthFor([0, 999], [0, 999]), 1000);
  assert.equal(lengthFor([0, 700], [0, 9999]), 730);
});

test("units stand by rate, those without one last, by name", () => {
  const result = ratesAt(rates, { measure: "events", level: 2 }, view(SPAN));
  const codes = ranked(rates, { level: 2, values: result.values }).map((k) => rates.units[k].pcode);
  assert.equal(codes[0], "XX0102");
  assert.equal(codes.at(-1), "XX0103");
});

test("a choice survives the link; nonsense is off", () => {
  const choice = rateChoice(example.rates, tables);
  assert.deepEqual([choice.on, choice.measure, choice.level, rateName(choice)], [false, "events", 2, null]);
  for (const name of ["births/2", "events/3", "events", "toString/1", null]) chooseRate(choice, name);
  assert.equal(choice.on, false);
  chooseRate(choice, "deaths/1");
  assert.equal(rateName(choice), "deaths/1");
  assert.equal(rateChoice(undefined, tables), null);
  chooseRate(null, "deaths/1");
});

test("a rate is told in words with what it is made of", () => {
  const words = makeWords("en");
  const told = (measure, code, range = SPAN) => {
    const result = ratesAt(rates, { measure, level: 2 }, view(range));
    return [rateSentence(result, numberOf(code), words), numeratorText(result, numberOf(code), words)];
  };
  const [, , , , , n, rate] = example.expected.find(([measure, , code, first, last]) => measure === "events" && code === "XX0102" && last - first > 40);
  assert.match(told("events", "XX0102")[0], new RegExp(`^${rateText(rate, words)} events of fighting per 100,000 inhabitants$`));
  assert.ok(told("events", "XX0102")[1].startsWith(String(n)));
  assert.match(told("deaths", "XX0101")[1], /^\d+ \(lowest \d+, highest \d+\); events without a number: \d+$/);
  assert.match(told("events", "XX0202")[0], /^None recorded in these days: 0 events/);
  assert.match(told("events", "XX0103")[0], /^no rate: inhabitants not known/);
  assert.match(told("present", "XX0202")[0], /^not known: no figure/);
  assert.equal(told("present", "XX0101")[1], "48,000 (12 February 2020)");
});

test("the legend tells classes, sources and years", () => {
  assert.deepEqual(classTexts([0.5, 10, 1500], makeWords("en")), ["< 0.5", "0.5–10", "10–1,500", "≥ 1,500"]);
  assert.deepEqual(classTexts([], makeWords("en")), ["above 0"]);
  const counts = (level) => countsTold({ meta: example.rates, level }, SPAN[1], makeWords("en"));
  assert.deepEqual(counts(2), ["Statistics office (2018, 2020)"]);
  assert.deepEqual(counts(1), ["Statistics office (2018)"]);
  assert.deepEqual(countsTold({ meta: example.rates, level: 1 }, SPAN[1], makeWords("ar")), ["Statistics office (2018)"].map((text) => text.replace("2018", makeWords("ar").year(2018))));
});
