import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { pickLanguage } from "../../static/src/language.js";

const source = new URL("../../static/src/", import.meta.url);
const catalogue = (lang) => JSON.parse(readFileSync(new URL(`texts/${lang}.json`, source), "utf8"));
const [ru, en] = [catalogue("ru"), catalogue("en")];
const values = (text) => [...String(text).matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("both catalogues say the same things with the same values", () => {
  assert.deepEqual(Object.keys(ru), Object.keys(en));
  for (const key of Object.keys(ru)) assert.deepEqual(values(ru[key]), values(en[key]), key);
});

test("no exclamation marks, no text in two languages at once", () => {
  for (const [key, text] of [...Object.entries(ru), ...Object.entries(en)])
    assert.ok(!String(text).includes("!"), key);
  for (const [key, text] of Object.entries(en)) assert.ok(!/[а-яё]/i.test(JSON.stringify(text)), key);
});

test("every text that the panel asks for is there", () => {
  const files = readdirSync(new URL("panel/", source)).map((name) =>
    readFileSync(new URL("panel/" + name, source), "utf8"),
  );
  for (const [, key] of files.join("\n").matchAll(/\bsay\("(\w+)"[,)]/g)) assert.ok(key in ru, key);
});

test("the tag's language wins, then the page's, then the site's first", () => {
  assert.equal(pickLanguage(["ru", "en"], "en", "ru"), "en");
  assert.equal(pickLanguage(["ru", "en"], undefined, "en-GB"), "en");
  assert.equal(pickLanguage(["ru", "en"], "de", "fr"), "ru");
  assert.equal(pickLanguage(["en", "ru"], "", null), "en");
});
