// What a press, a hover or a key on the map does.

import * as L from "leaflet/dist/leaflet-src.esm.js";

import { hitBadge } from "./areas.js";
import { eventsIn } from "./cluster.js";
import { hitDisc } from "./displacement.js";
import { hit } from "./events.js";
import { freeBox } from "./free.js";
import { openUnit } from "./ratecard.js";
import { unitAt } from "./ratelayer.js";
import { colours } from "./symbols.js";

export function listen(app) {
  const { map } = app;
  map.on("moveend", () => {
    app.tools?.scale();
    if (app.panel) app.remember();
  });
  map.on("click", (e) => click(app, e));
  map.on("mousemove", (e) => {
    const { x, y } = canvasPoint(app, e);
    const under = hit(app.marks, x, y) || hitBadge(app.badges, x, y) || hitDisc(app.discs, x, y) || unitAt(app, e.latlng) >= 0;
    map.getContainer().classList.toggle("over", Boolean(under));
  });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", () => {
    app.theme = colours(app.meta.style);
    app.redraw({ base: true });
    app.speak(app.language);
  });
  addEventListener("resize", () => { app.surfaces = null; });
  map.getContainer().addEventListener("keydown", (e) => {
    if (e.key === "Enter" && e.target === map.getContainer()) openNearest(app);
  });
  document.addEventListener("keydown", (e) => {
    const target = /** @type {Element} */ (e.target);
    if (target.closest?.("input, select, textarea, [role=slider], .leaflet-container") || e.altKey || e.ctrlKey || e.metaKey) return;
    if (e.key === "." || e.key === ",") app.timebar.go(e.key === "." ? 1 : -1);
  });
}

// By keyboard: the mark nearest to the middle of what can be seen.
function openNearest(app) {
  const [left, top, right, bottom] = freeBox();
  const middle = app.map.containerPointToLayerPoint([(left + right) / 2, (top + bottom) / 2]).subtract(app.top._bounds.min);
  const away = (mark) => Math.hypot(mark.x - middle.x, mark.y - middle.y);
  const nearest = app.marks.reduce((best, mark) => (!best || away(mark) < away(best) ? mark : best), null);
  if (!nearest) return;
  const { x, y } = app.map.layerPointToContainerPoint(app.top._bounds.min.add([nearest.x, nearest.y]));
  openMark(app, nearest, { x, y, r: nearest.r });
}

const canvasPoint = (app, e) => e.layerPoint.subtract(app.top._bounds.min);

function click(app, e) {
  const { x, y } = canvasPoint(app, e);
  const badge = hitBadge(app.badges, x, y);
  const mark = badge ? null : hit(app.marks, x, y);
  const spot = { x: e.containerPoint.x, y: e.containerPoint.y, r: mark?.r ?? 10 };
  if (badge) openArea(app, badge, spot);
  else if (mark) openMark(app, mark, spot);
  else {
    const disc = hitDisc(app.discs, x, y);
    const unit = disc ? -1 : unitAt(app, e.latlng);
    if (disc) app.card.record(disc.record, spot);
    else if (unit >= 0) openUnit(app, unit, spot);
    else app.card.close();
  }
}

function openArea(app, badge, spot) {
  const { words, meta } = app;
  const features = badge.areas.map((area) => meta.features.area[area]);
  const names = features.map((feature) => words.apart(words.both(feature.name, feature.name_ar)[0])).join(words.comma);
  const known = [...new Set(features.map((feature) => words.say(`known to.${feature.precision}`)))];
  const note = [names, ...known, features.some((feature) => feature.approximate) ? words.say("approximate") : null];
  app.card.list(badge.events, spot, words.say("n events", { n: badge.events.length }), note.filter(Boolean).join(" · "));
}

// One event: its card. One place: a list. Several places: closer, unless it can get no closer.
function openMark(app, mark, spot) {
  if (mark.n === 1) return app.card.event(mark.event, spot);
  const { store, map } = app;
  const events = eventsIn(store, app.shown, app, mark.number);
  if (mark.sites > 1 && map.getZoom() < map.getMaxZoom() - 0.5) {
    const places = new Set(events.map((i) => store.table.site[i] - 1));
    const bounds = L.latLngBounds([...places].map((s) => [store.sites.y[s] / 1e5, store.sites.x[s] / 1e5])).pad(0.3);
    if (map.getBoundsZoom(bounds) > map.getZoom() + 0.4) return map.fitBounds(bounds, { padding: [60, 60] });
    return map.setView(bounds.getCenter(), map.getZoom() + 1);
  }
  return app.card.list(events, spot);
}
