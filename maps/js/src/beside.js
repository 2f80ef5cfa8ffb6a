// What stands beside what in one unit: its steps without holes, and a sentence. Pure.

import { unitAround } from "./time.js";

// All steps from the first to the last, [{first, last, events, deaths, people}]: missing people stay null, and a step
// between two that the table holds had no event recorded.
export function stepsOf(unit, step) {
  const rows = new Map(unit.days.map((day, k) => [day, k]));
  const steps = [];
  for (let day = unit.days[0]; day <= unit.days.at(-1); day = steps.at(-1).last + 1) {
    const k = rows.get(day);
    const told = k === undefined ? { events: 0, deaths: null, people: null }
      : { events: unit.events[k], deaths: unit.deaths[k], people: unit.people[k] };
    steps.push({ first: day, last: unitAround(day, step)[1], ...told });
  }
  return steps;
}

const largest = (steps, key) => steps.reduce((best, step) => ((step[key] ?? -1) > (best[key] ?? -1) ? step : best), steps[0]);

// In how many steps fighting and people are told, and where each is largest. Says what stands beside what, never why.
export function besideText(unit, step, words) {
  const steps = stepsOf(unit, step);
  const [fights, people] = [largest(steps, "events"), largest(steps, "people")];
  const count = (key) => steps.filter((one) => one[key]).length;
  return [
    words.say(`beside count.${step}`, { n: steps.length, fights: words.number(count("events")), told: words.number(count("people")) }),
    words.say("beside most", { events: words.number(fights.events), day: words.shortDay(fights.first), people: words.number(people.people),
      other: words.shortDay(people.first) }),
    words.say("beside measure", { measure: words.say(`beside.${unit.measure}`), series: unit.series }),
  ].join(" ");
}
