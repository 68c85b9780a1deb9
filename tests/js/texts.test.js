import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { pickLanguage } from "../../static/src/language.js";

const source = new URL("../../static/src/", import.meta.url);
const read = (lang) => readFileSync(new URL(`texts/${lang}.json`, source), "utf8");
const catalogue = (lang) => JSON.parse(read(lang));
const [ru, en] = [catalogue("ru"), catalogue("en")];
const [kitRu, kitEn] = [catalogue("kit.ru"), catalogue("kit.en")];
const values = (text) => [...String(text).matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("both catalogues say the same things with the same values", () => {
  for (const [one, other] of [[ru, en], [kitRu, kitEn]]) {
    assert.deepEqual(Object.keys(one), Object.keys(other));
    for (const key of Object.keys(one)) assert.deepEqual(values(one[key]), values(other[key]), key);
  }
});

test("no key is written twice, for the later one would win in silence", () => {
  for (const lang of ["ru", "en", "kit.ru", "kit.en"]) {
    const keys = [...read(lang).matchAll(/^ {2}"(\w+)":/gm)].map(([, key]) => key);
    assert.deepEqual(keys, Object.keys(catalogue(lang)), lang);
  }
});

test("no exclamation marks, no text in two languages at once", () => {
  for (const [key, text] of [ru, en, kitRu, kitEn].flatMap(Object.entries))
    assert.ok(!String(text).includes("!"), key);
  for (const [key, text] of [en, kitEn].flatMap(Object.entries)) assert.ok(!/[а-яё]/i.test(JSON.stringify(text)), key);
});

test("every text that the panel and the kit ask for is there", () => {
  for (const [room, known] of [["panel/", ru], ["chat_kit/", kitRu]]) {
    const files = readdirSync(new URL(room, source)).map((name) => readFileSync(new URL(room + name, source), "utf8"));
    for (const [, key] of files.join("\n").matchAll(/\bsay\("(\w+)"[,)]/g)) assert.ok(key in known, room + key);
  }
});

test("the tag's language wins, then the page's, then the site's first", () => {
  assert.equal(pickLanguage(["ru", "en"], "en", "ru"), "en");
  assert.equal(pickLanguage(["ru", "en"], undefined, "en-GB"), "en");
  assert.equal(pickLanguage(["ru", "en"], "de", "fr"), "ru");
  assert.equal(pickLanguage(["en", "ru"], "", null), "en");
});
