import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseNumber, fits, isDecided } from "../../static/src/numbers/choose.js";
import { writeNumber } from "../../static/src/numbers/form.js";
import { RUSSIA, siteDoc, USA } from "./cast.js";

const YANDEX = { utm_source: ["yandex", "ya"], utm_medium: ["cpc"] };
const plan = (parts = {}) => ({ settings: { number: "n1" }, treated: {}, isForced: false, ...parts });
const channel = (id, source) => ({ number: { id, tel: "+74951110003", text: "8 495 111-00-03" }, source });
const tracked = (channels, parts = {}) => siteDoc({ tracking: { pool: true, channels }, ...parts });
const ADVERT = { utm: { source: "Yandex", medium: "cpc" }, referrer: "https://yandex.ru/" };
const NOWHERE = { utm: {}, referrer: "" };

for (const [name, source, visit, expected] of [
  ["all lists must fit", YANDEX, ADVERT, true],
  ["one that does not fit is enough to fail", YANDEX, { utm: { source: "ya", medium: "organic" } }, false],
  ["a missing tag does not fit", YANDEX, NOWHERE, false],
  ["a site and what stands under it", { referrer: ["google.com"] }, { referrer: "https://www.google.com/" }, true],
  ["a site that only ends like it", { referrer: ["google.com"] }, { referrer: "https://notgoogle.com/" }, false],
  ["an address that is none", { referrer: ["google.com"] }, { referrer: "google.com" }, false],
  ["from nowhere", { direct: true }, NOWHERE, true],
  ["a tag is not nowhere", { direct: true }, { utm: { source: "x" }, referrer: "" }, false],
  ["another site is not nowhere", { direct: true }, { utm: {}, referrer: "https://a.example/" }, false],
])
  test("source: " + name, () => assert.equal(fits(source, visit), expected));

test("a test of numbers decides before everything else", () => {
  const variants = [
    { key: "a", settings: { number: "n1" } },
    { key: "b", settings: { number: "n2" } },
  ];
  const doc = tracked([channel("c", { direct: true })], { experiments: [{ key: "number", variants }] });
  const leased = { id: "leased" };
  assert.equal(chooseNumber(doc, plan({ treated: { number: "a" } }), NOWHERE, leased), undefined);
  assert.equal(chooseNumber(doc, plan(), NOWHERE, leased), leased);
  assert.equal(isDecided(doc, plan({ isForced: true })), true);
});

test("a number of the pool goes before one of the channel, and that before the site's", () => {
  const doc = tracked([channel("first", { direct: true }), channel("second", { direct: true })]);
  assert.equal(chooseNumber(doc, plan(), NOWHERE, { id: "leased" }).id, "leased");
  assert.equal(chooseNumber(doc, plan(), NOWHERE, null).id, "first");
  assert.equal(chooseNumber(doc, plan(), ADVERT, null), undefined);
  assert.equal(chooseNumber(siteDoc(), plan(), NOWHERE, null), undefined);
});

for (const [form, tel, phone, expected] of [
  ["8 (###) ###-##-##", "+74951110003", RUSSIA, "8 (495) 111-00-03"],
  ["+7 ### ###-##-##", "+74951110003", RUSSIA, "+7 495 111-00-03"],
  ["+###########", "+74951110003", RUSSIA, "+74951110003"],
  ["###-##-##", "+74951110003", RUSSIA, null], // half a number reaches nobody
  ["+8 ### ###-##-##", "+74951110003", RUSSIA, null],
  ["+7 ### ###-##-##", "+375291234567", RUSSIA, null],
  ["8 ### ###-##-##", "+375291234567", RUSSIA, null],
  ["(###) ###-####", "+12015550123", USA, "(201) 555-0123"],
  ["n1", "+74951110003", RUSSIA, null],
  ["#".repeat(30), "+74951110003", RUSSIA, null],
])
  test(`form: ${form} of ${tel}`, () => assert.equal(writeNumber(form, tel, phone), expected));
