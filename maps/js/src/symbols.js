// Shapes on a canvas. Colours come from the page's meta data, so page and GIS files agree.

import { printing } from "./free.js";

export function darkNow() {
  return matchMedia("screen and (prefers-color-scheme: dark)").matches;
}

// Paper is light.
export function colours(style, paper = false) {
  const side = darkNow() && !paper ? 1 : 0;
  const tokens = Object.fromEntries(Object.entries(style.tokens).map(([name, pair]) => [name, pair[side]]));
  const types = Object.fromEntries(
    Object.entries(style.symbols).map(([name, s]) => [name, { shape: s.shape, fill: side ? s.dark : s.light, edge: side ? "#11181D" : s.edge }]),
  );
  return { ...tokens, types, displacement: style.displacement[side], dark: side === 1 };
}

// Shapes of equal area for equal r: a circle of radius r is the measure.
export function path(ctx, shape, x, y, r) {
  ctx.beginPath();
  if (shape === "circle") ctx.arc(x, y, r, 0, 2 * Math.PI);
  else if (shape === "diamond") polygon(ctx, x, y, r * 1.25, 4, 0);
  else if (shape === "triangle") polygon(ctx, x, y + r * 0.2, r * 1.5, 3, 0);
  else if (shape === "square") polygon(ctx, x, y, r * 1.25, 4, Math.PI / 4);
  else if (shape === "pentagon") polygon(ctx, x, y, r * 1.15, 5, 0);
  else cross(ctx, x, y, r * 1.15);
}

function polygon(ctx, x, y, r, corners, turn) {
  for (let k = 0; k < corners; k++) {
    const angle = turn - Math.PI / 2 + (k * 2 * Math.PI) / corners;
    ctx.lineTo(x + r * Math.cos(angle), y + r * Math.sin(angle));
  }
  ctx.closePath();
}

function cross(ctx, x, y, r) {
  const a = r * 0.38;
  const corners = [[-a, -r], [a, -r], [a, -a], [r, -a], [r, a], [a, a], [a, r], [-a, r], [-a, a], [-r, a], [-r, -a], [-a, -a]];
  for (const [dx, dy] of corners) ctx.lineTo(x + dx, y + dy);
  ctx.closePath();
}

// The disc within which something happened: tinted, dashed.
export function disc(ctx, x, y, r, colour, tint, edge = 1) {
  const before = ctx.globalAlpha;
  ctx.beginPath();
  ctx.arc(x, y, r, 0, 2 * Math.PI);
  ctx.globalAlpha = before * tint;
  ctx.fillStyle = colour;
  ctx.fill();
  ctx.globalAlpha = before * edge;
  ctx.setLineDash([4, 3]);
  ctx.strokeStyle = colour;
  ctx.lineWidth = edge < 1 ? 1 : 1.3;
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.globalAlpha = before;
}

// `near`: within some way of the place only; a dashed ring says so.
export function drawSymbol(ctx, look, x, y, r, hollow, surface, near = false) {
  if (near) {
    const before = ctx.globalAlpha;
    ctx.beginPath();
    ctx.arc(x, y, r + 3.2, 0, 2 * Math.PI);
    ctx.globalAlpha = before * 0.75;
    ctx.fillStyle = surface;
    ctx.fill();
    ctx.globalAlpha = before;
    ctx.setLineDash([2.4, 2]);
    ctx.lineWidth = 1.1;
    ctx.strokeStyle = look.fill;
    ctx.stroke();
    ctx.setLineDash([]);
  }
  if (look.faint) ctx.globalAlpha = 0.5;
  path(ctx, look.shape, x, y, hollow ? r - 0.4 : r);
  ctx.fillStyle = hollow ? surface : look.fill;
  ctx.fill();
  ctx.lineWidth = hollow ? 1.6 : 0.9;
  ctx.strokeStyle = hollow ? look.fill : look.edge;
  ctx.stroke();
}

// Several events: a disc with their number; its ring is divided by type.
export function drawBubble(ctx, x, y, r, shares, text, theme) {
  ctx.beginPath();
  ctx.arc(x, y, r, 0, 2 * Math.PI);
  ctx.fillStyle = theme.surface;
  ctx.fill();
  const sum = shares.reduce((total, s) => total + s.count, 0);
  let angle = -Math.PI / 2;
  ctx.lineWidth = Math.max(3, r * 0.2);
  for (const { count, fill } of shares) {
    const next = angle + (2 * Math.PI * count) / sum;
    ctx.beginPath();
    ctx.arc(x, y, r - ctx.lineWidth / 2, angle, next);
    ctx.strokeStyle = fill;
    ctx.stroke();
    angle = next;
  }
  ctx.fillStyle = theme.ink;
  ctx.font = `600 ${r > 16 ? 12.5 : 11}px system-ui, sans-serif`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(text, x, y + 0.5);
}

// Width of a text in CSS pixels.
const widths = new Map();
let measure = null;
export function textWidth(text, font) {
  const key = `${font}|${text}`;
  if (!widths.has(key)) {
    if (widths.size > 5000) widths.clear();
    measure ??= document.createElement("canvas").getContext("2d");
    measure.font = font;
    widths.set(key, measure.measureText(text).width);
  }
  return widths.get(key);
}

// A small picture for legends and lists, drawn by `draw(ctx, middle)` before the next frame; not a canvas, for the browser
// puts each of those on the screen by itself in every frame.
const SMALL_DOTS = 3; // for a CSS pixel
export function smallPicture(size, draw) {
  const picture = document.createElement("img");
  Object.assign(picture, { width: size, height: size, alt: "", className: "symbol", decoding: "sync" });
  picture.setAttribute("aria-hidden", "true");
  const paint = () => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size * SMALL_DOTS;
    const ctx = canvas.getContext("2d");
    ctx.scale(SMALL_DOTS, SMALL_DOTS);
    draw(ctx, size / 2);
    picture.src = canvas.toDataURL();
  };
  if (printing()) paint(); // the printer waits for no frame
  else requestAnimationFrame(paint);
  return picture;
}

export function symbolPicture(look, r, hollow, surface, near = false) {
  return smallPicture(2 * Math.ceil(r * 1.5 + 2), (ctx, middle) => drawSymbol(ctx, look, middle, middle, r, hollow, surface, near));
}

export function bubblePicture(theme, text) {
  const shares = Object.values(theme.types).slice(0, 3).map(({ fill }) => ({ count: 3, fill }));
  return smallPicture(28, (ctx, middle) => drawBubble(ctx, middle, middle, 13, shares, text, theme));
}

// A movement's line as in the map, lying, with its arrow.
export function flowPicture(theme, width) {
  const picture = smallPicture(34, (ctx, middle) => {
    const wing = width * 0.9 + 3;
    ctx.beginPath();
    for (const [x, y] of [[1, -0.3 * width / 2], [26 - wing, -width / 2], [26 - wing, -wing], [33, 0], [26 - wing, wing], [26 - wing, width / 2], [1, 0.3 * width / 2]]) {
      ctx.lineTo(x, middle + y);
    }
    ctx.closePath();
    ctx.globalAlpha = 0.62;
    ctx.fillStyle = theme.displacement;
    ctx.fill();
  });
  picture.classList.add("flow");
  return picture;
}
