// The view in the address, after "#": place, range, hidden classes, values singled out, displacement series shown, rates, search, language, chosen event. Pure.

import { dayOf, isoOf } from "./time.js";

export function writeState(state) {
  const items = new URLSearchParams();
  if (state.centre) items.set("at", [state.zoom.toFixed(2), state.centre[1].toFixed(4), state.centre[0].toFixed(4)].join("/"));
  if (state.range) items.set("time", state.range.map(isoOf).join("/"));
  for (const name of state.series ?? []) items.append("series", name);
  if (state.series?.length === 0) items.set("series", "");
  if (state.rates) items.set("rates", state.rates);
  if (state.off.length) items.set("off", state.off.join("|"));
  for (const name of state.only) items.append("only", name);
  if (state.query) items.set("q", state.query);
  if (state.language) items.set("lang", state.language);
  if (state.id) items.set("id", state.id);
  return `#${items.toString()}`;
}

// What can be read of an address; what cannot is left out, never an error.
export function readState(hash) {
  const items = new URLSearchParams(hash.replace(/^#/, ""));
  const state = { off: (items.get("off") ?? "").split("|").filter(Boolean), only: items.getAll("only"), query: items.get("q") ?? "" };
  const [zoom, lat, lon] = (items.get("at") ?? "").split("/").map(Number);
  if ([zoom, lat, lon].every(Number.isFinite) && Math.abs(lat) <= 86 && Math.abs(lon) <= 180 && zoom >= 0 && zoom <= 20) {
    Object.assign(state, { zoom, centre: [lon, lat] });
  }
  const days = (items.get("time") ?? "").split("/").map((d) => (/^\d{4}-\d\d-\d\d$/.test(d) ? dayOf(d) : NaN));
  if (days.length === 2 && days.every(Number.isFinite) && days[0] <= days[1]) state.range = days;
  if (/^[a-z]{2}$/.test(items.get("lang") ?? "")) state.language = items.get("lang");
  if (items.has("series")) state.series = items.getAll("series").filter(Boolean);
  if (items.get("rates")) state.rates = items.get("rates");
  if (items.get("id")) state.id = items.get("id");
  return state;
}
