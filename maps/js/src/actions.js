// What the page can do: filter, select, open, search, speak another language, remember its view in the address.

import { makeCard } from "./card.js";
import { freeBox } from "./free.js";
import { makeWords } from "./i18n.js";
import { makeRow } from "./list.js";
import { makePanel } from "./panel.js";
import { chosenNames } from "./facets.js";
import { seriesName } from "./people.js";
import { refreshUnit } from "./ratecard.js";
import { rateName } from "./ratestate.js";
import { searchTexts, searchWords } from "./search.js";
import { writeState } from "./state.js";
import { AREA, passing, POINT, showRange } from "./store.js";
import { makeTimebar } from "./timebar.js";
import { makeTools } from "./tools.js";

export function addActions(app) {
  const { store, map } = app;
  // The first change of a frame is drawn at once, all others of that frame together before the next.
  let drawn = false;
  let pending = null;
  app.change = (what = {}) => {
    if (drawn) {
      pending = { time: what.time && (pending?.time ?? true) };
      return;
    }
    drawn = true;
    app.update(what);
    requestAnimationFrame(() => {
      drawn = false;
      const next = pending;
      pending = null;
      if (next) app.change(next);
    });
  };
  let later = 0;
  app.update = (what = {}) => {
    if (!what.time) passing(store, app.filter, app.kept);
    count(app);
    if (app.rates) app.rates.now = null;
    app.redraw();
    app.timebar.update(what);
    cancelAnimationFrame(later);
    if (!what.panelIsNew) later = requestAnimationFrame(() => {
      app.panel.update();
      refreshUnit(app);
    });
    app.remember();
  };
  app.select = (i, id = null) => {
    app.selected = i;
    app.selectedId = id;
    app.top?.redraw();
    app.remember();
  };
  app.open = (i) => app.card.event(i, app.spotOf(i));
  app.openById = async (id) => {
    let found = -1;
    await app.texts.events.each((first, [ids]) => { if (ids.includes(id)) found = first + ids.indexOf(id); }, () => found < 0);
    if (found >= 0) app.open(found);
  };
  app.spotOf = (i) => {
    if (store.where[i] === AREA) return badgeSpot(app, store.table.area[i] - 1);
    if (store.where[i] !== POINT) return null;
    const site = store.table.site[i] - 1;
    const place = [store.sites.y[site] / 1e5, store.sites.x[site] / 1e5];
    const free = freeBox();
    let { x, y } = map.latLngToContainerPoint(place);
    if (x < free[0] + 40 || x > free[2] - 40 || y < free[1] + 40 || y > free[3] - 40) {
      map.setView(place, Math.max(map.getZoom(), 9), { animate: false });
      const size = map.getSize();
      map.panBy([size.x / 2 - (free[0] + free[2]) / 2, size.y / 2 - (free[1] + free[3]) / 2], { animate: false });
      ({ x, y } = map.latLngToContainerPoint(place));
    }
    return { x, y, r: 12 };
  };
  // A browser takes so many changes of the address a minute: the last one of a burst is enough.
  let waiting = 0;
  app.remember = () => {
    clearTimeout(waiting);
    waiting = setTimeout(remember, 400);
  };
  addEventListener("pagehide", () => waiting && remember());
  function remember() {
    waiting = 0;
    const centre = map.getCenter();
    const off = store.words.event_type.filter((name, code) => name && !app.filter.type[code]);
    if (!app.filter.where[0]) off.push("places");
    if (!app.filter.where[1]) off.push("areas");
    const first = app.span && app.range[0] === app.start[0] && app.range[1] === app.start[1];
    const on = app.series.filter((one) => !app.seriesOff.has(one.key));
    const usual = on.length + app.seriesExtra.length === app.series.length && app.seriesExtra.every((key) => app.seriesOff.has(key));
    const hash = writeState({ centre: [centre.lng, centre.lat], zoom: map.getZoom(), range: first ? null : app.range, off,
      series: usual ? null : on.map((one) => seriesName(one.key)),
      only: chosenNames(app.filter.facets), rates: rateName(app.rates), query: app.query, language: app.language, id: app.selectedId });
    try {
      history.replaceState(null, "", hash);
    } catch {
      // Inside a notebook's frame the address is not ours to change.
    }
  }
  app.renewPanel = () => {
    const old = app.panel.node;
    app.panel = makePanel(app);
    old.replaceWith(app.panel.node);
    app.panel.update();
  };
  app.speak = (language) => speak(app, language);
}

function count(app) {
  app.count = showRange(app.store, app.kept, app.range ?? [0, 0], app.span ?? [0, 0], app.shown);
  app.sites = null;
}

// The badge of the area, if it is in view.
function badgeSpot({ badges, map, top }, area) {
  const badge = badges.find((b) => b.areas.includes(area));
  if (!badge || !top?._bounds) return null;
  const middle = top._bounds.min.add([(badge[0] + badge[2]) / 2, (badge[1] + badge[3]) / 2]);
  const { x, y } = map.layerPointToContainerPoint(middle);
  return { x, y, r: (badge[2] - badge[0]) / 2 };
}

// Makes the whole interface in a language; the map keeps its place.
function speak(app, language) {
  app.timebar?.stop();
  app.card?.end();
  app.language = language;
  if (app.words.language !== language) app.words = makeWords(language, app.meta);
  app.row = makeRow(app);
  const root = document.documentElement;
  root.lang = language;
  root.dir = app.words.dir;
  const ground = app.map.getContainer();
  ground.setAttribute("role", "region");
  ground.setAttribute("aria-label", app.words.say("map keys"));
  for (const id of ["panel", "timebar", "tools", "foot", "card"]) document.getElementById(id)?.remove();
  passing(app.store, app.filter, app.kept);
  count(app);
  app.card = makeCard(app);
  app.panel = makePanel(app);
  app.timebar = makeTimebar(app);
  app.tools = makeTools(app);
  document.getElementById("page").append(app.panel.node, app.tools.node, app.timebar.node, app.tools.foot);
  app.tools.scale();
  app.surfaces = null;
  app.panel.update(); // before the time bar measures itself, so that the browser lays the page out once
  app.update({ panelIsNew: true });
}

export function addSearch(app) {
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
