// What a press, a hover or a key on the map does.

import L from "leaflet";

import { hitBadge } from "./areas.js";
import { hitDisc } from "./displacement.js";
import { hit } from "./events.js";
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
    const under = hit(app.marks, x, y) || hitBadge(app.badges, x, y) || hitDisc(app.discs, x, y);
    map.getContainer().classList.toggle("over", Boolean(under));
  });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", () => {
    app.theme = colours(app.meta.style);
    app.redraw({ base: true });
    app.speak(app.language);
  });
  addEventListener("beforeprint", () => { app.theme = colours(app.meta.style); });
  document.addEventListener("keydown", (e) => {
    if (e.target.closest?.("input, select, textarea, [role=slider], .leaflet-container") || e.altKey || e.ctrlKey || e.metaKey) return;
    if (e.key === "." || e.key === ",") app.timebar.go(e.key === "." ? 1 : -1);
  });
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
    if (disc) app.card.record(disc.record, spot);
    else app.card.close();
  }
}

function openArea(app, badge, spot) {
  const { words, meta } = app;
  const feature = meta.features.area[badge.area];
  const [name] = words.both(feature.name, feature.name_ar);
  const note = [name, words.say(`known to.${feature.precision}`), feature.approximate ? words.say("approximate") : null];
  app.card.list(badge.events, spot, words.say("n events", { n: badge.events.length }), note.filter(Boolean).join(" · "));
}

// One event: its card. One place: a list. Several places: closer, unless it can get no closer.
function openMark(app, mark, spot) {
  if (mark.events.length === 1) return app.card.event(mark.events[0], spot);
  const { store, map } = app;
  if (mark.sites > 1 && map.getZoom() < map.getMaxZoom() - 0.5) {
    const places = mark.events.map((i) => store.table.site[i] - 1).map((s) => [store.sites.y[s] / 1e5, store.sites.x[s] / 1e5]);
    const bounds = L.latLngBounds(places);
    if (map.getBoundsZoom(bounds.pad(0.3)) > map.getZoom() + 0.4) return map.fitBounds(bounds.pad(0.3), { padding: [60, 60] });
    return map.setView(bounds.getCenter(), map.getZoom() + 1);
  }
  return app.card.list(mark.events, spot);
}
