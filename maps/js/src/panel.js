// The panel: title, key figures, tabs, search, the legend that is the filter, certainty, credits.

import { bdi, el, replace } from "./dom.js";
import { makeList } from "./list.js";
import { safeLink } from "./marks.js";
import { publisher, seriesTotal, stater } from "./people.js";
import { eventRadius } from "./scale.js";
import { signCanvas } from "./labels.js";
import { bubbleCanvas, symbolCanvas } from "./symbols.js";
import { rangeInWords } from "./time.js";

const TABS = ["map", "list", "sources", "method"];

export function makePanel(app) {
  const { meta, words, store } = app;
  const language = words.language;
  const title = meta.title[language] ?? meta.title.en ?? Object.values(meta.title)[0] ?? meta.id;
  document.title = title;
  const parts = {
    figures: el("div", { class: "figures" }), types: el("div", {}), sizes: el("div", { class: "sizes" }),
    people: el("div", {}), certainty: el("div", {}), found: el("p", { class: "muted found", role: "status" }),
    live: el("p", { class: "hidden-text", "aria-live": "polite" }),
  };
  const pages = {
    map: el("div", {}), list: el("div", { class: "list" }), sources: el("div", {}), method: el("div", {}),
  };
  const search = el("input", { type: "search", id: "search", placeholder: words.say("search"), "aria-label": words.say("search"),
    autocomplete: "off", oninput: () => app.search(search.value) });
  search.value = app.query;
  const tabs = TABS.map((name) => el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `page-${name}`,
    onclick: () => open(name), onkeydown: (e) => move(e, name) }, words.say(name)));
  const sheet = el("button", { class: "sheet-handle", type: "button", "aria-label": words.say("show panel"),
    onclick: () => { app.sheet = (app.sheet + 1) % 3; node.dataset.height = String(app.sheet); } });
  const span = app.span ? rangeInWords(app.span, words.locale) : words.say("no dates");
  const sources = sourcesOf(app).length;
  const node = el("aside", { id: "panel", class: "surface", "aria-label": words.say("panel"), "data-height": String(app.sheet) },
    sheet, el("h1", {}, title),
    el("p", { class: "muted span" }, span, " · ", words.say("n events", { n: store.n }), " · ", words.say("n sources", { n: sources })),
    parts.figures, el("div", { class: "tabs", role: "tablist" }, tabs),
    el("div", { class: "pages" }, TABS.map((name) => Object.assign(pages[name], { id: `page-${name}`, role: "tabpanel" }))),
    credits(app, open), parts.live);

  replace(pages.map, search, parts.found, heading(words.say("events")), parts.types, heading(words.say("size")), parts.sizes,
    app.series.length ? heading(words.say("displacement")) : null, parts.people, heading(words.say("certainty")), parts.certainty,
    meta.context.length || meta.features.road.length ? heading(words.say("context")) : null, el("div", { class: "signs" }, contextRows(app)));
  replace(pages.sources, sourceList(app));
  replace(pages.method, words.say("method text").map((text) => el("p", {}, text)), el("p", { class: "muted" }, disclaimer(app)),
    el("p", { class: "muted" }, "Leaflet 1.9.4 (BSD-2-Clause), Natural Earth."));
  const list = makeList(app, pages.list);
  drawSizes(app, parts.sizes);

  function open(name) {
    app.tab = name;
    TABS.forEach((other, k) => {
      const on = other === name;
      tabs[k].setAttribute("aria-selected", String(on));
      tabs[k].tabIndex = on ? 0 : -1;
      pages[other].hidden = !on;
    });
    if (name === "list") list.update();
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
    const { count } = app;
    replace(parts.figures, figures(app));
    keepFocus(parts.types, () => replace(parts.types, typeRows(app)));
    keepFocus(parts.people, () => replace(parts.people, peopleRows(app)));
    keepFocus(parts.certainty, () => replace(parts.certainty, certaintyRows(app, showUnplaced)));
    replace(parts.found, app.searching ? words.say("searching") : app.filter.found ? words.say("n found", { n: app.foundCount }) : "");
    parts.live.textContent = words.say("updated", { n: count.all, range: app.range ? rangeInWords(app.range, words.locale) : "" });
    if (app.tab === "list") list.update();
  }

  function showUnplaced() {
    list.show(true);
    open("list");
  }

  open(app.tab);
  return { node, update, open, showUnplaced, repaint: list.paint };
}

const heading = (text) => el("h2", { class: "head" }, text);

// A redraw must not take the keyboard's place away.
function keepFocus(node, redraw) {
  const id = node.contains(document.activeElement) ? document.activeElement.id : "";
  redraw();
  if (id) document.getElementById(id)?.focus({ preventScroll: true });
}

function figure(number, text, kind, title = null, before = null) {
  return el("div", { class: `figure ${kind}`, title }, before && el("span", { class: "before" }, bdi(before), " "), el("b", {}, number),
    el("span", { class: "muted" }, text));
}

function figures(app) {
  const { words, count, line, range } = app;
  const dead = count.deadLow === count.deadHigh ? words.number(count.deadLow) : `${words.number(count.deadLow)}–${words.number(count.deadHigh)}`;
  const told = count.all > count.deadUnknown;
  // Two sources that tell of one happening are two events here; a reader of the sum must know.
  const added = sourcesOf(app).length > 1 ? "reported dead, not merged" : "reported dead";
  return [
    figure(words.number(count.all), words.say("events in range", { n: count.all }), "of-events"),
    figure(told ? dead : words.say("not stated"), words.say(told ? added : "reported dead"), "of-dead"),
    line && peopleFigure(line.series, range, words),
  ];
}

// The main series alone, in its own words and with its speaker where it is one figure.
function peopleFigure(series, range, words) {
  const total = range && seriesTotal(series, range);
  if (!total) return figure(words.say("none"), words.say("displaced"), "of-people", series.name);
  const only = total.rows.length === 1 ? total.rows[0] : null;
  const record = only?.parts ? (only.parts.length === 1 ? only.parts[0] : null) : only;
  const notes = [words.say("displaced"), record && stater(record), words.shortDay(total.day)].filter(Boolean).join(words.comma);
  const title = [series.name, record?.source].filter(Boolean).join(" · ");
  return figure(words.number(total.persons), notes, "of-people", title, record?.qualifier && words.term("qualifier", record.qualifier));
}

function check(id, on, symbol, name, shown, total, onchange) {
  const box = el("input", { type: "checkbox", id, checked: on, onchange: () => onchange(box.checked) });
  return el("label", { class: on ? "class-row" : "class-row off", for: id }, box, symbol, el("span", { class: "name" }, name),
    el("b", {}, shown),
    total && el("span", { class: "muted total" }, total));
}

function typeRows({ store, count, filter, words, theme, change }) {
  return store.words.event_type.map((name, code) => [name, code]).filter(([name]) => name)
    .sort((a, b) => store.total.type[b[1]] - store.total.type[a[1]])
    .map(([name, code]) => check(`type-${code}`, filter.type[code] === 1, symbolCanvas(theme.types[name], 5.2, false, theme.surface),
      words.term("type", name), words.number(count.type[code]), words.say("of n", { n: store.total.type[code] }),
      (on) => { filter.type[code] = on ? 1 : 0; change(); }));
}

const nearLook = (theme) => ({ ...Object.values(theme.types)[0], shape: "circle", fill: theme.muted, edge: theme.surface });

function certaintyRows({ store, count, filter, words, theme, meta, change }, showUnplaced) {
  const rows = [0, 1].map((where) => check(`where-${where}`, filter.where[where] === 1, el("span", { class: `swatch where-${where}` }),
    words.say(`where.${where}`), words.number(count.where[where]), words.say("of n", { n: store.total.where[where] }),
    (on) => { filter.where[where] = on ? 1 : 0; change(); }));
  const undated = store.dated.reduce((n, d) => n + (d === 0 ? 1 : 0), 0);
  const near = store.words.geo_precision.indexOf("C");
  return [
    rows,
    near > 0 ? el("p", { class: "sign" }, symbolCanvas(nearLook(theme), 4.6, false, theme.surface, true), words.say("near sign")) : null,
    meta.features.area.some((area) => area.approximate) ? el("p", { class: "sign" }, el("span", { class: "badge" }, `≈ ${words.number(5)}`), words.say("approximate sign")) : null,
    el("button", { class: "link unplaced", id: "unplaced", type: "button", onclick: showUnplaced },
      words.say("n unplaced", { n: store.total.where[2] })),
    undated ? el("p", { class: "muted" }, words.say("n undated", { n: undated })) : null,
  ];
}

// The main series at once, all others folded away: they often tell of the same people.
function peopleRows(app) {
  const { series, seriesOff, seriesExtra, words, range, left } = app;
  const told = series.map((one, k) => ({ one, k, total: range && seriesTotal(one, range) }));
  const extra = told.filter(({ one }) => seriesExtra.includes(one.key)).sort((a, b) => Boolean(b.total) - Boolean(a.total));
  const main = told.filter(({ one }) => !seriesExtra.includes(one.key));
  const open = app.moreSeries || extra.some(({ one }) => !seriesOff.has(one.key));
  const more = extra.length ? el("details", { class: "more", open, ontoggle: (e) => { app.moreSeries = e.target.open; } },
    el("summary", { id: "more-series" }, words.say("n more series", { n: extra.length })),
    el("p", { class: "muted" }, words.say("more series why")), extra.map((row) => seriesRow(app, row))) : null;
  const cut = left?.count ? el("p", { class: "muted" }, words.say("n flows left", { n: left.count, share: words.percent(left.share) })) : null;
  const shown = told.filter(({ one, total }) => total && one.measure === "stock" && !seriesOff.has(one.key));
  const largest = Math.max(0, ...shown.flatMap(({ one }) => one.records.map((r) => r.persons ?? 0)));
  const scale = largest ? el("p", { class: "muted" }, words.say("scale of people", { n: largest })) : null;
  return [main.map((row) => seriesRow(app, row)), more, scale, cut];
}

function seriesRow({ seriesOff, words, change }, { one, k, total }) {
  const kind = one.movement === "displacement" && one.name ? null : words.term("movement", one.movement);
  const name = [kind, one.name].filter(Boolean).join(" · ");
  const when = one.measure === "stock" ? (total ? words.say("at range end", { day: words.shortDay(total.day) }) : "") : words.say("in range");
  const label = [bdi(name), el("span", { class: "muted when" }, ` ${when}`)];
  return check(`series-${k}`, !seriesOff.has(one.key), el("span", { class: `swatch ${one.measure}` }), label,
    total ? words.short(total.persons) : words.say("none"), null, (on) => {
      if (on) seriesOff.delete(one.key);
      else seriesOff.add(one.key);
      change();
    });
}

// The signs of roads, crossings and posts, as far as the map has any.
function contextRows({ meta, theme, words }) {
  const kinds = [...new Set([...(meta.features.road.length ? ["highway"] : []), ...meta.context.map((point) => point.kind)])];
  return kinds.map((kind) => el("div", { class: "sign" }, signCanvas(kind, theme), words.term("context", kind)));
}

// Nested in a row: three round values, and the open symbol of a number that no source states.
function drawSizes({ meta, theme, words, store }, node) {
  const common = store.words.event_type.filter(Boolean).sort((a, b) =>
    store.total.type[store.words.event_type.indexOf(b)] - store.total.type[store.words.event_type.indexOf(a)])[0];
  const look = { ...(theme.types[common] ?? Object.values(theme.types)[0]), shape: "circle", fill: theme.muted, edge: theme.surface };
  const items = [[0, words.say("0–3")], [10, words.number(10)], [50, words.number(50)]].map(([n, text]) =>
    el("span", {}, symbolCanvas(look, eventRadius(n, meta.style), false, theme.surface), text));
  const unknown = el("span", {}, symbolCanvas(look, meta.style.unknown_radius, true, theme.surface), words.say("dead unknown"));
  const several = el("span", {}, bubbleCanvas(theme, words.number(9)), words.say("several"));
  replace(node, items, unknown, several);
}

function disclaimer({ meta, words }) {
  return meta.disclaimer[words.language] ?? meta.disclaimer.en ?? "";
}

const MOST_NAMES = 3;
const LONGEST = 60; // characters of source names under the panel; the rest are a click away

function credits(app, open) {
  const { meta, words } = app;
  const all = sourcesOf(app);
  const named = [];
  const short = [...new Set(all.flatMap((c) => c.source.split(/[;؛]/)).map(publisher))];
  for (const source of short) if (!named.length || [...named, source].join(words.comma).length <= LONGEST) named.push(source);
  const left = short.length - named.length;
  const names = [...named, left ? words.say("n more", { n: left }) : null].filter(Boolean).join(words.comma);
  const link = (tab, text) => el("button", { class: "link", type: "button", onclick: () => open(tab) }, text);
  return el("p", { class: "muted credits" }, names ? `${words.say("credits", { names })} ` : "", words.say("base map"), " ", disclaimer(app), " ",
    el("span", { class: "links" }, link("sources", words.say("all sources")), " · ", link("method", words.say("how made"))));
}

// What was read: one entry an input, or, if the map was made without credits, one a source that a row names.
function sourcesOf({ meta, store }) {
  const once = new Map(meta.credits.filter((c) => c.source).map((c) => [c.source, c]));
  if (once.size) return [...once.values()];
  return [...new Set([...store.words.source, ...meta.words.records.source])].filter(Boolean).map((source) => ({ source }));
}

function sourceList(app) {
  const { meta, store, words } = app;
  const counts = new Map();
  store.table.source.forEach((code) => counts.set(code, (counts.get(code) ?? 0) + 1));
  const figures = new Map();
  for (const record of app.records) figures.set(record.source, (figures.get(record.source) ?? 0) + 1);
  const credited = meta.credits.map((c) => {
    const link = safeLink(c.url);
    return el("li", {}, link ? el("a", { href: link, rel: "noopener noreferrer", target: "_blank" }, c.source) : several(c.source, words),
      c.licence ? el("span", { class: "muted" }, ` · ${c.licence}`) : null);
  });
  const told = store.words.source.map((name, code) => [name, counts.get(code) ?? 0]).filter(([name, n]) => name && n)
    .sort((a, b) => b[1] - a[1]).map(([name, n]) => cited(name, words.say("n events", { n })));
  const people = [...figures].filter(([name]) => name).sort((a, b) => b[1] - a[1]).map(([name, n]) => cited(name, words.say("n figures", { n })));
  const part = (title, rows) => (rows.length ? [heading(title), el("ul", { class: "sources" }, rows)] : []);
  return [part(words.say("read"), credited), part(words.say("named by events"), told), part(words.say("named by figures"), people)];
}

// A table that was put together from many sources names them all: folded, one a line.
function several(source, words) {
  const parts = source.split(/[;؛]/).map((part) => part.trim()).filter(Boolean);
  if (parts.length <= MOST_NAMES) return bdi(source);
  const first = [...new Set(parts.map(publisher))].slice(0, MOST_NAMES).join("; ");
  return el("details", { class: "more" }, el("summary", {}, bdi(first), "; ", words.say("n more", { n: parts.length - MOST_NAMES })),
    el("ul", { class: "sources" }, parts.map((part) => el("li", {}, bdi(part)))));
}

const cited = (name, count) => el("li", {}, bdi(name), el("span", { class: "muted" }, ` · ${count}`));
