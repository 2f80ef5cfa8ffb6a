// Areas with events known only to them: tinted, dashed, one badge with the count.

import { inView, trace } from "./basemap.js";
import { clash } from "./labels.js";
import { AREA } from "./store.js";
import { mercator } from "./scale.js";

const SHIFTS = [0, -26, 26, -52, 52, -78, 78, -104, 104]; // CSS pixels above or below the area's middle
const FONT = "12px system-ui, sans-serif";

// Events shown of each area: Map of area number to [i, ...].
export function byArea(store, shown) {
  const found = new Map();
  for (let i = 0; i < store.n; i++) {
    if (!shown[i] || store.where[i] !== AREA) continue;
    const area = store.table.area[i] - 1;
    if (found.has(area)) found.get(area).push(i);
    else found.set(area, [i]);
  }
  return found;
}

export function paintAreas(ctx, view, app) {
  const { store, shown, shapes, theme } = app;
  const groups = byArea(store, shown);
  const boxes = new Map();
  const crowded = groups.size > 25;
  for (const ring of shapes.area) {
    const events = groups.get(ring.feature);
    if (!events || !inView(ring.box, view)) continue;
    ctx.beginPath();
    trace(ctx, ring, view, true);
    ctx.fillStyle = theme.dark ? "rgba(240,121,59,.08)" : "rgba(196,70,10,.055)";
    ctx.fill();
    ctx.setLineDash([5, 3]);
    ctx.lineWidth = crowded ? 0.8 : 1.2;
    ctx.strokeStyle = theme["area-edge"];
    ctx.stroke();
    ctx.setLineDash([]);
    const wide = (ring.box[2] - ring.box[0]) * view.scale;
    boxes.set(ring.feature, Math.max(wide, boxes.get(ring.feature) ?? 0));
  }
  app.badges = layOut(ctx, view, app, groups, boxes);
}

function layOut(ctx, view, { meta, words, marks }, groups, widths) {
  const badges = [];
  const bubbles = marks.filter((m) => m.r > 9).map((m) => [m.x - m.r, m.y - m.r, m.x + m.r, m.y + m.r]);
  const order = [...widths.keys()].sort((a, b) => groups.get(b).length - groups.get(a).length || a - b);
  ctx.font = FONT;
  for (const area of order) {
    const feature = meta.features.area[area];
    const n = groups.get(area).length;
    const long = words.say(`n known to.${feature.precision}`, { n });
    const short = `${feature.approximate ? "≈ " : ""}${words.number(n)}`;
    const [mx, my] = mercator(feature.x, feature.y);
    const [x, y] = [mx * view.scale - view.left, my * view.scale - view.top];
    const fits = ctx.measureText(long).width + 40 < widths.get(area);
    const boxes = [fits ? long : short, short].map((text) => around(ctx, text, x, y));
    // In full where there is room beside the circles, else the bare count; over another badge it is left out.
    const free = boxes.flat().find((b) => !clash(b, badges) && !clash(b, bubbles)) ?? boxes[1].find((b) => !clash(b, badges));
    if (free) badges.push(Object.assign(free, { area, events: groups.get(area) }));
  }
  return badges;
}

function around(ctx, text, x, y) {
  const half = ctx.measureText(text).width / 2 + 9;
  return SHIFTS.map((shift) => Object.assign([x - half, y + shift - 11, x + half, y + shift + 11], { text }));
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
