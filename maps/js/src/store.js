// Events as typed arrays, and the one pass that filters and counts them. Pure.

import { known } from "./decode.js";

export const EVENT_TEXTS = [
  "id", "source_id", "url", "quote", "notes", "attributed_to", "rule", "merged_from",
  "file", "row", "toponym", "reason",
];
export const RECORD_TEXTS = EVENT_TEXTS.filter((name) => name !== "toponym" && name !== "attributed_to");
export const POINT = 0;
export const AREA = 1;
export const UNPLACED = 2;
const SHIFT = 62091; // maps/records.py: days from 1 January 1800 to 1970
const SEPARATOR = "\x1f";

// `first` and `last` are days since 1970; an event without a date has `dated` 0 and shows only when all time is shown.
export function makeStore(table, sites, words) {
  const n = table.day.length;
  const first = new Int32Array(n);
  const last = new Int32Array(n);
  const where = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    first[i] = table.day[i] === 0 ? 0 : table.day[i] - 1 + words.day0;
    last[i] = first[i] + table.length[i];
    where[i] = table.site[i] ? POINT : table.area[i] ? AREA : UNPLACED;
  }
  return { n, first, last, dated: table.day, where, table, sites, words, total: totals(table, where, words) };
}

function totals(table, where, words) {
  const type = new Uint32Array(words.event_type.length);
  const placed = new Uint32Array(3);
  for (let i = 0; i < where.length; i++) {
    type[table.event_type[i]]++;
    placed[where[i]]++;
  }
  return { type, where: placed };
}

// All classes on, all of time, no search.
export function makeFilter(store) {
  return {
    type: new Uint8Array(store.words.event_type.length).fill(1),
    where: new Uint8Array(3).fill(1),
    found: null,
  };
}

// Sets shown[i] to 1 for the events that pass; returns counts of them, and the dead as told (lowest, highest).
export function applyFilter(store, filter, range, span, shown) {
  const { n, first, last, dated, where } = store;
  const { event_type: type, fatalities_low: low, fatalities_best: best, fatalities_high: high } = store.table;
  const [from, to] = range;
  const all = from <= span[0] && to >= span[1];
  const count = {
    all: 0,
    type: new Uint32Array(store.words.event_type.length),
    where: new Uint32Array(3),
    deadLow: 0,
    deadHigh: 0,
    deadUnknown: 0,
  };
  for (let i = 0; i < n; i++) {
    const inTime = all || (dated[i] !== 0 && first[i] <= to && last[i] >= from);
    const passes = inTime && filter.type[type[i]] && filter.where[where[i]] && (!filter.found || filter.found[i]);
    shown[i] = passes ? 1 : 0;
    if (!passes) continue;
    count.all++;
    count.type[type[i]]++;
    count.where[where[i]]++;
    const least = low[i] || best[i] || high[i];
    const most = high[i] || best[i] || low[i];
    if (!most) count.deadUnknown++;
    else {
      count.deadLow += least - 1;
      count.deadHigh += most - 1;
    }
  }
  return count;
}

// Events by bin and type, for all time: `sharp` those of a certain day, `spread` the others shared out over their span.
export function histogram(store, filter, edges) {
  const kinds = store.words.event_type.length;
  const count = edges.length - 1;
  const sharp = new Float64Array(count * kinds);
  const spread = new Float64Array(count * kinds);
  const { n, first, last, dated, where } = store;
  const type = store.table.event_type;
  for (let i = 0; i < n; i++) {
    if (!dated[i] || !filter.type[type[i]] || !filter.where[where[i]] || (filter.found && !filter.found[i])) continue;
    const target = last[i] > first[i] ? spread : sharp;
    const share = 1 / (last[i] - first[i] + 1);
    for (let bin = binOf(edges, first[i]); bin < count && edges[bin] <= last[i]; bin++) {
      const days = Math.min(last[i] + 1, edges[bin + 1]) - Math.max(first[i], edges[bin]);
      target[bin * kinds + type[i]] += days * share;
    }
  }
  return { sharp, spread, kinds, count };
}

export function binOf(edges, day) {
  let low = 0;
  let high = edges.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (edges[middle] <= day) low = middle;
    else high = middle - 1;
  }
  return low;
}

// What is known of an event without its texts.
export function eventOf(store, i) {
  const { table, words } = store;
  const word = (name) => words[name][table[name][i]] || null;
  const [name, nameAr, admin, adminAr] = (words.place[table.place[i]] || "").split(SEPARATOR);
  return {
    i,
    type: word("event_type"),
    subtype: word("event_subtype"),
    actors: [word("actor1"), word("actor2")].filter(Boolean),
    source: word("source"),
    claim: word("claim"),
    precision: word("geo_precision"),
    datePrecision: word("date_precision"),
    method: word("geo_method"),
    place: { name: name || null, nameAr: nameAr || null, admin: admin || null, adminAr: adminAr || null },
    dead: ["low", "best", "high"].map((end) => known(table[`fatalities_${end}`], i)),
    injured: known(table.injured, i),
    targets: known(table.targets_hit, i),
    radius: table.radius[i] ? known(table.radius, i) / 10 : null,
    score: table.score[i] ? known(table.score, i) / 100 : null,
    civilians: known(table.civilians, i),
    range: table.day[i] ? [store.first[i], store.last[i]] : null,
    reported: table.report_day[i] ? known(table.report_day, i) - SHIFT : null,
    where: store.where[i],
    area: table.area[i] - 1,
    site: table.site[i] - 1,
  };
}

// Deaths that give a symbol its size: the best figure, else the lowest, else the highest; null if none is told.
export function deathsOf(store, i) {
  const { fatalities_best: best, fatalities_low: low, fatalities_high: high } = store.table;
  return known(best, i) ?? known(low, i) ?? known(high, i);
}
