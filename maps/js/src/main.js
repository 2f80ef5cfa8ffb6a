// Opens the page: reads the data, makes the map and its layers, and keeps all parts in step.

import * as L from "leaflet/dist/leaflet-src.esm.js";
import "leaflet/dist/leaflet.css";

import { addActions, addSearch } from "./actions.js";
import { makeShapes } from "./basemap.js";
import { FORMAT, inflate, readTables, Texts } from "./decode.js";
import { projectSites } from "./events.js";
import { languagesOf, makeWords } from "./i18n.js";
import { addLayers } from "./layers.js";
import { isToldElsewhere, lineOf, mainSeries, makeRecords, seriesName, seriesOf } from "./people.js";
import { listen } from "./pointer.js";
import { listenToPrinter } from "./paper.js";
import { chooseRate, rateChoice } from "./ratestate.js";
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
  meta.hosts = document.querySelector("meta[name=hosts]").getAttribute("content").split(" ").filter(Boolean);
  const [west, south, east, north] = meta.filled;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(id, {
    zoomControl: false, attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.5, wheelPxPerZoomLevel: 110, maxZoom: 15,
    maxBounds: [[south, west], [north, east]], maxBoundsViscosity: 1, ...(still ? { zoomAnimation: false, inertia: false } : {}),
  });
  if (still) map.panBy = (offset, how) => L.Map.prototype.panBy.call(map, offset, { ...how, animate: false });
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
    paddingTopLeft: wide ? [rtl ? 20 : 356, 16] : [8, 84],
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
  addLayers(app, () => { document.documentElement.dataset.whole = "true"; });
  listenToPrinter(app);
  globalThis.conflictmap.ready = true;
  globalThis.conflictmap.boxes = () => boxesOf(app);
  document.documentElement.dataset.ready = "true";
  if (state.id) app.openById(state.id);
}

// Where things stand on the map now, by kind: what never may stand on each other.
function boxesOf({ badges, figures, marks, names }) {
  const counts = marks.filter((mark) => mark.n > 1).map(({ x, y, r }) => [x - r / 2, y - r / 2, x + r / 2, y + r / 2]);
  return Object.fromEntries(Object.entries({ badges, figures, counts, names }).map(([kind, boxes]) => [kind, boxes.map((box) => [...box])]));
}

function makeApp(map, meta, tables) {
  const store = makeStore(tables.events, tables.sites, meta.words.events);
  const records = makeRecords(tables.records, tables, meta.words.records);
  const [readEvents, readRecords] = textBlocks(meta.blocks);
  const filter = { ...makeFilter(store), facets: makeFacets(store) };
  const series = seriesOf(records).filter((one) => !isToldElsewhere(one, records));
  const line = lineOf(series);
  const main = mainSeries(series, line);
  const extra = series.map((one) => one.key).filter((key) => !main.includes(key));
  const app = {
    map, meta, store, records, series,
    texts: { events: new Texts(readEvents, meta.blocks.events, EVENT_TEXTS), records: new Texts(readRecords, meta.blocks.records, RECORD_TEXTS) },
    shapes: makeShapes(tables.rings, tables.points), projected: projectSites(store.sites), home: meta.home, features: meta.features,
    filter, kept: new Uint8Array(store.n), shown: new Uint8Array(store.n), sites: null, markOf: [], seriesOff: new Set(extra), seriesExtra: extra, line,
    unplacedRecords: records.filter((r) => !r.shape && r.lead === null), span: spanOf(store, records), range: null, unit: "week", speed: 1, graticule: false, query: "", tab: "map",
    sheet: 1, selected: null, selectedId: null, badges: [], marks: [], discs: [], figures: [], names: [], people: [], blocked: [], window: null, surfaces: null, redraw() {}, top: null, theme: colours(meta.style),
    rates: rateChoice(meta.rates, tables), language: languagesOf(meta)[0], foundCount: 0, searching: false,
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
  const text = document.getElementById("cm-texts").firstChild?.nodeValue ?? "";
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
  let [from, to] = store.datedCount ? [store.first[0], store.ended[store.datedCount - 1]] : [Infinity, -Infinity];
  for (const r of records.filter((one) => one.first !== null)) {
    from = Math.min(from, r.first);
    to = Math.max(to, r.last);
  }
  return from <= to ? [from, to] : null;
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
  chooseRate(app.rates, state.rates);
  for (const name of state.off) {
    const code = store.words.event_type.indexOf(name);
    if (code > 0) app.filter.type[code] = 0;
    if (name === "places") app.filter.where[0] = 0;
    if (name === "areas") app.filter.where[1] = 0;
  }
  if (state.centre) app.map.setView([state.centre[1], state.centre[0]], state.zoom, { animate: false });
  if (state.query) app.search(state.query);
}

globalThis.L = { ...L }; // for layers of others, and open for what their plugins add
globalThis.conflictmap = { open, ready: false };
