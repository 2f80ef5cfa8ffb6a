// Areas with events known only to them: tinted, dashed, one badge with the count.

import { inView, trace } from "./basemap.js";
import { clash } from "./labels.js";
import { AREA } from "./store.js";
import { mercator } from "./scale.js";

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
  for (const ring of shapes.area) {
    const events = groups.get(ring.feature);
    if (!events || !inView(ring.box, view)) continue;
    ctx.beginPath();
    trace(ctx, ring, view, true);
    ctx.fillStyle = theme.dark ? "rgba(240,121,59,.08)" : "rgba(196,70,10,.055)";
    ctx.fill();
    ctx.setLineDash([5, 3]);
    ctx.lineWidth = app.chosenArea === ring.feature ? 2.4 : 1.2;
    ctx.strokeStyle = theme.dark ? "#C99274" : "#8A4B2A";
    ctx.stroke();
    ctx.setLineDash([]);
    const wide = (ring.box[2] - ring.box[0]) * view.scale;
    boxes.set(ring.feature, Math.max(wide, boxes.get(ring.feature) ?? 0));
  }
  app.badges = layOut(ctx, view, app, groups, boxes);
}

function layOut(ctx, view, { meta, words }, groups, widths) {
  const badges = [];
  const order = [...widths.keys()].sort((a, b) => groups.get(b).length - groups.get(a).length || a - b);
  ctx.font = FONT;
  for (const area of order) {
    const feature = meta.features.area[area];
    const n = groups.get(area).length;
    const long = words.say(`n known to.${feature.precision}`, { n });
    const short = `${feature.approximate ? "≈ " : ""}${words.number(n)}`;
    const text = ctx.measureText(long).width + 40 < widths.get(area) ? long : short;
    const half = ctx.measureText(text).width / 2 + 9;
    const [mx, my] = mercator(feature.x, feature.y);
    const x = mx * view.scale - view.left;
    let y = my * view.scale - view.top;
    const box = () => [x - half, y - 11, x + half, y + 11];
    for (let tries = 0; tries < 4 && clash(box(), badges); tries++) y += 24;
    if (!clash(box(), badges)) badges.push(Object.assign(box(), { area, text, events: groups.get(area) }));
  }
  return badges;
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
    ctx.strokeStyle = theme.dark ? "#C99274" : "#8A4B2A";
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.fillStyle = theme.ink;
    ctx.fillText(badge.text, (left + right) / 2, (top + bottom) / 2 + 0.5);
  }
}

export function hitBadge(badges, x, y) {
  return badges.find(([left, top, right, bottom]) => x >= left && x <= right && y >= top && y <= bottom) ?? null;
}
