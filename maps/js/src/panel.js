// The panel: title, key figures, tabs, search, the legend that is the filter, certainty, credits.

import { credits, methodPage, sourceList, sourcesOf } from "./credits.js";
import { bdi, el, heading, replace } from "./dom.js";
import { facetLists } from "./facetlist.js";
import { certaintyLegend, contextLegend, peopleLegend, sizeLegend, typeLegend } from "./legend.js";
import { linksSection } from "./links.js";
import { makeList } from "./list.js";
import { seriesTotal, stater } from "./people.js";
import { rateLegend } from "./ratelegend.js";

const TABS = ["map", "list", "sources", "method"];

export function titleText({ meta, words }) {
  return meta.title[words.language] ?? meta.title.en ?? Object.values(meta.title)[0] ?? meta.id;
}

export function makePanel(app) {
  const { words } = app;
  document.title = titleText(app);
  const pages = Object.fromEntries(TABS.map((name) => [name, el("div", { id: `page-${name}`, role: "tabpanel", tabindex: "0", "aria-labelledby": `tab-${name}` })]));
  pages.list.className = "list";
  const tabs = TABS.map((name) => el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `page-${name}`,
    onclick: () => { open(name); raise(2); }, onkeydown: (e) => move(e, name) }, words.say(name)));
  const [figures, found] = [el("div", { class: "figures" }), el("p", { class: "muted found", role: "status" })];
  const live = el("p", { class: "hidden-text", "aria-live": "polite" });
  const [types, facets, people] = [typeLegend(app), facetLists(app), peopleLegend(app)];
  const certainty = certaintyLegend(app, () => showUnplaced());
  const [rates, beside] = [rateLegend(app), linksSection(app)];
  const list = makeList(app, pages.list);
  const sheet = el("button", { class: "sheet-handle", type: "button", "aria-label": words.say("show panel"),
    onclick: () => raise((app.sheet + 1) % 3) });
  const node = el("aside", { id: "panel", class: "surface", "aria-label": words.say("panel"), "data-height": String(app.sheet) },
    sheet, el("h1", {}, titleText(app)), spanLine(app), figures, el("div", { class: "tabs", role: "tablist" }, tabs),
    el("div", { class: "pages" }, Object.values(pages)), credits(app, open), live);

  const some = app.store.n > 0;
  replace(pages.map, some ? [searchField(app), found, heading(words.say("events")), types.node, facets.node, heading(words.say("size")), sizeLegend(app)] : null,
    app.series.length ? [heading(words.say("displacement")), people.node] : null, rates.node, some ? [heading(words.say("certainty")), certainty.node] : null,
    beside.node, contextLegend(app));
  const late = { sources: sourceList, method: methodPage }; // made when they are first opened

  function open(name) {
    app.tab = name;
    if (late[name]) replace(pages[name], late[name](app));
    delete late[name];
    TABS.forEach((other, k) => {
      const on = other === name;
      tabs[k].setAttribute("aria-selected", String(on));
      tabs[k].tabIndex = on ? 0 : -1;
      pages[other].hidden = !on;
    });
    pages[name].parentElement.scrollTop = 0; // each page is read from its top, however far the last was scrolled
    if (name === "list") list.update();
  }

  // The height of the sheet that the panel is on a phone.
  function raise(height) {
    app.sheet = height;
    node.dataset.height = String(height);
    app.surfaces = null;
  }

  function move(e, name) {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (!way) return;
    const turn = words.dir === "rtl" ? -way : way;
    const next = (TABS.indexOf(name) + turn + TABS.length) % TABS.length;
    open(TABS[next]);
    tabs[next].focus();
  }

  function update() {
    replace(figures, keyFigures(app));
    for (const part of [types, facets, people, rates, certainty, beside]) part.update();
    found.textContent = app.searching ? words.say("searching") : app.filter.found ? words.say("n found", { n: app.foundCount }) : "";
    live.textContent = words.say("updated", { n: app.count.all, range: app.range ? words.range(app.range) : "" });
    if (app.tab === "list") list.update();
  }

  function showUnplaced() {
    list.show(true);
    open("list");
    raise(2);
  }

  open(app.tab);
  return { node, update, open, showUnplaced, repaint: list.paint };
}

function spanLine(app) {
  const { words, store } = app;
  const span = app.span ? words.range(app.span) : words.say("no dates");
  const parts = [span, words.say("n events", { n: store.n }), words.say("n sources", { n: sourcesOf(app).length })];
  return el("p", { class: "muted span" }, parts.map((part, k) => [k ? "\u00a0· " : "", el("span", { class: "whole" }, part)])); // a line never begins with the point
}

function searchField(app) {
  const { words } = app;
  const field = el("input", { type: "search", id: "search", placeholder: words.say("search"), "aria-label": words.say("search"),
    autocomplete: "off", oninput: () => app.search(field.value) });
  field.value = app.query;
  return field;
}

function figure(number, text, kind, title = null, before = null) {
  return el("div", { class: `figure ${kind}`, title }, before && el("span", { class: "before" }, bdi(before), " "), el("b", {}, number),
    el("span", { class: "muted" }, text));
}

// [number, words, kind, ...] of the three figures, for the panel and for the picture.
export function keyFigures(app) {
  return figureTexts(app).map((texts) => figure(...texts));
}

export function figureTexts(app) {
  const { words, count, line, range } = app;
  const dead = count.deadLow === count.deadHigh ? words.number(count.deadLow) : `${words.number(count.deadLow)}–${words.number(count.deadHigh)}`;
  const told = count.all > count.deadUnknown;
  // Two sources that tell of one happening are two events here; a reader of the sum must know.
  const added = sourcesOf(app).length > 1 && !app.meta.merged ? "reported dead, not merged" : "reported dead";
  return [
    [words.number(count.all), words.say("events in range", { n: count.all }), "of-events"],
    [told ? dead : words.say(count.all ? "not stated" : "none"), words.say(told ? added : "reported dead"), "of-dead"],
    ...(line ? [peopleTexts(line.series, range, words)] : []),
  ];
}

// The main series alone, in its own words and with its speaker where it is one figure.
function peopleTexts(series, range, words) {
  const total = range && seriesTotal(series, range);
  if (!total) return [words.say("none"), words.say("displaced"), "of-people", series.name];
  const only = total.rows.length === 1 ? total.rows[0] : null;
  const record = only?.parts ? (only.parts.length === 1 ? only.parts[0] : null) : only;
  const notes = [words.say("displaced"), record && words.apart(stater(record)), words.shortDay(total.day)].filter(Boolean).join(words.comma);
  const title = [series.name, record?.source].filter(Boolean).join(" · ");
  return [words.number(total.persons), notes, "of-people", title, record?.qualifier && words.term("qualifier", record.qualifier)];
}
