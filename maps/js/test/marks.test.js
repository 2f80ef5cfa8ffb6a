import assert from "node:assert/strict";
import test from "node:test";

import { safeLink, segments } from "../src/marks.js";

const texts = (pieces) => pieces.map((p) => (p.fields.length ? `[${p.text}]` : p.text)).join("");

test("the words of a field are marked", () => {
  assert.equal(texts(segments("shelling killed five people", [[9, 20, "dead"]])), "shelling [killed five] people");
});

test("offsets count code points, not UTF-16 units", () => {
  assert.equal(texts(segments("😀😀 killed", [[3, 9, "dead"]])), "😀😀 [killed]");
});

test("marks that overlap share a piece", () => {
  const pieces = segments("abcd", [[0, 3, "one"], [1, 4, "two"]]);
  assert.deepEqual(pieces.map((p) => p.fields), [["one"], ["one", "two"], ["two"]]);
});

test("whatever the marks, the pieces join up to the text", () => {
  const text = "a\u202eb😀</script>";
  for (const marks of [[], [[0, 1, "x"]], [[-1, 4, "x"]], [[2, 99, "x"]], [[3, 3, "x"]], [[1, 5, "x"], [2, 3, "y"]]]) {
    assert.equal(segments(text, marks).map((p) => p.text).join(""), text);
  }
});

test("only http and https become links", () => {
  assert.equal(safeLink("https://example.org/a"), "https://example.org/a");
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "example.org", " ", null, 7]) {
    assert.equal(safeLink(bad), null);
  }
});
