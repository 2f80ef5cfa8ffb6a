// What each source said of an event that was merged, and what may be the same happening.

import { bdi, el } from "./dom.js";
import { safeLink } from "./marks.js";
import { publisher } from "./people.js";
import { eventOf } from "./store.js";

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

// Who else tells a figure of people, to stand behind it.
export function alsoTold(record, words) {
  const others = [...new Set(record.also)].filter(Boolean);
  return others.length ? el("span", { class: "muted" }, " · ", words.say("also told by", { who: others.map(publisher).join(words.comma) })) : "";
}

// One block for the rows that went into an event or a record, and one line for each that is perhaps the same.
export function tellings(texts, app, key = "event_id") {
  const { words } = app;
  const parts = listOf(texts.merged_from);
  const others = listOf(texts.same_as);
  return [
    parts.length > 1 && el("details", { class: "told", open: true },
      el("summary", {}, words.say("n records tell", { n: parts.length })),
      parts.map((part, k) => telling(part, words, { quoted: part[key] !== texts.id, reasoned: part.why !== parts[k - 1]?.why }))),
    others.length > 0 && el("section", { class: "told same" }, el("h3", {}, words.say(key === "event_id" ? "perhaps the same" : "perhaps the same figure")),
      others.map((other) => likeness(other, app))),
  ];
}

// One record that is perhaps the same: what it says, how likely it is and why. Its number opens it.
function likeness(other, app) {
  const { words } = app;
  const known = Number.isInteger(other.at) ? eventOf(app.store, other.at) : null;
  const said = known ? [
    el("b", {}, bdi(known.source ?? words.say("not stated"))), known.range ? words.range(known.range) : words.say("undated"),
    known.place.name && bdi(words.both(known.place.name, known.place.nameAr)[0]),
    `${words.say("dead")}: ${countInWords(known.dead, words)}`,
  ].filter(Boolean) : [other.source && el("b", {}, bdi(other.source))].filter(Boolean);
  const name = bdi(String(other.event_id ?? other.record_id));
  const link = known ? el("button", { class: "link", type: "button", onclick: () => app.open(other.at) }, name) : name;
  return el("div", { class: "telling" },
    el("p", { class: "muted" }, [...said, link].flatMap((bit, k) => (k ? [" · ", bit] : [bit]))),
    el("p", { class: "muted why" }, whyInWords(`${Number(other.chance) || 0}: ${other.why ?? ""}`, words)));
}

// "0.95: reason; reason" in the language of the page.
export function whyInWords(why, words) {
  const [, chance, reasons] = /^([\d.]+): (.*)$/s.exec(why) ?? [null, null, why];
  const told = reasons.split("; ").filter(Boolean).map((reason) => words.term("why", reason)).join(" · ");
  if (chance === null) return told;
  const likely = words.say("likely the same", { p: words.percent(Math.round(Number(chance) * 100) / 100) });
  return told ? `${likely}: ${told}` : likely;
}

function endsOf(part, words) {
  const name = (side) => part[`${side}_name`] ?? part[`${side}_toponym`] ?? words.say("not reported");
  return bdi([name("origin"), name("destination")].join(words.dir === "rtl" ? " ← " : " → "));
}

function telling(part, words, { quoted, reasoned }) {
  const given = Array.isArray(part.gives) ? part.gives : [];
  const gives = [...given.filter((what) => what !== "all else"), ...given.filter((what) => what === "all else")]
    .map((what) => words.term("gives", what));
  const days = [dayOf(part.date_start), dayOf(part.date_end ?? part.date_start)];
  const link = safeLink(part.source_url);
  const [what, counted] = part.record_id ? ["people", "persons"] : ["dead", "fatalities"];
  const told = ["low", "best", "high"].map((bound) => part[`${counted}_${bound}`]).map((n) => (Number.isFinite(n) ? n : null));
  const count = /** @type {Counts} */ (told);
  const said = [
    el("b", {}, bdi(part.source ?? words.say("not stated"))),
    days[0] === null ? words.say("undated") : words.range(days),
    part.toponym && bdi(part.toponym),
    part.record_id && endsOf(part, words),
    `${words.say(what)}: ${countInWords(count, words)}`,
    part.source_id && bdi(part.source_id),
    link && el("a", { href: link, rel: "noopener noreferrer", target: "_blank" }, words.say("open source")),
  ].filter(Boolean);
  return el("div", { class: "telling" },
    el("p", { class: "muted" }, said.flatMap((bit, k) => (k ? [" · ", bit] : [bit]))),
    quoted && part.quote && el("blockquote", { dir: "auto" }, part.quote),
    gives.length > 0 && el("p", { class: "muted gives" }, words.say("gives", { what: gives.join(words.comma) })),
    reasoned && part.why && el("p", { class: "muted why" }, whyInWords(part.why, words)));
}
