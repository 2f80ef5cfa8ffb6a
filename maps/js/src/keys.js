// The legend on a picture of the view: what is shown, with its counts. Rows [kind, text, paint(ctx, x, y), number].

import { drawSign } from "./labels.js";
import { byTotal, contextKinds, greyLook, seriesTitle, sizesOf } from "./legend.js";
import { figureTexts, titleText } from "./panel.js";
import { seriesTotal } from "./people.js";
import { rateKeys } from "./ratelegend.js";
import { eventRadius } from "./scale.js";
import { drawBubble, drawSymbol } from "./symbols.js";

const WIDE = 300; // CSS pixels, as all here
const PAD = 14;
const KEY = 24; // for the sign before a text
const FONT = "system-ui, sans-serif";
const LOOKS = {
  title: [`700 16px ${FONT}`, 22], figure: [`600 13px ${FONT}`, 18], key: [`400 13px ${FONT}`, 19], muted: [`400 12px ${FONT}`, 17],
  sizes: [`400 12px ${FONT}`, 62],
};

/** @returns {any[][]} */
function rowsOf(app) {
  const { words, store, count, theme, filter } = app;
  const counted = (shown, all) => `${words.number(shown)} ${words.say("of n", { n: all })}`;
  const types = byTotal(app).filter(([, code]) => filter.type[code] && count.type[code]).map(([name, code]) => ["key", words.term("type", name),
    (ctx, x, y) => drawSymbol(ctx, theme.types[name], x, y, 5.2, false, theme.surface), counted(count.type[code], store.total.type[code])]);
  return [
    ["title", titleText(app)],
    ["muted", app.range ? words.range(app.range) : words.say("no dates")],
    ...figureTexts(app).map(([number, text, , , before]) => ["figure", [before, number, text].filter(Boolean).join(" ")]),
    ...rateKeys(app),
    ...types,
    ...(types.length ? [["muted", words.say("size")], ["sizes", ""]] : []),
    ...people(app), ...certainty(app), ...context(app),
    ...(store.total.where[2] ? [["muted", words.say("n unplaced", { n: store.total.where[2] })]] : []),
  ];
}

function people({ series, seriesOff, range, words, theme }) {
  return series.filter((one) => range && !seriesOff.has(one.key)).map((one) => [one, seriesTotal(one, range)]).filter(([, total]) => total)
    .map(([one, total]) => ["key", words.apart(seriesTitle(one, words)), (ctx, x, y) => paintSeries(ctx, one.measure, x, y, theme), words.number(total.persons)]);
}

function paintSeries(ctx, measure, x, y, theme) {
  ctx.beginPath();
  if (measure === "stock") ctx.arc(x, y, 6.5, 0, 2 * Math.PI);
  else ctx.roundRect(x - 8, y - 2.5, 16, 5, 3);
  ctx.fillStyle = ctx.strokeStyle = theme.displacement;
  ctx.globalAlpha = measure === "stock" ? 0.2 : 0.62;
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.lineWidth = 1.4;
  if (measure === "stock") ctx.stroke();
}

function certainty({ store, count, filter, words, theme, meta, badges }) {
  const look = greyLook(theme);
  const approximate = badges.some(({ areas }) => areas.some((area) => meta.features.area[area].approximate));
  return [
    count.where[1] && filter.where[1] ? ["key", words.say("where.1"), (ctx, x, y) => paintArea(ctx, x, y, theme, ""), `${words.number(count.where[1])} ${words.say("of n", { n: store.total.where[1] })}`] : null,
    approximate ? ["key", words.say("approximate sign"), (ctx, x, y) => paintArea(ctx, x, y, theme, `≈${words.number(5)}`)] : null,
    store.words.geo_precision.includes("C") ? ["key", words.say("near sign"), (ctx, x, y) => drawSymbol(ctx, look, x, y, 4.6, false, theme.surface, true)] : null,
    store.unsure ? ["key", words.say("unsure sign"), (ctx, x, y) => { drawSymbol(ctx, { ...look, faint: true }, x, y, 5, false, theme.surface); ctx.globalAlpha = 1; }] : null,
  ].filter(Boolean);
}

function paintArea(ctx, x, y, theme, text) {
  ctx.beginPath();
  ctx.roundRect(x - 10, y - 7, 20, 14, text ? 7 : 2);
  ctx.setLineDash([3, 2]);
  ctx.lineWidth = 1.1;
  ctx.strokeStyle = theme["area-edge"];
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.font = `400 10px ${FONT}`;
  ctx.textAlign = "center";
  ctx.fillStyle = theme.ink;
  ctx.fillText(text, x, y + 0.5);
}

function context({ meta, words, theme, map }) {
  const kinds = contextKinds(meta).filter((kind) => kind === "highway" || map.getZoom() >= 7);
  return kinds.map((kind) => ["key", words.term("context", kind), (ctx, x, y) => drawSign(ctx, x, y, kind, theme)]);
}

// Lines as long as they fit; `place(kind, text, y, paint, number)` puts each on the picture; returns the height of all.
/** @param {(kind: string, text: string, y: number, paint: any, number: any) => void} place */
function setLines(ctx, app, place = () => {}) {
  let y = PAD;
  for (const [kind, text, paint, number] of rowsOf(app)) {
    const [font, tall] = LOOKS[kind];
    ctx.font = font;
    const room = WIDE - 2 * PAD - (paint ? KEY : 0) - (number ? ctx.measureText(number).width + 8 : 0);
    wrapped(ctx, text, room).forEach((line, k) => {
      place(kind, line, y + tall / 2, k ? null : paint, k ? null : number);
      y += tall;
    });
  }
  return y + PAD;
}

export function wrapped(ctx, text, widest) {
  const lines = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line ? `${line} ${word}` : word;
    if (line && ctx.measureText(longer).width > widest) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

// Width and height of the legend.
export function sizeOfKeys(app) {
  return [WIDE, setLines(document.createElement("canvas").getContext("2d"), app)];
}

export function paintKeys(ctx, app, /** @type {Box} */ box) {
  const [left, top, right] = box;
  const { theme, words } = app;
  const rtl = words.dir === "rtl";
  const [start, end, way] = rtl ? [right - PAD, left + PAD, -1] : [left + PAD, right - PAD, 1];
  let indented = 0; // lines that follow a key stand under its text
  setLines(ctx, app, (kind, text, y, paint, number) => {
    if (kind === "sizes") return paintSizes(ctx, app, start, way, top + y);
    indented = paint ? KEY : kind === "key" ? indented : 0;
    [ctx.font] = LOOKS[kind];
    ctx.textBaseline = "middle";
    ctx.textAlign = "start";
    ctx.fillStyle = kind === "muted" ? theme.muted : theme.ink;
    ctx.fillText(text, start + way * indented, top + y);
    ctx.textAlign = "end";
    if (number) ctx.fillText(number, end, top + y);
    paint?.(ctx, start + way * 9, top + y);
  });
}

// Three sizes, the open symbol of a number that nobody states, and a disc of several events, with their words under them.
function paintSizes(ctx, app, start, way, y) {
  const { theme, words, meta } = app;
  const look = greyLook(theme);
  const items = [...sizesOf(words).map(([n, text]) => [text, eventRadius(n, meta.style), false]), [words.say("dead unknown"), meta.style.unknown_radius, true]];
  let x = start;
  for (const [text, r, open] of items) {
    const words_ = wrapped(ctx, text, 96);
    const half = Math.max(12, r, ...words_.map((line) => ctx.measureText(line).width / 2));
    drawSymbol(ctx, look, x + way * half, y - 14, r, open, theme.surface);
    paintUnder(ctx, words_, x + way * half, y + 10, theme);
    x += way * (2 * half + 10);
  }
  const lines = wrapped(ctx, words.say("several"), 60);
  const half = Math.max(14, ...lines.map((line) => ctx.measureText(line).width / 2));
  const shares = Object.values(theme.types).slice(0, 3).map(({ fill }) => ({ count: 3, fill }));
  drawBubble(ctx, x + way * half, y - 14, 13, shares, words.number(9), theme);
  paintUnder(ctx, lines, x + way * half, y + 10, theme);
}

function paintUnder(ctx, lines, x, y, theme) {
  [ctx.font] = LOOKS.sizes;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = theme.muted;
  lines.forEach((line, k) => ctx.fillText(line, x, y + 13 * k));
}
