// Filters beside type and certainty: what an event says of itself, singled out by choosing some of its values. Pure.

const DEAD = ["unknown", "0", "1–4", "5–24", "25+"];
const FROM = [0, 1, 5, 25]; // least number of each class after "unknown"

// [{name, words, columns: [codes, ...], total, chosen, some}]: an event passes if nothing is chosen, or one of its values is.
export function makeFacets(store) {
  const { table, words } = store;
  const plain = ["event_subtype", "source", "claim", "geo_precision"].map((name) => facet(name, words[name], [table[name]]));
  return [plain[0], actors(store), plain[1], plain[2], plain[3], facet("dead", DEAD, [deadClasses(store)])].filter((f) => f.order.length > 1);
}

function facet(name, words, columns) {
  const total = countValues(words.length, columns, null);
  const order = [...total.keys()].filter((code) => total[code] && words[code]);
  if (name !== "dead") order.sort((a, b) => total[b] - total[a] || (words[a] < words[b] ? -1 : 1));
  return { name, words, columns, total, order, chosen: new Uint8Array(words.length), some: false };
}

// Both actors of an event count; their two dictionaries become one.
function actors({ table, words }) {
  const known = [...new Set(["", ...words.actor1, ...words.actor2])];
  const code = new Map(known.map((word, k) => [word, k]));
  const columns = ["actor1", "actor2"].map((name) => {
    const codes = Uint32Array.from(words[name], (word) => code.get(word));
    return Uint32Array.from(table[name], (k) => codes[k]);
  });
  return facet("actor", known, columns);
}

function deadClasses({ n, table: { fatalities_best: best, fatalities_low: low, fatalities_high: high } }) {
  const codes = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const told = best[i] || low[i] || high[i];
    if (told) codes[i] = FROM.findLastIndex((least) => told - 1 >= least) + 1;
  }
  return codes;
}

// Events of each value; an event with the same value twice counts once. `shown` null: of all events.
export function countValues(size, [a, b], shown) {
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
