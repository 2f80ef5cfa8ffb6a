// Events as typed arrays, and the one pass that filters and counts them. Pure.

import { known } from "./decode.js";

export const EVENT_TEXTS = [
  "id", "source_id", "url", "quote", "notes", "attributed_to", "rule", "merged_from",
  "file", "row", "toponym", "reason", "same_as",
];
const OF_EVENTS = ["toponym", "attributed_to"];
export const RECORD_TEXTS = EVENT_TEXTS.filter((name) => !OF_EVENTS.includes(name));
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
  return { n, first, last, dated: table.day, where, table, sites, words, total: totals(table, where, words), ...inOrder(table.day, first, last) };
}

// Events are in order of their first day, those without a date last: how many have one, the latest last day up to each,
// which never falls, and whether the day of any is not certain.
function inOrder(day, first, last) {
  const ended = new Int32Array(day.length);
  let datedCount = 0;
  let unsure = false;
  for (let latest = -Infinity; datedCount < day.length && day[datedCount] !== 0; datedCount++) {
    if (last[datedCount] > first[datedCount]) unsure = true;
    if (last[datedCount] > latest) latest = last[datedCount];
    ended[datedCount] = latest;
  }
  return { datedCount, ended, unsure };
}

// The events that may touch a range: number of the first, and of the one after the last.
export function windowOf({ datedCount, ended, first }, [from, to]) {
  return [firstAbove(ended, datedCount, from - 1), firstAbove(first, datedCount, to)];
}

// Number of the first of `n` rising values that is larger.
export function firstAbove(values, n, value) {
  let [low, high] = [0, n];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
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

// All classes on, nothing singled out, no search.
export function makeFilter(store) {
  return {
    type: new Uint8Array(store.words.event_type.length).fill(1),
    where: new Uint8Array(3).fill(1),
    facets: [],
    found: null,
  };
}

// 1 for the events that pass everything but time. Recomputed when a choice changes, not when time does.
export function passing(store, filter, kept = new Uint8Array(store.n)) {
  const { n, where } = store;
  const type = store.table.event_type;
  const { found } = filter;
  for (let i = 0; i < n; i++) kept[i] = filter.type[type[i]] & filter.where[where[i]] & (found ? found[i] : 1);
  for (const { columns: [a, b = a], chosen } of filter.facets.filter((one) => one.some)) {
    for (let i = 0; i < n; i++) kept[i] &= chosen[a[i]] | chosen[b[i]];
  }
  return kept;
}

// Sets shown[i] to 1 for the kept events of the range; returns counts of them, the dead as told (lowest, highest), and
// the window outside which none is shown.
export function showRange(store, kept, range, span, shown) {
  const { n, last, where } = store;
  const { event_type: type, fatalities_low: low, fatalities_best: best, fatalities_high: high } = store.table;
  const all = range[0] <= span[0] && range[1] >= span[1];
  const window = all ? [0, n] : windowOf(store, range);
  const types = new Uint32Array(store.words.event_type.length);
  const placed = new Uint32Array(3);
  let [count, deadLow, deadHigh, deadUnknown] = [0, 0, 0, 0];
  shown.fill(0);
  for (let i = window[0]; i < window[1]; i++) {
    if (!kept[i] || (!all && last[i] < range[0])) continue;
    shown[i] = 1;
    count++;
    types[type[i]]++;
    placed[where[i]]++;
    const most = high[i] || best[i] || low[i];
    if (!most) deadUnknown++;
    else {
      deadLow += (low[i] || best[i] || high[i]) - 1;
      deadHigh += most - 1;
    }
  }
  return { all: count, type: types, where: placed, deadLow, deadHigh, deadUnknown, window };
}

// Events by bin and type, for all time: `sharp` those of a certain day, `spread` the others shared out over their span.
export function histogram(store, kept, edges) {
  const kinds = store.words.event_type.length;
  const count = edges.length - 1;
  const sharp = new Float64Array(count * kinds);
  const spread = new Float64Array(count * kinds);
  const { n, first, last, dated } = store;
  const type = store.table.event_type;
  let bin = 0; // events are in order of their first day
  for (let i = 0; i < n; i++) {
    if (!dated[i]) continue;
    while (bin < count - 1 && edges[bin + 1] <= first[i]) bin++;
    if (!kept[i]) continue;
    if (last[i] === first[i]) {
      sharp[bin * kinds + type[i]]++;
      continue;
    }
    const share = 1 / (last[i] - first[i] + 1);
    for (let k = bin; k < count && edges[k] <= last[i]; k++) {
      const days = Math.min(last[i] + 1, edges[k + 1]) - Math.max(first[i], edges[k]);
      spread[k * kinds + type[i]] += days * share;
    }
  }
  return { sharp, spread, kinds, count };
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
    telling: word("telling"),
    precision: word("geo_precision"),
    datePrecision: word("date_precision"),
    method: word("geo_method"),
    place: { name: name || null, nameAr: nameAr || null, admin: admin || null, adminAr: adminAr || null },
    dead: /** @type {Counts} */ (["low", "best", "high"].map((end) => known(table[`fatalities_${end}`], i))),
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
