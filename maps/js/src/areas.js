// Areas with events known only to them: tinted, dashed, one badge with the count.

import { layOut } from "./badges.js";
import { inView, trace } from "./basemap.js";
import { AREA } from "./store.js";
import { mercator } from "./scale.js";
import { textWidth } from "./symbols.js";

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

export function paintAreas(ctx, view, { areas, shapes, theme, rates }) {
  const crowded = areas.groups.size > 25;
  for (const ring of shapes.area) {
    if (!areas.rings.has(ring.feature) || !inView(ring.box, view)) continue;
    ctx.beginPath();
    trace(ctx, ring, view, true);
    const vast = wideInKm(ring) > WIDE;
    ctx.globalAlpha = vast ? 0.02 : 0.07;
    ctx.fillStyle = theme.dark ? "rgb(240,121,59)" : "rgb(196,70,10)";
    if (!rates?.on) ctx.fill(); // a tint would change the colours of rates
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

// A badge [left, top, right, bottom, areas, events, text] for each area, or for several where there is no room for each.
export function layOutBadges(view, app) {
  const { meta, words, marks, blocked, figures, discs } = app;
  const { groups, rings } = app.areas;
  const textOf = (count, long, areas) => {
    const about = areas.some((area) => meta.features.area[area].approximate);
    return long ? words.say(`n known to.${meta.features.area[areas[0]].precision}`, { n: count }) : `${about ? "≈ " : ""}${words.number(count)}`;
  };
  const width = (...told) => textWidth(textOf(...told), FONT) + 18;
  const wanted = [...rings].map(([area, ring]) => {
    const { x, y } = meta.features.area[area];
    const [mx, my] = mercator(x, y);
    const count = groups.get(area).length;
    const box = onCanvas(ring.box, view);
    const long = wideInKm(ring) <= 4 * WIDE && width(count, true, [area]) + 22 < box[2] - box[0];
    const within = (a, b) => inside(ring, (a + view.left) / view.scale, (b + view.top) / view.scale);
    return { area, count, long, box, inside: within, middle: /** @type {Point} */ ([mx * view.scale - view.left, my * view.scale - view.top]) };
  });
  const around = ({ x, y, r }) => [x - r, y - r, x + r, y + r];
  const counts = [...marks, ...discs].filter((m) => m.r > 9).map(around);
  const symbols = marks.filter((m) => m.r <= 9).slice(0, MOST_KEPT_CLEAR).map(around);
  app.badges = layOut(wanted, { window: app.window, taken: [...blocked, ...figures], counts, symbols }, width);
  for (const badge of app.badges) {
    const { areas, count, long } = badge;
    badge.text = textOf(count, long, areas);
    badge.events = areas.length === 1 ? groups.get(areas[0]) : areas.flatMap((area) => groups.get(area)).sort((a, c) => a - c);
  }
}

function onCanvas([left, top, right, bottom], { scale, left: x, top: y }) {
  return [left * scale - x, top * scale - y, right * scale - x, bottom * scale - y];
}

// Whether a Mercator point lies within a ring.
export function inside(ring, x, y) {
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
