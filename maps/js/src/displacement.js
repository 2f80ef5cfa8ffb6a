// People displaced: circles for stocks and arrivals, curved tapered lines, rings and ticks for movements.

import { clash } from "./badges.js";
import { cutSmall, flowsWithin, MOST_LINES, stocksAt } from "./people.js";
import { flowWidth, mercator, stockRadius } from "./scale.js";
import { textWidth } from "./symbols.js";

const MOST_KEPT_CLEAR = 400; // marks, the largest first
const FONT = "600 12px system-ui, sans-serif";
// Circles of people: at a place, come to a place, and gone from a place to nobody says where, which is open.
const [THERE, ARRIVED, GONE] = [{ tint: 1, dash: [], shrink: 1 }, { tint: 0.7, dash: [2, 2], shrink: 0.55 },
  { tint: 0, dash: [], shrink: 1, says: "n from here" }];

// What is drawn of the series shown, as functions of a canvas; where they can be pressed, and the figures beside them.
export function layOutDisplacement(view, app) {
  const { series, meta, range } = app;
  /** @returns {Point} */
  const at = ([lon, lat]) => {
    const [x, y] = mercator(lon, lat);
    return [x * view.scale - view.left, y * view.scale - view.top];
  };
  app.discs = [];
  app.figures = [];
  app.people = [];
  // One figure told by two sources has one mark.
  const isDrawnElsewhere = (r) => r.lead !== null && !app.seriesOff.has(app.records[r.lead].key);
  const draw = (shape, ...where) => app.people.push((ctx) => shape(ctx, app.theme, ...where));
  for (const one of series.filter((s) => !app.seriesOff.has(s.key))) {
    const largest = Math.max(1, ...one.records.map((r) => r.persons ?? 0));
    if (one.measure === "stock") {
      const stocks = stocksAt(one.records, range[1]).filter((r) => r.shape === "circle" && !isDrawnElsewhere(r));
      for (const r of stocks) circle(app, draw, at(r.to ?? r.from), r, largest, r.to ? THERE : GONE);
      continue;
    }
    const flows = flowsWithin(one.records, range).filter((r) => r.shape && !r.parts.every(isDrawnElsewhere));
    const top = Math.max(1, ...flows.map((r) => r.persons));
    for (const r of cutSmall(flows, MOST_LINES).drawn) draw(curve, at(r.from), at(r.to), flowWidth(r.persons, top, meta.style));
    for (const r of flows) {
      const width = flowWidth(r.persons, top, meta.style);
      if (r.shape === "arrival") circle(app, draw, at(r.to), r, top, ARRIVED);
      if (r.shape === "ring") within(app, draw, at(r.to), r, width);
      if (r.shape === "tick") without(app, draw, at(r.from), r, width);
    }
  }
}

export function paintDisplacement(ctx, { people }) {
  for (const draw of people) draw(ctx);
}

function circle(app, draw, [x, y], record, largest, { tint, dash, shrink, says = "" }) {
  const { words, meta: { style } } = app;
  const r = Math.max(2.5, shrink * stockRadius(record.persons, largest, style));
  draw(disc, [x, y], r, style.displacement_fill * tint, dash);
  app.discs.push({ x, y, r, record });
  const n = record.persons;
  if (r > 15) app.figures.push({ x, y, r, text: says ? words.say(says, { n: Math.round(n) }) : words.number(n) });
}

function disc(ctx, theme, [x, y], r, tint, dash) {
  ctx.beginPath();
  ctx.arc(x, y, r, 0, 2 * Math.PI);
  ctx.globalAlpha = tint;
  ctx.fillStyle = theme.displacement;
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.setLineDash(r > 6 ? dash : []);
  ctx.strokeStyle = theme.displacement;
  ctx.lineWidth = r > 6 ? 1.4 : 0.9;
  ctx.stroke();
  ctx.setLineDash([]);
}

// Where the numbers stand: beside their circle where no mark and no surface is in the way, or at least no large mark; the
// largest first. One without a place is left to the card and the list.
export function layOutFigures(app) {
  const around = ({ x, y, r }) => [x - r, y - r, x + r, y + r];
  const taken = [...app.blocked, ...app.marks.filter((m) => m.r > 9).map(around)];
  const all = [...app.blocked, ...app.marks.slice(0, MOST_KEPT_CLEAR).map(around)];
  const placed = [];
  for (const { x, y, r, text } of app.figures.sort((a, b) => b.r - a.r)) {
    const half = textWidth(text, FONT) / 2 + 2;
    const [side, corner] = [r + half + 3, r * 0.75 + 8];
    const spots = [[x, y + r + 10], [x, y - r - 10], [x + side, y], [x - side, y], [x + corner + half, y + corner], [x - corner - half, y + corner],
      [x + corner + half, y - corner], [x - corner - half, y - corner], [x, y]];
    const boxes = spots.map(([a, b]) => [a - half, b - 8, a + half, b + 8]);
    const free = [all, taken].map((way) => boxes.find((box) => !clash(box, way) && !clash(box, placed))).find(Boolean);
    if (free) placed.push(Object.assign(free, { text }));
  }
  app.figures = placed;
}

// Painted over the events.
export function paintFigures(ctx, { figures, theme }) {
  ctx.font = FONT;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (const box of figures) outlined(ctx, box.text, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, theme);
}

function outlined(ctx, text, x, y, theme) {
  ctx.lineWidth = 3;
  ctx.lineJoin = "round";
  ctx.strokeStyle = theme.dark ? "rgba(27,34,40,.85)" : "rgba(255,255,255,.85)";
  ctx.strokeText(text, x, y);
  ctx.fillStyle = theme.displacement;
  ctx.fillText(text, x, y);
}

// A bow to the right of its direction, thin where people left, full where they came, with an arrow's head.
function curve(ctx, theme, [x0, y0], [x1, y1], width) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = Math.hypot(dx, dy);
  if (length < 8) return;
  const [cx, cy] = [(x0 + x1) / 2 - dy * 0.18, (y0 + y1) / 2 + dx * 0.18];
  const point = (t) => [(1 - t) ** 2 * x0 + 2 * t * (1 - t) * cx + t * t * x1, (1 - t) ** 2 * y0 + 2 * t * (1 - t) * cy + t * t * y1];
  const head = Math.min(0.25, (width * 1.6 + 6) / length);
  const sides = [[], []];
  for (let k = 0; k <= 24; k++) {
    const t = (k / 24) * (1 - head);
    const [x, y] = point(t);
    const [tx, ty] = [2 * (1 - t) * (cx - x0) + 2 * t * (x1 - cx), 2 * (1 - t) * (cy - y0) + 2 * t * (y1 - cy)];
    const n = Math.hypot(tx, ty);
    const half = (width / 2) * (0.3 + (0.7 * k) / 24);
    sides[0].push([x - (ty / n) * half, y + (tx / n) * half]);
    sides[1].unshift([x + (ty / n) * half, y - (tx / n) * half]);
    if (k === 24) {
      const wing = width * 0.9 + 3;
      sides[0].push([x - (ty / n) * wing, y + (tx / n) * wing], [x1, y1], [x + (ty / n) * wing, y - (tx / n) * wing]);
    }
  }
  ctx.beginPath();
  for (const [x, y] of [...sides[0], ...sides[1]]) ctx.lineTo(x, y);
  ctx.closePath();
  ctx.globalAlpha = 0.62;
  ctx.fillStyle = theme.displacement;
  ctx.fill();
  ctx.globalAlpha = 1;
}

// A movement within one area.
function within(app, draw, [x, y], record, width) {
  draw(ring, [x, y], width);
  app.discs.push({ x, y, r: 14, record });
}

function ring(ctx, theme, [x, y], width) {
  ctx.beginPath();
  ctx.arc(x, y, 12, 0, 2 * Math.PI);
  ctx.globalAlpha = 0.62;
  ctx.strokeStyle = theme.displacement;
  ctx.lineWidth = Math.max(1.5, width);
  ctx.stroke();
  ctx.globalAlpha = 1;
}

// A movement without a destination.
function without(app, draw, [x, y], record, width) {
  draw(tick, [x, y], width);
  const text = `${app.words.short(record.persons)}, ${app.words.say("destination not reported")}`;
  app.figures.push({ x: x + 8, y: y - 8, r: 9, text });
  app.discs.push({ x: x + 8, y: y - 8, r: 12, record });
}

function tick(ctx, theme, [x, y], width) {
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x + 15, y - 15);
  ctx.strokeStyle = theme.displacement;
  ctx.lineWidth = Math.max(1.5, width);
  ctx.stroke();
}

export function hitDisc(discs, x, y) {
  const under = discs.filter((d) => Math.hypot(d.x - x, d.y - y) <= Math.max(9, d.r));
  return under.sort((a, b) => a.r - b.r)[0] ?? null;
}
