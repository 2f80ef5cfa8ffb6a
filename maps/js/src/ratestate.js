// What is chosen of the rates, and what is told of it now: computed when it is first asked for after a change. Pure.

import { breaksOf } from "./breaks.js";
import { makeRates, PER, ratesAt } from "./rates.js";

// Off at first; null on a page that was made without a count of people.
export function rateChoice(meta, tables) {
  if (!meta) return null;
  const levels = [...new Set(meta.units.map((unit) => unit.level))].sort();
  return { meta, tables, levels, on: false, measure: meta.measures[0], level: levels[Math.min(1, levels.length - 1)], model: null, now: null, chosen: null };
}

// {result, breaks} of the choice; null while there is none or no time.
export function ratesNow(app) {
  const { rates } = app;
  if (!rates?.on || !app.range) return null;
  rates.model ??= makeRates(rates.meta, rates.tables, app.store, app.series);
  rates.now ??= {
    result: ratesAt(rates.model, rates, { kept: app.kept, range: app.range, off: app.seriesOff }),
    breaks: breaksOf(rates.model, rates, app.range, app.span, app.seriesOff),
  };
  return rates.now;
}

// As it stands in a link: measure and level, or null while off.
export const rateName = (rates) => (rates?.on ? `${rates.measure}/${rates.level}` : null);

export function chooseRate(rates, name) {
  const [measure, level] = (name ?? "").split("/");
  if (!rates || !(measure in PER) || !rates.meta.measures.includes(measure) || !rates.levels.includes(Number(level))) return;
  Object.assign(rates, { on: true, measure, level: Number(level), now: null });
}
