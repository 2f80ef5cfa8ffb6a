// The view as a PNG: the map as it is drawn, with title, legend, credits and scale bar, and without controls.

import { creditLine } from "./credits.js";
import { figureTexts, titleText } from "./panel.js";
import { scaleBar } from "./scale.js";
import { drawSymbol } from "./symbols.js";

const SHARP = 2; // dots for a CSS pixel
const WIDE = 300; // CSS pixels of the legend
const PAD = 14;
const FONT = "system-ui, sans-serif";

export async function savePicture(app) {
  const canvas = picture(app);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${app.meta.id}${app.range ? `-${app.range.map((d) => new Date(d * 86400000).toISOString().slice(0, 10)).join("-")}` : ""}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

export function picture(app) {
  const { map, theme, words } = app;
  const { x: width, y: height } = map.getSize();
  const canvas = document.createElement("canvas");
  canvas.width = width * SHARP;
  canvas.height = height * SHARP;
  const ctx = canvas.getContext("2d");
  ctx.setTransform(SHARP, 0, 0, SHARP, 0, 0);
  // Laid out anew, so that names and badges may stand where the panel was.
  app.uncovered = [legendBox(app), footBox(width, height)];
  app.paintAll(ctx, app.top.viewOf(width, height));
  app.uncovered = null;
  ctx.setTransform(SHARP, 0, 0, SHARP, 0, 0);
  ctx.direction = words.dir;
  paintLegend(ctx, app);
  paintFoot(ctx, app, width, height);
  app.redraw();
  ctx.strokeStyle = theme.line;
  ctx.strokeRect(0.5, 0.5, width - 1, height - 1);
  return canvas;
}

// What the legend says, line by line: [kind, text, ...].
function legendLines(app) {
  const { words, store, count, theme, filter } = app;
  const types = store.words.event_type.map((name, code) => [name, code]).filter(([name, code]) => name && filter.type[code] && count.type[code]);
  return [
    ["title", titleText(app)],
    ["muted", app.range ? words.range(app.range) : words.say("no dates")],
    ...figureTexts(app).map(([number, text, , , before]) => ["figure", [before, number, text].filter(Boolean).join(" ")]),
    ...types.map(([name, code]) => ["type", words.term("type", name), theme.types[name], words.number(count.type[code])]),
    ["muted", words.say("size")],
    ...(count.where[1] ? [["muted", `${words.say("where.1")}: ${words.number(count.where[1])}`]] : []),
    ...(store.total.where[2] ? [["muted", words.say("n unplaced", { n: store.total.where[2] })]] : []),
  ];
}

const LOOKS = { title: [`700 16px ${FONT}`, 22], figure: [`600 13px ${FONT}`, 18], type: [`400 13px ${FONT}`, 19], muted: [`400 12px ${FONT}`, 17] };

// Lines as long as they fit; `place(kind, text, y, rest)` puts each on the picture; returns the height of all.
/** @param {(kind: string, text: string, y: number, rest: any[]) => void} place */
function setLines(ctx, app, place = () => {}) {
  let y = PAD;
  for (const [kind, text, ...rest] of legendLines(app)) {
    const [font, tall] = LOOKS[kind];
    ctx.font = font;
    wrapped(ctx, text, WIDE - 2 * PAD - (rest.length ? 70 : 0)).forEach((line, k) => {
      place(kind, line, y + tall / 2, k ? [] : rest);
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

function legendBox(app) {
  const ctx = document.createElement("canvas").getContext("2d");
  const tall = setLines(ctx, app);
  const left = app.words.dir === "rtl" ? app.map.getSize().x - WIDE - 16 : 16;
  return [left, 16, left + WIDE, 16 + tall];
}

function paintLegend(ctx, app) {
  const { theme, words } = app;
  const [left, top, right, bottom] = legendBox(app);
  plate(ctx, theme, left, top, right - left, bottom - top);
  const rtl = words.dir === "rtl";
  const [start, end, way] = rtl ? [right - PAD, left + PAD, -1] : [left + PAD, right - PAD, 1];
  ctx.textBaseline = "middle";
  setLines(ctx, app, (kind, text, y, [look, number]) => {
    ctx.textAlign = "start";
    ctx.fillStyle = kind === "muted" ? theme.muted : theme.ink;
    ctx.fillText(text, start + (kind === "type" ? way * 22 : 0), top + y);
    if (!look) return;
    ctx.textAlign = "end";
    ctx.fillText(number, end, top + y);
    drawSymbol(ctx, look, start + way * 8, top + y, 5.2, false, theme.surface);
  });
}

const footBox = (width, height) => [0, height - 48, width, height];

function paintFoot(ctx, app, width, height) {
  const { theme, words, map } = app;
  const [left, top] = footBox(width, height);
  ctx.globalAlpha = 0.94;
  ctx.fillStyle = theme.surface;
  ctx.fillRect(left, top, width, height - top);
  ctx.globalAlpha = 1;
  ctx.font = `400 11px ${FONT}`;
  ctx.fillStyle = theme.muted;
  ctx.textAlign = "start";
  ctx.textBaseline = "middle";
  const rtl = words.dir === "rtl";
  wrapped(ctx, creditLine(app), width - 220).slice(0, 3).forEach((line, k, all) => ctx.fillText(line, rtl ? width - PAD : PAD, height - 24 + (k - (all.length - 1) / 2) * 14));
  const { metres, pixels } = scaleBar(map.getCenter().lat, map.getZoom(), 130);
  const [n, unit] = metres >= 1000 ? [metres / 1000, "km"] : [metres, "m"];
  const from = rtl ? PAD : width - PAD - pixels;
  ctx.strokeStyle = ctx.fillStyle = theme.ink;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  for (const [x, y] of [[from, -36], [from, -31], [from + pixels, -31], [from + pixels, -36]]) ctx.lineTo(x, height + y);
  ctx.stroke();
  ctx.textAlign = "center";
  ctx.fillText(`${words.number(n)} ${words.say(unit)}`, from + pixels / 2, height - 18);
}

function plate(ctx, theme, x, y, width, height) {
  ctx.globalAlpha = 0.96;
  ctx.fillStyle = theme.surface;
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, 10);
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = theme.line;
  ctx.lineWidth = 1;
  ctx.stroke();
}
