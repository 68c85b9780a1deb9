import assert from "node:assert/strict";
import { test } from "node:test";
import { clicksOf } from "../../static/src/clicks.js";

for (const [search, expected] of [
  ["?gclid=Cj0KCQiA&utm_source=google", { gclid: "Cj0KCQiA" }],
  ["?yclid=1234567890", { yclid: "1234567890" }],
  ["?gclid=&utm_source=google", {}],
  ["", {}],
])
  test("clicks of an address: " + (search || "none"), () => assert.deepEqual(clicksOf(search), expected));
