// Names of countries, divisions, towns, roads, crossings and posts, none over another.

import { bounds, clash, meets } from "./badges.js";
import { mercator } from "./scale.js";
import { smallPicture, textWidth } from "./symbols.js";

const TOWNS_AT = [[5, 6], [6, 12], [7, 22], [8, 40], [9, 90], [10, 180], [99, 400]]; // zoom below, at most so many
const FONT = "system-ui, sans-serif";
const MOST_KEPT_CLEAR = 800; // marks, the largest first; in a denser view names may touch small ones
const ARABIC = /[؀-ۿ]/;
const WIDEST = 170; // CSS pixels of a name; a longer one is cut

// `taken`: boxes of all that names keep clear of; `named`: boxes of names and signs.
export function paintLabels(ctx, view, app) {
  const { meta, theme, words, shapes, blocked, badges, figures } = app;
  const marks = app.marks.slice(0, MOST_KEPT_CLEAR).map((m) => [m.x - m.r, m.y - m.r, m.x + m.r, m.y + m.r]);
  const rtl = words.dir === "rtl";
  const [taken, named] = [[...blocked, ...badges, ...figures, ...marks], []];
  const take = (...boxes) => { taken.push(...boxes); named.push(...boxes); };
  ctx.lineJoin = "round";
  /** @returns {Point} */
  const at = (lon, lat) => {
    const [x, y] = mercator(lon, lat);
    return [x * view.scale - view.left, y * view.scale - view.top];
  };
  const inside = ([x, y]) => x > -20 && y > -20 && x < view.width + 20 && y < view.height + 20;
  for (const road of shapes.road) shields(ctx, road, meta.features.road[road.feature].label, view, theme, { taken, take });
  const signs = view.zoom < 7 ? [] : meta.context.filter((point) => stands(point, app.range)).map((point) => ({ point, spot: at(point.x, point.y) }))
    .filter(({ spot }) => inside(spot) && signed(spot, [...badges, ...figures], named, take));
  const over = [...signs.map(({ spot }) => around(spot, 6)), ...badges, ...marks]; // what may cover a dot
  for (const { point, spot } of signs) sign(ctx, ...spot, point.kind, theme);
  const told = view.zoom < 8.7 ? [] : signs.filter(({ point, spot }) => signName(ctx, spot, words.both(point.name, point.name_ar)[0], theme, { taken, take, rtl }));
  const most = TOWNS_AT.find(([zoom]) => view.zoom < zoom)[1];
  for (const [name, arabic, lon, lat, weight] of meta.places.slice(0, most)) {
    const spot = at(lon, lat);
    const dot = around(spot, 3);
    if (!inside(spot) || clash(dot, blocked) || told.some((one) => one.point.name === name && meets(dot, around(one.spot, 6)))) continue;
    const covers = over.filter((box) => meets(dot, box));
    const cover = covers.length ? bounds(covers) : null;
    if (!cover && clash(dot, named)) continue;
    town(ctx, spot, words.both(name, arabic), { big: weight > 5.6, cover, rtl }, theme, { taken, take });
  }
  const areas = view.zoom < 7 ? meta.features.country : meta.features.admin1;
  for (const area of areas) {
    const spot = at(area.x, area.y);
    if (inside(spot)) areaName(ctx, spot, words.both(area.name, area.name_ar), theme, { taken, take }, view.zoom < 7);
  }
  app.names = named;
}

const around = ([x, y], r) => [x - r, y - r, x + r, y + r];

// A sign stands where it can be told from those drawn before it, and never under a count.
function signed(spot, counts, named, take) {
  if (clash(around(spot, 3), named) || clash(around(spot, 5), counts)) return false;
  take(around(spot, 6));
  return true;
}

// Without a date on the map, whatever stood at any time.
export function stands(point, range) {
  if (!range) return true;
  const [from, to] = range;
  return (point.start === null || point.start <= to) && (point.end === null || point.end >= from);
}

function halo(ctx, text, x, y, colour, theme, width = 3) {
  ctx.strokeStyle = theme.dark ? "rgba(27,34,40,.85)" : "rgba(255,255,255,.85)";
  ctx.lineWidth = width;
  const before = ctx.direction;
  ctx.direction = ARABIC.test(text) ? "rtl" : "ltr"; // its own, in a page of any direction
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
  ctx.direction = before;
}

function fitted(text, font) {
  if (textWidth(text, font) <= WIDEST) return text;
  let length = text.length;
  while (length > 1 && textWidth(`${text.slice(0, length)}…`, font) > WIDEST) length--;
  return `${text.slice(0, length).trimEnd()}…`;
}

// Where a name may stand: on the side it is read to, on the other, below, above; beside its dot, or beside the mark that
// covers it. Farther off it would seem another's.
function places([x, y], cover, rtl) {
  const [left, top, right, bottom] = cover ?? around([x, y], 3);
  const sides = [{ side: 1, start: right + 3 }, { side: -1, start: left - 3 }];
  return [...(rtl ? sides.reverse() : sides), { side: 0, start: x, top: bottom + 1 }, { side: 0, start: x, bottom: top - 1 }];
}

// `side`: where the text lies of its start; 0 is centred on it.
function town(ctx, [x, y], names, { big, cover, rtl }, theme, { taken, take }) {
  const fonts = [`${big ? 600 : 400} ${big ? 13 : 12}px ${FONT}`, `${big ? 600 : 400} 11px ${FONT}`];
  const [first, second] = names.map((name, k) => fitted(name, fonts[k]));
  const width = Math.max(textWidth(first, fonts[0]), textWidth(second, fonts[1]));
  const tall = second ? 28 : 16;
  for (const { side, start, top: under, bottom: over } of places([x, y], cover, rtl)) {
    const left = side > 0 ? start : side < 0 ? start - width : start - width / 2;
    const top = side ? y - 10 : under ?? over - tall;
    const box = [left - 2, top, left + width + 2, top + tall];
    if (clash(box, taken)) continue;
    take(box);
    if (!cover) {
      take(around([x, y], 3));
      ctx.beginPath();
      ctx.arc(x, y, big ? 2.8 : 2.2, 0, 2 * Math.PI);
      ctx.fillStyle = theme.ink;
      ctx.fill();
    }
    ctx.textAlign = side > 0 ? "left" : side < 0 ? "right" : "center";
    ctx.textBaseline = "middle";
    [first, second].filter(Boolean).forEach((text, k) => {
      ctx.font = fonts[k];
      halo(ctx, text, start, top + 8 + 13 * k, k ? theme.muted : theme.ink, theme);
    });
    return;
  }
}

function areaName(ctx, [x, y], [first, second], theme, { taken, take }, wide) {
  const text = [first.toLocaleUpperCase(), second].filter(Boolean).join(" · ");
  ctx.font = `600 ${wide ? 12 : 11}px ${FONT}`;
  ctx.letterSpacing = ARABIC.test(first) ? "0px" : "2px";
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const half = ctx.measureText(text).width / 2;
  const box = [x - half, y - 8, x + half, y + 8];
  if (!clash(box, taken)) {
    take(box);
    halo(ctx, text, x, y, theme.muted, theme, 2);
  }
  ctx.letterSpacing = "0px";
}

// The road's label on a small plate, at the middle of each stretch that is long enough on the screen.
function shields(ctx, road, label, view, theme, { taken, take }) {
  if (!label || view.zoom < 6.5) return;
  ctx.font = `600 10.5px ${FONT}`;
  const width = ctx.measureText(label).width + 8;
  let last = [-1e9, -1e9];
  for (let i = 0; i + 1 < road.x.length; i++) {
    const x = ((road.x[i] + road.x[i + 1]) / 2) * view.scale - view.left;
    const y = ((road.y[i] + road.y[i + 1]) / 2) * view.scale - view.top;
    const box = [x - width / 2, y - 8, x + width / 2, y + 8];
    if (Math.hypot(x - last[0], y - last[1]) < 260 || clash(box, taken) || x < 0 || x > view.width) continue;
    last = [x, y];
    take(box);
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

// As in a legend: of a road too.
export function drawSign(ctx, x, y, kind, theme) {
  if (kind !== "highway") return sign(ctx, x - (kind === "border crossing" ? 0 : 2), y, kind, theme);
  ctx.strokeStyle = theme.road;
  ctx.lineWidth = 2.5;
  ctx.strokeRect(x - 9, y, 18, 0);
}

export const signPicture = (kind, theme) => smallPicture(20, (ctx, middle) => drawSign(ctx, middle, middle, kind, theme));

function signName(ctx, [x, y], name, theme, { taken, take, rtl }) {
  const font = `italic 11px ${FONT}`;
  const text = fitted(name, font);
  const width = textWidth(text, font);
  for (const side of rtl ? [-1, 1] : [1, -1]) {
    const box = side > 0 ? [x + 7, y - 7, x + 11 + width, y + 7] : [x - 11 - width, y - 7, x - 7, y + 7];
    if (clash(box, taken)) continue;
    take(box);
    ctx.font = font;
    ctx.textAlign = side > 0 ? "left" : "right";
    ctx.textBaseline = "middle";
    halo(ctx, text, x + side * 9, y, theme.muted, theme);
    return true;
  }
  return false;
}
