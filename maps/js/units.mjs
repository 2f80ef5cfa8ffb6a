// Second divisions that news names as it names towns: counties, departments, provinces below the first divisions.
//
// From Natural Earth 1:10m the units that are no first division of GeoNames but part of one; from us-atlas the counties of
// its country, whose names the package has by their FIPS number.
import { feature } from "topojson-client";
import { planarRingArea } from "topojson-simplify";

/** [country, code of the first division or "", name, longitude, latitude] of each unit. */
export function unitsOf(shares) {
  const parts = new Map();
  for (const { code } of shares) if (code) parts.set(code, (parts.get(code) ?? 0) + 1);
  const rows = [];
  for (const { topology, geometry, code } of shares) {
    const name = geometry.properties?.name;
    if (!name || !code || parts.get(code) < 2) continue;
    for (const one of new Set(name.split(/[()|/]/).map((n) => n.trim()))) {
      if (one) rows.push([code.slice(0, 2), code, one, ...middle(feature(topology, geometry).geometry)]);
    }
  }
  return rows.sort((a, b) => (a[1] + a[2] < b[1] + b[2] ? -1 : 1));
}

/** {FIPS: [longitude, latitude]} of the counties of a map of us-atlas. */
export function countiesOf(topology) {
  const shapes = feature(topology, topology.objects.counties).features;
  return Object.fromEntries(shapes.map(({ id, geometry }) => [id, middle(geometry)]).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The centre of gravity of the largest part. */
function middle(shape) {
  const polygons = shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates;
  const [ring] = polygons.reduce((best, p) => (planarRingArea(p[0]) > planarRingArea(best[0]) ? p : best));
  let [x, y, sum] = [0, 0, 0];
  for (let i = 1; i < ring.length; i += 1) {
    const [[x1, y1], [x2, y2]] = [ring[i - 1], ring[i]];
    const cross = x1 * y2 - x2 * y1;
    x += (x1 + x2) * cross;
    y += (y1 + y2) * cross;
    sum += 3 * cross;
  }
  const [lng, lat] = sum ? [x / sum, y / sum] : ring[0];
  return [Math.round(lng * 1e3) / 1e3, Math.round(lat * 1e3) / 1e3];
}
