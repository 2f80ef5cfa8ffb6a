// Names of countries, divisions, towns, roads, crossings and posts, none over another.

import { mercator } from "./scale.js";
import { smallPicture } from "./symbols.js";

const TOWNS_AT = [[5, 6], [6, 12], [7, 22], [8, 40], [9, 90], [10, 180], [99, 400]]; // zoom below, at most so many

const MOST_KEPT_CLEAR = 800; // marks, the largest first; in a denser view names may touch small ones

export function paintLabels(ctx, view, app) {
  const { meta, theme, words, shapes } = app;
  const taken = [...app.blocked, ...app.badges, ...app.figures, ...app.marks.slice(0, MOST_KEPT_CLEAR).map((m) => [m.x - m.r, m.y - m.r, m.x + m.r, m.y + m.r])];
  ctx.lineJoin = "round";
  /** @returns {Point} */
  const at = (lon, lat) => {
    const [x, y] = mercator(lon, lat);
    return [x * view.scale - view.left, y * view.scale - view.top];
  };
  const inside = ([x, y]) => x > -20 && y > -20 && x < view.width + 20 && y < view.height + 20;
  for (const road of shapes.road) shields(ctx, road, meta.features.road[road.feature].label, view, theme, taken);
  for (const point of meta.context) {
    const spot = at(point.x, point.y);
    if (view.zoom >= 7 && inside(spot) && stands(point, app.range)) drawContext(ctx, spot, point, view, theme, words, taken);
  }
  const most = TOWNS_AT.find(([zoom]) => view.zoom < zoom)[1];
  for (const [name, arabic, lon, lat, weight] of meta.places.slice(0, most)) {
    const spot = at(lon, lat);
    const hidden = clash([spot[0] - 2, spot[1] - 2, spot[0] + 2, spot[1] + 2], app.blocked);
    if (inside(spot) && !hidden) town(ctx, spot, words.both(name, arabic), weight, theme, taken, words.dir === "rtl");
  }
  const areas = view.zoom < 7 ? meta.features.country : meta.features.admin1;
  for (const area of areas) {
    const spot = at(area.x, area.y);
    if (inside(spot)) areaName(ctx, spot, words.both(area.name, area.name_ar), theme, taken, view.zoom < 7);
  }
}

export function stands(point, [from, to]) {
  return (point.start === null || point.start <= to) && (point.end === null || point.end >= from);
}

export function clash(box, taken) {
  return taken.some((t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1]);
}

function halo(ctx, text, x, y, colour, theme, width = 3) {
  ctx.strokeStyle = theme.dark ? "rgba(27,34,40,.85)" : "rgba(255,255,255,.85)";
  ctx.lineWidth = width;
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}

function town(ctx, [x, y], [first, second], weight, theme, taken, rtl) {
  const big = weight > 5.6;
  const font = `${big ? 600 : 400} ${big ? 13 : 12}px system-ui, sans-serif`;
  ctx.font = font;
  const width = Math.max(ctx.measureText(first).width, ctx.measureText(second).width * 0.9);
  const side = rtl ? -1 : 1;
  const height = second ? 27 : 15;
  const dot = [x - 3, y - 3, x + 3, y + 3];
  for (const [way, gap] of [6, 18, 30].flatMap((far) => [[side, far], [-side, far]])) {
    const [near, far] = [x + way * (gap - 3), x + way * (gap + 2 + width)];
    const box = [Math.min(near, far), y - 9, Math.max(near, far), y - 9 + height];
    if (clash(box, taken)) continue;
    taken.push(box, dot);
    ctx.beginPath();
    ctx.arc(x, y, big ? 2.8 : 2.2, 0, 2 * Math.PI);
    ctx.fillStyle = theme.ink;
    ctx.fill();
    ctx.font = font;
    ctx.textAlign = way > 0 ? "left" : "right";
    ctx.textBaseline = "middle";
    halo(ctx, first, x + way * gap, y - 2, theme.ink, theme);
    if (second) {
      ctx.font = `${big ? 600 : 400} 11px system-ui, sans-serif`;
      halo(ctx, second, x + way * gap, y + 11, theme.muted, theme);
    }
    return;
  }
}

function areaName(ctx, [x, y], [first, second], theme, taken, wide) {
  const text = [first.toLocaleUpperCase(), second].filter(Boolean).join(" · ");
  ctx.font = `600 ${wide ? 12 : 11}px system-ui, sans-serif`;
  ctx.letterSpacing = /[؀-ۿ]/.test(first) ? "0px" : "2px";
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const half = ctx.measureText(text).width / 2;
  const box = [x - half, y - 8, x + half, y + 8];
  if (!clash(box, taken)) {
    taken.push(box);
    halo(ctx, text, x, y, theme.muted, theme, 2);
  }
  ctx.letterSpacing = "0px";
}

// The road's label on a small plate, at the middle of each stretch that is long enough on the screen.
function shields(ctx, road, label, view, theme, taken) {
  if (!label || view.zoom < 6.5) return;
  ctx.font = "600 10.5px system-ui, sans-serif";
  const width = ctx.measureText(label).width + 8;
  let last = [-1e9, -1e9];
  for (let i = 0; i + 1 < road.x.length; i++) {
    const x = ((road.x[i] + road.x[i + 1]) / 2) * view.scale - view.left;
    const y = ((road.y[i] + road.y[i + 1]) / 2) * view.scale - view.top;
    const box = [x - width / 2, y - 8, x + width / 2, y + 8];
    if (Math.hypot(x - last[0], y - last[1]) < 260 || clash(box, taken) || x < 0 || x > view.width) continue;
    last = [x, y];
    taken.push(box);
    ctx.beginPath();
    ctx.roundRect(box[0], box[1], width, 15, 3);
    ctx.fillStyle = theme.surface;
    ctx.fill();
    ctx.strokeStyle = theme.road;
    ctx.lineWidth = 1;
    ctx.stroke();
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillStyle = theme.ink;
    ctx.fillText(label, x, y);
  }
}

// A bow for a crossing, a flag for a post.
function sign(ctx, x, y, kind, theme) {
  ctx.strokeStyle = theme.ink;
  ctx.fillStyle = theme.surface;
  ctx.lineWidth = 1.3;
  ctx.beginPath();
  if (kind === "border crossing") {
    ctx.moveTo(x - 5, y - 4);
    ctx.lineTo(x + 5, y + 4);
    ctx.lineTo(x + 5, y - 4);
    ctx.lineTo(x - 5, y + 4);
  } else {
    ctx.moveTo(x, y + 5);
    ctx.lineTo(x, y - 6);
    ctx.lineTo(x + 6, y - 3.5);
    ctx.lineTo(x, y - 1);
  }
  ctx.closePath();
  ctx.fill();
  ctx.stroke();
}

export function signPicture(kind, theme) {
  return smallPicture(20, (ctx, middle) => {
    if (kind !== "highway") return sign(ctx, middle - (kind === "border crossing" ? 0 : 2), middle, kind, theme);
    ctx.strokeStyle = theme.road;
    ctx.lineWidth = 2.5;
    ctx.strokeRect(1, middle, 18, 0);
  });
}

function drawContext(ctx, [x, y], point, view, theme, words, taken) {
  sign(ctx, x, y, point.kind, theme);
  taken.push([x - 6, y - 6, x + 6, y + 6]);
  if (view.zoom < 8.7) return;
  ctx.font = "italic 11px system-ui, sans-serif";
  const [name] = words.both(point.name, point.name_ar);
  const width = ctx.measureText(name).width;
  const box = [x + 6, y - 7, x + 10 + width, y + 7];
  if (clash(box, taken)) return;
  taken.push(box);
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  halo(ctx, name, x + 9, y, theme.muted, theme);
}
