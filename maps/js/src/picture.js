// The view as a PNG: the map as it is drawn, with title, legend, credits and scale bar, and without controls.

import { creditLine } from "./credits.js";
import { paintKeys, sizeOfKeys, wrapped } from "./keys.js";
import { scaleBar } from "./scale.js";

const SHARP = 2; // dots for a CSS pixel
const PAD = 14;
const MARGIN = 16; // around the legend
const FONT = "system-ui, sans-serif";
const LEAST = { width: 700, free: 120 }; // a smaller map has its legend under it

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
  const { theme, words } = app;
  const canvas = document.createElement("canvas");
  const ctx = canvas.getContext("2d");
  const { map: [width, height], keys, foot, credits } = layOut(ctx, app);
  canvas.width = width * SHARP;
  canvas.height = foot[3] * SHARP;
  // Laid out anew, so that names and badges may stand where the panel was.
  app.uncovered = [keys, foot].filter((box) => box[1] < height);
  ctx.setTransform(SHARP, 0, 0, SHARP, 0, 0);
  app.paintAll(ctx, app.top.viewOf(width, height));
  app.uncovered = null;
  ctx.setTransform(SHARP, 0, 0, SHARP, 0, 0);
  ctx.direction = words.dir;
  if (keys[1] >= height) {
    ctx.fillStyle = theme.surface;
    ctx.fillRect(0, height, width, foot[3] - height);
  } else plate(ctx, theme, keys);
  paintKeys(ctx, app, keys);
  paintFoot(ctx, app, foot, credits);
  app.redraw();
  ctx.strokeStyle = theme.line;
  ctx.lineWidth = 1;
  ctx.strokeRect(0.5, 0.5, width - 1, foot[3] - 1);
  return canvas;
}

/**
 * Boxes of the legend and of the foot: on the map, or under a map that has no room for them; the lines of the credits.
 * @returns {{map: Point, keys: Box, foot: Box, credits: string[]}}
 */
function layOut(ctx, app) {
  const { x: width, y: height } = app.map.getSize();
  ctx.font = `400 11px ${FONT}`;
  const credits = wrapped(ctx, creditLine(app), width - 200);
  const low = Math.max(48, credits.length * 14 + 20);
  const [wide, tall] = sizeOfKeys(app);
  const under = width < LEAST.width || height < tall + low + LEAST.free;
  const left = app.words.dir === "rtl" ? width - wide - MARGIN : MARGIN;
  const top = under ? height : MARGIN;
  const floor = under ? height + tall + low : height;
  return { map: [width, height], keys: [left, top, left + wide, top + tall], foot: [0, floor - low, width, floor], credits };
}

function paintFoot(ctx, app, [left, top, width, floor], credits) {
  const { theme, words, map } = app;
  ctx.globalAlpha = 0.94;
  ctx.fillStyle = theme.surface;
  ctx.fillRect(left, top, width, floor - top);
  ctx.globalAlpha = 1;
  ctx.font = `400 11px ${FONT}`;
  ctx.fillStyle = theme.muted;
  ctx.textAlign = "start";
  ctx.textBaseline = "middle";
  const rtl = words.dir === "rtl";
  const middle = (top + floor) / 2;
  credits.forEach((line, k) => ctx.fillText(line, rtl ? width - PAD : PAD, middle + (k - (credits.length - 1) / 2) * 14));
  const { metres, pixels } = scaleBar(map.getCenter().lat, map.getZoom(), 130);
  const [n, unit] = metres >= 1000 ? [metres / 1000, "km"] : [metres, "m"];
  const from = rtl ? PAD : width - PAD - pixels;
  ctx.strokeStyle = ctx.fillStyle = theme.ink;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  for (const [x, y] of [[from, -36], [from, -31], [from + pixels, -31], [from + pixels, -36]]) ctx.lineTo(x, middle + 24 + y);
  ctx.stroke();
  ctx.textAlign = "center";
  ctx.fillText(`${words.number(n)} ${words.say(unit)}`, from + pixels / 2, middle + 6);
}

function plate(ctx, theme, [x, y, right, bottom]) {
  const [width, height] = [right - x, bottom - y];
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
