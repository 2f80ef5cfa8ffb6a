// Units coloured by their rate: over the land, under its lines and all else. What is not known is hatched or dotted.

import { inside } from "./areas.js";
import { inView, paintLines, trace } from "./basemap.js";
import { classOf } from "./breaks.js";
import { makeGround } from "./ground.js";
import { inhabitants, OTHER, RATE, UNCOUNTED, UNTOLD, yearOf, ZERO } from "./rates.js";
import { ratesNow } from "./ratestate.js";
import { mercator } from "./scale.js";
import { smallPicture } from "./symbols.js";

const TILE = 8; // CSS pixels of a pattern
const SHARP = 4; // its dots for a CSS pixel

// How a class looks: a fill, and a pattern over it.
export function lookOf(app, state, number = 0, few = false) {
  const side = app.theme.dark ? 1 : 0;
  const { classes, zero } = app.rates.meta.colours;
  if (state === UNCOUNTED) return { fill: null, over: "hatch" };
  if (state === UNTOLD) return { fill: null, over: "dots" };
  return { fill: state === ZERO ? zero[side] : classes[number][side], over: few && state === RATE ? "stripes" : null };
}

// Colours are spread over all five where there are fewer classes.
export function colourOf(app, value, breaks) {
  const most = app.rates.meta.colours.classes.length - 1;
  return breaks.length ? Math.round((classOf(value, breaks) * most) / breaks.length) : Math.round(most / 2);
}

export function paintRates(ctx, view, app) {
  const now = ratesNow(app);
  if (!now) return;
  const { result: { states, values }, breaks } = now;
  const { outlines, anchor } = outlinesFor(app, view);
  const overs = patterns(ctx, app);
  ctx.save();
  ctx.translate(anchor.left - view.left, anchor.top - view.top);
  for (const { k, path, box } of outlines) {
    if (states[k] === OTHER || !inView(box, view)) continue;
    const { fill, over } = lookOf(app, states[k], states[k] === RATE ? colourOf(app, values[k], breaks) : 0, isSmall(app, k));
    for (const style of [fill, over && overs[over]].filter(Boolean)) {
      ctx.fillStyle = style;
      ctx.fill(path, "evenodd");
    }
  }
  ctx.restore();
  linesOf(app).paintOn(ctx, view);
}

// One step towards the lines over the units for a view; true when they are there. They take most of the time and do not
// change with it: a bitmap that a move shifts, as the base map is.
export const prepareRates = (view, app) => !app.rates?.on || linesOf(app).prepare(view);

function linesOf(app) {
  const { rates, theme, graticule } = app;
  rates.lines ??= makeGround((ctx, view) => paintOutlines(ctx, view, app), () => app.graticule);
  const key = [rates.level, theme.dark, graticule].join();
  if (rates.linesKey !== key) rates.lines.forget();
  rates.linesKey = key;
  return rates.lines;
}

// Edges of the units, and over them borders and roads.
function paintOutlines(ctx, view, app) {
  const { outlines, anchor } = outlinesFor(app, view);
  ctx.save();
  ctx.translate(anchor.left - view.left, anchor.top - view.top);
  for (const { k, path, box } of outlines) {
    if (!inView(box, view)) continue;
    const rough = app.rates.meta.units[k].shape[0] === "unit";
    ctx.strokeStyle = rough ? app.theme["admin1-line"] : app.theme.surface;
    ctx.lineWidth = view.zoom < 7 ? 0.5 : 0.9;
    ctx.setLineDash(rough ? [4, 3] : []);
    ctx.stroke(path);
  }
  ctx.restore();
  ctx.lineJoin = ctx.lineCap = "round";
  paintLines(ctx, view, app);
}

// In few people one event more changes a rate by much.
export function isSmall({ rates: { meta }, range }, k) {
  const count = inhabitants(meta, k, yearOf(range[1]));
  return count !== null && count.people < meta.small;
}

// The outlines of the units of the chosen level for a scale, kept until it changes: a step in time only fills them anew.
function outlinesFor(app, view) {
  const { rates } = app;
  const kept = rates.drawn;
  const near = kept && Math.abs(kept.anchor.left - view.left) < 20000 && Math.abs(kept.anchor.top - view.top) < 20000;
  if (kept?.scale === view.scale && kept.level === rates.level && near) return kept;
  const anchor = { scale: view.scale, left: view.left, top: view.top };
  const outlines = unitsOf(rates).map(({ unit, k }) => {
    const rings = ringsOf(app, unit);
    const path = new Path2D();
    for (const ring of rings) trace(path, ring, anchor, true);
    return { k, path, box: boxOf(rings) };
  });
  rates.drawn = { scale: view.scale, level: rates.level, anchor, outlines };
  return rates.drawn;
}

const unitsOf = ({ meta, level }) => meta.units.map((unit, k) => ({ unit, k })).filter(({ unit }) => unit.level === level);

function ringsOf({ rates, shapes }, { shape: [kind, number] }) {
  rates.rings ??= {};
  rates.rings[kind] ??= grouped(shapes[kind]);
  return rates.rings[kind].get(number) ?? [];
}

function grouped(rings) {
  const found = new Map();
  for (const ring of rings) {
    if (found.has(ring.feature)) found.get(ring.feature).push(ring);
    else found.set(ring.feature, [ring]);
  }
  return found;
}

const boxOf = (rings) => rings.reduce(([a, b, c, d], { box }) => [Math.min(a, box[0]), Math.min(b, box[1]), Math.max(c, box[2]), Math.max(d, box[3])],
  [Infinity, Infinity, -Infinity, -Infinity]);

// The outline of the unit whose card is open.
export function paintChosenUnit(ctx, view, app) {
  const unit = app.rates?.on && app.rates.chosen?.open() ? app.rates.meta.units[app.rates.chosen.k] : null;
  if (!unit) return;
  ctx.beginPath();
  for (const ring of ringsOf(app, unit)) if (inView(ring.box, view)) trace(ctx, ring, view, true);
  for (const [width, colour] of [[4.5, app.theme.surface], [2.2, app.theme.ink]]) {
    ctx.lineWidth = width;
    ctx.strokeStyle = colour;
    ctx.stroke();
  }
}

// Number of the unit of the chosen level at a place, or -1.
export function unitAt(app, { lng, lat }) {
  if (!app.rates?.on) return -1;
  const [x, y] = mercator(lng, lat);
  const within = (ring) => x >= ring.box[0] && x <= ring.box[2] && y >= ring.box[1] && y <= ring.box[3] && inside(ring, x, y);
  const found = unitsOf(app.rates).find(({ unit }) => ringsOf(app, unit).filter(within).length % 2);
  return found ? found.k : -1;
}

const DRAWN = {
  hatch: [1, (ctx) => lines(ctx, 1)],
  stripes: [1, (ctx) => lines(ctx, -1)],
  dots: [0, (ctx) => { ctx.arc(TILE / 2, TILE / 2, 0.9, 0, 2 * Math.PI); ctx.fill(); }],
};

function lines(ctx, way) {
  for (const at of [-TILE, 0, TILE]) {
    ctx.moveTo(at - 1, way > 0 ? TILE + 1 : -1);
    ctx.lineTo(at + TILE + 1, way > 0 ? -1 : TILE + 1);
  }
  ctx.stroke();
}

function patterns(ctx, { rates, theme }) {
  if (rates.overs?.theme !== theme) rates.overs = { theme, ...Object.fromEntries(Object.keys(DRAWN).map((name) => [name, pattern(ctx, name, theme)])) };
  return rates.overs;
}

function pattern(ctx, name, theme) {
  const [width, draw] = DRAWN[name];
  const tile = document.createElement("canvas");
  tile.width = tile.height = TILE * SHARP;
  const own = tile.getContext("2d");
  own.scale(SHARP, SHARP);
  own.strokeStyle = own.fillStyle = name === "stripes" ? theme.land : theme["country-line"];
  own.lineWidth = width;
  own.globalAlpha = name === "stripes" ? 0.55 : 0.8;
  own.beginPath();
  draw(own);
  const made = ctx.createPattern(tile, "repeat");
  made.setTransform(new DOMMatrix().scale(1 / SHARP));
  return made;
}

// A class in the legend.
export function swatch(ctx, app, { fill, over }, [x, y, width, height]) {
  for (const style of [fill ?? app.theme.land, over && patterns(ctx, app)[over]].filter(Boolean)) {
    ctx.fillStyle = style;
    ctx.fillRect(x, y, width, height);
  }
}

export const swatchPicture = (app, look) => smallPicture(16, (ctx) => swatch(ctx, app, look, [0, 0, 16, 16]));
