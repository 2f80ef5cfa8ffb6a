// Which symbols a view has: events of one site together, sites of one cell of the screen together where there are many,
// and what would overlap together. Counted in typed arrays. Pure.

import { bubbleRadius } from "./scale.js";
import { POINT } from "./store.js";

const CELL = 76; // CSS pixels
const MOST_SINGLE = 7; // more sites than this in one cell become one circle

// Events shown of each site, and one of them.
export function countSites(store, shown, sites) {
  const count = new Uint32Array(sites);
  const event = new Uint32Array(sites);
  const { n, where } = store;
  const { site } = store.table;
  for (let i = 0; i < n; i++) {
    if (!shown[i] || where[i] !== POINT) continue;
    count[site[i] - 1]++;
    event[site[i] - 1] = i;
  }
  return { count, event };
}

// Marks {x, y, n, sites, event} of the view, and for each site the number of its mark or -1.
export function cluster({ count, event }, projected, view) {
  const [cellOf, sitesIn] = cells(count, projected, view);
  const markOf = new Int32Array(count.length).fill(-1);
  const shared = new Int32Array(sitesIn.length).fill(-1);
  const marks = [];
  for (let k = 0; k < count.length; k++) {
    const cell = cellOf[k];
    if (cell < 0) continue;
    const one = { x: projected.x[k] * view.scale - view.left, y: projected.y[k] * view.scale - view.top, n: count[k], sites: 1, event: event[k] };
    if (sitesIn[cell] <= MOST_SINGLE) markOf[k] = marks.push(one) - 1;
    else if (shared[cell] < 0) markOf[k] = shared[cell] = marks.push(one) - 1;
    else join(marks[markOf[k] = shared[cell]], one);
  }
  return apart(marks, markOf);
}

// Cells are fixed to the world, so that circles do not jump while the map is moved.
function cells(count, projected, { scale, left, top, width, height }) {
  const [firstColumn, firstRow] = [Math.floor((left - CELL) / CELL), Math.floor((top - CELL) / CELL)];
  const columns = Math.ceil((width + 3 * CELL) / CELL);
  const rows = Math.ceil((height + 3 * CELL) / CELL);
  const cellOf = new Int32Array(count.length).fill(-1);
  const sitesIn = new Uint32Array(columns * rows);
  for (let k = 0; k < count.length; k++) {
    if (!count[k]) continue;
    const column = Math.floor((projected.x[k] * scale) / CELL) - firstColumn;
    const row = Math.floor((projected.y[k] * scale) / CELL) - firstRow;
    if (column < 0 || row < 0 || column >= columns || row >= rows) continue;
    cellOf[k] = row * columns + column;
    sitesIn[cellOf[k]]++;
  }
  return [cellOf, sitesIn];
}

function join(mark, other) {
  const n = mark.n + other.n;
  mark.x = (mark.x * mark.n + other.x * other.n) / n;
  mark.y = (mark.y * mark.n + other.y * other.n) / n;
  mark.n = n;
  mark.sites += other.sites;
}

// Circles that overlap become one, largest first, and take in what they would hide. Two single symbols may stand close.
function apart(marks, markOf) {
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
  for (let k = 0; k < markOf.length; k++) if (markOf[k] >= 0) markOf[k] = place[markOf[k]];
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

// Events of each type in each mark that has more than one: counts[mark * kinds + type].
export function mixOf(store, shown, { marks, markOf }) {
  const kinds = store.words.event_type.length;
  const counts = new Uint32Array(marks.length * kinds);
  const { event_type: type, site } = store.table;
  for (let i = 0; i < store.n; i++) {
    if (!shown[i] || store.where[i] !== POINT) continue;
    const mark = markOf[site[i] - 1];
    if (mark >= 0) counts[mark * kinds + type[i]]++;
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
