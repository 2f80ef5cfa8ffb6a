// Events of a place on a canvas: single symbols, or one circle with a count where many stand close together.

import { paintBadges } from "./areas.js";
import { trace } from "./basemap.js";
import { paintFigures } from "./displacement.js";
import { deathsOf, POINT } from "./store.js";
import { bubbleRadius, eventRadius, mercator } from "./scale.js";
import { drawBubble, drawSymbol } from "./symbols.js";

const CELL = 76; // CSS pixels
const MOST_SINGLE = 7; // more sites than this in one cell become one circle

export function projectSites(sites) {
  const n = sites.x.length;
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  for (let k = 0; k < n; k++) [x[k], y[k]] = mercator(sites.x[k] / 1e5, sites.y[k] / 1e5);
  return { x, y };
}

// Marks of the view: [{x, y, r, events: [i, ...]}], those of one site or of one cell together. One pass, no objects kept.
export function gather(store, shown, projected, view) {
  const bySite = new Map();
  const { where } = store;
  const { site } = store.table;
  for (let i = 0; i < store.n; i++) {
    if (!shown[i] || where[i] !== POINT) continue;
    const k = site[i] - 1;
    const events = bySite.get(k);
    if (events) events.push(i);
    else bySite.set(k, [i]);
  }
  const cells = new Map();
  const far = CELL;
  for (const [k, events] of bySite) {
    const px = projected.x[k] * view.scale;
    const py = projected.y[k] * view.scale;
    const x = px - view.left;
    const y = py - view.top;
    if (x < -far || y < -far || x > view.width + far || y > view.height + far) continue;
    // Cells are fixed to the world, so that circles do not jump while the map is moved.
    const key = Math.floor(px / CELL) * 67108864 + Math.floor(py / CELL);
    const cell = cells.get(key);
    const one = { x, y, events, sites: 1 };
    if (cell) cell.push(one);
    else cells.set(key, [one]);
  }
  const marks = [...cells.values()].flatMap((cell) => (cell.length > MOST_SINGLE ? [together(cell)] : cell));
  return apart(marks);
}

function together(marks) {
  const events = marks.flatMap((mark) => mark.events).sort((a, b) => a - b);
  const x = marks.reduce((sum, m) => sum + m.x * m.events.length, 0) / events.length;
  const y = marks.reduce((sum, m) => sum + m.y * m.events.length, 0) / events.length;
  return { x, y, events, sites: marks.reduce((sum, m) => sum + m.sites, 0) };
}

// Circles that overlap become one, largest first, and take in what they would hide.
function apart(marks) {
  const kept = [];
  const bubbles = marks.filter((m) => m.events.length > 1).sort((a, b) => b.events.length - a.events.length || a.events[0] - b.events[0]);
  for (const mark of bubbles) {
    const r = bubbleRadius(mark.events.length);
    const over = kept.findIndex((k) => Math.hypot(k.x - mark.x, k.y - mark.y) < (bubbleRadius(k.events.length) + r) * 0.85);
    if (over < 0) kept.push(mark);
    else kept[over] = together([kept[over], mark]);
  }
  const singles = [];
  for (const mark of marks.filter((m) => m.events.length === 1)) {
    const over = kept.findIndex((k) => Math.hypot(k.x - mark.x, k.y - mark.y) < bubbleRadius(k.events.length) * 0.9);
    if (over < 0) singles.push(mark);
    else kept[over] = together([kept[over], mark]);
  }
  return [...kept, ...singles];
}

// The marks of the view with their radius, largest first: what is painted, hit, and kept clear of labels.
export function layOutEvents(view, { store, shown, projected, meta }) {
  const marks = gather(store, shown, projected, view);
  for (const mark of marks) {
    const single = mark.events.length === 1;
    mark.r = single ? eventRadius(deathsOf(store, mark.events[0]), meta.style) : bubbleRadius(mark.events.length);
  }
  return marks.sort((a, b) => b.r - a.r || a.events[0] - b.events[0]);
}

export function paintEvents(ctx, view, app) {
  const { store, theme, words, marks } = app;
  const type = store.table.event_type;
  const names = store.words.event_type;
  const inferred = store.words.geo_method.indexOf("inherited");
  const near = store.words.geo_precision.indexOf("C");
  for (const mark of marks) {
    if (mark.events.length === 1) {
      const i = mark.events[0];
      const hollow = deathsOf(store, i) === null || store.table.geo_method[i] === inferred;
      drawSymbol(ctx, theme.types[names[type[i]]], mark.x, mark.y, mark.r, hollow, theme.surface, store.table.geo_precision[i] === near);
    } else {
      drawBubble(ctx, mark.x, mark.y, mark.r, shares(mark.events, type, names, theme), words.short(mark.events.length), theme);
    }
  }
  if (app.selected !== null) paintSelected(ctx, view, app, marks);
  paintFigures(ctx, app);
  paintBadges(ctx, app);
}

function shares(events, type, names, theme) {
  const counts = new Map();
  for (const i of events) counts.set(type[i], (counts.get(type[i]) ?? 0) + 1);
  return [...counts].sort((a, b) => a[0] - b[0]).map(([code, count]) => ({ count, fill: theme.types[names[code]].fill }));
}

// The selected event: a ring, and the disc within which it happened.
function paintSelected(ctx, view, app, marks) {
  const { store, theme } = app;
  const i = app.selected;
  const site = store.table.site[i] - 1;
  if (site < 0) return outlineArea(ctx, view, app, store.table.area[i] - 1);
  const x = app.projected.x[site] * view.scale - view.left;
  const y = app.projected.y[site] * view.scale - view.top;
  const km = store.table.radius[i] ? (store.table.radius[i] - 1) / 10 : 0;
  const latitude = store.sites.y[site] / 1e5;
  const disc = (km * 1000 * view.scale) / (2 * Math.PI * 6378137 * Math.cos((latitude * Math.PI) / 180));
  const colour = theme.types[store.words.event_type[store.table.event_type[i]]].fill;
  if (disc > 8) {
    ctx.beginPath();
    ctx.arc(x, y, disc, 0, 2 * Math.PI);
    ctx.globalAlpha = 0.1;
    ctx.fillStyle = colour;
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.setLineDash([4, 3]);
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1.3;
    ctx.stroke();
    ctx.setLineDash([]);
  }
  const mark = marks.find((m) => m.events.includes(i));
  const r = (mark?.r ?? 6) + 4;
  ctx.beginPath();
  ctx.arc(mark?.x ?? x, mark?.y ?? y, r, 0, 2 * Math.PI);
  ctx.lineWidth = 4.5;
  ctx.strokeStyle = theme.surface;
  ctx.stroke();
  ctx.lineWidth = 2.2;
  ctx.strokeStyle = theme.ink;
  ctx.stroke();
}

function outlineArea(ctx, view, { shapes, theme }, area) {
  ctx.beginPath();
  for (const ring of shapes.area) if (ring.feature === area) trace(ctx, ring, view, true);
  ctx.lineWidth = 2.2;
  ctx.strokeStyle = theme.ink;
  ctx.stroke();
}

// The topmost mark at a canvas point, with a reach of at least 8 px for a finger; null if none.
export function hit(marks, x, y) {
  let best = null;
  let nearest = Infinity;
  for (const mark of marks) {
    const away = Math.hypot(mark.x - x, mark.y - y);
    if (away <= Math.max(mark.r + 2, 9) && away / mark.r < nearest) {
      best = mark;
      nearest = away / mark.r;
    }
  }
  return best;
}
