// The legend of rates: switch, measure, level, classes, what the rates are of, and all units as a table.

import { bdi, el, heading, replace } from "./dom.js";
import { checkRow } from "./legend.js";
import { openUnit, refreshUnit } from "./ratecard.js";
import { isSmall, lookOf, swatch, swatchPicture } from "./ratelayer.js";
import { RATE, ranked, UNCOUNTED, UNTOLD, ZERO } from "./rates.js";
import { ratesNow } from "./ratestate.js";
import { classTexts, countsTold, numberKey, rateText } from "./ratewords.js";
import { smallPicture } from "./symbols.js";

const MOST_COUNTS = 2; // sources of population named; the others are counted

export function rateLegend(app) {
  const { rates, words } = app;
  if (!rates) return { node: null, update: () => {} };
  const body = el("div", { class: "rates", hidden: true });
  const changed = () => {
    rates.now = null;
    update();
    refreshUnit(app);
    app.ground?.wait();
    app.remember();
  };
  const row = checkRow("rates", rampPicture(app), words.say("rates on map"), (on) => {
    rates.on = on;
    changed();
  });
  const choice = (id, name, all, value, set) => {
    const node = el("select", { id, "aria-label": words.say(name), onchange: () => { set(node.value); changed(); } },
      all.map(([key, text]) => el("option", { value: String(key), selected: key === value }, text)));
    return node;
  };
  const measure = choice("rate-measure", "rate measure", rates.meta.measures.map((name) => [name, words.say(`rate.${name}`)]), rates.measure,
    (name) => { rates.measure = name; });
  const level = choice("rate-level", "rate level", rates.levels.map((n) => [n, words.say(`level.${n}`)]), rates.level,
    (n) => { rates.level = Number(n); });
  const [title, key, notes] = [el("p", { class: "rate-title" }), el("div", {}), el("div", {})];
  const table = unitTable(app);
  let said = "";
  replace(body, el("div", { class: "rate-choice" }, measure, level), title, key, notes, table.node);

  function update() {
    row.set(rates.on, "");
    body.hidden = !rates.on;
    const now = ratesNow(app);
    if (!now) return;
    title.textContent = rateTitle(app);
    const classes = rateClasses(app, now);
    const fresh = JSON.stringify(classes);
    if (fresh !== said) replace(key, keyOf(app, classes)); // pictures take their time, and a step often changes none
    said = fresh;
    replace(notes, rateNotes(app, now).map((text) => el("p", { class: "muted" }, text)));
    table.update(now);
  }
  return { node: el("div", { class: "rate-section" }, heading(words.say("rates")), row.node, body), update };
}

const rateTitle = ({ rates, words }) => `${words.say(`rate.${rates.measure}`)} · ${words.say(`level.${rates.level}`)}`;

const rampPicture = (app) => smallPicture(16, (ctx) => app.rates.meta.colours.classes.slice(1, 4).forEach((pair, k) => {
  ctx.fillStyle = pair[app.theme.dark ? 1 : 0];
  ctx.fillRect(1 + k * 5, 2, 4, 12);
}));

// The classes that a map of this choice may show, as [text, look].
function rateClasses(app, { result, breaks }) {
  const { words, rates } = app;
  const texts = classTexts(breaks, words);
  const most = rates.meta.colours.classes.length - 1;
  const number = (k) => (breaks.length ? Math.round((k * most) / breaks.length) : Math.round(most / 2));
  const has = (state) => result.states.includes(state);
  const few = rates.meta.units.some((unit, k) => unit.level === rates.level && result.states[k] === RATE && isSmall(app, k));
  const others = [
    has(ZERO) && [words.say("rate zero"), lookOf(app, ZERO)],
    has(UNTOLD) && [words.say("rate untold"), lookOf(app, UNTOLD)],
    has(UNCOUNTED) && [words.say("rate uncounted"), lookOf(app, UNCOUNTED)],
    few && [words.say("rate small", { n: rates.meta.small }), lookOf(app, RATE, 2, true)],
  ];
  const told = breaks.length || has(RATE) ? texts : []; // there may be no figure of this at the level at all
  return { classes: told.map((text, k) => [text, lookOf(app, RATE, number(k))]), others: others.filter(Boolean) };
}

// What the classes are of, in sentences.
function rateNotes(app, { result }) {
  const { words, rates } = app;
  const counts = countsTold(rates, app.range[1], words);
  const more = counts.length - MOST_COUNTS;
  const named = [...counts.slice(0, MOST_COUNTS), more > 0 ? words.say("n more", { n: more }) : null].filter(Boolean).join("; ");
  return [
    named && words.say("rate counts", { list: named }),
    result.series && words.say("rate series", { name: result.series }),
    words.say(result.fights ? `rate coarse.${rates.level}` : `rate whole.${result.measure}`),
    result.outside ? words.say("rate outside", { n: result.outside }) : null,
  ].filter(Boolean);
}

// The same for a picture of the view: rows of keys.js; none while rates are off.
export function rateKeys(app) {
  const now = ratesNow(app);
  if (!now) return [];
  const { classes, others } = rateClasses(app, now);
  const paint = (look) => (ctx, x, y) => {
    swatch(ctx, app, look, [x - 9, y - 6, 18, 12]);
    ctx.lineWidth = 1;
    ctx.strokeStyle = app.theme.line;
    ctx.strokeRect(x - 9, y - 6, 18, 12);
  };
  return [["figure", rateTitle(app)], ...[...classes, ...others].map(([text, look]) => ["key", text, paint(look)]),
    ...rateNotes(app, now).map((text) => ["muted", text])];
}

function keyOf(app, { classes, others }) {
  const { words, rates } = app;
  const item = (name) => ([text, look]) => el("li", { class: name }, swatchPicture(app, look), el("span", {}, text));
  return [classes.length ? el("ul", { class: "rate-classes", "aria-label": words.say(`rate.${rates.measure}`) }, classes.map(item(""))) : null,
    el("ul", { class: "rate-others" }, others.map(item("sign")))];
}

// All units with their rate, the highest first: the map's colours for those who cannot see them. Filled while open.
function unitTable(app) {
  const { words, rates } = app;
  const [header, rows] = [el("tr", {}), el("tbody", {})];
  let last = null;
  const node = el("details", { class: "more", ontoggle: () => last && fill(last) }, el("summary", { id: "rate-units" }, words.say("all units")),
    el("table", { class: "rate-table" }, el("thead", {}, header), rows));

  function fill({ result }) {
    if (!node.open) return;
    const said = (n, text) => el("td", {}, Number.isNaN(n) ? words.say("not stated") : text(n, words));
    replace(header, ["area", "rates", numberKey(rates.measure)].map((key) => el("th", { scope: "col" }, words.say(key))));
    replace(rows, ranked(rates.meta, result).map((k) => {
      const [name] = words.both(rates.meta.units[k].name, rates.meta.units[k].name_ar);
      return el("tr", {}, el("th", { scope: "row" }, el("button", { class: "link", type: "button", onclick: () => openUnit(app, k, null) }, bdi(name))),
        said(result.values[k], rateText), said(result.numbers[k + 1], words.number));
    }));
  }

  const update = (now) => {
    last = now;
    fill(now);
  };
  return { node, update };
}
