// The background: sea, land, divisions, roads, each ring already projected (maps/basemap.py).

import { fromUnits, graticuleStep, latitudeAt, mercator } from "./scale.js";

const KINDS = ["country", "admin1", "admin2", "admin3", "area", "road", "unit"];

// Rings by kind: [{feature, x, y (Mercator units 0..1 as Float64), box}].
export function makeShapes(rings, points) {
  const shapes = Object.fromEntries(KINDS.map((kind) => [kind, []]));
  let start = 0;
  for (let k = 0; k < rings.kind.length; k++) {
    const end = start + rings.points[k];
    const n = end - start;
    const [x, y] = [new Float64Array(n), new Float64Array(n)];
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < n; i++) {
      x[i] = fromUnits(points.x[start + i]);
      y[i] = fromUnits(points.y[start + i]);
      if (x[i] < box[0]) box[0] = x[i];
      if (y[i] < box[1]) box[1] = y[i];
      if (x[i] > box[2]) box[2] = x[i];
      if (y[i] > box[3]) box[3] = y[i];
    }
    shapes[KINDS[rings.kind[k]]].push({ feature: rings.feature[k], x, y, box });
    start = end;
  }
  return shapes;
}

export function inView(box, view) {
  const { scale, left, top, width, height } = view;
  return box[2] * scale > left && box[0] * scale < left + width && box[3] * scale > top && box[1] * scale < top + height;
}

// Adds a ring to the path; vertices less than a pixel from the last are left out.
export function trace(ctx, ring, view, close) {
  const { scale, left, top } = view;
  const n = ring.x.length;
  let lastX = Infinity;
  let lastY = Infinity;
  for (let i = 0; i < n; i++) {
    const x = ring.x[i] * scale - left;
    const y = ring.y[i] * scale - top;
    if (i && i < n - 1 && Math.abs(x - lastX) < 0.8 && Math.abs(y - lastY) < 0.8) continue;
    if (i) ctx.lineTo(x, y);
    else ctx.moveTo(x, y);
    lastX = x;
    lastY = y;
  }
  if (close) ctx.closePath();
}

/** @param {(ring: any) => boolean} wanted */
function traceAll(ctx, rings, view, wanted = () => true, close = true) {
  ctx.beginPath();
  for (const ring of rings) if (wanted(ring) && inView(ring.box, view)) trace(ctx, ring, view, close);
}

// `tiled`: a user's tiles lie under it, so land and sea are left to them.
export function paintBasemap(ctx, view, app) {
  const { shapes, features, home, theme, tiled } = app;
  if (!tiled) {
    ctx.fillStyle = theme.sea;
    ctx.fillRect(0, 0, view.width, view.height);
  }
  ctx.lineJoin = "round";
  ctx.lineCap = "round";
  const atHome = (ring) => features.country[ring.feature].country === home;
  for (const [side, fill] of [[false, theme["land-abroad"]], [true, theme.land]]) {
    traceAll(ctx, shapes.country, view, (ring) => atHome(ring) === side);
    ctx.fillStyle = fill;
    if (!tiled) ctx.fill("evenodd");
  }
  paintLines(ctx, view, app);
}

// Borders, graticule and roads.
export function paintLines(ctx, view, { shapes, theme, graticule }) {
  if (view.zoom >= 8.5) line(ctx, shapes.admin3, view, theme["admin3-line"], 1, []);
  if (view.zoom >= 7.5) line(ctx, shapes.admin2, view, theme["admin3-line"], 1.2, []);
  if (view.zoom >= 5) line(ctx, shapes.admin1, view, theme["admin1-line"], 1.1, [4, 3]);
  line(ctx, shapes.country, view, theme["country-line"], 1.2, []);
  if (graticule) paintGraticule(ctx, view, theme);
  traceAll(ctx, shapes.road, view, () => true, false);
  ctx.strokeStyle = theme.road;
  ctx.lineWidth = view.zoom < 7 ? 1.2 : 2.2;
  ctx.stroke();
}

// Meridians and parallels at round degrees, named at the edge where they enter.
function paintGraticule(ctx, view, theme) {
  const { scale, left, top, width, height } = view;
  const degreesOf = (x) => ((x + left) / scale) * 360 - 180;
  const step = graticuleStep((degreesOf(width) - degreesOf(0)) / (width / 150));
  ctx.beginPath();
  /** @type {[number, string, number, number][]} */
  const texts = [];
  for (let d = Math.ceil(degreesOf(0) / step) * step; d < degreesOf(width); d += step) {
    const x = mercator(d, 0)[0] * scale - left;
    ctx.moveTo(x, 0);
    ctx.lineTo(x, height);
    texts.push([d, "EW", x + 3, height / 2]);
  }
  const [north, south] = [latitudeAt(top / scale), latitudeAt((top + height) / scale)];
  for (let d = Math.ceil(south / step) * step; d < north; d += step) {
    const y = mercator(0, d)[1] * scale - top;
    ctx.moveTo(0, y);
    ctx.lineTo(width, y);
    texts.push([d, "NS", width / 2, y - 3]);
  }
  ctx.strokeStyle = theme["country-line"];
  ctx.lineWidth = 0.5;
  ctx.stroke();
  ctx.font = "10px system-ui, sans-serif";
  ctx.fillStyle = theme.muted;
  ctx.textAlign = "left";
  ctx.textBaseline = "bottom";
  for (const [d, [plus, minus], x, y] of texts) ctx.fillText(`${Math.abs(Math.round(d * 1e4) / 1e4)}°${d < 0 ? minus : plus}`, x, y);
}

function line(ctx, rings, view, colour, width, dash) {
  traceAll(ctx, rings, view);
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.setLineDash(dash);
  ctx.stroke();
  ctx.setLineDash([]);
}
