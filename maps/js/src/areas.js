// Areas with events known only to them: tinted, dashed, one badge with the count.

import { inView, trace } from "./basemap.js";
import { clash } from "./labels.js";
import { AREA } from "./store.js";
import { mercator } from "./scale.js";
import { textWidth } from "./symbols.js";

const SHIFTS = [0, -26, 26, -52, 52, -78, 78, -104, 104]; // CSS pixels above or below the area's middle
const SPOTS = [0.5, 0.35, 0.65, 0.2, 0.8]; // parts of the area's box, where its middle is taken
const WIDE = 60; // km: a larger area is an outline, or it would tint half the map
const FONT = "12px system-ui, sans-serif";
const MOST_KEPT_CLEAR = 400; // marks, the largest first

// Events shown of each area: Map of area number to [i, ...].
export function byArea(store, shown, [from, to]) {
  const found = new Map();
  if (!store.total.where[AREA]) return found;
  for (let i = from; i < to; i++) {
    if (!shown[i] || store.where[i] !== AREA) continue;
    const area = store.table.area[i] - 1;
    if (found.has(area)) found.get(area).push(i);
    else found.set(area, [i]);
  }
  return found;
}

// The areas that have events, and the widest ring of each in the view.
export function layOutAreas(view, { store, shown, shapes, count }) {
  const groups = byArea(store, shown, count.window);
  const rings = new Map();
  for (const ring of shapes.area) {
    if (!groups.has(ring.feature) || !inView(ring.box, view)) continue;
    const known = rings.get(ring.feature);
    if (!known || known.box[2] - known.box[0] < ring.box[2] - ring.box[0]) rings.set(ring.feature, ring);
  }
  return { groups, rings };
}

export function paintAreas(ctx, view, { areas, shapes, theme }) {
  const crowded = areas.groups.size > 25;
  for (const ring of shapes.area) {
    if (!areas.rings.has(ring.feature) || !inView(ring.box, view)) continue;
    ctx.beginPath();
    trace(ctx, ring, view, true);
    const vast = wideInKm(ring) > WIDE;
    ctx.globalAlpha = vast ? 0.02 : 0.07;
    ctx.fillStyle = theme.dark ? "rgb(240,121,59)" : "rgb(196,70,10)";
    ctx.fill();
    ctx.globalAlpha = vast ? 0.7 : 1;
    ctx.setLineDash(vast ? [2, 4] : [5, 3]);
    ctx.lineWidth = crowded ? 0.8 : 1.2;
    ctx.strokeStyle = theme["area-edge"];
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
  }
}

// Width on the ground; good enough to tell a district from a province.
export function wideInKm({ box }) {
  const latitude = 2 * Math.atan(Math.exp(Math.PI * (1 - box[1] - box[3]))) - Math.PI / 2;
  return (box[2] - box[0]) * 40075 * Math.cos(latitude);
}

// One badge an area, most events first; never over another badge or a figure of people displaced.
export function layOutBadges(view, app) {
  const { meta, words, marks, blocked, figures, discs } = app;
  const { groups, rings } = app.areas;
  const badges = [];
  const clear = (b) => !clash(b, badges) && !clash(b, blocked) && !clash(b, figures);
  const around = ({ x, y, r }) => [x - r, y - r, x + r, y + r];
  const circles = [...marks, ...discs].filter((m) => m.r > 9).map(around);
  const all = [...circles, ...marks.slice(0, MOST_KEPT_CLEAR).map(around)];
  const order = [...rings.keys()].sort((a, b) => groups.get(b).length - groups.get(a).length || a - b);
  for (const area of order) {
    const feature = meta.features.area[area];
    const n = groups.get(area).length;
    const long = words.say(`n known to.${feature.precision}`, { n });
    const short = `${feature.approximate ? "≈ " : ""}${words.number(n)}`;
    const [mx, my] = mercator(feature.x, feature.y);
    const [x, y] = [mx * view.scale - view.left, my * view.scale - view.top];
    const ring = rings.get(area);
    const wide = (ring.box[2] - ring.box[0]) * view.scale;
    const fits = textWidth(long, FONT) + 40 < wide && wideInKm(ring) <= 4 * WIDE;
    const spots = wide > 90 ? within(ring, view) : [];
    const boxes = [fits ? long : short, short].map((text) => boxesOf(text, x, y, spots));
    // In full where there is room beside all marks, else beside the circles, else the bare count; over another badge it
    // is left out.
    const free = boxes.flat().find((b) => clear(b) && !clash(b, all)) ?? boxes.flat().find((b) => clear(b) && !clash(b, circles))
      ?? boxes[1].find(clear);
    if (free) badges.push(Object.assign(free, { area, events: groups.get(area) }));
  }
  app.badges = badges;
}

function boxesOf(text, x, y, spots) {
  const half = textWidth(text, FONT) / 2 + 9;
  const middles = [...SHIFTS.map((shift) => [x, y + shift]), ...spots];
  return middles.map(([a, b]) => Object.assign([a - half, b - 11, a + half, b + 11], { text }));
}

// Points of a grid that lie inside the ring, in canvas points.
function within(ring, view) {
  const [left, top, right, bottom] = ring.box;
  const grid = SPOTS.flatMap((v) => SPOTS.map((u) => [left + u * (right - left), top + v * (bottom - top)]));
  return grid.filter(([x, y]) => inside(ring, x, y)).map(([x, y]) => [x * view.scale - view.left, y * view.scale - view.top]);
}

function inside(ring, x, y) {
  let odd = false;
  for (let i = 0, j = ring.x.length - 1; i < ring.x.length; j = i++) {
    const across = ring.y[i] > y !== ring.y[j] > y;
    if (across && x < ((ring.x[j] - ring.x[i]) * (y - ring.y[i])) / (ring.y[j] - ring.y[i]) + ring.x[i]) odd = !odd;
  }
  return odd;
}

// Painted after the events, so that a count is never hidden.
export function paintBadges(ctx, { badges, theme }) {
  ctx.font = FONT;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (const badge of badges) {
    const [left, top, right, bottom] = badge;
    ctx.beginPath();
    ctx.roundRect(left, top + 1, right - left, bottom - top - 2, 10);
    ctx.fillStyle = theme.surface;
    ctx.fill();
    ctx.setLineDash([3, 2]);
    ctx.lineWidth = 1.1;
    ctx.strokeStyle = theme["area-edge"];
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.fillStyle = theme.ink;
    ctx.fillText(badge.text, (left + right) / 2, (top + bottom) / 2 + 0.5);
  }
}

export function hitBadge(badges, x, y) {
  return badges.find(([left, top, right, bottom]) => x >= left && x <= right && y >= top && y <= bottom) ?? null;
}
