// First divisions of the world: codes and names of GeoNames, areas of Natural Earth 1:10m.
//
// The two agree neither on codes nor on levels (one lists provinces where the other has regions), so a polygon is given
// to the division in which most of its towns lie, and a division keeps its polygons only if they hold its own towns and
// hardly any others. What is left has no area here; the package derives one from towns.
import { feature, mergeArcs } from "topojson-client";
import { planarRingArea, presimplify, simplify } from "topojson-simplify";

const OWN = 0.6; // share of a polygon's towns that decides whose it is
const GOOD = 0.75; // share of a division's towns inside its area, and of the area's towns that are its own
const WHOLE = 0.5; // a country where fewer towns than this lie in good areas is drawn after other units altogether
// Triangles smaller than this share of a usual area, or than so many square degrees, are taken off the lines.
const FINEST = [2e-3, 4e-3];
const ISLET = 2e-3; // square degrees: smaller parts of a division are left out, but for its largest
const STEP = 0.005; // degrees: the grid that points are rounded to

/** TopoJSON with one object, `divisions`: id "CC.code", name, other names, and the area where it is known. */
export function divisionsOf(names, towns, shares) {
  const known = new Set(names.map((n) => n.code));
  const settled = towns.filter((t) => known.has(t.code));
  const topologies = new Set(shares.map((s) => s.topology));
  const good = goodCodes(shares, settled);
  const unit = ({ code, name }) => [code, { type: "MultiPolygon", id: code, properties: { name }, arcs: [] }];
  const byCode = new Map(names.map(unit));
  const arcs = [];
  for (const topology of topologies) {
    const own = shares.filter((s) => s.topology === topology && good.has(s.code));
    if (own.length) addAreas(topology, own, byCode, arcs);
  }
  for (const code of good) addOtherNames(byCode.get(code), shares.filter((s) => s.code === code));
  const geometries = [...byCode.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const shape of geometries.filter((g) => !g.arcs.length)) {
    shape.type = null;
    delete shape.arcs;
  }
  const transform = { scale: [STEP, STEP], translate: [0, 0] };
  return { type: "Topology", transform, objects: { divisions: { type: "GeometryCollection", geometries } }, arcs };
}

function byCell(towns) {
  const cells = new Map();
  for (const town of towns) {
    const cell = `${Math.floor(town.lng)} ${Math.floor(town.lat)}`;
    if (!cells.has(cell)) cells.set(cell, []);
    cells.get(cell).push(town);
  }
  return cells;
}

/** Every polygon of the topologies with the number of its towns by division, and the division that it belongs to. */
export function sharesOf(names, towns, topologies) {
  const known = new Set(names.map((n) => n.code));
  const cells = byCell(towns.filter((t) => known.has(t.code)));
  return topologies.flatMap((topology) => shared(topology, cells));
}

function shared(topology, cells) {
  const [collection] = Object.values(topology.objects);
  return collection.geometries.filter((g) => g.type).map((geometry) => {
    const counts = new Map();
    const shape = feature(topology, geometry).geometry;
    for (const code of codesInside(shape, cells)) counts.set(code, (counts.get(code) ?? 0) + 1);
    const all = [...counts.values()].reduce((a, b) => a + b, 0);
    const [code, most] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0] ?? ["", 0];
    return { topology, geometry, all, most, code: most >= OWN * all ? code : "" };
  });
}

function* codesInside(shape, cells) {
  const polygons = shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates;
  for (const rings of polygons) {
    const lons = rings[0].map((p) => p[0]);
    const lats = rings[0].map((p) => p[1]);
    const [west, east, south, north] = [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)];
    for (let x = Math.floor(west); x <= east; x += 1) {
      for (let y = Math.floor(south); y <= north; y += 1) {
        for (const town of cells.get(`${x} ${y}`) ?? []) if (inside(rings, town)) yield town.code;
      }
    }
  }
}

function inside(rings, { lng, lat }) {
  let odd = false;
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i += 1) {
      const [[x1, y1], [x2, y2]] = [ring[i - 1], ring[i]];
      if (y1 > lat !== y2 > lat && lng < x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1)) odd = !odd;
    }
  }
  return odd;
}

function goodCodes(shares, towns) {
  const total = new Map();
  for (const { code } of towns) total.set(code, (total.get(code) ?? 0) + 1);
  const sums = new Map();
  for (const { code, all, most } of shares.filter((s) => s.code)) {
    const [allOf, mostOf] = sums.get(code) ?? [0, 0];
    sums.set(code, [allOf + all, mostOf + most]);
  }
  const isGood = ([code, [all, most]]) => most >= GOOD * all && most >= GOOD * total.get(code);
  const good = [...sums].filter(isGood).map(([code]) => code);
  const known = new Map();
  const inGood = new Map();
  const taken = new Set(good);
  for (const [code, count] of total) {
    const country = code.slice(0, 2);
    known.set(country, (known.get(country) ?? 0) + count);
    if (taken.has(code)) inGood.set(country, (inGood.get(country) ?? 0) + count);
  }
  return new Set(good.filter((code) => inGood.get(code.slice(0, 2)) >= WHOLE * known.get(code.slice(0, 2))).sort());
}

/** The areas of one topology, thinned out and rounded; its arcs are put after those that are there. */
function addAreas(topology, own, byCode, arcs) {
  const codes = [...new Set(own.map((s) => s.code))];
  const geometries = codes.map((id) => {
    const parts = own.filter((s) => s.code === id).map((s) => s.geometry);
    return { ...withoutIslets(topology, mergeArcs(topology, parts)), id };
  });
  const objects = { divisions: { type: "GeometryCollection", geometries } };
  const thin = simplify(presimplify({ ...topology, objects }), finest(feature(topology, objects.divisions)));
  const numbers = new Map();
  const number = (arc) => {
    const at = arc < 0 ? ~arc : arc;
    if (!numbers.has(at)) numbers.set(at, arcs.push(rounded(thin.arcs[at])) - 1);
    return arc < 0 ? ~numbers.get(at) : numbers.get(at);
  };
  for (const { id, arcs: polygons } of thin.objects.divisions.geometries) {
    byCode.get(id).arcs.push(...polygons.map((rings) => rings.map((ring) => ring.map(number))));
  }
}

function withoutIslets(topology, shape) {
  const areas = feature(topology, shape).geometry.coordinates.map(([ring]) => planarRingArea(ring));
  const largest = Math.max(...areas);
  return { ...shape, arcs: shape.arcs.filter((_, i) => areas[i] >= ISLET || areas[i] === largest) };
}

function finest({ features }) {
  const size = (f) => f.geometry.coordinates.reduce((sum, [ring]) => sum + planarRingArea(ring), 0);
  const areas = features.map(size).sort((a, b) => a - b);
  return Math.min(FINEST[1], FINEST[0] * areas[areas.length >> 1]);
}

/** Points on the grid, each as its distance from the one before; the ends stay even where they fall together. */
function rounded(arc) {
  const steps = arc.map(([x, y]) => [Math.round(x / STEP), Math.round(y / STEP)]);
  const isNew = ([x, y], i) => x !== steps[i - 1][0] || y !== steps[i - 1][1];
  const kept = steps.filter((point, i) => i === 0 || i === steps.length - 1 || isNew(point, i));
  return kept.map(([x, y], i) => (i === 0 ? [x, y] : [x - kept[i - 1][0], y - kept[i - 1][1]]));
}

/** What Natural Earth calls it, if it is one unit there too: "A (B)" is two names. */
function addOtherNames(division, polygons) {
  if (polygons.length !== 1) return;
  const names = polygons[0].geometry.properties.name.split(/[()|/]/).map((n) => n.trim());
  const others = [...new Set(names)].filter((n) => n && n !== division.properties.name);
  if (others.length) division.properties.others = others;
}
