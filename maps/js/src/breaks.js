// Classes of rates: five at most, their bounds round numbers, fixed over all of time, so that play does not recolour what
// did not change. A rate grows with the days it is of, so ranges of another length have classes of their own. Pure.

import { stocksAt } from "./people.js";
import { inhabitants, mainRecords, PER, yearOf } from "./rates.js";

const CLASSES = 5;
const LENGTHS = [1, 7, 14, 30, 91, 182, 365]; // days; longer ones double
const ROUND = [1, 1.5, 2, 3, 5, 7, 10]; // times a power of ten
const MOST_CELLS = 2e6; // units times steps that are looked at: of more, every second or third step is
const MOST_VALUES = 50000;
const MOST_DATES = 60; // of a stock
const PEOPLE = ["present", "from"];

// The length that stands for a range: all of time, else the nearest of the list.
export function lengthFor([from, to], span) {
  const all = span[1] - span[0] + 1;
  const days = to - from + 1;
  const lengths = [...LENGTHS];
  while (lengths.at(-1) < all) lengths.push(2 * lengths.at(-1));
  const away = (length) => Math.abs(Math.log(length / days));
  const nearest = lengths.reduce((best, length) => (away(length) < away(best) ? length : best));
  return days >= all ? all : Math.min(all, nearest);
}

// Bounds of the classes of a choice {measure, level}: the same for all ranges of about this length, whatever the filters.
export function breaksOf(rates, { measure, level }, range, span, off) {
  const main = PEOPLE.includes(measure) ? mainRecords(rates, measure, level, off) : null;
  const length = measure === "present" ? 0 : lengthFor(range, span);
  const key = [measure, level, length, main?.name].join("|");
  if (!rates.breaks.has(key)) rates.breaks.set(key, roundBreaks(allRates(rates, { measure, level, main }, length, span)));
  return rates.breaks.get(key);
}

// The class of a rate, from 0.
export function classOf(value, breaks) {
  let found = 0;
  while (found < breaks.length && value >= breaks[found]) found++;
  return found;
}

// Bounds between classes of about equal size: rising round numbers, the first above the least value, none above the most.
export function roundBreaks(values) {
  const every = Math.ceil(values.length / MOST_VALUES);
  const sorted = Float64Array.from(every > 1 ? values.filter((_, k) => k % every === 0) : values).sort();
  const bounds = new Set();
  for (let k = 1; k < CLASSES && sorted.length; k++) bounds.add(rounded(sorted[Math.floor((k * sorted.length) / CLASSES)], sorted.at(-1)));
  return [...bounds].filter((bound) => bound > sorted[0]).sort((a, b) => a - b);
}

function rounded(value, most) {
  const power = 10 ** Math.floor(Math.log10(value));
  const away = (bound) => Math.abs(Math.log(bound / value));
  const fit = ROUND.map((times) => Number((times * power).toPrecision(2))).filter((bound) => bound <= most);
  return fit.reduce((nearest, bound) => (away(bound) < away(nearest) ? bound : nearest), fit[0] ?? most);
}

// All rates above nothing, over all steps of that length.
function allRates(rates, { measure, level, main }, length, span) {
  if (measure === "present") return ratesOfStocks(rates, main);
  const steps = Math.max(1, Math.floor((span[1] - span[0] + 1) / length));
  const wide = rates.units.length + 1;
  const every = Math.ceil((steps * wide) / MOST_CELLS);
  const cells = new Float64Array(Math.ceil(steps / every) * wide);
  const add = (day, k, n) => {
    const step = Math.floor((day - span[0]) / length);
    if (k && step >= 0 && step < steps && step % every === 0) cells[(step / every) * wide + k] += n;
  };
  if (main) {
    for (const [record, k] of main.rows) if (record.last - record.first < length) add((record.first + record.last) >> 1, k, record.persons);
  } else addFighting(rates, measure, level, add);
  const found = [];
  for (let at = 0; at < cells.length; at++) {
    if (cells[at]) found.push(rateOf(rates, measure, (at % wide) - 1, cells[at], span[0] + (Math.floor(at / wide) * every + 1) * length - 1));
  }
  return found.filter((value) => value > 0);
}

function addFighting({ store, fights, sets, unit }, measure, level, add) {
  const { event_type: type, fatalities_best: best } = store.table;
  const of = sets[level - 1];
  for (let i = 0; i < store.datedCount; i++) {
    if (!fights[type[i]]) continue;
    const n = measure === "events" ? 1 : best[i] ? best[i] - 1 : 0;
    if (n) add(store.first[i], of[unit[i]], n);
  }
}

function ratesOfStocks(rates, { rows }) {
  const unitOf = new Map(rows);
  const records = [...unitOf.keys()];
  const days = [...new Set(records.map((record) => record.last))].sort((a, b) => a - b);
  const every = Math.ceil(days.length / MOST_DATES);
  const found = [];
  for (const day of days.filter((_, k) => (days.length - 1 - k) % every === 0)) {
    const sums = new Map();
    for (const record of stocksAt(records, day)) sums.set(unitOf.get(record), (sums.get(unitOf.get(record)) ?? 0) + record.persons);
    for (const [k, persons] of sums) found.push(rateOf(rates, "present", k - 1, persons, day));
  }
  return found.filter((value) => value > 0);
}

const rateOf = (rates, measure, k, number, day) => {
  const count = inhabitants(rates, k, yearOf(day));
  return count ? (number / count.people) * PER[measure] : NaN;
};
