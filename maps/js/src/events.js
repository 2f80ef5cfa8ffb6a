// Events of a place on a canvas: single symbols, or one circle with a count where many stand close together.

import { paintBadges } from "./areas.js";
import { trace } from "./basemap.js";
import { cluster, countSites, mixOf } from "./cluster.js";
import { paintFigures } from "./displacement.js";
import { deathsOf } from "./store.js";
import { bubbleRadius, eventRadius, mercator, pixelsOf } from "./scale.js";
import { disc, drawBubble, drawSymbol } from "./symbols.js";

const UNSURE = 0.5; // opacity of an event whose day is not certain, in a range that does not hold all its days
const LEAST_DISC = 14; // CSS pixels: a smaller disc of uncertainty is told by the dashed ring alone
const LARGEST_DISC = 56; // a larger one would hide what others tell: it is drawn when its event is chosen
const MOST_DISCS = 8; // in one view; more would hide each other, and the ring of each still tells

export function projectSites(sites) {
  const n = sites.x.length;
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  for (let k = 0; k < n; k++) [x[k], y[k]] = mercator(sites.x[k] / 1e5, sites.y[k] / 1e5);
  return { x, y };
}

// The marks of the view with their radius, largest first: what is painted, hit, and kept clear of labels.
export function layOutEvents(view, app) {
  const { store, shown, projected, meta } = app;
  app.sites ??= countSites(store, shown, projected.x.length, app.count.window);
  const found = cluster(app.sites, projected, view);
  app.markOf = found.markOf;
  const { kinds } = app.sites;
  const mix = mixOf(app.sites, found);
  found.marks.forEach((mark, number) => {
    mark.number = number;
    mark.mix = mix.subarray(number * kinds, (number + 1) * kinds);
    mark.r = mark.n === 1 ? eventRadius(deathsOf(store, mark.event), meta.style) : bubbleRadius(mark.n);
  });
  return found.marks.sort((a, b) => b.r - a.r || a.event - b.event);
}

export function paintEvents(ctx, view, app) {
  const { store, theme, words, marks } = app;
  const names = store.words.event_type;
  const single = singles(view, app);
  for (const mark of marks) {
    if (mark.n === 1) single(ctx, mark);
    else drawBubble(ctx, mark.x, mark.y, mark.r, shares(mark.mix, names, theme), words.short(mark.n), theme);
  }
  if (app.selected !== null) paintSelected(ctx, view, app);
  paintFigures(ctx, app);
  paintBadges(ctx, app);
}

function singles(view, { store, theme, range, marks }) {
  const { table, words, first, last } = store;
  const inferred = words.geo_method.indexOf("inherited");
  const near = words.geo_precision.indexOf("C");
  const discs = marks.filter((mark) => mark.n === 1 && table.geo_precision[mark.event] === near).length <= MOST_DISCS;
  return (ctx, { event: i, x, y, r }) => {
    const look = theme.types[words.event_type[table.event_type[i]]];
    const hollow = deathsOf(store, i) === null || table.geo_method[i] === inferred;
    const within = discs && table.geo_precision[i] === near ? pixelsOf(uncertainty(table, i), latitudeOf(store, i), view.scale) : 0;
    const unsure = last[i] > first[i] && range && (first[i] < range[0] || last[i] > range[1]);
    if (unsure) ctx.globalAlpha = UNSURE;
    if (within > LEAST_DISC && within <= LARGEST_DISC) disc(ctx, x, y, within, look.fill, 0.03, 0.45);
    drawSymbol(ctx, look, x, y, r, hollow, theme.surface, table.geo_precision[i] === near);
    ctx.globalAlpha = 1;
  };
}

// Metres within which an event is known to have happened.
const uncertainty = (table, i) => (table.radius[i] ? (table.radius[i] - 1) * 100 : 0);
const latitudeOf = ({ sites, table }, i) => sites.y[table.site[i] - 1] / 1e5;

function shares(mix, names, theme) {
  const found = [];
  mix.forEach((count, code) => { if (count) found.push({ count, fill: theme.types[names[code]].fill }); });
  return found;
}

// The selected event: a ring, and the disc within which it happened.
function paintSelected(ctx, view, app) {
  const { store, theme, selected: i } = app;
  const site = store.table.site[i] - 1;
  if (site < 0) return outlineArea(ctx, view, app, store.table.area[i] - 1);
  const mark = app.marks.find((m) => m.number === app.markOf[site]);
  const x = app.projected.x[site] * view.scale - view.left;
  const y = app.projected.y[site] * view.scale - view.top;
  const within = pixelsOf(uncertainty(store.table, i), latitudeOf(store, i), view.scale);
  if (within > 8) disc(ctx, x, y, within, theme.types[store.words.event_type[store.table.event_type[i]]].fill, 0.1);
  ctx.beginPath();
  ctx.arc(mark?.x ?? x, mark?.y ?? y, (mark?.r ?? 6) + 4, 0, 2 * Math.PI);
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
