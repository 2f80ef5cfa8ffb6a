// What each source said of an event that was merged, and what may be the same happening.

import { bdi, el } from "./dom.js";
import { safeLink } from "./marks.js";

const DAY = 86400000;

/** @param {Counts} counts */
export function countInWords([low, best, high], words) {
  const told = [low, best, high].filter((n) => n !== null);
  if (!told.length) return words.say("not stated");
  const [least, most] = [Math.min(...told), Math.max(...told)];
  if (least === most) return words.number(least);
  if (best === null) return words.say("low to high", { low: least, high: most });
  return words.say("range of", { best, low: least, high: most });
}

// The list that a text holds; none where it cannot be read.
export function listOf(json) {
  try {
    const list = JSON.parse(json ?? "[]");
    return Array.isArray(list) ? list.filter((one) => one && typeof one === "object") : [];
  } catch {
    return [];
  }
}

export function dayOf(text) {
  const at = Date.parse(`${text ?? ""}T00:00:00Z`);
  return Number.isNaN(at) ? null : Math.round(at / DAY);
}

// One block for the rows that went into an event, and one line for each that is perhaps the same.
export function tellings(texts, app) {
  const { words } = app;
  const parts = listOf(texts.merged_from);
  const others = listOf(texts.same_as);
  return [
    parts.length > 1 && el("details", { class: "told", open: true },
      el("summary", {}, words.say("n records tell", { n: parts.length })), parts.map((part) => telling(part, words))),
    others.map((other) => el("p", { class: "muted same" }, words.say("perhaps the same"), ": ",
      app.openById ? el("button", { class: "link", type: "button", onclick: () => app.openById(String(other.event_id)) },
        bdi(String(other.event_id))) : bdi(String(other.event_id)),
      ` (${words.percent(Math.round((Number(other.chance) || 0) * 100) / 100)})`)),
  ];
}

function telling(part, words) {
  const days = [dayOf(part.date_start), dayOf(part.date_end ?? part.date_start)];
  const link = safeLink(part.source_url);
  const told = [part.fatalities_low, part.fatalities_best, part.fatalities_high].map((n) => (Number.isFinite(n) ? n : null));
  const dead = /** @type {Counts} */ (told);
  const said = [
    el("b", {}, bdi(part.source ?? words.say("not stated"))),
    days[0] === null ? words.say("undated") : words.range(days),
    part.toponym && bdi(part.toponym),
    `${words.say("dead")}: ${countInWords(dead, words)}`,
    part.source_id && bdi(part.source_id),
    link && el("a", { href: link, rel: "noopener noreferrer", target: "_blank" }, words.say("open source")),
  ].filter(Boolean);
  return el("div", { class: "telling" },
    el("p", { class: "muted" }, said.flatMap((bit, k) => (k ? [" · ", bit] : [bit]))),
    part.quote && el("blockquote", { dir: "auto" }, part.quote),
    part.why && el("p", { class: "muted why", dir: "ltr" }, part.why));
}
