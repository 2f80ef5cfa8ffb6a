import assert from "node:assert/strict";
import test from "node:test";

import { besideText, stepsOf } from "../src/beside.js";
import { makeWords } from "../src/i18n.js";
import { dayOf } from "../src/time.js";

const unit = (days, events, people) => ({
  name: "North", days: days.map(dayOf), events, people, deaths: events.map(() => null), measure: "people_to", series: "Survey",
});
const FEBRUARY = unit(["2020-02-03", "2020-02-10", "2020-02-24"], [4, 9, 1], [null, 100, 2500]);

test("a step between two that the table holds is there, without events and without a figure of people", () => {
  const steps = stepsOf(FEBRUARY, "week");
  assert.deepEqual(steps.map((s) => s.events), [4, 9, 0, 1]);
  assert.deepEqual(steps.map((s) => s.people), [null, 100, null, 2500]);
  assert.equal(steps[2].first, dayOf("2020-02-17"));
});

test("months have their own length", () => {
  const steps = stepsOf(unit(["2020-01-01", "2020-03-01"], [1, 2], [5, 6]), "month");
  assert.deepEqual(steps.map((s) => s.last - s.first + 1), [31, 29, 31]);
});

test("the sentence counts what is told, names the largest and what the people are", () => {
  const text = besideText(FEBRUARY, "week", makeWords("en"));
  assert.match(text, /In 4 weeks: fighting in 3, people counted in 2\./);
  assert.match(text, /Most fighting from 10 Feb \(9 events\), most people from 24 Feb \(2,500\)\./);
  assert.match(text, /arrived in the step; Survey\./);
  assert.match(besideText(FEBRUARY, "week", makeWords("ar")), /أسابيع/);
});
