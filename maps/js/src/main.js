// Opens the page: reads the data, makes the map and its layers, and keeps all parts in step.

import L from "leaflet";
import "leaflet/dist/leaflet.css";

import { hitBadge, paintAreas } from "./areas.js";
import { makeShapes, paintBasemap } from "./basemap.js";
import { CanvasLayer } from "./canvas.js";
import { makeCard } from "./card.js";
import { FORMAT, inflate, readTables, Texts } from "./decode.js";
import { hitDisc, paintDisplacement } from "./displacement.js";
import { hit, layOutEvents, paintEvents, projectSites } from "./events.js";
import { makeWords } from "./i18n.js";
import { paintLabels } from "./labels.js";
import { makeRow } from "./list.js";
import { makePanel } from "./panel.js";
import { lineOf, makeRecords, seriesOf } from "./people.js";
import { searchTexts, searchWords } from "./search.js";
import { readState, writeState } from "./state.js";
import { applyFilter, EVENT_TEXTS, makeFilter, makeStore, POINT, RECORD_TEXTS } from "./store.js";
import { colours } from "./symbols.js";
import { makeTimebar } from "./timebar.js";
import { makeTools } from "./tools.js";
import "./page.css";

const SPOKEN = ["en", "ar"];
const block = (id) => document.getElementById(id).textContent;

// The Leaflet map at once, so that layers of others can be added; our data follow as soon as they are unpacked.
function open(id) {
  const meta = JSON.parse(block("cm-meta"));
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
  document.documentElement.dir = makeWords(app.language).dir; // before the frame, which keeps clear of the panel
  if (!state.centre) frame(map, meta.view);
  app.speak(app.language);
  addLayers(app);
  globalThis.conflictmap.ready = true;
  document.documentElement.dataset.ready = "true";
  if (state.id) app.openById(state.id);
}

function makeApp(map, meta, tables) {
  const store = makeStore(tables.events, tables.sites, meta.words.events);
  const records = makeRecords(tables.records, tables, meta.words.records);
  const blocks = block("cm-texts").split("\n").filter(Boolean);
  const events = blocks.slice(0, meta.blocks.events);
  const series = seriesOf(records);
  const app = {
    map, meta, store, records, series,
    texts: { events: new Texts(events, EVENT_TEXTS), records: new Texts(blocks.slice(meta.blocks.events), RECORD_TEXTS) },
    shapes: makeShapes(tables.rings, tables.points), projected: projectSites(store.sites), home: meta.home, features: meta.features,
    filter: makeFilter(store), shown: new Uint8Array(store.n), seriesOff: new Set(), line: lineOf(series),
    unplacedRecords: records.filter((r) => !r.shape), span: spanOf(store, records), range: null, unit: "week", query: "", tab: "map",
    sheet: 1, selected: null, badges: [], marks: [], discs: [], figures: [], taken: [], redraw() {}, top: null, theme: colours(meta.style),
    language: SPOKEN.includes(meta.languages[0]) ? meta.languages[0] : "en", foundCount: 0, searching: false,
  };
  app.range = app.span;
  app.words = makeWords(app.language, meta.home);
  addActions(app);
  addSearch(app);
  listen(app);
  return app;
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
    paintAreas(ctx, view, app);
    paintDisplacement(ctx, view, app);
  };
  const layers = [
    ["base", 210, (ctx, view) => paintBasemap(ctx, view, app)],
    ["under", 310, under],
    ["labels", 320, (ctx, view) => paintLabels(ctx, view, app)],
    ["events", 450, (ctx, view) => paintEvents(ctx, view, app)],
  ].map(([name, order, paint]) => new CanvasLayer(paint, pane(`cm-${name}`, order)));
  layers.forEach((layer) => layer.addTo(map));
  app.redraw = ({ base = false } = {}) => layers.slice(base ? 0 : 1).forEach((layer) => layer.redraw());
  app.top = layers.at(-1);
}

function apply(app, state) {
  const { store, meta } = app;
  if (state.language && meta.languages.includes(state.language) && SPOKEN.includes(state.language)) app.language = state.language;
  if (state.range && app.span) {
    const range = [Math.max(state.range[0], app.span[0]), Math.min(state.range[1], app.span[1])];
    if (range[0] <= range[1]) app.range = range;
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

function addActions(app) {
  const { store, map } = app;
  let pending = null;
  // All changes of one moment are drawn once, before the next frame.
  app.change = (what = {}) => {
    const before = pending;
    pending = { time: what.time && (before ? before.time : true) };
    if (!before) requestAnimationFrame(() => {
      const now = pending;
      pending = null;
      app.update(now);
    });
  };
  app.update = (what = {}) => {
    app.count = applyFilter(store, app.filter, app.range ?? [0, 0], app.span ?? [0, 0], app.shown);
    app.redraw();
    app.panel.update();
    app.timebar.update(what);
    app.remember();
  };
  app.select = (i) => {
    app.selected = i;
    app.top?.redraw();
    app.remember();
  };
  app.open = (i) => app.card.event(i, app.spotOf(i));
  app.openById = async (id) => {
    await app.texts.events.each((i, values) => values[0] === id && app.open(i));
  };
  app.spotOf = (i) => {
    if (store.where[i] !== POINT) return null;
    const site = store.table.site[i] - 1;
    const place = [store.sites.y[site] / 1e5, store.sites.x[site] / 1e5];
    const clear = map.getBounds().pad(-0.2);
    if (!clear.contains(place)) map.setView(place, Math.max(map.getZoom(), 9), { animate: false });
    const { x, y } = map.latLngToContainerPoint(place);
    return { x, y, r: 12 };
  };
  app.remember = () => {
    const centre = map.getCenter();
    const off = store.words.event_type.filter((name, code) => name && !app.filter.type[code]);
    if (!app.filter.where[0]) off.push("places");
    if (!app.filter.where[1]) off.push("areas");
    const whole = app.span && app.range[0] <= app.span[0] && app.range[1] >= app.span[1];
    const hash = writeState({ centre: [centre.lng, centre.lat], zoom: map.getZoom(), range: whole ? null : app.range, off,
      query: app.query, language: app.language });
    try {
      history.replaceState(null, "", hash);
    } catch {
      // Inside a notebook's frame the address is not ours to change.
    }
  };
  app.speak = (language) => speak(app, language);
}

// Makes the whole interface in a language; the map keeps its place.
function speak(app, language) {
  app.timebar?.stop();
  app.card?.close();
  app.language = language;
  app.words = makeWords(language, app.meta.home, app.meta.languages.includes("ar"));
  app.row = makeRow(app);
  const root = document.documentElement;
  root.lang = language;
  root.dir = app.words.dir;
  for (const id of ["panel", "timebar", "tools", "foot", "card"]) document.getElementById(id)?.remove();
  app.count = applyFilter(app.store, app.filter, app.range ?? [0, 0], app.span ?? [0, 0], app.shown);
  app.card = makeCard(app);
  app.panel = makePanel(app);
  app.timebar = makeTimebar(app);
  app.tools = makeTools(app);
  document.getElementById("page").append(app.panel.node, app.tools.node, app.timebar.node, app.tools.foot);
  app.tools.scale();
  app.update();
}

function addSearch(app) {
  let turn = 0;
  app.search = async (query) => {
    const mine = ++turn;
    app.query = query.trim();
    app.filter.found = null;
    app.searching = false;
    if (app.query.length >= 2) {
      const found = new Uint8Array(app.store.n);
      const term = (kind, word) => app.words.term(kind, word);
      app.filter.found = searchWords(app.store, app.query, found, term);
      app.searching = true;
      const ended = () => mine !== turn;
      searchTexts(app.texts.events, app.query, found, () => !ended()).then(() => {
        if (ended()) return;
        app.searching = false;
        app.foundCount = found.reduce((sum, one) => sum + one, 0);
        app.change();
      });
    }
    if (app.panel) app.change();
  };
}

function listen(app) {
  const { map } = app;
  map.on("moveend", () => {
    app.tools?.scale();
    if (app.panel) app.remember();
  });
  map.on("click", (e) => click(app, e));
  map.on("mousemove", (e) => {
    const { x, y } = canvasPoint(app, e);
    const under = hit(app.marks, x, y) || hitBadge(app.badges, x, y) || hitDisc(app.discs, x, y);
    map.getContainer().classList.toggle("over", Boolean(under));
  });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", () => {
    app.theme = colours(app.meta.style);
    app.redraw({ base: true });
    app.speak(app.language);
  });
  addEventListener("beforeprint", () => { app.theme = colours(app.meta.style); });
  document.addEventListener("keydown", (e) => {
    if (e.target.closest?.("input, select, textarea, [role=slider], .leaflet-container") || e.altKey || e.ctrlKey || e.metaKey) return;
    if (e.key === "." || e.key === ",") app.timebar.go(e.key === "." ? 1 : -1);
  });
}

const canvasPoint = (app, e) => e.layerPoint.subtract(app.top._bounds.min);

function click(app, e) {
  const { x, y } = canvasPoint(app, e);
  const badge = hitBadge(app.badges, x, y);
  const mark = badge ? null : hit(app.marks, x, y);
  const spot = { x: e.containerPoint.x, y: e.containerPoint.y, r: mark?.r ?? 10 };
  if (badge) openArea(app, badge, spot);
  else if (mark) openMark(app, mark, spot);
  else {
    const disc = hitDisc(app.discs, x, y);
    if (disc) app.card.record(disc.record, spot);
    else app.card.close();
  }
}

function openArea(app, badge, spot) {
  const { words, meta } = app;
  const feature = meta.features.area[badge.area];
  const [name] = words.both(feature.name, feature.name_ar);
  const note = [name, words.say(`known to.${feature.precision}`), feature.approximate ? words.say("approximate") : null];
  app.card.list(badge.events, spot, words.say("n events", { n: badge.events.length }), note.filter(Boolean).join(" · "));
}

// One event: its card. One place: a list. Several places: closer, unless it can get no closer.
function openMark(app, mark, spot) {
  if (mark.events.length === 1) return app.card.event(mark.events[0], spot);
  const { store, map } = app;
  if (mark.sites > 1 && map.getZoom() < map.getMaxZoom() - 0.5) {
    const places = mark.events.map((i) => store.table.site[i] - 1).map((s) => [store.sites.y[s] / 1e5, store.sites.x[s] / 1e5]);
    const bounds = L.latLngBounds(places);
    if (map.getBoundsZoom(bounds.pad(0.3)) > map.getZoom() + 0.4) return map.fitBounds(bounds.pad(0.3), { padding: [60, 60] });
    return map.setView(bounds.getCenter(), map.getZoom() + 1);
  }
  return app.card.list(mark.events, spot);
}

globalThis.L = L;
globalThis.conflictmap = { open, ready: false };
