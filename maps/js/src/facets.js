// Filters beside type and certainty: what an event says of itself, singled out by choosing some of its values. Pure.

const DEAD = ["unknown", "0", "1–4", "5–24", "25+"];
const FROM = [0, 1, 5, 25]; // least number of each class after "unknown"

// [{name, words, chosen, some, columns: [codes, ...], total, order}]: an event passes if nothing is chosen, or one of its
// values is. The last three take a pass over all events, so they are made when they are first asked for.
export function makeFacets(store) {
  const { table, words } = store;
  const plain = (name) => facet(name, words[name], () => [table[name]]);
  return [plain("event_subtype"), actors(store), ...["source", "telling", "claim", "geo_precision"].map(plain), dead(store)].filter(Boolean);
}

// A filter is offered where there are two values to choose from.
function facet(name, words, makeColumns, compare = (total, a, b) => total[b] - total[a] || (words[a] < words[b] ? -1 : 1)) {
  if (words.filter(Boolean).length < 2) return null;
  const columns = once(makeColumns);
  const total = once(() => countValues(words.length, columns(), null));
  const order = once(() => [...words.keys()].filter((code) => total()[code] && words[code]).sort((a, b) => compare(total(), a, b)));
  return {
    name, words, chosen: new Uint8Array(words.length), some: false,
    get columns() { return columns(); },
    get total() { return total(); },
    get order() { return order(); },
  };
}

function once(make) {
  let made = null;
  return () => (made ??= make());
}

// Both actors of an event count; their two dictionaries become one.
function actors({ table, words }) {
  const known = [...new Set(["", ...words.actor1, ...words.actor2])];
  const code = new Map(known.map((word, k) => [word, k]));
  return facet("actor", known, () => ["actor1", "actor2"].map((name) => recoded(table[name], words[name].map((word) => code.get(word)))));
}

function recoded(codes, others) {
  const found = new Uint32Array(codes.length);
  for (let i = 0; i < codes.length; i++) found[i] = others[codes[i]];
  return found;
}

function dead({ n, table }) {
  const first = deadClass(table, 0);
  for (let i = 1; i < n; i++) {
    if (deadClass(table, i) !== first) return facet("dead", DEAD, () => [deadClasses(n, table)], (_, a, b) => a - b);
  }
  return null;
}

function deadClasses(n, table) {
  const codes = new Uint8Array(n);
  for (let i = 0; i < n; i++) codes[i] = deadClass(table, i);
  return codes;
}

function deadClass({ fatalities_best: best, fatalities_low: low, fatalities_high: high }, i) {
  const told = best[i] || low[i] || high[i];
  let code = 0;
  if (told) while (code < FROM.length && told > FROM[code]) code++;
  return code;
}

// Events of each value; an event with the same value twice counts once. `shown` null: of all events.
export function countValues(size, [a, b = null], shown) {
  const count = new Uint32Array(size);
  for (let i = 0; i < a.length; i++) {
    if (shown && !shown[i]) continue;
    count[a[i]]++;
    if (b && b[i] !== a[i]) count[b[i]]++;
  }
  return count;
}

export function choose(one, code, on) {
  one.chosen[code] = on ? 1 : 0;
  one.some = one.chosen.includes(1);
}

export function clear(facets) {
  for (const one of facets) {
    one.chosen.fill(0);
    one.some = false;
  }
}

// Choices as they stand in a link: "actor/Name".
export const chosenNames = (facets) =>
  facets.flatMap((one) => [...one.chosen.keys()].filter((code) => one.chosen[code]).map((code) => `${one.name}/${one.words[code]}`));

export function chooseNames(facets, names) {
  for (const name of names) {
    const cut = name.indexOf("/");
    const one = facets.find((f) => f.name === name.slice(0, cut));
    const code = one ? one.words.indexOf(name.slice(cut + 1)) : -1;
    if (code >= 0 && one.total[code]) choose(one, code, true);
  }
}
