// Arithmetic of displaced people. Stocks and flows, and records of two series, are never added. Pure.

import { known } from "./decode.js";

export const MOST_LINES = 30; // of one series: more would hide each other

export function makeRecords(table, sites, words) {
  const rows = [];
  for (let i = 0; i < table.day.length; i++) {
    const word = (name) => words[name][table[name][i]] || null;
    const [low, best, high] = ["low", "best", "high"].map((bound) => hundredths(known(table[`persons_${bound}`], i)));
    const first = table.day[i] ? table.day[i] - 1 + words.day0 : null;
    const last = first === null ? null : first + table.length[i];
    const stands = known(table.stands, i);
    rows.push({
      i, low, best, high, first,
      lead: table.told_with[i] ? table.told_with[i] - 1 : null, also: [], // a figure merged into that of a record; who tells it too
      persons: best ?? high ?? low,
      last, until: stands === null ? null : last + stands - 1, // the last day for which a stock is the latest figure
      measure: word("measure"), movement: word("movement"), series: word("series") ?? word("source"),
      source: word("source"), claim: word("claim"), unit: word("unit_reported"), qualifier: word("qualifier"),
      attributed: word("attributed_to"),
      shape: word("shape"),
      ends: `${table.origin_end[i]} ${table.destination_end[i]}`, // the same for records with both ends in common
      from: end(sites.origins, table.origin[i]), to: end(sites.destinations, table.destination[i]),
      origin: word("origin_name"), destination: word("destination_name"),
    });
  }
  for (const row of rows.filter((one) => one.lead !== null)) rows[row.lead].also.push(row.source);
  return rows;
}

const hundredths = (n) => (n === null ? null : n / 100);

function end(sites, number) {
  return number ? [sites.x[number - 1] / 1e5, sites.y[number - 1] / 1e5] : null;
}

// One entry a series, in order of size: what the legend lists and switches.
export function seriesOf(records) {
  const found = new Map();
  for (const record of records) {
    const key = `${record.measure}\x1f${record.movement}\x1f${record.series}`;
    const entry = found.get(key) ?? {
      key, measure: record.measure, movement: record.movement, name: record.series, source: record.source, records: [],
    };
    entry.records.push(record);
    record.key = key;
    found.set(key, entry);
  }
  return [...found.values()];
}

// Whether all figures of a series were merged into those of one other: it has nothing of its own to show.
export function isToldElsewhere(series, records) {
  const leads = new Set(series.records.map((r) => (r.lead === null ? series.key : records[r.lead].key)));
  return leads.size === 1 && !leads.has(series.key);
}

// A series as it stands in a link.
export const seriesName = (key) => key.replaceAll("\x1f", "/");

// Keys of the series shown at first: the stock of the line, and the displacement whose both ends are known most often.
// Others often tell of the same people: drawn together they would look like more.
export function mainSeries(all, line) {
  const ends = (s) => s.records.filter((r) => r.from && r.to && r.shape === "line").length;
  const flows = all.filter((s) => s.measure === "flow" && s.movement === "displacement" && ends(s) > 0);
  const flow = flows.sort((a, b) => ends(b) - ends(a))[0];
  return [line?.series, flow].filter(Boolean).map((s) => s.key);
}

// A source without its title and date: what stands before the first comma.
export const publisher = (source) => source.split(/[,،]/)[0].trim();

// Who states a figure: the speaker, else the source.
export function stater(record) {
  return record.attributed ?? (record.source && publisher(record.source));
}

// The stocks that are the latest figure on a day: geo.displacement says until when each is. Not yet surveyed is absent,
// not zero.
export function stocksAt(records, day) {
  return records.filter((r) => told(r) && r.last <= day && (r.until === null || day <= r.until));
}

const told = (record) => record.first !== null && record.persons !== null;

// Flows of one series whose period lies wholly in the range, summed by their ends.
export function flowsWithin(records, [from, to]) {
  const sums = new Map();
  for (const record of records) {
    if (!told(record) || record.first < from || record.last > to) continue;
    const sum = sums.get(record.ends) ?? { ...record, persons: 0, parts: [] };
    sum.persons += record.persons;
    sum.parts.push(record);
    sums.set(record.ends, sum);
  }
  return [...sums.values()].sort((a, b) => b.persons - a.persons);
}

// Flows that reach beyond the range: nobody knows which part of them belongs in it, so they are counted apart.
export function flowsBeyond(records, [from, to]) {
  const beyond = records.filter((r) => told(r) && r.first <= to && r.last >= from && (r.first < from || r.last > to));
  return { count: beyond.length, persons: beyond.reduce((sum, r) => sum + r.persons, 0) };
}

// The largest lines that may be drawn, and what share of the people the rest are.
export function cutSmall(flows, most) {
  const lines = flows.filter((f) => f.shape === "line");
  const drawn = lines.slice(0, most);
  const all = lines.reduce((sum, f) => sum + f.persons, 0);
  const left = lines.slice(most).reduce((sum, f) => sum + f.persons, 0);
  return { drawn, left: lines.length - drawn.length, share: all ? left / all : 0 };
}

// The lines of a range that are too small to be drawn beside the others: how many, fewer than how many people in each,
// and what share of all; and the largest movement that widths are measured by. `shown`: the series on the map.
export function leftOut(shown, range) {
  const all = { count: 0, share: 0, below: 0, largest: 0 };
  for (const { records } of shown.filter((one) => one.measure === "flow")) {
    const flows = flowsWithin(records, range).filter((flow) => flow.shape);
    const { drawn, left, share } = cutSmall(flows, MOST_LINES);
    all.count += left;
    all.share = Math.max(all.share, share);
    if (left) all.below = Math.max(all.below, drawn.at(-1).persons);
    if (drawn.length) all.largest = Math.max(all.largest, flows[0].persons);
  }
  return all;
}

// What a series says for a range: people at its end (stock) or in it (flow), with the day of the figure.
export function seriesTotal(series, range) {
  const rows = series.measure === "stock" ? stocksAt(series.records, range[1]) : flowsWithin(series.records, range);
  if (!rows.length) return null;
  const day = rows.reduce((latest, r) => Math.max(latest, r.last), -Infinity);
  return { persons: rows.reduce((sum, r) => sum + r.persons, 0), day, rows };
}

// Points [day, people] of the line under the histogram: a stock of people displaced over its dates, else their flows
// added up. Of several series it is that of most dates, then of the largest figure, as geo.displacement chooses.
export function lineOf(all) {
  const of = (measure) => all.filter((s) => s.measure === measure && s.movement === "displacement" && s.records.some(told));
  const dates = (s) => new Set(s.records.filter(told).map((r) => r.last)).size;
  const peak = (s) => s.records.filter(told).reduce((most, r) => Math.max(most, r.persons), 0);
  const size = (s) => s.records.filter(told).length;
  const best = (list) => list.sort((a, b) => dates(b) - dates(a) || peak(b) - peak(a) || size(b) - size(a) || (a.name < b.name ? -1 : 1))[0];
  const series = best(of("stock")) ?? best(of("flow"));
  if (!series) return null;
  const records = series.records.filter(told);
  const days = [...new Set(records.map((r) => r.last))].sort((a, b) => a - b);
  const at = (day) => (series.measure === "stock" ? stocksAt(records, day) : records.filter((r) => r.last <= day));
  return { series, points: days.map((day) => [day, at(day).reduce((sum, r) => sum + r.persons, 0)]) };
}
