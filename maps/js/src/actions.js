// What the page can do: filter, select, open, search, speak another language, remember its view in the address.

import { makeCard } from "./card.js";
import { makeWords } from "./i18n.js";
import { makeRow } from "./list.js";
import { makePanel } from "./panel.js";
import { searchTexts, searchWords } from "./search.js";
import { writeState } from "./state.js";
import { applyFilter, POINT } from "./store.js";
import { makeTimebar } from "./timebar.js";
import { makeTools } from "./tools.js";

export function addActions(app) {
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
