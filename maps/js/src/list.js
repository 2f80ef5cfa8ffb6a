// The events as a list: the same rows as on the map, and those that cannot be on it. Only rows in view exist.

import { bdi, el, replace } from "./dom.js";
import { placeOf, titleOf, whenOf } from "./card.js";
import { alsoTold, countInWords } from "./told.js";
import { eventOf, UNPLACED } from "./store.js";
import { symbolPicture } from "./symbols.js";

const ROW = 48; // CSS pixels; the style sheet has the same

export function makeRow(app) {
  return (i, onclick) => {
    const { words, theme } = app;
    const event = eventOf(app.store, i);
    const place = placeOf(event, app);
    const dead = event.dead.some((n) => n !== null) ? countInWords(event.dead, words).split(" (")[0] : null;
    return el("button", { class: "row", type: "button", onclick, "data-event": String(i) },
      symbolPicture(theme.types[event.type], 5, dead === null, theme.surface),
      el("span", { class: "what" }, el("b", {}, titleOf(event, words),
        event.telling === "perhaps" && [" ", el("span", { class: "chip twice", title: words.term("telling", "perhaps") }, words.say("perhaps twice"))]),
        el("span", { class: "muted line" }, el("span", { class: "place" }, place.length ? bdi(place[0]) : words.say("precision.none")),
          el("span", { class: "day" }, ` · ${whenOf(event, words)}`))),
      dead === null ? null : el("span", { class: "dead", title: words.say("dead") }, `† ${dead}`));
  };
}

export function makeList(app, node) {
  const inner = el("div", { class: "rows-inner" });
  const scroller = el("div", { class: "scroller", tabindex: "0" }, inner);
  const note = el("p", { class: "muted" });
  const lostTitle = el("summary", {});
  const lostRows = el("div", {});
  const lost = el("details", { class: "more lost", }, lostTitle, lostRows); // folded: the list has the height
  replace(node, note, scroller, lost);
  let order = new Uint32Array(0);
  let onlyUnplaced = false;
  let watch = null;

  function collect() {
    const { store, shown, count } = app;
    order = new Uint32Array(onlyUnplaced ? count.where[UNPLACED] : count.all);
    let n = 0;
    for (let i = count.window[1] - 1; i >= count.window[0]; i--) {
      if (shown[i] && (!onlyUnplaced || store.where[i] === UNPLACED)) order[n++] = i;
    }
  }

  function paint() {
    if (!node.isConnected || node.hidden) return;
    inner.style.height = `${order.length * ROW}px`;
    const first = Math.max(0, Math.floor(scroller.scrollTop / ROW) - 4);
    const rows = [...order.subarray(first, first + Math.ceil(scroller.clientHeight / ROW) + 8)];
    const children = rows.map((i, k) => {
      const row = app.row(i, () => app.open(i));
      row.style.top = `${(first + k) * ROW}px`;
      return row;
    });
    const kept = document.activeElement?.closest?.(".scroller .row")?.getAttribute("data-event");
    replace(inner, children);
    if (kept) inner.querySelector(`[data-event="${kept}"]`)?.focus({ preventScroll: true });
  }

  function update() {
    const { words } = app;
    collect();
    if (!watch) (watch = new ResizeObserver(paint)).observe(scroller);
    scroller.hidden = !order.length;
    replace(note, !order.length && !onlyUnplaced ? words.say("nothing") : onlyUnplaced ? el("b", {}, words.say("n unplaced", { n: order.length })) : words.say("list hint"),
      onlyUnplaced ? el("button", { class: "link", type: "button", onclick: () => show(false) }, ` ${words.say("all")}`) : null);
    const records = app.unplacedRecords;
    lost.hidden = !records.length;
    lostTitle.textContent = words.say("n records unplaced", { n: records.length });
    replace(lostRows, records.slice(0, 200).map((r) => el("button", { class: "link", type: "button", onclick: () => app.card.record(r, null) },
      `${words.term("movement", r.movement)} · ${r.persons === null ? words.say("not stated") : words.number(r.persons)} · `,
      bdi(r.destination ?? r.origin ?? words.say("not reported")), r.first === null ? "" : ` · ${words.day(r.last)}`, alsoTold(r, words))));
    paint();
  }

  function show(unplaced) {
    onlyUnplaced = unplaced;
    scroller.scrollTop = 0;
    update();
  }

  scroller.addEventListener("scroll", paint, { passive: true });
  return { update, paint, show };
}
