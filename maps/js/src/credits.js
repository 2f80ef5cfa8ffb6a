// Where everything comes from: the credits under the panel, the tabs of sources and of the method.

import { bdi, el, heading } from "./dom.js";
import { countValues } from "./facets.js";
import { safeLink } from "./marks.js";
import { publisher } from "./people.js";

export function disclaimer({ meta, words }) {
  return meta.disclaimer[words.language] ?? meta.disclaimer.en ?? "";
}

const MOST_NAMES = 3;
const LONGEST = 60; // characters of source names under the panel; the rest are a click away

export function credits(app, open) {
  const { words } = app;
  const link = (tab, text) => el("button", { class: "link", type: "button", onclick: () => open(tab) }, text);
  return el("p", { class: "muted credits" }, creditLine(app), " ",
    el("span", { class: "links" }, link("sources", words.say("all sources")), " · ", link("method", words.say("how made"))));
}

// Whom the page contacts, if it was made with layers from elsewhere.
const hosts = ({ meta, words }) => meta.hosts.length && words.say("contacts", { hosts: meta.hosts.map(words.apart).join(words.comma) });

// Sources, base map and disclaimer as one text.
export function creditLine(app) {
  const { words } = app;
  const short = [...new Set(sourcesOf(app).flatMap((c) => c.source.split(/[;؛]/)).map(publisher))];
  const named = [];
  for (const source of short) if (!named.length || [...named, source].join(words.comma).length <= LONGEST) named.push(source);
  const left = short.length - named.length;
  const names = [...named.map(words.apart), left ? words.say("n more", { n: left }) : null].filter(Boolean).join(words.comma);
  return [names && words.say("credits", { names }), words.say("base map"), hosts(app), disclaimer(app)].filter(Boolean).join(" ");
}

// What was read: one entry an input, or, if the map was made without credits, one a source that a row names.
export function sourcesOf({ meta, store }) {
  const once = new Map(meta.credits.filter((c) => c.source).map((c) => [c.source, c]));
  if (once.size) return [...once.values()];
  return [...new Set([...store.words.source, ...meta.words.records.source])].filter(Boolean).map((source) => ({ source }));
}

export function sourceList(app) {
  const { meta, store, words } = app;
  const counts = countValues(store.words.source.length, [store.table.source], null);
  const figures = new Map();
  for (const record of app.records) figures.set(record.source, (figures.get(record.source) ?? 0) + 1);
  const credited = meta.credits.map((c) => {
    const link = safeLink(c.url);
    return el("li", {}, link ? el("a", { href: link, rel: "noopener noreferrer", target: "_blank" }, c.source) : several(c.source, words),
      c.licence ? el("span", { class: "muted" }, ` · ${c.licence}`) : null);
  });
  const told = store.words.source.map((name, code) => [name, counts[code]]).filter(([name, n]) => name && n)
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

// How the page was made, and from which files.
export function methodPage(app) {
  const { meta, words } = app;
  const { software, inputs } = meta.made;
  const file = ({ name, sha256, rows }) => el("li", {}, bdi(name), el("span", { class: "muted" }, ` · ${words.say("n rows", { n: rows })}`),
    sha256 && el("code", { class: "hash", title: sha256 }, `SHA-256 ${sha256.slice(0, 12)}…`));
  return [
    [...words.say("method text"), words.say(app.meta.merged ? "merged text" : "not merged text"), ...(app.rates ? [words.say("rate text")] : [])].map((text) => el("p", {}, text)),
    el("p", {}, hosts(app) || words.say("contacts nobody")),
    el("p", { class: "muted" }, disclaimer(app)),
    inputs.length ? [heading(words.say("made from")), el("ul", { class: "sources" }, inputs.map(file))] : null,
    el("p", { class: "muted" }, [software, "Leaflet 1.9.4 (BSD-2-Clause)", "Natural Earth"].filter(Boolean).join(" · ")),
  ];
}
