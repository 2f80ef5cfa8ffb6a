import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import test from "node:test";

import { languagesOf, makeWords, nameOf } from "../src/i18n.js";
import { LANGUAGES } from "../src/lang/index.js";

const HEADER = new Set(["language name", "locale", "dir", "script", "comma"]); // what a language says of itself

for (const [name, messages] of Object.entries(LANGUAGES)) {
  test(`${name} says all that English says, with the same gaps to fill`, () => {
    const gaps = (message) => [...new Set(JSON.stringify(message).match(/\{\w+\}/g) ?? [])].filter((gap) => gap !== "{n}").sort();
    for (const [key, message] of Object.entries(LANGUAGES.en)) {
      if (HEADER.has(key)) continue;
      assert.ok(messages[key], key);
      assert.deepEqual(gaps(messages[key]), gaps(message), key);
    }
  });
}

test("every file of a language is in the page", async () => {
  const files = (await readdir(new URL("../src/lang/", import.meta.url))).map((file) => file.replace(".js", ""));
  assert.deepEqual(Object.keys(LANGUAGES), files.filter((name) => name !== "index").sort());
});

test("a map is read in the languages it asks for and the page speaks, else in English", () => {
  assert.deepEqual(languagesOf({ languages: ["ar", "xx", "en"] }), ["ar", "en"]);
  assert.deepEqual(languagesOf({ languages: ["xx"] }), ["en"]);
  assert.equal(nameOf("ar"), "العربية");
});

test("names are in the page's script first, and in Arabic too only where the map has it", () => {
  assert.deepEqual(makeWords("en", { languages: ["en"] }).both("Town", "بلدة"), ["Town", ""]);
  assert.deepEqual(makeWords("en", { languages: ["en", "ar"] }).both("Town", "بلدة"), ["Town", "بلدة"]);
  assert.deepEqual(makeWords("ar").both("Town", ""), ["Town", ""]);
});

test("messages follow the number and the direction of the language", () => {
  const [en, ar] = [makeWords("en"), makeWords("ar")];
  assert.equal(en.dir, "ltr");
  assert.equal(ar.dir, "rtl");
  assert.equal(en.say("n events", { n: 1 }), "1 event");
  assert.equal(ar.say("n events", { n: 2 }), "حدثان");
  assert.equal(makeWords("xx").say("map"), "Map");
});

test("a name of the other direction is kept apart, a name of the page's own is left as it is", () => {
  const [english, arabic] = ["en", "ar"].map((language) => makeWords(language));
  assert.equal(english.apart("Al Jazeera"), "Al Jazeera");
  assert.equal(english.apart("الجزيرة"), "\u2068الجزيرة\u2069");
  assert.equal(arabic.apart("الجزيرة"), "الجزيرة");
  assert.equal(arabic.apart("Al Jazeera"), "\u2068Al Jazeera\u2069");
  assert.equal(arabic.apart(null), null);
});
