// The legend that is the filter: rows made once, whose counts follow what is shown.

import { bdi, el, heading, replace } from "./dom.js";
import { signPicture } from "./labels.js";
import { flowsBeyond, leftOut, seriesTotal } from "./people.js";
import { eventRadius, flowWidth } from "./scale.js";
import { bubblePicture, flowPicture, symbolPicture } from "./symbols.js";

// A row with a box to tick: {node, set(on, shown, total)}.
export function checkRow(id, symbol, name, onchange) {
  const box = el("input", { type: "checkbox", id, onchange: () => onchange(box.checked) });
  const [shown, total] = [el("b", {}), el("span", { class: "muted total" })];
  const node = el("label", { class: "class-row", for: id }, box, symbol, el("span", { class: "name" }, name), shown, total);
  const set = (on, count, all = "") => {
    box.checked = on;
    node.classList.toggle("off", !on);
    shown.textContent = count;
    total.textContent = all;
  };
  return { node, set };
}

export const byTotal = ({ store }) => store.words.event_type.map((name, code) => [name, code]).filter(([name]) => name)
  .sort((a, b) => store.total.type[b[1]] - store.total.type[a[1]]);

// {node, update} of the types of events.
export function typeLegend(app) {
  const { store, filter, words, theme } = app;
  const rows = byTotal(app).map(([name, code]) => [code, checkRow(`type-${code}`, symbolPicture(theme.types[name], 5.2, false, theme.surface),
    words.term("type", name), (on) => { filter.type[code] = on ? 1 : 0; app.change(); })]);
  const update = () => rows.forEach(([code, row]) => row.set(filter.type[code] === 1, words.number(app.count.type[code]),
    words.say("of n", { n: store.total.type[code] })));
  return { node: el("div", {}, rows.map(([, row]) => row.node)), update };
}

export const greyLook = (theme) => ({ shape: "circle", fill: theme.muted, edge: theme.surface });

export function certaintyLegend(app, showUnplaced) {
  const { store, filter, words, theme, meta } = app;
  const rows = [0, 1].map((where) => checkRow(`where-${where}`, el("span", { class: `swatch where-${where}` }), words.say(`where.${where}`),
    (on) => { filter.where[where] = on ? 1 : 0; app.change(); }));
  const undated = store.n - store.datedCount;
  const sign = (symbol, text) => el("p", { class: "sign" }, symbol, text);
  const node = el("div", {}, rows.map((row) => row.node),
    store.words.geo_precision.includes("C") ? sign(symbolPicture(greyLook(theme), 4.6, false, theme.surface, true), words.say("near sign")) : null,
    store.unsure ? sign(symbolPicture({ ...greyLook(theme), faint: true }, 5, false, theme.surface), words.say("unsure sign")) : null,
    meta.features.area.some((area) => area.approximate) ? sign(el("span", { class: "badge" }, `≈ ${words.number(5)}`), words.say("approximate sign")) : null,
    store.total.where[2] ? el("button", { class: "link unplaced", id: "unplaced", type: "button", onclick: showUnplaced }, words.say("n unplaced", { n: store.total.where[2] })) : null,
    undated ? el("p", { class: "muted" }, words.say("n undated", { n: undated })) : null);
  const update = () => rows.forEach((row, where) => row.set(filter.where[where] === 1, words.number(app.count.where[where]),
    words.say("of n", { n: store.total.where[where] })));
  return { node, update };
}

/** @returns {[number, string][]} */
export const sizesOf = (words) => [[0, words.say("0–3")], [10, words.number(10)], [50, words.number(50)]];

// Nested in a row: three round values, and the open symbol of a number that no source states.
export function sizeLegend({ meta, theme, words }) {
  const look = greyLook(theme);
  const items = sizesOf(words).map(([n, text]) =>
    el("span", {}, symbolPicture(look, eventRadius(n, meta.style), false, theme.surface), text));
  return el("div", { class: "sizes" }, items,
    el("span", {}, symbolPicture(look, meta.style.unknown_radius, true, theme.surface), words.say("dead unknown")),
    el("span", {}, bubblePicture(theme, words.number(9)), words.say("several")));
}

export const contextKinds = ({ features, context }) => [...new Set([...(features.road.length ? ["highway"] : []), ...context.map((point) => point.kind)])];

// The signs of roads, crossings and posts, as far as the map has any, and the graticule, which is off at first.
export function contextLegend(app) {
  const { meta, theme, words } = app;
  const kinds = contextKinds(meta);
  const grid = checkRow("graticule", el("span", { class: "swatch grid" }), words.say("graticule"), (on) => {
    app.graticule = on;
    app.redraw({ base: true });
  });
  grid.set(app.graticule, "");
  return [heading(words.say("context")),
    el("div", { class: "signs" }, kinds.map((kind) => el("div", { class: "sign" }, signPicture(kind, theme), words.term("context", kind)))), grid.node];
}

// The series of displacement: the main ones at once, all others folded away, for they often tell of the same people.
export function peopleLegend(app) {
  const { series, seriesOff, seriesExtra, words } = app;
  const rows = series.map((one, k) => seriesRow(app, one, k));
  const isExtra = (k) => seriesExtra.includes(series[k].key);
  const nodes = (extra) => rows.filter((_, k) => isExtra(k) === extra).map(({ node }) => node);
  const folded = el("div", {});
  const more = el("details", { class: "more", open: seriesExtra.some((key) => !seriesOff.has(key)) },
    el("summary", { id: "more-series" }, words.say("n more series", { n: seriesExtra.length })),
    el("p", { class: "muted" }, words.say("more series why")), folded);
  const [flows, circles, cut, beyond] = [el("div", { class: "widths" }), el("p", { class: "muted" }), el("p", { class: "muted" }), el("div", { class: "beyond" })];
  const node = el("div", {}, nodes(false), seriesExtra.length ? more : null, circles, flows, cut, beyond);
  replace(folded, nodes(true));
  const update = () => {
    const totals = series.map((one) => app.range && seriesTotal(one, app.range));
    rows.forEach((row, k) => row.update(totals[k]));
    const shown = series.filter((one, k) => totals[k] && one.measure === "stock" && !seriesOff.has(one.key));
    const largest = Math.max(0, ...shown.flatMap((one) => one.records.map((r) => r.persons ?? 0)));
    const gone = shown.some((one) => totals[series.indexOf(one)].rows.some((r) => !r.to));
    circles.textContent = [largest && words.say("scale of people", { n: Math.round(largest) }), gone && words.say("open circle")].filter(Boolean).join(" ");
    const { count, share, below, largest: most } = leftOut(app.range ? series.filter((one) => !seriesOff.has(one.key)) : [], app.range);
    replace(flows, flowLegend(app, most));
    replace(beyond, beyondTexts(app).map((text) => el("p", { class: "muted" }, text)));
    cut.textContent = count ? words.say("n flows left", { n: count, below: Math.round(below), share: words.percent(share) }) : "";
  };
  return { node, update };
}

// What is not in the sums of the movements shown, a sentence a series: its name too where several are shown.
function beyondTexts({ series, seriesOff, range, words }) {
  const shown = series.filter((one) => range && one.measure === "flow" && !seriesOff.has(one.key));
  return shown.flatMap((one) => {
    const { count, persons } = flowsBeyond(one.records, range);
    const said = words.say("n flows beyond", { n: count, people: words.number(persons) });
    return count ? [shown.length > 1 ? [bdi(one.name), ": ", said] : said] : [];
  });
}

// Three widths of the movements that are drawn, from the largest down.
function flowLegend({ meta, theme, words }, top) {
  if (!top) return null;
  const power = 10 ** Math.floor(Math.log10(top));
  const round = [...new Set([top, top / 4, top / 20].map((n) => Math.max(1, Math.round(n / (power / 10)) * (power / 10))))];
  return round.map((n) => el("span", { class: "sign" }, flowPicture(theme, flowWidth(n, top, meta.style)), words.short(n)));
}

export function seriesTitle(one, words) {
  const kind = one.movement === "displacement" && one.name ? null : words.term("movement", one.movement);
  return [kind, one.name].filter(Boolean).join(" · ");
}

function seriesRow(app, one, k) {
  const { seriesOff, words } = app;
  const when = el("span", { class: "muted when" });
  const label = [bdi(seriesTitle(one, words)), " ", when];
  const { node, set } = checkRow(`series-${k}`, el("span", { class: `swatch ${one.measure}` }), label, (on) => {
    if (on) seriesOff.delete(one.key);
    else seriesOff.add(one.key);
    app.change();
  });
  const update = (total) => {
    if (one.measure === "flow") when.textContent = words.say("in range");
    else when.textContent = total ? words.say("at range end", { day: words.shortDay(total.day) }) : "";
    set(!seriesOff.has(one.key), total ? words.number(total.persons) : words.say("none"));
  };
  return { node, update };
}
