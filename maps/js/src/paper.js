// The page on paper: laid out for it, light and sharp while it is printed, and as it was afterwards.

import * as L from "leaflet/dist/leaflet-src.esm.js";

import { freeBox, seenBox } from "./free.js";
import { colours } from "./symbols.js";

export function listenToPrinter(app) {
  /** @type {null | (() => void)} */
  let back = null;
  addEventListener("beforeprint", () => { back ??= layOutForPaper(app); });
  addEventListener("afterprint", () => {
    back?.();
    back = null;
  });
}

// Returns what undoes it. The part of the map that no surface covers is fitted into that of the sheet.
function layOutForPaper(app) {
  const { map } = app;
  const before = { centre: map.getCenter(), zoom: map.getZoom(), dark: app.theme.dark };
  const [left, top, right, bottom] = seenBox();
  const seen = L.latLngBounds(map.containerPointToLatLng([left, top]), map.containerPointToLatLng([right, bottom]));
  const screen = styleForPaper();
  setTheme(true);
  const paper = freeBox();
  const { x, y } = map.getSize();
  map.fitBounds(seen, { animate: false, paddingTopLeft: [paper[0], paper[1]], paddingBottomRight: [x - paper[2], y - paper[3]] });
  app.printSharp(true);
  app.timebar.measure();
  return () => {
    screen();
    setTheme(false);
    map.setView(before.centre, before.zoom, { animate: false });
    app.printSharp(false);
    app.timebar.measure();
  };

  function setTheme(paperNow) {
    app.theme = colours(app.meta.style, paperNow);
    document.documentElement.classList.toggle("printing", paperNow);
    app.surfaces = null;
    if (before.dark) app.renewPanel(); // its signs are drawn in the colours of the theme
    map.invalidateSize({ animate: false });
  }
}

// What the style sheet says of paper holds at once, and nothing of small windows: while the page waits for the printer it
// is still on the screen. Returns what undoes it.
function styleForPaper() {
  /** @type {[MediaList, string][]} */
  const changed = [];
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (!(rule instanceof CSSMediaRule)) continue;
      const said = rule.media.mediaText;
      if (said !== "print" && !said.includes("max-")) continue;
      changed.push([rule.media, said]);
      rule.media.mediaText = said === "print" ? "all" : "not all";
    }
  }
  return () => changed.forEach(([media, said]) => { media.mediaText = said; });
}
