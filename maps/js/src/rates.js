// Rates by admin unit: fighting and people over the inhabitants of each unit, counted as geo/links.py does. Pure.

import { stocksAt } from "./people.js";
import { firstAbove } from "./store.js";
import { dateOf } from "./time.js";

export const PER = { events: 100000, deaths: 100000, present: 1000, from: 1000 };
const LEVELS = [1, 2, 3];

// What is known of a unit: nothing is drawn; a rate; none recorded; nobody counted its people; no figure is told of it.
export const [OTHER, RATE, ZERO, UNCOUNTED, UNTOLD] = [0, 1, 2, 3, 4];

// `rates` of the meta data with the units of each event and record (maps/inhabitants.py), which are numbered from 1; 0 is
// no unit of that level. `series`: see people.js.
export function makeRates({ units, sources, measures, fighting, small }, tables, store, series) {
  const sets = LEVELS.map((level) => tables.unit_sets[`admin${level}`]);
  const { origin_unit: origin, destination_unit: destination } = tables.records;
  return {
    units, sources, measures, small, store, series, sets, unit: tables.events.unit, origin, destination,
    levels: LEVELS.filter((level) => units.some((unit) => unit.level === level)),
    fights: Uint8Array.from(store.words.event_type, (name) => (fighting.includes(name) ? 1 : 0)),
    spans: new Map(), breaks: new Map(),
  };
}

export const yearOf = (day) => dateOf(day).getUTCFullYear();

/**
 * The people of a unit for a year: {people, year, source}, or null where nobody counted them.
 * @param {{units: any[], sources: string[]}} rates
 */
export function inhabitants({ units, sources }, k, year) {
  const told = units[k].people;
  const [, people, counted, source] = told.findLast(([from]) => from <= year) ?? told[0];
  return people === null ? null : { people, year: counted, source: sources[source] };
}

// Fighting by unit: events, those of uncertain day, deaths as told (lowest, best, highest) and events without a best
// figure; each an array by number of the unit. An event counts on its first day, if it is `kept` by the filters.
export function countFighting(rates, kept, [from, to], level) {
  const { store, fights, unit } = rates;
  const { first, last, datedCount, table } = store;
  const { event_type: type, fatalities_low: low, fatalities_best: best, fatalities_high: high } = table;
  const of = rates.sets[level - 1];
  const made = () => new Float64Array(rates.units.length + 1);
  const [events, unsure, dead, deadLow, deadHigh, silent, told] = [made(), made(), made(), made(), made(), made(), made()];
  const end = firstAbove(first, datedCount, to);
  for (let i = firstAbove(first, datedCount, from - 1); i < end; i++) {
    if (!kept[i] || !fights[type[i]]) continue;
    const k = of[unit[i]];
    events[k]++;
    if (last[i] > first[i]) unsure[k]++;
    if (best[i]) {
      told[k]++;
      dead[k] += best[i] - 1;
    } else silent[k]++;
    if (low[i] || best[i]) deadLow[k] += (low[i] || best[i]) - 1;
    if (high[i] || best[i]) deadHigh[k] += (high[i] || best[i]) - 1;
  }
  return { events, unsure, dead, deadLow, deadHigh, silent, told };
}

// First and last day of the fighting told of any unit of a level: outside of it nothing is known, within it a unit
// without an event had none recorded.
function fightingSpan(rates, level) {
  const { store, fights, spans, unit } = rates;
  if (!spans.has(level)) {
    const of = rates.sets[level - 1];
    const fought = (i) => fights[store.table.event_type[i]] && of[unit[i]];
    let [from, to] = [0, store.datedCount - 1]; // events are in order of their first day
    while (from <= to && !fought(from)) from++;
    while (to > from && !fought(to)) to--;
    spans.set(level, from <= to ? [store.first[from], store.first[to]] : null);
  }
  return spans.get(level);
}

// The people displaced that lie in a unit of the level at the end that counts, of the main series: that of most dates,
// then of the largest figure, then of most records, then by name, as geo/displacement has it; series are never added.
// {name, rows: [[record, unit], ...]}
export function mainRecords(rates, measure, level, off) {
  const side = measure === "present" ? rates.destination : rates.origin;
  const of = rates.sets[level - 1];
  const found = new Map();
  for (const one of rates.series) {
    if (one.measure !== (measure === "present" ? "stock" : "flow") || one.movement !== "displacement" || off.has(one.key)) continue;
    const rows = one.records.filter((r) => r.first !== null && r.persons !== null && of[side[r.i]]).map((r) => [r, of[side[r.i]]]);
    if (rows.length) found.set(one.name, rows);
  }
  const dates = (rows) => new Set(rows.map(([record]) => record.last)).size;
  const most = (rows) => rows.reduce((top, [record]) => Math.max(top, record.persons), 0);
  const order = ([a, mine], [b, other]) => dates(other) - dates(mine) || most(other) - most(mine) || other.length - mine.length || (a < b ? -1 : 1);
  const [first] = [...found].sort(order);
  return first ? { name: first[0], rows: first[1] } : { name: null, rows: [] };
}

// People by unit, with first and last day of the figures they are of; NaN where no figure is told.
export function countPeople(rates, measure, { rows }, [from, to]) {
  const persons = new Float64Array(rates.units.length + 1).fill(NaN);
  const days = new Map();
  const unitOf = new Map(rows);
  const records = [...unitOf.keys()];
  const counted = measure === "present" ? stocksAt(records, to) : records.filter((r) => r.first >= from && r.last <= to);
  for (const record of counted) {
    const k = unitOf.get(record);
    persons[k] = (Number.isNaN(persons[k]) ? 0 : persons[k]) + record.persons;
    const before = days.get(k) ?? [record.first, record.last];
    days.set(k, [Math.min(before[0], record.first), Math.max(before[1], record.last)]);
  }
  return { persons, days };
}

/**
 * All that is told of a choice {measure, level} in a range: for each unit its state, number and rate, by number from 0.
 * @param {any} rates
 * @param {{measure: string, level: number}} choice
 * @param {{kept: Uint8Array, range: Days, off: Set<string>}} view
 */
export function ratesAt(rates, choice, { kept, range, off }) {
  const { measure, level } = choice;
  const fighting = measure === "events" || measure === "deaths";
  const main = fighting ? null : mainRecords(rates, measure, level, off);
  const fights = fighting ? countFighting(rates, kept, range, level) : null;
  const people = fighting ? null : countPeople(rates, measure, main, range);
  const numbers = measure === "events" ? fights.events : measure === "deaths" ? deathsTold(fights) : people.persons;
  const days = fighting ? fightingSpan(rates, level) : null;
  const known = !fighting || (days !== null && days[0] <= range[1] && days[1] >= range[0]);
  const n = rates.units.length;
  const [states, values] = [new Uint8Array(n), new Float64Array(n).fill(NaN)];
  for (let k = 0; k < n; k++) {
    if (rates.units[k].level !== level) continue;
    const count = inhabitants(rates, k, yearOf(range[1]));
    const number = known ? numbers[k + 1] : NaN;
    if (count && !Number.isNaN(number)) values[k] = (number / count.people) * PER[measure];
    states[k] = !count ? UNCOUNTED : Number.isNaN(number) ? UNTOLD : number === 0 ? ZERO : RATE;
  }
  return { measure, level, range, states, values, numbers, fights, people, series: main?.name ?? null, known, outside: fights?.events[0] ?? 0 };
}

// Deaths by unit: none where none fought, not known where all events are silent.
const deathsTold = ({ dead, events, told }) => dead.map((n, k) => (events[k] && !told[k] ? NaN : n));

// Units of a level by rate, the highest first; those without one after them, by name.
export function ranked({ units }, { level, values }) {
  const order = units.map((_, k) => k).filter((k) => units[k].level === level);
  const worth = (k) => (Number.isNaN(values[k]) ? -1 : values[k]);
  return order.sort((a, b) => worth(b) - worth(a) || (units[a].name < units[b].name ? -1 : 1));
}
