// The card beside a mark: what, when, where, how many, who says so, and the words it was read from.

import { bdi, el, replace } from "./dom.js";
import { freeBox, printing } from "./free.js";
import { safeLink, segments } from "./marks.js";
import { alsoTold, countInWords, listOf, tellings } from "./told.js";
import { eventOf } from "./store.js";

export function titleOf(event, words) {
  return words.term("subtype", event.subtype ?? "") || words.term("type", event.type);
}

// The names of its place, else of the area it is known to.
export function placeOf(event, { words, meta }) {
  const area = event.area >= 0 && !event.place.name ? meta.features.area[event.area] : null;
  const [first, second] = words.both(event.place.name ?? area?.name ?? "", area ? area.name_ar : event.place.nameAr);
  const [admin] = words.both(event.place.admin ?? "", event.place.adminAr);
  return [first, second, admin && admin !== first ? admin : ""].filter(Boolean);
}

// Of a merged event the count is an envelope over what its sources say.
function deadOf(event, texts, words) {
  const told = countInWords(event.dead, words);
  const n = listOf(texts.merged_from).length;
  return n > 1 ? `${told} ${words.say("over n records", { n })}` : told;
}

export function whenOf(event, words) {
  if (!event.range) return words.say("undated");
  const range = words.range(event.range);
  const kind = event.datePrecision;
  return kind && kind !== "day" && event.range[0] !== event.range[1] ? `${range} (${words.say(`date.${kind}`)})` : range;
}

export function saidBy(claim, attributed, words) {
  const kind = claim ? words.term("claim", claim) : words.say("not stated");
  return attributed ? [words.say("says", { who: words.apart(attributed) }), " ", el("span", { class: "chip claim" }, kind)] : [kind];
}

export function makeCard(app) {
  const node = el("section", { id: "card", class: "surface", hidden: true, role: "dialog", tabindex: "-1" });
  document.getElementById("page").append(node);
  let back = null;
  let turn = 0;

  const close = () => {
    if (node.hidden) return;
    node.hidden = true;
    app.select(null);
    back?.focus?.({ preventScroll: true });
  };
  const closer = () => el("button", { class: "close", type: "button", "aria-label": app.words.say("close"), onclick: close }, "×");

  // Where the mark is on the ground, to stay beside it when the map moves.
  let anchor = null;

  function show(content, spot) {
    if (node.hidden) back = document.activeElement;
    anchor = spot && { at: app.map.containerPointToLatLng([spot.x, spot.y]), r: spot.r };
    replace(node, closer(), content);
    node.setAttribute("aria-label", node.querySelector("h2").textContent);
    node.hidden = false;
    node.scrollTop = 0;
    place(node, spot);
    node.focus({ preventScroll: true });
  }

  async function event(i, spot, among = null) {
    const mine = ++turn;
    const known = eventOf(app.store, i);
    const texts = await app.texts.events.row(i);
    if (mine !== turn) return;
    app.select(i, texts.id);
    const up = among && el("button", { class: "link back", type: "button", onclick: () => list(among, spot) }, app.words.say("back"));
    show([up, ...eventBody(known, texts, app)], spot);
  }

  function list(events, spot, heading = null, note = null) {
    turn++;
    app.select(null);
    const title = heading ?? app.words.say("n here", { n: events.length });
    const rows = events.slice(0, 400).map((i) => app.row(i, () => event(i, spot, events)));
    show([el("h2", {}, title), note && el("p", { class: "muted" }, note), el("div", { class: "rows" }, rows)], spot);
  }

  async function record(row, spot) {
    const mine = ++turn;
    const whole = row.lead === null ? row : app.records[row.lead];
    const texts = await app.texts.records.row(whole.i);
    if (mine === turn) show(recordBody(whole, texts, app), spot);
  }

  // What others make: of a unit, say.
  function other(content, spot) {
    turn++;
    app.select(null);
    show(content, spot);
  }

  function follow() {
    if (node.hidden || !anchor) return;
    const { x, y } = app.map.latLngToContainerPoint(anchor.at);
    if (x > 0 && y > 0 && x < innerWidth && y < innerHeight) place(node, { x, y, r: anchor.r });
  }

  const escape = (e) => e.key === "Escape" && close();
  document.addEventListener("keydown", escape);
  app.map.on("moveend", follow);
  const end = () => {
    close();
    document.removeEventListener("keydown", escape);
    app.map.off("moveend", follow);
  };
  return { event, list, record, other, close, end, get open() { return !node.hidden; } };
}

// Beside the spot, on the side with more room, else above or below: never over it. On a phone the style sheet puts it
// at the bottom.
function place(node, spot) {
  node.style.left = node.style.top = node.style.maxHeight = "";
  if (innerWidth < 760 && !printing()) return;
  const [start, , end, floor] = freeBox();
  if (!spot) {
    node.style.top = `${Math.max(12, Math.min(140, floor - node.offsetHeight))}px`;
    return;
  }
  const { width, height } = node.getBoundingClientRect();
  const [from, top, to] = [Math.max(12, start), 12, end - (end === innerWidth ? 12 : 0)];
  const gap = spot.r + 14;
  const [right, left] = [spot.x + gap, spot.x - gap - width];
  let x = right + width <= to ? right : left;
  let y = Math.min(Math.max(top, spot.y - height / 3), floor - height);
  if (right + width > to && left < from) {
    x = Math.min(Math.max(from, spot.x - width / 2), to - width);
    const [above, below] = [spot.y - gap - top, floor - spot.y - gap];
    const room = Math.max(120, Math.max(above, below));
    node.style.maxHeight = `${room}px`;
    y = below >= above ? spot.y + gap : spot.y - gap - Math.min(height, room);
  }
  node.style.left = `${Math.max(12, x)}px`;
  node.style.top = `${Math.max(top, y)}px`;
}

function eventBody(event, texts, app) {
  const { words } = app;
  const precision = event.precision ? words.say(`precision.${event.precision}`) : words.say("precision.none");
  const within = event.radius && "BC".includes(event.precision ?? "-") ? words.comma + words.say("within", { n: event.radius }) : "";
  const area = event.area >= 0 ? app.meta.features.area[event.area] : null;
  const names = placeOf(event, app);
  return [
    el("h2", {}, titleOf(event, words)),
    el("p", { class: "muted where" }, join(names.map((p) => bdi(p)), " · "), names.length ? " · " : "", whenOf(event, words)),
    el("p", { class: "chips" },
      el("span", { class: "chip precision" }, precision + within),
      area?.approximate && el("span", { class: "chip" }, words.say("approximate")),
      event.civilians === 1 && el("span", { class: "chip" }, words.say("civilians")),
      event.telling === "perhaps" && el("span", { class: "chip twice" }, words.term("telling", "perhaps"))),
    facts([
      ["who", event.actors.length ? join(event.actors.map((a) => bdi(words.both(a, app.meta.actors[a])[0])), " — ") : words.say("not stated")],
      ["dead", deadOf(event, texts, words)],
      ["injured", event.injured === null ? words.say("not stated") : words.number(event.injured)],
      event.targets !== null && ["targets", words.number(event.targets)],
      ["says who", saidBy(event.claim, texts.attributed_to, words)],
      !names.length || event.where === 2 ? ["reason", texts.reason ?? texts.toponym ?? words.say("not stated")] : null,
    ], words),
    ...evidence(texts, words),
    ...tellings(texts, app),
    source(event, texts, words),
  ];
}

function recordBody(row, texts, app) {
  const { words } = app;
  const ends = /** @type {Counts} */ ([row.low, row.best, row.high]);
  return [
    el("h2", {}, words.term("movement", row.movement)),
    el("p", { class: "muted where" }, row.first === null ? words.say("undated") : words.range([row.first, row.last]),
      " · ", words.say(`measure.${row.measure}`)),
    facts([
      ["people", [row.qualifier ? [bdi(words.term("qualifier", row.qualifier)), " "] : "", countInWords(ends, words), alsoTold(row, words)]],
      row.unit === "households" && ["note", words.say("unit.households")],
      ["origin", bdi(row.origin ?? words.say("not reported"))],
      ["destination", bdi(row.destination ?? words.say("not reported"))],
      ["says who", saidBy(row.claim, row.attributed, words)],
      ["series", bdi(row.series ?? words.say("not stated"))],
      !row.shape && ["reason", texts.reason ?? words.say("precision.none")],
    ], words),
    ...evidence(texts, words),
    ...tellings(texts, app, "record_id"),
    source({ source: row.source, reported: null }, texts, words),
  ];
}

export function facts(rows, words) {
  return el("dl", {}, rows.filter(Boolean).flatMap(([key, value]) => [el("dt", {}, words.say(key)), el("dd", {}, value)]));
}

function join(parts, separator) {
  return parts.flatMap((part, k) => (k ? [separator, part] : [part]));
}

// The sentence, other sentences that tell the same, values as the source writes them, and its notes.
function evidence(texts, words) {
  const { quote, notes, marks, elsewhere } = texts;
  const others = elsewhere.filter(([field, text, own]) => text && own && field === "mention");
  const bits = elsewhere.filter(([field, text, own]) => text && own && field !== "mention");
  const given = elsewhere.filter(([, text, own]) => text && !own);
  const main = quote ?? notes;
  return [
    main && quoted(main, quote ? marks : [], words),
    others.length || bits.length ? el("p", { class: "muted" }, words.say("elsewhere"), bits.length ? ": " : ":",
      join(bits.map(([, text]) => bdi(`“${text}”`)), " · ")) : null,
    others.map(([, text, own]) => quoted(text, own, words)),
    quote && notes ? el("p", { class: "note", dir: "auto", tabindex: notes.length > 300 ? "0" : null }, notes) : null,
    [...grouped(given, ([field]) => words.term("field", field))].map(([what, rows]) => el("p", { class: "muted given" },
      words.say("as given", { what }), ": ", join(rows.map(([, text]) => bdi(`“${text}”`)), " · "))),
  ];
}

function grouped(rows, key) {
  const found = new Map();
  for (const row of rows) found.set(key(row), [...(found.get(key(row)) ?? []), row]);
  return found;
}

function quoted(text, marks, words) {
  const pieces = segments(text, marks).map(({ text: part, fields }) =>
    fields.length ? el("mark", { title: fields.map((field) => words.term("field", field)).join(", ") }, part) : part);
  return el("blockquote", { dir: "auto", tabindex: text.length > 500 ? "0" : null }, pieces);
}

function source(event, texts, words) {
  const link = safeLink(texts.url);
  const file = texts.file ? (texts.row ? words.say("row", { file: words.apart(texts.file), row: String(texts.row) }) : words.apart(texts.file)) : null;
  const merged = listOf(texts.merged_from).length;
  const parts = [
    bdi(event.source ?? words.say("not stated")),
    event.reported !== null && event.reported !== undefined ? words.say("reported", { day: words.day(event.reported) }) : null,
    file,
    texts.source_id && bdi(texts.source_id),
    merged > 1 ? words.say("merged", { n: merged }) : null,
    link && el("a", { href: link, rel: "noopener noreferrer", target: "_blank" }, words.say("open source")),
    el("span", { class: "cite" }, words.say("cite", { id: texts.id })),
  ].filter(Boolean);
  return el("p", { class: "muted source" }, join(parts, " · "));
}
