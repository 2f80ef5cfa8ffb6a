// The data plane: columns and text blocks, as written by maps/payload.py. Pure: no page, no map.

export const FORMAT = "conflictmap-columns/2";
const TEXT_BLOCK = 1024;

export function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

export async function inflate(base64) {
  const stream = new DecompressionStream("deflate");
  const writer = stream.writable.getWriter();
  // Not awaited: what cannot be inflated is told by the reading end.
  writer.write(bytesOf(base64.trim())).catch(() => {});
  writer.close().catch(() => {});
  return new Uint8Array(await new Response(stream.readable).arrayBuffer());
}

const ARRAYS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: Float64Array };

function unshuffled(raw, { n, width, at }) {
  if (width === 1) return raw.slice(at, at + n);
  const values = new ARRAYS[width](n);
  if (width === 2) for (let i = 0; i < n; i++) values[i] = raw[at + i] | (raw[at + n + i] << 8);
  if (width === 4) {
    for (let i = 0; i < n; i++) values[i] = raw[at + i] | (raw[at + n + i] << 8) | (raw[at + 2 * n + i] << 16) | (raw[at + 3 * n + i] << 24);
  }
  if (width < 8) return values;
  for (let byte = 0; byte < width; byte++) {
    const weight = 256 ** byte;
    const start = at + byte * n;
    for (let i = 0; i < n; i++) values[i] += raw[start + i] * weight;
  }
  return values;
}

// A column with "missing" keeps its 0 for unknown and value + 1 for a value: read it with `known`.
export function readColumn(raw, entry) {
  const stored = unshuffled(raw, entry);
  if (!entry.signed && !entry.delta) return stored;
  const values = new Int32Array(entry.n);
  let sum = 0;
  for (let i = 0; i < entry.n; i++) {
    const step = entry.signed ? (stored[i] >>> 1) ^ -(stored[i] & 1) : stored[i];
    sum = entry.delta ? sum + step : step;
    values[i] = sum;
  }
  return values;
}

export function readTables(raw, index) {
  const tables = {};
  for (const entry of index) {
    tables[entry.table] ??= {};
    tables[entry.table][entry.name] = readColumn(raw, entry);
  }
  return tables;
}

export function known(column, i) {
  return column[i] === 0 ? null : column[i] - 1;
}

// Texts of one table: blocks are inflated when a row of them is first asked for, and the last few are kept.
export class Texts {
  // `read(number)` gives a block as base64.
  constructor(read, count, names, keep = 16) {
    this.read = read;
    this.count = count;
    this.names = [...names, "marks", "elsewhere"];
    this.keep = keep;
    this.open = new Map();
  }

  // Columns of a block, in the order of the names; one with nothing in the block is empty.
  async block(number) {
    let columns = this.open.get(number);
    if (!columns) {
      const bytes = await inflate(this.read(number));
      columns = JSON.parse(new TextDecoder().decode(bytes));
      if (this.open.size >= this.keep) this.open.delete(this.open.keys().next().value);
      this.open.set(number, columns);
    }
    return columns;
  }

  async row(i) {
    const columns = await this.block(Math.floor(i / TEXT_BLOCK));
    const named = Object.fromEntries(this.names.map((name, k) => [name, columns[k][i % TEXT_BLOCK] ?? null]));
    return { ...named, marks: named.marks ?? [], elsewhere: named.elsewhere ?? [] };
  }

  // Calls `visit(first, columns)` for every block: the number of its first row, and its columns; stops when `goOn` says no.
  async each(visit, goOn = () => true) {
    for (let number = 0; number < this.count && goOn(); number++) visit(number * TEXT_BLOCK, await this.block(number));
  }
}
