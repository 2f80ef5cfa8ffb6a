// Opens the page: reads the data, makes the map and its layers, and keeps all parts in step.

import L from "leaflet";
import "leaflet/dist/leaflet.css";

import { addActions, addSearch } from "./actions.js";
import { layOutBadges, paintAreas } from "./areas.js";
import { makeShapes, paintBasemap } from "./basemap.js";
import { CanvasLayer } from "./canvas.js";
import { FORMAT, inflate, readTables, Texts } from "./decode.js";
import { layOutFigures, paintDisplacement } from "./displacement.js";
import { layOutEvents, paintEvents, projectSites } from "./events.js";
import { languagesOf, makeWords } from "./i18n.js";
import { paintLabels } from "./labels.js";
import { lineOf, mainSeries, makeRecords, seriesName, seriesOf } from "./people.js";
import { listen } from "./pointer.js";
import { readState } from "./state.js";
import { chooseNames, makeFacets } from "./facets.js";
import { EVENT_TEXTS, makeFilter, makeStore, RECORD_TEXTS } from "./store.js";
import { colours } from "./symbols.js";
import { firstRange } from "./time.js";
import "./page.css";

const block = (id) => document.getElementById(id).textContent;

// The Leaflet map at once, so that layers of others can be added; our data follow as soon as they are unpacked.
function open(id) {
  const meta = JSON.parse(block("cm-meta"));
  meta.hosts = document.querySelector("meta[name=hosts]").content.split(" ").filter(Boolean);
  const [west, south, east, north] = meta.filled;
  const map = L.map(id, {
    zoomControl: false, attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.5, wheelPxPerZoomLevel: 110, maxZoom: 15,
    maxBounds: [[south, west], [north, east]], maxBoundsViscosity: 1,
  });
  frame(map, meta.view);
  map.setMinZoom(Math.max(1, map.getBoundsZoom([[south, west], [north, east]], true)));
  load(map, meta).catch((error) => {
    const note = document.createElement("p");
    note.id = "failed";
    note.textContent = `This page cannot be shown: ${error.message}`;
    document.body.append(note);
    throw error;
  });
  return map;
}

// The theatre in the part of the window that panel and time bar leave free.
function frame(map, [west, south, east, north]) {
  const wide = innerWidth >= 760;
  const rtl = document.documentElement.dir === "rtl";
  map.fitBounds([[south, west], [north, east]], {
    animate: false,
    paddingTopLeft: wide ? [rtl ? 20 : 356, 16] : [8, 60],
    paddingBottomRight: wide ? [rtl ? 356 : 20, 150] : [8, innerHeight * 0.36],
  });
}

async function load(map, meta) {
  if (meta.format !== FORMAT) throw new Error(`its data are in the format ${meta.format}`);
  if (!globalThis.DecompressionStream) throw new Error("this browser is too old (2023 or later is needed)");
  const tables = readTables(await inflate(block("cm-columns")), meta.columns);
  const app = makeApp(map, meta, tables);
  const state = readState(location.hash);
  apply(app, state);
  if (app.words.language !== app.language) app.words = makeWords(app.language, meta);
  document.documentElement.dir = app.words.dir; // before the frame, which keeps clear of the panel
  if (!state.centre) frame(map, meta.view);
  app.speak(app.language);
  addLayers(app);
  globalThis.conflictmap.ready = true;
  globalThis.conflictmap.boxes = () => [...app.badges, ...app.figures].map((box) => [...box]);
  document.documentElement.dataset.ready = "true";
  if (state.id) app.openById(state.id);
}

function makeApp(map, meta, tables) {
  const store = makeStore(tables.events, tables.sites, meta.words.events);
  const records = makeRecords(tables.records, tables, meta.words.records);
  const [readEvents, readRecords] = textBlocks(meta.blocks);
  const filter = { ...makeFilter(store), facets: makeFacets(store) };
  const series = seriesOf(records);
  const line = lineOf(series);
  const main = mainSeries(series, line);
  const extra = series.map((one) => one.key).filter((key) => !main.includes(key));
  const app = {
    map, meta, store, records, series,
    texts: { events: new Texts(readEvents, meta.blocks.events, EVENT_TEXTS), records: new Texts(readRecords, meta.blocks.records, RECORD_TEXTS) },
    shapes: makeShapes(tables.rings, tables.points), projected: projectSites(store.sites), home: meta.home, features: meta.features,
    filter, kept: new Uint8Array(store.n), shown: new Uint8Array(store.n), sites: null, markOf: [], seriesOff: new Set(extra), seriesExtra: extra, line,
    unplacedRecords: records.filter((r) => !r.shape), span: spanOf(store, records), range: null, unit: "week", speed: 1, graticule: false, query: "", tab: "map",
    sheet: 1, selected: null, selectedId: null, badges: [], marks: [], discs: [], figures: [], blocked: [], redraw() {}, top: null, theme: colours(meta.style),
    language: languagesOf(meta)[0], foundCount: 0, searching: false,
  };
  app.start = firstRange(meta.period, app.span);
  app.range = app.start;
  app.words = makeWords(app.language, meta);
  addActions(app);
  addSearch(app);
  listen(app);
  return app;
}

// Functions that give the blocks of texts one at a time: they stay where the browser keeps the document's text.
function textBlocks({ events, records }) {
  const text = document.getElementById("cm-texts").firstChild?.data ?? "";
  const ends = new Uint32Array(events + records);
  for (let k = 0, at = -1; k < ends.length; k++) {
    const next = text.indexOf("\n", at + 1);
    ends[k] = at = next < 0 ? text.length : next;
  }
  const line = (k) => text.slice(k ? ends[k - 1] + 1 : 0, ends[k]);
  return [line, (k) => line(events + k)];
}

// First and last day of anything with a date.
function spanOf(store, records) {
  let [from, to] = [Infinity, -Infinity];
  for (let i = 0; i < store.n; i++) {
    if (!store.dated[i]) continue;
    from = Math.min(from, store.first[i]);
    to = Math.max(to, store.last[i]);
  }
  for (const r of records.filter((one) => one.first !== null)) {
    from = Math.min(from, r.first);
    to = Math.max(to, r.last);
  }
  return from <= to ? [from, to] : null;
}

// Added last, so that everything is drawn once, where it stays.
function addLayers(app) {
  const { map } = app;
  const pane = (name, order) => { map.createPane(name).style.zIndex = String(order); return name; };
  const under = (ctx, view) => {
    app.marks = layOutEvents(view, app);
    app.blocked = app.uncovered ?? surfaces(map, view);
    paintAreas(ctx, view, app);
    paintDisplacement(ctx, view, app);
    layOutFigures(ctx, app);
    layOutBadges(ctx, view, app);
  };
  const paints = [
    ["base", 210, (ctx, view) => paintBasemap(ctx, view, app)],
    ["under", 310, under],
    ["labels", 320, (ctx, view) => paintLabels(ctx, view, app)],
    ["events", 450, (ctx, view) => paintEvents(ctx, view, app)],
  ];
  const layers = paints.map(([name, order, paint]) => new CanvasLayer(paint, pane(`cm-${name}`, order)));
  const tiles = () => {
    let found = false;
    map.eachLayer((layer) => { found ||= layer instanceof L.TileLayer; });
    return found;
  };
  app.tiled = tiles();
  layers.forEach((layer) => layer.addTo(map));
  map.on("layeradd layerremove", ({ layer }) => {
    if (!(layer instanceof L.TileLayer)) return;
    app.tiled = tiles();
    app.redraw({ base: true });
  });
  app.layers = layers;
  app.redraw = ({ base = false } = {}) => layers.slice(base ? 0 : 1).forEach((layer) => layer.redraw());
  app.top = layers.at(-1);
  // On paper one canvas holds all: four large ones take more memory than printers like.
  app.printSharp = (sharp) => {
    app.top.paint = sharp ? (ctx, view) => paints.forEach(([, , paint]) => paint(ctx, view)) : paints.at(-1)[2];
    app.top.sharpen(sharp);
    if (!sharp) app.redraw({ base: true });
  };
}

// Boxes of panel, time bar and tools, in canvas points: nothing is labelled under them.
function surfaces(map, view) {
  const { x, y } = map.layerPointToContainerPoint(view.min);
  const nodes = document.querySelectorAll("#panel, #timebar, #tools > *, #foot > *");
  const boxes = [...nodes].map((node) => node.getBoundingClientRect()).filter((box) => box.width)
    .map((box) => [box.left - x - 4, box.top - y - 4, box.right - x + 4, box.bottom - y + 4]);
  // The window's edges too: a text that would be cut there is left out, one wholly outside waits for the next move.
  const [left, top, right, bottom] = [-x, -y, map.getSize().x - x, map.getSize().y - y];
  return [...boxes, [left, top, right, top + 1], [left, bottom - 1, right, bottom], [left, top, left + 1, bottom], [right - 1, top, right, bottom]];
}

function apply(app, state) {
  const { store, meta } = app;
  if (languagesOf(meta).includes(state.language)) app.language = state.language;
  chooseNames(app.filter.facets, state.only);
  if (state.range && app.span) {
    const range = [Math.max(state.range[0], app.span[0]), Math.min(state.range[1], app.span[1])];
    if (range[0] <= range[1]) app.range = range;
  }
  if (state.series) {
    app.seriesOff = new Set(app.series.map((one) => one.key).filter((key) => !state.series.includes(seriesName(key))));
  }
  for (const name of state.off) {
    const code = store.words.event_type.indexOf(name);
    if (code > 0) app.filter.type[code] = 0;
    if (name === "places") app.filter.where[0] = 0;
    if (name === "areas") app.filter.where[1] = 0;
  }
  if (state.centre) app.map.setView([state.centre[1], state.centre[0]], state.zoom, { animate: false });
  if (state.query) app.search(state.query);
}

globalThis.L = L;
globalThis.conflictmap = { open, ready: false };
