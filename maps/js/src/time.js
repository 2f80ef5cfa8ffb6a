// Days, ranges and bins. A day is a whole number of days since 1970-01-01. Pure.

const DAY = 86400000;

export const dateOf = (day) => new Date(day * DAY);
export const dayOf = (iso) => Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY);
export const isoOf = (day) => dateOf(day).toISOString().slice(0, 10);

export function monthStart(day) {
  const date = dateOf(day);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / DAY;
}

export function addMonths(day, months) {
  const date = dateOf(day);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) / DAY;
}

// The theatre's period, as far as there is anything; else all of time.
export function firstRange(period, span) {
  if (!period || !span || period[0] > span[1] || period[1] < span[0]) return span;
  return [Math.max(period[0], span[0]), Math.min(period[1], span[1])];
}

/**
 * First and last day of the unit (day, week from Monday, month) that holds the day.
 * @param {number} day
 * @param {string} unit
 * @returns {Days}
 */
export function unitAround(day, unit) {
  if (unit === "month") return [monthStart(day), addMonths(day, 1) - 1];
  if (unit === "week") {
    const monday = day - ((((day + 3) % 7) + 7) % 7);
    return [monday, monday + 6];
  }
  return [day, day];
}

/**
 * The next or last range by one unit. From "all" it goes to the first or last unit; a range that is no single unit
 * keeps its length and moves. Never leaves the span; null when there is nowhere to go.
 * @param {Days} range
 * @returns {Days | null}
 */
export function step([from, to], unit, direction, span) {
  /** @param {Days} days @returns {Days} */
  const clip = ([a, b]) => [Math.max(a, span[0]), Math.min(b, span[1])];
  if (from <= span[0] && to >= span[1]) return clip(unitAround(direction > 0 ? span[0] : span[1], unit));
  const here = clip(unitAround(from, unit));
  if (here[0] === from && here[1] === to) {
    const next = direction > 0 ? to + 1 : from - 1;
    return next < span[0] || next > span[1] ? null : clip(unitAround(next, unit));
  }
  const length = to - from;
  const shift = direction * (unit === "month" ? 30 : unit === "week" ? 7 : 1);
  const start = Math.min(Math.max(from + shift, span[0]), span[1] - length);
  return start === from ? null : [start, start + length];
}

// Edges of the histogram's bins: days, else weeks, months, years, so that there are at most `most` of them.
export function bins(span, most) {
  /** @type {[string, (day: number) => number][]} */
  const units = [
    ["day", (d) => d + 1],
    ["week", (d) => unitAround(d, "week")[1] + 1],
    ["month", (d) => addMonths(d, 1)],
    ["year", (d) => addMonths(d, 12 - dateOf(d).getUTCMonth())],
  ];
  for (const [unit, next] of units) {
    const edges = [span[0]];
    while (edges.at(-1) <= span[1] && edges.length <= most + 1) edges.push(next(edges.at(-1)));
    if (edges.length <= most + 1 || unit === "year") return { unit, edges };
  }
  return null;
}

// Months (or every third, or years) to write under the axis: [{day, text}].
export function ticks(span, locale, most) {
  const months = (span[1] - span[0]) / 30.4;
  const every = [1, 3, 6, 12, 24, 60, 120, 240].find((n) => months / n <= most) ?? 480;
  const found = [];
  for (let day = monthStart(span[0]); day <= span[1]; day = addMonths(day, 1)) {
    const date = dateOf(day);
    if ((date.getUTCFullYear() * 12 + date.getUTCMonth()) % every) continue;
    /** @type {Intl.DateTimeFormatOptions} */
    const named = every >= 12 ? { year: "numeric" } : { month: "short" };
    if (every < 12 && (date.getUTCMonth() === 0 || found.length === 0)) named.year = "numeric";
    const text = new Intl.DateTimeFormat(locale, { ...named, timeZone: "UTC" }).format(date);
    found.push({ day: Math.max(day, span[0]), text });
  }
  return found;
}
