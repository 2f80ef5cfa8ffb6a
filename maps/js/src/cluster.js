// Which symbols a view has: events of one site together, sites of one cell of the screen together where there are many,
// and what would overlap together. Counted in typed arrays. Pure.

import { bubbleRadius } from "./scale.js";
import { POINT } from "./store.js";

const CELL = 76; // CSS pixels
const MOST_SINGLE = 7; // more sites than this in one cell become one circle

// Of each site: the events shown, one of them, and how many of each type (mix[site * kinds + type]). `window`: numbers
// of the first event that may be shown and of the one after the last.
export function countSites(store, shown, sites, [from, to] = [0, store.n]) {
  const kinds = store.words.event_type.length;
  const count = new Uint32Array(sites);
  const event = new Uint32Array(sites);
  const mix = new Uint32Array(sites * kinds);
  const { site, event_type: type } = store.table;
  for (let i = from; i < to; i++) {
    if (!shown[i] || !site[i]) continue;
    const k = site[i] - 1;
    count[k]++;
    event[k] = i;
    mix[k * kinds + type[i]]++;
  }
  return { count, event, mix, kinds };
}

// Marks {x, y, n, sites, event} of the view, and for each site the number of its mark or -1.
export function cluster({ count, event }, projected, view) {
  const { inside, cellOf, sitesIn } = cells(count, projected, view);
  const markOf = new Int32Array(count.length).fill(-1);
  const shared = new Int32Array(sitesIn.length).fill(-1);
  const marks = [];
  for (let at = 0; at < inside.length; at++) {
    const k = inside[at];
    const cell = cellOf[at];
    const many = sitesIn[cell] > MOST_SINGLE;
    if (!many || shared[cell] < 0) marks.push({ x: 0, y: 0, n: 0, sites: 0, event: event[k] });
    if (!many) markOf[k] = marks.length - 1;
    else markOf[k] = shared[cell] < 0 ? (shared[cell] = marks.length - 1) : shared[cell];
    const mark = marks[markOf[k]];
    mark.x += projected.x[k] * count[k];
    mark.y += projected.y[k] * count[k];
    mark.n += count[k];
    mark.sites++;
  }
  for (const mark of marks) {
    mark.x = (mark.x / mark.n) * view.scale - view.left;
    mark.y = (mark.y / mark.n) * view.scale - view.top;
  }
  return { ...apart(marks, markOf, inside), inside };
}

// The sites of the view and the cell of each. Cells are fixed to the world, so that circles do not jump while the map is
// moved.
function cells(count, { x, y }, { scale, left, top, width, height }) {
  const [firstColumn, firstRow] = [Math.floor((left - CELL) / CELL), Math.floor((top - CELL) / CELL)];
  const columns = Math.ceil((width + 3 * CELL) / CELL);
  const rows = Math.ceil((height + 3 * CELL) / CELL);
  const inside = new Uint32Array(count.length);
  const cellOf = new Uint32Array(count.length);
  const sitesIn = new Uint32Array(columns * rows);
  const perCell = scale / CELL;
  let n = 0;
  for (let k = 0; k < count.length; k++) {
    if (!count[k]) continue;
    const column = Math.floor(x[k] * perCell) - firstColumn;
    const row = Math.floor(y[k] * perCell) - firstRow;
    if (column < 0 || row < 0 || column >= columns || row >= rows) continue;
    inside[n] = k;
    cellOf[n] = row * columns + column;
    sitesIn[cellOf[n++]]++;
  }
  return { inside: inside.subarray(0, n), cellOf, sitesIn };
}

function join(mark, other) {
  const n = mark.n + other.n;
  mark.x = (mark.x * mark.n + other.x * other.n) / n;
  mark.y = (mark.y * mark.n + other.y * other.n) / n;
  mark.n = n;
  mark.sites += other.sites;
}

// Circles that overlap become one, largest first, and take in what they would hide. Two single symbols may stand close.
function apart(marks, markOf, inside) {
  const place = new Int32Array(marks.length);
  const kept = [];
  let circles = 0; // they stand first in `kept`
  const order = [...marks.keys()].sort((a, b) => marks[b].n - marks[a].n || marks[a].event - marks[b].event);
  for (const number of order) {
    const mark = marks[number];
    const over = hiding(kept, circles, mark);
    if (over >= 0) join(kept[place[number] = over], mark);
    else {
      place[number] = kept.push(mark) - 1;
      if (mark.n > 1) circles++;
    }
  }
  for (const k of inside) markOf[k] = place[markOf[k]];
  return { marks: kept, markOf };
}

function hiding(kept, circles, { x, y, n }) {
  const own = n > 1 ? bubbleRadius(n) : 0;
  for (let k = 0; k < circles; k++) {
    const reach = (bubbleRadius(kept[k].n) + own) * (own ? 0.85 : 0.9);
    if ((kept[k].x - x) ** 2 + (kept[k].y - y) ** 2 < reach * reach) return k;
  }
  return -1;
}

// Events of each type in each mark: counts[mark * kinds + type].
export function mixOf({ mix, kinds }, { marks, markOf, inside }) {
  const counts = new Uint32Array(marks.length * kinds);
  for (let at = 0; at < inside.length; at++) {
    const from = inside[at] * kinds;
    const to = markOf[inside[at]] * kinds;
    for (let type = 0; type < kinds; type++) counts[to + type] += mix[from + type];
  }
  return counts;
}

// Numbers of the events in one mark, by date.
export function eventsIn(store, shown, { markOf }, number) {
  const found = [];
  const { site } = store.table;
  for (let i = 0; i < store.n; i++) {
    if (shown[i] && store.where[i] === POINT && markOf[site[i] - 1] === number) found.push(i);
  }
  return found;
}
