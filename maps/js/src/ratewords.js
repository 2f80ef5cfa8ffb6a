// Rates in words: classes, and what one unit's rate is of. Pure.

import { inhabitants, UNCOUNTED, UNTOLD, yearOf, ZERO } from "./rates.js";

// Three figures: more would feign a precision that no count of events or people has.
export const rateText = (value, words) => words.decimal(value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

// The classes from little to much.
export function classTexts(breaks, words) {
  if (!breaks.length) return [words.say("rate any")];
  const between = breaks.slice(1).map((to, k) => words.say("rate between", { from: breaks[k], to }));
  return [words.say("rate below", { n: breaks[0] }), ...between, words.say("rate above", { n: breaks.at(-1) })];
}

// Sources and years of the counts that the units of a level are measured by on a day, those of most units first.
export function countsTold({ meta, level }, day, words) {
  const found = new Map();
  meta.units.forEach((unit, k) => {
    const count = unit.level === level && inhabitants(meta, k, yearOf(day));
    if (!count) return;
    const source = count.source.replace(PARTS, "");
    found.set(source, [...(found.get(source) ?? []), count.year]);
  });
  return [...found].sort(([, a], [, b]) => b.length - a.length).map(([source, years]) =>
    words.say("rate count", { source, years: [...new Set(years)].sort().map(words.year).join(words.comma) }));
}

const PARTS = / \(\d+ parts added up\)$/; // geo/population.py: of a unit whose parts are counted

// What the rate of a unit says, as one sentence.
export function rateSentence({ states, values, measure }, k, words) {
  if (states[k] === UNCOUNTED) return words.say("rate uncounted");
  if (states[k] === UNTOLD) return words.say("rate untold");
  const of = words.say(`rate of.${measure}`);
  return states[k] === ZERO ? words.say("rate none", { of }) : words.say("rate is", { rate: rateText(values[k], words), of });
}

// What is counted above the line.
export const numberKey = (measure) => ({ events: "events", deaths: "dead" })[measure] ?? "people";

// That number in words, with what makes it uncertain.
export function numeratorText({ measure, fights, people, numbers, states }, k, words) {
  const n = numbers[k + 1];
  if (states[k] === UNTOLD || Number.isNaN(n)) return words.say("not stated");
  if (measure === "events") {
    const unsure = fights.unsure[k + 1];
    return unsure ? words.say("rate unsure", { n, unsure }) : words.number(n);
  }
  if (measure === "deaths") {
    const [low, high, silent] = [fights.deadLow[k + 1], fights.deadHigh[k + 1], fights.silent[k + 1]];
    const told = low < n || high > n ? words.say("range of", { best: n, low, high }) : words.number(n);
    return [told, silent ? words.say("rate silent", { n: silent }) : ""].filter(Boolean).join("; ");
  }
  return `${words.number(n)} (${words.range(people.days.get(k + 1))})`;
}
