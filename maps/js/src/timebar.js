// The time bar: range in words, play, step, histogram stacked by type, line of displacement, brush with two handles.

import { el, icon, replace } from "./dom.js";
import { histogram } from "./store.js";
import { bins, step, ticks } from "./time.js";

const UNITS = ["day", "week", "month"];
const PLAY_EVERY = 900; // milliseconds at normal speed
const SPEEDS = [0.5, 1, 2, 4];
const FOOT = 18; // room for the axis

export function makeTimebar(app) {
  const { words, span } = app;
  const title = el("h2", { class: "range" });
  const note = el("p", { class: "muted" });
  const canvas = el("canvas", { "aria-hidden": "true" });
  const chart = el("div", { class: "chart" }, canvas);
  const handles = ["range start", "range end"].map((name, k) => el("div", { class: "handle", role: "slider", tabindex: "0",
    "aria-label": words.say(name), "aria-orientation": "horizontal", onkeydown: (e) => onKey(e, k), onpointerdown: (e) => drag(e, k) }));
  const window_ = el("div", { class: "brush", onpointerdown: (e) => drag(e, 2) });
  chart.append(window_, ...handles);
  const play = el("button", { class: "play", type: "button", id: "play", onclick: toggle });
  const unit = el("select", { id: "unit", "aria-label": words.say("unit"), onchange: () => { app.unit = unit.value; } },
    UNITS.map((name) => el("option", { value: name }, words.say(name))));
  unit.value = app.unit;
  const speed = el("select", { id: "speed", "aria-label": words.say("speed"), title: words.say("speed"), onchange: () => {
    app.speed = Number(speed.value);
    if (timer) start();
  } }, SPEEDS.map((times) => el("option", { value: String(times) }, `${words.decimal(times)}×`)));
  speed.value = String(app.speed);
  const controls = el("div", { class: "controls" }, play,
    el("span", { class: "steps", dir: "ltr" }, // as the axis, in any language
      el("button", { type: "button", id: "step-back", "aria-label": words.say("step back"), "aria-keyshortcuts": ",", onclick: () => go(-1) }, icon("back")),
      el("button", { type: "button", id: "step-on", "aria-label": words.say("step on"), "aria-keyshortcuts": ".", onclick: () => go(1) }, icon("on"))),
    unit, speed, el("button", { type: "button", id: "all-time", onclick: () => set(span) }, words.say("all")));
  const node = el("section", { id: "timebar", class: "surface", "aria-label": words.say("time"), dir: words.dir, hidden: !span },
    el("div", { class: "time-left" }, title, note, controls), chart);
  let data = null;
  let axis = null;
  let timer = 0;
  let [width, height] = [0, 0];

  function set(range) {
    app.range = range;
    app.change({ time: true });
  }

  function go(direction) {
    const next = step(app.range, app.unit, direction, span);
    if (next) set(next);
    return next !== null;
  }

  function toggle() {
    if (timer) stop();
    else {
      if (app.range[1] >= span[1] && app.range[0] > span[0]) app.range = span;
      start();
      go(1);
    }
    label();
  }

  function start() {
    clearInterval(timer);
    timer = setInterval(() => go(1) || stop(), PLAY_EVERY / app.speed);
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    label();
  }

  function label() {
    const name = timer ? "pause" : "play";
    replace(play, icon(name), words.say(name));
    play.setAttribute("aria-pressed", String(Boolean(timer)));
  }

  const xOf = (day) => ((day - span[0]) / (span[1] - span[0] + 1)) * width;
  const dayAt = (x) => Math.round((x / width) * (span[1] - span[0] + 1)) + span[0];

  function onKey(e, k) {
    const far = e.shiftKey ? 7 : 1;
    const jump = { ArrowRight: far, ArrowUp: far, ArrowLeft: -far, ArrowDown: -far, PageUp: 30, PageDown: -30 }[e.key];
    const range = [...app.range];
    if (jump) range[k] += jump;
    else if (e.key === "Home") range[k] = span[0];
    else if (e.key === "End") range[k] = span[1];
    else return;
    e.preventDefault();
    range[k] = Math.min(Math.max(range[k], k ? range[0] : span[0]), k ? span[1] : range[1]);
    set(range);
  }

  function drag(e, k) {
    e.preventDefault();
    e.stopPropagation();
    const pressed = e.clientX;
    const [from, to] = app.range;
    if (k < 2) handles[k].focus();
    const move = (now) => {
      const days = dayAt(now.clientX - pressed) - span[0];
      if (k === 2) {
        const shift = Math.min(Math.max(days, span[0] - from), span[1] - to);
        set([from + shift, to + shift]);
      } else if (k === 0) set([Math.min(Math.max(from + days, span[0]), to), to]);
      else set([from, Math.max(Math.min(to + days, span[1]), from)]);
    };
    const done = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", done);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", done);
  }

  // A press beside the brush starts a new range there.
  chart.addEventListener("pointerdown", (e) => {
    const left = chart.getBoundingClientRect().left;
    const anchor = Math.min(Math.max(dayAt(e.clientX - left - 0.5), span[0]), span[1]);
    const move = (now) => {
      const day = Math.min(Math.max(dayAt(now.clientX - left - 0.5), span[0]), span[1]);
      set(day < anchor ? [day, anchor] : [anchor, day]);
    };
    const done = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", done);
    };
    move(e);
    addEventListener("pointermove", move);
    addEventListener("pointerup", done);
  });

  function update({ time = false } = {}) {
    if (!span) return;
    if (!width) [width, height] = [chart.clientWidth, chart.clientHeight]; // asked once: it makes the browser lay out the page
    if (!time || !data) {
      axis = { ...bins(span, Math.max(20, Math.floor(width / 5))), ticks: ticks(span, words.locale, Math.max(2, width / 70)) };
      data = histogram(app.store, app.kept, axis.edges);
    }
    title.textContent = words.range(app.range);
    const line = app.line ? ` · ${words.say("line", { name: lineName(app) })}` : "";
    note.title = line;
    note.textContent = words.say("histogram", { unit: words.say(axis.unit) }) + line;
    const [a, b] = [xOf(app.range[0]), xOf(app.range[1] + 1)];
    // In shares of the chart: on paper it has another size, and the canvas is stretched to it.
    const share = (x, of = width) => `${(100 * x) / of}%`;
    Object.assign(window_.style, { left: share(a), width: share(b - a), bottom: share(FOOT, height) });
    [a, b].forEach((x, k) => {
      const handle = handles[k];
      handle.style.left = share(x);
      handle.setAttribute("aria-valuemin", String(span[0]));
      handle.setAttribute("aria-valuemax", String(span[1]));
      handle.setAttribute("aria-valuenow", String(app.range[k]));
      handle.setAttribute("aria-valuetext", words.day(app.range[k]));
    });
    paint(canvas, [width, height], app, data, axis, xOf);
  }

  function measure() {
    if (chart.clientWidth === width && chart.clientHeight === height) return;
    width = 0;
    data = null;
    update();
  }

  label();
  new ResizeObserver(measure).observe(chart);
  return { node, update, measure, go, toggle, stop };
}

function lineName({ line, words }) {
  return words.apart(line.series.name) ?? words.term("movement", line.series.movement).toLocaleLowerCase(words.locale);
}

function paint(canvas, [width, height], app, data, { edges, ticks: marks }, xOf) {
  const { theme, store, range, span } = app;
  const ratio = app.top?.ratio() ?? (window.devicePixelRatio || 1); // sharper on paper
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const ctx = canvas.getContext("2d");
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  const floor = height - FOOT;
  const sums = Array.from({ length: data.count }, (_, bin) => {
    let sum = 0;
    for (let t = 0; t < data.kinds; t++) sum += data.sharp[bin * data.kinds + t] + data.spread[bin * data.kinds + t];
    return sum;
  });
  const top = Math.max(1, ...sums);
  const tall = (value) => (value / top) * (floor - 10);
  for (let bin = 0; bin < data.count; bin++) {
    const x0 = xOf(Math.max(edges[bin], span[0]));
    const x1 = xOf(Math.min(edges[bin + 1], span[1] + 1));
    const inside = edges[bin + 1] > range[0] && edges[bin] <= range[1];
    let y = floor;
    for (const [values, light] of [[data.sharp, 1], [data.spread, 0.45]]) {
      for (let t = 0; t < data.kinds; t++) {
        const h = tall(values[bin * data.kinds + t]);
        if (!h) continue;
        ctx.globalAlpha = light * (inside ? 1 : 0.28);
        ctx.fillStyle = theme.types[store.words.event_type[t]].fill;
        ctx.fillRect(x0, y - h, Math.max(1, x1 - x0 - (x1 - x0 > 4 ? 1 : 0)), h);
        y -= h;
      }
    }
  }
  ctx.globalAlpha = 1;
  paintAxis(ctx, app, marks, width, floor, xOf);
  if (app.line) paintLine(ctx, app, floor, xOf);
}

function paintAxis(ctx, { theme }, marks, width, floor, xOf) {
  ctx.strokeStyle = theme.line;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(0, floor + 0.5);
  ctx.lineTo(width, floor + 0.5);
  ctx.stroke();
  ctx.fillStyle = theme.muted;
  ctx.font = "11px system-ui, sans-serif";
  ctx.textBaseline = "top";
  ctx.direction = "ltr";
  let free = -Infinity;
  for (const { day, text } of marks) {
    const x = xOf(day);
    const half = ctx.measureText(text).width;
    if (x < free || x + half > width) continue;
    ctx.textAlign = "left";
    ctx.fillText(text, x, floor + 5);
    ctx.fillRect(x, floor, 1, 4);
    free = x + half + 12;
  }
}

// A stair, not a slope: between two figures nobody counted.
function paintLine(ctx, { line, theme, words, span }, floor, xOf) {
  const points = line.points.filter(([day]) => day <= span[1]);
  const top = Math.max(1, ...points.map(([, n]) => n));
  const yOf = (n) => floor - (n / top) * (floor - 16);
  ctx.beginPath();
  ctx.strokeStyle = theme.displacement;
  ctx.lineWidth = 1.8;
  points.forEach(([day, n], k) => {
    const x = xOf(day + 0.5);
    if (k) ctx.lineTo(x, yOf(points[k - 1][1]));
    if (k) ctx.lineTo(x, yOf(n));
    else ctx.moveTo(x, yOf(n));
  });
  ctx.stroke();
  ctx.fillStyle = theme.displacement;
  for (const [day, n] of points) {
    ctx.beginPath();
    ctx.arc(xOf(day + 0.5), yOf(n), 2.2, 0, 2 * Math.PI);
    ctx.fill();
  }
  const last = points.at(-1);
  if (!last) return;
  ctx.font = "600 11px system-ui, sans-serif";
  ctx.textBaseline = "bottom";
  ctx.textAlign = "right";
  const text = words.number(last[1]);
  const spot = /** @type {Point} */ ([Math.max(ctx.measureText(text).width, xOf(last[0] + 0.5) - 5), Math.max(12, yOf(last[1]) - 2)]);
  ctx.lineWidth = 3;
  ctx.lineJoin = "round";
  ctx.strokeStyle = theme.surface;
  ctx.strokeText(text, ...spot);
  ctx.fillText(text, ...spot);
}

