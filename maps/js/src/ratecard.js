// The card of a unit: its rate in words, what it is made of, and how far that can be trusted.

import { facts } from "./card.js";
import { bdi, el, replace } from "./dom.js";
import { colourOf, isSmall, lookOf, swatchPicture } from "./ratelayer.js";
import { inhabitants, RATE, yearOf } from "./rates.js";
import { ratesNow } from "./ratestate.js";
import { numberKey, numeratorText, rateSentence } from "./ratewords.js";

export function openUnit(app, k, spot) {
  const body = el("div", { class: "unit-card" });
  const chosen = { k, body, open: () => app.card.open && body.isConnected };
  app.rates.chosen = chosen;
  replace(body, unitBody(app, k));
  app.card.other([body], spot);
  app.top.redraw();
}

// After a step in time, another filter or another choice: the card tells of what is shown now, or closes.
export function refreshUnit(app) {
  const chosen = app.rates?.chosen;
  if (!chosen?.open()) return;
  if (ratesNow(app)?.result.states[chosen.k]) replace(chosen.body, unitBody(app, chosen.k));
  else app.card.close();
}

function unitBody(app, k) {
  const { rates, words, range } = app;
  const { result, breaks } = ratesNow(app);
  const unit = rates.meta.units[k];
  const [first, second] = words.both(unit.name, unit.name_ar);
  const count = inhabitants(rates.meta, k, yearOf(range[1]));
  const { measure } = result;
  const state = result.states[k];
  const look = lookOf(app, state, state === RATE ? colourOf(app, result.values[k], breaks) : 0, isSmall(app, k));
  const notes = [
    isSmall(app, k) && state === RATE && words.say("rate small", { n: rates.meta.small }),
    unit.shape[0] === "unit" && words.say("approximate"),
    words.say(result.fights ? `rate coarse.${unit.level}` : `rate whole.${measure}`),
  ];
  return [
    el("h2", {}, bdi(first), second && [" · ", bdi(second)]),
    el("p", { class: "muted where" }, [words.say(`level.${unit.level}`), words.range(range)].join(" · ")),
    el("p", { class: "rate-is" }, swatchPicture(app, look), el("span", {}, rateSentence(result, k, words))),
    facts([
      [numberKey(measure), numeratorText(result, k, words)],
      ["inhabitants", count ? `${words.number(count.people)} (${words.year(count.year)})` : words.say("not stated")],
      count && ["source", bdi(count.source)],
      result.series && ["series", bdi(result.series)],
    ], words),
    notes.filter(Boolean).map((text) => el("p", { class: "muted" }, text)),
  ];
}
