// Fighting beside displacement: one small chart, a unit at a time, and its words with their limits.

import { el, heading, replace, svg } from "./dom.js";
import { besideText, stepsOf } from "./beside.js";

const [WIDTH, HEIGHT, FOOT] = [284, 92, 14];

// The section of the panel; null where nowhere both are told. update() marks the steps within the range.
export function linksSection(app) {
  const { meta, words } = app;
  const units = meta.beside?.units ?? [];
  if (!units.length) return { node: null, update: () => {} };
  const [chart, text] = [el("div", { class: "beside" }), el("p", { class: "muted" })];
  const choice = el("select", { id: "beside-unit", "aria-label": words.say("area"), onchange: () => update() },
    units.map((unit, k) => el("option", { value: String(k) }, unitName(unit, words))));
  const update = () => {
    const unit = units[Number(choice.value)];
    const said = besideText(unit, meta.beside.step, words);
    replace(chart, draw(stepsOf(unit, meta.beside.step), app.range, said, words));
    text.textContent = said;
  };
  const node = el("div", { class: "beside-section" }, heading(words.say("beside")), choice, chart,
    el("p", { class: "beside-key" }, el("span", { class: "bar-key" }), words.say("beside events"), el("span", { class: "dot-key" }), words.say("beside people")),
    text, el("p", { class: "muted" }, words.say("beside limits")));
  return { node, update };
}

const unitName = (unit, words) => (unit.name ? (words.language === "ar" && unit.name_ar) || unit.name : words.say("everywhere"));

function draw(steps, range, said, words) {
  const most = (key) => Math.max(1, ...steps.map((step) => step[key] ?? 0));
  const [events, people] = [most("events"), most("people")];
  const wide = WIDTH / steps.length;
  const [x, height] = [(k) => k * wide, HEIGHT - FOOT - 12];
  const up = (value, top) => HEIGHT - FOOT - (value / top) * height;
  const within = (step) => !range || (step.first <= range[1] && step.last >= range[0]);
  const bars = steps.flatMap((step, k) => (step.events ? [svg("rect", { class: within(step) ? "bar" : "bar off", x: x(k) + wide * 0.12,
    width: wide * 0.76, y: up(step.events, events), height: HEIGHT - FOOT - up(step.events, events) })] : []));
  const told = steps.flatMap((step, k) => (step.people === null ? [] : [{ k, at: [x(k) + wide / 2, up(step.people, people)], step }]));
  // Only neighbours are joined: a gap in the figures stays a gap.
  const joined = told.slice(1).flatMap((one, i) => (one.k - told[i].k === 1
    ? [svg("line", { x1: told[i].at[0], y1: told[i].at[1], x2: one.at[0], y2: one.at[1] })] : []));
  const dots = told.map(({ at, step }) => svg("circle", { class: within(step) ? "" : "off", cx: at[0], cy: at[1], r: 2.6 }));
  const label = (text, at, anchor, className) => {
    const node = svg("text", { x: at[0], y: at[1], "text-anchor": anchor, class: className });
    node.textContent = text;
    return node;
  };
  const day = (step) => words.shortDay(step.first);
  return svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": said, direction: "ltr" }, ...bars, ...joined, ...dots,
    svg("line", { class: "axis", x1: 0, x2: WIDTH, y1: HEIGHT - FOOT, y2: HEIGHT - FOOT }),
    label(words.number(events), [0, 9], "start", "of-events"), label(words.short(people), [WIDTH, 9], "end", "of-people"),
    label(day(steps[0]), [0, HEIGHT - 2], "start", ""), label(day(steps.at(-1)), [WIDTH, HEIGHT - 2], "end", ""));
}
