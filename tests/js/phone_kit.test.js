import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const tables = JSON.parse(await readFile(new URL("../../static/phone_codes.json", import.meta.url), "utf8"));
globalThis.CODES = Object.keys(tables).join(" ");
const { phoneKit } = await import("../../static/src/callback/phone_kit.js");

const asked = [];
const load = async (code) => {
  asked.push(code);
  return tables[code];
};
const russia = () => phoneKit({ country: "RU", code: "7", trunk: "8", load });
const type = (kit, keys) => [...keys].reduce((shown, key) => kit.format(shown + key), "");

test("digits are grouped while they are typed, whichever way a person writes", async () => {
  const kit = await russia();
  assert.equal(type(kit, "9161234567"), "916 123-45-67");
  assert.equal(type(kit, "89161234567"), "8 (916) 123-45-67");
  assert.equal(type(kit, "+79161234567"), "+7 916 123 45 67");
  assert.equal(type(kit, "8123456789"), "(812) 345-67-89");
});

test("a whole number is known with its country and its kind", async () => {
  const kit = await russia();
  const russian = { state: "valid", e164: "+79161234567", country: "RU", kind: "mobile" };
  for (const text of ["9161234567", "8 (916) 123-45-67", "+7 916 123 45 67", "7 916 123 45 67", "007 916 123-45-67"])
    assert.deepEqual(kit.read(text), russian, text);
  assert.equal(kit.read("812 345-67-89").e164, "+78123456789");
  assert.equal(kit.read("8 701 123 45 67").country, "KZ");
  assert.equal(kit.read("8 800 555-35-35").kind, "toll_free");
  assert.equal(kit.read("8 809 505-00-00").kind, "premium_rate");
});

test("what is no whole number is told from what only the server can judge", async () => {
  const kit = await russia();
  for (const text of ["", "+", "+7", "916 123-45-6", "+7 916 123-45-678", "112"])
    assert.equal(kit.read(text).state, "partial", text);
  assert.deepEqual(kit.read("+7 600 123-45-67"), { state: "odd", e164: "+76001234567" });
});

test("another country's tables come when its number is typed, and are not waited for", async () => {
  asked.length = 0;
  const kit = await russia();
  assert.deepEqual(kit.read("+375 29 123-45-67"), { state: "odd", e164: "+375291234567" });
  assert.equal(await kit.prepare("+3"), false);
  assert.equal(await kit.prepare("+375 29"), true);
  assert.equal(await kit.prepare("+375 291"), false);
  assert.deepEqual(asked, ["7", "375"]);
  assert.equal(kit.format("+375291234567"), "+375 29 123 45 67");
  assert.equal(kit.read("+375291234567").country, "BY");
});

test("tables that did not come are asked for again", async () => {
  let fails = true;
  const flaky = (code) => (fails && code !== "7" ? Promise.reject(new Error("away")) : load(code));
  const kit = await phoneKit({ country: "RU", code: "7", trunk: "8", load: flaky });
  await assert.rejects(kit.prepare("+44"));
  fails = false;
  assert.equal(await kit.prepare("+44 20"), true);
});

test("every calling code's tables stand alone", async () => {
  for (const [code, { country_calling_codes }] of Object.entries(tables)) {
    const kit = await phoneKit({ country: country_calling_codes[code][0], code, trunk: "", load });
    assert.equal(typeof kit.format("+" + code + "2"), "string", code);
  }
});
