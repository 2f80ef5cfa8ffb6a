// The words of a sentence that carry a field, marked. Offsets count code points, as Python does. Pure.

// Pieces [{text, fields}] that join up to the text; overlapping marks are merged into one piece with both fields.
export function segments(text, marks) {
  const points = Array.from(text);
  const cuts = new Set([0, points.length]);
  const inside = marks.filter(([start, end]) => start >= 0 && start < end && end <= points.length);
  for (const [start, end] of inside) cuts.add(start).add(end);
  const edges = [...cuts].sort((a, b) => a - b);
  const pieces = [];
  for (let k = 0; k + 1 < edges.length; k++) {
    const fields = inside.filter(([s, e]) => s <= edges[k] && e >= edges[k + 1]).map(([, , field]) => field);
    pieces.push({ text: points.slice(edges[k], edges[k + 1]).join(""), fields: [...new Set(fields)] });
  }
  return pieces;
}

// An address that may become a link: http and https only, or null.
export function safeLink(address) {
  if (typeof address !== "string") return null;
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}
