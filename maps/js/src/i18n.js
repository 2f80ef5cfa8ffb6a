// Words, numbers and dates in the language of the page. Pure.

import ar from "./lang/ar.js";
import en from "./lang/en.js";

const MESSAGES = { en, ar };
const RIGHT_TO_LEFT = new Set(["ar"]);

// `country` makes the locale (which digits and month names); `arabicToo`: names are shown in Arabic beside Latin script.
export function makeWords(language, country = "", arabicToo = true) {
  const messages = MESSAGES[language] ?? en;
  const locale = validLocale(language === "en" ? "en-GB" : country ? `${language}-${country}` : language);
  const plural = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale);
  const short = new Intl.NumberFormat(locale, { notation: "compact", maximumSignificantDigits: 3 });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const shortDay = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });

  function say(key, values = {}) {
    let message = messages[key] ?? en[key] ?? key;
    if (typeof message === "object" && !Array.isArray(message)) {
      message = message[plural.select(values.n)] ?? message.other ?? message.few;
    }
    if (typeof message !== "string") return message;
    return message.replace(/\{(\w+)\}/g, (_, name) => {
      const value = values[name];
      return typeof value === "number" ? number.format(value) : String(value ?? "");
    });
  }
  // A word of a closed list of the data: translated if the language has it, else as it is.
  const term = (kind, word) => messages[`${kind}.${word}`] ?? en[`${kind}.${word}`] ?? word;
  return {
    language, locale, say, term,
    dir: RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr",
    comma: language === "ar" ? "، " : ", ",
    number: (n) => number.format(Math.round(n)),
    short: (n) => (n < 10000 ? number.format(Math.round(n)) : short.format(n)),
    percent: (n) => percent.format(n),
    day: (d) => day.format(new Date(d * 86400000)),
    shortDay: (d) => shortDay.format(new Date(d * 86400000)),
    // The page's language first, the other script after it.
    both: (name, arabic) => (language === "ar" ? [arabic || name, arabic ? name : ""] : [name, (arabicToo && arabic) || ""]),
  };
}

function validLocale(locale) {
  try {
    return Intl.getCanonicalLocales(locale)[0];
  } catch {
    return "en-GB";
  }
}
