// Search over places, actors and the texts. Words are compared without case, accents and Arabic marks. Pure.

const SEARCHED = [0, 1, 3, 4, 5, 10]; // of EVENT_TEXTS: ids, quote, notes, who says so, toponym

export function folded(text) {
  return text.normalize("NFKD").replace(/[\u0300-\u036f\u064b-\u065f\u0640]/g, "").replace(/[أإآٱ]/g, "ا").replace(/ة/g, "ه").replace(/ى/g, "ي").toLowerCase();
}

// Marks in `found` the events whose words in a dictionary (place, actor, source, type) hold the query.
export function searchWords(store, query, found, term = (_, word) => word) {
  const wanted = folded(query);
  const columns = ["place", "actor1", "actor2", "source", "event_type", "event_subtype"];
  for (const column of columns) {
    const kind = { event_type: "type", event_subtype: "subtype" }[column];
    const hits = store.words[column].map((word) => (word && folded(`${word} ${kind ? term(kind, word) : ""}`).includes(wanted) ? 1 : 0));
    const codes = store.table[column];
    for (let i = 0; i < store.n; i++) if (hits[codes[i]]) found[i] = 1;
  }
  return found;
}

// The same over the texts, block by block; `goOn` false ends it.
export async function searchTexts(texts, query, found, goOn) {
  const wanted = folded(query);
  await texts.each((first, columns) => {
    for (const k of SEARCHED) {
      columns[k].forEach((value, row) => {
        if (typeof value === "string" && !found[first + row] && folded(value).includes(wanted)) found[first + row] = 1;
      });
    }
  }, goOn);
  return found;
}
