// Words, numbers and dates in the language of the page. A language is one file in lang/. Pure.

import { LANGUAGES } from "./lang/index.js";
import { dateOf } from "./time.js";

const FALLBACK = "en";
const OTHER_WAY = { ltr: /[\u0590-\u08FF]/, rtl: /[A-Za-z\u00C0-\u058F]/ };

// The languages that a map may be read in: those it asks for that the page speaks, in its order.
export function languagesOf({ languages }) {
  const spoken = languages.filter((name) => LANGUAGES[name]);
  return spoken.length ? spoken : [FALLBACK];
}

export const nameOf = (language) => LANGUAGES[language]["language name"];

// `home` (a country) makes the locale: which digits and month names. Names are shown in Arabic too where the map has it.
export function makeWords(language, { home = "", languages = [] } = {}) {
  const fallback = LANGUAGES[FALLBACK];
  const messages = LANGUAGES[language] ?? fallback;
  const locale = validLocale(messages.locale ?? (home ? `${language}-${home}` : language));
  // Each takes milliseconds to make, and many pages are read without some of them.
  const plural = once(() => new Intl.PluralRules(locale));
  const number = once(() => new Intl.NumberFormat(locale));
  const short = once(() => new Intl.NumberFormat(locale, { notation: "compact", maximumSignificantDigits: 3 }));
  const percent = once(() => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }));
  const day = once(() => new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }));
  const shortDay = once(() => new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" }));
  const arabicFirst = messages.script === "Arab";
  const arabicToo = languages.includes("ar");

  function say(key, values = {}) {
    let message = messages[key] ?? fallback[key] ?? key;
    if (typeof message === "object" && !Array.isArray(message)) {
      message = message[plural().select(values.n)] ?? message.other ?? message.few;
    }
    if (typeof message !== "string") return message;
    return message.replace(/\{(\w+)\}/g, (_, name) => {
      const value = values[name];
      return typeof value === "number" ? number().format(value) : String(value ?? "");
    });
  }
  // A word of a closed list of the data: translated if the language has it, else as it is.
  const term = (kind, word) => messages[`${kind}.${word}`] ?? fallback[`${kind}.${word}`] ?? word;
  const dir = messages.dir ?? "ltr";
  return {
    language, locale, say, term, dir,
    // A name of the other direction inside a text: it and the signs beside it keep their order.
    apart: (text) => (text && OTHER_WAY[dir].test(text) ? `\u2068${text}\u2069` : text),
    comma: messages.comma ?? ", ",
    number: (n) => number().format(Math.round(n)),
    decimal: (n) => number().format(n),
    year: (n) => new Intl.NumberFormat(locale, { useGrouping: false }).format(n),
    // A text with digits in it, such as a range.
    digits: (text) => text.replace(/\d+/g, (n) => number().format(Number(n))),
    short: (n) => (n < 10000 ? number().format(Math.round(n)) : short().format(n)),
    percent: (n) => percent().format(n),
    range: ([from, to]) => (from === to ? day().format(dateOf(from)) : day().formatRange(dateOf(from), dateOf(to))),
    day: (d) => day().format(dateOf(d)),
    shortDay: (d) => shortDay().format(dateOf(d)),
    // The page's script first, the other after it.
    both: (name, arabic) => (arabicFirst ? [arabic || name, arabic ? name : ""] : [name, (arabicToo && arabic) || ""]),
  };
}

function once(make) {
  let made;
  return () => (made ??= make());
}

function validLocale(locale) {
  try {
    return Intl.getCanonicalLocales(locale)[0];
  } catch {
    return "en-GB";
  }
}
