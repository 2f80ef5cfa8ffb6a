import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { deflateSync } from "node:zlib";
import test from "node:test";

import { inflate, known, readColumn, readTables, Texts } from "../src/decode.js";

const packed = (bytes) => deflateSync(Uint8Array.from(bytes)).toString("base64");

test("a packed block comes back byte for byte", async () => {
  const bytes = Array.from({ length: 1000 }, (_, i) => (i * 7) % 256);
  assert.deepEqual([...(await inflate(packed(bytes)))], bytes);
});

test("wide numbers are put together from their shuffled bytes", () => {
  const raw = Uint8Array.from([9, 1, 2, 0, 1]); // one byte before, then low bytes 1 2, then high bytes 0 1
  assert.deepEqual([...readColumn(raw, { n: 2, width: 2, at: 1 })], [1, 258]);
});

test("signed differences add up", () => {
  const raw = Uint8Array.from([4, 1, 6]); // +2, -1, +3
  assert.deepEqual([...readColumn(raw, { n: 3, width: 1, at: 0, signed: true, delta: true })], [2, 1, 4]);
});

test("a number beyond 32 bits survives", () => {
  const raw = Uint8Array.from([0, 0, 0, 0, 1, 0, 0, 0]);
  assert.equal(readColumn(raw, { n: 1, width: 8, at: 0 })[0], 2 ** 32);
});

test("0 stands for not known, and a known zero for zero", () => {
  assert.equal(known([0, 1, 6], 0), null);
  assert.equal(known([0, 1, 6], 1), 0);
  assert.equal(known([0, 1, 6], 2), 5);
});

test("columns are sorted into their tables", () => {
  const index = [{ table: "a", name: "x", n: 2, width: 1, at: 0 }, { table: "b", name: "x", n: 1, width: 1, at: 2 }];
  const tables = readTables(Uint8Array.from([1, 2, 3]), index);
  assert.deepEqual([...tables.a.x], [1, 2]);
  assert.deepEqual([...tables.b.x], [3]);
});

test("only the block of the row asked for is inflated", async () => {
  const block = (columns) => deflateSync(Buffer.from(JSON.stringify(columns))).toString("base64");
  const blocks = [block([Array.from({ length: 1024 }, (_, i) => `id ${i}`), [], Array.from({ length: 1024 }, () => [[0, 2, "x"]]), []]), "not base64 at all"];
  const texts = new Texts((k) => blocks[k], 2, ["id", "quote"]);
  assert.deepEqual(await texts.row(3), { id: "id 3", quote: null, marks: [[0, 2, "x"]], elsewhere: [] });
  await assert.rejects(texts.row(1024));
});

test("the example that Python writes is read, unknown and zero apart, every script whole", async () => {
  const example = JSON.parse(await readFile(new URL("format.json", import.meta.url), "utf8"));
  const { made } = readTables(await inflate(example.packed), example.index);
  for (const { name, values, missing } of example.columns) {
    assert.deepEqual(Array.from(made[name], (value, i) => (missing ? known(made[name], i) : value)), values, name);
  }
  const texts = new Texts(() => example.block, 1, ["id", "url", "quote"]);
  const [ids, , quotes, marks] = example.texts;
  for (const i of [0, 1]) {
    const row = await texts.row(i);
    assert.deepEqual([row.id, row.url, row.quote, row.marks], [ids[i], null, quotes[i], marks[i] ?? []]);
  }
});
