// What is drawn on the map, in which order, and when: laid out first, then painted on two canvases. Events and their
// counts are there at once; the ground under them (base map, areas, people displaced, names) a frame later. After a zoom
// layout, events and ground have a frame each.

import * as L from "leaflet/dist/leaflet-src.esm.js";

import { layOutAreas, layOutBadges, paintAreas } from "./areas.js";
import { paintBasemap } from "./basemap.js";
import { CanvasLayer } from "./canvas.js";
import { layOutDisplacement, layOutFigures, paintDisplacement } from "./displacement.js";
import { layOutEvents, paintEvents } from "./events.js";
import { makeGround, same } from "./ground.js";
import { paintLabels } from "./labels.js";
import { paintChosenUnit, paintRates, prepareRates } from "./ratelayer.js";

const UNDER = 210; // layers of others lie at 400, above the ground and below our events
const OVER = 450;

// Added last, so that everything is drawn once, where it stays. `whole()` is called when all of it has been painted once.
export function addLayers(app, whole) {
  const { map } = app;
  const pane = (name, order) => { map.createPane(name).style.zIndex = String(order); return name; };
  const ground = makeGround((ctx, view) => paintBasemap(ctx, view, app), () => app.graticule);
  const paintGround = (ctx, view) => {
    ground.paintOn(ctx, view);
    paintRates(ctx, view, app);
    paintAreas(ctx, view, app);
    paintDisplacement(ctx, app);
    if (named) paintLabels(ctx, view, app);
  };
  let named = false; // names come a frame after the first ground: their fonts take time to load
  const nameAll = () => requestAnimationFrame(() => {
    named = true;
    app.ground.redraw();
    whole();
  });
  /** @type {{scale: number, ready: View | null}} */
  const laid = { scale: 0, ready: null }; // the scale of what is painted; the view that is laid out and not yet painted
  const paintTop = (ctx, view) => {
    if (!laid.ready || !same(laid.ready, view)) layOut(app, view);
    Object.assign(laid, { scale: view.scale, ready: null });
    paintChosenUnit(ctx, view, app);
    paintEvents(ctx, view, app);
  };
  const prepareTop = (view) => {
    if (view.scale === laid.scale || (laid.ready && same(laid.ready, view))) return true;
    layOut(app, view);
    laid.ready = view;
    return false;
  };
  app.tiled = hasTiles(map);
  app.top = new CanvasLayer(paintTop, pane("cm-events", OVER), { prepare: prepareTop });
  const prepareGround = (view) => !app.top.waiting && ground.prepare(view) && prepareRates(view, app);
  app.ground = new CanvasLayer(paintGround, pane("cm-base", UNDER), { prepare: prepareGround, opaque: () => !app.tiled, patient: true });
  app.ground.once("painted", nameAll);
  app.top.addTo(map);
  app.ground.addTo(map);
  map.on("layeradd layerremove", ({ layer }) => {
    if (!(layer instanceof L.TileLayer)) return;
    app.tiled = hasTiles(map);
    ground.forget();
    app.ground.remove().addTo(map);
  });
  app.redraw = ({ base = false } = {}) => {
    if (base) ground.forget();
    laid.ready = null;
    app.top.redraw();
    app.ground.wait();
  };
  // Both on one canvas, events over ground.
  app.paintAll = (ctx, view) => {
    named = true;
    layOut(app, view);
    paintGround(ctx, view);
    paintEvents(ctx, view, app);
  };
  // On paper one canvas holds all: two large ones take more memory than printers like.
  app.printSharp = (sharp) => {
    ground.forget();
    app.surfaces = null;
    app.top.paint = sharp ? (ctx, view) => app.paintAll(ctx, { ...view, ratio: 0 }) : paintTop;
    app.top.sharpen(sharp);
    if (!sharp) app.ground.settle();
  };
}

function layOut(app, view) {
  app.marks = layOutEvents(view, app);
  app.window = app.uncovered ? [0, 0, view.width, view.height] : windowOf(app, view);
  app.blocked = [...(app.uncovered ?? surfaces(app, view)), ...edges(app.window)];
  app.areas = layOutAreas(view, app);
  layOutDisplacement(view, app);
  layOutFigures(app);
  layOutBadges(view, app);
}

function hasTiles(map) {
  let found = false;
  map.eachLayer((layer) => { found ||= layer instanceof L.TileLayer; });
  return found;
}

// What is seen of the map, in canvas points.
function windowOf({ map }, { min }) {
  const { x, y } = map.layerPointToContainerPoint(min);
  return [-x, -y, map.getSize().x - x, map.getSize().y - y];
}

// Boxes of panel, time bar and tools, in canvas points: nothing is labelled under them.
function surfaces(app, view) {
  const { x, y } = app.map.layerPointToContainerPoint(view.min);
  app.surfaces ??= surfaceBoxes();
  return app.surfaces.map((box) => [box.left - x - 4, box.top - y - 4, box.right - x + 4, box.bottom - y + 4]);
}

// A text that would be cut at the window's edge is left out, one wholly outside waits for the next move.
const edges = ([left, top, right, bottom]) => [[left, top, right, top + 1], [left, bottom - 1, right, bottom], [left, top, left + 1, bottom],
  [right - 1, top, right, bottom]];

// Asked for again only when the interface changes (`app.surfaces = null`): it makes the browser lay out the page.
function surfaceBoxes() {
  const nodes = document.querySelectorAll("#panel, #timebar, #tools > *, #foot > *");
  return [...nodes].map((node) => node.getBoundingClientRect()).filter((box) => box.width);
}
