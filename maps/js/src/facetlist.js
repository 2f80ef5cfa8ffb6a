// The filters that single out: folded lists of values with counts of shown and of all, with a search where they are long.

import { bdi, el, replace } from "./dom.js";
import { choose, clear, countValues } from "./facets.js";
import { checkRow } from "./legend.js";
import { folded } from "./search.js";

const MOST_ROWS = 60; // rows made at once; the search finds the others
const LONG = 9; // values from which on a list has a search

export function facetLists(app) {
  const { words, filter } = app;
  const lists = filter.facets.map((one) => facetList(app, one));
  const reset = el("button", { class: "link", id: "clear-filters", type: "button", hidden: true, onclick: () => {
    clear(filter.facets);
    app.change();
  } }, words.say("clear filters"));
  const update = () => {
    reset.hidden = !filter.facets.some((one) => one.some);
    for (const list of lists) list.update();
  };
  return { node: el("div", { class: "facets" }, lists.map((list) => list.node), reset), update };
}

function facetList(app, one) {
  const { words } = app;
  const title = words.say(`facet.${one.name}`);
  const state = el("span", { class: "muted" });
  const rows = el("div", { class: "facet-rows" });
  let query = "";
  let made = [];
  const search = one.words.length > LONG && el("input", { type: "search", class: "facet-search", "aria-label": words.say("search in", { what: title }),
    placeholder: words.say("search in", { what: title }), oninput: () => { query = folded(search.value.trim()); fill(); count(); } });
  const node = el("details", { class: "more facet", id: `facet-${one.name}`, ontoggle: () => { if (node.open) { fill(); count(); } } },
    el("summary", {}, title, " ", state), search || null, rows);

  function fill() {
    const wanted = one.order.filter((code) => one.chosen[code] || !query || folded(`${one.words[code]} ${valueName(app, one, code)}`).includes(query));
    wanted.sort((a, b) => one.chosen[b] - one.chosen[a]);
    made = wanted.slice(0, MOST_ROWS).map((code) => ({ code, ...checkRow(`${one.name}-${code}`, null, bdi(valueName(app, one, code)), (on) => {
      choose(one, code, on);
      app.change();
    }) }));
    replace(rows, made.map((row) => row.node), wanted.length > MOST_ROWS ? el("p", { class: "muted" }, words.say("n more", { n: wanted.length - MOST_ROWS })) : null);
  }

  // Counting takes a pass over all events: only for lists that are open.
  function count() {
    const shown = countValues(one.words.length, one.columns, app.shown);
    for (const { code, set } of made) set(one.chosen[code] === 1, words.number(shown[code]), words.say("of n", { n: one.total[code] }));
  }

  const update = () => {
    const chosen = one.chosen.reduce((sum, on) => sum + on, 0);
    state.textContent = chosen ? words.say("n chosen", { n: chosen }) : "";
    if (node.open) count();
  };
  return { node, update };
}

function valueName({ words, meta }, { name, words: values }, code) {
  const value = values[code];
  if (name === "event_subtype") return words.term("subtype", value);
  if (name === "claim" || name === "telling") return words.term(name, value);
  if (name === "geo_precision") return words.say(`precision.${value}`);
  if (name === "dead") return value === "unknown" ? words.say("not stated") : words.digits(value);
  return name === "actor" ? words.both(value, meta.actors[value])[0] : value;
}
